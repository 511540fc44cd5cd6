//! Tests of rules: each kind of condition, messages, short-circuiting, change times, bounds.

use std::collections::BTreeMap;
use std::sync::Arc;

use pcmk_core::diag::Diagnostics;
use pcmk_core::time::DateTime;
use proptest::prelude::*;

use super::{
    AgentRef, AttrLookup, DateExpression, DateOutcome, NextChange, Rule, RuleInput,
    expand_submatches,
};
use crate::xml::Document;

/// 2023-11-14 22:13:20 UTC, a Tuesday, day 318, week 46.
const NOW: i64 = 1_700_000_000;

type Table = BTreeMap<Arc<str>, Arc<str>>;

fn table(pairs: &[(&str, &str)]) -> Table {
    pairs
        .iter()
        .map(|&(name, value)| (Arc::from(name), Arc::from(value)))
        .collect()
}

/// Reads the first `rule` of `text`, wrapped in a root, with the whole as scope.
fn rule(text: &str) -> Rule {
    let doc =
        Document::parse(format!("<all>{text}</all>").as_bytes(), "test").expect("well-formed");
    let root = doc.root_element();
    Rule::read(
        root.child("rule").expect("a rule"),
        &[root],
        &mut Diagnostics::default(),
    )
}

struct Evaluated {
    passes: bool,
    next: Option<i64>,
    messages: Vec<String>,
}

fn evaluate(text: &str, input: &RuleInput<'_>) -> Evaluated {
    let mut log = Diagnostics::default();
    let mut change = NextChange::default();
    let passes = rule(text).evaluate(input, &mut change, &mut log);
    let messages = log
        .iter()
        .map(|d| format!("{} {}", d.function, d.text))
        .collect();
    Evaluated {
        passes,
        next: change.0,
        messages,
    }
}

/// A rule of one condition.
#[track_caller]
fn check(condition: &str, input: &RuleInput<'_>, want: bool) {
    let result = evaluate(&format!("<rule id='r'>{condition}</rule>"), input);
    assert_eq!(result.passes, want, "{condition}");
    assert_eq!(result.messages, Vec::<String>::new(), "{condition}");
}

/// A rule that does not pass because of a mistake.
#[track_caller]
fn check_message(rule: &str, messages: &[&str]) {
    let result = evaluate(rule, &RuleInput::at(DateTime::from_epoch(NOW)));
    assert!(!result.passes, "{rule}");
    assert_eq!(result.messages, messages, "{rule}");
}

#[track_caller]
fn check_date(attributes: &str, child: &str, now: i64, want: bool, next: Option<i64>) {
    let text = format!(
        "<rule id='r'><date_expression id='d' {attributes}>{child}</date_expression></rule>"
    );
    let result = evaluate(&text, &RuleInput::at(DateTime::from_epoch(now)));
    assert_eq!((result.passes, result.next), (want, next), "{text}");
    assert_eq!(result.messages, Vec::<String>::new(), "{text}");
}

#[test]
fn attribute_expressions() {
    let attrs = table(&[
        ("a", "Foo"),
        ("n", "10"),
        ("f", "1.5"),
        ("v", "1.10.0"),
        ("e", ""),
    ]);
    let params = table(&[("p", "foo")]);
    let meta = table(&[("m", "9")]);
    let mut input = RuleInput::at(DateTime::from_epoch(NOW));
    input.node_attrs = Some(&attrs);
    input.params = Some(&params);
    input.meta = Some(&meta);
    let yes = |rest: &str| check(&format!("<expression id='e' {rest}/>"), &input, true);
    let no = |rest: &str| check(&format!("<expression id='e' {rest}/>"), &input, false);

    yes("attribute='a' operation='defined'");
    no("attribute='b' operation='defined'");
    yes("attribute='b' operation='NOT_DEFINED'");
    yes("attribute='e' operation='defined'");
    yes("attribute='a' operation='eq' value='fOO'");
    no("attribute='a' operation='ne' value='fOO'");
    // Undefined: ne passes, eq does not, orders never pass.
    yes("attribute='b' operation='ne' value='x'");
    no("attribute='b' operation='eq' value='x'");
    for operation in ["lt", "lte", "gt", "gte"] {
        no(&format!("attribute='b' operation='{operation}' value='x'"));
        no(&format!(
            "attribute='n' operation='{operation}' value='none' value-source='param'"
        ));
    }
    yes("attribute='b' operation='eq' value='none' value-source='param'");
    // Orders compare numbers unless told otherwise.
    yes("attribute='n' operation='gt' value='9'");
    no("attribute='n' operation='gt' value='9' type='string'");
    yes("attribute='n' operation='lte' value='10'");
    yes("attribute='n' operation='gte' value='010'");
    no("attribute='n' operation='eq' value='010'");
    yes("attribute='n' operation='eq' value='010' type='integer'");
    yes("attribute='f' operation='lt' value='1.25e1'");
    yes("attribute='f' operation='gt' value='1' type='number'");
    no("attribute='f' operation='gt' value='1' type='integer'");
    // Not numbers: compared as strings.
    yes("attribute='a' operation='lt' value='goo'");
    yes("attribute='v' operation='gt' value='1.9' type='version'");
    yes("attribute='v' operation='eq' value='1.10' type='version'");
    yes("attribute='a' operation='eq' value='p' value-source='param'");
    yes("attribute='n' operation='gt' value='m' value-source='meta'");
}

