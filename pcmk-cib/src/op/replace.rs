//! Putting an input in the place of what is there.
//!
//! Source: behaviour notes 06 §2.6.

use super::error::OpError;
use super::find::input_of;
use super::request::{Address, Options, Request};
use super::section::find_section;
use crate::patch::{CibVersion, Draft, content_digest};
use crate::xml::{Document, Element};
use crate::xpath::{self, Match};

pub(super) fn replace(draft: &mut Draft, request: &Request) -> Result<(), OpError> {
    match &request.address {
        Address::XPath(xpath) => replace_matches(draft, xpath, request),
        Address::None | Address::Section(_) => replace_section(draft, request),
    }
}

fn replace_section(draft: &mut Draft, request: &Request) -> Result<(), OpError> {
    let input = input_of(request)?;
    if input.name() == "cib" {
        return replace_whole(draft, input, request);
    }
    let section = request.address.as_section();
    let whole =
        section.is_some_and(|name| name.eq_ignore_ascii_case("all") || name == input.name());
    let start = match whole {
        true => find_section(draft.doc(), None),
        false => find_section(draft.doc(), section),
    }
    .ok_or(OpError::NoSection)?;
    let target = draft
        .doc()
        .element(start)
        .descendants()
        .find(|element| {
            element.name() == input.name()
                && input.xml_id().is_none_or(|id| element.xml_id() == Some(id))
        })
        .ok_or(OpError::NotFound)?
        .id();
    draft.replace_element(target, input);
    Ok(())
}

fn replace_matches(draft: &mut Draft, xpath: &str, request: &Request) -> Result<(), OpError> {
    let input = request
        .input
        .as_ref()
        .ok_or(OpError::NoInput)?
        .root_element();
    let found = xpath::find(draft.doc(), xpath);
    if found.is_empty() {
        return Err(OpError::NotFound);
    }
    for one in found {
        let parent = match one {
            Match::Document => return replace_whole(draft, input, request),
            Match::Node(id) if id == draft.doc().root() => {
                return replace_whole(draft, input, request);
            }
            Match::Node(id) => {
                let parent = draft.doc().node_at(id).parent().map(Element::id);
                draft.delete(id);
                parent
            }
            Match::Attribute(owner, at) => {
                let attribute = draft.doc().element(owner).attrs().nth(at as usize);
                if let Some((name, _)) = attribute {
                    let name = name.to_owned();
                    draft.remove_attr(owner, &name);
                }
                Some(owner)
            }
        };
        if let Some(parent) = parent {
            draft.append_copy(parent, input.node());
        }
        if !request.has(Options::MULTIPLE) {
            break;
        }
    }
    Ok(())
}

fn replace_whole(draft: &mut Draft, input: Element<'_>, request: &Request) -> Result<(), OpError> {
    if let Some(digest) = &request.digest
        && !content_digest(input).eq_ignore_ascii_case(digest)
    {
        return Err(OpError::WrongDigest);
    }
    let current = CibVersion::reported(draft.doc().root_element());
    if CibVersion::reported(input) < current {
        return Err(OpError::OldInput);
    }
    draft.replace_document(Document::of_element(input));
    Ok(())
}
