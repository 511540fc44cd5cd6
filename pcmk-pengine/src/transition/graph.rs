//! The transition graph as XML text. Source: behaviour notes 05 §1.1 to §1.5.

use std::io;

use pcmk_cib::xml::escape_attr;

use crate::book::Task;
use crate::id::ActionId;
use crate::pipeline::Decision;
use crate::transition::Synapse;
use crate::transition::describe::{self, Attributes};

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
    let mut attributes = Attributes::default();
    for (index, synapse) in transition.synapses.iter().enumerate() {
        write_synapse(decision, index, synapse, &mut attributes, out);
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

fn number(out: &mut String, value: impl Into<u64>) {
    let mut digits = [0_u8; 20];
    let mut at = digits.len();
    let mut rest = value.into();
    loop {
        at -= 1;
        // The remainder is a single digit.
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend(digits[at..].iter().map(|&digit| char::from(digit)));
}

fn write_synapse<'a>(
    decision: &'a Decision,
    index: usize,
    synapse: &'a Synapse,
    attributes: &mut Attributes<'a>,
    out: &mut String,
) {
    out.push_str("  <synapse id=\"");
    number(out, index as u64);
    out.push('"');
    if synapse.priority > 0 {
        out.push_str(" priority=\"");
        number(out, synapse.priority.unsigned_abs());
        out.push('"');
    }
    out.push_str(">\n    <action_set>\n      ");
    write_action(decision, synapse, attributes, out);
    out.push_str("    </action_set>\n");
    if synapse.inputs.is_empty() {
        out.push_str("    <inputs/>\n");
    } else {
        out.push_str("    <inputs>\n");
        for &input in &synapse.inputs {
            out.push_str("      <trigger>\n        ");
            write_head(decision, input, false, out);
            out.push_str("/>\n      </trigger>\n");
        }
        out.push_str("    </inputs>\n");
    }
    out.push_str("  </synapse>\n");
}

/// The whole key of an action.
fn write_key(decision: &Decision, id: ActionId, out: &mut String) {
    let (config, book) = (&decision.config, &decision.book);
    let action = book.get(id);
    match (&action.uuid, action.rsc) {
        (Some(uuid), _) => escape_attr(uuid, out),
        (None, Some(rsc)) => {
            escape_attr(config.name(rsc), out);
            out.push('_');
            escape_attr(book.tasks.name(action.key), out);
            out.push('_');
            number(out, action.interval_ms);
        }
        (None, None) => escape_attr(book.tasks.name(action.task), out),
    }
}

/// Opens the element and writes its attributes; returns its name. Inputs do not mention locks.
fn write_head(
    decision: &Decision,
    id: ActionId,
    with_lock: bool,
    out: &mut String,
) -> &'static str {
    let config = &decision.config;
    let head = describe::head(decision, id);
    let name = head.kind.name();
    out.push('<');
    out.push_str(name);
    if head.cib_only {
        attr(out, "mode", "cib");
    }
    out.push_str(" id=\"");
    number(out, head.id);
    out.push('"');
    attr(out, "operation", head.operation);
    match &head.history_key {
        None => {
            out.push_str(" operation_key=\"");
            write_key(decision, id, out);
            out.push('"');
        }
        Some(key) => {
            attr(out, "operation_key", key);
            out.push_str(" internal_operation_key=\"");
            write_key(decision, id, out);
            out.push('"');
        }
    }
    if let Some(node) = head.node {
        attr(out, "on_node", config.node_name(node));
        attr(out, "on_node_uuid", &config.node(node).uuid);
    }
    if let Some(router) = head.router {
        attr(out, "router_node", config.node_name(router));
    }
    if let Some(lock) = head.shutdown_lock.filter(|_| with_lock) {
        attr(out, "shutdown-lock", &lock.to_string());
    }
    name
}

fn write_action<'a>(
    decision: &'a Decision,
    synapse: &'a Synapse,
    attributes: &mut Attributes<'a>,
    out: &mut String,
) {
    let id = synapse.action;
    let name = write_head(decision, id, true, out);
    out.push_str(">\n");
    if let Some(rsc) = describe::rsc_element(decision, id) {
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
    describe::fill_attributes(decision, id, &synapse.details, attributes);
    out.push_str("        <attributes");
    for (name, value) in &attributes.named {
        out.push(' ');
        name.write(out);
        out.push_str("=\"");
        escape_attr(value, out);
        out.push('"');
    }
    if attributes.params.is_empty() {
        out.push_str("/>\n");
    } else {
        out.push_str(">\n");
        for (name, value) in &attributes.params {
            out.push_str("          <param");
            attr(out, "name", name);
            attr(out, "value", value);
            out.push_str("/>\n");
        }
        out.push_str("        </attributes>\n");
    }
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
    out.push_str("      </");
    out.push_str(name);
    out.push_str(">\n");
}
