//! The cluster's own directory: the CIB with its digest, backups, recovery.
//!
//! Order of a write: check the present file; link it as a backup; write the new file and its digest under
//! other names, sync, read back; rename the file, then the digest; sync the directory. So at every moment either
//! `cib.xml` matches its digest, or the newest backup is what was last acknowledged.
//!
//! Between the two renames file and digest do not match. Recovery then goes back to the newest backup, which is
//! the version before: nobody was told of the new one yet. If the second rename fails while the program lives on,
//! the old file is put back at once.
//!
//! Source: behaviour notes 06 §5.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pcmk_core::time::{DateTime, ctime};

use super::error::StoreError;
use super::fs::{FileSystem, Owner};
use crate::load;
use crate::op::empty;
use crate::patch::{CibVersion, VERSION_ATTRIBUTES, on_disk_digest};
use crate::xml::{Document, PrintStyle, print_chunks};

/// Backups that are kept; numbers start again at 0 after the last one.
const BACKUPS: u32 = 100;

/// Permission bits of the files.
const FILE_MODE: u32 = 0o600;

/// Permission bits of directories in which damaged files are put aside.
const ASIDE_MODE: u32 = 0o700;

const FILE: &str = "cib.xml";
const SIGNATURE: &str = "cib.xml.sig";
const SEQUENCE: &str = "cib.last";

/// The directory in which the cluster keeps its CIB.
#[derive(Clone)]
pub struct LiveDirectory {
    files: Arc<dyn FileSystem>,
    dir: PathBuf,
    /// To whom files are given; `None`: they stay the writer's.
    owner: Option<Owner>,
}

/// What recovery found.
#[derive(Debug)]
pub struct Recovered {
    /// The CIB, with an empty status.
    pub doc: Document,
    /// Where it came from.
    pub from: RecoveredFrom,
    /// Where the damaged files are now.
    pub aside: Option<PathBuf>,
    /// Whether the directory may be written: not if damaged files could not be put aside.
    pub may_write: bool,
    /// Why newer files were not used, in order.
    pub problems: Vec<StoreError>,
}

/// Where a recovered CIB came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecoveredFrom {
    /// `cib.xml`.
    File,
    /// A backup of this name.
    Backup(String),
    /// Nowhere: it is new and empty.
    Nothing,
}

impl LiveDirectory {
    /// The directory `dir`, whose files are given to `owner`.
    pub fn new(files: Arc<dyn FileSystem>, dir: PathBuf, owner: Option<Owner>) -> LiveDirectory {
        LiveDirectory { files, dir, owner }
    }

    /// The path of `cib.xml` without symbolic links, if it exists.
    pub fn canonical_file(&self) -> Option<PathBuf> {
        self.files.canonical(&self.dir.join(FILE)).ok()
    }

    /// Reads and checks `cib.xml`.
    pub fn read(&self) -> Result<Document, StoreError> {
        self.read_checked(FILE, SIGNATURE)
    }

