//! Tests of the whole: the grammar against the tables of the behaviour notes, the messages, and laws.

use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::grammar::Grammar;
use super::versions::Version;
use super::*;

/// Versions between two numbers, both included.
fn span(first: &str, last: &str) -> Vec<&'static str> {
    let full = |number: &str| format!("pacemaker-{number}");
    let names = known_schemas().iter().copied();
    let names = names.skip_while(|name| *name != full(first));
    let mut span: Vec<&str> = Vec::new();
    for name in names {
        span.push(name);
        if *name == full(last) {
            break;
        }
    }
    assert!(!span.is_empty(), "{first} to {last}");
    span
}

/// What a test puts into an otherwise empty document.
#[derive(Default)]
struct Parts<'t> {
    crm_config: &'t str,
    defaults: &'t str,
    nodes: &'t str,
    resources: &'t str,
    constraints: &'t str,
    more: &'t str,
}

impl Parts<'_> {
    fn parse(&self) -> Document {
        let text = format!(
            "<cib validate-with=\"none\" admin_epoch=\"0\" epoch=\"0\" num_updates=\"0\">\
             <configuration>\n<crm_config>{}</crm_config>{}\n<nodes>{}</nodes>\n\
             <resources>{}</resources>\n<constraints>{}</constraints>\n{}</configuration></cib>",
            self.crm_config, self.defaults, self.nodes, self.resources, self.constraints, self.more
        );
        parse(&text)
    }
}

fn parse(text: &str) -> Document {
    match Document::parse(text.as_bytes(), "cib.xml") {
        Ok(doc) => doc,
        Err(error) => panic!("{error}\n{text}"),
    }
}

/// Checks that a document is valid in just these versions, and that both readers say so.
#[track_caller]
fn check_versions(doc: &Document, valid: &[&str]) {
    for schema in known_schemas() {
        let problems = validate(doc, schema);
        assert_eq!(is_valid(doc, schema), problems.is_ok(), "{schema}");
        assert_eq!(
            problems.is_ok(),
            valid.contains(schema),
            "{schema}: {problems:#?}"
        );
    }
}

#[track_caller]
fn in_resources(resources: &str, first: &str, last: &str) {
    let parts = Parts {
        resources,
        ..Parts::default()
    };
    check_versions(&parts.parse(), &span(first, last));
}

#[track_caller]
fn in_constraints(constraints: &str, first: &str, last: &str) {
    let parts = Parts {
        resources: "<primitive id=\"p\" class=\"lsb\" type=\"t\"/><primitive id=\"q\" class=\"lsb\" type=\"t\"/>",
        constraints,
        ..Parts::default()
    };
    check_versions(&parts.parse(), &span(first, last));
}

#[track_caller]
fn in_configuration(more: &str, first: &str, last: &str) {
    let parts = Parts {
        more,
        ..Parts::default()
    };
    check_versions(&parts.parse(), &span(first, last));
}

/// The messages about a document under one schema, without the file's name.
#[track_caller]
fn check_messages(doc: &Document, number: &str, want: &[&str]) {
    let found = match validate(doc, &format!("pacemaker-{number}")) {
        Ok(()) => Vec::new(),
        Err(problems) => problems.iter().map(ToString::to_string).collect(),
    };
    let want: Vec<String> = want.iter().map(|line| format!("cib.xml:{line}")).collect();
    assert_eq!(found, want);
}

#[test]
fn all_versions_compile() {
    for version in Version::all() {
        let model = Grammar::get().model(version);
        assert_eq!(model.rule(model.start).name, ROOT);
        assert!(grammar_text(version.name()).is_some_and(|text| text.contains("start =")));
    }
    assert_eq!(known_schemas().len(), 26);
    assert_eq!(grammar_text(NO_SCHEMA), None);
}

#[test]
fn schemas_that_are_no_version() {
    let doc = Document::new("whatever");
    assert!(is_valid(&doc, NO_SCHEMA));
    assert!(validate(&doc, NO_SCHEMA).is_ok());
    assert!(!is_valid(&doc, "pacemaker-1.1"));
    assert!(!is_valid(&doc, ""));
    assert!(!only_widens("pacemaker-4.0") && only_widens("pacemaker-3.10"));

    let cib = Parts::default().parse();
    let newer = validate(&cib, "pacemaker-4.1").expect_err("there is no 4.1");
    assert_eq!(
        newer.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [
            "cib.xml:1: element cib: schema \"pacemaker-4.1\" is not known; expected one of \
             pacemaker-1.0 to pacemaker-4.0 or none; did you mean \"pacemaker-4.0\"?"
        ]
    );
    let missing = validate(&cib, "").expect_err("none named");
    assert_eq!(missing.len(), 1);
    assert_eq!(missing[0].kind, ProblemKind::UnknownSchema { name: None });
}

