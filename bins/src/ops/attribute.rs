//! Node attributes, cluster options and defaults: name/value pairs of a section of the CIB, found, set and deleted.
//!
//! Pairs are looked for in what the user may read, by section, node, kind and id of the set around them, own id and
//! name. A new pair gets ids from where it is. Source: behaviour notes 07 section 4.1.

use pcmk_cib::op::{Operation, Options, Request};
use pcmk_cib::xml::{Document, Element, ElementId};
use pcmk_core::rc::Rc;
use pcmk_core::xmlid;

use crate::ops::cib::Cib;

/// A part of the CIB with name/value pairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Cluster options.
    CrmConfig,
    /// Defaults of resources.
    RscDefaults,
    /// Defaults of operations.
    OpDefaults,
    /// Tickets, in an old form.
    Tickets,
    /// Permanent node attributes.
    Nodes,
    /// Transient node attributes.
    Status,
}

const SECTIONS: [(&str, Section); 6] = [
    ("crm_config", Section::CrmConfig),
    ("rsc_defaults", Section::RscDefaults),
    ("op_defaults", Section::OpDefaults),
    ("tickets", Section::Tickets),
    ("nodes", Section::Nodes),
    ("status", Section::Status),
];

impl Section {
    /// The section of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Section> {
        SECTIONS
            .iter()
            .find(|entry| entry.0 == name)
            .map(|entry| entry.1)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        SECTIONS
            .iter()
            .find(|entry| entry.1 == self)
            .map_or("", |entry| entry.0)
    }

    /// The section of the CIB that requests are addressed to.
    fn cib_section(self) -> &'static str {
        match self {
            Section::Tickets => "status",
            other => other.name(),
        }
    }

    /// Tag name of the sets in it.
    fn set_tag(self, utilization: bool) -> &'static str {
        match (self, utilization) {
            (Section::CrmConfig, _) => "cluster_property_set",
            (Section::RscDefaults | Section::OpDefaults, _) => "meta_attributes",
            (Section::Tickets | Section::Nodes | Section::Status, false) => "instance_attributes",
            (Section::Tickets | Section::Nodes | Section::Status, true) => "utilization",
        }
    }
}

/// A node whose attributes are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeRef {
    /// Its id in the CIB.
    pub id: String,
    /// Its name.
    pub name: String,
    /// It is a remote or guest node.
    pub remote: bool,
}

/// Which pairs are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    /// The section.
    pub section: Section,
    /// The node, for nodes and status.
    pub node: Option<NodeRef>,
    /// Utilization, not attributes.
    pub utilization: bool,
    /// Id of the set.
    pub set: Option<String>,
    /// Id of the pair.
    pub id: Option<String>,
    /// Name.
    pub name: Option<String>,
}

/// A pair that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Id of the pair.
    pub id: String,
    /// Name.
    pub name: String,
    /// Value, if it has one.
    pub value: Option<String>,
}

/// What a change met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeError {
    /// Several pairs are meant.
    Several(Vec<Pair>),
    /// The CIB refused the change. `set`: the id of the new set that the pair was to be in.
    Refused {
        /// The return code.
        rc: Rc,
        /// Id of the set.
        set: Option<String>,
    },
}

