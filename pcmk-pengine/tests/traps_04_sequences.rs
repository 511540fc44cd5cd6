//! The worked examples of actions and orderings: every record, every action, the graph (behaviour notes 04 §27).

mod support;

use support::{Cluster, lines};

#[test]
fn primitive_restart() {
    // 04 §27.1
    let run = Cluster::new("n1")
        .resources("A [monitor interval=10s]")
        .history(
            "n1",
            "A start{op-digest=other} monitor/10000{op-digest=other}",
        )
        .run();
    assert_eq!(
        run.records(),
        lines(
            "1 A_stop_0 -> A_start_0 O,FIT,IS
             2 A_lrm_delete_0 -> A_monitor_0 SAME,CANCELS
             3 A_start_0 -> A_monitor_10000 FIT,UFB
             4 A_reload-agent_0 -> A_monitor_10000 FIT,UFB"
        )
    );
    assert_eq!(
        run.actions(),
        ["1 A_monitor_10000 n1", "2 A_start_0 n1", "3 A_stop_0 n1"]
    );
    assert_eq!(
        run.synapses(),
        [
            "3 A_stop_0 n1 <-",
            "2 A_start_0 n1 <- 3",
            "1 A_monitor_10000 n1 <- 2"
        ]
    );
    assert_eq!(
        run.summary(),
        ["Restart A (n1) due to resource definition change"]
    );
    assert_eq!(run.reason("A_stop_0 n1"), None);
}

#[test]
fn group_start() {
    // 04 §27.2
    let run = Cluster::new("n1")
        .resources("group G ( A B [monitor interval=10s] )")
        .run();
    assert_eq!(
        run.records(),
        lines(
            "1 G_stop_0 -> G_stopped_0 UFB
             2 G_stopped_0 -> G_start_0 O
             3 G_start_0 -> G_running_0 UFB
             4 A_stop_0 -> A_start_0 O,FIT,IS
             5 A_lrm_delete_0 -> A_monitor_0 SAME,CANCELS
             6 G_stop_0 -> A_stop_0 O,TIG
             7 A_stop_0 -> G_stopped_0 FIT
             8 G_start_0 -> A_start_0 TIG
             9 A_start_0 -> G_running_0 FIT,UFB,FIG
             10 G_start_0 -> A_start_0
             11 B_stop_0 -> B_start_0 O,FIT,IS
             12 B_lrm_delete_0 -> B_monitor_0 SAME,CANCELS
             13 G_stop_0 -> B_stop_0 TIG
             14 B_stop_0 -> G_stopped_0 FIG
             15 G_start_0 -> B_start_0 TIG
             16 B_start_0 -> G_running_0 FIT,UFB,FIG
             17 A_start_0 -> B_start_0 FIT,UFB
             18 B_stop_0 -> A_stop_0 O,IS
             19 A_monitor_0 -> A_start_0 O
             20 A_monitor_0 -> A_reload-agent_0 O
             21 B_monitor_0 -> B_start_0 O
             22 B_monitor_0 -> B_reload-agent_0 O
             23 B_start_0 -> B_monitor_10000 FIT,UFB
             24 B_reload-agent_0 -> B_monitor_10000 FIT,UFB"
        )
        .iter()
        .map(|l| if l.ends_with("A_start_0") {
            format!("{l} ")
        } else {
            (*l).to_owned()
        })
        .collect::<Vec<_>>()
    );
    assert_eq!(
        run.synapses(),
        lines(
            "7 G_running_0 <- 3 4 6
             6 G_start_0 <-
             3 A_start_0 n1 <- 1 6
             1 A_monitor_0 n1 <-
             5 B_monitor_10000 n1 <- 4
             4 B_start_0 n1 <- 2 3 6
             2 B_monitor_0 n1 <-"
        )
    );
}

