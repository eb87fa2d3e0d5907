//! Absences where places go by several clocks: each place closes during the same hours of its own.
//! On one clock they are in `slots.rs`, for any agenda in `slot_properties.rs`.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod common;

use chrono::{DateTime, Utc, Weekday};
use chrono_tz::{Africa, America, Europe, Indian, Pacific, Tz};
use common::{Desk, PLACE, day, id, utc, wall};
use domain::{
    absence::{Away, Said},
    interval::Interval,
    slots::Blocked,
    zone,
};
use rstest::rstest;

/// Said in Paris: the same hours are closed by the clock of a place in Tahiti, eleven hours behind
/// in winter, and the night between stays open there.
#[rstest]
#[case::a_day(("2026-11-24 00:00", "2026-11-25 00:00"), "2026-11-23", "08:00 20:00")]
#[case::that_day(("2026-11-24 00:00", "2026-11-25 00:00"), "2026-11-24", "")]
#[case::the_day_after(("2026-11-24 00:00", "2026-11-25 00:00"), "2026-11-25", "08:00 20:00")]
#[case::a_morning(("2026-11-24 07:00", "2026-11-24 12:00"), "2026-11-24", "20:00")]
#[case::an_evening(("2026-11-24 20:30", "2026-11-24 20:40"), "2026-11-24", "08:00")]
fn an_absence_goes_by_the_clock_of_each_place(
    #[case] (from, until): (&str, &str),
    #[case] on: &str,
    #[case] free: &str,
) {
    let tahiti = Pacific::Tahiti;
    let mut desk = Desk::paris().lasting(60, 60);
    for day in ["2026-11-23", "2026-11-24", "2026-11-25"] {
        for hours in ["08:00-09:00", "20:00-21:00"] {
            desk = desk.once(day, hours).at_place(PLACE + 1, tahiti);
        }
    }
    let desk = desk.absent(from, until);
    let there = |at: DateTime<Utc>| zone::wall(&tahiti, at).format("%H:%M").to_string();
    let range = zone::whole_day(&tahiti, day(on)).unwrap();
    let starts: Vec<_> = desk
        .slots(range)
        .iter()
        .map(|slot| there(slot.interval.start()))
        .collect();
    assert_eq!(starts.join(" "), free);
    for hour in ["08:00", "20:00"] {
        let start = zone::instants(&tahiti, wall(&format!("{on} {hour}")))[0];
        let answer = desk
            .why_not_at(start)
            .map(|slot| there(slot.interval.start()));
        let expected = match free.contains(hour) {
            true => Ok(hour.to_owned()),
            false => Err(Blocked::Absent),
        };
        assert_eq!(answer, expected);
    }
}

/// At 14:00 in Paris it is 09:00 in Martinique, and both are open: an absence there leaves the other.
#[test]
fn an_absence_at_one_place_leaves_another_that_is_open_at_the_same_instant() {
    let desk = Desk::paris()
        .weekly(Weekday::Mon, "14:00-15:00")
        .weekly(Weekday::Mon, "09:00-10:00")
        .at_place(PLACE + 1, America::Martinique)
        .lasting(60, 60);
    let place = |desk: &Desk| {
        let slots = desk.slots(zone::whole_day(&Europe::Paris, day("2026-11-23")).unwrap());
        let asked = desk.why_not("2026-11-23 14:00").map(|slot| slot.place).ok();
        assert_eq!(slots.first().map(|slot| slot.place), asked);
        asked
    };
    assert_eq!(place(&desk), Some(id(PLACE)));
    let afternoon = desk.clone().absent("2026-11-23 12:00", "2026-11-23 18:00");
    assert_eq!(place(&afternoon), Some(id(PLACE + 1)));
    let morning = desk.clone().absent("2026-11-23 08:00", "2026-11-23 12:00");
    assert_eq!(place(&morning), Some(id(PLACE)));
    let day = desk.absent("2026-11-23 00:00", "2026-11-24 00:00");
    assert_eq!(place(&day), None);
}

