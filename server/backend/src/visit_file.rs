//! One visit as a calendar file, to be saved from its page by whoever did not get the mail or
//! whose calendar does not read invitations. The invitation itself is [`crate::mail`]'s.
//!
//! Without METHOD, ORGANIZER and ATTENDEE: nobody is invited, the event is simply imported. The
//! UID and SEQUENCE are the invitation's, so that a calendar that has both has one event, and a
//! cancellation by mail takes it out; where the confirmation never went, that mail says in words
//! to take it out. Neither reason nor link stands in it: calendars are shared.

use domain::appointment::Status;
use i18n::t;
use icalendar::{Calendar, Component, Event, Property};

use crate::{Backend, Error, Result, booking::VisitDetails, ics};

impl Backend {
    /// The visit behind its link as an iCalendar file: UTF-8, CRLF, folded. In the language of
    /// the visit.
    ///
    /// # Errors
    /// As [`Backend::visit`]; [`Error::NotFound`] also for a visit that was called off.
    pub async fn visit_file(&self, token: &str) -> Result<String> {
        let details = self.visit(token).await?;
        match details.visit.appointment.status {
            Status::Cancelled { .. } | Status::Held { .. } | Status::Expired => {
                Err(Error::NotFound)
            }
            Status::Booked | Status::Arrived | Status::Attended | Status::Missed => {
                Ok(write(&details))
            }
        }
    }
}

fn write(details: &VisitDetails) -> String {
    let lang = details.visit.lang;
    let appointment = &details.visit.appointment;
    let changed = ics::utc(appointment.changed_at);
    let practitioner = details.practitioner.name.as_str();
    let summary = t!(lang, "mail-calendar-summary", practitioner = practitioner);
    let address = details.place.address.as_str().replace('\n', ", ");
    let description = t!(
        lang,
        "mail-calendar-description",
        practice = details.practice.name.as_str(),
        phone = details.practice.phone.in_words()
    );

    let mut event = Event::new();
    for (name, value) in [
        ("UID", ics::uid(appointment.id)),
        ("DTSTAMP", changed.clone()),
        ("DTSTART", ics::utc(appointment.interval.start())),
        ("DTEND", ics::utc(appointment.interval.end())),
        ("SEQUENCE", appointment.sequence.to_string()),
        ("LAST-MODIFIED", changed),
        ("STATUS", "CONFIRMED".to_owned()),
        ("CLASS", "PRIVATE".to_owned()),
    ] {
        event.append_property(Property::new(name, value));
    }
    event.append_property(ics::text_property("SUMMARY", &summary));
    let location = format!("{}, {address}", details.place.name);
    event.append_property(ics::text_property("LOCATION", &location));
    event.append_property(ics::text_property("DESCRIPTION", &description));

    let mut calendar = Calendar::empty();
    calendar.append_property(Property::new("VERSION", "2.0"));
    calendar.append_property(Property::new("PRODID", ics::PRODID));
    calendar.push(event.done());
    ics::folded(&calendar.to_string())
}
