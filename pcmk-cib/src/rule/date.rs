//! Conditions about the time.
//!
//! Dates are kept as text until evaluation: those without a UTC offset (or without a day) depend on the
//! time that the rule is evaluated for.
//!
//! Source: behaviour notes 01 §4.3, §4.8; function names of messages from 05 §11.3.

use std::cmp::Ordering;
use std::sync::Arc;

use pcmk_core::diag::Diagnostics;
use pcmk_core::lenient::{ScanError, parse_range, scan_ll};
use pcmk_core::order::eq_ci;
use pcmk_core::time::DateTime;

use super::input::NextChange;
use super::problem::Problem;
use crate::xml::Element;

/// Where a time lies with regard to a date expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOutcome {
    /// A date specification matches.
    Satisfied,
    /// Within the range.
    Within,
    /// The expression will pass later (date specification: the first field that does not match is too
    /// small).
    Before,
    /// The expression passed earlier (date specification: the field is too large).
    After,
    /// The expression is wrong; `out_of_range` if by a number of a duration beyond 32 bits.
    Invalid {
        /// Whether a number was too large, rather than no number.
        out_of_range: bool,
    },
}

const INVALID: DateOutcome = DateOutcome::Invalid {
    out_of_range: false,
};

impl DateOutcome {
    /// Whether a rule's condition passes with this.
    pub fn passes(self) -> bool {
        match self {
            DateOutcome::Satisfied | DateOutcome::Within => true,
            DateOutcome::Before | DateOutcome::After | DateOutcome::Invalid { .. } => false,
        }
    }
}

/// `date_expression`.
#[derive(Clone, Debug)]
pub struct DateExpression(Result<DateTest, Problem>);

#[derive(Clone, Debug)]
struct DateTest {
    id: Arc<str>,
    kind: DateTestKind,
}

#[derive(Clone, Debug)]
enum DateTestKind {
    InRange {
        start: Option<Arc<str>>,
        end: Option<Arc<str>>,
        duration: Option<DurationSpec>,
    },
    After {
        start: Option<Arc<str>>,
    },
    Before {
        end: Option<Arc<str>>,
    },
    Spec(DateSpec),
}

impl DateExpression {
    /// Reads a `date_expression` element.
    pub fn read(element: Element<'_>) -> DateExpression {
        DateExpression(DateTest::read(element))
    }

    /// Compares `now` with the expression; mistakes are reported.
    ///
    /// `change` learns of the time when the result will change, if `now` decided it.
    pub fn evaluate(
        &self,
        now: &DateTime,
        change: &mut NextChange,
        log: &mut Diagnostics,
    ) -> DateOutcome {
        match &self.0 {
            Ok(test) => test.evaluate(now, change, log),
            Err(problem) => {
                problem.report(log);
                INVALID
            }
        }
    }
}

impl DateTest {
    fn read(element: Element<'_>) -> Result<DateTest, Problem> {
        const FUNCTION: &str = "pcmk__evaluate_date_expression";
        let Some(id) = element.xml_id() else {
            return Err(Problem::without_id(FUNCTION, "date_expression"));
        };
        let text = |name: &str| element.attr(name).map(Arc::from);
        let operation = element.attr("operation").unwrap_or("in_range");
        let kind = if eq_ci(operation, "in_range") {
            DateTestKind::InRange {
                start: text("start"),
                end: text("end"),
                duration: element
                    .child("duration")
                    .map(|child| DurationSpec::read(child, id)),
            }
        } else if eq_ci(operation, "gt") {
            DateTestKind::After {
                start: text("start"),
            }
        } else if eq_ci(operation, "lt") {
            DateTestKind::Before { end: text("end") }
        } else if eq_ci(operation, "date_spec") {
            let Some(spec) = element.child("date_spec") else {
                return Err(Problem::because(
                    FUNCTION,
                    "date_expression",
                    id,
                    "date_spec operations require a date_spec subelement",
                ));
            };
            DateTestKind::Spec(DateSpec::read(spec))
        } else {
            let reason = format!("'{operation}' is not a valid operation");
            return Err(Problem::because(FUNCTION, "date_expression", id, reason));
        };
        Ok(DateTest {
            id: Arc::from(id),
            kind,
        })
    }

