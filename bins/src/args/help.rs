//! Help texts, made from the option table.

use super::{COMMON, OptionRow, OptionTable, Takes};

/// What `--help` shows.
#[must_use]
pub fn help_text(table: &OptionTable) -> String {
    let mut text = format!(
        "Usage:\n  {} [OPTION...]\n\n{}\n",
        table.tool, table.summary
    );
    for (title, rows) in table.groups.iter().chain(&[("Common options", COMMON)]) {
        text.push_str(&format!("\n{title}:\n"));
        for row in rows.iter().filter(|row| !row.help.is_empty()) {
            text.push_str(&format!("  {:<30} {}\n", usage(row), row.help));
        }
    }
    text
}

fn usage(row: &OptionRow) -> String {
    let letter = row
        .letter
        .map_or_else(|| "    ".to_owned(), |letter| format!("-{letter}, "));
    match row.takes {
        Takes::Nothing => format!("{letter}--{}", row.name),
        Takes::Text | Takes::File | Takes::Number => {
            format!("{letter}--{}={}", row.name, row.value)
        }
        Takes::Optional => format!("{letter}--{}[={}]", row.name, row.value),
    }
}
