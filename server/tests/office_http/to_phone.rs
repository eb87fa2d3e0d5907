//! The list of those to be phoned because a mail did not go: whom, at which number, what for; and
//! that somebody did.

use std::sync::Arc;

use backend::{
    mail::{Mail, Mailer, NotSent, Sending, Trouble},
    testing::Kind,
};
use chrono::TimeDelta;
use domain::links;
use http::StatusCode;
use rstest::rstest;

use crate::{
    doors::told,
    people::{done, hidden, owner_of, page},
    support::{Browser, TestSite},
};

const AGENDA: &str = "/agenda/praticiens/camille-lefevre-tour";
const TUESDAY: &str = "2026-11-24T08:00:00Z";
const WEDNESDAY: &str = "2026-11-25T08:00:00Z";
const THURSDAY: &str = "2026-11-26T08:00:00Z";
/// What the agenda warns with, however many they are.
const TO_BE_PHONED: &str = "à prévenir par téléphone";

/// Takes no mail away.
#[derive(Debug)]
struct Refusing(Trouble);

impl Mailer for Refusing {
    fn send<'a>(&'a self, _: &'a Mail) -> Sending<'a> {
        let why: NotSent = self.0.into();
        Box::pin(async move { Err(why) })
    }
}

async fn site(kind: Kind, trouble: Trouble) -> TestSite {
    TestSite::mailing_by(kind, Arc::new(Refusing(trouble))).await
}

/// A page with plain spaces.
async fn read(browser: &mut Browser<'_>, path: &str) -> String {
    page(browser, path).await.replace('\u{a0}', " ")
}

