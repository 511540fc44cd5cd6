//! Digests of documents.
//!
//! Two forms, both MD5 of a compact print without text nodes: that of the file on disk, and that of the
//! content, which leaves out who wrote the CIB when. A digest tells mistakes, it protects against nobody.
//!
//! Source: behaviour notes 06 §4.

use md5::{Digest, Md5};

use crate::xml::{Element, NodeKind, escape_attr};

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

/// Hashes the canonical text, some kilobytes at a time.
fn canonical(top: Element<'_>, filter: bool, hash: &mut Md5) {
    const CHUNK: usize = 16 * 1024;
    let mut out = String::with_capacity(2 * CHUNK);
    let mut at = top.node();
    loop {
        match at.kind() {
            NodeKind::Element => {
                let element = top.doc().element(at.id());
                start_tag(element, filter, &mut out);
                match at.first_child() {
                    // Also if nothing in it is printed.
                    Some(child) => {
                        out.push('>');
                        at = child;
                        continue;
                    }
                    None => out.push_str("/>"),
                }
            }
            NodeKind::Comment => {
                out.push_str("<!--");
                out.push_str(at.content());
                out.push_str("-->");
            }
            NodeKind::CData => {
                out.push_str("<![CDATA[");
                out.push_str(at.content());
                out.push_str("]]>");
            }
            NodeKind::Text | NodeKind::Instruction => {}
        }
        loop {
            if out.len() >= CHUNK {
                hash.update(out.as_bytes());
                out.clear();
            }
            if at.id() == top.id() {
                hash.update(out.as_bytes());
                return;
            }
            if let Some(next) = at.next_sibling() {
                at = next;
                break;
            }
            let Some(parent) = at.parent() else {
                hash.update(out.as_bytes());
                return;
            };
            out.push_str("</");
            out.push_str(local_name(parent, parent.name()));
            out.push('>');
            at = parent.node();
        }
    }
}

fn start_tag(element: Element<'_>, filter: bool, out: &mut String) {
    out.push('<');
    out.push_str(local_name(element, element.name()));
    for (name, value) in element.attrs() {
        let declares = name == "xmlns" || name.starts_with("xmlns:");
        if declares || (filter && is_filterable(name)) {
            continue;
        }
        out.push(' ');
        out.push_str(local_name(element, name));
        out.push_str("=\"");
        escape_attr(value, out);
        out.push('"');
    }
}

/// `name` without a prefix that is declared around `element`: namespaces vanish in the canonical text.
fn local_name<'n>(element: Element<'_>, name: &'n str) -> &'n str {
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
