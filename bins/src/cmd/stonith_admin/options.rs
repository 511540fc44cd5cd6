//! The options of `stonith_admin`.

use std::collections::BTreeSet;

use pcmk_core::rc::Rc;

use crate::args::row::{flag, long, number, text};
use crate::args::{Found, OptionTable, UsageError};
use crate::world::World;

/// How long agents may take unless told otherwise, seconds.
const DEFAULT_TIMEOUT_S: u64 = 120;
/// The longest time that may be asked for, seconds.
const MAX_TIMEOUT_S: i64 = 4_294_967;

pub const TABLE: OptionTable = OptionTable {
    tool: "stonith_admin",
    summary: "Shows and changes what the fencer knows, has nodes fenced, and asks fence agents.",
    groups: &[
        (
            "Definition of devices",
            &[
                text(
                    'R',
                    "register",
                    "DEVICE",
                    "Register a device (with --agent, --option, --env-option)",
                ),
                text('D', "deregister", "DEVICE", "Forget a device"),
                text(
                    'r',
                    "register-level",
                    "TARGET",
                    "Register a level of fencing of a node, of nodes whose names match (\"@PATTERN\"), or of nodes \
                     with an attribute (\"NAME=VALUE\") (with --index and --device)",
                ),
                text(
                    'd',
                    "deregister-level",
                    "TARGET",
                    "Forget a level of fencing (with --index)",
                ),
            ],
        ),
        (
            "Queries",
            &[
                text('l', "list", "HOST", "List devices that can fence a node"),
                flag('L', "list-registered", "List all registered devices"),
                flag('I', "list-installed", "List all installed agents"),
                text(
                    's',
                    "list-targets",
                    "DEVICE",
                    "List what a device can fence",
                ),
                flag(
                    'M',
                    "metadata",
                    "Show what an agent says of itself (with --agent)",
                ),
                text('Q', "query", "DEVICE", "Ask a device for its state"),
                text(
                    'H',
                    "history",
                    "NODE",
                    "Show how a node was fenced, \"*\" for all nodes",
                ),
                text(
                    'h',
                    "last",
                    "NODE",
                    "Show when a node was last fenced (a number with --as-node-id)",
                ),
                flag(
                    'K',
                    "validate",
                    "Let an agent validate parameters (with --agent, --option, --env-option)",
                ),
            ],
        ),
        (
            "Fence commands",
            &[
                text('F', "fence", "HOST", "Fence a node: switch it off"),
                text('U', "unfence", "HOST", "Unfence a node"),
                text('B', "reboot", "HOST", "Reboot a node"),
                text(
                    'C',
                    "confirm",
                    "HOST",
                    "Tell the cluster that a node is safely down",
                ),
            ],
        ),
        (
            "Additional options",
            &[
                flag('c', "cleanup", "Remove what --history would show"),
                flag(
                    'b',
                    "broadcast",
                    "Gather what --history shows from all nodes",
                ),
                text('a', "agent", "AGENT", "The agent"),
                text(
                    'o',
                    "option",
                    "NAME=VALUE",
                    "A parameter of the device (may be repeated)",
                ),
                text(
                    'e',
                    "env-option",
                    "NAME",
                    "A parameter of the device, with its value in the environment variable OCF_RESKEY_NAME (may be \
                     repeated)",
                ),
                text(
                    'T',
                    "tag",
                    "TAG",
                    "What to add to the name under which fencing is asked for",
                ),
                text(
                    'v',
                    "device",
                    "DEVICE",
                    "Device of a level (may be repeated), or that parameters belong to",
                ),
                number('i', "index", "LEVEL", "Number of a level"),
                number(
                    't',
                    "timeout",
                    "SECONDS",
                    "How long anything may take (default 120)",
                ),
                number(
                    'y',
                    "delay",
                    "SECONDS",
                    "How long to wait before fencing; -1 does without the devices' own delays, too",
                ),
                flag(
                    'n',
                    "as-node-id",
                    "The value of --last is the number of a node",
                ),
                long(text(
                    '\0',
                    "tolerance",
                    "SECONDS",
                    "Do nothing if the same was done successfully less than this time ago",
                )),
                flag('q', "quiet", "Show less"),
            ],
        ),
    ],
};

/// What is asked for. Of several commands the last in this order counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Command {
    Validate,
    ListInstalled,
    ListRegistered,
    Register,
    Query,
    Deregister,
    ListTargets,
    List,
    Metadata,
    Reboot,
    Fence,
    Unfence,
    Confirm,
    Last,
    History,
    RegisterLevel,
    DeregisterLevel,
}

