//! What rules are evaluated against, and what an evaluation tells besides its result.

use std::collections::BTreeMap;
use std::sync::Arc;

use pcmk_core::order::UpstreamTable;
use pcmk_core::time::DateTime;

/// A table of names and values that expressions look into.
pub trait AttrLookup {
    /// The value of `name`.
    fn lookup(&self, name: &str) -> Option<&str>;
}

impl AttrLookup for BTreeMap<Arc<str>, Arc<str>> {
    fn lookup(&self, name: &str) -> Option<&str> {
        self.get(name).map(|value| &**value)
    }
}

impl AttrLookup for UpstreamTable<Arc<str>> {
    fn lookup(&self, name: &str) -> Option<&str> {
        self.get(name).map(|value| &**value)
    }
}

/// The agent of the resource in question, from the attributes of its element.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AgentRef<'a> {
    /// The standard.
    pub class: Option<&'a str>,
    /// Who supplied the agent.
    pub provider: Option<&'a str>,
    /// The agent's name.
    pub kind: Option<&'a str>,
}

/// What a rule is evaluated against. Where something is missing, expressions see "no value".
///
/// Source: behaviour notes 01 §3 (table of rule inputs by use).
#[derive(Clone, Copy)]
pub struct RuleInput<'a> {
    /// The time; its UTC offset also is that of dates without one.
    pub now: DateTime,
    /// Attributes of the node in question.
    pub node_attrs: Option<&'a dyn AttrLookup>,
    /// Parameters of the resource, for `value-source="param"`.
    pub params: Option<&'a dyn AttrLookup>,
    /// Meta-attributes of the resource, for `value-source="meta"`.
    pub meta: Option<&'a dyn AttrLookup>,
    /// The resource's agent.
    pub agent: Option<AgentRef<'a>>,
    /// The operation's name and interval in milliseconds.
    pub op: Option<(&'a str, u32)>,
    /// What the `rsc-pattern` of a location constraint matched: the whole, then each group.
    pub submatches: Option<&'a [Option<&'a str>]>,
}

impl RuleInput<'_> {
    /// An input of nothing but the time.
    pub fn at(now: DateTime) -> Self {
        RuleInput {
            now,
            node_attrs: None,
            params: None,
            meta: None,
            agent: None,
            op: None,
            submatches: None,
        }
    }
}

/// The earliest time at which the result of evaluations may change. Unit: seconds since 1970.
///
/// Only conditions that were evaluated contribute. Source: behaviour notes 01 §4.7.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NextChange(pub Option<i64>);

impl NextChange {
    /// Takes note of a change at `when`, if that lies after `now`. Units: seconds since 1970.
    pub fn consider(&mut self, when: i64, now: i64) {
        if when > now && self.0.is_none_or(|earliest| when < earliest) {
            self.0 = Some(when);
        }
    }
}

/// `%0` to `%9` in `text` replaced by what the pattern matched; without a match (`None`) nothing is.
///
/// A group that is missing or empty expands to nothing; `%` without a digit stays.
/// Source: behaviour notes 01 §4.6.
pub fn expand_submatches(text: &str, submatches: Option<&[Option<&str>]>) -> String {
    let Some(submatches) = submatches else {
        return text.to_owned();
    };
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let digit = match chars.peek().and_then(|next| next.to_digit(10)) {
            Some(digit) if c == '%' => digit,
            _ => {
                out.push(c);
                continue;
            }
        };
        chars.next();
        if let Some(Some(matched)) = submatches.get(digit as usize) {
            out.push_str(matched);
        }
    }
    out
}
