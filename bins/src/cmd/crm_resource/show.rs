//! Commands that only show something of the CIB. Source: behaviour notes 07 sections 3.3 and 3.4.

use pcmk_core::rc::ExitCode;

use super::options::{Command, Request};
use super::scene::Scene;
use crate::front::{Failure, Session};
use crate::ops::resource::history::{self, Selection};
use crate::ops::resource::{definition, place};
use crate::view::resource as view;

/// Shows what is asked for.
pub fn run(
    request: &Request,
    session: &mut Session<'_, '_>,
    scene: &Scene,
) -> Result<ExitCode, Failure> {
    let out = &mut *session.out;
    let seen = &scene.seen;
    let any = match request.command {
        Command::ListRaw => view::list_raw(seen, out),
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
            let rsc = scene.resource()?;
            let definition = match raw {
                true => definition::raw(seen, rsc),
                false => definition::expanded(seen, rsc),
            };
            view::definition(seen, rsc, &definition, out);
            true
        }
        Command::Locate => {
            let name = request.resource.as_deref().unwrap_or_default();
            let places = place::places(seen, scene.resource()?, name);
            view::places(seen, name, &places, out);
            true
        }
        _ => view::list(seen, out),
    };
    match any {
        true => Ok(ExitCode::OK),
        false => Err(Failure::silent(ExitCode::NOSUCH)),
    }
}
