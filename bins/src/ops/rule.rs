//! Whether a rule is in effect at some time, as far as that can be told from its dates alone.
//!
//! Only the rule's date expression is looked at: other conditions and how they are combined do not matter.
//! Source: behaviour notes 01 section 4.8, 07 section 8.1.

use std::fmt;

use pcmk_cib::rule::{DateExpression, DateOutcome, NextChange};
use pcmk_cib::xml::{Document, Element};
use pcmk_core::diag::Diagnostics;
use pcmk_core::rc::Rc;
use pcmk_core::time::DateTime;

/// Whether a rule is in effect.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    /// A date specification matches.
    Satisfied,
    /// The time is within the range.
    InEffect,
    /// The time is after the range.
    Expired,
    /// The time is before the range.
    NotYet,
    /// The rule cannot be checked.
    Refused(Refusal),
}

/// Why a rule cannot be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is none of this id.
    NotFound,
    /// There are several of this id.
    Ambiguous,
    /// It has no date expression.
    NoDate,
    /// It has several date expressions.
    SeveralDates,
    /// It has a date specification without years.
    SpecWithoutYears,
    /// The date expression is wrong; `out_of_range` if by a number beyond 32 bits.
    Invalid {
        /// Whether a number was too large, rather than no number.
        out_of_range: bool,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Refusal::NotFound => "Rule not found",
            Refusal::Ambiguous => "Found more than one rule with matching ID",
            Refusal::NoDate => "Rule does not have a date expression",
            Refusal::SeveralDates => "Rule has more than one date expression",
            Refusal::SpecWithoutYears => {
                "Rule must either not use date_spec, or use date_spec with years="
            }
            Refusal::Invalid { .. } => "Error parsing rule",
        })
    }
}

impl Verdict {
    /// The return code that stands for it.
    #[must_use]
    pub const fn rc(&self) -> Rc {
        match self {
            Verdict::Satisfied => Rc::OK,
            Verdict::InEffect => Rc::WITHIN_RANGE,
            Verdict::Expired => Rc::AFTER_RANGE,
            Verdict::NotYet => Rc::BEFORE_RANGE,
            Verdict::Refused(refusal) => match refusal {
                Refusal::NotFound => Rc::ENXIO,
                Refusal::Ambiguous => Rc::DUPLICATE_ID,
                Refusal::NoDate | Refusal::SeveralDates | Refusal::SpecWithoutYears => {
                    Rc::EOPNOTSUPP
                }
                Refusal::Invalid {
                    out_of_range: false,
                } => Rc::UNPACK_ERROR,
                Refusal::Invalid { out_of_range: true } => Rc::ERANGE,
            },
        }
    }
}

/// Checks the rule of an id anywhere in a document.
pub fn check(document: &Document, id: &str, now: &DateTime, log: &mut Diagnostics) -> Verdict {
    let expression = match find(document, id) {
        Ok(expression) => expression,
        Err(refusal) => return Verdict::Refused(refusal),
    };
    match DateExpression::read(expression).evaluate(now, &mut NextChange::default(), log) {
        DateOutcome::Satisfied => Verdict::Satisfied,
        DateOutcome::Within => Verdict::InEffect,
        DateOutcome::Before => Verdict::NotYet,
        DateOutcome::After => Verdict::Expired,
        DateOutcome::Invalid { out_of_range } => {
            Verdict::Refused(Refusal::Invalid { out_of_range })
        }
    }
}

/// The one date expression of the one rule of this id.
fn find<'a>(document: &'a Document, id: &str) -> Result<Element<'a>, Refusal> {
    let root = document.root_element();
    let mut rules = std::iter::once(root)
        .chain(root.descendants())
        .filter(|element| element.name() == "rule" && element.attr("id") == Some(id));
    let rule = rules.next().ok_or(Refusal::NotFound)?;
    if rules.next().is_some() {
        return Err(Refusal::Ambiguous);
    }
    let mut dates = rule
        .descendants()
        .filter(|element| element.name() == "date_expression");
    let date = dates.next().ok_or(Refusal::NoDate)?;
    if dates.next().is_some() {
        return Err(Refusal::SeveralDates);
    }
    // Both questions are about the attribute as it is written, so an expression without one is refused although it
    // means a range.
    let operation = date.attr("operation");
    let plain = operation.is_some_and(|operation| operation != "date_spec");
    let with_years = operation == Some("date_spec")
        && date
            .children_named("date_spec")
            .any(|spec| spec.attr("years").is_some());
    if plain || with_years {
        Ok(date)
    } else {
        Err(Refusal::SpecWithoutYears)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Noon of 1 July 2026.
    const NOW: i64 = 1_782_907_200;

    #[track_caller]
    fn check_rule(content: &str, want: &Verdict) {
        let text = format!("<cib><rule id='r'>{content}</rule></cib>");
        let document = Document::parse(text.as_bytes(), "test").expect("well-formed");
        let now = DateTime::from_epoch(NOW);
        let verdict = check(&document, "r", &now, &mut Diagnostics::default());
        assert_eq!(&verdict, want, "{content}");
    }

    #[test]
    fn verdicts() {
        let date = |attributes: &str, inside: &str| {
            format!("<date_expression id='d' {attributes}>{inside}</date_expression>")
        };
        check_rule(
            &date("operation='gt' start='2026-07-01 11:59:59Z'", ""),
            &Verdict::InEffect,
        );
        check_rule(
            &date("operation='gt' start='2026-07-01 12:00:00Z'", ""),
            &Verdict::NotYet,
        );
        check_rule(
            &date("operation='lt' end='2026-07-01 12:00:00Z'", ""),
            &Verdict::Expired,
        );
        let spec = |years: &str| {
            let inside = format!("<date_spec id='s' years='{years}' months='1-6'/>");
            date("operation='date_spec'", &inside)
        };
        check_rule(&spec("2025"), &Verdict::Expired);
        check_rule(&spec("2027"), &Verdict::NotYet);
        check_rule(&spec("2026"), &Verdict::Expired);
        let any_month = "<date_spec id='s' years='2026'/>";
        check_rule(
            &date("operation='date_spec'", any_month),
            &Verdict::Satisfied,
        );
    }

    #[test]
    fn refusals() {
        let refused = |refusal| Verdict::Refused(refusal);
        check_rule("", &refused(Refusal::NoDate));
        let date = "<date_expression id='d' operation='gt' start='2026'/>";
        check_rule(&date.repeat(2), &refused(Refusal::SeveralDates));
        check_rule(
            "<date_expression id='d' start='2026-001'/>",
            &refused(Refusal::SpecWithoutYears),
        );
        check_rule(
            date,
            &refused(Refusal::Invalid {
                out_of_range: false,
            }),
        );
        check_rule("<rule id='r'/>", &refused(Refusal::Ambiguous));
    }
}
