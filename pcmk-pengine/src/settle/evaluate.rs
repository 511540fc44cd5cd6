//! What each flag of a relation does to the two actions. Source: behaviour notes 04 §21.3 to §21.6, §22.4.

use bitflags::bitflags;

use pcmk_core::role::Role;

use crate::book::{ActionFlags, OrderFlags, Task};
use crate::config::Kind;
use crate::id::{ActionId, NodeId, RscId};
use crate::settle::{flags, interleave, records, update};
use crate::work::Work;

bitflags! {
    /// Which side of a relation changed.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub struct Changed: u8 {
        /// First.
        const FIRST = 1;
        /// Then.
        const THEN = 2;
    }
}

/// One call of an update method: the relation, and which flags of which kind it may touch.
#[derive(Clone, Copy, Debug)]
pub struct Update {
    /// First action.
    pub first: ActionId,
    /// Then action.
    pub then: ActionId,
    /// Scope: only actions on this node.
    pub node: Option<NodeId>,
    /// First's flags for ordering purposes.
    pub flags: ActionFlags,
    /// Which action flags may be touched.
    pub filter: ActionFlags,
    /// The one relation flag being evaluated.
    pub kind: OrderFlags,
}

/// Evaluates all flags of the input at `position` of `then`, in the documented order (04 §21.3).
///
/// `then_required` says whether the ordering sees "then" as required; only `THEN_IMPLIES_FIRST_GRAPHED` looks at it.
pub fn evaluate(
    w: &mut Work<'_>,
    first: ActionId,
    then: ActionId,
    first_flags: ActionFlags,
    then_required: bool,
    position: usize,
    depth: u32,
) -> Changed {
    let mut changed = Changed::empty();
    let mut node = w.book.get(then).node;
    let then_rsc = w.book.get(then).rsc;
    let first_rsc = w.book.get(first).rsc;
    let has =
        |w: &Work<'_>, flag: OrderFlags| w.book.get(then).before[position].flags.contains(flag);
    let call = |w: &mut Work<'_>,
                rsc: RscId,
                flags: ActionFlags,
                filter: ActionFlags,
                kind: OrderFlags,
                node| {
        update_method(
            w,
            rsc,
            Update {
                first,
                then,
                node,
                flags,
                filter,
                kind,
            },
            depth,
        )
    };
    let only_optional = first_flags & ActionFlags::OPTIONAL;

    if has(w, OrderFlags::FIRST_IMPLIES_SAME_NODE_THEN) {
        let flags = &mut w.book.get_mut(then).before[position].flags;
        flags.remove(OrderFlags::FIRST_IMPLIES_SAME_NODE_THEN);
        flags.insert(OrderFlags::FIRST_IMPLIES_THEN);
        node = w.book.get(first).node;
    }
    if has(w, OrderFlags::FIRST_IMPLIES_THEN) {
        if let Some(rsc) = then_rsc {
            changed |= call(
                w,
                rsc,
                only_optional,
                ActionFlags::OPTIONAL,
                OrderFlags::FIRST_IMPLIES_THEN,
                node,
            );
        } else if !first_flags.contains(ActionFlags::OPTIONAL)
            && w.book.is(then, ActionFlags::OPTIONAL)
        {
            w.book.get_mut(then).flags.remove(ActionFlags::OPTIONAL);
            changed |= Changed::THEN;
        }
    }
    if has(w, OrderFlags::INTERMEDIATE_STOP)
        && let Some(rsc) = then_rsc
    {
        let filter = ActionFlags::OPTIONAL | ActionFlags::RUNNABLE;
        changed |= call(
            w,
            rsc,
            first_flags,
            filter,
            OrderFlags::INTERMEDIATE_STOP,
            node,
        );
    }
    if has(w, OrderFlags::THEN_IMPLIES_FIRST) {
        if let Some(rsc) = first_rsc {
            changed |= call(
                w,
                rsc,
                first_flags,
                ActionFlags::OPTIONAL,
                OrderFlags::THEN_IMPLIES_FIRST,
                node,
            );
        } else if !first_flags.contains(ActionFlags::OPTIONAL)
            && w.book.is(first, ActionFlags::RUNNABLE)
        {
            w.book.get_mut(first).flags.remove(ActionFlags::RUNNABLE);
            changed |= Changed::FIRST;
        }
    }
    if has(w, OrderFlags::PROMOTED_THEN_IMPLIES_FIRST)
        && let Some(rsc) = then_rsc
    {
        let kind = OrderFlags::PROMOTED_THEN_IMPLIES_FIRST;
        changed |= call(w, rsc, only_optional, ActionFlags::OPTIONAL, kind, node);
    }
    if has(w, OrderFlags::MIN_RUNNABLE) {
        if let Some(rsc) = then_rsc {
            changed |= call(
                w,
                rsc,
                first_flags,
                ActionFlags::RUNNABLE,
                OrderFlags::MIN_RUNNABLE,
                node,
            );
        } else if first_flags.contains(ActionFlags::RUNNABLE) {
            let gate = w.book.get_mut(then);
            let counts = gate.rare();
            counts.runnable_before += 1;
            let enough = counts.runnable_before >= counts.required_runnable;
            if enough && !gate.is(ActionFlags::RUNNABLE) {
                gate.flags.insert(ActionFlags::RUNNABLE);
                changed |= Changed::THEN;
            }
        }
    }
    if has(w, OrderFlags::NESTED_REMOTE_PROBE)
        && let Some(rsc) = then_rsc
    {
        let active_anyway = first_rsc.is_some_and(|r| !w.state.rsc(r).active.is_empty());
        if !first_flags.contains(ActionFlags::RUNNABLE) && active_anyway {
            update::set_flags(w, then, position, OrderFlags::empty());
        } else {
            let kind = OrderFlags::UNRUNNABLE_FIRST_BLOCKS;
            changed |= call(w, rsc, first_flags, ActionFlags::RUNNABLE, kind, node);
        }
    }
    if has(w, OrderFlags::UNRUNNABLE_FIRST_BLOCKS) {
        if let Some(rsc) = then_rsc {
            let kind = OrderFlags::UNRUNNABLE_FIRST_BLOCKS;
            changed |= call(w, rsc, first_flags, ActionFlags::RUNNABLE, kind, node);
        } else if !first_flags.contains(ActionFlags::RUNNABLE)
            && w.book.is(then, ActionFlags::RUNNABLE)
        {
            w.book.get_mut(then).flags.remove(ActionFlags::RUNNABLE);
            changed |= Changed::THEN;
        }
    }
    for (kind, filter) in [
        (OrderFlags::UNMIGRATABLE_THEN_BLOCKS, ActionFlags::OPTIONAL),
        (OrderFlags::FIRST_ELSE_THEN, ActionFlags::OPTIONAL),
        (OrderFlags::ORDERED, ActionFlags::RUNNABLE),
        (OrderFlags::ASYMMETRIC, ActionFlags::RUNNABLE),
    ] {
        if has(w, kind)
            && let Some(rsc) = then_rsc
        {
            changed |= call(w, rsc, first_flags, filter, kind, node);
        }
    }
    if has(w, OrderFlags::FIRST_IMPLIES_THEN_GRAPHED)
        && w.book.is(first, ActionFlags::RUNNABLE)
        && !first_flags.contains(ActionFlags::OPTIONAL)
    {
        w.book
            .get_mut(then)
            .flags
            .insert(ActionFlags::ALWAYS_IN_GRAPH);
    }
    if has(w, OrderFlags::THEN_IMPLIES_FIRST_GRAPHED) && then_required {
        w.book
            .get_mut(first)
            .flags
            .insert(ActionFlags::ALWAYS_IN_GRAPH);
    }
    let strong = OrderFlags::FIRST_IMPLIES_THEN
        | OrderFlags::THEN_IMPLIES_FIRST
        | OrderFlags::INTERMEDIATE_STOP;
    if w.book.get(then).before[position].flags.intersects(strong)
        && let Some(rsc) = first_rsc
        && !w.board.rsc(rsc).managed
        && w.board.rsc(rsc).blocked
        && !w.book.is(first, ActionFlags::RUNNABLE)
        && w.book.get(first).task == Task::STOP
        && w.book.is(then, ActionFlags::RUNNABLE)
    {
        w.book.get_mut(then).flags.remove(ActionFlags::RUNNABLE);
        changed |= Changed::THEN;
    }
    changed
}

