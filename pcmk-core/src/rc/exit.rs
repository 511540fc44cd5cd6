//! Exit codes of tools, which are also the exit status of resource agents.
//!
//! One table serves both: the low numbers are the agents' (OCF), the others the tools'.
//! Source: behaviour notes 05 §9.2, 07 §1.4, 08 §1.1.

/// Exit code, name and text of every code that has a name of its own.
pub const EXIT_CODES: [(u8, &str, &str); 44] = [
    (0, "CRM_EX_OK", "OK"),
    (1, "CRM_EX_ERROR", "Error occurred"),
    (2, "CRM_EX_INVALID_PARAM", "Invalid parameter"),
    (3, "CRM_EX_UNIMPLEMENT_FEATURE", "Unimplemented"),
    (4, "CRM_EX_INSUFFICIENT_PRIV", "Insufficient privileges"),
    (5, "CRM_EX_NOT_INSTALLED", "Not installed"),
    (6, "CRM_EX_NOT_CONFIGURED", "Not configured"),
    (7, "CRM_EX_NOT_RUNNING", "Not running"),
    (8, "CRM_EX_PROMOTED", "Promoted"),
    (9, "CRM_EX_FAILED_PROMOTED", "Failed in promoted role"),
    (64, "CRM_EX_USAGE", "Incorrect usage"),
    (65, "CRM_EX_DATAERR", "Invalid data given"),
    (66, "CRM_EX_NOINPUT", "Input file not available"),
    (67, "CRM_EX_NOUSER", "User does not exist"),
    (68, "CRM_EX_NOHOST", "Host does not exist"),
    (69, "CRM_EX_UNAVAILABLE", "Necessary service unavailable"),
    (70, "CRM_EX_SOFTWARE", "Internal software bug"),
    (71, "CRM_EX_OSERR", "Operating system error occurred"),
    (72, "CRM_EX_OSFILE", "System file not available"),
    (73, "CRM_EX_CANTCREAT", "Cannot create output file"),
    (74, "CRM_EX_IOERR", "I/O error occurred"),
    (75, "CRM_EX_TEMPFAIL", "Temporary failure, try again"),
    (76, "CRM_EX_PROTOCOL", "Protocol violated"),
    (77, "CRM_EX_NOPERM", "Insufficient privileges"),
    (78, "CRM_EX_CONFIG", "Invalid configuration"),
    (
        100,
        "CRM_EX_FATAL",
        "Fatal error occurred, will not respawn",
    ),
    (101, "CRM_EX_PANIC", "System panic required"),
    (102, "CRM_EX_DISCONNECT", "Not connected"),
    (
        103,
        "CRM_EX_OLD",
        "Update was older than existing configuration",
    ),
    (104, "CRM_EX_DIGEST", "Digest mismatch"),
    (105, "CRM_EX_NOSUCH", "No such object"),
    (106, "CRM_EX_QUORUM", "Quorum required"),
    (107, "CRM_EX_UNSAFE", "Operation not safe"),
    (108, "CRM_EX_EXISTS", "Requested item already exists"),
    (109, "CRM_EX_MULTIPLE", "Multiple items match request"),
    (110, "CRM_EX_EXPIRED", "Requested item has expired"),
    (
        111,
        "CRM_EX_NOT_YET_IN_EFFECT",
        "Requested item is not yet in effect",
    ),
    (112, "CRM_EX_INDETERMINATE", "Could not determine status"),
    (
        113,
        "CRM_EX_UNSATISFIED",
        "Not applicable under current conditions",
    ),
    (114, "CRM_EX_NO_DC", "DC is not yet elected"),
    (124, "CRM_EX_TIMEOUT", "Timeout occurred"),
    (
        190,
        "CRM_EX_DEGRADED",
        "Service is active but might fail soon",
    ),
    (
        191,
        "CRM_EX_DEGRADED_PROMOTED",
        "Service is promoted but might fail soon",
    ),
    (193, "CRM_EX_NONE", "No exit status available"),
];

