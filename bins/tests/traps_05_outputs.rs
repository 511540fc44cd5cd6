//! The traps of outputs and simulation, one test each, numbered as in behaviour notes 05 "Traps".

#[path = "../../pcmk-pengine/tests/support/mod.rs"]
mod support;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use support::{Cluster, NOW, Run, lines};

fn quiet(nodes: &str) -> Cluster {
    Cluster::new(nodes).options("enable-startup-probes=false")
}

/// What the tool printed.
struct Printed {
    out: String,
    err: String,
    status: Option<i32>,
}

/// Runs the tool on a document, at the usual moment.
fn tool(document: &str, arguments: &str) -> Printed {
    let document = document.replacen("<cib ", &format!("<cib execution-date=\"{NOW}\" "), 1);
    let mut child = Command::new(env!("CARGO_BIN_EXE_crm_simulate"))
        .args(["-x", "-"])
        .args(arguments.split_whitespace())
        .env("TZ", "UTC")
        .env_remove("CIB_file")
        .env_remove("CIB_shadow")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the tool starts");
    child
        .stdin
        .take()
        .expect("a pipe")
        .write_all(document.as_bytes())
        .expect("the tool reads");
    let done = child.wait_with_output().expect("the tool ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    Printed {
        out: text(done.stdout),
        err: text(done.stderr),
        status: done.status.code(),
    }
}

fn simulate(cluster: &Cluster, arguments: &str) -> Printed {
    tool(&cluster.document(), arguments)
}

/// Lines between a title and the next empty line, without indentation.
fn section(text: &str, title: &str) -> Vec<String> {
    let title = format!("{title}:");
    let after = text
        .lines()
        .skip_while(|l| l.trim_start_matches([' ', '*']) != title)
        .skip(1);
    after
        .take_while(|l| !l.is_empty())
        .map(|l| l.trim_start().trim_start_matches("* ").to_owned())
        .collect()
}

fn scratch(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("traps-05-{}-{name}", std::process::id()))
}

// Trap 1: see 01 trap 19.

#[test]
fn trap_02_newest_first() {
    let run = Cluster::new("n1 n2").resources("A").run();
    assert_eq!(
        run.synapses(),
        [
            "3 A_start_0 n1 <- 1 2",
            "2 A_monitor_0 n2 <-",
            "1 A_monitor_0 n1 <-"
        ]
    );
    // Fencing lines too: the node looked at last comes first.
    let run = quiet("n1 n2:unclean n3:unclean n4 n5 n6").fencing().run();
    let fenced: Vec<String> = run
        .summary()
        .into_iter()
        .filter(|l| l.starts_with("Fence"))
        .collect();
    assert!(
        fenced[0].contains(" n3 ") && fenced[1].contains(" n2 "),
        "{fenced:?}"
    );
}

fn id_of(run: &Run, label: &str) -> u32 {
    let line = run.synapses().into_iter().find(|l| {
        l.split(" <-")
            .next()
            .is_some_and(|l| l.split_once(' ').is_some_and(|(_, l)| l == label))
    });
    line.and_then(|l| l.split(' ').next().and_then(|n| n.parse().ok()))
        .unwrap_or_else(|| panic!("{label}: {:#?}", run.synapses()))
}

#[test]
fn trap_03_notifications_are_numbered_last() {
    let run = quiet("n1")
        .resources("clone C1 notify=true ( a ) clone C2 notify=true ( b )")
        .run();
    let (first, second) = (
        id_of(&run, "a:0_post_notify_start_0 n1"),
        id_of(&run, "b:0_post_notify_start_0 n1"),
    );
    assert_eq!(second, first + 1, "clone by clone");
    assert_eq!(
        run.actions().len(),
        second as usize,
        "after everything else"
    );
}

#[test]
fn trap_04_bundles_in_the_graph() {
    let run = quiet("n1")
        .resources("bundle bun replicas=1 ip=10.0.0.1 ( a ) Z")
        .run();
    let order: Vec<String> = run
        .synapses()
        .iter()
        .map(|l| l.split(' ').nth(1).unwrap_or_default().to_owned())
        .filter(|l| !l.contains("monitor"))
        .collect();
    assert_eq!(
        order,
        lines(
            "a:0_start_0
             bun-clone_running_0
             bun-clone_start_0
             bun-ip-10.0.0.1_start_0
             bun-docker-0_start_0
             bun-0_start_0
             Z_start_0
             bun_running_0
             bun_start_0"
        )
    );
}

#[test]
fn trap_05_clones_and_groups_in_the_graph() {
    let run = quiet("n1").resources("clone C ( group G ( A B ) )").run();
    let order: Vec<String> = run
        .synapses()
        .iter()
        .map(|l| l.split(' ').nth(1).unwrap_or_default().to_owned())
        .collect();
    assert_eq!(
        order,
        [
            "G:0_running_0",
            "G:0_start_0",
            "A:0_start_0",
            "B:0_start_0",
            "C_running_0",
            "C_start_0"
        ]
    );
}

