//! Operations on the CIB as a whole: erase, bump, upgrade, patch.
//!
//! Source: behaviour notes 06 §2.8, §7.4.

use super::empty::empty;
use super::error::OpError;
use super::request::Request;
use crate::patch::{Draft, VersionCheck, apply};
use crate::schema::{SchemaVersion, upgrade_up_to};
use crate::xml::ElementId;

pub(super) fn erase(draft: &mut Draft) {
    let root = draft.doc().root();
    let children: Vec<ElementId> = draft
        .doc()
        .root_element()
        .nodes()
        .map(|node| node.id())
        .collect();
    for child in children {
        draft.delete(child);
    }
    let new = empty(0, None);
    for child in new.root_element().children() {
        draft.append_copy(root, child.node());
    }
    add_one(draft, "admin_epoch");
}

pub(super) fn bump(draft: &mut Draft) {
    add_one(draft, "epoch");
}

/// Adds 1 to one of the counters.
pub(super) fn add_one(draft: &mut Draft, name: &str) {
    let root = draft.doc().root();
    let old = pcmk_core::lenient::int_attr(draft.attr_even_removed(root, name), 0);
    draft.set_attr(root, name, &(i64::from(old) + 1).to_string());
}

pub(super) fn patch(draft: &mut Draft, request: &Request) -> Result<(), OpError> {
    let patch = request.input.as_ref().ok_or(OpError::NoInput)?;
    apply(draft, patch.root_element(), VersionCheck::Required)?;
    Ok(())
}

/// Upgrades as far as it goes. The document counts as changed even if it was as new as can be.
pub(super) fn upgrade(
    draft: &mut Draft,
    request: &Request,
    messages: &mut Vec<String>,
) -> Result<(), OpError> {
    let maximum = request
        .schema_maximum
        .as_deref()
        .and_then(SchemaVersion::named);
    let mut new = draft.doc().clone();
    let walk = upgrade_up_to(&mut new, maximum, messages).map_err(|_| OpError::NoSchema)?;
    let raised = walk.reached.is_some_and(|reached| reached > walk.claimed);
    if raised {
        let root = new.root();
        let admin_epoch = pcmk_core::lenient::int_attr(new.root_element().attr("admin_epoch"), 0);
        let values = [
            ("admin_epoch", (i64::from(admin_epoch) + 1).to_string()),
            ("epoch", "1".to_owned()),
            ("num_updates", "1".to_owned()),
        ];
        for (name, value) in values {
            new.set_attr(root, name, &value);
        }
    }
    draft.replace_document(new);
    match (raised, walk.reached, walk.transform_failed) {
        (true, _, _) => Ok(()),
        (false, None, _) => Err(OpError::UpgradeInvalid),
        (false, Some(_), true) => Err(OpError::TransformFailed),
        (false, Some(_), false) => Ok(()),
    }
}
