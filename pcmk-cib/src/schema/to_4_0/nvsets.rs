//! Name/value sets: their order, options that were renamed or removed, pairs of equal names.

use std::cmp::Reverse;

use pcmk_core::score::{HealthScores, Score, parse_score};

use super::super::edit::{below, children, is_nvset, owned};
use super::{GENERATED, Upgrade};
use crate::xml::{Element, ElementId};

const RENAMED: [(&str, &str); 3] = [
    ("crmd-finalization-timeout", "join-finalization-timeout"),
    ("crmd-integration-timeout", "join-integration-timeout"),
    ("crmd-transition-delay", "transition-delay"),
];

impl Upgrade<'_> {
    /// Within each parent the sets go behind everything else, sorted by score.
    pub(super) fn order_nvsets(&mut self) {
        let root = self.doc.root();
        let parents = below(self.doc, root, |element| {
            element.children().any(|child| is_nvset(child.name()))
        });
        for parent in parents {
            let mut sets: Vec<ElementId> = self
                .doc
                .element(parent)
                .children()
                .filter(|child| is_nvset(child.name()))
                .map(Element::id)
                .collect();
            sets.sort_by_cached_key(|&set| self.set_order(set));
            for set in sets {
                self.doc.move_last(parent, set);
            }
        }
    }

    fn set_order(&self, set: ElementId) -> (Reverse<bool>, Reverse<Score>) {
        let set = self.seen(set);
        let first =
            set.name() == "cluster_property_set" && set.xml_id() == Some("cib-bootstrap-options");
        let score = set
            .attr("score")
            .and_then(|text| parse_score(text, &HealthScores::default()).ok())
            .unwrap_or(Score::ZERO);
        (Reverse(first), Reverse(score))
    }

    /// Pairs without value, renamed and removed options, the phase of the moon, fencing levels above 9.
    pub(super) fn small_changes(&mut self) {
        let root = self.doc.root();
        for element in below(self.doc, root, |_| true) {
            match self.doc.element(element).name() {
                "nvpair" => self.pair(element),
                "date_spec" => self.drop_moon(element),
                "fencing-level" if index_above_9(self.doc.element(element).attr("index")) => {
                    self.drop(element);
                }
                _ => {}
            }
        }
    }

    fn drop_moon(&mut self, date_spec: ElementId) {
        if !self.doc.remove_attr(date_spec, "moon") {
            return;
        }
        self.changed = true;
        let id = self.id_of(date_spec);
        self.warn(format!(
            "Dropping moon attribute from date spec {id} because moon phase is no longer supported"
        ));
    }

    fn pair(&mut self, pair: ElementId) {
        let seen = self.seen(pair);
        if seen.attr("id-ref").is_some() {
            return; // leads nowhere
        }
        if seen.attr("value").is_none() {
            self.drop(pair);
            return;
        }
        let in_options = self
            .doc
            .element(pair)
            .parent()
            .is_some_and(|set| set.name() == "cluster_property_set");
        if !in_options {
            return;
        }
        let name = seen.attr("name").unwrap_or_default();
        let is_reference = self.targets.contains_key(&pair);
        if name == "remove-after-stop" {
            let id = seen.xml_id().unwrap_or_default().to_owned();
            self.drop(pair);
            self.warn(format!(
                "Dropping nvpair {id} because the remove-after-stop property is unsupported"
            ));
        } else if is_reference {
            // Renamed at its target.
        } else if let Some((_, new)) = RENAMED.iter().find(|(old, _)| *old == name) {
            self.doc.set_attr(pair, "name", new);
            self.changed = true;
        } else if name == "stonith-action" && seen.attr("value") == Some("poweroff") {
            self.doc.set_attr(pair, "value", "off");
            self.changed = true;
        }
    }

    /// Of pairs of one name in a set only the one that takes effect stays: the last `#default` or what
    /// first follows it, else the first.
    pub(super) fn unique_names(&mut self) {
        let root = self.doc.root();
        for set in below(self.doc, root, |element| is_nvset(element.name())) {
            let pairs = children(self.doc, set, "nvpair");
            if pairs.len() < 2 {
                continue;
            }
            // (name, place, whether #default), sorted by name and place.
            let mut named: Vec<(String, usize, bool)> = pairs
                .iter()
                .enumerate()
                .filter_map(|(place, &pair)| {
                    let seen = self.seen(pair);
                    let default = seen.attr("value") == Some("#default");
                    Some((seen.attr("name")?.to_owned(), place, default))
                })
                .collect();
            named.sort();
            for same in named.chunk_by(|a, b| a.0 == b.0) {
                let last_default = same.iter().rposition(|entry| entry.2);
                let stays = match last_default {
                    None => 0,
                    Some(last) if last + 1 < same.len() => last + 1,
                    Some(last) => last,
                };
                for (at, (_, place, _)) in same.iter().enumerate() {
                    if at != stays {
                        self.drop(pairs[*place]);
                    }
                }
            }
        }
    }

    /// Nodes of type `ping` become members that nothing may run on.
    pub(super) fn ping_nodes(&mut self) {
        let configuration = self.configuration;
        let pings = below(self.doc, configuration, |element| {
            element.name() == "node" && element.attr("type").map(str::trim) == Some("ping")
        });
        for node in pings {
            self.changed = true;
            self.doc.set_attr(node, "type", "member");
            let uname = owned(self.doc, node, "uname").unwrap_or_default();
            let constraints = super::super::edit::section(self.doc, configuration, "constraints");
            let ban = self.doc.append(constraints, "rsc_location");
            super::super::edit::set(
                self.doc,
                ban,
                &[
                    ("id", &format!("{GENERATED}ping-node-ban-{uname}")),
                    ("rsc-pattern", ".*"),
                    ("node", &uname),
                    ("score", "-INFINITY"),
                    ("resource-discovery", "never"),
                ],
            );
        }
    }

    /// Meta-attributes that have no effect any more.
    pub(super) fn removed_meta_attributes(&mut self) {
        let configuration = self.configuration;
        let sets = below(self.doc, configuration, |element| {
            element.name() == "meta_attributes"
        });
        for set in sets {
            let Some(owner) = self.doc.element(set).parent() else {
                continue;
            };
            let owner_label = owner.xml_id().unwrap_or(owner.name()).to_owned();
            let names: &[&str] = match owner.name() {
                "primitive" | "template" | "group" | "clone" | "bundle" | "rsc_defaults" => {
                    &["restart-type"]
                }
                "op" | "op_defaults" => &["can_fail", "role_after_failure"],
                _ => continue,
            };
            for pair in children(self.doc, set, "nvpair") {
                let name = self.seen(pair).attr("name").unwrap_or_default().to_owned();
                if !names.contains(&name.as_str()) {
                    continue;
                }
                self.drop(pair);
                let instead = if name == "restart-type" {
                    "\"kind\" attribute for relevant constraints"
                } else {
                    "\"on-fail\" operation attribute instead"
                };
                self.warn(format!(
                    "Dropping {name} meta-attribute from {owner_label} because it is no longer \
                     supported. Consider setting the {instead}"
                ));
            }
        }
    }
}

/// Whether a level's number is 10 or more, however long.
pub(in crate::schema) fn index_above_9(index: Option<&str>) -> bool {
    let Some(index) = index.map(|text| text.trim_matches([' ', '\t', '\r', '\n'])) else {
        return false;
    };
    let digits = index
        .strip_prefix('+')
        .unwrap_or(index)
        .trim_start_matches('0');
    digits.len() > 1 && digits.bytes().all(|b| b.is_ascii_digit())
}
