//! Options of primitives and of fencing devices. Source: behaviour notes 01 section 7.5, 09 section 2.1; the descriptions
//! are our own.

use crate::view::option_list::{KnownOption, OptionList};

const PLAIN: KnownOption = KnownOption::PLAIN;

/// Meta-attributes of primitives.
pub const PRIMITIVE: OptionList = OptionList {
    name: "primitive-meta",
    title: "Meta-attributes of primitives",
    description: "Options of single resources that the cluster itself looks at.",
    options: PRIMITIVE_OPTIONS,
};

/// Parameters of fencing devices.
pub const FENCING: OptionList = OptionList {
    name: "fence-attributes",
    title: "Parameters of all fencing devices",
    description: "Parameters that every fencing resource may have. The cluster looks at them; agents do not see them.",
    options: FENCING_OPTIONS,
};

const PRIMITIVE_OPTIONS: &[KnownOption] = &[
    KnownOption {
        name: "priority",
        kind: "score",
        default: Some("0"),
        short: "How important the resource is",
        long: "If not everything can run, resources of lower priority are stopped for those of higher priority.",
        ..PLAIN
    },
    KnownOption {
        name: "critical",
        kind: "boolean",
        default: Some("true"),
        short: "Whether other resources may have to move with this one",
        long: "Default of influence in all colocations in which this resource is the dependent, those that groups imply included.",
        ..PLAIN
    },
    KnownOption {
        name: "target-role",
        kind: "select",
        default: Some("Started"),
        values: &["Stopped", "Started", "Unpromoted", "Promoted"],
        short: "State in which the cluster tries to keep the resource",
        long: "Stopped keeps it stopped; Started lets it run, and be promoted if it can be; Unpromoted lets it run, but not be promoted; Promoted means the same as Started.",
        ..PLAIN
    },
    KnownOption {
        name: "is-managed",
        kind: "boolean",
        default: Some("true"),
        short: "Whether the cluster may start, stop, promote and demote the resource",
        long: "Recurring actions go on if it may not. Maintenance of the cluster, the node or the resource has the last word.",
        ..PLAIN
    },
    KnownOption {
        name: "maintenance",
        kind: "boolean",
        default: Some("false"),
        short: "Whether the cluster leaves the resource alone altogether",
        long: "Like is-managed=false, and recurring monitors pause, too, except those for the role Stopped. Maintenance of the cluster or the node has the same effect.",
        ..PLAIN
    },
    KnownOption {
        name: "resource-stickiness",
        kind: "score",
        short: "Score for staying where it is",
        long: "Keeps a running resource from moving to a place that would be better for a stopped one. The default is 1 for clone instances, 0 for all others.",
        ..PLAIN
    },
    KnownOption {
        name: "requires",
        kind: "select",
        values: &["nothing", "quorum", "fencing", "unfencing"],
        short: "What must be the case before the resource may be started",
        long: "Each includes the ones before it: nothing at all; a majority of nodes; that all failed and unknown nodes were fenced; that the node was unfenced. The default depends on the class of the resource and on the options for fencing.",
        ..PLAIN
    },
    KnownOption {
        name: "migration-threshold",
        kind: "score",
        default: Some("INFINITY"),
        short: "Failures on a node after which the resource may not run there",
        long: "0 means that it always may. It matters only for failures with on-fail=restart, and for failed starts only if start-failure-is-fatal is false.",
        ..PLAIN
    },
    KnownOption {
        name: "failure-timeout",
        kind: "duration",
        default: Some("0"),
        short: "Time after which a failure is forgotten",
        long: "0 means never.",
        ..PLAIN
    },
    KnownOption {
        name: "multiple-active",
        kind: "select",
        default: Some("stop_start"),
        values: &["block", "stop_only", "stop_start", "stop_unexpected"],
        short: "What to do with a resource found active on several nodes",
        long: "Leave it unmanaged; stop it everywhere; stop it everywhere and start it in one place; or stop it wherever it does not belong, for agents that notice any harm done by that.",
        ..PLAIN
    },
    KnownOption {
        name: "allow-migrate",
        kind: "boolean",
        short: "Whether to migrate the resource live when it has to move",
        long: "The default is true for ocf:pacemaker:remote, and false for all others.",
        ..PLAIN
    },
    KnownOption {
        name: "allow-unhealthy-nodes",
        kind: "boolean",
        default: Some("false"),
        short: "Whether the resource may run on nodes whose health forbids it",
        ..PLAIN
    },
    KnownOption {
        name: "container-attribute-target",
        kind: "string",
        short: "Whose node attributes count for a resource in a container",
        long: "The value host stands for the node on which the container runs, anything else for the bundle node. Usually set for a bundle and inherited by its resource.",
        ..PLAIN
    },
    KnownOption {
        name: "remote-node",
        kind: "string",
        short: "Name of the guest node that this resource is, if it is one",
        long: "Makes a guest node of the resource. No other resource or node may have that name, and Pacemaker Remote has to run in the guest.",
        ..PLAIN
    },
    KnownOption {
        name: "remote-addr",
        kind: "string",
        short: "Address at which the guest node is reached",
        long: "By default the name of the guest node.",
        ..PLAIN
    },
    KnownOption {
        name: "remote-port",
        kind: "port",
        default: Some("3121"),
        short: "Port on which Pacemaker Remote listens in the guest",
        ..PLAIN
    },
    KnownOption {
        name: "remote-connect-timeout",
        kind: "timeout",
        default: Some("60s"),
        short: "How long connecting to the guest node may take",
        ..PLAIN
    },
    KnownOption {
        name: "remote-allow-migrate",
        kind: "boolean",
        default: Some("true"),
        short: "allow-migrate of the connection to the guest node",
        ..PLAIN
    },
];

