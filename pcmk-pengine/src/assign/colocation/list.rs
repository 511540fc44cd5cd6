//! Which colocations affect a resource at this moment, and in which order. Source: behaviour notes 03 §8.2, §8.3.
//!
//! The lists are collected anew whenever they are asked for, because the order depends on current priorities and the
//! content on what is assigned and managed. For a resource without colocations that costs no allocation.

use std::cmp::Ordering;

use crate::board::Board;
use crate::config::{Config, Kind};
use crate::constraints::ColocationIndex;
use crate::id::RscId;
use crate::work::Work;

/// Which of the two lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    /// The resource is the dependent.
    ThisWith,
    /// The resource is the primary.
    WithThis,
}

/// Colocations in which the resource is the dependent, or that reach it as such through its parents and siblings.
#[must_use]
pub fn this_with_list(w: &Work<'_>, rsc: RscId) -> Vec<ColocationIndex> {
    let mut list = List {
        w,
        origin: rsc,
        direction: Direction::ThisWith,
        found: Vec::new(),
    };
    list.visit(rsc);
    list.found
}

/// Colocations in which the resource is the primary, or that reach it as such through its parents and siblings.
#[must_use]
pub fn with_this_list(w: &Work<'_>, rsc: RscId) -> Vec<ColocationIndex> {
    let mut list = List {
        w,
        origin: rsc,
        direction: Direction::WithThis,
        found: Vec::new(),
    };
    list.visit(rsc);
    list.found
}

/// Order of the resources on one side of a list: priority, kind, promotable clones first, id (03 §8.2).
#[must_use]
pub fn compare_side(config: &Config, board: &Board, a: RscId, b: RscId) -> Ordering {
    if a == b {
        return Ordering::Equal;
    }
    let kind = |rsc: RscId| match config.rsc(rsc).kind {
        Kind::Primitive => 0,
        Kind::Group(_) => 1,
        Kind::Clone(_) => 2,
        Kind::Bundle(_) => 3,
    };
    board
        .rsc(b)
        .priority
        .cmp(&board.rsc(a).priority)
        .then_with(|| kind(b).cmp(&kind(a)))
        .then_with(|| {
            if config.rsc(a).is_clone() {
                config.rsc(b).promotable.cmp(&config.rsc(a).promotable)
            } else {
                Ordering::Equal
            }
        })
        .then_with(|| config.name(a).cmp(config.name(b)))
}

struct List<'l, 'w> {
    w: &'l Work<'w>,
    origin: RscId,
    direction: Direction,
    found: Vec<ColocationIndex>,
}

impl List<'_, '_> {
    fn own(&self, rsc: RscId) -> &[ColocationIndex] {
        let lists = match self.direction {
            Direction::ThisWith => &self.w.constraints.this_with,
            Direction::WithThis => &self.w.constraints.with_this,
        };
        lists.get(rsc.index()).map_or(&[], Vec::as_slice)
    }

    fn side(&self, index: ColocationIndex) -> RscId {
        let colocation = &self.w.constraints.colocations[index as usize];
        match self.direction {
            Direction::ThisWith => colocation.primary,
            Direction::WithThis => colocation.dependent,
        }
    }

    fn insert(&mut self, index: ColocationIndex) {
        let new = self.side(index);
        let at = self
            .found
            .iter()
            .position(|&known| {
                compare_side(self.w.config, self.w.board, new, self.side(known)).is_le()
            })
            .unwrap_or(self.found.len());
        self.found.insert(at, index);
    }

    /// Adds a resource's own list the way the reference does: if there is something already, the *first* element is
    /// added as often as the list has elements, and the others never (03 §8.3, trap 1).
    fn merge(&mut self, rsc: RscId) {
        let own = self.own(rsc);
        if self.found.is_empty() {
            self.found = own.to_vec();
        } else if let Some(&head) = own.first() {
            for _ in 0..own.len() {
                self.insert(head);
            }
        }
    }

    fn visit(&mut self, rsc: RscId) {
        let config = self.w.config;
        let row = config.rsc(rsc);
        match row.kind {
            Kind::Primitive if rsc == self.origin => {
                self.merge(rsc);
                if let Some(parent) = row.parent {
                    self.visit(parent);
                }
            }
            Kind::Primitive => {
                for position in 0..self.own(rsc).len() {
                    let index = self.own(rsc)[position];
                    if self.w.constraints.colocations[index as usize].explicit {
                        self.insert(index);
                    }
                }
            }
            Kind::Group(_) => self.visit_group(rsc),
            Kind::Clone(_) => {
                self.merge(rsc);
                if let Some(parent) = row.parent {
                    self.visit(parent);
                }
            }
            Kind::Bundle(_) => {
                if self.bundle_applies(rsc) {
                    self.merge(rsc);
                }
            }
        }
    }

    fn visit_group(&mut self, group: RscId) {
        let config = self.w.config;
        let row = config.rsc(group);
        let members = &row.children;
        let speaks_for_group = match self.direction {
            Direction::WithThis => members.last(),
            Direction::ThisWith => members.first(),
        };
        let Some(&speaker) = speaks_for_group else {
            return;
        };
        if self.origin != group && self.origin != speaker {
            if self.direction == Direction::ThisWith {
                self.follow_unmanaged(group);
            }
            return;
        }
        self.merge(group);
        if let Some(parent) = row.parent {
            self.visit(parent);
        }
        if !row.as_group().is_some_and(|g| g.colocated) {
            return;
        }
        for &member in members {
            if member != self.origin {
                self.visit(member);
            }
        }
    }

    /// A later member gets the group's mandatory colocations itself if a member before it is unmanaged.
    fn follow_unmanaged(&mut self, group: RscId) {
        let config = self.w.config;
        let unmanaged_before = config
            .rsc(group)
            .children
            .iter()
            .take_while(|&&m| m != self.origin)
            .any(|&m| !self.w.board.rsc(m).managed);
        if !unmanaged_before {
            return;
        }
        for position in 0..self.own(group).len() {
            let index = self.own(group)[position];
            if self.w.constraints.colocations[index as usize]
                .score
                .is_infinite()
            {
                self.insert(index);
            }
        }
    }

    /// Whether a bundle's own colocations concern the origin.
    fn bundle_applies(&self, bundle: RscId) -> bool {
        let config = self.w.config;
        if self.origin == bundle {
            return true;
        }
        let Some(info) = config.rsc(bundle).as_bundle() else {
            return false;
        };
        if info.replicas.iter().any(|r| r.container == self.origin) {
            return true;
        }
        let Some(clone) = info.clone else {
            return false;
        };
        if !config.rsc(clone).promotable || config.top_of(self.origin) != clone {
            return false;
        }
        if self.origin == clone {
            self.w.board.rsc(clone).promotion_constrained
        } else {
            !self.w.board.rsc(self.origin).unassigned
        }
    }
}
