//! The action book: every action asked for, every ordering record, every relation between two actions.
//!
//! Actions get their number when they are created and keep it; it reaches the output, so the sequence of requests
//! is part of the behaviour (behaviour notes 04 §27). There is one door for asking: `Work::request` (in
//! `actions::request`), which finds or creates and may change what it finds. Everything called `find` here only reads.

pub mod flags;
pub mod task;

use foldhash::HashMap;
use smallvec::SmallVec;
use std::collections::hash_map::Entry;
use std::num::NonZeroU32;
use std::sync::Arc;

pub use flags::{ActionFlags, OrderFlags};
pub use task::{Task, Tasks};

use crate::id::{ActionId, NodeId, RscId};

/// What an action needs before it may run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    #[default]
    Nothing,
    /// Quorum.
    Quorum,
    /// Fencing of unclean nodes.
    Fencing,
}

/// One side of a relation: the other action, and this side's own copy of the flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Relation {
    /// The other action.
    pub other: ActionId,
    /// Flags as this side sees them.
    pub flags: OrderFlags,
}

/// The relations of an action on one side. Most, as those of a probe, have one or two.
pub type Relations = SmallVec<[Relation; 2]>;

/// An action.
#[derive(Clone, Debug)]
pub struct Action {
    /// Owner.
    pub rsc: Option<RscId>,
    /// Where; may be filled in later by a lookup that binds.
    pub node: Option<NodeId>,
    /// Task (renamed to `cancel` for cancels).
    pub task: Task,
    /// Task part of the key; never changes.
    pub key: Task,
    /// Interval part of the key, milliseconds.
    pub interval_ms: u32,
    /// Flags.
    pub flags: ActionFlags,
    /// Needs.
    pub needs: Needs,
    /// See [`Action::op`], counted from 1.
    pub(crate) op: Option<NonZeroU32>,
    /// See [`Action::target_rc`].
    pub(crate) target_rc: u8,
    /// What few actions have.
    pub(crate) rare: Option<Box<Rare>>,
    /// The action of this resource that was created before this one.
    pub(crate) older: Option<ActionId>,
    /// The action with this key that was created after this one.
    pub(crate) newer_of_key: Option<ActionId>,
    /// Inputs, oldest first. The reference's list is newest first: walk it backwards.
    pub before: Relations,
    /// Outputs, oldest first (see `before`).
    pub after: Relations,
}

/// What few actions have: there are many actions, and they are small.
#[derive(Clone, Debug, Default)]
pub struct Rare {
    /// Why.
    pub reason: Option<Arc<str>>,
    /// The whole key, for actions without resource.
    pub uuid: Option<Arc<str>>,
    /// The cancelled task.
    pub cancelled: Option<Task>,
    /// Meta-attributes set by the scheduler (they win over those of the definition), in order of setting.
    pub meta: Vec<(Arc<str>, Arc<str>)>,
    /// How many runnable firsts a gate needs.
    pub required_runnable: i32,
    /// How many were counted.
    pub runnable_before: i32,
}

impl Action {
    /// Why.
    #[must_use]
    pub fn reason(&self) -> Option<&Arc<str>> {
        self.rare.as_ref()?.reason.as_ref()
    }

    /// Sets (or replaces) the reason.
    pub fn set_reason(&mut self, reason: impl Into<Arc<str>>) {
        self.rare().reason = Some(reason.into());
    }

    /// Takes the reason away.
    pub fn clear_reason(&mut self) {
        if let Some(rare) = &mut self.rare {
            rare.reason = None;
        }
    }

    /// Index of the operation definition among the resource's operations.
    #[must_use]
    pub fn op(&self) -> Option<u32> {
        self.op.map(|number| number.get() - 1)
    }

    /// Sets the index of the operation definition.
    #[must_use]
    pub fn with_op(mut self, op: Option<u32>) -> Action {
        self.op = op.and_then(|op| NonZeroU32::new(op.wrapping_add(1)));
        self
    }

    /// Expected exit status, if not 0 (`op_target_rc`).
    #[must_use]
    pub fn target_rc(&self) -> Option<u8> {
        Some(self.target_rc).filter(|&rc| rc != 0)
    }

    /// Sets the expected exit status.
    pub fn set_target_rc(&mut self, rc: u8) {
        self.target_rc = rc;
    }

    /// The whole key, for actions without resource.
    #[must_use]
    pub fn uuid(&self) -> Option<&Arc<str>> {
        self.rare.as_ref()?.uuid.as_ref()
    }

    /// The cancelled task.
    #[must_use]
    pub fn cancelled(&self) -> Option<Task> {
        self.rare.as_ref()?.cancelled
    }

