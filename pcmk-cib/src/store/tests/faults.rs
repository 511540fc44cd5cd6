//! The cluster's directory when steps fail, the program dies, or the power goes: never a torn CIB, never one
//! older than what was acknowledged, and a digest that matches.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use pcmk_core::rc::Rc;
use pcmk_core::time::DateTime;

use super::disk::{Disk, FAULTS, Fault, Unsynced};
use crate::op::empty;
use crate::patch::{CibVersion, on_disk_digest};
use crate::store::fs::{FileSystem, Owner};
use crate::store::{LiveDirectory, RecoveredFrom, read_cib, write_file};
use crate::xml::{Document, PrintStyle, print};

const DIR: &str = "/cib";

fn directory(disk: &Disk) -> LiveDirectory {
    let owner = Owner { uid: 189, gid: 189 };
    LiveDirectory::new(Arc::new(disk.clone()), PathBuf::from(DIR), Some(owner))
}

fn now() -> DateTime {
    DateTime::from_epoch(1_782_897_590)
}

/// A CIB of this epoch, with something in it for each.
fn cib(epoch: u32) -> Document {
    let mut doc = empty(epoch, None);
    let nodes = doc.by_id(None, "none");
    assert!(nodes.is_empty());
    let nodes = doc
        .root_element()
        .child("configuration")
        .and_then(|configuration| configuration.child("nodes"))
        .expect("an empty CIB has nodes")
        .id();
    for number in 0..epoch {
        let node = doc.append(nodes, "node");
        doc.set_attr(node, "id", &number.to_string());
        doc.set_attr(node, "uname", &format!("node{number}"));
    }
    doc
}

fn write(disk: &Disk, epoch: u32) -> bool {
    directory(disk).write(&cib(epoch), now()).is_ok()
}

/// The epoch of a CIB, checked to be whole.
fn epoch(doc: &Document) -> u32 {
    let epoch = CibVersion::of(doc.root_element()).epoch as u32;
    let nodes = doc
        .root_element()
        .descendants()
        .filter(|element| element.name() == "node")
        .count();
    assert_eq!(nodes, epoch as usize, "a whole CIB");
    epoch
}

/// Recovers and goes on; the epoch that was recovered.
fn recovered(disk: &Disk) -> u32 {
    let found = directory(disk).recover();
    assert!(found.may_write);
    let epoch = epoch(&found.doc);
    // What comes next works and is what is read then.
    directory(disk)
        .write(&cib(epoch + 10), now())
        .expect("writable after recovery");
    let read = directory(disk).read().expect("good");
    assert_eq!(self::epoch(&read), epoch + 10);
    let signature = disk
        .read(&Path::new(DIR).join("cib.xml.sig"))
        .expect("there");
    assert_eq!(signature, on_disk_digest(read.root_element()).into_bytes());
    epoch
}

/// A disk on which these epochs were written and acknowledged.
fn disk_with(epochs: u32) -> Disk {
    let disk = Disk::default();
    for epoch in 1..=epochs {
        assert!(write(&disk, epoch));
    }
    disk
}

/// The steps of writing one more CIB to a disk that holds `epochs`.
fn steps_of_a_write(epochs: u32) -> usize {
    let disk = disk_with(epochs);
    let before = disk.steps();
    assert!(write(&disk, epochs + 1));
    disk.steps() - before
}

#[test]
fn faults_at_every_step() {
    let mut runs = 0;
    for epochs in [0, 1, 2, 105] {
        for at in 0..steps_of_a_write(epochs) {
            for fault in FAULTS {
                let disk = disk_with(epochs);
                disk.plan(at, fault);
                let acknowledged = if write(&disk, epochs + 1) {
                    epochs + 1
                } else {
                    epochs
                };
                let found = recovered(&disk.repaired());
                assert!(
                    found >= acknowledged && found <= epochs + 1,
                    "{at} {fault:?}: {found}"
                );
                runs += 1;
                // A single fault leaves a good file even without recovery.
                if let (Fault::Once(_), true) = (fault, epochs > 0) {
                    let now = directory(&disk.repaired()).read().expect("good");
                    assert!(epoch(&now) >= acknowledged, "{at} {fault:?}");
                }
            }
        }
    }
    assert!(runs > 200, "{runs}");
}

/// A plain CIB file: whatever fails, the old or the new content is there as a whole; after a single fault in the file
/// itself, after others (the program dies, the disk is gone) perhaps beside it.
#[test]
fn faults_while_a_plain_file_is_written() {
    let path = Path::new("/cib/plain.xml");
    let fresh = || {
        let disk = Disk::default();
        let mut file = disk.create_new(path, 0o600).expect("new");
        let old = print(cib(1).root_element(), PrintStyle::Pretty);
        file.write_all(old.as_bytes()).expect("written");
        disk
    };
    let disk = fresh();
    let before = disk.steps();
    write_file(&disk, path, &cib(2)).expect("written");
    let steps = disk.steps() - before;
    let mut runs = 0;
    for at in 0..steps {
        for fault in FAULTS {
            let disk = fresh();
            disk.plan(at, fault);
            let done = write_file(&disk, path, &cib(2)).is_ok();
            let disk = disk.repaired();
            let epochs: Vec<u32> = disk
                .list(Path::new("/cib"))
                .expect("there")
                .iter()
                .filter_map(|name| read_cib(&disk, &Path::new("/cib").join(name)).ok())
                .map(|doc| epoch(&doc))
                .collect();
            assert!(!epochs.is_empty(), "{at} {fault:?}");
            let in_place = read_cib(&disk, path).ok().map(|doc| epoch(&doc));
            if let Fault::Once(_) = fault {
                let kept = if done { 2 } else { 1 };
                assert_eq!(in_place, Some(kept), "{at} {fault:?}");
            } else if done {
                assert_eq!(in_place, Some(2), "{at} {fault:?}");
            }
            runs += 1;
        }
    }
    assert!(runs >= 20, "{runs}");
}

