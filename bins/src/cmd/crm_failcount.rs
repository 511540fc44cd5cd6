//! `crm_failcount`: shows how often a resource failed on a node, or forgets it. Source: behaviour notes 07 section 4.2.
//!
//! Fail counts are transient node attributes, one for each operation; the fail count of a resource is their sum.

use std::ffi::{OsStr, OsString};

use pcmk_core::lenient::{parse_interval, scan_ll};
use pcmk_core::rc::ExitCode;
use pcmk_core::score::Score;

use crate::Tool;
use crate::args::Listing;
use crate::args::getopt::GetoptTable;
use crate::args::row::{flag, long, text};
use crate::ops::attribute::{self, Section, Selector};
use crate::ops::cib::Cib;
use crate::ops::wrapped;
use crate::world::{Streams, World};

/// The tool.
pub const TOOL: Tool = Tool {
    name: "crm_failcount",
    options: Listing::Getopt(&TABLE),
    run,
};

const TABLE: GetoptTable = GetoptTable {
    tool: "crm_failcount",
    synopsis: "--query|--delete --resource=ID [OPTION...]",
    summary: "Shows how often a resource failed on a node, or forgets it.",
    rows: &[
        flag('G', "query", "Show the fail count"),
        flag('D', "delete", "Forget recorded failures"),
        text('r', "resource", "ID", "The resource (required)"),
        text('n', "operation", "NAME", "Failures of one operation only"),
        text('I', "interval", "TIME", "The operation's interval (0)"),
        text('N', "node", "NAME", "The node, by default this one"),
        flag('q', "quiet", "Show the number only"),
        flag('V', "verbose", "Show more messages"),
        flag('?', "help", "Show this text"),
        flag('$', "version", "Show the version"),
        flag('Q', "quiet-old", ""),
        text('v', "attr-value", "VALUE", ""),
        text('i', "attr-id", "ID", ""),
        text('l', "lifetime", "LIFETIME", ""),
        text('U', "uname", "NAME", ""),
        long(flag(' ', "get-value", "")),
        long(flag(' ', "delete-attr", "")),
        long(text(' ', "resource-id", "ID", "")),
    ],
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Command {
    Query,
    Delete,
}

#[derive(Default)]
struct Request {
    command: Option<Command>,
    resource: Option<String>,
    operation: Option<String>,
    interval: Option<String>,
    node: Option<OsString>,
    quiet: bool,
}

/// Ends with the usage text.
fn usage(streams: &mut Streams, error: &str) -> u8 {
    streams.err(&format!("{error}\n"));
    streams.out(&TABLE.usage_text());
    ExitCode::USAGE.value()
}

fn run(world: &mut World, streams: &mut Streams) -> u8 {
    let options = match TABLE.read(world.args.get(1..).unwrap_or_default()) {
        Ok(options) => options,
        Err(errors) => return usage(streams, &errors.join("\n")),
    };
    let mut request = Request::default();
    for option in options {
        match option.name {
            "help" => {
                streams.out(&TABLE.usage_text());
                return ExitCode::OK.value();
            }
            "version" => return wrapped::attribute(world, streams, &[OsStr::new("--version")]),
            "query" | "get-value" => request.command = Some(Command::Query),
            "delete" | "delete-attr" => request.command = Some(Command::Delete),
            "attr-value" if option.value == "0" => request.command = Some(Command::Delete),
            "attr-value" => streams.err(&format!(
                "warning: ignoring value '{}': fail counts can only be deleted\n",
                option.text()
            )),
            "attr-id" | "lifetime" => {
                streams.err(&format!(
                    "warning: ignoring deprecated option {}\n",
                    option.typed
                ));
            }
            "resource" | "resource-id" => request.resource = Some(option.text()),
            "operation" => request.operation = Some(option.text()),
            "interval" => request.interval = Some(option.text()),
            "node" | "uname" => request.node = Some(option.value),
            "quiet" | "quiet-old" => request.quiet = true,
            _ => {}
        }
    }
    let Some(command) = request.command else {
        return usage(streams, "error: must specify a command");
    };
    let Some(resource) = request.resource.clone().filter(|id| !id.is_empty()) else {
        return usage(streams, "error: resource name required");
    };
    let node = request.node.clone().filter(|name| !name.is_empty());
    let Some(node) = node.or_else(|| wrapped::local_node(world)) else {
        return usage(streams, "error: node name required");
    };
    let interval_ms = interval_ms(&request, streams);
    match command {
        Command::Query => query(world, streams, &request, &resource, &node, interval_ms),
        Command::Delete => delete(world, streams, &request, &resource, node, interval_ms),
    }
}

fn interval_ms(request: &Request, streams: &mut Streams) -> u32 {
    let Some(text) = &request.interval else {
        return 0;
    };
    let (interval_ms, valid) = parse_interval(Some(text));
    if !valid {
        streams.err("warning: Unrecognized interval, using 0\n");
        return 0;
    }
    interval_ms
}

fn query(
    world: &mut World,
    streams: &mut Streams,
    request: &Request,
    resource: &str,
    node: &OsStr,
    interval_ms: u32,
) -> u8 {
    let (name, count) = match &request.operation {
        Some(operation) => {
            let name = format!("fail-count-{resource}#{operation}_{interval_ms}");
            (name, None)
        }
        None => {
            let sum = sum(world, resource, &node.to_string_lossy());
            (format!("fail-count-{resource}"), sum)
        }
    };
    let count = match count {
        Some(count) => count,
        None => {
            let words = ["-q", "-G", "-t", "status", "-d", "0", "-n", &name, "-N"];
            let mut arguments: Vec<&OsStr> = words.iter().map(OsStr::new).collect();
            arguments.push(node);
            // A failure (of an unknown node, say) leaves an empty count, and counts as success.
            let (_status, captured) = wrapped::attribute_captured(world, &arguments);
            streams.err(&captured.err());
            captured.out().trim_end().to_owned()
        }
    };
    if request.quiet {
        streams.out(&format!("{count}\n"));
    } else {
        streams.out(&format!("scope=status  name={name} value={count}\n"));
    }
    ExitCode::OK.value()
}

/// The sum of the fail counts of all operations of a resource on a node; none if that is nothing.
fn sum(world: &mut World, resource: &str, node: &str) -> Option<String> {
    let cib = Cib::connect(world).ok()?;
    let node = {
        let answer = cib.query_all().ok()?;
        attribute::find_node(answer.element(), node)?
    };
    let selector = Selector {
        section: Section::Status,
        node: Some(node),
        utilization: false,
        set: None,
        id: None,
        name: None,
    };
    let prefix = format!("fail-count-{resource}#");
    let mut sum = Score::ZERO;
    for pair in attribute::find(&cib, &selector).ok()? {
        if pair.name.starts_with(&prefix) {
            let value = pair.value.unwrap_or_default();
            let count = match value.as_str() {
                "INFINITY" => Score::INFINITY,
                other => Score::clipped(scan_ll(other).unwrap_or(0)),
            };
            sum = sum.plus(count);
        }
    }
    match sum {
        Score::ZERO => None,
        Score::INFINITY => Some("INFINITY".to_owned()),
        sum => Some(sum.value().to_string()),
    }
}

fn delete(
    world: &mut World,
    streams: &mut Streams,
    request: &Request,
    resource: &str,
    node: OsString,
    interval_ms: u32,
) -> u8 {
    let mut arguments: Vec<OsString> = ["--cleanup", "--resource", resource, "--node"]
        .iter()
        .map(OsString::from)
        .collect();
    arguments.push(node);
    if let Some(operation) = &request.operation {
        let interval = format!("{interval_ms}ms");
        arguments.extend(
            ["--operation", operation, "--interval", &interval]
                .iter()
                .map(OsString::from),
        );
    }
    streams.flush();
    match world.run_program(OsStr::new("crm_resource"), &arguments, &[]) {
        Ok(status) => ExitCode::from_int(status).value(),
        Err(error) => {
            let text = crate::world::error_text(&error);
            streams.err(&format!("{}: crm_resource: {text}\n", TOOL.name));
            ExitCode::ERROR.value()
        }
    }
}
