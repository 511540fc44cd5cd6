//! Comparing two documents, and marking the newer one with what differs.
//!
//! The reference's comparison is not minimal: every level of siblings is paired first come first served, and
//! what counts as moved depends on skip marks that accumulate while both lists are walked. The order of those
//! walks is reproduced exactly; only the counting is done faster.
//!
//! Order: attributes of a pair; pairing of its children; old children in order (deletions, and the pairs
//! below); new children in order (creations and moves).
//!
//! Source: behaviour notes 06 §3.2. Pinned by the crm_diff transcripts.

use foldhash::{HashMap, HashMapExt as _};
use std::collections::VecDeque;

use super::draft::{AttributeMark, AttributeState, Draft, MOVED};
use crate::acl::Access;
use crate::xml::{Document, Element, ElementId, Node, NodeKind};

/// Whether attributes in another order are a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttributeOrder {
    /// They are: a modification that sets the same values.
    Counts,
    /// They are not (`crm_diff --cib`).
    Ignored,
}

/// How children of two elements are taken for the same thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pairing {
    /// As the reference does.
    Reference,
    /// Only where the change can be addressed: patchsets name nodes by path, and neither one comment among
    /// several nor one element among several of its name without id can be named so. What cannot be named is
    /// replaced together with what is around it.
    Addressable,
}

/// `new` as a draft whose marks say how it differs from `old`. It is changed only if something differs.
pub fn differences(old: &Document, new: Document, order: AttributeOrder) -> Draft {
    differences_paired(old, new, order, Pairing::Reference)
}

/// [`differences`] with a choice of pairing.
pub(super) fn differences_paired(
    old: &Document,
    new: Document,
    order: AttributeOrder,
    pairing: Pairing,
) -> Draft {
    let mut draft = Draft::new(new);
    let old_root = old.root_element();
    draft.source = super::version::VERSION_ATTRIBUTES.map(|n| old_root.attr(n).map(str::to_owned));
    let root = draft.doc().root();
    let before = Before::new(old_root, None);
    compare(&mut draft, &before, root, order, pairing);
    draft
}

impl Draft {
    /// Replaces the whole document by `new` and marks the differences. It counts as a change even if there
    /// are none.
    pub fn replace_document(&mut self, new: Document) {
        let writable = self.writable_in(self.doc.root());
        let old = self.swap_document(new);
        self.refresh_guard();
        let root = self.doc.root();
        let before = Before::new(old.root_element(), writable);
        compare(
            self,
            &before,
            root,
            AttributeOrder::Counts,
            Pairing::Reference,
        );
    }

    /// Replaces an element (not the root) by a copy of `from` at the same place and marks the differences.
    /// All around it counts as changed even if there are none.
    ///
    /// Source: behaviour notes 06 §2.6.
    pub fn replace_element(&mut self, id: ElementId, from: Element<'_>) {
        let Some(parent) = self.doc.element(id).parent().map(Element::id) else {
            return;
        };
        let position = super::path::position(self.doc.element(id).node());
        let writable = self.writable_in(id);
        let old = Document::of_element(self.doc.element(id));
        self.forget_marks_in(id);
        self.doc.detach(id);
        let new = self.doc.append_copy(parent, from);
        self.doc.move_to(parent, new, position);
        self.mark_ancestors(new);
        self.refresh_guard();
        let before = Before::new(old.root_element(), writable);
        compare(
            self,
            &before,
            new,
            AttributeOrder::Counts,
            Pairing::Reference,
        );
    }
}

/// The older tree, and what of it the user might write.
///
/// The reference looks at permissions only in the newer tree, where a path may match what it did not match
/// before: a changed name would lift a denial. So we ask for both.
struct Before<'d> {
    top: Element<'d>,
    /// By handle; `None` if everything may be written.
    writable: Option<Vec<bool>>,
}

