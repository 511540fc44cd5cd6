//! Remote and guest nodes that the resources section implies. Source: behaviour notes 01 §6.4, 02 §3.4, §3.5.

use std::sync::Arc;

use pcmk_cib::xml::{Document, Element, ElementId};
use pcmk_core::score::Score;
use pcmk_core::xmlid::sanitize;

use crate::config::build::Builder;
use crate::config::nodes::startup_fencing;
use crate::id::RscId;

/// Creates the nodes and appends the connections of guests to the document, before resources are read. The walk meets
/// what it appends.
pub(super) fn read(builder: &mut Builder<'_>) {
    let Some(resources) = builder.config.resources_xml else {
        return;
    };
    let mut next = builder
        .config
        .doc
        .element(resources)
        .children()
        .next()
        .map(Element::id);
    while let Some(id) = next {
        let doc = Arc::clone(&builder.config.doc);
        let element = doc.element(id);
        let guests = if is_connection(element) {
            let name = element.xml_id().unwrap_or_default();
            create_unless_known(builder, name);
            Vec::new()
        } else if element.name() == "primitive" {
            Guest::read(element).into_iter().collect()
        } else if element.name() == "group" {
            element
                .children()
                .filter_map(Guest::read)
                .collect::<Vec<_>>()
        } else {
            Vec::new()
        };
        drop(doc);
        for guest in guests {
            if builder.config.find_rsc(&guest.name).is_none() {
                let name = guest.name.clone();
                guest.append(Arc::make_mut(&mut builder.config.doc), resources);
                create_unless_known(builder, &name);
            }
        }
        next = builder
            .config
            .doc
            .element(id)
            .next_sibling()
            .map(Element::id);
    }
}

fn create_unless_known(builder: &mut Builder<'_>, name: &str) {
    if builder.config.find_node(name).is_none() {
        builder.create_node(name, name, true, Score::ZERO, None);
    }
}

/// An element that is literally `ocf:pacemaker:remote`.
fn is_connection(element: Element<'_>) -> bool {
    let is = |name: &str, value: &str| {
        element
            .attr(name)
            .is_some_and(|text| text.eq_ignore_ascii_case(value))
    };
    is("type", "remote") && is("class", "ocf") && is("provider", "pacemaker")
}

/// What the meta-attributes of a primitive say about a guest node that it launches.
struct Guest {
    launcher: String,
    name: String,
    address: Option<String>,
    port: Option<String>,
    connect_timeout: String,
    allow_migrate: Option<String>,
    managed: Option<String>,
}

impl Guest {
    /// Reads the pairs literally: no rules, no references, the last one of a name counts.
    fn read(element: Element<'_>) -> Option<Guest> {
        // Hardly any primitive has the name.
        let mut pairs = (element.children_named("meta_attributes")).flat_map(Element::children);
        pairs.find(|pair| pair.attr("name") == Some("remote-node"))?;
        let mut guest = Guest {
            launcher: element.xml_id().unwrap_or_default().to_owned(),
            name: String::new(),
            address: None,
            port: None,
            connect_timeout: "60s".to_owned(),
            allow_migrate: None,
            managed: None,
        };
        let mut name = None;
        for pair in element
            .children_named("meta_attributes")
            .flat_map(Element::children)
        {
            let value = pair.attr("value").map(str::to_owned);
            match pair.attr("name") {
                Some("remote-node") => name = value,
                Some("remote-addr") => guest.address = value,
                Some("remote-port") => guest.port = value,
                Some("remote-connect-timeout") => guest.connect_timeout = value.unwrap_or_default(),
                Some("remote-allow-migrate") => guest.allow_migrate = value,
                Some("is-managed") => guest.managed = value,
                Some(_) | None => {}
            }
        }
        guest.name = name?;
        Some(guest)
    }

    fn append(self, doc: &mut Document, resources: ElementId) {
        Connection {
            id: &self.name,
            launcher: &self.launcher,
            address: self.address.as_deref(),
            port: self.port.as_deref(),
            start_timeout: Some(&self.connect_timeout),
            allow_migrate: self.allow_migrate.as_deref(),
            managed: self.managed.as_deref(),
        }
        .append(doc, resources);
    }
}

/// A connection primitive to be made up.
pub(super) struct Connection<'c> {
    /// Id of the connection, and of the node.
    pub id: &'c str,
    /// Id of its launcher.
    pub launcher: &'c str,
    /// Address, if not to be derived from the id.
    pub address: Option<&'c str>,
    /// Port, if not the usual one.
    pub port: Option<&'c str>,
    /// Timeout of the start operation; without one no such operation is written.
    pub start_timeout: Option<&'c str>,
    /// `allow-migrate`.
    pub allow_migrate: Option<&'c str>,
    /// `is-managed`.
    pub managed: Option<&'c str>,
}

