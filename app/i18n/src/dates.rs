//! Days and hours in words, in both languages, by our own small tables.
//! Turning an instant into a wall clock is `domain::zone`'s; lengths are [`crate::lengths`]'s.
//!
//! French: `lundi 23 novembre 2026 à 9 h 20`, `1er` for the first, `9 h` on the full hour.
//! A no-break space (U+00A0) stands between the day and its month, and around the `h`.
//!
//! English is European in style: day before month, no commas, 24-hour clock
//! (`Monday 23 November 2026 at 9:20`). It is read by people who live in France or pass
//! through it, `11/23` and `p.m.` stand on nothing around them, and the hour must be the one
//! on the practice's door. Its spaces are plain.
//!
//! No locale tables of chrono or ICU: they cost 54 to 230 kB in the browser.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Offset};
use chrono::{TimeZone, Timelike, Utc, Weekday};
use domain::{opening_hours::WallRange, practice::ZoneName, zone};

use crate::{Lang, typography::NBSP};

/// `lundi`, `Monday`.
#[must_use]
pub const fn weekday(lang: Lang, weekday: Weekday) -> &'static str {
    match (lang, weekday) {
        (Lang::Fr, Weekday::Mon) => "lundi",
        (Lang::Fr, Weekday::Tue) => "mardi",
        (Lang::Fr, Weekday::Wed) => "mercredi",
        (Lang::Fr, Weekday::Thu) => "jeudi",
        (Lang::Fr, Weekday::Fri) => "vendredi",
        (Lang::Fr, Weekday::Sat) => "samedi",
        (Lang::Fr, Weekday::Sun) => "dimanche",
        (Lang::En, Weekday::Mon) => "Monday",
        (Lang::En, Weekday::Tue) => "Tuesday",
        (Lang::En, Weekday::Wed) => "Wednesday",
        (Lang::En, Weekday::Thu) => "Thursday",
        (Lang::En, Weekday::Fri) => "Friday",
        (Lang::En, Weekday::Sat) => "Saturday",
        (Lang::En, Weekday::Sun) => "Sunday",
    }
}

/// `lun.`, `Mon`: where room is scarce; give the whole word to screen readers.
#[must_use]
pub const fn short_weekday(lang: Lang, weekday: Weekday) -> &'static str {
    match (lang, weekday) {
        (Lang::Fr, Weekday::Mon) => "lun.",
        (Lang::Fr, Weekday::Tue) => "mar.",
        (Lang::Fr, Weekday::Wed) => "mer.",
        (Lang::Fr, Weekday::Thu) => "jeu.",
        (Lang::Fr, Weekday::Fri) => "ven.",
        (Lang::Fr, Weekday::Sat) => "sam.",
        (Lang::Fr, Weekday::Sun) => "dim.",
        (Lang::En, Weekday::Mon) => "Mon",
        (Lang::En, Weekday::Tue) => "Tue",
        (Lang::En, Weekday::Wed) => "Wed",
        (Lang::En, Weekday::Thu) => "Thu",
        (Lang::En, Weekday::Fri) => "Fri",
        (Lang::En, Weekday::Sat) => "Sat",
        (Lang::En, Weekday::Sun) => "Sun",
    }
}

const MONTHS_FR: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const SHORT_MONTHS_FR: [&str; 12] = [
    "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.",
    "déc.",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const SHORT_MONTHS_EN: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// `novembre`, `November`.
#[must_use]
pub fn month(lang: Lang, day: NaiveDate) -> &'static str {
    let index = day.month0() as usize;
    match lang {
        Lang::Fr => MONTHS_FR[index],
        Lang::En => MONTHS_EN[index],
    }
}

/// `nov.`, `Nov`: where room is scarce; give the whole word to screen readers.
#[must_use]
pub fn short_month(lang: Lang, day: NaiveDate) -> &'static str {
    let index = day.month0() as usize;
    match lang {
        Lang::Fr => SHORT_MONTHS_FR[index],
        Lang::En => SHORT_MONTHS_EN[index],
    }
}

/// `novembre 2026`, `November 2026`.
#[must_use]
pub fn month_and_year(lang: Lang, day: NaiveDate) -> String {
    format!("{} {}", month(lang, day), day.year())
}

/// `23 novembre`, `1er novembre`; `23 November`.
#[must_use]
pub fn day_of_month(lang: Lang, day: NaiveDate) -> String {
    numbered(lang, day, month(lang, day))
}

/// `23 novembre 2026`, `1er novembre 2026`; `23 November 2026`.
#[must_use]
pub fn day_of_month_and_year(lang: Lang, day: NaiveDate) -> String {
    let space = match lang {
        Lang::Fr => NBSP,
        Lang::En => ' ',
    };
    format!("{}{space}{}", day_of_month(lang, day), day.year())
}

/// The seven weekdays, Monday first.
pub fn week(lang: Lang) -> impl Iterator<Item = &'static str> {
    (0..7)
        .filter_map(|day| Weekday::try_from(day).ok())
        .map(move |day| weekday(lang, day))
}

