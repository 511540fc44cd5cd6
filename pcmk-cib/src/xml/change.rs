//! Changes to a document.
//!
//! What was read is shared with copies and stays as it is: a change of an element's attributes moves them to the end of the
//! table first, a change of a node copies the page it is on.

use std::ops::Range;

use super::names::{NameId, Names};
use super::tree::{AttrRecord, Document, ElementId, NONE, NodeRecord, number};
use super::view::{Element, NodeKind};

impl Document {
    /// To be called when the `id` of an element changes or one comes, goes or moves.
    fn forget_ids(&mut self) {
        self.ids.take();
    }

    // ---- changes: attributes

    /// Sets an attribute: in place if it is there, else as the last one.
    pub fn set_attr(&mut self, id: ElementId, name: &str, value: &str) {
        if name == "id" {
            self.forget_ids();
        }
        let name = self.names.intern(name);
        let place = self.place_of(id, name);
        if place.is_some_and(|at| self.value(self.attr_slice(id)[at]) == value) {
            return;
        }
        let (start, len) = self.store(value);
        let attr = self.record(name, start, len);
        match place {
            Some(at) => {
                let span = self.own_span(id);
                self.attrs.slice_mut(span)[at] = attr;
            }
            None => self.push_attr(id, attr),
        }
    }

    /// Removes an attribute; whether it was there.
    pub fn remove_attr(&mut self, id: ElementId, name: &str) -> bool {
        let name = self.names.find(name);
        let Some(at) = name.and_then(|name| self.place_of(id, name)) else {
            return false;
        };
        self.forget_ids();
        let span = self.own_span(id);
        self.attrs.slice_mut(span).copy_within(at + 1.., at);
        self.node_mut(id).count -= 1;
        true
    }

    /// Renames an attribute in place; whether it was there. An attribute that has the new name already
    /// goes away.
    pub fn rename_attr(&mut self, id: ElementId, name: &str, new_name: &str) -> bool {
        if name == new_name {
            return self.attr(id, name).is_some();
        }
        if self.attr(id, name).is_none() {
            return false;
        }
        self.forget_ids();
        self.remove_attr(id, new_name);
        let (name, new_name) = (self.names.intern(name), self.names.intern(new_name));
        let Some(at) = self.place_of(id, name) else {
            return false;
        };
        let attr = self.renamed(self.attr_slice(id)[at], new_name);
        let span = self.own_span(id);
        self.attrs.slice_mut(span)[at] = attr;
        true
    }

    /// Removes all attributes.
    pub fn clear_attrs(&mut self, id: ElementId) {
        assert!(self.is_element(id), "only elements have attributes");
        self.forget_ids();
        self.node_mut(id).count = 0;
    }

    /// Gives an element another tag name.
    pub fn rename(&mut self, id: ElementId, name: &str) {
        assert!(self.is_element(id), "only elements have names");
        let name = self.names.intern(name);
        self.node_mut(id).tag = name.0;
    }

    // ---- changes: nodes

    /// Adds an element as the last child of `parent`.
    pub fn append(&mut self, parent: ElementId, name: &str) -> ElementId {
        let id = ElementId(self.new_named(name, 0));
        self.link_last(parent, id);
        id
    }

    /// Adds an element as the first child of `parent`.
    pub fn prepend(&mut self, parent: ElementId, name: &str) -> ElementId {
        let id = ElementId(self.new_named(name, 0));
        self.link_before(parent, id, self.node(parent).first);
        id
    }

    /// Adds an element in front of `sibling`, which must have a parent.
    pub fn insert_before(&mut self, sibling: ElementId, name: &str) -> ElementId {
        let parent = self.node(sibling).parent;
        assert!(parent != NONE, "a root element has no siblings");
        let id = ElementId(self.new_named(name, 0));
        self.link_before(ElementId(parent), id, sibling.0);
        id
    }

    /// Adds a comment as the last child of `parent`.
    pub fn append_comment(&mut self, parent: ElementId, content: &str) -> ElementId {
        self.append_content(parent, NodeKind::Comment, content)
    }

    /// Adds text as the last child of `parent`.
    pub fn append_text(&mut self, parent: ElementId, content: &str) -> ElementId {
        self.append_content(parent, NodeKind::Text, content)
    }

    /// Takes a node and all below it out of the tree. It may be put back with [`Document::move_to`].
    /// The root stays where it is.
    pub fn detach(&mut self, id: ElementId) {
        let NodeRecord {
            parent, prev, next, ..
        } = *self.node(id);
        if parent == NONE {
            return;
        }
        self.forget_ids();
        match prev {
            NONE => self.node_mut(ElementId(parent)).first = next,
            _ => self.node_mut(ElementId(prev)).next = next,
        }
        match next {
            NONE => self.node_mut(ElementId(parent)).last = prev,
            _ => self.node_mut(ElementId(next)).prev = prev,
        }
        let node = self.node_mut(id);
        node.parent = NONE;
        node.prev = NONE;
        node.next = NONE;
    }

    /// Takes text nodes (not CDATA sections) out of the whole tree, as the reference does with files.
    ///
    /// Source: behaviour notes 06 §9.1.
    pub fn strip_text(&mut self) {
        if !self.has_text {
            return;
        }
        let mut texts = Vec::new();
        let mut at = self.root();
        while let Some(next) = self.following(self.root(), at) {
            at = next;
            if self.kind(at) == NodeKind::Text {
                texts.push(at);
            }
        }
        for text in texts {
            self.detach(text);
        }
    }

