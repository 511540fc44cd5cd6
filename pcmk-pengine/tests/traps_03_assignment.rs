//! The traps of assignment, one test each, numbered as in behaviour notes 03 "Traps".

mod support;

use support::{Cluster, Run, lines};

fn quiet(nodes: &str) -> Cluster {
    Cluster::new(nodes).options("enable-startup-probes=false")
}

fn lines_of(run: &Run, rsc: &str) -> Vec<String> {
    let wanted = format!("pcmk__primitive_assign {rsc} ");
    run.score_lines()
        .iter()
        .filter_map(|l| l.strip_prefix(&wanted).map(str::to_owned))
        .collect()
}

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

#[test]
fn trap_18_no_promotion_score() {
    let score = |attributes: &str| {
        let cluster = quiet("n1").resources("clone M promotable=true ( p )");
        let cluster = if attributes.is_empty() {
            cluster
        } else {
            cluster.transient("n1", attributes)
        };
        let run = cluster.run();
        (
            run.promotion("p:0").expect("a promotion score"),
            run.next_role("p:0"),
        )
    };
    assert_eq!(score(""), ("n1 -1".into(), "Unpromoted"));
    assert_eq!(score("master-p=0"), ("n1 0".into(), "Promoted"));
    assert_eq!(score("master-p=-5"), ("n1 -5".into(), "Unpromoted"));
    assert_eq!(
        score("master-p=rubbish"),
        ("n1 0".into(), "Promoted"),
        "set, though to nothing"
    );
    assert_eq!(score("master-p:0=7"), ("n1 7".into(), "Promoted"));
    assert_eq!(score("promoted-p=7"), ("n1 -1".into(), "Unpromoted"));
}

#[test]
fn trap_19_what_a_promotion_score_is_made_of() {
    let run = quiet("n1 n2")
        .resources("clone M promotable=true ( p )")
        .constraints("location M n1 30\nlocation M n1 500 role=Promoted")
        .transient("n1", "master-p=10")
        .transient("n2", "master-p=20")
        .run();
    // n1: clone's node score 30, instance priority 10 + 500; its own location counts for the clone's table.
    let (on_n1, on_n2) = if run.place("p:0") == Some("n1") {
        ("p:0", "p:1")
    } else {
        ("p:1", "p:0")
    };
    assert_eq!(run.promotion(on_n1).as_deref(), Some("n1 540"));
    assert_eq!(run.promotion(on_n2).as_deref(), Some("n2 20"));
    // A dependent of the promoted role: once when the clone was placed (trap 31), once for the promotion.
    let run = quiet("n1 n2")
        .resources("clone M promotable=true ( p ) D")
        .constraints("location D n2 100\ncolocation D with M INFINITY with-rsc-role=Promoted")
        .transient("n1", "master-p=10")
        .transient("n2", "master-p=5")
        .run();
    let on_n2 = if run.place("p:0") == Some("n2") {
        "p:0"
    } else {
        "p:1"
    };
    assert_eq!(run.promotion(on_n2).as_deref(), Some("n2 205"));
    assert_eq!(run.next_role(on_n2), "Promoted");
    // Not placed at all.
    let run = quiet("n1")
        .resources("clone M promotable=true target-role=Stopped ( p )")
        .run();
    assert_eq!(run.promotion("p:0").as_deref(), Some("- -INFINITY"));
}

#[test]
fn trap_20_roles_in_locations() {
    let scores = |role: &str| {
        let run = quiet("n1 n2")
            .resources("A target-role=Started clone M promotable=true ( p )")
            .constraints(&format!(
                "location A n1 10 role={role}\nlocation M n1 10 role={role}"
            ))
            .run();
        (
            run.scores("A"),
            run.score_lines()
                .iter()
                .find(|l| l.starts_with("pcmk__clone_assign M n1"))
                .cloned(),
        )
    };
    for role in ["Started", "Unpromoted", "Slave"] {
        assert_eq!(
            scores(role),
            (
                "n1=10 n2=0".into(),
                Some("pcmk__clone_assign M n1 10".into())
            ),
            "{role}"
        );
    }
    for role in ["Promoted", "Stopped"] {
        assert_eq!(
            scores(role),
            ("n1=0 n2=0".into(), Some("pcmk__clone_assign M n1 0".into())),
            "{role}"
        );
    }
    let run = quiet("n1 n2")
        .resources("A target-role=Stopped")
        .constraints("location A n1 10 role=Stopped")
        .run();
    assert_eq!(run.decision.constraints.locations.len(), 1);
    // In colocations Unpromoted is a role of its own.
    let run = quiet("n1 n2")
        .resources("clone M promotable=true ( p ) D")
        .constraints("colocation D with M INFINITY with-rsc-role=Unpromoted")
        .transient("n1", "master-p=10")
        .run();
    assert_eq!(run.place("D"), Some("n2"));
}

