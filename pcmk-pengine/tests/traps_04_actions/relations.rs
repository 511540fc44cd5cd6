//! Relations between actions.

use super::*;

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
