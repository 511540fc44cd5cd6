//! Runs one seed.
use pcmk_testkit::{history, run};
fn main() {
    let seed = std::env::args().nth(1).unwrap().parse().unwrap();
    let moment = history::cluster(seed);
    let _ = run::outputs(&run::schedule(&moment.document, moment.now));
}
