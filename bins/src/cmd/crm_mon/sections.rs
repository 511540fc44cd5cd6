//! Which sections of the status are wanted, and how `--include` and `--exclude` change that. Source: behaviour notes 07
//! section 11, 05 section 10.1.

use bitflags::bitflags;

use crate::out::Format;
use crate::view::cluster_summary::Parts;

bitflags! {
    /// Sections.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Sections: u32 {
        /// Node attributes.
        const ATTRIBUTES = 1 << 0;
        /// Negative location constraints.
        const BANS = 1 << 1;
        /// Numbers of nodes and resources.
        const COUNTS = 1 << 2;
        /// The DC.
        const DC = 1 << 3;
        /// Fail counts.
        const FAILCOUNTS = 1 << 4;
        /// Failed actions.
        const FAILURES = 1 << 5;
        /// Failed fencing.
        const FENCING_FAILED = 1 << 6;
        /// Pending fencing.
        const FENCING_PENDING = 1 << 7;
        /// Successful fencing.
        const FENCING_SUCCEEDED = 1 << 8;
        /// Maintenance mode.
        const MAINT_MODE = 1 << 9;
        /// Nodes.
        const NODES = 1 << 10;
        /// Histories.
        const OPERATIONS = 1 << 11;
        /// Cluster options.
        const OPTIONS = 1 << 12;
        /// Resources.
        const RESOURCES = 1 << 13;
        /// The kind of cluster.
        const STACK = 1 << 14;
        /// Tickets.
        const TICKETS = 1 << 15;
        /// Times.
        const TIMES = 1 << 16;
    }
}

impl Sections {
    /// Everything about the cluster as a whole but its options.
    pub const SUMMARY: Sections = Sections::STACK
        .union(Sections::DC)
        .union(Sections::TIMES)
        .union(Sections::COUNTS)
        .union(Sections::MAINT_MODE);
    /// All fencing.
    const FENCING: Sections = Sections::FENCING_FAILED
        .union(Sections::FENCING_PENDING)
        .union(Sections::FENCING_SUCCEEDED);
    /// What is shown to people if they do not ask for anything in particular.
    pub const DEFAULT: Sections = Sections::SUMMARY
        .union(Sections::NODES)
        .union(Sections::RESOURCES)
        .union(Sections::FAILURES);

    /// The section or sections of a name, apart from those that depend on the format.
    fn named(name: &str) -> Option<Sections> {
        Some(match name {
            "attributes" => Sections::ATTRIBUTES,
            "bans" => Sections::BANS,
            "counts" => Sections::COUNTS,
            "dc" => Sections::DC,
            "failcounts" => Sections::FAILCOUNTS,
            "failures" => Sections::FAILURES,
            "fencing" => Sections::FENCING,
            "fencing-failed" => Sections::FENCING_FAILED,
            "fencing-pending" => Sections::FENCING_PENDING,
            "fencing-succeeded" => Sections::FENCING_SUCCEEDED,
            "maint-mode" => Sections::MAINT_MODE,
            "nodes" => Sections::NODES,
            "operations" => Sections::OPERATIONS,
            "options" => Sections::OPTIONS,
            "resources" => Sections::RESOURCES,
            "stack" => Sections::STACK,
            "summary" => Sections::SUMMARY,
            "tickets" => Sections::TICKETS,
            "times" => Sections::TIMES,
            _ => return None,
        })
    }
}

/// What is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The sections.
    pub sections: Sections,
    /// Only bans whose id begins like this.
    pub ban_prefix: String,
    /// All there is, in this format.
    all: Sections,
    /// What is shown by default, in this format.
    default: Sections,
}

/// A name on a list is not that of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownSection;

/// The names on the lists, for the message about one that is not.
pub const NAMES: &str = "all, attributes, bans[:PREFIX], counts, dc, default, failcounts, failures, fencing, \
    fencing-failed, fencing-pending, fencing-succeeded, maint-mode, nodes, none, operations, options, resources, \
    stack, summary, tickets, times";

impl Wanted {
    /// What is wanted by default. Programs get everything; in text, options are not part of everything.
    #[must_use]
    pub fn new(format: Format) -> Wanted {
        let (all, default) = match format {
            Format::Xml => (Sections::all(), Sections::all()),
            Format::Html => (Sections::all(), Sections::DEFAULT),
            Format::Text | Format::None => (
                Sections::all().difference(Sections::OPTIONS),
                Sections::DEFAULT,
            ),
        };
        Wanted {
            sections: default,
            ban_prefix: String::new(),
            all,
            default,
        }
    }

    /// Applies a list of `--include`.
    ///
    /// # Errors
    /// A name is unknown; those before it were applied.
    pub fn include(&mut self, list: &str) -> Result<(), UnknownSection> {
        for name in list.split(',') {
            match name {
                "all" => self.sections = self.all,
                "none" => self.sections = Sections::empty(),
                "default" | "defaults" => self.sections |= self.default,
                name => {
                    if let Some(prefix) = name.strip_prefix("bans:") {
                        self.sections |= Sections::BANS;
                        prefix.clone_into(&mut self.ban_prefix);
                        continue;
                    }
                    self.sections |= Sections::named(name).ok_or(UnknownSection)?;
                    if name == "bans" {
                        self.ban_prefix.clear();
                    }
                }
            }
        }
        Ok(())
    }

    /// Applies a list of `--exclude`.
    ///
    /// # Errors
    /// A name is unknown; those before it were applied.
    pub fn exclude(&mut self, list: &str) -> Result<(), UnknownSection> {
        for name in list.split(',') {
            match name {
                "all" => self.sections = Sections::empty(),
                "none" => self.sections = self.all,
                name if name.starts_with("bans:") => self.sections.remove(Sections::BANS),
                name => self
                    .sections
                    .remove(Sections::named(name).ok_or(UnknownSection)?),
            }
        }
        Ok(())
    }

    /// The parts of the summary that are wanted.
    #[must_use]
    pub fn summary(&self) -> Parts {
        let wants = |section| self.sections.contains(section);
        Parts {
            stack: wants(Sections::STACK),
            dc: wants(Sections::DC),
            times: wants(Sections::TIMES),
            counts: wants(Sections::COUNTS),
            options: wants(Sections::OPTIONS),
            maintenance: wants(Sections::MAINT_MODE),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_apply_in_order() {
        let mut wanted = Wanted::new(Format::Text);
        wanted.exclude("all").expect("known");
        assert_eq!(wanted.sections, Sections::empty());
        wanted.include("bans:cli-,nodes").expect("known");
        assert_eq!(wanted.sections, Sections::BANS | Sections::NODES);
        assert_eq!(wanted.ban_prefix, "cli-");
        wanted.include("all").expect("known");
        assert!(!wanted.sections.contains(Sections::OPTIONS));
        assert_eq!(wanted.include("none,pigs"), Err(UnknownSection));
        assert_eq!(wanted.sections, Sections::empty());
        wanted.include("default").expect("known");
        assert_eq!(wanted.sections, Sections::DEFAULT);
        assert_eq!(wanted.exclude("list"), Err(UnknownSection));
    }
}
