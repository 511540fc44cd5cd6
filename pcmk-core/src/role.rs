//! Roles of a resource.

use std::fmt;

/// What a resource is doing, or should be doing, on a node.
///
/// The order is meaningful and compared with `<`: promoted is "more" than unpromoted, which is
/// more than started, and so on. Source: behaviour notes 02 §7, 03 (conventions).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Not decided or not known.
    #[default]
    Unknown,
    /// Not running.
    Stopped,
    /// Running (without distinction of promoted and unpromoted).
    Started,
    /// Running in the ordinary role of a promotable clone.
    Unpromoted,
    /// Running in the special role of a promotable clone.
    Promoted,
}

/// A role as it was written, with a note about the spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParsedRole {
    /// The role.
    pub role: Role,
    /// It was written `Master` or `Slave`, which is deprecated and warned about once.
    pub legacy: bool,
}

impl Role {
    /// The role's name in configurations and outputs.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Role::Unknown => "Unknown",
            Role::Stopped => "Stopped",
            Role::Started => "Started",
            Role::Unpromoted => "Unpromoted",
            Role::Promoted => "Promoted",
        }
    }

    /// Reads a role in any case; `None` for anything else, `Unknown` included.
    ///
    /// Source: behaviour notes 01 §7.5 (target-role), 02 §17.2.
    #[must_use]
    pub fn parse(text: &str) -> Option<ParsedRole> {
        const NAMES: [(&str, Role, bool); 6] = [
            ("Stopped", Role::Stopped, false),
            ("Started", Role::Started, false),
            ("Unpromoted", Role::Unpromoted, false),
            ("Promoted", Role::Promoted, false),
            ("Slave", Role::Unpromoted, true),
            ("Master", Role::Promoted, true),
        ];
        NAMES
            .iter()
            .find(|(name, _, _)| name.eq_ignore_ascii_case(text))
            .map(|&(_, role, legacy)| ParsedRole { role, legacy })
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_in_any_case_and_old_names() {
        let read = |text| Role::parse(text).map(|found| (found.role, found.legacy));
        assert_eq!(read("stopped"), Some((Role::Stopped, false)));
        assert_eq!(read("Master"), Some((Role::Promoted, true)));
        assert_eq!(read("slave"), Some((Role::Unpromoted, true)));
        assert_eq!(read("Unknown"), None);
        assert!(Role::Promoted > Role::Unpromoted && Role::Unpromoted > Role::Started);
    }
}
