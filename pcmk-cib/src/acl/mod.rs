//! Access control: what a user may read and write in a CIB.
//!
//! Problem: permissions name parts of the document by XPath; a change must be judged where it happens, and the
//! permissions are themselves part of the document that is being changed.
//!
//! Approach: [`Permissions`] of one user are read from the document before a change. A [`Guard`] evaluates
//! their paths and keeps flags per node; an access is decided by the nearest flag on the way up, and refused
//! at the top ([`Guard::allows`]). Drafts ask the guard for every marked change ([`crate::patch::Draft`]).
//! Reading works on a filtered copy ([`filter`]).
//!
//! Invariant: default deny. A user without permissions may do nothing; a permission that cannot be read gives
//! nothing.
//!
//! Source: behaviour notes 06 §6.

mod filter;
mod guard;
mod permission;
mod render;
#[cfg(test)]
mod tests;

pub use filter::filter;
pub use guard::{Access, Guard};
pub use permission::{Groups, Kind, NoGroups, Permission, Permissions, enabled, is_subject};
pub use render::{AccessStyle, render};
