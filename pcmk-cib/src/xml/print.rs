//! Writing a document as text, in the reference's own form (not that of its XML library).
//!
//! No XML declaration; attributes in stored order; an element without content as `<a/>`. Control
//! characters in values become `&#xHH;`, so a newline in a value survives being read again.
//!
//! Source: behaviour notes 05 §1.1, 06 §9.2.

use std::convert::Infallible;

use super::names::{NameId, PrintedName};
use super::spans::ValueRef;
use super::tree::Document;
use super::view::{Element, NodeKind};

/// How to lay out the elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrintStyle {
    /// Two blanks per level, every node on a line of its own, a newline at the end.
    Pretty,
    /// Nothing between the nodes, no newline at the end.
    Compact,
}

/// `element` and everything in it as text.
pub fn print(element: Element<'_>, style: PrintStyle) -> String {
    let mut out = String::new();
    print_into(&mut out, element, style);
    out
}

/// Appends `element` and everything in it to `out`.
pub fn print_into(out: &mut String, element: Element<'_>, style: PrintStyle) {
    let kept: Result<(), Infallible> = walk(out, element, style, |_| Ok(()));
    match kept {
        Ok(()) => {}
        Err(never) => match never {},
    }
}

/// Hands `element` and everything in it to `sink`, piece by piece, until `sink` fails. So a large document
/// can be written or hashed without its text being held as a whole. A piece is whole elements, and so valid UTF-8.
pub fn print_chunks<E>(
    element: Element<'_>,
    style: PrintStyle,
    mut sink: impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let mut out = Chunk::new();
    walk(&mut out, element, style, |out| {
        if out.filled().len() >= CHUNK_BYTES {
            sink(out.filled())?;
            out.clear();
        }
        Ok(())
    })?;
    sink(out.filled())
}

/// Size from which [`print_chunks`] hands on what it has: few calls, and it fits the processor's cache.
const CHUNK_BYTES: usize = 64 * 1024;

/// What is printed into.
trait Output {
    fn push_str(&mut self, text: &str);

    /// Appends an attribute: what stands in front of its value, the value, a quote. Returns whether it was done, which it
    /// need not be.
    fn push_short(&mut self, _: &PrintedName, _: &[u8; 1 + SHORT]) -> bool {
        false
    }
}

/// Longest value that is copied as a block with its length in front.
const SHORT: usize = 32;

impl Output for String {
    fn push_str(&mut self, text: &str) {
        String::push_str(self, text);
    }
}

/// Room that is filled from the front.
pub(crate) struct Chunk {
    room: Vec<u8>,
    len: usize,
}

impl Chunk {
    pub(crate) fn new() -> Chunk {
        Chunk {
            room: Vec::new(),
            len: 0,
        }
    }

    pub(crate) fn filled(&self) -> &[u8] {
        &self.room[..self.len]
    }

    pub(crate) fn clear(&mut self) {
        self.len = 0;
    }

    /// Appends a text.
    pub(crate) fn push(&mut self, text: &str) {
        self.push_str(text);
    }

    /// Appends an attribute of this element, given its number in [`Element::numbered_names`] and the value in
    /// [`Element::values`].
    #[inline]
    pub(crate) fn push_attribute(&mut self, element: Element<'_>, name: usize, value: ValueRef) {
        // Numbers of names have 32 bits.
        attribute(self, element.doc(), NameId(name as u32), value);
    }

    /// Room for so many bytes more.
    #[inline]
    fn room_for(&mut self, more: usize) -> &mut [u8] {
        let wanted = self.len + more;
        if self.room.len() < wanted {
            self.room.resize(2 * wanted, 0);
        }
        &mut self.room[self.len..wanted]
    }
}

impl Output for Chunk {
    #[inline]
    fn push_str(&mut self, text: &str) {
        self.room_for(text.len()).copy_from_slice(text.as_bytes());
        self.len += text.len();
    }

    #[inline]
    fn push_short(&mut self, name: &PrintedName, value: &[u8; 1 + SHORT]) -> bool {
        const ROOM: usize = PrintedName::MAX + SHORT + 1;
        let (len, more) = (usize::from(name.len), usize::from(value[0]));
        let room = self.room.get_mut(self.len..);
        let Some(room) = room.and_then(|room| room.first_chunk_mut::<ROOM>()) else {
            return false;
        };
        if !name.fits() || more > SHORT {
            return false;
        }
        // Blocks of one size, and what comes next overwrites what is too much.
        room[..PrintedName::MAX].copy_from_slice(&name.block);
        let room = &mut room[len..];
        room[..SHORT].copy_from_slice(&value[1..]);
        room[more] = b'"';
        self.len += len + more + 1;
        true
    }
}

