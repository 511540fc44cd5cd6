//! The traps of cluster status, one test each, numbered as in behaviour notes 02 "Traps".

mod support;

use pcmk_core::role::Role;
use support::{Cluster, EMPTY_DIGEST, NOW, Run, TIMEOUT_DIGEST, digest};

fn quiet(nodes: &str) -> Cluster {
    Cluster::new(nodes).options("enable-startup-probes=false")
}

fn role(run: &Run, rsc: &str) -> &'static str {
    run.decision.board.rsc(run.rsc(rsc)).role.text()
}

fn failed(run: &Run, rsc: &str) -> bool {
    run.decision.board.rsc(run.rsc(rsc)).failed
}

fn managed(run: &Run, rsc: &str) -> bool {
    run.decision.board.rsc(run.rsc(rsc)).managed
}

fn allowed(run: &Run, rsc: &str, node: &str) -> i32 {
    let table = run.decision.scores.of(run.rsc(rsc));
    table.score(run.node(node)).expect("in the table").value()
}

const INF: i32 = 1_000_000;

#[test]
fn trap_01_two_matches_are_none() {
    // V was migrated from n1 to n2, successfully as far as n1 knows; nothing was heard from n2 but a monitor that found
    // nothing there, later than the migration (different nodes, so the time counts).
    let cluster = |more: &str| {
        quiet("n1 n2")
            .resources("V allow-migrate=true [monitor interval=10s]")
            .history(
                "n1",
                "V start migrate_to{migrate_source=n1,migrate_target=n2,last-rc-change=1699000000}",
            )
            .history(
                "n2",
                &format!("V monitor{{last-rc-change=1699000100,call-id=90}} {more}"),
            )
            .run()
    };
    // The target's later "not running" says the migration is over there, so only the source is left (as failed).
    assert_eq!(cluster("").active("V"), ["n1"]);
    assert!(failed(&cluster(""), "V"));
    // With a recurring monitor recorded as well there is no "the monitor", and the target counts.
    let run = cluster("monitor/10000=7:0{call-id=91,last-rc-change=1699000200}");
    assert_eq!(run.active("V"), ["n2", "n1"]);
}

#[test]
fn trap_02_ties_are_read_backwards() {
    let pending = |operations: &str| {
        let run = quiet("n1").resources("A").history("n1", operations).run();
        let pending = run.decision.state.rsc(run.rsc("A")).pending.clone();
        pending.map(|(task, _)| task.to_string())
    };
    assert_eq!(pending("A stop? start?").as_deref(), Some("start"));
    assert_eq!(pending("A start? stop?").as_deref(), Some("stop"));
}

#[test]
fn trap_03_order_of_entries() {
    let role_after = |operations: &str| {
        let run = quiet("n1").resources("A").history("n1", operations).run();
        role(&run, "A")
    };
    assert_eq!(role_after("A stop{call-id=5} start{call-id=4}"), "Stopped");
    assert_eq!(role_after("A stop{call-id=4} start{call-id=5}"), "Started");
    // Equal calls: the time.
    assert_eq!(
        role_after("A stop{call-id=4,last-rc-change=9} start{call-id=4,last-rc-change=8}"),
        "Stopped"
    );
    assert_eq!(
        role_after("A stop{call-id=4,last-rc-change=8} start{call-id=4,last-rc-change=9}"),
        "Started"
    );
    // No node recorded is the same node, whatever the other says... both missing, so calls are compared.
    assert_eq!(
        role_after("A stop{call-id=5,-on_node} start{call-id=4,-on_node}"),
        "Stopped"
    );
    // Different nodes recorded: the time alone.
    assert_eq!(
        role_after(
            "A stop{call-id=5,on_node=x,last-rc-change=8} start{call-id=4,last-rc-change=9}"
        ),
        "Started"
    );
    assert_eq!(
        role_after(
            "A stop{call-id=5,on_node=x,last-rc-change=9} start{call-id=4,last-rc-change=8}"
        ),
        "Stopped"
    );
}

#[test]
fn trap_04_a_failure_means_active() {
    for operation in ["start=1", "monitor=1:7", "stop=1", "start=5"] {
        let run = quiet("n1 n2")
            .resources("A")
            .history("n1", &format!("A {operation}"))
            .run();
        assert_eq!(run.active("A"), ["n1"], "{operation}");
    }
    for operation in [
        "monitor=5:7",
        "monitor=2:7",
        "monitor=7:7",
        "monitor=0:7{op-status=7}",
    ] {
        let run = quiet("n1 n2")
            .resources("A")
            .history("n1", &format!("A {operation}"))
            .run();
        assert_eq!(run.active("A"), Vec::<&str>::new(), "{operation}");
        assert_eq!(role(&run, "A"), "Stopped", "{operation}");
    }
    // Of a promotable one.
    let run = quiet("n1")
        .resources("clone M promotable=true ( p )")
        .history("n1", "p start=1")
        .run();
    assert_eq!(run.decision.state.failed.len(), 1);
    assert!(failed(&run, "p:0"));
}