// ---- what is valid in which versions (behaviour notes 11 §3)

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

// ---- messages: one for each cause

#[test]
fn messages_about_attributes() {
    let doc = Parts {
        nodes: "<node id=\"1\" name=\"n\"/>",
        resources: "<primitive id=\"a\" class=\"lsb\" type=\"t\" colour=\"x\">\n<operations>\
            <op id=\"o\" name=\"monitor\" intervall=\"1\"/>\n<op id=\"o2\" name=\"m\" interval=\"1\" enabled=\"yes\"/>\
            </operations></primitive>\n<primitive id=\"b\" class=\"lsb\" provider=\"p\" type=\"t\"/>\n\
            <primitive id=\"c\"/>\n<primitive id=\"d\" class=\"ocf\" type=\"t\"/>",
        constraints: "<rsc_colocation id=\"k\" rsc=\"a\" with-rsc=\"b\" influence=\"x\"/>\n\
            <rsc_location id=\"l\"/>\n<rsc_location id=\"m\" rsc=\"a\" score=\"1\"/>\n\
            <rsc_order id=\"n\" first=\"a\" then=\"b\" kind=\"Sometimes\"/>",
        ..Parts::default()
    }
    .parse();
    check_messages(
        &doc,
        "3.5",
        &[
            "3: element node id=\"1\": unknown attribute \"name\"; expected uname, description, type \
             or score; did you mean \"uname\"?",
            "4: element primitive id=\"a\": unknown attribute \"colour\"; expected description",
            "5: element op id=\"o\": unknown attribute \"intervall\"; expected interval, description, \
             start-delay, interval-origin, timeout, enabled, record-pending, role or on-fail; did you \
             mean \"interval\"?",
            "6: element op id=\"o2\": invalid value enabled=\"yes\"; expected true or false",
            "7: element primitive id=\"b\": provider=\"p\" does not go together with class=\"lsb\"",
            "8: element primitive id=\"c\": missing attributes; expected template or class and type",
            "9: element primitive id=\"d\": missing attribute \"provider\"",
            "10: element rsc_colocation id=\"k\": unknown attribute \"influence\"; expected score, \
             node-attribute, rsc-role or with-rsc-role; allowed in schema 3.6 to 4.0",
            "11: element rsc_location id=\"l\": incomplete content; expected rsc, rsc-pattern or \
             element resource_set",
            "11: element rsc_location id=\"l\": incomplete content; expected element rule or score and \
             node",
            "12: element rsc_location id=\"m\": missing attribute \"node\"",
            "13: element rsc_order id=\"n\": invalid value kind=\"Sometimes\"; expected \"Optional\", \
             \"Mandatory\" or \"Serialize\"",
        ],
    );
}

#[test]
fn messages_about_values() {
    let doc = Parts {
        crm_config: "<cluster_property_set id=\"s\">\n<nvpair id=\"a\" name=\"stonith_action\" value=\"off\"/>\n\
            <nvpair id=\"b\" name=\"c\" id-ref=\"a\" value=\"x\"/>\n<nvpair/></cluster_property_set>",
        resources: "<primitive id=\"1\" class=\"lsb\" type=\"t\"/>",
        constraints: "<rsc_order id=\"o\" first=\"1\" then=\"s\"/>\n\
            <rsc_order id=\"p\" first=\"ab\" then=\"s\" score=\"red\"/>\n\
            <rsc_order id=\"q\" first=\"longname\" then=\"s\"/>\n<rsc_order id=\"long-name\" first=\"s\" then=\"a\"/>\n\
            <rsc_order id=\"s\" first=\"s\" then=\"s\"/>",
        ..Parts::default()
    }
    .parse();
    check_messages(
        &doc,
        "3.0",
        &[
            "3: element nvpair id=\"a\": invalid value name=\"stonith_action\"; expected another value; \
             did you mean \"stonith-action\"?; allowed in schema 1.0 to 2.10, 4.0",
            "4: element nvpair id=\"b\": id-ref=\"a\" does not go together with id=\"b\" and value=\"x\"",
            "5: element nvpair: missing attributes; expected id-ref or name and id",
            "7: element primitive id=\"1\": invalid value id=\"1\"; expected an id (a letter or '_', \
             then letters, digits, '.', '-', '_')",
            "9: element rsc_order id=\"p\": invalid value score=\"red\"; expected an integer, \
             \"INFINITY\", \"+INFINITY\" or \"-INFINITY\"",
            "12: element rsc_order id=\"s\": id=\"s\" is already taken in line 2",
            "9: element rsc_order id=\"p\": first=\"ab\" refers to nothing in the document",
            "10: element rsc_order id=\"q\": first=\"longname\" refers to nothing in the document; did \
             you mean \"long-name\"?",
        ],
    );
}

