//! What the ids in constraints refer to: resources, templates, tags. Source: behaviour notes 01 §10.1, §10.2.

use foldhash::HashMap;
use std::sync::Arc;

use pcmk_core::role::Role;

use crate::config::IdList;
use crate::id::RscId;
use crate::state::find_rsc_or_history;
use crate::work::Work;

/// What a reference names.
#[derive(Clone, Copy, Debug)]
pub enum Target<'a> {
    /// A resource.
    Resource(RscId),
    /// A template with derived resources, or a tag.
    List(&'a IdList),
}

/// Templates and tags by id.
pub struct References<'a> {
    templates: HashMap<&'a str, &'a IdList>,
    tags: HashMap<&'a str, &'a IdList>,
}

impl<'a> References<'a> {
    /// Those of the configuration.
    #[must_use]
    pub fn of(w: &Work<'a>) -> References<'a> {
        let index = |lists: &'a [IdList]| lists.iter().map(|l| (&*l.id, l)).collect();
        References {
            templates: index(&w.config.templates),
            tags: index(&w.config.tags),
        }
    }

    /// What an id names: resources first, then templates, then tags. Warns if nothing has that name.
    pub fn find(&self, w: &mut Work<'a>, id: &str) -> Option<Target<'a>> {
        if let Some(rsc) = resource(w, id) {
            return Some(Target::Resource(rsc));
        }
        if let Some(&list) = self.templates.get(id) {
            // A template from which nothing is derived is as good as none.
            return (!list.members.is_empty()).then_some(Target::List(list));
        }
        if let Some(&list) = self.tags.get(id) {
            return Some(Target::List(list));
        }
        let text = format!("No resource, template, or tag named '{id}'");
        w.log.config_warning("find_constraint_tag", text);
        None
    }
}

/// The resource of this id, or (for ids known from history) the topmost ancestor of the instance that has it.
#[must_use]
pub fn resource(w: &Work<'_>, id: &str) -> Option<RscId> {
    find_rsc_or_history(w.config, w.state, id)
}

/// Reads a role of a colocation or ticket: Unknown is any role. `None`, with a message, if it is invalid.
pub fn constraint_role(w: &mut Work<'_>, constraint: &str, text: Option<&str>) -> Option<Role> {
    let Some(text) = text else {
        return Some(Role::Unknown);
    };
    match parse_role(w, text) {
        Some(Role::Started) => Some(Role::Unknown),
        Some(role) => Some(role),
        None => {
            let text = format!("Ignoring constraint {constraint}: Invalid role '{text}'");
            w.log.config_error("pcmk__parse_constraint_role", text);
            None
        }
    }
}

/// Reads the role filter of a location: `None` inside is any role. `None` outside if it is invalid.
pub fn location_role(w: &mut Work<'_>, text: Option<&str>) -> Option<Option<Role>> {
    let Some(text) = text else { return Some(None) };
    match parse_role(w, text)? {
        Role::Started | Role::Unpromoted => Some(None),
        role @ (Role::Stopped | Role::Promoted) => Some(Some(role)),
        Role::Unknown => None,
    }
}

fn parse_role(w: &mut Work<'_>, text: &str) -> Option<Role> {
    let parsed = Role::parse(text)?;
    if parsed.legacy {
        let (tag, old, new) = match parsed.role {
            Role::Promoted => ("role_master", "Master", "Promoted"),
            Role::Unknown | Role::Stopped | Role::Started | Role::Unpromoted => {
                ("role_slave", "Slave", "Unpromoted")
            }
        };
        let text = format!(
            "Support for the {old} role is deprecated and will be removed in a future release. Use {new} instead."
        );
        w.log.warn_once(tag, "pcmk_parse_role", text);
    }
    Some(parsed.role)
}

/// A shared copy of a constraint's id.
#[must_use]
pub fn shared(id: &str) -> Arc<str> {
    id.into()
}
