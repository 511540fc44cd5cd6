//! Options of `crm_resource`, and what they ask for. Source: behaviour notes 07 section 3.1.

use pcmk_core::lenient;
use pcmk_core::order::UpstreamTable;

use crate::args::row::{flag, long, optional, text};
use crate::args::{Found, OptionTable, UsageError};
use crate::ops::resource::attribute::Kind;

/// The options.
pub const TABLE: OptionTable = OptionTable {
    tool: "crm_resource",
    summary: "Shows and changes resources, their options and their places.",
    groups: &[
        (
            "Queries",
            &[
                flag('L', "list", "Show all resources with their states"),
                flag('l', "list-raw", "Show the ids of all primitives"),
                flag('c', "list-cts", ""),
                flag(
                    'O',
                    "list-operations",
                    "Show recorded operations of active resources",
                ),
                flag('o', "list-all-operations", "Show all recorded operations"),
                long(text(
                    ' ',
                    "list-options",
                    "TYPE",
                    "Show known options: primitive or fencing",
                )),
                long(flag(
                    ' ',
                    "list-standards",
                    "Show the standards of agents that are supported",
                )),
                long(flag(
                    ' ',
                    "list-ocf-providers",
                    "Show the providers of OCF agents",
                )),
                long(text(
                    ' ',
                    "list-agents",
                    "STD[:PROV]",
                    "Show agents of a standard (and provider)",
                )),
                long(text(
                    ' ',
                    "list-ocf-alternatives",
                    "AGENT",
                    "Show the providers of an OCF agent",
                )),
                long(text(
                    ' ',
                    "show-metadata",
                    "SPEC",
                    "Show an agent's meta-data (class[:provider]:agent)",
                )),
                flag(
                    'q',
                    "query-xml",
                    "Show the XML of a resource, templates applied",
                ),
                flag(
                    'w',
                    "query-xml-raw",
                    "Show the XML of a resource as it is configured",
                ),
                text(
                    'g',
                    "get-parameter",
                    "NAME",
                    "Show a parameter of a resource",
                ),
                flag('W', "locate", "Show where a resource is active"),
                flag(
                    'a',
                    "constraints",
                    "Show the places and colocations of a resource",
                ),
                flag('A', "stack", "The same, and so on for everything colocated"),
                flag('Y', "why", "Show why resources are not running"),
            ],
        ),
        (
            "Commands",
            &[
                long(optional(
                    ' ',
                    "validate",
                    "LEVEL",
                    "Let an agent validate the parameters of a resource",
                )),
                flag(
                    'C',
                    "cleanup",
                    "Forget failures, and let the cluster look again",
                ),
                flag(
                    'R',
                    "refresh",
                    "Forget all history, and let the cluster look again",
                ),
                text(
                    'p',
                    "set-parameter",
                    "NAME",
                    "Set a parameter (see --parameter-value)",
                ),
                text('d', "delete-parameter", "NAME", "Delete a parameter"),
            ],
        ),
        (
            "Location",
            &[
                flag(
                    'M',
                    "move",
                    "Make a resource leave its node, or go to --node",
                ),
                flag('B', "ban", "Keep a resource away from a node"),
                flag('U', "clear", "Undo --move and --ban"),
                flag('e', "expired", "With --clear: only what has expired"),
                text(
                    'u',
                    "lifetime",
                    "DURATION",
                    "How long --move and --ban are to last (ISO 8601)",
                ),
                long(flag(' ', "promoted", "Only the promoted role is meant")),
                long(flag(' ', "master", "")),
            ],
        ),
        (
            "Advanced commands",
            &[
                flag('D', "delete", "Delete a resource (see --resource-type)"),
                flag(
                    'F',
                    "fail",
                    "Tell the cluster that a resource failed on --node",
                ),
                long(flag(' ', "restart", "Stop a resource and start it again")),
                long(flag(
                    ' ',
                    "wait",
                    "Wait until the cluster has nothing to do",
                )),
                long(flag(
                    ' ',
                    "digests",
                    "Show digests of parameters (values may be given as name=value)",
                )),
                long(flag(
                    ' ',
                    "force-demote",
                    "Let the agent demote here, bypassing the cluster",
                )),
                long(flag(
                    ' ',
                    "force-stop",
                    "Let the agent stop here, bypassing the cluster",
                )),
                long(flag(
                    ' ',
                    "force-start",
                    "Let the agent start here, bypassing the cluster",
                )),
                long(flag(
                    ' ',
                    "force-promote",
                    "Let the agent promote here, bypassing the cluster",
                )),
                long(optional(
                    ' ',
                    "force-check",
                    "LEVEL",
                    "Let the agent check the resource here",
                )),
            ],
        ),
        (
            "Additional options",
            &[
                text('N', "node", "NAME", "The node"),
                text('H', "host-uname", "NAME", ""),
                long(flag(' ', "recursive", "Follow colocations")),
                text(
                    't',
                    "resource-type",
                    "ELEMENT",
                    "Kind of resource, with --delete",
                ),
                text(
                    'v',
                    "parameter-value",
                    "VALUE",
                    "The value, with --set-parameter",
                ),
                flag('m', "meta", "Meta-attributes are meant, not parameters"),
                flag('z', "utilization", "Utilization is meant, not parameters"),
                long(flag(
                    ' ',
                    "element",
                    "Attributes of the XML element are meant",
                )),
                text('n', "operation", "NAME", "Failed operation, with --cleanup"),
                text('I', "interval", "TIME", "Interval of that operation"),
                long(text(
                    ' ',
                    "class",
                    "CLASS",
                    "Standard of an agent, with --validate and --force-*",
                )),
                long(text(' ', "agent", "AGENT", "Name of an agent")),
                long(text(' ', "provider", "PROVIDER", "Provider of an agent")),
                long(text(
                    ' ',
                    "option",
                    "NAME=VALUE",
                    "A parameter for that agent (may be repeated)",
                )),
                text('s', "set-name", "ID", "Id of the set of attributes"),
                text('i', "nvpair", "ID", "Id of the attribute"),
                text(
                    'T',
                    "timeout",
                    "TIME",
                    "How long to wait, or an agent may take",
                ),
                long(flag(
                    ' ',
                    "all",
                    "With --list-options: advanced and deprecated ones, too",
                )),
                flag('f', "force", "Do it in spite of doubts"),
            ],
        ),
        (
            "Main options",
            &[
                text('r', "resource", "ID", "The resource"),
                flag('Q', "quiet", "Less output"),
            ],
        ),
    ],
};

