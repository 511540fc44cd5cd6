//! Blocks of name/value pairs, references and templates.

use super::*;

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
