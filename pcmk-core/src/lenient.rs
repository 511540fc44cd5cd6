//! Numbers, booleans, ranges and durations as leniently as the reference reads them.
//!
//! The reference relies on the C library's number scanning: leading white space and a sign are
//! accepted, whatever follows the number is mostly ignored. Each reader here names its own
//! treatment of what is missing, invalid or out of range, because callers differ in it.

use crate::time::Duration;

/// Default of an action's timeout. Source: behaviour notes 01 §2.4.
pub const DEFAULT_TIMEOUT_MS: u32 = 20_000;

/// Why a number could not be read as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScanError {
    /// There is no number at the start of the text.
    #[error("not a number")]
    Invalid,
    /// The number does not fit into 64 bits; here is the nearest one that does.
    #[error("number out of range")]
    Range(i64),
}

/// White space of the C locale.
pub(crate) fn is_c_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | 0x0b | 0x0c | b'\r')
}

/// Text after leading white space of the C locale.
pub(crate) fn skip_c_space(text: &str) -> &str {
    let blanks = text.bytes().take_while(|&byte| is_c_space(byte)).count();
    text.get(blanks..).unwrap_or("")
}

/// A number found at the start of a text.
pub(crate) struct Scanned<'a> {
    /// The number, clipped to 64 bits.
    pub value: i64,
    /// Whether it had to be clipped.
    pub clipped: bool,
    /// What follows the number.
    pub rest: &'a str,
}

/// Reads a number like C's `strtoll` in base 10; `None` if there are no digits.
pub(crate) fn scan_prefix(text: &str) -> Option<Scanned<'_>> {
    let trimmed = skip_c_space(text);
    let (negative, digits) = match trimmed.as_bytes().first() {
        Some(b'-') => (true, trimmed.get(1..).unwrap_or("")),
        Some(b'+') => (false, trimmed.get(1..).unwrap_or("")),
        _ => (false, trimmed),
    };
    let count = digits.bytes().take_while(u8::is_ascii_digit).count();
    if count == 0 {
        return None;
    }
    let (number, rest) = digits.split_at(count);
    let mut value: i64 = 0;
    let mut clipped = false;
    for byte in number.bytes() {
        let digit = i64::from(byte - b'0');
        // Accumulated with its sign, because the negative end is one further away.
        let next = value.checked_mul(10).and_then(|tens| {
            if negative {
                tens.checked_sub(digit)
            } else {
                tens.checked_add(digit)
            }
        });
        match next {
            Some(next) => value = next,
            None => {
                clipped = true;
                value = if negative { i64::MIN } else { i64::MAX };
                break;
            }
        }
    }
    Some(Scanned {
        value,
        clipped,
        rest,
    })
}

/// Reads a 64-bit integer, ignoring anything after it.
///
/// Source: behaviour notes 01 §2.2.
///
/// # Errors
/// [`ScanError::Invalid`] without digits, [`ScanError::Range`] outside 64 bits.
pub fn scan_ll(text: &str) -> Result<i64, ScanError> {
    match scan_prefix(text) {
        None => Err(ScanError::Invalid),
        Some(found) if found.clipped => Err(ScanError::Range(found.value)),
        Some(found) => Ok(found.value),
    }
}

/// Reads an integer with a lower bound, which also stands for missing and invalid text.
///
/// Values above `i32::MAX` are clipped. Source: behaviour notes 01 §2.2 ("min-int"), 02 §2.1.
#[must_use]
pub fn scan_min_int(text: Option<&str>, min: i32) -> i32 {
    match text.map(scan_ll) {
        None | Some(Err(ScanError::Invalid)) => min,
        Some(Ok(value) | Err(ScanError::Range(value))) => {
            value.clamp(i64::from(min), i64::from(i32::MAX)) as i32
        }
    }
}

/// Reads an integer attribute of the history; missing, invalid and out of range give `default`.
///
/// Source: behaviour notes 02 §2.1.
#[must_use]
pub fn int_attr(text: Option<&str>, default: i32) -> i32 {
    text.and_then(|text| scan_ll(text).ok())
        .and_then(|value| i32::try_from(value).ok())
        .unwrap_or(default)
}

/// Reads a boolean word, in any case; `None` if it is none.
///
/// Source: behaviour notes 01 §2.2.
#[must_use]
pub fn parse_bool(text: &str) -> Option<bool> {
    const TRUE: [&str; 5] = ["true", "on", "yes", "y", "1"];
    const FALSE: [&str; 5] = ["false", "off", "no", "n", "0"];
    if TRUE.iter().any(|word| word.eq_ignore_ascii_case(text)) {
        Some(true)
    } else if FALSE.iter().any(|word| word.eq_ignore_ascii_case(text)) {
        Some(false)
    } else {
        None
    }
}

