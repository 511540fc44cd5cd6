//! Text to document.
//!
//! The scanner is our own instead of a tokenizer crate's: the reference refuses every text that is not
//! well-formed to the letter (names, `<` in values, `--` in comments, `]]>` in text, duplicate attributes,
//! entities, characters), needs the line of each element and XML's value normalisation. A general pull
//! parser leaves most of these checks to its caller, and its events would have to be scanned again for them.
//!
//! One pass over valid UTF-8, by bytes; nesting is followed by the tree's own parent links. Text consisting
//! of blanks is dropped, as the reference does. Comments and instructions inside the root are kept, those
//! outside dropped, as the reference prints the root only. Entities other than XML's five are refused, and
//! so is a document type with an internal subset: nothing can expand.

use std::ops::Range;
use std::sync::Arc;

use super::chars::{BLANK, CLASS, NAME, NAME_START, PLAIN_TEXT, PLAIN_VALUE};
use super::chars::{is_blank, is_name, is_name_start, is_xml_char};
use super::error::{ParseError, ParseErrorKind};
use super::names::NameId;
use super::tree::{Document, NONE};
use super::view::NodeKind;
use super::{MAX_DEPTH, MAX_DOCUMENT_BYTES, MAX_NAMES, MAX_NODES};

/// Longest piece of a wrong input that is quoted in an error, in characters.
const QUOTED_MAX: usize = 64;

impl Document {
    /// Reads a document. `source` is what errors call it: a file name, `<string>`.
    ///
    /// UTF-8 is the rule; UTF-16 with a byte order mark and declared ISO-8859-1 and US-ASCII are
    /// understood too.
    ///
    /// # Errors
    /// Anything that is not well-formed XML, or beyond [`MAX_DOCUMENT_BYTES`], [`MAX_DEPTH`], [`MAX_NODES`] or
    /// [`MAX_NAMES`].
    pub fn parse(bytes: &[u8], source: &str) -> Result<Document, ParseError> {
        check_size(bytes, source)?;
        Document::parse_vec(bytes.to_vec(), source)
    }

    /// [`Document::parse`] for bytes that the document may keep. A large one is read faster so.
    ///
    /// # Errors
    /// Those of [`Document::parse`].
    pub fn parse_vec(bytes: Vec<u8>, source: &str) -> Result<Document, ParseError> {
        check_size(&bytes, source)?;
        match decode(bytes) {
            Ok(text) => parse_text(text, source),
            Err(Undecodable { before, kind }) => Err(error_at(&before, before.len(), source, kind)),
        }
    }
}

fn check_size(bytes: &[u8], source: &str) -> Result<(), ParseError> {
    if bytes.len() <= MAX_DOCUMENT_BYTES {
        return Ok(());
    }
    Err(ParseError {
        source: source.to_owned(),
        line: 1,
        column: 1,
        kind: ParseErrorKind::TooLarge {
            limit: MAX_DOCUMENT_BYTES,
        },
    })
}

/// Why bytes are no text, and the text before that.
struct Undecodable {
    before: String,
    kind: ParseErrorKind,
}

/// The input as UTF-8, without byte order mark.
fn decode(bytes: Vec<u8>) -> Result<String, Undecodable> {
    let at_start = |kind| Undecodable {
        before: String::new(),
        kind,
    };
    if let Some(rest) = bytes.strip_prefix(b"\xFF\xFE") {
        return decode_utf16(rest, u16::from_le_bytes).map_err(at_start);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFE\xFF") {
        return decode_utf16(rest, u16::from_be_bytes).map_err(at_start);
    }
    let (bytes, marked) = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
        Some(rest) => (rest.to_vec(), true),
        None => (bytes, false),
    };
    if !marked && let Some(name) = declared_encoding(&bytes) {
        let lower = name.to_ascii_lowercase();
        match lower.as_str() {
            "utf-8" | "utf8" | "us-ascii" | "ascii" => {}
            "iso-8859-1" | "latin1" | "iso-latin-1" | "iso8859-1" => {
                return Ok(bytes.iter().map(|&b| char::from(b)).collect());
            }
            _ => return Err(at_start(ParseErrorKind::UnknownEncoding(quoted(&name)))),
        }
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        Undecodable {
            before: String::from_utf8_lossy(valid).into_owned(),
            kind: ParseErrorKind::InvalidEncoding,
        }
    })
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

