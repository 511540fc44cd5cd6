//! What an agent finds in its environment. Source: behaviour notes 08 section 4.3.

use std::ffi::OsString;

use crate::OCF_ROOT;
use crate::execute::Agent;

/// The variables that are added for an agent; none unless its standard is OCF.
#[must_use]
pub fn variables(agent: &Agent<'_>) -> Vec<(OsString, OsString)> {
    if !agent.standard.eq_ignore_ascii_case("ocf") {
        return Vec::new();
    }
    let mut variables: Vec<(OsString, OsString)> = Vec::new();
    for (name, value) in agent.parameters {
        // A name that cannot be one would make the whole environment invalid.
        if name.is_empty() || name.contains(['=', '\0']) || value.contains('\0') {
            continue;
        }
        let variable = match name.as_str() {
            "OCF_CHECK_LEVEL" => name.clone(),
            name => format!("OCF_RESKEY_{name}"),
        };
        variables.push((variable.into(), value.into()));
    }
    let fixed = [
        ("OCF_RA_VERSION_MAJOR", "1"),
        ("OCF_RA_VERSION_MINOR", "1"),
        ("OCF_ROOT", OCF_ROOT),
        ("OCF_EXIT_REASON_PREFIX", crate::result::REASON_PREFIX),
        ("OCF_RESOURCE_INSTANCE", agent.resource),
        ("OCF_RESOURCE_TYPE", agent.kind),
    ];
    variables.extend(fixed.map(|(name, value)| (name.into(), value.into())));
    if let Some(provider) = agent.provider {
        variables.push(("OCF_RESOURCE_PROVIDER".into(), provider.into()));
    }
    variables
}
