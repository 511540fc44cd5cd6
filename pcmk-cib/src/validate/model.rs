//! The grammar of one version, made ready for checking.
//!
//! Invariants, each an error when the grammar is compiled: within one element's definition a child name
//! always means the same definition, and all kinds of one attribute agree on whether it is an id, a
//! reference or neither. So a document can be checked from the top down with one state per open element.

use foldhash::{HashMap, HashMapExt as _};

use super::facet::Facet;
use super::pattern::{MAX_KINDS, PatternId, Patterns, RuleId, Slot};
use super::rnc::{Definition, START, Syntax};
use super::value::ValueKind;
use super::versions::Version;

/// Number of an element or attribute name that some version knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Symbol(pub(super) u16);

/// All element and attribute names of the grammar, the same numbers for all versions.
pub(super) struct Symbols {
    numbers: HashMap<&'static str, Symbol>,
}

impl Symbols {
    /// Collects the names that the definitions use.
    pub(super) fn of(definitions: &[Definition<'static>]) -> Symbols {
        let mut symbols = Symbols {
            numbers: HashMap::new(),
        };
        for definition in definitions {
            symbols.collect(&definition.pattern);
        }
        symbols
    }

    fn collect(&mut self, syntax: &Syntax<'static>) {
        match syntax {
            Syntax::Element { name, content, .. } => {
                self.add(*name);
                self.collect(content);
            }
            Syntax::Attribute { name, value: _ } => self.add(*name),
            Syntax::Sequence(parts) | Syntax::Choice(parts) | Syntax::Interleave(parts) => {
                for part in parts {
                    self.collect(part);
                }
            }
            Syntax::Optional(part) | Syntax::ZeroOrMore(part) | Syntax::OneOrMore(part) => {
                self.collect(part);
            }
            Syntax::Empty
            | Syntax::Text
            | Syntax::Reference(_)
            | Syntax::Word(_)
            | Syntax::Exact(_)
            | Syntax::Data { .. } => {}
        }
    }

    fn add(&mut self, name: Option<&'static str>) {
        if let Some(name) = name {
            let next = Symbol(self.numbers.len() as u16);
            self.numbers.entry(name).or_insert(next);
        }
    }

    pub(super) fn find(&self, name: &str) -> Option<Symbol> {
        self.numbers.get(name).copied()
    }

    pub(super) fn len(&self) -> usize {
        self.numbers.len()
    }
}

/// What the values of an attribute mean for the document as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Identity {
    /// Nothing.
    None,
    /// They must differ from each other.
    Id,
    /// They must be the id of something.
    Reference,
}

/// An attribute that a definition names.
pub(super) struct AttributeRule {
    pub(super) name: &'static str,
    /// The kinds of values it has in different alternatives of the definition.
    pub(super) kinds: Vec<ValueKind>,
    pub(super) identity: Identity,
}

impl AttributeRule {
    /// Whether every value is of the first kind, and there is no other.
    pub(super) fn anything(&self) -> bool {
        matches!(self.kinds[..], [ValueKind::Text])
    }

    /// Whether a value is of one of the kinds.
    pub(super) fn accepts(&self, value: &str) -> bool {
        self.kinds.iter().any(|kind| kind.accepts(value))
    }
}

/// The definition of an element in one place.
pub(super) struct Rule {
    pub(super) name: &'static str,
    /// Attributes and children.
    pub(super) content: PatternId,
    /// Whatever is in it is allowed.
    pub(super) anything: bool,
    pub(super) attributes: Vec<AttributeRule>,
    /// The elements that its content names.
    pub(super) children: Vec<RuleId>,
    slot_by_symbol: Vec<Option<Slot>>,
    child_by_symbol: Vec<Option<RuleId>>,
}

impl Rule {
    /// The attribute with this name.
    pub(super) fn slot(&self, name: Symbol) -> Option<Slot> {
        self.slot_by_symbol[usize::from(name.0)]
    }

    /// The child with this name.
    pub(super) fn child(&self, name: Symbol) -> Option<RuleId> {
        self.child_by_symbol[usize::from(name.0)]
    }

    pub(super) fn attribute(&self, slot: Slot) -> &AttributeRule {
        &self.attributes[usize::from(slot.0)]
    }
}

/// The grammar of one version.
pub(super) struct Model {
    rules: Vec<Rule>,
    pub(super) start: RuleId,
    pub(super) patterns: Patterns,
}

impl Model {
    /// All definitions.
    #[cfg(test)]
    pub(super) fn rules(&self) -> &[Rule] {
        &self.rules
    }

