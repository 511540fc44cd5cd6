//! The attributes of an action: names, values, and their order. Which there are says [`super::describe`].

use std::borrow::Cow;
use std::cmp::Ordering;

use smallvec::SmallVec;

/// Name of an attribute: as it is, or a meta-attribute's that gets its prefix when it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttrName<'a> {
    /// As it is.
    Plain(&'a str),
    /// `CRM_meta_` and this, where every `-` has become `_`.
    Meta(Cow<'a, str>),
}

const META_PREFIX: &str = "CRM_meta_";

impl AttrName<'_> {
    /// A number that sorts as the name as it is written, as far as it goes: equal numbers say nothing.
    pub(super) fn rank(&self) -> u64 {
        let (group, rest) = match self {
            AttrName::Meta(name) => (1, &**name),
            AttrName::Plain(name) => match name.strip_prefix(META_PREFIX) {
                Some(rest) => (1, rest),
                None if *name < META_PREFIX => (0, *name),
                None => (2, *name),
            },
        };
        let mut bytes = [0; 8];
        bytes[0] = group;
        for (place, byte) in bytes[1..].iter_mut().zip(rest.bytes()) {
            *place = byte;
        }
        u64::from_be_bytes(bytes)
    }

    /// Byte order of the names as they are written.
    fn order(&self, other: &AttrName<'_>) -> Ordering {
        match (self, other) {
            (AttrName::Plain(a), AttrName::Plain(b)) => a.cmp(b),
            (AttrName::Meta(a), AttrName::Meta(b)) => a.cmp(b),
            (AttrName::Plain(a), AttrName::Meta(b)) => plain_to_meta(a, b),
            (AttrName::Meta(a), AttrName::Plain(b)) => plain_to_meta(b, a).reverse(),
        }
    }

    /// The name as it is written.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    /// Appends the name as it is written.
    pub fn write(&self, out: &mut String) {
        match self {
            AttrName::Plain(name) => out.push_str(name),
            AttrName::Meta(name) => {
                out.push_str(META_PREFIX);
                out.push_str(name);
            }
        }
    }
}

fn plain_to_meta(plain: &str, meta: &str) -> Ordering {
    match plain.strip_prefix(META_PREFIX) {
        Some(rest) => rest.cmp(meta),
        None => plain.cmp(META_PREFIX),
    }
}

/// The `attributes` element.
#[derive(Clone, Debug, Default)]
pub struct Attributes<'a> {
    /// Attributes by name, in byte order.
    pub named: Vec<(AttrName<'a>, Cow<'a, str>)>,
    /// `param` children: parameters whose name starts with a digit.
    pub params: Vec<(&'a str, &'a str)>,
}

impl<'a> Attributes<'a> {
    /// The value of an attribute, by its name as it is written.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.named.iter().find(|(known, _)| match known {
            AttrName::Plain(known) => *known == name,
            AttrName::Meta(known) => name
                .strip_prefix(META_PREFIX)
                .is_some_and(|rest| *known == rest),
        });
        found.map(|(_, value)| &**value)
    }
}

impl<'a> Sink<'a> for Attributes<'a> {
    fn put(&mut self, name: AttrName<'a>, value: Cow<'a, str>) {
        self.named.push((name, value));
    }
}

/// What attributes are put into, strongest first.
pub(super) trait Sink<'a> {
    /// Takes an attribute.
    fn put(&mut self, name: AttrName<'a>, value: Cow<'a, str>);

    /// An attribute whose name stays as it is.
    fn plain(&mut self, name: &'a str, value: &'a str) {
        self.put(AttrName::Plain(name), Cow::Borrowed(value));
    }

    /// A meta-attribute, unless it is one that is never passed on.
    fn meta(&mut self, name: &'a str, value: Cow<'a, str>) {
        let mut plain = true;
        for b in name.bytes() {
            match b {
                b'#' | b':' => return,
                b'-' => plain = false,
                _ => {}
            }
        }
        let name = if plain {
            Cow::Borrowed(name)
        } else {
            Cow::Owned(name.replace('-', "_"))
        };
        self.put(AttrName::Meta(name), value);
    }
}

/// Sorts attributes by name; the first value of a name stays.
pub(super) fn sort_named(named: &mut Vec<(AttrName<'_>, Cow<'_, str>)>) {
    // Most names differ where their ranks do.
    let mut order: SmallVec<[(u64, usize); 32]> = (named.iter().enumerate())
        .map(|(at, (name, _))| (name.rank(), at))
        .collect();
    order.sort_unstable_by(|a, b| {
        (a.0.cmp(&b.0))
            .then_with(|| named[a.1].0.order(&named[b.1].0))
            .then(a.1.cmp(&b.1))
    });
    let repeated = order.windows(2).any(|pair| {
        let (a, b) = (pair[0], pair[1]);
        a.0 == b.0 && named[a.1].0.order(&named[b.1].0).is_eq()
    });
    for place in 0..order.len() {
        let mut source = order[place].1;
        // What had to make room went to where its successor came from.
        while source < place {
            source = order[source].1;
        }
        named.swap(place, source);
    }
    if repeated {
        named.dedup_by(|next, kept| next.0.order(&kept.0).is_eq());
    }
}
