//! Parameters of a resource: shown, set and deleted. Source: behaviour notes 07 section 3.6.
//!
//! Where a change goes is the difficult part. A meta-attribute of an instance usually belongs to its clone, one that
//! members have already is changed there as well as in their parent, and so on; `targets` decides. Everything that is
//! told in passing is returned as [`Note`]s in order of arrival.

use std::collections::HashSet;

use pcmk_cib::op::{Operation, Request};
use pcmk_cib::xml::{Document, Element};
use pcmk_core::rc::Rc;
use pcmk_core::score::Score;
use pcmk_core::xmlid;
use pcmk_pengine::constraints::Constraints;
use pcmk_pengine::{Observed, RscId};

use super::{cib_id, definition, is_instance, with_work};
use crate::ops::cib::Cib;

/// A kind of parameter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Parameters of the agent.
    #[default]
    Instance,
    /// Meta-attributes.
    Meta,
    /// Utilization.
    Utilization,
    /// Attributes of the XML element.
    Element,
}

impl Kind {
    /// Name of the element around such parameters; there is none around XML attributes.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Kind::Instance => "instance_attributes",
            Kind::Meta => "meta_attributes",
            Kind::Utilization => "utilization",
            Kind::Element => "",
        }
    }
}

/// The value of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// The resource is active in several places, so rules cannot ask for its node.
    pub several: bool,
    /// The value, if there is one.
    pub value: Option<String>,
}

/// Looks a parameter up.
#[must_use]
pub fn get(seen: &mut Observed, rsc: RscId, kind: Kind, name: &str) -> Value {
    let several = seen.state.rsc(rsc).active.len() > 1;
    let value = match kind {
        Kind::Instance => with_work(seen, |work| {
            let node = match several {
                true => None,
                false => work.current_node(rsc),
            };
            let table = work.params(rsc, node);
            table.get(name).map(|value| value.to_string())
        }),
        Kind::Meta => seen.config.rsc(rsc).meta(name).map(str::to_owned),
        Kind::Utilization => {
            let mut pairs = seen.config.rsc(rsc).utilization();
            let found = pairs.find(|(known, _)| *known == name);
            found.map(|(_, value)| value.to_string())
        }
        Kind::Element => {
            let doc = definition::expanded(seen, rsc);
            doc.root_element().attr(name).map(str::to_owned)
        }
    };
    Value { several, value }
}

/// A change of a parameter.
#[derive(Clone, Copy, Debug)]
pub struct Change<'c> {
    /// Kind.
    pub kind: Kind,
    /// Name.
    pub name: &'c str,
    /// Id of the set.
    pub set: Option<&'c str>,
    /// Id of the parameter.
    pub pair: Option<&'c str>,
    /// Do not look for better places.
    pub force: bool,
    /// Follow colocations.
    pub recursive: bool,
}

/// A parameter that is there already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Id.
    pub id: String,
    /// Value, if it has one.
    pub value: Option<String>,
}

/// Something to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// Several parameters are meant by what was given.
    Several(Vec<Pair>),
    /// There is a meta-attribute of that name (with this id) in this resource.
    IsMeta {
        /// The resource.
        rsc: String,
        /// Id of the meta-attribute.
        id: Option<String>,
    },
    /// The parent is changed in place of the resource.
    Parent {
        /// The parent.
        parent: String,
        /// The resource.
        rsc: String,
    },
    /// The child, which has a value already, is changed in place of the resource.
    Child {
        /// The child.
        child: String,
        /// The resource.
        rsc: String,
    },
    /// Deleted.
    Deleted {
        /// The resource.
        rsc: String,
        /// Id of the parameter.
        id: String,
    },
}

/// A parameter that was set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The resource.
    pub rsc: String,
    /// Name of its element.
    pub element: String,
    /// Id of the set, if it was named or is new.
    pub set: Option<String>,
    /// Id of the parameter; unknown for a new one whose id was given.
    pub id: Option<String>,
}

/// What setting a parameter did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// What was set.
    pub settings: Vec<Setting>,
    /// What is to be told.
    pub notes: Vec<Note>,
}

