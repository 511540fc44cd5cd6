//! The transition: which actions are executed, in which order, and what each needs to know.
//!
//! Source: behaviour notes 05 §1. [`build`] walks resources in list order, makes the notifications of clones on the way
//! (they are numbered here), and finishes with all actions newest first. The result is data; [`graph`] and [`dot`] turn
//! it into text, [`summary`] into the lines a person reads.

mod attributes;
pub mod describe;
pub mod dot;
pub mod graph;
pub mod inputs;
mod pieces;
pub mod planned;
pub mod summary;
mod texts;

use std::sync::Arc;

use pcmk_core::lenient::scan_ll;

use crate::actions::notify;
use crate::book::{ActionFlags, Task};
use crate::config::{Kind, action};
use crate::id::{ActionId, NodeId, RscId};
use crate::settle::flags;
use crate::state::digest;
use crate::state::params::ParamTable;
use crate::transition::inputs::Mistake;
use crate::work::Work;

/// What an action carries besides its own row: shared tables, resolved while the graph was built.
#[derive(Clone, Debug, Default)]
pub struct Details {
    /// Instance parameters of the resource, for the action's node.
    pub params: Option<Arc<ParamTable>>,
    /// Instance attributes of the operation.
    pub extra: Option<Arc<ParamTable>>,
    /// Meta-attributes of the operation.
    pub meta: Option<Arc<ParamTable>>,
    /// What replaces the address `#uname`.
    pub address: Option<Arc<str>>,
}

impl Details {
    /// Whether both are made of the same tables. False if that is not obvious.
    fn is(&self, other: &Details) -> bool {
        let same = |a: &Option<Arc<ParamTable>>, b: &Option<Arc<ParamTable>>| match (a, b) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        same(&self.params, &other.params)
            && same(&self.extra, &other.extra)
            && same(&self.meta, &other.meta)
            && self.address.is_none()
            && other.address.is_none()
    }
}

/// A synapse: one action and its inputs.
#[derive(Clone, Debug)]
pub struct Synapse {
    /// The action.
    pub action: ActionId,
    /// Priority (0 or more).
    pub priority: i32,
    /// Where its inputs are in [`Transition::inputs`].
    first_input: u32,
    inputs: u32,
    /// Where its details are in [`Transition::details`].
    details: u32,
}

/// A finished transition: synapses in graph order. Their ids are their indexes.
#[derive(Clone, Debug, Default)]
pub struct Transition {
    /// Attributes of the root element, in order.
    pub attributes: Vec<(&'static str, Arc<str>)>,
    /// Synapses.
    pub synapses: Vec<Synapse>,
    /// Remote nodes whose recorded maintenance state must change, in node order.
    pub maintenance: Vec<(NodeId, bool)>,
    /// Position of an action's synapse plus one, 0 if it has none; shorter than the book if the rest has none.
    positions: Vec<u32>,
    /// Inputs of all synapses, one list after the other.
    inputs: Vec<ActionId>,
    /// Shared tables of actions; themselves shared by actions that have the same.
    details: Vec<Details>,
}

/// A table has fewer than 2^32 rows.
fn row(position: usize) -> u32 {
    u32::try_from(position).expect("fewer than 2^32 rows")
}

impl Transition {
    /// The synapse of an action, if the action is in the graph.
    #[must_use]
    pub fn synapse_of(&self, id: ActionId) -> Option<&Synapse> {
        let position = *self.positions.get(id.index())? as usize;
        self.synapses.get(position.checked_sub(1)?)
    }

    /// The inputs of a synapse, in order.
    #[must_use]
    pub fn inputs(&self, synapse: &Synapse) -> &[ActionId] {
        let start = synapse.first_input as usize;
        self.inputs
            .get(start..start + synapse.inputs as usize)
            .unwrap_or_default()
    }

    /// The inputs of an action that are in the graph.
    #[must_use]
    pub fn inputs_of(&self, id: ActionId) -> &[ActionId] {
        self.synapse_of(id)
            .map_or(&[], |synapse| self.inputs(synapse))
    }

    /// Shared tables of the action of a synapse.
    #[must_use]
    pub fn details(&self, synapse: &Synapse) -> &Details {
        &self.details[synapse.details as usize]
    }

    /// Adds a synapse. Its inputs are those behind the first `known` ones.
    fn push(&mut self, action: ActionId, priority: i32, known: usize, details: u32) {
        let slot = action.index();
        if slot >= self.positions.len() {
            self.positions.resize(slot + 1, 0);
        }
        self.synapses.push(Synapse {
            action,
            priority,
            first_input: row(known),
            inputs: row(self.inputs.len() - known),
            details,
        });
        self.positions[slot] = row(self.synapses.len());
    }