#[test]
fn trap_05_not_running_is_fine_if_unmanaged() {
    let cluster = |managed: &str| {
        quiet("n1")
            .resources(&format!(
                "A is-managed={managed} [monitor interval=10s on-fail=block]"
            ))
            .history("n1", "A start monitor/10000=7:0")
            .run()
    };
    let run = cluster("false");
    assert_eq!((role(&run, "A"), failed(&run, "A")), ("Stopped", false));
    assert_eq!(run.failures(), Vec::<String>::new());
    let run = cluster("true");
    assert_eq!((run.active("A"), failed(&run, "A")), (vec!["n1"], true));
    assert_eq!(run.failures(), ["A_monitor_10000 n1"]);
    // What an earlier failure wanted is forgotten.
    let run = quiet("n1 n2")
        .resources("A is-managed=false [start on-fail=standby]")
        .history("n1", "A start=1 monitor/10000=7:0")
        .run();
    assert!(!run.decision.board.node(run.node("n1")).fail_standby);
}

#[test]
fn trap_06_odd_results() {
    // Expected, but what does it mean?
    let run = quiet("n1")
        .resources("A")
        .history("n1", "A start=1:1")
        .run();
    assert!(failed(&run, "A"));
    // Degraded: recorded, not failed.
    let run = quiet("n1")
        .resources("A [monitor interval=10s]")
        .history("n1", "A start monitor/10000=190:0")
        .run();
    assert!(!failed(&run, "A"));
    assert_eq!(run.failures(), ["A_monitor_10000 n1"]);
    let run = quiet("n1")
        .resources("clone M promotable=true ( p [monitor interval=10s role=Promoted] )")
        .history("n1", "p start promote monitor/10000=191:8")
        .transient("n1", "master-p=1")
        .run();
    assert_eq!(role(&run, "p:0"), "Promoted");
    assert!(!failed(&run, "p:0"));
    assert_eq!(run.failures(), ["p_monitor_10000 n1"]);
}

#[test]
fn trap_07_failures_add_up_and_are_forgiven_selectively() {
    let after = |ops: &str, history: &str| {
        quiet("n1 n2")
            .resources(&format!("A {ops}"))
            .history("n1", &format!("A {history}"))
            .run()
    };
    // A later success forgives block and restart, not stop, standby, ban or fence.
    let run = after("[start on-fail=block]", "start=1 stop start");
    assert!(managed(&run, "A") && !failed(&run, "A"));
    let run = after("[start on-fail=standby]", "start=1 stop start");
    assert!(run.decision.board.node(run.node("n1")).fail_standby);
    let run = after("[start on-fail=stop]", "start=1 stop start");
    assert_eq!(run.next_role("A"), "Stopped");
    // A good recurring monitor forgives only the failure with its own key.
    let monitors = "[monitor interval=10s on-fail=block] [monitor interval=11s]";
    let run = after(monitors, "start monitor/10000=1 monitor/11000");
    assert!(!managed(&run, "A"));
    let run = after(
        monitors,
        "start monitor/10000=1{id=A_last_failure_0} monitor/10000",
    );
    assert!(managed(&run, "A") && !failed(&run, "A"));
    // The worst of several counts.
    let run = after(
        "[monitor interval=10s on-fail=standby] [monitor interval=11s on-fail=ignore]",
        "start monitor/10000=1 monitor/11000=1",
    );
    assert!(run.decision.board.node(run.node("n1")).fail_standby);
    // Demotion clears only what asked for demotion.
    let promotable = |on_fail: &str| {
        quiet("n1")
            .resources(&format!(
                "clone M promotable=true ( p [monitor interval=10s role=Promoted on-fail={on_fail}] )"
            ))
            .history("n1", "p start promote monitor/10000=1:8 demote")
            .run()
    };
    assert!(!failed(&promotable("demote"), "p:0"));
    assert!(failed(&promotable("restart"), "p:0"));
}

#[test]
fn trap_08_unclean_nodes_forgive_but_remember() {
    let run = quiet("n1 n2:unclean")
        .fencing()
        .resources("A priority=7 [monitor interval=10s on-fail=block] B priority=3")
        .history("n2", "A start monitor/10000=1\nB start")
        .run();
    assert!(managed(&run, "A"), "the failure has no effect");
    // Only B counts for the node's priority: A is active as failed.
    assert_eq!(run.decision.board.node(run.node("n2")).priority, 3);
}

#[test]
fn trap_09_expired_failures() {
    let base = quiet("n1").resources("A failure-timeout=60s [monitor interval=10s]");
    // Recurring: rescheduled, because its restart digest was forged.
    let run = base
        .clone()
        .history("n1", "A start monitor/10000=1{id=A_last_failure_0}")
        .run();
    assert_eq!(run.decision.state.forged.len(), 1);
    assert!(
        run.does("A_monitor_10000 n1") || run.does("A_stop_0 n1"),
        "{:?}",
        run.graph()
    );
    // One-time: ignored.
    let run = base.clone().history("n1", "A monitor start=1").run();
    assert!(!failed(&run, "A"));
    assert_eq!(run.active("A"), Vec::<&str>::new());
    // A probe's good result does not expire.
    for rc in ["0", "8", "190", "191"] {
        let run = base
            .clone()
            .history("n1", &format!("A monitor={rc}:7"))
            .run();
        assert_eq!(run.active("A"), ["n1"], "{rc}");
    }
    let run = base.clone().history("n1", "A monitor=1:7").run();
    assert_eq!(run.active("A"), Vec::<&str>::new());
}

