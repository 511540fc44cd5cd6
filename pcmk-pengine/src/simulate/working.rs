//! A CIB document that is being simulated on, with an index of its status section.
//!
//! Changes follow the rules of ordinary CIB operations: a change of the configuration adds one to `epoch` and resets
//! `num_updates`, any other change adds one to `num_updates`, and a request that alters nothing counts as nothing
//! (behaviour notes 06 section 1.3). Whoever makes a change calls exactly one of the two bookkeeping functions per
//! operation the reference would have sent.
//!
//! Invariant: once `index` exists it agrees with the document; every function here that adds or removes a
//! `node_state`, `lrm_resource` or `lrm_rsc_op` updates both.

use foldhash::{HashMap, HashMapExt as _};

use std::sync::Arc;

use pcmk_cib::xml::{Document, Element, ElementId};
use pcmk_core::lenient::int_attr;

use super::SimulateError;

/// Number of a node state in the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateRow(usize);

/// A resource's history on a node: row of the node state, and position among its histories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HistoryRow(usize, usize);

/// The working copy.
pub struct Working {
    /// Shared with runs that look at it; copied when it is changed while one does.
    doc: Arc<Document>,
    index: Option<StatusIndex>,
    create_nodes: bool,
    changed: bool,
}

struct StatusIndex {
    rows: Vec<NodeRow>,
    by_name: HashMap<String, Vec<usize>>,
    by_id: HashMap<String, usize>,
}

struct NodeRow {
    element: ElementId,
    id: String,
    histories: Option<Histories>,
}

#[derive(Default)]
struct Histories {
    parent: Option<ElementId>,
    rows: Vec<History>,
    by_rsc: HashMap<String, usize>,
    /// First and later elements with the same id.
    duplicates: Vec<(ElementId, ElementId)>,
}

struct History {
    element: ElementId,
    id: String,
    /// Several elements have this id. The reference then finds none of them and writes to a new one, whose first call
    /// id is 1; writing merges all of them into the first (seen with case inc6).
    ambiguous: bool,
    entries: Option<Entries>,
}

#[derive(Default)]
struct Entries {
    by_id: HashMap<String, ElementId>,
    highest_call: i64,
}

impl Working {
    /// Takes over a document.
    #[must_use]
    pub fn new(doc: Document) -> Working {
        Working {
            doc: Arc::new(doc),
            index: None,
            create_nodes: false,
            changed: false,
        }
    }

