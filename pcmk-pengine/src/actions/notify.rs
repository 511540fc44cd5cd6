//! Notifications of clone instances. Source: behaviour notes 04 §11.
//!
//! The clone's pseudo-actions are made with its other actions; what each instance is told is known only when everything
//! else is settled, so the instances' own notify actions are made while the graph is built ([`create_for_clone`]).
//! Relations added here only order; nothing is propagated any more.

use std::sync::Arc;

use pcmk_core::role::Role;

use crate::book::{ActionFlags, OrderFlags, Task};
use crate::id::{ActionId, NodeId, RscId};
use crate::work::Work;

/// The four pseudo-actions around one operation of a clone.
#[derive(Clone, Copy, Debug)]
pub struct NotifySet {
    /// Before.
    pub pre: Option<ActionId>,
    /// Everyone was told before.
    pub pre_done: Option<ActionId>,
    /// After.
    pub post: ActionId,
    /// Everyone was told after.
    pub post_done: ActionId,
}

/// The sets of one clone.
#[derive(Clone, Copy, Debug, Default)]
pub struct CloneNotifications {
    /// Around start.
    pub start: Option<NotifySet>,
    /// Around stop.
    pub stop: Option<NotifySet>,
    /// Around promote.
    pub promote: Option<NotifySet>,
    /// Around demote.
    pub demote: Option<NotifySet>,
}

fn sets(w: &Work<'_>, clone: RscId) -> CloneNotifications {
    w.book
        .notifications
        .get(&clone)
        .copied()
        .unwrap_or_default()
}

/// Makes the pseudo-actions around start and stop.
pub fn prepare_start_stop(w: &mut Work<'_>, clone: RscId) {
    if !w.config.rsc(clone).notify {
        return;
    }
    let start = around(w, clone, Task::START, Task::RUNNING);
    let stop = around(w, clone, Task::STOP, Task::STOPPED);
    let entry = w.book.notifications.entry(clone).or_default();
    entry.start = start;
    entry.stop = stop;
    if let (Some(start), Some(stop)) = (start, stop) {
        order(w, Some(stop.post_done), start.pre);
    }
}

/// Makes the pseudo-actions around promote.
pub fn prepare_promote(w: &mut Work<'_>, clone: RscId) {
    if !w.config.rsc(clone).notify {
        return;
    }
    let promote = around(w, clone, Task::PROMOTE, Task::PROMOTED);
    w.book.notifications.entry(clone).or_default().promote = promote;
}

/// Makes the pseudo-actions around demote, and orders all four operations' notifications.
pub fn prepare_demote(w: &mut Work<'_>, clone: RscId) {
    if !w.config.rsc(clone).notify {
        return;
    }
    let demote = around(w, clone, Task::DEMOTE, Task::DEMOTED);
    w.book.notifications.entry(clone).or_default().demote = demote;
    let all = sets(w, clone);
    let done = |set: Option<NotifySet>| set.map(|s| s.post_done);
    let pre = |set: Option<NotifySet>| set.and_then(|s| s.pre);
    order(w, done(all.stop), pre(all.promote));
    order(w, done(all.start), pre(all.promote));
    order(w, done(all.demote), pre(all.promote));
    order(w, done(all.demote), pre(all.start));
    order(w, done(all.demote), pre(all.stop));
}

fn order(w: &mut Work<'_>, first: Option<ActionId>, then: Option<ActionId>) {
    if let (Some(first), Some(then)) = (first, then) {
        w.relate(first, then, OrderFlags::ORDERED);
    }
}