/// The update method of a resource, by kind.
pub fn update_method(w: &mut Work<'_>, rsc: RscId, call: Update, depth: u32) -> Changed {
    match w.config.rsc(rsc).kind {
        Kind::Primitive => plain(w, call, depth),
        Kind::Group(_) => {
            let mut changed = plain(w, call, depth);
            let Some(then_rsc) = w.book.get(call.then).rsc else {
                return changed;
            };
            let task = w.book.get(call.then).task;
            for at in 0..w.board.rsc(then_rsc).children.len() {
                let member = w.board.rsc(then_rsc).children[at];
                if let Some(action) = w.find_task(member, task, call.node) {
                    changed |= update_method(
                        w,
                        member,
                        Update {
                            then: action,
                            ..call
                        },
                        depth,
                    );
                }
            }
            changed
        }
        Kind::Clone(_) | Kind::Bundle(_) => collective(w, call, depth),
    }
}

fn collective(w: &mut Work<'_>, call: Update, depth: u32) -> Changed {
    let Some(then_rsc) = w.book.get(call.then).rsc else {
        return Changed::empty();
    };
    if interleave::can_interleave(w, call.first, call.then) {
        return interleave::update(w, call, depth);
    }
    if call.kind == OrderFlags::ORDERED && flags::first_child_is_primitive(w, then_rsc) {
        return Changed::empty(); // Order alone changes no action, and looking at primitives has no effect of its own.
    }
    let mut changed = plain(w, call, depth);
    let instances = flags::Instances::of(w, then_rsc);
    let task = w.book.get(call.then).task;
    for at in 0.. {
        let Some(instance) = instances.get(w, at) else {
            break;
        };
        let Some(action) = w.find_task(instance, task, call.node) else {
            continue;
        };
        if !flags::of_action(w, action, call.node).contains(ActionFlags::RUNNABLE) {
            continue;
        }
        let one = update_method(
            w,
            instance,
            Update {
                then: action,
                ..call
            },
            depth,
        );
        changed |= one;
        if one.contains(Changed::THEN) {
            update::update_after(w, action, depth);
        }
    }
    changed
}

