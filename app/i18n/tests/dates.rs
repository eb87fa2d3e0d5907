//! Days, hours and lengths as people read them in French and in English.
//! Which clock they are on is decided in `domain` and tested there.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, Utc, Weekday};
use chrono_tz::{America, Europe};
use domain::{opening_hours::WallRange, practice::ZoneName, visit_reason::Minutes};
use i18n::{Lang, dates, lengths};
use rstest::rstest;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a test writes YYYY-MM-DD")
}

fn time(text: &str) -> NaiveTime {
    NaiveTime::parse_from_str(text, "%H:%M").expect("a test writes HH:MM")
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().expect("a test writes RFC 3339")
}

fn zone(name: &str) -> ZoneName {
    ZoneName::parse(name).expect("a test names a zone")
}

fn minutes(number: i32) -> Minutes {
    Minutes::try_from(number).expect("a test stays within a year")
}

/// The no-break spaces of French made visible: `_`.
fn seen(text: impl AsRef<str>) -> String {
    text.as_ref().replace('\u{A0}', "_")
}

#[rstest]
#[case("2026-11-23", "lundi 23_novembre 2026", "Monday 23 November 2026")]
#[case("2026-12-01", "mardi 1er_décembre 2026", "Tuesday 1 December 2026")]
#[case("2027-01-31", "dimanche 31_janvier 2027", "Sunday 31 January 2027")]
#[case("2028-02-29", "mardi 29_février 2028", "Tuesday 29 February 2028")]
#[case("2026-08-21", "vendredi 21_août 2026", "Friday 21 August 2026")]
#[case("2026-08-02", "dimanche 2_août 2026", "Sunday 2 August 2026")]
fn a_day_is_said_in_full(#[case] on: &str, #[case] french: &str, #[case] english: &str) {
    assert_eq!(seen(dates::long_day(Lang::Fr, day(on))), french);
    assert_eq!(dates::long_day(Lang::En, day(on)), english);
}

#[rstest]
#[case("2026-11-23", "lundi 23_novembre", "Monday 23 November")]
#[case("2026-05-01", "vendredi 1er_mai", "Friday 1 May")]
fn this_year_goes_without_saying(#[case] on: &str, #[case] french: &str, #[case] english: &str) {
    assert_eq!(seen(dates::day_and_month(Lang::Fr, day(on))), french);
    assert_eq!(dates::day_and_month(Lang::En, day(on)), english);
}

#[rstest]
#[case("2026-11-23", "lun. 23_nov.", "Mon 23 Nov")]
#[case("2026-07-01", "mer. 1er_juil.", "Wed 1 Jul")]
#[case("2026-05-09", "sam. 9_mai", "Sat 9 May")]
fn a_day_is_shortened(#[case] on: &str, #[case] french: &str, #[case] english: &str) {
    assert_eq!(seen(dates::short_day(Lang::Fr, day(on))), french);
    assert_eq!(dates::short_day(Lang::En, day(on)), english);
}

#[test]
fn every_weekday_and_month_has_its_own_name() {
    for lang in Lang::ALL {
        let mut names = Vec::new();
        for n in 0..7u8 {
            let weekday = Weekday::try_from(n).expect("seven weekdays");
            names.push(dates::weekday(lang, weekday).to_owned());
            names.push(dates::short_weekday(lang, weekday).to_owned());
            let (long, short) = (
                dates::weekday(lang, weekday),
                dates::short_weekday(lang, weekday),
            );
            assert!(
                long.starts_with(short.trim_end_matches('.')),
                "{long} {short}"
            );
        }
        for n in 1..=12 {
            let first = NaiveDate::from_ymd_opt(2026, n, 1).expect("twelve months");
            names.push(dates::month_and_year(lang, first));
            let (long, short) = (dates::month(lang, first), dates::short_month(lang, first));
            assert!(
                long.starts_with(short.trim_end_matches('.')),
                "{long} {short}"
            );
        }
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
    }
    assert_eq!(
        dates::month_and_year(Lang::Fr, day("2026-02-01")),
        "février 2026"
    );
    assert_eq!(
        dates::month_and_year(Lang::En, day("2026-02-01")),
        "February 2026"
    );
}

#[rstest]
#[case("09:20", "9_h_20", "9:20")]
#[case("09:05", "9_h_05", "9:05")]
#[case("09:00", "9_h", "9:00")]
#[case("00:00", "0_h", "0:00")]
#[case("14:30", "14_h_30", "14:30")]
#[case("23:59", "23_h_59", "23:59")]
fn an_hour_is_said_on_24_hours(#[case] at: &str, #[case] french: &str, #[case] english: &str) {
    assert_eq!(seen(dates::hour(Lang::Fr, time(at))), french);
    assert_eq!(dates::hour(Lang::En, time(at)), english);
}

