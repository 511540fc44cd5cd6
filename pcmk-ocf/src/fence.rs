//! Runs fence agents: programs that read their parameters from standard input, one `NAME=VALUE` a line. Source:
//! behaviour notes 09 sections 1.2, 1.3, 1.5, 1.6 and 2.1.
//!
//! Exit status 0 is success. What a failure means is guessed from what the agent wrote to standard error.

use std::ffi::OsString;
use std::path::Path;
use std::time::{Duration, Instant};

use pcmk_cib::xml::Document;
use pcmk_core::agent::is_fencer_parameter;
use pcmk_core::rc::{ExecStatus, Rc};

use crate::discover::Places;
use crate::metadata;
use crate::process::{self, End, Run};
use crate::result::AgentResult;

/// How often an action is tried in all, unless the device says otherwise.
const ATTEMPTS: u32 = 2;
/// How long to wait before another attempt.
const PAUSE: Duration = Duration::from_secs(1);
/// The target that an agent is told while its parameters are validated.
const DUMMY_TARGET: &str = "node1";

/// What came of an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Success, or what went wrong.
    pub rc: Rc,
    /// What the agent wrote to standard output.
    pub stdout: String,
    /// What the agent wrote to standard error.
    pub stderr: String,
}

impl Outcome {
    fn of_error(error: &std::io::Error, program: &Path) -> Outcome {
        let result = AgentResult::of_error(error, &program.to_string_lossy());
        let rc = match result.status {
            ExecStatus::NotInstalled => Rc::ENOENT,
            _ => guess(&result.stderr),
        };
        Outcome {
            rc,
            stdout: result.stdout,
            stderr: result.stderr,
        }
    }
}

/// What a failed agent's messages say about the failure.
fn guess(stderr: &str) -> Rc {
    let text = stderr.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if text.is_empty() {
        Rc::ENODATA
    } else if has(&["timed out", "timeout"]) {
        Rc::ETIME
    } else if has(&[
        "unrecognised action",
        "unrecognized action",
        "unsupported action",
    ]) {
        Rc::EOPNOTSUPP
    } else {
        Rc::ERROR
    }
}

/// Runs an agent once. Also returns whether it was stopped because it took too long.
pub(crate) fn run_once(
    program: &Path,
    lines: &[(String, String)],
    environment: &[(OsString, OsString)],
    timeout: Duration,
) -> (Outcome, bool) {
    let input = lines
        .iter()
        .map(|(name, value)| format!("{name}={value}\n"))
        .collect();
    let finished = process::run(Run {
        program,
        arguments: &[],
        environment,
        input: Some(input),
        timeout: Some(timeout),
    });
    let finished = match finished {
        Ok(finished) => finished,
        Err(error) => return (Outcome::of_error(&error, program), false),
    };
    let rc = match finished.end {
        End::Exit(0) => Rc::OK,
        End::Timeout => Rc::ETIME,
        End::Exit(_) | End::Signal(_) => guess(&finished.stderr),
    };
    let outcome = Outcome {
        rc,
        stdout: finished.stdout,
        stderr: finished.stderr,
    };
    (outcome, finished.end == End::Timeout)
}

/// Runs an agent until it succeeds, attempts run out, or most of the time is gone.
fn run(
    program: &Path,
    lines: &[(String, String)],
    environment: &[(OsString, OsString)],
    timeout: Duration,
) -> Outcome {
    let start = Instant::now();
    let mut left = timeout;
    for _ in 1..ATTEMPTS {
        let (outcome, timed_out) = run_once(program, lines, environment, left);
        // Whole seconds count.
        let elapsed = Duration::from_secs(start.elapsed().as_secs());
        if outcome.rc == Rc::OK || timed_out || elapsed >= timeout.mul_f64(0.7) {
            return outcome;
        }
        left = timeout.saturating_sub(elapsed);
        std::thread::sleep(PAUSE);
    }
    run_once(program, lines, environment, left).0
}

/// The lines an agent is to read for an action. `host`: the target, and the parameter that names it.
fn lines(
    action: &str,
    host: Option<(&str, Option<&str>)>,
    parameters: &[(String, String)],
) -> Vec<(String, String)> {
    let mut lines = vec![("action".to_owned(), action.to_owned())];
    let mut put = |name: &str, value: &str| {
        lines.retain(|(known, _)| known != name);
        lines.push((name.to_owned(), value.to_owned()));
    };
    if let Some((target, argument)) = host {
        put("nodename", target);
        let wanted = argument.filter(|name| !name.eq_ignore_ascii_case("none"));
        let given = |name: &str| parameters.iter().rev().find(|(known, _)| known == name);
        if let Some(name) = wanted
            && given(name).is_none_or(|(_, value)| value.eq_ignore_ascii_case("dynamic"))
        {
            put(name, target);
        }
    }
    // What was configured comes last and wins, even over the target and against "dynamic".
    for (name, value) in parameters {
        let hidden = name.eq_ignore_ascii_case("action")
            || name.starts_with("CRM_meta_")
            || name == "crm_feature_set"
            || is_fencer_parameter(name);
        if !hidden {
            put(name, value);
        }
    }
    lines
}

