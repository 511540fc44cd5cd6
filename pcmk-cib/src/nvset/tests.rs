//! Tests of name/value blocks: order, precedence, references, messages.

use std::collections::BTreeMap;
use std::sync::Arc;

use pcmk_core::diag::{Diagnostics, Severity};
use pcmk_core::order::UpstreamTable;
use pcmk_core::score::{HealthScores, Score};
use pcmk_core::time::DateTime;

use proptest::prelude::*;

use super::{NvBlocks, NvTable};
use crate::rule::{NextChange, RuleInput};
use crate::xml::Document;

fn parse(text: &str) -> Document {
    Document::parse(text.as_bytes(), "test").expect("well-formed")
}

fn read(doc: &Document, block: &str, first: Option<&str>) -> NvBlocks {
    let root = doc.root_element();
    NvBlocks::read(
        &[root],
        block,
        first,
        &[root],
        doc,
        &HealthScores::default(),
    )
}

fn texts(log: &Diagnostics) -> Vec<String> {
    log.iter()
        .map(|d| format!("{:?} {}: {}", d.severity, d.function, d.text))
        .collect()
}

/// Unpacks the meta-attributes of `text` and compares what comes out.
#[track_caller]
fn check(text: &str, want: &[(&str, &str)], messages: &[&str]) {
    let doc = parse(text);
    let mut log = Diagnostics::default();
    let blocks = read(&doc, "m", Some("first"));
    let mut table: BTreeMap<Arc<str>, Arc<str>> = BTreeMap::new();
    let input = RuleInput::at(DateTime::from_epoch(1_700_000_000));
    blocks.unpack(&input, &mut table, &mut NextChange::default(), &mut log);
    let got: Vec<(&str, &str)> = table.iter().map(|(n, v)| (&**n, &**v)).collect();
    assert_eq!(got, want);
    assert_eq!(texts(&log), messages);
}

#[test]
fn the_last_block_of_a_score_and_the_first_pair_of_a_block_win() {
    check(
        "<p><m id='1'><nvpair name='a' value='1'/><nvpair name='b' value='1'/></m>
            <m id='2'><nvpair name='a' value='2'/><nvpair name='a' value='3'/></m></p>",
        &[("a", "2"), ("b", "1")],
        &[],
    );
    check(
        "<p><m id='1' score='5'><nvpair name='a' value='1'/></m>
            <m id='first' score='-INFINITY'><nvpair name='b' value='f'/></m>
            <m id='2' score='4'><nvpair name='a' value='2'/><nvpair name='b' value='2'/></m></p>",
        &[("a", "1"), ("b", "f")],
        &[],
    );
    check(
        "<p><m id='1' score='INFINITY'><nvpair name='a' value='1'/></m>
            <m id='2' score='+INFINITY'><nvpair name='a' value='2'/></m></p>",
        &[("a", "2")],
        &[],
    );
}

#[test]
fn pairs_without_name_or_value_are_skipped() {
    check(
        "<p><m id='1'><nvpair name='a'/><nvpair value='1'/><nvpair name='b' value=''/></m></p>",
        &[("b", "")],
        &[],
    );
    check(
        "<p><m id='1'><attributes><nvpair name='a' value='1'/></attributes></m></p>",
        &[("a", "1")],
        &[],
    );
    check(
        "<p><m id='1'><nvpair name='b' value='2'/><attributes><nvpair name='a' value='1'/></attributes></m></p>",
        &[("b", "2")],
        &[],
    );
}

#[test]
fn default_removes_what_stronger_blocks_set() {
    let warning = "Warning unpack_nvpair: Support for setting meta-attributes (such as a) to the explicit \
                   value '#default' is deprecated and will be removed in a future release";
    check(
        "<p><m id='1' score='2'><nvpair name='a' value='1'/><nvpair name='a' value='#DEFAULT'/></m>
            <m id='2' score='1'><nvpair name='a' value='3'/></m></p>",
        &[("a", "3")],
        &[warning],
    );
}

#[test]
fn wrong_scores_are_reported_when_compared() {
    check(
        "<p><m id='1' score='x'><nvpair name='a' value='1'/></m></p>",
        &[("a", "1")],
        &[],
    );
    check(
        "<p><m id='1' score='x'><nvpair name='a' value='1'/></m>
            <m id='2' score='-1'><nvpair name='a' value='2'/></m></p>",
        &[("a", "1")],
        &[
            "Warning pcmk__cmp_nvpair_blocks: Using 0 as 1 score because 'x' is not a valid score: \
           Bad input value provided",
        ],
    );
}

#[test]
fn references() {
    check(
        "<p><m id='1'><nvpair id='x' name='a' value='1'/></m><m id-ref='1'/><m id-ref='no'/>
            <m id='2' score='1'><nvpair id-ref='x'/><nvpair id-ref='gone'/></m></p>",
        &[("a", "1")],
        &[
            "Error pcmk__xe_resolve_idref: Ignoring invalid m configuration: id-ref 'no' does not \
             reference a valid object \u{7} xpath=//m[@id='no']",
            "Error pcmk__xe_resolve_idref: Ignoring invalid nvpair configuration: id-ref 'gone' does not \
             reference a valid object \u{7} xpath=//nvpair[@id='gone']",
        ],
    );
}

