//! Signing in and out, and one's own account.

use backend::{accounts::SecondStepWish, passwords::Password};
use domain::access::Role;
use http::StatusCode;

use crate::{
    people::{self, PASSWORD, account, done, owner_of, refused, signed_in},
    support::{Answer, Browser, TestSite},
};

/// Everything of an answer that a person or a program can tell apart, but what she typed.
fn shape(answer: &Answer, email: &str) -> (StatusCode, String, usize) {
    let html = answer.text().replace(email, "…");
    let alert = html.split("role=\"alert\"").nth(1).unwrap_or_default();
    let alert = alert.split("</div>").next().unwrap_or_default().to_owned();
    (answer.status, alert, answer.cookies().len())
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_are_answered_the_same() {
    let site = TestSite::new().await;
    let (_, _) = owner_of(&site).await;
    let mut answers = Vec::new();
    for email in ["camille@example.org", "nobody@example.org", "no address"] {
        let mut browser = Browser::new(&site);
        let fields = [("email", email), ("password", "not the password")];
        let answer = browser.post("/api/sign_in", &fields).await;
        let html = refused(&answer, StatusCode::UNAUTHORIZED, "Adresse ou mot de passe");
        assert!(html.contains(&format!("value=\"{email}\"")), "{html}");
        assert!(!html.contains("not the password"), "{html}");
        answers.push(shape(&answer, email));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[1], answers[2]);
}

#[tokio::test]
async fn whoever_must_sign_in_is_led_back_to_the_page_she_wanted() {
    let site = TestSite::new().await;
    let (of, _) = owner_of(&site).await;
    let wanted = format!(
        "/agenda/praticiens/{}?vue=jour&date=2026-11-24",
        of.practitioner.slug
    );
    let mut browser = Browser::new(&site);
    let answer = browser.get(&wanted).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(
        answer.location().starts_with("/connexion?next="),
        "{}",
        answer.location()
    );
    assert!(!answer.text().contains("Lefèvre"), "{}", answer.text());
    let html = people::page(&mut browser, answer.location()).await;
    let next = people::hidden(&html, "next").replace("&amp;", "&");
    assert_eq!(next, wanted);
    let fields = [
        ("email", "camille@example.org"),
        ("password", PASSWORD),
        ("next", &next),
    ];
    let answer = browser.post("/api/sign_in", &fields).await;
    assert_eq!(answer.location(), wanted);
    let html = people::page(&mut browser, &wanted).await;
    assert!(html.contains("Mardi 24\u{a0}novembre 2026"), "{html}");
}

#[tokio::test]
async fn signing_in_leads_to_pages_of_ours_only() {
    let site = TestSite::new().await;
    let (_, _) = owner_of(&site).await;
    for next in [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:1",
    ] {
        let mut browser = Browser::new(&site);
        let fields = [
            ("email", "camille@example.org"),
            ("password", PASSWORD),
            ("next", next),
        ];
        let answer = browser.post("/api/sign_in", &fields).await;
        assert_eq!(answer.location(), "/agenda", "{next}");
        let path = format!("/connexion?next={next}");
        let html = people::page(&mut browser, &path).await;
        assert_eq!(people::hidden(&html, "next"), "/agenda", "{next}");
    }
}

#[tokio::test]
async fn signing_out_ends_the_session_on_the_server_too() {
    let site = TestSite::new().await;
    let (_, mut browser) = owner_of(&site).await;
    let token = browser.cookie("__Host-rdv").unwrap().to_owned();
    let answer = browser.post("/api/sign_out", &[]).await;
    assert_eq!(answer.location(), "/connexion");
    assert_eq!(browser.cookie("__Host-rdv"), None);
    browser.set_cookie("__Host-rdv", &token);
    let answer = browser.get("/agenda/compte").await;
    assert_eq!(
        answer.status,
        StatusCode::SEE_OTHER,
        "the old token is worth nothing"
    );
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions_and_the_old_one_is_worth_nothing() {
    let site = TestSite::new().await;
    let (_, mut here) = owner_of(&site).await;
    let mut elsewhere = signed_in(&site, "camille@example.org").await;

    let fields = [
        ("current_password", "no"),
        ("new_password", "huit hiboux au bois"),
    ];
    let answer = here.post("/api/change_password", &fields).await;
    refused(
        &answer,
        StatusCode::UNPROCESSABLE_ENTITY,
        "pas le mot de passe actuel",
    );
    let fields = [("current_password", PASSWORD), ("new_password", "azerty12")];
    let answer = here.post("/api/change_password", &fields).await;
    refused(
        &answer,
        StatusCode::UNPROCESSABLE_ENTITY,
        "trop facile à deviner",
    );
    assert_eq!(elsewhere.get("/agenda/compte").await.status, StatusCode::OK);

    let fields = [
        ("current_password", PASSWORD),
        ("new_password", "huit hiboux au bois"),
    ];
    let answer = here.post("/api/change_password", &fields).await;
    done(&mut here, answer, "Le mot de passe est changé").await;
    assert_eq!(
        elsewhere.get("/agenda/compte").await.status,
        StatusCode::SEE_OTHER
    );
    let old = [("email", "camille@example.org"), ("password", PASSWORD)];
    let answer = elsewhere.post("/api/sign_in", &old).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn sessions_elsewhere_are_seen_and_ended() {
    let site = TestSite::new().await;
    let (_, mut here) = owner_of(&site).await;
    let html = people::page(&mut here, "/agenda/compte").await;
    assert!(!html.contains("Déconnecter les autres appareils"), "{html}");
    let mut elsewhere = signed_in(&site, "camille@example.org").await;
    let html = people::page(&mut here, "/agenda/compte").await;
    assert!(html.contains("Déconnecter les autres appareils"), "{html}");
    let answer = here.post("/api/end_other_sessions", &[]).await;
    done(&mut here, answer, "Les autres appareils sont déconnectés").await;
    assert_eq!(elsewhere.get("/agenda").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_session_says_its_device_and_is_ended_by_a_form_of_its_own() {
    let site = TestSite::new().await;
    let (_, mut here) = owner_of(&site).await;
    let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    let mut elsewhere = Browser::new(&site).calls_itself(firefox);
    let fields = [("email", "camille@example.org"), ("password", PASSWORD)];
    elsewhere.post("/api/sign_in", &fields).await;

    let html = people::page(&mut here, "/agenda/compte").await;
    assert!(html.contains("Firefox sur Linux"), "{html}");
    assert!(!html.contains("140"), "no version is kept: {html}");
    assert_eq!(html.matches("action=\"/api/end_session\"").count(), 1);
    let handle = people::hidden(&html, "session");
    let token = elsewhere.cookie("__Host-rdv").unwrap();
    assert!(!html.contains(token) && handle.len() == 22, "{handle}");
    let answer = here.post("/api/end_session", &[("session", &handle)]).await;
    done(&mut here, answer, "L’appareil est déconnecté").await;
    assert_eq!(elsewhere.get("/agenda").await.status, StatusCode::SEE_OTHER);
    let again = here.post("/api/end_session", &[("session", &handle)]).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    let nobody = elsewhere
        .post("/api/end_session", &[("session", &handle)])
        .await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn signing_in_again_in_the_same_browser_leaves_no_session_behind() {
    let site = TestSite::new().await;
    let (_, mut browser) = owner_of(&site).await;
    let before = browser.cookie("__Host-rdv").unwrap().to_owned();
    let fields = [("email", "camille@example.org"), ("password", PASSWORD)];
    browser.post("/api/sign_in", &fields).await;
    let html = people::page(&mut browser, "/agenda/compte").await;
    assert!(!html.contains("/api/end_session"), "the only one: {html}");
    browser.set_cookie("__Host-rdv", &before);
    assert_eq!(browser.get("/agenda").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_secretary_without_an_agenda_is_told_so() {
    let site = TestSite::new().await;
    let of = site.backend.practice().await;
    account(&site, &of, Role::Secretary, "ines@example.org").await;
    let mut browser = signed_in(&site, "ines@example.org").await;
    let html = people::page(&mut browser, "/agenda").await;
    assert!(html.contains("Aucun agenda pour le moment"), "{html}");
    let to_phone = browser.get("/agenda/a-telephoner").await;
    assert_eq!(to_phone.status, StatusCode::OK, "{}", to_phone.text());
}

#[tokio::test]
async fn a_network_is_known_until_the_password_is_another() {
    let site = TestSite::limited("127.0.0.1").await;
    let of = site.backend.practice().await;
    account(&site, &of, Role::Owner, "camille@example.org").await;
    // Each time a browser without cookies, at home.
    let enter = async |password: &str| {
        let fields = [("email", "camille@example.org"), ("password", password)];
        let mut browser = Browser::new(&site).at("198.51.100.7");
        browser.post("/api/sign_in", &fields).await.status
    };
    assert_eq!(enter(PASSWORD).await, StatusCode::SEE_OTHER);
    let hammered = [("email", "camille@example.org"), ("password", "non")];
    let mut stopped = 0;
    for n in 0..120 {
        let network: &'static str = format!("203.0.113.{n}").leak();
        let mut stranger = Browser::new(&site).at(network);
        let answer = stranger.post("/api/sign_in", &hammered).await;
        stopped += usize::from(answer.status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(stopped > 0, "strangers are stopped");
    assert_eq!(enter(PASSWORD).await, StatusCode::SEE_OTHER, "home is not");

    // Whoever knew the password there may be who it was changed against.
    let (email, new) = ("camille@example.org".parse().unwrap(), "la loutre plonge");
    let password = Password::parse(new, &[]).unwrap();
    let keep = SecondStepWish::Keep;
    site.backend
        .reset_password(&email, password, keep)
        .await
        .unwrap();
    assert_eq!(enter(new).await, StatusCode::TOO_MANY_REQUESTS);
}
