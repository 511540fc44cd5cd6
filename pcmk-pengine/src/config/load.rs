//! Reading the configuration section. Source: behaviour notes 01.

use pcmk_core::diag::Diagnostics;

use crate::config::Config;
use crate::pipeline::Input;

/// Reads everything but the status section.
#[must_use]
pub fn load(input: &Input, log: &mut Diagnostics) -> Config {
    let _ = log;
    Config::empty(input)
}
