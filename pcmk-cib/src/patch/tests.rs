//! Patchsets: transcripts of differences, and the law that applying a difference gives the newer document.

use proptest::prelude::*;

use super::{AttributeOrder, Draft, VersionCheck, apply, apply_to, describe, diff};
use crate::xml::{Document, ElementId, PrintStyle, print};
use pcmk_core::rc::Rc;

fn parse(text: &str) -> Document {
    Document::parse(text.as_bytes(), "test").expect("well-formed")
}

fn text(doc: &Document) -> String {
    print(doc.root_element(), PrintStyle::Compact)
}

/// The patchset between two texts, in short: `delete PATH`, `modify PATH x=1 -y`, ...
fn changes(old: &str, new: &str, order: AttributeOrder) -> Vec<String> {
    let (old, new) = (parse(old), parse(new));
    let Some(patch) = diff(&old, new.clone(), order, false) else {
        return Vec::new();
    };
    let applied = apply_to(&old, patch.root_element(), VersionCheck::Skipped).expect("applies");
    if order == AttributeOrder::Counts {
        assert_eq!(text(&applied), text(&new));
    }
    patch
        .root_element()
        .children_named("change")
        .map(|change| {
            let mut line = format!(
                "{} {}",
                change.attr("operation").expect("operation"),
                change.attr("path").expect("path")
            );
            if let Some(position) = change.attr("position") {
                line.push_str(&format!(" @{position}"));
            }
            for entry in change.descendants().filter(|e| e.name() == "change-attr") {
                match (entry.attr("name"), entry.attr("value")) {
                    (Some(name), Some(value)) => line.push_str(&format!(" {name}={value}")),
                    (Some(name), None) => line.push_str(&format!(" -{name}")),
                    (None, _) => panic!("no name"),
                }
            }
            line
        })
        .collect()
}

#[track_caller]
fn check(old: &str, new: &str, want: &[&str]) {
    assert_eq!(changes(old, new, AttributeOrder::Counts), want);
}

#[test]
fn attributes() {
    check("<a x='1'/>", "<a x='1'/>", &[]);
    check(
        "<a x='1' y='2'/>",
        "<a x='1' y='3' z='4'/>",
        &["modify /a y=3 z=4"],
    );
    check("<a x='1' y='2'/>", "<a x='1'/>", &["modify /a -y"]);
    check(
        "<a x='1' y='2'/>",
        "<a y='2' x='1'/>",
        &["modify /a y=2 x=1"],
    );
    assert!(
        changes(
            "<a x='1' y='2'/>",
            "<a y='2' x='1'/>",
            AttributeOrder::Ignored
        )
        .is_empty()
    );
}

#[test]
fn root_with_another_id() {
    // Recorded of the reference; nobody can apply it.
    let patch = diff(
        &parse("<a id='1'/>"),
        parse("<a id='2'/>"),
        AttributeOrder::Counts,
        false,
    )
    .expect("differs");
    let change = patch.root_element().child("change").expect("one");
    assert_eq!(change.attr("path"), Some("/a[@id='2']"));
}

#[test]
fn children() {
    check(
        "<a><b id='1'/></a>",
        "<a><b id='1'/><b id='2'/></a>",
        &["create /a @1"],
    );
    check(
        "<a><b id='1'/><b id='2'/></a>",
        "<a><b id='2'/></a>",
        &["delete /a/b[@id='1']"],
    );
    check(
        "<a><b id='1'/><b id='2'/></a>",
        "<a><b id='2'/><b id='1'/></a>",
        &["move /a/b[@id='2'] @0", "move /a/b[@id='1'] @1"],
    );
    check(
        "<r><p id='a'/><p id='b'/><p id='c'/><p id='d'/><p id='e'/></r>",
        "<r><p id='e'/><p id='d'/><p id='x'/><p id='b' q='1'/><p id='a'/></r>",
        &[
            "delete /r/p[@id='c']",
            "move /r/p[@id='e'] @0",
            "move /r/p[@id='d'] @1",
            "create /r @2",
            "modify /r/p[@id='b'] q=1",
            "move /r/p[@id='b'] @3",
            "move /r/p[@id='a'] @4",
        ],
    );
    check(
        "<a><b id='1' v='1'/><b id='2'/><b id='3'/></a>",
        "<a><b id='3'/><b id='2'/><b id='1' v='2'/></a>",
        &[
            "move /a/b[@id='3'] @0",
            "modify /a/b[@id='1'] v=2",
            "move /a/b[@id='1'] @2",
        ],
    );
    check(
        "<a><b id='1'/><b id='2'/><b id='3'/><b id='4'/></a>",
        "<a><b id='4'/><b id='1'/><b id='3'/></a>",
        &[
            "delete /a/b[@id='2']",
            "move /a/b[@id='4'] @0",
            "move /a/b[@id='1'] @1",
        ],
    );
}

#[test]
fn comments() {
    check(
        "<a><!--x--><b/></a>",
        "<a><b/></a>",
        &["delete /a/comment @0"],
    );
    check(
        "<a><!--x--><b/></a>",
        "<a><!--y--><b/></a>",
        &["delete /a/comment @0", "create /a @0"],
    );
    check(
        "<a><!--x--><!--y--><b/></a>",
        "<a><b/></a>",
        &["delete /a/comment @0", "delete /a/comment @0"],
    );
}

