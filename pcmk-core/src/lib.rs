//! Values of the cluster: scores, times, roles, codes, keys and orders.
//!
//! Everything above this crate reads configuration and status from text that people wrote. The
//! reference reads such text leniently and with fixed quirks; this crate is the one place where
//! those quirks live, so that the crates above can work with plain values.
//!
//! Nothing here does input or output, knows the clock or holds global state.
#![forbid(unsafe_code)]

pub mod agent;
pub mod diag;
pub mod key;
pub mod lenient;
pub mod limits;
pub mod order;
pub mod pool;
pub mod rc;
pub mod role;
pub mod score;
pub mod time;
pub mod version;
pub mod xmlid;