/// The parameter by which an agent wants to be told the target, by its own description.
fn host_argument(description: &str) -> Option<&'static str> {
    let doc = Document::parse(description.as_bytes(), "meta-data").ok()?;
    let has = |name: &str| {
        let mut all = doc.root_element().descendants();
        all.any(|element| element.name() == "parameter" && element.attr("name") == Some(name))
    };
    ["plug", "port"].into_iter().find(|name| has(name))
}

/// Lets an agent check parameters, as if it were to fence some node. Without any parameters there is no such node.
#[must_use]
pub fn validate(
    places: &Places,
    kind: &str,
    parameters: &[(String, String)],
    environment: &[(OsString, OsString)],
    timeout: Duration,
) -> Outcome {
    let program = places.program("stonith", None, kind);
    let Some(program) = program.filter(|path| path.is_file()) else {
        return Outcome {
            rc: Rc::ENOENT,
            stdout: String::new(),
            stderr: format!("Agent {kind} not found"),
        };
    };
    let configured = parameters
        .iter()
        .rev()
        .find(|(name, _)| name == "pcmk_host_argument");
    let own = match configured {
        None if !parameters.is_empty() => metadata::of_fence_agent(places, kind, environment)
            .ok()
            .and_then(|description| host_argument(&description)),
        _ => None,
    };
    let argument = configured.map(|(_, value)| value.as_str()).or(own);
    let host = (!parameters.is_empty()).then_some((DUMMY_TARGET, argument));
    let lines = lines("validate-all", host, parameters);
    run(&program, &lines, environment, timeout)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_lines(parameters: &[(&str, &str)], argument: Option<&str>, want: &str) {
        let parameters: Vec<(String, String)> = parameters
            .iter()
            .map(|&(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let got: Vec<String> = lines("off", Some(("n1", argument)), &parameters)
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        assert_eq!(got.join(" "), want);
    }

    #[test]
    fn parameters_win_over_the_target() {
        check_lines(&[], None, "action=off nodename=n1");
        check_lines(
            &[("a", "1"), ("Action", "blah"), ("pcmk_host_list", "x")],
            Some("port"),
            "action=off nodename=n1 port=n1 a=1",
        );
        check_lines(
            &[("port", "7")],
            Some("port"),
            "action=off nodename=n1 port=7",
        );
        // Seen with the reference: the word itself reaches the agent.
        check_lines(
            &[("port", "dynamic")],
            Some("port"),
            "action=off nodename=n1 port=dynamic",
        );
        check_lines(
            &[("nodename", "other"), ("pcmk_a_b_timeout", "9")],
            Some("NONE"),
            "action=off nodename=other pcmk_a_b_timeout=9",
        );
    }

    #[test]
    fn special_parameters() {
        for name in ["pcmk_validate-all_timeout", "pcmk_off_action", "provides"] {
            assert!(is_fencer_parameter(name), "{name}");
        }
        for name in ["pcmk_foo", "pcmk_a_b_timeout", "pcmk_timeout", "port"] {
            assert!(!is_fencer_parameter(name), "{name}");
        }
    }

    #[test]
    fn failures_are_guessed_from_messages() {
        assert_eq!(guess(""), Rc::ENODATA);
        assert_eq!(guess("Login TIMED OUT"), Rc::ETIME);
        assert_eq!(guess("Unsupported action x"), Rc::EOPNOTSUPP);
        assert_eq!(guess("no such thing"), Rc::ERROR);
    }

    #[test]
    fn validation_of_an_agent() {
        use std::os::unix::fs::PermissionsExt;
        let directory = std::env::temp_dir().join(format!("pcmk-fence-{}", std::process::id()));
        std::fs::create_dir_all(&directory).expect("directory");
        let script = "#!/bin/sh\nread -r first\ncase $first in\naction=metadata)\n\
                      echo '<resource-agent><parameters><parameter name=\"port\"/></parameters></resource-agent>'\n\
                      ;;\n*) echo $first; cat;;\nesac\n";
        let agent = directory.join("fence_test");
        std::fs::write(&agent, script).expect("agent");
        std::fs::set_permissions(&agent, std::fs::Permissions::from_mode(0o755)).expect("mode");
        let places = Places {
            fence: directory.clone(),
            ..Places::default()
        };
        let environment = [("PATH".into(), "/usr/bin:/bin".into())];
        let ask = |kind: &str, parameters: &[(String, String)]| {
            let timeout = Duration::from_secs(20);
            validate(&places, kind, parameters, &environment, timeout)
        };
        let with = ask("fence_test", &[("a".to_owned(), "b=c".to_owned())]);
        let want = "action=validate-all\nnodename=node1\nport=node1\na=b=c\n";
        assert_eq!((with.rc, with.stdout.as_str()), (Rc::OK, want));
        let without = ask("fence_test", &[]);
        assert_eq!(without.stdout, "action=validate-all\n");
        let missing = ask("fence_none", &[]);
        assert_eq!(missing.rc, Rc::ENOENT);
        assert_eq!(missing.stderr, "Agent fence_none not found");
        std::fs::remove_dir_all(&directory).expect("removed");
    }
}
