//! Location constraints as `--ban`, `--move` and `--clear` make and remove them. Source: behaviour notes 07 section 3.7.
//!
//! What they are called tells what they are: `cli-ban-R-on-N` and `cli-prefer-R`.

use pcmk_cib::op::{Operation, Options, Request};
use pcmk_cib::xml::{Document, Element};
use pcmk_core::rc::Rc;
use pcmk_core::time::{DateTime, Duration};
use pcmk_core::xmlid::sanitize;

use crate::ops::cib::{Cib, quoted};

/// What a constraint wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Not there.
    Ban,
    /// There.
    Prefer,
}

/// A constraint to be made.
#[derive(Clone, Copy, Debug)]
pub struct New<'n> {
    /// What it wants.
    pub wish: Wish,
    /// Resource, as the user calls it.
    pub rsc: &'n str,
    /// Node.
    pub node: &'n str,
    /// Only in the promoted role.
    pub promoted: bool,
    /// Until when.
    pub until: Option<DateTime>,
}

impl New<'_> {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> String {
        match self.wish {
            Wish::Ban => ban_id(self.rsc, self.node),
            Wish::Prefer => prefer_id(self.rsc),
        }
    }

    /// Ids of its rule, expression and date expression, which are made differently for both kinds.
    fn inner_ids(&self) -> [String; 3] {
        let rsc = self.rsc;
        match self.wish {
            Wish::Ban => ["rule", "expr", "lifetime"]
                .map(|part| sanitize(&format!("cli-ban-{rsc}-on-{}-{part}", self.node))),
            Wish::Prefer => ["rule", "expr", "lifetime-end"]
                .map(|part| sanitize(&format!("cli-prefer-{part}-{rsc}"))),
        }
    }

    fn document(&self, role: &str) -> Document {
        let score = match self.wish {
            Wish::Ban => "-INFINITY",
            Wish::Prefer => "INFINITY",
        };
        let mut doc = Document::new("rsc_location");
        let root = doc.root();
        let attributes = [("id", &*self.id()), ("rsc", self.rsc), ("role", role)];
        for (name, value) in attributes {
            doc.set_attr(root, name, value);
        }
        let Some(until) = self.until else {
            doc.set_attr(root, "node", self.node);
            doc.set_attr(root, "score", score);
            return doc;
        };
        let [rule_id, expression_id, date_id] = self.inner_ids();
        let end = until.text_utc();
        let rule = doc.append(root, "rule");
        let attributes = [("id", &*rule_id), ("score", score), ("boolean-op", "and")];
        for (name, value) in attributes {
            doc.set_attr(rule, name, value);
        }
        let expression = doc.append(rule, "expression");
        let attributes = [
            ("id", &*expression_id),
            ("attribute", "#uname"),
            ("operation", "eq"),
            ("value", self.node),
            ("type", "string"),
        ];
        for (name, value) in attributes {
            doc.set_attr(expression, name, value);
        }
        let date = doc.append(rule, "date_expression");
        let attributes = [("id", &*date_id), ("operation", "lt"), ("end", &end)];
        for (name, value) in attributes {
            doc.set_attr(date, name, value);
        }
        doc
    }
}

fn ban_id(rsc: &str, node: &str) -> String {
    sanitize(&format!("cli-ban-{rsc}-on-{node}"))
}

fn prefer_id(rsc: &str) -> String {
    sanitize(&format!("cli-prefer-{rsc}"))
}

/// The moment a lifetime ends, if the text is a duration.
#[must_use]
pub fn end_of_life(lifetime: &str, now: DateTime) -> Option<DateTime> {
    let duration = Duration::parse(lifetime).ok()?;
    let mut end = now.to_utc();
    end.add_duration(&duration);
    Some(end)
}

/// Writes a constraint.
///
/// # Errors
/// The CIB refuses.
pub fn create(cib: &mut Cib, new: &New<'_>) -> Result<(), Rc> {
    let role = if new.promoted { "Promoted" } else { "Started" };
    let mut write = |role: &str| {
        let request = Request::new(Operation::Modify)
            .section("constraints")
            .options(Options::CAN_CREATE)
            .input(new.document(role));
        cib.change(request).map(drop).map_err(|refusal| refusal.rc)
    };
    match write(role) {
        // A schema that is old enough knows the role by another name.
        Err(_) if new.promoted => write("Master"),
        result => result,
    }
}

/// What is to be removed of a resource's constraints.
#[derive(Clone, Copy, Debug)]
pub struct Removal<'r> {
    /// Resource, as the user calls it.
    pub rsc: &'r str,
    /// Bans, too.
    pub bans: bool,
    /// Preferences without regard to their node.
    pub force: bool,
}

