//! The parsed form of an expression.

use super::function::Function;

/// An expression. Chains of `or`, `and` and `|` are flat, so that long lists do not nest.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expr {
    Or(Vec<Expr>),
    And(Vec<Expr>),
    Union(Vec<Expr>),
    Compare(Comparison, Box<Expr>, Box<Expr>),
    Arithmetic(Operator, Box<Expr>, Box<Expr>),
    Negate(Box<Expr>),
    Literal(String),
    Number(f64),
    Call(Function, Vec<Expr>),
    Path(Path),
    /// `@name = 'literal'`, tested without building a node set.
    AttrEquals(String, String),
    /// `@name` as a truth value.
    HasAttr(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Plus,
    Minus,
    Times,
    Divide,
    Modulo,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Path {
    pub(super) start: Start,
    pub(super) steps: Vec<Step>,
}

/// Where a path begins.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Start {
    Context,
    Document,
    Filter(Box<Expr>, Vec<Expr>),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Step {
    pub(super) axis: Axis,
    pub(super) test: NodeTest,
    pub(super) predicates: Vec<Expr>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Axis {
    Child,
    Descendant,
    DescendantOrSelf,
    Parent,
    Ancestor,
    AncestorOrSelf,
    FollowingSibling,
    PrecedingSibling,
    Following,
    Preceding,
    Attribute,
    Itself,
}

impl Axis {
    pub(super) fn parse(name: &str) -> Option<Axis> {
        Some(match name {
            "child" => Axis::Child,
            "descendant" => Axis::Descendant,
            "descendant-or-self" => Axis::DescendantOrSelf,
            "parent" => Axis::Parent,
            "ancestor" => Axis::Ancestor,
            "ancestor-or-self" => Axis::AncestorOrSelf,
            "following-sibling" => Axis::FollowingSibling,
            "preceding-sibling" => Axis::PrecedingSibling,
            "following" => Axis::Following,
            "preceding" => Axis::Preceding,
            "attribute" => Axis::Attribute,
            "self" => Axis::Itself,
            _ => return None,
        })
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NodeTest {
    /// `node()`
    Node,
    /// `*`
    AnyName,
    Name(String),
    Text,
    Comment,
    /// `processing-instruction('target')`
    Instruction(Option<String>),
}

impl Expr {
    /// Whether the value of a predicate does not depend on the position of the node: it is not a number, and
    /// asks neither `position()` nor `last()`.
    pub(super) fn ignores_position(&self) -> bool {
        !self.is_number() && !self.asks_position()
    }

    fn is_number(&self) -> bool {
        match self {
            Expr::Number(_) | Expr::Arithmetic(..) | Expr::Negate(_) => true,
            Expr::Call(function, _) => function.returns_number(),
            Expr::Or(_)
            | Expr::And(_)
            | Expr::Union(_)
            | Expr::Compare(..)
            | Expr::Literal(_)
            | Expr::Path(_)
            | Expr::AttrEquals(..)
            | Expr::HasAttr(_) => false,
        }
    }

    fn asks_position(&self) -> bool {
        match self {
            Expr::Or(parts) | Expr::And(parts) | Expr::Union(parts) => {
                parts.iter().any(Expr::asks_position)
            }
            Expr::Compare(_, a, b) | Expr::Arithmetic(_, a, b) => {
                a.asks_position() || b.asks_position()
            }
            Expr::Negate(inner) => inner.asks_position(),
            Expr::Call(function, arguments) => {
                matches!(function, Function::Position | Function::Last)
                    || arguments.iter().any(Expr::asks_position)
            }
            // Predicates of steps have positions of their own.
            Expr::Path(path) => match &path.start {
                Start::Filter(inner, _) => inner.asks_position(),
                Start::Context | Start::Document => false,
            },
            Expr::Literal(_) | Expr::Number(_) | Expr::AttrEquals(..) | Expr::HasAttr(_) => false,
        }
    }

    /// The name, if the expression is just `@name`.
    pub(super) fn plain_attribute(&self) -> Option<&str> {
        let Expr::Path(path) = self else { return None };
        match (&path.start, path.steps.as_slice()) {
            (
                Start::Context,
                [
                    Step {
                        axis: Axis::Attribute,
                        test: NodeTest::Name(name),
                        predicates,
                    },
                ],
            ) if predicates.is_empty() => Some(name),
            _ => None,
        }
    }

    /// The same truth value, in the quickest form.
    pub(super) fn simplified(self) -> Expr {
        if let Some(name) = self.plain_attribute() {
            return Expr::HasAttr(name.to_owned());
        }
        match self {
            Expr::Or(parts) => Expr::Or(parts.into_iter().map(Expr::simplified).collect()),
            Expr::And(parts) => Expr::And(parts.into_iter().map(Expr::simplified).collect()),
            Expr::Compare(Comparison::Equal, a, b) => {
                let pair = match (a.plain_attribute(), &*b, &*a, b.plain_attribute()) {
                    (Some(name), Expr::Literal(value), _, _)
                    | (_, _, Expr::Literal(value), Some(name)) => {
                        Some((name.to_owned(), value.clone()))
                    }
                    _ => None,
                };
                match pair {
                    Some((name, value)) => Expr::AttrEquals(name, value),
                    None => Expr::Compare(Comparison::Equal, a, b),
                }
            }
            other => other,
        }
    }
}
