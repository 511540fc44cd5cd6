//! How scores add up.

use super::*;

#[test]
fn trap_01_the_head_of_a_merged_list_is_repeated() {
    // The experiment of the notes: a member with its own colocation in a group with two of them.
    let run = quiet("n1 n2 n3")
        .resources("T1 priority=9 T2 priority=8 T3 priority=7 group G ( A B )")
        .constraints(
            "location T1 n1 INFINITY
             location T2 n2 INFINITY
             location T3 n3 INFINITY
             colocation A with T3 7
             colocation G with T1 50
             colocation G with T2 40",
        )
        .run();
    // A's own list first (7 with T3); then the group's list of two is merged: its head is inserted twice, the rest lost.
    // Head is the one with the primary of higher priority, T1.
    assert_eq!(run.scores("A"), "n1=100 n2=0 n3=7");
    // Without a colocation of its own the group's list becomes the result as it is.
    let run = quiet("n1 n2 n3")
        .resources("T1 priority=9 T2 priority=8 group G ( A B )")
        .constraints(
            "location T1 n1 INFINITY
             location T2 n2 INFINITY
             colocation G with T1 50
             colocation G with T2 40",
        )
        .run();
    assert_eq!(run.scores("A"), "n1=50 n2=40 n3=0");
    // A bundle with two dependents: the container's own list holds its connection, so only the first counts, twice.
    let run = quiet("n1 n2 n3")
        .resources("D1 priority=9 D2 priority=8 bundle bun replicas=1 ip=10.0.0.1 ( a )")
        .constraints(
            "location D1 n1 100
             location D2 n2 100
             location bun n3 1
             colocation D1 with bun 500000
             colocation D2 with bun 500000",
        )
        .run();
    let container = lines_of(&run, "bun-docker-0");
    assert!(
        container.iter().any(|l| l == "n1 100"),
        "50 twice: {container:?}"
    );
    assert!(container.iter().any(|l| l == "n2 0"), "lost: {container:?}");
}

#[test]
fn trap_02_bundles_are_assigned_again_and_again() {
    let cluster = quiet("n1 n2").resources("bundle bun replicas=1 ip=10.0.0.1 ( a ) B");
    let count = |run: &Run, line: &str| {
        run.score_lines()
            .iter()
            .filter(|l| l.starts_with(line))
            .count()
    };
    let once = cluster.clone().run();
    assert_eq!(count(&once, "pcmk__bundle_assign bun n1"), 1);
    // B is placed when the bundle is there already; a clone with it asks once more.
    let run = cluster
        .clone()
        .constraints("colocation B with bun INFINITY")
        .run();
    assert_eq!(count(&run, "pcmk__bundle_assign bun n1"), 1);
    let run = quiet("n1 n2")
        .resources("B bundle bun replicas=1 ip=10.0.0.1 ( a )")
        .constraints("colocation B with bun INFINITY")
        .run();
    assert_eq!(
        count(&run, "pcmk__bundle_assign bun n1"),
        2,
        "for B, and from the list"
    );
    let second: Vec<String> = run
        .score_lines()
        .into_iter()
        .filter(|l| l.starts_with("pcmk__bundle_assign a:0 "))
        .collect();
    assert_eq!(
        second,
        [
            "pcmk__bundle_assign a:0 bun-0 500",
            "pcmk__bundle_assign a:0 bun-0 INFINITY"
        ],
        "with the tables as they are by then"
    );
    let run = quiet("n1 n2")
        .resources("bundle bun replicas=1 ip=10.0.0.1 ( a ) clone C ( c )")
        .constraints("colocation C with bun 10")
        .run();
    assert!(count(&run, "pcmk__bundle_assign bun n1") > 1);
}

