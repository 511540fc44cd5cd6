//! Looks up why actions are left: facts about two runs and the CIB between them.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use pcmk_cib::xml::{Document, Element, ElementId};
use pcmk_core::role::Role;
use pcmk_pengine::Decision;
use pcmk_pengine::book::ActionFlags;
use pcmk_pengine::config::Resource;
use pcmk_pengine::config::options::NoQuorum;
use pcmk_pengine::id::{ActionId, NodeId, RscId};
use pcmk_pengine::transition::planned::Planned;

use super::{Name, Reason, real};
use crate::run;

/// Resources and where they are.
type Places = BTreeSet<(Arc<str>, Arc<str>)>;

/// Two runs, and what is between them.
pub(super) struct Between<'a> {
    /// The run whose transition was executed.
    pub before: &'a Decision,
    /// The CIB after that.
    pub document: &'a Document,
    /// Its time.
    pub now: i64,
    /// The run on that CIB.
    pub after: &'a Decision,
    /// What was recorded in place of the simulation.
    pub told: &'a BTreeMap<Name, Reason>,
}

/// All actions that are left, with the reason if one is known.
pub(super) fn reasons(between: &Between<'_>) -> Vec<(Name, Option<Reason>)> {
    let names = real(between.after);
    if names.is_empty() {
        return Vec::new();
    }
    let facts = Facts::of(between);
    let mut reasons: HashMap<ActionId, Reason> = HashMap::new();
    let mut open: Vec<(ActionId, &Name)> = Vec::new();
    for (&id, name) in &names {
        match facts.reason(between, id, name) {
            Some(reason) => {
                reasons.insert(id, reason);
            }
            None => open.push((id, name)),
        }
    }
    if !open.is_empty() {
        let healthy = run::schedule(&forget_failures(between.document), between.now);
        let wanted: BTreeSet<Name> = real(&healthy).into_values().collect();
        for (id, name) in open {
            if !wanted.contains(name) || recovered_again(between, id, name) {
                reasons.insert(id, Reason::KeptFailure);
            }
        }
    }
    follow(between.after, &names, &mut reasons);
    names
        .into_iter()
        .map(|(id, name)| (name, reasons.get(&id).copied()))
        .collect()
}

/// What changed between the runs.
struct Facts {
    /// Remote nodes whose connection, or what launches it, was started, or that are clean now.
    came_up: HashSet<NodeId>,
    /// Remote nodes whose connection was stopped.
    went_down: HashSet<NodeId>,
    /// Top-level resources that are to be somewhere else than the run before wanted them.
    moved: HashSet<RscId>,
}

impl Facts {
    fn of(between: &Between<'_>) -> Facts {
        let (before, after) = (between.before, between.after);
        let started = resources_with(before, "start");
        let stopped = resources_with(before, "stop");
        let mut facts = Facts {
            came_up: HashSet::new(),
            went_down: HashSet::new(),
            moved: moved(before, after),
        };
        for node in after.config.nodes.iter().filter(|node| node.remote) {
            let launcher = after.config.launcher_of_node(node.id);
            let mut needed = node.connection.into_iter().chain(launcher);
            let was_unclean = before
                .config
                .find_node(&node.name)
                .is_some_and(|n| before.board.node(n).unclean);
            let is_unclean = after.board.node(node.id).unclean;
            if needed.any(|rsc| started.contains(after.config.name(rsc)))
                || was_unclean && !is_unclean
            {
                facts.came_up.insert(node.id);
            }
            if node
                .connection
                .is_some_and(|rsc| stopped.contains(after.config.name(rsc)))
            {
                facts.went_down.insert(node.id);
            }
        }
        facts
    }

