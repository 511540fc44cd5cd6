//! Problems with attributes: unknown ones, bad values, those that do not go together, missing ones.

use super::{Explain, Given, Open, Reference};
use crate::validate::ProblemKind;
use crate::validate::check::{declares_prefix, in_namespace};
use crate::validate::model::{AttributeRule, Identity, Rule};
use crate::validate::nearest::nearest;
use crate::validate::needs::{Need, factors, needs};
use crate::validate::pattern::{Kinds, PatternId, Patterns, RuleId, Slot};
use crate::validate::value::ValueKind;
use crate::xml::Element;

impl<'d, 'm> Explain<'d, 'm> {
    /// Checks the attributes of an element; `None` if what is in it does not matter.
    pub(super) fn enter(&mut self, element: Element<'d>, rule: RuleId) -> Option<Open<'d, 'm>> {
        let rule = self.model.rule(rule);
        if rule.anything {
            if in_namespace(element) {
                self.complain_of_namespace(element);
            }
            return None;
        }
        let mut given = Vec::new();
        let mut unknown = Vec::new();
        let mut ambiguous = false;
        for (name, value) in element.attrs() {
            let symbol = self.grammar.symbols.find(name);
            let Some(slot) = symbol.and_then(|symbol| rule.slot(symbol)) else {
                if name == "xmlns" {
                    if !value.is_empty() {
                        self.complain_of_namespace(element);
                    }
                } else if !declares_prefix(name) {
                    unknown.push(name);
                }
                continue;
            };
            let attribute = rule.attribute(slot);
            let mut kinds = 0;
            for (bit, kind) in attribute.kinds.iter().enumerate() {
                kinds |= u16::from(kind.accepts(value)) << bit;
            }
            let mut kinds = Kinds(kinds);
            if kinds == Kinds(0) {
                kinds = Kinds::ALL;
                ambiguous |= attribute.kinds.len() > 1;
                // A reference is looked at when all ids are known.
                if attribute.identity != Identity::Reference {
                    self.bad_value(element, attribute, &attribute.kinds, value);
                }
            }
            match attribute.identity {
                Identity::None => {}
                Identity::Id => self.take_id(element, attribute.name, value),
                Identity::Reference => self.references.push(Reference {
                    element,
                    attribute: attribute.name,
                    value,
                }),
            }
            given.push(Given {
                slot,
                kinds,
                name: attribute.name,
                value,
            });
        }

        let mut before_end = self.after(rule, &given, &[]);
        let mut excused = ambiguous;
        if before_end == Patterns::IMPOSSIBLE {
            before_end = self.conflict(element, rule, &mut given);
            excused = true;
        }
        let mut meant = Vec::new();
        for name in unknown {
            meant.extend(self.unknown_attribute(element, rule, before_end, name));
        }
        let mut state = self.automaton.end_of_attributes(before_end);
        if state == Patterns::IMPOSSIBLE {
            if !ambiguous {
                self.missing_attributes(element, rule, before_end, &meant);
            }
            excused = true;
            state = self.automaton.patterns().forgiving_attributes(before_end);
        }
        Some(Open {
            element,
            rule,
            given,
            before_end,
            excused,
            state,
            rest: element.nodes(),
            children_taken: false,
            unknown_children: false,
            misplaced: Vec::new(),
            text_seen: false,
        })
    }

