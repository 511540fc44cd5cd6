//! Where documents come from: bytes in memory, or a source that is read piece by piece.
//!
//! The text comes in windows of some hundred kilobytes, which stay in the processor's cache: memory that is touched for
//! the first time costs more than parsing what is in it. Between two things (a tag, a comment, a run of text) everything
//! is finished; where a window ends inside of one, it is begun again in the next window.

use std::io::{self, Read};

use super::MAX_DOCUMENT_BYTES;
use super::encoding::{Undecodable, decode, is_plain_utf8};
use super::error::{ParseError, ParseErrorKind};
use super::parse::{LOOK_AHEAD, Parser, Progress, State, count};
use super::tree::Document;

/// Text that is looked at at once while a document is read.
const WINDOW: usize = 1 << 18;

/// Size of a document from which on memory is provided ahead.
const LARGE: usize = 16 * WINDOW;

/// Why a document could not be read from somewhere.
#[derive(Debug)]
pub enum ReadError {
    /// The source failed.
    Source(io::Error),
    /// It is no document.
    Parse(ParseError),
}

impl Document {
    /// Reads a document. `source` is what errors call it: a file name, `<string>`.
    ///
    /// UTF-8 is the rule; UTF-16 with a byte order mark and declared ISO-8859-1 and US-ASCII are
    /// understood too.
    ///
    /// # Errors
    /// Anything that is not well-formed XML, or beyond [`MAX_DOCUMENT_BYTES`], [`MAX_DEPTH`](super::MAX_DEPTH), [`MAX_NODES`](super::MAX_NODES) or
    /// [`MAX_NAMES`](super::MAX_NAMES).
    pub fn parse(bytes: &[u8], source: &str) -> Result<Document, ParseError> {
        if bytes.len() > MAX_DOCUMENT_BYTES {
            return Err(too_large(source));
        }
        match decode(bytes) {
            Ok(text) => parse_text(&text, source),
            Err(Undecodable { before, kind }) => {
                Err(Place::default().error(&before, before.len(), source, kind))
            }
        }
    }

    /// [`Document::parse`] for what comes out of `input`, of which only a piece is in memory at any time. `expected` is
    /// about how many bytes there will be.
    ///
    /// # Errors
    /// Those of [`Document::parse`], and those of `input`.
    pub fn read(input: impl Read, expected: usize, source: &str) -> Result<Document, ReadError> {
        read_in_windows(input, expected, source, WINDOW)
    }

    /// [`Document::read`] with another size of the piece, in bytes. A piece grows where one thing, as a comment, is longer.
    ///
    /// # Errors
    /// Those of [`Document::read`].
    pub fn read_by(
        input: impl Read,
        expected: usize,
        source: &str,
        piece: usize,
    ) -> Result<Document, ReadError> {
        read_in_windows(input, expected, source, piece)
    }
}

fn too_large(source: &str) -> ParseError {
    ParseError {
        source: source.to_owned(),
        line: 1,
        column: 1,
        kind: ParseErrorKind::TooLarge {
            limit: MAX_DOCUMENT_BYTES,
        },
    }
}

/// How far a text was read that is not in memory any more.
#[derive(Clone, Copy, Default)]
struct Place {
    lines: usize,
    /// Characters after the last line break.
    column: usize,
}

impl Place {
    /// The place after `text`, which was read here.
    fn after(self, text: &str) -> Place {
        let line = self.lines + count(text.as_bytes(), b'\n') + 1;
        self.gone_on(text, u32::try_from(line).unwrap_or(u32::MAX))
    }

    /// The same if it is known in which line that is, from 1.
    fn gone_on(self, text: &str, line: u32) -> Place {
        let line_start = text.rfind('\n').map(|newline| newline + 1);
        let chars = text[line_start.unwrap_or(0)..].chars().count();
        Place {
            lines: line.saturating_sub(1) as usize,
            column: chars + if line_start.is_some() { 0 } else { self.column },
        }
    }

