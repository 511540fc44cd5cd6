//! Node states: who is a member, who must be fenced. Source: behaviour notes 02 §6.

use std::sync::Arc;

use pcmk_cib::rule::NextChange;
use pcmk_cib::xml::Element;
use pcmk_core::lenient::{self, ScanError};
use pcmk_core::role::Role;
use pcmk_core::score::Score;

use crate::config::NoQuorum;
use crate::config::nodes::AttributeMerge;
use crate::id::NodeId;
use crate::state::observe::Observer;

/// What a `node_state` says about membership.
struct Membership<'e> {
    /// Epoch since when the node is a member: 0 not a member, -1 never seen.
    member: i64,
    /// Epoch since when its controller is in the process group: 0 not there.
    online: i64,
    join: Option<&'e str>,
    expected: Option<&'e str>,
}

impl<'e> Membership<'e> {
    fn read(state: Element<'e>, now: i64) -> Membership<'e> {
        let member = match state.attr("in_ccm") {
            None => -1,
            Some(text) => match lenient::parse_bool(text) {
                Some(true) => now,
                Some(false) => 0,
                None => epoch(text).unwrap_or(-1),
            },
        };
        let online = match state.attr("crmd") {
            None => 0,
            Some(text) if text.eq_ignore_ascii_case("offline") => 0,
            Some(text) if text.eq_ignore_ascii_case("online") => 1,
            Some(text) => epoch(text).unwrap_or(0),
        };
        Membership {
            member,
            online,
            join: state.attr("join"),
            expected: state.attr("expected"),
        }
    }
}

fn epoch(text: &str) -> Option<i64> {
    match lenient::scan_ll(text) {
        Ok(when) if when >= 0 => Some(when),
        Ok(_) | Err(ScanError::Invalid | ScanError::Range(_)) => None,
    }
}

impl Observer {
    fn attr(&self, node: NodeId, name: &str) -> Option<&str> {
        self.state
            .node(node)
            .attributes
            .get(name)
            .map(|value| &**value)
    }

    fn is_set(&self, node: NodeId, name: &str) -> bool {
        lenient::is_true(self.attr(node, name))
    }

    /// A shutdown was requested: the attribute is there and anything but 0.
    fn shutdown_requested(&self, node: NodeId) -> bool {
        self.attr(node, "shutdown").is_some_and(|text| text != "0")
    }

    /// Overlays the node's attributes with the transient ones of its state.
    fn merge_transient(&mut self, node: NodeId, state: Element<'_>) {
        let transient = state.child("transient_attributes");
        let mut attributes = std::mem::take(&mut self.state.nodes[node.index()].attributes);
        let mut utilization = std::mem::take(&mut self.config.nodes[node.index()].utilization);
        let mut change = NextChange::default();
        AttributeMerge {
            config: &self.config,
            attributes: &mut attributes,
            utilization: &mut utilization,
            dc: &mut self.state.dc,
            change: &mut change,
            log: &mut self.log,
        }
        .run(node, transient, true);
        self.state.nodes[node.index()].attributes = attributes;
        if transient.is_some_and(|element| element.child("utilization").is_some()) {
            self.board.node_mut(node).remaining = utilization.clone();
        }
        self.config.nodes[node.index()].utilization = utilization;
        self.caches.failcounts.forget(node);
        self.note_change(change);
    }

