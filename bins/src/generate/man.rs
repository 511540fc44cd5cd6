//! Manual pages, in the macros of man(7).

use super::MADE_FROM;
use crate::Tool;
use crate::args::{OptionRow, Takes};

/// The page of a tool.
pub(super) fn page(tool: &Tool, all: &[&Tool]) -> String {
    let name = tool.name;
    let mut paragraphs = tool.options.summary().split("\n\n");
    let summary = paragraphs.next().unwrap_or_default();
    let mut page = format!(
        ".\\\" {MADE_FROM}\n.TH {} 8 \"\" \"pcmk {}\" \"System administration\"\n",
        escape(&name.to_uppercase()),
        escape(env!("CARGO_PKG_VERSION"))
    );
    page.push_str(&format!(
        ".SH NAME\n{} \\- {}\n.SH SYNOPSIS\n.B {}\n",
        escape(name),
        escape(&purpose(summary)),
        escape(name)
    ));
    line(&mut page, tool.options.synopsis());
    page.push_str(".SH DESCRIPTION\n");
    line(&mut page, summary);
    for paragraph in paragraphs {
        page.push_str(".PP\n");
        line(&mut page, paragraph);
    }
    page.push_str(".SH OPTIONS\n");
    let groups = tool.options.groups();
    for (title, rows) in &groups {
        if groups.len() > 1 {
            page.push_str(&format!(".SS {}\n", escape(title)));
        }
        for row in rows {
            page.push_str(&format!(".TP\n{}\n", option(row)));
            line(&mut page, &format!("{}.", row.help.trim_end_matches('.')));
        }
    }
    page.push_str(".SH EXIT STATUS\n");
    let status =
        "0 if it was done or, for a question, if the answer is yes. What other statuses mean tells";
    line(&mut page, status);
    page.push_str(".B crm_error \\-\\-exit\n.IR STATUS .\n.SH SEE ALSO\n.BR pcmk (7)");
    for other in all.iter().filter(|other| other.name != name) {
        page.push_str(&format!(",\n.BR {} (8)", escape(other.name)));
    }
    page.push('\n');
    page
}

/// The summary as it stands behind the name: no capital in front, no full stop, one line.
fn purpose(summary: &str) -> String {
    let text = summary.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = text.trim_end_matches('.');
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(chars).collect()
}

fn option(row: &OptionRow) -> String {
    let bold = |text: &str| format!("\\fB{}\\fR", escape(text));
    let value = format!("\\fI{}\\fR", escape(row.value));
    let long = bold(&format!("--{}", row.name));
    let long = match row.takes {
        Takes::Nothing => long,
        Takes::Text | Takes::File | Takes::Number => format!("{long}={value}"),
        Takes::Optional => format!("{long}[={value}]"),
    };
    match row.letter {
        None => long,
        Some(letter) => format!("{}, {long}", bold(&format!("-{letter}"))),
    }
}

/// Adds text as a line of input; a sentence that ends within goes on in a new one, as man(7) wants it.
fn line(page: &mut String, text: &str) {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for sentence in text.split_inclusive(". ") {
        let sentence = escape(sentence.trim_end());
        if sentence.starts_with(['.', '\'']) {
            page.push_str("\\&");
        }
        page.push_str(&sentence);
        page.push('\n');
    }
}

/// Text as input of roff: backslashes and dashes stand for themselves, and so do quotes.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\e"),
            '-' => out.push_str("\\-"),
            '"' => out.push_str("\\(dq"),
            '\'' => out.push_str("\\(aq"),
            '^' => out.push_str("\\(ha"),
            '~' => out.push_str("\\(ti"),
            '`' => out.push_str("\\(ga"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stands_for_itself() {
        let mut page = String::new();
        line(&mut page, ".x is\n a 'word\\'. Another -1");
        assert_eq!(page, "\\&.x is a \\(aqword\\e\\(aq.\nAnother \\-1\n");
        assert_eq!(purpose("Shows\nthings."), "shows things");
    }
}
