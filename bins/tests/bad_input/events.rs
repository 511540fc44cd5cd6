//! Events that make no sense.

use super::*;

#[test]
fn nonsense_events() {
    let file = scratch("bad-events").join("cib.xml");
    std::fs::write(&file, Cib::default().text()).expect("scratch is writable");
    let check = |event: [&str; 2], status: u8, err: &str| {
        let mut args: Vec<OsString> = vec!["-S".into(), "-x".into(), file.clone().into()];
        args.extend(event.iter().map(OsString::from));
        let ran = simulate(args);
        assert_eq!((ran.status, ran.err.as_str()), (status, err), "{event:?}");
    };
    check(
        ["-i", "nonsense"],
        0,
        "Invalid operation spec: nonsense.  Only found 1 fields\n",
    );
    check(["-i", "a@n1=0"], 0, "Invalid operation key: a\n");
    check(
        ["-i", "b_monitor_10000@n1=7"],
        0,
        "Invalid resource name: b\n",
    );
    check(
        ["-F", "a_start_0@n1=bad"],
        0,
        "Invalid failed operation 'a_start_0@n1=bad' (result code must be integer)\n",
    );
    check(
        ["-t", "yesterday"],
        65,
        "crm_simulate: Invalid date/time: yesterday\n",
    );
}
