//! The address of a feed, over HTTP: headers, conditions, and what is said of a wrong one.

#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use std::time::{Duration, Instant};

use axum::body::Body;
use backend::testing::{Kind, TestPractice, agenda::Written, linter};
use chrono::TimeDelta;
use domain::{access::Actor, feed::Detail, links};
use http::{HeaderValue, Method, Request, StatusCode};
use rstest::rstest;
use support::{Answer, TestSite};

struct Feed {
    site: TestSite,
    practice: TestPractice,
    owner: Actor,
    id: domain::ids::FeedId,
    path: String,
}

impl Feed {
    async fn new() -> Self {
        Self::on(TestSite::with_practice().await).await
    }

    async fn on((practice, site): (TestPractice, TestSite)) -> Self {
        let owner = site.backend.owner_without_account(&practice);
        let made = site
            .backend
            .create_feed(&owner, practice.practitioner.id, Detail::FullName)
            .await
            .unwrap();
        let written = Written::at("2026-11-23T08:00:00Z");
        site.backend.write_visit(&practice, written).await;
        Self {
            path: links::feed(&made.token),
            id: made.id,
            site,
            practice,
            owner,
        }
    }

    async fn get(&self, headers: &[(&str, &[u8])]) -> Answer {
        self.ask(Method::GET, &self.path, headers).await
    }

    /// As a calendar application asks: no Accept, no cookie, unless a header says so.
    async fn ask(&self, method: Method, path: &str, headers: &[(&str, &[u8])]) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        request = request.header("host", "rdv.example.org");
        for (name, value) in headers {
            request = request.header(*name, HeaderValue::from_bytes(value).unwrap());
        }
        self.site.send(request.body(Body::empty()).unwrap()).await
    }
}

#[tokio::test]
async fn a_feed_is_a_plain_calendar_file_that_nothing_keeps_or_indexes() {
    let feed = Feed::new().await;
    for headers in [
        &[][..],
        &[("accept", b"text/calendar".as_slice())],
        &[
            ("accept", b"*/*"),
            ("accept-encoding", b"gzip, deflate, br"),
        ],
        &[("user-agent", b"Google-Calendar-Importer")],
        &[("cookie", b"rdv=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")],
    ] {
        let answer = feed.get(headers).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(
            answer.header("content-type"),
            "text/calendar; charset=utf-8"
        );
        assert_eq!(answer.header("cache-control"), "private, no-cache");
        assert_eq!(answer.header("x-robots-tag"), "noindex");
        assert_eq!(
            answer.header("last-modified"),
            "Sun, 22 Nov 2026 08:00:00 GMT"
        );
        let etag = answer.header("etag");
        assert!(etag.starts_with('"') && etag.ends_with('"'), "{etag}");
        for absent in [
            "set-cookie",
            "location",
            "content-encoding",
            "transfer-encoding",
            "vary",
        ] {
            assert_eq!(answer.header(absent), "", "{absent}");
        }
        assert!(
            !answer
                .header("content-disposition")
                .contains(&feed.path[12..30])
        );
        let calendar = linter::feed(&answer.body).unwrap();
        assert_eq!(calendar.events.len(), 1);
        assert_eq!(calendar.events[0].text("SUMMARY").unwrap(), "Zoé Đặng");
    }
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let feed = Feed::new().await;
    let get = feed.get(&[]).await;
    let head = feed.ask(Method::HEAD, &feed.path, &[]).await;
    assert_eq!(head.status, StatusCode::OK);
    assert!(head.body.is_empty());
    assert_eq!(head.header("content-length"), get.body.len().to_string());
    for name in [
        "content-type",
        "etag",
        "last-modified",
        "cache-control",
        "x-robots-tag",
    ] {
        assert_eq!(head.header(name), get.header(name), "{name}");
    }
    let known = [("if-none-match", get.header("etag").as_bytes())];
    let head = feed.ask(Method::HEAD, &feed.path, &known).await;
    assert_eq!(head.status, StatusCode::NOT_MODIFIED);
}

