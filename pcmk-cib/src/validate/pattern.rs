//! Patterns of what an element may hold, and what remains of a pattern after a part was seen.
//!
//! A pattern describes attributes and child elements together. Seeing an attribute or a child leads to
//! the pattern of what may still come (its derivative); an element is valid if the pattern that remains at
//! its end may be empty. Patterns are interned, so equal ones have one number, and each step is computed
//! once and then looked up: the patterns met become the states of an automaton that is built on demand.
//! A step costs at most the size of one element's definition, so the depth of recursion here is that of
//! the grammar, never that of the input. Every state is what is left of one definition, so their number is
//! bounded by the grammar too.

use foldhash::{HashMap, HashMapExt as _};

/// Number of an interned pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct PatternId(u32);

/// Number of an element's definition within a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct RuleId(pub(super) u16);

/// One of the attributes that an element's definition names, by its place in the definition's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Slot(pub(super) u8);

/// Which of a slot's kinds of values a value belongs to, one bit each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Kinds(pub(super) u16);

impl Kinds {
    /// A value that counts as being of every kind: used to go on after a bad one.
    pub(super) const ALL: Kinds = Kinds(u16::MAX);
}

/// Most kinds of values one attribute may have in one definition.
pub(super) const MAX_KINDS: usize = 15;

/// A pattern; its parts are numbers of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Pattern {
    /// Nothing more may come.
    Empty,
    /// Cannot be fulfilled.
    Impossible,
    /// An attribute with a value of this kind.
    Attribute { slot: Slot, kind: u8 },
    /// A child element.
    Child(RuleId),
    /// One or the other.
    Choice(PatternId, PatternId),
    /// One after the other (attributes: both, in any order).
    Sequence(PatternId, PatternId),
    /// Both, mixed in any way.
    Interleave(PatternId, PatternId),
    /// Once or more often.
    Repeat(PatternId),
}

/// The patterns that exist.
#[derive(Clone)]
pub(super) struct Patterns {
    nodes: Vec<Node>,
    numbers: HashMap<Pattern, PatternId>,
}

#[derive(Clone, Copy)]
struct Node {
    pattern: Pattern,
    may_be_empty: bool,
    has_attributes: bool,
}

impl Patterns {
    /// Number of [`Pattern::Empty`].
    pub(super) const EMPTY: PatternId = PatternId(0);
    /// Number of [`Pattern::Impossible`].
    pub(super) const IMPOSSIBLE: PatternId = PatternId(1);

    pub(super) fn new() -> Patterns {
        let mut patterns = Patterns {
            nodes: Vec::new(),
            numbers: HashMap::new(),
        };
        let empty = patterns.intern(Pattern::Empty);
        let impossible = patterns.intern(Pattern::Impossible);
        assert_eq!(empty, Patterns::EMPTY);
        assert_eq!(impossible, Patterns::IMPOSSIBLE);
        patterns
    }

    pub(super) fn get(&self, id: PatternId) -> Pattern {
        self.node(id).pattern
    }

    /// Whether an element may end when this remains.
    pub(super) fn may_be_empty(&self, id: PatternId) -> bool {
        self.node(id).may_be_empty
    }

    fn has_attributes(&self, id: PatternId) -> bool {
        self.node(id).has_attributes
    }

