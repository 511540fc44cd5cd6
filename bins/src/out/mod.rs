//! Formatted output: lists, items, lines and messages in text or XML. Knows no cluster.
//!
//! A tool makes one [`Out`] and talks to it; the format decides what comes of it. What differs between formats beyond
//! the mechanics here is decided by the views, which ask [`Out::xml`] first. Source: behaviour notes 05 sections 3.0
//! and 9, 07 sections 1.2 and 1.3.

mod html;
mod quote;
mod text;
mod xml;

use std::ffi::OsStr;

pub use html::{Html, Page, Span};
pub use quote::command_line;
pub use xml::{Attributes, Xml};

use crate::world::Streams;
use text::Text;

/// An output format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// For programs.
    Xml,
    /// A page for browsers.
    Html,
    /// Nothing at all.
    None,
}

impl Format {
    /// The format of this name, as most tools know them. HTML is for those that ask for it by themselves.
    #[must_use]
    pub fn parse(name: &str) -> Option<Format> {
        match name {
            "text" => Some(Format::Text),
            "xml" => Some(Format::Xml),
            "none" => Some(Format::None),
            _ => None,
        }
    }
}

/// The text of a status with which a tool ends (05 section 9.2).
fn status_text(status: u8) -> &'static str {
    pcmk_core::rc::exit_text(i32::from(status))
}

/// Where a tool writes.
pub struct Out<'s> {
    format: Format,
    quiet: bool,
    text: Text,
    xml: Xml,
    html: Html,
    streams: &'s mut Streams,
}

impl<'s> Out<'s> {
    /// Starts output. `args` is the command line, shown in XML results.
    pub fn new<S: AsRef<OsStr>>(format: Format, args: &[S], streams: &'s mut Streams) -> Out<'s> {
        let request = match format {
            Format::Xml => command_line(args),
            Format::Text | Format::Html | Format::None => String::new(),
        };
        Out {
            format,
            quiet: false,
            text: Text::default(),
            xml: Xml::new(&request),
            html: Html::default(),
            streams,
        }
    }

    /// Leaves out information lines.
    pub fn set_quiet(&mut self, quiet: bool) {
        self.quiet = quiet;
    }

    /// Whether information lines are left out. XML and HTML are never quiet.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.quiet && !matches!(self.format, Format::Xml | Format::Html)
    }

    /// Plain text has no titles, bullets and indentation.
    pub fn set_fancy(&mut self, fancy: bool) {
        self.text.fancy = fancy;
    }

    /// The XML document, if the format is XML.
    pub fn xml(&mut self) -> Option<&mut Xml> {
        match self.format {
            Format::Xml => Some(&mut self.xml),
            Format::Text | Format::Html | Format::None => None,
        }
    }

    /// The page, if the format is HTML.
    pub fn html(&mut self) -> Option<&mut Html> {
        match self.format {
            Format::Html => Some(&mut self.html),
            Format::Text | Format::Xml | Format::None => None,
        }
    }

    /// Sets what the head of a page says.
    pub fn set_page(&mut self, page: Page) {
        self.html.page = page;
    }

    /// Writes XML in the old form that has this as its outermost element, and neither command line nor status.
    pub fn set_legacy_root(&mut self, name: &str, attributes: Attributes<'_>) {
        self.xml.set_legacy_root(name, attributes);
    }