    fn evaluate(
        &self,
        now: &DateTime,
        change: &mut NextChange,
        log: &mut Diagnostics,
    ) -> DateOutcome {
        match &self.kind {
            DateTestKind::InRange {
                start,
                end,
                duration,
            } => self.in_range(
                start.as_deref(),
                end.as_deref(),
                duration.as_ref(),
                now,
                change,
                log,
            ),
            DateTestKind::After { start } => {
                const FUNCTION: &str = "evaluate_gt";
                let Some(text) = start.as_deref() else {
                    return self.refuse(FUNCTION, "gt requires start", log);
                };
                let Some(start) = parse_date(text, now) else {
                    return self.refuse(FUNCTION, "start is invalid", log);
                };
                if now.cmp_utc(&start) == Ordering::Greater {
                    return DateOutcome::Within;
                }
                change.consider(one_second_after(start), now.epoch());
                DateOutcome::Before
            }
            DateTestKind::Before { end } => {
                const FUNCTION: &str = "evaluate_lt";
                let Some(text) = end.as_deref() else {
                    // The wrong operation is the reference's slip.
                    return self.refuse(FUNCTION, "gt requires end", log);
                };
                let Some(end) = parse_date(text, now) else {
                    return self.refuse(FUNCTION, "end is invalid", log);
                };
                if now.cmp_utc(&end) == Ordering::Less {
                    change.consider(end.epoch(), now.epoch());
                    return DateOutcome::Within;
                }
                DateOutcome::After
            }
            DateTestKind::Spec(spec) => spec.evaluate(&self.id, now, log),
        }
    }

    fn in_range(
        &self,
        start: Option<&str>,
        end: Option<&str>,
        duration: Option<&DurationSpec>,
        now: &DateTime,
        change: &mut NextChange,
        log: &mut Diagnostics,
    ) -> DateOutcome {
        const FUNCTION: &str = "evaluate_in_range";
        let start = match start.map(|text| parse_date(text, now)) {
            None => None,
            Some(Some(start)) => Some(start),
            Some(None) => return self.refuse(FUNCTION, "start is invalid", log),
        };
        let mut end = match end.map(|text| parse_date(text, now)) {
            None => None,
            Some(Some(end)) => Some(end),
            Some(None) => return self.refuse(FUNCTION, "end is invalid", log),
        };
        if start.is_none() && end.is_none() {
            let reason = "in_range requires at least one of start or end";
            return self.refuse(FUNCTION, reason, log);
        }
        if let (None, Some(start), Some(duration)) = (end, start, duration) {
            match &duration.0 {
                Ok(parts) => end = Some(parts.after(start)),
                Err((problem, out_of_range)) => {
                    problem.report(log);
                    self.refuse(FUNCTION, "duration is invalid", log);
                    return DateOutcome::Invalid {
                        out_of_range: *out_of_range,
                    };
                }
            }
        }
        if let Some(start) = start
            && now.cmp_utc(&start) == Ordering::Less
        {
            change.consider(start.epoch(), now.epoch());
            return DateOutcome::Before;
        }
        if let Some(end) = end {
            if now.cmp_utc(&end) == Ordering::Greater {
                return DateOutcome::After;
            }
            change.consider(one_second_after(end), now.epoch());
        }
        DateOutcome::Within
    }

    fn refuse(&self, function: &'static str, reason: &str, log: &mut Diagnostics) -> DateOutcome {
        Problem::because(function, "date_expression", &self.id, reason).report(log);
        INVALID
    }
}

/// A date without UTC offset is one in the zone of `now`; one without a day is today.
fn parse_date(text: &str, now: &DateTime) -> Option<DateTime> {
    DateTime::parse(text, now, now.offset()).ok()
}

/// In seconds since 1970.
fn one_second_after(mut time: DateTime) -> i64 {
    time.add_seconds(1);
    time.epoch()
}

/// `duration`: how long after its start a range ends. The flag of an error: a number is out of range.
#[derive(Clone, Debug)]
struct DurationSpec(Result<DurationParts, (Problem, bool)>);

/// Years, months, weeks, days, hours, minutes, seconds.
#[derive(Clone, Copy, Debug, Default)]
struct DurationParts([i32; 7]);

const DURATION_FIELDS: [&str; 7] = [
    "years", "months", "weeks", "days", "hours", "minutes", "seconds",
];

