//! From 2.10 to 3.0: old names of options and attributes.
//!
//! References (`id-ref`) between name/value sets are replaced by copies first, so that each set is treated
//! by where it applies; afterwards copies that still say the same as the original turn back into
//! references. A copy whose original went away stays, under ids of its own.
//!
//! Source: behaviour notes 01 §1.5, 06 §7.3; the order of changes and messages from the transcripts
//! cibadmin-up12-upgrade and cibadmin-up210-upgrade-verbose.

use super::TransformError;
use super::edit::{below, children, configuration, owned, section, set};
use crate::xml::{Document, Element, ElementId};

/// Values of `cluster-infrastructure` that 3.0 refuses.
pub(super) const OLD_INFRASTRUCTURES: [&str; 5] = [
    "heartbeat",
    "openais",
    "classic openais",
    "classic openais (with plugin)",
    "cman",
];

/// Meta-attributes of primitives and templates that 3.0 refuses.
pub(super) const ISOLATION: [&str; 4] = [
    "isolation",
    "isolation-host",
    "isolation-instance",
    "isolation-wrapper",
];

/// How many elements may be copied for references. Reason: a large set and many references to it multiply.
const COPIED_ELEMENTS_MAX: usize = 1_000_000;

/// Applies all changes.
pub(super) fn transform(
    doc: &mut Document,
    messages: &mut Vec<String>,
) -> Result<(), TransformError> {
    let root = doc.root();
    doc.set_attr(root, "validate-with", "pacemaker-3.0");
    let Some(configuration) = configuration(doc) else {
        return Ok(());
    };
    let copies = expand_references(doc)?;
    let mut pass = Pass {
        doc,
        configuration,
        messages,
    };
    pass.cluster_options();
    pass.nodes();
    pass.resources();
    pass.colocations();
    collapse_copies(doc, &copies, messages);
    Ok(())
}

// ---- references

struct SetCopy {
    copy: ElementId,
    original: ElementId,
    original_id: String,
}

fn is_referable(name: &str) -> bool {
    matches!(
        name,
        "cluster_property_set" | "instance_attributes" | "meta_attributes"
    )
}

fn expand_references(doc: &mut Document) -> Result<Vec<SetCopy>, TransformError> {
    let root = doc.root();
    let references = below(doc, root, |element| {
        is_referable(element.name()) && element.attr("id-ref").is_some()
    });
    // All are looked up before the first change.
    let found: Vec<(ElementId, ElementId, String)> = references
        .into_iter()
        .filter_map(|reference| {
            let element = doc.element(reference);
            let id = element.attr("id-ref")?;
            let original = *doc.by_id(Some(element.name()), id).first()?;
            Some((reference, original, id.to_owned()))
        })
        .collect();
    let mut copied = 0;
    let mut copies = Vec::new();
    for (reference, original, original_id) in found {
        copied += 1 + doc.element(original).descendants().count();
        if copied > COPIED_ELEMENTS_MAX {
            return Err(TransformError::TooLarge);
        }
        let Some(parent) = doc.element(reference).parent().map(Element::id) else {
            continue;
        };
        let copy = doc.copy_within(parent, original);
        doc.move_before(reference, copy);
        doc.detach(reference);
        doc.set_attr(copy, "id", &format!("_cibtr-2_{original_id}"));
        for inner in below(doc, copy, |element| element.xml_id().is_some()) {
            let id = owned(doc, inner, "id").unwrap_or_default();
            doc.set_attr(inner, "id", &format!("__cibtr-2_{original_id}__{id}"));
        }
        copies.push(SetCopy {
            copy,
            original,
            original_id,
        });
    }
    Ok(copies)
}

fn collapse_copies(doc: &mut Document, copies: &[SetCopy], messages: &mut Vec<String>) {
    for SetCopy {
        copy,
        original,
        original_id,
    } in copies
    {
        let element = doc.element(*copy);
        if element.parent().is_none() {
            continue;
        }
        let original = doc.element(*original);
        if original.parent().is_none() {
            messages.push(format!(
                "DEBUG: {}: original element pointed to with @id-ref ({original_id}) disappeared \
                 during upgrade",
                element.name()
            ));
            continue;
        }
        if !same_but_ids(element, original) {
            continue;
        }
        let content: Vec<ElementId> = element.nodes().map(|node| node.id()).collect();
        for node in content {
            doc.detach(node);
        }
        doc.clear_attrs(*copy);
        doc.set_attr(*copy, "id-ref", original_id);
    }
}

