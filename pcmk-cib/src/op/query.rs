//! Reading.
//!
//! Source: behaviour notes 06 §2.2, §6.5.

use std::borrow::Cow;
use std::sync::Arc;

use pcmk_core::diag::Diagnostics;

use super::engine::Context;
use super::error::OpError;
use super::request::{Address, Options, Request};
use super::section::find_section;
use crate::acl;
use crate::xml::{Document, Element, ElementId, NodeKind};
use crate::xpath::{self, Match};

/// What a query found: an element, of the document asked or of one made for the answer.
#[derive(Clone, Debug)]
pub struct Answer<'d> {
    doc: Cow<'d, Document>,
    at: ElementId,
}

impl Answer<'_> {
    /// The element.
    pub fn element(&self) -> Element<'_> {
        self.doc.element(self.at)
    }

    /// The answer as a document of its own.
    pub fn into_document(self) -> Document {
        match self.doc {
            Cow::Owned(doc) if self.at == doc.root() => doc,
            doc => Document::of_element(doc.element(self.at)),
        }
    }
}

/// Answers a query.
pub fn query<'d>(
    doc: &'d Document,
    request: &Request,
    context: &Context<'_>,
) -> Result<Answer<'d>, OpError> {
    let doc = match context.subject(doc, request) {
        None => Cow::Borrowed(doc),
        Some(user) => {
            // Messages about permissions are for those who look at all of them.
            let mut log = Diagnostics::default();
            let permissions = acl::Permissions::of(doc, user, context.groups, &mut log);
            let filtered = acl::filter(doc, &Arc::new(permissions)).ok_or(OpError::Denied)?;
            Cow::Owned(filtered)
        }
    };
    match &request.address {
        Address::None => by_section(doc, None, request),
        Address::Section(name) if name.eq_ignore_ascii_case("all") => {
            by_section(doc, None, request)
        }
        Address::Section(name) => by_section(doc, Some(name), request),
        Address::XPath(xpath) => by_xpath(doc, xpath, request),
    }
}

fn by_section<'d>(
    doc: Cow<'d, Document>,
    name: Option<&str>,
    request: &Request,
) -> Result<Answer<'d>, OpError> {
    let at = find_section(&doc, name).ok_or(OpError::NotFound)?;
    Ok(match request.has(Options::NO_CHILDREN) {
        true => answer(shallow(doc.element(at))),
        false => Answer { doc, at },
    })
}

fn by_xpath<'d>(
    doc: Cow<'d, Document>,
    xpath: &str,
    request: &Request,
) -> Result<Answer<'d>, OpError> {
    let found = xpath::find(&doc, xpath);
    if found.is_empty() {
        return Err(OpError::NotFound);
    }
    if request.has(Options::XPATH_ADDRESS) {
        let mut list = Document::new("xpath-query");
        let root = list.root();
        for one in &found {
            let path = crate::patch::element_path(doc.element(one.element(&doc)));
            let entry = list.append(root, "xpath-query-path");
            list.set_attr(entry, "id", &path);
        }
        return Ok(answer(list));
    }
    let no_children = request.has(Options::NO_CHILDREN);
    if let [only] = found.as_slice()
        && let Some(at) = only.as_element(&doc)
    {
        return Ok(match no_children {
            true => answer(shallow(doc.element(at))),
            false => Answer { doc, at },
        });
    }
    let mut list = Document::new("xpath-query");
    let root = list.root();
    for one in found {
        match one {
            // An empty wrapper that is printed with a start and an end tag.
            Match::Document => {
                list.append_text(root, "");
            }
            Match::Attribute(owner, at) => {
                if let Some((name, value)) = doc.element(owner).attrs().nth(at as usize) {
                    list.set_attr(root, name, value);
                }
            }
            Match::Node(id) => {
                let node = doc.node_at(id);
                match node.element() {
                    Some(element) if no_children => {
                        copy_shallow(&mut list, root, element);
                    }
                    Some(_) => {
                        list.append_node_copy(root, node);
                    }
                    None => match node.kind() {
                        NodeKind::Element | NodeKind::Comment | NodeKind::CData => {
                            list.append_node_copy(root, node);
                        }
                        NodeKind::Text | NodeKind::Instruction => {
                            list.append_text(root, "");
                        }
                    },
                }
            }
        }
    }
    Ok(answer(list))
}

fn answer(doc: Document) -> Answer<'static> {
    let at = doc.root();
    Answer {
        doc: Cow::Owned(doc),
        at,
    }
}

fn shallow(element: Element<'_>) -> Document {
    let mut doc = Document::new(element.name());
    let root = doc.root();
    for (name, value) in element.attrs() {
        doc.set_attr(root, name, value);
    }
    doc
}

fn copy_shallow(list: &mut Document, parent: ElementId, element: Element<'_>) {
    let copy = list.append(parent, element.name());
    for (name, value) in element.attrs() {
        list.set_attr(copy, name, value);
    }
}
