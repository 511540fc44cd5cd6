//! Parameter digests and what they say about history entries. Source: behaviour notes 02 §13, §14.
//!
//! Digests are kept per node, resource, task and interval. The first entry that asks decides about the restart and
//! secure parts, and every comparison leaves its result for the next one to stumble over: both are behaviour.

use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

use pcmk_cib::digest::params_digest;
use pcmk_cib::rule::NextChange;
use pcmk_cib::xml::ElementId;
use pcmk_core::agent::{self, is_fencer_parameter};
use pcmk_core::diag::Diagnostics;
use pcmk_core::lenient;
use pcmk_core::version::{self, FEATURE_SET};

use crate::config::action::{ActionMetas, action_meta};
use crate::id::{NodeId, RscId};
use crate::state::failcount::FailCache;
use crate::state::params::{ParamCache, ParamTable};
use crate::work::Work;

/// Parameters, action meta-attributes and digests computed so far.
#[derive(Clone, Debug, Default)]
pub struct Caches {
    /// Instance attributes.
    pub(crate) params: ParamCache,
    /// Meta-attributes of actions.
    pub(crate) metas: ActionMetas,
    /// Fail-count attributes of nodes.
    pub(crate) failcounts: FailCache,
    /// Digests by node and resource, then by task and interval.
    digests: FxHashMap<(NodeId, RscId), Vec<Digests>>,
    /// Change times found while evaluating rules, until [`Work::flush_caches`] takes them.
    pub(crate) change: NextChange,
    /// Messages, until [`Work::flush_caches`] takes them.
    pub(crate) log: Diagnostics,
}

/// What a comparison of recorded and calculated digests says (02 §13.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DigestResult {
    /// Nothing changed.
    Match,
    /// Something changed that needs a restart.
    Restart,
    /// Something changed.
    Mismatch,
    /// No digest was recorded.
    Unknown,
}

/// Digests of an operation.
#[derive(Clone, Debug)]
pub struct Digests {
    task: Box<str>,
    interval_ms: u32,
    /// Of all parameters.
    pub all: String,
    /// Of those whose change needs a restart; none if the entry recorded none.
    pub restart: Option<String>,
    /// Of those that are no secret; none unless it was asked for.
    pub secure: Option<String>,
    /// Result of the last comparison, or what the operation's own parameters preset.
    pub result: DigestResult,
}

/// The parameters behind the digests, for tools that show them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DigestParams {
    /// All that count, in the order in which the reference adds them.
    pub all: Vec<(Arc<str>, Arc<str>)>,
    /// Those whose change needs a restart.
    pub restart: Option<Vec<(Arc<str>, Arc<str>)>>,
    /// Those that are no secret.
    pub secure: Option<Vec<(Arc<str>, Arc<str>)>>,
}

/// What to calculate digests of.
#[derive(Clone, Copy, Debug)]
pub struct DigestRequest<'r> {
    /// Resource.
    pub rsc: RscId,
    /// Node.
    pub node: Option<NodeId>,
    /// Task.
    pub task: &'r str,
    /// Interval, milliseconds.
    pub interval_ms: u32,
    /// History entry that decides about the restart and secure parts.
    pub entry: Option<ElementId>,
    /// Values that replace configured ones.
    pub overrides: &'r [(Arc<str>, Arc<str>)],
    /// The secure part is wanted.
    pub secure: bool,
}

/// Parameters that are no parameters of the agent.
const NEVER: [&str; 6] = [
    "id",
    "crm_feature_set",
    "op-digest",
    "on_node",
    "on_node_uuid",
    "pcmk_external_ip",
];

/// Secrets, when no entry names any.
const SECRETS: [&str; 3] = ["passwd", "password", "user"];

/// Text that makes a recorded restart digest differ from any calculated one (02 §9.6 d).
pub(crate) const FORGED_DIGEST: &str = "calculated-failure-timeout";

type Pairs = Vec<(Arc<str>, Arc<str>)>;

fn is_meta(name: &str) -> bool {
    name.starts_with("CRM_meta_")
}

fn counts(name: &str) -> bool {
    !is_meta(name) && !NEVER.contains(&name)
}

fn digest_of(pairs: &[(Arc<str>, Arc<str>)]) -> String {
    params_digest(pairs.iter().map(|(name, value)| (&**name, &**value)))
}

