//! What is wrong with a document that is not valid: one problem for each cause.
//!
//! The same automaton as in [`super::check`], but after each problem the walk goes on as if it were
//! repaired: an unknown attribute does not count, a bad value counts as a good one, a missing attribute as
//! given, a misspelt element as the one that was meant; unknown elements are passed over, except that
//! their ids count as known, so that nobody complains about references to them. Nothing is reported
//! that a reported problem explains.
//!
//! This file has the walk, ids and references; [`attributes`] and [`content`] have the two halves of an
//! element.

mod attributes;
mod content;

use foldhash::{HashMap, HashMapExt as _, HashSet, HashSetExt as _};
use std::sync::Arc;

use super::grammar::Grammar;
use super::model::{Model, Rule};
use super::nearest::nearest;
use super::needs::Need;
use super::pattern::{Automaton, Kinds, PatternId, Slot};
use super::value::{ValueKind, is_name, trim};
use super::versions::Version;
use super::{MAX_PROBLEMS, Problem, ProblemKind};
use crate::xml::{Document, Element, NodeKind, Nodes};

/// Most references to nothing for which a similar id is looked for, and most ids looked at for each.
///
/// Reason: comparing all with all would take hours for a large document cut in half.
const MAX_REFERENCES_COMPARED: usize = 20;
const MAX_IDS_COMPARED: usize = 50_000;

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
        if root.name() != self.model.rule(self.model.start).name {
            self.problems.push(Problem::wrong_root(doc));
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
            problem.expected = ValueKind::IdRef.describe();
            if compared < MAX_REFERENCES_COMPARED {
                compared += 1;
                let candidates = self.ids_in_order.iter().take(MAX_IDS_COMPARED);
                problem.nearest = nearest(id, candidates.copied()).map(str::to_owned);
            }
            self.problems.push(problem);
        }
    }

    // ---- other versions

    /// The other versions whose definition of the element in this place fulfils a condition, as ranges of
    /// numbers.
    fn allowed_in(
        &self,
        element: Element<'_>,
        holds: impl Fn(&Model, &Rule) -> bool,
    ) -> Option<String> {
        let mut path: Vec<&str> = std::iter::successors(Some(element), |element| element.parent())
            .map(Element::name)
            .collect();
        // The root's definition is where the path starts.
        path.pop();
        let mut ranges: Vec<(Version, Version)> = Vec::new();
        let mut unbroken = false;
        for version in Version::all() {
            let model = self.grammar.model(version);
            let rule = path
                .iter()
                .rev()
                .try_fold(model.rule(model.start), |rule, name| {
                    let child = rule.child(self.grammar.symbols.find(name)?)?;
                    Some(model.rule(child))
                });
            let held = version != self.version && rule.is_some_and(|rule| holds(model, rule));
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
