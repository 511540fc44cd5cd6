//! Cluster options, defaults, tags and tickets.

use std::fmt::Write as _;

use super::Writer;

impl Writer {
    pub(super) fn options(&mut self) {
        const RARE: &[(&str, usize, &[&str])] = &[
            (
                "no-quorum-policy",
                25,
                &["stop", "freeze", "ignore", "demote", "fence"],
            ),
            ("symmetric-cluster", 6, &["false"]),
            ("maintenance-mode", 3, &["true"]),
            ("stop-all-resources", 2, &["true"]),
            ("start-failure-is-fatal", 15, &["false"]),
            ("enable-startup-probes", 8, &["false"]),
            ("startup-fencing", 5, &["false"]),
            ("concurrent-fencing", 10, &["true", "false"]),
            ("fencing-action", 10, &["off", "reboot"]),
            ("stop-removed-resources", 5, &["false"]),
            ("cancel-removed-actions", 5, &["false"]),
            ("shutdown-lock", 8, &["true"]),
            ("shutdown-lock-limit", 5, &["5min"]),
            ("priority-fencing-delay", 6, &["15s"]),
            ("fence-remote-without-quorum", 4, &["true"]),
            ("node-pending-timeout", 4, &["2min"]),
            (
                "node-health-strategy",
                10,
                &["migrate-on-red", "only-green", "progressive", "custom"],
            ),
            ("node-health-base", 4, &["10"]),
        ];
        let mut pairs: Vec<(&str, String)> = Vec::new();
        let fencing = if self.random.chance(85) {
            "true"
        } else {
            "false"
        };
        pairs.push(("fencing-enabled", fencing.to_owned()));
        for &(name, percent, values) in RARE {
            if self.random.chance(percent) {
                pairs.push((name, (*self.random.pick(values)).to_owned()));
            }
        }
        if self.utilization {
            let strategy = *self.random.pick(&["utilization", "minimal", "balanced"]);
            pairs.push(("placement-strategy", strategy.to_owned()));
        }
        self.put("<crm_config>");
        self.block("cluster_property_set", "options", &pairs);
        self.put("</crm_config>");
    }

    pub(super) fn defaults(&mut self) {
        if self.random.chance(15) {
            let stickiness = *self.random.pick(&["1", "100", "INFINITY"]);
            self.put("<rsc_defaults>");
            self.block(
                "meta_attributes",
                "rsc-defaults",
                &[("resource-stickiness", stickiness.to_owned())],
            );
            self.put("</rsc_defaults>");
        }
        if self.random.chance(10) {
            self.put("<op_defaults>");
            self.block(
                "meta_attributes",
                "op-defaults",
                &[("timeout", "40s".to_owned())],
            );
            self.put("</op_defaults>");
        }
    }

    /// Tags of some top-level resources. Constraints have named them already.
    pub(super) fn tags(&mut self) {
        if self.tags.is_empty() {
            return;
        }
        self.put("<tags>");
        for tag in self.tags.clone() {
            let _ = writeln!(self.out, "<tag id=\"{tag}\">");
            let mut some = false;
            for top in self.tops.clone() {
                if self.random.chance(40) {
                    some = true;
                    let _ = writeln!(self.out, "<obj_ref id=\"{}\"/>", top.id);
                }
            }
            if !some && let Some(top) = self.tops.first() {
                let id = top.id.clone();
                let _ = writeln!(self.out, "<obj_ref id=\"{id}\"/>");
            }
            self.put("</tag>");
        }
        self.put("</tags>");
    }

    pub(super) fn tickets(&mut self) {
        self.put("<tickets>");
        for ticket in ["ticketA", "ticketB"] {
            if self.random.chance(70) {
                let granted = *self.random.pick(&["true", "true", "false"]);
                let standby = if self.random.chance(10) {
                    " standby=\"true\""
                } else {
                    ""
                };
                let _ = writeln!(
                    self.out,
                    "<ticket_state id=\"{ticket}\" granted=\"{granted}\" last-granted=\"1699990000\"{standby}/>"
                );
            }
        }
        self.put("</tickets>");
    }
}
