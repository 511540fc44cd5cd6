//! A resource element, read once: template merged, blocks and operations parsed. Instances of a clone share it.
//!
//! Source: behaviour notes 01 §7.2, §7.3.

use std::sync::Arc;

use pcmk_cib::nvset::NvBlocks;
use pcmk_cib::reference::report_missing;
use pcmk_cib::xml::{Document, Element};
use pcmk_core::diag::Diagnostics;
use pcmk_core::lenient;
use pcmk_core::pool::TextPool;
use pcmk_core::score::HealthScores;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::config::{Config, Operation, Source, XmlRef};

/// What is shared while a configuration is read: texts, and whole lists of attributes.
#[derive(Debug, Default)]
pub struct Pool {
    texts: TextPool,
    /// By the addresses of the texts. A list keeps its texts, so their addresses stay theirs.
    lists: FxHashMap<SmallVec<[usize; 12]>, Attributes>,
}

/// Names and values in document order.
type Attributes = Arc<[(Arc<str>, Arc<str>)]>;

impl Pool {
    /// See [`TextPool::share`].
    pub fn share(&mut self, text: &str) -> Arc<str> {
        self.texts.share(text)
    }

    /// The attributes of an element but its `id`: resources of one kind differ in little else.
    fn attributes(&mut self, element: Element<'_>) -> Attributes {
        let mut pairs: SmallVec<[(Arc<str>, Arc<str>); 6]> = SmallVec::new();
        let mut key = SmallVec::new();
        for (name, value) in element.attrs().filter(|(name, _)| *name != "id") {
            let pair = (self.texts.share(name), self.texts.share(value));
            key.push(pair.0.as_ptr() as usize);
            key.push(pair.1.as_ptr() as usize);
            pairs.push(pair);
        }
        let list = self.lists.entry(key);
        Arc::clone(list.or_insert_with(|| pairs.into_iter().collect()))
    }
}

/// See the module.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The element.
    pub at: XmlRef,
    /// Its template.
    pub template: Option<XmlRef>,
    /// Name of the (merged) element.
    pub element: Arc<str>,
    /// `id`, without instance number.
    pub id: Arc<str>,
    /// All attributes of the merged element but `id`: the template's if there is one.
    pub attributes: Arc<[(Arc<str>, Arc<str>)]>,
    /// `meta_attributes`.
    pub meta: NvBlocks,
    /// `instance_attributes`.
    pub params: Arc<NvBlocks>,
    /// `utilization`.
    pub utilization: NvBlocks,
    /// Operations.
    pub operations: Arc<Vec<Operation>>,
}

impl Spec {
    /// Attribute of the merged element, other than `id`.
    #[must_use]
    pub fn attr(&self, name: &str) -> Option<&Arc<str>> {
        self.attributes
            .iter()
            .find(|(n, _)| &**n == name)
            .map(|(_, v)| v)
    }

    /// Reads an element. `None`, with the reason logged, if its template cannot be used.
    pub(super) fn read(
        config: &Config,
        at: XmlRef,
        pool: &mut Pool,
        log: &mut Diagnostics,
    ) -> Option<Spec> {
        let own = config.xml(at);
        let id: Arc<str> = own.xml_id().unwrap_or_default().into();
        let template = match own.attr("template") {
            Some(name) if at.source == Source::Input => {
                Some(find_template(config, &id, name, log)?)
            }
            Some(_) | None => None,
        };
        let health = &config.options.health;
        let doc = &*config.doc;
        let parents: Vec<Element<'_>> = template.into_iter().chain([own]).collect();
        let block = |name: &str| blocks(&parents, name, &parents, doc, health);
        let meta = block("meta_attributes");
        let params = Arc::new(block("instance_attributes"));
        let utilization = block("utilization");
        let operations = Arc::new(read_operations(&parents, doc, health, pool, log));
        let attributes = pool.attributes(template.unwrap_or(own));
        Some(Spec {
            at,
            template: template.map(|t| XmlRef {
                source: Source::Input,
                element: t.id(),
            }),
            element: if template.is_some() {
                pool.share("primitive")
            } else {
                pool.share(own.name())
            },
            id,
            attributes,
            meta,
            params,
            utilization,
            operations,
        })
    }
}

