//! Shutdown locks: a resource waits for its node to come back. Source: behaviour notes 03 §4.2, 02 §12.

use pcmk_core::lenient::{ms_to_s, scan_ll};
use pcmk_core::score::Score;

use crate::book::Task;
use crate::config::Kind;
use crate::id::{NodeId, RscId};
use crate::scores::Cause;
use crate::work::Work;

/// Locks what has to be locked, and bans it from all other nodes. Clones and bundles are never locked.
pub fn shutdown_locks(w: &mut Work<'_>) {
    let config = w.config;
    if !config.options.shutdown_lock {
        return;
    }
    for &rsc in &config.top {
        match config.rsc(rsc).kind {
            Kind::Primitive => lock(w, rsc),
            Kind::Group(_) => {
                for &member in &config.rsc(rsc).children {
                    lock(w, member);
                }
            }
            Kind::Clone(_) | Kind::Bundle(_) => {}
        }
    }
}

fn lock(w: &mut Work<'_>, rsc: RscId) {
    let config = w.config;
    let row = config.rsc(rsc);
    if row.fence_device || row.remote_connection {
        return;
    }
    let active = &w.state.rsc(rsc).active;
    match w.board.rsc(rsc).lock_node {
        Some(node) if !active.is_empty() => {
            // It was started elsewhere, by hand or because the lock expired.
            w.request(rsc, Task::LRM_DELETE, 0, Some(node), false);
            let state = w.board.rsc_mut(rsc);
            state.lock_node = None;
            state.lock_time = 0;
        }
        Some(_) => {}
        None => {
            if let [node] = active.as_slice() {
                let believed = w.board.node(*node);
                if believed.shutdown && !believed.unclean {
                    let time = shutdown_time(w, *node);
                    let state = w.board.rsc_mut(rsc);
                    state.lock_node = Some(*node);
                    state.lock_time = time;
                }
            }
        }
    }
    let Some(locked) = w.board.rsc(rsc).lock_node else {
        return;
    };
    if config.options.shutdown_lock_limit_ms > 0 {
        let limit = i64::try_from(ms_to_s(u64::from(config.options.shutdown_lock_limit_ms)))
            .unwrap_or(i64::MAX);
        let expires = w
            .board
            .rsc(rsc)
            .lock_time
            .saturating_add(limit)
            .saturating_add(1);
        w.board.recheck_at(expires, config.now_epoch);
    }
    for &node in &config.node_order {
        if node != locked {
            w.add_score(rsc, Some(node), Score::MINUS_INFINITY, &Cause::ShutdownLock);
        }
    }
}

/// When the node was asked to shut down, seconds of the epoch; now if that is not known.
fn shutdown_time(w: &Work<'_>, node: NodeId) -> i64 {
    let recorded = w
        .state
        .node(node)
        .attributes
        .get("shutdown")
        .and_then(|text| scan_ll(text).ok());
    match recorded {
        Some(time) if time != 0 => time,
        Some(_) | None => w.config.now_epoch,
    }
}
