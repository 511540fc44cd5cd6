//! The graph.

use super::*;

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
