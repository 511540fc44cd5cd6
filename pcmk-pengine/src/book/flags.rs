//! Flags of actions and orderings. Meaning: behaviour notes 04 §2.2 and §15.

use bitflags::bitflags;

bitflags! {
    /// Flags of an action.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct ActionFlags: u16 {
        /// Not executed by an agent.
        const PSEUDO = 1;
        /// May run.
        const RUNNABLE = 1 << 1;
        /// Not needed.
        const OPTIONAL = 1 << 2;
        /// In the graph even if optional.
        const ALWAYS_IN_GRAPH = 1 << 3;
        /// Part of (or compatible with) a live migration.
        const MIGRATABLE = 1 << 4;
        /// Is in the graph.
        const ADDED = 1 << 5;
        /// Stop of a dangling migration.
        const MIGRATION_ABORT = 1 << 6;
        /// Recurring action whose parameters changed.
        const RESCHEDULE = 1 << 7;
        /// Runs on the DC.
        const ON_DC = 1 << 8;
        /// On the path of a recursive walk.
        const DETECT_LOOP = 1 << 9;
        /// Inputs are sorted and merged.
        const DEDUPLICATED = 1 << 10;
        /// Its priority is infinite (else 0).
        const URGENT = 1 << 11;
    }
}

bitflags! {
    /// Flags of an ordering or relation.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct OrderFlags: u32 {
        /// Order only.
        const ORDERED = 1;
        /// Ignored if first is migratable.
        const IF_FIRST_UNMIGRATABLE = 1 << 1;
        /// See 04 §15.
        const THEN_IMPLIES_FIRST = 1 << 2;
        /// First required: then required.
        const FIRST_IMPLIES_THEN = 1 << 3;
        /// See 04 §15.
        const PROMOTED_THEN_IMPLIES_FIRST = 1 << 4;
        /// See 04 §15.
        const UNMIGRATABLE_THEN_BLOCKS = 1 << 5;
        /// First unrunnable: then unrunnable.
        const UNRUNNABLE_FIRST_BLOCKS = 1 << 6;
        /// See 04 §15.
        const FIRST_ELSE_THEN = 1 << 7;
        /// See 04 §15.
        const FIRST_IMPLIES_SAME_NODE_THEN = 1 << 8;
        /// See 04 §15.
        const NESTED_REMOTE_PROBE = 1 << 9;
        /// Restart handling.
        const INTERMEDIATE_STOP = 1 << 10;
        /// Never at the same time.
        const SERIALIZE = 1 << 11;
        /// Only if both are on the same node.
        const IF_ON_SAME_NODE = 1 << 12;
        /// See 04 §15.
        const THEN_IMPLIES_FIRST_GRAPHED = 1 << 13;
        /// See 04 §15.
        const FIRST_IMPLIES_THEN_GRAPHED = 1 << 14;
        /// See 04 §21.5.
        const ASYMMETRIC = 1 << 15;
        /// load_stopped.
        const IF_ON_SAME_NODE_OR_TARGET = 1 << 16;
        /// Then counts runnable firsts.
        const MIN_RUNNABLE = 1 << 17;
        /// Anti-colocation.
        const IF_REQUIRED_ON_SAME_NODE = 1 << 18;
        /// Exempt from the guest check.
        const GUEST_ALLOWED = 1 << 19;
        /// Then required: first optional.
        const THEN_CANCELS_FIRST = 1 << 20;
    }
}
