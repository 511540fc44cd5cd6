//! Bad input: each cause gets one clear message or the documented fallback, and the documented exit status.
//!
//! What the schema refuses ends with exit status 78 and one line for each cause. What it lets pass (values of
//! name/value pairs, intervals, everything in the status section), or what is read with validation turned off, is used
//! as far as it goes; messages about it come with `-VV`.

mod tool;

use std::ffi::OsString;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use pcmk_cli::World;
use pcmk_cli::world::Clock;
use tool::{NOW, Ran, run, scratch, simulate};

const UNREADABLE: &str = "crm_simulate: Could not read input XML: Bad input value provided\n";

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

// ---- no XML, or too much of it

#[test]
fn not_xml() {
    check_unreadable(
        &simulate_text("node web1 is fine\n"),
        "<stdin>:1:1: text outside of the root element",
    );
    check_unreadable(
        &simulate_text("{\"cib\": {}}"),
        "<stdin>:1:1: text outside of the root element",
    );
    check_unreadable(&simulate_text(""), "<stdin>:1:1: document is empty");
    check_unreadable(
        &simulate_text(b"\x7fELF\x02\x01\x01\0\xff\xfe".to_vec()),
        "<stdin>:1:9: bytes are not valid in the encoding",
    );
    check_unreadable(
        &simulate_text("<cib>\0</cib>"),
        "<stdin>:1:6: character U+0000 is not allowed in XML",
    );
}

/// Without `-V` there is the documented line alone.
#[test]
fn unreadable_input_is_one_line() {
    let directory = scratch("bad-unreadable");
    let file = directory.join("cib.xml");
    std::fs::write(&file, "<cib").expect("scratch is writable");
    for path in [file, directory.join("missing.xml"), directory] {
        let ran = simulate([OsString::from("-R"), "-x".into(), path.into()]);
        assert_eq!(
            ran,
            Ran {
                status: 65,
                out: String::new(),
                err: UNREADABLE.to_owned()
            }
        );
    }
}

#[test]
fn truncated_xml() {
    let text = Cib::default().text();
    check_unreadable(
        &simulate_text("<cib"),
        "<stdin>:1:5: document ends unexpectedly inside a tag",
    );
    for at in (1..text.trim_end().len()).step_by(7) {
        let ran = simulate_text(&text[..at]);
        assert_eq!((ran.status, ran.out.as_str()), (65, ""), "cut at {at}");
        assert!(ran.err.ends_with(UNREADABLE), "cut at {at}: {}", ran.err);
        assert_eq!(ran.err.lines().count(), 2, "cut at {at}: {}", ran.err);
    }
}

#[test]
fn a_hundred_thousand_nested_elements() {
    let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    check_unreadable(
        &simulate_text(deep.clone()),
        "<stdin>:1:772: elements are nested deeper than 256 levels",
    );
    let ran = Cib {
        status: &deep,
        ..Cib::default()
    }
    .simulate();
    assert_eq!(ran.status, 65);
    assert!(
        ran.err
            .contains("elements are nested deeper than 256 levels\n"),
        "{}",
        ran.err
    );
}

#[test]
fn entity_bombs() {
    let mut bomb = String::from("<!DOCTYPE cib [<!ENTITY a0 \"aaaaaaaaaa\">\n");
    for level in 1..20 {
        let below = format!("&a{};", level - 1).repeat(10);
        bomb.push_str(&format!("<!ENTITY a{level} \"{below}\">\n"));
    }
    bomb.push_str("]>\n<cib>&a19;</cib>");
    check_unreadable(
        &simulate_text(bomb),
        "<stdin>:1:15: document type with internal declarations is not supported",
    );
    check_unreadable(
        &simulate_text("<cib>&lol;</cib>"),
        "<stdin>:1:6: entity 'lol' is not defined",
    );
    let outside =
        simulate_text("<!DOCTYPE cib [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><cib>&a;</cib>");
    check_unreadable(
        &outside,
        "<stdin>:1:15: document type with internal declarations is not supported",
    );
}

