//! Forms without JavaScript: what was typed is kept, a refusal has its status, nothing personal
//! travels in an address, and what breaks says so in words.

#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use app::fault::Fault;
use axum::body::Body;
use http::{Method, StatusCode, header};
use leptos::{prelude::*, server_fn::codec::PostUrl};
use support::{Answer, PUBLIC_URL, TestSite, request};

/// Monday 2026-11-23, 9 h in Paris; the clock of the tests stands on the Sunday before.
const NINE: &str = "2026-11-23T08:00:00Z";
const NINE_TWENTY: &str = "2026-11-23T08:20:00Z";

/// A function that breaks in a way nobody foresaw, with somebody's name in its mouth.
#[server(prefix = "/api", endpoint = "test_panic", input = PostUrl)]
async fn test_panic(name: String) -> Result<(), Fault> {
    panic!("cannot cope with {name}");
}

/// A function that ends without an ending.
#[server(prefix = "/api", endpoint = "test_answer", input = PostUrl)]
async fn test_answer(name: String) -> Result<usize, Fault> {
    Ok(name.len())
}

/// What Zoé types for a slot.
fn zoe<'a>(start: &'a str, key: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("practitioner", "camille-lefevre-tour"),
        ("reason", "consultation"),
        ("start", start),
        ("idempotency_key", key),
        ("given_name", "Zoé"),
        ("family_name", "O'Brien-Đặng"),
        ("email", "zoe@example.org"),
        ("phone", "06 12 34 56 78"),
    ]
}

fn with<'a>(
    mut fields: Vec<(&'a str, &'a str)>,
    name: &str,
    value: &'a str,
) -> Vec<(&'a str, &'a str)> {
    for field in &mut fields {
        if field.0 == name {
            field.1 = value;
        }
    }
    fields
}

/// No header of an answer repeats what was typed.
fn nothing_personal_in_headers(answer: &Answer) {
    for (name, value) in &answer.headers {
        let value = String::from_utf8_lossy(value.as_bytes()).to_lowercase();
        for typed in [
            "zo%c3%a9", "zoé", "brien", "zoe@", "zoe%40", "0612", "06 12", "06+12",
        ] {
            assert!(!value.contains(typed), "{name}: {value}");
        }
    }
}