fn same_but_ids(a: Element<'_>, b: Element<'_>) -> bool {
    let same = |a: Element<'_>, b: Element<'_>| {
        a.name() == b.name()
            && a.children().count() == b.children().count()
            && a.attrs()
                .filter(|(name, _)| *name != "id")
                .eq(b.attrs().filter(|(name, _)| *name != "id"))
    };
    // With equal numbers of children everywhere, the walks stay in step.
    let (mut in_a, mut in_b) = (a.descendants(), b.descendants());
    if !same(a, b) {
        return false;
    }
    loop {
        match (in_a.next(), in_b.next()) {
            (None, None) => return true,
            (Some(a), Some(b)) if same(a, b) => {}
            _ => return false,
        }
    }
}

// ---- changes

struct Pass<'a> {
    doc: &'a mut Document,
    configuration: ElementId,
    messages: &'a mut Vec<String>,
}

/// What happens to a cluster option.
enum OptionChange {
    Rename(&'static str),
    /// To the meta-attributes of this section, under this name and with this value if not its own.
    Move(&'static str, &'static str, Option<&'static str>),
    Drop,
}

fn option_change(name: &str, value: Option<&str>) -> Option<OptionChange> {
    Some(match name {
        "cluster-infrastructure" if value.is_some_and(|v| OLD_INFRASTRUCTURES.contains(&v)) => {
            OptionChange::Drop
        }
        "cluster_recheck_interval" => OptionChange::Rename("cluster-recheck-interval"),
        "dc_deadtime" => OptionChange::Rename("dc-deadtime"),
        "election_timeout" => OptionChange::Rename("election-timeout"),
        "no_quorum_policy" => OptionChange::Rename("no-quorum-policy"),
        "remove_after_stop" => OptionChange::Rename("remove-after-stop"),
        "shutdown_escalation" => OptionChange::Rename("shutdown-escalation"),
        "startup_fencing" => OptionChange::Rename("startup-fencing"),
        "stonith_action" => OptionChange::Rename("stonith-action"),
        "stonith_enabled" => OptionChange::Rename("stonith-enabled"),
        "stop_orphan_actions" => OptionChange::Rename("stop-orphan-actions"),
        "stop_orphan_resources" => OptionChange::Rename("stop-orphan-resources"),
        "symmetric_cluster" => OptionChange::Rename("symmetric-cluster"),
        "transition_idle_timeout" => OptionChange::Rename("cluster-delay"),
        "default-action-timeout" | "default_action_timeout" => {
            OptionChange::Move("op_defaults", "timeout", None)
        }
        "default-resource-stickiness" | "default_resource_stickiness" => {
            OptionChange::Move("rsc_defaults", "resource-stickiness", None)
        }
        "is-managed-default" | "is_managed_default" => {
            OptionChange::Move("rsc_defaults", "is-managed", None)
        }
        "default-resource-failure-stickiness" | "default_resource_failure_stickiness" => {
            if value == Some("-INFINITY") {
                OptionChange::Move("rsc_defaults", "migration-threshold", Some("1"))
            } else {
                OptionChange::Drop
            }
        }
        "default-migration-threshold"
        | "default_migration_threshold"
        | "expected-quorum-votes"
        | "notification-agent"
        | "notification-recipient" => OptionChange::Drop,
        _ => return None,
    })
}

impl Pass<'_> {
    fn cluster_options(&mut self) {
        const PREFIX: &str = "Cluster properties";
        for crm_config in children(self.doc, self.configuration, "crm_config") {
            for set_id in children(self.doc, crm_config, "cluster_property_set") {
                let mut removed = false;
                for pair in children(self.doc, set_id, "nvpair") {
                    let (id, name, value) = self.pair(pair);
                    let Some(change) = option_change(&name, value.as_deref()) else {
                        continue;
                    };
                    match change {
                        OptionChange::Rename(new) => {
                            self.say(PREFIX, &id, &format!("renaming {name} as {new}"), None);
                            self.doc.set_attr(pair, "name", new);
                        }
                        OptionChange::Drop => {
                            let matching = match value {
                                Some(value) if name == "cluster-infrastructure" => {
                                    format!(" for matching {value}")
                                }
                                _ => String::new(),
                            };
                            self.say(PREFIX, &id, &format!("dropping {name}{matching}"), None);
                            self.doc.detach(pair);
                            removed = true;
                        }
                        OptionChange::Move(target, new, new_value) => {
                            let redefined = new_value
                                .map(|value| format!(", redefined as {value}"))
                                .unwrap_or_default();
                            self.say(
                                PREFIX,
                                &id,
                                &format!(
                                    "moving {name} under {target} as {new} unless already defined \
                                     there{redefined}"
                                ),
                                None,
                            );
                            self.doc.set_attr(pair, "name", new);
                            if let Some(value) = new_value {
                                self.doc.set_attr(pair, "value", value);
                            }
                            self.move_to_defaults(set_id, pair, target, new);
                            removed = true;
                        }
                    }
                }
                self.drop_if_emptied(set_id, removed);
            }
        }
    }

    /// Moves a pair of a property set to the defaults, unless they define it already.
    fn move_to_defaults(&mut self, set_id: ElementId, pair: ElementId, target: &str, name: &str) {
        self.doc.detach(pair);
        let section = section(self.doc, self.configuration, target);
        let rule = self.doc.element(set_id).child("rule").map(Element::id);
        let suffix = if target == "op_defaults" {
            "-op-defaults"
        } else {
            "-rsc-defaults"
        };
        let block_id = match rule {
            None => format!("_2TO3_{suffix}"),
            Some(_) => {
                format!(
                    "_2TO3_{}{suffix}",
                    owned(self.doc, set_id, "id").unwrap_or_default()
                )
            }
        };
        let existing = self
            .doc
            .element(section)
            .children_named("meta_attributes")
            .find(|block| match rule {
                None => block.child("rule").is_none(),
                Some(_) => block.xml_id() == Some(&block_id),
            });
        let block = match existing.map(Element::id) {
            Some(block) => block,
            None => {
                let block = self.doc.append(section, "meta_attributes");
                self.doc.set_attr(block, "id", &block_id);
                if let Some(rule) = rule {
                    self.copy_rule(block, rule);
                }
                block
            }
        };
        if !self.defines(block, name) {
            self.doc.move_last(block, pair);
        }
    }

    /// Puts a rule that stays where it is into another block too, by reference if it has an id.
    fn copy_rule(&mut self, block: ElementId, rule: ElementId) {
        let id = owned(self.doc, rule, "id").or_else(|| owned(self.doc, rule, "id-ref"));
        match id {
            Some(id) => {
                let reference = self.doc.append(block, "rule");
                self.doc.set_attr(reference, "id-ref", &id);
            }
            None => {
                self.doc.copy_within(block, rule);
            }
        }
    }

    fn defines(&self, block: ElementId, name: &str) -> bool {
        self.doc
            .element(block)
            .children_named("nvpair")
            .any(|pair| pair.attr("name") == Some(name))
    }

    fn nodes(&mut self) {
        for nodes in children(self.doc, self.configuration, "nodes") {
            for node in children(self.doc, nodes, "node") {
                if self.doc.element(node).attr("type") == Some("normal") {
                    let id = owned(self.doc, node, "id").unwrap_or_default();
                    self.say(
                        "Cluster node",
                        &id,
                        "keeping type as type, redefined as member",
                        None,
                    );
                    self.doc.set_attr(node, "type", "member");
                }
            }
        }
    }

    fn resources(&mut self) {
        let resources = below(self.doc, self.configuration, |e| {
            matches!(e.name(), "primitive" | "template")
        });
        for resource in resources {
            self.operations(resource);
            for block in children(self.doc, resource, "instance_attributes") {
                self.parameters(resource, block);
            }
            for block in children(self.doc, resource, "meta_attributes") {
                self.meta_attributes(resource, block);
            }
        }
    }

    fn operations(&mut self, resource: ElementId) {
        let rsc = owned(self.doc, resource, "id").unwrap_or_default();
        let ops = below(self.doc, resource, |element| element.name() == "op");
        for op in ops {
            let op_id = owned(self.doc, op, "id").unwrap_or_default();
            let starts = matches!(self.doc.element(op).attr("name"), Some("start" | "promote"));
            for (kind, prefix) in [
                (
                    "instance_attributes",
                    "Resources-operation instance_attributes",
                ),
                ("meta_attributes", "Resources-operation meta_attributes"),
            ] {
                for block in children(self.doc, op, kind) {
                    let block_id = owned(self.doc, block, "id").unwrap_or_default();
                    let label = format!("{op_id} (rsc={rsc}, meta={block_id})");
                    self.op_block(resource, op, block, kind, starts, prefix, &label);
                }
            }
            let requires = owned(self.doc, op, "requires");
            if let Some(requires) = requires {
                let label = format!("{op_id} (rsc={rsc})");
                self.doc.remove_attr(op, "requires");
                if starts {
                    self.say_requires_moved("Resources-operation", &label);
                    let block = self.new_block(resource, &format!("_2TO3_{rsc}-meta"), None);
                    let pair = self.doc.append(block, "nvpair");
                    let id = format!("_2TO3_{op_id}-requires");
                    set(
                        self.doc,
                        pair,
                        &[("id", &id), ("name", "requires"), ("value", &requires)],
                    );
                } else {
                    self.say_requires_dropped("Resources-operation", &label);
                }
            }
        }
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one operation's block, all of it context"
    )]
    fn op_block(
        &mut self,
        resource: ElementId,
        op: ElementId,
        block: ElementId,
        kind: &str,
        starts: bool,
        prefix: &str,
        label: &str,
    ) {
        let mut removed = false;
        let rule = self.doc.element(block).child("rule").map(Element::id);
        let block_id = owned(self.doc, block, "id").unwrap_or_default();
        for pair in children(self.doc, block, "nvpair") {
            let (_, name, _) = self.pair(pair);
            if name == "requires" {
                removed = true;
                self.doc.detach(pair);
                if starts {
                    self.say_requires_moved(prefix, label);
                    let target = self.new_block(resource, &format!("_2TO3_{block_id}"), rule);
                    self.doc.move_last(target, pair);
                } else {
                    self.say_requires_dropped(prefix, label);
                }
            } else if kind == "instance_attributes" && is_op_meta(&name) {
                removed = true;
                self.say(
                    prefix,
                    label,
                    &format!(
                        "moving {name} under meta_attributes as {name} unless already defined there"
                    ),
                    None,
                );
                self.doc.detach(pair);
                let target = self.new_block(op, &format!("_2TO3_{block_id}"), rule);
                if !self.defines(target, &name) {
                    self.doc.move_last(target, pair);
                }
            }
        }
        self.drop_if_emptied(block, removed);
    }

