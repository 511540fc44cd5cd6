//! Options of `crm_simulate`, and what they mean together. Source: behaviour notes 05 section 6.1.

use crate::args::{OptionRow, Takes};
use std::ffi::OsString;

use pcmk_pengine::simulate::Injections;

use crate::args::row::{file, flag, number, text};
use crate::args::{Found, OptionTable};
use crate::ops::input::Source;

/// The options.
pub const TABLE: OptionTable = OptionTable {
    tool: "crm_simulate",
    summary: "Shows how the cluster would react to events, without touching the cluster.\n\n\
        Results are given as RESOURCE_TASK_INTERVAL@NODE=STATUS, with the interval in milliseconds,\n\
        for example webserver_monitor_10000@node1=7.",
    groups: &[
        (
            "Operations",
            &[
                flag('R', "run", "Decide what the cluster would do, and show it"),
                flag(
                    'S',
                    "simulate",
                    "Like --run, then pretend it was done and show the resulting status",
                ),
                flag(
                    'X',
                    "in-place",
                    "Like --simulate, and store the result in the input file",
                ),
                flag('A', "show-attrs", "Show node attributes"),
                flag(
                    'c',
                    "show-failcounts",
                    "Show fail counts and failed actions",
                ),
                flag('s', "show-scores", "Show assignment scores"),
                flag(
                    'U',
                    "show-utilization",
                    "Show utilization of nodes and resources",
                ),
                text(
                    'P',
                    "profile",
                    "DIR",
                    "Measure runs on all CIBs in a directory",
                ),
                number(
                    'N',
                    "repeat",
                    "N",
                    "With --profile, run N times on each CIB",
                ),
                OptionRow {
                    letter: None,
                    name: "verify-transition",
                    takes: Takes::Nothing,
                    value: "",
                    help: "Check the plan for contradictions (an option of pcmk alone): notes go to standard error, and the exit status is 1 if there are any",
                },
                flag('j', "pending", ""),
            ],
        ),
        (
            "Synthetic events (all may be repeated, except quorum, watchdog and time)",
            &[
                text('u', "node-up", "NODE", "Bring a node online"),
                text('d', "node-down", "NODE", "Take a node offline"),
                text('f', "node-fail", "NODE", "Make a node fail"),
                text(
                    'i',
                    "op-inject",
                    "RESULT",
                    "Record a result before deciding",
                ),
                text(
                    'F',
                    "op-fail",
                    "RESULT",
                    "Let an action have this result if it is executed",
                ),
                text(
                    't',
                    "set-datetime",
                    "TIME",
                    "Pretend it is this time (ISO 8601)",
                ),
                text(
                    'q',
                    "quorum",
                    "VALUE",
                    "Set quorum to 1 (true) or 0 (false)",
                ),
                text(
                    'w',
                    "watchdog",
                    "VALUE",
                    "Say whether a watchdog is active: 1 (true) or 0 (false)",
                ),
                text('g', "ticket-grant", "TICKET", "Grant a ticket"),
                text('r', "ticket-revoke", "TICKET", "Revoke a ticket"),
                text('b', "ticket-standby", "TICKET", "Put a ticket in standby"),
                text(
                    'e',
                    "ticket-activate",
                    "TICKET",
                    "Take a ticket out of standby",
                ),
            ],
        ),
        (
            "Artifacts to keep",
            &[
                file('I', "save-input", "Save the CIB that is decided upon"),
                file(
                    'O',
                    "save-output",
                    "Save the CIB that results from the simulation",
                ),
                file('G', "save-graph", "Save the transition graph (XML)"),
                file('D', "save-dotfile", "Save the transition graph (dot)"),
                flag(
                    'a',
                    "all-actions",
                    "With --save-dotfile, include actions that are not needed",
                ),
            ],
        ),
        (
            "Source of the CIB",
            &[
                flag('L', "live-check", "Use the running cluster's"),
                file(
                    'x',
                    "xml-file",
                    "Read it from a file (\"-\" is standard input)",
                ),
                flag('p', "xml-pipe", "Read it from standard input (default)"),
            ],
        ),
        (
            "Main",
            &[flag(
                'Q',
                "quiet",
                "Show only what was asked for explicitly",
            )],
        ),
    ],
};

/// What is wanted, after all options were seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Show the version.
    pub version: bool,
    /// Number of `-V`.
    pub verbosity: usize,
    /// Output format, as typed.
    pub format: String,
    /// Output file, `-` for standard output.
    pub destination: OsString,
    /// Less output.
    pub quiet: bool,
    /// Run the scheduler.
    pub run: bool,
    /// Execute the transition.
    pub simulate: bool,
    /// Store the result in the input file.
    pub in_place: bool,
    /// Show node attributes.
    pub attributes: bool,
    /// Show fail counts and failures.
    pub failcounts: bool,
    /// Show scores.
    pub scores: bool,
    /// Show utilization.
    pub utilization: bool,
    /// Check the transition, report notes on standard error. Ours: the reference has no such option.
    pub verify: bool,
    /// Directory of CIBs to measure.
    pub profile: Option<OsString>,
    /// Runs per CIB when measuring.
    pub repeat: u32,
    /// Effective time.
    pub date: Option<String>,
    /// Events before the run.
    pub injections: Injections,
    /// Failures during the execution.
    pub op_fail: Vec<String>,
    /// File for the input.
    pub save_input: Option<OsString>,
    /// File for the result.
    pub save_output: Option<OsString>,
    /// File for the graph.
    pub save_graph: Option<OsString>,
    /// File for the dot file.
    pub save_dot: Option<OsString>,
    /// Dot file with all actions.
    pub all_actions: bool,
    /// Where the CIB is.
    pub source: Source,
}

