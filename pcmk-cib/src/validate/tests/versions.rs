//! What is valid in which versions, subject by subject, against the tables of behaviour notes 11 §3.

use super::*;

#[test]
fn root_and_sections() {
    check_versions(&Parts::default().parse(), &span("1.0", "4.0"));
    for (attribute, first) in [
        ("crm_feature_set=\"\"", "1.0"),
        (
            "have-quorum=\"1\" dc-uuid=\"\" no-quorum-panic=\"true\"",
            "1.0",
        ),
        (
            "update-origin=\"a\" update-client=\"b\" update-user=\"c\"",
            "1.2",
        ),
        ("execution-date=\"0\"", "1.2"),
    ] {
        let text = format!(
            "<cib {attribute} num_updates=\"-0\" epoch=\" 1 \" admin_epoch=\"+2\" \
             validate-with=\"pacemaker-3.3\"><!-- sections in any order --><configuration><constraints/>\
             <resources/><nodes/><op_defaults/><crm_config/></configuration>\
             <status a=\"b\" id=\"x\">any <CDATA id=\"x\"><![CDATA[thing]]></CDATA></status></cib>"
        );
        check_versions(&parse(&text), &span(first, "4.0"));
    }
    for broken in [
        "<cib validate-with=\"pacemaker-1.1\" admin_epoch=\"0\" epoch=\"0\" num_updates=\"0\"><configuration><crm_config/><nodes/><resources/><constraints/></configuration></cib>",
        "<cib validate-with=\"none\" admin_epoch=\"0\" epoch=\"-1\" num_updates=\"0\"><configuration><crm_config/><nodes/><resources/><constraints/></configuration></cib>",
        "<cib validate-with=\"none\" admin_epoch=\"0\" epoch=\"0\" num_updates=\"0\"><configuration><crm_config/><nodes/><resources/></configuration></cib>",
        "<cib validate-with=\"none\" admin_epoch=\"0\" epoch=\"0\" num_updates=\"0\"><status/><configuration><crm_config/><nodes/><resources/><constraints/></configuration></cib>",
        "<cib validate-with=\"none\" admin_epoch=\"0\" epoch=\"0\" num_updates=\"0\"><configuration>x<crm_config/><nodes/><resources/><constraints/></configuration></cib>",
        "<cib validate-with=\"none\" admin_epoch=\"0\" epoch=\"0\" num_updates=\"0\"><configuration><crm_config/><nodes><![CDATA[x]]></nodes><resources/><constraints/></configuration></cib>",
        "<cib xmlns=\"urn:x\" validate-with=\"none\" admin_epoch=\"0\" epoch=\"0\" num_updates=\"0\"><configuration><crm_config/><nodes/><resources/><constraints/></configuration></cib>",
        "<cib xml:id=\"a\" validate-with=\"none\" admin_epoch=\"0\" epoch=\"0\" num_updates=\"0\"><configuration><crm_config/><nodes/><resources/><constraints/></configuration></cib>",
        "<resources/>",
    ] {
        check_versions(&parse(broken), &[]);
    }
    in_configuration("<fencing-topology/><acls/>", "1.2", "4.0");
    in_configuration("<tags/>", "1.3", "4.0");
    in_configuration("<alerts/>", "2.5", "4.0");
}

#[test]
fn ids_and_references() {
    let primitive = |id: &str| format!("<primitive id=\"{id}\" class=\"lsb\" type=\"t\"/>");
    in_resources(&primitive("_a.b-c"), "1.0", "4.0");
    in_resources(&primitive(" \u{e9}t\u{e9} "), "1.0", "4.0");
    for bad in ["", " ", "1a", "a:b", "a b", "-a"] {
        let parts = Parts {
            resources: &primitive(bad),
            ..Parts::default()
        };
        check_versions(&parts.parse(), &[]);
    }
    // Blanks around do not tell ids apart.
    let twice = format!("{}{}", primitive("a"), primitive(" a "));
    let parts = Parts {
        resources: &twice,
        ..Parts::default()
    };
    check_versions(&parts.parse(), &[]);
    // A node's id takes no name and is none; an nvpair's is one.
    let nodes = "<node id=\"p\" uname=\"u\" type=\"member\"><instance_attributes id=\"i\">\
                 <nvpair id=\"pair\" name=\"n\" value=\"v\"/></instance_attributes></node>";
    let resources = primitive("p");
    let parts = |constraints| Parts {
        nodes,
        resources: &resources,
        constraints,
        ..Parts::default()
    };
    let doc = parts("<rsc_order id=\"o\" first=\" p \" then=\"pair\"/>").parse();
    check_versions(&doc, &span("1.0", "4.0"));
    let doc = parts("<rsc_order id=\"o\" first=\"u\" then=\"p\"/>").parse();
    check_versions(&doc, &[]);
}

