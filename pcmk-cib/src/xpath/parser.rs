//! From tokens to the parsed form: one function per level of precedence.

use super::ast::{Axis, Comparison, Expr, NodeTest, Operator, Path, Start, Step};
use super::function::Function;
use super::lexer::{Placed, Token, tokens};
use super::{MAX_EXPRESSION_BYTES, MAX_LINKS, MAX_NESTING, XPathError};

pub(super) fn parse(text: &str) -> Result<Expr, XPathError> {
    if text.len() > MAX_EXPRESSION_BYTES {
        return Err(XPathError::Limit {
            text: text.chars().take(60).collect(),
            what: "long",
        });
    }
    let tokens = tokens(text)?;
    let mut parser = Parser {
        text,
        tokens,
        next: 0,
        depth: 0,
        links: 0,
    };
    let expr = parser.or()?;
    match parser.peek() {
        None => Ok(expr),
        Some(_) => Err(parser.syntax("unexpected token")),
    }
}

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<Placed>,
    next: usize,
    /// Levels of nesting around the present place.
    depth: usize,
    /// Links of chains like `1 + 1 + 1` so far: each makes the tree one level deeper.
    links: usize,
}

impl Parser<'_> {
    fn or(&mut self) -> Result<Expr, XPathError> {
        self.depth += 1;
        if self.depth > MAX_NESTING {
            return Err(self.too_deep());
        }
        let mut parts = vec![self.and()?];
        while self.take("or") {
            parts.push(self.and()?);
        }
        self.depth -= 1;
        Ok(flat(parts, Expr::Or))
    }

    fn and(&mut self) -> Result<Expr, XPathError> {
        let mut parts = vec![self.equality()?];
        while self.take("and") {
            parts.push(self.equality()?);
        }
        Ok(flat(parts, Expr::And))
    }

    fn equality(&mut self) -> Result<Expr, XPathError> {
        let mut left = self.relational()?;
        let mut chain = 0;
        loop {
            let comparison = if self.take("=") {
                Comparison::Equal
            } else if self.take("!=") {
                Comparison::NotEqual
            } else {
                return Ok(left);
            };
            self.link(chain)?;
            chain += 1;
            let right = self.relational()?;
            left = Expr::Compare(comparison, Box::new(left), Box::new(right));
        }
    }

    fn relational(&mut self) -> Result<Expr, XPathError> {
        let mut left = self.additive()?;
        let mut chain = 0;
        loop {
            let comparison = if self.take("<") {
                Comparison::Less
            } else if self.take("<=") {
                Comparison::LessOrEqual
            } else if self.take(">") {
                Comparison::Greater
            } else if self.take(">=") {
                Comparison::GreaterOrEqual
            } else {
                return Ok(left);
            };
            self.link(chain)?;
            chain += 1;
            let right = self.additive()?;
            left = Expr::Compare(comparison, Box::new(left), Box::new(right));
        }
    }

    fn additive(&mut self) -> Result<Expr, XPathError> {
        let mut left = self.multiplicative()?;
        let mut chain = 0;
        loop {
            let operator = if self.take("+") {
                Operator::Plus
            } else if self.take("-") {
                Operator::Minus
            } else {
                return Ok(left);
            };
            self.link(chain)?;
            chain += 1;
            let right = self.multiplicative()?;
            left = Expr::Arithmetic(operator, Box::new(left), Box::new(right));
        }
    }

    fn multiplicative(&mut self) -> Result<Expr, XPathError> {
        let mut left = self.unary()?;
        let mut chain = 0;
        loop {
            let operator = if self.take("*") {
                Operator::Times
            } else if self.take("div") {
                Operator::Divide
            } else if self.take("mod") {
                Operator::Modulo
            } else {
                return Ok(left);
            };
            self.link(chain)?;
            chain += 1;
            let right = self.unary()?;
            left = Expr::Arithmetic(operator, Box::new(left), Box::new(right));
        }
    }

    fn unary(&mut self) -> Result<Expr, XPathError> {
        let mut signs = 0usize;
        while self.take("-") {
            signs += 1;
        }
        let operand = self.union()?;
        Ok(match (signs, signs % 2) {
            (0, _) => operand,
            (_, 1) => Expr::Negate(Box::new(operand)),
            // An even number of signs only makes it a number.
            (_, _) => Expr::Negate(Box::new(Expr::Negate(Box::new(operand)))),
        })
    }

    fn union(&mut self) -> Result<Expr, XPathError> {
        let mut parts = vec![self.path()?];
        while self.take("|") {
            parts.push(self.path()?);
        }
        Ok(flat(parts, Expr::Union))
    }

    fn path(&mut self) -> Result<Expr, XPathError> {
        if self.take("//") {
            let mut steps = vec![any_depth()];
            self.relative(&mut steps)?;
            return Ok(self.finish(Start::Document, steps));
        }
        if self.take("/") {
            let mut steps = Vec::new();
            if self.step_follows() {
                self.relative(&mut steps)?;
            }
            return Ok(self.finish(Start::Document, steps));
        }
        let Some(primary) = self.primary()? else {
            let mut steps = Vec::new();
            self.relative(&mut steps)?;
            return Ok(self.finish(Start::Context, steps));
        };
        let predicates = self.predicates()?;
        let mut steps = Vec::new();
        if self.take("//") {
            steps.push(any_depth());
            self.relative(&mut steps)?;
        } else if self.take("/") {
            self.relative(&mut steps)?;
        } else if predicates.is_empty() {
            return Ok(primary);
        }
        Ok(self.finish(Start::Filter(Box::new(primary), predicates), steps))
    }

    /// A primary expression, if one begins here; a path's step begins otherwise.
    fn primary(&mut self) -> Result<Option<Expr>, XPathError> {
        match self.peek().cloned() {
            Some(Token::Literal(value)) => {
                self.next += 1;
                Ok(Some(Expr::Literal(value)))
            }
            Some(Token::Number(value)) => {
                self.next += 1;
                Ok(Some(Expr::Number(value)))
            }
            Some(Token::Dollar) => Err(self.unsupported("variables".to_owned())),
            Some(Token::Sign("(")) => {
                self.next += 1;
                let inner = self.or()?;
                self.expect(")", "expected ')'")?;
                Ok(Some(inner))
            }
            Some(Token::Name(name)) if self.peek_sign(1, "(") && !is_node_type(&name) => {
                self.next += 2;
                let mut arguments = Vec::new();
                if !self.take(")") {
                    loop {
                        arguments.push(self.or()?);
                        if self.take(")") {
                            break;
                        }
                        self.expect(",", "expected ',' or ')'")?;
                    }
                }
                let function = Function::parse(&name, arguments.len()).ok_or_else(|| {
                    XPathError::Function {
                        text: self.text.to_owned(),
                        name,
                        arguments: arguments.len(),
                    }
                })?;
                Ok(Some(Expr::Call(function, arguments)))
            }
            _ => Ok(None),
        }
    }

    fn relative(&mut self, steps: &mut Vec<Step>) -> Result<(), XPathError> {
        loop {
            steps.push(self.step()?);
            if self.take("//") {
                steps.push(any_depth());
            } else if !self.take("/") {
                return Ok(());
            }
        }
    }

    fn step(&mut self) -> Result<Step, XPathError> {
        if self.take("..") {
            return Ok(plain(Axis::Parent));
        }
        if self.take(".") {
            return Ok(plain(Axis::Itself));
        }
        let axis = if self.take("@") {
            Axis::Attribute
        } else if self.peek_sign(1, "::") {
            let Some(Token::Name(name)) = self.peek().cloned() else {
                return Err(self.syntax("expected the name of an axis"));
            };
            if name == "namespace" {
                return Err(self.unsupported("axis 'namespace'".to_owned()));
            }
            let axis = Axis::parse(&name).ok_or_else(|| self.syntax("unknown axis"))?;
            self.next += 2;
            axis
        } else {
            Axis::Child
        };
        let test = self.node_test()?;
        let predicates = self.predicates()?;
        Ok(Step {
            axis,
            test,
            predicates,
        })
    }

    fn node_test(&mut self) -> Result<NodeTest, XPathError> {
        match self.peek().cloned() {
            Some(Token::Star) => {
                self.next += 1;
                Ok(NodeTest::AnyName)
            }
            Some(Token::Name(name)) if self.peek_sign(1, "(") && is_node_type(&name) => {
                self.next += 2;
                let target = match (name.as_str(), self.peek().cloned()) {
                    ("processing-instruction", Some(Token::Literal(target))) => {
                        self.next += 1;
                        Some(target)
                    }
                    _ => None,
                };
                self.expect(")", "expected ')'")?;
                Ok(match name.as_str() {
                    "text" => NodeTest::Text,
                    "comment" => NodeTest::Comment,
                    "processing-instruction" => NodeTest::Instruction(target),
                    _ => NodeTest::Node,
                })
            }
            Some(Token::Name(name)) if name.contains(':') => {
                Err(self.unsupported(format!("namespace prefix in '{name}'")))
            }
            Some(Token::Name(name)) => {
                self.next += 1;
                Ok(NodeTest::Name(name))
            }
            _ => Err(self.syntax("expected a step")),
        }
    }

    fn predicates(&mut self) -> Result<Vec<Expr>, XPathError> {
        let mut predicates = Vec::new();
        while self.take("[") {
            let predicate = self.or()?;
            self.expect("]", "expected ']'")?;
            predicates.push(predicate.simplified());
        }
        Ok(predicates)
    }

    /// Joins `//` with the step behind it where positions do not matter.
    fn finish(&self, start: Start, steps: Vec<Step>) -> Expr {
        let mut joined: Vec<Step> = Vec::with_capacity(steps.len());
        for step in steps {
            let after_any = joined.last() == Some(&any_depth());
            let free = step.predicates.iter().all(Expr::ignores_position);
            match (step.axis, after_any && free) {
                (Axis::Child, true) => {
                    joined.pop();
                    joined.push(Step {
                        axis: Axis::Descendant,
                        ..step
                    });
                }
                _ => joined.push(step),
            }
        }
        Expr::Path(Path {
            start,
            steps: joined,
        })
    }

    /// Counts a link of a chain; the first of each is free, as it only nests with its operands.
    fn link(&mut self, chain: usize) -> Result<(), XPathError> {
        self.links += usize::from(chain > 0);
        match self.links > MAX_LINKS {
            true => Err(self.too_deep()),
            false => Ok(()),
        }
    }

    fn step_follows(&self) -> bool {
        matches!(
            self.peek(),
            Some(Token::Name(_) | Token::Star | Token::Sign("@" | "." | ".."))
        )
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|placed| &placed.token)
    }

    fn peek_sign(&self, ahead: usize, sign: &'static str) -> bool {
        self.tokens
            .get(self.next + ahead)
            .is_some_and(|placed| placed.token == Token::Sign(sign))
    }

    fn take(&mut self, sign: &'static str) -> bool {
        let there = self.peek_sign(0, sign);
        self.next += usize::from(there);
        there
    }

    fn expect(&mut self, sign: &'static str, what: &'static str) -> Result<(), XPathError> {
        match self.take(sign) {
            true => Ok(()),
            false => Err(self.syntax(what)),
        }
    }

    fn syntax(&self, what: &'static str) -> XPathError {
        let end = self.text.chars().count() + 1;
        XPathError::Syntax {
            text: self.text.to_owned(),
            at: self.tokens.get(self.next).map_or(end, |placed| placed.at),
            what,
        }
    }

    fn unsupported(&self, what: String) -> XPathError {
        XPathError::Unsupported {
            text: self.text.to_owned(),
            what,
        }
    }

    fn too_deep(&self) -> XPathError {
        XPathError::Limit {
            text: self.text.chars().take(60).collect(),
            what: "deeply nested",
        }
    }
}

fn flat(mut parts: Vec<Expr>, join: impl FnOnce(Vec<Expr>) -> Expr) -> Expr {
    match parts.len() {
        1 => parts.swap_remove(0),
        _ => join(parts),
    }
}

/// What `//` stands for.
fn any_depth() -> Step {
    plain(Axis::DescendantOrSelf)
}

fn plain(axis: Axis) -> Step {
    Step {
        axis,
        test: NodeTest::Node,
        predicates: Vec::new(),
    }
}

fn is_node_type(name: &str) -> bool {
    matches!(name, "node" | "text" | "comment" | "processing-instruction")
}
