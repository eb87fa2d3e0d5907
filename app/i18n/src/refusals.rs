//! Why a booking is refused, said to the patient in a sentence or two.
//! The free slots a refusal carries are shown by the page, as buttons.

use chrono::{DateTime, TimeZone, Utc};
use domain::{booking::BookingRefusal, practice::Place, visit_reason::VisitReason};

use crate::{Lang, dates, lengths, t};

/// The sentences for a refusal; instants on the wall clock of `zone`, the place's.
#[must_use]
pub fn in_words<Tz: TimeZone>(lang: Lang, refusal: &BookingRefusal, zone: &Tz) -> String {
    let said = |instant: DateTime<Utc>| dates::instant(lang, instant, zone);
    match refusal {
        BookingRefusal::NotForYou => t!(lang, "refusal-not-for-you"),
        BookingRefusal::TooSoon { earliest } => {
            t!(lang, "refusal-too-soon", earliest = said(*earliest))
        }
        BookingRefusal::TooFar { latest } => {
            t!(lang, "refusal-too-far", latest = said(*latest))
        }
        BookingRefusal::Gone { nearest } if nearest.is_empty() => {
            t!(lang, "refusal-gone-alone")
        }
        BookingRefusal::Gone { .. } => t!(lang, "refusal-gone"),
        BookingRefusal::NotOpen { nearest } if nearest.is_empty() => {
            t!(lang, "refusal-not-open-alone")
        }
        BookingRefusal::NotOpen { .. } => t!(lang, "refusal-not-open"),
        BookingRefusal::Taken { nearest } if nearest.is_empty() => {
            t!(lang, "refusal-taken-alone")
        }
        BookingRefusal::Taken { .. } => t!(lang, "refusal-taken"),
        BookingRefusal::Changed => t!(lang, "refusal-changed"),
        BookingRefusal::KeyReused => t!(lang, "refusal-key-reused"),
        BookingRefusal::TooManyHolds { wait } => {
            t!(lang, "refusal-too-many-holds", minutes = *wait)
        }
    }
}

/// What a slot is by now, for who is told that it is not what her form showed.
#[must_use]
pub fn changed_now(lang: Lang, reason: &VisitReason, place: &Place) -> String {
    let address: Vec<_> = place.address.as_str().lines().collect();
    let place = format!("{}, {}", place.name, address.join(", "));
    t!(
        lang,
        "refusal-changed-now",
        reason = reason.name.as_str(),
        length = lengths::length(lang, reason.length),
        place = place
    )
}

/// The heading above those sentences.
#[must_use]
pub fn heading(lang: Lang, refusal: &BookingRefusal) -> String {
    match refusal {
        BookingRefusal::Gone { .. } => t!(lang, "refusal-heading-gone"),
        BookingRefusal::Taken { .. } => t!(lang, "refusal-heading-taken"),
        BookingRefusal::TooManyHolds { .. } => t!(lang, "refusal-heading-later"),
        BookingRefusal::Changed => t!(lang, "refusal-heading-changed"),
        BookingRefusal::NotForYou
        | BookingRefusal::TooSoon { .. }
        | BookingRefusal::TooFar { .. }
        | BookingRefusal::NotOpen { .. }
        | BookingRefusal::KeyReused => t!(lang, "refusal-heading"),
    }
}
