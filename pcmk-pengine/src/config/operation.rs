//! Operations (`op` elements) of a resource, in document order after template merge.

use std::ops::Deref;
use std::sync::Arc;

use pcmk_cib::nvset::NvBlocks;

use crate::config::{Config, XmlRef};

/// One `op`. What it has in common with others of its kind is shared with them.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Its element.
    pub at: XmlRef,
    /// Its attributes.
    pub kind: Arc<OperationKind>,
    /// Its `meta_attributes` blocks.
    pub meta: NvBlocks,
    /// Its `instance_attributes` blocks.
    pub params: NvBlocks,
}

/// The attributes of an `op` without its `id`, and what they mean.
#[derive(Clone, Debug)]
pub struct OperationKind {
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
}

impl Deref for Operation {
    type Target = OperationKind;

    fn deref(&self) -> &OperationKind {
        &self.kind
    }
}

impl OperationKind {
    /// The XML attribute of this name.
    #[must_use]
    pub fn attr(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(n, _)| &**n == name)
            .map(|(_, v)| &**v)
    }
}

impl Config {
    /// `id` of an operation ("" if absent). Hardly anybody asks, and there are many operations.
    #[must_use]
    pub fn operation_id(&self, operation: &Operation) -> &str {
        self.xml(operation.at).xml_id().unwrap_or_default()
    }
}
