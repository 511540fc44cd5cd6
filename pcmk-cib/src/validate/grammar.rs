//! The grammar that is compiled into the program, and its versions made ready on first use.

use foldhash::HashSet;
use std::sync::OnceLock;

use super::model::{Model, Symbols};
use super::rnc::{self, Definition, GrammarError};
use super::versions::{NAMES, Version};

/// The grammar's files: name and text.
const FILES: [(&str, &str); 9] = [
    ("types.rnc", include_str!("grammar/types.rnc")),
    ("cib.rnc", include_str!("grammar/cib.rnc")),
    ("sets.rnc", include_str!("grammar/sets.rnc")),
    ("rules.rnc", include_str!("grammar/rules.rnc")),
    ("nodes.rnc", include_str!("grammar/nodes.rnc")),
    ("resources.rnc", include_str!("grammar/resources.rnc")),
    ("constraints.rnc", include_str!("grammar/constraints.rnc")),
    ("acls.rnc", include_str!("grammar/acls.rnc")),
    ("tags-alerts.rnc", include_str!("grammar/tags-alerts.rnc")),
];

/// The parsed grammar and what was made of it.
pub(super) struct Grammar {
    definitions: Vec<Definition<'static>>,
    pub(super) symbols: Symbols,
    models: [OnceLock<Model>; NAMES.len()],
}

impl Grammar {
    /// The grammar. Parsed on the first call; later ones, from any thread, find it ready.
    pub(super) fn get() -> &'static Grammar {
        static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
        GRAMMAR.get_or_init(|| match Grammar::read() {
            Ok(grammar) => grammar,
            // The text is ours and part of the program; `all_versions_compile` reads it.
            Err(error) => panic!("built-in grammar: {error}"),
        })
    }

    fn read() -> Result<Grammar, GrammarError> {
        let mut definitions = Vec::new();
        let mut base = 0;
        for (file, text) in FILES {
            rnc::parse(file, text, base, &mut definitions)?;
            base += text.len();
        }
        Ok(Grammar {
            symbols: Symbols::of(&definitions),
            definitions,
            models: std::array::from_fn(|_| OnceLock::new()),
        })
    }

    /// The grammar of one version.
    pub(super) fn model(&self, version: Version) -> &Model {
        self.models[version.index()].get_or_init(|| {
            match Model::compile(&self.definitions, &self.symbols, version) {
                Ok(model) => model,
                // As above.
                Err(error) => panic!("built-in grammar of {}: {error}", version.name()),
            }
        })
    }

    /// The definitions of one version as a grammar in RELAX NG compact form; those that its start does
    /// not lead to are left out, as they may refer to what the version does not have.
    pub(super) fn text(&self, version: Version) -> String {
        let mut text = format!(
            "# {}\n\ndatatypes xsd = \"http://www.w3.org/2001/XMLSchema-datatypes\"\n",
            version.name()
        );
        let of_version = || {
            let all = self.definitions.iter();
            all.filter(|definition| definition.versions.contains(version))
        };
        let mut reached = HashSet::from_iter([rnc::START]);
        let mut pending = vec![rnc::START];
        while let Some(name) = pending.pop() {
            for definition in of_version().filter(|definition| definition.name == name) {
                for reference in definition.pattern.references() {
                    if reached.insert(reference) {
                        pending.push(reference);
                    }
                }
            }
        }
        for definition in of_version().filter(|definition| reached.contains(definition.name)) {
            text.push('\n');
            text.push_str(definition.text);
            text.push('\n');
        }
        text
    }
}
