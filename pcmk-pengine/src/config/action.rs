//! What is configured for an action: its meta-attributes, and what its failure means. Source: behaviour notes 01 §8.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use std::sync::Arc;

use pcmk_cib::rule::{AgentRef, NextChange, RuleInput};
use pcmk_core::agent;
use pcmk_core::diag::Diagnostics;
use pcmk_core::lenient;
use pcmk_core::role::Role;
use pcmk_core::time::DateTime;

use crate::book::Task;
use crate::config::build::rule_input;
use crate::config::{Config, Operation, Resource};
use crate::id::{NodeId, RscId};
use crate::state::params::ParamTable;
use crate::work::Work;

/// What a failure leads to, in order of severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum OnFail {
    /// Nothing.
    #[default]
    Ignore,
    /// Demote.
    Demote,
    /// Restart.
    Restart,
    /// Fence the remote node (or recover its connection).
    ResetRemote,
    /// Restart the launcher.
    RestartContainer,
    /// Ban from the node (text `migrate`).
    Ban,
    /// Block.
    Block,
    /// Stop.
    Stop,
    /// Node in standby.
    Standby,
    /// Fence.
    Fence,
}

/// Computed meta tables. They depend on the element, not the instance.
#[derive(Clone, Debug, Default)]
pub struct ActionMetas {
    /// Element (by address of its parsed form, which lives as long as the run), operation, interval -> task -> table.
    known: FxHashMap<MetaKey, MetasByTask>,
    /// What the table is made from -> task -> table, see [`recipe`].
    made_from: FxHashMap<Recipe, MetasByTask>,
    /// Whether `op_defaults` are the same for every operation.
    plain_defaults: Option<bool>,
    /// Whether making a table out of `op_defaults` can be noticed, see [`evaluate`].
    telling_defaults: Option<bool>,
}

/// The addresses of the texts that a table is made from, and its interval. Texts are shared while the configuration is
/// read, and live as long as it does, so equal addresses mean equal texts.
type Recipe = SmallVec<[usize; 14]>;

type MetaKey = (usize, Option<u32>, u32);
type MetasByTask = Vec<(Box<str>, Arc<ParamTable>)>;

/// Meta-attributes of an action (01 §8.2, 04 §4.1). `op` is the definition, as found by
/// [`Config::find_operation`](crate::config::Config::find_operation) and its fallbacks; `node` is where the action runs.
pub fn action_meta(
    w: &mut Work<'_>,
    rsc: RscId,
    op: Option<u32>,
    name: &str,
    interval_ms: u32,
    node: Option<NodeId>,
) -> Arc<ParamTable> {
    let config = w.config;
    let row = config.rsc(rsc);
    let metas = &mut w.caches.metas;
    let key = (Arc::as_ptr(&row.spec) as usize, op, interval_ms);
    let recipe = recipe(config, metas, row, op, name, interval_ms);
    let known = match &recipe {
        Some(recipe) => metas.made_from.get(recipe),
        None => metas.known.get(&key),
    };
    let table = match known.and_then(|list| list.iter().find(|(n, _)| **n == *name)) {
        Some((_, table)) => Arc::clone(table),
        None => {
            let messages = w.log.len();
            let mut change = NextChange::default();
            let table = Arc::new(build_meta(
                config,
                row,
                op,
                name,
                interval_ms,
                &mut change,
                w.log,
            ));
            w.note_change(change);
            // A table with complaints is built again for the next one who asks, as their messages name the instance.
            if w.log.len() == messages {
                let metas = &mut w.caches.metas;
                let list = match recipe {
                    Some(recipe) => metas.made_from.entry(recipe).or_default(),
                    None => metas.known.entry(key).or_default(),
                };
                list.push((name.into(), Arc::clone(&table)));
            }
            table
        }
    };
    if may_depend_on_node(row) && (name == "start" || is_probe(name, interval_ms)) {
        let params = w.params(rsc, node);
        if let Some(timeout) = params.get("pcmk_monitor_timeout") {
            let mut own = (*table).clone();
            own.insert(
                "timeout".into(),
                lenient::timeout_ms(Some(timeout)).to_string().into(),
            );
            return Arc::new(own);
        }
    }
    table
}