#[test]
fn mistakes_of_attribute_expressions() {
    let with = |rest: &str, text: &str| {
        check_message(
            &format!("<rule id='r'><expression {rest}/></rule>"),
            &[&format!(
                "pcmk__evaluate_attr_expression Treating expression {text}"
            )],
        );
    };
    with("attribute='a'", "without id as not passing");
    with(
        "id='e'",
        "e as not passing because attribute was not specified",
    );
    with(
        "id='e' attribute='a'",
        "e as not passing because it has no operation",
    );
    with(
        "id='e' attribute='a' operation='x'",
        "e as not passing because 'x' is not a valid operation",
    );
    with(
        "id='e' attribute='a' operation='eq' value-source='x'",
        "e as not passing because 'x' is not a valid value-source",
    );
    with(
        "id='e' attribute='a' operation='defined' value='1'",
        "e as not passing because value is not allowed when operation is defined",
    );
    with(
        "id='e' attribute='a' operation='gt'",
        "e as not passing because value is required when operation is gt",
    );
    with(
        "id='e' attribute='a' operation='gt' value='1' type='x'",
        "e as not passing because 'x' is not a valid type",
    );
}

#[test]
fn submatches() {
    let groups = [Some("rsc7"), Some("7"), None];
    let expand = |text: &str| expand_submatches(text, Some(&groups));
    assert_eq!(expand("loc-%1"), "loc-7");
    assert_eq!(expand("%0%1%2%9%"), "rsc77%");
    assert_eq!(expand("%x%%1"), "%x%7");
    assert_eq!(expand_submatches("loc-%1", None), "loc-%1");
    let attrs = table(&[("loc-7", "here")]);
    let mut input = RuleInput::at(DateTime::from_epoch(NOW));
    input.node_attrs = Some(&attrs);
    let condition = "<expression id='e' attribute='loc-%1' operation='eq' value='here'/>";
    check(condition, &input, false);
    input.submatches = Some(&groups);
    check(condition, &input, true);
}

#[test]
fn agents_and_operations() {
    let mut input = RuleInput::at(DateTime::from_epoch(NOW));
    check("<rsc_expression id='e' class='ocf'/>", &input, false);
    check("<rsc_expression id='e'/>", &input, true);
    check("<op_expression id='e' name='monitor'/>", &input, false);
    input.agent = Some(AgentRef {
        class: Some("ocf"),
        provider: Some("p"),
        kind: Some("T"),
    });
    input.op = Some(("monitor", 10_000));
    check(
        "<rsc_expression id='e' class='ocf' provider='p' type='T'/>",
        &input,
        true,
    );
    check("<rsc_expression id='e' type='t'/>", &input, false);
    check("<op_expression id='e' name='monitor'/>", &input, true);
    check(
        "<op_expression id='e' name='monitor' interval='PT10S'/>",
        &input,
        true,
    );
    check(
        "<op_expression id='e' name='monitor' interval='0'/>",
        &input,
        false,
    );
    check("<op_expression id='e' name='Monitor'/>", &input, false);
    check_message(
        "<rule id='r' boolean-op='or'><rsc_expression/><op_expression/><op_expression id='o'/>
           <op_expression id='o' name='n' interval='x'/></rule>",
        &[
            "pcmk__evaluate_rsc_expression Treating rsc_expression without id as not passing",
            "pcmk__evaluate_op_expression Treating op_expression without id as not passing",
            "pcmk__evaluate_op_expression Treating op_expression o as not passing because it has no name",
            "pcmk__evaluate_op_expression Treating op_expression o as not passing because 'x' is not a \
             valid interval",
        ],
    );
}