impl Default for Request {
    fn default() -> Request {
        Request {
            version: false,
            verbosity: 0,
            format: "text".to_owned(),
            destination: "-".into(),
            quiet: false,
            run: false,
            simulate: false,
            in_place: false,
            attributes: false,
            failcounts: false,
            scores: false,
            utilization: false,
            verify: false,
            profile: None,
            repeat: 1,
            date: None,
            injections: Injections::default(),
            op_fail: Vec::new(),
            save_input: None,
            save_output: None,
            save_graph: None,
            save_dot: None,
            all_actions: false,
            source: Source::Pipe,
        }
    }
}

impl Request {
    /// Interprets options in order.
    #[must_use]
    pub fn from_options(found: &[Found]) -> Request {
        let mut request = Request::default();
        for option in found {
            request.apply(option);
        }
        if request.scores
            || request.utilization
            || request.save_graph.is_some()
            || request.save_dot.is_some()
            || request.verify
        {
            request.run = true;
        }
        if request.in_place || !request.op_fail.is_empty() {
            request.simulate = true;
        }
        if request.simulate {
            request.run = true;
        }
        request
    }

    fn apply(&mut self, option: &Found) {
        let file = || Some(option.value.clone());
        let events = &mut self.injections;
        match option.name {
            "version" => self.version = true,
            "verbose" => self.verbosity += 1,
            "output-as" => self.format = option.text(),
            "output-to" => self.destination.clone_from(&option.value),
            "quiet" => self.quiet = true,
            "run" => self.run = true,
            "simulate" => self.simulate = true,
            "in-place" => self.in_place = true,
            "show-attrs" => self.attributes = true,
            "show-failcounts" => self.failcounts = true,
            "show-scores" => self.scores = true,
            "show-utilization" => self.utilization = true,
            "verify-transition" => self.verify = true,
            "profile" => self.profile = file(),
            "repeat" => self.repeat = u32::try_from(option.number().max(0)).unwrap_or(u32::MAX),
            "node-up" => events.node_up.push(option.text()),
            "node-down" => events.node_down.push(option.text()),
            "node-fail" => events.node_fail.push(option.text()),
            "op-inject" => events.results.push(option.text()),
            "op-fail" => self.op_fail.push(option.text()),
            "set-datetime" => self.date = Some(option.text()),
            "quorum" => events.quorum = Some(option.text()),
            "watchdog" => events.watchdog = Some(option.text()),
            "ticket-grant" => events.ticket_grant.push(option.text()),
            "ticket-revoke" => events.ticket_revoke.push(option.text()),
            "ticket-standby" => events.ticket_standby.push(option.text()),
            "ticket-activate" => events.ticket_activate.push(option.text()),
            "save-input" => self.save_input = file(),
            "save-output" => self.save_output = file(),
            "save-graph" => self.save_graph = file(),
            "save-dotfile" => self.save_dot = file(),
            "all-actions" => self.all_actions = true,
            "live-check" => self.source = Source::Live,
            "xml-file" => self.source = Source::File(option.value.clone()),
            "xml-pipe" => self.source = Source::Pipe,
            // Deprecated and without effect: "pending".
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(options: &[(&'static str, &str)]) -> Request {
        let found: Vec<Found> = options
            .iter()
            .map(|&(name, value)| Found {
                name,
                value: value.into(),
                ..Found::default()
            })
            .collect();
        Request::from_options(&found)
    }

    #[test]
    fn implications() {
        assert!(!request(&[("xml-file", "f")]).run);
        assert!(request(&[("show-scores", "")]).run);
        assert!(!request(&[("show-scores", "")]).simulate);
        assert!(request(&[("verify-transition", "")]).run);
        assert!(request(&[("op-fail", "x")]).simulate);
        assert!(request(&[("in-place", "")]).run);
        assert_eq!(request(&[("repeat", "-3")]).repeat, 0);
    }

    #[test]
    fn every_option_is_in_the_table_once() {
        let mut letters: Vec<char> = TABLE
            .groups
            .iter()
            .flat_map(|(_, rows)| rows.iter())
            .filter_map(|r| r.letter)
            .collect();
        let before = letters.len();
        letters.sort_unstable();
        letters.dedup();
        assert_eq!(letters.len(), before);
    }
}