/// One pseudo-action of a notification: `RSC_KIND_notify_WHAT_0`.
fn pseudo(
    w: &mut Work<'_>,
    rsc: RscId,
    kind: &str,
    operation: Task,
    about: Task,
    like: ActionId,
    runnable: bool,
) -> ActionId {
    let confirmed = kind.starts_with("confirmed-");
    let task = if confirmed {
        Task::NOTIFIED
    } else {
        Task::NOTIFY
    };
    let about_name = w.book.tasks.name(about).clone();
    let key = w.book.tasks.intern(&format!("{kind}_notify_{about_name}"));
    let optional = w.book.is(like, ActionFlags::OPTIONAL);
    let id = w.pseudo_keyed(rsc, key, task, optional, runnable);
    let operation_name = w.book.tasks.name(operation).clone();
    let action = w.book.get_mut(id);
    action.set_meta("notify_key_type", kind);
    action.set_meta("notify_key_operation", &about_name);
    action.set_meta(
        "notify_type",
        kind.strip_prefix("confirmed-").unwrap_or(kind),
    );
    action.set_meta("notify_operation", &operation_name);
    id
}

fn post_pair(
    w: &mut Work<'_>,
    rsc: RscId,
    operation: Task,
    about: Task,
    complete: ActionId,
) -> (ActionId, ActionId) {
    let runnable = w.book.is(complete, ActionFlags::RUNNABLE);
    let post = pseudo(w, rsc, "post", operation, about, complete, runnable);
    w.book.get_mut(post).flags.insert(ActionFlags::URGENT);
    let post_done = pseudo(
        w,
        rsc,
        "confirmed-post",
        operation,
        about,
        complete,
        runnable,
    );
    w.book.get_mut(post_done).flags.insert(ActionFlags::URGENT);
    w.relate(complete, post, OrderFlags::FIRST_IMPLIES_THEN);
    w.relate(post, post_done, OrderFlags::FIRST_IMPLIES_THEN);
    (post, post_done)
}

fn around(w: &mut Work<'_>, clone: RscId, operation: Task, completion: Task) -> Option<NotifySet> {
    let action = w.find_key(clone, operation, 0, None)?;
    let complete = w.find_key(clone, completion, 0, None)?;
    let pre = pseudo(w, clone, "pre", operation, operation, action, true);
    let pre_done = pseudo(
        w,
        clone,
        "confirmed-pre",
        operation,
        operation,
        action,
        true,
    );
    w.relate(pre, pre_done, OrderFlags::ORDERED);
    w.relate(pre_done, action, OrderFlags::ORDERED);
    let (post, post_done) = post_pair(w, clone, operation, completion, complete);
    w.relate(pre_done, post, OrderFlags::ORDERED);
    Some(NotifySet {
        pre: Some(pre),
        pre_done: Some(pre_done),
        post,
        post_done,
    })
}

/// An instance and a node, as the variables list them.
type Entry = (RscId, Option<NodeId>);

/// What is known about a clone for one operation's notifications.
#[derive(Debug, Default)]
struct Collected {
    active: Vec<Entry>,
    inactive: Vec<Entry>,
    unpromoted: Vec<Entry>,
    promoted: Vec<Entry>,
    start: Vec<Entry>,
    stop: Vec<Entry>,
    promote: Vec<Entry>,
    demote: Vec<Entry>,
}

fn collect(w: &Work<'_>, rsc: RscId, with_actions: bool, into: &mut Collected) {
    let row = w.config.rsc(rsc);
    if !row.is_primitive() {
        for &child in &w.board.rsc(rsc).children {
            collect(w, child, with_actions, into);
        }
        return;
    }
    let entry = (rsc, w.state.rsc(rsc).active.first().copied());
    match w.board.rsc(rsc).role {
        Role::Stopped => into.inactive.push((rsc, None)),
        Role::Started => into.active.push(entry),
        Role::Unpromoted => {
            into.unpromoted.push(entry);
            into.active.push(entry);
        }
        Role::Promoted => {
            into.promoted.push(entry);
            into.active.push(entry);
        }
        Role::Unknown => {}
    }
    if !with_actions {
        return;
    }
    for id in w.book.newest_first(rsc) {
        let action = w.book.get(id);
        let Some(node) = action.node else { continue };
        if action.is(ActionFlags::OPTIONAL) {
            continue;
        }
        let implied_stop = action.task == Task::STOP && w.board.node(node).unclean;
        if !action.is(ActionFlags::RUNNABLE) && !implied_stop {
            continue;
        }
        let list = match action.task {
            Task::START => &mut into.start,
            Task::STOP => &mut into.stop,
            Task::PROMOTE => &mut into.promote,
            Task::DEMOTE => &mut into.demote,
            _ => continue,
        };
        list.push((rsc, Some(node)));
    }
}

