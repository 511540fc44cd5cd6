//! What is missing where a pattern may not end: the ways to complete it.

use super::pattern::{Pattern, PatternId, Patterns, RuleId, Slot};

/// One thing that may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Need {
    Attribute(Slot),
    Child(RuleId),
}

/// Most ways that are followed up for one pattern; the shortest are kept.
const MAX_WAYS: usize = 16;

/// The parts of a pattern that must all be fulfilled, independently of each other.
pub(super) fn factors(patterns: &Patterns, id: PatternId) -> Vec<PatternId> {
    let mut found = Vec::new();
    let mut pending = vec![id];
    while let Some(id) = pending.pop() {
        match patterns.get(id) {
            Pattern::Sequence(a, b) | Pattern::Interleave(a, b) => pending.extend([b, a]),
            Pattern::Empty
            | Pattern::Impossible
            | Pattern::Attribute { .. }
            | Pattern::Child(_)
            | Pattern::Choice(..)
            | Pattern::Repeat(_) => found.push(id),
        }
    }
    found
}

/// The least sets of things that complete a pattern, shortest first; an empty one if nothing is missing.
/// Without `children`, child elements count as being there.
pub(super) fn needs(patterns: &Patterns, id: PatternId, children: bool) -> Vec<Vec<Need>> {
    let mut ways = match patterns.get(id) {
        Pattern::Empty => vec![Vec::new()],
        Pattern::Impossible => Vec::new(),
        Pattern::Attribute { slot, kind: _ } => vec![vec![Need::Attribute(slot)]],
        Pattern::Child(rule) => {
            if children {
                vec![vec![Need::Child(rule)]]
            } else {
                vec![Vec::new()]
            }
        }
        Pattern::Choice(a, b) => {
            let mut ways = needs(patterns, a, children);
            ways.extend(needs(patterns, b, children));
            ways
        }
        Pattern::Sequence(a, b) | Pattern::Interleave(a, b) => {
            let second = needs(patterns, b, children);
            let mut ways = Vec::new();
            for first in needs(patterns, a, children) {
                for other in &second {
                    let mut both = first.clone();
                    both.extend(other);
                    both.sort_unstable();
                    both.dedup();
                    ways.push(both);
                }
            }
            ways
        }
        Pattern::Repeat(a) => needs(patterns, a, children),
    };
    ways.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
    let mut least: Vec<Vec<Need>> = Vec::new();
    for way in ways {
        let covered = least
            .iter()
            .any(|known| known.iter().all(|need| way.contains(need)));
        if !covered && least.len() < MAX_WAYS {
            least.push(way);
        }
    }
    least
}
