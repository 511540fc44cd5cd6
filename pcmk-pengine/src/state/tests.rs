//! Small clusters: the rules of configuration and status that are easiest to get wrong.

use std::sync::Arc;

use pcmk_cib::xml::Document;
use pcmk_core::role::Role;
use pcmk_core::score::Score;
use pcmk_core::time::DateTime;

use crate::config::{OnFail, action_meta, on_fail};
use crate::pipeline::{Input, Observed, observe};
use crate::record::Wanted;
use crate::state::history::sorted_entries;
use crate::work::Work;
use crate::{NodeId, RscId};

const NOW: i64 = 1_700_000_000;

const TWO_NODES: &str = r#"<nodes><node id="1" uname="n1"/><node id="2" uname="n2"/></nodes>"#;

const MEMBER: &str = r#"in_ccm="true" crmd="online" join="member" expected="member""#;

fn see(options: &str, nodes: &str, resources: &str, status: &str) -> Observed {
    let text = format!(
        r#"<cib validate-with="pacemaker-4.0" have-quorum="1" dc-uuid="1"><configuration><crm_config>
        <cluster_property_set id="o">{options}</cluster_property_set></crm_config>{nodes}
        <resources>{resources}</resources><constraints/></configuration><status>{status}</status></cib>"#
    );
    let doc = Document::parse(text.as_bytes(), "test").expect("test input parses");
    observe(&Input {
        doc: Arc::new(doc),
        now: DateTime::from_epoch(NOW),
        sanitized: false,
        wanted: Wanted::default(),
    })
}

