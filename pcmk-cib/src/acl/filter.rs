//! What a user sees of a CIB.
//!
//! Source: behaviour notes 06 §6.5.

use std::sync::Arc;

use super::guard::Guard;
use super::permission::{Kind, Permissions};
use crate::xml::{Document, ElementId};

/// A copy of `doc` with only what may be read; `None` if that is nothing.
///
/// Of elements that may not be read but contain some that may, the names and ids stay.
pub fn filter(doc: &Document, permissions: &Arc<Permissions>) -> Option<Document> {
    if permissions.is_empty() {
        return None;
    }
    let guard = Guard::new(Arc::clone(permissions), doc);
    let mut copy = doc.clone();
    for permission in permissions.iter() {
        match permission.kind {
            Kind::Deny => {}
            Kind::Read | Kind::Write => continue,
        }
        let found = match permission.xpath.select(doc) {
            Ok(found) => found,
            Err(_) => return None,
        };
        for found in found {
            let element = found.element(doc);
            if !purge(&mut copy, &guard, element) && element == copy.root() {
                return None;
            }
        }
    }
    let root = copy.root();
    purge(&mut copy, &guard, root).then_some(copy)
}

/// One element that is not readable itself and is being cleaned.
struct Level {
    id: ElementId,
    children: Vec<ElementId>,
    next: usize,
    any_readable: bool,
}

/// Removes from `top` what may not be read; whether anything stayed.
fn purge(doc: &mut Document, guard: &Guard, top: ElementId) -> bool {
    let mut stack: Vec<Level> = Vec::new();
    let mut entering = Some(top);
    loop {
        if let Some(id) = entering.take() {
            if guard.is_readable_itself(id) {
                match stack.last_mut() {
                    Some(level) => level.any_readable = true,
                    None => return true,
                }
            } else {
                strip(doc, id);
                let children = doc.element(id).children().map(|child| child.id()).collect();
                stack.push(Level {
                    id,
                    children,
                    next: 0,
                    any_readable: false,
                });
            }
        }
        let Some(level) = stack.last_mut() else {
            return false;
        };
        if let Some(&child) = level.children.get(level.next) {
            level.next += 1;
            entering = Some(child);
            continue;
        }
        let (id, any) = (level.id, level.any_readable);
        stack.pop();
        if !any {
            doc.detach(id);
        }
        match stack.last_mut() {
            Some(level) => level.any_readable |= any,
            None => return any,
        }
    }
}

/// Removes all attributes but the id.
fn strip(doc: &mut Document, id: ElementId) {
    let xml_id = doc.element(id).xml_id().map(str::to_owned);
    doc.clear_attrs(id);
    if let Some(xml_id) = xml_id {
        doc.set_attr(id, "id", &xml_id);
    }
}
