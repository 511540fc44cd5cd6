//! Actions of groups, clones and bundles: those of their children, and the pseudo-actions that stand for the whole.
//!
//! Source: behaviour notes 04 §10. The sequence is part of the behaviour: instances of promotable clones are asked twice.

use pcmk_core::lenient::is_true;

use crate::actions::{notify, primitive};
use crate::book::{ActionFlags, Task};
use crate::config::Kind;
use crate::id::{ActionId, RscId};
use crate::work::Work;

/// Role changes of all resources, in list order.
pub fn for_roles(w: &mut Work<'_>) {
    for rsc in w.board.top.clone() {
        create_actions(w, rsc);
    }
}

fn create_actions(w: &mut Work<'_>, rsc: RscId) {
    match w.config.rsc(rsc).kind {
        Kind::Primitive => primitive::create_actions(w, rsc),
        Kind::Group(_) => for_group(w, rsc),
        Kind::Clone(_) => for_clone(w, rsc),
        Kind::Bundle(_) => for_bundle(w, rsc),
    }
}

impl Work<'_> {
    /// A pseudo-action of a resource.
    pub fn pseudo(&mut self, rsc: RscId, task: Task, optional: bool, runnable: bool) -> ActionId {
        self.pseudo_keyed(rsc, task, task, optional, runnable)
    }

    /// A pseudo-action whose key names something else than its task.
    pub fn pseudo_keyed(
        &mut self,
        rsc: RscId,
        key: Task,
        task: Task,
        optional: bool,
        runnable: bool,
    ) -> ActionId {
        let id = self.request_keyed(rsc, key, task, 0, None, optional);
        let flags = &mut self.book.get_mut(id).flags;
        flags.insert(ActionFlags::PSEUDO);
        if runnable {
            flags.insert(ActionFlags::RUNNABLE);
        }
        id
    }
}

fn for_group(w: &mut Work<'_>, group: RscId) {
    let config = w.config;
    for &member in &config.rsc(group).children {
        create_actions(w, member);
    }
    for task in [Task::START, Task::RUNNING, Task::STOP, Task::STOPPED] {
        w.pseudo(group, task, true, true);
    }
    if is_true(config.rsc(group).meta("promotable")) {
        for task in [Task::DEMOTE, Task::DEMOTED, Task::PROMOTE, Task::PROMOTED] {
            w.pseudo(group, task, true, true);
        }
    }
}

/// What some instance of a collective is doing.
#[derive(Clone, Copy, Debug, Default)]
struct Doing {
    active: bool,
    starting: bool,
    stopping: bool,
    restarting: bool,
}

fn look_at(w: &Work<'_>, rsc: RscId, doing: &mut Doing) {
    let row = w.config.rsc(rsc);
    if !row.is_primitive() {
        for &child in &row.children {
            look_at(w, child, doing);
        }
        return;
    }
    let (mut starting, mut stopping) = (false, false);
    for id in w.book.newest_first(rsc) {
        let action = w.book.get(id);
        if action.is(ActionFlags::OPTIONAL) {
            continue;
        }
        let runnable = action.is(ActionFlags::RUNNABLE);
        match action.task {
            Task::START if runnable => starting = true,
            Task::STOP if runnable || action.is(ActionFlags::PSEUDO) => stopping = true,
            _ => {}
        }
    }
    doing.active |= !w.state.rsc(rsc).active.is_empty();
    doing.starting |= starting;
    doing.stopping |= stopping;
    doing.restarting |= starting && stopping;
}

/// Actions of the instances (children of a clone, containers of a bundle) and the four pseudo-actions of their collective.
fn for_instances(w: &mut Work<'_>, collective: RscId, instances: &[RscId]) {
    let mut doing = Doing::default();
    for &instance in instances {
        create_actions(w, instance);
        look_at(w, instance, &mut doing);
    }
    w.pseudo(collective, Task::START, !doing.starting, true);
    let running = w.pseudo(
        collective,
        Task::RUNNING,
        !doing.starting,
        doing.active || doing.starting,
    );
    w.book.get_mut(running).flags.insert(ActionFlags::URGENT);
    let stop = w.pseudo(collective, Task::STOP, !doing.stopping, true);
    let stopped = w.pseudo(collective, Task::STOPPED, !doing.stopping, true);
    w.book.get_mut(stopped).flags.insert(ActionFlags::URGENT);
    if !doing.restarting {
        w.book.get_mut(stop).flags.insert(ActionFlags::MIGRATABLE);
    }
}

fn for_clone(w: &mut Work<'_>, clone: RscId) {
    let config = w.config;
    let instances = w.board.rsc(clone).children.clone();
    for_instances(w, clone, &instances);
    notify::prepare_start_stop(w, clone);
    if !config.rsc(clone).promotable {
        return;
    }
    let (mut promoting, mut demoting) = (false, false);
    for &instance in &instances {
        create_actions(w, instance);
        role_change(w, instance, &mut promoting, &mut demoting);
    }
    w.pseudo(clone, Task::PROMOTE, !promoting, true);
    let promoted = w.pseudo(clone, Task::PROMOTED, !promoting, true);
    w.book.get_mut(promoted).flags.insert(ActionFlags::URGENT);
    notify::prepare_promote(w, clone);
    w.pseudo(clone, Task::DEMOTE, !demoting, true);
    let demoted = w.pseudo(clone, Task::DEMOTED, !demoting, true);
    w.book.get_mut(demoted).flags.insert(ActionFlags::URGENT);
    notify::prepare_demote(w, clone);
    let priority = config.rsc(clone).priority;
    for &instance in &instances {
        w.board.rsc_mut(instance).priority = priority;
    }
}

fn role_change(w: &Work<'_>, rsc: RscId, promoting: &mut bool, demoting: &mut bool) {
    let row = w.config.rsc(rsc);
    if !row.is_primitive() {
        for &child in &row.children {
            role_change(w, child, promoting, demoting);
        }
        return;
    }
    for id in w.book.newest_first(rsc) {
        let action = w.book.get(id);
        if !action.is(ActionFlags::OPTIONAL) {
            *promoting |= action.task == Task::PROMOTE;
            *demoting |= action.task == Task::DEMOTE;
        }
    }
}

fn for_bundle(w: &mut Work<'_>, bundle: RscId) {
    let config = w.config;
    let Some(info) = config.rsc(bundle).as_bundle() else {
        return;
    };
    for replica in &info.replicas {
        for part in [replica.ip, Some(replica.container), replica.remote]
            .into_iter()
            .flatten()
        {
            create_actions(w, part);
        }
    }
    let containers: Vec<RscId> = info.replicas.iter().map(|r| r.container).collect();
    for_instances(w, bundle, &containers);
    let Some(clone) = info.clone else { return };
    create_actions(w, clone);
    if config.rsc(clone).promotable {
        w.pseudo(bundle, Task::PROMOTE, true, true);
        let promoted = w.pseudo(bundle, Task::PROMOTED, true, true);
        w.book.get_mut(promoted).flags.insert(ActionFlags::URGENT);
        w.pseudo(bundle, Task::DEMOTE, true, true);
        let demoted = w.pseudo(bundle, Task::DEMOTED, true, true);
        w.book.get_mut(demoted).flags.insert(ActionFlags::URGENT);
    }
}
