//! Runs an agent and waits for it. Source: behaviour notes 08 section 4.

use std::ffi::OsString;
use std::time::Duration;

use pcmk_core::rc::ExecStatus;

use crate::discover::Places;
use crate::environment;
use crate::process::{self, End, Run};
use crate::result::{AgentResult, exit_reason, ocf_code};

/// An agent and what it is to do.
#[derive(Clone, Copy, Debug)]
pub struct Agent<'a> {
    /// Id of the resource.
    pub resource: &'a str,
    /// Standard.
    pub standard: &'a str,
    /// Provider, for standards that have them.
    pub provider: Option<&'a str>,
    /// Name of the agent.
    pub kind: &'a str,
    /// Parameters.
    pub parameters: &'a [(String, String)],
    /// Environment to which the agent's own variables are added.
    pub environment: &'a [(OsString, OsString)],
    /// Time limit, milliseconds; 0 is none.
    pub timeout_ms: u32,
}

/// The standard that `service` stands for: init scripts, as there is no connection to systemd.
#[must_use]
pub fn resolved(standard: &str) -> &str {
    match standard.eq_ignore_ascii_case("service") {
        true => "lsb",
        false => standard,
    }
}

/// Runs one action.
#[must_use]
pub fn execute(places: &Places, agent: &Agent<'_>, action: &str) -> AgentResult {
    let standard = resolved(agent.standard);
    let capabilities = pcmk_core::agent::capabilities(agent.standard);
    let missing = agent.resource.is_empty()
        || standard.is_empty()
        || agent.kind.is_empty()
        || action.is_empty()
        || (capabilities.provider && agent.provider.is_none_or(str::is_empty));
    if missing {
        let reason = "Required agent or action information missing";
        return AgentResult::without_run(1, ExecStatus::FatalError, reason);
    }
    let is = |name: &str| standard.eq_ignore_ascii_case(name);
    if !is("ocf") && !is("lsb") {
        let reason = format!("Manual execution of the {standard} standard is unsupported");
        return AgentResult::without_run(3, ExecStatus::Error, reason);
    }
    let action = match action.eq_ignore_ascii_case("monitor") && capabilities.status {
        true => "status",
        false => action,
    };
    let nowhere = || std::io::Error::from_raw_os_error(2);
    let Some(program) = places.program(standard, agent.provider, agent.kind) else {
        return AgentResult::of_error(&nowhere(), agent.kind);
    };
    let name = program.to_string_lossy().into_owned();
    if !program.exists() {
        return AgentResult::of_error(&nowhere(), &name);
    }
    let mut environment = agent.environment.to_vec();
    environment.extend(environment::variables(agent));
    let finished = process::run(Run {
        program: &program,
        arguments: &[action],
        environment: &environment,
        input: None,
        timeout: (agent.timeout_ms > 0).then(|| Duration::from_millis(u64::from(agent.timeout_ms))),
    });
    let finished = match finished {
        Ok(finished) => finished,
        Err(error) => return AgentResult::of_error(&error, &name),
    };
    let (rc, status, reason) = match finished.end {
        End::Exit(code) => {
            let reason = match standard == "ocf" {
                true => exit_reason(&finished.stderr),
                false => None,
            };
            (ocf_code(standard, action, code), ExecStatus::Done, reason)
        }
        End::Signal(signal) => {
            let text = signal_text(signal);
            let reason = format!("Resource agent interrupted by {text} signal");
            (1, ExecStatus::Error, Some(reason))
        }
        End::Timeout => {
            let reason = "Resource agent did not exit within specified timeout".to_owned();
            (1, ExecStatus::TimedOut, Some(reason))
        }
    };
    AgentResult {
        rc,
        status,
        reason,
        stdout: finished.stdout,
        stderr: finished.stderr,
    }
}

/// A signal's name as the C library shows it.
fn signal_text(signal: i32) -> String {
    match signal {
        1 => "Hangup".to_owned(),
        2 => "Interrupt".to_owned(),
        3 => "Quit".to_owned(),
        4 => "Illegal instruction".to_owned(),
        6 => "Aborted".to_owned(),
        7 => "Bus error".to_owned(),
        8 => "Floating point exception".to_owned(),
        9 => "Killed".to_owned(),
        10 => "User defined signal 1".to_owned(),
        11 => "Segmentation fault".to_owned(),
        12 => "User defined signal 2".to_owned(),
        13 => "Broken pipe".to_owned(),
        14 => "Alarm clock".to_owned(),
        15 => "Terminated".to_owned(),
        other => format!("Unknown signal {other}"),
    }
}
