//! Options of `crm_shadow`. Source: behaviour notes 07 section 6.1.

use crate::args::row::{flag, text};
use crate::args::{Found, OptionTable};

/// The options.
pub const TABLE: OptionTable = OptionTable {
    tool: "crm_shadow",
    summary: "Works on copies of the configuration (shadow CIBs), to try changes before they are made.\n\n\
        While the environment variable CIB_shadow holds the name of a shadow CIB, all configuration tools work on\n\
        that in place of the cluster.",
    groups: &[
        (
            "Queries",
            &[
                flag('w', "which", "Show the name of the active shadow CIB"),
                flag('p', "display", "Show the active shadow CIB"),
                flag(
                    'd',
                    "diff",
                    "Show how the active shadow CIB differs from the cluster's",
                ),
                flag('F', "file", "Show the file of the active shadow CIB"),
            ],
        ),
        (
            "Commands",
            &[
                text(
                    'c',
                    "create",
                    "NAME",
                    "Make a shadow CIB from the cluster's",
                ),
                text('e', "create-empty", "NAME", "Make an empty shadow CIB"),
                text(
                    'C',
                    "commit",
                    "NAME",
                    "Put a shadow CIB in the place of the cluster's (needs --force)",
                ),
                text('D', "delete", "NAME", "Delete a shadow CIB (needs --force)"),
                flag('E', "edit", "Edit the active shadow CIB"),
                text(
                    'r',
                    "reset",
                    "NAME",
                    "Make a shadow CIB anew from the cluster's (needs --force)",
                ),
                text('s', "switch", "NAME", "Go over to a shadow CIB"),
            ],
        ),
        (
            "Additional options",
            &[
                flag('f', "force", "Do it even if it is dangerous"),
                flag('b', "batch", "Do not start a shell"),
                flag(
                    'a',
                    "all",
                    "With --commit: the whole CIB, status included, not the configuration only",
                ),
                text(
                    'v',
                    "validate-with",
                    "SCHEMA",
                    "With --create-empty: the schema",
                ),
            ],
        ),
    ],
};

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Show the name.
    Which,
    /// Show the content.
    Display,
    /// Show differences.
    Diff,
    /// Show the file's name.
    File,
    /// Make from the cluster's CIB.
    Create(String),
    /// Make an empty one.
    CreateEmpty(String),
    /// Give it to the cluster.
    Commit(String),
    /// Delete it.
    Delete(String),
    /// Edit it.
    Edit,
    /// Make it anew.
    Reset(String),
    /// Make it the active one.
    Switch(String),
}

/// What is wanted, after all options were seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The command given last.
    pub command: Option<Command>,
    /// Do it even if it is dangerous.
    pub force: bool,
    /// No shell.
    pub batch: bool,
    /// Commit everything.
    pub all: bool,
    /// Schema of an empty CIB.
    pub schema: Option<String>,
}

impl Request {
    /// Takes an option.
    pub fn apply(&mut self, option: &Found) {
        let name = || option.text();
        let command = match option.name {
            "which" => Command::Which,
            "display" => Command::Display,
            "diff" => Command::Diff,
            "file" => Command::File,
            "create" => Command::Create(name()),
            "create-empty" => Command::CreateEmpty(name()),
            "commit" => Command::Commit(name()),
            "delete" => Command::Delete(name()),
            "edit" => Command::Edit,
            "reset" => Command::Reset(name()),
            "switch" => Command::Switch(name()),
            "force" => return self.force = true,
            "batch" => return self.batch = true,
            "all" => return self.all = true,
            "validate-with" => return self.schema = Some(name()),
            _ => return,
        };
        self.command = Some(command);
    }
}
