//! One action as the graph describes it: element, keys, node, resource, attributes. Source: behaviour notes 05 §1.5, §1.7.

use std::borrow::Cow;
use std::sync::Arc;

use pcmk_core::order::upstream_order;
use pcmk_core::version::FEATURE_SET;

use crate::book::{Action, ActionFlags, Task};
use crate::config::{Config, Kind};
use crate::id::{ActionId, NodeId, RscId};
use crate::pipeline::Decision;
use crate::state::params::ParamTable;
use crate::transition::Details;
pub use crate::transition::attributes::{AttrName, Attributes};
use crate::transition::attributes::{Sink, sort_named};

/// Element of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ElementKind {
    /// Executed by an agent.
    RscOp,
    /// Not executed at all.
    PseudoEvent,
    /// Executed by the cluster itself.
    CrmEvent,
}

impl ElementKind {
    /// Element name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            ElementKind::RscOp => "rsc_op",
            ElementKind::PseudoEvent => "pseudo_event",
            ElementKind::CrmEvent => "crm_event",
        }
    }
}

/// The attributes of an action's element, in a trigger as well as in an action set.
#[derive(Clone, Debug)]
pub struct Head<'a> {
    /// Element.
    pub kind: ElementKind,
    /// `mode="cib"`: only the CIB is changed.
    pub cib_only: bool,
    /// Action number.
    pub id: u32,
    /// `operation`.
    pub operation: &'a str,
    /// The `operation_key`, if the resource has another name in history; the key itself is then the
    /// `internal_operation_key`.
    pub history_key: Option<String>,
    /// `on_node`, `on_node_uuid`.
    pub node: Option<NodeId>,
    /// `router_node`.
    pub router: Option<NodeId>,
    /// `shutdown-lock`.
    pub shutdown_lock: Option<i64>,
}

/// The resource element inside an action.
#[derive(Clone, Debug)]
pub struct RscElement<'a> {
    /// `id`.
    pub id: &'a str,
    /// `long-id`.
    pub long_id: Option<&'a str>,
    /// `class`.
    pub class: Option<&'a str>,
    /// `provider`.
    pub provider: Option<&'a str>,
    /// `type`.
    pub agent: Option<&'a str>,
}

/// The key of an action as text.
#[must_use]
pub fn key_text(decision: &Decision, id: ActionId) -> Cow<'_, str> {
    let action = decision.book.get(id);
    match (action.uuid(), action.rsc) {
        (Some(uuid), _) => Cow::Borrowed(uuid),
        (None, Some(rsc)) => Cow::Owned(pcmk_core::key::op_key(
            decision.config.name(rsc),
            decision.book.tasks.name(action.key),
            action.interval_ms,
        )),
        (None, None) => Cow::Borrowed(decision.book.tasks.name(action.task)),
    }
}

/// Whether the element says on which node.
pub(super) fn has_node_details(action: &Action) -> bool {
    action.task == Task::STONITH || !action.is(ActionFlags::PSEUDO)
}

/// The element.
pub(super) fn kind(action: &Action) -> ElementKind {
    match action.task {
        _ if action.is(ActionFlags::PSEUDO) => ElementKind::PseudoEvent,
        Task::STONITH | Task::DO_SHUTDOWN | Task::CLEAR_FAILCOUNT | Task::LRM_DELETE => {
            ElementKind::CrmEvent
        }
        _ => ElementKind::RscOp,
    }
}

/// Whether only the CIB is changed.
pub(super) fn cib_only(action: &Action) -> bool {
    action.task == Task::LRM_DELETE && !action.is(ActionFlags::PSEUDO)
}

