//! What runs still want after the transition before was executed, and why: `again FROM TO [all]`.
//!
//! Prints what is left for no known reason; with `all` everything that is left, and a summary.
#![allow(clippy::print_stdout)]
use std::collections::BTreeMap;

use pcmk_testkit::{again, history};

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let (from, to): (u64, u64) = (args[1].parse().unwrap(), args[2].parse().unwrap());
    let all = args.len() > 3;
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for seed in from..to {
        let settling = again::check(&history::cluster(seed));
        let mut seen: Vec<String> = Vec::new();
        for left in &settling.left {
            if all || left.reason.is_none() {
                println!("{seed} {left}");
            }
            let how = if left.plain { "plain" } else { "recorded" };
            let reason = left.reason.map_or("?".to_owned(), |r| format!("{r:?}"));
            seen.push(format!("{how} {reason}"));
        }
        if settling.stuck.is_some() {
            println!("{seed} stuck {:?}", settling.stuck);
        }
        seen.push(format!("at rest: {}", settling.at_rest));
        seen.sort();
        seen.dedup();
        for kind in seen {
            *counts.entry(kind).or_default() += 1;
        }
    }
    for (kind, count) in counts {
        println!("{count:6} {kind}");
    }
}
