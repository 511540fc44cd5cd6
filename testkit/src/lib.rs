//! For tests only: clusters made up at random, their histories, and the laws that every run of the scheduler obeys.
//!
//! [`cluster`] writes a configuration from a seed, [`history`] lets it live for a while (executing transitions with our
//! own simulation, failing some actions, losing nodes, changing the configuration), [`small_world`] enumerates every CIB
//! of a tiny cluster. [`run`] schedules one of them, and [`laws`] says what must hold of the result. Nothing here reads
//! the clock: the same seed gives the same bytes everywhere.

pub mod aftermath;
pub mod again;
pub mod cluster;
pub mod history;
pub mod laws;
pub mod random;
pub mod run;
pub mod small_world;
