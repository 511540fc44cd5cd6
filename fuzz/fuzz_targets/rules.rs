//! Rules of any form: reading and evaluating them ends, without panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pcmk_cib::rule::{NextChange, Rule, RuleInput};
use pcmk_cib::xml::Document;
use pcmk_core::diag::Diagnostics;
use pcmk_core::time::DateTime;

fuzz_target!(|data: &[u8]| {
    let Ok(doc) = Document::parse(data, "fuzz") else { return };
    let mut log = Diagnostics::default();
    let root = doc.root_element();
    let rule = Rule::read(root, &[root], &mut log);
    let input = RuleInput {
        now: DateTime::from_epoch(1_700_000_000),
        node_attrs: None,
        params: None,
        meta: None,
        agent: None,
        op: Some(("monitor", 10_000)),
        submatches: None,
    };
    let _ = rule.evaluate(&input, &mut NextChange::default(), &mut log);
});
