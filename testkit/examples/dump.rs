//! Writes the CIB of a seed, after some rounds of execution: `dump SEED [ROUNDS] > FILE`. The time to give to
//! `crm_simulate -t` goes to standard error.
#![allow(clippy::print_stdout, clippy::print_stderr)]
use pcmk_testkit::{again, history, run};

fn main() {
    let mut args = std::env::args().skip(1);
    let seed = args.next().and_then(|s| s.parse().ok()).expect("a seed");
    let rounds = args
        .next()
        .map_or(0, |r| r.parse().expect("a number of rounds"));
    let moment = history::cluster(seed);
    let document = again::after(&moment, rounds).expect("a transition that can be completed");
    let (text, time) = run::for_tools(&document, moment.now);
    eprintln!("crm_simulate -t '{time}'");
    print!("{text}");
}
