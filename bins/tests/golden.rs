//! Golden cases: small clusters of our own, each with everything the scheduler says about it.
//!
//! For `tests/golden/NAME.xml` there are `NAME.summary` (output of a simulation), `NAME.scores`, `NAME.dot` and
//! `NAME.graph`, compared byte for byte. `BLESS=1` rewrites them; what changed is then read like code.

mod tool;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::Path;

use tool::{project, scratch, simulate};

/// One test for each case; the file's name has hyphens where the test's name has underscores.
macro_rules! cases {
    ($($name:ident,)*) => {
        $(#[test] fn $name() { check(&case_name(stringify!($name))); })*

        #[test]
        fn every_case_is_listed() {
            let listed: BTreeSet<String> = [$(stringify!($name)),*].into_iter().map(case_name).collect();
            assert_eq!(stems(&["xml"]), listed);
        }

        #[test]
        fn every_expectation_has_a_case() {
            assert_eq!(stems(&["summary", "scores", "dot", "graph"]), stems(&["xml"]));
        }
    };
}

cases! {
    bundle_start,
    bundle_with_primitive,
    clone_interleave,
    clone_min,
    clone_notify,
    clone_of_group,
    clone_ordered,
    clone_start,
    clone_unique,
    colocation_attribute,
    colocation_mandatory,
    colocation_negative,
    colocation_set,
    failure_timeout,
    group_member_failed,
    group_partial,
    group_start,
    guest_node,
    health_red,
    location_date,
    location_discovery,
    location_pattern,
    location_rule,
    location_scores,
    migration_allowed,
    migration_with_order,
    no_quorum_freeze,
    no_quorum_stop,
    node_lost,
    node_maintenance,
    node_shutdown,
    node_standby,
    operation_defaults,
    opt_in,
    order_optional,
    order_serialize,
    order_sets_any,
    order_stopped_first,
    primitive_changed_parameters,
    primitive_failed_monitor,
    primitive_failed_start,
    primitive_failed_stop,
    primitive_multiply_active,
    primitive_multiply_active_block,
    primitive_no_fencing,
    primitive_removed,
    primitive_running,
    primitive_start,
    primitive_target_role_stopped,
    primitive_unmanaged,
    promotable_group,
    promotable_max_two,
    promotable_start,
    promotable_with_address,
    remote_node,
    shutdown_lock,
    stickiness,
    tag_and_template,
    ticket_freeze,
    ticket_lost,
    unfencing,
    utilization_balanced,
    utilization_too_small,
}

fn case_name(test: &str) -> String {
    test.replace('_', "-")
}

/// Names of the files with one of these endings.
fn stems(endings: &[&str]) -> BTreeSet<String> {
    let entries = fs::read_dir(project("tests/golden")).expect("the golden cases are there");
    entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| {
            path.extension()
                .is_some_and(|ending| endings.iter().any(|e| ending == *e))
        })
        .filter_map(|path| {
            path.file_stem()
                .map(|stem| stem.to_string_lossy().into_owned())
        })
        .collect()
}

/// Runs a case and compares all its outputs; what differs is reported at once.
#[track_caller]
fn check(name: &str) {
    let input = project(&format!("tests/golden/{name}.xml"));
    let scratch = scratch(&format!("golden-{name}"));
    let (dot, graph) = (scratch.join("dot"), scratch.join("graph"));

    let summary = simulate([OsString::from("-S"), "-x".into(), input.clone().into()]);
    let scores = simulate([
        OsString::from("-sSQ"),
        "-x".into(),
        input.into(),
        "-D".into(),
        dot.clone().into(),
        "-G".into(),
        graph.clone().into(),
    ]);
    for ran in [&summary, &scores] {
        assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{name}");
    }
    let differences: Vec<String> = [
        ("summary", summary.out),
        ("scores", scores.out),
        ("dot", read(&dot)),
        ("graph", read(&graph)),
    ]
    .into_iter()
    .filter_map(|(ending, got)| {
        difference(&project(&format!("tests/golden/{name}.{ending}")), &got)
    })
    .collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("the run wrote it")
}

/// Says where `got` leaves the expectation, or makes it the expectation if `BLESS` is set.
fn difference(path: &Path, got: &str) -> Option<String> {
    if std::env::var_os("BLESS").is_some() {
        fs::write(path, got).expect("expectations can be written");
        return None;
    }
    let Ok(want) = fs::read_to_string(path) else {
        return Some(format!("{} is missing", path.display()));
    };
    if want == got {
        return None;
    }
    let first = want
        .lines()
        .zip(got.lines())
        .take_while(|(want, got)| want == got)
        .count();
    Some(format!(
        "{}:{}: expected\n    {}\nbut got\n    {}",
        path.display(),
        first + 1,
        want.lines().nth(first).unwrap_or("(end)"),
        got.lines().nth(first).unwrap_or("(end)"),
    ))
}
