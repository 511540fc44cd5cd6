//! Reading a document: elements, their attributes and the walks over them.

use std::fmt;

use super::names::NameId;
use super::spans::ValueRef;
use super::tree::{Document, ElementId, NONE};

/// An element of a document, to be read.
#[derive(Clone, Copy)]
pub struct Element<'d> {
    pub(super) doc: &'d Document,
    pub(super) id: ElementId,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NodeKind {
    /// An element.
    Element,
    /// Text that is not only blanks.
    Text,
    /// A CDATA section.
    CData,
    /// A comment.
    Comment,
    /// A processing instruction.
    Instruction,
}

/// A child of an element, whatever its kind. Positions in patchsets count these.
#[derive(Clone, Copy)]
pub struct Node<'d> {
    pub(super) doc: &'d Document,
    pub(super) id: ElementId,
}

impl<'d> Node<'d> {
    /// The node's handle; for kinds other than elements it serves to detach and move only.
    pub fn id(self) -> ElementId {
        self.id
    }

    /// The document it belongs to.
    pub fn doc(self) -> &'d Document {
        self.doc
    }

    /// The element around this node; `None` for the root and for detached nodes.
    pub fn parent(self) -> Option<Element<'d>> {
        let id = self.doc.parent(self.id)?;
        Some(Element { doc: self.doc, id })
    }

    /// The next node with the same parent.
    pub fn next_sibling(self) -> Option<Node<'d>> {
        self.at(self.doc.next(self.id))
    }

    /// The previous node with the same parent.
    pub fn previous_sibling(self) -> Option<Node<'d>> {
        self.at(self.doc.previous(self.id))
    }

    /// The first node in it.
    pub fn first_child(self) -> Option<Node<'d>> {
        self.at(self.doc.first_child(self.id))
    }

    /// The last node in it.
    pub fn last_child(self) -> Option<Node<'d>> {
        self.at(self.doc.last_child(self.id))
    }

    /// The node after this one in a pre-order walk of what is in `top`.
    pub fn following_in(self, top: ElementId) -> Option<Node<'d>> {
        self.at(self.doc.following(top, self.id))
    }

    fn at(self, id: Option<ElementId>) -> Option<Node<'d>> {
        id.map(|id| Node { doc: self.doc, id })
    }

    /// The number of its name in this document, if it is an element: see [`Document::name_number`].
    pub(crate) fn name_number(self) -> Option<usize> {
        let tag = self.doc.node(self.id).tag;
        self.doc.is_element(self.id).then_some(tag as usize)
    }

    /// What the node is.
    pub fn kind(self) -> NodeKind {
        self.doc.kind(self.id)
    }

    /// The element, if it is one.
    pub fn element(self) -> Option<Element<'d>> {
        match self.kind() {
            NodeKind::Element => Some(Element {
                doc: self.doc,
                id: self.id,
            }),
            NodeKind::Text | NodeKind::CData | NodeKind::Comment | NodeKind::Instruction => None,
        }
    }

    /// The content of a text, CDATA section, comment or instruction; empty for elements.
    pub fn content(self) -> &'d str {
        self.doc.content(self.id)
    }
}

impl<'d> Element<'d> {
    /// The element's handle.
    pub fn id(self) -> ElementId {
        self.id
    }

