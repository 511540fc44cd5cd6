//! What comes first.

use super::*;

#[test]
fn trap_11_scores_do_not_explain_everything() {
    let run = quiet("n1 n2")
        .options("placement-strategy=utilization")
        .capacity("n1", "cpu=1")
        .capacity("n2", "cpu=4")
        .resources("A %cpu=2")
        .constraints("location A n1 100")
        .run();
    assert_eq!(
        (run.scores("A").as_str(), run.place("A")),
        ("n1=100 n2=0", Some("n2"))
    );
    let run = quiet("n1 n2")
        .options("stop-all-resources=true")
        .resources("A")
        .constraints("location A n1 5")
        .run();
    assert_eq!(
        (run.scores("A").as_str(), run.place("A")),
        ("n1=5 n2=0", None)
    );
    let run = quiet("n1 n2")
        .resources("A is-managed=false")
        .constraints("location A n1 -INFINITY\nlocation A n2 INFINITY")
        .history("n1", "A start")
        .run();
    assert_eq!(
        (run.scores("A").as_str(), run.place("A")),
        ("n1=-INFINITY n2=INFINITY", Some("n1"))
    );
}

#[test]
fn trap_12_unavailable_nodes_keep_their_scores() {
    let run = quiet("n1 n2:offline n3:standby n4:maintenance")
        .resources("A clone C ( a )")
        .run();
    assert_eq!(run.scores("A"), "n1=0 n2=0 n3=0 n4=0");
    assert_eq!(run.place("A"), Some("n1"));
    assert!(lines_of(&run, "a:0").starts_with(&[
        "n1 0".into(),
        "n2 -INFINITY".into(),
        "n3 -INFINITY".into(),
        "n4 -INFINITY".into()
    ]));
}

#[test]
fn trap_13_a_ban_everywhere_adds_nodes() {
    let run = quiet("n1")
        .resources("A target-role=Stopped bundle bun replicas=1 ip=10.0.0.1 ( a )")
        .run();
    assert_eq!(run.scores("A"), "bun-0=-INFINITY n1=-INFINITY");
    let run = quiet("n1 n2")
        .options("symmetric-cluster=false")
        .resources("A target-role=Stopped B")
        .constraints("location A n1 10")
        .run();
    assert_eq!(run.scores("A"), "n1=-INFINITY n2=-INFINITY");
    assert_eq!(run.scores("B"), "", "an empty table prints nothing");
}

#[test]
fn trap_14_orders_of_nodes() {
    let run = quiet("N10 n9 n2").resources("A").run();
    assert_eq!(
        run.scores("A"),
        "n2=0 n9=0 N10=0",
        "printed by number, ignoring case"
    );
    assert_eq!(run.place("A"), Some("N10"), "chosen by bytes");
}

#[test]
fn trap_15_hash_order_decides_between_equals() {
    // No node can hold the pair; the most capable is the first in hash order of the ids. Ids here are 1, 2, 3, 4, whose
    // hashes (49 + n) * 11 modulo 7 are 0, 4, 1, 5: so the order is 1, 3, 2, 4.
    let base = |nodes: &str| {
        let mut cluster = quiet(nodes).options("placement-strategy=balanced");
        for node in nodes.split(' ') {
            cluster = cluster.capacity(node, "cpu=3");
        }
        cluster
            .resources("A %cpu=2 B %cpu=2")
            .constraints("colocation B with A INFINITY\nlocation A a -1\nlocation A b -1")
            .run()
    };
    // Only c and d have a score of 0 or more; c has id 3 and d id 4.
    let run = base("a b c d");
    assert_eq!(run.place("A"), Some("c"));
    // d has id 1 and comes first, though c's name does.
    let run = base("d a b c");
    assert_eq!(run.place("A"), Some("d"), "{:?}", run.scores("A"));
}

#[test]
fn trap_16_inactive_instances_are_equal() {
    // Three inactive instances keep their order; an active one comes first, whatever its number.
    let run = quiet("n1 n2 n3 n4")
        .resources("clone C globally-unique=true clone-max=4 ( a )")
        .history("n3", "a:2 start")
        .run();
    let order: Vec<&str> = run
        .decision
        .board
        .rsc(run.rsc("C"))
        .children
        .iter()
        .map(|&c| run.decision.config.name(c))
        .collect();
    assert_eq!(order, ["a:2", "a:0", "a:1", "a:3"]);
}

#[test]
fn trap_17_order_of_location_constraints() {
    // Last first: minus infinity and infinity do not commute, saturation does not associate.
    let run = quiet("n1")
        .resources("A")
        .constraints("location A n1 -999999\nlocation A n1 999999\nlocation A n1 999999")
        .run();
    // 999999 + 999999 is infinity, which absorbs the rest.
    assert_eq!(run.scores("A"), "n1=INFINITY");
    let run = quiet("n1")
        .resources("A")
        .constraints("location A n1 999999\nlocation A n1 999999\nlocation A n1 -999999")
        .run();
    // -999999 + 999999 + 999999, from the last to the first.
    assert_eq!(run.scores("A"), "n1=999999");
}
