//! `crm_resource`: shows and changes resources. Source: behaviour notes 07 section 3.
//!
//! What is wrong with the command line as a whole is told first ([`check`]); then the CIB is read, resource and node are
//! looked up ([`scene`]), and the command does its work.

mod attribute;
mod check;
mod options;
mod scene;
mod show;

use pcmk_core::rc::ExitCode;

use crate::Tool;
use crate::args::{Found, UsageError};
use crate::front::{self, Body, Failure, Session};
use crate::world::{Streams, World};
use options::{Command, Request, TABLE};
use scene::Scene;

/// The tool.
pub const TOOL: Tool = Tool {
    name: "crm_resource",
    run,
};

fn run(world: &mut World, streams: &mut Streams) -> u8 {
    front::run(&TABLE, ExitCode::ERROR, &mut Request::default(), world, streams)
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

fn status_text(status: ExitCode) -> &'static str {
    pcmk_core::rc::exit_text(i32::from(status.value()))
}

impl Request {
    fn act(
        &self,
        session: &mut Session<'_, '_>,
        words: &[(String, String)],
    ) -> Result<ExitCode, Failure> {
        let _ = words;
        match self.command {
            Command::List
            | Command::ListRaw
            | Command::ListCts
            | Command::Operations { .. }
            | Command::Query { .. }
            | Command::Locate => {
                let scene = Scene::open(self, session)?;
                show::run(self, session, &scene)
            }
            Command::Get | Command::Set | Command::Unset => {
                let mut scene = Scene::open(self, session)?;
                let status = attribute::run(self, session, &mut scene)?;
                scene.close()?;
                Ok(status)
            }
            _ => Err(Failure::silent(ExitCode::UNIMPLEMENT_FEATURE)),
        }
    }
}
