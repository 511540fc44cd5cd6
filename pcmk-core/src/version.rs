//! Version numbers and their comparison.

use std::cmp::Ordering;

/// The newest CIB feature set this implementation understands.
pub const FEATURE_SET: &str = "3.20.5";
/// The reference's release whose behaviour this implementation has.
pub const VERSION: &str = "3.0.2";

/// Compares two versions number by number; missing numbers count as 0.
///
/// Only a leading run of numbers and dots takes part (`1.2.3-rc1` is 1.2.3); a text without one is
/// the empty version, lower than or equal to all others. Source: behaviour notes 01 §2.5.
#[must_use]
pub fn compare(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (numbers(a), numbers(b));
    loop {
        let (left, right) = (a.next(), b.next());
        if left.is_none() && right.is_none() {
            return Ordering::Equal;
        }
        let (left, right) = (left.unwrap_or(""), right.unwrap_or(""));
        // Without leading zeros, a longer number is a larger one, of any length.
        match left.len().cmp(&right.len()).then_with(|| left.cmp(right)) {
            Ordering::Equal => {}
            different => return different,
        }
    }
}

/// The numbers of a version, without leading zeros.
fn numbers(text: &str) -> impl Iterator<Item = &str> {
    let text = crate::lenient::skip_c_space(text);
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let current = rest.take()?;
        let count = current.bytes().take_while(u8::is_ascii_digit).count();
        if count == 0 {
            return None;
        }
        let (digits, after) = current.split_at(count);
        rest = after.strip_prefix('.');
        Some(digits.trim_start_matches('0'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_number_by_number() {
        for (a, b, want) in [
            ("3.20.5", "3.20.5", Ordering::Equal),
            ("3.9", "3.10", Ordering::Less),
            ("1", "1.0.0", Ordering::Equal),
            ("1.2-rc1", "1.2", Ordering::Equal),
            (" 2", "1.9.9", Ordering::Greater),
            ("", "0", Ordering::Equal),
            ("x", "0.1", Ordering::Less),
            ("1.", "1", Ordering::Equal),
            (
                "99999999999999999999.1",
                "99999999999999999999.2",
                Ordering::Less,
            ),
        ] {
            assert_eq!(compare(a, b), want, "{a} {b}");
            assert_eq!(compare(b, a), want.reverse(), "{b} {a}");
        }
    }
}
