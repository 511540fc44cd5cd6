//! Operations behind the tools: a typed request in, a typed report out, nothing printed.

pub mod attribute;
pub mod cib;
pub mod extras;
pub mod input;
pub mod resource;
pub mod rule;
pub mod ticket;
pub mod verify;
pub mod wrapped;