    fn reason(&self, between: &Between<'_>, id: ActionId, name: &Name) -> Option<Reason> {
        let after = between.after;
        let action = after.book.get(id);
        let node = action.node.or_else(|| after.config.find_node(&name.node));
        if !between.told.is_empty() && !between.told.contains_key(name) {
            return Some(Reason::NewlyRecorded);
        }
        if node.is_some_and(|node| self.came_up.contains(&node)) {
            return Some(Reason::NodeCameUp);
        }
        if name.task == "stonith" && node.is_some_and(|node| self.went_down.contains(&node)) {
            return Some(Reason::ConnectionStopped);
        }
        let rsc = action.rsc?;
        let was = between.before.config.find_rsc(&after.config.rsc(rsc).id);
        let row = after.config.rsc(rsc);
        if self.moved.contains(&after.config.root_of(rsc)) {
            Some(Reason::PlacedAnew)
        } else if name.task == "notify" && in_vain(after, id) {
            Some(Reason::NotifiedInVain)
        } else if row.removed && row.parent.is_some() {
            Some(Reason::RemovedInstance)
        } else if exchanged(after, rsc) {
            Some(Reason::InstancesExchanged)
        } else if node.is_some_and(|node| unread(after, node)) {
            Some(Reason::HistoryUnread)
        } else if half_unique(after, rsc) {
            Some(Reason::HalfUnique)
        } else if kept_migration(between.document, row) {
            Some(Reason::KeptMigration)
        } else if namesake(after, rsc) {
            Some(Reason::RemovedNamesake)
        } else if was.is_some_and(|rsc| between.before.board.rsc(rsc).failed) {
            Some(Reason::Recovered)
        } else if was.is_some_and(|rsc| between.before.state.rsc(rsc).active.len() > 1) {
            Some(Reason::SeveralCopies)
        } else if was.is_some_and(|rsc| unblocked(between.before, rsc)) {
            Some(Reason::Unblocked)
        } else if was.is_some_and(|rsc| cause_gone(between, rsc)) {
            Some(Reason::CauseGone)
        } else if name.task == "monitor" && outdated(between, &row.id, &name.node) {
            Some(Reason::MonitorOutdated)
        } else if without_quorum(between, id) {
            Some(Reason::StartedWithoutQuorum)
        } else if after_blocked_part(after, id) {
            Some(Reason::BlockedPart)
        } else {
            None
        }
    }
}

fn resources_with<'a>(decision: &'a Decision, task: &str) -> HashSet<&'a str> {
    let actions = decision.actions().filter(|action| action.task() == task);
    actions.filter_map(|action| action.rsc()).collect()
}

fn moved(before: &Decision, after: &Decision) -> HashSet<RscId> {
    let places = |decision: &Decision| {
        let mut places: BTreeMap<Arc<str>, Places> = BTreeMap::new();
        let primitives = decision
            .config
            .resources
            .iter()
            .filter(|row| row.is_primitive());
        for row in primitives {
            let Some(node) = decision.board.assigned_node(row.rsc) else {
                continue;
            };
            let root = decision.config.rsc(decision.config.root_of(row.rsc));
            let node = Arc::clone(&decision.config.node(node).name);
            places
                .entry(Arc::clone(&root.id))
                .or_default()
                .insert((Arc::clone(&row.id), node));
        }
        places
    };
    let (old, new) = (places(before), places(after));
    let roots = after
        .config
        .resources
        .iter()
        .filter(|row| row.parent.is_none());
    roots
        .filter(|row| old.get(&row.id) != new.get(&row.id))
        .map(|row| row.rsc)
        .collect()
}

/// Whether no instance of the clone does what this notification is about.
fn in_vain(decision: &Decision, id: ActionId) -> bool {
    let planned = Planned::new(decision, id);
    let attributes = planned.attributes();
    let mut named = attributes.named.iter();
    let operation = named.find(|(name, _)| name.text() == "CRM_meta_notify_operation");
    let (Some((_, operation)), Some(rsc)) = (operation, decision.book.get(id).rsc) else {
        return false;
    };
    let clone = decision.config.top_of(rsc);
    !decision.transition.synapses.iter().any(|synapse| {
        let of = decision.book.get(synapse.action).rsc;
        of.is_some_and(|rsc| {
            decision.config.rsc(rsc).is_primitive() && decision.config.top_of(rsc) == clone
        }) && Planned::new(decision, synapse.action).task() == &**operation
    })
}

/// The id without the number of an instance.
fn base(id: &str) -> &str {
    match id.rsplit_once(':') {
        Some((base, number)) if number.bytes().all(|b| b.is_ascii_digit()) => base,
        Some(_) | None => id,
    }
}

/// Whether another instance of the same clone is to be where this one, or one of its siblings, is and shall not stay.
fn exchanged(decision: &Decision, rsc: RscId) -> bool {
    let top = decision.config.top_of(rsc);
    let siblings = || {
        let leaves = decision.config.leaves(top).into_iter();
        leaves.filter(|&leaf| base(decision.config.name(leaf)) == base(decision.config.name(rsc)))
    };
    siblings().any(|leaver| {
        let active = &decision.state.rsc(leaver).active;
        let assigned = decision.board.assigned_node(leaver);
        active.iter().any(|&node| {
            assigned != Some(node)
                && siblings().any(|other| {
                    other != leaver && decision.board.assigned_node(other) == Some(node)
                })
        })
    })
}

