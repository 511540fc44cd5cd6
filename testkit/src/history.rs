//! A life for a cluster: transitions are executed (some actions fail), nodes come and go, administrators change things.
//!
//! Resource histories come from our own simulation, so they are what a cluster would have recorded; a few are bent
//! afterwards (pending operations, changed digests, a resource found active where nobody started it).

use pcmk_cib::xml::{Document, Element, ElementId};
use pcmk_pengine::Decision;
use pcmk_pengine::simulate::step::{Step, StepKind};
use pcmk_pengine::simulate::{Injections, Working, inject};
use pcmk_pengine::state::find::find_renamed;

use crate::aftermath::child;
use crate::random::Random;
use crate::run::{START, execute, parse, schedule};

/// A CIB, and the time at which it is looked at.
#[derive(Clone)]
pub struct Moment {
    /// The CIB.
    pub document: Document,
    /// Seconds of the epoch.
    pub now: i64,
}

/// A random cluster after a random life.
#[must_use]
pub fn cluster(seed: u64) -> Moment {
    let mut random = Random::new(seed.wrapping_mul(0x1_0000_0001) ^ 0xC1);
    let mut moment = Moment {
        document: parse(&crate::cluster::cib(seed)),
        now: START,
    };
    for _ in 0..*random.pick(&[0, 1, 1, 1, 2, 2, 3]) {
        live(&mut random, &mut moment);
        moment.now += i64::try_from(random.between(1, 90)).unwrap_or(1);
    }
    moment
}

/// One transition, and what happens then.
fn live(random: &mut Random, moment: &mut Moment) {
    let decision = schedule(&moment.document, moment.now);
    let mut working = Working::new(moment.document.clone());
    let failures = failures(random, &decision);
    // An execution that ends early has still done something.
    let _ = execute(&decision, &mut working, &failures, moment.now);
    drop(decision);
    moment.document = working.document().clone();
    if random.chance(45) {
        happen(random, moment);
    }
    for _ in 0..*random.pick(&[0, 0, 1, 1, 2]) {
        change(random, &mut moment.document);
    }
}

fn failures(random: &mut Random, decision: &Decision) -> Vec<String> {
    let mut failures = Vec::new();
    if !random.chance(35) {
        return failures;
    }
    let steps: Vec<Step> = decision
        .transition
        .synapses
        .iter()
        .map(|s| Step::of(decision, s))
        .collect();
    let steps: Vec<&Step> = steps
        .iter()
        .filter(|step| step.kind == StepKind::Resource)
        .collect();
    if steps.is_empty() {
        return failures;
    }
    for _ in 0..random.between(1, 2) {
        let step = random.pick(&steps);
        let Some(rsc) = &step.rsc else { continue };
        let rc = *random.pick(&["1", "1", "7", "5", "6", "0", "8", "9"]);
        failures.push(format!(
            "{}_{}_{}@{}={rc}",
            rsc.id,
            step.task,
            step.interval_ms(),
            step.node_name()
        ));
    }
    failures
}

