//! Why is this resource (not) on this node? A view of the trace of causes, with the chain of what led there.
//!
//! The trace is kept only if [`Wanted::trace`](crate::record::Wanted) was set for the run; without it the verdict is
//! still right, but the list of contributions is empty.

use foldhash::HashSet;
use std::sync::Arc;

use pcmk_core::score::Score;

use crate::id::{NodeId, RscId};
use crate::pipeline::Decision;
use crate::scores::{Cause, Choice, Contribution};

/// Longest chain of primaries that is followed.
const CHAIN_MAX: usize = 64;

/// The short answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is assigned to the node.
    Here(Option<Choice>),
    /// It is assigned to another node.
    Elsewhere {
        /// That node.
        node: NodeId,
        /// Why not the one asked about.
        because: Because,
    },
    /// It is assigned to no node.
    Nowhere(Because),
}

/// Why a node was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Because {
    /// The resource's table does not have the node: nothing allows it there.
    NotAllowed,
    /// The node cannot run anything.
    Unavailable(Unavailable),
    /// The score is negative; the constraint or rule that weighs most against it, if the trace has it.
    Refused(Option<Cause>),
    /// The other node's score is higher.
    LowerScore {
        /// Score of the node asked about.
        here: Score,
        /// Score of the chosen node.
        there: Score,
    },
    /// Scores are equal; the other node was preferred for this reason.
    Equal(Choice),
    /// The resource is not managed: it stays where it runs.
    Unmanaged,
    /// `stop-all-resources` is set.
    StopAll,
    /// The collective has as many instances as it may have.
    InstanceLimit,
    /// It is wanted stopped.
    WantedStopped,
}

/// Why a node cannot run anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unavailable {
    /// Offline.
    Offline,
    /// Must be fenced first.
    Unclean,
    /// Shutting down.
    ShuttingDown,
    /// In standby.
    Standby,
    /// In maintenance.
    Maintenance,
}

/// An answer with its grounds.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The resource.
    pub rsc: RscId,
    /// The node asked about.
    pub node: NodeId,
    /// The answer.
    pub verdict: Verdict,
    /// Final score on the node; `None` if the resource's table does not have it.
    pub score: Option<Score>,
    /// Everything that changed that score, in order.
    pub contributions: Vec<Contribution>,
    /// Where the resources are that it is colocated with and that had a say: the same question for each of them, nearest
    /// first.
    pub chain: Vec<Link>,
}

/// One step of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The colocation.
    pub colocation: Arc<str>,
    /// The resource whose placement (or preference) counted.
    pub with: RscId,
    /// The resource that it counted for.
    pub from: RscId,
    /// Where it is.
    pub node: Option<NodeId>,
    /// What weighs most for it on the node asked about, other than colocations.
    pub cause: Option<Cause>,
}

/// Why a resource is, or is not, on a node.
#[must_use]
pub fn explain(decision: &Decision, rsc: RscId, node: NodeId) -> Explanation {
    let table = decision.scores.of(rsc);
    let contributions = contributions(decision, rsc, node);
    let assigned = assigned(decision, rsc);
    let verdict = match assigned.as_slice() {
        [] => Verdict::Nowhere(refusal(decision, rsc, node, None)),
        nodes if nodes.contains(&node) => Verdict::Here(choice(decision, rsc)),
        [other, ..] => Verdict::Elsewhere {
            node: *other,
            because: refusal(decision, rsc, node, Some(*other)),
        },
    };
    Explanation {
        rsc,
        node,
        verdict,
        score: table.score(node),
        chain: chain(decision, rsc, node),
        contributions,
    }
}

/// Nodes that the resource, or anything inside it, is assigned to.
fn assigned(decision: &Decision, rsc: RscId) -> Vec<NodeId> {
    let mut nodes = Vec::new();
    let mut stack = vec![rsc];
    while let Some(at) = stack.pop() {
        if let Some(node) = decision.board.assigned_node(at) {
            nodes.push(node);
        }
        stack.extend(decision.config.rsc(at).children.iter().rev());
    }
    nodes
}

fn choice(decision: &Decision, rsc: RscId) -> Option<Choice> {
    decision
        .scores
        .choices
        .iter()
        .rev()
        .find(|c| c.rsc == rsc)
        .map(|c| c.why)
}

