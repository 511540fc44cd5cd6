//! The traps of outputs and simulation, one test each, numbered as in behaviour notes 05 "Traps".

mod execution;
mod formats;
mod graph;
mod summary;
#[path = "../../../pcmk-pengine/tests/support/mod.rs"]
mod support;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use support::{Cluster, NOW, Run, lines, quiet};

/// What the tool printed.
struct Printed {
    out: String,
    err: String,
    status: Option<i32>,
}

/// Runs the tool on a document, at the usual moment.
fn tool(document: &str, arguments: &str) -> Printed {
    let document = document.replacen("<cib ", &format!("<cib execution-date=\"{NOW}\" "), 1);
    let mut child = Command::new(env!("CARGO_BIN_EXE_crm_simulate"))
        .args(["-x", "-"])
        .args(arguments.split_whitespace())
        .env("TZ", "UTC")
        .env_remove("CIB_file")
        .env_remove("CIB_shadow")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the tool starts");
    child
        .stdin
        .take()
        .expect("a pipe")
        .write_all(document.as_bytes())
        .expect("the tool reads");
    let done = child.wait_with_output().expect("the tool ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    Printed {
        out: text(done.stdout),
        err: text(done.stderr),
        status: done.status.code(),
    }
}

fn simulate(cluster: &Cluster, arguments: &str) -> Printed {
    tool(&cluster.document(), arguments)
}

/// Lines between a title and the next empty line, without indentation.
fn section(text: &str, title: &str) -> Vec<String> {
    let title = format!("{title}:");
    let after = text
        .lines()
        .skip_while(|l| l.trim_start_matches([' ', '*']) != title)
        .skip(1);
    after
        .take_while(|l| !l.is_empty())
        .map(|l| l.trim_start().trim_start_matches("* ").to_owned())
        .collect()
}

fn scratch(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("traps-05-{}-{name}", std::process::id()))
}

// Trap 1: see 01 trap 19.

fn id_of(run: &Run, label: &str) -> u32 {
    let line = run.synapses().into_iter().find(|l| {
        l.split(" <-")
            .next()
            .is_some_and(|l| l.split_once(' ').is_some_and(|(_, l)| l == label))
    });
    line.and_then(|l| l.split(' ').next().and_then(|n| n.parse().ok()))
        .unwrap_or_else(|| panic!("{label}: {:#?}", run.synapses()))
}
