//! The file system as a trait, and the real one.
//!
//! The trait is as small as the store needs: every call is one step that can fail, so that tests can fail each.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::uncached::{self, Uncached};

/// What the store does with files.
pub trait FileSystem: Send + Sync {
    /// The content of a file.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;
    /// A file to be read from its beginning on.
    fn open(&self, path: &Path) -> io::Result<Box<dyn Read>> {
        Ok(Box::new(io::Cursor::new(self.read(path)?)))
    }
    /// What a path leads to, symbolic links followed.
    fn status(&self, path: &Path) -> io::Result<FileStatus>;
    /// The path with symbolic links and `..` resolved.
    fn canonical(&self, path: &Path) -> io::Result<PathBuf>;
    /// The names in a directory, in no particular order.
    fn list(&self, dir: &Path) -> io::Result<Vec<String>>;
    /// Opens a file for writing that must not exist; `mode` as for open(2).
    fn create_new(&self, path: &Path, mode: u32) -> io::Result<Box<dyn WriteFile>>;
    /// The same for a file that only this program reads again, once, with [`FileSystem::copy_into`].
    fn create_scratch(&self, path: &Path, mode: u32) -> io::Result<Box<dyn WriteFile>> {
        self.create_new(path, mode)
    }
    /// Opens a file for writing from the start, cutting off what was in it.
    fn overwrite(&self, path: &Path) -> io::Result<Box<dyn WriteFile>>;
    /// Makes the content of a file that of another one, which stays the same file for those who have it open.
    fn copy_into(&self, from: &Path, to: &Path) -> io::Result<()> {
        let content = self.read(from)?;
        let mut to = self.overwrite(to)?;
        to.write_all(&content)?;
        to.sync()
    }
    /// Renames a file, replacing what had the new name.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Gives a file a second name.
    fn hard_link(&self, file: &Path, name: &Path) -> io::Result<()>;
    /// Removes a name.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Makes a directory.
    fn create_dir(&self, path: &Path, mode: u32) -> io::Result<()>;
    /// Makes sure that the names in a directory are on disk.
    fn sync_dir(&self, dir: &Path) -> io::Result<()>;
    /// A name that is different each time, of `prefix` and six letters or digits.
    fn fresh_name(&self, prefix: &str) -> String;
}

/// A file being written.
pub trait WriteFile {
    /// Writes all of `bytes`.
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Makes sure that the content is on disk.
    fn sync(&mut self) -> io::Result<()>;
    /// Sets the permission bits exactly.
    fn set_mode(&mut self, mode: u32) -> io::Result<()>;
    /// Gives it to another user and group.
    fn set_owner(&mut self, owner: Owner) -> io::Result<()>;
}

/// User and group of a file, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The user.
    pub uid: u32,
    /// The group.
    pub gid: u32,
}

/// What is known of a file without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileStatus {
    /// Whether it is a regular file.
    pub is_file: bool,
    /// Size in bytes.
    pub size: u64,
    /// Permission bits.
    pub mode: u32,
    /// Whose it is.
    pub owner: Owner,
    /// How many names it has.
    pub links: u64,
    /// When it was last changed in any way: seconds since 1970, and nanoseconds.
    pub changed: (i64, i64),
}

/// The file system of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemFiles;

impl FileSystem for SystemFiles {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn Read>> {
        Ok(Box::new(fs::File::open(path)?))
    }

    fn status(&self, path: &Path) -> io::Result<FileStatus> {
        let data = fs::metadata(path)?;
        Ok(FileStatus {
            is_file: data.is_file(),
            size: data.len(),
            mode: data.mode() & 0o7777,
            owner: Owner {
                uid: data.uid(),
                gid: data.gid(),
            },
            links: data.nlink(),
            changed: (data.ctime(), data.ctime_nsec()),
        })
    }

    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        fs::canonicalize(path)
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(dir)? {
            // Names that are no text are none of ours.
            if let Ok(name) = entry?.file_name().into_string() {
                names.push(name);
            }
        }
        Ok(names)
    }

    fn create_new(&self, path: &Path, mode: u32) -> io::Result<Box<dyn WriteFile>> {
        Ok(Box::new(SystemFile(new_file(path, mode)?)))
    }

    fn create_scratch(&self, path: &Path, mode: u32) -> io::Result<Box<dyn WriteFile>> {
        let file = new_file(path, mode)?;
        Ok(Box::new(ScratchFile(Uncached::new(file, path))))
    }

    fn overwrite(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(path)?;
        Ok(Box::new(SystemFile(file)))
    }

    fn copy_into(&self, from: &Path, to: &Path) -> io::Result<()> {
        // What is too long is cut off last: giving up the file's room first would only mean to ask for it again.
        let mut to = OpenOptions::new().write(true).open(to)?;
        let length = uncached::copy(from, &mut to)?;
        to.set_len(length)?;
        tolerant(to.sync_all())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn hard_link(&self, file: &Path, name: &Path) -> io::Result<()> {
        fs::hard_link(file, name)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn create_dir(&self, path: &Path, mode: u32) -> io::Result<()> {
        fs::DirBuilder::new().mode(mode).create(path)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        let dir = match dir.as_os_str().is_empty() {
            true => Path::new("."),
            false => dir,
        };
        tolerant(File::open(dir)?.sync_all())
    }

    fn fresh_name(&self, prefix: &str) -> String {
        use std::hash::{BuildHasher, Hasher};
        // A hasher's random seed is all the randomness that is needed: names must differ, not be secret.
        let mut number = std::collections::hash_map::RandomState::new()
            .build_hasher()
            .finish();
        let mut name = prefix.to_owned();
        for _ in 0..6 {
            const LETTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
            name.push(char::from(LETTERS[(number % 36) as usize]));
            number /= 36;
        }
        name
    }
}

struct SystemFile(File);

impl WriteFile for SystemFile {
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        tolerant(self.0.sync_all())
    }

    fn set_mode(&mut self, mode: u32) -> io::Result<()> {
        set_mode(&self.0, mode)
    }

    fn set_owner(&mut self, owner: Owner) -> io::Result<()> {
        set_owner(&self.0, owner)
    }
}

struct ScratchFile(Uncached);

impl WriteFile for ScratchFile {
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        tolerant(self.0.sync())
    }

    fn set_mode(&mut self, mode: u32) -> io::Result<()> {
        set_mode(self.0.file(), mode)
    }

    fn set_owner(&mut self, owner: Owner) -> io::Result<()> {
        set_owner(self.0.file(), owner)
    }
}

fn new_file(path: &Path, mode: u32) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path)
}

fn set_mode(file: &File, mode: u32) -> io::Result<()> {
    file.set_permissions(fs::Permissions::from_mode(mode))
}

fn set_owner(file: &File, owner: Owner) -> io::Result<()> {
    std::os::unix::fs::fchown(file, Some(owner.uid), Some(owner.gid))
}

/// Things that cannot be synchronised (pipes, read-only systems) need not be.
fn tolerant(result: io::Result<()>) -> io::Result<()> {
    use pcmk_core::rc::Rc;
    match result {
        Err(error)
            if error
                .raw_os_error()
                .is_some_and(|errno| errno == Rc::EROFS.0 || errno == Rc::EINVAL.0) =>
        {
            Ok(())
        }
        other => other,
    }
}
