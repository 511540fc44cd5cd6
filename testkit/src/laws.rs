//! What must hold of every run.

use pcmk_pengine::Decision;
use pcmk_pengine::verify::{Note, verify};

/// Notes of the verifier for which no reason is known.
#[must_use]
pub fn unexplained(decision: &Decision) -> Vec<Note> {
    verify(decision)
        .into_iter()
        .filter(|note| note.reason.is_none())
        .collect()
}
