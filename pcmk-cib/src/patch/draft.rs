//! A document under change, and the marks that changes leave.
//!
//! Marks are kept beside the tree: one byte per node, attribute lists only for elements whose attributes
//! changed, paths of deleted nodes in the order of deletion. Two things are known besides what a patchset
//! needs: whether anything was done at all (`changed`, never cleared, set also by changes that were undone
//! again), and which elements have a change in or below them (`DIRTY`), because the version rule asks whether
//! the configuration was touched.
//!
//! With a guard, every change asks first. A refused change is left out and remembered; the operation as a
//! whole then fails, so what a draft holds after a refusal is never used.
//!
//! Source: behaviour notes 06 §1.4, §3.2, §6.4.

use foldhash::{HashMap, HashMapExt as _};

use super::compare::{has_clear_id, names_are_clear};
use super::path::{element_path, node_path, position};
use super::version::{CibVersion, VERSION_ATTRIBUTES};
use crate::acl::{Access, Guard};
use crate::xml::{Document, Element, ElementId, Node, NodeKind};

/// Created in this draft.
pub(super) const CREATED: u8 = 1;
/// It, or something in it, changed.
pub(super) const DIRTY: u8 = 2;
/// Moved among its siblings (comparison only).
pub(super) const MOVED: u8 = 4;

/// A document being changed.
#[derive(Clone, Debug)]
pub struct Draft {
    pub(super) doc: Document,
    flags: Vec<u8>,
    pub(super) attributes: HashMap<ElementId, Vec<AttributeMark>>,
    pub(super) deletions: Vec<Deletion>,
    changed: bool,
    doubtful: bool,
    guard: Option<Guard>,
    denied: bool,
    /// Version attributes of the document at first, as written there.
    pub(super) source: [Option<String>; 3],
}

/// A node that was taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deletion {
    /// Its path.
    pub path: String,
    /// Its position, for comments.
    pub position: Option<usize>,
}

/// An attribute of an element whose attributes changed.
#[derive(Clone, Debug)]
pub(super) struct AttributeMark {
    pub(super) name: Box<str>,
    pub(super) state: AttributeState,
}

#[derive(Clone, Debug)]
pub(super) enum AttributeState {
    Unchanged,
    /// To be written as set: new, of another value, or moved.
    Set,
    /// Removed, keeping its place among the others until the end; with its old value.
    Removed(Box<str>),
}

impl Draft {
    /// A draft to change `doc`, without access control.
    pub fn new(doc: Document) -> Draft {
        let root = doc.root_element();
        let source = VERSION_ATTRIBUTES.map(|name| root.attr(name).map(str::to_owned));
        Draft {
            flags: Vec::new(),
            attributes: HashMap::new(),
            deletions: Vec::new(),
            changed: false,
            doubtful: false,
            guard: None,
            denied: false,
            source,
            doc,
        }
    }

    /// A draft in which every change asks `guard`.
    pub fn guarded(doc: Document, guard: Guard) -> Draft {
        Draft {
            guard: Some(guard),
            ..Draft::new(doc)
        }
    }

    /// The document as it is now.
    pub fn doc(&self) -> &Document {
        &self.doc
    }

    /// The document for changes that leave no mark.
    pub(crate) fn doc_unmarked(&mut self) -> &mut Document {
        &mut self.doc
    }

    /// Ends the draft.
    pub fn into_document(self) -> Document {
        self.doc
    }

    /// Whether anything was done, even if nothing is left of it.
    pub fn changed(&self) -> bool {
        self.changed
    }

    /// Whether the guard refused something.
    pub fn denied(&self) -> bool {
        self.denied
    }

    /// Whether the marks may not tell all, or not so that it can be repeated: marks were thrown away with
    /// marked nodes, ids changed, something without id was deleted, or moved without a mark.
    pub(super) fn is_doubtful(&self) -> bool {
        self.doubtful
    }

    /// Notes a change that marks may not tell.
    pub(super) fn doubt(&mut self) {
        self.doubtful = true;
    }

    /// The deletions so far, in order.
    pub fn deletions(&self) -> &[Deletion] {
        &self.deletions
    }

    /// Whether something in the `configuration` changed.
    pub fn configuration_changed(&self) -> bool {
        let marked = self
            .doc
            .root_element()
            .child("configuration")
            .is_some_and(|configuration| self.has(configuration.id(), DIRTY));
        marked
            || self
                .deletions
                .iter()
                .any(|deletion| deletion.path.contains("/cib/configuration"))
    }

