//! Why a text is not an XML document.

use std::fmt;

/// Why a text was refused, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// What the text was called by the caller: a file name, or `<string>`.
    pub source: String,
    /// Line of the offending place, from 1.
    pub line: u32,
    /// Column of the offending place in characters, from 1.
    pub column: u32,
    /// What is wrong there.
    pub kind: ParseErrorKind,
}

/// What can be wrong with a text that should be XML.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParseErrorKind {
    /// Nothing but blanks.
    Empty,
    /// More bytes than [`super::MAX_DOCUMENT_BYTES`].
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// Elements nested deeper than [`super::MAX_DEPTH`].
    TooDeep {
        /// The limit, in levels.
        limit: u32,
    },
    /// More nodes than [`super::MAX_NODES`].
    TooManyNodes {
        /// The limit.
        limit: usize,
    },
    /// More different names than [`super::MAX_NAMES`].
    TooManyNames {
        /// The limit.
        limit: usize,
    },
    /// The bytes are not valid in the document's encoding.
    InvalidEncoding,
    /// The XML declaration names an encoding that is not supported.
    UnknownEncoding(String),
    /// The text ends inside something.
    UnexpectedEnd {
        /// What was being read.
        inside: &'static str,
    },
    /// Something else than what must stand here.
    Expected {
        /// What must stand here.
        what: &'static str,
    },
    /// A character that XML does not allow at all, by its code point.
    IllegalCharacter(u32),
    /// An end tag that does not close the innermost open element.
    MismatchedEndTag {
        /// Name of the open element.
        open: String,
        /// Name in the end tag.
        found: String,
    },
    /// An attribute given twice in one tag.
    DuplicateAttribute(String),
    /// A reference to an entity other than the five of XML.
    UndefinedEntity(String),
    /// A document type with an internal subset: entities are never defined nor expanded.
    InternalSubset,
    /// A character reference that names no character.
    BadCharacterReference,
    /// Text before or after the root element.
    TextOutsideRoot,
    /// A second root element.
    SecondRoot,
    /// `]]>` in text, or `--` in a comment.
    ForbiddenSequence(&'static str),
}

impl fmt::Display for ParseErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ParseErrorKind::Empty => f.write_str("document is empty"),
            ParseErrorKind::TooLarge { limit } => {
                write!(f, "document is larger than {limit} bytes")
            }
            ParseErrorKind::TooDeep { limit } => {
                write!(f, "elements are nested deeper than {limit} levels")
            }
            ParseErrorKind::TooManyNodes { limit } => {
                write!(
                    f,
                    "document has more than {limit} elements, comments and texts"
                )
            }
            ParseErrorKind::TooManyNames { limit } => {
                write!(f, "document has more than {limit} different names")
            }
            ParseErrorKind::InvalidEncoding => f.write_str("bytes are not valid in the encoding"),
            ParseErrorKind::UnknownEncoding(name) => write!(f, "unsupported encoding '{name}'"),
            ParseErrorKind::UnexpectedEnd { inside } => {
                write!(f, "document ends unexpectedly inside {inside}")
            }
            ParseErrorKind::Expected { what } => write!(f, "expected {what}"),
            ParseErrorKind::IllegalCharacter(code) => {
                write!(f, "character U+{code:04X} is not allowed in XML")
            }
            ParseErrorKind::MismatchedEndTag { open, found } => {
                write!(f, "element '{open}' is closed by end tag '{found}'")
            }
            ParseErrorKind::DuplicateAttribute(name) => {
                write!(f, "attribute '{name}' is given twice")
            }
            ParseErrorKind::UndefinedEntity(name) => write!(f, "entity '{name}' is not defined"),
            ParseErrorKind::InternalSubset => {
                f.write_str("document type with internal declarations is not supported")
            }
            ParseErrorKind::BadCharacterReference => {
                f.write_str("character reference does not name a character")
            }
            ParseErrorKind::TextOutsideRoot => f.write_str("text outside of the root element"),
            ParseErrorKind::SecondRoot => f.write_str("more than one root element"),
            ParseErrorKind::ForbiddenSequence(sequence) => {
                write!(f, "'{sequence}' is not allowed here")
            }
        }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}:{}: {}",
            self.source, self.line, self.column, self.kind
        )
    }
}

impl std::error::Error for ParseError {}
