//! Reading the status section: the passes and the tables they share. Source: behaviour notes 02 §1, §4.
//!
//! The tables still grow and change here. Shared functions get at them through short-lived `Work` values
//! ([`Observer::work`]); everything that only history knows is added by a [`Builder`] on the same tables
//! ([`Observer::build`]).

use foldhash::{HashMap, HashMapExt as _};
use std::sync::Arc;

use pcmk_cib::rule::NextChange;
use pcmk_cib::xml::{Document, Element, ElementId};
use pcmk_core::diag::Diagnostics;
use pcmk_core::role::Role;

use crate::board::{Board, NodeBoard, RscBoard};
use crate::book::{Book, Task};
use crate::config::Config;
use crate::config::build::Builder;
use crate::constraints::Constraints;
use crate::id::{NodeId, RscId};
use crate::pipeline::{Input, Observed};
use crate::record::Record;
use crate::scores::Scores;
use crate::state::digest::Caches;
use crate::state::migration::HistoryIndex;
use crate::state::{NodeState, RscState, State, counts, tickets};
use crate::work::Work;

/// Everything that observing builds.
pub(super) struct Observer {
    pub config: Config,
    pub state: State,
    pub board: Board,
    pub scores: Scores,
    pub constraints: Constraints,
    pub book: Book,
    pub caches: Caches,
    pub record: Record,
    pub log: Diagnostics,
    /// The input document, for borrowing from it while the tables change.
    pub doc: Arc<Document>,
    /// Launchers to be stopped once all histories are read, newest first.
    pub stop_needed: Vec<RscId>,
    /// Histories by node name and resource.
    pub histories: HistoryIndex,
    /// Recorded failures: history key and nodes.
    pub failed_keys: HashMap<Box<str>, Vec<NodeId>>,
}

/// Reads the status section.
#[must_use]
pub fn observe(config: Config, input: &Input, log: Diagnostics) -> Observed {
    let mut observer = Observer::new(config, input, log);
    if observer.config.acceptable {
        observer.read_status();
        let counts = counts::count(&observer.config, &observer.board);
        observer.state.counts = counts;
        observer.state.read = true;
    }
    let Observer {
        mut config,
        state,
        board,
        scores,
        book,
        caches,
        record,
        log,
        ..
    } = observer;
    config.opening = crate::config::Opening::default();
    Observed {
        config,
        state,
        board,
        scores,
        book,
        caches,
        record,
        log,
    }
}

impl Observer {
    fn new(mut config: Config, input: &Input, log: Diagnostics) -> Observer {
        let opening = std::mem::take(&mut config.opening);
        let doc = Arc::clone(&config.doc);
        let scores = Scores {
            allowed: opening.tables,
            trace: input.wanted.trace.then(Vec::new),
            ..Scores::default()
        };
        let mut observer = Observer {
            state: State {
                dc: opening.dc,
                ..State::default()
            },
            board: Board::default(),
            scores,
            constraints: Constraints::default(),
            book: Book::default(),
            caches: Caches::default(),
            record: Record {
                wanted: input.wanted,
                events: Vec::new(),
            },
            log,
            doc,
            stop_needed: Vec::new(),
            histories: HistoryIndex::default(),
            failed_keys: HashMap::new(),
            config,
        };
        observer.extend_rows();
        observer.note_change(opening.change);
        for node in opening.unclean {
            observer.board.node_mut(node).unclean = true;
        }
        observer
    }

