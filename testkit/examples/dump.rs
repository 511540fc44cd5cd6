//! Writes the CIB of a seed, and its graph as "action <- inputs" lines.
#![allow(clippy::print_stdout, clippy::print_stderr)]
use pcmk_cib::xml::{PrintStyle, print};
use pcmk_pengine::transition::describe::key_text;
use pcmk_testkit::{history, run};

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let moment = history::cluster(args[1].parse().unwrap());
    std::fs::write(
        format!("/tmp/s{}.xml", args[1]),
        print(moment.document.root_element(), PrintStyle::Pretty),
    )
    .unwrap();
    let d = run::schedule(&moment.document, moment.now);
    let name = |id| {
        let a: &pcmk_pengine::book::Action = d.book.get(id);
        format!(
            "{}({})@{}[{:?}]",
            key_text(&d, id),
            id.number(),
            a.node.map_or("-", |n| d.config.node_name(n)),
            a.flags
        )
    };
    for s in &d.transition.synapses {
        println!(
            "{} <- {}",
            name(s.action),
            s.inputs
                .iter()
                .map(|&i| name(i))
                .collect::<Vec<_>>()
                .join(", ")
        );
    }
    println!("now {}", moment.now);
}