    /// The document as it is now.
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.doc
    }

    /// Gives the document back.
    #[must_use]
    pub fn into_document(self) -> Document {
        Arc::unwrap_or_clone(self.doc)
    }

    /// The document as it is now, for a run: what is changed later does not show there.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Document> {
        Arc::clone(&self.doc)
    }

    fn doc_mut(&mut self) -> &mut Document {
        Arc::make_mut(&mut self.doc)
    }

    /// Whether anything was changed.
    #[must_use]
    pub fn changed(&self) -> bool {
        self.changed
    }

    /// From now on a node that is touched also gets a `node` entry in the configuration if it has none
    /// (`crm_simulate --node-up`).
    pub fn create_missing_nodes(&mut self) {
        self.create_nodes = true;
    }

    /// Bookkeeping of an operation that changed something outside the configuration.
    pub(super) fn status_changed(&mut self) {
        self.changed = true;
        let root = self.doc.root();
        let updates = int_attr(self.doc.root_element().attr("num_updates"), 0).saturating_add(1);
        self.doc_mut()
            .set_attr(root, "num_updates", &updates.to_string());
    }

    /// Bookkeeping of an operation that changed the configuration.
    pub(super) fn configuration_changed(&mut self) {
        self.changed = true;
        let root = self.doc.root();
        let epoch = int_attr(self.doc.root_element().attr("epoch"), 0).saturating_add(1);
        self.doc_mut().set_attr(root, "epoch", &epoch.to_string());
        self.doc_mut().set_attr(root, "num_updates", "0");
    }

    /// Sets attributes of an element. Says whether any of them had another value before.
    pub(super) fn set(&mut self, element: ElementId, attributes: &[(&str, &str)]) -> bool {
        let mut altered = false;
        for &(name, value) in attributes {
            if self.doc.element(element).attr(name) != Some(value) {
                self.doc_mut().set_attr(element, name, value);
                altered = true;
            }
        }
        altered
    }

    /// The child of this name, created at the end if missing.
    pub(super) fn child(&mut self, parent: ElementId, name: &str) -> ElementId {
        match self.doc.element(parent).child(name).map(Element::id) {
            Some(found) => found,
            None => self.doc_mut().append(parent, name),
        }
    }

    /// Appends an element with these attributes.
    pub(super) fn add(
        &mut self,
        parent: ElementId,
        name: &str,
        attributes: &[(&str, &str)],
    ) -> ElementId {
        let added = self.doc_mut().append(parent, name);
        for &(name, value) in attributes {
            self.doc_mut().set_attr(added, name, value);
        }
        added
    }

    /// The `status` section.
    pub(super) fn status(&mut self) -> ElementId {
        let root = self.doc.root();
        self.child(root, "status")
    }

    /// A section of the configuration.
    pub(super) fn section(&mut self, name: &str) -> ElementId {
        let root = self.doc.root();
        let configuration = self.child(root, "configuration");
        self.child(configuration, name)
    }

    fn index(&mut self) -> &mut StatusIndex {
        let doc = &self.doc;
        self.index.get_or_insert_with(|| StatusIndex::read(doc))
    }

    /// The state of a node, found by name or created. `id` is the id for a new one; without it the id configured for
    /// the name is used. Source: behaviour notes 05 section 7.1.
    ///
    /// # Errors
    /// Several states have this name, or a new one is needed and no id is known.
    pub fn node_state(&mut self, name: &str, id: Option<&str>) -> Result<StateRow, SimulateError> {
        if self.create_nodes {
            self.create_node(name);
        }
        if let Some(rows) = self.index().by_name.get(name) {
            return match rows.as_slice() {
                [row] => Ok(StateRow(*row)),
                _ => Err(SimulateError::AmbiguousNodeState(name.to_owned())),
            };
        }
        let id = match id {
            Some(id) => id.to_owned(),
            None => configured_id(&self.doc, name)
                .ok_or_else(|| SimulateError::UnknownNode(name.to_owned()))?,
        };
        let row = match self.index().by_id.get(&id).copied() {
            Some(row) => {
                let element = self.index().rows[row].element;
                self.doc_mut().set_attr(element, "uname", name);
                row
            }
            None => {
                let status = self.status();
                let element = self.add(status, "node_state", &[("id", &id), ("uname", name)]);
                let index = self.index();
                // The index may have been built just now, with the new element in it.
                match index.by_id.get(&id).copied() {
                    Some(row) => row,
                    None => index.push(element, id, None),
                }
            }
        };
        let named = self.index().by_name.entry(name.to_owned()).or_default();
        if !named.contains(&row) {
            named.push(row);
        }
        self.status_changed();
        Ok(StateRow(row))
    }

    fn create_node(&mut self, name: &str) {
        let nodes = self.section("nodes");
        if self
            .doc
            .element(nodes)
            .children_named("node")
            .any(|node| node.attr("uname") == Some(name))
        {
            return;
        }
        self.add(nodes, "node", &[("id", name), ("uname", name)]);
        self.configuration_changed();
    }

    /// The element of a node state.
    pub(super) fn state_element(&mut self, state: StateRow) -> ElementId {
        self.index().rows[state.0].element
    }

    /// The `id` of a node state.
    pub(super) fn state_id(&mut self, state: StateRow) -> String {
        self.index().rows[state.0].id.clone()
    }

    /// Sets attributes of a node state, as one modification.
    pub(super) fn set_state(&mut self, state: StateRow, attributes: &[(&str, &str)]) {
        let element = self.state_element(state);
        if self.set(element, attributes) {
            self.status_changed();
        }
    }

    /// Deletes a node's resource history and transient attributes, as two deletions.
    pub(super) fn forget_node(&mut self, state: StateRow) {
        let element = self.state_element(state);
        for name in ["lrm", "transient_attributes"] {
            if let Some(child) = self.doc.element(element).child(name).map(Element::id) {
                self.doc_mut().detach(child);
                self.status_changed();
            }
        }
        self.index().rows[state.0].histories = None;
    }

    /// The history of a resource under one of these names, the first that exists.
    pub(super) fn history(&mut self, state: StateRow, names: &[&str]) -> Option<HistoryRow> {
        self.read_histories(state);
        let histories = self.index().rows[state.0].histories.as_ref()?;
        let rows = || {
            names
                .iter()
                .filter_map(|&name| histories.by_rsc.get(name).copied())
        };
        rows()
            .find(|&at| !histories.rows[at].ambiguous)
            .or_else(|| rows().next())
            .map(|at| HistoryRow(state.0, at))
    }

    /// Adds an empty history element; parents are created as needed. `agent` is class, provider, type.
    pub(super) fn add_history(
        &mut self,
        state: StateRow,
        id: &str,
        (class, provider, agent): (&str, Option<&str>, &str),
    ) -> HistoryRow {
        self.read_histories(state);
        let element = self.state_element(state);
        let node_id = self.state_id(state);
        let parent = match self.index().rows[state.0]
            .histories
            .as_ref()
            .and_then(|h| h.parent)
        {
            Some(parent) => parent,
            None => {
                let lrm = match self.doc.element(element).child("lrm").map(Element::id) {
                    Some(lrm) => lrm,
                    None => self.add(element, "lrm", &[("id", &node_id)]),
                };
                self.child(lrm, "lrm_resources")
            }
        };
        let added = self.add(parent, "lrm_resource", &[("id", id), ("class", class)]);
        if let Some(provider) = provider {
            self.doc_mut().set_attr(added, "provider", provider);
        }
        self.doc_mut().set_attr(added, "type", agent);
        let histories = self.index().rows[state.0]
            .histories
            .get_or_insert_with(Histories::default);
        histories.parent = Some(parent);
        let at = histories.rows.len();
        histories.rows.push(History {
            element: added,
            id: id.to_owned(),
            ambiguous: false,
            entries: Some(Entries::default()),
        });
        histories.by_rsc.insert(id.to_owned(), at);
        HistoryRow(state.0, at)
    }

    fn read_histories(&mut self, state: StateRow) {
        let row = &mut self.index().rows[state.0];
        if row.histories.is_some() {
            return;
        }
        let element = row.element;
        let mut histories = Histories::read(self.doc.element(element));
        for (first, later) in std::mem::take(&mut histories.duplicates) {
            self.merge_entries(first, later);
        }
        self.index().rows[state.0].histories = Some(histories);
    }

    /// Merges the entries of a history into another one, as writing the whole node state does.
    fn merge_entries(&mut self, first: ElementId, later: ElementId) {
        let entries: Vec<ElementId> = self
            .doc
            .element(later)
            .children()
            .map(Element::id)
            .collect();
        for entry in entries {
            let id = self.doc.element(entry).xml_id().map(str::to_owned);
            let known = self
                .doc
                .element(first)
                .children()
                .find(|e| e.xml_id() == id.as_deref())
                .map(Element::id);
            match known {
                None => {
                    self.doc_mut().copy_within(first, entry);
                }
                Some(known) => {
                    let attributes: Vec<(String, String)> = self
                        .doc
                        .element(entry)
                        .attrs()
                        .map(|(name, value)| (name.to_owned(), value.to_owned()))
                        .collect();
                    for (name, value) in attributes {
                        self.doc_mut().set_attr(known, &name, &value);
                    }
                }
            }
        }
    }

    fn history_mut(&mut self, at: HistoryRow) -> &mut History {
        let index = self
            .index
            .as_mut()
            .expect("a history row comes from the index");
        let histories = index.rows[at.0]
            .histories
            .as_mut()
            .expect("a history row was read before");
        &mut histories.rows[at.1]
    }

    /// The `id` of a history element.
    pub(super) fn history_id(&mut self, at: HistoryRow) -> String {
        self.history_mut(at).id.clone()
    }

    fn read_entries(&mut self, at: HistoryRow) -> &mut Entries {
        let history = self.history_mut(at);
        if history.entries.is_none() {
            let element = history.element;
            let entries = Entries::read(self.doc.element(element));
            self.history_mut(at).entries = Some(entries);
        }
        self.history_mut(at)
            .entries
            .get_or_insert_with(Entries::default)
    }

    /// The highest call id recorded in a history element, 0 if none.
    pub(super) fn highest_call(&mut self, at: HistoryRow) -> i64 {
        if self.history_mut(at).ambiguous {
            return 0;
        }
        self.read_entries(at).highest_call
    }

    /// Writes an entry: an existing one of this id keeps its other attributes, else a new one is appended.
    pub(super) fn put_entry(
        &mut self,
        at: HistoryRow,
        id: &str,
        call: i64,
        attributes: &[(&str, &str)],
    ) {
        let known = self.read_entries(at).by_id.get(id).copied();
        let element = match known {
            Some(element) => element,
            None => {
                let parent = self.history_mut(at).element;
                self.add(parent, "lrm_rsc_op", &[("id", id)])
            }
        };
        for &(name, value) in attributes {
            self.doc_mut().set_attr(element, name, value);
        }
        let entries = self.read_entries(at);
        entries.by_id.insert(id.to_owned(), element);
        entries.highest_call = entries.highest_call.max(call);
    }

    /// A transient attribute as it is now, found by name.
    pub(super) fn transient_attribute(&mut self, state: StateRow, name: &str) -> Option<String> {
        let element = self.state_element(state);
        let transient = self.doc.element(element).child("transient_attributes")?;
        transient
            .children_named("instance_attributes")
            .flat_map(|set| set.children_named("nvpair"))
            .find(|pair| pair.attr("name") == Some(name))
            .and_then(|pair| pair.attr("value"))
            .map(str::to_owned)
    }

    /// Sets a transient attribute. Found by the id that the reference would give it, not by name (05 section 7.2).
    pub(super) fn set_transient_attribute(&mut self, state: StateRow, name: &str, value: &str) {
        let element = self.state_element(state);
        let node_id = self.state_id(state);
        let id = pcmk_core::xmlid::sanitize(&format!("{node_id}-{name}"));
        let transient = match self
            .doc
            .element(element)
            .child("transient_attributes")
            .map(Element::id)
        {
            Some(found) => found,
            None => self.add(element, "transient_attributes", &[("id", &node_id)]),
        };
        let set = match self
            .doc
            .element(transient)
            .child("instance_attributes")
            .map(Element::id)
        {
            Some(found) => found,
            None => self.add(transient, "instance_attributes", &[("id", &node_id)]),
        };
        let pair = self
            .doc
            .element(set)
            .children_named("nvpair")
            .find(|p| p.xml_id() == Some(&id))
            .map(Element::id);
        match pair {
            Some(pair) => {
                self.set(pair, &[("name", name), ("value", value)]);
            }
            None => {
                self.add(
                    set,
                    "nvpair",
                    &[("id", &id), ("name", name), ("value", value)],
                );
            }
        }
    }
}

