//! Command lines of the tools that are shell scripts in the reference: read as getopt(1) reads them.
//!
//! Long names may be cut short where that is unambiguous, letters may be bundled, and reading goes on after an error
//! so that all errors are told.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

use super::{Found, OptionRow, Takes};

/// The options of a tool that reads them this way.
#[derive(Clone, Copy, Debug)]
pub struct GetoptTable {
    /// Tool name.
    pub tool: &'static str,
    /// What follows the name of the tool on a command line.
    pub synopsis: &'static str,
    /// What the tool is about: a line, then perhaps paragraphs.
    pub summary: &'static str,
    /// The options.
    pub rows: &'static [OptionRow],
}

impl GetoptTable {
    /// Options in order; words that are no options are left out.
    ///
    /// # Errors
    /// All that is wrong, one text each, with the name of the tool.
    pub fn read(&self, words: &[OsString]) -> Result<Vec<Found>, Vec<String>> {
        getopt(self.rows, words).map_err(|errors| {
            let name = self.tool;
            errors.iter().map(|e| format!("{name}: {e}")).collect()
        })
    }

    /// What `--help` shows.
    #[must_use]
    pub fn usage_text(&self) -> String {
        let (tool, synopsis, summary) = (self.tool, self.synopsis, self.summary);
        let lines = usage_lines(self.rows);
        format!("\nUsage: {tool} {synopsis}\n\n{summary}\n\n{lines}")
    }
}

fn getopt(rows: &'static [OptionRow], words: &[OsString]) -> Result<Vec<Found>, Vec<String>> {
    let mut found = Vec::new();
    let mut errors = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let bytes = word.as_bytes();
        if word == "--" {
            break;
        }
        if let Some(long) = bytes.strip_prefix(b"--") {
            let mut parts = long.splitn(2, |&b| b == b'=');
            let name = String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
            let glued = parts.next();
            match (find(rows, &name), glued) {
                (Err(error), _) => errors.push(error),
                (Ok(row), Some(_)) if row.takes == Takes::Nothing => {
                    errors.push(format!("option '--{}' doesn't allow an argument", row.name));
                }
                (Ok(row), glued) => {
                    let value = match row.takes {
                        Takes::Nothing => None,
                        _ => glued
                            .map(|value| OsStr::from_bytes(value).to_owned())
                            .or_else(|| words.next().cloned()),
                    };
                    if row.takes != Takes::Nothing && value.is_none() {
                        errors.push(format!("option '--{}' requires an argument", row.name));
                    } else {
                        found.push(option(row, value));
                    }
                }
            }
        } else if bytes.len() > 1 && bytes[0] == b'-' {
            let mut rest = &bytes[1..];
            while let Some((&letter, after)) = rest.split_first() {
                rest = after;
                let letter = char::from(letter);
                let Some(row) = rows.iter().find(|row| row.letter == Some(letter)) else {
                    errors.push(format!("invalid option -- '{letter}'"));
                    continue;
                };
                if row.takes == Takes::Nothing {
                    found.push(option(row, None));
                    continue;
                }
                let value = match rest.is_empty() {
                    true => words.next().cloned(),
                    false => Some(OsStr::from_bytes(rest).to_owned()),
                };
                match value {
                    Some(value) => found.push(option(row, Some(value))),
                    None => errors.push(format!("option requires an argument -- '{letter}'")),
                }
                break;
            }
        }
    }
    match errors.is_empty() {
        true => Ok(found),
        false => Err(errors),
    }
}

fn option(row: &'static OptionRow, value: Option<OsString>) -> Found {
    Found {
        name: row.name,
        given: value.is_some(),
        value: value.unwrap_or_default(),
        typed: format!("--{}", row.name),
    }
}

/// The option of this name, or the only one whose name begins so.
fn find(rows: &'static [OptionRow], name: &str) -> Result<&'static OptionRow, String> {
    if let Some(row) = rows.iter().find(|row| row.name == name) {
        return Ok(row);
    }
    let candidates: Vec<_> = rows
        .iter()
        .filter(|row| row.name.starts_with(name))
        .collect();
    match candidates.as_slice() {
        [row] => Ok(row),
        [] => Err(format!("unrecognized option '--{name}'")),
        [..] => {
            let names: Vec<_> = candidates
                .iter()
                .map(|row| format!("'--{}'", row.name))
                .collect();
            let names = names.join(" ");
            Err(format!(
                "option '--{name}' is ambiguous; possibilities: {names}"
            ))
        }
    }
}

/// Rows of an option table as lines for a usage text. Rows without help are left out.
fn usage_lines(rows: &[OptionRow]) -> String {
    let mut text = String::new();
    for row in rows.iter().filter(|row| !row.help.is_empty()) {
        let letter = row
            .letter
            .map_or_else(String::new, |letter| format!("-{letter}, "));
        let value = match row.takes {
            Takes::Nothing => String::new(),
            Takes::Text | Takes::File | Takes::Number | Takes::Optional => {
                format!("={}", row.value)
            }
        };
        let option = format!("{letter}--{}{value}", row.name);
        text.push_str(&format!(" {option:<22} {}\n", row.help));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::row::{flag, text};

    const ROWS: &[OptionRow] = &[
        flag('G', "query", ""),
        text('r', "resource", "ID", ""),
        text('I', "interval", "TIME", ""),
        text('i', "id", "ID", ""),
    ];

    fn read(words: &[&str]) -> Result<Vec<(&'static str, String)>, Vec<String>> {
        let words: Vec<OsString> = words.iter().map(OsString::from).collect();
        let found = getopt(ROWS, &words)?;
        let pair = |f: &Found| (f.name, f.value.to_string_lossy().into_owned());
        Ok(found.iter().map(pair).collect())
    }

    #[test]
    fn options() {
        let found = read(&["-Gra", "x", "--res", "b"]).expect("valid");
        let want = [("query", ""), ("resource", "a"), ("resource", "b")];
        assert_eq!(found, want.map(|(name, value)| (name, value.to_owned())));
        let found = read(&["--id=", "--", "-z"]).expect("valid");
        assert_eq!(found, [("id", String::new())]);
    }

    #[test]
    fn all_errors_are_told() {
        let errors = read(&["--zz", "-z", "--i", "a", "--query=1", "-r"]).expect_err("invalid");
        assert_eq!(
            errors,
            [
                "unrecognized option '--zz'",
                "invalid option -- 'z'",
                "option '--i' is ambiguous; possibilities: '--interval' '--id'",
                "option '--query' doesn't allow an argument",
                "option requires an argument -- 'r'",
            ]
        );
    }
}
