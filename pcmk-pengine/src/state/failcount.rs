//! Fail counts. Source: behaviour notes 02 §11.1 to §11.3.

use std::sync::Arc;

use pcmk_cib::xml::{Element, ElementId};
use pcmk_core::key::{base_name, op_key};
use pcmk_core::lenient;
use pcmk_core::score::{Score, parse_score};

use crate::config::Operation;
use crate::id::{NodeId, RscId};
use crate::state::history::HistoryEntry;
use crate::work::Work;

const COUNT: &str = "fail-count-";
const TIME: &str = "last-failure-";

/// The attributes of each node that are about failures. Most nodes have none, and the question is asked for every
/// resource on every node.
#[derive(Clone, Debug, Default)]
pub struct FailCache {
    nodes: Vec<Option<Arc<[FailAttribute]>>>,
}

#[derive(Clone, Debug)]
struct FailAttribute {
    is_time: bool,
    /// The name after the prefix.
    rest: Box<str>,
    value: Arc<str>,
}

impl FailCache {
    /// Forgets a node, whose attributes changed.
    pub(crate) fn forget(&mut self, node: NodeId) {
        if let Some(slot) = self.nodes.get_mut(node.index()) {
            *slot = None;
        }
    }
}

fn attributes(w: &mut Work<'_>, node: NodeId) -> Arc<[FailAttribute]> {
    if let Some(Some(known)) = w.caches.failcounts.nodes.get(node.index()) {
        return Arc::clone(known);
    }
    let mut list = Vec::new();
    for (name, value) in w.state.node(node).attributes.iter() {
        let found = name.strip_prefix(COUNT).map(|rest| (false, rest));
        if let Some((is_time, rest)) =
            found.or_else(|| name.strip_prefix(TIME).map(|rest| (true, rest)))
        {
            list.push(FailAttribute {
                is_time,
                rest: rest.into(),
                value: Arc::clone(value),
            });
        }
    }
    let list: Arc<[FailAttribute]> = list.into();
    let nodes = &mut w.caches.failcounts.nodes;
    if nodes.len() <= node.index() {
        nodes.resize(node.index() + 1, None);
    }
    nodes[node.index()] = Some(Arc::clone(&list));
    list
}

