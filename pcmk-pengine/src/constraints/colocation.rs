//! Colocation constraints of the CIB. Source: behaviour notes 01 §10.4, 03 §8.1.

use std::sync::Arc;

use pcmk_cib::xml::Element;
use pcmk_core::lenient::{is_true, parse_bool};
use pcmk_core::role::Role;
use pcmk_core::score::{Score, parse_score};

use crate::constraints::NewColocation;
use crate::constraints::reference::{References, Target, constraint_role, resource};
use crate::constraints::set::{Set, sets};
use crate::id::RscId;
use crate::work::Work;

/// What all colocations of one constraint share.
struct Shared<'a> {
    id: &'a str,
    score: Score,
    score_text: Option<&'a str>,
    influence: Option<&'a str>,
}

/// Reads a `rsc_colocation`.
pub fn read<'a>(w: &mut Work<'a>, references: &References<'a>, element: Element<'a>, id: &'a str) {
    if id.is_empty() {
        w.log.config_error(
            "pcmk__unpack_colocation",
            "Ignoring rsc_colocation without #id",
        );
        return;
    }
    let score_text = element.attr("score");
    let score = match score_text {
        None => Score::ZERO,
        Some(text) => match parse_score(text, &w.config.options.health) {
            Ok(score) => score,
            Err(_) => {
                let text =
                    format!("Ignoring colocation {id} because '{text}' is not a valid score");
                w.log.config_error("pcmk__unpack_colocation", text);
                return;
            }
        },
    };
    let shared = Shared {
        id,
        score,
        score_text,
        influence: element.attr("influence"),
    };
    let own_sets = sets(w, references, element);
    if !own_sets.is_empty() {
        return read_sets(w, &shared, &own_sets);
    }
    let (dependent, primary) = (element.attr("rsc"), element.attr("with-rsc"));
    let mut lists = [None, None];
    for (side, name) in [dependent, primary].into_iter().enumerate() {
        let Some(name) = name else { continue };
        match references.find(w, name) {
            Some(Target::Resource(_)) => {}
            Some(Target::List(list)) => lists[side] = Some(list),
            None => {
                let text = format!(
                    "Ignoring constraint '{id}' because '{name}' is not a valid resource or tag"
                );
                w.log.config_error("unpack_colocation_tags", text);
                return;
            }
        }
    }
    if lists.iter().all(Option::is_none) {
        return read_simple(w, &shared, element, dependent, primary);
    }
    if lists.iter().all(Option::is_some) {
        let text =
            format!("Ignoring constraint '{id}' because two templates or tags cannot be colocated");
        w.log.config_error("unpack_colocation_tags", text);
        return;
    }
    let roles = [element.attr("rsc-role"), element.attr("with-rsc-role")];
    let mut made = Vec::new();
    for (side, name) in [dependent, primary].into_iter().enumerate() {
        let Some(name) = name else { continue };
        let set = match lists[side] {
            Some(list) => Set::of_list(list),
            None => Set::of_resource(name),
        };
        made.push(Set {
            role: roles[side],
            ..set
        });
    }
    read_sets(w, &shared, &made);
}

fn read_simple(
    w: &mut Work<'_>,
    shared: &Shared<'_>,
    element: Element<'_>,
    dependent: Option<&str>,
    primary: Option<&str>,
) {
    let id = shared.id;
    let mut found = [None, None];
    for (side, name) in [dependent, primary].into_iter().enumerate() {
        found[side] = name.and_then(|n| resource(w, n));
        if found[side].is_none() {
            let name = name.unwrap_or("(null)");
            let text =
                format!("Ignoring constraint '{id}' because resource '{name}' does not exist");
            w.log.config_error("unpack_simple_colocation", text);
            return;
        }
    }
    let [Some(dependent), Some(primary)] = found else {
        return;
    };
    if is_true(element.attr("symmetrical")) {
        let text = "The colocation constraint 'symmetrical' attribute has been removed";
        w.log.config_warning("unpack_simple_colocation", text);
    }
    let Some(dependent_role) = constraint_role(w, id, element.attr("rsc-role")) else {
        return;
    };
    let Some(primary_role) = constraint_role(w, id, element.attr("with-rsc-role")) else {
        return;
    };
    let attribute = element.attr("node-attribute").unwrap_or("#uname");
    let influence = influence(w, shared, dependent);
    w.add_colocation(NewColocation {
        id: id.into(),
        dependent,
        primary,
        score: shared.score,
        dependent_role,
        primary_role,
        attribute: attribute.into(),
        influence,
        explicit: true,
    });
}

