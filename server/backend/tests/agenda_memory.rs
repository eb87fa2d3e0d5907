//! What is remembered of agendas never shows: every change is seen at once, whoever made it, and
//! what only time changes too.
#![allow(clippy::unwrap_used, reason = "tests")]

use backend::{
    Backend,
    clock::SystemRandom,
    testing::{Kind, TestBackend, TestPractice, instant},
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use rstest::rstest;

const MONDAY: &str = "2026-11-23";

async fn monday(backend: &Backend, practice: &TestPractice) -> Vec<DateTime<Utc>> {
    let day: NaiveDate = MONDAY.parse().unwrap();
    let (practitioner, reason) = (&practice.practitioner.slug, &practice.reason.slug);
    let found = backend.find_slots(practitioner, reason, day, day).await;
    let slots = found.unwrap().slots;
    slots.iter().map(|slot| slot.interval.start()).collect()
}

#[rstest]
#[tokio::test]
async fn a_day_asked_for_again_costs_one_statement(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let first = monday(&test, &practice).await;
    let before = test.store().statements();
    assert_eq!(monday(&test, &practice).await, first);
    assert_eq!(test.store().statements() - before, 1);
    test.book(&practice, "2026-11-23T08:20:00Z").await;
    let before = test.store().statements();
    assert_eq!(monday(&test, &practice).await.len(), first.len() - 1);
    assert_eq!(test.store().statements() - before, 3, "read afresh");
}

#[rstest]
#[tokio::test]
async fn a_booking_and_its_cancellation_are_seen_at_once(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let start = instant("2026-11-23T08:20:00Z");
    assert!(monday(&test, &practice).await.contains(&start));
    let token = test.book(&practice, "2026-11-23T08:20:00Z").await;
    assert!(!monday(&test, &practice).await.contains(&start));
    test.cancel_by_link(&token).await.unwrap();
    assert!(monday(&test, &practice).await.contains(&start));
}

#[rstest]
#[tokio::test]
async fn a_hold_that_runs_out_is_free_although_nobody_wrote(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let start = instant("2026-11-23T08:40:00Z");
    let held = test.hold(&practice, "2026-11-23T08:40:00Z").await.unwrap();
    assert!(!monday(&test, &practice).await.contains(&start));
    test.clock
        .advance(held.until - test.now() - TimeDelta::seconds(1));
    assert!(!monday(&test, &practice).await.contains(&start));
    test.clock.advance(TimeDelta::seconds(1));
    let before = test.store().statements();
    assert!(monday(&test, &practice).await.contains(&start));
    assert_eq!(test.store().statements() - before, 1, "remembered");
}

#[rstest]
#[tokio::test]
async fn what_another_process_books_is_seen_at_once(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let start = instant("2026-11-23T08:20:00Z");
    assert!(monday(&test, &practice).await.contains(&start));
    let settings = test.settings().clone();
    let clock = test.clock.clone();
    let other = Backend::open(settings, clock, std::sync::Arc::new(SystemRandom)).await;
    let other = other.unwrap();
    let request = test.hold_request(&practice, "2026-11-23T08:20:00Z");
    other.hold(request).await.unwrap();
    assert!(!monday(&test, &practice).await.contains(&start));
    other.close().await;
}

#[rstest]
#[tokio::test]
async fn the_first_slot_of_a_practice_is_the_earliest_of_its_practitioners(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let (slug, reason) = (&practice.practitioner.slug, &practice.reason.slug);
    let one = test.first_slot(slug, reason).await.unwrap();
    let any = test
        .first_slot_of_practice(&practice.practice.slug, reason)
        .await;
    assert_eq!(any.unwrap(), one);
    let start = one.start.unwrap();
    test.book(&practice, &start.to_rfc3339()).await;
    let next = test.first_slot(slug, reason).await.unwrap().start.unwrap();
    assert!(next > start);
    let unknown = "inconnu".parse().unwrap();
    assert!(test.first_slot(slug, &unknown).await.is_err());
    assert!(test.first_slot_of_practice(&unknown, reason).await.is_err());
}