/// Whether the rest of an attribute's name belongs to the resource: `NAME#OP_INTERVAL`, with `:NUMBER` after the name
/// if instances count together. The name acts as a pattern: a dot in it matches any character.
fn matches(rest: &str, name: &str, any_instance: bool) -> bool {
    let mut text = rest.chars();
    for wanted in name.chars() {
        match text.next() {
            Some(found) if found == wanted || wanted == '.' => {}
            Some(_) | None => return false,
        }
    }
    let rest = text.as_str();
    let without_number = rest
        .strip_prefix(':')
        .map(|after| after.trim_start_matches(|c: char| c.is_ascii_digit()))
        .filter(|after| any_instance && after.len() + 1 < rest.len());
    let Some(op) = without_number.unwrap_or(rest).strip_prefix('#') else {
        return false;
    };
    op.rsplit_once('_').is_some_and(|(task, interval)| {
        !task.is_empty()
            && !interval.is_empty()
            && interval.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Fail count of a resource on a node, and when it last failed there (epoch seconds, 0 if unknown) (02 §11.2).
///
/// `effective`: an expired count is 0. `launched`: the counts of launched resources are added. `entry`: a history entry
/// to which the check for blocking failures is limited.
///
/// A failure that blocks turns the resource's failure timeout off, for the rest of the run and everywhere.
pub fn fail_count(
    w: &mut Work<'_>,
    rsc: RscId,
    node: NodeId,
    effective: bool,
    launched: bool,
    entry: Option<ElementId>,
) -> (i32, i64) {
    let (mut count, mut last) = own_count(w, rsc, node, effective, entry);
    let config = w.config;
    if launched && !config.is_bundled(rsc) {
        let mut open: Vec<RscId> = config.rsc(rsc).launched.clone();
        let mut seen = vec![rsc];
        while let Some(at) = open.pop() {
            if seen.contains(&at) {
                continue;
            }
            seen.push(at);
            let (more, when) = own_count(w, at, node, effective, entry);
            count = count.saturating_add(more);
            last = last.max(when);
            if !config.is_bundled(at) {
                open.extend(&config.rsc(at).launched);
            }
        }
    }
    (count, if count > 0 && last > 0 { last } else { 0 })
}

fn own_count(
    w: &mut Work<'_>,
    rsc: RscId,
    node: NodeId,
    effective: bool,
    entry: Option<ElementId>,
) -> (i32, i64) {
    let all = attributes(w, node);
    if all.is_empty() {
        return (0, 0);
    }
    let config = w.config;
    let row = config.rsc(rsc);
    let known_as = w.state.rsc(rsc).history_id.as_deref().unwrap_or(&row.id);
    let name = if row.unique {
        known_as
    } else {
        base_name(known_as)
    };
    let (mut sum, mut last) = (Score::ZERO, 0);
    for attribute in all
        .iter()
        .filter(|attribute| matches(&attribute.rest, name, !row.unique))
    {
        if attribute.is_time {
            last = last.max(lenient::scan_ll(&attribute.value).unwrap_or(0));
        } else if let Ok(score) = parse_score(&attribute.value, &config.options.health) {
            sum = sum.plus(score);
        }
    }
    if sum > Score::ZERO
        && w.board.rsc(rsc).failure_timeout_ms > 0
        && is_blocking(w, rsc, node, entry)
    {
        let timeout = lenient::readable_interval(u64::from(w.board.rsc(rsc).failure_timeout_ms));
        w.log.config_warning(
            "pe_get_failcount",
            format!(
                "Ignoring failure timeout ({timeout}) for {} because it conflicts with on-fail=block",
                config.name(rsc)
            ),
        );
        w.board.rsc_mut(rsc).failure_timeout_ms = 0;
    }
    let timeout_ms = w.board.rsc(rsc).failure_timeout_ms;
    if effective && sum > Score::ZERO && last > 0 && timeout_ms > 0 {
        let timeout = i64::try_from(lenient::ms_to_s(u64::from(timeout_ms))).unwrap_or(i64::MAX);
        if config.now_epoch > last.saturating_add(timeout) {
            sum = Score::ZERO;
        }
    }
    (
        sum.value(),
        if sum > Score::ZERO && last > 0 {
            last
        } else {
            0
        },
    )
}

/// Whether a recorded failure of the resource on the node is of an operation with `on-fail="block"`, literally
/// (02 §11.3).
fn is_blocking(w: &Work<'_>, rsc: RscId, node: NodeId, entry: Option<ElementId>) -> bool {
    let config = w.config;
    let row = config.rsc(rsc);
    let base = base_name(&row.id);
    if base != &*row.xml_id {
        return false;
    }
    let blocking: Vec<&Operation> = row
        .operations
        .iter()
        .filter(|op| op.attr("on-fail") == Some("block"))
        .collect();
    if blocking.is_empty() {
        return false;
    }
    let is_failure = |op: &Operation, element: Element<'_>| {
        let entry = HistoryEntry::read(element);
        let rc = lenient::scan_min_int(entry.rc_code, 0);
        entry.task().eq_ignore_ascii_case(&op.name)
            && entry.interval_ms == op.interval_ms
            && entry.id.is_some_and(|id| {
                id.strip_prefix(base)
                    .is_some_and(|rest| rest == "_last_failure_0")
                    || (id == op_key(base, &op.name, op.interval_ms) && rc != entry.expected())
            })
    };
    if let Some(entry) = entry {
        return blocking
            .iter()
            .any(|op| is_failure(op, config.doc.element(entry)));
    }
    let Some(state) = w.state.node(node).xml else {
        return false;
    };
    let histories = config
        .doc
        .element(state)
        .children_named("lrm")
        .flat_map(|lrm| lrm.children_named("lrm_resources"))
        .flat_map(|list| list.children_named("lrm_resource"))
        .filter(|history| history.xml_id() == Some(base));
    histories
        .flat_map(|history| history.children_named("lrm_rsc_op"))
        .any(|element| blocking.iter().any(|op| is_failure(op, element)))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn names_are_patterns() {
        assert!(matches("rsc#monitor_10000", "rsc", false));
        assert!(matches("rsc:3#monitor_10000", "rsc", true));
        assert!(!matches("rsc:3#monitor_10000", "rsc", false));
        assert!(!matches("rsc:#monitor_10000", "rsc", true));
        assert!(matches("aXb#start_0", "a.b", false)); // an unescaped dot
        assert!(!matches("rsc", "rsc", false)); // the old style without operation
        assert!(!matches("rsc#_0", "rsc", false));
        assert!(!matches("rsc2#start_0", "rsc", true));
    }
}