impl Command {
    fn of_option(name: &str) -> Option<Command> {
        Some(match name {
            "validate" => Command::Validate,
            "list-installed" => Command::ListInstalled,
            "list-registered" => Command::ListRegistered,
            "register" => Command::Register,
            "query" => Command::Query,
            "deregister" => Command::Deregister,
            "list-targets" => Command::ListTargets,
            "list" => Command::List,
            "metadata" => Command::Metadata,
            "reboot" => Command::Reboot,
            "fence" => Command::Fence,
            "unfence" => Command::Unfence,
            "confirm" => Command::Confirm,
            "last" => Command::Last,
            "history" => Command::History,
            "register-level" => Command::RegisterLevel,
            "deregister-level" => Command::DeregisterLevel,
            _ => return None,
        })
    }

    /// Whether it works without a connection, or makes one of its own later.
    const fn does_without_connection(self) -> bool {
        matches!(
            self,
            Command::Validate
                | Command::ListInstalled
                | Command::Metadata
                | Command::Fence
                | Command::Unfence
                | Command::Reboot
        )
    }

    const fn needs_agent(self) -> bool {
        matches!(
            self,
            Command::Validate | Command::Register | Command::Metadata
        )
    }
}

/// The command line, understood.
#[derive(Debug)]
pub struct Request {
    /// The command that counts.
    pub command: Option<Command>,
    /// The node, device or target of the command that counts.
    pub subject: String,
    /// Any of the commands needs an agent.
    pub needs_agent: bool,
    /// A connection is made at the start: none of the commands does without.
    pub connects: bool,
    /// `--agent`
    pub agent: Option<String>,
    /// `--option` and `--env-option`
    pub parameters: Vec<(String, String)>,
    /// The last `--device`.
    pub device: Option<String>,
    /// `--index`
    pub index: i64,
    /// `--timeout`
    pub timeout_s: u64,
    /// `--quiet`
    pub quiet: bool,
    given: BTreeSet<Command>,
}

impl Default for Request {
    fn default() -> Request {
        Request {
            command: None,
            subject: String::new(),
            needs_agent: false,
            connects: true,
            agent: None,
            parameters: Vec::new(),
            device: None,
            index: 0,
            timeout_s: DEFAULT_TIMEOUT_S,
            quiet: false,
            given: BTreeSet::new(),
        }
    }
}

impl Request {
    /// Takes an option.
    pub fn apply(&mut self, option: &Found, world: &World) -> Result<(), UsageError> {
        if let Some(command) = Command::of_option(option.name) {
            self.command_given(command, option.text());
            return Ok(());
        }
        match option.name {
            "agent" => self.agent = Some(option.text()),
            "option" => {
                let given = option.text();
                let Some((name, value)) = given.split_once('=') else {
                    let why = Rc::BAD_NVPAIR.text();
                    return Err(UsageError(format!("Invalid option: -o {given}: {why}")));
                };
                self.put(name, value);
            }
            "env-option" => {
                let name = option.text();
                let Some(value) = world.env(&format!("OCF_RESKEY_{name}")) else {
                    return Err(UsageError(format!("Invalid option: -e {name}")));
                };
                self.put(&name, &value.to_string_lossy());
            }
            "device" => self.device = Some(option.text()),
            "index" => self.index = option.number(),
            "timeout" => {
                let seconds = option.number();
                let shown = option.text();
                let out_of_range =
                    || UsageError(format!("Integer value \"{shown}\" for -t out of range"));
                if seconds > MAX_TIMEOUT_S {
                    return Err(out_of_range());
                }
                self.timeout_s = u64::try_from(seconds).map_err(|_| out_of_range())?;
            }
            "quiet" => self.quiet = true,
            // Only the fencer would want to know.
            _ => {}
        }
        Ok(())
    }

    fn command_given(&mut self, command: Command, subject: String) {
        self.given.insert(command);
        self.needs_agent |= command.needs_agent();
        self.connects &= !command.does_without_connection();
        if self.given.last() == Some(&command) {
            self.command = Some(command);
            self.subject = subject;
        }
    }

    /// Sets a parameter, in place of an earlier one of this name.
    fn put(&mut self, name: &str, value: &str) {
        self.parameters.retain(|(known, _)| known != name);
        self.parameters.push((name.to_owned(), value.to_owned()));
    }
}
