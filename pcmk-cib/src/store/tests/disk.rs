//! A file system in memory in which any step can fail, the program can die, and the power can go.
//!
//! Model of a power failure: of the changes to directories since the last synchronisation some first ones
//! survive, in order, as in a journal; of a file's content what was synchronised survives, and of the rest all,
//! nothing or a half.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use pcmk_core::rc::Rc;

use crate::store::fs::{FileStatus, FileSystem, Owner, WriteFile};

/// What goes wrong at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// This step fails with this error number; a write has written half.
    Once(i32),
    /// This step and all after it fail.
    Always(i32),
    /// The program ends here: nothing after it happens.
    Death,
}

pub const FAULTS: [Fault; 5] = [
    Fault::Once(Rc::ENOSPC.0),
    Fault::Once(Rc::EIO.0),
    Fault::Always(Rc::ENOSPC.0),
    Fault::Always(Rc::EIO.0),
    Fault::Death,
];

/// What is left of content that was never synchronised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsynced {
    Kept,
    Half,
    Lost,
}

#[derive(Clone, Debug, Default)]
struct Inode {
    data: Vec<u8>,
    synced: Option<Vec<u8>>,
    changed: i64,
}

#[derive(Clone, Debug)]
enum Change {
    Name(PathBuf, usize),
    Remove(PathBuf),
    Rename(PathBuf, PathBuf),
}

#[derive(Clone, Debug, Default)]
struct State {
    inodes: Vec<Inode>,
    names: BTreeMap<PathBuf, usize>,
    durable: BTreeMap<PathBuf, usize>,
    pending: Vec<Change>,
    steps: usize,
    plan: Option<(usize, Fault)>,
    fresh: u64,
}

/// The file system; clones are the same one.
#[derive(Clone, Debug, Default)]
pub struct Disk(Arc<Mutex<State>>);

fn error(number: i32) -> io::Error {
    io::Error::from_raw_os_error(number)
}

fn apply(names: &mut BTreeMap<PathBuf, usize>, change: &Change) {
    match change {
        Change::Name(path, inode) => {
            names.insert(path.clone(), *inode);
        }
        Change::Remove(path) => {
            names.remove(path);
        }
        Change::Rename(from, to) => {
            if let Some(inode) = names.remove(from) {
                names.insert(to.clone(), inode);
            }
        }
    }
}

impl State {
    /// Counts a step that changes something; whether it fails.
    fn step(&mut self) -> io::Result<()> {
        let step = self.steps;
        self.steps += 1;
        match self.plan {
            Some((at, Fault::Once(number))) if at == step => Err(error(number)),
            Some((at, Fault::Always(number))) if at <= step => Err(error(number)),
            Some((at, Fault::Death)) if at <= step => Err(error(Rc::EINTR.0)),
            _ => Ok(()),
        }
    }

    fn dead(&self) -> bool {
        matches!(self.plan, Some((at, Fault::Death)) if self.steps > at)
    }

    fn change(&mut self, change: Change) {
        apply(&mut self.names, &change);
        self.pending.push(change);
    }

    fn touch(&mut self, inode: usize) {
        // As coarse as the clocks of file systems.
        self.inodes[inode].changed = (self.steps / 40) as i64;
    }
}

impl Disk {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0
            .lock()
            .expect("no test panics while it holds the lock")
    }

    /// From now on step number `at`, counted from now, goes wrong.
    pub fn plan(&self, at: usize, fault: Fault) {
        let mut state = self.state();
        state.plan = Some((state.steps + at, fault));
    }

    /// How many steps were taken so far.
    pub fn steps(&self) -> usize {
        self.state().steps
    }

    /// The same content on a file system that works (after the program died, or space was made).
    pub fn repaired(&self) -> Disk {
        let mut state = self.state().clone();
        state.plan = None;
        Disk(Arc::new(Mutex::new(state)))
    }

    /// How many changes of directories are not synchronised.
    pub fn pending(&self) -> usize {
        self.state().pending.len()
    }

    /// What is there after a power failure.
    pub fn after_power_failure(&self, surviving: usize, unsynced: Unsynced) -> Disk {
        let old = self.state();
        let mut names = old.durable.clone();
        for change in old.pending.iter().take(surviving) {
            apply(&mut names, change);
        }
        let mut state = old.clone();
        for inode in &mut state.inodes {
            if inode.synced.as_ref() == Some(&inode.data) {
                continue;
            }
            inode.data = match (unsynced, &inode.synced) {
                (Unsynced::Kept, _) => inode.data.clone(),
                (Unsynced::Half, _) => inode.data[..inode.data.len() / 2].to_vec(),
                (Unsynced::Lost, Some(synced)) => synced.clone(),
                (Unsynced::Lost, None) => Vec::new(),
            };
        }
        state.durable = names.clone();
        state.names = names;
        state.pending.clear();
        state.plan = None;
        Disk(Arc::new(Mutex::new(state)))
    }
}