#[test]
fn trap_03_every_tentative_placement_is_printed() {
    // Both instances run on n1, where only one may be; n2 is better for the first, so it is tried, put off, and placed.
    let run = quiet("n1 n2")
        .resources("clone C ( a )")
        .constraints("location C n2 100")
        .history("n1", "a start")
        .run();
    // a:0 runs on n1: tried with n1 preferred, but n2 is better, so n2 is reserved and n1 tried again.
    assert_eq!(
        lines_of(&run, "a:0"),
        ["n1 1", "n2 100", "n1 1", "n2 -INFINITY"],
        "{:#?}",
        run.score_lines()
    );
    assert_eq!(
        (run.place("a:0"), run.place("a:1")),
        (Some("n1"), Some("n2"))
    );
    // With room for one only, nothing can be reserved: the second try would be one too many.
    let run = quiet("n1 n2")
        .resources("clone C clone-max=1 ( a )")
        .constraints("location C n2 100")
        .history("n1", "a start")
        .run();
    assert_eq!(run.place("a:0"), Some("n2"));
    assert_eq!(lines_of(&run, "a:0"), ["n1 1", "n2 100", "n1 1", "n2 100"]);
}

#[test]
fn trap_04_arithmetic_of_folding() {
    // What one unit of preference is worth to the primary: 0.5 rounds up, and nothing is less than 1.
    let folded = |score: &str, preference: &str| {
        let run = quiet("n1 n2")
            .resources("A B")
            .constraints(&format!(
                "location B n1 {preference}\ncolocation B with A {score}"
            ))
            .run();
        run.scores("A")
    };
    assert_eq!(folded("500000", "101"), "n1=51 n2=0");
    assert_eq!(folded("500000", "-101"), "n1=-51 n2=0");
    assert_eq!(folded("1", "3"), "n1=1 n2=0");
    assert_eq!(
        folded("1", "-3"),
        "n1=1 n2=0",
        "the sign is that of the factor"
    );
    assert_eq!(folded("-1", "3"), "n1=-1 n2=0");
    assert_eq!(folded("333333", "10"), "n1=3 n2=0");
    // Single precision: 999999 / 1000000 of 999999 is 999998.000001; the nearest float is 999998.
    assert_eq!(folded("999999", "999999"), "n1=999998 n2=0");
}

#[test]
fn trap_05_unusable_marker() {
    // B dislikes n1, to which the clone is attached by 10, and n2, to which it is not.
    let run = quiet("n1 n2")
        .resources("clone C ( a ) B")
        .constraints(
            "location C n1 10\nlocation B n1 -100\nlocation B n2 -100\ncolocation B with C 500000",
        )
        .run();
    let scores: Vec<String> = run
        .score_lines()
        .into_iter()
        .filter(|l| l.starts_with("pcmk__clone_assign C "))
        .collect();
    assert_eq!(
        scores,
        ["pcmk__clone_assign C n1 1", "pcmk__clone_assign C n2 0"]
    );
}

#[test]
fn trap_06_double_negatives() {
    // B must not be with A and dislikes n1: that would be a reason for A to go there, and is none.
    let folded = |b: &str, locations: &str| {
        let run = quiet("n1 n2 n3")
            .resources(&format!("A {b}"))
            .constraints(&format!("{locations}\ncolocation B with A -500000"))
            .run();
        run.scores("A")
    };
    assert_eq!(folded("B", "location B n1 -100"), "n1=0 n2=0 n3=0");
    // Unless B has one node left, which should then not be A's.
    let left = "location B n1 -100\nlocation B n3 -200\nlocation B n2 10";
    assert_eq!(folded("B", left), "n1=50 n2=-5 n3=100");
    // If A holds on to its node more than that, it does not matter again.
    let run = quiet("n1 n2 n3")
        .resources("A resource-stickiness=150 B")
        .constraints(&format!("{left}\ncolocation B with A -500000"))
        .run();
    assert_eq!(run.scores("A"), "n1=0 n2=-5 n3=100");
    // Not critical: no influence (unless A is not active anywhere, which it is not).
    assert_eq!(folded("B critical=false", left), "n1=50 n2=-5 n3=100");
    let run = quiet("n1 n2 n3")
        .resources("A B critical=false")
        .history("n1", "A start")
        .constraints(&format!("{left}\ncolocation B with A -500000"))
        .run();
    assert_eq!(run.scores("A"), "n1=0 n2=0 n3=0");
}