#[test]
fn trap_21_mandatory_with_promoted_adds_a_score() {
    let scores = |role: &str| {
        let run = quiet("n1 n2")
            .resources("clone M promotable=true ( p ) D")
            .constraints(&format!(
                "location M n1 30\ncolocation D with M INFINITY{role}"
            ))
            .transient("n1", "master-p=10")
            .run();
        run.scores("D")
    };
    // 30, 10 for the promotion score.
    assert_eq!(scores(" with-rsc-role=Promoted"), "n1=40 n2=-INFINITY");
    assert_eq!(
        scores(""),
        "n1=0 n2=0",
        "with the clone as a whole: it is on both nodes"
    );
}

#[test]
fn trap_22_what_is_rolled_back() {
    // Optional, and nothing would be left: ignored.
    let run = quiet("n1")
        .resources("P A")
        .constraints("location P n1 INFINITY\ncolocation A with P -100")
        .run();
    assert_eq!(
        (run.scores("A").as_str(), run.place("A")),
        ("n1=0", Some("n1"))
    );
    // Mandatory: not ignored, and never adds infinity.
    let run = quiet("n1")
        .resources("P A")
        .constraints("colocation A with P -INFINITY")
        .run();
    assert_eq!(
        (run.scores("A").as_str(), run.place("A")),
        ("n1=-INFINITY", None)
    );
    let run = quiet("n1 n2")
        .resources("P A")
        .constraints("location P n2 9\ncolocation A with P INFINITY")
        .run();
    assert_eq!(run.scores("A"), "n1=-INFINITY n2=0");
    assert_eq!(run.scores("P"), "n1=0 n2=9");
}

#[test]
fn trap_23_primaries_without_a_place() {
    let scores = |score: &str| {
        let run = quiet("n1 n2")
            .resources("P target-role=Stopped A")
            .constraints(&format!(
                "location A n1 50\nlocation A n2 60\ncolocation A with P {score}"
            ))
            .run();
        run.scores("A")
    };
    assert_eq!(scores("20"), "n1=30 n2=40");
    assert_eq!(scores("70"), "n1=50 n2=60", "nothing would be left");
    assert_eq!(scores("INFINITY"), "n1=-INFINITY n2=-INFINITY");
    assert_eq!(scores("-20"), "n1=50 n2=60");
    assert_eq!(scores("-INFINITY"), "n1=50 n2=60");
}

#[test]
fn trap_24_connections_first() {
    let run = quiet("n1")
        .resources("A r@ocf:pacemaker:remote")
        .constraints("location A r 10")
        .run();
    let first = run.score_lines().into_iter().next().unwrap_or_default();
    assert_eq!(first, "pcmk__primitive_assign r n1 0");
    // The node is taken to be up by the time A is placed.
    assert_eq!(run.place("A"), Some("r"));
    let run = quiet("n1")
        .resources("A r@ocf:pacemaker:remote target-role=Stopped")
        .constraints("location A r 10")
        .run();
    assert_eq!(run.place("A"), Some("n1"));
}

#[test]
fn trap_25_containers_and_connections() {
    // The connection follows its container; what it would like does not move one that is up and well.
    let cluster = |history: &str| {
        let cluster = quiet("n1 n2")
            .rsc_defaults("resource-stickiness=100")
            .resources("bundle bun replicas=1 ip=10.0.0.1 ( a ) D")
            .constraints("location bun n1 1");
        let cluster = if history.is_empty() {
            cluster
        } else {
            cluster.history("n2", history)
        };
        cluster.run()
    };
    let run = cluster("");
    let connection = run.scores("bun-0");
    assert!(
        connection.contains("n1=10000") && connection.contains("n2=0"),
        "{connection}"
    );
    let run = cluster("bun-docker-0@ocf:heartbeat:docker start\nbun-0@ocf:pacemaker:remote start");
    // Its own 100 for n2; nothing for the 100 of its connection. On n1 its own 1 and that of its address.
    assert_eq!(run.scores("bun-docker-0"), "n1=2 n2=100");
}