#[rstest]
#[tokio::test]
async fn who_has_the_file_is_told_so_until_it_changes(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let feed = Feed::on(TestSite::practice_on(kind).await).await;
    let first = feed.get(&[]).await;
    let etag = first.header("etag").to_owned();
    let weak = format!("\"x\", W/{etag}");
    let date = first.header("last-modified").to_owned();
    let conditions: [(&str, &[u8]); 4] = [
        ("if-none-match", etag.as_bytes()),
        ("if-none-match", weak.as_bytes()),
        ("if-none-match", b"*"),
        ("if-modified-since", date.as_bytes()),
    ];
    for condition in conditions {
        let answer = feed.get(&[condition]).await;
        assert_eq!(answer.status, StatusCode::NOT_MODIFIED, "{condition:?}");
        assert!(answer.body.is_empty());
        assert_eq!(answer.header("etag"), etag);
        assert_eq!(answer.header("cache-control"), "private, no-cache");
        assert_eq!(answer.header("content-type"), "");
    }
    // In the very second of the last change.
    let written = Written::at("2026-11-24T08:00:00Z");
    feed.site.backend.write_visit(&feed.practice, written).await;
    for condition in [conditions[0], conditions[1], conditions[3]] {
        let answer = feed.get(&[condition]).await;
        assert_eq!(answer.status, StatusCode::OK, "{condition:?}");
        assert_eq!(linter::feed(&answer.body).unwrap().events.len(), 2);
        // Never ahead of the clock.
        assert_eq!(answer.header("last-modified"), date);
    }
    feed.site.backend.clock.advance(TimeDelta::seconds(5));
    let answer = feed.get(&[conditions[3]]).await;
    assert_eq!(answer.status, StatusCode::OK);
    let date = answer.header("last-modified").to_owned();
    let answer = feed.get(&[("if-modified-since", date.as_bytes())]).await;
    assert_eq!(answer.status, StatusCode::NOT_MODIFIED);
}

/// A client has the date of a process that is no more, or of another node, whose clock was ahead.
#[rstest]
#[tokio::test]
async fn a_date_of_a_clock_that_was_ahead_hides_nothing_that_changed(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let feed = Feed::on(TestSite::practice_on(kind).await).await;
    let first = feed.get(&[]).await;
    let ahead = first.header("last-modified").to_owned();
    assert_eq!(first.header("date"), "Sun, 22 Nov 2026 08:00:00 GMT");
    feed.site.backend.clock.advance(TimeDelta::hours(-2));
    let after = feed.get(&[]).await;
    assert_eq!(after.header("date"), "Sun, 22 Nov 2026 06:00:00 GMT");
    let written = Written::at("2026-11-24T08:00:00Z");
    feed.site.backend.write_visit(&feed.practice, written).await;
    feed.site.backend.forget_feeds();
    for date in [ahead.as_str(), "Wed, 14 Jan 2037 08:00:00 GMT"] {
        let answer = feed.get(&[("if-modified-since", date.as_bytes())]).await;
        assert_eq!(answer.status, StatusCode::OK, "{date}");
        assert_eq!(linter::feed(&answer.body).unwrap().events.len(), 2);
    }
}

#[rstest]
#[tokio::test]
async fn garbage_in_a_condition_gives_the_whole_file(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let feed = Feed::on(TestSite::practice_on(kind).await).await;
    let long = "\"x\", ".repeat(4000);
    let garbage: [(&str, &[u8]); 9] = [
        ("if-none-match", b""),
        ("if-none-match", b"\xFF\xFE"),
        ("if-none-match", b"\"unclosed"),
        ("if-none-match", b",,,"),
        ("if-none-match", long.as_bytes()),
        ("if-modified-since", b"\xFF"),
        ("if-modified-since", b"Sun, 99 Foo 99999 99:99:99 GMT"),
        ("if-range", b"\"x\""),
        ("range", b"bytes=999999-1"),
    ];
    for condition in garbage {
        let answer = feed.get(&[condition]).await;
        assert_eq!(answer.status, StatusCode::OK, "{:?}", condition.0);
        assert!(!answer.body.is_empty());
    }
}