    /// The error for byte `at` of `text`, which begins here.
    fn error(self, text: &str, at: usize, source: &str, kind: ParseErrorKind) -> ParseError {
        let mut at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let place = self.after(&text[..at]);
        ParseError {
            source: source.to_owned(),
            line: u32::try_from(place.lines + 1).unwrap_or(u32::MAX),
            column: u32::try_from(place.column + 1).unwrap_or(u32::MAX),
            kind,
        }
    }
}

/// Text is parsed as it comes. Where the parser cannot go on, what it has finished is dropped from the window and more is
/// read; only when there is no more is an error one. A window grows if nothing was finished in it.
fn read_in_windows(
    mut input: impl Read,
    expected: usize,
    source: &str,
    window: usize,
) -> Result<Document, ReadError> {
    let mut bytes = vec![0; window.max(LOOK_AHEAD)];
    let mut filled = 0;
    let mut total = 0;
    let mut place = Place::default();
    let mut state = State::new(source, expected);
    loop {
        let mut ended = false;
        while filled < bytes.len() && !ended {
            match input.read(&mut bytes[filled..]) {
                Ok(0) => ended = true,
                Ok(more) => {
                    filled += more;
                    total += more;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(ReadError::Source(error)),
            }
        }
        if total > MAX_DOCUMENT_BYTES {
            return Err(ReadError::Parse(too_large(source)));
        }
        let have = &bytes[..filled];
        if total == filled && !is_plain_utf8(have) {
            let mut all = have.to_vec();
            input
                .take((MAX_DOCUMENT_BYTES + 1) as u64)
                .read_to_end(&mut all)
                .map_err(ReadError::Source)?;
            return Document::parse(&all, source).map_err(ReadError::Parse);
        }
        // A character may be cut at the end of the window.
        let (text, broken) = match simdutf8::basic::from_utf8(have) {
            Ok(text) => (text, false),
            Err(_) => valid_start(have, ended),
        };
        let mut parser = Parser::new(text, ended && !broken, state);
        let result = parser.run();
        let (at, finished) = (parser.at, parser.mark.at);
        match result {
            Ok(()) => {
                let finished = parser.state.finish();
                return finished
                    .map_err(|kind| ReadError::Parse(place.error(text, at, source, kind)));
            }
            Err(kind) if parser.last => {
                return Err(ReadError::Parse(place.error(text, at, source, kind)));
            }
            // What is wrong in front of the broken character comes first, if that is not just that there is no more.
            Err(_) if broken && finished == 0 => {
                let kind = ParseErrorKind::InvalidEncoding;
                return Err(ReadError::Parse(place.error(
                    text,
                    text.len(),
                    source,
                    kind,
                )));
            }
            Err(_) => state = parser.rewound(),
        }
        place = place.gone_on(&text[..finished], state.line());
        if expected >= LARGE {
            let (read, next) = (total - (filled - finished), bytes.len());
            let rest = expected.saturating_sub(read);
            state.provide(Progress { read, next, rest });
        }
        bytes.copy_within(finished..filled, 0);
        filled -= finished;
        if finished == 0 {
            bytes.resize(2 * bytes.len(), 0);
        }
    }
}

/// The beginning of a text that is valid, and whether there is more than a cut character after it.
fn valid_start(bytes: &[u8], ended: bool) -> (&str, bool) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (text, false),
        Err(error) => {
            let valid = std::str::from_utf8(&bytes[..error.valid_up_to()]);
            let broken = ended || error.error_len().is_some();
            (valid.unwrap_or_default(), broken)
        }
    }
}

fn parse_text(text: &str, source: &str) -> Result<Document, ParseError> {
    let mut parser = Parser::new(text, true, State::new(source, text.len()));
    let result = parser.run();
    let at = parser.at;
    result
        .and_then(|()| parser.state.finish())
        .map_err(|kind| Place::default().error(text, at, source, kind))
}
