//! `crm_error`: explains numbers that tools end with or print. Source: behaviour notes 07 sections 1.4, 1.5 and 8.2.

use pcmk_core::lenient::scan_min_int;
use pcmk_core::rc::errno::ERRNO;
use pcmk_core::rc::{
    EXIT_CODES, ExitCode, LEGACY_CODES, RETURN_CODES, Rc, exit_name, exit_text, legacy_name,
    legacy_text,
};

use crate::Tool;
use crate::args::row::flag;
use crate::args::{Given, Listing, OptionTable};
use crate::front::{self, Failure, Session};
use crate::out::Out;
use crate::world::{Streams, World};

/// The tool.
pub const TOOL: Tool = Tool {
    name: "crm_error",
    options: Listing::Table(&TABLE),
    run,
};

const TABLE: OptionTable = OptionTable {
    tool: "crm_error",
    summary: "Shows what error numbers mean: those given as arguments (negative ones after \"--\"), or all.",
    groups: &[(
        "Additional options",
        &[
            flag('n', "name", "Show the name, too"),
            flag('l', "list", "Show all numbers"),
            flag('X', "exit", "The numbers are exit statuses"),
            flag('r', "rc", "The numbers are return codes of functions"),
        ],
    )],
};

/// Width of the longest name.
const NAME_WIDTH: usize = 26;

/// What the numbers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Exit,
    ReturnCode,
    Legacy,
}

impl Kind {
    fn name(self, code: i32) -> &'static str {
        match self {
            Kind::Exit => exit_name(code),
            Kind::ReturnCode => Rc(code).name(),
            // The number that has no positive counterpart counts as unknown.
            Kind::Legacy if code == i32::MIN => Rc(code).name(),
            Kind::Legacy => legacy_name(code),
        }
    }

    fn text(self, code: i32) -> String {
        match self {
            Kind::Exit => exit_text(code).to_owned(),
            Kind::ReturnCode => Rc(code).text(),
            Kind::Legacy if code == i32::MIN => Rc(code).text(),
            Kind::Legacy => legacy_text(code),
        }
    }

    /// All numbers that mean something, in order.
    fn all(self) -> Vec<i32> {
        let mut codes: Vec<i32> = match self {
            Kind::Exit => EXIT_CODES.iter().map(|row| i32::from(row.0)).collect(),
            Kind::ReturnCode => RETURN_CODES
                .iter()
                .map(|row| row.0)
                .chain(ERRNO.iter().map(|row| row.0))
                .collect(),
            Kind::Legacy => std::iter::once(0)
                .chain(ERRNO.iter().map(|row| row.0))
                .chain(LEGACY_CODES.iter().map(|row| row.0))
                .collect(),
        };
        codes.sort_unstable();
        codes.dedup();
        codes
    }
}

fn run(world: &mut World, streams: &mut Streams) -> u8 {
    front::run_simple(&TABLE, ExitCode::ERROR, work, world, streams)
}

fn work(given: &Given, session: &mut Session<'_, '_>) -> Result<ExitCode, Failure> {
    let kind = if given.has("exit") {
        Kind::Exit
    } else if given.has("rc") {
        Kind::ReturnCode
    } else {
        Kind::Legacy
    };
    let named = given.has("name");
    let words: Vec<_> = session.rest.iter().filter(|word| *word != "--").collect();
    if given.has("list") || words.is_empty() {
        for code in kind.all() {
            show(session.out, kind, code, named, true);
        }
    } else {
        let wordy = session.common.verbosity > 0;
        for word in words {
            // No number at all counts as the lowest one.
            let code = scan_min_int(word.to_str(), i32::MIN);
            show(session.out, kind, code, named, wordy);
        }
    }
    Ok(ExitCode::OK)
}

fn show(out: &mut Out<'_>, kind: Kind, code: i32, named: bool, with_number: bool) {
    let text = kind.text(code);
    let name = kind.name(code);
    if let Some(xml) = out.xml() {
        let number = code.to_string();
        let mut attributes = vec![("code", &*number)];
        if named {
            attributes.push(("name", name));
        }
        attributes.push(("description", &text));
        xml.leaf("result-code", &attributes);
        return;
    }
    out.info(&match (with_number, named) {
        (true, true) => format!("{code:5}: {name:<NAME_WIDTH$}  {text}"),
        (true, false) => format!("{code:5}: {text}"),
        (false, true) => format!("{name} - {text}"),
        (false, false) => text,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(args: &[&str], out: &str) {
        let args: Vec<&str> = std::iter::once("crm_error")
            .chain(args.iter().copied())
            .collect();
        let (mut streams, captured) = Streams::captured();
        let status = run(&mut World::for_test(&args), &mut streams);
        assert_eq!((status, captured.out().as_str()), (0, out), "{args:?}");
    }

    #[test]
    fn single_numbers() {
        check(&["6"], "No such device or address\n");
        check(
            &["-n", "-X", "6", "78"],
            "CRM_EX_NOT_CONFIGURED - Not configured\nCRM_EX_CONFIG - Invalid configuration\n",
        );
        check(&["-rV", "--", "-1005"], "-1005: Node not found\n");
        check(
            &["-nV", "201"],
            "  201: pcmk_err_generic            Error\n",
        );
        check(&["word"], "Error\n");
    }

    #[test]
    fn names_fit() {
        for kind in [Kind::Exit, Kind::ReturnCode, Kind::Legacy] {
            for code in kind.all() {
                assert!(kind.name(code).len() <= NAME_WIDTH, "{code}");
                assert_ne!(kind.name(code), "Unknown", "{code}");
            }
        }
    }
}
