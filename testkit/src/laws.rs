//! What must hold of every run.

use pcmk_pengine::Decision;
use pcmk_pengine::verify::{Note, verify};

use crate::again::{self, Reason};
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

/// What came out of [`check`].
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// Which laws are broken, in words.
    pub broken: Vec<String>,
    /// The first reason for which something is left that is more than a fact not known before.
    pub surprise: Option<Reason>,
}

/// All laws for one CIB: the same bytes twice, no note of the verifier without a known reason (now and in the transitions
/// that follow), and nothing left to do after a transition was carried out, but for known reasons.
#[must_use]
pub fn check(moment: &Moment) -> Verdict {
    let decision = run::schedule(&moment.document, moment.now);
    let first = run::outputs(&decision);
    let second = run::outputs(&run::schedule(&moment.document, moment.now));
    let differ = (first != second).then(|| "two runs differ".to_owned());
    let settling = again::check_from(moment, decision);
    let mut reasons = settling.left.iter().filter_map(|left| left.reason);
    Verdict {
        broken: differ.into_iter().chain(settling.complaints()).collect(),
        surprise: reasons.find(|reason| !reason.is_news()),
    }
}