/// Prints into `out`, calling `after_node` after every node.
fn walk<O: Output, E>(
    out: &mut O,
    element: Element<'_>,
    style: PrintStyle,
    mut after_node: impl FnMut(&mut O) -> Result<(), E>,
) -> Result<(), E> {
    let doc = element.doc();
    let top = element.id();
    let mut at = top;
    let mut depth = 0usize;
    loop {
        // Start (or the whole) of the node `at`. An empty text only keeps its element from being `<a/>`.
        let blank = doc.kind(at) == NodeKind::Text && doc.content(at).is_empty();
        if !blank {
            indent(out, depth, style);
        }
        match doc.kind(at) {
            NodeKind::Element => {
                start_tag(out, Element { doc, id: at });
                if let Some(child) = doc.first_child(at) {
                    out.push_str(">");
                    end_line(out, style);
                    at = child;
                    depth += 1;
                    continue;
                }
                out.push_str("/>");
            }
            NodeKind::Text => escape(doc.content(at), out, &SPECIAL_IN_TEXT),
            NodeKind::CData => wrap(out, "<![CDATA[", doc.content(at), "]]>"),
            NodeKind::Comment => wrap(out, "<!--", doc.content(at), "-->"),
            NodeKind::Instruction => wrap(out, "<?", doc.content(at), "?>"),
        }
        if !blank {
            end_line(out, style);
        }
        after_node(out)?;

        // The node is complete: go on to the next one, closing what ends here.
        loop {
            if at == top {
                return Ok(());
            }
            if let Some(next) = doc.next(at) {
                at = next;
                break;
            }
            let Some(parent) = doc.parent(at) else {
                return Ok(());
            };
            at = parent;
            depth = depth.saturating_sub(1);
            indent(out, depth, style);
            end_tag(out, doc.name(at));
            end_line(out, style);
        }
    }
}

/// Appends an attribute value with the escapes of the reference: the four markup characters and all ASCII
/// control characters; apostrophes and non-ASCII characters stay.
pub fn escape_attr(value: &str, out: &mut String) {
    escape(value, out, &SPECIAL_IN_ATTRIBUTES);
}

/// Appends text content: like [`escape_attr`], but quotes, newlines and tabs stay.
pub fn escape_text(text: &str, out: &mut String) {
    escape(text, out, &SPECIAL_IN_TEXT);
}

/// Which bytes need an escape.
type Special = [bool; 256];

const SPECIAL_IN_ATTRIBUTES: Special = special(b"");
const SPECIAL_IN_TEXT: Special = special(b"\"\n\t");

const fn special(except: &[u8]) -> Special {
    let mut special = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        special[byte] = true;
        byte += 1;
    }
    let markup = b"<>&\"\x7F";
    let mut at = 0;
    while at < markup.len() {
        special[markup[at] as usize] = true;
        at += 1;
    }
    at = 0;
    while at < except.len() {
        special[except[at] as usize] = false;
        at += 1;
    }
    special
}

fn escape(text: &str, out: &mut impl Output, special: &Special) {
    let special = |b: u8| special[usize::from(b)];
    // Nearly all values need no escape: one pass without branches per byte says so.
    if !text.bytes().fold(false, |found, b| found | special(b)) {
        out.push_str(text);
        return;
    }
    let mut plain_from = 0;
    for (at, b) in text.bytes().enumerate() {
        if !special(b) {
            continue;
        }
        out.push_str(&text[plain_from..at]);
        plain_from = at + 1;
        match b {
            b'<' => out.push_str("&lt;"),
            b'>' => out.push_str("&gt;"),
            b'&' => out.push_str("&amp;"),
            b'"' => out.push_str("&quot;"),
            _ => {
                const HEX: &str = "0123456789ABCDEF";
                out.push_str("&#x");
                for digit in [usize::from(b >> 4), usize::from(b & 15)] {
                    out.push_str(&HEX[digit..=digit]);
                }
                out.push_str(";");
            }
        }
    }
    out.push_str(&text[plain_from..]);
}

fn start_tag(out: &mut impl Output, element: Element<'_>) {
    out.push_str("<");
    out.push_str(element.name());
    let doc = element.doc();
    let (names, values) = (doc.attr_names(element.id()), doc.attr_values(element.id()));
    for (&name, &value) in names.iter().zip(values) {
        attribute(out, doc, name, value);
    }
}

#[inline]
fn attribute(out: &mut impl Output, doc: &Document, name: NameId, value: ValueRef) {
    let plain = doc.plain_value(value);
    let short = plain.and_then(|value| value.first_chunk());
    if short.is_some_and(|value| out.push_short(doc.names.printed(name), value)) {
        return;
    }
    out.push_str(" ");
    out.push_str(doc.names.text(name));
    out.push_str("=\"");
    match plain {
        Some(_) => out.push_str(doc.value(value)),
        None => escape(doc.value(value), out, &SPECIAL_IN_ATTRIBUTES),
    }
    out.push_str("\"");
}

fn end_tag(out: &mut impl Output, name: &str) {
    out.push_str("</");
    out.push_str(name);
    out.push_str(">");
}

fn wrap(out: &mut impl Output, before: &str, content: &str, after: &str) {
    out.push_str(before);
    out.push_str(content);
    out.push_str(after);
}

/// Indentation of all that is not very deep.
const BLANKS: &str = "                                                                ";

fn indent(out: &mut impl Output, depth: usize, style: PrintStyle) {
    match style {
        PrintStyle::Pretty => match BLANKS.get(..2 * depth) {
            Some(blanks) => out.push_str(blanks),
            None => (0..depth).for_each(|_| out.push_str("  ")),
        },
        PrintStyle::Compact => {}
    }
}

fn end_line(out: &mut impl Output, style: PrintStyle) {
    match style {
        PrintStyle::Pretty => out.push_str("\n"),
        PrintStyle::Compact => {}
    }
}

impl std::fmt::Display for Element<'_> {
    /// The compact form.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&print(*self, PrintStyle::Compact))
    }
}