/// Names and values, in order of production. The actions that get them share them.
type Variables = Vec<(Arc<str>, Arc<str>)>;

fn shared(list: Vec<(&'static str, Arc<str>)>) -> Variables {
    let shared = |(name, value): (&str, _)| (name.into(), value);
    list.into_iter().map(shared).collect()
}

/// Sorted by resource id, then node id; one entry per resource id.
fn listing(w: &Work<'_>, list: &[Entry], with_nodes: bool) -> (Arc<str>, Arc<str>) {
    let config = w.config;
    let mut sorted = list.to_vec();
    sorted.sort_by(|a, b| {
        config
            .name(a.0)
            .cmp(config.name(b.0))
            .then_with(|| match (a.1, b.1) {
                (Some(x), Some(y)) => config.node(x).uuid.cmp(&config.node(y).uuid),
                (None, None) => std::cmp::Ordering::Equal,
                (None, Some(_)) => std::cmp::Ordering::Less,
                (Some(_), None) => std::cmp::Ordering::Greater,
            })
    });
    let (mut names, mut nodes) = (String::new(), String::new());
    let mut last: Option<&str> = None;
    for (rsc, node) in sorted {
        let name = config.name(rsc);
        if last == Some(name) || (with_nodes && node.is_none()) {
            continue;
        }
        last = Some(name);
        push_word(&mut names, name);
        if let Some(node) = node {
            push_word(&mut nodes, config.node_name(node));
        }
    }
    (word_list(names), word_list(nodes))
}

fn push_word(list: &mut String, word: &str) {
    if !list.is_empty() {
        list.push(' ');
    }
    list.push_str(word);
}

/// An empty list is a single blank.
fn word_list(list: String) -> Arc<str> {
    if list.is_empty() {
        " ".into()
    } else {
        list.into()
    }
}

fn variables(w: &Work<'_>, clone: RscId, data: &Collected) -> Variables {
    let config = w.config;
    let mut out = Vec::with_capacity(22);
    let mut both = |names: [&'static str; 2], list: &[Entry]| {
        let (resources, nodes) = listing(w, list, true);
        out.push((names[0], resources));
        out.push((names[1], nodes));
    };
    both(["notify_stop_resource", "notify_stop_uname"], &data.stop);
    both(["notify_start_resource", "notify_start_uname"], &data.start);
    both(
        ["notify_demote_resource", "notify_demote_uname"],
        &data.demote,
    );
    both(
        ["notify_promote_resource", "notify_promote_uname"],
        &data.promote,
    );
    both(
        ["notify_active_resource", "notify_active_uname"],
        &data.active,
    );
    both(
        ["notify_unpromoted_resource", "notify_unpromoted_uname"],
        &data.unpromoted,
    );
    both(
        ["notify_slave_resource", "notify_slave_uname"],
        &data.unpromoted,
    );
    both(
        ["notify_promoted_resource", "notify_promoted_uname"],
        &data.promoted,
    );
    both(
        ["notify_master_resource", "notify_master_uname"],
        &data.promoted,
    );
    out.push((
        "notify_inactive_resource",
        listing(w, &data.inactive, false).0,
    ));
    out.push((
        "notify_available_uname",
        node_list(w, &w.scores.of(clone).by_name(config)),
    ));
    let host_source = config
        .rsc(clone)
        .meta("container-attribute-target")
        .is_some_and(|v| v.eq_ignore_ascii_case("host"));
    if host_source {
        let hosts: Vec<NodeId> = config
            .node_order
            .iter()
            .map(|&n| {
                config
                    .launcher_of_node(n)
                    .filter(|_| config.is_guest_or_bundle_node(n))
                    .and_then(|launcher| w.current_node(launcher))
                    .unwrap_or(n)
            })
            .collect();
        out.push(("notify_all_hosts", node_list(w, &hosts)));
    }
    out.push(("notify_all_uname", node_list(w, &config.node_order)));
    shared(out)
}

fn node_list(w: &Work<'_>, nodes: &[NodeId]) -> Arc<str> {
    let mut list = String::new();
    for &node in nodes {
        push_word(&mut list, w.config.node_name(node));
    }
    word_list(list)
}

/// Makes the instances' notifications of one clone, for start, stop, promote and demote in this order (04 §11.2).
pub fn create_for_clone(w: &mut Work<'_>, clone: RscId) {
    let all = sets(w, clone);
    for (operation, set) in [
        (Task::START, all.start),
        (Task::STOP, all.stop),
        (Task::PROMOTE, all.promote),
        (Task::DEMOTE, all.demote),
    ] {
        let Some(set) = set else { continue };
        let mut data = Collected::default();
        collect(w, clone, true, &mut data);
        let variables = variables(w, clone, &data);
        let own = match operation {
            Task::START => &data.start,
            Task::STOP => &data.stop,
            Task::PROMOTE => &data.promote,
            _ => &data.demote,
        };
        if !own.is_empty() {
            for id in [set.pre, set.pre_done, Some(set.post), Some(set.post_done)]
                .into_iter()
                .flatten()
            {
                w.book.get_mut(id).flags.remove(ActionFlags::OPTIONAL);
            }
        }
        let relevant = operation == Task::STOP || !own.is_empty();
        for_instances(w, clone, operation, set, &variables, relevant);
    }
}

/// Notifications for a stop that fencing implies (04 §11.3): about this one instance, to all of its clone.
pub fn for_implied_stop(w: &mut Work<'_>, rsc: RscId, stop: ActionId, fencing: ActionId) {
    let config = w.config;
    let (post, post_done) = post_pair(w, rsc, Task::STOP, Task::STONITH, fencing);
    let set = NotifySet {
        pre: None,
        pre_done: None,
        post,
        post_done,
    };
    let node = w.book.get(stop).node;
    let (resource, uname) = listing(w, &[(rsc, node)], true);
    let variables = shared(vec![
        ("notify_stop_resource", resource),
        ("notify_stop_uname", uname),
    ]);
    for_instances(w, config.top_of(rsc), Task::STOP, set, &variables, true);
}

fn for_instances(
    w: &mut Work<'_>,
    rsc: RscId,
    operation: Task,
    set: NotifySet,
    variables: &Variables,
    relevant: bool,
) {
    if !w.config.rsc(rsc).is_primitive() {
        for child in w.board.rsc(rsc).children.clone() {
            for_instances(w, child, operation, set, variables, relevant);
        }
        return;
    }
    let state = w.state;
    let changes: Vec<ActionId> = w.book.newest_first(rsc).collect();
    for id in changes {
        let action = w.book.get(id);
        let change = matches!(
            action.task,
            Task::START | Task::STOP | Task::PROMOTE | Task::DEMOTE
        );
        if change && action.node.is_some() && !action.is(ActionFlags::OPTIONAL) {
            add_variables(w, id, variables);
        }
    }
    if !relevant {
        return;
    }
    let (role, next_role) = (w.board.rsc(rsc).role, w.board.rsc(rsc).next_role);
    let optional_or_missing = |w: &Work<'_>, id: Option<ActionId>| {
        id.is_none_or(|id| w.book.is(id, ActionFlags::OPTIONAL))
    };
    if matches!(operation, Task::STOP | Task::DEMOTE) {
        if role == Role::Stopped {
            return;
        }
        for &node in &state.rsc(rsc).active {
            let stop = w.find_task(rsc, Task::STOP, None);
            let implied = stop.is_some_and(|id| w.book.is(id, ActionFlags::PSEUDO));
            if implied && (w.board.node(node).unclean || w.board.node(node).remote_reset) {
                continue;
            }
            notify(w, rsc, node, set.pre, set.pre_done, variables);
            if operation == Task::DEMOTE || optional_or_missing(w, stop) {
                notify_post(w, rsc, node, set, variables);
            }
        }
        return;
    }
    if next_role == Role::Stopped {
        return;
    }
    let start = w.find_task(rsc, Task::START, None);
    if let Some(start) = start
        && let Some(node) = w.book.get(start).node
        && w.config.node(node).remote
        && let Some(connection) = w.config.node(node).connection
        && w.find_task(connection, Task::START, None)
            .is_some_and(|id| !w.book.is(id, ActionFlags::RUNNABLE))
    {
        return;
    }
    let Some(node) = w.board.assigned_node(rsc) else {
        w.log.sched_error(
            "create_notify_actions",
            format!(
                "Next role '{}' but {} is not allocated",
                next_role.text(),
                w.config.name(rsc)
            ),
        );
        return;
    };
    if operation == Task::PROMOTE || optional_or_missing(w, start) {
        notify(w, rsc, node, set.pre, set.pre_done, variables);
    }
    notify_post(w, rsc, node, set, variables);
}

