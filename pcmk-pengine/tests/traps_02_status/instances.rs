//! Instances, removed resources, locks.

use super::*;

#[test]
fn trap_25_instances_on_unclean_nodes() {
    let cluster = |max: u32, requires: &str| {
        quiet("n1 n2:unclean n3")
            .fencing()
            .resources(&format!(
                "clone C clone-max={max} ( a requires={requires} )"
            ))
            .history("n1", "a start")
            .history("n2", "a start")
            .run()
    };
    let removed = |run: &Run| {
        let rsc = run.decision.state.node(run.node("n2")).running[0];
        run.decision.config.rsc(rsc).removed
    };
    assert!(removed(&cluster(2, "quorum")));
    assert!(removed(&cluster(2, "nothing")));
    assert!(!removed(&cluster(2, "fencing")));
    assert!(!removed(&cluster(3, "quorum")), "as many as nodes");
    // A guest node counts as a node.
    let run = quiet("n1 n2:unclean")
        .fencing()
        .resources("vm remote-node=g clone C clone-max=2 ( a requires=quorum )")
        .history("n2", "a start")
        .run();
    assert!(removed(&run));
}

#[test]
fn trap_26_stopped_histories_share_an_instance() {
    let run = Cluster::new("n1 n2 n3")
        .resources("clone C ( a )")
        .history("n1", "a monitor")
        .history("n2", "a monitor")
        .history("n3", "a start")
        .run();
    let known = |rsc: &str| {
        let table = &run.decision.state.rsc(run.rsc(rsc)).known;
        table
            .iter()
            .map(|e| run.decision.config.node_name(e.node).to_owned())
            .collect::<Vec<String>>()
    };
    // The first free one has the histories of both nodes, and of the third, which made it active there.
    assert_eq!(known("a:0"), ["n1", "n2", "n3"]);
    assert_eq!(known("C"), ["n1", "n2", "n3"]);
    assert_eq!(run.active("a:0"), ["n3"]);
    assert!(!run.graph().iter().any(|l| l.contains("_monitor_0")));
}

#[test]
fn trap_27_second_history_of_an_anonymous_clone() {
    let run = quiet("n1 n2 n3")
        .resources("clone C ( a )")
        .history("n1", "a start\na:1 start")
        .run();
    assert_eq!(run.active("a:0"), ["n1"]);
    let extra: Vec<&str> = run
        .decision
        .config
        .resources
        .iter()
        .filter(|r| r.removed)
        .map(|r| &*r.id)
        .collect();
    assert_eq!(extra, ["a:3"]);
    assert_eq!(run.active("a:3"), ["n1"]);
}

#[test]
fn trap_28_removed_resources() {
    let run = quiet("n1 n2")
        .resources("A priority=-5")
        .rsc_defaults("priority=3")
        .history("n1", "gone@ocf:heartbeat:IPaddr !{container=box} start")
        .history("n2", "gone@ocf:heartbeat:Other start")
        .run();
    let gone = run.decision.config.rsc(run.rsc("gone"));
    assert_eq!(
        gone.agent.as_deref(),
        Some("IPaddr"),
        "as the first node had it"
    );
    assert!(gone.removed && gone.removed_launched);
    assert_eq!(
        run.decision.config.top.last(),
        Some(&run.rsc("gone")),
        "after the sort by priority"
    );
    assert_eq!(run.active("gone"), ["n1", "n2"]);
    assert_eq!(
        gone.meta("container"),
        Some("box"),
        "its attributes are meta-attributes"
    );
    // An empty entry is no resource.
    let run = quiet("n1").resources("A").history("n1", "gone").run();
    assert!(run.decision.config.find_rsc("gone").is_none());
    let run = quiet("n1")
        .options("stop-removed-resources=false")
        .history("n1", "gone start")
        .run();
    assert!(!managed(&run, "gone"));
    assert_eq!(run.graph(), Vec::<String>::new());
}

#[test]
fn trap_29_unmanaged_and_active() {
    let run = quiet("n1 n2")
        .resources("A is-managed=false multiple-active=block")
        .history("n1", "A start")
        .history("n2", "A start")
        .run();
    assert_eq!(
        (allowed(&run, "A", "n1"), allowed(&run, "A", "n2")),
        (INF, INF)
    );
    assert!(!run.decision.board.rsc(run.rsc("A")).blocked);
    // Ancestors collect duplicates.
    let run = quiet("n1 n2")
        .resources("group G is-managed=false ( A B )")
        .history("n1", "A start\nB start")
        .run();
    assert_eq!(run.active("G"), ["n1", "n1"]);
    let run = quiet("n1 n2")
        .resources("group G ( A B )")
        .history("n1", "A start\nB start")
        .run();
    assert_eq!(run.active("G"), ["n1"]);
}

