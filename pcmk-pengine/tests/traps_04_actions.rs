//! The traps of actions and orderings, one test each, numbered as in behaviour notes 04 §28. What is shown as a whole in
//! `traps_04_sequences.rs` is only mentioned here.

mod support;

use pcmk_pengine::book::ActionFlags;
use support::{Cluster, EMPTY_DIGEST, TIMEOUT_DIGEST, digest, lines};

fn quiet(nodes: &str) -> Cluster {
    Cluster::new(nodes).options("enable-startup-probes=false")
}

#[test]
fn trap_01_then_implies_first_never_requires() {
    // Dependents stop because their start cannot run, not because of the implication: that would leave its reason with
    // the stop.
    let run = quiet("n1")
        .resources("A target-role=Stopped B")
        .constraints("order A then B")
        .history("n1", "A start\nB start")
        .run();
    assert!(run.knows("A_start_0"), "a placeholder");
    assert_eq!(
        run.summary(),
        [
            "Stop A (n1) due to node availability",
            "Stop B (n1) due to required A start"
        ]
    );
    assert_eq!(
        (run.reason("B_stop_0 n1"), run.reason("B_start_0 n1")),
        (None, Some("required A start"))
    );
    assert!(run.waits("A_stop_0 n1", "B_stop_0 n1"));
    // The other half works: a stop that cannot be part of a migration takes the other with it.
    let run = quiet("n1:standby n2")
        .resources("A V allow-migrate=true")
        .constraints("order A then V")
        .history("n1", "A start\nV start")
        .run();
    assert_eq!(
        run.summary(),
        [
            "Move A (n1 -> n2)",
            "Move V (n1 -> n2) due to unmigrateable A stop"
        ]
    );
}

#[test]
fn trap_02_relations_that_share_a_bit_are_lost() {
    let run = quiet("n1").resources("group G ordered=false ( A B )").run();
    assert!(
        run.records()
            .contains(&"10 G_start_0 -> A_start_0 FIT,UFB,TIG".into()),
        "{:?}",
        run.records()
    );
    assert_eq!(run.relations("A_start_0 n1"), ["G_start_0 TIG"]);
    assert_eq!(run.relations("B_start_0 n1"), ["G_start_0 TIG"]);
}

#[test]
fn trap_03_placeholders_take_numbers_and_are_made_for_first_only() {
    let base = quiet("n1")
        .resources("X target-role=Stopped Y")
        .history("n1", "Y start");
    let run = base.clone().constraints("order X then Y").run();
    assert_eq!(
        run.actions(),
        [
            "1 Y_stop_0 n1",
            "2 Y_start_0 n1 unrunnable",
            "3 X_start_0 optional unrunnable"
        ]
    );
    let run = base.constraints("order Y then X symmetrical=false").run();
    assert_eq!(
        run.actions(),
        ["1 Y_stop_0 n1 optional", "2 Y_start_0 n1 optional"]
    );
    // Optional actions take numbers too: the only thing to do is number 3.
    let run = quiet("n1").resources("Y B").history("n1", "Y start").run();
    assert_eq!(run.synapses(), ["3 B_start_0 n1 <-"]);
}

#[test]
fn trap_04_lists_are_newest_first() {
    // Two stops of one resource: the one on the node read last is the newest and comes first in the graph.
    let run = quiet("n1 n2")
        .resources("A target-role=Stopped")
        .history("n1", "A start")
        .history("n2", "A start")
        .run();
    assert_eq!(run.active("A"), ["n1", "n2"]);
    assert_eq!(run.synapses(), ["2 A_stop_0 n2 <-", "1 A_stop_0 n1 <-"]);
    assert_eq!(
        run.summary(),
        [
            "Stop A (n1) due to node availability",
            "Stop A (n2) due to node availability"
        ]
    );
}

#[test]
fn trap_05_probes_cancel_clean_ups() {
    // The agent changed; known to be stopped on n1, unknown on n2 (its probe is still pending).
    let run = Cluster::new("n1 n2")
        .resources("A target-role=Stopped")
        .history("n1", "A@ocf:pacemaker:Other monitor")
        .history("n2", "A@ocf:pacemaker:Other monitor?")
        .run();
    assert_eq!(run.graph(), ["A_delete_0 n1", "A_monitor_0 n2"]);
    assert!(run.knows("A_delete_0 n2") && !run.requires("A_delete_0 n2"));
}

