//! Completions for bash. They need no helper functions of the `bash-completion` package.

use super::{MADE_FROM, Values, rows, values};
use crate::Tool;
use crate::args::{OptionRow, Takes};

/// The completion of a tool.
pub(super) fn completion(tool: &Tool) -> String {
    let name = tool.name;
    let rows = rows(tool);
    let mut cases = String::new();
    for row in rows.iter().filter(|row| row.takes != Takes::Nothing) {
        let words = |action: &str| format!("compgen {action} -P \"$glued\" -- \"$cur\"");
        let action = match values(row) {
            Values::None | Values::Unknown => None,
            Values::Files => Some((words("-f"), true)),
            Values::Directories => Some((words("-d"), true)),
            Values::Words(list) => Some((words(&format!("-W '{}'", list.join(" "))), false)),
        };
        cases.push_str(&format!("        {})\n", patterns(row)));
        if let Some((action, files)) = action {
            if files {
                cases.push_str("            compopt -o filenames 2>/dev/null\n");
            }
            cases.push_str(&format!("            mapfile -t COMPREPLY < <({action})\n"));
        }
        // The next word may as well be another option.
        let end = match row.takes {
            Takes::Optional => "[[ $cur == -* ]] || return",
            _ => "return",
        };
        cases.push_str(&format!("            {end}\n            ;;\n"));
    }
    let options: Vec<String> = rows.iter().map(|row| format!("--{}", row.name)).collect();
    format!(
        r#"# {MADE_FROM}

_pcmk_{name}() {{
    local cur=${{COMP_WORDS[COMP_CWORD]}} prev='' glued=''
    COMPREPLY=()
    ((COMP_CWORD > 0)) && prev=${{COMP_WORDS[COMP_CWORD - 1]}}
    # "--option=value" is three words, or one if "=" does not break words.
    if [[ $cur == '=' ]]; then
        cur=''
    elif [[ $prev == '=' ]] && ((COMP_CWORD > 1)); then
        prev=${{COMP_WORDS[COMP_CWORD - 2]}}
    elif [[ $cur == --*=* ]]; then
        prev=${{cur%%=*}}
        glued=$prev=
        cur=${{cur#*=}}
    fi
    case $prev in
{cases}    esac
    if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '{}' -- "$cur")
    fi
}}
complete -F _pcmk_{name} {name}
"#,
        options.join(" ")
    )
}

fn patterns(row: &OptionRow) -> String {
    match row.letter {
        None => format!("--{}", row.name),
        Some(letter) => format!("'-{letter}' | --{}", row.name),
    }
}
