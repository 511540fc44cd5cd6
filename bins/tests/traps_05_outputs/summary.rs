//! The summary.

use super::*;

#[test]
fn trap_11_widths_of_the_summary() {
    let cluster = quiet("n1").resources("abcdefgh B");
    let printed = simulate(&cluster, "-R");
    // Id of 8: the width becomes 10; a place of 2 stands in 5. The first line has the widths of the last already.
    assert_eq!(
        printed
            .out
            .lines()
            .filter(|l| l.contains("Start "))
            .collect::<Vec<_>>(),
        [
            "  * Start      abcdefgh     (    n1 )",
            "  * Start      B            (    n1 )"
        ]
    );
    let printed = simulate(&quiet("n1").resources("B abcdefgh"), "-R");
    assert_eq!(
        printed
            .out
            .lines()
            .filter(|l| l.contains("Start "))
            .collect::<Vec<_>>(),
        [
            "  * Start      B            (    n1 )",
            "  * Start      abcdefgh     (    n1 )"
        ]
    );
}

#[test]
fn trap_12_restart_where_start_is_expected() {
    // Active on n1 only through a migration that failed on its target: the role is Started, and so is the wanted one.
    let run = quiet("n1 n2")
        .resources("A")
        .constraints("location A n1 INFINITY")
        .history("n1", "A start")
        .history("n2", "A start")
        .run();
    // Two active nodes: stopped everywhere, started on n1, where it "restarts".
    assert_eq!(run.summary(), ["Restart A (n1)"]);
    assert_eq!(run.graph(), ["A_start_0 n1", "A_stop_0 n1", "A_stop_0 n2"]);
}

#[test]
fn trap_12_lookups_without_node_find_any_stop() {
    // Stopped on both nodes by now, but something may be left of it on n1, where it will start: its stop there counts,
    // although the resource is nowhere.
    let run = quiet("n1 n2")
        .resources("V allow-migrate=true")
        .history("n1", "V start migrate_to{migrate_source=n1,migrate_target=n2,last-rc-change=1699000000}")
        .history(
            "n2",
            "V migrate_from{migrate_source=n1,migrate_target=n2,last-rc-change=1699000100} stop{last-rc-change=1699000200}",
        )
        .run();
    assert_eq!(run.active("V"), Vec::<&str>::new());
    assert_eq!(run.graph(), ["V_start_0 n1", "V_stop_0 n1"]);
    assert_eq!(run.summary(), ["Restart V (n1)"]);
    // The start cannot run, so any stop will do, and it is the oldest: that on n1, which cannot run either.
    let run = quiet("n0 n1:pending n2")
        .fencing()
        .resources("A")
        .constraints("location A n2 10")
        .history("n1", "A start")
        .history("n2", "A start")
        .run();
    assert_eq!(run.graph(), ["A_stop_0 n2"]);
    assert_eq!(run.summary(), ["Stop A (n1) blocked"]);
}

#[test]
fn trap_14_a_stop_line_for_every_node() {
    let run = quiet("n1 n2")
        .resources("A target-role=Stopped")
        .history("n1", "A start")
        .history("n2", "A start")
        .run();
    assert_eq!(
        run.summary(),
        [
            "Stop A (n1) due to node availability",
            "Stop A (n2) due to node availability"
        ]
    );
}

#[test]
fn trap_15_shutdowns_are_not_in_the_summary() {
    let printed = simulate(
        &quiet("n1 n2:shutdown")
            .resources("A")
            .history("n1", "A start"),
        "-S",
    );
    assert_eq!(
        section(&printed.out, "Transition Summary"),
        Vec::<String>::new()
    );
    assert_eq!(
        section(&printed.out, "Executing Cluster Transition"),
        [
            "Cluster action:  do_shutdown on n2",
            // Trap 23: the time once more, unindented.
            "Using the original execution date of: 2023-11-14 22:13:20Z"
        ]
    );
    // Trap 20: it is still there afterwards.
    let revised = printed
        .out
        .split("Revised Cluster Status:")
        .nth(1)
        .unwrap_or_default();
    assert!(revised.contains("Online: [ n1 n2 ]"), "{revised}");
}

