//! Location constraints: which nodes, with which scores. Recorded here, applied later. Source: behaviour notes 01 §10.3,
//! 03 §4.4.

use std::sync::Arc;

use pcmk_cib::reference::report_missing;
use pcmk_cib::rule::{NextChange, Rule, RuleInput, expand_submatches};
use pcmk_cib::xml::Element;
use pcmk_core::diag::Severity;
use pcmk_core::role::Role;
use pcmk_core::score::{Score, parse_score};

use crate::constraints::pattern::Pattern;
use crate::constraints::reference::{References, Target, location_role, resource};
use crate::constraints::set::{Set, sets};
use crate::constraints::{Location, list_of};
use crate::id::{NodeId, RscId};
use crate::scores::{Entry, ProbeMode};
use crate::state::{HostChoice, node_attr};
use crate::work::Work;

/// Texts of the submatches of a resource pattern.
type Submatches<'s> = Option<&'s [Option<&'s str>]>;

/// Reads a `rsc_location`.
pub fn read<'a>(w: &mut Work<'a>, references: &References<'a>, element: Element<'a>, id: &str) {
    let own_sets = sets(w, references, element);
    if !own_sets.is_empty() {
        return read_sets(w, element, id, &own_sets);
    }
    if let Some(name) = element.attr("rsc") {
        match references.find(w, name) {
            Some(Target::Resource(rsc)) => {
                read_one(
                    w,
                    element,
                    id,
                    rsc,
                    element.attr("role"),
                    element.attr("score"),
                    None,
                );
            }
            Some(Target::List(list)) => {
                let set = Set {
                    role: element.attr("role"),
                    ..Set::of_list(list)
                };
                return read_sets(w, element, id, &[set]);
            }
            None => {
                let text = format!(
                    "Ignoring constraint '{id}' because '{name}' is not a valid resource or tag"
                );
                w.log.config_error("unpack_location_tags", text);
                return;
            }
        }
    }
    if let Some(pattern) = element.attr("rsc-pattern") {
        read_pattern(w, element, id, pattern);
    }
}

