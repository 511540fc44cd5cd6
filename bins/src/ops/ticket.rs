//! Tickets: which ones there are, and changes of their state. Source: behaviour notes 07 section 7.

use std::sync::Arc;

use pcmk_cib::op::{Operation, Options, Request};
use pcmk_cib::xml::{Document, Element};
use pcmk_core::order::{UpstreamTable, upstream_order};
use pcmk_core::rc::Rc;
use pcmk_core::time::DateTime;
use pcmk_pengine::constraints::Constraints;
use pcmk_pengine::record::Wanted;
use pcmk_pengine::state::Ticket;
use pcmk_pengine::{Input, Observed, observe, read_constraints};

use crate::ops::cib::{Cib, quoted};

/// All tickets that the state or a constraint mentions, in the order of the reference's table.
///
/// `doc` is upgraded to a schema that can be read.
#[must_use]
pub fn known(doc: Document, now: DateTime) -> Vec<Ticket> {
    let mut seen = observe(&Input {
        doc: Arc::new(doc),
        now,
        sanitized: false,
        wanted: Wanted {
            scores: false,
            utilization: false,
            trace: false,
        },
    });
    let constraints = read_constraints(&mut seen);
    in_table_order(&seen, &constraints)
}

/// The tickets that constraints were read with, in the order of the reference's table.
#[must_use]
pub fn in_table_order(seen: &Observed, constraints: &Constraints) -> Vec<Ticket> {
    let mut ids: Vec<Arc<str>> = seen.state.ticket_order.clone();
    let root = seen.config.doc.root_element();
    let mentioned = root
        .child("configuration")
        .and_then(|configuration| configuration.child("constraints"))
        .into_iter()
        .flat_map(|section| section.children_named("rsc_ticket"))
        .filter_map(|constraint| constraint.attr("ticket"));
    for id in mentioned {
        if !ids.iter().any(|known| &**known == id) {
            ids.push(id.into());
        }
    }
    ids.retain(|id| constraints.ticket_states.contains_key(id));
    upstream_order(ids.iter().map(|id| &**id))
        .into_iter()
        .filter_map(|at| constraints.ticket_states.get(ids.get(at)?).cloned())
        .collect()
}

/// The recorded state of a ticket, or the states of all. `xpath-query` is around several states of one id.
///
/// # Errors
/// `ENXIO` if nothing is recorded.
pub fn state_xml(cib: &Cib, id: Option<&str>) -> Result<Document, Rc> {
    let xpath = match id {
        Some(id) => state_path(id),
        None => "//cib/status//tickets".to_owned(),
    };
    let request = Request::new(Operation::Query).xpath(&xpath);
    Ok(cib.query(request)?.into_document())
}

fn state_path(id: &str) -> String {
    format!("//cib/status//tickets//ticket_state[@id={}]", quoted(id))
}

/// The constraints that depend on a ticket, or on any: one element, or several inside `xpath-query`.
///
/// # Errors
/// `ENXIO` if there are none.
pub fn constraints_xml(cib: &Cib, id: Option<&str>) -> Result<Document, Rc> {
    let condition = id.map_or_else(String::new, |id| format!("[@ticket={}]", quoted(id)));
    let xpath = format!("//cib/configuration/constraints//rsc_ticket{condition}");
    let request = Request::new(Operation::Query).xpath(&xpath);
    Ok(cib.query(request)?.into_document())
}

/// The objects in an answer that may hold one or several.
#[must_use]
pub fn objects<'d>(answer: &'d Document, name: &str) -> Vec<Element<'d>> {
    let root = answer.root_element();
    if root.name() == name {
        return vec![root];
    }
    root.children_named(name).collect()
}

/// Sets attributes of a ticket. Granting one that was not granted also records the time.
///
/// # Errors
/// The change was refused.
pub fn set_attributes(
    cib: &mut Cib,
    id: &str,
    known: Option<&Ticket>,
    attributes: &UpstreamTable<String>,
) -> Result<(), Rc> {
    let mut input = Document::new("tickets");
    let root = input.root();
    let state = input.append(root, "ticket_state");
    input.set_attr(state, "id", id);
    for (name, value) in attributes.iter() {
        input.set_attr(state, name, value);
    }
    let grants = attributes
        .get("granted")
        .is_some_and(|value| pcmk_core::lenient::is_true(Some(value)));
    if grants && !known.is_some_and(|ticket| ticket.granted) {
        input.set_attr(state, "last-granted", &cib.now().epoch().to_string());
    }
    let request = Request::new(Operation::Modify)
        .section("status")
        .options(Options::CAN_CREATE)
        .input(input);
    change(cib, request)
}

/// Removes attributes of a ticket.
///
/// # Errors
/// Nothing is recorded about the ticket, or the change was refused.
pub fn remove_attributes(cib: &mut Cib, id: &str, names: &[String]) -> Result<(), Rc> {
    let found = state_xml(cib, Some(id))?;
    let state = objects(&found, "ticket_state");
    let mut input = Document::of_element(*state.first().ok_or(Rc::ENXIO)?);
    let root = input.root();
    for name in names {
        input.remove_attr(root, name);
    }
    let request = Request::new(Operation::Replace)
        .section("status")
        .input(input);
    change(cib, request)
}

/// Removes all that is recorded about a ticket.
///
/// # Errors
/// `ENXIO` if nothing is recorded, or the change was refused.
pub fn remove(cib: &mut Cib, id: &str) -> Result<(), Rc> {
    state_xml(cib, Some(id))?;
    let request = Request::new(Operation::Delete)
        .xpath(&state_path(id))
        .options(Options::MULTIPLE);
    change(cib, request)
}

fn change(cib: &mut Cib, request: Request) -> Result<(), Rc> {
    cib.change(request).map(drop).map_err(|refusal| refusal.rc)
}
