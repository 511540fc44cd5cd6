//! Reading grammars in RELAX NG compact form, as far as ours use it.
//!
//! Understood: declarations of namespaces and data types (skipped), `start`, definitions, comments,
//! annotations in brackets before a definition (one of them says to which versions it belongs), `element`
//! and `attribute` with a name or `*`, `text`, `empty`, references, values, data types with parameters and
//! exceptions, the operators `, & | ? * +` and parentheses. Everything else of the language (grammars
//! inside grammars, `include`, combining definitions, lists, mixed content, name classes) is an error.
//!
//! The parser recurses over the nesting of the grammar, which is our own text and not input.

use std::fmt;

use super::versions::Range;

/// The name under which a grammar says what it starts with.
pub(super) const START: &str = "start";

/// One definition of a grammar.
pub(super) struct Definition<'g> {
    /// What it defines; `start` for the start of the grammar.
    pub(super) name: &'g str,
    /// The versions it belongs to.
    pub(super) versions: Range,
    /// What it stands for.
    pub(super) pattern: Syntax<'g>,
    /// The definition as it was written, without annotation.
    pub(super) text: &'g str,
}

/// A pattern as it was written.
pub(super) enum Syntax<'g> {
    /// `empty`
    Empty,
    /// `text`
    Text,
    /// The name of a definition.
    Reference(&'g str),
    /// `element name { content }`
    Element {
        /// Tells this place in the grammar from all others.
        place: usize,
        /// `None` stands for `*`.
        name: Option<&'g str>,
        content: Box<Syntax<'g>>,
    },
    /// `attribute name { value }`; no name stands for `*`.
    Attribute {
        name: Option<&'g str>,
        value: Box<Syntax<'g>>,
    },
    /// `"word"`: equal after blanks were normalised.
    Word(&'g str),
    /// `string "words"`: equal character by character.
    Exact(&'g str),
    /// `type { name = "value" } - exception`
    Data {
        name: &'g str,
        parameters: Vec<(&'g str, &'g str)>,
        except: Option<Box<Syntax<'g>>>,
    },
    /// `a, b`
    Sequence(Vec<Syntax<'g>>),
    /// `a | b`
    Choice(Vec<Syntax<'g>>),
    /// `a & b`
    Interleave(Vec<Syntax<'g>>),
    /// `a?`
    Optional(Box<Syntax<'g>>),
    /// `a*`
    ZeroOrMore(Box<Syntax<'g>>),
    /// `a+`
    OneOrMore(Box<Syntax<'g>>),
}

impl<'g> Syntax<'g> {
    /// The names of all definitions that it refers to.
    pub(super) fn references(&self) -> Vec<&'g str> {
        let mut found = Vec::new();
        let mut pending = vec![self];
        while let Some(syntax) = pending.pop() {
            match syntax {
                Syntax::Empty | Syntax::Text | Syntax::Word(_) | Syntax::Exact(_) => {}
                Syntax::Reference(name) => found.push(*name),
                Syntax::Element { content: inner, .. }
                | Syntax::Attribute { value: inner, .. }
                | Syntax::Optional(inner)
                | Syntax::ZeroOrMore(inner)
                | Syntax::OneOrMore(inner) => pending.push(inner),
                Syntax::Data { except, .. } => pending.extend(except.as_deref()),
                Syntax::Sequence(parts) | Syntax::Choice(parts) | Syntax::Interleave(parts) => {
                    pending.extend(parts);
                }
            }
        }
        found
    }
}

/// Why a grammar cannot be used.
#[derive(Debug)]
pub(super) struct GrammarError {
    pub(super) file: &'static str,
    pub(super) line: usize,
    pub(super) what: String,
}

impl fmt::Display for GrammarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.what)
    }
}

/// Reads one file of a grammar and appends its definitions to `into`.
///
/// `base` sets the places of its elements apart from those of other files.
pub(super) fn parse<'g>(
    file: &'static str,
    text: &'g str,
    base: usize,
    into: &mut Vec<Definition<'g>>,
) -> Result<(), GrammarError> {
    let mut parser = Parser {
        file,
        text,
        at: 0,
        token: Token::End,
        token_start: 0,
        previous_end: 0,
        base,
    };
    parser.advance()?;
    parser.declarations()?;
    while parser.token != Token::End {
        into.push(parser.definition()?);
    }
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Token<'g> {
    /// A name, keywords included.
    Name(&'g str),
    /// `prefix:name`
    Prefixed(&'g str, &'g str),
    /// A text in quotes.
    Literal(&'g str),
    /// A character with a meaning of its own.
    Sign(char),
    End,
}

struct Parser<'g> {
    file: &'static str,
    text: &'g str,
    at: usize,
    token: Token<'g>,
    token_start: usize,
    previous_end: usize,
    base: usize,
}

impl<'g> Parser<'g> {
    // ---- tokens

    fn advance(&mut self) -> Result<(), GrammarError> {
        self.previous_end = self.at;
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(self.at) {
                Some(b' ' | b'\n' | b'\t' | b'\r') => self.at += 1,
                Some(b'#') => {
                    let rest = &self.text[self.at..];
                    self.at += rest.find('\n').unwrap_or(rest.len());
                }
                Some(_) | None => break,
            }
        }
        self.token_start = self.at;
        let Some(&first) = bytes.get(self.at) else {
            self.token = Token::End;
            return Ok(());
        };
        self.token = if first == b'"' {
            let start = self.at + 1;
            let Some(length) = self.text[start..].find('"') else {
                return Err(self.error("a text in quotes does not end".to_owned()));
            };
            self.at = start + length + 1;
            Token::Literal(&self.text[start..start + length])
        } else if is_name_byte(first) && first != b'-' && first != b'.' {
            let name = self.name_here();
            if bytes.get(self.at) == Some(&b':') {
                self.at += 1;
                Token::Prefixed(name, self.name_here())
            } else {
                Token::Name(name)
            }
        } else {
            self.at += 1;
            Token::Sign(char::from(first))
        };
        Ok(())
    }

    fn name_here(&mut self) -> &'g str {
        let rest = &self.text[self.at..];
        let length = rest
            .bytes()
            .position(|byte| !is_name_byte(byte))
            .unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn error(&self, what: String) -> GrammarError {
        let before = &self.text[..self.token_start.min(self.text.len())];
        GrammarError {
            file: self.file,
            line: before.matches('\n').count() + 1,
            what,
        }
    }

    fn take(&mut self, sign: char) -> Result<bool, GrammarError> {
        if self.token == Token::Sign(sign) {
            self.advance()?;
            return Ok(true);
        }
        Ok(false)
    }

    fn need(&mut self, sign: char) -> Result<(), GrammarError> {
        if self.take(sign)? {
            return Ok(());
        }
        Err(self.error(format!("'{sign}' expected, {:?} found", self.token)))
    }

    fn name(&mut self) -> Result<&'g str, GrammarError> {
        let Token::Name(name) = self.token else {
            return Err(self.error(format!("a name expected, {:?} found", self.token)));
        };
        self.advance()?;
        Ok(name)
    }

    fn literal(&mut self) -> Result<&'g str, GrammarError> {
        let Token::Literal(text) = self.token else {
            return Err(self.error(format!("a text expected, {:?} found", self.token)));
        };
        self.advance()?;
        Ok(text)
    }

    // ---- structure

    /// `namespace p = "..."` and `datatypes p = "..."`, all skipped.
    fn declarations(&mut self) -> Result<(), GrammarError> {
        while matches!(self.token, Token::Name("namespace" | "datatypes")) {
            self.advance()?;
            self.name()?;
            self.need('=')?;
            self.literal()?;
        }
        Ok(())
    }

    fn definition(&mut self) -> Result<Definition<'g>, GrammarError> {
        let mut versions = Range::everything();
        if self.take('[')? {
            if self.token != Token::Prefixed("v", "in") {
                return Err(self.error("unknown annotation".to_owned()));
            }
            self.advance()?;
            self.need('=')?;
            let Token::Literal(range) = self.token else {
                return Err(self.error("a range of versions expected".to_owned()));
            };
            versions = Range::parse(range)
                .ok_or_else(|| self.error(format!("'{range}' is no range of versions")))?;
            self.advance()?;
            self.need(']')?;
        }
        let start = self.token_start;
        let name = self.name()?;
        self.need('=')?;
        let pattern = self.pattern()?;
        Ok(Definition {
            name,
            versions,
            pattern,
            text: &self.text[start..self.previous_end],
        })
    }

    /// Particles joined by one kind of operator; mixing takes parentheses, as in the standard.
    fn pattern(&mut self) -> Result<Syntax<'g>, GrammarError> {
        let first = self.particle()?;
        let operator = match self.token {
            Token::Sign(sign @ (',' | '|' | '&')) => sign,
            Token::Sign(_)
            | Token::Name(_)
            | Token::Prefixed(..)
            | Token::Literal(_)
            | Token::End => return Ok(first),
        };
        let mut parts = vec![first];
        while self.take(operator)? {
            parts.push(self.particle()?);
        }
        if matches!(self.token, Token::Sign(',' | '|' | '&')) {
            return Err(self.error("different operators need parentheses".to_owned()));
        }
        Ok(match operator {
            ',' => Syntax::Sequence(parts),
            '|' => Syntax::Choice(parts),
            _ => Syntax::Interleave(parts),
        })
    }

    fn particle(&mut self) -> Result<Syntax<'g>, GrammarError> {
        let primary = self.primary()?;
        Ok(if self.take('?')? {
            Syntax::Optional(Box::new(primary))
        } else if self.take('*')? {
            Syntax::ZeroOrMore(Box::new(primary))
        } else if self.take('+')? {
            Syntax::OneOrMore(Box::new(primary))
        } else {
            primary
        })
    }

    fn primary(&mut self) -> Result<Syntax<'g>, GrammarError> {
        let place = self.base + self.token_start;
        match self.token {
            Token::Sign('(') => {
                self.advance()?;
                let inner = self.pattern()?;
                self.need(')')?;
                Ok(inner)
            }
            Token::Literal(word) => {
                self.advance()?;
                Ok(Syntax::Word(word))
            }
            Token::Prefixed("xsd", name) => {
                self.advance()?;
                self.data(name)
            }
            Token::Name("string") => {
                self.advance()?;
                if let Token::Literal(text) = self.token {
                    self.advance()?;
                    return Ok(Syntax::Exact(text));
                }
                self.data("string")
            }
            Token::Name("empty") => {
                self.advance()?;
                Ok(Syntax::Empty)
            }
            Token::Name("text") => {
                self.advance()?;
                Ok(Syntax::Text)
            }
            Token::Name("element") => {
                self.advance()?;
                let (name, content) = self.name_and_body()?;
                Ok(Syntax::Element {
                    place,
                    name,
                    content,
                })
            }
            Token::Name("attribute") => {
                self.advance()?;
                let (name, value) = self.name_and_body()?;
                Ok(Syntax::Attribute { name, value })
            }
            Token::Name(
                keyword @ ("div" | "external" | "grammar" | "include" | "inherit" | "list"
                | "mixed" | "notAllowed" | "parent" | "start" | "token"),
            ) => Err(self.error(format!("'{keyword}' is not supported"))),
            Token::Name(reference) => {
                self.advance()?;
                Ok(Syntax::Reference(reference))
            }
            Token::Prefixed(..) | Token::Sign(_) | Token::End => {
                Err(self.error(format!("a pattern expected, {:?} found", self.token)))
            }
        }
    }

    fn name_and_body(&mut self) -> Result<(Option<&'g str>, Box<Syntax<'g>>), GrammarError> {
        let name = if self.take('*')? {
            None
        } else {
            Some(self.name()?)
        };
        self.need('{')?;
        let body = self.pattern()?;
        self.need('}')?;
        Ok((name, Box::new(body)))
    }

    fn data(&mut self, name: &'g str) -> Result<Syntax<'g>, GrammarError> {
        let mut parameters = Vec::new();
        if self.take('{')? {
            while !self.take('}')? {
                let parameter = self.name()?;
                self.need('=')?;
                parameters.push((parameter, self.literal()?));
            }
        }
        let except = if self.take('-')? {
            Some(Box::new(self.primary()?))
        } else {
            None
        };
        Ok(Syntax::Data {
            name,
            parameters,
            except,
        })
    }
}

/// Whether the byte may be inside a name; `-` and `.` do not start one.
fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-' || byte == b'.' || byte >= 0x80
}
