//! One run of the scheduler, as text that can be compared.

use std::fmt::Write as _;
use std::sync::Arc;

use pcmk_cib::xml::{Document, PrintStyle, print};
use pcmk_core::time::DateTime;
use pcmk_pengine::record::Wanted;
use pcmk_pengine::simulate::execute::Execution;
use pcmk_pengine::simulate::step::Step;
use pcmk_pengine::simulate::{self, Report, SimulateError, Working};
use pcmk_pengine::state::find::find_renamed;
use pcmk_pengine::transition::{dot, graph};
use pcmk_pengine::{Decision, Input, decide, observe};

/// When every cluster of the test kit starts to live, in seconds of the epoch: 2023-11-14 22:13:20 UTC.
pub const START: i64 = 1_700_000_000;

/// Everything a run tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// Transition graph.
    pub graph: String,
    /// Dot file with all actions.
    pub dot: String,
    /// Scores, utilization and messages, in order of arrival.
    pub record: String,
}

/// Parses a CIB that the test kit wrote.
///
/// # Panics
/// If it is not well-formed, which is a mistake of the test kit.
#[must_use]
pub fn parse(text: &str) -> Document {
    match Document::parse(text.as_bytes(), "testkit") {
        Ok(document) => document,
        Err(error) => panic!("the test kit wrote bad XML: {error:?}\n{text}"),
    }
}

/// A CIB as text for the tools, and its time as `crm_simulate -t` reads it.
///
/// Made-up clusters lose resources that constraints go on naming, which no schema allows; so none is named.
#[must_use]
pub fn for_tools(document: &Document, now: i64) -> (String, String) {
    let mut document = document.clone();
    let root = document.root();
    document.set_attr(root, "validate-with", "none");
    let text = print(document.root_element(), PrintStyle::Pretty);
    (text, DateTime::from_epoch(now).text_utc())
}

/// The input of a run at this time.
#[must_use]
pub fn input(document: Arc<Document>, now: i64) -> Input {
    Input {
        doc: document,
        now: DateTime::from_epoch(now),
        sanitized: true,
        wanted: Wanted {
            scores: true,
            utilization: true,
            trace: false,
        },
    }
}

/// Decides what to do.
#[must_use]
pub fn schedule(document: &Document, now: i64) -> Decision {
    decide(observe(&input(Arc::new(document.clone()), now)))
}

/// What a run tells.
#[must_use]
pub fn outputs(decision: &Decision) -> Outputs {
    let mut record = String::new();
    for event in &decision.record.events {
        let _ = writeln!(record, "{event:?}");
    }
    let _ = writeln!(record, "{:?}", decision.log);
    Outputs {
        graph: graph::write_graph(decision),
        dot: dot::write_dot(decision, true, true),
        record,
    }
}

/// Pretends to execute a transition; `failures` are operations that fail, as in `crm_simulate --op-fail`.
///
/// # Errors
/// See [`SimulateError`].
pub fn execute(
    decision: &Decision,
    working: &mut Working,
    failures: &[String],
    now: i64,
) -> Result<Report, SimulateError> {
    let execution = Execution {
        transition: &decision.transition,
        step: &|synapse| Step::of(decision, synapse),
        known: &|id| find_renamed(&decision.config, &decision.state, id).is_some(),
        failures,
        now,
    };
    simulate::execute(&execution, working)
}