#[test]
fn trap_06_merged_inputs() {
    // The same pair ordered twice: "leave before enter" alone would need a required stop on the same node; together with
    // an ordering it is an ordinary input.
    let cluster = |more: &str| {
        quiet("n1 n2")
            .resources("a b")
            .constraints(&format!(
                "colocation a with b -INFINITY\nlocation a n2 INFINITY{more}"
            ))
            .history("n1", "a start")
            .run()
    };
    assert_eq!(cluster("").place("b"), Some("n1"));
    assert!(cluster("").waits("b_start_0 n1", "a_stop_0 n1"));
    let other = |more: &str| {
        quiet("n1 n2 n3")
            .resources("a b")
            .constraints(&format!("colocation a with b -INFINITY\nlocation a n2 INFINITY\nlocation b n3 INFINITY{more}"))
            .history("n1", "a start")
            .run()
    };
    assert!(
        !other("").waits("b_start_0 n3", "a_stop_0 n1"),
        "another node"
    );
    let run = other("\norder a then b first-action=stop then-action=start kind=Optional");
    assert!(run.waits("b_start_0 n3", "a_stop_0 n1"));
}

#[test]
fn trap_07_what_actions_carry() {
    let run = quiet("n1")
        .resources("clone C clone-max=3 ( group G ( A $x=1 $X=2 $_=3 ) )")
        .run();
    assert_eq!(
        run.attribute("A:0_start_0 n1", "CRM_meta_clone_max")
            .as_deref(),
        Some("3")
    );
    assert_eq!(
        run.attribute("A:0_start_0 n1", "CRM_meta_clone").as_deref(),
        Some("0")
    );
    assert_eq!(
        run.attribute("C_start_0", "CRM_meta_clone_max").as_deref(),
        Some("3")
    );
    assert_eq!(run.attribute("C_start_0", "x"), None);
    assert_eq!(run.attribute("G:0_start_0", "x"), None);
    let text = run.graph_text();
    let line = text
        .lines()
        .find(|l| l.contains("<attributes") && l.contains(" x="))
        .expect("attributes");
    let names: Vec<&str> = line
        .split(' ')
        .filter_map(|w| w.split_once('='))
        .map(|(n, _)| n)
        .collect();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    assert_eq!(names, sorted, "by bytes");
}

#[test]
fn trap_08_ids_of_instances() {
    let run = quiet("n1")
        .resources("clone C ( a ) clone U globally-unique=true clone-max=1 ( u ) P")
        .run();
    let text = run.graph_text();
    assert!(text.contains(r#"<primitive id="a" long-id="a:0" class="ocf""#));
    assert!(text.contains(r#"<primitive id="u:0" class="ocf""#));
    assert!(text.contains(r#"<primitive id="P" class="ocf""#));
    // One history too many: a removed instance, known by its history's name.
    let run = quiet("n1 n2")
        .resources("clone C ( a )")
        .history("n1", "a:0 start\na:1 start")
        .run();
    let text = run.graph_text();
    assert!(
        text.contains(r#"<primitive id="a:1" long-id="a:2" class="ocf""#),
        "{text}"
    );
}

#[test]
fn trap_09_fencing_of_guests() {
    let cluster = quiet("n1")
        .fencing()
        .resources("vm remote-node=g F")
        .history(
            "n1",
            "vm start monitor/10000=1:0\ng@ocf:pacemaker:remote start",
        )
        .resources("Z");
    let text = cluster.document().replace("<primitive id=\"vm\"", "<primitive id=\"vm\" ").replace(
        "</meta_attributes></primitive><primitive id=\"F\"",
        "</meta_attributes><operations><op id=\"vm-m\" name=\"monitor\" interval=\"10s\"/></operations></primitive><primitive id=\"F\"",
    );
    let run = support::run(&text, NOW, false);
    let graph = run.graph_text();
    assert!(
        graph.contains(r#"<pseudo_event id="#) && run.does("stonith-g-reboot g"),
        "{:?}",
        run.graph()
    );
    let at = graph.find("operation=\"stonith\"").expect("fencing");
    let from_there = &graph[at..];
    assert!(
        from_there.starts_with(
            r#"operation="stonith" operation_key="stonith-g-reboot" on_node="g" on_node_uuid="g""#
        ),
        "{from_there}"
    );
    assert!(from_there.contains("<downed>"));
    let printed = tool(&text, "-S");
    assert!(
        section(&printed.out, "Executing Cluster Transition")
            .contains(&"Pseudo action:   stonith-g-reboot on g".to_owned()),
        "{}",
        printed.out
    );
}

#[test]
fn trap_10_routers() {
    // The connection moves from n1 to n2.
    let remote = |connection: &str| {
        quiet("n1 n2")
            .resources(&format!("r@ocf:pacemaker:remote {connection} A B target-role=Stopped"))
            .constraints("location r n2 INFINITY\nlocation A r INFINITY\nlocation B r INFINITY")
            .history("n1", "r@ocf:pacemaker:remote start")
            .status(r#"<node_state id="r" uname="r" remote_node="true"><lrm id="r"><lrm_resources><lrm_resource id="B" class="ocf" provider="pacemaker" type="Dummy"><lrm_rsc_op id="B_last_0" operation_key="B_start_0" operation="start" transition-key="1:1:0:u" call-id="3" rc-code="0" op-status="0" interval="0" op-digest="f2317cad3d54cec5d7d7aa7d0bf35cf8"/></lrm_resource></lrm_resources></lrm></node_state>"#)
            .run()
    };
    let run = remote("");
    let text = run.graph_text();
    let router = |operation: &str| {
        let line = text
            .lines()
            .find(|l| l.contains(&format!(r#"operation_key="{operation}""#)))?;
        line.split("router_node=\"")
            .nth(1)?
            .split('"')
            .next()
            .map(str::to_owned)
    };
    assert_eq!(run.line("r").as_deref(), Some("Migrate r (n1 -> n2)"));
    assert_eq!(router("A_start_0").as_deref(), Some("n2"));
    assert_eq!(router("B_stop_0").as_deref(), Some("n1"));
}

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
