//! `crm_ticket`: shows and changes tickets. Source: behaviour notes 07 section 7.

mod options;

use pcmk_cib::schema;
use pcmk_cib::xml::{Document, PrintStyle, print};
use pcmk_core::rc::{ExitCode, Rc};
use pcmk_pengine::state::Ticket;

use crate::Tool;
use crate::args::{Found, Listing, UsageError};
use crate::front::{self, Body, Failure, Session};
use crate::ops::cib::Cib;
use crate::ops::ticket as ops;
use crate::out::Out;
use crate::view::element;
use crate::view::ticket::{self as view, TicketStyle};
use crate::world::{Streams, World};
use options::{Command, Request, TABLE};

/// The tool.
pub const TOOL: Tool = Tool {
    name: "crm_ticket",
    options: Listing::Table(&TABLE),
    run,
};

fn run(world: &mut World, streams: &mut Streams) -> u8 {
    let mut request = Request::default();
    let status = Rc::UNKNOWN_FORMAT.exit_code();
    front::run(&TABLE, status, &mut request, world, streams)
}

impl Body for Request {
    fn option(&mut self, option: &Found, _world: &World) -> Result<(), UsageError> {
        self.apply(option);
        Ok(())
    }

    fn run(&mut self, session: &mut Session<'_, '_>) -> Result<ExitCode, Failure> {
        session.out.set_quiet(self.quiet);
        session.out.set_fancy(false);
        let mut cib = Cib::connect(session.world)
            .map_err(|rc| Failure::rc("Could not connect to the CIB", rc))?;
        let tickets = tickets(session.out, &cib)?;
        let status = self.act(session, &mut cib, &tickets)?;
        cib.close()
            .map_err(|rc| Failure::rc("Could not write the CIB", rc))?;
        Ok(status)
    }
}

/// The tickets of the CIB, upgraded for reading.
fn tickets(out: &mut Out<'_>, cib: &Cib) -> Result<Vec<Ticket>, Failure> {
    let mut doc: Document = cib
        .query_all()
        .map_err(|rc| Failure::rc("Could not query the CIB", rc))?
        .into_document();
    let mut messages = Vec::new();
    let upgraded = schema::upgrade(&mut doc, &mut messages);
    for text in messages
        .iter()
        .filter(|text| *text == schema::VALIDATION_DISABLED)
    {
        out.stderr(text);
    }
    if let Err(error) = upgraded {
        out.stderr(&error.to_string());
        return Err(Failure::new(
            ExitCode::CONFIG,
            "Could not update local CIB to latest schema version",
        ));
    }
    Ok(ops::known(doc, cib.now()))
}

impl Request {
    fn act(
        &self,
        session: &mut Session<'_, '_>,
        cib: &mut Cib,
        tickets: &[Ticket],
    ) -> Result<ExitCode, Failure> {
        let out = &mut *session.out;
        let world = &*session.world;
        match self.command {
            Some(Command::List(style)) => self.list(out, world, tickets, style)?,
            Some(Command::State) => self.state(out, cib)?,
            Some(Command::Constraints) => self.constraints(out, cib)?,
            Some(Command::Get) => self.get(out, tickets)?,
            Some(Command::Cleanup) => return self.clean_up(out, cib, tickets),
            None if !self.delete.is_empty() => self.delete_attributes(out, cib)?,
            None => self.set_attributes(out, cib, tickets)?,
        }
        Ok(ExitCode::OK)
    }

    fn id(&self) -> Result<&str, Failure> {
        self.ticket
            .as_deref()
            .ok_or_else(|| Failure::usage("Must supply ticket ID with -t"))
    }

