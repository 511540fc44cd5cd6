//! Fail counts and failed actions. Source: behaviour notes 05 section 3.8, 02 section 11.6.

use pcmk_core::key::parse_op_key;
use pcmk_core::lenient::{int_attr, scan_ll};
use pcmk_core::rc::{exec_text, exit_text};
use pcmk_pengine::NodeId;
use pcmk_pengine::state::FailedOp;

use super::Cluster;
use crate::ops::extras::FailCount;
use crate::out::{Out, Section};

/// Local time of a moment, as shown to people.
pub type LocalTime<'a> = &'a dyn Fn(i64) -> String;

/// The two ways of writing a moment.
#[derive(Clone, Copy)]
pub struct Times<'a> {
    /// For people.
    pub people: LocalTime<'a>,
    /// For programs: `2026-07-15 11:55:00Z`.
    pub programs: LocalTime<'a>,
}

/// The key of the action that failed.
pub(super) fn history_key(failed: &FailedOp) -> Option<&str> {
    failed
        .attr("operation_key")
        .filter(|key| !key.is_empty())
        .or_else(|| failed.attr("id"))
}

/// A probe failure that only means "cannot run here" (02 section 9.4).
pub(super) fn is_masked(failed: &FailedOp) -> bool {
    let probe =
        failed.attr("operation") == Some("monitor") && int_attr(failed.attr("interval"), 0) == 0;
    let rc = int_attr(failed.attr("rc-code"), 0);
    let status = int_attr(failed.attr("op-status"), 0);
    probe && (rc == 5 || rc == 2 || status == 7)
}

/// Which failures are shown in which form is up to the caller: technical ones are those of `crm_simulate`.
fn passes(cluster: &Cluster<'_>, failed: &FailedOp) -> bool {
    cluster.filter.node(failed.node) && cluster.is_wanted_in_place(failed.rsc)
}

/// Shows fail counts of these nodes. Says whether anything was printed.
pub fn fail_counts(
    cluster: &Cluster<'_>,
    out: &mut Out<'_>,
    nodes: &[(NodeId, Vec<FailCount>)],
    time: LocalTime<'_>,
    spacer: bool,
) -> bool {
    let mut section = Section::new("Migration Summary", spacer);
    for (node, rows) in nodes {
        if !cluster.filter.node(*node) {
            continue;
        }
        section.open(out);
        let wanted = |row: &&FailCount| {
            row.count > 0 && cluster.is_wanted(cluster.seen.config.root_of(row.rsc))
        };
        let rows: Vec<&FailCount> = rows.iter().filter(wanted).collect();
        if rows.is_empty() {
            continue;
        }
        super::node::begin(cluster, out, *node);
        for row in rows {
            fail_count(cluster, out, row, time);
        }
        out.end();
    }
    section.close(out)
}

fn fail_count(cluster: &Cluster<'_>, out: &mut Out<'_>, row: &FailCount, time: LocalTime<'_>) {
    let info = cluster.seen.config.rsc(row.rsc);
    let threshold = info.migration_threshold.value().to_string();
    let count = row.count.to_string();
    let when = (row.last_failure > 0).then(|| time(row.last_failure));
    if let Some(xml) = out.xml() {
        let mut attributes = vec![
            ("id", &*row.id),
            ("orphan", "false"),
            ("removed", "false"),
            ("migration-threshold", &*threshold),
            ("fail-count", &*count),
        ];
        attributes.extend(when.as_deref().map(|when| ("last-failure", when)));
        xml.leaf("resource_history", &attributes);
    } else {
        let when = when
            .map(|when| format!(" last-failure='{when}'"))
            .unwrap_or_default();
        out.item(&format!(
            "{}: migration-threshold={threshold} fail-count={count}{when}",
            row.id
        ));
    }
}

/// Shows failed actions, in their technical or their friendly form. Says whether anything was printed.
pub fn failed_actions(
    cluster: &Cluster<'_>,
    out: &mut Out<'_>,
    technical: bool,
    times: Times<'_>,
    spacer: bool,
) -> bool {
    let mut section = Section::new("Failed Resource Actions", spacer);
    for failed in &cluster.seen.state.failed {
        let Some(key) = history_key(failed).filter(|key| parse_op_key(key).is_some()) else {
            continue;
        };
        if is_masked(failed) || !passes(cluster, failed) {
            continue;
        }
        section.open(out);
        if out.xml().is_some() {
            failure_element(failed, out, key, times);
        } else if technical {
            out.item(&failure_line(failed, key, times.people));
        } else {
            out.item(&friendly_line(failed, key, times.people));
        }
    }
    section.close(out)
}

fn status_text(failed: &FailedOp) -> &'static str {
    exec_text(int_attr(failed.attr("op-status"), 0).max(0))
}

fn changed(failed: &FailedOp) -> Option<i64> {
    failed
        .attr("last-rc-change")
        .and_then(|text| scan_ll(text).ok())
}

