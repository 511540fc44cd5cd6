//! The transition graph as XML text. Source: behaviour notes 05 §1.1 to §1.5.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use pcmk_cib::xml::escape_attr;
use rustc_hash::FxHashMap;

use crate::book::{Action, ActionFlags, Task};
use crate::id::{ActionId, NodeId, RscId};
use crate::pipeline::Decision;
use crate::state::params::ParamTable;
use crate::transition::describe::{self, ElementKind};
use crate::transition::pieces::{NodePiece, Pieces};
use crate::transition::texts::{Metas, Texts};
use crate::transition::{Details, Synapse};

/// Text that is collected before it is handed to the sink.
const CHUNK: usize = 1 << 16;

/// Writes the graph.
#[must_use]
pub fn write_graph(decision: &Decision) -> String {
    let mut out = String::with_capacity(256 + decision.transition.synapses.len() * 640);
    let never: Result<(), std::convert::Infallible> = write(decision, &mut out, |_| Ok(()));
    match never {
        Ok(()) => out,
        Err(impossible) => match impossible {},
    }
}

/// Writes the graph to a sink, piece by piece: it is never in memory as a whole.
///
/// # Errors
///
/// What the sink reports.
pub fn write_graph_to(decision: &Decision, sink: &mut dyn io::Write) -> io::Result<()> {
    let mut out = String::with_capacity(2 * CHUNK);
    write(decision, &mut out, |out| {
        if out.len() >= CHUNK {
            sink.write_all(out.as_bytes())?;
            out.clear();
        }
        Ok::<(), io::Error>(())
    })?;
    sink.write_all(out.as_bytes())
}

fn write<E>(
    decision: &Decision,
    out: &mut String,
    mut flush: impl FnMut(&mut String) -> Result<(), E>,
) -> Result<(), E> {
    let transition = &decision.transition;
    out.push_str("<transition_graph");
    for (name, value) in &transition.attributes {
        attr(out, name, value);
    }
    if transition.synapses.is_empty() {
        out.push_str("/>\n");
        return Ok(());
    }
    out.push_str(">\n");
    let mut writer = Writer::new(decision);
    for (index, synapse) in transition.synapses.iter().enumerate() {
        writer.synapse(index, synapse, out);
        flush(out)?;
    }
    out.push_str("</transition_graph>\n");
    Ok(())
}

fn attr(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    escape_attr(value, out);
    out.push('"');
}

fn number(out: &mut String, value: impl itoa::Integer) {
    out.push_str(itoa::Buffer::new().format(value));
}

/// The element of a resource.
fn write_element(rsc: &describe::RscElement<'_>, out: &mut String) {
    out.push_str("        <primitive");
    attr(out, "id", rsc.id);
    for (name, value) in [
        ("long-id", rsc.long_id),
        ("class", rsc.class),
        ("provider", rsc.provider),
        ("type", rsc.agent),
    ] {
        if let Some(value) = value {
            attr(out, name, value);
        }
    }
    out.push_str("/>\n");
}

/// Node, exit status to be expected, and identity of the table of meta-attributes.
type RestKey = (Option<NodeId>, Option<u8>, usize);

/// What writes synapses, with texts to use again.
struct Writer<'d> {
    decision: &'d Decision,
    pieces: Pieces,
    /// Meta-attributes of operations by the address of their table. Tables are shared and live as long as the decision:
    /// equal addresses mean equal tables.
    tables: FxHashMap<usize, Texts>,
    /// Attributes that all actions of the instances of a clone have, and the parent they are those of.
    above: Texts,
    above_of: Option<RscId>,
    /// Attributes that all actions of a resource have, those of its ancestors included, and what they are those of: the
    /// resource, tables of parameters.
    common: Texts,
    common_of: Option<(Option<RscId>, [usize; 2])>,
    /// What comes behind what is common, if that is no more than where an action is, what it should find, and its table.
    /// With the place of the node's name and id.
    rest: FxHashMap<RestKey, (Texts, Option<Range<usize>>)>,
    /// Meta-attributes that the scheduler set.
    metas: Metas<'d>,
    guest: Texts,
    /// The resource written last, and its element.
    element: (Option<RscId>, String),
    stencil: Stencil,
    trigger: Trigger,
}

