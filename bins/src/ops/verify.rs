//! Checks a CIB the way the cluster would find out: is it valid, can it be upgraded, and what does the scheduler say?
//!
//! Source: behaviour notes 07 section 9, 01 section 1.1.

use std::sync::Arc;

use pcmk_cib::schema::{SchemaVersion, UpgradeError};
use pcmk_cib::xml::Document;
use pcmk_core::diag::{Diagnostic, Diagnostics, Severity};
use pcmk_core::time::DateTime;
use pcmk_pengine::record::{Event, Wanted};
use pcmk_pengine::{Input, check, decide, observe};

use super::input;

/// Whether a configuration can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It can.
    Good,
    /// Something in it is dubious.
    Dubious,
    /// Something in it is wrong.
    Bad,
    /// It is no configuration.
    NotCib,
}

/// Something found on the way, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// About validity, or from an upgrade: shown in any case.
    Raw(String),
    /// An error that is shown in any case.
    Error(String),
    /// What the cluster would log.
    Logged(Diagnostic),
    /// For information.
    Info(String),
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The result.
    pub verdict: Verdict,
    /// What was found.
    pub findings: Vec<Finding>,
}

/// Shown while validation is turned off.
const DEPRECATED_NONE: &str = "Support for validate-with='none' is deprecated and will be removed in a future release \
    without the possibility of upgrades (manually edit to use a supported schema)";

/// Checks a document. `live`: it comes from a cluster, so nothing in it was masked for safekeeping, and it was validated
/// once before.
#[must_use]
pub fn verify(document: Document, now: DateTime, live: bool) -> Report {
    let mut run = Run::default();
    run.verify(document, now, live);
    run.finish()
}

#[derive(Default)]
struct Run {
    findings: Vec<Finding>,
    not_cib: bool,
    error: bool,
    warning: bool,
}

impl Run {
    fn verify(&mut self, mut document: Document, now: DateTime, live: bool) {
        let root = document.root_element().name();
        if root != "cib" {
            self.not_cib = true;
            let text = format!("Input is not a CIB (outermost element is {root} not cib)");
            self.findings.push(Finding::Error(text));
            return;
        }
        let checks_only = input::add_status(&mut document);
        if !self.validate(&document, live) {
            self.error = true;
            return;
        }
        let mut messages = Vec::new();
        if SchemaVersion::claimed(&document) == Some(SchemaVersion::NONE) {
            self.log("pcmk__validate_xml", Severity::Warning, DEPRECATED_NONE);
        }
        let upgraded = input::upgrade(&mut document, &mut messages);
        self.findings.extend(messages.into_iter().map(Finding::Raw));
        if upgraded.is_err() {
            let newest = SchemaVersion::LATEST;
            self.error = true;
            self.findings.push(Finding::Error(format!(
                "The cluster will NOT be able to use this configuration.\n\
                 Please manually update the configuration to conform to the {newest} syntax."
            )));
            return;
        }
        self.schedule(document, now, live, checks_only);
    }

    /// Validates a document as it is.
    fn validate(&mut self, document: &Document, live: bool) -> bool {
        match SchemaVersion::claimed(document) {
            None => {
                let named = document.root_element().attr("validate-with");
                let error = match named {
                    None => UpgradeError::MissingSchema,
                    Some(name) => UpgradeError::UnknownSchema(name.to_owned()),
                };
                self.log("pcmk__validate_xml", Severity::Error, error.to_string());
                false
            }
            Some(SchemaVersion::NONE) => {
                // Whoever fetches a document validates it, too.
                for _ in 0..=usize::from(live) {
                    self.log("pcmk__validate_xml", Severity::Warning, DEPRECATED_NONE);
                }
                true
            }
            Some(schema) => {
                let mut problems = Vec::new();
                let valid = input::check(document, schema, &mut problems);
                self.findings.extend(problems.into_iter().map(Finding::Raw));
                valid
            }
        }
    }

