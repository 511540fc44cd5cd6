//! Commands about parameters. Source: behaviour notes 07 section 3.6.

use pcmk_core::rc::Rc;

use super::options::{Command, Request};
use super::scene::Scene;
use crate::front::{Failure, Session};
use crate::ops::resource::attribute::{self as ops, Change, Kind, Report};
use crate::ops::resource::cib_id;
use crate::view::resource::attribute as view;

/// Shows, sets or deletes a parameter.
pub fn run(
    request: &Request,
    session: &mut Session<'_, '_>,
    scene: &mut Scene,
) -> Result<(), Failure> {
    let out = &mut *session.out;
    let rsc = scene.resource()?;
    let name = &request.name;
    if request.command == Command::Get {
        let value = ops::get(&mut scene.seen, rsc, request.kind, name);
        view::value(scene.seen.config.name(rsc), name, &value, out);
        return Ok(());
    }
    let value = match request.command {
        Command::Set => match request.value.as_deref() {
            Some("") | None => {
                let text = "You need to supply a value with the -v option";
                return Err(Failure::usage(text));
            }
            Some(value) => Some(value),
        },
        _ => None,
    };
    let change = Change {
        kind: request.kind,
        name,
        set: request.set.as_deref(),
        pair: request.pair.as_deref(),
        force: request.force,
        recursive: request.recursive,
    };
    let result = match (request.kind, value) {
        (Kind::Element, value) => {
            let id = cib_id(&scene.seen, rsc).to_owned();
            let result = ops::set_element(&mut scene.cib, &id, name, value);
            if result.is_ok() {
                out.info(&match value {
                    Some(value) => format!("Set attribute: name={name} value={value}"),
                    None => format!("Deleted attribute: {name}"),
                });
            }
            result
        }
        (_, Some(value)) => {
            let constraints = match change.recursive {
                true => pcmk_pengine::read_constraints(&mut scene.seen),
                false => Default::default(),
            };
            let mut report = Report::default();
            let result = ops::set(
                &mut scene.cib,
                &scene.seen,
                &constraints,
                rsc,
                &change,
                value,
                &mut report,
            );
            view::notes(&report.notes, &change, "update", out);
            if result.is_ok() {
                view::settings(&report.settings, &change, value, out);
            }
            result
        }
        (_, None) => {
            let mut notes = Vec::new();
            let result = ops::delete(&mut scene.cib, &scene.seen, rsc, &change, &mut notes);
            view::notes(&notes, &change, "delete", out);
            result
        }
    };
    result.map_err(|rc: Rc| Failure::silent(rc.exit_code()))
}
