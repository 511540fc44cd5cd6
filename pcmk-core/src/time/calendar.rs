//! The proleptic Gregorian calendar: lengths of years and months, weekdays, weeks.

/// Days in 400 years, after which the calendar repeats itself.
pub(super) const CYCLE_DAYS: i64 = 146_097;
/// Years in which the calendar repeats itself.
pub(super) const CYCLE_YEARS: i64 = 400;

/// Days before each month of an ordinary year.
const DAYS_BEFORE: [i32; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const MONTH_DAYS: [i32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

pub(super) const fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

pub(super) const fn year_days(year: i32) -> i32 {
    if is_leap(year) { 366 } else { 365 }
}

/// Length of a month, 1 ..= 12; months that do not exist have no days.
pub(super) fn month_days(month: i32, year: i32) -> i32 {
    let Some(&days) = usize::try_from(month - 1)
        .ok()
        .and_then(|index| MONTH_DAYS.get(index))
    else {
        return 0;
    };
    days + i32::from(month == 2 && is_leap(year))
}

/// Days of the year before a month; 0 for months that do not exist.
pub(super) fn days_before(month: i32, year: i32) -> i32 {
    let Some(&days) = usize::try_from(month - 1)
        .ok()
        .and_then(|index| DAYS_BEFORE.get(index))
    else {
        return 0;
    };
    days + i32::from(month > 2 && is_leap(year))
}

/// Month and day of the month for a day of the year.
///
/// Day 0 is day 0 of January; the day after the last one is day 1 of a thirteenth month.
pub(super) fn month_and_day(year: i32, day_of_year: i32) -> (i32, i32) {
    let mut month = 1;
    let mut day = day_of_year;
    while month <= 12 && day > month_days(month, year) {
        day -= month_days(month, year);
        month += 1;
    }
    (month, day)
}

/// Days from 1 January of year 1 to 1 January of `year`.
pub(super) fn days_before_year(year: i32) -> i64 {
    let previous = i64::from(year) - 1;
    previous * 365 + previous.div_euclid(4) - previous.div_euclid(100) + previous.div_euclid(400)
}

/// Weekday of 1 January, Monday = 1.
pub(super) fn january_first(year: i32) -> i32 {
    // 1 January of year 1 was a Monday.
    days_before_year(year).rem_euclid(7) as i32 + 1
}

/// Number of ISO weeks in a year, 52 or 53.
pub(super) fn weeks_in_year(year: i32) -> i32 {
    let first = january_first(year);
    if first == 4 || (first == 3 && is_leap(year)) {
        53
    } else {
        52
    }
}
