//! Reading a CIB that a tool works on: from a file, a pipe, or wherever the environment says the cluster is.
//!
//! Source: behaviour notes 05 section 6.2, 06 sections 7.2 and 8.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use pcmk_cib::load;
use pcmk_cib::schema;
use pcmk_cib::xml::{Document, Element};

use crate::ops::cib::{self, Place};
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
    /// It could not be read or is no XML.
    Unreadable,
    /// There is no cluster here, and nothing stands in for it.
    NotConnected,
    /// The configuration is invalid or cannot be upgraded; messages were collected.
    Invalid,
}

impl InputError {
    /// The exit status of a tool that ends because of it.
    #[must_use]
    pub const fn exit_status(&self) -> u8 {
        match self {
            InputError::Unreadable => 65,
            InputError::NotConnected => 102,
            InputError::Invalid => 78,
        }
    }
}

/// The file that stands in for the cluster: a shadow CIB, or else a CIB file.
#[must_use]
pub fn connected_file(world: &World) -> Option<PathBuf> {
    match cib::place(world) {
        Place::File(path) => Some(path),
        Place::Stdin | Place::Cluster => None,
    }
}

/// Reads a CIB as it is.
///
/// # Errors
/// See [`InputError`].
pub fn read(world: &mut World, source: &Source) -> Result<Document, InputError> {
    let path = match source {
        Source::Live => match cib::place(world) {
            Place::File(path) => Some(path),
            Place::Stdin => None,
            Place::Cluster => return Err(InputError::NotConnected),
        },
        Source::Pipe => None,
        Source::File(name) if name == "-" => None,
        Source::File(name) => Some(PathBuf::from(name)),
    };
    match path {
        Some(path) => read_file(&path),
        None => {
            let text = world.read_stdin().map_err(|_| InputError::Unreadable)?;
            Document::parse(&text, "<stdin>").map_err(|_| InputError::Unreadable)
        }
    }
}

fn read_file(path: &Path) -> Result<Document, InputError> {
    load::read_file(path).map_err(|_| InputError::Unreadable)
}

/// Makes a CIB fit for use: adds a missing status section, upgrades an old schema. Messages for standard error are
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
    schema::upgrade(document, messages).map_err(|_| InputError::Invalid)
}
