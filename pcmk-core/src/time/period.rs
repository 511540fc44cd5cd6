//! Periods: two dates, or a date and a duration.

use super::calendar;
use super::date::{DAY_SECONDS, DateTime};
use super::duration::Duration;
use super::error::DateError;

/// A span of time between two dates. The end may lie before the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// First moment.
    pub start: DateTime,
    /// Last moment.
    pub end: DateTime,
}

impl Period {
    /// Reads `date/date`, `date/duration`, `duration/date`, or a lone duration from now on.
    ///
    /// `now` and `local_offset` are as for [`DateTime::parse`].
    ///
    /// # Errors
    /// If a part is missing or invalid, both are durations, or an end is outside the years
    /// 1 ..= 9999 or not a normal date.
    pub fn parse(text: &str, now: &DateTime, local_offset: i32) -> Result<Period, DateError> {
        let (first, second) = match text.split_once('/') {
            Some((first, second)) => (first, Some(second)),
            None => (text, None),
        };
        let date = |part: &str| DateTime::parse(part, now, local_offset);
        let (start, end) = if first.starts_with('P') {
            let duration = Duration::parse(first)?;
            match second {
                None => {
                    let mut end = *now;
                    end.add_duration(&duration);
                    (*now, end)
                }
                Some(second) if second.starts_with('P') => return Err(DateError::Period),
                Some(second) => {
                    let end = date(second)?;
                    let mut start = end;
                    start.sub_duration(&duration);
                    (start, end)
                }
            }
        } else {
            let start = date(first)?;
            let second = second.ok_or(DateError::Period)?;
            if second.starts_with('P') {
                let mut end = start;
                end.add_duration(&Duration::parse(second)?);
                (start, end)
            } else {
                (start, date(second)?)
            }
        };
        if is_normal(&start) && is_normal(&end) {
            Ok(Period { start, end })
        } else {
            Err(DateError::Period)
        }
    }
}

/// Whether a date can be written with four digits for the year and has no leftover parts.
fn is_normal(date: &DateTime) -> bool {
    (1..=9999).contains(&date.year)
        && (1..=calendar::year_days(date.year)).contains(&date.day)
        && (0..DAY_SECONDS).contains(&date.second)
}
