//! XML documents: an arena tree, a parser, a printer.
//!
//! Problem: CIBs of some ten megabytes are read, walked many times and changed in a few places, and what
//! is printed must be byte-equal to the reference. So attributes keep their order and exact text, and the
//! tree must be small and quick to build.
//!
//! Approach: one document is a few flat vectors. Nodes are 36-byte records linked by `u32` indices; the
//! names of an element's attributes are a list that elements share (`shapes`), the values lie side by side in one
//! vector as 4-byte places in one append-only text heap; element and attribute names are interned. No value has an allocation of its own, copies share what
//! was read, dropping is free. Removing or replacing leaves garbage behind, which is fine for documents
//! that live for one run.
//!
//! Nothing here recurses: walks follow the parent and sibling links, and the parser bounds the depth, so
//! the depth of an input never meets the program's stack.
//!
//! Namespaces are not interpreted: `a:b` is just a name, as in the reference's own printer.

mod change;
mod chars;
mod encoding;
mod error;
mod guess;
mod ids;
mod names;
mod parse;
mod print;
mod read;
mod scan;
mod shapes;
mod since;
mod spans;
mod table;
#[cfg(test)]
mod tests;
mod tree;
mod view;

pub use error::{ParseError, ParseErrorKind};
pub(crate) use print::Chunk;
pub use print::{PrintStyle, escape_attr, escape_text, print, print_chunks, print_into};
pub use read::ReadError;
pub(crate) use since::Since;
pub(crate) use spans::ValueRef;
pub use tree::{Document, ElementId};
pub use view::{Attributes, Children, ChildrenNamed, Descendants, Element, Node, NodeKind, Nodes};

/// Largest document that [`Document::parse`] accepts, in bytes of input.
///
/// Reason: spans and node numbers are 32 bits wide. The largest CIBs seen in the field stay below 60 MB.
pub const MAX_DOCUMENT_BYTES: usize = 256 * 1024 * 1024;

/// Deepest nesting of elements that [`Document::parse`] accepts. No schema allows more than about 20
/// levels outside `status`. Walks do not recurse, so a document changed by program may be deeper.
pub const MAX_DEPTH: u32 = pcmk_core::limits::XML_DEPTH as u32;

/// Most nodes that [`Document::parse`] accepts: elements, comments, instructions and texts.
pub const MAX_NODES: usize = pcmk_core::limits::XML_NODES;

/// Most different names of elements and attributes that [`Document::parse`] accepts.
pub const MAX_NAMES: usize = pcmk_core::limits::XML_NAMES;
