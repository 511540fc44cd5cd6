//! Tags.

use std::ops::Range;

use super::{Parser, Step, quoted};
use crate::xml::ElementId;
use crate::xml::chars::{BLANK, CLASS};
use crate::xml::error::ParseErrorKind;
use crate::xml::guess::starts_with;
use crate::xml::names::NameId;
use crate::xml::scan::plain_value_end;
use crate::xml::shapes::ShapeId;
use crate::xml::tree::NONE;

/// The start tag of an element; its values were added.
pub(super) struct StartTag {
    pub(super) name: NameId,
    pub(super) shape: ShapeId,
    /// Where its values begin.
    pub(super) start: usize,
    pub(super) line: u32,
    /// It closed the element, too (`/>`).
    pub(super) closed: bool,
}

impl<'t> Parser<'t> {
    pub(super) fn start_tag(&mut self) -> Step<StartTag> {
        let line = self.state.line;
        self.at += 1;
        let before = self.state.guesses.last_element;
        let name = self.element_name()?;
        self.room_for_node()?;
        let start = self.state.doc.value_count();
        let shape = *self.state.guesses.shape(name, before);
        let names = self.state.doc.shapes.span(shape);
        let mut known = names.start;
        while known < names.end {
            let attribute = self.state.doc.shapes.name_at(known);
            if self.usual_attribute(attribute).is_none() {
                break;
            }
            known += 1;
        }
        let as_guessed = match known == names.end {
            true => self.tag_end(),
            false => None,
        };
        let (shape, closed) = match as_guessed {
            Some(closed) => (shape, closed),
            None => {
                let known = known - names.start;
                let found = self.unusual_attributes(name, shape, known)?;
                *self.state.guesses.shape(name, before) = found.0;
                found
            }
        };
        Ok(StartTag {
            name,
            shape,
            start,
            line,
            closed,
        })
    }

    /// Goes on to the end of the tag, if that is next; whether it closes the element.
    #[inline]
    fn tag_end(&mut self) -> Option<bool> {
        let closed = match self.byte_at(self.at)? {
            b'>' => false,
            b'/' if self.byte_at(self.at + 1) == Some(b'>') => true,
            _ => return None,
        };
        self.at += 1 + usize::from(closed);
        Some(closed)
    }

    /// The rest of a tag that is not what was guessed, or ends earlier: the first `known` attributes are those of the shape
    /// `guess`. Returns the shape that it is, and whether the tag closed the element.
    fn unusual_attributes(
        &mut self,
        owner: NameId,
        guess: ShapeId,
        known: usize,
    ) -> Step<(ShapeId, bool)> {
        let mut names = std::mem::take(&mut self.state.attribute_names);
        names.start_with(&self.state.doc.shapes.names(guess)[..known]);
        let mut before = names.last().unwrap_or(owner);
        let closed = loop {
            let usual = *self.state.guesses.attribute(owner, before);
            if !names.has(usual) && self.usual_attribute(usual).is_some() {
                names.push(usual);
                before = usual;
                continue;
            }
            let blanks = self.skip_blanks();
            if let Some(closed) = self.tag_end() {
                break closed;
            }
            match self.byte_at(self.at) {
                None => return Err(ParseErrorKind::UnexpectedEnd { inside: "a tag" }),
                Some(b'/') => return Err(ParseErrorKind::Expected { what: "'>'" }),
                Some(_) if !blanks => {
                    return Err(ParseErrorKind::Expected {
                        what: "a blank, '>' or '/>'",
                    });
                }
                Some(_) => {
                    let name_at = self.at;
                    let name = self.attribute_name(owner, before)?;
                    if names.has(name) {
                        self.at = name_at;
                        let name = quoted(self.state.doc.name_text(name));
                        return Err(ParseErrorKind::DuplicateAttribute(name));
                    }
                    self.attribute_value(name)?;
                    names.push(name);
                    before = name;
                }
            }
        };
        let shape = self.state.doc.shapes_mut().of(names.all());
        self.state.attribute_names = names;
        Ok((shape, closed))
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

    /// An attribute of this name as nearly all are.
    // Millions of calls from one place.
    #[inline(always)]
    fn usual_attribute(&mut self, name: NameId) -> Option<()> {
        let (value, end) = self.state.values.attribute(name, self.bytes, self.at)?;
        self.state.doc.push_value(value);
        self.at = end;
        Some(())
    }

    /// Any attribute's value, with all between the name and it.
    fn attribute_value(&mut self, name: NameId) -> Step<()> {
        let quote = self.value_start()?;
        match self.plain_value(quote) {
            Some(value) => {
                self.at = value.end + 1;
                let value = self.state.values.keep_value(name, self.bytes, value);
                self.state.doc.push_value(value);
            }
            None => {
                let start = self.state.doc.heap().len();
                self.value(quote)?;
                self.state.doc.push_heap_value(start);
            }
        }
        Ok(())
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
        self.state.values.learn(name_id, name);
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
