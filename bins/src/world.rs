//! What surrounds a tool: arguments, environment, clock, time zone, standard streams and files, as values.
//!
//! Tools do not ask the process for any of these, so a test can give them a world of its own. Writing never fails from
//! a tool's point of view: a reader that has gone away (a closed pipe) is a normal end, and what is written afterwards
//! is dropped.

use std::cell::LazyCell;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::OpenOptions;
use std::io::{self, BufWriter, IsTerminal, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::rc::Rc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use pcmk_cib::store::{self, Environment, Owner};
use pcmk_core::time::DateTime;

/// Where "now" comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// The system's clock.
    System,
    /// Always this moment, epoch seconds.
    Fixed(i64),
}

/// A tool's surroundings, as far as it reads them.
pub struct World {
    /// The command line, program name first.
    pub args: Vec<OsString>,
    /// Environment variables.
    pub env: BTreeMap<OsString, OsString>,
    /// Clock.
    pub clock: Clock,
    /// Local time zone.
    pub zone: LazyCell<TimeZone>,
    /// Standard input.
    pub stdin: Box<dyn Read>,
}

impl World {
    /// The world of this process.
    #[must_use]
    pub fn of_process() -> World {
        World {
            args: std::env::args_os().collect(),
            env: std::env::vars_os().collect(),
            clock: Clock::System,
            zone: LazyCell::new(|| TimeZone::try_system().unwrap_or(TimeZone::UTC)),
            stdin: Box::new(io::stdin()),
        }
    }

    /// A world for tests: these arguments, nothing else, 1970 in Greenwich.
    #[must_use]
    pub fn for_test(args: &[&str]) -> World {
        World {
            args: args.iter().map(OsString::from).collect(),
            env: BTreeMap::new(),
            clock: Clock::Fixed(0),
            zone: LazyCell::new(|| TimeZone::UTC),
            stdin: Box::new(io::empty()),
        }
    }

