//! What holds for every document.

use proptest::prelude::*;

use super::*;
use crate::validate::model::Identity;
use crate::validate::recheck;
use crate::xml::Element;

/// A document with something of everything, valid from 3.4 to 3.10.
fn rich() -> Document {
    Parts {
        crm_config: "<cluster_property_set id=\"cbo\" score=\"5\"><rule id=\"cr\" score=\"1\">\
            <date_expression id=\"cd\" operation=\"date_spec\"><date_spec id=\"cs\" hours=\"1\"/>\
            </date_expression></rule><nvpair id=\"cn\" name=\"a\" value=\"b\"/></cluster_property_set>",
        defaults: "<rsc_defaults><meta_attributes id=\"rd\"/></rsc_defaults><op_defaults>\
            <meta_attributes id=\"od\"><rule id=\"or\" score=\"1\"><op_expression id=\"oe\" name=\"x\"/>\
            <rsc_expression id=\"re\"/></rule></meta_attributes></op_defaults>",
        nodes: "<node id=\"1\" uname=\"n1\"><instance_attributes id=\"ni\"/><utilization id=\"nu\"/></node>",
        resources: "<template id=\"t\" class=\"ocf\" provider=\"a\" type=\"b\"/>\
            <group id=\"g\"><primitive id=\"p1\" template=\"t\"/><primitive id=\"p2\" class=\"lsb\" type=\"x\">\
            <operations><op id=\"op\" name=\"monitor\" interval=\"1\"><instance_attributes id-ref=\"ni\"/></op>\
            </operations></primitive></group><clone id=\"c\"><primitive id=\"p3\" template=\"t\"/></clone>\
            <master id=\"m\"><primitive id=\"p4\" template=\"t\"/></master><bundle id=\"b\">\
            <docker image=\"i\" masters=\"1\"/><network><port-mapping id=\"pm\" port=\"1\"/></network></bundle>",
        constraints: "<rsc_location id=\"l1\" rsc=\"g\" node=\"n1\" score=\"1\"><lifetime><rule id=\"lr\" \
            score=\"1\"><expression id=\"le\" attribute=\"a\" operation=\"eq\" value=\"b\"/></rule></lifetime>\
            </rsc_location><rsc_colocation id=\"c1\" score=\"1\"><resource_set id=\"s1\"><resource_ref id=\"p1\"/>\
            </resource_set></rsc_colocation><rsc_order id=\"o1\" first=\"g\" then=\"c\"/>\
            <rsc_ticket id=\"tk\" rsc=\"m\" ticket=\"t1\"/>",
        more: "<fencing-topology><fencing-level id=\"f\" target=\"n1\" index=\"1\" devices=\"a\"/>\
            </fencing-topology><acls><acl_role id=\"ar\"><acl_permission id=\"ap\" kind=\"read\" \
            reference=\"g\"/></acl_role><acl_target id=\"u\"><role id=\"ar\"/></acl_target></acls>\
            <tags><tag id=\"tag\"><obj_ref id=\"g\"/></tag></tags><alerts><alert id=\"al\" path=\"/p\">\
            <select><select_nodes/></select><recipient id=\"rc\" value=\"v\"/></alert></alerts>",
    }
    .parse()
}

#[test]
fn the_rich_document() {
    check_versions(&rich(), &span("3.4", "3.10"));
}

/// Changes that keep a document a document.
#[derive(Clone, Debug)]
enum Change {
    RenameElement(prop::sample::Index, String),
    RenameAttribute(prop::sample::Index, prop::sample::Index, String),
    SetAttribute(prop::sample::Index, String, String),
    RemoveAttribute(prop::sample::Index, prop::sample::Index),
    Remove(prop::sample::Index),
    Copy(prop::sample::Index, prop::sample::Index),
    CopyWithNewIds(prop::sample::Index, prop::sample::Index),
    Move(prop::sample::Index, prop::sample::Index),
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "id",
            "id-ref",
            "rsc",
            "score",
            "name",
            "value",
            "class",
            "type",
            "operation",
            "node",
            "rule",
            "primitive",
            "group",
            "nvpair",
            "resource_set",
            "meta_attributes",
            "xmlns",
            "status",
            "lifetime",
            "op",
            "date_expression",
            "kind",
            "template",
        ])
        .prop_map(str::to_owned),
        "[a-z_]{1,10}",
    ]
}

fn change() -> impl Strategy<Value = Change> {
    let index = any::<prop::sample::Index>;
    let value = prop_oneof![
        prop::sample::select(vec![
            "", "1", "g", "INFINITY", "ocf", "in_range", "true", "p1"
        ])
        .prop_map(str::to_owned),
        "\\PC{0,8}",
    ];
    prop_oneof![
        (index(), name()).prop_map(|(at, name)| Change::RenameElement(at, name)),
        (index(), index(), name())
            .prop_map(|(at, which, name)| { Change::RenameAttribute(at, which, name) }),
        (index(), name(), value)
            .prop_map(|(at, name, value)| Change::SetAttribute(at, name, value)),
        (index(), index()).prop_map(|(at, which)| Change::RemoveAttribute(at, which)),
        index().prop_map(Change::Remove),
        (index(), index()).prop_map(|(from, to)| Change::Copy(from, to)),
        (index(), index()).prop_map(|(from, to)| Change::CopyWithNewIds(from, to)),
        (index(), index()).prop_map(|(from, to)| Change::Move(from, to)),
    ]
}

