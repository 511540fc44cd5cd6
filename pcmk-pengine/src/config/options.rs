//! Cluster options, validated. Source: behaviour notes 01 section 5.

use std::collections::BTreeMap;
use std::sync::Arc;

use pcmk_core::score::HealthScores;

/// What to do without quorum, after the resets of 01 §5.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoQuorum {
    /// Freeze: running resources stay, nothing new starts.
    Freeze,
    /// Stop everything.
    Stop,
    /// Demote promoted instances, stop the rest.
    Demote,
    /// Pretend to be quorate.
    Ignore,
    /// Fence the members of this partition.
    Fence,
}

/// `placement-strategy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// Utilization is not considered.
    Default,
    /// Capacity limits placement.
    Utilization,
    /// As few nodes as possible.
    Minimal,
    /// Spread by free capacity.
    Balanced,
}

/// Cluster options as the engine uses them.
#[derive(Clone, Debug)]
pub struct Options {
    /// Every option by (new) name, validated text; unknown ones as given.
    pub text: BTreeMap<Arc<str>, Arc<str>>,
    /// `have-quorum` of the document.
    pub quorate: bool,
    /// Effective policy without quorum.
    pub no_quorum: NoQuorum,
    /// `fencing-enabled`.
    pub fencing_enabled: bool,
    /// `fencing-action`: `reboot` or `off`.
    pub fencing_action: Arc<str>,
    /// `startup-fencing`, in effect only with fencing enabled.
    pub startup_fencing: bool,
    /// `concurrent-fencing`.
    pub concurrent_fencing: bool,
    /// `priority-fencing-delay`, milliseconds.
    pub priority_fencing_delay_ms: u32,
    /// `stop-all-resources`.
    pub stop_all: bool,
    /// `symmetric-cluster`.
    pub symmetric: bool,
    /// `stop-removed-resources`.
    pub stop_removed: bool,
    /// `cancel-removed-actions`.
    pub cancel_removed: bool,
    /// `maintenance-mode`.
    pub maintenance: bool,
    /// `start-failure-is-fatal`.
    pub start_failure_fatal: bool,
    /// `enable-startup-probes`.
    pub startup_probes: bool,
    /// `shutdown-lock`.
    pub shutdown_lock: bool,
    /// `shutdown-lock-limit`, milliseconds (0: none).
    pub shutdown_lock_limit_ms: u32,
    /// `node-pending-timeout`, milliseconds (0: never).
    pub node_pending_timeout_ms: u32,
    /// `fence-remote-without-quorum`.
    pub fence_remote_without_quorum: bool,
    /// `placement-strategy`.
    pub placement: Placement,
    /// `node-health-strategy` as configured ("none" by default).
    pub health_strategy: Arc<str>,
    /// What the words red, yellow, green are worth.
    pub health: HealthScores,
    /// `node-health-base` (progressive strategy only, else 0).
    pub health_base: i32,
}
