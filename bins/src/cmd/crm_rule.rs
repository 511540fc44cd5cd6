//! `crm_rule`: whether rules are in effect. Source: behaviour notes 07 section 8.1, 01 section 4.8.

use std::ffi::OsStr;

use pcmk_cib::load;
use pcmk_cib::xml::Document;
use pcmk_core::diag::Diagnostics;
use pcmk_core::rc::{ExitCode, Rc};
use pcmk_core::time::DateTime;

use crate::Tool;
use crate::args::row::{flag, text};
use crate::args::{Given, Listing, OptionTable};
use crate::front::{self, Failure, Session};
use crate::ops::cib::Cib;
use crate::ops::rule::{self, Verdict};
use crate::out::Out;
use crate::view::messages;
use crate::world::{Streams, World};

/// The tool.
pub const TOOL: Tool = Tool {
    name: "crm_rule",
    options: Listing::Table(&TABLE),
    run,
};

const TABLE: OptionTable = OptionTable {
    tool: "crm_rule",
    summary: "Tells whether rules are in effect at some time.\n\n\
        Only rules with one date expression can be checked, and if that has a date_spec, it must name years.",
    groups: &[
        (
            "Modes",
            &[flag('c', "check", "Check whether rules are in effect")],
        ),
        (
            "Data",
            &[text(
                'X',
                "xml-text",
                "XML",
                "Check rules of this CIB (\"-\" is standard input) instead of the cluster's",
            )],
        ),
        (
            "Additional options",
            &[
                text('d', "date", "DATE", "Check at this time instead of now"),
                text('r', "rule", "ID", "The rule to check (may be repeated)"),
            ],
        ),
    ],
};

fn run(world: &mut World, streams: &mut Streams) -> u8 {
    front::run_simple(&TABLE, ExitCode::ERROR, check, world, streams)
}

fn check(given: &Given, session: &mut Session<'_, '_>) -> Result<ExitCode, Failure> {
    let Session {
        world, out, common, ..
    } = session;
    if !given.has("check") {
        return Err(Failure::usage("No mode operation given"));
    }
    let rules = given.all_texts("rule");
    if rules.is_empty() {
        return Err(Failure::usage("--check requires use of --rule="));
    }
    let clock = world.now();
    let offset = world.local_offset_s(clock);
    let mut now = DateTime::from_epoch(clock).with_offset(offset);
    let level = messages::level(world, common.verbosity);
    if let Some(text) = given.last_text("date") {
        let parsed = DateTime::parse(&text, &now, offset);
        if let Err(error) = &parsed {
            messages::log_one(&error.diagnostic(&text), level, out);
        }
        now = parsed
            .ok()
            .filter(|date| (1..=9999).contains(&date.year()))
            .ok_or_else(|| {
                let text = format!("Invalid date specified: '{text}'");
                Failure::new(ExitCode::DATAERR, text)
            })?;
    }
    let document = match given.last("xml-text") {
        Some(text) => parse(world, text)?,
        None => cluster(world).map_err(|rc| {
            out.err(&format!("Could not connect to the CIB: {rc}"));
            Failure::silent(rc.exit_code())
        })?,
    };
    let mut status = ExitCode::OK;
    for id in rules {
        let mut log = Diagnostics::default();
        let verdict = rule::check(&document, &id, &now, &mut log);
        messages::log(&log, 0, level, out);
        show(out, &id, &verdict);
        let rc = verdict.rc();
        // "Within the range" is a result like others, although the tool then ends well.
        if rc != Rc::OK {
            status = rc.exit_code();
        }
    }
    Ok(status)
}

/// The cluster's CIB, as far as the user may see it.
fn cluster(world: &mut World) -> Result<Document, Rc> {
    Cib::connect(world)?.into_document()
}

fn parse(world: &mut World, text: &OsStr) -> Result<Document, Failure> {
    if text == "-" {
        let parsed = world
            .read_stdin(pcmk_cib::xml::MAX_DOCUMENT_BYTES)
            .ok()
            .and_then(|bytes| load::read_bytes(&bytes, "<stdin>").ok());
        return parsed
            .ok_or_else(|| Failure::new(ExitCode::DATAERR, "Couldn't parse input from STDIN"));
    }
    let text = text.to_string_lossy();
    Document::parse(text.as_bytes(), "<argument>").map_err(|_| {
        Failure::new(
            ExitCode::DATAERR,
            format!("Couldn't parse input string: {text}"),
        )
    })
}

fn show(out: &mut Out<'_>, id: &str, verdict: &Verdict) {
    let rc = verdict.rc();
    if let Some(xml) = out.xml() {
        let status = rc.exit_code().value().to_string();
        xml.leaf("rule-check", &[("rule-id", id), ("rc", &status)]);
    }
    let text = match verdict {
        Verdict::Satisfied => "satisfies conditions",
        Verdict::InEffect => "is still in effect",
        Verdict::Expired => "is expired",
        Verdict::NotYet => "has not yet taken effect",
        Verdict::Refused(refusal) => {
            out.err(&format!(
                "Could not determine whether rule {id} is in effect: {refusal}"
            ));
            return;
        }
    };
    out.info(&format!("Rule {id} {text}"));
}
