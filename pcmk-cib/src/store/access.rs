//! Access to a CIB, wherever it is.

use std::sync::Arc;

use pcmk_core::rc::Rc;

use super::choose::Place;
use super::error::StoreError;
use crate::op::{Context, Failure, OpError, Options, Request, change};
use crate::xml::Document;

/// What a successful request comes back with.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    /// What a query found.
    pub output: Option<Document>,
    /// What changed; `None` if nothing was done.
    pub patchset: Option<Document>,
    /// Whether something in the configuration changed.
    pub configuration_changed: bool,
    /// What an upgrade has to tell.
    pub messages: Vec<String>,
}

/// Why a request failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AccessError {
    /// The operation itself.
    #[error("{0}")]
    Operation(#[from] Failure),
    /// The place of the CIB.
    #[error("{0}")]
    Store(#[from] StoreError),
}

impl From<OpError> for AccessError {
    fn from(error: OpError) -> AccessError {
        AccessError::Operation(error.into())
    }
}

impl AccessError {
    /// The documented return code.
    pub fn rc(&self) -> Rc {
        match self {
            AccessError::Operation(failure) => failure.error.rc(),
            AccessError::Store(error) => error.rc(),
        }
    }

    /// What the client gets to see besides the error.
    pub fn output(&self) -> Option<&Document> {
        match self {
            AccessError::Operation(failure) => failure.output.as_deref(),
            AccessError::Store(_) => None,
        }
    }
}

/// A CIB that requests can be sent to.
pub trait CibAccess {
    /// The whole CIB as it is now. It stays valid and unchanged whatever is done to the CIB later.
    fn view(&mut self) -> Result<Arc<Document>, AccessError>;

    /// Carries out a request. With [`Options::TRANSACTION`] it is only added to the open transaction.
    fn perform(&mut self, request: &Request) -> Result<Reply, AccessError>;

    /// Begins a transaction.
    fn begin(&mut self) -> Result<(), AccessError>;

    /// Carries out all requests of the transaction, or none. It is over in any case.
    fn commit(&mut self) -> Result<Reply, AccessError>;

    /// Ends the transaction without carrying out anything.
    fn discard(&mut self);

    /// Writes what is not written yet. What was changed may be lost without it.
    fn sign_off(&mut self) -> Result<(), AccessError>;

    /// Where the CIB is.
    fn place(&self) -> &Place;
}

/// Changes that are tried on a copy and then committed together. Dropping it changes nothing.
///
/// What is shown in between is what the requests make of the CIB as it was at the beginning; committing
/// carries them out on the CIB as it is then.
pub struct Draft {
    doc: Arc<Document>,
    requests: Vec<Request>,
}

impl Draft {
    /// A draft on what `cib` holds now.
    pub fn of(cib: &mut dyn CibAccess) -> Result<Draft, AccessError> {
        Ok(Draft {
            doc: cib.view()?,
            requests: Vec::new(),
        })
    }

    /// The CIB with the changes so far.
    pub fn view(&self) -> Arc<Document> {
        Arc::clone(&self.doc)
    }

    /// Adds a change; a change that fails is not part of the draft.
    pub fn perform(&mut self, request: Request, context: &Context<'_>) -> Result<(), AccessError> {
        if !request.operation.allowed_in_transaction() {
            return Err(OpError::NotInTransaction {
                operation: request.operation.name().to_owned(),
            }
            .into());
        }
        let changed = change(&self.doc, &request, context)?;
        self.doc = Arc::new(changed.doc);
        self.requests.push(request);
        Ok(())
    }

    /// Carries out all changes on `cib`, or none.
    pub fn commit(self, cib: &mut dyn CibAccess) -> Result<Reply, AccessError> {
        cib.begin()?;
        for request in self.requests {
            if let Err(error) = cib.perform(&request.options(Options::TRANSACTION)) {
                cib.discard();
                return Err(error);
            }
        }
        cib.commit()
    }
}
