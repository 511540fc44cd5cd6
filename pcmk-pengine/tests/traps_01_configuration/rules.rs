//! Transient attributes, rules and dates.

use super::*;

#[test]
fn trap_14_transient_and_site() {
    let text = quiet("n1")
        .options("cluster-name=mine")
        .capacity("n1", "cpu=4")
        .document()
        .replace(
            r#"expected="member">"#,
            r#"expected="member"><transient_attributes id="1"><utilization id="tu"><nvpair id="tu1" name="cpu" value="8"/><nvpair id="tu2" name="ram" value="3"/></utilization></transient_attributes>"#,
        );
    let run = support::run(&text, NOW, false);
    let node = run.node("n1");
    let used = &run.decision.board.node(node).remaining;
    assert_eq!(used.get("cpu").map(|v| &**v), Some("4"));
    assert_eq!(used.get("ram").map(|v| &**v), Some("3"));
    let value = |name: &str| {
        run.decision
            .state
            .node(node)
            .attributes
            .get(name)
            .map(|v| v.to_string())
    };
    assert_eq!(value("#cluster-name").as_deref(), Some("mine"));
    assert_eq!(value("#site-name").as_deref(), Some("mine"));
    let run = quiet("n1")
        .options("cluster-name=mine")
        .permanent("n1", "site-name=here")
        .run();
    let value = |name: &str| {
        run.decision
            .state
            .node(run.node("n1"))
            .attributes
            .get(name)
            .map(|v| v.to_string())
    };
    assert_eq!(value("#site-name").as_deref(), Some("here"));
}