/// Finds parameters below a resource's element: in sets of one kind directly in it, or (`None`) anywhere.
fn search(cib: &Cib, id: &str, kind: Option<Kind>, change: &Change<'_>) -> Result<Vec<Pair>, Rc> {
    let answer = cib.query_all()?;
    let wanted =
        |wish: Option<&str>, there: Option<&str>| wish.is_none_or(|wish| there == Some(wish));
    let mut found: Vec<Element<'_>> = Vec::new();
    let owners = answer
        .element()
        .child("configuration")
        .and_then(|configuration| configuration.child("resources"))
        .into_iter()
        .flat_map(Element::descendants)
        .filter(|element| element.xml_id() == Some(id));
    for owner in owners {
        let holders: Vec<Element<'_>> = match kind {
            None => vec![owner],
            Some(kind) => owner
                .children_named(kind.tag())
                .filter(|set| wanted(change.set, set.xml_id()))
                .collect(),
        };
        for pair in holders.into_iter().flat_map(Element::descendants) {
            let is_pair = pair.name() == "nvpair"
                && wanted(change.pair, pair.xml_id())
                && pair.attr("name") == Some(change.name);
            if is_pair && !found.iter().any(|known| known.id() == pair.id()) {
                found.push(pair);
            }
        }
    }
    match found.is_empty() {
        true => Err(Rc::ENXIO),
        false => Ok(found
            .into_iter()
            .map(|pair| Pair {
                id: pair.xml_id().unwrap_or_default().to_owned(),
                value: pair.attr("value").map(str::to_owned),
            })
            .collect()),
    }
}

/// The one parameter that is meant. Several are told.
fn search_one(
    cib: &Cib,
    id: &str,
    kind: Option<Kind>,
    change: &Change<'_>,
    notes: &mut Vec<Note>,
) -> Result<String, Rc> {
    let found = search(cib, id, kind, change)?;
    match <[Pair; 1]>::try_from(found) {
        Ok([pair]) => Ok(pair.id),
        Err(several) => {
            notes.push(Note::Several(several));
            Err(Rc::ENOTUNIQ)
        }
    }
}

/// The value a resource itself has in the CIB, if it has just one.
#[must_use]
pub fn own_value(cib: &Cib, id: &str, change: &Change<'_>) -> Option<String> {
    let found = search(cib, id, Some(change.kind), change).ok()?;
    let [pair] = <[Pair; 1]>::try_from(found).ok()?;
    pair.value
}

/// The resources whose meta-attributes or utilization are to be changed.
fn targets(
    cib: &Cib,
    seen: &Observed,
    rsc: RscId,
    change: &Change<'_>,
    notes: &mut Vec<Note>,
) -> Vec<RscId> {
    let config = &seen.config;
    let row = config.rsc(rsc);
    let has = |target: RscId, notes: &mut Vec<Note>| {
        let id = cib_id(seen, target);
        search_one(cib, id, Some(change.kind), change, notes).is_ok()
    };
    if change.force {
        return vec![rsc];
    }
    if let Some(parent) = row.parent.filter(|_| is_instance(seen, rsc)) {
        if has(rsc, notes) {
            return vec![rsc];
        }
        notes.push(Note::Parent {
            parent: cib_id(seen, parent).to_owned(),
            rsc: cib_id(seen, rsc).to_owned(),
        });
        return vec![parent];
    }
    if row.parent.is_none() && row.is_clone() {
        let child = row.children.first().copied();
        if let Some(child) = child.filter(|&child| config.rsc(child).is_primitive())
            && has(child, notes)
        {
            notes.push(Note::Child {
                child: cib_id(seen, child).to_owned(),
                rsc: cib_id(seen, rsc).to_owned(),
            });
            return vec![child];
        }
        return vec![rsc];
    }
    let mut found: Vec<RscId> = below(seen, rsc)
        .into_iter()
        .filter(|&at| has(at, notes))
        .collect();
    found.push(rsc);
    found
}

/// Everything below a resource, children before their parents; of a clone only the first instance.
fn below(seen: &Observed, rsc: RscId) -> Vec<RscId> {
    let children = |at: RscId| {
        let row = seen.config.rsc(at);
        let count = if row.is_clone() {
            1
        } else {
            row.children.len()
        };
        &row.children[..count.min(row.children.len())]
    };
    // Parents first, last children first; to be read backwards.
    let mut order = Vec::new();
    let mut open: Vec<RscId> = children(rsc).to_vec();
    while let Some(at) = open.pop() {
        order.push(at);
        open.extend(children(at));
    }
    order.reverse();
    order
}

