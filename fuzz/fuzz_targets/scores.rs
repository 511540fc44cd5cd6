//! Scores, intervals, numbers and keys: reading any text ends without panic; adding keeps its laws.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pcmk_core::key::{op_key, parse_op_key};
use pcmk_core::lenient;
use pcmk_core::score::{HealthScores, Score, parse_score};

fuzz_target!(|data: &str| {
    let _ = lenient::parse_interval(Some(data));
    let _ = lenient::parse_ms(data);
    let _ = lenient::timeout_ms(Some(data));
    let _ = lenient::parse_range(data);
    let _ = lenient::scan_min_int(Some(data), 0);
    let _ = lenient::parse_double(data);
    if let Some(key) = parse_op_key(data) {
        let _ = op_key(key.rsc, key.task, key.interval_ms);
    }
    let mut sum = Score::ZERO;
    for word in data.split_whitespace() {
        if let Ok(score) = parse_score(word, &HealthScores::default()) {
            assert_eq!(sum.plus(score), score.plus(sum));
            sum = sum.plus(score);
            assert!(sum >= Score::MINUS_INFINITY && sum <= Score::INFINITY);
        }
    }
});
