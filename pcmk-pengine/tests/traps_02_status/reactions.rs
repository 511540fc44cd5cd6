//! Reactions to failures.

use super::*;

#[test]
fn trap_37_target_role_comes_back() {
    // The failed start wants the resource stopped; the success that follows wipes that; the target role stays.
    let run = quiet("n1")
        .resources("A target-role=Stopped [monitor interval=10s]")
        .history("n1", "A start=1 stop start monitor/10000")
        .run();
    assert_eq!(run.next_role("A"), "Stopped");
    assert!(run.does("A_stop_0 n1"));
    let run = quiet("n1 n2")
        .resources("clone M promotable=true target-role=Unpromoted ( p )")
        .transient("n1", "master-p=10")
        .history("n1", "p start promote")
        .history("n2", "p start")
        .run();
    assert_eq!(run.next_role("p:0"), "Unpromoted");
}

#[test]
fn trap_38_pending_nodes_are_in_standby() {
    let run = quiet("n1 n2:pending").fencing().resources("A").run();
    let n2 = run.decision.board.node(run.node("n2"));
    assert!(n2.pending && n2.standby && !n2.unclean);
    assert_eq!(run.place("A"), Some("n1"));
}

#[test]
fn trap_39_default_reactions() {
    // See 04 trap 39 for demotions. A failed stop: fencing, or block without it.
    let stop = |cluster: Cluster| cluster.resources("A").history("n2", "A start stop=1").run();
    let run = stop(quiet("n1 n2").fencing());
    assert_eq!(run.reason("stonith-n2-reboot n2"), Some("A failed there"));
    let run = stop(quiet("n1 n2"));
    assert!(!managed(&run, "A") && run.decision.board.rsc(run.rsc("A")).blocked);
    // A launched resource: restart of the container, for every operation.
    let run = quiet("n1 n2")
        .resources("vm A container=vm [monitor interval=10s]")
        .history("n1", "vm start\nA start monitor/10000=1")
        .run();
    assert!(
        failed(&run, "A") && run.requires("vm_stop_0 n1"),
        "{:?}",
        run.actions()
    );
    // A remote connection: reset, except for start and probe.
    let remote = |history: &str| {
        quiet("n1 n2")
            .fencing()
            .resources("r@ocf:pacemaker:remote [monitor interval=10s]")
            .history("n1", &format!("r@ocf:pacemaker:remote {history}"))
            .run()
    };
    let run = remote("start monitor/10000=1");
    assert_eq!(
        run.reason("stonith-r-reboot r"),
        Some("remote connection is unrecoverable")
    );
    let run = remote("start=1");
    assert_eq!(
        run.reason("stonith-r-reboot r"),
        Some("node is unclean"),
        "nothing was said of the connection"
    );
}

#[test]
fn trap_40_who_is_banned() {
    let table = |history: &str| {
        let run = quiet("n1 n2")
            .resources("clone C ( a )")
            .history("n1", history)
            .run();
        (allowed(&run, "a:0", "n1"), allowed(&run, "a:1", "n1"))
    };
    // A hard error bans the clone from the node, a failed stop only the instance, which is blocked.
    assert_eq!(table("a start=5"), (-INF, -INF));
    assert_eq!(table("a start=3"), (-INF, -INF));
    let (this, other) = table("a start stop=1");
    assert_eq!(this, -INF);
    assert_ne!(other, -INF);
    // A fatal error bans it everywhere.
    let run = quiet("n1 n2")
        .resources("clone C ( a )")
        .history("n1", "a start=6")
        .run();
    assert_eq!(
        (allowed(&run, "a:1", "n2"), allowed(&run, "C", "n2")),
        (-INF, -INF)
    );
    assert_eq!(run.place("a:1"), None);
}

#[test]
fn roles_are_ordered_as_numbers() {
    // The order on which "highest role" and "lower than target" rest (02 §7 step 11).
    assert!(Role::Unknown < Role::Stopped && Role::Stopped < Role::Started);
    assert!(Role::Started < Role::Unpromoted && Role::Unpromoted < Role::Promoted);
}

