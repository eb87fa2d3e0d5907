//! Every mail in both languages, as a whole: snapshots of what it says, and its build as two
//! MIME parsers and three calendar readers see it.

use backend::{
    booking::VisitDetails,
    ics,
    mail::{
        Mail,
        invitation::{self, Invitation, Method},
        letter, mailbox,
    },
    testing::{instant, linter},
};
use domain::{
    appointment::{CancelledBy, Status},
    visit_reason::Minutes,
};
use i18n::{Lang, dates};
use rstest::rstest;

use crate::support::{Seen, build, cancelled, details, read, sender};

const LINK: &str = "https://rdv.example.org/rdv/6YxT4mWq0sJ8rX2bN5vK7cZ1aQ3eR9tU4iO6pL8dF0g";

fn invite(details: &VisitDetails, method: Method) -> Invitation {
    let patient = details.visit.patient.email.as_ref().unwrap();
    invitation::write(details, method, &sender(), patient)
}

fn code_mail(lang: Lang) -> Mail {
    let details = details(lang);
    let until = instant("2026-11-22T08:15:00Z");
    let letter = letter::send_code(&details, "042137", until).unwrap();
    build(&details, letter, None, None)
}

fn confirm_mail(lang: Lang) -> Mail {
    let details = details(lang);
    let now = instant("2026-11-22T08:01:02Z");
    let letter = letter::confirm(&details, LINK.to_owned(), now).unwrap();
    let invitation = invite(&details, Method::Request);
    build(&details, letter, Some(&invitation), Some("Zoé Đặng"))
}

fn cancel_mail(lang: Lang, by: CancelledBy) -> Mail {
    let details = cancelled(lang, by);
    let letter = letter::notify_cancel(&details, by, "https://rdv.example.org", true).unwrap();
    let invitation = invite(&details, Method::Cancel);
    build(&details, letter, Some(&invitation), Some("Zoé Đặng"))
}

fn account_mail(lang: Lang, said: &'static str, passkeys_stand: bool) -> Mail {
    let news = letter::AccountNews {
        lang,
        name: "Dre Camille Lefèvre".to_owned(),
        practice: "Cabinet de la Tour".to_owned(),
        phone: "01 23 45 67 89".to_owned(),
        said,
        when: dates::day_and_hour(lang, instant("2026-11-22T08:01:00Z").naive_utc()),
        passkeys_stand,
        link: "https://rdv.example.org/agenda/compte".to_owned(),
    };
    let letter = letter::account_changed(news).unwrap();
    build(&details(lang), letter, None, Some("Dre Camille Lefèvre"))
}

fn every_mail() -> Vec<Mail> {
    let mut mails = Vec::new();
    for lang in Lang::ALL {
        mails.push(code_mail(lang));
        mails.push(confirm_mail(lang));
        mails.push(cancel_mail(lang, CancelledBy::Patient));
        mails.push(cancel_mail(lang, CancelledBy::Practice));
        mails.push(account_mail(lang, "mail-account-password-changed", true));
    }
    mails
}

fn read_one(mail: &Mail) -> Seen {
    read(&[mail]).pop().unwrap()
}

/// Everything a mail says, for a snapshot.
fn said(mail: &Mail) -> String {
    let seen = read_one(mail);
    let headers: Vec<_> = seen
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    let calendar = seen.calendars.first().map_or("", |calendar| &calendar.raw);
    format!(
        "{}\n\n===== text\n{}\n===== html\n{}\n===== calendar\n{calendar}",
        headers.join("\n"),
        seen.text,
        seen.html
    )
    .replace('\r', "")
}

#[rstest]
fn the_code_in_both_languages(#[values(Lang::Fr, Lang::En)] lang: Lang) {
    insta::assert_snapshot!(format!("code_{lang}"), said(&code_mail(lang)));
}

#[rstest]
fn the_confirmation_in_both_languages(#[values(Lang::Fr, Lang::En)] lang: Lang) {
    insta::assert_snapshot!(format!("confirm_{lang}"), said(&confirm_mail(lang)));
}

#[rstest]
fn the_cancellation_in_both_languages(#[values(Lang::Fr, Lang::En)] lang: Lang) {
    for (by, who) in [
        (CancelledBy::Patient, "patient"),
        (CancelledBy::Practice, "practice"),
    ] {
        let name = format!("cancel_by_{who}_{lang}");
        insta::assert_snapshot!(name, said(&cancel_mail(lang, by)));
    }
}

#[rstest]
fn news_of_an_account_in_both_languages(#[values(Lang::Fr, Lang::En)] lang: Lang) {
    let passkey = account_mail(lang, "mail-account-passkey-added", false);
    insta::assert_snapshot!(format!("account_passkey_{lang}"), said(&passkey));
    let password = account_mail(lang, "mail-account-password-changed", true);
    insta::assert_snapshot!(format!("account_password_{lang}"), said(&password));
}

