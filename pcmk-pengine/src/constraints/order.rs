//! Ordering constraints of the CIB become ordering records. Source: behaviour notes 01 §10.5, 04 §16.

use pcmk_cib::xml::Element;
use pcmk_core::lenient::{is_true, parse_bool, scan_min_int};
use pcmk_core::score::{Score, parse_score};

use crate::book::{OrderFlags, Side, Task};
use crate::constraints::reference::{References, Target, resource};
use crate::constraints::set::{Set, sets};
use crate::id::RscId;
use crate::work::Work;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Mandatory,
    Optional,
    Serialize,
}

/// Which flags an ordering gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Symmetry {
    Asymmetric,
    /// The given direction of a symmetric ordering.
    Forward,
    /// The opposite direction of a symmetric ordering.
    Inverse,
}

/// What an ordering is judged by: attributes of the constraint, or of a set of it.
struct Judged<'a> {
    id: &'a str,
    kind: Option<&'a str>,
    score: Option<&'a str>,
}

impl Judged<'_> {
    fn kind(&self, w: &mut Work<'_>) -> Kind {
        match self.kind {
            Some("Mandatory") => Kind::Mandatory,
            Some("Optional") => Kind::Optional,
            Some("Serialize") => Kind::Serialize,
            Some(other) => {
                let text = format!(
                    "Resetting 'kind' for constraint {} to 'Mandatory' because '{other}' is not valid",
                    self.id
                );
                w.log.config_error("get_ordering_type", text);
                Kind::Mandatory
            }
            None => {
                let Some(text) = self.score else {
                    return Kind::Mandatory;
                };
                let score = parse_score(text, &w.config.options.health).unwrap_or_default();
                let text = "Support for 'score' in rsc_order is deprecated and will be removed in a future release \
                            (use 'kind' instead)";
                w.log.warn_once("order_score", "get_ordering_type", text);
                if score == Score::ZERO {
                    Kind::Optional
                } else {
                    Kind::Mandatory
                }
            }
        }
    }
}

/// Symmetry of something of this kind.
fn symmetry(w: &mut Work<'_>, id: &str, kind: Kind, symmetrical: Option<&str>) -> Symmetry {
    match (symmetrical.and_then(parse_bool), kind) {
        (Some(true), Kind::Serialize) => {
            let text = format!(
                "Ignoring symmetrical for '{id}' because not valid with kind of 'Serialize'"
            );
            w.log.config_warning("get_ordering_symmetry", text);
            Symmetry::Asymmetric
        }
        (Some(false), _) | (None, Kind::Serialize) => Symmetry::Asymmetric,
        (Some(true) | None, Kind::Mandatory | Kind::Optional) => Symmetry::Forward,
    }
}

fn flags(kind: Kind, first: Task, symmetry: Symmetry) -> OrderFlags {
    match (kind, symmetry) {
        (Kind::Optional, _) => OrderFlags::ORDERED,
        (Kind::Serialize, _) => OrderFlags::SERIALIZE,
        (Kind::Mandatory, Symmetry::Asymmetric) => OrderFlags::ORDERED | OrderFlags::ASYMMETRIC,
        (Kind::Mandatory, Symmetry::Inverse) => {
            OrderFlags::ORDERED | OrderFlags::THEN_IMPLIES_FIRST
        }
        (Kind::Mandatory, Symmetry::Forward) => {
            let blocks = matches!(first, Task::START | Task::PROMOTE | Task::MIGRATE_FROM);
            let both = OrderFlags::ORDERED | OrderFlags::FIRST_IMPLIES_THEN;
            if blocks {
                both | OrderFlags::UNRUNNABLE_FIRST_BLOCKS
            } else {
                both
            }
        }
    }
}

fn inverse(w: &mut Work<'_>, action: Task) -> Option<Task> {
    Some(match action {
        Task::START => Task::STOP,
        Task::STOP => Task::START,
        Task::PROMOTE => Task::DEMOTE,
        Task::DEMOTE => Task::PROMOTE,
        Task::PROMOTED => Task::DEMOTED,
        Task::DEMOTED => Task::PROMOTED,
        Task::RUNNING => Task::STOPPED,
        Task::STOPPED => Task::RUNNING,
        other => {
            let text = format!(
                "Unknown action '{}' specified in order constraint",
                w.book.tasks.name(other)
            );
            w.log.config_warning("invert_action", text);
            return None;
        }
    })
}

fn cannot_invert(w: &mut Work<'_>, id: &str) {
    let text = format!("Cannot invert constraint '{id}' (please specify inverse manually)");
    w.log.config_warning("inverse_ordering", text);
}

