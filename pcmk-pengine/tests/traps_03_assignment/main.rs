//! The traps of assignment, one test each, numbered as in behaviour notes 03 "Traps".

mod connections;
mod order;
mod promotion;
mod rest;
mod scores;
#[path = "../support/mod.rs"]
mod support;

use support::{Run, lines, quiet};

fn lines_of(run: &Run, rsc: &str) -> Vec<String> {
    let wanted = format!("pcmk__primitive_assign {rsc} ");
    run.score_lines()
        .iter()
        .filter_map(|l| l.strip_prefix(&wanted).map(str::to_owned))
        .collect()
}
