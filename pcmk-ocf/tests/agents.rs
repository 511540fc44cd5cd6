//! Agents of this test's own, and real ones where these are installed.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use pcmk_core::agent::AgentName;
use pcmk_core::rc::{ExecStatus, Rc};
use pcmk_ocf::metadata::metadata;
use pcmk_ocf::{Agent, AgentResult, Places, execute};

/// A directory that goes away with the test.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Scratch {
        let path = std::env::temp_dir().join(format!("pcmk-ocf-{name}-{}", std::process::id()));
        fs::create_dir_all(path.join("ocf/test")).expect("writable");
        fs::create_dir_all(path.join("init")).expect("writable");
        fs::create_dir_all(path.join("sbin")).expect("writable");
        Scratch(path)
    }

    fn write(&self, path: &str, mode: u32, text: &str) {
        let path = self.0.join(path);
        fs::write(&path, text).expect("writable");
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("ours");
    }

    fn places(&self) -> Places {
        Places {
            ocf: vec![self.0.join("ocf")],
            init: self.0.join("init"),
            fence: self.0.join("sbin"),
        }
    }

    fn run(&self, standard: &str, kind: &str, action: &str) -> AgentResult {
        let agent = Agent {
            resource: "r1",
            standard,
            provider: (standard == "ocf").then_some("test"),
            kind,
            parameters: &[("key".to_owned(), "a b".to_owned())],
            environment: &[("PATH".into(), "/usr/bin:/bin".into())],
            timeout_ms: 1000,
        };
        execute(&self.places(), &agent, action)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[track_caller]
fn check(result: &AgentResult, rc: i32, status: ExecStatus, reason: Option<&str>) {
    let found = (result.rc, result.status, result.reason.as_deref());
    assert_eq!(found, (rc, status, reason), "{result:?}");
}

#[test]
fn results_of_ocf_agents() {
    let scratch = Scratch::new("ocf");
    let script = "#!/bin/sh\necho \"$OCF_RESKEY_key $OCF_RESOURCE_INSTANCE $1\"\ncase $1 in\nstart) \
                  echo ocf-exit-reason:first >&2; echo ocf-exit-reason:second >&2; exit 77;;\nstop) kill -9 $$;;\n\
                  demote) sleep 10;;\nesac\nexit 0\n";
    scratch.write("ocf/test/a", 0o755, script);
    scratch.write("ocf/test/plain", 0o644, script);
    let monitor = scratch.run("ocf", "a", "monitor");
    check(&monitor, 0, ExecStatus::Done, None);
    assert_eq!(monitor.stdout, "a b r1 monitor\n");
    check(
        &scratch.run("ocf", "a", "start"),
        1,
        ExecStatus::Done,
        Some("second"),
    );
    let killed = "Resource agent interrupted by Killed signal";
    check(
        &scratch.run("ocf", "a", "stop"),
        1,
        ExecStatus::Error,
        Some(killed),
    );
    let late = "Resource agent did not exit within specified timeout";
    check(
        &scratch.run("ocf", "a", "demote"),
        1,
        ExecStatus::TimedOut,
        Some(late),
    );
    let nowhere = "nope: No such file or directory";
    check(
        &scratch.run("ocf", "nope", "start"),
        5,
        ExecStatus::NotInstalled,
        Some(nowhere),
    );
    // Root may execute what nobody may execute only if somebody may.
    let plain = "Child process was unable to execute file";
    check(
        &scratch.run("ocf", "plain", "start"),
        4,
        ExecStatus::Done,
        Some(plain),
    );
    let places = scratch.places();
    assert_eq!(places.agents("ocf", Some("test")), ["a"]);
    assert_eq!(places.providers(Some("A")), ["test"]);
    assert!(places.providers(Some("nope")).is_empty());
}

#[test]
fn results_of_init_scripts() {
    let scratch = Scratch::new("lsb");
    scratch.write(
        "init/svc",
        0o755,
        "#!/bin/sh\n[ \"$1\" = status ] && exit 3\nexit 12\n",
    );
    check(
        &scratch.run("lsb", "svc", "monitor"),
        7,
        ExecStatus::Done,
        None,
    );
    check(
        &scratch.run("service", "svc", "stop"),
        1,
        ExecStatus::Done,
        None,
    );
    let gone = scratch.run("lsb", "gone", "start");
    assert_eq!((gone.rc, gone.status), (5, ExecStatus::NotInstalled));
    assert!(
        gone.reason
            .is_some_and(|reason| reason.ends_with("/gone: No such file or directory"))
    );
    let fence = scratch.run("stonith", "fence_x", "monitor");
    let reason = "Manual execution of the stonith standard is unsupported";
    check(&fence, 3, ExecStatus::Error, Some(reason));
}

#[test]
fn descriptions() {
    let scratch = Scratch::new("meta");
    scratch.write("ocf/test/mute", 0o755, "#!/bin/sh\nexit 0\n");
    scratch.write(
        "sbin/fence_x",
        0o755,
        "#!/bin/sh\nread action\n[ \"$action\" = action=metadata ] && echo '<resource-agent><parameters>\
         <parameter name=\"port\" required=\"1\"/></parameters><actions/></resource-agent>'\n",
    );
    let environment = [("PATH".into(), "/usr/bin:/bin".into())];
    let ask = |spec: &str| {
        let name = AgentName::parse(spec).expect("a specification");
        metadata(&scratch.places(), &name, &environment)
    };
    assert_eq!(ask("ocf:test:mute"), Err(Rc::EIO));
    assert_eq!(ask("ocf:test:nope"), Err(Rc::EINVAL));
    assert_eq!(ask("stonith:fence_y"), Err(Rc::ENODEV));
    let text = ask("stonith:fence_x").expect("described");
    assert!(
        text.contains("<parameter name=\"port\" required=\"0\"/>"),
        "{text}"
    );
    assert!(
        text.contains("<action name=\"stop\" timeout=\"20s\"/>"),
        "{text}"
    );
}

#[test]
fn a_real_agent() {
    let places = Places::default();
    let Some(path) = places.program("ocf", Some("heartbeat"), "Dummy") else {
        // Debian: package resource-agents.
        println_skip(Path::new("ocf:heartbeat:Dummy"));
        return;
    };
    assert!(
        places
            .agents("ocf", Some("heartbeat"))
            .iter()
            .any(|name| name == "Dummy")
    );
    let environment: Vec<_> = std::env::vars_os().collect();
    let name = AgentName::parse("ocf:heartbeat:Dummy").expect("a specification");
    let text = metadata(&places, &name, &environment).expect("described");
    assert!(
        text.contains("<resource-agent name=\"Dummy\""),
        "{} says {text}",
        path.display()
    );
    let scratch = Scratch::new("real");
    let state = scratch.0.join("state").to_string_lossy().into_owned();
    let run = |action: &str| {
        let agent = Agent {
            resource: "test",
            standard: "ocf",
            provider: Some("heartbeat"),
            kind: "Dummy",
            parameters: &[("state".to_owned(), state.clone())],
            environment: &environment,
            timeout_ms: 20_000,
        };
        execute(&places, &agent, action).rc
    };
    let results = ["monitor", "start", "monitor", "stop", "monitor", "bogus"].map(run);
    assert_eq!(results, [7, 0, 0, 0, 7, 3]);
}

/// Says that something was left out, where the test's output is looked at.
fn println_skip(missing: &Path) {
    use std::io::Write;
    let _ = writeln!(
        std::io::stderr(),
        "skipped: {} is not installed",
        missing.display()
    );
}