#[rstest]
#[case(
    "09:00",
    "12:30",
    "9_h_–_12_h_30",
    "9:00–12:30",
    "de 9_h à 12_h_30",
    "from 9:00 to 12:30"
)]
#[case(
    "20:00",
    "00:00",
    "20_h_–_24_h",
    "20:00–24:00",
    "de 20_h à 24_h",
    "from 20:00 to 24:00"
)]
#[case(
    "00:00",
    "00:00",
    "0_h_–_24_h",
    "0:00–24:00",
    "de 0_h à 24_h",
    "from 0:00 to 24:00"
)]
fn hours_run_from_one_to_the_other(
    #[case] start: &str,
    #[case] end: &str,
    #[case] short_french: &str,
    #[case] short_english: &str,
    #[case] french: &str,
    #[case] english: &str,
) {
    let (start, end) = (time(start), time(end));
    assert_eq!(seen(dates::hour_range(Lang::Fr, start, end)), short_french);
    assert_eq!(dates::hour_range(Lang::En, start, end), short_english);
    assert_eq!(seen(dates::from_hour_to_hour(Lang::Fr, start, end)), french);
    assert_eq!(dates::from_hour_to_hour(Lang::En, start, end), english);
    let range = WallRange::new(start, end).expect("hours in order");
    assert_eq!(dates::wall_range(Lang::En, range), short_english);
}

#[rstest]
#[case(
    "2026-11-23",
    "2026-11-27",
    "du 23 au 27_novembre 2026",
    "from 23 to 27 November 2026"
)]
#[case(
    "2026-12-01",
    "2026-12-07",
    "du 1er au 7_décembre 2026",
    "from 1 to 7 December 2026"
)]
#[case(
    "2026-11-30",
    "2026-12-01",
    "du 30_novembre au 1er_décembre 2026",
    "from 30 November to 1 December 2026"
)]
#[case(
    "2026-12-28",
    "2027-01-03",
    "du 28_décembre 2026 au 3_janvier 2027",
    "from 28 December 2026 to 3 January 2027"
)]
#[case(
    "2025-11-23",
    "2026-11-27",
    "du 23_novembre 2025 au 27_novembre 2026",
    "from 23 November 2025 to 27 November 2026"
)]
#[case("2026-11-23", "2026-11-23", "23_novembre 2026", "23 November 2026")]
fn days_run_from_one_to_the_other(
    #[case] first: &str,
    #[case] last: &str,
    #[case] french: &str,
    #[case] english: &str,
) {
    assert_eq!(
        seen(dates::from_day_to_day(Lang::Fr, day(first), day(last))),
        french
    );
    assert_eq!(
        dates::from_day_to_day(Lang::En, day(first), day(last)),
        english
    );
}

#[test]
fn a_visit_is_said_with_its_day_hour_and_clock() {
    let wall = day("2026-11-23").and_time(time("09:20"));
    assert_eq!(
        seen(dates::day_and_hour(Lang::Fr, wall)),
        "lundi 23_novembre 2026 à 9_h_20"
    );
    assert_eq!(
        dates::day_and_hour(Lang::En, wall),
        "Monday 23 November 2026 at 9:20"
    );
    assert_eq!(
        seen(dates::with_zone(Lang::Fr, wall, &zone("Europe/Paris"))),
        "lundi 23_novembre 2026 à 9_h_20 (heure de Paris)"
    );
    assert_eq!(
        dates::with_zone(Lang::En, wall, &zone("Europe/Paris")),
        "Monday 23 November 2026 at 9:20 (Paris time)"
    );
}

#[rstest]
#[case("Indian/Reunion", "heure de La Réunion", "Réunion time")]
#[case("America/Martinique", "heure de la Martinique", "Martinique time")]
#[case("America/Cayenne", "heure de la Guyane", "French Guiana time")]
#[case(
    "Africa/Casablanca",
    "fuseau horaire Africa/Casablanca",
    "time zone Africa/Casablanca"
)]
fn a_clock_is_named_after_its_place(
    #[case] name: &str,
    #[case] french: &str,
    #[case] english: &str,
) {
    assert_eq!(dates::zone_name(Lang::Fr, &zone(name)), french);
    assert_eq!(dates::zone_name(Lang::En, &zone(name)), english);
}

