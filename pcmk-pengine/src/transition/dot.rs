//! The dot file. Source: behaviour notes 05 §2.

use std::fmt::Write as _;

use crate::book::{ActionFlags, OrderFlags, Task};
use crate::id::ActionId;
use crate::pipeline::Decision;
use crate::transition::describe::key_text;

/// Writes the dot file. `all_actions`: also optional ones; `ids`: action numbers in names (`-V`).
#[must_use]
pub fn write_dot(decision: &Decision, all_actions: bool, ids: bool) -> String {
    let book = &decision.book;
    let mut out = String::from(" digraph \"g\" {\n");
    let mut printed: Vec<bool> = book
        .actions
        .iter()
        .map(|a| a.is(ActionFlags::ADDED))
        .collect();
    for position in (0..book.actions.len()).rev() {
        let action = &book.actions[position];
        let mut font = if action.is(ActionFlags::PSEUDO) {
            "orange"
        } else {
            "black"
        };
        let unmanaged = action
            .rsc
            .is_some_and(|rsc| !decision.board.rsc(rsc).managed);
        let (style, color, show) = if action.is(ActionFlags::ADDED) {
            ("bold", "green", true)
        } else if unmanaged {
            font = "purple";
            ("dashed", "red", all_actions)
        } else if action.is(ActionFlags::OPTIONAL) {
            ("dashed", "blue", all_actions)
        } else {
            ("dashed", "red", true)
        };
        if show {
            printed[position] = true;
            let name = name(decision, ActionId::from_index(position), ids);
            let _ = writeln!(
                out,
                "\"{name}\" [ style={style} color=\"{color}\" fontcolor=\"{font}\"]"
            );
        }
    }
    for position in (0..book.actions.len()).rev() {
        let action = &book.actions[position];
        let graphed = decision
            .transition
            .inputs_of(ActionId::from_index(position));
        for input in &action.before {
            let style = if graphed.contains(&input.other) {
                "bold"
            } else {
                let both = printed[position] && printed[input.other.index()];
                let wanted =
                    all_actions || (both && input.flags != OrderFlags::IF_ON_SAME_NODE_OR_TARGET);
                if input.flags.is_empty() || !wanted {
                    continue;
                }
                "dashed"
            };
            let (before, after) = (
                name(decision, input.other, ids),
                name(decision, ActionId::from_index(position), ids),
            );
            let _ = writeln!(out, "\"{before}\" -> \"{after}\" [ style = {style}]");
        }
    }
    out.push_str("}\n");
    out
}

fn name(decision: &Decision, id: ActionId, ids: bool) -> String {
    let (config, book) = (&decision.config, &decision.book);
    let action = book.get(id);
    let host = match action.node {
        Some(node) => Some(config.node_name(node)),
        None if action.is(ActionFlags::PSEUDO) => None,
        None => Some("<none>"),
    };
    let cancel = if action.task == Task::CANCEL {
        "Cancel "
    } else {
        ""
    };
    let history = action
        .rsc
        .and_then(|rsc| decision.state.rsc(rsc).history_id.as_deref());
    let mut text = match (history, host) {
        (Some(history), _) => {
            let key = if matches!(action.task, Task::NOTIFY | Task::NOTIFIED) {
                let kind = action.added_meta("notify_key_type").unwrap_or_default();
                let operation = action
                    .added_meta("notify_key_operation")
                    .unwrap_or_default();
                format!("{history}_{kind}_notify_{operation}_0")
            } else {
                let task = book.tasks.name(action.cancelled().unwrap_or(action.task));
                pcmk_core::key::op_key(history, task, action.interval_ms)
            };
            match host {
                Some(host) => format!("{cancel}{key} {host}"),
                None => format!("{cancel}{key}"),
            }
        }
        (None, Some(host)) if action.task == Task::STONITH => {
            format!(
                "stonith '{}' {host}",
                action.added_meta("stonith_action").unwrap_or_default()
            )
        }
        (None, Some(host)) if action.rsc.is_some() => {
            format!("{cancel}{} {host}", key_text(decision, id))
        }
        (None, Some(host)) => format!("{} {host}", book.tasks.name(action.task)),
        (None, None) => key_text(decision, id).into_owned(),
    };
    if ids {
        let _ = write!(text, " ({})", id.number());
    }
    text
}