#[test]
fn text_is_no_difference() {
    assert!(
        diff(
            &parse("<a>one</a>"),
            parse("<a>two</a>"),
            AttributeOrder::Counts,
            false
        )
        .is_none()
    );
}

#[track_caller]
fn check_refused(doc: &str, patch: &str, check: VersionCheck, rc: Rc) {
    let doc = parse(doc);
    let before = text(&doc);
    let error = apply_to(&doc, parse(patch).root_element(), check).expect_err("refused");
    assert_eq!(error.rc(), rc, "{error}");
    assert_eq!(text(&doc), before);
}

#[test]
fn refused() {
    let versions = |source: &str, target: &str| {
        format!("<diff format='2'><version><source {source}/><target {target}/></version></diff>")
    };
    let doc = "<cib admin_epoch='1' epoch='2' num_updates='3'/>";
    let required = VersionCheck::Required;
    let v = |a: i32, e: i32, n: i32| format!("admin_epoch='{a}' epoch='{e}' num_updates='{n}'");
    check_refused(doc, "<diff/>", required, Rc::EINVAL);
    check_refused(doc, "<diff format='1'/>", VersionCheck::Skipped, Rc::EINVAL);
    check_refused(
        doc,
        &versions(&v(1, 1, 3), &v(1, 3, 0)),
        required,
        Rc::OLD_DATA,
    );
    check_refused(
        doc,
        &versions(&v(1, 3, 3), &v(1, 4, 0)),
        required,
        Rc::DIFF_FAILED,
    );
    check_refused(
        doc,
        &versions(&v(1, 2, 3), &v(1, 2, 3)),
        required,
        Rc::OLD_DATA,
    );
    check_refused(
        doc,
        &versions("epoch='1'", &v(1, 2, 4)),
        required,
        Rc::EINVAL,
    );
    let change = |change: &str| format!("<diff format='2'>{change}</diff>");
    let skipped = VersionCheck::Skipped;
    check_refused(
        doc,
        &change(
            "<change operation='modify' path='/cib/x'><change-result><x/></change-result></change>",
        ),
        skipped,
        Rc::DIFF_FAILED,
    );
    check_refused(
        doc,
        &change("<change operation='explode' path='/cib'/>"),
        skipped,
        Rc::DIFF_FAILED,
    );
    check_refused(
        doc,
        &change("<change operation='modify' path='/cib'/>"),
        skipped,
        Rc::ENOMSG,
    );
    check_refused(
        doc,
        "<diff format='2' digest='00'/>",
        skipped,
        Rc::DIFF_FAILED,
    );
    let ok = versions(&v(1, 2, 3), &v(0, 0, 4));
    apply_to(&parse(doc), parse(&ok).root_element(), required).expect("one field is greater");
}

#[test]
fn shown() {
    let old = parse("<cib admin_epoch='1' epoch='1' num_updates='0'><a x='1'/><!--c--></cib>");
    let new = parse(
        "<cib admin_epoch='1' epoch='2' num_updates='0'><a y='2'/><b id='n'><c z='&lt;'/><!--d--></b></cib>",
    );
    let patch = diff(&old, new, AttributeOrder::Counts, false).expect("differs");
    let want = [
        "Diff: --- 1.1.0 2",
        "Diff: +++ 1.2.0 (no digest)",
        "-- /cib/comment (1)",
        "+  /cib:  @epoch=2",
        "+  /cib/a:  @y=2",
        "-- /cib/a:  @x",
        "++ /cib:  <b id=\"n\"/>",
        "++          <c z=\"&lt;\"/>",
        "++          <!--d-->",
        "++        </b>",
    ];
    assert_eq!(describe(patch.root_element()), want);
}

#[test]
fn marks_of_a_draft_make_a_patchset() {
    let before = parse(
        "<cib epoch='1'><configuration><a id='1' x='1' y='2' z='3'/><b/></configuration></cib>",
    );
    let mut draft = Draft::new(before.clone());
    let a = draft.doc().by_id(None, "1")[0];
    draft.set_attr(a, "x", "1");
    assert!(!draft.changed());
    draft.remove_attr(a, "y");
    draft.set_attr(a, "y", "5");
    draft.remove_attr(a, "z");
    let configuration = draft.doc().element(a).parent().expect("inside").id();
    let new = draft.append(configuration, "c");
    draft.set_attr(new, "q", "1");
    let b = draft
        .doc()
        .element(configuration)
        .child("b")
        .expect("there")
        .id();
    draft.delete(b);
    assert!(draft.configuration_changed());
    let patch = draft.patchset().expect("changed");
    let after = draft.into_document();
    assert_eq!(
        text(&after),
        "<cib epoch=\"1\"><configuration><a id=\"1\" x=\"1\" y=\"5\"/><c q=\"1\"/></configuration></cib>"
    );
    let applied = apply_to(&before, patch.root_element(), VersionCheck::Skipped).expect("applies");
    assert_eq!(text(&applied), text(&after));
}

