//! Dependents' preferences become node scores of the primary. Source: behaviour notes 03 §2.3, §8.5, §8.6.
//!
//! A table under work is a row of plain numbers beside the (unchanging) list of its nodes: the algorithm copies it at
//! every level, and needs a marker far below minus infinity. It becomes scores again when it is done.

use pcmk_core::score::Score;

use crate::config::Kind;
use crate::constraints::ColocationIndex;
use crate::id::{NodeId, RscId};
use crate::scores::{Cause, NodeTable};
use crate::weigh::location::apply_to_table;
use crate::work::Work;

use super::attribute::{ABSENT, View};
use super::has_influence;
use super::list::{this_with_list, with_this_list};

const INFINITY: i32 = 1_000_000;

/// An entry that was positive and would have become negative: out of use until the level is done.
const UNUSABLE: i32 = -100 * INFINITY;

/// How to fold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Follow the source's own primaries instead of its dependents.
    pub this_with: bool,
    /// Never let a positive score become negative.
    pub nonnegative: bool,
    /// Undo a branch that leaves no usable node.
    pub active: bool,
}

/// Factor of a colocation score.
#[must_use]
pub fn factor_of(score: Score) -> f32 {
    score.value() as f32 / INFINITY as f32
}

/// Factor of a colocation reached through another.
#[must_use]
pub fn nested_factor(factor: f32, score: Score) -> f32 {
    (factor * score.value() as f32) / INFINITY as f32
}

/// What a score contributes under a factor: the product in single precision, rounded half away from zero, but at least
/// 1 away from zero if the score was not 0 (03 §2.3, trap 4).
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    reason = "the product is at most 100 times infinity, which fits"
)]
pub fn contribution(factor: f32, score: i32) -> i32 {
    let product = f64::from(factor * score as f32);
    let rounded = if product < 0.0 {
        product - 0.5
    } else {
        product + 0.5
    } as i32;
    if rounded == 0 && score != 0 {
        if factor > 0.0 {
            return 1;
        }
        if factor < 0.0 {
            return -1;
        }
    }
    rounded
}

fn add(a: i32, b: i32) -> i32 {
    Score::clipped(i64::from(a))
        .plus(Score::clipped(i64::from(b)))
        .value()
}

/// The scores being worked on, beside their nodes.
#[derive(Clone, Debug)]
pub struct Table {
    nodes: std::rc::Rc<[NodeId]>,
    scores: Vec<i32>,
}

impl Table {
    /// A copy of a node table.
    #[must_use]
    pub fn of(table: &NodeTable) -> Table {
        Table {
            nodes: table.iter().map(|e| e.node).collect(),
            scores: table.iter().map(|e| e.score.value()).collect(),
        }
    }

    /// One node.
    #[must_use]
    pub fn single(node: NodeId, score: Score) -> Table {
        Table {
            nodes: [node].into(),
            scores: vec![score.value()],
        }
    }

    /// Node and score, in order.
    pub fn iter(&self) -> impl Iterator<Item = (NodeId, i32)> + '_ {
        self.nodes.iter().copied().zip(self.scores.iter().copied())
    }

    fn any_usable(&self, w: &Work<'_>) -> bool {
        self.iter()
            .any(|(node, score)| score >= 0 && w.available(node))
    }
}

/// Folds the preferences of a colocation's dependent into the primary's own table, if they count (03 §8.5).
pub fn fold_dependent(w: &mut Work<'_>, primary: RscId, index: ColocationIndex) {
    if !has_influence(w, index, None) {
        return;
    }
    let nonnegative = w.config.rsc(primary).is_clone();
    fold_into(
        w,
        primary,
        index,
        Selection {
            nonnegative,
            active: true,
            this_with: false,
        },
    );
}