/// The clock at home changes to summer on 2026-03-29 at 02:00 and back on 2026-10-25 at 03:00; the one
/// in Réunion never does, and Montreal's a week later.
#[rstest]
#[case::on_the_same_clock(
    Europe::Paris,
    ("2026-10-25T00:30:00Z", "2026-10-25T00:45:00Z"),
    Some(("2026-10-25T00:30:00Z", "2026-10-25T00:45:00Z"))
)]
#[case::a_day_of_25_hours_is_one_of_24(
    Indian::Reunion,
    ("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
    Some(("2026-10-24T20:00:00Z", "2026-10-25T20:00:00Z"))
)]
#[case::a_day_of_24_hours_is_one_of_25(
    America::Montreal,
    ("2026-10-31T23:00:00Z", "2026-11-01T23:00:00Z"),
    Some(("2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"))
)]
#[case::both_times_of_an_hour_that_repeats_there(
    America::Montreal,
    ("2026-11-01T00:15:00Z", "2026-11-01T00:45:00Z"),
    Some(("2026-11-01T05:15:00Z", "2026-11-01T06:45:00Z"))
)]
#[case::an_hour_that_is_skipped_there(
    America::Montreal,
    ("2026-03-08T01:10:00Z", "2026-03-08T01:50:00Z"),
    None
)]
#[case::half_in_an_hour_that_is_skipped_there(
    America::Montreal,
    ("2026-03-08T01:10:00Z", "2026-03-08T02:30:00Z"),
    Some(("2026-03-08T07:00:00Z", "2026-03-08T07:30:00Z"))
)]
#[case::until_the_hour_that_repeats_there(
    America::Montreal,
    ("2026-10-31T23:00:00Z", "2026-11-01T00:00:00Z"),
    Some(("2026-11-01T04:00:00Z", "2026-11-01T05:00:00Z"))
)]
#[case::from_one_time_of_a_repeated_hour_to_the_other(
    Indian::Reunion,
    ("2026-10-25T00:45:00Z", "2026-10-25T01:15:00Z"),
    Some(("2026-10-24T22:15:00Z", "2026-10-24T22:45:00Z"))
)]
fn the_same_hours_by_another_clock(
    #[case] there: Tz,
    #[case] (from, until): (&str, &str),
    #[case] expected: Option<(&str, &str)>,
) {
    let interval = |(from, until)| Interval::new(utc(from), utc(until)).unwrap();
    let here = interval((from, until));
    let away = Away::from(here);
    assert_eq!(away.at(&Europe::Paris, &there), expected.map(interval));
}

/// Midnight is skipped in Cairo on 30 April 2027, and from 2 to 3 h in Paris on 28 March.
#[rstest]
#[case::the_day_that_begins_without_midnight(
    Africa::Cairo, Europe::Paris,
    ("2027-04-30 00:00", "2027-05-01 00:00"),
    ("2027-04-29T22:00:00Z", "2027-04-30T22:00:00Z")
)]
#[case::the_day_that_ends_there(
    Africa::Cairo, Europe::Paris,
    ("2027-04-29 00:00", "2027-04-30 00:00"),
    ("2027-04-28T22:00:00Z", "2027-04-29T22:00:00Z")
)]
#[case::from_an_hour_that_the_main_clock_skips(
    Europe::Paris, Indian::Reunion,
    ("2027-03-28 02:30", "2027-03-28 03:30"),
    ("2027-03-27T22:30:00Z", "2027-03-27T23:30:00Z")
)]
#[case::until_such_an_hour(
    Europe::Paris, Indian::Reunion,
    ("2027-03-28 01:20", "2027-03-28 02:00"),
    ("2027-03-27T21:20:00Z", "2027-03-27T22:00:00Z")
)]
fn what_was_said_counts_elsewhere_where_the_main_clock_skips_it(
    #[case] main: Tz,
    #[case] there: Tz,
    #[case] (from, until): (&str, &str),
    #[case] (start, end): (&str, &str),
) {
    let said = Said {
        from: wall(from),
        until: wall(until),
    };
    let here = zone::first_at(&main, said.from).zip(zone::end_at(&main, said.until));
    let (first, last) = here.unwrap();
    let away = Away {
        interval: Interval::new(first, last).unwrap(),
        said: Some(said),
    };
    let expected = Interval::new(utc(start), utc(end)).unwrap();
    assert_eq!(away.at(&main, &there), Some(expected));
    assert_eq!(away.at(&main, &main), Some(away.interval));
}
