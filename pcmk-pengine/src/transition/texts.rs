//! Attributes as they are written, in lists that are made once and merged for each action that has them.
//!
//! Most of what an action carries is the same for many actions: that of its resource, and that of its operation. Each such
//! part is sorted and escaped once; an action's attributes are the merge of a few lists, the strongest first.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::ops::Range;

use pcmk_cib::xml::escape_attr;

use crate::transition::attributes::{AttrName, Sink};

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
        // Neighbours of one list are written together.
        let (mut open, mut start, mut end) = (0, 0, 0);
        loop {
            let mut first: Option<(usize, &Item)> = None;
            for number in 0..LISTS {
                let [item, rest @ ..] = left[number] else {
                    continue;
                };
                let Some((known, best)) = first else {
                    first = Some((number, item));
                    continue;
                };
                if item.rank > best.rank {
                    continue;
                }
                let order = match item.rank < best.rank {
                    true => Ordering::Less,
                    false => lists[number].name(item).cmp(lists[known].name(best)),
                };
                match order {
                    Ordering::Less => first = Some((number, item)),
                    Ordering::Equal => left[number] = rest,
                    Ordering::Greater => {}
                }
            }
            let Some((number, item)) = first else {
                out.push_str(&lists[open].text[start..end]);
                return places;
            };
            left[number] = &left[number][1..];
            let (from_here, to_here) = (item.start as usize, item.end as usize);
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
    }
}
