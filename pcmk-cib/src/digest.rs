//! Digests of parameter sets.
//!
//! The cluster records a digest of the parameters with each result in the history and compares it with
//! one calculated from the configuration, so the text that is digested must be equal to the byte.

use md5::{Digest, Md5};

use crate::xml::escape_attr;

/// The MD5, in lower-case hexadecimal digits, of a set of parameters given as (name, value).
///
/// Their order does not matter; names must differ. The digested text is a blank, an element
/// `parameters` with the attributes sorted by the bytes of their names, and a newline.
///
/// Source: behaviour notes 02 §13.1. Pinned by `known_digests`.
pub fn params_digest<'a>(attrs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut sorted: Vec<(&str, &str)> = attrs.collect();
    sorted.sort_by(|a, b| a.0.as_bytes().cmp(b.0.as_bytes()));
    let mut text = String::from(" <parameters");
    for (name, value) in sorted {
        text.push(' ');
        text.push_str(name);
        text.push_str("=\"");
        escape_attr(value, &mut text);
        text.push('"');
    }
    text.push_str("/>\n");
    md5_hex(text.as_bytes())
}

/// The MD5 of some bytes, in lower-case hexadecimal digits.
pub fn md5_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let sum = Md5::digest(bytes);
    let mut out = String::with_capacity(32);
    for &byte in sum.as_slice() {
        out.push(char::from(DIGITS[usize::from(byte >> 4)]));
        out.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(attrs: &[(&str, &str)], want: &str) {
        assert_eq!(params_digest(attrs.iter().copied()), want);
    }

    #[test]
    fn known_digests() {
        check(&[], "f2317cad3d54cec5d7d7aa7d0bf35cf8");
        assert_eq!(
            md5_hex(b" <parameters/>\n"),
            "f2317cad3d54cec5d7d7aa7d0bf35cf8"
        );
    }

    #[test]
    fn names_are_sorted_by_bytes_and_values_escaped() {
        let text = " <parameters B=\"&lt;&#x0A;é'&quot;\" a=\"\" a_b=\"2\"/>\n";
        let want = md5_hex(text.as_bytes());
        check(&[("a_b", "2"), ("B", "<\né'\""), ("a", "")], &want);
        check(&[("a", ""), ("B", "<\né'\""), ("a_b", "2")], &want);
    }
}