fn numbered(lang: Lang, day: NaiveDate, month: &str) -> String {
    match (lang, day.day()) {
        (Lang::Fr, 1) => format!("1er{NBSP}{month}"),
        (Lang::Fr, number) => format!("{number}{NBSP}{month}"),
        (Lang::En, number) => format!("{number} {month}"),
    }
}

/// `lundi 23 novembre 2026`, `Monday 23 November 2026`.
#[must_use]
pub fn long_day(lang: Lang, day: NaiveDate) -> String {
    format!("{} {}", day_and_month(lang, day), day.year())
}

/// `lundi 23 novembre`, `Monday 23 November`.
#[must_use]
pub fn day_and_month(lang: Lang, day: NaiveDate) -> String {
    let weekday = weekday(lang, day.weekday());
    format!("{weekday} {}", day_of_month(lang, day))
}

/// `lun. 23 nov.`, `Mon 23 Nov`: where room is scarce.
#[must_use]
pub fn short_day(lang: Lang, day: NaiveDate) -> String {
    let weekday = short_weekday(lang, day.weekday());
    format!("{weekday} {}", numbered(lang, day, short_month(lang, day)))
}

/// `9 h 20`, `9 h` on the full hour; `9:20`, `9:00`. Seconds are not shown.
#[must_use]
pub fn hour(lang: Lang, time: NaiveTime) -> String {
    hour_and_minute(lang, time.hour(), time.minute())
}

fn hour_and_minute(lang: Lang, hour: u32, minute: u32) -> String {
    match (lang, minute) {
        (Lang::Fr, 0) => format!("{hour}{NBSP}h"),
        (Lang::Fr, minute) => format!("{hour}{NBSP}h{NBSP}{minute:02}"),
        (Lang::En, minute) => format!("{hour}:{minute:02}"),
    }
}

/// The end of a range: midnight is the end of the day, `24 h`, `24:00`.
fn end_hour(lang: Lang, end: NaiveTime) -> String {
    if end == NaiveTime::MIN {
        hour_and_minute(lang, 24, 0)
    } else {
        hour(lang, end)
    }
}

/// `9 h – 12 h 30`, `9:00–12:30`: for tables and cards. Midnight as an end is `24 h`.
#[must_use]
pub fn hour_range(lang: Lang, start: NaiveTime, end: NaiveTime) -> String {
    let (start, end) = (hour(lang, start), end_hour(lang, end));
    match lang {
        Lang::Fr => format!("{start}{NBSP}–{NBSP}{end}"),
        Lang::En => format!("{start}–{end}"),
    }
}

/// [`hour_range`] of two instants on a wall clock, each told apart as by [`hour_of`] where its hour comes
/// twice.
#[must_use]
pub fn hours_between<Tz: TimeZone>(
    lang: Lang,
    start: DateTime<Utc>,
    end: DateTime<Utc>,
    zone: &Tz,
) -> String {
    let wall = |instant| zone::wall(zone, instant).time();
    let twice = |instant| offset_if_repeated(instant, zone).is_some();
    if !twice(start) && !twice(end) {
        return hour_range(lang, wall(start), wall(end));
    }
    let last = if twice(end) {
        hour_of(lang, end, zone)
    } else {
        end_hour(lang, wall(end))
    };
    let (start, end) = (hour_of(lang, start, zone), last);
    match lang {
        Lang::Fr => format!("{start}{NBSP}–{NBSP}{end}"),
        Lang::En => format!("{start}–{end}"),
    }
}

/// [`hour_range`] of opening hours.
#[must_use]
pub fn wall_range(lang: Lang, range: WallRange) -> String {
    hour_range(lang, range.start(), range.end())
}

/// `de 9 h à 12 h 30`, `from 9:00 to 12:30`: for sentences and screen readers.
#[must_use]
pub fn from_hour_to_hour(lang: Lang, start: NaiveTime, end: NaiveTime) -> String {
    let (start, end) = (hour(lang, start), end_hour(lang, end));
    match lang {
        Lang::Fr => format!("de {start} à {end}"),
        Lang::En => format!("from {start} to {end}"),
    }
}

/// `du 23 au 27 novembre 2026`, `du 30 novembre au 4 décembre 2026`, the same in English
/// (`from 23 to 27 November 2026`); one day alone is [`long_day`] without its weekday. For the
/// title of a week and for absences. `last` is included.
#[must_use]
pub fn from_day_to_day(lang: Lang, first: NaiveDate, last: NaiveDate) -> String {
    let whole = |day| format!("{} {}", day_of_month(lang, day), day.year());
    if first == last {
        return whole(last);
    }
    let first = match (first.year() == last.year(), first.month() == last.month()) {
        (true, true) if lang == Lang::Fr && first.day() == 1 => "1er".to_owned(),
        (true, true) => first.day().to_string(),
        (true, false) => day_of_month(lang, first),
        (false, _) => whole(first),
    };
    match lang {
        Lang::Fr => format!("du {first} au {}", whole(last)),
        Lang::En => format!("from {first} to {}", whole(last)),
    }
}