#[test]
fn ranges_of_dates() {
    let jan1 = 1_704_067_200; // 2024-01-01
    let range = "start='2024-01-01' end='2024-01-02'";
    for operation in ["", "operation='In_Range' "] {
        let range = format!("{operation}{range}");
        check_date(&range, "", jan1 - 1, false, Some(jan1));
        check_date(&range, "", jan1, true, Some(jan1 + 86_401));
        check_date(&range, "", jan1 + 86_400, true, Some(jan1 + 86_401));
        check_date(&range, "", jan1 + 86_401, false, None);
    }
    check_date("start='2024-01-01'", "", jan1, true, None);
    check_date("end='2024-01-01'", "", jan1, true, Some(jan1 + 1));
    check_date(
        "operation='gt' start='2024-01-01'",
        "",
        jan1,
        false,
        Some(jan1 + 1),
    );
    check_date(
        "operation='gt' start='2024-01-01'",
        "",
        jan1 + 1,
        true,
        None,
    );
    check_date(
        "operation='lt' end='2024-01-01'",
        "",
        jan1 - 1,
        true,
        Some(jan1),
    );
    check_date("operation='lt' end='2024-01-01'", "", jan1, false, None);
    // A duration counts from the start, and only without an end.
    let hour = "<duration id='u' hours='1'/>";
    check_date(
        "start='2024-01-01'",
        hour,
        jan1 + 3600,
        true,
        Some(jan1 + 3601),
    );
    check_date("start='2024-01-01'", hour, jan1 + 3601, false, None);
    check_date(range, hour, jan1 + 3601, true, Some(jan1 + 86_401));
    check_date("end='2024-01-01'", hour, jan1, true, Some(jan1 + 1));
    // A year keeps the day of the year: 31 December 2024 is day 366, and day 366 of 2025 lies between its
    // 31 December and the next 1 January.
    let year = "<duration id='u' years='1'/>";
    let dec31 = 1_735_603_200;
    let end = dec31 + 366 * 86_400;
    check_date(
        "start='2024-12-31'",
        year,
        dec31 + 365 * 86_400 + 5,
        true,
        Some(end + 1),
    );
    check_date("start='2024-12-31'", year, end, false, None);
}

#[test]
fn dates_without_offset_are_local() {
    let mut log = Diagnostics::default();
    let mut change = NextChange::default();
    let now = DateTime::from_epoch(1_704_067_200).with_offset(3600); // 01:00 local
    let text =
        "<rule id='r'><date_expression id='d' operation='gt' start='2024-01-01 00:59:59'/></rule>";
    let rule = rule(text);
    assert!(rule.evaluate(&RuleInput::at(now), &mut change, &mut log));
    assert!(!rule.evaluate(&RuleInput::at(now.to_utc()), &mut change, &mut log));
}

#[test]
fn date_specifications() {
    let spec = |fields: &str, want: bool| {
        let child = format!("<date_spec id='s' {fields}/>");
        check_date("operation='date_spec'", &child, NOW, want, None);
    };
    spec("", true);
    spec(
        "years='2023' months='11' monthdays='14' hours='22' minutes='13' seconds='20'",
        true,
    );
    spec(
        "yeardays='318' weekyears='2023' weeks='46' weekdays='2'",
        true,
    );
    spec("hours='9-16'", false);
    spec("hours='-22'", true);
    spec("hours='23-'", false);
    spec("weekdays='1-5' years='2020-'", true);
    // In its own offset: in UTC+2 it is the next day.
    let mut log = Diagnostics::default();
    let mut change = NextChange::default();
    let text = "<rule id='r'><date_expression id='d' operation='date_spec'>
                  <date_spec id='s' hours='0' monthdays='15'/></date_expression></rule>";
    let now = DateTime::from_epoch(NOW).with_offset(7200);
    assert!(rule(text).evaluate(&RuleInput::at(now), &mut change, &mut log));
}