#[test]
fn trap_06_lookups_bind_actions_to_nodes() {
    let run = quiet("n1")
        .resources("A")
        .history("n1", "A start{op-digest=other}")
        .run();
    assert_eq!(run.actions(), ["1 A_start_0 n1", "2 A_stop_0 n1"]);
    // No lookup by node: the forced start stays where it was made, nowhere, because A is not going to run.
    let run = quiet("n1:maintenance")
        .resources("A")
        .history("n1", "A start{op-digest=other}")
        .run();
    assert!(run.knows("A_start_0 n1"), "{:?}", run.actions());
    assert_eq!(run.graph(), Vec::<String>::new());
}

#[test]
fn trap_07_reloads_have_no_reason() {
    let restart = digest("");
    let run = quiet("n1")
        .resources("A $x=2")
        .history(
            "n1",
            &format!("A start{{op-digest=old,op-restart-digest={restart},op-force-restart= y }}")
                .replace("= y ", "='  y '"),
        )
        .run();
    assert_eq!(run.summary(), ["Reload A (n1)"]);
    assert_eq!(run.graph(), ["A_reload-agent_0 n1"]);
}

#[test]
fn trap_08_looking_at_a_collective_changes_it() {
    let run = quiet("n1").resources("group G ( A B )").run();
    assert!(run.requires("G_start_0") && run.requires("G_running_0"));
    // Nobody needs the group's stop, and nothing made it unrunnable: there are no stops, which is fine for a stop.
    assert!(!run.requires("G_stop_0") && run.can("G_stop_0"));
    // A clone without any stop of an instance is different.
    let run = quiet("n1").resources("clone C notify=true ( a )").run();
    assert!(!run.can("C_stop_0") && !run.can("C_stopped_0"));
    let run = quiet("n1").resources("clone C ( a )").run();
    assert!(!run.can("C_stopped_0"));
}

#[test]
fn trap_09_group_start_runs_where_running_does_not() {
    let run = quiet("n1")
        .resources("X target-role=Stopped group G ( A C ) B")
        .constraints("order X then C\norder G then B")
        .run();
    assert!(run.can("G_start_0") && !run.can("G_running_0"));
    assert_eq!(
        run.summary(),
        [
            "Start A (n1)",
            "Start C (n1) due to unrunnable X start (blocked)",
            "Start B (n1)"
        ]
    );
    // Nobody told B, because it was looking at the group that made its completion unrunnable (trap 8). It waits for ever.
    assert_eq!(run.graph(), ["A_start_0 n1", "B_start_0 n1", "G_start_0"]);
    assert_eq!(run.inputs("B_start_0 n1"), ["G_running_0"]);
}

#[test]
fn trap_10_first_is_replaced_by_its_completion() {
    let run = quiet("n1")
        .resources("clone C ( a ) B")
        .constraints("order C then B")
        .run();
    assert_eq!(run.inputs("B_start_0 n1"), ["C_running_0"]);
    assert_eq!(
        run.relations("B_start_0 n1"),
        ["C_start_0", "C_running_0 O,FIT,UFB"]
    );
    let run = quiet("n1")
        .resources("clone C notify=true ( a ) B")
        .constraints("order C then B")
        .run();
    assert_eq!(
        run.inputs("B_start_0 n1"),
        ["C_confirmed-post_notify_running_0"]
    );
    // Two constraints: the second finds its replacement already there, so it stays, and is an input.
    let run = quiet("n1")
        .resources("group G ( A ) B")
        .constraints("order G then B\norder G then B first-action=running")
        .run();
    assert_eq!(
        run.inputs("B_start_0 n1"),
        ["G_running_0"],
        "{:?}",
        run.relations("B_start_0 n1")
    );
    // A bundle whose resource wants notifications has no such action: its start counts, not its completion.
    let bundle = |notify: &str| {
        quiet("n1")
            .resources(&format!(
                "bundle bun replicas=1 +notify={notify} ip=10.0.0.1 ( a ) B"
            ))
            .constraints("order bun then B")
            .run()
    };
    assert_eq!(bundle("false").inputs("B_start_0 n1"), ["bun_running_0"]);
    assert_eq!(bundle("true").inputs("B_start_0 n1"), ["bun_start_0"]);
}

