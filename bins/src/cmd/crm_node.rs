//! `crm_node`: what the running cluster knows about nodes. Source: behaviour notes 07 section 5.1.
//!
//! Everything but the name for an agent is a question to the cluster's daemons. These are reached through IPC, which
//! this program does not have, so it says what the reference says where no cluster is running.

use pcmk_core::rc::{ExitCode, Rc};

use crate::Tool;
use crate::args::row::{flag, text};
use crate::args::{Given, Listing, OptionTable, help_text};
use crate::front::{self, Failure, Session};
use crate::world::{Streams, World};

/// The tool.
pub const TOOL: Tool = Tool {
    name: "crm_node",
    options: Listing::Table(&TABLE),
    run,
};

const TABLE: OptionTable = OptionTable {
    tool: "crm_node",
    summary: "Shows what the cluster knows about its nodes, and makes it forget one.",
    groups: &[
        (
            "Commands",
            &[
                flag('n', "name", "Show the name of this node"),
                flag('i', "cluster-id", "Show the number of this node"),
                text(
                    'N',
                    "name-for-id",
                    "ID",
                    "Show the name of the node with a number",
                ),
                flag('l', "list", "List all nodes, lost ones included"),
                flag('p', "partition", "List the nodes that this one can reach"),
                flag(
                    'q',
                    "quorum",
                    "Show 1 if this node's partition has quorum, otherwise 0",
                ),
                text(
                    'R',
                    "remove",
                    "NAME",
                    "Make the cluster forget a node that was removed (needs --force)",
                ),
                flag('C', "cluster", ""),
            ],
        ),
        (
            "Additional options",
            &[
                flag('f', "force", "Do it although it is dangerous"),
                flag('Q', "quiet", "Show less"),
            ],
        ),
    ],
};

fn run(world: &mut World, streams: &mut Streams) -> u8 {
    front::run_simple(&TABLE, ExitCode::NOSUCH, answer, world, streams)
}

/// What is asked for: the last command counts.
enum Command {
    Name,
    Id,
    NameForId,
    List,
    Partition,
    Quorum,
    Remove(String),
}

fn command(given: &Given) -> Option<Command> {
    given.0.iter().rev().find_map(|option| match option.name {
        "name" => Some(Command::Name),
        "cluster-id" => Some(Command::Id),
        "name-for-id" => Some(Command::NameForId),
        "list" => Some(Command::List),
        "partition" => Some(Command::Partition),
        "quorum" => Some(Command::Quorum),
        "remove" => Some(Command::Remove(option.text())),
        _ => None,
    })
}

fn answer(given: &Given, session: &mut Session<'_, '_>) -> Result<ExitCode, Failure> {
    session.out.set_quiet(given.has("quiet"));
    let Some(command) = command(given) else {
        session.out.stderr(help_text(&TABLE).trim_end());
        return Err(Failure::silent(ExitCode::USAGE));
    };
    let unreachable = Rc::ECONNREFUSED;
    match command {
        Command::Name => {
            // An agent that runs on behalf of another node must not learn the name of this one.
            let name = session.world.env("OCF_RESKEY_CRM_meta_on_node");
            if let Some(name) = name.map(|name| name.to_string_lossy().into_owned()) {
                match session.out.xml() {
                    Some(xml) => xml.leaf("node-info", &[("nodeid", "0"), ("uname", &name)]),
                    None => session.out.info(&name),
                }
                return Ok(ExitCode::OK);
            }
            Err(Failure::silent(unreachable.exit_code()))
        }
        Command::Id | Command::NameForId | Command::Quorum => {
            Err(Failure::silent(unreachable.exit_code()))
        }
        Command::List | Command::Partition => {
            Err(Failure::rc("Could not connect to controller", unreachable))
        }
        Command::Remove(_) if !given.has("force") => Err(Failure::usage(
            "The supplied command is considered dangerous.  To prevent accidental destruction of the cluster, \
             the --force flag is required in order to proceed.",
        )),
        Command::Remove(name) => Err(Failure::rc(
            &format!("Could not purge node {name} from controller"),
            unreachable,
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(words: &[&str], status: u8, out: &str, err: &str) {
        let args: Vec<&str> = std::iter::once("crm_node")
            .chain(words.iter().copied())
            .collect();
        let mut world = World::for_test(&args);
        world
            .env
            .insert("OCF_RESKEY_CRM_meta_on_node".into(), "guest1".into());
        let (mut streams, captured) = Streams::captured();
        let got = run(&mut world, &mut streams);
        assert_eq!(
            (got, captured.out().as_str(), captured.err().as_str()),
            (status, out, err),
            "{words:?}"
        );
    }

    #[test]
    fn without_a_cluster() {
        check(&["-n"], 0, "guest1\n", "");
        check(&["-i"], 102, "", "");
        check(
            &["-n", "-l"],
            102,
            "",
            "crm_node: Could not connect to controller: Connection refused\n",
        );
        check(
            &["-f", "-R", "a"],
            102,
            "",
            "crm_node: Could not purge node a from controller: Connection refused\n",
        );
    }
}