/// Finds a node by its name, in any case: among nodes, remote and guest nodes, and remote nodes with a state.
#[must_use]
pub fn find_node(cib: Element<'_>, name: &str) -> Option<NodeRef> {
    let is = |text: Option<&str>| text.is_some_and(|text| text.eq_ignore_ascii_case(name));
    let found = |element: Element<'_>, id: &str, remote: bool| NodeRef {
        id: id.to_owned(),
        name: element.attr("uname").unwrap_or(id).to_owned(),
        remote,
    };
    let configuration = cib.child("configuration");
    let nodes = configuration.and_then(|configuration| configuration.child("nodes"));
    for node in nodes
        .into_iter()
        .flat_map(|nodes| nodes.children_named("node"))
    {
        if let Some(id) = node.xml_id().filter(|_| is(node.attr("uname"))) {
            return Some(found(node, id, node.attr("type") == Some("remote")));
        }
    }
    let resources = configuration.and_then(|configuration| configuration.child("resources"));
    for element in resources.into_iter().flat_map(Element::descendants) {
        let is_remote = element.name() == "primitive"
            && element.attr("class") == Some("ocf")
            && element.attr("provider") == Some("pacemaker")
            && element.attr("type") == Some("remote");
        let is_guest = element.name() == "nvpair" && element.attr("name") == Some("remote-node");
        let id = match (is_remote, is_guest) {
            (true, _) => element.xml_id(),
            (false, true) => element.attr("value"),
            (false, false) => None,
        };
        if let Some(id) = id.filter(|id| is(Some(*id))) {
            return Some(found(element, id, true));
        }
    }
    let status = cib.child("status");
    status
        .into_iter()
        .flat_map(|status| status.children_named("node_state"))
        .filter(|state| pcmk_core::lenient::is_true(state.attr("remote_node")))
        .filter(|state| is(state.attr("uname")))
        .find_map(|state| Some(found(state, state.xml_id()?, true)))
}

/// The pairs that are meant, in the order of the document.
///
/// # Errors
/// `ENXIO` if there are none, `EACCES` if nothing may be read.
pub fn find(cib: &Cib, selector: &Selector) -> Result<Vec<Pair>, Rc> {
    let answer = cib.query_all()?;
    let pairs = pairs(answer.element(), selector);
    match pairs.is_empty() {
        true => Err(Rc::ENXIO),
        false => Ok(pairs),
    }
}

fn pairs(cib: Element<'_>, selector: &Selector) -> Vec<Pair> {
    let tag = selector.section.set_tag(selector.utilization);
    let wanted = |wish: &Option<String>, there: Option<&str>| {
        wish.as_deref().is_none_or(|wish| there == Some(wish))
    };
    let mut pairs = Vec::new();
    for holder in holders(cib, selector) {
        let sets = holder
            .descendants()
            .filter(|element| element.name() == tag)
            .filter(|set| wanted(&selector.set, set.xml_id()));
        for set in sets {
            let found = set
                .descendants()
                .filter(|element| element.name() == "nvpair")
                .filter(|pair| wanted(&selector.id, pair.xml_id()))
                .filter(|pair| wanted(&selector.name, pair.attr("name")));
            pairs.extend(found.map(|pair| Pair {
                id: pair.xml_id().unwrap_or_default().to_owned(),
                name: pair.attr("name").unwrap_or_default().to_owned(),
                value: pair.attr("value").map(str::to_owned),
            }));
        }
    }
    pairs
}

/// The elements that hold the sets.
fn holders<'d>(cib: Element<'d>, selector: &Selector) -> Vec<Element<'d>> {
    let parent = match selector.section {
        Section::Tickets | Section::Status => cib.child("status"),
        Section::CrmConfig | Section::RscDefaults | Section::OpDefaults | Section::Nodes => cib
            .child("configuration")
            .and_then(|configuration| configuration.child(selector.section.name())),
    };
    let Some(parent) = parent else {
        return Vec::new();
    };
    let of_node = |tag: &str| {
        let id = selector.node.as_ref().map(|node| node.id.as_str());
        parent
            .children()
            .filter(|child| child.name() == tag && child.xml_id() == id)
            .collect()
    };
    match selector.section {
        Section::CrmConfig | Section::RscDefaults | Section::OpDefaults => vec![parent],
        Section::Tickets => parent.children_named("tickets").collect(),
        Section::Nodes => of_node("node"),
        Section::Status => of_node("node_state"),
    }
}

