//! Two documents (or a document and a patchset) separated by a NUL: applying anything as a patchset does not
//! panic and changes nothing if it fails; the difference of two documents is found without panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pcmk_cib::patch::{AttributeOrder, VersionCheck, apply_to, describe, diff};
use pcmk_cib::xml::{Document, PrintStyle, print};

fuzz_target!(|data: &[u8]| {
    let mut parts = data.splitn(2, |byte| *byte == 0);
    let (Some(old), Some(new)) = (parts.next(), parts.next()) else { return };
    let (Ok(mut old), Ok(mut new)) = (Document::parse(old, "old"), Document::parse(new, "new")) else {
        return;
    };
    let before = print(old.root_element(), PrintStyle::Compact);
    for check in [VersionCheck::Required, VersionCheck::Skipped] {
        let _ = apply_to(&old, new.root_element(), check);
    }
    let _ = describe(new.root_element());
    assert_eq!(print(old.root_element(), PrintStyle::Compact), before);
    old.strip_text();
    new.strip_text();
    let _ = diff(&old, new, AttributeOrder::Counts, true);
});
