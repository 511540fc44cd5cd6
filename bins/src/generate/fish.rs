//! Completions for fish.

use super::{MADE_FROM, Values, rows, values};
use crate::Tool;
use crate::args::{OptionRow, Takes};

/// The completion of a tool.
pub(super) fn completion(tool: &Tool) -> String {
    let name = tool.name;
    let mut text = format!("# {MADE_FROM}\ncomplete -c {name} -f\n");
    for row in rows(tool) {
        text.push_str(&format!("complete -c {name} {}\n", line(row)));
    }
    text
}

fn line(row: &OptionRow) -> String {
    let letter = row
        .letter
        .map_or_else(String::new, |letter| format!("-s '{letter}' "));
    // With a value that is optional, what follows an option is completed only if it is glued to it.
    let required = match row.takes {
        Takes::Optional => "",
        Takes::Nothing | Takes::Text | Takes::File | Takes::Number => " -r",
    };
    let value = match values(row) {
        Values::None => String::new(),
        Values::Files => " -r -F".to_owned(),
        Values::Directories => " -x -a '(__fish_complete_directories)'".to_owned(),
        Values::Words(words) => format!("{required} -f -a '{}'", words.join(" ")),
        Values::Unknown => format!("{required} -f"),
    };
    let help = row.help.replace('\\', "\\\\").replace('\'', "\\'");
    format!("{letter}-l {}{value} -d '{help}'", row.name)
}
