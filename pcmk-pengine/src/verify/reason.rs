//! Why the reference breaks a rule of the verifier: the known cases, grouped by cause.

use std::fmt;

/// A known cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The configuration orders things in a circle, perhaps with the help of what the cluster orders by itself (a probe
    /// on a remote node waits for its connection). The reference breaks no circles (04 §24).
    ConfiguredLoop,
    /// Unfencing waits for the stops on the node and probes wait for unfencing (04 §12.2), while a stop may wait for a
    /// probe because a later start does (04 §20).
    UnfencingLoop,
    /// A start on a remote node makes stops of the resource elsewhere, and probes, wait for the node's connection
    /// (04 §13.1), whose start may wait for just these: for the restart of its launcher, a ban on being together, a
    /// group that is spread over several nodes.
    ConnectionLoop,
    /// Two promotable clones must not have unpromoted instances on one node. Whoever leaves that role does so before the
    /// other one takes it: each promotion comes before the other one's start, although the starts come before the
    /// promotions (04 §16.5).
    UnpromotedApart,
    /// One instance of a clone migrates while another one restarts. The clone's start waits for all stops, the
    /// migrating instance's stop for the migration, and that for starts (04 §9, §22).
    MigrationInClone,
    /// The action that is waited for is blocked. The reference keeps such inputs, and the transition stops there
    /// (04 §25.3, end).
    InputBlocked,
    /// The action that is waited for is one of an unmanaged resource, which never enters the graph (04 §25.2).
    InputUnmanaged,
    /// The action that is waited for would have to run on a lost node and was dropped with an error (04 §25.2).
    InputOnLostNode,
    /// Only some members of a cloned group's instance act. The group's completion needs all of them, and the clone's
    /// completion, with its notifications, needs the group's (04 §10, §17.2).
    PartialGroup,
    /// A start that was under way already is repeated. It counts as optional, so that nothing is arranged around it
    /// (04 §6.5).
    PendingStart,
    /// A remote node's connection was on a node that is to be fenced. The reference takes the remote node for online
    /// until it was told otherwise (02 §6.4), and nothing orders actions there after a recovery (04 §13.2).
    ConnectionOnLostHost,
    /// Notifications are made after remote nodes were looked at (04 §11.2, §13.1), so nothing makes them wait for the
    /// connection of the node.
    NotifiedBeforeConnected,
    /// A remote node with neither a `node` entry nor a `node_state` has no attribute `#uname`, and colocations take
    /// all nodes without it for the same place (01 §6.2, 03 §8.4.2).
    NamelessNode,
    /// A colocation with a role of the primary is not applied where the primary does not have this role
    /// (03 §8.4.1 step 5), or takes it later.
    PrimaryNotInRole,
    /// A colocation of the unpromoted role only counts when it is decided who is promoted (03 §8.4.1).
    UnpromotedDependent,
    /// Mandatory colocations of groups whose members may be apart are refused (03 §8.4).
    LooseGroup,
    /// The primary is colocated with the dependent in turn, so that the dependent is placed first (03 §7.2).
    CircularColocation,
    /// The start of the primary is blocked. That blocks dependents only if every child of the collective resource that
    /// the primary belongs to is blocked in the same way (04 §23).
    BlockedPrimary,
    /// A guest's launcher is found, or placed by a location rule that matches every node, on the guest itself
    /// (03 §4.7 bans guests of primitives from that, but not bundles; 01 §10.3).
    SelfHosted,
    /// Monitors of unmanaged resources go on although the remote node they are on is not connected, because its
    /// connection is unmanaged, too (04 §6.6).
    UnmanagedConnection,
    /// A recurring monitor that is scheduled anew (its definition changed) is not ordered against the recovery of the
    /// guest that it runs on: only starts, stops and demotes are (04 §12.3).
    MonitorOnLostGuest,
}

impl Reason {
    /// Every reason.
    pub const ALL: &'static [Reason] = &[
        Reason::ConfiguredLoop,
        Reason::UnfencingLoop,
        Reason::InputBlocked,
        Reason::InputUnmanaged,
        Reason::InputOnLostNode,
        Reason::PartialGroup,
        Reason::PendingStart,
        Reason::ConnectionOnLostHost,
        Reason::NotifiedBeforeConnected,
        Reason::NamelessNode,
        Reason::PrimaryNotInRole,
        Reason::UnpromotedDependent,
        Reason::LooseGroup,
        Reason::CircularColocation,
        Reason::BlockedPrimary,
        Reason::SelfHosted,
        Reason::UnmanagedConnection,
        Reason::MonitorOnLostGuest,
        Reason::ConnectionLoop,
        Reason::UnpromotedApart,
        Reason::MigrationInClone,
    ];

    /// The reason as a clause.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Reason::ConfiguredLoop => "ordering constraints form a circle",
            Reason::UnfencingLoop => "unfencing comes after stops and before probes",
            Reason::InputBlocked => "that action is blocked",
            Reason::InputUnmanaged => "that resource is unmanaged",
            Reason::InputOnLostNode => "that node is lost",
            Reason::PendingStart => "the start is under way already",
            Reason::ConnectionOnLostHost => "the node's connection is on a lost host",
            Reason::NotifiedBeforeConnected => "notifications do not wait for connections",
            Reason::NamelessNode => "nodes never seen before look the same",
            Reason::PrimaryNotInRole => "the primary does not have that role",
            Reason::UnpromotedDependent => "that role only counts when others are promoted",
            Reason::LooseGroup => "members of that group need not be together",
            Reason::CircularColocation => "colocations form a circle",
            Reason::BlockedPrimary => "the start of the primary is blocked",
            Reason::SelfHosted => "a guest runs on itself",
            Reason::ConnectionLoop => "a connection waits for what waits for it",
            Reason::UnpromotedApart => "unpromoted instances may not meet on their way",
            Reason::MigrationInClone => "an instance migrates while another restarts",
            Reason::UnmanagedConnection => "the node's connection is unmanaged",
            Reason::MonitorOnLostGuest => "monitors do not wait for the recovery of guests",
            Reason::PartialGroup => "only a part of the cloned group acts",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}