/// The text for an exit code, whether a tool's or an agent's.
#[must_use]
pub fn exit_text(code: i32) -> &'static str {
    match EXIT_CODES
        .iter()
        .find(|&&(known, _, _)| i32::from(known) == code)
    {
        Some((_, _, text)) => text,
        None if code == 255 => "Error occurred",
        None if (129..=254).contains(&code) => "Interrupted by signal",
        None => "Unknown exit status",
    }
}

/// The name of an exit code (`CRM_EX_...`); codes without one are `CRM_EX_UNKNOWN`.
#[must_use]
pub fn exit_name(code: i32) -> &'static str {
    EXIT_CODES
        .iter()
        .find(|&&(known, _, _)| i32::from(known) == code)
        .map_or("CRM_EX_UNKNOWN", |&(_, name, _)| name)
}

/// How a tool ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExitCode(u8);

impl ExitCode {
    /// OK.
    pub const OK: ExitCode = ExitCode(0);
    /// Error occurred.
    pub const ERROR: ExitCode = ExitCode(1);
    /// Invalid parameter.
    pub const INVALID_PARAM: ExitCode = ExitCode(2);
    /// Unimplemented.
    pub const UNIMPLEMENT_FEATURE: ExitCode = ExitCode(3);
    /// Insufficient privileges.
    pub const INSUFFICIENT_PRIV: ExitCode = ExitCode(4);
    /// Not installed.
    pub const NOT_INSTALLED: ExitCode = ExitCode(5);
    /// Not configured.
    pub const NOT_CONFIGURED: ExitCode = ExitCode(6);
    /// Not running.
    pub const NOT_RUNNING: ExitCode = ExitCode(7);
    /// Promoted.
    pub const PROMOTED: ExitCode = ExitCode(8);
    /// Failed in promoted role.
    pub const FAILED_PROMOTED: ExitCode = ExitCode(9);
    /// Incorrect usage.
    pub const USAGE: ExitCode = ExitCode(64);
    /// Invalid data given.
    pub const DATAERR: ExitCode = ExitCode(65);
    /// Input file not available.
    pub const NOINPUT: ExitCode = ExitCode(66);
    /// User does not exist.
    pub const NOUSER: ExitCode = ExitCode(67);
    /// Host does not exist.
    pub const NOHOST: ExitCode = ExitCode(68);
    /// Necessary service unavailable.
    pub const UNAVAILABLE: ExitCode = ExitCode(69);
    /// Internal software bug.
    pub const SOFTWARE: ExitCode = ExitCode(70);
    /// Operating system error occurred.
    pub const OSERR: ExitCode = ExitCode(71);
    /// System file not available.
    pub const OSFILE: ExitCode = ExitCode(72);
    /// Cannot create output file.
    pub const CANTCREAT: ExitCode = ExitCode(73);
    /// I/O error occurred.
    pub const IOERR: ExitCode = ExitCode(74);
    /// Temporary failure, try again.
    pub const TEMPFAIL: ExitCode = ExitCode(75);
    /// Protocol violated.
    pub const PROTOCOL: ExitCode = ExitCode(76);
    /// Insufficient privileges.
    pub const NOPERM: ExitCode = ExitCode(77);
    /// Invalid configuration.
    pub const CONFIG: ExitCode = ExitCode(78);
    /// Fatal error occurred, will not respawn.
    pub const FATAL: ExitCode = ExitCode(100);
    /// System panic required.
    pub const PANIC: ExitCode = ExitCode(101);
    /// Not connected.
    pub const DISCONNECT: ExitCode = ExitCode(102);
    /// Update was older than existing configuration.
    pub const OLD: ExitCode = ExitCode(103);
    /// Digest mismatch.
    pub const DIGEST: ExitCode = ExitCode(104);
    /// No such object.
    pub const NOSUCH: ExitCode = ExitCode(105);
    /// Quorum required.
    pub const QUORUM: ExitCode = ExitCode(106);
    /// Operation not safe.
    pub const UNSAFE: ExitCode = ExitCode(107);
    /// Requested item already exists.
    pub const EXISTS: ExitCode = ExitCode(108);
    /// Multiple items match request.
    pub const MULTIPLE: ExitCode = ExitCode(109);
    /// Requested item has expired.
    pub const EXPIRED: ExitCode = ExitCode(110);
    /// Requested item is not yet in effect.
    pub const NOT_YET_IN_EFFECT: ExitCode = ExitCode(111);
    /// Could not determine status.
    pub const INDETERMINATE: ExitCode = ExitCode(112);
    /// Not applicable under current conditions.
    pub const UNSATISFIED: ExitCode = ExitCode(113);
    /// DC is not yet elected.
    pub const NO_DC: ExitCode = ExitCode(114);
    /// Timeout occurred.
    pub const TIMEOUT: ExitCode = ExitCode(124);
    /// Service is active but might fail soon.
    pub const DEGRADED: ExitCode = ExitCode(190);
    /// Service is promoted but might fail soon.
    pub const DEGRADED_PROMOTED: ExitCode = ExitCode(191);
    /// No exit status available.
    pub const NONE: ExitCode = ExitCode(193);
    /// Highest value, without a meaning of its own; shown like a generic error.
    pub const UNKNOWN: ExitCode = ExitCode(255);

