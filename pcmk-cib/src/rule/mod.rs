//! Rules: conditions under which a name/value block or a location constraint applies.
//!
//! A rule is read once into a typed value that owns its texts and is evaluated many times (for each node,
//! operation, moment). Mistakes do not fail the reading: they are kept and reported whenever an evaluation
//! meets them, because evaluation stops at the first condition that decides and the reference's messages
//! and change times depend on how far it came.
//!
//! Rules nest and may refer to others by `id-ref`, so hostile input can make loops and explosions:
//! nesting and the number of conditions behind references are bounded; what is beyond never passes.
//!
//! Source: behaviour notes 01 §4.

mod date;
mod expression;
mod input;
mod problem;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use pcmk_core::diag::Diagnostics;
use pcmk_core::limits::RULE_DEPTH;
use pcmk_core::order::eq_ci;

use crate::reference;
use crate::xml::Element;

pub use date::{DateExpression, DateOutcome};
pub use input::{AgentRef, AttrLookup, NextChange, RuleInput, expand_submatches};

use expression::{AttrExpression, OpExpression, RscExpression};
use problem::Problem;

/// Conditions read through `id-ref`s of one rule. Reason: two references to a rule with two references,
/// and so on, double at each step; no real rule has a hundred conditions.
const REFERENCED_CONDITIONS_MAX: usize = 10_000;

/// How the conditions of a rule are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BooleanOp {
    /// All must pass.
    And,
    /// One must pass.
    Or,
}

/// A rule.
#[derive(Clone, Debug)]
pub struct Rule {
    id: Option<Arc<str>>,
    boolean_op: Option<Arc<str>>,
    role: Option<Arc<str>>,
    score: Option<Arc<str>>,
    score_attribute: Option<Arc<str>>,
    conditions: Vec<Condition>,
    /// An `id-ref` that leads nowhere; then nothing else is known.
    missing: Option<Problem>,
}

#[derive(Clone, Debug)]
enum Condition {
    Rule(Rule),
    Attribute(AttrExpression),
    Date(DateExpression),
    Resource(RscExpression),
    Operation(OpExpression),
    /// A child of another name.
    Unknown(Problem),
    /// Beyond the bounds of this module.
    Beyond,
}