/// Folds the preferences of a colocation's dependent into a resource's table.
pub fn fold_into(w: &mut Work<'_>, target: RscId, index: ColocationIndex, selection: Selection) {
    let (dependent, score) = {
        let colocation = &w.constraints.colocations[index as usize];
        (colocation.dependent, colocation.score)
    };
    let mut table = Table::of(w.scores.of(target));
    fold(
        w,
        dependent,
        target,
        &mut table,
        index,
        factor_of(score),
        selection,
    );
    let colocation = &w.constraints.colocations[index as usize];
    let scores = &mut *w.scores;
    for (node, score) in table.iter() {
        let Some(entry) = scores.allowed[target.index()].get_mut(node) else {
            continue;
        };
        let new = Score::clipped(i64::from(score));
        if entry.score != new {
            let delta = Score::clipped(i64::from(score) - i64::from(entry.score.value()));
            entry.score = new;
            scores.note(target, node, delta, new, || {
                Cause::Colocation(colocation.id.clone(), dependent)
            });
        }
    }
}

/// A resource's scores with those of everything that it is colocated with added (03 §3.2). For a group those of its
/// last member. `None` in a dependency loop.
#[must_use]
pub fn cumulative(w: &mut Work<'_>, rsc: RscId) -> Option<Table> {
    let config = w.config;
    if w.board.rsc(rsc).updating {
        return None;
    }
    if config.rsc(rsc).is_group() {
        let last = *config.rsc(rsc).children.last()?;
        w.board.rsc_mut(rsc).updating = true;
        let table = cumulative(w, last);
        w.board.rsc_mut(rsc).updating = false;
        return table;
    }
    w.board.rsc_mut(rsc).updating = true;
    let mut work = Table::of(w.scores.of(rsc));
    let selection = Selection {
        this_with: true,
        ..Selection::default()
    };
    if work.any_usable(w) {
        follow(w, rsc, rsc, &mut work, 1.0, selection);
    }
    w.board.rsc_mut(rsc).updating = false;
    Some(work)
}

/// Adds the scores of `source`, and of everything colocated with it, to a table of `target` (03 §8.6).
pub fn fold(
    w: &mut Work<'_>,
    source: RscId,
    target: RscId,
    table: &mut Table,
    index: ColocationIndex,
    factor: f32,
    selection: Selection,
) {
    if w.board.rsc(source).updating {
        return;
    }
    w.board.rsc_mut(source).updating = true;
    match w.config.rsc(source).kind {
        Kind::Group(_) => {
            if let Some(&first) = w.config.rsc(source).children.first() {
                fold(w, first, target, table, index, factor, selection);
            }
        }
        Kind::Primitive | Kind::Clone(_) | Kind::Bundle(_) => {
            fold_plain(w, source, target, table, index, factor, selection);
        }
    }
    w.board.rsc_mut(source).updating = false;
}

fn fold_plain(
    w: &mut Work<'_>,
    source: RscId,
    target: RscId,
    table: &mut Table,
    index: ColocationIndex,
    factor: f32,
    selection: Selection,
) {
    let mut work = table.clone();
    add_matching(
        w,
        &mut work,
        source,
        target,
        index,
        factor,
        selection.nonnegative,
    );
    if work.any_usable(w) {
        follow(w, source, target, &mut work, factor, selection);
    } else if selection.active {
        return;
    }
    if selection.nonnegative {
        for score in &mut work.scores {
            if *score == UNUSABLE {
                *score = 1;
            }
        }
    }
    *table = work;
}

/// Folds what is colocated with the source.
fn follow(
    w: &mut Work<'_>,
    source: RscId,
    target: RscId,
    work: &mut Table,
    factor: f32,
    selection: Selection,
) {
    let list = if selection.this_with {
        this_with_list(w, source)
    } else {
        with_this_list(w, source)
    };
    let selection = Selection {
        active: true,
        ..selection
    };
    for index in list {
        let colocation = &w.constraints.colocations[index as usize];
        let (score, other) = if selection.this_with {
            (colocation.score, colocation.primary)
        } else {
            (colocation.score, colocation.dependent)
        };
        if !selection.this_with && !has_influence(w, index, None) {
            continue;
        }
        fold(
            w,
            other,
            target,
            work,
            index,
            nested_factor(factor, score),
            selection,
        );
    }
}

