//! Orders that reach outputs: of names, of sorted lists and of the reference's hash tables.
//!
//! The reference sorts lists with a particular merge sort, sometimes under comparators that are no
//! consistent order, and walks hash tables where nothing sorts afterwards. Both show in results,
//! so both are reproduced here exactly: [`merge_sort`] and [`UpstreamTable`].

mod table;

use std::cmp::Ordering;

pub use table::{UpstreamTable, upstream_hash, upstream_order};

/// Whether two texts are equal apart from the case of ASCII letters.
#[must_use]
pub fn eq_ci(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// Whether `text` starts with `prefix` apart from the case of ASCII letters.
#[must_use]
pub fn starts_with_ci(text: &str, prefix: &str) -> bool {
    text.as_bytes()
        .get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
}

/// Compares two texts without regard to the case of ASCII letters.
#[must_use]
pub fn cmp_ci(a: &str, b: &str) -> Ordering {
    let lower = |byte: u8| byte.to_ascii_lowercase();
    a.bytes().map(lower).cmp(b.bytes().map(lower))
}

/// The order of node names: numbers inside compare as numbers, letters without case.
///
/// `node9 < node10`; of equal numbers the one with fewer leading zeros comes first; a text that
/// ends first comes first. Numbers beyond 64 bits all count as the largest one.
/// Source: behaviour notes 01 §2.1, 02 §2.9.
#[must_use]
pub fn name_order(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let (mut i, mut j) = (0, 0);
    loop {
        match (a.get(i), b.get(j)) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(x), Some(y)) if x.is_ascii_digit() && y.is_ascii_digit() => {
                let (left, left_length) = number_at(a, i);
                let (right, right_length) = number_at(b, j);
                match left.cmp(&right).then(left_length.cmp(&right_length)) {
                    Ordering::Equal => {}
                    different => return different,
                }
                i += left_length;
                j += right_length;
            }
            (Some(x), Some(y)) => match x.to_ascii_lowercase().cmp(&y.to_ascii_lowercase()) {
                Ordering::Equal => {
                    i += 1;
                    j += 1;
                }
                different => return different,
            },
        }
    }
}

/// The number that starts at a position, clipped to what the reference's type holds, and its
/// length in digits.
fn number_at(text: &[u8], start: usize) -> (i64, usize) {
    let mut value: i64 = 0;
    let mut length = 0;
    for byte in text
        .iter()
        .skip(start)
        .take_while(|byte| byte.is_ascii_digit())
    {
        value = value
            .saturating_mul(10)
            .saturating_add(i64::from(byte - b'0'));
        length += 1;
    }
    (value, length)
}

/// Lists up to this length are sorted without allocating.
const SMALL: usize = 64;

/// Sorts with the reference's list sort.
///
/// A stable top-down merge sort: the first ⌊n/2⌋ elements and the rest are sorted, then merged,
/// taking from the left while `cmp(left, right)` is not `Greater`. Several comparators of the
/// reference are no consistent order, so the very sequence of comparisons decides results; this
/// never panics on them. Source: behaviour notes 02 §2.10, 03 §2.4.
pub fn merge_sort<T>(items: &mut [T], mut cmp: impl FnMut(&T, &T) -> Ordering) {
    let count = items.len();
    if count < 2 {
        return;
    }
    if count <= SMALL {
        let mut order = [0_u32; SMALL];
        let mut spare = [0_u32; SMALL];
        sort_by_index(items, &mut order[..count], &mut spare[..count], &mut cmp);
    } else {
        let mut order = vec![0_u32; count];
        let mut spare = vec![0_u32; count];
        sort_by_index(items, &mut order, &mut spare, &mut cmp);
    }
}

fn sort_by_index<T>(
    items: &mut [T],
    order: &mut [u32],
    spare: &mut [u32],
    cmp: &mut impl FnMut(&T, &T) -> Ordering,
) {
    for (index, slot) in order.iter_mut().enumerate() {
        *slot = index as u32;
    }
    sort_range(items, order, spare, cmp);
    apply_order(items, order);
}

/// Sorts the indices in `order`; recursion is as deep as the binary logarithm of its length.
fn sort_range<T>(
    items: &[T],
    order: &mut [u32],
    spare: &mut [u32],
    cmp: &mut impl FnMut(&T, &T) -> Ordering,
) {
    let count = order.len();
    if count < 2 {
        return;
    }
    let middle = count / 2;
    {
        let (left, right) = order.split_at_mut(middle);
        let (left_spare, right_spare) = spare.split_at_mut(middle);
        sort_range(items, left, left_spare, cmp);
        sort_range(items, right, right_spare, cmp);
    }
    let (mut i, mut j) = (0, middle);
    for slot in spare.iter_mut() {
        let from_left = j >= count
            || (i < middle
                && cmp(&items[order[i] as usize], &items[order[j] as usize]) != Ordering::Greater);
        if from_left {
            *slot = order[i];
            i += 1;
        } else {
            *slot = order[j];
            j += 1;
        }
    }
    order.copy_from_slice(spare);
}

/// Moves `items[order[k]]` to place `k`, for all `k`. Uses up `order`.
fn apply_order<T>(items: &mut [T], order: &mut [u32]) {
    for start in 0..order.len() {
        let mut place = start;
        loop {
            let source = order[place] as usize;
            order[place] = place as u32;
            if source == start || source == place {
                break;
            }
            items.swap(place, source);
            place = source;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_numbers() {
        for (a, b) in [
            ("node9", "node10"),
            ("node7", "node007"),
            ("Node1", "node2"),
            ("a", "ab"),
            ("a1b2", "a1b10"),
            ("1", "a"),
            ("", "a"),
        ] {
            assert_eq!(name_order(a, b), Ordering::Less, "{a} {b}");
            assert_eq!(name_order(b, a), Ordering::Greater, "{b} {a}");
        }
        assert_eq!(name_order("NODE1", "node1"), Ordering::Equal);
        assert_eq!(
            name_order("n99999999999999999999", "n99999999999999999998"),
            Ordering::Equal,
            "both are clipped"
        );
    }

    #[test]
    fn merge_sort_compares_in_the_known_sequence() {
        let mut seen = Vec::new();
        let mut items = vec!['d', 'b', 'c', 'a', 'e'];
        merge_sort(&mut items, |a, b| {
            seen.push(format!("{a}{b}"));
            a.cmp(b)
        });
        assert_eq!(items, ['a', 'b', 'c', 'd', 'e']);
        // [d b] and [c a e]; the latter as [c] and [a e].
        assert_eq!(seen, ["db", "ae", "ca", "ce", "ba", "bc", "dc", "de"]);
    }

    #[test]
    fn prefixes_without_case() {
        assert!(starts_with_ci("MSec", "ms"));
        assert!(!starts_with_ci("m", "ms"));
        assert!(starts_with_ci("é", ""));
        assert_eq!(cmp_ci("ABC", "abd"), Ordering::Less);
    }
}
