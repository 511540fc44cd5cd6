//! The small world: `small_world` counts it and tells which laws are broken, `small_world INDEX` writes one CIB of it.
#![allow(clippy::print_stdout, clippy::print_stderr)]
use pcmk_cib::xml::{PrintStyle, print};
use pcmk_testkit::{laws, small_world};

fn main() {
    let worlds = small_world::all();
    match std::env::args().nth(1) {
        Some(index) => {
            let index: usize = index.parse().expect("an index");
            let moment = worlds[index].moment();
            eprintln!("{}\nnow: @{} (epoch seconds)", worlds[index], moment.now);
            print!(
                "{}",
                print(moment.document.root_element(), PrintStyle::Pretty)
            );
        }
        None => {
            for (index, world) in worlds.iter().enumerate() {
                for complaint in laws::check(&world.moment()).broken {
                    println!("{index} {complaint} ({world})");
                }
            }
            println!("{} CIBs", worlds.len());
        }
    }
}