/// Reads a `rsc_order`.
pub fn read<'a>(w: &mut Work<'a>, references: &References<'a>, element: Element<'a>, id: &'a str) {
    let judged = Judged {
        id,
        kind: element.attr("kind"),
        score: element.attr("score"),
    };
    let own_sets = sets(w, references, element);
    if !own_sets.is_empty() {
        return read_sets(w, element, &judged, &own_sets);
    }
    let sides = [
        ("first", element.attr("first"), "first-action"),
        ("then", element.attr("then"), "then-action"),
    ];
    let mut lists = [None, None];
    for (side, (_, name, _)) in sides.into_iter().enumerate() {
        let Some(name) = name else { continue };
        match references.find(w, name) {
            Some(Target::Resource(_)) => {}
            Some(Target::List(list)) => lists[side] = Some(list),
            None => {
                let text = format!(
                    "Ignoring constraint '{id}' because '{name}' is not a valid resource or tag"
                );
                w.log.config_error("unpack_order_tags", text);
                return;
            }
        }
    }
    if lists.iter().all(Option::is_none) {
        return read_simple(w, element, &judged);
    }
    let mut made = Vec::new();
    for (side, (_, name, action)) in sides.into_iter().enumerate() {
        let Some(name) = name else { continue };
        let set = match lists[side] {
            Some(list) => Set::of_list(list),
            None => Set::of_resource(name),
        };
        made.push(Set {
            action: element.attr(action),
            ..set
        });
    }
    read_sets(w, element, &judged, &made);
}

fn side(w: &mut Work<'_>, element: Element<'_>, id: &str, which: &str) -> Option<RscId> {
    let Some(name) = element.attr(which) else {
        let text = format!("Ignoring constraint '{id}' without {which}");
        w.log.config_error("get_ordering_resource", text);
        return None;
    };
    let found = resource(w, name);
    if found.is_none() {
        let text = format!("Ignoring constraint '{id}' because resource '{name}' does not exist");
        w.log.config_error("get_ordering_resource", text);
    }
    found
}

fn read_simple(w: &mut Work<'_>, element: Element<'_>, judged: &Judged<'_>) {
    let id = judged.id;
    let Some(first) = side(w, element, id, "first") else {
        return;
    };
    let Some(then) = side(w, element, id, "then") else {
        return;
    };
    let first_text = element.attr("first-action").unwrap_or("start");
    let first_action = w.book.tasks.intern(first_text);
    let then_action = w
        .book
        .tasks
        .intern(element.attr("then-action").unwrap_or(first_text));
    let kind = judged.kind(w);
    let direction = symmetry(w, id, kind, element.attr("symmetrical"));
    let forward = flags(kind, first_action, direction);
    let minimum = minimum_first(w, element, first);
    if minimum > 0 {
        let gate = w.gate(&format!("clone-one-or-more:{id}"), minimum);
        for child in w.board.rsc(first).children.clone() {
            w.order(
                Side::key(child, first_action),
                Side::Action(gate),
                OrderFlags::MIN_RUNNABLE | OrderFlags::FIRST_IMPLIES_THEN_GRAPHED,
            );
        }
        w.order(
            Side::Action(gate),
            Side::key(then, then_action),
            forward | OrderFlags::UNRUNNABLE_FIRST_BLOCKS,
        );
    } else {
        w.order(
            Side::key(first, first_action),
            Side::key(then, then_action),
            forward,
        );
    }
    if direction != Symmetry::Forward {
        return;
    }
    match (inverse(w, then_action), inverse(w, first_action)) {
        (Some(undo_then), Some(undo_first)) => {
            let backward = flags(kind, undo_then, Symmetry::Inverse);
            w.order(
                Side::key(then, undo_then),
                Side::key(first, undo_first),
                backward,
            );
        }
        (Some(_) | None, Some(_) | None) => cannot_invert(w, id),
    }
}

/// How many instances of a clone must have acted; 0 if the clone acts as a whole.
fn minimum_first(w: &mut Work<'_>, element: Element<'_>, first: RscId) -> i32 {
    let row = w.config.rsc(first);
    if !row.is_clone() {
        return 0;
    }
    if let Some(text) = row.meta("clone-min") {
        return scan_min_int(Some(text), 0);
    }
    let Some(require_all) = element.attr("require-all") else {
        return 0;
    };
    let text = "Support for require-all in ordering constraints is deprecated and will be removed in a future release \
                (use clone-min clone meta-attribute instead)";
    w.log
        .warn_once("order_require_all", "get_minimum_first_instances", text);
    i32::from(!is_true(Some(require_all)))
}

/// A set with its members found.
struct Found<'s, 'a> {
    set: &'s Set<'a>,
    id: &'a str,
    members: Vec<RscId>,
}

