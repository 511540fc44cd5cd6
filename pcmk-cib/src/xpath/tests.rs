//! Expressions against a small document.

use super::{Match, Value, XPath, XPathError, find};
use crate::xml::{Document, NodeKind};

const TEXT: &str = r#"<cib epoch="3"><configuration><resources><!--first--><primitive id="a" type="Dummy"><meta_attributes id="a-m"><nvpair id="n1" name="x" value="1"/><nvpair id="n2" name="y" value="20"/></meta_attributes></primitive><group id="g"><primitive id="b" type="IPaddr2"/><primitive id="c"/></group></resources></configuration><status/></cib>"#;

/// What is found, as `name:id`, `@name=value`, `/`, `#comment`.
fn found(xpath: &str) -> String {
    let doc = Document::parse(TEXT.as_bytes(), "test").expect("well-formed");
    let matches = match XPath::parse(xpath).and_then(|xpath| xpath.evaluate(&doc)) {
        Ok(Value::Nodes(matches)) => matches,
        Ok(Value::Number(number)) => return super::value::number_to_text(number),
        Ok(Value::Text(text)) => return format!("'{text}'"),
        Ok(Value::Boolean(value)) => return value.to_string(),
        Err(error) => return error.to_string(),
    };
    let words: Vec<String> = matches
        .iter()
        .map(|found| match *found {
            Match::Document => "/".to_owned(),
            Match::Attribute(owner, at) => {
                let (name, value) = doc.element(owner).attrs().nth(at as usize).expect("there");
                format!("@{name}={value}")
            }
            Match::Node(id) => match doc.node_at(id).kind() {
                NodeKind::Element => {
                    let element = doc.element(id);
                    match element.xml_id() {
                        Some(id) => format!("{}:{id}", element.name()),
                        None => element.name().to_owned(),
                    }
                }
                NodeKind::Comment => "#comment".to_owned(),
                other => format!("{other:?}"),
            },
        })
        .collect();
    words.join(" ")
}

#[track_caller]
fn check(xpath: &str, want: &str) {
    assert_eq!(found(xpath), want, "{xpath}");
}

#[test]
fn paths() {
    check("/", "/");
    check("/cib", "cib");
    check("/cib/status", "status");
    check("//cib/configuration", "configuration");
    check("//primitive", "primitive:a primitive:b primitive:c");
    check("//primitive/..", "resources group:g");
    check("//nvpair/ancestor::primitive", "primitive:a");
    check("/cib/*", "configuration status");
    check("//@epoch", "@epoch=3");
    check("//primitive/@id", "@id=a @id=b @id=c");
    check(
        "//primitive/@*",
        "@id=a @type=Dummy @id=b @type=IPaddr2 @id=c",
    );
    check("//comment()", "#comment");
    check("//resources/node()", "#comment primitive:a group:g");
    check(
        "//status | //configuration | /cib/status",
        "configuration status",
    );
    // There is no context node to start from.
    check("cib/configuration", "");
    check("descendant::configuration", "");
    check("//nosuch", "");
}

#[test]
fn predicates() {
    check("//primitive[@id='b']", "primitive:b");
    check("//primitive['b'=@id]", "primitive:b");
    check("//primitive[@type]", "primitive:a primitive:b");
    check("//primitive[not(@type)]", "primitive:c");
    check("//*[@id=\"g\" or @id='n2']", "nvpair:n2 group:g");
    check("//primitive[@type and @id='b']", "primitive:b");
    check("//primitive[1]", "primitive:a primitive:b");
    check("(//primitive)[1]", "primitive:a");
    check("(//primitive)[last()]", "primitive:c");
    check("//group/primitive[position()=2]", "primitive:c");
    check("//primitive[last()]", "primitive:a primitive:c");
    check(
        "//primitive[meta_attributes/nvpair[@name='x' and @value='1']]",
        "primitive:a",
    );
    check("//nvpair[@value > 5]", "nvpair:n2");
    check("//nvpair[5 > @value]", "nvpair:n1");
    check("//nvpair[@value != '1']", "nvpair:n2");
    check("//primitive[starts-with(@type,'IP')]", "primitive:b");
    check("//primitive[contains(@type,'mm')]/@type", "@type=Dummy");
    check(
        "//primitive[translate(@type,'DUMY','dumy')='dummy']",
        "primitive:a",
    );
    check("//*[local-name()='group']", "group:g");
    check(
        "//primitive[@id='c']/preceding-sibling::*[1]",
        "primitive:b",
    );
    check(
        "//primitive[@id='a']/following::*",
        "group:g primitive:b primitive:c status",
    );
    check("//primitive[@id='c']/preceding::*[2]", "nvpair:n2");
    check("//primitive[count(.//nvpair)=2]", "primitive:a");
}

#[test]
fn values() {
    check("count(//nvpair)", "2");
    check("sum(//nvpair/@value)", "21");
    check("1 + 2 * 3 - 4 div 2", "5");
    check("-(7 mod 3)", "-1");
    check("string(//nvpair/@value)", "'1'");
    check("concat('a', 1, true())", "'a1true'");
    check("substring('12345', 1.5, 2.6)", "'234'");
    check("substring-before('a=b','=')", "'a'");
    check("substring-after('a=b','=')", "'b'");
    check("normalize-space('  a   b ')", "'a b'");
    check("string-length('äb')", "2");
    check("round(2.5) = 3", "true");
    check("round(-2.5)", "-2");
    check("1 div 0", "Infinity");
    check("number('x')", "NaN");
    check("//primitive/@id = 'c'", "true");
    check("name(//*[@id='g'])", "'group'");
}

#[test]
fn errors() {
    check(
        "//primitive[",
        "XPath '//primitive[': expected a step at character 13",
    );
    check(
        "//a:b",
        "XPath '//a:b': namespace prefix in 'a:b' not supported",
    );
    check("$x", "XPath '$x': variables not supported");
    check(
        "nosuch(1)",
        "XPath 'nosuch(1)': no function nosuch() with 1 arguments",
    );
    check("count(1)", "XPath 'count(1)': value is not a set of nodes");
    check("", "XPath '': expected a step at character 1");
    let deep = format!("{}1{}", "(".repeat(500), ")".repeat(500));
    assert!(matches!(XPath::parse(&deep), Err(XPathError::Limit { .. })));
    let chain = vec!["1"; 5000].join("+");
    assert!(matches!(
        XPath::parse(&chain),
        Err(XPathError::Limit { .. })
    ));
    let doc = Document::new("cib");
    assert_eq!(find(&doc, "count(//a)"), Vec::new());
    // Long lists of alternatives are no nesting.
    let list = vec!["@id='x'"; 5000].join(" or ");
    assert!(XPath::parse(&format!("//*[{list}]")).is_ok());
}

#[test]
fn names_that_look_like_operators() {
    let doc = Document::parse(b"<or><and div='1'/></or>", "test").expect("well-formed");
    assert_eq!(find(&doc, "/or/and[@div]").len(), 1);
    assert_eq!(find(&doc, "//and[@div and @div]").len(), 1);
    assert_eq!(find(&doc, "//*[@div * 2 = 2]").len(), 1);
}
