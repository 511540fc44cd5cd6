//! A patchset for people to read.
//!
//! Source: behaviour notes 06 §3.5.

use super::apply::{source_version, target_version};
use super::version::CibVersion;
use crate::xml::{Element, Node, NodeKind, escape_attr};

/// The lines that show a patchset, in order.
pub fn describe(patch: Element<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    let source = source_version(patch).ok().flatten().unwrap_or_default();
    let target = target_version(patch).ok().flatten().unwrap_or_default();
    if source != target {
        let format = patch.attr("format").unwrap_or("(no format)");
        let digest = patch.attr("digest").unwrap_or("(no digest)");
        lines.push(format!("Diff: --- {source} {format}"));
        lines.push(format!("Diff: +++ {target} {digest}"));
    } else if target != CibVersion::default() {
        lines.push(format!("Local-only Change: {target}"));
    }
    for change in patch.children() {
        describe_change(change, &mut lines);
    }
    lines
}

fn describe_change(change: Element<'_>, lines: &mut Vec<String>) {
    let path = change.attr("path").unwrap_or("");
    let position = change.attr("position");
    match change.attr("operation") {
        Some("create") => {
            let node = change
                .nodes()
                .find(|node| matches!(node.kind(), NodeKind::Element | NodeKind::Comment));
            if let Some(node) = node {
                describe_created(path, node, lines);
            }
        }
        Some("move") => lines.push(format!(
            "+~ {path} moved to offset {}",
            position.unwrap_or("")
        )),
        Some("modify") => {
            let mut set: Vec<String> = Vec::new();
            let mut unset: Vec<String> = Vec::new();
            for entry in change
                .child("change-list")
                .iter()
                .flat_map(|list| list.children())
            {
                let name = entry.attr("name").unwrap_or("");
                match entry.attr("operation") {
                    Some("set") => {
                        set.push(format!("@{name}={}", entry.attr("value").unwrap_or("")));
                    }
                    Some("unset") => unset.push(format!("@{name}")),
                    _ => {}
                }
            }
            if !set.is_empty() {
                lines.push(format!("+  {path}:  {}", set.join(", ")));
            }
            if !unset.is_empty() {
                lines.push(format!("-- {path}:  {}", unset.join(", ")));
            }
        }
        Some("delete") => lines.push(match position {
            Some(position) => format!("-- {path} ({position})"),
            None => format!("-- {path}"),
        }),
        _ => {}
    }
}

/// A created node: the first line after its parent's path, the others under it. The first tag always looks
/// like one of an element without content.
fn describe_created(path: &str, top: Node<'_>, lines: &mut Vec<String>) {
    let prefix = format!("++ {path}: ");
    let further = format!("++{}", " ".repeat(prefix.chars().count() - 2));
    let line = |depth: usize, text: &str| format!("{further} {}{text}", "  ".repeat(depth));
    let Some(element) = top.element() else {
        lines.push(format!("{prefix} <!--{}-->", top.content()));
        return;
    };
    lines.push(format!("{prefix} {}/>", start_tag(element)));
    let Some(mut at) = top.first_child() else {
        return;
    };
    let mut depth = 1;
    loop {
        let descends = match at.element() {
            None => {
                match at.kind() {
                    NodeKind::Comment => {
                        lines.push(line(depth, &format!("<!--{}-->", at.content())));
                    }
                    NodeKind::CData => {
                        lines.push(line(depth, &format!("<![CDATA[{}]]>", at.content())));
                    }
                    NodeKind::Element | NodeKind::Text | NodeKind::Instruction => {}
                }
                None
            }
            Some(element) => {
                let child = at.first_child();
                let end = if child.is_some() { ">" } else { "/>" };
                lines.push(line(depth, &format!("{}{end}", start_tag(element))));
                child
            }
        };
        if let Some(child) = descends {
            at = child;
            depth += 1;
            continue;
        }
        loop {
            if let Some(next) = at.next_sibling() {
                at = next;
                break;
            }
            let Some(parent) = at.parent() else { return };
            depth -= 1;
            lines.push(line(depth, &format!("</{}>", parent.name())));
            at = parent.node();
            if at.id() == top.id() {
                return;
            }
        }
    }
}

fn start_tag(element: Element<'_>) -> String {
    let mut out = format!("<{}", element.name());
    for (name, value) in element.attrs() {
        out.push_str(&format!(" {name}=\""));
        escape_attr(value, &mut out);
        out.push('"');
    }
    out
}
