//! Addresses of pages, so that pages, mails and feeds agree. Paths only: the origin is
//! `RDV_PUBLIC_URL`, added where an absolute link is needed and never taken from a request.

use std::fmt;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::{people::EmailAddress, practice::Slug};

/// What has a meaning in a query (WHATWG URL, `application/x-www-form-urlencoded`): a `+` is read as a
/// space there. Colons and hyphens, of which instants are made, stay as they are.
const MEANS_SOMETHING: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'&')
    .add(b'+')
    .add(b'<')
    .add(b'=')
    .add(b'>');

/// A value as it stands in a query. Years after 9999 begin with a `+`.
fn value(value: impl fmt::Display) -> String {
    utf8_percent_encode(&value.to_string(), MEANS_SOMETHING).to_string()
}

/// What an address may not show in a `mailto:` link (RFC 6068 §2): with a `?` in it, it would begin
/// headers of the letter, such as `bcc`.
const NOT_IN_MAILTO: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'&')
    .add(b'/')
    .add(b';')
    .add(b'<')
    .add(b'=')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// A letter to an address, and to nobody else.
#[must_use]
pub fn mailto(address: &EmailAddress) -> String {
    let address = utf8_percent_encode(address.as_str(), NOT_IN_MAILTO);
    format!("mailto:{address}")
}

/// Search.
pub const HOME: &str = "/";
/// Sign-in of the practice's people.
pub const SIGN_IN: &str = "/connexion";
/// Its second step, for those who turned one on.
pub const SIGN_IN_CODE: &str = "/connexion/code";
/// Signing in by a passkey alone.
pub const SIGN_IN_PASSKEY: &str = "/connexion/cle";
/// The office's first page.
pub const AGENDA: &str = "/agenda";
/// What the host must write about itself.
pub const LEGAL: &str = "/mentions-legales";
/// What becomes of personal data.
pub const PRIVACY: &str = "/confidentialite";
/// Mails written to a folder, on loopback only.
pub const MAILBOX: &str = "/courrier";

/// A practice and its practitioners.
#[must_use]
pub fn practice(slug: &Slug) -> String {
    format!("/cabinets/{slug}")
}

/// A practitioner, her reasons and her slots.
#[must_use]
pub fn practitioner(slug: &Slug) -> String {
    format!("/praticiens/{slug}")
}

/// The free slots of a practitioner for a reason.
#[must_use]
pub fn slots(practitioner: &Slug, reason: &Slug) -> String {
    format!("/praticiens/{practitioner}?motif={reason}#creneaux")
}

/// The free slots of the week that holds `day`, a local day of the practice.
#[must_use]
pub fn slots_of_week(practitioner: &Slug, reason: &Slug, day: chrono::NaiveDate) -> String {
    let day = value(day);
    format!("/praticiens/{practitioner}?motif={reason}&semaine={day}#creneaux")
}

/// Who comes: the form behind a chosen slot. `start` is RFC 3339 in UTC (`…Z`).
#[must_use]
pub fn booking_form(
    practitioner: &Slug,
    reason: &Slug,
    start: chrono::DateTime<chrono::Utc>,
) -> String {
    let start = value(start.format("%Y-%m-%dT%H:%M:%SZ"));
    format!("/praticiens/{practitioner}/rendez-vous?motif={reason}&debut={start}")
}

/// A held slot that waits for its code. The token is URL-safe.
#[must_use]
pub fn held(token: &str) -> String {
    format!("/reservation/{token}")
}

/// One visit: see, move, cancel. The token is URL-safe.
#[must_use]
pub fn visit(token: &str) -> String {
    format!("/rdv/{token}")
}

/// Where one visit is called off, after a question.
#[must_use]
pub fn cancel(token: &str) -> String {
    format!("/rdv/{token}/annuler")
}

/// One visit as a calendar file, for those who did not get the mail.
#[must_use]
pub fn visit_file(token: &str) -> String {
    format!("/rdv/{token}/rendez-vous.ics")
}

/// One mail of the local mailbox.
#[must_use]
pub fn mail(name: &str) -> String {
    format!("{MAILBOX}/{name}")
}

/// A calendar feed. The token is URL-safe.
#[must_use]
pub fn feed(token: &str) -> String {
    format!("/calendrier/{token}.ics")
}

/// The first-run set-up.
#[must_use]
pub fn setup(token: &str) -> String {
    format!("/installation/{token}")
}

/// Signing out is a POST; this is where the office's people see their account and sessions.
pub const ACCOUNT: &str = "/agenda/compte";
/// The second step of one's own sign-in.
pub const SECOND_STEP: &str = "/agenda/compte/deuxieme-etape";
/// The same, where the codes of a telephone are started beside passkeys.
pub const ADD_TELEPHONE: &str = "/agenda/compte/deuxieme-etape?ajouter=telephone";
/// One's own passkeys.
pub const PASSKEYS: &str = "/agenda/compte/cles";

