//! A cluster in compact text, made into a CIB.

use std::fmt::Write as _;

use super::{NOW, Run};

/// Digest of no parameters at all.
pub const EMPTY_DIGEST: &str = "f2317cad3d54cec5d7d7aa7d0bf35cf8";
/// Digest of a recurring operation without parameters and with the default timeout.
pub const TIMEOUT_DIGEST: &str = "4811cef7f7f94e3a35a70be7916cb2fd";

/// Digest of some parameters, given as `name=value` words.
pub fn digest(params: &str) -> String {
    let pairs: Vec<(&str, &str)> = params
        .split_whitespace()
        .filter_map(|w| w.split_once('='))
        .collect();
    pcmk_cib::digest::params_digest(pairs.into_iter())
}

/// A cluster being written. Every method adds to it.
#[derive(Clone, Default)]
pub struct Cluster {
    head: String,
    options: String,
    nodes: Vec<TestNode>,
    resources: String,
    defaults: String,
    constraints: String,
    tickets: String,
    states: String,
    now: Option<i64>,
    sanitized: bool,
    fencing: bool,
    tags: String,
    count: u32,
}

#[derive(Clone, Default)]
struct TestNode {
    id: String,
    name: String,
    element: String,
    state: String,
    seen: bool,
    permanent: String,
    utilization: String,
    transient: String,
    histories: String,
    call: i32,
}

impl Cluster {
    /// A cluster of these nodes, without fencing. Each word is a node, with what is wrong with it:
    /// `n1` (a member), `n2:offline`, `n3:unseen` (no state at all), `n4:remote` (its state is that of a remote node),
    /// `n5:unclean` (left the cluster without saying so), `n6:pending`, `n7:standby`, `n8:maintenance`, `n9:shutdown`.
    /// Cluster nodes have ids 1, 2, ..., remote nodes their name.
    pub fn new(nodes: &str) -> Cluster {
        let mut cluster = Cluster::default();
        for (at, word) in nodes.split_whitespace().enumerate() {
            let (name, state) = word.split_once(':').unwrap_or((word, ""));
            cluster.add_node(&(at + 1).to_string(), name, state);
        }
        cluster
    }

