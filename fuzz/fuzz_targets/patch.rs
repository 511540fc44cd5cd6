//! Two documents (or a document and a patchset) separated by a NUL: applying anything as a patchset does not
//! panic and changes nothing if it fails; the difference of two documents, applied to the older one, is the newer one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pcmk_cib::patch::{AttributeOrder, VersionCheck, apply_to, describe, diff};
use pcmk_cib::xml::{Document, NodeKind, PrintStyle, print};

fuzz_target!(|data: &[u8]| {
    let mut parts = data.splitn(2, |byte| *byte == 0);
    let (Some(old), Some(new)) = (parts.next(), parts.next()) else { return };
    let (Ok(mut old), Ok(mut new)) = (Document::parse(old, "old"), Document::parse(new, "new")) else {
        return;
    };
    let before = text(&old);
    for check in [VersionCheck::Required, VersionCheck::Skipped] {
        let _ = apply_to(&old, new.root_element(), check);
    }
    let _ = describe(new.root_element());
    assert_eq!(text(&old), before);
    old.strip_text();
    new.strip_text();
    let Some(patch) = diff(&old, new.clone(), AttributeOrder::Counts, true) else { return };
    let (old_root, new_root) = (old.root_element(), new.root_element());
    let same_root = old_root.name() == new_root.name() && old_root.xml_id() == new_root.xml_id();
    if same_root && can_be_told(&old) && can_be_told(&new) {
        let made = apply_to(&old, patch.root_element(), VersionCheck::Skipped);
        let made = made.unwrap_or_else(|error| panic!("{error}\n{}", text(&patch)));
        assert_eq!(text(&made), text(&new), "{}", text(&patch));
    }
    let _ = describe(patch.root_element());
});

/// Whether a patchset can say all that is in a document: not CDATA, instructions, or case in comments. Nor can it
/// replace a root where a path would not do: so nothing but one element without id may be directly in the root.
fn can_be_told(doc: &Document) -> bool {
    let root = doc.root_element();
    let mut at = Some(root.node());
    while let Some(node) = at {
        match node.kind() {
            NodeKind::Element => {}
            NodeKind::Comment if !node.content().chars().any(char::is_uppercase) => {}
            _ => return false,
        }
        at = node.following_in(root.id());
    }
    root.nodes().count() <= 1 && root.children().all(|child| child.xml_id().is_none())
}

fn text(doc: &Document) -> String {
    print(doc.root_element(), PrintStyle::Compact)
}