/// Whether meta-attributes of the resource's actions may be different from node to node: devices have a parameter that
/// decides on a timeout.
pub(crate) fn may_depend_on_node(row: &Resource) -> bool {
    agent::capabilities(row.class.as_deref().unwrap_or_default()).fence_params
}

/// Makes the table of an action that was just created, if that can be noticed: the reference does so for every action,
/// and tables are otherwise made when they are needed, which for most actions is never. What can be noticed are messages,
/// and the time at which a rule will change its result.
pub(crate) fn evaluate(
    w: &mut Work<'_>,
    rsc: RscId,
    op: Option<u32>,
    task: Task,
    interval_ms: u32,
    node: Option<NodeId>,
) {
    let config = w.config;
    let row = config.rsc(rsc);
    let telling = *w.caches.metas.telling_defaults.get_or_insert_with(|| {
        let defaults = &config.op_defaults;
        defaults.mistakes().next().is_some()
            || defaults.blocks().iter().any(|block| {
                let told = |name: &str| matches!(name, "on-fail" | "interval-origin");
                block.rule.is_some()
                    || (block.pairs.iter())
                        .any(|pair| told(&pair.name) || pair.value.eq_ignore_ascii_case("#default"))
            })
    });
    let definition = op.and_then(|at| row.operations.get(at as usize));
    let telling = telling
        || definition.is_some_and(is_telling)
        || (task == Task::DEMOTE && row.operations.iter().any(is_telling))
        || (row.fence_device
            && (task == Task::START || (task == Task::MONITOR && interval_ms == 0))
            && w.has_telling_parameters(rsc));
    if telling {
        let name = Arc::clone(w.book.tasks.name(task));
        let meta = action_meta(w, rsc, op, &name, interval_ms, node);
        on_fail(
            w,
            rsc,
            &name,
            interval_ms,
            meta.get("on-fail").map(|text| &**text),
        );
    }
}

/// Making a table out of this definition can be noticed.
fn is_telling(op: &Operation) -> bool {
    !op.meta.is_empty() || op.attr("on-fail").is_some() || op.attr("interval-origin").is_some()
}

/// What a table is made from, if that is nothing but the attributes of the definition and what is the same everywhere:
/// then resources with equal operations share the table.
fn recipe(
    config: &Config,
    metas: &mut ActionMetas,
    row: &Resource,
    op: Option<u32>,
    name: &str,
    interval_ms: u32,
) -> Option<Recipe> {
    let plain_defaults = *metas.plain_defaults.get_or_insert_with(|| {
        let mut blocks = config.op_defaults.blocks().iter();
        blocks.all(|block| block.rule.is_none())
    });
    // Defaults of demote come from other operations.
    if !plain_defaults || name == "demote" {
        return None;
    }
    let mut recipe = Recipe::new();
    recipe.push(interval_ms as usize);
    if let Some(definition) = op.and_then(|at| row.operations.get(at as usize)) {
        if !definition.meta.is_empty() {
            return None;
        }
        for (name, value) in definition.attributes.iter() {
            recipe.push(name.as_ptr() as usize);
            recipe.push(value.as_ptr() as usize);
        }
    }
    if is_probe(name, interval_ms)
        && let Some(timeout) = most_frequent_monitor(row).and_then(|op| op.attr("timeout"))
    {
        recipe.push(timeout.as_ptr() as usize);
    }
    Some(recipe)
}

/// A one-time monitor.
#[must_use]
pub fn is_probe(name: &str, interval_ms: u32) -> bool {
    name == "monitor" && interval_ms == 0
}

