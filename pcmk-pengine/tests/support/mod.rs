//! Small clusters from compact text, and questions about what was decided for them.
//!
//! A cluster is written as a list of nodes, resources, constraints and histories; see [`Cluster`]. Everything not
//! mentioned has the value it has in a healthy cluster: nodes are members, operations succeeded, digests match.

// Each test program uses its own part of this.
#![allow(dead_code, unused_imports)]

mod build;
mod text;

use std::sync::Arc;

use pcmk_cib::xml::Document;
use pcmk_core::score::Score;
use pcmk_core::time::DateTime;
use pcmk_pengine::book::{Action, ActionFlags, OrderFlags, Side, Task};
use pcmk_pengine::record::{Event, Wanted};
use pcmk_pengine::transition::{describe, graph, summary};
use pcmk_pengine::{ActionId, Decision, Input, NodeId, Observed, RscId, decide, observe};

pub use build::{Cluster, EMPTY_DIGEST, TIMEOUT_DIGEST, digest};

/// The moment at which every test cluster is looked at, unless it says otherwise.
pub const NOW: i64 = 1_700_000_000;

/// A decision, with questions.
pub struct Run {
    /// What was decided.
    pub decision: Decision,
}

/// A cluster that probes nothing when it starts.
pub fn quiet(nodes: &str) -> Cluster {
    Cluster::new(nodes).options("enable-startup-probes=false")
}

/// Reads a document as a test cluster.
pub fn see(text: &str, now: i64, sanitized: bool) -> Observed {
    let mut doc = Document::parse(text.as_bytes(), "test").expect("test input is XML");
    doc.strip_text();
    observe(&Input {
        doc: Arc::new(doc),
        now: DateTime::from_epoch(now),
        sanitized,
        wanted: Wanted {
            scores: true,
            utilization: true,
            trace: false,
        },
    })
}

/// Reads a document and decides.
pub fn run(text: &str, now: i64, sanitized: bool) -> Run {
    Run {
        decision: decide(see(text, now, sanitized)),
    }
}

fn short_flags(flags: OrderFlags) -> String {
    let names = [
        (OrderFlags::ORDERED, "O"),
        (OrderFlags::IF_FIRST_UNMIGRATABLE, "IFU"),
        (OrderFlags::THEN_IMPLIES_FIRST, "TIF"),
        (OrderFlags::FIRST_IMPLIES_THEN, "FIT"),
        (OrderFlags::PROMOTED_THEN_IMPLIES_FIRST, "PTIF"),
        (OrderFlags::UNMIGRATABLE_THEN_BLOCKS, "UTB"),
        (OrderFlags::UNRUNNABLE_FIRST_BLOCKS, "UFB"),
        (OrderFlags::FIRST_ELSE_THEN, "FE"),
        (OrderFlags::FIRST_IMPLIES_SAME_NODE_THEN, "FISNT"),
        (OrderFlags::NESTED_REMOTE_PROBE, "NRP"),
        (OrderFlags::INTERMEDIATE_STOP, "IS"),
        (OrderFlags::SERIALIZE, "SER"),
        (OrderFlags::IF_ON_SAME_NODE, "SAME"),
        (OrderFlags::THEN_IMPLIES_FIRST_GRAPHED, "TIG"),
        (OrderFlags::FIRST_IMPLIES_THEN_GRAPHED, "FIG"),
        (OrderFlags::ASYMMETRIC, "ASYM"),
        (OrderFlags::IF_ON_SAME_NODE_OR_TARGET, "TARGET"),
        (OrderFlags::MIN_RUNNABLE, "MIN"),
        (OrderFlags::IF_REQUIRED_ON_SAME_NODE, "REQ"),
        (OrderFlags::GUEST_ALLOWED, "GUEST"),
        (OrderFlags::THEN_CANCELS_FIRST, "CANCELS"),
    ];
    let set: Vec<&str> = names
        .iter()
        .filter(|(flag, _)| flags.contains(*flag))
        .map(|(_, name)| *name)
        .collect();
    set.join(",")
}