#[test]
fn messages_about_content() {
    let doc = Parts {
        resources: "<primitve id=\"a\" class=\"lsb\" type=\"t\"><operations/>\n<operations/></primitve>\n\
            <gizmo id=\"g\"><thing id=\"h\"/></gizmo>\n<group id=\"e\"/>\n<bundle id=\"b\"><lxc/></bundle>\n\
            <bundle id=\"c\"><podman image=\"x\"/></bundle>",
        constraints: "<rsc_order id=\"o\" first=\"a\" then=\"h\"/>\n\
            <rsc_location id=\"l\" rsc=\"a\" score=\"1\" node=\"n\">\n<rule id=\"r\" score=\"1\">\
            <expression id=\"x\" attribute=\"a\" operation=\"defined\"/></rule></rsc_location>\n\
            <rsc_location id=\"m\">\n<rule id=\"r2\" score=\"1\"><expression id=\"x2\" attribute=\"a\" \
            operation=\"defined\"/></rule><resource_set id=\"s\"><resource_ref id=\"a\"/></resource_set>\
            </rsc_location>\nsome <![CDATA[text]]>",
        ..Parts::default()
    }
    .parse();
    check_messages(
        &doc,
        "3.1",
        &[
            "4: element primitve id=\"a\": unknown element in \"resources\"; expected primitive, \
             template, group, clone, master or bundle; did you mean \"primitive\"?",
            "5: element operations: one too many in \"primitve\"; expected meta_attributes, \
             instance_attributes or utilization",
            "6: element gizmo id=\"g\": unknown element in \"resources\"; expected primitive, template, \
             group, clone, master or bundle",
            "7: element group id=\"e\": incomplete content; expected element primitive",
            "8: element lxc: unknown element in \"bundle\"; expected meta_attributes, \
             instance_attributes, docker, rkt, network, storage or primitive",
            "9: element podman: unknown element in \"bundle\"; expected meta_attributes, \
             instance_attributes, docker, rkt, network, storage or primitive; allowed in schema 3.2 to \
             4.0",
            "12: element rule id=\"r\": not allowed in \"rsc_location\" together with score=\"1\" and \
             node=\"n\"; expected lifetime",
            "14: element rule id=\"r2\": not allowed here in \"rsc_location\"; expected resource_set",
            "10: element constraints: unexpected text \"some\"",
        ],
    );
}

#[test]
fn a_document_of_another_kind() {
    let doc = parse("<html><body/></html>");
    let want = ["1: element html: this is not a CIB; expected cib"];
    check_messages(&doc, "4.0", &want);
    let problems = validate(&doc, "").expect_err("no CIB");
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].kind, ProblemKind::WrongRoot);
}

#[test]
fn many_problems_are_cut_off() {
    let many = "<gizmo/>".repeat(MAX_PROBLEMS * 3);
    let doc = Parts {
        resources: &many,
        ..Parts::default()
    }
    .parse();
    let problems = validate(&doc, "pacemaker-4.0").expect_err("not valid");
    assert_eq!(problems.len(), MAX_PROBLEMS);
}

#[test]
fn depth_does_not_matter() {
    let depth = 1000;
    let rules: String = (0..depth)
        .map(|n| format!("<rule id=\"r{n}\" score=\"1\">"))
        .collect();
    let resources = format!(
        "<primitive id=\"p\" class=\"lsb\" type=\"t\"><meta_attributes id=\"m\">{rules}\
         <expression id=\"e\" attribute=\"a\" operation=\"defined\"/>{}</meta_attributes></primitive>",
        "</rule>".repeat(depth)
    );
    in_resources(&resources, "1.0", "4.0");
    let broken = resources.replace("<expression", "<expressoin");
    let parts = Parts {
        resources: &broken,
        ..Parts::default()
    };
    check_versions(&parts.parse(), &[]);
}

