//! Execution status: how the attempt to run an action went, as opposed to what the agent said.

/// Text for numbers outside the list.
pub const UNRECOGNIZED_STATUS: &str = "Unrecognized status (bug?)";

/// Execution status of an action (`op-status` in the history).
///
/// Source: behaviour notes 02 §9, 08 §1.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(i32)]
pub enum ExecStatus {
    /// Started, no result yet.
    Pending = -1,
    /// Finished, with an exit status.
    Done = 0,
    /// Given up before it finished.
    Cancelled = 1,
    /// Not finished in time.
    TimedOut = 2,
    /// Not possible on this node.
    NotSupported = 3,
    /// Failed to run; may be tried again.
    Error = 4,
    /// Failed; not to be tried again on this node.
    HardError = 5,
    /// Failed; not to be tried again anywhere.
    FatalError = 6,
    /// The agent is not there.
    NotInstalled = 7,
    /// No connection to the executor.
    NotConnected = 8,
    /// The action cannot be run at the moment.
    Invalid = 9,
    /// No device can fence the target.
    NoFenceDevice = 10,
    /// Secret parameters could not be read.
    NoSecrets = 11,
}

impl ExecStatus {
    /// The text shown to people.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            ExecStatus::Pending => "Pending",
            ExecStatus::Done => "Done",
            ExecStatus::Cancelled => "Cancelled",
            ExecStatus::TimedOut => "Timed out",
            ExecStatus::NotSupported => "Unsupported",
            ExecStatus::Error => "Error",
            ExecStatus::HardError => "Hard error",
            ExecStatus::FatalError => "Fatal error",
            ExecStatus::NotInstalled => "Not installed",
            ExecStatus::NotConnected => "Internal communication failure",
            ExecStatus::Invalid => "Cannot execute now",
            ExecStatus::NoFenceDevice => "No fence device",
            ExecStatus::NoSecrets => "CIB secrets unavailable",
        }
    }

    /// The status for a number, −1 ..= 11.
    #[must_use]
    pub const fn from_int(value: i32) -> Option<ExecStatus> {
        Some(match value {
            -1 => ExecStatus::Pending,
            0 => ExecStatus::Done,
            1 => ExecStatus::Cancelled,
            2 => ExecStatus::TimedOut,
            3 => ExecStatus::NotSupported,
            4 => ExecStatus::Error,
            5 => ExecStatus::HardError,
            6 => ExecStatus::FatalError,
            7 => ExecStatus::NotInstalled,
            8 => ExecStatus::NotConnected,
            9 => ExecStatus::Invalid,
            10 => ExecStatus::NoFenceDevice,
            11 => ExecStatus::NoSecrets,
            _ => return None,
        })
    }

    /// The number as written in the history.
    #[must_use]
    pub const fn value(self) -> i32 {
        self as i32
    }
}

/// The text for a number, known or not.
#[must_use]
pub fn exec_text(value: i32) -> &'static str {
    ExecStatus::from_int(value).map_or(UNRECOGNIZED_STATUS, ExecStatus::text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_texts() {
        for value in -1..=11 {
            assert_eq!(
                ExecStatus::from_int(value).map(ExecStatus::value),
                Some(value)
            );
        }
        assert_eq!(ExecStatus::from_int(12), None);
        assert_eq!(exec_text(-2), "Unrecognized status (bug?)");
        assert_eq!(exec_text(2), "Timed out");
    }
}
