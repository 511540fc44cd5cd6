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
    /// The action that is waited for is blocked. The reference keeps such inputs, and the transition stops there
    /// (04 §25.3, end).
    InputBlocked,
    /// The action that is waited for is one of an unmanaged resource, which never enters the graph (04 §25.2).
    InputUnmanaged,
    /// The action that is waited for would have to run on a lost node and was dropped with an error (04 §25.2).
    InputOnLostNode,
}

impl Reason {
    /// Every reason.
    pub const ALL: &'static [Reason] = &[
        Reason::ConfiguredLoop,
        Reason::UnfencingLoop,
        Reason::InputBlocked,
        Reason::InputUnmanaged,
        Reason::InputOnLostNode,
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
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}