#[test]
fn masked_secrets_are_no_change() {
    let monitor = format!(
        "monitor/10000{{op-digest={}}}",
        digest("CRM_meta_timeout=20000 passwd=**** x=1")
    );
    let entry = |more: &str| {
        format!(
            "start{{op-digest=other,op-secure-params=SECRETS,op-secure-digest={}{more}}} {monitor}",
            digest("x=1")
        )
    };
    let run = masked(&entry(""), true);
    assert_eq!(run.graph(), Vec::<String>::new());
    assert_eq!(run.infos().len(), 1, "{:?}", run.infos());
    assert!(
        run.infos()[0].starts_with(
            "Only 'private' parameters to 0s-interval start for A on n1 changed: 0:0;"
        )
    );
    // It does not matter what else differs, or is missing.
    assert_eq!(
        masked(
            &entry(",op-restart-digest=other,op-force-restart= x "),
            true
        )
        .graph(),
        Vec::<String>::new()
    );
    assert_eq!(
        masked(&entry(",-op-digest"), true).graph(),
        Vec::<String>::new()
    );
    // In the live CIB nothing is masked.
    assert_eq!(
        masked(&entry(""), false).line("A").as_deref(),
        Some("Restart A (n1) due to resource definition change")
    );
    // Another secret list keeps the secret in.
    let other = entry("")
        .replace("=SECRETS", "= user ")
        .replace("= user ", "=' user '");
    assert_eq!(
        masked(&other, true).line("A").as_deref(),
        Some("Restart A (n1) due to resource definition change")
    );
    // What controllers record for recurring actions has the timeout in it, and never matches.
    let secure = digest("CRM_meta_timeout=20000 x=1");
    let start = format!("start{{op-digest={}}}", digest("passwd=**** x=1"));
    let recurring = |secure: &str| {
        let entry = format!(
            "{start} monitor/10000{{op-digest=other,op-secure-params=SECRETS,op-secure-digest={secure}}}"
        );
        masked(&entry, true).graph()
    };
    assert_eq!(recurring(&secure), ["A_monitor_10000 n1"]);
    assert_eq!(recurring(&digest("x=1")), Vec::<String>::new());
    // Older feature sets compared the instance attributes alone, with the same outcome here.
    assert_eq!(
        masked(&entry(",crm_feature_set=3.15.0"), true).graph(),
        Vec::<String>::new()
    );
}

#[test]
fn masked_secrets_clear_failures() {
    // 02 §13.6: no secure comparison where a last failure is looked at.
    let cluster = quiet("n1 n2")
        .resources("A $passwd=**** $x=1")
        .transient("n1", "fail-count-A#start_0=1")
        .history(
            "n1",
            &format!(
                "A start=1:0{{id=A_last_failure_0,op-digest=other,op-secure-params=SECRETS,op-secure-digest={}}} stop",
                digest("x=1")
            )
            .replace("=SECRETS", "=' passwd '"),
        );
    assert!(cluster.sanitized().run().does("A_clear_failcount_0 n1"));
}

#[test]
fn agents_that_changed() {
    // 02 §13.5: active with another agent: stop, clean-up; inactive: clean-up alone.
    let run = quiet("n1")
        .resources("A")
        .history("n1", "A@ocf:heartbeat:Dummy start")
        .run();
    assert!(
        run.does("A_stop_0 n1") && run.does("A_delete_0 n1") && run.does("A_start_0 n1"),
        "{:?}",
        run.graph()
    );
    assert!(
        run.waits("A_delete_0 n1", "A_stop_0 n1") && run.waits("A_start_0 n1", "A_delete_0 n1")
    );
    let run = quiet("n1")
        .resources("A target-role=Stopped")
        .history("n1", "A@ocf:heartbeat:Dummy monitor")
        .run();
    assert_eq!(run.graph(), ["A_delete_0 n1"]);
}

#[test]
fn monitors_are_cancelled_in_maintenance() {
    let run = quiet("n1")
        .resources("A maintenance=true [monitor interval=10s]")
        .history("n1", "A start monitor/10000")
        .run();
    assert_eq!(run.graph(), ["cancel A_monitor_10000 n1"]);
    let run = quiet("n1:maintenance")
        .resources("A [monitor interval=10s]")
        .history("n1", "A start monitor/10000")
        .run();
    assert_eq!(run.graph(), ["cancel A_monitor_10000 n1"]);
    assert!(!managed(&run, "A"));
}

#[test]
fn failed_migrations() {
    // 02 §9.10. The target's migrate_from failed: both ends may have it, the target as failed.
    let run = quiet("n1 n2")
        .resources("V allow-migrate=true")
        .history(
            "n1",
            "V start migrate_to{migrate_source=n1,migrate_target=n2}",
        )
        .history(
            "n2",
            "V migrate_from=1:0{migrate_source=n1,migrate_target=n2}",
        )
        .run();
    assert_eq!(run.active("V"), ["n2", "n1"]);
    assert!(failed(&run, "V"));
    // migrate_to failed, and nothing is known of the target: only the source has it, and what is left is stopped there.
    let run = quiet("n1 n2")
        .resources("V allow-migrate=true")
        .history(
            "n1",
            "V start migrate_to=1:0{migrate_source=n1,migrate_target=n2}",
        )
        .run();
    assert_eq!(run.active("V"), ["n1"]);
    assert!(failed(&run, "V"));
    // Both succeeded: something may be left on the source.
    let run = quiet("n1 n2")
        .resources("V allow-migrate=true")
        .history(
            "n1",
            "V start migrate_to{migrate_source=n1,migrate_target=n2}",
        )
        .history("n2", "V migrate_from{migrate_source=n1,migrate_target=n2}")
        .run();
    assert_eq!(run.active("V"), ["n2"]);
    assert_eq!(run.graph(), ["V_stop_0 n1"]);
    assert!(
        run.action("V_stop_0 n1")
            .is(pcmk_pengine::book::ActionFlags::MIGRATION_ABORT)
    );
    assert_eq!(run.summary(), Vec::<String>::new(), "V stays where it is");
    // Source and target do not fit the node: the entry says nothing.
    let run = quiet("n1 n2")
        .resources("V allow-migrate=true")
        .history(
            "n1",
            "V start migrate_to{migrate_source=n2,migrate_target=n1}",
        )
        .run();
    assert_eq!(run.active("V"), ["n1"]);
}
