//! Durations: ISO 8601 text and the words shown to people.

use std::fmt;
use std::fmt::Write as _;

use super::error::DateError;
use crate::lenient::is_c_space;

/// Most digits of one number in a duration.
const MAX_DIGITS: usize = 10;

/// A length of time in calendar parts, each of which may be negative.
///
/// Weeks are kept as days, hours and minutes as seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Duration {
    /// Years.
    pub years: i32,
    /// Months.
    pub months: i32,
    /// Days.
    pub days: i32,
    /// Seconds.
    pub seconds: i32,
}

impl Duration {
    /// Reads an ISO 8601 duration such as `P1Y2M3DT4H5M6S`; it ends at `/` or white space.
    ///
    /// `M` means minutes once a `T` was seen. A number may have one of `-`, `+` and `:` in front
    /// and has no fraction. Repeated years and months replace each other, the other parts add up.
    ///
    /// # Errors
    /// If there is no part, a unit is missing, a part exceeds 32 bits, or all parts are 0.
    pub fn parse(text: &str) -> Result<Duration, DateError> {
        let body = text.strip_prefix('P').ok_or(DateError::Duration)?;
        let end = body
            .bytes()
            .position(|byte| byte == b'/' || is_c_space(byte));
        let mut rest = body
            .get(..end.unwrap_or(body.len()))
            .unwrap_or("")
            .as_bytes();
        let mut duration = Duration::default();
        let mut in_time = false;
        let mut parts = 0;
        while let Some(&first) = rest.first() {
            if first == b'T' {
                in_time = true;
                rest = rest.get(1..).unwrap_or(&[]);
                continue;
            }
            let (value, after) = number(rest)?;
            let (&unit, after) = after.split_first().ok_or(DateError::Duration)?;
            duration.take(value, unit, in_time)?;
            parts += 1;
            rest = after;
        }
        if parts == 0 {
            return Err(DateError::Duration);
        }
        if duration == Duration::default() {
            return Err(DateError::DurationZero);
        }
        Ok(duration)
    }

    /// Seconds if every year had 365 and every month 30 days.
    #[must_use]
    pub fn approximate_seconds(&self) -> i64 {
        let days = i64::from(self.years) * 365 + i64::from(self.months) * 30 + i64::from(self.days);
        days * 86_400 + i64::from(self.seconds)
    }

    fn take(&mut self, value: i64, unit: u8, in_time: bool) -> Result<(), DateError> {
        let narrow = |value: i64| i32::try_from(value).map_err(|_| DateError::DurationRange);
        let sum = |old: i32, factor: i64| narrow(i64::from(old) + value * factor);
        match unit {
            b'Y' => self.years = narrow(value)?,
            b'M' if in_time => self.seconds = sum(self.seconds, 60)?,
            b'M' => self.months = narrow(value)?,
            b'W' => self.days = sum(self.days, 7)?,
            b'D' => self.days = sum(self.days, 1)?,
            b'H' => self.seconds = sum(self.seconds, 3600)?,
            b'S' => self.seconds = sum(self.seconds, 1)?,
            _ => return Err(DateError::Duration),
        }
        Ok(())
    }
}

/// A number with at most one sign in front, and what follows it.
fn number(text: &[u8]) -> Result<(i64, &[u8]), DateError> {
    let (negative, digits) = match text.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+' | b':', rest)) => (false, rest),
        _ => (false, text),
    };
    let count = digits
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    if count == 0 || count > MAX_DIGITS {
        return Err(DateError::Duration);
    }
    let (number, rest) = digits.split_at(count);
    let value = number
        .iter()
        .fold(0_i64, |value, byte| value * 10 + i64::from(byte - b'0'));
    Ok((if negative { -value } else { value }, rest))
}

impl fmt::Display for Duration {
    /// The words of the iso8601 tool, blanks included, such as
    /// `   1 year  2 months 3661 seconds (1 hour 1 minute 1 seconds)`.
    ///
    /// Source: behaviour notes 07 §8.3.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = |count: i64| if count == 1 { "" } else { "s" };
        let mut out = String::new();
        if self.years != 0 {
            write!(out, "{:4} year{} ", self.years, plural(self.years.into()))?;
        }
        if self.months != 0 {
            write!(
                out,
                "{:2} month{} ",
                self.months,
                plural(self.months.into())
            )?;
        }
        if self.days != 0 {
            write!(out, "{:2} day{} ", self.days, plural(self.days.into()))?;
        }
        if out.is_empty() || self.seconds != 0 {
            let total = i64::from(self.seconds);
            write!(out, "{total} second{}", plural(total))?;
            if total.abs() >= 60 {
                let (hours, minutes, seconds) =
                    (total.abs() / 3600, total.abs() / 60 % 60, total.abs() % 60);
                let mut words = Vec::new();
                if hours != 0 {
                    words.push(format!("{hours} hour{}", plural(hours)));
                }
                if minutes != 0 {
                    words.push(format!("{minutes} minute{}", plural(minutes)));
                }
                if seconds != 0 {
                    // The ending follows the total here, so it is always "1 seconds".
                    words.push(format!("{seconds} second{}", plural(total)));
                }
                write!(out, " ({})", words.join(" "))?;
            }
        }
        f.write_str(&out)
    }
}
