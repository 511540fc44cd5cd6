//! The answer to "why is this resource (not) on this node?" in words.
//!
//! One line for the verdict, then one for each contribution to the score, then one for each resource that had a say
//! through colocations. The words are ours: the reference has no such output.

use std::fmt::{self, Display, Formatter};

use crate::assign::explain::{Because, Explanation, Unavailable, Verdict};
use crate::config::Config;
use crate::scores::{Cause, Choice};

/// An explanation with the names that it needs; made by [`Explanation::in_words`].
#[derive(Clone, Copy)]
pub struct Answer<'a> {
    explanation: &'a Explanation,
    config: &'a Config,
}

impl Explanation {
    /// The explanation as text. `config` must be that of the decision that was explained.
    #[must_use]
    pub fn in_words<'a>(&'a self, config: &'a Config) -> Answer<'a> {
        Answer {
            explanation: self,
            config,
        }
    }
}

impl Display for Answer<'_> {
    /// Several lines, the last without newline.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Answer {
            explanation,
            config,
        } = self;
        self.verdict(f)?;
        for contribution in &explanation.contributions {
            write!(
                f,
                "\n  {:>9} -> {:>9}  ",
                signed(contribution.delta),
                contribution.total.to_string()
            )?;
            self.cause(f, &contribution.cause)?;
        }
        for link in &explanation.chain {
            let (from, with) = (config.name(link.from), config.name(link.with));
            write!(
                f,
                "\n  {from} is colocated with {with} ({})",
                link.colocation
            )?;
            // Of a clone, the place of one instance says little.
            if config.rsc(link.with).is_primitive() {
                match link.node {
                    Some(node) => write!(f, ", which is on {}", config.node_name(node))?,
                    None => f.write_str(", which is nowhere")?,
                }
            }
            if let Some(cause) = &link.cause {
                f.write_str(", mainly because of ")?;
                self.cause(f, cause)?;
            }
        }
        Ok(())
    }
}

impl Answer<'_> {
    fn verdict(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Answer {
            explanation,
            config,
        } = self;
        let (rsc, node) = (
            config.name(explanation.rsc),
            config.node_name(explanation.node),
        );
        match &explanation.verdict {
            Verdict::Here(choice) => {
                write!(f, "{rsc} is on {node}")?;
                match choice {
                    Some(choice) => write!(f, ": {}", words(*choice)),
                    None => Ok(()),
                }
            }
            Verdict::Elsewhere {
                node: other,
                because,
            } => {
                write!(
                    f,
                    "{rsc} is on {}, not on {node}: ",
                    config.node_name(*other)
                )?;
                self.because(f, because)
            }
            Verdict::Nowhere(because) => {
                write!(f, "{rsc} is nowhere, not on {node} either: ")?;
                self.because(f, because)
            }
        }
    }

    fn because(&self, f: &mut Formatter<'_>, because: &Because) -> fmt::Result {
        match because {
            Because::NotAllowed => f.write_str("nothing allows it there"),
            Because::Unavailable(why) => write!(
                f,
                "the node {}",
                match why {
                    Unavailable::Offline => "is offline",
                    Unavailable::Unclean => "must be fenced first",
                    Unavailable::ShuttingDown => "is shutting down",
                    Unavailable::Standby => "is in standby",
                    Unavailable::Maintenance => "is in maintenance",
                }
            ),
            Because::Refused(None) => f.write_str("its score there is negative"),
            Because::Refused(Some(cause)) => {
                f.write_str("its score there is negative, mainly because of ")?;
                self.cause(f, cause)
            }
            Because::LowerScore { here, there } => {
                write!(f, "its score there is {here}, on the other node {there}")
            }
            Because::Equal(choice) => write!(
                f,
                "scores are equal, and the other node {}",
                advantage(*choice)
            ),
            Because::Unmanaged => f.write_str("it is not managed, so it stays where it runs"),
            Because::StopAll => f.write_str("all resources are to be stopped"),
            Because::InstanceLimit => f.write_str("there are as many instances as there may be"),
            Because::WantedStopped => f.write_str("it is to be stopped"),
        }
    }

    fn cause(&self, f: &mut Formatter<'_>, cause: &Cause) -> fmt::Result {
        match cause {
            Cause::SymmetricDefault => f.write_str("every node is allowed"),
            Cause::Location(id) => write!(f, "location constraint {id}"),
            Cause::Stickiness => f.write_str("stickiness"),
            Cause::Colocation(id, with) => {
                write!(f, "colocation {id} with {}", self.config.name(*with))
            }
            Cause::FailLimit => f.write_str("too many failures"),
            Cause::Failure(tag) => write!(f, "a failure ({tag})"),
            Cause::Ticket(id) => write!(f, "ticket constraint {id}"),
            Cause::ShutdownLock => f.write_str("a shutdown lock"),
            Cause::Other(tag) => f.write_str(tag),
        }
    }
}

fn signed(score: pcmk_core::score::Score) -> String {
    if score > pcmk_core::score::Score::ZERO {
        format!("+{score}")
    } else {
        score.to_string()
    }
}

const fn words(choice: Choice) -> &'static str {
    match choice {
        Choice::Best => "the best of its nodes",
        Choice::Running => "it runs there, and no node is better",
        Choice::Preferred => "it was meant to be there, and no node is better",
        Choice::Unmanaged => "it runs there and is not managed",
        Choice::StopAll => "although all resources are to be stopped",
    }
}

const fn advantage(choice: Choice) -> &'static str {
    match choice {
        Choice::Best => "comes first",
        Choice::Running => "is where it runs",
        Choice::Preferred => "was asked for",
        Choice::Unmanaged => "is where it runs unmanaged",
        Choice::StopAll => "does not matter, as all resources are to be stopped",
    }
}
