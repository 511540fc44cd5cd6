//! Text and values that are not plain.

use super::{Parser, QUOTED_MAX, Step};
use crate::xml::NodeKind;
use crate::xml::chars::{BLANK, CLASS, PLAIN_TEXT, PLAIN_VALUE};
use crate::xml::chars::{is_blank, is_name, is_name_start, is_xml_char};
use crate::xml::error::ParseErrorKind;
use crate::xml::scan::spaces_end;

impl<'t> Parser<'t> {
    /// Appends an attribute value to the heap, normalised: blanks become spaces, references what they
    /// stand for.
    pub(super) fn value(&mut self, quote: u8) -> Step<()> {
        loop {
            self.plain_run(PLAIN_VALUE);
            let Some(b) = self.byte_at(self.at) else {
                return Err(ParseErrorKind::UnexpectedEnd {
                    inside: "an attribute value",
                });
            };
            match b {
                _ if b == quote => {
                    self.at += 1;
                    return Ok(());
                }
                b'"' | b'\'' => {
                    self.state.doc.heap().push(char::from(b));
                    self.at += 1;
                }
                b'<' => {
                    return Err(ParseErrorKind::Expected {
                        what: "the end of the value",
                    });
                }
                b'&' => self.reference()?,
                b'\t' | b'\n' => {
                    self.state.doc.heap().push(' ');
                    self.pass(self.at + 1);
                }
                b'\r' => {
                    self.state.doc.heap().push(' ');
                    self.pass(self.end_of_return());
                }
                _ => self.odd_char()?,
            }
        }
    }

    /// The end of a carriage return with the newline that may belong to it.
    fn end_of_return(&self) -> usize {
        match self.byte_at(self.at + 1) {
            Some(b'\n') => self.at + 2,
            Some(_) | None => self.at + 1,
        }
    }

    /// Text up to the next `<`, or the end.
    pub(super) fn character_data(&mut self, parent: u32) -> Step<()> {
        self.skip_newline_indent();
        if matches!(self.byte_at(self.at), Some(b'<') | None) {
            return Ok(());
        }
        let start = self.state.doc.heap().len();
        loop {
            self.plain_run(PLAIN_TEXT);
            match self.byte_at(self.at) {
                None | Some(b'<') => break,
                Some(b'&') => self.reference()?,
                Some(b']') => {
                    if self.rest().starts_with("]]>") {
                        return Err(ParseErrorKind::ForbiddenSequence("]]>"));
                    }
                    self.state.doc.heap().push(']');
                    self.at += 1;
                }
                Some(b'\r') => {
                    self.state.doc.heap().push('\n');
                    self.pass(self.end_of_return());
                }
                Some(_) => self.odd_char()?,
            }
        }
        if self.at >= self.bytes.len() && !self.last {
            return Err(ParseErrorKind::UnexpectedEnd {
                inside: "an element",
            });
        }
        if is_blank(&self.state.doc.heap()[start..]) {
            self.state.doc.heap().truncate(start);
        } else {
            self.room_for_node()?;
            self.state
                .doc
                .push_heap_content(parent, NodeKind::Text, start);
        }
        Ok(())
    }

    /// The usual thing between two tags is blanks alone; then they are skipped without being stored.
    fn skip_newline_indent(&mut self) {
        let (mut at, mut line) = (self.at, self.state.line);
        loop {
            match self.byte_at(at) {
                Some(b'\n') => {
                    line += 1;
                    at = spaces_end(self.bytes, at + 1);
                }
                Some(b) if CLASS[usize::from(b)] & BLANK != 0 => at += 1,
                Some(_) | None => break,
            }
        }
        if self.byte_at(at) == Some(b'<') {
            (self.at, self.state.line) = (at, line);
        }
    }

    /// `&lt;`, `&#10;` and the like: appends what it stands for.
    fn reference(&mut self) -> Step<()> {
        let start = self.at;
        let rest = &self.text[start + 1..];
        let Some(end) = rest.bytes().take(QUOTED_MAX).position(|b| b == b';') else {
            return Err(ParseErrorKind::Expected {
                what: "';' after a reference",
            });
        };
        let inner = &rest[..end];
        let c = match inner {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "quot" => '"',
            "apos" => '\'',
            _ => match inner.strip_prefix('#') {
                Some(digits) => character_reference(digits)?,
                None if is_whole_name(inner) => {
                    return Err(ParseErrorKind::UndefinedEntity(inner.to_owned()));
                }
                None => {
                    return Err(ParseErrorKind::Expected {
                        what: "a reference after '&'",
                    });
                }
            },
        };
        self.state.doc.heap().push(c);
        self.at = start + 1 + end + 1;
        Ok(())
    }

    /// A character that is neither plain nor markup: appended if XML allows it.
    fn odd_char(&mut self) -> Step<()> {
        let Some(c) = self.rest().chars().next() else {
            return Ok(());
        };
        if !is_xml_char(c) {
            return Err(ParseErrorKind::IllegalCharacter(u32::from(c)));
        }
        self.state.doc.heap().push(c);
        self.at += c.len_utf8();
        Ok(())
    }

    /// Appends all bytes of this class from here on to the heap.
    fn plain_run(&mut self, class: u8) {
        let end = self.end_of_run(self.at, class);
        // Newlines are plain in text, not in values. Both ends are character boundaries: a run ends at an ASCII or a leading byte.
        self.state.doc.heap().push_str(&self.text[self.at..end]);
        if class == PLAIN_TEXT {
            self.pass(end);
        } else {
            self.at = end;
        }
    }

    /// The end of the bytes of this class from `start` on.
    fn end_of_run(&self, start: usize, class: u8) -> usize {
        let mut end = start;
        let mut rest = &self.bytes[start..];
        // Eight at a time while all are of the class.
        while let Some((eight, others)) = rest.split_first_chunk::<8>()
            && eight
                .iter()
                .fold(class, |common, &b| common & CLASS[usize::from(b)])
                != 0
        {
            rest = others;
            end += 8;
        }
        let odd = rest
            .iter()
            .position(|&b| CLASS[usize::from(b)] & class == 0);
        end + odd.unwrap_or(rest.len())
    }
}

/// The character of `&#..;`, given what stands between `#` and `;`.
fn character_reference(digits: &str) -> Step<char> {
    let (digits, radix) = match digits.strip_prefix('x') {
        Some(hex) => (hex, 16),
        None => (digits, 10),
    };
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return Err(ParseErrorKind::BadCharacterReference);
    }
    u32::from_str_radix(digits, radix)
        .ok()
        .and_then(char::from_u32)
        .filter(|&c| is_xml_char(c))
        .ok_or(ParseErrorKind::BadCharacterReference)
}

fn is_whole_name(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(is_name_start) && chars.all(is_name)
}
