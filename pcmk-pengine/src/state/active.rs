//! The state of a resource on a node after its history. Source: behaviour notes 02 §10.

use pcmk_core::role::Role;
use pcmk_core::score::Score;

use crate::book::{ActionFlags, Task};
use crate::config::{MultipleActive, OnFail};
use crate::id::{NodeId, RscId};
use crate::scores::Cause;
use crate::state::find::set_history_id;
use crate::state::observe::Observer;

impl Observer {
    /// Applies what a history resulted in.
    pub(super) fn apply_state(&mut self, rsc: RscId, node: NodeId, on_fail: OnFail) {
        let known_active = self.board.rsc(rsc).role > Role::Stopped;
        if self.board.rsc(rsc).role != Role::Unknown {
            self.note_known(rsc, node);
        }
        if known_active && !self.board.node(node).online {
            self.fence_because_active(rsc, node);
        }
        let effective = if self.board.node(node).unclean {
            OnFail::Ignore
        } else {
            on_fail
        };
        self.apply_on_fail(rsc, node, effective, known_active);

        let row = self.config.rsc(rsc);
        if self.board.rsc(rsc).failed
            && row.remote_connection
            && let Some(remote) = self.config.find_node(&row.id)
            && self.board.node(remote).unclean
        {
            // It will be fenced whether or not the connection comes back elsewhere.
            self.board.node_mut(remote).seen = true;
        }

        if known_active {
            self.add_active(rsc, node, on_fail != OnFail::Ignore);
            match effective {
                OnFail::Ignore => {}
                OnFail::Demote | OnFail::Block => self.board.rsc_mut(rsc).failed = true,
                OnFail::Restart
                | OnFail::ResetRemote
                | OnFail::RestartContainer
                | OnFail::Ban
                | OnFail::Stop
                | OnFail::Standby
                | OnFail::Fence => {
                    let believed = self.board.rsc_mut(rsc);
                    believed.failed = true;
                    believed.stop_if_failed = true;
                }
            }
        } else if self
            .state
            .rsc(rsc)
            .history_id
            .as_deref()
            .is_some_and(|id| id.contains(':'))
        {
            set_history_id(&self.config, &mut self.state, rsc, None);
        } else {
            for stop in self.work().claim_all(rsc, Task::STOP, 0, Some(node)) {
                self.book.get_mut(stop).flags.insert(ActionFlags::OPTIONAL);
            }
        }

        let believed = self.board.rsc_mut(rsc);
        if believed.role == Role::Stopped
            && !self.state.rsc(rsc).active.is_empty()
            && believed.partial_target.is_some()
            && believed.partial_source == Some(node)
        {
            believed.role = Role::Started;
        }
    }

    /// The state of the resource on this node is known: no probe is needed there (02 §10.1).
    fn note_known(&mut self, rsc: RscId, node: NodeId) {
        let own = self.work().own_entry(node);
        let mut at = Some(rsc);
        while let Some(here) = at {
            let known = &mut self.state.resources[here.index()].known;
            if known.get(node).is_none() {
                known.insert(own);
            }
            let row = self.config.rsc(here);
            at = if row.unique { None } else { row.parent };
        }
    }

    /// Active on a node that is offline (02 §10.2).
    fn fence_because_active(&mut self, rsc: RscId, node: NodeId) {
        if self.board.node(node).maintenance || !self.board.rsc(rsc).managed {
            return;
        }
        let name = self.config.name(rsc);
        let thought = format!("{name} is thought to be active there");
        if self.config.is_guest_or_bundle_node(node) {
            let believed = self.board.rsc_mut(rsc);
            believed.failed = true;
            believed.stop_if_failed = true;
            self.work().fence_node(node, &thought, false);
        } else if self.config.options.fencing_enabled {
            let may_reconnect = self
                .config
                .node(node)
                .connection
                .is_some_and(|connection| !self.board.rsc(connection).failed);
            if self.config.is_remote_node(node) && may_reconnect {
                let reason = format!(
                    "{name} is active there (fencing will be revoked if remote connection can be re-established \
                     elsewhere)"
                );
                self.board.node_mut(node).seen = false;
                self.work().fence_node(node, &reason, false);
            } else {
                self.work().fence_node(node, &thought, false);
            }
        }
    }

    /// Adds a node to those where the resource is active, and to those of its ancestors (02 §10.8).
    pub(super) fn add_active(&mut self, rsc: RscId, node: NodeId, failed: bool) {
        let mut at = rsc;
        let mut failed = failed;
        loop {
            if self.state.rsc(at).active.contains(&node) {
                return;
            }
            self.state.resources[at.index()].active.push(node);
            let row = self.config.rsc(at);
            let (primitive, parent) = (row.is_primitive(), row.parent);
            if primitive {
                self.state.nodes[node.index()].running.push(at);
                if !failed && row.priority != Score::ZERO {
                    self.add_priority(at, node);
                }
                if self.board.node(node).maintenance {
                    let believed = self.board.rsc_mut(at);
                    believed.managed = false;
                    believed.maintenance = true;
                }
            }
            if !self.board.rsc(at).managed {
                self.work().add_score(
                    at,
                    Some(node),
                    Score::INFINITY,
                    &Cause::Other("not_managed_default"),
                );
                let mut above = parent;
                while let Some(ancestor) = above {
                    self.state.resources[ancestor.index()].active.push(node);
                    above = self.config.rsc(ancestor).parent;
                }
                return;
            }
            if primitive {
                self.check_multiply_active(at);
            }
            let Some(parent) = parent else { return };
            at = parent;
            failed = false;
        }
    }

    /// A node is worth what runs on it; a guest's host is worth that, too.
    fn add_priority(&mut self, rsc: RscId, node: NodeId) {
        let promoted = self.board.rsc(rsc).role == Role::Promoted;
        let value = self.config.rsc(rsc).priority.value() + i32::from(promoted);
        let row = self.board.node_mut(node);
        row.priority = row.priority.saturating_add(value);
        if self.config.is_guest_or_bundle_node(node)
            && let Some(launcher) = self.config.launcher_of_node(node)
        {
            for host in self.state.rsc(launcher).active.clone() {
                let row = self.board.node_mut(host);
                row.priority = row.priority.saturating_add(value);
            }
        }
    }

    fn check_multiply_active(&mut self, rsc: RscId) {
        let row = self.config.rsc(rsc);
        let active = &self.state.rsc(rsc).active;
        let count = if row.requires.fencing {
            active.len()
        } else {
            active
                .iter()
                .filter(|&&node| self.is_online_and_clean(node))
                .count()
        };
        if count <= 1 {
            return;
        }
        match row.multiple_active {
            MultipleActive::StopOnly => self.ban_everywhere(rsc),
            MultipleActive::Block => {
                let parent = row.parent.filter(|&parent| {
                    let parent = self.config.rsc(parent);
                    (parent.is_group() || parent.is_bundle())
                        && parent.multiple_active == MultipleActive::Block
                });
                let mut blocked = vec![rsc];
                if let Some(parent) = parent {
                    blocked.extend(&self.config.rsc(parent).children);
                }
                for rsc in blocked {
                    let believed = self.board.rsc_mut(rsc);
                    believed.managed = false;
                    believed.blocked = true;
                }
            }
            MultipleActive::StopStart | MultipleActive::StopUnexpected => {}
        }
    }
}
