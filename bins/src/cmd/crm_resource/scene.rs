//! The CIB, what the scheduler makes of it, and the resource and node that are meant. Source: behaviour notes 07 section
//! 3.2, steps 5 and 6.

use pcmk_cib::schema::{self, UpgradeError};
use pcmk_cib::xml::Document;
use pcmk_core::rc::{ExitCode, Rc};
use pcmk_pengine::{NodeId, Observed, RscId};

use super::options::{Command, Request};
use crate::front::{Failure, Session};
use crate::ops::cib::Cib;
use crate::ops::resource::{self, Base, Names, is_instance};
use crate::out::Out;
use crate::view::messages;

/// All of it.
pub struct Scene {
    /// The CIB.
    pub cib: Cib,
    /// What the scheduler makes of it.
    pub seen: Observed,
    /// The resource, if one was named and the command looks at it.
    pub rsc: Option<RscId>,
    /// The node, if one was named.
    pub node: Option<NodeId>,
}

/// Connects to the CIB.
pub fn connect(session: &mut Session<'_, '_>) -> Result<Cib, Failure> {
    Cib::connect(session.world).map_err(|rc| Failure::rc("Could not connect to the CIB", rc))
}

/// The CIB as the scheduler reads it.
pub fn current(cib: &Cib, out: &mut Out<'_>) -> Result<Document, Failure> {
    // Told without the tool's name, unlike other failures.
    let refuse = |out: &mut Out<'_>, what: &str, rc: Rc| {
        out.err(&format!("{what}: {}", rc.text()));
        Failure::silent(rc.exit_code())
    };
    let answer = cib
        .query_all()
        .map_err(|rc| refuse(out, "Could not obtain the current CIB", rc))?;
    let mut doc = answer.into_document();
    let mut told = Vec::new();
    let upgraded = schema::upgrade(&mut doc, &mut told);
    for text in told
        .iter()
        .filter(|text| *text == schema::VALIDATION_DISABLED)
    {
        out.stderr(text);
    }
    if let Err(error) = upgraded {
        let rc = match error {
            UpgradeError::MissingSchema | UpgradeError::UnknownSchema(_) => Rc::CIB_CORRUPT,
            UpgradeError::Stuck { .. } => Rc::TRANSFORM_FAILED,
            _ => Rc::SCHEMA_VALIDATION,
        };
        return Err(refuse(out, "Could not upgrade the current CIB XML", rc));
    }
    Ok(doc)
}

impl Scene {
    /// Reads everything and looks up what is meant.
    pub fn open(request: &Request, session: &mut Session<'_, '_>) -> Result<Scene, Failure> {
        let cib = connect(session)?;
        let doc = current(&cib, session.out)?;
        let seen = resource::read(doc, cib.now());
        let level = messages::level(session.world, session.common.verbosity);
        messages::log(&seen.log, 0, level, session.out);
        let no_such = |text: String| Failure::new(ExitCode::NOSUCH, text);
        let node = match &request.node {
            Some(name) => {
                let found = seen.config.find_node(name);
                Some(found.ok_or_else(|| no_such(format!("Node '{name}' not found")))?)
            }
            None => None,
        };
        let rsc = match (&request.resource, names(request.command)) {
            (Some(name), Some(names)) => {
                let found = resource::find(&seen, name, names);
                let found = found.ok_or_else(|| no_such(format!("Resource '{name}' not found")))?;
                if refuses_instances(request.command)
                    && is_instance(&seen, found)
                    && name.contains(':')
                {
                    let text = format!("Cannot operate on clone resource instance '{name}'");
                    return Err(Failure::new(ExitCode::INVALID_PARAM, text));
                }
                Some(found)
            }
            (None, _) | (_, None) => None,
        };
        Ok(Scene {
            cib,
            seen,
            rsc,
            node,
        })
    }

    /// The resource, for commands that cannot do without.
    pub fn resource(&self) -> Result<RscId, Failure> {
        self.rsc
            .ok_or_else(|| Failure::usage("Must supply a resource ID with -r/--resource"))
    }
}

/// By which names the resource of a command may be called; nothing if the command does not look it up.
fn names(command: Command) -> Option<Names> {
    let base = match command {
        Command::Get | Command::Set | Command::Unset | Command::Query { .. } => Base::Any,
        Command::Fail => Base::None,
        Command::Constraints
        | Command::Why
        | Command::Locate
        | Command::Cleanup
        | Command::Refresh
        | Command::Move
        | Command::Ban
        | Command::Clear
        | Command::Restart
        | Command::Digests
        | Command::Agent(_) => Base::Anonymous,
        Command::List
        | Command::ListRaw
        | Command::ListCts
        | Command::Operations { .. }
        | Command::Options { .. }
        | Command::Standards
        | Command::Providers
        | Command::Agents
        | Command::Alternatives
        | Command::Metadata
        | Command::Delete
        | Command::Wait => return None,
    };
    Some(Names {
        base,
        history: true,
    })
}

fn refuses_instances(command: Command) -> bool {
    matches!(
        command,
        Command::Move
            | Command::Ban
            | Command::Clear
            | Command::Restart
            | Command::Cleanup
            | Command::Refresh
            | Command::Fail
    )
}
