//! Texts that come again and again in a graph, escaped once.

use pcmk_cib::xml::escape_attr;

use crate::book::Task;
use crate::id::{NodeId, RscId};
use crate::pipeline::Decision;

/// A node.
pub(super) struct NodePiece {
    /// What follows the key of an action on it.
    pub(super) place: String,
    /// The same, and the end of an input.
    pub(super) place_of_input: String,
    /// What it is called in the attributes of an action.
    pub(super) attributes: String,
    /// Actions on it are executed by another node.
    pub(super) remote: bool,
}

/// A task.
pub(super) struct TaskPiece {
    /// Its name.
    pub(super) name: String,
    /// What is between the number of an action and its key.
    pub(super) operation: String,
    /// What is between the resource and the interval in a key.
    pub(super) in_key: String,
}

/// A resource.
#[derive(Clone, Copy)]
pub(super) struct RscPiece {
    /// Where its name is in [`Pieces::names`].
    start: u32,
    end: u32,
    /// It has another name in the history, or is locked to a node.
    pub(super) unusual: bool,
}

/// All of them.
pub(super) struct Pieces {
    nodes: Vec<NodePiece>,
    rscs: Vec<RscPiece>,
    names: String,
    tasks: Vec<TaskPiece>,
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape_attr(text, &mut out);
    out
}

/// Sizes of the parts of one document, which has fewer bytes than 2^32.
fn number(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

impl Pieces {
    pub(super) fn new(decision: &Decision) -> Pieces {
        let Decision {
            config,
            state,
            board,
            book,
            ..
        } = decision;
        let nodes = config.nodes.iter().map(|node| {
            let (name, uuid) = (escaped(&node.name), escaped(&node.uuid));
            let place = format!("\" on_node=\"{name}\" on_node_uuid=\"{uuid}\"");
            NodePiece {
                place_of_input: format!("{place}/>\n      </trigger>\n"),
                place,
                attributes: format!("{name}\" CRM_meta_on_node_uuid=\"{uuid}"),
                remote: node.remote,
            }
        });
        let tasks = book.tasks.names().map(|name| {
            let name = escaped(name);
            TaskPiece {
                operation: format!("\" operation=\"{name}\" operation_key=\""),
                in_key: format!("_{name}_"),
                name,
            }
        });
        let mut names = String::with_capacity(16 * config.resources.len());
        let rscs = (0..config.resources.len()).map(|index| {
            let rsc = RscId::from_index(index);
            let start = number(names.len());
            escape_attr(config.name(rsc), &mut names);
            RscPiece {
                start,
                end: number(names.len()),
                unusual: state.rsc(rsc).history_id.is_some() || board.rsc(rsc).lock_node.is_some(),
            }
        });
        let rscs = rscs.collect();
        Pieces {
            nodes: nodes.collect(),
            rscs,
            names,
            tasks: tasks.collect(),
        }
    }

    pub(super) fn node(&self, node: NodeId) -> &NodePiece {
        &self.nodes[node.index()]
    }

    pub(super) fn rsc(&self, rsc: RscId) -> RscPiece {
        self.rscs[rsc.index()]
    }

    pub(super) fn name(&self, rsc: RscId) -> &str {
        let piece = self.rscs[rsc.index()];
        &self.names[piece.start as usize..piece.end as usize]
    }

    pub(super) fn task(&self, task: Task) -> &TaskPiece {
        &self.tasks[task.index().min(self.tasks.len() - 1)]
    }
}
