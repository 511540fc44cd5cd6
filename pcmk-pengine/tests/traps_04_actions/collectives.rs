//! Groups, clones and sets.

use super::*;

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
