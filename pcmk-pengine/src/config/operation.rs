//! Operations (`op` elements) of a resource, in document order after template merge.

use std::sync::Arc;

use pcmk_cib::nvset::NvBlocks;

/// One `op`.
#[derive(Clone, Debug)]
pub struct Operation {
    /// `id`.
    pub id: Arc<str>,
    /// `name` ("" if absent).
    pub name: Arc<str>,
    /// Parsed `interval`, milliseconds (invalid counts as 0).
    pub interval_ms: u32,
    /// `enabled` is not a valid false.
    pub enabled: bool,
    /// `role` attribute, raw.
    pub role: Option<Arc<str>>,
    /// All XML attributes but `id`, in order.
    pub attributes: Arc<[(Arc<str>, Arc<str>)]>,
    /// Its `meta_attributes` blocks.
    pub meta: NvBlocks,
    /// Its `instance_attributes` blocks.
    pub params: NvBlocks,
}

impl Operation {
    /// The XML attribute of this name.
    #[must_use]
    pub fn attr(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(n, _)| &**n == name)
            .map(|(_, v)| &**v)
    }
}