/// A remote node whose connection is active in another role than Started.
fn unread(decision: &Decision, node: NodeId) -> bool {
    let connection = decision.config.node(node).connection;
    connection.is_some_and(|rsc| {
        !decision.state.rsc(rsc).active.is_empty() && decision.board.rsc(rsc).role > Role::Started
    })
}

/// Whether some instances of the clone that the resource is in (or was in, to go by its name) are unique and some are
/// not.
fn half_unique(decision: &Decision, rsc: RscId) -> bool {
    let name = base(decision.config.name(rsc));
    let rows = decision.config.resources.iter();
    let mut instances =
        rows.filter(|row| row.is_primitive() && row.parent.is_some() && base(&row.id) == name);
    instances.any(|row| {
        let leaves = decision.config.leaves(decision.config.top_of(row.rsc));
        let mut unique = leaves.iter().map(|&leaf| decision.config.rsc(leaf).unique);
        let first = unique.next();
        unique.any(|unique| Some(unique) != first)
    })
}

/// Entries of the histories of a resource, whatever number its instances have there.
fn entries<'a>(document: &'a Document, rsc: &'a str) -> impl Iterator<Item = Element<'a>> {
    let status = document.root_element().child("status").into_iter();
    let histories = status.flat_map(Element::descendants).filter(move |e| {
        e.name() == "lrm_resource" && e.xml_id().is_some_and(|id| base(id) == base(rsc))
    });
    histories.flat_map(Element::children)
}

/// Whether an instance of an anonymous clone has migrated once.
fn kept_migration(document: &Document, row: &Resource) -> bool {
    let migrated =
        |e: Element<'_>| matches!(e.attr("operation"), Some("migrate_to" | "migrate_from"));
    !row.unique && entries(document, &row.id).any(migrated)
}

/// An entry of a history that tells of a failure.
fn is_failure(e: Element<'_>) -> bool {
    let expected = e
        .attr("transition-key")
        .and_then(|key| key.split(':').nth(2));
    e.xml_id().is_some_and(|id| id.ends_with("_last_failure_0")) || e.attr("rc-code") != expected
}

fn without_quorum(between: &Between<'_>, id: ActionId) -> bool {
    let options = &between.after.config.options;
    let planned = Planned::new(between.after, id);
    let was = planned
        .rsc()
        .and_then(|rsc| between.before.config.find_rsc(rsc));
    let stop_of_no_quorum = planned.task() == "stop"
        && planned.rsc().is_some_and(|rsc| {
            between.after.book.actions.iter().any(|action| {
                action
                    .rsc
                    .is_some_and(|r| between.after.config.name(r) == rsc)
                    && action.reason().is_some_and(|text| **text == *"no quorum")
            })
        });
    !options.quorate
        && options.no_quorum == NoQuorum::Demote
        && stop_of_no_quorum
        && was.is_some_and(|rsc| between.before.board.rsc(rsc).role > Role::Started)
}

/// Whether the action comes after pseudo-actions, one of them of a collective resource a part of which is to be started
/// or promoted but cannot be.
fn after_blocked_part(decision: &Decision, id: ActionId) -> bool {
    let mut open = vec![id];
    let mut seen = HashSet::new();
    while let Some(at) = open.pop() {
        for &input in decision.transition.inputs_of(at) {
            let action = decision.book.get(input);
            if !action.is(ActionFlags::PSEUDO) || !seen.insert(input) {
                continue;
            }
            if action
                .rsc
                .is_some_and(|rsc| has_blocked_part(decision, rsc))
            {
                return true;
            }
            open.push(input);
        }
    }
    false
}

fn has_blocked_part(decision: &Decision, rsc: RscId) -> bool {
    decision.config.leaves(rsc).into_iter().any(|part| {
        decision.book.newest_first(part).any(|action| {
            let task = Planned::new(decision, action).task();
            let action = decision.book.get(action);
            matches!(task, "start" | "promote")
                && !action.is(ActionFlags::OPTIONAL)
                && !action.is(ActionFlags::RUNNABLE)
        })
    })
}

/// Whether there is a removed resource of this name (without instance number).
fn namesake(decision: &Decision, rsc: RscId) -> bool {
    let name = base(decision.config.name(rsc));
    let found = decision.config.find_rsc(name);
    found.is_some_and(|found| found != rsc && decision.config.rsc(found).removed)
}

