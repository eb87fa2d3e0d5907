//! `GET /api/v1/practitioners/{slug}/slots`, which programs ask: a bounded window, kept for some
//! seconds by whoever asks and not at all by the server. Neither it nor a refused booking says
//! why a slot is gone.

use std::sync::Arc;

use app::{
    fault::Fault,
    limits::{Attempt, ClientKey, Limits, Share},
};
use backend::{known_browser::KnownBrowser, store::availability, testing::instant};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{absence::Absence, interval::Interval};
use http::{
    Method, StatusCode,
    header::{ACCEPT, CONTENT_TYPE, ORIGIN},
};
use serde_json::{Value, json};

use super::{NINE, NINE_TWENTY, TestSite, support, zoe};

const NINE_FORTY: &str = "2026-11-23T08:40:00Z";

async fn slots(site: &TestSite, from: &str, to: &str) -> Value {
    let path = format!(
        "/api/v1/practitioners/camille-lefevre-tour/slots?reason=consultation&from={from}&to={to}"
    );
    let answer = site.get(&path).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(answer.header("cache-control"), "public, max-age=5");
    assert!(answer.cookies().is_empty());
    serde_json::from_slice(&answer.body).unwrap()
}

/// What a program is answered that wants to hold a slot.
async fn refused(site: &TestSite, start: &str) -> (StatusCode, Value) {
    let body = serde_urlencoded::to_string(zoe(start, "0123456789abcdef")).unwrap();
    let mut request = support::request(Method::POST, "/api/hold_slot")
        .header(ORIGIN, support::PUBLIC_URL)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(axum::body::Body::from(body))
        .unwrap();
    let json = "application/json".parse().unwrap();
    request.headers_mut().insert(ACCEPT, json);
    let answer = site.send(request).await;
    let mut said: Value = serde_json::from_slice(&answer.body).unwrap();
    for nearest in said.pointer_mut("/errors/booking/gone/nearest").into_iter() {
        *nearest = json!("some");
    }
    (answer.status, said)
}

#[tokio::test]
async fn a_window_of_ten_years_is_cut_to_two_months() {
    let (practice, site) = TestSite::with_practice().await;
    site.backend
        .run_sql("update visit_reasons set horizon = 527040")
        .await
        .unwrap();
    let answer = slots(&site, "2026-11-23", "2036-11-23").await;
    let starts: Vec<DateTime<chrono::FixedOffset>> = answer["slots"]
        .as_array()
        .unwrap()
        .iter()
        .map(|start| start.as_str().unwrap().parse().unwrap())
        .collect();
    assert!(starts.is_sorted() && starts.len() > 500, "{}", starts.len());
    let last = instant(NINE) + TimeDelta::days(62);
    assert!(*starts.last().unwrap() < last, "{:?}", starts.last());
    assert_eq!(answer["timezone"], practice.place.zone.as_str());
    assert_eq!(
        slots(&site, "2001-01-01", "2036-11-23").await["slots"],
        json!([])
    );
}

#[tokio::test]
async fn a_slot_that_is_held_is_missing_at_the_next_question() {
    let (_, site) = TestSite::with_practice().await;
    let day = async || slots(&site, "2026-11-23", "2026-11-23").await;
    let before = day().await;
    assert_eq!(before["slots"].as_array().unwrap().len(), 21);
    site.held(NINE).await;
    let after = day().await;
    assert_eq!(after["slots"][0], "2026-11-23T09:20:00+01:00");
    assert_eq!(after["slots"].as_array().unwrap().len(), 20);
}

