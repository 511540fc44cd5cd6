//! One resource of any kind: its meta table, and what its meta-attributes mean. Source: behaviour notes 01 §7.2 to §7.6.

use std::sync::Arc;

use pcmk_cib::rule::{AgentRef, RuleInput};
use pcmk_core::agent;
use pcmk_core::lenient;
use pcmk_core::order::UpstreamTable;
use pcmk_core::role::Role;
use pcmk_core::score::{Score, parse_score};

use crate::config::build::Builder;
use crate::config::spec::Spec;
use crate::config::{GroupInfo, Kind, MultipleActive, NoQuorum, Requires, Resource, XmlRef};
use crate::id::RscId;
use crate::scores::NodeTable;
use crate::table::Table;

/// A table of meta-attributes.
pub(crate) type MetaTable = Table;

/// A complaint that is repeated whenever the value is looked at again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// An error rather than a warning.
    pub error: bool,
    /// The text.
    pub text: Arc<str>,
}

impl Builder<'_> {
    /// The parsed element.
    pub fn spec(&mut self, at: XmlRef) -> Option<Arc<Spec>> {
        if let Some(known) = self.specs.get(&at) {
            return Some(Arc::clone(known));
        }
        let spec = Arc::new(Spec::read(self.config, at, &mut self.pool, self.log)?);
        self.specs.insert(at, Arc::clone(&spec));
        Some(spec)
    }

    /// Unpacks an element and everything below it. `None`, with nothing left behind, if the reference refuses it.
    pub fn unpack(
        &mut self,
        at: XmlRef,
        parent: Option<RscId>,
        instance: Option<u32>,
    ) -> Option<RscId> {
        let mark = self.config.resources.len();
        let unpacked = self.unpack_or_leave(at, parent, instance);
        if unpacked.is_none() {
            self.roll_back(mark);
        }
        unpacked
    }

    fn unpack_or_leave(
        &mut self,
        at: XmlRef,
        parent: Option<RscId>,
        instance: Option<u32>,
    ) -> Option<RscId> {
        let root = parent.map(|p| self.config.top_of(p));
        if let (Some(root), Some(number)) = (root, instance)
            && let Some(&first) = self.prototypes.get(&(at, root))
        {
            return self.copy_instance(first, parent, number);
        }
        let complaints = self.log.len();
        let spec = self.spec(at)?;
        let rsc = self.create(&spec, parent, instance)?;
        self.read_target_role(rsc);
        let is = |kind: &str| spec.element.eq_ignore_ascii_case(kind);
        if is("primitive") {
            self.unpack_primitive(rsc)?;
        } else if is("group") {
            self.unpack_group(rsc)?;
        } else if is("clone") {
            self.unpack_clone(rsc)?;
        } else if is("bundle") {
            self.unpack_bundle(rsc)?;
        } else {
            let text = format!(
                "Ignoring resource '{}' of unknown type '{}'",
                spec.id, spec.element
            );
            self.log.config_error("pe__unpack_resource", text);
            return None;
        }
        self.default_tables(rsc);
        if !spec.utilization.is_empty() {
            let mut utilization = UpstreamTable::new();
            self.unpack_plain(&spec.utilization, &mut utilization);
            self.config.resources[rsc.index()].utilization =
                (!utilization.is_empty()).then(|| Box::new(utilization));
        }
        if let Some(template) = spec.template {
            let name = self
                .config
                .doc
                .element(template.element)
                .xml_id()
                .unwrap_or_default()
                .to_owned();
            self.config.add_template_member(&name, &spec.id);
        }
        if let (Some(root), Some(_)) = (root, instance)
            && self.log.len() == complaints
        {
            self.prototypes.insert((at, root), rsc);
        }
        Some(rsc)
    }

    /// Another instance of an element, exactly like one that went through without complaint.
    fn copy_instance(&mut self, first: RscId, parent: Option<RscId>, number: u32) -> Option<RscId> {
        let rsc = RscId::from_index(self.config.resources.len());
        let mut row = self.config.rsc(first).clone();
        let number_text: Arc<str> = number.to_string().into();
        let mut meta = (*row.meta).clone();
        if meta.contains_key("clone") {
            meta.insert("clone".into(), number_text);
        }
        row.rsc = rsc;
        row.id = format!("{}:{number}", row.xml_id).into();
        row.parent = parent;
        row.instance = Some(number);
        row.meta = Arc::new(meta);
        row.removed = false;
        let children = std::mem::take(&mut row.children);
        self.config.resources.push(row);
        self.tables.push(NodeTable::default());
        for child in children {
            let at = self.config.rsc(child).xml;
            let copy = self.unpack_or_leave(at, Some(rsc), Some(number))?;
            self.config.resources[rsc.index()].children.push(copy);
        }
        self.default_tables(rsc);
        Some(rsc)
    }

    fn default_tables(&mut self, rsc: RscId) {
        let row = self.config.rsc(rsc);
        let guest = row.remote_connection && row.meta.contains_key("container");
        if self.config.options.symmetric || guest {
            self.allow_everywhere(rsc);
        }
    }

    /// Pushes the row with everything that does not depend on the kind.
    fn create(
        &mut self,
        spec: &Arc<Spec>,
        parent: Option<RscId>,
        instance: Option<u32>,
    ) -> Option<RscId> {
        if spec.id.is_empty() {
            self.log.config_error(
                "pe__unpack_resource",
                format!("Ignoring <{}> configuration without id", spec.element),
            );
            return None;
        }
        let id: Arc<str> = match instance {
            Some(number) => format!("{}:{number}", spec.id).into(),
            None => Arc::clone(&spec.id),
        };
        let meta = self.meta_table(spec, parent, instance);
        let get = |name: &str| meta.get(name).map(|value| &**value);
        let attr = |name: &str| spec.attr(name).cloned();
        let is = |name: &str, value: &str| {
            spec.attr(name)
                .is_some_and(|text| text.eq_ignore_ascii_case(value))
        };
        let remote_connection =
            is("class", "ocf") && is("provider", "pacemaker") && is("type", "remote");
        let true_remote = remote_connection && !meta.contains_key("container");
        let primitive = spec.element.eq_ignore_ascii_case("primitive");

        let maintenance_mode = self.config.options.maintenance;
        let mut managed = !maintenance_mode;
        let mut maintenance = false;
        let priority = self.priority(&id, get("priority"));
        let critical = get("critical").is_none_or(|text| lenient::is_true(Some(text)));
        let notify = lenient::is_true(get("notify"));
        let migratable = match get("allow-migrate") {
            Some(text) => lenient::is_true(Some(text)),
            None => true_remote,
        };
        match get("is-managed") {
            Some(text) if text.eq_ignore_ascii_case("default") => {
                self.deprecated_default("pe__unpack_resource", "is-managed")
            }
            Some(text) => managed = lenient::is_true(Some(text)),
            None => {}
        }
        if lenient::is_true(get("maintenance")) || maintenance_mode {
            managed = false;
            maintenance = true;
        }

        let rsc = RscId::from_index(self.config.resources.len());
        let top_is_clone = match parent {
            Some(parent) => self.config.rsc(self.config.top_of(parent)).is_clone(),
            None => false,
        } || spec.element.eq_ignore_ascii_case("clone");
        let (unique, promotable) = if top_is_clone {
            let unique = match get("globally-unique") {
                Some(text) => lenient::is_true(Some(text)),
                None => get("clone-node-max")
                    .is_some_and(|text| lenient::scan_min_int(Some(text), 0) > 1),
            };
            (unique, lenient::is_true(get("promotable")))
        } else {
            (true, false)
        };
        let multiple_active = self.multiple_active(get("multiple-active"));
        let stickiness = self.stickiness(&id, get("resource-stickiness"));
        let migration_threshold = self.migration_threshold(&id, get("migration-threshold"));
        let fence_device = is("class", "stonith");
        if fence_device {
            self.config.have_fencing = true;
        }
        let requires = self.requires(
            &id,
            get("requires"),
            fence_device,
            remote_connection && primitive,
        );
        let failure_timeout_ms =
            get("failure-timeout").map_or(0, |text| lenient::parse_interval(Some(text)).0);

        let row = Resource {
            rsc,
            id,
            xml_id: Arc::clone(&spec.id),
            xml: spec.at,
            template: spec.template,
            kind: Kind::Primitive,
            parent,
            children: Vec::new(),
            class: attr("class"),
            provider: attr("provider"),
            agent: attr("type"),
            description: attr("description"),
            meta: Arc::new(meta),
            params: Arc::clone(&spec.params),
            operations: Arc::clone(&spec.operations),
            utilization: None,
            instance,
            unique,
            promotable,
            notify,
            critical,
            fence_device,
            remote_connection,
            migratable,
            internal: false,
            nesting_allowed: false,
            removed: false,
            removed_launched: false,
            priority,
            stickiness,
            migration_threshold,
            failure_timeout_ms,
            reconnect_interval_ms: 0,
            requires,
            multiple_active,
            target_role: None,
            managed,
            maintenance,
            launcher: None,
            launched: Vec::new(),
            connects: None,
            exclusive_discovery: false,
            place: [0; 4],
            spec: Arc::clone(spec),
            target_role_complaint: None,
        };
        self.config.resources.push(row);
        self.tables.push(NodeTable::default());
        self.config.resources[rsc.index()].internal =
            lenient::is_true(self.config.rsc(rsc).meta("internal_rsc"));
        if true_remote {
            self.read_reconnect_interval(rsc);
        }
        Some(rsc)
    }

    /// The meta table (01 §7.4): first hit wins, from the element's attributes up to the parent's finished table.
    fn meta_table(
        &mut self,
        spec: &Spec,
        parent: Option<RscId>,
        instance: Option<u32>,
    ) -> MetaTable {
        // Room for all names there may be: usually that is how many there are.
        let pairs = spec.meta.blocks().iter().map(|block| block.pairs.len());
        let inherited = parent.map_or(0, |parent| self.config.rsc(parent).meta.len());
        let own = 1 + spec.attributes.len() + usize::from(instance.is_some());
        let mut table = MetaTable::with_capacity(own + pairs.sum::<usize>() + inherited);
        let id = (self.pool.share("id"), Arc::clone(&spec.id));
        for (name, value) in std::iter::once(&id).chain(spec.attributes.iter()) {
            if value.eq_ignore_ascii_case("#default") {
                self.log.config_warning(
                    "dup_attr",
                    format!(
                        "Support for setting meta-attributes (such as {name}) to the explicit value '#default' is \
                         deprecated and will be removed in a future release"
                    ),
                );
            } else {
                table.insert(Arc::clone(name), Arc::clone(value));
            }
        }
        if let Some(number) = instance {
            table.insert("clone".into(), number.to_string().into());
        }
        let config = &*self.config;
        let agent = AgentRef {
            class: spec.attr("class").map(|text| &**text),
            provider: spec.attr("provider").map(|text| &**text),
            kind: spec.attr("type").map(|text| &**text),
        };
        let input = RuleInput {
            agent: Some(agent),
            ..self.time_only()
        };
        spec.meta.unpack(&input, &mut table, self.change, self.log);
        let mut above = parent;
        while let Some(ancestor) = above {
            let row = config.rsc(ancestor);
            row.spec
                .meta
                .unpack(&input, &mut table, self.change, self.log);
            above = row.parent;
        }
        config
            .rsc_defaults
            .unpack(&input, &mut table, self.change, self.log);
        if let Some(parent) = parent {
            for (name, value) in config.rsc(parent).meta.iter() {
                table.insert_new(name, value);
            }
        }
        table.finished()
    }

    fn deprecated_default(&mut self, function: &'static str, name: &str) {
        self.log.config_warning(
            function,
            format!(
                "Support for setting {name} to the explicit value 'default' is deprecated and will be removed in a \
                 future release (just leave it unset)"
            ),
        );
    }

    fn priority(&mut self, id: &str, text: Option<&str>) -> Score {
        let Some(text) = text else { return Score::ZERO };
        parse_score(text, &self.config.options.health).unwrap_or_else(|_| {
            self.log.config_warning(
                "unpack_priority",
                format!(
                    "Using default (0) for resource {id} priority because '{text}' is not a valid value: Bad input \
                     value provided"
                ),
            );
            Score::ZERO
        })
    }

    fn stickiness(&mut self, id: &str, text: Option<&str>) -> Score {
        let Some(text) = text else { return Score::ZERO };
        if text.eq_ignore_ascii_case("default") {
            self.deprecated_default("unpack_stickiness", "resource-stickiness");
            return Score::ZERO;
        }
        parse_score(text, &self.config.options.health).unwrap_or_else(|_| {
            self.log.config_warning(
                "unpack_stickiness",
                format!(
                    "Using default (0) for resource {id} resource-stickiness because '{text}' is not a valid value: \
                     Bad input value provided"
                ),
            );
            Score::ZERO
        })
    }

    fn migration_threshold(&mut self, id: &str, text: Option<&str>) -> Score {
        let Some(text) = text else {
            return Score::INFINITY;
        };
        if text.eq_ignore_ascii_case("default") {
            self.deprecated_default("unpack_migration_threshold", "migration-threshold");
            return Score::INFINITY;
        }
        match parse_score(text, &self.config.options.health) {
            Ok(score) if score >= Score::ZERO => score,
            Ok(_) | Err(_) => {
                self.log.config_warning(
                    "unpack_migration_threshold",
                    format!(
                        "Using default (INFINITY) for resource {id} meta-attribute migration-threshold because \
                         '{text}' is not a valid value: Bad input value provided"
                    ),
                );
                Score::INFINITY
            }
        }
    }

    fn multiple_active(&mut self, text: Option<&str>) -> MultipleActive {
        let Some(text) = text else {
            return MultipleActive::StopStart;
        };
        let is = |word: &str| text.eq_ignore_ascii_case(word);
        if is("stop_only") {
            MultipleActive::StopOnly
        } else if is("block") {
            MultipleActive::Block
        } else if is("stop_unexpected") {
            MultipleActive::StopUnexpected
        } else {
            if !is("stop_start") {
                self.log.config_warning(
                    "pe__unpack_resource",
                    format!("{text} is not a valid value for multiple-active, using default of \"stop_start\""),
                );
            }
            MultipleActive::StopStart
        }
    }

    /// What the resource needs before it starts (01 §7.5.2).
    fn requires(
        &mut self,
        id: &str,
        text: Option<&str>,
        fence_device: bool,
        connection: bool,
    ) -> Requires {
        let nothing = Requires {
            quorum: false,
            fencing: false,
            unfencing: false,
        };
        let quorum = Requires {
            quorum: true,
            ..nothing
        };
        let fencing = Requires {
            fencing: true,
            ..nothing
        };
        let (unfencing_used, fencing_enabled, policy) = (
            self.config.unfencing,
            self.config.options.fencing_enabled,
            self.config.options.no_quorum,
        );
        let known = ["nothing", "quorum", "fencing", "unfencing"];
        let given = text.and_then(|text| known.iter().find(|word| word.eq_ignore_ascii_case(text)));
        let word = given.copied().unwrap_or_else(|| {
            let default = if fence_device || connection {
                "quorum"
            } else if unfencing_used {
                "unfencing"
            } else if fencing_enabled {
                "fencing"
            } else if policy == NoQuorum::Ignore {
                "nothing"
            } else {
                "quorum"
            };
            if let Some(text) = text {
                self.log.config_error(
                    "unpack_requires",
                    format!(
                        "Resetting 'requires' for {id} to '{default}' because '{text}' is not valid"
                    ),
                );
            }
            default
        });
        match word {
            "nothing" => nothing,
            "fencing" => {
                if !fencing_enabled {
                    self.log.config_warning(
                        "unpack_requires",
                        format!("{id} requires fencing but fencing is disabled"),
                    );
                }
                fencing
            }
            "unfencing" => {
                let why = if fence_device {
                    "fencing devices cannot require unfencing"
                } else if !fencing_enabled {
                    "fencing is disabled"
                } else {
                    return Requires {
                        unfencing: true,
                        ..fencing
                    };
                };
                self.log.config_warning(
                    "unpack_requires",
                    format!("Resetting \"requires\" for {id} to \"quorum\" because {why}"),
                );
                quorum
            }
            _ => quorum,
        }
    }

    /// `reconnect_interval` of a true remote connection also replaces its failure timeout.
    fn read_reconnect_interval(&mut self, rsc: RscId) {
        let mut params = MetaTable::new();
        let input = self.time_only();
        let config = &*self.config;
        let mut at = Some(rsc);
        while let Some(here) = at {
            config
                .rsc(here)
                .params
                .unpack(&input, &mut params, self.change, self.log);
            at = config.rsc(here).parent;
        }
        if let Some(text) = params.get("reconnect_interval") {
            let interval = lenient::parse_interval(Some(text)).0;
            let row = &mut self.config.resources[rsc.index()];
            row.reconnect_interval_ms = interval;
            row.failure_timeout_ms = interval;
        }
    }

    /// The limiting target role, if any (02 §17.3).
    fn read_target_role(&mut self, rsc: RscId) {
        let row = self.config.rsc(rsc);
        let Some(text) = row.meta("target-role") else {
            return;
        };
        if text.eq_ignore_ascii_case("Started") {
            return;
        }
        let promotable = self.config.rsc(self.config.top_of(rsc)).promotable;
        let complain = |error: bool, message: String| {
            Some(Complaint {
                error,
                text: message.into(),
            })
        };
        let (role, complaint) = if text.eq_ignore_ascii_case("default") {
            let message = "Support for setting target-role to the explicit value 'default' is deprecated and will be \
                           removed in a future release (just leave it unset)";
            (None, complain(false, message.to_owned()))
        } else {
            match Role::parse(text) {
                None => (
                    None,
                    complain(
                        true,
                        format!(
                            "Ignoring 'target-role' for {} because '{text}' is not valid",
                            row.id
                        ),
                    ),
                ),
                Some(parsed) => {
                    if parsed.legacy {
                        warn_legacy_role(parsed.role, self.log);
                    }
                    match parsed.role {
                        Role::Unpromoted | Role::Promoted if !promotable => (
                            None,
                            complain(
                                true,
                                format!(
                                    "Ignoring 'target-role' for {} because '{text}' only makes sense for promotable \
                                     clones",
                                    row.id
                                ),
                            ),
                        ),
                        Role::Unpromoted | Role::Stopped => (Some(parsed.role), None),
                        Role::Unknown | Role::Started | Role::Promoted => (None, None),
                    }
                }
            }
        };
        if let Some(complaint) = &complaint {
            log_target_role(complaint, self.log);
        }
        let row = &mut self.config.resources[rsc.index()];
        row.target_role = role;
        row.target_role_complaint = complaint;
    }

    fn unpack_primitive(&mut self, rsc: RscId) -> Option<()> {
        let row = self.config.rsc(rsc);
        let top = self.config.top_of(rsc);
        if !self.config.rsc(top).is_clone() {
            return Some(());
        }
        let class: Arc<str> = row.class.clone().unwrap_or_default();
        let caps = agent::capabilities(&class);
        let (unique, promotable) = (row.unique, row.promotable);
        if unique && !caps.unique {
            self.force_anonymous(top, rsc, &class);
        }
        if promotable && !caps.promotable {
            let text = format!(
                "Resource {} is of type {class} and therefore cannot be used as a promotable clone resource",
                self.config.name(rsc)
            );
            self.log.config_error("native_unpack", text);
            return None;
        }
        Some(())
    }

    fn unpack_group(&mut self, rsc: RscId) -> Option<()> {
        let ordered = self.group_flag(rsc, "ordered");
        let colocated = self.group_flag(rsc, "collocated");
        self.config.resources[rsc.index()].kind = Kind::Group(GroupInfo { ordered, colocated });
        let (at, instance) = (self.config.rsc(rsc).xml, self.config.rsc(rsc).instance);
        let members: Vec<_> = self
            .config
            .xml(at)
            .children_named("primitive")
            .map(|member| member.id())
            .collect();
        for element in members {
            let member = self.unpack(
                XmlRef {
                    source: at.source,
                    element,
                },
                Some(rsc),
                instance,
            );
            if let Some(member) = member {
                self.config.resources[rsc.index()].children.push(member);
            }
        }
        if self.config.rsc(rsc).children.is_empty() {
            self.log.config_error(
                "group_unpack",
                format!("Group {} has no members", self.config.name(rsc)),
            );
            return None;
        }
        Some(())
    }

    fn group_flag(&mut self, rsc: RscId, name: &'static str) -> bool {
        let set = self
            .config
            .rsc(rsc)
            .meta(name)
            .and_then(lenient::parse_bool)
            != Some(false);
        if !set {
            self.log.warn_once(
                name,
                "set_group_flag",
                format!(
                    "Support for the '{name}' group meta-attribute is deprecated and will be removed in a future \
                     release (use a resource set instead)"
                ),
            );
        }
        set
    }
}

/// Logs (again) what is wrong with a target role.
pub(crate) fn log_target_role(complaint: &Complaint, log: &mut pcmk_core::diag::Diagnostics) {
    if complaint.error {
        log.config_error("get_target_role", complaint.text.to_string());
    } else {
        log.config_warning("get_target_role", complaint.text.to_string());
    }
}

/// Warns, once, that a role was given by its old name.
pub(crate) fn warn_legacy_role(role: Role, log: &mut pcmk_core::diag::Diagnostics) {
    let (tag, old, new) = match role {
        Role::Promoted => ("legacy-role-promoted", "Master", "Promoted"),
        Role::Unpromoted | Role::Unknown | Role::Stopped | Role::Started => {
            ("legacy-role-unpromoted", "Slave", "Unpromoted")
        }
    };
    log.warn_once(
        tag,
        "pcmk_parse_role",
        format!("Support for the {old} role is deprecated and will be removed in a future release. Use {new} instead."),
    );
}