impl FileSystem for Disk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let state = self.state();
        let inode = *state.names.get(path).ok_or_else(|| error(Rc::ENOENT.0))?;
        Ok(state.inodes[inode].data.clone())
    }

    fn status(&self, path: &Path) -> io::Result<FileStatus> {
        let state = self.state();
        let inode = *state.names.get(path).ok_or_else(|| error(Rc::ENOENT.0))?;
        Ok(FileStatus {
            is_file: true,
            size: state.inodes[inode].data.len() as u64,
            mode: 0o600,
            owner: Owner { uid: 0, gid: 0 },
            links: state
                .names
                .values()
                .filter(|other| **other == inode)
                .count() as u64,
            changed: (state.inodes[inode].changed, 0),
        })
    }

    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        self.status(path).map(|_| path.to_owned())
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        let state = self.state();
        Ok(state
            .names
            .keys()
            .filter(|path| path.parent() == Some(dir))
            .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
            .collect())
    }

    fn create_new(&self, path: &Path, _mode: u32) -> io::Result<Box<dyn WriteFile>> {
        let mut state = self.state();
        state.step()?;
        if state.names.contains_key(path) {
            return Err(error(Rc::EEXIST.0));
        }
        state.inodes.push(Inode::default());
        let inode = state.inodes.len() - 1;
        state.touch(inode);
        state.change(Change::Name(path.to_owned(), inode));
        Ok(Box::new(Open {
            disk: self.clone(),
            inode,
        }))
    }

    fn overwrite(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
        let mut state = self.state();
        state.step()?;
        let inode = *state.names.get(path).ok_or_else(|| error(Rc::ENOENT.0))?;
        state.inodes[inode].data.clear();
        Ok(Box::new(Open {
            disk: self.clone(),
            inode,
        }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.state();
        state.step()?;
        let inode = *state.names.get(from).ok_or_else(|| error(Rc::ENOENT.0))?;
        if let Some(&replaced) = state.names.get(to) {
            state.touch(replaced);
        }
        state.touch(inode);
        state.change(Change::Rename(from.to_owned(), to.to_owned()));
        Ok(())
    }

    fn hard_link(&self, file: &Path, name: &Path) -> io::Result<()> {
        let mut state = self.state();
        state.step()?;
        let inode = *state.names.get(file).ok_or_else(|| error(Rc::ENOENT.0))?;
        if state.names.contains_key(name) {
            return Err(error(Rc::EEXIST.0));
        }
        state.touch(inode);
        state.change(Change::Name(name.to_owned(), inode));
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut state = self.state();
        state.step()?;
        let inode = *state.names.get(path).ok_or_else(|| error(Rc::ENOENT.0))?;
        state.touch(inode);
        state.change(Change::Remove(path.to_owned()));
        Ok(())
    }

    fn create_dir(&self, _path: &Path, _mode: u32) -> io::Result<()> {
        self.state().step()
    }

    fn sync_dir(&self, _dir: &Path) -> io::Result<()> {
        let mut state = self.state();
        state.step()?;
        state.durable = state.names.clone();
        state.pending.clear();
        Ok(())
    }

    fn fresh_name(&self, prefix: &str) -> String {
        let mut state = self.state();
        state.fresh += 1;
        format!("{prefix}{:06}", state.fresh)
    }
}

struct Open {
    disk: Disk,
    inode: usize,
}

impl WriteFile for Open {
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.disk.state();
        let dead = state.dead();
        let result = state.step();
        let written = match result {
            Ok(()) => bytes,
            Err(_) if dead => &[],
            Err(_) => &bytes[..bytes.len() / 2],
        };
        state.inodes[self.inode].data.extend_from_slice(written);
        result
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut state = self.disk.state();
        state.step()?;
        let inode = &mut state.inodes[self.inode];
        inode.synced = Some(inode.data.clone());
        Ok(())
    }

    fn set_mode(&mut self, _mode: u32) -> io::Result<()> {
        self.disk.state().step()
    }

    fn set_owner(&mut self, _owner: Owner) -> io::Result<()> {
        self.disk.state().step()
    }
}
