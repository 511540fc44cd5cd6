//! Why the reference breaks a rule of the verifier: the known cases, grouped by cause.

use std::fmt;

/// A known cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The configuration orders things in a circle; the reference breaks no loops (04 §24).
    ConfiguredLoop,
}

impl Reason {
    /// Every reason.
    pub const ALL: &'static [Reason] = &[Reason::ConfiguredLoop];

    /// The reason as a clause.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Reason::ConfiguredLoop => "ordering constraints form a circle",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}