#[rstest]
#[tokio::test]
async fn every_wrong_address_gets_the_same_answer(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let feed = Feed::on(TestSite::practice_on(kind).await).await;
    let a = "A".repeat(43);
    let long = "A".repeat(8_000);
    let right = &feed.path;
    let mut changed = right.clone();
    changed.replace_range(
        12..13,
        if right.as_bytes()[12] == b'A' {
            "B"
        } else {
            "A"
        },
    );
    let mut seen = Vec::new();
    for path in [
        format!("/calendrier/{a}.ics"),
        format!("/calendrier/{long}.ics"),
        "/calendrier/a.ics".to_owned(),
        "/calendrier/.ics".to_owned(),
        "/calendrier/%00.ics".to_owned(),
        "/calendrier/%FF%FE.ics".to_owned(),
        "/calendrier/1%20OR%201=1.ics".to_owned(),
        right.trim_end_matches(".ics").to_owned(),
        format!("{right}x"),
        right.replace(".ics", ".ICS"),
        changed,
    ] {
        let answer = feed
            .ask(Method::GET, &path, &[("if-none-match", b"*")])
            .await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        let names: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
        seen.push((
            answer.text(),
            names,
            answer.header("content-type").to_owned(),
        ));
        let head = feed.ask(Method::HEAD, &path, &[]).await;
        assert_eq!(head.status, StatusCode::NOT_FOUND);
    }
    seen.dedup();
    assert_eq!(seen.len(), 1, "{seen:#?}");
    assert!(seen[0].2.starts_with("text/plain"));
}

#[tokio::test]
async fn a_wrong_address_takes_as_long_as_a_wrong_address() {
    let feed = Feed::new().await;
    let plausible = format!("/calendrier/{}.ics", "A".repeat(43));
    let mut times = [Duration::MAX; 2];
    // The shortest of many: what is left is the work itself.
    for _ in 0..60 {
        for (path, best) in [plausible.as_str(), "/calendrier/x.ics"]
            .iter()
            .zip(&mut times)
        {
            let start = Instant::now();
            feed.ask(Method::GET, path, &[]).await;
            *best = (*best).min(start.elapsed());
        }
    }
    let [one, other] = times.map(|time| time.as_secs_f64());
    assert!((one / other - 1.0).abs() < 0.5, "{times:?}");
}

#[tokio::test]
async fn a_revoked_address_empties_calendars_and_then_is_gone() {
    let feed = Feed::new().await;
    let etag = feed.get(&[]).await.header("etag").to_owned();
    let revoked = feed.site.backend.revoke_feed(&feed.owner, feed.id);
    revoked.await.unwrap();
    let answer = feed.get(&[("if-none-match", etag.as_bytes())]).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(linter::feed(&answer.body).unwrap().events.is_empty());
    feed.site.backend.clock.advance(TimeDelta::days(30));
    let answer = feed.get(&[("if-none-match", b"*")]).await;
    assert_eq!(answer.status, StatusCode::GONE);
    assert_eq!(answer.header("cache-control"), "private, no-cache");
}

#[rstest]
#[tokio::test]
async fn a_database_that_is_away_is_503_and_never_an_empty_calendar(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let feed = Feed::on(TestSite::practice_on(kind).await).await;
    let etag = feed.get(&[]).await.header("etag").to_owned();
    feed.site.backend.close().await;
    for headers in [&[][..], &[("if-none-match", etag.as_bytes())]] {
        let answer = feed.get(headers).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.header("retry-after"), "60");
        assert_eq!(answer.header("x-robots-tag"), "noindex");
        assert!(!answer.text().contains("VCALENDAR"));
    }
}

#[tokio::test]
async fn only_get_and_head_are_answered() {
    let feed = Feed::new().await;
    for method in ["OPTIONS", "PROPFIND", "DELETE", "PUT"] {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let origin = [("origin", support::PUBLIC_URL.as_bytes())];
        let answer = feed.ask(method.clone(), &feed.path, &origin).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert_eq!(answer.header("allow"), "GET,HEAD", "{method}");
    }
    assert_eq!(
        linter::feed(&feed.get(&[]).await.body)
            .unwrap()
            .events
            .len(),
        1
    );
}

#[tokio::test]
async fn a_thousand_polls_a_minute_are_all_answered() {
    let site = TestSite::limited("").await;
    let feed = Feed::on((site.backend.practice().await, site)).await;
    let etag = feed.get(&[]).await.header("etag").to_owned();
    let start = Instant::now();
    for number in 0..1_000 {
        let known = [("if-none-match", etag.as_bytes())];
        let headers = if number % 2 == 0 { &known[..] } else { &[] };
        let answer = feed.get(headers).await;
        let expected = if number % 2 == 0 {
            StatusCode::NOT_MODIFIED
        } else {
            StatusCode::OK
        };
        assert_eq!(answer.status, expected, "poll {number}");
    }
    assert!(
        start.elapsed() < Duration::from_secs(60),
        "{:?}",
        start.elapsed()
    );
}