#[test]
fn power_failures_at_every_step() {
    let mut runs = 0;
    for epochs in [0, 1, 2, 101] {
        for at in 0..=steps_of_a_write(epochs) {
            let disk = disk_with(epochs);
            disk.plan(at, Fault::Death);
            let acknowledged = if write(&disk, epochs + 1) {
                epochs + 1
            } else {
                epochs
            };
            for surviving in 0..=disk.pending() {
                for unsynced in [Unsynced::Kept, Unsynced::Half, Unsynced::Lost] {
                    let found = recovered(&disk.after_power_failure(surviving, unsynced));
                    assert!(
                        found >= acknowledged && found <= epochs + 1,
                        "{at} {surviving} {unsynced:?}: {found}"
                    );
                    runs += 1;
                }
            }
        }
    }
    assert!(runs > 500, "{runs}");
}

#[test]
fn failures_during_recovery() {
    // Dies in the middle of a write, then again and again in the middle of recovery and the next write.
    let writing = steps_of_a_write(3);
    for first in 0..writing {
        let disk = disk_with(3);
        disk.plan(first, Fault::Death);
        write(&disk, 4);
        let damaged = disk.repaired();
        for second in 0..writing + 4 {
            let disk = damaged.repaired();
            disk.plan(second, Fault::Death);
            let found = directory(&disk).recover();
            let mut acknowledged = 3;
            if found.may_write && directory(&disk).write(&cib(7), now()).is_ok() {
                acknowledged = 7;
            }
            let found = recovered(&disk.repaired());
            assert!(found >= acknowledged, "{first} {second}: {found}");
        }
    }
}

#[test]
fn files_of_the_directory() {
    let disk = disk_with(3);
    let text = |name: &str| {
        String::from_utf8(disk.read(&Path::new(DIR).join(name)).expect(name)).expect("text")
    };
    assert!(text("cib.xml").contains("cib-last-written=\"Wed Jul  1 09:19:50 2026\""));
    assert!(!text("cib.xml").contains("<status"));
    assert!(text("cib.xml").contains("num_updates=\"0\""));
    assert_eq!(text("cib.xml.sig").len(), 32);
    // The first write had nothing to back up, but took a number.
    assert_eq!(text("cib.last"), "3");
    assert!(text("cib-2.raw").contains("epoch=\"2\""));
    assert!(text("cib-1.raw").contains("epoch=\"1\""));
    let mut names = disk.list(Path::new(DIR)).expect("listed");
    names.sort();
    let want = [
        "cib-1.raw",
        "cib-1.raw.sig",
        "cib-2.raw",
        "cib-2.raw.sig",
        "cib.last",
        "cib.xml",
        "cib.xml.sig",
    ];
    assert_eq!(names, want);
}

#[test]
fn changed_by_hand() {
    let put = |disk: &Disk, name: &str, text: &[u8]| {
        let path = Path::new(DIR).join(name);
        let _ = disk.remove(&path);
        disk.create_new(&path, 0o600)
            .expect("new")
            .write_all(text)
            .expect("written");
    };
    let disk = disk_with(3);
    put(&disk, "cib.xml", b"<cib epoch='9' validate-with='none'/>");
    let error = directory(&disk)
        .write(&cib(4), now())
        .expect_err("modified");
    assert_eq!(error.rc(), Rc::CIB_MODIFIED);
    let found = directory(&disk).recover();
    assert_eq!(found.from, RecoveredFrom::Backup("cib-2.raw".to_owned()));
    assert_eq!(epoch(&found.doc), 2);
    assert_eq!(found.problems.len(), 1);
    let aside = found.aside.expect("put aside");
    assert!(disk.read(&aside.join("cib.xml")).is_ok());
    assert_eq!(recovered(&disk), 2);

    // A restored file without its digest is taken as it is; an empty one is damaged.
    let disk = disk_with(2);
    put(
        &disk,
        "cib.xml",
        b"<cib epoch='9' dc-uuid='1' validate-with='none'/>",
    );
    disk.remove(&Path::new(DIR).join("cib.xml.sig"))
        .expect("there");
    let found = directory(&disk).recover();
    assert_eq!(found.from, RecoveredFrom::File);
    let root = found.doc.root_element();
    assert_eq!(
        (root.attr("dc-uuid"), root.attr("admin_epoch")),
        (None, Some("0"))
    );
    assert!(root.child("status").is_some());

    let disk = disk_with(1);
    put(&disk, "cib.xml", b"");
    let found = directory(&disk).recover();
    assert_eq!(found.from, RecoveredFrom::Nothing);
    assert_eq!(epoch(&found.doc), 0);
    let disk = disk_with(2);
    put(&disk, "cib.xml.sig", b"d41d8cd98f00b204e9800998ecf8427e\n");
    put(&disk, "cib-1.raw", b"<cib");
    assert_eq!(directory(&disk).recover().from, RecoveredFrom::Nothing);
}
