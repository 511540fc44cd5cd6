//! States of nodes.

use super::*;

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