#[test]
fn primitives_and_templates() {
    let class = |class: &str, more: &str| {
        format!("<primitive id=\"p\" class=\"{class}\" type=\"t\" {more}/>")
    };
    in_resources(&class("ocf", "provider=\"x\""), "1.0", "4.0");
    in_resources(&class("heartbeat", "description=\"\""), "1.0", "4.0");
    in_resources(&class("upstart", ""), "1.0", "3.10");
    in_resources(&class("systemd", ""), "1.2", "4.0");
    in_resources(&class("nagios", ""), "1.2", "3.10");
    let template = |class: &str| {
        format!(
            "<template id=\"t\" class=\"{class}\" type=\"x\"/><primitive id=\"p\" template=\"t\"/>"
        )
    };
    in_resources(&template("lsb"), "1.2", "4.0");
    in_resources(&template("upstart"), "1.2", "3.10");
    in_resources(&template("service"), "2.7", "4.0");
    in_resources(&template("nagios"), "2.7", "3.10");
    let sets = "<primitive id=\"p\" class=\"lsb\" type=\"t\"><instance_attributes id=\"i\"/>\
                <operations id=\"o\" id-ref=\"m\"/><meta_attributes id=\"m\" score=\"-INFINITY\"/>";
    in_resources(&format!("{sets}</primitive>"), "1.0", "4.0");
    in_resources(
        &format!("{sets}<utilization id=\"u\"/><meta_attributes id-ref=\"i\"/></primitive>"),
        "1.2",
        "4.0",
    );
    for broken in [
        class("ocf", ""),
        class("lsb", "provider=\"x\""),
        class("OCF", "provider=\"x\""),
        class("stonith", "colour=\"x\""),
        "<primitive id=\"p\"/>".to_owned(),
        "<primitive class=\"lsb\" type=\"t\"/>".to_owned(),
        "<primitive id=\"p\" class=\"lsb\" type=\"t\"><operations/><operations/></primitive>"
            .to_owned(),
    ] {
        let parts = Parts {
            resources: &broken,
            ..Parts::default()
        };
        check_versions(&parts.parse(), &[]);
    }
}

#[test]
fn groups_clones_and_bundles() {
    let member = "<primitive id=\"p\" class=\"lsb\" type=\"t\"/>";
    in_resources(
        &format!("<group id=\"g\">{member}<meta_attributes id=\"m\"/></group>"),
        "1.0",
        "4.0",
    );
    in_resources(
        &format!("<clone id=\"c\"><group id=\"g\">{member}</group></clone>"),
        "1.0",
        "4.0",
    );
    in_resources(
        &format!("<master id=\"c\">{member}</master>"),
        "1.0",
        "3.10",
    );
    let bundle = |inside: &str| format!("<bundle id=\"b\">{inside}</bundle>");
    in_resources(
        &bundle("<docker image=\"i\" replicas=\"-1\"/>"),
        "2.8",
        "4.0",
    );
    in_resources(
        &bundle("<docker image=\"i\" masters=\"1\"/>"),
        "2.8",
        "3.10",
    );
    in_resources(
        &bundle("<docker image=\"i\" promoted-max=\"1\"/>"),
        "3.0",
        "4.0",
    );
    in_resources(&bundle("<rkt image=\"i\"/>"), "2.10", "3.10");
    in_resources(&bundle("<podman image=\"i\"/>"), "3.2", "4.0");
    in_resources(
        &bundle(&format!(
            "<storage><storage-mapping id=\"s\" source-dir=\"a\" target-dir=\"b\"/></storage>{member}\
             <docker image=\"i\"/><network control-port=\"1\"><port-mapping id=\"m1\" range=\"1-2\"/>\
             <port-mapping id=\"m2\" port=\"80\" internal-port=\"81\"/></network>"
        )),
        "2.8",
        "4.0",
    );
    in_resources(
        &bundle("<docker image=\"i\"/><network add-host=\"0\"/>"),
        "3.0",
        "4.0",
    );
    for broken in [
        "<group id=\"g\"/>".to_owned(),
        format!("<group id=\"g\"><group id=\"h\">{member}</group></group>"),
        format!("<clone id=\"c\">{member}<primitive id=\"q\" class=\"lsb\" type=\"t\"/></clone>"),
        bundle(""),
        bundle("<docker image=\"i\"/><podman image=\"i\"/>"),
        bundle("<docker image=\"i\" masters=\"1\" promoted-max=\"1\"/>"),
        bundle(
            "<docker image=\"i\"/><network><port-mapping id=\"m\" range=\"1\" port=\"1\"/></network>",
        ),
    ] {
        let parts = Parts {
            resources: &broken,
            ..Parts::default()
        };
        check_versions(&parts.parse(), &[]);
    }
}

