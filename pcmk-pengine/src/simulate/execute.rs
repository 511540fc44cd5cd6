//! Executing a finished transition on a CIB document. Source: behaviour notes 05 section 8.
//!
//! The reference walks all synapses again and again and fires those whose inputs are confirmed; firing confirms at
//! once, so a synapse later in the walk may still fire in the same pass. The order in which actions are told depends
//! on exactly that. Here every synapse counts its unconfirmed inputs; when the count reaches zero it is put into the
//! queue of this pass (if the walk has not come by yet) or of the next one. Queues are ordered by position, so the
//! result is the same and the cost is one queue operation per synapse.

use foldhash::{HashMap, HashMapExt as _};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use pcmk_core::key::op_key;
use pcmk_core::score::Score;

use super::history::{FailedOperation, SimulatedResult, failure_attributes, record, step_digest};
use super::inject::agent_of;
use super::step::{Step, StepKind, StepRsc};
use super::working::Working;
use super::{Event, SimulateError};
use crate::id::ActionId;
use crate::transition::{Synapse, Transition};

/// What came out of an execution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What happened, in order.
    pub events: Vec<Event>,
    /// Everything that could be executed was. False: some synapses wait for inputs that never come.
    pub complete: bool,
}

/// Facts about the run whose transition is executed.
pub struct Execution<'a> {
    /// The transition.
    pub transition: &'a Transition,
    /// The action of one of its synapses.
    pub step: &'a dyn Fn(&Synapse) -> Step,
    /// Whether the scheduler knows a resource by this id or history name.
    pub known: &'a dyn Fn(&str) -> bool,
    /// Operations to fail: `RSC_TASK_INTERVAL@NODE=RC`.
    pub failures: &'a [String],
    /// Now, epoch seconds.
    pub now: i64,
}

/// Executes a transition.
///
/// # Errors
/// See [`Working::node_state`].
pub fn execute(run: &Execution<'_>, working: &mut Working) -> Result<Report, SimulateError> {
    let synapses = &run.transition.synapses;
    let inputs = |synapse| run.transition.inputs(synapse);
    let mut unconfirmed: Vec<usize> = synapses.iter().map(|s| inputs(s).len()).collect();
    let mut waiting: HashMap<ActionId, Vec<usize>> = HashMap::new();
    for (at, synapse) in synapses.iter().enumerate() {
        for &input in inputs(synapse) {
            waiting.entry(input).or_default().push(at);
        }
    }
    let mut now: BinaryHeap<Reverse<usize>> = unconfirmed
        .iter()
        .enumerate()
        .filter(|(_, n)| **n == 0)
        .map(|(at, _)| Reverse(at))
        .collect();
    let mut next: BinaryHeap<Reverse<usize>> = BinaryHeap::new();
    let mut events = Vec::new();
    let mut fired = 0usize;
    // Synapses below this priority do not fire any more.
    let mut abort_priority = 0i32;
    loop {
        while let Some(Reverse(at)) = now.pop() {
            let synapse = &synapses[at];
            let step = (run.step)(synapse);
            if step.kind != StepKind::Pseudo && synapse.priority < abort_priority {
                continue;
            }
            fired += 1;
            let failed = perform(run, &step, working, &mut events)?;
            if failed {
                abort_priority = Score::INFINITY.value();
            }
            for &after in waiting.get(&synapse.action).into_iter().flatten() {
                if failed && synapses[after].priority < abort_priority {
                    continue;
                }
                unconfirmed[after] = unconfirmed[after].saturating_sub(1);
                if unconfirmed[after] == 0 {
                    if after > at {
                        now.push(Reverse(after))
                    } else {
                        next.push(Reverse(after))
                    }
                }
            }
        }
        if next.is_empty() {
            break;
        }
        std::mem::swap(&mut now, &mut next);
    }
    Ok(Report {
        events,
        complete: fired == synapses.len() || abort_priority > 0,
    })
}

