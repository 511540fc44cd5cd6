//! The order of the passes. No other module knows it.

use std::sync::Arc;

use pcmk_cib::xml::Document;
use pcmk_core::diag::Diagnostics;
use pcmk_core::time::DateTime;

use crate::actions;
use crate::assign;
use crate::board::Board;
use crate::book::Book;
use crate::config::{self, Config};
use crate::constraints::{self, Constraints};
use crate::record::{Record, Wanted};
use crate::scores::Scores;
use crate::settle;
use crate::state::digest::Caches;
use crate::state::{self, State};
use crate::transition::{self, Transition};
use crate::weigh;
use crate::work::Work;

/// What a run is given.
#[derive(Clone, Debug)]
pub struct Input {
    /// The CIB (schema already upgraded).
    pub doc: Arc<Document>,
    /// "Now". `execution-date` of the document is *not* looked at here; the caller decides.
    pub now: DateTime,
    /// Secret parameters may be masked (any input but the live CIB).
    pub sanitized: bool,
    /// What to record.
    pub wanted: Wanted,
}

/// The cluster as read: configuration, observed state, and the ledgers opened while reading.
pub struct Observed {
    /// Configuration, removed resources included.
    pub config: Config,
    /// Observed state.
    pub state: State,
    /// Beliefs.
    pub board: Board,
    /// Node tables as far as reading went.
    pub scores: Scores,
    /// Actions created while reading.
    pub book: Book,
    /// Parameters and digests computed so far.
    pub caches: Caches,
    /// Recorded lines (unfencing information).
    pub record: Record,
    /// Messages.
    pub log: Diagnostics,
}

/// A finished run.
pub struct Decision {
    /// Everything that was read.
    pub config: Config,
    /// Observed state.
    pub state: State,
    /// Final beliefs: assigned nodes and roles.
    pub board: Board,
    /// Final node tables.
    pub scores: Scores,
    /// Constraints, implied ones included.
    pub constraints: Constraints,
    /// All actions and relations.
    pub book: Book,
    /// Parameters and digests.
    pub caches: Caches,
    /// Score lines and the like.
    pub record: Record,
    /// Messages.
    pub log: Diagnostics,
    /// What is to be done.
    pub transition: Transition,
}

/// Reads configuration and status. Tools that only show status stop here.
#[must_use]
pub fn observe(input: &Input) -> Observed {
    let mut log = Diagnostics::default();
    let config = config::load(input, &mut log);
    state::observe(config, input, log)
}

/// Checks the configuration without deciding anything: constraints are read, and that is all. Returns the messages of
/// this and of the reading before. For documents without status.
#[must_use]
pub fn check(seen: Observed) -> Diagnostics {
    let Observed { config, state, mut board, mut scores, mut book, mut caches, mut record, mut log } = seen;
    let mut constraints = Constraints::for_cluster(&config, &state);
    let mut work = Work {
        config: &config,
        state: &state,
        board: &mut board,
        scores: &mut scores,
        constraints: &mut constraints,
        book: &mut book,
        caches: &mut caches,
        record: &mut record,
        log: &mut log,
    };
    if state.read {
        weigh::health(&mut work);
        constraints::read(&mut work);
    }
    log
}

/// Decides what the cluster should do next.
#[must_use]
pub fn decide(seen: Observed) -> Decision {
    let Observed { config, state, mut board, mut scores, mut book, mut caches, mut record, mut log } = seen;
    let mut constraints = Constraints::for_cluster(&config, &state);
    let transition = {
        let mut work = Work {
            config: &config,
            state: &state,
            board: &mut board,
            scores: &mut scores,
            constraints: &mut constraints,
            book: &mut book,
            caches: &mut caches,
            record: &mut record,
            log: &mut log,
        };
        let w = &mut work;
        if state.read {
            weigh::health(w);
            constraints::read(w);
            weigh::nodes(w);
            constraints::imply(w);
            actions::internal_orderings(w);
            actions::for_changes(w);
            assign::assign(w);
            actions::deferred_checks(w);
            actions::probes(w);
            actions::clear_removed_failcounts(w);
            actions::for_roles(w);
            actions::for_remotes(w);
            actions::for_fencing(w);
            settle::settle(w);
        }
        transition::build(w)
    };
    Decision { config, state, board, scores, constraints, book, caches, record, log, transition }
}
