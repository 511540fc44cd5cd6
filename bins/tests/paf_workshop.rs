//! The workshop of PAF (PostgreSQL Automatic Failover), as one run: each step simulates an event on the CIB that an
//! earlier step left behind.
//!
//! The cluster is `examples/postgresql.xml`: three nodes, PostgreSQL promoted on hanode2 with the address next to it,
//! moved after three failures. The promotion scores are permanent node attributes, as PAF keeps them, so a node that
//! was fenced can be promoted again when it is back.

mod tool;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use tool::{Ran, project, scratch, simulate};

/// The failure that all is about.
const FAILURE: [&str; 2] = ["-i", "pgsqld_monitor_15000@hanode2=1"];

/// One simulation.
struct Step {
    /// What is planned, white space squeezed.
    plan: Vec<String>,
    /// What is executed, likewise.
    executed: Vec<String>,
    /// Status afterwards, likewise.
    status: Vec<String>,
    /// The CIB afterwards.
    result: PathBuf,
}

impl Step {
    /// Simulates events on a CIB; the result goes to `result`.
    #[track_caller]
    fn run(cib: &Path, events: &[&str], result: PathBuf) -> Step {
        let mut args: Vec<OsString> = vec![
            "-S".into(),
            "-x".into(),
            cib.into(),
            "-O".into(),
            result.clone().into(),
        ];
        args.extend(events.iter().map(OsString::from));
        let Ran { status, out, err } = simulate(args);
        assert_eq!((status, err.as_str()), (0, ""), "{out}");
        Step {
            plan: section(&out, "Transition Summary:"),
            executed: section(&out, "Executing Cluster Transition:"),
            status: section(&out, "Revised Cluster Status:"),
            result,
        }
    }

    #[track_caller]
    fn plans(&self, want: &[&str]) {
        assert_eq!(self.plan, want);
    }

    /// These are executed, in this order (other actions may come in between).
    #[track_caller]
    fn executes(&self, want: &[&str]) {
        let mut rest = self.executed.iter();
        for line in want {
            assert!(
                rest.any(|got| got == line),
                "{line:?} is missing or too early in {:#?}",
                self.executed
            );
        }
    }

    #[track_caller]
    fn shows(&self, want: &[&str]) {
        for line in want {
            assert!(
                self.status.iter().any(|got| got == line),
                "{line:?} is missing in {:#?}",
                self.status
            );
        }
    }

    fn cib(&self) -> String {
        fs::read_to_string(&self.result).expect("the step wrote it")
    }
}

/// Lines of a part of the output, without bullets and with white space squeezed.
fn section(out: &str, title: &str) -> Vec<String> {
    out.lines()
        .skip_while(|line| *line != title)
        .skip(1)
        .take_while(|line| {
            line.is_empty() || line.starts_with(' ') || line.starts_with("Pretending")
        })
        .map(|line| {
            line.split_whitespace()
                .filter(|word| *word != "*")
                .collect::<Vec<_>>()
                .join(" ")
        })
        .filter(|line| !line.is_empty())
        .collect()
}

/// The initial CIB with one more constraint.
fn constrained(result: PathBuf, constraint: &str) -> PathBuf {
    let text =
        fs::read_to_string(project("examples/postgresql.xml")).expect("the example is there");
    fs::write(
        &result,
        text.replacen("<constraints>", &format!("<constraints>{constraint}"), 1),
    )
    .expect("the scratch directory can be written");
    result
}

const HANODE2_PROMOTED: [&str; 3] = [
    "Promoted: [ hanode2 ]",
    "Unpromoted: [ hanode1 hanode3 ]",
    "pgsql-pri-ip (ocf:heartbeat:IPaddr2): Started hanode2",
];
const FAILOVER_TO_HANODE1: [&str; 3] = [
    "Promote pgsqld:0 ( Unpromoted -> Promoted hanode1 )",
    "Stop pgsqld:1 ( Promoted hanode2 ) due to node availability",
    "Move pgsql-pri-ip ( hanode2 -> hanode1 )",
];
const HANODE1_PROMOTED: [&str; 4] = [
    "Promoted: [ hanode1 ]",
    "Unpromoted: [ hanode3 ]",
    "Stopped: [ hanode2 ]",
    "pgsql-pri-ip (ocf:heartbeat:IPaddr2): Started hanode1",
];

