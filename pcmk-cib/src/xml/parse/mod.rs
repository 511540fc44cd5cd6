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

mod ahead;
mod attribute_names;
mod markup;
mod tag;
mod text;
mod values;

use super::chars::{BLANK, CLASS, NAME, NAME_START};
use super::chars::{is_name, is_name_start};
use super::error::ParseErrorKind;
use super::guess::Guesses;
use super::tree::{Document, NONE, Sizes};
use super::{MAX_DEPTH, MAX_DOCUMENT_BYTES, MAX_NAMES, MAX_NODES};
use ahead::Ahead;
pub(super) use ahead::Progress;
use attribute_names::AttributeNames;
use values::Values;

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
    values: Values,
    /// Where the next thing begins.
    line: u32,
    /// The innermost open element, and how many are open.
    open: u32,
    depth: u32,
    guesses: Guesses,
    /// The names of the attributes of the element that is being read.
    attribute_names: AttributeNames,
    /// Nodes, attributes and bytes of values that have memory.
    ahead: [Ahead; 3],
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
    values: usize,
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
            values: Values::with_capacity(expected / 2),
            line: 1,
            open: NONE,
            depth: 0,
            guesses: Guesses::new(),
            attribute_names: AttributeNames::default(),
            ahead: Default::default(),
        }
    }

    /// The line of what comes next, from 1.
    pub(super) fn line(&self) -> u32 {
        self.line
    }

    /// Provides memory for what is read next.
    pub(super) fn provide(&mut self, progress: Progress) {
        let [nodes, attributes, values] = &mut self.ahead;
        nodes.provide(progress, self.doc.nodes.len(), self.doc.nodes.room());
        attributes.provide(progress, self.doc.values.len(), self.doc.values.room());
        values.provide(progress, self.values.len(), self.values.room());
    }

    pub(super) fn finish(self) -> Step<Document> {
        let mut doc = self.doc;
        let values = self.values.into_text();
        doc.finish(values.ok_or(ParseErrorKind::InvalidEncoding)?);
        Ok(doc)
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
            values: state.values.len(),
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
            values: self.state.values.len(),
        };
    }

    /// The state as it was when the last thing was finished.
    pub(super) fn rewound(self) -> State {
        let Parser {
            mark, mut state, ..
        } = self;
        state.doc.truncate(mark.sizes);
        state.values.rewind(mark.values);
        state.line = mark.line;
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

    fn root(&mut self) -> Step<()> {
        loop {
            let open = self.state.open;
            if open != NONE {
                self.character_data(open)?;
                // A text is linked to its element by now: it must not be rewound.
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
                    let tag = self.start_tag()?;
                    if !tag.closed && self.state.depth >= MAX_DEPTH {
                        return Err(ParseErrorKind::TooDeep { limit: MAX_DEPTH });
                    }
                    let attributes = (tag.shape, tag.start);
                    let element = self
                        .state
                        .doc
                        .add_element(open, tag.name, attributes, tag.line);
                    if !tag.closed {
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
