//! Small steps that the transforms share.

use crate::xml::{Document, Element, ElementId};

/// The elements below `top` for which `wanted` holds, in document order.
pub(super) fn below(
    doc: &Document,
    top: ElementId,
    wanted: impl Fn(Element<'_>) -> bool,
) -> Vec<ElementId> {
    doc.element(top)
        .descendants()
        .filter(|element| wanted(*element))
        .map(Element::id)
        .collect()
}

/// The child elements called `name`.
pub(super) fn children(doc: &Document, parent: ElementId, name: &str) -> Vec<ElementId> {
    doc.element(parent)
        .children_named(name)
        .map(Element::id)
        .collect()
}

/// The `configuration` element.
pub(super) fn configuration(doc: &Document) -> Option<ElementId> {
    doc.root_element().child("configuration").map(Element::id)
}

/// The section of the configuration with this name; made (last) if it is not there.
pub(super) fn section(doc: &mut Document, configuration: ElementId, name: &str) -> ElementId {
    match doc.element(configuration).child(name).map(Element::id) {
        Some(section) => section,
        None => doc.append(configuration, name),
    }
}

/// The value of an attribute, as a text of its own.
pub(super) fn owned(doc: &Document, id: ElementId, name: &str) -> Option<String> {
    doc.element(id).attr(name).map(str::to_owned)
}

/// Sets several attributes.
pub(super) fn set(doc: &mut Document, id: ElementId, attrs: &[(&str, &str)]) {
    for (name, value) in attrs {
        doc.set_attr(id, name, value);
    }
}

/// Whether this is a set of name/value pairs.
pub(super) fn is_nvset(name: &str) -> bool {
    matches!(
        name,
        "cluster_property_set" | "instance_attributes" | "meta_attributes" | "utilization"
    )
}