/// Sets one pair, which must have a name: the one that is found, or a new one.
///
/// # Errors
/// Several are found, or the CIB refuses.
pub fn set(cib: &mut Cib, selector: &Selector, value: &str) -> Result<(), ChangeError> {
    let refused = |rc| ChangeError::Refused { rc, set: None };
    let found = match find(cib, selector) {
        Ok(found) => found,
        Err(Rc::ENXIO) => Vec::new(),
        Err(rc) => return Err(refused(rc)),
    };
    let name = selector.name.as_deref().unwrap_or_default();
    let (input, set) = match found.as_slice() {
        [] => {
            let (input, set) = new_pair(selector, name, value);
            (input, Some(set))
        }
        [pair] => (existing_pair(&pair.id, name, Some(value)), None),
        [..] => return Err(ChangeError::Several(found)),
    };
    let request = Request::new(Operation::Modify)
        .section(selector.section.cib_section())
        .options(Options::CAN_CREATE)
        .options(Options::SCORE_UPDATE)
        .input(input);
    cib.change(request)
        .map(drop)
        .map_err(|refusal| ChangeError::Refused {
            rc: refusal.rc,
            set: set.or_else(|| selector.set.clone()),
        })
}

/// Deletes one pair. Returns the id that was looked up, if one was; none at all if there is nothing to delete.
///
/// # Errors
/// Several are found, or the CIB refuses.
pub fn delete(cib: &mut Cib, selector: &Selector) -> Result<Option<Deleted>, ChangeError> {
    let refused = |rc| ChangeError::Refused { rc, set: None };
    let looked_up = match &selector.id {
        Some(_) => None,
        None => match find(cib, selector) {
            Ok(found) => match <[Pair; 1]>::try_from(found) {
                Ok([pair]) => Some(pair.id),
                Err(several) => return Err(ChangeError::Several(several)),
            },
            Err(Rc::ENXIO) => return Ok(None),
            Err(rc) => return Err(refused(rc)),
        },
    };
    let id = selector.id.as_deref().or(looked_up.as_deref());
    let name = selector.name.as_deref().unwrap_or_default();
    let input = existing_pair(id.unwrap_or_default(), name, None);
    let request = Request::new(Operation::Delete)
        .section(selector.section.cib_section())
        .input(input);
    cib.change(request).map_err(|refusal| refused(refusal.rc))?;
    Ok(Some(Deleted { id: looked_up }))
}

/// A pair was deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deleted {
    /// Its id, if it had to be looked up.
    pub id: Option<String>,
}

fn existing_pair(id: &str, name: &str, value: Option<&str>) -> Document {
    let mut doc = Document::new("nvpair");
    let root = doc.root();
    doc.set_attr(root, "id", id);
    doc.set_attr(root, "name", name);
    if let Some(value) = value {
        doc.set_attr(root, "value", value);
    }
    doc
}

/// A new pair with all around it from the section on, and the id of its set.
fn new_pair(selector: &Selector, name: &str, value: &str) -> (Document, String) {
    let mut doc = Document::new(selector.section.cib_section());
    let holder = new_holder(&mut doc, selector);
    let node = selector.node.as_ref().map_or("", |node| node.id.as_str());
    let default = match selector.section {
        Section::CrmConfig => "cib-bootstrap-options".to_owned(),
        Section::RscDefaults | Section::OpDefaults => {
            format!("{}-options", selector.section.name())
        }
        Section::Tickets => "status-tickets".to_owned(),
        Section::Nodes => format!("nodes-{node}"),
        Section::Status => format!("status-{node}"),
    };
    let tag = selector.section.set_tag(selector.utilization);
    let set_id = selector.set.clone().unwrap_or_else(|| {
        let suffix = if tag == "utilization" {
            "-utilization"
        } else {
            ""
        };
        xmlid::sanitize(&format!("{default}{suffix}"))
    });
    let id = selector
        .id
        .clone()
        .unwrap_or_else(|| xmlid::sanitize(&format!("{set_id}-{name}")));
    let set = doc.append(holder, tag);
    doc.set_attr(set, "id", &set_id);
    let pair = doc.append(set, "nvpair");
    doc.set_attr(pair, "id", &id);
    doc.set_attr(pair, "name", name);
    doc.set_attr(pair, "value", value);
    (doc, set_id)
}

