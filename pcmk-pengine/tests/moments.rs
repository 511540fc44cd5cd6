//! When values are worked out: the graph is written too late for a rule to lower the recheck time, and what is wrong with
//! an operation is said of every action that is made from it.

mod support;

use support::{Cluster, Run};

const DUMMY: &str = r#"class="ocf" provider="pacemaker" type="Dummy""#;
const LATER: &str = r#"start="2030-01-01 00:00:00Z""#;

fn until_2030(id: &str) -> String {
    format!(
        r#"<rule id="{id}" score="0"><date_expression id="{id}-e" operation="gt" {LATER}/></rule>"#
    )
}

fn rechecks(run: &Run) -> bool {
    run.graph_text().contains(r#"recheck-by="1893456001""#)
}

fn said(run: &Run, part: &str) -> usize {
    let log = &run.decision.log;
    log.iter().filter(|d| d.text.contains(part)).count()
}

#[test]
fn rules_of_an_operation_count_when_its_action_is_created() {
    for block in ["meta_attributes", "instance_attributes"] {
        let run = Cluster::new("n1")
            .resources(&format!(
                r#"<primitive id="A" {DUMMY}><operations><op id="A-m" name="monitor" interval="10s"><{block} id="b">{}<nvpair id="b-x" name="x" value="1"/></{block}></op></operations></primitive>"#,
                until_2030("r")
            ))
            .run();
        assert!(rechecks(&run), "{block}");
    }
}

#[test]
fn rules_of_defaults_count_for_every_action() {
    let run = Cluster::new("n1")
        .resources("A")
        .xml(&format!(
            r#"<op_defaults><meta_attributes id="b">{}<nvpair id="b-x" name="x" value="1"/></meta_attributes></op_defaults>"#,
            until_2030("r")
        ))
        .run();
    assert!(rechecks(&run));
}

#[test]
fn rules_of_parameters_count_for_location_rules_but_not_for_the_graph() {
    let cluster = || {
        Cluster::new("n1").resources(&format!(
            r#"<primitive id="A" {DUMMY}><instance_attributes id="b">{}<nvpair id="b-x" name="x" value="1"/></instance_attributes></primitive>"#,
            until_2030("r")
        ))
    };
    assert!(!rechecks(&cluster().run()));
    let location = r##"<rsc_location id="l" rsc="A"><rule id="lr" score="5"><expression id="le" attribute="#uname" operation="eq" value="n1"/></rule></rsc_location>"##;
    assert!(rechecks(&cluster().constraints(location).run()));
}

#[test]
fn a_wrong_on_fail_is_reported_when_the_action_is_created() {
    let run = Cluster::new("n1 n2")
        .resources("A [monitor interval=10s on-fail=fence] [stop interval=0 on-fail=standby]")
        .history("n1", "A start monitor/10000=0")
        .run();
    // The recurring action, which the history knows already, and the (optional) stop.
    let fence = "Resetting 'on-fail' for monitor of A to 'stop' because 'fence' is not valid";
    assert_eq!(said(&run, fence), 1);
    let stop = "Resetting 'on-fail' for A stop action to default value because 'standby' is not allowed for stop";
    assert_eq!(said(&run, stop), 1);
}
