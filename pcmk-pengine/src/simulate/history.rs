//! History entries for results that never happened. Source: behaviour notes 05 section 8.3, 02 section 11.7.

use pcmk_cib::digest::params_digest;
use pcmk_core::key::op_key;
use pcmk_core::version::FEATURE_SET;

use super::step::Step;
use super::working::{HistoryRow, StateRow, Working};

/// A result to record. Its status is always "done".
#[derive(Clone, Debug)]
pub struct SimulatedResult<'a> {
    /// Task that was executed.
    pub task: &'a str,
    /// Interval in milliseconds.
    pub interval_ms: u32,
    /// Node name.
    pub node: &'a str,
    /// Exit status.
    pub rc: i32,
    /// Exit status that would have meant success.
    pub expected: i32,
    /// Exit reason, recorded for failures only.
    pub reason: &'a str,
    /// Now, epoch seconds.
    pub now: i64,
    /// Type and operation of a notification.
    pub notify: Option<(&'a str, &'a str)>,
    /// Source and target of a migration.
    pub migration: Option<(&'a str, &'a str)>,
    /// Operation digest, if parameters are known.
    pub digest: Option<String>,
}

/// Records a result. The caller does the bookkeeping for the one modification this is part of.
pub fn record(working: &mut Working, at: HistoryRow, result: &SimulatedResult<'_>) {
    let rsc = working.history_id(at);
    let call = working.highest_call(at).saturating_add(1);
    let rc = if result.task == "notify" {
        0
    } else {
        result.rc
    };
    let failed = result.task != "notify" && rc != result.expected;
    let task = match result.task {
        "reload" | "reload-agent" if failed => "monitor",
        "reload" | "reload-agent" => "start",
        task => task,
    };
    let key = op_key(&rsc, task, result.interval_ms);
    let migration = matches!(task, "migrate_to" | "migrate_from");
    let mut ids = Vec::with_capacity(2);
    if task == "notify" {
        let (kind, operation) = result.notify.unwrap_or(("", ""));
        ids.push(pcmk_core::key::notify_key(&rsc, kind, operation));
    } else if migration {
        ids.push(key.clone());
    } else if failed {
        ids.push(op_key(&rsc, "last_failure", 0));
        if result.interval_ms == 0 {
            ids.push(op_key(&rsc, "last", 0));
        }
    } else if result.interval_ms > 0 {
        ids.push(key.clone());
    } else {
        ids.push(op_key(&rsc, "last", 0));
    }
    let transition_key = format!(
        "{call}:-1:{}:xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
        result.expected
    );
    let transition_magic = format!("0:{rc};{transition_key}");
    let call_text = call.to_string();
    let rc_text = rc.to_string();
    let interval_text = result.interval_ms.to_string();
    let now_text = result.now.to_string();
    let mut attributes: Vec<(&str, &str)> = vec![
        ("operation_key", &key),
        ("operation", task),
        ("crm-debug-origin", "crm_simulate"),
        ("crm_feature_set", FEATURE_SET),
        ("transition-key", &transition_key),
        ("transition-magic", &transition_magic),
        ("exit-reason", if failed { result.reason } else { "" }),
        ("on_node", result.node),
        ("call-id", &call_text),
        ("rc-code", &rc_text),
        ("op-status", "0"),
        ("interval", &interval_text),
        ("last-rc-change", &now_text),
        ("exec-time", "0"),
        ("queue-time", "0"),
    ];
    if let Some((source, target)) = result.migration.filter(|_| migration) {
        attributes.push(("migrate_source", source));
        attributes.push(("migrate_target", target));
    }
    if let Some(digest) = &result.digest {
        attributes.push(("op-digest", digest));
    }
    for id in ids {
        working.put_entry(at, &id, call, &attributes);
    }
}

/// The operation digest of an action: its parameters without everything the cluster added, except that the timeout
/// counts for recurring actions. Source: behaviour notes 02 section 13.2.
#[must_use]
pub fn step_digest(step: &Step) -> String {
    let recurring = step.interval_ms() != 0;
    params_digest(
        step.attributes
            .iter()
            .map(|(name, value)| (&**name, &**value))
            .filter(|&(name, _)| {
                if name.starts_with("CRM_meta_") {
                    return recurring && name == "CRM_meta_timeout";
                }
                !matches!(
                    name,
                    "id" | "crm_feature_set"
                        | "op-digest"
                        | "on_node"
                        | "on_node_uuid"
                        | "pcmk_external_ip"
                )
            }),
    )
}

