//! The status section.

use super::*;

#[test]
fn node_state_for_no_node() {
    let ghost = r#"<node_state id="9" uname="ghost" in_ccm="true" crmd="online" join="member" expected="member">
<lrm id="9"><lrm_resources><lrm_resource id="a" class="ocf" provider="pacemaker" type="Dummy">
<lrm_rsc_op id="a_last_0" operation_key="a_start_0" operation="start" call-id="3" rc-code="0" op-status="0" interval="0"
transition-key="1:1:0:11111111-2222-3333-4444-555555555555"
transition-magic="0:0;1:1:0:11111111-2222-3333-4444-555555555555"/></lrm_resource></lrm_resources></lrm></node_state>
<node_state/><node_state id="77"/>"#;
    let cib = Cib {
        status: &format!("{STATUS}\n{ghost}"),
        ..Cib::default()
    };
    check_used(
        &cib,
        &["error: Ignoring invalid node_state entry without id"],
        &["Start a ( n1 )"],
    );
    let ran = cib.simulate();
    assert!(!ran.out.contains("ghost"), "{}", ran.out);
}

#[test]
fn nodes_in_conflict() {
    let text = Cib::default().text().replace(
        r#"<node id="2" uname="n2"/>"#,
        r#"<node id="2" uname="n1"/>"#,
    );
    let ran = simulate_text(text);
    assert_eq!(ran.status, 0);
    assert_eq!(
        ran.err,
        format!(
            "(unpack_config) \t{NO_FENCING}\n(pe__create_node) \twarning: More than one node entry has name 'n1'\n"
        )
    );
}

#[test]
fn history_with_nonsense_keys() {
    let entries = r#"<lrm_rsc_op/><lrm_rsc_op id="x1"/><lrm_rsc_op id="x2" operation_key="" operation=""/>
<lrm_rsc_op id="x3" operation_key="nonsense" operation="fly" call-id="x" rc-code="y" op-status="z" interval="q"
transition-key="gibberish" transition-magic=";;;:::"/>
<lrm_rsc_op id="x4" operation_key="a_monitor_10000" operation="monitor" call-id="-9999999999999"
rc-code="99999999999" op-status="-7" interval="-10" transition-magic="0:0" transition-key=":::"
last-rc-change="never"/>
<lrm_rsc_op id="x5" operation_key="a_start_0" operation="start" call-id="5" rc-code="0" op-status="99" interval="0"
transition-key="1:1:0:" transition-magic="0:0;1:1:0:u"/>
<lrm_rsc_op id="x6" operation_key="_start_0" operation="migrate_to" call-id="6" rc-code="0" op-status="0"
interval="0" migrate_source="n2" migrate_target="nowhere" transition-key="1:1:0:u" transition-magic="0:0;1:1:0:u"/>
<lrm_rsc_op id="x7" operation_key="a_monitor_0" operation="monitor" call-id="7" rc-code="300" op-status="0"
interval="0" transition-key="2:2:99999999999:u" transition-magic="9:9;2:2:7:u" op-digest="zz"
op-force-restart=" a b " op-restart-digest="q"/>"#;
    let status = format!(
        r#"<node_state id="1" uname="n1" in_ccm="true" crmd="online" join="member" expected="member"><lrm id="1">
<lrm_resources><lrm_resource/><lrm_resource id="a" class="ocf" provider="pacemaker" type="Dummy">{entries}
</lrm_resource></lrm_resources></lrm></node_state>"#
    );
    check_used(
        &Cib {
            status: &status,
            ..Cib::default()
        },
        &[
            "error: Ignoring invalid lrm_resource entry: No id",
            "error: Ignoring resource history entry x5 for a on n1 with invalid op-status '99'",
            "error: Ignoring resource history entry x6 because migrate_source='n2' does not match n1",
            "error: Ignoring resource history entry x7 for a on n1 with invalid rc-code '300'",
            "error: Ignoring resource history entry x4 for a on n1 with invalid op-status '-7'",
            "error: Ignoring resource history entry x2 for a on n1 without operation",
            "error: Ignoring resource history entry x1 for a on n1 without operation",
            "error: Ignoring resource history entry for a on n1 without ID",
        ],
        &["Start a ( n1 )"],
    );
}

#[test]
fn attributes_that_do_not_parse() {
    let attributes = [
        ("fail-count-a#monitor_10000", "lots"),
        ("last-failure-a#monitor_10000", "once"),
        ("fail-count-", "1"),
        ("terminate", "perhaps"),
        ("standby", "maybe"),
    ];
    let pairs: String = attributes
        .iter()
        .enumerate()
        .map(|(number, (name, value))| {
            format!(r#"<nvpair id="t{number}" name="{name}" value="{value}"/>"#)
        })
        .collect();
    let status = format!(
        r#"<node_state id="1" uname="n1" in_ccm="true" crmd="online" join="member" expected="member">
<transient_attributes id="1"><instance_attributes id="t">{pairs}</instance_attributes></transient_attributes>
</node_state>"#
    );
    let ran = Cib {
        status: &status,
        ..Cib::default()
    }
    .simulate();
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(ran.out.contains("Start      a"), "{}", ran.out);
}
