//! CIBs in files, in memory and as working copies, as clients use them.

use std::fs;
use std::io::Read;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pcmk_core::rc::Rc;
use pcmk_core::time::DateTime;

use crate::acl::NoGroups;
use crate::op::{Context, Operation, Options, Request, Side, empty};
use crate::patch::CibVersion;
use crate::store::{
    CibAccess, Client, Draft, Environment, FileCib, LiveDirectory, LiveWriter, MemoryCib, Place,
    SystemFiles, choose, read_cib, write_file,
};
use crate::xml::{Document, PrintStyle, print};

/// A directory that lives as long as the value.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Scratch {
        let name = format!("pcmk-cib-store-{}-{name}", std::process::id());
        let dir = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir_all(&dir).expect("temporary directory is writable");
        Scratch(dir.canonicalize().expect("exists"))
    }

    fn put(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, text).expect("writable");
        path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn client() -> Client {
    Client::at(DateTime::from_epoch(0))
}

fn open(path: &Path) -> FileCib {
    FileCib::open(
        Arc::new(SystemFiles),
        Place::File(path.to_owned()),
        client(),
        None,
    )
    .expect("good")
}

fn pretty(doc: &Document) -> String {
    print(doc.root_element(), PrintStyle::Pretty)
}

fn new_node(id: &str) -> Request {
    let mut doc = Document::new("node");
    let root = doc.root();
    doc.set_attr(root, "id", id);
    doc.set_attr(root, "uname", &format!("n{id}"));
    Request::new(Operation::Create).section("nodes").input(doc)
}

#[test]
fn written_at_sign_off() {
    let scratch = Scratch::new("sign-off");
    let text = pretty(&empty(1, None)).replace("  <status/>\n", "");
    let path = scratch.put("cib.xml", &text);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("ours");
    let link = scratch.0.join("link.xml");
    symlink("cib.xml", &link).expect("new");

    let mut cib = open(&link);
    let before = cib.view().expect("readable");
    cib.perform(&Request::new(Operation::Query))
        .expect("readable");
    cib.sign_off().expect("nothing to do");
    assert_eq!(fs::read_to_string(&path).expect("there"), text);

    cib.perform(&new_node("1")).expect("created");
    cib.perform(&new_node("2").options(Options::DRY_RUN))
        .expect("possible");
    assert_eq!(
        before
            .root_element()
            .descendants()
            .filter(|e| e.name() == "node")
            .count(),
        0
    );
    assert_eq!(fs::read_to_string(&path).expect("there"), text);
    cib.sign_off().expect("written");
    let written = fs::read_to_string(&path).expect("there");
    assert!(written.contains("<node id=\"1\"") && written.contains("<status/>"));
    assert!(!written.contains("<node id=\"2\""));
    assert!(!written.contains("cib-last-written"));
    assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
    assert_eq!(fs::metadata(&path).expect("there").mode() & 0o777, 0o640);
    assert_eq!(fs::read_dir(&scratch.0).expect("ours").count(), 2);

    // A failed request is not written, one without effect is: the file is then laid out anew.
    let mut cib = open(&path);
    let error = cib.perform(&new_node("1")).expect_err("exists");
    assert_eq!(error.rc(), Rc::EEXIST);
    assert!(error.output().is_some());
    fs::write(&path, written.replace('\n', "")).expect("ours");
    cib.sign_off().expect("nothing to do");
    assert!(!fs::read_to_string(&path).expect("there").contains('\n'));
    let mut cib = open(&path);
    cib.perform(&Request::new(Operation::Delete).xpath("//nothing"))
        .expect("no effect");
    cib.sign_off().expect("written");
    assert_eq!(fs::read_to_string(&path).expect("there"), written);
}

