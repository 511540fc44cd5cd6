//! Values of expressions and their conversions.

use std::borrow::Cow;

use super::Match;
use crate::xml::{Document, ElementId, NodeKind};

/// What an expression evaluates to.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nodes in document order, each once.
    Nodes(Vec<Match>),
    /// A number.
    Number(f64),
    /// A string.
    Text(String),
    /// A truth value.
    Boolean(bool),
}

impl Value {
    pub(super) fn boolean(&self) -> bool {
        match self {
            Value::Nodes(nodes) => !nodes.is_empty(),
            Value::Number(number) => *number != 0.0 && !number.is_nan(),
            Value::Text(text) => !text.is_empty(),
            Value::Boolean(value) => *value,
        }
    }

    pub(super) fn number(&self, doc: &Document) -> f64 {
        match self {
            Value::Nodes(_) => text_to_number(&self.clone().text(doc)),
            Value::Number(number) => *number,
            Value::Text(text) => text_to_number(text),
            Value::Boolean(value) => f64::from(u8::from(*value)),
        }
    }

    pub(super) fn text(self, doc: &Document) -> String {
        match self {
            Value::Nodes(nodes) => nodes
                .first()
                .map_or_else(String::new, |node| string_value(doc, *node).into_owned()),
            Value::Number(number) => number_to_text(number),
            Value::Text(text) => text,
            Value::Boolean(value) => value.to_string(),
        }
    }
}

/// A node's text: an attribute's value, the text inside an element.
pub(super) fn string_value(doc: &Document, node: Match) -> Cow<'_, str> {
    let inside = |top: ElementId| {
        let mut out = Cow::Borrowed("");
        let mut at = doc.node_at(top).following_in(top);
        while let Some(node) = at {
            match node.kind() {
                NodeKind::Text | NodeKind::CData if out.is_empty() => {
                    out = Cow::Borrowed(node.content());
                }
                NodeKind::Text | NodeKind::CData => out.to_mut().push_str(node.content()),
                NodeKind::Element | NodeKind::Comment | NodeKind::Instruction => {}
            }
            at = node.following_in(top);
        }
        out
    };
    match node {
        Match::Document => inside(doc.root()),
        Match::Attribute(owner, at) => Cow::Borrowed(
            doc.element(owner)
                .attrs()
                .nth(at as usize)
                .map_or("", |(_, value)| value),
        ),
        Match::Node(id) => match doc.node_at(id).element() {
            Some(_) => inside(id),
            None => Cow::Borrowed(doc.node_at(id).content()),
        },
    }
}

/// Optional minus, digits with at most one point, blanks around; all else is not a number.
pub(super) fn text_to_number(text: &str) -> f64 {
    let trimmed = text.trim_matches([' ', '\t', '\r', '\n']);
    let digits = trimmed.strip_prefix('-').unwrap_or(trimmed);
    let well_formed = digits.bytes().any(|b| b.is_ascii_digit())
        && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && digits.bytes().filter(|&b| b == b'.').count() <= 1;
    match well_formed {
        true => trimmed.parse().unwrap_or(f64::NAN),
        false => f64::NAN,
    }
}

pub(super) fn number_to_text(number: f64) -> String {
    if number.is_nan() {
        "NaN".to_owned()
    } else if number.is_infinite() {
        if number > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        }
        .to_owned()
    } else if number == 0.0 {
        "0".to_owned()
    } else {
        number.to_string()
    }
}
