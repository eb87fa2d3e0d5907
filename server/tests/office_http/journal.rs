//! The audit trail on its two pages: under a visit, and as the journal of the practice.

use chrono::TimeDelta;
use domain::access::Role;
use http::StatusCode;

use crate::{
    people::{account, owner_of, page, signed_in},
    support::{Browser, TestSite},
};

const AGENDA: &str = "/agenda/praticiens/camille-lefevre-tour";

#[tokio::test]
async fn a_visits_page_tells_its_history_in_the_practices_hours() {
    let site = TestSite::new().await;
    let (of, mut owner) = owner_of(&site).await;
    let held = site
        .backend
        .hold(&of, "2026-11-23T08:00:00Z")
        .await
        .unwrap();
    site.backend.clock.advance(TimeDelta::minutes(1));
    let code = site.backend.code_of(&held).await;
    site.backend.confirm(&held.token, &code).await.unwrap();
    site.backend.clock.advance(TimeDelta::minutes(1));
    let html = page(&mut owner, &format!("{AGENDA}?date=2026-11-23")).await;
    let id = html.split("/rendez-vous/").nth(1).unwrap();
    let id = id.split('"').next().unwrap();
    let path = format!("{AGENDA}/rendez-vous/{id}");
    let html = page(&mut owner, &path).await;
    let (_, trail) = html.split_once("id=\"trail\"").unwrap();
    let at = |said: &str| {
        trail
            .find(said)
            .unwrap_or_else(|| panic!("{said} in {trail}"))
    };
    assert!(at("Créneau retenu en ligne") < at("Réservé en ligne"));
    assert!(at("Réservé en ligne") < at("Fiche consultée"));
    assert!(trail.contains("Camille Lefèvre, Responsable du cabinet"));
    // 08:00 UTC is 9 h in Paris.
    assert!(
        trail.contains("dimanche 22\u{a0}novembre 2026 à 9\u{a0}h"),
        "{trail}"
    );
    let again = page(&mut owner, &path).await;
    assert_eq!(again.matches("Fiche consultée").count(), 1);

    let whose = ("practitioner", "camille-lefevre-tour");
    let answer = owner
        .post("/api/cancel_by_practice", &[whose, ("visit", id)])
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let html = page(&mut owner, &path).await;
    assert!(html.contains("Annulé par le cabinet"), "{html}");
}

#[tokio::test]
async fn the_owner_reads_the_journal_by_page_by_topic_and_by_day() {
    let site = TestSite::new().await;
    let (of, mut owner) = owner_of(&site).await;
    site.backend.book(&of, "2026-11-23T08:00:00Z").await;
    let html = page(&mut owner, "/agenda/journal").await;
    assert!(
        html.contains("href=\"/agenda/journal\""),
        "in the menu: {html}"
    );
    for said in [
        "Compte créé",
        "Connexion",
        "Réservé en ligne",
        "Rendez-vous du lundi 23",
    ] {
        assert!(html.contains(said), "{said}: {html}");
    }
    assert!(!html.contains("Zoé"), "no patient is named: {html}");
    let html = page(&mut owner, "/agenda/journal?sujet=comptes&jour=2026-11-22").await;
    assert!(html.contains("Compte créé") && !html.contains("Réservé en ligne"));
    assert!(
        html.contains("value=\"2026-11-22\""),
        "the choice stays: {html}"
    );
    let html = page(&mut owner, "/agenda/journal?sujet=&jour=2026-11-21&avant=").await;
    assert!(html.contains("Rien à montrer"), "{html}");

    let mut intruder = {
        account(&site, &of, Role::Secretary, "ines@example.org").await;
        signed_in(&site, "ines@example.org").await
    };
    for _ in 0..60 {
        let status = intruder.get("/agenda/journal").await.status;
        assert_eq!(status, StatusCode::NOT_FOUND);
    }
    let newest = page(&mut owner, "/agenda/journal").await;
    assert_eq!(newest.matches("<tr>").count(), 51, "with the heading");
    assert!(!newest.contains("Le plus récent"));
    let older = newest
        .split("href=\"/agenda/journal?")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .unwrap()
        .replace("&amp;", "&");
    let older = page(&mut owner, &format!("/agenda/journal?{older}")).await;
    assert!(older.contains("Compte créé") && older.contains("Le plus récent"));
    assert!(!older.contains("Plus ancien"));
}

#[tokio::test]
async fn the_journal_is_nobody_elses() {
    let site = TestSite::new().await;
    let (of, mut owner) = owner_of(&site).await;
    site.backend.book(&of, "2026-11-23T08:00:00Z").await;
    let mut nobody = Browser::new(&site);
    let answer = nobody.get("/agenda/journal").await;
    assert!(answer.location().starts_with("/connexion"));
    let other = site.backend.practice_named("phare").await;
    account(&site, &other, Role::Owner, "ines@example.org").await;
    let mut stranger = signed_in(&site, "ines@example.org").await;
    let html = page(&mut stranger, "/agenda/journal").await;
    assert!(html.contains("Compte créé") && !html.contains("Réservé en ligne"));
    account(&site, &of, Role::Practitioner, "lea@example.org").await;
    let mut practitioner = signed_in(&site, "lea@example.org").await;
    let status = practitioner.get("/agenda/journal").await.status;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let html = page(&mut practitioner, AGENDA).await;
    assert!(!html.contains("/agenda/journal"), "not in her menu: {html}");
    for wrong in [
        "?sujet=tout",
        "?jour=demain",
        "?jour=2026-02-30",
        "?avant=1",
        "?avant=0190aaaa-0000-7000-8000-000000000000",
    ] {
        let status = owner.get(&format!("/agenda/journal{wrong}")).await.status;
        assert_eq!(status, StatusCode::NOT_FOUND, "{wrong}");
    }
    let html = page(&mut owner, "/agenda/journal?sujet=refus").await;
    assert!(
        html.contains("<td"),
        "the last of them leaves a line: {html}"
    );
}
