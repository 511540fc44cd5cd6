//! Cluster options, tags and the rest.

use super::*;

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