/// Nodes come and go, monitors fail, tickets change hands.
fn happen(random: &mut Random, moment: &mut Moment) {
    let decision = schedule(&moment.document, moment.now);
    let config = &decision.config;
    let nodes: Vec<String> = config
        .nodes
        .iter()
        .filter(|n| !n.remote)
        .map(|n| n.name.to_string())
        .collect();
    let mut wanted = Injections::default();
    if nodes.is_empty() {
        return;
    }
    match random.below(10) {
        0 | 1 => wanted.node_fail.push(random.pick(&nodes).clone()),
        2 => wanted.node_down.push(random.pick(&nodes).clone()),
        3 => wanted.node_up.push(random.pick(&nodes).clone()),
        4 => wanted.ticket_revoke.push("ticketA".to_owned()),
        5 => wanted.ticket_grant.push("ticketB".to_owned()),
        6 => {
            wanted.quorum = Some("0".to_owned());
            wanted.node_fail.push(random.pick(&nodes).clone());
        }
        _ => {
            let running: Vec<(String, String)> = config
                .resources
                .iter()
                .filter(|row| row.is_primitive())
                .flat_map(|row| {
                    let name = decision
                        .state
                        .rsc(row.rsc)
                        .history_id
                        .clone()
                        .unwrap_or_else(|| row.id.clone());
                    let active = decision.state.rsc(row.rsc).active.iter();
                    active
                        .map(move |&n| (name.to_string(), config.node_name(n).to_owned()))
                        .collect::<Vec<_>>()
                })
                .collect();
            if running.is_empty() {
                return;
            }
            let (rsc, node) = random.pick(&running);
            let rc = *random.pick(&["7", "1", "5", "9"]);
            let interval = *random.pick(&["10000", "10000", "11000", "20000", "0"]);
            wanted
                .results
                .push(format!("{rsc}_monitor_{interval}@{node}={rc}"));
        }
    }
    let mut working = Working::new(moment.document.clone());
    let find = |id: &str| find_renamed(config, &decision.state, id);
    if inject(config, &find, &mut working, &wanted, moment.now).is_ok() {
        moment.document = working.document().clone();
    }
}

