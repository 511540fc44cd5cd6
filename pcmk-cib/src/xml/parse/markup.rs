//! What is no element.

use super::{Parser, Step};
use crate::xml::NodeKind;
use crate::xml::chars::{BLANK, CLASS, is_xml_char};
use crate::xml::error::ParseErrorKind;
use crate::xml::tree::NONE;

impl<'t> Parser<'t> {
    pub(super) fn declaration(&mut self) -> Step<()> {
        self.look_ahead()?;
        if self.rest().starts_with("<?xml")
            && self
                .byte_at(self.at + 5)
                .is_some_and(|b| CLASS[usize::from(b)] & BLANK != 0)
        {
            let end = self.find("?>", "the XML declaration")?;
            self.pass(end + 2);
        }
        Ok(())
    }

    /// `<!DOCTYPE name SYSTEM "..">`: skipped. One with an internal subset is refused.
    pub(super) fn doctype(&mut self) -> Step<()> {
        self.at += "<!DOCTYPE".len();
        let mut quote = None;
        while let Some(b) = self.byte_at(self.at) {
            match quote {
                Some(open) if b == open => quote = None,
                Some(_) => {}
                None => match b {
                    b'"' | b'\'' => quote = Some(b),
                    b'[' => return Err(ParseErrorKind::InternalSubset),
                    b'>' => {
                        self.at += 1;
                        return Ok(());
                    }
                    b'<' => return Err(ParseErrorKind::Expected { what: "'>'" }),
                    _ => {}
                },
            }
            self.pass(self.at + 1);
        }
        Err(ParseErrorKind::UnexpectedEnd {
            inside: "the document type",
        })
    }

    /// `<!-- .. -->`, kept if `parent` is an element.
    pub(super) fn comment(&mut self, parent: u32) -> Step<()> {
        self.at += 4;
        let content_at = self.at;
        let end = self.find("--", "a comment")?;
        if self.byte_at(end + 2) != Some(b'>') {
            self.at = end;
            return Err(ParseErrorKind::ForbiddenSequence("--"));
        }
        self.keep(parent, NodeKind::Comment, content_at, end)?;
        self.pass(end + 3);
        Ok(())
    }

    pub(super) fn cdata(&mut self, parent: u32) -> Step<()> {
        self.at += "<![CDATA[".len();
        let content_at = self.at;
        let end = self.find("]]>", "a CDATA section")?;
        self.keep(parent, NodeKind::CData, content_at, end)?;
        self.pass(end + 3);
        Ok(())
    }

    /// `<?target .. ?>`, kept if `parent` is an element.
    pub(super) fn instruction(&mut self, parent: u32) -> Step<()> {
        self.at += 2;
        let content_at = self.at;
        let target = self.name("the target of a processing instruction")?;
        if target.eq_ignore_ascii_case("xml") {
            self.at = content_at;
            return Err(ParseErrorKind::ForbiddenSequence("<?xml"));
        }
        if !self.rest().starts_with("?>") && !self.skip_blanks() {
            return Err(self.expected("a blank or '?>'", "a processing instruction"));
        }
        let end = self.find("?>", "a processing instruction")?;
        self.keep(parent, NodeKind::Instruction, content_at, end)?;
        self.pass(end + 2);
        Ok(())
    }

    /// Stores the text between two bytes as a node, with line ends as newlines, after checking it.
    fn keep(&mut self, parent: u32, kind: NodeKind, from: usize, to: usize) -> Step<()> {
        let content = &self.text[from..to];
        if let Some((at, c)) = content.char_indices().find(|&(_, c)| !is_xml_char(c)) {
            self.at = from + at;
            return Err(ParseErrorKind::IllegalCharacter(u32::from(c)));
        }
        if parent == NONE {
            return Ok(());
        }
        self.room_for_node()?;
        if content.contains('\r') {
            let start = self.state.doc.heap().len();
            let content = content.replace("\r\n", "\n").replace('\r', "\n");
            self.state.doc.heap().push_str(&content);
            self.state.doc.push_heap_content(parent, kind, start);
        } else {
            let content = self.state.values.keep(content);
            self.state.doc.push_parsed_content(parent, kind, content);
        }
        Ok(())
    }
}
