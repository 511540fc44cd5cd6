//! Elements of a CIB: as text, and inside an XML result.

use std::convert::Infallible;

use pcmk_cib::xml::{Element, PrintStyle, print_chunks};

use crate::out::{Out, Xml};

/// Shows an element with everything in it as text; in an XML result within an element called `name`.
pub fn blob(out: &mut Out<'_>, name: &str, element: Element<'_>) {
    out.blob_in_pieces(name, |write| {
        let written: Result<(), Infallible> = print_chunks(element, PrintStyle::Pretty, |piece| {
            write(piece);
            Ok(())
        });
        match written {
            Ok(()) => {}
            Err(never) => match never {},
        }
    });
}

/// Adds a copy of an element with everything in it. Comments and text are left out.
pub fn copy(xml: &mut Xml, element: Element<'_>) {
    let mut at = element;
    loop {
        open(xml, at);
        if let Some(child) = at.children().next() {
            at = child;
            continue;
        }
        loop {
            xml.pop();
            if at.id() == element.id() {
                return;
            }
            if let Some(next) = at.next_sibling() {
                at = next;
                break;
            }
            match at.parent() {
                Some(parent) => at = parent,
                None => return,
            }
        }
    }
}

/// Opens an element with the same name and attributes.
fn open(xml: &mut Xml, element: Element<'_>) {
    let attributes: Vec<(&str, &str)> = element.attrs().collect();
    xml.push(element.name(), &attributes);
}