/// Adds to every entry the best score that the source has among nodes with the same attribute value (03 §8.6.1).
fn add_matching(
    w: &mut Work<'_>,
    table: &mut Table,
    source: RscId,
    target: RscId,
    index: ColocationIndex,
    factor: f32,
    nonnegative: bool,
) {
    let best = best_by_class(w, source, index);
    let colocation = &w.constraints.colocations[index as usize];
    let view = View::of(w, target);
    let mut keeps_negative = None;
    for at in 0..table.nodes.len() {
        let class = view.class(w, &colocation.classes, table.nodes[at]);
        let source_score = best
            .get(class as usize)
            .copied()
            .flatten()
            .unwrap_or(-INFINITY);
        if factor < 0.0
            && source_score < 0
            && !(w.config.rsc(colocation.primary).stickiness.value() < -source_score
                && *keeps_negative.get_or_insert_with(|| {
                    has_influence(w, index, None) && allowed_on_one(w, colocation.dependent)
                }))
        {
            continue;
        }
        let entry = &mut table.scores[at];
        if *entry == UNUSABLE {
            continue;
        }
        let new = add(*entry, contribution(factor, source_score));
        if nonnegative && new < 0 && *entry > 0 {
            *entry = UNUSABLE;
        } else if !(nonnegative && new < 0 && *entry == 0) {
            *entry = new;
        }
    }
}

/// The resource's table has exactly one entry that is not negative.
fn allowed_on_one(w: &Work<'_>, rsc: RscId) -> bool {
    w.scores
        .of(rsc)
        .iter()
        .filter(|e| e.score >= Score::ZERO)
        .take(2)
        .count()
        == 1
}

/// The source's best score by attribute value, available nodes only.
fn best_by_class(w: &Work<'_>, source: RscId, index: ColocationIndex) -> Vec<Option<i32>> {
    let config = w.config;
    let colocation = &w.constraints.colocations[index as usize];
    let view = View::of(w, source);
    // There are not more values than nodes.
    let mut best: Vec<Option<i32>> = vec![None; ABSENT as usize + 1 + colocation.classes.len()];
    let mut consider = |node: NodeId, score: i32| {
        if !w.available(node) {
            return;
        }
        let class = view.class(w, &colocation.classes, node) as usize;
        if best.len() <= class {
            best.resize(class + 1, None);
        }
        if best[class].is_none_or(|known| known < score) {
            best[class] = Some(score);
        }
    };
    // Later members of a group never got the group's own location scores, so they are added for this purpose.
    let group = config
        .rsc(source)
        .parent
        .filter(|&p| {
            colocation.explicit && colocation.dependent == source && config.rsc(p).is_group()
        })
        .filter(|&p| config.rsc(p).children.first() != Some(&source))
        .filter(|&p| {
            w.constraints
                .locations_of
                .get(p.index())
                .is_some_and(|l| !l.is_empty())
        });
    match group {
        None => {
            for entry in w.scores.of(source).iter() {
                consider(entry.node, entry.score.value());
            }
        }
        Some(group) => {
            let mut scratch = w.scores.of(source).clone();
            let next_role = w.board.rsc(source).next_role;
            for &location in w.constraints.locations_of[group.index()].iter().rev() {
                let _ = apply_to_table(
                    &mut scratch,
                    &w.constraints.locations[location as usize],
                    next_role,
                    false,
                );
            }
            for entry in scratch.iter() {
                consider(entry.node, entry.score.value());
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contribution_is_rounded_half_away_from_zero() {
        assert_eq!(contribution(0.5, 3), 2);
        assert_eq!(contribution(-0.5, 3), -2);
        assert_eq!(contribution(0.25, 5), 1);
    }

    #[test]
    fn contribution_is_at_least_one_away_from_zero() {
        assert_eq!(contribution(0.000_001, 1), 1);
        assert_eq!(contribution(-0.000_001, 1), -1);
        assert_eq!(contribution(0.000_001, 0), 0);
        // The sign of the factor decides, not that of the product.
        assert_eq!(contribution(0.000_001, -1), 1);
    }

    #[test]
    fn factors_are_single_precision() {
        let factor = nested_factor(factor_of(Score::clipped(3)), Score::clipped(500_000));
        assert_eq!(
            factor,
            (3.0f32 / 1_000_000.0f32 * 500_000.0f32) / 1_000_000.0f32
        );
        assert_eq!(
            contribution(factor_of(Score::INFINITY), 1_000_000),
            1_000_000
        );
        assert_eq!(
            contribution(factor_of(Score::MINUS_INFINITY), 1_000_000),
            -1_000_000
        );
    }
}