// ---- laws

/// A document with something of everything, valid from 3.4 to 3.10.
fn rich() -> Document {
    Parts {
        crm_config: "<cluster_property_set id=\"cbo\" score=\"5\"><rule id=\"cr\" score=\"1\">\
            <date_expression id=\"cd\" operation=\"date_spec\"><date_spec id=\"cs\" hours=\"1\"/>\
            </date_expression></rule><nvpair id=\"cn\" name=\"a\" value=\"b\"/></cluster_property_set>",
        defaults: "<rsc_defaults><meta_attributes id=\"rd\"/></rsc_defaults><op_defaults>\
            <meta_attributes id=\"od\"><rule id=\"or\" score=\"1\"><op_expression id=\"oe\" name=\"x\"/>\
            <rsc_expression id=\"re\"/></rule></meta_attributes></op_defaults>",
        nodes: "<node id=\"1\" uname=\"n1\"><instance_attributes id=\"ni\"/><utilization id=\"nu\"/></node>",
        resources: "<template id=\"t\" class=\"ocf\" provider=\"a\" type=\"b\"/>\
            <group id=\"g\"><primitive id=\"p1\" template=\"t\"/><primitive id=\"p2\" class=\"lsb\" type=\"x\">\
            <operations><op id=\"op\" name=\"monitor\" interval=\"1\"><instance_attributes id-ref=\"ni\"/></op>\
            </operations></primitive></group><clone id=\"c\"><primitive id=\"p3\" template=\"t\"/></clone>\
            <master id=\"m\"><primitive id=\"p4\" template=\"t\"/></master><bundle id=\"b\">\
            <docker image=\"i\" masters=\"1\"/><network><port-mapping id=\"pm\" port=\"1\"/></network></bundle>",
        constraints: "<rsc_location id=\"l1\" rsc=\"g\" node=\"n1\" score=\"1\"><lifetime><rule id=\"lr\" \
            score=\"1\"><expression id=\"le\" attribute=\"a\" operation=\"eq\" value=\"b\"/></rule></lifetime>\
            </rsc_location><rsc_colocation id=\"c1\" score=\"1\"><resource_set id=\"s1\"><resource_ref id=\"p1\"/>\
            </resource_set></rsc_colocation><rsc_order id=\"o1\" first=\"g\" then=\"c\"/>\
            <rsc_ticket id=\"tk\" rsc=\"m\" ticket=\"t1\"/>",
        more: "<fencing-topology><fencing-level id=\"f\" target=\"n1\" index=\"1\" devices=\"a\"/>\
            </fencing-topology><acls><acl_role id=\"ar\"><acl_permission id=\"ap\" kind=\"read\" \
            reference=\"g\"/></acl_role><acl_target id=\"u\"><role id=\"ar\"/></acl_target></acls>\
            <tags><tag id=\"tag\"><obj_ref id=\"g\"/></tag></tags><alerts><alert id=\"al\" path=\"/p\">\
            <select><select_nodes/></select><recipient id=\"rc\" value=\"v\"/></alert></alerts>",
    }
    .parse()
}

#[test]
fn the_rich_document() {
    check_versions(&rich(), &span("3.4", "3.10"));
}

/// Changes that keep a document a document.
#[derive(Clone, Debug)]
enum Change {
    RenameElement(prop::sample::Index, String),
    RenameAttribute(prop::sample::Index, prop::sample::Index, String),
    SetAttribute(prop::sample::Index, String, String),
    RemoveAttribute(prop::sample::Index, prop::sample::Index),
    Remove(prop::sample::Index),
    Copy(prop::sample::Index, prop::sample::Index),
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "id",
            "id-ref",
            "rsc",
            "score",
            "name",
            "value",
            "class",
            "type",
            "operation",
            "node",
            "rule",
            "primitive",
            "group",
            "nvpair",
            "resource_set",
            "meta_attributes",
            "xmlns",
            "status",
            "lifetime",
            "op",
            "date_expression",
            "kind",
            "template",
        ])
        .prop_map(str::to_owned),
        "[a-z_]{1,10}",
    ]
}