    pub(super) fn rule(&self, id: RuleId) -> &Rule {
        &self.rules[usize::from(id.0)]
    }

    /// Puts together the definitions that belong to `version`.
    pub(super) fn compile(
        definitions: &[Definition<'static>],
        symbols: &Symbols,
        version: Version,
    ) -> Result<Model, String> {
        let mut named: HashMap<&'static str, &Syntax<'static>> = HashMap::new();
        for definition in definitions {
            if definition.versions.contains(version)
                && named.insert(definition.name, &definition.pattern).is_some()
            {
                return Err(format!("'{}' is defined twice", definition.name));
            }
        }
        let mut compiler = Compiler {
            named,
            symbols,
            patterns: Patterns::new(),
            numbers: HashMap::new(),
            pending: Vec::new(),
            rules: Vec::new(),
        };
        let start = match compiler.named.get(START) {
            Some(Syntax::Element {
                place,
                name: Some(name),
                content,
            }) => compiler.rule_for(*place, name, content)?,
            Some(_) | None => return Err("'start' is not one element".to_owned()),
        };
        while let Some((rule, content)) = compiler.pending.pop() {
            compiler.fill(rule, content)?;
        }
        Ok(Model {
            rules: compiler.rules,
            start,
            patterns: compiler.patterns,
        })
    }
}

/// Most references that may lead to each other without an element in between.
const MAX_REFERENCE_DEPTH: u32 = 100;

struct Compiler<'s> {
    named: HashMap<&'static str, &'s Syntax<'static>>,
    symbols: &'s Symbols,
    patterns: Patterns,
    /// Rules by the place of their element in the grammar.
    numbers: HashMap<usize, RuleId>,
    /// Rules whose content is still to be compiled.
    pending: Vec<(RuleId, &'s Syntax<'static>)>,
    rules: Vec<Rule>,
}

impl<'s> Compiler<'s> {
    /// The rule of an element, a new one if it was not met yet.
    fn rule_for(
        &mut self,
        place: usize,
        name: &'static str,
        content: &'s Syntax<'static>,
    ) -> Result<RuleId, String> {
        if let Some(&known) = self.numbers.get(&place) {
            return Ok(known);
        }
        let id = u16::try_from(self.rules.len())
            .map(RuleId)
            .map_err(|_| "too many elements".to_owned())?;
        self.rules.push(Rule {
            name,
            content: Patterns::IMPOSSIBLE,
            anything: false,
            attributes: Vec::new(),
            children: Vec::new(),
            slot_by_symbol: vec![None; self.symbols.len()],
            child_by_symbol: vec![None; self.symbols.len()],
        });
        self.numbers.insert(place, id);
        self.pending.push((id, content));
        Ok(id)
    }

    fn fill(&mut self, rule: RuleId, content: &'s Syntax<'static>) -> Result<(), String> {
        if self.is_anything(content) {
            let rule = &mut self.rules[usize::from(rule.0)];
            rule.anything = true;
            rule.content = Patterns::EMPTY;
            return Ok(());
        }
        let content = self.pattern(rule, content, 0)?;
        self.rules[usize::from(rule.0)].content = content;
        Ok(())
    }

    /// Whether this is the one form in which we write "any attributes, text and elements, at any depth".
    fn is_anything(&self, content: &'s Syntax<'static>) -> bool {
        let Syntax::Reference(name) = content else {
            return false;
        };
        let Some(Syntax::ZeroOrMore(inner)) = self.named.get(name) else {
            return false;
        };
        let Syntax::Choice(parts) = inner.as_ref() else {
            return false;
        };
        let attributes = parts.iter().any(|part| {
            matches!(part, Syntax::Attribute { name: None, value } if matches!(**value, Syntax::Text))
        });
        let elements = parts.iter().any(|part| {
            matches!(part, Syntax::Element { name: None, content, .. }
                if matches!(**content, Syntax::Reference(inner) if inner == *name))
        });
        let text = parts.iter().any(|part| matches!(part, Syntax::Text));
        attributes && elements && text
    }

