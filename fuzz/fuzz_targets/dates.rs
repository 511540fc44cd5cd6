//! Dates, durations and arithmetic on them: no panic, and comparing is consistent with the epoch.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pcmk_core::time::{DateTime, Duration, Period};

fuzz_target!(|data: &str| {
    let now = DateTime::from_epoch(1_700_000_000);
    let (left, right) = data.split_once('|').unwrap_or((data, ""));
    let _ = Period::parse(data, &now, 3600);
    let Ok(mut date) = DateTime::parse(left, &now, -3600) else { return };
    let _ = date.epoch();
    if let Ok(duration) = Duration::parse(right) {
        date.add_duration(&duration);
        let _ = date.epoch();
        date.sub_duration(&duration);
        let _ = date.epoch();
    }
});