#[rstest]
#[tokio::test]
async fn whom_a_mail_did_not_reach_is_shown_with_her_number_and_what_it_was_to_say(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let site = site(kind, Trouble::RecipientRefused).await;
    let (of, mut owner) = owner_of(&site).await;
    let html = read(&mut owner, AGENDA).await;
    assert!(!html.contains(TO_BE_PHONED), "{html}");
    let html = read(&mut owner, links::TO_PHONE).await;
    assert!(html.contains("Personne n’est à prévenir"), "{html}");

    site.backend.book(&of, TUESDAY).await;
    site.backend.run_due_jobs().await.unwrap();
    let html = read(&mut owner, AGENDA).await;
    let warning = format!("Une personne est {TO_BE_PHONED}");
    assert!(html.contains(&warning), "{html}");

    site.backend.book(&of, WEDNESDAY).await;
    let day = format!("{AGENDA}?vue=jour&date=2026-11-25");
    let visit = told(&mut owner, &day, "/rendez-vous/").await;
    let form = [("practitioner", "camille-lefevre-tour"), ("visit", &*visit)];
    let answer = owner.post("/api/cancel_by_practice", &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    site.backend.hold(&of, THURSDAY).await.unwrap();
    site.backend.run_due_jobs().await.unwrap();

    let html = read(&mut owner, AGENDA).await;
    let warning = format!("3 personnes sont {TO_BE_PHONED}");
    assert!(html.contains(&warning), "{html}");
    assert!(html.contains("Voir qui appeler"), "{html}");
    let html = read(&mut owner, links::TO_PHONE).await;
    let cards: Vec<_> = html.split("<li class=\"card stack\">").skip(1).collect();
    assert_eq!(cards.len(), 3, "{html}");
    for (card, said) in cards.iter().zip([
        "Confirmation du rendez-vous du mardi 24 novembre 2026 à 9 h",
        "Annulation du rendez-vous du mercredi 25 novembre 2026 à 9 h",
        "Code pour confirmer le rendez-vous du jeudi 26 novembre 2026 à 9 h",
    ]) {
        for told in [
            said,
            "Zoé Đặng",
            "href=\"tel:+33612345678\"",
            "L’adresse a été refusée.",
            "Non envoyé",
            "action=\"/api/patient_was_phoned\"",
        ] {
            assert!(card.contains(told), "{told}: {card}");
        }
    }
}

#[rstest]
#[tokio::test]
async fn who_was_phoned_is_no_longer_on_the_list_and_the_trail_says_so(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let site = site(kind, Trouble::RecipientRefused).await;
    let (of, mut owner) = owner_of(&site).await;
    site.backend.book(&of, TUESDAY).await;
    site.backend.run_due_jobs().await.unwrap();
    let week = format!("{AGENDA}?date=2026-11-24");
    let visit = told(&mut owner, &week, "/rendez-vous/").await;
    let visit = format!("{AGENDA}/rendez-vous/{visit}");
    let line = "Personne prévenue par téléphone";
    for path in [&*visit, links::JOURNAL] {
        let html = page(&mut owner, path).await;
        assert!(!html.contains(line), "{path}: {html}");
    }

    let mail = hidden(&page(&mut owner, links::TO_PHONE).await, "mail");
    let form = [("mail", &*mail)];
    let answer = owner.post("/api/patient_was_phoned", &form).await;
    assert_eq!(answer.location(), links::TO_PHONE);
    let html = done(&mut owner, answer, "la personne est prévenue").await;
    assert!(html.contains("Personne n’est à prévenir"), "{html}");
    assert!(
        !html.contains("Zoé") && !html.contains("tel:+336"),
        "{html}"
    );
    let html = read(&mut owner, AGENDA).await;
    assert!(!html.contains(TO_BE_PHONED), "{html}");
    for path in [&*visit, links::JOURNAL] {
        let html = page(&mut owner, path).await;
        assert_eq!(html.matches(line).count(), 1, "{path}: {html}");
    }
    let again = owner.post("/api/patient_was_phoned", &form).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_mail_that_is_still_tried_is_shown_and_cannot_be_ticked_off() {
    let site = site(Kind::Sqlite, Trouble::Unreachable).await;
    let (of, mut owner) = owner_of(&site).await;
    site.backend.book(&of, TUESDAY).await;
    site.backend.run_due_jobs().await.unwrap();
    let html = read(&mut owner, links::TO_PHONE).await;
    assert!(html.contains("Personne n’est à prévenir"), "{html}");

    site.backend.clock.advance(TimeDelta::minutes(15));
    site.backend.run_due_jobs().await.unwrap();
    let html = read(&mut owner, links::TO_PHONE).await;
    for said in [
        "Encore en route",
        "Le serveur de mails ne répond pas.",
        "À envoyer depuis le dimanche 22 novembre 2026 à 9 h.",
        "href=\"tel:+33612345678\"",
    ] {
        assert!(html.contains(said), "{said}: {html}");
    }
    assert!(!html.contains("/api/patient_was_phoned"), "{html}");
    let html = read(&mut owner, AGENDA).await;
    let warning = format!("Une personne est {TO_BE_PHONED}");
    assert!(html.contains(&warning), "{html}");
}

/// Why a mail did not go, or that nobody knows, as the practice reads it.
#[tokio::test]
async fn each_reason_has_its_words_and_a_mail_that_nobody_began_says_so() {
    let site = site(Kind::Sqlite, Trouble::TextRefused).await;
    let (of, mut owner) = owner_of(&site).await;
    site.backend.book(&of, TUESDAY).await;
    site.backend.clock.advance(TimeDelta::minutes(15));
    let waiting = read(&mut owner, links::TO_PHONE).await;
    for said in ["Encore en route", "Il attend encore son tour."] {
        assert!(waiting.contains(said), "{said}: {waiting}");
    }
    site.backend.run_due_jobs().await.unwrap();
    let refused = read(&mut owner, links::TO_PHONE).await;
    assert!(
        refused.contains("Le serveur de mails a refusé le message"),
        "{refused}"
    );
    let newer = "update jobs set last_error = 'a reason of a newer version'";
    site.backend.run_sql(newer).await.unwrap();
    let unknown = read(&mut owner, links::TO_PHONE).await;
    assert!(unknown.contains("Non envoyé"), "{unknown}");
    for said in ["Il attend encore", "a newer version", "a refusé le message"] {
        assert!(!unknown.contains(said), "{said}: {unknown}");
    }
}
