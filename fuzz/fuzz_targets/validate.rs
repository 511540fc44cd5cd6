//! Validation and upgrade of any document: the two readers of the grammar agree, a version that only widens does
//! not refuse, every refusal has a reason, and what an upgrade reaches is valid and stays as it is.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pcmk_cib::schema::{SchemaVersion, upgrade, upgrade_up_to, validates};
use pcmk_cib::validate::{ProblemKind, is_valid, known_schemas, only_widens, validate};
use pcmk_cib::xml::{Document, PrintStyle, print};

fuzz_target!(|data: &[u8]| {
    let Ok(mut doc) = Document::parse(data, "fuzz") else { return };
    doc.strip_text();
    let mut before = false;
    for schema in known_schemas() {
        let valid = is_valid(&doc, schema);
        assert!(valid || !before || !only_widens(schema), "{schema} narrows");
        before = valid;
    }
    let claimed = doc.root_element().attr("validate-with").unwrap_or("").to_owned();
    for schema in [claimed.as_str(), "pacemaker-1.0", "pacemaker-3.10", "pacemaker-4.0"] {
        match validate(&doc, schema) {
            Ok(()) => assert!(is_valid(&doc, schema)),
            Err(problems) => {
                assert!(!is_valid(&doc, schema) && !problems.is_empty());
                for problem in problems {
                    assert_ne!(problem.kind, ProblemKind::Unexplained);
                    assert!(!problem.to_string().is_empty());
                }
            }
        }
    }
    let mut messages = Vec::new();
    let mut upgraded = doc.clone();
    let Ok(walk) = upgrade_up_to(&mut upgraded, None, &mut messages) else { return };
    let Some(reached) = walk.reached.filter(|reached| *reached > walk.claimed) else { return };
    assert_eq!(SchemaVersion::claimed(&upgraded), Some(reached));
    assert!(validates(&upgraded, reached), "{}", print(upgraded.root_element(), PrintStyle::Pretty));
    let again = Document::parse(text(&upgraded).as_bytes(), "again").expect("what we print is well-formed");
    assert_eq!(text(&again), text(&upgraded));
    if reached == SchemaVersion::LATEST {
        let mut other = doc;
        assert!(upgrade(&mut other, &mut messages).is_ok());
        assert_eq!(text(&other), text(&upgraded));
    }
});

fn text(doc: &Document) -> String {
    print(doc.root_element(), PrintStyle::Compact)
}