impl StatusIndex {
    fn read(doc: &Document) -> StatusIndex {
        let mut index = StatusIndex {
            rows: Vec::new(),
            by_name: HashMap::new(),
            by_id: HashMap::new(),
        };
        let Some(status) = doc.root_element().child("status") else {
            return index;
        };
        for state in status.children_named("node_state") {
            let id = state.xml_id().unwrap_or_default().to_owned();
            index.push(state.id(), id, state.attr("uname"));
        }
        index
    }

    fn push(&mut self, element: ElementId, id: String, name: Option<&str>) -> usize {
        let row = self.rows.len();
        if let Some(name) = name {
            self.by_name.entry(name.to_owned()).or_default().push(row);
        }
        self.by_id.entry(id.clone()).or_insert(row);
        self.rows.push(NodeRow {
            element,
            id,
            histories: None,
        });
        row
    }
}

impl Histories {
    fn read(state: Element<'_>) -> Histories {
        let mut histories = Histories::default();
        for lrm in state.children_named("lrm") {
            for list in lrm.children_named("lrm_resources") {
                histories.parent.get_or_insert(list.id());
                for rsc in list.children_named("lrm_resource") {
                    let id = rsc.xml_id().unwrap_or_default().to_owned();
                    let at = histories.rows.len();
                    let first = *histories.by_rsc.entry(id.clone()).or_insert(at);
                    if first != at {
                        let known = &mut histories.rows[first];
                        known.ambiguous = true;
                        histories.duplicates.push((known.element, rsc.id()));
                    }
                    histories.rows.push(History {
                        element: rsc.id(),
                        id,
                        ambiguous: first != at,
                        entries: None,
                    });
                }
            }
        }
        histories
    }
}

