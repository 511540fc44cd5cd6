//! `crm_mon`: what is the state of the cluster? Source: behaviour notes 05 section 10, 07 section 11.
//!
//! Works on CIB files and shadow CIBs, which are shown once. A running cluster cannot be asked.

mod options;
mod sections;

use std::sync::Arc;

use pcmk_cib::xml::Document;
use pcmk_core::rc::{ExitCode, Rc};
use pcmk_core::time::{DateTime, ctime};
use pcmk_pengine::record::Wanted as Recorded;
use pcmk_pengine::{Input, Observed, observe, read_constraints};

use crate::Tool;
use crate::args::{Listing, help_text};
use crate::front::{Common, version};
use crate::ops::cib::{self, Cib, Place};
use crate::ops::extras::{self, Extras, Histories};
use crate::ops::{input, ticket as tickets};
use crate::out::{Format, Out, Section};
use crate::view::failures::Times;
use crate::view::filter::Filter;
use crate::view::{
    Cluster, attributes, bans, cluster_summary, failures, history, messages, node, status, ticket,
};
use crate::world::{Streams, World, error_text};
use options::{Request, TABLE};
use sections::{Sections, Wanted};

/// The tool.
pub const TOOL: Tool = Tool {
    name: "crm_mon",
    options: Listing::Table(&TABLE),
    run,
};

/// The beginning is that of other tools ([`crate::front`]), except for its formats and for what the help text precedes.
fn run(world: &mut World, streams: &mut Streams) -> u8 {
    let usage = |streams: &mut Streams, text: &str| {
        streams.err(&format!("{}: {text}\n", TOOL.name));
        ExitCode::USAGE.value()
    };
    let mut common = Common {
        format: String::new(),
        ..Common::default()
    };
    let mut request = Request::default();
    let parsed = TABLE.read(world, streams, &mut |option| match common.apply(option) {
        true => Ok(()),
        false => request.apply(option),
    });
    match parsed {
        Err(error) => return usage(streams, &error.0),
        Ok(parsed) if parsed.help => {
            streams.out(&help_text(&TABLE));
            return ExitCode::OK.value();
        }
        Ok(_) => {}
    }
    if let Some(path) = &request.cib_file {
        world.env.insert("CIB_file".into(), path.clone());
    }
    let format = match (&*common.format, request.legacy_xml) {
        (_, true) => Some(Format::Xml),
        // Without a terminal of its own, the console is text.
        ("" | "console", false) => Some(Format::Text),
        ("html", false) => Some(Format::Html),
        (name, false) => Format::parse(name),
    };
    let failed = |streams: &mut Streams, why: String| {
        streams.err(&format!(
            "{}: Error creating output format {}: {why}\n",
            TOOL.name, common.format
        ));
        ExitCode::ERROR.value()
    };
    let Some(format) = format else {
        return failed(streams, Rc::UNKNOWN_FORMAT.text());
    };
    if let Err(error) = streams.redirect(&common.destination) {
        return failed(streams, error_text(&error));
    }
    if request.daemonize && common.destination == "-" && !request.agent {
        let text = "--daemonize requires at least one of --output-to (with value not set to '-') and \
            --external-agent";
        return usage(streams, text);
    }
    let wanted = match request.wanted(format) {
        Ok(wanted) => wanted,
        Err(error) => {
            streams.err(&help_text(&TABLE));
            streams.err("\n");
            return usage(streams, &error.0);
        }
    };
    let args = world.args.clone();
    let mut out = Out::new(format, &args, streams);
    out.set_page(request.page.clone());
    if request.legacy_xml {
        out.set_legacy_root("crm_mon", &[("version", pcmk_core::version::VERSION)]);
    }
    let status = if common.version {
        version(&mut out);
        ExitCode::OK
    } else {
        Monitor {
            world,
            request: &request,
            wanted: &wanted,
            verbosity: common.verbosity,
        }
        .show(&mut out)
    };
    out.finish(status.value());
    status.value()
}

struct Monitor<'a> {
    world: &'a mut World,
    request: &'a Request,
    wanted: &'a Wanted,
    verbosity: usize,
}