fn read_sets(w: &mut Work<'_>, element: Element<'_>, judged: &Judged<'_>, sets: &[Set<'_>]) {
    let kind = judged.kind(w);
    let direction = symmetry(w, judged.id, kind, element.attr("symmetrical"));
    let mut previous: Option<Found<'_, '_>> = None;
    for set in sets {
        let set_id = set.id.unwrap_or_default();
        let members = match set.resolve(w) {
            Ok(members) => members,
            Err(missing) => {
                let text = format!("{set_id}: No resource found for {missing}");
                w.log.config_error("(macro)", text);
                return;
            }
        };
        let found = Found {
            set,
            id: set_id,
            members,
        };
        inside_set(w, element, kind, &found);
        if let Some(previous) = &previous {
            let forward = if direction == Symmetry::Forward {
                Symmetry::Forward
            } else {
                Symmetry::Asymmetric
            };
            between_sets(w, judged.id, kind, forward, previous, &found);
            if direction == Symmetry::Forward {
                between_sets(w, judged.id, kind, Symmetry::Inverse, &found, previous);
            }
        }
        previous = Some(found);
    }
}

fn action_of(w: &mut Work<'_>, set: &Set<'_>) -> Task {
    w.book.tasks.intern(set.action.unwrap_or("start"))
}

fn inside_set(w: &mut Work<'_>, element: Element<'_>, parent_kind: Kind, found: &Found<'_, '_>) {
    let (set, members) = (found.set, &found.members);
    if members.len() <= 1 {
        return;
    }
    let judged = Judged {
        id: found.id,
        kind: set.kind,
        score: set.score,
    };
    let kind = if set.kind.is_some() {
        judged.kind(w)
    } else {
        parent_kind
    };
    let kind_for_symmetry = if set.kind.is_some() || set.score.is_some() {
        judged.kind(w)
    } else {
        parent_kind
    };
    let symmetrical = set.symmetrical.or(element.attr("symmetrical"));
    let direction = symmetry(w, found.id, kind_for_symmetry, symmetrical);
    let action = action_of(w, set);
    let forward = flags(kind, action, direction);
    let sequential = set.is_sequential();
    if kind == Kind::Serialize {
        for (position, &member) in members.iter().enumerate() {
            for &later in &members[position + 1..] {
                w.order(Side::key(member, action), Side::key(later, action), forward);
            }
        }
    } else if sequential {
        for pair in members.windows(2) {
            w.order(
                Side::key(pair[0], action),
                Side::key(pair[1], action),
                forward,
            );
        }
    }
    if direction == Symmetry::Asymmetric || !sequential {
        return;
    }
    let Some(undo) = inverse(w, action) else {
        return cannot_invert(w, found.id);
    };
    let backward = flags(kind, undo, Symmetry::Inverse);
    for pair in members.windows(2) {
        w.order(Side::key(pair[1], undo), Side::key(pair[0], undo), backward);
    }
}

/// Orders all of one set before all of another, except where a set is explicitly sequential.
fn between_sets(
    w: &mut Work<'_>,
    id: &str,
    kind: Kind,
    symmetry: Symmetry,
    first: &Found<'_, '_>,
    then: &Found<'_, '_>,
) {
    let inverted = symmetry == Symmetry::Inverse;
    let mut first_action = action_of(w, first.set);
    let mut then_action = action_of(w, then.set);
    if inverted {
        let (Some(undo_first), Some(undo_then)) =
            (inverse(w, first_action), inverse(w, then_action))
        else {
            return cannot_invert(w, id);
        };
        (first_action, then_action) = (undo_first, undo_then);
    }
    let flags = flags(kind, first_action, symmetry);
    let require_all = matches!(first_action, Task::STOP | Task::DEMOTE)
        || first.set.require_all.is_none_or(|text| is_true(Some(text)));
    if !require_all {
        let gate = w.gate(&format!("one-or-more:{}", first.id), 1);
        for &member in &first.members {
            w.order(
                Side::key(member, first_action),
                Side::Action(gate),
                OrderFlags::MIN_RUNNABLE | OrderFlags::FIRST_IMPLIES_THEN_GRAPHED,
            );
        }
        for &member in &then.members {
            w.order(
                Side::Action(gate),
                Side::key(member, then_action),
                flags | OrderFlags::UNRUNNABLE_FIRST_BLOCKS,
            );
        }
        return;
    }
    let edge = |found: &Found<'_, '_>, last: bool| -> Vec<RscId> {
        if !found.set.is_explicitly_sequential() {
            return found.members.clone();
        }
        let member = if last {
            found.members.last()
        } else {
            found.members.first()
        };
        member.into_iter().copied().collect()
    };
    // Forward: the last of the first set before the first of the next; backward the other ends.
    let firsts = edge(first, !inverted);
    let thens = edge(then, inverted);
    for &one in &firsts {
        for &other in &thens {
            w.order(
                Side::key(one, first_action),
                Side::key(other, then_action),
                flags,
            );
        }
    }
}
