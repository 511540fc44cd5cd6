//! The laws: what must hold of every run, on made-up clusters and on every CIB of a small world.
//!
//! A failure names the seed (or index), and how to look at it. Development builds try fewer clusters.
#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use pcmk_testkit::again::Reason;
use pcmk_testkit::{history, laws, run, small_world};

/// How many made-up clusters.
const CLUSTERS: usize = if cfg!(debug_assertions) { 300 } else { 10_000 };
/// One of how many CIBs of the small world.
const STEP: usize = if cfg!(debug_assertions) { 100 } else { 1 };
/// How many clusters are compared between threads and processes.
const COMPARED: u64 = if cfg!(debug_assertions) { 60 } else { 500 };
/// Clusters in a thousand that may have something left for other reasons than news.
const SURPRISES: usize = 20;

/// Does something with every number below a limit, on all processors; results in order.
fn on_all<T: Send>(limit: usize, job: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let mut results: Vec<(usize, T)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    let mut own = Vec::new();
                    loop {
                        let index = next.fetch_add(1, Ordering::Relaxed);
                        if index >= limit {
                            return own;
                        }
                        own.push((index, job(index)));
                    }
                })
            })
            .collect();
        let joined = workers.into_iter().map(|worker| worker.join());
        joined
            .flat_map(|own| own.expect("a job panicked"))
            .collect()
    });
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

/// Fails with the first complaints and a way to reproduce them.
fn fail_if_any(complaints: &[String], how: &str) {
    let shown: Vec<&str> = complaints.iter().take(20).map(String::as_str).collect();
    assert!(
        complaints.is_empty(),
        "{} complaints, the first ones:\n{}\n\n{how}",
        complaints.len(),
        shown.join("\n")
    );
}

#[test]
fn generated_clusters_obey_the_laws() {
    let verdicts = on_all(CLUSTERS, |seed| laws::check(&history::cluster(seed as u64)));
    let mut complaints = Vec::new();
    let mut surprises: BTreeMap<Reason, Vec<usize>> = BTreeMap::new();
    for (seed, verdict) in verdicts.into_iter().enumerate() {
        let broken = verdict.broken.into_iter();
        complaints.extend(broken.map(|what| format!("seed {seed}: {what}")));
        if let Some(reason) = verdict.surprise {
            surprises.entry(reason).or_default().push(seed);
        }
    }
    fail_if_any(
        &complaints,
        "See all of a seed: cargo run --release -p pcmk-testkit --example again -- SEED SEED+1 all\n\
         Its CIB after some rounds: cargo run --release -p pcmk-testkit --example dump -- SEED ROUNDS > FILE\n\
         Then: crm_simulate -S -x FILE -O OTHER -t TIME, with TIME as the example says",
    );
    // Reasons explain what is left one by one; this keeps them from explaining everything.
    let count: usize = surprises.values().map(Vec::len).sum();
    assert!(
        count * 1000 <= CLUSTERS * SURPRISES,
        "{count} of {CLUSTERS} clusters have something left, seeds by first reason: {surprises:?}"
    );
}

#[test]
fn the_small_world_obeys_the_laws() {
    let worlds = small_world::all();
    let complaints = on_all(worlds.len().div_ceil(STEP), |place| {
        // Not always the same member of each block of neighbours.
        let index = place * STEP + place % STEP;
        let Some(world) = worlds.get(index) else {
            return Vec::new();
        };
        let broken = laws::check(&world.moment()).broken.into_iter();
        broken
            .map(|what| format!("index {index}: {what} ({world})"))
            .collect()
    });
    fail_if_any(
        &complaints.concat(),
        "Its CIB: cargo run --release -p pcmk-testkit --example small_world -- INDEX > FILE\n\
         Then: crm_simulate -S -x FILE -O OTHER -t TIME, with TIME as the example says",
    );
}

fn digest(outputs: &run::Outputs) -> u64 {
    let parts = [&outputs.graph, &outputs.dot, &outputs.record];
    let bytes = parts.into_iter().flat_map(|part| part.bytes());
    // FNV-1a: the same everywhere.
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

fn digest_of(seed: u64) -> u64 {
    let moment = history::cluster(seed);
    digest(&run::outputs(&run::schedule(&moment.document, moment.now)))
}

#[test]
fn threads_agree() {
    std::thread::scope(|scope| {
        let up = scope.spawn(|| (0..COMPARED).map(digest_of).collect::<Vec<_>>());
        let down = scope.spawn(|| (0..COMPARED).rev().map(digest_of).collect::<Vec<_>>());
        let (up, mut down) = (up.join().expect("up"), down.join().expect("down"));
        down.reverse();
        let differing: Vec<usize> = (0..up.len())
            .filter(|&seed| up[seed] != down[seed])
            .collect();
        assert!(
            differing.is_empty(),
            "outputs of these seeds differ: {differing:?}"
        );
    });
}

/// Set in a child process, which then tells the digests.
const CHILD: &str = "PCMK_LAWS_DIGESTS";

/// Hash tables are seeded anew in every process; nothing may depend on that.
#[test]
fn processes_agree() {
    if std::env::var_os(CHILD).is_some() {
        for seed in 0..COMPARED {
            println!("digest {seed} {:016x}", digest_of(seed));
        }
        return;
    }
    let own: Vec<String> = (0..COMPARED)
        .map(|seed| format!("digest {seed} {:016x}", digest_of(seed)))
        .collect();
    let child = Command::new(std::env::current_exe().expect("the path of this test"))
        .args(["--exact", "processes_agree", "--nocapture"])
        .env(CHILD, "1")
        .output()
        .expect("this test runs again");
    let text = String::from_utf8_lossy(&child.stdout);
    let theirs: Vec<&str> = text
        .lines()
        .filter_map(|line| line.find("digest ").map(|at| &line[at..]))
        .collect();
    assert_eq!(
        own.len(),
        theirs.len(),
        "the other process ended early:\n{text}"
    );
    let differing: Vec<_> = own
        .iter()
        .zip(theirs)
        .filter(|(own, theirs)| own != theirs)
        .collect();
    assert!(
        differing.is_empty(),
        "outputs differ between processes: {differing:?}"
    );
}
