//! A CIB in memory.

use std::sync::Arc;

use super::access::{AccessError, CibAccess, Reply};
use super::choose::Place;
use super::session::{Client, Session};
use crate::op::Request;
use crate::xml::Document;

/// A CIB that lives as long as this value.
pub struct MemoryCib {
    session: Session,
    place: Place,
}

impl MemoryCib {
    /// A CIB of this content.
    pub fn new(doc: Document, client: Client) -> MemoryCib {
        MemoryCib {
            session: Session::new(doc, client),
            place: Place::Memory,
        }
    }
}

impl CibAccess for MemoryCib {
    fn view(&mut self) -> Result<Arc<Document>, AccessError> {
        Ok(Arc::clone(&self.session.doc))
    }

    fn perform(&mut self, request: &Request) -> Result<Reply, AccessError> {
        self.session.perform(request)
    }

    fn begin(&mut self) -> Result<(), AccessError> {
        self.session.begin()
    }

    fn commit(&mut self) -> Result<Reply, AccessError> {
        self.session.commit()
    }

    fn discard(&mut self) {
        self.session.discard();
    }

    fn sign_off(&mut self) -> Result<(), AccessError> {
        Ok(())
    }

    fn place(&self) -> &Place {
        &self.place
    }
}
