//! The clusters in `examples/`: what their names promise, and that a settled cluster stays as it is.

mod tool;

use std::ffi::OsString;
use std::path::Path;

use tool::{project, scratch, simulate};

/// Resource and fencing actions that a simulation executes.
#[track_caller]
fn executed(cib: &Path, result: &Path, events: &[&str]) -> Vec<String> {
    let mut args: Vec<OsString> = vec![
        "-S".into(),
        "-x".into(),
        cib.into(),
        "-O".into(),
        result.into(),
    ];
    args.extend(events.iter().map(OsString::from));
    let ran = simulate(args);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{}", ran.out);
    let actions = ran.out.lines().filter_map(|line| line.strip_prefix("  * "));
    actions
        .filter(|action| action.starts_with("Resource action: ") || action.starts_with("Fencing "))
        .map(|action| action.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

#[track_caller]
fn check_settled(example: &str) {
    let result = scratch(&format!("example-{example}")).join("result.xml");
    let actions = executed(&project(&format!("examples/{example}.xml")), &result, &[]);
    assert!(actions.is_empty(), "{actions:#?}");
}

#[test]
fn postgresql_is_settled() {
    check_settled("postgresql");
}

#[test]
fn mixed_is_settled() {
    check_settled("mixed");
}

#[test]
fn web_server_starts_and_settles() {
    let directory = scratch("example-web-server");
    let (first, second) = (directory.join("1.xml"), directory.join("2.xml"));
    let actions = executed(&project("examples/web-server.xml"), &first, &[]);
    assert!(
        actions.contains(&"Resource action: httpd start on web1".to_owned()),
        "{actions:#?}"
    );
    assert!(executed(&first, &second, &[]).is_empty());
}

/// The run in the README is what its command prints.
#[test]
fn readme_shows_a_real_run() {
    let readme = std::fs::read_to_string(project("README.md")).expect("there is a README");
    assert!(readme.contains("crm_simulate -- -S -x examples/web-server.xml\n"));
    let ran = simulate([
        OsString::from("-S"),
        "-x".into(),
        project("examples/web-server.xml").into(),
    ]);
    assert!(
        readme.contains(&format!("```\n{}```\n", ran.out)),
        "{}",
        ran.out
    );
}

/// After any of these events, one or two transitions bring the mixed cluster to rest.
#[test]
fn mixed_comes_to_rest_after_events() {
    let events: &[&[&str]] = &[
        &["--ticket-revoke", "primary-site"],
        &["--node-fail", "north1"],
        &["--node-fail", "south1"],
        &["--node-fail", "south2"],
        &["--node-down", "edge1"],
        &["--op-inject", "shop-files_monitor_20000@north1=7"],
        &["--op-inject", "queue-podman-1_monitor_60000@north2=1"],
        &["--op-inject", "vm-build_monitor_30000@south2=7"],
        &["--op-inject", "db_monitor_10000@south1=1"],
        &["--op-inject", "locks_monitor_30000@north3=1"],
    ];
    let directory = scratch("example-mixed-events");
    for (number, event) in events.iter().enumerate() {
        let result = |step: usize| directory.join(format!("{number}-{step}.xml"));
        assert!(
            !executed(&project("examples/mixed.xml"), &result(0), event).is_empty(),
            "{event:?}"
        );
        let steps = (1..6)
            .take_while(|&step| !executed(&result(step - 1), &result(step), &[]).is_empty())
            .count();
        assert!(steps < 5, "{event:?} leaves the cluster restless");
    }
}
