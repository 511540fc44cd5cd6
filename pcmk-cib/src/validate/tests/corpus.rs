//! The inputs of the shared corpus, where it is at hand.

use std::path::{Path, PathBuf};

use super::*;
use crate::schema;

fn shared(path: &str) -> Option<PathBuf> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest
        .ancestors()
        .map(|above| above.join("shared/corpus").join(path))
        .find(|path| path.exists())
}

fn documents(directory: &Path) -> Vec<(String, Document)> {
    let mut found = Vec::new();
    let entries = std::fs::read_dir(directory).expect("directory can be read");
    for entry in entries {
        let path = entry.expect("entry can be read").path();
        if path.extension().is_some_and(|extension| extension == "xml") {
            let name = path.display().to_string();
            let bytes = std::fs::read(&path).expect("file can be read");
            if let Ok(mut doc) = Document::parse(&bytes, &name) {
                doc.strip_text();
                found.push((name, doc));
            }
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

/// What the upgrade loop needs to start: the claimed schema or a later one accepts the document.
fn claimed_or_later(doc: &Document) -> bool {
    let claimed = doc.root_element().attr("validate-with").unwrap_or_default();
    claimed == NO_SCHEMA
        || known_schemas()
            .iter()
            .skip_while(|schema| **schema != claimed)
            .any(|schema| is_valid(doc, schema))
}

#[test]
fn recorded_inputs_are_valid() {
    for directory in ["scheduler/xml", "mutants/xml", "cli/inputs"] {
        let Some(directory) = shared(directory) else {
            continue;
        };
        for (name, doc) in documents(&directory) {
            let root = doc.root_element();
            let version = root.attr("validate-with").and_then(Version::named);
            if root.name() == ROOT && version.is_some() {
                let broken = name.contains("bad-schema") || name.contains("bad-dupids");
                assert_eq!(claimed_or_later(&doc), !broken, "{name}");
            }
        }
    }
}

#[test]
fn upgraded_inputs_are_valid() {
    for directory in ["scheduler/xml", "mutants/xml", "cli/inputs"] {
        let Some(directory) = shared(directory) else {
            continue;
        };
        for (name, mut doc) in documents(&directory) {
            let claimed = doc.root_element().attr("validate-with").unwrap_or_default();
            if claimed == NO_SCHEMA || !claimed_or_later(&doc) {
                continue;
            }
            let upgraded = schema::upgrade(&mut doc, &mut Vec::new());
            assert!(upgraded.is_ok(), "{name}: {upgraded:?}");
            assert_eq!(validate(&doc, "pacemaker-4.0"), Ok(()), "{name}");
        }
    }
}