#[test]
fn workshop() {
    let directory = scratch("paf-workshop");
    let file = |name: &str| directory.join(name);
    let initial = project("examples/postgresql.xml");

    let settled = Step::run(&initial, &[], file("0.xml"));
    settled.plans(&[]);
    assert!(settled.executed.is_empty(), "{:#?}", settled.executed);
    settled.shows(&HANODE2_PROMOTED);

    // 1. The promoted instance fails: recovered in place, everyone is told before and after each step.
    let first = Step::run(&initial, &FAILURE, file("1.xml"));
    first.plans(&["Recover pgsqld:1 ( Promoted hanode2 )"]);
    first.executes(&[
        "Pseudo action: pgsqld-clone_pre_notify_demote_0",
        "Resource action: pgsqld notify on hanode1",
        "Resource action: pgsqld notify on hanode2",
        "Resource action: pgsqld notify on hanode3",
        "Pseudo action: pgsqld-clone_confirmed-pre_notify_demote_0",
        "Resource action: pgsqld demote on hanode2",
        "Pseudo action: pgsqld-clone_post_notify_demoted_0",
        "Pseudo action: pgsqld-clone_confirmed-post_notify_demoted_0",
        "Pseudo action: pgsqld-clone_pre_notify_stop_0",
        "Pseudo action: pgsqld-clone_confirmed-pre_notify_stop_0",
        "Resource action: pgsqld stop on hanode2",
        "Pseudo action: pgsqld-clone_post_notify_stopped_0",
        "Pseudo action: pgsqld-clone_confirmed-post_notify_stopped_0",
        "Pseudo action: pgsqld-clone_pre_notify_start_0",
        "Pseudo action: pgsqld-clone_confirmed-pre_notify_start_0",
        "Resource action: pgsqld start on hanode2",
        "Pseudo action: pgsqld-clone_post_notify_running_0",
        "Pseudo action: pgsqld-clone_confirmed-post_notify_running_0",
        "Pseudo action: pgsqld-clone_pre_notify_promote_0",
        "Pseudo action: pgsqld-clone_confirmed-pre_notify_promote_0",
        "Resource action: pgsqld promote on hanode2",
        "Pseudo action: pgsqld-clone_post_notify_promoted_0",
        "Pseudo action: pgsqld-clone_confirmed-post_notify_promoted_0",
        "Resource action: pgsqld monitor=15000 on hanode2",
    ]);
    first.shows(&HANODE2_PROMOTED);
    assert!(
        first
            .cib()
            .contains(r#"name="fail-count-pgsqld#monitor_15000" value="1""#)
    );

    // 2. Once more.
    let second = Step::run(&first.result, &FAILURE, file("2.xml"));
    assert_eq!(
        (&second.plan, &second.executed),
        (&first.plan, &first.executed)
    );
    second.shows(&HANODE2_PROMOTED);
    assert!(
        second
            .cib()
            .contains(r#"name="fail-count-pgsqld#monitor_15000" value="2""#)
    );

    // 3. The third time is one too many.
    let third = Step::run(&second.result, &FAILURE, file("3.xml"));
    third.plans(&FAILOVER_TO_HANODE1);
    third.executes(&[
        "Resource action: pgsqld demote on hanode2",
        "Resource action: pgsql-pri-ip stop on hanode2",
        "Resource action: pgsqld stop on hanode2",
        "Resource action: pgsqld promote on hanode1",
        "Resource action: pgsql-pri-ip start on hanode1",
    ]);
    third.shows(&HANODE1_PROMOTED);

    // 4. The second recovery does not even start: failed on hanode2 first, promoted on hanode1 after that.
    let events = [FAILURE[0], FAILURE[1], "-F", "pgsqld_start_0@hanode2=1"];
    let unstarted = Step::run(&first.result, &events, file("4.xml"));
    unstarted.plans(&["Recover pgsqld:1 ( Promoted hanode2 )"]);
    unstarted.shows(&[
        "pgsqld (ocf:heartbeat:pgsqlms): FAILED Promoted hanode2",
        "Unpromoted: [ hanode1 hanode3 ]",
    ]);
    let replaced = Step::run(&unstarted.result, &[], file("4-next.xml"));
    replaced.plans(&FAILOVER_TO_HANODE1);
    replaced.shows(&HANODE1_PROMOTED);

    // 5. hanode1 cannot be promoted in its place, so hanode3 is.
    let events = [FAILURE[0], FAILURE[1], "-F", "pgsqld_promote_0@hanode1=2"];
    let unpromoted = Step::run(&second.result, &events, file("5.xml"));
    unpromoted.plans(&FAILOVER_TO_HANODE1);
    unpromoted.shows(&[
        "pgsqld (ocf:heartbeat:pgsqlms): FAILED Promoted hanode1",
        "Unpromoted: [ hanode3 ]",
        "Stopped: [ hanode2 ]",
        "pgsql-pri-ip (ocf:heartbeat:IPaddr2): Stopped",
    ]);
    let last = Step::run(&unpromoted.result, &[], file("5-next.xml"));
    last.plans(&[
        "Stop pgsqld:0 ( Promoted hanode1 ) due to node availability",
        "Promote pgsqld:1 ( Unpromoted -> Promoted hanode3 )",
        "Start pgsql-pri-ip ( hanode3 )",
    ]);
    let hanode3_promoted = [
        "Promoted: [ hanode3 ]",
        "Stopped: [ hanode1 hanode2 ]",
        "pgsql-pri-ip (ocf:heartbeat:IPaddr2): Started hanode3",
    ];
    last.shows(&hanode3_promoted);

    // 6. hanode3 is lost as well: nothing is left.
    let lost = Step::run(&last.result, &["--node-fail", "hanode3"], file("6.xml"));
    lost.plans(&[
        "Fence (reboot) hanode3 'peer is no longer part of the cluster'",
        "Stop pgsqld:0 ( Promoted hanode3 ) due to node availability",
        "Stop pgsql-pri-ip ( hanode3 ) due to node availability",
    ]);
    lost.executes(&["Fencing hanode3 (reboot)"]);
    lost.shows(&[
        "OFFLINE: [ hanode3 ]",
        "Stopped: [ hanode1 hanode2 hanode3 ]",
        "pgsql-pri-ip (ocf:heartbeat:IPaddr2): Stopped",
    ]);
    assert!(
        !lost.status.iter().any(|line| line.contains("Promoted")),
        "{:#?}",
        lost.status
    );

    // 7. It comes back.
    let back = Step::run(&lost.result, &["--node-up", "hanode3"], file("7.xml"));
    back.executes(&[
        "Resource action: pgsqld monitor on hanode3",
        "Resource action: pgsqld start on hanode3",
        "Resource action: pgsqld promote on hanode3",
        "Resource action: pgsql-pri-ip start on hanode3",
    ]);
    let after = Step::run(&back.result, &[], file("7-next.xml"));
    after.plans(&[]);
    after.shows(&hanode3_promoted);
}

#[test]
fn promoted_node_is_lost() {
    let directory = scratch("paf-node-lost");
    let lost = Step::run(
        &project("examples/postgresql.xml"),
        &["--node-fail", "hanode2"],
        directory.join("8.xml"),
    );
    assert_eq!(
        lost.plan[0],
        "Fence (reboot) hanode2 'peer is no longer part of the cluster'"
    );
    lost.executes(&[
        "Fencing hanode2 (reboot)",
        "Pseudo action: pgsqld_stop_0",
        "Resource action: pgsqld promote on hanode1",
        "Resource action: pgsql-pri-ip start on hanode1",
    ]);
    lost.shows(&["OFFLINE: [ hanode2 ]"]);
    lost.shows(&HANODE1_PROMOTED);
}

#[test]
fn another_node_is_preferred() {
    let directory = scratch("paf-preference");
    let preference =
        r#"<rsc_location id="prefer-hanode1" rsc="pgsqld-clone" node="hanode1" score="200"/>"#;
    let input = constrained(directory.join("input.xml"), preference);
    let moved = Step::run(&input, &[], directory.join("9.xml"));
    moved.plans(&[
        "Promote pgsqld:0 ( Unpromoted -> Promoted hanode1 )",
        "Demote pgsqld:1 ( Promoted -> Unpromoted hanode2 )",
        "Move pgsql-pri-ip ( hanode2 -> hanode1 )",
    ]);
    moved.shows(&["Promoted: [ hanode1 ]", "Unpromoted: [ hanode2 hanode3 ]"]);
}

#[test]
fn promoted_node_is_banned() {
    let directory = scratch("paf-ban");
    let ban =
        r#"<rsc_location id="ban-hanode2" rsc="pgsqld-clone" node="hanode2" score="-INFINITY"/>"#;
    let input = constrained(directory.join("input.xml"), ban);
    let Ran { status, out, err } = simulate([OsString::from("-sQ"), "-x".into(), input.into()]);
    assert_eq!((status, err.as_str()), (0, ""));
    for rsc in ["pgsqld-clone", "pgsqld:0", "pgsqld:1", "pgsqld:2"] {
        let line = format!("pcmk__clone_assign: {rsc} allocation score on hanode2: -INFINITY");
        assert!(
            out.lines().any(|got| got == line),
            "{line:?} is missing in\n{out}"
        );
    }
    assert!(
        out.lines()
            .any(|got| got == "pgsqld:0 promotion score on hanode1: 1000"),
        "{out}"
    );
    assert!(
        out.lines()
            .any(|got| got == "pgsqld:1 promotion score (inactive): -INFINITY"),
        "{out}"
    );
}
