//! Orders of children that actions depend on.

use crate::id::RscId;
use crate::work::Work;
use pcmk_core::order::merge_sort;

impl Work<'_> {
    /// All primitives, depth first from the top-level list.
    #[must_use]
    pub fn primitives_in_order(&self) -> Vec<RscId> {
        let mut found = Vec::new();
        let mut stack: Vec<RscId> = self.board.top.iter().rev().copied().collect();
        while let Some(rsc) = stack.pop() {
            if self.config.rsc(rsc).is_primitive() {
                found.push(rsc);
            } else {
                stack.extend(self.board.rsc(rsc).children.iter().rev());
            }
        }
        found
    }

    /// Sorts the children of a clone by instance number; the order stays in force (03 §16).
    pub fn sort_by_instance_number(&mut self, clone: RscId) {
        let config = self.config;
        let mut children = std::mem::take(&mut self.board.rsc_mut(clone).children);
        merge_sort(&mut children, |a, b| {
            instance_number(config.name(*a)).cmp(&instance_number(config.name(*b)))
        });
        self.board.rsc_mut(clone).children = children;
    }
}

/// Number after the last `:`, or after the last `-` if there is no colon (03 §10.2 step 10).
#[must_use]
pub fn instance_number(id: &str) -> i64 {
    let tail = id
        .rsplit_once(':')
        .or_else(|| id.rsplit_once('-'))
        .map_or("", |(_, tail)| tail);
    tail.parse().unwrap_or(0)
}
