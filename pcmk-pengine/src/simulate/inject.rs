//! Pretending that something happened. Source: behaviour notes 05 section 7.
//!
//! Order is part of the behaviour: quorum, watchdog, nodes up, down, failing, tickets, results. A specification that
//! makes no sense is reported and skipped; an unknown node ends the whole simulation, as in the reference.

use pcmk_cib::xml::Element;
use pcmk_core::key::parse_op_key;

use super::history::{FailedOperation, SimulatedResult, failure_attributes, record};
use super::working::Working;
use super::{Event, NodeChange, SimulateError, TicketChange};
use crate::config::Config;
use crate::id::RscId;

/// What to inject. Lists in order of mention.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Injections {
    /// Value for `have-quorum`. Does not count as an injection of its own: see [`Injections::any`].
    pub quorum: Option<String>,
    /// Value for the cluster option `have-watchdog`.
    pub watchdog: Option<String>,
    /// Nodes that join.
    pub node_up: Vec<String>,
    /// Nodes that leave.
    pub node_down: Vec<String>,
    /// Nodes that vanish.
    pub node_fail: Vec<String>,
    /// Tickets that are granted.
    pub ticket_grant: Vec<String>,
    /// Tickets that are revoked.
    pub ticket_revoke: Vec<String>,
    /// Tickets put in standby.
    pub ticket_standby: Vec<String>,
    /// Tickets taken out of standby.
    pub ticket_activate: Vec<String>,
    /// Operation results: `RSC_TASK_INTERVAL@NODE=RC`.
    pub results: Vec<String>,
}

impl Injections {
    /// Whether there is anything to do. Quorum alone is ignored, an oddity of the reference (05 section 6.1).
    #[must_use]
    pub fn any(&self) -> bool {
        self.watchdog.is_some()
            || [
                &self.node_up,
                &self.node_down,
                &self.node_fail,
                &self.ticket_grant,
                &self.ticket_revoke,
                &self.ticket_standby,
                &self.ticket_activate,
                &self.results,
            ]
            .iter()
            .any(|list| !list.is_empty())
    }
}

/// Applies injections. `find` finds a resource by id or history name; `now` is epoch seconds.
///
/// # Errors
/// See [`Working::node_state`].
pub fn inject(
    config: &Config,
    find: &dyn Fn(&str) -> Option<RscId>,
    working: &mut Working,
    wanted: &Injections,
    now: i64,
) -> Result<Vec<Event>, SimulateError> {
    let mut events = Vec::new();
    events.extend(wanted.quorum.clone().map(Event::Quorum));
    events.extend(wanted.watchdog.clone().map(Event::Watchdog));
    if !wanted.node_up.is_empty() {
        working.create_missing_nodes();
    }
    if let Some(value) = &wanted.quorum {
        let root = working.document().root();
        if working.set(root, &[("have-quorum", value)]) {
            working.status_changed();
        }
    }
    if let Some(value) = &wanted.watchdog {
        set_watchdog(working, value);
    }
    for node in &wanted.node_up {
        events.push(Event::Node {
            change: NodeChange::Online,
            node: node.clone(),
        });
        set_membership(working, node, ["true", "online", "member", "member"])?;
    }
    for node in &wanted.node_down {
        events.push(Event::Node {
            change: NodeChange::Offline,
            node: node.clone(),
        });
        let state = set_membership(working, node, ["false", "offline", "down", "down"])?;
        working.forget_node(state);
    }
    for node in &wanted.node_fail {
        events.push(Event::Node {
            change: NodeChange::Failing,
            node: node.clone(),
        });
        set_membership(working, node, ["false", "online", "member", "member"])?;
    }
    for (change, tickets) in [
        (TicketChange::Grant, &wanted.ticket_grant),
        (TicketChange::Revoke, &wanted.ticket_revoke),
        (TicketChange::Standby, &wanted.ticket_standby),
        (TicketChange::Activate, &wanted.ticket_activate),
    ] {
        for ticket in tickets {
            events.push(Event::Ticket {
                change,
                ticket: ticket.clone(),
            });
            set_ticket(working, ticket, change, &mut events);
        }
    }
    for spec in &wanted.results {
        events.push(Event::Spec(spec.clone()));
        inject_result(config, find, working, spec, now, &mut events)?;
    }
    Ok(events)
}

