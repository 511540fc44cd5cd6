//! Evaluating a parsed expression.
//!
//! Invariant: every node set is in document order and has no duplicates. Steps keep that by looking up each
//! node's place in the document, which is worked out once per evaluation and only if something may have come
//! out of order.

use super::ast::{Axis, Comparison, Expr, NodeTest, Operator, Path, Start, Step};
use super::function;
use super::value::{Value, string_value, text_to_number};
use super::{MAX_VISITS, Match, XPathError};
use crate::xml::{Document, ElementId, Node, NodeKind};

pub(super) fn evaluate(expr: &Expr, doc: &Document, text: &str) -> Result<Value, XPathError> {
    let mut evaluator = Evaluator {
        doc,
        text,
        order: None,
        visits: 0,
    };
    let context = Context {
        node: Match::Document,
        position: 1,
        size: 0,
    };
    evaluator.value(expr, context)
}

/// The context node and its place among those that a predicate sees. Outside of all predicates there is no
/// context node for paths; `size` is 0 then.
#[derive(Clone, Copy)]
pub(super) struct Context {
    pub(super) node: Match,
    pub(super) position: usize,
    pub(super) size: usize,
}

pub(super) struct Evaluator<'d> {
    pub(super) doc: &'d Document,
    text: &'d str,
    /// Place of every node in document order, by handle.
    order: Option<Vec<u32>>,
    visits: u64,
}

impl<'d> Evaluator<'d> {
    pub(super) fn value(&mut self, expr: &Expr, context: Context) -> Result<Value, XPathError> {
        Ok(match expr {
            Expr::Or(_)
            | Expr::And(_)
            | Expr::Compare(..)
            | Expr::AttrEquals(..)
            | Expr::HasAttr(_) => Value::Boolean(self.truth(expr, context)?),
            Expr::Union(parts) => {
                let mut all = Vec::new();
                for part in parts {
                    match self.value(part, context)? {
                        Value::Nodes(nodes) => all.extend(nodes),
                        Value::Number(_) | Value::Text(_) | Value::Boolean(_) => {
                            return Err(self.not_nodes());
                        }
                    }
                }
                self.put_in_order(&mut all);
                Value::Nodes(all)
            }
            Expr::Arithmetic(operator, a, b) => {
                let a = self.value(a, context)?.number(self.doc);
                let b = self.value(b, context)?.number(self.doc);
                Value::Number(match operator {
                    Operator::Plus => a + b,
                    Operator::Minus => a - b,
                    Operator::Times => a * b,
                    Operator::Divide => a / b,
                    Operator::Modulo => a % b,
                })
            }
            Expr::Negate(inner) => Value::Number(-self.value(inner, context)?.number(self.doc)),
            Expr::Literal(text) => Value::Text(text.clone()),
            Expr::Number(number) => Value::Number(*number),
            Expr::Call(called, arguments) => function::call(self, *called, arguments, context)?,
            Expr::Path(path) => Value::Nodes(self.path(path, context)?),
        })
    }

