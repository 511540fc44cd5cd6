//! Finding what an `id-ref` means.
//!
//! Source: behaviour notes 01 §3 steps 1 and 4.

use pcmk_core::diag::Diagnostics;

use crate::xml::{Document, Element};

/// The reference's function, as in its log.
pub(crate) const FUNCTION: &str = "pcmk__xe_resolve_idref";

/// The element called `name` with this id within one of the `scope`s (themselves included): the first in
/// document order of the first scope that has one.
pub(crate) fn resolve<'d>(name: &str, id: &str, scope: &[Element<'d>]) -> Option<Element<'d>> {
    scope.iter().find_map(|top| {
        let doc = top.doc();
        let found = doc.by_id(Some(name), id);
        found
            .into_iter()
            .map(|id| doc.element(id))
            .find(|&found| is_within(found, *top))
    })
}

/// The element called `name` with this id anywhere in a document.
pub(crate) fn resolve_in<'d>(name: &str, id: &str, doc: &'d Document) -> Option<Element<'d>> {
    doc.by_id(Some(name), id).first().map(|&id| doc.element(id))
}

/// What is reported of a reference that leads nowhere. What follows the BELL character is shown by
/// crm_verify and hidden by logs.
pub(crate) fn missing_text(name: &str, id: &str) -> String {
    format!(
        "Ignoring invalid {name} configuration: id-ref '{id}' does not reference a valid object \
         \u{7} xpath=//{name}[@id='{id}']"
    )
}

/// Reports a reference from an element called `name` that leads nowhere.
pub fn report_missing(log: &mut Diagnostics, name: &str, id: &str) {
    log.config_error(FUNCTION, missing_text(name, id));
}

fn is_within(element: Element<'_>, top: Element<'_>) -> bool {
    let mut at = Some(element);
    while let Some(here) = at {
        if here.id() == top.id() {
            return true;
        }
        at = here.parent();
    }
    false
}