impl<'d> Before<'d> {
    /// `in_order`: whether the nodes may be written, in document order.
    fn new(top: Element<'d>, in_order: Option<Vec<bool>>) -> Before<'d> {
        let writable = in_order.map(|in_order| {
            let mut writable = vec![false; top.doc().slots()];
            let mut at = Some(top.node());
            for may in in_order {
                let Some(node) = at else { break };
                writable[node.id().index()] = may;
                at = node.following_in(top.id());
            }
            writable
        });
        Before { top, writable }
    }

    fn may_write(&self, id: ElementId) -> bool {
        match &self.writable {
            None => true,
            Some(writable) => writable.get(id.index()).copied().unwrap_or(false),
        }
    }

    fn may_write_all_in(&self, node: Node<'_>) -> bool {
        let mut at = self.writable.as_ref().map(|_| node);
        while let Some(inner) = at {
            if !self.may_write(inner.id()) {
                return false;
            }
            at = inner.following_in(node.id());
        }
        true
    }
}

/// Marks how the element `new` of the draft differs from what was before.
fn compare(
    draft: &mut Draft,
    before: &Before<'_>,
    new: ElementId,
    order: AttributeOrder,
    pairing: Pairing,
) {
    let old = before.top;
    compare_attributes(draft, before, old, new, order);
    let mut levels: Vec<Level<'_>> = Vec::new();
    levels.extend(Level::of(draft, old, new, pairing));
    while let Some(level) = levels.last_mut() {
        if let Some((old, new)) = level.next_pair(draft, before) {
            compare_attributes(draft, before, old, new, order);
            levels.extend(Level::of(draft, old, new, pairing));
        } else {
            level.place_new(draft);
            levels.pop();
        }
    }
}

/// One pair of elements whose children are being compared.
struct Level<'d> {
    parent: ElementId,
    old: Vec<Node<'d>>,
    new: Vec<ElementId>,
    /// For each old child the number of its new one, and the other way round.
    new_of: Vec<Option<usize>>,
    old_of: Vec<Option<usize>>,
    old_skips: Skips,
    /// Every child is paired with the one at the same place.
    aligned: bool,
    next: usize,
}

impl<'d> Level<'d> {
    /// The level below a pair; `None` if neither has children.
    fn of(
        draft: &Draft,
        old: Element<'d>,
        parent: ElementId,
        pairing: Pairing,
    ) -> Option<Level<'d>> {
        let old: Vec<Node<'d>> = old.nodes().collect();
        let new: Vec<Node<'_>> = draft.doc().element(parent).nodes().collect();
        if old.is_empty() && new.is_empty() {
            return None;
        }
        let mut aligned = old.len() == new.len()
            && old
                .iter()
                .zip(&new)
                .all(|(old, new)| match (old.kind(), new.kind()) {
                    (NodeKind::Element, NodeKind::Element) => key(*old) == key(*new),
                    (NodeKind::Comment, NodeKind::Comment) => same_comment(*old, *new),
                    (_, _) => false,
                });
        let (mut new_of, mut old_of) = match aligned {
            true => {
                let straight: Vec<Option<usize>> = (0..old.len()).map(Some).collect();
                (straight.clone(), straight)
            }
            false => pair(&old, &new, pairing),
        };
        match pairing {
            Pairing::Reference => {}
            Pairing::Addressable => {
                for at in 0..old.len() {
                    let Some(partner) = new_of[at] else { continue };
                    let (Some(a), Some(b)) = (old[at].element(), new[partner].element()) else {
                        continue;
                    };
                    let nameless = !names_are_clear(a) || !names_are_clear(b);
                    if nameless && !same_tree(a, b, AttributeOrder::Counts) {
                        new_of[at] = None;
                        old_of[partner] = None;
                        aligned = false;
                    }
                }
            }
        }
        Some(Level {
            parent,
            old_skips: Skips::new(old.len()),
            new: new.iter().map(|node| node.id()).collect(),
            old,
            new_of,
            old_of,
            aligned,
            next: 0,
        })
    }

    /// Goes through the old children: records deletions, stops at the next pair of elements.
    fn next_pair(
        &mut self,
        draft: &mut Draft,
        before: &Before<'_>,
    ) -> Option<(Element<'d>, ElementId)> {
        while let Some(&child) = self.old.get(self.next) {
            let at = self.next;
            self.next += 1;
            let position = match (self.new_of[at], child.kind()) {
                (Some(new), NodeKind::Element) => {
                    return child.element().map(|element| (element, self.new[new]));
                }
                (Some(_), _) => continue,
                (None, NodeKind::Element) => None,
                (None, NodeKind::Comment) => Some(self.old_skips.position(at)),
                // These carry no marks.
                (None, NodeKind::Text | NodeKind::CData | NodeKind::Instruction) => continue,
            };
            if !before.may_write_all_in(child) {
                draft.deny();
            }
            draft.record_deletion(self.parent, child, position);
            self.old_skips.skip(at);
        }
        None
    }

    /// Goes through the new children: marks those created or moved.
    fn place_new(&mut self, draft: &mut Draft) {
        if self.aligned {
            return;
        }
        let mut new_position = 0;
        for at in 0..self.new.len() {
            let id = self.new[at];
            let mut skipped = false;
            match self.old_of[at] {
                Some(old) => {
                    let old_position = self.old_skips.position(old);
                    if old_position != new_position {
                        // The order of children is a matter of their parent; the reference asks nothing.
                        draft.permits(self.parent, Access::Write);
                        draft.mark_dirty(self.parent);
                        draft.add_flag(id, MOVED);
                        if old_position > new_position {
                            self.old_skips.skip(old);
                        } else {
                            skipped = true;
                        }
                    }
                }
                None => match draft.doc().node_at(id).kind() {
                    NodeKind::Element | NodeKind::Comment => {
                        draft.mark_created(id);
                        draft.judge_created_in(id);
                        skipped = true;
                    }
                    NodeKind::Text | NodeKind::CData | NodeKind::Instruction => {}
                },
            }
            new_position += usize::from(!skipped);
        }
    }
}

