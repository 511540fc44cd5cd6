//! Digests of parameters.

use super::*;

#[test]
fn trap_14_no_digest() {
    // Unknown is unchanged where a last failure is looked at (see 04 trap 16 for the other half).
    let cluster = |digest: &str| {
        quiet("n1 n2")
            .resources("A")
            .transient("n1", "fail-count-A#start_0=1")
            .history("n1", &format!("A start=1{{id=A_last_failure_0,{digest}}}"))
            .run()
    };
    assert!(cluster("op-digest=other").does("A_clear_failcount_0 n1"));
    let run = cluster("-op-digest");
    // The second check, of what is active, calls it changed.
    assert_eq!(
        run.action("A_clear_failcount_0 n1").node,
        Some(run.node("n1"))
    );
    let run = quiet("n1 n2")
        .resources("A")
        .transient("n1", "fail-count-A#start_0=1")
        .history("n1", "A start=1{id=A_last_failure_0,-op-digest} stop")
        .run();
    assert!(!run.does("A_clear_failcount_0 n1"));
    let run = quiet("n1 n2")
        .resources("A")
        .transient("n1", "fail-count-A#start_0=1")
        .history("n1", "A start=1{id=A_last_failure_0,op-digest=other} stop")
        .run();
    assert!(run.does("A_clear_failcount_0 n1"));
}

#[test]
fn trap_15_first_entry_decides_what_the_digest_is_compared_with() {
    // The table of 02 §13.4. All with interval 0, start entries, second one with a matching restart digest.
    let line = |op: &str, first: &str, second: &str| {
        let first = if first.is_empty() {
            String::new()
        } else {
            format!("start{{id=A_last_failure_0,{first}}}")
        };
        quiet("n1")
            .resources(&format!("A $x=1 $y=2 {op}"))
            .history("n1", &format!("A {first} start{{id=A_last_0,{second}}}"))
            .run()
            .summary()
    };
    let all = digest("x=1 y=2");
    let restart_x = digest("x=1");
    let changed = format!("op-digest=other,op-force-restart= x ,op-restart-digest={restart_x}");
    let quoted = |text: &str| text.replace("= x ,", "=' x ',").replace("= y ,", "=' y ',");
    let reload = "Reload A (n1)";
    let restart = "Restart A (n1) due to resource definition change";
    let with_attributes = "[start $z=3]";
    assert_eq!(line("", "", &quoted(&changed)), [reload]);
    assert_eq!(line(with_attributes, "", &quoted(&changed)), [restart]);
    // The preset was used up by an equal one.
    let equal = format!(
        "op-digest={},op-force-restart= x ,op-restart-digest={restart_x}",
        digest("x=1 y=2 z=3")
    );
    assert_eq!(
        line(with_attributes, &quoted(&equal), &quoted(&changed)),
        [reload]
    );
    // Restart digest of the first differs.
    let worse = format!("op-digest={all},op-force-restart= x ,op-restart-digest=other");
    assert_eq!(line("", &quoted(&worse), &quoted(&changed)), [restart]);
    // The first has no restart digest, so none was calculated, and a wrong one in the second goes unnoticed.
    let wrong = "op-digest=other,op-force-restart= x ,op-restart-digest=wrong".to_owned();
    assert_eq!(
        line("", &format!("op-digest={all}"), &quoted(&wrong)),
        [reload]
    );
    // Another list in the first: its digest is what the second is compared with.
    let other = format!(
        "op-digest={all},op-force-restart= y ,op-restart-digest={}",
        digest("y=2")
    );
    assert_eq!(line("", &quoted(&other), &quoted(&changed)), [restart]);
}

#[test]
fn trap_16_recurring_digests() {
    let runs = |ops: &str, digest: &str| {
        quiet("n1")
            .resources(&format!("A {ops}"))
            .history(
                "n1",
                &format!("A start monitor/10000{{op-digest={digest}}}"),
            )
            .run()
            .graph()
    };
    let same: Vec<String> = Vec::new();
    assert_eq!(runs("[monitor interval=10s]", TIMEOUT_DIGEST), same);
    assert_eq!(
        runs(
            "[monitor interval=10s timeout=20s on-fail=restart]",
            TIMEOUT_DIGEST
        ),
        same
    );
    assert_eq!(
        runs(
            "[monitor interval=10s timeout=21s]",
            &digest("CRM_meta_timeout=21000")
        ),
        same
    );
    assert_eq!(
        runs("[monitor interval=10s timeout=21s]", TIMEOUT_DIGEST),
        ["A_monitor_10000 n1"]
    );
    assert_eq!(
        runs("[monitor interval=10s]", EMPTY_DIGEST),
        ["A_monitor_10000 n1"]
    );
    assert_eq!(
        runs(
            "[monitor interval=10s $z=1]",
            &digest("CRM_meta_timeout=20000 z=1")
        ),
        same
    );
    // A resource parameter wins over one of the operation.
    assert_eq!(
        runs(
            "$z=2 [monitor interval=10s $z=1]",
            &digest("CRM_meta_timeout=20000 z=2")
        ),
        ["A_start_0 n1", "A_stop_0 n1"]
            .iter()
            .map(|s| (*s).to_owned())
            .chain(["A_monitor_10000 n1".to_owned()])
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .collect::<Vec<_>>()
    );
}

#[test]
fn trap_17_canonical_form() {
    // Sorted by bytes; blanks and escapes as they are digested.
    let start = |params: &str, digest: &str| {
        quiet("n1")
            .resources(&format!("A {params}"))
            .history("n1", &format!("A start{{op-digest={digest}}}"))
            .run()
            .graph()
    };
    assert_eq!(
        start("$b=2 $B=1 $a=3", &digest("B=1 a=3 b=2")),
        Vec::<String>::new()
    );
    assert_eq!(start("$a=", &digest("a=")), Vec::<String>::new());
    assert_eq!(start("", EMPTY_DIGEST), Vec::<String>::new());
    let escaped = pcmk_cib::digest::md5_hex(
        " <parameters a=\"x&#x0A;y'&lt;&gt;&amp;&quot;&#x09;\u{e9}\"/>\n".as_bytes(),
    );
    let run = quiet("n1")
        .resources("<primitive id=\"A\" class=\"ocf\" provider=\"pacemaker\" type=\"Dummy\"><instance_attributes id=\"p\"><nvpair id=\"p1\" name=\"a\" value=\"x&#10;y'&lt;&gt;&amp;&quot;&#9;\u{e9}\"/></instance_attributes></primitive>")
        .history("n1", &format!("A start{{op-digest={escaped}}}"))
        .run();
    assert_eq!(run.graph(), Vec::<String>::new());
}
