//! A resource element, read once: template merged, blocks and operations parsed. Instances of a clone share it.
//!
//! Source: behaviour notes 01 §7.2, §7.3.

use std::hash::BuildHasher as _;
use std::sync::Arc;

use pcmk_cib::nvset::NvBlocks;
use pcmk_cib::reference::report_missing;
use pcmk_cib::xml::Element;
use pcmk_core::diag::Diagnostics;
use pcmk_core::lenient;
use pcmk_core::pool::TextPool;
use rustc_hash::FxBuildHasher;
use smallvec::SmallVec;

use crate::config::{Config, Operation, OperationKind, Source, XmlRef};

/// What is shared while a configuration is read: texts, and what elements of one kind have in common.
#[derive(Debug, Default)]
pub struct Pool {
    texts: TextPool,
    /// Attributes that were met before, in places by their hash. What is forgotten costs a copy.
    kinds: Vec<Option<Arc<OperationKind>>>,
}

/// Places for kinds; far more than there are kinds of resources and operations.
const KINDS: usize = 256;

impl Pool {
    /// See [`TextPool::share`].
    pub fn share(&mut self, text: &str) -> Arc<str> {
        self.texts.share(text)
    }

    /// The attributes of an element but its `id`, shared with an earlier element that has the same: resources, and
    /// operations, of one kind differ in little else. What attributes of operations mean comes along.
    fn kind(&mut self, element: Element<'_>) -> &Arc<OperationKind> {
        let attributes = element.attrs().filter(|(name, _)| *name != "id");
        let found: SmallVec<[(&str, &str); 6]> = attributes.collect();
        let hash = FxBuildHasher.hash_one(&found[..]);
        if self.kinds.is_empty() {
            self.kinds.resize(KINDS, None);
        }
        let slot = &mut self.kinds[hash as usize % KINDS];
        let known = slot.take().filter(|kind| {
            let known = kind.attributes.iter();
            kind.attributes.len() == found.len()
                && (known.zip(&found)).all(|(known, new)| *known.0 == *new.0 && *known.1 == *new.1)
        });
        let texts = &mut self.texts;
        slot.insert(known.unwrap_or_else(|| Arc::new(OperationKind::of(&found, texts))))
    }
}

impl OperationKind {
    fn of(found: &[(&str, &str)], texts: &mut TextPool) -> OperationKind {
        let attributes: Arc<[(Arc<str>, Arc<str>)]> = (found.iter())
            .map(|(name, value)| (texts.share(name), texts.share(value)))
            .collect();
        let get = |name: &str| attributes.iter().find(|(known, _)| **known == *name);
        let text = |name: &str| get(name).map(|(_, value)| &**value);
        OperationKind {
            name: texts.share(text("name").unwrap_or_default()),
            role: get("role").map(|(_, role)| Arc::clone(role)),
            interval_ms: lenient::parse_interval(text("interval")).0,
            enabled: text("enabled")
                .and_then(lenient::parse_bool)
                .unwrap_or(true),
            attributes,
        }
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
        let parents: SmallVec<[Element<'_>; 2]> = template.into_iter().chain([own]).collect();
        let has = Parts::of(&parents);
        let block = |has, name| blocks(has, &parents, name, &parents, config);
        let meta = block(has.meta, "meta_attributes");
        let params = Arc::new(block(has.params, "instance_attributes"));
        let utilization = block(has.utilization, "utilization");
        let operations = match has.operations {
            true => Arc::new(read_operations(&parents, config, pool, log)),
            false => Arc::default(),
        };
        let kind = pool.kind(template.unwrap_or(own));
        let attributes = Arc::clone(&kind.attributes);
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

/// Which children elements have.
#[derive(Default)]
struct Parts {
    meta: bool,
    params: bool,
    utilization: bool,
    operations: bool,
}

impl Parts {
    fn of(parents: &[Element<'_>]) -> Parts {
        let mut has = Parts::default();
        for child in parents.iter().flat_map(|parent| parent.children()) {
            match child.name() {
                "meta_attributes" => has.meta = true,
                "instance_attributes" => has.params = true,
                "utilization" => has.utilization = true,
                "operations" => has.operations = true,
                _ => {}
            }
        }
        has
    }
}

/// [`NvBlocks::read`] without a first block, if there are any. Most elements have none of most kinds.
fn blocks(
    has: bool,
    parents: &[Element<'_>],
    name: &str,
    scope: &[Element<'_>],
    config: &Config,
) -> NvBlocks {
    match has {
        true => NvBlocks::read(
            parents,
            name,
            None,
            scope,
            &config.doc,
            &config.options.health,
        ),
        false => NvBlocks::default(),
    }
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
    config: &Config,
    pool: &mut Pool,
    log: &mut Diagnostics,
) -> Vec<Operation> {
    let doc = &*config.doc;
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
                        .map(|op| read_operation(op, &scope, config, pool)),
                );
            }
            None => report_missing(log, "operations", reference),
        }
        return operations;
    }
    operations.extend(
        first
            .children_named("op")
            .map(|op| read_operation(op, parents, config, pool)),
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
            operations.push(read_operation(op, parents, config, pool));
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
    config: &Config,
    pool: &mut Pool,
) -> Operation {
    let parents = [op];
    let has = Parts::of(&parents);
    let block = |has, name| blocks(has, &parents, name, scope, config);
    let source = match std::ptr::eq(op.doc(), &*config.doc) {
        true => Source::Input,
        false => Source::Implied,
    };
    Operation {
        at: XmlRef {
            source,
            element: op.id(),
        },
        kind: Arc::clone(pool.kind(op)),
        meta: block(has.meta, "meta_attributes"),
        params: block(has.params, "instance_attributes"),
    }
}
