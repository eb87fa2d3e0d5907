//! Feeds with nothing in them, and with more than anybody has.
//! Conditions, wrong addresses, many polls and a database that is away are `feed_http`'s.

use std::ops::Range;

use axum::body::Body;
use backend::testing::{Kind, instant, linter};
use chrono::TimeDelta;
use http::{Method, StatusCode};
use rstest::rstest;

use crate::{support::request, watch::Watched};

/// Visits of the large one.
const MANY: i32 = 20_000;

#[rstest]
#[tokio::test]
async fn a_feed_of_nothing_and_one_of_twenty_thousand_are_whole(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Watched::on(kind).await;
    let path = it.feed().await;
    assert_eq!(it.events(&path).await, []);

    let first = instant("2026-11-23T00:00:00Z");
    let ids = it
        .site
        .backend
        .write_visits(&it.practice, MANY, first)
        .await;
    let answer = it.site.get(&path).await;
    assert_eq!(answer.status, StatusCode::OK);
    let events = linter::feed(&answer.body).unwrap().events;
    assert_eq!(events.len(), ids.len());
    for ((event, id), number) in events.iter().zip(&ids).zip(0..) {
        assert_eq!(event.start, first + TimeDelta::minutes(20) * number);
        assert_eq!(event.text("UID").unwrap(), backend::ics::uid(*id));
    }

    // It was drawn once: asked again it costs what an empty one costs, and a 304 has no body.
    let statements = it.site.backend.store().statements();
    let again = it.site.get(&path).await;
    assert_eq!(
        (again.body == answer.body, again.status),
        (true, StatusCode::OK)
    );
    let etag = answer.header("etag");
    let known = request(Method::GET, &path).header("if-none-match", etag);
    let known = it.site.send(known.body(Body::empty()).unwrap()).await;
    assert_eq!(
        (known.status, known.body.len()),
        (StatusCode::NOT_MODIFIED, 0)
    );
    let asked = it.site.backend.store().statements() - statements;
    assert!(FEW.contains(&asked), "{asked} statements");

    // Away: neither the old one nor an empty one.
    it.site.backend.close().await;
    let away = it.site.get(&path).await;
    assert_eq!(away.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!away.text().contains("VCALENDAR"));
}

/// What two polls of a feed that stands may ask the database.
const FEW: Range<u64> = 1..7;