/// Calculates digests, and the parameters behind them.
pub fn calculate(w: &mut Work<'_>, request: DigestRequest<'_>) -> (Digests, DigestParams) {
    let config = w.config;
    let DigestRequest {
        rsc,
        node,
        task,
        entry,
        ..
    } = request;
    let mut interval_ms = request.interval_ms;
    for (name, value) in request.overrides {
        if &**name == "CRM_meta_interval"
            && let Some(ms) = lenient::scan_ll(value)
                .ok()
                .and_then(|ms| u32::try_from(ms).ok())
        {
            interval_ms = ms;
        }
    }
    let op = w.find_definition(rsc, task, interval_ms);
    let params = w.params(rsc, node);
    let own = op.map(|op| w.op_params(rsc, op, node));
    let meta = action_meta(w, rsc, op, task, interval_ms, node);

    let mut taken: BTreeMap<Arc<str>, ()> = BTreeMap::new();
    let mut all: Pairs = Vec::new();
    let mut add = |name: &Arc<str>, value: &Arc<str>| {
        if !taken.contains_key(name) {
            taken.insert(Arc::clone(name), ());
            all.push((Arc::clone(name), Arc::clone(value)));
        }
    };
    if let Some(host) = connection_host(w, rsc) {
        add(&"addr".into(), &config.node(host).name);
    }
    for (name, value) in request.overrides {
        add(name, value);
    }
    for (name, value) in params.iter() {
        add(name, value);
    }
    for (name, value) in own.iter().flat_map(|table| table.iter()) {
        add(name, value);
    }
    for (name, value) in meta.iter() {
        if !name.contains(['#', ':']) {
            add(
                &format!("CRM_meta_{}", name.replace('-', "_")).into(),
                value,
            );
        }
    }
    let preset = interval_ms == 0 && own.is_some_and(|table| !table.is_empty());
    let recurring = all
        .iter()
        .find(|(name, _)| &**name == "CRM_meta_interval")
        .is_some_and(|(_, value)| lenient::scan_ll(value).unwrap_or(0) != 0);
    let timeout = all
        .iter()
        .find(|(name, _)| &**name == "CRM_meta_timeout")
        .cloned()
        .filter(|_| recurring);
    all.retain(|(name, _)| counts(name));
    all.extend(timeout);

    let attr = |name: &str| entry.and_then(|id| config.doc.element(id).attr(name));
    let forged = entry.is_some_and(|id| w.state.forged.contains(&id));
    let restart =
        (forged || attr("op-restart-digest").is_some()).then(|| match attr("op-force-restart") {
            Some(list) => {
                let kept: Vec<&str> = list.split(' ').filter(|name| !name.is_empty()).collect();
                all.iter()
                    .filter(|(name, _)| kept.contains(&&**name))
                    .cloned()
                    .collect::<Pairs>()
            }
            None => all.clone(),
        });
    let secure = request.secure.then(|| {
        let secrets: Vec<&str> = match (entry, attr("op-secure-params")) {
            (Some(_), Some(list)) => list.split_whitespace().collect(),
            (Some(_), None) => Vec::new(),
            (None, _) => SECRETS.to_vec(),
        };
        let feature_set = attr("crm_feature_set")
            .or(config.doc.root_element().attr("crm_feature_set"))
            .unwrap_or(FEATURE_SET);
        let mut pairs: Pairs = if version::compare(feature_set, "3.16.0").is_ge() {
            all.clone()
        } else {
            old_secure_pairs(
                request.overrides,
                &params,
                config.rsc(rsc).class.as_deref().unwrap_or_default(),
            )
        };
        pairs.retain(|(name, _)| counts(name) && !secrets.contains(&&**name));
        pairs
    });
    let digests = Digests {
        task: task.into(),
        interval_ms: request.interval_ms,
        all: digest_of(&all),
        restart: restart.as_deref().map(digest_of),
        secure: secure.as_deref().map(digest_of),
        result: if preset {
            DigestResult::Restart
        } else {
            DigestResult::Match
        },
    };
    (
        digests,
        DigestParams {
            all,
            restart,
            secure,
        },
    )
}

