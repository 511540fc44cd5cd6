//! Which resource a history belongs to: by id, by matching anonymous instances, or one made up for it.
//!
//! Source: behaviour notes 02 §7.1 to §7.4.

use std::sync::Arc;

use pcmk_cib::xml::Element;
use pcmk_core::key::{base_name, clone_zero};
use pcmk_core::score::Score;

use crate::config::build::{index_tree, number_below, number_tree};
use crate::config::nodes::startup_fencing;
use crate::config::{Source, XmlRef};
use crate::id::{NodeId, RscId};
use crate::scores::Cause;
use crate::state::find::{find_renamed, set_history_id};
use crate::state::observe::Observer;

impl Observer {
    /// The resource that a history id means on this node (02 §7.1).
    pub(super) fn find_history_resource(&mut self, node: NodeId, id: &str) -> Option<RscId> {
        let config = &self.config;
        let found = find_renamed(config, &self.state, id).or_else(|| {
            let zero = find_renamed(config, &self.state, &clone_zero(id))?;
            (!config.rsc(zero).unique).then_some(zero)
        })?;
        if !config.rsc(found).is_primitive() {
            return None;
        }
        let top = config.top_of(found);
        let top_row = config.rsc(top);
        let rsc = if !top_row.is_clone() || top_row.unique {
            found
        } else if let Some(bundle) = top_row.parent {
            let replicas = config
                .rsc(bundle)
                .as_bundle()
                .map(|info| info.replicas.as_slice())
                .unwrap_or_default();
            replicas
                .iter()
                .find(|replica| replica.node == Some(node))
                .and_then(|replica| replica.child)?
        } else {
            self.match_instance(node, top, base_name(id))?
        };
        let own = self.config.name(rsc) == id;
        let known = self.state.rsc(rsc).history_id.as_deref() == Some(id);
        if !own && !known {
            set_history_id(&self.config, &mut self.state, rsc, Some(id));
        }
        Some(rsc)
    }

    /// The member of an instance (or the instance) that is called `base`.
    fn member(&self, instance: RscId, base: &str) -> Option<RscId> {
        let row = self.config.rsc(instance);
        if *row.xml_id == *base || *row.id == *base {
            return Some(instance);
        }
        row.children.iter().copied().find(|&member| {
            let row = self.config.rsc(member);
            *row.xml_id == *base || *row.id == *base
        })
    }

    /// Where an instance, or any member of it, is active or about to act.
    fn location(&self, instance: RscId) -> Option<NodeId> {
        let of = |rsc: RscId| {
            let state = self.state.rsc(rsc);
            state
                .active
                .first()
                .copied()
                .or_else(|| state.pending.as_ref().map(|(_, node)| *node))
        };
        let row = self.config.rsc(instance);
        if row.children.is_empty() {
            of(instance)
        } else {
            row.children.iter().find_map(|&member| of(member))
        }
    }

    /// Finds the instance of an anonymous clone for a history on this node (02 §7.2), or makes one up.
    fn match_instance(&mut self, node: NodeId, clone: RscId, base: &str) -> Option<RscId> {
        let mut chosen = None;
        let mut inactive = None;
        let mut skip_inactive = false;
        for &child in &self.config.rsc(clone).children {
            match self.location(child) {
                Some(location) if location == node => {
                    if let Some(member) = self.member(child, base) {
                        if self.state.rsc(member).active.is_empty() {
                            chosen = Some(member);
                            break;
                        }
                        // Several histories of one anonymous clone on this node.
                        skip_inactive = true;
                    }
                }
                Some(_) => {}
                None => {
                    if !skip_inactive && inactive.is_none() && !self.board.rsc(child).blocked {
                        inactive = self.member(child, base).filter(|&member| {
                            self.state
                                .rsc(member)
                                .pending
                                .as_ref()
                                .is_none_or(|(_, pending)| *pending == node)
                        });
                    }
                }
            }
        }
        if chosen.is_none() && !skip_inactive {
            chosen = inactive;
        }
        if let Some(rsc) = chosen {
            let row = self.config.rsc(rsc);
            let nodes = self.config.nodes.len();
            let universal = self
                .config
                .rsc(clone)
                .as_clone()
                .is_some_and(|info| info.clone_max as usize == nodes);
            if !row.requires.fencing
                && !self.is_online_and_clean(node)
                && !self.config.is_guest_or_bundle_node(node)
                && !universal
            {
                chosen = None;
            }
        }
        match chosen {
            Some(rsc) => Some(rsc),
            None => {
                let instance = self.create_surplus(clone)?;
                self.member(instance, base)
            }
        }
    }

    /// Creates another instance of a clone.
    fn create_surplus(&mut self, clone: RscId) -> Option<RscId> {
        let instance = self.build(|builder| {
            let instance = builder.create_instance(clone)?;
            index_tree(builder.config, instance);
            number_below(builder.config, clone);
            Some(instance)
        })?;
        self.board.rsc_mut(clone).children.push(instance);
        Some(instance)
    }

    /// Creates a resource that only the history knows (02 §7.4).
    pub(super) fn create_removed(&mut self, history: Element<'_>, id: &str) -> Option<RscId> {
        let rsc = self.build(|builder| {
            let implied = &mut builder.config.implied;
            let root = implied.root();
            let element = implied.append(root, "primitive");
            for (name, value) in history.attrs() {
                implied.set_attr(element, name, value);
            }
            implied.set_attr(element, "id", id);
            builder.top_start = builder.config.resources.len();
            let rsc = builder.unpack(
                XmlRef {
                    source: Source::Implied,
                    element,
                },
                None,
                None,
            )?;
            builder.add_top(rsc);
            let position = builder.config.top.len() - 1;
            number_tree(builder.config, rsc, position);
            let row = &mut builder.config.resources[rsc.index()];
            row.removed = true;
            if history.attr("container").is_some() {
                row.removed_launched = true;
            }
            if row.remote_connection {
                let name = Arc::clone(&row.id);
                let node = match builder.config.find_node(&name) {
                    Some(node) => node,
                    None => builder.create_node(&name, &name, true, Score::ZERO, None),
                };
                builder.config.nodes[node.index()].connection = Some(rsc);
                builder.config.resources[rsc.index()].connects = Some(node);
                startup_fencing(builder, node);
            }
            Some(rsc)
        })?;
        if let Some(node) = self.config.rsc(rsc).connects {
            self.board.node_mut(node).shutdown = true;
        }
        if self.config.options.stop_removed {
            self.work().add_score(
                rsc,
                None,
                Score::MINUS_INFINITY,
                &Cause::Other("__removed_do_not_run__"),
            );
        } else {
            self.board.rsc_mut(rsc).managed = false;
        }
        Some(rsc)
    }
}