/// The topmost resource is searched for parameters of that name, which has no other effect than telling of several.
fn look_for_duplicates(
    cib: &Cib,
    seen: &Observed,
    rsc: RscId,
    change: &Change<'_>,
    notes: &mut Vec<Note>,
) {
    if !change.force && change.pair.is_none() {
        let top = seen.config.top_of(rsc);
        let _ = search_one(cib, cib_id(seen, top), None, change, notes);
    }
}

/// Sets a parameter. What was done is in the report, also if it ends in an error.
///
/// # Errors
/// Several are found, there is a meta-attribute of that name, or the CIB refuses.
pub fn set(
    cib: &mut Cib,
    seen: &Observed,
    constraints: &Constraints,
    rsc: RscId,
    change: &Change<'_>,
    value: &str,
    report: &mut Report,
) -> Result<(), Rc> {
    let Report { settings, notes } = report;
    // Resources whose turn it is, last first; each after what made us come here.
    let mut visited: HashSet<RscId> = HashSet::from([rsc]);
    look_for_duplicates(cib, seen, rsc, change, notes);
    let mut open = wanted_targets(cib, seen, rsc, change, notes)?;
    open.reverse();
    let mut open: Vec<Step<'_>> = open
        .into_iter()
        .map(|target| Step::Set(target, *change))
        .collect();
    while let Some(step) = open.pop() {
        match step {
            Step::Set(target, change) => {
                let setting = set_one(cib, seen, target, &change, value, notes)?;
                settings.push(setting);
                if change.recursive && change.kind == Kind::Meta {
                    let dependents = dependents(constraints, target);
                    let next = dependents.into_iter().rev().map(|dependent| {
                        let change = Change {
                            set: None,
                            pair: None,
                            ..change
                        };
                        Step::Visit(dependent, change)
                    });
                    open.extend(next);
                }
            }
            Step::Visit(dependent, change) => {
                if visited.insert(dependent) {
                    look_for_duplicates(cib, seen, dependent, &change, notes);
                    let mut next = wanted_targets(cib, seen, dependent, &change, notes)?;
                    next.reverse();
                    open.extend(next.into_iter().map(|target| Step::Set(target, change)));
                }
            }
        }
    }
    Ok(())
}