#[test]
fn trap_15_rules_stop_early() {
    let second = r#"<date_expression id="d2" operation="gt" start="2024-01-01 01:00:00Z"/>"#;
    let before = "2023-12-31 23:59:50Z";
    let within = "2024-01-01 00:00:00Z";
    let none: Option<String> = None;
    assert_eq!(
        recheck(&format!(">{RANGE}"), before),
        (Some("10".into()), false),
        "the start"
    );
    assert_eq!(
        recheck(&format!(">{RANGE}"), within),
        (Some("86401".into()), true),
        "the end, and a second"
    );
    assert_eq!(
        recheck(&format!(">{RANGE}"), "2024-01-02 00:00:01Z"),
        (none.clone(), false)
    );
    assert_eq!(
        recheck(&format!(">{second}"), within),
        (Some("3601".into()), false),
        "gt: start and a second"
    );
    // And: stops at the first failure.
    assert_eq!(
        recheck(&format!(">{RANGE}{second}"), before).0,
        Some("10".into())
    );
    assert_eq!(
        recheck(&format!(">{RANGE}{second}"), within).0,
        Some("3601".into()),
        "both were looked at"
    );
    // Or: at the first success.
    assert_eq!(
        recheck(&format!(r#"boolean-op="or">{RANGE}{second}"#), within),
        (Some("86401".into()), true)
    );
    assert_eq!(
        recheck(&format!(r#"boolean-op="or">{second}{RANGE}"#), within),
        (Some("3601".into()), true),
        "gt failed, so the range was looked at, but is later"
    );
    let lt = r#"<date_expression id="d3" operation="lt" end="2024-01-01 02:00:00Z"/>"#;
    assert_eq!(
        recheck(&format!(">{lt}"), within),
        (Some("7200".into()), true)
    );
    // No condition: satisfied.
    assert_eq!(recheck(">", within), (none, true));
}

#[test]
fn trap_16_expressions() {
    let test = |content: &str| matches(&format!(r#"><expression id="e" {content}/>"#));
    assert_eq!(
        test(r#"attribute="x" operation="eq" value="red""#),
        ["n1"],
        "ignoring case"
    );
    assert_eq!(
        test(r#"attribute="x" operation="ne" value="red""#),
        ["n2", "n3"],
        "undefined is not equal"
    );
    assert_eq!(
        test(r#"attribute="n" operation="lt" value="10""#),
        ["n2"],
        "numbers; undefined never"
    );
    assert_eq!(test(r#"attribute="n" operation="gte" value="10""#), ["n1"]);
    assert_eq!(
        test(r#"attribute="n" operation="lt" value="10" type="string""#),
        Vec::<String>::new(),
        "9 is after 10"
    );
    assert_eq!(
        test(r#"attribute="v" operation="gt" value="1.9""#),
        Vec::<String>::new(),
        "1.10 is 1.1"
    );
    assert_eq!(
        test(r#"attribute="v" operation="gt" value="1.9" type="version""#),
        ["n1"]
    );
    assert_eq!(test(r#"attribute="x" operation="defined""#), ["n1", "n2"]);
    assert_eq!(test(r#"attribute="x" operation="not_defined""#), ["n3"]);
    assert_eq!(
        test(r#"attribute="x" operation="defined" value="red""#),
        Vec::<String>::new(),
        "no value is allowed"
    );
    assert_eq!(
        test(r#"attribute="x" operation="eq" value="p" value-source="param""#),
        ["n1"]
    );
    assert_eq!(
        test(r#"attribute="x" operation="eq" value="m" value-source="meta""#),
        ["n2"]
    );
    assert_eq!(
        test(r#"attribute="x" operation="eq" value="q" value-source="param""#),
        ["n3"],
        "both undefined"
    );
    assert_eq!(
        test(r#"attribute="x" operation="lte" value="q" value-source="param""#),
        Vec::<String>::new()
    );
    assert_eq!(
        test("attribute=\"#uname\" operation=\"EQ\" value=\"N2\""),
        ["n2"]
    );
    assert_eq!(
        test(r#"attribute="x" operation="like" value="red""#),
        Vec::<String>::new()
    );
    // A number that is none is text.
    assert_eq!(
        test(r#"attribute="x" operation="lt" value="5""#),
        Vec::<String>::new()
    );
    assert_eq!(
        test(r#"attribute="x" operation="gt" value="5""#),
        ["n1", "n2"]
    );
}

#[test]
fn trap_17_dates() {
    let passes = |content: &str, now: &str| recheck(&format!(">{content}"), now).1;
    assert!(
        passes(RANGE, "2024-01-01 00:00:00Z") && passes(RANGE, "2024-01-02 00:00:00Z"),
        "both ends belong to it"
    );
    assert!(!passes(RANGE, "2023-12-31 23:59:59Z") && !passes(RANGE, "2024-01-02 00:00:01Z"));
    let spec = |fields: &str| {
        format!(
            r#"<date_expression id="d" operation="date_spec"><date_spec id="s" {fields}/></date_expression>"#
        )
    };
    assert!(passes(
        &spec(r#"hours="9-16" weekdays="1-5""#),
        "2024-01-03 16:59:59Z"
    ));
    assert!(!passes(
        &spec(r#"hours="9-16" weekdays="1-5""#),
        "2024-01-06 12:00:00Z"
    ));
    assert!(passes(&spec(r#"years="2024-""#), "2030-01-01 00:00:00Z"));
    assert!(passes(&spec(r#"years="-2024""#), "2024-12-31 00:00:00Z"));
    assert!(!passes(&spec(r#"years="x""#), "2024-12-31 00:00:00Z"));
    assert!(passes(
        &spec(r#"weekyears="2025" weeks="1""#),
        "2024-12-31 00:00:00Z"
    ));
    assert_eq!(
        recheck(
            &format!(">{}", spec(r#"hours="9-16""#)),
            "2024-01-03 12:00:00Z"
        )
        .0,
        None
    );
    // Adding a year keeps the day of the year: 31 December of a leap year is the 366th.
    let year = |start: &str, now: &str| {
        passes(
            &format!(
                r#"<date_expression id="d" operation="in_range" start="{start}"><duration id="u" years="1"/></date_expression>"#
            ),
            now,
        )
    };
    assert!(year("2024-02-29 00:00:00Z", "2025-03-01 00:00:00Z"));
    assert!(!year("2024-02-29 00:00:00Z", "2025-03-01 00:00:01Z"));
    assert!(year("2023-03-01 00:00:00Z", "2024-02-29 00:00:00Z"));
    assert!(!year("2023-03-01 00:00:00Z", "2024-02-29 00:00:01Z"));
    // No end and a duration without a start is an error.
    assert!(!passes(
        r#"<date_expression id="d" operation="in_range"><duration id="u" years="1"/></date_expression>"#,
        "2024-01-01"
    ));
    assert!(!passes(
        r#"<date_expression id="d" operation="gt" end="2020-01-01"/>"#,
        "2024-01-01"
    ));
}
