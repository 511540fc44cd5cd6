//! Failures, expiry and fail counts.

use super::*;

#[test]
fn trap_07_failures_add_up_and_are_forgiven_selectively() {
    let after = |ops: &str, history: &str| {
        quiet("n1 n2")
            .resources(&format!("A {ops}"))
            .history("n1", &format!("A {history}"))
            .run()
    };
    // A later success forgives block and restart, not stop, standby, ban or fence.
    let run = after("[start on-fail=block]", "start=1 stop start");
    assert!(managed(&run, "A") && !failed(&run, "A"));
    let run = after("[start on-fail=standby]", "start=1 stop start");
    assert!(run.decision.board.node(run.node("n1")).fail_standby);
    let run = after("[start on-fail=stop]", "start=1 stop start");
    assert_eq!(run.next_role("A"), "Stopped");
    // A good recurring monitor forgives only the failure with its own key.
    let monitors = "[monitor interval=10s on-fail=block] [monitor interval=11s]";
    let run = after(monitors, "start monitor/10000=1 monitor/11000");
    assert!(!managed(&run, "A"));
    let run = after(
        monitors,
        "start monitor/10000=1{id=A_last_failure_0} monitor/10000",
    );
    assert!(managed(&run, "A") && !failed(&run, "A"));
    // The worst of several counts.
    let run = after(
        "[monitor interval=10s on-fail=standby] [monitor interval=11s on-fail=ignore]",
        "start monitor/10000=1 monitor/11000=1",
    );
    assert!(run.decision.board.node(run.node("n1")).fail_standby);
    // Demotion clears only what asked for demotion.
    let promotable = |on_fail: &str| {
        quiet("n1")
            .resources(&format!(
                "clone M promotable=true ( p [monitor interval=10s role=Promoted on-fail={on_fail}] )"
            ))
            .history("n1", "p start promote monitor/10000=1:8 demote")
            .run()
    };
    assert!(!failed(&promotable("demote"), "p:0"));
    assert!(failed(&promotable("restart"), "p:0"));
}

#[test]
fn trap_08_unclean_nodes_forgive_but_remember() {
    let run = quiet("n1 n2:unclean")
        .fencing()
        .resources("A priority=7 [monitor interval=10s on-fail=block] B priority=3")
        .history("n2", "A start monitor/10000=1\nB start")
        .run();
    assert!(managed(&run, "A"), "the failure has no effect");
    // Only B counts for the node's priority: A is active as failed.
    assert_eq!(run.decision.board.node(run.node("n2")).priority, 3);
}

#[test]
fn trap_09_expired_failures() {
    let base = quiet("n1").resources("A failure-timeout=60s [monitor interval=10s]");
    // Recurring: rescheduled, because its restart digest was forged.
    let run = base
        .clone()
        .history("n1", "A start monitor/10000=1{id=A_last_failure_0}")
        .run();
    assert_eq!(run.decision.state.forged.len(), 1);
    assert!(
        run.does("A_monitor_10000 n1") || run.does("A_stop_0 n1"),
        "{:?}",
        run.graph()
    );
    // One-time: ignored.
    let run = base.clone().history("n1", "A monitor start=1").run();
    assert!(!failed(&run, "A"));
    assert_eq!(run.active("A"), Vec::<&str>::new());
    // A probe's good result does not expire.
    for rc in ["0", "8", "190", "191"] {
        let run = base
            .clone()
            .history("n1", &format!("A monitor={rc}:7"))
            .run();
        assert_eq!(run.active("A"), ["n1"], "{rc}");
    }
    let run = base.clone().history("n1", "A monitor=1:7").run();
    assert_eq!(run.active("A"), Vec::<&str>::new());
}

