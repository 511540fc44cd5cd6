//! Laws of the core values, checked on random input.

use std::cmp::Ordering;
use std::collections::HashMap;

use proptest::prelude::*;

use pcmk_core::key::{TransitionKey, op_key, parse_magic, parse_op_key};
use pcmk_core::lenient;
use pcmk_core::order::{UpstreamTable, merge_sort, name_order, upstream_order};
use pcmk_core::score::{HealthScores, Score, parse_score};
use pcmk_core::time::{DateTime, Duration, Period};
use pcmk_core::version;

fn score() -> impl Strategy<Value = Score> {
    prop_oneof![
        Just(1_000_000_i64),
        Just(-1_000_000),
        -1_100_000..1_100_000_i64
    ]
    .prop_map(Score::clipped)
}

/// Texts near the grammars that are parsed, to get past their first characters.
fn near_grammar() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,20}",
        "[-+:_ PTYMWDHSZ/;.0-9a-z]{0,30}",
        "[0-9]{1,5}-W?[0-9]{1,3}-[0-9]{1,2}[ T][0-9:]{0,8}[-+Z ]{0,2}[0-9:]{0,5}",
        "P([-+:]?[0-9]{1,11}[YMWDHST]){0,6}",
    ]
}

/// The reference's sort, written without regard to speed.
fn plain_merge_sort<T: Clone>(items: &[T], cmp: &mut impl FnMut(&T, &T) -> Ordering) -> Vec<T> {
    if items.len() < 2 {
        return items.to_vec();
    }
    let (left, right) = items.split_at(items.len() / 2);
    let left = plain_merge_sort(left, cmp);
    let right = plain_merge_sort(right, cmp);
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    let mut merged = Vec::new();
    loop {
        let next = match (left.peek(), right.peek()) {
            (Some(a), Some(b)) if cmp(a, b) == Ordering::Greater => right.next(),
            (Some(_), _) => left.next(),
            (None, _) => right.next(),
        };
        match next {
            Some(item) => merged.push(item),
            None => return merged,
        }
    }
}

