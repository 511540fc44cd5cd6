//! Clones, colocations, intervals, nodes and locations.

use super::*;

#[test]
fn trap_06_a_clone_can_unorder_its_group() {
    let ordered = |meta: &str| {
        let run = quiet("n1")
            .resources(&format!("clone C {meta} ( group G ( A B ) )"))
            .run();
        run.waits("B:0_start_0 n1", "A:0_start_0 n1")
    };
    assert!(ordered(""));
    assert!(ordered("ordered=true"));
    assert!(!ordered("ordered=false"));
}

#[test]
fn trap_07_naming_what_is_inside_a_clone() {
    let cluster = |history: &str| {
        let cluster = quiet("n1 n2")
            .resources("clone C ( a ) B")
            .constraints("colocation B with a INFINITY\nlocation B n2 5");
        if history.is_empty() {
            cluster.run()
        } else {
            cluster.history("n1", history).run()
        }
    };
    let run = cluster("a start");
    assert_eq!(
        run.decision
            .constraints
            .colocations
            .iter()
            .filter(|c| c.explicit)
            .map(|c| run.decision.config.name(c.primary))
            .collect::<Vec<_>>(),
        ["C"]
    );
    let run = cluster("");
    assert!(
        run.decision
            .constraints
            .colocations
            .iter()
            .all(|c| !c.explicit)
    );
    assert!(
        run.says("Ignoring constraint 'c1' because 'a' is not a valid resource or tag"),
        "{:?}",
        run.decision.log
    );
    // With a number the instance itself is meant.
    let run = quiet("n1 n2")
        .resources("clone C ( a ) B")
        .constraints("colocation B with a:1 INFINITY")
        .run();
    assert_eq!(run.place("B"), run.place("a:1"));
}

