//! Assigning a clone: its own table, its instances, and for promotable clones their roles. Source: behaviour notes 03 §10.1.

use crate::id::{NodeId, RscId};
use crate::work::Work;

use super::colocation::fold::fold_dependent;
use super::colocation::list::{this_with_list, with_this_list};
use super::{assign_rsc, instances, promote, show};

/// Assigns all instances of a clone.
pub fn assign(w: &mut Work<'_>, clone: RscId, prefer: Option<NodeId>, last: bool) {
    let config = w.config;
    let row = config.rsc(clone);
    let Some(info) = row.as_clone() else { return };
    if !w.board.rsc(clone).unassigned || w.board.rsc(clone).assigning {
        return;
    }
    w.board.rsc_mut(clone).assigning = true;
    if row.promotable {
        promote::add_promotion_scores(w, clone);
    }
    for index in this_with_list(w, clone) {
        let primary = w.constraints.colocations[index as usize].primary;
        assign_rsc(w, primary, prefer, last);
    }
    for index in with_this_list(w, clone) {
        fold_dependent(w, clone, index);
    }
    show::scores(w, "pcmk__clone_assign", clone);
    let mut order = w.board.rsc(clone).children.clone();
    instances::sort(w, &mut order);
    w.board.rsc_mut(clone).children.clone_from(&order);
    instances::assign_instances(w, clone, &order, info.clone_max, info.clone_node_max);
    if row.promotable {
        promote::set_roles(w, clone);
    }
    let state = w.board.rsc_mut(clone);
    state.unassigned = false;
    state.assigning = false;
}
