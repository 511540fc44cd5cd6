//! Resources: primitives, groups, clones, promotable clones, bundles, connections of remote nodes, guests, templates.

use std::fmt::Write as _;

use super::{Top, TopKind, Writer};

impl Writer {
    pub(super) fn resources(&mut self) {
        if self.random.chance(90) {
            let provides = if self.random.chance(8) {
                vec![("provides", "unfencing".to_owned())]
            } else {
                Vec::new()
            };
            self.put("<primitive id=\"fencing\" class=\"stonith\" type=\"fence_dummy\">");
            self.block("meta_attributes", "fencing-meta", &provides);
            self.put("<operations><op id=\"fencing-mon\" name=\"monitor\" interval=\"60s\"/></operations></primitive>");
        }
        if self.random.chance(8) {
            self.put(
                "<template id=\"tmpl\" class=\"ocf\" provider=\"pacemaker\" type=\"Dummy\"><operations>\
                 <op id=\"tmpl-mon\" name=\"monitor\" interval=\"20s\"/></operations></template>",
            );
            self.tags.push("tmpl-tag".to_owned());
        }
        let count = *self.random.pick(&[1, 2, 2, 3, 3, 4, 4, 5, 6, 7]);
        for number in 0..count {
            self.resource(number);
        }
        if self.random.chance(12) {
            self.tags.push("tag".to_owned());
        }
    }

    fn resource(&mut self, number: usize) {
        let kind = self.random.below(100);
        match kind {
            0..38 => {
                let id = format!("prim{number}");
                self.primitive(&id, Role::Top);
                self.tops.push(Top {
                    id,
                    kind: TopKind::Primitive,
                });
            }
            38..58 => {
                let id = format!("grp{number}");
                self.group(&id, &[]);
                self.tops.push(Top {
                    id,
                    kind: TopKind::Group,
                });
            }
            58..73 => {
                let id = format!("cln{number}");
                self.clone(&id, false);
                self.tops.push(Top {
                    id,
                    kind: TopKind::Clone,
                });
            }
            73..86 => {
                let id = format!("pro{number}");
                self.clone(&id, true);
                self.tops.push(Top {
                    id,
                    kind: TopKind::Promotable,
                });
            }
            86..91 => {
                let id = format!("bnd{number}");
                self.bundle(&id);
                self.tops.push(Top {
                    id,
                    kind: TopKind::Bundle,
                });
            }
            91..96 => {
                let id = format!("remote{number}");
                self.remote(&id);
                self.remotes.push(id.clone());
                self.tops.push(Top {
                    id,
                    kind: TopKind::Primitive,
                });
            }
            _ => {
                let id = format!("vm{number}");
                let guest = format!("guest{number}");
                self.primitive(&id, Role::Guest(&guest));
                self.remotes.push(guest);
                self.tops.push(Top {
                    id,
                    kind: TopKind::Primitive,
                });
            }
        }
    }

