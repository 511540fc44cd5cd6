//! Bytes as text.

use std::borrow::Cow;

use super::error::ParseErrorKind;
use super::parse::quoted;

/// Whether a text that begins so is UTF-8 without a mark, as far as it says.
pub(super) fn is_plain_utf8(start: &[u8]) -> bool {
    let marks: [&[u8]; 3] = [b"\xFF\xFE", b"\xFE\xFF", b"\xEF\xBB\xBF"];
    !marks.iter().any(|mark| start.starts_with(mark))
        && declared_encoding(start).is_none_or(|name| is_utf8(&name))
}

fn is_utf8(encoding: &str) -> bool {
    ["utf-8", "utf8", "us-ascii", "ascii"]
        .iter()
        .any(|known| encoding.eq_ignore_ascii_case(known))
}

/// Why bytes are no text, and the text before that.
pub(super) struct Undecodable {
    pub(super) before: String,
    pub(super) kind: ParseErrorKind,
}

/// The input as UTF-8, without byte order mark.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Undecodable> {
    let at_start = |kind| Undecodable {
        before: String::new(),
        kind,
    };
    if let Some(rest) = bytes.strip_prefix(b"\xFF\xFE") {
        return decode_utf16(rest, u16::from_le_bytes)
            .map(Cow::Owned)
            .map_err(at_start);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFE\xFF") {
        return decode_utf16(rest, u16::from_be_bytes)
            .map(Cow::Owned)
            .map_err(at_start);
    }
    let (bytes, marked) = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
        Some(rest) => (rest, true),
        None => (bytes, false),
    };
    if !marked
        && let Some(name) = declared_encoding(bytes)
        && !is_utf8(&name)
    {
        return match name.to_ascii_lowercase().as_str() {
            "iso-8859-1" | "latin1" | "iso-latin-1" | "iso8859-1" => {
                Ok(bytes.iter().map(|&b| char::from(b)).collect())
            }
            _ => Err(at_start(ParseErrorKind::UnknownEncoding(quoted(&name)))),
        };
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Cow::Borrowed(text)),
        Err(error) => Err(Undecodable {
            before: String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned(),
            kind: ParseErrorKind::InvalidEncoding,
        }),
    }
}

fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, ParseErrorKind> {
    let pairs = bytes.chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return Err(ParseErrorKind::InvalidEncoding);
    }
    let units = pairs.map(|pair| unit([pair[0], pair[1]]));
    char::decode_utf16(units)
        .collect::<Result<String, _>>()
        .map_err(|_| ParseErrorKind::InvalidEncoding)
}

/// The encoding named in an XML declaration, if there is one.
fn declared_encoding(bytes: &[u8]) -> Option<String> {
    if !bytes.starts_with(b"<?xml") {
        return None;
    }
    let end = bytes.iter().take(1024).position(|&b| b == b'>')?;
    let declaration = String::from_utf8_lossy(&bytes[..end]);
    let after = declaration.split_once("encoding")?.1.trim_start();
    let value = after.strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (name, _) = value[1..].split_once(quote)?;
    Some(name.to_owned())
}