    /// First pass over a `node_state` (02 §6.1).
    pub(super) fn read_node_state(&mut self, state: Element<'_>) {
        let Some(uuid) = state.xml_id() else {
            self.log.config_error(
                "unpack_node_state",
                "Ignoring invalid node_state entry without id",
            );
            return;
        };
        let Some(node) = self.config.find_node_any(Some(uuid), state.attr("uname")) else {
            return;
        };
        self.state.nodes[node.index()].xml = Some(state.id());
        if self.config.node(node).remote {
            self.state.nodes[node.index()].remote_fenced =
                lenient::scan_min_int(state.attr("node_fenced"), 0) != 0;
            return;
        }
        self.merge_transient(node, state);
        if self
            .attr(node, "resource-discovery-enabled")
            .is_some_and(|text| !lenient::is_true(Some(text)))
        {
            let text = format!(
                "Ignoring resource-discovery-enabled attribute for {} because disabling resource discovery is not \
                 allowed for cluster nodes",
                self.config.node_name(node)
            );
            self.log.config_warning("unpack_transient_attributes", text);
        }
        let (standby, maintenance) = (
            self.is_set(node, "standby"),
            self.is_set(node, "maintenance"),
        );
        let row = self.board.node_mut(node);
        row.standby |= standby;
        row.maintenance |= maintenance;
        row.unclean = false;
        row.seen = true;
        self.determine_status(node, state);
        let options = &self.config.options;
        if !options.quorate && options.no_quorum == NoQuorum::Fence && self.board.node(node).online
        {
            self.work()
                .fence_node(node, "cluster does not have quorum", false);
        }
    }

    /// Online or not, and whether that calls for fencing (02 §6.2).
    fn determine_status(&mut self, node: NodeId, state: Element<'_>) {
        let membership = Membership::read(state, self.config.now_epoch);
        let shutdown = self.shutdown_requested(node);
        let row = self.board.node_mut(node);
        row.shutdown = shutdown;
        if !shutdown
            && membership
                .expected
                .is_some_and(|text| text.eq_ignore_ascii_case("member"))
        {
            row.expected_up = true;
        }
        let online = if self.config.options.fencing_enabled {
            self.online_with_fencing(node, &membership)
        } else {
            self.online_without_fencing(node, &membership)
        };
        let row = self.board.node_mut(node);
        row.online = online;
        if !online || row.shutdown {
            self.state.nodes[node.index()].score = Score::MINUS_INFINITY;
        }
        if self.board.node(node).unclean {
            let text = format!("{} is unclean", self.config.node_name(node));
            self.log.sched_warning("determine_online_status", text);
        }
    }

    fn online_without_fencing(&mut self, node: NodeId, membership: &Membership<'_>) -> bool {
        if membership.member <= 0 {
            return false;
        }
        if membership.online > 0 {
            return membership
                .join
                .is_some_and(|text| text.eq_ignore_ascii_case("member"));
        }
        if self.board.node(node).expected_up {
            self.work()
                .fence_node(node, "peer is unexpectedly down", false);
        }
        false
    }

    fn online_with_fencing(&mut self, node: NodeId, membership: &Membership<'_>) -> bool {
        let Membership {
            member,
            online,
            join,
            expected,
        } = *membership;
        if self.board.node(node).shutdown {
            return online > 0;
        }
        let reason = if member < 0 {
            Some("peer has not been seen by the cluster")
        } else if join == Some("banned") {
            Some("peer failed Pacemaker membership criteria")
        } else if self.termination_requested(node) {
            if member <= 0 && online <= 0 && join == Some("down") {
                // Fenced already.
                return false;
            }
            Some("fencing was requested")
        } else if expected.is_none() || expected == Some("down") {
            if member > 0 && online <= 0 && self.pending_too_long(member) {
                Some("peer pending timed out on joining the process group")
            } else {
                if member > 0 || online > 0 {
                    self.mark_pending(node);
                }
                None
            }
        } else if member <= 0 {
            self.work()
                .fence_node(node, "peer is no longer part of the cluster", true);
            None
        } else if online <= 0 {
            Some("peer process is no longer available")
        } else {
            match join {
                Some("member") => None,
                Some("pending" | "down") => {
                    self.mark_pending(node);
                    None
                }
                Some(_) | None => Some("peer was in an unknown state"),
            }
        };
        if let Some(reason) = reason {
            self.work().fence_node(node, reason, false);
        }
        member > 0
    }

    fn mark_pending(&mut self, node: NodeId) {
        let row = self.board.node_mut(node);
        row.standby = true;
        row.pending = true;
    }

    /// `terminate`: a true boolean or a positive integer.
    fn termination_requested(&self, node: NodeId) -> bool {
        self.attr(node, "terminate")
            .is_some_and(|text| match lenient::parse_bool(text) {
                Some(value) => value,
                None => match lenient::scan_ll(text) {
                    Ok(number) | Err(ScanError::Range(number)) => number > 0,
                    Err(ScanError::Invalid) => false,
                },
            })
    }