/// The parameters that there are for each action of a device.
macro_rules! of_action {
    ($action:literal, action) => {
        KnownOption {
            name: concat!("pcmk_", $action, "_action"),
            kind: "string",
            default: Some($action),
            advanced: true,
            short: concat!("Command that the device has for '", $action, "'"),
            long: concat!(
                "For devices that call the action '",
                $action,
                "' by another name, or have a better one."
            ),
            ..PLAIN
        }
    };
    ($action:literal, timeout) => {
        KnownOption {
            name: concat!("pcmk_", $action, "_timeout"),
            kind: "timeout",
            default: Some("60s"),
            advanced: true,
            short: concat!("Time limit of '", $action, "', in place of fencing-timeout"),
            long: concat!(
                "For devices that need more or less time than usual for '",
                $action,
                "'."
            ),
            ..PLAIN
        }
    };
    ($action:literal, retries) => {
        KnownOption {
            name: concat!("pcmk_", $action, "_retries"),
            kind: "integer",
            default: Some("2"),
            advanced: true,
            short: concat!("How often '", $action, "' is tried within its time limit"),
            long: concat!(
                "A device that is busy with something else may fail; '",
                $action,
                "' is then tried again while there is time."
            ),
            ..PLAIN
        }
    };
}

const FENCING_OPTIONS: &[KnownOption] = &[
    KnownOption {
        name: "pcmk_host_map",
        kind: "string",
        short: "What the device calls the nodes",
        long: "For devices that know ports and not names: \"node1:1;node2:2,3\" stands for port 1 and for ports 2 and 3.",
        ..PLAIN
    },
    KnownOption {
        name: "pcmk_host_list",
        kind: "string",
        short: "Nodes that the device can fence",
        long: "Separated by commas. Needed for pcmk_host_check=static-list, unless there is a pcmk_host_map.",
        ..PLAIN
    },
    KnownOption {
        name: "pcmk_host_check",
        kind: "select",
        values: &["dynamic-list", "static-list", "status", "none"],
        short: "How to find out which nodes the device can fence",
        long: "Ask it for a list; look into pcmk_host_list and pcmk_host_map; ask it for each node's status; or take it to fence all. The default is static-list if there is a list or map, else dynamic-list or status if the device can do that, else none.",
        ..PLAIN
    },
    KnownOption {
        name: "pcmk_delay_max",
        kind: "duration",
        default: Some("0s"),
        short: "Longest time to wait before fencing",
        long: "A random time is added to pcmk_delay_base, so that the sum is not longer than this.",
        ..PLAIN
    },
    KnownOption {
        name: "pcmk_delay_base",
        kind: "string",
        default: Some("0s"),
        short: "Time to wait before fencing",
        long: "Keeps two nodes from fencing each other at the same time. One time for all nodes, or a map such as \"node1:1s;node2:5\".",
        ..PLAIN
    },
    KnownOption {
        name: "pcmk_action_limit",
        kind: "integer",
        default: Some("1"),
        short: "Number of actions the device can carry out at the same time",
        long: "-1 means that there is no limit. Matters only with concurrent-fencing.",
        ..PLAIN
    },
    KnownOption {
        name: "pcmk_host_argument",
        kind: "string",
        advanced: true,
        short: "The agent's parameter for the node to be fenced",
        long: "By default plug or port, whichever the agent knows, else none; the value none means that no such parameter is given.",
        ..PLAIN
    },
    of_action!("reboot", action),
    of_action!("reboot", timeout),
    of_action!("reboot", retries),
    of_action!("off", action),
    of_action!("off", timeout),
    of_action!("off", retries),
    of_action!("on", action),
    of_action!("on", timeout),
    of_action!("on", retries),
    of_action!("list", action),
    of_action!("list", timeout),
    of_action!("list", retries),
    of_action!("monitor", action),
    of_action!("monitor", timeout),
    of_action!("monitor", retries),
    of_action!("status", action),
    of_action!("status", timeout),
    of_action!("status", retries),
];
