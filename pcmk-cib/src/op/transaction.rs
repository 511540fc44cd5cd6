//! Several requests that are carried out together or not at all.
//!
//! Source: behaviour notes 06 §2.9.

use super::error::OpError;
use super::request::{Operation, Request};
use crate::xml::Document;

/// The requests of a client's transaction, collected until it is committed.
#[derive(Clone, Debug, Default)]
pub struct Transaction {
    requests: Vec<Document>,
}

impl Transaction {
    /// Adds a request; nothing is carried out yet.
    pub fn add(&mut self, request: &Request) -> Result<(), OpError> {
        if !request.operation.allowed_in_transaction() {
            return Err(OpError::NotInTransaction {
                operation: request.operation.name().to_owned(),
            });
        }
        self.requests.push(request.to_command());
        Ok(())
    }

    /// The request that commits what was collected.
    pub fn into_request(self) -> Request {
        let mut doc = Document::new("cib_transaction");
        let root = doc.root();
        for request in &self.requests {
            doc.append_copy(root, request.root_element());
        }
        Request::new(Operation::CommitTransaction).input(doc)
    }
}

/// The requests in the input of a commit.
pub(super) fn members(commit: &Request) -> Result<Vec<Request>, OpError> {
    let input = commit.input.as_ref().ok_or(OpError::NoTransaction)?;
    let root = input.root_element();
    if root.name() != "cib_transaction" {
        return Err(OpError::NoTransaction);
    }
    let mut members = Vec::new();
    for (number, command) in (1..).zip(root.children()) {
        let wrap = |error| OpError::Member {
            number,
            error: Box::new(error),
        };
        let request = Request::from_command(command).map_err(wrap)?;
        if !request.operation.allowed_in_transaction() || command.attr("cib_host").is_some() {
            return Err(wrap(OpError::NotInTransaction {
                operation: request.operation.name().to_owned(),
            }));
        }
        members.push(request);
    }
    Ok(members)
}
