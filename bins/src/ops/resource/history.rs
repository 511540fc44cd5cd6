//! Recorded operations of resources. Source: behaviour notes 07 section 3.3.

use pcmk_cib::xml::{Element, ElementId};
use pcmk_core::lenient::int_attr;
use pcmk_pengine::state::history::{active_ops, sorted_entries};
use pcmk_pengine::{NodeId, Observed, RscId};

use super::{Base, Names, find};

/// How histories name resources. An anonymous instance's history goes by the first instance's state, wherever it is.
const NAMES: Names = Names {
    base: Base::Anonymous,
    history: true,
};

/// A recorded operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The resource, if there is one.
    pub rsc: Option<RscId>,
    /// The node.
    pub node: NodeId,
    /// The entry.
    pub entry: ElementId,
}

/// Which operations are meant.
#[derive(Clone, Copy, Debug, Default)]
pub struct Selection<'s> {
    /// Of this resource, by the id it has in history.
    pub rsc: Option<&'s str>,
    /// On this node.
    pub node: Option<&'s str>,
    /// Only those that say what is active.
    pub active: bool,
}

/// The operations that are meant, in the order of the document, those of a resource by age.
#[must_use]
pub fn recorded(seen: &Observed, selection: Selection<'_>) -> Vec<Recorded> {
    let config = &seen.config;
    let mut found = Vec::new();
    let root = config.doc.root_element();
    let states = root
        .child("status")
        .into_iter()
        .flat_map(|status| status.children_named("node_state"));
    for state in states {
        let Some(node) = state.attr("uname").and_then(|name| config.find_node(name)) else {
            continue;
        };
        let is_other = |name: &str| !name.eq_ignore_ascii_case(config.node_name(node));
        if selection.node.is_some_and(is_other) {
            continue;
        }
        let believed = seen.board.node(node);
        if !believed.online && !config.options.fencing_enabled {
            continue;
        }
        let histories = state
            .children_named("lrm")
            .flat_map(|lrm| lrm.children_named("lrm_resources"))
            .flat_map(|list| list.children_named("lrm_resource"));
        for history in histories {
            let id = history.xml_id().unwrap_or_default();
            if selection.rsc.is_some_and(|wanted| wanted != id) {
                continue;
            }
            let rsc = find(seen, id, NAMES);
            let entries = entries(seen, history, selection.active);
            found.extend(
                entries
                    .into_iter()
                    .map(|entry| Recorded { rsc, node, entry }),
            );
        }
    }
    found
}

/// The entries of one history by call number; those that are active, if only these are asked for.
fn entries(seen: &Observed, history: Element<'_>, active: bool) -> Vec<ElementId> {
    let doc = &seen.config.doc;
    let mut sorted = sorted_entries(doc, history.id());
    if active {
        let ops = active_ops(doc, &sorted);
        let (start, stop) = (ops.start, ops.stop);
        let kept = sorted.iter().copied().enumerate().filter(|&(at, _)| {
            let at = i32::try_from(at).unwrap_or(i32::MAX);
            // Nothing is active after a stop.
            start >= stop && at >= start
        });
        sorted = kept.map(|(_, entry)| entry).collect();
    }
    sorted.sort_by_key(|&entry| int_attr(doc.element(entry).attr("call-id"), -1));
    sorted
}