    /// The value of `expr` as a truth value.
    fn truth(&mut self, expr: &Expr, context: Context) -> Result<bool, XPathError> {
        match expr {
            Expr::Or(parts) => {
                for part in parts {
                    if self.truth(part, context)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Expr::And(parts) => {
                for part in parts {
                    if !self.truth(part, context)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Expr::AttrEquals(name, value) => {
                Ok(self.attribute(context.node, name) == Some(value.as_str()))
            }
            Expr::HasAttr(name) => Ok(self.attribute(context.node, name).is_some()),
            Expr::Compare(comparison, a, b) => {
                let a = self.value(a, context)?;
                let b = self.value(b, context)?;
                Ok(compare(self.doc, *comparison, a, b))
            }
            other @ (Expr::Union(_)
            | Expr::Arithmetic(..)
            | Expr::Negate(_)
            | Expr::Literal(_)
            | Expr::Number(_)
            | Expr::Call(..)
            | Expr::Path(_)) => Ok(self.value(other, context)?.boolean()),
        }
    }

    fn attribute(&self, node: Match, name: &str) -> Option<&'d str> {
        let Match::Node(id) = node else { return None };
        self.doc.node_at(id).element()?.attr(name)
    }

    fn path(&mut self, path: &Path, context: Context) -> Result<Vec<Match>, XPathError> {
        let mut nodes = match &path.start {
            // The reference sets no context node, so that a relative path at the top finds nothing.
            Start::Context if context.size == 0 => Vec::new(),
            Start::Context => vec![context.node],
            Start::Document => vec![Match::Document],
            Start::Filter(inner, predicates) => {
                let Value::Nodes(mut nodes) = self.value(inner, context)? else {
                    return Err(self.not_nodes());
                };
                for predicate in predicates {
                    self.filter(&mut nodes, 0, predicate)?;
                }
                nodes
            }
        };
        for step in &path.steps {
            nodes = self.step(step, nodes)?;
        }
        Ok(nodes)
    }

    fn step(&mut self, step: &Step, from: Vec<Match>) -> Result<Vec<Match>, XPathError> {
        let mut found: Vec<Match> = Vec::new();
        let many = from.len() > 1;
        for node in from {
            let start = found.len();
            self.axis(step.axis, &step.test, node, &mut found)?;
            for predicate in &step.predicates {
                self.filter(&mut found, start, predicate)?;
            }
        }
        let backwards = match step.axis {
            Axis::Ancestor | Axis::AncestorOrSelf | Axis::Preceding | Axis::PrecedingSibling => {
                true
            }
            Axis::Child
            | Axis::Descendant
            | Axis::DescendantOrSelf
            | Axis::Parent
            | Axis::FollowingSibling
            | Axis::Following
            | Axis::Attribute
            | Axis::Itself => false,
        };
        // Attributes and selves of nodes in order are in order.
        let keeps_order = matches!(step.axis, Axis::Attribute | Axis::Itself);
        if backwards || (many && !keeps_order) {
            self.put_in_order(&mut found);
        }
        Ok(found)
    }

    /// Keeps those of `nodes[start..]` for which `predicate` holds.
    fn filter(
        &mut self,
        nodes: &mut Vec<Match>,
        start: usize,
        predicate: &Expr,
    ) -> Result<(), XPathError> {
        let size = nodes.len() - start;
        let mut kept = start;
        for at in start..nodes.len() {
            let context = Context {
                node: nodes[at],
                position: at - start + 1,
                size,
            };
            let holds = match predicate.ignores_position() {
                true => self.truth(predicate, context)?,
                false => match self.value(predicate, context)? {
                    Value::Number(number) => number == context.position as f64,
                    value @ (Value::Nodes(_) | Value::Text(_) | Value::Boolean(_)) => {
                        value.boolean()
                    }
                },
            };
            if holds {
                nodes[kept] = nodes[at];
                kept += 1;
            }
        }
        nodes.truncate(kept);
        Ok(())
    }

    /// Adds what the axis reaches from `from` and the test accepts, in the order of the axis.
    fn axis(
        &mut self,
        axis: Axis,
        test: &NodeTest,
        from: Match,
        out: &mut Vec<Match>,
    ) -> Result<(), XPathError> {
        let doc = self.doc;
        match axis {
            Axis::Itself => self.offer(from, test, out),
            Axis::Child => {
                let mut next = match from {
                    Match::Document => Some(doc.root_element().node()),
                    Match::Node(id) => doc.node_at(id).first_child(),
                    Match::Attribute(..) => None,
                };
                while let Some(node) = next {
                    self.offer(Match::Node(node.id()), test, out)?;
                    next = node.next_sibling();
                }
                Ok(())
            }
            Axis::Descendant | Axis::DescendantOrSelf => {
                if axis == Axis::DescendantOrSelf {
                    self.offer(from, test, out)?;
                }
                match from {
                    Match::Document => {
                        self.offer(Match::Node(doc.root()), test, out)?;
                        self.below(doc.root(), test, out)
                    }
                    Match::Node(id) => self.below(id, test, out),
                    Match::Attribute(..) => Ok(()),
                }
            }
            Axis::Parent => match self.parent(from) {
                Some(parent) => self.offer(parent, test, out),
                None => Ok(()),
            },
            Axis::Ancestor | Axis::AncestorOrSelf => {
                if axis == Axis::AncestorOrSelf {
                    self.offer(from, test, out)?;
                }
                let mut at = self.parent(from);
                while let Some(node) = at {
                    self.offer(node, test, out)?;
                    at = self.parent(node);
                }
                Ok(())
            }
            Axis::FollowingSibling | Axis::PrecedingSibling => {
                let Match::Node(id) = from else { return Ok(()) };
                let forward = axis == Axis::FollowingSibling;
                let go = |node: Node<'d>| match forward {
                    true => node.next_sibling(),
                    false => node.previous_sibling(),
                };
                let mut next = go(doc.node_at(id));
                while let Some(node) = next {
                    self.offer(Match::Node(node.id()), test, out)?;
                    next = go(node);
                }
                Ok(())
            }
            Axis::Following => {
                // Everything behind: the siblings behind each ancestor, and all in them. An attribute's
                // element's content comes behind the attribute.
                let mut at = match from {
                    Match::Document => return Ok(()),
                    Match::Node(id) => doc.node_at(id),
                    Match::Attribute(owner, _) => {
                        self.below(owner, test, out)?;
                        doc.node_at(owner)
                    }
                };
                loop {
                    let mut next = at.next_sibling();
                    while let Some(node) = next {
                        self.offer(Match::Node(node.id()), test, out)?;
                        self.below(node.id(), test, out)?;
                        next = node.next_sibling();
                    }
                    match at.parent() {
                        Some(parent) => at = parent.node(),
                        None => return Ok(()),
                    }
                }
            }
            Axis::Preceding => {
                // Everything in front that is not an ancestor, the nearest first.
                let mut at = match from {
                    Match::Document => return Ok(()),
                    Match::Node(id) => doc.node_at(id),
                    Match::Attribute(owner, _) => doc.node_at(owner),
                };
                loop {
                    let mut next = at.previous_sibling();
                    while let Some(node) = next {
                        let start = out.len();
                        self.offer(Match::Node(node.id()), test, out)?;
                        self.below(node.id(), test, out)?;
                        out[start..].reverse();
                        next = node.previous_sibling();
                    }
                    match at.parent() {
                        Some(parent) => at = parent.node(),
                        None => return Ok(()),
                    }
                }
            }
            Axis::Attribute => {
                let Some(element) = (match from {
                    Match::Node(id) => doc.node_at(id).element(),
                    Match::Document | Match::Attribute(..) => None,
                }) else {
                    return Ok(());
                };
                for (at, (name, _)) in (0u32..).zip(element.attrs()) {
                    let accepted = match test {
                        NodeTest::Node | NodeTest::AnyName => true,
                        NodeTest::Name(wanted) => name == wanted,
                        NodeTest::Text | NodeTest::Comment | NodeTest::Instruction(_) => false,
                    };
                    if accepted {
                        out.push(Match::Attribute(element.id(), at));
                    }
                }
                self.visit()
            }
        }
    }

    /// Adds what is in `top`.
    fn below(
        &mut self,
        top: ElementId,
        test: &NodeTest,
        out: &mut Vec<Match>,
    ) -> Result<(), XPathError> {
        let mut next = self.doc.node_at(top).following_in(top);
        if let NodeTest::Name(name) = test {
            // The usual question, asked of each node of a large document: numbers tell names apart.
            let wanted = self.doc.name_number(name);
            while let Some(node) = next {
                self.visit()?;
                if wanted.is_some() && node.name_number() == wanted {
                    out.push(Match::Node(node.id()));
                }
                next = node.following_in(top);
            }
            return Ok(());
        }
        while let Some(node) = next {
            self.offer(Match::Node(node.id()), test, out)?;
            next = node.following_in(top);
        }
        Ok(())
    }

    fn parent(&self, node: Match) -> Option<Match> {
        match node {
            Match::Document => None,
            Match::Attribute(owner, _) => Some(Match::Node(owner)),
            Match::Node(id) => Some(
                self.doc
                    .node_at(id)
                    .parent()
                    .map_or(Match::Document, |parent| Match::Node(parent.id())),
            ),
        }
    }

    /// Adds a node if the test accepts it.
    fn offer(
        &mut self,
        node: Match,
        test: &NodeTest,
        out: &mut Vec<Match>,
    ) -> Result<(), XPathError> {
        self.visit()?;
        let accepted = match (test, node) {
            (NodeTest::Node, _) => true,
            (_, Match::Document | Match::Attribute(..)) => false,
            (test, Match::Node(id)) => {
                let node = self.doc.node_at(id);
                match (test, node.kind()) {
                    (NodeTest::Name(name), NodeKind::Element) => {
                        node.element().is_some_and(|element| element.name() == name)
                    }
                    (NodeTest::AnyName, NodeKind::Element)
                    | (NodeTest::Text, NodeKind::Text | NodeKind::CData)
                    | (NodeTest::Comment, NodeKind::Comment)
                    | (NodeTest::Instruction(None), NodeKind::Instruction) => true,
                    (NodeTest::Instruction(Some(target)), NodeKind::Instruction) => {
                        node.content().split_ascii_whitespace().next() == Some(target)
                    }
                    _ => false,
                }
            }
        };
        if accepted {
            out.push(node);
        }
        Ok(())
    }

    fn visit(&mut self) -> Result<(), XPathError> {
        self.visits += 1;
        if self.visits > MAX_VISITS {
            return Err(XPathError::Limit {
                text: self.text.chars().take(60).collect(),
                what: "costly",
            });
        }
        Ok(())
    }

    /// Sorts into document order and removes duplicates.
    fn put_in_order(&mut self, nodes: &mut Vec<Match>) {
        if nodes.len() < 2 {
            return;
        }
        let doc = self.doc;
        let order = self.order.get_or_insert_with(|| {
            let mut order = vec![0; doc.slots()];
            let mut at = Some(doc.root_element().node());
            let mut place = 1;
            while let Some(node) = at {
                order[node.id().index()] = place;
                place += 1;
                at = node.following_in(doc.root());
            }
            order
        });
        let key = |node: &Match| match *node {
            Match::Document => (0, 0),
            Match::Node(id) => (order[id.index()], 0),
            Match::Attribute(owner, at) => (order[owner.index()], at + 1),
        };
        if !nodes.is_sorted_by_key(key) {
            nodes.sort_unstable_by_key(key);
        }
        nodes.dedup();
    }

    /// The expanded name of a node, empty for those without.
    pub(super) fn name(&self, node: Match) -> &'d str {
        match node {
            Match::Document => "",
            Match::Attribute(owner, at) => self
                .doc
                .element(owner)
                .attrs()
                .nth(at as usize)
                .map_or("", |(name, _)| name),
            Match::Node(id) => self
                .doc
                .node_at(id)
                .element()
                .map_or("", |element| element.name()),
        }
    }

    pub(super) fn not_nodes(&self) -> XPathError {
        XPathError::NotNodes {
            text: self.text.to_owned(),
        }
    }
}

/// Compares two values; a node set holds if any of its nodes does.
fn compare(doc: &Document, comparison: Comparison, a: Value, b: Value) -> bool {
    match (a, b) {
        (Value::Nodes(a), Value::Nodes(b)) => {
            let texts: Vec<_> = b.iter().map(|node| string_value(doc, *node)).collect();
            a.iter().any(|node| {
                let a = string_value(doc, *node);
                texts.iter().any(|b| compare_texts(comparison, &a, b))
            })
        }
        (Value::Nodes(nodes), other) => nodes
            .iter()
            .any(|node| compare_node(doc, comparison, *node, &other, false)),
        (other, Value::Nodes(nodes)) => nodes
            .iter()
            .any(|node| compare_node(doc, comparison, *node, &other, true)),
        (a, b) => match comparison {
            Comparison::Equal | Comparison::NotEqual => {
                let equal = match (&a, &b) {
                    (Value::Boolean(_), _) | (_, Value::Boolean(_)) => a.boolean() == b.boolean(),
                    (Value::Number(_), _) | (_, Value::Number(_)) => a.number(doc) == b.number(doc),
                    (_, _) => a.text(doc) == b.text(doc),
                };
                equal == (comparison == Comparison::Equal)
            }
            Comparison::Less
            | Comparison::LessOrEqual
            | Comparison::Greater
            | Comparison::GreaterOrEqual => {
                compare_numbers(comparison, a.number(doc), b.number(doc))
            }
        },
    }
}

/// Compares a node of a set with another kind of value; `swapped`: the value stands on the left.
fn compare_node(
    doc: &Document,
    comparison: Comparison,
    node: Match,
    other: &Value,
    swapped: bool,
) -> bool {
    let text = string_value(doc, node);
    let numbers = |a: f64, b: f64| match swapped {
        true => compare_numbers(comparison, b, a),
        false => compare_numbers(comparison, a, b),
    };
    match other {
        Value::Boolean(value) => numbers(1.0, f64::from(u8::from(*value))),
        Value::Number(value) => numbers(text_to_number(&text), *value),
        Value::Text(value) => match swapped {
            true => compare_texts(comparison, value, &text),
            false => compare_texts(comparison, &text, value),
        },
        Value::Nodes(_) => false,
    }
}

fn compare_texts(comparison: Comparison, a: &str, b: &str) -> bool {
    match comparison {
        Comparison::Equal => a == b,
        Comparison::NotEqual => a != b,
        Comparison::Less
        | Comparison::LessOrEqual
        | Comparison::Greater
        | Comparison::GreaterOrEqual => {
            compare_numbers(comparison, text_to_number(a), text_to_number(b))
        }
    }
}

fn compare_numbers(comparison: Comparison, a: f64, b: f64) -> bool {
    match comparison {
        Comparison::Equal => a == b,
        Comparison::NotEqual => a != b,
        Comparison::Less => a < b,
        Comparison::LessOrEqual => a <= b,
        Comparison::Greater => a > b,
        Comparison::GreaterOrEqual => a >= b,
    }
}
