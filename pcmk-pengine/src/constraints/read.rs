//! Reading the `constraints` section, in document order. Source: behaviour notes 01 §10.

use crate::constraints::reference::References;
use crate::constraints::{colocation, location, order, ticket};
use crate::work::Work;

/// Reads the configured constraints. Tickets act at once, orderings become records at once; locations and colocations
/// wait.
pub fn read(w: &mut Work<'_>) {
    let config = w.config;
    w.board.top.clone_from(&config.top);
    let section = config
        .doc
        .root_element()
        .child("configuration")
        .and_then(|configuration| configuration.child("constraints"));
    let Some(section) = section else { return };
    let references = References::of(w);
    for element in section.children() {
        let Some(id) = element.xml_id() else {
            let text = format!("Ignoring <{}> constraint without id", element.name());
            w.log.config_error("pcmk__unpack_constraints", text);
            continue;
        };
        match element.name() {
            "rsc_order" => order::read(w, &references, element, id),
            "rsc_colocation" => colocation::read(w, &references, element, id),
            "rsc_location" => location::read(w, &references, element, id),
            "rsc_ticket" => ticket::read(w, &references, element, id),
            other => {
                let text = format!("Unsupported constraint type: {other}");
                w.log.config_error("pcmk__unpack_constraints", text);
            }
        }
    }
}
