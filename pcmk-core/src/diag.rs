//! Diagnostics: what the reference would log about a configuration, collected as values.
//!
//! Bad configuration is normal: passes warn and go on. Nothing is printed here; tools decide later
//! which diagnostics to show, and in which form.

/// How serious a diagnostic is, and through which channel the reference reports it.
///
/// Source: behaviour notes 01 (head), 05 §11.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Severity {
    /// Configuration error: sets the "has error" bit.
    Error,
    /// Configuration warning: sets the "has warning" bit.
    Warning,
    /// Error during scheduling: sets the scheduler's own error flag.
    SchedulerError,
    /// Warning during scheduling: sets the scheduler's own warning flag.
    SchedulerWarning,
    /// Worth noting, nothing wrong.
    Notice,
    /// Information.
    Info,
    /// Detail for debugging.
    Debug,
}

/// Where in the input something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Position {
    /// Line in the document, from 1.
    pub line: u32,
}

/// One message about the input or the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How serious it is.
    pub severity: Severity,
    /// The name under which the reference logs it; visible in traced output.
    pub function: &'static str,
    /// The message.
    pub text: String,
    /// Where it was found, if known.
    pub position: Option<Position>,
}

/// Diagnostics in order of arrival.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    /// Tags of warnings that are given only once. A handful, so a list will do.
    said: Vec<&'static str>,
    has_error: bool,
    has_warning: bool,
}

impl Diagnostics {
    /// Appends a diagnostic.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        match diagnostic.severity {
            Severity::Error => self.has_error = true,
            Severity::Warning => self.has_warning = true,
            Severity::SchedulerError
            | Severity::SchedulerWarning
            | Severity::Notice
            | Severity::Info
            | Severity::Debug => {}
        }
        self.list.push(diagnostic);
    }

    /// Whether `tag` is asked about for the first time; for warnings that are given once per run.
    pub fn once(&mut self, tag: &'static str) -> bool {
        let first = !self.said.contains(&tag);
        if first {
            self.said.push(tag);
        }
        first
    }

    /// All diagnostics in order of arrival.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.list.iter()
    }

    /// Number of diagnostics.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are no diagnostics.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether a configuration error was reported.
    #[must_use]
    pub fn has_error(&self) -> bool {
        self.has_error
    }

    /// Whether a configuration warning was reported.
    #[must_use]
    pub fn has_warning(&self) -> bool {
        self.has_warning
    }

    /// Appends a message without position.
    pub fn report(&mut self, severity: Severity, function: &'static str, text: impl Into<String>) {
        self.push(Diagnostic {
            severity,
            function,
            text: text.into(),
            position: None,
        });
    }

    /// Reports a configuration error.
    pub fn config_error(&mut self, function: &'static str, text: impl Into<String>) {
        self.report(Severity::Error, function, text);
    }

    /// Reports a configuration warning.
    pub fn config_warning(&mut self, function: &'static str, text: impl Into<String>) {
        self.report(Severity::Warning, function, text);
    }

    /// Reports an error of the scheduling run.
    pub fn sched_error(&mut self, function: &'static str, text: impl Into<String>) {
        self.report(Severity::SchedulerError, function, text);
    }

    /// Reports a warning of the scheduling run.
    pub fn sched_warning(&mut self, function: &'static str, text: impl Into<String>) {
        self.report(Severity::SchedulerWarning, function, text);
    }

    /// Reports a configuration warning unless one with the same tag was reported before.
    pub fn warn_once(
        &mut self,
        tag: &'static str,
        function: &'static str,
        text: impl Into<String>,
    ) {
        if self.once(tag) {
            self.config_warning(function, text);
        }
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_and_single_warnings() {
        let mut log = Diagnostics::default();
        log.sched_error("f", "x");
        assert!(!log.has_error() && !log.has_warning());
        log.warn_once("tag", "f", "first");
        log.warn_once("tag", "f", "second");
        log.config_error("f", "bad");
        assert!(log.has_error() && log.has_warning());
        let texts: Vec<_> = log
            .iter()
            .map(|diagnostic| diagnostic.text.as_str())
            .collect();
        assert_eq!(texts, ["x", "first", "bad"]);
    }
}
