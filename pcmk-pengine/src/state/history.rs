//! History entries: a typed view, their order by age, and which of them are active. Source: behaviour notes 02 §7.6, §8.

use std::cmp::Ordering;

use pcmk_cib::xml::{Document, Element, ElementId};
use pcmk_core::diag::Diagnostics;
use pcmk_core::key::{self, TransitionKey};
use pcmk_core::lenient;
use pcmk_core::order::merge_sort;

/// An `lrm_rsc_op`: what is looked at again and again, read in one go.
#[derive(Clone, Copy, Debug)]
pub struct HistoryEntry<'d> {
    /// The element.
    pub element: ElementId,
    /// `id`.
    pub id: Option<&'d str>,
    /// `operation_key`.
    pub operation_key: Option<&'d str>,
    /// `operation`.
    pub operation: Option<&'d str>,
    /// `interval`, milliseconds; 0 if missing or invalid.
    pub interval_ms: u32,
    /// `interval`, raw.
    pub interval: Option<&'d str>,
    /// `call-id`, -1 if missing.
    pub call_id: i32,
    /// `rc-code`, raw.
    pub rc_code: Option<&'d str>,
    /// `op-status`, raw.
    pub op_status: Option<&'d str>,
    /// `last-rc-change`, if present and an integer.
    pub last_rc_change: Option<i64>,
    /// `transition-key`.
    pub transition_key: Option<&'d str>,
    /// `transition-magic`.
    pub transition_magic: Option<&'d str>,
    /// `on_node`.
    pub on_node: Option<&'d str>,
    /// `exit-reason`.
    pub exit_reason: Option<&'d str>,
    /// `migrate_source`.
    pub migrate_source: Option<&'d str>,
    /// `migrate_target`.
    pub migrate_target: Option<&'d str>,
}

impl<'d> HistoryEntry<'d> {
    /// Reads an entry.
    #[must_use]
    pub fn read(element: Element<'d>) -> HistoryEntry<'d> {
        let mut entry = HistoryEntry {
            element: element.id(),
            id: None,
            operation_key: None,
            operation: None,
            interval_ms: 0,
            interval: None,
            call_id: -1,
            rc_code: None,
            op_status: None,
            last_rc_change: None,
            transition_key: None,
            transition_magic: None,
            on_node: None,
            exit_reason: None,
            migrate_source: None,
            migrate_target: None,
        };
        for (name, value) in element.attrs() {
            match name {
                "id" => entry.id = Some(value),
                "operation_key" => entry.operation_key = Some(value),
                "operation" => entry.operation = Some(value),
                "interval" => {
                    entry.interval = Some(value);
                    entry.interval_ms = lenient::scan_ll(value)
                        .ok()
                        .and_then(|ms| u32::try_from(ms).ok())
                        .unwrap_or(0);
                }
                "call-id" => entry.call_id = lenient::int_attr(Some(value), -1),
                "rc-code" => entry.rc_code = Some(value),
                "op-status" => entry.op_status = Some(value),
                "last-rc-change" => entry.last_rc_change = lenient::scan_ll(value).ok(),
                "transition-key" => entry.transition_key = Some(value),
                "transition-magic" => entry.transition_magic = Some(value),
                "on_node" => entry.on_node = Some(value),
                "exit-reason" => entry.exit_reason = Some(value),
                "migrate_source" => entry.migrate_source = Some(value),
                "migrate_target" => entry.migrate_target = Some(value),
                _ => {}
            }
        }
        entry
    }

    /// The history key: `operation_key`, or `id` in very old documents.
    #[must_use]
    pub fn key(&self) -> &'d str {
        self.operation_key
            .filter(|key| !key.is_empty())
            .or(self.id)
            .unwrap_or_default()
    }

    /// `operation`, empty if missing.
    #[must_use]
    pub fn task(&self) -> &'d str {
        self.operation.unwrap_or_default()
    }

    /// Expected exit status: -1 unless the transition key tells (02 §2.7).
    #[must_use]
    pub fn expected(&self) -> i32 {
        self.transition_key
            .and_then(TransitionKey::parse)
            .map_or(-1, |key| key.target_rc)
    }

    /// Whether this is a probe by the (stricter) test on the raw element: a monitor whose interval is 0, missing or
    /// invalid.
    #[must_use]
    pub fn is_probe(&self) -> bool {
        self.task() == "monitor" && lenient::scan_min_int(self.interval, 0) == 0
    }

    /// Whether this is a probe that failed in a way that may be taken for "not running" (02 §9.4).
    #[must_use]
    pub fn is_maskable_probe_failure(&self) -> bool {
        if !self.is_probe() {
            return false;
        }
        let rc = lenient::scan_min_int(self.rc_code, 0);
        let status = lenient::scan_min_int(self.op_status, 0);
        rc == 5 || rc == 2 || status == 7
    }
}

