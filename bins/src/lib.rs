//! The command-line tools: everything that knows a terminal, environment variables, a clock or an exit status.
//!
//! A tool is a function from a [`World`] (arguments, environment, clock, standard input) and [`Streams`] (where output
//! goes) to an exit status, so that it runs inside a test as well as in a process. It reads its options ([`args`]),
//! lets the libraries do the work (with the help of [`ops`]), and renders what came out: [`view`] turns cluster values
//! into calls of [`out`], and `out` alone knows formats.

pub mod args;
pub mod cmd;
pub mod front;
pub mod generate;
pub mod ops;
pub mod out;
pub mod view;
pub mod world;

pub use world::{Streams, World};

/// See [`pcmk_alloc`].
#[global_allocator]
static ALLOCATOR: pcmk_alloc::LargePages = pcmk_alloc::LargePages;

/// A command-line tool.
#[derive(Clone, Copy)]
pub struct Tool {
    /// Its name, for messages.
    pub name: &'static str,
    /// Its options.
    pub options: args::Listing,
    /// What it does. Returns the exit status.
    pub run: fn(&mut World, &mut Streams) -> u8,
}

/// Runs a tool in this process.
#[must_use]
pub fn run(tool: &Tool) -> std::process::ExitCode {
    pcmk_alloc::grow_in_large_steps();
    let mut world = World::of_process();
    let mut streams = Streams::of_process();
    let status = (tool.run)(&mut world, &mut streams);
    streams.flush();
    std::process::ExitCode::from(status)
}
