//! Command lines, read the way the reference's option parser reads them.
//!
//! One table per tool says which options exist; it gives the parser and the help text. A general-purpose parser crate
//! was not used because too much of what it is good at had to be worked around: letters are split before parsing
//! (with a deprecation message for a value glued to its letter), negative numbers are values while other words with a
//! dash are options, words that are no options are ignored, and the texts of errors are compatibility surface.
//!
//! Source: behaviour notes 07 section 1.1, 05 section 6.1.

pub mod getopt;
mod help;
mod listing;
pub mod row;

use std::ffi::{OsStr, OsString};
use std::iter::Peekable;
use std::os::unix::ffi::OsStrExt;

pub use help::help_text;
pub use listing::Listing;

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
    /// A text, or nothing: the next word is its value unless that begins with a dash.
    Optional,
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
    /// Name of the value in help texts; or the few values there are, with bars between them.
    pub value: &'static str,
    /// What it does, for help texts; hidden from them if empty.
    pub help: &'static str,
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Long name.
    pub name: &'static str,
    /// Value, empty if it takes none.
    pub value: OsString,
    /// Whether there is a value; tells an empty one from none where a value is optional.
    pub given: bool,
    /// The option as it was typed: `-x` or `--xml-file`.
    pub typed: String,
}

/// Options that were given, in order, for tools that look at them only after all were read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given(pub Vec<Found>);

impl Given {
    /// Whether an option was given.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|option| option.name == name)
    }

    /// The value an option was given last.
    #[must_use]
    pub fn last(&self, name: &str) -> Option<&OsStr> {
        let mut given = self.0.iter().rev();
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
        let given = self.0.iter().filter(|option| option.name == name);
        given.map(Found::text).collect()
    }
}

