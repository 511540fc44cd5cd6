//! Applying a patchset.
//!
//! Two passes: deletions and modifications in the patchset's order; then creations and moves, sorted by their
//! position, because a position only means something once everything in front is there.
//!
//! Source: behaviour notes 06 §3.4.

use foldhash::HashMap;
use pcmk_core::lenient::scan_ll;
use pcmk_core::rc::Rc;

use super::digest::content_digest;
use super::draft::{Draft, MOVED};
use super::path::{find, position};
use super::version::{CibVersion, VERSION_ATTRIBUTES};
use crate::acl::Access;
use crate::xml::{Document, Element, ElementId, Node, NodeKind};

/// Whether the patchset must start from the document's version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VersionCheck {
    /// It must, and lead to a newer one.
    Required,
    /// Versions are not looked at.
    Skipped,
}

/// Why a patchset could not be applied.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PatchError {
    /// Not format 2; format 1 is no longer read by anything.
    #[error("unknown patch format '{format}'")]
    UnknownFormat {
        /// What it says to be.
        format: String,
    },
    /// Its version element lacks a number.
    #[error("patchset without a usable {side} version")]
    BadVersion {
        /// `source` or `target`.
        side: &'static str,
    },
    /// The document is older than what the patchset starts from.
    #[error("patchset starts from {source_version}, document is still {document}")]
    DocumentTooOld {
        /// The document's version.
        document: CibVersion,
        /// The version that the patchset starts from.
        source_version: CibVersion,
    },
    /// The document is newer than what the patchset starts from.
    #[error("patchset starts from {source_version}, document is already {document}")]
    DocumentTooNew {
        /// The document's version.
        document: CibVersion,
        /// The version that the patchset starts from.
        source_version: CibVersion,
    },
    /// The patchset does not lead to a newer version.
    #[error("patchset leads from {source_version} to {target}, which is not newer")]
    TargetNotNewer {
        /// The version that the patchset starts from.
        source_version: CibVersion,
        /// The version that it leads to.
        target: CibVersion,
    },
    /// A change names something that is not there.
    #[error("nothing found at '{path}'")]
    MissingTarget {
        /// The path.
        path: String,
    },
    /// A modification does not say what comes out.
    #[error("modification of '{path}' without result")]
    MissingResult {
        /// The path.
        path: String,
    },
    /// A creation has nothing to create.
    #[error("creation below '{path}' without content")]
    MissingContent {
        /// The path of the parent.
        path: String,
    },
    /// An operation that does not exist.
    #[error("unknown operation '{operation}'")]
    UnknownOperation {
        /// Its name.
        operation: String,
    },
    /// A moved node did not get to its position.
    #[error("'{path}' cannot be moved to offset {position}")]
    WrongPosition {
        /// The path.
        path: String,
        /// The position.
        position: i64,
    },
    /// The result is not what the patchset was made from.
    #[error("digest of the result is {found}, patchset expects {expected}")]
    WrongDigest {
        /// Digest of the result.
        found: String,
        /// Digest in the patchset.
        expected: String,
    },
}

impl PatchError {
    /// The documented return code.
    pub fn rc(&self) -> Rc {
        match self {
            PatchError::UnknownFormat { .. } | PatchError::BadVersion { .. } => Rc::EINVAL,
            PatchError::DocumentTooNew { .. } | PatchError::TargetNotNewer { .. } => Rc::OLD_DATA,
            PatchError::MissingResult { .. } => Rc::ENOMSG,
            PatchError::DocumentTooOld { .. }
            | PatchError::MissingTarget { .. }
            | PatchError::MissingContent { .. }
            | PatchError::UnknownOperation { .. }
            | PatchError::WrongPosition { .. }
            | PatchError::WrongDigest { .. } => Rc::DIFF_FAILED,
        }
    }
}

/// A copy of `doc` with the patchset applied; `doc` stays as it is.
pub fn apply_to(
    doc: &Document,
    patch: Element<'_>,
    check: VersionCheck,
) -> Result<Document, PatchError> {
    let mut draft = Draft::new(doc.clone());
    apply(&mut draft, patch, check)?;
    Ok(draft.into_document())
}

