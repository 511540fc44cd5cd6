//! Shutdowns, partly active groups, colocations.

use super::*;

#[test]
fn trap_42_shutdown_requires_stops() {
    let run = quiet("n1 n2:shutdown")
        .resources("A")
        .history("n2", "A start")
        .run();
    assert_eq!(run.inputs("do_shutdown-n2 n2"), ["A_stop_0 n2"]);
    // In maintenance: no stop, no wait.
    let run = quiet("n1 n2:shutdown")
        .resources("A maintenance=true")
        .history("n2", "A start")
        .run();
    assert_eq!(run.graph(), ["do_shutdown-n2 n2"]);
    // Unmanaged alone: likewise.
    let run = quiet("n1 n2:shutdown")
        .resources("A is-managed=false")
        .history("n2", "A start")
        .run();
    assert_eq!(run.graph(), ["do_shutdown-n2 n2"]);
    // Blocked: the stop is required, which it cannot be, and so the shutdown cannot run.
    let run = quiet("n1 n2:shutdown")
        .resources("A [monitor interval=10s on-fail=block]")
        .history("n2", "A start monitor/10000=1")
        .run();
    assert!(run.requires("A_stop_0 n2") && !run.can("A_stop_0 n2"));
    assert!(!run.does("do_shutdown-n2 n2"));
}

#[test]
fn trap_43_partly_active_groups() {
    // B runs, A (before it) does not: B's stop must come before A's start.
    let run = quiet("n1")
        .resources("group G ( A B C )")
        .history("n1", "B start")
        .run();
    assert!(
        run.records()
            .iter()
            .any(|r| r.ends_with("B_stop_0 -> A_start_0 UFB,TIF")
                || r.ends_with("B_stop_0 -> A_start_0 TIF,UFB")),
        "{:?}",
        run.records()
    );
    assert_eq!(
        run.summary(),
        [
            "Start A (n1)",
            "Restart B (n1) due to required A start",
            "Start C (n1)"
        ]
    );
    assert!(run.waits("A_start_0 n1", "B_stop_0 n1"));
    // A and C run, B does not: C's stop comes before A's.
    let run = quiet("n1")
        .resources("group G target-role=Stopped ( A B C )")
        .history("n1", "A start\nC start")
        .run();
    assert!(
        run.records()
            .iter()
            .any(|r| r.ends_with("C_stop_0 -> A_stop_0 O"))
    );
    assert!(run.waits("A_stop_0 n1", "C_stop_0 n1"));
}

#[test]
fn trap_44_colocation_blocking() {
    let cluster = |group: &str, order: &str| {
        quiet("n1")
            .resources(&format!("X target-role=Stopped {group} B"))
            .constraints(&format!("{order}\ncolocation B with G INFINITY"))
            .run()
    };
    let run = cluster("group G ( A C )", "order X then A");
    assert!(!run.can("A_start_0 n1") && !run.can("C_start_0 n1"));
    assert_eq!(
        run.line("B").as_deref(),
        Some("Start B (n1) due to colocation with C (blocked)"),
        "{:?}",
        run.summary()
    );
    // One member can start: nobody is blocked.
    let run = cluster("group G ( A C )", "order X then C");
    assert!(run.can("A_start_0 n1") && !run.can("C_start_0 n1"));
    assert!(run.does("B_start_0 n1"));
}

#[test]
fn trap_45_priority_fencing_delay() {
    let cluster = |priority: u32| {
        Cluster::new("n1 n2:unclean")
            .options("enable-startup-probes=false fencing-enabled=true priority-fencing-delay=15s")
            .resources(&format!(
                "fence@stonith:fence_test A priority={priority} B priority=5"
            ))
            .history("n1", "B start")
            .history("n2", "A start")
            .run()
    };
    // The node that is fenced has the top priority, as is only known when all histories were read.
    let delay = |priority| {
        cluster(priority).attribute("stonith-n2-reboot n2", "CRM_meta_priority_fencing_delay")
    };
    assert_eq!(delay(9).as_deref(), Some("15"));
    assert_eq!(delay(5).as_deref(), Some("0"), "all are equal");
    assert_eq!(delay(1).as_deref(), Some("0"));
}

