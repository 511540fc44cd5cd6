//! The board: what is believed of each node and resource while the plan develops.
//!
//! `State` holds what was *observed* and never changes. But the reference goes on changing its mind about nodes
//! (a stop that cannot run makes a node unclean, an assigned connection brings a remote node up) and resources
//! (wanted roles, managed or not, failed or not) until the last ordering is applied. All of that is here, in one
//! ledger that is handed from pass to pass, so that everything else can be frozen.

use pcmk_core::order::UpstreamTable;
use pcmk_core::role::Role;
use pcmk_core::score::Score;
use std::sync::Arc;

use crate::id::{NodeId, RscId};
use crate::scores::Entry;

/// What is believed of a node. Meaning of each: behaviour notes 02 §3.1.
#[derive(Clone, Debug, Default)]
pub struct NodeBoard {
    /// May run actions.
    pub online: bool,
    /// Must be fenced.
    pub unclean: bool,
    /// Shutdown was requested, or its connection stops.
    pub shutdown: bool,
    /// Joining.
    pub pending: bool,
    /// Standby.
    pub standby: bool,
    /// Standby because of on-fail=standby.
    pub fail_standby: bool,
    /// Maintenance.
    pub maintenance: bool,
    /// Has a state (cluster), or must be fenced regardless of reconnection (remote).
    pub seen: bool,
    /// Expected to be a member.
    pub expected_up: bool,
    /// Guest: container must be recovered. Remote: must be fenced.
    pub remote_reset: bool,
    /// Resources assigned to it in this run.
    pub assigned_count: i32,
    /// Resources assigned to it, newest first.
    pub assigned: Vec<RscId>,
    /// Remaining capacity (raw text until first changed).
    pub remaining: UpstreamTable<Arc<str>>,
    /// Sum of the priorities of active resources (for priority-fencing-delay).
    pub priority: i32,
    /// "Remote node will be fenced" was logged once already.
    pub reset_noted: bool,
}

impl NodeBoard {
    /// Online, not shutting down, clean, not in standby, not in maintenance (03 §5.1).
    #[must_use]
    pub fn available(&self) -> bool {
        self.online
            && !self.shutdown
            && !self.unclean
            && !self.standby
            && !self.fail_standby
            && !self.maintenance
    }
}

/// What is believed of a resource.
#[derive(Clone, Debug)]
pub struct RscBoard {
    /// May be started and stopped.
    pub managed: bool,
    /// May not be recovered.
    pub blocked: bool,
    /// In maintenance.
    pub maintenance: bool,
    /// Failed.
    pub failed: bool,
    /// Must be stopped because it failed.
    pub stop_if_failed: bool,
    /// A failure was ignored.
    pub ignore_failure: bool,
    /// A start is pending.
    pub start_pending: bool,
    /// May migrate.
    pub migratable: bool,
    /// A reload was scheduled.
    pub reload: bool,
    /// Multiply active with policy stop_unexpected.
    pub stop_unexpected: bool,
    /// In the down-and-up pass.
    pub restarting: bool,
    /// Original role (from history; adjusted for display and promotion as the notes say).
    pub role: Role,
    /// Wanted role; Unknown until somebody wants something.
    pub next_role: Role,
    /// Not assigned yet ("unassigned" flag).
    pub unassigned: bool,
    /// Being assigned.
    pub assigning: bool,
    /// Assignments of this bundle that are under way, one within the other.
    pub bundle_levels: u8,
    /// Its colocations are being folded ("updating" flag).
    pub updating: bool,
    /// The assigned node, as copied at assignment.
    pub assigned: Option<Entry>,
    /// Current priority (repurposed for promotable instances).
    pub priority: Score,
    /// Promotion priority.
    pub promotion_priority: i32,
    /// Promotion scores were added to node scores.
    pub promotion_added: bool,
    /// Instances were sorted for promotion.
    pub promotion_constrained: bool,
    /// Ends of a partial migration.
    pub partial_source: Option<NodeId>,
    /// See `partial_source`.
    pub partial_target: Option<NodeId>,
    /// Children in the order now in force.
    pub children: Vec<RscId>,
    /// Exclusive discovery.
    pub exclusive_discovery: bool,
    /// Shutdown lock: node and epoch.
    pub lock_node: Option<NodeId>,
    /// See `lock_node`.
    pub lock_time: i64,
    /// Failure timeout still in force, milliseconds.
    pub failure_timeout_ms: u32,
}

/// All of it.
#[derive(Clone, Debug, Default)]
pub struct Board {
    /// By node.
    pub nodes: Vec<NodeBoard>,
    /// By resource.
    pub resources: Vec<RscBoard>,
    /// Earliest moment (epoch) at which the result may change by itself.
    pub recheck: Option<i64>,
    /// Top-level resources in the order in force: that of the configuration, until assignment sorts them anew for a
    /// placement strategy that looks at utilization. Filled when constraints are read.
    pub top: Vec<RscId>,
}

impl Board {
    /// The node's row.
    #[must_use]
    pub fn node(&self, id: NodeId) -> &NodeBoard {
        &self.nodes[id.index()]
    }

    /// The node's row, to change.
    pub fn node_mut(&mut self, id: NodeId) -> &mut NodeBoard {
        &mut self.nodes[id.index()]
    }

    /// The resource's row.
    #[must_use]
    pub fn rsc(&self, id: RscId) -> &RscBoard {
        &self.resources[id.index()]
    }

    /// The resource's row, to change.
    pub fn rsc_mut(&mut self, id: RscId) -> &mut RscBoard {
        &mut self.resources[id.index()]
    }

    /// The assigned node.
    #[must_use]
    pub fn assigned_node(&self, id: RscId) -> Option<NodeId> {
        self.rsc(id).assigned.map(|e| e.node)
    }

    /// Lowers the recheck time if `when` is later than `now` and earlier than what is known.
    pub fn recheck_at(&mut self, when: i64, now: i64) {
        if when > now && self.recheck.is_none_or(|known| when < known) {
            self.recheck = Some(when);
        }
    }
}
