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

use super::chars::{BLANK, CLASS, NAME, NAME_START, PLAIN_TEXT, PLAIN_VALUE};
use super::chars::{is_blank, is_name, is_name_start, is_xml_char};
use super::error::ParseErrorKind;
use super::guess::{Guesses, starts_with};
use super::names::NameId;
use super::tree::{Document, NONE, Sizes};
use super::view::NodeKind;
use super::{MAX_DEPTH, MAX_DOCUMENT_BYTES, MAX_NAMES, MAX_NODES};

/// Longest piece of a wrong input that is quoted in an error, in characters.
const QUOTED_MAX: usize = 64;

/// Longest thing that must be seen as a whole to tell what it is: `<![CDATA[`, `<!DOCTYPE`.
pub(super) const LOOK_AHEAD: usize = 16;

pub(super) fn quoted(text: &str) -> String {
    text.chars().take(QUOTED_MAX).collect()
}

/// How often a byte occurs.
pub(super) fn count(bytes: &[u8], wanted: u8) -> usize {
    memchr::memchr_iter(wanted, bytes).count()
}

/// What is known of a document so far.
pub(super) struct State {
    stage: Stage,
    doc: Document,
    /// Values that are printed as they are.
    plain: String,
    /// Where the next thing begins.
    line: u32,
    /// The innermost open element, and how many are open.
    open: u32,
    depth: u32,
    /// For each name number, the last element that had an attribute of this name, plus 1.
    seen: Vec<u32>,
    guesses: Guesses,
}

#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Start,
    Prolog { doctype: bool },
    Root,
    Epilog,
}

/// A place between two things, up to which all is finished.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    pub(super) at: usize,
    line: u32,
    sizes: Sizes,
    plain: usize,
}

impl State {
    /// `expected`: bytes that there will be.
    pub(super) fn new(source: &str, expected: usize) -> State {
        let expected = expected.min(MAX_DOCUMENT_BYTES);
        let mut doc = Document::empty(source);
        // As much as there is in a usual CIB, so that vectors rarely grow; room that is not touched costs nothing.
        doc.reserve(expected / 128, expected / 24);
        State {
            stage: Stage::Start,
            doc,
            plain: String::with_capacity(expected / 2),
            line: 1,
            open: NONE,
            depth: 0,
            seen: Vec::new(),
            guesses: Guesses::new(),
        }
    }

    pub(super) fn finish(self) -> Document {
        let mut doc = self.doc;
        doc.finish(self.plain);
        doc
    }
}

/// The parser in one window of the text.
pub(super) struct Parser<'t> {
    text: &'t str,
    bytes: &'t [u8],
    /// No more text comes after this.
    pub(super) last: bool,
    /// The byte to look at next; on an error, where it is.
    pub(super) at: usize,
    /// What is finished.
    pub(super) mark: Mark,
    pub(super) state: State,
}

type Step<T> = Result<T, ParseErrorKind>;