#[test]
fn unusual_files() {
    let scratch = Scratch::new("unusual");
    let files = SystemFiles;
    // Compressed both ways.
    let packed = scratch.0.join("cib.xml.bz2");
    write_file(&files, &packed, &empty(7, None)).expect("written");
    assert_eq!(&fs::read(&packed).expect("there")[..4], b"BZh5");
    let read = read_cib(&files, &packed).expect("readable");
    assert_eq!(CibVersion::of(read.root_element()).epoch, 7);
    // Who has the file open sees what is written, as clients expect that hand a file over.
    let path = scratch.put("open.xml", &pretty(&empty(1, None)));
    let mut held = fs::File::open(&path).expect("there");
    write_file(&files, &path, &empty(2, None)).expect("written");
    let mut seen = String::new();
    held.read_to_string(&mut seen).expect("readable");
    assert_eq!(seen, pretty(&empty(2, None)));
    // Other names of the file keep its content.
    let path = scratch.put("one.xml", &pretty(&empty(1, None)));
    let other = scratch.0.join("other.xml");
    fs::hard_link(&path, &other).expect("new");
    write_file(&files, &path, &empty(2, None)).expect("written");
    assert_eq!(
        fs::read(&path).expect("there"),
        fs::read(&other).expect("there")
    );

    let rc = |path: &Path| {
        read_cib(&files, path)
            .map(|_| ())
            .map_err(|error| error.rc())
    };
    assert_eq!(rc(&scratch.0.join("none.xml")), Err(Rc::ENXIO));
    assert_eq!(
        rc(&scratch.put("empty.xml", "")),
        Err(Rc::SCHEMA_VALIDATION)
    );
    assert_eq!(
        rc(&scratch.put("torn.xml", "<cib>")),
        Err(Rc::SCHEMA_VALIDATION)
    );
    let unknown = "<cib validate-with='pacemaker-99.0'><configuration/></cib>";
    assert_eq!(
        rc(&scratch.put("unknown.xml", unknown)),
        Err(Rc::SCHEMA_VALIDATION)
    );
    assert_eq!(
        rc(&scratch.put("short.bz2", "BZh5")),
        Err(Rc::SCHEMA_VALIDATION)
    );
    let bytes = pretty(&empty(3, None));
    let mut cib = FileCib::of_bytes(bytes.as_bytes(), client()).expect("good");
    cib.perform(&Request::new(Operation::Bump)).expect("bumped");
    cib.sign_off().expect("nowhere to write");
    assert_eq!(cib.place(), &Place::StandardInput);
}

#[test]
fn the_clusters_own_file() {
    let scratch = Scratch::new("live");
    let live = || LiveDirectory::new(Arc::new(SystemFiles), scratch.0.clone(), None);
    live()
        .write(&empty(1, None), DateTime::from_epoch(0))
        .expect("written");
    let path = scratch.0.join("cib.xml");
    for (may_write, epoch) in [(false, 1), (true, 2)] {
        let writer = LiveWriter {
            directory: live(),
            may_write,
        };
        let place = Place::File(path.clone());
        let mut cib =
            FileCib::open(Arc::new(SystemFiles), place, client(), Some(writer)).expect("good");
        cib.perform(&new_node("1")).expect("created");
        cib.sign_off().expect("written, or silently not");
        let read = live().read().expect("good");
        assert_eq!(CibVersion::of(read.root_element()).epoch, epoch);
    }
    assert_eq!(fs::metadata(&path).expect("there").mode() & 0o777, 0o600);
    assert!(scratch.0.join("cib-1.raw").exists());
}

