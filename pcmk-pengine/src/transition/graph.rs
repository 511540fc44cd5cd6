//! The transition graph as XML text. Source: behaviour notes 05 §1.1 to §1.5.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use pcmk_cib::xml::escape_attr;

use crate::book::{Action, ActionFlags, Task};
use crate::id::{ActionId, RscId};
use crate::pipeline::Decision;
use crate::state::params::ParamTable;
use crate::transition::describe::{self, AttrName, Attributes, ElementKind};
use crate::transition::pieces::Pieces;
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
    let mut writer = Writer {
        decision,
        pieces: Pieces::new(decision),
        attributes: Attributes::default(),
        inner: Inner::default(),
    };
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

/// What writes synapses, with texts to use again.
struct Writer<'d> {
    decision: &'d Decision,
    pieces: Pieces,
    attributes: Attributes<'d>,
    inner: Inner,
}

/// The elements `primitive` and `attributes` of the action written last. Those of the next one are often the same but for
/// the node: the probes of a resource.
#[derive(Default)]
struct Inner {
    /// What they were made from, unless they cannot be used again.
    made_from: Option<Ingredients>,
    text: String,
    /// Where the node's name and its id are in the text.
    node: Range<usize>,
    node_uuid: Range<usize>,
}

/// What the inner elements of an action are made from, besides the node. Tables are shared and live as long as the
/// decision: equal addresses mean equal tables.
#[derive(PartialEq, Eq)]
struct Ingredients {
    rsc: RscId,
    target_rc: Option<u8>,
    tables: [usize; 3],
}

impl Ingredients {
    /// `None` for actions whose attributes depend on more.
    fn of(decision: &Decision, action: &Action, details: &Details) -> Option<Ingredients> {
        let rsc = action.rsc?;
        let node = action.node?;
        let plain = action.meta.is_empty()
            && details.address.is_none()
            && !action.is(ActionFlags::PSEUDO)
            && !decision.config.is_guest_or_bundle_node(node);
        let address =
            |table: &Option<Arc<ParamTable>>| table.as_ref().map_or(0, |t| Arc::as_ptr(t) as usize);
        plain.then(|| Ingredients {
            rsc,
            target_rc: action.target_rc,
            tables: [&details.params, &details.extra, &details.meta].map(address),
        })
    }
}

impl<'d> Writer<'d> {
    fn synapse(&mut self, index: usize, synapse: &'d Synapse, out: &mut String) {
        out.push_str("  <synapse id=\"");
        number(out, index as u64);
        if synapse.priority > 0 {
            out.push_str("\" priority=\"");
            number(out, synapse.priority.unsigned_abs());
        }
        out.push_str("\">\n    <action_set>\n      ");
        self.action(synapse, out);
        if synapse.inputs.is_empty() {
            out.push_str("    </action_set>\n    <inputs/>\n  </synapse>\n");
        } else {
            out.push_str("    </action_set>\n    <inputs>\n");
            for &input in &synapse.inputs {
                out.push_str("      <trigger>\n        ");
                self.head(input, false, out);
                out.push_str("/>\n      </trigger>\n");
            }
            out.push_str("    </inputs>\n  </synapse>\n");
        }
    }

    /// Opens the element and writes its attributes; returns which it is. Inputs do not mention locks.
    fn head(&self, id: ActionId, with_lock: bool, out: &mut String) -> ElementKind {
        let (decision, pieces) = (self.decision, &self.pieces);
        let action = decision.book.get(id);
        let kind = describe::kind(action);
        out.push_str(match kind {
            _ if describe::cib_only(action) => "<crm_event mode=\"cib\" id=\"",
            ElementKind::RscOp => "<rsc_op id=\"",
            ElementKind::PseudoEvent => "<pseudo_event id=\"",
            ElementKind::CrmEvent => "<crm_event id=\"",
        });
        number(out, id.number());
        out.push_str(&pieces.task(action.task).operation);
        let node = action.node.filter(|_| describe::has_node_details(action));
        // Few actions have what only a close look finds.
        let unusual = action.rsc.is_some_and(|rsc| pieces.rsc(rsc).unusual)
            || node.is_some_and(|node| pieces.node(node).remote);
        let head = unusual.then(|| describe::head(decision, id));
        if let Some(key) = head.as_ref().and_then(|head| head.history_key.as_deref()) {
            escape_attr(key, out);
            out.push_str("\" internal_operation_key=\"");
        }
        self.key(action, out);
        out.push_str(node.map_or("\"", |node| &pieces.node(node).place));
        if let Some(head) = head {
            if let Some(router) = head.router {
                attr(out, "router_node", decision.config.node_name(router));
            }
            if let Some(lock) = head.shutdown_lock.filter(|_| with_lock) {
                attr(out, "shutdown-lock", &lock.to_string());
            }
        }
        kind
    }