/// `lundi 23 novembre 2026 à 9 h 20`, `Monday 23 November 2026 at 9:20`: on the wall clock of
/// the place.
#[must_use]
pub fn day_and_hour(lang: Lang, wall: NaiveDateTime) -> String {
    let (day, hour) = (long_day(lang, wall.date()), hour(lang, wall.time()));
    match lang {
        Lang::Fr => format!("{day} à {hour}"),
        Lang::En => format!("{day} at {hour}"),
    }
}

/// [`day_and_hour`] of an instant. In the hour that autumn repeats, the offset tells which of the two
/// is meant: `… à 2 h 30 (UTC+1)`.
#[must_use]
pub fn instant<Tz: TimeZone>(lang: Lang, instant: DateTime<Utc>, zone: &Tz) -> String {
    let words = day_and_hour(lang, zone::wall(zone, instant));
    match offset_if_repeated(instant, zone) {
        None => words,
        Some(offset) => format!("{words} ({offset})"),
    }
}

/// The hour of an instant, told apart as by [`instant`]: `2 h 30 (UTC+1)`.
#[must_use]
pub fn hour_of<Tz: TimeZone>(lang: Lang, instant: DateTime<Utc>, zone: &Tz) -> String {
    let words = hour(lang, zone::wall(zone, instant).time());
    match offset_if_repeated(instant, zone) {
        None => words,
        Some(offset) => format!("{words} ({offset})"),
    }
}

/// The offset of an instant in words, if the wall clock shows its hour twice.
#[must_use]
pub fn offset_if_repeated<Tz: TimeZone>(instant: DateTime<Utc>, zone: &Tz) -> Option<String> {
    let twice = zone::instants(zone, zone::wall(zone, instant)).len() > 1;
    twice.then(|| offset(instant.with_timezone(zone).offset().fix()))
}

/// [`day_and_hour`] with whose clock it is: `… à 9 h 20 (heure de Paris)`.
#[must_use]
pub fn with_zone(lang: Lang, wall: NaiveDateTime, name: &ZoneName) -> String {
    format!("{} ({})", day_and_hour(lang, wall), zone_name(lang, name))
}

/// [`with_zone`] of an instant. In the hour that autumn repeats, the offset tells which of the
/// two is meant: `… à 2 h 30 (heure de Paris, UTC+1)`.
#[must_use]
pub fn instant_with_zone<Tz: TimeZone>(
    lang: Lang,
    instant: DateTime<Utc>,
    zone: &Tz,
    name: &ZoneName,
) -> String {
    let wall = zone::wall(zone, instant);
    let Some(offset) = offset_if_repeated(instant, zone) else {
        return with_zone(lang, wall, name);
    };
    let (day_and_hour, name) = (day_and_hour(lang, wall), zone_name(lang, name));
    format!("{day_and_hour} ({name}, {offset})")
}

/// `UTC+1`, `UTC−3:30`, `UTC`.
#[must_use]
pub fn offset(offset: FixedOffset) -> String {
    let seconds = offset.local_minus_utc();
    let sign = if seconds < 0 { '−' } else { '+' };
    let minutes = seconds.abs() / 60;
    match (minutes / 60, minutes % 60) {
        (0, 0) => "UTC".to_owned(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, minutes) => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

/// `heure de Paris`, `Paris time`: by name for the zones of France, which readers know; by the
/// IANA name for others (`fuseau horaire Africa/Casablanca`), whose towns it spells in English.
#[must_use]
pub fn zone_name(lang: Lang, name: &ZoneName) -> String {
    let known = match name.as_str() {
        "Europe/Paris" => Some(("de Paris", "Paris")),
        "America/Guadeloupe" => Some(("de la Guadeloupe", "Guadeloupe")),
        "America/Martinique" => Some(("de la Martinique", "Martinique")),
        "America/Cayenne" => Some(("de la Guyane", "French Guiana")),
        "America/Marigot" => Some(("de Saint-Martin", "Saint Martin")),
        "America/St_Barthelemy" => Some(("de Saint-Barthélemy", "Saint Barthélemy")),
        "America/Miquelon" => Some(("de Saint-Pierre-et-Miquelon", "Saint Pierre and Miquelon")),
        "Indian/Reunion" => Some(("de La Réunion", "Réunion")),
        "Indian/Mayotte" => Some(("de Mayotte", "Mayotte")),
        "Pacific/Noumea" => Some(("de la Nouvelle-Calédonie", "New Caledonia")),
        "Pacific/Tahiti" => Some(("de Tahiti", "Tahiti")),
        "Pacific/Marquesas" => Some(("des Marquises", "Marquesas")),
        "Pacific/Gambier" => Some(("des Gambier", "Gambier Islands")),
        "Pacific/Wallis" => Some(("de Wallis-et-Futuna", "Wallis and Futuna")),
        _ => None,
    };
    match (lang, known) {
        (Lang::Fr, Some((french, _))) => format!("heure {french}"),
        (Lang::En, Some((_, english))) => format!("{english} time"),
        (Lang::Fr, None) => format!("fuseau horaire {name}"),
        (Lang::En, None) => format!("time zone {name}"),
    }
}
