//! Why a CIB could not be read from or written to its place.

use std::io;
use std::path::PathBuf;

use pcmk_core::rc::Rc;

/// Why a CIB could not be read from or written to its place.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no such file.
    #[error("{path}: {error}", path = path.display())]
    Missing {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The file holds no CIB that is valid under its own schema.
    #[error("{path}: {what}", path = path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// The cluster's own file is empty or no XML.
    #[error("{path}: {what}", path = path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// The cluster's own file does not match its digest.
    #[error("{path} was changed by hand", path = path.display())]
    Modified {
        /// The file.
        path: PathBuf,
    },
    /// The present file could not be put aside before the new one is written.
    #[error("backup as {path}: {error}", path = path.display())]
    Backup {
        /// The backup.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The new file could not be put into place.
    #[error("{path}: {error}", path = path.display())]
    Save {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// A file could not be written or read.
    #[error("{path}: {error}", path = path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// What was written cannot be read back as it was meant.
    #[error("{path}: file differs from what was written", path = path.display())]
    NotAsWritten {
        /// The file.
        path: PathBuf,
    },
    /// No place for working copies.
    #[error("no directory for working copies")]
    NoDirectory,
}

impl StoreError {
    /// The documented return code.
    pub fn rc(&self) -> Rc {
        match self {
            StoreError::Missing { .. } => Rc::ENXIO,
            StoreError::Unusable { .. } => Rc::SCHEMA_VALIDATION,
            StoreError::Corrupt { .. } => Rc::CIB_CORRUPT,
            StoreError::Modified { .. } => Rc::CIB_MODIFIED,
            StoreError::Backup { .. } => Rc::CIB_BACKUP,
            StoreError::Save { .. } | StoreError::NotAsWritten { .. } => Rc::CIB_SAVE,
            StoreError::Io { error, .. } => error.raw_os_error().map_or(Rc::EIO, Rc),
            StoreError::NoDirectory => Rc::ENOENT,
        }
    }
}
