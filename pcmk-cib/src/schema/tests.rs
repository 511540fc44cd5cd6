//! Tests of schema versions and upgrades, on documents of our own.

use super::*;
use crate::xml::{Element, PrintStyle, print};

/// Fragments are as good as whole documents here.
fn acceptable(doc: &Document, schema: SchemaVersion) -> bool {
    !refused::any(doc, schema)
}

fn upgrade(doc: &mut Document, messages: &mut Vec<String>) -> Result<Upgraded, UpgradeError> {
    upgrade_checked(doc, messages, acceptable)
}

fn upgrade_up_to(
    doc: &mut Document,
    maximum: Option<SchemaVersion>,
    messages: &mut Vec<String>,
) -> Result<Walk, UpgradeError> {
    upgrade_up_to_checked(doc, maximum, messages, acceptable)
}

#[test]
fn whole_documents_are_validated() {
    let text = |schema: &str, extra: &str| {
        parse(&format!(
            "<cib validate-with='{schema}' admin_epoch='0' epoch='1' num_updates='0'><configuration>\
             <crm_config/><nodes/><resources{extra}/><constraints/></configuration><status/></cib>"
        ))
    };
    let mut said = Vec::new();
    let mut good = text("pacemaker-1.2", "");
    assert_eq!(super::upgrade(&mut good, &mut said), Ok(Upgraded::Valid));
    assert_eq!(SchemaVersion::claimed(&good), Some(SchemaVersion::LATEST));
    let mut bad = text("pacemaker-2.5", " colour='red'");
    let claimed = SchemaVersion::named("pacemaker-2.5").expect("known");
    let error = UpgradeError::NeverValid { claimed };
    assert_eq!(super::upgrade(&mut bad, &mut said), Err(error));
}

fn parse(text: &str) -> Document {
    Document::parse(text.as_bytes(), "test").expect("well-formed")
}

/// A CIB with this content of `configuration`.
fn cib(schema: &str, configuration: &str) -> Document {
    parse(&format!(
        "<cib validate-with='{schema}'><configuration>{configuration}</configuration><status/></cib>"
    ))
}

