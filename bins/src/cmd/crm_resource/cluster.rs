//! Commands that a cluster would have to carry out. With a CIB file they say what they would have done. Source:
//! behaviour notes 07 section 3.8.

use pcmk_core::rc::{ExitCode, Rc};

use super::options::{Command, Request};
use super::scene::Scene;
use crate::front::{Failure, Session};
use crate::ops::resource::cleanup;

/// Cleans up, refreshes or fails.
pub fn run(
    request: &Request,
    session: &mut Session<'_, '_>,
    scene: &Scene,
) -> Result<ExitCode, Failure> {
    let out = &mut *session.out;
    let config = &scene.seen.config;
    if request.command == Command::Fail {
        return fail(request, session, scene);
    }
    let Some(rsc) = scene.rsc else {
        let node = request.node.as_deref().unwrap_or("all nodes");
        out.info(&format!(
            "Dry run: skipping clean-up of {node} due to CIB_file"
        ));
        return Ok(ExitCode::OK);
    };
    for target in cleanup::targets(&scene.seen, rsc, scene.node, request.force) {
        let (rsc, node) = (config.name(target.rsc), config.node_name(target.node));
        if !scene.seen.state.node(target.node).probes_allowed {
            out.err(&format!(
                "Unable to clean up {rsc} because resource discovery disabled on {node}"
            ));
            return Err(Failure::silent(Rc::EOPNOTSUPP.exit_code()));
        }
        out.err(&format!(
            "Dry run: skipping clean-up of {rsc} on {node} due to CIB_file"
        ));
    }
    // The reference asks a controller that is not there how many replies to expect, and crashes.
    Ok(ExitCode::OK)
}

fn fail(
    request: &Request,
    session: &mut Session<'_, '_>,
    scene: &Scene,
) -> Result<ExitCode, Failure> {
    let out = &mut *session.out;
    let name = request.resource.as_deref().unwrap_or_default();
    let node_name = request.node.as_deref().unwrap_or_default();
    let row = scene.seen.config.rsc(scene.resource()?);
    if !row.is_primitive() {
        out.err(&format!(
            "We can only process primitive resources, not {name}"
        ));
        return Err(Failure::silent(Rc::EINVAL.exit_code()));
    }
    if row.class.is_none() || row.agent.is_none() {
        out.err(&format!("Resource {name} does not have a class and type"));
        return Err(Failure::silent(Rc::EINVAL.exit_code()));
    }
    if let Some(node) = scene.node
        && !scene.seen.board.node(node).online
    {
        out.err(&format!("Node {node_name} is not online"));
        return Err(Failure::silent(Rc::ENOTCONN.exit_code()));
    }
    out.err(&format!(
        "Dry run: skipping fail of {name} on {node_name} due to CIB_file"
    ));
    Ok(ExitCode::OK)
}