/// What must be equal for elements to be the same thing.
fn key<'d>(node: Node<'d>) -> (&'d str, Option<&'d str>) {
    match node.element() {
        Some(element) => (element.name(), element.xml_id()),
        None => ("", None),
    }
}

fn same_comment(a: Node<'_>, b: Node<'_>) -> bool {
    a.content().eq_ignore_ascii_case(b.content())
}

/// Pairs old children with new ones: each with the first that is still free and is the same thing.
fn pair(
    old: &[Node<'_>],
    new: &[Node<'_>],
    pairing: Pairing,
) -> (Vec<Option<usize>>, Vec<Option<usize>>) {
    let mut free: HashMap<(&str, Option<&str>), VecDeque<usize>> = HashMap::new();
    for (at, node) in new.iter().enumerate() {
        if node.kind() == NodeKind::Element {
            free.entry(key(*node)).or_default().push_back(at);
        }
    }
    let mut new_of = vec![None; old.len()];
    let mut old_of = vec![None; new.len()];
    for (at, node) in old.iter().enumerate() {
        let found = match node.kind() {
            NodeKind::Element => free.get_mut(&key(*node)).and_then(VecDeque::pop_front),
            // Comments must be at the same place.
            NodeKind::Comment if pairing == Pairing::Addressable => None,
            NodeKind::Comment => new
                .get(at)
                .filter(|new| new.kind() == NodeKind::Comment && same_comment(*node, **new))
                .map(|_| at),
            NodeKind::Text | NodeKind::CData | NodeKind::Instruction => None,
        };
        if let Some(found) = found {
            new_of[at] = Some(found);
            old_of[found] = Some(at);
        }
    }
    (new_of, old_of)
}

/// Whether a path can tell each child of `element` from the others.
pub(super) fn names_are_clear(element: Element<'_>) -> bool {
    let mut steps: HashMap<&str, Vec<&str>> = HashMap::new();
    for child in element.children() {
        let id = child.xml_id().unwrap_or("");
        if id.contains(breaks_path) || child.name().contains(breaks_path) {
            return false;
        }
        steps.entry(child.name()).or_default().push(id);
    }
    steps.into_values().all(|mut ids| {
        ids.sort_unstable();
        let distinct = ids.windows(2).all(|pair| pair[0] != pair[1]);
        distinct && (ids.len() == 1 || !ids.contains(&""))
    })
}

/// Whether an element has an id that a path can hold.
pub(super) fn has_clear_id(element: Element<'_>) -> bool {
    element
        .xml_id()
        .is_some_and(|id| !id.is_empty() && !id.contains(breaks_path))
}

/// What cannot be part of a name or id in a path.
fn breaks_path(c: char) -> bool {
    c == '/' || c == '\'' || c.is_ascii_whitespace()
}

/// Whether two trees are the same as far as patchsets can tell: text, CDATA and instructions do not count, nor
/// does the case of letters in comments.
pub(super) fn same_tree(a: Element<'_>, b: Element<'_>, order: AttributeOrder) -> bool {
    let counts = |node: &Node<'_>| matches!(node.kind(), NodeKind::Element | NodeKind::Comment);
    fn skip<'d>(
        mut node: Option<Node<'d>>,
        counts: impl Fn(&Node<'d>) -> bool,
    ) -> Option<Node<'d>> {
        while let Some(found) = node {
            if counts(&found) {
                return Some(found);
            }
            node = found.next_sibling();
        }
        None
    }
    let (top_a, top_b) = (a.node(), b.node());
    let (mut a, mut b) = (top_a, top_b);
    loop {
        let equal = match (a.element(), b.element()) {
            (Some(a), Some(b)) => {
                let same_attributes = match order {
                    AttributeOrder::Counts => a.attrs().eq(b.attrs()),
                    AttributeOrder::Ignored => {
                        a.attrs().count() == b.attrs().count()
                            && a.attrs().all(|(name, value)| b.attr(name) == Some(value))
                    }
                };
                a.name() == b.name() && same_attributes
            }
            (None, None) => same_comment(a, b),
            (Some(_), None) | (None, Some(_)) => false,
        };
        if !equal {
            return false;
        }
        match (skip(a.first_child(), counts), skip(b.first_child(), counts)) {
            (Some(child_a), Some(child_b)) => {
                (a, b) = (child_a, child_b);
                continue;
            }
            (None, None) => {}
            (Some(_), None) | (None, Some(_)) => return false,
        }
        loop {
            if a.id() == top_a.id() || b.id() == top_b.id() {
                return a.id() == top_a.id() && b.id() == top_b.id();
            }
            match (
                skip(a.next_sibling(), counts),
                skip(b.next_sibling(), counts),
            ) {
                (Some(next_a), Some(next_b)) => {
                    (a, b) = (next_a, next_b);
                    break;
                }
                (None, None) => {}
                (Some(_), None) | (None, Some(_)) => return false,
            }
            match (a.parent(), b.parent()) {
                (Some(parent_a), Some(parent_b)) => (a, b) = (parent_a.node(), parent_b.node()),
                (_, _) => return false,
            }
        }
    }
}

/// Compares the attributes of a pair.
fn compare_attributes(
    draft: &mut Draft,
    before: &Before<'_>,
    old: Element<'_>,
    id: ElementId,
    order: AttributeOrder,
) {
    let new = draft.doc().element(id);
    if old.attrs().eq(new.attrs()) {
        return;
    }
    struct New<'d> {
        name: &'d str,
        value: &'d str,
        marked: bool,
        /// Not (yet) found in the old element.
        created: bool,
        skip: bool,
    }
    let mut news: Vec<New<'_>> = new
        .attrs()
        .map(|(name, value)| New {
            name,
            value,
            marked: false,
            created: true,
            skip: false,
        })
        .collect();
    let mut removed: Vec<AttributeMark> = Vec::new();
    let mut needs_write = false;
    let mut old_position = 0;
    for (name, value) in old.attrs() {
        let mut old_skip = false;
        match news.iter().position(|new| new.name == name) {
            None => {
                needs_write = true;
                removed.push(AttributeMark {
                    name: name.into(),
                    state: AttributeState::Removed(value.into()),
                });
            }
            Some(at) => {
                let new_position = news[..at].iter().filter(|new| !new.skip).count();
                let new = &mut news[at];
                new.created = false;
                if new.value != value {
                    new.marked = true;
                    needs_write = true;
                } else if new_position != old_position && order == AttributeOrder::Counts {
                    new.marked = true;
                    match old_position > new_position {
                        true => old_skip = true,
                        false => new.skip = true,
                    }
                }
            }
        }
        old_position += usize::from(!old_skip);
    }
    needs_write |= news.iter().any(|new| new.created);
    let mut marks: Vec<AttributeMark> = news
        .iter()
        .map(|new| AttributeMark {
            name: new.name.into(),
            state: match new.marked || new.created {
                true => AttributeState::Set,
                false => AttributeState::Unchanged,
            },
        })
        .collect();
    let any = !removed.is_empty()
        || marks
            .iter()
            .any(|mark| matches!(mark.state, AttributeState::Set));
    if !any {
        return;
    }
    marks.extend(removed);
    if needs_write {
        if !before.may_write(old.id()) {
            draft.deny();
        }
        draft.permits(id, Access::Write);
    }
    draft.attributes.insert(id, marks);
    draft.mark_dirty(id);
}

/// Positions in a list of siblings some of which are to be skipped: a tree of partial counts (Fenwick).
struct Skips {
    len: usize,
    /// Empty as long as nothing is skipped.
    counts: Vec<usize>,
}

impl Skips {
    fn new(len: usize) -> Skips {
        Skips {
            len,
            counts: Vec::new(),
        }
    }

    fn skip(&mut self, at: usize) {
        if self.counts.is_empty() {
            self.counts = vec![0; self.len + 1];
        }
        let mut place = at + 1;
        while place <= self.len {
            self.counts[place] += 1;
            place += place & place.wrapping_neg();
        }
    }

    /// How many in front of `at` are not skipped.
    fn position(&self, at: usize) -> usize {
        if self.counts.is_empty() {
            return at;
        }
        let mut skipped = 0;
        let mut place = at;
        while place > 0 {
            skipped += self.counts[place];
            place -= place & place.wrapping_neg();
        }
        at - skipped
    }
}
