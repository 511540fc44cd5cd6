//! Schema versions, and bringing older configurations to the newest one.
//!
//! A document claims a version with `validate-with`. Reading the configuration needs at least 4.0, so
//! every tool upgrades what it reads: the versions are walked from the claimed one upwards; where a version
//! refuses what its predecessor allowed, the document is transformed, **but only if it really holds
//! something that is refused** (transforms also reorder, so running them needlessly would show).
//!
//! Whether a version allows a document is decided by [`crate::validate`]. A version that only adds to its
//! predecessor is not asked again.
//!
//! Source: behaviour notes 01 §1.2 to §1.6, 06 §7, 11.

mod edit;
#[cfg(test)]
mod refused;
#[cfg(test)]
mod tests;
mod to_2_0;
mod to_3_0;
mod to_4_0;

use std::fmt;

use crate::validate::{self, Problem};
use crate::xml::Document;

/// A known schema: its place in the list of versions, the pseudo-schema `none` last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SchemaVersion(u8);

/// Major and minor numbers in order; there never was a 1.1.
const VERSIONS: [(u8, u8); 26] = [
    (1, 0),
    (1, 2),
    (1, 3),
    (2, 0),
    (2, 1),
    (2, 2),
    (2, 3),
    (2, 4),
    (2, 5),
    (2, 6),
    (2, 7),
    (2, 8),
    (2, 9),
    (2, 10),
    (3, 0),
    (3, 1),
    (3, 2),
    (3, 3),
    (3, 4),
    (3, 5),
    (3, 6),
    (3, 7),
    (3, 8),
    (3, 9),
    (3, 10),
    (4, 0),
];

const fn version(major: u8, minor: u8) -> SchemaVersion {
    let mut index = 0;
    while index < VERSIONS.len() {
        if VERSIONS[index].0 == major && VERSIONS[index].1 == minor {
            return SchemaVersion(index as u8);
        }
        index += 1;
    }
    panic!("not a version of the list");
}

impl SchemaVersion {
    /// The newest version.
    pub const LATEST: SchemaVersion = version(4, 0);
    /// The oldest version that configurations are read from; older ones are upgraded first.
    pub const ACCEPTABLE: SchemaVersion = version(4, 0);
    /// The pseudo-schema that accepts everything.
    pub const NONE: SchemaVersion = SchemaVersion(VERSIONS.len() as u8);

    const V1_3: SchemaVersion = version(1, 3);
    #[cfg(test)]
    const V2_0: SchemaVersion = version(2, 0);
    const V2_10: SchemaVersion = version(2, 10);
    const V3_0: SchemaVersion = version(3, 0);
    const V3_10: SchemaVersion = version(3, 10);
    #[cfg(test)]
    const V4_0: SchemaVersion = version(4, 0);

    /// All schemas in order, `none` last.
    pub fn all() -> impl Iterator<Item = SchemaVersion> {
        (0..=Self::NONE.0).map(SchemaVersion)
    }

    /// The schema of this exact name: `pacemaker-X.Y` or `none`.
    pub fn named(name: &str) -> Option<SchemaVersion> {
        if name == "none" {
            return Some(Self::NONE);
        }
        Self::all().find(|version| version.name() == name)
    }

    /// The schema that `doc` claims; `None` if missing or unknown.
    pub fn claimed(doc: &Document) -> Option<SchemaVersion> {
        doc.root_element()
            .attr("validate-with")
            .and_then(Self::named)
    }

    /// The name, as in `validate-with`.
    pub fn name(self) -> String {
        match VERSIONS.get(usize::from(self.0)) {
            Some((major, minor)) => format!("pacemaker-{major}.{minor}"),
            None => "none".to_owned(),
        }
    }

