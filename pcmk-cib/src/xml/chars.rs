//! Which characters XML 1.0 allows where, as one table for ASCII and a few ranges above it.

/// The byte may start a name.
pub(super) const NAME_START: u8 = 1;
/// The byte may continue a name.
pub(super) const NAME: u8 = 2;
/// Blank: space, tab, carriage return, newline.
pub(super) const BLANK: u8 = 4;
/// The byte stands for itself inside an attribute value, whichever quotes are used, and is printed as it is.
pub(super) const PLAIN_VALUE: u8 = 8;
/// The byte stands for itself inside text.
pub(super) const PLAIN_TEXT: u8 = 16;

/// Classes of every byte. Bytes of multi-byte characters are plain, save `0xEF`, which leads U+FFFE and
/// U+FFFF and so must be looked at; whether they may be part of a name is for [`is_name_start`] and
/// [`is_name`].
pub(super) static CLASS: [u8; 256] = class_table();

const fn class_table() -> [u8; 256] {
    let mut table = [0u8; 256];
    let mut byte = 0usize;
    while byte < 256 {
        let b = byte as u8;
        let mut class = 0;
        if b.is_ascii_alphabetic() || b == b'_' || b == b':' {
            class |= NAME_START | NAME;
        }
        if b.is_ascii_digit() || b == b'-' || b == b'.' {
            class |= NAME;
        }
        if b == b' ' || b == b'\t' || b == b'\r' || b == b'\n' {
            class |= BLANK;
        }
        let control = b < 0x20;
        let escaped = control || matches!(b, b'<' | b'>' | b'&' | b'"' | 0x7F);
        if !escaped && b != b'\'' && b != 0xEF {
            class |= PLAIN_VALUE;
        }
        if (!control || b == b'\t' || b == b'\n')
            && b != b'<'
            && b != b'&'
            && b != b']'
            && b != 0xEF
        {
            class |= PLAIN_TEXT;
        }
        table[byte] = class;
        byte += 1;
    }
    table
}

/// Whether `c` may start an XML name.
pub(super) fn is_name_start(c: char) -> bool {
    if c.is_ascii() {
        return CLASS[c as usize] & NAME_START != 0;
    }
    matches!(c,
        '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}' | '\u{370}'..='\u{37D}'
        | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}'
        | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}'
        | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
}

/// Whether `c` may continue an XML name.
pub(super) fn is_name(c: char) -> bool {
    if c.is_ascii() {
        return CLASS[c as usize] & NAME != 0;
    }
    is_name_start(c) || matches!(c, '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

/// Whether `c` may occur in a document at all, literally or as a character reference.
pub(super) fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// Whether `text` consists of blanks only.
pub(super) fn is_blank(text: &str) -> bool {
    text.bytes().all(|b| CLASS[usize::from(b)] & BLANK != 0)
}
