//! Dates, durations and periods by example.

use std::cmp::Ordering;

use super::*;

/// 2026-07-15 12:00:00Z.
fn today() -> DateTime {
    DateTime::from_epoch(1_784_116_800)
}

fn date(text: &str) -> DateTime {
    DateTime::parse(text, &today(), 0).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[track_caller]
fn check_date(text: &str, want: &str) {
    assert_eq!(date(text).text_utc(), want, "{text}");
}

#[test]
fn forms_of_dates() {
    check_date("2019-09-24", "2019-09-24 00:00:00Z");
    check_date("20190924", "2019-09-24 00:00:00Z");
    check_date("2019-040", "2019-02-09 00:00:00Z");
    check_date("2019-09", "2019-01-09 00:00:00Z");
    check_date("2020-W53-5", "2021-01-01 00:00:00Z");
    check_date("2009-W01-1", "2008-12-29 00:00:00Z");
    check_date("epoch", "1970-01-01 00:00:00Z");
    check_date("EPOCH/x", "1970-01-01 00:00:00Z");
    check_date("19-09-24", "0019-09-24 00:00:00Z");
    check_date("10000-01-01", "10000-01-01 00:00:00Z");
    check_date("T12:34", "2026-07-15 12:34:00Z");
    check_date("12:34:56", "2026-07-15 12:34:56Z");
}

#[test]
fn forms_of_times() {
    check_date("2019-09-24T12:34:56Z", "2019-09-24 12:34:56Z");
    check_date("20190924T123456Z", "2019-09-24 12:34:56Z");
    check_date("20190924 12", "2019-09-24 12:00:00Z");
    check_date("2019-09-24T12:34:56+0230", "2019-09-24 10:04:56Z");
    check_date("2019-09-24T12:34:56 -05:00", "2019-09-24 17:34:56Z");
    check_date("2019-12-31 24:00:00Z", "2020-01-01 00:00:00Z");
    check_date("2019-09-24 12:34:56 EST", "2019-09-24 12:34:56Z");
    check_date("2019-09-24t12:34:56Z", "2019-09-24 00:00:00Z");
    check_date("2019-09-24 12:34:56.789Z", "2019-09-24 12:34:56Z");
    // Two blanks: the time is taken for the offset as well.
    check_date("2019-09-24  12:34", "2019-09-24 00:00:00Z");
}

#[test]
fn no_dates() {
    for text in [
        "",
        "garbage",
        "2019",
        "2019-13-01",
        "2019-00-01",
        "2019-02-29",
        "1900-02-29",
        "2019-366",
        "2019365",
        "2019-W53-1",
        "2019-W00-1",
        "2019-W10-8",
        "2019-W10",
        "2019W101",
        "0000-01-01",
        "-0001-01-01",
        "2019/09/24",
        "1356120000",
        "2019-09-24T",
        "2019-09-24T24:00:01Z",
        "2019-09-24T12:60:00Z",
        "2019-09-24 12:34:56 +25:00",
        "2019-09-24 12:34:56 +01:61",
        "epoch+3600",
        "99999999999999999999-01-01",
        "4294967295-W01-1",
    ] {
        assert!(DateTime::parse(text, &today(), 0).is_err(), "{text}");
    }
}

#[test]
fn local_offset_applies_without_offset_text_and_is_misread() {
    let read = |text, offset| DateTime::parse(text, &today(), offset).unwrap();
    assert_eq!(
        read("2019-09-24 12:00", 3600).text_utc(),
        "2019-09-24 11:00:00Z"
    );
    assert_eq!(read("2019-09-24 12:00", 12_600).offset(), 12_600);
    assert_eq!(read("2019-09-24 12:00", -12_600).offset(), -9_000);
    assert_eq!(read("2019-09-24 12:00", -18_000).offset(), -18_000);
    assert_eq!(read("2019-09-24", -18_000).offset(), 0);
}

#[test]
fn seconds_carry_only_above_a_full_day() {
    let mut midnight = date("2019-12-31 23:59:59Z");
    midnight.add_seconds(1);
    assert_eq!(midnight.text_utc(), "2019-12-31 24:00:00Z");
    let next = date("2020-01-01 00:00:00Z");
    assert_eq!(midnight.epoch(), next.epoch());
    assert_eq!(midnight.cmp_utc(&next), Ordering::Less);
    midnight.add_seconds(1);
    assert_eq!(midnight.text_utc(), "2020-01-01 00:00:01Z");
}

#[test]
fn years_keep_the_day_of_the_year() {
    let mut leap_day = date("2020-02-29");
    leap_day.add_years(1);
    assert_eq!(leap_day.text_utc(), "2021-03-01 00:00:00Z");
    let mut last = date("2020-12-31");
    last.add_years(1);
    assert_eq!(last.day_of_year(), 366);
    assert_eq!(last.cmp_utc(&date("2021-12-31")), Ordering::Greater);
    assert_eq!(last.cmp_utc(&date("2022-01-01")), Ordering::Less);
    last.add_months(0);
    assert_eq!(last.text_utc(), "2021-01-00 00:00:00Z");
    let mut first = date("0005-01-01");
    first.add_years(-10);
    assert_eq!(first.year(), 1);
}

#[test]
fn months_clip_the_day() {
    for (start, months, want) in [
        ("2020-01-31", 1, "2020-02-29 00:00:00Z"),
        ("2020-01-31", -1, "2019-12-31 00:00:00Z"),
        ("2019-01-31", 13, "2020-02-29 00:00:00Z"),
        ("2019-03-31", -1, "2019-02-28 00:00:00Z"),
    ] {
        let mut day = date(start);
        day.add_months(months);
        assert_eq!(day.text_utc(), want, "{start} {months}");
    }
}

#[test]
fn durations_are_added_part_by_part() {
    let duration = Duration::parse("P1Y1M1DT1H1M1S").unwrap();
    let mut end = date("2020-02-29 12:00:00Z");
    end.add_duration(&duration);
    assert_eq!(end.text_utc(), "2021-04-02 13:01:01Z");
    let mut start = date("2019-03-31");
    start.sub_duration(&Duration::parse("P1M").unwrap());
    assert_eq!(start.text_utc(), "2019-02-28 00:00:00Z");
}

#[test]
fn forms_of_durations() {
    for (text, want) in [
        ("PT1S", "1 second"),
        (
            "P1Y2M3DT4H5M6S",
            "   1 year  2 months  3 days 14706 seconds (4 hours 5 minutes 6 seconds)",
        ),
        ("P1Y2M3W4D", "   1 year  2 months 25 days "),
        ("P-1H", "-3600 seconds (1 hour)"),
        ("P1M1M", " 1 month "),
        ("P1YT", "   1 year "),
        ("P1D extra", " 1 day "),
        ("PT3661S", "3661 seconds (1 hour 1 minute 1 seconds)"),
    ] {
        let duration = Duration::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(duration.to_string(), want, "{text}");
    }
    for text in [
        "",
        "P",
        "PT",
        "P1",
        "1D",
        "P1X",
        "PT1.5H",
        "P0D",
        "PT0S",
        "P1D-1D",
        "P99999999999D",
        "P2147483648S",
        "P 1D",
        "P12:30:00",
        "P1YM",
        "P-D",
        "P9999999999Y",
        "P2147483647DT1W1D",
    ] {
        assert!(Duration::parse(text).is_err(), "{text}");
    }
}

#[test]
fn periods() {
    let period = |text| Period::parse(text, &today(), 0);
    let texts = |text| {
        let found: Period = period(text).unwrap();
        (found.start.text_utc(), found.end.text_utc())
    };
    let pair = |start: &str, end: &str| (start.to_owned(), end.to_owned());
    assert_eq!(
        texts("2005-040/2005-043"),
        pair("2005-02-09 00:00:00Z", "2005-02-12 00:00:00Z")
    );
    assert_eq!(
        texts("PT36H/2019-01-01"),
        pair("2018-12-30 12:00:00Z", "2019-01-01 00:00:00Z")
    );
    assert_eq!(
        texts("2019-01-31/P1M"),
        pair("2019-01-31 00:00:00Z", "2019-02-28 00:00:00Z")
    );
    assert_eq!(
        texts("P1D"),
        pair("2026-07-15 12:00:00Z", "2026-07-16 12:00:00Z")
    );
    for text in [
        "",
        "2019-01-01",
        "2019-01-01/",
        "P1D/P1D",
        "10000-01-01/P1M",
        "2020-12-31/P1Y",
    ] {
        assert!(period(text).is_err(), "{text}");
    }
    assert!(
        period("2019-12-31 23:59:59Z/PT1S").is_err(),
        "ends at 24:00:00"
    );
}

#[test]
fn forms_of_output() {
    let moment = date("2019-09-24 00:30:00+01:00");
    let shaped = |shape| {
        moment.text(TextForm {
            shape,
            ..TextForm::default()
        })
    };
    assert_eq!(shaped(Shape::Calendar), "2019-09-23 23:30:00Z");
    assert_eq!(shaped(Shape::Ordinal), "2019-266 23:30:00Z");
    assert_eq!(shaped(Shape::Week), "2019-W39-1 23:30:00Z");
    assert_eq!(shaped(Shape::Epoch), "1569281400");
    assert_eq!(shaped(Shape::Seconds), "63704878200");
    assert_eq!(moment.text_with_offset(), "2019-09-24 00:30:00 +01:00");
    assert_eq!(
        date("2019-09-24 00:30:00-03:30").text_with_offset(),
        "2019-09-24 00:30:00 -03:30"
    );
    assert_eq!(DateTime::default().text_utc(), "<undefined time>");
    let only_date = TextForm {
        time: false,
        ..TextForm::default()
    };
    assert_eq!(moment.text(only_date), "2019-09-23");
}

#[test]
fn ctime_form() {
    assert_eq!(ctime(1_342_180_274, 0), "Fri Jul 13 11:51:14 2012");
    assert_eq!(ctime(1_342_180_274, 7200), "Fri Jul 13 13:51:14 2012");
    assert_eq!(ctime(0, 0), "Thu Jan  1 00:00:00 1970");
}
