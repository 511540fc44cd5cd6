//! `crm_standby`: shows and changes whether a node is in standby. Source: behaviour notes 07 section 4.2.
//!
//! A wrapper around `crm_attribute` for one attribute, which may be permanent or last until the next start.

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
    name: "crm_standby",
    options: Listing::Getopt(&TABLE),
    run,
};

const TABLE: GetoptTable = GetoptTable {
    tool: "crm_standby",
    synopsis: "[COMMAND] [OPTION...]",
    summary: "Shows and changes whether a node is in standby.",
    rows: &[
        flag(
            'G',
            "query",
            "Show whether the node is in standby (default)",
        ),
        text('v', "update", "VALUE", "Set standby: on or off"),
        flag('D', "delete", "Let standby have its default again"),
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
    ],
};

enum Command {
    Query,
    Update(OsString),
    Delete,
}

fn run(world: &mut World, streams: &mut Streams) -> u8 {
    let options = match TABLE.read(world.args.get(1..).unwrap_or_default()) {
        Ok(options) => options,
        Err(errors) => {
            for error in errors {
                streams.err(&format!("{error}\n"));
            }
            streams.out(&TABLE.usage_text());
            return ExitCode::ERROR.value();
        }
    };
    let mut command = Command::Query;
    let mut node = None;
    let mut lifetime = None;
    // What is handed on as it is.
    let mut common: Vec<OsString> = vec!["-n".into(), "standby".into()];
    for option in options {
        match option.name {
            "help" => {
                streams.out(&TABLE.usage_text());
                return ExitCode::OK.value();
            }
            "version" => return wrapped::attribute(world, streams, &[OsStr::new("--version")]),
            "query" | "get-value" => command = Command::Query,
            "update" | "attr-value" => command = Command::Update(option.value),
            "delete" | "delete-attr" => command = Command::Delete,
            "node" | "uname" => node = Some(option.value),
            "lifetime" => lifetime = Some(option.value),
            "id" | "attr-id" => common.extend(["-i".into(), option.value]),
            "quiet" | "quiet-old" => common.push("-q".into()),
            "verbose" => common.push("-V".into()),
            _ => {}
        }
    }
    if let Some(node) = node.or_else(|| wrapped::local_node(world)) {
        common.extend(["-N".into(), node]);
    }
    let arguments = |more: &[&'static str], lifetime: &OsStr| -> Vec<OsString> {
        let mut arguments = common.clone();
        arguments.extend(more.iter().map(OsString::from));
        arguments.extend(["-l".into(), lifetime.to_owned()]);
        arguments
    };
    let forever = OsStr::new("forever");
    let reboot = OsStr::new("reboot");
    let mut call = |arguments: Vec<OsString>, silent: bool| -> u8 {
        let arguments: Vec<&OsStr> = arguments.iter().map(OsString::as_os_str).collect();
        match silent {
            false => wrapped::attribute(world, streams, &arguments),
            true => {
                let (status, captured) = wrapped::attribute_captured(world, &arguments);
                if status == ExitCode::OK.value() {
                    streams.out(&captured.out());
                }
                status
            }
        }
    };
    match (command, lifetime) {
        (Command::Query, Some(lifetime)) => call(arguments(&["-G"], &lifetime), false),
        (Command::Query, None) => match call(arguments(&["-G"], forever), true) {
            0 => ExitCode::OK.value(),
            _ => call(arguments(&["-G", "-d", "off"], reboot), false),
        },
        (Command::Update(value), lifetime) => {
            let lifetime = lifetime.as_deref().unwrap_or(forever);
            let mut arguments = arguments(&[], lifetime);
            arguments.extend(["-v".into(), value]);
            call(arguments, false)
        }
        (Command::Delete, Some(lifetime)) => call(arguments(&["-D"], &lifetime), false),
        (Command::Delete, None) => {
            call(arguments(&["-D"], forever), false);
            call(arguments(&["-D"], reboot), false);
            ExitCode::OK.value()
        }
    }
}
