//! What agents say of themselves. Source: behaviour notes 08 section 3, 09 section 1.3.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::time::Duration;

use pcmk_cib::xml::{Document, Element, ElementId, PrintStyle, print};
use pcmk_core::agent::AgentName;
use pcmk_core::rc::Rc;

use crate::discover::Places;
use crate::execute::{Agent, resolved};
use crate::{environment, fence, process};

/// How long an agent may take to describe itself.
const TIMEOUT: Duration = Duration::from_secs(20);

/// The description of an agent, an XML document.
///
/// # Errors
/// `EINVAL` if there is no such agent, `EIO` if it fails or says nothing. Of fence agents: `ENODEV` if there is none,
/// `ENODATA` if it says nothing, `SCHEMA_VALIDATION` if that is no XML, else what the failure seems to be.
pub fn metadata(
    places: &Places,
    agent: &AgentName,
    environment: &[(OsString, OsString)],
) -> Result<String, Rc> {
    let standard = resolved(&agent.class);
    let is = |name: &str| standard.eq_ignore_ascii_case(name);
    if is("ocf") {
        of_ocf(places, agent, environment)
    } else if is("lsb") {
        of_init_script(places, &agent.kind)
    } else if is("stonith") {
        of_fence_agent(places, &agent.kind, environment)
    } else {
        Err(Rc::EINVAL)
    }
}

fn of_ocf(
    places: &Places,
    name: &AgentName,
    inherited: &[(OsString, OsString)],
) -> Result<String, Rc> {
    let agent = Agent {
        resource: &name.kind,
        standard: "ocf",
        provider: name.provider.as_deref(),
        kind: &name.kind,
        parameters: &[],
        environment: inherited,
        timeout_ms: 0,
    };
    let program = places
        .program("ocf", agent.provider, &name.kind)
        .ok_or(Rc::EINVAL)?;
    let mut environment = inherited.to_vec();
    environment.extend(environment::variables(&agent));
    let finished = process::run(process::Run {
        program: &program,
        arguments: &["meta-data"],
        environment: &environment,
        input: None,
        timeout: Some(TIMEOUT),
    })
    .map_err(|_| Rc::EIO)?;
    match finished.end {
        process::End::Exit(0) if !finished.stdout.is_empty() => Ok(finished.stdout),
        _ => Err(Rc::EIO),
    }
}

/// What a fence agent says of itself, completed.
pub(crate) fn of_fence_agent(
    places: &Places,
    kind: &str,
    environment: &[(OsString, OsString)],
) -> Result<String, Rc> {
    let program = places
        .program("stonith", None, kind)
        .filter(|path| path.is_file())
        .ok_or(Rc::ENODEV)?;
    let lines = [("action".to_owned(), "metadata".to_owned())];
    let (outcome, _) = fence::run_once(&program, &lines, environment, TIMEOUT);
    if outcome.rc != Rc::OK {
        return Err(outcome.rc);
    }
    if outcome.stdout.is_empty() {
        return Err(Rc::ENODATA);
    }
    let mut doc =
        Document::parse(outcome.stdout.as_bytes(), kind).map_err(|_| Rc::SCHEMA_VALIDATION)?;
    complete(&mut doc);
    Ok(print(doc.root_element(), PrintStyle::Pretty))
}

/// Adds what the cluster does in the agent's stead, and takes back what it asks for but the cluster supplies.
fn complete(doc: &mut Document) {
    let named = |doc: &Document, tag: &str, name: &str| -> Option<ElementId> {
        let mut all = doc.root_element().descendants();
        all.find(|element| element.name() == tag && element.attr("name") == Some(name))
            .map(Element::id)
    };
    if named(doc, "action", "stop").is_none() {
        let actions = doc
            .root_element()
            .descendants()
            .find(|element| element.name() == "actions")
            .map(Element::id);
        for name in ["stop", "start"] {
            if let Some(actions) = actions {
                let action = doc.append(actions, "action");
                doc.set_attr(action, "name", name);
                doc.set_attr(action, "timeout", "20s");
            }
        }
    }
    for name in ["action", "plug", "port"] {
        if let Some(parameter) = named(doc, "parameter", name) {
            doc.set_attr(parameter, "required", "0");
        }
    }
}

