//! The policy engine: what must a cluster do, given its configuration and what is known of its status?
//!
//! Data flows one way: CIB document -> [`config`] -> [`state`] -> [`constraints`] -> [`assign`] ->
//! [`actions`] -> [`settle`] -> [`transition`]. `ARCHITECTURE.md` draws the map; [`pipeline`] is the
//! only place that knows the order of the passes.

pub mod actions;
pub mod assign;
pub mod board;
pub mod book;
pub mod config;
pub mod constraints;
pub mod id;
pub mod pipeline;
pub mod record;
pub mod scores;
pub mod settle;
pub mod simulate;
mod stack;
pub mod state;
pub mod table;
pub mod transition;
pub mod verify;
pub mod weigh;
pub mod work;

pub use id::{ActionId, NodeId, RscId};
pub use pipeline::{Decision, Input, Observed, check, decide, observe, read_constraints, schedule};
