//! Bad input: each cause gets one clear message or the documented fallback, and the documented exit status.
//!
//! What the schema refuses ends with exit status 78 and one line for each cause. What it lets pass (values of
//! name/value pairs, intervals, everything in the status section), or what is read with validation turned off, is used
//! as far as it goes; messages about it come with `-VV`.

mod events;
mod references;
mod schemas;
mod status;
#[path = "../tool/mod.rs"]
mod tool;
mod values;
mod xml;

use std::ffi::OsString;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use pcmk_cli::World;
use pcmk_cli::world::Clock;
use tool::{NOW, Ran, run, scratch, simulate};

const UNREADABLE: &str = "crm_simulate: Could not read input XML: Bad input value provided\n";

const VALIDATION_DISABLED: &str = "Schema validation of configuration is disabled (support for validate-with set to \
                                   \"none\" is deprecated and will be removed in a future release)";

/// Longer than any of these inputs may take, even unoptimised on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Simulates a text given on standard input. `-VV`: errors and warnings are shown.
fn simulate_text(text: impl Into<Vec<u8>>) -> Ran {
    let mut world = World::for_test(&["crm_simulate", "-R", "-VV", "-p"]);
    world.stdin = Box::new(std::io::Cursor::new(text.into()));
    world.clock = Clock::Fixed(NOW);
    run(&mut world)
}

/// A two-node cluster: schema, cluster options, resources, constraints, status.
struct Cib<'a> {
    schema: &'a str,
    options: &'a str,
    resources: &'a str,
    constraints: &'a str,
    status: &'a str,
}

const STATUS: &str = r#"<node_state id="1" uname="n1" in_ccm="true" crmd="online" join="member" expected="member"/>
<node_state id="2" uname="n2" in_ccm="true" crmd="online" join="member" expected="member"/>"#;
const DUMMY: &str = r#"<primitive id="a" class="ocf" provider="pacemaker" type="Dummy"/>"#;

impl Default for Cib<'_> {
    fn default() -> Self {
        Cib {
            schema: "pacemaker-4.0",
            options: "",
            resources: DUMMY,
            constraints: "",
            status: STATUS,
        }
    }
}

impl Cib<'_> {
    fn text(&self) -> String {
        let Cib {
            schema,
            options,
            resources,
            constraints,
            status,
        } = self;
        format!(
            r#"<cib crm_feature_set="3.20.5" validate-with="{schema}" admin_epoch="0" epoch="1" num_updates="0"
have-quorum="1">
<configuration>
<crm_config><cluster_property_set id="options"><nvpair id="fencing" name="fencing-enabled" value="false"/>
{options}</cluster_property_set></crm_config>
<nodes><node id="1" uname="n1"/><node id="2" uname="n2"/></nodes>
<resources>
{resources}
</resources>
<constraints>
{constraints}
</constraints>
</configuration>
<status>
{status}
</status>
</cib>
"#
        )
    }

    fn simulate(&self) -> Ran {
        simulate_text(self.text())
    }
}

/// Nothing but the reason and the documented message, and exit status 65.
#[track_caller]
fn check_unreadable(ran: &Ran, cause: &str) {
    assert_eq!((ran.status, ran.out.as_str()), (65, ""));
    assert_eq!(ran.err, format!("(input) \terror: {cause}\n{UNREADABLE}"));
}

/// Refused by the schema: these lines and exit status 78.
#[track_caller]
fn check_invalid(cib: &Cib<'_>, causes: &[&str]) {
    let ran = cib.simulate();
    assert_eq!((ran.status, ran.out.as_str()), (78, ""));
    assert_eq!(ran.err.lines().collect::<Vec<_>>(), causes);
}

/// Said of every cluster without fencing, as ours are.
const NO_FENCING: &str = "warning: Blind faith: not fencing unseen nodes";

/// Used as far as it goes: these messages (in this order, without the names of functions) besides [`NO_FENCING`], this plan.
#[track_caller]
fn check_used(cib: &Cib<'_>, messages: &[&str], plan: &[&str]) {
    let ran = cib.simulate();
    assert_eq!(ran.status, 0, "{}", ran.err);
    let got: Vec<&str> = ran
        .err
        .lines()
        .map(|line| line.split_once('\t').map_or(line, |(_, message)| message))
        .filter(|message| *message != NO_FENCING)
        .collect();
    assert_eq!(got, messages);
    let got: Vec<String> = ran
        .out
        .lines()
        .skip_while(|line| *line != "Transition Summary:")
        .skip(1)
        .map(|line| {
            line.split_whitespace()
                .skip(1)
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();
    assert_eq!(got, plan, "{}", ran.out);
}
