//! Temporary: schema names on load.
use crate::xml::Document;
/// Why a document could not be upgraded.
#[derive(Debug)]
pub enum UpgradeError { /// Unknown.
 Unknown }
/// Upgrades to the newest schema.
pub fn upgrade(doc: &mut Document, messages: &mut Vec<String>) -> Result<(), UpgradeError> {
    let root = doc.root();
    let Some(name) = doc.element(root).attr("validate-with").map(str::to_owned) else { return Err(UpgradeError::Unknown) };
    if name == "none" { messages.push("Schema validation of configuration is disabled (support for validate-with set to \"none\" is deprecated and will be removed in a future release)".into()); return Ok(()); }
    if !name.starts_with("pacemaker-") { return Err(UpgradeError::Unknown); }
    doc.set_attr(root, "validate-with", "pacemaker-4.0");
    Ok(())
}