/// A command line that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    /// The options in order.
    pub found: Vec<Found>,
    /// Words that are no options.
    pub rest: Vec<OsString>,
    /// The help text was asked for. Nothing after that was read.
    pub help: bool,
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
        value: "text|xml|none",
        help: "Format of the output",
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

    /// Reads the command line of a world. Words that are no options are ignored.
    ///
    /// # Errors
    /// Something cannot be understood.
    pub fn parse(&self, world: &World, streams: &mut Streams) -> Result<Vec<Found>, UsageError> {
        let mut parsed = self.read(world, streams, &mut |_| Ok(()))?;
        if parsed.help {
            parsed.found.push(Found {
                name: "help",
                ..Found::default()
            });
        }
        Ok(parsed.found)
    }

    /// Reads the command line of a world. `check` sees every option when it is met, so that what is wrong with a value
    /// is told before anything that is wrong further on.
    ///
    /// # Errors
    /// Something cannot be understood, or `check` refuses an option.
    pub fn read(
        &self,
        world: &World,
        streams: &mut Streams,
        check: &mut dyn FnMut(&Found) -> Result<(), UsageError>,
    ) -> Result<Parsed, UsageError> {
        let words = self.split_letters(world.args.get(1..).unwrap_or_default(), streams);
        let mut parsed = Parsed::default();
        let mut words = words.into_iter().peekable();
        while let Some(word) = words.next() {
            let bytes = word.as_bytes();
            if word == "--" {
                let after: Vec<OsString> = words.collect();
                // The reference drops the dashes unless they are needed to tell the words around them apart.
                let needed = !after.is_empty()
                    && (!parsed.rest.is_empty()
                        || after.iter().any(|word| word.as_bytes().starts_with(b"-")));
                if needed {
                    parsed.rest.push(word);
                }
                parsed.rest.extend(after);
                break;
            }
            let (row, shown, glued) = if let Some(long) = bytes.strip_prefix(b"--") {
                let (name, glued) = match long.iter().position(|&b| b == b'=') {
                    Some(at) => (
                        &long[..at],
                        Some(OsStr::from_bytes(&long[at + 1..]).to_owned()),
                    ),
                    None => (long, None),
                };
                if glued.is_none() && self.is_help(name) {
                    parsed.help = true;
                    return Ok(parsed);
                }
                let row = self.rows().find(|row| row.name.as_bytes() == name);
                let row = row.filter(|row| row.takes != Takes::Nothing || glued.is_none());
                let row = row.ok_or_else(|| unknown(&word))?;
                (row, format!("--{}", row.name), glued)
            } else if bytes.len() > 1 && bytes[0] == b'-' {
                let letter = word.to_str().and_then(|text| text.chars().nth(1));
                let row = self
                    .rows()
                    .find(|row| row.letter.is_some() && row.letter == letter);
                if letter == Some('h') && row.is_none() {
                    parsed.help = true;
                    return Ok(parsed);
                }
                let row = row.ok_or_else(|| unknown(&word))?;
                (row, word.to_string_lossy().chars().take(2).collect(), None)
            } else {
                parsed.rest.push(word);
                continue;
            };
            if row.name == "help" {
                parsed.help = true;
                return Ok(parsed);
            }
            let value = value(world, row, &shown, glued, &mut words)?;
            let found = Found {
                name: row.name,
                given: value.is_some(),
                value: value.unwrap_or_default(),
                typed: shown,
            };
            check(&found)?;
            parsed.found.push(found);
        }
        Ok(parsed)
    }

    /// Whether this is one of the long options that ask for help: of all, or of a group of options, which goes by the
    /// first word of its title.
    fn is_help(&self, name: &[u8]) -> bool {
        let Some(group) = name.strip_prefix(b"help-") else {
            return name == b"help";
        };
        group == b"all"
            || group == b"output"
            || self.groups.iter().any(|(title, _)| {
                let first = title.split(' ').next().unwrap_or_default();
                first.as_bytes().eq_ignore_ascii_case(group)
            })
    }

    /// Splits bundled letters into words of their own. What follows a letter that takes a value is its value.
    fn split_letters(&self, words: &[OsString], streams: &mut Streams) -> Vec<OsString> {
        let special = special_letters(self.tool);
        let takes_value = |letter: u8| match special {
            Some(letters) => letters.as_bytes().contains(&letter),
            None => self
                .rows()
                .any(|row| row.letter == Some(char::from(letter)) && row.takes != Takes::Nothing),
        };
        let mut result = Vec::with_capacity(words.len());
        let mut words = words.iter();
        while let Some(word) = words.next() {
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
                if takes_value(letter) && rest.is_empty() {
                    // The next word is its value, whatever it looks like.
                    result.extend(words.next().cloned());
                } else if takes_value(letter) {
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

/// The letters whose value may be glued to them, where these are not just the letters that take a value.
/// Source: behaviour notes 07 section 1.1.
fn special_letters(tool: &str) -> Option<&'static str> {
    match tool {
        "cibadmin" => Some("ANSUXhotx"),
        "crm_attribute" => Some("NPUdilnpstv"),
        "crm_diff" => Some("nopNO"),
        "crm_resource" => Some("GHINSTdginpstuvx"),
        "crm_shadow" => Some("CDcersv"),
        "crm_mon" => Some("eimpxEILU"),
        "crm_ticket" => Some("dintvxCDGS"),
        _ => None,
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
    words: &mut Peekable<impl Iterator<Item = OsString>>,
) -> Result<Option<OsString>, UsageError> {
    let value = match row.takes {
        Takes::Nothing => return Ok(None),
        Takes::Optional => {
            let value = glued.or_else(|| words.next_if(|word| !word.as_bytes().starts_with(b"-")));
            match value {
                Some(value) => value,
                None => return Ok(None),
            }
        }
        Takes::Text | Takes::File | Takes::Number => glued
            .or_else(|| words.next())
            .ok_or_else(|| UsageError(format!("Missing argument for {shown}")))?,
    };
    match row.takes {
        Takes::Nothing | Takes::File => {}
        Takes::Text | Takes::Optional => {
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
    Ok(Some(value))
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
                    letter: Some('a'),
                    name: "access",
                    takes: Takes::Optional,
                    value: "KIND",
                    help: "Access",
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
        let found = parse(words).expect("valid");
        let found: Vec<_> = found
            .iter()
            .map(|f| (f.name, f.value.to_str().expect("ASCII")))
            .collect();
        assert_eq!(found, want, "{words:?}");
    }

    fn parse(words: &[&str]) -> Result<Vec<Found>, UsageError> {
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
    fn optional_values() {
        check(
            &["-a", "x", "-a", "-s", "--access=", "--access"],
            &[
                ("access", "x"),
                ("access", ""),
                ("scores", ""),
                ("access", ""),
                ("access", ""),
            ],
        );
        let found = parse(&["--access=", "-a"]).expect("valid");
        let given: Vec<_> = found.iter().map(|f| (f.given, f.typed.as_str())).collect();
        assert_eq!(given, [(true, "--access"), (false, "-a")]);
    }

    #[track_caller]
    fn check_rest(words: &[&str], want: &[&str]) {
        let args: Vec<&str> = std::iter::once("tool")
            .chain(words.iter().copied())
            .collect();
        let mut streams = Streams::new(Box::new(io::sink()), Box::new(io::sink()));
        let parsed = TABLE
            .read(&World::for_test(&args), &mut streams, &mut |_| Ok(()))
            .expect("valid");
        assert_eq!(parsed.rest, want, "{words:?}");
    }

    #[test]
    fn words_that_are_no_options() {
        check_rest(&["a", "-s", "b", "-"], &["a", "b", "-"]);
        check_rest(&["-s", "--", "b"], &["b"]);
        check_rest(&["a", "--", "b"], &["a", "--", "b"]);
        check_rest(&["--", "-b"], &["--", "-b"]);
        check_rest(&["a", "--"], &["a"]);
    }

    #[test]
    fn help_ends_reading() {
        let found = parse(&["-s", "--help-things", "--bogus"]).expect("valid");
        assert_eq!(found.last().map(|f| f.name), Some("help"));
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
