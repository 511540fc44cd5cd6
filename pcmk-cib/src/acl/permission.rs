//! Reading who may do what.

use std::collections::BTreeMap;
use std::sync::Arc;

use pcmk_core::diag::Diagnostics;
use pcmk_core::lenient::is_true;
use pcmk_core::score::HealthScores;
use pcmk_core::time::DateTime;

use crate::nvset::NvBlocks;
use crate::rule::{NextChange, RuleInput};
use crate::xml::{Document, Element};
use crate::xpath::{self, XPath, XPathError};

/// Function named in messages about permissions that cannot be used.
const FUNCTION: &str = "acl";

/// What a permission does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Allows reading.
    Read,
    /// Allows reading and writing.
    Write,
    /// Allows nothing.
    Deny,
}

/// One permission: a kind and what it is about.
#[derive(Clone, Debug)]
pub struct Permission {
    /// What it does.
    pub kind: Kind,
    /// The nodes it is about.
    pub xpath: XPath,
}

/// The permissions of one user, in the order in which they are listed.
#[derive(Clone, Debug, Default)]
pub struct Permissions {
    list: Vec<Permission>,
}

/// Who belongs to which group of the system.
pub trait Groups {
    /// Whether `group` lists `user` as a member.
    fn is_member(&self, group: &str, user: &str) -> bool;
}

/// No user is in any group.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoGroups;

impl Groups for NoGroups {
    fn is_member(&self, _group: &str, _user: &str) -> bool {
        false
    }
}

/// Whether access control applies to `user` at all: it does not to the cluster's own two users, nor to a
/// request without user.
///
/// Source: behaviour notes 06 §6.1.
pub fn is_subject(user: &str) -> bool {
    !matches!(user, "" | "root" | "hacluster")
}

/// Whether the cluster option `enable-acl` is true at the time `now`.
///
/// Source: behaviour notes 06 §6.1.
pub fn enabled(doc: &Document, now: DateTime) -> bool {
    let Some(config) = doc
        .root_element()
        .child("configuration")
        .and_then(|configuration| configuration.child("crm_config"))
    else {
        return false;
    };
    let blocks = NvBlocks::read(
        &[config],
        "cluster_property_set",
        Some("cib-bootstrap-options"),
        &[config],
        doc,
        &HealthScores::default(),
    );
    // Messages about the options are for those who look at them all.
    let mut log = Diagnostics::default();
    let mut options: BTreeMap<Arc<str>, Arc<str>> = BTreeMap::new();
    blocks.unpack(
        &RuleInput::at(now),
        &mut options,
        &mut NextChange::default(),
        &mut log,
    );
    is_true(options.get("enable-acl").map(|value| &**value))
}

impl Permissions {
    /// The permissions of `user` in `doc`. What cannot be used is left out and reported.
    ///
    /// Source: behaviour notes 06 §6.2.
    pub fn of(
        doc: &Document,
        user: &str,
        groups: &dyn Groups,
        log: &mut Diagnostics,
    ) -> Permissions {
        let mut permissions = Permissions::default();
        let found = xpath::find(doc, "//acls");
        let [only] = found.as_slice() else {
            return permissions;
        };
        for holder in doc.element(only.element(doc)).children() {
            let name = holder.attr("name").or(holder.xml_id()).unwrap_or("");
            let applies = match holder.name() {
                "acl_target" => name == user,
                "acl_group" => groups.is_member(name, user),
                _ => false,
            };
            if !applies {
                continue;
            }
            for entry in holder.children() {
                match entry.name() {
                    "role" => {
                        let role = entry.xml_id().and_then(|id| {
                            doc.by_id(Some("acl_role"), id)
                                .first()
                                .map(|id| doc.element(*id))
                        });
                        if let Some(role) = role {
                            for permission in role.children_named("acl_permission") {
                                permissions.add(permission, log);
                            }
                        }
                    }
                    "acl_permission" => {
                        log.config_warning(
                            FUNCTION,
                            format!("Permission directly in {} '{name}'", holder.name()),
                        );
                        permissions.add(entry, log);
                    }
                    _ => {}
                }
            }
        }
        permissions
    }

    fn add(&mut self, element: Element<'_>, log: &mut Diagnostics) {
        let id = element.xml_id().unwrap_or("without ID").to_owned();
        let kind = match element.attr("kind") {
            Some("read") => Kind::Read,
            Some("write") => Kind::Write,
            Some("deny") => Kind::Deny,
            Some(other) => {
                let text = format!("Ignoring ACL permission {id}: unknown kind '{other}'");
                log.config_error(FUNCTION, text);
                return;
            }
            None => {
                log.config_error(FUNCTION, format!("Ignoring ACL permission {id}: no kind"));
                return;
            }
        };
        let Some(selector) = selector(element) else {
            let text = format!("Ignoring ACL permission {id}: nothing selected");
            log.config_error(FUNCTION, text);
            return;
        };
        match XPath::parse(&selector) {
            Ok(xpath) => self.list.push(Permission { kind, xpath }),
            Err(error) => {
                log.config_error(FUNCTION, format!("ACL permission {id}: {error}"));
                // A wrong expression matches nothing, in the reference too. But a denial that is only too
                // much for us must not fall away: then nothing is allowed.
                if kind == Kind::Deny
                    && matches!(error, XPathError::Limit { .. })
                    && let Ok(xpath) = XPath::parse("//*")
                {
                    self.list.push(Permission { kind, xpath });
                }
            }
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The permissions in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Permission> {
        self.list.iter()
    }
}

/// The path that a permission selects.
fn selector(element: Element<'_>) -> Option<String> {
    if let Some(xpath) = element.attr("xpath") {
        return Some(xpath.to_owned());
    }
    let name = element.attr("object-type");
    let reference = element.attr("reference");
    if name.is_none() && reference.is_none() {
        return None;
    }
    let name = name.unwrap_or("*");
    Some(match (reference, element.attr("attribute")) {
        (Some(id), Some(attribute)) => format!("//{name}[@id='{id}' and @{attribute}]"),
        (Some(id), None) => format!("//{name}[@id='{id}']"),
        (None, Some(attribute)) => format!("//{name}[@{attribute}]"),
        (None, None) => format!("//{name}"),
    })
}
