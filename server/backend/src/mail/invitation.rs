//! The calendar file inside a mail (iTIP, RFC 5546): the visit, or that it is called off.
//! The feed has other rules and is [`crate::calendar_feed`]'s; both share [`crate::ics`].
//!
//! Neither the reason nor the specialty stands in it, nor the link of the visit: calendars are
//! shared with families and colleagues, and whoever holds the link can cancel.

use domain::{links, people::EmailAddress};
use i18n::{Lang, t};
use icalendar::{Calendar, Component, Event, Property};

use crate::{booking::VisitDetails, ics};

/// What a calendar is to do with the visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Put it in, or change it (RFC 5546 §3.2.2).
    Request,
    /// Take it out (RFC 5546 §3.2.5).
    Cancel,
}

impl Method {
    /// As it stands in the file and in the Content-Type, where Exchange wants the same.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Request => "REQUEST",
            Self::Cancel => "CANCEL",
        }
    }
}

/// A calendar file with one visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// What it asks for.
    pub method: Method,
    /// The file: UTF-8, CRLF, folded.
    pub calendar: String,
}

/// Writes the file. Everything comes from stored values, so that a repeat is the same file and
/// an earlier file never outranks a later one.
#[must_use]
pub fn write(
    details: &VisitDetails,
    method: Method,
    organizer: &EmailAddress,
    attendee: &EmailAddress,
) -> Invitation {
    let visit = &details.visit;
    let appointment = &visit.appointment;
    let lang = visit.lang;
    let changed = ics::utc(appointment.changed_at);
    let (status, transparency) = match method {
        Method::Request => ("CONFIRMED", "OPAQUE"),
        Method::Cancel => ("CANCELLED", "TRANSPARENT"),
    };
    let practitioner = details.practitioner.name.as_str();
    let summary = t!(lang, "mail-calendar-summary", practitioner = practitioner);
    let address = details.place.address.as_str().replace('\n', ", ");

    let mut event = Event::new();
    for (name, value) in [
        ("UID", ics::uid(appointment.id)),
        ("DTSTAMP", changed.clone()),
        ("DTSTART", ics::utc(appointment.interval.start())),
        ("DTEND", ics::utc(appointment.interval.end())),
        ("SEQUENCE", appointment.sequence.to_string()),
        ("CREATED", ics::utc(visit.created_at)),
        ("LAST-MODIFIED", changed),
        ("STATUS", status.to_owned()),
        ("TRANSP", transparency.to_owned()),
        ("CLASS", "PRIVATE".to_owned()),
    ] {
        event.append_property(Property::new(name, value));
    }
    event.append_property(ics::text_property("SUMMARY", &summary));
    event.append_property(ics::text_property(
        "LOCATION",
        &format!("{}, {address}", details.place.name),
    ));
    let description = ics::clean_lines(&description(details, lang));
    event.append_property(Property::new("DESCRIPTION", description));
    event.append_property(organizer_line(details.practice.name.as_str(), organizer));
    event.append_property(attendee_line(&visit.patient.full_name(), attendee));

    let mut calendar = Calendar::empty();
    for (name, value) in [
        ("VERSION", "2.0"),
        ("PRODID", ics::PRODID),
        ("METHOD", method.name()),
    ] {
        calendar.append_property(Property::new(name, value));
    }
    calendar.push(event.done());
    Invitation {
        method,
        calendar: ics::folded(&calendar.to_string()),
    }
}

fn description(details: &VisitDetails, lang: Lang) -> String {
    t!(
        lang,
        "mail-calendar-description",
        practice = details.practice.name.as_str(),
        phone = details.practice.phone.in_words()
    )
}

fn organizer_line(name: &str, address: &EmailAddress) -> Property {
    person("ORGANIZER", name, address).done()
}

/// She accepted by typing the code; nobody waits for an answer of hers.
fn attendee_line(name: &str, address: &EmailAddress) -> Property {
    person("ATTENDEE", name, address)
        .add_parameter("CUTYPE", "INDIVIDUAL")
        .add_parameter("ROLE", "REQ-PARTICIPANT")
        .add_parameter("PARTSTAT", "ACCEPTED")
        .add_parameter("RSVP", "FALSE")
        .done()
}

/// The name stands in quotes, needed or not: a reader (Python's icalendar) loses the space of `a =b`
/// where there are none.
fn person(property: &str, name: &str, address: &EmailAddress) -> Property {
    let name = format!("\"{}\"", ics::clean_parameter(name));
    Property::new(property, links::mailto(address))
        .add_parameter("CN", &name)
        .done()
}
