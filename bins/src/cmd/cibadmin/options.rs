//! Options of `cibadmin`. Source: behaviour notes 07 section 2.

use std::ffi::{OsStr, OsString};

use pcmk_cib::op::Operation;

use crate::args::row::{file, flag, long, number, optional, text};
use crate::args::{Found, OptionTable, UsageError};

/// The options.
pub const TABLE: OptionTable = OptionTable {
    tool: "cibadmin",
    summary: "Reads and changes the configuration and status of a cluster.",
    groups: &[
        (
            "Commands",
            &[
                flag('Q', "query", "Show the CIB, or a part of it (default)"),
                flag('C', "create", "Add an object"),
                flag('M', "modify", "Merge an object into the one that is there"),
                flag(
                    'R',
                    "replace",
                    "Put an object in the place of the one that is there",
                ),
                flag('P', "patch", "Apply a patchset made by crm_diff"),
                flag('D', "delete", "Delete the first object that matches"),
                flag(
                    'd',
                    "delete-all",
                    "Delete all objects that match (needs --force)",
                ),
                flag(
                    'E',
                    "erase",
                    "Delete all of configuration and status (needs --force)",
                ),
                flag('B', "bump", "Raise the epoch by 1"),
                flag(
                    'u',
                    "upgrade",
                    "Upgrade the configuration to the newest schema (needs --force)",
                ),
                optional(
                    'a',
                    "empty",
                    "SCHEMA",
                    "Show an empty CIB, for this schema or the newest",
                ),
                flag('5', "md5-sum", "Show the digest of a CIB as stored on disk"),
                flag(
                    '6',
                    "md5-sum-versioned",
                    "Show the digest of a CIB's content",
                ),
            ],
        ),
        (
            "Data",
            &[
                file('x', "xml-file", "Read the input from a file"),
                text('X', "xml-text", "XML", "The input itself"),
                flag('p', "xml-pipe", "Read the input from standard input"),
            ],
        ),
        (
            "Additional options",
            &[
                flag('f', "force", "Do it even if it is dangerous"),
                number(
                    't',
                    "timeout",
                    "SECONDS",
                    "How long to wait for an answer (30)",
                ),
                text('U', "user", "NAME", "Do it with the permissions of a user"),
                text(
                    'o',
                    "scope",
                    "SECTION",
                    "Limit the command to a section: configuration, nodes, resources, constraints, crm_config, \
                     rsc_defaults, op_defaults, acls, fencing-topology, tags, alerts or status",
                ),
                text(
                    'A',
                    "xpath",
                    "XPATH",
                    "Limit the command to what an XPath matches",
                ),
                optional(
                    'S',
                    "show-access",
                    "auto|color|text|namespace",
                    "With --query and --user: mark what the user may do",
                ),
                long(flag(
                    ' ',
                    "score",
                    "With --modify: take values like \"name++\" and \"name+=5\" for sums (always done)",
                )),
                flag(
                    'c',
                    "allow-create",
                    "With --modify: add the object if it is not there",
                ),
                flag('n', "no-children", "With --query: leave out what is inside"),
                flag('e', "node-path", ""),
                text('N', "node", "NODE", ""),
                flag('l', "local", ""),
                flag('s', "sync-call", ""),
            ],
        ),
    ],
};

/// What to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Command {
    /// Show.
    #[default]
    Query,
    /// Add.
    Create,
    /// Merge.
    Modify,
    /// Replace.
    Replace,
    /// Apply a patchset.
    Patch,
    /// Delete one.
    Delete,
    /// Delete all.
    DeleteAll,
    /// Empty the CIB.
    Erase,
    /// Raise the epoch.
    Bump,
    /// Upgrade the schema.
    Upgrade,
    /// Show an empty CIB.
    Empty,
    /// Show a digest of the form on disk.
    Md5Sum,
    /// Show a digest of the content.
    Md5SumVersioned,
}

impl Command {
    /// Whether it must be forced.
    #[must_use]
    pub const fn is_dangerous(self) -> bool {
        matches!(self, Command::Erase | Command::Upgrade | Command::DeleteAll)
    }

    /// The operation on a CIB that it stands for; none for those that need no CIB.
    #[must_use]
    pub const fn operation(self) -> Option<Operation> {
        Some(match self {
            Command::Query => Operation::Query,
            Command::Create => Operation::Create,
            Command::Modify => Operation::Modify,
            Command::Replace => Operation::Replace,
            Command::Patch => Operation::ApplyPatch,
            Command::Delete | Command::DeleteAll => Operation::Delete,
            Command::Erase => Operation::Erase,
            Command::Bump => Operation::Bump,
            Command::Upgrade => Operation::Upgrade,
            Command::Empty | Command::Md5Sum | Command::Md5SumVersioned => return None,
        })
    }
}

