//! The nights on which the clocks change, in places that do it differently: what opens, what
//! does not, and which instants a wall clock means.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod common;

use chrono::{DateTime, NaiveDate, TimeDelta, TimeZone, Utc, Weekday};
use chrono_tz::{Africa, America, Asia, Atlantic, Australia, Europe, Indian, Pacific, Tz};
use common::{Desk, day, utc, wall, wall_range};
use domain::{interval::Interval, slots::Blocked, zone};
use proptest::prelude::*;
use rstest::rstest;

/// Nights: Europe/Paris goes from 02:00 to 03:00 on 29 March 2026 and from 03:00 back to 02:00
/// on 25 October 2026, both Sundays.
fn sunday_night() -> Desk {
    Desk::paris()
        .weekly(Weekday::Sun, "01:00-04:00")
        .lasting(30, 30)
}

#[test]
fn in_spring_the_hour_that_is_skipped_has_no_slot() {
    let desk = sunday_night();
    assert_eq!(
        desk.free_on("2026-03-22"),
        "01:00 01:30 02:00 02:30 03:00 03:30"
    );
    assert_eq!(desk.free_on("2026-03-29"), "01:00 01:30 03:00 03:30");
}

#[test]
fn in_spring_a_visit_runs_over_the_gap_in_elapsed_time() {
    // An hour from 01:30 ends when the wall shows 03:30.
    let desk = sunday_night().lasting(60, 30);
    assert_eq!(desk.free_on("2026-03-29"), "01:00 01:30 03:00");
    let slot = desk.why_not("2026-03-29 01:30").unwrap();
    assert_eq!(slot.interval.end(), utc("2026-03-29T03:30:00+02:00"));
}

#[test]
fn hours_inside_the_gap_do_not_open() {
    let desk = Desk::paris()
        .weekly(Weekday::Sun, "02:00-03:00")
        .lasting(30, 30);
    assert_eq!(desk.free_on("2026-03-22"), "02:00 02:30");
    assert_eq!(desk.free_on("2026-03-29"), "");
    // What a form could still send for "02:30" is one of the two neighbouring instants.
    for instant in ["2026-03-29T02:30:00+01:00", "2026-03-29T02:30:00+02:00"] {
        assert_eq!(desk.why_not_at(utc(instant)), Err(Blocked::Closed));
    }
}

#[test]
fn the_grid_goes_on_by_the_wall_clock_after_the_gap() {
    let desk = Desk::paris()
        .weekly(Weekday::Sun, "01:00-05:00")
        .lasting(45, 45);
    assert_eq!(desk.free_on("2026-03-22"), "01:00 01:45 02:30 03:15 04:00");
    // 02:30 does not exist; from 01:45 a visit ends at 03:30, and 03:15 stays 03:15.
    assert_eq!(desk.free_on("2026-03-29"), "01:00 01:45 03:15 04:00");
}

#[test]
fn in_autumn_the_hour_that_repeats_has_its_slots_twice() {
    let desk = sunday_night();
    assert_eq!(
        desk.free_on("2026-10-25"),
        "01:00 01:30 02:00 02:30 02:00 02:30 03:00 03:30"
    );
    for instant in ["2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"] {
        assert!(desk.why_not_at(utc(instant)).is_ok(), "{instant}");
    }
}

#[test]
fn in_autumn_taking_one_of_two_equal_hours_leaves_the_other() {
    let mut desk = sunday_night();
    let first = utc("2026-10-25T02:30:00+02:00");
    desk.agenda
        .taken
        .push(Interval::starting(first, TimeDelta::minutes(30)).unwrap());
    assert_eq!(desk.why_not_at(first), Err(Blocked::Taken));
    assert!(desk.why_not_at(first + TimeDelta::hours(1)).is_ok());
    assert_eq!(
        desk.free_on("2026-10-25"),
        "01:00 01:30 02:00 02:00 02:30 03:00 03:30"
    );
}

