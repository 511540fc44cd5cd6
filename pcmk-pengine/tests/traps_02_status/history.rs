//! Reading the history of operations.

use super::*;

#[test]
fn trap_01_two_matches_are_none() {
    // V was migrated from n1 to n2, successfully as far as n1 knows; nothing was heard from n2 but a monitor that found
    // nothing there, later than the migration (different nodes, so the time counts).
    let cluster = |more: &str| {
        quiet("n1 n2")
            .resources("V allow-migrate=true [monitor interval=10s]")
            .history(
                "n1",
                "V start migrate_to{migrate_source=n1,migrate_target=n2,last-rc-change=1699000000}",
            )
            .history(
                "n2",
                &format!("V monitor{{last-rc-change=1699000100,call-id=90}} {more}"),
            )
            .run()
    };
    // The target's later "not running" says the migration is over there, so only the source is left (as failed).
    assert_eq!(cluster("").active("V"), ["n1"]);
    assert!(failed(&cluster(""), "V"));
    // With a recurring monitor recorded as well there is no "the monitor", and the target counts.
    let run = cluster("monitor/10000=7:0{call-id=91,last-rc-change=1699000200}");
    assert_eq!(run.active("V"), ["n2", "n1"]);
}

#[test]
fn trap_02_ties_are_read_backwards() {
    let pending = |operations: &str| {
        let run = quiet("n1").resources("A").history("n1", operations).run();
        let pending = run.decision.state.rsc(run.rsc("A")).pending.clone();
        pending.map(|(task, _)| task.to_string())
    };
    assert_eq!(pending("A stop? start?").as_deref(), Some("start"));
    assert_eq!(pending("A start? stop?").as_deref(), Some("stop"));
}

#[test]
fn trap_03_order_of_entries() {
    let role_after = |operations: &str| {
        let run = quiet("n1").resources("A").history("n1", operations).run();
        role(&run, "A")
    };
    assert_eq!(role_after("A stop{call-id=5} start{call-id=4}"), "Stopped");
    assert_eq!(role_after("A stop{call-id=4} start{call-id=5}"), "Started");
    // Equal calls: the time.
    assert_eq!(
        role_after("A stop{call-id=4,last-rc-change=9} start{call-id=4,last-rc-change=8}"),
        "Stopped"
    );
    assert_eq!(
        role_after("A stop{call-id=4,last-rc-change=8} start{call-id=4,last-rc-change=9}"),
        "Started"
    );
    // No node recorded is the same node, whatever the other says... both missing, so calls are compared.
    assert_eq!(
        role_after("A stop{call-id=5,-on_node} start{call-id=4,-on_node}"),
        "Stopped"
    );
    // Different nodes recorded: the time alone.
    assert_eq!(
        role_after(
            "A stop{call-id=5,on_node=x,last-rc-change=8} start{call-id=4,last-rc-change=9}"
        ),
        "Started"
    );
    assert_eq!(
        role_after(
            "A stop{call-id=5,on_node=x,last-rc-change=9} start{call-id=4,last-rc-change=8}"
        ),
        "Stopped"
    );
}

#[test]
fn trap_04_a_failure_means_active() {
    for operation in ["start=1", "monitor=1:7", "stop=1", "start=5"] {
        let run = quiet("n1 n2")
            .resources("A")
            .history("n1", &format!("A {operation}"))
            .run();
        assert_eq!(run.active("A"), ["n1"], "{operation}");
    }
    for operation in [
        "monitor=5:7",
        "monitor=2:7",
        "monitor=7:7",
        "monitor=0:7{op-status=7}",
    ] {
        let run = quiet("n1 n2")
            .resources("A")
            .history("n1", &format!("A {operation}"))
            .run();
        assert_eq!(run.active("A"), Vec::<&str>::new(), "{operation}");
        assert_eq!(role(&run, "A"), "Stopped", "{operation}");
    }
    // Of a promotable one.
    let run = quiet("n1")
        .resources("clone M promotable=true ( p )")
        .history("n1", "p start=1")
        .run();
    assert_eq!(run.decision.state.failed.len(), 1);
    assert!(failed(&run, "p:0"));
}

#[test]
fn trap_05_not_running_is_fine_if_unmanaged() {
    let cluster = |managed: &str| {
        quiet("n1")
            .resources(&format!(
                "A is-managed={managed} [monitor interval=10s on-fail=block]"
            ))
            .history("n1", "A start monitor/10000=7:0")
            .run()
    };
    let run = cluster("false");
    assert_eq!((role(&run, "A"), failed(&run, "A")), ("Stopped", false));
    assert_eq!(run.failures(), Vec::<String>::new());
    let run = cluster("true");
    assert_eq!((run.active("A"), failed(&run, "A")), (vec!["n1"], true));
    assert_eq!(run.failures(), ["A_monitor_10000 n1"]);
    // What an earlier failure wanted is forgotten.
    let run = quiet("n1 n2")
        .resources("A is-managed=false [start on-fail=standby]")
        .history("n1", "A start=1 monitor/10000=7:0")
        .run();
    assert!(!run.decision.board.node(run.node("n1")).fail_standby);
}

#[test]
fn trap_06_odd_results() {
    // Expected, but what does it mean?
    let run = quiet("n1")
        .resources("A")
        .history("n1", "A start=1:1")
        .run();
    assert!(failed(&run, "A"));
    // Degraded: recorded, not failed.
    let run = quiet("n1")
        .resources("A [monitor interval=10s]")
        .history("n1", "A start monitor/10000=190:0")
        .run();
    assert!(!failed(&run, "A"));
    assert_eq!(run.failures(), ["A_monitor_10000 n1"]);
    let run = quiet("n1")
        .resources("clone M promotable=true ( p [monitor interval=10s role=Promoted] )")
        .history("n1", "p start promote monitor/10000=191:8")
        .transient("n1", "master-p=1")
        .run();
    assert_eq!(role(&run, "p:0"), "Promoted");
    assert!(!failed(&run, "p:0"));
    assert_eq!(run.failures(), ["p_monitor_10000 n1"]);
}
