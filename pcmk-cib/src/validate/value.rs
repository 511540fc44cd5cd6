//! Kinds of attribute values, and whether a text is of such a kind.
//!
//! Source: behaviour notes 11 §1.5 and §2. The types are those of XML Schema with the limits of the
//! reference's library, for example 24 digits for integers.

use super::facet::Facet;

/// A set of texts that an attribute may have as its value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum ValueKind {
    /// Anything.
    Text,
    /// A name that must be the only one in the document.
    Id,
    /// The name of something in the document.
    IdRef,
    /// A whole number between two bounds.
    Integer { min: i128, max: i128 },
    /// `true`, `false`, `1` or `0`.
    Boolean,
    /// One of some words, blanks around ignored.
    Words(Vec<&'static str>),
    /// One of some texts, exactly.
    Exactly(Vec<&'static str>),
    /// Anything but these texts.
    AllBut(Vec<&'static str>),
    /// What fits an expression.
    Fitting(Facet),
    /// What is of one of some kinds.
    AnyOf(Vec<ValueKind>),
}

/// Most digits of a number, zeros in front not counted: what the reference's library can hold.
const MAX_DIGITS: usize = 24;

impl ValueKind {
    /// Whether `value` is of this kind. For the kinds of names this says that it is a name, not that
    /// it is unique or known.
    pub(super) fn accepts(&self, value: &str) -> bool {
        match self {
            ValueKind::Text => true,
            ValueKind::Id | ValueKind::IdRef => is_name(trim(value)),
            ValueKind::Integer { min, max } => {
                integer(value).is_some_and(|number| *min <= number && number <= *max)
            }
            ValueKind::Boolean => matches!(trim(value), "true" | "false" | "1" | "0"),
            ValueKind::Words(words) => {
                words.contains(&value)
                    || (value.contains(is_blank)
                        && words.iter().any(|word| same_words(value, word)))
            }
            ValueKind::Exactly(texts) => texts.contains(&value),
            ValueKind::AllBut(texts) => !texts.contains(&value),
            ValueKind::Fitting(facet) => facet.fits(value),
            ValueKind::AnyOf(kinds) => kinds.iter().any(|kind| kind.accepts(value)),
        }
    }

    /// Whether it is everything but some texts.
    pub(super) fn refuses_some(&self) -> bool {
        match self {
            ValueKind::AllBut(_) => true,
            ValueKind::Text
            | ValueKind::Id
            | ValueKind::IdRef
            | ValueKind::Integer { .. }
            | ValueKind::Boolean
            | ValueKind::Words(_)
            | ValueKind::Exactly(_)
            | ValueKind::Fitting(_)
            | ValueKind::AnyOf(_) => false,
        }
    }

    /// The words it consists of or contains, as candidates for what was meant.
    pub(super) fn words(&self) -> Vec<&'static str> {
        match self {
            ValueKind::Words(words) | ValueKind::Exactly(words) => words.clone(),
            ValueKind::Boolean => vec!["true", "false"],
            ValueKind::AnyOf(kinds) => kinds.iter().flat_map(ValueKind::words).collect(),
            ValueKind::Text
            | ValueKind::Id
            | ValueKind::IdRef
            | ValueKind::Integer { .. }
            | ValueKind::AllBut(_)
            | ValueKind::Fitting(_) => Vec::new(),
        }
    }

    /// What to say when something else was found: one or more noun phrases.
    pub(super) fn describe(&self) -> Vec<String> {
        match self {
            ValueKind::Text => vec!["any text".to_owned()],
            ValueKind::Id => {
                vec!["an id (a letter or '_', then letters, digits, '.', '-', '_')".to_owned()]
            }
            ValueKind::IdRef => vec!["the id of something in the document".to_owned()],
            ValueKind::Integer { min, max } => vec![match (*min, *max) {
                (i128::MIN, i128::MAX) => "an integer".to_owned(),
                (min, i128::MAX) => format!("an integer from {min} on"),
                (min, max) => format!("an integer from {min} to {max}"),
            }],
            ValueKind::Boolean => vec!["true".to_owned(), "false".to_owned()],
            ValueKind::Words(words) | ValueKind::Exactly(words) => {
                words.iter().map(|word| format!("\"{word}\"")).collect()
            }
            ValueKind::AllBut(texts) => {
                let quoted: Vec<String> = texts.iter().map(|text| format!("\"{text}\"")).collect();
                vec![format!("anything but {}", quoted.join(", "))]
            }
            ValueKind::Fitting(facet) => vec![format!("text of the form {}", facet.source())],
            ValueKind::AnyOf(kinds) => kinds.iter().flat_map(ValueKind::describe).collect(),
        }
    }
}

/// `value` without blanks around it.
pub(super) fn trim(value: &str) -> &str {
    let ends = [value.as_bytes().first(), value.as_bytes().last()];
    let blank = |&b: &u8| is_blank(char::from(b));
    match ends.into_iter().flatten().any(blank) {
        true => value.trim_matches(is_blank),
        false => value,
    }
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

/// Whether the texts are equal once runs of blanks count as one space and those around do not count.
fn same_words(value: &str, word: &'static str) -> bool {
    let parts = |text: &'static str| text.split(is_blank).filter(|part| !part.is_empty());
    value
        .split(is_blank)
        .filter(|part| !part.is_empty())
        .eq(parts(word))
}

/// Reads an integer as XML Schema writes it.
fn integer(value: &str) -> Option<i128> {
    let text = trim(value);
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let significant = digits.trim_start_matches('0');
    if significant.len() > MAX_DIGITS {
        return None;
    }
    // At most 24 digits, which is far below the bounds of the type.
    let number = significant
        .bytes()
        .fold(0i128, |sum, digit| sum * 10 + i128::from(digit - b'0'));
    Some(if negative { -number } else { number })
}

/// The ASCII characters of a name after the first.
const IN_NAME: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        byte += 1;
    }
    table
};

