//! Draws a calendar file from visits: what calendar programs need, and nothing they trip over.
//! Which visits these are is decided in [`super::read`].
//!
//! Instants are UTC: no VTIMEZONE that a program could misread, and no floating times. DTSTAMP,
//! LAST-MODIFIED, SEQUENCE and UID come from what is stored, so that the same visits always give
//! the same bytes. No METHOD, ORGANIZER, ATTENDEE, VALARM or ATTACH, and no URL: the only one
//! that would help is the secret one. The place is shown because whoever practises at two must
//! know where to go; it stands on public pages anyway.

use std::{
    borrow::Cow,
    collections::HashMap,
    fmt::{self, Write},
};

use domain::{feed::Detail, ids::PlaceId};
use i18n::{Lang, t};

use crate::{
    ics,
    store::{
        feeds::Addressed,
        shown::{ShownPlace, ShownVisit},
    },
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

impl Heading {
    /// What the calendar at an address says.
    #[must_use]
    pub fn of(addressed: &Addressed) -> Self {
        let feed = &addressed.feed;
        Self {
            practitioner: addressed.practitioner_name.clone(),
            practice: addressed.practice_name.clone(),
            lang: feed.lang,
            detail: feed.detail,
            sequence: feed.sequence,
            changed_at: feed.changed_at,
        }
    }
}

/// How often calendars may come back; those that read it at all (RFC 7986 §5.7).
const REFRESH: &str = "PT1H";

/// The whole file. About 400 bytes a visit.
///
/// Lines of text go through [`ics::text_line`]: the icalendar crate escapes them. The others are
/// short and made of digits and constants: as properties of the crate's `Event` they take
/// several times longer, which counts with thousands of visits.
///
/// # Errors
/// Those of writing into a string: none.
pub fn calendar(
    heading: &Heading,
    places: &[ShownPlace],
    visits: &[ShownVisit],
) -> Result<String, fmt::Error> {
    let lines = Lines::new(heading, places)?;
    let mut out = String::with_capacity(512 + 450 * visits.len());
    out.push_str("BEGIN:VCALENDAR\r\n");
    head(&mut out, heading)?;
    for visit in visits {
        event(&mut out, heading, &lines, visit)?;
    }
    out.push_str("END:VCALENDAR\r\n");
    Ok(out)
}

fn head(out: &mut String, heading: &Heading) -> fmt::Result {
    let name = format!("{}, {}", heading.practitioner, heading.practice);
    write!(
        out,
        "VERSION:2.0\r\n{}CALSCALE:GREGORIAN\r\n{}{}\
         REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}\r\nX-PUBLISHED-TTL:{REFRESH}\r\n",
        ics::text_line("PRODID", ics::PRODID)?,
        ics::text_line("NAME", &name)?,
        ics::text_line("X-WR-CALNAME", &name)?,
    )
}

/// Lines that many visits share, with their ends.
struct Lines {
    places: HashMap<PlaceId, String>,
    /// SUMMARY of a visit of which nothing more is said.
    visit: String,
    /// The same when it was cancelled.
    cancelled: String,
}

impl Lines {
    fn new(heading: &Heading, places: &[ShownPlace]) -> Result<Self, fmt::Error> {
        let visit = t!(heading.lang, "feed-visit");
        let place =
            |it: &ShownPlace| ics::text_line("LOCATION", &location(it)).map(|line| (it.id(), line));
        Ok(Self {
            places: places.iter().map(place).collect::<Result<_, _>>()?,
            cancelled: ics::text_line("SUMMARY", &cancelled(heading.lang, &visit))?,
            visit: ics::text_line("SUMMARY", &visit)?,
        })
    }
}

fn cancelled(lang: Lang, visit: &str) -> String {
    t!(lang, "feed-cancelled", visit = visit)
}

fn event(out: &mut String, heading: &Heading, lines: &Lines, visit: &ShownVisit) -> fmt::Result {
    let who = heading
        .detail
        .shown_names(&visit.given_name, &visit.family_name)
        .filter(|who| !ics::clean(who).is_empty());
    let summary = match (who, visit.cancelled) {
        (None, false) => Cow::Borrowed(&lines.visit),
        (None, true) => Cow::Borrowed(&lines.cancelled),
        (Some(who), false) => Cow::Owned(ics::text_line("SUMMARY", &who)?),
        (Some(who), true) => {
            let summary = cancelled(heading.lang, &ics::clean(&who));
            Cow::Owned(ics::text_line("SUMMARY", &summary)?)
        }
    };
    let (status, transparency) = if visit.cancelled {
        ("CANCELLED", "TRANSPARENT")
    } else {
        ("CONFIRMED", "OPAQUE")
    };
    let [changed, start, end] = [
        visit.changed_at.max(heading.changed_at),
        visit.interval.start(),
        visit.interval.end(),
    ]
    .map(ics::Stamp::of);
    write!(
        out,
        "BEGIN:VEVENT\r\nCLASS:PRIVATE\r\nDTEND:{end}\r\nDTSTAMP:{changed}\r\n\
         DTSTART:{start}\r\nLAST-MODIFIED:{changed}\r\n{place}SEQUENCE:{sequence}\r\n\
         STATUS:{status}\r\n{summary}TRANSP:{transparency}\r\nUID:{uid}\r\nEND:VEVENT\r\n",
        changed = changed.as_str(),
        start = start.as_str(),
        end = end.as_str(),
        place = lines.places.get(&visit.place).map_or("", String::as_str),
        sequence = sequence(heading, visit),
        uid = ics::uid(visit.id),
    )
}

/// Both rise, and neither is below zero: so does the sum.
fn sequence(heading: &Heading, visit: &ShownVisit) -> i32 {
    visit.sequence.saturating_add(heading.sequence)
}

/// The name of a place and its address, in one line.
fn location(place: &ShownPlace) -> String {
    let lines = place.address.lines().map(ics::clean);
    let parts: Vec<_> = std::iter::once(ics::clean(&place.name))
        .chain(lines)
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(", ")
}
