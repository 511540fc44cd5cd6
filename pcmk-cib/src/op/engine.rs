//! Carrying out a change.
//!
//! Order: the operation; the verdict of access control; the feature set (daemon only); the version check;
//! text out of the result; patchset and new version; who and when; validity. A failed version check does not
//! stop the steps behind it, but wins in the end. Requests of a transaction take all steps each, on one draft.
//!
//! Source: behaviour notes 06 §1.3 to §1.5, §2.1, §2.9.

use std::sync::Arc;

use pcmk_core::diag::Diagnostics;
use pcmk_core::time::{DateTime, ctime};
use pcmk_core::version::{self, FEATURE_SET};

use super::create::create;
use super::delete::delete;
use super::error::OpError;
use super::modify::modify;
use super::replace::replace;
use super::request::{Operation, Options, Request};
use super::transaction::members;
use super::whole::{add_one, bump, erase, patch, upgrade};
use crate::acl::{self, Groups, Guard, Permissions};
use crate::patch::{CibVersion, Draft};
use crate::schema::SchemaVersion;
use crate::validate;
use crate::xml::Document;

/// Which program carries out a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// A tool working on a file: notes neither who nor when, takes any feature set.
    FileClient,
    /// The daemon that manages the CIB.
    Manager,
}

/// What the result depends on besides document and request.
#[derive(Clone, Copy)]
pub struct Context<'c> {
    /// The time, with the offset of local time.
    pub now: DateTime,
    /// Who belongs to which group.
    pub groups: &'c dyn Groups,
    /// Who carries it out.
    pub side: Side,
}

impl Context<'_> {
    /// The user whose permissions limit the request, if there is one.
    pub(super) fn subject<'r>(&self, doc: &Document, request: &'r Request) -> Option<&'r str> {
        request
            .user
            .as_deref()
            .filter(|user| acl::is_subject(user) && acl::enabled(doc, self.now))
    }
}

/// What came out of a change.
#[derive(Clone, Debug)]
pub struct Change {
    /// The new CIB.
    pub doc: Document,
    /// What changed; `None` if nothing was done.
    pub patchset: Option<Document>,
    /// Whether something in the configuration changed.
    pub configuration_changed: bool,
    /// What the operation has to tell: see [`crate::schema::upgrade`].
    pub messages: Vec<String>,
}

/// Why a change failed, and what the client gets to see.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Why.
    pub error: OpError,
    /// Data of the reply.
    pub output: Option<Box<Document>>,
}

impl From<OpError> for Failure {
    fn from(error: OpError) -> Failure {
        Failure {
            error,
            output: None,
        }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.error.fmt(f)
    }
}

impl std::error::Error for Failure {}

/// Carries out a request that modifies; `before` stays as it is.
pub fn change(
    before: &Document,
    request: &Request,
    context: &Context<'_>,
) -> Result<Change, Failure> {
    let work = before.clone();
    let mut draft = match context.subject(before, request) {
        None => Draft::new(work),
        Some(user) => {
            let mut log = Diagnostics::default();
            let permissions = Permissions::of(before, user, context.groups, &mut log);
            let guard = Guard::new(Arc::new(permissions), &work);
            Draft::guarded(work, guard)
        }
    };
    let mut messages = Vec::new();
    if request.operation == Operation::CommitTransaction {
        for (number, member) in (1..).zip(members(request)?) {
            let wrap = |failure: Failure| Failure {
                error: OpError::Member {
                    number,
                    error: Box::new(failure.error),
                },
                output: failure.output,
            };
            let version = draft.version();
            carry_out(&mut draft, &member, &mut messages).map_err(wrap)?;
            let finished = finish(&mut draft, &member, version, context)?;
            validity(draft.doc(), &member, finished)
                .map_err(Failure::from)
                .map_err(wrap)?;
        }
    }
    let version = CibVersion::of(before.root_element());
    carry_out(&mut draft, request, &mut messages)?;
    let finished = finish(&mut draft, request, version, context)?;
    let patchset = draft.sound_patchset(before);
    let mut doc = draft.into_document();
    if finished.configuration_changed && !no_mtime(request, context) {
        set_origin(&mut doc, request, context)?;
    }
    validity(&doc, request, finished)?;
    Ok(Change {
        doc,
        patchset,
        configuration_changed: finished.configuration_changed,
        messages,
    })
}