    fn say_requires_moved(&mut self, prefix: &str, label: &str) {
        let text = "moving requires under meta_attributes as requires unless already defined there";
        self.say(prefix, label, text, None);
    }

    fn say_requires_dropped(&mut self, prefix: &str, label: &str) {
        let extra = Some(("INFO", "only start/promote operation taken into account"));
        self.say(prefix, label, "dropping requires", extra);
    }

    /// The `meta_attributes` child of `owner` with this id, made (last) if it is not there.
    fn new_block(&mut self, owner: ElementId, id: &str, rule: Option<ElementId>) -> ElementId {
        let existing = self
            .doc
            .element(owner)
            .children_named("meta_attributes")
            .find(|block| block.xml_id() == Some(id))
            .map(Element::id);
        if let Some(block) = existing {
            return block;
        }
        let block = self.doc.append(owner, "meta_attributes");
        self.doc.set_attr(block, "id", id);
        if let Some(rule) = rule {
            // The set that the rule stands in may disappear, so the rule itself goes along.
            let copy = self.doc.copy_within(block, rule);
            for inner in std::iter::once(copy)
                .chain(below(self.doc, copy, |element| element.xml_id().is_some()))
                .collect::<Vec<_>>()
            {
                if let Some(inner_id) = owned(self.doc, inner, "id") {
                    self.doc.set_attr(inner, "id", &format!("_2TO3_{inner_id}"));
                }
            }
        }
        block
    }