/// What an agent is to do here and now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgentAction {
    /// `--validate`
    Validate,
    /// `--force-check`
    Check,
    /// `--force-start`
    Start,
    /// `--force-stop`
    Stop,
    /// `--force-promote`
    Promote,
    /// `--force-demote`
    Demote,
}

impl AgentAction {
    /// The option's name.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            AgentAction::Validate => "validate",
            AgentAction::Check => "force-check",
            AgentAction::Start => "force-start",
            AgentAction::Stop => "force-stop",
            AgentAction::Promote => "force-promote",
            AgentAction::Demote => "force-demote",
        }
    }
}

/// What to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Command {
    /// `--list`
    #[default]
    List,
    /// `--list-raw`
    ListRaw,
    /// `--list-cts`
    ListCts,
    /// `--list-operations`, `--list-all-operations`
    Operations {
        /// Of resources that are not active, too.
        all: bool,
    },
    /// `--list-options`
    Options {
        /// Of fencing devices, not of primitives.
        fencing: bool,
    },
    /// `--list-standards`
    Standards,
    /// `--list-ocf-providers`
    Providers,
    /// `--list-agents`
    Agents,
    /// `--list-ocf-alternatives`
    Alternatives,
    /// `--show-metadata`
    Metadata,
    /// `--query-xml`, `--query-xml-raw`
    Query {
        /// As configured.
        raw: bool,
    },
    /// `--get-parameter`
    Get,
    /// `--locate`
    Locate,
    /// `--constraints`, `--stack`
    Constraints,
    /// `--why`
    Why,
    /// `--cleanup`
    Cleanup,
    /// `--refresh`
    Refresh,
    /// `--set-parameter`
    Set,
    /// `--delete-parameter`
    Unset,
    /// `--move`
    Move,
    /// `--ban`
    Ban,
    /// `--clear`
    Clear,
    /// `--delete`
    Delete,
    /// `--fail`
    Fail,
    /// `--restart`
    Restart,
    /// `--wait`
    Wait,
    /// `--digests`
    Digests,
    /// `--validate`, `--force-*`
    Agent(AgentAction),
}

/// What is wanted, after all options were seen.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The command given last.
    pub command: Command,
    /// Agent, standard or specification that a query is about.
    pub spec: String,
    /// `--resource`
    pub resource: Option<String>,
    /// `--node`
    pub node: Option<String>,
    /// `--resource-type`
    pub element: Option<String>,
    /// Name of a parameter.
    pub name: String,
    /// `--parameter-value`
    pub value: Option<String>,
    /// What kind of parameter.
    pub kind: Kind,
    /// `--set-name`
    pub set: Option<String>,
    /// `--nvpair`
    pub pair: Option<String>,
    /// `--operation`
    pub operation: Option<String>,
    /// `--interval`
    pub interval: Option<String>,
    /// `--class`
    pub class: Option<String>,
    /// `--agent`
    pub agent: Option<String>,
    /// `--provider`
    pub provider: Option<String>,
    /// `--option`
    pub options: UpstreamTable<String>,
    /// Check level of an agent.
    pub level: Option<i32>,
    /// `--lifetime`
    pub lifetime: Option<String>,
    /// `--timeout`, milliseconds.
    pub timeout_ms: u32,
    /// `--recursive`
    pub recursive: bool,
    /// `--promoted`
    pub promoted: bool,
    /// `--expired`
    pub expired: bool,
    /// `--all`
    pub all: bool,
    /// `--force`
    pub force: bool,
    /// `--quiet`
    pub quiet: bool,
}