/// A file of at least this size, made of a beginning, a piece as often as it takes, and an end.
fn large_file(path: &Path, bytes: usize, begin: &str, piece: &str, end: &str) -> PathBuf {
    let mut file = BufWriter::new(File::create(path).expect("scratch is writable"));
    let block = piece.repeat(65_536_usize.div_ceil(piece.len()));
    let mut write = |text: &str| file.write_all(text.as_bytes()).expect("scratch has room");
    write(begin);
    for _ in 0..bytes.div_ceil(block.len()) {
        write(&block);
    }
    write(end);
    file.flush().expect("scratch has room");
    path.to_owned()
}

/// 200 MiB in the shape of a status section are read and used like any other; in shapes that no CIB has, they are
/// refused before they fill the memory.
#[test]
fn files_of_200_mib() {
    const SIZE: usize = 200 << 20;
    let directory = scratch("bad-large");
    let text = Cib::default().text();
    let (begin, end) = text.split_at(text.find("</status>").expect("there is a status section"));
    let simulate =
        |file: &Path| simulate([OsString::from("-R"), "-V".into(), "-x".into(), file.into()]);
    let file = directory.join("cib.xml");

    let entry = r#"<lrm_rsc_op id="a_last_0" operation_key="a_start_0" operation="start" call-id="1" rc-code="0"/>"#;
    let start = Instant::now();
    let ran = simulate(&large_file(&file, SIZE, begin, entry, end));
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    assert!(ran.out.contains("Start      a"), "{}", ran.out);
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());

    let start = Instant::now();
    let ran = simulate(&large_file(&file, SIZE, begin, "<a/>", end));
    assert_eq!(ran.status, 65);
    assert!(
        ran.err
            .contains("document has more than 10000000 elements, comments and texts\n"),
        "{}",
        ran.err
    );
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());

    // A name for each attribute: 200 000 of them are enough.
    let names: String = (0..200_000)
        .map(|number| format!(" a{number}=\"\""))
        .collect();
    let ran = simulate(&large_file(
        &file,
        0,
        &format!("{begin}<a{names}/>"),
        " ",
        end,
    ));
    assert_eq!(ran.status, 65);
    assert!(
        ran.err
            .contains("document has more than 100000 different names\n"),
        "{}",
        ran.err
    );

    // A file without an end, as far as reading goes.
    let sparse = File::create(&file).and_then(|sparse| sparse.set_len(1 << 40));
    sparse.expect("scratch can hold a sparse file");
    let start = Instant::now();
    check_unreadable(
        &simulate(&file),
        &format!("{} holds more than 268435456 bytes", file.display()),
    );
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
    std::fs::remove_dir_all(directory).expect("scratch can be removed");
}

#[test]
fn damaged_compression() {
    let file = scratch("bad-compression").join("cib.xml.bz2");
    std::fs::write(&file, Cib::default().text()).expect("scratch is writable");
    let ran = simulate([
        OsString::from("-R"),
        "-V".into(),
        "-x".into(),
        file.clone().into(),
    ]);
    assert_eq!(ran.status, 65);
    let begin = format!("(input) \terror: could not decompress {}: ", file.display());
    assert!(
        ran.err.starts_with(&begin) && ran.err.ends_with(UNREADABLE),
        "{}",
        ran.err
    );
}

// ---- schemas

#[test]
fn unknown_schema() {
    let unknown = "(input) \terror: Cannot validate CIB with unknown validate-with (manually edit to use a known schema)";
    check_invalid(
        &Cib {
            schema: "pacemaker-9.9",
            ..Cib::default()
        },
        &[unknown],
    );
    check_invalid(
        &Cib {
            schema: "",
            ..Cib::default()
        },
        &[unknown],
    );
    let text = Cib::default()
        .text()
        .replace(" validate-with=\"pacemaker-4.0\"", "");
    let ran = simulate_text(text);
    assert_eq!((ran.status, ran.out.as_str()), (78, ""));
    let missing = "(input) \terror: Cannot validate CIB with missing validate-with (manually edit to use a known schema)\n";
    assert_eq!(ran.err, missing);
}