#[test]
fn application_to_a_draft_is_marked() {
    let before = parse("<cib epoch='1'><configuration><a id='1' x='1'/></configuration></cib>");
    let patch = parse(
        "<diff format='2'><change operation='modify' path=\"/cib/configuration/a[@id='1']\"><change-list/><change-result><a y='1' id='1'/></change-result></change></diff>",
    );
    let mut draft = Draft::new(before.clone());
    apply(&mut draft, patch.root_element(), VersionCheck::Required).expect("applies");
    assert!(draft.configuration_changed());
    let again = draft.patchset().expect("changed");
    let applied = apply_to(&before, again.root_element(), VersionCheck::Skipped).expect("applies");
    assert_eq!(text(&applied), text(draft.doc()));
}

// ---- the law

/// A tree of few names and ids, so that two of them have much in common.
#[derive(Clone, Debug)]
struct Tree {
    name: u8,
    id: Option<u8>,
    attrs: Vec<(u8, u8)>,
    children: Vec<Tree>,
}

fn trees() -> impl Strategy<Value = Tree> {
    let attrs = proptest::collection::vec((0u8..4, 0u8..3), 0..4);
    let leaf = (
        0u8..4,
        proptest::option::weighted(0.8, 0u8..6),
        attrs.clone(),
    )
        .prop_map(|(name, id, attrs)| Tree {
            name,
            id,
            attrs,
            children: Vec::new(),
        });
    leaf.prop_recursive(4, 40, 8, move |inner| {
        (
            0u8..4,
            proptest::option::weighted(0.8, 0u8..6),
            attrs.clone(),
            proptest::collection::vec(inner, 0..8),
        )
            .prop_map(|(name, id, attrs, children)| Tree {
                name,
                id,
                attrs,
                children,
            })
    })
}

/// The tree as a document. Name 3 is a comment. Siblings may share name and id, with and without.
fn document(tree: &Tree) -> Document {
    fn fill(doc: &mut Document, at: ElementId, tree: &Tree) {
        for (name, value) in &tree.attrs {
            doc.set_attr(at, &format!("a{name}"), &value.to_string());
        }
        for child in &tree.children {
            if child.name == 3 {
                doc.append_comment(at, &format!("c{:?}", child.id));
                continue;
            }
            let id = child.id;
            let element = doc.append(at, ["x", "y", "z"][usize::from(child.name)]);
            if let Some(id) = id {
                doc.set_attr(element, "id", &format!("i{id}"));
            }
            fill(doc, element, child);
        }
    }
    let mut doc = Document::new("cib");
    // Below an only child: a root cannot be replaced.
    let top = doc.append(doc.root(), "configuration");
    fill(&mut doc, top, tree);
    doc
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn a_difference_applied_gives_the_newer_document(old in trees(), new in trees()) {
        let (old, new) = (document(&old), document(&new));
        match diff(&old, new.clone(), AttributeOrder::Counts, true) {
            None => prop_assert_eq!(text(&old), text(&new)),
            Some(patch) => {
                let result = apply_to(&old, patch.root_element(), VersionCheck::Skipped);
                let got = result.map(|doc| text(&doc)).map_err(|error| error.to_string());
                prop_assert_eq!(got, Ok(text(&new)), "{}", print(patch.root_element(), PrintStyle::Pretty));
            }
        }
    }
}

/// All arrangements of some of these siblings.
fn arrangements(of: &[&str]) -> Vec<Vec<String>> {
    let mut all: Vec<Vec<String>> = vec![Vec::new()];
    let mut longest = all.clone();
    for _ in of {
        longest = longest
            .iter()
            .flat_map(|list| {
                of.iter()
                    .filter(|item| !list.iter().any(|there| there == *item))
                    .map(|item| {
                        let mut longer = list.clone();
                        longer.push((*item).to_owned());
                        longer
                    })
            })
            .collect();
        all.extend(longest.iter().cloned());
    }
    all
}

#[test]
fn every_arrangement_of_siblings_becomes_every_other() {
    let all = arrangements(&["<b id='1'/>", "<b id='2'/>", "<c/>", "<!--x-->", "<!--y-->"]);
    let docs: Vec<Document> = all
        .iter()
        .map(|list| parse(&format!("<a>{}</a>", list.concat())))
        .collect();
    let mut wrong = Vec::new();
    for old in &docs {
        for new in &docs {
            let Some(patch) = diff(old, new.clone(), AttributeOrder::Counts, false) else {
                assert_eq!(text(old), text(new));
                continue;
            };
            let applied = apply_to(old, patch.root_element(), VersionCheck::Skipped);
            if !applied.as_ref().is_ok_and(|doc| text(doc) == text(new)) {
                wrong.push(format!(
                    "{} -> {}: {:?} {}",
                    text(old),
                    text(new),
                    applied.map(|doc| text(&doc)),
                    text(&patch)
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}: {:#?}",
        wrong.len(),
        docs.len() * docs.len(),
        &wrong[..wrong.len().min(5)]
    );
}