/// How to show what a user may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShowAccess {
    /// In colour on a terminal, else with lines of text.
    Auto,
    /// In colour.
    Colour,
    /// With lines of text.
    Text,
    /// With namespaces.
    Namespace,
}

/// What the command is limited to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A section, as typed.
    Scope(String),
    /// What an XPath matches.
    XPath(String),
}

/// Where the input is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input<'a> {
    /// In a file.
    File(&'a OsStr),
    /// Here.
    Text(&'a str),
    /// It comes in.
    Stdin,
}

/// What is wanted, after all options were seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What to do.
    pub command: Command,
    /// Schema of an empty CIB.
    pub schema: Option<String>,
    file: Option<OsString>,
    text: Option<String>,
    pipe: bool,
    /// Do it even if it is dangerous.
    pub force: bool,
    /// How long to wait, in seconds.
    pub timeout_s: i64,
    /// With whose permissions.
    pub user: Option<String>,
    /// To what.
    pub target: Option<Target>,
    /// Show access rights.
    pub show_access: Option<ShowAccess>,
    /// Sums in values.
    pub score: bool,
    /// A modification may create.
    pub can_create: bool,
    /// Leave out children.
    pub no_children: bool,
    /// Show paths of matches.
    pub node_path: bool,
}

impl Default for Request {
    fn default() -> Request {
        Request {
            command: Command::Query,
            schema: None,
            file: None,
            text: None,
            pipe: false,
            force: false,
            timeout_s: 30,
            user: None,
            target: None,
            show_access: None,
            score: false,
            can_create: false,
            no_children: false,
            node_path: false,
        }
    }
}

impl Request {
    /// Where the input is: of several ways the first in this order.
    #[must_use]
    pub fn input(&self) -> Option<Input<'_>> {
        match (&self.file, &self.text) {
            (Some(file), _) => Some(Input::File(file)),
            (None, Some(text)) => Some(Input::Text(text)),
            (None, None) => self.pipe.then_some(Input::Stdin),
        }
    }

    /// Takes an option.
    ///
    /// # Errors
    /// Its value makes no sense.
    pub fn apply(&mut self, option: &Found) -> Result<(), UsageError> {
        let command = match option.name {
            "query" => Command::Query,
            "create" => Command::Create,
            "modify" => Command::Modify,
            "replace" => Command::Replace,
            "patch" => Command::Patch,
            "delete" => Command::Delete,
            "delete-all" => Command::DeleteAll,
            "erase" => Command::Erase,
            "bump" => Command::Bump,
            "upgrade" => Command::Upgrade,
            "md5-sum" => Command::Md5Sum,
            "md5-sum-versioned" => Command::Md5SumVersioned,
            "empty" => {
                self.schema = option.given.then(|| option.text());
                Command::Empty
            }
            _ => return self.apply_modifier(option),
        };
        self.command = command;
        Ok(())
    }

    fn apply_modifier(&mut self, option: &Found) -> Result<(), UsageError> {
        match option.name {
            "xml-file" => self.file = Some(option.value.clone()),
            "xml-text" => self.text = Some(option.text()),
            "xml-pipe" => self.pipe = true,
            "force" => self.force = true,
            "timeout" => self.timeout_s = option.number(),
            "user" => self.user = Some(option.text()),
            "scope" => self.target = Some(Target::Scope(option.text())),
            "xpath" => self.target = Some(Target::XPath(option.text())),
            "score" => self.score = true,
            "allow-create" => self.can_create = true,
            "no-children" => self.no_children = true,
            "node-path" => self.node_path = true,
            "show-access" => {
                let value = option.text();
                self.show_access = Some(match (option.given, value.as_str()) {
                    (false, _) | (true, "auto") => ShowAccess::Auto,
                    (true, "color") => ShowAccess::Colour,
                    (true, "text") => ShowAccess::Text,
                    (true, "namespace") => ShowAccess::Namespace,
                    (true, _) => {
                        let typed = &option.typed;
                        let text = format!("Invalid value '{value}' for option '{typed}'");
                        return Err(UsageError(text));
                    }
                });
            }
            // Deprecated and without effect here: "node", "local", "sync-call".
            _ => {}
        }
        Ok(())
    }
}