impl Request {
    /// Takes an option.
    ///
    /// # Errors
    /// The value makes no sense.
    pub fn apply(&mut self, option: &Found) -> Result<(), UsageError> {
        if let Some(command) = self.command_of(option)? {
            self.command = command;
            return Ok(());
        }
        let text = || Some(option.text());
        match option.name {
            "expired" => self.expired = true,
            "lifetime" => self.lifetime = text(),
            "promoted" | "master" => self.promoted = true,
            "node" | "host-uname" => self.node = text(),
            "recursive" => self.recursive = true,
            "resource-type" => self.element = text(),
            "parameter-value" => self.value = text(),
            "meta" => self.kind = Kind::Meta,
            "utilization" => self.kind = Kind::Utilization,
            "element" => self.kind = Kind::Element,
            "operation" => self.operation = text(),
            "interval" => self.interval = text(),
            "class" => self.class = text(),
            "agent" => self.agent = text(),
            "provider" => self.provider = text(),
            "option" => {
                let (name, value) = pair(&option.text()).ok_or_else(|| refused(option))?;
                self.options.insert(&name, value);
            }
            "set-name" => self.set = text(),
            "nvpair" => self.pair = text(),
            "timeout" => {
                let ms = lenient::parse_ms(&option.text()).ok_or_else(|| refused(option))?;
                self.timeout_ms = u32::try_from(ms).unwrap_or(u32::MAX);
            }
            "all" => self.all = true,
            "force" => self.force = true,
            "resource" => self.resource = text(),
            "quiet" => self.quiet = true,
            _ => {}
        }
        Ok(())
    }

    /// The command that an option is, if it is one.
    fn command_of(&mut self, option: &Found) -> Result<Option<Command>, UsageError> {
        let command = match option.name {
            "list" => Command::List,
            "list-raw" => Command::ListRaw,
            "list-cts" => Command::ListCts,
            "list-operations" => Command::Operations { all: false },
            "list-all-operations" => Command::Operations { all: true },
            "list-options" => match option.text().as_str() {
                "primitive" => Command::Options { fencing: false },
                "fencing" => Command::Options { fencing: true },
                _ => return Err(refused(option)),
            },
            "list-standards" => Command::Standards,
            "list-ocf-providers" => Command::Providers,
            "list-agents" | "list-ocf-alternatives" | "show-metadata" => {
                self.spec = option.text();
                match option.name {
                    "list-agents" => Command::Agents,
                    "list-ocf-alternatives" => Command::Alternatives,
                    _ => Command::Metadata,
                }
            }
            "query-xml" => Command::Query { raw: false },
            "query-xml-raw" => Command::Query { raw: true },
            "get-parameter" | "set-parameter" | "delete-parameter" => {
                self.name = option.text();
                match option.name {
                    "get-parameter" => Command::Get,
                    "set-parameter" => Command::Set,
                    _ => Command::Unset,
                }
            }
            "locate" => Command::Locate,
            "constraints" => Command::Constraints,
            "stack" => {
                self.recursive = true;
                Command::Constraints
            }
            "why" => Command::Why,
            "cleanup" => Command::Cleanup,
            "refresh" => Command::Refresh,
            "move" => Command::Move,
            "ban" => Command::Ban,
            "clear" => Command::Clear,
            "delete" => Command::Delete,
            "fail" => Command::Fail,
            "restart" => Command::Restart,
            "wait" => Command::Wait,
            "digests" => Command::Digests,
            "force-demote" => Command::Agent(AgentAction::Demote),
            "force-stop" => Command::Agent(AgentAction::Stop),
            "force-start" => Command::Agent(AgentAction::Start),
            "force-promote" => Command::Agent(AgentAction::Promote),
            "validate" | "force-check" => {
                self.level = level(option)?;
                Command::Agent(match option.name {
                    "validate" => AgentAction::Validate,
                    _ => AgentAction::Check,
                })
            }
            _ => return Ok(None),
        };
        Ok(Some(command))
    }
}

fn level(option: &Found) -> Result<Option<i32>, UsageError> {
    if !option.given {
        return Ok(None);
    }
    let text = option.text();
    let number = lenient::scan_ll(&text).ok();
    match number.and_then(|number| i32::try_from(number).ok()) {
        Some(level) => Ok(Some(level)),
        None => Err(UsageError(format!("Invalid check level setting: {text}"))),
    }
}

/// What the parser of the reference says of a value that an option refuses without a reason.
fn refused(option: &Found) -> UsageError {
    UsageError(format!("Error parsing option {}", option.typed))
}

/// `NAME=VALUE`, neither of them empty.
#[must_use]
pub fn pair(text: &str) -> Option<(String, String)> {
    let (name, value) = text.split_once('=')?;
    let full = !name.is_empty() && !value.is_empty();
    full.then(|| (name.to_owned(), value.to_owned()))
}
