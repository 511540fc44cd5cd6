//! The arena that holds a document, and all changes to it.
//!
//! Invariants: links are symmetric (`next`/`prev`, `parent`/`first`/`last`); every span lies inside its
//! vector; the root is an element without parent and siblings; attribute names within one element differ.
//! Handles stay valid for the life of the document: detached nodes keep their records.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::ids::IdTable;
use super::names::{NameId, Names};
use super::view::{Element, Node, NodeKind};

/// The handle of an element (or, from [`super::Node::id`], of another node) within its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ElementId(pub(super) u32);

impl ElementId {
    /// The handle as an index below [`Document::slots`], for tables with one entry per node.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// "No node" in a link.
pub(super) const NONE: u32 = u32::MAX;

/// `Node::tag` of everything that is not an element; other tags are name numbers.
const TEXT: u32 = u32::MAX;
const CDATA: u32 = u32::MAX - 1;
const COMMENT: u32 = u32::MAX - 2;
const INSTRUCTION: u32 = u32::MAX - 3;

/// One node. `start` and `count` span the attributes of an element, the content of another node.
#[derive(Clone, Copy)]
struct NodeRecord {
    tag: u32,
    parent: u32,
    prev: u32,
    next: u32,
    first: u32,
    last: u32,
    start: u32,
    count: u32,
    line: u32,
}

/// One attribute.
#[derive(Clone, Copy)]
pub(super) struct AttrRecord {
    name: u32,
    start: u32,
    len: u32,
}

impl AttrRecord {
    /// The number of its name.
    pub(super) fn name_number(self) -> usize {
        self.name as usize
    }
}

/// Where the spans of values in `Document::text` begin. No text that is read is that long.
const IN_TEXT: u32 = 1 << 31;

/// Sizes of a document's tables.
#[derive(Clone, Copy, Default)]
pub(super) struct Sizes {
    pub(super) nodes: usize,
    attrs: usize,
    text: usize,
}

/// An XML document: one root element and what is in it.
///
/// Values are spans. Those that were read and need no escape when printed lie in `parsed`, which copies of the document
/// share; all others lie in `text`, and their spans start at `IN_TEXT` plus the place there.
#[derive(Clone)]
pub struct Document {
    nodes: Vec<NodeRecord>,
    attrs: Vec<AttrRecord>,
    parsed: Arc<String>,
    text: String,
    names: Names,
    root: u32,
    source: Arc<str>,
    ids: OnceLock<Arc<IdTable>>,
}

/// A new number of a table that is indexed with 32 bits.
///
/// Input cannot get here: the parser's size limit keeps every table far below. Only a program that goes on
/// changing one document without end could, and it must not go on with wrapped numbers.
fn number(len: usize) -> u32 {
    match u32::try_from(len) {
        Ok(number) if number < INSTRUCTION => number,
        Ok(_) | Err(_) => panic!("an XML document outgrew its 32-bit tables"),
    }
}

impl Document {
    /// A document of nothing but a root element. Its source is called `<new>`.
    pub fn new(root_name: &str) -> Document {
        let mut doc = Document::empty("<new>");
        doc.root = doc.new_named(root_name, 0);
        doc
    }

    /// A document still without root, to be filled by the parser.
    pub(super) fn empty(source: &str) -> Document {
        Document {
            nodes: Vec::new(),
            attrs: Vec::new(),
            parsed: Arc::default(),
            text: String::new(),
            names: Names::new(),
            root: 0,
            source: Arc::from(source),
            ids: OnceLock::new(),
        }
    }

    /// Makes room for the expected numbers of nodes and attributes.
    pub(super) fn reserve(&mut self, nodes: usize, attrs: usize) {
        self.nodes.reserve_exact(nodes);
        self.attrs.reserve_exact(attrs);
    }

    /// All is read: `parsed` is what the spans of [`Document::push_parsed_attr`] lie in. Gives back room that turned out
    /// not to be needed.
    pub(super) fn finish(&mut self, mut parsed: String) {
        parsed.shrink_to_fit();
        self.parsed = Arc::new(parsed);
        self.nodes.shrink_to_fit();
        self.attrs.shrink_to_fit();
        self.text.shrink_to_fit();
    }