#[test]
fn in_autumn_hours_that_close_inside_the_repeat_are_open_twice() {
    // 01:00 to 02:30: open, closed for half an hour, open for half an hour, closed.
    let desk = Desk::paris()
        .weekly(Weekday::Sun, "01:00-02:30")
        .lasting(30, 30);
    assert_eq!(desk.free_on("2026-10-25"), "01:00 01:30 02:00 02:00");
    let desk = desk.lasting(60, 30);
    assert_eq!(desk.free_on("2026-10-25"), "01:00 01:30");
}

#[test]
fn starts_by_day_do_not_move_when_the_clocks_change() {
    let desk = Desk::paris()
        .weekly(Weekday::Sun, "08:00-12:00")
        .weekly(Weekday::Sun, "14:00-18:30")
        .weekly(Weekday::Mon, "09:00-11:00");
    let sundays: Vec<_> = [
        "2026-03-22",
        "2026-03-29",
        "2026-04-05",
        "2026-10-25",
        "2026-11-01",
    ]
    .map(|sunday| desk.free_on(sunday))
    .into_iter()
    .collect();
    assert!(
        sundays.iter().all(|starts| *starts == sundays[0]),
        "{sundays:?}"
    );
    assert_eq!(desk.free_on("2026-03-23"), desk.free_on("2026-03-30"));
    // The instants do move: 08:00 is 07:00 UTC in winter and 06:00 UTC in summer.
    assert!(desk.why_not_at(utc("2026-03-22T07:00:00Z")).is_ok());
    assert!(desk.why_not_at(utc("2026-03-29T06:00:00Z")).is_ok());
    assert!(desk.why_not_at(utc("2026-10-25T07:00:00Z")).is_ok());
}

#[test]
fn notice_is_elapsed_time_across_the_change() {
    // 24 hours before 09:00 on the Sunday of spring is 08:00 on Saturday.
    let desk = Desk::paris()
        .weekly(Weekday::Sun, "09:00-09:20")
        .notice(24 * 60);
    assert_eq!(
        desk.clone().it_is("2026-03-28 08:00").free_on("2026-03-29"),
        "09:00"
    );
    assert_eq!(desk.it_is("2026-03-28 08:01").free_on("2026-03-29"), "");
}

#[rstest]
#[case::paris_in_spring(Europe::Paris, "2026-03-29", 23 * 60)]
#[case::paris_in_autumn(Europe::Paris, "2026-10-25", 25 * 60)]
#[case::paris_on_a_day(Europe::Paris, "2026-10-26", 24 * 60)]
#[case::reunion_never(Indian::Reunion, "2026-03-29", 24 * 60)]
#[case::martinique_never(America::Martinique, "2026-11-01", 24 * 60)]
#[case::lord_howe_half_an_hour_on(Australia::Lord_Howe, "2026-10-04", 23 * 60 + 30)]
#[case::lord_howe_half_an_hour_back(Australia::Lord_Howe, "2026-04-05", 24 * 60 + 30)]
#[case::sao_paulo_skips_midnight(America::Sao_Paulo, "2018-11-04", 23 * 60)]
#[case::sao_paulo_repeats_before_midnight(America::Sao_Paulo, "2018-02-17", 25 * 60)]
#[case::beirut_skips_midnight(Asia::Beirut, "2026-03-29", 23 * 60)]
#[case::azores_repeat_midnight(Atlantic::Azores, "2026-10-25", 25 * 60)]
#[case::miquelon(America::Miquelon, "2026-03-08", 23 * 60)]
#[case::kathmandu_quarter_hours(Asia::Kathmandu, "2026-03-29", 24 * 60)]
fn a_local_day_is_as_long_as_its_clock_makes_it(
    #[case] zone: Tz,
    #[case] on: &str,
    #[case] minutes: i64,
) {
    let whole = zone::whole_day(&zone, day(on)).unwrap();
    assert_eq!(whole.length(), TimeDelta::minutes(minutes));
    // It holds the instants of that local day and no other.
    assert_eq!(zone::day(&zone, whole.start()), day(on));
    assert_eq!(
        zone::day(&zone, whole.end() - TimeDelta::seconds(1)),
        day(on)
    );
    assert_ne!(
        zone::day(&zone, whole.start() - TimeDelta::seconds(1)),
        day(on)
    );
    assert_ne!(zone::day(&zone, whole.end()), day(on));
}