/// Element attributes of an action.
#[must_use]
pub fn head(decision: &Decision, id: ActionId) -> Head<'_> {
    let Decision {
        config,
        state,
        board,
        book,
        ..
    } = decision;
    let action = book.get(id);
    let history = action
        .rsc
        .and_then(|rsc| state.rsc(rsc).history_id.as_deref());
    let history_key = history.map(|history| {
        if action.task == Task::NOTIFY {
            let kind = action.added_meta("notify_type").unwrap_or_default();
            let operation = action.added_meta("notify_operation").unwrap_or_default();
            format!("{history}_{kind}_notify_{operation}_0")
        } else {
            let task = book.tasks.name(action.cancelled().unwrap_or(action.task));
            pcmk_core::key::op_key(history, task, action.interval_ms)
        }
    });
    let node = action.node.filter(|_| has_node_details(action));
    let router = node
        .filter(|&n| config.node(n).remote && action.task != Task::STONITH)
        .and_then(|n| router(decision, action, n));
    let shutdown_lock = action.rsc.zip(action.node).and_then(|(rsc, node)| {
        let row = board.rsc(rsc);
        let locked = row.lock_node == Some(node)
            && (!board.node(node).shutdown || action.task == Task::STOP);
        locked.then_some(row.lock_time)
    });
    Head {
        kind: kind(action),
        cib_only: cib_only(action),
        id: id.number(),
        operation: book.tasks.name(action.task),
        history_key,
        node,
        router,
        shutdown_lock: shutdown_lock.filter(|_| has_node_details(action)),
    }
}

/// The cluster node that executes an action on a Pacemaker Remote node (04 §13.5).
fn router(decision: &Decision, action: &Action, node: NodeId) -> Option<NodeId> {
    let Decision {
        config,
        board,
        book,
        ..
    } = decision;
    let connection = config.node(node).connection?;
    let began = current_node(decision, connection);
    let ended = board.assigned_node(connection);
    let (Some(began), Some(ended)) = (began, ended) else {
        return began.or(ended);
    };
    if began == ended {
        return Some(began);
    }
    let row = board.rsc(connection);
    let partial = row.partial_target.is_some() && config.rsc(connection).launcher.is_none();
    let operation = if action.task == Task::NOTIFY {
        action.added_meta("notify_operation").unwrap_or_default()
    } else {
        book.tasks.name(action.task)
    };
    let leaving = matches!(
        operation,
        "cancel" | "stop" | "demote" | "migrate_from" | "migrate_to"
    );
    Some(if leaving && !partial { began } else { ended })
}

/// The current node of a resource (see `Work::current_node`), for finished runs.
#[must_use]
pub fn current_node(decision: &Decision, rsc: RscId) -> Option<NodeId> {
    let Decision {
        config,
        state,
        board,
        ..
    } = decision;
    let active = &state.rsc(rsc).active;
    let first = active.first().copied()?;
    if let Some(source) = board.rsc(rsc).partial_source {
        return Some(if active.contains(&source) {
            source
        } else {
            first
        });
    }
    if config.rsc(rsc).requires.fencing {
        return Some(first);
    }
    let healthy = active
        .iter()
        .copied()
        .find(|&n| board.node(n).online && !board.node(n).unclean);
    Some(healthy.unwrap_or(first))
}

/// The resource element, if the action has one.
#[must_use]
pub fn rsc_element(decision: &Decision, id: ActionId) -> Option<RscElement<'_>> {
    let Decision {
        config,
        state,
        book,
        ..
    } = decision;
    let action = book.get(id);
    if action.is(ActionFlags::PSEUDO) {
        return None;
    }
    let rsc = action.rsc?;
    let row = config.rsc(rsc);
    let history = state.rsc(rsc).history_id.as_deref();
    let (shown, long_id) = match history {
        Some(history) if row.removed => (history, Some(&*row.id)),
        Some(history) if !row.unique && history != &*row.xml_id => (&*row.xml_id, Some(history)),
        _ if !row.unique => (&*row.xml_id, Some(&*row.id)),
        _ => (&*row.id, None),
    };
    Some(RscElement {
        id: shown,
        long_id,
        class: row.class.as_deref(),
        provider: row.provider.as_deref(),
        agent: row.agent.as_deref(),
    })
}

fn starts_with_digit(name: &str) -> bool {
    name.bytes().next().is_some_and(|b| b.is_ascii_digit())
}

/// The `attributes` element of an action in the graph.
#[must_use]
pub fn attributes<'a>(
    decision: &'a Decision,
    id: ActionId,
    details: &'a Details,
) -> Attributes<'a> {
    let mut out = Attributes::default();
    fill_attributes(decision, id, details, &mut out);
    out
}

/// The attributes of an action whose tables are known. Sources are added strongest first; the first value of a name stays.
fn fill_attributes<'a>(
    decision: &'a Decision,
    id: ActionId,
    details: &'a Details,
    out: &mut Attributes<'a>,
) {
    let action = decision.book.get(id);
    add_of_ancestors(decision, action.rsc, out);
    add_of_rsc(decision, action.rsc, out);
    add_params(details, out);
    if let Some(params) = &details.params {
        out.params = digit_params(params);
    }
    add_own_meta(decision, action, out);
    if let Some(table) = &details.meta {
        add_table(table, out);
    }
    add_guest_meta(decision, action, out);
    sort_named(&mut out.named);
}