/// The action written last, from behind its number to its end. The next one is often the same but for the node: the probes
/// of a resource.
#[derive(Default)]
struct Stencil {
    /// What it was made from, unless it cannot be used again.
    made_from: Option<Ingredients>,
    text: String,
    /// Where the text is open: for the place, and for the node among the attributes.
    holes: [Range<usize>; 2],
}

impl Stencil {
    /// `last`: with the end of the synapse.
    fn write(&self, node: &NodePiece, last: bool, out: &mut String) {
        let [place, attributes] = &self.holes;
        out.push_str(&self.text[..place.start]);
        out.push_str(&node.place);
        out.push_str(&self.text[place.end..attributes.start]);
        out.push_str(&node.attributes);
        out.push_str(&self.text[attributes.end..end(&self.text, last)]);
    }
}

/// The end of a synapse without inputs.
const NO_INPUTS: &str = "    <inputs/>\n  </synapse>\n";

/// Where the text of an action ends: with or without the end of a synapse without inputs.
fn end(text: &str, last: bool) -> usize {
    if last {
        text.len()
    } else {
        text.len() - NO_INPUTS.len()
    }
}

/// What is between the number and the node of the input written last.
#[derive(Default)]
struct Trigger {
    of: Option<(RscId, Task, Task, u32)>,
    text: String,
}

/// What an action is written from, besides its number and its node.
#[derive(PartialEq, Eq)]
struct Ingredients {
    rsc: RscId,
    task: Task,
    key: Task,
    interval_ms: u32,
    target_rc: Option<u8>,
    details: u32,
}

/// Identity of a table: 0 for what has no entries.
fn address(table: &Option<Arc<ParamTable>>) -> usize {
    let table = table.as_ref().filter(|table| !table.is_empty());
    table.map_or(0, |table| Arc::as_ptr(table) as usize)
}

impl Ingredients {
    /// `None` for actions whose text depends on more.
    fn of(pieces: &Pieces, action: &Action, details: &Details, number: u32) -> Option<Ingredients> {
        let rsc = action.rsc?;
        let node = action.node?;
        let plain = action.meta().is_empty()
            && details.address.is_none()
            && !action.is(ActionFlags::PSEUDO)
            && !matches!(action.task, Task::STOP | Task::STONITH | Task::DO_SHUTDOWN)
            && !pieces.rsc(rsc).unusual
            && !pieces.node(node).remote;
        plain.then_some(Ingredients {
            rsc,
            task: action.task,
            key: action.key,
            interval_ms: action.interval_ms,
            target_rc: action.target_rc(),
            details: number,
        })
    }
}

/// How the element of an action begins, with what is in front of it.
macro_rules! begin {
    ($action:expr, $before:literal) => {
        match describe::kind($action) {
            _ if describe::cib_only($action) => concat!($before, "<crm_event mode=\"cib\" id=\""),
            ElementKind::RscOp => concat!($before, "<rsc_op id=\""),
            ElementKind::PseudoEvent => concat!($before, "<pseudo_event id=\""),
            ElementKind::CrmEvent => concat!($before, "<crm_event id=\""),
        }
    };
}