fn apply(doc: &mut Document, change: &Change) {
    let all: Vec<_> = doc
        .root_element()
        .descendants()
        .map(|element| element.id())
        .collect();
    if all.is_empty() {
        return;
    }
    match change {
        Change::RenameElement(at, name) => doc.rename(all[at.index(all.len())], name),
        Change::RenameAttribute(at, which, name) => {
            let id = all[at.index(all.len())];
            let attributes: Vec<(String, String)> = doc
                .element(id)
                .attrs()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect();
            if !attributes.is_empty() {
                let (old, value) = &attributes[which.index(attributes.len())];
                doc.remove_attr(id, old);
                doc.set_attr(id, name, value);
            }
        }
        Change::SetAttribute(at, name, value) => {
            doc.set_attr(all[at.index(all.len())], name, value);
        }
        Change::RemoveAttribute(at, which) => {
            let id = all[at.index(all.len())];
            let names: Vec<String> = doc
                .element(id)
                .attrs()
                .map(|(name, _)| name.to_owned())
                .collect();
            if !names.is_empty() {
                doc.remove_attr(id, &names[which.index(names.len())]);
            }
        }
        Change::Remove(at) => doc.detach(all[at.index(all.len())]),
        Change::Copy(from, to) => {
            doc.copy_within(all[to.index(all.len())], all[from.index(all.len())]);
        }
        Change::CopyWithNewIds(from, beside) => {
            // Beside one of its kind, it often may be.
            let from = doc.element(all[from.index(all.len())]);
            let beside = all[beside.index(all.len())];
            let parent = match doc.element(beside).name() == from.name() {
                true => doc.element(beside).parent(),
                false => from.parent(),
            };
            let Some(parent) = parent else { return };
            let (parent, from) = (parent.id(), from.id());
            let copy = doc.copy_within(parent, from);
            let copied: Vec<_> = std::iter::once(doc.element(copy))
                .chain(doc.element(copy).descendants())
                .filter(|element| element.xml_id().is_some())
                .map(Element::id)
                .collect();
            for id in copied {
                doc.set_attr(id, "id", &format!("new-{}", id.index()));
            }
            doc.move_before(from, copy);
        }
        Change::Move(from, to) => {
            doc.move_to(all[to.index(all.len())], all[from.index(all.len())], 1);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn explanations_agree_with_the_check(changes in prop::collection::vec(change(), 1..6)) {
        let mut doc = rich();
        for change in &changes {
            apply(&mut doc, change);
        }
        let mut before = false;
        for schema in known_schemas() {
            let valid = is_valid(&doc, schema);
            match validate(&doc, schema) {
                Ok(()) => prop_assert!(valid),
                Err(problems) => {
                    prop_assert!(!valid && !problems.is_empty());
                    for problem in problems {
                        prop_assert_ne!(&problem.kind, &ProblemKind::Unexplained);
                        prop_assert!(!problem.to_string().is_empty());
                    }
                }
            }
            prop_assert!(valid || !before || !only_widens(schema), "{} narrows", schema);
            before = valid;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// What is only looked at again where it changed is judged like what is looked at as a whole.
    #[test]
    fn changes_are_judged_like_documents(changes in prop::collection::vec(change(), 1..4)) {
        let schema = "pacemaker-3.9";
        let read = rich();
        prop_assert!(is_valid(&read, schema));
        let mut doc = read.clone();
        for change in &changes {
            apply(&mut doc, change);
            let whole = Document::of_element(doc.root_element());
            prop_assert_eq!(is_valid(&doc, schema), is_valid(&whole, schema), "{}", doc.root_element());
        }
        prop_assert!(is_valid(&read, schema));
    }
}

/// Usual changes are judged without looking at all of the document.
#[test]
fn usual_changes_are_cheap() {
    let schema = "pacemaker-3.9";
    let read = rich();
    assert!(is_valid(&read, schema));
    let grammar = Grammar::get();
    let model = grammar.model(Version::named(schema).expect("known"));
    let root = read.root_element();
    let find = |id: &str| read.by_id(None, id).first().copied().expect("in it");
    let epoch = |doc: &mut Document| doc.set_attr(root.id(), "epoch", "17");
    let value = |doc: &mut Document| doc.set_attr(find("cn"), "value", "17");
    let pair = |doc: &mut Document| {
        let new = doc.append(find("ni"), "nvpair");
        for (name, value) in [("id", "ni-x"), ("name", "x"), ("value", "y")] {
            doc.set_attr(new, name, value);
        }
    };
    let resource = |doc: &mut Document| {
        let new = doc.insert_before(find("p1"), "primitive");
        for (name, value) in [
            ("id", "p0"),
            ("class", "ocf"),
            ("provider", "a"),
            ("type", "b"),
        ] {
            doc.set_attr(new, name, value);
        }
    };
    let changes: [&dyn Fn(&mut Document); 4] = [&epoch, &value, &pair, &resource];
    for change in changes {
        let mut doc = read.clone();
        change(&mut doc);
        assert!(recheck::is_still_valid(&doc, grammar, model));
    }
    let mut doc = read.clone();
    doc.set_attr(find("cn"), "id", "p1");
    assert!(!recheck::is_still_valid(&doc, grammar, model));
}

/// New ids are looked up among attributes of one name.
#[test]
fn ids_have_one_name() {
    let grammar = Grammar::get();
    for schema in known_schemas() {
        let model = grammar.model(Version::named(schema).expect("known"));
        for rule in model.rules() {
            for attribute in &rule.attributes {
                assert!(attribute.identity != Identity::Id || attribute.name == "id");
            }
        }
    }
}
