//! Resource agents: their names and what their standards can do.

use std::fmt;

/// What agents of a standard ("class") support.
///
/// Source: behaviour notes 01 §7.7.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Caps {
    /// Agents are named with a provider.
    pub provider: bool,
    /// Agents take parameters.
    pub params: bool,
    /// Instances of a clone may be told apart.
    pub unique: bool,
    /// Agents may be promotable.
    pub promotable: bool,
    /// `status` takes the place of `monitor`.
    pub status: bool,
    /// Fencing parameters are accepted in addition to the agent's own.
    pub fence_params: bool,
}

/// Capabilities of a standard; the name matches in any case, unknown ones support nothing.
#[must_use]
pub fn capabilities(class: &str) -> Caps {
    let is = |name: &str| class.eq_ignore_ascii_case(name);
    if is("ocf") {
        Caps {
            provider: true,
            params: true,
            unique: true,
            promotable: true,
            ..Caps::default()
        }
    } else if is("stonith") {
        Caps {
            params: true,
            unique: true,
            fence_params: true,
            ..Caps::default()
        }
    } else if is("lsb") || is("systemd") || is("service") {
        Caps {
            status: true,
            ..Caps::default()
        }
    } else {
        Caps::default()
    }
}

/// Full name of an agent.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AgentName {
    /// The standard: `ocf`, `systemd`, `stonith`, ...
    pub class: String,
    /// Who supplied the agent; only for standards with providers.
    pub provider: Option<String>,
    /// The agent's name within class and provider.
    pub kind: String,
}

/// The text is not an agent specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a valid agent specification")]
pub struct InvalidAgentName;

impl AgentName {
    /// Reads `class[:provider]:type`.
    ///
    /// A standard without providers keeps further colons in the type (`systemd:unit@a:b`).
    /// Source: behaviour notes 08 §2.2.
    ///
    /// # Errors
    /// [`InvalidAgentName`] if a part is missing or empty.
    pub fn parse(text: &str) -> Result<AgentName, InvalidAgentName> {
        let (class, rest) = text.split_once(':').ok_or(InvalidAgentName)?;
        let (provider, kind) = if capabilities(class).provider {
            let (provider, kind) = rest.split_once(':').ok_or(InvalidAgentName)?;
            (Some(provider), kind)
        } else {
            (None, rest)
        };
        if class.is_empty() || kind.is_empty() || provider == Some("") {
            return Err(InvalidAgentName);
        }
        Ok(AgentName {
            class: class.to_owned(),
            provider: provider.map(str::to_owned),
            kind: kind.to_owned(),
        })
    }
}

impl fmt::Display for AgentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.provider {
            Some(provider) => write!(f, "{}:{provider}:{}", self.class, self.kind),
            None => write!(f, "{}:{}", self.class, self.kind),
        }
    }
}

/// Whether a parameter of a fencing device is for the cluster, not for the agent.
///
/// Source: behaviour notes 09 §2.1, 02 §13.3.
#[must_use]
pub fn is_fencer_parameter(name: &str) -> bool {
    const NAMES: [&str; 9] = [
        "provides",
        "stonith-timeout",
        "pcmk_action_limit",
        "pcmk_delay_base",
        "pcmk_delay_max",
        "pcmk_host_argument",
        "pcmk_host_check",
        "pcmk_host_list",
        "pcmk_host_map",
    ];
    if NAMES.contains(&name) {
        return true;
    }
    // Of `pcmk_reboot_timeout` the action may be missing, but there may be no other underscore.
    let ending = name
        .strip_prefix("pcmk_")
        .and_then(|rest| Some(&rest[rest.find('_')?..]));
    matches!(ending, Some("_action" | "_timeout" | "_retries"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_split_by_standard() {
        let name = AgentName::parse("ocf:pacemaker:Dummy").unwrap();
        assert_eq!(name.provider.as_deref(), Some("pacemaker"));
        assert_eq!(name.kind, "Dummy");
        let unit = AgentName::parse("systemd:unit@a:b").unwrap();
        assert_eq!(
            (unit.provider.as_deref(), unit.kind.as_str()),
            (None, "unit@a:b")
        );
        assert_eq!(unit.to_string(), "systemd:unit@a:b");
        for invalid in ["", "ocf", "ocf:Dummy", "ocf::Dummy", "ocf:x:", ":x", "lsb:"] {
            assert!(AgentName::parse(invalid).is_err(), "{invalid}");
        }
        assert!(capabilities("OCF").promotable);
        assert!(!capabilities("heartbeat").params);
    }
}
