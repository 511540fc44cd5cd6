//! Messages about the configuration, for those who ask for them. Source: behaviour notes 05 section 11.1.

use pcmk_core::diag::{Diagnostic, Diagnostics, Severity};

use crate::out::Out;
use crate::world::World;

/// How talkative standard error is: 0 says nothing, each step adds a level.
#[must_use]
pub fn level(world: &World, verbosity: usize) -> usize {
    let wanted = world.env("PCMK_stderr").and_then(|value| value.to_str());
    // Errors, warnings and notices; see 07 section 1.6.
    let floor = if pcmk_core::lenient::is_true(wanted) {
        3
    } else {
        0
    };
    verbosity.max(floor)
}

/// Writes diagnostics up to a level to standard error, leaving out the first ones.
pub fn log(diagnostics: &Diagnostics, shown_before: usize, level: usize, out: &mut Out<'_>) {
    for diagnostic in diagnostics.iter().skip(shown_before) {
        log_one(diagnostic, level, out);
    }
}

/// Writes one diagnostic to standard error if it is within a level.
pub fn log_one(diagnostic: &Diagnostic, level: usize, out: &mut Out<'_>) {
    let (needed, word) = match diagnostic.severity {
        Severity::Error | Severity::SchedulerError => (1, "error"),
        Severity::Warning | Severity::SchedulerWarning => (2, "warning"),
        Severity::Notice => (3, "notice"),
        Severity::Info => (4, "info"),
        Severity::Debug => (5, "debug"),
    };
    if level >= needed {
        // What follows a BELL is detail; the log sets it off with a bar.
        let text = diagnostic.text.replace('\u{7}', "|");
        out.stderr(&format!("({}) \t{word}: {text}", diagnostic.function));
    }
}