/// What is the same for all actions of a resource and its siblings: that of its ancestors, the outermost first, and of what
/// launches it.
pub(super) fn add_of_ancestors<'a>(
    decision: &'a Decision,
    rsc: Option<RscId>,
    out: &mut impl Sink<'a>,
) {
    let config = &decision.config;
    if let Some(launcher) = rsc.and_then(|rsc| outermost_launcher(config, rsc))
        && rsc.is_some_and(|rsc| config.rsc(rsc).is_primitive())
    {
        out.meta("container", config.name(launcher).into());
    }
    let mut chain = [None; 3];
    let mut at = rsc.and_then(|rsc| config.rsc(rsc).parent);
    for place in &mut chain {
        *place = at;
        at = at.and_then(|rsc| config.rsc(rsc).parent);
    }
    for rsc in chain.into_iter().rev().flatten() {
        add_graph_meta(decision, rsc, out);
    }
}

/// The launcher of the resource, or of an ancestor that has one.
pub(super) fn outermost_launcher(config: &Config, rsc: RscId) -> Option<RscId> {
    let mut launcher = None;
    let mut at = Some(rsc);
    while let Some(rsc) = at {
        let row = config.rsc(rsc);
        launcher = row.launcher.or(launcher);
        at = row.parent;
    }
    launcher
}

/// What is the same for all actions of a resource.
pub(super) fn add_of_rsc<'a>(decision: &'a Decision, rsc: Option<RscId>, out: &mut impl Sink<'a>) {
    if let Some(rsc) = rsc {
        add_graph_meta(decision, rsc, out);
    }
    out.plain("crm_feature_set", FEATURE_SET);
}

/// Parameters: of the operation, then of the resource.
pub(super) fn add_params<'a>(details: &'a Details, out: &mut impl Sink<'a>) {
    for (name, value) in details.extra.iter().flat_map(|table| table.iter()) {
        out.plain(name, value);
    }
    for (name, value) in details.params.iter().flat_map(|table| table.iter()) {
        if starts_with_digit(name) {
            continue;
        }
        let value = match &details.address {
            Some(address) if &**name == "addr" && &**value == "#uname" => &**address,
            Some(_) | None => &**value,
        };
        out.plain(name, value);
    }
}

/// Meta-attributes that are the same for all actions with this table.
pub(super) fn add_table<'a>(table: &'a ParamTable, out: &mut impl Sink<'a>) {
    for (name, value) in table.iter() {
        out.meta(name, Cow::Borrowed(&**value));
    }
}

/// Parameters whose name starts with a digit, in hash-table order.
pub(super) fn digit_params(params: &ParamTable) -> Vec<(&str, &str)> {
    if !params.keys().any(|name| starts_with_digit(name)) {
        return Vec::new();
    }
    let pairs: Vec<(&Arc<str>, &Arc<str>)> = params.iter().collect();
    upstream_order(pairs.iter().map(|(name, _)| &***name))
        .into_iter()
        .map(|i| (&**pairs[i].0, &**pairs[i].1))
        .filter(|(name, _)| starts_with_digit(name))
        .collect()
}

/// Meta-attributes that are an action's own.
fn add_own_meta<'a>(decision: &'a Decision, action: &'a Action, out: &mut impl Sink<'a>) {
    add_plain_meta(decision, action, out);
    add_set_meta(action.meta(), out);
}

/// Meta-attributes that the scheduler set.
pub(super) fn add_set_meta<'a>(meta: &'a [(Arc<str>, Arc<str>)], out: &mut impl Sink<'a>) {
    for (name, value) in meta {
        out.meta(name, Cow::Borrowed(&**value));
    }
}

