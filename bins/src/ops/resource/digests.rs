//! Digests of parameters as they would be recorded with an operation. Source: behaviour notes 07 section 3.10.

use std::sync::Arc;

use pcmk_cib::xml::{Element, ElementId};
use pcmk_core::key::op_key;
use pcmk_core::lenient::scan_min_int;
use pcmk_core::order::upstream_order;
use pcmk_pengine::state::digest::{DigestParams, DigestRequest, Digests, calculate};
use pcmk_pengine::state::history;
use pcmk_pengine::{NodeId, Observed, RscId};

use super::with_work;

/// Digests of the operation that tells most.
#[derive(Clone, Debug)]
pub struct Report {
    /// Task.
    pub task: String,
    /// Interval, milliseconds.
    pub interval_ms: u32,
    /// Digests.
    pub digests: Digests,
    /// What they are made of.
    pub params: DigestParams,
}

/// Calculates the digests of a primitive's parameters on a node, some of them replaced.
#[must_use]
pub fn report(
    seen: &mut Observed,
    rsc: RscId,
    node: NodeId,
    overrides: &[(Arc<str>, Arc<str>)],
) -> Report {
    let entry = best_entry(seen, rsc, node);
    let element = entry.map(|entry| seen.config.doc.element(entry));
    let task = element
        .and_then(|element| element.attr("operation"))
        .unwrap_or("start")
        .to_owned();
    let interval = element.map_or(0, |element| scan_min_int(element.attr("interval"), 0));
    let mut interval_ms = u32::try_from(interval).unwrap_or(0);
    for (name, value) in overrides {
        if &**name == "CRM_meta_interval" {
            interval_ms = value.parse().unwrap_or(interval_ms);
        }
    }
    let (digests, params) = with_work(seen, |work| {
        let request = DigestRequest {
            rsc,
            node: Some(node),
            task: &task,
            interval_ms,
            entry,
            overrides,
            secure: true,
        };
        let (digests, params) = calculate(work, request);
        let own = work.params(rsc, Some(node));
        let op = work.find_definition(rsc, &task, interval_ms);
        let of_op = op.map(|op| work.op_params(rsc, op, Some(node)));
        // Where each parameter comes from decides about its place.
        let mut order: Vec<Arc<str>> = vec!["addr".into()];
        order.extend(overrides.iter().map(|(name, _)| Arc::clone(name)));
        for table in std::iter::once(&own).chain(of_op.iter()) {
            let names: Vec<&Arc<str>> = table.keys().collect();
            let sorted = upstream_order(names.iter().map(|name| &***name));
            order.extend(
                sorted
                    .into_iter()
                    .filter_map(|at| names.get(at).map(|&name| Arc::clone(name))),
            );
        }
        let sort = |mut pairs: Vec<(Arc<str>, Arc<str>)>| {
            pairs.sort_by_key(|(name, _)| {
                order
                    .iter()
                    .position(|known| known == name)
                    .unwrap_or(usize::MAX)
            });
            pairs
        };
        let params = DigestParams {
            all: sort(params.all),
            restart: params.restart.map(sort),
            secure: params.secure.map(sort),
        };
        (digests, params)
    });
    Report {
        task,
        interval_ms,
        digests,
        params,
    }
}

/// What the choice of an entry looks at.
struct Candidate<'d> {
    element: Element<'d>,
    effective: bool,
    recurring: bool,
    restart: bool,
    last_failure: bool,
}

/// The history entry that tells most: a fold in the order of the document.
fn best_entry(seen: &Observed, rsc: RscId, node: NodeId) -> Option<ElementId> {
    let config = &seen.config;
    let id = config.name(rsc);
    let state = seen.state.node(node).xml?;
    let mut histories = config
        .doc
        .element(state)
        .children_named("lrm")
        .flat_map(|lrm| lrm.children_named("lrm_resources"))
        .flat_map(|list| list.children_named("lrm_resource"))
        .filter(|history| history.xml_id() == Some(id));
    let history = histories.next().filter(|_| histories.next().is_none())?;
    let mut best: Option<Candidate<'_>> = None;
    for element in history.children_named("lrm_rsc_op") {
        let task = element.attr("operation").unwrap_or_default();
        let interval = scan_min_int(element.attr("interval"), 0);
        let effective =
            interval == 0 && matches!(task, "start" | "promote" | "monitor" | "migrate_from");
        let next = Candidate {
            element,
            effective,
            recurring: interval != 0,
            restart: element.attr("op-restart-digest").is_some(),
            last_failure: element.xml_id() == Some(&op_key(id, "last_failure", 0)),
        };
        let rejected = best.as_ref().is_some_and(|best| {
            let tells_less =
                !next.effective && (best.effective || (best.recurring && !next.recurring));
            tells_less
                || (next.last_failure && !best.last_failure)
                || (best.restart && !next.restart)
                || history::is_newer(best.element, next.element)
        });
        if !rejected {
            best = Some(next);
        }
    }
    best.map(|best| best.element.id())
}