#[test]
fn a_day_that_a_country_skipped_has_no_hours() {
    // Samoa went from 29 to 31 December 2011.
    let apia = Pacific::Apia;
    assert_eq!(zone::whole_day(&apia, day("2011-12-30")), None);
    assert!(zone::open_stretches(&apia, day("2011-12-30"), wall_range("09:00-12:00")).is_empty());
    assert!(zone::instants(&apia, wall("2011-12-30 09:00")).is_empty());
    let before = zone::whole_day(&apia, day("2011-12-29")).unwrap();
    let after = zone::whole_day(&apia, day("2011-12-31")).unwrap();
    assert_eq!(before.end(), after.start());
    assert_eq!(before.length(), TimeDelta::hours(24));
    assert_eq!(after.length(), TimeDelta::hours(24));
    // A visit runs from the one evening into the next morning.
    let mut desk = Desk::in_zone(apia)
        .once("2011-12-29", "23:00-24:00")
        .once("2011-12-30", "00:00-24:00")
        .once("2011-12-31", "00:00-01:00")
        .lasting(40, 40);
    desk.now = utc("2011-12-01T00:00:00Z");
    assert_eq!(desk.free_on("2011-12-29"), "23:00 23:40");
    assert_eq!(desk.free_on("2011-12-31"), "00:00");
}

#[test]
fn midnight_that_does_not_exist_opens_at_one() {
    let mut desk = Desk::in_zone(America::Sao_Paulo)
        .once("2018-11-03", "23:00-24:00")
        .once("2018-11-04", "00:00-02:00")
        .lasting(30, 30);
    desk.now = utc("2018-11-01T00:00:00Z");
    assert_eq!(desk.free_on("2018-11-03"), "23:00 23:30");
    assert_eq!(desk.free_on("2018-11-04"), "01:00 01:30");
}

#[test]
fn half_an_hour_is_skipped_and_repeated_on_lord_howe() {
    let desk = Desk::in_zone(Australia::Lord_Howe)
        .weekly(Weekday::Sun, "01:00-03:00")
        .lasting(15, 15);
    assert_eq!(
        desk.free_on("2026-10-04"),
        "01:00 01:15 01:30 01:45 02:30 02:45"
    );
    assert_eq!(
        desk.free_on("2026-04-05"),
        "01:00 01:15 01:30 01:45 01:30 01:45 02:00 02:15 02:30 02:45"
    );
}

#[test]
fn morocco_changes_around_ramadan() {
    // UTC+1, then UTC+0 from 15 February to 22 March 2026.
    let desk = Desk::in_zone(Africa::Casablanca)
        .weekly(Weekday::Sun, "01:00-04:00")
        .lasting(60, 60);
    let starts: Vec<_> = ["2026-02-08", "2026-02-15", "2026-03-22", "2026-03-29"]
        .map(|sunday| desk.free_on(sunday))
        .into_iter()
        .collect();
    assert_eq!(
        starts,
        [
            "01:00 02:00 03:00",
            "01:00 02:00 02:00 03:00",
            "01:00 03:00",
            "01:00 02:00 03:00"
        ]
    );
}

