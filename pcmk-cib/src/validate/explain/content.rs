//! Problems with what is in an element: unknown, superfluous, misplaced and missing children, text.

use super::{Explain, Open};
use crate::validate::ProblemKind;
use crate::validate::check::in_namespace;
use crate::validate::nearest::nearest;
use crate::validate::needs::{Need, factors, needs};
use crate::validate::pattern::{PatternId, Patterns, RuleId};
use crate::validate::value::trim;
use crate::xml::Element;

/// Characters of unexpected text that are shown.
const TEXT_SHOWN: usize = 30;

/// Most children before a misplaced one for which it is found out what excludes it.
///
/// Reason: they are gone through for each pair of attributes.
const MAX_CHILDREN_REPLAYED: usize = 1000;

impl<'d, 'm> Explain<'d, 'm> {
    /// Takes note of a child; the definition to check it with, unless it is unknown.
    pub(super) fn take_child(
        &mut self,
        open: &mut Open<'d, 'm>,
        child: Element<'d>,
    ) -> Option<RuleId> {
        if in_namespace(child) {
            self.complain_of_namespace(child);
            open.unknown_children = true;
            self.excuse_ids(child);
            return None;
        }
        let symbol = self.grammar.symbols.find(child.name());
        let Some(rule) = symbol.and_then(|symbol| open.rule.child(symbol)) else {
            let meant = self.unknown_element(open, child);
            let Some(meant) = meant else {
                open.unknown_children = true;
                self.excuse_ids(child);
                return None;
            };
            let next = self.automaton.child(open.state, meant);
            if next != Patterns::IMPOSSIBLE {
                open.state = next;
                open.children_taken = true;
            }
            return Some(meant);
        };
        let next = self.automaton.child(open.state, rule);
        if next == Patterns::IMPOSSIBLE {
            if !open.misplaced.contains(&child.name()) {
                self.misplaced_element(open, child, rule);
                open.misplaced.push(child.name());
            }
        } else {
            open.state = next;
            open.children_taken = true;
        }
        Some(rule)
    }

    /// Returns the definition of the element that was probably meant.
    pub(super) fn unknown_element(
        &mut self,
        open: &Open<'d, 'm>,
        child: Element<'d>,
    ) -> Option<RuleId> {
        let children = &open.rule.children;
        let all = children.iter().map(|&child| self.model.rule(child).name);
        let meant = nearest(child.name(), all);
        let mut problem = self.problem(
            child,
            ProblemKind::UnknownElement {
                parent: open.element.name().to_owned(),
            },
        );
        problem.nearest = meant.map(str::to_owned);
        problem.expected = self.possible(open);
        problem.allowed_in = self.allowed_in(open.element, |model, other| {
            let mut names = other.children.iter().map(|&child| model.rule(child).name);
            names.any(|name| name == child.name())
        });
        self.problems.push(problem);
        let meant = meant?;
        children
            .iter()
            .copied()
            .find(|&child| self.model.rule(child).name == meant)
    }

    pub(super) fn misplaced_element(
        &mut self,
        open: &Open<'d, 'm>,
        child: Element<'d>,
        rule: RuleId,
    ) {
        let parent = open.element.name().to_owned();
        let by = self.excluding(open, child, rule);
        let mut earlier = open
            .element
            .children()
            .take_while(|other| other.id() != child.id());
        let kind = if !by.is_empty() {
            ProblemKind::ExcludedElement { parent, by }
        } else if earlier.any(|other| other.name() == child.name()) {
            ProblemKind::RepeatedElement { parent }
        } else {
            ProblemKind::MisplacedElement { parent }
        };
        let mut problem = self.problem(child, kind);
        problem.expected = self.possible(open);
        self.problems.push(problem);
    }

    /// The names of the elements that may come next.
    pub(super) fn possible(&mut self, open: &Open<'d, 'm>) -> Vec<String> {
        let mut names = Vec::new();
        for &child in &open.rule.children {
            if self.automaton.child(open.state, child) != Patterns::IMPOSSIBLE {
                names.push(self.model.rule(child).name.to_owned());
            }
        }
        if names.is_empty() {
            names.push("nothing".to_owned());
        }
        names
    }

    /// The attributes, one or two, but for which a child might stand where it stands.
    pub(super) fn excluding(
        &mut self,
        open: &Open<'d, 'm>,
        child: Element<'d>,
        rule: RuleId,
    ) -> Vec<String> {
        let mut before = open
            .element
            .children()
            .take_while(|other| other.id() != child.id());
        if before.nth(MAX_CHILDREN_REPLAYED).is_some() {
            return Vec::new();
        }
        // Missing attributes count as given, so what they do not exclude is not for others to exclude.
        if self.fits_without(open, child, rule, &[]) {
            return Vec::new();
        }
        let count = open.given.len();
        let pairs =
            (0..count).flat_map(|first| (first + 1..count).map(move |other| vec![first, other]));
        for without in (0..count).map(|one| vec![one]).chain(pairs) {
            if self.fits_without(open, child, rule, &without) {
                return without
                    .iter()
                    .map(|&index| open.given[index].shown())
                    .collect();
            }
        }
        Vec::new()
    }

    /// Whether a child might stand where it stands if some attributes were not given.
    pub(super) fn fits_without(
        &mut self,
        open: &Open<'d, 'm>,
        child: Element<'d>,
        rule: RuleId,
        without: &[usize],
    ) -> bool {
        let state = self.after(open.rule, &open.given, without);
        let state = self.automaton.patterns().forgiving_attributes(state);
        let state = self.after_children(open, state, child);
        self.automaton.child(state, rule) != Patterns::IMPOSSIBLE
    }

    /// The state after the children before `last` as far as they may be there.
    pub(super) fn after_children(
        &mut self,
        open: &Open<'d, 'm>,
        mut state: PatternId,
        last: Element<'d>,
    ) -> PatternId {
        for child in open.element.children() {
            if child.id() == last.id() {
                break;
            }
            let symbol = self.grammar.symbols.find(child.name());
            if let Some(rule) = symbol.and_then(|symbol| open.rule.child(symbol)) {
                let next = self.automaton.child(state, rule);
                if next != Patterns::IMPOSSIBLE {
                    state = next;
                }
            }
        }
        state
    }

    pub(super) fn take_text(&mut self, open: &mut Open<'d, 'm>, text: &str) {
        let text = trim(text);
        if text.is_empty() || open.text_seen {
            return;
        }
        open.text_seen = true;
        let problem = self.problem(
            open.element,
            ProblemKind::UnexpectedText {
                text: text.chars().take(TEXT_SHOWN).collect(),
            },
        );
        self.problems.push(problem);
    }

    /// The end of an element: is something missing?
    pub(super) fn leave(&mut self, open: &Open<'d, 'm>) {
        if self.automaton.may_end(open.state) || open.unknown_children {
            return;
        }
        // Before the first child the attributes may still be what is missing.
        let state = if open.children_taken || open.excused {
            open.state
        } else {
            open.before_end
        };
        for factor in factors(self.automaton.patterns(), state) {
            let ways = needs(self.automaton.patterns(), factor, true);
            if ways.iter().any(Vec::is_empty) {
                continue;
            }
            // What stands in a wrong place is not missing as well.
            let present = ways.iter().flatten().any(|need| match need {
                Need::Attribute(_) => false,
                Need::Child(child) => open.misplaced.contains(&self.model.rule(*child).name),
            });
            if present {
                continue;
            }
            let mut problem = self.problem(open.element, ProblemKind::MissingElement);
            problem.expected = self.show_ways(open.rule, &ways);
            self.problems.push(problem);
        }
    }
}
