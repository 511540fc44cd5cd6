//! What may be wrong with a command line as a whole. Source: behaviour notes 07 section 3.2.

use std::ffi::OsString;

use super::options::{Command, Request, pair};
use crate::front::Failure;

/// Words that are no options: parameters, where there may be some.
pub fn words(request: &Request, rest: &[OsString]) -> Result<Vec<(String, String)>, Failure> {
    if request.expired && request.command != Command::Clear {
        return Err(Failure::usage("--expired requires --clear or -U"));
    }
    if rest.is_empty() {
        return Ok(Vec::new());
    }
    if !matches!(request.command, Command::Digests | Command::Agent(_)) {
        let mut text = "non-option ARGV-elements:".to_owned();
        for (at, word) in (1..).zip(rest) {
            text.push_str(&format!(
                "\n[{at} of {}] {}",
                rest.len(),
                word.to_string_lossy()
            ));
        }
        return Err(Failure::usage(text));
    }
    rest.iter()
        .map(|word| {
            let word = word.to_string_lossy();
            pair(&word).ok_or_else(|| {
                Failure::usage(format!("Error parsing '{word}' as a name=value pair"))
            })
        })
        .collect()
}

/// An agent named on the command line.
pub fn agent(request: &Request) -> Result<(), Failure> {
    let usage = |text: &str| Err(Failure::usage(text));
    let named = request.class.is_some() || request.agent.is_some() || request.provider.is_some();
    if named {
        if request.resource.is_some() {
            return usage("--class, --agent, and --provider cannot be used with -r/--resource");
        }
        if !matches!(request.command, Command::Agent(_)) {
            return usage(
                "--class, --agent, and --provider can only be used with --validate and --force-*",
            );
        }
        let is_ocf = request
            .class
            .as_deref()
            .is_some_and(|class| class.eq_ignore_ascii_case("ocf"));
        if is_ocf {
            if request.provider.is_none() || request.agent.is_none() {
                return usage("--provider and --agent are required with --class=ocf");
            }
        } else if request.provider.is_some() {
            return usage("--provider is supported only with --class=ocf");
        }
        if request.agent.is_none() {
            return usage("--agent is required with --class");
        }
        if request.class.is_none() {
            return usage("--class is required with --agent");
        }
    }
    Ok(())
}

/// Parameters of an agent named on the command line.
pub fn options(request: &Request) -> Result<(), Failure> {
    if !request.options.is_empty() && request.class.is_none() {
        let text = "--option must be used with --validate and without -r";
        return Err(Failure::usage(text));
    }
    Ok(())
}

/// A resource and a node, where the command cannot do without.
pub fn needs(request: &Request) -> Result<(), Failure> {
    let resource = match request.command {
        Command::Query { .. }
        | Command::Get
        | Command::Locate
        | Command::Constraints
        | Command::Set
        | Command::Unset
        | Command::Move
        | Command::Ban
        | Command::Delete
        | Command::Fail
        | Command::Restart
        | Command::Digests => true,
        Command::Clear => !request.expired,
        Command::Agent(_) => request.class.is_none(),
        _ => false,
    };
    if resource && request.resource.is_none() {
        return Err(Failure::usage(
            "Must supply a resource ID with -r/--resource",
        ));
    }
    let node = matches!(request.command, Command::Fail | Command::Digests);
    if node && request.node.is_none() {
        return Err(Failure::usage("Must supply a node name with -N/--node"));
    }
    Ok(())
}
