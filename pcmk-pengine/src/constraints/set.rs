//! Resource sets of constraints, with templates and tags replaced by their members. Source: behaviour notes 01 §10.2.

use foldhash::{HashSet, HashSetExt as _};

use pcmk_cib::reference::report_missing;
use pcmk_cib::xml::{Document, Element, ElementId};
use pcmk_core::diag::Diagnostics;
use pcmk_core::lenient::parse_bool;

use crate::config::IdList;
use crate::constraints::reference::resource;
use crate::constraints::reference::{References, Target};
use crate::id::RscId;
use crate::work::Work;

/// A `resource_set`, read or made up for a template or tag. Attributes are raw text.
#[derive(Clone, Debug, Default)]
pub struct Set<'a> {
    /// `id`.
    pub id: Option<&'a str>,
    /// `sequential`.
    pub sequential: Option<&'a str>,
    /// `require-all`.
    pub require_all: Option<&'a str>,
    /// `action`.
    pub action: Option<&'a str>,
    /// `role`.
    pub role: Option<&'a str>,
    /// `score`.
    pub score: Option<&'a str>,
    /// `kind`.
    pub kind: Option<&'a str>,
    /// `ordering`.
    pub ordering: Option<&'a str>,
    /// `symmetrical`.
    pub symmetrical: Option<&'a str>,
    /// Ids of the members, in order.
    pub members: Vec<&'a str>,
}

impl<'a> Set<'a> {
    /// Reads a `resource_set`.
    #[must_use]
    pub fn of(element: Element<'a>) -> Set<'a> {
        Set {
            id: element.xml_id(),
            sequential: element.attr("sequential"),
            require_all: element.attr("require-all"),
            action: element.attr("action"),
            role: element.attr("role"),
            score: element.attr("score"),
            kind: element.attr("kind"),
            ordering: element.attr("ordering"),
            symmetrical: element.attr("symmetrical"),
            members: element
                .children_named("resource_ref")
                .map(|member| member.xml_id().unwrap_or_default())
                .collect(),
        }
    }

    /// The set that stands for a template or tag.
    #[must_use]
    pub fn of_list(list: &'a IdList) -> Set<'a> {
        Set {
            id: Some(&list.id),
            sequential: Some("false"),
            members: list.members.iter().map(|m| &**m).collect(),
            ..Set::default()
        }
    }

    /// The set that stands for a resource beside a template or tag.
    #[must_use]
    pub fn of_resource(id: &'a str) -> Set<'a> {
        Set {
            id: Some(id),
            members: vec![id],
            ..Set::default()
        }
    }

    /// `sequential`, where absent or invalid is true.
    #[must_use]
    pub fn is_sequential(&self) -> bool {
        self.sequential.and_then(parse_bool) != Some(false)
    }

    /// `sequential`, where absent or invalid is false.
    #[must_use]
    pub fn is_explicitly_sequential(&self) -> bool {
        self.sequential.and_then(parse_bool) == Some(true)
    }

    /// The members as resources, or the first id that names none.
    pub fn resolve(&self, w: &Work<'_>) -> Result<Vec<RscId>, &'a str> {
        self.members
            .iter()
            .map(|&id| resource(w, id).ok_or(id))
            .collect()
    }
}

/// The sets of a constraint. Those in the constraint itself have templates and tags replaced; if one of their references
/// means nothing, none is replaced. A set given by `id-ref` is taken from where it is, and what follows it *there*
/// follows here, instead of what follows the reference.
pub fn sets<'a>(
    w: &mut Work<'a>,
    references: &References<'a>,
    constraint: Element<'a>,
) -> Vec<Set<'a>> {
    let config = w.config;
    let own: Vec<Element<'a>> = constraint.children_named("resource_set").collect();
    if own.is_empty() {
        return Vec::new();
    }
    let read: Vec<Set<'a>> = own.iter().map(|&e| Set::of(e)).collect();
    let expanded = expand(w, references, constraint, &read).unwrap_or(read);
    let mut result = Vec::new();
    for (&element, set) in own.iter().zip(expanded) {
        match element.attr("id-ref") {
            None => result.push(set),
            Some(id) => {
                follow(&config.doc, id, &mut result, w.log);
                break;
            }
        }
    }
    result
}

fn expand<'a>(
    w: &mut Work<'a>,
    references: &References<'a>,
    constraint: Element<'a>,
    sets: &[Set<'a>],
) -> Option<Vec<Set<'a>>> {
    let mut expanded = sets.to_vec();
    for set in &mut expanded {
        let mut members = Vec::with_capacity(set.members.len());
        for &id in &set.members {
            match references.find(w, id) {
                Some(Target::Resource(_)) => members.push(id),
                Some(Target::List(list)) => members.extend(list.members.iter().map(|m| &**m)),
                None => {
                    let constraint = constraint.xml_id().unwrap_or_default();
                    let text = format!(
                        "Ignoring resource sets for constraint '{constraint}' because '{id}' is not a valid \
                         resource or tag"
                    );
                    w.log.config_error("pcmk__expand_tags_in_sets", text);
                    return None;
                }
            }
        }
        set.members = members;
    }
    Some(expanded)
}

/// Adds a set found by id, and the sets after it. References can lead in circles; every set is taken once.
fn follow<'a>(doc: &'a Document, id: &str, result: &mut Vec<Set<'a>>, log: &mut Diagnostics) {
    let mut seen: HashSet<ElementId> = HashSet::new();
    let mut by_id = |id: &str| {
        let found = doc.by_id(Some("resource_set"), id).into_iter().next();
        if found.is_none() {
            report_missing(log, "resource_set", id);
        }
        found
    };
    let mut next = by_id(id);
    while let Some(at) = next {
        if !seen.insert(at) {
            return;
        }
        let element = doc.element(at);
        result.push(Set::of(element));
        let mut sibling = element.next_sibling();
        while let Some(other) = sibling
            && other.name() != "resource_set"
        {
            sibling = other.next_sibling();
        }
        next = sibling.and_then(|s| match s.attr("id-ref") {
            None => Some(s.id()),
            Some(id) => by_id(id),
        });
    }
}