#[test]
fn operations() {
    let op = |attributes: &str| {
        format!(
            "<primitive id=\"p\" class=\"lsb\" type=\"t\"><operations>\
             <op id=\"o\" name=\"n\" interval=\"0\" {attributes}/></operations></primitive>"
        )
    };
    in_resources(
        &op("start-delay=\"1\" enabled=\"false\" role=\"Master\""),
        "1.0",
        "4.0",
    );
    in_resources(&op("role=\"Promoted\""), "3.7", "4.0");
    in_resources(&op("requires=\"quorum\""), "1.0", "2.10");
    in_resources(&op("requires=\"unfencing\""), "1.3", "2.10");
    in_resources(&op("on-fail=\"fence\""), "1.0", "4.0");
    in_resources(&op("on-fail=\"restart-container\""), "1.2", "4.0");
    in_resources(&op("on-fail=\"demote\""), "3.4", "4.0");
    for broken in [
        "start-delay=\"1\" interval-origin=\"1\"",
        "enabled=\"yes\"",
        "role=\"master\"",
        "on-fail=\"explode\"",
    ] {
        let parts = Parts {
            resources: &op(broken),
            ..Parts::default()
        };
        check_versions(&parts.parse(), &[]);
    }
}

#[test]
fn names_of_pairs() {
    #[track_caller]
    fn check(parts: Parts<'_>, valid: &[Vec<&str>]) {
        check_versions(&parts.parse(), &valid.concat());
    }
    let everywhere = [span("1.0", "4.0")];
    let until_2 = [span("1.0", "2.10")];
    let not_3 = [span("1.0", "2.10"), span("4.0", "4.0")];
    let not_3_0 = [span("1.0", "2.10"), span("3.1", "4.0")];
    let until_3 = [span("1.0", "3.10")];

    let option = |name: &str, value: &str| {
        format!(
            "<cluster_property_set id=\"s\"><nvpair id=\"n\" name=\"{name}\" {value}/>\
             </cluster_property_set>"
        )
    };
    for (name, value, valid) in [
        ("stonith_enabled", "value=\"x\"", &not_3[..]),
        ("cluster-infrastructure", "value=\"corosync\"", &everywhere),
        ("cluster-infrastructure", "value=\"cman\"", &not_3),
        (
            "cluster-infrastructure",
            "value=\"classic  openais\"",
            &everywhere,
        ),
        ("crmd-transition-delay", "value=\"1\"", &until_3),
        ("stonith-action", "value=\"off\"", &everywhere),
        ("stonith-action", "value=\"poweroff\"", &until_3),
        ("anything", "", &until_3),
        ("default-resource-stickiness", "", &until_2),
    ] {
        let crm_config = option(name, value);
        check(
            Parts {
                crm_config: &crm_config,
                ..Parts::default()
            },
            valid,
        );
    }
    // (owner, set, name, valid)
    for (set, name, valid) in [
        ("meta_attributes", "isolation", &not_3[..]),
        ("meta_attributes", "restart-type", &until_3),
        ("meta_attributes", "requires", &everywhere),
        ("instance_attributes", "pcmk_off_cmd", &not_3_0),
        ("instance_attributes", "timeout", &everywhere),
    ] {
        let resources = format!(
            "<primitive id=\"p\" class=\"lsb\" type=\"t\"><{set} id=\"s\">\
             <nvpair id=\"n\" name=\"{name}\" value=\"\"/></{set}></primitive>"
        );
        check(
            Parts {
                resources: &resources,
                ..Parts::default()
            },
            valid,
        );
    }
    for (set, name, valid) in [
        ("meta_attributes", "requires", &not_3[..]),
        ("meta_attributes", "can_fail", &until_3),
        ("instance_attributes", "timeout", &not_3_0),
        ("instance_attributes", "can_fail", &everywhere),
    ] {
        let resources = format!(
            "<primitive id=\"p\" class=\"lsb\" type=\"t\"><operations>\
             <op id=\"o\" name=\"n\" interval=\"0\"><{set} id=\"s\">\
             <nvpair id=\"n\" name=\"{name}\" value=\"\"/></{set}></op></operations></primitive>"
        );
        check(
            Parts {
                resources: &resources,
                ..Parts::default()
            },
            valid,
        );
    }
    for (section, name, valid) in [
        ("rsc_defaults", "restart-type", &until_3[..]),
        ("op_defaults", "restart-type", &everywhere),
        ("op_defaults", "role_after_failure", &until_3),
    ] {
        let defaults = format!(
            "<{section}><meta_attributes id=\"s\"><nvpair id=\"n\" name=\"{name}\" value=\"\"/>\
             </meta_attributes></{section}>"
        );
        check(
            Parts {
                defaults: &defaults,
                ..Parts::default()
            },
            valid,
        );
    }
}