impl Connection<'_> {
    /// Appends the primitive to `parent`.
    pub fn append(&self, doc: &mut Document, parent: ElementId) -> ElementId {
        let primitive = doc.append(parent, "primitive");
        for (name, value) in [
            ("id", self.id),
            ("class", "ocf"),
            ("provider", "pacemaker"),
            ("type", "remote"),
        ] {
            doc.set_attr(primitive, name, value);
        }
        let meta = doc.append(primitive, "meta_attributes");
        let meta_id = sanitize(&format!("{}-meta_attributes", self.id));
        doc.set_attr(meta, "id", &meta_id);
        append_pair(doc, meta, &meta_id, "internal_rsc", "true");
        append_pair(doc, meta, &meta_id, "container", self.launcher);
        for (name, value) in [
            ("allow-migrate", self.allow_migrate),
            ("is-managed", self.managed),
        ] {
            if let Some(value) = value {
                append_pair(doc, meta, &meta_id, name, value);
            }
        }
        if self.address.is_some() || self.port.is_some() {
            let set = doc.append(primitive, "instance_attributes");
            let set_id = sanitize(&format!("{}-instance_attributes", self.id));
            doc.set_attr(set, "id", &set_id);
            for (name, value) in [("addr", self.address), ("port", self.port)] {
                if let Some(value) = value {
                    append_pair(doc, set, &set_id, name, value);
                }
            }
        }
        let operations = doc.append(primitive, "operations");
        append_op(doc, operations, self.id, "monitor", "30s", Some("30s"));
        if let Some(timeout) = self.start_timeout {
            append_op(doc, operations, self.id, "start", "0", Some(timeout));
        }
        primitive
    }
}

/// Appends an `nvpair` whose id is that of its set and its own name.
pub(super) fn append_pair(
    doc: &mut Document,
    set: ElementId,
    set_id: &str,
    name: &str,
    value: &str,
) {
    let pair = doc.append(set, "nvpair");
    doc.set_attr(pair, "id", &sanitize(&format!("{set_id}-{name}")));
    doc.set_attr(pair, "name", name);
    doc.set_attr(pair, "value", value);
}

/// Appends an `op`.
pub(super) fn append_op(
    doc: &mut Document,
    operations: ElementId,
    rsc: &str,
    name: &str,
    interval: &str,
    timeout: Option<&str>,
) {
    let op = doc.append(operations, "op");
    doc.set_attr(op, "id", &sanitize(&format!("{rsc}-{name}-{interval}")));
    doc.set_attr(op, "interval", interval);
    doc.set_attr(op, "name", name);
    if let Some(timeout) = timeout {
        doc.set_attr(op, "timeout", timeout);
    }
}

/// Links launched resources to their launchers, connections to their nodes: for one top-level resource.
pub(super) fn link(builder: &mut Builder<'_>, top: RscId) {
    if builder.config.rsc(top).is_primitive() {
        return link_launcher(builder, top);
    }
    for rsc in builder.config.leaves(top) {
        link_launcher(builder, rsc);
    }
}

fn link_launcher(builder: &mut Builder<'_>, rsc: RscId) {
    let row = builder.config.rsc(rsc);
    let Some(container) = row.meta.get("container").cloned() else {
        return;
    };
    if *container == *row.id {
        return;
    }
    match builder.config.find_rsc(&container) {
        Some(launcher) if launcher != rsc => {
            builder.config.resources[rsc.index()].launcher = Some(launcher);
            builder.config.resources[launcher.index()]
                .launched
                .push(rsc);
        }
        Some(_) => {}
        None => {
            let text = format!("Resource {}: Unknown container {container}", row.id);
            builder.log.config_error("unpack_launcher", text);
        }
    }
}

/// Links a connection to the node of its name. A remote node without launcher is subject to startup fencing from now
/// on; one with launcher becomes a guest.
pub(crate) fn link_connection(builder: &mut Builder<'_>, rsc: RscId) {
    let row = builder.config.rsc(rsc);
    if !row.remote_connection {
        return;
    }
    let guest = row.launcher.is_some();
    let Some(node) = builder.config.find_node(&row.id) else {
        return;
    };
    builder.config.resources[rsc.index()].connects = Some(node);
    builder.config.nodes[node.index()].connection = Some(rsc);
    if guest {
        builder.config.nodes[node.index()]
            .attributes
            .insert("#kind", "container".into());
    } else {
        startup_fencing(builder, node);
    }
}
