//! Paths of nodes as patchsets write and read them: `/cib/configuration/nodes/node[@id='1']`.

use crate::xml::{Document, Element, ElementId, Node, NodeKind};

/// The name that a comment has in a path.
const COMMENT: &str = "comment";

/// The path of an element: every ancestor's name, with its id if it has one.
///
/// Source: behaviour notes 06 §3.1.
pub fn element_path(element: Element<'_>) -> String {
    let mut chain = vec![element];
    while let Some(parent) = chain[chain.len() - 1].parent() {
        chain.push(parent);
    }
    let mut path = String::new();
    for element in chain.into_iter().rev() {
        add_step(&mut path, element.node());
    }
    path
}

/// The path of a node of any kind, under the path of its parent.
pub(super) fn add_step(path: &mut String, node: Node<'_>) {
    path.push('/');
    match node.element() {
        Some(element) => {
            path.push_str(element.name());
            if let Some(id) = element.xml_id() {
                path.push_str("[@id='");
                path.push_str(id);
                path.push_str("']");
            }
        }
        None => path.push_str(COMMENT),
    }
}

/// The path of a node of any kind.
pub(crate) fn node_path(node: Node<'_>) -> String {
    let mut path = node.parent().map(element_path).unwrap_or_default();
    add_step(&mut path, node);
    path
}

/// The node at `path`; a comment in the last step must be at `position`, if that is given.
///
/// The path is split at every `/` and ends at the first blank, so objects with such ids are not found.
///
/// Source: behaviour notes 06 §3.4.
pub(super) fn find(doc: &Document, path: &str, position: Option<usize>) -> Option<ElementId> {
    let path = path.split(|c: char| c.is_ascii_whitespace()).next()?;
    let mut steps = path.split('/').filter(|step| !step.is_empty()).peekable();
    let first = steps.next()?;
    let root = doc.root_element().node();
    if !step_matches(root, first) {
        return None;
    }
    let mut at = root;
    while let Some(step) = steps.next() {
        let wanted_at = match steps.peek() {
            None => position,
            Some(_) => None,
        };
        let mut next = at.first_child();
        let mut index = 0;
        at = loop {
            let node = next?;
            let placed = node.kind() != NodeKind::Comment
                || wanted_at.is_none_or(|position| position == index);
            if placed && step_matches(node, step) {
                break node;
            }
            next = node.next_sibling();
            index += 1;
        };
    }
    Some(at.id())
}

fn step_matches(node: Node<'_>, step: &str) -> bool {
    let (name, id) = match step.split_once("[@id='") {
        Some((name, rest)) => (name, rest.split('\'').next().unwrap_or("")),
        None => (step.split('[').next().unwrap_or(""), ""),
    };
    match node.element() {
        Some(element) => element.name() == name && (id.is_empty() || element.xml_id() == Some(id)),
        None => node.kind() == NodeKind::Comment && name == COMMENT && id.is_empty(),
    }
}

/// Number of nodes of any kind in front of `node`.
pub(super) fn position(node: Node<'_>) -> usize {
    let mut count = 0;
    let mut at = node.previous_sibling();
    while let Some(before) = at {
        count += 1;
        at = before.previous_sibling();
    }
    count
}
