//! Name/value blocks: `cluster_property_set`, `meta_attributes`, `instance_attributes`, `utilization`.
//!
//! Several blocks of one kind may stand under one element, each with a score and a rule. Reading puts them
//! into the order in which they are processed; unpacking evaluates the rules and inserts names that are
//! not there yet. So precedence is: what was in the table before > the block that is always first > higher
//! score > **later** in the document (the reference builds its list backwards) > earlier pair in a block.
//!
//! Source: behaviour notes 01 §3, traps 1 and 3.

#[cfg(test)]
mod tests;

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use pcmk_core::diag::{Diagnostic, Diagnostics};
use pcmk_core::order::{UpstreamTable, eq_ci, merge_sort};
use pcmk_core::score::{HealthScores, Score, parse_score};

use crate::reference;
use crate::rule::{NextChange, Rule, RuleInput};
use crate::xml::{Document, Element};

/// A name with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NvPair {
    /// The name.
    pub name: Arc<str>,
    /// The value; `#default` is kept as such.
    pub value: Arc<str>,
}

/// One block of pairs.
#[derive(Clone, Debug)]
pub struct NvBlock {
    /// Its id; that of the block referred to, if it is a reference. Empty if it has none.
    pub id: Arc<str>,
    /// Its score, 0 if absent or invalid.
    pub score: Score,
    /// The rule under which it applies; few blocks have one.
    pub rule: Option<Box<Rule>>,
    /// Its pairs in document order, references resolved, those without name or value left out.
    pub pairs: Vec<NvPair>,
}

/// The blocks of one kind under one element, in the order of processing.
#[derive(Clone, Debug, Default)]
pub struct NvBlocks {
    blocks: Box<[NvBlock]>,
    /// What is to be said about the blocks, whenever they are unpacked: the reference reads them each time. There are
    /// many sets of blocks, and hardly any with a mistake.
    said: Option<Box<Diagnostics>>,
}

/// A table that blocks are unpacked into.
pub trait NvTable {
    /// The value of `name`.
    fn get(&self, name: &str) -> Option<&str>;
    /// Sets the value of `name`.
    fn put(&mut self, name: &Arc<str>, value: Arc<str>);
    /// Removes `name`.
    fn remove(&mut self, name: &str);
}

impl NvTable for BTreeMap<Arc<str>, Arc<str>> {
    fn get(&self, name: &str) -> Option<&str> {
        BTreeMap::get(self, name).map(|value| &**value)
    }

    fn put(&mut self, name: &Arc<str>, value: Arc<str>) {
        self.insert(Arc::clone(name), value);
    }

    fn remove(&mut self, name: &str) {
        BTreeMap::remove(self, name);
    }
}

impl NvTable for UpstreamTable<Arc<str>> {
    fn get(&self, name: &str) -> Option<&str> {
        UpstreamTable::get(self, name).map(|value| &**value)
    }

    fn put(&mut self, name: &Arc<str>, value: Arc<str>) {
        self.insert(name, value);
    }

    fn remove(&mut self, name: &str) {
        UpstreamTable::remove(self, name);
    }
}

