//! Options of `crm_ticket`. Source: behaviour notes 07 section 7.

use pcmk_core::order::UpstreamTable;

use crate::args::row::{file, flag, text};
use crate::args::{Found, OptionTable};
use crate::view::ticket::TicketStyle;

/// The options.
pub const TABLE: OptionTable = OptionTable {
    tool: "crm_ticket",
    summary: "Shows tickets, and grants, revokes, pauses or changes one.",
    groups: &[
        (
            "Queries (without --ticket: of all tickets)",
            &[
                flag('l', "info", "Show whether a ticket is granted"),
                flag('L', "details", "Show a ticket with its attributes"),
                flag('w', "raw", "Show ids only"),
                flag('q', "query-xml", "Show the XML of a ticket's state"),
                flag('c', "constraints", "Show constraints that need a ticket"),
            ],
        ),
        (
            "Commands",
            &[
                flag('g', "grant", "Grant a ticket to this site"),
                flag('r', "revoke", "Revoke a ticket from this site"),
                flag(
                    's',
                    "standby",
                    "Tell resources to give a ticket up gracefully",
                ),
                flag('a', "activate", "End a ticket's standby"),
            ],
        ),
        (
            "Advanced commands",
            &[
                text('G', "get-attr", "NAME", "Show a ticket's attribute"),
                text('S', "set-attr", "NAME", "Set a ticket's attribute"),
                text('D', "delete-attr", "NAME", "Delete a ticket's attribute"),
                flag('C', "cleanup", "Delete all that is recorded about a ticket"),
            ],
        ),
        (
            "Additional options",
            &[
                text('v', "attr-value", "VALUE", "The value, with --set-attr"),
                text(
                    'd',
                    "default",
                    "VALUE",
                    "Show this, with --get-attr, if there is no such attribute",
                ),
                flag('f', "force", "Do it even if it is dangerous"),
                text('t', "ticket", "ID", "The ticket"),
                file('x', "xml-file", ""),
                text('i', "set-name", "NAME", ""),
                text('n', "nvpair", "NAME", ""),
                flag('Q', "quiet", ""),
            ],
        ),
    ],
};

/// A command other than setting or deleting attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Show tickets.
    List(TicketStyle),
    /// Show the state as XML.
    State,
    /// Show constraints.
    Constraints,
    /// Show an attribute.
    Get,
    /// Delete the state.
    Cleanup,
}

/// What is wanted, after all options were seen.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The command given last.
    pub command: Option<Command>,
    /// Attributes that commands set.
    pub attributes: UpstreamTable<String>,
    /// Attribute to show.
    pub get: Option<String>,
    /// Attribute to set.
    pub attribute: Option<String>,
    /// Its value.
    pub value: Option<String>,
    /// Attributes to delete.
    pub delete: Vec<String>,
    /// Value to show for a missing attribute.
    pub default: Option<String>,
    /// Do it even if it is dangerous.
    pub force: bool,
    /// The ticket.
    pub ticket: Option<String>,
    /// Less output.
    pub quiet: bool,
}

impl Request {
    /// Takes an option.
    pub fn apply(&mut self, option: &Found) {
        match option.name {
            "info" => self.command = Some(Command::List(TicketStyle::Plain)),
            "details" => self.command = Some(Command::List(TicketStyle::Details)),
            "raw" => self.command = Some(Command::List(TicketStyle::Raw)),
            "query-xml" => self.command = Some(Command::State),
            "constraints" => self.command = Some(Command::Constraints),
            "cleanup" => self.command = Some(Command::Cleanup),
            "get-attr" => {
                self.command = Some(Command::Get);
                self.get = Some(option.text());
            }
            "grant" => self.set("granted", "true"),
            "revoke" => self.set("granted", "false"),
            "standby" => self.set("standby", "true"),
            "activate" => self.set("standby", "false"),
            "set-attr" => self.attribute = Some(option.text()),
            "attr-value" => self.value = Some(option.text()),
            "delete-attr" => self.delete.push(option.text()),
            "default" => self.default = Some(option.text()),
            "force" => self.force = true,
            "ticket" => self.ticket = Some(option.text()),
            "quiet" => self.quiet = true,
            // Deprecated and without effect: "xml-file", "set-name", "nvpair".
            _ => {}
        }
    }

    fn set(&mut self, name: &str, value: &str) {
        self.attributes.insert(name, value.to_owned());
    }
}