/// Later values replace earlier ones; the list is applied in reverse order of production.
fn add_variables(w: &mut Work<'_>, id: ActionId, variables: &Variables) {
    let meta = &mut w.book.get_mut(id).rare().meta;
    for (name, value) in variables.iter().rev() {
        match meta.iter_mut().find(|(n, _)| *n == *name) {
            Some(pair) => pair.1 = Arc::clone(value),
            None => meta.push((Arc::clone(name), Arc::clone(value))),
        }
    }
}

fn notify(
    w: &mut Work<'_>,
    rsc: RscId,
    node: NodeId,
    about: Option<ActionId>,
    done: Option<ActionId>,
    variables: &Variables,
) -> Option<ActionId> {
    let (about, done) = (about?, done?);
    if !w.board.node(node).online || !w.book.is(about, ActionFlags::RUNNABLE) {
        return None;
    }
    let (kind, operation, meta, optional) = {
        let action = w.book.get(about);
        (
            action
                .added_meta("notify_type")
                .unwrap_or_default()
                .to_owned(),
            action
                .added_meta("notify_operation")
                .unwrap_or_default()
                .to_owned(),
            action.meta().to_vec(),
            action.is(ActionFlags::OPTIONAL),
        )
    };
    let key = w.book.tasks.intern(&format!("{kind}_notify_{operation}"));
    let id = w.request_keyed(rsc, key, Task::NOTIFY, 0, Some(node), optional);
    for (name, value) in meta {
        let action = w.book.get_mut(id);
        if action.added_meta(&name).is_none() {
            action.rare().meta.push((name, value));
        }
    }
    add_variables(w, id, variables);
    w.relate(about, id, OrderFlags::ORDERED);
    w.relate(id, done, OrderFlags::ORDERED);
    Some(id)
}

fn notify_post(w: &mut Work<'_>, rsc: RscId, node: NodeId, set: NotifySet, variables: &Variables) {
    let Some(id) = notify(w, rsc, node, Some(set.post), Some(set.post_done), variables) else {
        return;
    };
    w.book.get_mut(id).flags.insert(ActionFlags::URGENT);
    let recurring: Vec<ActionId> = w
        .book
        .newest_first(rsc)
        .filter(|&other| {
            let action = w.book.get(other);
            action.interval_ms != 0 && action.task != Task::CANCEL
        })
        .collect();
    for other in recurring {
        w.relate(set.post_done, other, OrderFlags::ORDERED);
    }
}