#[rstest]
#[case::usual("2026-11-23 09:20", &["2026-11-23T08:20:00Z"])]
#[case::before_the_gap("2026-03-29 01:59", &["2026-03-29T00:59:00Z"])]
#[case::first_of_the_gap("2026-03-29 02:00", &[])]
#[case::last_of_the_gap("2026-03-29 02:59", &[])]
#[case::after_the_gap("2026-03-29 03:00", &["2026-03-29T01:00:00Z"])]
#[case::before_the_repeat("2026-10-25 01:59", &["2026-10-24T23:59:00Z"])]
#[case::first_of_the_repeat("2026-10-25 02:00", &["2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z"])]
#[case::last_of_the_repeat("2026-10-25 02:59", &["2026-10-25T00:59:00Z", "2026-10-25T01:59:00Z"])]
#[case::after_the_repeat("2026-10-25 03:00", &["2026-10-25T02:00:00Z"])]
fn a_wall_clock_means_none_one_or_two_instants(#[case] shown: &str, #[case] instants: &[&str]) {
    let found = zone::instants(&Europe::Paris, wall(shown));
    let instants: Vec<_> = instants.iter().map(|instant| utc(instant)).collect();
    assert_eq!(found, instants);
}

#[test]
fn the_ends_of_the_calendar_show_a_clock_without_panic() {
    for zone in [Europe::Paris, America::Martinique, Pacific::Apia] {
        for end in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
            let shown = zone::wall(&zone, end);
            assert!((shown - end.naive_utc()).abs() < TimeDelta::hours(15));
            assert!(zone::instants(&zone, shown).len() <= 2);
        }
        assert_eq!(zone::whole_day(&zone, NaiveDate::MIN), None);
        assert_eq!(zone::whole_day(&zone, NaiveDate::MAX), None);
    }
}

/// Zones and the days around which their clocks change (or do not).
const NIGHTS: [(Tz, &str); 18] = [
    (Europe::Paris, "2026-03-29"),
    (Europe::Paris, "2026-10-25"),
    (Europe::London, "2026-03-29"),
    (Atlantic::Azores, "2026-03-29"),
    (Atlantic::Azores, "2026-10-25"),
    (America::Nuuk, "2026-03-28"),
    (America::Nuuk, "2026-10-24"),
    (America::Miquelon, "2026-11-01"),
    (America::Havana, "2026-11-01"),
    (America::Sao_Paulo, "2018-11-04"),
    (America::Sao_Paulo, "2018-02-17"),
    (Africa::Casablanca, "2026-02-15"),
    (Asia::Beirut, "2026-10-24"),
    (Asia::Kathmandu, "2026-10-25"),
    (Australia::Lord_Howe, "2026-04-05"),
    (Australia::Lord_Howe, "2026-10-04"),
    (Pacific::Apia, "2011-12-30"),
    (Pacific::Chatham, "2026-04-05"),
];

/// A zone, a day near one of its changes.
fn nights() -> impl Strategy<Value = (Tz, NaiveDate)> {
    (prop::sample::select(NIGHTS.to_vec()), -2..=2i64)
        .prop_map(|((zone, night), days)| (zone, day(night) + TimeDelta::days(days)))
}