#[test]
fn outcomes_of_dates() {
    let outcome = |text: &str| {
        let doc = Document::parse(text.as_bytes(), "test").expect("well-formed");
        let expression = DateExpression::read(doc.root_element());
        let mut log = Diagnostics::default();
        expression.evaluate(
            &DateTime::from_epoch(NOW),
            &mut NextChange::default(),
            &mut log,
        )
    };
    let spec = |fields: &str| {
        outcome(&format!(
            "<x id='d' operation='date_spec'><date_spec id='s' {fields}/></x>"
        ))
    };
    assert_eq!(spec("years='2023'"), DateOutcome::Satisfied);
    assert_eq!(spec("years='2024' months='1'"), DateOutcome::Before);
    assert_eq!(spec("years='2023' months='1'"), DateOutcome::After);
    assert_eq!(
        outcome("<x id='d' operation='gt' start='2030-01-01'/>"),
        DateOutcome::Before
    );
    assert_eq!(
        outcome("<x id='d' operation='lt' end='2020-01-01'/>"),
        DateOutcome::After
    );
    assert_eq!(
        outcome("<x id='d' start='2020-01-01'/>"),
        DateOutcome::Within
    );
    let long = "<x id='d' start='2020-01-01'><duration id='u' days='99999999999'/></x>";
    assert_eq!(outcome(long), DateOutcome::Invalid { out_of_range: true });
    assert_eq!(
        outcome("<x id='d'/>"),
        DateOutcome::Invalid {
            out_of_range: false
        }
    );
}

#[test]
fn mistakes_of_dates() {
    let with = |rest: &str, child: &str, messages: &[&str]| {
        let messages: Vec<String> = messages
            .iter()
            .map(|message| {
                let (function, reason) = message.split_once(' ').expect("two parts");
                format!("{function} Treating date_expression d as not passing because {reason}")
            })
            .collect();
        let messages: Vec<&str> = messages.iter().map(String::as_str).collect();
        let text =
            format!("<rule id='r'><date_expression id='d' {rest}>{child}</date_expression></rule>");
        check_message(&text, &messages);
    };
    with("start='x'", "", &["evaluate_in_range start is invalid"]);
    with(
        "start='2020-01-01' end='x'",
        "",
        &["evaluate_in_range end is invalid"],
    );
    let none = "evaluate_in_range in_range requires at least one of start or end";
    with("", "", &[none]);
    with("", "<duration id='u' days='1'/>", &[none]);
    with("operation='gt'", "", &["evaluate_gt gt requires start"]);
    with(
        "operation='gt' start=''",
        "",
        &["evaluate_gt start is invalid"],
    );
    with("operation='lt'", "", &["evaluate_lt gt requires end"]);
    with(
        "operation='lt' end='x'",
        "",
        &["evaluate_lt end is invalid"],
    );
    with(
        "operation='x'",
        "",
        &["pcmk__evaluate_date_expression 'x' is not a valid operation"],
    );
    with(
        "operation='date_spec'",
        "",
        &["pcmk__evaluate_date_expression date_spec operations require a date_spec subelement"],
    );
    with(
        "operation='date_spec'",
        "<date_spec/>",
        &["pcmk__evaluate_date_spec date_spec subelement has no id"],
    );
    with(
        "operation='date_spec'",
        "<date_spec id='s' months='1,3'/>",
        &["check_range '1,3' is not a valid range for date_spec attribute months"],
    );
    with(
        "start='2020-01-01'",
        "<duration/>",
        &[
            "pcmk__unpack_duration duration subelement has no id",
            "evaluate_in_range duration is invalid",
        ],
    );
    with(
        "start='2020-01-01'",
        "<duration id='u' days='x'/>",
        &[
            "pcmk__unpack_duration duration u attribute days is invalid: Bad input value provided",
            "evaluate_in_range duration is invalid",
        ],
    );
    check_message(
        "<rule id='r'><date_expression/></rule>",
        &["pcmk__evaluate_date_expression Treating date_expression without id as not passing"],
    );
}

#[test]
fn joining_stops_at_the_first_that_decides() {
    let input = RuleInput::at(DateTime::from_epoch(0));
    let early = "<date_expression id='d' operation='gt' start='2001-01-01'/>"; // fails
    let late = "<date_expression id='d' operation='lt' end='2000-01-01'/>"; // passes
    let wrong = "<expression id='e'/>";
    let both = |op: &str, a: &str, b: &str| {
        let result = evaluate(
            &format!("<rule id='r' boolean-op='{op}'>{a}{b}</rule>"),
            &input,
        );
        (result.passes, result.next.is_some(), result.messages.len())
    };
    assert_eq!(both("AND", early, wrong), (false, true, 0));
    assert_eq!(both("and", wrong, early), (false, false, 1));
    assert_eq!(both("Or", late, wrong), (true, true, 0));
    assert_eq!(both("or", wrong, late), (true, true, 1));
    let nested = evaluate(
        &format!("<rule id='r'><rule id='s' boolean-op='or'>{early}{late}</rule></rule>"),
        &input,
    );
    assert_eq!((nested.passes, nested.next), (true, Some(946_684_800)));
}

