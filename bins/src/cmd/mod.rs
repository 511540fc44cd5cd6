//! The tools, one module each: option table, what was typed, what is meant, and the sequence of steps.

pub mod crm_error;
pub mod crm_node;
pub mod crm_rule;
pub mod crm_simulate;
pub mod crm_verify;
pub mod iso8601;
