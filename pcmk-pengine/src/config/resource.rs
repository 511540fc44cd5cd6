//! A resource as configured (or implied, or known from history only).

use std::sync::Arc;

use pcmk_cib::nvset::NvBlocks;
use pcmk_core::order::UpstreamTable;
use pcmk_core::role::Role;
use pcmk_core::score::Score;

use crate::config::spec::Spec;
use crate::config::unpack::Complaint;
use crate::config::{Operation, XmlRef};
use crate::id::{NodeId, RscId};
use crate::table::Table;

/// What a resource needs before it may start. Source: behaviour notes 01 §7.5.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Requires {
    /// Quorum is needed (also set whenever fencing is needed is *not* implied: see the notes).
    pub quorum: bool,
    /// Unclean nodes must be fenced first.
    pub fencing: bool,
    /// The node must be unfenced first (implies fencing).
    pub unfencing: bool,
}

/// `multiple-active`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MultipleActive {
    /// Leave it, blocked.
    Block,
    /// Stop all.
    StopOnly,
    /// Stop all, start one.
    StopStart,
    /// Stop all but the right one.
    StopUnexpected,
}

/// Group details.
#[derive(Clone, Debug)]
pub struct GroupInfo {
    /// Members start in order.
    pub ordered: bool,
    /// Members run together.
    pub colocated: bool,
}

/// Clone details.
#[derive(Clone, Debug)]
pub struct CloneInfo {
    /// `clone-max` after defaults and resets.
    pub clone_max: u32,
    /// `clone-node-max`.
    pub clone_node_max: u32,
    /// `promoted-max`.
    pub promoted_max: u32,
    /// `promoted-node-max`.
    pub promoted_node_max: u32,
    /// `ordered`: instances act one after the other.
    pub ordered: bool,
    /// `interleave`.
    pub interleave: bool,
    /// Instances created so far; the number of the next one.
    pub instances: u32,
    /// Id of the cloned element (shown as `[CHILD]`).
    pub child_name: Arc<str>,
    /// The cloned element, for creating more instances.
    pub child_xml: XmlRef,
}

/// One bundle replica.
#[derive(Clone, Debug)]
pub struct Replica {
    /// Number from 0.
    pub offset: u32,
    /// Container resource.
    pub container: RscId,
    /// Address resource.
    pub ip: Option<RscId>,
    /// Connection resource.
    pub remote: Option<RscId>,
    /// Instance of the bundled primitive.
    pub child: Option<RscId>,
    /// The bundle node.
    pub node: Option<NodeId>,
    /// The address.
    pub address: Option<Arc<str>>,
}

/// Bundle details.
#[derive(Clone, Debug)]
pub struct BundleInfo {
    /// Container technology: `docker` or `podman`.
    pub technology: &'static str,
    /// Image.
    pub image: Arc<str>,
    /// `promoted-max`.
    pub promoted_max: u32,
    /// `replicas-per-host`.
    pub replicas_per_host: u32,
    /// Replicas in order of offset.
    pub replicas: Vec<Replica>,
    /// The implied clone of the bundled primitive.
    pub clone: Option<RscId>,
    /// `container-network`'s `network` etc. are part of the implied resources' XML only.
    pub unique: bool,
}

/// Kind of resource, with what only that kind has.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A primitive.
    Primitive,
    /// A group.
    Group(GroupInfo),
    /// A clone.
    Clone(Box<CloneInfo>),
    /// A bundle.
    Bundle(Box<BundleInfo>),
}