/// What was found out on the way to the end.
#[derive(Clone, Copy)]
struct Finished {
    changed: bool,
    configuration_changed: bool,
}

fn carry_out(
    draft: &mut Draft,
    request: &Request,
    messages: &mut Vec<String>,
) -> Result<(), Failure> {
    match request.operation {
        Operation::Create => create(draft, request)?,
        Operation::Modify => modify(draft, request)?,
        Operation::Replace => replace(draft, request)?,
        Operation::Delete => delete(draft, request)?,
        Operation::ApplyPatch => patch(draft, request)?,
        Operation::Bump => bump(draft),
        Operation::Erase => erase(draft),
        Operation::Upgrade => upgrade(draft, request, messages)?,
        // Its members were carried out before.
        Operation::CommitTransaction => {}
        Operation::Query => {
            return Err(OpError::Unsupported {
                operation: request.operation.name().to_owned(),
            }
            .into());
        }
    }
    Ok(())
}

/// The steps between the operation and the patchset: verdicts, and the new version.
fn finish(
    draft: &mut Draft,
    request: &Request,
    before: CibVersion,
    context: &Context<'_>,
) -> Result<Finished, OpError> {
    if !draft.judge() {
        return Err(OpError::Denied);
    }
    match context.side {
        Side::FileClient => {}
        Side::Manager => {
            let found = draft.doc().root_element().attr("crm_feature_set");
            if let Some(found) = found
                && version::compare(found, FEATURE_SET).is_gt()
            {
                return Err(OpError::NewerFeatureSet {
                    found: found.to_owned(),
                });
            }
        }
    }
    let after = draft.version();
    if (after.admin_epoch, after.epoch) < (before.admin_epoch, before.epoch) {
        return Err(OpError::OldResult);
    }
    draft.doc_unmarked().strip_text();
    let finished = Finished {
        changed: draft.changed(),
        configuration_changed: draft.configuration_changed(),
    };
    if finished.changed && !request.is_sync {
        let guard = draft.lift_guard();
        if finished.configuration_changed {
            add_one(draft, "epoch");
            let root = draft.doc().root();
            draft.set_attr(root, "num_updates", "0");
        } else {
            add_one(draft, "num_updates");
        }
        draft.restore_guard(guard);
    }
    Ok(finished)
}

fn no_mtime(request: &Request, context: &Context<'_>) -> bool {
    match context.side {
        Side::FileClient => true,
        Side::Manager => request.has(Options::NO_MTIME),
    }
}

/// Notes who changed the configuration, and when.
fn set_origin(doc: &mut Document, request: &Request, context: &Context<'_>) -> Result<(), OpError> {
    let root = doc.root();
    let now = ctime(context.now.epoch(), context.now.offset());
    doc.set_attr(root, "cib-last-written", &now);
    let schema = match doc.root_element().attr("validate-with") {
        None => return Err(OpError::NoSchema),
        Some(name) => SchemaVersion::named(name),
    };
    if schema < SchemaVersion::named("pacemaker-1.2") {
        return Ok(());
    }
    let values = [
        ("update-origin", request.origin.node.as_deref()),
        ("update-client", request.origin.client.as_deref()),
        ("update-user", request.user.as_deref()),
    ];
    for (name, value) in values {
        match value {
            Some(value) => doc.set_attr(root, name, value),
            None => {
                doc.remove_attr(root, name);
            }
        }
    }
    Ok(())
}

fn validity(doc: &Document, request: &Request, finished: Finished) -> Result<(), OpError> {
    if !finished.changed || request.is_status_only() {
        return Ok(());
    }
    let schema = doc.root_element().attr("validate-with").unwrap_or("");
    match validate::is_valid(doc, schema) {
        true => Ok(()),
        false => Err(OpError::Invalid {
            schema: schema.to_owned(),
        }),
    }
}
