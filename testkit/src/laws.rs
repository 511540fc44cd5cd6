//! What must hold of every run.

use pcmk_pengine::Decision;
use pcmk_pengine::verify::{Note, verify};

use crate::again;
use crate::history::Moment;
use crate::run;

/// Notes of the verifier for which no reason is known.
#[must_use]
pub fn unexplained(decision: &Decision) -> Vec<Note> {
    verify(decision)
        .into_iter()
        .filter(|note| note.reason.is_none())
        .collect()
}

/// All laws for one CIB: the same bytes twice, no note of the verifier without a known reason (now and in the transitions
/// that follow), and nothing left to do after a transition was carried out, but for known reasons. Tells what is wrong.
#[must_use]
pub fn broken(moment: &Moment) -> Vec<String> {
    let mut broken = Vec::new();
    let decision = run::schedule(&moment.document, moment.now);
    let first = run::outputs(&decision);
    let second = run::outputs(&run::schedule(&moment.document, moment.now));
    if first != second {
        broken.push("two runs differ".to_owned());
    }
    broken.extend(again::check_from(moment, decision).complaints());
    broken
}