enum Step<'c> {
    /// Set it in this resource.
    Set(RscId, Change<'c>),
    /// Find out where to set it for this resource.
    Visit(RscId, Change<'c>),
}

fn wanted_targets(
    cib: &Cib,
    seen: &Observed,
    rsc: RscId,
    change: &Change<'_>,
    notes: &mut Vec<Note>,
) -> Result<Vec<RscId>, Rc> {
    if change.kind != Kind::Instance {
        let mut all = targets(cib, seen, rsc, change, notes);
        if change.set.is_some() || change.pair.is_some() {
            all.drain(..all.len().saturating_sub(1));
        }
        return Ok(all);
    }
    if !change.force {
        let top = cib_id(seen, seen.config.top_of(rsc));
        let there = search_one(cib, top, Some(Kind::Meta), change, notes);
        if !matches!(there, Err(Rc::ENXIO)) {
            let rsc = top.to_owned();
            let id = match there {
                Ok(id) => Some(id),
                Err(Rc::ENOTUNIQ) => None,
                Err(rc) => return Err(rc),
            };
            notes.push(Note::IsMeta { rsc, id });
            return Err(Rc::ENOTUNIQ);
        }
    }
    Ok(vec![rsc])
}

/// Resources that explicit colocations want to be where this one is.
fn dependents(constraints: &Constraints, primary: RscId) -> Vec<RscId> {
    let list = constraints.with_this.get(primary.index());
    list.into_iter()
        .flatten()
        .filter_map(|&index| constraints.colocations.get(index as usize))
        .filter(|colocation| colocation.explicit && colocation.score > Score::ZERO)
        .map(|colocation| colocation.dependent)
        .collect()
}

fn set_one(
    cib: &mut Cib,
    seen: &Observed,
    target: RscId,
    change: &Change<'_>,
    value: &str,
    notes: &mut Vec<Note>,
) -> Result<Setting, Rc> {
    let id = cib_id(seen, target);
    let element = seen.config.rsc(target).spec.element.to_string();
    let mut setting = Setting {
        rsc: id.to_owned(),
        element,
        set: change.set.map(str::to_owned),
        id: None,
    };
    let input = match search_one(cib, id, Some(change.kind), change, notes) {
        Ok(pair) => {
            let input = pair_element(&pair, change.name, Some(value));
            setting.id = Some(pair);
            input
        }
        Err(Rc::ENXIO) => {
            let set = change.set.map_or_else(
                || xmlid::sanitize(&format!("{id}-{}", change.kind.tag())),
                str::to_owned,
            );
            let pair = change.pair.map_or_else(
                || xmlid::sanitize(&format!("{set}-{}", change.name)),
                str::to_owned,
            );
            let input = new_pair(&setting, change, &set, &pair, value);
            // The reference forgets to note the id if it was given.
            setting.id = change.pair.is_none().then_some(pair);
            setting.set = Some(set);
            input
        }
        Err(rc) => return Err(rc),
    };
    let request = Request::new(Operation::Modify)
        .section("resources")
        .input(input);
    cib.change(request).map_err(|refusal| refusal.rc)?;
    Ok(setting)
}

fn pair_element(id: &str, name: &str, value: Option<&str>) -> Document {
    let mut doc = Document::new("nvpair");
    let root = doc.root();
    doc.set_attr(root, "id", id);
    doc.set_attr(root, "name", name);
    if let Some(value) = value {
        doc.set_attr(root, "value", value);
    }
    doc
}

/// A new pair with all around it.
fn new_pair(
    setting: &Setting,
    change: &Change<'_>,
    set: &str,
    pair: &str,
    value: &str,
) -> Document {
    let mut doc = Document::new(&setting.element);
    let root = doc.root();
    doc.set_attr(root, "id", &setting.rsc);
    let holder = doc.append(root, change.kind.tag());
    doc.set_attr(holder, "id", set);
    let element = doc.append(holder, "nvpair");
    doc.set_attr(element, "id", pair);
    doc.set_attr(element, "name", change.name);
    doc.set_attr(element, "value", value);
    doc
}

/// Deletes a parameter. What the last place has to say decides.
///
/// # Errors
/// `ENXIO` if it is not there, `ENOTUNIQ` if several are found, or the CIB refuses.
pub fn delete(
    cib: &mut Cib,
    seen: &Observed,
    rsc: RscId,
    change: &Change<'_>,
    notes: &mut Vec<Note>,
) -> Result<(), Rc> {
    look_for_duplicates(cib, seen, rsc, change, notes);
    let targets = match change.kind {
        Kind::Meta => targets(cib, seen, rsc, change, notes),
        Kind::Instance | Kind::Utilization | Kind::Element => vec![rsc],
    };
    let mut last = Ok(());
    for target in targets {
        let id = cib_id(seen, target);
        let pair = match search_one(cib, id, Some(change.kind), change, notes) {
            Ok(pair) => pair,
            Err(Rc::ENXIO) => {
                last = Err(Rc::ENXIO);
                continue;
            }
            Err(rc) => return Err(rc),
        };
        let request = Request::new(Operation::Delete)
            .section("resources")
            .input(pair_element(&pair, change.name, None));
        cib.change(request).map_err(|refusal| refusal.rc)?;
        notes.push(Note::Deleted {
            rsc: id.to_owned(),
            id: pair,
        });
        last = Ok(());
    }
    last
}

/// Sets (or without value deletes) an attribute of the resource's element as it is in the CIB.
///
/// # Errors
/// `ENXIO` if the resource is not there as itself, or the CIB refuses.
pub fn set_element(cib: &mut Cib, id: &str, name: &str, value: Option<&str>) -> Result<(), Rc> {
    let mut input = {
        let answer = cib.query_all()?;
        let element = answer
            .element()
            .child("configuration")
            .and_then(|configuration| configuration.child("resources"))
            .into_iter()
            .flat_map(Element::descendants)
            .find(|element| element.xml_id() == Some(id));
        Document::of_element(element.ok_or(Rc::ENXIO)?)
    };
    let root = input.root();
    match value {
        Some(value) => input.set_attr(root, name, value),
        None => {
            input.remove_attr(root, name);
        }
    }
    let request = Request::new(Operation::Replace)
        .section("resources")
        .input(input);
    cib.change(request).map(drop).map_err(|refusal| refusal.rc)
}
