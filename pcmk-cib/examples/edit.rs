//! Embeds the CIB: loads one from a file, adds a resource to a draft of it, validates the draft, prints the patchset and
//! commits.
//!
//! ```text
//! cargo run -p pcmk-cib --example edit -- cib.xml [RESOURCE [AGENT]]
//! ```
//!
//! The resource is a primitive of the agent `ocf:heartbeat:AGENT`. If the configuration with it is not valid, every
//! problem is told and the file stays as it was.

use std::error::Error;
use std::io::{Write, stdout};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use pcmk_cib::acl::NoGroups;
use pcmk_cib::op::{Context, Operation, Request, Side};
use pcmk_cib::patch::{AttributeOrder, VersionCheck, apply_to, diff};
use pcmk_cib::store::{CibAccess, Client, Draft, FileCib, Place, SystemFiles};
use pcmk_cib::validate::validate;
use pcmk_cib::xml::{Document, PrintStyle, print};
use pcmk_core::time::DateTime;

fn main() -> Result<ExitCode, Box<dyn Error>> {
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
    let schema = before.root_element().attr("validate-with").unwrap_or("none");

    // Add a resource. A request that fails is not part of the draft; one that an ACL or the schema refuses says so.
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

    // Validate: one problem for each cause, with line, element, id, what was expected and the nearest valid name.
    let after = draft.view();
    if let Err(problems) = validate(&after, schema) {
        for problem in problems {
            writeln!(out, "{problem}")?;
        }
        return Ok(ExitCode::FAILURE);
    }

    // The patchset takes any CIB of the old version to the new one.
    if let Some(patch) = diff(&before, &after, AttributeOrder::Relevant) {
        write!(out, "{}", print(patch.root_element(), PrintStyle::Pretty))?;
        let patched = apply_to((*before).clone(), patch.root_element(), VersionCheck::Exact)?;
        assert_eq!(
            print(patched.root_element(), PrintStyle::Compact),
            print(after.root_element(), PrintStyle::Compact)
        );
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
