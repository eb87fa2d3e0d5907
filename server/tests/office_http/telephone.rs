//! Booking for a patient who telephones.

use backend::testing::Kind;
use http::StatusCode;
use rstest::rstest;

use crate::{
    people::{done, hidden, owner_of, page, refused},
    support::TestSite,
};

const NEW: &str = "/agenda/praticiens/camille-lefevre-tour/nouveau-rendez-vous";
const NINE: &str = "2026-11-23T08:00:00Z";

fn form<'a>(start: &'a str, key: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("practitioner", "camille-lefevre-tour"),
        ("reason", "consultation"),
        ("start", start),
        ("idempotency_key", key),
        ("given_name", "Thérèse"),
        ("family_name", "Kuntz"),
        ("phone", "06 12 34 56 79"),
        ("email", ""),
        ("mail_lang", "fr"),
    ]
}

#[tokio::test]
async fn a_visit_is_booked_without_an_address() {
    let site = TestSite::new().await;
    let (_, mut browser) = owner_of(&site).await;
    // With a single reason the slots are shown at once; on a Sunday, those of the next week.
    let html = page(&mut browser, NEW).await;
    let link = format!("motif=consultation&amp;debut={NINE}");
    assert!(html.contains(&link), "{html}");
    let path = format!("{NEW}?motif=consultation&debut={NINE}");
    let html = page(&mut browser, &path).await;
    let key = hidden(&html, "idempotency_key");
    let answer = browser.post("/api/book_by_staff", &form(NINE, &key)).await;
    let visit = answer.location().to_owned();
    let html = done(&mut browser, answer, "Le rendez-vous est enregistré").await;
    assert!(
        html.contains("Thérèse Kuntz") && html.contains("Confirmé"),
        "{html}"
    );
    // A second click finds the first.
    let answer = browser.post("/api/book_by_staff", &form(NINE, &key)).await;
    assert_eq!(answer.location(), visit);
    let free = site
        .get("/praticiens/camille-lefevre-tour?motif=consultation")
        .await
        .text();
    assert!(
        !free.contains(&link) && free.contains("2026-11-23T08:20:00Z"),
        "{free}"
    );
}

#[rstest]
#[tokio::test]
async fn a_wrong_field_is_named_and_everything_typed_is_kept(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let site = TestSite::on(kind).await;
    let (_, mut browser) = owner_of(&site).await;
    let mut wrong = form(NINE, "0123456789abcdef");
    wrong[6] = ("phone", "douze");
    wrong[7] = ("email", "therese@@example");
    let answer = browser.post("/api/book_by_staff", &wrong).await;
    let html = refused(
        &answer,
        StatusCode::UNPROCESSABLE_ENTITY,
        "Saisissez un numéro",
    );
    for kept in [
        "value=\"Thérèse\"",
        "value=\"douze\"",
        "value=\"therese@@example\"",
    ] {
        assert!(html.contains(kept), "{kept}: {html}");
    }
    assert_eq!(hidden(&html, "idempotency_key"), "0123456789abcdef");
}

/// Whoever telephones is told where and for how long before it is booked.
#[rstest]
#[case::another_place(None)]
#[case::longer(Some("update visit_reasons set length = 40"))]
#[tokio::test]
async fn what_is_another_than_the_form_showed_is_shown_before_it_is_booked(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
    #[case] change: Option<&'static str>,
) {
    let site = TestSite::on(kind).await;
    let (of, mut browser) = owner_of(&site).await;
    site.backend.opens_in_bruz(&of).await;
    let path = format!("{NEW}?motif=consultation&debut={NINE}");
    let shown = page(&mut browser, &path).await;
    assert!(!shown.contains("Bruz"), "{shown}");
    match change {
        Some(sql) => assert_eq!(site.backend.run_sql(sql).await.unwrap(), 1),
        None => site.backend.receives_in_bruz().await,
    }
    let (key, seen) = (hidden(&shown, "idempotency_key"), hidden(&shown, "seen"));
    let mut sent = form(NINE, &key);
    sent.push(("seen", &seen));
    let answer = browser.post("/api/book_by_staff", &sent).await;
    let told = refused(
        &answer,
        StatusCode::CONFLICT,
        "n’est plus ce qu’elle montrait",
    );
    let now = match change {
        Some(_) => "À présent\u{a0}: Consultation, 40\u{a0}minutes, Cabinet, 3 rue",
        None => "À présent\u{a0}: Consultation, 20\u{a0}minutes, Cabinet de Bruz",
    };
    assert!(told.contains(now), "{told}");
    assert!(told.contains("value=\"Thérèse\""), "{told}");
    assert!(
        site.backend.stored_keys().await.is_empty(),
        "nothing booked"
    );
    let seen = hidden(&told, "seen");
    let mut again = form(NINE, &key);
    again.push(("seen", &seen));
    let answer = browser.post("/api/book_by_staff", &again).await;
    done(&mut browser, answer, "Le rendez-vous est enregistré").await;
}

