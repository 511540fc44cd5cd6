//! Finding resources and operations by name.
//!
//! Every search has the result of a walk over the top-level resources in order, depth first, but none walks: each
//! resource knows its place ([`Resource::place`](crate::config::Resource)), and of several candidates the first in
//! place wins.

use crate::config::Config;
use crate::id::RscId;

impl Config {
    /// The resource with exactly this id (first in depth-first order).
    #[must_use]
    pub fn find_rsc(&self, id: &str) -> Option<RscId> {
        self.rsc_by_id.get(id).copied()
    }

    /// The resource and everything below it, depth first.
    #[must_use]
    pub fn subtree(&self, rsc: RscId) -> Vec<RscId> {
        let mut all = Vec::new();
        let mut open = vec![rsc];
        while let Some(at) = open.pop() {
            all.push(at);
            open.extend(self.rsc(at).children.iter().rev());
        }
        all
    }

    /// The primitives of a resource (itself, if it is one), depth first.
    #[must_use]
    pub fn leaves(&self, rsc: RscId) -> Vec<RscId> {
        let mut leaves = self.subtree(rsc);
        leaves.retain(|&at| self.rsc(at).is_primitive());
        leaves
    }

    /// First `op` of the resource with this name and interval: its index among the resource's operations
    /// (behaviour notes 01 §8.1, without the fallbacks for migrations and notifications).
    #[must_use]
    pub fn find_operation(
        &self,
        rsc: RscId,
        name: &str,
        interval_ms: u32,
        include_disabled: bool,
    ) -> Option<u32> {
        self.rsc(rsc)
            .operations
            .iter()
            .position(|op| {
                &*op.name == name
                    && op.interval_ms == interval_ms
                    && (include_disabled || op.enabled)
            })
            .and_then(|at| u32::try_from(at).ok())
    }
}