/// Removes constraints that concern a node.
///
/// # Errors
/// The CIB refuses.
pub fn remove(cib: &mut Cib, removal: &Removal<'_>, node: &str) -> Result<(), Rc> {
    let rsc = removal.rsc;
    let prefer = prefer_id(rsc);
    let xpath = format!(
        "//rsc_location[@id={}][rule[@id={}]/expression[@attribute='#uname' and @value={}]]",
        quoted(&prefer),
        quoted(&sanitize(&format!("cli-prefer-rule-{rsc}"))),
        quoted(node)
    );
    forgive_missing(cib.change(Request::new(Operation::Delete).xpath(&xpath)))?;
    if removal.bans {
        delete_location(cib, &ban_id(rsc, node), None)?;
    }
    delete_location(cib, &prefer, Some(node).filter(|_| !removal.force))
}

fn forgive_missing(result: Result<Vec<String>, crate::ops::cib::Refusal>) -> Result<(), Rc> {
    match result {
        Ok(_) => Ok(()),
        Err(refusal) if refusal.rc == Rc::ENXIO => Ok(()),
        Err(refusal) => Err(refusal.rc),
    }
}

fn delete_location(cib: &mut Cib, id: &str, node: Option<&str>) -> Result<(), Rc> {
    let mut input = Document::new("rsc_location");
    let root = input.root();
    input.set_attr(root, "id", id);
    if let Some(node) = node {
        input.set_attr(root, "node", node);
    }
    let request = Request::new(Operation::Delete)
        .section("constraints")
        .input(input);
    forgive_missing(cib.change(request))
}

/// Which expired constraints are meant.
#[derive(Clone, Copy, Debug, Default)]
pub struct Expired<'e> {
    /// Of this resource.
    pub rsc: Option<&'e str>,
    /// With this node; those with a rule have none.
    pub node: Option<&'e str>,
    /// For the promoted role.
    pub promoted: bool,
}

/// Removes constraints whose time is over.
///
/// # Errors
/// The CIB refuses.
pub fn remove_expired(cib: &mut Cib, which: &Expired<'_>, local_offset_s: i32) -> Result<(), Rc> {
    let now = cib.now();
    let over: Vec<String> = {
        let answer = cib.query_all()?;
        locations(answer.element())
            .filter(|location| {
                let is = |wish: Option<&str>, name: &str| {
                    wish.is_none_or(|wish| location.attr(name) == Some(wish))
                };
                is(which.rsc, "rsc")
                    && is(which.node, "node")
                    && (!which.promoted || location.attr("role") == Some("Promoted"))
                    && is_over(*location, &now, local_offset_s)
            })
            .filter_map(|location| location.xml_id().map(str::to_owned))
            .collect()
    };
    for id in over {
        delete_location(cib, &id, None)?;
    }
    Ok(())
}

fn is_over(location: Element<'_>, now: &DateTime, local_offset_s: i32) -> bool {
    let id = location.xml_id().unwrap_or_default();
    let date_id = if id.starts_with("cli-ban-") {
        format!("{id}-lifetime")
    } else if id.starts_with("cli-prefer-") {
        let rsc = location.attr("rsc").unwrap_or_default();
        format!("cli-prefer-lifetime-end-{rsc}")
    } else {
        return false;
    };
    let end = location
        .descendants()
        .filter(|element| element.name() == "date_expression")
        .find(|element| element.xml_id() == Some(&date_id))
        .and_then(|date| date.attr("end"))
        .and_then(|end| DateTime::parse(end, now, local_offset_s).ok());
    end.is_some_and(|end| end.cmp_utc(now).is_lt())
}

fn locations(cib: Element<'_>) -> impl Iterator<Item = Element<'_>> {
    cib.child("configuration")
        .and_then(|configuration| configuration.child("constraints"))
        .into_iter()
        .flat_map(|constraints| constraints.children_named("rsc_location"))
}

/// Ids of all location constraints, sorted.
///
/// # Errors
/// Nothing may be read.
pub fn location_ids(cib: &Cib) -> Result<Vec<String>, Rc> {
    let answer = cib.query_all()?;
    let mut ids: Vec<String> = locations(answer.element())
        .filter_map(|location| location.xml_id().map(str::to_owned))
        .collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

#[cfg(test)]
mod tests {
    use pcmk_cib::xml::{PrintStyle, print};

    use super::*;

    #[test]
    fn inner_ids_are_made_differently() {
        let new = |wish| New {
            wish,
            rsc: "r:0",
            node: "a b",
            promoted: false,
            until: Some(DateTime::from_epoch(0)),
        };
        let text = |wish| {
            print(
                new(wish).document("Started").root_element(),
                PrintStyle::Compact,
            )
        };
        assert_eq!(
            text(Wish::Ban),
            "<rsc_location id=\"cli-ban-r:0-on-a.b\" rsc=\"r:0\" role=\"Started\"><rule id=\"cli-ban-r:0-on-a.b-rule\" \
             score=\"-INFINITY\" boolean-op=\"and\"><expression id=\"cli-ban-r:0-on-a.b-expr\" attribute=\"#uname\" \
             operation=\"eq\" value=\"a b\" type=\"string\"/><date_expression id=\"cli-ban-r:0-on-a.b-lifetime\" \
             operation=\"lt\" end=\"1970-01-01 00:00:00Z\"/></rule></rsc_location>"
        );
        assert!(text(Wish::Prefer).contains("\"cli-prefer-lifetime-end-r:0\""));
    }
}
