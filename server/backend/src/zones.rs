//! Time zones: which names exist, and which of them a French form offers first.
//! Turning local hours into instants is `domain::zone`'s.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use domain::{
    absence::Away,
    ids::PlaceId,
    interval::Interval,
    practice::{Place, ZoneName},
    slots::{PlacedHours, Slot},
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

/// The clocks by which the places of a practice go: mostly one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clocks {
    main: Tz,
    /// Of the places that go by another.
    others: Vec<(PlaceId, Tz)>,
}

impl Clocks {
    /// Of a practice that is asked about without its places: the main one's.
    #[must_use]
    pub const fn only(main: Tz) -> Self {
        Self {
            main,
            others: Vec::new(),
        }
    }

    /// Of these places, the main one first; UTC where there is none.
    ///
    /// # Errors
    /// A place whose zone this program does not know.
    pub fn of(places: &[Place]) -> Result<Self> {
        let mut clocks = Self::only(places.first().map_or(Ok(Tz::UTC), of)?);
        for place in places {
            let clock = of(place)?;
            if clock != clocks.main {
                clocks.others.push((place.id, clock));
            }
        }
        Ok(clocks)
    }

    /// Of the places that some opening hours are at, where the main one goes by `main`.
    #[must_use]
    pub fn of_hours(main: Tz, hours: &[PlacedHours<Tz>]) -> Self {
        let mut clocks = Self::only(main);
        for placed in hours {
            let other = (placed.hours.place, placed.zone);
            if placed.zone != main && !clocks.others.contains(&other) {
                clocks.others.push(other);
            }
        }
        clocks
    }

    /// That of the main place.
    #[must_use]
    pub const fn main(&self) -> Tz {
        self.main
    }

    /// Whether all places go by the same.
    #[must_use]
    pub const fn is_one(&self) -> bool {
        self.others.is_empty()
    }

    /// That of a place.
    #[must_use]
    pub fn at(&self, place: PlaceId) -> Tz {
        let other = self.others.iter().find(|(id, _)| *id == place);
        other.map_or(self.main, |(_, clock)| *clock)
    }

    /// When a place is closed by an absence; `None` where its clock skips all of it.
    #[must_use]
    pub fn absent_at(&self, place: PlaceId, away: Away) -> Option<Interval> {
        away.at(&self.main, &self.at(place))
    }

    /// Whether an absence is over at every place: where a clock is behind the main one, its day ends
    /// later.
    #[must_use]
    pub fn is_over(&self, away: Away, now: DateTime<Utc>) -> bool {
        let others = self.others.iter();
        let there = others.filter_map(|(_, clock)| away.at(&self.main, clock));
        there.chain([away.interval]).all(|it| it.end() <= now)
    }

    /// The day on which a slot starts where it is.
    #[must_use]
    pub fn day(&self, slot: &Slot) -> NaiveDate {
        zone::day(&self.at(slot.place), slot.interval.start())
    }

    /// Leaves those slots that start on the days `from ..= to` where they are.
    pub fn keep_days(&self, slots: &mut Vec<Slot>, from: NaiveDate, to: NaiveDate) {
        if !self.is_one() {
            slots.retain(|slot| (from..=to).contains(&self.day(slot)));
        }
    }

    /// The instants at which it is one of the days `from ..= to` at some place; `None` at the
    /// ends of the calendar, or when `to` is before `from`.
    #[must_use]
    pub fn span(&self, from: NaiveDate, to: NaiveDate) -> Option<Interval> {
        let others = self.others.iter().map(|(_, clock)| *clock);
        let mut spans = std::iter::once(self.main).chain(others).map(|clock| {
            let (first, last) = zone::whole_day(&clock, from).zip(zone::whole_day(&clock, to))?;
            Some((first.start(), last.end()))
        });
        let (start, end) = spans.try_fold(None, |hull, span| {
            let (start, end) = span?;
            let (from, to) = hull.unwrap_or((start, end));
            Some(Some((start.min(from), end.max(to))))
        })??;
        Interval::new(start, end).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_offered_zones_exist() {
        for name in FRENCH {
            assert!(find(&name.parse().unwrap()).is_some(), "{name}");
        }
        assert!(find(&"Europe/Atlantis".parse().unwrap()).is_none());
        assert!(all().any(|name| name == "Indian/Reunion"));
    }
}
