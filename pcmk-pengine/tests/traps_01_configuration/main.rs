//! The traps of configuration input, one test each, numbered as in behaviour notes 01 §12.

mod meta;
mod options;
mod relations;
mod resources;
mod rules;
#[path = "../support/mod.rs"]
mod support;

use support::{Cluster, NOW, Run, lines, quiet};

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

const TAGS: &str = r#"<tags><tag id="t"><obj_ref id="b"/><obj_ref id="c"/></tag></tags>"#;
