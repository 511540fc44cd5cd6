//! What a simulation did: injections and executed actions. Source: behaviour notes 05 sections 7 and 8.

use pcmk_pengine::simulate::{Event, NodeChange, TicketChange};

use crate::out::Out;

/// Where the reference puts injected attributes: the path of an element it fetched by itself.
const FETCHED_PATH: &str = "/node_state";

/// Shows injections under their title. In XML the title stands for an element that holds nothing but the first two;
/// see `out` about what closing it does.
pub fn injections(events: &[Event], out: &mut Out<'_>) {
    out.spacer();
    if let Some(xml) = out.xml() {
        let mut attributes = Vec::new();
        for event in events {
            match event {
                Event::Quorum(value) => attributes.push(("quorum", value.as_str())),
                Event::Watchdog(value) => attributes.push(("watchdog", value.as_str())),
                _ => {}
            }
        }
        xml.leaf("modifications", &attributes);
    } else if !out.is_quiet() {
        out.begin("Performing Requested Modifications");
    } else {
        out.indent();
    }
    for event in events {
        show(event, out);
    }
    out.end();
}

/// Shows what happened during an execution, under its title.
pub fn execution(events: &[Event], out: &mut Out<'_>) {
    let quiet = out.is_quiet();
    if !quiet {
        out.begin("Executing Cluster Transition");
    }
    for event in events {
        show(event, out);
    }
    if !quiet {
        out.end();
    }
}

fn item(out: &mut Out<'_>, text: &str) {
    if !out.is_quiet() {
        out.item(text);
    }
}

fn show(event: &Event, out: &mut Out<'_>) {
    match event {
        Event::Quorum(value) => {
            if out.xml().is_none() {
                item(out, &format!("Setting quorum: {value}"));
            }
        }
        Event::Watchdog(value) => {
            if out.xml().is_none() {
                item(out, &format!("Setting watchdog: {value}"));
            }
        }
        Event::Node { change, node } => {
            let (action, text) = match change {
                NodeChange::Online => ("Online", format!("Bringing node {node} online")),
                NodeChange::Offline => ("Offline", format!("Taking node {node} offline")),
                NodeChange::Failing => ("Failing", format!("Failing node {node}")),
            };
            match out.xml() {
                Some(xml) => xml.leaf("modify_node", &[("action", action), ("node", node)]),
                None => item(out, &text),
            }
        }
        Event::Ticket { change, ticket } => {
            let (action, text) = match change {
                TicketChange::Grant => ("Granting", format!("Granting ticket {ticket}")),
                TicketChange::Revoke => ("Revoking", format!("Revoking ticket {ticket}")),
                TicketChange::Standby => ("Standby", format!("Making ticket {ticket} standby")),
                TicketChange::Activate => ("Activating", format!("Activating ticket {ticket}")),
            };
            match out.xml() {
                Some(xml) => xml.leaf("modify_ticket", &[("action", action), ("ticket", ticket)]),
                None => item(out, &text),
            }
        }
        Event::Spec(spec) => match out.xml() {
            Some(xml) => xml.leaf("inject_spec", &[("spec", spec)]),
            None => item(out, &format!("Injecting {spec} into the configuration")),
        },
        Event::Attribute {
            name,
            value,
            node_id,
        } => match out.xml() {
            Some(xml) => xml.leaf(
                "inject_attr",
                &[
                    ("name", name),
                    ("value", value),
                    ("node_path", FETCHED_PATH),
                    ("cib_node", node_id),
                ],
            ),
            None => item(
                out,
                &format!("Injecting attribute {name}={value} into {FETCHED_PATH} '{node_id}'"),
            ),
        },
        Event::Error(text) => out.err(text),
        Event::Pseudo { key, node } => match out.xml() {
            Some(xml) => {
                let mut attributes = vec![("task", &**key)];
                attributes.extend(node.as_deref().map(|node| ("node", node)));
                xml.leaf("pseudo_action", &attributes);
            }
            None => item(
                out,
                &match node {
                    Some(node) => format!("Pseudo action:   {key} on {node}"),
                    None => format!("Pseudo action:   {key}"),
                },
            ),
        },
        Event::Fencing { node, action } => match out.xml() {
            Some(xml) => xml.leaf("fencing_action", &[("target", node), ("op", action)]),
            None => item(out, &format!("Fencing {node} ({action})")),
        },
        Event::Cluster { task, rsc, node } => match out.xml() {
            Some(xml) => {
                let mut attributes = vec![("task", &**task), ("node", &**node)];
                attributes.extend(rsc.as_deref().map(|rsc| ("id", rsc)));
                xml.leaf("cluster_action", &attributes);
            }
            None => item(
                out,
                &match rsc {
                    Some(rsc) => format!("Cluster action:  {task} for {rsc} on {node}"),
                    None => format!("Cluster action:  {task} on {node}"),
                },
            ),
        },
        Event::Resource {
            rsc,
            task,
            node,
            interval_ms,
        } => {
            let interval = interval_ms.to_string();
            match out.xml() {
                Some(xml) => {
                    let mut attributes =
                        vec![("resource", &**rsc), ("op", &**task), ("node", &**node)];
                    if *interval_ms > 0 {
                        attributes.push(("interval", &interval));
                    }
                    xml.leaf("rsc_action", &attributes);
                }
                None if *interval_ms > 0 => {
                    item(
                        out,
                        &format!("Resource action: {rsc:<15} {task}={interval} on {node}"),
                    );
                }
                None => item(out, &format!("Resource action: {rsc:<15} {task} on {node}")),
            }
        }
        Event::Pretended { action, rc } => {
            out.info(&format!("Pretending action {action} failed with rc={rc}"))
        }
    }
}
