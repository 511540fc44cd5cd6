//! What an input is about: choosing its part, and finding objects like it.

use crate::xml::{Document, Element, ElementId};

use super::error::OpError;
use super::request::Request;
use super::section::Section;

/// The part of the input that a request for a section means: that section of a whole `cib`, else all of it.
pub(super) fn input_of(request: &Request) -> Result<Element<'_>, OpError> {
    let root = request
        .input
        .as_ref()
        .ok_or(OpError::NoInput)?
        .root_element();
    match (root.name(), request.address.as_section()) {
        ("cib", Some(name)) => {
            let id = Section::named(name)
                .and_then(|section| section.find_in(root))
                .ok_or(OpError::NoInput)?;
            Ok(root.doc().element(id))
        }
        (_, _) => Ok(root),
    }
}

/// The first element in and below `top` with the name and id of `wanted` (both without id counts, too).
///
/// Source: behaviour notes 06 §2.3.
pub(super) fn same_object(
    doc: &Document,
    top: ElementId,
    wanted: Element<'_>,
) -> Option<ElementId> {
    let top = doc.element(top);
    std::iter::once(top)
        .chain(top.descendants())
        .find(|element| element.name() == wanted.name() && element.xml_id() == wanted.xml_id())
        .map(Element::id)
}