/// Makes the elements between the section and the set.
fn new_holder(doc: &mut Document, selector: &Selector) -> ElementId {
    let root = doc.root();
    let Some(node) = &selector.node else {
        return match selector.section {
            Section::Tickets => doc.append(root, "tickets"),
            Section::CrmConfig
            | Section::RscDefaults
            | Section::OpDefaults
            | Section::Nodes
            | Section::Status => root,
        };
    };
    match selector.section {
        Section::CrmConfig | Section::RscDefaults | Section::OpDefaults => root,
        Section::Tickets => doc.append(root, "tickets"),
        Section::Nodes => {
            let element = doc.append(root, "node");
            if node.remote {
                doc.set_attr(element, "type", "remote");
                doc.set_attr(element, "id", &node.id);
                doc.set_attr(element, "uname", &node.name);
            } else {
                doc.set_attr(element, "id", &node.id);
            }
            element
        }
        Section::Status => {
            let state = doc.append(root, "node_state");
            doc.set_attr(state, "id", &node.id);
            let transient = doc.append(state, "transient_attributes");
            doc.set_attr(transient, "id", &node.id);
            transient
        }
    }
}

#[cfg(test)]
mod tests {
    use pcmk_cib::xml::{PrintStyle, print};

    use super::*;

    fn selector(section: Section, node: Option<(&str, bool)>) -> Selector {
        Selector {
            section,
            node: node.map(|(id, remote)| NodeRef {
                id: id.to_owned(),
                name: "n".to_owned(),
                remote,
            }),
            utilization: false,
            set: None,
            id: None,
            name: Some("a".to_owned()),
        }
    }

    #[track_caller]
    fn check_new(selector: &Selector, want: &str) {
        let (doc, _) = new_pair(selector, "a:b", "v");
        assert_eq!(print(doc.root_element(), PrintStyle::Compact), want);
    }

    #[test]
    fn new_pairs_get_ids_from_where_they_are() {
        check_new(
            &selector(Section::CrmConfig, None),
            "<crm_config><cluster_property_set id=\"cib-bootstrap-options\">\
             <nvpair id=\"cib-bootstrap-options-a:b\" name=\"a:b\" value=\"v\"/></cluster_property_set></crm_config>",
        );
        check_new(
            &Selector {
                utilization: true,
                id: Some("i".to_owned()),
                ..selector(Section::Nodes, Some(("1", true)))
            },
            "<nodes><node type=\"remote\" id=\"1\" uname=\"n\"><utilization id=\"nodes-1-utilization\">\
             <nvpair id=\"i\" name=\"a:b\" value=\"v\"/></utilization></node></nodes>",
        );
        check_new(
            &Selector {
                set: Some("s".to_owned()),
                ..selector(Section::Status, Some(("1", false)))
            },
            "<status><node_state id=\"1\"><transient_attributes id=\"1\"><instance_attributes id=\"s\">\
             <nvpair id=\"s-a:b\" name=\"a:b\" value=\"v\"/></instance_attributes></transient_attributes></node_state>\
             </status>",
        );
    }

    #[test]
    fn nodes_are_found_by_name_in_any_case() {
        let doc = Document::parse(
            b"<cib><configuration><nodes><node id='1' uname='Alpha'/></nodes><resources>\
              <primitive id='far' class='ocf' provider='pacemaker' type='remote'/>\
              <primitive id='vm'><meta_attributes><nvpair name='remote-node' value='guest'/></meta_attributes>\
              </primitive></resources></configuration>\
              <status><node_state id='gone' uname='gone' remote_node='true'/></status></cib>",
            "test",
        )
        .expect("well-formed");
        let found =
            |name: &str| find_node(doc.root_element(), name).map(|node| (node.id, node.remote));
        assert_eq!(found("ALPHA"), Some(("1".to_owned(), false)));
        assert_eq!(found("FAR"), Some(("far".to_owned(), true)));
        assert_eq!(found("guest"), Some(("guest".to_owned(), true)));
        assert_eq!(found("gone"), Some(("gone".to_owned(), true)));
        assert_eq!(found("vm"), None);
    }
}
