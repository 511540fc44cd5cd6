//! Schemas.

use super::*;

#[test]
fn unknown_schema() {
    let unknown = "(input) \terror: Cannot validate CIB with unknown validate-with (manually edit to use a known schema)";
    check_invalid(
        &Cib {
            schema: "pacemaker-9.9",
            ..Cib::default()
        },
        &[unknown],
    );
    check_invalid(
        &Cib {
            schema: "",
            ..Cib::default()
        },
        &[unknown],
    );
    let text = Cib::default()
        .text()
        .replace(" validate-with=\"pacemaker-4.0\"", "");
    let ran = simulate_text(text);
    assert_eq!((ran.status, ran.out.as_str()), (78, ""));
    let missing = "(input) \terror: Cannot validate CIB with missing validate-with (manually edit to use a known schema)\n";
    assert_eq!(ran.err, missing);
}

/// Without `-V` nothing is said about an unknown schema; that is what the reference does.
#[test]
fn unknown_schema_without_verbosity() {
    let file = scratch("bad-schema").join("cib.xml");
    std::fs::write(
        &file,
        Cib {
            schema: "pacemaker-9.9",
            ..Cib::default()
        }
        .text(),
    )
    .expect("scratch is writable");
    let ran = simulate([OsString::from("-R"), "-x".into(), file.into()]);
    assert_eq!(
        ran,
        Ran {
            status: 78,
            out: String::new(),
            err: String::new()
        }
    );
}

#[test]
fn schema_invalid_elements() {
    check_invalid(
        &Cib {
            resources: r#"<primitive id="a" class="ocf" provider="pacemaker" type="Dummy" colour="blue"/>
<primitiv id="b" class="ocf" provider="pacemaker" type="Dummy"/>
<primitive id="c" class="ocf" type="Dummy"/>
<group id="g"/>
<primitive id="d" class="ocf" provider="pacemaker" type="Dummy">words</primitive>"#,
            ..Cib::default()
        },
        &[
            r#"<stdin>:8: element primitive id="a": unknown attribute "colour"; expected description"#,
            r#"<stdin>:9: element primitiv id="b": unknown element in "resources"; expected primitive, template, group, clone or bundle; did you mean "primitive"?"#,
            r#"<stdin>:10: element primitive id="c": missing attribute "provider""#,
            r#"<stdin>:11: element group id="g": incomplete content; expected element primitive"#,
        ],
    );
}

/// A root that is no CIB is no special case.
#[test]
fn another_kind_of_document() {
    let ran = simulate_text("<html><body/></html>");
    assert_eq!((ran.status, ran.out.as_str()), (78, ""));
    assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
}
