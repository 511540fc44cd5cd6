//! Probes and recurring actions.

use super::*;

#[test]
fn trap_22_only_loops_of_migrations_are_broken() {
    let run = loaded("n1 n2")
        .capacity("n1", "cpu=4")
        .capacity("n2", "cpu=4")
        .resources("A allow-migrate=true %cpu=4 B allow-migrate=true %cpu=4")
        .constraints("location A n2 INFINITY\nlocation B n1 INFINITY")
        .history("n1", "A start")
        .history("n2", "B start")
        .run();
    assert_eq!((run.place("A"), run.place("B")), (Some("n2"), Some("n1")));
    // B wants the first node more, so it was planned first, and A's actions are the newest: these are looked at first
    // and lose the input that closes the loop.
    assert_eq!(
        run.summary(),
        ["Migrate B (n2 -> n1)", "Migrate A (n1 -> n2)"]
    );
    assert_eq!(run.inputs("A_migrate_to_0 n1"), Vec::<String>::new());
    assert_eq!(run.inputs("B_migrate_to_0 n2"), ["load_stopped_n1 n1"]);
    // A loop of orderings goes to the graph as it is.
    let run = quiet("n1")
        .resources("A B")
        .constraints("order A then B\norder B then A")
        .run();
    assert_eq!(
        run.synapses(),
        ["1 A_start_0 n1 <- 2", "2 B_start_0 n1 <- 1"]
    );
}

#[test]
fn trap_23_probes_of_anonymous_clones() {
    let run = Cluster::new("n1 n2").resources("clone C ( a )").run();
    assert!(
        run.does("a:0_monitor_0 n1") && run.does("a:1_monitor_0 n2"),
        "{:?}",
        run.graph()
    );
    assert!(!run.knows("a:1_monitor_0 n1") && !run.knows("a:0_monitor_0 n2"));
    // Not allowed anywhere: the first child is asked.
    let run = Cluster::new("n1 n2")
        .resources("clone C target-role=Stopped ( a )")
        .run();
    assert_eq!(run.graph(), ["a:0_monitor_0 n1", "a:0_monitor_0 n2"]);
    // Every child of a unique clone is probed everywhere.
    let run = Cluster::new("n1 n2")
        .resources("clone C globally-unique=true target-role=Stopped ( a )")
        .run();
    assert_eq!(
        run.graph(),
        [
            "a:0_monitor_0 n1",
            "a:0_monitor_0 n2",
            "a:1_monitor_0 n1",
            "a:1_monitor_0 n2"
        ]
    );
    // Exclusive discovery takes nodes away.
    let run = Cluster::new("n1 n2")
        .resources("clone C notify=true ( a )")
        .constraints("location C n1 10 resource-discovery=exclusive")
        .run();
    assert!(
        run.does("a:0_monitor_0 n1")
            && !run.does("a:0_monitor_0 n2")
            && !run.does("a:1_monitor_0 n2")
    );
    assert_eq!(
        run.attribute("a:0_start_0 n1", "CRM_meta_notify_available_uname")
            .as_deref(),
        Some("n1")
    );
}

#[test]
fn trap_24_unmanaged_resources_are_probed() {
    let run = Cluster::new("n1 n2").resources("A is-managed=false").run();
    assert_eq!(run.graph(), ["A_monitor_0 n1", "A_monitor_0 n2"]);
    let run = Cluster::new("n1")
        .resources("A is-managed=false [monitor interval=10s]")
        .history("n1", "A start{op-digest=other}")
        .run();
    assert_eq!(run.graph(), ["A_monitor_10000 n1"]);
}

#[test]
fn trap_25_probe_then_x_needs_the_primitive_itself() {
    let cluster = |resources: &str, first: &str| {
        Cluster::new("n1")
            .resources(&format!("{resources} B"))
            .constraints(&format!(
                "order {first} then B first-action=stop then-action=start kind=Optional"
            ))
            .run()
    };
    assert_eq!(
        cluster("A target-role=Stopped", "A").inputs("B_start_0 n1"),
        ["A_monitor_0 n1", "B_monitor_0 n1"]
    );
    assert_eq!(
        cluster("clone C target-role=Stopped ( A )", "C").inputs("B_start_0 n1"),
        ["B_monitor_0 n1"]
    );
    // A shutdown waits for probes on its own node alone.
    let run = Cluster::new("n1 n2 n3:shutdown")
        .resources("A")
        .history("n3", "A start")
        .run();
    assert_eq!(run.inputs("do_shutdown-n3 n3"), ["A_stop_0 n3"]);
}

#[test]
fn trap_26_probes_come_before_restarts_they_may_imply() {
    let run = Cluster::new("n1 n2")
        .resources("A B")
        .constraints("order A then B")
        .history("n1", "A start{op-digest=other}\nB start")
        .history("n2", "B monitor")
        .run();
    assert!(run.does("A_monitor_0 n2"));
    assert!(
        run.waits("B_stop_0 n1", "A_monitor_0 n2"),
        "{:?}",
        run.inputs("B_stop_0 n1")
    );
    // Not through an ordering that implies nothing.
    let run = Cluster::new("n1 n2")
        .resources("A B")
        .constraints("order A then B kind=Optional")
        .history("n1", "A start{op-digest=other}\nB start{op-digest=other}")
        .history("n2", "B monitor")
        .run();
    assert!(
        !run.waits("B_stop_0 n1", "A_monitor_0 n2"),
        "{:?}",
        run.inputs("B_stop_0 n1")
    );
}

