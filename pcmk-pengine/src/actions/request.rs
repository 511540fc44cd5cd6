//! The one door to the book: asking for an action finds or creates it, and may change what it finds.
//!
//! Source: behaviour notes 04 §3. Three rules are easy to lose: a node-less action that matches is *bound* to the
//! requested node; the runnable flag (and, for actions that need nothing, the reason) is worked out anew on every
//! request; an optional request never makes a required action optional, except for unmanaged resources.

use std::sync::Arc;

use pcmk_core::role::Role;

use crate::book::{Action, ActionFlags, ActionList, Needs, Task};
use crate::config::{NoQuorum, action};
use crate::id::{ActionId, NodeId, RscId};
use crate::work::Work;

impl Work<'_> {
    /// Finds or creates `RSC_TASK_INTERVAL` (behaviour notes 04 §3).
    pub fn request(
        &mut self,
        rsc: RscId,
        task: Task,
        interval_ms: u32,
        node: Option<NodeId>,
        optional: bool,
    ) -> ActionId {
        self.request_keyed(rsc, task, task, interval_ms, node, optional)
    }

    /// As [`Work::request`], for actions whose key names something else than their task (notifications).
    pub fn request_keyed(
        &mut self,
        rsc: RscId,
        key: Task,
        task: Task,
        interval_ms: u32,
        node: Option<NodeId>,
        optional: bool,
    ) -> ActionId {
        let chain = self.book.chain(rsc, key, interval_ms).copied();
        let oldest = chain.map(|chain| chain.oldest);
        let fitting = chain.filter(|chain| node.is_none_or(|node| chain.may_fit(node)));
        let id = match fitting.and_then(|chain| self.claim_oldest(chain.oldest, node)) {
            Some(found) => found,
            None => {
                let like = oldest.filter(|&oldest| self.book.get(oldest).task == task);
                self.create(rsc, key, task, interval_ms, node, like)
            }
        };
        self.adjust_optional(id, optional);
        self.evaluate_parameters(id);
        self.adjust_runnable(id);
        id
    }

    /// Works out the operation's own parameters as soon as there is a node. They are needed only later, but a rule in them
    /// tells now when it will change its result.
    fn evaluate_parameters(&mut self, id: ActionId) {
        let action = self.book.get(id);
        if let (Some(rsc), Some(op), Some(node)) = (action.rsc, action.op(), action.node)
            && (self.config.rsc(rsc).operations.get(op as usize))
                .is_some_and(|op| !op.params.is_empty())
        {
            self.op_params(rsc, op, Some(node));
        }
    }

    /// The oldest action with the key of the first one that is (or, being node-less, is hereby put) on the node; any if no
    /// node is asked for.
    fn claim_oldest(&mut self, first: ActionId, node: Option<NodeId>) -> Option<ActionId> {
        let book = &mut *self.book;
        let Some(node) = node else {
            return Some(first);
        };
        let mut oldest = None;
        let mut next = Some(first);
        while let Some(id) = next {
            let action = &mut book.actions[id.index()];
            if action.node.is_none() {
                action.node = Some(node);
            }
            if action.node == Some(node) && oldest.is_none() {
                oldest = Some(id);
            }
            next = book.newer_of_key(id);
        }
        oldest
    }

    /// All actions with this key, oldest first; with a node, those on it, binding node-less ones to it (04 §3.4,
    /// "by key").
    pub fn claim_all(
        &mut self,
        rsc: RscId,
        key: Task,
        interval_ms: u32,
        node: Option<NodeId>,
    ) -> ActionList {
        let book = &mut *self.book;
        let mut next = book.oldest_with_key(rsc, key, interval_ms);
        let mut found = ActionList::new();
        while let Some(id) = next {
            let action = &mut book.actions[id.index()];
            if action.node.is_none() {
                action.node = node;
            }
            if node.is_none() || action.node == node {
                found.push(id);
            }
            next = book.newer_of_key(id);
        }
        found
    }

    /// Actions with this key on exactly this node, oldest first; nothing is bound (04 §3.4, "exact").
    #[must_use]
    pub fn find_exact(
        &self,
        rsc: RscId,
        key: Task,
        interval_ms: u32,
        node: Option<NodeId>,
    ) -> Vec<ActionId> {
        if node.is_none() {
            return Vec::new();
        }
        let oldest = self.book.oldest_with_key(rsc, key, interval_ms);
        let all = self.book.and_newer(oldest);
        all.filter(|&id| self.book.get(id).node == node).collect()
    }

    /// Newest action of the resource with this task, optionally on this node; node-less ones never match a node
    /// (04 §3.4, "first match").
    #[must_use]
    pub fn find_task(&self, rsc: RscId, task: Task, node: Option<NodeId>) -> Option<ActionId> {
        self.book.newest_of_task(rsc, task, node)
    }

    /// Newest action with this key, optionally on this node; nothing is bound.
    #[must_use]
    pub fn find_key(
        &self,
        rsc: RscId,
        key: Task,
        interval_ms: u32,
        node: Option<NodeId>,
    ) -> Option<ActionId> {
        self.book
            .with_key(rsc, key, interval_ms)
            .find(|&id| node.is_none_or(|n| self.book.get(id).node == Some(n)))
    }

    /// Creates an action, optional until the request says otherwise. Another one with the same key and task has the same definition, as the probes on all nodes have.
    fn create(
        &mut self,
        rsc: RscId,
        key: Task,
        task: Task,
        interval_ms: u32,
        node: Option<NodeId>,
        like: Option<ActionId>,
    ) -> ActionId {
        let config = self.config;
        let row = config.rsc(rsc);
        let mut flags = ActionFlags::RUNNABLE | ActionFlags::OPTIONAL;
        if task == Task::LRM_DELETE {
            flags |= ActionFlags::ON_DC;
        }
        let op = match like {
            Some(like) => self.book.get(like).op(),
            None => {
                let find =
                    |name: &str, interval_ms| config.find_operation(rsc, name, interval_ms, true);
                find(self.book.tasks.name(task), interval_ms).or_else(|| match task {
                    Task::MIGRATE_TO | Task::MIGRATE_FROM => find("migrate", 0),
                    _ if self.book.tasks.notifies(key) => find("notify", 0),
                    _ => None,
                })
            }
        };
        let needs = match task {
            Task::START | Task::PROMOTE if row.requires.fencing => Needs::Fencing,
            Task::START | Task::PROMOTE if row.requires.quorum => Needs::Quorum,
            _ => Needs::Nothing,
        };
        action::evaluate(self, rsc, op, task, interval_ms, node);
        let action = Action {
            rsc: Some(rsc),
            node,
            key,
            interval_ms,
            flags,
            needs,
            ..Action::blank(task)
        };
        self.book.add(action.with_op(op))
    }

    /// Creates an action that belongs to no resource, required or optional, and indexes it by its key.
    pub fn create_singleton(
        &mut self,
        key: &str,
        task: Task,
        node: Option<NodeId>,
        optional: bool,
    ) -> ActionId {
        let uuid: Arc<str> = key.into();
        let mut flags = ActionFlags::RUNNABLE;
        if optional {
            flags |= ActionFlags::OPTIONAL;
        }
        let mut action = Action {
            node,
            flags,
            ..Action::blank(task)
        };
        action.rare().uuid = Some(Arc::clone(&uuid));
        let id = self.book.add(action);
        self.book.singletons.insert(uuid, id);
        id
    }

    /// Finds or creates an action that belongs to no resource. A required request makes it required.
    pub fn request_singleton(
        &mut self,
        key: &str,
        task: Task,
        node: Option<NodeId>,
        optional: bool,
    ) -> ActionId {
        match self.book.singletons.get(key).copied() {
            Some(id) => {
                let action = self.book.get_mut(id);
                if action.node.is_none() {
                    action.node = node;
                }
                if !optional {
                    action.flags.remove(ActionFlags::OPTIONAL);
                }
                id
            }
            None => self.create_singleton(key, task, node, optional),
        }
    }

    /// A gate: a pseudo-action that is runnable once enough of its inputs are (04 §16.2, §16.3). Optional.
    pub fn gate(&mut self, name: &str, required: i32) -> ActionId {
        let task = self.book.tasks.intern(name);
        let id = self.request_singleton(name, task, None, true);
        let action = self.book.get_mut(id);
        action
            .flags
            .insert(ActionFlags::PSEUDO | ActionFlags::RUNNABLE);
        action.rare().required_runnable = required;
        id
    }

    fn adjust_optional(&mut self, id: ActionId, optional: bool) {
        let action = &mut self.book.actions[id.index()];
        let bound_to_unmanaged = action.rsc.is_some_and(|r| !self.board.rsc(r).managed)
            && action.node.is_some()
            && !action.is(ActionFlags::PSEUDO)
            && action.interval_ms == 0
            && action.added_meta("interval").is_none();
        if bound_to_unmanaged {
            action.flags.insert(ActionFlags::OPTIONAL);
        } else if !optional {
            action.flags.remove(ActionFlags::OPTIONAL);
        }
    }

    /// Works out whether the action can run (04 §3.3).
    fn adjust_runnable(&mut self, id: ActionId) {
        let config = self.config;
        let (rsc, node, task, needs, on_dc) = {
            let action = self.book.get(id);
            let Some(rsc) = action.rsc else { return };
            if action.is(ActionFlags::PSEUDO) {
                return;
            }
            (
                rsc,
                action.node,
                action.task,
                action.needs,
                action.is(ActionFlags::ON_DC),
            )
        };
        let Some(node) = node else {
            self.book.get_mut(id).flags.remove(ActionFlags::RUNNABLE);
            return;
        };
        let believed = self.board.node(node);
        let guest = config.is_guest_or_bundle_node(node);
        if !on_dc && !believed.online && (!guest || believed.remote_reset) {
            self.book.get_mut(id).flags.remove(ActionFlags::RUNNABLE);
            if self.board.rsc(rsc).managed && task == Task::STOP && !believed.unclean {
                self.fence_node(node, "stop is unrunnable", false);
            }
            return;
        }
        if !on_dc && believed.pending {
            self.book.get_mut(id).flags.remove(ActionFlags::RUNNABLE);
            return;
        }
        if needs == Needs::Nothing {
            let runnable = !guest || self.can_fence(node);
            let action = self.book.get_mut(id);
            action.clear_reason();
            action.flags.set(ActionFlags::RUNNABLE, runnable);
            return;
        }
        match self.effective_quorum_policy(rsc) {
            NoQuorum::Stop => {
                let action = self.book.get_mut(id);
                action.flags.remove(ActionFlags::RUNNABLE);
                action.set_reason("no quorum");
            }
            NoQuorum::Freeze => {
                let row = self.board.rsc(rsc);
                let rising = row.next_role > row.role;
                if rising || !self.is_active(rsc, true) {
                    let action = self.book.get_mut(id);
                    action.flags.remove(ActionFlags::RUNNABLE);
                    action.set_reason("quorum freeze");
                }
            }
            NoQuorum::Demote | NoQuorum::Ignore | NoQuorum::Fence => {
                self.book.get_mut(id).flags.insert(ActionFlags::RUNNABLE);
            }
        }
    }

    /// The policy that applies to this resource now. With policy "demote" the wanted role is capped as a side effect.
    fn effective_quorum_policy(&mut self, rsc: RscId) -> NoQuorum {
        let options = &self.config.options;
        if options.quorate {
            return NoQuorum::Ignore;
        }
        if options.no_quorum != NoQuorum::Demote {
            return options.no_quorum;
        }
        let row = self.board.rsc_mut(rsc);
        match row.role {
            Role::Promoted | Role::Unpromoted => {
                if row.next_role > Role::Unpromoted {
                    row.next_role = Role::Unpromoted;
                }
                NoQuorum::Ignore
            }
            Role::Unknown | Role::Stopped | Role::Started => NoQuorum::Stop,
        }
    }

    /// Whether the resource is active: a primitive on some node that is unclean or online (or it is unmanaged); a
    /// group or collective if all (or any) of its children are (02 §10.9, 05 §3.3).
    #[must_use]
    pub fn is_active(&self, rsc: RscId, all: bool) -> bool {
        let row = self.config.rsc(rsc);
        if row.is_primitive() {
            let managed = self.board.rsc(rsc).managed;
            return self.state.rsc(rsc).active.iter().any(|&n| {
                let node = self.board.node(n);
                node.unclean || node.online || !managed
            });
        }
        if all {
            row.children.iter().all(|&c| self.is_active(c, true))
        } else {
            row.children.iter().any(|&c| self.is_active(c, false))
        }
    }

    /// The node a resource is taken to run on (03 §5.3): the source of a partial migration; else the first active
    /// node, or the first clean and online one if the resource needs no fencing.
    #[must_use]
    pub fn current_node(&self, rsc: RscId) -> Option<NodeId> {
        let config = self.config;
        let row = config.rsc(rsc);
        let gathered: Vec<NodeId>;
        let active: &[NodeId] = match row.as_bundle() {
            Some(bundle) => {
                gathered = bundle
                    .replicas
                    .iter()
                    .flat_map(|r| self.state.rsc(r.container).active.iter().copied())
                    .collect();
                &gathered
            }
            None => &self.state.rsc(rsc).active,
        };
        let first = active.first().copied()?;
        if let Some(source) = self.board.rsc(rsc).partial_source {
            return Some(if active.contains(&source) {
                source
            } else {
                first
            });
        }
        if row.requires.fencing {
            return Some(first);
        }
        let healthy = active.iter().copied().find(|&n| {
            let node = self.board.node(n);
            node.online && !node.unclean
        });
        Some(healthy.unwrap_or(first))
    }

    /// Adds a relation (04 §15). Ignored, with result false, if the pair already has one that shares a flag.
    pub fn relate(
        &mut self,
        first: ActionId,
        then: ActionId,
        flags: crate::book::OrderFlags,
    ) -> bool {
        self.book.relate(first, then, flags)
    }

    /// Edits the actions of a primitive that just failed to get a node (04 §5.4).
    pub fn edit_unplaced(&mut self, rsc: RscId) {
        let book = &mut *self.book;
        let mut next = book.newest(rsc);
        while let Some(id) = next {
            next = book.older(id);
            let action = &mut book.actions[id.index()];
            match action.task {
                Task::STOP => action.flags.remove(ActionFlags::OPTIONAL),
                Task::START => action.flags.remove(ActionFlags::RUNNABLE),
                _ => {
                    let recurring = action.interval_ms != 0
                        || action
                            .added_meta("interval")
                            .is_some_and(|text| text != "0");
                    if recurring && action.target_rc() != Some(7) {
                        action.flags.remove(ActionFlags::RUNNABLE);
                    }
                }
            }
        }
    }
}
