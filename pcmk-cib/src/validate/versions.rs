//! The schema versions that are known, in order, and ranges of them.

/// Names of the schema versions, oldest first. There never was a 1.1.
///
/// Source: behaviour notes 11 §1.
pub(super) const NAMES: [&str; 26] = [
    "pacemaker-1.0",
    "pacemaker-1.2",
    "pacemaker-1.3",
    "pacemaker-2.0",
    "pacemaker-2.1",
    "pacemaker-2.2",
    "pacemaker-2.3",
    "pacemaker-2.4",
    "pacemaker-2.5",
    "pacemaker-2.6",
    "pacemaker-2.7",
    "pacemaker-2.8",
    "pacemaker-2.9",
    "pacemaker-2.10",
    "pacemaker-3.0",
    "pacemaker-3.1",
    "pacemaker-3.2",
    "pacemaker-3.3",
    "pacemaker-3.4",
    "pacemaker-3.5",
    "pacemaker-3.6",
    "pacemaker-3.7",
    "pacemaker-3.8",
    "pacemaker-3.9",
    "pacemaker-3.10",
    "pacemaker-4.0",
];

/// What stands before the number in a schema's name.
const PREFIX: &str = "pacemaker-";

/// A schema version, as its place among [`NAMES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version(u8);

impl Version {
    /// All versions, oldest first.
    pub(super) fn all() -> impl DoubleEndedIterator<Item = Version> {
        (0..NAMES.len()).map(|index| Version(index as u8))
    }

    /// The version with this full name (`pacemaker-3.7`).
    pub(super) fn named(name: &str) -> Option<Version> {
        Version::all().find(|version| version.name() == name)
    }

    /// The version with this number (`3.7`).
    fn numbered(number: &str) -> Option<Version> {
        Version::all().find(|version| version.number() == number)
    }

    /// The full name.
    pub(super) fn name(self) -> &'static str {
        NAMES[self.index()]
    }

    /// The name without what all names have in common.
    pub(super) fn number(self) -> &'static str {
        self.name().strip_prefix(PREFIX).unwrap_or(self.name())
    }

    /// Its place, from 0.
    pub(super) fn index(self) -> usize {
        usize::from(self.0)
    }

    /// Whether every document that is valid under the version before is valid under this one.
    ///
    /// Source: behaviour notes 11 §4, the steps not marked (N).
    pub(super) fn only_widens(self) -> bool {
        !matches!(
            self.name(),
            "pacemaker-1.0" | "pacemaker-2.0" | "pacemaker-3.0" | "pacemaker-4.0"
        )
    }
}

/// An unbroken range of versions, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    first: Version,
    last: Version,
}

impl Range {
    /// All versions there are.
    pub(super) fn everything() -> Range {
        Range {
            first: Version(0),
            last: Version((NAMES.len() - 1) as u8),
        }
    }

    /// Reads `1.2-3.10` or, for one version, `1.2`.
    pub(super) fn parse(text: &str) -> Option<Range> {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let range = Range {
            first: Version::numbered(first)?,
            last: Version::numbered(last)?,
        };
        (range.first <= range.last).then_some(range)
    }

    pub(super) fn contains(self, version: Version) -> bool {
        self.first <= version && version <= self.last
    }
}