#[test]
fn trap_27_a_cancel_is_the_recurring_action() {
    let run = quiet("n1")
        .resources("A")
        .history("n1", "A start monitor/10000")
        .run();
    assert_eq!(run.actions()[0], "1 cancel A_monitor_10000 n1");
    assert_eq!(run.graph(), ["cancel A_monitor_10000 n1"]);
    assert_eq!(
        run.attribute("cancel A_monitor_10000 n1", "CRM_meta_operation")
            .as_deref(),
        Some("monitor")
    );
    assert_eq!(
        run.attribute("cancel A_monitor_10000 n1", "CRM_meta_interval")
            .as_deref(),
        Some("10000")
    );
    assert_eq!(
        run.attribute("cancel A_monitor_10000 n1", "CRM_meta_call_id")
            .as_deref(),
        Some("2")
    );
    // An unmanaged resource may have its monitor cancelled.
    let run = quiet("n1")
        .resources("A is-managed=false")
        .history("n1", "A start monitor/10000")
        .run();
    assert_eq!(run.graph(), ["cancel A_monitor_10000 n1"]);
    let run = quiet("n1")
        .options("cancel-removed-actions=false")
        .resources("A")
        .history("n1", "A start monitor/10000")
        .run();
    assert_eq!(run.graph(), Vec::<String>::new());
}

#[test]
fn trap_28_role_of_a_recurring_action() {
    let started = |ops: &str| quiet("n1").resources(&format!("A {ops}")).run().graph();
    assert_eq!(
        started("[monitor interval=10s]"),
        ["A_monitor_10000 n1", "A_start_0 n1"]
    );
    assert_eq!(
        started("[monitor interval=10s role=Started]"),
        ["A_monitor_10000 n1", "A_start_0 n1"]
    );
    assert_eq!(
        started("[monitor interval=10s role=Unpromoted]"),
        ["A_start_0 n1"]
    );
    assert_eq!(
        started("[monitor interval=10s role=Promoted]"),
        ["A_start_0 n1"]
    );
    // Two of the same name and interval: neither.
    assert_eq!(
        started("[monitor interval=10s] [monitor interval=10000ms role=Promoted]"),
        ["A_start_0 n1"]
    );
    assert_eq!(
        started("[monitor interval=10s] [monitor interval=11s]").len(),
        3
    );
    assert_eq!(
        started("[monitor interval=10s enabled=false]"),
        ["A_start_0 n1"]
    );
    let promotable = |score: &str, role: &str| {
        quiet("n1")
            .resources(&format!(
                "clone M promotable=true ( p [monitor interval=10s{role}] )"
            ))
            .transient("n1", &format!("master-p={score}"))
            .run()
            .knows("p:0_monitor_10000 n1")
    };
    assert!(!promotable("10", ""), "no role: anything but promoted");
    assert!(promotable("10", " role=Promoted"));
    assert!(promotable("-1", ""));
    assert!(promotable("-1", " role=Unpromoted"));
    assert!(
        !promotable("-1", " role=Started"),
        "wanted is Unpromoted, which is not Started"
    );
    assert!(!promotable("-1", " role=Promoted"));
}

#[test]
fn trap_29_monitors_of_the_stopped_role() {
    let run = quiet("n1 n2 n3:offline")
        .resources("A [monitor interval=10s role=Stopped]")
        .constraints("location A n1 10")
        .run();
    assert_eq!(run.graph(), ["A_monitor_10000 n2", "A_start_0 n1"]);
    assert!(run.requires("A_monitor_10000 n3") && !run.can("A_monitor_10000 n3"));
    assert_eq!(
        run.attribute("A_monitor_10000 n2", "CRM_meta_op_target_rc")
            .as_deref(),
        Some("7")
    );
    // Never for instances of anonymous clones.
    let run = quiet("n1 n2")
        .resources("clone C clone-max=1 ( A [monitor interval=10s role=Stopped] )")
        .run();
    assert_eq!(run.graph(), ["A:0_start_0 n1", "C_running_0", "C_start_0"]);
    // Cancelled where the resource will run, before it starts.
    let run = quiet("n1 n2")
        .resources("A [monitor interval=10s role=Stopped]")
        .constraints("location A n1 10")
        .history("n1", "A monitor/10000=7:7")
        .run();
    assert_eq!(
        run.graph(),
        [
            "A_monitor_10000 n2",
            "A_start_0 n1",
            "cancel A_monitor_10000 n1"
        ],
        "{:?}",
        run.actions()
    );
    assert!(run.waits("A_start_0 n1", "cancel A_monitor_10000 n1"));
}
