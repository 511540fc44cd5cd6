//! The resource history of one node. Source: behaviour notes 02 §7, §12.

use std::sync::Arc;

use pcmk_cib::xml::Element;
use pcmk_core::lenient;
use pcmk_core::role::Role;

use crate::book::Task;
use crate::config::OnFail;
use crate::config::unpack::log_target_role;
use crate::id::{NodeId, RscId};
use crate::state::find::find_renamed;
use crate::state::history::{ActiveOps, HistoryEntry, active, read_sorted};
use crate::state::observe::Observer;

/// What is carried from one entry of a history to the next.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Carried<'d> {
    /// The last failure so far.
    pub last_failure: Option<HistoryEntry<'d>>,
    /// The worst consequence of failures so far.
    pub on_fail: OnFail,
}

impl Observer {
    /// Reads all histories of a node.
    pub(super) fn read_history(&mut self, node: NodeId, state: Element<'_>) {
        let doc = Arc::clone(&self.doc);
        let list = doc
            .element(state.id())
            .child("lrm")
            .and_then(|lrm| lrm.child("lrm_resources"));
        let Some(list) = list else { return };
        let mut removed_launched = false;
        for history in list.children_named("lrm_resource") {
            if let Some(rsc) = self.read_resource_history(node, history) {
                removed_launched |= self.config.rsc(rsc).removed_launched;
            }
        }
        if removed_launched {
            for history in list.children_named("lrm_resource") {
                self.link_removed_launched(history);
            }
        }
    }

    fn read_resource_history(&mut self, node: NodeId, history: Element<'_>) -> Option<RscId> {
        let Some(id) = history.xml_id() else {
            self.log.config_error(
                "unpack_lrm_resource",
                "Ignoring invalid lrm_resource entry: No id",
            );
            return None;
        };
        let locks = self.config.options.shutdown_lock;
        let has_entries = history.child("lrm_rsc_op").is_some();
        if !has_entries && !locks {
            return None;
        }
        let rsc = match self.find_history_resource(node, id) {
            Some(rsc) => rsc,
            None if !has_entries => return None,
            None => self.create_removed(history, id)?,
        };
        if locks {
            self.read_lock(rsc, node, history);
        }
        let believed = self.board.rsc_mut(rsc);
        let saved_role = std::mem::replace(&mut believed.role, Role::Unknown);

        let entries = read_sorted(history, &mut self.log);
        let mut carried = Carried::default();
        for entry in &entries {
            self.process_entry(rsc, node, entry, &mut carried);
        }
        self.note_recurring(rsc, node, &entries);
        self.apply_state(rsc, node, carried.on_fail);

        let row = self.config.rsc(rsc);
        if let Some(complaint) = &row.target_role_complaint {
            log_target_role(complaint, &mut self.log);
        }
        let believed = self.board.rsc_mut(rsc);
        if let Some(target) = row.target_role
            && (believed.next_role == Role::Unknown || target < believed.next_role)
        {
            believed.next_role = target;
        }
        if saved_role > believed.role {
            believed.role = saved_role;
        }
        Some(rsc)
    }

    /// A shutdown lock, or the clean-up of an expired one (02 §12).
    fn read_lock(&mut self, rsc: RscId, node: NodeId, history: Element<'_>) {
        let since = history
            .attr("shutdown-lock")
            .map_or(0, |text| lenient::scan_ll(text).unwrap_or(0));
        if since == 0 {
            return;
        }
        let limit_ms = self.config.options.shutdown_lock_limit_ms;
        let limit = i64::try_from(lenient::ms_to_s(u64::from(limit_ms))).unwrap_or(i64::MAX);
        if limit_ms > 0 && self.config.now_epoch > since.saturating_add(limit) {
            self.work()
                .request(rsc, Task::LRM_DELETE, 0, Some(node), false);
            return;
        }
        let believed = self.board.rsc_mut(rsc);
        believed.lock_node = Some(node);
        believed.lock_time = since;
    }

    /// Active recurring operations become optional actions: they stand for "already running" (02 §7.6).
    fn note_recurring(&mut self, rsc: RscId, node: NodeId, entries: &[HistoryEntry<'_>]) {
        if !self.board.node(node).online {
            return;
        }
        let ActiveOps { start, stop } = active(entries);
        for (counter, entry) in (0..).zip(entries) {
            let inactive = if start < stop {
                counter <= stop
            } else {
                counter < start
            };
            if inactive || entry.interval_ms == 0 || entry.op_status == Some("-1") {
                continue;
            }
            let task = self.book.tasks.intern(entry.task());
            self.work()
                .request(rsc, task, entry.interval_ms, Some(node), true);
        }
    }

    /// Gives a removed launched resource its launcher, once all histories of the node are read (02 §7.5).
    fn link_removed_launched(&mut self, history: Element<'_>) {
        let (Some(container), Some(id)) = (history.attr("container"), history.xml_id()) else {
            return;
        };
        let find = |id: &str| find_renamed(&self.config, &self.state, id);
        let (Some(launcher), Some(rsc)) = (find(container), find(id)) else {
            return;
        };
        let row = self.config.rsc(rsc);
        if row.launcher.is_some() || !row.removed_launched {
            return;
        }
        self.config.resources[rsc.index()].launcher = Some(launcher);
        self.config.resources[launcher.index()].launched.push(rsc);
    }
}
