//! Manual pages and shell completions, made from the tables that give the parsers and the help texts.
//!
//! Problem: what is written twice differs sooner or later; options are written down in the tools' tables already.
//! Approach: one file per tool and form, made from its [`crate::args::Listing`]. [`files`] is all of them; they are
//! in the repository, and a test fails when they are stale (`bins/tests/generated.rs`).
//!
//! Why no crate: `clap_mangen` and `clap_complete` start from a `clap::Command`. Our tables would have to be translated
//! into one, which takes about as much code as a form here, and a command says things about the parser that are not
//! true of ours (see [`crate::args`]).

mod bash;
mod fish;
mod man;
mod zsh;

use pcmk_cib::op::Section;
use pcmk_cib::validate::known_schemas;

use crate::Tool;
use crate::args::{OptionRow, Takes};

/// A generated file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GeneratedFile {
    /// Where it belongs, from the root of the repository.
    pub path: String,
    /// What is in it.
    pub text: String,
}

/// All generated files of these tools.
#[must_use]
pub fn files(tools: &[&Tool]) -> Vec<GeneratedFile> {
    let mut files = Vec::new();
    for tool in tools {
        let name = tool.name;
        let mut add = |path: String, text: String| files.push(GeneratedFile { path, text });
        add(format!("docs/man/{name}.8"), man::page(tool, tools));
        add(format!("completions/bash/{name}"), bash::completion(tool));
        add(format!("completions/zsh/_{name}"), zsh::completion(tool));
        add(
            format!("completions/fish/{name}.fish"),
            fish::completion(tool),
        );
    }
    files
}

/// What may be the value of an option.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Values {
    /// There is none.
    None,
    /// The name of a file.
    Files,
    /// The name of a directory.
    Directories,
    /// One of these.
    Words(Vec<String>),
    /// Something that a shell cannot know.
    Unknown,
}

fn values(row: &OptionRow) -> Values {
    let owned = |words: Vec<&str>| Values::Words(words.into_iter().map(str::to_owned).collect());
    match (row.takes, row.value) {
        (Takes::Nothing, _) => Values::None,
        (Takes::File, _) => Values::Files,
        (Takes::Text, "DIR") => Values::Directories,
        (Takes::Text | Takes::Optional, "SCHEMA") => owned(known_schemas().to_vec()),
        (Takes::Text, "SECTION") => {
            let around = [Section::Configuration, Section::Status];
            let parts = Section::PARTS.into_iter();
            owned(around.map(Section::name).into_iter().chain(parts).collect())
        }
        (Takes::Text | Takes::Optional | Takes::Number, _) => match row.choices() {
            words if words.is_empty() => Values::Unknown,
            words => owned(words),
        },
    }
}

/// All options of a tool that help texts show.
fn rows(tool: &Tool) -> Vec<&'static OptionRow> {
    let groups = tool.options.groups();
    groups.into_iter().flat_map(|(_, rows)| rows).collect()
}

/// First line of a generated file, without the mark of a comment.
const MADE_FROM: &str =
    "Made from the tool's option table; BLESS=1 cargo test -p pcmk-cli --test generated";