    /// Whether a member took too long to join the process group; if not yet, the run must be repeated at the deadline.
    fn pending_too_long(&mut self, member: i64) -> bool {
        let timeout_ms = self.config.options.node_pending_timeout_ms;
        if timeout_ms == 0 {
            return false;
        }
        let timeout = i64::try_from(lenient::ms_to_s(u64::from(timeout_ms))).unwrap_or(i64::MAX);
        let deadline = member.saturating_add(timeout);
        if self.config.now_epoch >= deadline {
            return true;
        }
        self.board.recheck_at(deadline, self.config.now_epoch);
        false
    }

    /// Status of a Pacemaker Remote node, from that of its connection and launcher (02 §6.4).
    pub(super) fn determine_remote_status(&mut self, node: NodeId) {
        let Some(connection) = self.config.node(node).connection else {
            self.board.node_mut(node).online = false;
            return;
        };
        let launcher = self.config.rsc(connection).launcher;
        let active = &self.state.rsc(connection).active;
        let host = launcher.and_then(|_| {
            if active.len() == 1 {
                active.first().copied()
            } else {
                None
            }
        });
        let believed = self.board.rsc(connection);
        let (role, next_role, failed) = (believed.role, believed.next_role, believed.failed);
        let launcher_failed = launcher.is_some_and(|l| self.board.rsc(l).failed);
        let launcher_stopped = launcher.is_some_and(|l| self.board.rsc(l).role == Role::Stopped);
        let host_lost =
            host.is_some_and(|h| !self.board.node(h).online && self.board.node(h).unclean);
        let row = self.board.node_mut(node);
        if role == Role::Started {
            row.online = true;
            if next_role == Role::Stopped {
                row.shutdown = true;
            }
        }
        if launcher_failed {
            row.online = false;
            row.remote_reset = true;
        } else if failed {
            row.online = false;
        } else if role == Role::Stopped || launcher_stopped {
            row.online = false;
            row.remote_reset = false;
        } else if host_lost {
            row.online = false;
            row.remote_reset = true;
        }
    }

    /// State and attributes of a Pacemaker Remote node whose history is about to be read (02 §6.5).
    pub(super) fn read_remote_state(&mut self, node: NodeId, state: Element<'_>) {
        self.state.nodes[node.index()].remote_maintenance =
            lenient::scan_min_int(state.attr("node_in_maintenance"), 0) != 0;
        let row = self.board.node_mut(node);
        if !row.remote_reset {
            row.unclean = false;
            row.seen = true;
        }
        self.merge_transient(node, state);
        let (shutdown, standby) = (self.shutdown_requested(node), self.is_set(node, "standby"));
        let unmanaged = self
            .config
            .node(node)
            .connection
            .is_some_and(|c| !self.board.rsc(c).managed);
        let maintenance = self.is_set(node, "maintenance") || unmanaged;
        let row = self.board.node_mut(node);
        row.shutdown |= shutdown;
        row.standby |= standby;
        row.maintenance |= maintenance;
        self.check_discovery(node);
    }

    fn check_discovery(&mut self, node: NodeId) {
        let Some(text) = self.attr(node, "resource-discovery-enabled") else {
            return;
        };
        if lenient::is_true(Some(text)) {
            return;
        }
        self.log.warn_once(
            "resource-discovery-enabled",
            "unpack_handle_remote_attrs",
            "Support for the resource-discovery-enabled node attribute is deprecated and will be removed (and behave as \
             'true') in a future release.",
        );
        if self.config.is_remote_node(node) && !self.config.options.fencing_enabled {
            let name: Arc<str> = Arc::clone(&self.config.node(node).name);
            self.log.config_warning(
                "unpack_handle_remote_attrs",
                format!(
                    "Ignoring resource-discovery-enabled attribute on Pacemaker Remote node {name} because fencing is \
                     disabled"
                ),
            );
        } else {
            self.state.nodes[node.index()].probes_allowed = false;
        }
    }
}