fn option(name: &str, value: &str) -> String {
    format!(r#"<nvpair id="o-{name}" name="{name}" value="{value}"/>"#)
}

fn no_fencing() -> String {
    option("fencing-enabled", "false")
}

fn member(id: &str, histories: &str) -> String {
    format!(
        r#"<node_state id="{id}" uname="n{id}" {MEMBER}><lrm id="{id}"><lrm_resources>{histories}</lrm_resources>
        </lrm></node_state>"#
    )
}

fn history(rsc: &str, entries: &str) -> String {
    format!(
        r#"<lrm_resource id="{rsc}" class="ocf" provider="heartbeat" type="Dummy">{entries}</lrm_resource>"#
    )
}

fn entry(rsc: &str, task: &str, interval: u32, call: i32, rc: i32, expected: i32) -> String {
    let status = if call < 0 { -1 } else { 0 };
    format!(
        r#"<lrm_rsc_op id="{rsc}_{task}_{interval}" operation_key="{rsc}_{task}_{interval}" operation="{task}"
        call-id="{call}" rc-code="{rc}" op-status="{status}" interval="{interval}"
        transition-key="1:1:{expected}:u" last-rc-change="{NOW}"/>"#
    )
}

const DUMMY: &str = r#"<primitive id="d" class="ocf" provider="heartbeat" type="Dummy"/>"#;
const CLONE: &str =
    r#"<clone id="c"><primitive id="d" class="ocf" provider="heartbeat" type="Dummy"/></clone>"#;

fn rsc(seen: &Observed, id: &str) -> RscId {
    seen.config
        .find_rsc(id)
        .unwrap_or_else(|| panic!("resource {id} exists"))
}

fn node(seen: &Observed, name: &str) -> NodeId {
    seen.config
        .find_node(name)
        .unwrap_or_else(|| panic!("node {name} exists"))
}

fn active(seen: &Observed, id: &str) -> Vec<String> {
    seen.state
        .rsc(rsc(seen, id))
        .active
        .iter()
        .map(|&n| seen.config.node_name(n).to_owned())
        .collect()
}

fn work(seen: &mut Observed, run: impl FnOnce(&mut Work<'_>)) {
    let mut constraints = crate::constraints::Constraints::default();
    run(&mut Work {
        config: &seen.config,
        state: &seen.state,
        board: &mut seen.board,
        scores: &mut seen.scores,
        constraints: &mut constraints,
        book: &mut seen.book,
        caches: &mut seen.caches,
        record: &mut seen.record,
        log: &mut seen.log,
        deep: false,
    });
}

#[test]
fn any_failure_means_active() {
    let failed = history("d", &entry("d", "start", 0, 3, 1, 0));
    let seen = see(&no_fencing(), TWO_NODES, DUMMY, &member("1", &failed));
    assert_eq!(active(&seen, "d"), ["n1"]);
    assert_eq!(seen.board.rsc(rsc(&seen, "d")).role, Role::Started);
    assert!(seen.board.rsc(rsc(&seen, "d")).failed);
    assert_eq!(seen.state.failed.len(), 1);
}

#[test]
fn failed_probe_with_missing_agent_is_masked_and_bans() {
    let failed = history("d", &entry("d", "monitor", 0, 3, 5, 7));
    let seen = see(&no_fencing(), TWO_NODES, DUMMY, &member("1", &failed));
    assert!(active(&seen, "d").is_empty());
    assert_eq!(
        seen.scores.of(rsc(&seen, "d")).score(node(&seen, "n1")),
        Some(Score::MINUS_INFINITY)
    );
    assert_eq!(
        seen.scores.of(rsc(&seen, "d")).score(node(&seen, "n2")),
        Some(Score::ZERO)
    );
}

#[test]
fn unmanaged_and_not_running_is_no_failure() {
    let unmanaged = r#"<primitive id="d" class="ocf" provider="heartbeat" type="Dummy"><meta_attributes id="m">
        <nvpair id="m1" name="is-managed" value="false"/></meta_attributes></primitive>"#;
    let failed = history("d", &entry("d", "monitor", 10_000, 3, 7, 0));
    let seen = see(&no_fencing(), TWO_NODES, unmanaged, &member("1", &failed));
    assert!(active(&seen, "d").is_empty());
    assert!(seen.state.failed.is_empty());
}

#[test]
fn stopped_histories_share_the_first_free_instance() {
    let stopped = history("d", &entry("d", "monitor", 0, 3, 7, 7));
    let states = member("1", &stopped) + &member("2", &stopped);
    let seen = see(&no_fencing(), TWO_NODES, CLONE, &states);
    assert_eq!(seen.state.rsc(rsc(&seen, "d:0")).known.len(), 2);
    assert_eq!(seen.state.rsc(rsc(&seen, "d:1")).known.len(), 0);
    assert_eq!(seen.state.rsc(rsc(&seen, "c")).known.len(), 2);
}

#[test]
fn second_history_of_a_clone_on_a_node_makes_a_removed_instance() {
    let started = |id: &str| history(id, &entry(id, "start", 0, 3, 0, 0));
    let seen = see(
        &no_fencing(),
        TWO_NODES,
        CLONE,
        &member("1", &(started("d") + &started("d:1"))),
    );
    assert_eq!(active(&seen, "d:0"), ["n1"]);
    assert_eq!(active(&seen, "d:2"), ["n1"]);
    assert!(seen.config.rsc(rsc(&seen, "d:2")).removed);
    assert_eq!(seen.board.rsc(rsc(&seen, "c")).children.len(), 3);
}

#[test]
fn history_without_configuration_is_removed_and_banned() {
    let started = history("gone", &entry("gone", "start", 0, 3, 0, 0));
    let seen = see(&no_fencing(), TWO_NODES, DUMMY, &member("1", &started));
    let gone = rsc(&seen, "gone");
    assert!(seen.config.rsc(gone).removed);
    assert_eq!(seen.config.top.last(), Some(&gone));
    assert_eq!(
        seen.scores.of(gone).score(node(&seen, "n2")),
        Some(Score::MINUS_INFINITY)
    );
}

#[test]
fn ties_are_processed_in_reverse_document_order() {
    let entries = entry("d", "start", 0, -1, 193, 0) + &entry("d", "stop", 0, -1, 193, 0);
    let seen = see(
        &no_fencing(),
        TWO_NODES,
        DUMMY,
        &member("1", &history("d", &entries)),
    );
    let list = seen.config.doc.by_id(Some("lrm_resource"), "d")[0];
    let tasks: Vec<_> = sorted_entries(&seen.config.doc, list)
        .into_iter()
        .map(|id| {
            seen.config
                .doc
                .element(id)
                .attr("operation")
                .unwrap_or_default()
                .to_owned()
        })
        .collect();
    assert_eq!(tasks, ["stop", "start"]);
    assert_eq!(
        seen.state
            .rsc(rsc(&seen, "d"))
            .pending
            .as_ref()
            .map(|(task, _)| &**task),
        Some("stop")
    );
}

#[test]
fn member_time_one_is_a_boolean_and_missing_expectation_means_pending() {
    let state = r#"<node_state id="1" uname="n1" in_ccm="1" crmd="online" join="member"/>"#;
    let seen = see("", TWO_NODES, DUMMY, state);
    let n1 = seen.board.node(node(&seen, "n1"));
    assert!(n1.online && n1.pending && n1.standby && !n1.unclean);
    let n2 = seen.board.node(node(&seen, "n2"));
    assert!(!n2.online && n2.unclean, "startup fencing");
}

#[test]
fn unknown_node_type_ends_the_section() {
    let nodes = r#"<nodes><node id="1" uname="n1"/><node id="2" uname="n2" type="odd"/><node id="3" uname="n3"/></nodes>"#;
    let seen = see("", nodes, DUMMY, "");
    assert_eq!(seen.config.nodes.len(), 1);
}

#[test]
fn transient_attributes_win() {
    let nodes = r#"<nodes><node id="1" uname="n1"><instance_attributes id="p" score="10">
        <nvpair id="p1" name="a" value="permanent"/><nvpair id="p2" name="b" value="permanent"/></instance_attributes>
        </node></nodes>"#;
    let state = format!(
        r#"<node_state id="1" uname="n1" {MEMBER}><transient_attributes id="1"><instance_attributes id="t">
        <nvpair id="t1" name="a" value="transient"/></instance_attributes></transient_attributes></node_state>"#
    );
    let seen = see("", nodes, DUMMY, &state);
    let attributes = &seen.state.node(node(&seen, "n1")).attributes;
    assert_eq!(attributes.get("a").map(|v| &**v), Some("transient"));
    assert_eq!(attributes.get("b").map(|v| &**v), Some("permanent"));
    assert_eq!(attributes.get("#is_dc").map(|v| &**v), Some("true"));
}

#[test]
fn expired_recurring_failure_forges_the_restart_digest() {
    let primitive = r#"<primitive id="d" class="ocf" provider="heartbeat" type="Dummy"><meta_attributes id="m">
        <nvpair id="m1" name="failure-timeout" value="1s"/></meta_attributes></primitive>"#;
    let old = entry("d", "monitor", 10_000, 4, 1, 0)
        .replace(&format!("change=\"{NOW}\""), "change=\"1000\"");
    let entries = entry("d", "start", 0, 3, 0, 0) + &old;
    let seen = see(
        &no_fencing(),
        TWO_NODES,
        primitive,
        &member("1", &history("d", &entries)),
    );
    assert_eq!(seen.state.forged.len(), 1);
    assert!(!seen.board.rsc(rsc(&seen, "d")).failed);
}

#[test]
fn equal_scores_let_the_last_block_win_and_clones_pass_ordered_on() {
    let resources = r#"<clone id="c"><meta_attributes id="cm"><nvpair id="cm1" name="ordered" value="false"/>
        </meta_attributes><group id="g"><primitive id="d" class="ocf" provider="heartbeat" type="Dummy">
        <meta_attributes id="a"><nvpair id="a1" name="priority" value="1"/></meta_attributes>
        <meta_attributes id="b"><nvpair id="b1" name="priority" value="2"/></meta_attributes></primitive></group></clone>"#;
    let seen = see(&no_fencing(), TWO_NODES, resources, "");
    assert_eq!(
        seen.config.rsc(rsc(&seen, "d:1")).priority,
        Score::clipped(2)
    );
    let group = seen.config.rsc(rsc(&seen, "g:1"));
    assert!(group.as_group().is_some_and(|info| !info.ordered));
    assert_eq!(group.meta("clone-max"), Some("2"));
    assert_eq!(
        seen.config
            .rsc(rsc(&seen, "d:1"))
            .meta("resource-stickiness"),
        Some("1")
    );
}

#[test]
fn template_operations_merge_by_name_and_role() {
    let resources = r#"<template id="t" class="ocf" provider="heartbeat" type="Dummy"><operations>
        <op id="t1" name="monitor" interval="10s"/><op id="t2" name="monitor" interval="20s" role="Promoted"/>
        <op id="t3" name="start" interval="0" timeout="7s"/></operations></template>
        <primitive id="d" template="t"><operations><op id="d1" name="monitor" interval="30s" role="Started"/></operations>
        </primitive>"#;
    let seen = see(&no_fencing(), TWO_NODES, resources, "");
    let row = seen.config.rsc(rsc(&seen, "d"));
    let ids: Vec<_> = (row.operations.iter())
        .map(|op| seen.config.operation_id(op))
        .collect();
    assert_eq!(ids, ["d1", "t2", "t3"]);
    assert_eq!(row.agent.as_deref(), Some("Dummy"));
    assert_eq!(&*seen.config.templates[0].members[0], "d");
}

#[test]
fn demote_inherits_on_fail_from_the_last_promoted_monitor() {
    let resources = r#"<clone id="c"><meta_attributes id="m"><nvpair id="m1" name="promotable" value="true"/>
        </meta_attributes><primitive id="d" class="ocf" provider="pacemaker" type="Stateful"><operations>
        <op id="o1" name="monitor" interval="10s" role="Promoted" on-fail="block"/>
        <op id="o2" name="monitor" interval="20s" role="Master" on-fail="standby"/>
        <op id="o3" name="monitor" interval="30s" role="Promoted" on-fail="demote"/></operations></primitive></clone>"#;
    let mut seen = see(&no_fencing(), TWO_NODES, resources, "");
    let d = rsc(&seen, "d:0");
    work(&mut seen, |w| {
        let meta = action_meta(w, d, None, "demote", 0, None);
        assert_eq!(
            on_fail(w, d, "demote", 0, meta.get("on-fail").map(|v| &**v)),
            OnFail::Standby
        );
        assert_eq!(on_fail(w, d, "stop", 0, None), OnFail::Block, "no fencing");
        assert_eq!(meta.get("timeout").map(|v| &**v), Some("20000"));
    });
}

#[test]
fn bundle_containers_get_the_exact_options() {
    let resources = r#"<bundle id="b"><docker image="i" replicas="2" options="-x"/>
        <network ip-range-start="10.0.0.254"/><primitive id="d" class="ocf" provider="heartbeat" type="Dummy"/></bundle>"#;
    let mut seen = see(&no_fencing(), TWO_NODES, resources, "");
    let container = rsc(&seen, "b-docker-1");
    work(&mut seen, |w| {
        let params = w.params(container, None);
        assert_eq!(
            params.get("run_opts").map(|v| &**v),
            Some(
                " --restart=no -h b-1 -e PCMK_stderr=1 -e PCMK_remote_port=3121 \
                 -v /etc/pacemaker/authkey:/etc/pacemaker/authkey -v /var/log/pacemaker/bundles/b-1:/var/log \
                 -p 10.0.1.1:3121:3121 -x  --add-host=b-0:10.0.0.254 --add-host=b-1:10.0.1.1"
            )
        );
        assert_eq!(
            params.get("mount_points").map(|v| &**v),
            Some("/var/log/pacemaker/bundles/b-1")
        );
    });
    let instance = rsc(&seen, "d:1");
    let table = seen.scores.of(instance);
    assert_eq!(table.len(), 1);
    assert_eq!(table.score(node(&seen, "b-1")), Some(Score::clipped(500)));
    let children = &seen.config.rsc(rsc(&seen, "b")).children;
    assert_eq!(children.last(), Some(&rsc(&seen, "b-clone")));
}

#[test]
fn guests_are_appended_and_linked() {
    let resources = r#"<primitive id="vm" class="ocf" provider="heartbeat" type="VirtualDomain">
        <meta_attributes id="m"><nvpair id="m1" name="remote-node" value="ignored"/>
        <nvpair id="m2" name="remote-node" value="18guest"/></meta_attributes></primitive>"#;
    let seen = see(&no_fencing(), TWO_NODES, resources, "");
    let guest = node(&seen, "18guest");
    assert!(seen.config.is_guest_or_bundle_node(guest));
    assert_eq!(seen.config.launcher_of_node(guest), Some(rsc(&seen, "vm")));
    assert_eq!(
        (seen.config).operation_id(&seen.config.rsc(rsc(&seen, "18guest")).operations[0]),
        "_8guest-monitor-30s"
    );
    assert_eq!(seen.config.nodes.len(), 3);
}

#[test]
fn constraints_reach_a_clone_through_history_ids_only() {
    let find = |seen: &Observed, id: &str| {
        crate::state::find_rsc_or_history(&seen.config, &seen.state, id)
    };
    let unseen = see(&no_fencing(), TWO_NODES, CLONE, "");
    assert_eq!(find(&unseen, "d"), None);
    let started = history("d", &entry("d", "start", 0, 3, 0, 0));
    let seen = see(&no_fencing(), TWO_NODES, CLONE, &member("1", &started));
    assert_eq!(find(&seen, "d"), Some(rsc(&seen, "c")));
    assert_eq!(find(&seen, "d:0"), Some(rsc(&seen, "d:0")));
}

#[test]
fn newer_feature_set_reads_nothing() {
    let text = r#"<cib crm_feature_set="99.0"><configuration><nodes><node id="1" uname="n1"/></nodes></configuration></cib>"#;
    let doc = Document::parse(text.as_bytes(), "test").expect("test input parses");
    let seen = observe(&Input {
        doc: Arc::new(doc),
        now: DateTime::from_epoch(NOW),
        sanitized: false,
        wanted: Wanted::default(),
    });
    assert!(!seen.state.read && seen.config.nodes.is_empty() && seen.log.has_error());
}