/// [`NvBlocks::read`] without a first block. Most elements have none of most kinds.
fn blocks(
    parents: &[Element<'_>],
    name: &str,
    scope: &[Element<'_>],
    doc: &Document,
    health: &HealthScores,
) -> NvBlocks {
    if parents.iter().all(|parent| parent.child(name).is_none()) {
        return NvBlocks::default();
    }
    NvBlocks::read(parents, name, None, scope, doc, health)
}

fn find_template<'c>(
    config: &'c Config,
    id: &str,
    name: &str,
    log: &mut Diagnostics,
) -> Option<Element<'c>> {
    let function = "unpack_template";
    if id == name {
        log.config_error(
            function,
            format!("The resource object '{id}' should not reference itself"),
        );
        return None;
    }
    let Some(found) = config.template_xml.get(name) else {
        log.config_error(function, format!("No template named '{name}'"));
        return None;
    };
    Some(config.doc.element(*found))
}

/// The operations of a merged element: its own first, then those of the template whose name and role it does not
/// use. An `operations` element that is a reference stands for the referenced one alone.
fn read_operations(
    parents: &[Element<'_>],
    doc: &Document,
    health: &HealthScores,
    pool: &mut Pool,
    log: &mut Diagnostics,
) -> Vec<Operation> {
    let mut found = parents
        .iter()
        .rev()
        .filter_map(|parent| parent.child("operations"));
    let Some(first) = found.next() else {
        return Vec::new();
    };
    let second = found.next();
    // Exactly what is needed: a growing list of so large items would take several times the room.
    let count = [Some(first), second]
        .into_iter()
        .flatten()
        .map(|element| element.children_named("op").count())
        .sum();
    let mut operations = Vec::with_capacity(count);
    if let Some(reference) = first.attr("id-ref") {
        match doc.by_id(Some("operations"), reference).first() {
            Some(&id) => {
                let target = doc.element(id);
                let scope = [doc.root_element()];
                operations.extend(
                    target
                        .children_named("op")
                        .map(|op| read_operation(op, &scope, doc, health, pool)),
                );
            }
            None => report_missing(log, "operations", reference),
        }
        return operations;
    }
    operations.extend(
        first
            .children_named("op")
            .map(|op| read_operation(op, parents, doc, health, pool)),
    );
    let used = operations.len();
    for op in second
        .into_iter()
        .flat_map(|element| element.children_named("op"))
    {
        let key = merge_key(op.attr("name"), op.attr("role"));
        let taken = operations
            .iter()
            .take(used)
            .any(|own: &Operation| merge_key(Some(&own.name), own.role.as_deref()) == key);
        if !taken {
            operations.push(read_operation(op, parents, doc, health, pool));
        }
    }
    operations
}

/// What identifies an operation when a template is merged: name and role, the common roles being one.
fn merge_key<'o>(name: Option<&'o str>, role: Option<&'o str>) -> (&'o str, &'o str) {
    let common = ["Started", "Unpromoted", "Slave"];
    let role = role.filter(|role| !common.iter().any(|word| word.eq_ignore_ascii_case(role)));
    (name.unwrap_or_default(), role.unwrap_or_default())
}

fn read_operation(
    op: Element<'_>,
    scope: &[Element<'_>],
    doc: &Document,
    health: &HealthScores,
    pool: &mut Pool,
) -> Operation {
    let parents = [op];
    Operation {
        id: op.xml_id().unwrap_or_default().into(),
        name: pool.share(op.attr("name").unwrap_or_default()),
        interval_ms: lenient::parse_interval(op.attr("interval")).0,
        enabled: op
            .attr("enabled")
            .and_then(lenient::parse_bool)
            .unwrap_or(true),
        role: op.attr("role").map(|role| pool.share(role)),
        attributes: pool.attributes(op),
        meta: blocks(&parents, "meta_attributes", scope, doc, health),
        params: blocks(&parents, "instance_attributes", scope, doc, health),
    }
}
