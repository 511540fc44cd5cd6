//! Resource agents: which there are, what they say of themselves, and running one.
//!
//! An agent is a program that follows a standard: where it is found, how it is told what to do, what its exit status
//! means. [`discover`] finds agents, [`metadata`] asks for their descriptions, [`execute()`] runs one and waits for it,
//! [`fence`] does so with fence agents.
//! Knows no cluster and no CIB; what there is to find is in [`Places`], so that tests can have agents of their own.
//!
//! Source: behaviour notes 08 sections 1 to 4 and 9, 09 section 1.

pub mod discover;
pub mod environment;
pub mod execute;
pub mod fence;
pub mod metadata;
pub mod process;
pub mod result;

use std::path::PathBuf;

pub use discover::Places;
pub use execute::{Agent, execute};
pub use result::AgentResult;

/// Root directory of OCF agents.
pub const OCF_ROOT: &str = "/usr/lib/ocf";

impl Default for Places {
    fn default() -> Places {
        Places {
            ocf: vec![PathBuf::from(OCF_ROOT).join("resource.d")],
            init: PathBuf::from("/etc/init.d"),
            fence: PathBuf::from("/usr/sbin"),
        }
    }
}
