//! Notifications and migration.

use super::*;

#[test]
fn trap_30_keys_and_values_of_notifications() {
    let run = quiet("n1").resources("clone C notify=true ( a )").run();
    assert!(run.does("C_post_notify_running_0") && run.does("a:0_post_notify_start_0 n1"));
    assert!(!run.knows("a:0_pre_notify_start_0 n1"), "it was stopped");
    let value = |name: &str| {
        run.attribute("a:0_start_0 n1", &format!("CRM_meta_notify_{name}"))
            .expect(name)
    };
    assert_eq!(value("start_resource"), "a:0");
    assert_eq!(value("start_uname"), "n1");
    assert_eq!(value("stop_resource"), " ");
    assert_eq!(value("active_uname"), " ");
    assert_eq!(value("inactive_resource"), "a:0");
    assert_eq!(value("slave_resource"), " ");
    assert_eq!(value("all_uname"), "n1");
    let note = |name: &str| {
        run.attribute(
            "a:0_post_notify_start_0 n1",
            &format!("CRM_meta_notify_{name}"),
        )
    };
    assert_eq!(note("type").as_deref(), Some("post"));
    assert_eq!(note("operation").as_deref(), Some("start"));
    assert_eq!(note("key_operation").as_deref(), Some("running"));
}

#[test]
fn trap_31_notifications_of_implied_stops() {
    let run = quiet("n1 n2:unclean n3")
        .fencing()
        .resources("clone C notify=true ( a )")
        .history("n1", "a start")
        .history("n2", "a start")
        .history("n3", "a start")
        .run();
    let keys: Vec<String> = run
        .graph()
        .into_iter()
        .filter(|l| l.contains("stonith_0"))
        .collect();
    let instance = if run.active("a:0") == ["n2"] {
        "a:0"
    } else {
        "a:1"
    };
    assert_eq!(run.active(instance), ["n2"]);
    assert!(
        keys.contains(&format!("{instance}_post_notify_stonith_0")),
        "{keys:?}"
    );
    assert!(keys.contains(&format!("{instance}_confirmed-post_notify_stonith_0")));
    assert_eq!(
        run.inputs(&format!("{instance}_post_notify_stonith_0")),
        ["stonith-n2-reboot n2"]
    );
}

#[test]
fn trap_32_a_migration_that_fails_becomes_a_move() {
    let run = quiet("n1:standby n2")
        .resources("V allow-migrate=true B")
        .constraints("order V then B\ncolocation B with V INFINITY")
        .history("n1", "V start\nB start")
        .run();
    assert_eq!(run.summary(), ["Migrate V (n1 -> n2)", "Move B (n1 -> n2)"]);
    assert!(run.pretends("V_start_0"));
    // First does not require then while it is migratable: B stays where it is.
    let run = quiet("n1:standby n2")
        .resources("V allow-migrate=true B")
        .constraints("order V then B")
        .history("n1", "V start")
        .history("n2", "B start")
        .run();
    assert_eq!(run.summary(), ["Migrate V (n1 -> n2)"]);
    // Something that must stop first makes it a move, with a real start, which B has to wait for.
    let run = quiet("n1:standby n2")
        .resources("A V allow-migrate=true B")
        .constraints("order A then V\norder V then B")
        .history("n1", "V start\nA start")
        .history("n2", "B start")
        .run();
    assert_eq!(
        run.summary(),
        [
            "Move A (n1 -> n2)",
            "Move V (n1 -> n2) due to unmigrateable A stop",
            "Restart B (n2) due to required V start"
        ]
    );
    assert!(!run.pretends("V_start_0 n2") && !run.does("V_migrate_to_0 n1"));
    assert!(run.waits("B_start_0 n2", "V_start_0 n2"));
}

#[test]
fn trap_33_partial_migration() {
    // The move went on to n2 (migrate_to done, migrate_from pending).
    let partial = |assigned: &str| {
        quiet("n1 n2 n3")
            .resources("V allow-migrate=true")
            .constraints(&format!("location V {assigned} INFINITY"))
            .history(
                "n1",
                "V start migrate_to{migrate_source=n1,migrate_target=n2}",
            )
            .history(
                "n2",
                "V monitor migrate_from?{migrate_source=n1,migrate_target=n2}",
            )
            .run()
    };
    let run = partial("n2");
    assert_eq!(run.active("V"), ["n2", "n1"]);
    assert_eq!(
        run.graph(),
        ["V_migrate_from_0 n2", "V_start_0", "V_stop_0 n1"]
    );
    assert_eq!(run.summary(), ["Migrate V (n1 -> n2)"]);
    // To n3: abandoned. Stops everywhere, and a real start.
    let run = partial("n3");
    assert_eq!(run.graph(), ["V_start_0 n3", "V_stop_0 n1", "V_stop_0 n2"]);
    // Both ends are forgotten, so it now counts as being where it was found first.
    assert_eq!(run.summary(), ["Move V (n2 -> n3)"]);
}
