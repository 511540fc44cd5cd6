//! What all stores on one's own machine have in common: a document, and requests carried out on it.

use std::sync::Arc;

use pcmk_core::time::DateTime;

use super::access::{AccessError, Reply};
use crate::acl::{Groups, NoGroups};
use crate::op::{Context, OpError, Operation, Options, Request, Side, Transaction, change, query};
use crate::xml::Document;

/// Who uses a store.
#[derive(Clone)]
pub struct Client {
    /// The user for requests that name none.
    pub user: Option<String>,
    /// The time of its requests, with the offset of local time.
    pub now: DateTime,
    /// Who belongs to which group.
    pub groups: Arc<dyn Groups + Send + Sync>,
}

impl Client {
    /// The cluster's own client, at the time `now`.
    pub fn at(now: DateTime) -> Client {
        Client {
            user: None,
            now,
            groups: Arc::new(NoGroups),
        }
    }
}

/// A document that requests are carried out on.
pub(super) struct Session {
    pub(super) doc: Arc<Document>,
    pub(super) client: Client,
    transaction: Option<Transaction>,
    /// Whether a modifying request succeeded, even one without effect.
    pub(super) written: bool,
}

impl Session {
    pub(super) fn new(doc: Document, client: Client) -> Session {
        Session {
            doc: Arc::new(doc),
            client,
            transaction: None,
            written: false,
        }
    }

    pub(super) fn perform(&mut self, request: &Request) -> Result<Reply, AccessError> {
        let request = match (&request.user, &self.client.user) {
            (None, Some(user)) => &request.clone().user(user),
            (_, _) => request,
        };
        if request.options.contains(Options::TRANSACTION) {
            let transaction = self.transaction.as_mut().ok_or(OpError::NoTransaction)?;
            transaction.add(request)?;
            return Ok(Reply::default());
        }
        let context = Context {
            now: self.client.now,
            groups: &*self.client.groups,
            side: Side::FileClient,
        };
        if request.operation == Operation::Query {
            let answer = query(&self.doc, request, &context)?;
            return Ok(Reply {
                output: Some(answer.into_document()),
                ..Reply::default()
            });
        }
        let change = change(&self.doc, request, &context)?;
        if !request.options.contains(Options::DRY_RUN) {
            self.doc = Arc::new(change.doc);
            self.written = true;
        }
        Ok(Reply {
            output: None,
            patchset: change.patchset,
            configuration_changed: change.configuration_changed,
            messages: change.messages,
        })
    }

    pub(super) fn begin(&mut self) -> Result<(), AccessError> {
        match self.transaction {
            Some(_) => Err(OpError::InTransaction.into()),
            None => {
                self.transaction = Some(Transaction::default());
                Ok(())
            }
        }
    }

    /// Ends the transaction: whatever comes of it, it is over.
    pub(super) fn commit(&mut self) -> Result<Reply, AccessError> {
        let transaction = self.transaction.take().ok_or(OpError::NoTransaction)?;
        self.perform(&transaction.into_request())
    }

    pub(super) fn discard(&mut self) {
        self.transaction = None;
    }
}
