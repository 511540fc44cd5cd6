//! Adding objects to a section.
//!
//! Source: behaviour notes 06 §2.5.

use super::engine::Failure;
use super::error::OpError;
use super::find::input_of;
use super::modify::modify_section;
use super::request::{Operation, Request};
use super::section::find_section;
use crate::patch::Draft;
use crate::xml::{Document, Element};

pub(super) fn create(draft: &mut Draft, request: &Request) -> Result<(), Failure> {
    let input = input_of(request)?;
    // An XPath is taken for the name of a section, which then does not exist.
    let section = request.address.as_section();
    let whole = section
        .is_some_and(|name| name.eq_ignore_ascii_case("all") || name.eq_ignore_ascii_case("cib"));
    if whole || input.name() == "cib" {
        return Ok(modify_section(draft, request)?);
    }
    let objects: Vec<Element<'_>> = match section == Some(input.name()) {
        true => input.children().collect(),
        false => vec![input],
    };
    for object in objects {
        if let Err(error) = add(draft, section, object) {
            return Err(Failure {
                output: Some(Box::new(failed(object, &error))),
                error,
            });
        }
    }
    Ok(())
}

fn add(draft: &mut Draft, section: Option<&str>, object: Element<'_>) -> Result<(), OpError> {
    let parent = find_section(draft.doc(), section).ok_or(OpError::NoSection)?;
    let exists = draft
        .doc()
        .element(parent)
        .children_named(object.name())
        .any(|child| match object.xml_id() {
            Some(id) => child.xml_id() == Some(id),
            None => true,
        });
    if exists {
        return Err(OpError::Exists);
    }
    let new = draft.append_copy(parent, object.node());
    // An instruction of an old form of this operation, not part of the object.
    let tree = draft.doc().element(new);
    let marked: Vec<_> = std::iter::once(tree)
        .chain(tree.descendants())
        .filter(|element| element.attr("replace").is_some())
        .map(Element::id)
        .collect();
    for id in marked {
        draft.doc_unmarked().remove_attr(id, "replace");
    }
    Ok(())
}

/// What the client gets to see of a failed creation.
fn failed(object: Element<'_>, error: &OpError) -> Document {
    let mut doc = Document::new("failed");
    let update = doc.append(doc.root(), "failed_update");
    if let Some(id) = object.xml_id() {
        doc.set_attr(update, "id", id);
    }
    doc.set_attr(update, "object-type", object.name());
    doc.set_attr(update, "operation", Operation::Create.name());
    doc.set_attr(update, "reason", &error.rc().text());
    doc.append_copy(update, object);
    doc
}
