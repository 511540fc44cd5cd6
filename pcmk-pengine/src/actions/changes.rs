//! Configuration changes: what history says was run, against what is configured now. Source: behaviour notes 02 §13.5,
//! 04 §5.2, §5.3.

use pcmk_core::lenient::readable_interval;

use crate::book::{ActionFlags, OrderFlags, Side, Task};
use crate::id::{NodeId, RscId};
use crate::record::Event;
use crate::state::digest::{self, DigestResult};
use crate::state::{DeferredCheck, failcount, find, history};
use crate::work::Work;
use pcmk_cib::xml::ElementId;

/// Checks every history entry that still matters: nodes in node order, entries in document order.
pub fn for_changes(w: &mut Work<'_>) {
    let (config, state) = (w.config, w.state);
    for &node in &config.node_order {
        let row = w.board.node(node);
        if !row.maintenance && !row.available() {
            continue;
        }
        let Some(element) = state.node(node).xml else {
            continue;
        };
        let histories = config
            .doc
            .element(element)
            .child("lrm")
            .and_then(|lrm| lrm.child("lrm_resources"))
            .into_iter()
            .flat_map(|list| list.children_named("lrm_resource"));
        for entry in histories {
            if entry.children().next().is_none() {
                continue;
            }
            let Some(id) = entry.xml_id() else { continue };
            let mut matches = find::all_renamed(config, state, id);
            matches.reverse();
            for rsc in matches {
                if config.rsc(rsc).is_primitive() {
                    check_history(w, rsc, node, entry.id());
                }
            }
        }
    }
}

fn check_history(w: &mut Work<'_>, rsc: RscId, node: NodeId, lrm_resource: ElementId) {
    let (config, state) = (w.config, w.state);
    let row = config.rsc(rsc);
    if row.removed {
        let top = config.rsc(config.top_of(rsc));
        if !top.is_clone() || top.unique {
            clean_up(w, rsc, node);
        }
        return;
    }
    if !state.rsc(rsc).active.contains(&node) {
        if agent_changed(w, rsc, node, lrm_resource, false) {
            clean_up(w, rsc, node);
        }
        return;
    }
    if agent_changed(w, rsc, node, lrm_resource, true) {
        clean_up(w, rsc, node);
    }
    let sorted = history::sorted_entries(&config.doc, lrm_resource);
    let active = history::active_ops(&config.doc, &sorted);
    if active.start < active.stop {
        return;
    }
    for (index, &entry) in sorted.iter().enumerate() {
        if (index as i64) < i64::from(active.start) {
            continue;
        }
        let element = config.doc.element(entry);
        let Some(task) = element.attr("operation") else {
            continue;
        };
        let interval_ms = entry_interval(element.attr("interval"));
        if interval_ms > 0 && (w.board.rsc(rsc).maintenance || w.board.node(node).maintenance) {
            cancel_from_history(w, rsc, node, entry, task, interval_ms);
        } else if interval_ms > 0
            || ["monitor", "start", "promote", "migrate_from"]
                .iter()
                .any(|t| task.eq_ignore_ascii_case(t))
        {
            if digest::needs_container_host(w, rsc) {
                w.book.deferred.push(DeferredCheck {
                    rsc,
                    node,
                    entry,
                    active: true,
                });
            } else {
                check_and_clear(w, rsc, node, entry);
            }
        }
    }
}

/// The `interval` of a history entry: milliseconds as a plain number.
fn entry_interval(text: Option<&str>) -> u32 {
    text.and_then(|t| pcmk_core::lenient::scan_ll(t).ok())
        .and_then(|ms| u32::try_from(ms).ok())
        .unwrap_or(0)
}

fn check_and_clear(w: &mut Work<'_>, rsc: RscId, node: NodeId, entry: ElementId) {
    if check_entry(w, rsc, node, entry)
        && failcount::fail_count(w, rsc, node, true, false, None).0 != 0
    {
        w.clear_failcount(rsc, node, "action definition changed");
    }
}

/// Checks that had to wait for the assignment, last registered first; those registered by status come last (02 §13.6).
pub fn deferred_checks(w: &mut Work<'_>) {
    let state = w.state;
    let registered = std::mem::take(&mut w.book.deferred);
    for check in registered
        .into_iter()
        .rev()
        .chain(state.deferred.iter().rev().copied())
    {
        if check.active {
            check_and_clear(w, check.rsc, check.node, check.entry);
        } else {
            match digest::compare(w, check.rsc, check.node, check.entry) {
                DigestResult::Match | DigestResult::Unknown => {}
                DigestResult::Restart | DigestResult::Mismatch => {
                    w.clear_failcount(check.rsc, check.node, "resource parameters have changed");
                }
            }
        }
    }
}

/// Whether class, provider or type differ from what history recorded. With `react`, also stops the old one.
fn agent_changed(
    w: &mut Work<'_>,
    rsc: RscId,
    node: NodeId,
    lrm_resource: ElementId,
    react: bool,
) -> bool {
    let config = w.config;
    let element = config.doc.element(lrm_resource);
    let row = config.rsc(rsc);
    let mut changed = false;
    for (name, now) in [
        ("type", &row.agent),
        ("class", &row.class),
        ("provider", &row.provider),
    ] {
        if element.attr(name) != now.as_deref() {
            changed = true;
            if react {
                w.trigger_unfencing(Some(rsc), Some(node), "Device definition changed");
            }
        }
    }
    if changed && react {
        w.request(rsc, Task::STOP, 0, Some(node), false);
        w.board.rsc_mut(rsc).start_pending = true;
    }
    changed
}