#[rstest]
#[case::usual(
    "2026-11-23T08:20:00Z",
    "lundi 23_novembre 2026 à 9_h_20 (heure de Paris)"
)]
#[case::first_of_the_repeat(
    "2026-10-25T00:30:00Z",
    "dimanche 25_octobre 2026 à 2_h_30 (heure de Paris, UTC+2)"
)]
#[case::second_of_the_repeat(
    "2026-10-25T01:30:00Z",
    "dimanche 25_octobre 2026 à 2_h_30 (heure de Paris, UTC+1)"
)]
#[case::after_it(
    "2026-10-25T02:00:00Z",
    "dimanche 25_octobre 2026 à 3_h (heure de Paris)"
)]
fn the_hour_that_repeats_says_which_one_it_is(#[case] instant: &str, #[case] french: &str) {
    let name = zone("Europe/Paris");
    let words = dates::instant_with_zone(Lang::Fr, utc(instant), &Europe::Paris, &name);
    assert_eq!(seen(words), french);
}

#[test]
fn an_instant_is_said_on_the_clock_of_the_place() {
    let instant = utc("2026-11-23T03:00:00Z");
    let name = zone("America/Martinique");
    assert_eq!(
        dates::instant_with_zone(Lang::En, instant, &America::Martinique, &name),
        "Sunday 22 November 2026 at 23:00 (Martinique time)"
    );
}

#[rstest]
#[case(0, "UTC")]
#[case(2 * 3600, "UTC+2")]
#[case(-3 * 3600 - 1800, "UTC−3:30")]
#[case(5 * 3600 + 2700, "UTC+5:45")]
#[case(-30 * 60, "UTC−0:30")]
fn an_offset_is_said_in_hours(#[case] seconds: i32, #[case] words: &str) {
    let offset = FixedOffset::east_opt(seconds).expect("less than a day");
    assert_eq!(dates::offset(offset), words);
}

#[rstest]
#[case(0, "0_minute", "0 minutes", "0_min", "0 min")]
#[case(1, "1_minute", "1 minute", "1_min", "1 min")]
#[case(20, "20_minutes", "20 minutes", "20_min", "20 min")]
#[case(60, "1_heure", "1 hour", "1_h", "1 h")]
#[case(65, "1_heure_05", "1 hour 5 minutes", "1_h_05", "1 h 5 min")]
#[case(90, "1_heure_30", "1 hour 30 minutes", "1_h_30", "1 h 30 min")]
#[case(61, "1_heure_01", "1 hour 1 minute", "1_h_01", "1 h 1 min")]
#[case(480, "8_heures", "8 hours", "8_h", "8 h")]
fn a_length_is_said_in_hours_and_minutes(
    #[case] number: i32,
    #[case] french: &str,
    #[case] english: &str,
    #[case] short_french: &str,
    #[case] short_english: &str,
) {
    let length = minutes(number);
    assert_eq!(seen(lengths::length(Lang::Fr, length)), french);
    assert_eq!(lengths::length(Lang::En, length), english);
    assert_eq!(seen(lengths::short_length(Lang::Fr, length)), short_french);
    assert_eq!(lengths::short_length(Lang::En, length), short_english);
}

#[rstest]
#[case(30, "30_minutes", "30 minutes")]
#[case(120, "2_heures", "2 hours")]
#[case(24 * 60, "24_heures", "24 hours")]
#[case(36 * 60, "36_heures", "36 hours")]
#[case(48 * 60, "2_jours", "2 days")]
#[case(48 * 60 + 30, "48_heures_30", "48 hours 30 minutes")]
#[case(366 * 24 * 60, "366_jours", "366 days")]
fn a_delay_is_said_in_days_from_two_on(
    #[case] number: i32,
    #[case] french: &str,
    #[case] english: &str,
) {
    assert_eq!(seen(lengths::delay(Lang::Fr, minutes(number))), french);
    assert_eq!(lengths::delay(Lang::En, minutes(number)), english);
}

#[test]
fn hours_that_come_twice_are_told_apart() {
    use chrono_tz::Europe::Paris;
    let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    let said = |start, end| dates::hours_between(Lang::En, at(start), at(end), &Paris);
    let (first, second) = ("2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z");
    assert_eq!(said(first, second), "2:00 (UTC+2)–2:00 (UTC+1)");
    assert_eq!(said(second, "2026-10-25T08:00:00Z"), "2:00 (UTC+1)–9:00");
    assert_eq!(
        said("2026-10-26T08:00:00Z", "2026-10-26T23:00:00Z"),
        "9:00–24:00"
    );
    let instant = |text| dates::instant(Lang::Fr, at(text), &Paris);
    assert!(
        instant(first).ends_with("2\u{a0}h (UTC+2)"),
        "{}",
        instant(first)
    );
    assert!(instant("2026-10-26T01:00:00Z").ends_with("à 2\u{a0}h"));
}
