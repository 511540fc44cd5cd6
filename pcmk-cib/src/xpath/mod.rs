//! XPath 1.0 over [`crate::xml`] documents.
//!
//! Problem: operations, permissions and users address parts of the CIB with any XPath 1.0 expression, and a
//! document of a million nodes must be searched without being copied into another library's tree.
//!
//! Approach: an expression is parsed into a small tree once ([`XPath::parse`]) and walked for every document.
//! Node sets are lists of handles in document order without duplicates. `//name` is walked as one
//! `descendant` step where that means the same, and the frequent predicates `[@a='b']` and `[@a]` are tested
//! on the attribute itself.
//!
//! Limits: no variables, no namespaces (names are compared as written, prefixed name tests and the
//! `namespace` axis are refused by name); `id()` finds nothing, as there is no document type. Nesting of the
//! expression, its length and the number of nodes visited are bounded.
//!
//! Source: behaviour notes 06 §9.5; XPath 1.0 recommendation.

mod ast;
mod eval;
mod function;
mod lexer;
mod parser;
#[cfg(test)]
mod tests;
mod value;

use crate::xml::{Document, ElementId};

pub use value::Value;

/// A parsed expression.
#[derive(Clone, Debug)]
pub struct XPath {
    text: String,
    root: ast::Expr,
}

/// One node found by an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Match {
    /// The document itself, the parent of the root element (`/`).
    Document,
    /// An element, text, comment or instruction.
    Node(ElementId),
    /// An attribute, by its element and its place among that element's attributes (from 0).
    Attribute(ElementId, u32),
}

impl Match {
    /// The element that this match is, or to which it belongs: an attribute's or a text's element, the root for
    /// the document.
    pub fn element(self, doc: &Document) -> ElementId {
        match self {
            Match::Document => doc.root(),
            Match::Attribute(owner, _) => owner,
            Match::Node(id) => match doc.node_at(id).element() {
                Some(element) => element.id(),
                None => doc
                    .node_at(id)
                    .parent()
                    .map_or(doc.root(), |parent| parent.id()),
            },
        }
    }

    /// The element, if the match is one.
    pub fn as_element(self, doc: &Document) -> Option<ElementId> {
        match self {
            Match::Node(id) => doc.node_at(id).element().map(|element| element.id()),
            Match::Document | Match::Attribute(..) => None,
        }
    }
}

/// Why an expression cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum XPathError {
    /// It is not an XPath expression.
    #[error("XPath '{text}': {what} at character {at}")]
    Syntax {
        /// The expression.
        text: String,
        /// Where, in characters from 1.
        at: usize,
        /// What is wrong there.
        what: &'static str,
    },
    /// It uses something that is not supported here.
    #[error("XPath '{text}': {what} not supported")]
    Unsupported {
        /// The expression.
        text: String,
        /// What it uses.
        what: String,
    },
    /// A function that does not exist, or that takes another number of arguments.
    #[error("XPath '{text}': no function {name}() with {arguments} arguments")]
    Function {
        /// The expression.
        text: String,
        /// Name of the function.
        name: String,
        /// Number of arguments given.
        arguments: usize,
    },
    /// The value is not a set of nodes where one is needed.
    #[error("XPath '{text}': value is not a set of nodes")]
    NotNodes {
        /// The expression.
        text: String,
    },
    /// Longer, deeper or more costly than the limits allow.
    #[error("XPath '{text}': expression is too {what}")]
    Limit {
        /// The expression, shortened.
        text: String,
        /// Which limit.
        what: &'static str,
    },
}

/// Longest expression, in bytes. Tools build lists of ids joined with `or`; some thousand ids fit.
pub const MAX_EXPRESSION_BYTES: usize = 256 * 1024;

/// Deepest nesting of an expression; walking it takes stack.
pub(crate) const MAX_NESTING: usize = 100;

/// Operators of comparison and arithmetic in one expression; a chain of them nests, too.
pub(crate) const MAX_LINKS: usize = 500;

/// Nodes that one evaluation may visit: some seconds of work. A search of the largest document visits some
/// millions; only nested `//` steps in predicates come near.
pub(crate) const MAX_VISITS: u64 = 500_000_000;

impl XPath {
    /// Parses an expression.
    pub fn parse(text: &str) -> Result<XPath, XPathError> {
        let root = parser::parse(text)?;
        Ok(XPath {
            text: text.to_owned(),
            root,
        })
    }

    /// The expression as given.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Evaluates on the whole document. There is no context node: a relative path finds nothing.
    pub fn evaluate(&self, doc: &Document) -> Result<Value, XPathError> {
        eval::evaluate(&self.root, doc, &self.text)
    }

    /// The nodes found, in document order. A value that is not a set of nodes is an error.
    pub fn select(&self, doc: &Document) -> Result<Vec<Match>, XPathError> {
        match self.evaluate(doc)? {
            Value::Nodes(nodes) => Ok(nodes),
            Value::Number(_) | Value::Text(_) | Value::Boolean(_) => Err(XPathError::NotNodes {
                text: self.text.clone(),
            }),
        }
    }
}

/// The nodes that `text` finds in `doc`, in document order; none if the expression is wrong, as the reference
/// treats every evaluation error.
///
/// Source: behaviour notes 06 §2.2.
pub fn find(doc: &Document, text: &str) -> Vec<Match> {
    XPath::parse(text)
        .and_then(|xpath| xpath.select(doc))
        .unwrap_or_default()
}
