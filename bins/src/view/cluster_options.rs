//! The options of a cluster. Source: behaviour notes 01 section 5; the descriptions are our own.

use crate::view::option_list::{Deprecated, KnownOption, OptionList};

const PLAIN: KnownOption = KnownOption::PLAIN;

/// All of them.
pub const CLUSTER_OPTIONS: OptionList = OptionList {
    name: "cluster-options",
    title: "Pacemaker cluster options",
    description: "Properties of the cluster as a whole, set in cluster_property_set elements of the section crm_config.",
    options: OPTIONS,
};

const OPTIONS: &[KnownOption] = &[
    KnownOption {
        name: "dc-version",
        kind: "version",
        generated: true,
        short: "Version of the software on the Designated Controller",
        long: "Set by the cluster. Identifies the exact build, for whoever looks for an error.",
        ..PLAIN
    },
    KnownOption {
        name: "cluster-infrastructure",
        kind: "string",
        generated: true,
        short: "Messaging layer that the cluster runs on",
        long: "Set by the cluster, for information only.",
        ..PLAIN
    },
    KnownOption {
        name: "cluster-name",
        kind: "string",
        short: "Name of the cluster",
        long: "Free text, and not needed. Rules can refer to it as the node attribute #cluster-name, and tools and agents may use it.",
        ..PLAIN
    },
    KnownOption {
        name: "dc-deadtime",
        kind: "duration",
        default: Some("20s"),
        short: "Time to wait for other nodes at start-up",
        long: "Slow or busy networks and switches need a longer time.",
        ..PLAIN
    },
    KnownOption {
        name: "cluster-recheck-interval",
        kind: "duration",
        default: Some("15min"),
        short: "Longest time between two looks at the cluster's state",
        long: "Most changes, failure timeouts and rules with an end are noticed without it; it serves rules with date specifications, and as a safety net. A number without unit is in seconds; 0 turns it off.",
        ..PLAIN
    },
    KnownOption {
        name: "election-timeout",
        kind: "duration",
        default: Some("2min"),
        advanced: true,
        short: "Time after which an undecided election has failed; changing it hints at an error elsewhere",
        ..PLAIN
    },
    KnownOption {
        name: "shutdown-escalation",
        kind: "duration",
        default: Some("20min"),
        advanced: true,
        short: "Time after which a shutdown that does not end is cut short; changing it hints at an error elsewhere",
        ..PLAIN
    },
    KnownOption {
        name: "join-integration-timeout",
        kind: "duration",
        default: Some("3min"),
        advanced: true,
        short: "Time for nodes to answer a request to join; changing it hints at an error elsewhere",
        ..PLAIN
    },
    KnownOption {
        name: "join-finalization-timeout",
        kind: "duration",
        default: Some("30min"),
        advanced: true,
        short: "Time for a join to be completed; changing it hints at an error elsewhere",
        ..PLAIN
    },
    KnownOption {
        name: "transition-delay",
        kind: "duration",
        default: Some("0s"),
        advanced: true,
        short: "Time to wait for more events before acting (slows down every recovery)",
        long: "Helps where it matters in which order updates of ping attributes arrive.",
        ..PLAIN
    },
    KnownOption {
        name: "no-quorum-policy",
        kind: "select",
        default: Some("stop"),
        values: &["stop", "freeze", "ignore", "demote", "fence", "suicide"],
        short: "What happens to resources in a partition without quorum",
        ..PLAIN
    },
    KnownOption {
        name: "shutdown-lock",
        kind: "boolean",
        default: Some("false"),
        short: "Whether resources stay bound to a node that was shut down cleanly",
        long: "If true, what was active on the node starts nowhere else until the node is back, or until shutdown-lock-limit has passed. Fencing devices, remote connections, clones and bundles are never bound like this.",
        ..PLAIN
    },
    KnownOption {
        name: "shutdown-lock-limit",
        kind: "duration",
        default: Some("0"),
        short: "Longest time for which resources stay bound to a node that was shut down",
        long: "Counted from the beginning of the shutdown. 0 means no limit. Only used if shutdown-lock is true.",
        ..PLAIN
    },
    KnownOption {
        name: "enable-acl",
        kind: "boolean",
        default: Some("false"),
        short: "Whether access to the CIB is limited by access control lists",
        ..PLAIN
    },
    KnownOption {
        name: "symmetric-cluster",
        kind: "boolean",
        default: Some("true"),
        short: "Whether a resource may run on every node unless a constraint forbids it",
        ..PLAIN
    },
    KnownOption {
        name: "maintenance-mode",
        kind: "boolean",
        default: Some("false"),
        short: "Whether the cluster leaves all resources alone",
        long: "If true, it neither starts, stops nor monitors any of them.",
        ..PLAIN
    },
    KnownOption {
        name: "start-failure-is-fatal",
        kind: "boolean",
        default: Some("true"),
        short: "Whether one failed start keeps a resource away from a node",
        long: "If false, failed starts count like other failures, and migration-threshold decides.",
        ..PLAIN
    },
    KnownOption {
        name: "enable-startup-probes",
        kind: "boolean",
        default: Some("true"),
        deprecated: Deprecated::Yes,
        short: "Whether it is checked at start-up which resources are active already",
        ..PLAIN
    },
    KnownOption {
        name: "fence-remote-without-quorum",
        kind: "boolean",
        default: Some("false"),
        advanced: true,
        short: "Whether remote nodes may be fenced without quorum",
        long: "Usually a partition without quorum does not fence remote nodes that it has connections to.",
        ..PLAIN
    },
    KnownOption {
        name: "fencing-enabled",
        kind: "boolean",
        default: Some("true"),
        advanced: true,
        short: "Whether nodes may be fenced",
        long: "If false, a node that does not answer counts as harmless, and its resources are started elsewhere. Data can be lost if the node is alive after all.",
        ..PLAIN
    },
    KnownOption {
        name: "stonith-enabled",
        kind: "boolean",
        default: Some("true"),
        advanced: true,
        deprecated: Deprecated::ReplacedBy("fencing-enabled"),
        short: "Old name of fencing-enabled",
        ..PLAIN
    },
    KnownOption {
        name: "fencing-action",
        kind: "select",
        default: Some("reboot"),
        values: &["reboot", "off"],
        short: "What is done to a node that must be fenced",
        ..PLAIN
    },
    KnownOption {
        name: "stonith-action",
        kind: "select",
        default: Some("reboot"),
        values: &["reboot", "off"],
        deprecated: Deprecated::ReplacedBy("fencing-action"),
        short: "Old name of fencing-action",
        ..PLAIN
    },
    KnownOption {
        name: "fencing-reaction",
        kind: "select",
        default: Some("stop"),
        values: &["stop", "panic"],
        short: "What a node does that finds out that it has been fenced",
        long: "This can happen if fencing only cuts a node off from the network, or does not work. \"stop\": stop the cluster there at once; \"panic\": restart the machine, and stop if that fails.",
        ..PLAIN
    },
    KnownOption {
        name: "fence-reaction",
        kind: "select",
        default: Some("stop"),
        values: &["stop", "panic"],
        deprecated: Deprecated::ReplacedBy("fencing-reaction"),
        short: "Old name of fencing-reaction",
        ..PLAIN
    },
    KnownOption {
        name: "fencing-timeout",
        kind: "duration",
        default: Some("60s"),
        short: "Time that a fencing action may take",
        long: "Devices may have values of their own.",
        ..PLAIN
    },
    KnownOption {
        name: "stonith-timeout",
        kind: "duration",
        default: Some("60s"),
        deprecated: Deprecated::ReplacedBy("fencing-timeout"),
        short: "Old name of fencing-timeout",
        ..PLAIN
    },
    KnownOption {
        name: "have-watchdog",
        kind: "boolean",
        default: Some("false"),
        generated: true,
        short: "Whether a hardware watchdog is in use",
        long: "Set by the cluster when it finds one.",
        ..PLAIN
    },
    KnownOption {
        name: "fencing-watchdog-timeout",
        kind: "timeout",
        default: Some("0"),
        short: "Time after which a node with a watchdog has certainly stopped itself",
        long: "With a positive value, nodes may fence themselves by their watchdogs, and this is the time the others wait. A negative value means twice the watchdogs' own timeout where that can be found out. 0 means that watchdogs are not used for fencing.",
        ..PLAIN
    },
    KnownOption {
        name: "stonith-watchdog-timeout",
        kind: "timeout",
        default: Some("0"),
        deprecated: Deprecated::ReplacedBy("fencing-watchdog-timeout"),
        short: "Old name of fencing-watchdog-timeout",
        ..PLAIN
    },
    KnownOption {
        name: "fencing-max-attempts",
        kind: "score",
        default: Some("10"),
        short: "How often fencing of a node may fail before it is not tried again at once",
        ..PLAIN
    },
    KnownOption {
        name: "stonith-max-attempts",
        kind: "score",
        default: Some("10"),
        deprecated: Deprecated::ReplacedBy("fencing-max-attempts"),
        short: "Old name of fencing-max-attempts",
        ..PLAIN
    },
    KnownOption {
        name: "concurrent-fencing",
        kind: "boolean",
        default: Some("true"),
        deprecated: Deprecated::Yes,
        short: "Whether several nodes may be fenced at the same time",
        ..PLAIN
    },
    KnownOption {
        name: "startup-fencing",
        kind: "boolean",
        default: Some("true"),
        advanced: true,
        short: "Whether nodes that were never seen are fenced at start-up",
        long: "If false, such nodes count as stopped. Data can be lost if they are not.",
        ..PLAIN
    },
    KnownOption {
        name: "priority-fencing-delay",
        kind: "duration",
        default: Some("0"),
        short: "Delay for fencing the node with the more important resources",
        long: "If two halves of a cluster fence each other, the node whose resources have the higher total priority wins, because fencing of it waits this long. It is added to the delays of the devices, so it should be clearly longer than those. Promoted instances count one more. 0 turns it off.",
        ..PLAIN
    },
    KnownOption {
        name: "node-pending-timeout",
        kind: "duration",
        default: Some("0"),
        short: "Time that a node may take from becoming a member to joining",
        long: "After that it is fenced. 0 turns it off.",
        ..PLAIN
    },
    KnownOption {
        name: "cluster-delay",
        kind: "duration",
        default: Some("60s"),
        short: "Longest time for an action to travel through the cluster",
        long: "Added to the timeouts of actions on other nodes. Depends on the speed of network and nodes.",
        ..PLAIN
    },
    KnownOption {
        name: "load-threshold",
        kind: "percentage",
        default: Some("80%"),
        short: "Load of a node's processors above which fewer actions are run at a time",
        ..PLAIN
    },
    KnownOption {
        name: "node-action-limit",
        kind: "integer",
        default: Some("0"),
        short: "How many actions may run on a node at a time",
        long: "0 means twice the number of its processors.",
        ..PLAIN
    },
    KnownOption {
        name: "batch-limit",
        kind: "integer",
        default: Some("0"),
        short: "How many actions may run in the whole cluster at a time",
        long: "0 means that the cluster adapts the number to its load.",
        ..PLAIN
    },
    KnownOption {
        name: "migration-limit",
        kind: "integer",
        default: Some("-1"),
        short: "How many live migrations may run on a node at a time",
        long: "-1 means no limit.",
        ..PLAIN
    },
    KnownOption {
        name: "cluster-ipc-limit",
        kind: "nonnegative_integer",
        deprecated: Deprecated::Yes,
        short: "Without effect",
        ..PLAIN
    },
    KnownOption {
        name: "stop-all-resources",
        kind: "boolean",
        default: Some("false"),
        short: "Whether all resources are to be stopped",
        ..PLAIN
    },
    KnownOption {
        name: "stop-removed-resources",
        kind: "boolean",
        default: Some("true"),
        deprecated: Deprecated::Yes,
        short: "Whether resources are stopped when they are removed from the configuration",
        ..PLAIN
    },
    KnownOption {
        name: "stop-orphan-resources",
        kind: "boolean",
        default: Some("true"),
        deprecated: Deprecated::ReplacedBy("stop-removed-resources"),
        short: "Old name of stop-removed-resources",
        ..PLAIN
    },
    KnownOption {
        name: "cancel-removed-actions",
        kind: "boolean",
        default: Some("true"),
        deprecated: Deprecated::Yes,
        short: "Whether recurring actions end when they are removed from the configuration",
        ..PLAIN
    },
    KnownOption {
        name: "stop-orphan-actions",
        kind: "boolean",
        default: Some("true"),
        deprecated: Deprecated::ReplacedBy("cancel-removed-actions"),
        short: "Old name of cancel-removed-actions",
        ..PLAIN
    },
    KnownOption {
        name: "pe-error-series-max",
        kind: "integer",
        default: Some("-1"),
        short: "How many inputs of the scheduler with errors are kept",
        long: "0 means none, -1 all.",
        ..PLAIN
    },
    KnownOption {
        name: "pe-warn-series-max",
        kind: "integer",
        default: Some("5000"),
        short: "How many inputs of the scheduler with warnings are kept",
        long: "0 means none, -1 all.",
        ..PLAIN
    },
    KnownOption {
        name: "pe-input-series-max",
        kind: "integer",
        default: Some("4000"),
        short: "How many other inputs of the scheduler are kept",
        long: "0 means none, -1 all.",
        ..PLAIN
    },
    KnownOption {
        name: "node-health-strategy",
        kind: "select",
        default: Some("none"),
        values: &[
            "none",
            "migrate-on-red",
            "only-green",
            "progressive",
            "custom",
        ],
        short: "How the health of a node influences its resources",
        long: "Agents set node attributes whose names begin with #health to red, yellow, green or a score.",
        ..PLAIN
    },
    KnownOption {
        name: "node-health-base",
        kind: "score",
        default: Some("0"),
        short: "Score to begin with for each node",
        long: "Only used with the strategy \"progressive\".",
        ..PLAIN
    },
    KnownOption {
        name: "node-health-green",
        kind: "score",
        default: Some("0"),
        short: "Score for \"green\" in an attribute of health",
        long: "Only used with the strategies \"custom\" and \"progressive\".",
        ..PLAIN
    },
    KnownOption {
        name: "node-health-yellow",
        kind: "score",
        default: Some("0"),
        short: "Score for \"yellow\" in an attribute of health",
        long: "Only used with the strategies \"custom\" and \"progressive\".",
        ..PLAIN
    },
    KnownOption {
        name: "node-health-red",
        kind: "score",
        default: Some("-INFINITY"),
        short: "Score for \"red\" in an attribute of health",
        long: "Only used with the strategies \"custom\" and \"progressive\".",
        ..PLAIN
    },
    KnownOption {
        name: "placement-strategy",
        kind: "select",
        default: Some("default"),
        values: &["default", "utilization", "minimal", "balanced"],
        short: "How utilization is taken into account when resources are placed",
        ..PLAIN
    },
];