/// Where one of one's own passkeys is taken away, after a question.
#[must_use]
pub fn remove_passkey(passkey: crate::ids::PasskeyId) -> String {
    format!("{PASSKEYS}?retirer={passkey}")
}

/// The practice itself: telephone, holidays, places.
pub const OFFICE_PRACTICE: &str = "/agenda/cabinet";
/// The audit trail of the practice.
pub const JOURNAL: &str = "/agenda/journal";
/// Mails that did not go, and whom to phone.
pub const TO_PHONE: &str = "/agenda/a-telephoner";

/// The agenda of a practitioner, for the office.
#[must_use]
pub fn agenda(practitioner: &Slug) -> String {
    format!("/agenda/praticiens/{practitioner}")
}

/// One day of it.
#[must_use]
pub fn agenda_day(practitioner: &Slug, day: chrono::NaiveDate) -> String {
    let day = value(day);
    format!("/agenda/praticiens/{practitioner}?vue=jour&date={day}")
}

/// The week that holds a day.
#[must_use]
pub fn agenda_week(practitioner: &Slug, day: chrono::NaiveDate) -> String {
    let day = value(day);
    format!("/agenda/praticiens/{practitioner}?vue=semaine&date={day}")
}

/// Where the office books a visit: which reason.
#[must_use]
pub fn office_booking(practitioner: &Slug) -> String {
    format!("/agenda/praticiens/{practitioner}/nouveau-rendez-vous")
}

/// Which slot, of the first week that has one.
#[must_use]
pub fn office_booking_reason(practitioner: &Slug, reason: &Slug) -> String {
    format!("/agenda/praticiens/{practitioner}/nouveau-rendez-vous?motif={reason}")
}

/// Which slot of the week that holds `day`.
#[must_use]
pub fn office_booking_week(practitioner: &Slug, reason: &Slug, day: chrono::NaiveDate) -> String {
    let day = value(day);
    format!("/agenda/praticiens/{practitioner}/nouveau-rendez-vous?motif={reason}&semaine={day}")
}

/// Who comes: the office's form behind a slot.
#[must_use]
pub fn office_booking_form(
    practitioner: &Slug,
    reason: &Slug,
    start: chrono::DateTime<chrono::Utc>,
) -> String {
    let start = value(start.format("%Y-%m-%dT%H:%M:%SZ"));
    format!("/agenda/praticiens/{practitioner}/nouveau-rendez-vous?motif={reason}&debut={start}")
}

/// One visit, for the office.
#[must_use]
pub fn office_visit(practitioner: &Slug, visit: crate::ids::AppointmentId) -> String {
    format!("/agenda/praticiens/{practitioner}/rendez-vous/{visit}")
}

/// Her opening hours.
#[must_use]
pub fn office_hours(practitioner: &Slug) -> String {
    format!("/agenda/praticiens/{practitioner}/plages")
}

/// Her absences.
#[must_use]
pub fn office_absences(practitioner: &Slug) -> String {
    format!("/agenda/praticiens/{practitioner}/absences")
}

/// The visits that stand inside one of her absences.
#[must_use]
pub fn office_absence(practitioner: &Slug, absence: crate::ids::AbsenceId) -> String {
    format!("/agenda/praticiens/{practitioner}/absences/{absence}")
}

/// Her reasons.
#[must_use]
pub fn office_reasons(practitioner: &Slug) -> String {
    format!("/agenda/praticiens/{practitioner}/motifs")
}

/// One of her reasons; `None`: a new one.
#[must_use]
pub fn office_reason(practitioner: &Slug, reason: Option<&Slug>) -> String {
    match reason {
        Some(reason) => format!("/agenda/praticiens/{practitioner}/motifs?motif={reason}"),
        None => format!("/agenda/praticiens/{practitioner}/motifs?nouveau=oui"),
    }
}

/// Her calendar feeds.
#[must_use]
pub fn office_feeds(practitioner: &Slug) -> String {
    format!("/agenda/praticiens/{practitioner}/abonnement")
}

/// One place of the practice; `None`: a new one.
#[must_use]
pub fn office_place(place: Option<crate::ids::PlaceId>) -> String {
    match place {
        Some(place) => format!("/agenda/cabinet?lieu={place}"),
        None => "/agenda/cabinet?nouveau-lieu=oui".to_owned(),
    }
}

/// The lines of the audit trail about a topic and of a day, those older than line `before`.
#[must_use]
pub fn journal(topic: &str, day: Option<chrono::NaiveDate>, before: Option<uuid::Uuid>) -> String {
    let topic = value(topic);
    let day = day.map(value).unwrap_or_default();
    let before = before.map(|line| line.to_string()).unwrap_or_default();
    format!("{JOURNAL}?sujet={topic}&jour={day}&avant={before}")
}
