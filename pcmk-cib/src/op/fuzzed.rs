//! What the fuzz target `operations` found.

use pcmk_core::time::DateTime;

use super::{Change, Context, OpError, Operation, Request, Side, change};
use crate::acl::NoGroups;
use crate::patch::{CibVersion, VersionCheck, apply_to};
use crate::xml::{Document, PrintStyle, print};

fn parse(text: &str) -> Document {
    Document::parse(text.as_bytes(), "test").expect("well-formed")
}

fn text(doc: &Document) -> String {
    print(doc.root_element(), PrintStyle::Compact)
}

fn cib() -> Document {
    parse(
        "<cib validate-with='pacemaker-3.0' admin_epoch='0' epoch='5' num_updates='7'><configuration>\
         <crm_config/><nodes><node id='1' uname='a'/><node id='2' uname='b'/><node id='3' uname='c'/></nodes>\
         <resources/><constraints/></configuration><status/></cib>",
    )
}

fn run(operation: Operation, input: &str) -> Result<Change, OpError> {
    let context = Context {
        now: DateTime::from_epoch(0),
        groups: &NoGroups,
        side: Side::FileClient,
    };
    let request = Request::new(operation).input(parse(input));
    change(&cib(), &request, &context).map_err(|failure| failure.error)
}

fn moves(list: &[(&str, &str)]) -> Result<Change, OpError> {
    let changes: String = list
        .iter()
        .map(|(path, at)| {
            format!("<change operation='move' path=\"/cib/{path}\" position='{at}'/>")
        })
        .collect();
    run(
        Operation::ApplyPatch,
        &format!("<diff format='2'>{changes}</diff>"),
    )
}

/// A patchset of nothing but moves changed the CIB without a new version, a patchset and a look at validity. The
/// packaged `cibadmin --patch` agrees with each of these.
#[test]
fn moves_alone_are_a_change() {
    let node = |id| format!("configuration/nodes/node[@id='{id}']");
    let done = moves(&[(&node(1), "2")]).expect("applies");
    let version = CibVersion::of(done.doc.root_element()).to_string();
    assert_eq!(version, "0.6.0");
    let patch = done.patchset.expect("a change");
    let again = apply_to(&cib(), patch.root_element(), VersionCheck::Skipped).expect("applies");
    assert_eq!(text(&again), text(&done.doc));

    // Not if all is in its place already.
    for (id, at) in [(1, "0"), (3, "2")] {
        let done = moves(&[(&node(id), at)]).expect("applies");
        assert_eq!(text(&done.doc), text(&cib()));
        assert!(done.patchset.is_none());
    }

    let invalid = moves(&[("status", "0")]).expect_err("no schema allows it");
    assert!(matches!(invalid, OpError::Invalid { .. }), "{invalid}");
}