    /// Its place in the list, from 0.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

impl fmt::Display for SchemaVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

/// Shown by tools when a document claims `none`: it is neither validated nor upgraded.
pub const VALIDATION_DISABLED: &str = "Schema validation of configuration is disabled (support for \
    validate-with set to \"none\" is deprecated and will be removed in a future release)";

/// Why a configuration cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UpgradeError {
    /// The document has no `validate-with`.
    MissingSchema,
    /// `validate-with` names no known schema.
    UnknownSchema(String),
    /// The document is valid under no schema from the claimed one on.
    NeverValid {
        /// The schema it claims.
        claimed: SchemaVersion,
    },
    /// The document did not reach [`SchemaVersion::ACCEPTABLE`].
    Stuck {
        /// The schema it claims.
        claimed: SchemaVersion,
        /// The schema it reached.
        reached: SchemaVersion,
        /// What the next schema refuses in the transformed document, as far as it was transformed at all.
        problems: Vec<Problem>,
    },
}

impl fmt::Display for UpgradeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let acceptable = SchemaVersion::ACCEPTABLE;
        match self {
            UpgradeError::MissingSchema => f.write_str(
                "Cannot validate CIB with missing validate-with (manually edit to use a known schema)",
            ),
            UpgradeError::UnknownSchema(_) => f.write_str(
                "Cannot validate CIB with unknown validate-with (manually edit to use a known schema)",
            ),
            UpgradeError::NeverValid { claimed } => write!(
                f,
                "Cannot upgrade configuration (claiming {claimed} schema) to at least {acceptable} \
                 because it does not validate with any schema from {claimed} to the latest"
            ),
            UpgradeError::Stuck {
                claimed, reached, ..
            } => write!(
                f,
                "Cannot upgrade configuration (claiming {claimed} schema) to at least {acceptable} \
                 because it would not upgrade past {reached}"
            ),
        }
    }
}

impl std::error::Error for UpgradeError {}

/// Brings a document that was read to a version that the configuration can be read from.
///
/// `messages` receives what the transforms have to tell, prefixed `WARNING: `, `INFO: ` or `DEBUG: `, and
/// without prefix what is shown in any case ([`VALIDATION_DISABLED`]). On an error the document may have
/// been upgraded in part; callers discard it.
///
/// # Errors
/// See [`UpgradeError`]; its text is the reference's message, though the reference shows none for a missing
/// or unknown schema here.
pub fn upgrade(doc: &mut Document, messages: &mut Vec<String>) -> Result<Upgraded, UpgradeError> {
    upgrade_checked(doc, messages, validates)
}

/// What [`upgrade`] found out about a document that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upgraded {
    /// It claims a version that needs no upgrade; whether it keeps to it was not looked at.
    Unchecked,
    /// It claims a newer version than before and is valid under it.
    Valid,
}

/// Whether a schema allows a document. Tests of transforms bring their own check, to work on fragments.
type Check = fn(&Document, SchemaVersion) -> bool;

fn upgrade_checked(
    doc: &mut Document,
    messages: &mut Vec<String>,
    valid: Check,
) -> Result<Upgraded, UpgradeError> {
    let claimed = claimed_or_error(doc)?;
    if claimed == SchemaVersion::NONE {
        messages.push(VALIDATION_DISABLED.to_owned());
        return Ok(Upgraded::Unchecked);
    }
    if claimed >= SchemaVersion::ACCEPTABLE {
        return Ok(Upgraded::Unchecked);
    }
    let (walk, problems) = walk(doc, claimed, SchemaVersion::LATEST, messages, valid);
    match walk.reached {
        None => Err(UpgradeError::NeverValid { claimed }),
        Some(reached) if reached < SchemaVersion::ACCEPTABLE => Err(UpgradeError::Stuck {
            claimed,
            reached,
            problems,
        }),
        Some(_) => Ok(Upgraded::Valid),
    }
}

/// How far [`upgrade_up_to`] came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Walk {
    /// The schema that was claimed.
    pub claimed: SchemaVersion,
    /// The newest schema under which the document is valid now; `None` if it is valid under none.
    pub reached: Option<SchemaVersion>,
    /// Whether a transform failed on the way.
    pub transform_failed: bool,
}

/// Upgrades a document as far as it goes, at most to `maximum`. For `cibadmin --upgrade`.
///
/// A `maximum` that is missing, `none` or the oldest schema means the newest one.
/// `messages`: see [`upgrade`].
///
/// # Errors
/// [`UpgradeError::MissingSchema`] or [`UpgradeError::UnknownSchema`].
pub fn upgrade_up_to(
    doc: &mut Document,
    maximum: Option<SchemaVersion>,
    messages: &mut Vec<String>,
) -> Result<Walk, UpgradeError> {
    upgrade_up_to_checked(doc, maximum, messages, validates)
}

