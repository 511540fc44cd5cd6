//! The arena that holds a document. Changes are in `change`.
//!
//! Invariants: links are symmetric (`next`/`prev`, `parent`/`first`/`last`); every span lies inside its
//! vector; the root is an element without parent and siblings; attribute names within one element differ.
//! Handles stay valid for the life of the document: detached nodes keep their records.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::ids::IdTable;
use super::names::{NameId, Names};
use super::shapes::{ShapeId, Shapes};
use super::spans::{ValueRef, length, value_span};
use super::table::{Grown, Paged};
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

/// One node. `start` is the place of an element's values or of another node's content, `more` the shape of an element or the
/// length of another node's content.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct NodeRecord {
    pub(super) tag: u32,
    pub(super) parent: u32,
    pub(super) prev: u32,
    pub(super) next: u32,
    pub(super) first: u32,
    pub(super) last: u32,
    pub(super) start: u32,
    pub(super) more: u32,
    pub(super) line: u32,
}

impl NodeRecord {
    #[inline]
    pub(super) fn is_element(&self) -> bool {
        self.tag < INSTRUCTION
    }
}

/// Where the places of what is in `Document::text` begin. No text that is read is that long.
const IN_TEXT: u32 = 1 << 31;

/// Sizes of a document's tables.
#[derive(Clone, Copy, Default)]
pub(super) struct Sizes {
    pub(super) nodes: usize,
    values: usize,
    text: usize,
}

/// An XML document: one root element and what is in it.
///
/// The values of an element's attributes are side by side in `values`, in the order of the names of its shape. Those that
/// were read and need no escape when printed lie in `parsed`, which copies of the document share; all others lie in `text`,
/// and their places are `IN_TEXT` plus the place there. Copies share the tables of what was read, too: a copy costs what was
/// changed since.
#[derive(Clone)]
pub struct Document {
    pub(super) nodes: Paged<NodeRecord>,
    pub(super) values: Grown<ValueRef>,
    pub(super) shapes: Arc<Shapes>,
    parsed: Arc<String>,
    text: String,
    pub(super) names: Names,
    root: u32,
    source: Arc<str>,
    pub(super) ids: OnceLock<Arc<IdTable>>,
    /// Whether a text was ever in it.
    pub(super) has_text: bool,
    /// Under which schema it was valid as it was read.
    pub(super) valid_as_read: Arc<OnceLock<Box<str>>>,
}

