//! Embeds the CIB: loads one from a file, validates it with another resource, adds that to a draft, prints the patchset
//! and commits.
//!
//! ```text
//! cargo run -p pcmk-cib --example edit -- cib.xml [RESOURCE [AGENT]]
//! ```
//!
//! The resource is a primitive of the agent `ocf:heartbeat:AGENT`. If the configuration with it is not valid, every
//! problem is told and the file stays as it was.

use std::error::Error;
use std::io::{Write, stderr, stdout};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use pcmk_cib::acl::NoGroups;
use pcmk_cib::op::{Context, Operation, Request, Side, find_section};
use pcmk_cib::patch::{AttributeOrder, VersionCheck, apply_to, diff};
use pcmk_cib::store::{CibAccess, Client, Draft, FileCib, Place, SystemFiles};
use pcmk_cib::validate::validate;
use pcmk_cib::xml::{Document, PrintStyle, print};
use pcmk_core::time::DateTime;

fn main() -> ExitCode {
    match run() {
        Ok(status) => status,
        Err(error) => {
            // Nothing is left to be done if that cannot be written.
            let _ = writeln!(stderr(), "edit: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode, Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let Some(path) = args.next().map(PathBuf::from) else {
        return Err("usage: edit FILE [RESOURCE [AGENT]]".into());
    };
    let name = args.next().unwrap_or_else(|| "example".to_owned());
    let agent = args.next().unwrap_or_else(|| "Dummy".to_owned());
    let mut out = stdout().lock();

    // The library never looks at the clock: the time of a change is the client's.
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let now = DateTime::from_epoch(now.cast_signed());

    // Load. Any `CibAccess` would do from here on: `MemoryCib` for a document that was made or received.
    let mut cib = FileCib::open(
        Arc::new(SystemFiles),
        Place::File(path),
        Client::at(now),
        None,
    )?;
    let before = cib.view()?;
    let schema = before
        .root_element()
        .attr("validate-with")
        .unwrap_or("none");

    // The resource to add.
    let mut primitive = Document::new("primitive");
    let root = primitive.root();
    for (attribute, value) in [
        ("id", &*name),
        ("class", "ocf"),
        ("provider", "heartbeat"),
        ("type", &*agent),
    ] {
        primitive.set_attr(root, attribute, value);
    }

    // Validate a copy with it: one problem for each cause, with line, element, id, what was expected and the nearest valid
    // name. The store would refuse the change as well, but not say why.
    let mut copy = (*before).clone();
    if let Some(resources) = find_section(&copy, Some("resources")) {
        copy.append_copy(resources, primitive.root_element());
    }
    if let Err(problems) = validate(&copy, schema) {
        for problem in problems {
            writeln!(out, "{problem}")?;
        }
        return Ok(ExitCode::FAILURE);
    }

    // Add it to a draft. A request that fails is not part of the draft; what an ACL or the schema refuses fails.
    let mut draft = Draft::of(&mut cib)?;
    let context = Context {
        now,
        groups: &NoGroups,
        side: Side::FileClient,
    };
    draft.perform(
        Request::new(Operation::Create)
            .section("resources")
            .input(primitive),
        &context,
    )?;
    let after = draft.view();

    // The patchset takes any copy of the old CIB to the new one, and fails on any other.
    let order = AttributeOrder::Counts;
    if let Some(patch) = diff(&before, (*after).clone(), order, true) {
        let patch = patch.root_element();
        write!(out, "{}", print(patch, PrintStyle::Pretty))?;
        apply_to(&before, patch, VersionCheck::Required)?;
    }

    // Commit: all requests of the draft or none; then the file is replaced as a whole.
    let reply = draft.commit(&mut cib)?;
    cib.sign_off()?;
    writeln!(
        out,
        "committed, {}",
        match reply.configuration_changed {
            true => "the configuration changed",
            false => "nothing to change",
        }
    )?;
    Ok(ExitCode::SUCCESS)
}
