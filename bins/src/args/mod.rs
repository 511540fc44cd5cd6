//! Command lines, read the way the reference's option parser reads them.
//!
//! One table per tool says which options exist; it gives the parser and the help text. A general-purpose parser crate
//! was not used because too much of what it is good at had to be worked around: letters are split before parsing
//! (with a deprecation message for a value glued to its letter), negative numbers are values while other words with a
//! dash are options, words that are no options are ignored, and the texts of errors are compatibility surface.
//!
//! Source: behaviour notes 07 section 1.1, 05 section 6.1.

mod help;

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

pub use help::help_text;

use crate::world::{Streams, World};

/// What follows an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Nothing.
    Nothing,
    /// A text in the locale's characters.
    Text,
    /// A file name, in any bytes.
    File,
    /// A decimal number.
    Number,
}

/// An option.
#[derive(Clone, Copy, Debug)]
pub struct OptionRow {
    /// Letter, if it has one.
    pub letter: Option<char>,
    /// Long name.
    pub name: &'static str,
    /// What follows.
    pub takes: Takes,
    /// Name of the value in help texts.
    pub value: &'static str,
    /// What it does, for help texts; hidden from them if empty.
    pub help: &'static str,
}

/// An option without value.
#[must_use]
pub const fn flag(letter: char, name: &'static str, help: &'static str) -> OptionRow {
    row(letter, name, Takes::Nothing, "", help)
}

/// An option with a text. Without help text it is hidden.
#[must_use]
pub const fn text(
    letter: char,
    name: &'static str,
    value: &'static str,
    help: &'static str,
) -> OptionRow {
    row(letter, name, Takes::Text, value, help)
}

/// An option with a file name.
#[must_use]
pub const fn file(letter: char, name: &'static str, help: &'static str) -> OptionRow {
    row(letter, name, Takes::File, "FILE", help)
}

/// An option with a number.
#[must_use]
pub const fn number(
    letter: char,
    name: &'static str,
    value: &'static str,
    help: &'static str,
) -> OptionRow {
    row(letter, name, Takes::Number, value, help)
}

const fn row(
    letter: char,
    name: &'static str,
    takes: Takes,
    value: &'static str,
    help: &'static str,
) -> OptionRow {
    OptionRow {
        letter: Some(letter),
        name,
        takes,
        value,
        help,
    }
}

/// The options of a tool.
#[derive(Clone, Copy, Debug)]
pub struct OptionTable {
    /// Tool name.
    pub tool: &'static str,
    /// One line about the tool.
    pub summary: &'static str,
    /// Groups of options with their titles.
    pub groups: &'static [(&'static str, &'static [OptionRow])],
}

/// An option as found on a command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Long name.
    pub name: &'static str,
    /// Value, empty if it takes none.
    pub value: OsString,
}

impl Found {
    /// The value as text.
    #[must_use]
    pub fn text(&self) -> String {
        self.value.to_string_lossy().into_owned()
    }

    /// The value as a number; the parser has checked it.
    #[must_use]
    pub fn number(&self) -> i64 {
        self.value
            .to_str()
            .and_then(|text| text.trim().parse().ok())
            .unwrap_or(0)
    }
}

/// A command line as it was understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommandLine {
    /// Options in the order in which they were given.
    pub options: Vec<Found>,
    /// The other words, in order.
    pub words: Vec<OsString>,
}

impl CommandLine {
    /// Whether an option was given.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.options.iter().any(|option| option.name == name)
    }

    /// How often an option was given.
    #[must_use]
    pub fn count(&self, name: &str) -> usize {
        self.options
            .iter()
            .filter(|option| option.name == name)
            .count()
    }

    /// The value an option was given last.
    #[must_use]
    pub fn last(&self, name: &str) -> Option<&OsStr> {
        let mut given = self.options.iter().rev();
        given
            .find(|option| option.name == name)
            .map(|option| option.value.as_os_str())
    }

    /// The value an option was given last, as text.
    #[must_use]
    pub fn last_text(&self, name: &str) -> Option<String> {
        self.last(name)
            .map(|value| value.to_string_lossy().into_owned())
    }

    /// All values of an option as texts, in order.
    #[must_use]
    pub fn all_texts(&self, name: &str) -> Vec<String> {
        let given = self.options.iter().filter(|option| option.name == name);
        given.map(Found::text).collect()
    }
}

