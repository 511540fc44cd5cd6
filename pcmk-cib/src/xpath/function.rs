//! The function library of XPath 1.0.

use super::ast::Expr;
use super::eval::{Context, Evaluator};
use super::value::{Value, string_value, text_to_number};
use super::{Match, XPathError};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Last,
    Position,
    Count,
    Id,
    LocalName,
    NamespaceUri,
    Name,
    String,
    Concat,
    StartsWith,
    Contains,
    SubstringBefore,
    SubstringAfter,
    Substring,
    StringLength,
    NormalizeSpace,
    Translate,
    Boolean,
    Not,
    True,
    False,
    Lang,
    Number,
    Sum,
    Floor,
    Ceiling,
    Round,
}

/// Name, function, fewest and most arguments.
const FUNCTIONS: [(&str, Function, usize, usize); 27] = [
    ("last", Function::Last, 0, 0),
    ("position", Function::Position, 0, 0),
    ("count", Function::Count, 1, 1),
    ("id", Function::Id, 1, 1),
    ("local-name", Function::LocalName, 0, 1),
    ("namespace-uri", Function::NamespaceUri, 0, 1),
    ("name", Function::Name, 0, 1),
    ("string", Function::String, 0, 1),
    ("concat", Function::Concat, 2, usize::MAX),
    ("starts-with", Function::StartsWith, 2, 2),
    ("contains", Function::Contains, 2, 2),
    ("substring-before", Function::SubstringBefore, 2, 2),
    ("substring-after", Function::SubstringAfter, 2, 2),
    ("substring", Function::Substring, 2, 3),
    ("string-length", Function::StringLength, 0, 1),
    ("normalize-space", Function::NormalizeSpace, 0, 1),
    ("translate", Function::Translate, 3, 3),
    ("boolean", Function::Boolean, 1, 1),
    ("not", Function::Not, 1, 1),
    ("true", Function::True, 0, 0),
    ("false", Function::False, 0, 0),
    ("lang", Function::Lang, 1, 1),
    ("number", Function::Number, 0, 1),
    ("sum", Function::Sum, 1, 1),
    ("floor", Function::Floor, 1, 1),
    ("ceiling", Function::Ceiling, 1, 1),
    ("round", Function::Round, 1, 1),
];

impl Function {
    pub(super) fn parse(name: &str, arguments: usize) -> Option<Function> {
        FUNCTIONS
            .iter()
            .find(|entry| entry.0 == name && (entry.2..=entry.3).contains(&arguments))
            .map(|entry| entry.1)
    }

    pub(super) fn returns_number(self) -> bool {
        match self {
            Function::Last
            | Function::Position
            | Function::Count
            | Function::StringLength
            | Function::Number
            | Function::Sum
            | Function::Floor
            | Function::Ceiling
            | Function::Round => true,
            Function::Id
            | Function::LocalName
            | Function::NamespaceUri
            | Function::Name
            | Function::String
            | Function::Concat
            | Function::StartsWith
            | Function::Contains
            | Function::SubstringBefore
            | Function::SubstringAfter
            | Function::Substring
            | Function::NormalizeSpace
            | Function::Translate
            | Function::Boolean
            | Function::Not
            | Function::True
            | Function::False
            | Function::Lang => false,
        }
    }
}

