//! The sections of a CIB and how they are found.
//!
//! Source: behaviour notes 06 §1.2.

use crate::xml::{Document, Element, ElementId};

/// A part of the CIB that has a name of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// The root element (`cib`, `all`, or no section).
    Whole,
    /// `configuration`.
    Configuration,
    /// `status`.
    Status,
    /// A child of `configuration`, by its tag name.
    Part(&'static str),
}

impl Section {
    /// The parts of `configuration` that are sections.
    pub const PARTS: [&str; 10] = [
        "crm_config",
        "nodes",
        "resources",
        "constraints",
        "op_defaults",
        "rsc_defaults",
        "acls",
        "fencing-topology",
        "tags",
        "alerts",
    ];

    /// The section of this exact name; `None` if there is none.
    pub fn named(name: &str) -> Option<Section> {
        match name {
            "cib" | "all" => Some(Section::Whole),
            "configuration" => Some(Section::Configuration),
            "status" => Some(Section::Status),
            _ => Section::PARTS
                .iter()
                .find(|part| **part == name)
                .map(|part| Section::Part(part)),
        }
    }

    /// The path from the document on, as patchsets name it: `/cib/configuration/nodes`.
    pub fn path(self) -> String {
        match self {
            Section::Whole => "/cib".to_owned(),
            Section::Configuration => "/cib/configuration".to_owned(),
            Section::Status => "/cib/status".to_owned(),
            Section::Part(name) => format!("/cib/configuration/{name}"),
        }
    }

    /// The path of the element around it; `None` for the root.
    pub fn parent_path(self) -> Option<&'static str> {
        match self {
            Section::Whole => None,
            Section::Configuration | Section::Status => Some("/cib"),
            Section::Part(_) => Some("/cib/configuration"),
        }
    }

    /// Where it is in the document around `root`; `None` if it is missing, or there more than once.
    pub(super) fn find_in(self, root: Element<'_>) -> Option<ElementId> {
        if root.name() != "cib" {
            return None;
        }
        match self {
            Section::Whole => Some(root),
            Section::Configuration => only(root, "configuration"),
            Section::Status => only(root, "status"),
            Section::Part(name) => {
                // The same name in a second `configuration` would count, too.
                let mut found = root
                    .children_named("configuration")
                    .flat_map(|configuration| configuration.children())
                    .filter(|child| child.name() == name);
                let first = found.next();
                first.filter(|_| found.next().is_none())
            }
        }
        .map(Element::id)
    }

    /// Where to create it.
    pub(super) fn parent_in(self, root: Element<'_>) -> Option<ElementId> {
        match self {
            Section::Whole => None,
            Section::Configuration | Section::Status => Section::Whole.find_in(root),
            Section::Part(_) => Section::Configuration.find_in(root),
        }
    }

    /// The tag name of its element.
    pub fn name(self) -> &'static str {
        match self {
            Section::Whole => "cib",
            Section::Configuration => "configuration",
            Section::Status => "status",
            Section::Part(name) => name,
        }
    }
}

fn only<'d>(parent: Element<'d>, name: &str) -> Option<Element<'d>> {
    let mut found = parent.children().filter(|child| child.name() == name);
    let first = found.next()?;
    match found.next() {
        None => Some(first),
        Some(_) => None,
    }
}

/// The element of the section called `name` (none: the whole); `None` if it does not exist.
pub fn find_section(doc: &Document, name: Option<&str>) -> Option<ElementId> {
    Section::named(name.unwrap_or("cib"))?.find_in(doc.root_element())
}