fn inner(doc: &Document) -> String {
    let configuration = doc.root_element().child("configuration");
    let parts: Vec<String> = configuration
        .iter()
        .flat_map(|c| c.children())
        .map(|child: Element<'_>| print(child, PrintStyle::Compact))
        .collect();
    parts.concat()
}

/// Upgrades and compares the content of `configuration` (compact, double quotes as single ones) and the
/// messages.
#[track_caller]
fn check(schema: &str, configuration: &str, want: &str, messages: &[&str]) {
    let mut doc = cib(schema, configuration);
    let mut said = Vec::new();
    upgrade(&mut doc, &mut said).expect("upgrades");
    assert_eq!(
        doc.root_element().attr("validate-with"),
        Some("pacemaker-4.0")
    );
    let want: String = want.lines().map(str::trim).collect();
    assert_eq!(inner(&doc).replace('"', "'"), want);
    assert_eq!(said, messages);
    // What comes out is stable.
    let before = inner(&doc);
    upgrade(&mut doc, &mut said).expect("is new");
    assert_eq!(inner(&doc), before);
}

#[test]
fn versions_are_in_numerical_order() {
    let names: Vec<String> = SchemaVersion::all().map(SchemaVersion::name).collect();
    assert_eq!(names.len(), 27);
    assert_eq!(names[0], "pacemaker-1.0");
    assert_eq!(names[13], "pacemaker-2.10");
    assert_eq!(names[25], "pacemaker-4.0");
    assert_eq!(names[26], "none");
    for (index, name) in names.iter().enumerate() {
        assert_eq!(
            SchemaVersion::named(name).map(SchemaVersion::index),
            Some(index)
        );
    }
    for unknown in [
        "pacemaker-1.1",
        "pacemaker-4.1",
        "pacemaker-04.0",
        "PACEMAKER-3.0",
        "",
    ] {
        assert_eq!(SchemaVersion::named(unknown), None);
    }
    assert!(SchemaVersion::named("pacemaker-2.9") < SchemaVersion::named("pacemaker-2.10"));
    assert!(SchemaVersion::named("unknown") < SchemaVersion::named("pacemaker-1.0"));
}

#[test]
fn missing_unknown_and_none() {
    let mut said = Vec::new();
    assert_eq!(
        upgrade(&mut parse("<cib/>"), &mut said),
        Err(UpgradeError::MissingSchema)
    );
    let mut odd = cib("pacemaker-9.9", "");
    assert_eq!(
        upgrade(&mut odd, &mut said),
        Err(UpgradeError::UnknownSchema("pacemaker-9.9".into()))
    );
    assert!(said.is_empty());
    let mut none = cib("none", "<resources><master id='m'/></resources>");
    assert_eq!(upgrade(&mut none, &mut said), Ok(Upgraded::Unchecked));
    assert_eq!(said, [VALIDATION_DISABLED]);
    assert_eq!(none.root_element().attr("validate-with"), Some("none"));
    assert_eq!(inner(&none), "<resources><master id=\"m\"/></resources>");
}

#[test]
fn unchanged_documents_keep_their_form() {
    // Sets stay in front of other children and in their order if no transform is needed.
    let text = "<resources><primitive id='p'><meta_attributes id='a' score='1'/>\
                <instance_attributes id='b' score='9'/><operations/></primitive></resources>";
    check("pacemaker-1.2", text, text, &[]);
    check("pacemaker-3.7", text, text, &[]);
}

#[test]
fn errors_name_what_was_reached() {
    // Refused by every version from 2.0 on.
    let mut doc = cib("pacemaker-2.5", "<acls><acl_user id='u'/></acls>");
    let mut said = Vec::new();
    let error = upgrade(&mut doc, &mut said).expect_err("cannot upgrade");
    assert_eq!(
        error.to_string(),
        "Cannot upgrade configuration (claiming pacemaker-2.5 schema) to at least pacemaker-4.0 because \
         it does not validate with any schema from pacemaker-2.5 to the latest"
    );
    // A reference that leads nowhere keeps its name, so the transform's result is not valid.
    let mut doc = cib(
        "pacemaker-3.5",
        "<crm_config><cluster_property_set id='s'><nvpair id-ref='x' name='y'/></cluster_property_set></crm_config>",
    );
    let error = upgrade(&mut doc, &mut said).expect_err("cannot upgrade");
    assert_eq!(
        error.to_string(),
        "Cannot upgrade configuration (claiming pacemaker-3.5 schema) to at least pacemaker-4.0 because \
         it would not upgrade past pacemaker-3.10"
    );
}

#[test]
fn a_document_may_be_valid_only_under_a_later_version() {
    // 3.0 refuses this parameter, 3.1 took the refusal back.
    let text = "<resources><primitive id='p'><instance_attributes id='i'>\
                <nvpair id='n' name='pcmk_arg_map' value='x'/></instance_attributes></primitive></resources>";
    check("pacemaker-3.0", text, text, &[]);
}

#[test]
fn upgrades_up_to_a_maximum() {
    let mut said = Vec::new();
    let mut doc = cib("pacemaker-3.2", "<resources><master id='m'/></resources>");
    let maximum = SchemaVersion::named("pacemaker-3.5");
    let walk = upgrade_up_to(&mut doc, maximum, &mut said).expect("known");
    assert_eq!(walk.reached, maximum);
    assert_eq!(
        doc.root_element().attr("validate-with"),
        Some("pacemaker-3.5")
    );
    assert_eq!(inner(&doc), "<resources><master id=\"m\"/></resources>");
    for newest in [
        None,
        Some(SchemaVersion::NONE),
        SchemaVersion::named("pacemaker-1.0"),
    ] {
        let mut doc = cib("pacemaker-3.2", "");
        let walk = upgrade_up_to(&mut doc, newest, &mut said).expect("known");
        assert_eq!(walk.reached, Some(SchemaVersion::LATEST));
    }
    assert!(said.is_empty());
}

#[test]
fn access_control_of_1_3() {
    check(
        "pacemaker-1.2",
        "<acls><acl_user id='a'><role_ref id='r'/></acl_user><acl_user id='b'/>
           <acl_user id='c'><read id='1' tag='node' attribute='x'/><deny id='2' xpath='//y' attribute='z'/></acl_user>
           <acl_role id='r'><write id='3' ref='p' attribute='q'/></acl_role></acls>
         <resources><primitive id='p'/></resources>",
        "<acls><acl_target id='a'><role id='r'/></acl_target><acl_target id='b'/>
           <acl_target id='c'><role id='auto-c'/></acl_target>
           <acl_role id='auto-c'><acl_permission id='1' kind='read' object-type='node' attribute='x'/>
           <acl_permission id='2' kind='deny' xpath='//y[@z]'/></acl_role>
           <acl_role id='r'><acl_permission id='3' kind='write' reference='p'/></acl_role></acls>
           <resources><primitive id='p'/></resources>",
        &[],
    );
}

#[test]
fn options_of_2_10() {
    check(
        "pacemaker-2.10",
        "<crm_config><cluster_property_set id='s'>
           <nvpair id='1' name='no_quorum_policy' value='stop'/>
           <nvpair id='2' name='default-action-timeout' value='9s'/>
           <nvpair id='3' name='is_managed_default' value='false'/>
           <nvpair id='4' name='cluster-infrastructure' value='cman'/></cluster_property_set>
           <cluster_property_set id='t'>
           <nvpair id='5' name='expected-quorum-votes' value='2'/></cluster_property_set></crm_config>
         <nodes><node id='n' uname='n' type='normal'/></nodes>
         <rsc_defaults><meta_attributes id='rd'><nvpair id='6' name='is-managed' value='true'/></meta_attributes></rsc_defaults>",
        "<crm_config><cluster_property_set id='s'>
           <nvpair id='1' name='no-quorum-policy' value='stop'/></cluster_property_set></crm_config>
         <nodes><node id='n' uname='n' type='member'/></nodes>
         <rsc_defaults><meta_attributes id='rd'><nvpair id='6' name='is-managed' value='true'/></meta_attributes></rsc_defaults>
         <op_defaults><meta_attributes id='_2TO3_-op-defaults'>
           <nvpair id='2' name='timeout' value='9s'/></meta_attributes></op_defaults>",
        &[
            "DEBUG: Cluster properties: 1: renaming no_quorum_policy as no-quorum-policy",
            "DEBUG: Cluster properties: 2: moving default-action-timeout under op_defaults as timeout \
             unless already defined there",
            "DEBUG: Cluster properties: 3: moving is_managed_default under rsc_defaults as is-managed \
             unless already defined there",
            "DEBUG: Cluster properties: 4: dropping cluster-infrastructure for matching cman",
            "DEBUG: Cluster properties: 5: dropping expected-quorum-votes",
            "DEBUG: Cluster node: n: keeping type as type, redefined as member",
        ],
    );
}

#[test]
fn resources_of_2_10() {
    check(
        "pacemaker-2.10",
        "<resources><primitive id='p'><operations>
             <op id='o1' name='start' requires='nothing'/>
             <op id='o2' name='monitor'><instance_attributes id='oi'>
               <nvpair id='1' name='timeout' value='7s'/><nvpair id='2' name='depth' value='1'/></instance_attributes></op></operations>
           <instance_attributes id='i'><nvpair id='3' name='pcmk_arg_map' value='port:x'/>
             <nvpair id='4' name='pcmk_off_cmd' value='y'/></instance_attributes>
           <meta_attributes id='m'><nvpair id='5' name='resource-failure-stickiness' value='-INFINITY'/></meta_attributes>
         </primitive>
         <primitive id='q'><instance_attributes id-ref='i'/></primitive></resources>",
        "<resources><primitive id='p'><operations>
             <op id='o1' name='start'/>
             <op id='o2' name='monitor'><instance_attributes id='oi'>
               <nvpair id='2' name='depth' value='1'/></instance_attributes>
               <meta_attributes id='_2TO3_oi'><nvpair id='1' name='timeout' value='7s'/></meta_attributes></op></operations>
           <instance_attributes id='i'><nvpair id='3' name='pcmk_host_argument' value='x'/>
             <nvpair id='4' name='pcmk_off_action' value='y'/></instance_attributes>
           <meta_attributes id='m'><nvpair id='5' name='migration-threshold' value='1'/></meta_attributes>
           <meta_attributes id='_2TO3_p-meta'><nvpair id='_2TO3_o1-requires' name='requires' value='nothing'/></meta_attributes>
         </primitive>
         <primitive id='q'><instance_attributes id-ref='i'/></primitive></resources>",
        &[
            "DEBUG: Resources-operation: o1 (rsc=p): moving requires under meta_attributes as requires \
             unless already defined there",
            "DEBUG: Resources-operation instance_attributes: o2 (rsc=p, meta=oi): moving timeout under \
             meta_attributes as timeout unless already defined there",
            "DEBUG: Resource instance_attributes: p (meta=i): renaming pcmk_arg_map as pcmk_host_argument",
            "DEBUG: Resource instance_attributes: p (meta=i): renaming pcmk_off_cmd as pcmk_off_action",
            "DEBUG: Resource meta_attributes: p (meta=m): renaming resource-failure-stickiness as \
             migration-threshold, redefined as 1 for matching -INFINITY",
            "DEBUG: Resource instance_attributes: q (meta=_cibtr-2_i): renaming pcmk_arg_map as \
             pcmk_host_argument",
            "DEBUG: Resource instance_attributes: q (meta=_cibtr-2_i): renaming pcmk_off_cmd as \
             pcmk_off_action",
        ],
    );
}

#[test]
fn options_of_3_10() {
    check(
        "pacemaker-3.0",
        "<crm_config><cluster_property_set id='s' score='-INFINITY'/>
           <cluster_property_set id='t' score='+INFINITY'>
             <nvpair id='1' name='crmd-transition-delay' value='1s'/><nvpair id='2' name='empty'/>
             <nvpair id='3' name='remove-after-stop' value='true'/>
             <nvpair id='4' name='stonith-action' value='poweroff'/>
             <nvpair id='5' name='transition-delay' value='2s'/></cluster_property_set>
           <cluster_property_set id='cib-bootstrap-options' score='-3'/></crm_config>
         <fencing-topology><fencing-level id='f9' index='09'/><fencing-level id='f10' index='10'/></fencing-topology>",
        "<crm_config><cluster_property_set id='cib-bootstrap-options' score='-3'/>
           <cluster_property_set id='t' score='+INFINITY'>
             <nvpair id='1' name='transition-delay' value='1s'/>
             <nvpair id='4' name='stonith-action' value='off'/></cluster_property_set>
           <cluster_property_set id='s' score='-INFINITY'/></crm_config>
         <fencing-topology><fencing-level id='f9' index='09'/></fencing-topology>",
        &["WARNING: Dropping nvpair 3 because the remove-after-stop property is unsupported"],
    );
}

#[test]
fn equal_names_in_a_set() {
    let set = |pairs: &str| {
        format!("<rsc_defaults><meta_attributes id='s'>{pairs}</meta_attributes></rsc_defaults>")
    };
    let pair = |id: u32, value: &str| format!("<nvpair id='n{id}' name='a' value='{value}'/>");
    let restart = "<nvpair id='r' name='restart-type' value='x'/>";
    let message = [
        "WARNING: Dropping restart-type meta-attribute from rsc_defaults because it is no \
                    longer supported. Consider setting the \"kind\" attribute for relevant constraints",
    ];
    for (values, stays) in [
        (&["1", "2", "3"][..], 0),
        (&["1", "#default"][..], 1),
        (&["1", "#default", "2", "3"][..], 2),
        (&["#default", "1"][..], 1),
    ] {
        let all: String = values
            .iter()
            .enumerate()
            .map(|(i, v)| pair(i as u32, v))
            .collect();
        check(
            "pacemaker-3.10",
            &set(&format!("{restart}{all}")),
            &set(&pair(stays as u32, values[stays])),
            &message,
        );
    }
}

#[test]
fn several_rules_and_lifetimes() {
    check(
        "pacemaker-3.9",
        "<constraints><rsc_location id='l' role='Started'>
             <resource_set id='rs'><resource_ref id='p'/></resource_set>
             <rule id='r1' score='1'/><rule id='r2' score='2'/>
             <lifetime><rule id='t1'/><rule id='t2'/></lifetime></rsc_location>
           <rsc_order id='o' first='p' then='p'><lifetime><rule id='t3'/></lifetime></rsc_order>
           <rsc_location id='u' rsc='p'><rule id-ref='t3'/></rsc_location></constraints>
         <acls><acl_role id='a'><acl_permission id='ap' kind='read' reference='l'/>
           <acl_permission id='aq' kind='read' reference='gone'/></acl_role></acls>",
        "<constraints><rsc_location id='pcmk__3_10_upgrade-l-1' role='Started'>
             <resource_set id='rs'><resource_ref id='p'/></resource_set>
             <rule id='pcmk__3_10_upgrade-pcmk__3_10_upgrade-l-1-lifetime-and-rule' boolean-op='and'>
             <rule id='r1' score='1'/>
             <rule id='pcmk__3_10_upgrade-pcmk__3_10_upgrade-l-1-lifetime-or-rule' boolean-op='or'>
             <rule id='t1'/><rule id='t2'/></rule></rule></rsc_location>
           <rsc_location id='pcmk__3_10_upgrade-l-2' role='Started'>
             <resource_set id-ref='rs'/>
             <rule id='pcmk__3_10_upgrade-pcmk__3_10_upgrade-l-2-lifetime-and-rule' boolean-op='and'>
             <rule id='r2' score='2'/>
             <rule id='pcmk__3_10_upgrade-pcmk__3_10_upgrade-l-2-lifetime-or-rule' boolean-op='or'>
             <rule id-ref='t1'/><rule id-ref='t2'/></rule></rule></rsc_location>
           <rsc_order id='o' first='p' then='p'/>
           <rsc_location id='u' rsc='p'><rule id-ref='t3'/></rsc_location>
           <rsc_location id='pcmk__3_10_upgrade-coloc-order-lifetime-rules' rsc-pattern='a^'>
             <rule id='t3'/></rsc_location></constraints>
         <acls><acl_role id='a'>
           <acl_permission id='ap' kind='read' xpath='//*[@id = &apos;pcmk__3_10_upgrade-l-1&apos; or @id = &apos;pcmk__3_10_upgrade-l-2&apos;]'/>
           <acl_permission id='aq' kind='read' xpath='/*[false()]'/></acl_role></acls>"
            .replace("&apos;", "'")
            .as_str(),
        &[],
    );
}

#[test]
fn removed_resources() {
    check(
        "pacemaker-3.5",
        "<resources><template id='t' class='NAGIOS' type='x'><meta_attributes id='tm'>
             <nvpair id='n1' name='a' value='1'/></meta_attributes></template>
           <template id='u' class='upstart' type='x'/>
           <group id='g'><primitive id='g1' template='u'/></group>
           <clone id='c'><group id='cg'><primitive id='g2' class='nagios' type='x'/></group></clone>
           <bundle id='b'><rkt image='i' masters='2'/><primitive id='bp'/></bundle>
           <primitive id='p'><meta_attributes id-ref='tm'/></primitive>
           <primitive id='q' template='t'><meta_attributes id-ref='tm'/></primitive>
           <primitive id='r'><meta_attributes id-ref='tm'/>
             <operations><op id='o'><meta_attributes id='om'>
             <nvpair id='n2' name='can_fail' value='1'/></meta_attributes></op></operations></primitive></resources>
         <constraints><rsc_order id='o1' first='g' then='p'/><rsc_order id='o2' first='r' then='p'/>
           <rsc_colocation id='k'><resource_set id='s1'><resource_ref id='g1'/></resource_set>
             <resource_set id='s2'><resource_ref id='p'/><resource_ref id='bp'/></resource_set></rsc_colocation>
           <rsc_ticket id='tk'><resource_set id-ref='s1'/></rsc_ticket></constraints>
         <acls><acl_role id='a'><acl_permission id='ap' kind='read' xpath='//x'/></acl_role></acls>",
        "<resources>
           <primitive id='p'><meta_attributes id='tm'>
             <nvpair id='n1' name='a' value='1'/></meta_attributes></primitive>
           <primitive id='r'><operations><op id='o'><meta_attributes id='om'/></op></operations>
             <meta_attributes id-ref='tm'/></primitive></resources>
         <constraints><rsc_order id='o2' first='r' then='p'/>
           <rsc_colocation id='k'>
             <resource_set id='s2'><resource_ref id='p'/></resource_set></rsc_colocation></constraints>
         <acls><acl_role id='a'><acl_permission id='ap' kind='read' xpath='//x'/></acl_role></acls>",
        &[
            "WARNING: Dropping template t because NAGIOS resources are no longer supported",
            "WARNING: Dropping template u because upstart resources are no longer supported",
            "WARNING: Dropping resource g1 because upstart resources are no longer supported",
            "WARNING: Dropping resource g2 because nagios resources are no longer supported",
            "WARNING: Dropping bundle resource b because rkt containers are no longer supported",
            "WARNING: Dropping resource q because NAGIOS resources are no longer supported",
            "INFO: Dropping group g because it would become empty",
            "INFO: Dropping group cg because it would become empty",
            "INFO: Dropping clone c because it would become empty",
            "WARNING: Dropping can_fail meta-attribute from o because it is no longer supported. Consider \
             setting the \"on-fail\" operation attribute instead",
            "WARNING: CIB syntax changes may invalidate ACLs that use \"xpath\". It is strongly \
             recommended to run \"cibadmin --upgrade\" and then examine the updated CIB carefully to \
             ensure ACLs still match the desired intent.",
        ],
    );
}

#[test]
fn masters_pings_and_aliases() {
    check(
        "pacemaker-3.1",
        "<nodes><node id='1' uname='pn' type='ping'/></nodes>
         <resources><master id='m'><primitive id='p'><instance_attributes id='i'>
             <nvpair id='n' name='a' value='1'/><nvpair id-ref='n' name='b'/></instance_attributes></primitive></master>
           <bundle id='b'><docker image='i' masters='2' replicas='3'/></bundle></resources>",
        "<nodes><node id='1' uname='pn' type='member'/></nodes>
         <resources><clone id='m'><meta_attributes id='pcmk__3_10_upgrade-promotable-legacy-m-meta_attributes' score='INFINITY'>
             <nvpair id='pcmk__3_10_upgrade-promotable-legacy-m-meta_attributes-promotable' name='promotable' value='true'/></meta_attributes>
             <primitive id='p'><instance_attributes id='i'>
             <nvpair id='n' name='a' value='1'/><nvpair id='pcmk__3_10_upgrade-n-b' name='b' value='1'/></instance_attributes></primitive></clone>
           <bundle id='b'><docker image='i' promoted-max='2' replicas='3'/></bundle></resources>
         <constraints><rsc_location id='pcmk__3_10_upgrade-ping-node-ban-pn' rsc-pattern='.*' node='pn' score='-INFINITY' resource-discovery='never'/></constraints>",
        &[],
    );
}

#[test]
fn references_do_not_explode() {
    // Five hundred references to a set of a thousand pairs: expanded where the old transform needs it.
    let mut text = String::from("<crm_config><cluster_property_set id='s'>");
    for i in 0..1000 {
        text.push_str(&format!("<nvpair id='n{i}' name='a{i}' value='1'/>"));
    }
    text.push_str("<nvpair id='x' name='dc_deadtime' value='1'/></cluster_property_set>");
    for _ in 0..500 {
        text.push_str("<cluster_property_set id-ref='s'/>");
    }
    text.push_str("</crm_config>");
    let mut doc = cib("pacemaker-2.10", &text);
    upgrade(&mut doc, &mut Vec::new()).expect("upgrades");
    assert_eq!(doc.root_element().descendants().count(), 3 + 1 + 1001 + 500);
    // Too many: the transform gives up instead of filling the memory.
    let reference = "<cluster_property_set id-ref='s'/>";
    text = text.replace(reference, &reference.repeat(3));
    let mut doc = cib("pacemaker-2.10", &text);
    assert!(upgrade(&mut doc, &mut Vec::new()).is_err());
    // Rules that refer to each other are no problem for the newer one.
    check(
        "pacemaker-3.9",
        "<constraints><rsc_location id='l' rsc='p'><rule id='a'><rule id-ref='b'/></rule><rule id='b'><rule id-ref='a'/></rule></rsc_location></constraints>",
        "<constraints><rsc_location id='pcmk__3_10_upgrade-l-1' rsc='p'><rule id='a'><rule id-ref='b'/></rule></rsc_location>
           <rsc_location id='pcmk__3_10_upgrade-l-2' rsc='p'><rule id='b'><rule id-ref='a'/></rule></rsc_location></constraints>",
        &[],
    );
}
