//! What is wrong with a document that is not valid: one problem for each cause.
//!
//! The same automaton as in [`super::check`], but after each problem the walk goes on as if it were
//! repaired: an unknown attribute does not count, a bad value counts as a good one, a missing attribute as
//! given, a misspelt element as the one that was meant; unknown elements are passed over, except that
//! their ids count as known, so that nobody complains about references to them. Nothing is reported
//! that a reported problem explains.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::check::{declares_prefix, in_namespace};
use super::grammar::Grammar;
use super::model::{Identity, Model, Rule};
use super::nearest::nearest;
use super::needs::{Need, factors, needs};
use super::pattern::{Automaton, Kinds, PatternId, Patterns, RuleId, Slot};
use super::value::{is_name, trim};
use super::versions::Version;
use super::{MAX_PROBLEMS, Problem, ProblemKind};
use crate::xml::{Document, Element, NodeKind, Nodes};

/// Most references to nothing for which a similar id is looked for, and most ids looked at for each.
///
/// Reason: comparing all with all would take hours for a large document cut in half.
const MAX_REFERENCES_COMPARED: usize = 20;
const MAX_IDS_COMPARED: usize = 50_000;

/// Characters of unexpected text that are shown.
const TEXT_SHOWN: usize = 30;

/// The problems of `doc` under `version`, in document order, references to nothing last.
pub(super) fn problems(doc: &Document, grammar: &Grammar, version: Version) -> Vec<Problem> {
    let model = grammar.model(version);
    let mut explain = Explain {
        grammar,
        version,
        model,
        source: Arc::from(doc.source()),
        automaton: Automaton::new(model.patterns.clone()),
        problems: Vec::new(),
        ids: HashMap::new(),
        ids_in_order: Vec::new(),
        excused: HashSet::new(),
        references: Vec::new(),
    };
    explain.walk(doc);
    explain.check_references();
    explain.problems.truncate(MAX_PROBLEMS);
    explain.problems
}

struct Explain<'d, 'm> {
    grammar: &'m Grammar,
    version: Version,
    model: &'m Model,
    source: Arc<str>,
    automaton: Automaton,
    problems: Vec<Problem>,
    /// Ids and the lines of their elements.
    ids: HashMap<&'d str, u32>,
    ids_in_order: Vec<&'d str>,
    /// Ids that do not count but were complained about already.
    excused: HashSet<&'d str>,
    references: Vec<Reference<'d>>,
}

struct Reference<'d> {
    element: Element<'d>,
    attribute: &'static str,
    value: &'d str,
}

/// An attribute that the element's definition knows.
#[derive(Clone, Copy)]
struct Given<'d> {
    slot: Slot,
    kinds: Kinds,
    name: &'static str,
    value: &'d str,
}

impl Given<'_> {
    fn shown(&self) -> String {
        format!("{}=\"{}\"", self.name, self.value)
    }
}

/// An element whose end was not reached yet.
struct Open<'d, 'm> {
    element: Element<'d>,
    rule: &'m Rule,
    given: Vec<Given<'d>>,
    /// The state after the given attributes while more might come.
    before_end: PatternId,
    /// Whether attributes were complained about, so that `before_end` says too much.
    excused: bool,
    state: PatternId,
    rest: Nodes<'d>,
    children_taken: bool,
    unknown_children: bool,
    /// Names of children that were complained about as being in a wrong place.
    misplaced: Vec<&'d str>,
    text_seen: bool,
}