    fn add_node(&mut self, id: &str, name: &str, state: &str) {
        let mut node = TestNode {
            id: id.into(),
            name: name.into(),
            seen: true,
            ..TestNode::default()
        };
        let member = r#"in_ccm="true" crmd="online" join="member" expected="member""#;
        node.state = member.into();
        match state {
            "" => {}
            "offline" => {
                node.state = r#"in_ccm="false" crmd="offline" join="down" expected="down""#.into()
            }
            "unseen" => node.seen = false,
            "unclean" => {
                node.state = r#"in_ccm="false" crmd="offline" join="down" expected="member""#.into()
            }
            "pending" => {
                node.state =
                    r#"in_ccm="true" crmd="online" join="pending" expected="member""#.into()
            }
            "standby" => node.permanent = attribute(name, "standby", "on"),
            "maintenance" => node.permanent = attribute(name, "maintenance", "true"),
            "shutdown" => node.transient = attribute(name, "shutdown", "1699999990"),
            "remote" => {
                node.state = String::new();
                node.id = name.into();
            }
            other => panic!("node state {other}"),
        }
        if state != "remote" {
            node.element = format!(r#"id="{id}" uname="{name}""#);
        }
        self.nodes.push(node);
    }

    #[track_caller]
    fn node_mut(&mut self, name: &str) -> &mut TestNode {
        let found = self.nodes.iter_mut().find(|n| n.name == name);
        found.unwrap_or_else(|| panic!("no node {name}"))
    }

    /// Attributes of the `cib` element besides the usual ones.
    pub fn head(mut self, attributes: &str) -> Cluster {
        self.head.push(' ');
        self.head.push_str(attributes);
        self
    }

    /// "Now".
    pub fn now(mut self, epoch: i64) -> Cluster {
        self.now = Some(epoch);
        self
    }

    /// The input is a file, so secrets may be masked.
    pub fn sanitized(mut self) -> Cluster {
        self.sanitized = true;
        self
    }

    /// Cluster options, as `name=value` words.
    pub fn options(mut self, words: &str) -> Cluster {
        for (name, value) in pairs(words) {
            self.options.push_str(&attribute("option", &name, &value));
        }
        self
    }

    /// Fencing is possible: a fencing resource `fence`, active on the first node.
    pub fn fencing(mut self) -> Cluster {
        self.fencing = true;
        self.resources
            .push_str(r#"<primitive id="fence" class="stonith" type="fence_test"/>"#);
        let first = self.nodes[0].name.clone();
        self.history(&first, "fence@stonith:fence_test start")
    }

    /// Replaces the attributes of a node's state.
    pub fn state(mut self, node: &str, attributes: &str) -> Cluster {
        self.node_mut(node).state = attributes.into();
        self
    }

    /// Replaces the attributes of a node's element.
    pub fn element(mut self, node: &str, attributes: &str) -> Cluster {
        self.node_mut(node).element = attributes.into();
        self
    }

    /// Permanent node attributes, as `name=value` words.
    pub fn permanent(mut self, node: &str, words: &str) -> Cluster {
        for (name, value) in pairs(words) {
            let text = attribute(node, &name, &value);
            self.node_mut(node).permanent.push_str(&text);
        }
        self
    }

    /// Transient node attributes, as `name=value` words.
    pub fn transient(mut self, node: &str, words: &str) -> Cluster {
        for (name, value) in pairs(words) {
            let text = attribute(&format!("{node}-t"), &name, &value);
            self.node_mut(node).transient.push_str(&text);
        }
        self
    }

    /// Capacities of a node, as `name=value` words.
    pub fn capacity(mut self, node: &str, words: &str) -> Cluster {
        for (name, value) in pairs(words) {
            let text = attribute(&format!("{node}-u"), &name, &value);
            self.node_mut(node).utilization.push_str(&text);
        }
        self
    }

    /// Resources. A resource is a name, possibly `NAME@CLASS:PROVIDER:TYPE` (default `ocf:pacemaker:Dummy`), followed by
    /// meta-attributes `name=value`, parameters `$name=value`, utilization `%name=value` and operations
    /// `[monitor interval=10s role=Started +on-fail=block $param=x]` (`+` writes a meta-attribute block, `$` an instance
    /// attribute). `group NAME meta... ( members )`, `clone NAME meta... ( resource )` and
    /// `bundle NAME container-attribute... ( resource )`; a bundle's `ip=ADDRESS` goes to its network. Words in single
    /// quotes may contain blanks. Text from `<` to the end of its line is taken as XML.
    pub fn resources(mut self, text: &str) -> Cluster {
        for line in text.lines().map(str::trim) {
            if line.starts_with('<') {
                self.resources.push_str(line);
            }
        }
        let words: Vec<String> = text
            .lines()
            .map(str::trim)
            .filter(|l| !l.starts_with('<'))
            .flat_map(split)
            .collect();
        let mut parser = Parser {
            words: &words,
            at: 0,
            out: String::new(),
        };
        while parser.at < words.len() {
            parser.resource();
        }
        self.resources.push_str(&parser.out);
        self
    }

    /// Defaults of resources, as `name=value` words.
    pub fn rsc_defaults(mut self, words: &str) -> Cluster {
        let text: String = pairs(words)
            .iter()
            .map(|(n, v)| attribute("rd", n, v))
            .collect();
        let _ = write!(
            self.defaults,
            r#"<rsc_defaults><meta_attributes id="rd">{text}</meta_attributes></rsc_defaults>"#
        );
        self
    }

    /// Defaults of operations, as `name=value` words.
    pub fn op_defaults(mut self, words: &str) -> Cluster {
        let text: String = pairs(words)
            .iter()
            .map(|(n, v)| attribute("od", n, v))
            .collect();
        let _ = write!(
            self.defaults,
            r#"<op_defaults><meta_attributes id="od">{text}</meta_attributes></op_defaults>"#
        );
        self
    }

    /// Anything that stands beside `resources`, as XML.
    pub fn xml(mut self, text: &str) -> Cluster {
        self.tags.push_str(text);
        self
    }

    /// Constraints, one in a line: `location RSC NODE SCORE`, `colocation A with B SCORE`, `order A then B`,
    /// `ticket T RSC`, each followed by attributes `name=value`; or XML. Ids are c1, c2, ...
    pub fn constraints(mut self, text: &str) -> Cluster {
        for line in text.lines().map(str::trim).filter(|l| !l.is_empty()) {
            if line.starts_with('<') {
                self.constraints.push_str(line);
                continue;
            }
            self.count += 1;
            let words = split(line);
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let (kind, given, rest) = match words.as_slice() {
                ["location", rsc, node, score, rest @ ..] => (
                    "rsc_location",
                    format!(r#"rsc="{rsc}" node="{node}" score="{score}""#),
                    rest,
                ),
                ["colocation", a, "with", b, score, rest @ ..] => (
                    "rsc_colocation",
                    format!(r#"rsc="{a}" with-rsc="{b}" score="{score}""#),
                    rest,
                ),
                ["order", a, "then", b, rest @ ..] => {
                    ("rsc_order", format!(r#"first="{a}" then="{b}""#), rest)
                }
                ["ticket", ticket, rsc, rest @ ..] => (
                    "rsc_ticket",
                    format!(r#"ticket="{ticket}" rsc="{rsc}""#),
                    rest,
                ),
                other => panic!("constraint {other:?}"),
            };
            let _ = write!(self.constraints, r#"<{kind} id="c{}" {given}"#, self.count);
            for word in rest {
                let (name, value) = word.split_once('=').expect("name=value");
                let _ = write!(self.constraints, r#" {name}="{value}""#);
            }
            self.constraints.push_str("/>");
        }
        self
    }

    /// States of tickets, as XML attributes.
    pub fn ticket(mut self, attributes: &str) -> Cluster {
        let _ = write!(self.tickets, "<ticket_state {attributes}/>");
        self
    }

    /// History on a node, one resource in a line: `RSC OPERATION...`, possibly `RSC@CLASS:PROVIDER:TYPE`.
    /// An operation is `TASK[/INTERVAL_MS][=RC[:EXPECTED]]`, with `?` at the end if it is pending, and attributes in
    /// braces, `monitor/10000{op-digest=x,call-id=7}`; `-name` drops an attribute. Expected defaults to 0, and to 7 for
    /// a one-time monitor; the result to what is expected (`monitor` alone therefore says "not running").
    /// Call ids count upwards; digests are those of a resource without parameters.
    /// `!` and attributes in front of the operations go to the `lrm_resource`: `!{shutdown-lock=123}`.
    #[track_caller]
    pub fn history(mut self, node: &str, text: &str) -> Cluster {
        let now = NOW;
        let node = self.node_mut(node);
        for line in text.lines().map(str::trim).filter(|l| !l.is_empty()) {
            let words = split(line);
            let (rsc, agent) = words[0]
                .split_once('@')
                .unwrap_or((&words[0], "ocf:pacemaker:Dummy"));
            let (class, provider, kind) = agent_parts(agent);
            let mut own = format!(r#"class="{class}" type="{kind}""#);
            if let Some(provider) = provider {
                let _ = write!(own, r#" provider="{provider}""#);
            }
            let mut entries = String::new();
            for word in &words[1..] {
                if let Some(more) = word.strip_prefix('!') {
                    for pair in more.trim_matches(['{', '}']).split(',') {
                        let (name, value) = pair.split_once('=').expect("name=value");
                        let _ = write!(own, r#" {name}="{value}""#);
                    }
                    continue;
                }
                node.call += 1;
                entries.push_str(&entry(rsc, &node.name, word, node.call, now));
            }
            let _ = write!(
                node.histories,
                r#"<lrm_resource id="{rsc}" {own}>{entries}</lrm_resource>"#
            );
        }
        self
    }

    /// The document.
    pub fn document(&self) -> String {
        let mut nodes = String::new();
        let mut status = String::new();
        for node in &self.nodes {
            if !node.element.is_empty() {
                let mut inner = String::new();
                if !node.permanent.is_empty() {
                    let _ = write!(
                        inner,
                        r#"<instance_attributes id="{}-attrs">{}</instance_attributes>"#,
                        node.name, node.permanent
                    );
                }
                if !node.utilization.is_empty() {
                    let _ = write!(
                        inner,
                        r#"<utilization id="{}-use">{}</utilization>"#,
                        node.name, node.utilization
                    );
                }
                let _ = write!(nodes, "<node {}>{inner}</node>", node.element);
            }
            if node.seen {
                let _ = write!(
                    status,
                    r#"<node_state id="{0}" uname="{1}" {2}>"#,
                    node.id, node.name, node.state
                );
                if !node.transient.is_empty() {
                    let _ = write!(
                        status,
                        r#"<transient_attributes id="{0}"><instance_attributes id="{0}-t">{1}</instance_attributes></transient_attributes>"#,
                        node.name, node.transient
                    );
                }
                if !node.histories.is_empty() {
                    let _ = write!(
                        status,
                        r#"<lrm id="{}"><lrm_resources>{}</lrm_resources></lrm>"#,
                        node.id, node.histories
                    );
                }
                status.push_str("</node_state>");
            }
        }
        if !self.tickets.is_empty() {
            let _ = write!(status, "<tickets>{}</tickets>", self.tickets);
        }
        status.push_str(&self.states);
        let mut options = self.options.clone();
        if !self.fencing
            && !options.contains("fencing-enabled")
            && !options.contains("stonith-enabled")
        {
            options.push_str(&attribute("option", "fencing-enabled", "false"));
        }
        let mut head = String::new();
        for (name, value) in [
            ("validate-with", "pacemaker-4.0"),
            ("admin_epoch", "0"),
            ("epoch", "1"),
            ("num_updates", "0"),
            ("have-quorum", "1"),
            ("dc-uuid", "1"),
        ] {
            if !self.head.contains(&format!("{name}=")) {
                let _ = write!(head, r#" {name}="{value}""#);
            }
        }
        format!(
            r#"<cib{head}{}><configuration><crm_config><cluster_property_set id="o">{options}</cluster_property_set></crm_config><nodes>{nodes}</nodes><resources>{}</resources><constraints>{}</constraints>{}{}</configuration><status>{status}</status></cib>"#,
            self.head, self.resources, self.constraints, self.defaults, self.tags
        )
    }

    /// Something more in the status section, as XML.
    pub fn status(mut self, text: &str) -> Cluster {
        self.states.push_str(text);
        self
    }

    /// Decides.
    pub fn run(&self) -> Run {
        super::run(&self.document(), self.now.unwrap_or(NOW), self.sanitized)
    }
}

fn attribute(prefix: &str, name: &str, value: &str) -> String {
    format!(
        r#"<nvpair id="{prefix}-{}" name="{name}" value="{value}"/>"#,
        name.replace(['#', ':', ' '], "_")
    )
}

/// Words, where single quotes hold blanks together and brackets and parentheses stand alone.
fn split(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' | '\t' if !quoted => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            '(' | ')' | '[' | ']' if !quoted => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                words.push(c.to_string());
            }
            c => word.push(c),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn pairs(words: &str) -> Vec<(String, String)> {
    let pair = |w: String| {
        let (name, value) = w
            .split_once('=')
            .unwrap_or_else(|| panic!("{w} is not name=value"));
        (name.to_owned(), value.to_owned())
    };
    split(words).into_iter().map(pair).collect()
}

fn agent_parts(agent: &str) -> (&str, Option<&str>, &str) {
    let parts: Vec<&str> = agent.split(':').collect();
    match parts.as_slice() {
        [class, provider, kind] => (class, Some(provider), kind),
        [class, kind] => (class, None, kind),
        other => panic!("agent {other:?}"),
    }
}

fn entry(rsc: &str, node: &str, word: &str, call: i32, now: i64) -> String {
    let (word, extra) = word
        .split_once('{')
        .map_or((word, ""), |(w, e)| (w, e.trim_end_matches('}')));
    let (word, pending) = word.strip_suffix('?').map_or((word, false), |w| (w, true));
    let (op, result) = word.split_once('=').unwrap_or((word, ""));
    let (task, interval) = op.split_once('/').unwrap_or((op, "0"));
    let (rc, expected) = result.split_once(':').unwrap_or((result, ""));
    let default = if task == "monitor" && interval == "0" {
        "7"
    } else {
        "0"
    };
    let expected = if expected.is_empty() {
        default
    } else {
        expected
    };
    let rc = match (rc, pending) {
        (_, true) => "193",
        ("", false) => expected,
        (rc, false) => rc,
    };
    let status = if pending { "-1" } else { "0" };
    let call = if pending { -1 } else { call };
    let digest = if interval == "0" {
        EMPTY_DIGEST
    } else {
        TIMEOUT_DIGEST
    };
    let id = if interval == "0" && task != "migrate_to" && task != "migrate_from" {
        // One-time entries share the id of the last one; the call number keeps ours apart.
        format!("{rsc}_{task}_{interval}")
    } else {
        format!("{rsc}_{task}_{interval}")
    };
    let magic = format!(
        "{status}:{rc};{}:1:{expected}:00000000-0000-0000-0000-000000000000",
        call.max(0) + 1
    );
    let key = magic.split_once(';').map_or("", |(_, key)| key).to_owned();
    let mut attributes: Vec<(String, String)> = [
        ("id", id.clone()),
        ("operation_key", format!("{rsc}_{task}_{interval}")),
        ("operation", task.to_owned()),
        ("crm_feature_set", "3.20.5".into()),
        ("transition-key", key),
        ("transition-magic", magic),
        ("on_node", node.to_owned()),
        ("call-id", call.to_string()),
        ("rc-code", rc.to_owned()),
        ("op-status", status.to_owned()),
        ("interval", interval.to_owned()),
        ("last-rc-change", (now - 1000).to_string()),
        ("op-digest", digest.to_owned()),
    ]
    .map(|(n, v)| (n.to_owned(), v))
    .into();
    for change in extra.split(',').filter(|c| !c.is_empty()) {
        if let Some(name) = change.strip_prefix('-') {
            attributes.retain(|(n, _)| n != name);
            continue;
        }
        let (name, value) = change
            .split_once('=')
            .unwrap_or_else(|| panic!("{change} is not name=value"));
        match attributes.iter_mut().find(|(n, _)| n == name) {
            Some(pair) => pair.1 = value.to_owned(),
            None => attributes.push((name.to_owned(), value.to_owned())),
        }
    }
    let text: String = attributes
        .iter()
        .map(|(n, v)| format!(r#" {n}="{v}""#))
        .collect();
    format!("<lrm_rsc_op{text}/>")
}

struct Parser<'a> {
    words: &'a [String],
    at: usize,
    out: String,
}

impl Parser<'_> {
    fn next(&mut self) -> String {
        let word = self.words[self.at].clone();
        self.at += 1;
        word
    }

    fn peek(&self) -> Option<&str> {
        self.words.get(self.at).map(String::as_str)
    }

    fn resource(&mut self) {
        let word = self.next();
        match word.as_str() {
            "group" | "clone" => {
                let id = self.next();
                let _ = write!(self.out, r#"<{word} id="{id}">"#);
                let meta = self.pairs();
                self.block(&id, "meta_attributes", "meta", &meta);
                self.children();
                let _ = write!(self.out, "</{word}>");
            }
            "bundle" => {
                let id = self.next();
                let mut given = self.pairs();
                let ip = given
                    .iter()
                    .position(|(n, _)| n == "ip")
                    .map(|at| given.remove(at).1);
                let meta: Vec<(String, String)> =
                    given.extract_if(.., |(n, _)| n.starts_with('+')).collect();
                let _ = write!(self.out, r#"<bundle id="{id}">"#);
                let meta: Vec<(String, String)> = meta
                    .into_iter()
                    .map(|(n, v)| (n[1..].to_owned(), v))
                    .collect();
                self.block(&id, "meta_attributes", "meta", &meta);
                let attributes: String = given
                    .iter()
                    .map(|(n, v)| format!(r#" {n}="{v}""#))
                    .collect();
                let _ = write!(self.out, r#"<docker image="img"{attributes}/>"#);
                match ip {
                    Some(ip) => {
                        let _ = write!(
                            self.out,
                            r#"<network ip-range-start="{ip}" control-port="3121"/>"#
                        );
                    }
                    None => self.out.push_str(r#"<network control-port="3121"/>"#),
                }
                if self.peek() == Some("(") {
                    self.children();
                }
                self.out.push_str("</bundle>");
            }
            name => self.primitive(name),
        }
    }

    fn children(&mut self) {
        assert_eq!(self.next(), "(");
        while self.peek() != Some(")") {
            self.resource();
        }
        self.at += 1;
    }

    fn pairs(&mut self) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        while let Some((name, value)) = self.peek().and_then(|w| w.split_once('=')) {
            pairs.push((name.to_owned(), value.to_owned()));
            self.at += 1;
        }
        pairs
    }

    fn block(&mut self, id: &str, element: &str, short: &str, pairs: &[(String, String)]) {
        if pairs.is_empty() {
            return;
        }
        let _ = write!(self.out, r#"<{element} id="{id}-{short}">"#);
        for (name, value) in pairs {
            self.out
                .push_str(&attribute(&format!("{id}-{short}"), name, value));
        }
        let _ = write!(self.out, "</{element}>");
    }

    fn primitive(&mut self, name: &str) {
        let (id, agent) = name
            .split_once('@')
            .unwrap_or((name, "ocf:pacemaker:Dummy"));
        let (class, provider, kind) = agent_parts(agent);
        let provider = provider
            .map(|p| format!(r#" provider="{p}""#))
            .unwrap_or_default();
        let _ = write!(
            self.out,
            r#"<primitive id="{id}" class="{class}"{provider} type="{kind}">"#
        );
        let mut given = self.pairs();
        let params: Vec<(String, String)> =
            given.extract_if(.., |(n, _)| n.starts_with('$')).collect();
        let usage: Vec<(String, String)> =
            given.extract_if(.., |(n, _)| n.starts_with('%')).collect();
        let strip = |pairs: Vec<(String, String)>| -> Vec<(String, String)> {
            pairs
                .into_iter()
                .map(|(n, v)| (n[1..].to_owned(), v))
                .collect()
        };
        self.block(id, "meta_attributes", "meta", &given);
        self.block(id, "instance_attributes", "params", &strip(params));
        self.block(id, "utilization", "use", &strip(usage));
        if self.peek() == Some("[") {
            self.out.push_str("<operations>");
            let mut number = 0;
            while self.peek() == Some("[") {
                self.at += 1;
                number += 1;
                self.operation(id, number);
            }
            self.out.push_str("</operations>");
        }
        self.out.push_str("</primitive>");
    }

    fn operation(&mut self, rsc: &str, number: u32) {
        let name = self.next();
        let mut given = self.pairs();
        assert_eq!(self.next(), "]");
        if !given.iter().any(|(n, _)| n == "interval") {
            given.insert(0, ("interval".into(), "0".into()));
        }
        let mut take = |sign: char| -> Vec<(String, String)> {
            let taken: Vec<(String, String)> =
                given.extract_if(.., |(n, _)| n.starts_with(sign)).collect();
            taken
                .into_iter()
                .map(|(n, v)| (n[1..].to_owned(), v))
                .collect()
        };
        let meta = take('+');
        let params = take('$');
        let attributes: String = given
            .iter()
            .map(|(n, v)| format!(r#" {n}="{v}""#))
            .collect();
        let id = format!("{rsc}-op{number}");
        let _ = write!(self.out, r#"<op id="{id}" name="{name}"{attributes}>"#);
        self.block(&id, "meta_attributes", "meta", &meta);
        self.block(&id, "instance_attributes", "params", &params);
        self.out.push_str("</op>");
    }
}