#[test]
fn trap_11_clone_stop_is_migratable_unless_an_instance_restarts() {
    let migratable = |run: &support::Run| run.action("C_stop_0").is(ActionFlags::MIGRATABLE);
    let run = quiet("n1")
        .resources("clone C target-role=Stopped ( a )")
        .history("n1", "a start")
        .run();
    assert!(migratable(&run));
    assert!(run.does("C_stop_0"));
    let run = quiet("n1 n2")
        .resources("clone C clone-max=1 ( a )")
        .constraints("location C n2 10")
        .history("n1", "a start")
        .run();
    assert_eq!(run.summary(), ["Move a:0 (n1 -> n2)"]);
    assert!(!migratable(&run));
    // A stop that turns out to be needed only when orderings are applied comes too late for that.
    let run = quiet("n1")
        .resources("clone C ( a )")
        .history("n1", "a start{op-digest=other}")
        .run();
    assert_eq!(
        run.summary(),
        ["Restart a:0 (n1) due to resource definition change"]
    );
    assert!(migratable(&run));
}

#[test]
fn trap_12_promotable_instances_are_planned_twice() {
    let run = quiet("n1")
        .resources("clone M promotable=true ( p [monitor interval=10s] )")
        .history("n1", "p start")
        .run();
    let record = "p:0_start_0 -> p:0_monitor_10000 FIT,UFB";
    let twice = run.records().iter().filter(|r| r.ends_with(record)).count();
    assert_eq!(twice, 2);
    let relations = run.relations("p:0_monitor_10000 n1");
    assert_eq!(
        relations
            .iter()
            .filter(|r| r.starts_with("p:0_start_0"))
            .count(),
        1,
        "{relations:?}"
    );
    // The clone's own actions were made between the two rounds.
    let number = |label: &str| {
        let action = run
            .actions()
            .into_iter()
            .find(|a| a.split(' ').nth(1) == Some(label));
        action
            .and_then(|a| a.split(' ').next().and_then(|n| n.parse::<u32>().ok()))
            .expect(label)
    };
    assert!(
        number("p:0_monitor_10000") < number("M_start_0")
            && number("M_start_0") < number("M_promote_0")
    );
}