/// Whether a text is present, valid and true. Source: behaviour notes 01 §2.2.
#[must_use]
pub fn is_true(text: Option<&str>) -> bool {
    text.and_then(parse_bool) == Some(true)
}

/// Reads a range of a date specification: `N`, `N-`, `-N` or `N-M`.
///
/// The first `-` always separates, so negative numbers cannot be written at the lower end. An end
/// that is left out is `None`; the whole is `None` if it is not a range. Source: behaviour notes
/// 01 §2.2.
#[must_use]
pub fn parse_range(text: &str) -> Option<(Option<i64>, Option<i64>)> {
    let whole = |part: &str| match scan_prefix(part) {
        Some(found) if found.rest.is_empty() && !found.clipped => Some(found.value),
        _ => None,
    };
    match text.split_once('-') {
        None => {
            let both = whole(text)?;
            Some((Some(both), Some(both)))
        }
        Some(("", "")) => None,
        Some(("", upper)) => Some((None, Some(whole(upper)?))),
        Some((lower, "")) => Some((Some(whole(lower)?), None)),
        Some((lower, upper)) => Some((Some(whole(lower)?), Some(whole(upper)?))),
    }
}

/// A time value in milliseconds, clipped to 64 bits.
struct TimeValue {
    ms: i64,
    /// The number itself (not its product with the unit) was outside 64 bits.
    clipped: bool,
}

fn time_value(text: &str) -> Option<TimeValue> {
    let found = scan_prefix(text)?;
    // Fractions are skipped, not used: `1.5m` is one minute.
    let unit = found
        .rest
        .trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let unit = skip_c_space(unit);
    let starts = |prefix: &str| crate::order::starts_with_ci(unit, prefix);
    let (multiplier, divisor) = if unit.is_empty() || starts("s") {
        (1000, 1)
    } else if starts("ms") {
        (1, 1)
    } else if starts("us") {
        (1, 1000)
    } else if starts("m") {
        (60_000, 1)
    } else if starts("h") {
        (3_600_000, 1)
    } else {
        return None;
    };
    let ms = found.value.saturating_mul(multiplier) / divisor;
    Some(TimeValue {
        ms,
        clipped: found.clipped,
    })
}

/// Reads a time value such as `10`, `10s`, `5min` or `250ms`; `None` if it is none.
///
/// Unit of the result: milliseconds, clipped to 64 bits; may be negative. Fractions are ignored,
/// units match by prefix. Source: behaviour notes 01 §2.4 ("ms parser").
#[must_use]
pub fn parse_ms(text: &str) -> Option<i64> {
    time_value(text).map(|value| value.ms)
}

/// Reads an interval specification: a time value or, from a capital `P`, an ISO 8601 duration.
///
/// Returns milliseconds (0 ..= `u32::MAX`) and whether the text is valid. What is missing is a
/// valid 0; what is invalid or negative is an invalid 0; a number outside 64 bits gives the cap,
/// yet counts as invalid. Source: behaviour notes 01 §2.4.
#[must_use]
pub fn parse_interval(text: Option<&str>) -> (u32, bool) {
    let Some(text) = text else {
        return (0, true);
    };
    let cap = i64::from(u32::MAX);
    if text.starts_with('P') {
        let Ok(duration) = Duration::parse(text) else {
            return (0, false);
        };
        let seconds = duration.approximate_seconds();
        if seconds < 0 {
            return (0, false);
        }
        return ((seconds.min(cap / 1000) * 1000) as u32, true);
    }
    match time_value(text) {
        Some(value) if value.ms >= 0 => (value.ms.min(cap) as u32, !value.clipped),
        _ => (0, false),
    }
}

/// Reads an action's timeout in milliseconds, 1 ..= `i32::MAX`.
///
/// Missing, invalid and non-positive values give [`DEFAULT_TIMEOUT_MS`]; ISO 8601 durations are
/// invalid here. Source: behaviour notes 01 §2.4.
#[must_use]
pub fn timeout_ms(text: Option<&str>) -> u32 {
    match text.and_then(time_value) {
        Some(TimeValue { ms, clipped: false }) if ms > 0 => ms.min(i64::from(i32::MAX)) as u32,
        _ => DEFAULT_TIMEOUT_MS,
    }
}

/// Rounds milliseconds to seconds: half up, but anything above 0 is at least 1.
///
/// Source: behaviour notes 01 §2.4, 02 §2.4.
#[must_use]
pub fn ms_to_s(ms: u64) -> u64 {
    match ms {
        0 => 0,
        1..1000 => 1,
        _ => ms / 1000 + u64::from(ms % 1000 >= 500),
    }
}