/// Performs one action; says whether it was made to fail.
fn perform(
    run: &Execution<'_>,
    step: &Step,
    working: &mut Working,
    events: &mut Vec<Event>,
) -> Result<bool, SimulateError> {
    match step.kind {
        StepKind::Pseudo => {
            let node = step.node.as_ref().map(|(name, _)| Arc::clone(name));
            events.push(Event::Pseudo {
                key: Arc::clone(&step.key),
                node,
            });
            Ok(false)
        }
        StepKind::Cluster if &*step.task == "stonith" => {
            fence(step, working, events).map(|()| false)
        }
        StepKind::Cluster => {
            events.push(Event::Cluster {
                task: Arc::clone(&step.task),
                rsc: step.rsc.as_ref().map(|rsc| Arc::clone(&rsc.id)),
                node: step.node_name(),
            });
            Ok(false)
        }
        StepKind::Resource => match &step.rsc {
            Some(rsc) => operate(run, step, rsc, working, events),
            None => Ok(false),
        },
    }
}

fn fence(step: &Step, working: &mut Working, events: &mut Vec<Event>) -> Result<(), SimulateError> {
    let action: Arc<str> = step
        .attr("CRM_meta_stonith_action")
        .unwrap_or_default()
        .into();
    let node = step.node_name();
    events.push(Event::Fencing {
        node: Arc::clone(&node),
        action: Arc::clone(&action),
    });
    if action.eq_ignore_ascii_case("on") {
        return Ok(());
    }
    let state = working.node_state(&node, step.node.as_ref().map(|(_, uuid)| &**uuid))?;
    let element = working.state_element(state);
    working.set(
        element,
        &[
            ("in_ccm", "false"),
            ("crmd", "offline"),
            ("join", "down"),
            ("expected", "down"),
            ("crm-debug-origin", "simulate_fencing_action"),
        ],
    );
    // The reference replaces the element, which counts even if nothing differs.
    working.status_changed();
    working.forget_node(state);
    Ok(())
}

fn operate(
    run: &Execution<'_>,
    step: &Step,
    rsc: &StepRsc,
    working: &mut Working,
    events: &mut Vec<Event>,
) -> Result<bool, SimulateError> {
    let name = match &rsc.long_id {
        Some(long) if !(run.known)(&rsc.id) && (run.known)(long) => long,
        Some(_) | None => &rsc.id,
    };
    let node = step.node_name();
    let interval_ms = step.interval_ms();
    events.push(Event::Resource {
        rsc: Arc::clone(name),
        task: Arc::clone(&step.task),
        node: Arc::clone(&node),
        interval_ms,
    });
    if matches!(&*step.task, "delete" | "meta-data") {
        return Ok(false);
    }
    let new_id = match &step.node {
        Some(_) if step.routed => &*node,
        Some((_, uuid)) => uuid,
        None => "",
    };
    let state = working.node_state(&node, Some(new_id))?;
    let node_id = working.state_id(state);
    let history = match working.history(state, &[name, &rsc.id]) {
        Some(history) => history,
        None => {
            let parts = (
                rsc.class.as_deref(),
                rsc.provider.as_deref(),
                rsc.agent.as_deref(),
            );
            match agent_of(parts, &rsc.id, &node_id) {
                Ok(agent) => working.add_history(state, &rsc.id, agent),
                Err(text) => {
                    events.push(Event::Error(text));
                    return Ok(false);
                }
            }
        }
    };
    let expected = step.expected_rc();
    let mut rc = expected;
    let mut failed = false;
    if let Some((matched, wanted)) = wanted_failure(run, step, rsc, name, events) {
        events.push(Event::Pretended {
            action: step.number,
            rc: wanted,
        });
        rc = wanted;
        failed = true;
        let offset = match &*step.task {
            "start" => Some("failed-start-offset"),
            "stop" => Some("failed-stop-offset"),
            _ => None,
        };
        let fatal = offset.is_some_and(|offset| infinite(run.transition, offset));
        let operation = FailedOperation {
            rsc: &matched,
            task: &step.task,
            interval_ms,
            rc,
            fatal,
        };
        for (name, value) in failure_attributes(working, state, operation, run.now) {
            working.set_transient_attribute(state, &name, &value);
            events.push(Event::Attribute {
                name,
                value,
                node_id: node_id.clone(),
            });
        }
    }
    let notify = step
        .attr("CRM_meta_notify_type")
        .zip(step.attr("CRM_meta_notify_operation"));
    let migration = step
        .attr("CRM_meta_migrate_source")
        .zip(step.attr("CRM_meta_migrate_target"));
    record(
        working,
        history,
        &SimulatedResult {
            task: &step.task,
            interval_ms,
            node: &node,
            rc,
            expected,
            reason: "User-injected result",
            now: run.now,
            notify,
            migration,
            digest: Some(step_digest(step)),
        },
    );
    working.status_changed();
    Ok(failed)
}

