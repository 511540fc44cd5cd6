//! What can be wrong with a document, and how to say so.

use std::fmt;
use std::sync::Arc;

use super::versions::NAMES;
use super::{NO_SCHEMA, ROOT, nearest};
use crate::xml::{Document, Element};

/// One thing that is wrong with a document, with the place where it is to be repaired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What the document was read from.
    pub source: Arc<str>,
    /// Line of the element's start tag, from 1; 0 if the document was not read from a text.
    pub line: u32,
    /// Name of the element.
    pub element: String,
    /// The element's attribute `id`.
    pub id: Option<String>,
    /// The attribute it is about.
    pub attribute: Option<String>,
    /// What is wrong.
    pub kind: ProblemKind,
    /// What would be right there: names, or descriptions of values.
    pub expected: Vec<String>,
    /// The valid name or value most like the one found.
    pub nearest: Option<String>,
    /// The other schema versions in which the same thing is right, like `3.6 to 4.0`.
    pub allowed_in: Option<String>,
}

/// What can be wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// There is no schema of this name (`None`: the document names none).
    UnknownSchema {
        /// The name given.
        name: Option<String>,
    },
    /// The outermost element is another one than `cib`.
    WrongRoot,
    /// The element is in an XML namespace; none of the schemas has any.
    Namespace {
        /// The namespace.
        uri: String,
    },
    /// The attribute does not exist in this place.
    UnknownAttribute,
    /// The attribute's value is not of its kind.
    BadValue {
        /// The value.
        value: String,
    },
    /// The attribute or its value does not go together with other attributes of the element.
    Conflict {
        /// The value.
        value: String,
        /// The other attributes, as `name="value"`.
        with: Vec<String>,
    },
    /// Attributes are missing. `expected` has the ways to repair it; `attribute` is set if there is one.
    MissingAttribute,
    /// The element does not exist in this place.
    UnknownElement {
        /// Name of the element around it.
        parent: String,
    },
    /// The element exists in this place, but not in addition to what is there.
    ExcludedElement {
        /// Name of the element around it.
        parent: String,
        /// The attributes of the element around it that exclude it, as `name="value"`.
        by: Vec<String>,
    },
    /// There is one such element too many.
    RepeatedElement {
        /// Name of the element around it.
        parent: String,
    },
    /// The element exists in this place, but not after what stands before it.
    MisplacedElement {
        /// Name of the element around it.
        parent: String,
    },
    /// Elements are missing in the element. `expected` has the ways to repair it.
    MissingElement,
    /// There is text in the element.
    UnexpectedText {
        /// Its beginning.
        text: String,
    },
    /// The id is taken.
    DuplicateId {
        /// The id.
        value: String,
        /// Line of the first element that has it.
        first_line: u32,
    },
    /// Nothing in the document has the id that the attribute names.
    DanglingReference {
        /// The id.
        value: String,
    },
    /// The document is not valid, but the cause was not found.
    Unexplained,
}

impl Problem {
    /// A problem of `element`, with nothing said about what was expected.
    pub(super) fn new(source: &Arc<str>, element: Element<'_>, kind: ProblemKind) -> Problem {
        Problem {
            source: Arc::clone(source),
            line: element.line(),
            element: element.name().to_owned(),
            id: element.xml_id().map(str::to_owned),
            attribute: None,
            kind,
            expected: Vec::new(),
            nearest: None,
            allowed_in: None,
        }
    }

    /// A document that is no CIB.
    pub(super) fn wrong_root(doc: &Document) -> Problem {
        let source = Arc::from(doc.source());
        let mut problem = Problem::new(&source, doc.root_element(), ProblemKind::WrongRoot);
        problem.expected = vec![ROOT.to_owned()];
        problem
    }

    /// A document that is not valid for no known reason.
    pub(super) fn unexplained(doc: &Document) -> Problem {
        let source = Arc::from(doc.source());
        Problem::new(&source, doc.root_element(), ProblemKind::Unexplained)
    }