#[test]
fn mistakes_of_rules() {
    check_message(
        "<rule><x/></rule>",
        &["pcmk_evaluate_rule Treating rule without id as not passing"],
    );
    check_message(
        "<rule id='r' boolean-op='xor'><x/></rule>",
        &[
            "pcmk_evaluate_rule Treating rule r as not passing because 'xor' is not a valid boolean-op",
        ],
    );
    check_message(
        "<rule id='r' boolean-op='or'><x/><y id='i'/></rule>",
        &[
            "pcmk__evaluate_condition Treating rule condition without ID as not passing because x is not \
             a valid condition type",
            "pcmk__evaluate_condition Treating rule condition i as not passing because y is not a valid \
             condition type",
        ],
    );
    check_message(
        "<rule id-ref='gone'/>",
        &[
            "pcmk__xe_resolve_idref Ignoring invalid rule configuration: id-ref 'gone' does not reference a \
           valid object \u{7} xpath=//rule[@id='gone']",
        ],
    );
    for op in ["and", "or"] {
        let empty = evaluate(
            &format!("<rule id='r' boolean-op='{op}'/>"),
            &RuleInput::at(DateTime::from_epoch(0)),
        );
        assert!(empty.passes);
        assert_eq!(
            empty.messages,
            ["pcmk_evaluate_rule Ignoring rule r because it contains no conditions"]
        );
    }
}

#[test]
fn references_and_accessors() {
    let rule = rule(
        "<rule id-ref='x'/><y><rule id='x' score='5' score-attribute='s' role='Promoted' boolean-op='or'>
           <rule id='in'><expression id='e' attribute='a' operation='defined'/></rule></rule></y>",
    );
    assert_eq!(rule.id(), Some("x"));
    assert_eq!(rule.score(), Some("5"));
    assert_eq!(rule.score_attribute(), Some("s"));
    assert_eq!(rule.role(), Some("Promoted"));
    assert_eq!(rule.boolean_op_text(), Some("or"));
    assert!(rule.needs_node_attributes());
}

#[test]
fn loops_and_explosions_of_references_end() {
    let input = RuleInput::at(DateTime::from_epoch(0));
    let result = evaluate("<rule id='a'><rule id-ref='a'/></rule>", &input);
    assert!(!result.passes);
    let mut text = String::from("<rule id='top'><rule id-ref='r0'/></rule>");
    for level in 0..60 {
        let next = level + 1;
        text.push_str(&format!(
            "<rule id='r{level}' boolean-op='or'><rule id-ref='r{next}'/><rule id-ref='r{next}'/></rule>"
        ));
    }
    text.push_str("<rule id='r60'><rsc_expression id='e' class='x'/></rule>");
    assert!(!evaluate(&text, &input).passes);
    // As deep as documents can be.
    let deep = format!("{}{}", "<rule id='r'>".repeat(200), "</rule>".repeat(200));
    assert!(evaluate(&deep, &input).passes);
}

#[test]
fn change_times_keep_the_earliest_future() {
    let mut change = NextChange::default();
    change.consider(10, 10);
    assert_eq!(change.0, None);
    change.consider(30, 10);
    change.consider(20, 10);
    change.consider(25, 10);
    change.consider(5, 10);
    assert_eq!(change.0, Some(20));
    assert_eq!(table(&[("a", "b")]).lookup("a"), Some("b"));
}

proptest! {
    /// A range passes exactly between its ends, and the change it announces is the next second at which
    /// the answer differs.
    #[test]
    fn announced_changes_are_changes(start in 0i64..200_000, length in 0i64..200_000, now in 0i64..500_000) {
        let stamp = |epoch: i64| DateTime::from_epoch(epoch).text_utc();
        let text = format!(
            "<rule id='r'><date_expression id='d' start='{}' end='{}'/></rule>",
            stamp(start), stamp(start + length)
        );
        let passes_at = |at: i64| evaluate(&text, &RuleInput::at(DateTime::from_epoch(at)));
        let here = passes_at(now);
        prop_assert_eq!(here.passes, (start..=start + length).contains(&now));
        match here.next {
            Some(next) => {
                prop_assert!(passes_at(next - 1).passes == here.passes);
                prop_assert!(passes_at(next).passes != here.passes);
            }
            None => prop_assert!(now > start + length),
        }
    }
}
