//! Manual pages and completions in the repository are those that the option tables give, for every tool that there is.
//! `BLESS=1` writes them anew.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use pcmk_cli::cmd::TOOLS;
use pcmk_cli::generate;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn names_in(directory: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(repository().join(directory)).expect("directory");
    entries
        .map(|entry| {
            let name = entry.expect("entry").file_name();
            format!("{directory}/{}", name.to_string_lossy())
        })
        .collect()
}

#[test]
fn every_program_is_in_the_list_of_tools() {
    let programs: Vec<String> = names_in("bins/src/bin")
        .iter()
        .filter_map(|name| {
            Some(
                name.strip_prefix("bins/src/bin/")?
                    .strip_suffix(".rs")?
                    .to_owned(),
            )
        })
        .collect();
    let listed: Vec<&str> = TOOLS.iter().map(|tool| tool.name).collect();
    assert_eq!(listed, programs, "pcmk_cli::cmd::TOOLS, by name");
}

/// What bash offers for the last of these words; `None` without bash.
fn offered(tool: &str, words: &[&str]) -> Option<Vec<String>> {
    let script = r#"source "$1"; shift; tool=$1; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
        "_pcmk_$tool"; ((${#COMPREPLY[@]})) && printf '%s\n' "${COMPREPLY[@]}"; true"#;
    let file = repository().join("completions/bash").join(tool);
    let run = Command::new("bash")
        .args(["-uc", script, "bash"])
        .arg(file)
        .arg(tool)
        .args(words)
        .output()
        .ok()?;
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
    let text = String::from_utf8(run.stdout).expect("UTF-8");
    Some(text.lines().map(str::to_owned).collect())
}

#[test]
fn bash_offers_options_and_values() {
    let check = |words: &[&str], want: &[&str]| {
        if let Some(offered) = offered("cibadmin", words) {
            assert_eq!(offered, want, "{words:?}");
        }
    };
    check(&["--sc"], &["--scope", "--score"]);
    check(&["-Q", "--scope", "=", "re"], &["resources"]);
    check(&["-Q", "--scope=re"], &["--scope=resources"]);
    check(&["-o", "con"], &["configuration", "constraints"]);
    check(
        &["-a", "pacemaker-2.1"],
        &["pacemaker-2.1", "pacemaker-2.10"],
    );
    // The value of --empty may be left out, that of --user may not.
    check(&["-a", "--no"], &["--no-children"]);
    check(&["-U", "--no"], &[]);
    // Not in help texts.
    check(&["--node-"], &[]);
    check(&["word"], &[]);
}

#[test]
fn files_are_not_stale() {
    let bless = std::env::var_os("BLESS").is_some_and(|value| value == "1");
    let files = generate::files(TOOLS);
    for file in &files {
        let path = repository().join(&file.path);
        if bless {
            fs::create_dir_all(path.parent().expect("inside")).expect("directory");
            fs::write(&path, &file.text).expect("written");
        }
        let found = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            found == file.text,
            "{} is stale; BLESS=1 cargo test -p pcmk-cli --test generated",
            file.path
        );
    }
    // What is left of a tool that is no more. The page in section 7 is written by hand.
    let mut wanted: BTreeSet<String> = files.into_iter().map(|file| file.path).collect();
    wanted.insert("docs/man/pcmk.7".to_owned());
    let directories = [
        "docs/man",
        "completions/bash",
        "completions/zsh",
        "completions/fish",
    ];
    let there: BTreeSet<String> = directories.into_iter().flat_map(names_in).collect();
    assert_eq!(there, wanted);
}