    fn pattern(
        &mut self,
        rule: RuleId,
        syntax: &'s Syntax<'static>,
        depth: u32,
    ) -> Result<PatternId, String> {
        if depth > MAX_REFERENCE_DEPTH {
            return Err("a definition refers to itself".to_owned());
        }
        match syntax {
            Syntax::Empty => Ok(Patterns::EMPTY),
            Syntax::Reference(name) => {
                let target = self.definition(name)?;
                self.pattern(rule, target, depth + 1)
            }
            Syntax::Element {
                place,
                name: Some(name),
                content,
            } => {
                let child = self.rule_for(*place, name, content)?;
                self.add_child(rule, child, name)?;
                Ok(self.patterns.child(child))
            }
            Syntax::Attribute {
                name: Some(name),
                value,
            } => {
                let kind = self.value(value, depth + 1)?;
                self.add_attribute(rule, name, kind)
            }
            Syntax::Sequence(parts) => {
                let mut whole = Patterns::EMPTY;
                for part in parts {
                    let part = self.pattern(rule, part, depth + 1)?;
                    whole = self.patterns.sequence(whole, part);
                }
                Ok(whole)
            }
            Syntax::Choice(parts) => {
                let mut whole = Patterns::IMPOSSIBLE;
                for part in parts {
                    let part = self.pattern(rule, part, depth + 1)?;
                    whole = self.patterns.choice(whole, part);
                }
                Ok(whole)
            }
            Syntax::Interleave(parts) => {
                let mut whole = Patterns::EMPTY;
                for part in parts {
                    let part = self.pattern(rule, part, depth + 1)?;
                    whole = self.patterns.interleave(whole, part);
                }
                Ok(whole)
            }
            Syntax::Optional(part) => {
                let part = self.pattern(rule, part, depth + 1)?;
                Ok(self.patterns.optional(part))
            }
            Syntax::ZeroOrMore(part) => {
                let part = self.pattern(rule, part, depth + 1)?;
                let some = self.patterns.repeat(part);
                Ok(self.patterns.optional(some))
            }
            Syntax::OneOrMore(part) => {
                let part = self.pattern(rule, part, depth + 1)?;
                Ok(self.patterns.repeat(part))
            }
            Syntax::Element { name: None, .. } | Syntax::Attribute { name: None, .. } => {
                Err("'*' is only supported in \"anything\"".to_owned())
            }
            Syntax::Text | Syntax::Word(_) | Syntax::Exact(_) | Syntax::Data { .. } => {
                Err("text in elements is not supported".to_owned())
            }
        }
    }

    fn definition(&self, name: &str) -> Result<&'s Syntax<'static>, String> {
        self.named
            .get(name)
            .copied()
            .ok_or_else(|| format!("'{name}' is not defined"))
    }

    fn add_child(&mut self, rule: RuleId, child: RuleId, name: &str) -> Result<(), String> {
        let symbol = self.symbol(name)?;
        let rule = &mut self.rules[usize::from(rule.0)];
        let known = &mut rule.child_by_symbol[usize::from(symbol.0)];
        match *known {
            Some(other) if other != child => {
                Err(format!("'{name}' has two meanings in '{}'", rule.name))
            }
            Some(_) => Ok(()),
            None => {
                *known = Some(child);
                rule.children.push(child);
                Ok(())
            }
        }
    }

    fn add_attribute(
        &mut self,
        rule: RuleId,
        name: &'static str,
        kind: ValueKind,
    ) -> Result<PatternId, String> {
        let symbol = self.symbol(name)?;
        let identity = match kind {
            ValueKind::Id => Identity::Id,
            ValueKind::IdRef => Identity::Reference,
            ValueKind::Text
            | ValueKind::Integer { .. }
            | ValueKind::Boolean
            | ValueKind::Words(_)
            | ValueKind::Exactly(_)
            | ValueKind::AllBut(_)
            | ValueKind::Fitting(_)
            | ValueKind::AnyOf(_) => Identity::None,
        };
        let rule = &mut self.rules[usize::from(rule.0)];
        let slot = match rule.slot_by_symbol[usize::from(symbol.0)] {
            Some(slot) => slot,
            None => {
                let slot = u8::try_from(rule.attributes.len())
                    .map(Slot)
                    .map_err(|_| format!("too many attributes in '{}'", rule.name))?;
                rule.slot_by_symbol[usize::from(symbol.0)] = Some(slot);
                rule.attributes.push(AttributeRule {
                    name,
                    kinds: Vec::new(),
                    identity,
                });
                slot
            }
        };
        let attribute = &mut rule.attributes[usize::from(slot.0)];
        if attribute.identity != identity {
            return Err(format!(
                "'{name}' of '{}' is an id only sometimes",
                rule.name
            ));
        }
        let number = match attribute.kinds.iter().position(|known| *known == kind) {
            Some(number) => number,
            None => {
                attribute.kinds.push(kind);
                attribute.kinds.len() - 1
            }
        };
        if number >= MAX_KINDS {
            return Err(format!("too many kinds of values of '{name}'"));
        }
        Ok(self.patterns.attribute(slot, number as u8))
    }

