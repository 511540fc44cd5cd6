//! `crm_attribute`: node attributes, cluster options and defaults. Source: behaviour notes 07 section 4.1.

mod options;

use pcmk_core::rc::{ExitCode, Rc};
use pcmk_pengine::constraints::pattern::Pattern;

use crate::Tool;
use crate::args::{Found, Listing, UsageError};
use crate::front::{self, Body, Failure, Session};
use crate::ops::attribute::{self, ChangeError, NodeRef, Pair, Section, Selector};
use crate::ops::cib::Cib;
use crate::out::Out;
use crate::view::cluster_options::CLUSTER_OPTIONS;
use crate::view::option_list;
use crate::world::{Streams, World};
use options::{Command, Request, TABLE};

/// The tool.
pub const TOOL: Tool = Tool {
    name: "crm_attribute",
    options: Listing::Table(&TABLE),
    run,
};

fn run(world: &mut World, streams: &mut Streams) -> u8 {
    let mut request = Request::default();
    front::run(&TABLE, ExitCode::ERROR, &mut request, world, streams)
}

impl Body for Request {
    fn option(&mut self, option: &Found, world: &World) -> Result<(), UsageError> {
        self.apply(option, world)
    }

    fn run(&mut self, session: &mut Session<'_, '_>) -> Result<ExitCode, Failure> {
        session.out.set_quiet(self.quiet);
        session.out.set_fancy(false);
        if let Some(resource) = &self.promotion {
            self.name = Some(format!("master-{resource}"));
            self.section.get_or_insert_with(|| "reboot".to_owned());
        }
        match self.command {
            Command::ListOptions if self.pattern.is_some() => {
                return Err(Failure::usage(
                    "Error: pattern can only be used with delete, query, or update",
                ));
            }
            Command::ListOptions => {
                option_list::show(&CLUSTER_OPTIONS, self.all, session.out);
                return Ok(ExitCode::OK);
            }
            Command::Delete if self.name.is_none() && self.pattern.is_none() => {
                return Err(Failure::usage(
                    "Error: must specify attribute name or pattern to delete",
                ));
            }
            Command::Update if self.name.is_none() && self.pattern.is_none() => {
                return Err(Failure::usage(
                    "Error: must specify attribute name or pattern to update",
                ));
            }
            Command::Query | Command::Delete | Command::Update => {}
        }
        if self.name.is_some() && self.pattern.is_some() {
            return Err(Failure::usage(
                "Error: --name and --pattern cannot be used at the same time",
            ));
        }
        let mut cib = Cib::connect(session.world)
            .map_err(|rc| Failure::rc("Could not connect to the CIB", rc))?;
        let selector = self.selector(session.world, &cib)?;
        let status = match self.command {
            Command::Query => self.query(session.world, session.out, &cib, &selector)?,
            Command::Update => self.update(session.out, &mut cib, &selector)?,
            Command::Delete => self.delete(session.out, &mut cib, &selector)?,
            Command::ListOptions => ExitCode::OK,
        };
        cib.close().map_err(failed)?;
        Ok(status)
    }
}

fn failed(rc: Rc) -> Failure {
    Failure::rc("Error performing operation", rc)
}

impl Request {
    /// Which attributes are meant. A node's name is looked up where a section needs a node.
    fn selector(&self, world: &World, cib: &Cib) -> Result<Selector, Failure> {
        let section = match self.section.as_deref() {
            Some("reboot") => "status",
            Some("forever") => "nodes",
            Some(other) => other,
            None if self.node.is_some() => "nodes",
            None => "crm_config",
        };
        let known = Section::named(section);
        let node = match known {
            Some(Section::CrmConfig | Section::Tickets) => None,
            Some(Section::RscDefaults | Section::OpDefaults | Section::Nodes | Section::Status)
            | None => Some(self.find_node(world, cib)?),
        };
        Ok(Selector {
            section: known.ok_or_else(|| failed(Rc::ENOMSG))?,
            node,
            utilization: self.utilization,
            set: self.set.clone(),
            id: self.id.clone(),
            name: self
                .name
                .clone()
                .filter(|_| !(self.all && self.command == Command::Query)),
        })
    }

