//! Reading the configuration section, in the order of the reference. Source: behaviour notes 01 §1.7, §1.8.

use foldhash::{HashMap, HashMapExt as _};
use std::collections::BTreeMap;
use std::sync::Arc;

use pcmk_cib::nvset::NvBlocks;
use pcmk_cib::rule::NextChange;
use pcmk_cib::xml::{Document, Element, ElementId};
use pcmk_core::diag::Diagnostics;
use pcmk_core::lenient;
use pcmk_core::order::merge_sort;
use pcmk_core::score::HealthScores;
use pcmk_core::version::{self, FEATURE_SET};

use crate::config::build::{Builder, Opening, number_places, time_input};
use crate::config::options::{Options, Quorum};
use crate::config::{Config, NoQuorum, Source, XmlRef, nodes, remote, tags};
use crate::pipeline::Input;

/// Sections that are looked for anywhere in the document. If there are two of a name, there is none.
#[derive(Default)]
struct Sections {
    found: HashMap<&'static str, (u32, Option<ElementId>)>,
    /// An `expression` below an `op` or `op_defaults`.
    expression_in_op: bool,
    /// `provides` or `requires` with value `unfencing` in meta-attributes of resources or their defaults.
    unfencing: bool,
}

const SECTIONS: [&str; 7] = [
    "op_defaults",
    "rsc_defaults",
    "crm_config",
    "nodes",
    "fencing-topology",
    "tags",
    "status",
];