#[test]
fn trap_16_stopped_lines_of_clones() {
    let clones = |resources: &str, history: &str| {
        let printed = simulate(
            &quiet("n1 n2 n10")
                .resources(resources)
                .history("n2", history),
            "",
        );
        section(&printed.out, "Full List of Resources")
    };
    assert_eq!(
        clones("clone C ( a )", "a start"),
        [
            "Clone Set: C [a]:",
            "Started: [ n2 ]",
            "Stopped: [ n1 n10 ]"
        ]
    );
    assert_eq!(
        clones("clone C clone-max=1 ( a )", "a start"),
        ["Clone Set: C [a]:", "Started: [ n2 ]"]
    );
    assert_eq!(
        clones("clone C target-role=Stopped ( a )", "a start"),
        [
            "Clone Set: C [a] (disabled):",
            "Started: [ n2 ]",
            "Stopped (disabled): [ n1 n10 ]"
        ]
    );
    // The target role may be that of what is cloned.
    assert_eq!(
        clones("clone C ( a target-role=Stopped )", "a start")[2],
        "Stopped (disabled): [ n1 n10 ]"
    );
    assert_eq!(
        clones(
            "clone C target-role=Started ( a target-role=Stopped )",
            "a start"
        )[2],
        "Stopped: [ n1 n10 ]"
    );
    assert_eq!(
        clones(
            "clone C globally-unique=true clone-max=2 ( a )",
            "a:0 start"
        ),
        [
            "Clone Set: C [a] (unique):",
            "a:0\t(ocf:pacemaker:Dummy):\t Started n2",
            "a:1\t(ocf:pacemaker:Dummy):\t Stopped"
        ]
    );
    assert_eq!(
        clones("clone C ( a )", "a monitor=5:7"),
        [
            "Clone Set: C [a]:",
            "Stopped: [ n1 n10 ]",
            "Stopped (Not installed): [ n2 ]"
        ]
    );
}

#[test]
fn trap_17_masked_probe_failures() {
    let printed = simulate(
        &quiet("n1 n2").resources("A").history("n1", "A monitor=5:7"),
        "-c",
    );
    assert_eq!(
        section(&printed.out, "Full List of Resources"),
        ["A\t(ocf:pacemaker:Dummy):\t Stopped (Not installed) "]
    );
    assert!(
        !printed.out.contains("Failed Resource Actions"),
        "{}",
        printed.out
    );
    let printed = simulate(
        &quiet("n1 n2")
            .resources("A")
            .history("n1", "A start=1{exit-reason=Why}"),
        "-c",
    );
    assert!(printed.out.contains("Failed Resource Actions:\n    * A_start_0 on n1 'Error occurred' (1): call=1, status='Done', exitreason='Why'"), "{}", printed.out);
}

#[test]
fn trap_18_instances_shown_in_full() {
    let printed = simulate(
        &quiet("n1 n2")
            .resources("clone C ( group G ( A B ) ) clone D ( d )")
            .history("n1", "A start\nd start=1")
            .history("n2", "A start\nB start\nd start"),
        "",
    );
    assert_eq!(
        section(&printed.out, "Full List of Resources"),
        [
            "Clone Set: C [G]:",
            "Resource Group: G:0:",
            "A\t(ocf:pacemaker:Dummy):\t Started n1",
            "B\t(ocf:pacemaker:Dummy):\t Stopped",
            "Started: [ n2 ]",
            "Clone Set: D [d]:",
            "d\t(ocf:pacemaker:Dummy):\t FAILED n1",
            "Started: [ n2 ]"
        ]
    );
}

#[test]
fn trap_19_pending_states_in_the_first_status_only() {
    let printed = simulate(
        &quiet("n1")
            .resources("A B [monitor interval=10s]")
            .history("n1", "A start?\nB start monitor/10000?"),
        "-S",
    );
    let (now, then) = printed
        .out
        .split_once("Revised Cluster Status")
        .expect("two statuses");
    assert!(
        now.contains("A\t(ocf:pacemaker:Dummy):\t Starting n1\n"),
        "{now}"
    );
    assert!(
        now.contains("B\t(ocf:pacemaker:Dummy):\t Started n1 (Monitoring)\n"),
        "{now}"
    );
    assert!(
        !then.contains("Starting") && !then.contains("Monitoring"),
        "{then}"
    );
}
