//! The tools that work on the CIB as a store: what they print, how they end, and what they leave in the file.

mod tool;

use std::ffi::OsString;
use std::path::PathBuf;

use pcmk_cli::world::Clock;
use pcmk_cli::{Streams, Tool, World, cmd};
use tool::{NOW, Ran, scratch};

const CIB: &str = "<cib crm_feature_set=\"3.20.5\" validate-with=\"pacemaker-4.0\" admin_epoch=\"0\" epoch=\"1\" \
    num_updates=\"0\"><configuration><crm_config/><nodes><node id=\"1\" uname=\"alpha\"/></nodes><resources>\
    <primitive id=\"a\" class=\"ocf\" provider=\"pacemaker\" type=\"Dummy\"/></resources><constraints/></configuration>\
    <status/></cib>";

/// A directory with a CIB that tools are run on.
struct Store {
    directory: PathBuf,
    variables: Vec<(OsString, OsString)>,
}

impl Store {
    fn new(name: &str) -> Store {
        let directory = scratch(name);
        let cib = directory.join("cib.xml");
        std::fs::write(&cib, CIB).expect("scratch directory is writable");
        let variables = vec![
            ("CIB_file".into(), cib.into()),
            ("CIB_shadow_dir".into(), directory.clone().into()),
        ];
        Store {
            directory,
            variables,
        }
    }

    /// Sets an environment variable for all that is run from now on.
    fn set(&mut self, name: &str, value: &str) {
        self.variables.push((name.into(), value.into()));
    }

    fn run(&self, tool: &Tool, args: &[&str]) -> Ran {
        let args: Vec<&str> = std::iter::once(tool.name)
            .chain(args.iter().copied())
            .collect();
        let mut world = World::for_test(&args);
        world.clock = Clock::Fixed(NOW);
        world.env.extend(self.variables.iter().cloned());
        let (mut streams, captured) = Streams::captured();
        let status = (tool.run)(&mut world, &mut streams);
        streams.flush();
        Ran {
            status,
            out: captured.out(),
            err: captured.err(),
        }
    }

    #[track_caller]
    fn check(&self, tool: &Tool, args: &[&str], status: u8, out: &str, err: &str) {
        let want = Ran {
            status,
            out: out.to_owned(),
            err: err.to_owned(),
        };
        assert_eq!(self.run(tool, args), want, "{} {args:?}", tool.name);
    }

    #[track_caller]
    fn check_version(&self, want: &str) {
        let cib = std::fs::read_to_string(self.directory.join("cib.xml")).expect("it is there");
        assert!(cib.contains(want), "{want} in {cib}");
    }
}

const CIBADMIN: &Tool = &cmd::cibadmin::TOOL;
const ATTRIBUTE: &Tool = &cmd::crm_attribute::TOOL;
const SHADOW: &Tool = &cmd::crm_shadow::TOOL;
const STANDBY: &Tool = &cmd::crm_standby::TOOL;
const FAILCOUNT: &Tool = &cmd::crm_failcount::TOOL;
const TICKET: &Tool = &cmd::crm_ticket::TOOL;

#[test]
fn cibadmin_changes_the_file() {
    let store = Store::new("cibadmin_changes_the_file");
    let node = "<node id=\"2\" uname=\"beta\"/>";
    store.check(CIBADMIN, &["-C", "-o", "nodes", "-X", node], 0, "", "");
    store.check_version("epoch=\"2\" num_updates=\"0\"");
    let beta = "//node[@uname='beta']";
    store.check(CIBADMIN, &["-A", beta], 0, &format!("{node}\n"), "");
    store.check(CIBADMIN, &["-D", "-X", node], 0, "", "");
    let nothing = "cibadmin: CIB API call failed: No such device or address\n";
    store.check(CIBADMIN, &["-QA", beta], 105, "", nothing);
    store.check_version("epoch=\"3\" num_updates=\"0\"");
    let refused = store.run(CIBADMIN, &["-E"]);
    assert_eq!((refused.status, refused.out.as_str()), (107, ""));
    store.check_version("epoch=\"3\" num_updates=\"0\"");
}

#[test]
fn without_a_cluster_nothing_is_connected() {
    let mut store = Store::new("without_a_cluster_nothing_is_connected");
    store.variables.clear();
    let why = "Transport endpoint is not connected\n";
    let text = format!("cibadmin: Could not connect to the CIB API: {why}");
    store.check(CIBADMIN, &[], 102, "", &text);
    let text = format!("crm_attribute: Could not connect to the CIB: {why}");
    store.check(ATTRIBUTE, &["-n", "a"], 102, "", &text);
    let text = format!("crm_ticket: Could not connect to the CIB: {why}");
    store.check(TICKET, &["-l"], 102, "", &text);
}

#[test]
fn attributes_of_nodes_and_cluster() {
    let store = Store::new("attributes_of_nodes_and_cluster");
    store.check(ATTRIBUTE, &["-n", "batch-limit", "-v", "3"], 0, "", "");
    store.check(
        ATTRIBUTE,
        &["-n", "batch-limit", "-v", "value+=4"],
        0,
        "",
        "",
    );
    store.check(ATTRIBUTE, &["-n", "batch-limit", "-Gq"], 0, "7\n", "");
    let transient = ["-N", "alpha", "-l", "reboot", "-n", "x#y_0"];
    store.check(
        ATTRIBUTE,
        &[&transient[..], &["-v", "2"]].concat(),
        0,
        "",
        "",
    );
    let shown = "scope=status name=x#y_0 value=2\n";
    store.check(ATTRIBUTE, &transient, 0, shown, "");
    let deleted = "Deleted status attribute: id=status-1-x.y_0 name=x#y_0\n";
    store.check(
        ATTRIBUTE,
        &[&transient[..], &["-D"]].concat(),
        0,
        deleted,
        "",
    );
    let missing = "crm_attribute: Error performing operation: No such device or address\n";
    store.check(ATTRIBUTE, &transient, 105, "", missing);
    let unknown = "crm_attribute: Could not map name=omega to a UUID\n";
    store.check(ATTRIBUTE, &["-N", "omega", "-n", "x"], 105, "", unknown);
}