#[test]
fn references_between_pairs() {
    let in_primitive = |pair: &str| {
        format!(
            "<primitive id=\"p\" class=\"lsb\" type=\"t\"><instance_attributes id=\"s\">\
             <nvpair id=\"n\" name=\"a\" value=\"b\"/>{pair}</instance_attributes></primitive>"
        )
    };
    in_resources(&in_primitive("<nvpair id-ref=\"n\"/>"), "1.3", "4.0");
    in_resources(
        &in_primitive("<nvpair id-ref=\"n\" name=\"c\"/>"),
        "1.3",
        "3.10",
    );
    let crm_config = "<cluster_property_set id=\"s\"><nvpair id=\"n\" name=\"a\" value=\"b\"/>\
                      </cluster_property_set><cluster_property_set id=\"t\"><nvpair id-ref=\"n\"/>\
                      </cluster_property_set>";
    let parts = Parts {
        crm_config,
        ..Parts::default()
    };
    check_versions(&parts.parse(), &span("3.0", "4.0"));
}

#[test]
fn rules() {
    let in_set = |rule: &str| {
        format!(
            "<primitive id=\"p\" class=\"lsb\" type=\"t\"><meta_attributes id=\"s\">\
             <nvpair id=\"n\" name=\"a\" value=\"b\"/>{rule}</meta_attributes></primitive>"
        )
    };
    let rule =
        |attributes: &str, inside: &str| format!("<rule id=\"r\" {attributes}>{inside}</rule>");
    let expression =
        |more: &str| format!("<expression id=\"e\" attribute=\"a\" operation=\"defined\" {more}/>");
    let scored = |inside: &str| in_set(&rule("score=\"1\"", inside));
    in_resources(
        &scored(&expression("type=\"version\" value=\"\"")),
        "1.0",
        "4.0",
    );
    in_resources(&in_set(&rule("", &expression(""))), "3.9", "4.0");
    in_resources(&scored(&expression("type=\"integer\"")), "3.5", "4.0");
    in_resources(&scored(&expression("value-source=\"meta\"")), "2.9", "4.0");
    in_resources(
        &scored("<rsc_expression id=\"e\" class=\"x\"/>"),
        "3.4",
        "4.0",
    );
    in_resources(
        &scored("<rule id=\"q\" score-attribute=\"x\"><op_expression id=\"e\" name=\"n\"/></rule>"),
        "3.4",
        "4.0",
    );
    in_constraints(
        "<rsc_location id=\"l\" rsc=\"p\"><rule id=\"r\" score=\"1\"><rsc_expression id=\"e\"/></rule>\
         </rsc_location>",
        "3.5",
        "4.0",
    );
    // Under defaults, value-source came later.
    let defaults = format!(
        "<rsc_defaults><meta_attributes id=\"s\">{}</meta_attributes></rsc_defaults>",
        rule("score=\"1\"", &expression("value-source=\"meta\""))
    );
    let parts = Parts {
        defaults: &defaults,
        ..Parts::default()
    };
    check_versions(&parts.parse(), &span("3.0", "4.0"));
    for broken in [
        rule("score=\"1\" score-attribute=\"x\"", &expression("")),
        rule("score=\"1.5\"", &expression("")),
        rule("score=\"infinity\"", &expression("")),
        rule("score=\"1\"", ""),
        "<rule id-ref=\"n\" id=\"r\"/>".to_owned(),
        format!(
            "{}{}",
            rule("score=\"1\"", &expression("")),
            "<rule id-ref=\"r\"/>"
        ),
    ] {
        let parts = Parts {
            resources: &in_set(&broken),
            ..Parts::default()
        };
        check_versions(&parts.parse(), &[]);
    }
}

