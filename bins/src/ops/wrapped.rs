//! Calling `crm_attribute` from the tools that are wrappers around it.

use std::ffi::{OsStr, OsString};

use crate::cmd::crm_attribute;
use crate::world::{Captured, Streams, World};

/// Calls `crm_attribute` with these arguments. Returns its exit status.
pub fn attribute(world: &mut World, streams: &mut Streams, arguments: &[&OsStr]) -> u8 {
    let mut args: Vec<OsString> = vec!["crm_attribute".into()];
    args.extend(arguments.iter().map(|&argument| argument.to_owned()));
    let own = std::mem::replace(&mut world.args, args);
    let status = (crm_attribute::TOOL.run)(world, streams);
    world.args = own;
    status
}

/// The same, with its output kept back.
pub fn attribute_captured(world: &mut World, arguments: &[&OsStr]) -> (u8, Captured) {
    let (mut streams, captured) = Streams::captured();
    let status = attribute(world, &mut streams, arguments);
    (status, captured)
}

/// The local node's name, if the cluster knows it.
#[must_use]
pub fn local_node(world: &World) -> Option<OsString> {
    let (text, status) = world
        .ask_program(OsStr::new("crm_node"), &["-n".into()])
        .ok()?;
    let name = text.trim();
    (status == 0 && !name.is_empty()).then(|| name.into())
}