impl NvBlocks {
    /// Reads the blocks called `block_name` that are children of `parents`.
    ///
    /// Several parents (a template's element, then the primitive's) are read as if merged into one.
    /// `first_id` is the id of the block that precedes all others. A block's `id-ref`, and that of a rule
    /// in it, resolves within `block_scope`; a pair's `id-ref` in the whole of `pair_doc`.
    ///
    /// Mistakes are reported by [`NvBlocks::unpack`].
    pub fn read(
        parents: &[Element<'_>],
        block_name: &str,
        first_id: Option<&str>,
        block_scope: &[Element<'_>],
        pair_doc: &Document,
        health: &HealthScores,
    ) -> NvBlocks {
        let mut said = Diagnostics::default();
        let log = &mut said;
        let mut elements: Vec<Element<'_>> = Vec::new();
        for parent in parents {
            for child in parent.children_named(block_name) {
                match child.attr("id-ref") {
                    None => elements.push(child),
                    Some(id) => match reference::resolve(block_name, id, block_scope) {
                        Some(found) => elements.push(found),
                        None => log.config_error(
                            reference::FUNCTION,
                            reference::missing_text(block_name, id),
                        ),
                    },
                }
            }
        }
        elements.reverse();
        // Scores are read while comparing: like the reference, a single block's is never looked at, and
        // a wrong one is reported at each comparison.
        merge_sort(&mut elements, |a, b| {
            if let Some(first_id) = first_id {
                if a.xml_id() == Some(first_id) {
                    return Ordering::Less;
                }
                if b.xml_id() == Some(first_id) {
                    return Ordering::Greater;
                }
            }
            let score_a = block_score(*a, health, Some(log));
            let score_b = block_score(*b, health, Some(log));
            score_b.cmp(&score_a)
        });
        let blocks = elements
            .into_iter()
            .map(|element| NvBlock {
                id: Arc::from(element.xml_id().unwrap_or_default()),
                score: block_score(element, health, None),
                rule: element
                    .child("rule")
                    .map(|rule| Box::new(Rule::read(rule, block_scope, log))),
                pairs: read_pairs(element, pair_doc, log),
            })
            .collect();
        NvBlocks {
            blocks,
            said: (!said.is_empty()).then(|| Box::new(said)),
        }
    }

    /// Inserts the pairs of all blocks whose rules are satisfied, where the name is not there yet.
    ///
    /// The value `#default` removes the name instead. Applying the same blocks to a table that holds
    /// earlier (stronger) values is how inheritance works.
    pub fn unpack(
        &self,
        input: &RuleInput<'_>,
        into: &mut impl NvTable,
        change: &mut NextChange,
        log: &mut Diagnostics,
    ) {
        for message in self.mistakes() {
            log.push(message.clone());
        }
        for block in &self.blocks {
            if let Some(rule) = &block.rule
                && !rule.evaluate(input, change, log)
            {
                continue;
            }
            for pair in &block.pairs {
                if eq_ci(&pair.value, "#default") {
                    log.config_warning(
                        "unpack_nvpair",
                        format!(
                            "Support for setting meta-attributes (such as {}) to the explicit value \
                             '#default' is deprecated and will be removed in a future release",
                            pair.name
                        ),
                    );
                    into.remove(&pair.name);
                } else if into.get(&pair.name).is_none() {
                    into.put(&pair.name, Arc::clone(&pair.value));
                }
            }
        }
    }

    /// Whether there are no blocks, and nothing is to be said about that.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty() && self.said.is_none()
    }

    /// What unpacking has to say besides what rules have.
    pub fn mistakes(&self) -> impl Iterator<Item = &Diagnostic> {
        self.said.iter().flat_map(|said| said.iter())
    }

    /// The blocks in the order of processing.
    pub fn blocks(&self) -> &[NvBlock] {
        &self.blocks
    }
}

fn block_score(block: Element<'_>, health: &HealthScores, log: Option<&mut Diagnostics>) -> Score {
    let Some(text) = block.attr("score") else {
        return Score::ZERO;
    };
    match parse_score(text, health) {
        Ok(score) => score,
        Err(_) => {
            if let Some(log) = log {
                log.config_warning(
                    "pcmk__cmp_nvpair_blocks",
                    format!(
                        "Using 0 as {} score because '{text}' is not a valid score: \
                         Bad input value provided",
                        block.xml_id().unwrap_or_default()
                    ),
                );
            }
            Score::ZERO
        }
    }
}

fn read_pairs(block: Element<'_>, pair_doc: &Document, log: &mut Diagnostics) -> Vec<NvPair> {
    // The old form has the pairs one level deeper; only a first child node of that name counts.
    let holder = block
        .nodes()
        .next()
        .and_then(|node| node.element())
        .filter(|first| first.name() == "attributes")
        .unwrap_or(block);
    let mut pairs = Vec::new();
    for child in holder.children_named("nvpair") {
        let pair = match child.attr("id-ref") {
            None => child,
            Some(id) => match reference::resolve_in("nvpair", id, pair_doc) {
                Some(found) => found,
                None => {
                    log.config_error(reference::FUNCTION, reference::missing_text("nvpair", id));
                    continue;
                }
            },
        };
        if let (Some(name), Some(value)) = (pair.attr("name"), pair.attr("value")) {
            pairs.push(NvPair {
                name: Arc::from(name),
                value: Arc::from(value),
            });
        }
    }
    pairs
}
