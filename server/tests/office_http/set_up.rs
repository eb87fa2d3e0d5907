//! The first run: a one-time link opens a practice.

use axum::body::Body;
use backend::testing::Kind;
use http::{Method, StatusCode, header::ACCEPT_LANGUAGE};
use rstest::rstest;

use crate::{
    people::{PASSWORD, page, refused},
    support::{Browser, TestSite, request},
};

fn form(token: &str) -> Vec<(&str, &str)> {
    vec![
        ("token", token),
        ("practice_name", "Cabinet du Port"),
        ("phone", "02 40 00 00 00"),
        ("address", "2 quai des Antilles\n44200 Nantes"),
        ("town", "Nantes"),
        ("zone", "Europe/Paris"),
        ("holidays", "france"),
        ("practitioner", "Dr Yann Le Goff"),
        ("specialty", "Médecine générale"),
        ("email", "yann@example.org"),
        ("password", PASSWORD),
        ("reason", "Consultation"),
        ("length", "20"),
        ("weekdays[]", "0"),
        ("weekdays[]", "2"),
        ("from_1", "09:00"),
        ("to_1", "12:00"),
        ("from_2", ""),
        ("to_2", ""),
    ]
}

#[rstest]
#[tokio::test]
async fn a_few_questions_open_a_practice_that_can_be_booked(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let site = TestSite::on(kind).await;
    let token = site.backend.setup_link().await.unwrap().unwrap();
    let mut browser = Browser::new(&site);
    let path = format!("/installation/{token}");
    let html = page(&mut browser, &path).await;
    assert!(html.contains("Ouvrir le cabinet"), "{html}");

    let answer = browser.post("/api/open_practice", &form(&token)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert_eq!(answer.location(), "/praticiens/dr-yann-le-goff");
    let public = page(&mut browser, "/praticiens/dr-yann-le-goff").await;
    for offered in [
        "Cabinet du Port",
        "2026-11-23T08:00:00Z",
        "2026-11-25T10:40:00Z",
    ] {
        assert!(public.contains(offered), "{offered}: {public}");
    }
    assert!(
        !public.contains("2026-11-24T08:00:00Z"),
        "closed on Tuesdays: {public}"
    );
    // Signed in, and able to again.
    page(&mut browser, "/agenda/compte").await;
    let fields = [("email", "yann@example.org"), ("password", PASSWORD)];
    let answer = site.post("/api/sign_in", &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    // The link is dead for good.
    assert_eq!(site.get(&path).await.status, StatusCode::NOT_FOUND);
    let answer = site.post("/api/open_practice", &form(&token)).await;
    refused(&answer, StatusCode::NOT_FOUND, "Ce lien n’est plus valable");
}

#[tokio::test]
async fn what_is_wrong_is_named_and_everything_typed_is_kept_but_the_password() {
    let site = TestSite::new().await;
    let token = site.backend.setup_link().await.unwrap().unwrap();
    let cases = [
        ("practice_name", "", "Ce champ est à remplir"),
        ("phone", "zéro", "Saisissez un numéro"),
        ("zone", "Europe/Atlantis", "fuseau horaire de la liste"),
        ("email", "yann@", "Saisissez une seule adresse"),
        ("password", "azerty", "huit caractères au moins"),
        ("password", "Dr Yann Le Goff", "trop facile à deviner"),
        ("length", "1000", "Choisissez une durée de 5 à 480"),
        ("to_1", "08:00", "L’heure de fin"),
    ];
    for (name, value, said) in cases {
        let mut fields = form(&token);
        for field in &mut fields {
            if field.0 == name {
                field.1 = value;
            }
        }
        let answer = site.post("/api/open_practice", &fields).await;
        let html = refused(&answer, StatusCode::UNPROCESSABLE_ENTITY, said);
        for kept in [
            "value=\"Médecine générale\"",
            "2 quai des Antilles\n44200",
            "value=\"Nantes\"",
        ] {
            assert!(html.contains(kept), "{name}: {kept}: {html}");
        }
        assert!(!html.contains(PASSWORD), "{html}");
        if name == "email" || name == "phone" {
            assert!(html.contains(&format!("value=\"{value}\"")), "{html}");
        }
    }
    let mut overlapping = form(&token);
    overlapping[17] = ("from_2", "11:00");
    overlapping[18] = ("to_2", "13:00");
    let answer = site.post("/api/open_practice", &overlapping).await;
    refused(&answer, StatusCode::UNPROCESSABLE_ENTITY, "se chevauchent");
    assert!(
        site.backend.setup_is_open(&token).await.unwrap(),
        "nothing was opened"
    );
}

#[rstest]
#[tokio::test]
async fn a_link_that_is_none_shows_the_neutral_page(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let site = TestSite::on(kind).await;
    let token = site.backend.setup_link().await.unwrap().unwrap();
    for wrong in [
        "x",
        &token[1..],
        "%00",
        "0123456789012345678901234567890123456789012",
    ] {
        let answer = site.get(&format!("/installation/{wrong}")).await;
        refused(&answer, StatusCode::NOT_FOUND, "Ce lien n’est plus valable");
    }
    let answer = site.post("/api/open_practice", &form("x")).await;
    refused(&answer, StatusCode::NOT_FOUND, "Ce lien n’est plus valable");
}

#[tokio::test]
async fn a_dead_link_speaks_of_the_set_up_and_of_no_visit_in_both_languages() {
    let site = TestSite::new().await;
    let token = site.backend.setup_link().await.unwrap().unwrap();
    is_dead_in_both_languages(&site, &token[1..]).await;
    let answer = site.post("/api/open_practice", &form(&token)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    is_dead_in_both_languages(&site, &token).await;
}

async fn is_dead_in_both_languages(site: &TestSite, token: &str) {
    for (lang, said, not_said) in [
        (
            "fr",
            "Il a déjà servi, ou il est incomplet.",
            "Le rendez-vous est passé",
        ),
        (
            "en",
            "It has been used, or it is incomplete.",
            "The visit is over",
        ),
    ] {
        let asked = request(Method::GET, &format!("/installation/{token}"));
        let asked = asked.header(ACCEPT_LANGUAGE, lang).body(Body::empty());
        let answer = site.send(asked.unwrap()).await;
        let html = refused(&answer, StatusCode::NOT_FOUND, said);
        assert!(!html.contains(not_said), "{not_said}: {html}");
    }
}

#[tokio::test]
async fn a_practice_that_is_open_closes_the_set_up() {
    let site = TestSite::new().await;
    let token = site.backend.setup_link().await.unwrap().unwrap();
    site.backend.practice().await;
    let answer = site.get(&format!("/installation/{token}")).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let answer = site.post("/api/open_practice", &form(&token)).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}
