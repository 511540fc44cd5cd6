//! What the administrator wants: options, nodes, resources, operations, defaults. Read once, then frozen.
//!
//! The only later additions are the resources and nodes that exist in the status section alone ("removed"
//! resources and surplus clone instances); `state::observe` adds them while it holds the tables, and
//! everybody after it sees them by shared reference only.

pub mod action;
pub(crate) mod build;
mod bundle;
mod clone;
pub mod find;
pub mod load;
pub mod node;
pub(crate) mod nodes;
pub mod operation;
pub mod options;
pub(crate) mod remote;
pub mod resource;
pub mod spec;
mod tags;
pub(crate) mod unpack;

use foldhash::HashMap;
use std::sync::Arc;

use pcmk_cib::nvset::NvBlocks;
use pcmk_cib::xml::{Document, Element, ElementId};
use pcmk_core::time::DateTime;

pub use action::{OnFail, action_meta, on_fail, role_after_failure};
pub use build::Opening;
pub use load::load;
pub use node::Node;
pub use operation::{Operation, OperationKind};
pub use options::{NoQuorum, Options, Placement};
pub use resource::{
    BundleInfo, CloneInfo, GroupInfo, Kind, MultipleActive, Replica, Requires, Resource,
};
pub use unpack::Complaint;

use crate::id::{NodeId, RscId};

/// Which document an element is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// The CIB that was given (with the implicit connections of guest nodes appended to `resources`).
    Input,
    /// Elements implied by bundles, or made up for resources known from history only.
    Implied,
}

/// An element of one of the two documents of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct XmlRef {
    /// The document.
    pub source: Source,
    /// The element in it.
    pub element: ElementId,
}

/// A tag or template and the ids it stands for, in order, without duplicates.
#[derive(Clone, Debug)]
pub struct IdList {
    /// The tag's or template's own id.
    pub id: Arc<str>,
    /// The ids of its members; empty for a template nobody derives from.
    pub members: Vec<Arc<str>>,
}

/// The whole configuration.
pub struct Config {
    /// The input document.
    pub doc: Arc<Document>,
    /// Elements that exist in no file: see [`Source::Implied`].
    pub implied: Document,
    /// "Now", for rules, expiry and the like.
    pub now: DateTime,
    /// `now` as seconds of the epoch.
    pub now_epoch: i64,
    /// Secret parameters may be masked in the input (a file rather than the live CIB).
    pub sanitized: bool,
    /// Cluster options.
    pub options: Options,
    /// All nodes, in order of creation.
    pub nodes: Vec<Node>,
    /// The nodes in node order (numeric-aware, ignoring case): the order of every "for each node".
    pub node_order: Vec<NodeId>,
    /// All resources, in order of creation.
    pub resources: Vec<Resource>,
    /// Top-level resources: configuration order, sorted by priority (stable), removed ones appended.
    pub top: Vec<RscId>,
    /// Tags, in document order.
    pub tags: Vec<IdList>,
    /// Templates and the (XML) ids of the primitives derived from them.
    pub templates: Vec<IdList>,
    /// `op_defaults` blocks.
    pub op_defaults: NvBlocks,
    /// `rsc_defaults` blocks.
    pub rsc_defaults: NvBlocks,
    /// Any Pacemaker Remote node exists.
    pub have_remote_nodes: bool,
    /// A fencing resource or a watchdog exists.
    pub have_fencing: bool,
    /// Some resource provides or requires unfencing.
    pub unfencing: bool,
    /// Lower-cased node name -> first node in node order with it.
    pub node_by_name: HashMap<String, NodeId>,
    /// Resource id -> resource, the first in depth-first order if there are several.
    pub rsc_by_id: HashMap<Arc<str>, RscId>,
    /// Lower-cased node id -> first node in node order with it.
    pub node_by_uuid: HashMap<String, NodeId>,
    /// Resources that share an id, for the few ids that are used twice.
    pub duplicate_ids: HashMap<Arc<str>, Vec<RscId>>,
    /// The `resources` element.
    pub resources_xml: Option<ElementId>,
    /// The `status` element.
    pub status_xml: Option<ElementId>,
    /// `template` elements by id.
    pub template_xml: HashMap<Arc<str>, ElementId>,
    /// Position in `templates` by id.
    pub template_index: HashMap<Arc<str>, usize>,
    /// `dc-uuid` of the document.
    pub dc_uuid: Option<Arc<str>>,
    /// What reading entered into the ledgers; empty once the status was read.
    pub opening: Opening,
    /// The document's feature set is not newer than ours. If it is, nothing was read.
    pub acceptable: bool,
}

