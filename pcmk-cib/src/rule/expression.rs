//! Conditions about node attributes, the resource's agent and the operation.
//!
//! Source: behaviour notes 01 §4.2, §4.4, §4.5; function names of messages from 05 §11.3.

use std::cmp::Ordering;
use std::sync::Arc;

use pcmk_core::diag::Diagnostics;
use pcmk_core::lenient::{parse_double, parse_interval, scan_ll};
use pcmk_core::order::{cmp_ci, eq_ci};
use pcmk_core::version;

use super::input::{RuleInput, expand_submatches};
use super::problem::Problem;
use crate::xml::Element;

/// `expression`: compares a node attribute.
#[derive(Clone, Debug)]
pub(super) struct AttrExpression(Result<AttrTest, Problem>);

#[derive(Clone, Debug)]
struct AttrTest {
    /// Before the expansion of submatches.
    attribute: Arc<str>,
    operation: Operation,
    source: ValueSource,
    /// Present exactly if the operation compares.
    value: Option<Arc<str>>,
    /// `None`: depends on operation and values.
    kind: Option<ValueKind>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    Defined,
    NotDefined,
    Eq,
    Ne,
    Lt,
    Lte,
    Gt,
    Gte,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ValueSource {
    Literal,
    Param,
    Meta,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ValueKind {
    String,
    Integer,
    Number,
    Version,
}

/// The entry of a table of words that `text` names in any case.
fn word<T: Copy>(text: &str, words: &[(&str, T)]) -> Option<T> {
    words
        .iter()
        .find(|(word, _)| eq_ci(word, text))
        .map(|&(_, meaning)| meaning)
}

const OPERATIONS: [(&str, Operation); 8] = [
    ("defined", Operation::Defined),
    ("not_defined", Operation::NotDefined),
    ("eq", Operation::Eq),
    ("ne", Operation::Ne),
    ("lt", Operation::Lt),
    ("lte", Operation::Lte),
    ("gt", Operation::Gt),
    ("gte", Operation::Gte),
];

const SOURCES: [(&str, ValueSource); 3] = [
    ("literal", ValueSource::Literal),
    ("param", ValueSource::Param),
    ("meta", ValueSource::Meta),
];

const KINDS: [(&str, ValueKind); 4] = [
    ("string", ValueKind::String),
    ("integer", ValueKind::Integer),
    ("number", ValueKind::Number),
    ("version", ValueKind::Version),
];

impl AttrExpression {
    pub(super) fn read(element: Element<'_>) -> AttrExpression {
        AttrExpression(AttrTest::read(element))
    }

    pub(super) fn passes(&self, input: &RuleInput<'_>, log: &mut Diagnostics) -> bool {
        match &self.0 {
            Ok(test) => test.passes(input),
            Err(problem) => {
                problem.report(log);
                false
            }
        }
    }
}

impl AttrTest {
    fn read(element: Element<'_>) -> Result<AttrTest, Problem> {
        const FUNCTION: &str = "pcmk__evaluate_attr_expression";
        let Some(id) = element.xml_id() else {
            return Err(Problem::without_id(FUNCTION, "expression"));
        };
        let because = |reason: String| Problem::because(FUNCTION, "expression", id, reason);

        let attribute = element
            .attr("attribute")
            .ok_or_else(|| because("attribute was not specified".into()))?;
        let operation_text = element
            .attr("operation")
            .ok_or_else(|| because("it has no operation".into()))?;
        let operation = word(operation_text, &OPERATIONS)
            .ok_or_else(|| because(format!("'{operation_text}' is not a valid operation")))?;
        let source = match element.attr("value-source") {
            None => ValueSource::Literal,
            Some(text) => word(text, &SOURCES)
                .ok_or_else(|| because(format!("'{text}' is not a valid value-source")))?,
        };
        let value = element.attr("value");
        let compares = match operation {
            Operation::Defined | Operation::NotDefined => false,
            Operation::Eq
            | Operation::Ne
            | Operation::Lt
            | Operation::Lte
            | Operation::Gt
            | Operation::Gte => true,
        };
        if !compares && value.is_some() {
            return Err(because(format!(
                "value is not allowed when operation is {operation_text}"
            )));
        }
        if compares && value.is_none() {
            return Err(because(format!(
                "value is required when operation is {operation_text}"
            )));
        }
        let kind = match element.attr("type") {
            None => None,
            Some(text) => Some(
                word(text, &KINDS)
                    .ok_or_else(|| because(format!("'{text}' is not a valid type")))?,
            ),
        };
        Ok(AttrTest {
            attribute: Arc::from(attribute),
            operation,
            source,
            value: value.map(Arc::from),
            kind,
        })
    }

    fn passes(&self, input: &RuleInput<'_>) -> bool {
        let actual = input.node_attrs.and_then(|attrs| {
            if input.submatches.is_some() {
                attrs.lookup(&expand_submatches(&self.attribute, input.submatches))
            } else {
                attrs.lookup(&self.attribute)
            }
        });
        let value = self.value.as_deref();
        let reference = match self.source {
            ValueSource::Literal => value,
            ValueSource::Param => value.and_then(|name| input.params?.lookup(name)),
            ValueSource::Meta => value.and_then(|name| input.meta?.lookup(name)),
        };
        let order = || compare(actual, reference, self.kind_for(actual, reference));
        let both = actual.is_some() && reference.is_some();
        match self.operation {
            Operation::Defined => actual.is_some(),
            Operation::NotDefined => actual.is_none(),
            Operation::Eq => order() == Ordering::Equal,
            Operation::Ne => order() != Ordering::Equal,
            Operation::Lt => both && order() == Ordering::Less,
            Operation::Lte => both && order() != Ordering::Greater,
            Operation::Gt => both && order() == Ordering::Greater,
            Operation::Gte => both && order() != Ordering::Less,
        }
    }

    /// How to compare: as told, else numbers for an order and strings for equality.
    fn kind_for(&self, actual: Option<&str>, reference: Option<&str>) -> ValueKind {
        if let Some(kind) = self.kind {
            return kind;
        }
        match self.operation {
            Operation::Lt | Operation::Lte | Operation::Gt | Operation::Gte => {
                let fraction = |text: Option<&str>| text.is_some_and(|text| text.contains('.'));
                if fraction(actual) || fraction(reference) {
                    ValueKind::Number
                } else {
                    ValueKind::Integer
                }
            }
            Operation::Eq | Operation::Ne | Operation::Defined | Operation::NotDefined => {
                ValueKind::String
            }
        }
    }
}

/// Undefined is less than defined; numbers that are none compare as strings.
fn compare(actual: Option<&str>, reference: Option<&str>, kind: ValueKind) -> Ordering {
    let (Some(actual), Some(reference)) = (actual, reference) else {
        return actual.is_some().cmp(&reference.is_some());
    };
    match kind {
        ValueKind::String => cmp_ci(actual, reference),
        ValueKind::Integer => match (scan_ll(actual), scan_ll(reference)) {
            (Ok(actual), Ok(reference)) => actual.cmp(&reference),
            _ => cmp_ci(actual, reference),
        },
        ValueKind::Number => match (parse_double(actual), parse_double(reference)) {
            (Some(actual), Some(reference)) => {
                actual.partial_cmp(&reference).unwrap_or(Ordering::Equal)
            }
            _ => cmp_ci(actual, reference),
        },
        ValueKind::Version => version::compare(actual, reference),
    }
}

/// `rsc_expression`: compares the resource's agent, in exact case.
#[derive(Clone, Debug)]
pub(super) struct RscExpression(Result<[Option<Arc<str>>; 3], Problem>);

impl RscExpression {
    pub(super) fn read(element: Element<'_>) -> RscExpression {
        if element.xml_id().is_none() {
            return RscExpression(Err(Problem::without_id(
                "pcmk__evaluate_rsc_expression",
                "rsc_expression",
            )));
        }
        RscExpression(Ok(
            ["class", "provider", "type"].map(|name| element.attr(name).map(Arc::from))
        ))
    }

    pub(super) fn passes(&self, input: &RuleInput<'_>, log: &mut Diagnostics) -> bool {
        match &self.0 {
            Ok(wanted) => {
                let agent = input.agent.unwrap_or_default();
                let actual = [agent.class, agent.provider, agent.kind];
                wanted.iter().zip(actual).all(|(wanted, actual)| {
                    wanted
                        .as_deref()
                        .is_none_or(|wanted| actual == Some(wanted))
                })
            }
            Err(problem) => {
                problem.report(log);
                false
            }
        }
    }
}

/// `op_expression`: compares the operation's name and interval.
#[derive(Clone, Debug)]
pub(super) struct OpExpression(Result<OpTest, Problem>);

#[derive(Clone, Debug)]
struct OpTest {
    name: Arc<str>,
    interval_ms: Option<u32>,
}

impl OpExpression {
    pub(super) fn read(element: Element<'_>) -> OpExpression {
        OpExpression(OpTest::read(element))
    }

    pub(super) fn passes(&self, input: &RuleInput<'_>, log: &mut Diagnostics) -> bool {
        match &self.0 {
            Ok(test) => input.op.is_some_and(|(name, interval_ms)| {
                *test.name == *name && test.interval_ms.is_none_or(|wanted| wanted == interval_ms)
            }),
            Err(problem) => {
                problem.report(log);
                false
            }
        }
    }
}

impl OpTest {
    fn read(element: Element<'_>) -> Result<OpTest, Problem> {
        const FUNCTION: &str = "pcmk__evaluate_op_expression";
        let Some(id) = element.xml_id() else {
            return Err(Problem::without_id(FUNCTION, "op_expression"));
        };
        let because = |reason: String| Problem::because(FUNCTION, "op_expression", id, reason);
        let name = element
            .attr("name")
            .ok_or_else(|| because("it has no name".into()))?;
        let interval_ms = match element.attr("interval") {
            None => None,
            Some(text) => match parse_interval(Some(text)) {
                (interval_ms, true) => Some(interval_ms),
                (_, false) => {
                    return Err(because(format!("'{text}' is not a valid interval")));
                }
            },
        };
        Ok(OpTest {
            name: Arc::from(name),
            interval_ms,
        })
    }
}
