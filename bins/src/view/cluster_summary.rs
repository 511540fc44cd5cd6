//! The summary of a cluster: what it is made of, and when it was looked at. Source: behaviour notes 05 sections 10.2 and
//! 10.3, 07 section 11.

use pcmk_core::lenient::timeout_ms;
use pcmk_pengine::config::NoQuorum;

use super::{Cluster, boolean};
use crate::out::{Out, Section, Span};

/// Which parts of the summary are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// The kind of cluster.
    pub stack: bool,
    /// The node that decides.
    pub dc: bool,
    /// When it was looked at, when it was changed.
    pub times: bool,
    /// How many nodes and resources there are.
    pub counts: bool,
    /// Options.
    pub options: bool,
    /// Whether it is in maintenance.
    pub maintenance: bool,
}

/// A line of the summary: what stands out in front, and the rest.
fn line(out: &mut Out<'_>, head: &str, rest: &str) {
    match out.html() {
        Some(html) => html.spans(&[("bold", head), ("", rest)]),
        None => out.item(&format!("{head}{rest}")),
    }
}

/// Shows the parts. `now` is the present as it is shown. Says whether anything was printed.
pub fn show(cluster: &Cluster<'_>, out: &mut Out<'_>, parts: Parts, now: &str) -> bool {
    let mut section = Section::new("Cluster Summary", false);
    let config = &cluster.seen.config;
    let cib = config.doc.root_element();
    if parts.stack {
        section.open(out);
        let stack = option(cluster, "cluster-infrastructure");
        match out.xml() {
            Some(xml) => xml.leaf("stack", &[("type", stack)]),
            None => line(out, "Stack: ", stack),
        }
    }
    // That there is none is always worth telling.
    if parts.dc || cluster.seen.state.dc.is_none() {
        section.open(out);
        dc(cluster, out);
    }
    if parts.times {
        section.open(out);
        let attribute = |name: &str| cib.attr(name).unwrap_or_default();
        let written = attribute("cib-last-written");
        if let Some(xml) = out.xml() {
            xml.leaf("last_update", &[("time", now)]);
            xml.leaf(
                "last_change",
                &[
                    ("time", written),
                    ("user", attribute("update-user")),
                    ("client", attribute("update-client")),
                    ("origin", attribute("update-origin")),
                ],
            );
        } else {
            let mut text = written.to_owned();
            for (word, name) in [
                (" by ", "update-user"),
                (" via ", "update-client"),
                (" on ", "update-origin"),
            ] {
                if let Some(value) = cib.attr(name).filter(|value| !value.is_empty()) {
                    text.push_str(word);
                    text.push_str(value);
                }
            }
            line(out, "Last updated: ", now);
            match out.html() {
                Some(_) => line(out, "Last change: ", &text),
                None => line(out, "Last change:  ", &text),
            }
        }
    }
    if parts.counts {
        section.open(out);
        counts(cluster, out);
    }
    if parts.options {
        match out.html() {
            // A section of its own.
            Some(_) => {
                section.close(out);
                out.begin("Config Options");
                options(cluster, out);
                out.end();
                return true;
            }
            None => {
                section.open(out);
                options(cluster, out);
            }
        }
    }
    let mut printed = section.close(out);
    if parts.maintenance && out.xml().is_none() && out.html().is_none() {
        printed |= super::status::management_banner(cluster.seen, out);
    }
    printed
}

fn option<'a>(cluster: &Cluster<'a>, name: &str) -> &'a str {
    let text = cluster.seen.config.options.text.get(name);
    text.map_or("unknown", |text| &**text)
}

fn dc(cluster: &Cluster<'_>, out: &mut Out<'_>) {
    let config = &cluster.seen.config;
    let Some(node) = cluster.seen.state.dc else {
        match out.xml() {
            Some(xml) => xml.leaf("current_dc", &[("present", "false")]),
            None => match out.html() {
                Some(html) => html.spans(&[("bold", "Current DC: "), ("warning", "NONE")]),
                None => out.item("Current DC: NONE"),
            },
        }
        return;
    };
    let version = config
        .options
        .text
        .get("dc-version")
        .map_or("", |text| &**text);
    let mixed = has_mixed_versions(cluster);
    let quorate = config
        .doc
        .root_element()
        .attr("have-quorum")
        .and_then(pcmk_core::lenient::parse_bool)
        == Some(true);
    let name = cluster.display_name(node);
    if let Some(xml) = out.xml() {
        xml.leaf(
            "current_dc",
            &[
                ("present", "true"),
                ("version", version),
                ("name", cluster.node_name(node)),
                ("id", &config.node(node).uuid),
                ("with_quorum", boolean(quorate)),
                ("mixed_version", boolean(mixed)),
            ],
        );
        return;
    }
    let version = if version.is_empty() {
        "unknown"
    } else {
        version
    };
    let text = format!("{name} (version {version}) -");
    let with = if quorate { " with" } else { " WITHOUT" };
    if let Some(html) = out.html() {
        let mut spans: Vec<Span<'_>> = vec![("bold", "Current DC: "), ("", &text)];
        if mixed {
            spans.push(("warning", " MIXED-VERSION"));
        }
        spans.push(("", " partition"));
        match quorate {
            true => spans.push(("", with)),
            false => spans.push(("warning", with)),
        }
        spans.push(("", " quorum"));
        html.spans(&spans);
        return;
    }
    out.item(&format!(
        "Current DC: {text} {}partition {} quorum",
        if mixed { "MIXED-VERSION " } else { "" },
        with.trim_start()
    ));
}

