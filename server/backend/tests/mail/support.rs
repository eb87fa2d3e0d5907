//! A visit made by hand, so that a mail is the same to the byte from run to run, and the reader
//! in Python beside this file.

use std::{fs, path::PathBuf, process::Command};

use backend::{
    booking::VisitDetails,
    mail::{Mail, invitation::Invitation, letter::Letter, message},
    store::appointments::Visit,
    testing::{instant, minutes, zoe},
};
use domain::{
    appointment::{Appointment, CancelledBy, Status},
    holidays::HolidaySet,
    ids::JobId,
    interval::Interval,
    people::EmailAddress,
    practice::{Place, Practice, Practitioner},
    visit_reason::{Audience, BirthDateAsked, Minutes, VisitReason},
};
use i18n::Lang;
use serde::Deserialize;
use tempfile::TempDir;
use uuid::Uuid;

/// An identifier that tells the tests apart.
pub(crate) fn id<Id: From<Uuid>>(number: u128) -> Id {
    Uuid::from_u128(0x019a_0000_0000_7000_8000_0000_0000_0000 | number).into()
}

/// The sender of the instance.
pub(crate) fn sender() -> EmailAddress {
    "rdv@mail.example.org".parse().unwrap()
}

/// A confirmed visit of Zoé Đặng, Monday 23 November 2026 at 9:20 in Paris.
pub(crate) fn details(lang: Lang) -> VisitDetails {
    let place = Place {
        id: id(2),
        name: "Cabinet".parse().unwrap(),
        address: "3 rue de la Tour\n75016 Paris".parse().unwrap(),
        town: "Paris".parse().unwrap(),
        zone: "Europe/Paris".parse().unwrap(),
    };
    let start = instant("2026-11-23T08:20:00Z");
    let reason = VisitReason {
        id: id(4),
        slug: "depistage".parse().unwrap(),
        name: "Dépistage anonyme".parse().unwrap(),
        length: minutes(20),
        step: minutes(20),
        buffer_before: Minutes::ZERO,
        buffer_after: Minutes::ZERO,
        min_notice: minutes(60),
        horizon: minutes(60 * 24 * 60),
        cancel_deadline: minutes(4 * 60),
        audience: Audience::Everyone,
        birth_date: BirthDateAsked::No,
        instructions: "Apportez votre carte Vitale.\nSonnez à « Lefèvre »."
            .parse()
            .unwrap(),
    };
    VisitDetails {
        visit: Visit {
            appointment: Appointment {
                id: id(1),
                practice: id(5),
                practitioner: id(3),
                place: place.id,
                reason: reason.id,
                interval: Interval::new(start, start + minutes(20).delta()).unwrap(),
                status: Status::Booked,
                sequence: 0,
                changed_at: instant("2026-11-22T08:01:00Z"),
            },
            patient: zoe(),
            lang,
            created_at: instant("2026-11-22T08:00:00Z"),
            link_version: 0,
            wrong_codes: 0,
            codes_sent: 1,
        },
        practice: Practice {
            id: id(5),
            slug: "cabinet-de-la-tour".parse().unwrap(),
            name: "Cabinet de la Tour".parse().unwrap(),
            phone: "01 23 45 67 89".parse().unwrap(),
            email: Some("accueil@tour.example".parse().unwrap()),
            holidays: HolidaySet::France,
        },
        practitioner: Practitioner {
            id: id(3),
            slug: "camille-lefevre".parse().unwrap(),
            name: "Dre Camille Lefèvre".parse().unwrap(),
            specialty: "Infectiologue".parse().unwrap(),
        },
        zone: place.zone.as_str().parse().unwrap(),
        place,
        reason,
    }
}

/// The same, called off.
pub(crate) fn cancelled(lang: Lang, by: CancelledBy) -> VisitDetails {
    let mut details = details(lang);
    details.visit.appointment.status = Status::Cancelled { by };
    details.visit.appointment.sequence = 1;
    details.visit.appointment.changed_at = instant("2026-11-22T10:00:00Z");
    details
}

/// The whole mail.
pub(crate) fn build(
    details: &VisitDetails,
    letter: Letter,
    invitation: Option<&Invitation>,
    to_name: Option<&str>,
) -> Mail {
    let job: JobId = id(9);
    let envelope = message::Envelope {
        job,
        host: "rdv.example.org",
        from: &sender(),
        from_name: details.practice.name.as_str(),
        reply_to: details.practice.email.as_ref(),
        to: details.visit.patient.email.as_ref().unwrap(),
        to_name,
        date: instant("2026-11-22T08:01:02Z"),
    };
    message::build(&envelope, letter, invitation).unwrap()
}

/// What `read_mail.py` says of a mail.
#[derive(Debug, Deserialize)]
pub(crate) struct Seen {
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) subject: String,
    pub(crate) from: Vec<(String, String)>,
    pub(crate) to: Vec<(String, String)>,
    pub(crate) reply_to: Vec<(String, String)>,
    pub(crate) date: String,
    pub(crate) structure: serde_json::Value,
    pub(crate) text: String,
    pub(crate) html: String,
    pub(crate) calendars: Vec<SeenCalendar>,
    pub(crate) defects: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct SeenCalendar {
    pub(crate) raw: String,
    pub(crate) method: String,
    pub(crate) events: Vec<SeenEvent>,
    pub(crate) vobject_summaries: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct SeenEvent {
    pub(crate) uid: String,
    pub(crate) sequence: i32,
    pub(crate) start: String,
    pub(crate) end: String,
    pub(crate) status: String,
    pub(crate) summary: String,
    pub(crate) location: String,
    pub(crate) organizer: Vec<SeenPerson>,
    pub(crate) attendees: Vec<SeenPerson>,
    pub(crate) errors: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct SeenPerson {
    pub(crate) address: String,
    pub(crate) cn: String,
    pub(crate) partstat: Option<String>,
    pub(crate) rsvp: Option<String>,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Vec<&str> {
        self.headers
            .iter()
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
            .collect()
    }
}

/// Reads mails with Python, one for one.
pub(crate) fn read(mails: &[&Mail]) -> Vec<Seen> {
    let folder = TempDir::new().unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mail/read_mail.py");
    let mut command = Command::new(python());
    command.arg(script);
    for (number, mail) in mails.iter().enumerate() {
        let path = folder.path().join(format!("{number}.eml"));
        fs::write(&path, &mail.message).unwrap();
        command.arg(path);
    }
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The Python that has the packages of `scripts/requirements.txt`.
pub(crate) fn python() -> PathBuf {
    if let Some(python) = std::env::var_os("RDV_TEST_PYTHON") {
        return python.into();
    }
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")));
    let python = cache.unwrap_or_default().join("rdv/venv/bin/python");
    assert!(
        python.exists(),
        "no Python with aiosmtpd, icalendar and vobject: run `scripts/setup.sh test`, or name one in RDV_TEST_PYTHON"
    );
    python
}