    fn symbol(&self, name: &str) -> Result<Symbol, String> {
        self.symbols
            .find(name)
            .ok_or_else(|| format!("'{name}' has no number"))
    }

    // ---- values

    fn value(&self, syntax: &'s Syntax<'static>, depth: u32) -> Result<ValueKind, String> {
        if depth > MAX_REFERENCE_DEPTH {
            return Err("a definition refers to itself".to_owned());
        }
        match syntax {
            Syntax::Text => Ok(ValueKind::Text),
            Syntax::Word(word) => Ok(ValueKind::Words(vec![word])),
            Syntax::Exact(text) => Ok(ValueKind::Exactly(vec![text])),
            Syntax::Reference(name) => self.value(self.definition(name)?, depth + 1),
            Syntax::Choice(parts) => {
                let mut kinds = Vec::new();
                for part in parts {
                    join(&mut kinds, self.value(part, depth + 1)?);
                }
                match kinds.pop() {
                    Some(only) if kinds.is_empty() => Ok(only),
                    Some(last) => {
                        kinds.push(last);
                        Ok(ValueKind::AnyOf(kinds))
                    }
                    None => Err("a choice of nothing".to_owned()),
                }
            }
            Syntax::Data {
                name,
                parameters,
                except,
            } => self.data(name, parameters, except.as_deref(), depth),
            Syntax::Empty
            | Syntax::Element { .. }
            | Syntax::Attribute { .. }
            | Syntax::Sequence(_)
            | Syntax::Interleave(_)
            | Syntax::Optional(_)
            | Syntax::ZeroOrMore(_)
            | Syntax::OneOrMore(_) => Err("this is no kind of value".to_owned()),
        }
    }

    fn data(
        &self,
        name: &str,
        parameters: &[(&'static str, &'static str)],
        except: Option<&'s Syntax<'static>>,
        depth: u32,
    ) -> Result<ValueKind, String> {
        let integer = |min| ValueKind::Integer {
            min,
            max: i128::MAX,
        };
        let plain = match name {
            "ID" => ValueKind::Id,
            "IDREF" => ValueKind::IdRef,
            "boolean" => ValueKind::Boolean,
            "integer" => integer(i128::MIN),
            "nonNegativeInteger" => integer(0),
            "positiveInteger" => integer(1),
            "string" => ValueKind::Text,
            _ => return Err(format!("unknown type '{name}'")),
        };
        let excluded = match except {
            None => None,
            Some(syntax) => match self.value(syntax, depth + 1)? {
                ValueKind::Exactly(texts) => Some(texts),
                ValueKind::Text
                | ValueKind::Id
                | ValueKind::IdRef
                | ValueKind::Integer { .. }
                | ValueKind::Boolean
                | ValueKind::Words(_)
                | ValueKind::AllBut(_)
                | ValueKind::Fitting(_)
                | ValueKind::AnyOf(_) => return Err("only texts can be excluded".to_owned()),
            },
        };
        match (plain, parameters, excluded) {
            (plain, [], None) => Ok(plain),
            (ValueKind::Text, [], Some(texts)) => Ok(ValueKind::AllBut(texts)),
            (ValueKind::Text, [("pattern", pattern)], None) => Facet::new(pattern)
                .map(ValueKind::Fitting)
                .ok_or_else(|| format!("pattern '{pattern}' is not supported")),
            (ValueKind::Integer { min, max: _ }, [("maxInclusive", max)], None) => max
                .parse()
                .map(|max| ValueKind::Integer { min, max })
                .map_err(|_| format!("'{max}' is no number")),
            (_, _, _) => Err(format!("unsupported parameters of '{name}'")),
        }
    }
}

/// Adds a kind to alternatives; lists of words and of texts become one list each.
fn join(kinds: &mut Vec<ValueKind>, kind: ValueKind) {
    match (kinds.last_mut(), kind) {
        (Some(ValueKind::Words(words)), ValueKind::Words(more)) => words.extend(more),
        (Some(ValueKind::Exactly(texts)), ValueKind::Exactly(more)) => texts.extend(more),
        (_, ValueKind::AnyOf(more)) => {
            for kind in more {
                join(kinds, kind);
            }
        }
        (_, kind) => kinds.push(kind),
    }
}