#[tokio::test]
async fn nobody_learns_whether_a_slot_is_held_booked_or_closed() {
    let (practice, site) = TestSite::with_practice().await;
    site.held(NINE).await;
    site.booked(NINE_TWENTY).await;
    let (practice_id, _, practitioner) = practice.ids();
    let absence = Absence {
        id: site.backend.new_id(),
        away: Interval::starting(instant(NINE_FORTY), TimeDelta::minutes(20))
            .unwrap()
            .into(),
        note: Some("Hôpital".parse().unwrap()),
    };
    let now = site.backend.now();
    let mut tx = site.backend.store().begin().await.unwrap();
    availability::insert_absence(&mut tx, practice_id, practitioner, &absence, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let answer = slots(&site, "2026-11-23", "2026-11-23").await;
    let said: Vec<_> = answer.as_object().unwrap().keys().collect();
    assert_eq!(said, ["slots", "timezone"]);
    assert_eq!(answer["slots"][0], "2026-11-23T10:00:00+01:00");

    let held = refused(&site, NINE).await;
    assert_eq!(held.0, StatusCode::CONFLICT);
    assert_eq!(
        held.1["errors"]["booking"],
        json!({ "gone": { "nearest": "some" } })
    );
    for (start, which) in [
        (NINE_TWENTY, "booked"),
        (NINE_FORTY, "absent"),
        ("2026-11-23T11:00:00Z", "between the hours"),
        ("2026-11-23T08:07:00Z", "off the grid"),
        ("2026-12-25T08:00:00Z", "a holiday"),
    ] {
        assert_eq!(refused(&site, start).await, held, "{which}");
    }
}

/// Asks from a network, for a site behind a proxy that it trusts.
async fn ask_from(site: &TestSite, network: &str, path: &str) -> support::Answer {
    let request = support::request(Method::GET, path)
        .header("x-forwarded-for", network)
        .body(axum::body::Body::empty())
        .unwrap();
    site.send(request).await
}

#[tokio::test]
async fn a_program_that_asks_without_end_is_told_to_come_back_and_its_neighbours_are_not() {
    let site = TestSite::limited("127.0.0.1").await;
    site.backend.practice().await;
    let (who, why) = ("camille-lefevre-tour", "reason=consultation");
    let every = [
        format!("/api/v1/practitioners/{who}/slots?{why}"),
        format!("/api/v1/practitioners/{who}/first-slot?{why}"),
        format!("/api/v1/practices/cabinet-tour/first-slot?{why}"),
    ];
    // What cannot be answered counts as well, and is the cheapest to ask for.
    let wrong = "/api/v1/practices/cabinet-tour/first-slot";
    let mut asked = 0;
    let stopped = loop {
        let answer = ask_from(&site, "192.0.2.1", wrong).await;
        if answer.status != StatusCode::BAD_REQUEST {
            break answer;
        }
        asked += 1;
        assert!(asked < 5_000, "never stopped");
    };
    assert!(asked >= 300, "stopped after {asked}");
    assert_eq!(stopped.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(stopped.header("retry-after").parse::<u64>().unwrap() >= 1);
    assert_eq!(stopped.header("content-type"), "application/json");
    assert_eq!(stopped.header("cache-control"), "no-store");
    let said: Value = serde_json::from_slice(&stopped.body).unwrap();
    assert_eq!(said, json!({ "error": "too many questions" }));
    for path in &every {
        let neighbours = ask_from(&site, "192.0.2.2", path).await;
        assert_eq!(neighbours.status, StatusCode::OK, "{path}");
    }
    // Pages, and everything that is no data for programs, are as before.
    let page = ask_from(&site, "192.0.2.1", &format!("/praticiens/{who}")).await;
    assert_eq!(page.status, StatusCode::OK);
}

#[tokio::test]
async fn what_is_asked_wrongly_is_answered_as_data_too() {
    let (_, site) = TestSite::with_practice().await;
    let who = "/api/v1/practitioners/camille-lefevre-tour";
    for (path, status, said) in [
        (
            format!("{who}/slots?reason=a&reason=b"),
            400,
            "each parameter stands once",
        ),
        (
            format!("{who}/first-slot?reason=a&reason=b"),
            400,
            "each parameter stands once",
        ),
        (
            "/api/v1/practices/cabinet-tour/first-slot?reason=a&reason=b".to_owned(),
            400,
            "each parameter stands once",
        ),
        (
            format!("{who}/slots?reason=consultation&from=24/12"),
            400,
            "from is a day as YYYY-MM-DD",
        ),
        (format!("{who}/nothing"), 404, "not found"),
        (
            "/api/v1/practitioners/%ff/slots?reason=a".to_owned(),
            400,
            "bad request",
        ),
    ] {
        let answer = site.get(&path).await;
        assert_eq!(answer.status.as_u16(), status, "{path}: {}", answer.text());
        assert_eq!(answer.header("content-type"), "application/json", "{path}");
        let body: Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(body, json!({ "error": said }), "{path}");
    }
    let request = support::request(Method::DELETE, &format!("{who}/slots"))
        .header(ORIGIN, support::PUBLIC_URL)
        .body(axum::body::Body::empty())
        .unwrap();
    let answer = site.send(request).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer.header("content-type"), "application/json");
}

#[tokio::test]
async fn every_read_for_programs_counts_for_its_network() {
    let site = TestSite::with(support::PUBLIC_URL, Arc::new(NoReads), "").await;
    site.backend.practice().await;
    for path in [
        "/api/v1/practitioners/camille-lefevre-tour/slots?reason=consultation",
        "/api/v1/practitioners/camille-lefevre-tour/first-slot?reason=consultation",
        "/api/v1/practices/cabinet-tour/first-slot?reason=consultation",
    ] {
        let status = site.get(path).await.status;
        assert_eq!(status, StatusCode::TOO_MANY_REQUESTS, "{path}");
    }
}

/// Lets nothing be read by programs.
#[derive(Debug)]
struct NoReads;

impl Limits for NoReads {
    fn admit(&self, attempt: Attempt<'_>, _: &ClientKey) -> Result<(), Fault> {
        if attempt == Attempt::Read {
            Err(Fault::TooMany { retry_after: 7 })
        } else {
            Ok(())
        }
    }

    fn signed_in(&self, _: &str, _: &ClientKey, _: KnownBrowser) {}

    fn remembered(&self, _: &str, _: &ClientKey) -> Option<KnownBrowser> {
        None
    }

    fn take_share(&self, _: &[&str], _: (&str, DateTime<Utc>), _: &ClientKey) -> Share {
        Share::none()
    }

    fn give_back(&self, _: &Share) {}

    fn are_on(&self) -> bool {
        true
    }

    fn forget_old(&self) {}
}

#[tokio::test]
async fn a_person_who_leafs_through_weeks_never_meets_the_limit_of_programs() {
    let site = TestSite::limited("127.0.0.1").await;
    site.backend.practice().await;
    let page = "/praticiens/camille-lefevre-tour?motif=consultation";
    let api = "/api/v1/practitioners/camille-lefevre-tour/slots?reason=consultation";
    let monday = instant(NINE).date_naive();
    // To the horizon and back, page and data, five people behind one address.
    let there = 0..10;
    for _ in 0..5 {
        for week in there.clone().chain(there.clone().rev()) {
            let day = monday + TimeDelta::weeks(week);
            let data = format!("{api}&from={day}&to={}", day + TimeDelta::days(6));
            for path in [format!("{page}&semaine={day}"), data] {
                let answer = ask_from(&site, "192.0.2.1", &path).await;
                assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
            }
        }
    }
}