fn set_membership(
    working: &mut Working,
    node: &str,
    [in_ccm, crmd, join, expected]: [&str; 4],
) -> Result<super::working::StateRow, SimulateError> {
    let state = working.node_state(node, None)?;
    working.set_state(
        state,
        &[
            ("in_ccm", in_ccm),
            ("crmd", crmd),
            ("join", join),
            ("expected", expected),
            ("crm-debug-origin", "crm_simulate"),
        ],
    );
    Ok(state)
}

fn set_watchdog(working: &mut Working, value: &str) {
    const SET: &str = "cib-bootstrap-options";
    const PAIR: &str = "cib-bootstrap-options-have-watchdog";
    let section = working.section("crm_config");
    let pair = working
        .document()
        .element(section)
        .descendants()
        .find(|e| e.name() == "nvpair" && e.attr("name") == Some("have-watchdog"))
        .map(Element::id);
    let altered = match pair {
        Some(pair) => working.set(pair, &[("value", value)]),
        None => {
            let set = working
                .document()
                .element(section)
                .children_named("cluster_property_set")
                .find(|set| set.xml_id() == Some(SET))
                .map(Element::id);
            let set = match set {
                Some(set) => set,
                None => working.add(section, "cluster_property_set", &[("id", SET)]),
            };
            working.add(
                set,
                "nvpair",
                &[("id", PAIR), ("name", "have-watchdog"), ("value", value)],
            );
            true
        }
    };
    if altered {
        working.configuration_changed();
    }
}

fn set_ticket(working: &mut Working, ticket: &str, change: TicketChange, events: &mut Vec<Event>) {
    let (name, value) = match change {
        TicketChange::Grant => ("granted", "true"),
        TicketChange::Revoke => ("granted", "false"),
        TicketChange::Standby => ("standby", "true"),
        TicketChange::Activate => ("standby", "false"),
    };
    let status = working.status();
    let tickets = working
        .document()
        .element(status)
        .child("tickets")
        .map(Element::id);
    let known: Vec<_> = tickets
        .into_iter()
        .flat_map(|tickets| {
            working
                .document()
                .element(tickets)
                .children_named("ticket_state")
        })
        .filter(|state| state.xml_id() == Some(ticket))
        .map(Element::id)
        .collect();
    if known.len() > 1 {
        events.push(Event::Error(format!(
            "Multiple ticket_states match ticket_id={ticket}"
        )));
    }
    let altered = match known.first() {
        Some(&state) => working.set(state, &[(name, value)]),
        None => {
            let tickets = working.child(status, "tickets");
            working.add(tickets, "ticket_state", &[("id", ticket), (name, value)]);
            true
        }
    };
    if altered {
        working.status_changed();
    }
}

/// `RSC_TASK_INTERVAL@NODE=RC`, or the number of fields that could be read.
fn parse_spec(spec: &str) -> Result<(&str, &str, i32), usize> {
    let (key, rest) = match spec.find('@') {
        Some(at) => (&spec[..at], Some(&spec[at + 1..])),
        None => (spec, None),
    };
    if key.is_empty() {
        return Err(0);
    }
    let rest = rest.ok_or(1usize)?;
    let (node, rest) = match rest.find('=') {
        Some(at) => (&rest[..at], Some(&rest[at + 1..])),
        None => (rest, None),
    };
    if node.is_empty() {
        return Err(1);
    }
    let number = rest
        .and_then(|text| pcmk_core::lenient::scan_ll(text).ok())
        .ok_or(2usize)?;
    Ok((key, node, i32::try_from(number).unwrap_or(-1)))
}

