//! What places and colocations constraints give a resource. Source: behaviour notes 07 section 3.5.

use std::collections::HashSet;

use pcmk_pengine::RscId;
use pcmk_pengine::constraints::{Colocation, Constraints, Location};

/// Which way colocations are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From a resource to those that are placed with it.
    Dependents,
    /// From a resource to those it is placed with.
    Primaries,
}

/// A step of the walk, in order.
#[derive(Clone, Copy, Debug)]
pub enum Step<'c> {
    /// The locations of a resource.
    Locations(RscId),
    /// A list of colocations of a resource begins.
    Begin(RscId, Direction),
    /// One of them, with the other resource, and whether that was met before.
    Partner(&'c Colocation, RscId, Direction, bool),
    /// What follows is about the partner.
    Inner,
    /// No longer.
    Outer,
    /// The list ends.
    End,
}

/// The id under which a location is shown: that of its rule, if it has one.
#[must_use]
pub fn shown_id(location: &Location) -> &str {
    location.rule.as_ref().unwrap_or(&location.id)
}

/// The locations of a resource, newest first.
pub fn locations(constraints: &Constraints, rsc: RscId) -> impl Iterator<Item = &Location> {
    let list = constraints.locations_of.get(rsc.index());
    list.into_iter()
        .flatten()
        .rev()
        .filter_map(|&at| constraints.locations.get(at as usize))
}

fn colocations(
    constraints: &Constraints,
    rsc: RscId,
    direction: Direction,
) -> Vec<(&Colocation, RscId)> {
    let lists = match direction {
        Direction::Dependents => &constraints.with_this,
        Direction::Primaries => &constraints.this_with,
    };
    let list = lists.get(rsc.index());
    list.into_iter()
        .flatten()
        .filter_map(|&at| constraints.colocations.get(at as usize))
        .filter(|colocation| colocation.explicit)
        .map(|colocation| match direction {
            Direction::Dependents => (colocation, colocation.dependent),
            Direction::Primaries => (colocation, colocation.primary),
        })
        .collect()
}

/// Walks over all constraints of a resource; recursively, on to those of its partners.
#[must_use]
pub fn walk<'c>(constraints: &'c Constraints, rsc: RscId, recursive: bool) -> Vec<Step<'c>> {
    let mut steps = vec![Step::Locations(rsc)];
    for direction in [Direction::Dependents, Direction::Primaries] {
        walk_one_way(constraints, rsc, direction, recursive, &mut steps);
    }
    steps
}

enum Todo<'c> {
    List(RscId),
    Partner(&'c Colocation, RscId),
    Tell(Step<'c>),
}

fn walk_one_way<'c>(
    constraints: &'c Constraints,
    rsc: RscId,
    direction: Direction,
    recursive: bool,
    steps: &mut Vec<Step<'c>>,
) {
    let mut marked = HashSet::new();
    let mut todo = vec![Todo::List(rsc)];
    while let Some(next) = todo.pop() {
        match next {
            Todo::Tell(step) => steps.push(step),
            Todo::List(rsc) => {
                marked.insert(rsc);
                let list = colocations(constraints, rsc, direction);
                if list.is_empty() {
                    continue;
                }
                steps.push(Step::Begin(rsc, direction));
                todo.push(Todo::Tell(Step::End));
                let partners = list.into_iter().rev();
                todo.extend(partners.map(|(colocation, rsc)| Todo::Partner(colocation, rsc)));
            }
            Todo::Partner(colocation, rsc) => {
                let known = marked.contains(&rsc);
                steps.push(Step::Partner(colocation, rsc, direction, known));
                if !known {
                    steps.push(Step::Inner);
                    steps.push(Step::Locations(rsc));
                    todo.push(Todo::Tell(Step::Outer));
                    if recursive {
                        todo.push(Todo::List(rsc));
                    }
                }
            }
        }
    }
}
