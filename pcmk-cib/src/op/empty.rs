//! The CIB of a new cluster.
//!
//! Source: behaviour notes 06 §1.1.

use pcmk_core::version::FEATURE_SET;

use crate::schema::SchemaVersion;
use crate::xml::Document;

/// An empty CIB of this epoch, under this schema or the newest one.
pub fn empty(epoch: u32, schema: Option<&str>) -> Document {
    let mut doc = Document::new("cib");
    let root = doc.root();
    let latest = SchemaVersion::LATEST.name();
    doc.set_attr(root, "crm_feature_set", FEATURE_SET);
    doc.set_attr(root, "validate-with", schema.unwrap_or(&latest));
    doc.set_attr(root, "admin_epoch", "0");
    doc.set_attr(root, "epoch", &epoch.to_string());
    doc.set_attr(root, "num_updates", "0");
    let configuration = doc.append(root, "configuration");
    for section in ["crm_config", "nodes", "resources", "constraints"] {
        doc.append(configuration, section);
    }
    doc.append(root, "status");
    doc
}