/// Meta-attributes that say where an action is and what it should find.
pub(super) fn add_plain_meta<'a>(
    decision: &'a Decision,
    action: &'a Action,
    out: &mut impl Sink<'a>,
) {
    let config = &decision.config;
    if let Some(node) = action.node
        && has_node_details(action)
    {
        out.meta("on_node", config.node_name(node).into());
        out.meta("on_node_uuid", (&*config.node(node).uuid).into());
    }
    match action.target_rc() {
        None => {}
        Some(7) => out.meta("op_target_rc", "7".into()),
        Some(8) => out.meta("op_target_rc", "8".into()),
        Some(other) => out.meta("op_target_rc", other.to_string().into()),
    }
}

/// What a resource adds to its own and its descendants' actions (05 §1.7 step 5).
fn add_graph_meta<'a>(decision: &'a Decision, rsc: RscId, out: &mut impl Sink<'a>) {
    let row = decision.config.rsc(rsc);
    let truth = |value: bool| Cow::Borrowed(if value { "true" } else { "false" });
    match &row.kind {
        Kind::Primitive => {
            if let Some(number) = row.meta("clone") {
                out.meta("clone", number.into());
            }
            if let Some(node) = row.meta("remote-node") {
                out.meta("remote_node", node.into());
            }
            if let Some(address) = row.meta("external-ip") {
                out.plain("pcmk_external_ip", address);
            }
        }
        Kind::Group(_) | Kind::Bundle(_) => {}
        Kind::Clone(clone) => {
            out.meta("globally_unique", truth(row.unique));
            out.meta("notify", truth(row.notify));
            out.meta("clone_max", clone.clone_max.to_string().into());
            out.meta("clone_node_max", clone.clone_node_max.to_string().into());
            if row.promotable {
                for (name, value) in [
                    ("promoted_max", clone.promoted_max),
                    ("promoted_node_max", clone.promoted_node_max),
                    ("master_max", clone.promoted_max),
                    ("master_node_max", clone.promoted_node_max),
                ] {
                    out.meta(name, value.to_string().into());
                }
            }
        }
    }
}

/// Where the guest's host is (05 §1.7 step 6).
pub(super) fn add_guest_meta<'a>(
    decision: &'a Decision,
    action: &'a Action,
    out: &mut impl Sink<'a>,
) {
    let Decision {
        config,
        board,
        book,
        ..
    } = decision;
    let Some(node) = action.node.filter(|&n| config.is_guest_or_bundle_node(n)) else {
        return;
    };
    let Some(launcher) = config.launcher_of_node(node) else {
        return;
    };
    let operation = match action.task {
        Task::NOTIFY | Task::NOTIFIED => action.added_meta("notify_operation").unwrap_or_default(),
        task => book.tasks.name(task),
    };
    let host = match operation {
        "stop" | "stopped" | "demote" | "demoted" => current_node(decision, launcher),
        "start" | "running" | "started" | "monitor" | "promote" | "promoted" => {
            board.assigned_node(launcher)
        }
        _ => None,
    };
    let Some(host) = host else { return };
    if let Some(target) = action
        .rsc
        .and_then(|rsc| config.rsc(rsc).meta("container-attribute-target"))
    {
        out.meta("container_attribute_target", target.into());
    }
    out.meta("physical_host", config.node_name(host).into());
}

/// Node ids that go down with an action (05 §1.5 item 3).
#[must_use]
pub fn downed(decision: &Decision, id: ActionId) -> Vec<&str> {
    let Decision {
        config,
        state,
        book,
        ..
    } = decision;
    let action = book.get(id);
    let Some(node) = action.node.filter(|_| has_node_details(action)) else {
        return Vec::new();
    };
    match action.task {
        Task::DO_SHUTDOWN => vec![&config.node(node).uuid],
        Task::STONITH => {
            if !matches!(action.added_meta("stonith_action"), Some("off" | "reboot")) {
                return Vec::new();
            }
            let mut ids: Vec<&str> = vec![&config.node(node).uuid];
            for &rsc in &state.node(node).running {
                let row = config.rsc(rsc);
                if row.remote_connection && row.launcher.is_some() {
                    ids.push(&row.id);
                }
            }
            ids
        }
        Task::STOP => {
            let Some(rsc) = action.rsc.filter(|&r| config.rsc(r).remote_connection) else {
                return Vec::new();
            };
            let migrating = action.before.iter().any(|input| {
                let first = book.get(input.other);
                first.rsc == Some(rsc) && first.task == Task::MIGRATE_FROM
            });
            if migrating {
                Vec::new()
            } else {
                vec![config.name(rsc)]
            }
        }
        _ => Vec::new(),
    }
}
