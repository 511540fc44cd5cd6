//! Whether a document that was valid when it was read is so still.
//!
//! Problem: a change touches a few elements of a CIB of many thousands, and must not cost as much as checking all of them.
//!
//! Approach: what is shared with the document as it was read was checked then. What is left are elements that changed, new
//! ones, and the parents of both, whose children are not the same any more. This only ever says yes for certain: wherever
//! something may matter elsewhere (ids and references, elements that moved), it says no, and all is checked.

use foldhash::HashSet;

use super::check::Check;
use super::grammar::Grammar;
use super::identities::{ID, Identities};
use super::model::{Identity, Model};
use super::pattern::RuleId;
use super::value::trim;
use crate::xml::{Document, Element, ElementId, Since};

/// Whether `doc`, which was valid under `model` as it was read, certainly is so.
pub(super) fn is_still_valid(doc: &Document, grammar: &Grammar, model: &Model) -> bool {
    let mut check = Check::new(doc, grammar, model, 0);
    run(doc, &mut check).is_some()
}

/// `None`: not for certain.
fn run<'d>(doc: &'d Document, check: &mut Check<'d, '_>) -> Option<()> {
    let mut new = HashSet::default();
    let mut parents = Vec::new();
    let mut work: HashSet<ElementId> = HashSet::default();
    for (id, since) in doc.changes_since_read() {
        let node = doc.node_at(id);
        match since {
            Since::Moved => return None,
            Since::New => {
                new.insert(id);
            }
            Since::Changed => work.extend(node.element().map(Element::id)),
        }
        parents.extend(node.parent().map(Element::id));
    }
    // New nodes are looked at with the old ones that they are in.
    work.extend(parents.into_iter().filter(|parent| !new.contains(parent)));
    let mut met = Identities::new(doc, 0);
    for id in work {
        let element = doc.element(id);
        let Place::Checked(rule) = place(check, element)? else {
            continue;
        };
        let mut own = true;
        let before = std::mem::replace(&mut check.identities, Identities::new(doc, 0));
        check.element(element, rule, |child| new.contains(&child.id()))?;
        let mut now = std::mem::replace(&mut check.identities, before);
        // What the element had before was counted among all others then.
        for (number, name, value) in doc.attrs_as_read(element) {
            let rule = check.model.rule(rule);
            let Some(slot) = check.slot(rule, number, name) else {
                continue;
            };
            match rule.attribute(slot).identity {
                Identity::None => {}
                Identity::Id => own &= now.remove(trim(value)),
                Identity::Reference => {
                    let place = now.references.iter().position(|&r| r == trim(value));
                    now.references.swap_remove(place?);
                }
            }
        }
        if !own {
            return None;
        }
        met.add(now)?;
    }
    let taken = |value: &str| met.contains(trim(value));
    let fresh = met.is_empty() || !doc.may_have(ID, taken);
    (fresh && met.are_closed()).then_some(())
}

/// What an element's surroundings say of it.
enum Place {
    /// It follows this definition.
    Checked(RuleId),
    /// It is in something in which all is allowed, or not in the document.
    Free,
}

/// Follows the way from the root to an element.
fn place<'d>(check: &mut Check<'d, '_>, element: Element<'d>) -> Option<Place> {
    let mut way = vec![element];
    let mut at = element;
    while let Some(parent) = at.parent() {
        way.push(parent);
        at = parent;
    }
    if way.pop()?.id() != element.doc().root() {
        return Some(Place::Free);
    }
    let mut rule = check.model.start;
    for step in way.into_iter().rev() {
        if check.model.rule(rule).anything {
            return Some(Place::Free);
        }
        rule = check.child(check.model.rule(rule), step)?;
    }
    Some(Place::Checked(rule))
}
