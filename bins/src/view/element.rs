//! Elements of a CIB inside an XML result.

use pcmk_cib::xml::Element;

use crate::out::Xml;

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
