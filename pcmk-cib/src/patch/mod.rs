//! Changes of documents: recorded, compared, written as patchsets, applied.
//!
//! Problem: nodes send each other not whole CIBs but patchsets, and their exact form and order is what other
//! programs (and the reference's own nodes) read. The form follows from *how* the reference records changes,
//! so that recording is reproduced, flags and all, rather than a smallest difference computed.
//!
//! Approach: a [`Draft`] is a document under change. It marks what operations do to it (`draft`), or what a
//! comparison with an older document finds (`compare`); `patchset` turns marks into a patchset and [`apply`]
//! does the reverse. A draft may carry a guard (access control), which every marked change asks.
//!
//! Invariants: a draft never touches the document it was made from; a failed application leaves a draft that
//! callers drop.
//!
//! Source: behaviour notes 06 §3.

mod apply;
mod compare;
mod digest;
mod draft;
mod patchset;
mod path;
#[cfg(test)]
mod tests;
mod text;
mod version;

pub use apply::{PatchError, VersionCheck, apply, apply_to, source_version, target_version};
pub use compare::{AttributeOrder, differences};
pub use digest::{content_digest, is_filterable, on_disk_digest};
pub use draft::{Deletion, Draft};
pub use patchset::{changes_section, diff};
pub use path::element_path;
pub use text::describe;
pub use version::{CibVersion, VERSION_ATTRIBUTES};
