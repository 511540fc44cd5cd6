//! A CIB in a file: what `CIB_file` and `CIB_shadow` give.
//!
//! The file is read and checked when the client signs on, and written when it signs off, if anything was done
//! to it. The reference writes into the old file, and clients rely on that: pcs keeps its file open and reads from
//! there what became of it. So do we, but first the new content is written to a file beside it. If writing into the old
//! file fails (a full disk) that file takes its place; after a crash in the middle, it is there with all of the content. Where
//! there can be no file beside it (no right to write in the directory, no regular file) we write into it at once.
//!
//! Source: behaviour notes 06 §2.1, §5, §8.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bzip2::Compression;
use bzip2::write::BzEncoder;

use super::access::{AccessError, CibAccess, Reply};
use super::choose::Place;
use super::error::StoreError;
use super::fs::{FileSystem, WriteFile};
use super::live::LiveDirectory;
use super::session::{Client, Session};
use crate::load::{self, LoadError};
use crate::op::Request;
use crate::validate;
use crate::xml::{Document, PrintStyle, print_chunks};

/// How to write if the file turns out to be the cluster's own `cib.xml`.
pub struct LiveWriter {
    /// The cluster's directory.
    pub directory: LiveDirectory,
    /// Whether the user may write it: root and hacluster. For others nothing is written, silently.
    pub may_write: bool,
}

/// A CIB in a file.
pub struct FileCib {
    files: Arc<dyn FileSystem>,
    session: Session,
    place: Place,
    /// `None`: read from standard input, not written anywhere.
    path: Option<PathBuf>,
    live: Option<LiveWriter>,
}

impl FileCib {
    /// Signs on to the CIB in `place`, which must be a file or a working copy.
    pub fn open(
        files: Arc<dyn FileSystem>,
        place: Place,
        client: Client,
        live: Option<LiveWriter>,
    ) -> Result<FileCib, StoreError> {
        let path = match &place {
            Place::File(path) | Place::Shadow { path, .. } => path.clone(),
            Place::Memory | Place::StandardInput | Place::Remote { .. } | Place::Local => {
                return Err(StoreError::Missing {
                    path: PathBuf::new(),
                    error: io::Error::from(io::ErrorKind::NotFound),
                });
            }
        };
        let doc = read_cib(&*files, &path)?;
        Ok(FileCib {
            files,
            session: Session::new(doc, client),
            place,
            path: Some(path),
            live,
        })
    }

    /// Signs on to a CIB that came through standard input.
    pub fn of_bytes(bytes: &[u8], client: Client) -> Result<FileCib, StoreError> {
        let path = PathBuf::from("-");
        let doc = checked(load::read_bytes(bytes, "-"), &path)?;
        Ok(FileCib {
            files: Arc::new(super::fs::SystemFiles),
            session: Session::new(doc, client),
            place: Place::StandardInput,
            path: None,
            live: None,
        })
    }

    fn write(&self, path: &Path) -> Result<(), StoreError> {
        let doc = &self.session.doc;
        if let Some(live) = &self.live {
            let same = match (self.files.canonical(path), live.directory.canonical_file()) {
                (Ok(ours), Some(theirs)) => ours == theirs,
                (_, _) => false,
            };
            if same && live.may_write {
                return live.directory.write(doc, self.session.client.now);
            }
            if same {
                return Ok(());
            }
        }
        write_file(&*self.files, path, doc)
    }
}

impl CibAccess for FileCib {
    fn view(&mut self) -> Result<Arc<Document>, AccessError> {
        Ok(Arc::clone(&self.session.doc))
    }

    fn perform(&mut self, request: &Request) -> Result<Reply, AccessError> {
        self.session.perform(request)
    }

    fn begin(&mut self) -> Result<(), AccessError> {
        self.session.begin()
    }

    fn commit(&mut self) -> Result<Reply, AccessError> {
        self.session.commit()
    }

    fn discard(&mut self) {
        self.session.discard();
    }