/// The error for byte `at` of `text`, with its line and column.
fn error_at(text: &str, at: usize, source: &str, kind: ParseErrorKind) -> ParseError {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let before = &text[..at];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let lines = count(before.as_bytes(), b'\n');
    ParseError {
        source: source.to_owned(),
        line: u32::try_from(lines + 1).unwrap_or(u32::MAX),
        column: u32::try_from(before[line_start..].chars().count() + 1).unwrap_or(u32::MAX),
        kind,
    }
}

fn quoted(text: &str) -> String {
    text.chars().take(QUOTED_MAX).collect()
}

/// How often a byte occurs.
fn count(bytes: &[u8], wanted: u8) -> usize {
    memchr::memchr_iter(wanted, bytes).count()
}

/// Whether `text` starts with a name. Names are short: comparing their first and last eight bytes, which may overlap, costs
/// less than a call.
fn starts_with(text: &[u8], name: &[u8]) -> bool {
    let Some(text) = text.get(..name.len()) else {
        return false;
    };
    match name.len() {
        0 => true,
        1 => text[0] == name[0],
        2 | 3 => {
            text.first_chunk::<2>() == name.first_chunk()
                && text.last_chunk::<2>() == name.last_chunk()
        }
        4..=7 => {
            text.first_chunk::<4>() == name.first_chunk()
                && text.last_chunk::<4>() == name.last_chunk()
        }
        8..=16 => {
            text.first_chunk::<8>() == name.first_chunk()
                && text.last_chunk::<8>() == name.last_chunk()
        }
        _ => text == name,
    }
}

fn parse_text(text: String, source: &str) -> Result<Document, ParseError> {
    let text = Arc::new(text);
    let mut parser = Parser {
        text: &text,
        bytes: text.as_bytes(),
        at: 0,
        line: 1,
        doc: Document::empty(source, Arc::clone(&text)),
        seen: Vec::new(),
        guesses: Guesses::new(),
    };
    match parser.document() {
        Ok(()) => {
            parser.doc.shrink();
            Ok(parser.doc)
        }
        Err(kind) => Err(error_at(&text, parser.at, source, kind)),
    }
}

struct Parser<'t> {
    text: &'t str,
    bytes: &'t [u8],
    /// The byte to look at next; on an error, where it is.
    at: usize,
    /// The line of that byte. At most 2^28 bytes of input.
    line: u32,
    doc: Document,
    /// For each name number, the last element that had an attribute of this name, plus 1.
    seen: Vec<u32>,
    guesses: Guesses,
}

/// Which names followed which last time: nearly always the ones that follow next time. A guess is compared with the text
/// before it is believed, so that it does not matter if two places share a slot.
struct Guesses {
    /// By element and the name in front.
    attributes: Vec<NameId>,
    /// By the element in front.
    elements: Vec<NameId>,
    last_element: NameId,
}

/// Far more than there are names in a usual document.
const GUESSES: usize = 1024;

impl Guesses {
    fn new() -> Guesses {
        Guesses {
            attributes: vec![NameId(0); GUESSES],
            elements: vec![NameId(0); GUESSES],
            last_element: NameId(0),
        }
    }

    /// What follows `before` in this element.
    fn attribute(&mut self, element: NameId, before: NameId) -> &mut NameId {
        let slot = element.0.wrapping_mul(37).wrapping_add(before.0);
        &mut self.attributes[slot as usize % GUESSES]
    }

    /// The next element.
    fn element(&mut self) -> &mut NameId {
        &mut self.elements[self.last_element.0 as usize % GUESSES]
    }
}

type Step<T> = Result<T, ParseErrorKind>;