#[test]
fn the_confirmation_is_built_as_calendar_programs_want_it() {
    let seen = read_one(&confirm_mail(Lang::Fr));
    let expected = serde_json::json!({
        "type": "multipart/mixed",
        "parts": [
            { "type": "multipart/alternative", "parts": [
                { "type": "text/plain", "charset": "utf-8" },
                { "type": "text/html", "charset": "utf-8" },
                { "type": "text/calendar", "charset": "utf-8", "method": "REQUEST" },
            ]},
            { "type": "application/ics", "name": "invite.ics",
              "disposition": "attachment", "filename": "invite.ics" },
        ],
    });
    let lower = |value: &serde_json::Value| value.to_string().replace("UTF-8", "utf-8");
    assert_eq!(lower(&seen.structure), lower(&expected));
    assert_eq!(seen.calendars.len(), 2);
    assert_eq!(
        seen.calendars[0].raw, seen.calendars[1].raw,
        "the same bytes twice"
    );
}

#[test]
fn the_code_has_no_calendar_and_names_no_patient() {
    for lang in Lang::ALL {
        let mail = code_mail(lang);
        let seen = read_one(&mail);
        assert_eq!(seen.structure["type"], "multipart/alternative");
        assert!(seen.calendars.is_empty());
        let all = format!("{}{}{}{:?}", seen.subject, seen.text, seen.html, seen.to);
        for typed in ["Zoé", "Đặng", "06 12 34 56 78", "http"] {
            assert!(!all.contains(typed), "{typed} in {all}");
        }
        let local = mailbox::read("x", &mail.message).unwrap();
        assert_eq!(local.code.as_deref(), Some("042137"));
    }
}

#[test]
fn a_cancellation_takes_out_what_the_confirmation_put_in() {
    for by in [CancelledBy::Patient, CancelledBy::Practice] {
        let seen = read(&[&confirm_mail(Lang::Fr), &cancel_mail(Lang::Fr, by)]);
        let [put_in, taken_out] = &seen[..] else {
            panic!("two mails");
        };
        let (first, last) = (&put_in.calendars[0], &taken_out.calendars[0]);
        assert_eq!((&*first.method, &*last.method), ("REQUEST", "CANCEL"));
        let (first, last) = (&first.events[0], &last.events[0]);
        assert_eq!(first.uid, last.uid);
        assert_eq!((first.sequence, last.sequence), (0, 1));
        assert_eq!((&*first.status, &*last.status), ("CONFIRMED", "CANCELLED"));
        for event in [first, last] {
            assert_eq!(event.start, "2026-11-23T08:20:00+00:00");
            assert_eq!(event.end, "2026-11-23T08:40:00+00:00");
            assert_eq!(event.organizer.len(), 1);
            assert_eq!(event.organizer[0].address, "mailto:rdv@mail.example.org");
            assert_eq!(event.attendees.len(), 1);
            let attendee = &event.attendees[0];
            assert_eq!(attendee.address, "mailto:zoe@example.org");
            assert_eq!(attendee.partstat.as_deref(), Some("ACCEPTED"));
            assert_eq!(attendee.rsvp.as_deref(), Some("FALSE"));
            assert!(event.errors.is_empty(), "{:?}", event.errors);
        }
    }
}

#[test]
fn every_mail_has_its_plain_headers() {
    let mails = every_mail();
    for seen in read(&mails.iter().collect::<Vec<_>>()) {
        assert_eq!(seen.defects, Vec::<String>::new(), "{}", seen.subject);
        assert_eq!(
            seen.from,
            [("Cabinet de la Tour".into(), "rdv@mail.example.org".into())]
        );
        assert_eq!(
            seen.reply_to,
            [("Cabinet de la Tour".into(), "accueil@tour.example".into())]
        );
        assert_eq!(seen.to.len(), 1);
        assert_eq!(seen.to[0].1, "zoe@example.org");
        assert_eq!(seen.header("Auto-Submitted"), ["auto-generated"]);
        assert_eq!(
            seen.header("Message-ID"),
            ["<019a0000-0000-7000-8000-000000000009@rdv.example.org>"]
        );
        assert_eq!(seen.date, "2026-11-22T08:01:02+00:00");
        assert_eq!(seen.header("MIME-Version"), ["1.0"]);
        assert_eq!(seen.header("Content-Language").len(), 1);
        for once in ["From", "To", "Subject", "Date", "Content-Type"] {
            assert_eq!(seen.header(once).len(), 1, "{once}");
        }
    }
}

