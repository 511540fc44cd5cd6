//! Places and colocations of a resource. Source: behaviour notes 07 section 3.5.

use pcmk_core::role::Role;
use pcmk_pengine::constraints::Constraints;
use pcmk_pengine::{Observed, RscId};

use crate::ops::resource::colocated::{Direction, Step, locations, shown_id, walk};
use crate::out::Out;

/// Shows them; recursively, those of its partners, too.
pub fn show(
    seen: &Observed,
    constraints: &Constraints,
    rsc: RscId,
    recursive: bool,
    out: &mut Out<'_>,
) {
    let steps = walk(constraints, rsc, recursive);
    match out.xml() {
        Some(_) => show_xml(seen, constraints, &steps, out),
        None => show_text(seen, constraints, &steps, out),
    }
}

fn show_text(seen: &Observed, constraints: &Constraints, steps: &[Step<'_>], out: &mut Out<'_>) {
    let config = &seen.config;
    out.set_fancy(true);
    for step in steps {
        match *step {
            Step::Locations(rsc) => {
                let mut open = false;
                for location in locations(constraints, rsc) {
                    for entry in &location.nodes {
                        if !open {
                            out.begin("Locations");
                            open = true;
                        }
                        out.item(&format!(
                            "Node {} (score={}, id={}, rsc={})",
                            config.node_name(entry.node),
                            entry.score,
                            shown_id(location),
                            config.name(rsc)
                        ));
                    }
                }
                if open {
                    out.end();
                }
            }
            Step::Begin(rsc, direction) => {
                let name = config.name(rsc);
                out.begin(&match direction {
                    Direction::Dependents => format!("Resources colocated with {name}"),
                    Direction::Primaries => format!("Resources {name} is colocated with"),
                });
            }
            Step::Partner(colocation, partner, direction, known) => {
                let (name, id) = (config.name(partner), &colocation.id);
                if known {
                    out.item(&format!("{name} (id={id} - loop)"));
                    continue;
                }
                let role = colocation.primary_role;
                let word = match direction {
                    Direction::Dependents => "needs",
                    Direction::Primaries => "with",
                };
                let role = match role > Role::Started {
                    true => format!(", {word} role={}", role.text()),
                    false => String::new(),
                };
                out.item(&format!(
                    "{name} (score={}{role}, id={id})",
                    colocation.score
                ));
            }
            Step::Inner => out.indent(),
            Step::Outer => out.dedent(),
            Step::End => out.end(),
        }
    }
    out.set_fancy(false);
}

fn show_xml(seen: &Observed, constraints: &Constraints, steps: &[Step<'_>], out: &mut Out<'_>) {
    let config = &seen.config;
    let Some(xml) = out.xml() else { return };
    xml.push("constraints", &[]);
    for step in steps {
        match *step {
            Step::Locations(rsc) => {
                for location in locations(constraints, rsc) {
                    for entry in &location.nodes {
                        let score = entry.score.to_string();
                        xml.leaf(
                            "rsc_location",
                            &[
                                ("node", config.node_name(entry.node)),
                                ("rsc", config.name(rsc)),
                                ("id", shown_id(location)),
                                ("score", &score),
                            ],
                        );
                    }
                }
            }
            Step::Partner(colocation, ..) => {
                let score = colocation.score.to_string();
                let mut attributes = vec![
                    ("id", &*colocation.id),
                    ("rsc", config.name(colocation.dependent)),
                    ("with-rsc", config.name(colocation.primary)),
                    ("score", &score),
                    ("node-attribute", &colocation.attribute),
                ];
                for (name, role) in [
                    ("rsc-role", colocation.dependent_role),
                    ("with-rsc-role", colocation.primary_role),
                ] {
                    if role != Role::Unknown {
                        attributes.push((name, role.text()));
                    }
                }
                xml.leaf("rsc_colocation", &attributes);
            }
            Step::Begin(..) | Step::Inner | Step::Outer | Step::End => {}
        }
    }
    xml.pop();
}
