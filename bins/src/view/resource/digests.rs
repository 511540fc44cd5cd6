//! Digests of parameters. Source: behaviour notes 07 section 3.10.

use std::sync::Arc;

use crate::ops::resource::digests::Report;
use crate::out::Out;

type Pairs = Vec<(Arc<str>, Arc<str>)>;

/// Shows them.
pub fn show(rsc: &str, node: &str, report: &Report, out: &mut Out<'_>) {
    let (digests, params) = (&report.digests, &report.params);
    let kinds: [(&str, &str, Option<&str>, Option<&Pairs>); 3] = [
        ("all", "all", Some(&digests.all), Some(&params.all)),
        (
            "nonprivate",
            "non-private",
            digests.secure.as_deref(),
            params.secure.as_ref(),
        ),
        (
            "nonreloadable",
            "non-reloadable",
            digests.restart.as_deref(),
            params.restart.as_ref(),
        ),
    ];
    let Some(xml) = out.xml() else {
        for (_, words, hash, _) in kinds {
            if let Some(hash) = hash {
                out.line(&format!("{hash} ({words} parameters)"));
            }
        }
        return;
    };
    let interval = format!("{}ms", report.interval_ms);
    xml.push(
        "digests",
        &[
            ("resource", rsc),
            ("node", node),
            ("task", &report.task),
            ("interval", &interval),
        ],
    );
    for (kind, _, hash, pairs) in kinds {
        if let Some(hash) = hash {
            xml.push("digest", &[("type", kind), ("hash", hash)]);
            let pairs: Vec<(&str, &str)> = pairs
                .into_iter()
                .flatten()
                .map(|(name, value)| (&**name, &**value))
                .collect();
            xml.leaf("parameters", &pairs);
            xml.pop();
        }
    }
    xml.pop();
}
