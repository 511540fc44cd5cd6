//! Facts for a status that have to be computed with the engine's help: what ping resources should report, and fail
//! counts. Source: behaviour notes 05 section 3.8.

use pcmk_cib::xml::ElementId;
use pcmk_core::lenient::scan_ll;
use pcmk_pengine::constraints::Constraints;
use pcmk_pengine::state::failcount::fail_count;
use pcmk_pengine::state::find::find_renamed;
use pcmk_pengine::state::history::sorted_entries;
use pcmk_pengine::work::Work;
use pcmk_pengine::{NodeId, Observed, RscId};

/// A node attribute maintained by a ping resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ping {
    /// Where the resource is active.
    pub node: NodeId,
    /// Attribute name.
    pub attribute: String,
    /// Its value when everything can be reached.
    pub expected: i64,
}

/// Failures of a resource on a node, and its history if that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailCount {
    /// The resource, under the name its history has.
    pub id: String,
    /// The resource.
    pub rsc: RscId,
    /// How often it failed.
    pub count: i32,
    /// When it failed last, epoch seconds; 0 if unknown.
    pub last_failure: i64,
    /// Entries of its history by age, if they are wanted.
    pub entries: Vec<ElementId>,
}

/// All of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extras {
    /// Ping resources, in the order in which they are looked at on each node.
    pub pings: Vec<Ping>,
    /// Online nodes that have a state, in document order, with their failures.
    pub fail_counts: Vec<(NodeId, Vec<FailCount>)>,
}

/// How much of the histories is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Histories {
    /// Nothing.
    None,
    /// Resources that failed.
    FailCounts,
    /// All resources, with what was done.
    Operations,
}

/// Collects what is wanted.
#[must_use]
pub fn collect(seen: &mut Observed, attributes: bool, histories: Histories) -> Extras {
    let mut constraints = Constraints::default();
    let mut work = seen.work(&mut constraints);
    Extras {
        pings: if attributes {
            pings(&mut work)
        } else {
            Vec::new()
        },
        fail_counts: match histories {
            Histories::None => Vec::new(),
            Histories::FailCounts => counts(&mut work, false),
            Histories::Operations => counts(&mut work, true),
        },
    }
}

fn pings(work: &mut Work<'_>) -> Vec<Ping> {
    let (config, state) = (work.config, work.state);
    let mut pings = Vec::new();
    for &node in &config.node_order {
        for &rsc in &state.node(node).running {
            if !matches!(config.rsc(rsc).agent.as_deref(), Some("ping" | "pingd")) {
                continue;
            }
            let table = work.params(rsc, Some(node));
            let hosts = table.get("host_list").map_or(0, |list| {
                list.split(' ').filter(|word| !word.is_empty()).count()
            });
            let multiplier = table
                .get("multiplier")
                .and_then(|text| scan_ll(text).ok())
                .unwrap_or(1);
            pings.push(Ping {
                node,
                attribute: table.get("name").map_or("pingd", |name| &**name).to_owned(),
                expected: i64::try_from(hosts)
                    .unwrap_or(i64::MAX)
                    .saturating_mul(multiplier),
            });
        }
    }
    pings
}

fn counts(work: &mut Work<'_>, operations: bool) -> Vec<(NodeId, Vec<FailCount>)> {
    let (config, state) = (work.config, work.state);
    let mut counts = Vec::new();
    let states = config
        .doc
        .root_element()
        .child("status")
        .into_iter()
        .flat_map(|s| s.children_named("node_state"));
    for element in states {
        let node = element
            .attr("uname")
            .and_then(|name| config.find_node(name));
        let Some(node) = node.filter(|&node| work.board.node(node).online) else {
            continue;
        };
        let mut rows = Vec::new();
        let histories = element
            .children_named("lrm")
            .flat_map(|lrm| lrm.children_named("lrm_resources"))
            .flat_map(|list| list.children_named("lrm_resource"));
        for (history, id) in histories.filter_map(|history| Some((history, history.xml_id()?))) {
            let Some(rsc) = find_renamed(config, state, id) else {
                continue;
            };
            let (count, last_failure) = fail_count(work, rsc, node, false, false, None);
            if count > 0 || operations {
                rows.push(FailCount {
                    id: id.to_owned(),
                    rsc,
                    count,
                    last_failure,
                    entries: match operations {
                        true => sorted_entries(&config.doc, history.id()),
                        false => Vec::new(),
                    },
                });
            }
        }
        counts.push((node, rows));
    }
    counts
}
