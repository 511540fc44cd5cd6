//! What blocks, and what is pending.

use super::*;

#[test]
fn trap_34_no_promotion_without_start() {
    let run = quiet("n1")
        .resources("X target-role=Stopped clone M promotable=true ( p )")
        .constraints("order X then M")
        .transient("n1", "master-p=10")
        .run();
    assert_eq!(run.next_role("p:0"), "Promoted");
    assert!(!run.does("p:0_start_0 n1") && !run.does("p:0_promote_0 n1"));
    // A start that cannot run when the promotion is planned: it is not planned at all.
    let run = quiet("n1:pending")
        .resources("clone M promotable=true ( p )")
        .transient("n1", "master-p=10")
        .run();
    assert!(!run.knows("p:0_promote_0 n1"));
}

#[test]
fn trap_35_a_blocked_stop_blocks_without_reason() {
    let run = quiet("n1 n2")
        .resources("A B")
        .constraints("order A then B\nlocation A n2 INFINITY\nlocation B n2 INFINITY")
        .history("n1", "A start\nB start stop=1")
        .run();
    // B's failed stop blocks it, A must not be stopped before B.
    assert_eq!(run.line("B"), None, "unmanaged");
    assert_eq!(
        run.line("A").as_deref(),
        Some("Stop A (n1) blocked"),
        "{:?}",
        run.summary()
    );
    assert_eq!(run.reason("A_stop_0 n1"), None);
    assert_eq!(run.graph(), Vec::<String>::new());
}

#[test]
fn trap_36_unfencing_restarts_where_it_happens() {
    let cluster = |unfenced: &str| {
        quiet("n1 n2")
            .fencing()
            .resources("U@stonith:fence_unfence provides=unfencing A requires=unfencing")
            .constraints("location A n2 10\nlocation U n1 10")
            .transient("n1", "#node-unfenced=1699999000")
            .transient("n2", &format!("#node-unfenced={unfenced}"))
            .history("n1", "U@stonith:fence_unfence start")
            .history("n2", "A start")
            .run()
    };
    let records = cluster("1699999000").records();
    assert!(
        records
            .iter()
            .any(|r| r.ends_with("stonith-n2-on -> A_start_0 FISNT,SAME")),
        "{records:?}"
    );
    assert!(
        records
            .iter()
            .any(|r| r.ends_with("A_stop_0 -> stonith-n2-on O,SAME")),
        "{records:?}"
    );
    assert_eq!(cluster("1699999000").graph(), Vec::<String>::new());
    let run = cluster("0");
    assert_eq!(run.reason("stonith-n2-on n2"), Some("required by A start"));
    assert_eq!(run.inputs("stonith-n2-on n2"), ["A_stop_0 n2"]);
    assert!(run.waits("A_start_0 n2", "stonith-n2-on n2"));
}

#[test]
fn trap_37_probes_inside_a_container_that_stays() {
    // The connection's probe comes after the container's start, unless the container is up and cannot be started again.
    let run = Cluster::new("n1")
        .resources("bundle bun replicas=1 ip=10.0.0.1 ( a )")
        .run();
    assert!(
        run.waits("bun-0_monitor_0 n1", "bun-docker-0_start_0 n1"),
        "{:?}",
        run.graph()
    );
    let run = Cluster::new("n1 n2")
        .resources("X target-role=Stopped bundle bun replicas=1 ip=10.0.0.1 ( a )")
        .constraints("order X then bun")
        .history("n1", "bun-docker-0@ocf:heartbeat:docker start")
        .run();
    assert!(!run.can("bun-docker-0_start_0 n1"));
    assert!(
        run.relations("bun-0_monitor_0 n1")
            .contains(&"bun-docker-0_start_0 n1".into()),
        "no flags are left"
    );
    assert!(run.can("bun-0_monitor_0 n1"));
    let run = Cluster::new("n1")
        .resources("X target-role=Stopped bundle bun replicas=1 ip=10.0.0.1 ( a )")
        .constraints("order X then bun")
        .run();
    assert!(!run.can("bun-docker-0_start_0 n1") && !run.can("bun-0_monitor_0 n1"));
}

