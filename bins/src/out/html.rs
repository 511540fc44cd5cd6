//! HTML results, in the form of the reference's formatted dumps: a page with nested lists.
//!
//! The page is kept as a tree until the end, because line breaks depend on what is in an element: a block with a single
//! child, or with text first, is written in one line. Source: behaviour notes 05 section 9.3.

/// A piece of an item: its class, if any, and its text.
pub type Span<'a> = (&'a str, &'a str);

enum Content {
    /// A block of this name, by its place in the tree.
    Block(usize),
    /// Text in a `span`, with its class.
    Span(String, String),
    /// Text.
    Text(String),
}

struct Block {
    name: &'static str,
    content: Vec<Content>,
}

/// What the head of a page says besides the usual.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// A header for a web server goes first.
    pub cgi: bool,
    /// Address of a style sheet.
    pub stylesheet: Option<String>,
    /// Title.
    pub title: String,
    /// Seconds after which a browser should read the page again.
    pub refresh_s: Option<u64>,
}

/// A page under construction.
pub struct Html {
    blocks: Vec<Block>,
    open: Vec<usize>,
    errors: Vec<String>,
    pub(super) page: Page,
}

const STYLE: &str = ".bold { font-weight: bold }
.online { color: green }
.offline { color: red }
.maint { color: blue }
.standby { color: blue }
.health_red { color: red }
.health_yellow { color: GoldenRod }
.rsc-failed { color: red }
.rsc-failure-ignored { color: DarkGreen }
.rsc-managed { color: blue }
.rsc-multiple { color: orange }
.rsc-ok { color: green }
.warning { color: red; font-weight: bold }";

impl Default for Html {
    fn default() -> Html {
        Html {
            blocks: vec![Block {
                name: "body",
                content: Vec::new(),
            }],
            open: vec![0],
            errors: Vec::new(),
            page: Page::default(),
        }
    }
}

impl Html {
    fn push(&mut self, name: &'static str) {
        let at = self.blocks.len();
        self.blocks.push(Block {
            name,
            content: Vec::new(),
        });
        self.add(Content::Block(at));
        self.open.push(at);
    }

    fn pop(&mut self) {
        // The body stays open.
        if self.open.len() > 1 {
            self.open.pop();
        }
    }

    fn add(&mut self, content: Content) {
        if let Some(&at) = self.open.last() {
            self.blocks[at].content.push(content);
        }
    }

    /// Opens a list with a title; one inside another is an item of that.
    pub fn begin(&mut self, title: &str) {
        if self.open.len() > 1 {
            self.push("li");
            self.push("h3");
        } else {
            self.push("h2");
        }
        self.add(Content::Text(title.to_owned()));
        self.pop();
        self.push("ul");
    }

    /// Closes a list, and the item that it was.
    pub fn end(&mut self) {
        self.pop();
        if self.open.len() > 1 && self.blocks[self.open[self.open.len() - 1]].name == "li" {
            self.pop();
        }
    }

    /// Closes a list whose item is the one that was opened by [`Html::open_item`].
    pub fn end_inside_item(&mut self) {
        self.end();
    }

    /// An item of text.
    pub fn item(&mut self, text: &str) {
        self.push("li");
        self.add(Content::Text(text.to_owned()));
        self.pop();
    }

