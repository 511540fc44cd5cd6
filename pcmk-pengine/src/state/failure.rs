//! Failed operations, and what they lead to at the end of a history. Source: behaviour notes 02 §9.9, §10.3.

use pcmk_core::rc::ExecStatus;
use pcmk_core::role::Role;
use pcmk_core::score::Score;

use crate::book::Task;
use crate::config::{OnFail, action_meta, on_fail, role_after_failure};
use crate::id::{NodeId, RscId};
use crate::scores::{Entry, NodeTable};
use crate::state::entry::{Case, describe};
use crate::state::lrm::Carried;
use crate::state::observe::Observer;

impl Observer {
    /// Configured failure policy of the entry's operation.
    fn failure_policy(&mut self, case: &Case<'_, '_>) -> OnFail {
        let (rsc, interval_ms) = (case.rsc, case.entry.interval_ms);
        let mut w = self.work();
        let op = w.find_definition(rsc, case.task(), interval_ms);
        let meta = action_meta(&mut w, rsc, op, case.task(), interval_ms, Some(case.node));
        on_fail(
            &mut w,
            rsc,
            case.task(),
            interval_ms,
            meta.get("on-fail").map(|text| &**text),
        )
    }

    /// The agent is not installed there (02 §9.9 a).
    pub(super) fn process_not_installed<'d>(
        &mut self,
        case: &Case<'_, 'd>,
        carried: &mut Carried<'d>,
    ) {
        let policy = self.failure_policy(case);
        if policy == OnFail::Ignore {
            carried.on_fail = OnFail::Ban;
        }
        let banned = self.ban_target(case.rsc);
        self.ban(banned, case.node, "hard-error");
        self.process_failure(case, policy, carried);
    }

    /// The executor of a Pacemaker Remote node could not be reached: its connection failed (02 §9.9 b).
    pub(super) fn fail_connection_of(&mut self, node: NodeId) {
        if !self.config.node(node).remote {
            return;
        }
        if let Some(connection) = self.config.node(node).connection
            && self.board.rsc(connection).managed
        {
            self.mark_failed(connection);
        }
    }

    fn mark_failed(&mut self, rsc: RscId) {
        let believed = self.board.rsc_mut(rsc);
        believed.failed = true;
        believed.stop_if_failed = true;
    }

    /// Any other error (02 §9.9 c).
    pub(super) fn process_error<'d>(&mut self, case: &Case<'_, 'd>, carried: &mut Carried<'d>) {
        let policy = self.failure_policy(case);
        if policy == OnFail::Ignore || (policy == OnFail::RestartContainer && case.task() == "stop")
        {
            self.update_state(case, case.expected, carried);
            self.mark_node(case);
            self.board.rsc_mut(case.rsc).ignore_failure = true;
            self.record_failure(case);
            if policy == OnFail::RestartContainer && carried.on_fail <= OnFail::Restart {
                carried.on_fail = OnFail::RestartContainer;
            }
            return;
        }
        self.process_failure(case, policy, carried);
        match case.status {
            ExecStatus::HardError => {
                let banned = self.ban_target(case.rsc);
                self.ban(banned, case.node, "hard-error");
            }
            ExecStatus::FatalError => {
                let banned = self.ban_target(case.rsc);
                let text = format!(
                    "Preventing {} from restarting anywhere because of fatal failure ({}) \u{7} {}",
                    self.config.name(banned),
                    describe(case),
                    case.entry.id.unwrap_or_default()
                );
                self.log.sched_error("unpack_rsc_op", text);
                self.work().add_score(
                    banned,
                    None,
                    Score::MINUS_INFINITY,
                    &crate::scores::Cause::Failure("fatal-error"),
                );
            }
            ExecStatus::Pending
            | ExecStatus::Done
            | ExecStatus::Cancelled
            | ExecStatus::TimedOut
            | ExecStatus::NotSupported
            | ExecStatus::Error
            | ExecStatus::NotInstalled
            | ExecStatus::NotConnected
            | ExecStatus::Invalid
            | ExecStatus::NoFenceDevice
            | ExecStatus::NoSecrets => {}
        }
    }

    /// A failure that counts.
    fn process_failure<'d>(
        &mut self,
        case: &Case<'_, 'd>,
        policy: OnFail,
        carried: &mut Carried<'d>,
    ) {
        let (rsc, node) = (case.rsc, case.node);
        carried.last_failure = Some(*case.entry);
        let text = format!(
            "Unexpected result ({}) was recorded for {} of {} on {} at {} \u{7} exit-status={} id={}",
            describe(case),
            if case.is_probe() {
                "probe"
            } else {
                case.task()
            },
            self.config.name(rsc),
            self.config.node_name(node),
            self.changed_at(case),
            case.exit,
            case.entry.id.unwrap_or_default()
        );
        self.log.sched_warning("unpack_rsc_op_failure", text);
        if self.config.options.symmetric || case.exit != 5 {
            self.record_failure(case);
        }
        carried.on_fail = carried.on_fail.max(policy);
        match case.task() {
            "stop" => self.ban(rsc, node, "__stop_fail__"),
            "migrate_to" => self.note_migrate_to_failure(case),
            "migrate_from" => self.note_migrate_from_failure(case),
            "promote" => self.board.rsc_mut(rsc).role = Role::Promoted,
            "demote" => {
                let believed = self.board.rsc_mut(rsc);
                if policy == OnFail::Block {
                    believed.role = Role::Promoted;
                    believed.next_role = Role::Stopped;
                } else if case.exit == 7 {
                    believed.role = Role::Stopped;
                } else {
                    believed.role = Role::Unpromoted;
                }
            }
            _ => {}
        }
        if case.is_probe() && case.exit == 5 {
            self.board.rsc_mut(rsc).role = Role::Stopped;
        } else {
            self.set_active_if_stopped(rsc);
        }
        let fail_role = role_after_failure(&self.work(), rsc, case.task(), policy);
        let believed = self.board.rsc_mut(rsc);
        if fail_role != Role::Started && believed.next_role < fail_role {
            believed.next_role = fail_role;
        }
        if fail_role == Role::Stopped {
            let top = self.config.top_of(rsc);
            let top_row = self.config.rsc(top);
            let banned = if top_row.is_clone() && !top_row.unique {
                top
            } else {
                rsc
            };
            self.ban_everywhere(banned);
        }
    }

    /// Replaces the resource's table by one that bans it from every node. What is inside it keeps its tables.
    pub(super) fn ban_everywhere(&mut self, rsc: RscId) {
        let mut table = NodeTable::default();
        for node in self.config.node_order.clone() {
            let own = self.work().own_entry(node);
            table.insert(Entry {
                score: Score::MINUS_INFINITY,
                ..own
            });
        }
        *self.scores.of_mut(rsc) = table;
    }

    /// What the failures in a history lead to (02 §10.3).
    pub(super) fn apply_on_fail(
        &mut self,
        rsc: RscId,
        node: NodeId,
        policy: OnFail,
        known_active: bool,
    ) {
        match policy {
            OnFail::Ignore => {}
            OnFail::Demote => {
                self.board.rsc_mut(rsc).failed = true;
                self.work().request(rsc, Task::DEMOTE, 0, Some(node), false);
            }
            OnFail::Fence => {
                let reason = format!("{} failed there", self.config.name(rsc));
                self.work().fence_node(node, &reason, false);
            }
            OnFail::Standby => {
                let row = self.board.node_mut(node);
                row.standby = true;
                row.fail_standby = true;
            }
            OnFail::Block => {
                let believed = self.board.rsc_mut(rsc);
                believed.managed = false;
                believed.blocked = true;
            }
            OnFail::Ban => self.ban(rsc, node, "__action_migration_auto__"),
            OnFail::Stop => self.board.rsc_mut(rsc).next_role = Role::Stopped,
            OnFail::Restart => {
                if known_active {
                    self.mark_failed(rsc);
                    self.require_stop(rsc, node);
                }
            }
            OnFail::RestartContainer => {
                self.mark_failed(rsc);
                match self.config.rsc(rsc).launcher {
                    Some(launcher) if self.config.is_bundled(rsc) => {
                        self.stop_needed.insert(0, launcher)
                    }
                    Some(launcher) => self.require_stop(launcher, node),
                    None if known_active => self.require_stop(rsc, node),
                    None => {}
                }
            }
            OnFail::ResetRemote => self.reset_remote(rsc, node, known_active),
        }
    }

    fn reset_remote(&mut self, rsc: RscId, node: NodeId, known_active: bool) {
        self.mark_failed(rsc);
        if self.config.options.fencing_enabled
            && let Some(remote) = self.config.find_node(self.config.name(rsc))
            && self.config.is_remote_node(remote)
            && !self.state.node(remote).remote_fenced
        {
            self.work()
                .fence_node(remote, "remote connection is unrecoverable", false);
        }
        if known_active {
            self.require_stop(rsc, node);
        }
        if self.config.rsc(rsc).reconnect_interval_ms > 0 {
            self.board.rsc_mut(rsc).next_role = Role::Stopped;
        }
    }
}
