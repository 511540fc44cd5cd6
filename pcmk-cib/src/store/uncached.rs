//! A file that is written once, read once, and gone: it goes past the page cache.
//!
//! Problem: a large CIB file is written twice, first beside the old one (see [`super::file`]). Kept in the page cache the
//! copy would take as much memory as the file is long, for a moment, and getting that memory costs more than all the rest.
//!
//! Approach: direct input and output (`O_DIRECT`) of large blocks from one aligned buffer. What is smaller than a block, and
//! where the file system has no such thing, is written as any file. Both can be mixed: the ranges do not overlap.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// Bytes that go at once.
const BLOCK: usize = 1 << 20;

/// What addresses and lengths must be multiples of: no device wants more.
const ALIGNMENT: usize = 4096;

/// Memory for one block.
struct Buffer {
    memory: Vec<u8>,
    start: usize,
}

impl Buffer {
    fn new() -> Buffer {
        let memory = vec![0; BLOCK + ALIGNMENT];
        let start = memory.as_ptr().align_offset(ALIGNMENT).min(ALIGNMENT);
        Buffer { memory, start }
    }

    fn block(&self) -> &[u8] {
        &self.memory[self.start..self.start + BLOCK]
    }

    fn block_mut(&mut self) -> &mut [u8] {
        &mut self.memory[self.start..self.start + BLOCK]
    }
}

/// The file once more, for direct input and output, if there is such a thing.
fn direct(options: &mut OpenOptions, path: &Path) -> Option<File> {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(libc::O_DIRECT).open(path).ok()
    }
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    {
        let _ = (options, path);
        None
    }
}

/// Whether an error only says that this cannot be done directly.
fn is_refusal(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported
    )
}

/// The way past the page cache.
enum Direct {
    /// Not looked for yet: there was no whole block.
    Unknown,
    Open(File),
    /// There is none.
    Missing,
}

/// A file being written.
pub(super) struct Uncached {
    file: File,
    path: PathBuf,
    direct: Direct,
    buffer: Buffer,
    /// Bytes in the buffer, and where in the file they go.
    filled: usize,
    at: u64,
}

impl Uncached {
    /// `file` is empty, open for writing, and has this path.
    pub(super) fn new(file: File, path: &Path) -> Uncached {
        Uncached {
            direct: Direct::Unknown,
            path: path.to_owned(),
            file,
            buffer: Buffer::new(),
            filled: 0,
            at: 0,
        }
    }

    pub(super) fn file(&self) -> &File {
        &self.file
    }

    pub(super) fn write_all(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let room = &mut self.buffer.block_mut()[self.filled..];
            let (now, later) = bytes.split_at(bytes.len().min(room.len()));
            room[..now.len()].copy_from_slice(now);
            self.filled += now.len();
            bytes = later;
            if self.filled == BLOCK {
                self.flush()?;
            }
        }
        Ok(())
    }

    /// Everything is written, and on disk.
    pub(super) fn sync(&mut self) -> io::Result<()> {
        self.flush()?;
        self.file.sync_all()
    }

    /// Writes what is in the buffer.
    fn flush(&mut self) -> io::Result<()> {
        let bytes = &self.buffer.block()[..self.filled];
        let mut done = 0;
        if matches!(self.direct, Direct::Unknown) && bytes.len() == BLOCK {
            let found = direct(OpenOptions::new().write(true), &self.path);
            self.direct = found.map_or(Direct::Missing, Direct::Open);
        }
        if let Direct::Open(direct) = &self.direct
            && bytes.len() == BLOCK
        {
            match direct.write_at(bytes, self.at) {
                Ok(written) => done = written,
                Err(error) if is_refusal(&error) => self.direct = Direct::Missing,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.file
            .write_all_at(&bytes[done..], self.at + done as u64)?;
        self.at += self.filled as u64;
        self.filled = 0;
        Ok(())
    }
}

/// Writes the content of the file at `from` to `to`; returns its length.
pub(super) fn copy(from: &Path, to: &mut File) -> io::Result<u64> {
    let Some(direct) = direct(OpenOptions::new().read(true), from) else {
        return io::copy(&mut File::open(from)?, to);
    };
    let mut buffer = Buffer::new();
    let mut at = 0;
    loop {
        // Only the last block is not whole, and nothing is behind it.
        let read = match direct.read_at(buffer.block_mut(), at) {
            Ok(0) => return Ok(at),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) if is_refusal(&error) => {
                let rest = File::open(from)?;
                let mut read = rest.read_at(buffer.block_mut(), at)?;
                while read > 0 {
                    to.write_all(&buffer.block()[..read])?;
                    at += read as u64;
                    read = rest.read_at(buffer.block_mut(), at)?;
                }
                return Ok(at);
            }
            Err(error) => return Err(error),
        };
        to.write_all(&buffer.block()[..read])?;
        at += read as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Files around the size of a block, written in pieces of all kinds, read back as they were.
    #[test]
    fn what_is_written_is_read() {
        let dir = std::env::temp_dir().join(format!("pcmk-cib-uncached-{}", std::process::id()));
        std::fs::create_dir_all(&dir).expect("temporary directory is writable");
        let all: Vec<u8> = (0..3 * BLOCK + 12345).map(|at| (at % 251) as u8).collect();
        for size in [
            0,
            1,
            ALIGNMENT,
            BLOCK - 1,
            BLOCK,
            BLOCK + 1,
            3 * BLOCK + 12345,
        ] {
            for piece in [1 << 16, BLOCK - 7, 2 * BLOCK + 5] {
                let (one, other) = (dir.join("one"), dir.join("other"));
                let file = File::create(&one).expect("writable");
                let mut uncached = Uncached::new(file, &one);
                for part in all[..size].chunks(piece) {
                    uncached.write_all(part).expect("room");
                }
                uncached.sync().expect("room");
                assert!(std::fs::read(&one).expect("there") == all[..size]);
                let mut to = File::create(&other).expect("writable");
                assert_eq!(copy(&one, &mut to).expect("room"), size as u64);
                assert!(std::fs::read(&other).expect("there") == all[..size]);
            }
        }
        std::fs::remove_dir_all(&dir).expect("ours");
    }
}
