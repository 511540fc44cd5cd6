//! Yes or no: whether a document is valid. Stops at the first problem.
//!
//! One pass over the document from the top down. Each open element has a state of the automaton; an
//! attribute or child leads to the next state, and an element may end where what remains may be empty. The
//! open elements are on a stack of our own. Ids are collected on the way and references looked up at the
//! end, since they may point ahead.

use super::grammar::Grammar;
use super::identities::Identities;
use super::model::{Model, Rule, Symbol, Symbols};
use super::pattern::{Automaton, PatternId, Patterns, RuleId, Slot};
use super::plan::{Plan, Step};
use super::value::trim;
use crate::xml::{Document, Element, NodeKind, Nodes};

/// Whether `doc` is valid under `model`.
pub(super) fn is_valid(doc: &Document, grammar: &Grammar, model: &Model) -> bool {
    // About as many ids as a CIB with status has.
    let ids = doc.slots() / 2;
    let mut check = Check::new(doc, grammar, model, ids);
    check.run(doc).is_some()
}

pub(super) struct Check<'d, 'm> {
    pub(super) model: &'m Model,
    symbols: &'m Symbols,
    /// What the grammar calls the document's names, by their number in the document, as far as that was looked up.
    known: Vec<Option<Option<Symbol>>>,
    /// By the number of a list of attribute names: what definitions say of it.
    plans: Vec<Vec<(RuleId, Plan<'m>)>>,
    automaton: Automaton,
    pub(super) identities: Identities<'d>,
}

/// An element whose end was not reached yet.
struct Open<'d, 'm> {
    rule: &'m Rule,
    state: PatternId,
    rest: Nodes<'d>,
}

impl<'d, 'm> Check<'d, 'm> {
    /// `ids`: how many there will be, about.
    pub(super) fn new(
        doc: &'d Document,
        grammar: &'m Grammar,
        model: &'m Model,
        ids: usize,
    ) -> Check<'d, 'm> {
        Check {
            model,
            symbols: &grammar.symbols,
            known: vec![None; doc.name_count()],
            plans: (0..doc.shape_count()).map(|_| Vec::new()).collect(),
            automaton: Automaton::new(model.patterns.clone()),
            identities: Identities::new(doc, ids),
        }
    }

    /// `None` at the first problem.
    fn run(&mut self, doc: &'d Document) -> Option<()> {
        let root = doc.root_element();
        if root.name() != self.model.rule(self.model.start).name {
            return None;
        }
        self.element(root, self.model.start, |_| true)?;
        self.identities.are_closed().then_some(())
    }

    /// Checks an element, and those of the elements below it that are `wanted`; of the others, whether they may be there.
    /// `None` at the first problem.
    pub(super) fn element(
        &mut self,
        top: Element<'d>,
        rule: RuleId,
        wanted: impl Fn(Element<'d>) -> bool,
    ) -> Option<()> {
        let mut stack = Vec::new();
        stack.extend(self.enter(top, rule)?);
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
                    let child = self.child(open.rule, element)?;
                    open.state = self.automaton.child(open.state, child);
                    if open.state == Patterns::IMPOSSIBLE {
                        return None;
                    }
                    if wanted(element) {
                        stack.extend(self.enter(element, child)?);
                    }
                }
                NodeKind::Text | NodeKind::CData => {
                    if !trim(node.content()).is_empty() {
                        return None;
                    }
                }
                NodeKind::Comment | NodeKind::Instruction => {}
            }
        }
        Some(())
    }

    /// The definition of a child of an element with this definition.
    pub(super) fn child(&mut self, rule: &Rule, child: Element<'d>) -> Option<RuleId> {
        let symbol = self.symbol(child.name_number(), child.name())?;
        rule.child(symbol)
    }

    /// The place of an attribute in its element's definition.
    pub(super) fn slot(&mut self, rule: &Rule, number: usize, name: &str) -> Option<Slot> {
        self.symbol(number, name)
            .and_then(|symbol| rule.slot(symbol))
    }

    fn symbol(&mut self, number: usize, name: &str) -> Option<Symbol> {
        let symbols = self.symbols;
        *self.known[number].get_or_insert_with(|| symbols.find(name))
    }

    /// The place in `plans` of what a definition says of an element's attributes.
    fn plan(&mut self, element: Element<'d>, id: RuleId) -> (usize, usize) {
        let shape = element.shape_number();
        let plans = &self.plans[shape];
        let place = plans.iter().position(|(of, _)| *of == id);
        let place = place.unwrap_or_else(|| {
            let rule = self.model.rule(id);
            let plan = Plan::new(element, rule, |number, name| self.symbol(number, name));
            self.plans[shape].push((id, plan));
            self.plans[shape].len() - 1
        });
        (shape, place)
    }

    /// Checks the attributes of an element; `Some(None)` if what is in it does not matter.
    fn enter(&mut self, element: Element<'d>, id: RuleId) -> Option<Option<Open<'d, 'm>>> {
        let rule = self.model.rule(id);
        if rule.anything {
            return (!in_namespace(element)).then_some(None);
        }
        let (shape, place) = self.plan(element, id);
        let plan = &mut self.plans[shape][place].1;
        let doc = element.doc();
        let mut state = rule.content;
        for (step, &value) in plan.steps.iter_mut().zip(element.values()) {
            let known = match step {
                Step::Attribute(known) => known,
                Step::Declaration => continue,
                Step::Namespace if doc.value(value).is_empty() => continue,
                Step::Namespace | Step::Unknown => return None,
            };
            state = known.follow(doc, value, state, &mut self.automaton);
            if state == Patterns::IMPOSSIBLE {
                return None;
            }
            self.identities.note(known.rule.identity, element, value)?;
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
