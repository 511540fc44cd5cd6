//! How a tool with formatted output begins and ends: the options every tool has, the output, the final error.
//!
//! A tool hands over its option table and a body. What is wrong with the command line is told before there is an
//! output (on standard error, without formatting); everything later goes through the output. Source: behaviour notes
//! 07 section 1.1.

use std::ffi::OsString;
use std::path::Path;

use pcmk_core::rc::{ExitCode, Rc};

use crate::args::{Found, Given, OptionTable, UsageError, help_text};
use crate::out::{Format, Out};
use crate::world::{Streams, World, error_text};

/// Why a tool ends early: its exit status and the last error, if there is one to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Exit status.
    pub status: ExitCode,
    /// Text, without the name of the tool.
    pub text: Option<String>,
}

impl Failure {
    /// Ends with this status and text.
    #[must_use]
    pub fn new(status: ExitCode, text: impl Into<String>) -> Failure {
        Failure {
            status,
            text: Some(text.into()),
        }
    }

    /// Ends with this status, saying nothing.
    #[must_use]
    pub const fn silent(status: ExitCode) -> Failure {
        Failure { status, text: None }
    }

    /// Ends because the command line makes no sense.
    #[must_use]
    pub fn usage(text: impl Into<String>) -> Failure {
        Failure::new(ExitCode::USAGE, text)
    }

    /// Ends because of a return code: `WHAT: TEXT OF THE CODE`.
    #[must_use]
    pub fn rc(what: &str, rc: Rc) -> Failure {
        Failure::new(rc.exit_code(), format!("{what}: {}", rc.text()))
    }
}

/// The options every tool has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Common {
    /// Show the version.
    pub version: bool,
    /// Number of `-V`.
    pub verbosity: usize,
    /// Output format, as typed.
    pub format: String,
    /// Output file, `-` for standard output.
    pub destination: OsString,
}

impl Default for Common {
    fn default() -> Common {
        Common {
            version: false,
            verbosity: 0,
            format: "text".to_owned(),
            destination: "-".into(),
        }
    }
}

impl Common {
    /// Takes an option if it is one of the common ones.
    pub fn apply(&mut self, option: &Found) -> bool {
        match option.name {
            "version" => self.version = true,
            "verbose" => self.verbosity += 1,
            "output-as" => self.format = option.text(),
            "output-to" => self.destination.clone_from(&option.value),
            _ => return false,
        }
        true
    }
}

/// What the body of a tool has to work with.
pub struct Session<'a, 's> {
    /// Surroundings.
    pub world: &'a mut World,
    /// Output.
    pub out: &'a mut Out<'s>,
    /// Options every tool has.
    pub common: &'a Common,
    /// Words of the command line that are no options.
    pub rest: &'a [OsString],
}

/// A tool's way of taking its options, and its body.
pub trait Body {
    /// Takes an option of the tool's own table, in the order of the command line.
    ///
    /// # Errors
    /// The value makes no sense.
    fn option(&mut self, option: &Found, world: &World) -> Result<(), UsageError>;

    /// Does the work. Returns the exit status.
    ///
    /// # Errors
    /// The tool ends early.
    fn run(&mut self, session: &mut Session<'_, '_>) -> Result<ExitCode, Failure>;

    /// The final error, without the name of the tool, given what there is to tell: most tools tell just that.
    fn last_words(&self, _status: ExitCode, text: Option<String>) -> Option<String> {
        text
    }
}

/// Runs a tool. `unknown_format` is its exit status for an output format that does not exist.
pub fn run(
    table: &OptionTable,
    unknown_format: ExitCode,
    body: &mut dyn Body,
    world: &mut World,
    streams: &mut Streams,
) -> u8 {
    let name = &program_name(world, table.tool);
    let mut common = Common::default();
    let parsed = table.read(world, streams, &mut |option| {
        if common.apply(option) {
            return Ok(());
        }
        body.option(option, world)
    });
    let parsed = match parsed {
        Ok(parsed) => parsed,
        Err(error) => {
            streams.err(&format!("{name}: {}\n", error.0));
            return ExitCode::USAGE.value();
        }
    };
    if parsed.help {
        streams.out(&help_text(table));
        return ExitCode::OK.value();
    }
    let refuse_format = |body: &dyn Body, why: &str, streams: &mut Streams| {
        let text = format!("Error creating output format {}: {why}", common.format);
        if let Some(text) = body.last_words(unknown_format, Some(text)) {
            streams.err(&format!("{name}: {text}\n"));
        }
    };
    let Some(format) = Format::parse(&common.format) else {
        refuse_format(body, "Unknown output format", streams);
        return unknown_format.value();
    };
    if let Err(error) = streams.redirect(&common.destination) {
        refuse_format(body, &error_text(&error), streams);
        return unknown_format.value();
    }
    let args = world.args.clone();
    let mut out = Out::new(format, &args, streams);
    let result = if common.version {
        version(&mut out);
        Ok(ExitCode::OK)
    } else {
        body.run(&mut Session {
            world,
            out: &mut out,
            common: &common,
            rest: &parsed.rest,
        })
    };
    let (status, text) = match result {
        Ok(status) => (status, None),
        Err(Failure { status, text }) => (status, text),
    };
    if let Some(text) = body.last_words(status, text) {
        out.err(&format!("{name}: {text}"));
    }
    out.finish(status.value());
    status.value()
}

/// What a tool does that looks at its options only after all were read.
pub type Work = fn(&Given, &mut Session<'_, '_>) -> Result<ExitCode, Failure>;

/// Runs such a tool. See [`run`].
pub fn run_simple(
    table: &OptionTable,
    unknown_format: ExitCode,
    work: Work,
    world: &mut World,
    streams: &mut Streams,
) -> u8 {
    struct Simple {
        given: Given,
        work: Work,
    }
    impl Body for Simple {
        fn option(&mut self, option: &Found, _: &World) -> Result<(), UsageError> {
            self.given.0.push(option.clone());
            Ok(())
        }

        fn run(&mut self, session: &mut Session<'_, '_>) -> Result<ExitCode, Failure> {
            (self.work)(&self.given, session)
        }
    }
    let mut body = Simple {
        given: Given::default(),
        work,
    };
    run(table, unknown_format, &mut body, world, streams)
}

/// The name a tool was called by, for its messages.
#[must_use]
pub fn program_name(world: &World, tool: &str) -> String {
    let path = world.args.first().map(Path::new);
    path.and_then(Path::file_name)
        .map_or_else(|| tool.into(), |name| name.to_string_lossy())
        .into_owned()
}

/// What `--version` shows.
pub fn version(out: &mut Out<'_>) {
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