/// What secure digests covered before feature set 3.16.0, secrets included.
fn old_secure_pairs(overrides: &[(Arc<str>, Arc<str>)], params: &ParamTable, class: &str) -> Pairs {
    let mut pairs: Pairs = overrides.to_vec();
    for (name, value) in params.iter() {
        if !pairs.iter().any(|(known, _)| known == name) {
            pairs.push((Arc::clone(name), Arc::clone(value)));
        }
    }
    if agent::capabilities(class).fence_params {
        pairs.retain(|(name, _)| !is_fencer_parameter(name));
    }
    pairs
}

impl Work<'_> {
    /// Definition of an operation: by name and interval, for migrations also by the name `migrate` (01 §8.1).
    #[must_use]
    pub fn find_definition(&self, rsc: RscId, task: &str, interval_ms: u32) -> Option<u32> {
        self.config
            .find_operation(rsc, task, interval_ms, true)
            .or_else(|| match task {
                "migrate_to" | "migrate_from" => {
                    self.config.find_operation(rsc, "migrate", 0, true)
                }
                _ => None,
            })
    }
}

/// The node whose name stands for the address of a bundle's connection (02 §13.2 step 1).
pub fn connection_host(w: &mut Work<'_>, rsc: RscId) -> Option<NodeId> {
    if !needs_container_host(w, rsc) {
        return None;
    }
    let container = w.config.rsc(rsc).launcher?;
    w.board
        .assigned_node(container)
        .or_else(|| w.current_node(container))
}

/// The address that stands for `#uname` in the parameters of a bundle's connection: the name of the node that hosts
/// (or will host) its container.
pub fn container_address(w: &mut Work<'_>, rsc: RscId) -> Option<Arc<str>> {
    connection_host(w, rsc).map(|host| Arc::clone(&w.config.node(host).name))
}

/// Whether the digests of this resource depend on where its container is placed (02 §13.2 step 1): a bundle's
/// connection whose address is `#uname`.
#[must_use]
pub fn needs_container_host(w: &mut Work<'_>, rsc: RscId) -> bool {
    if !w.config.rsc(rsc).remote_connection || !w.config.is_bundled(rsc) {
        return false;
    }
    let params = w.params(rsc, None);
    params
        .get("addr")
        .is_some_and(|addr| addr.eq_ignore_ascii_case("#uname"))
}

/// Position of the (now existing) cached digests of an operation among those of the resource on the node.
fn cached(w: &mut Work<'_>, request: DigestRequest<'_>, node: NodeId) -> usize {
    let key = (node, request.rsc);
    let list = w.caches.digests.get(&key);
    let known = list.and_then(|list| {
        list.iter()
            .position(|d| *d.task == *request.task && d.interval_ms == request.interval_ms)
    });
    if let Some(at) = known {
        return at;
    }
    let (digests, _) = calculate(w, request);
    let list = w.caches.digests.entry(key).or_default();
    list.push(digests);
    list.len() - 1
}

fn entry_request<'e>(
    w: &Work<'e>,
    rsc: RscId,
    node: NodeId,
    entry: ElementId,
) -> DigestRequest<'e> {
    let config = w.config;
    let element = config.doc.element(entry);
    let interval = element
        .attr("interval")
        .and_then(|text| lenient::scan_ll(text).ok());
    DigestRequest {
        rsc,
        node: Some(node),
        task: element.attr("operation").unwrap_or_default(),
        interval_ms: interval.and_then(|ms| u32::try_from(ms).ok()).unwrap_or(0),
        entry: Some(entry),
        overrides: &[],
        secure: config.sanitized,
    }
}

/// Compares the digests recorded in a history entry with those of the present configuration (02 §13.4).
pub fn compare(w: &mut Work<'_>, rsc: RscId, node: NodeId, entry: ElementId) -> DigestResult {
    let request = entry_request(w, rsc, node, entry);
    let at = cached(w, request, node);
    let element = w.config.doc.element(entry);
    let recorded_restart = if w.state.forged.contains(&entry) {
        Some(FORGED_DIGEST)
    } else {
        element.attr("op-restart-digest")
    };
    let Some(digests) = w
        .caches
        .digests
        .get_mut(&(node, rsc))
        .and_then(|list| list.get_mut(at))
    else {
        return DigestResult::Unknown;
    };
    let restart_differs = match (&digests.restart, recorded_restart) {
        (Some(calculated), Some(recorded)) => calculated != recorded,
        (None, _) | (_, None) => false,
    };
    digests.result = if restart_differs {
        DigestResult::Restart
    } else {
        match element.attr("op-digest") {
            None => DigestResult::Unknown,
            Some(recorded) if recorded == digests.all => DigestResult::Match,
            Some(_) if request.interval_ms == 0 && digests.result == DigestResult::Restart => {
                DigestResult::Restart
            }
            Some(_) => DigestResult::Mismatch,
        }
    };
    digests.result
}

