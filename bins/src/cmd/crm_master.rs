//! `crm_master`: a resource's promotion score. Deprecated in favour of `crm_attribute --promotion`. Source: behaviour
//! notes 07 section 4.2.

use std::ffi::{OsStr, OsString};

use pcmk_core::rc::ExitCode;

use crate::Tool;
use crate::args::Listing;
use crate::args::getopt::GetoptTable;
use crate::args::row::{flag, long, text};
use crate::ops::wrapped;
use crate::world::{Streams, World};

/// The tool.
pub const TOOL: Tool = Tool {
    name: "crm_master",
    options: Listing::Getopt(&TABLE),
    run,
};

const TABLE: GetoptTable = GetoptTable {
    tool: "crm_master",
    synopsis: "[COMMAND] [OPTION...]",
    summary: "Shows and changes the promotion score of a resource.\n\nDeprecated: crm_attribute --promotion does the same.",
    rows: &[
        flag('G', "query", "Show the promotion score (default)"),
        text('v', "update", "VALUE", "Set the promotion score"),
        flag('D', "delete", "Delete the promotion score"),
        text(
            'r',
            "resource",
            "ID",
            "The resource, by default that of the agent that calls",
        ),
        text('N', "node", "NAME", "The node, by default this one"),
        text('l', "lifetime", "reboot|forever", "How long it lasts"),
        text('i', "id", "ID", "XML id of the attribute"),
        flag('q', "quiet", "Show the value only"),
        flag('V', "verbose", "Show more messages"),
        flag('?', "help", "Show this text"),
        flag('$', "version", "Show the version"),
        flag('Q', "quiet-old", ""),
        text('U', "uname", "NAME", ""),
        long(flag(' ', "get-value", "")),
        long(flag(' ', "delete-attr", "")),
        long(text(' ', "attr-value", "VALUE", "")),
        long(text(' ', "attr-id", "ID", "")),
        long(text(' ', "resource-id", "ID", "")),
    ],
};

fn usage(streams: &mut Streams, error: &str) -> u8 {
    streams.err(&format!("{error}\n"));
    streams.out(&TABLE.usage_text());
    ExitCode::ERROR.value()
}

fn run(world: &mut World, streams: &mut Streams) -> u8 {
    let options = match TABLE.read(world.args.get(1..).unwrap_or_default()) {
        Ok(options) => options,
        Err(errors) => return usage(streams, &errors.join("\n")),
    };
    let mut resource = world.env("OCF_RESOURCE_INSTANCE").map(OsStr::to_owned);
    let mut arguments: Vec<OsString> = Vec::new();
    let mut lifetime = OsString::from("forever");
    for option in options {
        match option.name {
            "help" => {
                streams.out(&TABLE.usage_text());
                return ExitCode::OK.value();
            }
            "version" => return wrapped::attribute(world, streams, &[OsStr::new("--version")]),
            "query" | "get-value" => arguments.push("-G".into()),
            "delete" | "delete-attr" => arguments.push("-D".into()),
            "update" | "attr-value" => arguments.extend(["-v".into(), option.value]),
            "resource" | "resource-id" => resource = Some(option.value),
            "node" | "uname" => arguments.extend(["-N".into(), option.value]),
            "lifetime" => lifetime = option.value,
            "id" | "attr-id" => arguments.extend(["-i".into(), option.value]),
            "quiet" | "quiet-old" => arguments.push("-q".into()),
            "verbose" => arguments.push("-V".into()),
            _ => {}
        }
    }
    let Some(resource) = resource.filter(|id| !id.is_empty()) else {
        return usage(streams, "error: No resource specified");
    };
    let mut name = OsString::from("master-");
    name.push(resource);
    arguments.extend(["-n".into(), name, "--lifetime".into(), lifetime]);
    let arguments: Vec<&OsStr> = arguments.iter().map(OsString::as_os_str).collect();
    wrapped::attribute(world, streams, &arguments)
}
