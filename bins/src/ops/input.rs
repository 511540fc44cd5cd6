//! Reading a CIB that a tool works on: from a file, a pipe, or wherever the environment says the cluster is.
//!
//! Source: behaviour notes 05 section 6.2, 06 sections 7.2 and 8.

use std::ffi::OsString;
use std::path::Path;

use pcmk_cib::load;
use pcmk_cib::schema::{self, SchemaVersion, UpgradeError, Upgraded};
use pcmk_cib::validate;
use pcmk_cib::xml::{Document, Element, MAX_DOCUMENT_BYTES};
use pcmk_core::rc::{ExitCode, Rc};

use crate::ops::cib::Cib;
use crate::world::World;

/// Where a CIB comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The cluster, or what stands in for it in the environment.
    Live,
    /// Standard input.
    Pipe,
    /// A file; `-` is standard input.
    File(OsString),
}

/// Why there is no CIB to work on.
#[derive(Debug, PartialEq, Eq)]
pub enum InputError {
    /// It could not be read or is no XML; why.
    Unreadable(String),
    /// There is no cluster here, or what stands in for it cannot be used.
    Connection(Rc),
    /// The configuration is invalid or cannot be upgraded. Messages were collected; the text is one that only those who
    /// ask for more messages get to see.
    Invalid(Option<String>),
}

impl InputError {
    /// How a tool ends because of it.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        match self {
            InputError::Unreadable(_) => ExitCode::DATAERR,
            InputError::Connection(rc) => rc.exit_code(),
            InputError::Invalid(_) => ExitCode::CONFIG,
        }
    }

    /// The cause, for those who ask for more messages than usual: the reference says only that input is unreadable, in
    /// words that depend on the tool, and nothing at all about a missing or unknown schema.
    #[must_use]
    pub fn cause(&self) -> Option<String> {
        match self {
            InputError::Unreadable(cause) | InputError::Invalid(Some(cause)) => {
                Some(format!("(input) \terror: {cause}"))
            }
            InputError::Connection(_) | InputError::Invalid(None) => None,
        }
    }
}

/// Reads a CIB as it is.
///
/// # Errors
/// See [`InputError`].
pub fn read(world: &mut World, source: &Source) -> Result<Document, InputError> {
    match source {
        Source::Live => Cib::connect(world)
            .and_then(Cib::into_document)
            .map_err(InputError::Connection),
        Source::File(name) if name != "-" => load::read_file(Path::new(name))
            .map_err(|error| InputError::Unreadable(error.to_string())),
        Source::Pipe | Source::File(_) => read_stdin(world),
    }
}

fn read_stdin(world: &mut World) -> Result<Document, InputError> {
    let text = world
        .read_stdin(MAX_DOCUMENT_BYTES)
        .map_err(|error| InputError::Unreadable(format!("could not read <stdin>: {error}")))?;
    load::read_bytes(&text, "<stdin>").map_err(|error| InputError::Unreadable(error.to_string()))
}

/// Adds a status section if there is none; says whether it did.
pub fn add_status(document: &mut Document) -> bool {
    let root = document.root();
    let has_status = {
        let root = document.root_element();
        root.name() == "status"
            || root
                .descendants()
                .any(|element: Element<'_>| element.name() == "status")
    };
    if !has_status {
        document.append(root, "status");
    }
    !has_status
}

/// Makes a CIB fit for use: adds a missing status section, upgrades an old schema, validates. Messages for standard
/// error are appended.
///
/// # Errors
/// [`InputError::Invalid`]: the configuration is invalid or cannot be upgraded.
pub fn prepare(document: &mut Document, messages: &mut Vec<String>) -> Result<(), InputError> {
    add_status(document);
    let upgraded = upgrade(document, messages).map_err(|error| {
        let quiet = matches!(
            error,
            UpgradeError::MissingSchema | UpgradeError::UnknownSchema(_)
        );
        InputError::Invalid(quiet.then(|| error.to_string()))
    })?;
    if upgraded == Upgraded::Valid {
        return Ok(());
    }
    let schema = SchemaVersion::claimed(document);
    schema
        .is_none_or(|schema| check(document, schema, messages))
        .then_some(())
        .ok_or(InputError::Invalid(None))
}

/// Upgrades a CIB to a schema that can be used. Messages for standard error are appended.
///
/// # Errors
/// See [`UpgradeError`]; its text is among the messages, unless the CIB names no schema or an unknown one.
pub fn upgrade(
    document: &mut Document,
    messages: &mut Vec<String>,
) -> Result<Upgraded, UpgradeError> {
    let upgraded = schema::upgrade(document, messages);
    if let Err(error) = &upgraded {
        match error {
            UpgradeError::NeverValid { claimed } => {
                check(document, *claimed, messages);
                messages.push(error.to_string());
            }
            UpgradeError::MissingSchema | UpgradeError::UnknownSchema(_) => {}
            UpgradeError::Stuck { problems, .. } => {
                messages.extend(problems.iter().map(ToString::to_string));
                messages.push(error.to_string());
            }
            error => messages.push(error.to_string()),
        }
    }
    upgraded
}

/// Validates a CIB under a schema. Problems are appended to the messages.
pub fn check(document: &Document, schema: SchemaVersion, messages: &mut Vec<String>) -> bool {
    match validate::validate(document, &schema.name()) {
        Ok(()) => true,
        Err(problems) => {
            messages.extend(problems.iter().map(ToString::to_string));
            false
        }
    }
}
