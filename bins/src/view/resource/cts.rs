//! Resources and colocations in the form that a test suite of the reference reads. Source: behaviour notes 07 section
//! 3.3; the numbers of the flags were observed.

use pcmk_pengine::{Observed, RscId};

use crate::out::Out;

/// Shows all of them.
pub fn show(seen: &Observed, out: &mut Out<'_>) {
    let config = &seen.config;
    for rsc in config.top.iter().flat_map(|&top| config.subtree(top)) {
        out.info(&line(seen, rsc));
    }
    let constraints = config
        .doc
        .root_element()
        .child("configuration")
        .and_then(|configuration| configuration.child("constraints"));
    for element in constraints
        .into_iter()
        .flat_map(|all| all.children_named("rsc_colocation"))
    {
        let part = |name: &str| element.attr(name).unwrap_or("NA");
        out.info(&format!(
            "Constraint rsc_colocation {} {} {} {} {} {}",
            part("id"),
            part("rsc"),
            part("with-rsc"),
            part("score"),
            part("rsc-role"),
            part("with-rsc-role")
        ));
    }
}

fn line(seen: &Observed, rsc: RscId) -> String {
    let config = &seen.config;
    let row = config.rsc(rsc);
    let history = seen.state.rsc(rsc).history_id.as_deref().unwrap_or(&row.id);
    let parent = row.parent.map_or("NA", |parent| config.name(parent));
    let provider = row.provider.as_deref().unwrap_or("NA");
    let class = row.class.as_deref().unwrap_or("(null)");
    let agent = row.agent.as_deref().unwrap_or("(null)");
    let host = seen.state.rsc(rsc).active.first();
    let host = host.map_or("NA", |&node| config.node_name(node));
    let needs_quorum = u8::from(!row.fence_device);
    let flags = flags(seen, rsc);
    format!(
        "Resource: {} {} {history} {parent} {provider} {class} {agent} {host} {needs_quorum} {flags} {flags:#018x}",
        row.spec.element, row.id
    )
}

/// What is true of a resource, as one number.
fn flags(seen: &Observed, rsc: RscId) -> u64 {
    let row = seen.config.rsc(rsc);
    let board = seen.board.rsc(rsc);
    let is_container = !row.launched.is_empty();
    let flags = [
        (row.removed, 0x1),
        (board.managed, 0x2),
        (board.blocked, 0x4),
        (row.notify, 0x10),
        (row.unique, 0x20),
        (row.fence_device, 0x40),
        (row.promotable, 0x80),
        (board.unassigned, 0x100),
        (row.nesting_allowed, 0x4000),
        (row.critical, 0x8000),
        (board.failed, 0x10000),
        (board.start_pending, 0x8_0000),
        (board.migratable, 0x80_0000),
        (board.ignore_failure, 0x100_0000),
        (board.maintenance, 0x400_0000),
        (is_container, 0x800_0000),
        (row.requires.quorum && !row.requires.fencing, 0x1000_0000),
        (row.requires.fencing, 0x2000_0000),
        (row.requires.unfencing, 0x4000_0000),
    ];
    flags
        .iter()
        .filter(|(set, _)| *set)
        .map(|(_, flag)| flag)
        .sum()
}
