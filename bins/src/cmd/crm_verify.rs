//! `crm_verify`: can the cluster use this configuration? Source: behaviour notes 07 section 9.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use pcmk_cib::load;
use pcmk_cib::xml::{Document, PrintStyle, print};
use pcmk_core::diag::Severity;
use pcmk_core::rc::{ExitCode, Rc};
use pcmk_core::time::DateTime;

use crate::Tool;
use crate::args::row::{file, flag, text};
use crate::args::{Given, Listing, OptionTable};
use crate::front::{self, Failure, Session};
use crate::ops::cib::Cib;
use crate::ops::verify::{Finding, Report, Verdict, verify};
use crate::out::Out;
use crate::view::messages;
use crate::world::{Streams, World, error_text, io_rc};

/// The tool.
pub const TOOL: Tool = Tool {
    name: "crm_verify",
    options: Listing::Table(&TABLE),
    run,
};

const TABLE: OptionTable = OptionTable {
    tool: "crm_verify",
    summary: "Checks a configuration: is it valid, and what would the cluster complain about?\n\n\
        Exit status 0: nothing to complain about; 78: errors or warnings.",
    groups: &[
        (
            "Data sources (the first one in this order counts)",
            &[
                file('x', "xml-file", "Check a file (\"-\" is standard input)"),
                text('X', "xml-text", "XML", "Check this XML"),
                flag('p', "xml-pipe", "Check standard input"),
                flag('L', "live-check", "Check the running cluster's"),
            ],
        ),
        (
            "Additional options",
            &[
                file('S', "save-xml", "Write what is checked to a file"),
                flag('q', "quiet", "Do not show the result"),
            ],
        ),
    ],
};

fn run(world: &mut World, streams: &mut Streams) -> u8 {
    front::run_simple(&TABLE, ExitCode::ERROR, examine, world, streams)
}

/// Where the configuration is.
enum Source {
    /// XML itself, or the name of a file.
    Given(OsString),
    /// The cluster.
    Live,
}

fn source(given: &Given) -> Option<Source> {
    let text = given.last("xml-file").or_else(|| given.last("xml-text"));
    if let Some(text) = text {
        Some(Source::Given(text.to_owned()))
    } else if given.has("xml-pipe") {
        Some(Source::Given("-".into()))
    } else if given.has("live-check") {
        Some(Source::Live)
    } else {
        None
    }
}

fn examine(given: &Given, session: &mut Session<'_, '_>) -> Result<ExitCode, Failure> {
    let Session {
        world, out, common, ..
    } = session;
    out.set_quiet(given.has("quiet"));
    let source =
        source(given).ok_or_else(|| Failure::new(ExitCode::ERROR, "No input specified"))?;
    let failed = |rc: Rc| Failure::rc("Verification failed", rc);
    let (document, live) = match source {
        Source::Given(text) => (
            read(world, &text).ok_or_else(|| failed(Rc::UNPACK_ERROR))?,
            false,
        ),
        Source::Live => {
            let connected = Cib::connect(world).and_then(|cib| cib.into_document());
            let connected = connected.map_err(|rc| {
                out.err(&format!("Could not connect to the CIB: {rc}"));
                failed(rc)
            });
            (connected?, true)
        }
    };
    if let Some(path) = given.last("save-xml") {
        save(world, path, &document)?;
    }
    let clock = world.now();
    let now = DateTime::from_epoch(clock).with_offset(world.local_offset_s(clock));
    let report = verify(document, now, live);
    let verbosity = common.verbosity + usize::from(out.xml().is_some());
    let level = messages::level(world, common.verbosity);
    show(&report, verbosity, level, out);
    Ok(conclude(report.verdict, verbosity, out))
}

/// Reads XML that is given itself or by the name of a file.
fn read(world: &mut World, source: &OsStr) -> Option<Document> {
    let text = source.to_string_lossy();
    if text.trim_start().starts_with('<') {
        Document::parse(text.as_bytes(), "<argument>").ok()
    } else if source == "-" {
        let bytes = world.read_stdin(pcmk_cib::xml::MAX_DOCUMENT_BYTES).ok()?;
        load::read_bytes(&bytes, "<stdin>").ok()
    } else {
        load::read_file(Path::new(source)).ok()
    }
}

fn save(world: &World, path: &OsStr, document: &Document) -> Result<(), Failure> {
    let text = print(document.root_element(), PrintStyle::Pretty);
    world
        .write_file(Path::new(path), text.as_bytes())
        .map_err(|error| {
            let text = format!(
                "Could not save XML to {}: {}",
                path.display(),
                error_text(&error)
            );
            Failure::new(io_rc(&error).exit_code(), text)
        })
}

/// Shows what was found. `level`: how much of the cluster's own log is wanted, too.
fn show(report: &Report, verbosity: usize, level: usize, out: &mut Out<'_>) {
    for finding in &report.findings {
        match finding {
            Finding::Raw(text) => out.stderr(text),
            Finding::Error(text) => out.err(text),
            Finding::Info(text) => out.info(text),
            Finding::Logged(diagnostic) => {
                let word = match diagnostic.severity {
                    Severity::Error => "error",
                    Severity::Warning => "warning",
                    Severity::SchedulerError
                    | Severity::SchedulerWarning
                    | Severity::Notice
                    | Severity::Info
                    | Severity::Debug => {
                        messages::log_one(diagnostic, level, out);
                        continue;
                    }
                };
                if verbosity > 0 {
                    out.err(&format!("{word}: {}", diagnostic.text));
                }
            }
        }
    }
}

fn conclude(verdict: Verdict, verbosity: usize, out: &mut Out<'_>) -> ExitCode {
    let result = match verdict {
        Verdict::Good => return ExitCode::OK,
        Verdict::Dubious => "Configuration may need attention",
        Verdict::Bad => "Configuration invalid",
        Verdict::NotCib => "Configuration ",
    };
    if !out.is_quiet() {
        let hint = if verbosity == 0 {
            " (-V may provide more detail)"
        } else {
            ""
        };
        out.err(&format!("{result}{hint}"));
    }
    ExitCode::CONFIG
}