    /// Meta-attributes set by the scheduler (they win over those of the definition), in order of setting.
    #[must_use]
    pub fn meta(&self) -> &[(Arc<str>, Arc<str>)] {
        self.rare.as_ref().map_or(&[], |rare| &rare.meta)
    }

    /// How many runnable firsts a gate needs.
    #[must_use]
    pub fn required_runnable(&self) -> i32 {
        self.rare.as_ref().map_or(0, |rare| rare.required_runnable)
    }

    /// What few actions have, to change.
    pub fn rare(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }

    /// Has the flag.
    #[must_use]
    pub fn is(&self, flag: ActionFlags) -> bool {
        self.flags.contains(flag)
    }

    /// Meta-attribute set by the scheduler.
    #[must_use]
    pub fn added_meta(&self, name: &str) -> Option<&str> {
        self.meta()
            .iter()
            .rev()
            .find(|(n, _)| &**n == name)
            .map(|(_, v)| &**v)
    }

    /// Sets (or replaces) a meta-attribute.
    pub fn set_meta(&mut self, name: &str, value: &str) {
        let meta = &mut self.rare().meta;
        match meta.iter_mut().find(|(n, _)| &**n == name) {
            Some(pair) => pair.1 = value.into(),
            None => meta.push((name.into(), value.into())),
        }
    }
}

/// One side of an ordering record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// All actions with this key, resolved when orderings are applied. No record names a recurring action by its key.
    Key {
        /// Resource.
        rsc: RscId,
        /// Task part of the key.
        task: Task,
    },
    /// One action (with its resource, if it has one).
    Action(ActionId),
    /// Only as "then": the start of a resource, and, in a second record of order alone, its reload. Every probe has these
    /// two.
    StartAndReload(RscId),
}

impl Side {
    /// Key `RSC_TASK_0`.
    #[must_use]
    pub const fn key(rsc: RscId, task: Task) -> Side {
        Side::Key { rsc, task }
    }
}

/// An ordering record (or two, see [`Side::StartAndReload`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ordering {
    /// First.
    pub first: Side,
    /// Then.
    pub then: Side,
    /// Flags.
    pub flags: OrderFlags,
}

/// A few actions.
pub type ActionList = SmallVec<[ActionId; 4]>;

/// How many actions of a resource are looked through before the table of keys is asked.
const FEW: usize = 3;

/// Length of a list of outputs from which on duplicates are found by a table.
const MANY: usize = 16;

/// A bit for each known task, and one for all others.
fn bit(task: Task) -> u32 {
    1 << task.index().min(31)
}

/// What is known of the actions of a resource without looking at them.
#[derive(Clone, Copy, Debug, Default)]
struct Owned {
    /// The newest; each leads to the one before.
    newest: Option<ActionId>,
    /// Tasks that are keys of them, see [`bit`].
    keys: u32,
    /// Tasks of those that have another key than their task, or an interval.
    other_keys: u32,
}

/// All actions of a resource with a key.
#[derive(Clone, Copy, Debug)]
pub struct Chain {
    /// The oldest of them; each leads to the next newer one.
    pub(crate) oldest: ActionId,
    newest: ActionId,
    /// A bit for each node (some share one) that an action was created on; all, if one was created without. An action
    /// that has its node keeps it.
    nodes: u32,
    /// How many there are.
    count: u32,
}

impl Chain {
    fn bits(node: Option<NodeId>) -> u32 {
        node.map_or(u32::MAX, |node| 1 << (node.index() % 32))
    }

    /// Whether one of them may be on the node, or on none.
    pub(crate) fn may_fit(&self, node: NodeId) -> bool {
        self.nodes & Chain::bits(Some(node)) != 0
    }
}

/// The book.
#[derive(Clone, Debug, Default)]
pub struct Book {
    /// Task names.
    pub tasks: Tasks,
    /// Actions in order of creation.
    pub actions: Vec<Action>,
    /// By resource; shorter than the configuration if the rest has no actions.
    owned: Vec<Owned>,
    /// Actions of a resource with a key.
    by_key: rustc_hash::FxHashMap<(RscId, Task, u32), Chain>,
    /// Actions without resource by key (last inserted wins).
    pub singletons: HashMap<Arc<str>, ActionId>,
    /// Ordering records in order of creation.
    pub orderings: Vec<Ordering>,
    /// Union of the flags of all relations of a pair, for duplicate suppression. Only for firsts with `MANY` outputs or
    /// more; the lists of others are looked through.
    related: rustc_hash::FxHashMap<(ActionId, ActionId), OrderFlags>,
    /// Notification pseudo-actions of each notifying clone.
    pub notifications: HashMap<RscId, crate::actions::notify::CloneNotifications>,
    /// Parameter checks put off until containers are placed, in order of registration.
    pub deferred: Vec<crate::state::DeferredCheck>,
}

