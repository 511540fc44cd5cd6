//! Priorities, health, utilization.

use super::*;

#[test]
fn trap_32_priorities_of_promotable_instances() {
    let run = quiet("n1 n2")
        .resources("clone M promotable=true priority=3 ( p )")
        .transient("n1", "master-p=10")
        .run();
    // Given back when actions are made.
    assert_eq!(run.decision.board.rsc(run.rsc("p:0")).priority.value(), 3);
    let synapse = run
        .decision
        .transition
        .synapses
        .iter()
        .find(|s| run.label(s.action).starts_with("p:0_start"));
    assert_eq!(synapse.map(|s| s.priority), Some(3));
}

#[test]
fn trap_33_health() {
    let cluster = |strategy: &str, meta: &str| {
        quiet("n1 n2")
            .options(&format!("node-health-strategy={strategy} node-health-red=-100 node-health-yellow=-10 node-health-base=7"))
            .resources(&format!("A {meta} group G ( B {meta} )"))
            .transient("n1", "#health-disk=red #health-cpu=yellow")
            .transient("n2", "#health-disk=green")
            .run()
    };
    assert_eq!(cluster("none", "").scores("A"), "n1=0 n2=0");
    assert_eq!(
        cluster("migrate-on-red", "").scores("A"),
        "n1=-INFINITY n2=0"
    );
    assert_eq!(cluster("only-green", "").scores("A"), "n1=-INFINITY n2=0");
    assert_eq!(cluster("progressive", "").scores("A"), "n1=-103 n2=7");
    assert_eq!(cluster("custom", "").scores("A"), "n1=-110 n2=0");
    let run = cluster("progressive", "allow-unhealthy-nodes=true");
    assert_eq!(
        run.scores("A"),
        "n1=0 n2=7",
        "only what is against a node is left out"
    );
    assert_eq!(
        run.scores("B"),
        "n1=-103 n2=7",
        "what the member says does not matter"
    );
}