/// A new number of a table that is indexed with 32 bits.
///
/// Input cannot get here: the parser's size limit keeps every table far below. Only a program that goes on
/// changing one document without end could, and it must not go on with wrapped numbers.
pub(super) fn number(len: usize) -> u32 {
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
            nodes: Paged::new(),
            values: Grown::new(),
            shapes: Arc::new(Shapes::new()),
            parsed: Arc::default(),
            text: String::new(),
            names: Names::new(),
            root: 0,
            source: Arc::from(source),
            ids: OnceLock::new(),
            has_text: false,
            valid_as_read: Arc::default(),
        }
    }

    /// Makes room for the expected numbers of nodes and attributes.
    pub(super) fn reserve(&mut self, nodes: usize, attrs: usize) {
        self.nodes.reserve_exact(nodes);
        self.values.reserve_exact(attrs);
    }

    /// All is read: `parsed` is what the places of [`Document::push_value`] lie in. Gives back room that turned out
    /// not to be needed.
    pub(super) fn finish(&mut self, mut parsed: String) {
        parsed.shrink_to_fit();
        self.parsed = Arc::new(parsed);
        self.text.shrink_to_fit();
        self.nodes.share();
        self.values.share();
        self.shapes_mut().all_read();
    }

    /// The shapes, to add to them.
    pub(super) fn shapes_mut(&mut self) -> &mut Shapes {
        Arc::make_mut(&mut self.shapes)
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

    // ---- what the parser adds

    pub(super) fn new_named(&mut self, name: &str, line: u32) -> u32 {
        let name = self.names.intern(name);
        let start = number(self.values.len());
        self.push_record(name.0, start, ShapeId::EMPTY.0, line).0
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

    /// The number that elements and attributes of this name have in this document, if there are any.
    pub(crate) fn name_number(&self, name: &str) -> Option<usize> {
        self.names.find(name).map(|name| name.0 as usize)
    }

    /// Number of different lists of attribute names, or a few more.
    pub(crate) fn shape_count(&self) -> usize {
        self.shapes.count()
    }

    /// Number of different names.
    pub(crate) fn name_count(&self) -> usize {
        self.names.len()
    }

    /// The value heap, for the parser to append to.
    pub(super) fn heap(&mut self) -> &mut String {
        &mut self.text
    }

    /// Adds the value of an attribute of the element that is added next: it stands at this place of what
    /// [`Document::finish`] gets, and must need no escape when printed.
    // Millions of calls from one place.
    #[inline(always)]
    pub(super) fn push_value(&mut self, value: ValueRef) {
        self.values.push(value);
    }

    /// The same with a value that was appended to the heap from `start` on.
    pub(super) fn push_heap_value(&mut self, start: usize) {
        let lengths = length(self.text.len() - start).map(char::from);
        let lengths: String = lengths.collect();
        self.text.insert_str(start, &lengths);
        let value = ValueRef(number(IN_TEXT as usize + start));
        self.values.push(value);
    }

    /// Number of attributes.
    pub(super) fn value_count(&self) -> usize {
        self.values.len()
    }

    /// Adds an element whose attributes have the names of `shape` and the values that were added from `start` on. It becomes the
    /// last child of `parent`, if that is an element.
    #[inline]
    pub(super) fn add_element(
        &mut self,
        parent: u32,
        name: NameId,
        (shape, start): (ShapeId, usize),
        line: u32,
    ) -> u32 {
        let id = self.push_record(name.0, number(start), shape.0, line);
        if parent != NONE {
            self.link_last(ElementId(parent), id);
        }
        id.0
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
            values: self.values.len(),
            text: self.text.len(),
        }
    }

    /// Drops what was added since. None of it may be linked to what was there before.
    pub(super) fn truncate(&mut self, to: Sizes) {
        self.nodes.truncate(to.nodes);
        self.values.truncate(to.values);
        self.text.truncate(to.text);
    }

    /// The text of a name.
    pub(super) fn name_text(&self, name: NameId) -> &str {
        self.names.text(name)
    }

    // ---- reading, for the views

    pub(super) fn is_element(&self, id: ElementId) -> bool {
        self.node(id).is_element()
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
        self.content_text(node.start, node.more)
    }

    pub(super) fn attr(&self, id: ElementId, name: &str) -> Option<&str> {
        let names = self.attr_names(id).iter();
        let at = names.copied().position(|of| self.names.text(of) == name)?;
        Some(self.value(self.attr_values(id)[at]))
    }

    /// The shape of an element; without attributes for other nodes.
    #[inline]
    pub(super) fn shape(&self, id: ElementId) -> ShapeId {
        let node = self.node(id);
        match node.is_element() {
            true => ShapeId(node.more),
            false => ShapeId::EMPTY,
        }
    }

    /// The names of an element's attributes.
    #[inline]
    pub(super) fn attr_names(&self, id: ElementId) -> &[NameId] {
        self.shapes.names(self.shape(id))
    }

    /// The values that belong to [`Document::attr_names`].
    #[inline]
    pub(super) fn attr_values(&self, id: ElementId) -> &[ValueRef] {
        self.values.slice(self.value_range(id))
    }

    /// Where the values of an element are.
    pub(super) fn value_range(&self, id: ElementId) -> Range<usize> {
        let start = self.node(id).start as usize;
        start..start + self.shapes.len(self.shape(id))
    }

    /// A value if it is printed as it is, see [`Document::push_value`]: its length, see `spans`, the value, and what comes
    /// after it.
    #[inline]
    pub(super) fn plain_value(&self, value: ValueRef) -> Option<&[u8]> {
        let text = self.parsed.as_bytes();
        (value.0 < IN_TEXT).then(|| &text[value.0 as usize..])
    }

    /// The text of a value.
    #[inline]
    pub(crate) fn value(&self, value: ValueRef) -> &str {
        match value.0.checked_sub(IN_TEXT) {
            None => &self.parsed[value_span(self.parsed.as_bytes(), value.0)],
            Some(at) => &self.text[value_span(self.text.as_bytes(), at)],
        }
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
    pub(super) fn step(&self, top: ElementId, at: ElementId) -> Option<(ElementId, u32)> {
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

    pub(super) fn node(&self, id: ElementId) -> &NodeRecord {
        self.nodes.get(id.0 as usize)
    }

    pub(super) fn node_mut(&mut self, id: ElementId) -> &mut NodeRecord {
        self.nodes.get_mut(id.0 as usize)
    }

    fn content_text(&self, start: u32, len: u32) -> &str {
        let len = len as usize;
        match start.checked_sub(IN_TEXT) {
            None => &self.parsed[start as usize..start as usize + len],
            Some(start) => &self.text[start as usize..start as usize + len],
        }
    }

    /// Keeps a value.
    pub(super) fn store(&mut self, value: &str) -> ValueRef {
        let place = number(IN_TEXT as usize + self.text.len());
        self.text.extend(length(value.len()).map(char::from));
        self.text.push_str(value);
        ValueRef(place)
    }

    /// Keeps the content of a node that is no element: where it is, and its length.
    pub(super) fn store_content(&mut self, content: &str) -> (u32, u32) {
        let from = self.text.len();
        self.text.push_str(content);
        self.heap_span(from)
    }

    pub(super) fn append_content(
        &mut self,
        parent: ElementId,
        kind: NodeKind,
        content: &str,
    ) -> ElementId {
        let (start, len) = self.store_content(content);
        let id = self.push_record(tag_of(kind), start, len, 0);
        self.link_last(parent, id);
        id
    }

    pub(super) fn push_record(&mut self, tag: u32, start: u32, more: u32, line: u32) -> ElementId {
        let id = ElementId(number(self.nodes.len()));
        self.has_text |= tag == TEXT;
        self.nodes.push(NodeRecord {
            tag,
            parent: NONE,
            prev: NONE,
            next: NONE,
            first: NONE,
            last: NONE,
            start,
            more,
            line,
        });
        id
    }

    pub(super) fn link_last(&mut self, parent: ElementId, id: ElementId) {
        self.link_before(parent, id, NONE);
    }

    /// Links a node without parent before the child `before` of `parent`, or last.
    pub(super) fn link_before(&mut self, parent: ElementId, id: ElementId, before: u32) {
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
