//! Tests of the whole: the grammar against the tables of the behaviour notes, the messages, and laws.

mod corpus;
mod laws;
mod messages;
mod versions;

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
