//! Reading a CIB that a tool works on: from a file, a pipe, or wherever the environment says the cluster is.
//!
//! Source: behaviour notes 05 section 6.2, 06 sections 7.2 and 8.

use std::ffi::OsString;
use std::path::PathBuf;

use pcmk_cib::load;
use pcmk_cib::schema::{self, SchemaVersion, UpgradeError};
use pcmk_cib::validate::{Problem, validate};
use pcmk_cib::xml::{Document, Element, MAX_DOCUMENT_BYTES};

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
    /// There is no cluster here, and nothing stands in for it.
    NotConnected,
    /// The schema is not known, or the configuration cannot be upgraded.
    Outdated(UpgradeError),
    /// The configuration is not what its schema allows: one problem for each cause.
    Invalid(Vec<Problem>),
}

impl InputError {
    /// The exit status of a tool that ends because of it.
    #[must_use]
    pub const fn exit_status(&self) -> u8 {
        match self {
            InputError::Unreadable(_) => 65,
            InputError::NotConnected => 102,
            InputError::Outdated(_) | InputError::Invalid(_) => 78,
        }
    }

    /// What a tool says of it on standard error, and from which level of messages on (0: always).
    ///
    /// The reference says nothing about a missing or unknown schema, and of unreadable input only that it is
    /// unreadable, which tools word on their own; the cause is there for those who ask.
    #[must_use]
    pub fn message(&self) -> Option<(usize, String)> {
        match self {
            InputError::Unreadable(cause) => Some((1, format!("(input) \terror: {cause}"))),
            InputError::NotConnected => None,
            InputError::Outdated(error) => match error {
                UpgradeError::MissingSchema | UpgradeError::UnknownSchema(_) => {
                    Some((1, format!("(input) \terror: {error}")))
                }
                _ => Some((0, error.to_string())),
            },
            InputError::Invalid(problems) => {
                let lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
                Some((0, lines.join("\n")))
            }
        }
    }
}

/// The file that stands in for the cluster: a shadow CIB, or else a CIB file.
#[must_use]
pub fn connected_file(world: &World) -> Option<PathBuf> {
    match (world.env("CIB_shadow"), world.env("CIB_file")) {
        (Some(name), _) => Some(world.shadow_file(name)),
        (None, Some(file)) => Some(PathBuf::from(file)),
        (None, None) => None,
    }
}

/// Reads a CIB as it is.
///
/// # Errors
/// See [`InputError`].
pub fn read(world: &mut World, source: &Source) -> Result<Document, InputError> {
    let path = match source {
        Source::Live => Some(connected_file(world).ok_or(InputError::NotConnected)?),
        Source::Pipe => None,
        Source::File(name) if name == "-" => None,
        Source::File(name) => Some(PathBuf::from(name)),
    };
    match path {
        Some(path) => {
            load::read_file(path).map_err(|error| InputError::Unreadable(error.to_string()))
        }
        None => {
            let text = world.read_stdin(MAX_DOCUMENT_BYTES);
            let text = text.map_err(|error| {
                InputError::Unreadable(format!("could not read <stdin>: {error}"))
            })?;
            load::read_bytes(&text, "<stdin>")
                .map_err(|error| InputError::Unreadable(error.to_string()))
        }
    }
}

/// Makes a CIB fit for use: adds a missing status section, upgrades an old schema, validates. Messages for standard error are
/// appended.
///
/// # Errors
/// The configuration is invalid or cannot be upgraded.
pub fn prepare(document: &mut Document, messages: &mut Vec<String>) -> Result<(), InputError> {
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
    schema::upgrade(document, messages).map_err(InputError::Outdated)?;
    let schema = SchemaVersion::claimed(document).unwrap_or(SchemaVersion::LATEST);
    validate(document, &schema.name()).map_err(InputError::Invalid)
}
