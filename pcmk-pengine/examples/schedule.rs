//! Embeds the scheduler: reads a CIB, prints what the cluster would do and in which order, and why a resource is where
//! it is.
//!
//! ```text
//! cargo run -p pcmk-pengine --example schedule -- examples/web-server.xml [RESOURCE NODE]
//! ```

use std::error::Error;
use std::io::{Write, stdout};
use std::time::{SystemTime, UNIX_EPOCH};

use pcmk_cib::load::read_file;
use pcmk_cib::schema::upgrade;
use pcmk_core::time::DateTime;
use pcmk_pengine::{Input, schedule};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let path = args
        .next()
        .unwrap_or_else(|| "examples/web-server.xml".to_owned());
    let question = args.next().zip(args.next());
    let mut out = stdout().lock();

    // The libraries never look at the clock, and take the document in its newest form only.
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let mut cib = read_file(&path)?;
    upgrade(&mut cib, &mut Vec::new())?;

    // One call. Any number of them can go on in parallel; nothing is shared and nothing is printed.
    let decision = schedule(&Input::new(cib, DateTime::from_epoch(now.cast_signed())).traced());

    for message in &decision.log {
        writeln!(out, "{:?}: {}", message.severity, message.text)?;
    }
    for action in decision.actions() {
        let wait: Vec<String> = action
            .inputs()
            .map(|input| input.number().to_string())
            .collect();
        write!(out, "{:>4} {}", action.number(), action.key())?;
        if let Some(node) = action.node() {
            write!(out, " on {node}")?;
        }
        if let Some(reason) = action.reason() {
            write!(out, " because of {reason}")?;
        }
        if !wait.is_empty() {
            write!(out, ", after {}", wait.join(" "))?;
        }
        writeln!(out)?;
    }
    if let Some((rsc, node)) = question {
        let why = decision
            .why(&rsc, &node)
            .ok_or("no such resource or node")?;
        writeln!(out, "\n{}", why.in_words(&decision.config))?;
    }
    Ok(())
}