    fn parameters(&mut self, resource: ElementId, block: ElementId) {
        const PREFIX: &str = "Resource instance_attributes";
        let label = self.block_label(resource, block);
        let mut removed = false;
        for pair in children(self.doc, block, "nvpair") {
            let (_, name, value) = self.pair(pair);
            let new = match name.as_str() {
                "pcmk_arg_map" => {
                    let port = value
                        .as_deref()
                        .filter(|value| !value.contains(','))
                        .and_then(|value| value.strip_prefix("port:"));
                    let Some(port) = port else {
                        self.say(PREFIX, &label, "dropping pcmk_arg_map", None);
                        self.doc.detach(pair);
                        removed = true;
                        continue;
                    };
                    self.doc.set_attr(pair, "value", port);
                    "pcmk_host_argument"
                }
                "pcmk_list_cmd" => "pcmk_list_action",
                "pcmk_monitor_cmd" => "pcmk_monitor_action",
                "pcmk_off_cmd" => "pcmk_off_action",
                "pcmk_on_cmd" => "pcmk_on_action",
                "pcmk_reboot_cmd" => "pcmk_reboot_action",
                "pcmk_status_cmd" => "pcmk_status_action",
                _ => continue,
            };
            self.say(PREFIX, &label, &format!("renaming {name} as {new}"), None);
            self.doc.set_attr(pair, "name", new);
        }
        self.drop_if_emptied(block, removed);
    }