    fn node(&self, id: PatternId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    fn intern(&mut self, pattern: Pattern) -> PatternId {
        if let Some(&id) = self.numbers.get(&pattern) {
            return id;
        }
        let (may_be_empty, has_attributes) = match pattern {
            Pattern::Empty => (true, false),
            Pattern::Impossible | Pattern::Child(_) => (false, false),
            Pattern::Attribute { .. } => (false, true),
            Pattern::Choice(a, b) => (
                self.may_be_empty(a) || self.may_be_empty(b),
                self.has_attributes(a) || self.has_attributes(b),
            ),
            Pattern::Sequence(a, b) | Pattern::Interleave(a, b) => (
                self.may_be_empty(a) && self.may_be_empty(b),
                self.has_attributes(a) || self.has_attributes(b),
            ),
            Pattern::Repeat(a) => (self.may_be_empty(a), self.has_attributes(a)),
        };
        let id = PatternId(self.nodes.len() as u32);
        self.nodes.push(Node {
            pattern,
            may_be_empty,
            has_attributes,
        });
        self.numbers.insert(pattern, id);
        id
    }

    // ---- building, in a normal form that keeps derivatives small

    pub(super) fn attribute(&mut self, slot: Slot, kind: u8) -> PatternId {
        self.intern(Pattern::Attribute { slot, kind })
    }

    pub(super) fn child(&mut self, rule: RuleId) -> PatternId {
        self.intern(Pattern::Child(rule))
    }

    /// Alternatives form a list that leans to the right, in order of their numbers, without repetition.
    pub(super) fn choice(&mut self, a: PatternId, b: PatternId) -> PatternId {
        if a == b || b == Patterns::IMPOSSIBLE {
            return a;
        }
        if a == Patterns::IMPOSSIBLE {
            return b;
        }
        let mut parts = self.alternatives(a);
        parts.extend(self.alternatives(b));
        parts.sort_unstable();
        parts.dedup();
        // "Nothing" is no alternative of its own where another may be empty.
        if parts.len() > 1
            && parts[0] == Patterns::EMPTY
            && parts[1..].iter().any(|&part| self.may_be_empty(part))
        {
            parts.remove(0);
        }
        let mut whole = Patterns::IMPOSSIBLE;
        for &part in parts.iter().rev() {
            whole = if whole == Patterns::IMPOSSIBLE {
                part
            } else {
                self.intern(Pattern::Choice(part, whole))
            };
        }
        whole
    }

    fn alternatives(&self, id: PatternId) -> Vec<PatternId> {
        let mut parts = Vec::new();
        let mut rest = id;
        while let Pattern::Choice(first, more) = self.get(rest) {
            parts.push(first);
            rest = more;
        }
        parts.push(rest);
        parts
    }

    pub(super) fn sequence(&mut self, a: PatternId, b: PatternId) -> PatternId {
        if a == Patterns::IMPOSSIBLE || b == Patterns::IMPOSSIBLE {
            return Patterns::IMPOSSIBLE;
        }
        if a == Patterns::EMPTY {
            return b;
        }
        if b == Patterns::EMPTY {
            return a;
        }
        if let Pattern::Sequence(first, more) = self.get(a) {
            let rest = self.sequence(more, b);
            return self.intern(Pattern::Sequence(first, rest));
        }
        self.intern(Pattern::Sequence(a, b))
    }

    pub(super) fn interleave(&mut self, a: PatternId, b: PatternId) -> PatternId {
        if a == Patterns::IMPOSSIBLE || b == Patterns::IMPOSSIBLE {
            return Patterns::IMPOSSIBLE;
        }
        if a == Patterns::EMPTY {
            return b;
        }
        if b == Patterns::EMPTY {
            return a;
        }
        if let Pattern::Interleave(first, more) = self.get(a) {
            let rest = self.interleave(more, b);
            return self.intern(Pattern::Interleave(first, rest));
        }
        self.intern(Pattern::Interleave(a, b))
    }

    pub(super) fn repeat(&mut self, a: PatternId) -> PatternId {
        match self.get(a) {
            Pattern::Empty | Pattern::Impossible | Pattern::Repeat(_) => a,
            Pattern::Attribute { .. }
            | Pattern::Child(_)
            | Pattern::Choice(..)
            | Pattern::Sequence(..)
            | Pattern::Interleave(..) => self.intern(Pattern::Repeat(a)),
        }
    }

    pub(super) fn optional(&mut self, a: PatternId) -> PatternId {
        self.choice(Patterns::EMPTY, a)
    }

    // ---- derivatives

    /// What remains after an attribute.
    fn after_attribute(&mut self, id: PatternId, slot: Slot, kinds: Kinds) -> PatternId {
        if !self.has_attributes(id) {
            return Patterns::IMPOSSIBLE;
        }
        match self.get(id) {
            Pattern::Empty | Pattern::Impossible | Pattern::Child(_) => Patterns::IMPOSSIBLE,
            Pattern::Attribute { slot: own, kind } => {
                if own == slot && kinds.0 & (1 << kind) != 0 {
                    Patterns::EMPTY
                } else {
                    Patterns::IMPOSSIBLE
                }
            }
            Pattern::Choice(a, b) => {
                let a = self.after_attribute(a, slot, kinds);
                let b = self.after_attribute(b, slot, kinds);
                self.choice(a, b)
            }
            Pattern::Sequence(a, b) => {
                let in_a = self.after_attribute(a, slot, kinds);
                let in_a = self.sequence(in_a, b);
                let in_b = self.after_attribute(b, slot, kinds);
                let in_b = self.sequence(a, in_b);
                self.choice(in_a, in_b)
            }
            Pattern::Interleave(a, b) => {
                let in_a = self.after_attribute(a, slot, kinds);
                let in_a = self.interleave(in_a, b);
                let in_b = self.after_attribute(b, slot, kinds);
                let in_b = self.interleave(a, in_b);
                self.choice(in_a, in_b)
            }
            Pattern::Repeat(a) => {
                let one = self.after_attribute(a, slot, kinds);
                let more = self.optional(id);
                self.sequence(one, more)
            }
        }
    }

    /// What remains once it is clear that no more attributes come; those still wanted count as `missing`.
    fn without_attributes(&mut self, id: PatternId, missing: PatternId) -> PatternId {
        if !self.has_attributes(id) {
            return id;
        }
        match self.get(id) {
            Pattern::Empty | Pattern::Impossible | Pattern::Child(_) => id,
            Pattern::Attribute { .. } => missing,
            Pattern::Choice(a, b) => {
                let a = self.without_attributes(a, missing);
                let b = self.without_attributes(b, missing);
                self.choice(a, b)
            }
            Pattern::Sequence(a, b) => {
                let a = self.without_attributes(a, missing);
                let b = self.without_attributes(b, missing);
                self.sequence(a, b)
            }
            Pattern::Interleave(a, b) => {
                let a = self.without_attributes(a, missing);
                let b = self.without_attributes(b, missing);
                self.interleave(a, b)
            }
            Pattern::Repeat(a) => {
                let a = self.without_attributes(a, missing);
                self.repeat(a)
            }
        }
    }

    /// As if every attribute still wanted had been there: how a check goes on after one was missing.
    pub(super) fn forgiving_attributes(&mut self, id: PatternId) -> PatternId {
        self.without_attributes(id, Patterns::EMPTY)
    }

    /// What remains after a child element.
    fn after_child(&mut self, id: PatternId, rule: RuleId) -> PatternId {
        match self.get(id) {
            Pattern::Empty | Pattern::Impossible | Pattern::Attribute { .. } => {
                Patterns::IMPOSSIBLE
            }
            Pattern::Child(own) => {
                if own == rule {
                    Patterns::EMPTY
                } else {
                    Patterns::IMPOSSIBLE
                }
            }
            Pattern::Choice(a, b) => {
                let a = self.after_child(a, rule);
                let b = self.after_child(b, rule);
                self.choice(a, b)
            }
            Pattern::Sequence(a, b) => {
                let in_a = self.after_child(a, rule);
                let in_a = self.sequence(in_a, b);
                if !self.may_be_empty(a) {
                    return in_a;
                }
                let in_b = self.after_child(b, rule);
                self.choice(in_a, in_b)
            }
            Pattern::Interleave(a, b) => {
                let in_a = self.after_child(a, rule);
                let in_a = self.interleave(in_a, b);
                let in_b = self.after_child(b, rule);
                let in_b = self.interleave(a, in_b);
                self.choice(in_a, in_b)
            }
            Pattern::Repeat(a) => {
                let one = self.after_child(a, rule);
                let more = self.optional(id);
                self.sequence(one, more)
            }
        }
    }
}

/// The automaton: patterns and the steps between them that were needed so far.
#[derive(Clone)]
pub(super) struct Automaton {
    patterns: Patterns,
    steps: Vec<Steps>,
}

/// Known steps from one pattern. The lists are short: few different things happen in one state.
#[derive(Clone, Default)]
struct Steps {
    attributes: Vec<(Slot, Kinds, PatternId)>,
    children: Vec<(RuleId, PatternId)>,
    end_of_attributes: Option<PatternId>,
}

impl Automaton {
    pub(super) fn new(patterns: Patterns) -> Automaton {
        Automaton {
            steps: vec![Steps::default(); patterns.nodes.len()],
            patterns,
        }
    }