#[test]
fn dates() {
    let date = |attributes: &str, inside: &str| {
        format!(
            "<primitive id=\"p\" class=\"lsb\" type=\"t\"><meta_attributes id=\"s\">\
             <rule id=\"r\" score=\"0\"><date_expression id=\"d\" {attributes}>{inside}\
             </date_expression></rule></meta_attributes></primitive>"
        )
    };
    in_resources(&date("operation=\"gt\" start=\"x\"", ""), "1.0", "4.0");
    in_resources(&date("operation=\"in_range\" end=\"x\"", ""), "1.0", "4.0");
    in_resources(
        &date("operation=\"in_range\" start=\"x\"", ""),
        "3.9",
        "4.0",
    );
    let duration = "<duration id=\"u\" hours=\"1\"/>";
    in_resources(
        &date("operation=\"in_range\" start=\"x\"", duration),
        "1.0",
        "4.0",
    );
    in_resources(
        &date("operation=\"in_range\" end=\"x\"", duration),
        "3.9",
        "4.0",
    );
    let in_range = |inside| date("operation=\"in_range\" start=\"x\"", inside);
    in_resources(&in_range("<duration id=\"u\" days=\"1\"/>"), "3.9", "4.0");
    in_resources(&in_range("<duration id=\"u\" moon=\"1\"/>"), "1.0", "4.0");
    let spec = |inside| date("operation=\"date_spec\"", inside);
    in_resources(&spec("<date_spec id=\"u\" moon=\"1\"/>"), "1.0", "3.10");
    in_resources(
        &spec("<date_spec id=\"u\" minutes=\"1\" yeardays=\"1\"/>"),
        "3.9",
        "4.0",
    );
    for broken in [
        date("operation=\"gt\" end=\"x\"", ""),
        date("operation=\"in_range\"", ""),
        date("operation=\"date_spec\"", duration),
        date("operation=\"date_spec\"", ""),
    ] {
        let parts = Parts {
            resources: &broken,
            ..Parts::default()
        };
        check_versions(&parts.parse(), &[]);
    }
}

