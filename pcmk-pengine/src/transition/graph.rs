//! The transition graph as XML text. Source: behaviour notes 05 §1.1 to §1.5.

use std::fmt::Write as _;

use pcmk_cib::xml::escape_attr;

use crate::book::Task;
use crate::id::ActionId;
use crate::pipeline::Decision;
use crate::transition::{Synapse, describe};

/// Writes the graph.
#[must_use]
pub fn write_graph(decision: &Decision) -> String {
    let transition = &decision.transition;
    let mut out = String::with_capacity(256 + transition.synapses.len() * 1024);
    out.push_str("<transition_graph");
    for (name, value) in &transition.attributes {
        attr(&mut out, name, value);
    }
    if transition.synapses.is_empty() {
        out.push_str("/>\n");
        return out;
    }
    out.push_str(">\n");
    for (index, synapse) in transition.synapses.iter().enumerate() {
        write_synapse(decision, index, synapse, &mut out);
    }
    out.push_str("</transition_graph>\n");
    out
}

fn attr(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    escape_attr(value, out);
    out.push('"');
}

fn write_synapse(decision: &Decision, index: usize, synapse: &Synapse, out: &mut String) {
    // Writing to a String cannot fail.
    let _ = write!(out, "  <synapse id=\"{index}\"");
    if synapse.priority > 0 {
        let _ = write!(out, " priority=\"{}\"", synapse.priority);
    }
    out.push_str(">\n    <action_set>\n      ");
    write_action(decision, synapse, out);
    out.push_str("    </action_set>\n");
    if synapse.inputs.is_empty() {
        out.push_str("    <inputs/>\n");
    } else {
        out.push_str("    <inputs>\n");
        for &input in &synapse.inputs {
            out.push_str("      <trigger>\n        ");
            write_head(decision, input, out);
            out.push_str("/>\n      </trigger>\n");
        }
        out.push_str("    </inputs>\n");
    }
    out.push_str("  </synapse>\n");
}

/// Opens the element and writes its attributes; returns its name.
fn write_head(decision: &Decision, id: ActionId, out: &mut String) -> &'static str {
    let config = &decision.config;
    let head = describe::head(decision, id);
    let name = head.kind.name();
    out.push('<');
    out.push_str(name);
    if head.cib_only {
        attr(out, "mode", "cib");
    }
    let _ = write!(out, " id=\"{}\"", head.id);
    attr(out, "operation", head.operation);
    attr(out, "operation_key", &head.operation_key);
    if let Some(key) = &head.internal_key {
        attr(out, "internal_operation_key", key);
    }
    if let Some(node) = head.node {
        attr(out, "on_node", config.node_name(node));
        attr(out, "on_node_uuid", &config.node(node).uuid);
    }
    if let Some(router) = head.router {
        attr(out, "router_node", config.node_name(router));
    }
    if let Some(lock) = head.shutdown_lock {
        let _ = write!(out, " shutdown-lock=\"{lock}\"");
    }
    name
}

fn write_action(decision: &Decision, synapse: &Synapse, out: &mut String) {
    let id = synapse.action;
    let name = write_head(decision, id, out);
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
    let attributes = describe::attributes(decision, id, &synapse.details);
    out.push_str("        <attributes");
    for (name, value) in &attributes.named {
        attr(out, name, value);
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
    let _ = write!(out, "      </{name}>\n");
}