fn build_meta(
    config: &Config,
    row: &Resource,
    op: Option<u32>,
    name: &str,
    interval_ms: u32,
    change: &mut NextChange,
    log: &mut Diagnostics,
) -> ParamTable {
    let mut table = ParamTable::new();
    let definition = op.and_then(|at| row.operations.get(at as usize));
    let agent = AgentRef {
        class: row.class.as_deref(),
        provider: row.provider.as_deref(),
        kind: row.agent.as_deref(),
    };
    let input = RuleInput {
        agent: Some(agent),
        op: Some((name, interval_ms)),
        ..rule_input(config)
    };
    if let Some(definition) = definition {
        definition.meta.unpack(&input, &mut table, change, log);
        for (name, value) in definition.attributes.iter() {
            table.insert(Arc::clone(name), Arc::clone(value));
        }
    }
    if is_probe(name, interval_ms)
        && !table.contains_key("timeout")
        && let Some(timeout) =
            most_frequent_monitor(row).and_then(|monitor| monitor.attr("timeout"))
    {
        table.insert("timeout".into(), timeout.into());
    }
    config.op_defaults.unpack(&input, &mut table, change, log);
    table.remove("id");
    if interval_ms > 0 {
        table.insert("interval".into(), interval_ms.to_string().into());
    } else {
        table.remove("interval");
    }
    let timeout = lenient::timeout_ms(table.get("timeout").map(|text| &**text));
    table.insert("timeout".into(), timeout.to_string().into());
    validate_on_fail(row, definition, name, &mut table, log);
    if let Some(text) = table.get("start-delay") {
        let delay = lenient::parse_ms(text)
            .unwrap_or(0)
            .clamp(0, i64::from(i32::MAX));
        table.insert("start-delay".into(), delay.to_string().into());
    } else if interval_ms > 0
        && let Some(text) = table.get("interval-origin").cloned()
    {
        match DateTime::parse(&text, &config.now, config.now.offset()) {
            Ok(origin) => {
                let delay = delay_from_origin(config.now_epoch, origin.epoch(), interval_ms);
                table.insert("start-delay".into(), delay.to_string().into());
            }
            Err(_) => {
                let id = definition.map_or("", |definition| config.operation_id(definition));
                log.config_error(
                    "unpack_interval_origin",
                    format!("Ignoring 'interval-origin' for operation '{id}' because '{text}' is not valid"),
                );
            }
        }
    }
    table
}

/// Milliseconds until the next multiple of the interval after the origin.
fn delay_from_origin(now: i64, origin: i64, interval_ms: u32) -> i64 {
    let interval = i64::try_from(lenient::ms_to_s(u64::from(interval_ms)))
        .unwrap_or(i64::MAX)
        .max(1);
    let rest = now.saturating_sub(origin) % interval;
    let whole = if rest <= 0 { 0 } else { interval };
    (whole - rest) * 1000
}

/// The enabled recurring monitor with the shortest interval, the first of equals.
fn most_frequent_monitor(row: &Resource) -> Option<&Operation> {
    row.operations
        .iter()
        .filter(|op| {
            op.enabled && &*op.name == "monitor" && op.interval_ms > 0 && op.interval_ms < u32::MAX
        })
        .min_by_key(|op| op.interval_ms)
}

/// Removes or supplies values of `on-fail` (01 §8.3, 02 §9.11).
fn validate_on_fail(
    row: &Resource,
    definition: Option<&Operation>,
    name: &str,
    table: &mut ParamTable,
    log: &mut Diagnostics,
) {
    let value = table.get("on-fail").cloned();
    let is = |word: &str| {
        value
            .as_deref()
            .is_some_and(|text| text.eq_ignore_ascii_case(word))
    };
    if name == "stop" && (is("standby") || is("demote") || is("stop")) {
        log.config_error(
            "validate_on_fail",
            format!(
                "Resetting 'on-fail' for {} stop action to default value because '{}' is not allowed for stop",
                row.id,
                value.as_deref().unwrap_or_default()
            ),
        );
        table.remove("on-fail");
        return;
    }
    if name == "demote" && value.is_none() {
        // The last such monitor wins.
        let inherited = row.operations.iter().rfind(|op| {
            op.enabled
                && is_promoted_monitor(op)
                && op
                    .attr("on-fail")
                    .is_some_and(|text| !text.eq_ignore_ascii_case("demote"))
        });
        if let Some(text) = inherited.and_then(|op| op.attr("on-fail")) {
            table.insert("on-fail".into(), text.into());
        }
        return;
    }
    if name == "lrm_delete" {
        table.insert("on-fail".into(), "ignore".into());
        return;
    }
    if is("demote")
        && !definition.is_some_and(|op| &*op.name == "promote" || is_promoted_monitor(op))
    {
        log.config_error(
            "validate_on_fail",
            format!(
                "Resetting 'on-fail' for {} {name} action to default value because 'demote' is not allowed for it",
                row.id
            ),
        );
        table.remove("on-fail");
    }
}

