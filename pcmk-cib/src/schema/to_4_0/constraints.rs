//! Constraints: several rules in one, lifetimes.

use super::super::edit::{below, children, owned, section, set};
use super::{GENERATED, Upgrade};
use crate::xml::{Element, ElementId};

impl Upgrade<'_> {
    /// A location constraint with several rules becomes as many constraints, each with one of them.
    pub(super) fn several_rules(&mut self) {
        let configuration = self.configuration;
        let constraints = below(self.doc, configuration, |element| {
            element.name() == "rsc_location" && element.children_named("rule").count() > 1
        });
        for constraint in constraints {
            self.changed = true;
            let id = self.id_of(constraint);
            let rules = children(self.doc, constraint, "rule");
            let mut parts = Vec::new();
            for (at, &rule) in rules.iter().enumerate() {
                let part_id = format!("{GENERATED}{id}-{}", at + 1);
                let part = self.doc.insert_before(constraint, "rsc_location");
                let attrs: Vec<(String, String)> = self
                    .doc
                    .element(constraint)
                    .attrs()
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
                    .collect();
                for (name, value) in &attrs {
                    self.doc.set_attr(part, name, value);
                }
                self.doc.set_attr(part, "id", &part_id);
                let others: Vec<ElementId> = self
                    .doc
                    .element(constraint)
                    .children()
                    .filter(|child| child.name() != "rule")
                    .map(Element::id)
                    .collect();
                let mut rule_placed = false;
                for other in others {
                    // Resource sets stand in front of the rule, a lifetime behind it.
                    if self.doc.element(other).name() == "lifetime" && !rule_placed {
                        self.doc.move_last(part, rule);
                        rule_placed = true;
                    }
                    let copy = self.doc.copy_within(part, other);
                    if at > 0 {
                        self.refer_to_originals(other, copy);
                    } else {
                        self.follow_copies(other, copy);
                    }
                }
                if !rule_placed {
                    self.doc.move_last(part, rule);
                }
                parts.push(part_id);
            }
            self.doc.detach(constraint);
            self.split.insert(id, parts);
        }
    }

    /// In the first copy of a constraint's content its elements live on: references to them follow.
    fn follow_copies(&mut self, original: ElementId, copy: ElementId) {
        let originals = self.tree(original);
        let copies = self.tree(copy);
        let moved: foldhash::HashMap<ElementId, ElementId> =
            originals.into_iter().zip(copies).collect();
        for target in self.targets.values_mut() {
            if let Some(&new) = moved.get(target) {
                *target = new;
            }
        }
        let inner: Vec<(ElementId, ElementId)> = moved
            .iter()
            .filter_map(|(original, copy)| Some((*copy, *self.targets.get(original)?)))
            .collect();
        self.targets.extend(inner);
    }

    /// In further copies what has an id becomes a reference to it.
    fn refer_to_originals(&mut self, original: ElementId, copy: ElementId) {
        let originals = self.tree(original);
        let copies = self.tree(copy);
        for (original, copy) in originals.into_iter().zip(copies) {
            if let Some(&target) = self.targets.get(&original) {
                self.targets.insert(copy, target);
            }
            let element = self.doc.element(copy);
            if !matches!(element.name(), "resource_set" | "rule") || element.parent().is_none() {
                continue;
            }
            let Some(id) = owned(self.doc, copy, "id") else {
                continue;
            };
            let content: Vec<ElementId> = self
                .doc
                .element(copy)
                .nodes()
                .map(|node| node.id())
                .collect();
            for node in content {
                self.doc.detach(node);
            }
            self.doc.clear_attrs(copy);
            self.doc.set_attr(copy, "id-ref", &id);
        }
    }

    /// An element and all below it, in document order.
    fn tree(&self, top: ElementId) -> Vec<ElementId> {
        std::iter::once(top)
            .chain(below(self.doc, top, |_| true))
            .collect()
    }

    /// Lifetimes of locations become part of their rules; those of other constraints go.
    pub(super) fn lifetimes(&mut self) {
        let configuration = self.configuration;
        let mut dropped_rules = Vec::new();
        for lifetime in below(self.doc, configuration, |element| {
            element.name() == "lifetime"
        }) {
            let Some(constraint) = self.doc.element(lifetime).parent().map(Element::id) else {
                continue;
            };
            self.changed = true;
            let rules = children(self.doc, lifetime, "rule");
            if self.doc.element(constraint).name() == "rsc_location" {
                self.join_lifetime(constraint, lifetime, &rules);
            } else {
                self.doc.detach(lifetime);
                dropped_rules.extend(rules);
            }
        }
        self.park_rules(&dropped_rules);
    }

    fn join_lifetime(&mut self, constraint: ElementId, lifetime: ElementId, rules: &[ElementId]) {
        let id = self.id_of(constraint);
        let existing = children(self.doc, constraint, "rule");
        let both = self.doc.insert_before(lifetime, "rule");
        set(
            self.doc,
            both,
            &[
                ("id", &format!("{GENERATED}{id}-lifetime-and-rule")),
                ("boolean-op", "and"),
            ],
        );
        if let Some(&rule) = existing.first() {
            self.doc.move_last(both, rule);
        } else {
            let node = owned(self.doc, constraint, "node").unwrap_or_default();
            let score = owned(self.doc, constraint, "score");
            let rule_id = format!("{GENERATED}{id}-node-score-rule");
            let rule = self.doc.append(both, "rule");
            self.doc.set_attr(rule, "id", &rule_id);
            if let Some(score) = score {
                self.doc.set_attr(rule, "score", &score);
            }
            let expression = self.doc.append(rule, "expression");
            set(
                self.doc,
                expression,
                &[
                    ("id", &format!("{rule_id}-expr")),
                    ("attribute", "#uname"),
                    ("operation", "eq"),
                    ("value", &node),
                ],
            );
            self.doc.remove_attr(constraint, "node");
            self.doc.remove_attr(constraint, "score");
        }
        let into = if rules.len() > 1 {
            let either = self.doc.append(both, "rule");
            set(
                self.doc,
                either,
                &[
                    ("id", &format!("{GENERATED}{id}-lifetime-or-rule")),
                    ("boolean-op", "or"),
                ],
            );
            either
        } else {
            both
        };
        for &rule in rules {
            self.doc.move_last(into, rule);
        }
        self.doc.detach(lifetime);
    }

    /// Rules of dropped lifetimes that others refer to live on in a constraint that matches nothing.
    fn park_rules(&mut self, rules: &[ElementId]) {
        let referenced: Vec<ElementId> = rules
            .iter()
            .copied()
            .filter(|rule| self.targets.values().any(|target| target == rule))
            .collect();
        if referenced.is_empty() {
            return;
        }
        let id = format!("{GENERATED}coloc-order-lifetime-rules");
        let constraints = section(self.doc, self.configuration, "constraints");
        let parked = self.doc.append(constraints, "rsc_location");
        set(self.doc, parked, &[("id", &id), ("rsc-pattern", "a^")]);
        let into = if referenced.len() > 1 {
            let holder = self.doc.append(parked, "rule");
            set(
                self.doc,
                holder,
                &[("id", &format!("{id}-rule")), ("boolean-op", "or")],
            );
            holder
        } else {
            parked
        };
        for rule in referenced {
            self.doc.move_last(into, rule);
        }
    }
}