#[test]
fn trap_13_between_sets_all_pairs() {
    let sets = |first: &str, second: &str| {
        let run = quiet("n1")
            .resources("a b c d")
            .constraints(&format!(
                r#"<rsc_order id="o"><resource_set id="s1"{first}><resource_ref id="a"/><resource_ref id="b"/></resource_set><resource_set id="s2"{second}><resource_ref id="c"/><resource_ref id="d"/></resource_set></rsc_order>"#
            ))
            .run();
        let records = run.records();
        let explicit = records.iter().take_while(|r| !r.contains("IS"));
        explicit
            .map(|r| r.split(' ').skip(1).take(3).collect::<Vec<_>>().join(" "))
            .collect::<Vec<String>>()
    };
    assert_eq!(
        sets("", ""),
        lines(
            "a_start_0 -> b_start_0
             b_stop_0 -> a_stop_0
             c_start_0 -> d_start_0
             d_stop_0 -> c_stop_0
             a_start_0 -> c_start_0
             a_start_0 -> d_start_0
             b_start_0 -> c_start_0
             b_start_0 -> d_start_0
             c_stop_0 -> a_stop_0
             c_stop_0 -> b_stop_0
             d_stop_0 -> a_stop_0
             d_stop_0 -> b_stop_0"
        )
    );
    assert_eq!(
        sets(r#" sequential="true""#, r#" sequential="true""#),
        lines(
            "a_start_0 -> b_start_0
             b_stop_0 -> a_stop_0
             c_start_0 -> d_start_0
             d_stop_0 -> c_stop_0
             b_start_0 -> c_start_0
             c_stop_0 -> b_stop_0"
        )
    );
    assert_eq!(
        sets(r#" sequential="false""#, r#" sequential="true""#),
        lines(
            "c_start_0 -> d_start_0
             d_stop_0 -> c_stop_0
             a_start_0 -> c_start_0
             b_start_0 -> c_start_0
             c_stop_0 -> a_stop_0
             c_stop_0 -> b_stop_0"
        )
    );
}

#[test]
fn trap_14_gates_count() {
    let cluster = |min: u32| {
        quiet("n1 n2")
            .resources(&format!("clone C clone-min={min} ( a ) B"))
            .constraints("order C then B\nlocation B n1 10\nlocation C n2 -INFINITY")
            .run()
    };
    let run = cluster(1);
    assert_eq!(
        run.graph(),
        [
            "B_start_0 n1",
            "C_running_0",
            "C_start_0",
            "a:0_start_0 n1",
            "clone-one-or-more:c1"
        ]
    );
    assert_eq!(run.inputs("B_start_0 n1"), ["clone-one-or-more:c1"]);
    assert!(
        !run.requires("clone-one-or-more:c1"),
        "it is there because it is wanted in the graph"
    );
    let run = cluster(2);
    assert!(!run.does("clone-one-or-more:c1"));
    assert_eq!(
        run.line("B").as_deref(),
        Some("Start B (n1) due to unrunnable clone-one-or-more:c1 (blocked)")
    );
    // Sets.
    let any = |down: &str| {
        quiet("n1")
            .resources(&format!("a target-role={down} b target-role=Stopped c"))
            .constraints(r#"<rsc_order id="o"><resource_set id="s1" require-all="false" sequential="false"><resource_ref id="a"/><resource_ref id="b"/></resource_set><resource_set id="s2"><resource_ref id="c"/></resource_set></rsc_order>"#)
            .run()
    };
    assert_eq!(
        any("Started").graph(),
        ["a_start_0 n1", "c_start_0 n1", "one-or-more:s1"]
    );
    assert_eq!(
        any("Stopped").summary(),
        ["Start c (n1) due to unrunnable one-or-more:s1 (blocked)"]
    );
}

#[test]
fn trap_15_interleaving_unassigns_in_the_middle() {
    let cluster = |constraint: &str| {
        quiet("n1 n2")
            .resources("clone C1 interleave=true ( a ) clone C2 interleave=true ( b )")
            .constraints(&format!("{constraint}\nlocation C1 n2 -INFINITY"))
            .run()
    };
    let run = cluster("order C1 then C2");
    // n1 has a:0 already, so b:0 had gone to n2.
    assert_eq!((run.place("b:0"), run.place("b:1")), (None, Some("n1")));
    assert_eq!(run.next_role("b:0"), "Stopped");
    // One relation for each of the three flags.
    assert_eq!(
        run.relations("b:1_start_0 n1")
            .iter()
            .filter(|r| r.starts_with("a:0_start_0 n1"))
            .collect::<Vec<_>>(),
        ["a:0_start_0 n1 O,FIT,UFB"],
        "merged for the graph"
    );
    // Optional orderings relate instances too, but nobody has to go.
    let run = cluster("order C1 then C2 kind=Optional");
    assert_eq!(
        (run.place("b:0"), run.place("b:1")),
        (Some("n2"), Some("n1"))
    );
    assert!(run.waits("b:1_start_0 n1", "a:0_start_0 n1"));
    assert!(
        !run.inputs("b:0_start_0 n2")
            .iter()
            .any(|i| i.starts_with("a:"))
    );
    // Going down it is first's own wish that counts.
    let down = |one: &str, two: &str| {
        quiet("n1 n2")
            .resources(&format!(
                "clone C1 interleave={one} target-role=Stopped ( a ) clone C2 interleave={two} target-role=Stopped ( b )"
            ))
            .constraints("order C1 then C2")
            .history("n1", "a start\nb start")
            .history("n2", "a start\nb start")
            .run()
    };
    assert!(
        down("false", "true").waits("a:0_stop_0 n1", "b:0_stop_0 n1"),
        "first's: the one that stops first"
    );
    assert!(!down("true", "false").waits("a:0_stop_0 n1", "b:0_stop_0 n1"));
}

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

fn loaded(nodes: &str) -> Cluster {
    quiet(nodes).options("placement-strategy=utilization")
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
