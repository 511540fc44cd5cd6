//! The date value and its arithmetic.

use std::cmp::Ordering;

use super::calendar;
use super::duration::Duration;

/// Seconds from 0001-01-01 00:00:00Z to 1970-01-01 00:00:00Z.
pub const EPOCH_SECONDS: i64 = 62_135_596_800;

pub(super) const DAY_SECONDS: i32 = 86_400;

/// A date with time of day and UTC offset.
///
/// Years run from 1 to `i32::MAX`. The day of the year is 1-based; some arithmetic of the reference
/// gives day 0 or 366 of an ordinary year, and seconds may be 86400 (see the methods). The default
/// has all parts 0 and prints as `<undefined time>`. There is no `Ord`: use [`DateTime::cmp_utc`],
/// or compare [`DateTime::epoch`] where instants are meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct DateTime {
    pub(super) year: i32,
    pub(super) day: i32,
    pub(super) second: i32,
    pub(super) offset: i32,
}

impl DateTime {
    /// The UTC date of an instant in seconds since 1970.
    ///
    /// Instants before year 1 or after the last year are clipped to the first or last day.
    #[must_use]
    pub fn from_epoch(seconds: i64) -> DateTime {
        let mut date = DateTime {
            year: 1970,
            day: 1,
            second: 0,
            offset: 0,
        };
        date.move_days(seconds.div_euclid(i64::from(DAY_SECONDS)));
        date.second = seconds.rem_euclid(i64::from(DAY_SECONDS)) as i32;
        date
    }

    /// A date from its parts: year, day of the year, seconds of the day, UTC offset in seconds.
    ///
    /// Parts are clipped to what arithmetic can produce: years from 0, days 0 ..= 366, seconds
    /// 0 ..= 86400, offsets of at most a day.
    #[must_use]
    pub fn from_parts(year: i32, day: i32, second: i32, offset: i32) -> DateTime {
        DateTime {
            year: year.max(0),
            day: day.clamp(0, 366),
            second: second.clamp(0, DAY_SECONDS),
            offset: offset.clamp(-DAY_SECONDS, DAY_SECONDS),
        }
    }

    /// The instant in seconds since 1970.
    #[must_use]
    pub fn epoch(&self) -> i64 {
        self.linear_seconds() - EPOCH_SECONDS
    }

    /// The instant in seconds since 1 January of year 1.
    #[must_use]
    pub fn linear_seconds(&self) -> i64 {
        let days = calendar::days_before_year(self.year) + i64::from(self.day) - 1;
        days * i64::from(DAY_SECONDS) + i64::from(self.second) - i64::from(self.offset)
    }

    /// The same instant seen with another UTC offset (in seconds).
    #[must_use]
    pub fn with_offset(self, offset: i32) -> DateTime {
        let offset = offset.clamp(-DAY_SECONDS, DAY_SECONDS);
        let mut date = Self::from_epoch(self.epoch().saturating_add(i64::from(offset)));
        date.offset = offset;
        date
    }

    /// The same instant in UTC, computed with [`DateTime::add_seconds`].
    ///
    /// Because of its carry rule midnight may come out as `24:00:00` of the day before.
    #[must_use]
    pub fn to_utc(self) -> DateTime {
        let mut date = DateTime { offset: 0, ..self };
        if self.offset != 0 {
            date.add_seconds(-i64::from(self.offset));
        }
        date
    }

    /// Compares as the reference does: both in UTC, by year, then day, then seconds.
    ///
    /// Values with `24:00:00` or an impossible day are *not* brought into a normal form first.
    #[must_use]
    pub fn cmp_utc(&self, other: &DateTime) -> Ordering {
        let (a, b) = (self.to_utc(), other.to_utc());
        (a.year, a.day, a.second).cmp(&(b.year, b.day, b.second))
    }

    /// Year.
    #[must_use]
    pub fn year(&self) -> i32 {
        self.year
    }

    /// Month, 1 ..= 12 (13 for a day after the last one of the year).
    #[must_use]
    pub fn month(&self) -> i32 {
        calendar::month_and_day(self.year, self.day).0
    }

    /// Day of the month, from 1 (0 on day 0 of the year).
    #[must_use]
    pub fn day_of_month(&self) -> i32 {
        calendar::month_and_day(self.year, self.day).1
    }

    /// Day of the year, from 1.
    #[must_use]
    pub fn day_of_year(&self) -> i32 {
        self.day
    }

    /// Hour, 0 ..= 24.
    #[must_use]
    pub fn hour(&self) -> i32 {
        self.second / 3600
    }

    /// Minute, 0 ..= 59.
    #[must_use]
    pub fn minute(&self) -> i32 {
        self.second / 60 % 60
    }

    /// Second, 0 ..= 59.
    #[must_use]
    pub fn second(&self) -> i32 {
        self.second % 60
    }