fn upgrade_up_to_checked(
    doc: &mut Document,
    maximum: Option<SchemaVersion>,
    messages: &mut Vec<String>,
    valid: Check,
) -> Result<Walk, UpgradeError> {
    let claimed = claimed_or_error(doc)?;
    let maximum = maximum
        .filter(|maximum| maximum.0 >= 1 && *maximum <= SchemaVersion::LATEST)
        .unwrap_or(SchemaVersion::LATEST);
    if claimed >= maximum {
        return Ok(Walk {
            claimed,
            reached: Some(claimed),
            transform_failed: false,
        });
    }
    Ok(walk(doc, claimed, maximum, messages, valid).0)
}

/// Whether `doc` is valid under `schema`. [`validate::validate`] says why not.
pub fn validates(doc: &Document, schema: SchemaVersion) -> bool {
    validate::is_valid(doc, &schema.name())
}

fn claimed_or_error(doc: &Document) -> Result<SchemaVersion, UpgradeError> {
    match doc.root_element().attr("validate-with") {
        None => Err(UpgradeError::MissingSchema),
        Some(name) => {
            SchemaVersion::named(name).ok_or_else(|| UpgradeError::UnknownSchema(name.to_owned()))
        }
    }
}

/// Walks the versions from `claimed` to `maximum`. Returns in addition what stopped it, if a transform did not help.
fn walk(
    doc: &mut Document,
    claimed: SchemaVersion,
    maximum: SchemaVersion,
    messages: &mut Vec<String>,
    valid: Check,
) -> (Walk, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut walk = Walk {
        claimed,
        reached: None,
        transform_failed: false,
    };
    // From 3.0 on only the step to 4.0 transforms, and not what 4.0 allows as it is: whatever the versions in
    // between say of such a document, it ends there. One check instead of two for nearly every cluster.
    if claimed >= SchemaVersion::V3_0 && maximum == SchemaVersion::LATEST && valid(doc, maximum) {
        let root = doc.root();
        doc.set_attr(root, "validate-with", &maximum.name());
        walk.reached = Some(maximum);
        return (walk, problems);
    }
    for schema in SchemaVersion::all().skip(claimed.index()) {
        if schema > maximum {
            break;
        }
        // What the version before allows, this one does, too, unless it is one of three.
        let known = walk.reached.is_some() && validate::only_widens(&schema.name());
        if !known && !valid(doc, schema) {
            if walk.reached.is_some() {
                break;
            }
            continue;
        }
        walk.reached = Some(schema);
        if schema == maximum {
            break;
        }
        let next = SchemaVersion(schema.0 + 1);
        if let Some(run) = transform_from(schema)
            && !valid(doc, next)
        {
            let mut changed = doc.clone();
            match run(&mut changed, messages) {
                Ok(()) if valid(&changed, next) => {
                    *doc = changed;
                    walk.transform_failed = false;
                }
                Ok(()) => {
                    walk.transform_failed = true;
                    problems = validate::validate(&changed, &next.name())
                        .err()
                        .unwrap_or_default();
                }
                Err(TransformError::TooLarge) => walk.transform_failed = true,
            }
        }
    }
    if let Some(reached) = walk.reached
        && reached > claimed
    {
        let root = doc.root();
        doc.set_attr(root, "validate-with", &reached.name());
    }
    (walk, problems)
}

/// Why a transform gave up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TransformError {
    /// Copies for references would make the document grow without measure.
    TooLarge,
}

type Run = fn(&mut Document, &mut Vec<String>) -> Result<(), TransformError>;

/// The transform from this version to the next one in the list.
fn transform_from(schema: SchemaVersion) -> Option<Run> {
    match schema {
        SchemaVersion::V1_3 => Some(to_2_0::transform),
        SchemaVersion::V2_10 => Some(to_3_0::transform),
        SchemaVersion::V3_10 => Some(to_4_0::transform),
        _ => None,
    }
}
