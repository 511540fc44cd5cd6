//! Changes to a document.
//!
//! What was read is shared with copies and stays as it is: a change of an element's attributes moves them to the end of the
//! table first, a change of a node copies the page it is on.

use std::ops::Range;

use super::names::{NameId, Names};
use super::shapes::ShapeId;
use super::spans::ValueRef;
use super::tree::{Document, ElementId, NONE, NodeRecord, number};
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
        if place.is_some_and(|at| self.value(self.attr_values(id)[at]) == value) {
            return;
        }
        let value = self.store(value);
        match place {
            Some(at) => {
                let own = self.own_values(id);
                self.values.slice_mut(own)[at] = value;
            }
            None => self.push_attr(id, name, value),
        }
    }

    /// Removes an attribute; whether it was there.
    pub fn remove_attr(&mut self, id: ElementId, name: &str) -> bool {
        let name = self.names.find(name);
        let Some(at) = name.and_then(|name| self.place_of(id, name)) else {
            return false;
        };
        self.forget_ids();
        let own = self.own_values(id);
        self.values.slice_mut(own).copy_within(at + 1.., at);
        let shape = self.shape(id);
        self.node_mut(id).more = self.shapes_mut().without(shape, at).0;
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
        let shape = self.shape(id);
        self.node_mut(id).more = self.shapes_mut().renamed(shape, at, new_name).0;
        true
    }

    /// Removes all attributes.
    pub fn clear_attrs(&mut self, id: ElementId) {
        assert!(self.is_element(id), "only elements have attributes");
        self.forget_ids();
        self.node_mut(id).more = ShapeId::EMPTY.0;
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
            if !source.is_element(id) {
                let (start, len) = doc.store_content(source.content(id));
                return doc.push_record(record.tag, start, len, record.line);
            }
            let start = number(doc.values.len());
            for &value in source.attr_values(id) {
                let value = doc.store(source.value(value));
                doc.values.push(value);
            }
            let mut ours = |name: &NameId| NameId(translate(name.0, &mut doc.names));
            let names: Vec<NameId> = source.attr_names(id).iter().map(&mut ours).collect();
            let tag = ours(&NameId(record.tag)).0;
            let shape = doc.shapes_mut().of(&names);
            doc.push_record(tag, start, shape.0, record.line)
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
            if !doc.is_element(id) {
                return doc.push_record(record.tag, record.start, record.more, record.line);
            }
            let start = number(doc.values.len());
            let range = doc.value_range(id);
            doc.values.repeat(range);
            let shape = doc.shape(id);
            let shape = doc.shapes_mut().repeated(shape);
            doc.push_record(record.tag, start, shape.0, record.line)
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
        self.attr_names(id).iter().position(|&of| of == name)
    }

    /// Where the values of an element are, which are not shared any more.
    fn own_values(&mut self, id: ElementId) -> Range<usize> {
        let range = self.value_range(id);
        match self.values.is_own(range.start) {
            true => range,
            false => self.moved_values(id, range),
        }
    }

    /// Repeats an element's values at the end of the table, and takes them from there.
    fn moved_values(&mut self, id: ElementId, range: Range<usize>) -> Range<usize> {
        let start = self.values.len();
        self.node_mut(id).start = number(start);
        self.values.repeat(range);
        start..self.values.len()
    }

    /// Adds an attribute as an element's last one, moving its values if something follows them.
    fn push_attr(&mut self, id: ElementId, name: NameId, value: ValueRef) {
        assert!(self.is_element(id), "only elements have attributes");
        let range = self.value_range(id);
        if range.end != self.values.len() || !self.values.is_own(range.start) {
            self.moved_values(id, range);
        }
        self.values.push(value);
        let shape = self.shape(id);
        self.node_mut(id).more = self.shapes_mut().with(shape, name).0;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Attributes of the elements of a document, one list each.
    type Model = Vec<Vec<(String, String)>>;

    fn attributes(doc: &Document) -> Model {
        let pairs = |element: Element<'_>| {
            let pairs = element.attrs();
            pairs
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect()
        };
        doc.root_element().children().map(pairs).collect()
    }

    fn set(list: &mut Vec<(String, String)>, name: &str, value: &str) {
        match list.iter_mut().find(|(of, _)| of == name) {
            Some(pair) => value.clone_into(&mut pair.1),
            None => list.push((name.to_owned(), value.to_owned())),
        }
    }

    fn remove(list: &mut Vec<(String, String)>, name: &str) {
        list.retain(|(of, _)| of != name);
    }

    fn rename(list: &mut Vec<(String, String)>, name: &str, new: &str) {
        if name == new || !list.iter().any(|(of, _)| of == name) {
            return;
        }
        remove(list, new);
        for pair in list.iter_mut().filter(|(of, _)| of == name) {
            new.clone_into(&mut pair.0);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        /// Attributes of a document, read with up to 90 each, are what a list of pairs would be after any changes; and a
        /// document that was copied stays what it was.
        #[test]
        fn attributes_are_lists(
            read in prop::collection::vec(0_usize..90, 1..5),
            changes in prop::collection::vec((0_u8..16, any::<u8>(), 0_u8..100, 0_u8..100), 0..300),
        ) {
            let mut text = String::from("<r>");
            for count in read {
                let pairs: String = (0..count).map(|n| format!(" n{n}='{}'", "v".repeat(2 * n))).collect();
                text.push_str(&format!("<e{pairs}/>"));
            }
            text.push_str("</r>");
            let mut doc = Document::parse(text.as_bytes(), "test").expect("well-formed");
            let mut model = attributes(&doc);
            let mut before = Vec::new();
            for (what, which, first, second) in changes {
                let at = usize::from(which) % model.len();
                let element = doc.root_element().children().nth(at).expect("one of them").id();
                let list = &mut model[at];
                let (name, other) = (format!("n{first}"), format!("n{second}"));
                match what {
                    0..=7 => {
                        doc.set_attr(element, &name, &other);
                        set(list, &name, &other);
                    }
                    8..=10 => {
                        doc.remove_attr(element, &name);
                        remove(list, &name);
                    }
                    11..=12 => {
                        doc.rename_attr(element, &name, &other);
                        rename(list, &name, &other);
                    }
                    13 => {
                        doc.clear_attrs(element);
                        list.clear();
                    }
                    14 => {
                        doc.copy_within(doc.root(), element);
                        let copy = list.clone();
                        model.push(copy);
                    }
                    _ => {
                        before.push((doc.clone(), model.clone()));
                        doc = Document::of_element(doc.root_element());
                    }
                }
                prop_assert_eq!(&attributes(&doc), &model);
            }
            for (doc, model) in before {
                prop_assert_eq!(attributes(&doc), model);
            }
        }
    }
}
