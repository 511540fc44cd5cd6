//! Kills a program that writes CIBs, at random moments, thousands of times. After each time the directory must
//! give a whole CIB, with a digest that matches, not older than the last one that the program was told is safe.
//!
//! The test program is its own victim: started with a directory in `PCMK_KILL_DIR` it writes and acknowledges
//! until it dies. Nothing is synchronised to disk here: that makes no difference to a killed program, and
//! failures of power are another test (`power_failures_at_every_step`).

use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use pcmk_cib::op::empty;
use pcmk_cib::patch::{CibVersion, on_disk_digest};
use pcmk_cib::store::{
    FileStatus, FileSystem, LiveDirectory, Owner, RecoveredFrom, SystemFiles, WriteFile,
};
use pcmk_cib::xml::Document;
use pcmk_core::time::DateTime;

/// How often the program is killed.
const KILLS: u32 = 2_000;

/// The real file system without waiting for the disk.
struct Quick(SystemFiles);

impl FileSystem for Quick {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.0.read(path)
    }
    fn status(&self, path: &Path) -> io::Result<FileStatus> {
        self.0.status(path)
    }
    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        self.0.canonical(path)
    }
    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        self.0.list(dir)
    }
    fn create_new(&self, path: &Path, mode: u32) -> io::Result<Box<dyn WriteFile>> {
        Ok(Box::new(QuickFile(self.0.create_new(path, mode)?)))
    }
    fn overwrite(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
        Ok(Box::new(QuickFile(self.0.overwrite(path)?)))
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.0.rename(from, to)
    }
    fn hard_link(&self, file: &Path, name: &Path) -> io::Result<()> {
        self.0.hard_link(file, name)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        self.0.remove(path)
    }
    fn create_dir(&self, path: &Path, mode: u32) -> io::Result<()> {
        self.0.create_dir(path, mode)
    }
    fn sync_dir(&self, _dir: &Path) -> io::Result<()> {
        Ok(())
    }
    fn fresh_name(&self, prefix: &str) -> String {
        self.0.fresh_name(prefix)
    }
}

struct QuickFile(Box<dyn WriteFile>);

impl WriteFile for QuickFile {
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }
    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }
    fn set_mode(&mut self, mode: u32) -> io::Result<()> {
        self.0.set_mode(mode)
    }
    fn set_owner(&mut self, owner: Owner) -> io::Result<()> {
        self.0.set_owner(owner)
    }
}

fn directory(dir: &Path) -> LiveDirectory {
    LiveDirectory::new(Arc::new(Quick(SystemFiles)), dir.to_owned(), None)
}

/// A CIB of this epoch: as many nodes as its last two digits say, each carrying the epoch.
fn cib(epoch: u32) -> Document {
    let mut doc = empty(epoch, None);
    let configuration = doc.root_element().child("configuration");
    let nodes = configuration.and_then(|configuration| configuration.child("nodes"));
    let nodes = nodes.expect("an empty CIB has nodes").id();
    for number in 0..epoch % 100 {
        let node = doc.append(nodes, "node");
        doc.set_attr(node, "id", &format!("{epoch}-{number}"));
        doc.set_attr(
            node,
            "uname",
            "a name to make the file longer than one write",
        );
    }
    doc
}

/// The epoch of a CIB that must be whole.
fn epoch(doc: &Document) -> u32 {
    let epoch = u32::try_from(CibVersion::of(doc.root_element()).epoch).expect("not negative");
    let mut whole = cib(epoch);
    let mut found = doc.clone();
    for doc in [&mut whole, &mut found] {
        let root = doc.root();
        doc.remove_attr(root, "cib-last-written");
    }
    let (whole, found) = (
        on_disk_digest(whole.root_element()),
        on_disk_digest(found.root_element()),
    );
    assert_eq!(whole, found, "a torn CIB");
    epoch
}

/// Recovers, then writes and acknowledges without end.
fn victim(dir: &Path) -> io::Result<()> {
    let directory = directory(dir);
    let mut epoch = epoch(&directory.recover().doc);
    let mut out = io::stdout();
    loop {
        epoch += 1;
        directory
            .write(&cib(epoch), DateTime::from_epoch(0))
            .map_err(io::Error::other)?;
        writeln!(out, "{epoch}")?;
        out.flush()?;
    }
}

fn main() -> io::Result<()> {
    if let Some(dir) = std::env::var_os("PCMK_KILL_DIR") {
        return victim(Path::new(&dir));
    }
    // Listing tests, or looking for others, is not running this one.
    let wanted = std::env::args().skip(1).all(|arg| {
        arg.starts_with("--test-threads") || arg == "--nocapture" || "kill".contains(arg.as_str())
    });
    if !wanted {
        return Ok(());
    }
    let dir = std::env::temp_dir().join(format!("pcmk-cib-kill-{}", std::process::id()));
    std::fs::create_dir_all(&dir)?;
    let started = Instant::now();
    let mut acknowledged = 0;
    let (mut between, mut slowest) = (0, Duration::from_micros(500));
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    for _ in 0..KILLS {
        let mut child = Command::new(std::env::current_exe()?)
            .env("PCMK_KILL_DIR", &dir)
            .stdout(Stdio::piped())
            .spawn()?;
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        // Alive once it acknowledges; then a random part of what a few writes take.
        let first = Instant::now();
        let mut last = lines.next().transpose()?;
        slowest = slowest.max(first.elapsed().min(Duration::from_millis(5)));
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let wait = slowest.as_micros() as u64;
        std::thread::sleep(Duration::from_micros(random % wait.max(1)));
        child.kill()?;
        for line in lines {
            last = Some(line?);
        }
        child.wait()?;
        let told: u32 = last
            .and_then(|line| line.parse().ok())
            .expect("the program wrote at least once");
        assert!(told > acknowledged, "it goes on from where it was");
        acknowledged = told;

        let found = directory(&dir).recover();
        assert!(found.may_write, "{:?}", found.problems);
        let epoch = epoch(&found.doc);
        assert!(
            epoch >= acknowledged && epoch <= acknowledged + 1,
            "acknowledged {acknowledged}, found {epoch}"
        );
        between += u32::from(found.from != RecoveredFrom::File);
        acknowledged = epoch;
        if let Some(aside) = found.aside {
            std::fs::remove_dir_all(aside)?;
        }
        // What the dead left half-written.
        for entry in std::fs::read_dir(&dir)? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.starts_with("cib.") && !matches!(&*name, "cib.xml" | "cib.xml.sig" | "cib.last")
            {
                std::fs::remove_file(entry.path())?;
            }
        }
    }
    std::fs::remove_dir_all(&dir)?;
    writeln!(
        io::stdout(),
        "killed {KILLS} times in {:?}, {between} times between the two renames",
        started.elapsed()
    )
}
