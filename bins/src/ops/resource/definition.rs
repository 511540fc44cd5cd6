//! The XML of a resource: as it is configured, and with its template applied. Source: behaviour notes 01 section 7.3,
//! 07 section 3.3.

use pcmk_cib::xml::{Document, Element, ElementId};
use pcmk_pengine::{Observed, RscId};

/// The definition as it is configured. An instance's has its number added.
#[must_use]
pub fn raw(seen: &Observed, rsc: RscId) -> Document {
    let row = seen.config.rsc(rsc);
    let mut doc = Document::of_element(seen.config.xml(row.xml));
    mark(&mut doc, row.instance);
    doc
}

/// The definition that counts.
#[must_use]
pub fn expanded(seen: &Observed, rsc: RscId) -> Document {
    let row = seen.config.rsc(rsc);
    let own = seen.config.xml(row.xml);
    let mut doc = match row.template {
        Some(template) => merged(seen.config.xml(template), own),
        None => Document::of_element(own),
    };
    mark(&mut doc, row.instance);
    doc
}

/// The reference notes the number in the instance's definition, and in those of group members in it.
fn mark(doc: &mut Document, instance: Option<u32>) {
    let Some(number) = instance else { return };
    let root = doc.root_element();
    let members = root.children_named("primitive").map(Element::id);
    let all: Vec<ElementId> = std::iter::once(root.id()).chain(members).collect();
    for element in all {
        doc.set_attr(element, "clone", &number.to_string());
    }
}

/// A template with what is particular to a resource.
fn merged(template: Element<'_>, own: Element<'_>) -> Document {
    let mut doc = Document::of_element(template);
    let root = doc.root();
    doc.rename(root, own.name());
    doc.set_attr(root, "id", own.xml_id().unwrap_or_default());
    let theirs = doc.root_element().child("operations").map(Element::id);
    for child in own.children() {
        let copy = doc.append_copy(root, child);
        if let Some(theirs) = theirs.filter(|_| child.name() == "operations") {
            merge_operations(&mut doc, copy, theirs);
        }
    }
    doc
}

/// Adds operations of the template to the resource's own, unless these have one of that name and role.
fn merge_operations(doc: &mut Document, own: ElementId, theirs: ElementId) {
    if doc.element(own).attr("id-ref").is_none() {
        let used: Vec<(String, String)> = doc.element(own).children_named("op").map(key).collect();
        let missing: Vec<ElementId> = doc
            .element(theirs)
            .children_named("op")
            .filter(|op| !used.contains(&key(*op)))
            .map(Element::id)
            .collect();
        for op in missing {
            doc.copy_within(own, op);
        }
    }
    doc.detach(theirs);
}

/// What identifies an operation here: name and role, the common roles being one.
fn key(op: Element<'_>) -> (String, String) {
    let common = ["Started", "Unpromoted", "Slave"];
    let role = op.attr("role").unwrap_or_default();
    let role = match common.iter().any(|word| word.eq_ignore_ascii_case(role)) {
        true => "",
        false => role,
    };
    (
        op.attr("name").unwrap_or_default().to_owned(),
        role.to_owned(),
    )
}
