//! Parameter digests and what they say about history entries. Source: behaviour notes 02 §13, §14.

use pcmk_cib::xml::ElementId;

use crate::id::{NodeId, RscId};
use crate::work::Work;

/// Parameters, action meta-attributes and digests computed so far.
#[derive(Clone, Debug, Default)]
pub struct Caches {}

/// What a comparison of recorded and calculated digests says (02 §13.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DigestResult {
    /// Nothing changed.
    Match,
    /// Something changed that needs a restart.
    Restart,
    /// Something changed.
    Mismatch,
    /// No digest was recorded.
    Unknown,
}

/// Compares the digests recorded in a history entry with those of the present configuration (02 §13.4).
pub fn compare(w: &mut Work<'_>, rsc: RscId, node: NodeId, entry: ElementId) -> DigestResult {
    let _ = (w, rsc, node, entry);
    DigestResult::Match
}

/// Whether entry and (cached) calculation have secure digests, and equal ones (02 §13.5 c). To be asked right after
/// [`compare`] of the same entry.
pub fn secure_equal(w: &mut Work<'_>, rsc: RscId, node: NodeId, entry: ElementId) -> bool {
    let _ = (w, rsc, node, entry);
    false
}

/// Whether the digests of this resource depend on where its container is placed (02 §13.2 step 1): a bundle's
/// connection whose address is `#uname`.
#[must_use]
pub fn needs_container_host(w: &mut Work<'_>, rsc: RscId) -> bool {
    let _ = (w, rsc);
    false
}

/// Unfencing digests of a node (02 §14).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FencingDigests {
    /// Value of meta-attribute `digests-all`.
    pub all: String,
    /// Value of meta-attribute `digests-secure`.
    pub secure: String,
    /// Some device's definition changed: the fencing action becomes required.
    pub changed: bool,
    /// Information lines for the user, in order.
    pub lines: Vec<String>,
}

/// Digests of all devices with which the node can be unfenced, compared with what the node was unfenced with.
pub fn fencing_digests(w: &mut Work<'_>, node: NodeId) -> FencingDigests {
    let _ = (w, node);
    FencingDigests::default()
}
