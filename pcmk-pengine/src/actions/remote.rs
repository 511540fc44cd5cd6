//! Orderings between actions on Pacemaker Remote nodes and the connections they go through. Source: behaviour notes 04 §13.

use pcmk_core::role::Role;

use crate::book::{ActionFlags, OrderFlags, Side, Task};
use crate::id::{ActionId, NodeId, RscId};
use crate::work::Work;

/// State of a remote connection (04 §13.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Connection {
    Unknown,
    Alive,
    Resting,
    Failed,
    Stopped,
}

/// Adds the orderings: all actions, newest first.
pub fn for_remotes(w: &mut Work<'_>) {
    let config = w.config;
    if !config.have_remote_nodes {
        return;
    }
    for position in (0..w.book.actions.len()).rev() {
        let id = ActionId::from_index(position);
        let action = w.book.get(id);
        let Some(rsc) = action.rsc else { continue };
        if action.task == Task::CLEAR_FAILCOUNT && config.rsc(rsc).remote_connection {
            w.order(
                Side::Action(id),
                Side::key(rsc, Task::START),
                OrderFlags::ORDERED,
            );
            continue;
        }
        let Some(node) = action.node else { continue };
        if !config.node(node).remote || action.is(ActionFlags::PSEUDO) {
            continue;
        }
        let Some(connection) = config.node(node).connection else {
            continue;
        };
        if action.task == Task::START {
            order_after_moved_stops(w, rsc, node, connection);
        }
        if config.rsc(connection).launcher.is_some() {
            for_guest(w, id, connection, node);
        } else {
            for_remote(w, id, connection, node);
        }
    }
}

/// A start on the remote node: the connection starts before the resource stops elsewhere (04 §13.1 item 3).
fn order_after_moved_stops(w: &mut Work<'_>, rsc: RscId, node: NodeId, connection: RscId) {
    let stops: Vec<ActionId> = w
        .book
        .newest_first(rsc)
        .filter(|&other| {
            let action = w.book.get(other);
            action.task == Task::STOP && action.node != Some(node)
        })
        .collect();
    for stop in stops {
        w.order(
            Side::key(connection, Task::START),
            Side::Action(stop),
            OrderFlags::ORDERED,
        );
    }
}

fn start_then(w: &mut Work<'_>, connection: RscId, id: ActionId, extra: OrderFlags) {
    w.order(
        Side::key(connection, Task::START),
        Side::Action(id),
        OrderFlags::GUEST_ALLOWED | OrderFlags::UNRUNNABLE_FIRST_BLOCKS | extra,
    );
}

fn then_stop(w: &mut Work<'_>, id: ActionId, connection: RscId, extra: OrderFlags) {
    w.order(
        Side::Action(id),
        Side::key(connection, Task::STOP),
        OrderFlags::GUEST_ALLOWED | extra,
    );
}

fn connection_state(w: &Work<'_>, node: NodeId, connection: RscId) -> Connection {
    let row = w.board.rsc(connection);
    let host = w.current_node(connection);
    if row.next_role == Role::Stopped || row.assigned.is_none() {
        if host.is_some_and(|h| w.board.node(h).unclean) {
            return Connection::Failed;
        }
        if !row.failed {
            return Connection::Stopped;
        }
        let reconnects = w.config.rsc(connection).reconnect_interval_ms > 0;
        if row.next_role == Role::Stopped
            && reconnects
            && w.state.node(node).remote_fenced
            && !w.shutdown_requested(node)
        {
            return Connection::Unknown;
        }
        return Connection::Failed;
    }
    let Some(host) = host else {
        return Connection::Unknown;
    };
    if w.board.node(host).unclean || !w.board.node(host).online {
        return Connection::Resting;
    }
    if w.state.rsc(connection).active.len() > 1
        && row.partial_source.is_some()
        && row.partial_target.is_some()
    {
        return Connection::Resting;
    }
    Connection::Alive
}