#[test]
fn trap_34_a_node_has_a_score() {
    let run = quiet("n1 n2")
        .element("n2", r#"id="2" uname="n2" score="20""#)
        .resources("A")
        .run();
    assert_eq!(run.scores("A"), "n1=0 n2=20");
    let run = quiet("n1 n2")
        .element("n2", r#"id="2" uname="n2" score="-INFINITY""#)
        .resources("A")
        .run();
    assert_eq!(run.scores("A"), "n1=0 n2=-INFINITY");
}

#[test]
fn trap_35_exclusive_discovery() {
    let run = quiet("n1 n2 n3")
        .resources("A")
        .constraints(
            "location A n1 10 resource-discovery=exclusive
             location A n2 50",
        )
        .run();
    assert_eq!(run.scores("A"), "n1=10 n2=-INFINITY n3=-INFINITY");
    // Even one that matches nothing.
    let run = quiet("n1 n2")
        .resources("A")
        .constraints(r#"<rsc_location id="l" rsc="A" resource-discovery="exclusive"><rule id="r" score="10"><expression id="e" attribute="colour" operation="eq" value="red"/></rule></rsc_location>"#)
        .run();
    assert_eq!(run.scores("A"), "n1=-INFINITY n2=-INFINITY");
}

#[test]
fn trap_36_order_of_assignment_with_utilization() {
    let order = |strategy: &str| {
        let run = quiet("n1 n2")
            .options(&format!("placement-strategy={strategy}"))
            .resources("A B C priority=1")
            .constraints("location B n1 10")
            .run();
        let lines = run.score_lines();
        lines
            .iter()
            .filter_map(|l| l.strip_prefix("pcmk__primitive_assign "))
            .filter(|l| l.contains(" n1 "))
            .filter_map(|l| l.split(' ').next().map(str::to_owned))
            .collect::<Vec<String>>()
    };
    assert_eq!(order("default"), ["C", "A", "B"]);
    assert_eq!(order("utilization"), ["C", "B", "A"]);
    assert_eq!(order("minimal"), ["C", "B", "A"]);
    assert_eq!(order("Balanced"), ["C", "B", "A"], "ignoring case");
    assert_eq!(order("DEFAULT"), ["C", "A", "B"]);
}

#[test]
fn trap_37_mandatory_before_optional() {
    // D must be with P1 (n1), and would rather not be with P2 (also n1): a list in one pass, P2 first by id, would give
    // up n1 for P2's sake before P1 is asked.
    let run = quiet("n1 n2")
        .resources("P9 P1 D")
        .constraints("location P9 n1 INFINITY\nlocation P1 n1 INFINITY\ncolocation D with P1 -100\ncolocation D with P9 INFINITY")
        .run();
    // After the mandatory one n2 is out; the optional one then would leave nothing, and is rolled back.
    assert_eq!(
        (run.scores("D").as_str(), run.place("D")),
        ("n1=0 n2=-INFINITY", Some("n1"))
    );
}

#[test]
fn trap_38_only_master_attributes() {
    let run = quiet("n1")
        .resources("bundle bun replicas=1 promoted-max=1 ip=10.0.0.1 ( p )")
        .permanent("n1", "master-p=10 promotion-p=20")
        .history("n1", "bun-docker-0@ocf:heartbeat:docker start\nbun-0@ocf:pacemaker:remote start")
        .status(r#"<node_state id="bun-0" uname="bun-0" remote_node="true"><transient_attributes id="bun-0"><instance_attributes id="t"><nvpair id="t1" name="master-p" value="15"/></instance_attributes></transient_attributes></node_state>"#)
        .run();
    let score = run.promotion("p:0").unwrap_or_default();
    assert!(score.starts_with("bun-0 "), "{score}");
    assert_eq!(run.next_role("p:0"), "Promoted");
}

#[test]
fn trap_39_mandatory_means_plus_infinity() {
    // Not colocated: minus infinity goes member by member, plus infinity is an error.
    let with = |score: &str| {
        quiet("n1 n2 n3")
            .resources("group G collocated=false ( A B ) D")
            .constraints(&format!(
                "location A n1 INFINITY\nlocation B n2 INFINITY\ncolocation D with G {score}"
            ))
            .run()
    };
    assert_eq!(
        with("-INFINITY").scores("D"),
        "n1=-INFINITY n2=-INFINITY n3=0"
    );
    let run = with("INFINITY");
    assert_eq!(run.scores("D"), "n1=0 n2=0 n3=0");
    assert!(run.decision.log.has_error(), "{:?}", run.decision.log);
    assert_eq!(with("10").scores("D"), "n1=10 n2=10 n3=0");
}

#[test]
fn trap_40_unmanaged_instances_lend_no_score() {
    let run = quiet("n1 n2")
        .resources("clone M promotable=true is-managed=false ( p ) D")
        .constraints("location M n1 30\ncolocation D with M INFINITY with-rsc-role=Promoted")
        .transient("n1", "master-p=10")
        .history("n1", "p start promote")
        .run();
    assert_eq!(run.next_role("p:0"), "Promoted");
    assert_eq!(run.scores("D"), "n1=0 n2=-INFINITY");
}

#[test]
fn trap_41_only_the_named_resource_loses_its_node() {
    let run = quiet("n1 n2")
        .resources("clone M promotable=true ( p )")
        .constraints("ticket T M rsc-role=Promoted loss-policy=demote")
        .transient("n1", "master-p=10")
        .history("n1", "p start promote")
        .run();
    assert_eq!(
        run.promotion("p:0").as_deref(),
        Some("n1 -INFINITY"),
        "still on n1"
    );
    assert_eq!(
        (run.place("p:0"), run.next_role("p:0")),
        (Some("n1"), "Unpromoted")
    );
    assert_eq!(
        run.line("p:0").as_deref(),
        Some("Demote p:0 (Promoted -> Unpromoted n1)")
    );
}

#[test]
fn trap_42_nothing_needed_of_less_than_nothing() {
    // n1 is overdrawn by what is not managed.
    let place = |need: &str| {
        let run = quiet("n1 n2")
            .options("placement-strategy=utilization")
            .capacity("n1", "cpu=1")
            .capacity("n2", "cpu=1")
            .resources(&format!("U priority=5 is-managed=false %cpu=4 A {need}"))
            .constraints("location A n1 100")
            .history("n1", "U start")
            .run();
        run.place("A").map(str::to_owned)
    };
    assert_eq!(place("%cpu=0").as_deref(), Some("n2"));
    assert_eq!(
        place("%ram=0").as_deref(),
        Some("n1"),
        "n1's lack of cpu is nothing to it"
    );
    assert_eq!(place("").as_deref(), Some("n1"));
}