/// The lines of an init script's header that are used, and the elements they become.
const HEADER: [(&str, &str); 8] = [
    ("# Provides:", "Provides"),
    ("# Required-Start:", "Required-Start"),
    ("# Required-Stop:", "Required-Stop"),
    ("# Should-Start:", "Should-Start"),
    ("# Should-Stop:", "Should-Stop"),
    ("# Default-Start:", "Default-Start"),
    ("# Default-Stop:", "Default-Stop"),
    ("# Short-Description:", ""),
];

fn of_init_script(places: &Places, kind: &str) -> Result<String, Rc> {
    let path = places.program("lsb", None, kind).ok_or(Rc::EINVAL)?;
    let bytes = fs::read(path).map_err(|error| Rc(error.raw_os_error().unwrap_or(Rc::EIO.0)))?;
    Ok(describe(kind, &String::from_utf8_lossy(&bytes)))
}

/// Describes an init script by its header. Values keep the blanks before and the newline after them.
fn describe(kind: &str, script: &str) -> String {
    let mut values: [Option<String>; 8] = Default::default();
    let mut long: Option<String> = None;
    let mut lines = script
        .split_inclusive('\n')
        .skip_while(|line| !line.starts_with("### BEGIN INIT INFO"))
        .skip(1)
        .peekable();
    while let Some(line) = lines.next() {
        if line.starts_with("### END INIT INFO") || !line.starts_with('#') {
            break;
        }
        let unset = HEADER
            .iter()
            .zip(&mut values)
            .find_map(|((prefix, _), value)| Some((line.strip_prefix(prefix)?, value)));
        if let Some((rest, value @ None)) = unset {
            *value = Some(rest.to_owned());
        } else if let Some(rest) = line.strip_prefix("# Description:")
            && long.is_none()
        {
            let mut text = rest.to_owned();
            while let Some(more) =
                lines.next_if(|line| line.starts_with("#  ") || line.starts_with("#\t"))
            {
                text.push_str(&more[1..]);
            }
            long = Some(text);
            // The line after it is not looked at, except for the end.
            match lines.peek() {
                Some(next) if next.starts_with('#') && !next.starts_with("### END INIT INFO") => {
                    lines.next();
                }
                Some(_) | None => break,
            }
        }
    }
    let [.., short] = &values;
    let mut text = format!(
        "<?xml version='1.0'?>\n<resource-agent name='{kind}' version='0.1'>\n  <version>1.1</version>\n  \
         <longdesc lang='en'>\n{}  </longdesc>\n  <shortdesc lang='en'>{}</shortdesc>\n  <parameters/>\n  <actions>\n",
        escaped(long.as_deref().unwrap_or(kind)),
        escaped(short.as_deref().unwrap_or(kind)),
    );
    for (name, timeout) in [
        ("meta-data", "5s"),
        ("start", "15s"),
        ("stop", "15s"),
        ("status", "15s"),
        ("restart", "15s"),
        ("force-reload", "15s"),
    ] {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "    <action name='{name}' timeout='{timeout}' />");
    }
    text.push_str("    <action name='monitor' timeout='15s' interval='15s' />\n  </actions>\n  <special tag='LSB'>\n");
    for ((_, element), value) in HEADER.iter().zip(&values).take(7) {
        let value = escaped(value.as_deref().unwrap_or_default());
        let _ = writeln!(text, "    <{element}>{value}</{element}>");
    }
    text.push_str("  </special>\n</resource-agent>\n");
    text
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_of_an_init_script() {
        let script = "#!/bin/sh\n### BEGIN INIT INFO\n# Provides:  x <y>\n# Description: a\n#  b\n# Default-Start: 2\n\
                      # Default-Stop: 0\n### END INIT INFO\n# Should-Stop: z\n";
        let text = describe("x", script);
        assert!(
            text.contains("<Provides>  x &lt;y&gt;\n</Provides>"),
            "{text}"
        );
        assert!(
            text.contains("<longdesc lang='en'>\n a\n  b\n  </longdesc>"),
            "{text}"
        );
        assert!(text.contains("<Default-Start></Default-Start>"), "{text}");
        assert!(text.contains("<Default-Stop> 0\n</Default-Stop>"), "{text}");
        assert!(text.contains("<Should-Stop></Should-Stop>"), "{text}");
        assert!(
            text.contains("<shortdesc lang='en'>x</shortdesc>"),
            "{text}"
        );
    }
}
