//! `crm_rule`: whether rules are in effect. Source: behaviour notes 07 section 8.1, 01 section 4.8.

use std::ffi::OsStr;

use pcmk_cib::load;
use pcmk_cib::xml::Document;
use pcmk_core::diag::Diagnostics;
use pcmk_core::rc::{ExitCode, Rc};
use pcmk_core::time::DateTime;

use crate::Tool;
use crate::args::{CommandLine, OptionTable, flag, text};
use crate::ops::input;
use crate::ops::rule::{self, Verdict};
use crate::out::Out;
use crate::start::{self, End, Front, NoOutput};
use crate::view::messages;
use crate::world::{Streams, World};

/// The tool.
pub const TOOL: Tool = Tool {
    name: "crm_rule",
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
    let front = Front {
        table: &TABLE,
        no_output: NoOutput::Error,
    };
    start::run(front, world, streams, |world, line, out| {
        check(world, line, out).unwrap_or_else(|end| end)
    })
}

fn check(world: &mut World, line: &CommandLine, out: &mut Out<'_>) -> Result<End, End> {
    if !line.has("check") {
        return Err(End::error(ExitCode::USAGE, "No mode operation given"));
    }
    let rules = line.all_texts("rule");
    if rules.is_empty() {
        return Err(End::error(
            ExitCode::USAGE,
            "--check requires use of --rule=",
        ));
    }
    let clock = world.now();
    let offset = world.local_offset_s(clock);
    let mut now = DateTime::from_epoch(clock).with_offset(offset);
    if let Some(text) = line.last_text("date") {
        now = DateTime::parse(&text, &now, offset)
            .ok()
            .filter(|date| (1..=9999).contains(&date.year()))
            .ok_or_else(|| {
                End::error(
                    ExitCode::DATAERR,
                    format!("Invalid date specified: '{text}'"),
                )
            })?;
    }
    let document = match line.last("xml-text") {
        Some(text) => parse(world, text)?,
        None => input::connected(world).map_err(|rc| {
            out.err(&format!("Could not connect to the CIB: {rc}"));
            End::with(rc.exit_code())
        })?,
    };
    let level = messages::level(world, line.count("verbose"));
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
    Ok(End::with(status))
}

fn parse(world: &mut World, text: &OsStr) -> Result<Document, End> {
    if text == "-" {
        let parsed = world
            .read_stdin(pcmk_cib::xml::MAX_DOCUMENT_BYTES)
            .ok()
            .and_then(|bytes| load::read_bytes(&bytes, "<stdin>").ok());
        return parsed
            .ok_or_else(|| End::error(ExitCode::DATAERR, "Couldn't parse input from STDIN"));
    }
    let text = text.to_string_lossy();
    Document::parse(text.as_bytes(), "<argument>").map_err(|_| {
        End::error(
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
