//! The transition summary. Source: behaviour notes 05 section 4.3.

use pcmk_pengine::Decision;
use pcmk_pengine::config::Config;
use pcmk_pengine::transition::summary::{Details, Line, NodeLine, RscLine, summary};

use crate::out::Out;

/// Widths of the columns. They only grow, for as long as a process lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Widths {
    rsc: usize,
    details: usize,
}

impl Default for Widths {
    fn default() -> Widths {
        Widths { rsc: 5, details: 5 }
    }
}

impl Widths {
    fn grow(&mut self, id: &str, details: &str) {
        if id.len() > self.rsc {
            self.rsc = id.len() + 2;
        }
        self.details = self.details.max(details.len());
    }
}

/// Shows the summary.
pub fn list(decision: &Decision, out: &mut Out<'_>, widths: &mut Widths) {
    let config = &decision.config;
    let lines = summary(decision);
    // The reference formats everything once for its log before it prints, and the widths stay.
    for line in &lines {
        if let Line::Rsc(line) = line {
            widths.grow(config.name(line.rsc), &details(config, line.details));
        }
    }
    out.begin("Transition Summary");
    for line in &lines {
        match line {
            Line::Node(line) => node(config, line, out),
            Line::Rsc(line) if out.xml().is_some() => rsc_element(config, line, out),
            Line::Rsc(line) => {
                let id = config.name(line.rsc);
                let details = details(config, line.details);
                widths.grow(id, &details);
                out.item(&format!(
                    "{:<8}   {id:<rsc$}   ( {details:>place$} ){}",
                    line.verb.text(),
                    reason(line),
                    rsc = widths.rsc,
                    place = widths.details,
                ));
            }
        }
    }
    out.end();
}

fn node(config: &Config, line: &NodeLine, out: &mut Out<'_>) {
    let task = line.fence.as_ref().map_or_else(
        || "Shutdown".to_owned(),
        |action| format!("Fence ({action})"),
    );
    let name = match line.launcher {
        Some(launcher) => format!(
            "{} (resource: {})",
            config.node_name(line.node),
            config.name(launcher)
        ),
        None => config.node_name(line.node).to_owned(),
    };
    match out.xml() {
        Some(xml) => xml.leaf(
            "node_action",
            &[("task", &task), ("node", &name), ("reason", &line.reason)],
        ),
        None => out.item(&format!("{task} {name} '{}'", line.reason)),
    }
}

fn reason(line: &RscLine) -> String {
    match (&line.reason, line.blocked) {
        (Some(reason), true) => format!("  due to {reason} (blocked)"),
        (Some(reason), false) => format!("  due to {reason}"),
        (None, true) => "  blocked".to_owned(),
        (None, false) => String::new(),
    }
}

fn details(config: &Config, details: Details) -> String {
    let name = |node| config.node_name(node);
    match details {
        Details::RoleChangeTo {
            role,
            next,
            dest: node,
        }
        | Details::RoleChangeAt { role, next, node } => {
            format!("{} -> {} {}", role.text(), next.text(), name(node))
        }
        Details::At { node } | Details::Stay { node } => name(node).to_owned(),
        Details::RoleAt { role, node } | Details::StayAs { role, node } => {
            format!("{} {}", role.text(), name(node))
        }
        Details::MoveAs { origin, dest, role } => {
            format!("{} -> {} {}", name(origin), name(dest), role.text())
        }
        Details::Move { origin, dest } => format!("{} -> {}", name(origin), name(dest)),
        Details::All {
            role,
            origin,
            next,
            dest,
        } => {
            format!(
                "{} {} -> {} {}",
                role.text(),
                name(origin),
                next.text(),
                name(dest)
            )
        }
    }
}

fn rsc_element(config: &Config, line: &RscLine, out: &mut Out<'_>) {
    let Some(xml) = out.xml() else { return };
    let name = |node| config.node_name(node);
    let verb = line.verb.text().to_lowercase();
    let mut attributes: Vec<(&str, &str)> =
        vec![("action", &verb), ("resource", config.name(line.rsc))];
    // "source" where the reference thinks of a place that is left, "node" where of one that stays.
    match line.details {
        Details::RoleChangeTo { role, next, dest } => {
            attributes.extend([
                ("role", role.text()),
                ("next-role", next.text()),
                ("dest", name(dest)),
            ]);
        }
        Details::Stay { node } => attributes.push(("source", name(node))),
        Details::At { node } => attributes.push(("node", name(node))),
        Details::StayAs { role, node } => {
            attributes.extend([("role", role.text()), ("source", name(node))]);
        }
        Details::RoleAt { role, node } => {
            attributes.extend([("role", role.text()), ("node", name(node))])
        }
        Details::MoveAs { origin, dest, role } => {
            attributes.extend([
                ("source", name(origin)),
                ("dest", name(dest)),
                ("role", role.text()),
            ]);
        }
        Details::Move { origin, dest } => {
            attributes.extend([("source", name(origin)), ("dest", name(dest))]);
        }
        Details::RoleChangeAt { role, next, node } => {
            attributes.extend([
                ("role", role.text()),
                ("next-role", next.text()),
                ("source", name(node)),
            ]);
        }
        Details::All {
            role,
            origin,
            next,
            dest,
        } => attributes.extend([
            ("role", role.text()),
            ("source", name(origin)),
            ("next-role", next.text()),
            ("dest", name(dest)),
        ]),
    }
    attributes.extend(line.reason.as_deref().map(|reason| ("reason", reason)));
    if line.blocked {
        attributes.push(("blocked", "true"));
    }
    xml.leaf("rsc_action", &attributes);
}
