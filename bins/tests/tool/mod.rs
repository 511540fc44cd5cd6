//! Runs a tool inside a test: no process, no environment, a clock that stands still.
#![allow(dead_code, reason = "every test file takes what it needs")]

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use pcmk_cli::cmd::crm_simulate;
use pcmk_cli::world::Clock;
use pcmk_cli::{Streams, World};

/// Moment of every run whose CIB does not bring its own, epoch seconds: 2023-11-14 22:23:20 UTC. It is also when
/// simulated results are recorded.
pub const NOW: i64 = 1_700_000_600;

/// What a run left behind.
#[derive(Debug, PartialEq, Eq)]
pub struct Ran {
    /// Exit status.
    pub status: u8,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// Runs `crm_simulate` with these arguments.
#[must_use]
pub fn simulate<A: Into<OsString>>(args: impl IntoIterator<Item = A>) -> Ran {
    let mut world = World::for_test(&["crm_simulate"]);
    world.args.extend(args.into_iter().map(Into::into));
    world.clock = Clock::Fixed(NOW);
    run(&mut world)
}

/// Runs `crm_simulate` in a given world.
#[must_use]
pub fn run(world: &mut World) -> Ran {
    let (mut streams, captured) = Streams::captured();
    let status = (crm_simulate::TOOL.run)(world, &mut streams);
    streams.flush();
    Ran {
        status,
        out: captured.out(),
        err: captured.err(),
    }
}

/// A file of this project.
#[must_use]
pub fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// An empty directory for the files of one test. `name` must be unique among all tests of the crate.
#[must_use]
pub fn scratch(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&directory);
    std::fs::create_dir_all(&directory).expect("the target directory can be written");
    directory
}