    /// A transition of these synapses: action and inputs of each.
    #[cfg(test)]
    pub(crate) fn of(synapses: &[(ActionId, Vec<ActionId>)]) -> Transition {
        let mut transition = Transition {
            details: vec![Details::default()],
            ..Transition::default()
        };
        for (action, inputs) in synapses {
            let known = transition.inputs.len();
            transition.inputs.extend(inputs);
            transition.push(*action, 0, known, 0);
        }
        transition
    }
}

/// A transition in the making, and what may come again soon: actions of one resource follow each other.
struct Builder {
    transition: Transition,
    /// What the meta-attributes asked for last are those of.
    meta_of: Option<(RscId, Option<u32>, Task, u32)>,
    meta: Arc<ParamTable>,
    /// The details asked for last, and what they are those of if they are the same on all nodes.
    last: Option<(Definition, u32)>,
}

/// What the details of an action follow from, unless they depend on the node: resource, operation, task, interval, and
/// whether there is a node.
type Definition = (RscId, Option<u32>, Task, u32, bool);

/// How many details to compare new ones with.
const RECENT: usize = 8;

impl Builder {
    fn new(w: &Work<'_>) -> Builder {
        let (actions, resources) = (w.book.actions.len(), w.config.resources.len());
        // Notifications will be added.
        let expected = actions + actions / 4;
        let mut positions = Vec::with_capacity(expected);
        positions.resize(actions, 0);
        Builder {
            transition: Transition {
                attributes: root_attributes(w),
                synapses: Vec::with_capacity(expected),
                positions,
                inputs: Vec::with_capacity(2 * actions),
                details: Vec::with_capacity(3 * resources),
                ..Transition::default()
            },
            meta_of: None,
            meta: Arc::default(),
            last: None,
        }
    }

    fn details(&mut self, w: &mut Work<'_>, id: ActionId) -> u32 {
        let action = w.book.get(id);
        let definition = action.rsc.map(|rsc| {
            let task = action.cancelled().unwrap_or(action.task);
            let placed = action.node.is_some();
            (rsc, action.op(), task, action.interval_ms, placed)
        });
        if let Some((known, details)) = &self.last
            && Some(*known) == definition
        {
            return *details;
        }
        let made = self.make_details(w, id);
        let lasting = definition.filter(|_| made.address.is_none() && same_everywhere(w, id));
        let known = &mut self.transition.details;
        let recent = known.len().saturating_sub(RECENT);
        let same = known[recent..].iter().rposition(|other| other.is(&made));
        let details = row(same.map_or(known.len(), |at| recent + at));
        if same.is_none() {
            known.push(made);
        }
        self.last = lasting.map(|definition| (definition, details));
        details
    }

    fn make_details(&mut self, w: &mut Work<'_>, id: ActionId) -> Details {
        let config = w.config;
        let (rsc, node, op, task, interval_ms) = {
            let action = w.book.get(id);
            let Some(rsc) = action.rsc else {
                return Details::default();
            };
            // A cancel keeps the definition of what it cancels.
            (
                rsc,
                action.node,
                action.op(),
                action.cancelled().unwrap_or(action.task),
                action.interval_ms,
            )
        };
        let params =
            (node.is_some() || config.rsc(rsc).is_primitive()).then(|| w.params(rsc, node));
        let extra = match (op, node) {
            (Some(op), Some(_)) => Some(w.op_params(rsc, op, node)),
            (Some(_) | None, _) => None,
        };
        let meta = Some(self.meta(w, rsc, op, task, interval_ms, node));
        let placeholder = params
            .as_ref()
            .and_then(|p| p.get("addr"))
            .is_some_and(|v| &**v == "#uname");
        let address = if placeholder {
            digest::container_address(w, rsc)
        } else {
            None
        };
        Details {
            params,
            extra,
            meta,
            address,
        }
    }

