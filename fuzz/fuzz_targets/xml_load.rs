//! Any bytes: parsing ends with a document or an error, and what was parsed prints and parses back to the same text.
//! Loading it as a cluster does not panic either.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use pcmk_cib::xml::{Document, PrintStyle, print};
use pcmk_core::time::DateTime;
use pcmk_pengine::record::Wanted;
use pcmk_pengine::{Input, observe};

fuzz_target!(|data: &[u8]| {
    let Ok(doc) = Document::parse(data, "fuzz") else { return };
    let text = print(doc.root_element(), PrintStyle::Compact);
    let again = Document::parse(text.as_bytes(), "fuzz").expect("what we print is well-formed");
    assert_eq!(text, print(again.root_element(), PrintStyle::Compact));
    let input = Input {
        doc: Arc::new(doc),
        now: DateTime::from_epoch(1_700_000_000),
        sanitized: true,
        wanted: Wanted::default(),
    };
    let _ = observe(&input);
});