    /// UTC offset in seconds, positive to the east.
    #[must_use]
    pub fn offset(&self) -> i32 {
        self.offset
    }

    /// ISO week: its year, its number, and the weekday (Monday = 1).
    #[must_use]
    pub fn week(&self) -> (i32, i32, i32) {
        let first = calendar::january_first(self.year);
        let weekday = (first - 1 + self.day - 1).rem_euclid(7) + 1;
        let week = (self.day - weekday + 10).div_euclid(7);
        if week < 1 {
            let year = self.year - 1;
            (year, calendar::weeks_in_year(year), weekday)
        } else if week > calendar::weeks_in_year(self.year) {
            (self.year.saturating_add(1), 1, weekday)
        } else {
            (self.year, week, weekday)
        }
    }

    /// Changes the year, at least to 1, and keeps the day of the year.
    ///
    /// So 29 February plus one year is 1 March, and 31 December of a leap year plus one year is
    /// day 366 of an ordinary year.
    pub fn add_years(&mut self, years: i64) {
        let year = i64::from(self.year).saturating_add(years);
        self.year = year.clamp(1, i64::from(i32::MAX)) as i32;
    }

    /// Walks months and clips the day to the length of the month that is reached.
    ///
    /// Also with 0 months: day 366 of an ordinary year becomes day 0.
    pub fn add_months(&mut self, months: i64) {
        let (month, day) = calendar::month_and_day(self.year, self.day);
        if month > 12 && months >= 0 {
            // A thirteenth month has no days to clip to, and neither have those after it.
            self.day = 0;
            return;
        }
        let total = i64::from(month - 1).saturating_add(months);
        let month = total.rem_euclid(12) as i32 + 1;
        self.add_years(total.div_euclid(12));
        let day = day.min(calendar::month_days(month, self.year));
        self.day = calendar::days_before(month, self.year) + day;
    }

    /// Adds weeks.
    pub fn add_weeks(&mut self, weeks: i64) {
        self.add_days(weeks.saturating_mul(7));
    }

    /// Adds days; 0 days leave even an impossible day as it is.
    pub fn add_days(&mut self, days: i64) {
        if days != 0 {
            self.move_days(days);
        }
    }

    /// Adds hours.
    pub fn add_hours(&mut self, hours: i64) {
        self.add_seconds(hours.saturating_mul(3600));
    }

    /// Adds minutes.
    pub fn add_minutes(&mut self, minutes: i64) {
        self.add_seconds(minutes.saturating_mul(60));
    }

    /// Adds seconds: whole days first, then the rest.
    ///
    /// The rest carries into the next day only *above* 86400 seconds, so midnight that is reached
    /// from before stays `24:00:00`.
    pub fn add_seconds(&mut self, seconds: i64) {
        self.add_days(seconds / i64::from(DAY_SECONDS));
        self.second += (seconds % i64::from(DAY_SECONDS)) as i32;
        if self.second > DAY_SECONDS {
            self.second -= DAY_SECONDS;
            self.add_days(1);
        } else if self.second < 0 {
            self.second += DAY_SECONDS;
            self.add_days(-1);
        }
    }

    /// Adds a parsed duration: years, months, days, seconds, even those that are 0.
    pub fn add_duration(&mut self, duration: &Duration) {
        self.add_years(i64::from(duration.years));
        self.add_months(i64::from(duration.months));
        self.add_days(i64::from(duration.days));
        self.add_seconds(i64::from(duration.seconds));
    }

    /// Subtracts a parsed duration: years, months, days, seconds, even those that are 0.
    pub fn sub_duration(&mut self, duration: &Duration) {
        self.add_years(-i64::from(duration.years));
        self.add_months(-i64::from(duration.months));
        self.add_days(-i64::from(duration.days));
        self.add_seconds(-i64::from(duration.seconds));
    }

    /// Adds days and brings the day into its year.
    fn move_days(&mut self, days: i64) {
        // Whole cycles of the calendar first, so that the walk below is short.
        let cycles = days / calendar::CYCLE_DAYS;
        let mut year = i64::from(self.year).saturating_add(cycles * calendar::CYCLE_YEARS);
        let mut day = i64::from(self.day) + days % calendar::CYCLE_DAYS;
        let length = |year: i64| {
            // The length repeats, so it can be told from the place within the cycle.
            i64::from(calendar::year_days(
                year.rem_euclid(calendar::CYCLE_YEARS) as i32
            ))
        };
        while day > length(year) {
            day -= length(year);
            year += 1;
        }
        while day < 1 {
            year -= 1;
            day += length(year);
        }
        if year < 1 {
            (self.year, self.day) = (1, 1);
        } else if let Ok(year) = i32::try_from(year) {
            (self.year, self.day) = (year, day as i32);
        } else {
            (self.year, self.day) = (i32::MAX, calendar::year_days(i32::MAX));
        }
    }
}
