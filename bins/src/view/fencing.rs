//! Fence agents: which are installed, and what one says of its parameters. Source: behaviour notes 07 section 12, 09
//! section 10.2.

use pcmk_core::rc::Rc;
use pcmk_ocf::fence::Outcome;

use crate::out::Out;

/// Lists installed agents. The count is told even to those who want to see less.
pub fn installed(agents: &[String], out: &mut Out<'_>) {
    let count = agents.len();
    let Some(xml) = out.xml() else {
        for agent in agents {
            out.line(agent);
        }
        let plural = if count == 1 { "" } else { "s" };
        out.line(&format!("{count} fence device{plural} found"));
        return;
    };
    let count = count.to_string();
    xml.push(
        "list",
        &[("name", "installed fence devices"), ("count", &count)],
    );
    for agent in agents {
        xml.text_leaf("item", &[("name", "device")], agent);
    }
    xml.pop();
}

/// Tells whether an agent finds its parameters valid, and what it says about them.
pub fn validation(agent: &str, device: Option<&str>, outcome: &Outcome, out: &mut Out<'_>) {
    let valid = outcome.rc == Rc::OK;
    let texts = [("stdout", &outcome.stdout), ("stderr", &outcome.stderr)];
    let texts = texts.into_iter().filter(|(_, text)| !text.is_empty());
    let quiet = out.is_quiet();
    if let Some(xml) = out.xml() {
        let mut attributes = vec![
            ("agent", agent),
            ("valid", if valid { "true" } else { "false" }),
        ];
        attributes.extend(device.map(|device| ("device", device)));
        xml.push("validate", &attributes);
        let code = outcome.rc.0.to_string();
        xml.push("command", &[("code", &code)]);
        for (source, text) in texts {
            xml.cdata_leaf("output", &[("source", source)], text);
        }
        xml.pop();
        xml.pop();
    } else if !quiet {
        let on = device.map(|device| format!(" on {device}"));
        let verdict = if valid { "succeeded" } else { "failed" };
        out.line(&format!(
            "Validation of {agent}{} {verdict}",
            on.unwrap_or_default()
        ));
        for (_, text) in texts {
            out.line(text);
        }
    }
}
