//! Operations on a CIB: document in, document out.
//!
//! Problem: tools, other nodes and the scheduler all change the CIB with the same ten operations, and the
//! exact rules (what matches, what counts as a change, which version comes out) are what other programs rely
//! on.
//!
//! Approach: a [`Request`] names an operation, an address and an input. [`query`] answers from a document;
//! [`change`] works on a copy and returns it together with the patchset. The order of steps within a change is
//! in one place (`engine`); each operation is a function on a [`crate::patch::Draft`].
//!
//! Invariants: the document given stays as it is; after an error nothing of the work is kept; time, group
//! membership and the kind of client are arguments ([`Context`]).
//!
//! Source: behaviour notes 06 §1, §2.

mod create;
mod delete;
mod empty;
mod engine;
mod error;
mod find;
#[cfg(test)]
mod fuzzed;
mod modify;
mod query;
mod replace;
mod request;
mod section;
#[cfg(test)]
mod tests;
mod transaction;
mod whole;

pub use empty::empty;
pub use engine::{Change, Context, Failure, Side, change};
pub use error::OpError;
pub use query::{Answer, query};
pub use request::{Address, Operation, Options, Origin, Request};
pub use section::{Section, find_section};
pub use transaction::Transaction;
