//! What a mail says: subject, text and HTML, from the templates of this folder and the words of
//! `mail.ftl`. When it is sent is [`crate::jobs`]'s.
//!
//! Templates name keys (`say("mail-when")`); a message may use any of the variables that
//! [`Facts::say`] hands over.

use askama::Template;
use chrono::{DateTime, Utc};
use domain::{appointment::CancelledBy, links, zone};
use i18n::{Lang, Value, dates};

use super::Trouble;
use crate::booking::VisitDetails;

/// What a mail says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// In which language.
    pub lang: Lang,
    /// One line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as HTML; nothing in it is fetched from anywhere.
    pub html: String,
}

/// What the templates may say, in words.
struct Facts {
    lang: Lang,
    patient: String,
    practice: String,
    practitioner: String,
    /// `lundi 23 novembre 2026 à 9 h 20`.
    day: String,
    /// The same, with whose clock it is.
    when: String,
    place: String,
    address: Vec<String>,
    phone: String,
    instructions: Vec<String>,
    /// First instant at which cancelling online is no longer possible; empty when it has come.
    deadline: String,
    code: String,
    /// Until when a code is valid, as an hour.
    until: String,
    link: String,
    cancelled_by_patient: bool,
    /// Whether what takes the visit out of a calendar comes along.
    in_calendar: bool,
    /// The key of what became of an account.
    said: &'static str,
    /// Whether the passkeys of an account are good in spite of it.
    passkeys_stand: bool,
}

/// What is told to one of a practice's people about her account.
#[derive(Clone, Debug)]
pub struct AccountNews {
    /// The language she reads.
    pub lang: Lang,
    /// Her name.
    pub name: String,
    /// The practice.
    pub practice: String,
    /// Its telephone, in words.
    pub phone: String,
    /// The key of what happened; it may use `{ $day }`.
    pub said: &'static str,
    /// When, in words.
    pub when: String,
    /// Whether she has passkeys that are good in spite of it.
    pub passkeys_stand: bool,
    /// Where she sees and changes it.
    pub link: String,
}

impl Facts {
    fn new(details: &VisitDetails) -> Self {
        let visit = &details.visit;
        let lang = visit.lang;
        let start = visit.appointment.interval.start();
        let lines = |text: &str| text.lines().map(ToOwned::to_owned).collect();
        Self {
            lang,
            patient: visit.patient.full_name(),
            practice: details.practice.name.to_string(),
            practitioner: details.practitioner.name.to_string(),
            day: dates::instant(lang, start, &details.zone),
            when: in_words(details, start),
            place: details.place.name.to_string(),
            address: lines(details.place.address.as_str()),
            phone: details.practice.phone.in_words(),
            instructions: lines(details.reason.instructions.as_str()),
            deadline: String::new(),
            code: String::new(),
            until: String::new(),
            link: String::new(),
            cancelled_by_patient: false,
            in_calendar: false,
            said: "",
            passkeys_stand: false,
        }
    }

    /// Of an account; about no visit.
    fn of_account(news: AccountNews) -> Self {
        Self {
            lang: news.lang,
            patient: news.name,
            practice: news.practice,
            practitioner: String::new(),
            day: news.when,
            when: String::new(),
            place: String::new(),
            address: Vec::new(),
            phone: news.phone,
            instructions: Vec::new(),
            deadline: String::new(),
            code: String::new(),
            until: String::new(),
            link: news.link,
            cancelled_by_patient: false,
            in_calendar: false,
            said: news.said,
            passkeys_stand: news.passkeys_stand,
        }
    }

    /// The words of a key.
    fn say(&self, key: &str) -> String {
        let arguments = [
            ("patient", &self.patient),
            ("practice", &self.practice),
            ("practitioner", &self.practitioner),
            ("day", &self.day),
            ("phone", &self.phone),
            ("deadline", &self.deadline),
            ("code", &self.code),
            ("until", &self.until),
        ]
        .map(|(name, value)| (name, Value::from(value.as_str())));
        i18n::text_with(self.lang, key, &arguments)
    }
}

/// A template, filled with [`Facts`].
macro_rules! templates {
    ($($path:literal => $name:ident;)+) => {$(
        #[derive(Template)]
        #[template(path = $path)]
        struct $name<'a> {
            f: &'a Facts,
        }
    )+};
}