    /// An attribute's value, that of a removed one too: it keeps its place until the end.
    pub(crate) fn attr_even_removed(&self, id: ElementId, name: &str) -> Option<&str> {
        if let Some(value) = self.doc.element(id).attr(name) {
            return Some(value);
        }
        self.attributes
            .get(&id)?
            .iter()
            .find(|mark| &*mark.name == name)
            .and_then(|mark| match &mark.state {
                AttributeState::Removed(value) => Some(&**value),
                AttributeState::Unchanged | AttributeState::Set => None,
            })
    }

    /// The version now; removed counters still count.
    pub fn version(&self) -> CibVersion {
        let root = self.doc.root();
        CibVersion::from_fields(
            VERSION_ATTRIBUTES
                .map(|name| pcmk_core::lenient::int_attr(self.attr_even_removed(root, name), 0)),
        )
    }

    // ---- marked changes

    /// Sets an attribute. Setting the value that is there does nothing.
    pub fn set_attr(&mut self, id: ElementId, name: &str, value: &str) {
        let present = self.doc.element(id).attr(name);
        if present == Some(value) {
            return;
        }
        let access = match present {
            Some(_) => Access::Write,
            None => Access::Create,
        };
        if !self.permits(id, access) {
            return;
        }
        self.doubtful |= name == "id" && !self.has(id, CREATED);
        let marks = self.attribute_marks(id);
        let revived = match marks.iter_mut().find(|mark| &*mark.name == name) {
            None => {
                marks.push(AttributeMark {
                    name: name.into(),
                    state: AttributeState::Set,
                });
                false
            }
            Some(mark) => {
                let removed = matches!(mark.state, AttributeState::Removed(_));
                mark.state = match &mark.state {
                    AttributeState::Removed(old) if **old == *value => AttributeState::Unchanged,
                    AttributeState::Removed(_)
                    | AttributeState::Unchanged
                    | AttributeState::Set => AttributeState::Set,
                };
                removed
            }
        };
        self.doc.set_attr(id, name, value);
        if revived {
            self.restore_order(id);
        }
        self.mark_dirty(id);
    }

    /// Removes an attribute; whether it was there.
    pub fn remove_attr(&mut self, id: ElementId, name: &str) -> bool {
        let Some(old) = self.doc.element(id).attr(name) else {
            return false;
        };
        let old: Box<str> = old.into();
        if !self.permits(id, Access::Write) {
            return false;
        }
        self.doubtful |= name == "id" && !self.has(id, CREATED);
        let marks = self.attribute_marks(id);
        if let Some(mark) = marks.iter_mut().find(|mark| &*mark.name == name) {
            mark.state = AttributeState::Removed(old);
        }
        self.doc.remove_attr(id, name);
        self.mark_dirty(id);
        true
    }

    /// Gives an element exactly these attributes in this order, as applying a patchset does: it counts as a
    /// change even if nothing differs.
    pub(super) fn reset_attrs(&mut self, id: ElementId, attrs: Element<'_>) {
        if !self.permits(id, Access::Write) {
            return;
        }
        let old: Vec<(String, String)> = owned(self.doc.element(id));
        let common = |list: &mut dyn Iterator<Item = &str>, other: &dyn Fn(&str) -> bool| {
            list.filter(|name| other(name))
                .map(str::to_owned)
                .collect::<Vec<String>>()
        };
        let in_new = |name: &str| attrs.attr(name).is_some();
        let in_old = |name: &str| old.iter().any(|(old_name, _)| old_name == name);
        let reordered = common(&mut old.iter().map(|(name, _)| name.as_str()), &in_new)
            != common(&mut attrs.attrs().map(|(name, _)| name), &in_old);
        self.doubtful |= self.doc.element(id).xml_id() != attrs.xml_id();
        let earlier = self.attributes.remove(&id).unwrap_or_default();
        let mut marks: Vec<AttributeMark> = attrs
            .attrs()
            .map(|(name, value)| {
                let same = old.iter().any(|(n, v)| n == name && v == value);
                let was_set = earlier
                    .iter()
                    .any(|mark| &*mark.name == name && matches!(mark.state, AttributeState::Set));
                AttributeMark {
                    name: name.into(),
                    state: match same && !reordered && !was_set {
                        true => AttributeState::Unchanged,
                        false => AttributeState::Set,
                    },
                }
            })
            .collect();
        let gone = old
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .chain(earlier.iter().filter_map(|mark| match &mark.state {
                AttributeState::Removed(value) => Some((&*mark.name, &**value)),
                AttributeState::Unchanged | AttributeState::Set => None,
            }));
        for (name, value) in gone {
            if !in_new(name) {
                marks.push(AttributeMark {
                    name: name.into(),
                    state: AttributeState::Removed(value.into()),
                });
            }
        }
        self.attributes.insert(id, marks);
        self.doc.clear_attrs(id);
        for (name, value) in attrs.attrs() {
            self.doc.set_attr(id, name, value);
        }
        self.mark_dirty(id);
    }