    /// Now, epoch seconds.
    #[must_use]
    pub fn now(&self) -> i64 {
        match self.clock {
            Clock::Fixed(seconds) => seconds,
            Clock::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |elapsed| {
                    i64::try_from(elapsed.as_secs()).unwrap_or(i64::MAX)
                }),
        }
    }

    /// A moment to measure time from, whatever the clock says.
    #[must_use]
    pub fn stopwatch(&self) -> Instant {
        Instant::now()
    }

    /// Does nothing for a while.
    pub fn pause(&self, time: Duration) {
        std::thread::sleep(time);
    }

    /// Offset of local time at a moment, in seconds east of Greenwich.
    #[must_use]
    pub fn local_offset_s(&self, epoch: i64) -> i32 {
        Timestamp::from_second(epoch).map_or(0, |moment| self.zone.to_offset(moment).seconds())
    }

    /// A moment in local time, in the form that programs read.
    #[must_use]
    pub fn local_text(&self, epoch: i64) -> String {
        DateTime::from_epoch(epoch)
            .with_offset(self.local_offset_s(epoch))
            .text_with_offset()
    }

    /// An environment variable, if it is set and not empty.
    #[must_use]
    pub fn env(&self, name: &str) -> Option<&OsStr> {
        self.env
            .get(OsStr::new(name))
            .map(OsString::as_os_str)
            .filter(|value| !value.is_empty())
    }

    /// All environment variables, for programs that are to be run.
    #[must_use]
    pub fn variables(&self) -> Vec<(OsString, OsString)> {
        let pairs = self.env.iter();
        pairs
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    /// Whether an environment variable is set, even if to nothing.
    #[must_use]
    pub fn has_env(&self, name: &str) -> bool {
        self.env.contains_key(OsStr::new(name))
    }

    /// Whether the locale limits command lines to ASCII: the "C" locale of old.
    #[must_use]
    pub fn ascii_only(&self) -> bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
            .iter()
            .find_map(|name| self.env(name));
        locale.is_none_or(|name| name == "C" || name == "POSIX")
    }

    /// CPU time used so far, in seconds; wall-clock time where the system does not tell.
    #[must_use]
    pub fn cpu_time_s(&self) -> f64 {
        if let Clock::Fixed(_) = self.clock {
            return 0.0;
        }
        let nanoseconds = std::fs::read_to_string("/proc/self/schedstat")
            .ok()
            .and_then(|text| {
                text.split_ascii_whitespace()
                    .next()
                    .and_then(|word| word.parse::<u64>().ok())
            });
        match nanoseconds {
            #[expect(clippy::cast_precision_loss, reason = "for display with two decimals")]
            Some(nanoseconds) => nanoseconds as f64 / 1e9,
            None => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0.0, |elapsed| elapsed.as_secs_f64()),
        }
    }

    /// All of standard input, or if there are more than `limit` bytes, one more than that.
    ///
    /// # Errors
    /// Reading failed.
    pub fn read_stdin(&mut self, limit: usize) -> io::Result<Vec<u8>> {
        let mut text = Vec::new();
        (&mut self.stdin)
            .take(limit as u64 + 1)
            .read_to_end(&mut text)?;
        Ok(text)
    }

    /// Regular files `*.xml` in a directory that are not hidden, in the order of their names' bytes.
    ///
    /// # Errors
    /// The directory cannot be read.
    pub fn xml_files(&self, directory: &Path) -> io::Result<Vec<PathBuf>> {
        let mut names: Vec<OsString> = std::fs::read_dir(directory)?
            .filter_map(Result::ok)
            .map(|entry| entry.file_name())
            .filter(|name| !name.as_bytes().starts_with(b".") && name.as_bytes().ends_with(b".xml"))
            .collect();
        names.sort();
        Ok(names
            .into_iter()
            .map(|name| directory.join(name))
            .filter(|path| path.is_file())
            .collect())
    }

    /// Writes a whole file.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write_file(&self, path: &Path, text: &[u8]) -> io::Result<()> {
        std::fs::write(path, text)
    }

    /// Has a file written from its beginning on, piece by piece; it is made if it is not there. What was longer before
    /// is cut off at the end, also if writing fails: giving up the file's room first, only to ask for it again, costs as much
    /// as writing.
    ///
    /// # Errors
    /// What the file system reports.
    pub fn write_pieces(
        &self,
        path: &Path,
        write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        let written = write(&mut file);
        let about = file.metadata()?;
        if about.is_file() {
            let end = io::Seek::stream_position(&mut file)?;
            if end < about.len() {
                file.set_len(end)?;
            }
        }
        written
    }

    /// Writes the file of a shadow CIB, for its owner alone: a CIB may hold passwords.
    ///
    /// # Errors
    /// The file, or its directory, cannot be written.
    pub fn write_shadow_file(&self, name: &OsStr, text: &[u8]) -> io::Result<()> {
        let path = self.shadow_file(name);
        // Only a directory that was not chosen by `CIB_shadow_dir` is made.
        let own = self.env("CIB_shadow_dir").is_none();
        if let Some(directory) = path.parent().filter(|dir| own && !dir.exists()) {
            std::fs::DirBuilder::new().mode(0o700).create(directory)?;
        }
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(path)?;
        file.write_all(text)
    }

    /// Removes a file.
    ///
    /// # Errors
    /// It is not there, or cannot be removed.
    pub fn remove_file(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_file(path)
    }

    /// Runs a program that has the terminal to itself, with this environment and a few more variables. Returns its
    /// exit status; 1 if a signal ended it.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn run_program(
        &self,
        program: &OsStr,
        arguments: &[OsString],
        environment: &[(OsString, OsString)],
    ) -> io::Result<i32> {
        let status = self.command(program, arguments, environment).status()?;
        Ok(status.code().unwrap_or(1))
    }

    /// Runs a program for its output. Returns that and its exit status; 1 if a signal ended it.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn ask_program(
        &self,
        program: &OsStr,
        arguments: &[OsString],
    ) -> io::Result<(String, i32)> {
        let mut command = self.command(program, arguments, &[]);
        let output = command.stderr(Stdio::inherit()).output()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        Ok((text, output.status.code().unwrap_or(1)))
    }

    fn command(
        &self,
        program: &OsStr,
        arguments: &[OsString],
        environment: &[(OsString, OsString)],
    ) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env_clear()
            .envs(&self.env)
            .envs(environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// The name of this host.
    #[must_use]
    pub fn host_name(&self) -> String {
        std::fs::read_to_string("/proc/sys/kernel/hostname")
            .map(|name| name.trim_end().to_owned())
            .unwrap_or_default()
    }

    /// The name of the user that this process runs as, if it has one.
    #[must_use]
    pub fn process_user(&self) -> Option<String> {
        let own = std::fs::metadata("/proc/self").ok()?.uid();
        let users = std::fs::read_to_string("/etc/passwd").ok()?;
        users.lines().find_map(|line| {
            let mut fields = line.split(':');
            let name = fields.next()?;
            let uid = fields.nth(1)?.parse::<u32>().ok()?;
            (uid == own).then(|| name.to_owned())
        })
    }

    /// Users listed as members of a group of the system.
    #[must_use]
    pub fn group_members(group: &str) -> Vec<String> {
        let Ok(groups) = std::fs::read_to_string("/etc/group") else {
            return Vec::new();
        };
        let line = groups
            .lines()
            .find(|line| line.split(':').next() == Some(group));
        line.and_then(|line| line.split(':').nth(3))
            .into_iter()
            .flat_map(|members| members.split(','))
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// The file of a shadow CIB. Source: behaviour notes 06 section 8.
    #[must_use]
    pub fn shadow_file(&self, name: &OsStr) -> PathBuf {
        let directory = self.with_environment(true, store::shadow_directory);
        let mut file = OsString::from("shadow.");
        file.push(name);
        directory
            .unwrap_or_else(|_| std::env::temp_dir())
            .join(file)
    }

    /// The directory where the cluster itself keeps its CIB.
    #[must_use]
    pub fn cib_directory() -> PathBuf {
        PathBuf::from("/var/lib/pacemaker/cib")
    }

    /// Whether this process runs as root or as the cluster's own user.
    #[must_use]
    pub fn is_privileged(&self) -> bool {
        self.with_environment(true, |environment| environment.is_privileged())
    }

    /// To whom the cluster's own files belong, if this process can give them away.
    #[must_use]
    pub fn cib_owner(&self) -> Option<Owner> {
        let own = std::fs::metadata("/proc/self").ok()?.uid();
        let users = std::fs::read_to_string("/etc/passwd").ok()?;
        let fields: Vec<&str> = users
            .lines()
            .map(|line| line.split(':').collect::<Vec<_>>())
            .find(|fields| fields.first() == Some(&"hacluster"))?;
        let number = |at: usize| fields.get(at)?.parse::<u32>().ok();
        let (uid, gid) = (number(2)?, number(3)?);
        (own == 0).then_some(Owner { uid, gid })
    }

    /// What the choice of a CIB depends on. Without shadow CIBs `CIB_shadow` counts as not set.
    pub fn with_environment<T>(&self, shadow: bool, ask: impl FnOnce(&Environment<'_>) -> T) -> T {
        let user = self.process_user().unwrap_or_default();
        let variable = |name: &str| {
            self.env(name)
                .filter(|_| shadow || name != "CIB_shadow")
                .map(|value| value.to_string_lossy().into_owned())
        };
        ask(&Environment {
            variable: &variable,
            effective_user: &user,
            home: None,
            cib_directory: &World::cib_directory(),
        })
    }
}

/// How much of standard output is collected before it is sent on, bytes.
const OUT_BUFFER: usize = 64 * 1024;

/// Where a tool's output goes.
///
/// Clients read both streams as one text, so it matters what is out before something goes to standard error: as in the
/// reference, everything up to the last item of a list ([`Streams::settle`]). What follows it waits.
pub struct Streams {
    out: Box<dyn Write>,
    /// What was written to standard output since it was last settled.
    waiting: String,
    err: Box<dyn Write>,
    /// Standard output is a terminal.
    interactive: bool,
}

impl Streams {
    /// Standard output and error of this process.
    #[must_use]
    pub fn of_process() -> Streams {
        let stdout = io::stdout();
        let interactive = stdout.is_terminal();
        Streams {
            out: Box::new(BufWriter::with_capacity(OUT_BUFFER, stdout)),
            waiting: String::new(),
            err: Box::new(io::stderr()),
            interactive,
        }
    }

    /// These two.
    #[must_use]
    pub fn new(out: Box<dyn Write>, err: Box<dyn Write>) -> Streams {
        Streams {
            out,
            waiting: String::new(),
            err,
            interactive: false,
        }
    }

    /// Sends output to a file from now on. `-` leaves it where it is.
    ///
    /// # Errors
    /// The file cannot be created.
    pub fn redirect(&mut self, path: &OsStr) -> io::Result<()> {
        if path != "-" {
            self.flush();
            self.out = Box::new(BufWriter::new(std::fs::File::create(path)?));
            self.interactive = false;
        }
        Ok(())
    }

    /// Whether output is shown on a terminal.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        self.interactive
    }

    /// Writes to standard output.
    pub fn out(&mut self, text: &str) {
        // Large texts do not wait.
        if self.waiting.len() + text.len() > OUT_BUFFER {
            self.out_bytes(text.as_bytes());
        } else {
            self.waiting.push_str(text);
        }
    }

    /// Writes to standard output at once.
    pub fn out_bytes(&mut self, text: &[u8]) {
        self.settle();
        self.put(text);
    }

    /// What was written to standard output so far comes before all that will be written to standard error.
    pub fn settle(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        self.put(waiting.as_bytes());
        self.waiting = waiting;
        self.waiting.clear();
    }

    fn put(&mut self, text: &[u8]) {
        if self.out.write_all(text).is_err() {
            self.out = Box::new(io::sink());
        }
    }

    /// Writes to standard error, at once.
    pub fn err(&mut self, text: &str) {
        if self.interactive {
            self.settle();
        }
        self.flush_settled();
        if self
            .err
            .write_all(text.as_bytes())
            .and_then(|()| self.err.flush())
            .is_err()
        {
            self.err = Box::new(io::sink());
        }
    }

    /// Sends on what is buffered.
    pub fn flush(&mut self) {
        self.settle();
        self.flush_settled();
    }

    fn flush_settled(&mut self) {
        if self.out.flush().is_err() {
            self.out = Box::new(io::sink());
        }
    }
}

/// What was written to captured streams.
#[derive(Clone, Default)]
pub struct Captured {
    out: Shared,
    err: Shared,
}

#[derive(Clone, Default)]
struct Shared(Rc<RefCell<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Captured {
    /// Standard output so far.
    #[must_use]
    pub fn out(&self) -> String {
        String::from_utf8_lossy(&self.out.0.borrow()).into_owned()
    }

    /// Standard error so far.
    #[must_use]
    pub fn err(&self) -> String {
        String::from_utf8_lossy(&self.err.0.borrow()).into_owned()
    }
}

impl Streams {
    /// Streams for tests, and what is written to them.
    #[must_use]
    pub fn captured() -> (Streams, Captured) {
        let captured = Captured::default();
        let streams = Streams::new(
            Box::new(captured.out.clone()),
            Box::new(captured.err.clone()),
        );
        (streams, captured)
    }
}

/// The return code for an input/output error.
#[must_use]
pub fn io_rc(error: &io::Error) -> pcmk_core::rc::Rc {
    error
        .raw_os_error()
        .map_or(pcmk_core::rc::Rc::EIO, pcmk_core::rc::Rc)
}

/// The text of an input/output error as the C library gives it, without the number that Rust adds.
#[must_use]
pub fn error_text(error: &io::Error) -> String {
    let text = error.to_string();
    match text.rfind(" (os error ") {
        Some(at) => text[..at].to_owned(),
        None => text,
    }
}
