//! Migrations: what entries on source and target say together. Source: behaviour notes 02 §9.5, §9.10.
//!
//! The reference searches the whole document for every question. Here an index from node name and resource to the
//! histories is built when the first question comes, and a search looks at a handful of entries.

use foldhash::HashMap;

use pcmk_cib::xml::{Document, ElementId};
use pcmk_core::lenient;
use pcmk_core::role::Role;

use crate::id::{NodeId, RscId};
use crate::state::entry::Case;
use crate::state::history::{HistoryEntry, compare};
use crate::state::observe::Observer;

/// Histories by node name: by the resource's id in them.
#[derive(Debug, Default)]
pub(super) struct HistoryIndex {
    built: bool,
    nodes: HashMap<Box<str>, HashMap<Box<str>, Vec<ElementId>>>,
}

impl HistoryIndex {
    fn build(&mut self, doc: &Document, status: ElementId) {
        self.built = true;
        for state in doc.element(status).children_named("node_state") {
            let Some(name) = state.attr("uname") else {
                continue;
            };
            let node = self.nodes.entry(name.into()).or_default();
            let histories = state
                .children_named("lrm")
                .flat_map(|lrm| lrm.children_named("lrm_resources"))
                .flat_map(|list| list.children_named("lrm_resource"));
            for history in histories {
                if let Some(id) = history.xml_id() {
                    node.entry(id.into()).or_default().push(history.id());
                }
            }
        }
    }

    /// All entries of a resource on a node, in document order.
    fn entries<'d>(&self, doc: &'d Document, node: &str, rsc: &str) -> Vec<HistoryEntry<'d>> {
        self.nodes
            .get(node)
            .and_then(|node| node.get(rsc))
            .into_iter()
            .flatten()
            .flat_map(|&id| doc.element(id).children_named("lrm_rsc_op"))
            .map(HistoryEntry::read)
            .collect()
    }
}

/// The one match, or nothing if there are several: the reference asks for exactly one.
fn only<T>(mut matches: impl Iterator<Item = T>) -> Option<T> {
    let first = matches.next()?;
    if matches.next().is_some() {
        None
    } else {
        Some(first)
    }
}

fn number(text: Option<&str>, default: i32) -> i32 {
    lenient::int_attr(text, default)
}

fn succeeded(entry: &HistoryEntry<'_>, wanted: i32) -> bool {
    number(entry.rc_code, 1) == wanted && number(entry.op_status, 4) == 0
}

/// The two ends of a migration.
struct Ends<'d> {
    source: &'d str,
    target: &'d str,
}