impl Book {
    /// The action.
    #[must_use]
    pub fn get(&self, id: ActionId) -> &Action {
        &self.actions[id.index()]
    }

    /// The action, to change.
    pub fn get_mut(&mut self, id: ActionId) -> &mut Action {
        &mut self.actions[id.index()]
    }

    /// Has the flag.
    #[must_use]
    pub fn is(&self, id: ActionId, flag: ActionFlags) -> bool {
        self.get(id).flags.contains(flag)
    }

    /// Makes room for more: what grows step by step touches several times the memory.
    pub fn reserve(&mut self, actions: usize, keys: usize, orderings: usize) {
        self.actions.reserve(actions);
        self.by_key.reserve(keys);
        self.orderings.reserve(orderings);
    }

    /// Adds an action, and finds its place among those of its resource.
    pub fn add(&mut self, mut action: Action) -> ActionId {
        let id = ActionId::from_index(self.actions.len());
        if let Some(rsc) = action.rsc {
            if self.owned.len() <= rsc.index() {
                self.owned.resize(rsc.index() + 1, Owned::default());
            }
            let owned = &mut self.owned[rsc.index()];
            owned.keys |= bit(action.key);
            if action.key != action.task || action.interval_ms != 0 {
                owned.other_keys |= bit(action.task);
            }
            action.older = owned.newest.replace(id);
            match self.by_key.entry((rsc, action.key, action.interval_ms)) {
                Entry::Occupied(mut known) => {
                    let chain = known.get_mut();
                    self.actions[chain.newest.index()].newer_of_key = Some(id);
                    chain.newest = id;
                    chain.nodes |= Chain::bits(action.node);
                    chain.count += 1;
                }
                Entry::Vacant(place) => {
                    place.insert(Chain {
                        oldest: id,
                        newest: id,
                        nodes: Chain::bits(action.node),
                        count: 1,
                    });
                }
            }
        }
        self.actions.push(action);
        id
    }

    /// The resource's newest action.
    #[must_use]
    pub fn newest(&self, rsc: RscId) -> Option<ActionId> {
        self.owned.get(rsc.index())?.newest
    }

    /// The action of the same resource that was created before.
    #[must_use]
    pub fn older(&self, id: ActionId) -> Option<ActionId> {
        self.get(id).older
    }

    /// The resource's actions, newest first.
    pub fn newest_first(&self, rsc: RscId) -> impl Iterator<Item = ActionId> + '_ {
        std::iter::successors(self.newest(rsc), |&id| self.older(id))
    }

    /// Newest action of the resource with this task, optionally on this node.
    #[must_use]
    pub fn newest_of_task(&self, rsc: RscId, task: Task, node: Option<NodeId>) -> Option<ActionId> {
        let owned = self.owned.get(rsc.index())?;
        if (owned.keys | owned.other_keys) & bit(task) == 0 {
            return None;
        }
        let mut next = owned.newest;
        let mut seen = 0;
        while let Some(id) = next {
            if seen == FEW {
                return self.older_of_task(id, task, node);
            }
            let action = self.get(id);
            if action.task == task && (node.is_none() || action.node == node) {
                return Some(id);
            }
            next = action.older;
            seen += 1;
        }
        None
    }

    /// As [`Book::newest_of_task`], among an action of a resource and older ones.
    fn older_of_task(&self, from: ActionId, task: Task, node: Option<NodeId>) -> Option<ActionId> {
        let fits = |id: &ActionId| {
            let action = self.get(*id);
            action.task == task && (node.is_none() || action.node == node)
        };
        let rsc = self.get(from).rsc?;
        if self.owned.get(rsc.index())?.other_keys & bit(task) != 0 {
            return std::iter::successors(Some(from), |&id| self.older(id)).find(fits);
        }
        let &Chain { oldest, newest, .. } = self.by_key.get(&(rsc, task, 0))?;
        if fits(&newest) {
            return Some(newest);
        }
        self.and_newer(Some(oldest)).filter(fits).last()
    }

    /// The actions of the resource with this key.
    #[must_use]
    pub(crate) fn chain(&self, rsc: RscId, task: Task, interval_ms: u32) -> Option<&Chain> {
        if self.owned.get(rsc.index())?.keys & bit(task) == 0 {
            return None;
        }
        self.by_key.get(&(rsc, task, interval_ms))
    }

    /// The oldest action of the resource with this key.
    #[must_use]
    pub fn oldest_with_key(&self, rsc: RscId, task: Task, interval_ms: u32) -> Option<ActionId> {
        let chain = self.chain(rsc, task, interval_ms)?;
        Some(chain.oldest)
    }

    /// The next action with the same key.
    #[must_use]
    pub fn newer_of_key(&self, id: ActionId) -> Option<ActionId> {
        self.get(id).newer_of_key
    }

    /// An action and all newer ones with the same key, oldest first.
    pub fn and_newer(&self, oldest: Option<ActionId>) -> impl Iterator<Item = ActionId> + '_ {
        std::iter::successors(oldest, |&id| self.newer_of_key(id))
    }

    /// The resource's actions with this key, newest first, wherever they are.
    pub fn with_key(
        &self,
        rsc: RscId,
        task: Task,
        interval_ms: u32,
    ) -> impl Iterator<Item = ActionId> + '_ {
        let oldest = self.oldest_with_key(rsc, task, interval_ms);
        let all: ActionList = self.and_newer(oldest).collect();
        all.into_iter().rev()
    }
}

