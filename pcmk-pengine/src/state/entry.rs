//! One history entry: what it says about the resource's role, and whether it is a failure.
//!
//! Source: behaviour notes 02 §9.

use std::sync::Arc;

use pcmk_core::lenient;
use pcmk_core::rc::ExecStatus;
use pcmk_core::role::Role;
use pcmk_core::score::Score;

use crate::book::{OrderFlags, Task};
use crate::config::OnFail;
use crate::id::{NodeId, RscId};
use crate::scores::Cause;
use crate::state::digest::{self, DigestResult};
use crate::state::failcount::fail_count;
use crate::state::history::HistoryEntry;
use crate::state::lrm::Carried;
use crate::state::observe::Observer;
use crate::state::{DeferredCheck, FailedOp};

/// Tasks whose history says something about the state of a resource.
const TELLING: [&str; 8] = [
    "monitor",
    "start",
    "stop",
    "promote",
    "demote",
    "migrate_to",
    "migrate_from",
    "asyncmon",
];

/// An entry that is being processed: whose it is, and its result as it is understood by now.
#[derive(Clone, Copy, Debug)]
pub(super) struct Case<'e, 'd> {
    pub rsc: RscId,
    pub node: NodeId,
    pub entry: &'e HistoryEntry<'d>,
    /// Exit status that counts as success, -1 if unknown.
    pub expected: i32,
    /// Exit status.
    pub exit: i32,
    /// Execution status.
    pub status: ExecStatus,
    /// Outdated by the failure timeout.
    pub expired: bool,
}

impl Case<'_, '_> {
    pub fn task(&self) -> &str {
        self.entry.task()
    }

    /// A monitor without interval.
    pub fn is_probe(&self) -> bool {
        self.task() == "monitor" && self.entry.interval_ms == 0
    }
}

