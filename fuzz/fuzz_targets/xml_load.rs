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
    let whole = Document::parse(data, "fuzz");
    let piece = data.first().map_or(1, |&first| usize::from(first) + 1);
    let read = Document::read_by(data, 0, "fuzz", piece);
    match (&whole, &read) {
        (Ok(whole), Ok(read)) => assert_eq!(
            print(whole.root_element(), PrintStyle::Pretty),
            print(read.root_element(), PrintStyle::Pretty)
        ),
        (Err(_), Err(_)) => {}
        (whole, read) => panic!("at once {whole:?}, by {piece} {read:?}"),
    }
    let Ok(doc) = whole else { return };
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
