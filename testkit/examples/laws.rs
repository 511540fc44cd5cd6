//! Schedules random clusters and tells what is odd about them: `laws FROM TO [print]`.
#![allow(clippy::print_stdout, clippy::print_stderr)]
use pcmk_cib::xml::{PrintStyle, print};
use pcmk_testkit::{history, laws, run};

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let (from, to): (u64, u64) = (args[1].parse().unwrap(), args[2].parse().unwrap());
    for seed in from..to {
        let moment = history::cluster(seed);
        if args.len() > 3 {
            println!(
                "{}",
                print(moment.document.root_element(), PrintStyle::Pretty)
            );
        }
        let decision = run::schedule(&moment.document, moment.now);
        let _ = run::outputs(&decision);
        for note in laws::unexplained(&decision) {
            println!("{seed} {} {note}", note.fault.rule());
        }
    }
}
