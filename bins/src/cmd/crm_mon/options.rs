//! The options of `crm_mon`. Source: behaviour notes 07 section 11.

use std::ffi::OsString;

use pcmk_core::lenient::parse_interval;

use super::sections::{NAMES, Wanted};
use crate::args::row::{file, flag, long, optional, text};
use crate::args::{Found, OptionTable, UsageError};
use crate::out::{Format, Page};
use crate::view::Show;

/// The table.
pub const TABLE: OptionTable = OptionTable {
    tool: "crm_mon",
    summary: "Shows the status of a cluster: nodes, resources, and what went wrong.\n\n\
        Works on a CIB file (environment variable CIB_file) or a shadow CIB (CIB_shadow), once.",
    groups: &[
        (
            "Modes (mutually exclusive)",
            &[
                flag('1', "one-shot", "Show the status once and end"),
                text('i', "interval", "TIME", "Time between updates (default 5s)"),
                flag('d', "daemonize", "Run in the background"),
                text(
                    'E',
                    "external-agent",
                    "PROGRAM",
                    "Program to run on each event",
                ),
                text(
                    'e',
                    "external-recipient",
                    "TEXT",
                    "What to tell that program",
                ),
                flag('W', "watch-fencing", "Listen for fencing events"),
            ],
        ),
        (
            "Display options",
            &[
                text('I', "include", "SECTION(s)", "Sections to show (see below)"),
                text('U', "exclude", "SECTION(s)", "Sections not to show"),
                long(text(
                    '\0',
                    "node",
                    "NODE(s)",
                    "Only this node, or the nodes of this tag",
                )),
                long(text(
                    '\0',
                    "resource",
                    "RSC(s)",
                    "Only this resource, or the resources of this tag",
                )),
                flag('n', "group-by-node", "Show resources below their nodes"),
                flag('r', "inactive", "Show inactive resources, too"),
                flag('f', "failcounts", "Show fail counts"),
                flag('o', "operations", "Show what was done with resources"),
                flag(
                    't',
                    "timing-details",
                    "Show when it was done, and how long it took",
                ),
                flag('c', "tickets", "Show tickets"),
                optional('m', "fence-history", "LEVEL", "Show the fencing history"),
                optional(
                    'L',
                    "neg-locations",
                    "PREFIX",
                    "Show what may not run where",
                ),
                flag('A', "show-node-attributes", "Show node attributes"),
                flag('D', "hide-headers", "Leave out the summary"),
                flag('R', "show-detail", "Show more about nodes and resources"),
                long(flag(
                    '\0',
                    "show-description",
                    "Show descriptions of resources",
                )),
                flag('b', "brief", "Count resources by agent"),
                flag('j', "pending", ""),
                flag('Q', "quiet", "Leave out the times"),
                file('x', "xml-file", ""),
                file('p', "pid-file", ""),
                flag('X', "as-xml", ""),
                flag('h', "help", ""),
            ],
        ),
        (
            "HTML options",
            &[
                long(flag(
                    '\0',
                    "html-cgi",
                    "Begin with a header for a web server",
                )),
                long(text(
                    '\0',
                    "html-stylesheet",
                    "URI",
                    "Refer to a style sheet",
                )),
                long(text('\0', "html-title", "TITLE", "Title of the page")),
            ],
        ),
    ],
};

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Lists of sections in order: whether to include or to exclude them.
    changes: Vec<(bool, String)>,
    /// A node or tag.
    pub node: Option<String>,
    /// A resource or tag.
    pub resource: Option<String>,
    /// What to show of them.
    pub show: Show,
    /// Times and results of operations.
    pub timing: bool,
    /// The old form of XML.
    pub legacy_xml: bool,
    /// Run in the background.
    pub daemonize: bool,
    /// There is a program to run on events.
    pub agent: bool,
    /// Where the CIB is, if it is not where the environment says.
    pub cib_file: Option<OsString>,
    /// What the head of a page says.
    pub page: Page,
    /// Time between updates, milliseconds.
    pub interval_ms: u32,
}

impl Default for Request {
    fn default() -> Request {
        Request {
            changes: Vec::new(),
            node: None,
            resource: None,
            show: Show {
                pending: true,
                ..Show::default()
            },
            timing: false,
            legacy_xml: false,
            daemonize: false,
            agent: false,
            cib_file: None,
            page: Page {
                title: "Cluster Status".to_owned(),
                ..Page::default()
            },
            interval_ms: 5000,
        }
    }
}

impl Request {
    fn include(&mut self, list: impl Into<String>) {
        self.changes.push((true, list.into()));
    }

    fn exclude(&mut self, list: impl Into<String>) {
        self.changes.push((false, list.into()));
    }

    /// Takes an option.
    ///
    /// # Errors
    /// Its value makes no sense.
    pub fn apply(&mut self, option: &Found) -> Result<(), UsageError> {
        match option.name {
            "interval" => match parse_interval(Some(&option.text())) {
                (ms, true) => self.interval_ms = ms,
                (_, false) => {
                    return Err(UsageError(format!(
                        "Invalid value for -i: {}",
                        option.text()
                    )));
                }
            },
            "daemonize" => self.daemonize = true,
            "external-agent" => self.agent = true,
            "include" => self.include(option.text()),
            "exclude" => self.exclude(option.text()),
            "node" => self.node = Some(option.text()),
            "resource" => self.resource = Some(option.text()),
            "group-by-node" => self.show.by_node = true,
            "inactive" => self.show.inactive = true,
            "failcounts" => self.include("failcounts"),
            "operations" => self.include("failcounts,operations"),
            "timing-details" => {
                self.timing = true;
                self.include("operations");
            }
            "tickets" => self.include("tickets"),
            "neg-locations" => match option.given {
                true => self.include(format!("bans:{}", option.text())),
                false => self.include("bans"),
            },
            "show-node-attributes" => self.include("attributes"),
            "hide-headers" => self.exclude("summary"),
            "quiet" => self.exclude("times"),
            "show-detail" => self.show.details = true,
            "show-description" => self.show.descriptions = true,
            "brief" => self.show.brief = true,
            "xml-file" => self.cib_file = Some(option.value.clone()),
            "as-xml" => self.legacy_xml = true,
            "html-cgi" => self.page.cgi = true,
            "html-stylesheet" => self.page.stylesheet = Some(option.text()),
            "html-title" => self.page.title = option.text(),
            // One-shot is all there is; there is no fencing history in a file; pending actions are always shown.
            _ => {}
        }
        Ok(())
    }

    /// The sections that are wanted.
    ///
    /// # Errors
    /// A name on one of the lists is unknown.
    pub fn wanted(&self, format: Format) -> Result<Wanted, UsageError> {
        let mut wanted = Wanted::new(format);
        for (include, list) in &self.changes {
            let (applied, option) = match include {
                true => (wanted.include(list), "include"),
                false => (wanted.exclude(list), "exclude"),
            };
            applied.map_err(|_| UsageError(format!("--{option} options: {NAMES}")))?;
        }
        Ok(wanted)
    }
}