/// Writes an interval for people: `1m30s`, `250ms`, `1d2h`, `1.500s`, and `0s` for none.
///
/// Source: behaviour notes 01 §2.4.
#[must_use]
pub fn readable_interval(ms: u64) -> String {
    use std::fmt::Write as _;

    if ms == 0 {
        return "0s".to_owned();
    }
    let mut out = String::new();
    let mut rest = ms;
    for (unit, size) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000)] {
        if rest >= size {
            // Writing to a String cannot fail.
            let _ = write!(out, "{}{unit}", rest / size);
            rest %= size;
        }
    }
    let (seconds, millis) = (rest / 1000, rest % 1000);
    let _ = match (seconds, millis) {
        (0, 0) => Ok(()),
        (0, millis) => write!(out, "{millis}ms"),
        (seconds, 0) => write!(out, "{seconds}s"),
        (seconds, millis) => write!(out, "{seconds}.{millis:03}s"),
    };
    out
}

/// Reads a floating point number like C's `strtod`, ignoring what follows it.
///
/// No number, overflow and underflow give `None`. Source: behaviour notes 01 §2.2.
#[must_use]
pub fn parse_double(text: &str) -> Option<f64> {
    let trimmed = skip_c_space(text);
    let (sign, body) = match trimmed.as_bytes().first() {
        Some(b'-') => (-1.0, trimmed.get(1..)?),
        Some(b'+') => (1.0, trimmed.get(1..)?),
        _ => (1.0, trimmed),
    };
    if crate::order::starts_with_ci(body, "inf") {
        return Some(sign * f64::INFINITY);
    }
    if crate::order::starts_with_ci(body, "nan") {
        return Some(f64::NAN);
    }
    if let Some(magnitude) = hexadecimal_double(body) {
        return in_double_range(magnitude, true).map(|value| sign * value);
    }
    let bytes = body.as_bytes();
    let digits_from = |start: usize| {
        bytes
            .iter()
            .skip(start)
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    let whole = digits_from(0);
    let mut end = whole;
    let mut digits = whole;
    if bytes.get(whole) == Some(&b'.') {
        let fraction = digits_from(whole + 1);
        digits += fraction;
        end = whole + 1 + fraction;
    }
    if digits == 0 {
        return None;
    }
    let mantissa_end = end;
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let signed = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits_from(end + 1 + signed);
        if exponent > 0 {
            end += 1 + signed + exponent;
        }
    }
    let nonzero = bytes
        .iter()
        .take(mantissa_end)
        .any(|byte| matches!(byte, b'1'..=b'9'));
    let magnitude: f64 = body.get(..end)?.parse().ok()?;
    in_double_range(magnitude, nonzero).map(|value| sign * value)
}

/// Rejects what the C library reports as overflow or underflow.
fn in_double_range(magnitude: f64, nonzero: bool) -> Option<f64> {
    let underflow = nonzero && magnitude < f64::MIN_POSITIVE;
    (magnitude.is_finite() && !underflow).then_some(magnitude)
}

