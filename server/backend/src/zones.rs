//! Time zones: which names exist, and which of them a French form offers first.
//! Turning local hours into instants is `domain::zone`'s.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use domain::{
    practice::{Place, ZoneName},
    zone,
};

use crate::{Result, store::StoreError};

/// The zones of France, the mainland first, then from west to east.
pub const FRENCH: [&str; 12] = [
    "Europe/Paris",
    "Pacific/Tahiti",
    "Pacific/Marquesas",
    "Pacific/Gambier",
    "America/Guadeloupe",
    "America/Martinique",
    "America/Cayenne",
    "America/Miquelon",
    "Indian/Mayotte",
    "Indian/Reunion",
    "Pacific/Noumea",
    "Pacific/Wallis",
];

/// The release of the IANA database that is compiled in: `2025b`.
pub const RELEASE: &str = chrono_tz::IANA_TZDB_VERSION;

/// Every zone of the IANA database that this program knows, by name.
pub fn all() -> impl Iterator<Item = &'static str> {
    TZ_VARIANTS.into_iter().map(Tz::name)
}

/// The zone of that name, if there is one.
#[must_use]
pub fn find(name: &ZoneName) -> Option<Tz> {
    name.as_str().parse().ok()
}

/// The zone of a place.
pub(crate) fn of(place: &Place) -> Result<Tz> {
    let found = find(&place.zone);
    found.ok_or_else(|| StoreError::BrokenRow("unknown time zone".to_owned()).into())
}

/// The first instant at which the wall clock of the zone shows `wall`; in a gap, the first
/// instant after it. `None` only at the ends of the calendar.
#[must_use]
pub fn first_at(tz: Tz, wall: NaiveDateTime) -> Option<DateTime<Utc>> {
    // No gap is longer than a day: Samoa once skipped one.
    (0..=24 * 60).find_map(|minutes| {
        let later = wall.checked_add_signed(TimeDelta::minutes(minutes))?;
        zone::instants(&tz, later).first().copied()
    })
}

/// The last instant at which the wall clock of the zone shows `wall`; in a gap, the first
/// instant after it.
#[must_use]
pub fn last_at(tz: Tz, wall: NaiveDateTime) -> Option<DateTime<Utc>> {
    match zone::instants(&tz, wall).last() {
        Some(last) => Some(*last),
        None => first_at(tz, wall),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wall(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    #[test]
    fn the_offered_zones_exist() {
        for name in FRENCH {
            assert!(find(&name.parse().unwrap()).is_some(), "{name}");
        }
        assert!(find(&"Europe/Atlantis".parse().unwrap()).is_none());
        assert!(all().any(|name| name == "Indian/Reunion"));
    }

    #[test]
    fn an_hour_of_the_gap_is_the_end_of_the_gap_and_a_repeated_one_has_two_ends() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().ok();
        let gap = wall("2027-03-28T02:30:00");
        assert_eq!(first_at(Tz::Europe__Paris, gap), at("2027-03-28T01:00:00Z"));
        assert_eq!(last_at(Tz::Europe__Paris, gap), at("2027-03-28T01:00:00Z"));
        let repeated = wall("2026-10-25T02:30:00");
        assert_eq!(
            first_at(Tz::Europe__Paris, repeated),
            at("2026-10-25T00:30:00Z")
        );
        assert_eq!(
            last_at(Tz::Europe__Paris, repeated),
            at("2026-10-25T01:30:00Z")
        );
    }
}
