//! Why a condition or rule does not pass although nothing was compared: a mistake in the configuration.
//!
//! Mistakes are found when a rule is read, but reported when it is evaluated and the condition is reached,
//! so that short-circuiting hides the same messages as in the reference.

use pcmk_core::diag::Diagnostics;

/// A configuration error of a rule, to be reported each time it is met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    /// The reference's function, as in its log.
    pub(super) function: &'static str,
    pub(super) text: String,
}

impl Problem {
    pub(super) fn new(function: &'static str, text: impl Into<String>) -> Problem {
        Problem {
            function,
            text: text.into(),
        }
    }

    /// "Treating ELEMENT without id as not passing".
    pub(super) fn without_id(function: &'static str, element: &str) -> Problem {
        Problem::new(
            function,
            format!("Treating {element} without id as not passing"),
        )
    }

    /// "Treating ELEMENT ID as not passing because REASON".
    pub(super) fn because(
        function: &'static str,
        element: &str,
        id: &str,
        reason: impl std::fmt::Display,
    ) -> Problem {
        Problem::new(
            function,
            format!("Treating {element} {id} as not passing because {reason}"),
        )
    }

    pub(super) fn report(&self, log: &mut Diagnostics) {
        log.config_error(self.function, self.text.clone());
    }
}