templates! {
    "send_code/subject.txt" => SendCodeSubject;
    "send_code/body.txt" => SendCodeText;
    "send_code/body.html" => SendCodeHtml;
    "confirm/subject.txt" => ConfirmSubject;
    "confirm/body.txt" => ConfirmText;
    "confirm/body.html" => ConfirmHtml;
    "notify_cancel/subject.txt" => NotifyCancelSubject;
    "notify_cancel/body.txt" => NotifyCancelText;
    "notify_cancel/body.html" => NotifyCancelHtml;
    "notify_account/subject.txt" => NotifyAccountSubject;
    "notify_account/body.txt" => NotifyAccountText;
    "notify_account/body.html" => NotifyAccountHtml;
}

/// The code that proves an address; valid until `until`. It says nothing that the visitor typed,
/// and holds no link: the address may be anybody's.
///
/// # Errors
/// [`Trouble::Unbuildable`] if a template cannot be filled.
pub fn send_code(
    details: &VisitDetails,
    code: &str,
    until: DateTime<Utc>,
) -> Result<Letter, Trouble> {
    let mut facts = Facts::new(details);
    facts.patient = String::new();
    facts.code = code.to_owned();
    let hour = dates::hour(facts.lang, zone::wall(&details.zone, until).time());
    let zone = dates::zone_name(facts.lang, &details.place.zone);
    facts.until = match dates::offset_if_repeated(until, &details.zone) {
        None => format!("{hour} ({zone})"),
        Some(offset) => format!("{hour} ({zone}, {offset})"),
    };
    let f = &facts;
    fill(
        f.lang,
        &SendCodeSubject { f },
        &SendCodeText { f },
        &SendCodeHtml { f },
    )
}

/// The visit stands: when, where, what to bring, and its link.
///
/// # Errors
/// [`Trouble::Unbuildable`] if a template cannot be filled.
pub fn confirm(
    details: &VisitDetails,
    link: String,
    now: DateTime<Utc>,
) -> Result<Letter, Trouble> {
    let mut facts = Facts::new(details);
    facts.link = link;
    let deadline = details.cancel_deadline();
    if now < deadline {
        facts.deadline = in_words(details, deadline);
    }
    let f = &facts;
    fill(
        f.lang,
        &ConfirmSubject { f },
        &ConfirmText { f },
        &ConfirmHtml { f },
    )
}

/// The visit is called off; `origin` is where the page of the practitioner is. `in_calendar` says
/// that an invitation comes along that takes the visit out of a calendar.
///
/// # Errors
/// [`Trouble::Unbuildable`] if a template cannot be filled.
pub fn notify_cancel(
    details: &VisitDetails,
    by: CancelledBy,
    origin: &str,
    in_calendar: bool,
) -> Result<Letter, Trouble> {
    let mut facts = Facts::new(details);
    facts.in_calendar = in_calendar;
    facts.cancelled_by_patient = by == CancelledBy::Patient;
    let page = links::practitioner(&details.practitioner.slug);
    facts.link = format!("{origin}{page}");
    let f = &facts;
    fill(
        f.lang,
        &NotifyCancelSubject { f },
        &NotifyCancelText { f },
        &NotifyCancelHtml { f },
    )
}

/// The way into an account is another: what, when, and what to do if it was somebody else.
///
/// # Errors
/// [`Trouble::Unbuildable`] if a template cannot be filled.
pub fn account_changed(news: AccountNews) -> Result<Letter, Trouble> {
    let facts = Facts::of_account(news);
    let f = &facts;
    fill(
        f.lang,
        &NotifyAccountSubject { f },
        &NotifyAccountText { f },
        &NotifyAccountHtml { f },
    )
}

fn in_words(details: &VisitDetails, instant: DateTime<Utc>) -> String {
    dates::instant_with_zone(
        details.visit.lang,
        instant,
        &details.zone,
        &details.place.zone,
    )
}

fn fill(
    lang: Lang,
    subject: &impl Template,
    text: &impl Template,
    html: &impl Template,
) -> Result<Letter, Trouble> {
    let filled = |result: askama::Result<String>| result.map_err(|_| Trouble::Unbuildable);
    Ok(Letter {
        lang,
        subject: filled(subject.render())?.trim().to_owned(),
        text: paragraphs(&filled(text.render())?),
        html: filled(html.render())?,
    })
}

/// Templates leave empty lines where something was left out: one between two paragraphs is
/// enough.
fn paragraphs(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for line in text.trim().lines().map(str::trim_end) {
        if line.is_empty() {
            gap = true;
            continue;
        }
        if gap {
            out.push('\n');
        }
        gap = false;
        out.push_str(line);
        out.push('\n');
    }
    out
}
