//! Resources: `master`, container attributes, classes and containers that are gone.

use foldhash::{HashMap, HashMapExt as _, HashSet, HashSetExt as _};

use super::super::edit::{below, owned, set};
use super::{GENERATED, Upgrade};
use crate::xml::{Element, ElementId};

impl Upgrade<'_> {
    /// `master` becomes a promotable `clone`, `masters` of containers `promoted-max`.
    pub(super) fn masters(&mut self) {
        let configuration = self.configuration;
        for element in below(self.doc, configuration, |_| true) {
            match self.doc.element(element).name() {
                "master" => {
                    self.changed = true;
                    let id = self.id_of(element);
                    self.doc.rename(element, "clone");
                    let block_id = format!("{GENERATED}promotable-legacy-{id}-meta_attributes");
                    let block = self.doc.prepend(element, "meta_attributes");
                    set(self.doc, block, &[("id", &block_id), ("score", "INFINITY")]);
                    let pair = self.doc.append(block, "nvpair");
                    set(
                        self.doc,
                        pair,
                        &[
                            ("id", &format!("{block_id}-promotable")),
                            ("name", "promotable"),
                            ("value", "true"),
                        ],
                    );
                }
                "docker" | "rkt" | "podman" => {
                    self.changed |= self.doc.rename_attr(element, "masters", "promoted-max");
                }
                _ => {}
            }
        }
    }

    /// Resources of classes nagios and upstart and bundles of rkt containers go, with all that names them.
    pub(super) fn removed_resources(&mut self) {
        let configuration = self.configuration;
        let mut gone: HashSet<String> = HashSet::new();

        let mut templates: HashMap<String, String> = HashMap::new();
        for template in below(self.doc, configuration, |element| {
            element.name() == "template"
        }) {
            let element = self.doc.element(template);
            let Some(class) = removed_class(element.attr("class")) else {
                continue;
            };
            let (id, class) = (self.id_of(template), class.to_owned());
            self.drop(template);
            self.warn(format!(
                "Dropping template {id} because {class} resources are no longer supported"
            ));
            gone.insert(id.clone());
            templates.insert(id, class);
        }

        for resource in below(self.doc, configuration, |element| {
            matches!(element.name(), "primitive" | "bundle")
        }) {
            if self.doc.element(resource).name() == "bundle" {
                self.drop_rkt_bundle(resource, &mut gone);
                continue;
            }
            let element = self.doc.element(resource);
            let class = removed_class(element.attr("class"))
                .or_else(|| templates.get(element.attr("template")?).map(String::as_str));
            let Some(class) = class.map(str::to_owned) else {
                continue;
            };
            let id = self.id_of(resource);
            self.drop(resource);
            self.warn(format!(
                "Dropping resource {id} because {class} resources are no longer supported"
            ));
            gone.insert(id);
        }
        if gone.is_empty() {
            return;
        }
        // Groups before clones, as a clone may hold a group.
        for (kind, members) in [
            ("group", &["primitive"][..]),
            ("clone", &["primitive", "group"][..]),
        ] {
            for holder in below(self.doc, configuration, |element| element.name() == kind) {
                let holds = self
                    .doc
                    .element(holder)
                    .children()
                    .any(|child| members.contains(&child.name()));
                if holds {
                    continue;
                }
                let id = self.id_of(holder);
                self.drop(holder);
                self.inform(format!(
                    "Dropping {kind} {id} because it would become empty"
                ));
                gone.insert(id);
            }
        }
        self.forget_resources(&gone);
    }

    fn drop_rkt_bundle(&mut self, bundle: ElementId, gone: &mut HashSet<String>) {
        if self.doc.element(bundle).child("rkt").is_none() {
            return;
        }
        let id = self.id_of(bundle);
        let inner = below(self.doc, bundle, |element| element.name() == "primitive");
        gone.extend(inner.into_iter().map(|primitive| self.id_of(primitive)));
        self.drop(bundle);
        self.warn(format!(
            "Dropping bundle resource {id} because rkt containers are no longer supported"
        ));
        gone.insert(id);
    }

    /// Removes what names resources that are gone: members of sets, empty sets, constraints.
    fn forget_resources(&mut self, gone: &HashSet<String>) {
        let configuration = self.configuration;
        let mut empty_sets: HashSet<ElementId> = HashSet::new();
        for set in below(self.doc, configuration, |element| {
            element.name() == "resource_set"
        }) {
            let members: Vec<ElementId> = self
                .doc
                .element(set)
                .children_named("resource_ref")
                .map(Element::id)
                .collect();
            let mut left = members.len();
            for member in members.iter().copied() {
                if owned(self.doc, member, "id").is_some_and(|id| gone.contains(&id)) {
                    self.drop(member);
                    left -= 1;
                }
            }
            if left == 0 && !members.is_empty() {
                empty_sets.insert(set);
            }
        }
        for set in below(self.doc, configuration, |element| {
            element.name() == "resource_set"
        }) {
            let means = self.targets.get(&set).copied().unwrap_or(set);
            if !empty_sets.contains(&means) {
                continue;
            }
            let constraint = self.doc.element(set).parent().map(Element::id);
            self.drop(set);
            if let Some(constraint) = constraint
                && self.doc.element(constraint).child("resource_set").is_none()
            {
                self.drop(constraint);
            }
        }
        for constraint in below(self.doc, configuration, |element| {
            matches!(
                element.name(),
                "rsc_location" | "rsc_colocation" | "rsc_order" | "rsc_ticket"
            )
        }) {
            let names_gone = ["rsc", "with-rsc", "first", "then"].iter().any(|name| {
                self.doc
                    .element(constraint)
                    .attr(name)
                    .is_some_and(|id| gone.contains(id))
            });
            if names_gone {
                self.drop(constraint);
            }
        }
    }
}

/// The class, if it is one of those that are gone, in any case.
fn removed_class(class: Option<&str>) -> Option<&str> {
    class.filter(|class| {
        let class = class.trim();
        class.eq_ignore_ascii_case("nagios") || class.eq_ignore_ascii_case("upstart")
    })
}