    /// The state after all given attributes but some.
    pub(super) fn after(
        &mut self,
        rule: &Rule,
        given: &[Given<'d>],
        without: &[usize],
    ) -> PatternId {
        let mut state = rule.content;
        for (index, attribute) in given.iter().enumerate() {
            if !without.contains(&index) {
                state = self
                    .automaton
                    .attribute(state, attribute.slot, attribute.kinds);
            }
        }
        state
    }

    pub(super) fn complain_of_namespace(&mut self, element: Element<'d>) {
        let uri = element.attr("xmlns").unwrap_or_default().to_owned();
        let problem = self.problem(element, ProblemKind::Namespace { uri });
        self.problems.push(problem);
    }

    /// Returns the name that was probably meant.
    pub(super) fn unknown_attribute(
        &mut self,
        element: Element<'d>,
        rule: &'m Rule,
        state: PatternId,
        name: &'d str,
    ) -> Option<&'static str> {
        let mut free = Vec::new();
        for (number, known) in rule.attributes.iter().enumerate() {
            // A definition has at most 255 attributes.
            let next = self
                .automaton
                .attribute(state, Slot(number as u8), Kinds::ALL);
            if next != Patterns::IMPOSSIBLE && element.attr(known.name).is_none() {
                free.push(known.name);
            }
        }
        let meant = nearest(name, free.iter().copied());
        let mut problem = self.problem(element, ProblemKind::UnknownAttribute);
        problem.attribute = Some(name.to_owned());
        problem.nearest = meant.map(str::to_owned);
        problem.expected = free.iter().map(|name| (*name).to_owned()).collect();
        problem.allowed_in = self.allowed_in(element, |_, other| {
            other.attributes.iter().any(|known| known.name == name)
        });
        self.problems.push(problem);
        meant
    }

    /// A value that is of none of some kinds.
    pub(super) fn bad_value(
        &mut self,
        element: Element<'d>,
        attribute: &AttributeRule,
        kinds: &[ValueKind],
        value: &str,
    ) {
        let mut problem = self.problem(
            element,
            ProblemKind::BadValue {
                value: value.to_owned(),
            },
        );
        problem.attribute = Some(attribute.name.to_owned());
        if kinds.iter().any(ValueKind::refuses_some) {
            // Old spellings and what is no longer supported: listing all of them would not help.
            problem.expected = vec!["another value".to_owned()];
            let respelled = value.replace('_', "-");
            problem.nearest = attribute.accepts(&respelled).then_some(respelled);
            problem.nearest = problem.nearest.filter(|respelled| respelled != value);
        } else {
            problem.expected = kinds.iter().flat_map(ValueKind::describe).collect();
            // Newest schema first: who mistypes a version means a new one.
            let words: Vec<&str> = kinds.iter().flat_map(ValueKind::words).collect();
            problem.nearest = nearest(value, words.into_iter().rev()).map(str::to_owned);
        }
        problem.allowed_in = self.allowed_in(element, |_, other| {
            let mut known = other.attributes.iter();
            let known = known.find(|known| known.name == attribute.name);
            // A text that is refused by name may still do in another alternative, which is not meant.
            known.is_some_and(|known| {
                let mut kinds = known.kinds.iter();
                known.accepts(value)
                    && !kinds.any(|kind| kind.refuses_some() && !kind.accepts(value))
            })
        });
        self.problems.push(problem);
    }

    /// Reports attributes of which each is fine but not all together. Leaves out or excuses what is to
    /// blame and returns the state that follows.
    ///
    /// Tried in this order, the last attribute first: leaving one out so that nothing else is wrong;
    /// another value of one so that nothing else is wrong; leaving one out so that the rest goes together;
    /// leaving out each that does not go together with those before it.
    pub(super) fn conflict(
        &mut self,
        element: Element<'d>,
        rule: &'m Rule,
        given: &mut Vec<Given<'d>>,
    ) -> PatternId {
        let mut partly = None;
        for index in (0..given.len()).rev() {
            let state = self.after(rule, given, &[index]);
            if state == Patterns::IMPOSSIBLE {
                continue;
            }
            if self.automaton.end_of_attributes(state) != Patterns::IMPOSSIBLE {
                self.report_conflict(element, rule, given, index);
                given.remove(index);
                return state;
            }
            partly = partly.or(Some((index, state)));
        }
        for index in (0..given.len()).rev() {
            let before = given[index].kinds;
            given[index].kinds = Kinds::ALL;
            let state = self.after(rule, given, &[]);
            if self.automaton.end_of_attributes(state) != Patterns::IMPOSSIBLE {
                given[index].kinds = before;
                self.report_value_conflict(element, rule, given, index);
                given[index].kinds = Kinds::ALL;
                return state;
            }
            given[index].kinds = before;
        }
        if let Some((index, state)) = partly {
            self.report_conflict(element, rule, given, index);
            given.remove(index);
            return state;
        }
        let mut state = rule.content;
        let mut kept = Vec::new();
        let mut first_refused = None;
        for (index, attribute) in given.iter().enumerate() {
            let next = self
                .automaton
                .attribute(state, attribute.slot, attribute.kinds);
            if next == Patterns::IMPOSSIBLE {
                first_refused = first_refused.or(Some(index));
            } else {
                state = next;
                kept.push(*attribute);
            }
        }
        if let Some(index) = first_refused {
            self.report_conflict(element, rule, given, index);
        }
        *given = kept;
        state
    }

