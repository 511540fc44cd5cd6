//! A whole run: read, decide, write graph and dot, execute, and decide again.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use pcmk_cib::xml::Document;
use pcmk_core::time::DateTime;
use pcmk_pengine::record::Wanted;
use pcmk_pengine::transition::{dot::write_dot, graph::write_graph};
use pcmk_pengine::{Input, decide, observe};

fuzz_target!(|data: &[u8]| {
    let Ok(doc) = Document::parse(data, "fuzz") else { return };
    let input = Input {
        doc: Arc::new(doc),
        now: DateTime::from_epoch(1_700_000_000),
        sanitized: true,
        wanted: Wanted { scores: true, utilization: true, trace: true },
    };
    let decision = decide(observe(&input));
    // Parameter names are written as they are, so a graph need not be well-formed; but it is the same every time.
    assert_eq!(write_graph(&decision), write_graph(&decide(observe(&input))));
    let _ = write_dot(&decision, true, true);
});
