//! Half-open intervals, identifiers and addresses: the small things everything stands on.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod common;

use chrono::{DateTime, TimeDelta, Utc};
use common::utc;
use domain::{
    ids::PracticeId,
    interval::{EmptyInterval, Interval},
    links,
    practice::Slug,
};
use rstest::rstest;

/// `09:00` to `10:00` of one day.
fn hours(from: &str, to: &str) -> Interval {
    let at = |hour| utc(&format!("2026-11-23T{hour}:00Z"));
    Interval::new(at(from), at(to)).unwrap()
}

#[rstest]
#[case::same("09:00", "10:00", true)]
#[case::touching_before("08:00", "09:00", false)]
#[case::touching_after("10:00", "11:00", false)]
#[case::a_minute_into_it("08:00", "09:01", true)]
#[case::a_minute_of_its_end("09:59", "11:00", true)]
#[case::inside("09:20", "09:40", true)]
#[case::around("08:00", "11:00", true)]
#[case::apart("11:00", "12:00", false)]
fn touching_is_not_overlapping(#[case] from: &str, #[case] to: &str, #[case] overlaps: bool) {
    let (one, other) = (hours("09:00", "10:00"), hours(from, to));
    assert_eq!(
        (one.overlaps(other), other.overlaps(one)),
        (overlaps, overlaps)
    );
    assert_eq!(one.intersection(other).is_some(), overlaps);
    assert_eq!(one.intersection(other), other.intersection(one));
}

#[rstest]
#[case::itself("09:00", "10:00", &[])]
#[case::around("08:00", "11:00", &[])]
#[case::touching_before("08:00", "09:00", &[("09:00", "10:00")])]
#[case::touching_after("10:00", "11:00", &[("09:00", "10:00")])]
#[case::apart("11:00", "12:00", &[("09:00", "10:00")])]
#[case::its_start("08:00", "09:20", &[("09:20", "10:00")])]
#[case::its_end("09:40", "11:00", &[("09:00", "09:40")])]
#[case::inside("09:20", "09:40", &[("09:00", "09:20"), ("09:40", "10:00")])]
fn what_is_outside_of_another_lies_before_and_after_it(
    #[case] from: &str,
    #[case] to: &str,
    #[case] expected: &[(&str, &str)],
) {
    let left = hours("09:00", "10:00").without(hours(from, to));
    let expected = expected.iter().map(|(from, to)| hours(from, to));
    assert!(left.eq(expected));
}

#[test]
fn the_start_is_inside_and_the_end_is_not() {
    let morning = hours("09:00", "10:00");
    assert!(morning.contains_instant(morning.start()));
    assert!(!morning.contains_instant(morning.end()));
    assert!(morning.contains(morning));
    assert!(!morning.contains(hours("09:00", "10:01")));
    assert!(!morning.contains(hours("08:59", "10:00")));
}

#[rstest]
#[case::empty(0)]
#[case::negative(-20)]
fn a_length_that_is_not_positive_is_refused(#[case] minutes: i64) {
    let start = utc("2026-11-23T09:00:00Z");
    let interval = Interval::starting(start, TimeDelta::minutes(minutes));
    assert_eq!(interval, Err(EmptyInterval));
}

#[test]
fn the_end_of_the_calendar_is_refused_or_kept_not_passed() {
    let end = DateTime::<Utc>::MAX_UTC;
    assert_eq!(
        Interval::starting(end, TimeDelta::minutes(1)),
        Err(EmptyInterval)
    );
    let last = Interval::new(end - TimeDelta::minutes(1), end).unwrap();
    assert_eq!(last.grown(TimeDelta::zero(), TimeDelta::days(1)), last);
    let first = Interval::starting(DateTime::<Utc>::MIN_UTC, TimeDelta::minutes(1)).unwrap();
    assert_eq!(first.grown(TimeDelta::days(1), TimeDelta::zero()), first);
}

#[test]
fn an_interval_stored_backwards_is_not_read_back() {
    let json = serde_json::to_string(&hours("09:00", "10:00")).unwrap();
    assert_eq!(json, r#"["2026-11-23T09:00:00Z","2026-11-23T10:00:00Z"]"#);
    assert!(serde_json::from_str::<Interval>(&json).is_ok());
    let backwards = r#"["2026-11-23T10:00:00Z","2026-11-23T09:00:00Z"]"#;
    assert!(serde_json::from_str::<Interval>(backwards).is_err());
}

#[rstest]
#[case("0")]
#[case("-1")]
#[case("9223372036854775808")]
#[case("1e9")]
#[case("1 OR 1=1")]
#[case("")]
#[case("019a0000-0000-7000-8000-00000000000")]
#[case("019a0000-0000-7000-8000-00000000000g")]
fn what_is_no_identifier_is_refused(#[case] text: &str) {
    assert!(text.parse::<PracticeId>().is_err());
}

#[test]
fn a_slot_in_an_address_is_read_back_as_the_same_instant() {
    let slug = |text| Slug::parse(text).unwrap();
    let start = utc("2026-11-23T09:20:00+01:00");
    let address = links::booking_form(&slug("camille-lefevre"), &slug("consultation"), start);
    assert_eq!(
        address,
        "/praticiens/camille-lefevre/rendez-vous?motif=consultation&debut=2026-11-23T08:20:00Z"
    );
    let read = address.rsplit('=').next().unwrap();
    assert_eq!(utc(read), start);
}

/// The years after 9999 are written with a sign, which a query reads as a space.
#[test]
fn what_has_a_meaning_in_a_query_is_escaped_in_every_address() {
    let slug = Slug::parse("camille-lefevre").unwrap();
    let start = DateTime::<Utc>::MAX_UTC;
    let day = start.date_naive();
    for (address, escaped) in [
        (links::booking_form(&slug, &slug, start), true),
        (links::office_booking_form(&slug, &slug, start), true),
        (links::slots_of_week(&slug, &slug, day), true),
        (links::office_booking_week(&slug, &slug, day), true),
        (links::agenda_day(&slug, day), true),
        (links::agenda_week(&slug, day), true),
        (links::journal("a&b=c #%", Some(day), None), true),
        (links::slots(&slug, &slug), false),
    ] {
        assert!(!address.contains('+'), "{address}");
        assert_eq!(address.contains("%2B262142-12-31"), escaped, "{address}");
    }
    let journal = links::journal("a&b=c #%", None, None);
    assert!(
        journal.contains("?sujet=a%26b%3Dc%20%23%25&jour="),
        "{journal}"
    );
}