/// Applies a patchset to a draft. After an error the draft is half changed and must be dropped.
pub fn apply(draft: &mut Draft, patch: Element<'_>, check: VersionCheck) -> Result<(), PatchError> {
    let format = patch.attr("format").unwrap_or("1");
    if scan_ll(format) != Ok(2) {
        return Err(PatchError::UnknownFormat {
            format: format.to_owned(),
        });
    }
    match check {
        VersionCheck::Required => check_versions(draft.doc().root_element(), patch)?,
        VersionCheck::Skipped => {}
    }

    let mut last_error = None;
    let mut queue: Vec<Queued<'_>> = Vec::new();
    let mut orders = Orders::default();
    for change in patch.children() {
        let Some(operation) = change.attr("operation") else {
            continue;
        };
        if let Err(error) = first_pass(draft, change, operation, &mut queue, &mut orders) {
            last_error = Some(error);
        }
    }
    // Stable: equal positions keep the patchset's order.
    queue.sort_by_key(|queued| queued.position);
    for queued in queue {
        if let Err(error) = second_pass(draft, &queued) {
            last_error = Some(error);
        }
    }
    if let Some(error) = last_error {
        return Err(error);
    }
    orders.mark_moved(draft);
    if let Some(expected) = patch.attr("digest") {
        let found = content_digest(draft.doc().root_element());
        if !found.eq_ignore_ascii_case(expected) {
            return Err(PatchError::WrongDigest {
                found,
                expected: expected.to_owned(),
            });
        }
    }
    Ok(())
}

/// A creation or move that waits for its turn.
struct Queued<'p> {
    position: i64,
    path: &'p str,
    what: What<'p>,
}

enum What<'p> {
    Create { parent: ElementId, node: Node<'p> },
    Move { node: ElementId },
}

/// The order of siblings before some of them were moved. A move that leaves the order as it was is no change.
#[derive(Default)]
struct Orders {
    before: HashMap<ElementId, Siblings>,
}

/// Children of an element in their order before the first move, and those that were moved.
struct Siblings {
    children: Vec<ElementId>,
    moved: Vec<ElementId>,
}

impl Orders {
    fn note(&mut self, doc: &Document, parent: ElementId, moved: ElementId) {
        let siblings = self.before.entry(parent).or_insert_with(|| Siblings {
            children: doc.element(parent).nodes().map(Node::id).collect(),
            moved: Vec::new(),
        });
        siblings.moved.push(moved);
    }

    /// Marks what was moved where the order is another one now. Source: `cibadmin --patch` with moves alone.
    fn mark_moved(self, draft: &mut Draft) {
        for (parent, Siblings { children, moved }) in self.before {
            let there: HashMap<ElementId, usize> = draft
                .doc()
                .element(parent)
                .nodes()
                .enumerate()
                .map(|(at, node)| (node.id(), at))
                .collect();
            let left = children.iter().filter_map(|id| there.get(id));
            if left.is_sorted() {
                continue;
            }
            draft.mark_dirty(parent);
            for id in moved {
                draft.add_flag(id, MOVED);
            }
        }
    }
}

