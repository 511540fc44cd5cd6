//! The messages: one for each cause.

use super::*;

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
    // Deeper than the parser reads.
    let mut doc = Parts {
        resources: "<primitive id=\"p\" class=\"lsb\" type=\"t\"><meta_attributes id=\"m\"/></primitive>",
        ..Parts::default()
    }
    .parse();
    let mut at = doc.by_id(None, "m")[0];
    for number in 0..5000 {
        at = doc.append(at, "rule");
        doc.set_attr(at, "id", &format!("r{number}"));
        doc.set_attr(at, "score", "1");
    }
    check_versions(&doc, &[]);
    let end = doc.append(at, "expression");
    doc.set_attr(end, "id", "e");
    doc.set_attr(end, "attribute", "a");
    doc.set_attr(end, "operation", "defined");
    check_versions(&doc, &span("1.0", "4.0"));
}
