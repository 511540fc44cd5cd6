//! Bounds on loops and recursion that input drives, each with its reason.
//!
//! All are far above anything a sensible cluster needs: they exist so that hostile or broken input
//! ends in an error rather than in a full stack or an endless run.

/// Nesting of XML elements. The XML library of the reference stops at the same depth.
pub const XML_DEPTH: usize = 256;

/// Elements, comments, instructions and texts of one document. The largest CIBs in the field have some
/// hundred thousand; ten million take about 400 MB, and a tool may hold a document twice.
pub const XML_NODES: usize = 10_000_000;

/// Different names of elements and attributes in one document. A CIB has some hundred.
pub const XML_NAMES: usize = 100_000;

/// Nesting of rules within rules. Below [`XML_DEPTH`] anyway; bounds rules that refer to others.
pub const RULE_DEPTH: usize = 256;

/// Length of a chain of `id-ref` references. References to references are not valid, so a chain
/// this long is a loop.
pub const REFERENCE_DEPTH: usize = 64;

/// Depth of mutual recursion between resources (colocation chains, parents, ordering). Frames are
/// small, so this fits easily into a main thread's stack; real chains have a few links.
pub const RESOURCE_RECURSION: usize = 2_000;

/// Instances of one clone. The reference has no bound but memory; time grows with the square, and this
/// many take some ten seconds. No configuration anyone runs comes near a tenth of it.
pub const CLONE_INSTANCES: usize = 5_000;

/// Replicas of one bundle. Each is a node of its own with three resources, and knows the addresses of all
/// others, so time and memory grow faster than for clones.
pub const BUNDLE_REPLICAS: usize = 500;

/// Assignments of one bundle, one within the other. Colocations outside a bundle ask for it once or twice;
/// a bundle colocated with its own contents asks for itself for ever, which ends the reference with a full stack.
pub const BUNDLE_LEVELS: u8 = 16;

/// Rounds in which a simulated transition may go on. Every round must finish an action, so this
/// is also a bound on actions.
pub const SIMULATION_ROUNDS: usize = 1_000_000;