impl Monitor<'_> {
    fn show(&mut self, out: &mut Out<'_>) -> ExitCode {
        if matches!(cib::place(self.world), Place::Local | Place::Remote { .. }) {
            let rc = Rc::ENOTCONN;
            out.err(&format!(
                "{}: Connection to cluster failed: {rc}",
                TOOL.name
            ));
            return rc.exit_code();
        }
        // That there is no usable CIB is told, but it is no failure.
        match self.fetch() {
            Ok(document) => self.status(document, out),
            Err(rc) => out.err(&format!("Could not connect to the CIB: {rc}")),
        }
        ExitCode::OK
    }

    fn fetch(&mut self) -> Result<Document, Rc> {
        let mut document = Cib::connect(self.world).and_then(Cib::into_document)?;
        input::prepare(&mut document, &mut Vec::new()).map_err(|_| Rc::SCHEMA_VALIDATION)?;
        Ok(document)
    }

    fn status(&mut self, document: Document, out: &mut Out<'_>) {
        let clock = self.world.now();
        let mut seen = observe(&Input {
            doc: Arc::new(document),
            now: DateTime::from_epoch(clock).with_offset(self.world.local_offset_s(clock)),
            sanitized: false,
            wanted: Recorded::default(),
        });
        let level = messages::level(self.world, self.verbosity);
        messages::log(&seen.log, 0, level, out);
        let sections = self.wanted.sections;
        let needs_constraints = sections.intersects(Sections::BANS | Sections::TICKETS);
        let constraints = needs_constraints.then(|| read_constraints(&mut seen));
        let extras = self.extras(&mut seen);
        let tickets = constraints
            .as_ref()
            .map(|constraints| tickets::in_table_order(&seen, constraints));
        let mut show = self.request.show;
        if out.xml().is_some() {
            show.inactive = true;
            show.brief = false;
        }
        let filter = Filter::new(
            &seen,
            self.request.node.as_deref(),
            self.request.resource.as_deref(),
        );
        let cluster = Cluster::new(&seen, show).filtered(filter);
        let mut printed = self.front(&cluster, out, &extras, clock);
        if sections.contains(Sections::TICKETS) {
            printed |= self.tickets(out, &tickets.unwrap_or_default(), printed);
        }
        if let Some(constraints) = constraints.filter(|_| sections.contains(Sections::BANS)) {
            let prefix = &self.wanted.ban_prefix;
            bans::list(&cluster, out, &constraints.locations, prefix, printed);
        }
    }

    fn extras(&self, seen: &mut Observed) -> Extras {
        let sections = self.wanted.sections;
        let histories = if sections.contains(Sections::OPERATIONS) {
            Histories::Operations
        } else if sections.contains(Sections::FAILCOUNTS) {
            Histories::FailCounts
        } else {
            Histories::None
        };
        extras::collect(seen, sections.contains(Sections::ATTRIBUTES), histories)
    }

    /// Everything from the summary to failed actions. Says whether anything was printed.
    fn front(&self, cluster: &Cluster<'_>, out: &mut Out<'_>, extras: &Extras, clock: i64) -> bool {
        let sections = self.wanted.sections;
        let people = |epoch| ctime(epoch, self.world.local_offset_s(epoch));
        let times = Times {
            people: &people,
            programs: &|epoch| self.world.local_text(epoch),
        };
        let now = people(clock);
        let mut printed = cluster_summary::show(cluster, out, self.wanted.summary(), &now);
        if sections.contains(Sections::NODES) {
            printed |= node::list(cluster, out, printed);
        }
        if sections.contains(Sections::RESOURCES) {
            printed |= status::resources(cluster, out, printed);
        }
        if sections.contains(Sections::ATTRIBUTES) {
            printed |= attributes::list(cluster, out, &extras.pings, printed);
        }
        let counts = &extras.fail_counts;
        if sections.contains(Sections::OPERATIONS) {
            let timing = self.request.timing || out.xml().is_some();
            printed |= history::operations(cluster, out, counts, timing, &people, printed);
        } else if sections.contains(Sections::FAILCOUNTS) {
            printed |= failures::fail_counts(cluster, out, counts, &people, printed);
        }
        if sections.contains(Sections::FAILURES) {
            let technical = self.request.show.details;
            printed |= failures::failed_actions(cluster, out, technical, times, printed);
        }
        printed
    }

    fn tickets(
        &self,
        out: &mut Out<'_>,
        tickets: &[pcmk_pengine::state::Ticket],
        spacer: bool,
    ) -> bool {
        let time = |epoch| ctime(epoch, self.world.local_offset_s(epoch));
        if out.xml().is_some() {
            ticket::list(tickets, ticket::TicketStyle::Plain, out, &time);
            return !tickets.is_empty();
        }
        let mut section = Section::new("Tickets", spacer);
        for ticket in tickets {
            section.open(out);
            out.item(&ticket::plain(ticket, &time));
        }
        section.close(out)
    }
}