    /// The document it belongs to.
    pub fn doc(self) -> &'d Document {
        self.doc
    }

    /// The element as a node among others.
    pub fn node(self) -> Node<'d> {
        Node {
            doc: self.doc,
            id: self.id,
        }
    }

    /// The tag name.
    pub fn name(self) -> &'d str {
        self.doc.name(self.id)
    }

    /// The value of the attribute `name`.
    pub fn attr(self, name: &str) -> Option<&'d str> {
        self.doc.attr(self.id, name)
    }

    /// The value of the attribute `id`.
    pub fn xml_id(self) -> Option<&'d str> {
        self.attr("id")
    }

    /// The number of the tag name in this document: the same for equal names, below [`Document::name_count`].
    pub(crate) fn name_number(self) -> usize {
        self.doc.name_of(self.id.0).0 as usize
    }

    /// The names of its attributes, with their numbers in front.
    pub(crate) fn numbered_names(self) -> impl Iterator<Item = (usize, &'d str)> {
        let names = &self.doc.names;
        let numbers = self.doc.attr_names(self.id).iter();
        numbers.map(|&name| (name.0 as usize, names.text(name)))
    }

    /// The number of the list of names of its attributes: the same for equal lists, nearly always; below
    /// [`Document::shape_count`].
    pub(crate) fn shape_number(self) -> usize {
        self.doc.shape(self.id).0 as usize
    }

    /// The values of its attributes, see [`Document::value`].
    pub(crate) fn values(self) -> &'d [ValueRef] {
        self.doc.attr_values(self.id)
    }

    /// All attributes as (name, value) in stored order.
    pub fn attrs(self) -> Attributes<'d> {
        Attributes {
            doc: self.doc,
            names: self.doc.attr_names(self.id).iter(),
            values: self.doc.attr_values(self.id).iter(),
        }
    }

    /// The child elements in document order.
    pub fn children(self) -> Children<'d> {
        Children {
            doc: self.doc,
            next: self.doc.first_child_link(self.id),
        }
    }

    /// The child elements called `name`.
    pub fn children_named(self, name: &str) -> ChildrenNamed<'d, '_> {
        ChildrenNamed {
            children: self.children(),
            name,
        }
    }

    /// The first child element called `name`.
    pub fn child(self, name: &str) -> Option<Element<'d>> {
        self.children().find(|child| child.name() == name)
    }

    /// All children, also text, comments and instructions.
    pub fn nodes(self) -> Nodes<'d> {
        Nodes {
            doc: self.doc,
            next: self.doc.first_child_link(self.id),
        }
    }

    /// The element around this one.
    pub fn parent(self) -> Option<Element<'d>> {
        let parent = self.doc.parent_link(self.id);
        (parent != NONE).then_some(Element {
            doc: self.doc,
            id: ElementId(parent),
        })
    }

    /// The next element with the same parent.
    pub fn next_sibling(self) -> Option<Element<'d>> {
        Children {
            doc: self.doc,
            next: self.doc.next_link(self.id),
        }
        .next()
    }

    /// All elements below this one, each before those it contains.
    pub fn descendants(self) -> Descendants<'d> {
        Descendants {
            doc: self.doc,
            top: self.id,
            at: self.id,
        }
    }

    /// The line of its start tag, from 1; 0 if it was not parsed.
    pub fn line(self) -> u32 {
        self.doc.line(self.id)
    }

    /// Its first text or CDATA section.
    pub fn text(self) -> Option<&'d str> {
        self.nodes()
            .find(|node| matches!(node.kind(), NodeKind::Text | NodeKind::CData))
            .map(Node::content)
    }
}

impl fmt::Debug for Element<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}", self.name())?;
        if let Some(id) = self.xml_id() {
            write!(f, " id={id:?}")?;
        }
        write!(f, "> at line {}", self.line())
    }
}

/// Attributes of an element, in stored order.
#[derive(Clone)]
pub struct Attributes<'d> {
    doc: &'d Document,
    names: std::slice::Iter<'d, NameId>,
    values: std::slice::Iter<'d, ValueRef>,
}

impl<'d> Iterator for Attributes<'d> {
    type Item = (&'d str, &'d str);

    fn next(&mut self) -> Option<Self::Item> {
        let (name, value) = (self.names.next()?, self.values.next()?);
        Some((self.doc.names.text(*name), self.doc.value(*value)))
    }
}

/// Child elements, in document order.
#[derive(Clone)]
pub struct Children<'d> {
    doc: &'d Document,
    next: u32,
}

impl<'d> Iterator for Children<'d> {
    type Item = Element<'d>;

    fn next(&mut self) -> Option<Element<'d>> {
        while self.next != NONE {
            let id = ElementId(self.next);
            self.next = self.doc.next_link(id);
            if self.doc.is_element(id) {
                return Some(Element { doc: self.doc, id });
            }
        }
        None
    }
}

/// Child elements of one name, in document order.
#[derive(Clone)]
pub struct ChildrenNamed<'d, 'n> {
    children: Children<'d>,
    name: &'n str,
}

impl<'d> Iterator for ChildrenNamed<'d, '_> {
    type Item = Element<'d>;

    fn next(&mut self) -> Option<Element<'d>> {
        let name = self.name;
        self.children.find(|child| child.name() == name)
    }
}

/// Children of every kind, in document order.
#[derive(Clone)]
pub struct Nodes<'d> {
    doc: &'d Document,
    next: u32,
}

impl<'d> Iterator for Nodes<'d> {
    type Item = Node<'d>;

    fn next(&mut self) -> Option<Node<'d>> {
        if self.next == NONE {
            return None;
        }
        let id = ElementId(self.next);
        self.next = self.doc.next_link(id);
        Some(Node { doc: self.doc, id })
    }
}

/// Elements below one element, in pre-order.
#[derive(Clone)]
pub struct Descendants<'d> {
    doc: &'d Document,
    top: ElementId,
    at: ElementId,
}

impl<'d> Iterator for Descendants<'d> {
    type Item = Element<'d>;

    fn next(&mut self) -> Option<Element<'d>> {
        while let Some(next) = self.doc.following(self.top, self.at) {
            self.at = next;
            if self.doc.is_element(next) {
                return Some(Element {
                    doc: self.doc,
                    id: next,
                });
            }
        }
        None
    }
}
