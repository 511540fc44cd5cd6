//! The cluster information base: its document (reading, walking and changing XML, the name/value blocks and
//! rules inside it, schema versions, validation, upgrades, digests), the operations on it with their patchsets
//! and access control, and the places where it is kept.
//!
//! Approach: one arena document ([`xml::Document`]) is the only form of the configuration; everything
//! else is a typed reading of a part of it, or changes a copy. Nothing here prints, keeps global state or
//! looks at a clock. Imports go down only: [`xml`] knows nothing of clusters; [`xpath`], [`rule`] and [`nvset`]
//! read it; [`schema`] and [`patch`] rewrite it, [`patch`] asking [`acl`]; [`op`] puts these together; [`store`]
//! carries operations out on what is kept somewhere. Files are touched in [`load`] and [`store`] alone.
#![forbid(unsafe_code)]

pub mod acl;
pub mod digest;
pub mod load;
pub mod nvset;
pub mod op;
pub mod patch;
pub mod reference;
pub mod rule;
pub mod schema;
pub mod secret;
pub mod store;
pub mod validate;
pub mod xml;
pub mod xpath;
