//! Signing in over HTTP: the cookie, what it opens, how it ends, and that guessing gets nowhere.

#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use std::sync::Arc;

use backend::{accounts::NewAccount, passwords::Password};
use chrono::TimeDelta;
use domain::access::Role;
use http::StatusCode;
use i18n::Lang;
use server::limits;
use support::{Answer, Browser, TestSite};

const EMAIL: &str = "camille@lilas.example";
const PASSWORD: &str = "fougere fontaine plume";

/// A site with a practice and its owner.
async fn with_owner(site: TestSite) -> TestSite {
    let practice = site.backend.practice().await;
    let owner = NewAccount {
        practice: practice.practice.slug.clone(),
        email: EMAIL.parse().unwrap(),
        name: "Camille Lefèvre".parse().unwrap(),
        role: Role::Owner,
        practitioner: Some(practice.practitioner.slug.clone()),
        keeps: Vec::new(),
        password: Password::parse(PASSWORD, &[]).unwrap(),
        lang: Lang::Fr,
    };
    site.backend.create_account(owner).await.unwrap();
    site
}

async fn sign_in(browser: &mut Browser<'_>, email: &str, password: &str) -> Answer {
    browser
        .post("/api/sign_in", &[("email", email), ("password", password)])
        .await
}

#[tokio::test]
async fn over_https_the_cookie_is_bound_to_the_host_and_hidden_from_scripts() {
    let site = with_owner(TestSite::new().await).await;
    let answer = sign_in(&mut Browser::new(&site), EMAIL, PASSWORD).await;
    assert_eq!(
        (answer.status, answer.location()),
        (StatusCode::SEE_OTHER, "/agenda")
    );
    let cookie = answer.cookies()[0].to_owned();
    let (pair, attributes) = cookie.split_once("; ").unwrap();
    let token = pair.strip_prefix("__Host-rdv=").expect("the prefix");
    assert_eq!(token.len(), 43, "256 bits");
    let mut attributes: Vec<_> = attributes.split("; ").collect();
    attributes.sort_unstable();
    assert_eq!(attributes, ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"]);
}

#[tokio::test]
async fn on_plain_loopback_the_cookie_works_without_tls() {
    let site = TestSite::with("http://127.0.0.1:3000", Arc::new(limits::Off), "").await;
    let site = with_owner(site).await;
    let mut browser = Browser::new(&site);
    let answer = sign_in(&mut browser, EMAIL, PASSWORD).await;
    let cookie = answer.cookies()[0].to_owned();
    assert!(
        cookie.starts_with("rdv=") && !cookie.contains("Secure"),
        "{cookie}"
    );
    assert_eq!(browser.get("/agenda/compte").await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_office_leads_strangers_to_the_sign_in_and_back() {
    let site = with_owner(TestSite::new().await).await;
    let mut browser = Browser::new(&site);
    let answer = browser.get("/agenda/compte").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.location(), "/connexion?next=%2Fagenda%2Fcompte");
    assert!(!answer.text().contains("Lefèvre"));
    let fields = [
        ("email", EMAIL),
        ("password", PASSWORD),
        ("next", "/agenda/compte"),
    ];
    let answer = browser.post("/api/sign_in", &fields).await;
    assert_eq!(answer.location(), "/agenda/compte");
    assert_eq!(browser.get("/agenda/compte").await.status, StatusCode::OK);
    let fields = [
        ("email", EMAIL),
        ("password", PASSWORD),
        ("next", "https://evil.example"),
    ];
    assert_eq!(
        browser.post("/api/sign_in", &fields).await.location(),
        "/agenda"
    );
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_look_the_same() {
    let site = with_owner(TestSite::new().await).await;
    let mut pages = Vec::new();
    for email in [EMAIL, "nobody@lilas.example"] {
        let mut browser = Browser::new(&site);
        let answer = sign_in(&mut browser, email, "another password").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert!(answer.cookies().is_empty());
        assert!(!answer.text().contains("another password"));
        pages.push(answer.text().replace(email, "…"));
    }
    assert_eq!(pages[0], pages[1]);
}

#[tokio::test]
async fn signing_out_ends_the_session_on_the_server() {
    let site = with_owner(TestSite::new().await).await;
    let mut browser = Browser::new(&site);
    sign_in(&mut browser, EMAIL, PASSWORD).await;
    let token = browser.cookie("__Host-rdv").unwrap().to_owned();
    let answer = browser.post("/api/sign_out", &[]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.cookie("__Host-rdv"), None);
    browser.set_cookie("__Host-rdv", &token);
    assert_eq!(
        browser.get("/agenda").await.status,
        StatusCode::SEE_OTHER,
        "a kept token"
    );
}

#[tokio::test]
async fn a_session_is_over_when_it_was_not_used_for_long() {
    let site = with_owner(TestSite::new().await).await;
    let mut browser = Browser::new(&site);
    sign_in(&mut browser, EMAIL, PASSWORD).await;
    site.backend.clock.advance(TimeDelta::hours(13));
    assert_eq!(browser.get("/agenda").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_cookie_that_is_none_of_ours_is_nobody() {
    let site = with_owner(TestSite::new().await).await;
    for (name, value) in [
        ("__Host-rdv", "short"),
        ("__Host-rdv", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        ("__Host-rdv", "%27%20or%201%3D1%20--aaaaaaaaaaaaaaaaaaaaaa"),
        // Over https, a cookie without the prefix could have been planted by a sibling host.
        ("rdv", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
    ] {
        let mut browser = Browser::new(&site);
        browser.set_cookie(name, value);
        assert_eq!(
            browser.get("/agenda").await.status,
            StatusCode::SEE_OTHER,
            "{name}={value}"
        );
        assert_eq!(browser.get("/").await.status, StatusCode::OK);
    }
    let mut browser = Browser::new(&site);
    sign_in(&mut browser, EMAIL, PASSWORD).await;
    let token = browser.cookie("__Host-rdv").unwrap().to_owned();
    for name in ["rdv", "%5F_Host-rdv", "__host-rdv", "\u{a0}__Host-rdv"] {
        let mut planted = Browser::new(&site);
        planted.set_cookie(name, &token);
        let answer = planted.get("/agenda").await;
        assert_eq!(answer.location(), "/connexion?next=%2Fagenda", "{name}");
    }
    // What others left stands before hers, and she is signed in all the same. (A page of the practice's
    // own web site leaves what it likes.)
    let mut hers = Browser::new(&site);
    for name in ["%5F_Host-rdv", "\u{a0}__Host-rdv", "ville"] {
        hers.set_cookie(name, "Orléans");
    }
    sign_in(&mut hers, EMAIL, PASSWORD).await;
    let answer = hers.get("/agenda").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_ne!(answer.location(), "/connexion?next=%2Fagenda");
}

#[tokio::test]
async fn a_token_is_new_at_each_sign_in() {
    let site = with_owner(TestSite::new().await).await;
    let mut browser = Browser::new(&site);
    sign_in(&mut browser, EMAIL, PASSWORD).await;
    let first = browser.cookie("__Host-rdv").unwrap().to_owned();
    sign_in(&mut browser, EMAIL, PASSWORD).await;
    assert_ne!(browser.cookie("__Host-rdv").unwrap(), first);
}

#[tokio::test]
async fn guessing_is_stopped_in_words() {
    let site = with_owner(TestSite::limited("").await).await;
    let mut browser = Browser::new(&site);
    for _ in 0..10 {
        let answer = sign_in(&mut browser, EMAIL, "another password").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    let answer = sign_in(&mut browser, EMAIL, PASSWORD).await;
    assert_eq!(
        answer.status,
        StatusCode::TOO_MANY_REQUESTS,
        "even with the right password"
    );
    assert!(answer.text().contains("Trop d’essais"));
    assert!(answer.cookies().is_empty());
}

#[tokio::test]
async fn a_page_for_a_visitor_asks_nothing_of_sessions() {
    let site = with_owner(TestSite::new().await).await;
    let before = site.backend.store().statements();
    site.get("/connexion").await;
    assert_eq!(site.backend.store().statements(), before);
}
