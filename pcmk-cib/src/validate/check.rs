//! Yes or no: whether a document is valid. Stops at the first problem.
//!
//! One pass over the document from the top down. Each open element has a state of the automaton; an
//! attribute or child leads to the next state, and an element may end where what remains may be empty. The
//! open elements are on a stack of our own. Ids are collected on the way and references looked up at the
//! end, since they may point ahead.

use foldhash::HashSet;
use foldhash::fast::RandomState;

use super::grammar::Grammar;
use super::model::{Identity, Model, Rule, Symbol, Symbols};
use super::pattern::{Automaton, Kinds, PatternId, Patterns, RuleId};
use super::value::trim;
use crate::xml::{Document, Element, NodeKind, Nodes};

/// Whether `doc` is valid under `model`.
pub(super) fn is_valid(doc: &Document, grammar: &Grammar, model: &Model) -> bool {
    Check {
        model,
        symbols: &grammar.symbols,
        known: vec![None; doc.name_count()],
        automaton: Automaton::new(model.patterns.clone()),
        // About as many as a CIB with status has.
        ids: HashSet::with_capacity_and_hasher(doc.slots() / 2, RandomState::default()),
        references: Vec::new(),
    }
    .run(doc)
    .is_some()
}

struct Check<'d, 'm> {
    model: &'m Model,
    symbols: &'m Symbols,
    /// What the grammar calls the document's names, by their number in the document, as far as that was looked up.
    known: Vec<Option<Option<Symbol>>>,
    automaton: Automaton,
    ids: HashSet<&'d str>,
    references: Vec<&'d str>,
}

/// An element whose end was not reached yet.
struct Open<'d, 'm> {
    rule: &'m Rule,
    state: PatternId,
    rest: Nodes<'d>,
}

impl<'d, 'm> Check<'d, 'm> {
    /// `None` at the first problem.
    fn run(mut self, doc: &'d Document) -> Option<()> {
        let root = doc.root_element();
        if root.name() != self.model.rule(self.model.start).name {
            return None;
        }
        let mut stack = Vec::new();
        stack.extend(self.enter(root, self.model.start)?);
        while let Some(open) = stack.last_mut() {
            let Some(node) = open.rest.next() else {
                if !self.automaton.may_end(open.state) {
                    return None;
                }
                stack.pop();
                continue;
            };
            match node.kind() {
                NodeKind::Element => {
                    let element = node.element()?;
                    let symbol = self.symbol(element.name_number(), element.name())?;
                    let child = open.rule.child(symbol)?;
                    open.state = self.automaton.child(open.state, child);
                    if open.state == Patterns::IMPOSSIBLE {
                        return None;
                    }
                    stack.extend(self.enter(element, child)?);
                }
                NodeKind::Text | NodeKind::CData => {
                    if !trim(node.content()).is_empty() {
                        return None;
                    }
                }
                NodeKind::Comment | NodeKind::Instruction => {}
            }
        }
        self.references
            .iter()
            .all(|reference| self.ids.contains(reference))
            .then_some(())
    }

    fn symbol(&mut self, number: usize, name: &str) -> Option<Symbol> {
        let symbols = self.symbols;
        *self.known[number].get_or_insert_with(|| symbols.find(name))
    }

    /// Checks the attributes of an element; `Some(None)` if what is in it does not matter.
    fn enter(&mut self, element: Element<'d>, rule: RuleId) -> Option<Option<Open<'d, 'm>>> {
        let rule = self.model.rule(rule);
        if rule.anything {
            return (!in_namespace(element)).then_some(None);
        }
        let mut state = rule.content;
        for (number, name, value) in element.numbered_attrs() {
            let slot = match self
                .symbol(number, name)
                .and_then(|symbol| rule.slot(symbol))
            {
                Some(slot) => slot,
                None if declares_prefix(name) || (name == "xmlns" && value.is_empty()) => continue,
                None => return None,
            };
            let attribute = rule.attribute(slot);
            let mut kinds = 0;
            for (bit, kind) in attribute.kinds.iter().enumerate() {
                kinds |= u16::from(kind.accepts(value)) << bit;
            }
            state = self.automaton.attribute(state, slot, Kinds(kinds));
            if state == Patterns::IMPOSSIBLE {
                return None;
            }
            match attribute.identity {
                Identity::None => {}
                Identity::Id => {
                    if !self.ids.insert(trim(value)) {
                        return None;
                    }
                }
                Identity::Reference => self.references.push(trim(value)),
            }
        }
        let state = self.automaton.end_of_attributes(state);
        (state != Patterns::IMPOSSIBLE).then_some(Some(Open {
            rule,
            state,
            rest: element.nodes(),
        }))
    }
}

/// Whether an attribute of this name declares a namespace prefix, which is no attribute for a grammar.
pub(super) fn declares_prefix(name: &str) -> bool {
    name.starts_with("xmlns:")
}

/// Whether an element declares a default namespace, and so is in it.
pub(super) fn in_namespace(element: Element<'_>) -> bool {
    element.attr("xmlns").is_some_and(|uri| !uri.is_empty())
}
