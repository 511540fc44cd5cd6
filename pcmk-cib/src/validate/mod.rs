//! Whether a document is what a schema version allows, and if not, what is wrong with it.
//!
//! Problem: a CIB names the schema it follows, one of 26. Every change of the configuration is checked
//! against it, so the check must cost about as little as reading; and when it fails, a person must learn
//! what to change. The reference answers one bogus attribute with a cascade of sixteen lines, most of
//! them untrue.
//!
//! Approach: the schemas are one grammar of our own in RELAX NG compact form (`grammar/*.rnc`), whose
//! definitions carry the versions they belong to. It is compiled into the program (`rnc` reads it,
//! `model` makes a version of it ready). Two readers use it. `check` says yes or no and is fast:
//! patterns and their derivatives become states of an automaton on demand (`pattern`); of a document that was valid when it
//! was read it looks only at what changed (`recheck`). `explain` runs
//! only over documents that failed, goes on after each problem as if it were repaired, and reports one
//! message per cause.
//!
//! Invariants: both readers agree on what is valid (`explanations_agree_with_the_check`). Nothing here
//! recurses over the input or panics on it.
//!
//! Why not a crate. `relax-ng` 0.2 is complete and sound, but ends where our task starts: it compares no
//! ids across a document, says what is wrong but not what was expected, cannot go on as if a problem were
//! repaired, and wants every name and value of the document as an owned string, some million
//! allocations for a large one. `relaxng-validator` 0.1 reads `roxmltree` documents only. Bindings to
//! libxml2 are a C library. The part of the language that our grammar needs takes 500 lines.
//!
//! Source: behaviour notes 11, whole; 06 §7.1.

mod check;
mod explain;
mod facet;
mod grammar;
mod identities;
mod model;
mod nearest;
mod needs;
mod pattern;
mod plan;
mod problem;
mod recheck;
mod rnc;
#[cfg(test)]
mod tests;
mod value;
mod versions;

pub use problem::{Problem, ProblemKind};

use crate::xml::Document;
use grammar::Grammar;
use versions::Version;

/// The schema that allows everything. It is no version of the grammar and newer than all of them.
pub const NO_SCHEMA: &str = "none";

/// Name of the outermost element.
const ROOT: &str = "cib";

/// Most problems that [`validate`] reports for one document.
///
/// Reason: whoever has that many does not read on; a document of another kind would yield millions.
pub const MAX_PROBLEMS: usize = 200;

/// Names of all schema versions, oldest first, without [`NO_SCHEMA`].
///
/// Source: behaviour notes 01 §1.2.
pub fn known_schemas() -> &'static [&'static str] {
    &versions::NAMES
}

/// Whether `doc` is valid under `schema`; stops at the first problem.
///
/// What the document itself says in `validate-with` only has to be a known name. An unknown schema
/// allows nothing, [`NO_SCHEMA`] everything.
///
/// Text outside of `status` is a problem unless it is blank: callers that read files take it out first
/// ([`Document::strip_text`]), as the reference does.
pub fn is_valid(doc: &Document, schema: &str) -> bool {
    if schema == NO_SCHEMA {
        return true;
    }
    let Some(version) = Version::named(schema) else {
        return false;
    };
    let grammar = Grammar::get();
    let model = grammar.model(version);
    if doc.was_valid(schema) && recheck::is_still_valid(doc, grammar, model) {
        return true;
    }
    let valid = check::is_valid(doc, grammar, model);
    if valid {
        doc.note_valid(schema);
    }
    valid
}

/// Checks `doc` like [`is_valid`] and says what is wrong.
///
/// # Errors
/// One problem for each cause in the order of the document (references to nothing at the end), at most [`MAX_PROBLEMS`]. Never empty.
pub fn validate(doc: &Document, schema: &str) -> Result<(), Vec<Problem>> {
    if is_valid(doc, schema) {
        return Ok(());
    }
    let mut problems = match Version::named(schema) {
        Some(version) => explain::problems(doc, Grammar::get(), version),
        // A document of another kind is not to name a schema but not to be here.
        None if doc.root_element().name() != ROOT => vec![Problem::wrong_root(doc)],
        None => vec![Problem::unknown_schema(doc, schema)],
    };
    debug_assert!(!problems.is_empty(), "an invalid document has a problem");
    if problems.is_empty() {
        problems.push(Problem::unexplained(doc));
    }
    Err(problems)
}

/// Whether every document that is valid under the version before `schema` is valid under `schema`, too.
///
/// Lets an upgrade skip checks: only the steps to 2.0, 3.0 and 4.0 refuse what was allowed before. False
/// for the oldest and for unknown schemas.
///
/// Source: behaviour notes 11 §4.
pub fn only_widens(schema: &str) -> bool {
    Version::named(schema).is_some_and(Version::only_widens)
}

/// The grammar of one version as text in RELAX NG compact form, for editors and other validators.
///
/// Tools without the ID types of DTDs will not notice repeated ids and references to nothing.
pub fn grammar_text(schema: &str) -> Option<String> {
    Version::named(schema).map(|version| Grammar::get().text(version))
}