impl<'t> Parser<'t> {
    fn document(&mut self) -> Step<()> {
        // As much as there is in a usual CIB, so that vectors rarely grow; room that is not touched costs nothing.
        let (tags, values) = (self.bytes.len() / 48, self.bytes.len() / 16);
        self.doc.reserve(tags.min(MAX_NODES), values);

        self.prolog()?;
        if self.at >= self.bytes.len() {
            return Err(ParseErrorKind::Empty);
        }
        self.root()?;
        self.epilog()
    }

    // ---- outside the root

    fn prolog(&mut self) -> Step<()> {
        if self.rest().starts_with("<?xml")
            && self
                .byte_at(self.at + 5)
                .is_some_and(|b| CLASS[usize::from(b)] & BLANK != 0)
        {
            let end = self.find("?>", "the XML declaration")?;
            self.pass(end + 2);
        }
        let mut doctype_seen = false;
        loop {
            self.skip_blanks();
            let rest = self.rest();
            if rest.is_empty() {
                return Ok(());
            } else if rest.starts_with("<!--") {
                self.comment(NONE)?;
            } else if rest.starts_with("<?") {
                self.instruction(NONE)?;
            } else if rest.starts_with("<!DOCTYPE") {
                if doctype_seen {
                    return Err(ParseErrorKind::Expected {
                        what: "the root element",
                    });
                }
                doctype_seen = true;
                self.doctype()?;
            } else if rest.starts_with('<') {
                return Ok(());
            } else {
                return Err(ParseErrorKind::TextOutsideRoot);
            }
        }
    }

    fn epilog(&mut self) -> Step<()> {
        loop {
            self.skip_blanks();
            let rest = self.rest();
            if rest.is_empty() {
                return Ok(());
            } else if rest.starts_with("<!--") {
                self.comment(NONE)?;
            } else if rest.starts_with("<?") {
                self.instruction(NONE)?;
            } else if rest.starts_with('<') {
                return Err(ParseErrorKind::SecondRoot);
            } else {
                return Err(ParseErrorKind::TextOutsideRoot);
            }
        }
    }

    /// `<!DOCTYPE name SYSTEM "..">`: skipped. One with an internal subset is refused.
    fn doctype(&mut self) -> Step<()> {
        self.at += "<!DOCTYPE".len();
        let mut quote = None;
        while let Some(b) = self.byte_at(self.at) {
            match quote {
                Some(open) if b == open => quote = None,
                Some(_) => {}
                None => match b {
                    b'"' | b'\'' => quote = Some(b),
                    b'[' => return Err(ParseErrorKind::InternalSubset),
                    b'>' => {
                        self.at += 1;
                        return Ok(());
                    }
                    b'<' => return Err(ParseErrorKind::Expected { what: "'>'" }),
                    _ => {}
                },
            }
            self.pass(self.at + 1);
        }
        Err(ParseErrorKind::UnexpectedEnd {
            inside: "the document type",
        })
    }

    // ---- the root and everything in it

    fn root(&mut self) -> Step<()> {
        let mut depth = 0u32;
        // The innermost open element.
        let mut open = NONE;
        loop {
            if open != NONE {
                self.character_data(open)?;
            }
            // Here: at '<', or at the end.
            match self.byte_at(self.at + 1) {
                None => {
                    self.at = self.bytes.len();
                    let inside = if open == NONE { "a tag" } else { "an element" };
                    return Err(ParseErrorKind::UnexpectedEnd { inside });
                }
                Some(b'/') if open != NONE => {
                    self.end_tag(open)?;
                    depth -= 1;
                    open = self.doc.parent_link(super::ElementId(open));
                }
                Some(b'!') if open != NONE => {
                    if self.rest().starts_with("<!--") {
                        self.comment(open)?;
                    } else if self.rest().starts_with("<![CDATA[") {
                        self.cdata(open)?;
                    } else {
                        return Err(ParseErrorKind::Expected {
                            what: "a comment or CDATA section",
                        });
                    }
                }
                Some(b'?') if open != NONE => self.instruction(open)?,
                Some(_) => {
                    let (element, closed) = self.start_tag()?;
                    if open != NONE {
                        self.doc.link_child(open, element);
                    }
                    if !closed {
                        depth += 1;
                        if depth > MAX_DEPTH {
                            return Err(ParseErrorKind::TooDeep { limit: MAX_DEPTH });
                        }
                        open = element;
                    }
                }
            }
            if open == NONE {
                return Ok(());
            }
        }
    }

