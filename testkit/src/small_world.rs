//! Every CIB of a tiny cluster: two nodes, two resources, one constraint.
//!
//! The world is the product of what nodes are doing (`NODES`), of the kinds of both resources (`Kind`), of what
//! they went through (`Past`) and of every constraint that can be made of two resources: location, colocation,
//! ordering, ticket and their sets, each with every sign of score, kind, policy and symmetry, and with every role and
//! action that the resources can take. [`all`] lists it, in an order that does not change; a place in the list is an
//! index, which is what a failing test names.

use std::fmt::{self, Write as _};

use pcmk_pengine::simulate::{Injections, Working, inject};
use pcmk_pengine::state::find::find_renamed;

use crate::again;
use crate::history::Moment;
use crate::run::{START, parse, schedule};

/// What a node is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Node {
    Online,
    Standby,
    /// Left in good order.
    Offline,
    /// Vanished, and is to be fenced.
    Lost,
}

/// What both nodes are doing. The nodes differ by name only, but constraints name the first one.
const NODES: &[(Node, Node)] = &[
    (Node::Online, Node::Online),
    (Node::Online, Node::Standby),
    (Node::Standby, Node::Online),
    (Node::Online, Node::Offline),
    (Node::Offline, Node::Online),
    (Node::Online, Node::Lost),
    (Node::Lost, Node::Online),
];

/// Kind of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Primitive,
    Group,
    Clone,
    Promotable,
}

const KINDS: &[Kind] = &[Kind::Primitive, Kind::Group, Kind::Clone, Kind::Promotable];

/// What happened so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Past {
    /// Nothing: no history, everything stopped.
    Stopped,
    /// The cluster came to rest while both nodes were online; then nodes did what they are doing now.
    Started,
    /// That, and then a monitor of the first resource failed.
    Failed,
}

const PASTS: &[Past] = &[Past::Stopped, Past::Started, Past::Failed];

/// One CIB of the small world.
#[derive(Clone, Debug)]
pub struct World {
    nodes: (Node, Node),
    kinds: (Kind, Kind),
    past: Past,
    constraint: String,
}

impl fmt::Display for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (one, two) = self.nodes;
        let (a, b) = self.kinds;
        write!(
            f,
            "{one:?}/{two:?}, a: {a:?}, b: {b:?}, {:?}, {}",
            self.past,
            self.constraint.trim()
        )
    }
}

/// The whole world.
#[must_use]
pub fn all() -> Vec<World> {
    let mut worlds = Vec::new();
    for &a in KINDS {
        for &b in KINDS {
            for constraint in constraints(a, b) {
                for &nodes in NODES {
                    for &past in PASTS {
                        worlds.push(World {
                            nodes,
                            kinds: (a, b),
                            past,
                            constraint: constraint.clone(),
                        });
                    }
                }
            }
        }
    }
    worlds
}

const SCORES: &[&str] = &["INFINITY", "-INFINITY", "10", "-10"];

/// Roles that a constraint may name for a resource, as attributes.
fn roles(kind: Kind, attribute: &str) -> Vec<String> {
    let mut roles = vec![String::new()];
    if kind == Kind::Promotable {
        roles.extend(["Promoted", "Unpromoted"].map(|role| format!(" {attribute}=\"{role}\"")));
    }
    roles
}

fn actions(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Promotable => &["start", "stop", "promote", "demote"],
        Kind::Primitive | Kind::Group | Kind::Clone => &["start", "stop"],
    }
}

const BOTH: &str = "<resource_ref id=\"a\"/><resource_ref id=\"b\"/>";

