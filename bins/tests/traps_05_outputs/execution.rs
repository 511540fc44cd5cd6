//! Executing a transition.

use super::*;

#[test]
fn trap_20_what_execution_does_not_undo() {
    let file = scratch("out.xml");
    let printed = simulate(
        &quiet("n1 n2")
            .resources("A failure-timeout=60s")
            .transient(
                "n1",
                "fail-count-A#start_0=2 last-failure-A#start_0=1600000000",
            )
            .history(
                "n1",
                "A start=1:0{id=A_last_failure_0,last-rc-change=1600000000} stop monitor/10000=7:7",
            ),
        &format!("-S -O {}", file.display()),
    );
    let after = std::fs::read_to_string(&file).expect("the output");
    let _ = std::fs::remove_file(&file);
    assert!(
        printed
            .out
            .contains("Cluster action:  clear_failcount for A on n1"),
        "{}",
        printed.out
    );
    assert!(after.contains("fail-count-A#start_0"), "{after}");
    // A cancel adds an entry of its own and leaves the one it is about.
    let file = scratch("cancel.xml");
    let printed = simulate(
        &quiet("n1")
            .resources("A")
            .history("n1", "A start monitor/10000"),
        &format!("-S -O {}", file.display()),
    );
    let after = std::fs::read_to_string(&file).expect("the output");
    let _ = std::fs::remove_file(&file);
    assert!(
        printed
            .out
            .contains("Resource action: A               cancel=10000 on n1"),
        "{}",
        printed.out
    );
    assert!(
        after.contains(r#"id="A_monitor_10000""#) && after.contains(r#"id="A_cancel_10000""#),
        "{after}"
    );
}

#[test]
fn trap_21_names_in_execution() {
    let printed = simulate(
        &Cluster::new("n1 n2")
            .resources("clone C ( a )")
            .history("n1", "a start"),
        "-S",
    );
    let done = section(&printed.out, "Executing Cluster Transition");
    assert!(
        done.contains(&"Resource action: a               monitor on n2".to_owned()),
        "{done:?}"
    );
    assert!(
        done.contains(&"Resource action: a               start on n2".to_owned()),
        "{done:?}"
    );
    let printed = simulate(&Cluster::new("n1").resources("clone C ( a )"), "-S");
    let done = section(&printed.out, "Executing Cluster Transition");
    assert!(
        done.contains(&"Resource action: a:0             monitor on n1".to_owned()),
        "{done:?}"
    );
}

#[test]
fn trap_22_execution_by_passes() {
    // The graph is A's actions, then B's; A waits for B, so A's start is done in the second pass.
    let printed = simulate(
        &quiet("n1").resources("A B Z").constraints("order B then A"),
        "-S",
    );
    let done = section(&printed.out, "Executing Cluster Transition");
    assert_eq!(
        done[..3],
        [
            "Resource action: B               start on n1",
            "Resource action: Z               start on n1",
            "Resource action: A               start on n1"
        ]
    );
    let printed = simulate(
        &quiet("n1").resources("A B Z").constraints("order A then B"),
        "-S",
    );
    let done = section(&printed.out, "Executing Cluster Transition");
    assert_eq!(
        done[..3],
        [
            "Resource action: A               start on n1",
            "Resource action: B               start on n1",
            "Resource action: Z               start on n1"
        ],
        "what comes later in the graph is done in the same pass"
    );
}

#[test]
fn trap_23_the_time_line() {
    let line = "Using the original execution date of: 2023-11-14 22:13:20Z";
    let count = |arguments: &str| {
        let printed = simulate(&quiet("n1 n2").resources("A"), arguments);
        printed.out.lines().filter(|l| *l == line).count()
    };
    assert_eq!(count(""), 1);
    assert_eq!(count("-R"), 1);
    assert_eq!(count("-S"), 2);
    assert_eq!(count("-S -d n2"), 3);
    assert_eq!(count("-S -Q"), 0);
    let printed = simulate(&quiet("n1").resources("A"), "-R -t 2024-01-02T03:04:05Z");
    assert!(
        printed
            .out
            .starts_with("Setting effective cluster time: 2024-01-02T03:04:05Z\n"),
        "{}",
        printed.out
    );
}

#[test]
fn trap_24_quorum_alone_and_bad_specs() {
    let cluster = quiet("n1 n2").resources("A");
    assert_eq!(
        simulate(&cluster, "-R -q false").out,
        simulate(&cluster, "-R").out
    );
    let printed = simulate(&cluster, "-R -q false -u n2");
    assert!(
        printed.out.contains("Setting quorum: false"),
        "{}",
        printed.out
    );
    assert!(
        printed.out.contains("due to no quorum (blocked)"),
        "{}",
        printed.out
    );
    let printed = simulate(&cluster, "-R -i nonsense");
    assert_eq!(printed.status, Some(0));
    assert!(
        printed
            .err
            .contains("Invalid operation spec: nonsense.  Only found 1 fields"),
        "{}",
        printed.err
    );
    let printed = simulate(&cluster, "-R -i Q_start_0@n1=1");
    assert!(
        printed.err.contains("Invalid resource name: Q"),
        "{}",
        printed.err
    );
    assert_eq!(printed.status, Some(0));
    let printed = simulate(&cluster, "-R -d nobody");
    assert_ne!(printed.status, Some(0));
}
