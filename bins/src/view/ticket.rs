//! Tickets. Source: behaviour notes 07 section 7, 02 section 16.

use pcmk_core::lenient::scan_ll;
use pcmk_pengine::state::Ticket;

use crate::out::Out;

/// How much of a ticket is shown in text. In XML everything is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketStyle {
    /// Its id.
    Raw,
    /// Its state.
    Plain,
    /// Its state and all its attributes.
    Details,
}

/// Shows tickets; nothing at all if there are none. `time` writes a moment (epoch seconds) for people.
pub fn list(
    tickets: &[Ticket],
    style: TicketStyle,
    out: &mut Out<'_>,
    time: &dyn Fn(i64) -> String,
) {
    if tickets.is_empty() {
        return;
    }
    match out.xml() {
        Some(xml) => {
            xml.push("tickets", &[]);
            for ticket in tickets {
                element(ticket, xml, time);
            }
            xml.pop();
        }
        None => {
            for ticket in tickets {
                let text = match style {
                    TicketStyle::Raw => ticket.id.to_string(),
                    TicketStyle::Plain => plain(ticket, time),
                    TicketStyle::Details => details(ticket, time),
                };
                out.line(&text);
            }
        }
    }
}

fn state(ticket: &Ticket) -> String {
    let granted = if ticket.granted { "granted" } else { "revoked" };
    let standby = if ticket.standby { " [standby]" } else { "" };
    format!("{}\t{granted}{standby}", ticket.id)
}

/// A ticket in one line.
#[must_use]
pub fn plain(ticket: &Ticket, time: &dyn Fn(i64) -> String) -> String {
    let state = state(ticket);
    match ticket.last_granted {
        when if when > -1 => format!("{state} last-granted=\"{}\"", time(when)),
        _ => state,
    }
}

fn details(ticket: &Ticket, time: &dyn Fn(i64) -> String) -> String {
    let attributes: Vec<String> = ticket
        .attributes
        .iter()
        .map(|(name, value)| match name {
            "last-granted" | "expires" => format!("{name}={}", time(scan_ll(value).unwrap_or(0))),
            _ => format!("{name}={value}"),
        })
        .collect();
    let state = state(ticket);
    match attributes.is_empty() {
        true => state,
        false => format!("{state} \t({})", attributes.join(", ")),
    }
}

fn element(ticket: &Ticket, xml: &mut crate::out::Xml, time: &dyn Fn(i64) -> String) {
    let granted = if ticket.granted { "granted" } else { "revoked" };
    let standby = ticket.standby.to_string();
    let when = (ticket.last_granted > -1).then(|| time(ticket.last_granted));
    let mut attributes = vec![
        ("id", &*ticket.id),
        ("status", granted),
        ("standby", &*standby),
    ];
    if let Some(when) = &when {
        attributes.push(("last-granted", when));
    }
    let others = ticket.attributes.iter().filter(|(name, _)| {
        !matches!(
            *name,
            "id" | "status" | "standby" | "last-granted" | "expires"
        )
    });
    attributes.extend(others.map(|(name, value)| (name, &**value)));
    xml.leaf("ticket", &attributes);
}
