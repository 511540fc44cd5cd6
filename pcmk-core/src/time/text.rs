//! Writing dates.

use std::fmt::Write as _;

use super::date::DateTime;

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// How the day is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// `2019-09-24`, the year with at least four digits.
    #[default]
    Calendar,
    /// `2019-267`, the year as it is.
    Ordinal,
    /// `2019-W39-2`, the year as it is.
    Week,
    /// Only a number: seconds since 1 January of year 1.
    Seconds,
    /// Only a number: seconds since 1970.
    Epoch,
}

/// How a date is written as a whole. The default is `YYYY-MM-DD HH:MM:SSZ`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextForm {
    /// Form of the day.
    pub shape: Shape,
    /// Whether the day is written.
    pub date: bool,
    /// Whether the time of day is written.
    pub time: bool,
    /// Whether to keep the date's own UTC offset and write it, instead of converting to UTC.
    pub own_offset: bool,
}

impl Default for TextForm {
    fn default() -> Self {
        TextForm {
            shape: Shape::Calendar,
            date: true,
            time: true,
            own_offset: false,
        }
    }
}

impl DateTime {
    /// The date in UTC, `YYYY-MM-DD HH:MM:SSZ`.
    #[must_use]
    pub fn text_utc(&self) -> String {
        self.text(TextForm::default())
    }

    /// The date with its own offset, `YYYY-MM-DD HH:MM:SS +HH:MM`, or `...Z` for offset 0.
    #[must_use]
    pub fn text_with_offset(&self) -> String {
        self.text(TextForm {
            own_offset: true,
            ..TextForm::default()
        })
    }

    /// The date in the form asked for. Numbers ([`Shape::Seconds`], [`Shape::Epoch`]) stand alone.
    ///
    /// Source: behaviour notes 01 §2.5, 07 §8.3.
    #[must_use]
    pub fn text(&self, form: TextForm) -> String {
        let date = if form.own_offset {
            *self
        } else {
            self.to_utc()
        };
        let day = match form.shape {
            Shape::Seconds => return self.linear_seconds().to_string(),
            Shape::Epoch => return self.epoch().to_string(),
            Shape::Calendar => {
                format!(
                    "{:04}-{:02}-{:02}",
                    date.year,
                    date.month(),
                    date.day_of_month()
                )
            }
            Shape::Ordinal => format!("{}-{:03}", date.year, date.day),
            Shape::Week => {
                let (year, week, day) = date.week();
                format!("{year}-W{week:02}-{day}")
            }
        };
        if date == DateTime::default() {
            return "<undefined time>".to_owned();
        }
        let mut out = if form.date { day } else { String::new() };
        if form.time {
            if form.date {
                out.push(' ');
            }
            // Writing to a String cannot fail.
            let _ = write!(
                out,
                "{:02}:{:02}:{:02}",
                date.hour(),
                date.minute(),
                date.second()
            );
            if date.offset == 0 {
                out.push('Z');
            } else {
                let sign = if date.offset < 0 { '-' } else { '+' };
                let minutes = date.offset.unsigned_abs() / 60;
                let _ = write!(out, " {sign}{:02}:{:02}", minutes / 60, minutes % 60);
            }
        }
        out
    }
}

/// An instant as C's `ctime` writes it, `Fri Jul 13 13:51:14 2012`, without a newline.
///
/// `offset` is the local zone's UTC offset in seconds at that instant; the zone is not shown.
#[must_use]
pub fn ctime(epoch: i64, offset: i32) -> String {
    let (_, _, weekday) = DateTime::from_epoch(epoch).with_offset(offset).week();
    let name = named(&WEEKDAYS, weekday);
    format!("{name} {}", log_time(epoch, offset))
}

/// [`ctime`] without the day of the week, as in log messages.
#[must_use]
pub fn log_time(epoch: i64, offset: i32) -> String {
    let date = DateTime::from_epoch(epoch).with_offset(offset);
    format!(
        "{} {:2} {:02}:{:02}:{:02} {}",
        named(&MONTHS, date.month()),
        date.day_of_month(),
        date.hour(),
        date.minute(),
        date.second(),
        date.year()
    )
}

fn named(names: &[&'static str], number: i32) -> &'static str {
    usize::try_from(number - 1)
        .ok()
        .and_then(|index| names.get(index))
        .copied()
        .unwrap_or("?")
}
