//! Agents: lists of them, and what came of running one. Source: behaviour notes 07 sections 3.11 and 3.12, 08 section 9.

use pcmk_cib::xml::Document;
use pcmk_core::rc::{ExecStatus, exit_text};
use pcmk_ocf::AgentResult;

use crate::ops::resource::agent::Target;
use crate::out::Out;

fn list(
    element: &str,
    attributes: &[(&str, &str)],
    item: &str,
    names: &[String],
    out: &mut Out<'_>,
) {
    let Some(xml) = out.xml() else {
        for name in names {
            out.line(name);
        }
        return;
    };
    xml.push(element, attributes);
    for name in names {
        xml.text_leaf(item, &[], name);
    }
    xml.pop();
}

/// Lists standards.
pub fn standards(names: &[&str], out: &mut Out<'_>) {
    let count = names.len().to_string();
    let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    // A list of the general form, unlike the others.
    list(
        "list",
        &[("name", "standards"), ("count", &count)],
        "item",
        &names,
        out,
    );
}

/// Lists providers of OCF agents, or of one of them.
pub fn providers(names: &[String], agent: Option<&str>, out: &mut Out<'_>) {
    let attribute = match agent {
        Some(agent) => ("for", agent),
        None => ("standard", "ocf"),
    };
    list("providers", &[attribute], "provider", names, out);
}

/// Lists agents.
pub fn agents(names: &[String], standard: &str, provider: Option<&str>, out: &mut Out<'_>) {
    let mut attributes = vec![("standard", standard)];
    attributes.extend(provider.map(|provider| ("provider", provider)));
    list("agents", &attributes, "agent", names, out);
}

/// Tells which parameters are replaced.
pub fn overrides(rsc: Option<&str>, overrides: &[(String, String)], out: &mut Out<'_>) {
    let of = rsc.map(|rsc| format!(" for '{rsc}'")).unwrap_or_default();
    for (name, value) in overrides {
        out.info(&format!(
            "Overriding the cluster configuration{of} with '{name}' = '{value}'"
        ));
    }
}

/// Shows the result of an action.
pub fn result(
    action: &str,
    rsc: Option<&str>,
    target: &Target,
    overrides: &[(String, String)],
    result: &AgentResult,
    out: &mut Out<'_>,
) {
    match out.xml() {
        Some(_) => result_xml(action, rsc, target, overrides, result, out),
        None => result_text(action, rsc, target, result, out),
    }
}

fn is_document(text: &str) -> bool {
    !text.is_empty() && Document::parse(text.as_bytes(), "output").is_ok()
}

fn result_text(
    action: &str,
    rsc: Option<&str>,
    target: &Target,
    result: &AgentResult,
    out: &mut Out<'_>,
) {
    let of = rsc.map(|rsc| format!(" for {rsc}")).unwrap_or_default();
    let provider = target
        .provider
        .as_ref()
        .map(|provider| format!(":{provider}"));
    let agent = format!(
        "{}{}:{}",
        target.class,
        provider.unwrap_or_default(),
        target.kind
    );
    let reason = result.reason.as_ref().map(|reason| format!(": {reason}"));
    let reason = reason.unwrap_or_default();
    if result.status == ExecStatus::Done {
        let (code, text) = (result.rc, exit_text(result.rc));
        out.line(&format!(
            "Operation {action}{of} ({agent}) returned {code} ({text}{reason})"
        ));
    } else {
        let text = result.status.text();
        out.err(&format!(
            "Operation {action}{of} ({agent}) could not be executed ({text}{reason})"
        ));
    }
    if is_document(&result.stdout) {
        out.line(&result.stdout);
        return;
    }
    for text in [&result.stdout, &result.stderr] {
        if !text.is_empty() {
            out.line(text);
        }
    }
}

fn result_xml(
    action: &str,
    rsc: Option<&str>,
    target: &Target,
    overrides: &[(String, String)],
    result: &AgentResult,
    out: &mut Out<'_>,
) {
    let Some(xml) = out.xml() else { return };
    let mut attributes = vec![
        ("action", action),
        ("class", &*target.class),
        ("type", &*target.kind),
    ];
    attributes.extend(rsc.map(|rsc| ("rsc", rsc)));
    attributes.extend(
        target
            .provider
            .as_deref()
            .map(|provider| ("provider", provider)),
    );
    xml.push("resource-agent-action", &attributes);
    xml.push("overrides", &[]);
    for (name, value) in overrides {
        let mut attributes: Vec<(&str, &str)> = rsc.map(|rsc| ("rsc", rsc)).into_iter().collect();
        attributes.extend([("name", name.as_str()), ("value", value.as_str())]);
        xml.leaf("override", &attributes);
    }
    xml.pop();
    let (code, status) = (result.rc.to_string(), result.status.value().to_string());
    let mut attributes = vec![
        ("code", &*code),
        ("message", exit_text(result.rc)),
        ("execution_code", &status),
        ("execution_message", result.status.text()),
    ];
    attributes.extend(result.reason.as_deref().map(|reason| ("reason", reason)));
    xml.leaf("agent-status", &attributes);
    if is_document(&result.stdout) {
        xml.cdata_leaf("command", &[], &result.stdout);
    } else if !result.stdout.is_empty() || !result.stderr.is_empty() {
        xml.push("command", &[("code", &code)]);
        for (source, text) in [("stdout", &result.stdout), ("stderr", &result.stderr)] {
            if !text.is_empty() {
                xml.cdata_leaf("output", &[("source", source)], text);
            }
        }
        xml.pop();
    }
    xml.pop();
}