    pub(super) fn report_conflict(
        &mut self,
        element: Element<'d>,
        rule: &'m Rule,
        given: &[Given<'d>],
        index: usize,
    ) {
        let blamed = given[index];
        let mut with = Vec::new();
        for (other_index, other) in given.iter().enumerate() {
            if other_index != index {
                let state = self
                    .automaton
                    .attribute(rule.content, other.slot, other.kinds);
                let both = self.automaton.attribute(state, blamed.slot, blamed.kinds);
                if both == Patterns::IMPOSSIBLE {
                    with.push(other.shown());
                }
            }
        }
        if with.is_empty() {
            let others = given.iter().enumerate().filter(|other| other.0 != index);
            with = others.map(|(_, other)| other.shown()).collect();
        }
        let value = blamed.value.to_owned();
        let mut problem = self.problem(element, ProblemKind::Conflict { value, with });
        problem.attribute = Some(blamed.name.to_owned());
        self.problems.push(problem);
    }

    /// As [`Self::report_conflict`], where another value would do.
    pub(super) fn report_value_conflict(
        &mut self,
        element: Element<'d>,
        rule: &'m Rule,
        given: &mut [Given<'d>],
        index: usize,
    ) {
        let blamed = given[index];
        let attribute = rule.attribute(blamed.slot);
        let mut fitting = Vec::new();
        for (bit, kind) in attribute.kinds.iter().enumerate() {
            given[index].kinds = Kinds(1 << bit);
            let state = self.after(rule, given, &[]);
            if self.automaton.end_of_attributes(state) != Patterns::IMPOSSIBLE {
                fitting.push(kind.clone());
            }
        }
        given[index].kinds = blamed.kinds;
        if fitting.iter().any(ValueKind::refuses_some) {
            self.bad_value(element, attribute, &fitting, blamed.value);
            return;
        }
        self.report_conflict(element, rule, given, index);
        if let Some(problem) = self.problems.last_mut() {
            problem.expected = fitting.iter().flat_map(ValueKind::describe).collect();
        }
    }

    pub(super) fn missing_attributes(
        &mut self,
        element: Element<'d>,
        rule: &'m Rule,
        state: PatternId,
        meant: &[&'static str],
    ) {
        for factor in factors(self.automaton.patterns(), state) {
            let without_children = needs(self.automaton.patterns(), factor, false);
            if without_children.iter().any(Vec::is_empty) {
                continue;
            }
            let ways = needs(self.automaton.patterns(), factor, true);
            // A misspelt attribute is not missing as well.
            let misspelt = ways.iter().flatten().any(|need| match need {
                Need::Attribute(slot) => meant.contains(&rule.attribute(*slot).name),
                Need::Child(_) => false,
            });
            if misspelt {
                continue;
            }
            let mut problem = self.problem(element, ProblemKind::MissingAttribute);
            if let [only] = ways.as_slice()
                && let [Need::Attribute(slot)] = only.as_slice()
            {
                let attribute = rule.attribute(*slot);
                problem.attribute = Some(attribute.name.to_owned());
            }
            problem.expected = self.show_ways(rule, &ways);
            self.problems.push(problem);
        }
    }
}
