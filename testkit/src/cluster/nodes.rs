//! Cluster nodes: attributes, and whether they are there.

use std::fmt::Write as _;

use super::Writer;

impl Writer {
    pub(super) fn node(&mut self, number: usize) {
        const RARE: &[(&str, usize, &[&str])] = &[
            ("standby", 5, &["on"]),
            ("maintenance", 3, &["true"]),
            ("site", 60, &["a", "b", "A"]),
            ("rank", 30, &["1", "20", "-INFINITY", "300"]),
            ("#health-disk", 15, &["green", "yellow", "red", "-5"]),
            ("resource-discovery-enabled", 2, &["false"]),
        ];
        let mut pairs: Vec<(&str, String)> = Vec::new();
        for &(name, percent, values) in RARE {
            if self.random.chance(percent) {
                pairs.push((name, (*self.random.pick(values)).to_owned()));
            }
        }
        let score = if self.random.chance(4) {
            " score=\"10\""
        } else {
            ""
        };
        let _ = writeln!(
            self.out,
            "<node id=\"{number}\" uname=\"node{number}\"{score}>"
        );
        self.block(
            "instance_attributes",
            &format!("node{number}-attributes"),
            &pairs,
        );
        if self.utilization {
            let cpu = *self.random.pick(&["2", "4", "8"]);
            let memory = *self.random.pick(&["512", "1024", "4096"]);
            let capacity = [("cpu", cpu.to_owned()), ("memory", memory.to_owned())];
            self.block("utilization", &format!("node{number}-capacity"), &capacity);
        }
        self.put("</node>");
    }

    pub(super) fn node_state(&mut self, number: usize) {
        let (ccm, crmd, join, expected) = match self.random.below(100) {
            0..84 => ("true", "online", "member", "member"),
            84..89 => ("false", "offline", "down", "down"),
            89..93 => ("false", "offline", "down", "member"),
            93..95 => ("true", "offline", "down", "member"),
            95..97 => ("true", "online", "pending", "member"),
            97 => ("1699999900", "1699999950", "member", "member"),
            _ => return,
        };
        let _ = writeln!(
            self.out,
            "<node_state id=\"{number}\" uname=\"node{number}\" in_ccm=\"{ccm}\" crmd=\"{crmd}\" join=\"{join}\" \
             expected=\"{expected}\">"
        );
        self.transient(number);
        let _ = writeln!(
            self.out,
            "<lrm id=\"{number}\"><lrm_resources/></lrm></node_state>"
        );
    }

    /// Transient attributes: promotion scores, a wish to shut down, health.
    fn transient(&mut self, number: usize) {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for rsc in self.promotable.clone() {
            if self.random.chance(70) {
                let score = *self
                    .random
                    .pick(&["1", "5", "10", "100", "-INFINITY", "INFINITY"]);
                pairs.push((format!("master-{rsc}"), score.to_owned()));
            }
        }
        if self.random.chance(5) {
            pairs.push(("shutdown".to_owned(), "1699999990".to_owned()));
        }
        if self.random.chance(4) {
            let color = *self.random.pick(&["red", "yellow"]);
            pairs.push(("#health-net".to_owned(), color.to_owned()));
        }
        if self.random.chance(60) {
            pairs.push(("#node-unfenced".to_owned(), "1699990000".to_owned()));
        }
        if pairs.is_empty() {
            return;
        }
        let pairs: Vec<(&str, String)> = pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.clone()))
            .collect();
        let _ = writeln!(self.out, "<transient_attributes id=\"{number}\">");
        self.block("instance_attributes", &format!("status-{number}"), &pairs);
        self.put("</transient_attributes>");
    }
}
