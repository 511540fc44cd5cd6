//! The valid name that somebody probably meant.

/// Longest name that is compared letter by letter; longer ones are found only if they differ in case.
const MAX_LETTERS: usize = 64;

/// The candidate most like `given`, the first of equally good ones, if one is like it at all: at most
/// one letter in three may be wrong, missing, superfluous or swapped with its neighbour. Case and the
/// difference between `-` and `_` do not count.
pub(super) fn nearest<'c>(
    given: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    let given = letters(given);
    let limit = given.len() / 3;
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let other = letters(candidate);
        let bound = best.map_or(limit + 1, |(distance, _)| distance);
        if bound == 0 {
            break;
        }
        if given.len().abs_diff(other.len()) >= bound {
            continue;
        }
        let found = distance(&given, &other);
        if found < bound {
            best = Some((found, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

fn letters(name: &str) -> Vec<char> {
    name.chars()
        .map(|c| {
            if c == '_' {
                '-'
            } else {
                c.to_ascii_lowercase()
            }
        })
        .collect()
}

/// Number of changes between two names: a letter replaced, put in, left out, or two neighbours swapped.
fn distance(a: &[char], b: &[char]) -> usize {
    if a == b {
        return 0;
    }
    if a.len() > MAX_LETTERS || b.len() > MAX_LETTERS {
        return usize::MAX;
    }
    let mut before = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, &letter) in a.iter().enumerate() {
        let mut row = vec![i + 1; b.len() + 1];
        for (j, &other) in b.iter().enumerate() {
            let mut cost = last[j] + usize::from(letter != other);
            cost = cost.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && letter == b[j - 1] && a[i - 1] == other {
                cost = cost.min(before[j - 1] + 1);
            }
            row[j + 1] = cost;
        }
        before = last;
        last = row;
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(given: &str, candidates: &[&str], want: Option<&str>) {
        assert_eq!(nearest(given, candidates.iter().copied()), want, "{given}");
    }

    #[test]
    fn one_letter_in_three() {
        let names = ["interval", "timeout", "name", "on-fail"];
        check("intervall", &names, Some("interval"));
        check("intreval", &names, Some("interval"));
        check("Timeout", &names, Some("timeout"));
        check("on_fail", &names, Some("on-fail"));
        check("colour", &names, None);
        check("nome", &names, Some("name"));
        check("n", &names, None);
        check("", &names, None);
        check(&"x".repeat(1000), &names, None);
    }
}