impl Config {
    /// The element behind a reference.
    #[must_use]
    pub fn xml(&self, at: XmlRef) -> Element<'_> {
        match at.source {
            Source::Input => self.doc.element(at.element),
            Source::Implied => self.implied.element(at.element),
        }
    }

    /// The node.
    #[must_use]
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    /// The resource.
    #[must_use]
    pub fn rsc(&self, id: RscId) -> &Resource {
        &self.resources[id.index()]
    }

    /// The resource's id, as messages and keys show it.
    #[must_use]
    pub fn name(&self, id: RscId) -> &str {
        &self.resources[id.index()].id
    }

    /// The node's name.
    #[must_use]
    pub fn node_name(&self, id: NodeId) -> &str {
        &self.nodes[id.index()].name
    }

    /// First node of this id in node order, ignoring case.
    #[must_use]
    pub fn find_node_by_uuid(&self, uuid: &str) -> Option<NodeId> {
        self.node_by_uuid.get(&uuid.to_ascii_lowercase()).copied()
    }

    /// First node of this name in node order, ignoring case.
    #[must_use]
    pub fn find_node(&self, name: &str) -> Option<NodeId> {
        self.node_by_name.get(&name.to_ascii_lowercase()).copied()
    }

    /// Topmost ancestor, stopping below a bundle ("top" or "uber parent", behaviour notes 03 conventions).
    #[must_use]
    pub fn top_of(&self, id: RscId) -> RscId {
        let mut at = id;
        while let Some(parent) = self.rsc(at).parent {
            if matches!(self.rsc(parent).kind, Kind::Bundle(_)) {
                break;
            }
            at = parent;
        }
        at
    }

    /// Topmost ancestor, an enclosing bundle included.
    #[must_use]
    pub fn root_of(&self, id: RscId) -> RscId {
        let mut at = id;
        while let Some(parent) = self.rsc(at).parent {
            at = parent;
        }
        at
    }

    /// Whether the resource is inside a bundle (or part of one).
    #[must_use]
    pub fn is_bundled(&self, id: RscId) -> bool {
        matches!(self.rsc(self.root_of(id)).kind, Kind::Bundle(_)) && self.rsc(id).parent.is_some()
    }

    /// A Pacemaker Remote node that is no guest: no connection resource, or one without launcher.
    #[must_use]
    pub fn is_remote_node(&self, id: NodeId) -> bool {
        let node = self.node(id);
        node.remote
            && node
                .connection
                .is_none_or(|c| self.rsc(c).launcher.is_none())
    }

    /// A guest or bundle node: its connection resource has a launcher.
    #[must_use]
    pub fn is_guest_or_bundle_node(&self, id: NodeId) -> bool {
        let node = self.node(id);
        node.remote
            && node
                .connection
                .is_some_and(|c| self.rsc(c).launcher.is_some())
    }

    /// A bundle node: its connection is part of a bundle.
    #[must_use]
    pub fn is_bundle_node(&self, id: NodeId) -> bool {
        self.is_guest_or_bundle_node(id)
            && self.node(id).connection.is_some_and(|c| self.is_bundled(c))
    }

    /// The launcher of a guest or bundle node.
    #[must_use]
    pub fn launcher_of_node(&self, id: NodeId) -> Option<RscId> {
        self.node(id).connection.and_then(|c| self.rsc(c).launcher)
    }

    /// Whether `above` is a (strict) ancestor of `below`.
    #[must_use]
    pub fn is_ancestor(&self, above: RscId, below: RscId) -> bool {
        let mut at = self.rsc(below).parent;
        while let Some(parent) = at {
            if parent == above {
                return true;
            }
            at = self.rsc(parent).parent;
        }
        false
    }
}