#[test]
fn trap_08_colocation_scores_and_sets() {
    let explicit = |text: &str| {
        let run = quiet("n1").resources("a b c d").constraints(text).run();
        let config = &run.decision.config;
        let list = run
            .decision
            .constraints
            .colocations
            .iter()
            .filter(|c| c.explicit);
        list.map(|c| {
            format!(
                "{} with {} {}",
                config.name(c.dependent),
                config.name(c.primary),
                c.score.value()
            )
        })
        .collect::<Vec<String>>()
    };
    assert_eq!(
        explicit(r#"<rsc_colocation id="x" rsc="a" with-rsc="b"/>"#),
        Vec::<String>::new()
    );
    assert_eq!(
        explicit(r#"<rsc_colocation id="x" rsc="a" with-rsc="b" score="0"/>"#),
        Vec::<String>::new()
    );
    let set = |id: &str, members: &str, more: &str| {
        let refs: String = members
            .split(' ')
            .map(|m| format!(r#"<resource_ref id="{m}"/>"#))
            .collect();
        format!(r#"<resource_set id="{id}"{more}>{refs}</resource_set>"#)
    };
    let sets = |content: &str| {
        explicit(&format!(
            r#"<rsc_colocation id="x" score="10">{content}</rsc_colocation>"#
        ))
    };
    // The first of the previous set is the dependent, the last of this one the primary.
    assert_eq!(
        sets(&format!("{}{}", set("s1", "a b", ""), set("s2", "c d", ""))),
        ["b with a 10", "d with c 10", "a with d 10"]
    );
    assert_eq!(
        sets(&format!(
            "{}{}",
            set("s1", "a b", r#" sequential="false""#),
            set("s2", "c d", r#" sequential="false""#)
        )),
        ["a with c 10", "a with d 10", "b with c 10", "b with d 10"]
    );
    assert_eq!(
        sets(&set("s1", "a b c", r#" score="-5""#)),
        ["b with a -5", "c with a -5", "c with b -5"]
    );
    assert_eq!(
        sets(&set("s1", "a b", r#" ordering="listed""#)),
        ["a with b 10"]
    );
    assert_eq!(
        sets(&set("s1", "a b", r#" ordering="GROUP""#)),
        ["b with a 10"]
    );
    assert_eq!(sets(&set("s1", "a nobody c", "")), Vec::<String>::new());
}

// Trap 9: see 04 trap 13 (orderings) and trap 8 (colocations).

#[test]
fn trap_10_timeouts_and_intervals() {
    let timeout = |text: &str| {
        let run = quiet("n1")
            .resources(&format!("A [start timeout={text}]"))
            .run();
        run.attribute("A_start_0 n1", "CRM_meta_timeout")
    };
    for (text, ms) in [
        ("33", "33000"),
        ("33s", "33000"),
        ("2min", "120000"),
        ("1h", "3600000"),
        ("1500ms", "1500"),
        ("1500us", "1"),
        ("1.9s", "1000"),
        ("PT30S", "20000"),
        ("2d", "20000"),
        ("1w", "20000"),
        ("0", "20000"),
        ("-5s", "20000"),
        ("bad", "20000"),
        ("99999999999", "2147483647"),
    ] {
        assert_eq!(timeout(text).as_deref(), Some(ms), "{text}");
    }
    let interval = |text: &str| {
        let run = quiet("n1")
            .resources(&format!("A [monitor interval={text}]"))
            .run();
        run.graph()
            .iter()
            .find_map(|l| l.strip_prefix("A_monitor_").map(str::to_owned))
    };
    for (text, ms) in [
        ("10", Some("10000 n1")),
        ("PT1M", Some("60000 n1")),
        ("P1D", Some("86400000 n1")),
        ("1.5m", Some("60000 n1")),
        ("2H", Some("7200000 n1")),
        ("PT0S", None),
        ("bad", None),
        ("-5", None),
        ("9999999999s", Some("4294967295 n1")),
    ] {
        assert_eq!(interval(text).as_deref(), ms, "{text}");
    }
}

// Trap 11: see 04 trap 40.

#[test]
fn trap_12_order_and_number_of_nodes() {
    let run = quiet("node10 Node9 node1")
        .resources("clone C ( a ) vm remote-node=g")
        .run();
    let config = &run.decision.config;
    let order: Vec<&str> = config
        .node_order
        .iter()
        .map(|&n| config.node_name(n))
        .collect();
    assert_eq!(order, ["g", "node1", "Node9", "node10"]);
    assert_eq!(
        config.rsc(run.rsc("C")).as_clone().map(|c| c.clone_max),
        Some(4),
        "the guest counts"
    );
    // Nodes of a bundle count for clones that come after it.
    let max = |text: &str| {
        let run = quiet("n1 n2").resources(text).run();
        run.decision
            .config
            .rsc(run.rsc("C"))
            .as_clone()
            .map(|c| c.clone_max)
    };
    assert_eq!(
        max("bundle bun replicas=2 ip=10.0.0.1 ( a ) clone C ( c )"),
        Some(4)
    );
    assert_eq!(
        max("clone C ( c ) bundle bun replicas=2 ip=10.0.0.1 ( a )"),
        Some(2)
    );
    // Equal names: the later one is in front.
    let run = quiet("n1 N1").run();
    let config = &run.decision.config;
    assert_eq!(
        config
            .node_order
            .iter()
            .map(|&n| &*config.node(n).uuid)
            .collect::<Vec<_>>(),
        ["2", "1"]
    );
    assert!(
        run.says("More than one node entry has name 'N1'")
            || run.says("More than one node entry has name 'n1'")
    );
}

#[test]
fn trap_13_base_scores_and_locations() {
    let scores = |options: &str| {
        quiet("n1 n2")
            .options(options)
            .element("n1", r#"id="1" uname="n1" score="7""#)
            .resources("A")
            .constraints("location A n1 10")
            .run()
            .scores("A")
    };
    assert_eq!(scores("symmetric-cluster=true"), "n1=17 n2=0");
    assert_eq!(scores("symmetric-cluster=false"), "n1=10");
}