    fn meta(&mut self, table: &[(&'static str, usize, &[&str])]) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        for &(name, percent, values) in table {
            if self.random.chance(percent) {
                pairs.push((name, (*self.random.pick(values)).to_owned()));
            }
        }
        pairs
    }

    fn primitive(&mut self, id: &str, role: Role<'_>) {
        const META: &[(&str, usize, &[&str])] = &[
            (
                "target-role",
                9,
                &["Started", "Stopped", "Unpromoted", "Promoted"],
            ),
            ("is-managed", 4, &["false"]),
            ("maintenance", 2, &["true"]),
            ("priority", 10, &["1", "5", "10", "-1"]),
            ("resource-stickiness", 15, &["1", "100", "INFINITY", "-5"]),
            ("migration-threshold", 15, &["1", "2", "3"]),
            ("failure-timeout", 12, &["10s", "60s", "1h"]),
            (
                "requires",
                6,
                &["nothing", "quorum", "fencing", "unfencing"],
            ),
            (
                "multiple-active",
                6,
                &["block", "stop_only", "stop_start", "stop_unexpected"],
            ),
            ("allow-migrate", 15, &["true", "false"]),
            ("critical", 6, &["false"]),
            ("allow-unhealthy-nodes", 3, &["true"]),
            ("container-attribute-target", 3, &["host"]),
        ];
        let stateful = role == Role::Stateful;
        let agent = match (stateful, self.random.below(20)) {
            (true, _) => "class=\"ocf\" provider=\"pacemaker\" type=\"Stateful\"",
            (false, 0) => "class=\"systemd\" type=\"something\"",
            (false, _) => "class=\"ocf\" provider=\"pacemaker\" type=\"Dummy\"",
        };
        let templated = role == Role::Top
            && self.tags.iter().any(|t| t == "tmpl-tag")
            && self.random.chance(40);
        let _ = match templated {
            true => writeln!(self.out, "<primitive id=\"{id}\" template=\"tmpl\">"),
            false => writeln!(self.out, "<primitive id=\"{id}\" {agent}>"),
        };
        let mut meta = self.meta(META);
        if let Role::Guest(name) = role {
            meta.push(("remote-node", name.to_owned()));
        }
        self.block("meta_attributes", &format!("{id}-meta"), &meta);
        self.block(
            "instance_attributes",
            &format!("{id}-params"),
            &[("fake", "1".to_owned())],
        );
        if self.utilization {
            let need = [
                ("cpu", (*self.random.pick(&["1", "1", "2", "3"])).to_owned()),
                (
                    "memory",
                    (*self.random.pick(&["64", "256", "700"])).to_owned(),
                ),
            ];
            self.block("utilization", &format!("{id}-need"), &need);
        }
        self.operations(id, stateful);
        self.put("</primitive>");
    }

    fn operations(&mut self, id: &str, stateful: bool) {
        const ON_FAIL: &[&str] = &[
            "restart", "ignore", "block", "stop", "standby", "fence", "demote",
        ];
        self.put("<operations>");
        let mut ops: Vec<(&str, &str, &str)> = Vec::new();
        if stateful {
            ops.push(("monitor", "10s", " role=\"Promoted\""));
            ops.push(("monitor", "11s", " role=\"Unpromoted\""));
        } else if self.random.chance(80) {
            ops.push(("monitor", *self.random.pick(&["10s", "30s"]), ""));
        }
        if self.random.chance(8) {
            ops.push(("monitor", "45s", " role=\"Stopped\""));
        }
        for task in ["start", "stop"] {
            if self.random.chance(20) {
                ops.push((task, "0s", ""));
            }
        }
        if stateful && self.random.chance(20) {
            ops.push(("promote", "0s", ""));
            ops.push(("demote", "0s", ""));
        }
        for (name, interval, more) in ops {
            let own = self.id(&format!("{id}-{name}"));
            let on_fail = match self.random.chance(25) {
                true => format!(" on-fail=\"{}\"", self.random.pick(ON_FAIL)),
                false => String::new(),
            };
            let _ = writeln!(
                self.out,
                "<op id=\"{own}\" name=\"{name}\" interval=\"{interval}\"{more}{on_fail}/>"
            );
        }
        self.put("</operations>");
    }

    fn group(&mut self, id: &str, more: &[(&'static str, String)]) {
        const META: &[(&str, usize, &[&str])] = &[
            ("target-role", 6, &["Started", "Stopped"]),
            ("is-managed", 3, &["false"]),
            ("priority", 6, &["2", "20"]),
            ("resource-stickiness", 10, &["1", "50"]),
            ("ordered", 5, &["false"]),
            ("collocated", 5, &["false"]),
        ];
        let _ = writeln!(self.out, "<group id=\"{id}\">");
        let mut meta = self.meta(META);
        meta.extend(more.iter().cloned());
        self.block("meta_attributes", &format!("{id}-meta"), &meta);
        for member in 0..self.random.between(1, 3) {
            let own = format!("{id}-m{member}");
            self.primitive(&own, Role::Member);
            self.members.push(Top {
                id: own,
                kind: TopKind::Primitive,
            });
        }
        self.put("</group>");
    }

    fn clone(&mut self, id: &str, promotable: bool) {
        const META: &[(&str, usize, &[&str])] = &[
            ("interleave", 45, &["true", "false"]),
            ("ordered", 15, &["true"]),
            ("notify", 30, &["true"]),
            ("clone-max", 25, &["0", "1", "2", "3", "4"]),
            ("clone-node-max", 10, &["1", "2", "3"]),
            ("globally-unique", 12, &["true", "false"]),
            ("clone-min", 5, &["1", "2"]),
            ("target-role", 6, &["Started", "Stopped", "Unpromoted"]),
            ("is-managed", 2, &["false"]),
            ("priority", 5, &["3"]),
            ("resource-stickiness", 8, &["0", "10"]),
        ];
        const PROMOTABLE: &[(&str, usize, &[&str])] = &[
            ("promoted-max", 20, &["0", "1", "2", "3"]),
            ("promoted-node-max", 8, &["1", "2"]),
        ];
        let _ = writeln!(self.out, "<clone id=\"{id}\">");
        let mut meta = self.meta(META);
        if promotable {
            meta.push(("promotable", "true".to_owned()));
            meta.extend(self.meta(PROMOTABLE));
        }
        self.block("meta_attributes", &format!("{id}-meta"), &meta);
        if self.random.chance(20) {
            let group = format!("{id}-grp");
            let _ = writeln!(self.out, "<group id=\"{group}\">");
            for member in 0..self.random.between(1, 2) {
                let own = format!("{group}-m{member}");
                self.primitive(
                    &own,
                    if promotable {
                        Role::Stateful
                    } else {
                        Role::Member
                    },
                );
                if promotable {
                    self.promotable.push(own);
                }
            }
            self.put("</group>");
        } else {
            let own = format!("{id}-rsc");
            self.primitive(
                &own,
                if promotable {
                    Role::Stateful
                } else {
                    Role::Member
                },
            );
            if promotable {
                self.promotable.push(own);
            }
        }
        self.put("</clone>");
    }

    fn bundle(&mut self, id: &str) {
        const META: &[(&str, usize, &[&str])] = &[
            ("target-role", 5, &["Stopped"]),
            ("is-managed", 2, &["false"]),
            ("priority", 5, &["4"]),
            ("resource-stickiness", 5, &["10"]),
        ];
        let _ = writeln!(self.out, "<bundle id=\"{id}\">");
        let meta = self.meta(META);
        self.block("meta_attributes", &format!("{id}-meta"), &meta);
        let technology = *self.random.pick(&["docker", "podman"]);
        let replicas = self.random.between(1, 3);
        let promotable = self.random.chance(40);
        let mut more = String::new();
        if promotable {
            more.push_str(" promoted-max=\"1\"");
        }
        if self.random.chance(10) {
            more.push_str(" replicas-per-host=\"2\"");
        }
        let _ = writeln!(
            self.out,
            "<{technology} image=\"img:latest\" replicas=\"{replicas}\"{more}/>"
        );
        if self.random.chance(50) {
            self.put("<network ip-range-start=\"192.168.122.131\" host-interface=\"eth0\" host-netmask=\"24\">");
            let _ = writeln!(
                self.out,
                "<port-mapping id=\"{id}-port\" port=\"80\"/></network>"
            );
        } else {
            self.put("<network control-port=\"3121\"/>");
        }
        let _ = writeln!(
            self.out,
            "<storage><storage-mapping id=\"{id}-store\" source-dir=\"/srv\" target-dir=\"/srv\" options=\"rw\"/></storage>"
        );
        if promotable || self.random.chance(60) {
            let own = format!("{id}-rsc");
            self.primitive(
                &own,
                if promotable {
                    Role::Stateful
                } else {
                    Role::Member
                },
            );
            if promotable {
                self.promotable.push(own);
            }
        }
        self.put("</bundle>");
    }

    fn remote(&mut self, id: &str) {
        const META: &[(&str, usize, &[&str])] = &[
            ("target-role", 5, &["Stopped"]),
            ("is-managed", 2, &["false"]),
            ("allow-migrate", 10, &["false"]),
        ];
        let _ = writeln!(
            self.out,
            "<primitive id=\"{id}\" class=\"ocf\" provider=\"pacemaker\" type=\"remote\">"
        );
        let meta = self.meta(META);
        self.block("meta_attributes", &format!("{id}-meta"), &meta);
        let mut params = vec![("server", format!("{id}.example"))];
        if self.random.chance(25) {
            params.push(("reconnect_interval", "60s".to_owned()));
        }
        self.block("instance_attributes", &format!("{id}-params"), &params);
        let _ = writeln!(
            self.out,
            "<operations><op id=\"{id}-mon\" name=\"monitor\" interval=\"20s\"/></operations></primitive>"
        );
    }
}

/// What a primitive is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role<'a> {
    Top,
    Member,
    Stateful,
    /// Launches this guest node.
    Guest(&'a str),
}
