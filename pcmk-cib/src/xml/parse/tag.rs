//! Tags.

use std::ops::Range;

use super::{Parser, Step, quoted};
use crate::xml::ElementId;
use crate::xml::chars::{BLANK, CLASS};
use crate::xml::error::ParseErrorKind;
use crate::xml::guess::starts_with;
use crate::xml::names::NameId;
use crate::xml::scan::plain_value_end;
use crate::xml::tree::NONE;

impl<'t> Parser<'t> {
    /// The number of the element, and whether the tag closed it (`/>`).
    pub(super) fn start_tag(&mut self) -> Step<(u32, bool)> {
        let line = self.state.line;
        self.at += 1;
        let name = self.element_name()?;
        self.room_for_node()?;
        let element = self.state.doc.new_element(name, line);
        let mut before = name;
        loop {
            if let Some(usual) = self.usual_attribute(element, name, before) {
                before = usual;
                continue;
            }
            let blanks = self.skip_blanks();
            match self.byte_at(self.at) {
                None => return Err(ParseErrorKind::UnexpectedEnd { inside: "a tag" }),
                Some(b'>') => {
                    self.at += 1;
                    self.state.doc.end_attrs(element);
                    return Ok((element, false));
                }
                Some(b'/') => {
                    if self.byte_at(self.at + 1) != Some(b'>') {
                        return Err(ParseErrorKind::Expected { what: "'>'" });
                    }
                    self.at += 2;
                    self.state.doc.end_attrs(element);
                    return Ok((element, true));
                }
                Some(_) if !blanks => {
                    return Err(ParseErrorKind::Expected {
                        what: "a blank, '>' or '/>'",
                    });
                }
                Some(_) => before = self.attribute(element, name, before)?,
            }
        }
    }

    fn element_name(&mut self) -> Step<NameId> {
        let parent = match self.state.open {
            NONE => NameId(0),
            open => self.state.doc.name_of(open),
        };
        let guess = *self.state.guesses.element(parent);
        if let Some(after) = self.is_next(guess)
            && (matches!(after, b'>' | b'/') || CLASS[usize::from(after)] & BLANK != 0)
        {
            self.at += self.state.doc.name_text(guess).len();
            self.state.guesses.last_element = guess;
            return Ok(guess);
        }
        let name = self.name("an element name")?;
        let name = self.state.doc.intern(name);
        self.check_names()?;
        *self.state.guesses.element(parent) = name;
        self.state.guesses.last_element = name;
        Ok(name)
    }

    /// The byte after a name, if that is what stands here.
    // Millions of calls from one place.
    #[inline(always)]
    fn is_next(&self, name: NameId) -> Option<u8> {
        if self.state.doc.name_count() == 0 {
            return None;
        }
        let name = self.state.doc.name_text(name).as_bytes();
        let rest = &self.bytes[self.at..];
        let after = *rest.get(name.len())?;
        starts_with(rest, name).then_some(after)
    }

    /// An attribute as nearly all are: a space, the name that came here last time, a plain value. Returns the name.
    // Millions of calls from one place.
    #[inline(always)]
    fn usual_attribute(&mut self, element: u32, owner: NameId, before: NameId) -> Option<NameId> {
        if self.byte_at(self.at) != Some(b' ') {
            return None;
        }
        let name = *self.state.guesses.attribute(owner, before);
        let word = self.state.guesses.word(name);
        let start = self.at + 1 + word.stands_at(self.bytes, self.at + 1)?;
        let end = plain_value_end(self.bytes, start);
        if self.byte_at(end) != Some(b'"') || self.state.values.is_repeated(name, element) {
            return None;
        }
        let value = self.state.values.keep_value(name, self.bytes, start..end);
        self.state.doc.push_parsed_attr(name, value);
        self.at = end + 1;
        Some(name)
    }

    /// Any attribute, from its name on. Returns the name. `before`: the name of the attribute in front of it, or of the
    /// element.
    fn attribute(&mut self, element: u32, owner: NameId, before: NameId) -> Step<NameId> {
        let name_at = self.at;
        let name_id = self.attribute_name(owner, before)?;
        if self.state.values.is_repeated(name_id, element) {
            self.at = name_at;
            let name = quoted(self.state.doc.name_text(name_id));
            return Err(ParseErrorKind::DuplicateAttribute(name));
        }
        let quote = self.value_start()?;
        match self.plain_value(quote) {
            Some(value) => {
                self.at = value.end + 1;
                let value = self.state.values.keep_value(name_id, self.bytes, value);
                self.state.doc.push_parsed_attr(name_id, value);
            }
            None => {
                let start = self.state.doc.heap().len();
                self.value(quote)?;
                self.state.doc.push_heap_attr(name_id, start);
            }
        }
        Ok(name_id)
    }

    /// From the end of the name to the value; returns its quote.
    fn value_start(&mut self) -> Step<u8> {
        // The usual case at once.
        if let Some([b'=', quote @ (b'"' | b'\'')]) = self.bytes.get(self.at..self.at + 2) {
            self.at += 2;
            return Ok(*quote);
        }
        self.skip_blanks();
        if self.byte_at(self.at) != Some(b'=') {
            return Err(self.expected("'='", "a tag"));
        }
        self.at += 1;
        self.skip_blanks();
        let quote = match self.byte_at(self.at) {
            Some(quote @ (b'"' | b'\'')) => quote,
            _ => return Err(self.expected("a quoted value", "a tag")),
        };
        self.at += 1;
        Ok(quote)
    }

    fn attribute_name(&mut self, owner: NameId, before: NameId) -> Step<NameId> {
        let name = self.name("an attribute name")?;
        let name_id = self.state.doc.intern(name);
        self.check_names()?;
        self.state.guesses.learn(name_id, name);
        *self.state.guesses.attribute(owner, before) = name_id;
        Ok(name_id)
    }

    /// Where the value from here to `quote` stands, if it is in the text as it is to be read and to be printed:
    /// without references, blanks that become spaces, and what is printed with an escape.
    fn plain_value(&self, quote: u8) -> Option<Range<usize>> {
        let mut end = self.at;
        loop {
            end = plain_value_end(self.bytes, end);
            match self.byte_at(end)? {
                b if b == quote => return Some(self.at..end),
                b'\'' => end += 1,
                _ => return None,
            }
        }
    }

    pub(super) fn end_tag(&mut self, open: u32) -> Step<()> {
        let tag_at = self.at;
        self.at += 2;
        let open_name = self.state.doc.name(ElementId(open));
        // The usual case without scanning for the name's end.
        let rest = &self.bytes[self.at..];
        let matches = starts_with(rest, open_name.as_bytes())
            && rest
                .get(open_name.len())
                .is_some_and(|&b| b == b'>' || CLASS[usize::from(b)] & BLANK != 0);
        if matches {
            self.at += open_name.len();
        } else {
            let open_name = quoted(open_name);
            let found = self.name("an element name")?;
            self.at = tag_at;
            return Err(ParseErrorKind::MismatchedEndTag {
                open: open_name,
                found: quoted(found),
            });
        }
        self.skip_blanks();
        if self.byte_at(self.at) != Some(b'>') {
            return Err(self.expected("'>'", "a tag"));
        }
        self.at += 1;
        Ok(())
    }
}
