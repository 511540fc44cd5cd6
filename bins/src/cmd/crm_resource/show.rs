//! Commands that only show something of the CIB. Source: behaviour notes 07 sections 3.3 and 3.4.

use pcmk_core::order::UpstreamTable;
use pcmk_core::rc::{ExitCode, Rc};

use super::options::{Command, Request};
use super::scene::Scene;
use crate::front::{Failure, Session};
use crate::ops::resource::history::{self, Selection};
use crate::ops::resource::{definition, digests, place};
use crate::view::resource as view;

/// Shows what is asked for.
pub fn run(
    request: &Request,
    session: &mut Session<'_, '_>,
    scene: &mut Scene,
    words: &[(String, String)],
) -> Result<ExitCode, Failure> {
    let out = &mut *session.out;
    let rsc = scene.resource();
    let node = scene.node;
    let seen = &mut scene.seen;
    let any = match request.command {
        Command::ListRaw => view::list_raw(seen, out),
        Command::ListCts => {
            view::cts::show(seen, out);
            true
        }
        Command::Operations { all } => {
            let selection = Selection {
                rsc: request.resource.as_deref(),
                node: request.node.as_deref(),
                active: !all,
            };
            let world = &*session.world;
            let time = |epoch| pcmk_core::time::ctime(epoch, world.local_offset_s(epoch));
            view::operations::list(seen, &history::recorded(seen, selection), &time, out);
            true
        }
        Command::Query { raw } => {
            let rsc = rsc?;
            let definition = match raw {
                true => definition::raw(seen, rsc),
                false => definition::expanded(seen, rsc),
            };
            view::definition(seen, rsc, &definition, out);
            true
        }
        Command::Locate => {
            let name = request.resource.as_deref().unwrap_or_default();
            let places = place::places(seen, rsc?, name);
            view::places(seen, name, &places, out);
            true
        }
        Command::Constraints => {
            let rsc = rsc?;
            let start = match request.force {
                true => rsc,
                false => seen.config.root_of(rsc),
            };
            let constraints = pcmk_pengine::read_constraints(seen);
            view::constraints::show(seen, &constraints, start, request.recursive, out);
            true
        }
        Command::Why => {
            match rsc {
                Ok(rsc) => view::why::resource(seen, rsc, node, out),
                Err(_) => view::why::all(seen, node, out),
            }
            true
        }
        Command::Digests => {
            let (rsc, Some(node)) = (rsc?, node) else {
                return Err(Failure::silent(ExitCode::NOSUCH));
            };
            if !seen.config.rsc(rsc).is_primitive() {
                return Err(Failure::silent(Rc::EOPNOTSUPP.exit_code()));
            }
            let mut table = UpstreamTable::new();
            for (name, value) in words {
                table.insert(name, value.clone());
            }
            let overrides: Vec<_> = table
                .iter()
                .map(|(name, value)| (name.into(), value.as_str().into()))
                .collect();
            let report = digests::report(seen, rsc, node, &overrides);
            let (rsc, node) = (seen.config.name(rsc), seen.config.node_name(node));
            view::digests::show(rsc, node, &report, out);
            true
        }
        _ => view::list(seen, out),
    };
    match any {
        true => Ok(ExitCode::OK),
        false => Err(Failure::silent(ExitCode::NOSUCH)),
    }
}
