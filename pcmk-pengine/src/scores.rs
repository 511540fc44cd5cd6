//! Allowed-node tables and the trace of what contributed to them.
//!
//! Every resource has a table "node -> score, count, probe mode". Tables hold entries in order of insertion;
//! the order in which the reference would walk its hash table is worked out on demand ([`NodeTable::upstream_order`]),
//! because only a few decisions depend on it (behaviour notes 03 §2.5).

use std::sync::Arc;

use pcmk_core::order::{name_order, upstream_order};
use pcmk_core::score::Score;

use crate::config::Config;
use crate::id::{NodeId, RscId};

/// Where a resource may be probed; ordered by strength.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProbeMode {
    /// Probed as usual.
    #[default]
    Always,
    /// Never probed there.
    Never,
    /// Probed (and allowed) only where this mode is set.
    Exclusive,
}

/// A resource's view of one node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The node.
    pub node: NodeId,
    /// The score.
    pub score: Score,
    /// Instances (or promoted instances) counted here; meaningful in tables of collectives.
    pub count: u32,
    /// Probe mode.
    pub probe: ProbeMode,
}

const ABSENT: u32 = u32::MAX;

fn position(at: usize) -> u32 {
    u32::try_from(at).expect("fewer than 2^32 nodes")
}

/// Table "node -> entry".
#[derive(Clone, Debug, Default)]
pub struct NodeTable {
    own: Vec<Entry>,
    /// The entries, as long as nothing was changed since the table was copied. Most resources may run everywhere, and many
    /// never have a table that differs.
    shared: Option<Arc<[Entry]>>,
    /// Position in `entries` by node, `ABSENT` if none. Empty as long as every entry is where the number of its node says:
    /// so it is in most tables, of which there is one for each resource.
    position: Vec<u32>,
}

impl NodeTable {
    /// The same table, whose copies share their entries until they change.
    #[must_use]
    pub(crate) fn shared(self) -> NodeTable {
        NodeTable {
            shared: Some(self.entries().into()),
            own: Vec::new(),
            position: self.position,
        }
    }

    fn entries(&self) -> &[Entry] {
        self.shared.as_deref().unwrap_or(&self.own)
    }

    fn entries_mut(&mut self) -> &mut Vec<Entry> {
        if let Some(shared) = self.shared.take() {
            self.own = shared.to_vec();
        }
        &mut self.own
    }

    /// Where the entry of a node is.
    fn place(&self, node: NodeId) -> Option<usize> {
        if self.position.is_empty() {
            return Some(node.index());
        }
        match self.position.get(node.index()) {
            Some(&at) if at != ABSENT => Some(at as usize),
            Some(_) | None => None,
        }
    }

    /// Writes down the positions, before an entry comes to be where they are needed.
    fn write_positions(&mut self) {
        if self.position.is_empty() {
            let all = 0..self.len();
            self.position.extend(all.map(position));
        }
    }

    /// The entry of a node.
    #[must_use]
    pub fn get(&self, node: NodeId) -> Option<&Entry> {
        self.entries().get(self.place(node)?)
    }

    /// The entry of a node, to change.
    pub fn get_mut(&mut self, node: NodeId) -> Option<&mut Entry> {
        let at = self.place(node)?;
        // What is not there is no reason to have own entries.
        self.entries().get(at)?;
        self.entries_mut().get_mut(at)
    }

    /// The score for a node.
    #[must_use]
    pub fn score(&self, node: NodeId) -> Option<Score> {
        self.get(node).map(|e| e.score)
    }

    /// Adds or replaces an entry.
    pub fn insert(&mut self, entry: Entry) {
        if let Some(known) = self.get_mut(entry.node) {
            *known = entry;
            return;
        }
        let slot = entry.node.index();
        if slot != self.len() || !self.position.is_empty() {
            self.write_positions();
            if slot >= self.position.len() {
                self.position.resize(slot + 1, ABSENT);
            }
            self.position[slot] = position(self.len());
        }
        self.entries_mut().push(entry);
    }

    /// Removes a node's entry.
    pub fn remove(&mut self, node: NodeId) -> Option<Entry> {
        self.get(node)?;
        self.write_positions();
        let at = self.place(node)?;
        self.position[node.index()] = ABSENT;
        let removed = self.entries_mut().remove(at);
        for (i, entry) in self.own.iter().enumerate().skip(at) {
            self.position[entry.node.index()] = position(i);
        }
        Some(removed)
    }

