//! Hours and recurrences as an office types them, with the numbers of a reason.
//! The slots they give are in `slots.rs`.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod common;

use chrono::{NaiveDate, NaiveTime, Weekday};
use common::{day, hour};
use domain::{
    opening_hours::{HoursError, Recurrence, WallRange},
    visit_reason::{Minutes, MinutesOutOfRange, bounds},
};
use rstest::rstest;

#[rstest]
#[case::morning("09:00", "12:00", 540, 720)]
#[case::one_minute("09:00", "09:01", 540, 541)]
#[case::until_midnight("20:00", "24:00", 1200, 1440)]
#[case::whole_day("00:00", "24:00", 0, 1440)]
fn a_range_is_counted_in_minutes(
    #[case] start: &str,
    #[case] end: &str,
    #[case] from: u32,
    #[case] to: u32,
) {
    let range = WallRange::new(hour(start), hour(end)).unwrap();
    assert_eq!((range.start_minute(), range.end_minute()), (from, to));
}

#[rstest]
#[case::empty("09:00", "09:00")]
#[case::backwards("18:00", "09:00")]
#[case::across_midnight("22:00", "02:00")]
fn hours_that_do_not_end_after_they_start_are_refused(#[case] start: &str, #[case] end: &str) {
    assert_eq!(
        WallRange::new(hour(start), hour(end)),
        Err(HoursError::EndsBeforeStart)
    );
}

#[rstest]
#[case::seconds(NaiveTime::from_hms_opt(9, 0, 1).unwrap(), hour("12:00"))]
#[case::fractions(hour("09:00"), NaiveTime::from_hms_milli_opt(12, 0, 0, 1).unwrap())]
#[case::leap_second(hour("09:00"), NaiveTime::from_hms_milli_opt(23, 59, 59, 1_000).unwrap())]
#[case::almost_midnight(hour("09:00"), NaiveTime::from_hms_milli_opt(0, 0, 0, 1).unwrap())]
fn hours_are_whole_minutes(#[case] start: NaiveTime, #[case] end: NaiveTime) {
    assert_eq!(WallRange::new(start, end), Err(HoursError::NotWholeMinutes));
}

#[rstest]
#[case::never(0, None, HoursError::WeeksOutOfRange)]
#[case::too_rare(53, None, HoursError::WeeksOutOfRange)]
#[case::huge(u32::MAX, None, HoursError::WeeksOutOfRange)]
#[case::over_before_it_begins(1, Some("2026-11-22"), HoursError::UntilBeforeFirst)]
fn a_recurrence_that_makes_no_sense_is_refused(
    #[case] every: u32,
    #[case] until: Option<&str>,
    #[case] error: HoursError,
) {
    let recurrence = Recurrence::weekly(Weekday::Mon, every, day("2026-11-23"), until.map(day));
    assert_eq!(recurrence, Err(error));
}

#[rstest]
#[case::the_first_day(1, "2026-11-23", None, "2026-11-23", true)]
#[case::the_week_before(1, "2026-11-23", None, "2026-11-16", false)]
#[case::another_weekday(1, "2026-11-23", None, "2026-11-24", false)]
#[case::years_later(1, "2026-11-23", None, "2036-11-24", true)]
#[case::the_last_day(1, "2026-11-23", Some("2026-12-07"), "2026-12-07", true)]
#[case::after_the_last(1, "2026-11-23", Some("2026-12-07"), "2026-12-14", false)]
#[case::until_between_two(1, "2026-11-23", Some("2026-12-06"), "2026-12-07", false)]
#[case::one_day_only(1, "2026-11-23", Some("2026-11-23"), "2026-11-23", true)]
#[case::the_other_week(2, "2026-11-23", None, "2026-11-30", false)]
#[case::every_other_week(2, "2026-11-23", None, "2026-12-07", true)]
// The week of `first` counts, not its day: Wednesday 25 opens on Monday 7 December.
#[case::first_is_mid_week(2, "2026-11-25", None, "2026-12-07", true)]
#[case::first_is_mid_week_and_that_monday_is_past(2, "2026-11-25", None, "2026-11-23", false)]
#[case::first_is_a_sunday(2, "2026-11-29", None, "2026-12-07", true)]
#[case::first_is_a_sunday_other_week(2, "2026-11-29", None, "2026-11-30", false)]
// ISO week 53 of 2026 is followed by week 1: parity is counted in weeks, not in week numbers.
#[case::across_a_long_year(2, "2026-12-21", None, "2027-01-04", true)]
#[case::across_a_long_year_other_week(2, "2026-12-21", None, "2026-12-28", false)]
#[case::once_a_year(52, "2026-11-23", None, "2027-11-22", true)]
fn weekly_hours_fall_on(
    #[case] every: u32,
    #[case] first: &str,
    #[case] until: Option<&str>,
    #[case] on: &str,
    #[case] open: bool,
) {
    let weekday = Weekday::Mon;
    let recurrence = Recurrence::weekly(weekday, every, day(first), until.map(day)).unwrap();
    assert_eq!(recurrence.falls_on(day(on)), open);
}