fn inject_result(
    config: &Config,
    find: &dyn Fn(&str) -> Option<RscId>,
    working: &mut Working,
    spec: &str,
    now: i64,
    events: &mut Vec<Event>,
) -> Result<(), SimulateError> {
    let (key, node, rc) = match parse_spec(spec) {
        Ok(parts) => parts,
        Err(found) => {
            events.push(Event::Error(format!(
                "Invalid operation spec: {spec}.  Only found {found} fields"
            )));
            return Ok(());
        }
    };
    let Some(key) = parse_op_key(key) else {
        events.push(Event::Error(format!("Invalid operation key: {key}")));
        return Ok(());
    };
    let Some(rsc) = find(key.rsc) else {
        events.push(Event::Error(format!("Invalid resource name: {}", key.rsc)));
        return Ok(());
    };
    let state = working.node_state(node, None)?;
    let node_id = working.state_id(state);
    let fatal = key.task == "stop" || (key.task == "start" && config.options.start_failure_fatal);
    let failed = FailedOperation {
        rsc: key.rsc,
        task: key.task,
        interval_ms: key.interval_ms,
        rc,
        fatal,
    };
    let attributes = failure_attributes(working, state, failed, now);
    events.extend(attributes.iter().map(|(name, value)| Event::Attribute {
        name: name.clone(),
        value: value.clone(),
        node_id: node_id.clone(),
    }));
    let history = match working.history(state, &[key.rsc]) {
        Some(history) => history,
        None => match agent(config, rsc, key.rsc, &node_id) {
            Ok(agent) => working.add_history(state, key.rsc, agent),
            // The reference works on a copy of the node state up to here, so the attributes are lost, too.
            Err(text) => {
                events.push(Event::Error(text));
                return Ok(());
            }
        },
    };
    for (name, value) in &attributes {
        working.set_transient_attribute(state, name, value);
    }
    record(
        working,
        history,
        &SimulatedResult {
            task: key.task,
            interval_ms: key.interval_ms,
            node,
            rc,
            expected: 0,
            reason: "Simulated action result",
            now,
            notify: None,
            migration: None,
            digest: None,
        },
    );
    working.status_changed();
    Ok(())
}

/// Class, provider and type for a new history element. Source: behaviour notes 05 section 7.3.
pub(super) fn agent_of<'a>(
    (class, provider, agent): (Option<&'a str>, Option<&'a str>, Option<&'a str>),
    name: &str,
    node_id: &str,
) -> Result<(&'a str, Option<&'a str>, &'a str), String> {
    let (Some(class), Some(agent)) = (class, agent) else {
        return Err(format!(
            "Resource {name} not found in the status section of {node_id} (supply class and type to continue)"
        ));
    };
    if !matches!(class, "ocf" | "stonith" | "service" | "systemd" | "lsb") {
        return Err(format!("Invalid class for {name}: {class}"));
    }
    if provider.is_none() && pcmk_core::agent::capabilities(class).provider {
        return Err(format!("Please specify the provider for resource {name}"));
    }
    Ok((class, provider, agent))
}

fn agent<'a>(
    config: &'a Config,
    rsc: RscId,
    name: &str,
    node_id: &str,
) -> Result<(&'a str, Option<&'a str>, &'a str), String> {
    let row = config.rsc(rsc);
    agent_of(
        (
            row.class.as_deref(),
            row.provider.as_deref(),
            row.agent.as_deref(),
        ),
        name,
        node_id,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specifications() {
        assert_eq!(parse_spec("r_monitor_10@n=7"), Ok(("r_monitor_10", "n", 7)));
        assert_eq!(parse_spec("r@x=y@z=1"), Err(2));
        assert_eq!(parse_spec("nonsense"), Err(1));
        assert_eq!(parse_spec("r_monitor_10@"), Err(1));
        assert_eq!(parse_spec("r_monitor_10@n"), Err(2));
        assert_eq!(parse_spec(""), Err(0));
    }

    #[test]
    fn quorum_alone_is_nothing() {
        assert!(
            !Injections {
                quorum: Some("0".into()),
                ..Injections::default()
            }
            .any()
        );
        assert!(
            Injections {
                watchdog: Some("0".into()),
                ..Injections::default()
            }
            .any()
        );
    }
}
