//! Attributes as they are written, in lists that are made once and merged for each action that has them.
//!
//! Most of what an action carries is the same for many actions: that of its resource, and that of its operation. Each such
//! part is sorted and escaped once; an action's attributes are the merge of a few lists, the strongest first.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::ops::Range;

use pcmk_cib::xml::escape_attr;

use crate::transition::describe::{AttrName, Sink};

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

    fn written(&self, item: &Item) -> &str {
        &self.text[item.start as usize..item.end as usize]
    }

    fn name(&self, item: &Item) -> &str {
        &self.text[item.start as usize + 1..item.name_end as usize]
    }

    /// Sorts by name; of equal names the first stays.
    pub(super) fn sort(&mut self) {
        let text = &*self.text;
        let name = |item: &Item| &text[item.start as usize + 1..item.name_end as usize];
        let order = |a: &Item, b: &Item| {
            let by_rank = a.rank.cmp(&b.rank);
            by_rank.then_with(|| name(a).cmp(name(b)))
        };
        // Most sources are sorted, and few.
        self.items.sort_by(order);
        self.items.dedup_by(|next, kept| order(next, kept).is_eq());
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
        let mut at = [0; LISTS];
        loop {
            let mut first: Option<(usize, &Item)> = None;
            for (number, list) in lists.iter().enumerate() {
                let Some(item) = list.items.get(at[number]) else {
                    continue;
                };
                let order = match first {
                    Some((known, best)) => (item.rank.cmp(&best.rank))
                        .then_with(|| list.name(item).cmp(lists[known].name(best))),
                    None => Ordering::Less,
                };
                match order {
                    Ordering::Less => first = Some((number, item)),
                    Ordering::Equal => at[number] += 1,
                    Ordering::Greater => {}
                }
            }
            let Some((number, item)) = first else {
                return places;
            };
            at[number] += 1;
            let list = lists[number];
            if number == from
                && let Some(wanted) = names.iter().position(|name| *name == list.name(item))
            {
                let value = out.len() + (item.name_end - item.start) as usize + "=\"".len();
                let end = out.len() + (item.end - item.start) as usize - "\"".len();
                places[wanted] = Some(value..end);
            }
            out.push_str(list.written(item));
        }
    }
}