    /// The output format.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// Whether output is shown on a terminal.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        self.streams.is_terminal()
    }

    fn write(&mut self) {
        if self.format == Format::Text {
            self.streams.out(&self.text.pending);
        }
        self.text.pending.clear();
    }

    /// Opens a list.
    pub fn begin(&mut self, title: &str) {
        match self.format {
            Format::Xml => self.xml.push(&xml::list_element(title), &[]),
            Format::Html => self.html.begin(title),
            Format::Text | Format::None => {
                self.text.begin(Some(title));
                self.write();
            }
        }
    }

    /// Deepens the indentation; nothing in XML.
    pub fn indent(&mut self) {
        if matches!(self.format, Format::Text | Format::None) {
            self.text.begin(None);
        }
    }

    /// Closes what [`Out::begin`] opened.
    pub fn end(&mut self) {
        match self.format {
            Format::Xml => self.xml.pop(),
            Format::Html => self.html.end(),
            Format::Text | Format::None => self.text.end(),
        }
    }

    /// Closes what [`Out::indent`] opened.
    pub fn dedent(&mut self) {
        if matches!(self.format, Format::Text | Format::None) {
            self.text.end();
        }
    }

    /// An item of a list.
    pub fn item(&mut self, text: &str) {
        match self.format {
            Format::Xml => self.xml.text_leaf("item", &[], text),
            Format::Html => self.html.item(text),
            Format::Text | Format::None => {
                self.text.item(text);
                self.write();
                self.streams.settle();
            }
        }
    }

    /// A line of information, without indentation. Not in XML, not if quiet.
    pub fn info(&mut self, text: &str) {
        if !self.quiet {
            self.line(text);
        }
    }

    /// A line of text as it is. Not in XML.
    pub fn line(&mut self, text: &str) {
        if self.format == Format::Text {
            self.text.line(text);
            self.write();
        }
    }

    /// Text that is a document of its own (it ends its last line itself): as it is, or as the content of an element.
    pub fn blob(&mut self, element: &str, text: &str) {
        match self.format {
            Format::Xml => self.xml.cdata_leaf(element, &[], text),
            Format::Text => {
                self.text.pending.push_str(text);
                self.write();
            }
            Format::Html | Format::None => {}
        }
    }

    /// A blob that comes in pieces, so that a large one need not be held as a whole. `write` hands them to what it gets,
    /// as UTF-8.
    pub fn blob_in_pieces(&mut self, element: &str, write: impl FnOnce(&mut dyn FnMut(&[u8]))) {
        match self.format {
            Format::Xml => {
                let mut text = Vec::new();
                write(&mut |piece| text.extend_from_slice(piece));
                let text = String::from_utf8_lossy(&text);
                self.xml.cdata_leaf(element, &[], &text);
            }
            Format::Text => write(&mut |piece| self.streams.out_bytes(piece)),
            Format::Html | Format::None => {}
        }
    }

    /// An empty line. Not in XML.
    pub fn spacer(&mut self) {
        self.line("");
    }

    /// An error: standard error in text, part of the status in XML.
    pub fn err(&mut self, text: &str) {
        match self.format {
            Format::Xml if self.xml.is_legacy() => self.streams.err(&format!("{text}\n")),
            Format::Xml => self.xml.error(text),
            Format::Html => self.html.error(text),
            Format::Text => self.streams.err(&format!("{text}\n")),
            Format::None => {}
        }
    }

    /// A line for standard error in every format.
    pub fn stderr(&mut self, text: &str) {
        self.streams.err(&format!("{text}\n"));
    }

    /// Sends on what was written so far, before another program writes.
    pub fn flush(&mut self) {
        self.streams.flush();
    }

    /// Ends the output with the status the tool will exit with.
    pub fn finish(mut self, status: u8) {
        if self.format == Format::Xml {
            let document = self.xml.finish(status, status_text(status));
            self.streams.out(&document);
        }
        if self.format == Format::Html {
            let page = self.html.finish();
            self.streams.out(&page);
        }
        self.streams.flush();
    }
}

/// A list that is opened by the first thing in it, with an empty line before it where one is needed.
pub struct Section {
    title: &'static str,
    spacer: bool,
    open: bool,
}

impl Section {
    /// A section that is not open yet. `spacer`: something was printed before it.
    #[must_use]
    pub const fn new(title: &'static str, spacer: bool) -> Section {
        Section {
            title,
            spacer,
            open: false,
        }
    }

    /// Opens it if it is not open yet.
    pub fn open(&mut self, out: &mut Out<'_>) {
        if !self.open {
            self.open = true;
            if self.spacer {
                out.spacer();
            }
            out.begin(self.title);
        }
    }

    /// Whether it was opened.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.open
    }

    /// Closes it if it is open; says whether it was.
    pub fn close(self, out: &mut Out<'_>) -> bool {
        if self.open {
            out.end();
        }
        self.open
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn render(format: Format, talk: impl FnOnce(&mut Out<'_>)) -> String {
        let (mut streams, captured) = Streams::captured();
        let mut out = Out::new(format, &["tool", "-x", "a b"], &mut streams);
        talk(&mut out);
        out.finish(0);
        captured.out()
    }

    fn talk(out: &mut Out<'_>) {
        out.info("before");
        out.begin("Current cluster status");
        let mut section = Section::new("Node List", false);
        section.open(out);
        section.open(out);
        out.item("Online: [ a ]");
        section.close(out);
        out.end();
    }

    #[test]
    fn text_lists() {
        let text = render(Format::Text, talk);
        assert_eq!(
            text,
            "before\nCurrent cluster status:\n  * Node List:\n    * Online: [ a ]\n"
        );
        assert_eq!(render(Format::None, talk), "");
    }

    #[test]
    fn plain_text() {
        let text = render(Format::Text, |out| {
            out.set_fancy(false);
            out.set_quiet(true);
            talk(out);
        });
        assert_eq!(text, "Online: [ a ]\n");
    }

    #[test]
    fn xml_lists() {
        let text = render(Format::Xml, talk);
        assert_eq!(
            text,
            "<pacemaker-result api-version=\"2.42\" request=\"tool -x 'a b'\">\n  <cluster_status>\n    <node list>\n\
             \x20     <item>Online: [ a ]</item>\n    </node list>\n  </cluster_status>\n  \
             <status code=\"0\" message=\"OK\"/>\n</pacemaker-result>\n"
        );
    }

    #[test]
    fn what_is_added_outside_the_root_is_lost() {
        let text = render(Format::Xml, |out| {
            let xml = out.xml().expect("XML");
            xml.push("modifications", &[]);
            xml.pop();
            xml.pop();
            xml.push("lost", &[]);
            xml.pop();
            out.err("a\nb");
        });
        assert_eq!(
            text,
            "<pacemaker-result api-version=\"2.42\" request=\"tool -x 'a b'\">\n  <modifications/>\n  \
             <status code=\"0\" message=\"OK\">\n    <errors>\n      <error>a\nb</error>\n    </errors>\n  </status>\n\
             </pacemaker-result>\n"
        );
    }
}