#[rstest]
#[case::today(1, "2026-11-23", None, "2026-11-23", Some("2026-11-23"))]
#[case::next_week(1, "2026-11-23", None, "2026-11-24", Some("2026-11-30"))]
#[case::not_before_the_first(1, "2026-12-01", None, "2026-11-01", Some("2026-12-07"))]
#[case::the_other_week(2, "2026-11-23", None, "2026-11-24", Some("2026-12-07"))]
#[case::once_a_year(52, "2026-11-24", None, "2026-11-24", Some("2027-11-22"))]
#[case::until_before_its_weekday(1, "2026-11-24", Some("2026-11-29"), "2026-11-01", None)]
#[case::the_last_is_over(1, "2026-11-23", Some("2026-12-05"), "2026-12-01", None)]
fn weekly_hours_fall_first_on(
    #[case] every: u32,
    #[case] first: &str,
    #[case] until: Option<&str>,
    #[case] from: &str,
    #[case] falls: Option<&str>,
) {
    let recurrence = Recurrence::weekly(Weekday::Mon, every, day(first), until.map(day)).unwrap();
    assert_eq!(recurrence.first_from(day(from)), falls.map(day));
}

#[test]
fn hours_of_one_day_fall_on_it_until_it_is_over() {
    let once = Recurrence::Once {
        day: day("2026-11-23"),
    };
    assert_eq!(once.first_from(day("2026-11-01")), Some(day("2026-11-23")));
    assert_eq!(once.first_from(day("2026-11-23")), Some(day("2026-11-23")));
    assert_eq!(once.first_from(day("2026-11-24")), None);
}

#[test]
fn the_ends_of_the_calendar_do_not_panic() {
    for first in [NaiveDate::MIN, NaiveDate::MAX] {
        let recurrence = Recurrence::weekly(Weekday::Mon, 2, first, None).unwrap();
        for day in [NaiveDate::MIN, NaiveDate::MAX, day("2026-11-23")] {
            let _ = recurrence.falls_on(day);
            let _ = recurrence.first_from(day);
        }
    }
}

#[test]
fn hours_that_were_stored_wrong_are_not_read_back() {
    let read = |text| serde_json::from_str::<WallRange>(text);
    assert!(read(r#"["09:00:00","12:00:00"]"#).is_ok());
    assert!(read(r#"["12:00:00","09:00:00"]"#).is_err());
    assert!(read(r#"["09:00:30","12:00:00"]"#).is_err());
}

#[rstest]
#[case::no_length(0, bounds::LENGTH)]
#[case::four_minutes(4, bounds::LENGTH)]
#[case::ten_thousand(10_000, bounds::LENGTH)]
#[case::negative(-5, bounds::LENGTH)]
#[case::step_of_nothing(0, bounds::STEP)]
#[case::negative_buffer(-1, bounds::BUFFER)]
#[case::buffer_of_a_day(1440, bounds::BUFFER)]
#[case::horizon_of_an_hour(60, bounds::HORIZON)]
#[case::horizon_of_ten_years(5_256_000, bounds::HORIZON)]
#[case::notice_of_two_months(90_000, bounds::MIN_NOTICE)]
#[case::greatest(i32::MAX, bounds::CANCEL_DEADLINE)]
#[case::least(i32::MIN, bounds::CANCEL_DEADLINE)]
fn a_number_outside_its_bounds_is_refused(#[case] number: i32, #[case] bounds: (i32, i32)) {
    let (least, most) = bounds;
    assert_eq!(
        Minutes::within(number, least, most),
        Err(MinutesOutOfRange { least, most })
    );
    for bound in [least, most] {
        assert_eq!(
            Minutes::within(bound, least, most).map(Minutes::get),
            Ok(bound)
        );
    }
}
