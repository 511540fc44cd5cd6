//! A cluster made up at random: every kind of node, resource and constraint, in small numbers.
//!
//! The text is a CIB as an administrator's tools would write it, with a status section that says which nodes are there
//! and nothing of resources; [`crate::history`] adds those.

mod constraints;
mod nodes;
mod options;
mod resources;

use std::fmt::Write as _;

use crate::random::Random;

/// Writes the CIB of a cluster made up from this seed.
#[must_use]
pub fn cib(seed: u64) -> String {
    let mut writer = Writer::new(Random::new(seed));
    writer.cluster();
    writer.out
}

/// What a top-level resource is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TopKind {
    Primitive,
    Group,
    Clone,
    Promotable,
    Bundle,
}

/// A resource that constraints may name.
#[derive(Clone, Debug)]
struct Top {
    id: String,
    kind: TopKind,
}

/// Text so far, and what was mentioned in it.
struct Writer {
    out: String,
    random: Random,
    /// Names of cluster nodes.
    nodes: Vec<String>,
    /// Names of remote and guest nodes.
    remotes: Vec<String>,
    /// Resources that constraints may name, in order of definition.
    tops: Vec<Top>,
    /// Group members, which constraints may name as well.
    members: Vec<Top>,
    /// Ids of tags and templates.
    tags: Vec<String>,
    /// Resources with promotion scores.
    promotable: Vec<String>,
    /// Utilization matters.
    utilization: bool,
    /// Ids used so far, for new ones.
    ids: u32,
}

impl Writer {
    fn new(random: Random) -> Writer {
        Writer {
            out: String::new(),
            random,
            nodes: Vec::new(),
            remotes: Vec::new(),
            tops: Vec::new(),
            members: Vec::new(),
            tags: Vec::new(),
            promotable: Vec::new(),
            utilization: false,
            ids: 0,
        }
    }

    fn put(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn id(&mut self, stem: &str) -> String {
        self.ids += 1;
        format!("{stem}-{}", self.ids)
    }

    /// A block of name-value pairs; nothing if there are none.
    fn block(&mut self, element: &str, stem: &str, pairs: &[(&str, String)]) {
        if pairs.is_empty() {
            return;
        }
        let id = self.id(stem);
        let _ = writeln!(self.out, "<{element} id=\"{id}\">");
        for (name, value) in pairs {
            let _ = writeln!(
                self.out,
                "<nvpair id=\"{id}-{}\" name=\"{name}\" value=\"{value}\"/>",
                plain(name)
            );
        }
        let _ = writeln!(self.out, "</{element}>");
    }

    fn cluster(&mut self) {
        let nodes = *self.random.pick(&[1, 2, 2, 2, 3, 3, 3, 3, 4, 5]);
        self.nodes = (1..=nodes).map(|n| format!("node{n}")).collect();
        self.utilization = self.random.chance(15);
        let quorum = if self.random.chance(92) { "1" } else { "0" };
        let dc = self.random.between(1, nodes);
        let _ = writeln!(
            self.out,
            "<cib crm_feature_set=\"3.20.5\" validate-with=\"pacemaker-4.0\" epoch=\"10\" num_updates=\"1\" \
             admin_epoch=\"0\" have-quorum=\"{quorum}\" dc-uuid=\"{dc}\">"
        );
        self.put("<configuration>");
        self.options();
        self.put("<nodes>");
        for node in 1..=nodes {
            self.node(node);
        }
        self.put("</nodes>\n<resources>");
        self.resources();
        self.put("</resources>\n<constraints>");
        self.constraints();
        self.put("</constraints>");
        self.tags();
        self.defaults();
        self.put("</configuration>\n<status>");
        for node in 1..=nodes {
            self.node_state(node);
        }
        self.tickets();
        self.put("</status>\n</cib>");
    }
}

/// A name as part of an id.
fn plain(name: &str) -> String {
    name.chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '-' || c == '_' {
                c
            } else {
                '.'
            }
        })
        .collect()
}