#[test]
fn trap_46_migration_equivalents_come_at_once() {
    let run = quiet("n1:standby n2")
        .resources("group G ( A allow-migrate=true B allow-migrate=true )")
        .history("n1", "A start\nB start")
        .run();
    let records = run.records();
    let at = |text: &str| {
        let found = records
            .iter()
            .position(|r| r.split_once(' ').is_some_and(|(_, rest)| rest == text));
        found.unwrap_or_else(|| panic!("{text} in {records:#?}"))
    };
    let start = at("A_start_0 -> B_start_0 FIT,UFB");
    assert_eq!(at("A_migrate_from_0 -> B_migrate_to_0 O"), start + 1);
    assert_eq!(at("A_start_0 -> B_migrate_to_0 O,IFU"), start + 2);
    let stop = at("B_stop_0 -> A_stop_0 O,IS");
    assert_eq!(at("B_stop_0 -> A_migrate_to_0 O,IFU"), stop + 1);
    assert_eq!(
        run.summary(),
        ["Migrate A (n1 -> n2)", "Migrate B (n1 -> n2)"]
    );
}

#[test]
fn trap_48_anti_colocations_are_orderings_too() {
    let run = quiet("n1")
        .resources("a b c")
        .constraints("order a then b kind=Optional\ncolocation a with c -INFINITY\norder b then c kind=Optional")
        .run();
    assert_eq!(
        run.records()[..6],
        lines(
            "1 a_start_0 -> b_start_0 O
             2 b_stop_0 -> a_stop_0 O
             3 a_stop_0 -> c_start_0 REQ
             4 c_stop_0 -> a_start_0 REQ
             5 b_start_0 -> c_start_0 O
             6 c_stop_0 -> b_stop_0 O"
        )
    );
    let roles = quiet("n1")
        .resources("a clone M promotable=true ( p )")
        .constraints("colocation a with M -INFINITY with-rsc-role=Promoted\ncolocation a with M -INFINITY with-rsc-role=Unpromoted")
        .run();
    assert_eq!(
        roles.records()[..6],
        lines(
            "1 a_stop_0 -> M_promote_0 REQ
             2 M_demote_0 -> a_start_0 REQ
             3 a_stop_0 -> M_start_0 REQ
             4 a_stop_0 -> M_demote_0 REQ
             5 M_stop_0 -> a_start_0 REQ
             6 M_promote_0 -> a_start_0 REQ"
        )
    );
    // Leave before enter, on the same node.
    let run = quiet("n1 n2")
        .resources("a b")
        .constraints("colocation a with b -INFINITY\nlocation b n1 INFINITY")
        .history("n1", "a start")
        .history("n2", "b start")
        .run();
    assert_eq!((run.place("a"), run.place("b")), (Some("n2"), Some("n1")));
    assert!(run.waits("b_start_0 n1", "a_stop_0 n1") && run.waits("a_start_0 n2", "b_stop_0 n2"));
}

#[test]
fn trap_49_an_action_object_has_a_resource() {
    let run = quiet("n1").resources("A [monitor interval=10s]").run();
    assert!(
        run.records()
            .iter()
            .any(|r| r.contains("A_reload-agent_0 -> A_monitor_10000"))
    );
    assert!(
        !run.knows("A_reload-agent_0"),
        "no placeholder: both sides have the same resource"
    );
}

#[test]
fn trap_50_interleaved_groups_relate_completions() {
    let cluster = |one: &str, two: &str| {
        quiet("n1")
            .resources(&format!(
                "clone C1 interleave=true ( {one} ) clone C2 interleave=true ( {two} )"
            ))
            .constraints("order C1 then C2")
            .run()
    };
    let run = cluster("group g1 ( a )", "group g2 ( b )");
    assert!(
        run.waits("g2:0_start_0", "g1:0_running_0"),
        "{:?}",
        run.inputs("g2:0_start_0")
    );
    assert!(!run.waits("g2:0_start_0", "g1:0_start_0"));
    let run = cluster("a", "b");
    assert!(run.waits("b:0_start_0 n1", "a:0_start_0 n1"));
}

#[test]
fn recurring_digest_is_the_known_one() {
    // The default of test histories: anything else would reschedule every monitor.
    assert_eq!(digest("CRM_meta_timeout=20000"), TIMEOUT_DIGEST);
    let run = quiet("n1")
        .resources("A [monitor interval=10s]")
        .history("n1", "A start monitor/10000")
        .run();
    assert_eq!(run.graph(), Vec::<String>::new());
}