fn is_promoted_monitor(op: &Operation) -> bool {
    &*op.name == "monitor"
        && op.interval_ms > 0
        && op.role.as_deref().is_some_and(|role| {
            ["Promoted", "Master"]
                .iter()
                .any(|r| r.eq_ignore_ascii_case(role))
        })
}

/// Failure policy of an action (01 §8.3), given its meta-attribute `on-fail`.
pub fn on_fail(
    w: &mut Work<'_>,
    rsc: RscId,
    name: &str,
    interval_ms: u32,
    value: Option<&str>,
) -> OnFail {
    let config = w.config;
    let row = config.rsc(rsc);
    let managed = w.board.rsc(rsc).managed;
    let needs_reset = row.remote_connection
        && config
            .find_node(&row.id)
            .is_some_and(|node| config.is_remote_node(node))
        && !is_probe(name, interval_ms)
        && name != "start";
    let value = if needs_reset && !managed { None } else { value };
    if let Some(text) = value {
        let is = |word: &str| text.eq_ignore_ascii_case(word);
        let words = [
            ("block", OnFail::Block),
            ("standby", OnFail::Standby),
            ("ignore", OnFail::Ignore),
            ("nothing", OnFail::Ignore),
            ("migrate", OnFail::Ban),
            ("stop", OnFail::Stop),
            ("restart", OnFail::Restart),
            ("demote", OnFail::Demote),
        ];
        if let Some((_, known)) = words.iter().find(|(word, _)| is(word)) {
            return *known;
        }
        if is("fence") {
            if config.options.fencing_enabled {
                return OnFail::Fence;
            }
            w.log.config_error(
                "pcmk__parse_on_fail",
                format!(
                    "Resetting 'on-fail' for {name} of {} to 'stop' because 'fence' is not valid when fencing is \
                     disabled",
                    row.id
                ),
            );
            return OnFail::Stop;
        }
        if is("restart-container") {
            // Without launcher the default applies, silently.
            if row.launcher.is_some() {
                return OnFail::RestartContainer;
            }
        } else {
            w.log.config_error(
                "pcmk__parse_on_fail",
                format!(
                    "Using default 'on-fail' for {name} of {} because '{text}' is not valid",
                    row.id
                ),
            );
        }
    }
    if row.launcher.is_some() {
        OnFail::RestartContainer
    } else if needs_reset {
        if managed {
            OnFail::ResetRemote
        } else {
            OnFail::Stop
        }
    } else if name == "stop" {
        if config.options.fencing_enabled {
            OnFail::Fence
        } else {
            OnFail::Block
        }
    } else {
        OnFail::Restart
    }
}

/// Role wanted after a failure (01 §8.3); `Started` means "no special role".
#[must_use]
pub fn role_after_failure(w: &Work<'_>, rsc: RscId, name: &str, on_fail: OnFail) -> Role {
    let stopped = match on_fail {
        OnFail::Stop => true,
        OnFail::ResetRemote => w.config.rsc(rsc).reconnect_interval_ms > 0,
        OnFail::Ignore
        | OnFail::Demote
        | OnFail::Restart
        | OnFail::RestartContainer
        | OnFail::Ban
        | OnFail::Block
        | OnFail::Standby
        | OnFail::Fence => false,
    };
    if stopped {
        Role::Stopped
    } else if name == "promote" {
        Role::Unpromoted
    } else {
        Role::Started
    }
}

#[cfg(test)]
mod tests {
    use super::delay_from_origin;

    #[test]
    fn delay_counts_from_the_origin() {
        assert_eq!(delay_from_origin(1000, 900, 60_000), 20_000);
        assert_eq!(delay_from_origin(1020, 900, 60_000), 0); // exact hit
        assert_eq!(delay_from_origin(900, 1000, 60_000), 40_000); // origin in the future
    }
}
