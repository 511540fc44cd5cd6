//! XML results, in the form of the reference's formatted dumps.
//!
//! The document is kept as a tree until the end because attributes may be added late and because of an oddity: a tool
//! may close more elements than it opened (`crm_simulate` does, after injections). What is added after the root was
//! closed belongs to nothing and is lost; the final status is added to the root nevertheless (behaviour notes 05
//! section 7.3 and trap 25).

/// Attributes of an element, in order.
pub type Attributes<'a> = &'a [(&'a str, &'a str)];

struct Node {
    name: String,
    attributes: Vec<(String, String)>,
    text: Option<String>,
    /// The text is written as it is, in a CDATA section.
    cdata: bool,
    children: Vec<usize>,
}

/// A result document under construction.
pub struct Xml {
    nodes: Vec<Node>,
    open: Vec<usize>,
    errors: Vec<String>,
    /// The old form: no status at the end.
    legacy: bool,
}

/// The element that stands for a list of this title.
pub(super) fn list_element(title: &str) -> String {
    let known = match title {
        "Active Resources" | "Full List of Resources" | "Inactive Resources" => "resources",
        "Assignment Scores" => "allocations",
        "Assignment Scores and Utilization Information" => "allocations_utilizations",
        "Cluster Summary" => "summary",
        "Current cluster status" => "cluster_status",
        "Executing Cluster Transition" => "transition",
        "Failed Resource Actions" => "failures",
        "Fencing History" => "fence_history",
        "Migration Summary" | "Operations" => "node_history",
        "Negative Location Constraints" => "bans",
        "Node Attributes" => "node_attributes",
        "Resource Config" => "resource_config",
        "Resource Operations" => "operations",
        "Revised Cluster Status" => "revised_cluster_status",
        "Timings" => "timings",
        "Transition Summary" => "actions",
        "Utilization Information" => "utilizations",
        other => return other.to_ascii_lowercase(),
    };
    known.to_owned()
}

impl Xml {
    pub(super) fn new(request: &str) -> Xml {
        let root = Node {
            name: "pacemaker-result".to_owned(),
            attributes: vec![
                ("api-version".to_owned(), "2.42".to_owned()),
                ("request".to_owned(), request.to_owned()),
            ],
            text: None,
            cdata: false,
            children: Vec::new(),
        };
        Xml {
            nodes: vec![root],
            open: vec![0],
            errors: Vec::new(),
            legacy: false,
        }
    }

    pub(super) fn set_legacy_root(&mut self, name: &str, attributes: Attributes<'_>) {
        self.legacy = true;
        self.nodes[0].name = name.to_owned();
        self.nodes[0].attributes = attributes
            .iter()
            .map(|&(n, v)| (n.to_owned(), v.to_owned()))
            .collect();
    }

    pub(super) fn is_legacy(&self) -> bool {
        self.legacy
    }

    fn add(&mut self, name: &str, attributes: Attributes<'_>) -> usize {
        let at = self.nodes.len();
        self.nodes.push(Node {
            name: name.to_owned(),
            attributes: attributes
                .iter()
                .map(|&(n, v)| (n.to_owned(), v.to_owned()))
                .collect(),
            text: None,
            cdata: false,
            children: Vec::new(),
        });
        if let Some(&parent) = self.open.last() {
            self.nodes[parent].children.push(at);
        }
        at
    }

    /// Opens an element.
    pub fn push(&mut self, name: &str, attributes: Attributes<'_>) {
        let added = self.add(name, attributes);
        self.open.push(added);
    }

    /// Closes the element opened last.
    pub fn pop(&mut self) {
        self.open.pop();
    }

    /// Adds an element without content.
    pub fn leaf(&mut self, name: &str, attributes: Attributes<'_>) {
        self.add(name, attributes);
    }

    /// Adds an element with text.
    pub fn text_leaf(&mut self, name: &str, attributes: Attributes<'_>, text: &str) {
        let added = self.add(name, attributes);
        self.nodes[added].text = Some(text.to_owned());
    }

    /// Adds an element with text that is shown as it is.
    pub fn cdata_leaf(&mut self, name: &str, attributes: Attributes<'_>, text: &str) {
        self.text_leaf(name, attributes, text);
        if let Some(added) = self.nodes.last_mut() {
            added.cdata = true;
        }
    }

    pub(super) fn error(&mut self, text: &str) {
        self.errors.push(text.to_owned());
    }

    /// The finished document.
    pub(super) fn finish(&mut self, status: u8, message: &str) -> String {
        self.open = vec![0];
        if self.legacy {
            return self.print();
        }
        let code = status.to_string();
        self.push("status", &[("code", &code), ("message", message)]);
        if !self.errors.is_empty() {
            self.push("errors", &[]);
            for text in std::mem::take(&mut self.errors) {
                self.text_leaf("error", &[], &text);
            }
        }
        self.print()
    }

    /// Prints the tree with a stack of its own, so that depth is no matter.
    fn print(&self) -> String {
        enum Work {
            Open(usize, usize),
            Close(usize, usize),
        }
        let mut text = String::new();
        let mut work = vec![Work::Open(0, 0)];
        while let Some(step) = work.pop() {
            match step {
                Work::Open(at, depth) => {
                    let node = &self.nodes[at];
                    indent(&mut text, depth);
                    text.push('<');
                    text.push_str(&node.name);
                    for (name, value) in &node.attributes {
                        text.push(' ');
                        text.push_str(name);
                        text.push_str("=\"");
                        escape(&mut text, value, true);
                        text.push('"');
                    }
                    if let Some(content) = &node.text {
                        text.push('>');
                        if node.cdata {
                            // The end of a section cannot be in a section.
                            let content = content.replace("]]>", "]]]]><![CDATA[>");
                            text.push_str(&format!("<![CDATA[{content}]]>"));
                        } else {
                            escape(&mut text, content, false);
                        }
                        close(&mut text, &node.name);
                    } else if node.children.is_empty() {
                        text.push_str("/>\n");
                    } else {
                        text.push_str(">\n");
                        work.push(Work::Close(at, depth));
                        work.extend(
                            node.children
                                .iter()
                                .rev()
                                .map(|&child| Work::Open(child, depth + 1)),
                        );
                    }
                }
                Work::Close(at, depth) => {
                    indent(&mut text, depth);
                    close(&mut text, &self.nodes[at].name);
                }
            }
        }
        text
    }
}

fn indent(text: &mut String, depth: usize) {
    for _ in 0..depth {
        text.push_str("  ");
    }
}

fn close(text: &mut String, name: &str) {
    text.push_str("</");
    text.push_str(name);
    text.push_str(">\n");
}

/// Escapes as the reference's XML library does for a document without declared encoding: what is not ASCII becomes a
/// character reference, too.
fn escape(into: &mut String, text: &str, attribute: bool) {
    for c in text.chars() {
        match c {
            '&' => into.push_str("&amp;"),
            '<' => into.push_str("&lt;"),
            '>' => into.push_str("&gt;"),
            '"' if attribute => into.push_str("&quot;"),
            '\t' | '\n' if attribute => into.push_str(&format!("&#{};", u32::from(c))),
            '\r' => into.push_str("&#13;"),
            c if c.is_ascii() => into.push(c),
            c => into.push_str(&format!("&#x{:X};", u32::from(c))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes() {
        let mut text = String::new();
        escape(&mut text, "<a\t\"é\n", true);
        assert_eq!(text, "&lt;a&#9;&quot;&#xE9;&#10;");
    }
}