#[test]
fn interleaved_clone_pair() {
    // 04 §27.3
    let run = Cluster::new("n1 n2")
        .options("enable-startup-probes=false")
        .resources("clone C1 interleave=true ( a ) clone C2 interleave=true ( b )")
        .constraints("order C1 then C2")
        .run();
    let records = run.records();
    assert_eq!(records.len(), 32);
    assert_eq!(
        records[..11],
        lines(
            "1 C1_start_0 -> C2_start_0 O,FIT,UFB
             2 C2_stop_0 -> C1_stop_0 O,TIF
             3 C1_stopped_0 -> C1_start_0 O
             4 C1_start_0 -> C1_running_0 UFB
             5 C1_stop_0 -> C1_stopped_0 UFB
             6 a:0_stop_0 -> a:0_start_0 O,FIT,IS
             7 a:0_lrm_delete_0 -> a:0_monitor_0 SAME,CANCELS
             8 C1_start_0 -> a:0_start_0 UFB,TIG
             9 a:0_start_0 -> C1_running_0 FIG
             10 C1_stop_0 -> a:0_stop_0 TIG
             11 a:0_stop_0 -> C1_stopped_0 FIG"
        )
    );
    assert_eq!(
        run.synapses(),
        lines(
            "1 a:0_start_0 n1 <- 3
             2 a:1_start_0 n2 <- 3
             4 C1_running_0 <- 1 2 3
             3 C1_start_0 <-
             7 b:0_start_0 n1 <- 1 9
             8 b:1_start_0 n2 <- 2 9
             10 C2_running_0 <- 7 8 9
             9 C2_start_0 <- 4"
        )
    );
    let priorities: Vec<i32> = run
        .decision
        .transition
        .synapses
        .iter()
        .map(|s| s.priority)
        .collect();
    assert_eq!(priorities, [0, 0, 1_000_000, 0, 0, 0, 1_000_000, 0]);
}

#[test]
fn promotable_clone_with_notify() {
    // 04 §27.4
    let run = Cluster::new("n1")
        .options("enable-startup-probes=false")
        .resources("clone M promotable=true notify=true clone-max=1 ( p@ocf:pacemaker:Stateful )")
        .transient("n1", "master-p=10")
        .run();
    let records = run.records();
    assert_eq!(records.len(), 25);
    assert_eq!(
        records[..13],
        lines(
            "1 M_stopped_0 -> M_start_0 O
             2 M_start_0 -> M_running_0 UFB
             3 M_stop_0 -> M_stopped_0 UFB
             4 M_demoted_0 -> M_stop_0 O
             5 M_running_0 -> M_promote_0 UFB
             6 p:0_stop_0 -> p:0_start_0 O,FIT,IS
             7 p:0_demote_0 -> p:0_stop_0 PTIF
             8 p:0_start_0 -> p:0_promote_0 UFB
             9 p:0_lrm_delete_0 -> p:0_monitor_0 SAME,CANCELS
             10 M_start_0 -> p:0_start_0 UFB,TIG
             11 p:0_start_0 -> M_running_0 FIG
             12 M_stop_0 -> p:0_stop_0 TIG
             13 p:0_stop_0 -> M_stopped_0 FIG"
        )
    );
    assert_eq!(
        records[20..],
        lines(
            "21 p:0_demote_0 -> p:0_promote_0 O
             22 M_promote_0 -> p:0_promote_0 O
             23 p:0_promote_0 -> M_promoted_0 O
             24 M_demote_0 -> p:0_demote_0 TIG
             25 p:0_demote_0 -> M_demoted_0 FIG"
        )
    );
    assert_eq!(
        run.synapses(),
        lines(
            "30 p:0_post_notify_promote_0 n1 <- 19
             29 p:0_pre_notify_promote_0 n1 <- 17
             28 p:0_post_notify_start_0 n1 <- 9
             2 p:0_promote_0 n1 <- 1 15
             1 p:0_start_0 n1 <- 3
             20 M_confirmed-post_notify_promoted_0 <- 19 30
             19 M_post_notify_promoted_0 <- 16 18
             18 M_confirmed-pre_notify_promote_0 <- 17 29
             17 M_pre_notify_promote_0 <- 10
             16 M_promoted_0 <- 2
             15 M_promote_0 <- 4 18
             10 M_confirmed-post_notify_running_0 <- 9 28
             9 M_post_notify_running_0 <- 4 8
             8 M_confirmed-pre_notify_start_0 <- 7
             7 M_pre_notify_start_0 <-
             4 M_running_0 <- 1 3
             3 M_start_0 <- 8"
        )
    );
    let urgent: Vec<usize> = (0..17)
        .filter(|&i| run.decision.transition.synapses[i].priority > 0)
        .collect();
    assert_eq!(urgent, [0, 2, 5, 6, 9, 11, 12, 15]);
    // Looking at the flags of what no instance can do made these unrunnable (04 §22.2).
    for label in [
        "M_stop_0",
        "M_stopped_0",
        "M_demote_0",
        "M_demoted_0",
        "M_pre_notify_stop_0",
    ] {
        assert!(
            !run.action(label)
                .is(pcmk_pengine::book::ActionFlags::RUNNABLE),
            "{label}"
        );
    }
}