    /// Entries in order of insertion. For anything that can reach an output use a named order instead.
    pub fn iter(&self) -> impl Iterator<Item = &Entry> + '_ {
        self.entries().iter()
    }

    /// Entries in order of insertion, to change.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Entry> + '_ {
        self.entries_mut().iter_mut()
    }

    /// Number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries().len()
    }

    /// No entries?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries().is_empty()
    }

    /// Nodes in the order in which the reference's hash table (keyed by node id) would give them.
    #[must_use]
    pub fn upstream_order(&self, config: &Config) -> Vec<NodeId> {
        let entries = self.entries();
        upstream_order(entries.iter().map(|e| &*config.node(e.node).uuid))
            .into_iter()
            .map(|i| entries[i].node)
            .collect()
    }

    /// Nodes by name (numeric-aware, ignoring case), stable over the hash-table order.
    #[must_use]
    pub fn by_name(&self, config: &Config) -> Vec<NodeId> {
        let mut nodes: Vec<NodeId> = self.iter().map(|e| e.node).collect();
        nodes.sort_by(|a, b| name_order(config.node_name(*a), config.node_name(*b)));
        nodes
    }
}

/// Why a score changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The cluster is symmetric: every node is allowed.
    SymmetricDefault,
    /// A location constraint (or health rule) with this id.
    Location(Arc<str>),
    /// `resource-stickiness`.
    Stickiness,
    /// A colocation with this id, and the resource on its other side.
    Colocation(Arc<str>, RscId),
    /// `migration-threshold` reached.
    FailLimit,
    /// A recorded failure; the text is the tag of behaviour notes 02 §18.
    Failure(&'static str),
    /// A ticket.
    Ticket(Arc<str>),
    /// A shutdown lock.
    ShutdownLock,
    /// Anything else; the text is the reference's tag.
    Other(&'static str),
}

/// One contribution to one score.
#[derive(Clone, Debug)]
pub struct Contribution {
    /// The resource.
    pub rsc: RscId,
    /// The node.
    pub node: NodeId,
    /// What was added (or set).
    pub delta: Score,
    /// The score afterwards.
    pub total: Score,
    /// Why.
    pub cause: Cause,
}

/// All tables of a run, and the trace.
#[derive(Clone, Debug, Default)]
pub struct Scores {
    /// Allowed-node table by resource.
    pub allowed: Vec<NodeTable>,
    /// Contributions in order of arrival; `None` unless asked for.
    pub trace: Option<Vec<Contribution>>,
    /// How primitives got their nodes, in order of arrival, retries included; kept only with the trace.
    pub choices: Vec<Chosen>,
}

impl Scores {
    /// The table of a resource.
    #[must_use]
    pub fn of(&self, rsc: RscId) -> &NodeTable {
        &self.allowed[rsc.index()]
    }

    /// The table of a resource, to change.
    pub fn of_mut(&mut self, rsc: RscId) -> &mut NodeTable {
        &mut self.allowed[rsc.index()]
    }

    /// Records a contribution if a trace was asked for. The cause is only built then.
    pub fn note(
        &mut self,
        rsc: RscId,
        node: NodeId,
        delta: Score,
        total: Score,
        cause: impl FnOnce() -> Cause,
    ) {
        if let Some(trace) = &mut self.trace {
            trace.push(Contribution {
                rsc,
                node,
                delta,
                total,
                cause: cause(),
            });
        }
    }
    /// Records a choice if a trace was asked for.
    pub fn note_choice(&mut self, rsc: RscId, node: Option<NodeId>, why: Choice) {
        if self.trace.is_some() {
            self.choices.push(Chosen { rsc, node, why });
        }
    }
}

/// Why a primitive went where it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The best of its nodes.
    Best,
    /// It runs there, and no node is better.
    Running,
    /// Its instance, replica or migration asked for this node, and no node is better.
    Preferred,
    /// It is not managed, so it is left where it runs.
    Unmanaged,
    /// `stop-all-resources`.
    StopAll,
}

/// A choice that was made. The node may still have been refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// The primitive.
    pub rsc: RscId,
    /// The node, if any.
    pub node: Option<NodeId>,
    /// Why this one.
    pub why: Choice,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(node: usize, count: u32) -> Entry {
        Entry {
            node: NodeId::from_index(node),
            score: Score::ZERO,
            count,
            probe: ProbeMode::Always,
        }
    }

    /// Entries are found in whatever order they come and go.
    #[test]
    fn entries_are_found() {
        let orders: [&[usize]; 4] = [&[0, 1, 2, 3], &[2, 0, 3, 1], &[0, 1, 3, 2], &[3]];
        for order in orders {
            for gone in 0..5 {
                let mut table = NodeTable::default();
                for &node in order {
                    table.insert(entry(node, 0));
                    table.insert(entry(node, 1));
                }
                let there = order.contains(&gone);
                assert_eq!(table.remove(NodeId::from_index(gone)).is_some(), there);
                let mut left: Vec<usize> = order.iter().copied().filter(|&n| n != gone).collect();
                for again in [false, true] {
                    if again && there {
                        table.insert(entry(gone, 1));
                        left.push(gone);
                    }
                    let nodes: Vec<usize> = table.iter().map(|e| e.node.index()).collect();
                    assert_eq!(nodes, left);
                    for node in 0..6 {
                        let found = table.get(NodeId::from_index(node)).copied();
                        assert_eq!(found, left.contains(&node).then(|| entry(node, 1)));
                    }
                }
            }
        }
    }
}
