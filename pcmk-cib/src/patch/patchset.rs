//! Writing the marks of a draft as a patchset (format 2).
//!
//! Order: all deletions as recorded, then one walk over the new tree: creations (not entered), modifications
//! before what is in the element, moves after it.
//!
//! Source: behaviour notes 06 §3.1.

use foldhash::HashMap;

use super::apply::{VersionCheck, apply_to};
use super::compare::{
    AttributeOrder, Pairing, differences, differences_paired, has_clear_id, names_are_clear,
    same_tree,
};
use super::digest::content_digest;
use super::draft::{AttributeState, CREATED, DIRTY, Draft, MOVED};
use super::path::{element_path, node_path};
use super::version::VERSION_ATTRIBUTES;
use crate::xml::{Document, Element, ElementId, Node};

/// The patchset that turns `old` into `new`; `None` if there is no difference.
///
/// It is the reference's, unless that cannot be applied: a moved comment or a changed element that no path
/// names. Those few are replaced together with what is around them. So applying the patchset to `old` gives
/// `new`, except for a root whose `id` changes, and for what no patchset says: text, CDATA sections,
/// instructions, the case of letters in comments.
///
/// With [`AttributeOrder::Ignored`], attributes in another order are no difference, yet the digest (if asked
/// for) depends on their order: such a patchset may not apply, in the reference as here.
pub fn diff(
    old: &Document,
    new: Document,
    order: AttributeOrder,
    digest: bool,
) -> Option<Document> {
    let mut draft = differences(old, new, order);
    let mut patch = draft.patchset()?;
    let applies = |patch: &Document, new: &Document| {
        apply_to(old, patch.root_element(), VersionCheck::Skipped)
            .is_ok_and(|made| same_tree(made.root_element(), new.root_element(), order))
    };
    if !applies(&patch, draft.doc()) {
        let again = differences_paired(old, draft.into_document(), order, Pairing::Addressable);
        if let Some(better) = again.patchset()
            && applies(&better, again.doc())
        {
            patch = better;
        }
        draft = again;
    }
    if digest {
        let value = content_digest(draft.doc().root_element());
        let root = patch.root();
        patch.set_attr(root, "digest", &value);
    }
    Some(patch)
}

impl Draft {
    /// The patchset of all changes so far; `None` if nothing was done.
    pub fn patchset(&self) -> Option<Document> {
        self.patchset_with_doubts().map(|(patch, _)| patch)
    }

    /// The patchset that turns `before`, the document at the beginning, into this one; `None` if nothing was
    /// done. It is the reference's, unless that cannot be applied (see [`diff`]).
    pub fn sound_patchset(&self, before: &Document) -> Option<Document> {
        let (patch, doubtful) = self.patchset_with_doubts()?;
        let sound = || {
            apply_to(before, patch.root_element(), VersionCheck::Skipped).is_ok_and(|made| {
                let (made, wanted) = (made.root_element(), self.doc.root_element());
                same_tree(made, wanted, AttributeOrder::Counts)
            })
        };
        if !doubtful || sound() {
            return Some(patch);
        }
        diff(before, self.doc.clone(), AttributeOrder::Counts, false).or(Some(patch))
    }

    /// The patchset, and whether it may not apply: because a path may lead elsewhere, or a mark is missing.
    fn patchset_with_doubts(&self) -> Option<(Document, bool)> {
        if !self.changed() {
            return None;
        }
        let mut patch = Document::new("diff");
        let root = patch.root();
        patch.set_attr(root, "format", "2");
        let version = patch.append(root, "version");
        let source = patch.append(version, "source");
        let target = patch.append(version, "target");
        for (name, value) in VERSION_ATTRIBUTES.iter().zip(&self.source) {
            patch.set_attr(source, name, value.as_deref().unwrap_or("1"));
            let value = self.attr_even_removed(self.doc.root(), name);
            patch.set_attr(target, name, value.unwrap_or("1"));
        }
        for deletion in &self.deletions {
            let change = new_change(&mut patch, "delete", &deletion.path);
            if let Some(position) = deletion.position {
                patch.set_attr(change, "position", &position.to_string());
            }
        }
        let mut doubts = Doubts::default();
        self.walk(&mut patch, &mut doubts);
        Some((patch, doubts.any || self.is_doubtful()))
    }

