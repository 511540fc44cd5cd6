//! Parameter digests and their caches. Source: behaviour notes 02 section 13.

/// Parameters, operation meta-attributes and digests computed so far.
#[derive(Clone, Debug, Default)]
pub struct Caches {}