fn read_sets(w: &mut Work<'_>, element: Element<'_>, id: &str, sets: &[Set<'_>]) {
    for set in sets {
        let Some(set_id) = set.id else {
            let text = format!("Ignoring resource_set without id in constraint '{id}'");
            w.log.config_error("unpack_location_set", text);
            return;
        };
        for &member in &set.members {
            let Some(rsc) = resource(w, member) else {
                let text = format!("{set_id}: No resource found for {member}");
                w.log.config_error("unpack_location_set", text);
                return;
            };
            let role = set.role.or(element.attr("role"));
            let score = set.score.or(element.attr("score"));
            read_one(w, element, id, rsc, role, score, None);
        }
    }
}

/// Top-level resources whose ids match; with a leading `!`, those whose ids do not.
fn read_pattern(w: &mut Work<'_>, element: Element<'_>, id: &str, text: &str) {
    let config = w.config;
    let (inverted, expression) = match text.strip_prefix('!') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let Ok(pattern) = Pattern::parse(expression) else {
        let text =
            format!("Ignoring constraint '{id}' because rsc-pattern has invalid value '{text}'");
        w.log.config_error("unpack_simple_location", text);
        return;
    };
    let (role, score) = (element.attr("role"), element.attr("score"));
    for &rsc in &config.top {
        match pattern.find(config.name(rsc)) {
            Some(submatches) if !inverted => {
                read_one(w, element, id, rsc, role, score, Some(&submatches))
            }
            None if inverted => read_one(w, element, id, rsc, role, score, None),
            Some(_) | None => {}
        }
    }
}

fn read_one(
    w: &mut Work<'_>,
    element: Element<'_>,
    id: &str,
    rsc: RscId,
    role: Option<&str>,
    score: Option<&str>,
    submatches: Submatches<'_>,
) {
    let discovery = element.attr("resource-discovery");
    let (Some(node), Some(score)) = (element.attr("node"), score) else {
        return read_rule(w, element, id, rsc, submatches);
    };
    let Ok(score) = parse_score(score, &w.config.options.health) else {
        let text =
            format!("Ignoring location constraint {id} because '{score}' is not a valid score");
        w.log.config_error("unpack_rsc_location", text);
        return;
    };
    let Some(node) = w.config.find_node(node) else {
        let text = format!("Ignoring location constraint {id} because there is no node '{node}'");
        w.log.report(Severity::Info, "unpack_rsc_location", text);
        return;
    };
    let Some(filter) = location_role(w, role) else {
        let role = role.unwrap_or_default();
        let text =
            format!("Ignoring location constraint {id} because '{role}' is not a valid role");
        w.log.config_error("unpack_rsc_location", text);
        return;
    };
    let entry = Entry {
        score,
        ..w.own_entry(node)
    };
    add_location(w, &id.into(), rsc, filter, vec![entry], discovery);
}

/// Where a rule's score comes from.
enum RuleScore<'a> {
    Fixed(Score),
    Attribute(&'a str),
}

fn read_rule(
    w: &mut Work<'_>,
    element: Element<'_>,
    id: &str,
    rsc: RscId,
    submatches: Submatches<'_>,
) {
    let config = w.config;
    let Some(mut element_rule) = element.child("rule") else {
        return;
    };
    if let Some(reference) = element_rule.attr("id-ref") {
        match config.doc.by_id(Some("rule"), reference).into_iter().next() {
            Some(found) => element_rule = config.doc.element(found),
            None => return report_missing(w.log, "rule", reference),
        }
    }
    let mut error = |text: String| w.log.config_error("generate_location_rule", text);
    let Some(rule_id) = element_rule.xml_id() else {
        return error(format!(
            "Ignoring location constraint '{id}' because its rule has no id"
        ));
    };
    if let Some(operator) = element_rule.attr("boolean-op")
        && !operator.eq_ignore_ascii_case("and")
        && !operator.eq_ignore_ascii_case("or")
    {
        return error(format!(
            "Ignoring location constraint '{id}' because rule '{rule_id}' has invalid boolean-op '{operator}'"
        ));
    }
    let role_text = element_rule.attr("role");
    let Some(filter) = location_role(w, role_text) else {
        let role = role_text.unwrap_or_default();
        let text = format!(
            "Ignoring location constraint '{id}' because rule '{rule_id}' has invalid role '{role}'"
        );
        w.log.config_error("generate_location_rule", text);
        return;
    };
    let score = match (
        element_rule.attr("score-attribute"),
        element_rule.attr("score"),
    ) {
        (Some(attribute), _) => RuleScore::Attribute(attribute),
        (None, Some(text)) => match parse_score(text, &config.options.health) {
            Ok(score) => RuleScore::Fixed(score),
            Err(_) => {
                let text = format!(
                    "Ignoring location constraint rule {rule_id} because '{text}' is not a valid score: \
                     Invalid argument"
                );
                w.log.config_error("score_from_rule", text);
                return;
            }
        },
        (None, None) => {
            let text = format!(
                "Ignoring location constraint rule {rule_id} because neither score nor score-attribute was \
                 specified"
            );
            w.log.config_error("score_from_rule", text);
            return;
        }
    };
    let score = match score {
        RuleScore::Fixed(score) => Ok(score),
        RuleScore::Attribute(text) => Err(expand_submatches(text, submatches)),
    };
    let scope = [config.doc.root_element()];
    let rule = Rule::read(element_rule, &scope, w.log);
    // Parameters are worked out per node only if the rule looks at them, or if doing so can be noticed.
    let looks_at_params = w.has_telling_parameters(rsc)
        || element_rule
            .descendants()
            .any(|e| e.attr("value-source").is_some() || e.attr("id-ref").is_some());
    let mut entries = Vec::new();
    let mut change = NextChange::default();
    for &node in &config.node_order {
        let params = looks_at_params.then(|| w.params(rsc, Some(node)));
        let input = RuleInput {
            now: config.now,
            node_attrs: Some(&w.state.node(node).attributes),
            params: params.as_deref().map(|table| table as _),
            meta: Some(&*config.rsc(rsc).meta),
            agent: None,
            op: None,
            submatches,
        };
        if !rule.evaluate(&input, &mut change, w.log) {
            continue;
        }
        let score = match &score {
            Ok(score) => *score,
            Err(attribute) => match attribute_score(w, rsc, node, attribute) {
                Some(score) => score,
                None => continue,
            },
        };
        entries.push(Entry {
            score,
            ..w.own_entry(node)
        });
    }
    if let Some(when) = change.0 {
        w.board.recheck_at(when, config.now_epoch);
    }
    entries.reverse(); // The reference prepends.
    add_location(
        w,
        &id.into(),
        rsc,
        filter,
        entries,
        element.attr("resource-discovery"),
    );
    if let Some(made) = w.constraints.locations.last_mut() {
        made.rule = Some(rule_id.into());
    }
}

/// Score that a node attribute gives; `None` if it is unset, empty or no score.
fn attribute_score(w: &Work<'_>, rsc: RscId, node: NodeId, attribute: &str) -> Option<Score> {
    let text = node_attr(
        w.config,
        w.state,
        w.board,
        node,
        attribute,
        Some(rsc),
        HostChoice::Current,
    )?;
    if text.is_empty() {
        return None;
    }
    parse_score(text, &w.config.options.health).ok()
}

/// Records a location constraint. One with exclusive discovery marks its resource at once, even if no node matches.
pub fn add_location(
    w: &mut Work<'_>,
    id: &Arc<str>,
    rsc: RscId,
    role: Option<Role>,
    nodes: Vec<Entry>,
    discovery: Option<&str>,
) {
    let probe = match discovery {
        None => ProbeMode::Always,
        Some(text) if text.eq_ignore_ascii_case("always") => ProbeMode::Always,
        Some(text) if text.eq_ignore_ascii_case("never") => ProbeMode::Never,
        Some(text) if text.eq_ignore_ascii_case("exclusive") => {
            w.board.rsc_mut(rsc).exclusive_discovery = true;
            ProbeMode::Exclusive
        }
        Some(text) => {
            let text = format!("Invalid resource-discovery value {text} in location constraint");
            w.log.config_error("pcmk__new_location", text);
            ProbeMode::Always
        }
    };
    let Ok(index) = u32::try_from(w.constraints.locations.len()) else {
        return;
    };
    w.constraints.locations.push(Location {
        id: Arc::clone(id),
        rule: None,
        rsc,
        role,
        nodes,
        probe,
    });
    list_of(&mut w.constraints.locations_of, rsc).push(index);
}