    /// An exit code from a number; numbers outside 0 ..= 255 become a generic error.
    #[must_use]
    pub fn from_int(code: i32) -> ExitCode {
        u8::try_from(code).map_or(ExitCode::ERROR, ExitCode)
    }

    /// The number.
    #[must_use]
    pub const fn value(self) -> u8 {
        self.0
    }

    /// The text.
    #[must_use]
    pub fn text(self) -> &'static str {
        exit_text(i32::from(self.0))
    }

    /// The name, `CRM_EX_...`.
    #[must_use]
    pub fn name(self) -> &'static str {
        exit_name(i32::from(self.0))
    }

    /// Whether this is success.
    #[must_use]
    pub const fn is_ok(self) -> bool {
        self.0 == 0
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        std::process::ExitCode::from(code.0)
    }
}

/// Exit status of resource agents (OCF), as recorded in the history.
pub mod ocf {
    /// Success, or running in the unpromoted role.
    pub const OK: i32 = 0;
    /// Unspecified error.
    pub const UNKNOWN_ERROR: i32 = 1;
    /// A parameter is invalid on this node.
    pub const INVALID_PARAM: i32 = 2;
    /// The agent does not have the action.
    pub const UNIMPLEMENT_FEATURE: i32 = 3;
    /// Insufficient privileges.
    pub const INSUFFICIENT_PRIV: i32 = 4;
    /// The agent or what it needs is not installed on this node.
    pub const NOT_INSTALLED: i32 = 5;
    /// Parameters are invalid anywhere.
    pub const NOT_CONFIGURED: i32 = 6;
    /// Cleanly stopped.
    pub const NOT_RUNNING: i32 = 7;
    /// Running in the promoted role.
    pub const RUNNING_PROMOTED: i32 = 8;
    /// Failed in the promoted role.
    pub const FAILED_PROMOTED: i32 = 9;
    /// Timed out; never returned by agents themselves.
    pub const TIMEOUT: i32 = 124;
    /// Running, but might fail soon.
    pub const DEGRADED: i32 = 190;
    /// Running promoted, but might fail soon.
    pub const DEGRADED_PROMOTED: i32 = 191;
    /// No result yet.
    pub const NONE: i32 = 193;

    /// The status that counts wherever health does not matter: degraded is as good as running.
    ///
    /// Source: behaviour notes 08 §1.1.
    #[must_use]
    pub const fn effective(rc: i32) -> i32 {
        match rc {
            DEGRADED => OK,
            DEGRADED_PROMOTED => RUNNING_PROMOTED,
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_names() {
        assert_eq!(exit_text(0), "OK");
        assert_eq!(exit_text(8), "Promoted");
        assert_eq!(exit_text(189), "Interrupted by signal");
        assert_eq!(exit_text(128), "Unknown exit status");
        assert_eq!(exit_text(-1), "Unknown exit status");
        assert_eq!(exit_text(255), "Error occurred");
        assert_eq!(ExitCode::CONFIG.value(), 78);
        assert_eq!(ExitCode::NO_DC.name(), "CRM_EX_NO_DC");
        assert_eq!(ExitCode::from_int(300), ExitCode::ERROR);
        assert_eq!(ocf::effective(191), 8);
    }
}
