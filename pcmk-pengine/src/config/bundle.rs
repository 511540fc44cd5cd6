//! Bundles: the implied clone, containers, addresses and connections. Source: behaviour notes 01 §7.8.
//!
//! Blanks, paths and orders in here reach digests and outputs; they are part of the behaviour.

use std::fmt::Write as _;
use std::sync::Arc;

use pcmk_cib::xml::{Element, ElementId};
use pcmk_core::lenient;
use pcmk_core::limits::BUNDLE_REPLICAS;
use pcmk_core::score::Score;
use pcmk_core::xmlid::sanitize;

use crate::config::build::Builder;
use crate::config::remote::{Connection, append_op, append_pair};
use crate::config::{BundleInfo, Kind, Replica, Source, XmlRef};
use crate::id::{NodeId, RscId};
use crate::scores::{Entry, NodeTable, ProbeMode};

/// Port of Pacemaker Remote.
const DEFAULT_PORT: &str = "3121";
/// Key of Pacemaker Remote, mounted into every container with a primitive.
const KEY_FILE: &str = "/etc/pacemaker/authkey";
/// Where the log directories of containers are kept on their hosts.
const BUNDLE_LOGS: &str = "/var/log/pacemaker/bundles";
/// Where they appear inside.
const INNER_LOGS: &str = "/var/log";
/// What a container with a primitive runs unless told otherwise.
const REMOTE_EXECUTOR: &str = "/usr/sbin/pacemaker-remoted";

struct Mount {
    source: String,
    target: String,
    options: Option<String>,
    /// `source` is the parent of one directory per replica.
    per_replica: bool,
}

struct Port {
    source: String,
    target: String,
}

/// The element's settings.
struct Settings {
    technology: &'static str,
    image: Option<String>,
    run_command: Option<String>,
    network: Option<String>,
    options: Option<String>,
    promoted_max: u32,
    replicas: u32,
    per_host: u32,
    ip_range_start: Option<String>,
    control_port: Option<String>,
    host_interface: Option<String>,
    host_netmask: Option<String>,
    add_host: bool,
    ports: Vec<Port>,
    mounts: Vec<Mount>,
    primitive: Option<ElementId>,
}

impl Settings {
    fn read(bundle: Element<'_>, log: &mut pcmk_core::diag::Diagnostics) -> Option<Settings> {
        let (technology, container) = ["docker", "podman"].into_iter().find_map(|technology| {
            bundle
                .child(technology)
                .map(|container| (technology, container))
        })?;
        let own = |name: &str| container.attr(name).map(str::to_owned);
        let number = |name: &str, least: i32| {
            u32::try_from(lenient::scan_min_int(container.attr(name), least)).unwrap_or_default()
        };
        let promoted_max = number("promoted-max", 0);
        let mut replicas = match container.attr("replicas") {
            None if promoted_max > 0 => promoted_max,
            Some(_) | None => number("replicas", 1),
        };
        let most = u32::try_from(BUNDLE_REPLICAS).unwrap_or(u32::MAX);
        if replicas > most {
            let name = bundle.xml_id().unwrap_or_default();
            let text = format!("Using {most} instead of {replicas} as replicas for {name}");
            log.config_error("pe__unpack_bundle", text);
            replicas = most;
        }
        let mut settings = Settings {
            technology,
            image: own("image"),
            run_command: own("run-command"),
            network: own("network"),
            options: own("options"),
            promoted_max,
            replicas,
            per_host: number("replicas-per-host", 1),
            ip_range_start: None,
            control_port: None,
            host_interface: None,
            host_netmask: None,
            add_host: true,
            ports: Vec::new(),
            mounts: Vec::new(),
            primitive: bundle.child("primitive").map(Element::id),
        };
        if let Some(network) = bundle.child("network") {
            let text = |name: &str| network.attr(name).map(str::to_owned);
            settings.ip_range_start = text("ip-range-start");
            settings.control_port = text("control-port");
            settings.host_interface = text("host-interface");
            settings.host_netmask = text("host-netmask");
            settings.add_host = network
                .attr("add-host")
                .and_then(lenient::parse_bool)
                .unwrap_or(true);
            for mapping in network.children_named("port-mapping") {
                settings.read_port(mapping, log);
            }
        }
        if let Some(storage) = bundle.child("storage") {
            for mapping in storage.children_named("storage-mapping") {
                settings.read_mount(mapping, log);
            }
        }
        Some(settings)
    }