    fn schedule(&mut self, document: Document, now: DateTime, live: bool, checks_only: bool) {
        let mut seen = observe(&Input {
            doc: Arc::new(document),
            now,
            sanitized: !live,
            wanted: Wanted::default(),
        });
        for event in std::mem::take(&mut seen.record.events) {
            if let Event::Info(text) = event {
                self.findings.push(Finding::Info(text));
            }
        }
        let log = if checks_only {
            check(seen)
        } else {
            decide(seen).log
        };
        self.take(&log);
    }

    fn log(&mut self, function: &'static str, severity: Severity, text: impl Into<String>) {
        let mut log = Diagnostics::default();
        log.report(severity, function, text);
        self.take(&log);
    }

    fn take(&mut self, log: &Diagnostics) {
        self.error |= log.has_error();
        self.warning |= log.has_warning();
        self.findings
            .extend(log.iter().cloned().map(Finding::Logged));
    }

    fn finish(mut self) -> Report {
        if self.error {
            // Said for any error, not only for those that validation found.
            let text = "CIB did not pass schema validation";
            self.log("main", Severity::Error, text);
        }
        Report {
            verdict: if self.not_cib {
                Verdict::NotCib
            } else if self.error {
                Verdict::Bad
            } else if self.warning {
                Verdict::Dubious
            } else {
                Verdict::Good
            },
            findings: self.findings,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_verdict(text: &str, want: Verdict, findings: &[&str]) {
        let document = Document::parse(text.as_bytes(), "cib.xml").expect("well-formed");
        let report = verify(document, DateTime::from_epoch(0), false);
        let texts: Vec<&str> = report
            .findings
            .iter()
            .filter_map(|finding| match finding {
                Finding::Raw(text) | Finding::Error(text) | Finding::Info(text) => Some(&**text),
                Finding::Logged(diagnostic) => {
                    let counts = matches!(diagnostic.severity, Severity::Error | Severity::Warning);
                    counts.then_some(&*diagnostic.text)
                }
            })
            .collect();
        assert_eq!(
            (report.verdict, texts.as_slice()),
            (want, findings),
            "{text}"
        );
    }

    fn cib(attributes: &str, options: &str) -> String {
        format!(
            "<cib {attributes} admin_epoch='0' epoch='1' num_updates='0'><configuration>\
             <crm_config><cluster_property_set id='o'>{options}</cluster_property_set></crm_config>\
             <nodes/><resources/><constraints/></configuration></cib>"
        )
    }

    #[test]
    fn verdicts() {
        let no_fencing = "<nvpair id='f' name='fencing-enabled' value='false'/>";
        let newest = "validate-with='pacemaker-4.0'";
        check_verdict(&cib(newest, no_fencing), Verdict::Good, &[]);
        let old = no_fencing.replace("fencing", "stonith");
        check_verdict(
            &cib(newest, &old),
            Verdict::Dubious,
            &[
                "Support for legacy name 'stonith-enabled' for cluster option 'fencing-enabled' is deprecated and will be \
               removed in a future release",
            ],
        );
        check_verdict(
            &cib("", no_fencing),
            Verdict::Bad,
            &[
                "Cannot validate CIB with missing validate-with (manually edit to use a known schema)",
                "CIB did not pass schema validation",
            ],
        );
        check_verdict(
            "<resources/>",
            Verdict::NotCib,
            &["Input is not a CIB (outermost element is resources not cib)"],
        );
    }

    #[test]
    fn one_cause_one_message() {
        let bad = "<nvpair id='f' name='fencing-enabled' colour='red' value='false'/>";
        let document = cib("validate-with='pacemaker-4.0'", bad);
        let document = Document::parse(document.as_bytes(), "cib.xml").expect("well-formed");
        let report = verify(document, DateTime::from_epoch(0), false);
        assert_eq!(report.verdict, Verdict::Bad);
        let raw: Vec<_> = report
            .findings
            .iter()
            .filter(|finding| matches!(finding, Finding::Raw(_)))
            .collect();
        assert_eq!(raw.len(), 1, "{raw:?}");
    }
}