impl Run {
    /// The resource of this id.
    #[track_caller]
    pub fn rsc(&self, id: &str) -> RscId {
        let found = self.decision.config.find_rsc(id);
        found.unwrap_or_else(|| panic!("no resource {id}"))
    }

    /// The node of this name.
    #[track_caller]
    pub fn node(&self, name: &str) -> NodeId {
        let found = self.decision.config.find_node(name);
        found.unwrap_or_else(|| panic!("no node {name}"))
    }

    /// `KEY NODE` of an action, `KEY` without node. Pseudo-actions have no node here.
    pub fn label(&self, id: ActionId) -> String {
        let action = self.decision.book.get(id);
        let key = describe::key_text(&self.decision, id);
        let key = if action.task == pcmk_pengine::book::Task::CANCEL {
            format!("cancel {key}")
        } else {
            key.into_owned()
        };
        match action.node {
            Some(node) if !action.is(ActionFlags::PSEUDO) || action.rsc.is_none() => {
                format!("{key} {}", self.decision.config.node_name(node))
            }
            Some(_) | None => key,
        }
    }

    fn is_added(&self, id: ActionId) -> bool {
        self.decision.book.is(id, ActionFlags::ADDED)
    }

    /// Labels of what is in the graph, sorted.
    pub fn graph(&self) -> Vec<String> {
        let mut labels: Vec<String> = self
            .decision
            .transition
            .synapses
            .iter()
            .map(|s| self.label(s.action))
            .collect();
        labels.sort();
        labels
    }

    /// The graph in its own order: `ID KEY NODE <- IDS`.
    pub fn synapses(&self) -> Vec<String> {
        let line = |s: &pcmk_pengine::transition::Synapse| {
            let inputs: Vec<String> = (self.decision.transition.inputs(s).iter())
                .map(|i| i.number().to_string())
                .collect();
            let text = format!(
                "{} {} <- {}",
                s.action.number(),
                self.label(s.action),
                inputs.join(" ")
            );
            text.trim_end().to_owned()
        };
        self.decision.transition.synapses.iter().map(line).collect()
    }

    /// All actions: `ID KEY NODE`, then `optional`, `unrunnable`, `pseudo` as they end up.
    pub fn actions(&self) -> Vec<String> {
        let book = &self.decision.book;
        (0..book.actions.len())
            .map(|i| {
                let id = ActionId::from_index(i);
                let action = book.get(id);
                let mut text = format!("{} {}", id.number(), self.label(id));
                for (show, word) in [
                    (action.is(ActionFlags::OPTIONAL), " optional"),
                    (!action.is(ActionFlags::RUNNABLE), " unrunnable"),
                    (action.is(ActionFlags::PSEUDO), " pseudo"),
                ] {
                    if show {
                        text.push_str(word);
                    }
                }
                text
            })
            .collect()
    }

    /// Ordering records: `ID FIRST -> THEN FLAGS`.
    pub fn records(&self) -> Vec<String> {
        let book = &self.decision.book;
        let key = |rsc, task| {
            let rsc = self.decision.config.name(rsc);
            format!("{rsc}_{}_0", book.tasks.name(task))
        };
        let side = |side: Side| match side {
            Side::Key { rsc, task } => key(rsc, task),
            Side::StartAndReload(rsc) => key(rsc, Task::START),
            Side::Action(id) => describe::key_text(&self.decision, id).into_owned(),
        };
        let mut records = Vec::new();
        for record in &book.orderings {
            let first = side(record.first);
            let mut add = |then: String, flags| {
                let id = records.len() + 1;
                records.push(format!("{id} {first} -> {then} {}", short_flags(flags)));
            };
            add(side(record.then), record.flags);
            if let Side::StartAndReload(rsc) = record.then {
                add(key(rsc, Task::RELOAD_AGENT), OrderFlags::ORDERED);
            }
        }
        records
    }

    /// Is something with this label in the graph?
    pub fn does(&self, label: &str) -> bool {
        self.decision
            .transition
            .synapses
            .iter()
            .any(|s| self.label(s.action) == label)
    }

