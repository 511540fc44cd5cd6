//! Attributes as they are written, in lists that are made once and merged for each action that has them.
//!
//! Most of what an action carries is the same for many actions: that of its resource, and that of its operation. Each such
//! part is sorted and escaped once; an action's attributes are the merge of a few lists, the strongest first.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

use pcmk_cib::xml::escape_attr;

use crate::transition::attributes::{AttrName, Sink};
use crate::transition::describe;

/// An attribute in a list: ` NAME="VALUE"`.
#[derive(Clone, Copy)]
struct Item {
    /// See [`AttrName::rank`].
    rank: u64,
    /// Where it starts in the text, where its name and where it ends.
    start: u32,
    name_end: u32,
    end: u32,
}

/// Some attributes.
#[derive(Default)]
pub(super) struct Texts {
    text: String,
    items: Vec<Item>,
}

/// Sizes of the parts of one document, which has fewer bytes than 2^32.
fn number(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

impl<'a> Sink<'a> for Texts {
    fn put(&mut self, name: AttrName<'a>, value: Cow<'a, str>) {
        let start = number(self.text.len());
        self.text.push(' ');
        name.write(&mut self.text);
        let name_end = number(self.text.len());
        self.text.push_str("=\"");
        escape_attr(&value, &mut self.text);
        self.text.push('"');
        self.items.push(Item {
            rank: name.rank(),
            start,
            name_end,
            end: number(self.text.len()),
        });
    }
}

impl Texts {
    /// Makes room for other attributes.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.items.clear();
    }

    fn name(&self, item: &Item) -> &str {
        &self.text[item.start as usize + 1..item.name_end as usize]
    }

    /// Sorts by name; of equal names the first stays.
    pub(super) fn sort(&mut self) {
        let order = |a: &Item, b: &Item| {
            let by_rank = a.rank.cmp(&b.rank);
            by_rank.then_with(|| self.name(a).cmp(self.name(b)))
        };
        // Most sources are sorted.
        if self.items.is_sorted_by(|a, b| order(a, b).is_lt()) {
            return;
        }
        let mut items = self.items.clone();
        items.sort_by(order);
        items.dedup_by(|next, kept| order(next, kept).is_eq());
        let mut text = String::with_capacity(self.text.len());
        for item in &mut items {
            let start = number(text.len());
            text.push_str(&self.text[item.start as usize..item.end as usize]);
            item.name_end = start + (item.name_end - item.start);
            (item.start, item.end) = (start, number(text.len()));
        }
        *self = Texts { text, items };
    }

    /// Appends the attributes of sorted lists, the strongest first: of equal names that of the first list stays. Returns
    /// where the values of the names are that are asked for, if they come from the list.
    pub(super) fn merge<const LISTS: usize, const NAMES: usize>(
        lists: [&Texts; LISTS],
        out: &mut String,
        from: usize,
        names: [&str; NAMES],
    ) -> [Option<Range<usize>>; NAMES] {
        let mut places = [const { None }; NAMES];
        let mut left = lists.map(|list| &list.items[..]);
        // Lists with something left, the strongest first.
        let mut active = Active::new(left.map(|list| !list.is_empty()));
        // Neighbours of one list are written together.
        let (mut open, mut start, mut end) = (0, 0, 0);
        while let [strongest, others @ ..] = active.lists() {
            let (mut number, mut item) = (*strongest, &left[*strongest][0]);
            let mut repeated = None;
            // The least rank of the other lists: what is before that in the list comes next.
            let mut limit = u64::MAX;
            for &other in others {
                let next = &left[other][0];
                if next.rank > item.rank {
                    limit = limit.min(next.rank);
                    continue;
                }
                let order = match next.rank < item.rank {
                    true => Ordering::Less,
                    false => lists[other].name(next).cmp(lists[number].name(item)),
                };
                match order {
                    Ordering::Less => {
                        limit = item.rank;
                        (number, item) = (other, next);
                    }
                    Ordering::Equal => repeated = Some(other),
                    Ordering::Greater => limit = limit.min(next.rank),
                }
            }
            // What is repeated goes, and the others are compared once more.
            let used = repeated.unwrap_or(number);
            let run = match repeated.is_some() || number == from {
                true => 1,
                false => {
                    let more = left[number][1..].iter();
                    1 + more.take_while(|next| next.rank < limit).count()
                }
            };
            let (from_here, to_here) = (item.start as usize, left[number][run - 1].end as usize);
            left[used] = &left[used][run..];
            if left[used].is_empty() {
                active.remove(used);
            }
            if repeated.is_some() {
                continue;
            }
            if number != open || from_here != end {
                out.push_str(&lists[open].text[start..end]);
                (open, start) = (number, from_here);
            }
            end = to_here;
            if number == from
                && let Some(wanted) = names
                    .iter()
                    .position(|name| *name == lists[number].name(item))
            {
                let before = out.len() - start;
                let value = before + item.name_end as usize + "=\"".len();
                places[wanted] = Some(value..before + to_here - "\"".len());
            }
        }
        out.push_str(&lists[open].text[start..end]);
        places
    }
}

/// Numbers of lists.
struct Active<const LISTS: usize> {
    lists: [usize; LISTS],
    count: usize,
}

impl<const LISTS: usize> Active<LISTS> {
    /// Those of which it is said.
    fn new(wanted: [bool; LISTS]) -> Self {
        let mut active = Active {
            lists: [0; LISTS],
            count: 0,
        };
        for number in (0..LISTS).filter(|&number| wanted[number]) {
            active.lists[active.count] = number;
            active.count += 1;
        }
        active
    }

    fn lists(&self) -> &[usize] {
        &self.lists[..self.count]
    }

    fn remove(&mut self, number: usize) {
        if let Some(at) = self.lists().iter().position(|known| *known == number) {
            self.lists.copy_within(at + 1..self.count, at);
            self.count -= 1;
        }
    }
}

/// How many lists of meta-attributes are kept. Notifications of one clone, which come together, have some lists in turn.
const RECENT: usize = 8;

/// Meta-attributes that the scheduler set, as written. Many actions have equal lists.
#[derive(Default)]
pub(super) struct Metas<'d> {
    known: Vec<(Meta<'d>, Texts)>,
    /// The one to be replaced next.
    oldest: usize,
}

/// Names and values of an action.
type Meta<'d> = &'d [(Arc<str>, Arc<str>)];

impl<'d> Metas<'d> {
    /// The list as written.
    pub(super) fn of(&mut self, meta: Meta<'d>) -> &Texts {
        // Equal texts are mostly one; where they are not, the list is made again.
        let same = |known: Meta<'d>| {
            known.len() == meta.len()
                && (known.iter().zip(meta))
                    .all(|(a, b)| Arc::ptr_eq(&a.0, &b.0) && Arc::ptr_eq(&a.1, &b.1))
        };
        let found = self.known.iter().position(|(known, _)| same(known));
        let at = found.unwrap_or_else(|| {
            let mut texts = Texts::default();
            describe::add_set_meta(meta, &mut texts);
            texts.sort();
            if self.known.len() < RECENT {
                self.known.push((meta, texts));
                return self.known.len() - 1;
            }
            let at = self.oldest;
            self.known[at] = (meta, texts);
            self.oldest = (at + 1) % RECENT;
            at
        });
        &self.known[at].1
    }
}
