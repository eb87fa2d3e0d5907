//! `store::vitals` and what `store::jobs` says of what waits.

use backend::{
    store::{
        jobs::{self, NewJob, Outcome},
        vitals::{self, Vitals},
    },
    testing::{Kind, TestBackend, instant},
};
use chrono::TimeDelta;
use domain::ids::JobId;
use rstest::rstest;

#[rstest]
#[tokio::test]
async fn a_database_says_what_it_is(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let test = TestBackend::new(kind).await;
    let mut db = test.store().read().await.unwrap();
    match vitals::vitals(&mut db).await.unwrap() {
        Vitals::Sqlite { version, journal } => {
            assert_eq!(kind, Kind::Sqlite);
            assert!(version.starts_with("3."), "{version}");
            assert_eq!(journal, "wal");
        }
        Vitals::Postgres {
            number,
            btree_gist,
            now,
            ..
        } => {
            assert_eq!(kind, Kind::Postgres);
            assert!(number >= 130_000 && btree_gist);
            assert!(now > instant("2020-01-01T00:00:00Z"));
        }
    }
}

#[rstest]
#[tokio::test]
async fn zones_and_the_last_line_are_those_of_the_places_and_the_audit_trail(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let mut db = test.store().read().await.unwrap();
    assert_eq!(vitals::zones(&mut db).await.unwrap(), Vec::<String>::new());
    assert_eq!(vitals::last_written(&mut db).await.unwrap(), None);
    drop(db);
    let practice = test.practice().await;
    test.clock.advance(TimeDelta::minutes(3));
    test.hold(&practice, "2026-11-23T09:00:00Z").await.unwrap();
    let mut db = test.store().read().await.unwrap();
    assert_eq!(vitals::zones(&mut db).await.unwrap(), ["Europe/Paris"]);
    assert_eq!(
        vitals::last_written(&mut db).await.unwrap(),
        Some(test.now())
    );
}

#[rstest]
#[tokio::test]
async fn what_waits_is_counted_and_a_leased_job_is_not_late(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let now = test.now();
    let mut tx = test.store().begin().await.unwrap();
    let ids: Vec<JobId> = (0..4).map(|_| test.new_id()).collect();
    for (n, id) in ids.iter().enumerate() {
        let minutes = i64::try_from(n).unwrap() * 10;
        let (payload, key) = ("{}", format!("k{n}"));
        let job = NewJob {
            id: *id,
            practice: practice.practice.id,
            kind: "confirm",
            payload,
            dedup_key: &key,
            run_at: now + TimeDelta::minutes(minutes),
        };
        jobs::enqueue(&mut tx, &job, now).await.unwrap();
    }
    let failed = jobs::finish(&mut tx, ids[3], 0, Outcome::Failed, Some("slow"), now).await;
    assert!(failed.unwrap());
    let later = now + TimeDelta::minutes(12);
    let waiting = jobs::waiting(&mut tx, later).await.unwrap();
    assert_eq!(
        (waiting.unfinished, waiting.tried_again, waiting.failed),
        (3, 0, 1)
    );
    assert_eq!(waiting.oldest_due, Some(now));
    let until = later + TimeDelta::minutes(5);
    assert_eq!(
        jobs::lease_due(&mut tx, later, later..until, 1)
            .await
            .unwrap()
            .len(),
        1
    );
    let waiting = jobs::waiting(&mut tx, later).await.unwrap();
    assert_eq!(waiting.oldest_due, Some(now + TimeDelta::minutes(10)));
}