    fn sign_off(&mut self) -> Result<(), AccessError> {
        if let Some(path) = &self.path
            && self.session.written
        {
            self.write(path)?;
            self.session.written = false;
        }
        Ok(())
    }

    fn place(&self) -> &Place {
        &self.place
    }
}

/// Reads a CIB from a file and checks it against its schema. A missing `status` is added.
pub fn read_cib(files: &dyn FileSystem, path: &Path) -> Result<Document, StoreError> {
    let status = files.status(path).map_err(|error| StoreError::Missing {
        path: path.to_owned(),
        error,
    })?;
    let file = files.open(path).map_err(|error| StoreError::Unusable {
        path: path.to_owned(),
        what: error.to_string(),
    })?;
    checked(load::read_from(file, status.size, path), path)
}

fn checked(read: Result<Document, LoadError>, path: &Path) -> Result<Document, StoreError> {
    let unusable = |what: String| StoreError::Unusable {
        path: path.to_owned(),
        what,
    };
    let mut doc = read.map_err(|error| unusable(error.to_string()))?;
    let root = doc.root_element();
    if root.name() == "cib" && root.child("status").is_none() {
        let root = doc.root();
        doc.append(root, "status");
    }
    let schema = doc.root_element().attr("validate-with").unwrap_or("");
    match validate::is_valid(&doc, schema) {
        true => Ok(doc),
        false => Err(unusable(format!("not valid under schema '{schema}'"))),
    }
}

/// Writes a document to a file; compressed if the name ends in `.bz2`. After an error the file is as it was before, unless
/// the disk failed for good: then the new content is in a file beside it, `.NAME.` and six characters.
pub fn write_file(files: &dyn FileSystem, path: &Path, doc: &Document) -> Result<(), StoreError> {
    let io_error = |path: &Path| {
        let path = path.to_owned();
        move |error| StoreError::Io { path, error }
    };
    let target = files.canonical(path).unwrap_or_else(|_| path.to_owned());
    let status = files.status(&target).ok();
    if status.is_none_or(|status| status.is_file) {
        let dir = target.parent().unwrap_or(Path::new(""));
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let fresh = dir.join(files.fresh_name(&format!(".{name}.")));
        let opened = files.create_scratch(&fresh, 0o666).and_then(|mut file| {
            if let Some(status) = status {
                let prepared = file
                    .set_owner(status.owner)
                    .and_then(|()| file.set_mode(status.mode));
                if let Err(error) = prepared {
                    let _ = files.remove(&fresh);
                    return Err(error);
                }
            }
            Ok(file)
        });
        match opened {
            Ok(file) => {
                if let Err(error) = put(file, path, doc) {
                    let _ = files.remove(&fresh);
                    return Err(io_error(path)(error));
                }
                if status.is_some() && files.copy_into(&fresh, &target).is_ok() {
                    // It is not needed any more, and does no harm.
                    let _ = files.remove(&fresh);
                    return Ok(());
                }
                files.rename(&fresh, &target).map_err(io_error(path))?;
                return files.sync_dir(dir).map_err(io_error(path));
            }
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {}
            Err(error) => return Err(io_error(path)(error)),
        }
    }
    let file = files.overwrite(&target).map_err(io_error(path))?;
    put(file, path, doc).map_err(io_error(path))
}

fn put(mut file: Box<dyn WriteFile>, path: &Path, doc: &Document) -> io::Result<()> {
    let root = doc.root_element();
    if load::is_compressed(path) {
        // The level is the reference's block size.
        let mut encoder = BzEncoder::new(Sink(&mut *file), Compression::new(5));
        print_chunks(root, PrintStyle::Pretty, |chunk| encoder.write_all(chunk))?;
        encoder.finish()?;
    } else {
        print_chunks(root, PrintStyle::Pretty, |chunk| file.write_all(chunk))?;
    }
    file.sync()
}

/// A file as what the compressor writes to.
struct Sink<'f>(&'f mut dyn WriteFile);

impl Write for Sink<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