    fn node_name(&self, world: &World) -> String {
        self.node.clone().unwrap_or_else(|| local_node(world))
    }

    fn find_node(&self, world: &World, cib: &Cib) -> Result<NodeRef, Failure> {
        let name = self.node_name(world);
        let answer = cib.query_all().map_err(failed)?;
        attribute::find_node(answer.element(), &name).ok_or_else(|| {
            let text = format!("Could not map name={name} to a UUID");
            Failure::new(ExitCode::NOSUCH, text)
        })
    }

    fn query(
        &self,
        world: &World,
        out: &mut Out<'_>,
        cib: &Cib,
        selector: &Selector,
    ) -> Result<ExitCode, Failure> {
        let found = attribute::find(cib, selector).map(|mut found| {
            if let Some(pattern) = &self.pattern {
                let pattern = Pattern::parse(pattern).ok();
                found.retain(|pair| pattern.as_ref().is_some_and(|p| p.matches(&pair.name)));
            }
            found
        });
        match found {
            Ok(found) if !found.is_empty() => {
                for pair in found {
                    self.show(out, selector, Some(&pair.name), pair.value.as_deref(), None);
                }
                Ok(ExitCode::OK)
            }
            Ok(_) | Err(Rc::ENXIO) => match &self.default {
                Some(default) => {
                    self.show_default(world, out, selector, default);
                    Ok(ExitCode::OK)
                }
                None => Err(failed(Rc::ENXIO)),
            },
            Err(rc) => Err(failed(rc)),
        }
    }

    /// Shows the default instead of what is not there: with the pattern for a name if no name was given, and,
    /// unlike values that are there, with the node.
    fn show_default(&self, world: &World, out: &mut Out<'_>, selector: &Selector, default: &str) {
        let name = self.name.as_deref().or(self.pattern.as_deref());
        let host = match &selector.node {
            Some(_) => Some(self.node_name(world)),
            None => self.node.clone(),
        };
        self.show(out, selector, name, Some(default), host.as_deref());
    }

    fn show(
        &self,
        out: &mut Out<'_>,
        selector: &Selector,
        name: Option<&str>,
        value: Option<&str>,
        host: Option<&str>,
    ) {
        let scope = selector.section.name();
        if let Some(xml) = out.xml() {
            let mut attributes = Vec::new();
            attributes.extend(name.map(|name| ("name", name)));
            attributes.extend(value.map(|value| ("value", value)));
            attributes.push(("scope", scope));
            attributes.extend(selector.id.as_deref().map(|id| ("id", id)));
            attributes.extend(host.map(|host| ("host", host)));
            xml.leaf("attribute", &attributes);
            return;
        }
        if self.quiet {
            out.line(value.unwrap_or("(null)"));
            return;
        }
        let id = selector
            .id
            .as_ref()
            .map_or_else(String::new, |id| format!(" id={id}"));
        let name = name.map_or_else(String::new, |name| format!(" name={name}"));
        let value = value.map_or_else(|| "(null)".to_owned(), escaped);
        out.line(&format!("scope={scope}{id}{name} value={value}"));
    }

    fn update(
        &self,
        out: &mut Out<'_>,
        cib: &mut Cib,
        selector: &Selector,
    ) -> Result<ExitCode, Failure> {
        let value = self.value.as_deref().unwrap_or_default();
        for selector in self.one_by_one(cib, selector)? {
            let Err(error) = attribute::set(cib, &selector, value) else {
                continue;
            };
            let name = selector.name.as_deref().unwrap_or_default();
            match error {
                ChangeError::Several(pairs) => {
                    list_matches(out, name, &pairs);
                    return Err(Failure::new(
                        ExitCode::MULTIPLE,
                        "Please choose from one of the matches below and supply the 'id' with --attr-id",
                    ));
                }
                ChangeError::Refused { rc, set } => {
                    out.err(&format!(
                        "Error setting {name}={value} (section={}, set={}): {}",
                        selector.section.name(),
                        set.as_deref().unwrap_or("(null)"),
                        rc.text()
                    ));
                    return Err(failed(rc));
                }
            }
        }
        Ok(ExitCode::OK)
    }