#[test]
fn no_mail_says_why_one_comes() {
    for mail in every_mail() {
        let seen = read_one(&mail);
        let calendars: String = seen.calendars.iter().map(|c| c.raw.as_str()).collect();
        let all = format!("{}{}{}{calendars}", seen.subject, seen.text, seen.html).to_lowercase();
        for secret in ["dépistage", "infectiologue", "depistage"] {
            assert!(!all.contains(secret), "{secret} in {all}");
        }
        assert!(
            !calendars.contains("https:"),
            "calendars are shared: the link of the visit is not for them"
        );
    }
}

#[test]
fn the_bytes_of_every_invitation_pass_the_linter() {
    for lang in Lang::ALL {
        let request = invite(&details(lang), Method::Request);
        let cancel = invite(&cancelled(lang, CancelledBy::Practice), Method::Cancel);
        for invitation in [request, cancel] {
            let read = linter::invitation(invitation.calendar.as_bytes());
            let calendar = read.unwrap_or_else(|faults| panic!("{faults:#?}"));
            assert_eq!(calendar.text("METHOD").unwrap(), invitation.method.name());
            let uid = calendar.events[0].text("UID").unwrap();
            assert_eq!(uid, ics::uid(details(lang).visit.appointment.id));
        }
    }
}

#[test]
fn the_same_mail_has_the_same_bytes() {
    assert_eq!(
        confirm_mail(Lang::Fr).message,
        confirm_mail(Lang::Fr).message
    );
}

#[test]
fn a_mail_is_seven_bits_in_lines_that_every_server_takes() {
    for mail in every_mail() {
        assert!(mail.message.is_ascii());
        let text = String::from_utf8(mail.message).unwrap();
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
        let longest = text.lines().map(str::len).max().unwrap();
        // RFC 5322 §2.1.1 allows 998.
        assert!(longest <= 998, "{longest}");
    }
}

#[test]
fn nothing_in_a_mail_is_fetched_from_anywhere() {
    for mail in every_mail() {
        let html = read_one(&mail).html.to_lowercase();
        for fetches in [
            "<img", "<link", "<script", "<iframe", "src=", "@import", "url(",
        ] {
            assert!(!html.contains(fetches), "{fetches}");
        }
        let addresses = html.matches("http").count();
        let ours = html.matches("href=\"https://rdv.example.org/").count();
        assert_eq!(addresses, ours, "the only address is a link of ours");
    }
}

#[test]
fn after_the_deadline_the_mail_names_the_telephone_instead_of_cancelling_online() {
    let mut details = details(Lang::En);
    let deadline = details.cancel_deadline();
    let second = chrono::TimeDelta::seconds(1);
    let before = letter::confirm(&details, LINK.to_owned(), deadline - second).unwrap();
    assert!(
        before
            .text
            .contains("before Monday 23 November 2026 at 5:20")
    );
    assert!(before.text.contains("can see and cancel the appointment"));
    let at = letter::confirm(&details, LINK.to_owned(), deadline).unwrap();
    for said in [&at.text, &at.html] {
        assert!(said.contains("To cancel it, call the practice: 01 23 45 67 89."));
        assert!(!said.contains("See or cancel"));
        // Nor does the link do it for whoever it is forwarded to.
        assert!(said.contains("Whoever has this link can see the appointment: keep it"));
    }
    details.reason.cancel_deadline = Minutes::ZERO;
    let free = letter::confirm(&details, LINK.to_owned(), deadline).unwrap();
    assert!(free.text.contains("before Monday 23 November 2026 at 9:20"));
}

#[test]
fn the_repeated_hour_of_autumn_says_which_of_the_two() {
    let mut details = details(Lang::Fr);
    for (start, offset) in [
        ("2026-10-25T00:20:00Z", "UTC+2"),
        ("2026-10-25T01:20:00Z", "UTC+1"),
    ] {
        let start = instant(start);
        let end = start + details.reason.length.delta();
        details.visit.appointment.interval = domain::interval::Interval::new(start, end).unwrap();
        let letter = letter::confirm(&details, LINK.to_owned(), start).unwrap();
        assert!(letter.text.contains(offset), "{}", letter.text);
        let invitation = invite(&details, Method::Request);
        let calendar = linter::invitation(invitation.calendar.as_bytes()).unwrap();
        assert_eq!(calendar.events[0].start, start);
    }
}

#[test]
fn a_place_in_another_zone_keeps_its_own_clock() {
    let mut details = details(Lang::Fr);
    details.place.zone = "Indian/Reunion".parse().unwrap();
    details.zone = details.place.zone.as_str().parse().unwrap();
    details.visit.appointment.status = Status::Booked;
    let now = instant("2026-11-22T08:01:02Z");
    let letter = letter::confirm(&details, LINK.to_owned(), now).unwrap();
    let text = letter.text.replace('\u{a0}', " ");
    assert!(
        text.contains("lundi 23 novembre 2026 à 12 h 20 (heure de La Réunion)"),
        "{text}"
    );
}
