//! `iso8601`: shows and computes dates, durations and periods. Source: behaviour notes 07 section 8.3.
//!
//! What was asked for is worked off in a fixed order: date, duration, period, and the end of the duration counted from
//! the date. The first invalid text ends the run; what was shown before stays.

use pcmk_core::rc::ExitCode;
use pcmk_core::time::{DateTime, Duration, Period, Shape, TextForm};

use crate::Tool;
use crate::args::row::{flag, text};
use crate::args::{Given, Listing, OptionTable};
use crate::front::{self, Failure, Session};
use crate::out::Out;
use crate::view::messages;
use crate::world::{Streams, World};

/// The tool.
pub const TOOL: Tool = Tool {
    name: "iso8601",
    options: Listing::Table(&TABLE),
    run,
};

const TABLE: OptionTable = OptionTable {
    tool: "iso8601",
    summary: "Shows and computes dates, durations and periods in the forms of ISO 8601.",
    groups: &[
        (
            "Commands",
            &[
                flag('n', "now", "Show the current date and time"),
                text(
                    'd',
                    "date",
                    "DATE",
                    "Show a date, for example \"2005-01-20 00:30:00 +01:00\" or 2005-040; \"now\" is one, too",
                ),
                text(
                    'p',
                    "period",
                    "PERIOD",
                    "Show start and end of a period, for example 2005-040/2005-043",
                ),
                text(
                    'D',
                    "duration",
                    "DURATION",
                    "Show a duration, for example P1M; with a date, also when it ends",
                ),
                text(
                    'E',
                    "expected",
                    "DATE",
                    "Fail if the resulting date is not this text",
                ),
            ],
        ),
        (
            "Output",
            &[
                flag('s', "seconds", "Show seconds since 0001-01-01 00:00:00Z"),
                flag('S', "epoch", "Show seconds since 1970-01-01 00:00:00Z"),
                flag('L', "local", "Keep the UTC offset of a date"),
                flag('O', "ordinal", "Show the day as day of the year"),
                flag('W', "week", "Show the day as calendar week and weekday"),
            ],
        ),
    ],
};

fn run(world: &mut World, streams: &mut Streams) -> u8 {
    front::run_simple(&TABLE, ExitCode::NOSUCH, work, world, streams)
}

fn work(given: &Given, session: &mut Session<'_, '_>) -> Result<ExitCode, Failure> {
    Asked::new(given, session.common.verbosity, session.world)
        .show(session.world, session.out)
        .map_err(|invalid| Failure::new(ExitCode::INVALID_PARAM, invalid))
}

/// What was asked for.
struct Asked {
    /// Text of the date; `now` is the current one.
    date: Option<String>,
    duration: Option<String>,
    period: Option<String>,
    expected: Option<String>,
    form: TextForm,
    /// How much of the log to show.
    level: usize,
}

impl Asked {
    fn new(given: &Given, verbosity: usize, world: &World) -> Asked {
        let date = given.0.iter().rev().find_map(|option| match option.name {
            "now" => Some("now".to_owned()),
            "date" => Some(option.text()),
            _ => None,
        });
        let shapes = [
            ("seconds", Shape::Seconds),
            ("epoch", Shape::Epoch),
            ("week", Shape::Week),
            ("ordinal", Shape::Ordinal),
        ];
        let shape = shapes.iter().find(|(name, _)| given.has(name));
        Asked {
            date,
            duration: given.last_text("duration"),
            period: given.last_text("period"),
            expected: given.last_text("expected"),
            level: messages::level(world, verbosity),
            form: TextForm {
                shape: shape.map_or(Shape::Calendar, |(_, shape)| *shape),
                own_offset: given.has("local"),
                ..TextForm::default()
            },
        }
    }

