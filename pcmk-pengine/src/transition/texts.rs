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

    /// Whether the item comes before one of another list, or has the same name.
    fn order(&self, item: &Item, other: &Texts, of_other: &Item) -> Ordering {
        let by_rank = item.rank.cmp(&of_other.rank);
        by_rank.then_with(|| self.name(item).cmp(other.name(of_other)))
    }

    /// Walks over two sorted lists in the order of both. Of equal names that of the stronger list stays. Neighbours in one
    /// list come together.
    fn walk<'t>(&'t self, weaker: &'t Texts, mut each: impl FnMut(&'t Texts, Range<usize>)) {
        let (mut a, mut b) = (0, 0);
        loop {
            let start = a;
            let mut same = false;
            while let Some(item) = self.items.get(a) {
                let next = weaker.items.get(b);
                match next.map_or(Ordering::Less, |next| self.order(item, weaker, next)) {
                    Ordering::Less => a += 1,
                    Ordering::Equal => {
                        same = true;
                        break;
                    }
                    Ordering::Greater => break,
                }
            }
            if start < a {
                each(self, start..a);
            }
            if same {
                b += 1;
                continue;
            }
            let start = b;
            while let Some(item) = weaker.items.get(b) {
                let next = self.items.get(a);
                if next.is_some_and(|next| weaker.order(item, self, next).is_ge()) {
                    break;
                }
                b += 1;
            }
            if start == b {
                return;
            }
            each(weaker, start..b);
        }
    }

    /// Where neighbours are in the text.
    fn span(&self, items: &Range<usize>) -> Range<usize> {
        match &self.items[items.clone()] {
            [first, .., last] => first.start as usize..last.end as usize,
            [only] => only.start as usize..only.end as usize,
            [] => 0..0,
        }
    }

    /// This list and a weaker one.
    pub(super) fn and(&self, weaker: &Texts) -> Texts {
        let mut both = Texts {
            text: String::with_capacity(self.text.len() + weaker.text.len()),
            items: Vec::with_capacity(self.items.len() + weaker.items.len()),
        };
        self.walk(weaker, |list, items| {
            let span = list.span(&items);
            let moved = |place: u32| place - number(span.start) + number(both.text.len());
            both.items.extend(list.items[items].iter().map(|item| Item {
                rank: item.rank,
                start: moved(item.start),
                name_end: moved(item.name_end),
                end: moved(item.end),
            }));
            both.text.push_str(&list.text[span]);
        });
        both
    }

    /// Appends this list and a weaker one. `mark` is a part of the weaker one's text: returns where it is now, if it stayed
    /// in one piece.
    pub(super) fn write_with(
        &self,
        weaker: &Texts,
        mark: Option<&Range<usize>>,
        out: &mut String,
    ) -> Option<Range<usize>> {
        let mut marked = None;
        self.walk(weaker, |list, items| {
            let span = list.span(&items);
            if let Some(mark) = mark
                && std::ptr::eq(list, weaker)
                && span.start <= mark.start
                && mark.end <= span.end
            {
                let moved = |place: usize| place - span.start + out.len();
                marked = Some(moved(mark.start)..moved(mark.end));
            }
            out.push_str(&list.text[span]);
        });
        marked
    }

    /// From the value of a name to that of its neighbour.
    pub(super) fn values(&self, names: [&str; 2]) -> Option<Range<usize>> {
        let pair = |pair: &&[Item]| (0..2).all(|at| self.name(&pair[at]) == names[at]);
        let pair = self.items.windows(2).find(pair)?;
        let start = pair[0].name_end as usize + "=\"".len();
        Some(start..pair[1].end as usize - "\"".len())
    }

    /// No attributes?
    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty()
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