#[test]
fn nodes_and_topology() {
    let node = |attributes: &str, valid: &[&str]| {
        let nodes = format!("<node id=\"1 :\" uname=\"u\" {attributes}/>");
        let parts = Parts {
            nodes: &nodes,
            ..Parts::default()
        };
        check_versions(&parts.parse(), valid);
    };
    node("type=\"member\"", &span("1.0", "4.0"));
    node("", &span("1.2", "4.0"));
    node("score=\"INFINITY\"", &span("1.2", "4.0"));
    node("type=\"normal\"", &span("1.0", "2.10"));
    node("type=\"ping\"", &span("1.0", "3.10"));
    node("type=\"remote\"", &span("1.3", "4.0"));

    let level = |attributes: &str| {
        format!(
            "<fencing-topology><fencing-level id=\"f\" devices=\"a,b\" {attributes}/>\
             </fencing-topology>"
        )
    };
    in_configuration(&level("target=\"x\" index=\"1\""), "1.2", "4.0");
    in_configuration(&level("target-pattern=\"x\" index=\"09\""), "1.2", "4.0");
    in_configuration(&level("target-pattern=\"x\" index=\"10\""), "1.2", "3.10");
    in_configuration(
        &level("target-attribute=\"x\" target-value=\"\" index=\"1\""),
        "2.4",
        "4.0",
    );
    for broken in [
        level("target=\"x\" target-pattern=\"y\" index=\"1\""),
        level("target=\"x\" index=\"0\""),
        level("target-attribute=\"x\" index=\"1\""),
    ] {
        let parts = Parts {
            more: &broken,
            ..Parts::default()
        };
        check_versions(&parts.parse(), &[]);
    }
}

#[test]
fn access_control() {
    let acls = |inside: &str| format!("<acls>{inside}</acls>");
    let role_1 = "<acl_role id=\"r\"><read id=\"a\" xpath=\"/x\"/><write id=\"b\" tag=\"t\" ref=\"r\"/>\
                  <deny id=\"c\" ref=\"r\" attribute=\"x\"/></acl_role>";
    in_configuration(
        &acls(&format!(
            "{role_1}<acl_user id=\"u\"><role_ref id=\"r\"/></acl_user>"
        )),
        "1.2",
        "1.3",
    );
    let role_2 = "<acl_role id=\"r\" description=\"\"><acl_permission id=\"a\" kind=\"read\" xpath=\"/x\"/>\
                  <acl_permission id=\"b\" kind=\"deny\" reference=\"r\"/>\
                  <acl_permission id=\"c\" kind=\"write\" object-type=\"o\" attribute=\"a\"/></acl_role>";
    in_configuration(
        &acls(&format!(
            "<acl_target id=\"u v\"><role id=\"r\"/></acl_target>{role_2}"
        )),
        "2.0",
        "4.0",
    );
    in_configuration(&acls("<acl_group id=\"g\" name=\"x y\"/>"), "3.8", "4.0");
    for broken in [
        "<acl_role id=\"r\"><acl_permission id=\"a\" kind=\"read\"/></acl_role>",
        "<acl_role id=\"r\"><acl_permission id=\"a\" kind=\"read\" xpath=\"x\" reference=\"r\"/></acl_role>",
        "<acl_group id=\"g\"><role id=\"nobody\"/></acl_group>",
    ] {
        let parts = Parts {
            more: &acls(broken),
            ..Parts::default()
        };
        check_versions(&parts.parse(), &[]);
    }
}

#[test]
fn tags_and_alerts() {
    in_configuration(
        "<tags><tag id=\"t\"><obj_ref id=\"t\"/></tag></tags>",
        "1.3",
        "4.0",
    );
    in_configuration(
        "<tags><tag id=\"t\"><obj_ref id=\"0 nobody\"/></tag></tags>",
        "3.3",
        "4.0",
    );
    let alert =
        |inside: &str| format!("<alerts><alert id=\"a\" path=\"/x\">{inside}</alert></alerts>");
    in_configuration(
        &alert("<meta_attributes id=\"m\"/><recipient id=\"r\" value=\"v\"/>"),
        "2.5",
        "4.0",
    );
    in_configuration(
        &alert("<recipient id=\"r\" value=\"v\"/><meta_attributes id=\"m\"/>"),
        "2.10",
        "4.0",
    );
    in_configuration(
        &alert(
            "<select><select_fencing/><select_attributes><attribute id=\"x\" name=\"n\"/>\
             </select_attributes></select>",
        ),
        "2.10",
        "4.0",
    );
    let parts = Parts {
        more: "<tags><tag id=\"t\"/></tags>",
        ..Parts::default()
    };
    check_versions(&parts.parse(), &[]);
}

