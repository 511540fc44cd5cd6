//! Merging an input into what is there.
//!
//! Nothing is ever removed by a merge; elements without id are merged into the first of their name.
//!
//! Source: behaviour notes 06 §2.3, §2.4.

use foldhash::{HashMap, HashMapExt as _};

use pcmk_core::score::{HealthScores, Score, parse_score};

use super::error::OpError;
use super::find::{input_of, same_object};
use super::request::{Address, Options, Request};
use super::section::Section;
use crate::patch::Draft;
use crate::xml::{Element, ElementId, Node, NodeKind};
use crate::xpath::{self, Match};

pub(super) fn modify(draft: &mut Draft, request: &Request) -> Result<(), OpError> {
    match &request.address {
        Address::XPath(xpath) => modify_matches(draft, xpath, request),
        Address::None | Address::Section(_) => modify_section(draft, request),
    }
}

pub(super) fn modify_section(draft: &mut Draft, request: &Request) -> Result<(), OpError> {
    let input = input_of(request)?;
    let name = request.address.as_section().unwrap_or("cib");
    let section = Section::named(name).ok_or(OpError::NoSection)?;
    let root = draft.doc().root_element();
    let top = match section.find_in(root) {
        Some(top) => top,
        None => {
            let parent = section.parent_in(root).ok_or(OpError::NoSection)?;
            draft.append(parent, section.name())
        }
    };
    match same_object(draft.doc(), top, input) {
        Some(target) => merge(draft, target, input, request),
        None if request.has(Options::CAN_CREATE) => {
            draft.append_copy(top, input.node());
        }
        None => return Err(OpError::NotFound),
    }
    Ok(())
}

fn modify_matches(draft: &mut Draft, xpath: &str, request: &Request) -> Result<(), OpError> {
    let input = request
        .input
        .as_ref()
        .ok_or(OpError::NoInput)?
        .root_element();
    let found = xpath::find(draft.doc(), xpath);
    if found.is_empty() {
        return Err(OpError::NotFound);
    }
    let mut result = Ok(());
    for one in found {
        let top = match one {
            Match::Document => Some(draft.doc().root()),
            Match::Node(_) => one.as_element(draft.doc()),
            Match::Attribute(..) => None,
        };
        match top.and_then(|top| same_object(draft.doc(), top, input)) {
            Some(target) => {
                merge(draft, target, input, request);
                if !request.has(Options::MULTIPLE) {
                    break;
                }
            }
            None => result = Err(OpError::NotFound),
        }
    }
    result
}

/// One element into which another is being merged.
struct Level<'i> {
    target: ElementId,
    next: Option<Node<'i>>,
    /// Where children with an id are, for targets with many children: built when first needed.
    index: Option<HashMap<(String, String), ElementId>>,
    lookups: usize,
}

/// Look-ups among the children of one target after which an index is worth its price.
const LOOKUPS_BEFORE_INDEX: usize = 16;

fn merge(draft: &mut Draft, target: ElementId, update: Element<'_>, request: &Request) {
    merge_attributes(draft, target, update, request);
    let mut levels = vec![Level::new(target, update)];
    while let Some(level) = levels.last_mut() {
        let Some(node) = level.next else {
            levels.pop();
            continue;
        };
        level.next = node.next_sibling();
        match node.kind() {
            NodeKind::Comment => {
                let known = draft
                    .doc()
                    .element(level.target)
                    .nodes()
                    .filter(|there| there.kind() == NodeKind::Comment)
                    .any(|there| there.content().eq_ignore_ascii_case(node.content()));
                if !known {
                    draft.append_copy(level.target, node);
                }
            }
            NodeKind::Element => {
                if let Some(child) = node.element() {
                    let into = level.find_or_create(draft, child);
                    merge_attributes(draft, into, child, request);
                    levels.push(Level::new(into, child));
                }
            }
            NodeKind::Text | NodeKind::CData | NodeKind::Instruction => {}
        }
    }
}

impl<'i> Level<'i> {
    fn new(target: ElementId, update: Element<'i>) -> Level<'i> {
        Level {
            target,
            next: update.node().first_child(),
            index: None,
            lookups: 0,
        }
    }

    /// The child of the target that an input's child means, a new one if there is none.
    fn find_or_create(&mut self, draft: &mut Draft, wanted: Element<'_>) -> ElementId {
        let found = match (wanted.xml_id(), wanted.attr("id-ref")) {
            (Some(id), _) => self.by_id(draft, wanted.name(), id),
            (None, Some(reference)) => draft
                .doc()
                .element(self.target)
                .children_named(wanted.name())
                .find(|child| child.attr("id-ref") == Some(reference))
                .map(Element::id),
            (None, None) => draft
                .doc()
                .element(self.target)
                .child(wanted.name())
                .map(Element::id),
        };
        found.unwrap_or_else(|| {
            let created = draft.append(self.target, wanted.name());
            if let (Some(index), Some(id)) = (&mut self.index, wanted.xml_id()) {
                index.insert((wanted.name().to_owned(), id.to_owned()), created);
            }
            created
        })
    }

    fn by_id(&mut self, draft: &Draft, name: &str, id: &str) -> Option<ElementId> {
        let target = draft.doc().element(self.target);
        self.lookups += 1;
        if self.lookups <= LOOKUPS_BEFORE_INDEX {
            return target
                .children_named(name)
                .find(|child| child.xml_id() == Some(id))
                .map(Element::id);
        }
        let index = self.index.get_or_insert_with(|| {
            let mut index = HashMap::new();
            for child in target.children() {
                if let Some(id) = child.xml_id() {
                    index
                        .entry((child.name().to_owned(), id.to_owned()))
                        .or_insert(child.id());
                }
            }
            index
        });
        index.get(&(name.to_owned(), id.to_owned())).copied()
    }
}

fn merge_attributes(draft: &mut Draft, target: ElementId, update: Element<'_>, request: &Request) {
    for (name, value) in update.attrs() {
        let old = draft.doc().element(target).attr(name);
        match (request.has(Options::SCORE_UPDATE), old) {
            (true, Some(old)) => {
                let value = expanded(name, old, value);
                draft.set_attr(target, name, &value);
            }
            (true, None) | (false, _) => draft.set_attr(target, name, value),
        }
    }
}

/// The value that `value` stands for if it is `NAME++` or `NAME+=N`; always a plain number then, even where
/// the sum is infinite.
///
/// Source: behaviour notes 06 §2.3, trap 5.
fn expanded(name: &str, old: &str, value: &str) -> String {
    let Some(expression) = value.strip_prefix(name) else {
        return value.to_owned();
    };
    let score = |text: &str| parse_score(text, &HealthScores::default()).unwrap_or(Score::ZERO);
    let step = if expression.starts_with("++") {
        Score::clipped(1)
    } else if let Some(step) = expression.strip_prefix("+=") {
        score(step)
    } else {
        return value.to_owned();
    };
    score(old).plus(step).value().to_string()
}
