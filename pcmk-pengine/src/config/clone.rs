//! Clones and their instances. Source: behaviour notes 01 §7.7.

use std::sync::Arc;

use pcmk_core::lenient::scan_min_int;
use pcmk_core::limits::CLONE_INSTANCES;

use crate::config::build::Builder;
use crate::config::{CloneInfo, Kind, XmlRef};
use crate::id::RscId;

impl Builder<'_> {
    /// Reads a clone and creates its instances.
    pub(super) fn unpack_clone(&mut self, rsc: RscId) -> Option<()> {
        let row = self.config.rsc(rsc);
        let (at, unique, promotable) = (row.xml, row.unique, row.promotable);
        let name = Arc::clone(&row.id);
        let ordered = pcmk_core::lenient::is_true(row.meta("ordered"));
        let interleave = pcmk_core::lenient::is_true(row.meta("interleave"));
        let (promoted_max, promoted_node_max) = if promotable {
            (
                self.promoted_limit(rsc, "promoted-max", "master-max"),
                self.promoted_limit(rsc, "promoted-node-max", "master-node-max"),
            )
        } else {
            (0, 0)
        };
        let mut clone_node_max = self.limit(rsc, "clone-node-max", 1);
        if !unique && clone_node_max > 1 {
            self.log.config_error(
                "clone_unpack",
                format!(
                    "Ignoring clone-node-max of {clone_node_max} for {name} because anonymous clones support only one \
                     instance per node"
                ),
            );
            clone_node_max = 1;
        }
        let nodes = u32::try_from(self.config.nodes.len()).unwrap_or(u32::MAX);
        let most = u32::try_from(CLONE_INSTANCES).unwrap_or(u32::MAX);
        let mut clone_max = self.limit(rsc, "clone-max", nodes.max(1));
        if clone_max > most {
            let text = format!("Using {most} instead of {clone_max} as clone-max for {name}");
            self.log.config_error("clone_unpack", text);
            clone_max = most;
        }

        let child = self
            .config
            .xml(at)
            .children()
            .find(|child| matches!(child.name(), "primitive" | "group"))
            .map(|child| {
                (
                    child.id(),
                    Arc::<str>::from(child.xml_id().unwrap_or_default()),
                )
            });
        let Some((element, child_name)) = child else {
            self.log
                .config_error("clone_unpack", format!("{name} has nothing to clone"));
            return None;
        };
        self.config.resources[rsc.index()].kind = Kind::Clone(Box::new(CloneInfo {
            clone_max,
            clone_node_max,
            promoted_max,
            promoted_node_max,
            ordered,
            interleave,
            instances: 0,
            child_name,
            child_xml: XmlRef {
                source: at.source,
                element,
            },
        }));
        if self.config.rsc(rsc).meta("resource-stickiness").is_none() {
            self.set_meta(rsc, "resource-stickiness", "1");
        }
        self.set_meta(
            rsc,
            "globally-unique",
            if unique { "true" } else { "false" },
        );
        if clone_max == 0 {
            // One instance all the same, so that history can be matched with something.
            self.create_instance(rsc)?;
            return Some(());
        }
        // The limit may shrink meanwhile: see `force_anonymous`.
        while self
            .config
            .rsc(rsc)
            .as_clone()
            .is_some_and(|info| info.instances < info.clone_max)
        {
            self.create_instance(rsc)?;
        }
        Some(())
    }

    /// Creates the next instance of a clone; one beyond `clone-max` is "removed".
    pub fn create_instance(&mut self, clone: RscId) -> Option<RscId> {
        let info = self.config.rsc(clone).as_clone()?;
        let (number, child, clone_max) = (info.instances, info.child_xml, info.clone_max);
        let beyond = number >= clone_max;
        let instance = self.unpack(child, Some(clone), Some(number))?;
        if let Kind::Clone(info) = &mut self.config.resources[clone.index()].kind {
            info.instances = number.saturating_add(1);
        }
        self.config.resources[clone.index()].children.push(instance);
        let clone_max = self.config.rsc(clone).as_clone()?.clone_max;
        self.set_meta(instance, "clone-max", &clone_max.to_string());
        if beyond {
            for rsc in self.config.subtree(instance) {
                self.config.resources[rsc.index()].removed = true;
            }
        }
        Some(instance)
    }

    /// Makes a clone anonymous because its agent cannot do otherwise: the clone, the instances completed so far, and
    /// the primitive at fault. Later instances start unique again, since the clone's element still says so.
    pub(super) fn force_anonymous(&mut self, clone: RscId, culprit: RscId, class: &str) {
        let text = format!(
            "Ignoring globally-unique for {} because {class} resources such as {} can be used only as anonymous clones",
            self.config.name(clone),
            self.config.name(culprit)
        );
        self.log.config_warning("pe__force_anon", text);
        let nodes = u32::try_from(self.config.nodes.len()).unwrap_or(u32::MAX);
        if let Kind::Clone(info) = &mut self.config.resources[clone.index()].kind {
            info.clone_node_max = 1;
            info.clone_max = info.clone_max.min(nodes);
        }
        let mut affected = self.config.subtree(clone);
        affected.push(culprit);
        for rsc in affected {
            self.set_meta(rsc, "globally-unique", "false");
            self.config.resources[rsc.index()].unique = false;
        }
        self.prototypes.retain(|&(_, root), _| root != clone);
    }

    /// Sets a meta-attribute of a resource.
    pub(super) fn set_meta(&mut self, rsc: RscId, name: &str, value: &str) {
        let row = &mut self.config.resources[rsc.index()];
        if row.meta(name) != Some(value) {
            Arc::make_mut(&mut row.meta).insert(name.into(), value.into());
        }
    }

    fn limit(&self, rsc: RscId, name: &str, default: u32) -> u32 {
        match self.config.rsc(rsc).meta(name) {
            Some(text) => u32::try_from(scan_min_int(Some(text), 0)).unwrap_or(0),
            None => default,
        }
    }

    fn promoted_limit(&mut self, rsc: RscId, name: &str, old: &'static str) -> u32 {
        if self.config.rsc(rsc).meta(name).is_some() || self.config.rsc(rsc).meta(old).is_none() {
            return self.limit(rsc, name, 1);
        }
        let text = format!(
            "Support for the {old} meta-attribute (such as in {}) is deprecated and will be removed in a future release. \
             Use the {name} meta-attribute instead.",
            self.config.name(rsc)
        );
        self.log.warn_once(old, "unpack_meta_int", text);
        self.limit(rsc, old, 1)
    }
}
