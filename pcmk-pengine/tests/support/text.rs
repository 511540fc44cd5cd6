//! Facts as short text.

use pcmk_core::role::Role;
use pcmk_core::score::Score;
use pcmk_pengine::NodeId;
use pcmk_pengine::transition::summary::{Details, Line};

use super::Run;

/// A score as tools print it.
pub fn score(score: Score) -> String {
    match score.value() {
        1_000_000 => "INFINITY".into(),
        -1_000_000 => "-INFINITY".into(),
        other => other.to_string(),
    }
}

/// A line of the summary.
pub fn line(run: &Run, line: &Line) -> String {
    let config = &run.decision.config;
    let node = |n: NodeId| config.node_name(n);
    let role = |r: Role| r.text();
    match line {
        Line::Node(line) => {
            let verb = line
                .fence
                .as_ref()
                .map_or("Shutdown".into(), |f| format!("Fence({f})"));
            format!("{verb} {} '{}'", node(line.node), line.reason)
        }
        Line::Rsc(line) => {
            let places = match line.details {
                Details::RoleChangeTo {
                    role: r,
                    next,
                    dest,
                } => format!("{} -> {} {}", role(r), role(next), node(dest)),
                Details::At { node: n } | Details::Stay { node: n } => node(n).to_owned(),
                Details::RoleAt { role: r, node: n } | Details::StayAs { role: r, node: n } => {
                    format!("{} {}", role(r), node(n))
                }
                Details::MoveAs {
                    origin,
                    dest,
                    role: r,
                } => format!("{} -> {} {}", node(origin), node(dest), role(r)),
                Details::Move { origin, dest } => format!("{} -> {}", node(origin), node(dest)),
                Details::RoleChangeAt {
                    role: r,
                    next,
                    node: n,
                } => format!("{} -> {} {}", role(r), role(next), node(n)),
                Details::All {
                    role: r,
                    origin,
                    next,
                    dest,
                } => {
                    format!(
                        "{} {} -> {} {}",
                        role(r),
                        node(origin),
                        role(next),
                        node(dest)
                    )
                }
            };
            let mut text = format!("{} {} ({places})", line.verb.text(), config.name(line.rsc));
            if let Some(reason) = &line.reason {
                text.push_str(&format!(" due to {reason}"));
            }
            if line.blocked {
                text.push_str(if line.reason.is_some() {
                    " (blocked)"
                } else {
                    " blocked"
                });
            }
            text
        }
    }
}
