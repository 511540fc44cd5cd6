//! The order of the passes. No other module knows it.

use std::sync::Arc;

use pcmk_cib::xml::Document;
use pcmk_core::diag::Diagnostics;
use pcmk_core::time::DateTime;

use crate::actions;
use crate::assign;
use crate::assign::explain::{Explanation, explain};
use crate::board::Board;
use crate::book::Book;
use crate::config::{self, Config};
use crate::constraints::{self, Constraints};
use crate::record::{Record, Wanted};
use crate::scores::Scores;
use crate::settle;
use crate::state::digest::Caches;
use crate::state::{self, State};
use crate::transition::planned::Planned;
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

impl Input {
    /// A CIB that is not the live one, with nothing to be recorded. Its schema must be current: see
    /// [`pcmk_cib::schema::upgrade`].
    #[must_use]
    pub fn new(cib: Document, now: DateTime) -> Input {
        Input {
            doc: Arc::new(cib),
            now,
            sanitized: true,
            wanted: Wanted::default(),
        }
    }

    /// The same with the trace of causes kept, which [`Decision::why`] looks at. Costs some time and memory.
    #[must_use]
    pub fn traced(mut self) -> Input {
        self.wanted.trace = true;
        self
    }
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

impl Observed {
    /// What passes and questions to the engine work on.
    pub fn work<'w>(&'w mut self, constraints: &'w mut Constraints) -> Work<'w> {
        Work {
            config: &self.config,
            state: &self.state,
            board: &mut self.board,
            scores: &mut self.scores,
            constraints,
            book: &mut self.book,
            caches: &mut self.caches,
            record: &mut self.record,
            log: &mut self.log,
            deep: false,
        }
    }
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

/// Reads a CIB and decides what the cluster should do next: [`observe`] and [`decide`] in one call.
///
/// ```
/// use pcmk_cib::xml::Document;
/// use pcmk_core::time::DateTime;
/// use pcmk_pengine::{Input, schedule};
///
/// let text = r#"
/// <cib crm_feature_set="3.20.5" validate-with="pacemaker-4.0" admin_epoch="0" epoch="1" num_updates="0" have-quorum="1">
///   <configuration>
///     <crm_config>
///       <cluster_property_set id="options">
///         <nvpair id="fencing" name="fencing-enabled" value="false"/>
///       </cluster_property_set>
///     </crm_config>
///     <nodes><node id="1" uname="alpha"/></nodes>
///     <resources><primitive id="ip" class="ocf" provider="heartbeat" type="IPaddr2"/></resources>
///     <constraints/>
///   </configuration>
///   <status><node_state id="1" uname="alpha" in_ccm="true" crmd="online" join="member" expected="member"/></status>
/// </cib>"#;
/// let cib = Document::parse(text.as_bytes(), "example").expect("well-formed");
/// let decision = schedule(&Input::new(cib, DateTime::from_epoch(1_700_000_000)));
///
/// let start = decision.actions().find(|action| action.task() == "start").expect("planned");
/// assert_eq!((start.key().as_ref(), start.node()), ("ip_start_0", Some("alpha")));
/// let before: Vec<_> = start.inputs().map(|input| input.key().into_owned()).collect();
/// assert_eq!(before, ["ip_monitor_0"]);
/// ```
#[must_use]
pub fn schedule(input: &Input) -> Decision {
    decide(observe(input))
}

impl Decision {
    /// The actions of the transition, in the order of the graph.
    pub fn actions(&self) -> impl Iterator<Item = Planned<'_>> {
        self.transition
            .synapses
            .iter()
            .map(|synapse| Planned::new(self, synapse.action))
    }

    /// Why a resource is, or is not, placed on a node. `None` if there is no such resource or node.
    ///
    /// Clone instances have their number (`web:0`). Contributions to scores are only there if the run was
    /// [traced](Input::traced).
    #[must_use]
    pub fn why(&self, rsc: &str, node: &str) -> Option<Explanation> {
        let (rsc, node) = (self.config.find_rsc(rsc)?, self.config.find_node(node)?);
        Some(explain(self, rsc, node))
    }
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
pub fn check(mut seen: Observed) -> Diagnostics {
    let mut constraints = Constraints::for_cluster(&seen.state);
    if seen.state.read {
        let mut work = seen.work(&mut constraints);
        weigh::health(&mut work);
        constraints::read(&mut work);
    }
    seen.log
}

/// Reads the constraints for tools that only show them. What tickets do at once, they do to the observed cluster.
#[must_use]
pub fn read_constraints(seen: &mut Observed) -> Constraints {
    let mut constraints = Constraints::for_cluster(&seen.state);
    if seen.state.read {
        constraints::read(&mut seen.work(&mut constraints));
    }
    constraints
}

/// Decides what the cluster should do next.
#[must_use]
pub fn decide(mut seen: Observed) -> Decision {
    let mut constraints = Constraints::for_cluster(&seen.state);
    let transition = {
        let mut work = seen.work(&mut constraints);
        let w = &mut work;
        if w.state.read {
            actions::reserve(w);
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
    let Observed {
        config,
        state,
        board,
        scores,
        book,
        caches,
        record,
        log,
    } = seen;
    Decision {
        config,
        state,
        board,
        scores,
        constraints,
        book,
        caches,
        record,
        log,
        transition,
    }
}