/// Whether the resource, or what it is a part of, was blocked by another resource with which something was done.
fn unblocked(before: &Decision, rsc: RscId) -> bool {
    let config = &before.config;
    let parts = config.leaves(config.root_of(rsc));
    let mut reasons = parts
        .into_iter()
        .flat_map(|part| before.book.newest_first(part))
        .filter_map(|action| before.book.get(action).reason());
    reasons.any(|reason| {
        let Some(cause) = reason
            .strip_prefix("unrunnable ")
            .and_then(|rest| rest.split(' ').next())
        else {
            return false;
        };
        let cause = config.find_rsc(cause).map(|cause| config.root_of(cause));
        let done = real(before);
        let mut resources = done.keys().filter_map(|&id| before.book.get(id).rsc);
        cause.is_some() && resources.any(|done| Some(config.root_of(done)) == cause)
    })
}

/// Whether an action of the resource named a cause that nobody knows any more.
fn cause_gone(between: &Between<'_>, rsc: RscId) -> bool {
    between.before.book.newest_first(rsc).any(|action| {
        let reason = between.before.book.get(action).reason();
        let cause = reason.and_then(|reason| reason.split(' ').nth(1));
        cause.is_some_and(|cause| {
            between.before.config.find_rsc(cause).is_some()
                && between.after.config.find_rsc(cause).is_none()
        })
    })
}

/// Whether the resource was started, promoted or demoted there.
fn outdated(between: &Between<'_>, rsc: &str, node: &str) -> bool {
    between.before.actions().any(|action| {
        matches!(action.task(), "start" | "promote" | "demote")
            && action.rsc() == Some(rsc)
            && action.node() == Some(node)
    })
}

/// The same CIB without any failure in its histories.
fn forget_failures(document: &Document) -> Document {
    let mut document = document.clone();
    let failed = |e: Element<'_>| match e.name() {
        "lrm_rsc_op" => is_failure(e),
        "nvpair" => {
            let name = e.attr("name").unwrap_or_default();
            name.starts_with("fail-count-") || name.starts_with("last-failure-")
        }
        _ => false,
    };
    let status = document.root_element().child("status");
    let found: Vec<ElementId> = status
        .into_iter()
        .flat_map(Element::descendants)
        .filter(|e| failed(*e))
        .map(Element::id)
        .collect();
    for id in found {
        document.detach(id);
    }
    document
}

/// Whether the same was done before, to a resource that has a failure in its history.
fn recovered_again(between: &Between<'_>, id: ActionId, name: &Name) -> bool {
    let Some(rsc) = between.after.book.get(id).rsc else {
        return false;
    };
    entries(between.document, between.after.config.name(rsc)).any(is_failure)
        && real(between.before).values().any(|done| done == name)
}

/// Gives a reason to what comes after an action that has one, to what else is done to the same resource, and to what
/// is done to a resource some action of which names that resource as its cause.
fn follow(
    decision: &Decision,
    names: &BTreeMap<ActionId, Name>,
    reasons: &mut HashMap<ActionId, Reason>,
) {
    let mut reached: HashSet<ActionId> = reasons.keys().copied().collect();
    loop {
        let known = reached.len();
        for synapse in &decision.transition.synapses {
            let mut inputs = decision.transition.inputs(synapse).iter();
            if inputs.any(|input| reached.contains(input)) {
                reached.insert(synapse.action);
            }
        }
        let touched: HashSet<RscId> = reached
            .iter()
            .filter(|id| names.contains_key(id))
            .filter_map(|&id| decision.book.get(id).rsc)
            .collect();
        for &id in names.keys() {
            let action = decision.book.get(id);
            let Some(rsc) = action.rsc else {
                // Unfencing: "required by RSC TASK".
                let named = action.reason().and_then(|reason| reason.split(' ').nth(2));
                let cause = named.and_then(|rsc| decision.config.find_rsc(rsc));
                if cause.is_some_and(|cause| touched.contains(&cause)) {
                    reached.insert(id);
                }
                continue;
            };
            let mut causes = decision.book.newest_first(rsc).filter_map(|action| {
                let reason = decision.book.get(action).reason()?;
                decision.config.find_rsc(reason.split(' ').nth(1)?)
            });
            if touched.contains(&rsc) || causes.any(|cause| touched.contains(&cause)) {
                reached.insert(id);
            }
        }
        if reached.len() == known {
            break;
        }
    }
    for &id in names.keys() {
        if reached.contains(&id) {
            reasons.entry(id).or_insert(Reason::Follows);
        }
    }
}
