//! `stonith_admin`: fence devices, fence agents and fencing. Source: behaviour notes 07 section 12, 09 section 10.
//!
//! What is asked of agents (which there are, their descriptions, validation of parameters) is answered here. All the
//! rest is for the cluster's fencer, which is reached through IPC; this program does not have that, so it says what
//! the reference says where no cluster is running.

mod options;

use std::ffi::OsString;
use std::time::Duration;

use pcmk_core::agent::AgentName;
use pcmk_core::rc::{ExitCode, Rc};
use pcmk_ocf::discover::Places;
use pcmk_ocf::fence;
use pcmk_ocf::metadata::metadata;

use crate::Tool;
use crate::args::{Found, Listing, UsageError, help_text};
use crate::front::{self, Body, Failure, Session};
use crate::view::fencing as view;
use crate::world::{Streams, World};
use options::{Command, Request, TABLE};

/// The tool.
pub const TOOL: Tool = Tool {
    name: "stonith_admin",
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
    fn option(&mut self, option: &Found, world: &World) -> Result<(), UsageError> {
        self.apply(option, world)
    }

    fn run(&mut self, session: &mut Session<'_, '_>) -> Result<ExitCode, Failure> {
        session.out.set_quiet(self.quiet);
        session.out.set_fancy(false);
        let Some(command) = self.command else {
            return Err(help(session));
        };
        if self.needs_agent && self.agent.is_none() {
            session
                .out
                .err("Please specify an agent to query using -a,--agent [value]");
            return Err(help(session));
        }
        if self.connects {
            session.out.err(&format!(
                "Could not connect to fencer: {}",
                Rc::ENOTCONN.text()
            ));
            return Err(Failure::silent(ExitCode::DISCONNECT));
        }
        let agent = self.agent.as_deref().unwrap_or_default();
        let environment = session.world.variables();
        match command {
            Command::ListInstalled => {
                let agents = Places::default().agents("stonith", None);
                view::installed(&agents, session.out);
                Ok(ExitCode::OK)
            }
            Command::Metadata => describe(agent, &environment, session),
            Command::Validate => Ok(self.validate(agent, &environment, session)),
            Command::ListRegistered | Command::List => {
                refuse("Failed to list registered devices", session)
            }
            Command::ListTargets => refuse("Couldn't list targets", session),
            Command::Register => {
                let name = &self.subject;
                refuse(
                    &format!("Can't register device {name} using agent {agent}"),
                    session,
                )
            }
            Command::Deregister => refuse(
                &format!("Can't unregister device {}", self.subject),
                session,
            ),
            Command::RegisterLevel => self.refuse_level("register", session),
            Command::DeregisterLevel => self.refuse_level("unregister", session),
            Command::Fence | Command::Reboot => Err(Failure::rc(
                &format!("Couldn't fence {}", self.subject),
                Rc::ENOTCONN,
            )),
            Command::Unfence => Err(Failure::rc(
                &format!("Couldn't unfence {}", self.subject),
                Rc::ENOTCONN,
            )),
            Command::Query | Command::Confirm | Command::Last | Command::History => {
                Err(Failure::silent(ExitCode::DISCONNECT))
            }
        }
    }
}

/// Ends with the help text, as what was asked for cannot be understood.
fn help(session: &mut Session<'_, '_>) -> Failure {
    session.out.stderr(help_text(&TABLE).trim_end());
    Failure::silent(ExitCode::USAGE)
}

/// Ends because the fencer would have had to be asked, but there is no connection: the command that counts needs one,
/// another that was given, too, did without.
fn refuse(what: &str, session: &mut Session<'_, '_>) -> Result<ExitCode, Failure> {
    session.out.err(&format!("{what}: {}", Rc::ENOTCONN.text()));
    Err(Failure::silent(ExitCode::DISCONNECT))
}

/// Shows what an agent says of itself.
fn describe(
    agent: &str,
    environment: &[(OsString, OsString)],
    session: &mut Session<'_, '_>,
) -> Result<ExitCode, Failure> {
    let name = AgentName {
        class: "stonith".to_owned(),
        provider: None,
        kind: agent.to_owned(),
    };
    match metadata(&Places::default(), &name, environment) {
        Ok(text) => {
            session.out.blob("metadata", &text);
            Ok(ExitCode::OK)
        }
        Err(rc) => {
            session
                .out
                .err(&format!("Can't get fence agent meta-data: {}", rc.text()));
            Err(Failure::silent(rc.exit_code()))
        }
    }
}

impl Request {
    fn refuse_level(&self, what: &str, session: &mut Session<'_, '_>) -> Result<ExitCode, Failure> {
        let (index, target) = (self.index, &self.subject);
        refuse(
            &format!("Can't {what} topology level {index} for {target}"),
            session,
        )
    }

    /// Lets an agent check parameters.
    fn validate(
        &self,
        agent: &str,
        environment: &[(OsString, OsString)],
        session: &mut Session<'_, '_>,
    ) -> ExitCode {
        let timeout = Duration::from_secs(self.timeout_s);
        let outcome = fence::validate(
            &Places::default(),
            agent,
            &self.parameters,
            environment,
            timeout,
        );
        view::validation(agent, self.device.as_deref(), &outcome, session.out);
        outcome.rc.exit_code()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(words: &[&str], status: u8, out: &str, err: &str) {
        let args: Vec<&str> = std::iter::once("stonith_admin")
            .chain(words.iter().copied())
            .collect();
        let mut world = World::for_test(&args);
        world.env.insert("OCF_RESKEY_x".into(), "1".into());
        let (mut streams, captured) = Streams::captured();
        let got = run(&mut world, &mut streams);
        let first = |text: String| text.lines().next().unwrap_or_default().to_owned();
        assert_eq!(
            (got, captured.out(), first(captured.err())),
            (status, out.to_owned(), err.to_owned()),
            "{words:?}"
        );
    }

    #[test]
    fn without_a_cluster() {
        let refused = "Could not connect to fencer: Transport endpoint is not connected";
        for words in [
            &["-L"][..],
            &["-C", "a"],
            &["-H", "*"],
            &["-r", "a", "-i", "1"],
        ] {
            check(words, 102, "", refused);
        }
        check(
            &["-F", "a", "-L"],
            102,
            "",
            "stonith_admin: Couldn't fence a: Transport endpoint is not connected",
        );
        check(
            &["-I", "-L"],
            102,
            "",
            "Failed to list registered devices: Transport endpoint is not connected",
        );
    }

    #[test]
    fn agents_that_do_not_exist() {
        check(
            &["-M", "-a", "fence_no_such"],
            105,
            "",
            "Can't get fence agent meta-data: No such device",
        );
        check(
            &["-K", "-a", "fence_no_such", "-v", "dev", "-e", "x"],
            105,
            "Validation of fence_no_such on dev failed\nAgent fence_no_such not found\n",
            "",
        );
    }

    #[test]
    fn command_lines_that_make_no_sense() {
        let agent = "Please specify an agent to query using -a,--agent [value]";
        check(&["-K"], 64, "", agent);
        // A command that does not count has a say in this.
        check(&["-M", "-L"], 64, "", agent);
        check(&[], 64, "", "Usage:");
        check(
            &["-o", "foo"],
            64,
            "",
            "stonith_admin: Invalid option: -o foo: Bad name/value pair given",
        );
        check(
            &["--env-option", "y"],
            64,
            "",
            "stonith_admin: Invalid option: -e y",
        );
        check(
            &["-L", "-t", "4294968"],
            64,
            "",
            "stonith_admin: Integer value \"4294968\" for -t out of range",
        );
    }
}