    /// A document that is to be checked with a schema that there is not. An empty name stands for none.
    pub(super) fn unknown_schema(doc: &Document, name: &str) -> Problem {
        let kind = ProblemKind::UnknownSchema {
            name: (!name.is_empty()).then(|| name.to_owned()),
        };
        let mut problem = Problem::new(&Arc::from(doc.source()), doc.root_element(), kind);
        problem.attribute = Some("validate-with".to_owned());
        problem.expected = vec![
            format!("one of {} to {}", NAMES[0], NAMES[NAMES.len() - 1]),
            NO_SCHEMA.to_owned(),
        ];
        // Newest first: who mistypes a version means a new one.
        problem.nearest = nearest::nearest(name, NAMES.iter().rev().copied()).map(str::to_owned);
        problem
    }
}

/// Most things listed in one message.
const MAX_LISTED: usize = 16;

impl fmt::Display for Problem {
    /// One line: `FILE:LINE: element NAME id="ID": what is wrong; what was expected`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        write!(f, ": element {}", self.element)?;
        if let Some(id) = &self.id {
            write!(f, " id=\"{id}\"")?;
        }
        f.write_str(": ")?;
        self.fmt_what(f)?;
        if let Some(nearest) = &self.nearest {
            write!(f, "; did you mean \"{nearest}\"?")?;
        }
        if let Some(versions) = &self.allowed_in {
            write!(f, "; allowed in schema {versions}")?;
        }
        Ok(())
    }
}

impl Problem {
    fn fmt_what(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let attribute = self.attribute.as_deref().unwrap_or_default();
        match &self.kind {
            ProblemKind::UnknownSchema { name: Some(name) } => {
                write!(f, "schema \"{name}\" is not known")?;
            }
            ProblemKind::UnknownSchema { name: None } => f.write_str("validate-with is missing")?,
            ProblemKind::WrongRoot => f.write_str("this is not a CIB")?,
            ProblemKind::Namespace { uri } => {
                write!(f, "namespace \"{uri}\" is not allowed")?;
            }
            ProblemKind::UnknownAttribute => write!(f, "unknown attribute \"{attribute}\"")?,
            ProblemKind::BadValue { value } => {
                write!(f, "invalid value {attribute}=\"{value}\"")?;
            }
            ProblemKind::Conflict { value, with } => {
                write!(f, "{attribute}=\"{value}\" does not go together with ")?;
                self.list(f, with, "and")?;
            }
            ProblemKind::MissingAttribute if self.attribute.is_some() => {
                return write!(f, "missing attribute \"{attribute}\"");
            }
            ProblemKind::MissingAttribute => {
                f.write_str("missing attributes")?;
            }
            ProblemKind::UnknownElement { parent } => {
                write!(f, "unknown element in \"{parent}\"")?;
            }
            ProblemKind::ExcludedElement { parent, by } => {
                write!(f, "not allowed in \"{parent}\" together with ")?;
                self.list(f, by, "and")?;
            }
            ProblemKind::RepeatedElement { parent } => {
                write!(f, "one too many in \"{parent}\"")?;
            }
            ProblemKind::MisplacedElement { parent } => {
                write!(f, "not allowed here in \"{parent}\"")?;
            }
            ProblemKind::MissingElement => f.write_str("incomplete content")?,
            ProblemKind::UnexpectedText { text } => write!(f, "unexpected text \"{text}\"")?,
            ProblemKind::DuplicateId { value, first_line } => {
                write!(f, "{attribute}=\"{value}\" is already taken")?;
                if *first_line > 0 {
                    write!(f, " in line {first_line}")?;
                }
            }
            ProblemKind::DanglingReference { value } => {
                // This says already what was expected.
                return write!(
                    f,
                    "{attribute}=\"{value}\" refers to nothing in the document"
                );
            }
            ProblemKind::Unexplained => f.write_str("not valid under the schema")?,
        }
        if !self.expected.is_empty() {
            f.write_str("; expected ")?;
            self.list(f, &self.expected, "or")?;
        }
        Ok(())
    }

    fn list(&self, f: &mut fmt::Formatter<'_>, items: &[String], last: &str) -> fmt::Result {
        for (index, item) in items.iter().take(MAX_LISTED).enumerate() {
            if index > 0 && index + 1 == items.len() {
                write!(f, " {last} ")?;
            } else if index > 0 {
                f.write_str(", ")?;
            }
            f.write_str(item)?;
        }
        if items.len() > MAX_LISTED {
            f.write_str(", ...")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}
