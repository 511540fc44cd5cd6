//! Relations that make no sense are disabled; loops through load_stopped are broken. Source: behaviour notes 04 §24.

use crate::book::{ActionFlags, OrderFlags, Task};
use crate::id::ActionId;
use crate::settle::update::set_flags;
use crate::transition::inputs;
use crate::work::Work;

/// Disables invalid relations: actions newest first, inputs newest first.
pub fn disable(w: &mut Work<'_>) {
    for position in (0..w.book.actions.len()).rev() {
        let id = ActionId::from_index(position);
        let action = w.book.get(id);
        let launches = (action.rsc).is_some_and(|rsc| !w.config.rsc(rsc).launched.is_empty());
        let migrates = action.task == Task::MIGRATE_TO;
        if !launches && !migrates {
            continue;
        }
        for input in (0..w.book.get(id).before.len()).rev() {
            let entry = w.book.get(id).before[input];
            if is_invalid(w, id, entry.other, entry.flags)
                || entry.flags == OrderFlags::IF_ON_SAME_NODE_OR_TARGET
                    && migrates
                    && leads_back(w, id, id, input)
            {
                set_flags(w, id, input, OrderFlags::empty());
            }
        }
    }
}

/// The action's resource launches the guest node its input runs on, so it cannot wait for that.
fn is_invalid(w: &mut Work<'_>, id: ActionId, input: ActionId, flags: OrderFlags) -> bool {
    let config = w.config;
    if flags.contains(OrderFlags::GUEST_ALLOWED) || w.book.get(input).rsc.is_none() {
        return false;
    }
    let (Some(rsc), Some(node)) = (w.book.get(id).rsc, w.book.get(input).node) else {
        return false;
    };
    if config.rsc(rsc).launched.is_empty()
        || !config.is_guest_or_bundle_node(node)
        || config.launcher_of_node(node) != Some(rsc)
    {
        return false;
    }
    w.log.config_warning(
        "ordering_is_invalid",
        format!(
            "Invalid ordering constraint between {} and {}",
            w.book.uuid(config, input),
            w.book.uuid(config, id)
        ),
    );
    true
}

/// Whether following kept inputs depth first from this input of `from` leads back to `origin`. Actions on the current
/// path are not entered again; looking at an input may disable it (04 §24).
fn leads_back(w: &mut Work<'_>, origin: ActionId, from: ActionId, input: usize) -> bool {
    let mut path: Vec<(ActionId, usize)> = Vec::new();
    let mut enter = Some((from, input));
    let mut found = false;
    loop {
        if let Some((action, position)) = enter.take() {
            let input = w.book.get(action).before[position].other;
            if !w.book.is(input, ActionFlags::DETECT_LOOP) && inputs::keep(w, action, position) {
                if input == origin {
                    found = true;
                    break;
                }
                w.book.get_mut(input).flags.insert(ActionFlags::DETECT_LOOP);
                path.push((input, w.book.get(input).before.len()));
            }
        }
        match path.last_mut() {
            None => break,
            Some((action, 0)) => {
                let action = *action;
                w.book
                    .get_mut(action)
                    .flags
                    .remove(ActionFlags::DETECT_LOOP);
                path.pop();
            }
            Some((action, position)) => {
                *position -= 1;
                enter = Some((*action, *position));
            }
        }
    }
    for (action, _) in path {
        w.book
            .get_mut(action)
            .flags
            .remove(ActionFlags::DETECT_LOOP);
    }
    found
}