    /// Adds an element as the last child of `parent`.
    pub fn append(&mut self, parent: ElementId, name: &str) -> ElementId {
        let id = self.doc.append(parent, name);
        self.mark_created(id);
        id
    }

    /// Adds a deep copy of a node of another document as the last child of `parent`.
    pub fn append_copy(&mut self, parent: ElementId, from: Node<'_>) -> ElementId {
        let id = self.doc.append_node_copy(parent, from);
        self.mark_created(id);
        id
    }

    /// Adds a deep copy of a node of another document in front of the child that is now at `position`, or last.
    pub(super) fn insert_copy(
        &mut self,
        parent: ElementId,
        position: Option<usize>,
        from: Node<'_>,
    ) -> ElementId {
        let id = self.append_copy(parent, from);
        if let Some(position) = position {
            self.doc.move_to(parent, id, position);
        }
        id
    }

    /// Takes a node out with all that is in it. The root stays. Whether it was taken out.
    pub fn delete(&mut self, id: ElementId) -> bool {
        let node = self.doc.node_at(id);
        if node.parent().is_none() || !self.permits_all_in(id) {
            return false;
        }
        if !self.has(id, CREATED) {
            let node = self.doc.node_at(id);
            let deletion = Deletion {
                path: node_path(node),
                position: (node.kind() == NodeKind::Comment).then(|| position(node)),
            };
            self.doubtful |= match node.element() {
                Some(element) => !path_is_clear(element),
                None => node.parent().is_some_and(|parent| !path_is_clear(parent)),
            };
            self.deletions.push(deletion);
        }
        self.doc.detach(id);
        self.changed = true;
        true
    }

    // ---- marks

    pub(super) fn has(&self, id: ElementId, flag: u8) -> bool {
        self.flags
            .get(id.index())
            .is_some_and(|flags| flags & flag != 0)
    }

    pub(super) fn add_flag(&mut self, id: ElementId, flag: u8) {
        if self.flags.len() <= id.index() {
            self.flags.resize(self.doc.slots(), 0);
        }
        self.flags[id.index()] |= flag;
    }

    /// Marks a node and all around it as changed in some way.
    pub(super) fn mark_dirty(&mut self, id: ElementId) {
        self.changed = true;
        self.add_flag(id, DIRTY);
        self.mark_ancestors(id);
    }

    /// Marks what is around a node.
    pub(super) fn mark_ancestors(&mut self, id: ElementId) {
        self.changed = true;
        let mut at = self.doc.node_at(id).parent().map(Element::id);
        while let Some(id) = at {
            self.add_flag(id, DIRTY);
            at = self.doc.element(id).parent().map(Element::id);
        }
    }

    /// Marks a node and all in it as created.
    pub(super) fn mark_created(&mut self, id: ElementId) {
        self.mark_dirty(id);
        let mut at = Some(id);
        while let Some(created) = at {
            self.add_flag(created, CREATED | DIRTY);
            at = self.doc.node_at(created).following_in(id).map(Node::id);
        }
    }

    /// The marks of an element's attributes, from now on kept.
    fn attribute_marks(&mut self, id: ElementId) -> &mut Vec<AttributeMark> {
        let doc = &self.doc;
        self.attributes.entry(id).or_insert_with(|| {
            doc.element(id)
                .attrs()
                .map(|(name, _)| AttributeMark {
                    name: name.into(),
                    state: AttributeState::Unchanged,
                })
                .collect()
        })
    }

    /// Puts an element's attributes into the order of its marks.
    fn restore_order(&mut self, id: ElementId) {
        let present = owned(self.doc.element(id));
        let Some(marks) = self.attributes.get(&id) else {
            return;
        };
        self.doc.clear_attrs(id);
        for mark in marks {
            if let Some((name, value)) = present.iter().find(|(name, _)| *name == *mark.name) {
                self.doc.set_attr(id, name, value);
            }
        }
    }

    /// Puts another document in the place of this one, forgetting marks of nodes; returns the old one.
    pub(super) fn swap_document(&mut self, doc: Document) -> Document {
        self.doubtful |= self.changed;
        self.flags.clear();
        self.attributes.clear();
        self.changed = true;
        if let Some(guard) = &mut self.guard {
            guard.forget();
        }
        std::mem::replace(&mut self.doc, doc)
    }

    /// Notes that a subtree with marks is about to be thrown away.
    pub(super) fn forget_marks_in(&mut self, top: ElementId) {
        let mut at = Some(top);
        while let Some(id) = at {
            if self.has(id, CREATED | DIRTY | MOVED) {
                self.doubtful = true;
            }
            self.attributes.remove(&id);
            at = self.doc.node_at(id).following_in(top).map(Node::id);
        }
    }

    // ---- access