    fn read_checked(&self, file: &str, signature: &str) -> Result<Document, StoreError> {
        let path = self.dir.join(file);
        let bytes = self.files.read(&path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => StoreError::Missing {
                path: path.clone(),
                error,
            },
            _ => StoreError::Io {
                path: path.clone(),
                error,
            },
        })?;
        let doc = load::read_bytes(&bytes, &path.to_string_lossy()).map_err(|error| {
            StoreError::Corrupt {
                path: path.clone(),
                what: error.to_string(),
            }
        })?;
        let modified = || StoreError::Modified { path: path.clone() };
        let expected = match self.files.read(&self.dir.join(signature)) {
            Ok(expected) => expected,
            // Accepted; the administrator may have restored the file alone.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(doc),
            Err(_) => return Err(modified()),
        };
        let found = on_disk_digest(doc.root_element());
        match expected.eq_ignore_ascii_case(found.as_bytes()) {
            true => Ok(doc),
            false => Err(modified()),
        }
    }

    /// Writes the CIB: without status, with `num_updates` 0 and `now` as the time of writing.
    ///
    /// When this returns without error the CIB is on disk; after an error what was written before is still
    /// there, or what was to be written is there in full.
    pub fn write(&self, doc: &Document, now: DateTime) -> Result<(), StoreError> {
        match self.read() {
            Ok(_) => {}
            Err(StoreError::Missing { .. }) => {
                // A digest without its file would speak against the new one.
                self.remove_if_there(&self.dir.join(SIGNATURE))
                    .map_err(|error| self.save_error(SIGNATURE, error))?;
            }
            Err(error @ StoreError::Modified { .. }) => return Err(error),
            Err(
                StoreError::Corrupt { path, .. }
                | StoreError::Io { path, .. }
                | StoreError::Unusable { path, .. }
                | StoreError::Backup { path, .. }
                | StoreError::Save { path, .. }
                | StoreError::NotAsWritten { path },
            ) => return Err(StoreError::Modified { path }),
            Err(StoreError::NoDirectory) => return Err(StoreError::NoDirectory),
        }
        let backup = self.back_up()?;

        let mut doc = doc.clone();
        let root = doc.root();
        doc.set_attr(root, "num_updates", "0");
        doc.set_attr(root, "cib-last-written", &ctime(now.epoch(), now.offset()));
        let status: Vec<_> = doc
            .root_element()
            .children_named("status")
            .map(|status| status.id())
            .collect();
        for status in status {
            doc.detach(status);
        }

        let new_file = self.dir.join(self.files.fresh_name("cib."));
        let new_signature = self.dir.join(self.files.fresh_name("cib."));
        let result = self
            .write_both(&doc, &new_file, &new_signature)
            .and_then(|()| self.put_in_place(&new_file, &new_signature, backup.as_deref()));
        if result.is_err() {
            // Whatever is left of them is of no use.
            let _ = self.files.remove(&new_file);
            let _ = self.files.remove(&new_signature);
        }
        result
    }

    /// Links the present files as the next backup; its path, if there was anything to back up.
    fn back_up(&self) -> Result<Option<PathBuf>, StoreError> {
        let number = self.next_number();
        let raw = self.dir.join(format!("cib-{number}.raw"));
        let raw_signature = self.dir.join(format!("cib-{number}.raw.sig"));
        let failed = |path: &Path, error| StoreError::Backup {
            path: path.to_owned(),
            error,
        };
        for path in [&raw, &raw_signature] {
            self.remove_if_there(path)
                .map_err(|error| failed(path, error))?;
        }
        let mut linked = false;
        // The digest first: a backup without one would pass unchecked.
        for (from, to) in [(SIGNATURE, &raw_signature), (FILE, &raw)] {
            match self.files.hard_link(&self.dir.join(from), to) {
                Ok(()) => linked = from == FILE,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(failed(to, error)),
            }
        }
        let next = (number + 1) % BACKUPS;
        let sequence = self.dir.join(SEQUENCE);
        let fresh = self.dir.join(self.files.fresh_name("cib."));
        let written = self
            .write_small(&fresh, next.to_string().as_bytes())
            .and_then(|()| self.files.rename(&fresh, &sequence));
        if let Err(error) = written {
            let _ = self.files.remove(&fresh);
            return Err(failed(&sequence, error));
        }
        self.files
            .sync_dir(&self.dir)
            .map_err(|error| failed(&self.dir, error))?;
        Ok(linked.then_some(raw))
    }

    fn next_number(&self) -> u32 {
        let text = self
            .files
            .read(&self.dir.join(SEQUENCE))
            .unwrap_or_default();
        String::from_utf8(text)
            .ok()
            .and_then(|text| pcmk_core::lenient::scan_ll(&text).ok())
            .and_then(|number| u32::try_from(number).ok())
            .filter(|number| *number < BACKUPS)
            .unwrap_or(0)
    }

    fn write_both(
        &self,
        doc: &Document,
        new_file: &Path,
        new_signature: &Path,
    ) -> Result<(), StoreError> {
        let failed = |path: &Path, error| StoreError::Io {
            path: path.to_owned(),
            error,
        };
        let root = doc.root_element();
        let write = || -> io::Result<()> {
            let mut file = self.files.create_new(new_file, FILE_MODE)?;
            file.set_mode(FILE_MODE)?;
            if let Some(owner) = self.owner {
                file.set_owner(owner)?;
            }
            print_chunks(root, PrintStyle::Pretty, |chunk| file.write_all(chunk))?;
            file.sync()
        };
        write().map_err(|error| failed(new_file, error))?;
        let digest = on_disk_digest(root);
        self.write_small(new_signature, digest.as_bytes())
            .map_err(|error| failed(new_signature, error))?;

        // What is read back must be what was meant, to the byte.
        let found = self
            .files
            .read(new_file)
            .map_err(|error| failed(new_file, error))?;
        let mut at = 0;
        let same = print_chunks(root, PrintStyle::Pretty, |chunk| {
            let end = at + chunk.len();
            let same = found.get(at..end) == Some(chunk);
            at = end;
            if same { Ok(()) } else { Err(()) }
        });
        let signature = self
            .files
            .read(new_signature)
            .map_err(|error| failed(new_signature, error))?;
        if same.is_err() || at != found.len() || signature != digest.as_bytes() {
            return Err(StoreError::NotAsWritten {
                path: new_file.to_owned(),
            });
        }
        Ok(())
    }

    fn put_in_place(
        &self,
        new_file: &Path,
        new_signature: &Path,
        backup: Option<&Path>,
    ) -> Result<(), StoreError> {
        let file = self.dir.join(FILE);
        self.files
            .rename(new_file, &file)
            .map_err(|error| self.save_error(FILE, error))?;
        if let Err(error) = self.files.rename(new_signature, &self.dir.join(SIGNATURE)) {
            // Best effort: if it fails, recovery does the same.
            if let Some(backup) = backup {
                let again = self.dir.join(self.files.fresh_name("cib."));
                if self.files.hard_link(backup, &again).is_ok()
                    && self.files.rename(&again, &file).is_err()
                {
                    let _ = self.files.remove(&again);
                }
            }
            return Err(self.save_error(SIGNATURE, error));
        }
        self.files
            .sync_dir(&self.dir)
            .map_err(|error| self.save_error(FILE, error))
    }

    fn save_error(&self, name: &str, error: io::Error) -> StoreError {
        StoreError::Save {
            path: self.dir.join(name),
            error,
        }
    }

    fn write_small(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        let mut file = self.files.create_new(path, FILE_MODE)?;
        file.set_mode(FILE_MODE)?;
        if let Some(owner) = self.owner {
            file.set_owner(owner)?;
        }
        file.write_all(content)?;
        file.sync()
    }

    fn remove_if_there(&self, path: &Path) -> io::Result<()> {
        match self.files.remove(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    // ---- recovery

    /// What a manager starts with: `cib.xml` if it is good, else the newest good backup, else an empty CIB.
    /// Damaged files are put aside.
    ///
    /// Whether the CIB is valid under its schema is for the caller to find out: an invalid one must be neither
    /// used nor overwritten.
    pub fn recover(&self) -> Recovered {
        let mut problems = Vec::new();
        let mut aside = None;
        let mut may_write = true;
        let (doc, from) = match self.read() {
            Ok(doc) => (doc, RecoveredFrom::File),
            Err(error) => {
                let damaged = !matches!(error, StoreError::Missing { .. });
                problems.push(error);
                if damaged {
                    match self.put_aside() {
                        Ok(dir) => aside = Some(dir),
                        Err(error) => {
                            problems.push(error);
                            may_write = false;
                        }
                    }
                }
                self.newest_backup(&mut problems)
                    .map(|(name, doc)| (doc, RecoveredFrom::Backup(name)))
                    .unwrap_or_else(|| (empty(0, None), RecoveredFrom::Nothing))
            }
        };
        Recovered {
            doc: made_ready(doc),
            from,
            aside,
            may_write,
            problems,
        }
    }

    fn put_aside(&self) -> Result<PathBuf, StoreError> {
        let dir = self.dir.join(self.files.fresh_name("cib.auto."));
        self.files
            .create_dir(&dir, ASIDE_MODE)
            .map_err(|error| self.save_error(FILE, error))?;
        for name in [FILE, SIGNATURE] {
            match self.files.rename(&self.dir.join(name), &dir.join(name)) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(self.save_error(name, error)),
            }
        }
        Ok(dir)
    }

    /// The newest backup that is good. Of several of the same time (clocks of file systems are coarse) that of
    /// the highest version.
    fn newest_backup(&self, problems: &mut Vec<StoreError>) -> Option<(String, Document)> {
        let names = match self.files.list(&self.dir) {
            Ok(names) => names,
            Err(error) => {
                let path = self.dir.clone();
                problems.push(StoreError::Io { path, error });
                return None;
            }
        };
        let mut backups: Vec<((i64, i64), String)> = names
            .into_iter()
            .filter(|name| name.starts_with("cib-") && !name.ends_with(".sig"))
            .filter_map(|name| {
                let status = self.files.status(&self.dir.join(&name)).ok()?;
                status.is_file.then_some((status.changed, name))
            })
            .collect();
        backups.sort_by(|a, b| b.cmp(a));
        let mut best: Option<((i64, i64), CibVersion, String, Document)> = None;
        for (changed, name) in backups {
            if best.as_ref().is_some_and(|best| best.0 != changed) {
                break;
            }
            match self.read_checked(&name, &format!("{name}.sig")) {
                Ok(doc) => {
                    let version = CibVersion::of(doc.root_element());
                    if best.as_ref().is_none_or(|best| version > best.1) {
                        best = Some((changed, version, name, doc));
                    }
                }
                Err(error) => problems.push(error),
            }
        }
        best.map(|(_, _, name, doc)| (name, doc))
    }
}

/// A CIB from disk as a manager uses it: empty status, all counters, no controller elected.
fn made_ready(mut doc: Document) -> Document {
    let root = doc.root();
    let old: Vec<_> = doc
        .root_element()
        .children_named("status")
        .map(|status| status.id())
        .collect();
    for status in old {
        doc.detach(status);
    }
    doc.append(root, "status");
    for name in VERSION_ATTRIBUTES {
        if doc.root_element().attr(name).is_none() {
            doc.set_attr(root, name, "0");
        }
    }
    doc.remove_attr(root, "dc-uuid");
    doc
}
