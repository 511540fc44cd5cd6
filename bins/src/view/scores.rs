//! Scores and utilization, as recorded during a run. Source: behaviour notes 05 section 5.

use std::sync::Arc;

use pcmk_pengine::config::Config;
use pcmk_pengine::record::Event;

use crate::out::Out;

/// Shows recorded events in order. Which ones were recorded was decided before the run.
pub fn list(config: &Config, events: &[Event], out: &mut Out<'_>) {
    for event in events {
        match event {
            Event::NodeScore {
                function,
                rsc,
                node,
                score,
            } => {
                let (rsc, node, score) = (
                    config.name(*rsc),
                    config.node_name(*node),
                    score.to_string(),
                );
                match out.xml() {
                    Some(xml) => xml.leaf(
                        "node_weight",
                        &[
                            ("function", function),
                            ("node", node),
                            ("score", &score),
                            ("id", rsc),
                        ],
                    ),
                    None => out.item(&format!(
                        "{function}: {rsc} allocation score on {node}: {score}"
                    )),
                }
            }
            Event::PromotionScore { rsc, node, score } => {
                let (rsc, score) = (config.name(*rsc), score.to_string());
                let node = node.map(|node| config.node_name(node));
                match out.xml() {
                    Some(xml) => {
                        let mut attributes = vec![("id", rsc), ("score", &*score)];
                        attributes.extend(node.map(|node| ("node", node)));
                        xml.leaf("promotion_score", &attributes);
                    }
                    None => out.item(&match node {
                        Some(node) => format!("{rsc} promotion score on {node}: {score}"),
                        None => format!("{rsc} promotion score (inactive): {score}"),
                    }),
                }
            }
            Event::Capacity {
                comment,
                node,
                values,
            } => {
                let node = config.node_name(*node);
                match out.xml() {
                    Some(xml) => {
                        xml.push("capacity", &[("node", node), ("comment", comment)]);
                        pairs_as_elements(out, values);
                    }
                    None => out.item(&format!("{comment}: {node} capacity:{}", pairs(values))),
                }
            }
            Event::Utilization { rsc, node, values } => {
                let function = "pcmk__assign_resource";
                let (rsc, node) = (config.name(*rsc), config.node_name(*node));
                match out.xml() {
                    Some(xml) => {
                        xml.push(
                            "utilization",
                            &[("resource", rsc), ("node", node), ("function", function)],
                        );
                        pairs_as_elements(out, values);
                    }
                    None => out.item(&format!(
                        "{function}: {rsc} utilization on {node}:{}",
                        pairs(values)
                    )),
                }
            }
            Event::Info(text) => out.info(text),
        }
    }
}

fn pairs(values: &[(Arc<str>, Arc<str>)]) -> String {
    values
        .iter()
        .map(|(name, value)| format!(" {name}={value}"))
        .collect()
}

fn pairs_as_elements(out: &mut Out<'_>, values: &[(Arc<str>, Arc<str>)]) {
    if let Some(xml) = out.xml() {
        for (name, value) in values {
            xml.text_leaf(name, &[], value);
        }
        xml.pop();
    }
}