/// Every constraint of these two resources, none included.
fn constraints(a: Kind, b: Kind) -> Vec<String> {
    let mut all = vec![String::new()];
    for score in SCORES {
        for role in roles(a, "role") {
            all.push(format!(
                "<rsc_location id=\"c\" rsc=\"a\" node=\"node1\" score=\"{score}\"{role}/>"
            ));
        }
        for role in roles(a, "rsc-role") {
            for with in roles(b, "with-rsc-role") {
                all.push(format!(
                    "<rsc_colocation id=\"c\" rsc=\"b\" with-rsc=\"a\" score=\"{score}\"{}{}/>",
                    with.replace("with-rsc-role", "rsc-role"),
                    role.replace("rsc-role", "with-rsc-role"),
                ));
            }
        }
    }
    for kind in ["Mandatory", "Optional", "Serialize"] {
        for symmetrical in ["true", "false"] {
            // What is serialized is not symmetrical.
            if kind == "Serialize" && symmetrical == "true" {
                continue;
            }
            for first in actions(a) {
                for then in actions(b) {
                    all.push(format!(
                        "<rsc_order id=\"c\" first=\"a\" then=\"b\" kind=\"{kind}\" symmetrical=\"{symmetrical}\" \
                         first-action=\"{first}\" then-action=\"{then}\"/>"
                    ));
                }
            }
        }
    }
    // The ticket of this name is granted, revoked, or in standby.
    for ticket in ["granted", "revoked", "standby"] {
        for policy in ["stop", "demote", "fence", "freeze"] {
            for role in roles(a, "rsc-role") {
                all.push(format!(
                    "<rsc_ticket id=\"c\" rsc=\"a\" ticket=\"{ticket}\" loss-policy=\"{policy}\"{role}/>"
                ));
            }
        }
        all.push(format!(
            "<rsc_ticket id=\"c\" ticket=\"{ticket}\"><resource_set id=\"s\">{BOTH}</resource_set></rsc_ticket>"
        ));
    }
    for score in SCORES {
        all.push(format!(
            "<rsc_location id=\"c\" node=\"node1\" score=\"{score}\"><resource_set id=\"s\">{BOTH}</resource_set>\
             </rsc_location>"
        ));
        for sequential in ["true", "false"] {
            all.push(format!(
                "<rsc_colocation id=\"c\" score=\"{score}\"><resource_set id=\"s\" sequential=\"{sequential}\">{BOTH}\
                 </resource_set></rsc_colocation>"
            ));
        }
        all.push(format!(
            "<rsc_colocation id=\"c\" score=\"{score}\"><resource_set id=\"s\"><resource_ref id=\"a\"/></resource_set>\
             <resource_set id=\"t\"><resource_ref id=\"b\"/></resource_set></rsc_colocation>"
        ));
    }
    for require_all in ["true", "false"] {
        for action in actions(a) {
            all.push(format!(
                "<rsc_order id=\"c\"><resource_set id=\"s\" require-all=\"{require_all}\" sequential=\"false\" \
                 action=\"{action}\"><resource_ref id=\"a\"/></resource_set><resource_set id=\"t\"><resource_ref \
                 id=\"b\"/></resource_set></rsc_order>"
            ));
        }
    }
    all
}

impl World {
    /// The CIB, and its time.
    #[must_use]
    pub fn moment(&self) -> Moment {
        let quiet = (Node::Online, Node::Online);
        if self.past == Past::Stopped {
            return Moment {
                document: parse(&self.text(self.nodes)),
                now: START,
            };
        }
        let before = Moment {
            document: parse(&self.text(quiet)),
            now: START,
        };
        // What cannot be carried out to the end is left where it got stuck: at the beginning.
        let mut moment = Moment {
            document: again::after(&before, 2).unwrap_or(before.document),
            now: START + 60,
        };
        if self.past == Past::Failed {
            self.fail(&mut moment);
        }
        for (name, node) in [("node1", self.nodes.0), ("node2", self.nodes.1)] {
            change(&mut moment, name, node);
        }
        moment
    }

    /// A monitor of the first resource fails where it is active first.
    fn fail(&self, moment: &mut Moment) {
        let decision = schedule(&moment.document, moment.now);
        let config = &decision.config;
        let active = config.resources.iter().find_map(|row| {
            let active = &decision.state.rsc(row.rsc).active;
            let of_a = row.is_primitive() && config.name(config.root_of(row.rsc)) == "a";
            active.first().filter(|_| of_a).map(|&node| (row, node))
        });
        let Some((row, node)) = active else {
            return;
        };
        let name = decision
            .state
            .rsc(row.rsc)
            .history_id
            .as_ref()
            .unwrap_or(&row.id);
        let failure = format!("{name}_monitor_10000@{}=1", config.node_name(node));
        let wanted = Injections {
            results: vec![failure],
            ..Injections::default()
        };
        let mut working = Working::new(moment.document.clone());
        let find = |id: &str| find_renamed(config, &decision.state, id);
        if inject(config, &find, &mut working, &wanted, moment.now).is_ok() {
            moment.document = working.into_document();
        }
    }

