//! Reading dates.
//!
//! The reference scans with C's `sscanf`, one pattern after the other; the numbers it accepts
//! (white space and signs inside, wrapping at 32 bits) are reproduced by `Scanner`.

use super::calendar;
use super::date::{DAY_SECONDS, DateTime};
use super::error::DateError;
use crate::lenient::{is_c_space, skip_c_space};
use crate::order::starts_with_ci;

impl DateTime {
    /// Reads a date, with or without time of day and UTC offset.
    ///
    /// `today` supplies the date if the text has only a time of day; `local_offset` (in seconds) is
    /// the UTC offset of a time of day without one. Both are arguments because nothing here knows
    /// clock or time zone. A negative local offset that is no whole hour is misread as the
    /// reference does: −03:30 counts as −02:30.
    ///
    /// # Errors
    /// If the text has none of the forms of behaviour notes 01 §2.5, or a part is out of range.
    pub fn parse(text: &str, today: &DateTime, local_offset: i32) -> Result<DateTime, DateError> {
        let offset = misread_local_offset(local_offset);
        if let Some(time) = text.strip_prefix('T') {
            return with_time(*today, time, offset);
        }
        if text.as_bytes().get(2) == Some(&b':') {
            return with_time(*today, text, offset);
        }
        if starts_with_ci(text, "epoch") {
            let after = text.as_bytes().get("epoch".len());
            if after.is_none_or(|&byte| byte == b'/' || is_c_space(byte)) {
                return Ok(DateTime::from_epoch(0));
            }
        }
        let date = parse_day(text)?;
        let end = text
            .bytes()
            .position(|byte| !matches!(byte, b'0'..=b'9' | b'-' | b'W'));
        match end.and_then(|end| text.get(end..)) {
            Some(rest) if rest.starts_with([' ', 'T']) => {
                with_time(date, rest.get(1..).unwrap_or(""), offset)
            }
            _ => Ok(date),
        }
    }
}

/// The day at the start of a text, at midnight UTC.
fn parse_day(text: &str) -> Result<DateTime, DateError> {
    let (numbers, count) = Scanner::separated(text, b'-');
    let [year, second, third] = numbers;
    match count {
        3 => return calendar_day(year, second, third),
        2 => return ordinal_day(year, second),
        1 => {
            let mut compact = Scanner::new(text);
            if let (Some(year), Some(month), Some(day)) =
                (compact.number(4), compact.number(2), compact.number(2))
            {
                return calendar_day(year, month, day);
            }
        }
        _ => {}
    }
    let mut scanner = Scanner::new(text);
    let mut week_form = || {
        let year = scanner.number(usize::MAX)?;
        scanner.literal(b'-')?;
        scanner.literal(b'W')?;
        let week = scanner.number(usize::MAX)?;
        scanner.literal(b'-')?;
        Some((year, week, scanner.number(usize::MAX)?))
    };
    match week_form() {
        Some((year, week, day)) => week_day(year, week, day),
        None => Err(DateError::Form),
    }
}

fn valid_year(year: u32) -> Result<i32, DateError> {
    match i32::try_from(year) {
        Ok(year) if year >= 1 => Ok(year),
        _ => Err(DateError::Year),
    }
}

fn day_within(day: u32, last: i32) -> Result<i32, DateError> {
    match i32::try_from(day) {
        Ok(day) if (1..=last).contains(&day) => Ok(day),
        _ => Err(DateError::Day(day)),
    }
}

fn calendar_day(year: u32, month: u32, day: u32) -> Result<DateTime, DateError> {
    let year = valid_year(year)?;
    if !(1..=12).contains(&month) {
        return Err(DateError::Month(month));
    }
    let month = month as i32;
    let day = day_within(day, calendar::month_days(month, year))?;
    Ok(DateTime::from_parts(
        year,
        calendar::days_before(month, year) + day,
        0,
        0,
    ))
}

fn ordinal_day(year: u32, day: u32) -> Result<DateTime, DateError> {
    let year = valid_year(year)?;
    Ok(DateTime::from_parts(
        year,
        day_within(day, calendar::year_days(year))?,
        0,
        0,
    ))
}

/// The year of a week is not checked by the reference; here it only has to fit.
fn week_day(year: u32, week: u32, day: u32) -> Result<DateTime, DateError> {
    let year = i32::try_from(year).map_err(|_| DateError::Year)?;
    if week < 1 || week > calendar::weeks_in_year(year) as u32 {
        return Err(DateError::Week(week));
    }
    let day = day_within(day, 7)?;
    let first = calendar::january_first(year);
    // Week 1 is the one with 4 January.
    let monday_of_first_week = if first <= 4 { 2 - first } else { 9 - first };
    let mut date = DateTime::from_parts(year, 1, 0, 0);
    date.add_days(i64::from(
        monday_of_first_week - 1 + (week as i32 - 1) * 7 + day - 1,
    ));
    Ok(date)
}

