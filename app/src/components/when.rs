//! A day and an hour in words, on the wall clock of the place, with whose clock it is.

use chrono::{DateTime, Offset, TimeZone, Utc};
use domain::{practice::ZoneName, zone};
use i18n::{Lang, dates};

/// An instant as a page says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    /// For `<time datetime>`: RFC 3339 with the place's offset.
    pub machine: String,
    /// `lundi 23 novembre 2026`.
    pub day: String,
    /// `9 h 20`.
    pub hour: String,
    /// `lundi 23 novembre 2026 à 9 h 20`; in the hour that autumn repeats, with the offset.
    pub day_and_hour: String,
    /// `heure de Paris`; in the hour that autumn repeats, with the offset.
    pub zone: String,
}

impl When {
    /// The words for an instant in a zone.
    #[must_use]
    pub fn new<Tz: TimeZone>(
        lang: Lang,
        instant: DateTime<Utc>,
        zone: &Tz,
        name: &ZoneName,
    ) -> Self {
        let wall = zone::wall(zone, instant);
        let offset = instant.with_timezone(zone).offset().fix();
        let zone_name = dates::zone_name(lang, name);
        Self {
            // RFC 3339. Of the wall clock, which is there for the last instant of the calendar too.
            machine: format!("{}{offset}", wall.format("%Y-%m-%dT%H:%M:%S")),
            day: dates::long_day(lang, wall.date()),
            hour: dates::hour(lang, wall.time()),
            day_and_hour: dates::instant(lang, instant, zone),
            zone: match dates::offset_if_repeated(instant, zone) {
                None => zone_name,
                Some(offset) => format!("{zone_name}, {offset}"),
            },
        }
    }
}
