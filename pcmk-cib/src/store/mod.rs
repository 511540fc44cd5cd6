//! Where CIBs are kept, and how programs get at them.
//!
//! Problem: the same requests go to a daemon, to a file, to a working copy beside the cluster, or to a document
//! in memory; and what was acknowledged must survive a crash, a full disk and a power failure.
//!
//! Approach: [`CibAccess`] is what programs use: read view, requests, transactions, sign-off. [`MemoryCib`] and
//! [`FileCib`] (also for working copies) implement it; a live cluster can. [`choose`] says which one the
//! environment asks for. [`LiveDirectory`] is the cluster's own directory with digests, backups and recovery.
//! All of it reaches the disk through [`FileSystem`], so that tests can make any step fail.
//!
//! Invariants: what a view shows stays as it is; a draft that is dropped changed nothing; after any failure the old or the
//! new content is on disk as a whole (for a plain file perhaps beside it, see `file`).
//!
//! Source: behaviour notes 06 §5, §8.

mod access;
mod choose;
mod error;
mod file;
mod fs;
mod live;
mod memory;
mod session;
#[cfg(test)]
mod tests;
mod uncached;

pub use access::{AccessError, CibAccess, Draft, Reply};
pub use choose::{Environment, Place, choose, shadow_directory, shadow_file};
pub use error::StoreError;
pub use file::{FileCib, LiveWriter, read_cib, write_file};
pub use fs::{FileStatus, FileSystem, Owner, SystemFiles, WriteFile};
pub use live::{LiveDirectory, Recovered, RecoveredFrom};
pub use memory::MemoryCib;
pub use session::Client;
