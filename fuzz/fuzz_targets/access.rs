//! A CIB with permissions and a request, separated by a NUL, on behalf of user `u`: access control refuses or lets
//! through and never alters the outcome; what the user sees of the CIB is part of it.
#![no_main]

use std::collections::HashMap;
use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use pcmk_cib::acl::{AccessStyle, Guard, NoGroups, Permissions, enabled, filter, render};
use pcmk_cib::op::{Context, Request, Side, change, query};
use pcmk_cib::xml::{Document, PrintStyle, print};
use pcmk_core::diag::Diagnostics;
use pcmk_core::time::DateTime;

fuzz_target!(|data: &[u8]| {
    let mut parts = data.splitn(2, |byte| *byte == 0);
    let Some(Ok(mut doc)) = parts.next().map(|part| Document::parse(part, "cib")) else { return };
    doc.strip_text();
    let now = DateTime::from_epoch(1_700_000_000);
    let mut log = Diagnostics::default();
    let permissions = Arc::new(Permissions::of(&doc, "u", &NoGroups, &mut log));
    let guard = Guard::new(Arc::clone(&permissions), &doc);
    for style in [AccessStyle::Text, AccessStyle::Colour, AccessStyle::Namespace] {
        let _ = render(&doc, &guard, "u", style);
    }
    let seen = filter(&doc, &permissions);
    if let Some(seen) = &seen {
        assert!(part_of(seen, &doc));
    }
    let Some(Ok(command)) = parts.next().map(|part| Document::parse(part, "request")) else { return };
    let Ok(mut request) = Request::from_command(command.root_element()) else { return };
    let context = Context { now, groups: &NoGroups, side: Side::FileClient };
    request.user = Some("u".to_owned());
    let answered = query(&doc, &request, &context).map(|answer| text(&answer.into_document()));
    let changed = change(&doc, &request, &context);
    request.user = None;
    if enabled(&doc, now) {
        let alone = seen.and_then(|seen| {
            query(&seen, &request, &context).ok().map(|answer| text(&answer.into_document()))
        });
        assert_eq!(answered.ok(), alone, "a query answers from what the user sees");
    }
    if let Ok(changed) = changed {
        let free = change(&doc, &request, &context).expect("what a user may do, the cluster may do");
        assert_eq!(text(&changed.doc), text(&free.doc));
    }
});

/// Whether every element of `seen` is in `all`, at the same place with the same attributes or only its id.
fn part_of(seen: &Document, all: &Document) -> bool {
    let mut known: HashMap<(String, String), usize> = HashMap::new();
    for (place, attrs) in places(all) {
        let id = place.1.clone();
        *known.entry((place.0.clone(), attrs)).or_default() += 1;
        *known.entry((place.0, id)).or_default() += 1;
    }
    places(seen).into_iter().all(|(place, attrs)| known.contains_key(&(place.0, attrs)))
}

type Place = (String, String);

/// All elements: path of names, id as the only attribute; and all attributes.
fn places(doc: &Document) -> Vec<(Place, String)> {
    let root = doc.root_element();
    std::iter::once(root)
        .chain(root.descendants())
        .map(|element| {
            let mut path = element.name().to_owned();
            let mut at = element;
            while let Some(parent) = at.parent() {
                path = format!("{}/{path}", parent.name());
                at = parent;
            }
            let id = element.xml_id().map(|id| format!("id={id} ")).unwrap_or_default();
            let attrs = element.attrs().map(|(name, value)| format!("{name}={value} ")).collect();
            ((path, id), attrs)
        })
        .collect()
}

fn text(doc: &Document) -> String {
    print(doc.root_element(), PrintStyle::Compact)
}
