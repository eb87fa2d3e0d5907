//! A visit as the office keeps it: looked at, marked, called off; and the agenda it stands in.

use backend::{office::practice::PractitionerForm, testing::Kind};
use chrono::TimeDelta;
use domain::feed::Detail;
use http::StatusCode;
use rstest::rstest;

use crate::{
    people::{done, owner_of, page, refused, signed_in},
    support::{Browser, TestSite},
};

const WHOSE: (&str, &str) = ("practitioner", "camille-lefevre-tour");
const AGENDA: &str = "/agenda/praticiens/camille-lefevre-tour";
const START: &str = "2026-11-23T08:00:00Z";

/// The id of the only visit of the week.
async fn visit(browser: &mut Browser<'_>) -> String {
    let html = page(browser, &format!("{AGENDA}?date=2026-11-23")).await;
    let link = html.split("/rendez-vous/").nth(1).unwrap();
    link.split('"').next().unwrap().to_owned()
}

#[rstest]
#[tokio::test]
async fn the_agenda_shows_the_visits_of_a_week_and_of_a_day(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let site = TestSite::on(kind).await;
    let (of, mut browser) = owner_of(&site).await;
    site.backend.book(&of, START).await;
    for reads in ["text/html", "*/*", "application/json"] {
        let asked = http::Request::get("/agenda")
            .header("host", "rdv.example.org")
            .header("accept", reads);
        let answer = browser.send(asked, axum::body::Body::empty()).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{reads}");
        assert_eq!(answer.location(), AGENDA, "{reads}");
        // Who does not follow is not told that she keeps no agenda.
        let text = answer.text();
        assert!(text.contains(&format!("href=\"{AGENDA}\"")), "{text}");
        assert!(!text.contains("Aucun agenda"), "{text}");
    }
    let week = page(&mut browser, &format!("{AGENDA}?date=2026-11-25")).await;
    assert!(week.contains("Zoé Đặng"), "{week}");
    assert!(
        week.contains("data-h=\"9\" data-m=\"0\" data-to-h=\"9\" data-to-m=\"20\""),
        "{week}"
    );
    assert!(week.contains("data-days=\"7\""), "{week}");
    let day = page(&mut browser, &format!("{AGENDA}?vue=jour&date=2026-11-23")).await;
    assert!(
        day.contains("Zoé Đặng") && day.contains("data-days=\"1\""),
        "{day}"
    );
    let next = page(&mut browser, &format!("{AGENDA}?date=2026-12-02")).await;
    assert!(!next.contains("Zoé"), "{next}");
    for wrong in ["?date=2026-02-30", "?date=demain"] {
        assert_eq!(
            browser.get(&format!("{AGENDA}{wrong}")).await.status,
            StatusCode::NOT_FOUND
        );
    }
    for far in [
        "?date=0001-01-01",
        "?date=9999-12-31",
        "?date=-262143-01-01",
        "?date=262142-12-31",
    ] {
        let status = browser.get(&format!("{AGENDA}{far}")).await.status;
        assert!(!status.is_server_error(), "{far}: {status}");
    }
}