    /// An item made of pieces.
    pub fn spans(&mut self, spans: &[Span<'_>]) {
        self.open_item(spans);
        self.pop();
    }

    /// An item made of pieces, and of lists that are still to come. Closed by [`Html::close_item`].
    pub fn open_item(&mut self, spans: &[Span<'_>]) {
        self.push("li");
        for (class, text) in spans {
            self.add(Content::Span((*class).to_owned(), (*text).to_owned()));
        }
    }

    /// Closes what [`Html::open_item`] opened.
    pub fn close_item(&mut self) {
        self.pop();
    }

    pub(super) fn error(&mut self, text: &str) {
        self.errors.push(text.to_owned());
    }

    /// The finished page.
    pub(super) fn finish(&mut self) -> String {
        if !self.errors.is_empty() {
            self.open = vec![0];
            self.begin("Errors");
            for text in std::mem::take(&mut self.errors) {
                self.item(&text);
            }
        }
        let mut text = String::new();
        if self.page.cgi {
            text.push_str("Content-Type: text/html\n\n");
        }
        text.push_str("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<title>");
        escape(&mut text, &self.page.title);
        text.push_str("</title>\n<meta charset=\"utf-8\">\n");
        if let Some(seconds) = self.page.refresh_s {
            text.push_str(&format!(
                "<meta http-equiv=\"refresh\" content=\"{seconds}\">\n"
            ));
        }
        text.push_str(&format!("<style>{STYLE}</style>\n"));
        if let Some(address) = &self.page.stylesheet {
            text.push_str("<link rel=\"stylesheet\" href=\"");
            escape(&mut text, &address.replace('"', "%22"));
            text.push_str("\">\n");
        }
        text.push_str("</head>\n");
        self.write(&mut text);
        text.push_str("\n</html>\n");
        text
    }

    fn write(&self, text: &mut String) {
        enum Work {
            Open(usize),
            Piece(usize, usize),
            Close(usize),
        }
        let mut work = vec![Work::Open(0)];
        while let Some(step) = work.pop() {
            match step {
                Work::Open(at) => {
                    let block = &self.blocks[at];
                    text.push('<');
                    text.push_str(block.name);
                    text.push('>');
                    if breaks(block.content.first(), block.content.len()) {
                        text.push('\n');
                    }
                    work.push(Work::Close(at));
                    work.extend((0..block.content.len()).rev().map(|n| Work::Piece(at, n)));
                }
                Work::Piece(at, number) => {
                    let content = &self.blocks[at].content;
                    match &content[number] {
                        Content::Text(piece) => escape(text, piece),
                        Content::Span(class, piece) => {
                            if class.is_empty() {
                                text.push_str("<span>");
                            } else {
                                text.push_str(&format!("<span class=\"{class}\">"));
                            }
                            escape(text, piece);
                            text.push_str("</span>");
                        }
                        Content::Block(inner) => {
                            // A block is followed by a line break unless text follows or it is the last one.
                            if content
                                .get(number + 1)
                                .is_some_and(|next| !matches!(next, Content::Text(_)))
                            {
                                work.push(Work::Close(usize::MAX));
                            }
                            work.push(Work::Open(*inner));
                        }
                    }
                }
                Work::Close(usize::MAX) => text.push('\n'),
                Work::Close(at) => {
                    let block = &self.blocks[at];
                    if breaks(block.content.last(), block.content.len()) {
                        text.push('\n');
                    }
                    text.push_str(&format!("</{}>", block.name));
                }
            }
        }
    }
}

/// Whether there is a line break between a tag and what is next to it inside.
fn breaks(next: Option<&Content>, count: usize) -> bool {
    count > 1 && !matches!(next, Some(Content::Text(_)) | None)
}

fn escape(into: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => into.push_str("&amp;"),
            '<' => into.push_str("&lt;"),
            '>' => into.push_str("&gt;"),
            c => into.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_line_breaks() {
        let mut html = Html::default();
        html.begin("Node List");
        html.spans(&[("bold", "a:"), ("online", " online")]);
        html.end();
        html.begin("Nested");
        html.begin("only <one>");
        html.item("text");
        html.end();
        html.end();
        let page = html.finish();
        let body = page.split("</head>\n").nth(1).expect("a body");
        assert_eq!(
            body,
            "<body>\n<h2>Node List</h2>\n<ul><li>\n<span class=\"bold\">a:</span><span class=\"online\"> online</span>\n\
             </li></ul>\n<h2>Nested</h2>\n<ul><li>\n<h3>only &lt;one&gt;</h3>\n<ul><li>text</li></ul>\n</li></ul>\n\
             </body>\n</html>\n"
        );
    }
}