impl<'d> Writer<'d> {
    fn new(decision: &'d Decision) -> Writer<'d> {
        Writer {
            decision,
            pieces: Pieces::new(decision),
            tables: FxHashMap::default(),
            above: Texts::default(),
            above_of: None,
            common: Texts::default(),
            common_of: None,
            rest: FxHashMap::default(),
            metas: Metas::default(),
            guest: Texts::default(),
            element: (None, String::new()),
            stencil: Stencil::default(),
            trigger: Trigger::default(),
        }
    }

    fn synapse(&mut self, index: usize, synapse: &'d Synapse, out: &mut String) {
        out.push_str("  <synapse id=\"");
        number(out, u32::try_from(index).unwrap_or(u32::MAX));
        if synapse.priority > 0 {
            out.push_str("\" priority=\"");
            number(out, synapse.priority.unsigned_abs());
        }
        let inputs = self.decision.transition.inputs(synapse);
        self.action(synapse, inputs.is_empty(), out);
        if !inputs.is_empty() {
            out.push_str("    <inputs>\n");
            for &input in inputs {
                self.input(input, out);
            }
            out.push_str("    </inputs>\n  </synapse>\n");
        }
    }

    /// An input. Inputs do not mention locks.
    fn input(&mut self, id: ActionId, out: &mut String) {
        let decision = self.decision;
        let action = decision.book.get(id);
        out.push_str(begin!(action, "      <trigger>\n        "));
        number(out, id.number());
        match (action.rsc, action.node) {
            (Some(rsc), Some(node))
                if !self.pieces.rsc(rsc).unusual
                    && !self.pieces.node(node).remote
                    && describe::has_node_details(action) =>
            {
                let of = Some((rsc, action.task, action.key, action.interval_ms));
                if self.trigger.of != of {
                    let mut text = std::mem::take(&mut self.trigger.text);
                    text.clear();
                    self.name(action, &mut text);
                    self.trigger = Trigger { of, text };
                }
                out.push_str(&self.trigger.text);
                out.push_str(&self.pieces.node(node).place_of_input);
            }
            _ => {
                self.head(id, false, out);
                out.push_str("/>\n      </trigger>\n");
            }
        }
    }

    /// What is between the number of an action and its node.
    fn name(&self, action: &Action, out: &mut String) {
        out.push_str(&self.pieces.task(action.task).operation);
        self.key(action, out);
    }

    /// The attributes of an action's element behind its number. Returns where its node is.
    fn head(&self, id: ActionId, with_lock: bool, out: &mut String) -> Range<usize> {
        let (decision, pieces) = (self.decision, &self.pieces);
        let action = decision.book.get(id);
        let node = action.node.filter(|_| describe::has_node_details(action));
        // Few actions have what only a close look finds.
        let unusual = action.rsc.is_some_and(|rsc| pieces.rsc(rsc).unusual)
            || node.is_some_and(|node| pieces.node(node).remote);
        let head = unusual.then(|| describe::head(decision, id));
        match head.as_ref().and_then(|head| head.history_key.as_deref()) {
            Some(key) => {
                out.push_str(&pieces.task(action.task).operation);
                escape_attr(key, out);
                out.push_str("\" internal_operation_key=\"");
                self.key(action, out);
            }
            None => self.name(action, out),
        }
        let start = out.len();
        out.push_str(node.map_or("\"", |node| &pieces.node(node).place));
        let place = start..out.len();
        if let Some(head) = head {
            if let Some(router) = head.router {
                attr(out, "router_node", decision.config.node_name(router));
            }
            if let Some(lock) = head.shutdown_lock.filter(|_| with_lock) {
                attr(out, "shutdown-lock", &lock.to_string());
            }
        }
        place
    }

    /// The whole key of an action.
    fn key(&self, action: &Action, out: &mut String) {
        let pieces = &self.pieces;
        match (action.uuid(), action.rsc) {
            (Some(uuid), _) => escape_attr(uuid, out),
            (None, Some(rsc)) => {
                out.push_str(pieces.name(rsc));
                out.push_str(&pieces.task(action.key).in_key);
                number(out, action.interval_ms);
            }
            (None, None) => out.push_str(&pieces.task(action.task).name),
        }
    }

    /// The element of an action, and the end of the set that it is alone in; if it is the last of the synapse, the end of
    /// that, too.
    fn action(&mut self, synapse: &'d Synapse, last: bool, out: &mut String) {
        let (decision, id) = (self.decision, synapse.action);
        let action = decision.book.get(id);
        out.push_str(begin!(action, "\">\n    <action_set>\n      "));
        number(out, id.number());
        let details = decision.transition.details(synapse);
        let made_from = Ingredients::of(&self.pieces, action, details, synapse.details);
        if made_from.is_some()
            && made_from == self.stencil.made_from
            && let Some(node) = action.node
        {
            self.stencil.write(self.pieces.node(node), last, out);
            return;
        }
        let mut text = std::mem::take(&mut self.stencil.text);
        text.clear();
        let place = self.head(id, true, &mut text);
        text.push_str(">\n");
        self.rsc(id, &mut text);
        let node = self.attributes(id, details, &mut text);
        self.node_lists(id, &mut text);
        text.push_str(match describe::kind(action) {
            ElementKind::RscOp => "      </rsc_op>\n    </action_set>\n",
            ElementKind::PseudoEvent => "      </pseudo_event>\n    </action_set>\n",
            ElementKind::CrmEvent => "      </crm_event>\n    </action_set>\n",
        });
        text.push_str(NO_INPUTS);
        out.push_str(&text[..end(&text, last)]);
        self.stencil.made_from = match (node, action.node) {
            (Some(values), Some(node))
                if text[values.clone()] == self.pieces.node(node).attributes =>
            {
                self.stencil.holes = [place, values];
                made_from
            }
            // A parameter has the name, and wins, or one between the two.
            (_, _) => None,
        };
        self.stencil.text = text;
    }

    /// The resource.
    fn rsc(&mut self, id: ActionId, out: &mut String) {
        let Some(rsc) = describe::rsc_element(self.decision, id) else {
            return;
        };
        // All actions that have one have the same.
        let owner = self.decision.book.get(id).rsc;
        let (known, element) = &mut self.element;
        if *known != owner {
            *known = owner;
            element.clear();
            write_element(&rsc, element);
        }
        out.push_str(element);
    }

    /// The attributes ([`describe::attributes`] as text). Returns where the name of the node and its id are.
    fn attributes(
        &mut self,
        id: ActionId,
        details: &'d Details,
        out: &mut String,
    ) -> Option<Range<usize>> {
        let decision = self.decision;
        let action = decision.book.get(id);
        let rsc = action.rsc;
        let parent = rsc.and_then(|rsc| decision.config.rsc(rsc).parent);
        let launched =
            rsc.is_some_and(|rsc| describe::outermost_launcher(&decision.config, rsc).is_some());
        if self.above_of != parent || launched {
            self.above.clear();
            describe::add_of_ancestors(decision, rsc, &mut self.above);
            self.above.sort();
            self.above_of = parent.filter(|_| !launched);
        } else if parent.is_none() {
            self.above.clear();
        }
        let of = (rsc, [&details.params, &details.extra].map(address));
        if self.common_of != Some(of) || details.address.is_some() {
            self.common.clear();
            describe::add_of_rsc(decision, rsc, &mut self.common);
            describe::add_params(details, &mut self.common);
            self.common.sort();
            if !self.above.is_empty() {
                self.common = self.above.and(&self.common);
            }
            self.common_of = details.address.is_none().then_some(of);
        }
        out.push_str("        <attributes");
        let node = action.node.filter(|_| describe::has_node_details(action));
        let plain = || {
            let mut plain = Texts::default();
            describe::add_plain_meta(decision, action, &mut plain);
            plain.sort();
            plain
        };
        let table = self.tables.entry(address(&details.meta));
        let table = table.or_insert_with(|| {
            let mut texts = Texts::default();
            if let Some(table) = &details.meta {
                describe::add_table(table, &mut texts);
            }
            texts.sort();
            texts
        });
        self.guest.clear();
        describe::add_guest_meta(decision, action, &mut self.guest);
        self.guest.sort();
        let place = if action.meta().is_empty() && self.guest.is_empty() {
            let key = (node, action.target_rc(), address(&details.meta));
            let (rest, mark) = self.rest.entry(key).or_insert_with(|| {
                let rest = plain().and(table);
                let mark = rest.values(["CRM_meta_on_node", "CRM_meta_on_node_uuid"]);
                (rest, mark)
            });
            self.common.write_with(rest, mark.as_ref(), out)
        } else {
            let rest = plain().and(self.metas.of(action.meta())).and(table);
            self.common.write_with(&rest.and(&self.guest), None, out);
            None
        };
        let params = details.params.as_deref();
        let params = params.map_or_else(Vec::new, describe::digit_params);
        if params.is_empty() {
            out.push_str("/>\n");
        } else {
            out.push_str(">\n");
            for (name, value) in params {
                out.push_str("          <param");
                attr(out, "name", name);
                attr(out, "value", value);
                out.push_str("/>\n");
            }
            out.push_str("        </attributes>\n");
        }
        place
    }

    /// Nodes that go down with the action, and nodes whose state it writes.
    fn node_lists(&self, id: ActionId, out: &mut String) {
        let decision = self.decision;
        let downed = describe::downed(decision, id);
        if !downed.is_empty() {
            out.push_str("        <downed>\n");
            for id in downed {
                out.push_str("          <node");
                attr(out, "id", id);
                out.push_str("/>\n");
            }
            out.push_str("        </downed>\n");
        }
        if decision.book.get(id).task == Task::MAINTENANCE_NODES {
            out.push_str("        <maintenance>\n");
            for &(node, maintenance) in &decision.transition.maintenance {
                out.push_str("          <node");
                attr(out, "id", &decision.config.node(node).uuid);
                attr(
                    out,
                    "node_in_maintenance",
                    if maintenance { "1" } else { "0" },
                );
                out.push_str("/>\n");
            }
            out.push_str("        </maintenance>\n");
        }
    }
}
