//! Taking objects out.
//!
//! Source: behaviour notes 06 §2.7.

use super::error::OpError;
use super::find::input_of;
use super::request::{Address, Options, Request};
use super::section::find_section;
use crate::patch::Draft;
use crate::xml::{Element, ElementId};
use crate::xpath::{self, Match};

pub(super) fn delete(draft: &mut Draft, request: &Request) -> Result<(), OpError> {
    match &request.address {
        Address::XPath(xpath) => delete_matches(draft, xpath, request),
        Address::None | Address::Section(_) => delete_from_section(draft, request),
    }
}

fn delete_matches(draft: &mut Draft, xpath: &str, request: &Request) -> Result<(), OpError> {
    let mut found = xpath::find(draft.doc(), xpath);
    match request.has(Options::MULTIPLE) {
        // From behind, so that what contains others goes after them.
        true => found.reverse(),
        false => found.truncate(1),
    }
    // Attributes are named before any goes: their places shift.
    let found: Vec<(Match, String)> = found
        .into_iter()
        .map(|one| {
            let name = match one {
                Match::Attribute(owner, at) => draft
                    .doc()
                    .element(owner)
                    .attrs()
                    .nth(at as usize)
                    .map_or(String::new(), |(name, _)| name.to_owned()),
                Match::Document | Match::Node(_) => String::new(),
            };
            (one, name)
        })
        .collect();
    for (one, name) in found {
        match one {
            Match::Document => return Err(OpError::IsRoot),
            Match::Node(id) if id == draft.doc().root() => return Err(OpError::IsRoot),
            Match::Node(id) => {
                draft.delete(id);
            }
            Match::Attribute(owner, _) => {
                draft.remove_attr(owner, &name);
            }
        }
    }
    Ok(())
}

fn delete_from_section(draft: &mut Draft, request: &Request) -> Result<(), OpError> {
    let input = input_of(request)?;
    let section = request.address.as_section();
    let Some(top) = find_section(draft.doc(), section) else {
        return Ok(());
    };
    let objects: Vec<Element<'_>> = match section == Some(input.name()) {
        true => input.children().collect(),
        false => vec![input],
    };
    for object in objects {
        if let Some(found) = like(draft, top, object) {
            draft.delete(found);
        }
    }
    Ok(())
}

/// The first element below `top` with the name of `wanted` and all of its attributes; values are compared
/// without regard to case.
fn like(draft: &Draft, top: ElementId, wanted: Element<'_>) -> Option<ElementId> {
    draft
        .doc()
        .element(top)
        .descendants()
        .find(|element| {
            element.name() == wanted.name()
                && wanted.attrs().all(|(name, value)| {
                    element
                        .attr(name)
                        .is_some_and(|there| there.eq_ignore_ascii_case(value))
                })
        })
        .map(Element::id)
}