#[test]
fn trap_10_two_comparisons() {
    // Entry: now >= change + timeout. Count: now > last failure + timeout.
    let cluster = |change: i64, last: i64| {
        quiet("n1 n2")
            .resources("A failure-timeout=60s")
            .transient(
                "n1",
                &format!("fail-count-A#start_0=2 last-failure-A#start_0={last}"),
            )
            .history(
                "n1",
                &format!("A start=1{{id=A_last_failure_0,last-rc-change={change}}}"),
            )
            .run()
    };
    assert!(!failed(&cluster(NOW - 60, NOW - 61), "A"), "both expired");
    assert!(cluster(NOW - 60, NOW - 61).does("A_clear_failcount_0 n1"));
    assert!(
        failed(&cluster(NOW - 60, NOW - 60), "A"),
        "the count did not"
    );
    assert!(!cluster(NOW - 60, NOW - 60).does("A_clear_failcount_0 n1"));
    assert!(
        failed(&cluster(NOW - 59, NOW - 61), "A"),
        "the entry did not"
    );
}

#[test]
fn trap_11_block_switches_expiry_off() {
    let cluster = |op: &str| {
        quiet("n1 n2")
            .resources(&format!("A failure-timeout=60s migration-threshold=1 {op}"))
            .transient(
                "n1",
                "fail-count-A#monitor_10000=1 last-failure-A#monitor_10000=1699999000",
            )
            .history("n1", "A start monitor/10000=1{id=A_last_failure_0}")
            .run()
    };
    let run = cluster("[monitor interval=10s on-fail=block]");
    assert_eq!(run.decision.board.rsc(run.rsc("A")).failure_timeout_ms, 0);
    assert!(!run.does("A_clear_failcount_0 n1"));
    // Only the attribute counts, not a block of meta-attributes.
    let run = cluster("[monitor interval=10s +on-fail=block]");
    assert_eq!(
        run.decision.board.rsc(run.rsc("A")).failure_timeout_ms,
        60_000
    );
    assert!(run.does("A_clear_failcount_0 n1"));
}

#[test]
fn trap_12_names_of_fail_counts() {
    let banned = |resources: &str, rsc: &str, attributes: &str| {
        let run = quiet("n1 n2")
            .resources(resources)
            .transient("n1", attributes)
            .run();
        allowed(&run, rsc, "n1") == -INF
    };
    let two = "A migration-threshold=2";
    assert!(
        banned(
            two,
            "A",
            "fail-count-A#monitor_10000=1 fail-count-A#start_0=1"
        ),
        "added up"
    );
    assert!(!banned(two, "A", "fail-count-A#monitor_10000=1"));
    assert!(
        !banned(two, "A", "fail-count-A=2"),
        "old names are not recognised"
    );
    assert!(
        !banned(two, "A", "fail-count-A:0#start_0=2"),
        "unique: no instance number"
    );
    assert!(!banned(two, "A", "fail-count-A#start=2"), "no interval");
    assert!(
        banned(
            "a.b migration-threshold=2",
            "a.b",
            "fail-count-axb#start_0=2"
        ),
        "a dot matches anything"
    );
    assert!(banned(
        "clone C ( a migration-threshold=2 )",
        "a:0",
        "fail-count-a#start_0=2"
    ));
    assert!(banned(
        "clone C ( a migration-threshold=2 )",
        "a:1",
        "fail-count-a:7#start_0=2"
    ));
    assert!(
        banned("A", "A", "fail-count-A#start_0=INFINITY"),
        "infinity reaches the default"
    );
    assert!(!banned("A", "A", "fail-count-A#start_0=999999"));
    assert!(!banned(
        "A migration-threshold=0",
        "A",
        "fail-count-A#start_0=INFINITY"
    ));
}

#[test]
fn trap_13_fail_counts_of_launched_resources() {
    let run = quiet("n1 n2")
        .resources("vm remote-node=g migration-threshold=2")
        .transient("n1", "fail-count-vm#start_0=1 fail-count-g#monitor_30000=1")
        .run();
    assert_eq!(allowed(&run, "vm", "n1"), -INF);
    let run = quiet("n1 n2")
        .resources("bundle bun replicas=1 ip=10.0.0.1 +migration-threshold=2 ( a )")
        .transient(
            "n1",
            "fail-count-bun-docker-0#start_0=1 fail-count-bun-0#monitor_30000=1",
        )
        .run();
    assert_ne!(allowed(&run, "bun-docker-0", "n1"), -INF);
}

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

fn node_line(state: &str, options: &str) -> String {
    let run = Cluster::new("n1 n2")
        .options(&format!("enable-startup-probes=false {options}"))
        .fencing()
        .state("n2", state)
        .run();
    let n2 = run.decision.board.node(run.node("n2"));
    let mut words = vec![if n2.online { "online" } else { "offline" }];
    for (is, word) in [
        (n2.unclean, "unclean"),
        (n2.pending, "pending"),
        (n2.standby, "standby"),
        (n2.shutdown, "shutdown"),
    ] {
        if is {
            words.push(word);
        }
    }
    let mut text = words.join(" ");
    if let Some(line) = run.summary().iter().find(|l| l.starts_with("Fence")) {
        text.push_str(line.trim_start_matches("Fence(reboot) n2"));
    }
    text
}