/// The method for two plain actions (04 §21.3 end).
fn plain(w: &mut Work<'_>, call: Update, depth: u32) -> Changed {
    let Update {
        first,
        then,
        flags,
        filter,
        kind,
        ..
    } = call;
    let then_flags = w.book.get(then).flags;
    let first_flags = w.book.get(first).flags;
    let then_required = !then_flags.contains(ActionFlags::OPTIONAL);
    let changes_optional = filter.contains(ActionFlags::OPTIONAL);

    if kind.contains(OrderFlags::ASYMMETRIC) {
        asymmetric(w, first, then);
    }
    if kind.contains(OrderFlags::THEN_IMPLIES_FIRST)
        && then_required
        && flags.contains(ActionFlags::MIGRATABLE)
        && !then_flags.contains(ActionFlags::MIGRATABLE)
    {
        clear_because(w, first, ActionFlags::MIGRATABLE, then);
    }
    if kind.contains(OrderFlags::PROMOTED_THEN_IMPLIES_FIRST)
        && changes_optional
        && then_required
        && w.book
            .get(then)
            .rsc
            .is_some_and(|r| w.board.rsc(r).role == Role::Promoted)
    {
        clear_because(w, first, ActionFlags::OPTIONAL, then);
        if w.book.is(first, ActionFlags::MIGRATABLE) && !w.book.is(then, ActionFlags::MIGRATABLE) {
            clear_because(w, first, ActionFlags::MIGRATABLE, then);
        }
    }
    if kind.contains(OrderFlags::UNMIGRATABLE_THEN_BLOCKS) && changes_optional {
        if !then_flags.contains(ActionFlags::MIGRATABLE | ActionFlags::RUNNABLE) {
            clear_because(w, first, ActionFlags::RUNNABLE, then);
        }
        if then_required {
            clear_because(w, first, ActionFlags::OPTIONAL, then);
        }
    }
    if kind.contains(OrderFlags::FIRST_ELSE_THEN)
        && changes_optional
        && !first_flags.contains(ActionFlags::RUNNABLE)
    {
        clear_because(w, then, ActionFlags::MIGRATABLE, first);
        w.book.get_mut(then).flags.remove(ActionFlags::PSEUDO);
    }
    if kind.contains(OrderFlags::UNRUNNABLE_FIRST_BLOCKS)
        && filter.contains(ActionFlags::RUNNABLE)
        && then_flags.contains(ActionFlags::RUNNABLE)
        && !flags.contains(ActionFlags::RUNNABLE)
    {
        clear_because(w, then, ActionFlags::RUNNABLE, first);
        clear_because(w, then, ActionFlags::MIGRATABLE, first);
    }
    if kind.contains(OrderFlags::FIRST_IMPLIES_THEN)
        && changes_optional
        && !then_required
        && !flags.contains(ActionFlags::OPTIONAL)
        && !first_flags.contains(ActionFlags::MIGRATABLE)
    {
        clear_because(w, then, ActionFlags::OPTIONAL, first);
    }
    if kind.contains(OrderFlags::INTERMEDIATE_STOP) {
        restart(w, first, then, filter);
    }

    let mut changed = Changed::empty();
    if w.book.get(then).flags != then_flags {
        changed |= Changed::THEN;
        let has_parent = w
            .book
            .get(then)
            .rsc
            .is_some_and(|r| w.config.rsc(r).parent.is_some());
        if has_parent {
            update::update(w, then, depth + 1);
        }
    }
    if w.book.get(first).flags != first_flags {
        changed |= Changed::FIRST;
    }
    changed
}

