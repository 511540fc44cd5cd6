//! Values that do not parse.

use super::*;

#[test]
fn scores_that_do_not_parse() {
    check_invalid(
        &Cib {
            constraints: r#"<rsc_location id="l" rsc="a" node="n1" score="many"/>"#,
            ..Cib::default()
        },
        &[
            r#"<stdin>:11: element rsc_location id="l": invalid value score="many"; expected an integer, "INFINITY", "+INFINITY" or "-INFINITY""#,
        ],
    );
    check_used(
        &Cib {
            schema: "none",
            constraints: r##"<rsc_location id="l1" rsc="a" node="n2" score="many"/>
<rsc_location id="l2" rsc="a" node="n2" score=""/>
<rsc_location id="l3" rsc="a"><rule id="r" score="x"><expression id="e" attribute="#uname" operation="eq" value="n2"/>
</rule></rsc_location>"##,
            ..Cib::default()
        },
        &[
            VALIDATION_DISABLED,
            "error: Ignoring location constraint l1 because 'many' is not a valid score",
            "error: Ignoring location constraint l2 because '' is not a valid score",
            "error: Ignoring location constraint rule r because 'x' is not a valid score: Invalid argument",
        ],
        &["Start a ( n1 )"],
    );
}

#[test]
fn meta_attributes_that_do_not_parse() {
    let pairs = [
        ("resource-stickiness", "sticky"),
        ("migration-threshold", "-x"),
        ("priority", "high"),
        ("is-managed", "perhaps"),
        ("target-role", "Sleeping"),
        ("multiple-active", "fine"),
        ("requires", "luck"),
        ("failure-timeout", "whenever"),
    ];
    let pairs: String = pairs
        .iter()
        .map(|(name, value)| format!(r#"<nvpair id="m-{name}" name="{name}" value="{value}"/>"#))
        .collect();
    check_used(
        &Cib {
            resources: &format!(
                r#"<primitive id="a" class="ocf" provider="pacemaker" type="Dummy"><meta_attributes id="m">{pairs}
</meta_attributes></primitive>"#
            ),
            ..Cib::default()
        },
        &[
            "warning: Using default (0) for resource a priority because 'high' is not a valid value: Bad input value \
             provided",
            "warning: fine is not a valid value for multiple-active, using default of \"stop_start\"",
            "warning: Using default (0) for resource a resource-stickiness because 'sticky' is not a valid value: Bad \
             input value provided",
            "warning: Using default (INFINITY) for resource a meta-attribute migration-threshold because '-x' is not a \
             valid value: Bad input value provided",
            "error: Resetting 'requires' for a to 'quorum' because 'luck' is not valid",
            "error: Ignoring 'target-role' for a because 'Sleeping' is not valid",
        ],
        &[],
    );
}

#[test]
fn cluster_options_that_do_not_parse() {
    let bad = [
        ("cluster-recheck-interval", "PXYZ"),
        ("no-quorum-policy", "panic"),
        ("fencing-timeout", "-5"),
        ("cluster-delay", "soon"),
        ("batch-limit", "x"),
    ];
    let pairs: String = bad
        .iter()
        .map(|(name, value)| format!(r#"<nvpair id="o-{name}" name="{name}" value="{value}"/>"#))
        .collect();
    let messages: Vec<String> = bad
        .iter()
        .map(|(name, value)| {
            format!("error: Using default value for cluster option '{name}' because '{value}' is invalid")
        })
        .collect();
    let messages: Vec<&str> = messages.iter().map(String::as_str).collect();
    check_used(
        &Cib {
            options: &pairs,
            ..Cib::default()
        },
        &messages,
        &["Start a ( n1 )"],
    );
}

/// An interval that does not parse counts as 0, a timeout as the default; both silently, as documented.
#[test]
fn intervals_that_do_not_parse() {
    let cib = Cib {
        resources: r#"<primitive id="a" class="ocf" provider="pacemaker" type="Dummy"><operations>
<op id="a1" name="monitor" interval="often" timeout="never"/><op id="a2" name="monitor" interval="-10s"/>
<op id="a3" name="monitor" interval="P1Z"/><op id="a4" name="monitor" interval="10s" timeout="soon"/>
<op id="a5" name="monitor" interval="9999999999999999999999999999s" timeout="-1"/>
<op id="a6" name="start" interval="5"/></operations></primitive>"#,
        ..Cib::default()
    };
    check_used(
        &cib,
        &["error: Ignoring a6 because start action cannot be recurring"],
        &["Start a ( n1 )"],
    );

    let directory = scratch("bad-intervals");
    let (input, graph) = (directory.join("cib.xml"), directory.join("graph.xml"));
    std::fs::write(&input, cib.text()).expect("scratch is writable");
    let ran = simulate([
        OsString::from("-R"),
        "-x".into(),
        input.into(),
        "-G".into(),
        graph.clone().into(),
    ]);
    assert_eq!(ran.status, 0);
    let graph = std::fs::read_to_string(graph).expect("the run wrote it");
    let intervals: Vec<&str> = graph
        .split("CRM_meta_interval=\"")
        .skip(1)
        .filter_map(|at| at.split('"').next())
        .collect();
    assert_eq!(intervals, ["4294967295", "10000"]);
    assert!(
        graph.contains(r#"operation_key="a_monitor_10000" on_node="n1""#),
        "{graph}"
    );
}

/// Far more instances than any machine could schedule.
#[test]
fn endless_clones_and_bundles() {
    let clone = |number: &str| {
        format!(
            r#"<clone id="c"><meta_attributes id="m"><nvpair id="m1" name="clone-max" value="{number}"/>
</meta_attributes>{DUMMY}</clone>"#
        )
    };
    check_used(
        &Cib {
            resources: &clone("999999999999"),
            ..Cib::default()
        },
        &["error: Using 5000 instead of 2147483647 as clone-max for c"],
        &["Start a:0 ( n1 )", "Start a:1 ( n2 )"],
    );
    check_used(
        &Cib {
            resources: &clone("-4"),
            ..Cib::default()
        },
        &[],
        &[],
    );
    let bundle = r#"<bundle id="b"><podman image="i" replicas="-2000000000"/></bundle>"#;
    check_used(
        &Cib {
            resources: bundle,
            ..Cib::default()
        },
        &[],
        &["Start b-podman-0 ( n1 )"],
    );
}
