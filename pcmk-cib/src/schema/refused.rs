//! What a schema version no longer allows although an earlier one did.
//!
//! Three steps are narrower than their predecessors: 2.0 (access control syntax), 3.0 (old names of options
//! and attributes) and 4.0 (old kinds of resources and constraints). Everything else that a version adds is
//! allowed by all later ones.
//!
//! [`crate::validate`] knows all this, and more. This excerpt lets tests of transforms work on fragments.
//!
//! Source: behaviour notes 11 §3 (tables), §4 (rows marked N).

use super::SchemaVersion;
use super::to_3_0::{ISOLATION, OLD_INFRASTRUCTURES};
use super::to_4_0::index_above_9;
use crate::xml::{Document, Element};

/// Cluster options that 3.0 refuses.
const OLD_OPTIONS: [&str; 26] = [
    "cluster_recheck_interval",
    "dc_deadtime",
    "default-action-timeout",
    "default_action_timeout",
    "default-migration-threshold",
    "default_migration_threshold",
    "default-resource-failure-stickiness",
    "default_resource_failure_stickiness",
    "default-resource-stickiness",
    "default_resource_stickiness",
    "election_timeout",
    "expected-quorum-votes",
    "is-managed-default",
    "is_managed_default",
    "no_quorum_policy",
    "notification-agent",
    "notification-recipient",
    "remove_after_stop",
    "shutdown_escalation",
    "startup_fencing",
    "stonith_action",
    "stonith_enabled",
    "stop_orphan_actions",
    "stop_orphan_resources",
    "symmetric_cluster",
    "transition_idle_timeout",
];

/// Parameters of operations that 3.0 (only) refuses.
const OPERATION_NAMES: [&str; 8] = [
    "interval-origin",
    "start-delay",
    "enabled",
    "on-fail",
    "record-pending",
    "role",
    "timeout",
    "requires",
];

/// Parameters of primitives and templates that 3.0 (only) refuses.
const FENCING_NAMES: [&str; 7] = [
    "pcmk_arg_map",
    "pcmk_list_cmd",
    "pcmk_monitor_cmd",
    "pcmk_off_cmd",
    "pcmk_on_cmd",
    "pcmk_reboot_cmd",
    "pcmk_status_cmd",
];

/// Cluster options that 4.0 refuses.
const REMOVED_OPTIONS: [&str; 4] = [
    "crmd-finalization-timeout",
    "crmd-integration-timeout",
    "crmd-transition-delay",
    "remove-after-stop",
];

/// Whether the configuration in `doc` holds something that `schema` refuses.
pub(super) fn any(doc: &Document, schema: SchemaVersion) -> bool {
    if schema < SchemaVersion::V2_0 {
        return false;
    }
    doc.root_element()
        .child("configuration")
        .is_some_and(|configuration| {
            configuration
                .descendants()
                .any(|element| element_refused(element, schema))
        })
}

fn element_refused(element: Element<'_>, schema: SchemaVersion) -> bool {
    let from_3_0 = schema >= SchemaVersion::V3_0;
    let from_4_0 = schema >= SchemaVersion::V4_0;
    let has = |name: &str| element.attr(name).is_some();
    match element.name() {
        "acl_user" | "role_ref" => true,
        "read" | "write" | "deny" => parent_is(element, &["acl_role", "acl_user"]),
        "node" => {
            let kind = word(element.attr("type"));
            (from_3_0 && kind == Some("normal")) || (from_4_0 && kind == Some("ping"))
        }
        "op" => from_3_0 && has("requires"),
        "rsc_colocation" => from_3_0 && (has("score-attribute") || has("score-attribute-mangle")),
        "nvpair" => pair_refused(element, schema),
        "master" | "lifetime" | "rkt" => from_4_0,
        "docker" | "podman" => from_4_0 && has("masters"),
        "primitive" | "template" => {
            from_4_0 && matches!(word(element.attr("class")), Some("nagios" | "upstart"))
        }
        "date_spec" => from_4_0 && has("moon"),
        "rsc_location" => from_4_0 && element.children_named("rule").count() > 1,
        "fencing-level" => from_4_0 && index_above_9(element.attr("index")),
        _ => false,
    }
}

fn pair_refused(pair: Element<'_>, schema: SchemaVersion) -> bool {
    let Some(set) = pair.parent() else {
        return false;
    };
    let owner = set.parent().map_or("", |owner| owner.name());
    let (name, value) = (pair.attr("name"), pair.attr("value"));
    if pair.attr("id-ref").is_some() {
        // A reference stands alone in 4.0.
        return schema >= SchemaVersion::V4_0 && name.is_some();
    }
    if schema >= SchemaVersion::V4_0 && value.is_none() {
        return true;
    }
    let Some(name) = name else {
        return false;
    };
    if schema >= SchemaVersion::V4_0 {
        return match (owner, set.name()) {
            ("crm_config", _) => {
                REMOVED_OPTIONS.contains(&name)
                    || (name == "stonith-action" && value == Some("poweroff"))
            }
            ("rsc_defaults", _)
            | ("primitive" | "template" | "group" | "clone" | "bundle", "meta_attributes") => {
                name == "restart-type"
            }
            ("op_defaults", _) | ("op", "meta_attributes") => {
                matches!(name, "can_fail" | "role_after_failure")
            }
            _ => false,
        };
    }
    if schema < SchemaVersion::V3_0 {
        return false;
    }
    match (owner, set.name()) {
        ("crm_config", _) => {
            OLD_OPTIONS.contains(&name)
                || (name == "cluster-infrastructure"
                    && value.is_none_or(|value| OLD_INFRASTRUCTURES.contains(&value)))
        }
        ("primitive" | "template", "meta_attributes") => ISOLATION.contains(&name),
        ("op", "meta_attributes") => name == "requires",
        ("op", "instance_attributes") => {
            schema == SchemaVersion::V3_0 && OPERATION_NAMES.contains(&name)
        }
        ("primitive" | "template", "instance_attributes") => {
            schema == SchemaVersion::V3_0 && FENCING_NAMES.contains(&name)
        }
        _ => false,
    }
}

fn parent_is(element: Element<'_>, names: &[&str]) -> bool {
    element
        .parent()
        .is_some_and(|parent| names.contains(&parent.name()))
}

/// Words are compared without the blanks around them.
fn word(text: Option<&str>) -> Option<&str> {
    text.map(|text| text.trim_matches([' ', '\t', '\r', '\n']))
}