/// Options every tool with formatted output has.
pub const COMMON: &[OptionRow] = &[
    OptionRow {
        letter: Some('?'),
        name: "help",
        takes: Takes::Nothing,
        value: "",
        help: "Show this text",
    },
    OptionRow {
        letter: None,
        name: "help-all",
        takes: Takes::Nothing,
        value: "",
        help: "Show all options",
    },
    OptionRow {
        letter: Some('$'),
        name: "version",
        takes: Takes::Nothing,
        value: "",
        help: "Show the version",
    },
    OptionRow {
        letter: Some('V'),
        name: "verbose",
        takes: Takes::Nothing,
        value: "",
        help: "Show more messages (may be repeated)",
    },
    OptionRow {
        letter: None,
        name: "output-as",
        takes: Takes::Text,
        value: "FORMAT",
        help: "Format of the output: text, xml or none",
    },
    OptionRow {
        letter: None,
        name: "output-to",
        takes: Takes::File,
        value: "FILE",
        help: "Write output to a file (\"-\" is standard output)",
    },
];

/// Why a command line was refused. The text is for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageError(pub String);

impl OptionTable {
    fn rows(&self) -> impl Iterator<Item = &'static OptionRow> {
        self.groups
            .iter()
            .flat_map(|(_, rows)| rows.iter())
            .chain(COMMON)
    }

    /// Reads the command line of a world. A request for help ends the reading: what follows it does not matter.
    ///
    /// # Errors
    /// Something cannot be understood.
    pub fn parse(&self, world: &World, streams: &mut Streams) -> Result<CommandLine, UsageError> {
        let words = self.split_letters(world.args.get(1..).unwrap_or_default(), streams);
        let mut line = CommandLine::default();
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            let bytes = word.as_bytes();
            if word == "--" {
                line.words.extend(words);
                break;
            }
            if self.asks_for_help(bytes) {
                line.options.push(Found {
                    name: "help",
                    value: OsString::new(),
                });
                break;
            }
            if let Some(long) = bytes.strip_prefix(b"--") {
                let (name, glued) = match long.iter().position(|&b| b == b'=') {
                    Some(at) => (
                        &long[..at],
                        Some(OsStr::from_bytes(&long[at + 1..]).to_owned()),
                    ),
                    None => (long, None),
                };
                let row = self.rows().find(|row| row.name.as_bytes() == name);
                let row = row.filter(|row| row.takes != Takes::Nothing || glued.is_none());
                let row = row.ok_or_else(|| unknown(&word))?;
                let value = value(world, row, &format!("--{}", row.name), glued, &mut words)?;
                line.options.push(Found {
                    name: row.name,
                    value,
                });
            } else if bytes.len() > 1 && bytes[0] == b'-' {
                let letter = word.to_str().and_then(|text| text.chars().nth(1));
                let row = self
                    .rows()
                    .find(|row| row.letter.is_some() && row.letter == letter);
                let row = row.ok_or_else(|| unknown(&word))?;
                let shown: String = word.to_string_lossy().chars().take(2).collect();
                let value = value(world, row, &shown, None, &mut words)?;
                line.options.push(Found {
                    name: row.name,
                    value,
                });
            } else {
                line.words.push(word);
            }
        }
        Ok(line)
    }

    /// Whether a word asks for help: for all of it, or for that of one group (`--help-GROUP`).
    fn asks_for_help(&self, word: &[u8]) -> bool {
        match word {
            b"--help" | b"--help-all" | b"--help-output" | b"-?" => true,
            b"-h" => !self.rows().any(|row| row.letter == Some('h')),
            _ => word.strip_prefix(b"--help-").is_some_and(|group| {
                self.groups.iter().any(|(title, _)| {
                    let word = title.split(' ').next().unwrap_or_default();
                    word.as_bytes().eq_ignore_ascii_case(group)
                })
            }),
        }
    }

    /// Splits bundled letters into words of their own. What follows a letter that takes a value is its value.
    fn split_letters(&self, words: &[OsString], streams: &mut Streams) -> Vec<OsString> {
        let takes_value = |letter: u8| {
            self.rows()
                .any(|row| row.letter == Some(char::from(letter)) && row.takes != Takes::Nothing)
        };
        let mut result = Vec::with_capacity(words.len());
        let mut words = words.iter();
        for word in words.by_ref() {
            let bytes = word.as_bytes();
            if word == "--" {
                result.push(word.clone());
                break;
            }
            if bytes.len() < 2 || bytes[0] != b'-' || bytes[1] == b'-' || is_value(bytes) {
                result.push(word.clone());
                continue;
            }
            let mut rest = &bytes[1..];
            while let Some((&letter, after)) = rest.split_first() {
                // A letter beyond ASCII is no option; the whole character goes into the message.
                if !letter.is_ascii() {
                    let mut unknown = OsString::from("-");
                    unknown.push(OsStr::from_bytes(rest));
                    result.push(unknown);
                    break;
                }
                result.push(OsString::from(format!("-{}", char::from(letter))));
                rest = after;
                if takes_value(letter) && !rest.is_empty() {
                    let letter = char::from(letter);
                    let shown = String::from_utf8_lossy(rest);
                    streams.err(&format!(
                        "Deprecated argument format '-{letter}{shown}' used.\n\
                         Please use '-{letter} {shown}' instead.  \
                         Support will be removed in a future release.\n"
                    ));
                    result.push(OsStr::from_bytes(rest).to_owned());
                    break;
                }
            }
        }
        result.extend(words.cloned());
        result
    }
}

