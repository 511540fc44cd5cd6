//! Cluster options, validated. Source: behaviour notes 01 section 5.

use std::collections::BTreeMap;
use std::sync::Arc;

use pcmk_core::diag::{Diagnostics, Severity};
use pcmk_core::lenient;
use pcmk_core::score::{HealthScores, Score, parse_score};

/// What to do without quorum, after the resets of 01 §5.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoQuorum {
    /// Freeze: running resources stay, nothing new starts.
    Freeze,
    /// Stop everything.
    Stop,
    /// Demote promoted instances, stop the rest.
    Demote,
    /// Pretend to be quorate.
    Ignore,
    /// Fence the members of this partition.
    Fence,
}

/// `placement-strategy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// Utilization is not considered.
    Default,
    /// Capacity limits placement.
    Utilization,
    /// As few nodes as possible.
    Minimal,
    /// Spread by free capacity.
    Balanced,
}

/// Cluster options as the engine uses them.
#[derive(Clone, Debug)]
pub struct Options {
    /// Every option by (new) name, validated text; unknown ones as given.
    pub text: BTreeMap<Arc<str>, Arc<str>>,
    /// `have-quorum` of the document.
    pub quorate: bool,
    /// Effective policy without quorum.
    pub no_quorum: NoQuorum,
    /// `fencing-enabled`.
    pub fencing_enabled: bool,
    /// `fencing-action`: `reboot` or `off`.
    pub fencing_action: Arc<str>,
    /// `startup-fencing`, in effect only with fencing enabled.
    pub startup_fencing: bool,
    /// `concurrent-fencing`.
    pub concurrent_fencing: bool,
    /// `priority-fencing-delay`, milliseconds.
    pub priority_fencing_delay_ms: u32,
    /// `stop-all-resources`.
    pub stop_all: bool,
    /// `symmetric-cluster`.
    pub symmetric: bool,
    /// `stop-removed-resources`.
    pub stop_removed: bool,
    /// `cancel-removed-actions`.
    pub cancel_removed: bool,
    /// `maintenance-mode`.
    pub maintenance: bool,
    /// `start-failure-is-fatal`.
    pub start_failure_fatal: bool,
    /// `enable-startup-probes`.
    pub startup_probes: bool,
    /// `shutdown-lock`.
    pub shutdown_lock: bool,
    /// `shutdown-lock-limit`, milliseconds (0: none).
    pub shutdown_lock_limit_ms: u32,
    /// `node-pending-timeout`, milliseconds (0: never).
    pub node_pending_timeout_ms: u32,
    /// `fence-remote-without-quorum`.
    pub fence_remote_without_quorum: bool,
    /// `placement-strategy`.
    pub placement: Placement,
    /// `node-health-strategy` as configured ("none" by default).
    pub health_strategy: Arc<str>,
    /// What the words red, yellow, green are worth.
    pub health: HealthScores,
    /// `node-health-base` (progressive strategy only, else 0).
    pub health_base: i32,
}

/// What values an option accepts.
#[derive(Clone, Copy)]
enum Check {
    /// Anything.
    Any,
    /// A boolean.
    Boolean,
    /// An interval specification.
    Interval,
    /// An integer or an infinity.
    Integer,
    /// An integer above 0, or infinity.
    Positive,
    /// A number at or above 0, followed by a percent sign.
    Percentage,
    /// One of these, ignoring case.
    OneOf(&'static [&'static str]),
    /// One of these exactly.
    Exactly(&'static [&'static str]),
}

impl Check {
    fn accepts(self, text: &str) -> bool {
        match self {
            Check::Any => true,
            Check::Boolean => lenient::parse_bool(text).is_some(),
            Check::Interval => lenient::parse_interval(Some(text)).1,
            Check::Integer => is_infinity(text) || lenient::scan_ll(text).is_ok(),
            Check::Positive => is_infinity(text) || lenient::scan_ll(text).is_ok_and(|n| n > 0),
            Check::Percentage => text.split_once('%').is_some_and(|(number, _)| {
                number.trim_start().is_empty()
                    || number.trim_start().parse::<f64>().is_ok_and(|n| n >= 0.0)
            }),
            Check::OneOf(words) => words.iter().any(|word| word.eq_ignore_ascii_case(text)),
            Check::Exactly(words) => words.contains(&text),
        }
    }
}