impl<'t> Parser<'t> {
    pub(super) fn new(text: &'t str, last: bool, state: State) -> Parser<'t> {
        let mark = Mark {
            at: 0,
            line: state.line,
            sizes: state.doc.sizes(),
            plain: state.plain.len(),
        };
        Parser {
            text,
            bytes: text.as_bytes(),
            last,
            at: 0,
            mark,
            state,
        }
    }

    /// Everything up to here is finished.
    fn finished(&mut self) {
        self.mark = Mark {
            at: self.at,
            line: self.state.line,
            sizes: self.state.doc.sizes(),
            plain: self.state.plain.len(),
        };
    }

    /// The state as it was when the last thing was finished.
    pub(super) fn rewound(self) -> State {
        let Parser {
            mark, mut state, ..
        } = self;
        state.doc.truncate(mark.sizes);
        state.plain.truncate(mark.plain);
        state.line = mark.line;
        // Numbers of elements are given out again.
        for last in &mut state.seen {
            if *last as usize > mark.sizes.nodes {
                *last = 0;
            }
        }
        state
    }

    /// Goes on to the end of the document. Every error may be one because the window ends, unless it is the last.
    pub(super) fn run(&mut self) -> Step<()> {
        if self.state.stage == Stage::Start {
            self.declaration()?;
            self.state.stage = Stage::Prolog { doctype: false };
            self.finished();
        }
        while let Stage::Prolog { doctype } = self.state.stage {
            self.state.stage = self.prolog(doctype)?;
            self.finished();
        }
        if self.state.stage == Stage::Root {
            self.root()?;
            self.state.stage = Stage::Epilog;
            self.finished();
        }
        while self.epilog()? {
            self.finished();
        }
        Ok(())
    }

    /// Makes sure that what comes next can be told.
    fn look_ahead(&self) -> Step<()> {
        if !self.last && self.bytes.len() - self.at < LOOK_AHEAD {
            return Err(ParseErrorKind::UnexpectedEnd {
                inside: "the document",
            });
        }
        Ok(())
    }

    // ---- outside the root

    fn declaration(&mut self) -> Step<()> {
        self.look_ahead()?;
        if self.rest().starts_with("<?xml")
            && self
                .byte_at(self.at + 5)
                .is_some_and(|b| CLASS[usize::from(b)] & BLANK != 0)
        {
            let end = self.find("?>", "the XML declaration")?;
            self.pass(end + 2);
        }
        Ok(())
    }

    /// One thing in front of the root. Returns what comes next.
    fn prolog(&mut self, doctype: bool) -> Step<Stage> {
        self.skip_blanks();
        self.look_ahead()?;
        let rest = self.rest();
        if rest.is_empty() {
            return Err(ParseErrorKind::Empty);
        } else if rest.starts_with("<!--") {
            self.comment(NONE)?;
        } else if rest.starts_with("<?") {
            self.instruction(NONE)?;
        } else if rest.starts_with("<!DOCTYPE") {
            if doctype {
                return Err(ParseErrorKind::Expected {
                    what: "the root element",
                });
            }
            self.doctype()?;
            return Ok(Stage::Prolog { doctype: true });
        } else if rest.starts_with('<') {
            return Ok(Stage::Root);
        } else {
            return Err(ParseErrorKind::TextOutsideRoot);
        }
        Ok(Stage::Prolog { doctype })
    }

    /// One thing after the root. Returns whether there may be more.
    fn epilog(&mut self) -> Step<bool> {
        self.skip_blanks();
        self.look_ahead()?;
        let rest = self.rest();
        if rest.is_empty() {
            return Ok(false);
        } else if rest.starts_with("<!--") {
            self.comment(NONE)?;
        } else if rest.starts_with("<?") {
            self.instruction(NONE)?;
        } else if rest.starts_with('<') {
            return Err(ParseErrorKind::SecondRoot);
        } else {
            return Err(ParseErrorKind::TextOutsideRoot);
        }
        Ok(true)
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
        loop {
            let open = self.state.open;
            if open != NONE {
                self.character_data(open)?;
                self.finished();
            }
            self.look_ahead()?;
            // Here: at '<', or at the end.
            match self.byte_at(self.at + 1) {
                None => {
                    self.at = self.bytes.len();
                    let inside = if open == NONE { "a tag" } else { "an element" };
                    return Err(ParseErrorKind::UnexpectedEnd { inside });
                }
                Some(b'/') if open != NONE => {
                    self.end_tag(open)?;
                    self.state.depth -= 1;
                    self.state.open = self.state.doc.parent_link(super::ElementId(open));
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
                    if !closed && self.state.depth >= MAX_DEPTH {
                        return Err(ParseErrorKind::TooDeep { limit: MAX_DEPTH });
                    }
                    if open != NONE {
                        self.state.doc.link_child(open, element);
                    }
                    if !closed {
                        self.state.depth += 1;
                        self.state.open = element;
                    }
                }
            }
            self.finished();
            if self.state.open == NONE {
                return Ok(());
            }
        }
    }

    /// The number of the element, and whether the tag closed it (`/>`).
    fn start_tag(&mut self) -> Step<(u32, bool)> {
        let line = self.state.line;
        self.at += 1;
        let name = self.element_name()?;
        self.room_for_node()?;
        let element = self.state.doc.new_element(name, line);
        let mut before = name;
        loop {
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
        let guess = *self.state.guesses.element();
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
        *self.state.guesses.element() = name;
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

    /// Returns the name. `before`: the name of the attribute in front of it, or of the element.
    fn attribute(&mut self, element: u32, owner: NameId, before: NameId) -> Step<NameId> {
        let name_at = self.at;
        let name_id = self.attribute_name(owner, before)?;
        let slot = name_id.0 as usize;
        if slot >= self.state.seen.len() {
            self.state.seen.resize(slot + 1, 0);
        }
        if self.state.seen[slot] == element + 1 {
            self.at = name_at;
            let name = quoted(self.state.doc.name_text(name_id));
            return Err(ParseErrorKind::DuplicateAttribute(name));
        }
        self.state.seen[slot] = element + 1;

        let quote = self.value_start()?;
        match self.plain_value(quote) {
            Some(value) => {
                self.at = value.end + 1;
                let value = self.copied(value);
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
        let guess = *self.state.guesses.attribute(owner, before);
        if self.is_next(guess) == Some(b'=') {
            self.at += self.state.doc.name_text(guess).len();
            return Ok(guess);
        }
        let name = self.name("an attribute name")?;
        let name_id = self.state.doc.intern(name);
        self.check_names()?;
        *self.state.guesses.attribute(owner, before) = name_id;
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
    fn character_data(&mut self, parent: u32) -> Step<()> {
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
            (self.at, self.state.line) = (at, line);
        }
    }

    fn end_tag(&mut self, open: u32) -> Step<()> {
        let tag_at = self.at;
        self.at += 2;
        let open_name = self.state.doc.name(super::ElementId(open));
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
            let start = self.state.doc.heap().len();
            let content = content.replace("\r\n", "\n").replace('\r', "\n");
            self.state.doc.heap().push_str(&content);
            self.state.doc.push_heap_content(parent, kind, start);
        } else {
            let content = self.copied(from..to);
            self.state.doc.push_parsed_content(parent, kind, content);
        }
        Ok(())
    }

    /// Keeps a part of the text; returns where.
    #[inline(always)]
    fn copied(&mut self, part: Range<usize>) -> Range<usize> {
        let start = self.state.plain.len();
        self.state.plain.push_str(&self.text[part]);
        start..self.state.plain.len()
    }

    // ---- pieces

    fn room_for_node(&self) -> Step<()> {
        if self.state.doc.node_count() >= MAX_NODES {
            return Err(ParseErrorKind::TooManyNodes { limit: MAX_NODES });
        }
        Ok(())
    }

    fn check_names(&self) -> Step<()> {
        if self.state.doc.name_count() > MAX_NAMES {
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
            self.state.line += u32::from(b == b'\n');
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
        self.state.line += count(&self.bytes[self.at..end], b'\n') as u32;
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
