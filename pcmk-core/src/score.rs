//! Scores: how strongly something is wanted or refused.

use std::fmt;

use crate::lenient::{self, ScanError};

/// How strongly something is wanted (or refused) somewhere.
///
/// Unit: none, a weight. Range: −1 000 000 ..= 1 000 000; both ends mean "infinite".
/// An infinite end absorbs whatever is added to it, and minus beats plus. Adding is therefore
/// not associative: contributions are folded in the order in which they arose.
///
/// Source: behaviour notes 01 §2.3, 03 §2.3. Pinned by `minus_infinity_beats_plus`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Score(i32);

impl Score {
    /// Wanted above everything else.
    pub const INFINITY: Score = Score(1_000_000);
    /// Refused, whatever else speaks for it.
    pub const MINUS_INFINITY: Score = Score(-1_000_000);
    /// Neither wanted nor refused.
    pub const ZERO: Score = Score(0);

    /// Clips `weight` into range; never fails.
    #[must_use]
    pub const fn clipped(weight: i64) -> Score {
        if weight >= Self::INFINITY.0 as i64 {
            Self::INFINITY
        } else if weight <= Self::MINUS_INFINITY.0 as i64 {
            Self::MINUS_INFINITY
        } else {
            Score(weight as i32)
        }
    }

    /// The sum, with minus infinity before plus infinity before arithmetic.
    ///
    /// A named method, not `+`: the operator would promise an algebra we do not have.
    #[must_use]
    #[inline]
    pub fn plus(self, other: Score) -> Score {
        if self.is_minus_infinity() || other.is_minus_infinity() {
            Self::MINUS_INFINITY
        } else if self.is_infinite() || other.is_infinite() {
            Self::INFINITY
        } else {
            // Both are finite, hence the sum stays far inside an i32.
            Score((self.0 + other.0).clamp(Self::MINUS_INFINITY.0, Self::INFINITY.0))
        }
    }

    /// The weight as a number, −1 000 000 ..= 1 000 000.
    #[must_use]
    #[inline]
    pub const fn value(self) -> i32 {
        self.0
    }

    /// Whether this is (plus) infinity.
    #[must_use]
    #[inline]
    pub const fn is_infinite(self) -> bool {
        self.0 >= Self::INFINITY.0
    }

    /// Whether this is minus infinity.
    #[must_use]
    #[inline]
    pub const fn is_minus_infinity(self) -> bool {
        self.0 <= Self::MINUS_INFINITY.0
    }

    /// The same strength in the other direction.
    #[must_use]
    pub const fn negated(self) -> Score {
        Score(-self.0)
    }
}

impl fmt::Display for Score {
    /// `INFINITY`, `-INFINITY` or the decimal number. Source: behaviour notes 01 §2.3.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_infinite() {
            f.pad("INFINITY")
        } else if self.is_minus_infinity() {
            f.pad("-INFINITY")
        } else {
            fmt::Display::fmt(&self.0, f)
        }
    }
}

/// What the words `red`, `yellow` and `green` stand for while a score is read.
///
/// Source: behaviour notes 01 §2.3 and §6.6.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HealthScores {
    /// Value of `red`.
    pub red: Score,
    /// Value of `yellow`.
    pub yellow: Score,
    /// Value of `green`.
    pub green: Score,
}

/// The text is not a score; the caller's default applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a score")]
pub struct InvalidScore;

/// Reads a score: an infinity, a health word or a lenient integer, clipped.
///
/// `INFINITY` needs exact case, health words do not; garbage after a number is ignored and a
/// number outside 64 bits is clipped without error. Source: behaviour notes 01 §2.3.
///
/// # Errors
/// [`InvalidScore`] if the text starts with neither a word nor a number.
pub fn parse_score(text: &str, health: &HealthScores) -> Result<Score, InvalidScore> {
    match text {
        "INFINITY" | "+INFINITY" => return Ok(Score::INFINITY),
        "-INFINITY" => return Ok(Score::MINUS_INFINITY),
        _ => {}
    }
    if text.eq_ignore_ascii_case("red") {
        return Ok(health.red);
    }
    if text.eq_ignore_ascii_case("yellow") {
        return Ok(health.yellow);
    }
    if text.eq_ignore_ascii_case("green") {
        return Ok(health.green);
    }
    match lenient::scan_ll(text) {
        Ok(weight) | Err(ScanError::Range(weight)) => Ok(Score::clipped(weight)),
        Err(ScanError::Invalid) => Err(InvalidScore),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_sum(terms: &[i64], want: i64) {
        let sum = terms
            .iter()
            .fold(Score::ZERO, |sum, &term| sum.plus(Score::clipped(term)));
        assert_eq!(sum, Score::clipped(want), "{terms:?}");
    }

    #[test]
    fn minus_infinity_beats_plus() {
        check_sum(&[1_000_000, -1_000_000], -1_000_000);
        check_sum(&[-1_000_000, 1_000_000], -1_000_000);
        check_sum(&[999_999, 5, -10], 1_000_000); // clipped, then sticky
        check_sum(&[-999_999, -5, 10], -1_000_000);
        check_sum(&[3, -5], -2);
    }

    #[test]
    fn scores_are_read_leniently() {
        let health = HealthScores {
            red: Score::MINUS_INFINITY,
            yellow: Score(5),
            green: Score(7),
        };
        let read = |text| parse_score(text, &health).map(Score::value);
        assert_eq!(read("INFINITY"), Ok(1_000_000));
        assert_eq!(read("+INFINITY"), Ok(1_000_000));
        assert_eq!(read("-INFINITY"), Ok(-1_000_000));
        assert_eq!(read("infinity"), Err(InvalidScore));
        assert_eq!(read("Red"), Ok(-1_000_000));
        assert_eq!(read("YELLOW"), Ok(5));
        assert_eq!(read("green"), Ok(7));
        assert_eq!(read("12abc"), Ok(12));
        assert_eq!(read(" -7"), Ok(-7));
        assert_eq!(read("99999999999999999999"), Ok(1_000_000));
        assert_eq!(read("-99999999999999999999"), Ok(-1_000_000));
        assert_eq!(read(""), Err(InvalidScore));
    }

    #[test]
    fn ends_print_as_words() {
        assert_eq!(Score::clipped(i64::MAX).to_string(), "INFINITY");
        assert_eq!(Score::clipped(i64::MIN).to_string(), "-INFINITY");
        assert_eq!(Score::clipped(-42).to_string(), "-42");
    }
}
