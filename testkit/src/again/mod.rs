//! After a transition was executed without failures there is nothing left to do, except for listed reasons.
//!
//! [`check`] executes one transition after the other, writing down what the simulation does not
//! ([`crate::aftermath`]), until nothing is left or [`ROUNDS`] are over. Every action that a run wants although the one
//! before was carried out needs a [`Reason`], and a reason is a fact that is looked up in the two runs and the CIB
//! between them, often by its opposite: without that fact the action would not be wanted. The same is asked of the CIB
//! as the simulation left it, which is what users of `crm_simulate` see. Each reason names the rule it follows from;
//! most were seen with 2.1.5 as well.
//!
//! Pseudo-actions alone count as nothing left: nobody carries them out (gates like `load_stopped` are always there).

mod explain;
mod reason;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use pcmk_cib::xml::Document;
use pcmk_pengine::Decision;
use pcmk_pengine::book::ActionFlags;
use pcmk_pengine::id::ActionId;
use pcmk_pengine::simulate::Working;
use pcmk_pengine::simulate::step::Step;
use pcmk_pengine::transition::planned::Planned;
use pcmk_pengine::verify::{Note, verify};

pub use reason::Reason;

use crate::aftermath;
use crate::history::Moment;
use crate::laws::unexplained;
use crate::run;

/// How many transitions are executed at most.
pub const ROUNDS: usize = 4;

/// An action that is left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// Round after which it is left, from 1.
    pub round: usize,
    /// The CIB is as the simulation left it; false: what it leaves undone was recorded.
    pub plain: bool,
    /// Key, task and node.
    pub action: String,
    /// Why, if that is known.
    pub reason: Option<Reason>,
}

impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = if self.plain { "" } else { " (recorded)" };
        write!(
            f,
            "after round {}{how}: {} is left",
            self.round, self.action
        )?;
        match self.reason {
            Some(reason) => write!(f, ": {reason}"),
            None => Ok(()),
        }
    }
}

/// What became of a cluster.
#[derive(Clone, Debug, Default)]
pub struct Settling {
    /// Everything that was left after some round.
    pub left: Vec<Left>,
    /// Nothing was left in the end.
    pub at_rest: bool,
    /// The round whose transition could not be completed although the verifier found nothing wrong with it.
    pub stuck: Option<usize>,
    /// What the verifier has to say, for no known reason, about the transition of a round.
    pub notes: Vec<(usize, Note)>,
}

impl Settling {
    /// What is wrong, in words; nothing if the law holds.
    #[must_use]
    pub fn complaints(&self) -> Vec<String> {
        let unexplained = self.left.iter().filter(|left| left.reason.is_none());
        let stuck = self
            .stuck
            .map(|round| format!("the transition of round {round} is stuck"));
        let notes = self
            .notes
            .iter()
            .map(|(round, note)| format!("verifier, round {round}: {}: {note}", note.fault.rule()));
        unexplained
            .map(ToString::to_string)
            .chain(stuck)
            .chain(notes)
            .collect()
    }
}

/// Executes transitions until nothing is left.
#[must_use]
pub fn check(moment: &Moment) -> Settling {
    check_from(moment, run::schedule(&moment.document, moment.now))
}

/// The same, with the first decision made already.
#[must_use]
pub fn check_from(moment: &Moment, first: Decision) -> Settling {
    let mut settling = Settling::default();
    let mut before = first;
    let mut document = moment.document.clone();
    for round in 1..=ROUNDS {
        let notes = unexplained(&before).into_iter();
        settling.notes.extend(notes.map(|note| (round, note)));
        if real(&before).is_empty() {
            settling.at_rest = true;
            return settling;
        }
        let mut working = Working::new(document);
        let report = run::execute(&before, &mut working, &[], moment.now);
        let plain = working.into_document();
        if !report.is_ok_and(|report| report.complete) {
            if verify(&before).is_empty() {
                settling.stuck = Some(round);
            }
            return settling;
        }
        let told = unrecorded(&before);
        let mut recorded = plain.clone();
        aftermath::record(&before, &mut recorded, moment.now);
        let after = run::schedule(&recorded, moment.now);
        if !told.is_empty() {
            left_plain(
                &mut settling,
                round,
                &told,
                &run::schedule(&plain, moment.now),
                &after,
            );
        }
        let between = explain::Between {
            before: &before,
            document: &recorded,
            now: moment.now,
            after: &after,
            told: &told,
        };
        for (name, reason) in explain::reasons(&between) {
            settling.left.push(Left {
                round,
                plain: false,
                action: name.to_string(),
                reason,
            });
        }
        document = recorded;
        before = after;
    }
    settling.at_rest = real(&before).is_empty();
    settling
}

/// What is left where only the simulation wrote to the CIB: the actions it only tells, and what would not be wanted if
/// these were recorded. The rest is explained where they are.
fn left_plain(
    settling: &mut Settling,
    round: usize,
    told: &BTreeMap<Name, Reason>,
    plain: &Decision,
    recorded: &Decision,
) {
    let undone = unrecorded(plain);
    let wanted: BTreeSet<Name> = real(recorded).into_values().collect();
    for name in real(plain).into_values() {
        let reason = match undone.get(&name) {
            // A cancel leaves an entry that is cancelled in turn.
            Some(&reason) if told.contains_key(&name) || reason == Reason::Cancelled => reason,
            Some(_) | None if !wanted.contains(&name) => Reason::WouldBeRecorded,
            Some(_) | None => continue,
        };
        settling.left.push(Left {
            round,
            plain: true,
            action: name.to_string(),
            reason: Some(reason),
        });
    }
}

/// The CIB after this many rounds, everything recorded. `None` if a transition cannot be completed.
#[must_use]
pub fn after(moment: &Moment, rounds: usize) -> Option<Document> {
    let mut document = moment.document.clone();
    for _ in 0..rounds {
        let decision = run::schedule(&document, moment.now);
        let mut working = Working::new(document);
        let report = run::execute(&decision, &mut working, &[], moment.now);
        report.ok().filter(|report| report.complete)?;
        document = working.into_document();
        aftermath::record(&decision, &mut document, moment.now);
    }
    Some(document)
}

/// An action by what it does, since numbers differ between runs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Name {
    key: String,
    task: String,
    node: String,
}

impl Name {
    fn of(decision: &Decision, id: ActionId) -> Name {
        let planned = Planned::new(decision, id);
        Name {
            key: planned.key().into_owned(),
            task: planned.task().to_owned(),
            node: planned.node().unwrap_or_default().to_owned(),
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{}] on {}", self.key, self.task, self.node)
    }
}

/// The actions that somebody carries out.
fn real(decision: &Decision) -> BTreeMap<ActionId, Name> {
    let actions = decision.transition.synapses.iter().map(|s| s.action);
    actions
        .filter(|&id| !decision.book.is(id, ActionFlags::PSEUDO))
        .map(|id| (id, Name::of(decision, id)))
        .collect()
}

/// Actions that the simulation only tells.
fn unrecorded(decision: &Decision) -> BTreeMap<Name, Reason> {
    let synapses = decision.transition.synapses.iter();
    synapses
        .filter_map(|synapse| {
            let kind = aftermath::unrecorded(&Step::of(decision, synapse))?;
            Some((
                Name::of(decision, synapse.action),
                Reason::of_unrecorded(kind),
            ))
        })
        .collect()
}
