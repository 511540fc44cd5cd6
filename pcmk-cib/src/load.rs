//! Reading a document from a file, compressed or not.
//!
//! Text nodes are dropped, as the reference does with files (behaviour notes 06 §9.1). Both the file and
//! what it decompresses to are bounded, so a small file cannot fill the memory.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use bzip2::read::MultiBzDecoder;

use crate::xml::{Document, ParseError, ParseErrorKind, ReadError};

/// Why a file gave no document.
#[derive(Debug)]
#[non_exhaustive]
pub enum LoadError {
    /// The file could not be opened or read.
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The compressed data is damaged.
    Decompress {
        /// The file.
        path: PathBuf,
        /// What the decompressor says.
        error: io::Error,
    },
    /// The (decompressed) text is larger than [`MAX_DOCUMENT_BYTES`](crate::xml::MAX_DOCUMENT_BYTES).
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The limit, in bytes.
        limit: usize,
    },
    /// The text is not XML.
    Parse(ParseError),
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoadError::Read { path, error } => {
                write!(f, "could not read {}: {error}", path.display())
            }
            LoadError::Decompress { path, error } => {
                write!(f, "could not decompress {}: {error}", path.display())
            }
            LoadError::TooLarge { path, limit } => {
                write!(f, "{} holds more than {limit} bytes", path.display())
            }
            LoadError::Parse(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for LoadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            LoadError::Read { error, .. } | LoadError::Decompress { error, .. } => Some(error),
            LoadError::TooLarge { .. } => None,
            LoadError::Parse(error) => Some(error),
        }
    }
}

impl From<ParseError> for LoadError {
    fn from(error: ParseError) -> LoadError {
        LoadError::Parse(error)
    }
}

/// Reads the document in a file. A name that ends in `.bz2` means compressed data.
///
/// # Errors
/// See [`LoadError`].
pub fn read_file(path: impl AsRef<Path>) -> Result<Document, LoadError> {
    let path = path.as_ref();
    let file = File::open(path).map_err(|error| LoadError::Read {
        path: path.to_owned(),
        error,
    })?;
    let expected = file.metadata().map_or(0, |about| about.len());
    read_from(file, expected, path)
}

/// Reads the document in a file that is open, see [`read_file`]; `size` is that of the file.
pub(crate) fn read_from(file: impl Read, size: u64, path: &Path) -> Result<Document, LoadError> {
    let expected = usize::try_from(size).unwrap_or(usize::MAX);
    let source = path.to_string_lossy();
    let packed = is_compressed(path);
    let read = match packed {
        true => Document::read(MultiBzDecoder::new(file), expected, &source),
        false => Document::read(file, expected, &source),
    };
    let path = || path.to_owned();
    let mut doc = read.map_err(|error| match error {
        ReadError::Source(error) if packed => LoadError::Decompress {
            path: path(),
            error,
        },
        ReadError::Source(error) => LoadError::Read {
            path: path(),
            error,
        },
        ReadError::Parse(error) => match error.kind {
            ParseErrorKind::TooLarge { limit } => LoadError::TooLarge {
                path: path(),
                limit,
            },
            _ => LoadError::Parse(error),
        },
    })?;
    doc.strip_text();
    Ok(doc)
}

/// Whether the content of a file of this name is compressed.
pub(crate) fn is_compressed(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "bz2")
}

/// Reads the document in bytes that came from a file or standard input. `source` is their name in errors.
///
/// # Errors
/// [`LoadError::Parse`] only.
pub fn read_bytes(bytes: &[u8], source: &str) -> Result<Document, LoadError> {
    let mut doc = Document::parse(bytes, source)?;
    doc.strip_text();
    Ok(doc)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// A file that lives as long as the value.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str, bytes: &[u8]) -> Scratch {
            let name = format!("pcmk-cib-load-{}-{name}", std::process::id());
            let path = std::env::temp_dir().join(name);
            std::fs::write(&path, bytes).expect("temporary directory is writable");
            Scratch(path)
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = std::fs::remove_file(&self.0);
        }
    }

    #[test]
    fn plain_and_compressed() {
        let text = b"<cib>text<a/></cib>";
        let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        encoder.write_all(text).expect("in memory");
        let packed = encoder.finish().expect("in memory");
        for scratch in [
            Scratch::new("plain.xml", text),
            Scratch::new("packed.xml.bz2", &packed),
        ] {
            let doc = read_file(&scratch.0).expect("good file");
            assert_eq!(doc.root_element().to_string(), "<cib><a/></cib>");
        }
        let cut = Scratch::new("cut.bz2", &packed[..packed.len() / 2]);
        assert!(matches!(
            read_file(&cut.0),
            Err(LoadError::Decompress { .. })
        ));
        let not_packed = Scratch::new("plain.bz2", text);
        assert!(matches!(
            read_file(&not_packed.0),
            Err(LoadError::Decompress { .. })
        ));
        let bad = Scratch::new("bad.xml", b"<cib>");
        assert!(matches!(read_file(&bad.0), Err(LoadError::Parse(_))));
        assert!(matches!(
            read_file("/nonexistent/cib.xml"),
            Err(LoadError::Read { .. })
        ));
    }
}
