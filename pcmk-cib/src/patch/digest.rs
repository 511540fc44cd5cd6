//! Digests of documents.
//!
//! Two forms, both MD5 of a compact print without text nodes: that of the file on disk, and that of the
//! content, which leaves out who wrote the CIB when. A digest tells mistakes, it protects against nobody.
//!
//! Source: behaviour notes 06 §4.

use md5::{Digest, Md5};

use crate::xml::{Chunk, Document, Element, NodeKind, escape_attr};

/// Attributes that say by whom and when a CIB was written; not part of its content.
const FILTERABLE: [&str; 5] = [
    "crm-debug-origin",
    "cib-last-written",
    "update-origin",
    "update-client",
    "update-user",
];

/// Whether an attribute is left out of content digests.
pub fn is_filterable(name: &str) -> bool {
    FILTERABLE.contains(&name)
}

/// The digest kept in `cib.xml.sig` and printed by `cibadmin --md5-sum`: 32 lower-case hexadecimal digits.
pub fn on_disk_digest(element: Element<'_>) -> String {
    let mut hash = Md5::new();
    hash.update(b" ");
    canonical(element, false, &mut hash);
    hash.update(b"\n");
    hex(hash)
}

/// The digest of patchsets and replacements, printed by `cibadmin --md5-sum-versioned`: without the attributes
/// of [`is_filterable`].
pub fn content_digest(element: Element<'_>) -> String {
    let mut hash = Md5::new();
    canonical(element, true, &mut hash);
    hex(hash)
}

fn hex(hash: Md5) -> String {
    let mut out = String::with_capacity(32);
    for byte in hash.finalize() {
        for digit in [byte >> 4, byte & 15] {
            out.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
        }
    }
    out
}

/// What there is to do with an attribute.
#[derive(Clone, Copy, PartialEq)]
enum Treatment {
    /// It is part of the text as it is.
    Printed,
    LeftOut,
    /// Its name has a prefix, which may be declared.
    Prefixed,
}

impl Treatment {
    fn of(name: &str, filter: bool) -> Treatment {
        let declares = name == "xmlns" || name.starts_with("xmlns:");
        if declares || (filter && is_filterable(name)) {
            Treatment::LeftOut
        } else if name.contains(':') {
            Treatment::Prefixed
        } else {
            Treatment::Printed
        }
    }
}

/// The canonical text, some kilobytes at a time.
struct Canonical {
    filter: bool,
    /// By the number of an attribute's name in the document, as far as that was asked.
    treatments: Vec<Option<Treatment>>,
    out: Chunk,
}

/// Hashes the canonical text.
fn canonical(top: Element<'_>, filter: bool, hash: &mut Md5) {
    const CHUNK: usize = 16 * 1024;
    let mut text = Canonical::new(top.doc(), filter);
    let mut at = top.node();
    loop {
        match at.kind() {
            NodeKind::Element => {
                text.start_tag(top.doc().element(at.id()));
                match at.first_child() {
                    // Also if nothing in it is printed.
                    Some(child) => {
                        text.out.push(">");
                        at = child;
                        continue;
                    }
                    None => text.out.push("/>"),
                }
            }
            NodeKind::Comment => text.wrapped("<!--", at.content(), "-->"),
            NodeKind::CData => text.wrapped("<![CDATA[", at.content(), "]]>"),
            NodeKind::Text | NodeKind::Instruction => {}
        }
        loop {
            if text.out.filled().len() >= CHUNK {
                hash.update(text.out.filled());
                text.out.clear();
            }
            if at.id() == top.id() {
                hash.update(text.out.filled());
                return;
            }
            if let Some(next) = at.next_sibling() {
                at = next;
                break;
            }
            let Some(parent) = at.parent() else {
                hash.update(text.out.filled());
                return;
            };
            text.wrapped("</", local_name(parent, parent.name()), ">");
            at = parent.node();
        }
    }
}

impl Canonical {
    fn new(doc: &Document, filter: bool) -> Canonical {
        Canonical {
            filter,
            treatments: vec![None; doc.name_count()],
            out: Chunk::new(),
        }
    }

    fn wrapped(&mut self, before: &str, content: &str, after: &str) {
        for part in [before, content, after] {
            self.out.push(part);
        }
    }

    fn start_tag(&mut self, element: Element<'_>) {
        self.out.push("<");
        self.out.push(local_name(element, element.name()));
        for ((number, name), &value) in element.numbered_names().zip(element.values()) {
            let treatment =
                self.treatments[number].get_or_insert_with(|| Treatment::of(name, self.filter));
            match treatment {
                Treatment::Printed => self.out.push_attribute(element, number, value),
                Treatment::LeftOut => {}
                Treatment::Prefixed => {
                    let mut escaped = String::new();
                    escape_attr(element.doc().value(value), &mut escaped);
                    for part in [" ", local_name(element, name), "=\"", &escaped, "\""] {
                        self.out.push(part);
                    }
                }
            }
        }
    }
}

/// `name` without a prefix that is declared around `element`: namespaces vanish in the canonical text.
fn local_name<'n>(element: Element<'_>, name: &'n str) -> &'n str {
    // Names are short: looking for a sign costs more than looking at each byte.
    if name.bytes().all(|b| b != b':') {
        return name;
    }
    let Some((prefix, local)) = name.split_once(':') else {
        return name;
    };
    let declaration = format!("xmlns:{prefix}");
    let mut at = Some(element);
    while let Some(element) = at {
        if element.attr(&declaration).is_some() {
            return local;
        }
        at = element.parent();
    }
    match prefix {
        "xml" => local,
        _ => name,
    }
}
