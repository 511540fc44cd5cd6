//! Ticket constraints. They act while they are read. Source: behaviour notes 01 §10.6, §11, 03 §14.1.

use std::sync::Arc;

use pcmk_cib::xml::Element;
use pcmk_core::role::Role;
use pcmk_core::score::Score;

use crate::constraints::reference::{References, Target, constraint_role, resource};
use crate::constraints::set::{Set, sets};
use crate::constraints::{LossPolicy, TicketConstraint, list_of};
use crate::id::RscId;
use crate::scores::Cause;
use crate::state::Ticket;
use crate::work::Work;

/// Reads a `rsc_ticket`.
pub fn read<'a>(w: &mut Work<'a>, references: &References<'a>, element: Element<'a>, id: &'a str) {
    let Some(ticket) = element.attr("ticket") else {
        let text = format!("Ignoring constraint '{id}' without ticket");
        w.log.config_error("pcmk__unpack_rsc_ticket", text);
        return;
    };
    let ticket: Arc<str> = ticket.into();
    w.constraints
        .ticket_states
        .entry(Arc::clone(&ticket))
        .or_insert_with(|| Ticket {
            id: Arc::clone(&ticket),
            granted: false,
            standby: false,
            last_granted: -1,
            attributes: Default::default(),
        });
    let own_sets = sets(w, references, element);
    if !own_sets.is_empty() {
        return read_sets(w, element, id, &ticket, &own_sets);
    }
    let Some(name) = element.attr("rsc") else {
        let text = format!("Ignoring constraint '{id}' without resource");
        w.log.config_error("unpack_simple_rsc_ticket", text);
        return;
    };
    match references.find(w, name) {
        Some(Target::Resource(rsc)) => {
            let Some(role) = constraint_role(w, id, element.attr("rsc-role")) else {
                return;
            };
            add(w, id, rsc, &ticket, role, element.attr("loss-policy"));
        }
        Some(Target::List(list)) => {
            let set = Set {
                role: element.attr("rsc-role"),
                ..Set::of_list(list)
            };
            read_sets(w, element, id, &ticket, &[set]);
        }
        None => {
            let text = format!(
                "Ignoring constraint '{id}' because '{name}' is not a valid resource or tag"
            );
            w.log.config_error("unpack_rsc_ticket_tags", text);
        }
    }
}

fn read_sets(
    w: &mut Work<'_>,
    element: Element<'_>,
    id: &str,
    ticket: &Arc<str>,
    sets: &[Set<'_>],
) {
    for set in sets {
        let Some(set_id) = set.id else {
            w.log.config_error(
                "unpack_rsc_ticket_set",
                "Ignoring <resource_set> without id",
            );
            return;
        };
        let Some(role) = constraint_role(w, id, set.role) else {
            return;
        };
        for &member in &set.members {
            let Some(rsc) = resource(w, member) else {
                let text = format!("{set_id}: No resource found for {member}");
                w.log.config_error("unpack_rsc_ticket_set", text);
                return;
            };
            add(w, id, rsc, ticket, role, element.attr("loss-policy"));
        }
    }
}

fn policy(w: &mut Work<'_>, ticket: &str, role: Role, text: Option<&str>) -> LossPolicy {
    let text = text.map(str::to_ascii_lowercase);
    match text.as_deref() {
        Some("fence") if w.config.options.fencing_enabled => LossPolicy::Fence,
        Some("fence") => {
            let text = format!(
                "Resetting 'loss-policy' for ticket '{ticket}' to 'stop' because fencing is not configured"
            );
            w.log.config_error("rsc_ticket_new", text);
            LossPolicy::Stop
        }
        Some("freeze") => LossPolicy::Freeze,
        Some("demote") => LossPolicy::Demote,
        Some("stop") => LossPolicy::Stop,
        Some(_) | None if role == Role::Promoted => LossPolicy::Demote,
        Some(_) | None => LossPolicy::Stop,
    }
}

fn add(
    w: &mut Work<'_>,
    id: &str,
    rsc: RscId,
    ticket: &Arc<str>,
    role: Role,
    loss_policy: Option<&str>,
) {
    let policy = policy(w, ticket, role, loss_policy);
    let id: Arc<str> = id.into();
    let Ok(index) = u32::try_from(w.constraints.tickets.len()) else {
        return;
    };
    w.constraints.tickets.push(TicketConstraint {
        id: Arc::clone(&id),
        ticket: Arc::clone(ticket),
        rsc,
        role,
        policy,
    });
    list_of(&mut w.constraints.tickets_of, rsc).push(index);
    let (granted, standby) = w
        .constraints
        .ticket_states
        .get(ticket)
        .map_or((false, false), |t| (t.granted, t.standby));
    if !granted || standby {
        enforce(w, rsc, &id, role, policy, granted);
    }
}

/// The ticket is missing or in standby: acts on every primitive of the resource.
fn enforce(
    w: &mut Work<'_>,
    rsc: RscId,
    id: &Arc<str>,
    role: Role,
    policy: LossPolicy,
    granted: bool,
) {
    let config = w.config;
    let row = config.rsc(rsc);
    if !row.is_primitive() {
        for child in w.board.rsc(rsc).children.clone() {
            enforce(w, child, id, role, policy, granted);
        }
        return;
    }
    let active = w.state.rsc(rsc).active.clone();
    let promoted_only = role == Role::Promoted;
    if granted || active.is_empty() {
        if !promoted_only || policy == LossPolicy::Stop {
            ban(w, rsc, id);
        }
        return;
    }
    let role_matches = role == Role::Unknown || role == w.board.rsc(rsc).role;
    match policy {
        LossPolicy::Stop => ban(w, rsc, id),
        LossPolicy::Demote => {
            if !promoted_only {
                ban(w, rsc, id);
            }
        }
        LossPolicy::Fence => {
            if role_matches {
                ban(w, rsc, id);
                for node in active {
                    w.fence_node(node, "deadman ticket was lost", false);
                }
            }
        }
        LossPolicy::Freeze => {
            if role_matches {
                let state = w.board.rsc_mut(rsc);
                state.managed = false;
                state.blocked = true;
            }
        }
    }
}

fn ban(w: &mut Work<'_>, rsc: RscId, id: &Arc<str>) {
    w.add_score(
        rsc,
        None,
        Score::MINUS_INFINITY,
        &Cause::Ticket(Arc::clone(id)),
    );
}
