//! The version of a CIB: three counters, compared in order.

use pcmk_core::lenient::int_attr;

use crate::xml::Element;

/// Names of the counters, in order of comparison.
pub const VERSION_ATTRIBUTES: [&str; 3] = ["admin_epoch", "epoch", "num_updates"];

/// Version of a CIB: set by administrators, counted by configuration changes, counted by all other changes.
///
/// Source: behaviour notes 06 §1.3.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CibVersion {
    /// Raised by administrators only.
    pub admin_epoch: i32,
    /// Raised by each change of the configuration.
    pub epoch: i32,
    /// Raised by each other change, back to 0 with each change of the configuration.
    pub num_updates: i32,
}

impl CibVersion {
    /// The version in `root`'s attributes; what is missing or no number counts as 0.
    pub fn of(root: Element<'_>) -> CibVersion {
        CibVersion::read(root, 0)
    }

    /// The version with -1 for what is missing or no number, as the replacement of a whole CIB sees it.
    pub fn reported(root: Element<'_>) -> CibVersion {
        CibVersion::read(root, -1)
    }

    fn read(root: Element<'_>, absent: i32) -> CibVersion {
        CibVersion::from_fields(VERSION_ATTRIBUTES.map(|name| int_attr(root.attr(name), absent)))
    }

    /// The counters in order of comparison.
    pub fn fields(self) -> [i32; 3] {
        [self.admin_epoch, self.epoch, self.num_updates]
    }

    /// From the counters in order of comparison.
    pub fn from_fields([admin_epoch, epoch, num_updates]: [i32; 3]) -> CibVersion {
        CibVersion {
            admin_epoch,
            epoch,
            num_updates,
        }
    }
}

impl std::fmt::Display for CibVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}.{}.{}",
            self.admin_epoch, self.epoch, self.num_updates
        )
    }
}