    pub(super) fn patterns(&mut self) -> &mut Patterns {
        &mut self.patterns
    }

    /// Whether an element may end in this state.
    pub(super) fn may_end(&self, at: PatternId) -> bool {
        self.patterns.may_be_empty(at)
    }

    fn steps(&mut self, at: PatternId) -> &mut Steps {
        let index = at.0 as usize;
        if index >= self.steps.len() {
            self.steps.resize_with(index + 1, Steps::default);
        }
        &mut self.steps[index]
    }

    /// The state after an attribute; [`Patterns::IMPOSSIBLE`] if it may not be there.
    pub(super) fn attribute(&mut self, at: PatternId, slot: Slot, kinds: Kinds) -> PatternId {
        let known = &self.steps(at).attributes;
        if let Some(step) = known.iter().find(|step| step.0 == slot && step.1 == kinds) {
            return step.2;
        }
        let next = self.patterns.after_attribute(at, slot, kinds);
        self.steps(at).attributes.push((slot, kinds, next));
        next
    }

    /// The state after the last attribute; [`Patterns::IMPOSSIBLE`] if one is missing.
    pub(super) fn end_of_attributes(&mut self, at: PatternId) -> PatternId {
        if let Some(next) = self.steps(at).end_of_attributes {
            return next;
        }
        let next = self.patterns.without_attributes(at, Patterns::IMPOSSIBLE);
        self.steps(at).end_of_attributes = Some(next);
        next
    }

    /// The state after a child element; [`Patterns::IMPOSSIBLE`] if it may not be there.
    pub(super) fn child(&mut self, at: PatternId, rule: RuleId) -> PatternId {
        let known = &self.steps(at).children;
        if let Some(step) = known.iter().find(|step| step.0 == rule) {
            return step.1;
        }
        let next = self.patterns.after_child(at, rule);
        self.steps(at).children.push((rule, next));
        next
    }
}