/// Every minute from a day before to two days after local noon of the day, as if it were UTC.
fn minutes_around(day: NaiveDate) -> impl Iterator<Item = DateTime<Utc>> {
    let from = Utc.from_utc_datetime(&day.and_time(chrono::NaiveTime::MIN)) - TimeDelta::days(1);
    (0..3 * 24 * 60).map(move |minute| from + TimeDelta::minutes(minute))
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        cases: 64,
        ..ProptestConfig::default()
    })]

    /// The one principle of `domain::zone`.
    #[test]
    fn an_instant_is_open_exactly_when_the_wall_shows_an_open_hour(
        (zone, on) in nights(),
        from in 0u32..1440,
        length in 1u32..1440,
    ) {
        let to = (from + length).min(1440);
        let clock = |minute: u32| {
            chrono::NaiveTime::from_num_seconds_from_midnight_opt(minute % 1440 * 60, 0).unwrap()
        };
        let range = domain::opening_hours::WallRange::new(clock(from), clock(to)).unwrap();
        let open = zone::open_stretches(&zone, on, range);
        for stretch in &open {
            let shown = zone::wall(&zone, stretch.interval.start());
            prop_assert_eq!(shown - stretch.interval.start().naive_utc(), stretch.offset);
        }
        for pair in open.windows(2) {
            prop_assert!(pair[0].interval.end() <= pair[1].interval.start());
        }
        for instant in minutes_around(on) {
            let shown = zone::wall(&zone, instant);
            let minute = (shown - shown.date().and_time(chrono::NaiveTime::MIN)).num_minutes();
            let expected = shown.date() == on && (i64::from(from)..i64::from(to)).contains(&minute);
            let found = open.iter().any(|stretch| stretch.interval.contains_instant(instant));
            prop_assert_eq!(found, expected, "{} {}", zone, shown);
        }
    }

    #[test]
    fn the_instants_of_a_wall_clock_show_it_and_miss_none((zone, on) in nights()) {
        for instant in minutes_around(on) {
            let shown = zone::wall(&zone, instant);
            let instants = zone::instants(&zone, shown);
            prop_assert!(instants.contains(&instant), "{} {}", zone, shown);
            prop_assert!(instants.is_sorted());
            for found in instants {
                prop_assert_eq!(zone::wall(&zone, found), shown);
            }
        }
    }

    #[test]
    fn days_follow_one_another_without_gap_or_overlap((zone, on) in nights()) {
        let days: Vec<_> = (-3..=3)
            .filter_map(|n| zone::whole_day(&zone, on + TimeDelta::days(n)))
            .collect();
        for pair in days.windows(2) {
            prop_assert_eq!(pair[0].end(), pair[1].start());
        }
        let week = Interval::new(days[0].start(), days[days.len() - 1].end()).unwrap();
        // A day that was skipped is named, and has no instant.
        let named: Vec<_> = zone::days_of(&zone, week, 100).collect();
        prop_assert!((6..=7).contains(&days.len()));
        prop_assert_eq!(named.len(), 7);
        prop_assert_eq!(zone::days_of(&zone, week, 2).count(), 2);
    }
}

#[test]
fn an_hour_of_the_gap_is_the_end_of_the_gap_and_a_repeated_one_has_two_ends() {
    let ends = |hour| {
        let hour = wall(hour);
        [
            zone::first_at(&Europe::Paris, hour),
            zone::end_at(&Europe::Paris, hour),
        ]
    };
    let at = |instants: [&str; 2]| instants.map(|instant| Some(utc(instant)));
    assert_eq!(ends("2027-03-28 02:30"), at(["2027-03-28T01:00:00Z"; 2]));
    assert_eq!(
        ends("2026-10-25 02:30"),
        at(["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"])
    );
    // What ends as the hour begins to repeat does not last until it has.
    assert_eq!(ends("2026-10-25 02:00"), at(["2026-10-25T00:00:00Z"; 2]));
    assert_eq!(ends("2026-10-25 03:00"), at(["2026-10-25T02:00:00Z"; 2]));
    assert_eq!(ends("2027-03-28 02:00"), at(["2027-03-28T01:00:00Z"; 2]));
    assert_eq!(ends("2027-03-28 03:00"), at(["2027-03-28T01:00:00Z"; 2]));
}

/// In the Azores 0 to 1 h repeats, in Cairo it is skipped, in Paris neither touches midnight.
#[test]
fn a_day_said_from_midnight_to_midnight_is_that_day() {
    for (zone, on) in [
        (Atlantic::Azores, "2026-10-24"),
        (Atlantic::Azores, "2026-10-25"),
        (Africa::Cairo, "2027-04-29"),
        (Africa::Cairo, "2027-04-30"),
        (Europe::Paris, "2026-10-25"),
    ] {
        let midnight = |day: NaiveDate| day.and_hms_opt(0, 0, 0).unwrap();
        let (from, until) = (midnight(day(on)), midnight(day(on).succ_opt().unwrap()));
        let said = zone::first_at(&zone, from).zip(zone::end_at(&zone, until));
        let said = said.and_then(|(from, until)| Interval::new(from, until).ok());
        assert_eq!(said, zone::whole_day(&zone, day(on)), "{zone} {on}");
    }
}
