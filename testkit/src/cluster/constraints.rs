//! Constraints of every kind.
//!
//! Most name an earlier resource first: a circle of orderings is a mistake of the administrator, and is wanted only
//! rarely.

use std::fmt::Write as _;

use super::{Top, TopKind, Writer};

const SCORES: &[&str] = &[
    "INFINITY",
    "INFINITY",
    "INFINITY",
    "-INFINITY",
    "100",
    "10",
    "1",
    "-10",
    "-200",
];

impl Writer {
    pub(super) fn constraints(&mut self) {
        if self.tops.is_empty() {
            return;
        }
        for _ in 0..*self.random.pick(&[0, 0, 1, 1, 2, 3]) {
            self.location();
        }
        for _ in 0..*self.random.pick(&[0, 0, 1, 1, 2, 3]) {
            self.colocation();
        }
        for _ in 0..*self.random.pick(&[0, 0, 1, 1, 2, 3]) {
            self.order();
        }
        if self.random.chance(15) {
            self.ticket();
        }
    }

    fn any(&mut self) -> Top {
        if !self.members.is_empty() && self.random.chance(15) {
            return self.random.pick(&self.members).clone();
        }
        self.random.pick(&self.tops).clone()
    }

    /// Two different top-level resources, mostly the one defined first first.
    fn pair(&mut self) -> Option<(Top, Top)> {
        if self.tops.len() < 2 {
            return None;
        }
        let a = self.random.below(self.tops.len());
        let b = (a + 1 + self.random.below(self.tops.len() - 1)) % self.tops.len();
        let (early, late) = (a.min(b), a.max(b));
        let swap = self.random.chance(4);
        let (first, second) = if swap { (late, early) } else { (early, late) };
        Some((self.tops[first].clone(), self.tops[second].clone()))
    }