impl DurationSpec {
    fn read(element: Element<'_>, expression_id: &str) -> DurationSpec {
        const FUNCTION: &str = "pcmk__unpack_duration";
        let problem =
            |reason: String| Problem::because(FUNCTION, "date_expression", expression_id, reason);
        let Some(id) = element.xml_id() else {
            return DurationSpec(Err((
                problem("duration subelement has no id".into()),
                false,
            )));
        };
        let mut parts = DurationParts::default();
        for (part, field) in parts.0.iter_mut().zip(DURATION_FIELDS) {
            let Some(text) = element.attr(field) else {
                continue;
            };
            let (number, why, out_of_range) = match scan_ll(text) {
                Ok(number) => (
                    i32::try_from(number).ok(),
                    "Numerical result out of range",
                    true,
                ),
                Err(ScanError::Range(_)) => (None, "Numerical result out of range", true),
                Err(ScanError::Invalid) => (None, "Bad input value provided", false),
            };
            match number {
                Some(number) => *part = number,
                None => {
                    let reason = format!("duration {id} attribute {field} is invalid: {why}");
                    return DurationSpec(Err((problem(reason), out_of_range)));
                }
            }
        }
        DurationSpec(Ok(parts))
    }
}

impl DurationParts {
    fn after(self, start: DateTime) -> DateTime {
        let steps: [fn(&mut DateTime, i64); 7] = [
            DateTime::add_years,
            DateTime::add_months,
            DateTime::add_weeks,
            DateTime::add_days,
            DateTime::add_hours,
            DateTime::add_minutes,
            DateTime::add_seconds,
        ];
        let mut end = start;
        for (step, number) in steps.into_iter().zip(self.0) {
            // Not the same as adding 0 for a day that its year does not have.
            if number != 0 {
                step(&mut end, i64::from(number));
            }
        }
        end
    }
}

/// `date_spec`: ranges of the parts of a date.
#[derive(Clone, Debug)]
struct DateSpec {
    has_id: bool,
    /// Field and its range, or its text if that is none; in the order of evaluation.
    fields: Vec<(DateField, Result<Range, Arc<str>>)>,
}

type Range = (Option<i64>, Option<i64>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DateField {
    Years,
    Months,
    Monthdays,
    Hours,
    Minutes,
    Seconds,
    Yeardays,
    Weekyears,
    Weeks,
    Weekdays,
}

/// In the order of evaluation.
const DATE_FIELDS: [(DateField, &str); 10] = [
    (DateField::Years, "years"),
    (DateField::Months, "months"),
    (DateField::Monthdays, "monthdays"),
    (DateField::Hours, "hours"),
    (DateField::Minutes, "minutes"),
    (DateField::Seconds, "seconds"),
    (DateField::Yeardays, "yeardays"),
    (DateField::Weekyears, "weekyears"),
    (DateField::Weeks, "weeks"),
    (DateField::Weekdays, "weekdays"),
];

impl DateField {
    fn name(self) -> &'static str {
        DATE_FIELDS
            .iter()
            .find(|(field, _)| *field == self)
            .map_or("", |(_, name)| name)
    }

    /// The field of a time, in the time's own offset.
    fn of(self, now: &DateTime) -> i32 {
        match self {
            DateField::Years => now.year(),
            DateField::Months => now.month(),
            DateField::Monthdays => now.day_of_month(),
            DateField::Hours => now.hour(),
            DateField::Minutes => now.minute(),
            DateField::Seconds => now.second(),
            DateField::Yeardays => now.day_of_year(),
            DateField::Weekyears => now.week().0,
            DateField::Weeks => now.week().1,
            DateField::Weekdays => now.week().2,
        }
    }
}

impl DateSpec {
    fn read(element: Element<'_>) -> DateSpec {
        let fields = DATE_FIELDS
            .iter()
            .filter_map(|&(field, name)| {
                let text = element.attr(name)?;
                Some((field, parse_range(text).ok_or_else(|| Arc::from(text))))
            })
            .collect();
        DateSpec {
            has_id: element.xml_id().is_some(),
            fields,
        }
    }

    fn evaluate(&self, expression_id: &str, now: &DateTime, log: &mut Diagnostics) -> DateOutcome {
        if !self.has_id {
            Problem::because(
                "pcmk__evaluate_date_spec",
                "date_expression",
                expression_id,
                "date_spec subelement has no id",
            )
            .report(log);
            return INVALID;
        }
        for (field, range) in &self.fields {
            let (low, high) = match range {
                Ok(range) => *range,
                Err(text) => {
                    let reason = format!(
                        "'{text}' is not a valid range for date_spec attribute {}",
                        field.name()
                    );
                    Problem::because("check_range", "date_expression", expression_id, reason)
                        .report(log);
                    return INVALID;
                }
            };
            let value = i64::from(field.of(now));
            if low.is_some_and(|low| value < low) {
                return DateOutcome::Before;
            }
            if high.is_some_and(|high| value > high) {
                return DateOutcome::After;
            }
        }
        DateOutcome::Satisfied
    }
}
