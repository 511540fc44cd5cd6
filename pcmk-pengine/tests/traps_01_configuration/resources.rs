//! Guests, bundles and reactions.

use super::*;

#[test]
fn trap_18_guests_in_the_configuration() {
    let run = quiet("n1")
        .resources(&format!(
            "<primitive id=\"vm\" {DUMMY}>{}{}</primitive>",
            nvset(
                "meta_attributes",
                "m1",
                r#" score="99""#,
                "remote-node=first remote-port=1000"
            ),
            nvset("meta_attributes", "m2", "", "remote-node=8th")
        ))
        .run();
    assert!(run.decision.config.find_node("first").is_none());
    let connection = run.rsc("8th");
    let row = run.decision.config.rsc(connection);
    assert_eq!(
        run.decision.config.top.last(),
        Some(&connection),
        "appended to the resources"
    );
    assert_eq!(row.meta("container"), Some("vm"));
    assert_eq!(row.meta("internal_rsc"), Some("true"));
    assert_eq!(
        run.attribute("8th_start_0 n1", "CRM_meta_timeout")
            .as_deref(),
        Some("60000")
    );
    assert!(run.does("8th_monitor_30000 n1"));
    assert_eq!(
        run.attribute("8th_start_0 n1", "port").as_deref(),
        Some("1000"),
        "the last of each name, in any block"
    );
    let xml = run.decision.config.xml(row.xml);
    let ids: Vec<String> = xml
        .children()
        .flat_map(|c| {
            c.children()
                .filter_map(|o| o.attr("id").map(str::to_owned))
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(
        ids.contains(&"_th-monitor-30s".to_owned())
            || ids.iter().any(|i| i.ends_with("-monitor-30s")),
        "{ids:?}"
    );
}

#[test]
fn trap_19_bundles() {
    let run = quiet("n1 n2")
        .resources("Z bundle bun replicas=3 ip=10.0.0.253 ( a %cpu=4 )")
        .run();
    let config = &run.decision.config;
    let names = |id: &str| {
        config
            .rsc(run.rsc(id))
            .children
            .iter()
            .map(|&c| config.name(c).to_owned())
            .collect::<Vec<String>>()
    };
    assert_eq!(
        names("bun"),
        lines(
            "bun-docker-0
             bun-ip-10.0.0.253
             bun-0
             bun-docker-1
             bun-ip-10.0.0.254
             bun-1
             bun-docker-2
             bun-ip-10.0.1.1
             bun-2
             bun-clone"
        )
    );
    assert_eq!(names("bun-clone"), ["a:0", "a:1", "a:2"]);
    // The instances were made before the containers.
    assert!(run.rsc("a:1") < run.rsc("bun-docker-0"));
    let (_, start) = (
        0,
        run.graph()
            .into_iter()
            .find(|l| l.starts_with("bun-docker-0_start_0"))
            .expect("a start"),
    );
    assert_eq!(
        run.attribute(&start, "run_opts").as_deref(),
        Some(
            " --restart=no -h bun-0 -e PCMK_stderr=1 -e PCMK_remote_port=3121 -v /etc/pacemaker/authkey:/etc/pacemaker/authkey -v /var/log/pacemaker/bundles/bun-0:/var/log -p 10.0.0.253:3121:3121  --add-host=bun-0:10.0.0.253 --add-host=bun-1:10.0.0.254 --add-host=bun-2:10.0.1.1"
        )
    );
    assert_eq!(
        run.attribute(&start, "mount_points").as_deref(),
        Some("/var/log/pacemaker/bundles/bun-0")
    );
    assert_eq!(
        run.attribute(&start, "run_cmd").as_deref(),
        Some("/usr/sbin/pacemaker-remoted")
    );
    // The primitive's needs are the container's.
    assert!(config.rsc(run.rsc("a:0")).utilization.is_none());
    assert!(config.rsc(run.rsc("bun-docker-0")).utilization.is_some());
    let promoted = quiet("n1")
        .resources("bundle bun promoted-max=1 ip=10.0.0.1 ( a )")
        .run();
    assert!(promoted.decision.config.find_rsc("bun-master").is_some());
    // Without primitive: a container alone.
    let run = quiet("n1").resources("bundle bun ip=10.0.0.1").run();
    assert_eq!(
        run.graph(),
        [
            "bun-docker-0_monitor_60000 n1",
            "bun-docker-0_start_0 n1",
            "bun-ip-10.0.0.1_monitor_60000 n1",
            "bun-ip-10.0.0.1_start_0 n1",
            "bun_running_0",
            "bun_start_0"
        ]
    );
    assert_eq!(
        run.attribute("bun-docker-0_start_0 n1", "run_opts")
            .as_deref(),
        Some(
            " --restart=no -h bun-0 -e PCMK_stderr=1 -e PCMK_remote_port=3121  --add-host=bun-0:10.0.0.1"
        )
    );
}

#[test]
fn trap_20_on_fail_of_stop() {
    // See 04 trap 39 for demotions.
    for value in ["standby", "demote", "stop"] {
        let run = quiet("n1 n2")
            .resources(&format!("A [stop on-fail={value}]"))
            .history("n1", "A start stop=1")
            .run();
        assert!(
            run.decision.board.rsc(run.rsc("A")).blocked,
            "{value}: as without fencing"
        );
        assert!(run.says(&format!("Resetting 'on-fail' for A stop action to default value because '{value}' is not allowed for stop")));
    }
    let run = quiet("n1 n2")
        .resources("A [stop on-fail=ignore]")
        .history("n1", "A start stop=1")
        .run();
    assert!(!run.decision.board.rsc(run.rsc("A")).blocked);
    let run = quiet("n1 n2")
        .resources("A [start on-fail=demote]")
        .history("n1", "A start=1")
        .run();
    assert!(
        run.says("because 'demote' is not allowed for it"),
        "{:?}",
        run.decision.log
    );
    let run = quiet("n1 n2")
        .resources("A [start on-fail=fence]")
        .history("n1", "A start=1")
        .run();
    assert_eq!(
        run.next_role("A"),
        "Stopped",
        "without fencing it means stop"
    );
}

#[test]
fn trap_21_quorum_policies() {
    let policy = |head: &str, options: &str| {
        let run = Cluster::new("n1")
            .head(head)
            .options(&format!("enable-startup-probes=false {options}"))
            .resources("<primitive id=\"F\" class=\"stonith\" type=\"fence_test\"/>")
            .run();
        format!("{:?}", run.decision.config.options.no_quorum).to_lowercase()
    };
    let on = "fencing-enabled=true no-quorum-policy=suicide";
    assert_eq!(policy(r#"have-quorum="0""#, on), "stop");
    assert_eq!(
        policy(r#"have-quorum="0" no-quorum-panic="1""#, on),
        "fence"
    );
    assert_eq!(policy(r#"have-quorum="0" no-quorum-panic="0""#, on), "stop");
    assert_eq!(policy(r#"have-quorum="1""#, on), "fence");
    assert_eq!(
        policy(
            r#"have-quorum="1""#,
            "fencing-enabled=true no-quorum-policy=FENCE"
        ),
        "fence"
    );
    assert_eq!(
        policy(
            r#"have-quorum="1""#,
            "fencing-enabled=false no-quorum-policy=fence"
        ),
        "stop"
    );
    assert_eq!(
        policy(
            r#"have-quorum="1""#,
            "fencing-enabled=true no-quorum-policy=nonsense"
        ),
        "stop"
    );
    assert_eq!(
        policy(
            r#"have-quorum="1""#,
            "fencing-enabled=true no-quorum-policy=Demote"
        ),
        "demote"
    );
}

#[test]
fn trap_22_fencing_action() {
    let fenced = |option: &str| {
        let run = Cluster::new("n1 n2:unclean")
            .options(&format!(
                "enable-startup-probes=false fencing-enabled=true {option}"
            ))
            .resources("F@stonith:fence_test")
            .run();
        run.graph()
            .into_iter()
            .find(|l| l.starts_with("stonith-"))
            .expect("fencing")
    };
    assert_eq!(fenced("fencing-action=off"), "stonith-n2-off n2");
    assert_eq!(fenced("stonith-action=off"), "stonith-n2-off n2");
    assert_eq!(fenced("fencing-action=poweroff"), "stonith-n2-reboot n2");
    assert_eq!(fenced("fencing-action=OFF"), "stonith-n2-reboot n2");
    assert_eq!(
        fenced("fencing-action=reboot stonith-action=off"),
        "stonith-n2-reboot n2",
        "the new name wins"
    );
}