    /// The actions with this label, whether in the graph or not.
    fn labelled(&self, label: &str) -> Vec<ActionId> {
        (0..self.decision.book.actions.len())
            .map(ActionId::from_index)
            .filter(|&id| self.label(id) == label)
            .collect()
    }

    /// Does any action with this label exist, in the graph or not?
    pub fn knows(&self, label: &str) -> bool {
        !self.labelled(label).is_empty()
    }

    /// The action with this label.
    #[track_caller]
    pub fn action(&self, label: &str) -> &Action {
        let found = self.labelled(label);
        let id = found
            .last()
            .unwrap_or_else(|| panic!("no action {label} among {:#?}", self.actions()));
        self.decision.book.get(*id)
    }

    /// The reason of the action with this label.
    #[track_caller]
    pub fn reason(&self, label: &str) -> Option<&str> {
        self.action(label).reason().map(|text| &**text)
    }

    /// Labels of the inputs that a graph action waits for, sorted.
    #[track_caller]
    pub fn inputs(&self, label: &str) -> Vec<String> {
        let synapse = self
            .decision
            .transition
            .synapses
            .iter()
            .find(|s| self.label(s.action) == label);
        let synapse =
            synapse.unwrap_or_else(|| panic!("{label} is not in the graph: {:#?}", self.graph()));
        let mut labels: Vec<String> = self
            .decision
            .transition
            .inputs(synapse)
            .iter()
            .map(|&i| self.label(i))
            .collect();
        labels.sort();
        labels
    }

    /// Does the graph action `then` wait for `first`?
    #[track_caller]
    pub fn waits(&self, then: &str, first: &str) -> bool {
        self.inputs(then).iter().any(|i| i == first)
    }

    /// Everything an action comes after, with the flags that are left: `FIRST FLAGS`, oldest first.
    #[track_caller]
    pub fn relations(&self, then: &str) -> Vec<String> {
        let before = self.action(then).before.iter();
        before
            .map(|r| {
                format!("{} {}", self.label(r.other), short_flags(r.flags))
                    .trim_end()
                    .to_owned()
            })
            .collect()
    }

    /// Is the action required (whether it can run or not)?
    #[track_caller]
    pub fn requires(&self, label: &str) -> bool {
        !self.action(label).is(ActionFlags::OPTIONAL)
    }

    /// Can the action run (whether it is required or not)?
    #[track_caller]
    pub fn can(&self, label: &str) -> bool {
        self.action(label).is(ActionFlags::RUNNABLE)
    }

    /// Is it a pseudo-action?
    #[track_caller]
    pub fn pretends(&self, label: &str) -> bool {
        self.action(label).is(ActionFlags::PSEUDO)
    }

    /// An attribute of a graph action's `attributes` element.
    #[track_caller]
    pub fn attribute(&self, label: &str, name: &str) -> Option<String> {
        let synapse = self
            .decision
            .transition
            .synapses
            .iter()
            .find(|s| self.label(s.action) == label);
        let synapse =
            synapse.unwrap_or_else(|| panic!("{label} is not in the graph: {:#?}", self.graph()));
        let attributes = describe::attributes(
            &self.decision,
            synapse.action,
            self.decision.transition.details(synapse),
        );
        attributes
            .named
            .iter()
            .find(|(n, _)| n.text() == name)
            .map(|(_, v)| v.clone().into_owned())
    }

    /// The graph as text.
    pub fn graph_text(&self) -> String {
        graph::write_graph(&self.decision)
    }

    /// Lines of the summary: `VERB RSC (PLACES) REASON`, without padding.
    pub fn summary(&self) -> Vec<String> {
        summary::summary(&self.decision)
            .iter()
            .map(|line| text::line(self, line))
            .collect()
    }

    /// The summary line of a resource or node.
    pub fn line(&self, subject: &str) -> Option<String> {
        self.summary()
            .into_iter()
            .find(|l| l.split_whitespace().nth(1) == Some(subject))
    }

    /// The assigned node.
    #[track_caller]
    pub fn place(&self, rsc: &str) -> Option<&str> {
        let node = self.decision.board.assigned_node(self.rsc(rsc))?;
        Some(self.decision.config.node_name(node))
    }