fn read_sets(w: &mut Work<'_>, shared: &Shared<'_>, sets: &[Set<'_>]) {
    let mut previous: Option<&Set<'_>> = None;
    for set in sets {
        let Some(set_id) = set.id.filter(|id| !id.is_empty()) else {
            w.log.config_error(
                "pcmk__unpack_colocation",
                "Ignoring resource_set without #id",
            );
            return;
        };
        inside_set(w, shared, set, set_id);
        if let Some(previous) = previous {
            between_sets(w, shared, previous, set);
        }
        previous = Some(set);
    }
}

/// Whether the dependent's preferences count: as configured, else if the dependent is critical.
fn influence(w: &mut Work<'_>, shared: &Shared<'_>, dependent: RscId) -> bool {
    let critical = w.config.rsc(dependent).critical;
    let Some(text) = shared.influence else {
        return critical;
    };
    parse_bool(text).unwrap_or_else(|| {
        let text = format!(
            "Constraint '{}' has invalid value for influence (using default)",
            shared.id
        );
        w.log.config_error("unpack_influence", text);
        critical
    })
}

/// Colocates the members of one set.
fn inside_set(w: &mut Work<'_>, shared: &Shared<'_>, set: &Set<'_>, set_id: &str) {
    let config = w.config;
    let score_text = set.score.or(shared.score_text);
    let score = match score_text.map(|text| parse_score(text, &config.options.health)) {
        None => Score::ZERO,
        Some(Ok(score)) => score,
        Some(Err(_)) => {
            let score = score_text.unwrap_or_default();
            let text = format!(
                "Ignoring colocation '{}' for set '{set_id}' because '{score}' is not a valid score",
                shared.id
            );
            w.log.config_error("unpack_colocation_set", text);
            return;
        }
    };
    if score == Score::ZERO || !set.is_sequential() {
        return;
    }
    let Some(role) = constraint_role(w, set_id, set.role) else {
        return;
    };
    let set_shared = Colocate {
        id: set_id.into(),
        score,
        roles: (role, role),
    };
    if score > Score::ZERO {
        let later_with_earlier = set.ordering.is_none_or(|o| o.eq_ignore_ascii_case("group"));
        if !later_with_earlier {
            let text = format!(
                "Support for 'ordering' other than 'group' in resource_set (such as {set_id}) is deprecated and \
                 will be removed in a future release"
            );
            w.log
                .warn_once("set_ordering", "unpack_colocation_set", text);
        }
        let mut previous = None;
        for &member in &set.members {
            let Some(rsc) = resource(w, member) else {
                return no_such_member(w, member, set_id);
            };
            if let Some(previous) = previous {
                let influence = influence(w, shared, rsc);
                let (dependent, primary) = if later_with_earlier {
                    (rsc, previous)
                } else {
                    (previous, rsc)
                };
                set_shared.add(w, dependent, primary, influence);
            }
            previous = Some(rsc);
        }
        return;
    }
    for &member in &set.members {
        let Some(rsc) = resource(w, member) else {
            return no_such_member(w, member, set_id);
        };
        let influence = influence(w, shared, rsc);
        for &earlier in &set.members {
            if earlier == config.name(rsc) {
                break;
            }
            let Some(other) = resource(w, earlier) else {
                return no_such_member(w, earlier, set_id);
            };
            set_shared.add(w, rsc, other, influence);
        }
    }
}

fn no_such_member(w: &mut Work<'_>, member: &str, set_id: &str) {
    let text = format!("Ignoring {member} and later resources in set {set_id}: No such resource");
    w.log.config_error("unpack_colocation_set", text);
}

/// Id, score and roles of several colocations.
struct Colocate {
    id: Arc<str>,
    score: Score,
    roles: (Role, Role),
}

impl Colocate {
    fn add(&self, w: &mut Work<'_>, dependent: RscId, primary: RscId, influence: bool) {
        w.add_colocation(NewColocation {
            id: Arc::clone(&self.id),
            dependent,
            primary,
            score: self.score,
            dependent_role: self.roles.0,
            primary_role: self.roles.1,
            attribute: "#uname".into(),
            influence,
            explicit: true,
        });
    }
}

/// Colocates the members of one set with those of the next. A sequential set is represented by one of its members: the
/// first as dependent, the last as primary.
fn between_sets(w: &mut Work<'_>, shared: &Shared<'_>, dependents: &Set<'_>, primaries: &Set<'_>) {
    if shared.score == Score::ZERO {
        return;
    }
    let Some(dependent_role) = constraint_role(w, shared.id, dependents.role) else {
        return;
    };
    let Some(primary_role) = constraint_role(w, shared.id, primaries.role) else {
        return;
    };
    let names = (
        dependents.id.unwrap_or_default(),
        primaries.id.unwrap_or_default(),
    );
    let colocate = Colocate {
        id: shared.id.into(),
        score: shared.score,
        roles: (dependent_role, primary_role),
    };
    let one_dependent = dependents.is_sequential();
    let one_primary = primaries.is_sequential();
    let chosen = |set: &Set<'_>, one: bool, last: bool| -> Vec<String> {
        let member = if last {
            set.members.last()
        } else {
            set.members.first()
        };
        let members: Vec<&str> = if one {
            member.into_iter().copied().collect()
        } else {
            set.members.clone()
        };
        members.into_iter().map(str::to_owned).collect()
    };
    let error = |w: &mut Work<'_>, text: String| w.log.config_error("colocate_rsc_sets", text);
    for dependent_name in chosen(dependents, one_dependent, false) {
        let Some(dependent) = resource(w, &dependent_name) else {
            let text = if one_dependent {
                format!(
                    "Ignoring colocation of set {} with set {} because first resource {dependent_name} not found",
                    names.0, names.1
                )
            } else {
                format!(
                    "Ignoring colocation of set {} resource {dependent_name} with set {}: No such resource",
                    names.0, names.1
                )
            };
            error(w, text);
            if one_dependent {
                return;
            }
            continue;
        };
        for primary_name in chosen(primaries, one_primary, true) {
            let Some(primary) = resource(w, &primary_name) else {
                let text = if one_primary {
                    format!(
                        "Ignoring colocation of set {} with set {} because last resource {primary_name} not found",
                        names.0, names.1
                    )
                } else if one_dependent {
                    format!(
                        "Ignoring set {} colocation with resource {primary_name} in set {}: No such resource",
                        names.0, names.1
                    )
                } else {
                    format!(
                        "Ignoring colocation of set {} resource {dependent_name} with set {} resource \
                         {primary_name}: No such resource",
                        names.0, names.1
                    )
                };
                error(w, text);
                if one_primary {
                    return;
                }
                continue;
            };
            let influence = influence(w, shared, dependent);
            colocate.add(w, dependent, primary, influence);
        }
    }
}