impl Work<'_> {
    /// The connection of this remote node is beyond recovery (04 §13.2 "failed").
    #[must_use]
    pub fn connection_failed(&self, node: NodeId) -> bool {
        self.config
            .node(node)
            .connection
            .is_some_and(|c| connection_state(self, node, c) == Connection::Failed)
    }

    /// The node's `shutdown` attribute asks for a shutdown (02 §5.3).
    #[must_use]
    pub fn shutdown_requested(&self, node: NodeId) -> bool {
        self.state
            .node(node)
            .attributes
            .get("shutdown")
            .is_some_and(|v| &**v != "0")
    }

    /// The action's meta table holds an interval other than 0.
    #[must_use]
    pub fn is_recurring(&self, id: ActionId) -> bool {
        let action = self.book.get(id);
        match action.added_meta("interval") {
            Some(text) => text != "0",
            None => action.interval_ms != 0,
        }
    }
}

fn for_remote(w: &mut Work<'_>, id: ActionId, connection: RscId, node: NodeId) {
    let state = connection_state(w, node, connection);
    let task = match w.book.get(id).task {
        Task::MIGRATE_TO | Task::MIGRATE_FROM => Task::STOP,
        other => other,
    };
    match task {
        Task::START | Task::PROMOTE => {
            let extra = if state == Connection::Failed {
                OrderFlags::FIRST_IMPLIES_THEN
            } else {
                OrderFlags::empty()
            };
            start_then(w, connection, id, extra);
        }
        Task::STOP => match state {
            Connection::Alive => then_stop(w, id, connection, OrderFlags::THEN_IMPLIES_FIRST),
            Connection::Failed => {
                w.fence_node(
                    node,
                    "resources are active but connection is unrecoverable",
                    false,
                );
            }
            Connection::Unknown | Connection::Resting | Connection::Stopped => {
                if w.board.rsc(connection).next_role == Role::Stopped {
                    then_stop(w, id, connection, OrderFlags::THEN_IMPLIES_FIRST);
                } else {
                    start_then(w, connection, id, OrderFlags::empty());
                }
            }
        },
        Task::DEMOTE => {
            if matches!(state, Connection::Resting | Connection::Unknown) {
                start_then(w, connection, id, OrderFlags::empty());
            }
        }
        _ => {
            if w.is_recurring(id) {
                start_then(w, connection, id, OrderFlags::FIRST_IMPLIES_THEN);
                return;
            }
            if task == Task::MONITOR && state == Connection::Failed {
                w.fence_node(
                    node,
                    "resources are in unknown state and connection is unrecoverable",
                    false,
                );
            }
            if w.current_node(connection).is_some() && state == Connection::Stopped {
                then_stop(w, id, connection, OrderFlags::UNRUNNABLE_FIRST_BLOCKS);
            } else {
                start_then(w, connection, id, OrderFlags::empty());
            }
        }
    }
}

fn for_guest(w: &mut Work<'_>, id: ActionId, connection: RscId, node: NodeId) {
    let Some(launcher) = w.config.rsc(connection).launcher else {
        return;
    };
    let failed = w.board.rsc(launcher).failed;
    if failed {
        w.fence_node(node, "container failed", false);
    }
    let task = w.book.get(id).task;
    match task {
        Task::START | Task::PROMOTE => {
            start_then(w, launcher, id, OrderFlags::FIRST_IMPLIES_THEN);
            start_then(w, connection, id, OrderFlags::empty());
        }
        Task::STOP | Task::DEMOTE => {
            if !failed {
                then_stop(w, id, connection, OrderFlags::empty());
            }
        }
        _ => {
            if w.is_recurring(id) {
                if known_type(task) {
                    start_then(w, connection, id, OrderFlags::FIRST_IMPLIES_THEN);
                }
            } else {
                start_then(w, connection, id, OrderFlags::empty());
            }
        }
    }
}

/// Task types the reference tells apart; everything else is "unspecified" (04 §2.3 end).
fn known_type(task: Task) -> bool {
    matches!(
        task,
        Task::MONITOR
            | Task::STOP
            | Task::STOPPED
            | Task::START
            | Task::RUNNING
            | Task::NOTIFY
            | Task::NOTIFIED
            | Task::PROMOTE
            | Task::PROMOTED
            | Task::DEMOTE
            | Task::DEMOTED
            | Task::DO_SHUTDOWN
            | Task::STONITH
    )
}
