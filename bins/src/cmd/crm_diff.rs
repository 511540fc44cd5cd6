//! `crm_diff`: compares two configurations, or applies a patchset. Source: behaviour notes 07 section 6.2.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use pcmk_cib::load;
use pcmk_cib::patch::{AttributeOrder, VERSION_ATTRIBUTES, VersionCheck, apply_to, diff};
use pcmk_cib::xml::Document;
use pcmk_core::rc::ExitCode;

use crate::Tool;
use crate::args::row::{file, flag, text};
use crate::args::{Found, Listing, OptionTable, UsageError};
use crate::front::{self, Body, Failure, Session};
use crate::view::element::blob;
use crate::world::{Streams, World};

/// The tool.
pub const TOOL: Tool = Tool {
    name: "crm_diff",
    options: Listing::Table(&TABLE),
    run,
};

const TABLE: OptionTable = OptionTable {
    tool: "crm_diff",
    summary: "Compares two configurations, or applies a patchset to one.",
    groups: &[
        (
            "Original XML",
            &[
                file('o', "original", "Read the original from a file"),
                text('O', "original-string", "XML", "The original itself"),
            ],
        ),
        (
            "Operation",
            &[
                file('n', "new", "Compare with this file"),
                text('N', "new-string", "XML", "Compare with this XML"),
                file('p', "patch", "Apply the patchset in this file"),
            ],
        ),
        (
            "Additional options",
            &[
                flag(
                    'c',
                    "cib",
                    "The inputs are whole CIBs: check versions, add a digest",
                ),
                flag('u', "no-version", "Leave versions out of the patchset"),
                flag('s', "stdin", ""),
            ],
        ),
    ],
};

fn run(world: &mut World, streams: &mut Streams) -> u8 {
    let mut request = Request::default();
    front::run(&TABLE, ExitCode::ERROR, &mut request, world, streams)
}

#[derive(Default)]
struct Request {
    original: Option<OsString>,
    original_text: Option<String>,
    /// The other side. `--new` and `--patch` share it.
    new: Option<OsString>,
    new_text: Option<String>,
    patch: bool,
    cib: bool,
    no_version: bool,
    stdin: bool,
}

impl Body for Request {
    fn option(&mut self, option: &Found, _world: &World) -> Result<(), UsageError> {
        match option.name {
            "original" => self.original = Some(option.value.clone()),
            "original-string" => self.original_text = Some(option.text()),
            "new" => self.new = Some(option.value.clone()),
            "new-string" => self.new_text = Some(option.text()),
            "patch" => {
                self.new = Some(option.value.clone());
                self.patch = true;
            }
            "cib" => self.cib = true,
            "no-version" => self.no_version = true,
            "stdin" => self.stdin = true,
            _ => {}
        }
        Ok(())
    }

    fn run(&mut self, session: &mut Session<'_, '_>) -> Result<ExitCode, Failure> {
        if self.no_version {
            if self.patch {
                session
                    .out
                    .err("Warning: -u/--no-version ignored with -p/--patch");
            } else if self.cib {
                return Err(Failure::usage("-u/--no-version incompatible with -c/--cib"));
            }
        }
        if self.original.is_none() && self.original_text.is_none() && !self.stdin {
            return Err(Failure::usage(
                "Either --original or --original-string must be specified",
            ));
        }
        if self.new.is_none() && self.new_text.is_none() && !self.stdin {
            return Err(Failure::usage(
                "Either --new, --new-string, or --patch must be specified",
            ));
        }
        let unreadable =
            |side: &str| Failure::new(ExitCode::DATAERR, format!("Failed to parse {side} XML"));
        let original = self.original.as_deref();
        let original = read(
            session.world,
            self.original_text.as_deref(),
            self.stdin,
            original,
        )
        .ok_or_else(|| unreadable("original"))?;
        let side = if self.patch { "patch" } else { "new" };
        let new = self.new.as_deref();
        let new = read(session.world, self.new_text.as_deref(), self.stdin, new)
            .ok_or_else(|| unreadable(side))?;
        if self.patch {
            self.apply(session, &original, &new)
        } else {
            Ok(self.compare(session, &original, new))
        }
    }
}

impl Request {
    fn apply(
        &self,
        session: &mut Session<'_, '_>,
        original: &Document,
        patch: &Document,
    ) -> Result<ExitCode, Failure> {
        let check = if self.cib {
            VersionCheck::Required
        } else {
            VersionCheck::Skipped
        };
        let updated = apply_to(original, patch.root_element(), check)
            .map_err(|error| Failure::rc("Could not apply patch", error.rc()))?;
        blob(session.out, "updated", updated.root_element());
        Ok(ExitCode::OK)
    }

    fn compare(
        &self,
        session: &mut Session<'_, '_>,
        original: &Document,
        mut new: Document,
    ) -> ExitCode {
        if self.no_version {
            let root = new.root();
            for name in VERSION_ATTRIBUTES {
                if let Some(value) = original.root_element().attr(name) {
                    new.set_attr(root, name, value);
                }
            }
        }
        let order = if self.cib {
            AttributeOrder::Ignored
        } else {
            AttributeOrder::Counts
        };
        let Some(mut patch) = diff(original, new, order, self.cib) else {
            return ExitCode::OK;
        };
        if self.no_version
            && let Some(version) = patch.root_element().child("version")
        {
            let version = version.id();
            patch.detach(version);
        }
        blob(session.out, "patchset", patch.root_element());
        ExitCode::ERROR
    }
}

/// Reads one side: the text, or standard input, or the file.
fn read(
    world: &mut World,
    text: Option<&str>,
    stdin: bool,
    file: Option<&OsStr>,
) -> Option<Document> {
    if let Some(text) = text {
        return Document::parse(text.as_bytes(), "input string").ok();
    }
    let file = file.filter(|_| !stdin);
    match file.filter(|name| *name != "-") {
        Some(file) => load::read_file(Path::new(file)).ok(),
        None => {
            let bytes = world.read_stdin(pcmk_cib::xml::MAX_DOCUMENT_BYTES).ok()?;
            load::read_bytes(&bytes, "<stdin>").ok()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(args: &[&str], status: u8, want: &str) {
        let (mut streams, captured) = Streams::captured();
        let args: Vec<&str> = std::iter::once("crm_diff")
            .chain(args.iter().copied())
            .collect();
        let found = run(&mut World::for_test(&args), &mut streams);
        assert_eq!(
            (found, captured.out() + &captured.err()),
            (status, want.to_owned())
        );
    }

    #[test]
    fn differences_and_refusals() {
        check(&["-O", "<a/>", "-N", "<a/>"], 0, "");
        check(
            &["-u", "-O", "<a epoch='1'/>", "-N", "<a epoch='2'><b/></a>"],
            1,
            "<diff format=\"2\">\n  <change operation=\"create\" path=\"/a\" position=\"0\">\n    <b/>\n  </change>\n</diff>\n",
        );
        check(
            &["-O", "<a"],
            64,
            "crm_diff: Either --new, --new-string, or --patch must be specified\n",
        );
        check(
            &["-N", "<a", "-O", "<a/>"],
            65,
            "crm_diff: Failed to parse new XML\n",
        );
    }
}