fn infinite(transition: &Transition, offset: &str) -> bool {
    match transition
        .attributes
        .iter()
        .find(|(name, _)| *name == offset)
    {
        Some((_, value)) => {
            value.eq_ignore_ascii_case("INFINITY") || value.eq_ignore_ascii_case("+INFINITY")
        }
        None => true,
    }
}

/// The first specification that matches this action, as the resource name that matched and the exit status.
fn wanted_failure(
    run: &Execution<'_>,
    step: &Step,
    rsc: &StepRsc,
    name: &Arc<str>,
    events: &mut Vec<Event>,
) -> Option<(Arc<str>, i32)> {
    if run.failures.is_empty() {
        return None;
    }
    let mut names = vec![name];
    if **name != *rsc.id {
        names.push(&rsc.id);
    }
    for spec in run.failures {
        for name in &names {
            let prefix = format!(
                "{}@{}=",
                op_key(name, &step.task, step.interval_ms()),
                step.node_name()
            );
            let head = spec.get(..prefix.len());
            if !head.is_some_and(|head| head.eq_ignore_ascii_case(&prefix)) {
                continue;
            }
            let number = spec
                .find('=')
                .and_then(|at| pcmk_core::lenient::scan_ll(&spec[at + 1..]).ok());
            match number {
                Some(rc) => return Some((Arc::clone(name), i32::try_from(rc).unwrap_or(-1))),
                None => events.push(Event::Error(format!(
                    "Invalid failed operation '{spec}' (result code must be integer)"
                ))),
            }
            break;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use pcmk_cib::xml::Document;

    fn pseudo(synapse: &Synapse) -> Step {
        let id = synapse.action;
        Step {
            kind: StepKind::Pseudo,
            number: id.number(),
            task: "t".into(),
            key: format!("k{}", id.number()).into(),
            node: None,
            routed: false,
            rsc: None,
            attributes: Vec::new(),
        }
    }

    fn order(synapses: &[(usize, &[usize])]) -> (Vec<u32>, bool) {
        let id = |&at: &usize| ActionId::from_index(at);
        let synapses: Vec<_> = (synapses.iter())
            .map(|(action, inputs)| (id(action), inputs.iter().map(id).collect()))
            .collect();
        let transition = Transition::of(&synapses);
        let mut working =
            Working::new(Document::parse(b"<cib><status/></cib>", "test").expect("parses"));
        let run = Execution {
            transition: &transition,
            step: &pseudo,
            known: &|_| false,
            failures: &[],
            now: 0,
        };
        let report = execute(&run, &mut working).expect("nothing can fail");
        let fired = report
            .events
            .iter()
            .map(|event| match event {
                Event::Pseudo { key, .. } => key[1..].parse().expect("a number"),
                other => panic!("unexpected {other:?}"),
            })
            .collect();
        (fired, report.complete)
    }

    #[test]
    fn later_synapses_fire_in_the_same_pass() {
        // Action 1 (index 0) is last in the graph, so what waits for it and stands before it has to wait a pass.
        assert_eq!(
            order(&[(1, &[0]), (2, &[]), (3, &[2]), (0, &[])]),
            (vec![3, 4, 1, 2], true)
        );
    }

    #[test]
    fn an_input_that_never_comes_is_no_success() {
        assert_eq!(order(&[(1, &[9]), (2, &[])]), (vec![3], false));
    }
}