    /// Appends a deep copy of `from`, an element of another document, to `parent`.
    pub fn append_copy(&mut self, parent: ElementId, from: Element<'_>) -> ElementId {
        self.forget_ids();
        let source = from.doc();
        let mut names = vec![NONE; source.names.len()];
        let mut translate = |name: u32, ours: &mut Names| -> u32 {
            if names[name as usize] == NONE {
                names[name as usize] = ours.intern(source.names.text(NameId(name))).0;
            }
            names[name as usize]
        };
        let copy_node = |doc: &mut Document, id: ElementId| -> ElementId {
            let record = *source.node(id);
            let (tag, start) = if source.is_element(id) {
                let start = number(doc.attrs.len());
                for &attr in source.attr_slice(id) {
                    let name = translate(source.attr_name(attr).0, &mut doc.names);
                    let (start, len) = doc.store(source.value(attr));
                    let attr = doc.record(NameId(name), start, len);
                    doc.attrs.push(attr);
                }
                (translate(record.tag, &mut doc.names), start)
            } else {
                (record.tag, doc.store(source.content(id)).0)
            };
            doc.push_record(tag, start, record.count, record.line)
        };

        let step = |_: &Document, at| source.step(from.id(), at);
        let top = self.copy_tree(from.id(), step, copy_node);
        self.link_last(parent, top);
        top
    }

    /// Appends a deep copy of the element `from` of this document to `parent`. Values are shared, not
    /// copied. `parent` may lie within `from`: what is copied is `from` as it was.
    pub fn copy_within(&mut self, parent: ElementId, from: ElementId) -> ElementId {
        let copy_node = |doc: &mut Document, id: ElementId| -> ElementId {
            let record = *doc.node(id);
            let start = if doc.is_element(id) {
                let start = number(doc.attrs.len());
                let span = doc.attr_span(id);
                doc.attrs.repeat(span);
                start
            } else {
                record.start
            };
            doc.push_record(record.tag, start, record.count, record.line)
        };
        self.forget_ids();
        let step = |doc: &Document, at| doc.step(from, at);
        let top = self.copy_tree(from, step, copy_node);
        self.link_last(parent, top);
        top
    }

    /// Copies a node and all in it, node by node; the copy has no parent yet. `step` is [`Document::step`] where they are.
    fn copy_tree(
        &mut self,
        from: ElementId,
        step: impl Fn(&Document, ElementId) -> Option<(ElementId, u32)>,
        mut copy_node: impl FnMut(&mut Document, ElementId) -> ElementId,
    ) -> ElementId {
        let top = copy_node(self, from);
        let mut at = from;
        let mut copied = top;
        while let Some((next, up)) = step(self, at) {
            let mut above = copied;
            for _ in 0..up {
                above = ElementId(self.node(above).parent);
            }
            at = next;
            copied = copy_node(self, next);
            self.link_last(above, copied);
        }
        top
    }

    /// Moves a node (in the tree or detached) to be child number `position` of `parent`, counting nodes of
    /// every kind from 0; the last one if there are fewer.
    ///
    /// `parent` must not be `id` or within it; then nothing happens.
    pub fn move_to(&mut self, parent: ElementId, id: ElementId, position: usize) {
        if self.contains(id, parent.0) {
            return;
        }
        self.detach(id);
        self.forget_ids(); // a node that was detached before comes back
        let mut before = self.node(parent).first;
        for _ in 0..position {
            if before == NONE {
                break;
            }
            before = self.node(ElementId(before)).next;
        }
        self.link_before(parent, id, before);
    }

    /// Moves a node (in the tree or detached) to stand before `sibling`, which must have a parent and not
    /// lie within `id`; otherwise nothing happens.
    pub fn move_before(&mut self, sibling: ElementId, id: ElementId) {
        let parent = self.node(sibling).parent;
        if sibling == id || parent == NONE || self.contains(id, parent) {
            return;
        }
        self.detach(id);
        self.forget_ids();
        self.link_before(ElementId(parent), id, sibling.0);
    }

    /// Moves a node (in the tree or detached) to be the last child of `parent`, which must not be `id` or
    /// within it; otherwise nothing happens.
    pub fn move_last(&mut self, parent: ElementId, id: ElementId) {
        if self.contains(id, parent.0) {
            return;
        }
        self.detach(id);
        self.forget_ids();
        self.link_last(parent, id);
    }

    /// Whether `inner` is `outer` or below it.
    fn contains(&self, outer: ElementId, inner: u32) -> bool {
        let mut above = inner;
        while above != NONE {
            if above == outer.0 {
                return true;
            }
            above = self.node(ElementId(above)).parent;
        }
        false
    }

    // ---- where attributes are

    /// Which of an element's attributes has this name.
    fn place_of(&self, id: ElementId, name: NameId) -> Option<usize> {
        self.attr_slice(id)
            .iter()
            .position(|&attr| self.attr_name(attr) == name)
    }

    /// The span of an element's attributes, which are not shared any more.
    fn own_span(&mut self, id: ElementId) -> Range<usize> {
        let span = self.attr_span(id);
        match self.attrs.is_own(span.start) {
            true => span,
            false => self.moved_span(id, span),
        }
    }

    /// Repeats an element's attributes at the end of the table, and takes them from there.
    fn moved_span(&mut self, id: ElementId, span: Range<usize>) -> Range<usize> {
        let start = self.attrs.len();
        self.node_mut(id).start = number(start);
        self.attrs.repeat(span);
        start..self.attrs.len()
    }

    /// Adds an attribute at the end of an element's span, moving the span if something follows it.
    fn push_attr(&mut self, id: ElementId, attr: AttrRecord) {
        assert!(self.is_element(id), "only elements have attributes");
        let span = self.attr_span(id);
        if span.end != self.attrs.len() || !self.attrs.is_own(span.start) {
            self.moved_span(id, span);
        }
        self.attrs.push(attr);
        self.node_mut(id).count += 1;
    }
}
