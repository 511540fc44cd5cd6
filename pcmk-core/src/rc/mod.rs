//! Result codes: exit codes, execution status, return codes and system errors, with their texts.
//!
//! Each family is one table; outputs, exit codes and `crm_error` all read the same one.

mod code;
pub mod errno;
mod exec;
mod exit;

pub use code::{LEGACY_CODES, RETURN_CODES, Rc, legacy_name, legacy_text};
pub use exec::{ExecStatus, UNRECOGNIZED_STATUS, exec_text};
pub use exit::{EXIT_CODES, ExitCode, exit_name, exit_text, ocf};
