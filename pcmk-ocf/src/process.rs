//! A child process with a time limit, and what it wrote. Source: behaviour notes 08 section 4.4.
//!
//! Two threads collect output while the caller waits for the process. What the process leaves behind may hold the pipes
//! open; so after its end the threads get a moment to finish, and are left to themselves then.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How much is kept of each stream, bytes.
const CAPTURE_LIMIT: usize = 10 * 1024 * 1024;
/// How often a running process is looked at.
const TICK: Duration = Duration::from_millis(5);
/// How long output is waited for after the end.
const GRACE: Duration = Duration::from_millis(200);

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// With this exit status.
    Exit(i32),
    /// By this signal.
    Signal(i32),
    /// Not in time; it was killed.
    Timeout,
}

/// All about a process that ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// How it ended.
    pub end: End,
    /// What it wrote to standard output.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
}

/// What to run.
#[derive(Clone, Debug)]
pub struct Run<'r> {
    /// Program.
    pub program: &'r Path,
    /// Arguments.
    pub arguments: &'r [&'r str],
    /// Its whole environment.
    pub environment: &'r [(OsString, OsString)],
    /// What it can read from standard input; otherwise it has that of the caller.
    pub input: Option<String>,
    /// Time limit; none is no limit.
    pub timeout: Option<Duration>,
}

/// Runs a program in a process group of its own, and waits for it.
///
/// # Errors
/// It cannot be started.
pub fn run(run: Run<'_>) -> io::Result<Finished> {
    let mut command = Command::new(run.program);
    command
        .args(run.arguments)
        .env_clear()
        .envs(run.environment.iter().map(|(name, value)| (name, value)))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    if run.input.is_some() {
        command.stdin(Stdio::piped());
    }
    let mut child = command.spawn()?;
    if let (Some(text), Some(mut stdin)) = (run.input, child.stdin.take()) {
        // On a thread, for a process that does not read; one that is gone is no error.
        thread::spawn(move || stdin.write_all(text.as_bytes()));
    }
    let stdout = child.stdout.take().map(collect);
    let stderr = child.stderr.take().map(collect);
    let end = wait(&mut child, run.timeout)?;
    let deadline = Instant::now() + GRACE;
    Ok(Finished {
        end,
        stdout: stdout
            .map(|stream| stream.take(deadline))
            .unwrap_or_default(),
        stderr: stderr
            .map(|stream| stream.take(deadline))
            .unwrap_or_default(),
    })
}

fn wait(child: &mut Child, timeout: Option<Duration>) -> io::Result<End> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(match (status.code(), status.signal()) {
                (Some(code), _) => End::Exit(code),
                (None, signal) => End::Signal(signal.unwrap_or(0)),
            });
        }
        if timeout.is_some_and(|timeout| start.elapsed() >= timeout) {
            child.kill()?;
            child.wait()?;
            return Ok(End::Timeout);
        }
        thread::sleep(TICK);
    }
}

/// A stream that is being collected.
struct Stream {
    bytes: Arc<Mutex<Vec<u8>>>,
    thread: JoinHandle<()>,
}

fn collect(mut from: impl Read + Send + 'static) -> Stream {
    let bytes = Arc::new(Mutex::new(Vec::new()));
    let into = Arc::clone(&bytes);
    let thread = thread::spawn(move || {
        let mut chunk = [0; 4096];
        while let Ok(count) = from.read(&mut chunk) {
            if count == 0 {
                break;
            }
            let mut into = into.lock().unwrap_or_else(PoisonError::into_inner);
            if into.len() < CAPTURE_LIMIT {
                into.extend_from_slice(&chunk[..count]);
            }
        }
    });
    Stream { bytes, thread }
}

impl Stream {
    fn take(self, deadline: Instant) -> String {
        while !self.thread.is_finished() && Instant::now() < deadline {
            thread::sleep(TICK);
        }
        let bytes = std::mem::take(&mut *self.bytes.lock().unwrap_or_else(PoisonError::into_inner));
        // Text ends at a NUL.
        let text = bytes.split(|&byte| byte == 0).next().unwrap_or_default();
        String::from_utf8_lossy(text).into_owned()
    }
}
