//! From 3.10 to 4.0: what the new major version no longer knows.
//!
//! The reference first replaces every reference (`id-ref`) by a copy and at the end turns copies back whose
//! original is still there. The same comes out if references are left alone, looked through where their
//! content matters, and only filled in at the end if their target went away; so nothing can explode here.
//!
//! The passes run in the reference's order, which is the order of its messages: name/value sets and small
//! things (`nvsets`), pairs of equal names, nodes, `master`, several rules (`nvsets`, `constraints`),
//! lifetimes (`constraints`), resources of classes that are gone (`resources`), references and access
//! control lists (here). Afterwards the document holds nothing that 4.0 refuses.
//!
//! Source: behaviour notes 01 §1.6; transcripts cibadmin-up12-upgrade, -up210-upgrade, -up30-upgrade,
//! -up310-idref-upgrade.

mod constraints;
mod nvsets;
#[cfg(test)]
pub(super) use nvsets::index_above_9;
mod resources;

use foldhash::{HashMap, HashMapExt as _, HashSet};
use std::collections::VecDeque;

use super::TransformError;
use super::edit::{below, configuration, owned};
use crate::xml::{Document, Element, ElementId};

/// What generated ids start with.
const GENERATED: &str = "pcmk__3_10_upgrade-";

/// Applies all changes.
pub(super) fn transform(
    doc: &mut Document,
    messages: &mut Vec<String>,
) -> Result<(), TransformError> {
    let root = doc.root();
    let Some(configuration) = configuration(doc) else {
        doc.set_attr(root, "validate-with", "pacemaker-4.0");
        return Ok(());
    };
    let targets = reference_targets(doc);
    let mut upgrade = Upgrade {
        doc,
        configuration,
        targets,
        split: HashMap::new(),
        changed: false,
        messages,
    };
    upgrade.aliases();

    upgrade.doc.set_attr(root, "validate-with", "pacemaker-4.0");
    upgrade.order_nvsets();
    upgrade.small_changes();

    upgrade.unique_names();
    upgrade.ping_nodes();
    upgrade.masters();
    upgrade.several_rules();

    upgrade.lifetimes();

    upgrade.removed_resources();
    upgrade.removed_meta_attributes();

    upgrade.fill_in_references();
    upgrade.access_control();
    Ok(())
}

struct Upgrade<'a> {
    doc: &'a mut Document,
    configuration: ElementId,
    /// For each element with `id-ref`, what it refers to; still right after the target was detached.
    targets: HashMap<ElementId, ElementId>,
    /// Location constraints that became several: old id to new ids.
    split: HashMap<String, Vec<String>>,
    /// Whether anything changed that an XPath might have meant.
    changed: bool,
    messages: &'a mut Vec<String>,
}

fn reference_targets(doc: &Document) -> HashMap<ElementId, ElementId> {
    below(doc, doc.root(), |element| element.attr("id-ref").is_some())
        .into_iter()
        .filter_map(|reference| {
            let element = doc.element(reference);
            let found = doc.by_id(Some(element.name()), element.attr("id-ref")?);
            Some((reference, *found.first()?))
        })
        .collect()
}