/// Gives a day its time and offset.
fn with_time(day: DateTime, text: &str, local_offset: i32) -> Result<DateTime, DateError> {
    let seconds = parse_clock(text)?;
    let offset = parse_offset(text, local_offset)?;
    let mut date = DateTime::from_parts(day.year, day.day, seconds, offset);
    if seconds == DAY_SECONDS {
        date.second = 0;
        date.add_days(1);
    }
    Ok(date)
}

/// Seconds of a time `H[:M[:S]]` or `HH[MM[SS]]`, 0 ..= 86400.
fn parse_clock(text: &str) -> Result<i32, DateError> {
    let (mut numbers, count) = Scanner::separated(text, b':');
    if count == 1 {
        let mut compact = Scanner::new(text);
        numbers = [0; 3];
        let mut found = 0;
        while let Some(slot) = numbers.get_mut(found) {
            let Some(number) = compact.number(2) else {
                break;
            };
            *slot = number;
            found += 1;
        }
        if found == 0 {
            return Err(DateError::Time);
        }
    } else if count == 0 {
        return Err(DateError::Time);
    }
    let [hour, minute, second] = numbers;
    if hour == 24 && minute == 0 && second == 0 {
        return Ok(DAY_SECONDS);
    }
    if hour > 23 {
        return Err(DateError::Hour(hour));
    }
    if minute > 59 {
        return Err(DateError::Minute(minute));
    }
    if second > 59 {
        return Err(DateError::Second(second));
    }
    Ok((hour * 3600 + minute * 60 + second) as i32)
}

/// The UTC offset that a time's text ends with, in seconds.
fn parse_offset(text: &str, local_offset: i32) -> Result<i32, DateError> {
    if text.contains('Z') {
        return Ok(0);
    }
    let Some(start) = text.find([' ', '+', '-']) else {
        return Ok(local_offset);
    };
    let zone = skip_c_space(text.get(start..).unwrap_or(""));
    match zone.as_bytes().first() {
        Some(b'-') => Ok(-parse_clock(zone.get(1..).unwrap_or(""))?),
        Some(b'+') => parse_clock(zone.get(1..).unwrap_or("")),
        Some(byte) if byte.is_ascii_digit() => parse_clock(zone),
        // Names of zones are not known; they count as UTC.
        Some(_) | None => Ok(0),
    }
}

/// What the reference takes for the local offset: minutes of a negative one are added.
fn misread_local_offset(offset: i32) -> i32 {
    let seconds_within_hour = offset % 3600;
    if offset < 0 {
        offset - 2 * seconds_within_hour
    } else {
        offset
    }
}

/// Scans unsigned numbers like `sscanf`.
struct Scanner<'a> {
    rest: &'a [u8],
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str) -> Self {
        Scanner {
            rest: text.as_bytes(),
        }
    }

    /// Up to three numbers with separators directly between them, and how many there are.
    fn separated(text: &'a str, separator: u8) -> ([u32; 3], usize) {
        let mut scanner = Scanner::new(text);
        let mut numbers = [0; 3];
        let mut count = 0;
        for slot in &mut numbers {
            if count > 0 && scanner.literal(separator).is_none() {
                break;
            }
            let Some(number) = scanner.number(usize::MAX) else {
                break;
            };
            *slot = number;
            count += 1;
        }
        (numbers, count)
    }

    fn literal(&mut self, byte: u8) -> Option<()> {
        self.rest = self.rest.strip_prefix(&[byte])?;
        Some(())
    }

    /// A number of at most `width` characters, sign included, white space before it not counted.
    ///
    /// Clipped at 64 bits, then cut to 32; a minus sign wraps around.
    fn number(&mut self, width: usize) -> Option<u32> {
        let blanks = self
            .rest
            .iter()
            .take_while(|&&byte| is_c_space(byte))
            .count();
        let body = self.rest.get(blanks..)?;
        let sign = match body.first() {
            Some(b'-' | b'+') if width > 1 => 1,
            _ => 0,
        };
        let digits: &[u8] = body.get(sign..)?;
        let count = digits
            .iter()
            .take(width.saturating_sub(sign))
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        if count == 0 {
            return None;
        }
        let mut value: u64 = 0;
        let mut clipped = false;
        for byte in digits.get(..count)? {
            let next = value
                .checked_mul(10)
                .and_then(|value| value.checked_add(u64::from(byte - b'0')));
            match next {
                Some(next) => value = next,
                None => clipped = true,
            }
        }
        if clipped {
            value = u64::MAX;
        } else if body.first() == Some(&b'-') && sign == 1 {
            value = value.wrapping_neg();
        }
        self.rest = digits.get(count..)?;
        Some(value as u32)
    }
}