    /// The root element's handle.
    pub fn root(&self) -> ElementId {
        ElementId(self.root)
    }

    /// The root element.
    pub fn root_element(&self) -> Element<'_> {
        Element {
            doc: self,
            id: self.root(),
        }
    }

    /// The element with this handle.
    ///
    /// # Panics
    /// If the handle is that of a text, comment or instruction, or of another, larger document.
    pub fn element(&self, id: ElementId) -> Element<'_> {
        assert!(self.is_element(id), "handle is not that of an element");
        Element { doc: self, id }
    }

    /// The node with this handle, of any kind.
    pub fn node_at(&self, id: ElementId) -> Node<'_> {
        Node { doc: self, id }
    }

    /// How many handles were given out: every node's [`ElementId::index`] is below. Counts detached nodes.
    pub fn slots(&self) -> usize {
        self.nodes.len()
    }

    /// A document whose root is a deep copy of `from`.
    pub fn of_element(from: Element<'_>) -> Document {
        let mut doc = Document::empty(from.doc().source());
        doc.root = doc.new_named(from.name(), from.line());
        let root = doc.root();
        for (name, value) in from.attrs() {
            doc.set_attr(root, name, value);
        }
        for child in from.nodes() {
            doc.append_node_copy(root, child);
        }
        doc
    }

    /// Appends a deep copy of `from`, a node of any kind of another document, to `parent`.
    pub fn append_node_copy(&mut self, parent: ElementId, from: Node<'_>) -> ElementId {
        match from.kind() {
            NodeKind::Element => self.append_copy(parent, from.doc().element(from.id())),
            kind @ (NodeKind::Text
            | NodeKind::CData
            | NodeKind::Comment
            | NodeKind::Instruction) => self.append_content(parent, kind, from.content()),
        }
    }

    /// What the document was read from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The elements with the attribute `id` of this value, in document order; only those called
    /// `element_name` if given. The first question after a change walks the document, others do not.
    pub fn by_id(&self, element_name: Option<&str>, id: &str) -> Vec<ElementId> {
        self.ids
            .get_or_init(|| Arc::new(IdTable::of(self)))
            .candidates(id)
            .filter(|&found| self.attr(found, "id") == Some(id))
            .filter(|&found| element_name.is_none_or(|name| self.name(found) == name))
            .collect()
    }

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
        let span = self.attr_span(id);
        if let Some(at) = self.attrs[span.clone()]
            .iter()
            .position(|attr| attr.name == name.0)
        {
            let at = span.start + at;
            if self.value(self.attrs[at]) != value {
                let (start, len) = self.store(value);
                self.attrs[at] = AttrRecord {
                    name: name.0,
                    start,
                    len,
                };
            }
            return;
        }
        let (start, len) = self.store(value);
        self.push_attr(
            id,
            AttrRecord {
                name: name.0,
                start,
                len,
            },
        );
    }

    /// Removes an attribute; whether it was there.
    pub fn remove_attr(&mut self, id: ElementId, name: &str) -> bool {
        let span = self.attr_span(id);
        let found = span
            .clone()
            .find(|&at| self.names.text(NameId(self.attrs[at].name)) == name);
        let Some(at) = found else {
            return false;
        };
        self.forget_ids();
        self.attrs.copy_within(at + 1..span.end, at);
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
        let new_name = self.names.intern(new_name);
        let span = self.attr_span(id);
        let names = &self.names;
        let found = self.attrs[span]
            .iter_mut()
            .find(|attr| names.text(NameId(attr.name)) == name);
        match found {
            Some(attr) => {
                attr.name = new_name.0;
                true
            }
            None => false,
        }
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
        let mut copy_node = |doc: &mut Document, id: ElementId| -> ElementId {
            let record = *source.node(id);
            let (tag, start) = if source.is_element(id) {
                let start = number(doc.attrs.len());
                for attr in &source.attrs[source.attr_span(id)] {
                    let name = translate(attr.name, &mut doc.names);
                    let (start, len) = doc.store(source.value(*attr));
                    doc.attrs.push(AttrRecord { name, start, len });
                }
                (translate(record.tag, &mut doc.names), start)
            } else {
                (record.tag, doc.store(source.content(id)).0)
            };
            doc.push_record(tag, start, record.count, record.line)
        };

        let top = copy_node(self, from.id());
        self.link_last(parent, top);
        let mut at = from.id();
        let mut copied = top;
        while let Some((next, up)) = source.step(from.id(), at) {
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

    /// Appends a deep copy of the element `from` of this document to `parent`. Values are shared, not
    /// copied. `parent` may lie within `from`: what is copied is `from` as it was.
    pub fn copy_within(&mut self, parent: ElementId, from: ElementId) -> ElementId {
        let copy_node = |doc: &mut Document, id: ElementId| -> ElementId {
            let record = *doc.node(id);
            let start = if doc.is_element(id) {
                let start = number(doc.attrs.len());
                let span = doc.attr_span(id);
                doc.attrs.extend_from_within(span);
                start
            } else {
                record.start
            };
            doc.push_record(record.tag, start, record.count, record.line)
        };
        self.forget_ids();
        let top = copy_node(self, from);
        let mut at = from;
        let mut copied = top;
        while let Some((next, up)) = self.step(from, at) {
            let mut above = copied;
            for _ in 0..up {
                above = ElementId(self.node(above).parent);
            }
            at = next;
            copied = copy_node(self, next);
            self.link_last(above, copied);
        }
        self.link_last(parent, top);
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

    // ---- what the parser adds

    fn new_named(&mut self, name: &str, line: u32) -> u32 {
        let name = self.names.intern(name);
        self.new_element(name, line)
    }

    pub(super) fn new_element(&mut self, name: NameId, line: u32) -> u32 {
        let start = number(self.attrs.len());
        self.push_record(name.0, start, 0, line).0
    }

    /// The name of an element.
    pub(super) fn name_of(&self, element: u32) -> NameId {
        NameId(self.node(ElementId(element)).tag)
    }

    pub(super) fn intern(&mut self, name: &str) -> NameId {
        self.names.intern(name)
    }

    /// Number of nodes ever made.
    pub(super) fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// Number of different names.
    pub(crate) fn name_count(&self) -> usize {
        self.names.len()
    }

    /// The value heap, for the parser to append to.
    pub(super) fn heap(&mut self) -> &mut String {
        &mut self.text
    }

    /// Adds an attribute to the element made last. Its value is what was appended to the heap from `value_start` on.
    /// [`Document::end_attrs`] is to be called after the last one.
    #[inline]
    pub(super) fn push_heap_attr(&mut self, name: NameId, value_start: usize) {
        let (start, len) = self.heap_span(value_start);
        let name = name.0;
        self.attrs.push(AttrRecord { name, start, len });
    }

    /// The same with a value at this place of what [`Document::finish`] gets; it must need no escape when printed.
    // Millions of calls from one place.
    #[inline(always)]
    pub(super) fn push_parsed_attr(&mut self, name: NameId, value: Range<usize>) {
        let (name, start, len) = (name.0, number(value.start), number(value.len()));
        self.attrs.push(AttrRecord { name, start, len });
    }

    /// The element made last has all its attributes.
    pub(super) fn end_attrs(&mut self, id: u32) {
        let end = number(self.attrs.len());
        let node = self.node_mut(ElementId(id));
        node.count = end - node.start;
    }

    /// Adds a node whose content is what was appended to the heap from `content_start` on.
    pub(super) fn push_heap_content(&mut self, parent: u32, kind: NodeKind, content_start: usize) {
        let (start, len) = self.heap_span(content_start);
        let id = self.push_record(tag_of(kind), start, len, 0);
        self.link_last(ElementId(parent), id);
    }

    /// Adds a node whose content is at this place of what [`Document::finish`] gets.
    pub(super) fn push_parsed_content(
        &mut self,
        parent: u32,
        kind: NodeKind,
        content: Range<usize>,
    ) {
        let (start, len) = (number(content.start), number(content.len()));
        let id = self.push_record(tag_of(kind), start, len, 0);
        self.link_last(ElementId(parent), id);
    }

    /// The span of what was appended to the heap from `from` on.
    fn heap_span(&self, from: usize) -> (u32, u32) {
        let start = number(IN_TEXT as usize + from);
        (start, number(IN_TEXT as usize + self.text.len()) - start)
    }

    /// How much there is of everything, see [`Document::truncate`].
    pub(super) fn sizes(&self) -> Sizes {
        Sizes {
            nodes: self.nodes.len(),
            attrs: self.attrs.len(),
            text: self.text.len(),
        }
    }

    /// Drops what was added since. None of it may be linked to what was there before.
    pub(super) fn truncate(&mut self, to: Sizes) {
        self.nodes.truncate(to.nodes);
        self.attrs.truncate(to.attrs);
        self.text.truncate(to.text);
    }

    /// The text of a name.
    pub(super) fn name_text(&self, name: NameId) -> &str {
        self.names.text(name)
    }

    pub(super) fn link_child(&mut self, parent: u32, child: u32) {
        self.link_last(ElementId(parent), ElementId(child));
    }

    // ---- reading, for the views

    pub(super) fn is_element(&self, id: ElementId) -> bool {
        self.node(id).tag < INSTRUCTION
    }

    pub(super) fn kind(&self, id: ElementId) -> NodeKind {
        match self.node(id).tag {
            TEXT => NodeKind::Text,
            CDATA => NodeKind::CData,
            COMMENT => NodeKind::Comment,
            INSTRUCTION => NodeKind::Instruction,
            _name => NodeKind::Element,
        }
    }

    pub(super) fn name(&self, id: ElementId) -> &str {
        self.names.text(NameId(self.node(id).tag))
    }

    pub(super) fn line(&self, id: ElementId) -> u32 {
        self.node(id).line
    }

    pub(super) fn content(&self, id: ElementId) -> &str {
        if self.is_element(id) {
            return "";
        }
        let node = self.node(id);
        self.span_text(node.start, node.count)
    }

    pub(super) fn attr(&self, id: ElementId, name: &str) -> Option<&str> {
        self.attrs[self.attr_span(id)]
            .iter()
            .find(|attr| self.names.text(NameId(attr.name)) == name)
            .map(|attr| self.value(*attr))
    }

    pub(super) fn attr_records(&self, id: ElementId) -> std::slice::Iter<'_, AttrRecord> {
        self.attrs[self.attr_span(id)].iter()
    }

    /// Whether a value is printed as it is: see [`Document::push_parsed_attr`].
    pub(super) fn needs_no_escape(&self, attr: AttrRecord) -> bool {
        attr.start < IN_TEXT
    }

    pub(super) fn attr_of(&self, attr: AttrRecord) -> (&str, &str) {
        (self.names.text(NameId(attr.name)), self.value(attr))
    }

    pub(super) fn parent_link(&self, id: ElementId) -> u32 {
        self.node(id).parent
    }

    pub(super) fn first_child_link(&self, id: ElementId) -> u32 {
        self.node(id).first
    }

    pub(super) fn next_link(&self, id: ElementId) -> u32 {
        self.node(id).next
    }

    pub(super) fn parent(&self, id: ElementId) -> Option<ElementId> {
        linked(self.node(id).parent)
    }

    pub(super) fn first_child(&self, id: ElementId) -> Option<ElementId> {
        linked(self.node(id).first)
    }

    pub(super) fn previous(&self, id: ElementId) -> Option<ElementId> {
        linked(self.node(id).prev)
    }

    pub(super) fn last_child(&self, id: ElementId) -> Option<ElementId> {
        linked(self.node(id).last)
    }

    pub(super) fn next(&self, id: ElementId) -> Option<ElementId> {
        linked(self.node(id).next)
    }

    /// The node after `at` in a pre-order walk below `top`, of any kind.
    pub(super) fn following(&self, top: ElementId, at: ElementId) -> Option<ElementId> {
        self.step(top, at).map(|(next, _)| next)
    }

    /// Like [`Document::following`], and how many levels above `at` the parent of that node is.
    fn step(&self, top: ElementId, at: ElementId) -> Option<(ElementId, u32)> {
        if let Some(child) = self.first_child(at) {
            return Some((child, 0));
        }
        let mut at = at;
        let mut up = 0;
        while at != top {
            up += 1;
            if let Some(next) = self.next(at) {
                return Some((next, up));
            }
            at = self.parent(at)?;
        }
        None
    }

    // ---- internals

    fn node(&self, id: ElementId) -> &NodeRecord {
        &self.nodes[id.0 as usize]
    }

    fn node_mut(&mut self, id: ElementId) -> &mut NodeRecord {
        &mut self.nodes[id.0 as usize]
    }

    fn attr_span(&self, id: ElementId) -> Range<usize> {
        let node = self.node(id);
        if node.tag >= INSTRUCTION {
            return 0..0;
        }
        node.start as usize..node.start as usize + node.count as usize
    }

    fn value(&self, attr: AttrRecord) -> &str {
        self.span_text(attr.start, attr.len)
    }

    fn span_text(&self, start: u32, len: u32) -> &str {
        let len = len as usize;
        match start.checked_sub(IN_TEXT) {
            None => &self.parsed[start as usize..start as usize + len],
            Some(start) => &self.text[start as usize..start as usize + len],
        }
    }

    fn store(&mut self, value: &str) -> (u32, u32) {
        let from = self.text.len();
        self.text.push_str(value);
        self.heap_span(from)
    }

    /// Adds an attribute at the end of an element's span, moving the span if something follows it.
    fn push_attr(&mut self, id: ElementId, attr: AttrRecord) {
        assert!(self.is_element(id), "only elements have attributes");
        let span = self.attr_span(id);
        if span.end != self.attrs.len() {
            let start = number(self.attrs.len());
            self.attrs.extend_from_within(span);
            self.node_mut(id).start = start;
        }
        self.attrs.push(attr);
        self.node_mut(id).count += 1;
    }

    fn append_content(&mut self, parent: ElementId, kind: NodeKind, content: &str) -> ElementId {
        let (start, len) = self.store(content);
        let id = self.push_record(tag_of(kind), start, len, 0);
        self.link_last(parent, id);
        id
    }

    fn push_record(&mut self, tag: u32, start: u32, count: u32, line: u32) -> ElementId {
        let id = ElementId(number(self.nodes.len()));
        self.nodes.push(NodeRecord {
            tag,
            parent: NONE,
            prev: NONE,
            next: NONE,
            first: NONE,
            last: NONE,
            start,
            count,
            line,
        });
        id
    }

    fn link_last(&mut self, parent: ElementId, id: ElementId) {
        self.link_before(parent, id, NONE);
    }

    /// Links a node without parent before the child `before` of `parent`, or last.
    fn link_before(&mut self, parent: ElementId, id: ElementId, before: u32) {
        assert!(self.is_element(parent), "only elements have children");
        let prev = match before {
            NONE => self.node(parent).last,
            _ => self.node(ElementId(before)).prev,
        };
        let node = self.node_mut(id);
        node.parent = parent.0;
        node.prev = prev;
        node.next = before;
        match prev {
            NONE => self.node_mut(parent).first = id.0,
            _ => self.node_mut(ElementId(prev)).next = id.0,
        }
        match before {
            NONE => self.node_mut(parent).last = id.0,
            _ => self.node_mut(ElementId(before)).prev = id.0,
        }
    }
}

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Document")
            .field("source", &self.source)
            .field("root", &self.root_element().name())
            .field("nodes", &self.nodes.len())
            .finish_non_exhaustive()
    }
}

fn linked(link: u32) -> Option<ElementId> {
    (link != NONE).then_some(ElementId(link))
}

/// The tag of nodes of this kind; elements have their name's number instead.
fn tag_of(kind: NodeKind) -> u32 {
    match kind {
        NodeKind::Element => panic!("elements are tagged with their name"),
        NodeKind::Text => TEXT,
        NodeKind::CData => CDATA,
        NodeKind::Comment => COMMENT,
        NodeKind::Instruction => INSTRUCTION,
    }
}
