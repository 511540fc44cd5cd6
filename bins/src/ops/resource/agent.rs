//! A resource's agent with its parameters, as it would be run for the cluster. Source: behaviour notes 08 section 9.

use pcmk_core::version::FEATURE_SET;
use pcmk_pengine::config::action::action_meta;
use pcmk_pengine::{Observed, RscId};

use super::with_work;

/// What is to be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Standard.
    pub class: String,
    /// Provider, if the standard has them.
    pub provider: Option<String>,
    /// Agent.
    pub kind: String,
    /// Id by which the agent knows the resource.
    pub instance: String,
    /// Time limit, milliseconds.
    pub timeout_ms: u32,
    /// Parameters.
    pub parameters: Vec<(String, String)>,
}

impl Target {
    /// The parameters with those that every action has, some of them replaced.
    #[must_use]
    pub fn with(&self, timeout_ms: u32, overrides: &[(String, String)]) -> Vec<(String, String)> {
        let mut all = self.parameters.clone();
        let fixed = [
            ("CRM_meta_timeout".to_owned(), timeout_ms.to_string()),
            ("crm_feature_set".to_owned(), FEATURE_SET.to_owned()),
        ];
        for (name, value) in fixed.iter().chain(overrides) {
            all.retain(|(known, _)| known != name);
            all.push((name.clone(), value.clone()));
        }
        all
    }
}

/// Why an agent is not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The resource is active.
    Active,
    /// Resources of this kind have no agent of their own.
    Unsupported(&'static str),
}

/// The agent's name for what an option asks for.
#[must_use]
pub fn agent_action(word: &str) -> &str {
    match word {
        "validate" => "validate-all",
        "force-check" => "monitor",
        other => other.strip_prefix("force-").unwrap_or(other),
    }
}

/// The agent of a resource that the user calls `name`. For a clone, that of its first instance; `careful`: not if the
/// clone is active.
///
/// # Errors
/// See [`Refused`].
pub fn target(
    seen: &mut Observed,
    rsc: RscId,
    name: &str,
    word: &str,
    careful: bool,
) -> Result<Target, Refused> {
    let mut rsc = rsc;
    if seen.config.rsc(rsc).is_clone() {
        if careful && !seen.state.rsc(rsc).active.is_empty() {
            return Err(Refused::Active);
        }
        if let Some(&child) = seen.config.rsc(rsc).children.first() {
            rsc = child;
        }
    }
    let row = seen.config.rsc(rsc);
    if row.is_group() {
        return Err(Refused::Unsupported("group"));
    }
    if row.is_bundle() || seen.config.is_bundled(rsc) {
        return Err(Refused::Unsupported("bundled"));
    }
    let task = agent_action(word);
    let (table, meta) = with_work(seen, |work| {
        let table = work.params(rsc, None);
        let op = work.find_definition(rsc, task, 0);
        (table, action_meta(work, rsc, op, task, 0, None))
    });
    let row = seen.config.rsc(rsc);
    let timeout = meta.get("timeout").and_then(|text| text.parse().ok());
    let mut parameters: Vec<(String, String)> = table
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_string()))
        .collect();
    let metas = row.meta.iter();
    parameters.extend(metas.map(|(name, value)| {
        (
            format!("CRM_meta_{}", name.replace('-', "_")),
            value.to_string(),
        )
    }));
    Ok(Target {
        class: row.class.as_deref().unwrap_or_default().to_owned(),
        provider: row.provider.as_deref().map(str::to_owned),
        kind: row.agent.as_deref().unwrap_or_default().to_owned(),
        instance: match row.unique {
            true => row.id.to_string(),
            false => name.to_owned(),
        },
        timeout_ms: timeout.unwrap_or(20_000),
        parameters,
    })
}
