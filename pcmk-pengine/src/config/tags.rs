//! Tags, template members, and the check of the fencing topology. Source: behaviour notes 01 §1.8, §9.

use std::sync::Arc;

use pcmk_cib::xml::{Document, ElementId};
use pcmk_core::diag::Diagnostics;
use pcmk_core::lenient::{self, ScanError};

use crate::config::{Config, IdList};

impl Config {
    /// Makes a template known, without members so far.
    pub(super) fn add_template(&mut self, id: &str) {
        if !self.template_index.contains_key(id) {
            let id: Arc<str> = id.into();
            self.template_index
                .insert(Arc::clone(&id), self.templates.len());
            self.templates.push(IdList {
                id,
                members: Vec::new(),
            });
        }
    }

    /// Notes that a primitive is derived from a template.
    pub(super) fn add_template_member(&mut self, template: &str, member: &Arc<str>) {
        self.add_template(template);
        if let Some(list) = self
            .template_index
            .get(template)
            .and_then(|&at| self.templates.get_mut(at))
        {
            add_member(list, member);
        }
    }
}

fn add_member(list: &mut IdList, member: &Arc<str>) {
    if !list.members.contains(member) {
        list.members.push(Arc::clone(member));
    }
}

/// Reads the tags.
pub(super) fn read(config: &mut Config, tags: Option<ElementId>, log: &mut Diagnostics) {
    let Some(tags) = tags else { return };
    let doc = Arc::clone(&config.doc);
    for tag in doc.element(tags).children_named("tag") {
        let Some(id) = tag.xml_id() else {
            log.config_error(
                "unpack_tags",
                format!("Ignoring <{}> without id", tag.name()),
            );
            continue;
        };
        for reference in tag.children_named("obj_ref") {
            let Some(member) = reference.xml_id() else {
                log.config_error(
                    "unpack_tags",
                    format!("Ignoring <{}> for tag '{id}' without id", reference.name()),
                );
                continue;
            };
            let member: Arc<str> = member.into();
            match config.tags.iter_mut().find(|known| &*known.id == id) {
                Some(known) => add_member(known, &member),
                None => config.tags.push(IdList {
                    id: id.into(),
                    members: vec![member],
                }),
            }
        }
    }
}

/// Complains about unusable levels of the fencing topology.
pub(super) fn check_topology(doc: &Document, topology: Option<ElementId>, log: &mut Diagnostics) {
    let Some(topology) = topology else { return };
    let function = "pcmk__validate_fencing_topology";
    for level in doc.element(topology).children_named("fencing-level") {
        let Some(id) = level.xml_id() else {
            log.config_error(function, "Ignoring fencing level without ID");
            continue;
        };
        let index = match level.attr("index").map(lenient::scan_ll) {
            Some(Ok(index)) | Some(Err(ScanError::Range(index))) => index,
            Some(Err(ScanError::Invalid)) | None => {
                log.config_error(
                    function,
                    format!("Ignoring fencing level {id} with invalid index"),
                );
                continue;
            }
        };
        if !(1..=9).contains(&index) {
            log.config_error(
                function,
                format!("Ignoring fencing level {id} with out-of-range index {index}"),
            );
        }
    }
}
