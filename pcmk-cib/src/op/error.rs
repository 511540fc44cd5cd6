//! Why an operation failed.

use pcmk_core::rc::Rc;

use crate::patch::PatchError;

/// Why an operation failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpError {
    /// Nothing is there under this address, or nothing that matches the input.
    #[error("no such object")]
    NotFound,
    /// The operation needs an input, or the part of it that the section asks for.
    #[error("no usable input")]
    NoInput,
    /// A section that is missing or does not exist.
    #[error("no section to work on")]
    NoSection,
    /// The root of the CIB cannot be deleted.
    #[error("root cannot be deleted")]
    IsRoot,
    /// What is to be created exists.
    #[error("object exists")]
    Exists,
    /// The user may not do this.
    #[error("permission denied")]
    Denied,
    /// The input is older than the CIB.
    #[error("input is older than the CIB")]
    OldInput,
    /// The result would be older than the CIB.
    #[error("result would be older than the CIB")]
    OldResult,
    /// The input's digest is not the one announced.
    #[error("input does not match its digest")]
    WrongDigest,
    /// The patchset cannot be applied.
    #[error("{0}")]
    Patch(#[from] PatchError),
    /// The result is not valid under its schema.
    #[error("result is not valid under schema '{schema}'")]
    Invalid {
        /// The schema's name; empty if missing.
        schema: String,
    },
    /// The result does not name a schema.
    #[error("CIB names no schema")]
    NoSchema,
    /// The CIB is valid under no schema from its own on.
    #[error("CIB cannot be upgraded because it is not valid")]
    UpgradeInvalid,
    /// An upgrade's transform failed.
    #[error("transform of the schema failed")]
    TransformFailed,
    /// No such operation, or not one for this kind of client.
    #[error("operation '{operation}' is not supported here")]
    Unsupported {
        /// Its name.
        operation: String,
    },
    /// The result needs a newer program.
    #[error("feature set {found} is not supported")]
    NewerFeatureSet {
        /// The CIB's feature set.
        found: String,
    },
    /// The operation may not be part of a transaction.
    #[error("operation '{operation}' is not possible in a transaction")]
    NotInTransaction {
        /// Its name.
        operation: String,
    },
    /// No transaction was begun.
    #[error("no transaction")]
    NoTransaction,
    /// A transaction was begun before.
    #[error("transaction already begun")]
    InTransaction,
    /// A request of a transaction failed.
    #[error("request {number} of the transaction: {error}")]
    Member {
        /// Which one, from 1.
        number: usize,
        /// Why.
        error: Box<OpError>,
    },
}

impl OpError {
    /// The documented return code.
    pub fn rc(&self) -> Rc {
        match self {
            OpError::NotFound => Rc::ENXIO,
            OpError::NoInput | OpError::NoSection | OpError::IsRoot => Rc::EINVAL,
            OpError::Exists => Rc::EEXIST,
            OpError::Denied => Rc::EACCES,
            OpError::OldInput | OpError::OldResult => Rc::OLD_DATA,
            OpError::WrongDigest => Rc::DIGEST_MISMATCH,
            OpError::Patch(error) => error.rc(),
            OpError::Invalid { .. } | OpError::UpgradeInvalid => Rc::SCHEMA_VALIDATION,
            OpError::NoSchema => Rc::CIB_CORRUPT,
            OpError::TransformFailed => Rc::TRANSFORM_FAILED,
            OpError::Unsupported { .. } | OpError::NewerFeatureSet { .. } => Rc::EPROTONOSUPPORT,
            OpError::NotInTransaction { .. } => Rc::EOPNOTSUPP,
            OpError::NoTransaction => Rc::NO_TRANSACTION,
            OpError::InTransaction => Rc::ALREADY,
            OpError::Member { error, .. } => error.rc(),
        }
    }
}
