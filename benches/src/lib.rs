//! Clusters of any size, deterministic: the shapes that benchmarks and property tests run on.
//!
//! A cluster has nodes, plain primitives, groups, clones and promotable clones, and constraints between randomly chosen
//! top-level resources. [`Shape`] says how many of each. The text is a CIB as an administrator's tools would write it.

use std::fmt::Write as _;

/// How large a cluster is and what it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Cluster nodes, all online.
    pub nodes: u32,
    /// Plain primitives.
    pub primitives: u32,
    /// Groups.
    pub groups: u32,
    /// Members of each group.
    pub members: u32,
    /// Anonymous clones of a primitive.
    pub clones: u32,
    /// Promotable clones.
    pub promotable: u32,
    /// Colocations.
    pub colocations: u32,
    /// Orderings.
    pub orders: u32,
    /// Location constraints.
    pub locations: u32,
    /// Nodes that are lost.
    pub lost: u32,
    /// With startup probes.
    pub probes: bool,
    /// Seed of the random choices.
    pub seed: u64,
}

impl Default for Shape {
    fn default() -> Self {
        Shape {
            nodes: 8,
            primitives: 100,
            groups: 10,
            members: 4,
            clones: 2,
            promotable: 1,
            colocations: 20,
            orders: 20,
            locations: 20,
            lost: 0,
            probes: true,
            seed: 1,
        }
    }
}

impl Shape {
    /// 8 nodes, 150 resources.
    #[must_use]
    pub fn small() -> Shape {
        Shape {
            primitives: 100,
            groups: 10,
            members: 4,
            clones: 6,
            promotable: 4,
            ..Shape::default()
        }
    }

    /// 16 nodes, 570 resources.
    #[must_use]
    pub fn medium() -> Shape {
        Shape {
            nodes: 16,
            primitives: 400,
            groups: 40,
            members: 4,
            clones: 6,
            promotable: 4,
            colocations: 80,
            orders: 80,
            locations: 80,
            ..Shape::default()
        }
    }

    /// 32 nodes, 2250 resources.
    #[must_use]
    pub fn large() -> Shape {
        Shape {
            nodes: 32,
            primitives: 1600,
            groups: 160,
            members: 4,
            clones: 6,
            promotable: 4,
            colocations: 300,
            orders: 300,
            locations: 300,
            ..Shape::default()
        }
    }

    /// 100 clones on 100 nodes.
    #[must_use]
    pub fn clones() -> Shape {
        Shape {
            nodes: 100,
            primitives: 0,
            groups: 0,
            clones: 100,
            promotable: 0,
            colocations: 0,
            orders: 0,
            locations: 0,
            ..Shape::default()
        }
    }

    /// The same, with or without startup probes.
    #[must_use]
    pub fn with_probes(self, probes: bool) -> Shape {
        Shape { probes, ..self }
    }
}

/// A small generator of random numbers (SplitMix64): the same on every machine, and of no other use.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// From a seed.
    #[must_use]
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `limit` (which must not be 0).
    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.bits() % (limit.max(1) as u64)).unwrap_or(0)
    }

    /// One of several.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// Writes the CIB of a cluster of this shape.
#[must_use]
pub fn cib(shape: &Shape) -> String {
    let mut writer = Writer {
        out: String::new(),
        random: Random::new(shape.seed),
        tops: Vec::new(),
    };
    writer.cluster(shape);
    writer.out
}

struct Writer {
    out: String,
    random: Random,
    tops: Vec<String>,
}

impl Writer {
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn cluster(&mut self, shape: &Shape) {
        self.put(
            "<cib crm_feature_set=\"3.20.5\" validate-with=\"pacemaker-4.0\" epoch=\"10\" num_updates=\"1\" \
             admin_epoch=\"0\" have-quorum=\"1\" dc-uuid=\"1\">\n<configuration>\n<crm_config>\n\
             <cluster_property_set id=\"cib-bootstrap-options\">",
        );
        self.put("<nvpair id=\"opt-fencing\" name=\"fencing-enabled\" value=\"true\"/>");
        if !shape.probes {
            self.put("<nvpair id=\"opt-probes\" name=\"enable-startup-probes\" value=\"false\"/>");
        }
        self.put("</cluster_property_set>\n</crm_config>\n<nodes>");
        for node in 1..=shape.nodes {
            let _ = writeln!(self.out, "<node id=\"{node}\" uname=\"node{node:03}\"/>");
        }
        self.put("</nodes>\n<resources>");
        self.resources(shape);
        self.put("</resources>\n<constraints>");
        self.constraints(shape);
        self.put("</constraints>\n</configuration>\n<status>");
        for node in 1..=shape.nodes {
            let (ccm, crmd) = if node <= shape.lost {
                ("false", "offline")
            } else {
                ("true", "online")
            };
            let _ = writeln!(
                self.out,
                "<node_state id=\"{node}\" uname=\"node{node:03}\" in_ccm=\"{ccm}\" crmd=\"{crmd}\" join=\"member\" \
                 expected=\"member\"><lrm id=\"{node}\"><lrm_resources/></lrm></node_state>"
            );
        }
        self.put("</status>\n</cib>");
    }