    fn meta_attributes(&mut self, resource: ElementId, block: ElementId) {
        const PREFIX: &str = "Resource meta_attributes";
        let label = self.block_label(resource, block);
        let mut removed = false;
        for pair in children(self.doc, block, "nvpair") {
            let (_, name, value) = self.pair(pair);
            if ISOLATION.contains(&name.as_str()) {
                self.say(
                    PREFIX,
                    &label,
                    &format!("renaming {name} as target-role, redefined as Stopped"),
                    Some((
                        "WARNING",
                        "isolation is not supported anymore, resource is kept stopped",
                    )),
                );
                set(
                    self.doc,
                    pair,
                    &[("name", "target-role"), ("value", "Stopped")],
                );
            } else if matches!(
                name.as_str(),
                "resource-failure-stickiness" | "resource_failure_stickiness"
            ) {
                let extra = Some(("INFO", "migration-threshold can be configured instead"));
                if value.as_deref() == Some("-INFINITY") {
                    let text = format!(
                        "renaming {name} as migration-threshold, redefined as 1 for matching -INFINITY"
                    );
                    self.say(PREFIX, &label, &text, None);
                    set(
                        self.doc,
                        pair,
                        &[("name", "migration-threshold"), ("value", "1")],
                    );
                } else {
                    self.say(PREFIX, &label, &format!("dropping {name}"), extra);
                    self.doc.detach(pair);
                    removed = true;
                }
            }
        }
        self.drop_if_emptied(block, removed);
    }

    fn colocations(&mut self) {
        for constraint in below(self.doc, self.configuration, |e| {
            e.name() == "rsc_colocation"
        }) {
            for name in ["score-attribute", "score-attribute-mangle"] {
                if self.doc.remove_attr(constraint, name) {
                    let id = owned(self.doc, constraint, "id").unwrap_or_default();
                    let extra = Some(("INFO", "was actually never in effect"));
                    self.say(
                        "Constraints-colocation",
                        &id,
                        &format!("dropping {name}"),
                        extra,
                    );
                }
            }
        }
    }

    fn drop_if_emptied(&mut self, block: ElementId, removed: bool) {
        if removed && self.doc.element(block).child("nvpair").is_none() {
            self.doc.detach(block);
        }
    }

    fn block_label(&self, resource: ElementId, block: ElementId) -> String {
        let get = |id| self.doc.element(id).xml_id().unwrap_or_default();
        format!("{} (meta={})", get(resource), get(block))
    }

    /// Id, name and value of a pair.
    fn pair(&self, pair: ElementId) -> (String, String, Option<String>) {
        let get = |name| owned(self.doc, pair, name);
        (
            get("id").unwrap_or_default(),
            get("name").unwrap_or_default(),
            get("value"),
        )
    }

    fn say(&mut self, prefix: &str, label: &str, text: &str, extra: Option<(&str, &str)>) {
        let level = extra.map_or("DEBUG", |(level, _)| level);
        self.messages
            .push(format!("{level}: {prefix}: {label}: {text}"));
        if let Some((level, extra)) = extra {
            self.messages
                .push(format!("{level}: {prefix}: ... {extra}"));
        }
    }
}

/// Names among an operation's parameters that have an effect as meta-attributes.
fn is_op_meta(name: &str) -> bool {
    matches!(
        name,
        "interval-origin"
            | "start-delay"
            | "enabled"
            | "on-fail"
            | "record-pending"
            | "role"
            | "timeout"
    )
}
