//! Beginning and end of a tool, which are the same for all: the command line, help and version, where output goes and
//! in which form, and the one error a tool ends with.
//!
//! Source: behaviour notes 07 sections 1.1 and 1.3.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use pcmk_core::rc::{ExitCode, Rc};

use crate::args::{CommandLine, OptionTable, help_text};
use crate::out::{Format, Out};
use crate::world::{Streams, World, error_text};

/// What is particular about the beginning of a tool.
#[derive(Clone, Copy)]
pub struct Front {
    /// Its options.
    pub table: &'static OptionTable,
    /// What happens if there is no output in the form that was asked for.
    pub no_output: NoOutput,
}

/// How a tool ends that cannot make the output it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoOutput {
    /// With status 1.
    Error,
    /// With the status that belongs to the cause.
    Cause,
    /// As [`NoOutput::Cause`], and its name is not in the message.
    CauseUnnamed,
}

/// How a tool ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// The exit status.
    pub status: ExitCode,
    /// The final error; the tool's name is put in front.
    pub error: Option<String>,
}

impl End {
    /// All is well.
    pub const OK: End = End {
        status: ExitCode::OK,
        error: None,
    };

    /// Ends with a status and no more words.
    #[must_use]
    pub const fn with(status: ExitCode) -> End {
        End {
            status,
            error: None,
        }
    }

    /// Ends with an error.
    #[must_use]
    pub fn error(status: ExitCode, text: impl Into<String>) -> End {
        End {
            status,
            error: Some(text.into()),
        }
    }
}

/// Runs a tool between its beginning and its end. Returns the exit status.
pub fn run(
    front: Front,
    world: &mut World,
    streams: &mut Streams,
    work: impl FnOnce(&mut World, &CommandLine, &mut Out<'_>) -> End,
) -> u8 {
    let name = program_name(world, front.table);
    let line = match front.table.parse(world, streams) {
        Ok(line) => line,
        Err(error) => {
            streams.err(&format!("{name}: {}\n", error.0));
            return ExitCode::USAGE.value();
        }
    };
    if line.has("help") {
        streams.out(&help_text(front.table));
        return ExitCode::OK.value();
    }
    let format = match open(&line, streams) {
        Ok(format) => format,
        Err((format, rc, why)) => {
            let text = format!("Error creating output format {format}: {why}\n");
            let (named, status) = match front.no_output {
                NoOutput::Error => (true, ExitCode::ERROR),
                NoOutput::Cause => (true, rc.exit_code()),
                NoOutput::CauseUnnamed => (false, rc.exit_code()),
            };
            if named {
                streams.err(&format!("{name}: {text}"));
            } else {
                streams.err(&text);
            }
            return status.value();
        }
    };
    let mut out = Out::new(format, &world.args, streams);
    out.set_quiet(line.has("quiet"));
    let end = if line.has("version") {
        version(&mut out);
        End::OK
    } else {
        work(world, &line, &mut out)
    };
    if let Some(text) = end.error {
        out.err(&format!("{name}: {text}"));
    }
    out.finish(end.status.value());
    end.status.value()
}

/// The name a tool was called by, for its messages.
#[must_use]
pub fn program_name(world: &World, table: &OptionTable) -> String {
    world
        .args
        .first()
        .and_then(|path| Path::new(path).file_name())
        .map_or_else(
            || table.tool.to_owned(),
            |name| name.to_string_lossy().into_owned(),
        )
}

/// The return code for an input/output error.
#[must_use]
pub fn io_rc(error: &std::io::Error) -> Rc {
    error.raw_os_error().map_or(Rc::EIO, Rc)
}

/// Finds the output format and opens its destination. In an error: the format, the cause, its text.
fn open(line: &CommandLine, streams: &mut Streams) -> Result<Format, (String, Rc, String)> {
    let name = line
        .last_text("output-as")
        .unwrap_or_else(|| "text".to_owned());
    let Some(format) = Format::parse(&name) else {
        return Err((name, Rc::UNKNOWN_FORMAT, Rc::UNKNOWN_FORMAT.text()));
    };
    let destination: OsString = line
        .last("output-to")
        .map_or_else(|| OsString::from("-"), OsStr::to_owned);
    match streams.redirect(&destination) {
        Ok(()) => Ok(format),
        Err(error) => Err((name, io_rc(&error), error_text(&error))),
    }
}

fn version(out: &mut Out<'_>) {
    const AUTHOR: &str = "Andrew Beekhof and the Pacemaker project contributors";
    match out.xml() {
        Some(xml) => xml.leaf(
            "version",
            &[
                ("program", "Pacemaker"),
                ("version", pcmk_core::version::VERSION),
                ("author", AUTHOR),
                ("build", env!("CARGO_PKG_VERSION")),
                ("features", ""),
            ],
        ),
        None => {
            out.line(&format!("Pacemaker {}", pcmk_core::version::VERSION));
            out.line(&format!("Written by {AUTHOR}"));
        }
    }
}