#[test]
fn trap_38_asymmetric_then_is_required_and_unrunnable() {
    let run = quiet("n1 n2")
        .resources("A target-role=Stopped B")
        .constraints("order A then B symmetrical=false\nlocation B n2 INFINITY")
        .history("n1", "B start")
        .run();
    // B cannot be started elsewhere, so it stops.
    assert_eq!(
        run.line("B").as_deref(),
        Some("Stop B (n1) due to unrunnable A start"),
        "{:?}",
        run.summary()
    );
    // Where it is it may stay: its start is optional, and it runs nowhere else.
    let run = quiet("n1")
        .resources("A target-role=Stopped B")
        .constraints("order A then B symmetrical=false")
        .history("n1", "B start")
        .run();
    assert_eq!(run.summary(), Vec::<String>::new());
    // Stopped: the start is required and cannot run.
    let run = quiet("n1")
        .resources("A target-role=Stopped B")
        .constraints("order A then B symmetrical=false")
        .run();
    assert_eq!(
        run.summary(),
        ["Start B (n1) due to unrunnable A start (blocked)"]
    );
}

#[test]
fn trap_39_demote_fails_like_the_last_promoted_monitor() {
    let demote_failed = |ops: &str| {
        quiet("n1 n2")
            .resources(&format!("clone M promotable=true clone-max=1 ( p {ops} )"))
            .transient("n1", "master-p=10")
            .history("n1", "p start promote demote=1")
            .run()
    };
    let run = demote_failed(
        "[monitor interval=10s role=Promoted on-fail=block] [monitor interval=11s role=Promoted on-fail=stop]",
    );
    assert_eq!(run.next_role("p:0"), "Stopped");
    assert!(run.decision.board.rsc(run.rsc("p:0")).managed);
    let run = demote_failed(
        "[monitor interval=11s role=Promoted on-fail=stop] [monitor interval=10s role=Promoted on-fail=block]",
    );
    assert!(!run.decision.board.rsc(run.rsc("p:0")).managed);
    // Disabled ones, other roles and `demote` do not count.
    let run = demote_failed(
        "[monitor interval=11s role=Promoted on-fail=block] [monitor interval=10s role=Promoted on-fail=stop enabled=false] [monitor interval=9s role=Promoted on-fail=demote] [monitor interval=8s on-fail=stop]",
    );
    assert!(!run.decision.board.rsc(run.rsc("p:0")).managed);
}

#[test]
fn trap_40_timeout_of_a_probe() {
    let timeout = |ops: &str, defaults: &str| {
        let cluster = Cluster::new("n1").resources(&format!("A {ops}"));
        let cluster = if defaults.is_empty() {
            cluster
        } else {
            cluster.op_defaults(defaults)
        };
        cluster
            .run()
            .attribute("A_monitor_0 n1", "CRM_meta_timeout")
            .expect("a timeout")
    };
    assert_eq!(timeout("", ""), "20000");
    assert_eq!(timeout("", "timeout=33s"), "33000");
    assert_eq!(
        timeout(
            "[monitor interval=20s timeout=40s] [monitor interval=10s timeout=50s]",
            "timeout=33s"
        ),
        "50000"
    );
    assert_eq!(
        timeout(
            "[monitor interval=20s timeout=40s] [monitor interval=10s timeout=50s enabled=false]",
            ""
        ),
        "40000"
    );
    // The shortest interval counts even if it has no timeout, or only one in a block.
    assert_eq!(
        timeout(
            "[monitor interval=20s timeout=40s] [monitor interval=10s]",
            "timeout=33s"
        ),
        "33000"
    );
    assert_eq!(
        timeout(
            "[monitor interval=20s timeout=40s] [monitor interval=10s +timeout=50s]",
            ""
        ),
        "20000"
    );
    // The first of equals.
    assert_eq!(
        timeout(
            "[monitor interval=10s role=Started timeout=41s] [monitor interval=10s role=Stopped timeout=42s]",
            ""
        ),
        "41000"
    );
    assert_eq!(
        timeout(
            "[monitor interval=0 timeout=17s] [monitor interval=10s timeout=50s]",
            ""
        ),
        "17000"
    );
}

#[test]
fn trap_41_a_pending_start_is_in_the_graph() {
    let run = quiet("n1").resources("A").history("n1", "A start?").run();
    assert_eq!(run.graph(), ["A_start_0 n1"]);
    assert!(!run.requires("A_start_0 n1"));
    assert_eq!(run.summary(), Vec::<String>::new());
}