    fn walk(&self, patch: &mut Document, doubts: &mut Doubts) {
        let root = self.doc.root();
        let mut at: Node<'_> = self.doc.root_element().node();
        // Position of `at` and of everything around it.
        let mut positions = vec![0usize];
        loop {
            if self.has(at.id(), CREATED) {
                if let Some(parent) = at.parent() {
                    doubts.look_at(parent);
                }
                let parent = at.parent().map(element_path).unwrap_or_default();
                let change = new_change(patch, "create", &parent);
                let position = positions.last().copied().unwrap_or(0);
                patch.set_attr(change, "position", &position.to_string());
                patch.append_node_copy(change, at);
            } else {
                if let Some(element) = at.element() {
                    self.modification(element, patch, doubts);
                }
                // What is around a mark is marked.
                if self.has(at.id(), DIRTY)
                    && let Some(child) = at.first_child()
                {
                    at = child;
                    positions.push(0);
                    continue;
                }
                self.movement(at, &positions, patch, doubts);
            }
            loop {
                if at.id() == root {
                    return;
                }
                if let Some(next) = at.next_sibling() {
                    at = next;
                    if let Some(position) = positions.last_mut() {
                        *position += 1;
                    }
                    break;
                }
                let Some(parent) = at.parent() else { return };
                at = parent.node();
                positions.pop();
                self.movement(at, &positions, patch, doubts);
            }
        }
    }

    fn movement(
        &self,
        node: Node<'_>,
        positions: &[usize],
        patch: &mut Document,
        doubts: &mut Doubts,
    ) {
        if self.has(node.id(), MOVED) {
            match node.element() {
                Some(element) => doubts.look_at(element),
                // A path does not tell one comment from another.
                None => doubts.any = true,
            }
            let change = new_change(patch, "move", &node_path(node));
            let position = positions.last().copied().unwrap_or(0);
            patch.set_attr(change, "position", &position.to_string());
        }
    }

    fn modification(&self, element: Element<'_>, patch: &mut Document, doubts: &mut Doubts) {
        let Some(marks) = self.attributes.get(&element.id()) else {
            return;
        };
        let any = marks.iter().any(|mark| match mark.state {
            AttributeState::Set | AttributeState::Removed(_) => true,
            AttributeState::Unchanged => false,
        });
        if !any {
            return;
        }
        doubts.look_at(element);
        let change = new_change(patch, "modify", &element_path(element));
        let list = patch.append(change, "change-list");
        for mark in marks {
            let value = match &mark.state {
                AttributeState::Unchanged => continue,
                AttributeState::Set => Some(element.attr(&mark.name).unwrap_or("")),
                AttributeState::Removed(_) => None,
            };
            let entry = patch.append(list, "change-attr");
            patch.set_attr(entry, "name", &mark.name);
            let operation = if value.is_some() { "set" } else { "unset" };
            patch.set_attr(entry, "operation", operation);
            if let Some(value) = value {
                patch.set_attr(entry, "value", value);
            }
        }
        let result = patch.append(change, "change-result");
        let shown = patch.append(result, element.name());
        for (name, value) in element.attrs() {
            patch.set_attr(shown, name, value);
        }
    }
}

/// Whether paths in a patchset may lead to something else than what is meant.
#[derive(Default)]
struct Doubts {
    any: bool,
    /// Whether names are clear among the children of an element.
    known: HashMap<ElementId, bool>,
}

impl Doubts {
    /// Follows the path of `element`.
    fn look_at(&mut self, element: Element<'_>) {
        let mut at = element;
        while let Some(parent) = at.parent() {
            // Ids are taken to be what they should be.
            if !has_clear_id(at) {
                let clear = self.known.entry(parent.id());
                self.any |= !*clear.or_insert_with(|| names_are_clear(parent));
            }
            at = parent;
        }
    }
}

fn new_change(patch: &mut Document, operation: &str, path: &str) -> ElementId {
    let root = patch.root();
    let change = patch.append(root, "change");
    patch.set_attr(change, "operation", operation);
    patch.set_attr(change, "path", path);
    change
}

/// Whether a patchset changes something in the section at `absolute_path` (such as `/cib/status`), or creates
/// it below `parent_path`.
///
/// Source: behaviour notes 06 §3.5.
pub fn changes_section(patch: Element<'_>, absolute_path: &str, parent_path: &str) -> bool {
    let name = absolute_path.rsplit('/').next().unwrap_or("");
    patch.children_named("change").any(|change| {
        let path = change.attr("path").unwrap_or("");
        let inside = path
            .strip_prefix(absolute_path)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let created = change.attr("operation") == Some("create")
            && path == parent_path
            && change
                .children()
                .next()
                .is_some_and(|new| new.name() == name);
        inside || created
    })
}
