//! Adding a colocation. Source: behaviour notes 03 §8.1, §8.2, 04 §16.5.

use std::sync::Arc;

use pcmk_core::role::Role;
use pcmk_core::score::Score;

use crate::assign::colocation::attribute::classes;
use crate::assign::colocation::list::compare_side;
use crate::book::{OrderFlags, Side, Task};
use crate::constraints::{Colocation, ColocationIndex, list_of};
use crate::id::RscId;
use crate::work::Work;

/// A colocation to be added. Fields as in [`Colocation`].
#[derive(Clone, Debug)]
pub struct NewColocation {
    /// Id.
    pub id: Arc<str>,
    /// Dependent.
    pub dependent: RscId,
    /// Primary.
    pub primary: RscId,
    /// Score; 0 adds nothing.
    pub score: Score,
    /// Role of the dependent.
    pub dependent_role: Role,
    /// Role of the primary.
    pub primary_role: Role,
    /// Node attribute.
    pub attribute: Arc<str>,
    /// Influence.
    pub influence: bool,
    /// From the CIB.
    pub explicit: bool,
}

impl Work<'_> {
    /// Records a colocation in the lists of both sides; one with score minus infinity orders both sides, too.
    pub fn add_colocation(&mut self, new: NewColocation) {
        if new.score == Score::ZERO {
            return;
        }
        let (state, config) = (self.state, self.config);
        let constraints = &mut *self.constraints;
        let values = constraints
            .attribute_classes
            .entry(Arc::clone(&new.attribute))
            .or_insert_with(|| classes(state, &new.attribute))
            .clone();
        let index = ColocationIndex::try_from(constraints.colocations.len())
            .unwrap_or(ColocationIndex::MAX);
        let any_if_started = |role: Role| {
            if role == Role::Started {
                Role::Unknown
            } else {
                role
            }
        };
        let colocation = Colocation {
            id: new.id,
            dependent: new.dependent,
            primary: new.primary,
            score: new.score,
            dependent_role: any_if_started(new.dependent_role),
            primary_role: any_if_started(new.primary_role),
            attribute: new.attribute,
            influence: new.influence,
            explicit: new.explicit,
            classes: values,
        };
        // Both lists are sorted by the other side; a new record goes before its equals.
        let records = &constraints.colocations;
        let list = list_of(&mut constraints.this_with, colocation.dependent);
        let at = list.partition_point(|&known| {
            compare_side(
                config,
                self.board,
                colocation.primary,
                records[known as usize].primary,
            )
            .is_gt()
        });
        list.insert(at, index);
        let list = list_of(&mut constraints.with_this, colocation.primary);
        let at = list.partition_point(|&known| {
            compare_side(
                config,
                self.board,
                colocation.dependent,
                records[known as usize].dependent,
            )
            .is_gt()
        });
        list.insert(at, index);
        let apart = colocation.score.is_minus_infinity().then_some((
            (colocation.dependent, colocation.dependent_role),
            (colocation.primary, colocation.primary_role),
        ));
        constraints.colocations.push(colocation);
        if let Some((dependent, primary)) = apart {
            self.order_apart(dependent, primary);
            self.order_apart(primary, dependent);
        }
    }

    /// What takes `first` out of its role comes before what brings `then` into its own.
    fn order_apart(&mut self, first: (RscId, Role), then: (RscId, Role)) {
        let leaving: &[Task] = match first.1 {
            Role::Unknown | Role::Started | Role::Stopped => &[Task::STOP],
            Role::Unpromoted => &[Task::STOP, Task::PROMOTE],
            Role::Promoted => &[Task::DEMOTE],
        };
        let entering: &[Task] = match then.1 {
            Role::Unknown | Role::Started | Role::Stopped => &[Task::START],
            Role::Unpromoted => &[Task::START, Task::DEMOTE],
            Role::Promoted => &[Task::PROMOTE],
        };
        for &leave in leaving {
            for &enter in entering {
                self.order(
                    Side::key(first.0, leave),
                    Side::key(then.0, enter),
                    OrderFlags::IF_REQUIRED_ON_SAME_NODE,
                );
            }
        }
    }
}
