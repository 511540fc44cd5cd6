//! Completions for zsh.

use super::{MADE_FROM, Values, rows, values};
use crate::Tool;
use crate::args::{OptionRow, Takes};

/// The completion of a tool.
pub(super) fn completion(tool: &Tool) -> String {
    let mut text = format!(
        "#compdef {}\n# {MADE_FROM}\n\n_arguments -s \\\n",
        tool.name
    );
    let specs: Vec<String> = rows(tool)
        .into_iter()
        .map(|row| format!("    {}", spec(row)))
        .collect();
    text.push_str(&specs.join(" \\\n"));
    text.push('\n');
    text
}

/// An option may be repeated always: the last one counts, or all do.
fn spec(row: &OptionRow) -> String {
    let equals = match row.takes {
        Takes::Nothing => "",
        Takes::Text | Takes::File | Takes::Number => "=",
        Takes::Optional => "=-",
    };
    let names = match row.letter {
        None => format!("'*--{}{equals}", row.name),
        Some(letter) => format!("'*'{{'-{letter}','--{}{equals}'}}'", row.name),
    };
    let colons = match row.takes {
        Takes::Optional => "::",
        Takes::Nothing | Takes::Text | Takes::File | Takes::Number => ":",
    };
    let named = |action: &str| format!("{colons}{}:{action}", escape(row.value));
    let value = match values(row) {
        Values::None => String::new(),
        Values::Files => named("_files"),
        Values::Directories => named("_files -/"),
        Values::Words(words) => named(&format!("({})", words.join(" "))),
        Values::Unknown => named(" "),
    };
    format!("{names}[{}]{value}'", escape(row.help))
}

/// Text within single quotes, in a description.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '[' | ']' | ':' | '\\' => out.extend(['\\', c]),
            '\'' => out.push_str("'\\''"),
            c => out.push(c),
        }
    }
    out
}