/// Without `-V` nothing is said about an unknown schema; that is what the reference does.
#[test]
fn unknown_schema_without_verbosity() {
    let file = scratch("bad-schema").join("cib.xml");
    std::fs::write(
        &file,
        Cib {
            schema: "pacemaker-9.9",
            ..Cib::default()
        }
        .text(),
    )
    .expect("scratch is writable");
    let ran = simulate([OsString::from("-R"), "-x".into(), file.into()]);
    assert_eq!(
        ran,
        Ran {
            status: 78,
            out: String::new(),
            err: String::new()
        }
    );
}

#[test]
fn schema_invalid_elements() {
    check_invalid(
        &Cib {
            resources: r#"<primitive id="a" class="ocf" provider="pacemaker" type="Dummy" colour="blue"/>
<primitiv id="b" class="ocf" provider="pacemaker" type="Dummy"/>
<primitive id="c" class="ocf" type="Dummy"/>
<group id="g"/>
<primitive id="d" class="ocf" provider="pacemaker" type="Dummy">words</primitive>"#,
            ..Cib::default()
        },
        &[
            r#"<stdin>:8: element primitive id="a": unknown attribute "colour"; expected description"#,
            r#"<stdin>:9: element primitiv id="b": unknown element in "resources"; expected primitive, template, group, clone or bundle; did you mean "primitive"?"#,
            r#"<stdin>:10: element primitive id="c": missing attribute "provider""#,
            r#"<stdin>:11: element group id="g": incomplete content; expected element primitive"#,
        ],
    );
}

/// A root that is no CIB is no special case.
#[test]
fn another_kind_of_document() {
    let ran = simulate_text("<html><body/></html>");
    assert_eq!((ran.status, ran.out.as_str()), (78, ""));
    assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
}

// ---- ids and references

const DUPLICATES: &str = r#"<primitive id="a" class="ocf" provider="pacemaker" type="Dummy"/>
<primitive id="a" class="ocf" provider="pacemaker" type="Stateful"/>
<group id="g"><primitive id="fencing" class="ocf" provider="pacemaker" type="Dummy"/></group>"#;

#[test]
fn duplicate_ids() {
    check_invalid(
        &Cib {
            resources: DUPLICATES,
            ..Cib::default()
        },
        &[
            r#"<stdin>:9: element primitive id="a": id="a" is already taken in line 8"#,
            r#"<stdin>:10: element primitive id="fencing": id="fencing" is already taken in line 4"#,
        ],
    );
}

const VALIDATION_DISABLED: &str = "Schema validation of configuration is disabled (support for validate-with set to \
                                   \"none\" is deprecated and will be removed in a future release)";

#[test]
fn duplicate_ids_without_validation() {
    check_used(
        &Cib {
            schema: "none",
            resources: DUPLICATES,
            ..Cib::default()
        },
        &[VALIDATION_DISABLED],
        &["Start a ( n1 )", "Start a ( n2 )", "Start fencing ( n1 )"],
    );
}

const DANGLING: &str = r#"<rsc_location id="l1" rsc="no" node="n1" score="5"/>
<rsc_location id="l2" rsc="a"><rule id-ref="no"/></rsc_location>
<rsc_colocation id="c1" rsc="a" with-rsc="no" score="1"/>
<rsc_order id="o1" first="no" then="a"/>
<rsc_order id="o2"><resource_set id="s1"><resource_ref id="a"/><resource_ref id="no"/></resource_set></rsc_order>
<rsc_order id="o3"><resource_set id-ref="no"/></rsc_order>
<rsc_ticket id="t1" rsc="no" ticket="T"/>"#;
const DANGLING_RESOURCES: &str = r#"<primitive id="a" class="ocf" provider="pacemaker" type="Dummy">
<meta_attributes id-ref="no"/><operations id-ref="no"/></primitive>
<primitive id="b" template="no"/>"#;

