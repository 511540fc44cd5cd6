//! A planned action in words: what a program that embeds the scheduler wants to know of it.
//!
//! A view of the finished decision: names instead of ids, nothing copied. The graph file says the same in XML.

use std::borrow::Cow;

use crate::id::ActionId;
use crate::pipeline::Decision;
use crate::transition::Synapse;
use crate::transition::describe::{self, Attributes, ElementKind};

/// One action of a transition, or one that an action of it waits for.
#[derive(Clone, Copy)]
pub struct Planned<'a> {
    decision: &'a Decision,
    id: ActionId,
}

impl<'a> Planned<'a> {
    /// The action with this id.
    #[must_use]
    pub fn new(decision: &'a Decision, id: ActionId) -> Planned<'a> {
        Planned { decision, id }
    }

    /// Its id in the book of the decision.
    #[must_use]
    pub fn id(&self) -> ActionId {
        self.id
    }

    /// The number that graphs show, from 1.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.id.number()
    }

    /// The key, like `web_start_0`: resource, task, interval in milliseconds.
    #[must_use]
    pub fn key(&self) -> Cow<'a, str> {
        describe::key_text(self.decision, self.id)
    }

    /// The task: `start`, `stop`, `monitor`, `stonith` (fencing) and so on.
    #[must_use]
    pub fn task(&self) -> &'a str {
        describe::head(self.decision, self.id).operation
    }

    /// The interval of a recurring action in milliseconds, 0 for others.
    #[must_use]
    pub fn interval_ms(&self) -> u32 {
        self.decision.book.get(self.id).interval_ms
    }

    /// Who does it: an agent, the cluster itself, or nobody because it only stands for an order.
    #[must_use]
    pub fn kind(&self) -> ElementKind {
        describe::head(self.decision, self.id).kind
    }

    /// Name of the node that it is done on (or to); none for most actions that nobody does.
    #[must_use]
    pub fn node(&self) -> Option<&'a str> {
        let node = describe::head(self.decision, self.id).node?;
        Some(self.decision.config.node_name(node))
    }

    /// Id of the resource it belongs to, with the number of a clone instance.
    #[must_use]
    pub fn rsc(&self) -> Option<&'a str> {
        let rsc = self.decision.book.get(self.id).rsc?;
        Some(self.decision.config.name(rsc))
    }

    /// Why it is done, as the summary shows it (`node availability`, `required web stop`).
    #[must_use]
    pub fn reason(&self) -> Option<&'a str> {
        self.decision.book.get(self.id).reason().map(|text| &**text)
    }

    /// Priority of the synapse: what is above 0 is executed even after failures.
    #[must_use]
    pub fn priority(&self) -> i32 {
        self.synapse().map_or(0, |synapse| synapse.priority)
    }

    /// The actions that must have been done before, by number.
    pub fn inputs(&self) -> impl Iterator<Item = Planned<'a>> + use<'a> {
        let decision = self.decision;
        let inputs = decision.transition.inputs_of(self.id);
        inputs.iter().map(move |&id| Planned::new(decision, id))
    }

    /// What is passed along: parameters of the resource, and meta-attributes as `CRM_meta_NAME`.
    #[must_use]
    pub fn attributes(&self) -> Attributes<'a> {
        match self.synapse() {
            Some(synapse) => {
                let details = self.decision.transition.details(synapse);
                describe::attributes(self.decision, self.id, details)
            }
            None => Attributes::default(),
        }
    }

    fn synapse(&self) -> Option<&'a Synapse> {
        self.decision.transition.synapse_of(self.id)
    }
}

impl std::fmt::Debug for Planned<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.number(), self.key())?;
        match self.node() {
            Some(node) => write!(f, " on {node}"),
            None => Ok(()),
        }
    }
}
