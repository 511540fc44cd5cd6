//! Dates, durations and periods as the reference reads, computes and writes them.
//!
//! The reference keeps a date as year, day of the year, seconds of the day and UTC offset, and does
//! arithmetic on these parts. This leaves values that a plain instant cannot hold (`24:00:00` of a
//! day, day 366 of an ordinary year, day 0), and since they compare and print differently, a date
//! here has the same parts. Where only an instant matters, [`DateTime::epoch`] gives it.
//!
//! Neither clock nor time zone is consulted: "today" and the local offset are arguments.
//! Source: behaviour notes 01 §2.5, 07 §8.3.

mod calendar;
mod date;
mod duration;
mod error;
mod parse;
mod period;
mod text;

pub use date::{DateTime, EPOCH_SECONDS};
pub use duration::Duration;
pub use error::DateError;
pub use period::Period;
pub use text::{Shape, TextForm, ctime, log_time};

#[cfg(test)]
mod tests;
