//! Calendar feeds: their address is shown once, and is worth nothing when it was revoked.

use std::time::Duration;

use backend::calendar_feed::MOST_FEEDS;
use chrono::TimeDelta;
use http::StatusCode;

use crate::{
    people::{done, hidden, owner_of, page},
    support::{Browser, PUBLIC_URL, TestSite},
};

const WHOSE: (&str, &str) = ("practitioner", "camille-lefevre-tour");
const FEEDS: &str = "/agenda/praticiens/camille-lefevre-tour/abonnement";

/// The path of the feed whose address a page shows.
fn shown(html: &str) -> String {
    let address = html.split(&format!("value=\"{PUBLIC_URL}")).nth(1).unwrap();
    let path = address.split('"').next().unwrap().to_owned();
    assert!(path.starts_with("/calendrier/"), "{path}");
    path
}

/// Waits until the page of the feeds says this: a use is noted behind the answer.
async fn says(browser: &mut Browser<'_>, said: &str) -> String {
    let mut html = String::new();
    for _ in 0..200 {
        html = page(browser, FEEDS).await;
        if html.contains(said) {
            return html;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{said} in {html}");
}

#[tokio::test]
async fn the_address_of_a_feed_is_shown_once() {
    let site = TestSite::new().await;
    let (_, mut browser) = owner_of(&site).await;
    let answer = browser
        .post("/api/create_feed", &[WHOSE, ("detail", "busy_only")])
        .await;
    assert!(
        !answer.location().contains("calendrier"),
        "not in an address"
    );
    let html = done(&mut browser, answer, "L’adresse est prête").await;
    let feed = shown(&html);
    let file = site.get(&feed).await;
    assert_eq!(file.status, StatusCode::OK, "{}", file.text());
    assert!(
        file.text().starts_with("BEGIN:VCALENDAR"),
        "{}",
        file.text()
    );

    let id = hidden(&page(&mut browser, FEEDS).await, "feed");
    let answer = browser
        .post("/api/renew_feed", &[WHOSE, ("feed", &id)])
        .await;
    let html = done(&mut browser, answer, "L’adresse est prête").await;
    let renewed = shown(&html);
    assert_ne!(feed, renewed);
    assert_eq!(site.get(&renewed).await.status, StatusCode::OK);

    let id = hidden(&page(&mut browser, FEEDS).await, "feed");
    let answer = browser
        .post("/api/revoke_feed", &[WHOSE, ("feed", &id)])
        .await;
    let html = done(&mut browser, answer, "L’abonnement est supprimé").await;
    assert!(html.contains("Abonnements supprimés"), "{html}");
    let file = site.get(&renewed).await;
    assert!(!file.text().contains("BEGIN:VEVENT"), "{}", file.text());
}

#[tokio::test]
async fn when_a_feed_was_last_read_is_said_in_the_practices_hours() {
    const NEVER: &str = "Pas encore lu.";
    const READ: &str = "Lu pour la dernière fois le dimanche 22\u{a0}novembre 2026 à ";
    let site = TestSite::new().await;
    let (_, mut browser) = owner_of(&site).await;
    let answer = browser
        .post("/api/create_feed", &[WHOSE, ("detail", "busy_only")])
        .await;
    let feed = shown(&done(&mut browser, answer, "L’adresse est prête").await);
    let html = page(&mut browser, FEEDS).await;
    assert!(html.contains(NEVER) && !html.contains(READ), "{html}");

    assert_eq!(site.get(&feed).await.status, StatusCode::OK);
    let html = says(&mut browser, &format!("{READ}9\u{a0}h.")).await;
    assert!(!html.contains(NEVER), "{html}");
    site.backend.clock.advance(TimeDelta::minutes(90));
    assert_eq!(site.get(&feed).await.status, StatusCode::OK);
    says(&mut browser, &format!("{READ}10\u{a0}h\u{a0}30.")).await;
}

#[tokio::test]
async fn how_much_a_feed_shows_is_changed() {
    let site = TestSite::new().await;
    let (of, mut browser) = owner_of(&site).await;
    site.backend.book(&of, "2026-11-24T08:00:00Z").await;
    let answer = browser
        .post("/api/create_feed", &[WHOSE, ("detail", "busy_only")])
        .await;
    let html = done(&mut browser, answer, "L’adresse est prête").await;
    let feed = shown(&html);
    assert!(!site.get(&feed).await.text().contains("Zoé"));
    let id = hidden(&page(&mut browser, FEEDS).await, "feed");
    let seen = hidden(&page(&mut browser, FEEDS).await, "seen");
    let form = [
        WHOSE,
        ("feed", &*id),
        ("seen", &*seen),
        ("detail", "full_name"),
    ];
    let answer = browser.post("/api/set_feed_detail", &form).await;
    done(&mut browser, answer, "C’est enregistré").await;
    site.backend.forget_feeds();
    assert!(site.get(&feed).await.text().contains("Zoé"));
    let form = [WHOSE, ("feed", &*id), ("detail", "everything")];
    let answer = browser.post("/api/set_feed_detail", &form).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn one_feed_too_many_is_refused_in_words() {
    let site = TestSite::new().await;
    let (_, mut browser) = owner_of(&site).await;
    let form = [WHOSE, ("detail", "busy_only")];
    for _ in 0..MOST_FEEDS {
        let answer = browser.post("/api/create_feed", &form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    }
    let words = "trop d’abonnements à cet agenda";
    let html = page(&mut browser, FEEDS).await;
    assert!(html.contains(words), "{html}");
    assert!(!html.contains("/api/create_feed"), "no form in vain");
    let refused = browser.post("/api/create_feed", &form).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text().contains(words), "{}", refused.text());
    browser
        .post("/api/choose_language", &[("lang", "en"), ("page", "/")])
        .await;
    let refused = browser.post("/api/create_feed", &form).await.text();
    assert!(
        refused.contains("too many feeds of this agenda"),
        "{refused}"
    );
    let html = page(&mut browser, FEEDS).await;
    assert_eq!(html.matches("/api/revoke_feed").count(), MOST_FEEDS);
}
