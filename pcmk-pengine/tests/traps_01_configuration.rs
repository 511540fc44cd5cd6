//! The traps of configuration input, one test each, numbered as in behaviour notes 01 §12.

mod support;

use support::{Cluster, NOW, Run, lines};

fn quiet(nodes: &str) -> Cluster {
    Cluster::new(nodes).options("enable-startup-probes=false")
}

/// A parameter of a primitive that starts on n1.
fn parameter(run: &Run, rsc: &str, name: &str) -> Option<String> {
    run.attribute(&format!("{rsc}_start_0 n1"), name)
}

const DUMMY: &str = r#"class="ocf" provider="pacemaker" type="Dummy""#;

fn nvset(element: &str, id: &str, attributes: &str, pairs: &str) -> String {
    let pairs: String = pairs
        .split_whitespace()
        .enumerate()
        .filter_map(|(i, pair)| {
            let (name, value) = pair.split_once('=')?;
            Some(format!(
                r#"<nvpair id="{id}-{i}" name="{name}" value="{value}"/>"#
            ))
        })
        .collect();
    format!(r#"<{element} id="{id}"{attributes}>{pairs}</{element}>"#)
}

#[test]
fn trap_01_precedence_of_blocks() {
    let value = |blocks: &str| {
        let run = quiet("n1")
            .resources(&format!("<primitive id=\"A\" {DUMMY}>{blocks}</primitive>"))
            .run();
        parameter(&run, "A", "x")
    };
    let block = |id: &str, score: &str, pairs: &str| nvset("instance_attributes", id, score, pairs);
    let (one, two) = (block("i1", "", "x=1"), block("i2", "", "x=2"));
    assert_eq!(
        value(&format!("{one}{two}")).as_deref(),
        Some("2"),
        "the last of equal blocks"
    );
    let strong = block("i1", r#" score="5""#, "x=1");
    assert_eq!(
        value(&format!("{strong}{two}")).as_deref(),
        Some("1"),
        "the higher score"
    );
    let bad = block("i1", r#" score="rubbish""#, "x=1");
    assert_eq!(
        value(&format!("{bad}{two}")).as_deref(),
        Some("2"),
        "a bad score is 0"
    );
    assert_eq!(
        value(&block("i1", "", "x=1 x=2")).as_deref(),
        Some("1"),
        "the first of a block"
    );
    let reset = block("i3", "", "x=#default");
    assert_eq!(
        value(&format!("{reset}{two}")).as_deref(),
        None,
        "#default takes away what was there"
    );
    assert_eq!(
        value(&format!("{two}{reset}")).as_deref(),
        Some("2"),
        "and later blocks come first"
    );
    // Defaults.
    let defaults = |element: &str, pairs: (&str, &str)| {
        format!(
            "<{element}>{}{}</{element}>",
            nvset("meta_attributes", "d1", "", pairs.0),
            nvset("meta_attributes", "d2", "", pairs.1)
        )
    };
    let run = quiet("n1")
        .resources("A")
        .xml(&defaults("rsc_defaults", ("priority=1", "priority=2")))
        .xml(&defaults("op_defaults", ("timeout=11s", "timeout=12s")))
        .run();
    assert_eq!(run.decision.config.rsc(run.rsc("A")).priority.value(), 2);
    assert_eq!(
        run.attribute("A_start_0 n1", "CRM_meta_timeout").as_deref(),
        Some("12000")
    );
    // The block of cluster options that is always first.
    let text = quiet("n1").document().replace(
        "<crm_config>",
        &format!(
            "<crm_config>{}{}",
            nvset(
                "cluster_property_set",
                "other",
                r#" score="999""#,
                "batch-limit=1"
            ),
            nvset(
                "cluster_property_set",
                "cib-bootstrap-options",
                r#" score="-5""#,
                "batch-limit=2"
            )
        ),
    );
    assert!(
        support::run(&text, NOW, false)
            .graph_text()
            .contains(r#"batch-limit="2""#)
    );
}

// Trap 2, transforms, belongs to the schema crate's tests.

#[test]
fn trap_03_references_between_resources() {
    let two = |b: &str| {
        quiet("n1")
            .resources(&format!(
                "<primitive id=\"A\" {DUMMY}>{}<operations id=\"A-ops\"><op id=\"A-m\" name=\"monitor\" interval=\"10s\"/></operations></primitive>
                 <primitive id=\"B\" {DUMMY}>{b}</primitive>",
                nvset("instance_attributes", "A-i", "", "x=1 y=2")
            ))
            .run()
    };
    let run = two(r#"<instance_attributes id-ref="A-i"/>"#);
    assert_eq!(parameter(&run, "B", "x"), None);
    assert!(
        run.says("id-ref 'A-i' does not reference a valid object"),
        "{:?}",
        run.decision.log
    );
    let run =
        two(r#"<instance_attributes id="B-i"><nvpair id-ref="A-i-0"/></instance_attributes>"#);
    assert_eq!(parameter(&run, "B", "x").as_deref(), Some("1"));
    let run = two(r#"<operations id-ref="A-ops"/>"#);
    assert!(run.does("B_monitor_10000 n1"));
    // Within one resource a block may be used again.
    let run = quiet("n1")
        .resources(&format!(
            "<group id=\"G\"><primitive id=\"A\" {DUMMY}>{}</primitive><primitive id=\"B\" {DUMMY}><meta_attributes id-ref=\"A-m\"/></primitive></group>",
            nvset("meta_attributes", "A-m", "", "priority=5")
        ))
        .run();
    assert_eq!(
        run.decision.config.rsc(run.rsc("B")).priority.value(),
        0,
        "a member has a copy of its own"
    );
}

#[test]
fn trap_04_templates() {
    let run = quiet("n1")
        .resources(&format!(
            "<template id=\"T\" {DUMMY} description=\"ours\">{}{}<operations><op id=\"t1\" name=\"monitor\" interval=\"10s\"/><op id=\"t2\" name=\"monitor\" interval=\"11s\" role=\"Promoted\"/><op id=\"t3\" name=\"start\" interval=\"0\" timeout=\"33s\"/></operations></template>
             <primitive id=\"A\" template=\"T\" class=\"lsb\" type=\"other\">{}<operations><op id=\"a1\" name=\"monitor\" interval=\"20s\"/></operations></primitive>
             <primitive id=\"B\" template=\"T\"/>",
            nvset("instance_attributes", "T-i", "", "x=1 y=1"),
            nvset("instance_attributes", "T-j", r#" score="9""#, "z=1"),
            nvset("instance_attributes", "A-i", "", "x=2 z=2"),
        ))
        .run();
    let a = run.decision.config.rsc(run.rsc("A"));
    assert_eq!(
        (a.class.as_deref(), a.agent.as_deref()),
        (Some("ocf"), Some("Dummy")),
        "the template's"
    );
    let value = |name: &str| parameter(&run, "A", name);
    assert_eq!(value("x").as_deref(), Some("2"));
    assert_eq!(value("y").as_deref(), Some("1"));
    assert_eq!(
        value("z").as_deref(),
        Some("1"),
        "a score beats being later"
    );
    // Any monitor without a special role replaces any such, whatever the interval.
    assert!(run.does("A_monitor_20000 n1") && !run.knows("A_monitor_10000 n1"));
    assert!(run.does("B_monitor_10000 n1"));
    assert_eq!(
        run.attribute("A_start_0 n1", "CRM_meta_timeout").as_deref(),
        Some("33000")
    );
    let operations = &run.decision.config.rsc(run.rsc("A")).operations;
    assert_eq!(operations.len(), 3, "the one for the promoted role stays");
}

#[test]
fn trap_05_inheritance_of_meta_attributes() {
    let priority = |member: &str, group: &str, defaults: &str| {
        let cluster = quiet("n1").resources(&format!("group G {group} ( A {member} )"));
        let cluster = if defaults.is_empty() {
            cluster
        } else {
            cluster.rsc_defaults(defaults)
        };
        let run = cluster.run();
        run.decision.config.rsc(run.rsc("A")).priority.value()
    };
    assert_eq!(priority("priority=1", "priority=2", "priority=3"), 1);
    assert_eq!(priority("", "priority=2", "priority=3"), 2);
    assert_eq!(priority("", "", "priority=3"), 3);
    // Attributes of the element are in the table as well, and first.
    let run = quiet("n1")
        .resources(&format!(
            "<primitive id=\"A\" {DUMMY} description=\"text\" priority=\"7\">{}</primitive>",
            nvset("meta_attributes", "m", "", "priority=2 description=no")
        ))
        .run();
    let a = run.decision.config.rsc(run.rsc("A"));
    assert_eq!(
        (a.priority.value(), a.meta("description"), a.meta("type")),
        (7, Some("text"), Some("Dummy"))
    );
    // Defaults for a class match primitives, not what holds them.
    let run = quiet("n1")
        .resources("clone C ( a )")
        .xml(&format!(
            r#"<rsc_defaults><meta_attributes id="rd"><rule id="r"><rsc_expression id="re" class="ocf"/></rule><nvpair id="rd1" name="priority" value="4"/></meta_attributes></rsc_defaults>{}"#,
            ""
        ))
        .run();
    assert_eq!(run.decision.config.rsc(run.rsc("C")).priority.value(), 0);
    assert_eq!(run.decision.config.rsc(run.rsc("a:0")).priority.value(), 4);
}

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

#[test]
fn trap_14_transient_and_site() {
    let text = quiet("n1")
        .options("cluster-name=mine")
        .capacity("n1", "cpu=4")
        .document()
        .replace(
            r#"expected="member">"#,
            r#"expected="member"><transient_attributes id="1"><utilization id="tu"><nvpair id="tu1" name="cpu" value="8"/><nvpair id="tu2" name="ram" value="3"/></utilization></transient_attributes>"#,
        );
    let run = support::run(&text, NOW, false);
    let node = run.node("n1");
    let used = &run.decision.board.node(node).remaining;
    assert_eq!(used.get("cpu").map(|v| &**v), Some("4"));
    assert_eq!(used.get("ram").map(|v| &**v), Some("3"));
    let value = |name: &str| {
        run.decision
            .state
            .node(node)
            .attributes
            .get(name)
            .map(|v| v.to_string())
    };
    assert_eq!(value("#cluster-name").as_deref(), Some("mine"));
    assert_eq!(value("#site-name").as_deref(), Some("mine"));
    let run = quiet("n1")
        .options("cluster-name=mine")
        .permanent("n1", "site-name=here")
        .run();
    let value = |name: &str| {
        run.decision
            .state
            .node(run.node("n1"))
            .attributes
            .get(name)
            .map(|v| v.to_string())
    };
    assert_eq!(value("#site-name").as_deref(), Some("here"));
}

/// When a cluster with a block under this rule wants to be looked at again (seconds from now), and whether the rule
/// passes at this moment.
fn recheck(rule: &str, now: &str) -> (Option<String>, bool) {
    let epoch = pcmk_core::time::DateTime::parse(now, &pcmk_core::time::DateTime::from_epoch(0), 0)
        .expect("a date")
        .epoch();
    let run = quiet("n1")
        .now(epoch)
        .resources(&format!(
            "<primitive id=\"A\" {DUMMY}><meta_attributes id=\"i\"><rule id=\"r\" {rule}</rule><nvpair id=\"i1\" name=\"priority\" value=\"1\"/></meta_attributes></primitive>"
        ))
        .run();
    let by = run
        .decision
        .transition
        .attributes
        .iter()
        .find(|(n, _)| *n == "recheck-by")
        .map(|(_, v)| v.to_string());
    let by = by.map(|epoch_text| {
        let at: i64 = epoch_text.parse().expect("a number");
        (at - epoch).to_string()
    });
    (
        by,
        run.decision.config.rsc(run.rsc("A")).priority.value() == 1,
    )
}

const RANGE: &str = r#"<date_expression id="d1" operation="in_range" start="2024-01-01 00:00:00Z" end="2024-01-02 00:00:00Z"/>"#;

#[test]
fn trap_15_rules_stop_early() {
    let second = r#"<date_expression id="d2" operation="gt" start="2024-01-01 01:00:00Z"/>"#;
    let before = "2023-12-31 23:59:50Z";
    let within = "2024-01-01 00:00:00Z";
    let none: Option<String> = None;
    assert_eq!(
        recheck(&format!(">{RANGE}"), before),
        (Some("10".into()), false),
        "the start"
    );
    assert_eq!(
        recheck(&format!(">{RANGE}"), within),
        (Some("86401".into()), true),
        "the end, and a second"
    );
    assert_eq!(
        recheck(&format!(">{RANGE}"), "2024-01-02 00:00:01Z"),
        (none.clone(), false)
    );
    assert_eq!(
        recheck(&format!(">{second}"), within),
        (Some("3601".into()), false),
        "gt: start and a second"
    );
    // And: stops at the first failure.
    assert_eq!(
        recheck(&format!(">{RANGE}{second}"), before).0,
        Some("10".into())
    );
    assert_eq!(
        recheck(&format!(">{RANGE}{second}"), within).0,
        Some("3601".into()),
        "both were looked at"
    );
    // Or: at the first success.
    assert_eq!(
        recheck(&format!(r#"boolean-op="or">{RANGE}{second}"#), within),
        (Some("86401".into()), true)
    );
    assert_eq!(
        recheck(&format!(r#"boolean-op="or">{second}{RANGE}"#), within),
        (Some("3601".into()), true),
        "gt failed, so the range was looked at, but is later"
    );
    let lt = r#"<date_expression id="d3" operation="lt" end="2024-01-01 02:00:00Z"/>"#;
    assert_eq!(
        recheck(&format!(">{lt}"), within),
        (Some("7200".into()), true)
    );
    // No condition: satisfied.
    assert_eq!(recheck(">", within), (none, true));
}

/// Nodes that a location rule with this content matches.
fn matches(rule: &str) -> Vec<String> {
    let run = quiet("n1 n2 n3")
        .permanent("n1", "x=Red n=10 v=1.10")
        .permanent("n2", "x=blue n=9 v=1.9")
        .resources("A $p=red m=BLUE")
        .constraints(&format!(
            r#"<rsc_location id="l" rsc="A"><rule id="r" score="5" {rule}</rule></rsc_location>"#
        ))
        .run();
    run.scores("A")
        .split(' ')
        .filter_map(|w| w.strip_suffix("=5").map(str::to_owned))
        .collect()
}

#[test]
fn trap_16_expressions() {
    let test = |content: &str| matches(&format!(r#"><expression id="e" {content}/>"#));
    assert_eq!(
        test(r#"attribute="x" operation="eq" value="red""#),
        ["n1"],
        "ignoring case"
    );
    assert_eq!(
        test(r#"attribute="x" operation="ne" value="red""#),
        ["n2", "n3"],
        "undefined is not equal"
    );
    assert_eq!(
        test(r#"attribute="n" operation="lt" value="10""#),
        ["n2"],
        "numbers; undefined never"
    );
    assert_eq!(test(r#"attribute="n" operation="gte" value="10""#), ["n1"]);
    assert_eq!(
        test(r#"attribute="n" operation="lt" value="10" type="string""#),
        Vec::<String>::new(),
        "9 is after 10"
    );
    assert_eq!(
        test(r#"attribute="v" operation="gt" value="1.9""#),
        Vec::<String>::new(),
        "1.10 is 1.1"
    );
    assert_eq!(
        test(r#"attribute="v" operation="gt" value="1.9" type="version""#),
        ["n1"]
    );
    assert_eq!(test(r#"attribute="x" operation="defined""#), ["n1", "n2"]);
    assert_eq!(test(r#"attribute="x" operation="not_defined""#), ["n3"]);
    assert_eq!(
        test(r#"attribute="x" operation="defined" value="red""#),
        Vec::<String>::new(),
        "no value is allowed"
    );
    assert_eq!(
        test(r#"attribute="x" operation="eq" value="p" value-source="param""#),
        ["n1"]
    );
    assert_eq!(
        test(r#"attribute="x" operation="eq" value="m" value-source="meta""#),
        ["n2"]
    );
    assert_eq!(
        test(r#"attribute="x" operation="eq" value="q" value-source="param""#),
        ["n3"],
        "both undefined"
    );
    assert_eq!(
        test(r#"attribute="x" operation="lte" value="q" value-source="param""#),
        Vec::<String>::new()
    );
    assert_eq!(
        test("attribute=\"#uname\" operation=\"EQ\" value=\"N2\""),
        ["n2"]
    );
    assert_eq!(
        test(r#"attribute="x" operation="like" value="red""#),
        Vec::<String>::new()
    );
    // A number that is none is text.
    assert_eq!(
        test(r#"attribute="x" operation="lt" value="5""#),
        Vec::<String>::new()
    );
    assert_eq!(
        test(r#"attribute="x" operation="gt" value="5""#),
        ["n1", "n2"]
    );
}

#[test]
fn trap_17_dates() {
    let passes = |content: &str, now: &str| recheck(&format!(">{content}"), now).1;
    assert!(
        passes(RANGE, "2024-01-01 00:00:00Z") && passes(RANGE, "2024-01-02 00:00:00Z"),
        "both ends belong to it"
    );
    assert!(!passes(RANGE, "2023-12-31 23:59:59Z") && !passes(RANGE, "2024-01-02 00:00:01Z"));
    let spec = |fields: &str| {
        format!(
            r#"<date_expression id="d" operation="date_spec"><date_spec id="s" {fields}/></date_expression>"#
        )
    };
    assert!(passes(
        &spec(r#"hours="9-16" weekdays="1-5""#),
        "2024-01-03 16:59:59Z"
    ));
    assert!(!passes(
        &spec(r#"hours="9-16" weekdays="1-5""#),
        "2024-01-06 12:00:00Z"
    ));
    assert!(passes(&spec(r#"years="2024-""#), "2030-01-01 00:00:00Z"));
    assert!(passes(&spec(r#"years="-2024""#), "2024-12-31 00:00:00Z"));
    assert!(!passes(&spec(r#"years="x""#), "2024-12-31 00:00:00Z"));
    assert!(passes(
        &spec(r#"weekyears="2025" weeks="1""#),
        "2024-12-31 00:00:00Z"
    ));
    assert_eq!(
        recheck(
            &format!(">{}", spec(r#"hours="9-16""#)),
            "2024-01-03 12:00:00Z"
        )
        .0,
        None
    );
    // Adding a year keeps the day of the year: 31 December of a leap year is the 366th.
    let year = |start: &str, now: &str| {
        passes(
            &format!(
                r#"<date_expression id="d" operation="in_range" start="{start}"><duration id="u" years="1"/></date_expression>"#
            ),
            now,
        )
    };
    assert!(year("2024-02-29 00:00:00Z", "2025-03-01 00:00:00Z"));
    assert!(!year("2024-02-29 00:00:00Z", "2025-03-01 00:00:01Z"));
    assert!(year("2023-03-01 00:00:00Z", "2024-02-29 00:00:00Z"));
    assert!(!year("2023-03-01 00:00:00Z", "2024-02-29 00:00:01Z"));
    // No end and a duration without a start is an error.
    assert!(!passes(
        r#"<date_expression id="d" operation="in_range"><duration id="u" years="1"/></date_expression>"#,
        "2024-01-01"
    ));
    assert!(!passes(
        r#"<date_expression id="d" operation="gt" end="2020-01-01"/>"#,
        "2024-01-01"
    ));
}

#[test]
fn trap_18_guests_in_the_configuration() {
    let run = quiet("n1")
        .resources(&format!(
            "<primitive id=\"vm\" {DUMMY}>{}{}</primitive>",
            nvset(
                "meta_attributes",
                "m1",
                r#" score="99""#,
                "remote-node=first remote-port=1000"
            ),
            nvset("meta_attributes", "m2", "", "remote-node=8th")
        ))
        .run();
    assert!(run.decision.config.find_node("first").is_none());
    let connection = run.rsc("8th");
    let row = run.decision.config.rsc(connection);
    assert_eq!(
        run.decision.config.top.last(),
        Some(&connection),
        "appended to the resources"
    );
    assert_eq!(row.meta("container"), Some("vm"));
    assert_eq!(row.meta("internal_rsc"), Some("true"));
    assert_eq!(
        run.attribute("8th_start_0 n1", "CRM_meta_timeout")
            .as_deref(),
        Some("60000")
    );
    assert!(run.does("8th_monitor_30000 n1"));
    assert_eq!(
        run.attribute("8th_start_0 n1", "port").as_deref(),
        Some("1000"),
        "the last of each name, in any block"
    );
    let xml = run.decision.config.xml(row.xml);
    let ids: Vec<String> = xml
        .children()
        .flat_map(|c| {
            c.children()
                .filter_map(|o| o.attr("id").map(str::to_owned))
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(
        ids.contains(&"_th-monitor-30s".to_owned())
            || ids.iter().any(|i| i.ends_with("-monitor-30s")),
        "{ids:?}"
    );
}

#[test]
fn trap_19_bundles() {
    let run = quiet("n1 n2")
        .resources("Z bundle bun replicas=3 ip=10.0.0.253 ( a %cpu=4 )")
        .run();
    let config = &run.decision.config;
    let names = |id: &str| {
        config
            .rsc(run.rsc(id))
            .children
            .iter()
            .map(|&c| config.name(c).to_owned())
            .collect::<Vec<String>>()
    };
    assert_eq!(
        names("bun"),
        lines(
            "bun-docker-0
             bun-ip-10.0.0.253
             bun-0
             bun-docker-1
             bun-ip-10.0.0.254
             bun-1
             bun-docker-2
             bun-ip-10.0.1.1
             bun-2
             bun-clone"
        )
    );
    assert_eq!(names("bun-clone"), ["a:0", "a:1", "a:2"]);
    // The instances were made before the containers.
    assert!(run.rsc("a:1") < run.rsc("bun-docker-0"));
    let (_, start) = (
        0,
        run.graph()
            .into_iter()
            .find(|l| l.starts_with("bun-docker-0_start_0"))
            .expect("a start"),
    );
    assert_eq!(
        run.attribute(&start, "run_opts").as_deref(),
        Some(
            " --restart=no -h bun-0 -e PCMK_stderr=1 -e PCMK_remote_port=3121 -v /etc/pacemaker/authkey:/etc/pacemaker/authkey -v /var/log/pacemaker/bundles/bun-0:/var/log -p 10.0.0.253:3121:3121  --add-host=bun-0:10.0.0.253 --add-host=bun-1:10.0.0.254 --add-host=bun-2:10.0.1.1"
        )
    );
    assert_eq!(
        run.attribute(&start, "mount_points").as_deref(),
        Some("/var/log/pacemaker/bundles/bun-0")
    );
    assert_eq!(
        run.attribute(&start, "run_cmd").as_deref(),
        Some("/usr/sbin/pacemaker-remoted")
    );
    // The primitive's needs are the container's.
    assert!(config.rsc(run.rsc("a:0")).utilization.is_none());
    assert!(config.rsc(run.rsc("bun-docker-0")).utilization.is_some());
    let promoted = quiet("n1")
        .resources("bundle bun promoted-max=1 ip=10.0.0.1 ( a )")
        .run();
    assert!(promoted.decision.config.find_rsc("bun-master").is_some());
    // Without primitive: a container alone.
    let run = quiet("n1").resources("bundle bun ip=10.0.0.1").run();
    assert_eq!(
        run.graph(),
        [
            "bun-docker-0_monitor_60000 n1",
            "bun-docker-0_start_0 n1",
            "bun-ip-10.0.0.1_monitor_60000 n1",
            "bun-ip-10.0.0.1_start_0 n1",
            "bun_running_0",
            "bun_start_0"
        ]
    );
    assert_eq!(
        run.attribute("bun-docker-0_start_0 n1", "run_opts")
            .as_deref(),
        Some(
            " --restart=no -h bun-0 -e PCMK_stderr=1 -e PCMK_remote_port=3121  --add-host=bun-0:10.0.0.1"
        )
    );
}

#[test]
fn trap_20_on_fail_of_stop() {
    // See 04 trap 39 for demotions.
    for value in ["standby", "demote", "stop"] {
        let run = quiet("n1 n2")
            .resources(&format!("A [stop on-fail={value}]"))
            .history("n1", "A start stop=1")
            .run();
        assert!(
            run.decision.board.rsc(run.rsc("A")).blocked,
            "{value}: as without fencing"
        );
        assert!(run.says(&format!("Resetting 'on-fail' for A stop action to default value because '{value}' is not allowed for stop")));
    }
    let run = quiet("n1 n2")
        .resources("A [stop on-fail=ignore]")
        .history("n1", "A start stop=1")
        .run();
    assert!(!run.decision.board.rsc(run.rsc("A")).blocked);
    let run = quiet("n1 n2")
        .resources("A [start on-fail=demote]")
        .history("n1", "A start=1")
        .run();
    assert!(
        run.says("because 'demote' is not allowed for it"),
        "{:?}",
        run.decision.log
    );
    let run = quiet("n1 n2")
        .resources("A [start on-fail=fence]")
        .history("n1", "A start=1")
        .run();
    assert_eq!(
        run.next_role("A"),
        "Stopped",
        "without fencing it means stop"
    );
}

#[test]
fn trap_21_quorum_policies() {
    let policy = |head: &str, options: &str| {
        let run = Cluster::new("n1")
            .head(head)
            .options(&format!("enable-startup-probes=false {options}"))
            .resources("<primitive id=\"F\" class=\"stonith\" type=\"fence_test\"/>")
            .run();
        format!("{:?}", run.decision.config.options.no_quorum).to_lowercase()
    };
    let on = "fencing-enabled=true no-quorum-policy=suicide";
    assert_eq!(policy(r#"have-quorum="0""#, on), "stop");
    assert_eq!(
        policy(r#"have-quorum="0" no-quorum-panic="1""#, on),
        "fence"
    );
    assert_eq!(policy(r#"have-quorum="0" no-quorum-panic="0""#, on), "stop");
    assert_eq!(policy(r#"have-quorum="1""#, on), "fence");
    assert_eq!(
        policy(
            r#"have-quorum="1""#,
            "fencing-enabled=true no-quorum-policy=FENCE"
        ),
        "fence"
    );
    assert_eq!(
        policy(
            r#"have-quorum="1""#,
            "fencing-enabled=false no-quorum-policy=fence"
        ),
        "stop"
    );
    assert_eq!(
        policy(
            r#"have-quorum="1""#,
            "fencing-enabled=true no-quorum-policy=nonsense"
        ),
        "stop"
    );
    assert_eq!(
        policy(
            r#"have-quorum="1""#,
            "fencing-enabled=true no-quorum-policy=Demote"
        ),
        "demote"
    );
}

#[test]
fn trap_22_fencing_action() {
    let fenced = |option: &str| {
        let run = Cluster::new("n1 n2:unclean")
            .options(&format!(
                "enable-startup-probes=false fencing-enabled=true {option}"
            ))
            .resources("F@stonith:fence_test")
            .run();
        run.graph()
            .into_iter()
            .find(|l| l.starts_with("stonith-"))
            .expect("fencing")
    };
    assert_eq!(fenced("fencing-action=off"), "stonith-n2-off n2");
    assert_eq!(fenced("stonith-action=off"), "stonith-n2-off n2");
    assert_eq!(fenced("fencing-action=poweroff"), "stonith-n2-reboot n2");
    assert_eq!(fenced("fencing-action=OFF"), "stonith-n2-reboot n2");
    assert_eq!(
        fenced("fencing-action=reboot stonith-action=off"),
        "stonith-n2-reboot n2",
        "the new name wins"
    );
}

#[test]
fn trap_23_health_words_are_scores_everywhere() {
    let run = quiet("n1 n2")
        .options("node-health-strategy=custom node-health-red=-77 node-health-green=5")
        .resources("A")
        .constraints("location A n1 red\nlocation A n2 GREEN")
        .run();
    assert_eq!(run.scores("A"), "n1=-77 n2=5");
    let run = quiet("n1 n2")
        .resources("A")
        .constraints("location A n1 red\nlocation A n2 Red")
        .run();
    assert_eq!(run.scores("A"), "n1=0 n2=0");
    // See 03 trap 33 for the rest.
}

#[test]
fn trap_24_invalid_kinds() {
    let run = quiet("n1")
        .resources("a b")
        .constraints("order a then b kind=mandatory")
        .run();
    assert!(
        run.records()
            .contains(&"1 a_start_0 -> b_start_0 O,FIT,UFB".into())
    );
    assert!(run.says(
        "Resetting 'kind' for constraint c1 to 'Mandatory' because 'mandatory' is not valid"
    ));
    let run = quiet("n1")
        .resources("a b")
        .constraints("order a then b score=0")
        .run();
    assert!(run.records().contains(&"1 a_start_0 -> b_start_0 O".into()));
    let run = quiet("n1")
        .resources("a b")
        .constraints("order a then b score=x")
        .run();
    assert!(run.records().contains(&"1 a_start_0 -> b_start_0 O".into()));
    let run = quiet("n1")
        .resources("a b")
        .constraints("order a then b kind=Serialize symmetrical=true")
        .run();
    assert_eq!(
        run.records()[..2],
        [
            "1 a_start_0 -> b_start_0 SER",
            "2 a_stop_0 -> a_start_0 O,FIT,IS"
        ]
    );
    let run = quiet("n1")
        .resources("a b")
        .constraints("order a then b first-action=monitor")
        .run();
    assert!(
        run.says("Unknown action 'monitor' specified in order constraint"),
        "{:?}",
        run.decision.log
    );
}

const TAGS: &str = r#"<tags><tag id="t"><obj_ref id="b"/><obj_ref id="c"/></tag></tags>"#;

#[test]
fn trap_25_tags() {
    let records = |constraint: &str| {
        let run = quiet("n1")
            .resources("a b c")
            .xml(TAGS)
            .constraints(constraint)
            .run();
        let records = run.records();
        let explicit = records.iter().take_while(|r| !r.contains("IS"));
        explicit
            .map(|r| r.split(' ').skip(1).take(3).collect::<Vec<_>>().join(" "))
            .collect::<Vec<String>>()
    };
    assert_eq!(
        records("order a then t"),
        lines(
            "a_start_0 -> b_start_0
             a_start_0 -> c_start_0
             b_stop_0 -> a_stop_0
             c_stop_0 -> a_stop_0"
        )
    );
    // A moved action does not follow the other's any more.
    assert_eq!(
        records("order a then t first-action=stop symmetrical=false"),
        ["a_stop_0 -> b_start_0", "a_stop_0 -> c_start_0"]
    );
    // One bad reference: nothing is expanded, but what comes before it counts.
    let set = |refs: &str| {
        let refs: String = refs
            .split(' ')
            .map(|r| format!(r#"<resource_ref id="{r}"/>"#))
            .collect();
        format!(
            r#"<resource_set id="s{}">{refs}</resource_set>"#,
            refs.len()
        )
    };
    let text = format!(
        r#"<rsc_order id="o">{}{}</rsc_order>"#,
        set("a b"),
        set("t nobody")
    );
    assert_eq!(
        records(&text),
        ["a_start_0 -> b_start_0", "b_stop_0 -> a_stop_0"]
    );
    let run = quiet("n1")
        .resources("a b c")
        .xml(TAGS)
        .constraints("colocation t with t 5")
        .run();
    assert!(
        run.says("Ignoring constraint 'c1' because two templates or tags cannot be colocated"),
        "{:?}",
        run.decision.log
    );
    let run = quiet("n1 n2")
        .resources("a b c")
        .xml(TAGS)
        .constraints("location t n1 7")
        .run();
    assert_eq!(
        (run.scores("b").as_str(), run.scores("c").as_str()),
        ("n1=7 n2=0", "n1=7 n2=0")
    );
}

#[test]
fn trap_26_too_new() {
    let run = quiet("n1")
        .head(r#"crm_feature_set="3.20.6""#)
        .resources("A")
        .run();
    assert!(run.decision.config.nodes.is_empty() && run.decision.config.resources.is_empty());
    assert!(run.says("Can't process CIB with feature set '3.20.6' greater than our own '3.20.5'"));
    let run = quiet("n1")
        .head(r#"crm_feature_set="3.20.5""#)
        .resources("A")
        .run();
    assert_eq!(run.graph(), ["A_start_0 n1"]);
    let run = quiet("n1")
        .head(r#"crm_feature_set="3.9""#)
        .resources("A")
        .run();
    assert_eq!(run.graph(), ["A_start_0 n1"], "numbers, not text");
}

// Trap 27: see 03 trap 1.

#[test]
fn trap_28_stop_all() {
    let run = Cluster::new("n1")
        .options("stop-all-resources=true enable-startup-probes=false fencing-enabled=true")
        .resources("F@stonith:fence_test A B is-managed=false")
        .history("n1", "F@stonith:fence_test start\nA start\nB start")
        .run();
    assert_eq!(run.graph(), ["A_stop_0 n1", "F_stop_0 n1"]);
}

#[test]
fn trap_29_parameters_depend_on_the_node() {
    // Same name in different case is the same node.
    let run = quiet("n1 n2")
        .permanent("n1", "colour=red")
        .resources(&format!(
            "<primitive id=\"A\" {DUMMY}><instance_attributes id=\"i\"><rule id=\"r\"><expression id=\"e\" attribute=\"colour\" operation=\"eq\" value=\"red\"/></rule><nvpair id=\"i1\" name=\"x\" value=\"1\"/></instance_attributes></primitive>"
        ))
        .constraints("location A n1 5")
        .run();
    assert_eq!(parameter(&run, "A", "x").as_deref(), Some("1"));
    let run = quiet("n1 n2")
        .permanent("n2", "colour=red")
        .resources(&format!(
            "<primitive id=\"A\" {DUMMY}><instance_attributes id=\"i\"><rule id=\"r\"><expression id=\"e\" attribute=\"colour\" operation=\"eq\" value=\"red\"/></rule><nvpair id=\"i1\" name=\"x\" value=\"1\"/></instance_attributes></primitive>"
        ))
        .constraints("location A n1 5")
        .run();
    assert_eq!(parameter(&run, "A", "x"), None);
}

#[test]
fn trap_30_sets_by_reference() {
    let run = quiet("n1")
        .resources("a b c d e")
        .constraints(
            r#"<rsc_order id="o1"><resource_set id="s1"><resource_ref id="a"/></resource_set><resource_set id="s2"><resource_ref id="b"/></resource_set></rsc_order>
               <rsc_order id="o2" symmetrical="false"><resource_set id-ref="s1"/><resource_set id="s3"><resource_ref id="c"/></resource_set></rsc_order>"#,
        )
        .run();
    let records = run.records();
    assert_eq!(
        records[..3],
        [
            "1 a_start_0 -> b_start_0 O,FIT,UFB",
            "2 b_stop_0 -> a_stop_0 O,TIF",
            "3 a_start_0 -> b_start_0 O,ASYM"
        ],
        "s3 is not seen, s2 is"
    );
    assert!(
        !records
            .iter()
            .any(|r| r.contains("c_start_0") && !r.contains("c_stop_0"))
    );
}

#[test]
fn trap_31_a_clone_forced_to_be_anonymous() {
    let run = quiet("n1 n2")
        .resources("clone C globally-unique=true clone-max=2 ( group G ( A L@lsb:thing ) )")
        .run();
    let unique = |id: &str| run.decision.config.rsc(run.rsc(id)).unique;
    assert!(!unique("C"));
    assert!(
        !unique("A:0") && unique("A:1"),
        "in front of the offender, in the last instance"
    );
    assert!(!unique("L:0") && !unique("L:1"));
    assert!(
        run.says("Ignoring globally-unique for C because lsb resources such as L:0"),
        "{:?}",
        run.decision.log
    );
}

#[test]
fn trap_32_container_of_a_group() {
    let run = quiet("n1")
        .resources("vm group G container=vm ( A B )")
        .run();
    let config = &run.decision.config;
    assert_eq!(config.rsc(run.rsc("G")).launcher, None);
    assert_eq!(config.rsc(run.rsc("A")).launcher, Some(run.rsc("vm")));
    assert_eq!(config.rsc(run.rsc("B")).launcher, Some(run.rsc("vm")));
    let run = quiet("n1").resources("A container=nobody").run();
    assert!(run.says("Resource A: Unknown container nobody"));
    let run = quiet("n1").resources("A container=A").run();
    assert_eq!(run.decision.config.rsc(run.rsc("A")).launcher, None);
}
