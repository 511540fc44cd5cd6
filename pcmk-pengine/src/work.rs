//! What a pass works on: the facts, by shared reference, and the ledgers, by exclusive reference.

use pcmk_core::diag::Diagnostics;

use crate::board::Board;
use crate::book::Book;
use crate::config::Config;
use crate::constraints::Constraints;
use crate::record::Record;
use crate::scores::Scores;
use crate::state::State;
use crate::state::digest::Caches;

/// Facts and ledgers. A pass takes this by exclusive reference; the shared references can be copied out, so that
/// walking the facts and writing to a ledger do not get in each other's way.
pub struct Work<'a> {
    /// What is wanted. Frozen.
    pub config: &'a Config,
    /// What was observed. Frozen.
    pub state: &'a State,
    /// What is believed now.
    pub board: &'a mut Board,
    /// Allowed-node tables and why.
    pub scores: &'a mut Scores,
    /// Constraints.
    pub constraints: &'a mut Constraints,
    /// Actions and orderings.
    pub book: &'a mut Book,
    /// Computed parameters and digests.
    pub caches: &'a mut Caches,
    /// Score lines and the like, for the user.
    pub record: &'a mut Record,
    /// Messages.
    pub log: &'a mut Diagnostics,
    /// Whether the stack is the large one, see [`crate::settle`].
    pub deep: bool,
}
