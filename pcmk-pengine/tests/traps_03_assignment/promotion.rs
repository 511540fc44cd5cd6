//! Promotion scores and roles.

use super::*;

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
