//! The `pattern` parameter of text types: a small regular expression that must fit the whole text.
//!
//! Understood: characters, `\` before a character, classes like `[a-z_]` (no negation), groups, `|`, `?`,
//! `*` and `+`. Matching runs all possibilities side by side as bits of one number, so its cost is that of
//! the length of the text, whatever the text.

/// Longest expression, counted in characters and classes. Bits of the number that holds the state.
const MAX_POSITIONS: usize = 64;

/// A compiled pattern.
#[derive(Clone, Debug)]
pub(super) struct Facet {
    source: &'static str,
    /// What each position of the expression accepts: ranges of characters.
    positions: Vec<Vec<(char, char)>>,
    /// For each position the set of positions that may come next.
    follow: Vec<u64>,
    first: u64,
    last: u64,
    fits_empty: bool,
}

impl PartialEq for Facet {
    fn eq(&self, other: &Facet) -> bool {
        self.source == other.source
    }
}

/// What is known of a part of the expression.
#[derive(Clone, Copy)]
struct Part {
    first: u64,
    last: u64,
    fits_empty: bool,
}

impl Facet {
    /// Compiles an expression; `None` if it uses something else than the above.
    pub(super) fn new(source: &'static str) -> Option<Facet> {
        let mut facet = Facet {
            source,
            positions: Vec::new(),
            follow: Vec::new(),
            first: 0,
            last: 0,
            fits_empty: false,
        };
        let mut rest = source.chars().peekable();
        let whole = facet.alternatives(&mut rest)?;
        if rest.next().is_some() {
            return None;
        }
        facet.first = whole.first;
        facet.last = whole.last;
        facet.fits_empty = whole.fits_empty;
        Some(facet)
    }

    /// The expression as written.
    pub(super) fn source(&self) -> &'static str {
        self.source
    }

    /// Whether the whole of `text` fits.
    pub(super) fn fits(&self, text: &str) -> bool {
        let mut reachable = self.first;
        let mut at = 0u64;
        let mut any = false;
        for c in text.chars() {
            at = 0;
            let mut next = 0;
            for (position, ranges) in self.positions.iter().enumerate() {
                let bit = 1u64 << position;
                if reachable & bit != 0 && ranges.iter().any(|&(low, high)| low <= c && c <= high) {
                    at |= bit;
                    next |= self.follow[position];
                }
            }
            if at == 0 {
                return false;
            }
            reachable = next;
            any = true;
        }
        if any {
            at & self.last != 0
        } else {
            self.fits_empty
        }
    }

    // ---- compiling; recursion follows the parentheses of the expression, which is our own text

    fn alternatives(&mut self, rest: &mut Characters<'_>) -> Option<Part> {
        let mut whole = self.sequence(rest)?;
        while rest.next_if_eq(&'|').is_some() {
            let other = self.sequence(rest)?;
            whole = Part {
                first: whole.first | other.first,
                last: whole.last | other.last,
                fits_empty: whole.fits_empty || other.fits_empty,
            };
        }
        Some(whole)
    }

    fn sequence(&mut self, rest: &mut Characters<'_>) -> Option<Part> {
        let mut whole = Part {
            first: 0,
            last: 0,
            fits_empty: true,
        };
        while rest.peek().is_some_and(|&c| c != '|' && c != ')') {
            let next = self.repeated(rest)?;
            self.connect(whole.last, next.first);
            whole = Part {
                first: if whole.fits_empty {
                    whole.first | next.first
                } else {
                    whole.first
                },
                last: if next.fits_empty {
                    whole.last | next.last
                } else {
                    next.last
                },
                fits_empty: whole.fits_empty && next.fits_empty,
            };
        }
        Some(whole)
    }

    fn repeated(&mut self, rest: &mut Characters<'_>) -> Option<Part> {
        let mut part = self.single(rest)?;
        match rest.peek() {
            Some('?') => part.fits_empty = true,
            Some('*') => {
                self.connect(part.last, part.first);
                part.fits_empty = true;
            }
            Some('+') => self.connect(part.last, part.first),
            Some(_) | None => return Some(part),
        }
        rest.next();
        Some(part)
    }

    fn single(&mut self, rest: &mut Characters<'_>) -> Option<Part> {
        let ranges = match rest.next()? {
            '(' => {
                let inner = self.alternatives(rest)?;
                rest.next_if_eq(&')')?;
                return Some(inner);
            }
            '[' => class(rest)?,
            '\\' => {
                let c = escaped(rest)?;
                vec![(c, c)]
            }
            '.' | '{' | '}' | '?' | '*' | '+' | ']' | '^' | '$' => return None,
            c => vec![(c, c)],
        };
        if self.positions.len() == MAX_POSITIONS {
            return None;
        }
        let bit = 1u64 << self.positions.len();
        self.positions.push(ranges);
        self.follow.push(0);
        Some(Part {
            first: bit,
            last: bit,
            fits_empty: false,
        })
    }

    fn connect(&mut self, from: u64, to: u64) {
        for (position, follow) in self.follow.iter_mut().enumerate() {
            if from & (1 << position) != 0 {
                *follow |= to;
            }
        }
    }
}

type Characters<'t> = std::iter::Peekable<std::str::Chars<'t>>;

/// A character after a backslash; only signs, no classes like `\d`.
fn escaped(rest: &mut Characters<'_>) -> Option<char> {
    rest.next().filter(|c| c.is_ascii_punctuation())
}

/// The ranges of a class, its opening bracket read.
fn class(rest: &mut Characters<'_>) -> Option<Vec<(char, char)>> {
    let mut ranges = Vec::new();
    loop {
        let low = match rest.next()? {
            ']' => return (!ranges.is_empty()).then_some(ranges),
            '\\' => escaped(rest)?,
            '^' | '[' | '-' => return None,
            c => c,
        };
        let high = if rest.next_if_eq(&'-').is_some() {
            match rest.next()? {
                '\\' => escaped(rest)?,
                ']' | '[' => return None,
                c => c,
            }
        } else {
            low
        };
        ranges.push((low, high));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &'static str, fits: &[&str], not: &[&str]) {
        let facet = Facet::new(pattern).expect("pattern compiles");
        for text in fits {
            assert!(facet.fits(text), "{pattern} should fit {text:?}");
        }
        for text in not {
            assert!(!facet.fits(text), "{pattern} should not fit {text:?}");
        }
    }

    #[test]
    fn whole_text_must_fit() {
        check(
            "[0-9\\-]+",
            &["1", "80-90", "-"],
            &["", "a", "1 ", " 1", "80–90"],
        );
        check(
            "[a-c_.\\-]+(,[a-c_.\\-]+)*",
            &["a", "a,b", "a.-_,b,c"],
            &["", ",", "a,", ",a", "a,,b", "a, b", "d"],
        );
        check("a?b*(c|de)+", &["c", "abbcde", "dec"], &["ab", "aac", "d"]);
        check("", &[""], &["a"]);
    }

    #[test]
    fn unknown_syntax_is_refused() {
        for pattern in [
            "a{2}", ".", "[^a]", "(a", "a)", "[a", "\\d", "*", "[]", "[a-",
        ] {
            assert!(Facet::new(pattern).is_none(), "{pattern}");
        }
    }
}
