//! What a cluster would record of actions that the simulation only tells.
//!
//! The simulation (like the reference's, 05 §8.2) carries out no shutdown, clears no fail count, deletes no history,
//! ends no recurring action, notes no unfencing and forgets nothing about a fenced guest: it prints the action and leaves the CIB alone, so that the next
//! run wants the same again. The daemons of a cluster do record these. [`record`] does it in their place, so that what
//! still remains to be done can be told from what was merely not written down.

use pcmk_cib::xml::{Document, Element, ElementId};
use pcmk_pengine::Decision;
use pcmk_pengine::simulate::step::{Step, StepKind};

/// What the simulation leaves undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unrecorded {
    /// A node shuts down.
    Shutdown,
    /// Fail counts are forgotten.
    ClearedFailures,
    /// The history of a resource is forgotten.
    DeletedHistory,
    /// A recurring action ends.
    Cancelled,
    /// A node may use shared devices again.
    Unfenced,
    /// A guest was "fenced" by the restart of what launches it.
    GuestFenced,
}

/// What the simulation leaves undone of this step, if anything.
#[must_use]
pub fn unrecorded(step: &Step) -> Option<Unrecorded> {
    match (step.kind, &*step.task) {
        (StepKind::Cluster, "do_shutdown") => Some(Unrecorded::Shutdown),
        (StepKind::Cluster, "clear_failcount") => Some(Unrecorded::ClearedFailures),
        (StepKind::Cluster, "lrm_delete") | (StepKind::Resource, "delete") => {
            Some(Unrecorded::DeletedHistory)
        }
        (StepKind::Resource, "cancel") => Some(Unrecorded::Cancelled),
        (StepKind::Cluster, "stonith") if action_of(step).eq_ignore_ascii_case("on") => {
            Some(Unrecorded::Unfenced)
        }
        (StepKind::Pseudo, "stonith") => Some(Unrecorded::GuestFenced),
        _ => None,
    }
}

fn action_of(step: &Step) -> &str {
    step.attr("CRM_meta_stonith_action").unwrap_or_default()
}

/// Writes down what the simulation left undone of this transition.
pub fn record(decision: &Decision, document: &mut Document, now: i64) {
    for synapse in &decision.transition.synapses {
        let step = Step::of(decision, synapse);
        let Some(kind) = unrecorded(&step) else {
            continue;
        };
        let Some(state) = node_state(document, &step, kind) else {
            continue;
        };
        match kind {
            Unrecorded::Shutdown => {
                for (name, value) in [
                    ("in_ccm", "false"),
                    ("crmd", "offline"),
                    ("join", "down"),
                    ("expected", "down"),
                ] {
                    document.set_attr(state, name, value);
                }
                detach(document, state, |e| {
                    matches!(e.name(), "lrm" | "transient_attributes")
                });
            }
            Unrecorded::ClearedFailures => {
                let names = names(&step);
                let attributes: Vec<String> = names
                    .iter()
                    .flat_map(|n| [format!("fail-count-{n}#"), format!("last-failure-{n}#")])
                    .collect();
                let entries: Vec<String> = names
                    .iter()
                    .map(|n| format!("{n}_last_failure_0"))
                    .collect();
                detach(document, state, |e| match e.name() {
                    "nvpair" => {
                        let name = e.attr("name").unwrap_or_default();
                        attributes.iter().any(|a| name.starts_with(a.as_str()))
                    }
                    "lrm_rsc_op" => entries.iter().any(|id| e.xml_id() == Some(id)),
                    _ => false,
                });
            }
            Unrecorded::DeletedHistory => {
                let names = names(&step);
                detach(document, state, |e| {
                    e.name() == "lrm_resource" && names.iter().any(|n| e.xml_id() == Some(n))
                });
            }
            Unrecorded::Cancelled => {
                let names = names(&step);
                let interval = step.interval_ms().to_string();
                let task = step
                    .attr("CRM_meta_operation")
                    .unwrap_or_default()
                    .to_owned();
                detach(document, state, |e| {
                    e.name() == "lrm_rsc_op"
                        && e.attr("interval") == Some(&interval)
                        && matches!(e.attr("operation"), Some(t) if t == task || t == "cancel")
                        && e.parent()
                            .is_some_and(|rsc| names.iter().any(|n| rsc.xml_id() == Some(n)))
                });
            }
            Unrecorded::GuestFenced => detach(document, state, |e| {
                matches!(e.name(), "lrm" | "transient_attributes")
            }),
            Unrecorded::Unfenced => {
                let digest = |name| step.attr(name).unwrap_or_default().to_owned();
                for (name, value) in [
                    ("#node-unfenced", now.to_string()),
                    ("#digests-all", digest("CRM_meta_digests_all")),
                    ("#digests-secure", digest("CRM_meta_digests_secure")),
                ] {
                    set_transient(document, state, name, &value);
                }
            }
        }
    }
}

/// The names under which a node may know the resource of this step.
fn names(step: &Step) -> Vec<String> {
    let rsc = step.rsc.iter();
    rsc.flat_map(|rsc| [Some(&rsc.id), rsc.long_id.as_ref()])
        .flatten()
        .map(|name| name.to_string())
        .collect()
}

/// The state of the node of this step. Unfencing may be the first that is known of a remote node.
fn node_state(document: &mut Document, step: &Step, kind: Unrecorded) -> Option<ElementId> {
    let (name, id) = step.node.as_ref()?;
    let status = document.root_element().child("status")?;
    let states = || status.children().filter(|e| e.name() == "node_state");
    let found = states()
        .find(|e| e.attr("uname") == Some(name))
        .or_else(|| states().find(|e| e.xml_id() == Some(id)))
        .map(Element::id);
    if found.is_some() || kind != Unrecorded::Unfenced {
        return found;
    }
    let status = status.id();
    let added = document.append(status, "node_state");
    document.set_attr(added, "id", id);
    document.set_attr(added, "uname", name);
    Some(added)
}

/// Detaches the elements below this one that meet a condition.
fn detach(document: &mut Document, below: ElementId, condition: impl Fn(Element<'_>) -> bool) {
    let found: Vec<ElementId> = document
        .element(below)
        .descendants()
        .filter(|e| condition(*e))
        .map(Element::id)
        .collect();
    for id in found {
        document.detach(id);
    }
}

fn set_transient(document: &mut Document, state: ElementId, name: &str, value: &str) {
    let id = document
        .element(state)
        .xml_id()
        .unwrap_or_default()
        .to_owned();
    let attributes = child(document, state, "transient_attributes", &id);
    let set = child(
        document,
        attributes,
        "instance_attributes",
        &format!("status-{id}"),
    );
    let known: Vec<ElementId> = document
        .element(set)
        .children()
        .filter(|e| e.attr("name") == Some(name))
        .map(Element::id)
        .collect();
    for pair in known {
        document.detach(pair);
    }
    let pair = document.append(set, "nvpair");
    let pair_id = format!("status-{id}-{}", name.replace('#', "."));
    for (name, value) in [("id", pair_id.as_str()), ("name", name), ("value", value)] {
        document.set_attr(pair, name, value);
    }
}

/// The first child of this name, added with an id if there is none.
pub(crate) fn child(document: &mut Document, of: ElementId, name: &str, id: &str) -> ElementId {
    if let Some(found) = document.element(of).child(name) {
        return found.id();
    }
    let added = document.append(of, name);
    document.set_attr(added, "id", id);
    added
}