/// Words with a dash that can only be values: a lone dash, minus infinity, negative numbers.
fn is_value(word: &[u8]) -> bool {
    word == b"-"
        || word == b"-INFINITY"
        || (word.len() > 1 && word[0] == b'-' && matches!(word[1], b'1'..=b'9'))
}

fn unknown(word: &OsStr) -> UsageError {
    UsageError(format!("Unknown option {}", word.to_string_lossy()))
}

fn value(
    world: &World,
    row: &OptionRow,
    shown: &str,
    glued: Option<OsString>,
    words: &mut impl Iterator<Item = OsString>,
) -> Result<OsString, UsageError> {
    if row.takes == Takes::Nothing {
        return Ok(OsString::new());
    }
    let value = glued
        .or_else(|| words.next())
        .ok_or_else(|| UsageError(format!("Missing argument for {shown}")))?;
    match row.takes {
        Takes::Nothing | Takes::File => {}
        Takes::Text => {
            let legible = if world.ascii_only() {
                value.is_ascii()
            } else {
                value.to_str().is_some()
            };
            if !legible {
                return Err(UsageError(
                    "Invalid byte sequence in conversion input".to_owned(),
                ));
            }
        }
        Takes::Number => {
            let text = value.to_string_lossy();
            if text.trim_start().parse::<i64>().is_err() {
                return Err(UsageError(format!(
                    "Cannot parse integer value \u{201c}{text}\u{201d} for {shown}"
                )));
            }
            if text.trim_start().parse::<i32>().is_err() {
                return Err(UsageError(format!(
                    "Integer value \u{201c}{text}\u{201d} for {shown} out of range"
                )));
            }
        }
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;

    const TABLE: OptionTable = OptionTable {
        tool: "tool",
        summary: "Does things.",
        groups: &[(
            "Things",
            &[
                OptionRow {
                    letter: Some('x'),
                    name: "xml-file",
                    takes: Takes::File,
                    value: "FILE",
                    help: "A file",
                },
                OptionRow {
                    letter: Some('s'),
                    name: "scores",
                    takes: Takes::Nothing,
                    value: "",
                    help: "Scores",
                },
                OptionRow {
                    letter: Some('N'),
                    name: "repeat",
                    takes: Takes::Number,
                    value: "N",
                    help: "Times",
                },
            ],
        )],
    };

    #[track_caller]
    fn check(words: &[&str], want: &[(&str, &str)]) {
        let line = parse(words).expect("valid");
        let found: Vec<_> = line
            .options
            .iter()
            .map(|f| (f.name, f.value.to_str().expect("ASCII")))
            .collect();
        assert_eq!(found, want, "{words:?}");
    }

    fn parse(words: &[&str]) -> Result<CommandLine, UsageError> {
        let args: Vec<&str> = std::iter::once("tool")
            .chain(words.iter().copied())
            .collect();
        let mut streams = Streams::new(Box::new(io::sink()), Box::new(io::sink()));
        TABLE.parse(&World::for_test(&args), &mut streams)
    }

    #[test]
    fn letters_are_split() {
        check(
            &["-ssx", "f"],
            &[("scores", ""), ("scores", ""), ("xml-file", "f")],
        );
        check(&["-xf", "-s"], &[("xml-file", "f"), ("scores", "")]);
        check(
            &["-N", "-5", "extra", "-x", "-"],
            &[("repeat", "-5"), ("xml-file", "-")],
        );
        check(
            &["--xml-file=f", "--scores", "--", "-s"],
            &[("xml-file", "f"), ("scores", "")],
        );
    }

    #[test]
    fn words_and_help() {
        let line = parse(&["a", "-s", "-", "--", "-5", "--"]).expect("valid");
        assert_eq!(line.words, ["a", "-", "-5", "--"]);
        assert!(line.has("scores") && !line.has("help"));
        for ask in ["-?", "-h", "--help", "--help-all", "--help-things"] {
            assert!(parse(&[ask, "--bogus"]).expect("help").has("help"), "{ask}");
        }
    }

    #[test]
    fn refusals() {
        let text = |words: &[&str]| parse(words).expect_err("invalid").0;
        assert_eq!(text(&["--bogus"]), "Unknown option --bogus");
        assert_eq!(text(&["--scores=1"]), "Unknown option --scores=1");
        assert_eq!(text(&["-sq"]), "Unknown option -q");
        assert_eq!(text(&["-x"]), "Missing argument for -x");
        assert_eq!(text(&["-5"]), "Unknown option -5");
        assert_eq!(
            text(&["-N", "abc"]),
            "Cannot parse integer value “abc” for -N"
        );
    }
}