impl Rule {
    /// Reads a `rule` element.
    ///
    /// `scope` are the elements within which an `id-ref` resolves, the first match in order; nested
    /// references resolve in the same scope. A reference that leads nowhere is reported at evaluation.
    pub fn read(element: Element<'_>, scope: &[Element<'_>], _log: &mut Diagnostics) -> Rule {
        let mut budget = REFERENCED_CONDITIONS_MAX;
        Rule::read_bounded(element, scope, 0, false, &mut budget)
    }

    fn read_bounded(
        element: Element<'_>,
        scope: &[Element<'_>],
        depth: usize,
        referenced: bool,
        budget: &mut usize,
    ) -> Rule {
        let (element, referenced) = match element.attr("id-ref") {
            None => (element, referenced),
            Some(id) => match reference::resolve(element.name(), id, scope) {
                Some(found) => (found, true),
                None => {
                    let text = reference::missing_text(element.name(), id);
                    return Rule {
                        id: None,
                        boolean_op: None,
                        role: None,
                        score: None,
                        score_attribute: None,
                        conditions: Vec::new(),
                        missing: Some(Problem::new(reference::FUNCTION, text)),
                    };
                }
            },
        };
        let mut conditions = Vec::new();
        for child in element.children() {
            if depth >= RULE_DEPTH || (referenced && *budget == 0) {
                conditions.push(Condition::Beyond);
                break;
            }
            if referenced {
                *budget -= 1;
            }
            conditions.push(match child.name() {
                "rule" => Condition::Rule(Rule::read_bounded(
                    child,
                    scope,
                    depth + 1,
                    referenced,
                    budget,
                )),
                "expression" => Condition::Attribute(AttrExpression::read(child)),
                "date_expression" => Condition::Date(DateExpression::read(child)),
                "rsc_expression" => Condition::Resource(RscExpression::read(child)),
                "op_expression" => Condition::Operation(OpExpression::read(child)),
                other => {
                    let id = child.xml_id().unwrap_or("without ID");
                    Condition::Unknown(Problem::because(
                        "pcmk__evaluate_condition",
                        "rule condition",
                        id,
                        format!("{other} is not a valid condition type"),
                    ))
                }
            });
        }
        let text = |name: &str| element.attr(name).map(Arc::from);
        Rule {
            id: text("id"),
            boolean_op: text("boolean-op"),
            role: text("role"),
            score: text("score"),
            score_attribute: text("score-attribute"),
            conditions,
            missing: None,
        }
    }

    /// Whether the rule is satisfied. Mistakes of what was evaluated are reported, and `change` learns
    /// when the result may change.
    pub fn evaluate(
        &self,
        input: &RuleInput<'_>,
        change: &mut NextChange,
        log: &mut Diagnostics,
    ) -> bool {
        const FUNCTION: &str = "pcmk_evaluate_rule";
        if let Some(problem) = &self.missing {
            problem.report(log);
            return false;
        }
        let Some(id) = &self.id else {
            Problem::without_id(FUNCTION, "rule").report(log);
            return false;
        };
        let Some(boolean_op) = self.boolean_op() else {
            let reason = format!(
                "'{}' is not a valid boolean-op",
                self.boolean_op.as_deref().unwrap_or_default()
            );
            Problem::because(FUNCTION, "rule", id, reason).report(log);
            return false;
        };
        if self.conditions.is_empty() {
            let text = format!("Ignoring rule {id} because it contains no conditions");
            log.config_warning(FUNCTION, text);
            return true;
        }
        let mut passes = |condition: &Condition| condition.passes(input, change, log);
        match boolean_op {
            BooleanOp::And => self.conditions.iter().all(&mut passes),
            BooleanOp::Or => self.conditions.iter().any(&mut passes),
        }
    }

    /// The rule's id; of the rule referred to, if it is a reference.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The attribute `score` as written.
    pub fn score(&self) -> Option<&str> {
        self.score.as_deref()
    }

    /// The attribute `score-attribute` as written.
    pub fn score_attribute(&self) -> Option<&str> {
        self.score_attribute.as_deref()
    }

    /// The attribute `role` as written.
    pub fn role(&self) -> Option<&str> {
        self.role.as_deref()
    }

    /// The attribute `boolean-op` as written.
    pub fn boolean_op_text(&self) -> Option<&str> {
        self.boolean_op.as_deref()
    }

    /// How the conditions are joined; `None` if the attribute is wrong.
    pub fn boolean_op(&self) -> Option<BooleanOp> {
        match self.boolean_op.as_deref() {
            None => Some(BooleanOp::And),
            Some(text) if eq_ci(text, "and") => Some(BooleanOp::And),
            Some(text) if eq_ci(text, "or") => Some(BooleanOp::Or),
            Some(_) => None,
        }
    }

    /// Whether the result may depend on the node: there is an `expression` at some depth.
    pub fn needs_node_attributes(&self) -> bool {
        self.conditions.iter().any(|condition| match condition {
            Condition::Attribute(_) => true,
            Condition::Rule(rule) => rule.needs_node_attributes(),
            Condition::Date(_)
            | Condition::Resource(_)
            | Condition::Operation(_)
            | Condition::Unknown(_)
            | Condition::Beyond => false,
        })
    }
}

impl Condition {
    fn passes(
        &self,
        input: &RuleInput<'_>,
        change: &mut NextChange,
        log: &mut Diagnostics,
    ) -> bool {
        match self {
            Condition::Rule(rule) => rule.evaluate(input, change, log),
            Condition::Attribute(expression) => expression.passes(input, log),
            Condition::Date(expression) => expression.evaluate(&input.now, change, log).passes(),
            Condition::Resource(expression) => expression.passes(input, log),
            Condition::Operation(expression) => expression.passes(input, log),
            Condition::Unknown(problem) => {
                problem.report(log);
                false
            }
            Condition::Beyond => false,
        }
    }
}