/// Whether `name` is a name without colon (an `NCName`).
pub(super) fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    match bytes.next() {
        Some(first) if first.is_ascii_alphabetic() || first == b'_' => {}
        Some(first) if !first.is_ascii() => return is_foreign_name(name),
        Some(_) | None => return false,
    }
    for byte in bytes {
        if !IN_NAME[usize::from(byte)] {
            return !byte.is_ascii() && is_foreign_name(name);
        }
    }
    true
}

/// As [`is_name`], for names with other characters than ASCII.
fn is_foreign_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(starts_name) && chars.all(|c| {
        starts_name(c)
            || c.is_ascii_digit()
            || matches!(c, '.' | '-' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
    })
}

/// Source: XML 1.0, `NameStartChar` without the colon.
fn starts_name(c: char) -> bool {
    c.is_ascii_alphabetic()
        || c == '_'
        || matches!(c,
            '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}' | '\u{370}'..='\u{37D}'
            | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}'
            | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}'
            | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(kind: &ValueKind, accepted: &[&str], refused: &[&str]) {
        for value in accepted {
            assert!(kind.accepts(value), "{value:?} should be {kind:?}");
        }
        for value in refused {
            assert!(!kind.accepts(value), "{value:?} should not be {kind:?}");
        }
    }

    #[test]
    fn integers_as_xml_schema_has_them() {
        let any = ValueKind::Integer {
            min: i128::MIN,
            max: i128::MAX,
        };
        let long = "9".repeat(24);
        let padded = format!("-0000{long}");
        check(
            &any,
            &["0", "+1", "-1", " 7\n", &long, &padded],
            &["", " ", "+", "1.5", "0x1", "1 2", "١", &"9".repeat(25)],
        );
        let from_zero = ValueKind::Integer {
            min: 0,
            max: i128::MAX,
        };
        check(&from_zero, &["-0", "0", "3"], &["-1"]);
        check(
            &ValueKind::Integer { min: 1, max: 9 },
            &["01", "+1", "9"],
            &["0", "10"],
        );
    }

    #[test]
    fn names_and_blanks() {
        check(
            &ValueKind::Id,
            &["a", "_", " a ", "a1.-_", "über", "a\u{301}", "日本"],
            &["", " ", "1a", "-a", ".a", "a:b", "a b", "a/b", "\u{301}a"],
        );
        check(
            &ValueKind::Boolean,
            &["true", " 0 "],
            &["yes", "True", "", "TRUE"],
        );
        check(
            &ValueKind::Words(vec!["Started"]),
            &["Started", "\tStarted "],
            &["started", "Star ted"],
        );
        check(
            &ValueKind::Exactly(vec!["a  b"]),
            &["a  b"],
            &["a b", " a  b"],
        );
        check(
            &ValueKind::AllBut(vec!["requires"]),
            &["", "Requires", " requires"],
            &["requires"],
        );
    }
}
