//! Options of `crm_attribute`. Source: behaviour notes 07 section 4.1.

use crate::args::row::{flag, long, optional, text};
use crate::args::{Found, OptionTable, UsageError};
use crate::world::World;

/// The options.
pub const TABLE: OptionTable = OptionTable {
    tool: "crm_attribute",
    summary: "Shows and changes node attributes, cluster options, and defaults of resources and operations.",
    groups: &[
        (
            "Selecting attributes",
            &[
                flag(
                    'a',
                    "all",
                    "With --query: all attributes; with --list-options: all options",
                ),
                text('i', "id", "ID", "Attribute with this XML id"),
                text('n', "name", "NAME", "Attribute with this name"),
                text(
                    'P',
                    "pattern",
                    "REGEX",
                    "All attributes whose names match a POSIX extended regular expression",
                ),
                optional(
                    'p',
                    "promotion",
                    "RESOURCE",
                    "Promotion score of a resource, by default that of the agent that calls",
                ),
                text('s', "set-name", "ID", "Only in the set with this XML id"),
            ],
        ),
        (
            "Commands",
            &[
                text(
                    'L',
                    "list-options",
                    "TYPE",
                    "List known options (type: cluster)",
                ),
                flag('D', "delete", "Delete an attribute"),
                flag('G', "query", "Show an attribute (default)"),
                text('v', "update", "VALUE", "Set an attribute"),
            ],
        ),
        (
            "Additional options",
            &[
                text(
                    'd',
                    "default",
                    "VALUE",
                    "Show this, with --query, if there is no such attribute",
                ),
                text(
                    'l',
                    "lifetime",
                    "reboot|forever",
                    "How long a node attribute lives",
                ),
                text('N', "node", "NODE", "The node, by default this one"),
                text(
                    't',
                    "type",
                    "crm_config|rsc_defaults|op_defaults|tickets|nodes|status",
                    "Part of the CIB",
                ),
                long(flag(
                    ' ',
                    "score",
                    "Take values like \"value++\" and \"value+=5\" for sums (always done)",
                )),
                text(
                    'W',
                    "wait",
                    "no|local|cluster",
                    "Wait until an update has arrived",
                ),
                flag('z', "utilization", "Utilization attributes, not others"),
                flag('q', "quiet", "Show values only"),
                long(text(' ', "attr-name", "NAME", "")),
                long(flag(' ', "get-value", "")),
                text('U', "node-uname", "NODE", ""),
                flag('Q', "quiet-old", ""),
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
    /// Set.
    Update,
    /// Delete.
    Delete,
    /// List options of the cluster.
    ListOptions,
}

/// What is wanted, after all options were seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// What to do.
    pub command: Command,
    /// All attributes, or all options.
    pub all: bool,
    /// Id of the pair.
    pub id: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// Pattern for names.
    pub pattern: Option<String>,
    /// The promotion score of this resource is meant.
    pub promotion: Option<String>,
    /// Id of the set.
    pub set: Option<String>,
    /// New value.
    pub value: Option<String>,
    /// Value to show for a missing attribute.
    pub default: Option<String>,
    /// Section, or lifetime: as typed, the last one.
    pub section: Option<String>,
    /// Name of the node.
    pub node: Option<String>,
    /// Utilization.
    pub utilization: bool,
    /// Values only.
    pub quiet: bool,
}

impl Request {
    /// Takes an option.
    ///
    /// # Errors
    /// Its value makes no sense.
    pub fn apply(&mut self, option: &Found, world: &World) -> Result<(), UsageError> {
        let text = || Some(option.text());
        match option.name {
            "all" => self.all = true,
            "id" => self.id = text(),
            "name" | "attr-name" => self.name = text(),
            "pattern" => self.pattern = text(),
            "set-name" => self.set = text(),
            "delete" => self.command = Command::Delete,
            "query" | "get-value" => self.command = Command::Query,
            "update" => {
                self.command = Command::Update;
                self.value = text();
            }
            "default" => self.default = text(),
            "lifetime" | "type" => self.section = text(),
            "node" | "node-uname" => self.node = text(),
            // Sets the section as well, so that it counts among `--type` and `--lifetime`.
            "utilization" => {
                self.utilization = true;
                self.section = Some("nodes".to_owned());
            }
            "quiet" | "quiet-old" => self.quiet = true,
            "list-options" => {
                if option.value != "cluster" {
                    return Err(UsageError(format!(
                        "Invalid --list-options value '{}'. Allowed values: cluster",
                        option.text()
                    )));
                }
                self.command = Command::ListOptions;
            }
            "promotion" => {
                let of_agent = || {
                    let name = world.env("OCF_RESOURCE_INSTANCE")?;
                    Some(name.to_string_lossy().into_owned())
                };
                let given = Some(option.text()).filter(|name| option.given && !name.is_empty());
                let resource = given.or_else(of_agent).ok_or_else(|| {
                    UsageError(
                        "-p/--promotion must be called from an OCF resource agent or with a \
                         resource ID specified"
                            .to_owned(),
                    )
                })?;
                self.promotion = Some(resource);
            }
            "wait"
                if !["no", "local", "cluster"]
                    .iter()
                    .any(|word| option.value == *word) =>
            {
                return Err(UsageError(
                    "--wait= must be one of 'no', 'local', 'cluster'".to_owned(),
                ));
            }
            // Without effect: "score", and "wait" without a cluster.
            _ => {}
        }
        Ok(())
    }
}
