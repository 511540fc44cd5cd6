//! What an agent's end means. Source: behaviour notes 08 sections 1.3, 4.4 and 4.5.

use std::io;

use pcmk_core::rc::ExecStatus;

/// What agents put before the reason for their exit status.
pub const REASON_PREFIX: &str = "ocf-exit-reason:";

/// The result of an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentResult {
    /// Exit status in terms of OCF.
    pub rc: i32,
    /// Whether it was executed at all.
    pub status: ExecStatus,
    /// Why, if that is known.
    pub reason: Option<String>,
    /// What the agent wrote to standard output.
    pub stdout: String,
    /// What the agent wrote to standard error.
    pub stderr: String,
}

impl AgentResult {
    /// The result of something that was not executed.
    #[must_use]
    pub fn without_run(rc: i32, status: ExecStatus, reason: impl Into<String>) -> AgentResult {
        AgentResult {
            rc,
            status,
            reason: Some(reason.into()),
            stdout: String::new(),
            stderr: String::new(),
        }
    }

    /// The result of a program that could not be started. `name` is what it goes by.
    #[must_use]
    pub fn of_error(error: &io::Error, name: &str) -> AgentResult {
        const ENOENT: i32 = 2;
        const ENOEXEC: i32 = 8;
        const ENOTDIR: i32 = 20;
        const EISDIR: i32 = 21;
        const EINVAL: i32 = 22;
        let text = system_text(error);
        match error.raw_os_error() {
            Some(ENOENT | EISDIR | ENOTDIR | EINVAL) => {
                AgentResult::without_run(5, ExecStatus::NotInstalled, format!("{name}: {text}"))
            }
            // The program is there: the reference notices only in the child.
            Some(ENOEXEC) => could_not_execute(5),
            _ if error.kind() == io::ErrorKind::PermissionDenied => could_not_execute(4),
            _ => AgentResult::without_run(1, ExecStatus::Error, text),
        }
    }
}

fn could_not_execute(rc: i32) -> AgentResult {
    let reason = "Child process was unable to execute file";
    AgentResult {
        stderr: format!("{REASON_PREFIX}{reason}\n"),
        ..AgentResult::without_run(rc, ExecStatus::Done, reason)
    }
}

fn system_text(error: &io::Error) -> String {
    let text = error.to_string();
    match text.rfind(" (os error") {
        Some(at) => text[..at].to_owned(),
        None => text,
    }
}

/// The OCF code for an agent's exit status.
#[must_use]
pub fn ocf_code(standard: &str, action: &str, code: i32) -> i32 {
    if standard.eq_ignore_ascii_case("lsb") {
        return match action {
            "status" | "monitor" => match code {
                0 => 0,
                1..=3 => 7,
                150 => 5,
                151 => 4,
                _ => 1,
            },
            _ if (0..=7).contains(&code) => code,
            _ => 1,
        };
    }
    match code {
        0..=9 | 190 | 191 => code,
        _ => 1,
    }
}

/// The reason an OCF agent gave: the last one.
#[must_use]
pub fn exit_reason(stderr: &str) -> Option<String> {
    let (_, reason) = stderr.rsplit_once(REASON_PREFIX)?;
    let line = reason.lines().next().unwrap_or_default();
    (!line.is_empty()).then(|| line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_by_standard() {
        assert_eq!(ocf_code("lsb", "status", 3), 7);
        assert_eq!(ocf_code("lsb", "status", 4), 1);
        assert_eq!(ocf_code("lsb", "stop", 12), 1);
        assert_eq!(ocf_code("lsb", "start", 5), 5);
        assert_eq!(ocf_code("ocf", "start", 77), 1);
        assert_eq!(ocf_code("ocf", "monitor", 190), 190);
    }

    #[test]
    fn the_last_reason_counts() {
        let text = "ocf-exit-reason:first\nnoise\nocf-exit-reason:second reason\nmore\n";
        assert_eq!(exit_reason(text).as_deref(), Some("second reason"));
        assert_eq!(exit_reason("ocf-exit-reason:\n"), None);
    }
}