impl Book {
    /// Makes room for an input for each probe of a resource, when the first ones have filled what there is.
    pub(crate) fn expect_probes(&mut self, then: ActionId, rsc: Option<RscId>) {
        let before = &self.get(then).before;
        if before.len() != before.inline_size() {
            return;
        }
        let chain = rsc.and_then(|rsc| self.chain(rsc, Task::MONITOR, 0));
        let probes = chain.map_or(0, |chain| chain.count as usize);
        if probes > before.len() {
            self.get_mut(then).before.reserve_exact(probes);
        }
    }

    /// Adds a relation. Ignored, with result false, if flags are none or the pair already has a relation that shares a
    /// flag with this one (04 §15).
    pub fn relate(&mut self, first: ActionId, then: ActionId, flags: OrderFlags) -> bool {
        if flags.is_empty() {
            return false;
        }
        let after = &self.get(first).after;
        if after.len() < MANY {
            if (after.iter()).any(|known| known.other == then && known.flags.intersects(flags)) {
                return false;
            }
        } else {
            let union = self.related.entry((first, then)).or_default();
            if union.intersects(flags) {
                return false;
            }
            *union |= flags;
        }
        let relation = |other| Relation { other, flags };
        self.get_mut(then).before.push(relation(first));
        let after = &mut self.actions[first.index()].after;
        after.push(relation(then));
        if after.len() == MANY {
            for known in after.iter() {
                *self.related.entry((first, known.other)).or_default() |= known.flags;
            }
        }
        true
    }

    /// The oldest action that an ordering record with this key names.
    #[must_use]
    pub fn oldest_named(&self, rsc: RscId, task: Task) -> Option<ActionId> {
        let found = self.oldest_with_key(rsc, task, 0);
        match task {
            // The reference takes such keys apart wrongly: `X_lrm_delete_0` is task "delete" (04 §2.4, trap 5).
            Task::LRM_DELETE => found.or_else(|| self.oldest_with_key(rsc, Task::DELETE, 0)),
            _ => found,
        }
    }

    /// Whether the key ends in `_WORD_0` for one of the words: plain ones (`X_stop_0`) as well as those of notifications
    /// (`X_pre_notify_stop_0`). The words are known tasks with which no other known one ends.
    #[must_use]
    pub fn key_ends_in(&self, id: ActionId, words: &[Task]) -> bool {
        let action = self.get(id);
        if action.rsc.is_none() || action.interval_ms != 0 {
            return false;
        }
        words.contains(&action.key)
            || !action.key.is_known() && {
                let key = self.tasks.name(action.key);
                words.iter().any(|&word| {
                    key.strip_suffix(&**self.tasks.name(word))
                        .is_some_and(|rest| rest.ends_with('_'))
                })
            }
    }

    /// The whole key of an action: `RSC_TASK_INTERVAL`, or its own for actions without resource.
    #[must_use]
    pub fn uuid(&self, config: &crate::config::Config, id: ActionId) -> Arc<str> {
        let action = self.get(id);
        match (action.uuid(), action.rsc) {
            (Some(uuid), _) => Arc::clone(uuid),
            (None, Some(rsc)) => pcmk_core::key::op_key(
                config.name(rsc),
                self.tasks.name(action.key),
                action.interval_ms,
            )
            .into(),
            (None, None) => Arc::clone(self.tasks.name(action.task)),
        }
    }
}

impl Action {
    /// A required, unrunnable action of this task with nothing else set: the base for record updates.
    #[must_use]
    pub fn blank(task: Task) -> Action {
        Action {
            rsc: None,
            node: None,
            task,
            key: task,
            interval_ms: 0,
            flags: ActionFlags::empty(),
            needs: Needs::Nothing,
            op: None,
            target_rc: 0,
            rare: None,
            older: None,
            newer_of_key: None,
            before: Relations::new(),
            after: Relations::new(),
        }
    }
}
