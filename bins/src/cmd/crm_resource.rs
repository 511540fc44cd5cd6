//! `crm_resource`: shows and changes resources. Source: behaviour notes 07 section 3.
//!
//! What is wrong with the command line as a whole is told first (`check`); then the CIB is read, resource and node are
//! looked up (`scene`), and the command does its work.

mod agents;
mod attribute;
mod check;
mod cluster;
mod delete;
mod options;
mod place;
mod restart;
mod scene;
mod show;
mod wait;

use pcmk_core::rc::ExitCode;

use crate::Tool;
use crate::args::{Found, Listing, UsageError};
use crate::front::{self, Body, Failure, Session};
use crate::ops::cib::Cib;
use crate::view::{option_list, resource_options};
use crate::world::{Streams, World};
use options::{Command, Request, TABLE};
use scene::Scene;

/// The tool.
pub const TOOL: Tool = Tool {
    name: "crm_resource",
    options: Listing::Table(&TABLE),
    run,
};

fn run(world: &mut World, streams: &mut Streams) -> u8 {
    front::run(
        &TABLE,
        ExitCode::ERROR,
        &mut Request::default(),
        world,
        streams,
    )
}

impl Body for Request {
    fn option(&mut self, option: &Found, _: &World) -> Result<(), UsageError> {
        self.apply(option)
    }

    fn run(&mut self, session: &mut Session<'_, '_>) -> Result<ExitCode, Failure> {
        session.out.set_quiet(self.quiet);
        session.out.set_fancy(false);
        let words = check::words(self, session.rest)?;
        check::agent(self)?;
        agents::check_existence(self)?;
        check::options(self)?;
        check::needs(self)?;
        self.act(session, &words)
    }

    fn last_words(&self, status: ExitCode, text: Option<String>) -> Option<String> {
        if status.is_ok() || status == ExitCode::USAGE {
            return text;
        }
        let error = format!("Error performing operation: {}", status_text(status));
        Some(text.map_or_else(|| error.clone(), |text| format!("{text}\n{error}")))
    }
}

/// Ends the connection after changes. Changes made before something failed stay.
fn close(cib: Cib, result: Result<(), Failure>) -> Result<ExitCode, Failure> {
    let closed = cib.close();
    result?;
    closed.map_err(|rc| Failure::rc("Could not write the CIB", rc))?;
    Ok(ExitCode::OK)
}

fn status_text(status: ExitCode) -> &'static str {
    pcmk_core::rc::exit_text(i32::from(status.value()))
}

impl Request {
    fn act(
        &self,
        session: &mut Session<'_, '_>,
        words: &[(String, String)],
    ) -> Result<ExitCode, Failure> {
        match self.command {
            Command::List
            | Command::ListRaw
            | Command::ListCts
            | Command::Operations { .. }
            | Command::Query { .. }
            | Command::Constraints
            | Command::Why
            | Command::Digests
            | Command::Locate => {
                let mut scene = Scene::open(self, session)?;
                show::run(self, session, &mut scene, words)
            }
            Command::Cleanup | Command::Refresh | Command::Fail => {
                let scene = Scene::open(self, session)?;
                cluster::run(self, session, &scene)
            }
            Command::Get | Command::Set | Command::Unset => {
                let mut scene = Scene::open(self, session)?;
                let result = attribute::run(self, session, &mut scene);
                close(scene.cib, result)
            }
            Command::Move | Command::Ban | Command::Clear => {
                let mut scene = Scene::open(self, session)?;
                let result = place::run(self, session, &mut scene);
                close(scene.cib, result)
            }
            Command::Delete => {
                let mut cib = scene::connect(session)?;
                let result = delete::run(self, &mut cib);
                close(cib, result)
            }
            Command::Standards
            | Command::Providers
            | Command::Agents
            | Command::Alternatives
            | Command::Metadata => agents::query(self, session),
            Command::Agent(action) => agents::run(self, session, action, words),
            Command::Options { fencing } => {
                let list = match fencing {
                    true => &resource_options::FENCING,
                    false => &resource_options::PRIMITIVE,
                };
                option_list::show(list, self.all, session.out);
                Ok(ExitCode::OK)
            }
            Command::Restart => {
                let mut scene = Scene::open(self, session)?;
                let result = restart::run(self, session, &mut scene);
                close(scene.cib, result)
            }
            Command::Wait => wait::run(self, session),
        }
    }
}