/// Chosen among those offered instead, and shown alone for a field that is wrong: from then on she has
/// seen where it is.
#[rstest]
#[tokio::test]
async fn the_slot_chosen_instead_is_compared_once_it_was_shown(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let site = TestSite::on(kind).await;
    let (of, mut browser) = owner_of(&site).await;
    site.backend.opens_in_bruz(&of).await;
    site.backend.book(&of, NINE).await;
    let key = "0123456789abcdef";
    let mut sent = form("2026-11-23T08:20:00Z", key);
    sent.push(("wished", NINE));
    sent[6] = ("phone", "douze");
    let answer = browser.post("/api/book_by_staff", &sent).await;
    let html = refused(
        &answer,
        StatusCode::UNPROCESSABLE_ENTITY,
        "Saisissez un numéro",
    );
    assert!(html.contains("<dd>Cabinet</dd>"), "{html}");
    let seen = hidden(&html, "seen");
    site.backend.receives_in_bruz().await;
    let mut sent = form("2026-11-23T08:20:00Z", key);
    sent.push(("seen", &seen));
    let answer = browser.post("/api/book_by_staff", &sent).await;
    refused(&answer, StatusCode::CONFLICT, "Ce rendez-vous a changé");
}

#[rstest]
#[tokio::test]
async fn a_slot_that_was_taken_meanwhile_gives_way_to_the_nearest(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let site = TestSite::on(kind).await;
    let (of, mut browser) = owner_of(&site).await;
    site.backend.book(&of, NINE).await;
    let answer = browser
        .post("/api/book_by_staff", &form(NINE, "0123456789abcdef"))
        .await;
    let html = refused(
        &answer,
        StatusCode::CONFLICT,
        "Voici les créneaux libres les plus proches",
    );
    assert!(html.contains("value=\"2026-11-23T08:20:00Z\""), "{html}");
    assert!(html.contains("value=\"Thérèse\""), "{html}");
    let mut again = form("", "0123456789abcdef");
    again.push(("wished", NINE));
    let answer = browser.post("/api/book_by_staff", &again).await;
    refused(
        &answer,
        StatusCode::UNPROCESSABLE_ENTITY,
        "Choisissez l’un des créneaux",
    );
    let path = format!("{NEW}?motif=consultation&debut={NINE}");
    let answer = browser.get(&path).await;
    refused(&answer, StatusCode::CONFLICT, "Ce créneau n’est plus libre");
    let answer = browser
        .post(
            "/api/book_by_staff",
            &form("2026-11-23T08:20:00Z", "0123456789abcdef"),
        )
        .await;
    done(&mut browser, answer, "Le rendez-vous est enregistré").await;
}

#[rstest]
#[tokio::test]
async fn a_start_that_is_no_slot_is_refused(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let site = TestSite::on(kind).await;
    let (_, mut browser) = owner_of(&site).await;
    for (start, status) in [
        ("2026-11-23T08:07:00Z", StatusCode::CONFLICT),
        ("2020-11-23T08:00:00Z", StatusCode::CONFLICT),
        ("2036-11-24T08:00:00Z", StatusCode::CONFLICT),
        ("2026-11-23T03:00:00Z", StatusCode::CONFLICT),
        ("demain", StatusCode::BAD_REQUEST),
    ] {
        let answer = browser
            .post("/api/book_by_staff", &form(start, "0123456789abcdef"))
            .await;
        assert_eq!(answer.status, status, "{start}: {}", answer.text());
        let page = format!("{NEW}?motif=consultation&debut={start}");
        let answer = browser.get(&page).await;
        assert_eq!(answer.status, status, "{start}: {}", answer.text());
    }
}

#[rstest]
#[tokio::test]
async fn a_reason_archived_while_the_form_was_open_is_said_and_what_was_booked_stays(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let site = TestSite::on(kind).await;
    let (practice, mut browser) = owner_of(&site).await;
    let first = form(NINE, "0123456789abcdef");
    let booked = browser.post("/api/book_by_staff", &first).await;
    assert_eq!(booked.status, StatusCode::SEE_OTHER, "{}", booked.text());
    let (whose, _, practitioner) = practice.ids();
    let mut tx = site.backend.store().begin().await.unwrap();
    let (reason, now) = (practice.reason.id, site.backend.now());
    backend::store::office::archive_reason(&mut tx, whose, practitioner, reason, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let again = browser.post("/api/book_by_staff", &first).await;
    assert_eq!(again.location(), booked.location());
    let other = form("2026-11-23T08:20:00Z", "fedcba9876543210");
    for answer in [
        browser.post("/api/book_by_staff", &other).await,
        browser.get(&format!("{NEW}?motif=consultation")).await,
        browser
            .get(&format!("{NEW}?motif=consultation&debut={NINE}"))
            .await,
    ] {
        refused(
            &answer,
            StatusCode::NOT_FOUND,
            "Ce motif n’est plus proposé",
        );
    }
}

#[rstest]
#[tokio::test]
async fn a_form_that_was_used_for_another_slot_is_shown_again_to_book_one_more(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let site = TestSite::on(kind).await;
    let (_, mut browser) = owner_of(&site).await;
    let key = "0123456789abcdef";
    browser.post("/api/book_by_staff", &form(NINE, key)).await;
    let other = "2026-11-23T08:20:00Z";
    let answer = browser.post("/api/book_by_staff", &form(other, key)).await;
    let html = refused(&answer, StatusCode::CONFLICT, "a déjà servi");
    assert!(html.contains("value=\"Thérèse\""), "{html}");
    let fresh = hidden(&html, "idempotency_key");
    assert_ne!(fresh, key);
    let answer = browser
        .post("/api/book_by_staff", &form(other, &fresh))
        .await;
    done(&mut browser, answer, "Le rendez-vous est enregistré").await;
}