/// Schedules deletion of the resource's history on a node (04 §14.4).
fn clean_up(w: &mut Work<'_>, rsc: RscId, node: NodeId) {
    let believed = w.board.node(node);
    if w.board.rsc(rsc).failed || believed.unclean || !believed.online {
        return;
    }
    w.request(rsc, Task::DELETE, 0, Some(node), false);
    w.order(
        Side::key(rsc, Task::STOP),
        Side::key(rsc, Task::DELETE),
        OrderFlags::ORDERED,
    );
    w.order(
        Side::key(rsc, Task::DELETE),
        Side::key(rsc, Task::START),
        OrderFlags::ORDERED,
    );
}

fn cancel_from_history(
    w: &mut Work<'_>,
    rsc: RscId,
    node: NodeId,
    entry: ElementId,
    task: &str,
    interval_ms: u32,
) {
    let call_id = w
        .config
        .doc
        .element(entry)
        .attr("call-id")
        .unwrap_or_default()
        .to_owned();
    let task = w.book.tasks.intern(task);
    let cancel = w.new_cancel(rsc, task, interval_ms, node);
    w.book.get_mut(cancel).set_meta("call-id", &call_id);
    w.order(
        Side::key(rsc, Task::STOP),
        Side::Action(cancel),
        OrderFlags::ORDERED,
    );
}

/// Checks one entry; true if something changed (04 §5.3).
fn check_entry(w: &mut Work<'_>, rsc: RscId, node: NodeId, entry: ElementId) -> bool {
    let config = w.config;
    let element = config.doc.element(entry);
    let Some(name) = element.attr("operation") else {
        return false;
    };
    let interval_ms = entry_interval(element.attr("interval"));
    if interval_ms > 0
        && config
            .find_operation(rsc, name, interval_ms, false)
            .is_none()
    {
        if config.options.cancel_removed {
            cancel_from_history(w, rsc, node, entry, name, interval_ms);
        }
        return true;
    }
    let acting = match name.to_ascii_lowercase().as_str() {
        "monitor" | "migrate_from" | "promote" if interval_ms == 0 => "start",
        _ => name,
    };
    let result = digest::compare(w, rsc, node, entry);
    if config.sanitized
        && result != DigestResult::Match
        && digest::secure_equal(w, rsc, node, entry)
    {
        let line = format!(
            "Only 'private' parameters to {}-interval {acting} for {} on {} changed: {}",
            readable_interval(u64::from(interval_ms)),
            config.name(rsc),
            config.node_name(node),
            element.attr("transition-magic").unwrap_or("(null)"),
        );
        w.record.events.push(Event::Info(line));
        return false;
    }
    match result {
        DigestResult::Match => return false,
        DigestResult::Restart => force_restart(w, rsc, node, acting, interval_ms),
        DigestResult::Unknown | DigestResult::Mismatch => {
            if interval_ms > 0 {
                w.trigger_unfencing(
                    Some(rsc),
                    Some(node),
                    "Device parameters changed (reschedule)",
                );
                let task = w.book.tasks.intern(acting);
                let id = w.request(rsc, task, interval_ms, Some(node), true);
                w.book.get_mut(id).flags.insert(ActionFlags::RESCHEDULE);
            } else if element.attr("op-restart-digest").is_some() {
                w.trigger_unfencing(Some(rsc), Some(node), "Device parameters changed (reload)");
                reload(w, rsc, node);
            } else {
                force_restart(w, rsc, node, acting, interval_ms);
            }
        }
    }
    true
}

fn force_restart(w: &mut Work<'_>, rsc: RscId, node: NodeId, task: &str, interval_ms: u32) {
    let task = w.book.tasks.intern(task);
    let id = w.request(rsc, task, interval_ms, None, false);
    w.book.get_mut(id).set_reason("resource definition change");
    w.trigger_unfencing(Some(rsc), Some(node), "Device parameters changed");
}

fn reload(w: &mut Work<'_>, rsc: RscId, node: NodeId) {
    let row = w.board.rsc(rsc);
    if !row.managed || row.failed {
        return;
    }
    if row.start_pending {
        w.request(rsc, Task::STOP, 0, Some(node), false);
        return;
    }
    w.board.rsc_mut(rsc).reload = true;
    let id = w.request(rsc, Task::RELOAD_AGENT, 0, Some(node), false);
    let action = w.book.get_mut(id);
    if action.reason().is_none() {
        action.set_reason("resource definition change");
    }
    let flags = OrderFlags::ORDERED | OrderFlags::THEN_CANCELS_FIRST;
    w.order(Side::Action(id), Side::key(rsc, Task::STOP), flags);
    w.order(Side::Action(id), Side::key(rsc, Task::DEMOTE), flags);
}

/// Clears the fail counts of removed resources on online nodes, before they stop (04 §14.5).
pub fn clear_removed_failcounts(w: &mut Work<'_>) {
    let config = w.config;
    if !config.options.stop_removed {
        return;
    }
    for rsc in w.board.top.clone() {
        if !config.rsc(rsc).removed {
            continue;
        }
        for &node in &config.node_order {
            if w.board.node(node).online
                && failcount::fail_count(w, rsc, node, true, false, None).0 != 0
            {
                let clear = w.clear_failcount(rsc, node, "it is removed");
                w.order(
                    Side::Action(clear),
                    Side::key(rsc, Task::STOP),
                    OrderFlags::ORDERED,
                );
            }
        }
    }
}
