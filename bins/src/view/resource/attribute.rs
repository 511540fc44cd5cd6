//! Parameters: values, and what became of changes. Source: behaviour notes 07 section 3.6.

use crate::ops::resource::attribute::{Change, Note, Setting, Value};
use crate::out::Out;

/// Shows a value.
pub fn value(rsc: &str, name: &str, value: &Value, out: &mut Out<'_>) {
    if value.several {
        out.err(&format!(
            "{rsc} is active on more than one node, returning the default value for {name}"
        ));
    }
    let Some(text) = &value.value else {
        out.err(&format!("Attribute '{name}' not found for '{rsc}'"));
        return;
    };
    match out.xml() {
        Some(xml) => {
            xml.push("list", &[("name", "attributes"), ("count", "1")]);
            xml.text_leaf("item", &[("name", name)], text);
            xml.pop();
        }
        None => out.line(text),
    }
}

/// Tells what a change met on its way.
pub fn notes(notes: &[Note], change: &Change<'_>, verb: &str, out: &mut Out<'_>) {
    let name = change.name;
    for note in notes {
        match note {
            Note::Several(pairs) => {
                out.info(&format!("Multiple attributes match name={name}"));
                for pair in pairs {
                    let value = pair.value.as_deref().unwrap_or("(null)");
                    out.info(&format!("  Value: {value} \t(id={})", pair.id));
                }
                out.spacer();
            }
            Note::IsMeta { rsc, id } => {
                let id = id.as_deref().unwrap_or("(null)");
                if !out.is_quiet() {
                    out.err(&format!(
                        "WARNING: There is already a meta attribute for '{rsc}' called '{name}' (id={id})"
                    ));
                    out.err(&format!(
                        "         Delete '{id}' first or use the force option to override"
                    ));
                }
            }
            Note::Parent { parent, rsc } => out.info(&format!(
                "Performing {verb} of '{name}' on '{parent}', the parent of '{rsc}'"
            )),
            Note::Child { child, rsc } => out.info(&format!(
                "A value for '{name}' already exists in child '{child}', performing {verb} on that instead of '{rsc}'"
            )),
            Note::Deleted { rsc, id } => {
                let set = change.set.map(|set| format!(" set={set}")).unwrap_or_default();
                out.info(&format!("Deleted '{rsc}' option: id={id}{set} name={name}"));
            }
        }
    }
}

/// Shows what was set.
pub fn settings(settings: &[Setting], change: &Change<'_>, value: &str, out: &mut Out<'_>) {
    let Some(xml) = out.xml() else {
        for setting in settings {
            let id = setting.id.as_deref().unwrap_or("(null)");
            let set = setting.set.as_deref().map(|set| format!(" set={set}"));
            out.info(&format!(
                "Set '{}' option: id={id}{} name={} value={value}",
                setting.rsc,
                set.unwrap_or_default(),
                change.name
            ));
        }
        return;
    };
    xml.push("resource-settings", &[]);
    for setting in settings {
        xml.push(&setting.element, &[("id", &setting.rsc)]);
        let set: Vec<(&str, &str)> = setting.set.iter().map(|set| ("id", set.as_str())).collect();
        xml.push(change.kind.tag(), &set);
        let mut pair: Vec<(&str, &str)> = setting.id.iter().map(|id| ("id", id.as_str())).collect();
        pair.extend([("value", value), ("name", change.name)]);
        xml.leaf("nvpair", &pair);
        xml.pop();
        xml.pop();
    }
    xml.pop();
}
