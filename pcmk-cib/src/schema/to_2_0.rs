//! From 1.3 to 2.0: the syntax of access control lists.
//!
//! Source: behaviour notes 01 §1.4.

use super::TransformError;
use super::edit::{children, configuration, owned, set};
use crate::xml::{Document, ElementId};

/// Rewrites users, role references and permissions.
pub(super) fn transform(
    doc: &mut Document,
    _messages: &mut Vec<String>,
) -> Result<(), TransformError> {
    let root = doc.root();
    doc.set_attr(root, "validate-with", "pacemaker-2.0");
    let Some(configuration) = configuration(doc) else {
        return Ok(());
    };
    for acls in children(doc, configuration, "acls") {
        for user in children(doc, acls, "acl_user") {
            convert_user(doc, user);
        }
        for role in children(doc, acls, "acl_role") {
            convert_permissions(doc, role);
        }
    }
    Ok(())
}

/// A user refers to roles; one with permissions of its own gets a role of its own, right behind it.
fn convert_user(doc: &mut Document, user: ElementId) {
    doc.rename(user, "acl_target");
    let references = children(doc, user, "role_ref");
    for &reference in &references {
        doc.rename(reference, "role");
    }
    if !references.is_empty() {
        convert_permissions(doc, user);
        return;
    }
    let permissions: Vec<ElementId> = doc
        .element(user)
        .children()
        .filter(|child| is_permission(child.name()))
        .map(|c| c.id())
        .collect();
    let Some(&first) = permissions.first() else {
        return;
    };
    let role_id = format!("auto-{}", owned(doc, user, "id").unwrap_or_default());
    let reference = doc.insert_before(first, "role");
    doc.set_attr(reference, "id", &role_id);
    // Made in front of the user, then the user moves in front of it: it ends right behind.
    let role = doc.insert_before(user, "acl_role");
    doc.move_before(role, user);
    doc.set_attr(role, "id", &role_id);
    for permission in permissions {
        doc.move_last(role, permission);
    }
}

fn is_permission(name: &str) -> bool {
    matches!(name, "read" | "write" | "deny")
}

fn convert_permissions(doc: &mut Document, holder: ElementId) {
    let permissions: Vec<ElementId> = doc
        .element(holder)
        .children()
        .filter(|child| is_permission(child.name()))
        .map(|child| child.id())
        .collect();
    for permission in permissions {
        let element = doc.element(permission);
        let kind = element.name().to_owned();
        let get = |name: &str| element.attr(name).map(str::to_owned);
        let (id, reference, tag) = (get("id"), get("ref"), get("tag"));
        let (xpath, attribute) = (get("xpath"), get("attribute"));
        doc.rename(permission, "acl_permission");
        doc.clear_attrs(permission);
        if let Some(id) = id {
            doc.set_attr(permission, "id", &id);
        }
        doc.set_attr(permission, "kind", &kind);
        if let Some(reference) = reference {
            doc.set_attr(permission, "reference", &reference);
        } else if let Some(tag) = tag {
            doc.set_attr(permission, "object-type", &tag);
            if let Some(attribute) = attribute {
                doc.set_attr(permission, "attribute", &attribute);
            }
        } else {
            let xpath = xpath.unwrap_or_default();
            let xpath = match attribute {
                Some(attribute) => format!("{xpath}[@{attribute}]"),
                None => xpath,
            };
            set(doc, permission, &[("xpath", &xpath)]);
        }
    }
}