    fn read_port(&mut self, mapping: Element<'_>, log: &mut pcmk_core::diag::Diagnostics) {
        let given = |name: &str| mapping.attr(name).filter(|text| !text.is_empty());
        let source = match mapping.attr("port") {
            Some(_) => given("port"),
            None => given("range"),
        };
        let Some(source) = source else {
            let id = mapping.xml_id().unwrap_or_default();
            log.config_error("pe__unpack_bundle", format!("Invalid port directive {id}"));
            return;
        };
        let target = match mapping.attr("port") {
            Some(_) => mapping.attr("internal-port").unwrap_or(source),
            None => source,
        };
        self.ports.push(Port {
            source: source.to_owned(),
            target: target.to_owned(),
        });
    }

    fn read_mount(&mut self, mapping: Element<'_>, log: &mut pcmk_core::diag::Diagnostics) {
        let (source, per_replica) = match mapping.attr("source-dir") {
            Some(source) => (Some(source), false),
            None => (mapping.attr("source-dir-root"), true),
        };
        match (source, mapping.attr("target-dir")) {
            (Some(source), Some(target)) => self.mounts.push(Mount {
                source: source.to_owned(),
                target: target.to_owned(),
                options: mapping.attr("options").map(str::to_owned),
                per_replica,
            }),
            _ => {
                let id = mapping.xml_id().unwrap_or_default();
                log.config_error("pe__unpack_bundle", format!("Invalid mount directive {id}"));
            }
        }
    }

    fn add_defaults(&mut self) {
        let port = self.port().to_owned();
        self.mounts.push(Mount {
            source: KEY_FILE.into(),
            target: KEY_FILE.into(),
            options: None,
            per_replica: false,
        });
        if !self.mounts.iter().any(|mount| mount.target == INNER_LOGS) {
            self.mounts.push(Mount {
                source: BUNDLE_LOGS.into(),
                target: INNER_LOGS.into(),
                options: None,
                per_replica: true,
            });
        }
        self.ports.push(Port {
            source: port.clone(),
            target: port,
        });
    }

    fn port(&self) -> &str {
        self.control_port.as_deref().unwrap_or(DEFAULT_PORT)
    }

    /// Options of the container, and its mount points, for one replica.
    fn run_options(
        &self,
        bundle: &str,
        replica: u32,
        address: Option<&str>,
        hosts: &str,
    ) -> (String, String) {
        let mut run = String::new();
        if self.technology == "docker" {
            run.push_str(" --restart=no");
        }
        if self.ip_range_start.is_some() {
            let _ = write!(run, " -h {bundle}-{replica}");
        }
        run.push_str(" -e PCMK_stderr=1");
        if let Some(network) = &self.network {
            let _ = write!(run, " --net={network}");
        }
        let _ = write!(run, " -e PCMK_remote_port={}", self.port());
        let mut directories = String::new();
        for mount in &self.mounts {
            let source = if mount.per_replica {
                let source = format!("{}/{bundle}-{replica}", mount.source);
                if !directories.is_empty() {
                    directories.push(',');
                }
                directories.push_str(&source);
                source
            } else {
                mount.source.clone()
            };
            let _ = write!(run, " -v {source}:{}", mount.target);
            if let Some(options) = &mount.options {
                let _ = write!(run, ":{options}");
            }
        }
        for port in &self.ports {
            match address {
                Some(address) => {
                    let _ = write!(run, " -p {address}:{}:{}", port.source, port.target);
                }
                None if self.network.as_deref() != Some("host") => {
                    let _ = write!(run, " -p {}:{}", port.source, port.target);
                }
                None => {}
            }
        }
        if let Some(options) = &self.options {
            let _ = write!(run, " {options}");
        }
        let _ = write!(run, " {hosts}");
        (run, directories)
    }
}

/// The address after this one; none after the last, or if this is no IPv4 address.
fn next_address(last: &str) -> Option<String> {
    let mut parts = last.split('.').map(|part| part.parse::<u32>());
    let mut octet = || parts.next()?.ok();
    let (one, two, mut three, mut four) = (octet()?, octet()?, octet()?, octet()?);
    four += 1;
    if four > 254 {
        four = 1;
        three += 1;
        if three > 254 {
            return None;
        }
    }
    Some(format!("{one}.{two}.{three}.{four}"))
}

