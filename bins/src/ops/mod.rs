//! Operations behind the tools: a typed request in, a typed report out, nothing printed.

pub mod extras;
pub mod input;
pub mod rule;
pub mod verify;