    /// The number of the element, and whether the tag closed it (`/>`).
    fn start_tag(&mut self) -> Step<(u32, bool)> {
        let line = self.line;
        self.at += 1;
        let name = self.element_name()?;
        self.room_for_node()?;
        let element = self.doc.new_element(name, line);
        let mut before = name;
        loop {
            let blanks = self.skip_blanks();
            match self.byte_at(self.at) {
                None => return Err(ParseErrorKind::UnexpectedEnd { inside: "a tag" }),
                Some(b'>') => {
                    self.at += 1;
                    self.doc.end_attrs(element);
                    return Ok((element, false));
                }
                Some(b'/') => {
                    if self.byte_at(self.at + 1) != Some(b'>') {
                        return Err(ParseErrorKind::Expected { what: "'>'" });
                    }
                    self.at += 2;
                    self.doc.end_attrs(element);
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
        let guess = *self.guesses.element();
        if let Some(after) = self.is_next(guess)
            && (matches!(after, b'>' | b'/') || CLASS[usize::from(after)] & BLANK != 0)
        {
            self.at += self.doc.name_text(guess).len();
            self.guesses.last_element = guess;
            return Ok(guess);
        }
        let name = self.name("an element name")?;
        let name = self.doc.intern(name);
        self.check_names()?;
        *self.guesses.element() = name;
        self.guesses.last_element = name;
        Ok(name)
    }

    /// The byte after a name, if that is what stands here.
    // Millions of calls from one place.
    #[inline(always)]
    fn is_next(&self, name: NameId) -> Option<u8> {
        if self.doc.name_count() == 0 {
            return None;
        }
        let name = self.doc.name_text(name).as_bytes();
        let rest = &self.bytes[self.at..];
        let after = *rest.get(name.len())?;
        starts_with(rest, name).then_some(after)
    }

    /// Returns the name. `before`: the name of the attribute in front of it, or of the element.
    fn attribute(&mut self, element: u32, owner: NameId, before: NameId) -> Step<NameId> {
        let name_at = self.at;
        let name_id = self.attribute_name(owner, before)?;
        let slot = name_id.0 as usize;
        if slot >= self.seen.len() {
            self.seen.resize(slot + 1, 0);
        }
        if self.seen[slot] == element + 1 {
            self.at = name_at;
            let name = quoted(self.doc.name_text(name_id));
            return Err(ParseErrorKind::DuplicateAttribute(name));
        }
        self.seen[slot] = element + 1;

        let quote = self.value_start()?;
        match self.plain_value(quote) {
            Some(value) => {
                self.at = value.end + 1;
                self.doc.push_parsed_attr(name_id, value);
            }
            None => {
                let start = self.doc.heap().len();
                self.value(quote)?;
                self.doc.push_heap_attr(name_id, start);
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
        let guess = *self.guesses.attribute(owner, before);
        if self.is_next(guess) == Some(b'=') {
            self.at += self.doc.name_text(guess).len();
            return Ok(guess);
        }
        let name = self.name("an attribute name")?;
        let name_id = self.doc.intern(name);
        self.check_names()?;
        *self.guesses.attribute(owner, before) = name_id;
        Ok(name_id)
    }

    /// Where the value from here to `quote` stands, if it is in the text as it is to be read and to be printed:
    /// without references, blanks that become spaces, and what is printed with an escape.
    fn plain_value(&self, quote: u8) -> Option<Range<usize>> {
        let mut end = self.at;
        loop {
            end = self.end_of_run(end, PLAIN_VALUE);
            match self.byte_at(end)? {
                b if b == quote => return Some(self.at..end),
                b'\'' => end += 1,
                _ => return None,
            }
        }
    }

    /// Appends an attribute value to the heap, normalised: blanks become spaces, references what they
    /// stand for.
    fn value(&mut self, quote: u8) -> Step<()> {
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
                    self.doc.heap().push(char::from(b));
                    self.at += 1;
                }
                b'<' => {
                    return Err(ParseErrorKind::Expected {
                        what: "the end of the value",
                    });
                }
                b'&' => self.reference()?,
                b'\t' | b'\n' => {
                    self.doc.heap().push(' ');
                    self.pass(self.at + 1);
                }
                b'\r' => {
                    self.doc.heap().push(' ');
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
    fn character_data(&mut self, parent: u32) -> Step<()> {
        self.skip_newline_indent();
        if matches!(self.byte_at(self.at), Some(b'<') | None) {
            return Ok(());
        }
        let start = self.doc.heap().len();
        loop {
            self.plain_run(PLAIN_TEXT);
            match self.byte_at(self.at) {
                None | Some(b'<') => break,
                Some(b'&') => self.reference()?,
                Some(b']') => {
                    if self.rest().starts_with("]]>") {
                        return Err(ParseErrorKind::ForbiddenSequence("]]>"));
                    }
                    self.doc.heap().push(']');
                    self.at += 1;
                }
                Some(b'\r') => {
                    self.doc.heap().push('\n');
                    self.pass(self.end_of_return());
                }
                Some(_) => self.odd_char()?,
            }
        }
        if is_blank(&self.doc.heap()[start..]) {
            self.doc.heap().truncate(start);
        } else {
            self.room_for_node()?;
            self.doc.push_heap_content(parent, NodeKind::Text, start);
        }
        Ok(())
    }

    /// The usual thing between two tags is blanks alone; then they are skipped without being stored.
    fn skip_newline_indent(&mut self) {
        let (mut at, mut line) = (self.at, self.line);
        loop {
            // Indentation goes by eights.
            while self.bytes.get(at..at + 8) == Some(b"        ") {
                at += 8;
            }
            match self.byte_at(at) {
                Some(b'\n') => line += 1,
                Some(b) if CLASS[usize::from(b)] & BLANK != 0 => {}
                Some(_) | None => break,
            }
            at += 1;
        }
        if self.byte_at(at) == Some(b'<') {
            (self.at, self.line) = (at, line);
        }
    }

    fn end_tag(&mut self, open: u32) -> Step<()> {
        let tag_at = self.at;
        self.at += 2;
        let open_name = self.doc.name(super::ElementId(open));
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

    /// `<!-- .. -->`, kept if `parent` is an element.
    fn comment(&mut self, parent: u32) -> Step<()> {
        self.at += 4;
        let content_at = self.at;
        let end = self.find("--", "a comment")?;
        if self.byte_at(end + 2) != Some(b'>') {
            self.at = end;
            return Err(ParseErrorKind::ForbiddenSequence("--"));
        }
        self.keep(parent, NodeKind::Comment, content_at, end)?;
        self.pass(end + 3);
        Ok(())
    }

    fn cdata(&mut self, parent: u32) -> Step<()> {
        self.at += "<![CDATA[".len();
        let content_at = self.at;
        let end = self.find("]]>", "a CDATA section")?;
        self.keep(parent, NodeKind::CData, content_at, end)?;
        self.pass(end + 3);
        Ok(())
    }

    /// `<?target .. ?>`, kept if `parent` is an element.
    fn instruction(&mut self, parent: u32) -> Step<()> {
        self.at += 2;
        let content_at = self.at;
        let target = self.name("the target of a processing instruction")?;
        if target.eq_ignore_ascii_case("xml") {
            self.at = content_at;
            return Err(ParseErrorKind::ForbiddenSequence("<?xml"));
        }
        if !self.rest().starts_with("?>") && !self.skip_blanks() {
            return Err(self.expected("a blank or '?>'", "a processing instruction"));
        }
        let end = self.find("?>", "a processing instruction")?;
        self.keep(parent, NodeKind::Instruction, content_at, end)?;
        self.pass(end + 2);
        Ok(())
    }

    /// Stores the text between two bytes as a node, with line ends as newlines, after checking it.
    fn keep(&mut self, parent: u32, kind: NodeKind, from: usize, to: usize) -> Step<()> {
        let content = &self.text[from..to];
        if let Some((at, c)) = content.char_indices().find(|&(_, c)| !is_xml_char(c)) {
            self.at = from + at;
            return Err(ParseErrorKind::IllegalCharacter(u32::from(c)));
        }
        if parent == NONE {
            return Ok(());
        }
        self.room_for_node()?;
        if content.contains('\r') {
            let start = self.doc.heap().len();
            let content = content.replace("\r\n", "\n").replace('\r', "\n");
            self.doc.heap().push_str(&content);
            self.doc.push_heap_content(parent, kind, start);
        } else {
            self.doc.push_parsed_content(parent, kind, from..to);
        }
        Ok(())
    }

    // ---- pieces

    fn room_for_node(&self) -> Step<()> {
        if self.doc.node_count() >= MAX_NODES {
            return Err(ParseErrorKind::TooManyNodes { limit: MAX_NODES });
        }
        Ok(())
    }

    fn check_names(&self) -> Step<()> {
        if self.doc.name_count() > MAX_NAMES {
            return Err(ParseErrorKind::TooManyNames { limit: MAX_NAMES });
        }
        Ok(())
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
        self.doc.heap().push(c);
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
        self.doc.heap().push(c);
        self.at += c.len_utf8();
        Ok(())
    }

    /// Appends all bytes of this class from here on to the heap.
    fn plain_run(&mut self, class: u8) {
        let end = self.end_of_run(self.at, class);
        // Newlines are plain in text, not in values. Both ends are character boundaries: a run ends at an ASCII or a leading byte.
        self.doc.heap().push_str(&self.text[self.at..end]);
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

    fn name(&mut self, what: &'static str) -> Step<&'t str> {
        let start = self.at;
        let mut end = start;
        match self.byte_at(start) {
            None => return Err(ParseErrorKind::UnexpectedEnd { inside: "a tag" }),
            Some(b) if CLASS[usize::from(b)] & NAME_START != 0 => end += 1,
            Some(b) if b.is_ascii() => return Err(ParseErrorKind::Expected { what }),
            Some(_) => match self.rest().chars().next() {
                Some(c) if is_name_start(c) => end += c.len_utf8(),
                _ => return Err(ParseErrorKind::Expected { what }),
            },
        }
        while let Some(b) = self.byte_at(end) {
            if CLASS[usize::from(b)] & NAME != 0 {
                end += 1;
            } else if b.is_ascii() {
                break;
            } else {
                match self.text[end..].chars().next() {
                    Some(c) if is_name(c) => end += c.len_utf8(),
                    _ => break,
                }
            }
        }
        self.at = end;
        Ok(&self.text[start..end])
    }

    /// Whether there were any.
    fn skip_blanks(&mut self) -> bool {
        let start = self.at;
        while let Some(b) = self.byte_at(self.at)
            && CLASS[usize::from(b)] & BLANK != 0
        {
            self.line += u32::from(b == b'\n');
            self.at += 1;
        }
        self.at > start
    }

    /// Where `wanted` is next.
    fn find(&mut self, wanted: &str, inside: &'static str) -> Step<usize> {
        match self.rest().find(wanted) {
            Some(offset) => Ok(self.at + offset),
            None => {
                self.at = self.bytes.len();
                Err(ParseErrorKind::UnexpectedEnd { inside })
            }
        }
    }

    fn expected(&self, what: &'static str, inside: &'static str) -> ParseErrorKind {
        if self.at >= self.bytes.len() {
            ParseErrorKind::UnexpectedEnd { inside }
        } else {
            ParseErrorKind::Expected { what }
        }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn byte_at(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    /// Goes on to the byte `end`, with whatever lines are passed.
    fn pass(&mut self, end: usize) {
        self.line += count(&self.bytes[self.at..end], b'\n') as u32;
        self.at = end;
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
