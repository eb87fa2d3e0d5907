//! Draws a calendar file from visits: what calendar programs need, and nothing they trip over.
//! Which visits these are is decided in [`super::read`].
//!
//! Instants are UTC: no VTIMEZONE that a program could misread, and no floating times. DTSTAMP,
//! LAST-MODIFIED, SEQUENCE and UID come from what is stored, so that the same visits always give
//! the same bytes. No METHOD, ORGANIZER, ATTENDEE, VALARM or ATTACH, and no URL: the only one
//! that would help is the secret one. The place is shown because whoever practises at two must
//! know where to go; it stands on public pages anyway.

use std::{collections::HashMap, fmt::Write};

use domain::feed::Detail;
use i18n::{Lang, t};
use icalendar::{Class, Component, Event, EventLike, EventStatus, Property};

use crate::{
    ics,
    store::shown::{ShownPlace, ShownVisit},
};

/// What a calendar says beside its visits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// Whose agenda it is.
    pub practitioner: String,
    /// Of which practice.
    pub practice: String,
    /// The language of its words.
    pub lang: Lang,
    /// How much of a visit is shown.
    pub detail: Detail,
    /// Added to the SEQUENCE of each visit.
    pub sequence: i32,
    /// The earliest LAST-MODIFIED of a visit: when the way it is shown last changed.
    pub changed_at: chrono::DateTime<chrono::Utc>,
}

/// How often calendars may come back; those that read it at all (RFC 7986 §5.7).
const REFRESH: &str = "PT1H";

/// The whole file. About 400 bytes a visit.
///
/// # Errors
/// Those of writing into a string: none.
pub fn calendar(
    heading: &Heading,
    places: &[ShownPlace],
    visits: &[ShownVisit],
) -> Result<String, std::fmt::Error> {
    let words = Words::new(heading);
    let places: HashMap<_, _> = places.iter().map(|it| (it.id(), location(it))).collect();
    let mut out = String::with_capacity(512 + 450 * visits.len());
    out.push_str("BEGIN:VCALENDAR\r\n");
    head(&mut out, heading)?;
    for visit in visits {
        let place = places.get(&visit.place).map(String::as_str);
        event(heading, &words, place, visit).fmt_write(&mut out)?;
    }
    out.push_str("END:VCALENDAR\r\n");
    Ok(out)
}

fn head(out: &mut String, heading: &Heading) -> std::fmt::Result {
    let name = format!("{}, {}", heading.practitioner, heading.practice);
    let refresh = Property::new("REFRESH-INTERVAL", REFRESH)
        .add_parameter("VALUE", "DURATION")
        .done();
    for property in [
        Property::new("VERSION", "2.0"),
        Property::new("PRODID", ics::PRODID),
        Property::new("CALSCALE", "GREGORIAN"),
        ics::text_property("NAME", &name),
        ics::text_property("X-WR-CALNAME", &name),
        refresh,
        Property::new("X-PUBLISHED-TTL", REFRESH),
    ] {
        let line: String = property.try_into()?;
        out.write_str(&line)?;
    }
    Ok(())
}

/// Looked up once for all visits.
struct Words {
    visit: String,
}

impl Words {
    fn new(heading: &Heading) -> Self {
        Self {
            visit: t!(heading.lang, "feed-visit"),
        }
    }
}

fn event(heading: &Heading, words: &Words, place: Option<&str>, visit: &ShownVisit) -> Event {
    let changed = ics::utc(visit.changed_at.max(heading.changed_at));
    let who = heading
        .detail
        .shown_names(&visit.given_name, &visit.family_name)
        .map(|who| ics::clean(&who))
        .filter(|who| !who.is_empty());
    let mut summary = who.unwrap_or_else(|| words.visit.clone());
    let (status, transparency) = if visit.cancelled {
        summary = t!(heading.lang, "feed-cancelled", visit = summary);
        (EventStatus::Cancelled, "TRANSPARENT")
    } else {
        (EventStatus::Confirmed, "OPAQUE")
    };
    let mut event = Event::new();
    event
        .uid(&ics::uid(visit.id))
        .add_property("DTSTAMP", changed.as_str())
        .add_property("LAST-MODIFIED", changed)
        .add_property("DTSTART", ics::utc(visit.interval.start()))
        .add_property("DTEND", ics::utc(visit.interval.end()))
        .add_property("SEQUENCE", sequence(heading, visit).to_string())
        .status(status)
        .summary(&summary)
        .class(Class::Private)
        .add_property("TRANSP", transparency);
    if let Some(place) = place {
        event.location(place);
    }
    event
}

/// Both rise, and neither is below zero: so does the sum.
fn sequence(heading: &Heading, visit: &ShownVisit) -> i32 {
    visit.sequence.saturating_add(heading.sequence)
}

/// The name of a place and its address, in one line.
fn location(place: &ShownPlace) -> String {
    let lines = place.address.lines().map(ics::clean);
    let parts: Vec<String> = std::iter::once(ics::clean(&place.name))
        .chain(lines)
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(", ")
}