#[test]
fn constraints() {
    let set = "<resource_set id=\"s\" sequential=\"true\"><resource_ref id=\"p\"/></resource_set>";
    let rule = "<rule id=\"r\" score=\"1\"><expression id=\"e\" attribute=\"a\" operation=\"defined\"/></rule>";
    let rule_2 = rule.replace("\"r\"", "\"r2\"").replace("\"e\"", "\"e2\"");
    let location = |attributes: &str, inside: &str| {
        format!("<rsc_location id=\"l\" {attributes}>{inside}</rsc_location>")
    };
    let placed = "rsc=\"p\" node=\"n\" score=\"+INFINITY\"";
    in_constraints(&location(placed, ""), "1.0", "4.0");
    in_constraints(
        &location(placed, &format!("<lifetime>{rule}</lifetime>")),
        "1.0",
        "3.10",
    );
    in_constraints(
        &location(&format!("{placed} role=\"Slave\""), ""),
        "1.2",
        "4.0",
    );
    in_constraints(
        &location(&format!("{placed} role=\"Unpromoted\""), ""),
        "3.7",
        "4.0",
    );
    in_constraints(
        &location(&format!("{placed} resource-discovery=\"never\""), ""),
        "2.2",
        "4.0",
    );
    in_constraints(
        &location("rsc-pattern=\"(\" node=\"n\" score=\"1\"", ""),
        "2.6",
        "4.0",
    );
    in_constraints(&location("", &format!("{set}{rule}")), "1.2", "4.0");
    in_constraints(
        &location("rsc=\"p\"", &format!("{rule}{rule_2}")),
        "1.0",
        "3.10",
    );

    let colocation = |more: &str, inside: &str| {
        format!("<rsc_colocation id=\"c\" {more}>{inside}</rsc_colocation>")
    };
    let pair = "rsc=\"p\" with-rsc=\"q\" score=\"-1\"";
    in_constraints(&colocation(pair, ""), "1.0", "4.0");
    in_constraints(
        &colocation(&format!("{pair} influence=\"x\""), ""),
        "3.6",
        "4.0",
    );
    in_constraints(
        &colocation("rsc=\"p\" with-rsc=\"q\" score-attribute-mangle=\"x\"", ""),
        "1.0",
        "2.10",
    );
    in_constraints(&colocation("", set), "1.0", "4.0");
    in_constraints(
        &colocation("", &format!("<lifetime>{rule}</lifetime>{set}")),
        "1.0",
        "3.10",
    );

    let order = |more: &str| format!("<rsc_order id=\"o\" first=\"p\" then=\"q\" {more}/>");
    in_constraints(&order("kind=\"Serialize\" symmetrical=\"0\""), "1.0", "4.0");
    in_constraints(&order("require-all=\"0\""), "2.3", "4.0");
    let ordered = |more: &str| {
        format!(
            "<rsc_order id=\"o\">{}</rsc_order>",
            set.replace("sequential", more)
        )
    };
    in_constraints(&ordered("require-all"), "1.2", "4.0");
    in_constraints(&ordered("ordering=\"listed\" sequential"), "2.1", "4.0");
    in_constraints(&ordered("kind=\"Optional\" sequential"), "3.0", "4.0");

    in_constraints(
        "<rsc_ticket id=\"t\" rsc=\"p\" rsc-role=\"Started\" ticket=\"\" loss-policy=\"freeze\"/>",
        "1.2",
        "4.0",
    );
    for broken in [
        location("rsc=\"p\" score=\"1\"", ""),
        location(placed, rule),
        location("", &format!("{rule}{set}")),
        location("rsc=\"p\"", &format!("{set}{rule}")),
        colocation(pair, set),
        colocation("rsc=\"p\" score=\"1\"", ""),
        colocation("", &format!("{set}<lifetime>{rule}</lifetime>")),
        order("kind=\"Optional\" score=\"1\""),
        order("first-action=\"break\""),
        ordered("id-ref=\"o\" sequential"),
        "<rsc_ticket id=\"t\" rsc=\"p\"/>".to_owned(),
    ] {
        let parts = Parts {
            resources: "<primitive id=\"p\" class=\"lsb\" type=\"t\"/>\
                        <primitive id=\"q\" class=\"lsb\" type=\"t\"/>",
            constraints: &broken,
            ..Parts::default()
        };
        check_versions(&parts.parse(), &[]);
    }
}
