//! Commands that say where a resource is to be. Source: behaviour notes 07 section 3.7.

use pcmk_core::rc::{ExitCode, Rc};
use pcmk_core::time::DateTime;

use super::options::{Command, Request};
use super::scene::Scene;
use crate::front::{Failure, Session};
use crate::ops::resource::constraint::{self as ops, Expired, New, Removal, Wish};
use crate::ops::resource::place::{active_nodes, promoted_instances};
use crate::out::Out;

/// Moves, bans or clears.
pub fn run(
    request: &Request,
    session: &mut Session<'_, '_>,
    scene: &mut Scene,
) -> Result<(), Failure> {
    let offset = session.world.local_offset_s(session.world.now());
    let out = &mut *session.out;
    match request.command {
        Command::Clear => clear(request, out, scene, offset),
        Command::Move if request.node.is_some() => move_to(request, out, scene),
        _ => match node_name(scene) {
            Some(node) => make(request, out, scene, Wish::Ban, &node, request.promoted),
            None => ban_where_it_is(request, out, scene),
        },
    }
}

fn node_name(scene: &Scene) -> Option<String> {
    scene
        .node
        .map(|node| scene.seen.config.node_name(node).to_owned())
}

fn failed(rc: Rc) -> Failure {
    Failure::silent(rc.exit_code())
}

fn name(request: &Request) -> &str {
    request.resource.as_deref().unwrap_or_default()
}

/// The moment the new constraint is to end.
fn until(request: &Request, out: &mut Out<'_>, now: DateTime) -> Result<Option<DateTime>, Failure> {
    let Some(lifetime) = &request.lifetime else {
        return Ok(None);
    };
    let Some(end) = ops::end_of_life(lifetime, now) else {
        out.err(&format!("Invalid duration specified: {lifetime}"));
        out.err(
            "Please refer to https://en.wikipedia.org/wiki/ISO_8601#Durations for examples of valid durations",
        );
        return Err(Failure::silent(ExitCode::USAGE));
    };
    out.info(&format!(
        "Migration will take effect until: {}",
        end.text_utc()
    ));
    Ok(Some(end))
}

fn make(
    request: &Request,
    out: &mut Out<'_>,
    scene: &mut Scene,
    wish: Wish,
    node: &str,
    promoted: bool,
) -> Result<(), Failure> {
    let rsc = name(request);
    let until = until(request, out, scene.cib.now())?;
    let new = New {
        wish,
        rsc,
        node,
        promoted,
        until,
    };
    if wish == Wish::Ban {
        let doing = if promoted {
            "being promoted"
        } else {
            "running"
        };
        out.info(&format!(
            "WARNING: Creating rsc_location constraint '{}' with a score of -INFINITY for resource {rsc} on {node}.\n\
             \tThis will prevent {rsc} from {doing} on {node} until the constraint is removed using the clear option or \
             by editing the CIB with an appropriate tool.\n\
             \tThis will be the case even if {node} is the last node in the cluster",
            new.id()
        ));
    }
    ops::create(&mut scene.cib, &new).map_err(failed)
}

fn ban_where_it_is(request: &Request, out: &mut Out<'_>, scene: &mut Scene) -> Result<(), Failure> {
    let rsc = scene.resource()?;
    let config = &scene.seen.config;
    let active = active_nodes(&scene.seen, rsc);
    let top = config.top_of(rsc);
    let promotable = config.rsc(top).promotable;
    let promoted = match promotable {
        true => promoted_instances(&scene.seen, top),
        false => Vec::new(),
    };
    let node = match (active.as_slice(), promoted.as_slice()) {
        ([node], _) | (_, [Some(node)]) => *node,
        _ => {
            let rsc = name(request);
            let (in_role, elsewhere) = match promotable {
                true => (
                    format!(" (promoted in {})", promoted.len()),
                    format!(
                        "To prevent '{rsc}' from being promoted at a specific location, specify a node and the \
                         --promoted option."
                    ),
                ),
                false => (String::new(), String::new()),
            };
            return Err(Failure::usage(format!(
                "Resource '{rsc}' not moved: active in {} locations{in_role}.\n\
                 To prevent '{rsc}' from running on a specific location, specify a node.{elsewhere}",
                active.len()
            )));
        }
    };
    let node = config.node_name(node).to_owned();
    make(request, out, scene, Wish::Ban, &node, request.promoted)
}