impl Sections {
    fn scan(doc: &Document) -> Sections {
        let mut sections = Sections::default();
        let mut open: Vec<(Element<'_>, Place)> = vec![(doc.root_element(), Place::default())];
        while let Some((element, place)) = open.pop() {
            let name = element.name();
            let mut below = place;
            if let Some(known) = SECTIONS.iter().find(|section| **section == name) {
                let entry = sections.found.entry(known).or_default();
                entry.0 += 1;
                entry.1 = Some(element.id());
            }
            match name {
                // Histories are large and hold no section.
                "lrm" => continue,
                "op" | "op_defaults" => below.op = true,
                "resources" => below.resources = true,
                "rsc_defaults" => below.defaults = true,
                "meta_attributes" => below.meta = place.resources || place.defaults,
                "expression" if place.op => sections.expression_in_op = true,
                "nvpair" if place.meta && element.attr("value") == Some("unfencing") => {
                    sections.unfencing |=
                        matches!(element.attr("name"), Some("provides" | "requires"));
                }
                _ => {}
            }
            // Pushed in reverse, so that the walk is in document order.
            let from = open.len();
            open.extend(element.children().map(|child| (child, below)));
            open[from..].reverse();
        }
        sections
    }

    fn one(&self, name: &str) -> Option<ElementId> {
        self.found
            .get(name)
            .filter(|(count, _)| *count == 1)
            .and_then(|(_, element)| *element)
    }
}

#[derive(Clone, Copy, Default)]
struct Place {
    op: bool,
    resources: bool,
    defaults: bool,
    meta: bool,
}

impl Config {
    /// A configuration without anything in it.
    #[must_use]
    pub(crate) fn empty(input: &Input, options: Options) -> Config {
        Config {
            doc: Arc::clone(&input.doc),
            implied: Document::new("resources"),
            now: input.now,
            now_epoch: input.now.epoch(),
            sanitized: input.sanitized,
            options,
            nodes: Vec::new(),
            node_order: Vec::new(),
            resources: Vec::new(),
            top: Vec::new(),
            tags: Vec::new(),
            templates: Vec::new(),
            op_defaults: NvBlocks::default(),
            rsc_defaults: NvBlocks::default(),
            have_remote_nodes: false,
            have_fencing: false,
            unfencing: false,
            node_by_name: HashMap::new(),
            rsc_by_id: HashMap::new(),
            node_by_uuid: HashMap::new(),
            duplicate_ids: HashMap::new(),
            resources_xml: None,
            status_xml: None,
            template_xml: HashMap::new(),
            template_index: HashMap::new(),
            dc_uuid: None,
            opening: Opening::default(),
            acceptable: true,
        }
    }
}

/// Reads everything but the status section.
#[must_use]
pub fn load(input: &Input, log: &mut Diagnostics) -> Config {
    let doc = Arc::clone(&input.doc);
    let cib = doc.root_element();
    let quorum = Quorum {
        quorate: lenient::is_true(cib.attr("have-quorum")),
        panic: cib
            .attr("no-quorum-panic")
            .is_some_and(|text| lenient::scan_ll(text).is_ok_and(|n| n != 0)),
    };
    if let Some(theirs) = cib.attr("crm_feature_set")
        && version::compare(theirs, FEATURE_SET).is_gt()
    {
        log.config_error(
            "cluster_status",
            format!(
                "Can't process CIB with feature set '{theirs}' greater than our own '{FEATURE_SET}'"
            ),
        );
        let mut config = Config::empty(
            input,
            Options::from_text(BTreeMap::new(), &quorum, &mut Diagnostics::default()),
        );
        config.acceptable = false;
        return config;
    }
    let sections = Sections::scan(&doc);
    if sections.expression_in_op {
        log.warn_once(
            "expression-in-op",
            "check_for_deprecated_rules",
            "Support for rules with node attribute expressions in op or op_defaults is deprecated and will be dropped \
             in a future release",
        );
    }
    let mut change = NextChange::default();
    let options = read_options(input, &sections, &quorum, &mut change, log);
    if !options.quorate && options.no_quorum != NoQuorum::Ignore {
        log.sched_warning(
            "cluster_status",
            "Fencing and resource management disabled due to lack of quorum",
        );
    }
    let mut config = Config::empty(input, options);
    config.dc_uuid = cib.attr("dc-uuid").map(Arc::from);
    config.unfencing = sections.unfencing;
    config.have_fencing = config.options.watchdog();
    config.status_xml = sections.one("status");
    let section = |name: &str| {
        cib.child("configuration")
            .and_then(|configuration| configuration.child(name))
    };
    config.resources_xml = section("resources").map(Element::id);
    if let Some(resources) = section("resources") {
        for template in resources.children_named("template") {
            if let Some(id) = template.xml_id() {
                config
                    .template_xml
                    .entry(id.into())
                    .or_insert(template.id());
            }
        }
    }
    let health = config.options.health;
    config.op_defaults = defaults(&doc, sections.one("op_defaults"), &health);
    config.rsc_defaults = defaults(&doc, sections.one("rsc_defaults"), &health);

    let mut opening = Opening::default();
    let mut tables = Vec::new();
    let mut builder = Builder::new(
        &mut config,
        &mut tables,
        Vec::new(),
        &mut change,
        &mut opening.dc,
        log,
    );
    nodes::read(&mut builder, sections.one("nodes"));
    remote::read(&mut builder);
    read_resources(&mut builder);
    for (node, unclean) in std::mem::take(&mut builder.startup) {
        opening.unclean.retain(|&n| n != node);
        if unclean {
            opening.unclean.push(node);
        }
    }
    opening.tables = tables;
    opening.change = change;
    config.opening = opening;
    tags::check_topology(&doc, sections.one("fencing-topology"), log);
    tags::read(&mut config, sections.one("tags"), log);
    config
}

fn read_options(
    input: &Input,
    sections: &Sections,
    quorum: &Quorum,
    change: &mut NextChange,
    log: &mut Diagnostics,
) -> Options {
    let mut text = BTreeMap::new();
    if let Some(element) = sections.one("crm_config") {
        let doc = &*input.doc;
        // The words red, yellow and green mean nothing yet.
        let health = HealthScores::default();
        let blocks = NvBlocks::read(
            &[doc.element(element)],
            "cluster_property_set",
            Some("cib-bootstrap-options"),
            &[doc.root_element()],
            doc,
            &health,
        );
        blocks.unpack(&time_input(input.now), &mut text, change, log);
    }
    Options::from_text(text, quorum, log)
}

fn defaults(doc: &Document, element: Option<ElementId>, health: &HealthScores) -> NvBlocks {
    match element {
        Some(element) => NvBlocks::read(
            &[doc.element(element)],
            "meta_attributes",
            None,
            &[doc.root_element()],
            doc,
            health,
        ),
        None => NvBlocks::default(),
    }
}

/// About how many resources there will be, most of all instances of clones: the usual clone has one for each node.
/// Rows are large, so a table that grew step by step would touch several times the memory.
fn expected_rows(resources: Option<Element<'_>>, nodes: usize) -> usize {
    let tops = resources.into_iter().flat_map(Element::children);
    let rows = |element: Element<'_>| 1 + element.children_named("primitive").count();
    let sum: usize = tops
        .map(|element| match element.name() {
            "clone" => 1 + nodes * element.children().map(rows).sum::<usize>(),
            _ => rows(element),
        })
        .sum();
    sum.min(MOST_EXPECTED)
}

/// What is reserved ahead has a bound, as a name is enough to ask for it.
const MOST_EXPECTED: usize = 100_000;

fn read_resources(builder: &mut Builder<'_>) {
    let doc = Arc::clone(&builder.config.doc);
    let elements = builder.config.resources_xml.map(|id| doc.element(id));
    let expected = expected_rows(elements, builder.config.nodes.len());
    builder.config.resources.reserve(expected);
    builder.tables.reserve(expected);
    builder.config.rsc_by_id.reserve(expected);
    for element in elements.into_iter().flat_map(Element::children) {
        let Some(id) = element.xml_id().filter(|id| !id.is_empty()) else {
            builder.log.config_error(
                "unpack_resources",
                format!("Ignoring <{}> resource without ID", element.name()),
            );
            continue;
        };
        if element.name() == "template" {
            builder.config.add_template(id);
            continue;
        }
        builder.top_start = builder.config.resources.len();
        builder.prototypes.clear();
        let at = XmlRef {
            source: Source::Input,
            element: element.id(),
        };
        match builder.unpack(at, None, None) {
            Some(rsc) => builder.add_top(rsc),
            None => {
                let text = format!(
                    "Ignoring <{}> resource '{id}' because configuration is invalid",
                    element.name()
                );
                builder.log.config_error("unpack_resources", text);
            }
        }
    }
    for rsc in builder.config.top.clone() {
        remote::link(builder, rsc);
        remote::link_connection(builder, rsc);
    }
    let mut top = std::mem::take(&mut builder.config.top);
    let config = &mut *builder.config;
    merge_sort(&mut top, |a, b| {
        config.rsc(*b).priority.cmp(&config.rsc(*a).priority)
    });
    config.top = top;
    number_places(config);
    if config.options.fencing_enabled && !config.have_fencing {
        builder.log.config_error(
            "unpack_resources",
            "Resource start-up disabled since no fencing resources have been defined. Either configure some or disable \
             fencing with the fencing-enabled option. NOTE: Clusters with shared data need fencing to ensure data \
             integrity.",
        );
    }
}
