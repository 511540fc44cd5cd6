//! Short ways of writing rows of option tables.

use super::{OptionRow, Takes};

/// An option without a value.
#[must_use]
pub const fn flag(letter: char, name: &'static str, help: &'static str) -> OptionRow {
    OptionRow {
        letter: Some(letter),
        name,
        takes: Takes::Nothing,
        value: "",
        help,
    }
}

/// An option with a text.
#[must_use]
pub const fn text(
    letter: char,
    name: &'static str,
    value: &'static str,
    help: &'static str,
) -> OptionRow {
    OptionRow {
        letter: Some(letter),
        name,
        takes: Takes::Text,
        value,
        help,
    }
}

/// An option with the name of a file.
#[must_use]
pub const fn file(letter: char, name: &'static str, help: &'static str) -> OptionRow {
    OptionRow {
        letter: Some(letter),
        name,
        takes: Takes::File,
        value: "FILE",
        help,
    }
}

/// An option with a number.
#[must_use]
pub const fn number(
    letter: char,
    name: &'static str,
    value: &'static str,
    help: &'static str,
) -> OptionRow {
    OptionRow {
        letter: Some(letter),
        name,
        takes: Takes::Number,
        value,
        help,
    }
}

/// An option with or without a text.
#[must_use]
pub const fn optional(
    letter: char,
    name: &'static str,
    value: &'static str,
    help: &'static str,
) -> OptionRow {
    OptionRow {
        letter: Some(letter),
        name,
        takes: Takes::Optional,
        value,
        help,
    }
}

/// The same option without a letter.
#[must_use]
pub const fn long(row: OptionRow) -> OptionRow {
    OptionRow {
        letter: None,
        ..row
    }
}
