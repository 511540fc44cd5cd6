//! The generic "add location score". Source: behaviour notes 03 §2.2.

use pcmk_core::score::Score;

use crate::id::{NodeId, RscId};
use crate::scores::{Cause, Entry, NodeTable, ProbeMode};
use crate::work::Work;

impl Work<'_> {
    /// The scheduler's own entry of a node: the node's own score and probe mode.
    #[must_use]
    pub fn own_entry(&self, node: NodeId) -> Entry {
        let probe = if self.config.node(node).probe_never {
            ProbeMode::Never
        } else {
            ProbeMode::Always
        };
        Entry {
            node,
            score: self.state.node(node).score,
            count: 0,
            probe,
        }
    }

    /// Adds a score to a resource and everything inside it, on one node or (without node) on every node.
    ///
    /// A missing entry is first created as a copy of the node's own one. `Cause::SymmetricDefault` is special: it leaves
    /// alone resources with exclusive discovery (and what is inside them) and nodes that are never probed. A ban from
    /// every node also drops the assigned node of `rsc` itself, but not of what is inside it, and without giving
    /// anything back to the node.
    pub fn add_score(&mut self, rsc: RscId, node: Option<NodeId>, score: Score, cause: &Cause) {
        let config = self.config;
        match node {
            Some(node) => self.add_score_on(rsc, &[node], score, cause),
            None => {
                self.add_score_on(rsc, &config.node_order, score, cause);
                if score <= Score::MINUS_INFINITY {
                    self.board.rsc_mut(rsc).assigned = None;
                }
            }
        }
    }

    fn add_score_on(&mut self, rsc: RscId, nodes: &[NodeId], score: Score, cause: &Cause) {
        let config = self.config;
        let default = matches!(cause, Cause::SymmetricDefault);
        if default && self.board.rsc(rsc).exclusive_discovery {
            return;
        }
        // Children first; a table is written node by node either way, so that the order of insertion is the same.
        for &child in &config.rsc(rsc).children {
            self.add_score_on(child, nodes, score, cause);
        }
        for &node in nodes {
            if default && config.node(node).probe_never {
                continue;
            }
            if self.scores.of(rsc).get(node).is_none() {
                let own = self.own_entry(node);
                self.scores.of_mut(rsc).insert(own);
            }
            if let Some(entry) = self.scores.of_mut(rsc).get_mut(node) {
                entry.score = entry.score.plus(score);
                let total = entry.score;
                self.scores.note(rsc, node, score, total, || cause.clone());
            }
        }
    }
    /// Sets a score, if the table has the node.
    pub fn put_score(
        &mut self,
        rsc: RscId,
        node: NodeId,
        score: Score,
        cause: impl FnOnce() -> Cause,
    ) {
        let Some(entry) = self.scores.of_mut(rsc).get_mut(node) else {
            return;
        };
        if entry.score != score {
            let delta = Score::clipped(i64::from(score.value()) - i64::from(entry.score.value()));
            entry.score = score;
            self.scores.note(rsc, node, delta, score, cause);
        }
    }

    /// Sets a score to minus infinity, if the table has the node.
    pub fn ban(&mut self, rsc: RscId, node: NodeId, cause: impl FnOnce() -> Cause) {
        self.put_score(rsc, node, Score::MINUS_INFINITY, cause);
    }

    /// Puts back an earlier state of a table. The trace gets the difference, so that it still adds up.
    pub fn restore_table(&mut self, rsc: RscId, backup: NodeTable) {
        if self.scores.trace.is_some() {
            let changed: Vec<Entry> = backup
                .iter()
                .filter(|e| self.scores.of(rsc).score(e.node) != Some(e.score))
                .copied()
                .collect();
            for entry in changed {
                self.put_score(rsc, entry.node, entry.score, || Cause::Other("undone"));
            }
        }
        *self.scores.of_mut(rsc) = backup;
    }
}
