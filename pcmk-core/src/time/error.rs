//! Why a date, duration or period could not be read.

use crate::diag::{Diagnostic, Severity};

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

impl DateError {
    /// What the reference logs about `text`, which could not be read because of this.
    ///
    /// Source: behaviour notes 01 §2.5, 07 §14.4.
    #[must_use]
    pub fn diagnostic(&self, text: &str) -> Diagnostic {
        let (function, form, why) = match self {
            DateError::Form => ("parse_date", "date/time specification", false),
            DateError::Year | DateError::Month(_) | DateError::Day(_) | DateError::Week(_) => {
                ("parse_date", "date/time specification", true)
            }
            DateError::Time => ("parse_hms", "time specification", false),
            DateError::Hour(_) | DateError::Minute(_) | DateError::Second(_) => {
                ("parse_hms", "time specification", true)
            }
            DateError::Duration => ("crm_time_parse_duration", "time duration", false),
            DateError::DurationRange => ("parse_duration_element", "time duration", true),
            DateError::DurationZero => ("crm_time_parse_duration", "time duration", true),
            DateError::Period => ("parse_period", "time period", false),
        };
        let because = if why {
            format!(" because {self}")
        } else {
            String::new()
        };
        Diagnostic {
            severity: Severity::Error,
            function,
            text: format!("'{text}' is not a valid ISO 8601 {form}{because}"),
            position: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_logged() {
        let text = |error: DateError| error.diagnostic("x").text;
        assert_eq!(
            text(DateError::Form),
            "'x' is not a valid ISO 8601 date/time specification"
        );
        assert_eq!(
            text(DateError::Month(13)),
            "'x' is not a valid ISO 8601 date/time specification because '13' is not a valid month"
        );
    }
}
