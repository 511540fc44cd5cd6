//! Deciding that a node must be fenced, and the fencing action itself. Source: behaviour notes 02 §6.3, 04 §12.1, §12.2.

use std::sync::Arc;

use pcmk_core::lenient::ms_to_s;

use crate::book::{ActionFlags, Task};
use crate::config::NoQuorum;
use crate::id::{ActionId, NodeId, RscId};
use crate::record::Event;
use crate::state::digest;
use crate::work::Work;

impl Work<'_> {
    /// Whether the node could be fenced now (02 §6.3 end).
    ///
    /// A guest can be if every host of its launcher is online or can be. Hosts may be guests in turn, and in a broken
    /// status a guest may even run on itself; so every node is looked at once.
    #[must_use]
    pub fn can_fence(&self, node: NodeId) -> bool {
        let config = self.config;
        let mut seen = vec![node];
        let mut next = 0;
        while let Some(&node) = seen.get(next) {
            next += 1;
            if !config.is_guest_or_bundle_node(node) {
                if !self.can_fence_machine(node) {
                    return false;
                }
                continue;
            }
            let Some(launcher) = config.launcher_of_node(node) else {
                continue;
            };
            for &host in &self.state.rsc(launcher).active {
                if !self.board.node(host).online && !seen.contains(&host) {
                    seen.push(host);
                }
            }
        }
        true
    }

    /// Whether a node that is no guest could be fenced now.
    fn can_fence_machine(&self, node: NodeId) -> bool {
        let config = self.config;
        let options = &config.options;
        if !options.fencing_enabled || !config.have_fencing {
            return false;
        }
        if options.quorate || options.no_quorum == NoQuorum::Ignore {
            return true;
        }
        if !self.board.node(node).online {
            return false;
        }
        let row = config.node(node);
        if !row.remote || options.fence_remote_without_quorum {
            return true;
        }
        row.connection.is_none_or(|c| {
            self.scores
                .of(c)
                .iter()
                .all(|e| self.board.node(e.node).online)
        })
    }

    /// Notes that a node must be fenced (02 §6.3). The action stays optional until fencing is scheduled.
    pub fn fence_node(&mut self, node: NodeId, reason: &str, priority_delay: bool) {
        let config = self.config;
        if config.is_guest_or_bundle_node(node) {
            let Some(launcher) = config.launcher_of_node(node) else {
                return;
            };
            let row = self.board.rsc_mut(launcher);
            if row.failed {
                return;
            }
            if row.managed {
                row.failed = true;
                row.stop_if_failed = true;
                self.log.sched_warning(
                    "pe_fence_node",
                    format!(
                        "Guest node {} will be fenced (by recovering its guest resource {}): {reason}",
                        config.node_name(node),
                        config.name(launcher)
                    ),
                );
                self.board.node_mut(node).remote_reset = true;
            }
            return;
        }
        if let Some(connection) = config.node(node).connection
            && config.rsc(connection).removed_launched
        {
            let row = self.board.rsc_mut(connection);
            row.failed = true;
            row.stop_if_failed = true;
            return;
        }
        if config.node(node).remote {
            let managed = config
                .node(node)
                .connection
                .is_none_or(|c| self.board.rsc(c).managed);
            if managed && !self.board.node(node).remote_reset {
                self.note_fencing("Remote", node, reason);
                self.board.node_mut(node).remote_reset = true;
            }
            self.board.node_mut(node).unclean = true;
            self.fencing_action(node, None, true, Some(reason), priority_delay);
            return;
        }
        if self.board.node(node).unclean {
            return;
        }
        self.note_fencing("Cluster", node, reason);
        self.board.node_mut(node).unclean = true;
        self.fencing_action(node, None, true, Some(reason), priority_delay);
    }

    fn note_fencing(&mut self, kind: &str, node: NodeId, reason: &str) {
        let what = if self.can_fence(node) {
            "will be fenced"
        } else {
            "is unclean"
        };
        let text = format!(
            "{kind} node {} {what}: {reason}",
            self.config.node_name(node)
        );
        self.log.sched_warning("pe_fence_node", text);
    }

    /// Finds or creates the fencing action of a node: `op` or the cluster's default (04 §12.1).
    pub fn fencing_action(
        &mut self,
        node: NodeId,
        op: Option<&str>,
        optional: bool,
        reason: Option<&str>,
        priority_delay: bool,
    ) -> ActionId {
        let config = self.config;
        let op: Arc<str> = op.map_or_else(|| Arc::clone(&config.options.fencing_action), Arc::from);
        let key = format!("stonith-{}-{op}", config.node_name(node));
        let mut optional = optional;
        let id = match self.book.singletons.get(key.as_str()).copied() {
            Some(id) => id,
            None => {
                let id = self.create_singleton(&key, Task::STONITH, Some(node), true);
                {
                    let action = self.book.get_mut(id);
                    action.set_meta("on_node", config.node_name(node));
                    action.set_meta("on_node_uuid", &config.node(node).uuid);
                    action.set_meta("stonith_action", &op);
                }
                if config.unfencing {
                    let digests = digest::fencing_digests(self, node);
                    for line in digests.lines {
                        self.record.events.push(Event::Info(line));
                    }
                    if digests.changed {
                        optional = false;
                    }
                    let action = self.book.get_mut(id);
                    action.set_meta("digests-all", &digests.all);
                    action.set_meta("digests-secure", &digests.secure);
                }
                id
            }
        };
        if config.options.priority_fencing_delay_ms > 0
            && (priority_delay
                || self
                    .book
                    .get(id)
                    .added_meta("priority-fencing-delay")
                    .is_some())
        {
            let delay = self.priority_fencing_delay(node);
            self.book
                .get_mut(id)
                .set_meta("priority-fencing-delay", &delay.to_string());
        }
        let fence = !optional && self.can_fence(node);
        let action = self.book.get_mut(id);
        if fence {
            action.flags.remove(ActionFlags::OPTIONAL);
        }
        if action.reason().is_none()
            && let Some(reason) = reason
        {
            action.set_reason(reason);
        }
        id
    }

    /// `priority-fencing-delay` for fencing this node, in seconds (04 §12.1).
    fn priority_fencing_delay(&self, node: NodeId) -> u64 {
        let config = self.config;
        if config.node(node).remote || self.board.node(node).online {
            return 0;
        }
        let members: Vec<_> = config
            .node_order
            .iter()
            .filter(|&&n| !config.node(n).remote)
            .collect();
        let online = members
            .iter()
            .filter(|&&&n| self.board.node(n).online)
            .count();
        if online > members.len() / 2 {
            return 0;
        }
        let priorities = members.iter().map(|&&n| self.board.node(n).priority);
        let (top, lowest) = (
            priorities.clone().max().unwrap_or(0),
            priorities.min().unwrap_or(0),
        );
        if top == lowest || self.board.node(node).priority < top {
            return 0;
        }
        ms_to_s(u64::from(config.options.priority_fencing_delay_ms))
    }

    /// Requests unfencing after a change (04 §12.2 "Trigger"): of the node if it is suitable, else, for a device, of
    /// every suitable allowed node.
    pub fn trigger_unfencing(&mut self, rsc: Option<RscId>, node: Option<NodeId>, reason: &str) {
        let config = self.config;
        if !config.unfencing || rsc.is_some_and(|r| !config.rsc(r).fence_device) {
            return;
        }
        let suitable = |w: &Work<'_>, n: NodeId| {
            let row = w.board.node(n);
            row.online && !row.unclean && !row.shutdown
        };
        match (node, rsc) {
            (Some(n), _) if suitable(self, n) => {
                self.fencing_action(n, Some("on"), false, Some(reason), false);
            }
            (_, Some(device)) => {
                for n in self.scores.of(device).upstream_order(config) {
                    if suitable(self, n) {
                        self.fencing_action(n, Some("on"), false, Some(reason), false);
                    }
                }
            }
            (_, None) => {}
        }
    }

    /// Schedules clearing of a resource's fail counts on a node (04 §14.5).
    pub fn clear_failcount(&mut self, rsc: RscId, node: NodeId, _reason: &str) -> ActionId {
        let id = self.request(rsc, Task::CLEAR_FAILCOUNT, 0, Some(node), false);
        self.book.get_mut(id).set_meta("op_no_wait", "true");
        id
    }
}
