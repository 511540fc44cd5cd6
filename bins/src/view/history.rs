//! What was done with each resource on each node. Source: behaviour notes 05 sections 10.2 and 10.3.

use pcmk_cib::xml::ElementId;
use pcmk_core::lenient::{int_attr, scan_ll};
use pcmk_core::rc::exit_text;
use pcmk_pengine::NodeId;

use super::Cluster;
use super::failures::LocalTime;
use crate::ops::extras::FailCount;
use crate::out::{Out, Section};

/// Shows histories. `timing`: with times and results. Says whether anything was printed.
pub fn operations(
    cluster: &Cluster<'_>,
    out: &mut Out<'_>,
    nodes: &[(NodeId, Vec<FailCount>)],
    timing: bool,
    time: LocalTime<'_>,
    spacer: bool,
) -> bool {
    let mut section = Section::new("Operations", spacer);
    for (node, rows) in nodes {
        if !cluster.filter.node(*node) {
            continue;
        }
        section.open(out);
        let mut open = false;
        for row in rows {
            let entries: Vec<Entry<'_>> = row
                .entries
                .iter()
                .map(|&id| Entry::read(cluster, id))
                .filter(Entry::is_shown)
                .collect();
            let root = cluster.seen.config.root_of(row.rsc);
            if entries.is_empty() || !cluster.is_wanted(root) {
                continue;
            }
            if !open {
                open = true;
                super::node::begin(cluster, out, *node);
            }
            resource(cluster, out, row, cluster.name(row.rsc), time);
            for entry in &entries {
                entry.show(out, timing, time);
            }
            out.end();
        }
        if open {
            out.end();
        }
    }
    section.close(out)
}

fn resource(
    cluster: &Cluster<'_>,
    out: &mut Out<'_>,
    row: &FailCount,
    name: &str,
    time: LocalTime<'_>,
) {
    let info = cluster.seen.config.rsc(row.rsc);
    let threshold = info.migration_threshold.value().to_string();
    let count = (row.count > 0).then(|| row.count.to_string());
    let when = (row.last_failure > 0).then(|| time(row.last_failure));
    if let Some(xml) = out.xml() {
        let mut attributes = vec![
            ("id", name),
            // Known resources count as configured, removed ones too.
            ("orphan", "false"),
            ("removed", "false"),
            ("migration-threshold", &*threshold),
        ];
        attributes.extend(count.as_deref().map(|count| ("fail-count", count)));
        attributes.extend(when.as_deref().map(|when| ("last-failure", when)));
        xml.push("resource_history", &attributes);
        return;
    }
    let mut title = format!("{name}: migration-threshold={threshold}");
    if let Some(count) = count {
        title.push_str(&format!(" fail-count={count}"));
    }
    if let Some(when) = when {
        title.push_str(&format!(" last-failure='{when}'"));
    }
    out.begin(&title);
}

/// One entry of a history.
struct Entry<'a> {
    call: &'a str,
    task: &'a str,
    interval_ms: &'a str,
    rc: i32,
    changed: Option<i64>,
    exec: Option<&'a str>,
    queue: Option<&'a str>,
}

impl<'a> Entry<'a> {
    fn read(cluster: &Cluster<'a>, id: ElementId) -> Entry<'a> {
        let element = cluster.seen.config.doc.element(id);
        let interval_ms = element.attr("interval").unwrap_or("0");
        let task = match element.attr("operation").unwrap_or_default() {
            "monitor" if int_attr(Some(interval_ms), 0) == 0 => "probe",
            task => task,
        };
        Entry {
            call: element.attr("call-id").unwrap_or_default(),
            task,
            interval_ms,
            rc: int_attr(element.attr("rc-code"), 0),
            changed: element
                .attr("last-rc-change")
                .and_then(|text| scan_ll(text).ok())
                .filter(|&when| when > 0),
            exec: element.attr("exec-time"),
            queue: element.attr("queue-time"),
        }
    }

    /// Notifications, and probes that found nothing, are not worth telling.
    fn is_shown(&self) -> bool {
        self.task != "notify" && !(self.task == "probe" && self.rc == 7)
    }

    fn is_recurring(&self) -> bool {
        int_attr(Some(self.interval_ms), 0) != 0
    }

    fn show(&self, out: &mut Out<'_>, timing: bool, time: LocalTime<'_>) {
        let interval = self
            .is_recurring()
            .then(|| format!("{}ms", self.interval_ms));
        let changed = self.changed.map(time);
        let exec = self.exec.map(|ms| format!("{ms}ms"));
        let queue = self.queue.map(|ms| format!("{ms}ms"));
        let timed = [
            ("last-rc-change", changed.as_deref()),
            ("exec-time", exec.as_deref()),
            ("queue-time", queue.as_deref()),
        ];
        let rc = self.rc.to_string();
        if let Some(xml) = out.xml() {
            let mut attributes = vec![
                ("call", self.call),
                ("task", self.task),
                ("rc", &rc),
                ("rc_text", exit_text(self.rc)),
            ];
            attributes.extend(interval.as_deref().map(|text| ("interval", text)));
            let timed = timed.into_iter().filter(|_| timing);
            attributes.extend(timed.filter_map(|(name, text)| Some((name, text?))));
            xml.leaf("operation_history", &attributes);
            return;
        }
        let mut text = format!("({}) {}", self.call, self.task);
        if interval.is_some() || timing {
            text.push(':');
        }
        if let Some(interval) = interval {
            text.push_str(&format!(" interval=\"{interval}\""));
        }
        if timing {
            for (name, value) in timed {
                if let Some(value) = value {
                    text.push_str(&format!(" {name}=\"{value}\""));
                }
            }
            text.push_str(&format!(" rc={rc} ({})", exit_text(self.rc)));
        }
        out.item(&text);
    }
}
