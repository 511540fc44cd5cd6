//! Showing a CIB with what a user may do to each part.
//!
//! Source: behaviour notes 06 §6.6, §6.7.

use super::guard::{Access, Guard};
use crate::xml::{Document, Element, NodeKind};

/// How classes of access are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessStyle {
    /// A line in front of each change of class.
    Text,
    /// Colours of a terminal.
    Colour,
    /// Namespace prefixes.
    Namespace,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Writable,
    Readable,
    Denied,
}

impl Class {
    fn marker(self) -> &'static str {
        match self {
            Class::Writable => "vvv---[ WRITABLE ]---vvv",
            Class::Readable => "vvv---[ READABLE ]---vvv",
            Class::Denied => "vvv---[ ~DENIED~ ]---vvv",
        }
    }

    fn colour(self) -> &'static str {
        match self {
            Class::Writable => "\u{1b}[32m",
            Class::Readable => "\u{1b}[34m",
            Class::Denied => "\u{1b}[31m",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Class::Writable => "writable",
            Class::Readable => "readable",
            Class::Denied => "denied",
        }
    }
}

const RESET: &str = "\u{1b}[0m";

/// `doc` as text, every element marked with what `user` (whom `guard` is for) may do to it.
pub fn render(doc: &Document, guard: &Guard, user: &str, style: AccessStyle) -> String {
    let mut out = format!("<!-- ACLs as evaluated for user {user} -->\n");
    // Classes by node, so that ends of elements know them again.
    let class = |element: Element<'_>| {
        let may = |access| guard.allows(doc, element.id(), access, |_| false);
        if may(Access::Write) {
            Class::Writable
        } else if may(Access::Read) {
            Class::Readable
        } else {
            Class::Denied
        }
    };
    let root = doc.root_element();
    let mut used = [None; 3];
    if style == AccessStyle::Namespace {
        for element in std::iter::once(root).chain(root.descendants()) {
            match class(element) {
                found @ Class::Writable => used[0] = Some(found),
                found @ Class::Readable => used[1] = Some(found),
                found @ Class::Denied => used[2] = Some(found),
            }
        }
    }
    let declarations: String = used
        .iter()
        .flatten()
        .map(|class| {
            let word = class.word();
            format!(
                " xmlns:pcmk-access-{word}=\"http://clusterlabs.org/ns/pacemaker/access/{word}\""
            )
        })
        .collect();

    let mut at = root.node();
    let mut classes: Vec<Class> = Vec::new();
    loop {
        let depth = classes.len();
        let indent = "  ".repeat(depth);
        let mut descends = None;
        if let Some(element) = at.element() {
            let own = class(element);
            let around = classes.last().copied();
            let changes = around != Some(own);
            if style == AccessStyle::Text && changes {
                if depth > 0 {
                    out.push_str(&indent);
                    out.push('\n');
                }
                out.push_str(&format!("{indent}{}\n", own.marker()));
            }
            out.push_str(&indent);
            if style == AccessStyle::Colour {
                out.push_str(own.colour());
            }
            out.push('<');
            out.push_str(&prefix(style, own, around));
            out.push_str(element.name());
            for (name, value) in element.attrs() {
                out.push_str(&format!(" {name}=\"{value}\""));
            }
            if depth == 0 {
                out.push_str(&declarations);
            }
            descends = at.first_child();
            match descends {
                Some(_) => {
                    out.push_str(">\n");
                    classes.push(own);
                }
                None => {
                    out.push_str("/>");
                    if style == AccessStyle::Colour {
                        out.push_str(RESET);
                    }
                    out.push('\n');
                }
            }
        } else if at.kind() == NodeKind::Comment {
            out.push_str(&format!("{indent}<!-- {} -->\n\n", at.content()));
        }
        if let Some(child) = descends {
            at = child;
            continue;
        }
        loop {
            if at.id() == root.id() {
                return out;
            }
            if let Some(next) = at.next_sibling() {
                at = next;
                break;
            }
            let Some(parent) = at.parent() else {
                return out;
            };
            let own = classes.pop().unwrap_or(Class::Denied);
            out.push_str(&"  ".repeat(classes.len()));
            if style == AccessStyle::Colour {
                out.push_str(own.colour());
            }
            let prefix = prefix(style, own, classes.last().copied());
            out.push_str(&format!("</{prefix}{}>", parent.name()));
            if style == AccessStyle::Colour {
                out.push_str(RESET);
            }
            out.push('\n');
            at = parent.node();
        }
    }
}

fn prefix(style: AccessStyle, own: Class, around: Option<Class>) -> String {
    match (style, around == Some(own)) {
        (AccessStyle::Namespace, false) => format!("pcmk-access-{}:", own.word()),
        (AccessStyle::Namespace | AccessStyle::Text | AccessStyle::Colour, _) => String::new(),
    }
}