impl Observer {
    /// Processes one entry.
    pub(super) fn process_entry<'d>(
        &mut self,
        rsc: RscId,
        node: NodeId,
        entry: &HistoryEntry<'d>,
        carried: &mut Carried<'d>,
    ) {
        let Some(mut case) = self.open_case(rsc, node, entry) else {
            return;
        };
        case.expired = self.check_expiry(&case);
        let original_exit = case.exit;
        self.remap(&mut case, carried);
        if case.expired && self.is_settled_as_expired(&case, original_exit) {
            return;
        }
        if !self.config.is_bundled(rsc) && entry.is_maskable_probe_failure() {
            self.mask_probe_failure(&case, carried);
            return;
        }
        match case.status {
            ExecStatus::Pending => self.process_pending(&case, carried),
            ExecStatus::Done => self.update_state(&case, case.exit, carried),
            ExecStatus::NotInstalled => self.process_not_installed(&case, carried),
            ExecStatus::NotConnected => {
                self.fail_connection_of(node);
                self.process_error(&case, carried);
            }
            ExecStatus::Cancelled
            | ExecStatus::TimedOut
            | ExecStatus::NotSupported
            | ExecStatus::Error
            | ExecStatus::HardError
            | ExecStatus::FatalError
            | ExecStatus::Invalid
            | ExecStatus::NoFenceDevice
            | ExecStatus::NoSecrets => self.process_error(&case, carried),
        }
    }

    /// Checks that the entry can be used at all.
    fn open_case<'e, 'd>(
        &mut self,
        rsc: RscId,
        node: NodeId,
        entry: &'e HistoryEntry<'d>,
    ) -> Option<Case<'e, 'd>> {
        let (rsc_name, node_name) = (self.config.name(rsc), self.config.node_name(node));
        let Some(id) = entry.id.filter(|id| !id.is_empty()) else {
            let text =
                format!("Ignoring resource history entry for {rsc_name} on {node_name} without ID");
            self.log.config_error("unpack_rsc_op", text);
            return None;
        };
        let Some(task) = entry.operation.filter(|task| !task.is_empty()) else {
            let text = format!(
                "Ignoring resource history entry {id} for {rsc_name} on {node_name} without operation"
            );
            self.log.config_error("unpack_rsc_op", text);
            return None;
        };
        if !TELLING.contains(&task) {
            return None;
        }
        let number = |text: Option<&str>| {
            text.and_then(|text| lenient::scan_ll(text).ok())
                .map(i32::try_from)
        };
        let status = match number(entry.op_status) {
            Some(Ok(value)) if value != 1 => ExecStatus::from_int(value),
            Some(_) | None => None,
        };
        let Some(status) = status else {
            let text = format!(
                "Ignoring resource history entry {id} for {rsc_name} on {node_name} with invalid op-status '{}'",
                entry.op_status.unwrap_or_default()
            );
            self.log.config_error("unpack_action_result", text);
            return None;
        };
        let exit = match number(entry.rc_code) {
            Some(Ok(value @ 0..=255)) => value,
            Some(_) | None => {
                let text = format!(
                    "Ignoring resource history entry {id} for {rsc_name} on {node_name} with invalid rc-code '{}'",
                    entry.rc_code.unwrap_or_default()
                );
                self.log.config_error("unpack_action_result", text);
                return None;
            }
        };
        Some(Case {
            rsc,
            node,
            entry,
            expected: entry.expected(),
            exit,
            status,
            expired: false,
        })
    }

    /// Whether the entry is outdated; schedules clearing of fail counts where that is due (02 §9.1).
    fn check_expiry(&mut self, case: &Case<'_, '_>) -> bool {
        let &Case {
            rsc, node, entry, ..
        } = case;
        if case.status == ExecStatus::NotInstalled {
            return false;
        }
        let is_last_failure = entry.id.is_some_and(|id| id.ends_with("_last_failure_0"));
        let timeout_ms = self.board.rsc(rsc).failure_timeout_ms;
        let reconnect = self.config.rsc(rsc).reconnect_interval_ms > 0;
        let now = self.config.now_epoch;
        let mut expired = false;
        let mut unexpired = 0;
        let mut clear = None;
        if timeout_ms > 0
            && let Some(changed) = entry.last_rc_change
        {
            let timeout =
                i64::try_from(lenient::ms_to_s(u64::from(timeout_ms))).unwrap_or(i64::MAX);
            expired = now >= changed.saturating_add(timeout) && !self.must_wait_for_fencing(case);
            let (count, last) = fail_count(
                &mut self.work(),
                rsc,
                node,
                true,
                false,
                Some(entry.element),
            );
            unexpired = count;
            let ends = last.saturating_add(timeout).saturating_add(1);
            if unexpired != 0 && now < ends {
                self.board.recheck_at(ends, now);
            }
        }
        if expired {
            let (count, _) = fail_count(
                &mut self.work(),
                rsc,
                node,
                false,
                false,
                Some(entry.element),
            );
            if count != 0 {
                if unexpired == 0 {
                    clear = Some("it expired");
                } else {
                    expired = false;
                }
            } else if is_last_failure && reconnect {
                clear = Some("reconnect interval is set");
            }
        }
        if !expired && is_last_failure && self.parameters_changed(case) {
            clear = Some("resource parameters have changed");
        }
        if let Some(reason) = clear {
            let clearing = self.work().clear_failcount(rsc, node, reason);
            if reconnect
                && self.config.options.fencing_enabled
                && let Some(remote) = self.config.find_node(self.config.name(rsc))
            {
                let mut w = self.work();
                let fencing = w.fencing_action(remote, None, true, None, false);
                w.relate(fencing, clearing, OrderFlags::FIRST_IMPLIES_THEN);
            }
        }
        if expired && case.is_probe() && matches!(case.exit, 0 | 7 | 8 | 190 | 191) {
            expired = false;
        }
        expired
    }

    /// A recurring monitor of a remote connection does not expire before the node was fenced.
    fn must_wait_for_fencing(&self, case: &Case<'_, '_>) -> bool {
        let row = self.config.rsc(case.rsc);
        row.reconnect_interval_ms > 0
            && self.config.options.fencing_enabled
            && case.entry.interval_ms > 0
            && case.task() == "monitor"
            && self
                .config
                .find_node(&row.id)
                .is_some_and(|node| !self.state.node(node).remote_fenced)
    }

    /// Whether the parameters of a last failure changed since (02 §13.6).
    fn parameters_changed(&mut self, case: &Case<'_, '_>) -> bool {
        if !matches!(case.task(), "start" | "monitor") {
            return false;
        }
        let (rsc, node, entry) = (case.rsc, case.node, case.entry.element);
        if digest::needs_container_host(&mut self.work(), rsc) {
            self.state.deferred.push(DeferredCheck {
                rsc,
                node,
                entry,
                active: false,
            });
            return false;
        }
        match digest::compare(&mut self.work(), rsc, node, entry) {
            DigestResult::Match | DigestResult::Unknown => false,
            DigestResult::Restart | DigestResult::Mismatch => true,
        }
    }

    /// Works out what the result really means (02 §9.2).
    fn remap(&mut self, case: &mut Case<'_, '_>, carried: &mut Carried<'_>) {
        let (rsc, node) = (case.rsc, case.node);
        let degraded = match case.exit {
            190 => Some(0),
            191 => Some(8),
            _ => None,
        };
        if let Some(exit) = degraded {
            case.exit = exit;
            let row = self.board.node(node);
            if !case.expired && (!row.shutdown || row.online) {
                self.record_failure(case);
            }
        }
        if !self.config.is_bundled(rsc)
            && case.entry.is_maskable_probe_failure()
            && (case.status != ExecStatus::Done || case.exit != 7)
        {
            case.status = ExecStatus::Done;
            case.exit = 7;
        }
        match case.status {
            ExecStatus::Done | ExecStatus::Error => {}
            ExecStatus::NoFenceDevice | ExecStatus::NoSecrets => {
                case.status = ExecStatus::HardError;
                return;
            }
            ExecStatus::Pending
            | ExecStatus::Cancelled
            | ExecStatus::TimedOut
            | ExecStatus::NotSupported
            | ExecStatus::HardError
            | ExecStatus::FatalError
            | ExecStatus::NotInstalled
            | ExecStatus::NotConnected
            | ExecStatus::Invalid => return,
        }
        if case.expected < 0 {
            case.status = ExecStatus::Error;
            let text = format!(
                "Expected result not found for {} on {} (corrupt or obsolete CIB?)",
                case.entry.key(),
                self.config.node_name(node)
            );
            self.log.config_warning("remap_operation", text);
        } else if case.exit == case.expected {
            case.status = ExecStatus::Done;
        } else {
            case.status = ExecStatus::Error;
        }
        self.remap_by_exit(case, carried);
    }

    fn remap_by_exit(&mut self, case: &mut Case<'_, '_>, carried: &mut Carried<'_>) {
        let rsc = case.rsc;
        let recurring = case.entry.interval_ms > 0;
        match case.exit {
            0 => {
                if case.is_probe() && case.expected == 7 {
                    case.status = ExecStatus::Done;
                }
            }
            7 => {
                if case.is_probe() || case.expected == 7 || !self.board.rsc(rsc).managed {
                    case.status = ExecStatus::Done;
                    carried.on_fail = OnFail::Ignore;
                    let believed = self.board.rsc_mut(rsc);
                    believed.role = Role::Stopped;
                    believed.next_role = Role::Unknown;
                }
            }
            8 => {
                if case.is_probe() && case.expected != 8 {
                    case.status = ExecStatus::Done;
                }
                if !case.expired || case.expected == 8 {
                    self.board.rsc_mut(rsc).role = Role::Promoted;
                }
            }
            9 => {
                if !case.expired {
                    self.board.rsc_mut(rsc).role = Role::Promoted;
                }
                case.status = ExecStatus::Error;
            }
            6 => case.status = ExecStatus::FatalError,
            3 if recurring => case.status = ExecStatus::NotSupported,
            2..=5 => {
                if !case.expired {
                    self.block_if_unrecoverable(case);
                }
                case.status = ExecStatus::HardError;
            }
            _ => {
                if case.status == ExecStatus::Done {
                    case.status = ExecStatus::Error;
                }
            }
        }
    }

    /// A failed stop on a node that cannot be fenced leaves nothing to be done (02 §9.3).
    fn block_if_unrecoverable(&mut self, case: &Case<'_, '_>) {
        if case.task() != "stop" || self.work().can_fence(case.node) {
            return;
        }
        let text = format!(
            "No further recovery can be attempted for {} because {} on {} failed ({}) at {} \u{7} rc={} id={}",
            self.config.name(case.rsc),
            case.task(),
            self.config.node_name(case.node),
            describe(case),
            self.changed_at(case),
            case.exit,
            case.entry.id.unwrap_or_default()
        );
        self.log.sched_error("block_if_unrecoverable", text);
        let believed = self.board.rsc_mut(case.rsc);
        believed.managed = false;
        believed.blocked = true;
    }

    /// When the entry's result last changed, as messages tell it.
    pub(super) fn changed_at(&self, case: &Case<'_, '_>) -> String {
        match case.entry.last_rc_change {
            Some(when) => pcmk_core::time::log_time(when, self.config.now.offset()),
            None => "unknown time".to_owned(),
        }
    }

    /// Settles an expired entry; whether that is all (02 §9.6).
    fn is_settled_as_expired(&mut self, case: &Case<'_, '_>, original_exit: i32) -> bool {
        let rsc = case.rsc;
        if !self.config.is_bundled(rsc)
            && case.entry.is_maskable_probe_failure()
            && original_exit != case.expected
        {
            let believed = self.board.rsc_mut(rsc);
            if believed.role <= Role::Stopped {
                believed.role = Role::Unknown;
            }
            return true;
        }
        if case.exit == case.expected {
            return false;
        }
        if case.entry.interval_ms == 0 {
            return true;
        }
        if self.is_online_and_clean(case.node) {
            // Makes the later check of parameters see a change, which schedules the operation again.
            self.state.forged.insert(case.entry.element);
            self.state.marks.push((
                case.entry.element,
                "op-restart-digest",
                digest::FORGED_DIGEST.into(),
            ));
            return true;
        }
        false
    }

    /// A probe failed because the agent is missing or cannot run here: taken for "not running" (02 §9.4).
    fn mask_probe_failure(&mut self, case: &Case<'_, '_>, carried: &mut Carried<'_>) {
        let banned = self.ban_target(case.rsc);
        self.update_state(case, case.expected, carried);
        self.mark_node(case);
        self.record_failure(case);
        self.ban(banned, case.node, "masked-probe-failure");
    }

    /// The resource that is banned after a hard error: the whole clone if instances are all alike.
    pub(super) fn ban_target(&self, rsc: RscId) -> RscId {
        if self.config.rsc(rsc).unique {
            rsc
        } else {
            self.config.top_of(rsc)
        }
    }

    /// Bans a resource from a node because of a failure.
    pub(super) fn ban(&mut self, rsc: RscId, node: NodeId, tag: &'static str) {
        self.work()
            .add_score(rsc, Some(node), Score::MINUS_INFINITY, &Cause::Failure(tag));
    }

    /// An operation that was started but did not end yet (02 §9.7).
    fn process_pending(&mut self, case: &Case<'_, '_>, carried: &Carried<'_>) {
        if carried
            .last_failure
            .is_some_and(|failure| is_newer_failure(&failure, case.entry))
        {
            return;
        }
        let (rsc, node) = (case.rsc, case.node);
        match case.task() {
            "start" => {
                self.board.rsc_mut(rsc).start_pending = true;
                self.set_active(rsc);
            }
            "promote" => self.board.rsc_mut(rsc).role = Role::Promoted,
            "migrate_to" if self.board.node(node).unclean => {
                let target = case
                    .entry
                    .migrate_target
                    .and_then(|name| self.config.find_node(name));
                if let Some(target) = target {
                    self.work().request(rsc, Task::STOP, 0, Some(target), false);
                }
            }
            _ => {}
        }
        if self.state.rsc(rsc).pending.is_none() && !case.is_probe() {
            self.state.resources[rsc.index()].pending = Some((case.task().into(), node));
        }
    }

    /// The resource is active, in the role that active instances have without more being known.
    pub(super) fn set_active(&mut self, rsc: RscId) {
        let promotable = self.config.rsc(self.config.top_of(rsc)).promotable;
        self.board.rsc_mut(rsc).role = if promotable {
            Role::Unpromoted
        } else {
            Role::Started
        };
    }

    /// What a result says about the role (02 §9.8).
    pub(super) fn update_state(
        &mut self,
        case: &Case<'_, '_>,
        exit: i32,
        carried: &mut Carried<'_>,
    ) {
        let rsc = case.rsc;
        let mut clears = false;
        if exit == 5 || (!self.config.is_bundled(rsc) && case.entry.is_maskable_probe_failure()) {
            self.board.rsc_mut(rsc).role = Role::Stopped;
        } else if exit == 7 {
            clears = true;
        } else {
            match case.task() {
                "monitor" => {
                    clears = carried
                        .last_failure
                        .is_some_and(|failure| failure.key() == case.entry.key());
                    self.set_active_if_stopped(rsc);
                }
                "start" | "migrate_from" => {
                    self.board.rsc_mut(rsc).role = Role::Started;
                    clears = true;
                }
                "stop" => {
                    self.board.rsc_mut(rsc).role = Role::Stopped;
                    clears = true;
                }
                "promote" => {
                    self.board.rsc_mut(rsc).role = Role::Promoted;
                    clears = true;
                }
                "demote" => {
                    clears = carried.on_fail == OnFail::Demote;
                    self.board.rsc_mut(rsc).role = Role::Unpromoted;
                }
                "migrate_to" => self.note_migration_success(case),
                _ => self.set_active_if_stopped(rsc),
            }
        }
        if clears {
            self.clear_past_failure(rsc, carried);
        }
    }

    pub(super) fn set_active_if_stopped(&mut self, rsc: RscId) {
        if self.board.rsc(rsc).role < Role::Started {
            self.set_active(rsc);
        }
    }

    fn clear_past_failure(&mut self, rsc: RscId, carried: &mut Carried<'_>) {
        let clear = match carried.on_fail {
            OnFail::Stop | OnFail::Ban | OnFail::Standby | OnFail::Fence => false,
            OnFail::Block
            | OnFail::Ignore
            | OnFail::Demote
            | OnFail::Restart
            | OnFail::RestartContainer => true,
            OnFail::ResetRemote => self.config.rsc(rsc).reconnect_interval_ms == 0,
        };
        if clear {
            carried.on_fail = OnFail::Ignore;
            self.board.rsc_mut(rsc).next_role = Role::Unknown;
        }
    }

    /// Adds the entry to the list of failed operations, unless it is there or the node is offline (02 §11.6).
    pub(super) fn record_failure(&mut self, case: &Case<'_, '_>) {
        let &Case {
            rsc, node, entry, ..
        } = case;
        if !self.board.node(node).online {
            return;
        }
        let (key, node_name) = (entry.key(), self.config.node_name(node));
        let known = self
            .failed_keys
            .get(key)
            .is_some_and(|nodes| nodes.contains(&node));
        if known {
            return;
        }
        self.failed_keys.entry(key.into()).or_default().push(node);
        let mut attributes: Vec<_> = self
            .doc
            .element(entry.element)
            .attrs()
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        set(&mut attributes, "uname", node_name);
        set(&mut attributes, "rsc-id", self.config.name(rsc));
        self.mark_node(case);
        self.state.marks.push((
            entry.element,
            "rsc-id",
            Arc::clone(&self.config.rsc(rsc).id),
        ));
        self.state.failed.push(FailedOp {
            entry: entry.element,
            attributes,
            node,
            rsc,
        });
    }

    /// The reference notes the node in the document itself.
    pub(super) fn mark_node(&mut self, case: &Case<'_, '_>) {
        let name = Arc::clone(&self.config.node(case.node).name);
        self.state.marks.push((case.entry.element, "uname", name));
    }
}

fn set(attributes: &mut Vec<(Arc<str>, Arc<str>)>, name: &str, value: &str) {
    match attributes.iter_mut().find(|(known, _)| &**known == name) {
        Some(pair) => pair.1 = value.into(),
        None => attributes.push((name.into(), value.into())),
    }
}

/// What went wrong, as messages tell it.
pub(super) fn describe(case: &Case<'_, '_>) -> String {
    let text = pcmk_core::rc::exit_text(case.exit);
    match case.entry.exit_reason.filter(|reason| !reason.is_empty()) {
        Some(reason) => format!("{text}: {reason}"),
        None => text.to_owned(),
    }
}

/// Whether a pending operation is the repetition of one that has failed since.
fn is_newer_failure(failure: &HistoryEntry<'_>, pending: &HistoryEntry<'_>) -> bool {
    failure.task() == pending.task()
        && failure.interval_ms == pending.interval_ms
        && failure.last_rc_change.unwrap_or(0) >= pending.last_rc_change.unwrap_or(0)
}
