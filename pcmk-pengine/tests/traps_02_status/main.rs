//! The traps of cluster status, one test each, numbered as in behaviour notes 02 "Traps".

mod digests;
mod failures;
mod history;
mod instances;
mod nodes;
mod reactions;
#[path = "../support/mod.rs"]
mod support;

use pcmk_core::role::Role;
use support::{Cluster, EMPTY_DIGEST, NOW, Run, TIMEOUT_DIGEST, digest, quiet};

fn role(run: &Run, rsc: &str) -> &'static str {
    run.decision.board.rsc(run.rsc(rsc)).role.text()
}

fn failed(run: &Run, rsc: &str) -> bool {
    run.decision.board.rsc(run.rsc(rsc)).failed
}

fn managed(run: &Run, rsc: &str) -> bool {
    run.decision.board.rsc(run.rsc(rsc)).managed
}

fn allowed(run: &Run, rsc: &str, node: &str) -> i32 {
    let table = run.decision.scores.of(run.rsc(rsc));
    table.score(run.node(node)).expect("in the table").value()
}

const INF: i32 = 1_000_000;

fn node_line(state: &str, options: &str) -> String {
    let run = Cluster::new("n1 n2")
        .options(&format!("enable-startup-probes=false {options}"))
        .fencing()
        .state("n2", state)
        .run();
    let n2 = run.decision.board.node(run.node("n2"));
    let mut words = vec![if n2.online { "online" } else { "offline" }];
    for (is, word) in [
        (n2.unclean, "unclean"),
        (n2.pending, "pending"),
        (n2.standby, "standby"),
        (n2.shutdown, "shutdown"),
    ] {
        if is {
            words.push(word);
        }
    }
    let mut text = words.join(" ");
    if let Some(line) = run.summary().iter().find(|l| l.starts_with("Fence")) {
        text.push_str(line.trim_start_matches("Fence(reboot) n2"));
    }
    text
}

fn remote_cluster(order_remote_first: bool, connection: &str) -> Run {
    let remote = format!(
        r#"<node_state id="r" uname="r" remote_node="true"><transient_attributes id="r"><instance_attributes id="rt"><nvpair id="rt1" name="colour" value="red"/></instance_attributes></transient_attributes><lrm id="r"><lrm_resources><lrm_resource id="A" class="ocf" provider="pacemaker" type="Dummy"><lrm_rsc_op id="A_last_0" operation_key="A_start_0" operation="start" transition-key="1:1:0:u" call-id="3" rc-code="0" op-status="0" interval="0" op-digest="{EMPTY_DIGEST}"/></lrm_resource></lrm_resources></lrm></node_state>"#
    );
    let cluster = quiet("n1")
        .resources("r@ocf:pacemaker:remote A")
        .history("n1", connection);
    if order_remote_first {
        let text = cluster
            .document()
            .replace("<status>", &format!("<status>{remote}"));
        support::run(&text, NOW, false)
    } else {
        cluster.status(&remote).run()
    }
}

/// A resource whose secret was masked in the input, with this start entry (02 §13.3, §13.5).
fn masked(entry: &str, sanitized: bool) -> Run {
    let cluster = quiet("n1")
        .resources("A $passwd=**** $x=1 [monitor interval=10s]")
        .history(
            "n1",
            &format!("A {entry}").replace("=SECRETS", "=' passwd  user '"),
        );
    if sanitized {
        cluster.sanitized().run()
    } else {
        cluster.run()
    }
}
