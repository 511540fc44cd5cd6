//! A CIB and requests (`cib_command` elements), separated by NULs: whatever is asked, the document given stays as it
//! is, the patchset of a change is the change, versions do not go back, and a request survives its form as XML.
#![no_main]

use std::collections::HashSet;

use libfuzzer_sys::fuzz_target;
use pcmk_cib::acl::NoGroups;
use pcmk_cib::op::{Context, Request, Side, change, query};
use pcmk_cib::patch::{CibVersion, VersionCheck, apply_to};
use pcmk_cib::xml::{Document, NodeKind, PrintStyle, print};
use pcmk_core::time::DateTime;

fuzz_target!(|data: &[u8]| {
    let mut parts = data.split(|byte| *byte == 0);
    let Some(Ok(mut doc)) = parts.next().map(|part| Document::parse(part, "cib")) else { return };
    doc.strip_text();
    for part in parts.take(4) {
        let Ok(command) = Document::parse(part, "request") else { return };
        let Ok(request) = Request::from_command(command.root_element()) else { return };
        let command = request.to_command();
        let again = Request::from_command(command.root_element()).expect("what we write can be read");
        assert_eq!(text(&again.to_command()), text(&command));
        let side = if request.user.is_some() { Side::Manager } else { Side::FileClient };
        let context = Context { now: DateTime::from_epoch(1_700_000_000), groups: &NoGroups, side };
        if let Ok(answer) = query(&doc, &request, &context) {
            let _ = text(&answer.into_document());
        }
        let before = text(&doc);
        let result = change(&doc, &request, &context);
        assert_eq!(text(&doc), before);
        let Ok(done) = result else { continue };
        let (old, new) = (CibVersion::of(doc.root_element()), CibVersion::of(done.doc.root_element()));
        assert!((new.admin_epoch, new.epoch) >= (old.admin_epoch, old.epoch));
        match &done.patchset {
            None => assert_eq!(text(&done.doc), before),
            // The daemon notes who wrote and when after the patchset was made, as the reference does.
            Some(patch) if side == Side::FileClient && can_be_told(&doc) && can_be_told(&done.doc) => {
                let made = apply_to(&doc, patch.root_element(), VersionCheck::Skipped);
                let made = made.unwrap_or_else(|error| panic!("{error}\n{}", text(patch)));
                assert_eq!(text(&made), text(&done.doc), "{}", text(patch));
            }
            Some(_) => {}
        }
        doc = done.doc;
    }
});

/// Whether a patchset can say all that is in a document: not CDATA, instructions, case in comments, a changed root,
/// comments directly in it, or which of two elements with one name and id is meant (no schema allows those; nor ids directly in the root).
fn can_be_told(doc: &Document) -> bool {
    let root = doc.root_element();
    if root.name() != "cib" || root.xml_id().is_some() {
        return false;
    }
    let mut seen = HashSet::new();
    let mut at = Some(root.node());
    while let Some(node) = at {
        let clear = match node.kind() {
            NodeKind::Element => node.element().is_none_or(|element| {
                let parent = node.parent().map(|parent| parent.id());
                if parent == Some(root.id()) && element.xml_id().is_some() {
                    return false;
                }
                (parent != Some(root.id()) && element.xml_id().is_none())
                    || seen.insert((parent, element.name(), element.xml_id()))
            }),
            NodeKind::Comment => {
                node.parent().is_some_and(|parent| parent.id() != root.id())
                    && !node.content().chars().any(char::is_uppercase)
            }
            NodeKind::Text | NodeKind::CData | NodeKind::Instruction => false,
        };
        if !clear {
            return false;
        }
        at = node.following_in(root.id());
    }
    true
}

fn text(doc: &Document) -> String {
    print(doc.root_element(), PrintStyle::Compact)
}