impl<'d, 'm> Explain<'d, 'm> {
    fn walk(&mut self, doc: &'d Document) {
        let root = doc.root_element();
        let start = self.model.rule(self.model.start).name;
        if root.name() != start {
            let mut problem = Problem::new(&self.source, root, ProblemKind::WrongRoot);
            problem.expected = vec![start.to_owned()];
            self.problems.push(problem);
            return;
        }
        let mut stack = Vec::new();
        stack.extend(self.enter(root, self.model.start));
        while let Some(open) = stack.last_mut() {
            if self.problems.len() >= MAX_PROBLEMS {
                return;
            }
            let Some(node) = open.rest.next() else {
                self.leave(open);
                stack.pop();
                continue;
            };
            match node.kind() {
                NodeKind::Element => {
                    if let Some(child) = node.element()
                        && let Some(rule) = self.take_child(open, child)
                    {
                        stack.extend(self.enter(child, rule));
                    }
                }
                NodeKind::Text | NodeKind::CData => self.take_text(open, node.content()),
                NodeKind::Comment | NodeKind::Instruction => {}
            }
        }
    }

    fn problem(&self, element: Element<'_>, kind: ProblemKind) -> Problem {
        Problem::new(&self.source, element, kind)
    }

    // ---- attributes

    /// Checks the attributes of an element; `None` if what is in it does not matter.
    fn enter(&mut self, element: Element<'d>, rule: RuleId) -> Option<Open<'d, 'm>> {
        let rule = self.model.rule(rule);
        if rule.anything {
            if in_namespace(element) {
                self.complain_of_namespace(element);
            }
            return None;
        }
        let mut given = Vec::new();
        let mut meant = Vec::new();
        let mut ambiguous = false;
        for (name, value) in element.attrs() {
            let symbol = self.grammar.symbols.find(name);
            let Some(slot) = symbol.and_then(|symbol| rule.slot(symbol)) else {
                if name == "xmlns" {
                    if !value.is_empty() {
                        self.complain_of_namespace(element);
                    }
                } else if !declares_prefix(name) {
                    meant.extend(self.unknown_attribute(element, rule, name));
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
                    self.bad_value(element, rule, slot, value);
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

        let mut before_end = self.after(rule, &given, None);
        let mut excused = ambiguous;
        if before_end == Patterns::IMPOSSIBLE {
            before_end = self.conflict(element, rule, &mut given);
            excused = true;
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

    /// The state after all given attributes but one.
    fn after(&mut self, rule: &Rule, given: &[Given<'d>], without: Option<usize>) -> PatternId {
        let mut state = rule.content;
        for (index, attribute) in given.iter().enumerate() {
            if without != Some(index) {
                state = self
                    .automaton
                    .attribute(state, attribute.slot, attribute.kinds);
            }
        }
        state
    }

    fn complain_of_namespace(&mut self, element: Element<'d>) {
        let uri = element.attr("xmlns").unwrap_or_default().to_owned();
        let problem = self.problem(element, ProblemKind::Namespace { uri });
        self.problems.push(problem);
    }

    /// Returns the name that was probably meant.
    fn unknown_attribute(
        &mut self,
        element: Element<'d>,
        rule: &'m Rule,
        name: &'d str,
    ) -> Option<&'static str> {
        let free: Vec<&'static str> = rule
            .attributes
            .iter()
            .map(|attribute| attribute.name)
            .filter(|known| element.attr(known).is_none())
            .collect();
        let meant = nearest(name, free.iter().copied());
        let mut problem = self.problem(element, ProblemKind::UnknownAttribute);
        problem.attribute = Some(name.to_owned());
        problem.nearest = meant.map(str::to_owned);
        problem.expected = free.iter().map(|name| (*name).to_owned()).collect();
        problem.allowed_in = self.allowed_in(|model| {
            let mut rules = model.rules().iter().filter(|other| other.name == rule.name);
            rules.any(|other| other.attributes.iter().any(|known| known.name == name))
        });
        self.problems.push(problem);
        meant
    }

    fn bad_value(&mut self, element: Element<'d>, rule: &'m Rule, slot: Slot, value: &str) {
        let attribute = rule.attribute(slot);
        let mut problem = self.problem(
            element,
            ProblemKind::BadValue {
                value: value.to_owned(),
            },
        );
        problem.attribute = Some(attribute.name.to_owned());
        problem.expected = attribute
            .kinds
            .iter()
            .flat_map(|kind| kind.describe())
            .collect();
        // Newest schema first: who mistypes a version means a new one.
        let words = attribute.kinds.iter().flat_map(|kind| kind.words());
        let words: Vec<&str> = words.collect();
        problem.nearest = nearest(value, words.into_iter().rev()).map(str::to_owned);
        problem.allowed_in = self.allowed_in(|model| {
            let rules = model.rules().iter().filter(|other| other.name == rule.name);
            rules.flat_map(|other| &other.attributes).any(|known| {
                known.name == attribute.name && known.kinds.iter().any(|kind| kind.accepts(value))
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
    fn conflict(
        &mut self,
        element: Element<'d>,
        rule: &'m Rule,
        given: &mut Vec<Given<'d>>,
    ) -> PatternId {
        let mut partly = None;
        for index in (0..given.len()).rev() {
            let state = self.after(rule, given, Some(index));
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
            let state = self.after(rule, given, None);
            if self.automaton.end_of_attributes(state) != Patterns::IMPOSSIBLE {
                given[index].kinds = before;
                self.report_conflict(element, rule, given, index);
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

    fn report_conflict(
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
        let mut problem = self.problem(
            element,
            ProblemKind::Conflict {
                value: blamed.value.to_owned(),
                with,
            },
        );
        problem.attribute = Some(blamed.name.to_owned());
        self.problems.push(problem);
    }

    fn missing_attributes(
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

    /// Alternatives in words, like `score and node` and `element rule`.
    fn show_ways(&self, rule: &Rule, ways: &[Vec<Need>]) -> Vec<String> {
        ways.iter()
            .map(|way| {
                let parts: Vec<String> = way
                    .iter()
                    .map(|need| match need {
                        Need::Attribute(slot) => rule.attribute(*slot).name.to_owned(),
                        Need::Child(child) => format!("element {}", self.model.rule(*child).name),
                    })
                    .collect();
                parts.join(" and ")
            })
            .collect()
    }

    // ---- content

    /// Takes note of a child; the definition to check it with, unless it is unknown.
    fn take_child(&mut self, open: &mut Open<'d, 'm>, child: Element<'d>) -> Option<RuleId> {
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
    fn unknown_element(&mut self, open: &Open<'d, 'm>, child: Element<'d>) -> Option<RuleId> {
        let children = &open.rule.children;
        let names: Vec<&str> = children
            .iter()
            .map(|&child| self.model.rule(child).name)
            .collect();
        let meant = nearest(child.name(), names.iter().copied());
        let mut problem = self.problem(
            child,
            ProblemKind::UnknownElement {
                parent: open.element.name().to_owned(),
            },
        );
        problem.nearest = meant.map(str::to_owned);
        problem.expected = names.iter().map(|name| (*name).to_owned()).collect();
        if problem.expected.is_empty() {
            problem.expected = vec!["nothing".to_owned()];
        }
        problem.allowed_in = self.allowed_in(|model| {
            let mut rules = model
                .rules()
                .iter()
                .filter(|other| other.name == open.rule.name);
            rules.any(|other| {
                let mut children = other.children.iter().map(|&child| model.rule(child).name);
                children.any(|name| name == child.name())
            })
        });
        self.problems.push(problem);
        let meant = meant?;
        children
            .iter()
            .copied()
            .find(|&child| self.model.rule(child).name == meant)
    }

    fn misplaced_element(&mut self, open: &Open<'d, 'm>, child: Element<'d>, rule: RuleId) {
        let parent = open.element.name().to_owned();
        let excluding = (0..open.given.len()).find(|&index| {
            let state = self.after(open.rule, &open.given, Some(index));
            let state = self.automaton.patterns().forgiving_attributes(state);
            let state = self.after_children(open, state, child);
            self.automaton.child(state, rule) != Patterns::IMPOSSIBLE
        });
        let mut earlier = open
            .element
            .children()
            .take_while(|other| other.id() != child.id());
        let kind = if let Some(index) = excluding {
            ProblemKind::ExcludedElement {
                parent,
                by: open.given[index].shown(),
            }
        } else if earlier.any(|other| other.name() == child.name()) {
            ProblemKind::RepeatedElement { parent }
        } else {
            ProblemKind::MisplacedElement { parent }
        };
        let mut problem = self.problem(child, kind);
        for &possible in &open.rule.children {
            if self.automaton.child(open.state, possible) != Patterns::IMPOSSIBLE {
                problem
                    .expected
                    .push(self.model.rule(possible).name.to_owned());
            }
        }
        if self.automaton.may_end(open.state) {
            problem
                .expected
                .push(format!("the end of {}", open.element.name()));
        }
        self.problems.push(problem);
    }

    /// The state after the children before `last` as far as they may be there.
    fn after_children(
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

    fn take_text(&mut self, open: &mut Open<'d, 'm>, text: &str) {
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
    fn leave(&mut self, open: &Open<'d, 'm>) {
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

    // ---- ids

    fn take_id(&mut self, element: Element<'d>, attribute: &'static str, value: &'d str) {
        let id = trim(value);
        if !is_name(id) {
            self.excused.insert(id);
            return;
        }
        if let Some(&first_line) = self.ids.get(id) {
            let mut problem = self.problem(
                element,
                ProblemKind::DuplicateId {
                    value: id.to_owned(),
                    first_line,
                },
            );
            problem.attribute = Some(attribute.to_owned());
            self.problems.push(problem);
            return;
        }
        self.ids.insert(id, element.line());
        self.ids_in_order.push(id);
    }

    /// Nobody is to complain about references into what was passed over.
    fn excuse_ids(&mut self, element: Element<'d>) {
        self.excused.extend(element.xml_id().map(trim));
        for below in element.descendants() {
            self.excused.extend(below.xml_id().map(trim));
        }
    }

    fn check_references(&mut self) {
        let mut compared = 0;
        for reference in std::mem::take(&mut self.references) {
            if self.problems.len() >= MAX_PROBLEMS {
                return;
            }
            let id = trim(reference.value);
            if self.ids.contains_key(id) || self.excused.contains(id) {
                continue;
            }
            let value = reference.value.to_owned();
            let kind = if is_name(id) {
                ProblemKind::DanglingReference { value }
            } else {
                ProblemKind::BadValue { value }
            };
            let mut problem = self.problem(reference.element, kind);
            problem.attribute = Some(reference.attribute.to_owned());
            problem.expected = vec!["the id of something in the document".to_owned()];
            if compared < MAX_REFERENCES_COMPARED {
                compared += 1;
                let candidates = self.ids_in_order.iter().take(MAX_IDS_COMPARED);
                problem.nearest = nearest(id, candidates.copied()).map(str::to_owned);
            }
            self.problems.push(problem);
        }
    }

    // ---- other versions

    /// The other versions for which `holds`, as ranges of numbers.
    fn allowed_in(&self, holds: impl Fn(&Model) -> bool) -> Option<String> {
        let mut ranges: Vec<(Version, Version)> = Vec::new();
        let mut unbroken = false;
        for version in Version::all() {
            let held = version != self.version && holds(self.grammar.model(version));
            match ranges.last_mut() {
                Some(range) if held && unbroken => range.1 = version,
                Some(_) | None if held => ranges.push((version, version)),
                Some(_) | None => {}
            }
            unbroken = held;
        }
        let texts: Vec<String> = ranges
            .iter()
            .map(|&(first, last)| {
                if first == last {
                    first.number().to_owned()
                } else {
                    format!("{} to {}", first.number(), last.number())
                }
            })
            .collect();
        (!texts.is_empty()).then(|| texts.join(", "))
    }
}