#[test]
fn trap_30_multiple_active_block_of_a_group() {
    let cluster = |group: &str, member: &str| {
        quiet("n1 n2")
            .resources(&format!("group G {group} ( A {member} B )"))
            .history("n1", "A start\nB start")
            .history("n2", "A start")
            .run()
    };
    let run = cluster("multiple-active=block", "");
    assert!(!managed(&run, "A") && !managed(&run, "B"));
    let run = cluster("", "multiple-active=block");
    assert!(!managed(&run, "A") && managed(&run, "B"));
}

#[test]
fn trap_31_multiplicity() {
    let cluster = |requires: &str| {
        quiet("n1 n2:unclean")
            .fencing()
            .resources(&format!("A requires={requires} multiple-active=block"))
            .history("n1", "A start")
            .history("n2", "A start")
            .run()
    };
    assert!(!managed(&cluster("fencing"), "A"));
    assert!(managed(&cluster("quorum"), "A"));
}

#[test]
fn trap_32_a_stop_elsewhere_is_bound() {
    // The stop of a resource seen inactive on a node: none exists without a node at that point of a normal run, so only
    // the harmless half can be seen.
    let run = quiet("n1 n2")
        .resources("A")
        .history("n1", "A start=1")
        .history("n2", "A monitor")
        .run();
    assert!(run.requires("A_stop_0 n1"));
    assert!(!run.knows("A_stop_0 n2"));
}

#[test]
fn trap_33_locks() {
    let cluster = |options: &str, more: &str| {
        Cluster::new("n1 n2:offline")
            .options(&format!(
                "enable-startup-probes=false fencing-enabled=false {options}"
            ))
            .resources("A")
            .history("n2", &format!("A !{{shutdown-lock=1699999000}} {more}"))
            .run()
    };
    let run = cluster("shutdown-lock=true", "");
    assert_eq!(run.place("A"), None, "{:?}", run.summary());
    assert_eq!(
        run.decision.board.rsc(run.rsc("A")).lock_node,
        Some(run.node("n2"))
    );
    assert_eq!(cluster("shutdown-lock=false", "").place("A"), Some("n1"));
    // Expired: more than the limit ago.
    let run = cluster("shutdown-lock=true shutdown-lock-limit=1000s", "stop");
    assert_eq!(run.place("A"), None);
    let run = cluster("shutdown-lock=true shutdown-lock-limit=999s", "stop");
    assert_eq!(run.place("A"), Some("n1"));
    assert!(run.does("A_lrm_delete_0 n2"), "{:?}", run.actions());
}

// Trap 34 is about display: see the tool's tests.

#[test]
fn trap_35_failed_operations() {
    let run = quiet("n1 n2")
        .resources("A [monitor interval=10s]")
        .history(
            "n1",
            "A start=1:0{id=A_last_failure_0,operation_key=A_start_0,op-status=4} start=1:0{operation_key=A_start_0} stop start monitor/10000=1:0",
        )
        .run();
    assert_eq!(run.failures(), ["A_start_0 n1", "A_monitor_10000 n1"]);
    let first = &run.decision.state.failed[0];
    assert_eq!(
        (first.attr("rc-code"), first.attr("op-status")),
        (Some("1"), Some("4")),
        "as recorded"
    );
    assert_eq!(
        (first.attr("uname"), first.attr("rsc-id")),
        (Some("n1"), Some("A"))
    );
}

#[test]
fn trap_36_transient_attributes_win() {
    let run = quiet("n1 n2")
        .permanent("n1", "colour=green standby=on #uname=other #kind=moon")
        .transient("n1", "colour=red standby=off")
        .run();
    let attributes = &run.decision.state.node(run.node("n1")).attributes;
    let value = |name: &str| attributes.get(name).map(|v| &**v);
    assert_eq!(value("colour"), Some("red"));
    assert!(!run.decision.board.node(run.node("n1")).standby);
    assert_eq!(value("#uname"), Some("n1"));
    assert_eq!(value("#kind"), Some("cluster"));
    assert_eq!(value("#is_dc"), Some("true"));
    // A transient one may say otherwise, as nothing is set after it.
    let run = quiet("n1 n2").transient("n1", "#uname=other").run();
    assert_eq!(
        run.decision
            .state
            .node(run.node("n1"))
            .attributes
            .get("#uname")
            .map(|v| &**v),
        Some("other")
    );
    // Within a section the higher score wins; between sections score does not matter.
    let text = quiet("n1")
        .document()
        .replace("<node id=\"1\" uname=\"n1\"></node>", r#"<node id="1" uname="n1"><instance_attributes id="a" score="1"><nvpair id="a1" name="x" value="low"/></instance_attributes><instance_attributes id="b" score="9"><nvpair id="b1" name="x" value="high"/></instance_attributes></node>"#);
    let run = support::run(&text, NOW, false);
    assert_eq!(
        run.decision
            .state
            .node(run.node("n1"))
            .attributes
            .get("x")
            .map(|v| &**v),
        Some("high")
    );
}
