//! What a definition says of a list of attribute names, and which way through the automaton elements with that list went.
//!
//! Nearly all elements of a document are like many others: the same attributes, values of the same kinds. So for each definition
//! and each list the places of the names in the definition are looked up once, and the last way is tried first.

use super::check::declares_prefix;
use super::model::{AttributeRule, Rule, Symbol};
use super::pattern::{Automaton, Kinds, PatternId, Slot};
use crate::xml::{Document, Element, ValueRef};

/// The attributes of elements with one list of names under one definition.
pub(super) struct Plan<'m> {
    pub(super) steps: Vec<Step<'m>>,
}

/// One attribute.
pub(super) enum Step<'m> {
    /// One that the definition knows.
    Attribute(Known<'m>),
    /// The declaration of a namespace prefix, which is no attribute for a grammar.
    Declaration,
    /// The default namespace, which must be none.
    Namespace,
    /// One that may not be there.
    Unknown,
}

/// An attribute that a definition knows, and what was found last time.
pub(super) struct Known<'m> {
    pub(super) rule: &'m AttributeRule,
    slot: Slot,
    value: Option<ValueRef>,
    kinds: Kinds,
    from: PatternId,
    to: PatternId,
}

impl<'m> Plan<'m> {
    /// `symbol` says what the grammar calls a name, given its number in the document, too.
    pub(super) fn new(
        element: Element<'_>,
        rule: &'m Rule,
        mut symbol: impl FnMut(usize, &str) -> Option<Symbol>,
    ) -> Plan<'m> {
        let step = |(number, name): (usize, &str)| match symbol(number, name)
            .and_then(|symbol| rule.slot(symbol))
        {
            Some(slot) => Step::Attribute(Known::new(rule, slot)),
            None if declares_prefix(name) => Step::Declaration,
            None if name == "xmlns" => Step::Namespace,
            None => Step::Unknown,
        };
        Plan {
            steps: element.numbered_names().map(step).collect(),
        }
    }
}

impl<'m> Known<'m> {
    fn new(rule: &'m Rule, slot: Slot) -> Known<'m> {
        Known {
            rule: rule.attribute(slot),
            slot,
            value: None,
            kinds: Kinds(0),
            from: rule.content,
            to: rule.content,
        }
    }

    /// The state that follows `from` when the attribute has this value.
    #[inline]
    pub(super) fn follow(
        &mut self,
        doc: &Document,
        value: ValueRef,
        from: PatternId,
        automaton: &mut Automaton,
    ) -> PatternId {
        let known = self.value == Some(value);
        let kinds = match known {
            true => self.kinds,
            false => self.kinds_of(doc, value),
        };
        // A step was taken before if there was a value before.
        if self.value.is_none() || (self.kinds, self.from) != (kinds, from) {
            self.to = automaton.attribute(from, self.slot, kinds);
        }
        (self.value, self.kinds, self.from) = (Some(value), kinds, from);
        self.to
    }

    fn kinds_of(&self, doc: &Document, value: ValueRef) -> Kinds {
        if self.rule.anything() {
            return Kinds(1);
        }
        let text = doc.value(value);
        let kinds = self.rule.kinds.iter().enumerate();
        Kinds(kinds.fold(0, |kinds, (bit, kind)| {
            kinds | u16::from(kind.accepts(text)) << bit
        }))
    }
}