/// Clears a flag because of another action, whose name becomes the reason unless there is one or both belong to the same
/// resource (04 §21.3, §26).
pub fn clear_because(w: &mut Work<'_>, id: ActionId, flag: ActionFlags, cause: ActionId) {
    if !w.book.is(id, flag) {
        return;
    }
    w.book.get_mut(id).flags.remove(flag);
    if w.book.get(id).rsc == w.book.get(cause).rsc || w.book.get(id).reason().is_some() {
        return;
    }
    let verb = if flag == ActionFlags::OPTIONAL {
        "required"
    } else if flag == ActionFlags::RUNNABLE {
        "unrunnable"
    } else {
        "unmigrateable"
    };
    let cause = w.book.get(cause);
    let task = w.book.tasks.name(cause.task);
    let reason = match cause.rsc {
        Some(rsc) => format!("{verb} {} {task}", w.config.name(rsc)),
        None => format!("{verb} {task}"),
    };
    w.book.get_mut(id).set_reason(reason);
}

/// Restart handling (04 §21.4).
fn restart(w: &mut Work<'_>, first: ActionId, then: ActionId, filter: ActionFlags) {
    let (Some(first_rsc), Some(then_rsc)) = (w.book.get(first).rsc, w.book.get(then).rsc) else {
        return;
    };
    if !w.config.rsc(first_rsc).is_primitive() || !w.config.rsc(then_rsc).is_primitive() {
        return;
    }
    let required = |w: &Work<'_>, id| !w.book.is(id, ActionFlags::OPTIONAL);
    let restarts = filter.contains(ActionFlags::OPTIONAL) && required(w, then);
    let stops = filter.contains(ActionFlags::RUNNABLE)
        && !w.book.is(then, ActionFlags::RUNNABLE)
        && w.board.rsc(then_rsc).managed
        && first_rsc == then_rsc;
    if !restarts && !stops {
        return;
    }
    if w.book.is(first, ActionFlags::RUNNABLE) {
        clear_because(w, first, ActionFlags::OPTIONAL, then);
    }
    if required(w, then) {
        clear_because(w, first, ActionFlags::OPTIONAL, then);
    }
    if !w.book.is(then, ActionFlags::MIGRATABLE) {
        clear_because(w, first, ActionFlags::MIGRATABLE, then);
    }
    if required(w, first) && !w.book.is(first, ActionFlags::RUNNABLE) {
        clear_because(w, then, ActionFlags::RUNNABLE, first);
    }
}

/// Asymmetric orderings (04 §21.5).
fn asymmetric(w: &mut Work<'_>, first: ActionId, then: ActionId) {
    let Some(rsc) = w.book.get(then).rsc else {
        return;
    };
    if w.book.is(first, ActionFlags::RUNNABLE) {
        return;
    }
    let action = w.book.get(then);
    if action.is(ActionFlags::OPTIONAL) {
        let role = records::current_role(w, rsc);
        let active = &w.state.rsc(rsc).active;
        let stays_stopped = action.task == Task::STOP && role == Role::Stopped;
        let stays_started = action.task == Task::START
            && role >= Role::Started
            && action.node.is_some()
            && active.len() == 1
            && active.first().copied() == action.node;
        if stays_stopped || stays_started {
            return;
        }
    }
    clear_because(w, then, ActionFlags::OPTIONAL, first);
    clear_because(w, then, ActionFlags::RUNNABLE, first);
}