/// Whether entry and (cached) calculation have secure digests, and equal ones (02 §13.5 c). To be asked right after
/// [`compare`] of the same entry.
pub fn secure_equal(w: &mut Work<'_>, rsc: RscId, node: NodeId, entry: ElementId) -> bool {
    let request = entry_request(w, rsc, node, entry);
    let at = cached(w, request, node);
    let recorded = w.config.doc.element(entry).attr("op-secure-digest");
    let calculated = w
        .caches
        .digests
        .get(&(node, rsc))
        .and_then(|list| list.get(at))
        .and_then(|d| d.secure.as_deref());
    recorded.is_some() && recorded == calculated
}

/// Unfencing digests of a node (02 §14).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FencingDigests {
    /// Value of meta-attribute `digests-all`.
    pub all: String,
    /// Value of meta-attribute `digests-secure`.
    pub secure: String,
    /// Some device's definition changed: the fencing action becomes required.
    pub changed: bool,
    /// Information lines for the user, in order.
    pub lines: Vec<String>,
}

/// Digests of all devices with which the node can be unfenced, compared with what the node was unfenced with.
pub fn fencing_digests(w: &mut Work<'_>, node: NodeId) -> FencingDigests {
    let config = w.config;
    let mut found = FencingDigests::default();
    let mut devices: Vec<RscId> = config
        .top
        .iter()
        .flat_map(|&top| config.leaves(top))
        .collect();
    devices.retain(|&rsc| {
        let row = config.rsc(rsc);
        row.fence_device
            && (row.requires.unfencing
                || row
                    .meta("provides")
                    .is_some_and(|text| text.eq_ignore_ascii_case("unfencing")))
    });
    let name = config.node_name(node);
    for device in devices.into_iter().rev() {
        let id = config.name(device);
        let agent = config.rsc(device).meta("type").unwrap_or_default();
        let request = DigestRequest {
            rsc: device,
            node: Some(node),
            task: "stonith-on",
            interval_ms: 0,
            entry: None,
            overrides: &[],
            secure: true,
        };
        let at = cached(w, request, node);
        let Some(digests) = w
            .caches
            .digests
            .get(&(node, device))
            .and_then(|list| list.get(at))
        else {
            continue;
        };
        let secure = digests.secure.clone().unwrap_or_default();
        let all_entry = format!("{id}:{agent}:{}", digests.all);
        let secure_entry = format!("{id}:{agent}:{secure}");
        let attributes = &w.state.node(node).attributes;
        let recorded = |name: &str| attributes.get(name).map(|text| &**text);
        if let Some(recorded_all) = recorded("#digests-all")
            && !recorded_all.contains(&all_entry)
        {
            if recorded("#digests-secure").is_some_and(|text| text.contains(&secure_entry)) {
                found.lines.push(format!(
                    "Only 'private' parameters to {id} for unfencing {name} changed"
                ));
            } else {
                found.changed = true;
                if config.sanitized {
                    found.lines.push(format!(
                        "Parameters to {id} for unfencing {name} changed, try '{secure_entry}'"
                    ));
                }
                found.lines.push(format!(
                    "notice: Unfencing node {name} because the definition of {id} changed"
                ));
            }
        }
        found.all.push_str(&all_entry);
        found.all.push(',');
        found.secure.push_str(&secure_entry);
        found.secure.push(',');
    }
    found
}

#[cfg(test)]
mod tests {
    use pcmk_core::agent::is_fencer_parameter;

    #[test]
    fn only_simple_actions_make_fencing_parameters() {
        assert!(is_fencer_parameter("pcmk_reboot_timeout"));
        assert!(is_fencer_parameter("pcmk_host_map"));
        assert!(!is_fencer_parameter("pcmk_reboot_all_timeout"));
        assert!(!is_fencer_parameter("pcmk_delay"));
    }
}