/// Calls `function`; the parser has checked the number of arguments.
pub(super) fn call(
    evaluator: &mut Evaluator<'_>,
    function: Function,
    arguments: &[Expr],
    context: Context,
) -> Result<Value, XPathError> {
    let doc = evaluator.doc;
    let mut texts: Vec<String> = Vec::new();
    let takes_nodes = matches!(
        function,
        Function::Count
            | Function::Sum
            | Function::Id
            | Function::LocalName
            | Function::NamespaceUri
            | Function::Name
            | Function::Boolean
            | Function::Not
    );
    // Functions of strings and numbers use the context node if nothing is given.
    let mut values: Vec<Value> = Vec::with_capacity(arguments.len());
    for argument in arguments {
        values.push(evaluator.value(argument, context)?);
    }
    let first_nodes = |values: &[Value]| match values.first() {
        None => Some(vec![context.node]),
        Some(Value::Nodes(nodes)) => Some(nodes.clone()),
        Some(Value::Number(_) | Value::Text(_) | Value::Boolean(_)) => None,
    };
    if !takes_nodes {
        if values.is_empty() {
            texts.push(string_value(doc, context.node).into_owned());
        }
        texts.extend(values.iter().map(|value| value.clone().text(doc)));
    }
    let text = |at: usize| texts.get(at).map_or("", String::as_str);
    let number = |at: usize| match values.get(at) {
        Some(value) => value.number(doc),
        None => text_to_number(text(0)),
    };
    Ok(match function {
        Function::Last => Value::Number(context.size as f64),
        Function::Position => Value::Number(context.position as f64),
        Function::Count => match first_nodes(&values) {
            Some(nodes) => Value::Number(nodes.len() as f64),
            None => return Err(evaluator.not_nodes()),
        },
        Function::Id => Value::Nodes(Vec::new()),
        Function::Name | Function::LocalName => {
            let Some(nodes) = first_nodes(&values) else {
                return Err(evaluator.not_nodes());
            };
            let name = nodes.first().map_or("", |node| evaluator.name(*node));
            let local = name.rsplit(':').next().unwrap_or(name);
            let name = if function == Function::Name {
                name
            } else {
                local
            };
            Value::Text(name.to_owned())
        }
        Function::NamespaceUri => match first_nodes(&values) {
            Some(_) => Value::Text(String::new()),
            None => return Err(evaluator.not_nodes()),
        },
        Function::String => Value::Text(text(0).to_owned()),
        Function::Concat => Value::Text(texts.concat()),
        Function::StartsWith => Value::Boolean(text(0).starts_with(text(1))),
        Function::Contains => Value::Boolean(text(0).contains(text(1))),
        Function::SubstringBefore => Value::Text(
            text(0)
                .split_once(text(1))
                .map_or(String::new(), |(before, _)| before.to_owned()),
        ),
        Function::SubstringAfter => Value::Text(
            text(0)
                .split_once(text(1))
                .map_or(String::new(), |(_, after)| after.to_owned()),
        ),
        Function::Substring => {
            // Places count from 1; both ends are rounded, and anything not a number compares false.
            let from = rounded(number(1));
            let until = match values.get(2) {
                Some(length) => from + rounded(length.number(doc)),
                None => f64::INFINITY,
            };
            Value::Text(
                (1u32..)
                    .map(f64::from)
                    .zip(text(0).chars())
                    .filter(|(place, _)| *place >= from && *place < until)
                    .map(|(_, c)| c)
                    .collect(),
            )
        }
        Function::StringLength => Value::Number(text(0).chars().count() as f64),
        Function::NormalizeSpace => {
            let words: Vec<&str> = text(0)
                .split([' ', '\t', '\r', '\n'])
                .filter(|word| !word.is_empty())
                .collect();
            Value::Text(words.join(" "))
        }
        Function::Translate => {
            let from: Vec<char> = text(1).chars().collect();
            let to: Vec<char> = text(2).chars().collect();
            Value::Text(
                text(0)
                    .chars()
                    .filter_map(|c| match from.iter().position(|f| *f == c) {
                        Some(at) => to.get(at).copied(),
                        None => Some(c),
                    })
                    .collect(),
            )
        }
        Function::Boolean => Value::Boolean(values.first().is_some_and(Value::boolean)),
        Function::Not => Value::Boolean(!values.first().is_some_and(Value::boolean)),
        Function::True => Value::Boolean(true),
        Function::False => Value::Boolean(false),
        Function::Lang => Value::Boolean(in_language(evaluator, context.node, text(0))),
        Function::Number => Value::Number(number(0)),
        Function::Sum => match first_nodes(&values) {
            Some(nodes) => Value::Number(
                nodes
                    .iter()
                    .map(|node| text_to_number(&string_value(doc, *node)))
                    .sum(),
            ),
            None => return Err(evaluator.not_nodes()),
        },
        Function::Floor => Value::Number(number(0).floor()),
        Function::Ceiling => Value::Number(number(0).ceil()),
        Function::Round => Value::Number(rounded(number(0))),
    })
}

/// To the nearest integer; halves towards positive infinity.
fn rounded(number: f64) -> f64 {
    (number + 0.5).floor()
}

/// Whether the nearest `xml:lang` around `node` is `language` or a sublanguage of it.
fn in_language(evaluator: &Evaluator<'_>, node: Match, language: &str) -> bool {
    let doc = evaluator.doc;
    let mut at = Some(doc.element(node.element(doc)));
    while let Some(element) = at {
        if let Some(found) = element.attr("xml:lang") {
            let found = found.to_ascii_lowercase();
            let wanted = language.to_ascii_lowercase();
            return found
                .strip_prefix(&wanted)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
        }
        at = element.parent();
    }
    false
}