proptest! {
    #[test]
    fn adding_scores_commutes_and_stays_in_range(a in score(), b in score()) {
        let sum = a.plus(b);
        prop_assert_eq!(sum, b.plus(a));
        prop_assert!(sum >= Score::MINUS_INFINITY && sum <= Score::INFINITY);
        if a.is_minus_infinity() || b.is_minus_infinity() {
            prop_assert!(sum.is_minus_infinity());
        } else if a.is_infinite() || b.is_infinite() {
            prop_assert!(sum.is_infinite());
        } else {
            prop_assert_eq!(sum, Score::clipped(i64::from(a.value()) + i64::from(b.value())));
        }
        prop_assert_eq!(a.negated().negated(), a);
    }

    #[test]
    fn printed_scores_read_back(a in score()) {
        prop_assert_eq!(parse_score(&a.to_string(), &HealthScores::default()), Ok(a));
    }

    #[test]
    fn nothing_panics_on_text(text in near_grammar(), offset in -50_000..50_000_i32) {
        let now = DateTime::from_epoch(1_784_116_800);
        let _ = lenient::scan_ll(&text);
        let _ = lenient::parse_ms(&text);
        let _ = lenient::parse_interval(Some(&text));
        let _ = lenient::timeout_ms(Some(&text));
        let _ = lenient::parse_range(&text);
        let _ = lenient::parse_double(&text);
        let _ = DateTime::parse(&text, &now, offset).map(|date| {
            (date.text_utc(), date.text_with_offset(), date.week(), date.epoch())
        });
        let _ = Duration::parse(&text).map(|duration| {
            let mut date = now;
            date.add_duration(&duration);
            date.sub_duration(&duration);
            (date.text_utc(), duration.to_string())
        });
        let _ = Period::parse(&text, &now, offset);
        let _ = parse_op_key(&text);
        let _ = TransitionKey::parse(&text);
        let _ = parse_magic(&text);
        let _ = version::compare(&text, "1.2.3");
        let _ = pcmk_core::key::base_name(&text);
        let _ = pcmk_core::xmlid::sanitize(&text);
    }

    #[test]
    fn date_arithmetic_never_panics(
        year in any::<i32>(), day in any::<i32>(), second in any::<i32>(), offset in any::<i32>(),
        amount in any::<i64>(),
    ) {
        let mut date = DateTime::from_parts(year, day, second, offset);
        date.add_years(amount);
        date.add_months(amount);
        date.add_weeks(amount);
        date.add_days(amount);
        date.add_hours(amount);
        date.add_minutes(amount);
        date.add_seconds(amount);
        let _ = (date.text_utc(), date.week(), date.epoch(), date.with_offset(offset));
        let _ = DateTime::from_epoch(amount).text_utc();
    }

    #[test]
    fn scanned_numbers_agree_with_the_standard_library(value in any::<i64>(), tail in "[a-z. ]?") {
        prop_assert_eq!(lenient::scan_ll(&format!(" {value}{tail}")), Ok(value));
    }

    #[test]
    fn intervals_in_all_spellings_agree(seconds in 0..4_000_000_u32) {
        let plain = lenient::parse_interval(Some(&seconds.to_string()));
        prop_assert_eq!(plain, (seconds * 1000, true));
        prop_assert_eq!(lenient::parse_interval(Some(&format!("{seconds} sec"))), plain);
        prop_assert_eq!(lenient::parse_interval(Some(&format!("{}ms", seconds * 1000))), plain);
        if seconds > 0 {
            prop_assert_eq!(lenient::parse_interval(Some(&format!("PT{seconds}S"))), plain);
        }
    }

    #[test]
    fn readable_intervals_add_up(ms in 0..400_000_000_000_u64) {
        let text = lenient::readable_interval(ms);
        let mut total = 0;
        let mut number = String::new();
        let mut rest = text.as_str();
        while let Some(c) = rest.chars().next() {
            if c.is_ascii_digit() || c == '.' {
                number.push(c);
                rest = &rest[1..];
                continue;
            }
            let (factor, unit) = if rest.starts_with("ms") {
                (1, 2)
            } else {
                match c {
                    'd' => (86_400_000, 1),
                    'h' => (3_600_000, 1),
                    'm' => (60_000, 1),
                    's' => (1000, 1),
                    other => panic!("unit {other} in {text}"),
                }
            };
            total += match number.split_once('.') {
                Some((whole, millis)) => {
                    whole.parse::<u64>().unwrap() * factor + millis.parse::<u64>().unwrap()
                }
                None => number.parse::<u64>().unwrap() * factor,
            };
            number.clear();
            rest = &rest[unit..];
        }
        prop_assert_eq!(total, ms, "{}", text);
    }

    #[test]
    fn instants_survive(epoch in -62_135_596_800..253_402_300_800_i64, offset in -50_000..50_000_i32) {
        let date = DateTime::from_epoch(epoch);
        prop_assert_eq!(date.epoch(), epoch);
        prop_assert_eq!(DateTime::parse(&date.text_utc(), &date, 0), Ok(date));
        prop_assert_eq!(date.with_offset(offset).epoch(), epoch.max(-62_135_596_800 - i64::from(offset)));
        let (year, week, day) = date.week();
        if year > 0 {
            let text = format!("{year}-W{week}-{day}");
            let again = DateTime::parse(&text, &date, 0).unwrap();
            prop_assert_eq!((again.year(), again.day_of_year()), (date.year(), date.day_of_year()));
        }
    }

    #[test]
    fn adding_days_and_seconds_moves_the_instant(
        epoch in 0..4_000_000_000_i64, days in -10_000..10_000_i64, seconds in -10_000_000..10_000_000_i64,
    ) {
        let mut date = DateTime::from_epoch(epoch);
        date.add_days(days);
        date.add_seconds(seconds);
        prop_assert_eq!(date.epoch(), epoch + days * 86_400 + seconds);
        date.add_seconds(-seconds);
        date.add_days(-days);
        prop_assert_eq!(date.epoch(), epoch);
    }

    #[test]
    fn adding_months_hits_the_month(epoch in 0..4_000_000_000_i64, months in -300..300_i64) {
        let start = DateTime::from_epoch(epoch);
        let mut date = start;
        date.add_months(months);
        let index = |date: &DateTime| i64::from(date.year()) * 12 + i64::from(date.month());
        prop_assert_eq!(index(&date), index(&start) + months);
        prop_assert!(date.day_of_month() <= start.day_of_month());
    }

    #[test]
    fn name_order_is_an_order(a in "[a-bA-B0-2]{0,5}", b in "[a-bA-B0-2]{0,5}", c in "[a-bA-B0-2]{0,5}") {
        prop_assert_eq!(name_order(&a, &b), name_order(&b, &a).reverse());
        if name_order(&a, &b).is_le() && name_order(&b, &c).is_le() {
            prop_assert!(name_order(&a, &c).is_le());
        }
        prop_assert_eq!(name_order(&a, &b).is_eq(), a.eq_ignore_ascii_case(&b));
    }

    #[test]
    fn merge_sort_is_stable(items in prop::collection::vec(0..20_u8, 0..200)) {
        let mut sorted: Vec<(u8, usize)> = items.iter().copied().zip(0..).collect();
        let mut want = sorted.clone();
        merge_sort(&mut sorted, |a, b| a.0.cmp(&b.0));
        want.sort_by_key(|item| item.0);
        prop_assert_eq!(sorted, want);
    }

    #[test]
    fn merge_sort_follows_inconsistent_comparators(
        items in prop::collection::vec(0..100_u32, 0..150), seed in any::<u32>(),
    ) {
        // An arbitrary relation: neither antisymmetric nor transitive.
        let mut cmp = |a: &u32, b: &u32| match (a.wrapping_mul(31) ^ b.wrapping_mul(17) ^ seed) % 3 {
            0 => Ordering::Less,
            1 => Ordering::Equal,
            _ => Ordering::Greater,
        };
        let mut sorted = items.clone();
        merge_sort(&mut sorted, &mut cmp);
        prop_assert_eq!(sorted, plain_merge_sort(&items, &mut cmp));
    }

    #[test]
    fn tables_behave_like_a_map(
        changes in prop::collection::vec((any::<bool>(), 0..60_u32, any::<u8>()), 0..400),
    ) {
        let mut table = UpstreamTable::new();
        let mut model = HashMap::new();
        for (insert, number, value) in changes {
            let key = format!("node{number}");
            if insert {
                prop_assert_eq!(table.insert(&key, value), model.insert(key, value));
            } else {
                prop_assert_eq!(table.remove(&key), model.remove(&key));
            }
            prop_assert_eq!(table.len(), model.len());
        }
        for (key, value) in &model {
            prop_assert_eq!(table.get(key), Some(value));
        }
        let listed: HashMap<String, u8> =
            table.iter().map(|(key, &value)| (key.to_owned(), value)).collect();
        prop_assert_eq!(table.iter().count(), model.len());
        prop_assert_eq!(&listed, &model);
        let copy = table.copied_in_order();
        prop_assert_eq!(copy.len(), model.len());
        let keys: Vec<&str> = table.keys().collect();
        let again: Vec<&str> =
            upstream_order(keys.iter().copied()).into_iter().map(|index| keys[index]).collect();
        prop_assert_eq!(again, copy.keys().collect::<Vec<_>>());
    }

    #[test]
    fn operation_keys_read_back(
        rsc in "[a-z][a-z0-9_:-]{0,12}", interval_ms in any::<u32>(),
        task in prop::sample::select(vec!["monitor", "start", "stop", "migrate_to", "migrate_from",
            "promote", "notify"]),
    ) {
        let key = op_key(&rsc, task, interval_ms);
        let found = parse_op_key(&key).unwrap();
        prop_assert_eq!((found.rsc, found.task, found.interval_ms), (rsc.as_str(), task, interval_ms));
    }

    #[test]
    fn transition_keys_read_back(
        action in any::<i32>(), transition in any::<i32>(), target_rc in any::<i32>(),
        uuid in "[0-9a-f-]{1,36}", op_status in -1..12_i32, rc in 0..256_i32,
    ) {
        let key = TransitionKey { action, transition, target_rc, uuid };
        prop_assert_eq!(TransitionKey::parse(&key.to_string()), Some(key.clone()));
        let magic = pcmk_core::key::magic(op_status, rc, &key.to_string());
        prop_assert_eq!(parse_magic(&magic), Some((op_status, rc, key)));
    }
}