    fn delete(
        &self,
        out: &mut Out<'_>,
        cib: &mut Cib,
        selector: &Selector,
    ) -> Result<ExitCode, Failure> {
        for selector in self.one_by_one(cib, selector)? {
            let name = selector.name.as_deref().unwrap_or_default();
            match attribute::delete(cib, &selector) {
                Ok(None) => {}
                Ok(Some(deleted)) => {
                    let id = match &self.pattern {
                        Some(_) => selector.id.as_deref(),
                        None => deleted.id.as_deref(),
                    };
                    let set = selector
                        .set
                        .as_ref()
                        .map_or_else(String::new, |set| format!(" set={set}"));
                    let what = match selector.section {
                        Section::CrmConfig => "option",
                        Section::RscDefaults
                        | Section::OpDefaults
                        | Section::Tickets
                        | Section::Nodes
                        | Section::Status => "attribute",
                    };
                    out.info(&format!(
                        "Deleted {} {what}: id={}{set} name={name}",
                        selector.section.name(),
                        id.unwrap_or("(null)")
                    ));
                }
                // Nothing is deleted then, which counts as success.
                Err(ChangeError::Several(pairs)) => list_matches(out, name, &pairs),
                Err(ChangeError::Refused { rc, .. }) => return Err(failed(rc)),
            }
        }
        Ok(ExitCode::OK)
    }

    /// The attributes to change, each with a selector of its own: the one that is named, or all that match the
    /// pattern. If there is only one attribute at all, a pattern changes nothing, as in the reference.
    fn one_by_one(&self, cib: &Cib, selector: &Selector) -> Result<Vec<Selector>, Failure> {
        let Some(pattern) = &self.pattern else {
            return Ok(vec![selector.clone()]);
        };
        let found = match attribute::find(cib, selector) {
            Ok(found) if found.len() > 1 => found,
            Ok(_) | Err(Rc::ENXIO) => Vec::new(),
            Err(rc) => return Err(failed(rc)),
        };
        let Ok(pattern) = Pattern::parse(pattern) else {
            return Ok(Vec::new());
        };
        Ok(found
            .into_iter()
            .filter(|pair| pattern.matches(&pair.name))
            .map(|pair| Selector {
                id: Some(pair.id),
                name: Some(pair.name),
                ..selector.clone()
            })
            .collect())
    }
}

/// The node that attributes belong to if none is named.
fn local_node(world: &World) -> String {
    const PREFIX: &str = "OCF_RESKEY_CRM_meta_";
    let env = |name: &str| world.env(&format!("{PREFIX}{name}"));
    let physical = env("physical_host")
        .filter(|_| env("container_attribute_target").is_some_and(|target| target == "host"));
    physical.or_else(|| env("on_node")).map_or_else(
        || world.host_name(),
        |name| name.to_string_lossy().into_owned(),
    )
}

fn list_matches(out: &mut Out<'_>, name: &str, pairs: &[Pair]) {
    out.info(&format!("Multiple attributes match name={name}"));
    for pair in pairs {
        let value = pair.value.as_deref().unwrap_or("(null)");
        out.info(&format!("  Value: {value} \t(id={})", pair.id));
    }
}

/// A value in one line.
fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '\n' => text.push_str("\\n"),
            '\t' => text.push_str("\\t"),
            '\r' => text.push_str("\\r"),
            '"' => text.push_str("\\\""),
            c => text.push(c),
        }
    }
    text
}