    /// A context for shared functions.
    pub fn work(&mut self) -> Work<'_> {
        Work {
            config: &self.config,
            state: &self.state,
            board: &mut self.board,
            scores: &mut self.scores,
            constraints: &mut self.constraints,
            book: &mut self.book,
            caches: &mut self.caches,
            record: &mut self.record,
            log: &mut self.log,
            deep: false,
        }
    }

    /// Lowers the recheck time if a rule will change its result.
    pub fn note_change(&mut self, change: NextChange) {
        self.work().note_change(change);
    }

    /// Adds nodes and resources that only the status knows.
    pub fn build<R>(&mut self, run: impl FnOnce(&mut Builder<'_>) -> R) -> R {
        let base = self.state.nodes.iter().map(|node| node.score).collect();
        let mut change = NextChange::default();
        let mut builder = Builder::new(
            &mut self.config,
            &mut self.scores.allowed,
            base,
            &mut change,
            &mut self.state.dc,
            &mut self.log,
        );
        let result = run(&mut builder);
        let startup = std::mem::take(&mut builder.startup);
        self.extend_rows();
        for (node, unclean) in startup {
            self.board.node_mut(node).unclean = unclean;
        }
        self.note_change(change);
        result
    }

    /// Gives rows to nodes and resources that have none yet.
    fn extend_rows(&mut self) {
        for node in self.config.nodes.iter().skip(self.state.nodes.len()) {
            self.state.nodes.push(NodeState {
                score: node.score,
                attributes: node.attributes.clone(),
                probes_allowed: true,
                ..NodeState::default()
            });
            self.board.nodes.push(NodeBoard {
                remaining: node.utilization.clone(),
                ..NodeBoard::default()
            });
        }
        // At the first call, all that are configured come at once.
        let more = self.config.resources.len() - self.state.resources.len();
        self.state.resources.reserve(more);
        self.board.resources.reserve(more);
        for rsc in self
            .config
            .resources
            .iter()
            .skip(self.state.resources.len())
        {
            self.state.resources.push(RscState::default());
            self.board.resources.push(RscBoard {
                managed: rsc.managed,
                blocked: false,
                maintenance: rsc.maintenance,
                failed: false,
                stop_if_failed: false,
                ignore_failure: false,
                start_pending: false,
                migratable: rsc.migratable,
                reload: false,
                stop_unexpected: false,
                restarting: false,
                role: Role::Stopped,
                next_role: rsc.target_role.unwrap_or(Role::Unknown),
                unassigned: true,
                assigning: false,
                bundle_levels: 0,
                updating: false,
                assigned: None,
                priority: rsc.priority,
                promotion_priority: 0,
                promotion_added: false,
                promotion_constrained: false,
                partial_source: None,
                partial_target: None,
                children: rsc.children.clone(),
                exclusive_discovery: rsc.exclusive_discovery,
                lock_node: None,
                lock_time: 0,
                failure_timeout_ms: rsc.failure_timeout_ms,
            });
        }
        self.scores
            .allowed
            .resize_with(self.config.resources.len(), Default::default);
    }

    /// Whether the node is an online, clean one.
    pub fn is_online_and_clean(&self, node: NodeId) -> bool {
        let row = self.board.node(node);
        row.online && !row.unclean
    }

    /// Requires a stop of the resource on the node.
    pub fn require_stop(&mut self, rsc: RscId, node: NodeId) {
        self.work().request(rsc, Task::STOP, 0, Some(node), false);
    }

    fn read_status(&mut self) {
        let Some(status) = self.config.status_xml else {
            return;
        };
        let doc = Arc::clone(&self.doc);
        for element in doc.element(status).children() {
            match element.name() {
                "tickets" => tickets::read(&mut self.state, element),
                "node_state" => self.read_node_state(element),
                _ => {}
            }
        }
        let states: Vec<ElementId> = doc
            .element(status)
            .children_named("node_state")
            .map(Element::id)
            .collect();
        while self.history_pass(&states, false) {}
        let rest = self.config.options.fencing_enabled;
        self.history_pass(&states, rest);
        for launcher in std::mem::take(&mut self.stop_needed) {
            if let Some(node) = self.work().current_node(launcher) {
                self.require_stop(launcher, node);
            }
        }
        for node in self.config.node_order.clone() {
            if !self.config.node(node).remote {
                continue;
            }
            if self.board.node(node).shutdown
                && let Some(connection) = self.config.node(node).connection
            {
                self.board.rsc_mut(connection).next_role = Role::Stopped;
            }
            if !self.state.node(node).unpacked {
                self.determine_remote_status(node);
            }
        }
    }

    /// Processes the histories of all nodes that are eligible; whether there were any (02 §4).
    fn history_pass(&mut self, states: &[ElementId], rest: bool) -> bool {
        let doc = Arc::clone(&self.doc);
        let mut progress = false;
        for &element in states {
            let entry = doc.element(element);
            let (Some(uuid), Some(name)) = (entry.xml_id(), entry.attr("uname")) else {
                continue;
            };
            let Some(node) = self.config.find_node_any(Some(uuid), Some(name)) else {
                continue;
            };
            if self.state.node(node).unpacked || !(rest || self.is_eligible(node)) {
                continue;
            }
            if self.config.node(node).remote {
                self.determine_remote_status(node);
                self.read_remote_state(node, entry);
            }
            self.state.nodes[node.index()].unpacked = true;
            self.read_history(node, entry);
            progress = true;
        }
        progress
    }

    /// Whether the node's history may be read in a normal pass.
    fn is_eligible(&self, node: NodeId) -> bool {
        let config = &self.config;
        let row = config.node(node);
        if config.is_guest_or_bundle_node(node) {
            let started = |rsc: RscId| self.board.rsc(rsc).role == Role::Started;
            return row.connection.is_some_and(started)
                && config.launcher_of_node(node).is_some_and(started);
        }
        let locks = config.options.shutdown_lock;
        if row.remote {
            return row
                .connection
                .is_some_and(|c| locks || self.board.rsc(c).role == Role::Started);
        }
        config.options.fencing_enabled || locks || self.board.node(node).online
    }
}

impl Config {
    /// The node with this id, else with this name.
    #[must_use]
    pub fn find_node_any(&self, uuid: Option<&str>, name: Option<&str>) -> Option<NodeId> {
        uuid.and_then(|uuid| self.find_node_by_uuid(uuid))
            .or_else(|| name.and_then(|name| self.find_node(name)))
    }
}