/// A resource.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Own id.
    pub rsc: RscId,
    /// Full id (`prim:0` for an instance).
    pub id: Arc<str>,
    /// `id` of its XML element (without instance number).
    pub xml_id: Arc<str>,
    /// Its element.
    pub xml: XmlRef,
    /// The template's element.
    pub template: Option<XmlRef>,
    /// Kind.
    pub kind: Kind,
    /// Parent.
    pub parent: Option<RscId>,
    /// Children in order of creation. The order in force at a moment is `Board::children`.
    pub children: Vec<RscId>,
    /// `class` (of the merged element).
    pub class: Option<Arc<str>>,
    /// `provider`.
    pub provider: Option<Arc<str>>,
    /// `type`.
    pub agent: Option<Arc<str>>,
    /// `description`.
    pub description: Option<Arc<str>>,
    /// The meta table (01 §7.4), XML attributes included.
    pub meta: Arc<Table>,
    /// Its own `instance_attributes` blocks (shared by instances of one element).
    pub params: Arc<NvBlocks>,
    /// Its operations (shared by instances of one element).
    pub operations: Arc<Vec<Operation>>,
    /// Its utilization, raw text, if it has any.
    pub utilization: Option<Box<UpstreamTable<Arc<str>>>>,
    /// Number of the clone instance this is (or is inside of).
    pub instance: Option<u32>,
    /// Globally unique (plain resources are).
    pub unique: bool,
    /// Inside (or itself) a promotable clone.
    pub promotable: bool,
    /// `notify`.
    pub notify: bool,
    /// `critical`.
    pub critical: bool,
    /// Class `stonith`.
    pub fence_device: bool,
    /// `ocf:pacemaker:remote`.
    pub remote_connection: bool,
    /// `allow-migrate` after defaults.
    pub migratable: bool,
    /// `internal_rsc` meta is true: shown only on request.
    pub internal: bool,
    /// Container of a bundle (its connection may run on a remote node): "nesting allowed".
    pub nesting_allowed: bool,
    /// Known from history only, or an instance beyond `clone-max`.
    pub removed: bool,
    /// A removed resource whose history names a container.
    pub removed_launched: bool,
    /// `priority`.
    pub priority: Score,
    /// `resource-stickiness`.
    pub stickiness: Score,
    /// `migration-threshold`.
    pub migration_threshold: Score,
    /// `failure-timeout`, milliseconds.
    pub failure_timeout_ms: u32,
    /// `reconnect_interval` of a true remote connection, milliseconds.
    pub reconnect_interval_ms: u32,
    /// `requires`.
    pub requires: Requires,
    /// `multiple-active`.
    pub multiple_active: MultipleActive,
    /// The limiting target role (Stopped, or Unpromoted under a promotable top), if any (02 §17.3).
    pub target_role: Option<Role>,
    /// Managed as configured (maintenance, `is-managed`).
    pub managed: bool,
    /// In maintenance as configured.
    pub maintenance: bool,
    /// The resource that launches it (`container` meta).
    pub launcher: Option<RscId>,
    /// The resources it launches, in order.
    pub launched: Vec<RscId>,
    /// The node it connects, if it is a remote connection.
    pub connects: Option<NodeId>,
    /// It may be probed and run only where a constraint says `exclusive` (set for bundled instances here;
    /// constraints set `Board`'s copy).
    pub exclusive_discovery: bool,
    /// Where it is in a depth-first walk over the top-level list: compares like the walk. Position at the top, then
    /// child numbers from 1.
    pub place: [u32; 4],
    /// Its element, parsed.
    pub spec: Arc<Spec>,
    /// What is wrong with its `target-role`, if anything.
    pub target_role_complaint: Option<Complaint>,
}

impl Resource {
    /// Its utilization: names and raw texts.
    pub fn utilization(&self) -> impl Iterator<Item = (&str, &Arc<str>)> {
        self.utilization.iter().flat_map(|table| table.iter())
    }

    /// Meta-attribute.
    #[must_use]
    pub fn meta(&self, name: &str) -> Option<&str> {
        self.meta.get(name).map(|v| &**v)
    }

    /// Primitive?
    #[must_use]
    pub fn is_primitive(&self) -> bool {
        matches!(self.kind, Kind::Primitive)
    }

    /// Group?
    #[must_use]
    pub fn is_group(&self) -> bool {
        matches!(self.kind, Kind::Group(_))
    }

    /// Clone?
    #[must_use]
    pub fn is_clone(&self) -> bool {
        matches!(self.kind, Kind::Clone(_))
    }

    /// Bundle?
    #[must_use]
    pub fn is_bundle(&self) -> bool {
        matches!(self.kind, Kind::Bundle(_))
    }

    /// Clone details.
    #[must_use]
    pub fn as_clone(&self) -> Option<&CloneInfo> {
        match &self.kind {
            Kind::Clone(c) => Some(c),
            Kind::Primitive | Kind::Group(_) | Kind::Bundle(_) => None,
        }
    }

    /// Bundle details.
    #[must_use]
    pub fn as_bundle(&self) -> Option<&BundleInfo> {
        match &self.kind {
            Kind::Bundle(b) => Some(b),
            Kind::Primitive | Kind::Group(_) | Kind::Clone(_) => None,
        }
    }

    /// Group details.
    #[must_use]
    pub fn as_group(&self) -> Option<&GroupInfo> {
        match &self.kind {
            Kind::Group(g) => Some(g),
            Kind::Primitive | Kind::Clone(_) | Kind::Bundle(_) => None,
        }
    }

    /// An instance of an anonymous clone, or inside one.
    #[must_use]
    pub fn is_anonymous(&self) -> bool {
        !self.unique
    }
}