#[test]
fn trap_10_two_comparisons() {
    // Entry: now >= change + timeout. Count: now > last failure + timeout.
    let cluster = |change: i64, last: i64| {
        quiet("n1 n2")
            .resources("A failure-timeout=60s")
            .transient(
                "n1",
                &format!("fail-count-A#start_0=2 last-failure-A#start_0={last}"),
            )
            .history(
                "n1",
                &format!("A start=1{{id=A_last_failure_0,last-rc-change={change}}}"),
            )
            .run()
    };
    assert!(!failed(&cluster(NOW - 60, NOW - 61), "A"), "both expired");
    assert!(cluster(NOW - 60, NOW - 61).does("A_clear_failcount_0 n1"));
    assert!(
        failed(&cluster(NOW - 60, NOW - 60), "A"),
        "the count did not"
    );
    assert!(!cluster(NOW - 60, NOW - 60).does("A_clear_failcount_0 n1"));
    assert!(
        failed(&cluster(NOW - 59, NOW - 61), "A"),
        "the entry did not"
    );
}

#[test]
fn trap_11_block_switches_expiry_off() {
    let cluster = |op: &str| {
        quiet("n1 n2")
            .resources(&format!("A failure-timeout=60s migration-threshold=1 {op}"))
            .transient(
                "n1",
                "fail-count-A#monitor_10000=1 last-failure-A#monitor_10000=1699999000",
            )
            .history("n1", "A start monitor/10000=1{id=A_last_failure_0}")
            .run()
    };
    let run = cluster("[monitor interval=10s on-fail=block]");
    assert_eq!(run.decision.board.rsc(run.rsc("A")).failure_timeout_ms, 0);
    assert!(!run.does("A_clear_failcount_0 n1"));
    // Only the attribute counts, not a block of meta-attributes.
    let run = cluster("[monitor interval=10s +on-fail=block]");
    assert_eq!(
        run.decision.board.rsc(run.rsc("A")).failure_timeout_ms,
        60_000
    );
    assert!(run.does("A_clear_failcount_0 n1"));
}

#[test]
fn trap_12_names_of_fail_counts() {
    let banned = |resources: &str, rsc: &str, attributes: &str| {
        let run = quiet("n1 n2")
            .resources(resources)
            .transient("n1", attributes)
            .run();
        allowed(&run, rsc, "n1") == -INF
    };
    let two = "A migration-threshold=2";
    assert!(
        banned(
            two,
            "A",
            "fail-count-A#monitor_10000=1 fail-count-A#start_0=1"
        ),
        "added up"
    );
    assert!(!banned(two, "A", "fail-count-A#monitor_10000=1"));
    assert!(
        !banned(two, "A", "fail-count-A=2"),
        "old names are not recognised"
    );
    assert!(
        !banned(two, "A", "fail-count-A:0#start_0=2"),
        "unique: no instance number"
    );
    assert!(!banned(two, "A", "fail-count-A#start=2"), "no interval");
    assert!(
        banned(
            "a.b migration-threshold=2",
            "a.b",
            "fail-count-axb#start_0=2"
        ),
        "a dot matches anything"
    );
    assert!(banned(
        "clone C ( a migration-threshold=2 )",
        "a:0",
        "fail-count-a#start_0=2"
    ));
    assert!(banned(
        "clone C ( a migration-threshold=2 )",
        "a:1",
        "fail-count-a:7#start_0=2"
    ));
    assert!(
        banned("A", "A", "fail-count-A#start_0=INFINITY"),
        "infinity reaches the default"
    );
    assert!(!banned("A", "A", "fail-count-A#start_0=999999"));
    assert!(!banned(
        "A migration-threshold=0",
        "A",
        "fail-count-A#start_0=INFINITY"
    ));
}

#[test]
fn trap_13_fail_counts_of_launched_resources() {
    let run = quiet("n1 n2")
        .resources("vm remote-node=g migration-threshold=2")
        .transient("n1", "fail-count-vm#start_0=1 fail-count-g#monitor_30000=1")
        .run();
    assert_eq!(allowed(&run, "vm", "n1"), -INF);
    let run = quiet("n1 n2")
        .resources("bundle bun replicas=1 ip=10.0.0.1 +migration-threshold=2 ( a )")
        .transient(
            "n1",
            "fail-count-bun-docker-0#start_0=1 fail-count-bun-0#monitor_30000=1",
        )
        .run();
    assert_ne!(allowed(&run, "bun-docker-0", "n1"), -INF);
}