impl Upgrade<'_> {
    /// What an element is a reference to, or the element itself.
    fn seen(&self, id: ElementId) -> Element<'_> {
        self.doc
            .element(self.targets.get(&id).copied().unwrap_or(id))
    }

    fn id_of(&self, id: ElementId) -> String {
        owned(self.doc, id, "id").unwrap_or_default()
    }

    fn warn(&mut self, text: String) {
        self.messages.push(format!("WARNING: {text}"));
    }

    fn inform(&mut self, text: String) {
        self.messages.push(format!("INFO: {text}"));
    }

    fn drop(&mut self, id: ElementId) {
        self.doc.detach(id);
        self.changed = true;
    }

    /// A pair that refers to another but has a name of its own becomes a pair with the other's value.
    fn aliases(&mut self) {
        let mut made: HashMap<String, ElementId> = HashMap::new();
        let aliases = below(self.doc, self.doc.root(), |element| {
            element.name() == "nvpair"
                && element.attr("id-ref").is_some()
                && element.attr("name").is_some()
        });
        for pair in aliases {
            let Some(target) = self.targets.remove(&pair) else {
                continue;
            };
            let name = owned(self.doc, pair, "name").unwrap_or_default();
            let target_id = owned(self.doc, pair, "id-ref").unwrap_or_default();
            let value = owned(self.doc, target, "value");
            let id = format!("{GENERATED}{target_id}-{name}");
            self.doc.clear_attrs(pair);
            self.changed = true;
            if let Some(&first) = made.get(&id) {
                self.doc.set_attr(pair, "id-ref", &id);
                self.targets.insert(pair, first);
                continue;
            }
            self.doc.set_attr(pair, "id", &id);
            self.doc.set_attr(pair, "name", &name);
            if let Some(value) = value {
                self.doc.set_attr(pair, "value", &value);
            }
            made.insert(id, pair);
        }
    }

    /// References whose target was dropped: the first one gets the target's content, with its id.
    fn fill_in_references(&mut self) {
        let mut present: HashSet<ElementId> = self
            .doc
            .root_element()
            .descendants()
            .map(Element::id)
            .collect();
        let mut references: VecDeque<ElementId> = below(self.doc, self.doc.root(), |element| {
            element.attr("id-ref").is_some()
        })
        .into();
        while let Some(reference) = references.pop_front() {
            let Some(&target) = self.targets.get(&reference) else {
                continue;
            };
            if present.contains(&target) {
                continue;
            }
            let Some(parent) = self.doc.element(reference).parent().map(Element::id) else {
                continue;
            };
            let copy = self.doc.copy_within(parent, target);
            self.doc.move_before(reference, copy);
            self.doc.detach(reference);
            // Everything in the target is present again, and references in it need the same treatment.
            let ids = |doc: &Document, top: ElementId| -> Vec<ElementId> {
                std::iter::once(top)
                    .chain(below(doc, top, |_| true))
                    .collect()
            };
            let originals = ids(self.doc, target);
            let copies = ids(self.doc, copy);
            for (original, copy) in originals.into_iter().zip(copies) {
                present.insert(original);
                if let Some(&inner) = self.targets.get(&original) {
                    self.targets.insert(copy, inner);
                    references.push_back(copy);
                }
            }
        }
    }

    /// Permissions for what is gone or was split, and a warning about those by XPath.
    fn access_control(&mut self) {
        let configuration = self.configuration;
        let permissions = below(self.doc, configuration, |element| {
            element.name() == "acl_permission"
        });
        if permissions.is_empty() {
            return;
        }
        let ids: HashSet<String> = self
            .doc
            .root_element()
            .descendants()
            .filter_map(|element| element.xml_id().map(str::to_owned))
            .collect();
        let mut uses_xpath = false;
        for permission in permissions {
            if self.doc.element(permission).attr("xpath").is_some() {
                uses_xpath = true;
            }
            let Some(reference) = owned(self.doc, permission, "reference") else {
                continue;
            };
            let xpath = match self.split.get(&reference) {
                Some(parts) => {
                    let tests: Vec<String> =
                        parts.iter().map(|id| format!("@id = '{id}'")).collect();
                    format!("//*[{}]", tests.join(" or "))
                }
                None if ids.contains(&reference) => continue,
                None => "/*[false()]".to_owned(),
            };
            self.doc.rename_attr(permission, "reference", "xpath");
            self.doc.set_attr(permission, "xpath", &xpath);
        }
        if uses_xpath && self.changed {
            self.warn(
                "CIB syntax changes may invalidate ACLs that use \"xpath\". It is strongly recommended \
                 to run \"cibadmin --upgrade\" and then examine the updated CIB carefully to ensure ACLs \
                 still match the desired intent."
                    .to_owned(),
            );
        }
    }
}