#[test]
fn trap_07_stickiness_of_clones() {
    let scores = |defaults: &str, stickiness: &str| {
        let cluster = quiet("n1 n2")
            .resources(&format!("clone C {stickiness} ( a )"))
            .history("n1", "a start");
        let cluster = if defaults.is_empty() {
            cluster
        } else {
            cluster.rsc_defaults(defaults)
        };
        let run = cluster.run();
        run.scores("a:0")
    };
    assert_eq!(scores("", ""), "n1=1 n2=0");
    assert_eq!(scores("resource-stickiness=0", ""), "n1=0 n2=0");
    assert_eq!(scores("resource-stickiness=7", ""), "n1=7 n2=0");
    assert_eq!(
        scores("resource-stickiness=7", "resource-stickiness=3"),
        "n1=3 n2=0"
    );
    assert_eq!(scores("", "resource-stickiness=0"), "n1=0 n2=0");
    assert_eq!(scores("migration-threshold=3", ""), "n1=1 n2=0");
}

#[test]
fn trap_08_locations_of_groups() {
    let run = quiet("n1 n2")
        .resources("group G ( A B )")
        .constraints("location G n1 10")
        .run();
    let shown: Vec<String> = run
        .score_lines()
        .into_iter()
        .filter(|l| l.starts_with("pcmk__group_assign"))
        .collect();
    assert_eq!(
        shown,
        lines(
            "pcmk__group_assign G n1 10
             pcmk__group_assign G n2 0
             pcmk__group_assign A n1 10
             pcmk__group_assign A n2 0
             pcmk__group_assign B n1 0
             pcmk__group_assign B n2 0"
        )
    );
    // Not colocated: everybody gets them.
    let run = quiet("n1 n2")
        .resources("group G collocated=false ( A B )")
        .constraints("location G n1 10")
        .run();
    assert!(
        run.score_lines()
            .contains(&"pcmk__group_assign B n1 10".into())
    );
    // A later member that is an explicit dependent brings the group's preferences along.
    let run = quiet("n1 n2")
        .resources("P group G ( A B )")
        .constraints("location G n2 10\ncolocation B with P INFINITY")
        .run();
    assert_eq!(run.scores("P"), "n1=0 n2=10");
    assert_eq!(run.place("B"), Some("n2"));
}

#[test]
fn trap_09_which_member_stands_for_a_group() {
    // A runs where B cannot: the group is torn.
    let with = |score: &str| {
        let run = quiet("n1 n2")
            .resources("group G ( A B is-managed=false ) D")
            .constraints(&format!(
                "location A n1 INFINITY\ncolocation D with G {score}"
            ))
            .history("n1", "A start")
            .history("n2", "B start")
            .run();
        assert_eq!((run.place("A"), run.place("B")), (Some("n1"), Some("n2")));
        run.scores("D")
    };
    assert_eq!(with("INFINITY"), "n1=-INFINITY n2=0");
    assert_eq!(with("10"), "n1=10 n2=0");
    assert_eq!(with("-INFINITY"), "n1=-INFINITY n2=0");
    // As dependent: the first.
    let run = quiet("n1 n2")
        .resources("P group G ( A B )")
        .constraints("location P n2 INFINITY\ncolocation G with P 10")
        .run();
    assert_eq!(run.scores("A"), "n1=0 n2=10");
}

#[test]
fn trap_10_current_node_at_score_zero() {
    // X is on n1 already when A is placed: fewer resources are on n2, and A's running on n1 counts for less.
    let place = |stickiness: &str| {
        let run = quiet("n1 n2")
            .resources(&format!("X A resource-stickiness={stickiness}"))
            .constraints("location X n1 INFINITY")
            .history("n1", "X start\nA start")
            .run();
        run.place("A").map(str::to_owned)
    };
    assert_eq!(place("0").as_deref(), Some("n2"));
    assert_eq!(place("1").as_deref(), Some("n1"));
    // Equal and positive: it stays, however many are there.
    let run = quiet("n1 n2")
        .resources("X A")
        .constraints("location X n1 INFINITY\nlocation A n1 5\nlocation A n2 5")
        .history("n1", "X start\nA start")
        .run();
    assert_eq!(run.place("A"), Some("n1"));
    // Nothing else to tell them apart: where it runs, then the name by bytes.
    let run = quiet("n10 n9").resources("A").run();
    assert_eq!(run.place("A"), Some("n10"));
    let run = quiet("n10 n9")
        .resources("A")
        .history("n9", "A start")
        .run();
    assert_eq!(run.place("A"), Some("n9"));
}
