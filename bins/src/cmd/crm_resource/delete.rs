//! Deletes a resource from the configuration. Source: behaviour notes 07 section 3.6.

use pcmk_cib::op::{Operation, Request as CibRequest};
use pcmk_cib::xml::Document;
use pcmk_core::rc::Rc;

use super::options::Request;
use crate::front::Failure;
use crate::ops::cib::Cib;

/// Deletes it. What is not there needs no deleting.
pub fn run(request: &Request, cib: &mut Cib) -> Result<(), Failure> {
    let Some(element) = &request.element else {
        return Err(Failure::usage(
            "You need to specify a resource type with -t",
        ));
    };
    let name = request.resource.as_deref().unwrap_or_default();
    let mut input = Document::new(element);
    let root = input.root();
    input.set_attr(root, "id", name);
    let change = CibRequest::new(Operation::Delete)
        .section("resources")
        .input(input);
    match cib.change(change) {
        Ok(_) => Ok(()),
        Err(refusal) if refusal.rc == Rc::ENXIO => Ok(()),
        Err(refusal) => {
            let what = format!("Could not delete resource {name}");
            Err(Failure::rc(&what, refusal.rc))
        }
    }
}