#[tokio::test]
async fn a_form_that_is_right_leads_on() {
    let (_, site) = TestSite::with_practice().await;
    let answer = site
        .post("/api/hold_slot", &zoe(NINE, "0123456789abcdef"))
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert!(
        answer.location().starts_with("/reservation/"),
        "{}",
        answer.location()
    );
    nothing_personal_in_headers(&answer);
    assert_eq!(site.get(answer.location()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_wrong_field_is_named_and_everything_typed_is_kept() {
    let (_, site) = TestSite::with_practice().await;
    let fields = with(zoe(NINE, "0123456789abcdef"), "email", "zoe@@example");
    let answer = site.post("/api/hold_slot", &fields).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.location(), "");
    nothing_personal_in_headers(&answer);
    let html = answer.text();
    for kept in [
        "value=\"Zoé\"",
        "Đặng\"",
        "value=\"zoe@@example\"",
        "value=\"06 12 34 56 78\"",
    ] {
        assert!(html.contains(kept), "{kept} in {html}");
    }
    assert!(html.contains("aria-invalid=\"true\""), "{html}");
    assert!(html.contains("Saisissez une seule adresse"), "{html}");
    // The same form sent again, corrected, is right.
    let answer = site
        .post("/api/hold_slot", &zoe(NINE, "0123456789abcdef"))
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn an_empty_form_names_every_field() {
    let (_, site) = TestSite::with_practice().await;
    let only_hidden: Vec<_> = zoe(NINE, "0123456789abcdef").into_iter().take(4).collect();
    let answer = site.post("/api/hold_slot", &only_hidden).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.text().matches("aria-invalid=\"true\"").count(), 4);
}

#[tokio::test]
async fn what_was_typed_is_shown_as_text() {
    let (_, site) = TestSite::with_practice().await;
    for typed in [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "</title><script>alert(1)</script>",
        "\" autofocus onfocus=\"alert(1)",
    ] {
        let fields = with(zoe(NINE, "0123456789abcdef"), "given_name", typed);
        let fields = with(fields, "email", "wrong");
        let answer = site.post("/api/hold_slot", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let html = answer.text();
        assert!(!html.contains("<script>alert"), "{html}");
        assert!(!html.contains("<img src=x"), "{html}");
        assert!(!html.contains("\"\" autofocus onfocus"), "{html}");
    }
}

#[tokio::test]
async fn a_slot_that_went_meanwhile_is_409_with_others_to_choose_from() {
    let (practice, site) = TestSite::with_practice().await;
    site.backend.hold(&practice, NINE).await.unwrap();
    let answer = site
        .post("/api/hold_slot", &zoe(NINE, "0123456789abcdef"))
        .await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert_eq!(answer.location(), "");
    nothing_personal_in_headers(&answer);
    let html = answer.text();
    assert!(html.contains("Ce créneau n’est plus libre"), "{html}");
    assert!(html.contains(NINE_TWENTY), "{html}");
    assert!(html.contains("value=\"zoe@example.org\""), "{html}");
}

#[tokio::test]
async fn codes_are_not_shown_again() {
    let (practice, site) = TestSite::with_practice().await;
    let held = site.backend.hold(&practice, NINE).await.unwrap();
    let fields = [("token", held.token.as_str()), ("code", "987654")];
    let answer = site.post("/api/confirm_hold", &fields).await;
    assert_eq!(
        answer.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        answer.text()
    );
    assert!(!answer.text().contains("987654"));
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn a_program_gets_codes_and_nothing_that_was_typed() {
    let (_, site) = TestSite::with_practice().await;
    let fields = with(zoe(NINE, "0123456789abcdef"), "email", "wrong");
    let request = http::Request::builder()
        .method(Method::POST)
        .uri("/api/hold_slot")
        .header(header::ACCEPT, "application/json")
        .header(header::ORIGIN, PUBLIC_URL)
        .header(header::HOST, "rdv.example.org")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(serde_urlencoded::to_string(&fields).unwrap()))
        .unwrap();
    let answer = site.send(request).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let json: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(json["errors"]["fields"]["email"], "malformed");
    assert!(!answer.text().contains("Brien"));
}

#[tokio::test]
async fn an_island_gets_the_answer_of_its_function() {
    let site = TestSite::new().await;
    let request = http::Request::builder()
        .method(Method::POST)
        .uri("/api/test_answer")
        .header(header::ACCEPT, "application/json")
        .header("sec-fetch-site", "same-origin")
        .header(header::HOST, "rdv.example.org")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from("name=abc"))
        .unwrap();
    let answer = site.send(request).await;
    assert_eq!(
        (answer.status, answer.text().as_str()),
        (StatusCode::OK, "3")
    );
}

#[tokio::test]
async fn a_function_never_answers_with_a_redirect_to_the_referer() {
    let site = TestSite::new().await;
    for path in [
        "/api/test_answer",
        "/api/test_panic",
        "/api/choose_language",
    ] {
        let request = request(Method::POST, path)
            .header("sec-fetch-site", "same-origin")
            .header(header::REFERER, "https://rdv.example.org/rdv/secret-token")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from("name=zoe%40example.org&lang=xx"))
            .unwrap();
        let answer = site.send(request).await;
        assert_eq!(answer.location(), "", "{path}");
        nothing_personal_in_headers(&answer);
    }
}

#[tokio::test]
async fn what_nobody_foresaw_is_a_page_with_a_reference_and_no_word_of_the_inside() {
    let site = TestSite::new().await;
    let answer = site
        .post("/api/test_panic", &[("name", "Zoé O'Brien")])
        .await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    let html = answer.text();
    assert!(html.contains("Une erreur est survenue"), "{html}");
    assert!(html.contains(answer.header("x-request-id")), "{html}");
    for inside in ["cope", "panic", "Brien", ".rs"] {
        assert!(!html.contains(inside), "{inside} in {html}");
    }
    // The server goes on.
    assert_eq!(site.get("/healthz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn without_its_database_the_server_says_so_in_words() {
    let (_, site) = TestSite::with_practice().await;
    site.backend.close().await;
    let page = site.get("/praticiens/camille-lefevre-tour").await;
    let form = site
        .post("/api/hold_slot", &zoe(NINE, "0123456789abcdef"))
        .await;
    for answer in [page, form] {
        assert_eq!(
            answer.status,
            StatusCode::SERVICE_UNAVAILABLE,
            "{}",
            answer.text()
        );
        assert!(
            answer.text().contains("momentanément indisponible"),
            "{}",
            answer.text()
        );
        assert!(!answer.header("retry-after").is_empty());
        assert!(!answer.text().to_lowercase().contains("pool"));
    }
    assert_eq!(
        site.get("/readyz").await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert_eq!(site.get("/healthz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn too_many_tries_are_told_to_wait() {
    let site = TestSite::limited("").await;
    site.backend.practice().await;
    let mut answers = Vec::new();
    for _ in 0..21 {
        let answer = site
            .post("/api/resend_code", &[("token", "nobody's")])
            .await;
        answers.push(answer);
    }
    let last = answers.pop().unwrap();
    assert!(
        answers
            .iter()
            .all(|answer| answer.status == StatusCode::NOT_FOUND)
    );
    assert_eq!(last.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(last.text().contains("Trop d’essais"));
    assert!(last.header("retry-after").parse::<u64>().unwrap() >= 1);
}

#[tokio::test]
async fn a_language_chosen_by_a_form_stays_chosen() {
    let site = TestSite::new().await;
    let mut browser = support::Browser::new(&site);
    assert!(browser.get("/nowhere").await.text().contains("lang=\"fr\""));
    let answer = browser
        .post(
            "/api/choose_language",
            &[("lang", "en"), ("next", "/nowhere")],
        )
        .await;
    assert_eq!(
        (answer.status, answer.location()),
        (StatusCode::SEE_OTHER, "/nowhere")
    );
    let cookie = answer.cookies()[0].to_owned();
    assert!(
        cookie.contains("Secure") && cookie.contains("HttpOnly"),
        "{cookie}"
    );
    // No sibling host chooses for us.
    assert!(cookie.starts_with("__Host-rdv-lang=en;"), "{cookie}");
    assert!(
        browser
            .get("/nowhere")
            .await
            .text()
            .contains("<html lang=\"en\"")
    );
}
