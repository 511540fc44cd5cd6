//! The library as another program uses it: one call, then questions about the result.

use std::path::Path;

use pcmk_cib::load::read_file;
use pcmk_core::time::DateTime;
use pcmk_pengine::transition::describe::ElementKind;
use pcmk_pengine::{Decision, Input, schedule};

fn decide(example: &str) -> Decision {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../examples")
        .join(example);
    let cib = read_file(path).expect("the example is there");
    schedule(&Input::new(cib, DateTime::from_epoch(1_700_000_600)).traced())
}

#[test]
fn actions_and_their_inputs() {
    let decision = decide("web-server.xml");
    let find = |key: &str, node: Option<&str>| {
        decision
            .actions()
            .find(|a| a.key() == key && a.node() == node)
            .expect("planned")
    };
    let start = find("httpd_start_0", Some("web1"));
    assert_eq!(
        (start.task(), start.rsc(), start.kind()),
        ("start", Some("httpd"), ElementKind::RscOp)
    );
    assert_eq!(
        (start.interval_ms(), start.priority(), start.reason()),
        (0, 0, None)
    );
    let inputs: Vec<String> = start.inputs().map(|input| format!("{:?}", input)).collect();
    assert_eq!(
        inputs,
        [
            "4 httpd_monitor_0 on web1",
            "8 httpd_monitor_0 on web2",
            "13 vip_start_0 on web1",
            "17 website_start_0"
        ]
    );
    // Inputs are actions like any other, so one can go on asking.
    assert!(
        start
            .inputs()
            .any(|input| input.inputs().any(|deeper| deeper.key() == "vip_monitor_0"))
    );
    let attributes = start.attributes();
    assert_eq!(attributes.get("CRM_meta_timeout"), Some("40000"));
    assert_eq!(
        attributes.get("statusurl"),
        Some("http://127.0.0.1/server-status")
    );
    assert_eq!(
        find("website_running_0", None).kind(),
        ElementKind::PseudoEvent
    );
    assert_eq!(
        decision.actions().count(),
        decision.transition.synapses.len()
    );
}

#[test]
fn why_in_words() {
    let decision = decide("web-server.xml");
    let why = |rsc: &str, node: &str| {
        decision
            .why(rsc, node)
            .map(|why| why.in_words(&decision.config).to_string())
    };
    assert_eq!(why("nothing", "web1"), None);
    assert_eq!(why("vip", "nowhere"), None);
    let text = why("vip", "web2").expect("both exist");
    assert!(
        text.starts_with("vip is on web1, not on web2: its score there is 0, on the other node 50"),
        "{text}"
    );
    let text = why("fence-web1", "web1").expect("both exist");
    assert_eq!(
        text.lines().next(),
        Some(
            "fence-web1 is on web2, not on web1: its score there is negative, mainly because of location constraint \
             fence-web1-elsewhere"
        )
    );
}

/// Equal input gives an equal transition, also on several threads at once.
#[test]
fn runs_in_parallel() {
    let keys = || -> Vec<String> {
        decide("mixed.xml")
            .actions()
            .map(|a| format!("{a:?}"))
            .collect()
    };
    let expected = keys();
    std::thread::scope(|scope| {
        let runs: Vec<_> = (0..4).map(|_| scope.spawn(keys)).collect();
        for run in runs {
            assert_eq!(run.join().expect("no panic"), expected);
        }
    });
}
