//! What a second run still wants after the first one was executed.
#![allow(clippy::print_stdout)]
use pcmk_pengine::book::ActionFlags;
use pcmk_pengine::simulate::Working;
use pcmk_pengine::transition::describe::key_text;
use pcmk_testkit::{history, run};

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let (from, to): (u64, u64) = (args[1].parse().unwrap(), args[2].parse().unwrap());
    let rounds: usize = args.get(3).map_or(1, |r| r.parse().unwrap());
    'seed: for seed in from..to {
        let moment = history::cluster(seed);
        let mut document = moment.document.clone();
        for round in 0..=rounds {
            let decision = run::schedule(&document, moment.now);
            let mut left = Vec::new();
            for s in &decision.transition.synapses {
                let a = decision.book.get(s.action);
                if a.is(ActionFlags::PSEUDO) {
                    continue;
                }
                let node = a.node.map_or("-", |n| decision.config.node_name(n));
                left.push(format!("{}@{node}", key_text(&decision, s.action)));
            }
            if left.is_empty() {
                continue 'seed;
            }
            if round == rounds {
                println!("{seed} {}", left.join(" "));
            }
            let mut working = Working::new(document.clone());
            let report = run::execute(&decision, &mut working, &[], moment.now);
            if !report.is_ok_and(|r| r.complete) {
                continue 'seed;
            }
            document = working.document().clone();
        }
    }
}