impl Entries {
    fn read(history: Element<'_>) -> Entries {
        let mut entries = Entries::default();
        for entry in history.children_named("lrm_rsc_op") {
            let id = entry.xml_id().unwrap_or_default().to_owned();
            entries.by_id.entry(id).or_insert(entry.id());
            let call = i64::from(int_attr(entry.attr("call-id"), 0));
            entries.highest_call = entries.highest_call.max(call);
        }
        entries
    }
}

/// The id configured for a node name: of a `node`, a remote connection or a guest. Names compare without case.
fn configured_id(doc: &Document, name: &str) -> Option<String> {
    let configuration = doc.root_element().child("configuration")?;
    let node = configuration
        .child("nodes")
        .into_iter()
        .flat_map(|nodes| nodes.children_named("node"))
        .find(|node| {
            node.attr("uname")
                .is_some_and(|uname| uname.eq_ignore_ascii_case(name))
        });
    if let Some(id) = node.and_then(Element::xml_id) {
        return Some(id.to_owned());
    }
    let mut guest = None;
    for element in configuration.child("resources")?.descendants() {
        let is_remote = element.name() == "primitive"
            && element.attr("class") == Some("ocf")
            && element.attr("provider") == Some("pacemaker")
            && element.attr("type") == Some("remote");
        if is_remote
            && element
                .xml_id()
                .is_some_and(|id| id.eq_ignore_ascii_case(name))
        {
            return element.xml_id().map(str::to_owned);
        }
        if element.name() == "nvpair" && element.attr("name") == Some("remote-node") {
            let value = element
                .attr("value")
                .filter(|value| value.eq_ignore_ascii_case(name));
            guest = guest.or(value.map(str::to_owned));
        }
    }
    guest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn working(text: &str) -> Working {
        Working::new(Document::parse(text.as_bytes(), "test").expect("test input parses"))
    }

    const CIB: &str = r#"<cib epoch="5" num_updates="2" admin_epoch="0"><configuration><nodes><node id="1" uname="a"/></nodes>
        <resources><primitive id="r1" class="ocf" provider="pacemaker" type="remote"/></resources></configuration>
        <status><node_state id="1" uname="a"><lrm id="1"><lrm_resources><lrm_resource id="x" class="ocf" type="D">
        <lrm_rsc_op id="x_last_0" call-id="7"/></lrm_resource></lrm_resources></lrm></node_state></status></cib>"#;

    fn version(w: &Working) -> (Option<String>, Option<String>) {
        let root = w.document().root_element();
        (
            root.attr("epoch").map(str::to_owned),
            root.attr("num_updates").map(str::to_owned),
        )
    }

    #[test]
    fn finding_a_state_counts_as_nothing() {
        let mut w = working(CIB);
        let state = w.node_state("a", None).expect("known");
        assert_eq!(w.state_id(state), "1");
        assert!(!w.changed());
        let history = w.history(state, &["y", "x"]).expect("recorded");
        assert_eq!(w.highest_call(history), 7);
    }

    #[test]
    fn a_new_state_takes_the_configured_id() {
        let mut w = working(CIB);
        let state = w.node_state("R1", None).expect("a remote connection");
        assert_eq!(w.state_id(state), "r1");
        assert_eq!(version(&w), (Some("5".into()), Some("3".into())));
        assert_eq!(
            w.node_state("nobody", None),
            Err(SimulateError::UnknownNode("nobody".into()))
        );
    }

    #[test]
    fn node_up_creates_a_node() {
        let mut w = working(CIB);
        w.create_missing_nodes();
        let state = w.node_state("b", None).expect("created");
        assert_eq!(w.state_id(state), "b");
        assert_eq!(version(&w), (Some("6".into()), Some("1".into())));
    }

    #[test]
    fn forgetting_a_node_counts_per_deletion() {
        let mut w = working(CIB);
        let state = w.node_state("a", None).expect("known");
        w.set_transient_attribute(state, "fail-count-x#stop_0", "INFINITY");
        assert_eq!(
            w.transient_attribute(state, "fail-count-x#stop_0")
                .as_deref(),
            Some("INFINITY")
        );
        w.forget_node(state);
        assert_eq!(version(&w), (Some("5".into()), Some("4".into())));
        assert!(w.history(state, &["x"]).is_none());
    }
}