/// Whether the nodes for which a feature set is known differ in it.
fn has_mixed_versions(cluster: &Cluster<'_>) -> bool {
    let mut known = cluster
        .seen
        .config
        .node_order
        .iter()
        .filter_map(|&node| super::node::feature_set(cluster, node));
    match known.next() {
        Some(first) => known.any(|other| other != first),
        None => false,
    }
}

fn counts(cluster: &Cluster<'_>, out: &mut Out<'_>) {
    let counts = cluster.seen.state.counts;
    let nodes = cluster.seen.config.node_order.len();
    if let Some(xml) = out.xml() {
        xml.leaf("nodes_configured", &[("number", &nodes.to_string())]);
        xml.leaf(
            "resources_configured",
            &[
                ("number", &counts.total.to_string()),
                ("disabled", &counts.disabled.to_string()),
                ("blocked", &counts.blocked.to_string()),
            ],
        );
        return;
    }
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    let nodes = format!("{nodes} node{} configured", plural(nodes));
    let total = counts.total as usize;
    let resources = format!("{total} resource instance{} configured", plural(total));
    let (disabled, blocked) = (counts.disabled, counts.blocked);
    const WHY: &str = " from further action due to failure)";
    if let Some(html) = out.html() {
        html.spans(&[("", &nodes)]);
        let open = format!("{resources} ({disabled} ");
        let then = format!(", {blocked} ");
        let only = format!("{resources} ({blocked} ");
        match (disabled > 0, blocked > 0) {
            (true, true) => html.spans(&[
                ("", &open),
                ("bold", "DISABLED"),
                ("", &then),
                ("bold", "BLOCKED"),
                ("", WHY),
            ]),
            (true, false) => html.spans(&[("", &open), ("bold", "DISABLED"), ("", ")")]),
            (false, true) => html.spans(&[("", &only), ("bold", "BLOCKED"), ("", WHY)]),
            (false, false) => html.spans(&[("", &resources)]),
        }
        return;
    }
    out.item(&nodes);
    let more = match (disabled > 0, blocked > 0) {
        (true, true) => format!(" ({disabled} DISABLED, {blocked} BLOCKED{WHY}"),
        (true, false) => format!(" ({disabled} DISABLED)"),
        (false, true) => format!(" ({blocked} BLOCKED{WHY}"),
        (false, false) => String::new(),
    };
    out.item(&format!("{resources}{more}"));
}

fn options(cluster: &Cluster<'_>, out: &mut Out<'_>) {
    let options = &cluster.seen.config.options;
    let (policy, text) = match options.no_quorum {
        NoQuorum::Freeze => ("freeze", "Freeze resources"),
        NoQuorum::Stop => ("stop", "Stop ALL resources"),
        NoQuorum::Demote => (
            "demote",
            "Demote promotable resources and stop all other resources",
        ),
        NoQuorum::Ignore => ("ignore", "Ignore"),
        NoQuorum::Fence => ("suicide", "Fence nodes in partition"),
    };
    if let Some(xml) = out.xml() {
        let fencing = boolean(options.fencing_enabled);
        let timeout = options.text.get("fencing-timeout");
        let timeout = timeout.or_else(|| options.text.get("stonith-timeout"));
        let timeout = match timeout {
            Some(text) => timeout_ms(Some(text)).to_string(),
            None => "60000".to_owned(),
        };
        xml.leaf(
            "cluster_options",
            &[
                ("fencing-enabled", fencing),
                ("fencing-timeout-ms", &timeout),
                ("symmetric-cluster", boolean(options.symmetric)),
                ("no-quorum-policy", policy),
                ("maintenance-mode", boolean(options.maintenance)),
                ("stop-all-resources", boolean(options.stop_all)),
                (
                    "priority-fencing-delay-ms",
                    &options.priority_fencing_delay_ms.to_string(),
                ),
                ("stonith-enabled", fencing),
                ("stonith-timeout-ms", &timeout),
            ],
        );
        return;
    }
    let on = |value: bool| if value { "enabled" } else { "disabled" };
    out.item(&format!(
        "Fencing of failed nodes {}",
        on(options.fencing_enabled)
    ));
    out.item(if options.symmetric {
        "Cluster is symmetric"
    } else {
        "Cluster is asymmetric"
    });
    out.item(&format!("No quorum policy: {text}"));
    if let Some(html) = out.html() {
        const MANAGEMENT: Span<'static> = ("", "Resource management: ");
        if options.maintenance {
            html.spans(&[
                MANAGEMENT,
                ("bold", "DISABLED"),
                (
                    "",
                    " (the cluster will not attempt to start, stop, or recover services)",
                ),
            ]);
        } else if options.stop_all {
            html.spans(&[
                MANAGEMENT,
                ("bold", "STOPPED"),
                ("", " (the cluster will keep all resources stopped)"),
            ]);
        } else {
            html.item("Resource management: enabled");
        }
    }
}
