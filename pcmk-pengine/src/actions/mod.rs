//! Actions, pass by pass. Source: behaviour notes 04.

pub mod changes;
pub mod children;
pub mod collective;
pub mod fence;
pub mod fencing;
pub mod internal;
pub mod migrate;
pub mod notify;
pub mod order;
pub mod primitive;
pub mod probes;
pub mod recurring;
pub mod remote;
pub mod request;

pub use changes::{clear_removed_failcounts, deferred_checks, for_changes};
pub use collective::for_roles;
pub use fencing::for_fencing;
pub use internal::internal_orderings;
pub use probes::{probes, reserve};
pub use remote::for_remotes;