#[test]
fn transactions_and_drafts() {
    let mut cib = MemoryCib::new(empty(1, None), client());
    assert_eq!(
        cib.commit().expect_err("none begun").rc(),
        Rc::NO_TRANSACTION
    );
    let queued = |id: &str| new_node(id).options(Options::TRANSACTION);
    assert_eq!(
        cib.perform(&queued("1")).expect_err("none begun").rc(),
        Rc::NO_TRANSACTION
    );
    cib.begin().expect("first");
    assert_eq!(cib.begin().expect_err("second").rc(), Rc::ALREADY);
    cib.perform(&queued("1")).expect("queued");
    cib.perform(&queued("1")).expect("queued");
    assert_eq!(cib.commit().expect_err("exists").rc(), Rc::EEXIST);
    let nodes = |doc: &Document| {
        doc.root_element()
            .descendants()
            .filter(|e| e.name() == "node")
            .count()
    };
    assert_eq!(nodes(&cib.view().expect("readable")), 0);
    cib.begin().expect("the last one is over");
    cib.discard();

    let context = Context {
        now: DateTime::from_epoch(0),
        groups: &NoGroups,
        side: Side::FileClient,
    };
    let mut dropped = Draft::of(&mut cib).expect("readable");
    dropped.perform(new_node("1"), &context).expect("created");
    drop(dropped);
    let mut draft = Draft::of(&mut cib).expect("readable");
    draft.perform(new_node("1"), &context).expect("created");
    assert_eq!(
        draft
            .perform(new_node("1"), &context)
            .expect_err("exists")
            .rc(),
        Rc::EEXIST
    );
    draft.perform(new_node("2"), &context).expect("created");
    assert_eq!(nodes(&draft.view()), 2);
    assert_eq!(nodes(&cib.view().expect("readable")), 0);
    let reply = draft.commit(&mut cib).expect("both");
    assert!(reply.configuration_changed && reply.patchset.is_some());
    assert_eq!(nodes(&cib.view().expect("readable")), 2);
}

#[test]
fn users_of_the_environment() {
    let mut doc = empty(1, Some("none"));
    let config = doc
        .root_element()
        .child("configuration")
        .expect("there")
        .child("crm_config")
        .expect("there")
        .id();
    let set = doc.append(config, "cluster_property_set");
    doc.set_attr(set, "id", "s");
    let pair = doc.append(set, "nvpair");
    for (name, value) in [("id", "p"), ("name", "enable-acl"), ("value", "true")] {
        doc.set_attr(pair, name, value);
    }
    let mut client = client();
    client.user = Some("somebody".to_owned());
    let mut cib = MemoryCib::new(doc, client);
    assert_eq!(
        cib.perform(&Request::new(Operation::Query))
            .expect_err("no permissions")
            .rc(),
        Rc::EACCES
    );
    cib.perform(&Request::new(Operation::Query).user("root"))
        .expect("root may");
}

#[test]
fn what_the_environment_asks_for() {
    let place = |variables: &[(&str, &str)], user: &str| {
        let variable = |name: &str| {
            variables
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        };
        choose(&Environment {
            variable: &variable,
            effective_user: user,
            home: Some(PathBuf::from("/home/u")),
            cib_directory: Path::new("/var/cib"),
        })
        .expect("chosen")
    };
    let shadow = |path: &str| Place::Shadow {
        name: "x".to_owned(),
        path: PathBuf::from(path),
    };
    assert_eq!(place(&[], "root"), Place::Local);
    assert_eq!(place(&[("CIB_file", "")], "root"), Place::Local);
    assert_eq!(
        place(&[("CIB_file", "a.xml")], "u"),
        Place::File(PathBuf::from("a.xml"))
    );
    assert_eq!(place(&[("CIB_file", "-")], "u"), Place::StandardInput);
    let both = [("CIB_file", "a.xml"), ("CIB_shadow", "x")];
    assert_eq!(place(&both, "Root"), shadow("/var/cib/shadow.x"));
    assert_eq!(
        place(&[("CIB_shadow", "x"), ("CIB_shadow_dir", "/s")], "u"),
        shadow("/s/shadow.x")
    );
    assert_eq!(
        place(&[("CIB_shadow", "x"), ("HOME", "/h")], "u"),
        shadow("/h/.cib/shadow.x")
    );
    assert_eq!(
        place(&[("CIB_shadow", "x")], "u"),
        shadow("/home/u/.cib/shadow.x")
    );
    let nowhere = [("CIB_shadow", "x"), ("HOME", "relative"), ("TMPDIR", "/t")];
    assert_eq!(place(&nowhere, "u"), shadow("/t/shadow.x"));
    assert_eq!(
        place(&[("CIB_port", "99"), ("CIB_encrypted", "yes")], "u"),
        Place::Remote {
            server: "localhost".to_owned(),
            port: "99".to_owned(),
            user: "hacluster".to_owned(),
            password: None,
            encrypted: true,
        }
    );
}