fn is_infinity(text: &str) -> bool {
    matches!(text, "INFINITY" | "+INFINITY" | "-INFINITY")
}

struct Known {
    name: &'static str,
    old: Option<&'static str>,
    default: Option<&'static str>,
    check: Check,
}

const fn known(name: &'static str, default: &'static str, check: Check) -> Known {
    Known {
        name,
        old: None,
        default: Some(default),
        check,
    }
}

const fn renamed(
    name: &'static str,
    old: &'static str,
    default: &'static str,
    check: Check,
) -> Known {
    Known {
        name,
        old: Some(old),
        default: Some(default),
        check,
    }
}

const fn unset(name: &'static str) -> Known {
    Known {
        name,
        old: None,
        default: None,
        check: Check::Any,
    }
}

const NO_QUORUM: &[&str] = &["stop", "freeze", "ignore", "demote", "fence", "suicide"];
const HEALTH: &[&str] = &[
    "none",
    "migrate-on-red",
    "only-green",
    "progressive",
    "custom",
];
const PLACEMENT: &[&str] = &["default", "utilization", "minimal", "balanced"];

/// All options, in the order in which they are validated (01 §5.1).
const KNOWN: &[Known] = &[
    unset("dc-version"),
    unset("cluster-infrastructure"),
    unset("cluster-name"),
    known("dc-deadtime", "20s", Check::Interval),
    known("cluster-recheck-interval", "15min", Check::Interval),
    known("election-timeout", "2min", Check::Interval),
    known("shutdown-escalation", "20min", Check::Interval),
    known("join-integration-timeout", "3min", Check::Interval),
    known("join-finalization-timeout", "30min", Check::Interval),
    known("transition-delay", "0s", Check::Interval),
    known("no-quorum-policy", "stop", Check::OneOf(NO_QUORUM)),
    known("shutdown-lock", "false", Check::Boolean),
    known("shutdown-lock-limit", "0", Check::Interval),
    known("enable-acl", "false", Check::Boolean),
    known("symmetric-cluster", "true", Check::Boolean),
    known("maintenance-mode", "false", Check::Boolean),
    known("start-failure-is-fatal", "true", Check::Boolean),
    known("enable-startup-probes", "true", Check::Boolean),
    known("fence-remote-without-quorum", "false", Check::Boolean),
    renamed("fencing-enabled", "stonith-enabled", "true", Check::Boolean),
    renamed(
        "fencing-action",
        "stonith-action",
        "reboot",
        Check::Exactly(&["reboot", "off"]),
    ),
    renamed("fencing-reaction", "fence-reaction", "stop", Check::Any),
    renamed("fencing-timeout", "stonith-timeout", "60s", Check::Interval),
    known("have-watchdog", "false", Check::Boolean),
    renamed(
        "fencing-watchdog-timeout",
        "stonith-watchdog-timeout",
        "0",
        Check::Any,
    ),
    renamed(
        "fencing-max-attempts",
        "stonith-max-attempts",
        "10",
        Check::Positive,
    ),
    known("concurrent-fencing", "true", Check::Boolean),
    known("startup-fencing", "true", Check::Boolean),
    known("priority-fencing-delay", "0", Check::Interval),
    known("node-pending-timeout", "0", Check::Interval),
    known("cluster-delay", "60s", Check::Interval),
    known("load-threshold", "80%", Check::Percentage),
    known("node-action-limit", "0", Check::Integer),
    known("batch-limit", "0", Check::Integer),
    known("migration-limit", "-1", Check::Integer),
    unset("cluster-ipc-limit"),
    known("stop-all-resources", "false", Check::Boolean),
    renamed(
        "stop-removed-resources",
        "stop-orphan-resources",
        "true",
        Check::Boolean,
    ),
    renamed(
        "cancel-removed-actions",
        "stop-orphan-actions",
        "true",
        Check::Boolean,
    ),
    known("pe-error-series-max", "-1", Check::Integer),
    known("pe-warn-series-max", "5000", Check::Integer),
    known("pe-input-series-max", "4000", Check::Integer),
    known("node-health-strategy", "none", Check::OneOf(HEALTH)),
    known("node-health-base", "0", Check::Integer),
    known("node-health-green", "0", Check::Integer),
    known("node-health-yellow", "0", Check::Integer),
    known("node-health-red", "-INFINITY", Check::Integer),
    known("placement-strategy", "default", Check::OneOf(PLACEMENT)),
];

