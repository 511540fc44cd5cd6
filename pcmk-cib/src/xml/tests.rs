//! Tests of the XML module: well-formedness, normalisation, changes, printing and reading back.

use proptest::prelude::*;

use super::{
    Document, ElementId, NodeKind, ParseErrorKind, PrintStyle, ReadError, escape_attr, print,
};

fn parse(text: &str) -> Document {
    Document::parse(text.as_bytes(), "test").expect("well-formed")
}

fn compact(doc: &Document) -> String {
    print(doc.root_element(), PrintStyle::Compact)
}

#[track_caller]
fn check_round(text: &str, want: &str) {
    assert_eq!(compact(&parse(text)), want);
}

#[track_caller]
fn check_error(text: &[u8], line: u32, column: u32, kind: ParseErrorKind) {
    let error = Document::parse(text, "bad.xml").expect_err("not well-formed");
    assert_eq!(
        (error.line, error.column, &error.kind),
        (line, column, &kind)
    );
    assert_eq!(error.source, "bad.xml");
}

#[test]
fn attributes_keep_order_and_text() {
    check_round("<a b='1' a=\"2\"/>", "<a b=\"1\" a=\"2\"/>");
    check_round("<a></a>", "<a/>");
    check_round("<a x='\"&apos;'/>", "<a x=\"&quot;'\"/>");
    check_round("<ä:b é='ü €'/>", "<ä:b é=\"ü €\"/>");
}

#[test]
fn blanks_in_values_become_spaces_but_references_stay() {
    check_round("<a b='1\n2\t3\r\n4\r5'/>", "<a b=\"1 2 3 4 5\"/>");
    check_round(
        "<a b='1&#10;2&#x9;3&#xD;'/>",
        "<a b=\"1&#x0A;2&#x09;3&#x0D;\"/>",
    );
    check_round(
        "<a b='&lt;&gt;&amp;&quot;&#x7f;'/>",
        "<a b=\"&lt;&gt;&amp;&quot;&#x7F;\"/>",
    );
}

/// What is read in windows of any size is what is read at once, errors and their places included.
#[test]
fn windows() {
    let good = [
        "<a/>",
        "<?xml version='1.0' encoding='utf-8'?>\n<!-- x -->\n<!DOCTYPE a SYSTEM 'b'>\n<a>\n  <b c='1' d=\"2\"/>\n\n</a>\n<!-- y -->\n",
        "<a x='&lt;é&#10;' y=\"'\"><![CDATA[ ]]&gt; ]]>t &amp; <?p i?><b\n\n x = 'q\nr'\n/>ü<b>€</b><!-- c\nd --></a>",
        "<cib><nodes><node id='1' uname='n1'/><node id='2' uname='n2'/></nodes><node/></cib>   ",
        // Attributes that come again, with values that are the same, or nearly, short and long.
        "<r>\n  <op id=\"a-start\" name=\"start\" digest=\"f2317cad3d54cec5d7d7aa7d0bf35cf8-and-more-1\"/>\n  <op id=\"b-start\" \
         name=\"start\" digest=\"f2317cad3d54cec5d7d7aa7d0bf35cf8-and-more-2\"/>\n  <op id=\"b-start\" name=\"start\" \
         digest=\"f2317cad3d54cec5d7d7aa7d0bf35cf8-and-more-2\"/>\n  <op id=\"\" name=\"start's\" digest=\"f2317cad3d54cec5\"/>\n  \
         <op id='a' name = \"start\" digest=\"&gt;\"/><op id=\"a\" digest=\"f2317cad3d54cec5\" name=\"start\"/>\n</r>                                ",
    ];
    let bad = [
        "",
        "   ",
        "<a>\n <b>\n</c></a>",
        "<a>\n <b x='1' x='2'/></a>",
        "<r>\n<a x=\"1\" y=\"2\" z=\"3\"/><a x=\"1\" y=\"2\" x=\"1\"/><a x=\"1\" y=\"2\" x=\"1\"/>some more text</r>",
        "<r>\n<a x=\"1\" y=\"2\"/><a x=\"1\" y=\"2<\"/>some more text, and more</r>",
        "<a/>\n<b/>",
        "<a/>\n tail",
        "<!-- -- --><a/>",
        "<a><!x></a>",
        "<a>\n\n  é\u{1}</a>",
        "<a><b>",
        "<a b='<'/>",
        "<a>]]></a>",
        "<a>&nope;</a>",
        "<!DOCTYPE a [ ]><a/>",
        "<a",
        "<a b",
    ];
    for text in good.into_iter().chain(bad) {
        let whole = Document::parse(text.as_bytes(), "test");
        for window in 1..text.len() + 20 {
            let read = Document::read_by(text.as_bytes(), 0, "test", window);
            match (&whole, read) {
                (Ok(whole), Ok(read)) => {
                    assert_eq!(compact(&read), compact(whole), "{text}");
                    let lines = |doc: &Document| -> Vec<u32> {
                        doc.root_element().descendants().map(|e| e.line()).collect()
                    };
                    assert_eq!(lines(&read), lines(whole), "{text}");
                }
                (Err(whole), Err(ReadError::Parse(read))) => assert_eq!(&read, whole, "{text}"),
                (whole, read) => panic!("{text:?} in {window}: {whole:?}, {read:?}"),
            }
        }
    }
}