fn move_to(request: &Request, out: &mut Out<'_>, scene: &mut Scene) -> Result<(), Failure> {
    let rsc = scene.resource()?;
    let Some(destination) = scene.node else {
        return Ok(());
    };
    let config = &scene.seen.config;
    let row = config.rsc(rsc);
    let top = config.top_of(rsc);
    let promotable = config.rsc(top).promotable;
    let mut promoted = request.promoted;
    if promoted && !promotable {
        out.info(&format!(
            "Ignoring --promoted option: {} is not promotable",
            name(request)
        ));
        promoted = false;
    }
    let active = active_nodes(&scene.seen, rsc);
    let (mut count, mut current) = (active.len(), active.first().copied());
    let mut in_role = false;
    if promotable && row.is_clone() {
        let instances = promoted_instances(&scene.seen, rsc);
        if promoted || !instances.is_empty() {
            in_role = true;
            count = instances.len();
            current = instances.last().copied().flatten();
        }
    }
    if count > 1 {
        if !config.rsc(top).is_clone() {
            return Err(failed(Rc::MULTIPLE));
        }
        current = None;
    }
    let there = current == Some(destination);
    if there && !request.force {
        return Err(failed(Rc::ALREADY));
    }
    let destination = config.node_name(destination).to_owned();
    let current = current.map(|node| config.node_name(node).to_owned());
    let rsc = name(request);
    let all: Vec<String> = nodes(scene);
    let removal = Removal {
        rsc,
        bans: false,
        force: request.force,
    };
    for node in &all {
        ops::remove(&mut scene.cib, &removal, node).map_err(failed)?;
    }
    let removal = Removal {
        bans: true,
        ..removal
    };
    ops::remove(&mut scene.cib, &removal, &destination).map_err(failed)?;
    make(request, out, scene, Wish::Prefer, &destination, promoted)?;
    if request.force && !there {
        if let Some(current) = current {
            make(request, out, scene, Wish::Ban, &current, promoted)?;
        } else if count > 1 {
            let state = if in_role { "promoted" } else { "active" };
            out.info(&format!(
                "Resource '{rsc}' is currently {state} in {count} locations. One may now move to {destination}"
            ));
            out.info(&format!(
                "To prevent '{rsc}' from being {state} at a specific location, specify a node"
            ));
        }
    }
    Ok(())
}

/// All nodes in the order in which the scheduler has them.
fn nodes(scene: &Scene) -> Vec<String> {
    let config = &scene.seen.config;
    let order = config.node_order.iter();
    order
        .map(|&node| config.node_name(node).to_owned())
        .collect()
}

fn clear(
    request: &Request,
    out: &mut Out<'_>,
    scene: &mut Scene,
    local_offset_s: i32,
) -> Result<(), Failure> {
    let before = ops::location_ids(&scene.cib).map_err(failed)?;
    let node = node_name(scene);
    if request.expired {
        let which = Expired {
            rsc: request.resource.as_deref(),
            node: node.as_deref(),
            promoted: request.promoted,
        };
        ops::remove_expired(&mut scene.cib, &which, local_offset_s).map_err(failed)?;
    } else {
        let removal = Removal {
            rsc: name(request),
            bans: true,
            force: request.force,
        };
        let nodes = node.map_or_else(|| nodes(scene), |node| vec![node]);
        for node in nodes {
            ops::remove(&mut scene.cib, &removal, &node).map_err(failed)?;
        }
    }
    let after = ops::location_ids(&scene.cib).map_err(failed)?;
    for id in before.iter().filter(|id| !after.contains(id)) {
        out.info(&format!("Removing constraint: {id}"));
    }
    Ok(())
}
