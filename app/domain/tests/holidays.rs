//! Public holidays by year and territory, checked against calendars that were published.
//! What a holiday does to slots is in `slots.rs`.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

use chrono::{Datelike, NaiveDate};
use domain::holidays::{Holiday, HolidaySet};
use proptest::prelude::*;
use rstest::rstest;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn days_of(set: HolidaySet, year: i32) -> Vec<String> {
    (0..366)
        .filter_map(|n| NaiveDate::from_yo_opt(year, n + 1))
        .filter(|day| set.on(*day).is_some())
        .map(|day| day.format("%m-%d").to_string())
        .collect()
}

/// Lists of service-public.fr (fiche F2405) for the years it has shown.
#[rstest]
#[case(2024, &["01-01", "04-01", "05-01", "05-08", "05-09", "05-20", "07-14", "08-15", "11-01", "11-11", "12-25"])]
#[case(2025, &["01-01", "04-21", "05-01", "05-08", "05-29", "06-09", "07-14", "08-15", "11-01", "11-11", "12-25"])]
#[case(2026, &["01-01", "04-06", "05-01", "05-08", "05-14", "05-25", "07-14", "08-15", "11-01", "11-11", "12-25"])]
#[case(2027, &["01-01", "03-29", "05-01", "05-06", "05-08", "05-17", "07-14", "08-15", "11-01", "11-11", "12-25"])]
fn france_has_the_eleven_of_the_code(#[case] year: i32, #[case] days: &[&str]) {
    assert_eq!(days_of(HolidaySet::France, year), days);
}

#[rstest]
#[case(HolidaySet::None, "2026-12-25", None)]
#[case(HolidaySet::France, "2026-12-25", Some(Holiday::Christmas))]
#[case(HolidaySet::France, "2026-04-03", None)]
#[case(HolidaySet::AlsaceMoselle, "2026-04-03", Some(Holiday::GoodFriday))]
#[case(HolidaySet::AlsaceMoselle, "2024-03-29", Some(Holiday::GoodFriday))]
#[case(HolidaySet::AlsaceMoselle, "2026-12-26", Some(Holiday::SaintStephen))]
#[case(HolidaySet::AlsaceMoselle, "2026-12-25", Some(Holiday::Christmas))]
#[case(HolidaySet::France, "2026-12-26", None)]
#[case(
    HolidaySet::Guadeloupe,
    "2026-05-27",
    Some(Holiday::AbolitionOfSlavery)
)]
#[case(
    HolidaySet::Martinique,
    "2026-05-22",
    Some(Holiday::AbolitionOfSlavery)
)]
#[case(HolidaySet::Guyane, "2026-06-10", Some(Holiday::AbolitionOfSlavery))]
#[case(HolidaySet::Reunion, "2026-12-20", Some(Holiday::AbolitionOfSlavery))]
#[case(HolidaySet::Mayotte, "2026-04-27", Some(Holiday::AbolitionOfSlavery))]
#[case(
    HolidaySet::SaintBarthelemy,
    "2026-10-09",
    Some(Holiday::AbolitionOfSlavery)
)]
#[case(
    HolidaySet::SaintMartin,
    "2026-05-28",
    Some(Holiday::AbolitionOfSlavery)
)]
#[case(HolidaySet::Martinique, "2026-05-27", None)]
#[case(HolidaySet::Reunion, "2026-07-14", Some(Holiday::NationalDay))]
fn a_territory_adds_its_own(
    #[case] set: HolidaySet,
    #[case] on: &str,
    #[case] holiday: Option<Holiday>,
) {
    assert_eq!(set.on(day(on)), holiday);
}

#[test]
fn of_two_holidays_on_one_day_the_one_with_a_date_is_named() {
    // Ascension fell on 1 May in 2008, Whit Monday on 22 May in 1961.
    assert_eq!(
        HolidaySet::France.on(day("2008-05-01")),
        Some(Holiday::LabourDay)
    );
    assert_eq!(
        HolidaySet::Martinique.on(day("1961-05-22")),
        Some(Holiday::AbolitionOfSlavery)
    );
    assert_eq!(
        HolidaySet::France.on(day("1961-05-22")),
        Some(Holiday::WhitMonday)
    );
}

#[test]
fn easter_is_found_from_its_earliest_to_its_latest_day() {
    // 22 March 1818 and 25 April 2038 are the bounds (Gauss); 23 March 2008 the earliest near us.
    for (monday, year) in [
        ("1818-03-23", 1818),
        ("2038-04-26", 2038),
        ("2008-03-24", 2008),
    ] {
        assert_eq!(
            HolidaySet::France.on(day(monday)),
            Some(Holiday::EasterMonday),
            "{year}"
        );
    }
}

#[test]
fn outside_the_gregorian_computus_only_dates_are_known() {
    assert_eq!(
        HolidaySet::France.on(NaiveDate::MIN),
        Some(Holiday::NewYear)
    );
    assert_eq!(HolidaySet::France.on(NaiveDate::MAX), None);
    assert_eq!(days_of(HolidaySet::AlsaceMoselle, 10_000).len(), 9);
}

#[test]
fn every_set_is_offered_once_under_its_own_word() {
    for set in HolidaySet::ALL {
        assert_eq!(HolidaySet::from_code(set.code()), Some(set));
        assert_eq!(
            HolidaySet::ALL
                .iter()
                .filter(|other| **other == set)
                .count(),
            1
        );
    }
    assert_eq!(HolidaySet::from_code("france "), None);
    assert_eq!(HolidaySet::default(), HolidaySet::France);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn movable_feasts_keep_their_weekday_and_come_once_a_year(year in 1900..2200) {
        let found = |holiday: Holiday| -> Vec<_> {
            (1..=366)
                .filter_map(|n| NaiveDate::from_yo_opt(year, n))
                .filter(|day| HolidaySet::AlsaceMoselle.on(*day) == Some(holiday))
                .collect()
        };
        for (holiday, weekday) in [
            (Holiday::GoodFriday, chrono::Weekday::Fri),
            (Holiday::EasterMonday, chrono::Weekday::Mon),
            (Holiday::WhitMonday, chrono::Weekday::Mon),
        ] {
            let days = found(holiday);
            prop_assert_eq!(days.len(), 1, "{:?}", holiday);
            prop_assert_eq!(days[0].weekday(), weekday);
        }
        // Ascension may coincide with 1 or 8 May.
        let ascension = found(Holiday::Ascension);
        prop_assert!(ascension.iter().all(|day| day.weekday() == chrono::Weekday::Thu));
        prop_assert!(ascension.len() <= 1);
    }
}