/// A failure's operation, as the names of fail counts need it.
#[derive(Clone, Copy, Debug)]
pub struct FailedOperation<'a> {
    /// Resource name.
    pub rsc: &'a str,
    /// Task.
    pub task: &'a str,
    /// Interval in milliseconds.
    pub interval_ms: u32,
    /// Exit status.
    pub rc: i32,
    /// One failure of this task is as bad as any number of them.
    pub fatal: bool,
}

/// Names and values of the attributes that a failure sets: fail count and time of the last failure. Empty if this
/// result does not count. Source: behaviour notes 05 section 7.2 step 4.
#[must_use]
pub fn failure_attributes(
    working: &mut Working,
    state: StateRow,
    failed: FailedOperation<'_>,
    now: i64,
) -> Vec<(String, String)> {
    if failed.rc == 0 || (failed.rc == 7 && failed.interval_ms == 0) {
        return Vec::new();
    }
    let FailedOperation {
        rsc,
        task,
        interval_ms,
        ..
    } = failed;
    let name = format!("fail-count-{rsc}#{task}_{interval_ms}");
    let value = if failed.fatal {
        "INFINITY".to_owned()
    } else {
        let present = working.transient_attribute(state, &name);
        let count = present
            .and_then(|text| pcmk_core::lenient::scan_ll(&text).ok())
            .unwrap_or(0);
        count.saturating_add(1).to_string()
    };
    vec![
        (name, value),
        (
            format!("last-failure-{rsc}#{task}_{interval_ms}"),
            now.to_string(),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use pcmk_cib::xml::{Document, PrintStyle, print};

    fn written(result: &SimulatedResult<'_>) -> String {
        let text = r#"<cib><status><node_state id="1" uname="a"/></status></cib>"#;
        let mut working = Working::new(Document::parse(text.as_bytes(), "test").expect("parses"));
        let state = working.node_state("a", None).expect("known");
        let at = working.add_history(state, "r", ("ocf", Some("pacemaker"), "Dummy"));
        record(&mut working, at, result);
        let root = working.document().root_element();
        let history = root
            .descendants()
            .find(|e| e.name() == "lrm_resource")
            .expect("added");
        print(history, PrintStyle::Pretty)
    }

    fn result(task: &str, interval_ms: u32, rc: i32) -> SimulatedResult<'_> {
        SimulatedResult {
            task,
            interval_ms,
            node: "a",
            rc,
            expected: 0,
            reason: "why",
            now: 10,
            notify: None,
            migration: None,
            digest: None,
        }
    }

    #[test]
    fn ids_follow_the_kind_of_result() {
        let ids = |text: String| -> Vec<String> {
            text.lines()
                .filter_map(|l| {
                    l.trim()
                        .strip_prefix("<lrm_rsc_op id=\"")
                        .and_then(|r| r.split('"').next())
                })
                .map(str::to_owned)
                .collect()
        };
        assert_eq!(ids(written(&result("start", 0, 0))), ["r_last_0"]);
        assert_eq!(
            ids(written(&result("start", 0, 1))),
            ["r_last_failure_0", "r_last_0"]
        );
        assert_eq!(
            ids(written(&result("monitor", 10, 1))),
            ["r_last_failure_0"]
        );
        assert_eq!(ids(written(&result("monitor", 10, 0))), ["r_monitor_10"]);
        assert_eq!(ids(written(&result("cancel", 10, 0))), ["r_cancel_10"]);
        assert_eq!(
            ids(written(&result("migrate_to", 0, 1))),
            ["r_migrate_to_0"]
        );
        let notify = SimulatedResult {
            notify: Some(("pre", "start")),
            ..result("notify", 0, 5)
        };
        assert_eq!(ids(written(&notify)), ["r_pre_notify_start_0"]);
    }

    #[test]
    fn attributes_in_order() {
        let text = written(&SimulatedResult {
            expected: 7,
            rc: 7,
            ..result("monitor", 0, 7)
        });
        assert!(
            text.contains(
                "<lrm_rsc_op id=\"r_last_0\" operation_key=\"r_monitor_0\" operation=\"monitor\" \
                 crm-debug-origin=\"crm_simulate\" crm_feature_set=\"3.20.5\" \
                 transition-key=\"1:-1:7:xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx\" \
                 transition-magic=\"0:7;1:-1:7:xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx\" exit-reason=\"\" on_node=\"a\" \
                 call-id=\"1\" rc-code=\"7\" op-status=\"0\" interval=\"0\" last-rc-change=\"10\" exec-time=\"0\" \
                 queue-time=\"0\"/>"
            ),
            "{text}"
        );
    }
}