/// Which of two entries of a resource is older (02 §8). No total order.
pub(crate) fn compare(
    a: &HistoryEntry<'_>,
    b: &HistoryEntry<'_>,
    log: Option<&mut Diagnostics>,
) -> Ordering {
    let same_node = match (a.on_node, b.on_node) {
        (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    };
    if same_node && a.id == b.id {
        if let Some(log) = log {
            let id = a.id.unwrap_or_default();
            log.config_error(
                "pe__is_newer_op",
                format!("Duplicate lrm_rsc_op entries named {id}"),
            );
        }
        return Ordering::Equal;
    }
    if a.call_id == -1 && b.call_id == -1 {
        return Ordering::Equal;
    }
    if same_node && a.call_id >= 0 && a.call_id < b.call_id {
        return Ordering::Less;
    }
    if same_node && b.call_id >= 0 && a.call_id > b.call_id {
        return Ordering::Greater;
    }
    if a.call_id >= 0 && b.call_id >= 0 && (!same_node || a.call_id == b.call_id) {
        let (a, b) = (
            a.last_rc_change.unwrap_or(-1),
            b.last_rc_change.unwrap_or(-1),
        );
        return if a >= 0 && a < b {
            Ordering::Less
        } else if b >= 0 && a > b {
            Ordering::Greater
        } else {
            Ordering::Equal
        };
    }
    compare_transitions(a, b)
}

/// Whether the first of two entries of a resource is newer than the second (02 §8).
#[must_use]
pub fn is_newer(a: Element<'_>, b: Element<'_>) -> bool {
    compare(&HistoryEntry::read(a), &HistoryEntry::read(b), None) == Ordering::Greater
}

/// One of the entries is pending: the transitions decide.
fn compare_transitions(a: &HistoryEntry<'_>, b: &HistoryEntry<'_>) -> Ordering {
    let parse = |entry: &HistoryEntry<'_>| entry.transition_magic.and_then(key::parse_magic);
    let (Some(first), Some(second)) = (parse(a), parse(b)) else {
        return Ordering::Equal;
    };
    let (first, second) = (first.2, second.2);
    if !first.uuid.eq_ignore_ascii_case(&second.uuid) || first.transition == second.transition {
        return if b.call_id == -1 {
            Ordering::Less
        } else if a.call_id == -1 {
            Ordering::Greater
        } else {
            Ordering::Equal
        };
    }
    let (a, b) = (first.transition, second.transition);
    if (a >= 0 && a < b) || b == -1 {
        Ordering::Less
    } else if (b >= 0 && a > b) || a == -1 {
        Ordering::Greater
    } else {
        Ordering::Equal
    }
}

/// The entries of an `lrm_resource`, oldest first; ties in reverse document order.
pub(crate) fn read_sorted<'d>(
    lrm_resource: Element<'d>,
    log: &mut Diagnostics,
) -> Vec<HistoryEntry<'d>> {
    let mut entries: Vec<_> = lrm_resource
        .children_named("lrm_rsc_op")
        .map(HistoryEntry::read)
        .collect();
    entries.reverse();
    merge_sort(&mut entries, |a, b| compare(a, b, Some(&mut *log)));
    entries
}

/// The `lrm_rsc_op` children of an `lrm_resource`, oldest first (02 §8).
#[must_use]
pub fn sorted_entries(doc: &Document, lrm_resource: ElementId) -> Vec<ElementId> {
    let mut log = Diagnostics::default();
    read_sorted(doc.element(lrm_resource), &mut log)
        .iter()
        .map(|entry| entry.element)
        .collect()
}

/// Indexes into a sorted history, -1 if none (02 §7.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActiveOps {
    /// The newest start-like entry.
    pub start: i32,
    /// The newest completed stop.
    pub stop: i32,
}

/// Start and stop index of a sorted history (02 §7.6).
#[must_use]
pub fn active_ops(doc: &Document, sorted: &[ElementId]) -> ActiveOps {
    let entries: Vec<_> = sorted
        .iter()
        .map(|&id| HistoryEntry::read(doc.element(id)))
        .collect();
    active(&entries)
}

/// See [`active_ops`].
pub(crate) fn active(entries: &[HistoryEntry<'_>]) -> ActiveOps {
    let (mut start, mut stop, mut implied_monitor, mut implied_clone) = (-1, -1, -1, -1);
    for (counter, entry) in (0..).zip(entries) {
        let is = |name: &str| entry.task().eq_ignore_ascii_case(name);
        if is("stop") && entry.op_status == Some("0") {
            stop = counter;
        } else if is("start") || is("migrate_from") {
            start = counter;
        } else if implied_monitor <= stop && is("monitor") {
            if matches!(entry.rc_code, Some("0" | "8")) {
                implied_monitor = counter;
            }
        } else if is("promote") || is("demote") {
            implied_clone = counter;
        }
    }
    if start == -1 {
        if implied_clone != -1 {
            start = implied_clone;
        } else if implied_monitor != -1 {
            start = implied_monitor;
        }
    }
    ActiveOps { start, stop }
}
