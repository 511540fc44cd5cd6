//! Resources: questions about them and changes of them. Source: behaviour notes 07 section 3.
//!
//! Questions are answered from what the scheduler makes of the CIB ([`read`]): configuration and status, and constraints
//! where they matter ([`pcmk_pengine::read_constraints`]). Changes go to the CIB as it is.

pub mod agent;
pub mod attribute;
pub mod cleanup;
pub mod colocated;
pub mod constraint;
pub mod definition;
pub mod digests;
pub mod forecast;
pub mod history;
pub mod place;
pub mod why;

use std::sync::Arc;

use pcmk_cib::xml::Document;
use pcmk_core::time::DateTime;
use pcmk_pengine::constraints::Constraints;
use pcmk_pengine::record::Wanted;
use pcmk_pengine::work::Work;
use pcmk_pengine::{Input, Observed, RscId, observe};

/// Reads a CIB whose schema is current.
#[must_use]
pub fn read(doc: Document, now: DateTime) -> Observed {
    read_shared(Arc::new(doc), now)
}

fn read_shared(doc: Arc<Document>, now: DateTime) -> Observed {
    observe(&Input {
        doc,
        now,
        sanitized: false,
        wanted: Wanted {
            scores: false,
            utilization: false,
            trace: false,
        },
    })
}

/// Lets something work with what was observed, apart from constraints.
pub fn with_work<T>(seen: &mut Observed, act: impl FnOnce(&mut Work<'_>) -> T) -> T {
    act(&mut seen.work(&mut Constraints::default()))
}

/// By which names, other than its id, a resource may be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Names {
    /// The name of its element, without instance number.
    pub base: Base,
    /// The id under which history knows it.
    pub history: bool,
}

/// Whose base names count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// Nobody's.
    None,
    /// Those of anonymous instances.
    Anonymous,
    /// Everybody's.
    Any,
}

/// The first resource, depth first, that goes by this name.
#[must_use]
pub fn find(seen: &Observed, name: &str, names: Names) -> Option<RscId> {
    let config = &seen.config;
    let mut all = config.top.iter().flat_map(|&top| config.subtree(top));
    all.find(|&rsc| {
        let row = config.rsc(rsc);
        let base = match names.base {
            Base::None => false,
            Base::Anonymous => !row.unique && &*row.xml_id == name,
            Base::Any => &*row.xml_id == name,
        };
        let history = || seen.state.rsc(rsc).history_id.as_deref() == Some(name);
        &*row.id == name || base || (names.history && history())
    })
}

/// Whether a resource is an instance: directly inside a clone.
#[must_use]
pub fn is_instance(seen: &Observed, rsc: RscId) -> bool {
    let parent = seen.config.rsc(rsc).parent;
    parent.is_some_and(|parent| seen.config.rsc(parent).is_clone())
}

/// The resource's id without the number of an instance, which is its id in the CIB.
#[must_use]
pub fn cib_id(seen: &Observed, rsc: RscId) -> &str {
    &seen.config.rsc(rsc).xml_id
}