    /// The whole key of an action.
    fn key(&self, action: &Action, out: &mut String) {
        let pieces = &self.pieces;
        match (&action.uuid, action.rsc) {
            (Some(uuid), _) => escape_attr(uuid, out),
            (None, Some(rsc)) => {
                out.push_str(pieces.name(rsc));
                out.push_str(&pieces.task(action.key).in_key);
                number(out, action.interval_ms);
            }
            (None, None) => out.push_str(&pieces.task(action.task).name),
        }
    }

    fn action(&mut self, synapse: &'d Synapse, out: &mut String) {
        let (decision, id) = (self.decision, synapse.action);
        let kind = self.head(id, true, out);
        out.push_str(">\n");
        self.inner(id, &synapse.details, out);
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
        out.push_str(match kind {
            ElementKind::RscOp => "      </rsc_op>\n",
            ElementKind::PseudoEvent => "      </pseudo_event>\n",
            ElementKind::CrmEvent => "      </crm_event>\n",
        });
    }

    /// The elements in the action's element.
    fn inner(&mut self, id: ActionId, details: &'d Details, out: &mut String) {
        let decision = self.decision;
        let action = decision.book.get(id);
        let made_from = Ingredients::of(decision, action, details);
        if made_from.is_some() && made_from == self.inner.made_from {
            if let Some(node) = action.node {
                let (inner, node) = (&self.inner, self.pieces.node(node));
                out.push_str(&inner.text[..inner.node.start]);
                out.push_str(&node.name);
                out.push_str(&inner.text[inner.node.end..inner.node_uuid.start]);
                out.push_str(&node.uuid);
                out.push_str(&inner.text[inner.node_uuid.end..]);
            }
            return;
        }
        let Inner {
            text,
            node,
            node_uuid,
            ..
        } = &mut self.inner;
        text.clear();
        if let Some(rsc) = describe::rsc_element(decision, id) {
            text.push_str("        <primitive");
            attr(text, "id", rsc.id);
            for (name, value) in [
                ("long-id", rsc.long_id),
                ("class", rsc.class),
                ("provider", rsc.provider),
                ("type", rsc.agent),
            ] {
                if let Some(value) = value {
                    attr(text, name, value);
                }
            }
            text.push_str("/>\n");
        }
        describe::fill_attributes(decision, id, details, &mut self.attributes);
        text.push_str("        <attributes");
        let mut places = (None, None);
        for (name, value) in &self.attributes.named {
            text.push(' ');
            name.write(text);
            text.push_str("=\"");
            let start = text.len();
            escape_attr(value, text);
            match name {
                AttrName::Meta(name) if name == "on_node" => places.0 = Some(start..text.len()),
                AttrName::Meta(name) if name == "on_node_uuid" => {
                    places.1 = Some(start..text.len());
                }
                AttrName::Meta(_) | AttrName::Plain(_) => {}
            }
            text.push('"');
        }
        if self.attributes.params.is_empty() {
            text.push_str("/>\n");
        } else {
            text.push_str(">\n");
            for (name, value) in &self.attributes.params {
                text.push_str("          <param");
                attr(text, "name", name);
                attr(text, "value", value);
                text.push_str("/>\n");
            }
            text.push_str("        </attributes>\n");
        }
        out.push_str(text);
        self.inner.made_from = match places {
            (Some(name), Some(uuid)) => {
                (*node, *node_uuid) = (name, uuid);
                made_from
            }
            // A parameter has the name, and wins.
            (_, _) => None,
        };
    }
}
