//! Connections, containers, limits.

use super::*;

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