#[test]
fn blocks_resolve_in_their_scope_and_pairs_in_the_document() {
    let doc = parse(
        "<r><p id='p1'><m id='m1'><nvpair id='n1' name='a' value='1'/></m></p>
            <p id='p2'><m id-ref='m1'/><m id='m2'><nvpair id-ref='n1'/></m></p></r>",
    );
    let own = doc.element(doc.by_id(Some("p"), "p2")[0]);
    let health = HealthScores::default();
    let blocks = NvBlocks::read(&[own], "m", None, &[own], &doc, &health);
    assert_eq!(blocks.blocks().len(), 1);
    assert_eq!(&*blocks.blocks()[0].pairs[0].value, "1");
    let mut log = blocks.mistakes();
    assert_eq!(
        log.by_ref()
            .filter(|d| d.severity == Severity::Error)
            .count(),
        1
    );
}

#[test]
fn template_and_primitive_read_as_merged() {
    let doc = parse(
        "<r><t id='t'><m id='tm'><nvpair name='a' value='t'/><nvpair name='b' value='t'/></m></t>
            <p id='p'><m id='pm'><nvpair name='a' value='p'/></m><m id-ref='tm' /></p></r>",
    );
    let (t, p) = (doc.by_id(None, "t")[0], doc.by_id(None, "p")[0]);
    let parents = [doc.element(t), doc.element(p)];
    let health = HealthScores {
        red: Score::clipped(-5),
        ..HealthScores::default()
    };
    let blocks = NvBlocks::read(&parents, "m", None, &parents, &doc, &health);
    let ids: Vec<&str> = blocks.blocks().iter().map(|b| &*b.id).collect();
    assert_eq!(ids, ["tm", "pm", "tm"]);
    assert_eq!(blocks.mistakes().count(), 0);
    assert!(!blocks.is_empty());
}

#[test]
fn what_is_in_the_table_stays_and_both_tables_serve() {
    let doc =
        parse("<p><m id='1'><nvpair name='a' value='1'/><nvpair name='b' value='1'/></m></p>");
    let mut log = Diagnostics::default();
    let blocks = read(&doc, "m", None);
    let mut table: UpstreamTable<Arc<str>> = UpstreamTable::new();
    NvTable::put(&mut table, &Arc::from("a"), Arc::from("0"));
    let input = RuleInput::at(DateTime::from_epoch(0));
    blocks.unpack(&input, &mut table, &mut NextChange::default(), &mut log);
    assert_eq!(NvTable::get(&table, "a"), Some("0"));
    assert_eq!(NvTable::get(&table, "b"), Some("1"));
}

#[test]
fn rules_decide_blocks_and_give_change_times() {
    let doc = parse(
        "<p><m id='1' score='9'><rule id='r'><date_expression id='d' operation='gt' start='2030-01-01'/></rule>
              <rule id='second-is-ignored'/><nvpair name='a' value='later'/></m>
            <m id='2'><nvpair name='a' value='now'/></m></p>",
    );
    let mut log = Diagnostics::default();
    let blocks = read(&doc, "m", None);
    for (now, want, next) in [
        (0, "now", Some(1_893_456_001)),
        (1_893_456_001, "later", None),
    ] {
        let mut table: BTreeMap<Arc<str>, Arc<str>> = BTreeMap::new();
        let mut change = NextChange::default();
        blocks.unpack(
            &RuleInput::at(DateTime::from_epoch(now)),
            &mut table,
            &mut change,
            &mut log,
        );
        assert_eq!((NvTable::get(&table, "a"), change.0), (Some(want), next));
    }
    assert!(log.is_empty());
}

proptest! {
    /// For each name: the highest score, then the last block, then the first pair of the block.
    #[test]
    fn precedence_is_what_it_says(
        sets in prop::collection::vec((-3i64..4, prop::collection::vec(0u8..3, 0..5)), 0..6)
    ) {
        let mut text = String::from("<p>");
        for (block, (score, names)) in sets.iter().enumerate() {
            text.push_str(&format!("<m id='b{block}' score='{score}'>"));
            for (place, name) in names.iter().enumerate() {
                text.push_str(&format!("<nvpair name='n{name}' value='{block}.{place}'/>"));
            }
            text.push_str("</m>");
        }
        text.push_str("</p>");
        let doc = parse(&text);
        let mut log = Diagnostics::default();
        let blocks = read(&doc, "m", None);
        let mut table: BTreeMap<Arc<str>, Arc<str>> = BTreeMap::new();
        let input = RuleInput::at(DateTime::from_epoch(0));
        blocks.unpack(&input, &mut table, &mut NextChange::default(), &mut log);
        for name in 0u8..3 {
            let want = sets
                .iter()
                .enumerate()
                .filter_map(|(block, (score, names))| {
                    let place = names.iter().position(|other| *other == name)?;
                    Some((*score, block, place))
                })
                .max_by_key(|&(score, block, _)| (score, block))
                .map(|(_, block, place)| format!("{block}.{place}"));
            let got = NvTable::get(&table, &format!("n{name}"));
            prop_assert_eq!(got, want.as_deref());
        }
    }
}
