//! Task names, interned: comparing two tasks is comparing two numbers.

use foldhash::{HashMap, HashMapExt as _};
use std::sync::Arc;

/// A task name. Known names have constants; others are interned by [`Tasks`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Task(u16);

macro_rules! tasks {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $text:literal;)*) => {
        impl Task {
            $($(#[$doc])* pub const $name: Task = Task($number);)*
        }
        const KNOWN: &[&str] = &[$($text),*];
    };
}

tasks! {
    /// Start.
    START = 0, "start";
    /// A collective's start is complete.
    RUNNING = 1, "running";
    /// Stop.
    STOP = 2, "stop";
    /// A collective's stop is complete.
    STOPPED = 3, "stopped";
    /// Promote.
    PROMOTE = 4, "promote";
    /// A collective's promotion is complete.
    PROMOTED = 5, "promoted";
    /// Demote.
    DEMOTE = 6, "demote";
    /// A collective's demotion is complete.
    DEMOTED = 7, "demoted";
    /// Notify.
    NOTIFY = 8, "notify";
    /// A notification is complete.
    NOTIFIED = 9, "notified";
    /// Monitor (a probe if not recurring).
    MONITOR = 10, "monitor";
    /// Migrate to.
    MIGRATE_TO = 11, "migrate_to";
    /// Migrate from.
    MIGRATE_FROM = 12, "migrate_from";
    /// Reload.
    RELOAD_AGENT = 13, "reload-agent";
    /// Cancel of a recurring action.
    CANCEL = 14, "cancel";
    /// Clean-up of history.
    DELETE = 15, "delete";
    /// Removal of history from the CIB alone.
    LRM_DELETE = 16, "lrm_delete";
    /// Clearing of fail counts.
    CLEAR_FAILCOUNT = 17, "clear_failcount";
    /// Fencing.
    STONITH = 18, "stonith";
    /// Shutdown of a node.
    DO_SHUTDOWN = 19, "do_shutdown";
    /// What the reference's key parser makes of `clear_failcount`.
    FAILCOUNT = 20, "failcount";
    /// Update of node maintenance.
    MAINTENANCE_NODES = 21, "maintenance_nodes";
}

impl Task {
    /// It has a constant.
    pub(crate) fn is_known(self) -> bool {
        self.index() < KNOWN.len()
    }

    /// Its number.
    pub(crate) fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// The names of one run.
#[derive(Clone, Debug)]
pub struct Tasks {
    names: Vec<Arc<str>>,
    index: HashMap<Arc<str>, Task>,
}

impl Default for Tasks {
    fn default() -> Self {
        let mut tasks = Tasks {
            names: Vec::new(),
            index: HashMap::new(),
        };
        for name in KNOWN {
            tasks.intern(name);
        }
        tasks
    }
}

impl Tasks {
    /// The task of this name.
    pub fn intern(&mut self, name: &str) -> Task {
        if let Some(&task) = self.index.get(name) {
            return task;
        }
        let number = u16::try_from(self.names.len()).unwrap_or(u16::MAX);
        let task = Task(number);
        let name: Arc<str> = name.into();
        self.names.push(Arc::clone(&name));
        self.index.insert(name, task);
        task
    }

    /// The task of this name, if it was ever mentioned.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<Task> {
        self.index.get(name).copied()
    }

    /// Whether it is the key of a notification (`post_notify_start`).
    #[must_use]
    pub fn notifies(&self, key: Task) -> bool {
        !key.is_known() && self.name(key).contains("_notify_")
    }

    /// All names, by number.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|name| &**name)
    }

    /// The name of a task.
    #[must_use]
    pub fn name(&self, task: Task) -> &Arc<str> {
        &self.names[usize::from(task.0).min(self.names.len() - 1)]
    }
}
