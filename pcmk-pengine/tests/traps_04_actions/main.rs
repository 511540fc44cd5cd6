//! The traps of actions and orderings, one test each, numbered as in behaviour notes 04 §28. What is shown as a whole in
//! `traps_04_sequences.rs` is only mentioned here.

mod blocking;
mod collectives;
mod fencing;
mod limits;
mod notifications;
mod probes;
mod relations;
#[path = "../support/mod.rs"]
mod support;

use pcmk_pengine::book::ActionFlags;
use support::{Cluster, EMPTY_DIGEST, TIMEOUT_DIGEST, digest, lines, quiet};

fn loaded(nodes: &str) -> Cluster {
    quiet(nodes).options("placement-strategy=utilization")
}