/// Validates known options in place: new names, defaults for what is missing or invalid.
fn validate(text: &mut BTreeMap<Arc<str>, Arc<str>>, log: &mut Diagnostics) {
    for option in KNOWN {
        let mut value = text.get(option.name).cloned();
        if value.is_none()
            && let Some(old) = option.old
            && let Some(given) = text.get(old).cloned()
        {
            log.config_warning(
                "cluster_option_value",
                format!(
                    "Support for legacy name '{old}' for cluster option '{}' is deprecated and will be removed in a \
                     future release",
                    option.name
                ),
            );
            text.insert(option.name.into(), Arc::clone(&given));
            value = Some(given);
        }
        match value {
            Some(given) if option.check.accepts(&given) => {}
            Some(given) => {
                log.config_error(
                    "cluster_option_value",
                    format!(
                        "Using default value for cluster option '{}' because '{given}' is invalid",
                        option.name
                    ),
                );
                match option.default {
                    Some(default) => text.insert(option.name.into(), default.into()),
                    None => text.remove(option.name),
                };
            }
            None => {
                if let Some(default) = option.default {
                    text.insert(option.name.into(), default.into());
                }
            }
        }
    }
}

/// What the `cib` element says about quorum.
pub struct Quorum {
    /// `have-quorum` is true.
    pub quorate: bool,
    /// `no-quorum-panic` is an integer other than 0.
    pub panic: bool,
}

impl Options {
    /// Validates the options and works out what they mean (01 §5.2). `text` is what the document sets.
    #[must_use]
    pub fn from_text(
        mut text: BTreeMap<Arc<str>, Arc<str>>,
        quorum: &Quorum,
        log: &mut Diagnostics,
    ) -> Options {
        validate(&mut text, log);
        let get = |name: &str| text.get(name).map_or("", |value| &**value);
        let is_true = |name: &str| lenient::is_true(Some(get(name)));
        let interval = |name: &str| lenient::parse_interval(Some(get(name))).0;

        let startup_probes = is_true("enable-startup-probes");
        if !startup_probes {
            log.warn_once(
                "enable-startup-probes",
                "unpack_config",
                "Support for the enable-startup-probes cluster property is deprecated and will be removed (and behave \
                 as true) in a future release. Use a location constraint with resource-discovery=never instead to \
                 disable probes where desired.",
            );
        }
        let fencing_enabled = is_true("fencing-enabled");
        let concurrent_fencing = is_true("concurrent-fencing");
        warn_unless(concurrent_fencing, "concurrent-fencing", log);
        let no_quorum = no_quorum_policy(get("no-quorum-policy"), fencing_enabled, quorum, log);
        let startup_fencing = fencing_enabled && is_true("startup-fencing");
        let stop_removed = is_true("stop-removed-resources");
        warn_unless(stop_removed, "stop-removed-resources", log);
        let cancel_removed = is_true("cancel-removed-actions");
        warn_unless(cancel_removed, "cancel-removed-actions", log);
        if !startup_fencing && log.once("startup-fencing") {
            // The only such message that sets no "has warning" bit.
            log.report(
                Severity::SchedulerWarning,
                "unpack_config",
                "Blind faith: not fencing unseen nodes",
            );
        }
        let shutdown_lock = is_true("shutdown-lock");
        let (health, health_base) = health_scores(get("node-health-strategy"), &get);
        Options {
            quorate: quorum.quorate,
            no_quorum,
            fencing_enabled,
            fencing_action: get("fencing-action").into(),
            startup_fencing,
            concurrent_fencing,
            priority_fencing_delay_ms: interval("priority-fencing-delay"),
            stop_all: is_true("stop-all-resources"),
            symmetric: is_true("symmetric-cluster"),
            stop_removed,
            cancel_removed,
            maintenance: is_true("maintenance-mode"),
            start_failure_fatal: is_true("start-failure-is-fatal"),
            startup_probes,
            shutdown_lock,
            shutdown_lock_limit_ms: if shutdown_lock {
                interval("shutdown-lock-limit")
            } else {
                0
            },
            node_pending_timeout_ms: interval("node-pending-timeout"),
            fence_remote_without_quorum: is_true("fence-remote-without-quorum"),
            placement: placement(get("placement-strategy")),
            health_strategy: get("node-health-strategy").into(),
            health,
            health_base,
            text,
        }
    }