fn first_pass<'p>(
    draft: &mut Draft,
    change: Element<'p>,
    operation: &str,
    queue: &mut Vec<Queued<'p>>,
    orders: &mut Orders,
) -> Result<(), PatchError> {
    let path = change.attr("path").unwrap_or("");
    let given = change.attr("position").and_then(|text| scan_ll(text).ok());
    let position = given.unwrap_or(-1);
    // Only a deletion is told by position: the others are found before anything has its place.
    let comment_at = match operation {
        "delete" => usize::try_from(position).ok(),
        _ => None,
    };
    let missing = || PatchError::MissingTarget {
        path: path.to_owned(),
    };
    let Some(target) = find(draft.doc(), path, comment_at) else {
        return match operation {
            "delete" => Ok(()),
            _ => Err(missing()),
        };
    };
    let is_element = draft.doc().node_at(target).element().is_some();
    match operation {
        "delete" => {
            draft.delete(target);
            Ok(())
        }
        "modify" => {
            let result = change
                .child("change-result")
                .and_then(|result| result.children().next())
                .ok_or_else(|| PatchError::MissingResult {
                    path: path.to_owned(),
                })?;
            if !is_element {
                return Err(missing());
            }
            draft.reset_attrs(target, result);
            Ok(())
        }
        "create" => {
            if !is_element {
                return Err(missing());
            }
            let node = change
                .nodes()
                .find(|node| matches!(node.kind(), NodeKind::Element | NodeKind::Comment))
                .ok_or_else(|| PatchError::MissingContent {
                    path: path.to_owned(),
                })?;
            queue.push(Queued {
                position,
                path,
                what: What::Create {
                    parent: target,
                    node,
                },
            });
            Ok(())
        }
        "move" => {
            let Some(parent) = draft.doc().node_at(target).parent().map(Element::id) else {
                return Err(missing());
            };
            // Changes the order of the parent's children; the reference asks nothing.
            if !draft.permits(parent, Access::Write) {
                return Ok(());
            }
            draft.doubt();
            orders.note(draft.doc(), parent, target);
            draft.doc_unmarked().move_to(parent, target, usize::MAX);
            queue.push(Queued {
                position,
                path,
                what: What::Move { node: target },
            });
            Ok(())
        }
        _ => Err(PatchError::UnknownOperation {
            operation: operation.to_owned(),
        }),
    }
}

fn second_pass(draft: &mut Draft, queued: &Queued<'_>) -> Result<(), PatchError> {
    let wanted = usize::try_from(queued.position).ok();
    match queued.what {
        What::Create { parent, node } => {
            draft.insert_copy(parent, wanted, node);
            Ok(())
        }
        What::Move { node } => {
            let parent = draft.doc().node_at(node).parent().map(Element::id);
            if let (Some(parent), Some(wanted)) = (parent, wanted) {
                draft.doc_unmarked().move_to(parent, node, wanted);
                if position(draft.doc().node_at(node)) == wanted {
                    return Ok(());
                }
            }
            Err(PatchError::WrongPosition {
                path: queued.path.to_owned(),
                position: queued.position,
            })
        }
    }
}

fn check_versions(root: Element<'_>, patch: Element<'_>) -> Result<(), PatchError> {
    let current = CibVersion::from_fields(CibVersion::of(root).fields().map(|field| field.max(0)));
    let source = source_version(patch)?.unwrap_or(current);
    let target = target_version(patch)?.unwrap_or(CibVersion {
        num_updates: current.num_updates.saturating_add(1),
        ..current
    });
    match current.cmp(&source) {
        std::cmp::Ordering::Less => {
            return Err(PatchError::DocumentTooOld {
                document: current,
                source_version: source,
            });
        }
        std::cmp::Ordering::Greater => {
            return Err(PatchError::DocumentTooNew {
                document: current,
                source_version: source,
            });
        }
        std::cmp::Ordering::Equal => {}
    }
    // One field that is greater is enough, whatever the others do.
    let newer = source
        .fields()
        .iter()
        .zip(target.fields())
        .any(|(source, target)| target > *source);
    match newer {
        true => Ok(()),
        false => Err(PatchError::TargetNotNewer {
            source_version: source,
            target,
        }),
    }
}

/// The version that a patchset starts from; `None` if it does not say.
pub fn source_version(patch: Element<'_>) -> Result<Option<CibVersion>, PatchError> {
    side_version(patch, "source")
}

/// The version that a patchset leads to; `None` if it does not say.
pub fn target_version(patch: Element<'_>) -> Result<Option<CibVersion>, PatchError> {
    side_version(patch, "target")
}

fn side_version(patch: Element<'_>, side: &'static str) -> Result<Option<CibVersion>, PatchError> {
    let Some(element) = patch
        .child("version")
        .and_then(|version| version.child(side))
    else {
        return Ok(None);
    };
    let mut fields = [0; 3];
    for (field, name) in fields.iter_mut().zip(VERSION_ATTRIBUTES) {
        *field = element
            .attr(name)
            .and_then(|text| scan_ll(text).ok())
            .and_then(|number| i32::try_from(number).ok())
            .ok_or(PatchError::BadVersion { side })?;
    }
    Ok(Some(CibVersion::from_fields(fields)))
}
