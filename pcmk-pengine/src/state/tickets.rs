//! Tickets. Source: behaviour notes 01 §11, 02 §16.

use std::sync::Arc;

use pcmk_cib::xml::Element;
use pcmk_core::lenient;
use pcmk_core::order::UpstreamTable;

use crate::state::{State, Ticket};

/// Reads the `ticket_state` elements.
pub(super) fn read(state: &mut State, tickets: Element<'_>) {
    for element in tickets.children_named("ticket_state") {
        let Some(id) = element.xml_id().filter(|id| !id.is_empty()) else {
            continue;
        };
        let id: Arc<str> = id.into();
        if !state.tickets.contains_key(&id) {
            state.ticket_order.push(Arc::clone(&id));
        }
        let ticket = state
            .tickets
            .entry(Arc::clone(&id))
            .or_insert_with(|| Ticket {
                id,
                granted: false,
                standby: false,
                last_granted: -1,
                attributes: UpstreamTable::new(),
            });
        for (name, value) in element.attrs().filter(|(name, _)| *name != "id") {
            ticket.attributes.insert(name, value.into());
        }
        let get = |name: &str| ticket.attributes.get(name).map(|value| &**value);
        let (granted, standby) = (
            lenient::is_true(get("granted")),
            lenient::is_true(get("standby")),
        );
        let last_granted = get("last-granted").map(|text| lenient::scan_ll(text).unwrap_or(0));
        ticket.granted = granted;
        ticket.standby = standby;
        if let Some(when) = last_granted {
            ticket.last_granted = when;
        }
    }
}
