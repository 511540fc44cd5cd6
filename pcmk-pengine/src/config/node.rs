//! A node as configured.

use std::sync::Arc;

use pcmk_core::order::UpstreamTable;
use pcmk_core::score::Score;

use crate::config::XmlRef;
use crate::id::{NodeId, RscId};

/// A node: from `nodes`, or implied by a remote connection, a guest or a bundle replica.
#[derive(Clone, Debug)]
pub struct Node {
    /// Own id.
    pub id: NodeId,
    /// The `id` attribute (the connection's id for remote and guest nodes).
    pub uuid: Arc<str>,
    /// The `uname`.
    pub name: Arc<str>,
    /// Pacemaker Remote node of any kind.
    pub remote: bool,
    /// The configured base score (minus infinity for bundle nodes).
    pub score: Score,
    /// Bundle nodes are never probed unless a table says otherwise.
    pub probe_never: bool,
    /// The resource whose start connects this node; remote variants only.
    pub connection: Option<RscId>,
    /// The `node` element, if any.
    pub xml: Option<XmlRef>,
    /// Attributes before the status section was read (`#kind`, `#uname`, ... and permanent ones).
    pub attributes: UpstreamTable<Arc<str>>,
    /// Utilization attributes, raw text.
    pub utilization: UpstreamTable<Arc<str>>,
}