#[test]
fn dangling_references() {
    check_invalid(
        &Cib {
            resources: DANGLING_RESOURCES,
            constraints: DANGLING,
            ..Cib::default()
        },
        &[
            r#"<stdin>:9: element meta_attributes: id-ref="no" refers to nothing in the document"#,
            r#"<stdin>:9: element operations: id-ref="no" refers to nothing in the document"#,
            r#"<stdin>:10: element primitive id="b": template="no" refers to nothing in the document"#,
            r#"<stdin>:13: element rsc_location id="l1": rsc="no" refers to nothing in the document"#,
            r#"<stdin>:14: element rule: id-ref="no" refers to nothing in the document"#,
            r#"<stdin>:15: element rsc_colocation id="c1": with-rsc="no" refers to nothing in the document"#,
            r#"<stdin>:16: element rsc_order id="o1": first="no" refers to nothing in the document"#,
            r#"<stdin>:17: element resource_ref id="no": id="no" refers to nothing in the document"#,
            r#"<stdin>:18: element resource_set: id-ref="no" refers to nothing in the document"#,
            r#"<stdin>:19: element rsc_ticket id="t1": rsc="no" refers to nothing in the document"#,
        ],
    );
}

#[test]
fn dangling_references_without_validation() {
    let unresolved = |name: &str| {
        format!(
            "error: Ignoring invalid {name} configuration: id-ref 'no' does not reference a valid object | \
             xpath=//{name}[@id='no']"
        )
    };
    let unknown = "warning: No resource, template, or tag named 'no'";
    let constraint = |id: &str| {
        format!("error: Ignoring constraint '{id}' because 'no' is not a valid resource or tag")
    };
    check_used(
        &Cib {
            schema: "none",
            resources: DANGLING_RESOURCES,
            constraints: DANGLING,
            ..Cib::default()
        },
        &[
            VALIDATION_DISABLED,
            &unresolved("operations"),
            &unresolved("meta_attributes"),
            "error: No template named 'no'",
            "error: Ignoring <primitive> resource 'b' because configuration is invalid",
            unknown,
            &constraint("l1"),
            &unresolved("rule"),
            unknown,
            &constraint("c1"),
            unknown,
            &constraint("o1"),
            unknown,
            "error: Ignoring resource sets for constraint 'o2' because 'no' is not a valid resource or tag",
            "error: s1: No resource found for no",
            &unresolved("resource_set"),
            "error: Ignoring constraint 'o3' without first",
            unknown,
            &constraint("t1"),
        ],
        &["Start a ( n1 )"],
    );
}

/// References in circles end, too.
#[test]
fn circular_references_without_validation() {
    check_used(
        &Cib {
            schema: "none",
            resources: r#"<template id="t" template="t" class="ocf" provider="pacemaker" type="Dummy"/>
<primitive id="p" template="p"/>
<primitive id="q" class="ocf" provider="pacemaker" type="Dummy"><meta_attributes id="q1" id-ref="q2"/>
<meta_attributes id="q2" id-ref="q1"/></primitive>"#,
            constraints: r#"<rsc_order id="o"><resource_set id="s1" id-ref="s2"/></rsc_order>
<rsc_order id="o2"><resource_set id="s2" id-ref="s1"/></rsc_order>
<rsc_location id="l" rsc="q"><rule id="r1" id-ref="r2"/></rsc_location>
<rsc_location id="l2" rsc="q"><rule id="r2" id-ref="r1"/></rsc_location>"#,
            ..Cib::default()
        },
        &[
            VALIDATION_DISABLED,
            "error: The resource object 'p' should not reference itself",
            "error: Ignoring <primitive> resource 'p' because configuration is invalid",
            "error: Ignoring location constraint rule r2 because neither score nor score-attribute was specified",
            "error: Ignoring location constraint rule r1 because neither score nor score-attribute was specified",
        ],
        &["Start q ( n1 )"],
    );
}

