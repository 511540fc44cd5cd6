//! Why a date, duration or period could not be read.

/// Why a text is no date, duration or period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// The text has none of the known forms.
    #[error("not a valid ISO 8601 date/time specification")]
    Form,
    /// The year is 0, or too large to compute with.
    #[error("not a valid year")]
    Year,
    /// There is no such month.
    #[error("'{0}' is not a valid month")]
    Month(u32),
    /// There is no such day in the month, year or week.
    #[error("'{0}' is not a valid day")]
    Day(u32),
    /// The year has no such week.
    #[error("'{0}' is not a valid week")]
    Week(u32),
    /// There is no time where one should be.
    #[error("not a valid ISO 8601 time specification")]
    Time,
    /// There is no such hour.
    #[error("'{0}' is not a valid hour")]
    Hour(u32),
    /// There is no such minute.
    #[error("'{0}' is not a valid minute")]
    Minute(u32),
    /// There is no such second.
    #[error("'{0}' is not a valid second")]
    Second(u32),
    /// The text is no duration.
    #[error("not a valid ISO 8601 time duration")]
    Duration,
    /// A part of a duration does not fit into 32 bits.
    #[error("duration out of range")]
    DurationRange,
    /// A duration of nothing.
    #[error("duration is zero")]
    DurationZero,
    /// The text is no period.
    #[error("not a valid ISO 8601 time period")]
    Period,
}