    /// Whether this access to a node is allowed; remembers a refusal.
    pub(super) fn permits(&mut self, id: ElementId, access: Access) -> bool {
        let allowed = match &self.guard {
            None => true,
            Some(guard) => guard.allows(&self.doc, id, access, |id| self.has(id, CREATED)),
        };
        self.denied |= !allowed;
        allowed
    }

    /// Whether a node and everything in it may be written. The reference asks for the node only, so that
    /// removing something removes what a denial in it protects; we do not let that happen.
    fn permits_all_in(&mut self, top: ElementId) -> bool {
        let mut at = self.guard.as_ref().map(|_| top);
        while let Some(id) = at {
            if !self.permits(id, Access::Write) {
                return false;
            }
            at = self.doc.node_at(id).following_in(top).map(Node::id);
        }
        true
    }

    /// What may be written of `top` and of what is in it, node by node in document order; `None` without a
    /// guard.
    pub(super) fn writable_in(&self, top: ElementId) -> Option<Vec<bool>> {
        let guard = self.guard.as_ref()?;
        let mut writable = Vec::new();
        let mut at = Some(top);
        while let Some(id) = at {
            let created = |id| self.has(id, CREATED);
            writable.push(guard.allows(&self.doc, id, Access::Write, created));
            at = self.doc.node_at(id).following_in(top).map(Node::id);
        }
        Some(writable)
    }

    /// Remembers that something was refused.
    pub(super) fn deny(&mut self) {
        self.denied = true;
    }

    /// Takes the guard away for a change of the store's own.
    pub(crate) fn lift_guard(&mut self) -> Option<Guard> {
        self.guard.take()
    }

    /// Puts the guard back.
    pub(crate) fn restore_guard(&mut self, guard: Option<Guard>) {
        self.guard = guard;
    }

    pub(super) fn is_guarded(&self) -> bool {
        self.guard.is_some()
    }

    /// Looks again at what the permissions' paths match in the document as it is now.
    pub(super) fn refresh_guard(&mut self) {
        if let Some(guard) = &mut self.guard {
            guard.flag(&self.doc);
        }
    }

    /// Judges created nodes in `top` (itself included); whether all may be there.
    pub(super) fn judge_created_in(&mut self, top: ElementId) -> bool {
        if self.guard.is_none() {
            return true;
        }
        let mut all = true;
        let mut at = Some(top);
        while let Some(id) = at {
            if self.has(id, CREATED) && !self.is_scaffolding(id) && !self.permits(id, Access::Write)
            {
                all = false;
            }
            at = self.doc.node_at(id).following_in(top).map(Node::id);
        }
        all
    }

    /// The verdict at the end of an operation: whether all that was created may be there, and nothing was
    /// refused before.
    pub fn judge(&mut self) -> bool {
        if self.guard.is_none() {
            return true;
        }
        // What was there before keeps the permissions it had; only what is new is matched now.
        if let Some(mut guard) = self.guard.take() {
            guard.flag_some(&self.doc, |id| self.has(id, CREATED));
            self.guard = Some(guard);
        }
        self.judge_created_in(self.doc.root());
        !self.denied
    }

    /// Whether anybody may create this node: it has at most an id, and is not part of the permissions.
    fn is_scaffolding(&self, id: ElementId) -> bool {
        let node = self.doc.node_at(id);
        let bare = node
            .element()
            .is_none_or(|element| element.attrs().all(|(name, _)| name == "id"));
        let mut at = node.parent();
        while let Some(parent) = at {
            if parent.name() == "acls" {
                return false;
            }
            at = parent.parent();
        }
        bare
    }

    /// Records the deletion of what was `child` (a node of an older document) below `parent`.
    pub(super) fn record_deletion(
        &mut self,
        parent: ElementId,
        child: Node<'_>,
        position: Option<usize>,
    ) {
        if self.is_guarded() && !self.denied {
            // The permissions are matched with the node back in its place, at least below its parent.
            let back = self.doc.append_node_copy(parent, child);
            self.refresh_guard();
            self.permits(back, Access::Write);
            self.doc.detach(back);
        }
        let mut path = element_path(self.doc.element(parent));
        super::path::add_step(&mut path, child);
        self.doubtful |= child
            .element()
            .is_some_and(|element| !has_clear_id(element));
        self.deletions.push(Deletion { path, position });
        self.mark_dirty(parent);
    }
}

/// Whether the path of an element leads to it and to nothing else.
fn path_is_clear(element: Element<'_>) -> bool {
    let mut at = element;
    while let Some(parent) = at.parent() {
        if !has_clear_id(at) && !names_are_clear(parent) {
            return false;
        }
        at = parent;
    }
    true
}

fn owned(element: Element<'_>) -> Vec<(String, String)> {
    element
        .attrs()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}