#[test]
fn trap_18_online_and_unclean_are_independent() {
    let state = |text: &str| node_line(text, "");
    assert_eq!(
        state(r#"in_ccm="true" crmd="online" join="member" expected="member""#),
        "online"
    );
    assert_eq!(
        state(r#"in_ccm="true" crmd="offline" join="member" expected="member""#),
        "online unclean 'peer process is no longer available'"
    );
    assert_eq!(
        state(r#"in_ccm="false" crmd="offline" join="member" expected="member""#),
        "offline unclean 'peer is no longer part of the cluster'"
    );
    assert_eq!(
        state(r#"in_ccm="true" crmd="online" join="banned" expected="member""#),
        "online unclean 'peer failed Pacemaker membership criteria'"
    );
    assert_eq!(
        state(r#"in_ccm="true" crmd="online" expected="member""#),
        "online unclean 'peer was in an unknown state'"
    );
    assert_eq!(
        state(r#"in_ccm="true" crmd="online" join="pending" expected="member""#),
        "online pending standby"
    );
    assert_eq!(
        state(r#"in_ccm="true" crmd="online" join="down" expected="member""#),
        "online pending standby"
    );
    assert_eq!(
        state(r#"in_ccm="true" crmd="online" join="Member" expected="member""#),
        "online unclean 'peer was in an unknown state'",
        "with fencing the case matters"
    );
}

#[test]
fn trap_19_membership_times() {
    let state = |text: &str| node_line(text, "node-pending-timeout=2h");
    assert_eq!(
        state(r#"crmd="online" join="member" expected="member""#),
        "offline unclean 'peer has not been seen by the cluster'"
    );
    assert_eq!(
        state(r#"in_ccm="true" crmd="online" join="member""#),
        "online pending standby"
    );
    assert_eq!(
        state(r#"in_ccm="false" crmd="offline" join="down""#),
        "offline"
    );
    assert_eq!(
        state(r#"in_ccm="0" crmd="0" join="down" expected="down""#),
        "offline"
    );
    // A boolean is "now", and never long ago.
    assert_eq!(
        state(r#"in_ccm="1" crmd="offline" expected="down""#),
        "online pending standby"
    );
    let at = |seconds: i64| {
        format!(
            r#"in_ccm="{}" crmd="offline" expected="down""#,
            NOW - seconds
        )
    };
    assert_eq!(state(&at(7_199)), "online pending standby");
    assert_eq!(
        state(&at(7_200)),
        "online unclean 'peer pending timed out on joining the process group'"
    );
    assert_eq!(
        node_line(&at(7_200), ""),
        "online pending standby",
        "no timeout, no limit"
    );
    let times = format!(
        r#"in_ccm="{0}" crmd="{0}" join="member" expected="member""#,
        NOW - 100
    );
    assert_eq!(state(&times), "online");
}

#[test]
fn trap_20_no_name_no_history() {
    let run = quiet("n1 n2")
        .resources("A")
        .status(&format!(
            r#"<node_state id="3" in_ccm="true" crmd="online" join="member" expected="member"><lrm id="3"><lrm_resources><lrm_resource id="A" class="ocf" provider="pacemaker" type="Dummy"><lrm_rsc_op id="A_last_0" operation_key="A_start_0" operation="start" transition-key="1:1:0:u" call-id="3" rc-code="0" op-status="0" interval="0" op-digest="{EMPTY_DIGEST}"/></lrm_resource></lrm_resources></lrm></node_state>"#
        ))
        .element("n2", r#"id="3" uname="n2""#)
        .state("n2", "")
        .run();
    // The last state found for the node is what counts, and it has no name.
    assert!(run.decision.board.node(run.node("n2")).online);
    assert_eq!(run.active("A"), Vec::<&str>::new());
}

#[test]
fn trap_21_unknown_node_types() {
    let run = quiet("n1 n2 n3")
        .element("n2", r#"id="2" uname="n2" type="ping""#)
        .run();
    assert!(run.decision.config.find_node("n1").is_some());
    assert!(run.decision.config.find_node("n2").is_none());
    assert!(
        run.decision.config.find_node("n3").is_none(),
        "nothing after it is read"
    );
    assert!(run.decision.log.has_error());
    let run = quiet("n1 n2 n3").element("n2", r#"uname="n2""#).run();
    assert!(
        run.decision.config.find_node("n3").is_some(),
        "no id: this one is skipped"
    );
}

#[test]
fn trap_22_guests_are_never_unclean() {
    let run = quiet("n1 n2:unclean")
        .fencing()
        .resources("vm remote-node=g F")
        .history("n2", "vm start\ng@ocf:pacemaker:remote start")
        .run();
    let guest = run.decision.board.node(run.node("g"));
    assert!(guest.remote_reset && !guest.unclean);
    assert_eq!(
        run.reason("stonith-n2-reboot n2"),
        Some("peer is no longer part of the cluster")
    );
}

fn remote_cluster(order_remote_first: bool, connection: &str) -> Run {
    let remote = format!(
        r#"<node_state id="r" uname="r" remote_node="true"><transient_attributes id="r"><instance_attributes id="rt"><nvpair id="rt1" name="colour" value="red"/></instance_attributes></transient_attributes><lrm id="r"><lrm_resources><lrm_resource id="A" class="ocf" provider="pacemaker" type="Dummy"><lrm_rsc_op id="A_last_0" operation_key="A_start_0" operation="start" transition-key="1:1:0:u" call-id="3" rc-code="0" op-status="0" interval="0" op-digest="{EMPTY_DIGEST}"/></lrm_resource></lrm_resources></lrm></node_state>"#
    );
    let cluster = quiet("n1")
        .resources("r@ocf:pacemaker:remote A")
        .history("n1", connection);
    if order_remote_first {
        let text = cluster
            .document()
            .replace("<status>", &format!("<status>{remote}"));
        support::run(&text, NOW, false)
    } else {
        cluster.status(&remote).run()
    }
}

#[test]
fn trap_23_remote_history_waits_for_its_connection() {
    for first in [true, false] {
        let run = remote_cluster(first, "r@ocf:pacemaker:remote start");
        assert_eq!(run.active("A"), ["r"]);
        assert_eq!(
            run.decision
                .state
                .node(run.node("r"))
                .attributes
                .get("colour")
                .map(|v| &**v),
            Some("red")
        );
        // Without its connection nothing is known of it.
        let run = remote_cluster(first, "r@ocf:pacemaker:remote monitor");
        assert_eq!(run.active("A"), Vec::<&str>::new());
        assert!(
            run.decision
                .state
                .node(run.node("r"))
                .attributes
                .get("colour")
                .is_none()
        );
    }
}

#[test]
fn trap_24_offline_nodes_without_fencing() {
    let cluster = |options: &str| {
        Cluster::new("n1 n2:offline")
            .options(&format!("enable-startup-probes=false {options}"))
            .resources("A")
            .history("n2", "A start")
            .run()
    };
    assert_eq!(
        cluster("fencing-enabled=false").active("A"),
        Vec::<&str>::new()
    );
    assert_eq!(cluster("fencing-enabled=true").active("A"), ["n2"]);
    assert_eq!(
        cluster("fencing-enabled=false shutdown-lock=true").active("A"),
        ["n2"]
    );
}

#[test]
fn trap_25_instances_on_unclean_nodes() {
    let cluster = |max: u32, requires: &str| {
        quiet("n1 n2:unclean n3")
            .fencing()
            .resources(&format!(
                "clone C clone-max={max} ( a requires={requires} )"
            ))
            .history("n1", "a start")
            .history("n2", "a start")
            .run()
    };
    let removed = |run: &Run| {
        let rsc = run.decision.state.node(run.node("n2")).running[0];
        run.decision.config.rsc(rsc).removed
    };
    assert!(removed(&cluster(2, "quorum")));
    assert!(removed(&cluster(2, "nothing")));
    assert!(!removed(&cluster(2, "fencing")));
    assert!(!removed(&cluster(3, "quorum")), "as many as nodes");
    // A guest node counts as a node.
    let run = quiet("n1 n2:unclean")
        .fencing()
        .resources("vm remote-node=g clone C clone-max=2 ( a requires=quorum )")
        .history("n2", "a start")
        .run();
    assert!(removed(&run));
}

#[test]
fn trap_26_stopped_histories_share_an_instance() {
    let run = Cluster::new("n1 n2 n3")
        .resources("clone C ( a )")
        .history("n1", "a monitor")
        .history("n2", "a monitor")
        .history("n3", "a start")
        .run();
    let known = |rsc: &str| {
        let table = &run.decision.state.rsc(run.rsc(rsc)).known;
        table
            .iter()
            .map(|e| run.decision.config.node_name(e.node).to_owned())
            .collect::<Vec<String>>()
    };
    // The first free one has the histories of both nodes, and of the third, which made it active there.
    assert_eq!(known("a:0"), ["n1", "n2", "n3"]);
    assert_eq!(known("C"), ["n1", "n2", "n3"]);
    assert_eq!(run.active("a:0"), ["n3"]);
    assert!(!run.graph().iter().any(|l| l.contains("_monitor_0")));
}

#[test]
fn trap_27_second_history_of_an_anonymous_clone() {
    let run = quiet("n1 n2 n3")
        .resources("clone C ( a )")
        .history("n1", "a start\na:1 start")
        .run();
    assert_eq!(run.active("a:0"), ["n1"]);
    let extra: Vec<&str> = run
        .decision
        .config
        .resources
        .iter()
        .filter(|r| r.removed)
        .map(|r| &*r.id)
        .collect();
    assert_eq!(extra, ["a:3"]);
    assert_eq!(run.active("a:3"), ["n1"]);
}

#[test]
fn trap_28_removed_resources() {
    let run = quiet("n1 n2")
        .resources("A priority=-5")
        .rsc_defaults("priority=3")
        .history("n1", "gone@ocf:heartbeat:IPaddr !{container=box} start")
        .history("n2", "gone@ocf:heartbeat:Other start")
        .run();
    let gone = run.decision.config.rsc(run.rsc("gone"));
    assert_eq!(
        gone.agent.as_deref(),
        Some("IPaddr"),
        "as the first node had it"
    );
    assert!(gone.removed && gone.removed_launched);
    assert_eq!(
        run.decision.config.top.last(),
        Some(&run.rsc("gone")),
        "after the sort by priority"
    );
    assert_eq!(run.active("gone"), ["n1", "n2"]);
    assert_eq!(
        gone.meta("container"),
        Some("box"),
        "its attributes are meta-attributes"
    );
    // An empty entry is no resource.
    let run = quiet("n1").resources("A").history("n1", "gone").run();
    assert!(run.decision.config.find_rsc("gone").is_none());
    let run = quiet("n1")
        .options("stop-removed-resources=false")
        .history("n1", "gone start")
        .run();
    assert!(!managed(&run, "gone"));
    assert_eq!(run.graph(), Vec::<String>::new());
}

#[test]
fn trap_29_unmanaged_and_active() {
    let run = quiet("n1 n2")
        .resources("A is-managed=false multiple-active=block")
        .history("n1", "A start")
        .history("n2", "A start")
        .run();
    assert_eq!(
        (allowed(&run, "A", "n1"), allowed(&run, "A", "n2")),
        (INF, INF)
    );
    assert!(!run.decision.board.rsc(run.rsc("A")).blocked);
    // Ancestors collect duplicates.
    let run = quiet("n1 n2")
        .resources("group G is-managed=false ( A B )")
        .history("n1", "A start\nB start")
        .run();
    assert_eq!(run.active("G"), ["n1", "n1"]);
    let run = quiet("n1 n2")
        .resources("group G ( A B )")
        .history("n1", "A start\nB start")
        .run();
    assert_eq!(run.active("G"), ["n1"]);
}

#[test]
fn trap_30_multiple_active_block_of_a_group() {
    let cluster = |group: &str, member: &str| {
        quiet("n1 n2")
            .resources(&format!("group G {group} ( A {member} B )"))
            .history("n1", "A start\nB start")
            .history("n2", "A start")
            .run()
    };
    let run = cluster("multiple-active=block", "");
    assert!(!managed(&run, "A") && !managed(&run, "B"));
    let run = cluster("", "multiple-active=block");
    assert!(!managed(&run, "A") && managed(&run, "B"));
}

#[test]
fn trap_31_multiplicity() {
    let cluster = |requires: &str| {
        quiet("n1 n2:unclean")
            .fencing()
            .resources(&format!("A requires={requires} multiple-active=block"))
            .history("n1", "A start")
            .history("n2", "A start")
            .run()
    };
    assert!(!managed(&cluster("fencing"), "A"));
    assert!(managed(&cluster("quorum"), "A"));
}

#[test]
fn trap_32_a_stop_elsewhere_is_bound() {
    // The stop of a resource seen inactive on a node: none exists without a node at that point of a normal run, so only
    // the harmless half can be seen.
    let run = quiet("n1 n2")
        .resources("A")
        .history("n1", "A start=1")
        .history("n2", "A monitor")
        .run();
    assert!(run.requires("A_stop_0 n1"));
    assert!(!run.knows("A_stop_0 n2"));
}

#[test]
fn trap_33_locks() {
    let cluster = |options: &str, more: &str| {
        Cluster::new("n1 n2:offline")
            .options(&format!(
                "enable-startup-probes=false fencing-enabled=false {options}"
            ))
            .resources("A")
            .history("n2", &format!("A !{{shutdown-lock=1699999000}} {more}"))
            .run()
    };
    let run = cluster("shutdown-lock=true", "");
    assert_eq!(run.place("A"), None, "{:?}", run.summary());
    assert_eq!(
        run.decision.board.rsc(run.rsc("A")).lock_node,
        Some(run.node("n2"))
    );
    assert_eq!(cluster("shutdown-lock=false", "").place("A"), Some("n1"));
    // Expired: more than the limit ago.
    let run = cluster("shutdown-lock=true shutdown-lock-limit=1000s", "stop");
    assert_eq!(run.place("A"), None);
    let run = cluster("shutdown-lock=true shutdown-lock-limit=999s", "stop");
    assert_eq!(run.place("A"), Some("n1"));
    assert!(run.does("A_lrm_delete_0 n2"), "{:?}", run.actions());
}

// Trap 34 is about display: see the tool's tests.

#[test]
fn trap_35_failed_operations() {
    let run = quiet("n1 n2")
        .resources("A [monitor interval=10s]")
        .history(
            "n1",
            "A start=1:0{id=A_last_failure_0,operation_key=A_start_0,op-status=4} start=1:0{operation_key=A_start_0} stop start monitor/10000=1:0",
        )
        .run();
    assert_eq!(run.failures(), ["A_start_0 n1", "A_monitor_10000 n1"]);
    let first = &run.decision.state.failed[0];
    assert_eq!(
        (first.attr("rc-code"), first.attr("op-status")),
        (Some("1"), Some("4")),
        "as recorded"
    );
    assert_eq!(
        (first.attr("uname"), first.attr("rsc-id")),
        (Some("n1"), Some("A"))
    );
}

#[test]
fn trap_36_transient_attributes_win() {
    let run = quiet("n1 n2")
        .permanent("n1", "colour=green standby=on #uname=other #kind=moon")
        .transient("n1", "colour=red standby=off")
        .run();
    let attributes = &run.decision.state.node(run.node("n1")).attributes;
    let value = |name: &str| attributes.get(name).map(|v| &**v);
    assert_eq!(value("colour"), Some("red"));
    assert!(!run.decision.board.node(run.node("n1")).standby);
    assert_eq!(value("#uname"), Some("n1"));
    assert_eq!(value("#kind"), Some("cluster"));
    assert_eq!(value("#is_dc"), Some("true"));
    // A transient one may say otherwise, as nothing is set after it.
    let run = quiet("n1 n2").transient("n1", "#uname=other").run();
    assert_eq!(
        run.decision
            .state
            .node(run.node("n1"))
            .attributes
            .get("#uname")
            .map(|v| &**v),
        Some("other")
    );
    // Within a section the higher score wins; between sections score does not matter.
    let text = quiet("n1")
        .document()
        .replace("<node id=\"1\" uname=\"n1\"></node>", r#"<node id="1" uname="n1"><instance_attributes id="a" score="1"><nvpair id="a1" name="x" value="low"/></instance_attributes><instance_attributes id="b" score="9"><nvpair id="b1" name="x" value="high"/></instance_attributes></node>"#);
    let run = support::run(&text, NOW, false);
    assert_eq!(
        run.decision
            .state
            .node(run.node("n1"))
            .attributes
            .get("x")
            .map(|v| &**v),
        Some("high")
    );
}

#[test]
fn trap_37_target_role_comes_back() {
    // The failed start wants the resource stopped; the success that follows wipes that; the target role stays.
    let run = quiet("n1")
        .resources("A target-role=Stopped [monitor interval=10s]")
        .history("n1", "A start=1 stop start monitor/10000")
        .run();
    assert_eq!(run.next_role("A"), "Stopped");
    assert!(run.does("A_stop_0 n1"));
    let run = quiet("n1 n2")
        .resources("clone M promotable=true target-role=Unpromoted ( p )")
        .transient("n1", "master-p=10")
        .history("n1", "p start promote")
        .history("n2", "p start")
        .run();
    assert_eq!(run.next_role("p:0"), "Unpromoted");
}

#[test]
fn trap_38_pending_nodes_are_in_standby() {
    let run = quiet("n1 n2:pending").fencing().resources("A").run();
    let n2 = run.decision.board.node(run.node("n2"));
    assert!(n2.pending && n2.standby && !n2.unclean);
    assert_eq!(run.place("A"), Some("n1"));
}

#[test]
fn trap_39_default_reactions() {
    // See 04 trap 39 for demotions. A failed stop: fencing, or block without it.
    let stop = |cluster: Cluster| cluster.resources("A").history("n2", "A start stop=1").run();
    let run = stop(quiet("n1 n2").fencing());
    assert_eq!(run.reason("stonith-n2-reboot n2"), Some("A failed there"));
    let run = stop(quiet("n1 n2"));
    assert!(!managed(&run, "A") && run.decision.board.rsc(run.rsc("A")).blocked);
    // A launched resource: restart of the container, for every operation.
    let run = quiet("n1 n2")
        .resources("vm A container=vm [monitor interval=10s]")
        .history("n1", "vm start\nA start monitor/10000=1")
        .run();
    assert!(
        failed(&run, "A") && run.requires("vm_stop_0 n1"),
        "{:?}",
        run.actions()
    );
    // A remote connection: reset, except for start and probe.
    let remote = |history: &str| {
        quiet("n1 n2")
            .fencing()
            .resources("r@ocf:pacemaker:remote [monitor interval=10s]")
            .history("n1", &format!("r@ocf:pacemaker:remote {history}"))
            .run()
    };
    let run = remote("start monitor/10000=1");
    assert_eq!(
        run.reason("stonith-r-reboot r"),
        Some("remote connection is unrecoverable")
    );
    let run = remote("start=1");
    assert_eq!(
        run.reason("stonith-r-reboot r"),
        Some("node is unclean"),
        "nothing was said of the connection"
    );
}

#[test]
fn trap_40_who_is_banned() {
    let table = |history: &str| {
        let run = quiet("n1 n2")
            .resources("clone C ( a )")
            .history("n1", history)
            .run();
        (allowed(&run, "a:0", "n1"), allowed(&run, "a:1", "n1"))
    };
    // A hard error bans the clone from the node, a failed stop only the instance, which is blocked.
    assert_eq!(table("a start=5"), (-INF, -INF));
    assert_eq!(table("a start=3"), (-INF, -INF));
    let (this, other) = table("a start stop=1");
    assert_eq!(this, -INF);
    assert_ne!(other, -INF);
    // A fatal error bans it everywhere.
    let run = quiet("n1 n2")
        .resources("clone C ( a )")
        .history("n1", "a start=6")
        .run();
    assert_eq!(
        (allowed(&run, "a:1", "n2"), allowed(&run, "C", "n2")),
        (-INF, -INF)
    );
    assert_eq!(run.place("a:1"), None);
}

#[test]
fn roles_are_ordered_as_numbers() {
    // The order on which "highest role" and "lower than target" rest (02 §7 step 11).
    assert!(Role::Unknown < Role::Stopped && Role::Stopped < Role::Started);
    assert!(Role::Started < Role::Unpromoted && Role::Unpromoted < Role::Promoted);
}

/// A resource whose secret was masked in the input, with this start entry (02 §13.3, §13.5).
fn masked(entry: &str, sanitized: bool) -> Run {
    let cluster = quiet("n1")
        .resources("A $passwd=**** $x=1 [monitor interval=10s]")
        .history(
            "n1",
            &format!("A {entry}").replace("=SECRETS", "=' passwd  user '"),
        );
    if sanitized {
        cluster.sanitized().run()
    } else {
        cluster.run()
    }
}

#[test]
fn masked_secrets_are_no_change() {
    let monitor = format!(
        "monitor/10000{{op-digest={}}}",
        digest("CRM_meta_timeout=20000 passwd=**** x=1")
    );
    let entry = |more: &str| {
        format!(
            "start{{op-digest=other,op-secure-params=SECRETS,op-secure-digest={}{more}}} {monitor}",
            digest("x=1")
        )
    };
    let run = masked(&entry(""), true);
    assert_eq!(run.graph(), Vec::<String>::new());
    assert_eq!(run.infos().len(), 1, "{:?}", run.infos());
    assert!(
        run.infos()[0].starts_with(
            "Only 'private' parameters to 0s-interval start for A on n1 changed: 0:0;"
        )
    );
    // It does not matter what else differs, or is missing.
    assert_eq!(
        masked(
            &entry(",op-restart-digest=other,op-force-restart= x "),
            true
        )
        .graph(),
        Vec::<String>::new()
    );
    assert_eq!(
        masked(&entry(",-op-digest"), true).graph(),
        Vec::<String>::new()
    );
    // In the live CIB nothing is masked.
    assert_eq!(
        masked(&entry(""), false).line("A").as_deref(),
        Some("Restart A (n1) due to resource definition change")
    );
    // Another secret list keeps the secret in.
    let other = entry("")
        .replace("=SECRETS", "= user ")
        .replace("= user ", "=' user '");
    assert_eq!(
        masked(&other, true).line("A").as_deref(),
        Some("Restart A (n1) due to resource definition change")
    );
    // What controllers record for recurring actions has the timeout in it, and never matches.
    let secure = digest("CRM_meta_timeout=20000 x=1");
    let start = format!("start{{op-digest={}}}", digest("passwd=**** x=1"));
    let recurring = |secure: &str| {
        let entry = format!(
            "{start} monitor/10000{{op-digest=other,op-secure-params=SECRETS,op-secure-digest={secure}}}"
        );
        masked(&entry, true).graph()
    };
    assert_eq!(recurring(&secure), ["A_monitor_10000 n1"]);
    assert_eq!(recurring(&digest("x=1")), Vec::<String>::new());
    // Older feature sets compared the instance attributes alone, with the same outcome here.
    assert_eq!(
        masked(&entry(",crm_feature_set=3.15.0"), true).graph(),
        Vec::<String>::new()
    );
}

#[test]
fn masked_secrets_clear_failures() {
    // 02 §13.6: no secure comparison where a last failure is looked at.
    let cluster = quiet("n1 n2")
        .resources("A $passwd=**** $x=1")
        .transient("n1", "fail-count-A#start_0=1")
        .history(
            "n1",
            &format!(
                "A start=1:0{{id=A_last_failure_0,op-digest=other,op-secure-params=SECRETS,op-secure-digest={}}} stop",
                digest("x=1")
            )
            .replace("=SECRETS", "=' passwd '"),
        );
    assert!(cluster.sanitized().run().does("A_clear_failcount_0 n1"));
}

#[test]
fn agents_that_changed() {
    // 02 §13.5: active with another agent: stop, clean-up; inactive: clean-up alone.
    let run = quiet("n1")
        .resources("A")
        .history("n1", "A@ocf:heartbeat:Dummy start")
        .run();
    assert!(
        run.does("A_stop_0 n1") && run.does("A_delete_0 n1") && run.does("A_start_0 n1"),
        "{:?}",
        run.graph()
    );
    assert!(
        run.waits("A_delete_0 n1", "A_stop_0 n1") && run.waits("A_start_0 n1", "A_delete_0 n1")
    );
    let run = quiet("n1")
        .resources("A target-role=Stopped")
        .history("n1", "A@ocf:heartbeat:Dummy monitor")
        .run();
    assert_eq!(run.graph(), ["A_delete_0 n1"]);
}

#[test]
fn monitors_are_cancelled_in_maintenance() {
    let run = quiet("n1")
        .resources("A maintenance=true [monitor interval=10s]")
        .history("n1", "A start monitor/10000")
        .run();
    assert_eq!(run.graph(), ["cancel A_monitor_10000 n1"]);
    let run = quiet("n1:maintenance")
        .resources("A [monitor interval=10s]")
        .history("n1", "A start monitor/10000")
        .run();
    assert_eq!(run.graph(), ["cancel A_monitor_10000 n1"]);
    assert!(!managed(&run, "A"));
}

#[test]
fn failed_migrations() {
    // 02 §9.10. The target's migrate_from failed: both ends may have it, the target as failed.
    let run = quiet("n1 n2")
        .resources("V allow-migrate=true")
        .history(
            "n1",
            "V start migrate_to{migrate_source=n1,migrate_target=n2}",
        )
        .history(
            "n2",
            "V migrate_from=1:0{migrate_source=n1,migrate_target=n2}",
        )
        .run();
    assert_eq!(run.active("V"), ["n2", "n1"]);
    assert!(failed(&run, "V"));
    // migrate_to failed, and nothing is known of the target: only the source has it, and what is left is stopped there.
    let run = quiet("n1 n2")
        .resources("V allow-migrate=true")
        .history(
            "n1",
            "V start migrate_to=1:0{migrate_source=n1,migrate_target=n2}",
        )
        .run();
    assert_eq!(run.active("V"), ["n1"]);
    assert!(failed(&run, "V"));
    // Both succeeded: something may be left on the source.
    let run = quiet("n1 n2")
        .resources("V allow-migrate=true")
        .history(
            "n1",
            "V start migrate_to{migrate_source=n1,migrate_target=n2}",
        )
        .history("n2", "V migrate_from{migrate_source=n1,migrate_target=n2}")
        .run();
    assert_eq!(run.active("V"), ["n2"]);
    assert_eq!(run.graph(), ["V_stop_0 n1"]);
    assert!(
        run.action("V_stop_0 n1")
            .is(pcmk_pengine::book::ActionFlags::MIGRATION_ABORT)
    );
    assert_eq!(run.summary(), Vec::<String>::new(), "V stays where it is");
    // Source and target do not fit the node: the entry says nothing.
    let run = quiet("n1 n2")
        .resources("V allow-migrate=true")
        .history(
            "n1",
            "V start migrate_to{migrate_source=n2,migrate_target=n1}",
        )
        .run();
    assert_eq!(run.active("V"), ["n1"]);
}
