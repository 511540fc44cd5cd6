//! Waits until a cluster has nothing to do. Source: behaviour notes 07 section 3.9.

use std::time::Duration;

use pcmk_core::rc::ExitCode;

use super::options::Request;
use super::scene::{connect, current};
use crate::front::{Failure, Session};
use crate::ops::resource::forecast::{Pending, pending};

/// Time between two looks at the cluster.
pub const PAUSE: Duration = Duration::from_secs(2);
/// How long to wait if nothing else is said.
const DEFAULT: Duration = Duration::from_secs(60 * 60);

/// Waits.
pub fn run(request: &Request, session: &mut Session<'_, '_>) -> Result<ExitCode, Failure> {
    let limit = match request.timeout_ms {
        0 => DEFAULT,
        ms => Duration::from_millis(u64::from(ms)),
    };
    let start = session.world.stopwatch();
    let mut last = Pending::default();
    let mut warned = session.out.is_quiet();
    while start.elapsed() < limit {
        session.world.pause(PAUSE);
        let cib = connect(session)?;
        let doc = current(&cib, session.out)?;
        if !warned {
            warned = true;
            let version = doc
                .root_element()
                .descendants()
                .find(|pair| pair.name() == "nvpair" && pair.attr("name") == Some("dc-version"))
                .and_then(|pair| pair.attr("value"));
            if version.is_some_and(|version| {
                version.split('-').next() != Some(pcmk_core::version::VERSION)
            }) {
                session
                    .out
                    .info("warning: wait option may not work properly in mixed-version cluster");
            }
        }
        last = pending(doc, cib.now());
        if last.is_settled() {
            return Ok(ExitCode::OK);
        }
    }
    session.out.info("Pending actions:");
    for (number, key, node) in &last.actions {
        let node = node
            .as_ref()
            .map(|node| format!("\ton {node}"))
            .unwrap_or_default();
        session.out.info(&format!("\tAction {number}: {key}{node}"));
    }
    Err(Failure::silent(ExitCode::TIMEOUT))
}