impl Observer {
    /// Entries of the resource on the node of this name.
    fn entries<'d>(&mut self, doc: &'d Document, node: &str, rsc: RscId) -> Vec<HistoryEntry<'d>> {
        if !self.histories.built
            && let Some(status) = self.config.status_xml
        {
            self.histories.build(doc, status);
        }
        self.histories.entries(doc, node, self.config.name(rsc))
    }

    /// The operation of this task (to or from `peer`).
    fn find_op<'d>(
        &mut self,
        doc: &'d Document,
        rsc: RscId,
        task: &str,
        node: &str,
        peer: &str,
    ) -> Option<HistoryEntry<'d>> {
        let entries = self.entries(doc, node, rsc);
        only(entries.into_iter().filter(|entry| {
            entry.task() == task
                && match task {
                    "migrate_to" => entry.migrate_target == Some(peer),
                    "migrate_from" => entry.migrate_source == Some(peer),
                    _ => true,
                }
        }))
    }

    /// Something other than a monitor happened on the node after the entry.
    fn non_monitor_after(
        &mut self,
        doc: &Document,
        rsc: RscId,
        node: &str,
        entry: &HistoryEntry<'_>,
    ) -> bool {
        self.entries(doc, node, rsc).iter().any(|other| {
            other.element != entry.element
                && matches!(
                    other.task(),
                    "start" | "stop" | "migrate_to" | "migrate_from"
                )
                && compare(other, entry, None).is_gt()
        })
    }

    /// A monitor found the resource not running on the node after the entry.
    fn not_running_after(
        &mut self,
        doc: &Document,
        rsc: RscId,
        node: &str,
        entry: &HistoryEntry<'_>,
    ) -> bool {
        let entries = self.entries(doc, node, rsc);
        only(entries.iter().filter(|other| other.task() == "monitor"))
            .is_some_and(|monitor| succeeded(monitor, 7) && compare(monitor, entry, None).is_gt())
    }

    /// The node's state is newer than the migration.
    fn newer_state(
        &mut self,
        doc: &Document,
        rsc: RscId,
        node: &str,
        to: Option<&HistoryEntry<'_>>,
        from: Option<&HistoryEntry<'_>>,
    ) -> bool {
        let entry = match (to, from) {
            (Some(to), Some(from)) if from.migrate_source == Some(node) => to,
            (_, Some(from)) => from,
            (Some(to), None) => to,
            (None, None) => return false,
        };
        self.non_monitor_after(doc, rsc, node, entry)
            || self.not_running_after(doc, rsc, node, entry)
    }

    /// Nothing is known of the resource on the node.
    fn unknown_on(&mut self, doc: &Document, rsc: RscId, node: &str) -> bool {
        !self
            .entries(doc, node, rsc)
            .iter()
            .any(|entry| entry.rc_code != Some("193"))
    }

    /// Source and target of a migration; the entry must be on the right node.
    fn ends<'d>(&mut self, case: &Case<'_, 'd>) -> Option<Ends<'d>> {
        let function = "get_migration_node_names";
        let id = case.entry.id.unwrap_or_default();
        let (Some(source), Some(target)) = (case.entry.migrate_source, case.entry.migrate_target)
        else {
            self.log.config_error(
                function,
                format!(
                    "Ignoring resource history entry {id} without migrate_source and migrate_target"
                ),
            );
            return None;
        };
        let (name, which, given) = match case.task() {
            "migrate_to" => (self.config.node_name(case.node), "migrate_source", source),
            _ => (self.config.node_name(case.node), "migrate_target", target),
        };
        if !given.eq_ignore_ascii_case(name) {
            let text = format!(
                "Ignoring resource history entry {id} because {which}='{given}' does not match {name}"
            );
            self.log.config_error(function, text);
            return None;
        }
        Some(Ends { source, target })
    }

    fn is_up(&self, node: Option<NodeId>) -> Option<NodeId> {
        node.filter(|&node| self.board.node(node).online)
    }

    fn cannot_migrate_back(&mut self, rsc: RscId) {
        let believed = self.board.rsc_mut(rsc);
        believed.failed = true;
        believed.stop_if_failed = true;
        believed.migratable = false;
    }

    /// A migrate_to succeeded on the source (02 §9.10).
    pub(super) fn note_migration_success(&mut self, case: &Case<'_, '_>) {
        let Some(Ends { source, target }) = self.ends(case) else {
            return;
        };
        let (rsc, doc) = (case.rsc, std::sync::Arc::clone(&self.doc));
        let source_newer = self.non_monitor_after(&doc, rsc, source, case.entry);
        let from = self.find_op(&doc, rsc, "migrate_from", target, source);
        let (from_rc, from_status) = match &from {
            Some(_) if source_newer => return,
            Some(from) => (number(from.rc_code, 0), number(from.op_status, -1)),
            None => (0, -1),
        };
        let target_newer = self.newer_state(&doc, rsc, target, Some(case.entry), from.as_ref());
        if source_newer && target_newer {
            return;
        }
        if from_rc == 0 && from_status == 0 {
            self.board.rsc_mut(rsc).role = Role::Stopped;
            self.state.resources[rsc.index()]
                .dangling
                .insert(0, case.node);
            return;
        }
        self.board.rsc_mut(rsc).role = Role::Started;
        let target_node = self.config.find_node(target);
        let target_up = self.is_up(target_node).filter(|_| !target_newer);
        if from_status != -1 {
            match target_up {
                Some(node) => self.add_active(rsc, node, true),
                None => self.cannot_migrate_back(rsc),
            }
            return;
        }
        if self.is_up(target_node).is_some() && self.unknown_on(&doc, rsc, target) {
            // A probe will tell.
            return;
        }
        if let Some(node) = target_up {
            self.add_active(rsc, node, false);
            let source_node = self.config.find_node(source);
            if let Some(up) = self.is_up(source_node) {
                let believed = self.board.rsc_mut(rsc);
                believed.partial_target = Some(node);
                believed.partial_source = Some(up);
            }
        } else if !source_newer {
            self.cannot_migrate_back(rsc);
        }
    }

    /// A migrate_to failed on the source.
    pub(super) fn note_migrate_to_failure(&mut self, case: &Case<'_, '_>) {
        let Some(Ends { source, target }) = self.ends(case) else {
            return;
        };
        let (rsc, doc) = (case.rsc, std::sync::Arc::clone(&self.doc));
        self.board.rsc_mut(rsc).role = Role::Started;
        let from = self
            .find_op(&doc, rsc, "migrate_from", target, source)
            .filter(|from| succeeded(from, 0));
        if !self.unknown_on(&doc, rsc, target)
            && !self.newer_state(&doc, rsc, target, Some(case.entry), from.as_ref())
        {
            if let Some(node) = self.is_up(self.config.find_node(target)) {
                self.add_active(rsc, node, false);
            }
        } else if !self.non_monitor_after(&doc, rsc, source, case.entry) {
            self.state.resources[rsc.index()]
                .dangling
                .insert(0, case.node);
        }
    }

    /// A migrate_from failed on the target.
    pub(super) fn note_migrate_from_failure(&mut self, case: &Case<'_, '_>) {
        let Some(Ends { source, target }) = self.ends(case) else {
            return;
        };
        let (rsc, doc) = (case.rsc, std::sync::Arc::clone(&self.doc));
        self.board.rsc_mut(rsc).role = Role::Started;
        let to = self
            .find_op(&doc, rsc, "migrate_to", source, target)
            .filter(|to| succeeded(to, 0));
        if !self.unknown_on(&doc, rsc, source)
            && !self.newer_state(&doc, rsc, source, to.as_ref(), Some(case.entry))
            && let Some(node) = self.is_up(self.config.find_node(source))
        {
            self.add_active(rsc, node, true);
        }
    }
}