    fn score(&mut self) -> &'static str {
        self.random.pick::<&'static str>(SCORES)
    }

    fn place(&mut self) -> String {
        if !self.remotes.is_empty() && self.random.chance(30) {
            return self.random.pick(&self.remotes).clone();
        }
        self.random.pick(&self.nodes).clone()
    }

    fn location(&mut self) {
        let id = self.id("location");
        let (rsc, node, score) = (self.any(), self.place(), self.score());
        let discovery = match self.random.chance(12) {
            true => format!(
                " resource-discovery=\"{}\"",
                self.random.pick(&["always", "never", "exclusive"])
            ),
            false => String::new(),
        };
        let role = match rsc.kind {
            TopKind::Promotable if self.random.chance(50) => {
                format!(
                    " role=\"{}\"",
                    self.random.pick(&["Promoted", "Unpromoted", "Started"])
                )
            }
            TopKind::Primitive
            | TopKind::Group
            | TopKind::Clone
            | TopKind::Promotable
            | TopKind::Bundle => String::new(),
        };
        let rsc = &rsc.id;
        match self.random.below(10) {
            0..6 => {
                let _ = writeln!(
                    self.out,
                    "<rsc_location id=\"{id}\" rsc=\"{rsc}\"{role} node=\"{node}\" score=\"{score}\"{discovery}/>"
                );
            }
            6 => {
                let pattern = *self.random.pick(&["prim.*", "^grp", "!cln", "[0-3]$"]);
                let _ = writeln!(
                    self.out,
                    "<rsc_location id=\"{id}\" rsc-pattern=\"{pattern}\" node=\"{node}\" score=\"{score}\"{discovery}/>"
                );
            }
            7 => {
                let _ = writeln!(
                    self.out,
                    "<rsc_location id=\"{id}\" node=\"{node}\" score=\"{score}\">"
                );
                self.set(&id, &[], &mut 0);
                self.put("</rsc_location>");
            }
            _ => {
                let _ = writeln!(
                    self.out,
                    "<rsc_location id=\"{id}\" rsc=\"{rsc}\"{discovery}>"
                );
                self.rule(&id, score, &role);
                self.put("</rsc_location>");
            }
        }
    }

    fn rule(&mut self, id: &str, score: &str, role: &str) {
        let score = match self.random.chance(20) {
            true => "score-attribute=\"rank\"".to_owned(),
            false => format!("score=\"{score}\""),
        };
        let _ = writeln!(
            self.out,
            "<rule id=\"{id}-rule\" {score}{role} boolean-op=\"{}\">",
            *self.random.pick(&["and", "or"])
        );
        for number in 0..self.random.between(1, 2) {
            let expression = *self.random.pick(&[
                "<expression ID attribute=\"site\" operation=\"eq\" value=\"a\"/>",
                "<expression ID attribute=\"site\" operation=\"ne\" value=\"b\"/>",
                "<expression ID attribute=\"rank\" operation=\"gt\" type=\"number\" value=\"5\"/>",
                "<expression ID attribute=\"site\" operation=\"not_defined\"/>",
                "<expression ID attribute=\"#uname\" operation=\"eq\" value=\"node1\"/>",
                "<date_expression ID operation=\"gt\" start=\"2023-01-01\"/>",
                "<date_expression ID operation=\"lt\" end=\"2023-11-15\"/>",
            ]);
            let expression = expression.replace("ID", &format!("id=\"{id}-expression-{number}\""));
            self.put(&expression);
        }
        self.put("</rule>");
    }

    /// A set of one to three top-level resources, which come after those of earlier sets of the same constraint.
    fn set(&mut self, id: &str, attributes: &[&str], from: &mut usize) {
        if *from >= self.tops.len() {
            return;
        }
        let own = self.id(&format!("{id}-set"));
        let mut more = String::new();
        for &name in attributes {
            if self.random.chance(30) {
                let value = match name {
                    "role" => *self.random.pick(&["Promoted", "Started"]),
                    "action" => *self.random.pick(&["start", "promote", "stop", "demote"]),
                    _ => *self.random.pick(&["true", "false"]),
                };
                let _ = write!(more, " {name}=\"{value}\"");
            }
        }
        let _ = writeln!(self.out, "<resource_set id=\"{own}\"{more}>");
        *from += self.random.below(self.tops.len() - *from);
        for _ in 0..self.random.between(1, 3) {
            if let Some(top) = self.tops.get(*from) {
                let _ = writeln!(self.out, "<resource_ref id=\"{}\"/>", top.id);
                *from += 1;
            }
        }
        self.put("</resource_set>");
    }

    fn colocation(&mut self) {
        let Some((primary, dependent)) = self.pair() else {
            return;
        };
        let (id, score) = (self.id("colocation"), self.score());
        if self.random.chance(15) {
            let _ = writeln!(self.out, "<rsc_colocation id=\"{id}\" score=\"{score}\">");
            let mut from = 0;
            for _ in 0..self.random.between(1, 2) {
                self.set(&id, &["sequential", "role"], &mut from);
            }
            self.put("</rsc_colocation>");
            return;
        }
        let mut more = String::new();
        for (name, top) in [("rsc-role", &dependent), ("with-rsc-role", &primary)] {
            let percent = if top.kind == TopKind::Promotable {
                55
            } else {
                3
            };
            if self.random.chance(percent) {
                let role = *self
                    .random
                    .pick(&["Promoted", "Promoted", "Unpromoted", "Started"]);
                let _ = write!(more, " {name}=\"{role}\"");
            }
        }
        if self.random.chance(8) {
            more.push_str(" node-attribute=\"site\"");
        }
        if self.random.chance(10) {
            let influence = *self.random.pick(&["true", "false"]);
            let _ = write!(more, " influence=\"{influence}\"");
        }
        let with = match self.tags.last() {
            Some(tag) if self.random.chance(20) => tag.clone(),
            Some(_) | None => primary.id,
        };
        let _ = writeln!(
            self.out,
            "<rsc_colocation id=\"{id}\" rsc=\"{}\" with-rsc=\"{with}\" score=\"{score}\"{more}/>",
            dependent.id
        );
    }

    fn order(&mut self) {
        let Some((first, then)) = self.pair() else {
            return;
        };
        let id = self.id("order");
        let kind = match self.random.chance(60) {
            true => format!(
                " kind=\"{}\"",
                self.random.pick(&["Mandatory", "Optional", "Serialize"])
            ),
            false => String::new(),
        };
        let symmetrical = match self.random.chance(12) {
            true => " symmetrical=\"false\"",
            false => "",
        };
        if self.random.chance(15) {
            let _ = writeln!(self.out, "<rsc_order id=\"{id}\"{kind}{symmetrical}>");
            let mut from = 0;
            for _ in 0..self.random.between(1, 2) {
                self.set(&id, &["sequential", "require-all", "action"], &mut from);
            }
            self.put("</rsc_order>");
            return;
        }
        let mut more = String::new();
        for (name, top) in [("first-action", &first), ("then-action", &then)] {
            let percent = if top.kind == TopKind::Promotable {
                55
            } else {
                6
            };
            if self.random.chance(percent) {
                let action = match top.kind {
                    TopKind::Promotable => *self
                        .random
                        .pick(&["promote", "promote", "start", "demote", "stop"]),
                    TopKind::Primitive | TopKind::Group | TopKind::Clone | TopKind::Bundle => {
                        *self.random.pick(&["start", "stop"])
                    }
                };
                let _ = write!(more, " {name}=\"{action}\"");
            }
        }
        let _ = writeln!(
            self.out,
            "<rsc_order id=\"{id}\" first=\"{}\" then=\"{}\"{kind}{symmetrical}{more}/>",
            first.id, then.id
        );
    }

    fn ticket(&mut self) {
        let (id, rsc) = (self.id("ticket"), self.any());
        let ticket = *self.random.pick(&["ticketA", "ticketB", "ticketC"]);
        let policy = *self.random.pick(&["stop", "demote", "fence", "freeze"]);
        let role = match rsc.kind {
            TopKind::Promotable if self.random.chance(60) => " rsc-role=\"Promoted\"",
            TopKind::Primitive
            | TopKind::Group
            | TopKind::Clone
            | TopKind::Promotable
            | TopKind::Bundle => "",
        };
        if self.random.chance(20) {
            let _ = writeln!(
                self.out,
                "<rsc_ticket id=\"{id}\" ticket=\"{ticket}\" loss-policy=\"{policy}\">"
            );
            self.set(&id, &["role"], &mut 0);
            self.put("</rsc_ticket>");
            return;
        }
        let _ = writeln!(
            self.out,
            "<rsc_ticket id=\"{id}\" rsc=\"{}\"{role} ticket=\"{ticket}\" loss-policy=\"{policy}\"/>",
            rsc.id
        );
    }
}