/// The magnitude of a hexadecimal number such as `0x1.8p3`, which `strtod` accepts as well.
fn hexadecimal_double(body: &str) -> Option<f64> {
    let digits = body
        .strip_prefix("0x")
        .or_else(|| body.strip_prefix("0X"))?;
    let mut value = 0.0_f64;
    let mut scale = 0_i32;
    let mut seen_digit = false;
    let mut in_fraction = false;
    let mut rest = digits;
    while let Some(c) = rest.chars().next() {
        if let Some(digit) = c.to_digit(16) {
            seen_digit = true;
            value = value * 16.0 + f64::from(digit);
            scale = scale.saturating_sub(if in_fraction { 4 } else { 0 });
        } else if c == '.' && !in_fraction {
            in_fraction = true;
        } else {
            break;
        }
        rest = rest.get(c.len_utf8()..).unwrap_or("");
    }
    if !seen_digit || value == 0.0 {
        // `0x` alone is the number 0 followed by garbage; the decimal path finds it.
        return None;
    }
    if let Some(exponent) = rest.strip_prefix(['p', 'P'])
        && !exponent.starts_with(|c: char| is_c_space(c as u8))
        && let Some(found) = scan_prefix(exponent)
    {
        scale = scale.saturating_add(found.value.clamp(-100_000, 100_000) as i32);
    }
    Some(value * 2.0_f64.powi(scale))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers() {
        assert_eq!(scan_ll(" \t+12x"), Ok(12));
        assert_eq!(scan_ll("-"), Err(ScanError::Invalid));
        assert_eq!(scan_ll("x1"), Err(ScanError::Invalid));
        assert_eq!(scan_ll("- 1"), Err(ScanError::Invalid));
        assert_eq!(scan_ll("-9223372036854775808"), Ok(i64::MIN));
        assert_eq!(
            scan_ll("9223372036854775808"),
            Err(ScanError::Range(i64::MAX))
        );
        assert_eq!(scan_min_int(Some("-3"), 0), 0);
        assert_eq!(scan_min_int(Some("99999999999999999999"), 0), i32::MAX);
        assert_eq!(scan_min_int(Some("x"), -1), -1);
        assert_eq!(scan_min_int(None, 4), 4);
        assert_eq!(int_attr(Some("5x"), -1), 5);
        assert_eq!(int_attr(Some("5000000000"), -1), -1);
        assert_eq!(int_attr(None, -1), -1);
    }

    #[test]
    fn booleans() {
        assert_eq!(parse_bool("YES"), Some(true));
        assert_eq!(parse_bool("0"), Some(false));
        assert_eq!(parse_bool("2"), None);
        assert!(is_true(Some("On")));
        assert!(!is_true(Some("maybe")));
        assert!(!is_true(None));
    }

    #[test]
    fn ranges() {
        assert_eq!(parse_range("5"), Some((Some(5), Some(5))));
        assert_eq!(parse_range("5-"), Some((Some(5), None)));
        assert_eq!(parse_range("-5"), Some((None, Some(5))));
        assert_eq!(parse_range("1-31"), Some((Some(1), Some(31))));
        for invalid in ["", "-", "x", "1x", "1-2x", "1-2-3"] {
            assert_eq!(parse_range(invalid), None, "{invalid}");
        }
    }

    #[test]
    fn time_values() {
        assert_eq!(parse_ms("10"), Some(10_000));
        assert_eq!(parse_ms("1.5m"), Some(60_000));
        assert_eq!(parse_ms("3.1.4s"), Some(3_000));
        assert_eq!(parse_ms("20 Seconds"), Some(20_000));
        assert_eq!(parse_ms("250msec"), Some(250));
        assert_eq!(parse_ms("1999us"), Some(1));
        assert_eq!(parse_ms("2h"), Some(7_200_000));
        assert_eq!(parse_ms("-1"), Some(-1000));
        assert_eq!(parse_ms("1d"), None);
        assert_eq!(parse_ms("PT5S"), None);
        assert_eq!(parse_ms("9999999999999999h"), Some(i64::MAX));
    }

    #[test]
    fn intervals() {
        assert_eq!(parse_interval(None), (0, true));
        assert_eq!(parse_interval(Some("0")), (0, true));
        assert_eq!(parse_interval(Some("")), (0, false));
        assert_eq!(parse_interval(Some("10s")), (10_000, true));
        assert_eq!(parse_interval(Some("PT1M")), (60_000, true));
        assert_eq!(parse_interval(Some("P1D")), (86_400_000, true));
        assert_eq!(parse_interval(Some("P1Y")), (4_294_967_000, true));
        assert_eq!(parse_interval(Some("PT0S")), (0, false));
        assert_eq!(parse_interval(Some("PT-1S")), (0, false));
        assert_eq!(parse_interval(Some("-10")), (0, false));
        assert_eq!(parse_interval(Some("5000000")), (u32::MAX, true));
        assert_eq!(
            parse_interval(Some("99999999999999999999")),
            (u32::MAX, false)
        );
    }

    #[test]
    fn timeouts() {
        assert_eq!(timeout_ms(Some("60s")), 60_000);
        for default in [None, Some("0"), Some("-5s"), Some("bad"), Some("PT30S")] {
            assert_eq!(timeout_ms(default), 20_000, "{default:?}");
        }
        assert_eq!(timeout_ms(Some("9999999h")), i32::MAX as u32);
    }

    #[test]
    fn rounding_to_seconds() {
        for (ms, s) in [
            (0, 0),
            (1, 1),
            (999, 1),
            (1499, 1),
            (1500, 2),
            (u64::MAX, u64::MAX / 1000 + 1),
        ] {
            assert_eq!(ms_to_s(ms), s, "{ms}");
        }
    }

    #[test]
    fn intervals_for_people() {
        for (ms, text) in [
            (0, "0s"),
            (10_000, "10s"),
            (90_000, "1m30s"),
            (3_600_000, "1h"),
            (86_400_000, "1d"),
            (90_061_001, "1d1h1m1.001s"),
            (250, "250ms"),
            (60_250, "1m250ms"),
        ] {
            assert_eq!(readable_interval(ms), text);
        }
    }

    #[test]
    fn doubles() {
        assert_eq!(parse_double("1.5x"), Some(1.5));
        assert_eq!(parse_double(" -.5e1"), Some(-5.0));
        assert_eq!(parse_double("2e"), Some(2.0));
        assert_eq!(parse_double("0x10"), Some(16.0));
        assert_eq!(parse_double("0x1.8p1"), Some(3.0));
        assert_eq!(parse_double("0x"), Some(0.0));
        assert_eq!(parse_double("0e-999"), Some(0.0));
        for invalid in ["", ".", "e5", "1e999", "1e-999", "abc"] {
            assert_eq!(parse_double(invalid), None, "{invalid}");
        }
    }
}