    /// # Errors
    /// The message about the first invalid text.
    fn show(&self, world: &World, out: &mut Out<'_>) -> Result<ExitCode, String> {
        let clock = world.now();
        let offset = world.local_offset_s(clock);
        let now = DateTime::from_epoch(clock).with_offset(offset);
        let mut result = None;
        if let Some(text) = &self.date {
            let (title, date) = if text == "now" {
                ("Current date/time", now)
            } else {
                let date = DateTime::parse(text, &now, offset).map_err(|error| {
                    messages::log_one(&error.diagnostic(text), self.level, out);
                    format!("Invalid date/time specified: {text}")
                })?;
                ("Date", date)
            };
            show_leaf(out, title, "date", &date.text(self.form));
            result = Some(date);
        }
        let mut length = None;
        if let Some(text) = &self.duration {
            let duration =
                Duration::parse(text).map_err(|_| format!("Invalid duration specified: {text}"))?;
            show_leaf(out, "Duration", "duration", &duration.to_string());
            length = Some(duration);
        }
        if let Some(text) = &self.period {
            let period = Period::parse(text, &now, offset).map_err(|error| {
                messages::log_one(&error.diagnostic(text), self.level, out);
                format!("Invalid interval specified: {text}")
            })?;
            show_period(
                out,
                &period.start.text(self.form),
                &period.end.text(self.form),
            );
        }
        if let (Some(date), Some(duration)) = (&mut result, &length) {
            date.add_duration(duration);
            let form = TextForm {
                own_offset: true,
                ..self.form
            };
            show_leaf(out, "Duration ends at", "duration_ends", &date.text(form));
        }
        if let (Some(expected), Some(date)) = (&self.expected, &result)
            && !pcmk_core::order::eq_ci(&date.text(self.form), expected)
        {
            return Ok(ExitCode::ERROR);
        }
        Ok(ExitCode::OK)
    }
}

fn show_leaf(out: &mut Out<'_>, title: &str, element: &str, text: &str) {
    match out.xml() {
        Some(xml) => xml.text_leaf(element, &[], text),
        None => out.info(&format!("{title}: {text}")),
    }
}

fn show_period(out: &mut Out<'_>, start: &str, end: &str) {
    match out.xml() {
        Some(xml) => {
            xml.push("period", &[]);
            xml.text_leaf("start", &[], start);
            xml.text_leaf("end", &[], end);
            xml.pop();
        }
        None => out.info(&format!("Period: {start} to {end}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(args: &[&str], status: u8, out: &str, err: &str) {
        let args: Vec<&str> = std::iter::once("iso8601")
            .chain(args.iter().copied())
            .collect();
        let (mut streams, captured) = Streams::captured();
        let got = run(&mut World::for_test(&args), &mut streams);
        assert_eq!(
            (got, captured.out().as_str(), captured.err().as_str()),
            (status, out, err),
            "{args:?}"
        );
    }

    #[test]
    fn everything_in_its_order() {
        check(
            &[
                "-p",
                "2005-040/P1D",
                "-D",
                "PT1H",
                "-d",
                "2020-001T00:00:00+01",
            ],
            0,
            "Date: 2019-12-31 23:00:00Z\nDuration: 3600 seconds (1 hour)\n\
             Period: 2005-02-09 00:00:00Z to 2005-02-10 00:00:00Z\n\
             Duration ends at: 2020-01-01 01:00:00 +01:00\n",
            "",
        );
    }

    #[test]
    fn the_first_invalid_text_ends_it() {
        check(
            &["-d", "epoch", "-D", "P0D", "-p", "nonsense"],
            2,
            "Date: 1970-01-01 00:00:00Z\n",
            "iso8601: Invalid duration specified: P0D\n",
        );
    }

    #[test]
    fn expectations() {
        check(
            &["-n", "-E", "1970-01-01 00:00:00z"],
            0,
            "Current date/time: 1970-01-01 00:00:00Z\n",
            "",
        );
        check(&["-n", "-S", "-E", "1"], 1, "Current date/time: 0\n", "");
        check(&["-E", "whatever"], 0, "", "");
    }
}