    fn resources(&mut self, shape: &Shape) {
        self.put(
            "<primitive id=\"fencing\" class=\"stonith\" type=\"fence_dummy\"><operations>\
             <op id=\"fencing-mon\" name=\"monitor\" interval=\"60s\"/></operations></primitive>",
        );
        for i in 0..shape.primitives {
            let id = format!("prim{i:05}");
            self.primitive(&id, false);
            self.tops.push(id);
        }
        for i in 0..shape.groups {
            let id = format!("grp{i:05}");
            let _ = writeln!(self.out, "<group id=\"{id}\">");
            for member in 0..shape.members {
                self.primitive(&format!("{id}-m{member}"), false);
            }
            self.put("</group>");
            self.tops.push(id);
        }
        for i in 0..shape.clones {
            let id = format!("cln{i:05}");
            let interleave = *self.random.pick(&["true", "false"]);
            self.clone(&id, &[("interleave", interleave)], false);
        }
        for i in 0..shape.promotable {
            let id = format!("pro{i:05}");
            let notify = *self.random.pick(&["true", "false"]);
            self.clone(&id, &[("promotable", "true"), ("notify", notify)], true);
        }
    }

    fn clone(&mut self, id: &str, meta: &[(&str, &str)], stateful: bool) {
        let _ = writeln!(
            self.out,
            "<clone id=\"{id}\"><meta_attributes id=\"{id}-meta\">"
        );
        for (name, value) in meta {
            let _ = writeln!(
                self.out,
                "<nvpair id=\"{id}-{name}\" name=\"{name}\" value=\"{value}\"/>"
            );
        }
        self.put("</meta_attributes>");
        self.primitive(&format!("{id}-rsc"), stateful);
        self.put("</clone>");
        self.tops.push(id.to_owned());
    }

    fn primitive(&mut self, id: &str, stateful: bool) {
        let agent = if stateful { "Stateful" } else { "Dummy" };
        let operations = if stateful {
            format!(
                "<op id=\"{id}-mon-p\" name=\"monitor\" interval=\"10s\" role=\"Promoted\"/>\
                 <op id=\"{id}-mon-u\" name=\"monitor\" interval=\"11s\" role=\"Unpromoted\"/>"
            )
        } else {
            format!(
                "<op id=\"{id}-mon\" name=\"monitor\" interval=\"10s\"/>\
                 <op id=\"{id}-start\" name=\"start\" interval=\"0s\" timeout=\"20s\"/>"
            )
        };
        let _ = writeln!(
            self.out,
            "<primitive id=\"{id}\" class=\"ocf\" provider=\"pacemaker\" type=\"{agent}\">\
             <instance_attributes id=\"{id}-ia\"><nvpair id=\"{id}-ia-fake\" name=\"fake\" value=\"{id}\"/>\
             </instance_attributes><operations>{operations}</operations></primitive>"
        );
    }

    /// Two different resources, the later one first.
    fn pair(&mut self) -> Option<(usize, usize)> {
        if self.tops.len() < 2 {
            return None;
        }
        let a = self.random.below(self.tops.len());
        let b = (a + 1 + self.random.below(self.tops.len() - 1)) % self.tops.len();
        Some((a.max(b), a.min(b)))
    }

    fn constraints(&mut self, shape: &Shape) {
        for i in 0..shape.locations {
            if self.tops.is_empty() {
                break;
            }
            let rsc = self.random.pick(&self.tops).clone();
            let node = 1 + self.random.below(shape.nodes as usize);
            let score = *self
                .random
                .pick(&["INFINITY", "-INFINITY", "100", "50", "-10"]);
            let _ = writeln!(
                self.out,
                "<rsc_location id=\"loc{i}\" rsc=\"{rsc}\" node=\"node{node:03}\" score=\"{score}\"/>"
            );
        }
        for i in 0..shape.colocations {
            let Some((late, early)) = self.pair() else {
                break;
            };
            let score = *self
                .random
                .pick(&["INFINITY", "-INFINITY", "100", "-100", "1000"]);
            let (rsc, with) = (&self.tops[late], &self.tops[early]);
            let _ = writeln!(
                self.out,
                "<rsc_colocation id=\"col{i}\" rsc=\"{rsc}\" with-rsc=\"{with}\" score=\"{score}\"/>"
            );
        }
        for i in 0..shape.orders {
            let Some((late, early)) = self.pair() else {
                break;
            };
            let kind = *self.random.pick(&["Mandatory", "Optional", "Serialize"]);
            let (first, then) = (&self.tops[early], &self.tops[late]);
            let _ = writeln!(
                self.out,
                "<rsc_order id=\"ord{i}\" first=\"{first}\" then=\"{then}\" kind=\"{kind}\"/>"
            );
        }
    }
}