#[tokio::test]
async fn a_visit_is_marked_as_it_goes() {
    let site = TestSite::new().await;
    let (of, mut browser) = owner_of(&site).await;
    site.backend.book(&of, START).await;
    let id = visit(&mut browser).await;
    let path = format!("{AGENDA}/rendez-vous/{id}");
    let html = page(&mut browser, &path).await;
    for told in [
        "Zoé Đặng",
        "tel:+33612345678",
        "zoe@example.org",
        "Confirmé",
    ] {
        assert!(html.contains(told), "{told}: {html}");
    }
    assert!(
        !html.contains("N’est pas venu"),
        "nobody can know yet: {html}"
    );
    let mark = |mark: &'static str| [WHOSE, ("visit", &*id), ("mark", mark)];
    let answer = browser.post("/api/mark_visit", &mark("missed")).await;
    refused(&answer, StatusCode::CONFLICT, "C’est trop tôt");

    site.backend.clock.advance(TimeDelta::minutes(23 * 60 + 30));
    let mut browser = signed_in(&site, "camille@example.org").await;
    // Later today: what the page does not offer is not taken either.
    let html = page(&mut browser, &path).await;
    assert!(
        html.contains("value=\"arrived\"") && !html.contains("value=\"attended\""),
        "{html}"
    );
    let answer = browser.post("/api/mark_visit", &mark("attended")).await;
    refused(&answer, StatusCode::CONFLICT, "C’est trop tôt");
    let answer = browser.post("/api/mark_visit", &mark("arrived")).await;
    done(&mut browser, answer, "en salle d’attente").await;
    // A double click says it once more, and once only in the trail.
    let answer = browser.post("/api/mark_visit", &mark("arrived")).await;
    let html = done(&mut browser, answer, "en salle d’attente").await;
    assert_eq!(html.matches("Arrivée notée").count(), 1, "{html}");
    let answer = browser.post("/api/mark_visit", &mark("attended")).await;
    let html = done(&mut browser, answer, "consultation faite").await;
    assert!(
        html.contains("Honoré") && !html.contains("/api/mark_visit"),
        "{html}"
    );
    let answer = browser.post("/api/mark_visit", &mark("missed")).await;
    refused(&answer, StatusCode::CONFLICT, "a changé entre-temps");
    let answer = browser.post("/api/mark_visit", &mark("danced")).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_visit_that_the_practice_cancels_is_cancelled_for_the_patient() {
    let site = TestSite::new().await;
    let (of, mut browser) = owner_of(&site).await;
    let link = site.backend.book(&of, START).await;
    let id = visit(&mut browser).await;
    let form = [WHOSE, ("visit", &*id)];
    let answer = browser.post("/api/cancel_by_practice", &form).await;
    let html = done(&mut browser, answer, "Le rendez-vous est annulé").await;
    assert!(html.contains("Annulé par le cabinet"), "{html}");
    let patient = site.get(&format!("/rdv/{link}")).await.text();
    assert!(
        patient.contains("Le cabinet a annulé ce rendez-vous"),
        "{patient}"
    );
    // Cancelling twice is cancelling once.
    let again = browser.post("/api/cancel_by_practice", &form).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn who_calls_off_what_the_patient_called_off_is_told_so() {
    let site = TestSite::new().await;
    let (of, mut browser) = owner_of(&site).await;
    let link = site.backend.book(&of, "2026-11-24T08:00:00Z").await;
    let id = visit(&mut browser).await;
    site.backend.cancel_by_link(&link).await.unwrap();
    let form = [WHOSE, ("visit", &*id)];
    let answer = browser.post("/api/cancel_by_practice", &form).await;
    refused(&answer, StatusCode::CONFLICT, "a changé entre-temps");
    assert!(answer.text().contains("Annulé par le ou la patient·e"));
}

#[tokio::test]
async fn who_calls_off_a_visit_that_is_over_is_told_so() {
    let site = TestSite::new().await;
    let (of, mut browser) = owner_of(&site).await;
    site.backend.book(&of, START).await;
    let id = visit(&mut browser).await;
    site.backend
        .clock
        .set("2026-11-23T08:20:00Z".parse().unwrap());
    let mut browser = signed_in(&site, "camille@example.org").await;
    let form = [WHOSE, ("visit", &*id)];
    let answer = browser.post("/api/cancel_by_practice", &form).await;
    refused(&answer, StatusCode::CONFLICT, "le rendez-vous est terminé");
    assert!(!answer.text().contains("Annulé par"), "it stands");
}

/// She keeps both agendas: a form that names one changes nothing of the other, and says nothing else.
#[tokio::test]
async fn what_is_of_another_agenda_is_none_of_the_one_that_a_form_names() {
    let site = TestSite::new().await;
    let (of, mut browser) = owner_of(&site).await;
    site.backend.book(&of, START).await;
    let id = visit(&mut browser).await;
    let owner = site.backend.owner_without_account(&of);
    let ines = PractitionerForm {
        name: "Inès Moreau".parse().unwrap(),
        specialty: "Sage-femme".parse().unwrap(),
    };
    let ines = site.backend.add_practitioner(&owner, ines).await.unwrap();
    let (slug, whose) = (ines.slug.to_string(), of.practitioner.id);
    let feed = site
        .backend
        .create_feed(&owner, whose, Detail::BusyOnly)
        .await;
    let feed = feed.unwrap().id.to_string();
    for (path, name, value, more) in [
        ("/api/cancel_by_practice", "visit", &id, None),
        ("/api/mark_visit", "visit", &id, Some(("mark", "arrived"))),
        ("/api/revoke_feed", "feed", &feed, None),
        ("/api/renew_feed", "feed", &feed, None),
        (
            "/api/set_feed_detail",
            "feed",
            &feed,
            Some(("detail", "full_name")),
        ),
    ] {
        let mut form = vec![("practitioner", &*slug), (name, &**value)];
        form.extend(more);
        let answer = browser.post(path, &form).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    let html = page(&mut browser, &format!("{AGENDA}/rendez-vous/{id}")).await;
    assert!(html.contains("Confirmé"), "{html}");
    let feeds = site.backend.feeds_of(&owner, whose).await.unwrap();
    assert_eq!(feeds.len(), 1);
    assert_eq!(
        (feeds[0].detail, feeds[0].revoked_at),
        (Detail::BusyOnly, None)
    );
}