    fn text(&self, nodes: (Node, Node)) -> String {
        let mut text = String::from(
            "<cib crm_feature_set=\"3.20.5\" validate-with=\"pacemaker-4.0\" epoch=\"1\" num_updates=\"1\" \
             admin_epoch=\"0\" have-quorum=\"1\" dc-uuid=\"1\"><configuration><crm_config/><nodes>",
        );
        let nodes = [("1", nodes.0), ("2", nodes.1)];
        for (id, node) in nodes {
            let _ = write!(text, "<node id=\"{id}\" uname=\"node{id}\">");
            if node == Node::Standby {
                let _ = write!(text, "{}", standby(id));
            }
            text.push_str("</node>");
        }
        text.push_str(
            "</nodes><resources><primitive id=\"fencing\" class=\"stonith\" type=\"fence_dummy\"/>",
        );
        resource(&mut text, "a", self.kinds.0);
        resource(&mut text, "b", self.kinds.1);
        let _ = write!(
            text,
            "</resources><constraints>{}</constraints></configuration><status>",
            self.constraint
        );
        for (id, node) in nodes {
            let (ccm, crmd, join, expected) = membership(node);
            let _ = write!(
                text,
                "<node_state id=\"{id}\" uname=\"node{id}\" in_ccm=\"{ccm}\" crmd=\"{crmd}\" join=\"{join}\" \
                 expected=\"{expected}\"><transient_attributes id=\"{id}\"><instance_attributes id=\"status-{id}\">"
            );
            for rsc in ["a", "b"] {
                let _ = write!(
                    text,
                    "<nvpair id=\"status-{id}-{rsc}\" name=\"master-{rsc}-rsc\" value=\"{id}0\"/>"
                );
            }
            let _ = write!(
                text,
                "</instance_attributes></transient_attributes><lrm id=\"{id}\"><lrm_resources/></lrm></node_state>"
            );
        }
        text.push_str(
            "<tickets><ticket_state id=\"granted\" granted=\"true\"/><ticket_state id=\"revoked\" granted=\"false\"/>\
             <ticket_state id=\"standby\" granted=\"true\" standby=\"true\"/></tickets></status></cib>",
        );
        text
    }
}

fn standby(id: &str) -> String {
    format!(
        "<instance_attributes id=\"node{id}-attributes\"><nvpair id=\"node{id}-standby\" name=\"standby\" \
         value=\"on\"/></instance_attributes>"
    )
}

fn membership(node: Node) -> (&'static str, &'static str, &'static str, &'static str) {
    match node {
        Node::Online | Node::Standby => ("true", "online", "member", "member"),
        Node::Offline => ("false", "offline", "down", "down"),
        Node::Lost => ("false", "offline", "down", "member"),
    }
}

/// Makes a node that is online do something else.
fn change(moment: &mut Moment, name: &str, node: Node) {
    let document = &mut moment.document;
    let elements = |element: &str| {
        let found = document.root_element().descendants();
        let mut found = found.filter(|e| e.name() == element && e.attr("uname") == Some(name));
        found.next().map(|e| e.id())
    };
    let (Some(entry), Some(state)) = (elements("node"), elements("node_state")) else {
        return;
    };
    if node == Node::Standby {
        let set = crate::aftermath::child(
            document,
            entry,
            "instance_attributes",
            &format!("{name}-attributes"),
        );
        let pair = document.append(set, "nvpair");
        for (key, value) in [
            ("id", &*format!("{name}-standby")),
            ("name", "standby"),
            ("value", "on"),
        ] {
            document.set_attr(pair, key, value);
        }
    }
    let (ccm, crmd, join, expected) = membership(node);
    for (key, value) in [
        ("in_ccm", ccm),
        ("crmd", crmd),
        ("join", join),
        ("expected", expected),
    ] {
        document.set_attr(state, key, value);
    }
    if node == Node::Offline {
        let gone: Vec<_> = document.element(state).children().map(|e| e.id()).collect();
        for id in gone {
            document.detach(id);
        }
    }
}

fn resource(text: &mut String, id: &str, kind: Kind) {
    let primitive = |id: &str, agent: &str, roles: [&str; 2]| {
        let mut text = format!(
            "<primitive id=\"{id}\" class=\"ocf\" provider=\"pacemaker\" type=\"{agent}\"><operations>"
        );
        for (role, interval) in roles.into_iter().zip(["10s", "11s"]) {
            if role != "-" {
                let _ = write!(
                    text,
                    "<op id=\"{id}-{interval}\" name=\"monitor\" interval=\"{interval}\"{role}/>"
                );
            }
        }
        text.push_str("</operations></primitive>");
        text
    };
    let plain = ["", "-"];
    let _ = match kind {
        Kind::Primitive => write!(text, "{}", primitive(id, "Dummy", plain)),
        Kind::Group => write!(
            text,
            "<group id=\"{id}\">{}{}</group>",
            primitive(&format!("{id}-one"), "Dummy", plain),
            primitive(&format!("{id}-two"), "Dummy", plain)
        ),
        Kind::Clone => write!(
            text,
            "<clone id=\"{id}\">{}</clone>",
            primitive(&format!("{id}-rsc"), "Dummy", plain)
        ),
        Kind::Promotable => write!(
            text,
            "<clone id=\"{id}\"><meta_attributes id=\"{id}-meta\"><nvpair id=\"{id}-promotable\" name=\"promotable\" \
             value=\"true\"/></meta_attributes>{}</clone>",
            primitive(
                &format!("{id}-rsc"),
                "Stateful",
                [" role=\"Unpromoted\"", " role=\"Promoted\""]
            )
        ),
    };
}
