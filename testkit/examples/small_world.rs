//! Writes one CIB of the small world: `small_world INDEX > FILE`. What it is, and the time to give to
//! `crm_simulate -t`, go to standard error.
#![allow(clippy::print_stdout, clippy::print_stderr)]
use pcmk_testkit::{run, small_world};

fn main() {
    let index: usize = std::env::args()
        .nth(1)
        .and_then(|i| i.parse().ok())
        .expect("an index");
    let worlds = small_world::all();
    let world = worlds.get(index).expect("an index within the world");
    let moment = world.moment();
    let (text, time) = run::for_tools(&moment.document, moment.now);
    eprintln!("{world}\ncrm_simulate -t '{time}'");
    print!("{text}");
}
