//! Recorded operations. Source: behaviour notes 07 section 3.3.

use pcmk_core::lenient::{int_attr, scan_ll};
use pcmk_core::rc::exec_text;
use pcmk_pengine::Observed;
use pcmk_pengine::state::history::HistoryEntry;

use crate::ops::resource::history::Recorded;
use crate::out::Out;
use crate::view::failures::LocalTime;
use crate::view::primitive;

/// Lists operations.
pub fn list(seen: &Observed, operations: &[Recorded], time: LocalTime<'_>, out: &mut Out<'_>) {
    if operations.is_empty() {
        return;
    }
    if let Some(xml) = out.xml() {
        xml.push("operations", &[]);
    }
    let cluster = super::without_nodes(seen);
    for operation in operations {
        let element = seen.config.doc.element(operation.entry);
        let entry = HistoryEntry::read(element);
        let node = seen.config.node_name(operation.node);
        let call = element.attr("call-id").unwrap_or("(null)");
        let rc = element.attr("rc-code").unwrap_or("(null)");
        let status = exec_text(int_attr(entry.op_status, 99));
        let changed = entry.last_rc_change.map(time);
        let exec = element
            .attr("exec-time")
            .and_then(|text| scan_ll(text).ok());
        let exec = exec.unwrap_or(0);
        let key = entry.key();
        match out.xml() {
            Some(xml) => {
                let (name, agent) = match operation.rsc {
                    Some(rsc) => (cluster.name(rsc), full_agent(seen, rsc)),
                    None => ("unknown", "unknown:unknown".to_owned()),
                };
                let exec = exec.to_string();
                let mut attributes = vec![
                    ("op", key),
                    ("node", node),
                    ("call", call),
                    ("rc", rc),
                    ("status", status),
                    ("rsc", name),
                    ("agent", &agent),
                ];
                if let Some(changed) = &changed {
                    attributes.push(("last-rc-change", changed));
                    attributes.push(("exec-time", &exec));
                }
                xml.leaf("operation", &attributes);
            }
            None => {
                let line = match operation.rsc {
                    Some(rsc) => primitive::line(&cluster, rsc, cluster.name(rsc), None, false),
                    None => "Unknown resource".to_owned(),
                };
                let when =
                    changed.map(|changed| format!(", last-rc-change='{changed}', exec={exec}ms"));
                out.line(&format!(
                    "{line}: {key} (node={node}, call={call}, rc={rc}{}): {status}",
                    when.unwrap_or_default()
                ));
            }
        }
    }
    if let Some(xml) = out.xml() {
        xml.pop();
    }
}

/// `CLASS:PROVIDER:TYPE`, with both colons in every case.
fn full_agent(seen: &Observed, rsc: pcmk_pengine::RscId) -> String {
    let row = seen.config.rsc(rsc);
    let part = |part: &Option<std::sync::Arc<str>>| part.as_deref().unwrap_or_default().to_owned();
    format!(
        "{}:{}:{}",
        part(&row.class),
        part(&row.provider),
        part(&row.agent)
    )
}
