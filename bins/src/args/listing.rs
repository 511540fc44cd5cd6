//! What options a tool has, whichever way it reads them: for manual pages and completions.

use super::getopt::GetoptTable;
use super::{COMMON, OptionRow, OptionTable, Takes};

/// Where the options of a tool are listed.
#[derive(Clone, Copy, Debug)]
pub enum Listing {
    /// In a table, with the common options of tools with formatted output besides.
    Table(&'static OptionTable),
    /// In a table for getopt.
    Getopt(&'static GetoptTable),
}

impl Listing {
    /// What the tool is about: a line, then perhaps paragraphs.
    #[must_use]
    pub const fn summary(self) -> &'static str {
        match self {
            Listing::Table(table) => table.summary,
            Listing::Getopt(table) => table.summary,
        }
    }

    /// What follows the name of the tool on a command line.
    #[must_use]
    pub const fn synopsis(self) -> &'static str {
        match self {
            Listing::Table(_) => "[OPTION...]",
            Listing::Getopt(table) => table.synopsis,
        }
    }

    /// Groups of options with their titles. What help texts do not show is not in them.
    #[must_use]
    pub fn groups(self) -> Vec<(&'static str, Vec<&'static OptionRow>)> {
        let shown = |rows: &'static [OptionRow]| -> Vec<&'static OptionRow> {
            rows.iter().filter(|row| !row.help.is_empty()).collect()
        };
        let mut groups: Vec<_> = match self {
            Listing::Getopt(table) => vec![("Options", shown(table.rows))],
            Listing::Table(table) => table
                .groups
                .iter()
                .chain(&[("Common options", COMMON)])
                .map(|(title, rows)| (*title, shown(rows)))
                .collect(),
        };
        // A tool may have a row of its own in place of a common one; the first counts.
        let mut seen: Vec<&str> = Vec::new();
        for (_, rows) in &mut groups {
            rows.retain(|row| {
                let first = !seen.contains(&row.name);
                seen.push(row.name);
                first
            });
        }
        groups.retain(|(_, rows)| !rows.is_empty());
        groups
    }
}

impl OptionRow {
    /// The values that the name of the value lists (`reboot|forever`), if it does.
    #[must_use]
    pub fn choices(&self) -> Vec<&'static str> {
        match self.takes {
            Takes::Text | Takes::Optional if self.value.contains('|') => {
                self.value.split('|').collect()
            }
            Takes::Nothing | Takes::Text | Takes::File | Takes::Number | Takes::Optional => {
                Vec::new()
            }
        }
    }
}
