//! Fencing and load.

use super::*;

#[test]
fn trap_16_no_digest_means_changed() {
    let run = quiet("n1")
        .resources("A")
        .history("n1", "A start{-op-digest}")
        .run();
    assert_eq!(
        run.summary(),
        ["Restart A (n1) due to resource definition change"]
    );
    let run = quiet("n1")
        .resources("A [monitor interval=10s]")
        .history("n1", "A start monitor/10000{-op-digest}")
        .run();
    assert_eq!(run.graph(), ["A_monitor_10000 n1"]);
    let run = quiet("n1")
        .resources("A")
        .history(
            "n1",
            "A start{-op-digest,op-restart-digest=f2317cad3d54cec5d7d7aa7d0bf35cf8}",
        )
        .run();
    assert_eq!(run.summary(), ["Reload A (n1)"]);
}

#[test]
fn trap_17_first_reason_for_fencing_wins() {
    let run = quiet("n1 n2:unclean n3:unseen n4")
        .fencing()
        .resources("A B [monitor interval=10s on-fail=fence]")
        .history("n2", "A start")
        .history("n4", "B start monitor/10000=1")
        .run();
    let fenced: Vec<String> = run
        .summary()
        .into_iter()
        .filter(|l| l.starts_with("Fence"))
        .collect();
    assert_eq!(
        fenced,
        [
            "Fence(reboot) n3 'node is unclean'",
            "Fence(reboot) n4 'B failed there'",
            "Fence(reboot) n2 'peer is no longer part of the cluster'"
        ]
    );
}

#[test]
fn trap_18_fencing_implies_stops() {
    let run = quiet("n1 n2:unclean")
        .fencing()
        .resources("A clone M promotable=true ( p )")
        .history("n2", "A start\np start promote")
        .transient("n2", "master-p=10")
        .run();
    assert!(run.pretends("A_stop_0") && run.can("A_stop_0"));
    assert_eq!(run.inputs("A_stop_0"), ["stonith-n2-reboot n2"]);
    assert!(run.pretends("p:0_demote_0") && run.pretends("p:0_stop_0"));
    assert!(run.waits("p:0_demote_0", "stonith-n2-reboot n2"));
    assert!(run.waits("A_start_0 n1", "A_stop_0"));
    // What does not need fencing is not ordered after it, but its stop is implied as well.
    let run = quiet("n1 n2:unclean")
        .fencing()
        .resources("A requires=quorum")
        .history("n2", "A start")
        .run();
    assert!(run.pretends("A_stop_0"));
    assert_eq!(run.inputs("A_stop_0"), Vec::<String>::new());
}

#[test]
fn trap_19_guest_fencing_depends_on_node_order() {
    // The guest's host must be fenced. Its name sorts before or after that of the guest.
    let cluster = |guest: &str| {
        quiet("m1 m2:unclean")
            .fencing()
            .resources(&format!("vm remote-node={guest} F"))
            .history("m2", &format!("vm start\n{guest}@ocf:pacemaker:remote start"))
            .status(&format!(
                r#"<node_state id="{guest}" uname="{guest}" remote_node="true"><lrm id="{guest}"><lrm_resources><lrm_resource id="F" class="ocf" provider="pacemaker" type="Dummy"><lrm_rsc_op id="F_last_0" operation_key="F_start_0" operation="start" transition-key="1:1:0:u" transition-magic="0:0;1:1:0:u" on_node="{guest}" call-id="1" rc-code="0" op-status="0" interval="0" op-digest="{EMPTY_DIGEST}"/></lrm_resource></lrm_resources></lrm></node_state>"#
            ))
            .run()
    };
    let late = cluster("z9");
    assert_eq!(
        late.inputs("stonith-z9-reboot z9"),
        ["stonith-m2-reboot m2"]
    );
    let early = cluster("a1");
    assert_eq!(early.inputs("stonith-a1-reboot a1"), ["vm_stop_0"]);
    for run in [late, early] {
        assert!(run.does("stonith-m2-reboot m2"));
        assert!(run.pretends("vm_stop_0"));
    }
}

#[test]
fn trap_20_shutdowns_do_not_wait_for_dc_fencing() {
    // n1 is the DC.
    let run = quiet("n1:unclean n2:shutdown n3")
        .fencing()
        .resources("A")
        .run();
    assert_eq!(run.inputs("stonith-n1-reboot n1"), Vec::<String>::new());
    assert!(run.does("do_shutdown-n2 n2"));
    let run = quiet("n1:shutdown n2:shutdown n3")
        .fencing()
        .resources("A")
        .run();
    assert_eq!(
        run.inputs("do_shutdown-n1 n1"),
        ["do_shutdown-n2 n2", "fence_stop_0 n1"]
    );
    assert_eq!(run.inputs("do_shutdown-n2 n2"), Vec::<String>::new());
    // Fencing of others comes before that of the DC only if it has to be one at a time.
    let both = |concurrent: &str| {
        Cluster::new("n1:unclean n2:unclean n3 n4 n5")
            .options(&format!(
                "enable-startup-probes=false concurrent-fencing={concurrent}"
            ))
            .resources("<primitive id=\"fence\" class=\"stonith\" type=\"fence_test\"/>")
            .options("fencing-enabled=true")
            .run()
    };
    assert_eq!(
        both("true").inputs("stonith-n1-reboot n1"),
        ["stonith-n2-reboot n2"]
    );
    assert_eq!(
        both("false").inputs("stonith-n1-reboot n1"),
        ["stonith-n2-reboot n2"]
    );
}

#[test]
fn trap_21_load_stopped() {
    let run = loaded("n1 n2")
        .capacity("n1", "cpu=4")
        .capacity("n2", "cpu=4")
        .resources("A %cpu=4 B %cpu=4 target-role=Stopped")
        .constraints("location A n2 INFINITY")
        .history("n1", "A start")
        .history("n2", "B start")
        .run();
    // Required pseudo-actions, for every node concerned.
    assert_eq!(
        run.graph(),
        [
            "A_start_0 n2",
            "A_stop_0 n1",
            "B_stop_0 n2",
            "load_stopped_n1 n1",
            "load_stopped_n2 n2"
        ]
    );
    assert_eq!(run.inputs("load_stopped_n2 n2"), ["B_stop_0 n2"]);
    assert_eq!(run.inputs("load_stopped_n1 n1"), ["A_stop_0 n1"]);
    assert_eq!(
        run.inputs("A_start_0 n2"),
        ["A_stop_0 n1", "load_stopped_n2 n2"]
    );
    // A migration waits for the target's.
    let run = loaded("n1 n2")
        .capacity("n1", "cpu=4")
        .capacity("n2", "cpu=4")
        .resources("A allow-migrate=true %cpu=4 B %cpu=4 target-role=Stopped")
        .constraints("location A n2 INFINITY")
        .history("n1", "A start")
        .history("n2", "B start")
        .run();
    assert_eq!(run.inputs("A_migrate_to_0 n1"), ["load_stopped_n2 n2"]);
}