    /// Meta-attributes of an operation. Without its messages: what there was to say was said when the action was created.
    fn meta(
        &mut self,
        w: &mut Work<'_>,
        rsc: RscId,
        op: Option<u32>,
        task: Task,
        interval_ms: u32,
        node: Option<NodeId>,
    ) -> Arc<ParamTable> {
        let wanted = Some((rsc, op, task, interval_ms));
        // Those of fencing devices depend on the node.
        if self.meta_of != wanted || action::may_depend_on_node(w.config.rsc(rsc)) {
            let name = w.book.tasks.name(task).clone();
            let said = std::mem::take(w.log);
            self.meta = action::action_meta(w, rsc, op, &name, interval_ms, node);
            *w.log = said;
            self.meta_of = wanted;
        }
        Arc::clone(&self.meta)
    }
}

/// Whether the action's details would be the same on another node, and nothing would be said about them.
fn same_everywhere(w: &mut Work<'_>, id: ActionId) -> bool {
    let action = w.book.get(id);
    let Some(rsc) = action.rsc else { return true };
    let row = w.config.rsc(rsc);
    let op = action.op().and_then(|op| row.operations.get(op as usize));
    !action::may_depend_on_node(row)
        && !w.has_telling_parameters(rsc)
        && op.is_none_or(|op| op.params.is_empty())
}

/// Decides what enters the graph, and creates the notifications (05 §1.3).
pub fn build(w: &mut Work<'_>) -> Transition {
    let mut builder = Builder::new(w);
    for rsc in w.board.top.clone() {
        add_resource(w, rsc, &mut builder);
    }
    builder.transition.maintenance = maintenance_changes(w);
    if !builder.transition.maintenance.is_empty() {
        let id = w.request_singleton("maintenance_nodes", Task::MAINTENANCE_NODES, None, true);
        w.book
            .get_mut(id)
            .flags
            .insert(ActionFlags::PSEUDO | ActionFlags::RUNNABLE | ActionFlags::ALWAYS_IN_GRAPH);
    }
    for position in (0..w.book.actions.len()).rev() {
        let id = ActionId::from_index(position);
        if !w.book.is(id, ActionFlags::ADDED) {
            add_action(w, id, &mut builder);
        }
    }
    builder.transition
}

fn root_attributes(w: &Work<'_>) -> Vec<(&'static str, Arc<str>)> {
    let options = &w.config.options;
    let text = |name: &str, default: &str| -> Arc<str> {
        options
            .text
            .get(name)
            .map_or_else(|| Arc::from(default), Arc::clone)
    };
    let start_offset = if options.start_failure_fatal {
        "INFINITY"
    } else {
        "1"
    };
    let mut attributes = vec![
        ("cluster-delay", text("cluster-delay", "60s")),
        ("fencing-timeout", text("fencing-timeout", "60s")),
        ("failed-stop-offset", "INFINITY".into()),
        ("failed-start-offset", start_offset.into()),
        ("batch-limit", text("batch-limit", "0")),
        ("transition_id", "1".into()),
    ];
    let migration_limit = text("migration-limit", "-1");
    if scan_ll(&migration_limit).is_ok_and(|limit| limit > 0) {
        attributes.push(("migration-limit", migration_limit));
    }
    if let Some(when) = w.board.recheck.filter(|&when| when > 0) {
        attributes.push(("recheck-by", when.to_string().into()));
    }
    attributes
}

fn maintenance_changes(w: &Work<'_>) -> Vec<(NodeId, bool)> {
    let config = w.config;
    config
        .node_order
        .iter()
        .copied()
        .filter(|&n| {
            config.node(n).remote
                && w.board.node(n).maintenance != w.state.node(n).remote_maintenance
        })
        .map(|n| (n, w.board.node(n).maintenance))
        .collect()
}

fn own_actions(w: &mut Work<'_>, rsc: RscId, builder: &mut Builder) {
    let mut next = w.book.newest(rsc);
    while let Some(id) = next {
        add_action(w, id, builder);
        next = w.book.older(id);
    }
}

fn add_resource(w: &mut Work<'_>, rsc: RscId, builder: &mut Builder) {
    let config = w.config;
    match &config.rsc(rsc).kind {
        Kind::Primitive | Kind::Group(_) => {
            own_actions(w, rsc, builder);
            for child in w.board.rsc(rsc).children.clone() {
                add_resource(w, child, builder);
            }
        }
        Kind::Clone(_) => {
            let ids: Vec<ActionId> = w.book.newest_first(rsc).collect();
            for id in ids {
                flags::of_action(w, id, None);
            }
            notify::create_for_clone(w, rsc);
            for child in w.board.rsc(rsc).children.clone() {
                add_resource(w, child, builder);
            }
            own_actions(w, rsc, builder);
        }
        Kind::Bundle(bundle) => {
            if let Some(clone) = bundle.clone {
                add_resource(w, clone, builder);
            }
            for replica in &bundle.replicas {
                for part in [replica.ip, Some(replica.container), replica.remote]
                    .into_iter()
                    .flatten()
                {
                    add_resource(w, part, builder);
                }
            }
        }
    }
}

fn add_action(w: &mut Work<'_>, id: ActionId, builder: &mut Builder) {
    if w.book.is(id, ActionFlags::ADDED) {
        return;
    }
    inputs::deduplicate(w, id);
    match inputs::belongs(w, id) {
        Ok(true) => {}
        Ok(false) => return,
        Err(mistake) => {
            let what = match mistake {
                Mistake::NoNode => "it was not assigned to a node",
                Mistake::Offline => "it was scheduled for offline node",
                Mistake::Unclean => "it was scheduled for unclean node",
            };
            let text = format!(
                "Skipping action {} ({}) because {what} (bug?)",
                w.book.uuid(w.config, id),
                id.number()
            );
            w.log.sched_error("should_add_action_to_graph", text);
            return;
        }
    }
    w.book.get_mut(id).flags.insert(ActionFlags::ADDED);
    let known = builder.transition.inputs.len();
    for position in 0..w.book.get(id).before.len() {
        if inputs::keep(w, id, position) {
            let input = w.book.get(id).before[position].other;
            builder.transition.inputs.push(input);
        }
    }
    let action = w.book.get(id);
    let of_rsc = action
        .rsc
        .map_or(0, |rsc| w.board.rsc(rsc).priority.value());
    let priority = of_rsc.max(if action.is(ActionFlags::URGENT) {
        1_000_000
    } else {
        0
    });
    let details = builder.details(w, id);
    builder.transition.push(id, priority, known, details);
}