    fn find<'t>(&self, tickets: &'t [Ticket]) -> Option<&'t Ticket> {
        let id = self.ticket.as_deref()?;
        tickets.iter().find(|ticket| &*ticket.id == id)
    }

    fn list(
        &self,
        out: &mut Out<'_>,
        world: &World,
        tickets: &[Ticket],
        style: TicketStyle,
    ) -> Result<(), Failure> {
        let time = |epoch| pcmk_core::time::ctime(epoch, world.local_offset_s(epoch));
        match &self.ticket {
            None => view::list(tickets, style, out, &time),
            Some(id) => {
                let ticket = self.find(tickets).ok_or_else(|| no_such_ticket(id))?;
                view::list(std::slice::from_ref(ticket), style, out, &time);
            }
        }
        Ok(())
    }

    fn state(&self, out: &mut Out<'_>, cib: &Cib) -> Result<(), Failure> {
        let id = self.ticket.as_deref();
        let found =
            ops::state_xml(cib, id).map_err(|rc| Failure::rc("Could not query ticket XML", rc))?;
        let root = found.root_element();
        if let Some(id) = id.filter(|_| root.name() == "xpath-query") {
            out.info(&format!("Multiple ticket_states match ticket={id}"));
        }
        match out.xml() {
            Some(xml) => {
                xml.push("tickets", &[]);
                for state in ops::objects(&found, "ticket_state") {
                    let attributes: Vec<(&str, &str)> = state.attrs().collect();
                    xml.leaf("ticket", &attributes);
                }
                xml.pop();
            }
            None => {
                out.info("State XML:\n");
                out.blob("state", &print(root, PrintStyle::Pretty));
            }
        }
        Ok(())
    }

    fn constraints(&self, out: &mut Out<'_>, cib: &Cib) -> Result<(), Failure> {
        let found = ops::constraints_xml(cib, self.ticket.as_deref())
            .map_err(|rc| Failure::rc("Could not show ticket constraints", rc))?;
        let constraints = ops::objects(&found, "rsc_ticket");
        let Some(xml) = out.xml() else {
            out.info("Constraints XML:\n");
            for constraint in constraints {
                out.blob("constraint", &print(constraint, PrintStyle::Pretty));
            }
            return Ok(());
        };
        let mut resources: Vec<&str> = Vec::new();
        xml.push("tickets", &[]);
        for constraint in constraints {
            let ticket = constraint.attr("ticket").unwrap_or_default();
            xml.push("ticket", &[("id", ticket)]);
            xml.push("constraints", &[]);
            element::copy(xml, constraint);
            xml.pop();
            xml.pop();
            let of_sets = constraint
                .descendants()
                .filter(|element| element.name() == "resource_ref")
                .filter_map(|reference| reference.xml_id());
            for resource in constraint.attr("rsc").into_iter().chain(of_sets) {
                if !resources.contains(&resource) {
                    resources.push(resource);
                }
            }
        }
        xml.pop();
        xml.push("resources", &[]);
        for resource in resources {
            xml.leaf("resource", &[("id", resource)]);
        }
        xml.pop();
        Ok(())
    }

    fn get(&self, out: &mut Out<'_>, tickets: &[Ticket]) -> Result<(), Failure> {
        let Some(id) = self.ticket.as_deref() else {
            return Err(Failure::new(
                ExitCode::NOSUCH,
                "Must supply ticket ID with -t",
            ));
        };
        let name = self.get.as_deref().unwrap_or_default();
        let value = self
            .find(tickets)
            .and_then(|ticket| ticket.attributes.get(name))
            .map(|value| &**value)
            .or(self.default.as_deref())
            .ok_or_else(|| Failure::silent(ExitCode::NOSUCH))?;
        match out.xml() {
            Some(xml) => {
                xml.push("tickets", &[]);
                xml.push("ticket", &[("id", id)]);
                xml.leaf("attribute", &[("name", name), ("value", value)]);
                xml.pop();
                xml.pop();
            }
            None => out.line(value),
        }
        Ok(())
    }

    fn clean_up(
        &self,
        out: &mut Out<'_>,
        cib: &mut Cib,
        tickets: &[Ticket],
    ) -> Result<ExitCode, Failure> {
        let id = self.id()?;
        if !self.force {
            let ticket = self.find(tickets).ok_or_else(|| no_such_ticket(id))?;
            if ticket.granted {
                warn_of_revoking(out, id);
                return Ok(ExitCode::INSUFFICIENT_PRIV);
            }
        }
        match ops::remove(cib, id) {
            Ok(()) => out.info(&format!("Cleaned up {id}")),
            Err(Rc::ENXIO) => {}
            Err(rc) => return Err(Failure::rc("Could not clean up ticket", rc)),
        }
        Ok(ExitCode::OK)
    }

    fn delete_attributes(&self, out: &mut Out<'_>, cib: &mut Cib) -> Result<(), Failure> {
        let id = self.id()?;
        if !self.force && self.delete.iter().any(|name| name == "granted") {
            warn_of_revoking(out, id);
            return Err(not_without_force());
        }
        ops::remove_attributes(cib, id, &self.delete)
            .map_err(|rc| Failure::rc("Could not remove ticket attribute", rc))
    }

    fn set_attributes(
        &self,
        out: &mut Out<'_>,
        cib: &mut Cib,
        tickets: &[Ticket],
    ) -> Result<(), Failure> {
        if self.attributes.is_empty() && self.attribute.is_none() && self.value.is_none() {
            return Err(Failure::usage("Must supply a command"));
        }
        let id = self.id()?;
        let mut attributes = self.attributes.clone();
        match (&self.attribute, &self.value) {
            (Some(name), Some(value)) => {
                attributes.insert(name, value.clone());
            }
            (Some(_), None) => {
                return Err(Failure::usage(
                    "Must supply attribute value with -v for -S (null)",
                ));
            }
            (None, Some(value)) => {
                return Err(Failure::usage(format!(
                    "Must supply attribute name with -S for -v {value}"
                )));
            }
            (None, None) => {}
        }
        if let Some(granted) = attributes.get("granted").filter(|_| !self.force) {
            match pcmk_core::lenient::is_true(Some(granted)) {
                true => warn_of_granting(out, id),
                false => warn_of_revoking(out, id),
            }
            return Err(not_without_force());
        }
        ops::set_attributes(cib, id, self.find(tickets), &attributes)
            .map_err(|rc| Failure::rc("Could not set ticket attribute", rc))
    }
}

fn no_such_ticket(id: &str) -> Failure {
    Failure::new(ExitCode::NOSUCH, format!("No such ticket '{id}'"))
}

fn not_without_force() -> Failure {
    Failure::new(
        ExitCode::UNSAFE,
        "Ticket modification not allowed without --force",
    )
}

fn warn_of_granting(out: &mut Out<'_>, id: &str) {
    out.err(&format!(
        "This command cannot help you verify whether '{id}' has been already granted elsewhere.\n\
         If you really want to grant '{id}' to this site now, and you know what you are doing,\n\
         please specify --force."
    ));
}

fn warn_of_revoking(out: &mut Out<'_>, id: &str) {
    // The blank that is missing after the quote is missing in the reference, too.
    out.err(&format!(
        "Revoking '{id}' can trigger the specified 'loss-policy'(s) relating to '{id}'.\n\n\
         You can check that with:\ncrm_ticket --ticket {id} --constraints\n\n\
         Otherwise before revoking '{id}', you may want to make '{id}'standby with:\n\
         crm_ticket --ticket {id} --standby\n\n\
         If you really want to revoke '{id}' from this site now, and you know what you are doing,\n\
         please specify --force."
    ));
}