// ---- values that do not parse

#[test]
fn scores_that_do_not_parse() {
    check_invalid(
        &Cib {
            constraints: r#"<rsc_location id="l" rsc="a" node="n1" score="many"/>"#,
            ..Cib::default()
        },
        &[
            r#"<stdin>:11: element rsc_location id="l": invalid value score="many"; expected an integer, "INFINITY", "+INFINITY" or "-INFINITY""#,
        ],
    );
    check_used(
        &Cib {
            schema: "none",
            constraints: r##"<rsc_location id="l1" rsc="a" node="n2" score="many"/>
<rsc_location id="l2" rsc="a" node="n2" score=""/>
<rsc_location id="l3" rsc="a"><rule id="r" score="x"><expression id="e" attribute="#uname" operation="eq" value="n2"/>
</rule></rsc_location>"##,
            ..Cib::default()
        },
        &[
            VALIDATION_DISABLED,
            "error: Ignoring location constraint l1 because 'many' is not a valid score",
            "error: Ignoring location constraint l2 because '' is not a valid score",
            "error: Ignoring location constraint rule r because 'x' is not a valid score: Invalid argument",
        ],
        &["Start a ( n1 )"],
    );
}

#[test]
fn meta_attributes_that_do_not_parse() {
    let pairs = [
        ("resource-stickiness", "sticky"),
        ("migration-threshold", "-x"),
        ("priority", "high"),
        ("is-managed", "perhaps"),
        ("target-role", "Sleeping"),
        ("multiple-active", "fine"),
        ("requires", "luck"),
        ("failure-timeout", "whenever"),
    ];
    let pairs: String = pairs
        .iter()
        .map(|(name, value)| format!(r#"<nvpair id="m-{name}" name="{name}" value="{value}"/>"#))
        .collect();
    check_used(
        &Cib {
            resources: &format!(
                r#"<primitive id="a" class="ocf" provider="pacemaker" type="Dummy"><meta_attributes id="m">{pairs}
</meta_attributes></primitive>"#
            ),
            ..Cib::default()
        },
        &[
            "warning: Using default (0) for resource a priority because 'high' is not a valid value: Bad input value \
             provided",
            "warning: fine is not a valid value for multiple-active, using default of \"stop_start\"",
            "warning: Using default (0) for resource a resource-stickiness because 'sticky' is not a valid value: Bad \
             input value provided",
            "warning: Using default (INFINITY) for resource a meta-attribute migration-threshold because '-x' is not a \
             valid value: Bad input value provided",
            "error: Resetting 'requires' for a to 'quorum' because 'luck' is not valid",
            "error: Ignoring 'target-role' for a because 'Sleeping' is not valid",
        ],
        &[],
    );
}

#[test]
fn cluster_options_that_do_not_parse() {
    let bad = [
        ("cluster-recheck-interval", "PXYZ"),
        ("no-quorum-policy", "panic"),
        ("fencing-timeout", "-5"),
        ("cluster-delay", "soon"),
        ("batch-limit", "x"),
    ];
    let pairs: String = bad
        .iter()
        .map(|(name, value)| format!(r#"<nvpair id="o-{name}" name="{name}" value="{value}"/>"#))
        .collect();
    let messages: Vec<String> = bad
        .iter()
        .map(|(name, value)| {
            format!("error: Using default value for cluster option '{name}' because '{value}' is invalid")
        })
        .collect();
    let messages: Vec<&str> = messages.iter().map(String::as_str).collect();
    check_used(
        &Cib {
            options: &pairs,
            ..Cib::default()
        },
        &messages,
        &["Start a ( n1 )"],
    );
}

/// An interval that does not parse counts as 0, a timeout as the default; both silently, as documented.
#[test]
fn intervals_that_do_not_parse() {
    let cib = Cib {
        resources: r#"<primitive id="a" class="ocf" provider="pacemaker" type="Dummy"><operations>
<op id="a1" name="monitor" interval="often" timeout="never"/><op id="a2" name="monitor" interval="-10s"/>
<op id="a3" name="monitor" interval="P1Z"/><op id="a4" name="monitor" interval="10s" timeout="soon"/>
<op id="a5" name="monitor" interval="9999999999999999999999999999s" timeout="-1"/>
<op id="a6" name="start" interval="5"/></operations></primitive>"#,
        ..Cib::default()
    };
    check_used(
        &cib,
        &["error: Ignoring a6 because start action cannot be recurring"],
        &["Start a ( n1 )"],
    );

    let directory = scratch("bad-intervals");
    let (input, graph) = (directory.join("cib.xml"), directory.join("graph.xml"));
    std::fs::write(&input, cib.text()).expect("scratch is writable");
    let ran = simulate([
        OsString::from("-R"),
        "-x".into(),
        input.into(),
        "-G".into(),
        graph.clone().into(),
    ]);
    assert_eq!(ran.status, 0);
    let graph = std::fs::read_to_string(graph).expect("the run wrote it");
    let intervals: Vec<&str> = graph
        .split("CRM_meta_interval=\"")
        .skip(1)
        .filter_map(|at| at.split('"').next())
        .collect();
    assert_eq!(intervals, ["4294967295", "10000"]);
    assert!(
        graph.contains(r#"operation_key="a_monitor_10000" on_node="n1""#),
        "{graph}"
    );
}

/// Far more instances than any machine could schedule.
#[test]
fn endless_clones_and_bundles() {
    let clone = |number: &str| {
        format!(
            r#"<clone id="c"><meta_attributes id="m"><nvpair id="m1" name="clone-max" value="{number}"/>
</meta_attributes>{DUMMY}</clone>"#
        )
    };
    check_used(
        &Cib {
            resources: &clone("999999999999"),
            ..Cib::default()
        },
        &["error: Using 5000 instead of 2147483647 as clone-max for c"],
        &["Start a:0 ( n1 )", "Start a:1 ( n2 )"],
    );
    check_used(
        &Cib {
            resources: &clone("-4"),
            ..Cib::default()
        },
        &[],
        &[],
    );
    let bundle = r#"<bundle id="b"><podman image="i" replicas="-2000000000"/></bundle>"#;
    check_used(
        &Cib {
            resources: bundle,
            ..Cib::default()
        },
        &[],
        &["Start b-podman-0 ( n1 )"],
    );
}

// ---- the status section

#[test]
fn node_state_for_no_node() {
    let ghost = r#"<node_state id="9" uname="ghost" in_ccm="true" crmd="online" join="member" expected="member">
<lrm id="9"><lrm_resources><lrm_resource id="a" class="ocf" provider="pacemaker" type="Dummy">
<lrm_rsc_op id="a_last_0" operation_key="a_start_0" operation="start" call-id="3" rc-code="0" op-status="0" interval="0"
transition-key="1:1:0:11111111-2222-3333-4444-555555555555"
transition-magic="0:0;1:1:0:11111111-2222-3333-4444-555555555555"/></lrm_resource></lrm_resources></lrm></node_state>
<node_state/><node_state id="77"/>"#;
    let cib = Cib {
        status: &format!("{STATUS}\n{ghost}"),
        ..Cib::default()
    };
    check_used(
        &cib,
        &["error: Ignoring invalid node_state entry without id"],
        &["Start a ( n1 )"],
    );
    let ran = cib.simulate();
    assert!(!ran.out.contains("ghost"), "{}", ran.out);
}

#[test]
fn nodes_in_conflict() {
    let text = Cib::default().text().replace(
        r#"<node id="2" uname="n2"/>"#,
        r#"<node id="2" uname="n1"/>"#,
    );
    let ran = simulate_text(text);
    assert_eq!(ran.status, 0);
    assert_eq!(
        ran.err,
        format!(
            "(unpack_config) \t{NO_FENCING}\n(pe__create_node) \twarning: More than one node entry has name 'n1'\n"
        )
    );
}

#[test]
fn history_with_nonsense_keys() {
    let entries = r#"<lrm_rsc_op/><lrm_rsc_op id="x1"/><lrm_rsc_op id="x2" operation_key="" operation=""/>
<lrm_rsc_op id="x3" operation_key="nonsense" operation="fly" call-id="x" rc-code="y" op-status="z" interval="q"
transition-key="gibberish" transition-magic=";;;:::"/>
<lrm_rsc_op id="x4" operation_key="a_monitor_10000" operation="monitor" call-id="-9999999999999"
rc-code="99999999999" op-status="-7" interval="-10" transition-magic="0:0" transition-key=":::"
last-rc-change="never"/>
<lrm_rsc_op id="x5" operation_key="a_start_0" operation="start" call-id="5" rc-code="0" op-status="99" interval="0"
transition-key="1:1:0:" transition-magic="0:0;1:1:0:u"/>
<lrm_rsc_op id="x6" operation_key="_start_0" operation="migrate_to" call-id="6" rc-code="0" op-status="0"
interval="0" migrate_source="n2" migrate_target="nowhere" transition-key="1:1:0:u" transition-magic="0:0;1:1:0:u"/>
<lrm_rsc_op id="x7" operation_key="a_monitor_0" operation="monitor" call-id="7" rc-code="300" op-status="0"
interval="0" transition-key="2:2:99999999999:u" transition-magic="9:9;2:2:7:u" op-digest="zz"
op-force-restart=" a b " op-restart-digest="q"/>"#;
    let status = format!(
        r#"<node_state id="1" uname="n1" in_ccm="true" crmd="online" join="member" expected="member"><lrm id="1">
<lrm_resources><lrm_resource/><lrm_resource id="a" class="ocf" provider="pacemaker" type="Dummy">{entries}
</lrm_resource></lrm_resources></lrm></node_state>"#
    );
    check_used(
        &Cib {
            status: &status,
            ..Cib::default()
        },
        &[
            "error: Ignoring invalid lrm_resource entry: No id",
            "error: Ignoring resource history entry x5 for a on n1 with invalid op-status '99'",
            "error: Ignoring resource history entry x6 because migrate_source='n2' does not match n1",
            "error: Ignoring resource history entry x7 for a on n1 with invalid rc-code '300'",
            "error: Ignoring resource history entry x4 for a on n1 with invalid op-status '-7'",
            "error: Ignoring resource history entry x2 for a on n1 without operation",
            "error: Ignoring resource history entry x1 for a on n1 without operation",
            "error: Ignoring resource history entry for a on n1 without ID",
        ],
        &["Start a ( n1 )"],
    );
}

#[test]
fn attributes_that_do_not_parse() {
    let attributes = [
        ("fail-count-a#monitor_10000", "lots"),
        ("last-failure-a#monitor_10000", "once"),
        ("fail-count-", "1"),
        ("terminate", "perhaps"),
        ("standby", "maybe"),
    ];
    let pairs: String = attributes
        .iter()
        .enumerate()
        .map(|(number, (name, value))| {
            format!(r#"<nvpair id="t{number}" name="{name}" value="{value}"/>"#)
        })
        .collect();
    let status = format!(
        r#"<node_state id="1" uname="n1" in_ccm="true" crmd="online" join="member" expected="member">
<transient_attributes id="1"><instance_attributes id="t">{pairs}</instance_attributes></transient_attributes>
</node_state>"#
    );
    let ran = Cib {
        status: &status,
        ..Cib::default()
    }
    .simulate();
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(ran.out.contains("Start      a"), "{}", ran.out);
}

// ---- events that make no sense

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