fn contributions(decision: &Decision, rsc: RscId, node: NodeId) -> Vec<Contribution> {
    let trace = decision.scores.trace.as_deref().unwrap_or_default();
    trace
        .iter()
        .filter(|c| c.rsc == rsc && c.node == node)
        .cloned()
        .collect()
}

/// Why the node was not taken; `there` is the one that was.
fn refusal(decision: &Decision, rsc: RscId, node: NodeId, there: Option<NodeId>) -> Because {
    let row = decision.board.rsc(rsc);
    let choice = choice(decision, rsc);
    match choice {
        Some(Choice::Unmanaged) => return Because::Unmanaged,
        Some(Choice::StopAll) => return Because::StopAll,
        Some(Choice::Best | Choice::Running | Choice::Preferred) | None => {}
    }
    let trace = contributions(decision, rsc, node);
    if trace
        .iter()
        .any(|c| c.cause == Cause::Other("instance limit"))
    {
        return Because::InstanceLimit;
    }
    if decision.config.rsc(rsc).target_role == Some(pcmk_core::role::Role::Stopped) {
        return Because::WantedStopped;
    }
    if let Some(why) = unavailable(decision, node) {
        return Because::Unavailable(why);
    }
    let table = decision.scores.of(rsc);
    let Some(here) = table.score(node) else {
        return Because::NotAllowed;
    };
    if here < Score::ZERO {
        return Because::Refused(decisive(&trace, here));
    }
    match there {
        Some(other) => {
            let there = row
                .assigned
                .map(|e| e.score)
                .or(table.score(other))
                .unwrap_or_default();
            if here < there {
                Because::LowerScore { here, there }
            } else {
                Because::Equal(choice.unwrap_or(Choice::Best))
            }
        }
        None => Because::WantedStopped,
    }
}

/// The contribution that made a score what it is: the first that made it minus infinity, else the most negative.
fn decisive(trace: &[Contribution], score: Score) -> Option<Cause> {
    let undone = trace
        .iter()
        .rposition(|c| c.cause == Cause::Other("undone"))
        .map_or(0, |at| at + 1);
    let in_force = &trace[undone..];
    let found = if score.is_minus_infinity() {
        in_force
            .iter()
            .find(|c| c.total.is_minus_infinity())
            .or_else(|| trace.iter().find(|c| c.total.is_minus_infinity()))
    } else {
        in_force.iter().min_by_key(|c| c.delta)
    };
    found.map(|c| c.cause.clone())
}

fn unavailable(decision: &Decision, node: NodeId) -> Option<Unavailable> {
    let believed = decision.board.node(node);
    if !believed.online {
        Some(Unavailable::Offline)
    } else if believed.unclean {
        Some(Unavailable::Unclean)
    } else if believed.shutdown {
        Some(Unavailable::ShuttingDown)
    } else if believed.standby || believed.fail_standby {
        Some(Unavailable::Standby)
    } else if believed.maintenance {
        Some(Unavailable::Maintenance)
    } else {
        None
    }
}

/// Follows colocations that changed the score on the node, breadth first.
fn chain(decision: &Decision, rsc: RscId, node: NodeId) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    let mut seen: HashSet<RscId> = HashSet::from_iter([rsc]);
    let mut next = 0;
    let mut at = rsc;
    loop {
        for contribution in contributions(decision, at, node) {
            let Cause::Colocation(id, with) = &contribution.cause else {
                continue;
            };
            if links.len() >= CHAIN_MAX || !seen.insert(*with) {
                continue;
            }
            let grounds: Vec<Contribution> = contributions(decision, *with, node)
                .into_iter()
                .filter(|c| !matches!(c.cause, Cause::Colocation(..)))
                .collect();
            let cause = grounds
                .iter()
                .max_by_key(|c| i64::from(c.delta.value()).abs())
                .filter(|c| c.delta != Score::ZERO)
                .map(|c| c.cause.clone());
            links.push(Link {
                colocation: id.clone(),
                with: *with,
                from: at,
                node: assigned(decision, *with).first().copied(),
                cause,
            });
        }
        match links.get(next) {
            Some(link) => at = link.with,
            None => return links,
        }
        next += 1;
    }
}
