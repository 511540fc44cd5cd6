//! Inputs and outputs.

use super::*;

#[test]
fn trap_25_xml_after_injections() {
    let cluster = quiet("n1 n2").resources("A");
    let printed = simulate(&cluster, "-R --output-as xml");
    assert!(
        printed.out.contains("<actions>") || printed.out.contains("<rsc_action"),
        "{}",
        printed.out
    );
    let printed = simulate(&cluster, "-S -d n2 --output-as xml");
    assert!(
        printed
            .out
            .contains(r#"<modify_node action="Offline" node="n2"/>"#),
        "{}",
        printed.out
    );
    assert!(!printed.out.contains("<rsc_action"), "{}", printed.out);
    assert!(printed.out.trim_end().ends_with("</pacemaker-result>"));
    assert!(printed.out.contains(r#"<status code="0" message="OK"/>"#));
}

#[test]
fn trap_27_saved_inputs_show_side_effects() {
    let (input, output) = (scratch("saved-in.xml"), scratch("saved-out.xml"));
    let cluster = quiet("n1 n2")
        .resources("vm remote-node=g A")
        .history("n1", "A start=1");
    let _ = simulate(
        &cluster,
        &format!("-R -I {} -O {}", input.display(), output.display()),
    );
    let read = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).expect("saved");
        let _ = std::fs::remove_file(path);
        text
    };
    let (input, output) = (read(&input), read(&output));
    assert!(
        input.contains(r#"<primitive id="g" class="ocf" provider="pacemaker" type="remote">"#),
        "{input}"
    );
    assert!(input.contains(r#"rsc-id="A""#) && input.contains(r#"uname="n1""#));
    assert!(
        !output.contains(r#"id="g""#) && !output.contains("rsc-id"),
        "{output}"
    );
}

#[test]
fn trap_28_options_of_the_graph_are_raw_text() {
    let root = |options: &str| {
        let text = quiet("n1").options(options).run().graph_text();
        text.lines().next().unwrap_or_default().to_owned()
    };
    assert_eq!(
        root(
            "cluster-delay=3m batch-limit=10 stonith-timeout=5min migration-limit=2 start-failure-is-fatal=no"
        ),
        r#"<transition_graph cluster-delay="3m" fencing-timeout="5min" failed-stop-offset="INFINITY" failed-start-offset="1" batch-limit="10" transition_id="1" migration-limit="2"/>"#
    );
    assert_eq!(
        root("cluster-delay=soon batch-limit=many migration-limit=0"),
        r#"<transition_graph cluster-delay="60s" fencing-timeout="60s" failed-stop-offset="INFINITY" failed-start-offset="INFINITY" batch-limit="0" transition_id="1"/>"#
    );
}

#[test]
fn trap_29_recheck_by() {
    let recheck = |cluster: Cluster| {
        let run = cluster.run();
        let found = run
            .decision
            .transition
            .attributes
            .iter()
            .find(|(n, _)| *n == "recheck-by")
            .map(|(_, v)| v.to_string());
        found.and_then(|v| v.parse::<i64>().ok()).map(|v| v - NOW)
    };
    // A failure that will expire (01 trap 15 has the rules).
    let failing = quiet("n1 n2")
        .resources("A failure-timeout=60s migration-threshold=9")
        .transient(
            "n1",
            &format!("fail-count-A#start_0=1 last-failure-A#start_0={}", NOW - 10),
        )
        .history(
            "n1",
            &format!(
                "A start=1{{id=A_last_failure_0,last-rc-change={}}}",
                NOW - 10
            ),
        );
    assert_eq!(recheck(failing), Some(51));
    // A lock that will expire.
    let locked = Cluster::new("n1 n2:offline")
        .options("enable-startup-probes=false fencing-enabled=false shutdown-lock=true shutdown-lock-limit=1h")
        .resources("A")
        .history("n2", &format!("A !{{shutdown-lock={}}} stop", NOW - 10));
    assert_eq!(recheck(locked), Some(3591));
    // A node that has not finished joining.
    let pending = quiet("n1 n2")
        .fencing()
        .options("node-pending-timeout=1h")
        .state(
            "n2",
            &format!(r#"in_ccm="{}" crmd="offline" expected="down""#, NOW - 10),
        );
    assert_eq!(recheck(pending), Some(3590));
    assert_eq!(recheck(quiet("n1").resources("A")), None);
}

// Trap 30: see 03 traps 2 and 3.

#[test]
fn trap_31_parameters_that_start_with_a_digit() {
    let text = quiet("n1")
        .resources("A $1=one $2x=two $x=y")
        .run()
        .graph_text();
    assert!(
        text.contains(r#"<param name="1" value="one"/>"#)
            && text.contains(r#"<param name="2x" value="two"/>"#),
        "{text}"
    );
    assert!(text.contains(r#" x="y">"#), "{text}");
}

#[test]
fn trap_32_graphs_that_cannot_complete() {
    let printed = simulate(
        &quiet("n1")
            .resources("A B")
            .constraints("order A then B\norder B then A"),
        "-S",
    );
    assert_eq!(printed.status, Some(1));
    assert_eq!(
        printed.err,
        "Transition failed: terminated\nAn invalid transition was produced\n"
    );
    // What became of it is shown all the same.
    let revised = printed
        .out
        .split("Revised Cluster Status:")
        .nth(1)
        .unwrap_or_default();
    assert!(
        revised.contains("A\t(ocf:pacemaker:Dummy):\t Stopped"),
        "{}",
        printed.out
    );
}

#[test]
fn trap_33_two_serializers() {
    let cluster = quiet("n1").resources(
        "<primitive id=\"A\" class=\"ocf\" provider=\"pacemaker\" type=\"Dummy\" description=\"a&#10;b\"><instance_attributes id=\"i\"><nvpair id=\"i1\" name=\"x\" value=\"1&#10;2\"/></instance_attributes></primitive>",
    );
    assert!(cluster.run().graph_text().contains(r#"x="1&#x0A;2""#));
    let printed = simulate(&cluster, "-R --output-as xml");
    assert!(!printed.out.contains("&#x0A;"), "{}", printed.out);
}

#[test]
fn trap_34_nothing_on_standard_error() {
    let printed = simulate(
        &quiet("n1")
            .options("no-quorum-policy=nonsense")
            .resources("A target-role=Nonsense multiple-active=what"),
        "-S",
    );
    assert_eq!((printed.err.as_str(), printed.status), ("", Some(0)));
    let text = quiet("n1")
        .resources("A")
        .document()
        .replace("pacemaker-4.0", "none");
    let printed = tool(&text, "-S");
    assert_eq!(
        printed.err,
        "Schema validation of configuration is disabled (support for validate-with set to \"none\" is deprecated and will be removed in a future release)\n"
    );
}

#[test]
fn widths_and_reasons_in_text() {
    // 05 §4.3: the order of roles and places.
    let printed = simulate(
        &quiet("n1 n2")
            .resources("clone M promotable=true ( p )")
            .transient("n1", "master-p=10")
            .history("n2", "p start promote"),
        "-R",
    );
    let shown = section(&printed.out, "Transition Summary");
    assert!(
        shown
            .iter()
            .any(|l| l.ends_with("Promoted -> Unpromoted n2 )")),
        "{shown:?}"
    );
    assert!(
        shown
            .iter()
            .any(|l| l.ends_with("Stopped -> Promoted n1 )")),
        "{shown:?}"
    );
}

#[test]
fn trap_02_status_display_of_states() {
    // 02 trap 34: the display is not derived from one state.
    let line = |resources: &str, history: &[(&str, &str)]| {
        let mut cluster = quiet("n1 n2").resources(resources);
        for (node, text) in history {
            cluster = cluster.history(node, text);
        }
        let printed = simulate(&cluster, "");
        let list = section(&printed.out, "Full List of Resources");
        list.last()
            .and_then(|l| l.split('\t').nth(2))
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(line("A", &[("n1", "A start=1:0 start?")]), " FAILED n1");
    assert_eq!(
        line("A [stop on-fail=block]", &[("n1", "A start stop=1")]),
        " FAILED n1 (blocked)"
    );
    assert_eq!(
        line("A is-managed=false maintenance=true", &[("n1", "A start")]),
        " Started n1 (maintenance)"
    );
    assert_eq!(
        line("A is-managed=false", &[("n1", "A start")]),
        " Started n1 (unmanaged)"
    );
    assert_eq!(
        line(
            "A target-role=Stopped",
            &[("n1", "A start"), ("n2", "A start")]
        ),
        " Started (disabled) [ n1 n2 ]"
    );
    assert_eq!(
        line(
            "A [monitor interval=10s on-fail=ignore]",
            &[("n1", "A start monitor/10000=1")]
        ),
        " Started n1 (failure ignored)"
    );
}