#[test]
fn live_migration_with_an_ordering() {
    // 04 §27.5
    let run = Cluster::new("n1:standby n2")
        .options("enable-startup-probes=false")
        .resources("A allow-migrate=true V allow-migrate=true")
        .constraints("order A then V")
        .history("n1", "A start\nV start")
        .run();
    assert_eq!(
        run.records(),
        lines(
            "1 A_start_0 -> V_start_0 O,FIT,UFB
             2 A_migrate_from_0 -> V_migrate_to_0 O
             3 A_start_0 -> V_migrate_to_0 O,IFU
             4 V_stop_0 -> A_stop_0 O,TIF
             5 V_stop_0 -> A_migrate_to_0 O,IFU
             6 A_stop_0 -> A_start_0 O,FIT,IS
             7 A_lrm_delete_0 -> A_monitor_0 SAME,CANCELS
             8 V_stop_0 -> V_start_0 O,FIT,IS
             9 V_lrm_delete_0 -> V_monitor_0 SAME,CANCELS
             10 A_monitor_0 -> A_migrate_to_0 O
             11 A_migrate_to_0 -> A_migrate_from_0 O,UTB
             12 A_migrate_from_0 -> A_stop_0 O,UTB
             13 A_migrate_from_0 -> A_start_0 O,UTB,FE
             14 V_monitor_0 -> V_migrate_to_0 O
             15 V_migrate_to_0 -> V_migrate_from_0 O,UTB
             16 V_migrate_from_0 -> V_stop_0 O,UTB
             17 V_migrate_from_0 -> V_start_0 O,UTB,FE"
        )
    );
    assert_eq!(
        run.synapses(),
        lines(
            "4 A_migrate_from_0 n2 <- 3
             3 A_migrate_to_0 n1 <-
             2 A_start_0 <- 1 4
             1 A_stop_0 n1 <- 4 5
             8 V_migrate_from_0 n2 <- 7
             7 V_migrate_to_0 n1 <- 4
             6 V_start_0 <- 2 5 8
             5 V_stop_0 n1 <- 8"
        )
    );
    assert_eq!(
        run.summary(),
        ["Migrate A (n1 -> n2)", "Migrate V (n1 -> n2)"]
    );
}

/// One start that cannot be takes thousands with it, whichever way the resources are numbered. The recursion of the
/// reference goes as deep as the chain is long; ours must not need the caller's stack for that.
#[test]
fn a_long_chain_of_orderings_is_followed() {
    const COUNT: usize = 3000;
    for reverse in [false, true] {
        let name = |at: usize| match reverse {
            false => format!("r{at:04}"),
            true => format!("r{:04}", COUNT - 1 - at),
        };
        let resources: Vec<String> = (0..COUNT).map(|at| format!("r{at:04}")).collect();
        let orders: String = (1..COUNT)
            .map(|at| {
                let (first, then) = (name(at - 1), name(at));
                format!(r#"<rsc_order id="o{at}" first="{first}" then="{then}"/>"#)
            })
            .collect();
        let ban = format!(
            r#"<rsc_location id="l" rsc="{}" node="n1" score="-INFINITY"/>"#,
            name(0)
        );
        let run = Cluster::new("n1")
            .resources(&resources.join("\n"))
            .constraints(&(orders + &ban))
            .run();
        let graph = run.graph();
        assert_eq!(graph.len(), COUNT, "a probe each");
        assert!(graph.iter().all(|label| !label.contains("_start_0")));
    }
}