fn change() -> impl Strategy<Value = Change> {
    let index = any::<prop::sample::Index>;
    let value = prop_oneof![
        prop::sample::select(vec![
            "", "1", "g", "INFINITY", "ocf", "in_range", "true", "p1"
        ])
        .prop_map(str::to_owned),
        "\\PC{0,8}",
    ];
    prop_oneof![
        (index(), name()).prop_map(|(at, name)| Change::RenameElement(at, name)),
        (index(), index(), name())
            .prop_map(|(at, which, name)| { Change::RenameAttribute(at, which, name) }),
        (index(), name(), value)
            .prop_map(|(at, name, value)| Change::SetAttribute(at, name, value)),
        (index(), index()).prop_map(|(at, which)| Change::RemoveAttribute(at, which)),
        index().prop_map(Change::Remove),
        (index(), index()).prop_map(|(from, to)| Change::Copy(from, to)),
    ]
}

fn apply(doc: &mut Document, change: &Change) {
    let all: Vec<_> = doc
        .root_element()
        .descendants()
        .map(|element| element.id())
        .collect();
    if all.is_empty() {
        return;
    }
    match change {
        Change::RenameElement(at, name) => doc.rename(all[at.index(all.len())], name),
        Change::RenameAttribute(at, which, name) => {
            let id = all[at.index(all.len())];
            let attributes: Vec<(String, String)> = doc
                .element(id)
                .attrs()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect();
            if !attributes.is_empty() {
                let (old, value) = &attributes[which.index(attributes.len())];
                doc.remove_attr(id, old);
                doc.set_attr(id, name, value);
            }
        }
        Change::SetAttribute(at, name, value) => {
            doc.set_attr(all[at.index(all.len())], name, value);
        }
        Change::RemoveAttribute(at, which) => {
            let id = all[at.index(all.len())];
            let names: Vec<String> = doc
                .element(id)
                .attrs()
                .map(|(name, _)| name.to_owned())
                .collect();
            if !names.is_empty() {
                doc.remove_attr(id, &names[which.index(names.len())]);
            }
        }
        Change::Remove(at) => doc.detach(all[at.index(all.len())]),
        Change::Copy(from, to) => {
            doc.copy_within(all[to.index(all.len())], all[from.index(all.len())]);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn explanations_agree_with_the_check(changes in prop::collection::vec(change(), 1..6)) {
        let mut doc = rich();
        for change in &changes {
            apply(&mut doc, change);
        }
        let mut before = false;
        for schema in known_schemas() {
            let valid = is_valid(&doc, schema);
            match validate(&doc, schema) {
                Ok(()) => prop_assert!(valid),
                Err(problems) => {
                    prop_assert!(!valid && !problems.is_empty());
                    for problem in problems {
                        prop_assert_ne!(&problem.kind, &ProblemKind::Unexplained);
                        prop_assert!(!problem.to_string().is_empty());
                    }
                }
            }
            prop_assert!(valid || !before || !only_widens(schema), "{} narrows", schema);
            before = valid;
        }
    }
}

// ---- the shared corpus, where it is at hand

fn shared(path: &str) -> Option<PathBuf> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest
        .ancestors()
        .map(|above| above.join("shared/corpus").join(path))
        .find(|path| path.exists())
}

fn documents(directory: &Path) -> Vec<(String, Document)> {
    let mut found = Vec::new();
    let entries = std::fs::read_dir(directory).expect("directory can be read");
    for entry in entries {
        let path = entry.expect("entry can be read").path();
        if path.extension().is_some_and(|extension| extension == "xml") {
            let name = path.display().to_string();
            let bytes = std::fs::read(&path).expect("file can be read");
            if let Ok(mut doc) = Document::parse(&bytes, &name) {
                doc.strip_text();
                found.push((name, doc));
            }
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

/// What the upgrade loop needs to start: the claimed schema or a later one accepts the document.
fn claimed_or_later(doc: &Document) -> bool {
    let claimed = doc.root_element().attr("validate-with").unwrap_or_default();
    claimed == NO_SCHEMA
        || known_schemas()
            .iter()
            .skip_while(|schema| **schema != claimed)
            .any(|schema| is_valid(doc, schema))
}

#[test]
fn recorded_inputs_are_valid() {
    for directory in ["scheduler/xml", "mutants/xml", "cli/inputs"] {
        let Some(directory) = shared(directory) else {
            continue;
        };
        for (name, doc) in documents(&directory) {
            let root = doc.root_element();
            let version = root.attr("validate-with").and_then(Version::named);
            if root.name() == ROOT && version.is_some() {
                let broken = name.contains("bad-schema") || name.contains("bad-dupids");
                assert_eq!(claimed_or_later(&doc), !broken, "{name}");
            }
        }
    }
}
