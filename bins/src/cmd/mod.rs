//! The tools, one module each: option table, what was typed, what is meant, and the sequence of steps.

pub mod cibadmin;
pub mod crm_attribute;
pub mod crm_diff;
pub mod crm_error;
pub mod crm_failcount;
pub mod crm_master;
pub mod crm_mon;
pub mod crm_node;
pub mod crm_resource;
pub mod crm_rule;
pub mod crm_shadow;
pub mod crm_simulate;
pub mod crm_standby;
pub mod crm_ticket;
pub mod crm_verify;
pub mod iso8601;
pub mod stonith_admin;

use crate::Tool;

/// All tools, by name.
pub const TOOLS: &[&Tool] = &[
    &cibadmin::TOOL,
    &crm_attribute::TOOL,
    &crm_diff::TOOL,
    &crm_error::TOOL,
    &crm_failcount::TOOL,
    &crm_master::TOOL,
    &crm_mon::TOOL,
    &crm_node::TOOL,
    &crm_resource::TOOL,
    &crm_rule::TOOL,
    &crm_shadow::TOOL,
    &crm_simulate::TOOL,
    &crm_standby::TOOL,
    &crm_ticket::TOOL,
    &crm_verify::TOOL,
    &iso8601::TOOL,
    &stonith_admin::TOOL,
];
