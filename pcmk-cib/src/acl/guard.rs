//! Judging accesses to nodes.

use std::sync::Arc;

use super::permission::{Kind, Permissions};
use crate::xml::{Document, ElementId};

const READ: u8 = 1;
const WRITE: u8 = 2;
const DENY: u8 = 4;

/// What is to be done with a node or its attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Reading.
    Read,
    /// Changing or removing.
    Write,
    /// Adding an attribute: also allowed on nodes created in the same operation.
    Create,
}

/// A user's permissions, and what they match in a document.
#[derive(Clone, Debug)]
pub struct Guard {
    permissions: Arc<Permissions>,
    flags: Vec<u8>,
}

impl Guard {
    /// The guard of a document.
    pub fn new(permissions: Arc<Permissions>, doc: &Document) -> Guard {
        let mut guard = Guard {
            permissions,
            flags: Vec::new(),
        };
        guard.flag(doc);
        guard
    }

    /// The permissions it goes by.
    pub fn permissions(&self) -> &Permissions {
        &self.permissions
    }

    /// Adds flags for all that the permissions match in `doc` now; those given before stay.
    pub fn flag(&mut self, doc: &Document) {
        self.flag_some(doc, |_| true);
    }

    /// The same for those nodes only that `which` accepts.
    pub(crate) fn flag_some(&mut self, doc: &Document, which: impl Fn(ElementId) -> bool) {
        if self.flags.len() < doc.slots() {
            self.flags.resize(doc.slots(), 0);
        }
        for permission in self.permissions.iter() {
            let flag = match permission.kind {
                Kind::Read => READ,
                Kind::Write => WRITE,
                Kind::Deny => DENY,
            };
            // An expression whose evaluation fails matches nothing; a denial then denies everything.
            let failed = || match permission.kind {
                Kind::Deny => vec![crate::xpath::Match::Document],
                Kind::Read | Kind::Write => Vec::new(),
            };
            for found in permission.xpath.select(doc).unwrap_or_else(|_| failed()) {
                let element = found.element(doc);
                if which(element) {
                    self.flags[element.index()] |= flag;
                }
            }
        }
    }

    /// Forgets all flags: another document has come in the place of the one they belong to.
    pub(crate) fn forget(&mut self) {
        self.flags.clear();
    }

    /// Whether the access is allowed: the nearest flag on the way up decides; on the same node a denial
    /// wins; without any flag it is not allowed. `created`: whether a node was created in this operation.
    ///
    /// Source: behaviour notes 06 §6.3.
    pub fn allows(
        &self,
        doc: &Document,
        id: ElementId,
        access: Access,
        created: impl Fn(ElementId) -> bool,
    ) -> bool {
        if self.permissions.is_empty() {
            return false;
        }
        let mut at = Some(id);
        while let Some(id) = at {
            let flags = self.flags_of(id);
            if flags & DENY != 0 {
                return false;
            }
            let allowed = match access {
                Access::Read => flags & (READ | WRITE) != 0,
                Access::Write => flags & WRITE != 0,
                Access::Create => flags & WRITE != 0 || created(id),
            };
            if allowed {
                return true;
            }
            at = doc.node_at(id).parent().map(|parent| parent.id());
        }
        false
    }

    /// Whether the node's own flags allow reading it.
    pub(super) fn is_readable_itself(&self, id: ElementId) -> bool {
        let flags = self.flags_of(id);
        flags & DENY == 0 && flags & (READ | WRITE) != 0
    }

    fn flags_of(&self, id: ElementId) -> u8 {
        self.flags.get(id.index()).copied().unwrap_or(0)
    }
}
