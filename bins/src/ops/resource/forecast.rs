//! What a cluster is going to do: which actions are pending, and what will be active once they are done. Source:
//! behaviour notes 07 section 3.9.

use std::sync::Arc;

use pcmk_cib::xml::{Document, Element};
use pcmk_core::key::op_key;
use pcmk_core::lenient::scan_min_int;
use pcmk_core::time::DateTime;
use pcmk_pengine::book::ActionFlags;
use pcmk_pengine::config::action::action_meta;
use pcmk_pengine::simulate::execute::Execution;
use pcmk_pengine::simulate::step::Step;
use pcmk_pengine::simulate::{self, Working};
use pcmk_pengine::state::find_renamed;
use pcmk_pengine::{ActionId, NodeId, Observed, RscId, decide};

use super::{read, with_work};

/// What keeps a cluster busy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pending {
    /// Actions to come: number, key and node, the latest first.
    pub actions: Vec<(usize, String, Option<String>)>,
    /// Some action has begun and not ended.
    pub in_flight: bool,
}

impl Pending {
    /// Nothing is to be done.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.actions.is_empty() && !self.in_flight
    }
}

/// What a cluster with this CIB (of the current schema) has to do.
#[must_use]
pub fn pending(doc: Document, now: DateTime) -> Pending {
    let in_flight = has_unfinished(doc.root_element());
    let decision = decide(read(doc, now));
    let actions = decision.book.actions.iter().enumerate().rev();
    let actions = actions
        .filter(|(_, action)| {
            action.is(ActionFlags::RUNNABLE)
                && !action.is(ActionFlags::OPTIONAL)
                && !action.is(ActionFlags::PSEUDO)
        })
        .map(|(at, action)| {
            let key = decision
                .book
                .uuid(&decision.config, ActionId::from_index(at));
            let node = action
                .node
                .map(|node| decision.config.node_name(node).to_owned());
            (at + 1, key.to_string(), node)
        })
        .collect();
    Pending { actions, in_flight }
}

/// Whether history has an entry without a result. A recurring monitor that failed last does not count.
fn has_unfinished(cib: Element<'_>) -> bool {
    let histories = cib
        .child("status")
        .into_iter()
        .flat_map(Element::descendants)
        .filter(|element| element.name() == "lrm_resource");
    histories.into_iter().any(|history| {
        let entries = || history.children_named("lrm_rsc_op");
        entries()
            .filter(|entry| scan_min_int(entry.attr("rc-code"), 0) == 193)
            .any(|entry| {
                let recurring = entry.attr("operation") == Some("monitor")
                    && scan_min_int(entry.attr("interval"), 0) > 0;
                let last = op_key(history.xml_id().unwrap_or_default(), "last_failure", 0);
                let failed = entries().find(|other| other.xml_id() == Some(&last));
                let same = failed.is_some_and(|failed| {
                    failed.attr("operation_key") == entry.attr("operation_key")
                });
                !(recurring && same)
            })
    })
}

/// Ids of the resources that are active (on a node), members in the place of groups.
#[must_use]
pub fn active(seen: &Observed, node: Option<NodeId>) -> Vec<String> {
    let config = &seen.config;
    let mut found = Vec::new();
    let mut open: Vec<RscId> = config.top.iter().rev().copied().collect();
    while let Some(rsc) = open.pop() {
        let row = config.rsc(rsc);
        if row.is_group() {
            open.extend(row.children.iter().rev());
            continue;
        }
        let places = &seen.state.rsc(rsc).active;
        let here = match node {
            Some(node) => places.contains(&node),
            None => !places.is_empty(),
        };
        if here {
            found.push(row.id.to_string());
        }
    }
    found
}

/// Ids of the resources that will be active once a cluster with this CIB has done what it has to do.
#[must_use]
pub fn active_afterwards(doc: Document, now: DateTime, node: Option<NodeId>) -> Vec<String> {
    let mut working = Working::new(doc);
    let decision = decide(super::read_shared(working.snapshot(), now));
    let run = Execution {
        transition: &decision.transition,
        step: &|synapse| Step::of(&decision, synapse),
        known: &|id| find_renamed(&decision.config, &decision.state, id).is_some(),
        failures: &[],
        now: now.epoch(),
    };
    // A transition that cannot be carried out in full shows as a resource that does not stop.
    let _ = simulate::execute(&run, &mut working);
    active(&super::read_shared(working.snapshot(), now), node)
}

/// The longest time that a stop of any of these resources may take, seconds.
#[must_use]
pub fn stop_timeout_s(seen: &mut Observed, ids: &[String]) -> u64 {
    let mut leaves: Vec<RscId> = Vec::new();
    for id in ids {
        if let Some(rsc) = seen.config.find_rsc(id) {
            leaves.extend(seen.config.leaves(rsc));
        }
    }
    let longest_ms = with_work(seen, |work| {
        let timeouts = leaves.into_iter().map(|rsc| {
            let op = work.find_definition(rsc, "stop", 0);
            let meta = action_meta(work, rsc, op, "stop", 0, None);
            let text: Option<&Arc<str>> = meta.get("timeout");
            text.and_then(|text| text.parse::<u64>().ok()).unwrap_or(0)
        });
        timeouts.max().unwrap_or(0)
    });
    longest_ms / 1000
}