fn failure_line(failed: &FailedOp, key: &str, time: LocalTime<'_>) -> String {
    let rc = int_attr(failed.attr("rc-code"), 0);
    let mut text = format!(
        "{key} on {} '{}' ({rc}): call={}, status='{}'",
        failed.attr("uname").unwrap_or_default(),
        exit_text(rc),
        int_attr(failed.attr("call-id"), 0),
        status_text(failed)
    );
    if let Some(reason) = failed
        .attr("exit-reason")
        .filter(|reason| !reason.is_empty())
    {
        text.push_str(&format!(", exitreason='{reason}'"));
    }
    if let Some(when) = changed(failed) {
        text.push_str(&format!(", last-rc-change='{}'", time(when)));
    }
    for (label, name) in [("queued", "queue-time"), ("exec", "exec-time")] {
        if let Some(ms) = failed.attr(name) {
            text.push_str(&format!(", {label}={ms}ms"));
        }
    }
    text
}

/// The failure in a sentence.
fn friendly_line(failed: &FailedOp, key: &str, time: LocalTime<'_>) -> String {
    let parsed = parse_op_key(key);
    let (rsc, task, interval_ms) = match &parsed {
        Some(parsed) => (parsed.rsc, parsed.task, parsed.interval_ms),
        None => (key, "unknown action", 0),
    };
    let rc = int_attr(failed.attr("rc-code"), 0);
    let status = int_attr(failed.attr("op-status"), 0);
    let reason = failed
        .attr("exit-reason")
        .filter(|reason| !reason.is_empty());
    let mut text = format!("{rsc} ");
    if interval_ms != 0 {
        text.push_str(&readable_interval(u64::from(interval_ms)));
        text.push_str("-interval ");
    }
    text.push_str(match (task, interval_ms) {
        ("monitor", 0) => "probe",
        (task, _) => task,
    });
    let node = failed.attr("uname").unwrap_or_default();
    text.push_str(&format!(" on {node} "));
    if status == 0 {
        text.push_str(&format!("returned '{}'", exit_text(rc)));
        if let Some(reason) = reason {
            text.push_str(&format!(" ({reason})"));
        }
    } else {
        text.push_str(&format!("could not be executed ({}", status_text(failed)));
        if let Some(reason) = reason {
            text.push_str(&format!(": {reason}"));
        }
        text.push(')');
    }
    if let Some(when) = changed(failed) {
        text.push_str(&format!(" at {}", time(when)));
    }
    let took = failed.attr("exec-time").and_then(|ms| scan_ll(ms).ok());
    if let Some(ms) = took
        .and_then(|ms| u64::try_from(ms).ok())
        .filter(|&ms| ms > 0)
    {
        text.push_str(&format!(" after {}", readable_interval(ms)));
    }
    text
}

/// A duration as people write it: `1d2h3m4s`, `20ms`.
///
/// A unit is used for what is *more* than one of it, so a minute is `60s` and a second `1000ms`. Seen with the packaged
/// `crm_mon`.
#[must_use]
pub fn readable_interval(ms: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m")];
    let mut rest = ms;
    let mut text = String::new();
    for (unit, name) in UNITS {
        if rest > unit {
            text.push_str(&format!("{}{name}", rest / unit));
            rest %= unit;
        }
    }
    match (rest / 1000, rest % 1000) {
        (0, 0) if text.is_empty() => "0s".to_owned(),
        (0, 0) => text,
        _ if rest <= 1000 => format!("{text}{rest}ms"),
        (s, 0) => format!("{text}{s}s"),
        (s, ms) => format!("{text}{s}.{ms:03}s"),
    }
}

fn failure_element(failed: &FailedOp, out: &mut Out<'_>, key: &str, times: Times<'_>) {
    let Some(xml) = out.xml() else { return };
    let rc = int_attr(failed.attr("rc-code"), 0);
    let rc_text = rc.to_string();
    let call = int_attr(failed.attr("call-id"), 0).to_string();
    let name = if failed
        .attr("operation_key")
        .is_some_and(|key| !key.is_empty())
    {
        "op_key"
    } else {
        "id"
    };
    let when = changed(failed).filter(|&when| when > 0).map(times.programs);
    let reason = failed.attr("exit-reason").unwrap_or("none");
    let mut attributes = vec![
        (name, key),
        ("node", failed.attr("uname").unwrap_or_default()),
        ("exitstatus", exit_text(rc)),
        ("exitreason", reason),
        ("exitcode", &rc_text),
        ("call", &call),
        ("status", status_text(failed)),
    ];
    let interval = int_attr(failed.attr("interval"), 0).to_string();
    if let Some(when) = &when {
        attributes.push(("last-rc-change", when));
        attributes.extend(failed.attr("queue-time").map(|ms| ("queued", ms)));
        attributes.extend(failed.attr("exec-time").map(|ms| ("exec", ms)));
        attributes.push(("interval", &interval));
        attributes.extend(failed.attr("operation").map(|task| ("task", task)));
    }
    xml.leaf("failure", &attributes);
}

#[cfg(test)]
mod tests {
    use super::readable_interval;

    #[test]
    fn intervals_as_people_write_them() {
        for (ms, text) in [
            (0, "0s"),
            (1, "1ms"),
            (1000, "1000ms"),
            (1500, "1.500s"),
            (60_000, "60s"),
            (60_001, "1m1ms"),
            (120_000, "2m"),
            (3_600_000, "60m"),
            (86_400_000, "24h"),
            (90_061_001, "1d1h1m1.001s"),
        ] {
            assert_eq!(readable_interval(ms), text);
        }
    }
}