fn all(document: &Document, section: &str, wanted: impl Fn(Element<'_>) -> bool) -> Vec<ElementId> {
    let root = document.root_element();
    let found = root.descendants().find(|e| e.name() == section);
    found
        .into_iter()
        .flat_map(Element::descendants)
        .filter(|e| wanted(*e))
        .map(Element::id)
        .collect()
}

fn pick(random: &mut Random, from: &[ElementId]) -> Option<ElementId> {
    (!from.is_empty()).then(|| *random.pick(from))
}

/// A change of configuration or status.
fn change(random: &mut Random, document: &mut Document) {
    match random.below(16) {
        0 => {
            let pairs = all(document, "resources", |e| {
                e.name() == "nvpair" && e.attr("name") == Some("fake")
            });
            if let Some(pair) = pick(random, &pairs) {
                document.set_attr(pair, "value", "2");
            }
        }
        1 => {
            let resources = all(document, "resources", |e| {
                matches!(e.name(), "primitive" | "group" | "clone" | "bundle")
                    && e.parent().is_some_and(|p| p.name() == "resources")
            });
            if let Some(rsc) = pick(random, &resources) {
                document.detach(rsc);
            }
        }
        2 => {
            let constraints = all(document, "constraints", |e| e.name().starts_with("rsc_"));
            if let Some(constraint) = pick(random, &constraints) {
                document.detach(constraint);
            }
        }
        3 => node_attribute(random, document, "standby", "on"),
        4 => node_attribute(random, document, "maintenance", "true"),
        5 => meta(
            random,
            document,
            "target-role",
            &["Stopped", "Started", "Unpromoted", "Promoted"],
        ),
        6 => meta(random, document, "is-managed", &["false"]),
        7 => meta(
            random,
            document,
            "multiple-active",
            &["block", "stop_only", "stop_unexpected", "stop_start"],
        ),
        8 | 9 => transient(random, document, "shutdown", "1699999990"),
        10 => {
            let ops = all(document, "resources", |e| {
                e.name() == "op" && e.attr("interval") == Some("10s")
            });
            if let Some(op) = pick(random, &ops) {
                document.set_attr(op, "interval", "15s");
            }
        }
        11 => pending(random, document),
        12 => {
            let entries = all(document, "status", |e| e.attr("op-digest").is_some());
            if let Some(entry) = pick(random, &entries) {
                document.set_attr(entry, "op-digest", "0123456789abcdef0123456789abcdef");
            }
        }
        13 => also_active(random, document),
        14 => {
            let root = document.root();
            let quorum = if document.root_element().attr("have-quorum") == Some("1") {
                "0"
            } else {
                "1"
            };
            document.set_attr(root, "have-quorum", quorum);
        }
        _ => {
            let failed = all(document, "status", |e| {
                e.name() == "nvpair" && e.attr("name").is_some_and(|n| n.starts_with("fail-count"))
            });
            if let Some(pair) = pick(random, &failed) {
                document.detach(pair);
            }
        }
    }
}

fn add_pair(document: &mut Document, set: ElementId, id: &str, name: &str, value: &str) {
    let pair = document.append(set, "nvpair");
    document.set_attr(pair, "id", id);
    document.set_attr(pair, "name", name);
    document.set_attr(pair, "value", value);
}

fn node_attribute(random: &mut Random, document: &mut Document, name: &str, value: &str) {
    let nodes = all(document, "nodes", |e| e.name() == "node");
    let Some(node) = pick(random, &nodes) else {
        return;
    };
    let id = document
        .element(node)
        .xml_id()
        .unwrap_or_default()
        .to_owned();
    let set = child(
        document,
        node,
        "instance_attributes",
        &format!("nodes-{id}"),
    );
    add_pair(
        document,
        set,
        &format!("nodes-{id}-{name}-later"),
        name,
        value,
    );
}

fn meta(random: &mut Random, document: &mut Document, name: &str, values: &[&str]) {
    let resources = all(document, "resources", |e| {
        matches!(e.name(), "primitive" | "group" | "clone" | "bundle")
    });
    let Some(rsc) = pick(random, &resources) else {
        return;
    };
    let id = document
        .element(rsc)
        .xml_id()
        .unwrap_or_default()
        .to_owned();
    let set = document.prepend(rsc, "meta_attributes");
    document.set_attr(set, "id", &format!("{id}-later-{name}"));
    document.set_attr(set, "score", "10");
    let value: &str = random.pick::<&str>(values);
    add_pair(
        document,
        set,
        &format!("{id}-later-{name}-pair"),
        name,
        value,
    );
}

fn transient(random: &mut Random, document: &mut Document, name: &str, value: &str) {
    let states = all(document, "status", |e| e.name() == "node_state");
    let Some(state) = pick(random, &states) else {
        return;
    };
    let id = document
        .element(state)
        .xml_id()
        .unwrap_or_default()
        .to_owned();
    let transient = child(document, state, "transient_attributes", &id);
    let set = child(
        document,
        transient,
        "instance_attributes",
        &format!("status-{id}"),
    );
    add_pair(
        document,
        set,
        &format!("status-{id}-{name}-later"),
        name,
        value,
    );
}

/// The newest entry of a history is still going on.
fn pending(random: &mut Random, document: &mut Document) {
    let entries = all(document, "status", |e| e.name() == "lrm_rsc_op");
    let Some(entry) = pick(random, &entries) else {
        return;
    };
    let key = document
        .element(entry)
        .attr("transition-key")
        .unwrap_or_default()
        .to_owned();
    document.set_attr(entry, "op-status", "-1");
    document.set_attr(entry, "rc-code", "193");
    document.set_attr(entry, "call-id", "-1");
    document.set_attr(entry, "transition-magic", &format!("-1:193;{key}"));
}

/// A resource turns out to be active on another node as well.
fn also_active(random: &mut Random, document: &mut Document) {
    let histories = all(document, "status", |e| e.name() == "lrm_resource");
    // Remote nodes are known by name, cluster nodes by number. Only the latter get a second copy: a connection found
    // active on the node that it connects is beyond what any plan can mend.
    let lists = all(document, "status", |e| {
        let node = e.parent().and_then(|lrm| lrm.xml_id());
        e.name() == "lrm_resources" && node.is_some_and(|id| id.parse::<u32>().is_ok())
    });
    let (Some(history), Some(list)) = (pick(random, &histories), pick(random, &lists)) else {
        return;
    };
    let id = document.element(history).xml_id().map(str::to_owned);
    let known = document
        .element(list)
        .children()
        .find(|e| e.xml_id() == id.as_deref())
        .map(Element::id);
    if known == Some(history) {
        return;
    }
    if let Some(known) = known {
        document.detach(known);
    }
    document.copy_within(list, history);
}
