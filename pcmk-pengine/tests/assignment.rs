//! Assignment by small clusters of our own: one behaviour per test, traps of behaviour notes 03 first.

use std::sync::Arc;

use pcmk_cib::xml::Document;
use pcmk_core::score::Score;
use pcmk_core::time::DateTime;
use pcmk_pengine::assign::colocation::{this_with_list, with_this_list};
use pcmk_pengine::assign::explain::{Because, Unavailable, Verdict, explain};
use pcmk_pengine::constraints::{self, Constraints};
use pcmk_pengine::record::{Event, Wanted};
use pcmk_pengine::scores::{Cause, Choice};
use pcmk_pengine::{Decision, Input, NodeId, Observed, RscId, decide, observe};

/// A cluster of three nodes, all online.
#[derive(Default)]
struct Cluster {
    options: String,
    node_attributes: String,
    resources: String,
    constraints: String,
    /// History elements by node number.
    history: [String; 3],
    /// Node that is not there.
    offline: Option<usize>,
}

fn primitive(id: &str) -> String {
    format!(r#"<primitive id="{id}" class="ocf" provider="heartbeat" type="Dummy"/>"#)
}

/// History of a resource that was started.
fn started(id: &str) -> String {
    format!(
        r#"<lrm_resource id="{id}" class="ocf" provider="heartbeat" type="Dummy"><lrm_rsc_op id="{id}_last_0"
        operation_key="{id}_start_0" operation="start" interval="0" call-id="5" rc-code="0" op-status="0"
        transition-key="1:1:0:aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
        transition-magic="0:0;1:1:0:aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"/></lrm_resource>"#
    )
}

fn location(id: &str, rsc: &str, node: &str, score: &str) -> String {
    format!(r#"<rsc_location id="{id}" rsc="{rsc}" node="{node}" score="{score}"/>"#)
}

fn colocation(id: &str, rsc: &str, with: &str, score: &str) -> String {
    format!(r#"<rsc_colocation id="{id}" rsc="{rsc}" with-rsc="{with}" score="{score}"/>"#)
}

impl Cluster {
    fn observe(&self) -> Observed {
        let mut nodes = String::new();
        let mut states = String::new();
        for number in 1..=3 {
            let attributes = if number == 1 {
                self.node_attributes.as_str()
            } else {
                ""
            };
            nodes.push_str(&format!(
                r#"<node id="{number}" uname="n{number}">{attributes}</node>"#
            ));
            let (ccm, crmd, join) = if self.offline == Some(number) {
                ("false", "offline", "down")
            } else {
                ("true", "online", "member")
            };
            let history = &self.history[number - 1];
            states.push_str(&format!(
                r#"<node_state id="{number}" uname="n{number}" in_ccm="{ccm}" crmd="{crmd}" join="{join}"
                expected="{join}"><lrm id="{number}"><lrm_resources>{history}</lrm_resources></lrm></node_state>"#
            ));
        }
        let text = format!(
            r#"<cib validate-with="pacemaker-4.0" crm_feature_set="3.20.5" have-quorum="1" dc-uuid="1" epoch="1"
            admin_epoch="0" num_updates="1"><configuration><crm_config><cluster_property_set id="options">
            <nvpair id="options-fencing" name="fencing-enabled" value="false"/>{}</cluster_property_set></crm_config>
            <nodes>{nodes}</nodes><resources>{}</resources><constraints>{}</constraints></configuration>
            <status>{states}</status></cib>"#,
            self.options, self.resources, self.constraints
        );
        let doc = Document::parse(text.as_bytes(), "test").expect("well formed");
        observe(&Input {
            doc: Arc::new(doc),
            now: DateTime::from_epoch(1_700_000_000),
            sanitized: true,
            wanted: Wanted {
                scores: true,
                utilization: true,
                trace: true,
            },
        })
    }

    fn decide(&self) -> Decision {
        decide(self.observe())
    }

    /// The id of every colocation that affects a resource as primary and as dependent, after constraints were read.
    fn lists(&self, rsc: &str) -> (Vec<String>, Vec<String>) {
        let mut seen = self.observe();
        let mut constraints = Constraints::for_cluster(&seen.state);
        let mut work = seen.work(&mut constraints);
        let config = work.config;
        constraints::read(&mut work);
        constraints::imply(&mut work);
        let rsc = config.find_rsc(rsc).expect("exists");
        let names = |list: Vec<u32>| {
            list.into_iter()
                .map(|c| work.constraints.colocations[c as usize].id.to_string())
                .collect::<Vec<String>>()
        };
        (
            names(with_this_list(&work, rsc)),
            names(this_with_list(&work, rsc)),
        )
    }
}

fn rsc(decision: &Decision, id: &str) -> RscId {
    decision.config.find_rsc(id).expect("exists")
}

fn node(decision: &Decision, name: &str) -> NodeId {
    decision.config.find_node(name).expect("exists")
}

fn place_of<'d>(decision: &'d Decision, id: &str) -> Option<&'d str> {
    decision
        .board
        .assigned_node(rsc(decision, id))
        .map(|n| decision.config.node_name(n))
}

/// Scores of a resource as recorded by a step, in node order: the last time if there are several.
fn scores(decision: &Decision, step: &str, id: &str) -> Vec<i32> {
    let wanted = rsc(decision, id);
    let mut found = vec![None; decision.config.nodes.len()];
    for event in &decision.record.events {
        if let Event::NodeScore {
            function,
            rsc,
            node,
            score,
        } = event
            && *function == step
            && *rsc == wanted
        {
            found[node.index()] = Some(score.value());
        }
    }
    found.into_iter().flatten().collect()
}

#[test]
fn merging_a_list_repeats_its_head() {
    let cluster = Cluster {
        resources: format!(
            r#"{}{}{}{}<group id="g">{}{}</group>"#,
            primitive("a"),
            primitive("b"),
            primitive("c"),
            primitive("d"),
            primitive("m1"),
            primitive("m2")
        ),
        constraints: [
            colocation("a-g", "a", "g", "40"),
            colocation("b-g", "b", "g", "50"),
            colocation("c-m2", "c", "m2", "10"),
        ]
        .concat(),
        ..Cluster::default()
    };
    // The last member's own list comes first; of the group's two records the first is added twice, sorted in.
    assert_eq!(cluster.lists("m2").0, ["a-g", "a-g", "c-m2"]);
    // The group's list is complete when it is the first to be merged.
    assert_eq!(cluster.lists("g").0, ["a-g", "b-g", "c-m2"]);
    // The first member does not speak for the group as a primary.
    assert_eq!(cluster.lists("m1").0, ["#group-members"]);
    assert_eq!(cluster.lists("a").1, ["a-g"]);
}

#[test]
fn load_decides_at_score_zero_and_the_current_node_above() {
    let mut cluster = Cluster {
        resources: [primitive("a"), primitive("b")].concat(),
        history: [
            [started("a"), started("b")].concat(),
            String::new(),
            String::new(),
        ],
        ..Cluster::default()
    };
    let decision = cluster.decide();
    assert_eq!(
        (place_of(&decision, "a"), place_of(&decision, "b")),
        (Some("n1"), Some("n2"))
    );
    cluster.constraints = (1..=3)
        .map(|n| location(&format!("l{n}"), "b", &format!("n{n}"), "1"))
        .collect();
    let decision = cluster.decide();
    assert_eq!(
        (place_of(&decision, "a"), place_of(&decision, "b")),
        (Some("n1"), Some("n1"))
    );
}

#[test]
fn offline_nodes_keep_their_scores_but_get_no_instances() {
    let cluster = Cluster {
        resources: format!(
            r#"{}<clone id="c">{}</clone>"#,
            primitive("a"),
            primitive("p")
        ),
        offline: Some(2),
        ..Cluster::default()
    };
    let decision = cluster.decide();
    assert_eq!(scores(&decision, "pcmk__primitive_assign", "a"), [0, 0, 0]);
    assert_eq!(
        scores(&decision, "pcmk__primitive_assign", "p:0"),
        [0, -1_000_000, 0]
    );
}

#[test]
fn members_after_the_first_get_the_groups_nodes_but_not_its_scores() {
    let cluster = Cluster {
        resources: format!(
            r#"<group id="g">{}{}</group>"#,
            primitive("m1"),
            primitive("m2")
        ),
        constraints: location("l", "g", "n2", "100"),
        ..Cluster::default()
    };
    let decision = cluster.decide();
    assert_eq!(scores(&decision, "pcmk__group_assign", "g"), [0, 100, 0]);
    assert_eq!(scores(&decision, "pcmk__group_assign", "m1"), [0, 100, 0]);
    assert_eq!(scores(&decision, "pcmk__group_assign", "m2"), [0, 0, 0]);
    assert_eq!(
        scores(&decision, "pcmk__primitive_assign", "m2"),
        [-1_000_000, 0, -1_000_000]
    );
}

#[test]
fn a_mandatory_colocation_bans_and_never_adds() {
    let cluster = Cluster {
        resources: [primitive("dependent"), primitive("primary")].concat(),
        constraints: [
            location("l", "primary", "n3", "5"),
            location("d", "dependent", "n2", "20"),
            colocation("c", "dependent", "primary", "INFINITY"),
        ]
        .concat(),
        ..Cluster::default()
    };
    let decision = cluster.decide();
    // The dependent's wish is folded into the primary, which goes where both together are best.
    assert_eq!(
        scores(&decision, "pcmk__primitive_assign", "primary"),
        [0, 20, 5]
    );
    assert_eq!(
        scores(&decision, "pcmk__primitive_assign", "dependent"),
        [-1_000_000, 20, -1_000_000]
    );
}

#[test]
fn an_optional_colocation_is_undone_if_it_leaves_no_node() {
    let cluster = Cluster {
        resources: [primitive("dependent"), primitive("primary")].concat(),
        constraints: [
            location("p1", "primary", "n1", "500"),
            location("d2", "dependent", "n2", "-INFINITY"),
            location("d3", "dependent", "n3", "-INFINITY"),
            colocation("c", "dependent", "primary", "-100"),
        ]
        .concat(),
        ..Cluster::default()
    };
    let decision = cluster.decide();
    assert_eq!(
        scores(&decision, "pcmk__primitive_assign", "dependent"),
        [0, -1_000_000, -1_000_000]
    );
    assert_eq!(place_of(&decision, "dependent"), Some("n1"));
}

#[test]
fn sets_depend_on_the_next_set_and_members_on_the_one_before() {
    let cluster = Cluster {
        resources: ["a", "b", "c", "d"].map(primitive).concat(),
        constraints:
            r#"<rsc_colocation id="x" score="7"><resource_set id="s1"><resource_ref id="a"/>
            <resource_ref id="b"/></resource_set><resource_set id="s2"><resource_ref id="c"/>
            <resource_ref id="d"/></resource_set></rsc_colocation>"#
                .to_owned(),
        ..Cluster::default()
    };
    let decision = cluster.decide();
    let pairs: Vec<(String, String, String)> = decision
        .constraints
        .colocations
        .iter()
        .map(|c| {
            let name = |r| decision.config.name(r).to_owned();
            (c.id.to_string(), name(c.dependent), name(c.primary))
        })
        .collect();
    let expected = [("s1", "b", "a"), ("s2", "d", "c"), ("x", "a", "d")];
    assert_eq!(
        pairs,
        expected.map(|(i, d, p)| (i.to_owned(), d.to_owned(), p.to_owned()))
    );
}

#[test]
fn set_references_in_a_circle_end() {
    let cluster = Cluster {
        resources: ["a", "b"].map(primitive).concat(),
        constraints: r#"<rsc_colocation id="x" score="7"><resource_set id-ref="s2"/></rsc_colocation>
            <rsc_colocation id="y" score="7"><resource_set id="s2"><resource_ref id="a"/></resource_set>
            <resource_set id-ref="s2"/></rsc_colocation>"#
            .to_owned(),
        ..Cluster::default()
    };
    // The second constraint has its set twice, and so colocates its member with itself; the first has it once.
    assert_eq!(cluster.decide().constraints.colocations.len(), 1);
}

#[test]
fn patterns_choose_top_level_resources_and_give_submatches() {
    let cluster = Cluster {
        resources: ["vip-1", "vip-2", "web"].map(primitive).concat(),
        node_attributes: r#"<instance_attributes id="i"><nvpair id="i2" name="w-2" value="42"/></instance_attributes>"#
            .to_owned(),
        constraints: r#"<rsc_location id="by" rsc-pattern="^vip-([0-9]+)$"><rule id="r" score-attribute="w-%1">
            <expression id="e" attribute="w-%1" operation="defined"/></rule></rsc_location>
            <rsc_location id="not" rsc-pattern="!^vip-" node="n3" score="9"/>"#
            .to_owned(),
        ..Cluster::default()
    };
    let decision = cluster.decide();
    assert_eq!(
        scores(&decision, "pcmk__primitive_assign", "vip-1"),
        [0, 0, 0]
    );
    assert_eq!(
        scores(&decision, "pcmk__primitive_assign", "vip-2"),
        [42, 0, 0]
    );
    assert_eq!(
        scores(&decision, "pcmk__primitive_assign", "web"),
        [0, 0, 9]
    );
}

#[test]
fn instances_beyond_the_limit_are_banned_and_never_assigned() {
    let cluster = Cluster {
        resources: format!(
            r#"<clone id="c"><meta_attributes id="m"><nvpair id="m1" name="clone-max" value="2"/></meta_attributes>
            {}</clone>"#,
            primitive("p")
        ),
        history: [String::new(), started("p"), started("p")],
        ..Cluster::default()
    };
    let decision = cluster.decide();
    assert_eq!(place_of(&decision, "p:0"), Some("n2"));
    assert_eq!(place_of(&decision, "p:1"), Some("n3"));
    // Stickiness 1 is the default inside clones.
    assert_eq!(
        scores(&decision, "pcmk__primitive_assign", "p:0"),
        [0, 1, 0]
    );
}

#[test]
fn a_requirement_of_zero_fails_on_an_overdrawn_node() {
    let utilization = |id: &str, value: i32| {
        format!(
            r#"<utilization id="{id}-u"><nvpair id="{id}-u1" name="cpu" value="{value}"/></utilization>"#
        )
    };
    let with = |id: &str, value: i32| {
        format!(
            r#"<primitive id="{id}" class="ocf" provider="heartbeat" type="Dummy">{}</primitive>"#,
            utilization(id, value)
        )
    };
    let cluster = Cluster {
        options: r#"<nvpair id="o1" name="placement-strategy" value="utilization"/>"#.to_owned(),
        node_attributes: utilization("n1", -1),
        resources: with("none", 0),
        constraints: location("l", "none", "n1", "100"),
        ..Cluster::default()
    };
    let decision = cluster.decide();
    assert_eq!(
        scores(&decision, "pcmk__primitive_assign", "none"),
        [100, 0, 0]
    );
    assert_eq!(place_of(&decision, "none"), Some("n2"));
}

#[test]
fn a_long_chain_of_colocations_is_followed() {
    let count = 400;
    let cluster = Cluster {
        resources: (0..count).map(|i| primitive(&format!("r{i}"))).collect(),
        constraints: (1..count)
            .map(|i| {
                colocation(
                    &format!("c{i}"),
                    &format!("r{}", i - 1),
                    &format!("r{i}"),
                    "INFINITY",
                )
            })
            .chain([location("l", "r0", "n3", "1")])
            .collect(),
        ..Cluster::default()
    };
    let decision = cluster.decide();
    assert_eq!(place_of(&decision, "r0"), Some("n3"));
    assert_eq!(place_of(&decision, "r399"), Some("n3"));
}

#[test]
fn why_names_the_constraint_and_the_chain() {
    let cluster = Cluster {
        resources: [
            primitive("dependent"),
            primitive("primary"),
            primitive("other"),
        ]
        .concat(),
        constraints: [
            location("never-on-1", "primary", "n1", "-INFINITY"),
            location("likes-2", "primary", "n2", "10"),
            colocation("with", "dependent", "primary", "INFINITY"),
        ]
        .concat(),
        offline: Some(3),
        ..Cluster::default()
    };
    let decision = cluster.decide();
    let (n1, n2, n3) = (
        node(&decision, "n1"),
        node(&decision, "n2"),
        node(&decision, "n3"),
    );
    let primary = explain(&decision, rsc(&decision, "primary"), n1);
    assert_eq!(
        primary.verdict,
        Verdict::Elsewhere {
            node: n2,
            because: Because::Refused(Some(Cause::Location("never-on-1".into())))
        }
    );
    assert_eq!(primary.score, Some(Score::MINUS_INFINITY));
    let here = explain(&decision, rsc(&decision, "dependent"), n2);
    assert_eq!(here.verdict, Verdict::Here(Some(Choice::Best)));
    let dependent = explain(&decision, rsc(&decision, "dependent"), n1);
    let Verdict::Elsewhere {
        because: Because::Refused(Some(Cause::Colocation(id, _))),
        ..
    } = &dependent.verdict
    else {
        panic!("{:?}", dependent.verdict);
    };
    assert_eq!(&**id, "with");
    let link = dependent.chain.first().expect("the primary had a say");
    assert_eq!(decision.config.name(link.with), "primary");
    assert_eq!(link.node, Some(n2));
    assert_eq!(link.cause, Some(Cause::Location("never-on-1".into())));
    let offline = explain(&decision, rsc(&decision, "other"), n3);
    let Verdict::Elsewhere { because, .. } = offline.verdict else {
        panic!("{:?}", offline.verdict)
    };
    assert_eq!(because, Because::Unavailable(Unavailable::Offline));
}