#[test]
fn trap_26_unmanaged_members() {
    let run = quiet("n1 n2")
        .resources("group G ( A is-managed=false B )")
        .constraints("location G n2 100")
        .history("n1", "A start")
        .run();
    assert_eq!((run.place("A"), run.place("B")), (Some("n1"), Some("n1")));
    assert!(
        !run.records()
            .iter()
            .any(|r| r.contains("A_stop_0 -> A_start_0")),
        "none of its own orderings"
    );
    // A later member gets the group's mandatory colocations.
    let run = quiet("n1 n2 n3")
        .resources("P group G ( A is-managed=false B )")
        .constraints("location P n1 -INFINITY\nlocation P n3 10\ncolocation G with P INFINITY")
        .history("n1", "A start")
        .run();
    assert_eq!(run.place("A"), Some("n1"));
    assert_eq!(
        run.place("B"),
        None,
        "with A on n1 and with P on n3: {}",
        run.scores("B")
    );
}

#[test]
fn trap_27_thresholds() {
    let run = quiet("n1 n2")
        .resources("clone C ( a migration-threshold=1 ) group G ( A migration-threshold=1 B )")
        .transient("n1", "fail-count-a#start_0=1 fail-count-A#start_0=1")
        .run();
    let table = |rsc: &str| {
        let table = run.decision.scores.of(run.rsc(rsc));
        table
            .score(run.node("n1"))
            .map(pcmk_core::score::Score::value)
    };
    for banned in ["C", "a:0", "a:1", "A"] {
        assert_eq!(table(banned), Some(-1_000_000), "{banned}");
    }
    assert_eq!(table("G"), Some(0));
    assert_eq!((run.place("A"), run.place("B")), (Some("n2"), Some("n2")));
}

#[test]
fn trap_28_instances_beyond_the_limit() {
    let run = quiet("n1 n2 n3")
        .resources("clone C clone-max=2 ( a )")
        .history("n1", "a start")
        .history("n2", "a start")
        .history("n3", "a start")
        .run();
    // The third was made for history alone; it is removed, and never assigned.
    assert!(run.decision.config.rsc(run.rsc("a:2")).removed);
    assert_eq!(run.scores("a:2"), "");
    assert!(run.does("a:2_stop_0 n3"));
    let run = quiet("n1 n2").resources("clone C clone-max=0 ( a )").run();
    assert_eq!(run.scores("a:0"), "");
    assert_eq!(run.graph(), Vec::<String>::new());
}

#[test]
fn trap_29_cannot_interleave_is_final() {
    let run = quiet("n1 n2")
        .resources("clone P interleave=true clone-max=1 ( p ) clone D interleave=true ( d )")
        .constraints("location P n1 INFINITY\ncolocation D with P INFINITY")
        .history("n2", "d start")
        .run();
    let d = |node: &str| {
        ["d:0", "d:1"]
            .into_iter()
            .find(|d| run.place(d) == Some(node))
    };
    assert!(d("n1").is_some() && d("n2").is_none());
    // Different numbers per node: an error, and no interleaving.
    let run = quiet("n1 n2")
        .resources(
            "clone P globally-unique=true clone-node-max=2 ( p ) clone D interleave=true ( d )",
        )
        .constraints("colocation D with P INFINITY")
        .run();
    assert!(run.says("interleave"), "{:?}", run.decision.log);
}

#[test]
fn trap_30_early_pass() {
    // Four instances of a unique clone on one node, two nodes: two stay.
    let run = quiet("n1 n2")
        .resources(
            "clone C resource-stickiness=0 globally-unique=true clone-max=4 clone-node-max=4 ( a )",
        )
        .history("n1", "a:0 start\na:1 start\na:2 start\na:3 start")
        .run();
    let on = |node: &str| {
        ["a:0", "a:1", "a:2", "a:3"]
            .into_iter()
            .filter(|a| run.place(a) == Some(node))
            .count()
    };
    assert_eq!((on("n1"), on("n2")), (2, 2));
}

#[test]
fn trap_31_a_clone_is_folded_into_twice() {
    let run = quiet("n1 n2")
        .resources("clone C clone-max=1 ( a ) D")
        .constraints("location D n2 100\ncolocation D with C INFINITY")
        .run();
    assert!(
        run.score_lines()
            .contains(&"pcmk__clone_assign C n2 100".into())
    );
    assert_eq!(run.scores("a:0"), "n1=0 n2=100");
    assert_eq!(run.place("D"), Some("n2"));
}

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