impl Builder<'_> {
    /// Reads a bundle and creates everything it implies.
    pub(super) fn unpack_bundle(&mut self, rsc: RscId) -> Option<()> {
        let (at, name) = (
            self.config.rsc(rsc).xml,
            Arc::clone(&self.config.rsc(rsc).id),
        );
        let doc = Arc::clone(&self.config.doc);
        let mut settings = Settings::read(doc.element(at.element), self.log)?;
        let unique = settings.per_host != 1;
        self.config.resources[rsc.index()].unique = unique;
        self.config.resources[rsc.index()].kind = Kind::Bundle(Box::new(BundleInfo {
            technology: settings.technology,
            image: settings.image.as_deref().unwrap_or_default().into(),
            promoted_max: settings.promoted_max,
            replicas_per_host: settings.per_host,
            replicas: Vec::new(),
            clone: None,
            unique,
        }));
        let clone = match settings.primitive {
            Some(primitive) => {
                self.check_network(
                    &name,
                    doc.element(primitive).xml_id().unwrap_or_default(),
                    &mut settings,
                )?;
                let per_host = settings.per_host;
                if let Kind::Bundle(info) = &mut self.config.resources[rsc.index()].kind {
                    info.replicas_per_host = per_host;
                }
                Some(self.create_inner_clone(rsc, &name, primitive, &settings)?)
            }
            None => None,
        };
        let mut replicas = self.plan_replicas(clone, &mut settings);
        if let Some(clone) = clone {
            self.copy_attribute_target(rsc, clone);
        }
        let hosts = self.plan_addresses(&name, &mut replicas, &settings);
        for replica in &mut replicas {
            self.create_replica(rsc, &name, replica, &settings, &hosts)?;
        }
        if let Some(clone) = clone {
            self.config.resources[rsc.index()].children.push(clone);
        }
        if let Kind::Bundle(info) = &mut self.config.resources[rsc.index()].kind {
            info.replicas = replicas;
            info.clone = clone;
        }
        Some(())
    }

    /// A bundled primitive must be reachable.
    fn check_network(
        &mut self,
        bundle: &str,
        primitive: &str,
        settings: &mut Settings,
    ) -> Option<()> {
        if settings.ip_range_start.is_some() {
            return Some(());
        }
        if settings.control_port.is_none() {
            self.log.config_error(
                "pe__unpack_bundle",
                format!("Cannot control {primitive} inside {bundle} without either ip-range-start or control-port"),
            );
            return None;
        }
        if settings.per_host > 1 {
            self.log.config_error(
                "valid_network",
                format!(
                    "Specifying the 'control-port' for {bundle} requires 'replicas-per-host=1'"
                ),
            );
            settings.per_host = 1;
        }
        Some(())
    }

    /// The implied clone. It exists before the containers, but becomes the bundle's last child.
    fn create_inner_clone(
        &mut self,
        rsc: RscId,
        bundle: &str,
        primitive: ElementId,
        settings: &Settings,
    ) -> Option<RscId> {
        let suffix = if settings.promoted_max > 0 {
            "master"
        } else {
            "clone"
        };
        let doc = Arc::clone(&self.config.doc);
        let implied = &mut self.config.implied;
        let root = implied.root();
        let clone = implied.append(root, "clone");
        implied.set_attr(clone, "id", &sanitize(&format!("{bundle}-{suffix}")));
        let meta = implied.append(clone, "meta_attributes");
        let meta_id = sanitize(&format!("{bundle}-clone-meta"));
        implied.set_attr(meta, "id", &meta_id);
        append_pair(implied, meta, &meta_id, "ordered", "true");
        append_pair(
            implied,
            meta,
            &meta_id,
            "clone-max",
            &settings.replicas.to_string(),
        );
        append_pair(
            implied,
            meta,
            &meta_id,
            "clone-node-max",
            &settings.per_host.to_string(),
        );
        let unique = if settings.per_host > 1 {
            "true"
        } else {
            "false"
        };
        append_pair(implied, meta, &meta_id, "globally-unique", unique);
        if settings.promoted_max > 0 {
            append_pair(implied, meta, &meta_id, "promotable", "true");
            append_pair(
                implied,
                meta,
                &meta_id,
                "promoted-max",
                &settings.promoted_max.to_string(),
            );
        }
        implied.append_copy(clone, doc.element(primitive));
        self.unpack_part(rsc, clone)
    }

    fn unpack_part(&mut self, bundle: RscId, element: ElementId) -> Option<RscId> {
        let at = XmlRef {
            source: Source::Implied,
            element,
        };
        let part = self.unpack(at, Some(bundle), None);
        if part.is_none() {
            let id = self
                .config
                .implied
                .element(element)
                .xml_id()
                .unwrap_or_default()
                .to_owned();
            self.log.config_error(
                "pe__unpack_bundle",
                format!("Failed unpacking resource {id}"),
            );
        }
        part
    }

    /// One replica per instance (or as many as configured, without primitive).
    fn plan_replicas(&mut self, clone: Option<RscId>, settings: &mut Settings) -> Vec<Replica> {
        let blank = |offset: u32, child: Option<RscId>| Replica {
            offset,
            // Filled in when the replica is created.
            container: RscId::from_index(0),
            ip: None,
            remote: None,
            child,
            node: None,
            address: None,
        };
        let Some(clone) = clone else {
            return (0..settings.replicas)
                .map(|offset| blank(offset, None))
                .collect();
        };
        settings.add_defaults();
        let mut replicas = Vec::new();
        for (offset, child) in (0..).zip(self.config.rsc(clone).children.clone()) {
            self.config.resources[child.index()].exclusive_discovery = true;
            if self.config.rsc(child).notify {
                self.config.resources[clone.index()].notify = true;
            }
            replicas.push(blank(offset, Some(child)));
        }
        replicas
    }

    fn copy_attribute_target(&mut self, bundle: RscId, clone: RscId) {
        let name = "container-attribute-target";
        let last = self.config.rsc(clone).children.last().copied();
        let target = last.and_then(|child| self.config.rsc(child).meta.get(name).cloned());
        if let Some(target) = target {
            self.set_meta(bundle, name, &target);
            self.set_meta(clone, name, &target);
        }
    }

    /// Gives the replicas their addresses; returns the host options that every container gets.
    fn plan_addresses(
        &self,
        bundle: &str,
        replicas: &mut [Replica],
        settings: &Settings,
    ) -> String {
        let mut hosts = String::new();
        let Some(start) = &settings.ip_range_start else {
            return hosts;
        };
        let mut last: Option<String> = None;
        for replica in replicas {
            let address = match &last {
                None => Some(start.clone()),
                Some(last) => next_address(last),
            };
            if let Some(address) = &address {
                let _ = if settings.add_host {
                    write!(hosts, " --add-host={bundle}-{}:{address}", replica.offset)
                } else {
                    write!(
                        hosts,
                        " --hosts-entry={address}={bundle}-{}",
                        replica.offset
                    )
                };
            }
            replica.address = address.as_deref().map(Arc::from);
            last = address;
        }
        hosts
    }

    fn create_replica(
        &mut self,
        rsc: RscId,
        bundle: &str,
        replica: &mut Replica,
        settings: &Settings,
        hosts: &str,
    ) -> Option<()> {
        let container = self.create_container(rsc, bundle, replica, settings, hosts)?;
        replica.container = container;
        self.config.resources[rsc.index()].children.push(container);
        if let (Some(_), Some(address)) = (&settings.ip_range_start, &replica.address) {
            let address = Arc::clone(address);
            let ip = self.create_address(rsc, bundle, replica.offset, &address, settings)?;
            replica.ip = Some(ip);
            self.config.resources[rsc.index()].children.push(ip);
        }
        let Some(child) = replica.child else {
            return Some(());
        };
        let node = self.create_connection(rsc, bundle, replica, child, settings)?;
        replica.node = Some(node);
        if let Some(address) = replica.address.clone() {
            self.set_meta(child, "external-ip", &address);
        }
        let resources = &mut self.config.resources;
        let inner = std::mem::take(&mut resources[child.index()].utilization);
        let outer = std::mem::replace(&mut resources[container.index()].utilization, inner);
        resources[child.index()].utilization = outer;
        Some(())
    }

    fn append_primitive(&mut self, id: &str, provider: &str, agent: &str) -> ElementId {
        let implied = &mut self.config.implied;
        let root = implied.root();
        let primitive = implied.append(root, "primitive");
        implied.set_attr(primitive, "id", id);
        implied.set_attr(primitive, "class", "ocf");
        implied.set_attr(primitive, "provider", provider);
        implied.set_attr(primitive, "type", agent);
        primitive
    }

    fn create_container(
        &mut self,
        rsc: RscId,
        bundle: &str,
        replica: &Replica,
        settings: &Settings,
        hosts: &str,
    ) -> Option<RscId> {
        let id = sanitize(&format!(
            "{bundle}-{}-{}",
            settings.technology, replica.offset
        ));
        let element = self.append_primitive(&id, "heartbeat", settings.technology);
        let (run, directories) =
            settings.run_options(bundle, replica.offset, replica.address.as_deref(), hosts);
        let implied = &mut self.config.implied;
        let set = implied.append(element, "instance_attributes");
        let set_id = sanitize(&format!("{bundle}-attributes-{}", replica.offset));
        implied.set_attr(set, "id", &set_id);
        let command = match (&settings.run_command, replica.child) {
            (Some(command), _) => Some(command.as_str()),
            (None, Some(_)) => Some(REMOTE_EXECUTOR),
            (None, None) => None,
        };
        let pairs = [
            ("image", settings.image.as_deref()),
            ("allow_pull", Some("true")),
            ("force_kill", Some("false")),
            ("reuse", Some("false")),
            ("run_opts", Some(run.as_str())),
            ("mount_points", Some(directories.as_str())),
            ("run_cmd", command),
            ("monitor_cmd", Some("/bin/true")),
        ];
        for (name, value) in pairs {
            if let Some(value) = value {
                append_pair(implied, set, &set_id, name, value);
            }
        }
        let operations = implied.append(element, "operations");
        append_op(implied, operations, &id, "monitor", "60s", None);
        self.unpack_part(rsc, element)
    }

    fn create_address(
        &mut self,
        rsc: RscId,
        bundle: &str,
        offset: u32,
        address: &str,
        settings: &Settings,
    ) -> Option<RscId> {
        let id = sanitize(&format!("{bundle}-ip-{address}"));
        let element = self.append_primitive(&id, "heartbeat", "IPaddr2");
        let implied = &mut self.config.implied;
        let set = implied.append(element, "instance_attributes");
        let set_id = sanitize(&format!("{bundle}-attributes-{offset}"));
        implied.set_attr(set, "id", &set_id);
        append_pair(implied, set, &set_id, "ip", address);
        if let Some(interface) = &settings.host_interface {
            append_pair(implied, set, &set_id, "nic", interface);
        }
        append_pair(
            implied,
            set,
            &set_id,
            "cidr_netmask",
            settings.host_netmask.as_deref().unwrap_or("32"),
        );
        let operations = implied.append(element, "operations");
        append_op(implied, operations, &id, "monitor", "60s", None);
        self.unpack_part(rsc, element)
    }

    /// The connection and the bundle node. The instance may run on this node alone.
    fn create_connection(
        &mut self,
        rsc: RscId,
        bundle: &str,
        replica: &mut Replica,
        child: RscId,
        settings: &Settings,
    ) -> Option<NodeId> {
        let mut id = format!("{bundle}-{}", replica.offset);
        if self.config.find_rsc(&id).is_some() {
            id = format!(
                "pcmk-internal-{}-remote-{}",
                self.config.name(child),
                replica.offset
            );
        }
        let launcher = Arc::clone(&self.config.rsc(replica.container).id);
        let root = self.config.implied.root();
        let element = Connection {
            id: &id,
            launcher: &launcher,
            address: Some(replica.address.as_deref().unwrap_or("#uname")),
            port: Some(settings.port()),
            start_timeout: None,
            allow_migrate: None,
            managed: None,
        }
        .append(&mut self.config.implied, root);
        let node = match self.config.find_node(&id) {
            Some(node) => node,
            None => self.create_node(&id, &id, true, Score::MINUS_INFINITY, None),
        };
        self.seal_node(node);
        let own = |score: Score, probe: ProbeMode| Entry {
            node,
            score,
            count: 0,
            probe,
        };
        let mut only = NodeTable::default();
        only.insert(own(Score::clipped(500), ProbeMode::Exclusive));
        self.tables[child.index()] = only;
        if let Some(clone) = self.config.rsc(child).parent {
            self.tables[clone.index()].insert(own(Score::MINUS_INFINITY, ProbeMode::Never));
        }
        let remote = self.unpack_part(rsc, element)?;
        let config = &mut *self.config;
        for entry in self.tables[remote.index()].iter_mut() {
            if config.node(entry.node).remote {
                entry.score = Score::MINUS_INFINITY;
            }
        }
        config.nodes[node.index()].connection = Some(remote);
        config.nodes[node.index()]
            .attributes
            .insert("#kind", "container".into());
        config.resources[remote.index()].connects = Some(node);
        config.resources[remote.index()].nesting_allowed = true;
        config.resources[rsc.index()].children.push(remote);
        replica.remote = Some(remote);
        Some(node)
    }
}