    /// The role wanted in the end.
    #[track_caller]
    pub fn next_role(&self, rsc: &str) -> &'static str {
        self.decision.board.rsc(self.rsc(rsc)).next_role.text()
    }

    /// Names of the nodes on which the resource is active, in order of discovery.
    #[track_caller]
    pub fn active(&self, rsc: &str) -> Vec<&str> {
        let active = &self.decision.state.rsc(self.rsc(rsc)).active;
        active
            .iter()
            .map(|&n| self.decision.config.node_name(n))
            .collect()
    }

    /// Score lines in order: `FUNCTION RSC NODE SCORE` (`promotion` for promotion scores).
    pub fn score_lines(&self) -> Vec<String> {
        let config = &self.decision.config;
        let events = self.decision.record.events.iter();
        events
            .filter_map(|event| match event {
                Event::NodeScore {
                    function,
                    rsc,
                    node,
                    score,
                } => Some(format!(
                    "{function} {} {} {}",
                    config.name(*rsc),
                    config.node_name(*node),
                    text::score(*score)
                )),
                Event::PromotionScore { rsc, node, score } => {
                    let node = node.map_or("-", |n| config.node_name(n));
                    Some(format!(
                        "promotion {} {node} {}",
                        config.name(*rsc),
                        text::score(*score)
                    ))
                }
                Event::Capacity { .. } | Event::Utilization { .. } | Event::Info(_) => None,
            })
            .collect()
    }

    /// The scores shown by the last score line of this resource for each node: `n1=10 n2=-INFINITY`. Primitives: the
    /// lines of their own assignment; collectives: of their own.
    pub fn scores(&self, rsc: &str) -> String {
        let config = &self.decision.config;
        let id = self.rsc(rsc);
        let own = if config.rsc(id).is_primitive() {
            Some("pcmk__primitive_assign")
        } else {
            None
        };
        let mut found: Vec<(NodeId, Score)> = Vec::new();
        for event in &self.decision.record.events {
            if let Event::NodeScore {
                function,
                rsc,
                node,
                score,
            } = event
                && *rsc == id
                && own.is_none_or(|own| own == *function)
            {
                match found.iter_mut().find(|(n, _)| n == node) {
                    Some(pair) => pair.1 = *score,
                    None => found.push((*node, *score)),
                }
            }
        }
        let words: Vec<String> = found
            .iter()
            .map(|(n, s)| format!("{}={}", config.node_name(*n), text::score(*s)))
            .collect();
        words.join(" ")
    }

    /// Promotion score line of an instance: `NODE SCORE`.
    pub fn promotion(&self, rsc: &str) -> Option<String> {
        let prefix = format!("promotion {rsc} ");
        self.score_lines()
            .iter()
            .rev()
            .find_map(|l| l.strip_prefix(&prefix).map(str::to_owned))
    }

    /// Recorded information lines.
    pub fn infos(&self) -> Vec<&str> {
        let events = self.decision.record.events.iter();
        events
            .filter_map(|e| match e {
                Event::Info(text) => Some(&**text),
                Event::NodeScore { .. }
                | Event::PromotionScore { .. }
                | Event::Capacity { .. }
                | Event::Utilization { .. } => None,
            })
            .collect()
    }

    /// Has any message this text in it?
    pub fn says(&self, part: &str) -> bool {
        self.decision.log.iter().any(|d| d.text.contains(part))
    }

    /// Failed operations as recorded: `KEY NODE`.
    pub fn failures(&self) -> Vec<String> {
        let key = |op: &pcmk_pengine::state::FailedOp| {
            let key = op
                .attr("operation_key")
                .or_else(|| op.attr("id"))
                .unwrap_or_default();
            format!("{key} {}", self.decision.config.node_name(op.node))
        };
        self.decision.state.failed.iter().map(key).collect()
    }
}

/// Lines of some text, trimmed, without empty ones: for expectations written over several lines.
pub fn lines(text: &str) -> Vec<&str> {
    text.lines()
        .map(str::trim)
        .filter(|l| !l.is_empty())
        .collect()
}