#[test]
fn what_the_default_of_an_attribute_looks_like() {
    let store = Store::new("what_the_default_of_an_attribute_looks_like");
    let text = "scope=nodes name=zz.* value=9\n";
    store.check(
        ATTRIBUTE,
        &["-N", "alpha", "-P", "zz.*", "-d", "9"],
        0,
        text,
        "",
    );
    let xml = store.run(
        ATTRIBUTE,
        &["-N", "alpha", "-n", "zz", "-d", "9", "--output-as=xml"],
    );
    let leaf = "<attribute name=\"zz\" value=\"9\" scope=\"nodes\" host=\"alpha\"/>";
    assert!(xml.out.contains(leaf), "{}", xml.out);
}

#[test]
fn utilization_is_of_nodes_unless_a_type_follows() {
    let store = Store::new("utilization_is_of_nodes_unless_a_type_follows");
    let cpu = ["-N", "alpha", "-n", "cpu", "-v", "4"];
    let (before, after) = (["-t", "crm_config", "-z"], ["-z", "-t", "crm_config"]);
    store.check(ATTRIBUTE, &[&cpu[..], &before].concat(), 0, "", "");
    store.check_version("<utilization id=\"nodes-1-utilization\">");
    store.check(ATTRIBUTE, &[&cpu[..], &after].concat(), 0, "", "");
    store.check_version("id=\"cib-bootstrap-options-cpu\"");
}

#[test]
fn wrappers_of_crm_attribute() {
    let store = Store::new("wrappers_of_crm_attribute");
    store.check(STANDBY, &["-N", "alpha", "--upd=on"], 0, "", "");
    let on = "scope=nodes name=standby value=on\n";
    store.check(STANDBY, &["-N", "alpha"], 0, on, "");
    let deleted = "Deleted nodes attribute: id=nodes-1-standby name=standby\n";
    store.check(STANDBY, &["-N", "alpha", "-D"], 0, deleted, "");
    let off = "scope=status name=standby value=off\n";
    store.check(STANDBY, &["-N", "alpha"], 0, off, "");
    for (name, value) in [("monitor_10000", "2"), ("start_0", "3")] {
        let name = format!("fail-count-a#{name}");
        let args = ["-N", "alpha", "-t", "status", "-n", &name, "-v", value];
        store.check(ATTRIBUTE, &args, 0, "", "");
    }
    let all = "scope=status  name=fail-count-a value=5\n";
    store.check(FAILCOUNT, &["-G", "-r", "a", "-N", "alpha"], 0, all, "");
    let one = [
        "-Gq", "-r", "a", "-N", "alpha", "-n", "monitor", "-I", "10s",
    ];
    store.check(FAILCOUNT, &one, 0, "2\n", "");
    let unknown = "crm_attribute: Could not map name=omega to a UUID\n";
    let nothing = "scope=status  name=fail-count-a value=\n";
    let args = ["-G", "-r", "a", "-N", "omega"];
    store.check(FAILCOUNT, &args, 0, nothing, unknown);
}

#[test]
fn working_copies() {
    let mut store = Store::new("working_copies");
    let begin = "A new shadow instance was created. To begin using it, enter the following into your shell:\n\
        \texport CIB_shadow=s\n";
    store.check(SHADOW, &["-b", "-c", "s"], 0, begin, "");
    store.set("CIB_shadow", "s");
    store.check(ATTRIBUTE, &["-n", "batch-limit", "-v", "3"], 0, "", "");
    let diff = "Diff: --- 0.1.0 2\nDiff: +++ 0.2.0 (no digest)\n+  /cib:  @epoch=2\n\
        ++ /cib/configuration/crm_config:  <cluster_property_set id=\"cib-bootstrap-options\"/>\n";
    let shown = store.run(SHADOW, &["-d"]);
    assert_eq!(shown.status, 1);
    assert!(shown.out.starts_with(diff), "{}", shown.out);
    store.check_version("epoch=\"1\"");
    store.check(SHADOW, &["-C", "s", "-f"], 0, "", "");
    store.check_version("batch-limit");
    let unset = "Remember to unset the CIB_shadow variable by entering the following into your shell:\n\
        \tunset CIB_shadow\n";
    store.check(SHADOW, &["-D", "s", "-f"], 0, unset, "");
    let gone = "crm_shadow: Could not access shadow instance 's': No such file or directory\n";
    store.check(SHADOW, &["-p"], 105, "", gone);
}

#[test]
fn tickets() {
    let store = Store::new("tickets");
    let refused = store.run(TICKET, &["-t", "T", "-g"]);
    assert_eq!(refused.status, 107);
    assert!(
        refused
            .err
            .ends_with("crm_ticket: Ticket modification not allowed without --force\n")
    );
    store.check(TICKET, &["-t", "T", "-gf"], 0, "", "");
    let granted = "T\tgranted last-granted=\"Tue Nov 14 22:23:20 2023\"\n";
    store.check(TICKET, &["-l"], 0, granted, "");
    store.check(
        TICKET,
        &["-t", "T", "-G", "last-granted"],
        0,
        "1700000600\n",
        "",
    );
    store.check(TICKET, &["-t", "T", "-C", "-f"], 0, "Cleaned up T\n", "");
}
