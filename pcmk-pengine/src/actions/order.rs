//! Ordering records and their migration equivalents. Source: behaviour notes 04 §16.4, §18.

use crate::book::{OrderFlags, Ordering, Side, Task};
use crate::id::RscId;
use crate::work::Work;

impl Work<'_> {
    /// Resource of a side: named, or that of the action.
    #[must_use]
    pub fn side_rsc(&self, side: Side) -> Option<RscId> {
        match side {
            Side::Key { rsc, .. } | Side::StartAndReload(rsc) => Some(rsc),
            Side::Action(id) => self.book.get(id).rsc,
        }
    }

    /// Task of a side.
    #[must_use]
    pub fn side_task(&self, side: Side) -> Task {
        match side {
            Side::Key { task, .. } => task,
            Side::StartAndReload(_) => Task::START,
            Side::Action(id) => self.book.get(id).task,
        }
    }

    /// Records an ordering; it takes the next ordering id. Equivalents for migrating resources follow at once.
    pub fn order(&mut self, first: Side, then: Side, flags: OrderFlags) {
        self.book.orderings.push(Ordering { first, then, flags });
        self.order_migration_equivalents(first, then);
    }

    fn order_migration_equivalents(&mut self, first: Side, then: Side) {
        let Some(b) = self.side_rsc(then) else { return };
        if !self.board.rsc(b).migratable {
            return;
        }
        let Some(a) = self.side_rsc(first).filter(|&a| a != b) else {
            return;
        };
        let first_migrates = self.board.rsc(a).migratable;
        let config = self.config;
        if config.is_ancestor(a, b) || config.is_ancestor(b, a) {
            return;
        }
        let ordered = OrderFlags::ORDERED;
        let unless_migrating = if first_migrates {
            ordered | OrderFlags::IF_FIRST_UNMIGRATABLE
        } else {
            ordered
        };
        let partial = self.board.rsc(b).partial_target.is_some();
        let tasks = (self.side_task(first), self.side_task(then));
        let mut add = |first: Task, then: Task, flags: OrderFlags| {
            self.book.orderings.push(Ordering {
                first: Side::key(a, first),
                then: Side::key(b, then),
                flags,
            });
        };
        match tasks {
            (Task::START, Task::START) => {
                if first_migrates {
                    add(Task::MIGRATE_FROM, Task::MIGRATE_TO, ordered);
                }
                add(Task::START, Task::MIGRATE_TO, unless_migrating);
            }
            (Task::STOP, Task::STOP) => {
                add(Task::STOP, Task::MIGRATE_TO, unless_migrating);
                if partial {
                    add(Task::STOP, Task::MIGRATE_FROM, unless_migrating);
                }
            }
            (Task::PROMOTE, Task::START) => add(Task::PROMOTE, Task::MIGRATE_TO, ordered),
            (Task::DEMOTE, Task::STOP) => {
                add(Task::DEMOTE, Task::MIGRATE_TO, ordered);
                if partial {
                    add(Task::DEMOTE, Task::MIGRATE_FROM, ordered);
                }
            }
            _ => {}
        }
    }
}