    /// `have-watchdog`: a watchdog counts as a fencing device.
    #[must_use]
    pub fn watchdog(&self) -> bool {
        lenient::is_true(self.text.get("have-watchdog").map(|value| &**value))
    }

    /// `cluster-name`, if set.
    #[must_use]
    pub fn cluster_name(&self) -> Option<&Arc<str>> {
        self.text.get("cluster-name")
    }
}

fn warn_unless(value: bool, name: &'static str, log: &mut Diagnostics) {
    if !value {
        log.warn_once(
            name,
            "unpack_config",
            format!(
                "Support for the {name} cluster property is deprecated and will be removed (and behave as true) in a \
                 future release."
            ),
        );
    }
}

fn no_quorum_policy(
    text: &str,
    fencing_enabled: bool,
    quorum: &Quorum,
    log: &mut Diagnostics,
) -> NoQuorum {
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    if is("ignore") {
        NoQuorum::Ignore
    } else if is("freeze") {
        NoQuorum::Freeze
    } else if is("demote") {
        NoQuorum::Demote
    } else if is("fence") || is("suicide") {
        if !fencing_enabled {
            log.config_error(
                "unpack_config",
                "Resetting no-quorum-policy to 'stop' because fencing is disabled",
            );
            NoQuorum::Stop
        } else if quorum.panic || quorum.quorate {
            NoQuorum::Fence
        } else {
            NoQuorum::Stop
        }
    } else {
        NoQuorum::Stop
    }
}

fn placement(text: &str) -> Placement {
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    if is("utilization") {
        Placement::Utilization
    } else if is("minimal") {
        Placement::Minimal
    } else if is("balanced") {
        Placement::Balanced
    } else {
        Placement::Default
    }
}

/// What the words red, yellow and green are worth, and the base of every node's health (01 §6.6).
fn health_scores<'t>(strategy: &str, get: &dyn Fn(&str) -> &'t str) -> (HealthScores, i32) {
    let is = |word: &str| strategy.eq_ignore_ascii_case(word);
    let mut health = HealthScores {
        red: Score::ZERO,
        yellow: Score::ZERO,
        green: Score::ZERO,
    };
    let mut base = 0;
    if is("migrate-on-red") {
        health.red = Score::MINUS_INFINITY;
    } else if is("only-green") {
        health.red = Score::MINUS_INFINITY;
        health.yellow = Score::MINUS_INFINITY;
    } else if is("progressive") || is("custom") {
        let parse = |name: &str, health: &HealthScores| {
            parse_score(get(name), health).unwrap_or(Score::ZERO)
        };
        health.red = parse("node-health-red", &health);
        health.green = parse("node-health-green", &health);
        health.yellow = parse("node-health-yellow", &health);
        if is("progressive") {
            base = parse("node-health-base", &health).value();
        }
    }
    (health, base)
}
