//! The cluster information base as a document: reading, walking and changing its XML, the name/value
//! blocks and rules inside it, schema versions and upgrades, digests.
//!
//! Approach: one arena document ([`xml::Document`]) is the only form of the configuration; everything
//! else is a typed reading of a part of it. Nothing here prints, keeps global state or looks at a clock.
//! Imports go down only: [`xml`] knows nothing of clusters; [`rule`] and [`nvset`] read it; [`schema`]
//! rewrites it; [`load`] is the one place that opens files.
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
pub mod validate;
pub mod xml;
pub mod xpath;
