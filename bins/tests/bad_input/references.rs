//! Ids and references.

use super::*;

const DUPLICATES: &str = r#"<primitive id="a" class="ocf" provider="pacemaker" type="Dummy"/>
<primitive id="a" class="ocf" provider="pacemaker" type="Stateful"/>
<group id="g"><primitive id="fencing" class="ocf" provider="pacemaker" type="Dummy"/></group>"#;

#[test]
fn duplicate_ids() {
    check_invalid(
        &Cib {
            resources: DUPLICATES,
            ..Cib::default()
        },
        &[
            r#"<stdin>:9: element primitive id="a": id="a" is already taken in line 8"#,
            r#"<stdin>:10: element primitive id="fencing": id="fencing" is already taken in line 4"#,
        ],
    );
}

#[test]
fn duplicate_ids_without_validation() {
    check_used(
        &Cib {
            schema: "none",
            resources: DUPLICATES,
            ..Cib::default()
        },
        &[VALIDATION_DISABLED],
        &["Start a ( n1 )", "Start a ( n2 )", "Start fencing ( n1 )"],
    );
}

const DANGLING: &str = r#"<rsc_location id="l1" rsc="no" node="n1" score="5"/>
<rsc_location id="l2" rsc="a"><rule id-ref="no"/></rsc_location>
<rsc_colocation id="c1" rsc="a" with-rsc="no" score="1"/>
<rsc_order id="o1" first="no" then="a"/>
<rsc_order id="o2"><resource_set id="s1"><resource_ref id="a"/><resource_ref id="no"/></resource_set></rsc_order>
<rsc_order id="o3"><resource_set id-ref="no"/></rsc_order>
<rsc_ticket id="t1" rsc="no" ticket="T"/>"#;
const DANGLING_RESOURCES: &str = r#"<primitive id="a" class="ocf" provider="pacemaker" type="Dummy">
<meta_attributes id-ref="no"/><operations id-ref="no"/></primitive>
<primitive id="b" template="no"/>"#;

#[test]
fn dangling_references() {
    check_invalid(
        &Cib {
            resources: DANGLING_RESOURCES,
            constraints: DANGLING,
            ..Cib::default()
        },
        &[
            r#"<stdin>:9: element meta_attributes: id-ref="no" refers to nothing in the document"#,
            r#"<stdin>:9: element operations: id-ref="no" refers to nothing in the document"#,
            r#"<stdin>:10: element primitive id="b": template="no" refers to nothing in the document"#,
            r#"<stdin>:13: element rsc_location id="l1": rsc="no" refers to nothing in the document"#,
            r#"<stdin>:14: element rule: id-ref="no" refers to nothing in the document"#,
            r#"<stdin>:15: element rsc_colocation id="c1": with-rsc="no" refers to nothing in the document"#,
            r#"<stdin>:16: element rsc_order id="o1": first="no" refers to nothing in the document"#,
            r#"<stdin>:17: element resource_ref id="no": id="no" refers to nothing in the document"#,
            r#"<stdin>:18: element resource_set: id-ref="no" refers to nothing in the document"#,
            r#"<stdin>:19: element rsc_ticket id="t1": rsc="no" refers to nothing in the document"#,
        ],
    );
}

#[test]
fn dangling_references_without_validation() {
    let unresolved = |name: &str| {
        format!(
            "error: Ignoring invalid {name} configuration: id-ref 'no' does not reference a valid object | \
             xpath=//{name}[@id='no']"
        )
    };
    let unknown = "warning: No resource, template, or tag named 'no'";
    let constraint = |id: &str| {
        format!("error: Ignoring constraint '{id}' because 'no' is not a valid resource or tag")
    };
    check_used(
        &Cib {
            schema: "none",
            resources: DANGLING_RESOURCES,
            constraints: DANGLING,
            ..Cib::default()
        },
        &[
            VALIDATION_DISABLED,
            &unresolved("operations"),
            &unresolved("meta_attributes"),
            "error: No template named 'no'",
            "error: Ignoring <primitive> resource 'b' because configuration is invalid",
            unknown,
            &constraint("l1"),
            &unresolved("rule"),
            unknown,
            &constraint("c1"),
            unknown,
            &constraint("o1"),
            unknown,
            "error: Ignoring resource sets for constraint 'o2' because 'no' is not a valid resource or tag",
            "error: s1: No resource found for no",
            &unresolved("resource_set"),
            "error: Ignoring constraint 'o3' without first",
            unknown,
            &constraint("t1"),
        ],
        &["Start a ( n1 )"],
    );
}

/// References in circles end, too.
#[test]
fn circular_references_without_validation() {
    check_used(
        &Cib {
            schema: "none",
            resources: r#"<template id="t" template="t" class="ocf" provider="pacemaker" type="Dummy"/>
<primitive id="p" template="p"/>
<primitive id="q" class="ocf" provider="pacemaker" type="Dummy"><meta_attributes id="q1" id-ref="q2"/>
<meta_attributes id="q2" id-ref="q1"/></primitive>"#,
            constraints: r#"<rsc_order id="o"><resource_set id="s1" id-ref="s2"/></rsc_order>
<rsc_order id="o2"><resource_set id="s2" id-ref="s1"/></rsc_order>
<rsc_location id="l" rsc="q"><rule id="r1" id-ref="r2"/></rsc_location>
<rsc_location id="l2" rsc="q"><rule id="r2" id-ref="r1"/></rsc_location>"#,
            ..Cib::default()
        },
        &[
            VALIDATION_DISABLED,
            "error: The resource object 'p' should not reference itself",
            "error: Ignoring <primitive> resource 'p' because configuration is invalid",
            "error: Ignoring location constraint rule r2 because neither score nor score-attribute was specified",
            "error: Ignoring location constraint rule r1 because neither score nor score-attribute was specified",
        ],
        &["Start q ( n1 )"],
    );
}