#[test]
fn windows_and_encodings() {
    let utf16: Vec<u8> = [0xFEFF]
        .into_iter()
        .chain("<a b='é'/>".encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let latin1 = b"<?xml version='1.0' encoding='ISO-8859-1'?><a b='\xE9'/>".to_vec();
    let marked = b"\xEF\xBB\xBF<a b='\xC3\xA9'/>".to_vec();
    for bytes in [utf16, latin1, marked] {
        for window in 1..bytes.len() + 20 {
            let doc = Document::read_by(&*bytes, 0, "test", window).expect("readable");
            assert_eq!(compact(&doc), "<a b=\"é\"/>");
        }
    }
    for window in 1..40 {
        let broken = b"<a>\n<b c='\xC3'/></a>";
        match Document::read_by(&broken[..], 0, "test", window) {
            Err(ReadError::Parse(error)) => {
                assert_eq!(error.kind, ParseErrorKind::InvalidEncoding);
                assert_eq!((error.line, error.column), (2, 7));
            }
            other => panic!("{other:?}"),
        }
    }
}

/// Values that are printed as they stand in the text that was read lie there, others do not: every pair of characters
/// that could make the difference.
#[test]
fn values_in_the_text_and_beside_it() {
    let all = [
        "a", " ", ">", "'", "\"", "\u{7f}", "é", "\u{feff}", "&gt;", "&quot;", "\t", "&#9;",
    ];
    for first in all {
        for second in all {
            for quote in ["'", "\""] {
                if first == quote || second == quote {
                    continue;
                }
                let text = format!("<a x={quote}{first}{second}{quote} y='1'/>");
                let doc = parse(&text);
                let want = format!("{first}{second}")
                    .replace("&gt;", ">")
                    .replace("&quot;", "\"")
                    .replace('\t', " ")
                    .replace("&#9;", "\t");
                assert_eq!(doc.root_element().attr("x"), Some(want.as_str()), "{text}");
                let printed = compact(&doc);
                assert_eq!(compact(&parse(&printed)), printed);
                let mut escaped = String::new();
                escape_attr(&want, &mut escaped);
                assert_eq!(printed, format!("<a x=\"{escaped}\" y=\"1\"/>"));
            }
        }
    }
}

#[test]
fn copies_share_what_was_read() {
    let doc = parse("<a x='1'><b y='2'>t</b><!--c--></a>");
    let mut copy = doc.clone();
    let b = copy.root_element().child("b").expect("there").id();
    copy.set_attr(b, "y", "3");
    copy.set_attr(b, "z", "<");
    let other = Document::of_element(copy.root_element());
    drop(doc);
    assert_eq!(
        compact(&copy),
        "<a x=\"1\"><b y=\"3\" z=\"&lt;\">t</b><!--c--></a>"
    );
    drop(copy);
    assert_eq!(
        compact(&other),
        "<a x=\"1\"><b y=\"3\" z=\"&lt;\">t</b><!--c--></a>"
    );
}

/// Values too long for the usual record, and more names than it can tell apart.
#[test]
fn wide_attributes() {
    let lengths = [0, 1, 65534, 65535, 65536, 200_000];
    let text = lengths.iter().fold(String::from("<a"), |text, &length| {
        let value: String = "xyz\u{e9}".chars().cycle().take(length).collect();
        text + &format!(" l{length}=\"{value}\" e{length}=\"&lt;{value}\"")
    }) + "/>";
    let mut doc = parse(&text);
    assert_eq!(compact(&doc), text);
    let root = doc.root();
    for length in lengths {
        let value = "z".repeat(length);
        doc.set_attr(root, &format!("l{length}"), &value);
        assert!(doc.rename_attr(root, &format!("e{length}"), &format!("f{length}")));
        assert_eq!(
            doc.root_element().attr(&format!("l{length}")),
            Some(&*value)
        );
        let renamed = doc
            .root_element()
            .attr(&format!("f{length}"))
            .expect("renamed");
        assert_eq!(renamed.chars().count(), length + 1);
    }
    let mut doc = Document::new("a");
    let root = doc.root();
    for number in 0..70_000 {
        doc.set_attr(root, &format!("n{number}"), &number.to_string());
        if number > 3 {
            doc.remove_attr(root, &format!("n{number}"));
        }
    }
    doc.set_attr(root, "n69999", "again");
    doc.set_attr(root, "last", "one");
    let copy = parse(&compact(&doc));
    assert_eq!(
        compact(&copy),
        "<a n0=\"0\" n1=\"1\" n2=\"2\" n3=\"3\" n69999=\"again\" last=\"one\"/>"
    );
    assert_eq!(compact(&doc), compact(&copy));
}

#[test]
fn blank_text_is_dropped_and_other_text_kept() {
    check_round("<a>\n  <b/>\n</a>", "<a><b/></a>");
    check_round("<a> x&amp;\r\ny <b/>z</a>", "<a> x&amp;\ny <b/>z</a>");
    check_round("<a><![CDATA[<x>]]></a>", "<a><![CDATA[<x>]]></a>");
    check_round(
        "<?xml version='1.0'?><!--x--><a><!-- c --><?p i?></a><!--y-->\n",
        "<a><!-- c --><?p i?></a>",
    );
    let mut doc = parse("<a>t<b>u</b><!--c--></a>");
    assert_eq!(doc.root_element().text(), Some("t"));
    doc.strip_text();
    assert_eq!(compact(&doc), "<a><b/><!--c--></a>");
}

#[test]
fn pretty_form_indents_by_two() {
    let doc = parse("<a x=''><b><!--c--><d/></b><e/></a>");
    let want = "<a x=\"\">\n  <b>\n    <!--c-->\n    <d/>\n  </b>\n  <e/>\n</a>\n";
    assert_eq!(print(doc.root_element(), PrintStyle::Pretty), want);
    let b = doc.root_element().child("b").expect("there");
    assert_eq!(
        print(b, PrintStyle::Pretty),
        "<b>\n  <!--c-->\n  <d/>\n</b>\n"
    );
}

#[test]
fn lines_are_known() {
    let doc = parse("<?xml version='1.0'?>\n<a\n x='\n'>\n<b/><c/>\n\n<d/></a>");
    let lines: Vec<u32> = doc.root_element().descendants().map(|e| e.line()).collect();
    assert_eq!((doc.root_element().line(), lines), (2, vec![5, 5, 7]));
}

#[test]
fn walks() {
    let doc = parse("<a>x<b id='1'><c id='2'/><!--k--><c id='1'/></b><b/><d><e/></d></a>");
    let root = doc.root_element();
    let names: Vec<&str> = root.descendants().map(|e| e.name()).collect();
    assert_eq!(names, ["b", "c", "c", "b", "d", "e"]);
    let b = root.child("b").expect("there");
    assert_eq!(b.descendants().count(), 2);
    assert_eq!(root.children_named("b").count(), 2);
    assert_eq!(
        b.next_sibling()
            .and_then(|e| e.next_sibling())
            .map(|e| e.name()),
        Some("d")
    );
    assert_eq!(b.parent().map(|e| e.name()), Some("a"));
    assert!(root.parent().is_none());
    let kinds: Vec<NodeKind> = b.nodes().map(|n| n.kind()).collect();
    assert_eq!(
        kinds,
        [NodeKind::Element, NodeKind::Comment, NodeKind::Element]
    );
    assert_eq!(doc.by_id(None, "1").len(), 2);
    assert_eq!(doc.by_id(Some("c"), "1").len(), 1);
    assert!(doc.by_id(None, "3").is_empty());
}

#[test]
fn changes_of_attributes() {
    let mut doc = parse("<a x='1' y='2'><b z='3'/></a>");
    let root = doc.root();
    let b = doc.root_element().child("b").expect("there").id();
    doc.set_attr(root, "w", "4"); // moves the span of attributes
    doc.set_attr(root, "x", "5");
    doc.set_attr(b, "z", "");
    assert_eq!(compact(&doc), "<a x=\"5\" y=\"2\" w=\"4\"><b z=\"\"/></a>");
    assert!(doc.remove_attr(root, "y"));
    assert!(!doc.remove_attr(root, "y"));
    doc.rename(b, "c");
    assert_eq!(compact(&doc), "<a x=\"5\" w=\"4\"><c z=\"\"/></a>");
    assert!(doc.rename_attr(root, "x", "y"));
    assert!(!doc.rename_attr(root, "x", "y"));
    assert_eq!(compact(&doc), "<a y=\"5\" w=\"4\"><c z=\"\"/></a>");
    assert!(doc.rename_attr(root, "w", "y"));
    assert_eq!(compact(&doc), "<a y=\"4\"><c z=\"\"/></a>");
    doc.clear_attrs(root);
    doc.set_attr(root, "v", "6");
    assert_eq!(compact(&doc), "<a v=\"6\"><c z=\"\"/></a>");
}

#[test]
fn changes_of_the_tree() {
    let mut doc = Document::new("a");
    let root = doc.root();
    let b = doc.append(root, "b");
    let d = doc.append(root, "d");
    let c = doc.insert_before(d, "c");
    doc.prepend(root, "z");
    doc.set_attr(c, "k", "v");
    doc.append_comment(c, "note");
    assert_eq!(
        compact(&doc),
        "<a><z/><b/><c k=\"v\"><!--note--></c><d/></a>"
    );
    let copy = doc.copy_within(b, c);
    doc.set_attr(copy, "k", "w");
    assert_eq!(
        compact(&doc),
        "<a><z/><b><c k=\"w\"><!--note--></c></b><c k=\"v\"><!--note--></c><d/></a>"
    );
    doc.move_to(root, d, 0);
    doc.move_to(root, c, 99);
    doc.move_to(c, root, 0); // into itself: refused
    doc.detach(b);
    assert_eq!(compact(&doc), "<a><d/><z/><c k=\"v\"><!--note--></c></a>");
    doc.move_before(d, b);
    doc.move_last(b, d);
    doc.move_last(d, b); // into itself: refused
    doc.move_before(d, b); // likewise
    assert_eq!(
        compact(&doc),
        "<a><b><c k=\"w\"><!--note--></c><d/></b><z/><c k=\"v\"><!--note--></c></a>"
    );
    doc.move_before(b, d);
    doc.move_to(c, b, 0);
    assert_eq!(
        compact(&doc),
        "<a><d/><z/><c k=\"v\"><b><c k=\"w\"><!--note--></c></b><!--note--></c></a>"
    );

    let mut other = Document::new("x");
    let into = other.root();
    other.append(into, "c");
    other.append_copy(into, doc.element(c));
    assert_eq!(
        compact(&other),
        "<x><c/><c k=\"v\"><b><c k=\"w\"><!--note--></c></b><!--note--></c></x>"
    );
    let top = doc.root();
    doc.copy_within(top, top);
    assert_eq!(doc.root_element().descendants().count(), 11);
}

#[test]
fn ids_are_found_after_changes() {
    let mut doc = parse("<a><b id='1'/><c id='2'/></a>");
    let find = |doc: &Document, id: &str| -> Vec<String> {
        doc.by_id(None, id)
            .iter()
            .map(|&e| doc.element(e).name().to_owned())
            .collect()
    };
    assert_eq!(find(&doc, "1"), ["b"]);
    let b = doc.by_id(None, "1")[0];
    let c = doc.by_id(None, "2")[0];
    doc.set_attr(c, "id", "1");
    assert_eq!(find(&doc, "1"), ["b", "c"]);
    doc.move_to(doc.root(), b, 9);
    assert_eq!(find(&doc, "1"), ["c", "b"]);
    doc.detach(c);
    assert_eq!(find(&doc, "1"), ["b"]);
    doc.move_to(b, c, 0);
    assert_eq!(find(&doc, "1"), ["b", "c"]);
    doc.copy_within(doc.root(), c);
    assert_eq!(find(&doc, "1"), ["b", "c", "c"]);
    assert!(doc.remove_attr(b, "id"));
    doc.clear_attrs(c);
    assert_eq!(find(&doc, "1"), ["c"]);
    let copy = doc.clone();
    assert_eq!(find(&copy, "1"), ["c"]);
}

#[test]
fn bad_input() {
    check_error(b"", 1, 1, ParseErrorKind::Empty);
    check_error(b" \n ", 2, 2, ParseErrorKind::Empty);
    check_error(b"hello", 1, 1, ParseErrorKind::TextOutsideRoot);
    check_error(b"<a/>x", 1, 5, ParseErrorKind::TextOutsideRoot);
    check_error(b"<a/><b/>", 1, 5, ParseErrorKind::SecondRoot);
    check_error(
        b"<a>\n <b>",
        2,
        5,
        ParseErrorKind::UnexpectedEnd {
            inside: "an element",
        },
    );
    check_error(
        b"<a b='",
        1,
        7,
        ParseErrorKind::UnexpectedEnd {
            inside: "an attribute value",
        },
    );
    check_error(
        b"<a b",
        1,
        5,
        ParseErrorKind::UnexpectedEnd { inside: "a tag" },
    );
    check_error(
        b"<a b=1/>",
        1,
        6,
        ParseErrorKind::Expected {
            what: "a quoted value",
        },
    );
    check_error(
        b"<a b='<'/>",
        1,
        7,
        ParseErrorKind::Expected {
            what: "the end of the value",
        },
    );
    check_error(
        b"<a b='1'c='2'/>",
        1,
        9,
        ParseErrorKind::Expected {
            what: "a blank, '>' or '/>'",
        },
    );
    check_error(
        b"<a b='1' b='2'/>",
        1,
        10,
        ParseErrorKind::DuplicateAttribute("b".into()),
    );
    check_error(
        b"<a>]]></a>",
        1,
        4,
        ParseErrorKind::ForbiddenSequence("]]>"),
    );
    check_error(
        b"<a><!-- -- --></a>",
        1,
        9,
        ParseErrorKind::ForbiddenSequence("--"),
    );
    check_error(
        b"<a>&nbsp;</a>",
        1,
        4,
        ParseErrorKind::UndefinedEntity("nbsp".into()),
    );
    check_error(b"<a>&#0;</a>", 1, 4, ParseErrorKind::BadCharacterReference);
    check_error(b"<a>\x01</a>", 1, 4, ParseErrorKind::IllegalCharacter(1));
    check_error(
        "<a b='\u{FFFE}'/>".as_bytes(),
        1,
        7,
        ParseErrorKind::IllegalCharacter(0xFFFE),
    );
    check_error(b"<a>\n\xC3\x28</a>", 2, 1, ParseErrorKind::InvalidEncoding);
    check_error(
        b"<1/>",
        1,
        2,
        ParseErrorKind::Expected {
            what: "an element name",
        },
    );
    check_error(
        b"<a><b></a>",
        1,
        7,
        ParseErrorKind::MismatchedEndTag {
            open: "b".into(),
            found: "a".into(),
        },
    );
    check_error(
        b"<?xml version='1.0' encoding='EBCDIC'?><a/>",
        1,
        1,
        ParseErrorKind::UnknownEncoding("EBCDIC".into()),
    );
    check_error(
        b"BZh91AY&SY\x00\xFF",
        1,
        12,
        ParseErrorKind::InvalidEncoding,
    );
}

#[test]
fn entity_bombs_are_refused() {
    let bomb = b"<!DOCTYPE a [<!ENTITY x 'xx'><!ENTITY y '&x;&x;'>]><a>&y;</a>";
    check_error(bomb, 1, 13, ParseErrorKind::InternalSubset);
    check_round("<!DOCTYPE a SYSTEM 'a.dtd'><a/>", "<a/>");
}

#[test]
fn a_hundred_thousand_levels_are_refused() {
    let deep = "<a>".repeat(100_000);
    let column = 3 * super::MAX_DEPTH + 4;
    check_error(
        deep.as_bytes(),
        1,
        column,
        ParseErrorKind::TooDeep {
            limit: super::MAX_DEPTH,
        },
    );
    // Built by program, any depth is walked, copied and printed without recursion.
    let mut doc = Document::new("a");
    let mut at = doc.root();
    for _ in 0..100_000 {
        at = doc.append(at, "b");
    }
    let top = doc.root();
    doc.copy_within(top, top);
    assert_eq!(doc.root_element().descendants().count(), 200_001);
    assert_eq!(compact(&doc).matches("<b>").count(), 199_998); // the two innermost are <b/>
}

#[test]
fn other_encodings() {
    let latin: &[u8] = b"<?xml version='1.0' encoding='ISO-8859-1'?><a b='\xE4'/>";
    assert_eq!(
        compact(&Document::parse(latin, "t").expect("latin")),
        "<a b=\"ä\"/>"
    );
    let wide: Vec<u8> = "\u{FEFF}<a b='ä'/>"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(
        compact(&Document::parse(&wide, "t").expect("wide")),
        "<a b=\"ä\"/>"
    );
    check_round("\u{FEFF}<a/>", "<a/>");
}

/// A tree as data: name, attributes, children.
#[derive(Clone, Debug)]
enum Tree {
    Element(String, Vec<(String, String)>, Vec<Tree>),
    Comment(String),
}

fn build(doc: &mut Document, parent: ElementId, tree: &Tree) {
    match tree {
        Tree::Comment(text) => {
            doc.append_comment(parent, text);
        }
        Tree::Element(name, attrs, children) => {
            let id = doc.append(parent, name);
            for (name, value) in attrs {
                doc.set_attr(id, name, value);
            }
            for child in children {
                build(doc, id, child);
            }
        }
    }
}

fn any_name() -> impl Strategy<Value = String> + Clone {
    "[a-dA-D_:é][a-d0-9.é-]{0,3}"
}

fn any_value() -> impl Strategy<Value = String> + Clone {
    // Whatever XML can carry: the printer escapes the control characters among it.
    "[\\t\\n\\r -~\\x7F-\\xFFé€\\u{10000}]{0,12}"
}

fn any_tree() -> impl Strategy<Value = Tree> {
    let attrs = prop::collection::vec((any_name(), any_value()), 0..4);
    let leaf = prop_oneof![
        (any_name(), attrs.clone()).prop_map(|(name, attrs)| Tree::Element(name, attrs, vec![])),
        "[a-z <>&]{0,8}".prop_map(Tree::Comment),
    ];
    leaf.prop_recursive(5, 40, 5, move |inner| {
        (
            any_name(),
            attrs.clone(),
            prop::collection::vec(inner, 0..5),
        )
            .prop_map(|(name, attrs, children)| Tree::Element(name, attrs, children))
    })
}

proptest! {
    #[test]
    fn printed_documents_read_back_the_same(
        trees in prop::collection::vec(any_tree(), 0..4),
        window in 1_usize..200,
    ) {
        let mut doc = Document::new("root");
        let root = doc.root();
        for tree in &trees {
            build(&mut doc, root, tree);
        }
        for style in [PrintStyle::Compact, PrintStyle::Pretty] {
            let text = print(doc.root_element(), style);
            let again = Document::parse(text.as_bytes(), "printed").expect("own output");
            let pieces = Document::read_by(text.as_bytes(), 0, "printed", window).expect("own output");
            prop_assert_eq!(compact(&pieces), compact(&doc));
            prop_assert_eq!(print(again.root_element(), style), text);
            prop_assert_eq!(compact(&again), compact(&doc));
        }
        let mut copy = Document::new("root");
        let into = copy.root();
        for node in doc.root_element().children() {
            copy.append_copy(into, node);
        }
        let elements = |d: &Document| d.root_element().descendants().count();
        prop_assert_eq!(elements(&copy), elements(&doc));
    }

    #[test]
    fn no_input_panics(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        let _ = Document::parse(&bytes, "noise");
    }

    #[test]
    fn no_markup_panics(
        text in "[<>/!?a-c='\"&;#x \\-\\[\\]\\n\u{e9}\u{ffff}]{0,60}",
        window in 1_usize..80,
    ) {
        let whole = Document::parse(text.as_bytes(), "noise").map(|doc| compact(&doc));
        let pieces = match Document::read_by(text.as_bytes(), 0, "noise", window) {
            Ok(doc) => Ok(compact(&doc)),
            Err(ReadError::Parse(error)) => Err(error),
            Err(ReadError::Source(error)) => panic!("{error}"),
        };
        prop_assert_eq!(pieces, whole);
        if let Ok(doc) = Document::parse(text.as_bytes(), "noise") {
            let printed = compact(&doc);
            let again = Document::parse(printed.as_bytes(), "printed").expect("own output");
            prop_assert_eq!(compact(&again), printed);
        }
    }
}
