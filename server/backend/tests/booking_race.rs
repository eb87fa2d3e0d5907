//! Races that really race: many clients on one slot, on both databases.
//! The losers get a refusal of the rules, never an error of the database.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::{collections::BTreeSet, sync::Arc};

use backend::{
    Backend, Failure,
    booking::HoldRequest,
    store::reasons,
    testing::{Kind, TestBackend, minutes},
};
use domain::{booking::BookingRefusal, interval::Interval, visit_reason::VisitReason};
use rstest::rstest;
use tokio::sync::Barrier;

const CLIENTS: usize = 50;
const SLOT: &str = "2026-11-23T09:00:00Z";

/// Sends all requests at the same moment; answers how many held a slot.
async fn race(backend: Backend, requests: Vec<HoldRequest>) -> usize {
    let start = Arc::new(Barrier::new(requests.len()));
    let clients: Vec<_> = requests
        .into_iter()
        .map(|request| {
            let (backend, start) = (backend.clone(), Arc::clone(&start));
            tokio::spawn(async move {
                start.wait().await;
                backend.hold(request).await
            })
        })
        .collect();
    let mut held = 0;
    for client in clients {
        match client.await.unwrap() {
            Ok(_) => held += 1,
            Err(Failure::Refused(BookingRefusal::Gone { .. })) => {}
            Err(other) => panic!("a loser was told {other:?}"),
        }
    }
    held
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_clients_on_one_slot_make_one_visit(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let requests = (0..CLIENTS)
        .map(|_| test.hold_request(&practice, SLOT))
        .collect();
    assert_eq!(race(test.backend(), requests).await, 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_clicks_on_one_button_make_one_visit(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let request = test.hold_request(&practice, SLOT);
    let clicks: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let (backend, request) = (test.backend(), request.clone());
            tokio::spawn(async move { backend.hold(request).await.unwrap().token })
        })
        .collect();
    let mut tokens = BTreeSet::new();
    for click in clicks {
        tokens.insert(click.await.unwrap());
    }
    assert_eq!(tokens.len(), 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn overlapping_visits_of_different_lengths_make_no_overlap(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let long = VisitReason {
        id: test.new_id(),
        slug: "bilan".parse().unwrap(),
        length: minutes(60),
        step: minutes(10),
        ..practice.reason.clone()
    };
    let mut tx = test.store().begin().await.unwrap();
    let (practice_id, _, practitioner) = practice.ids();
    reasons::insert(&mut tx, practice_id, practitioner, &long, test.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();

    // 20-minute visits at 9:40, 10:00 and 10:20 in UTC, and 60-minute ones around them.
    let starts = [
        "2026-11-23T08:40:00Z",
        SLOT,
        "2026-11-23T09:20:00Z",
        "2026-11-23T09:10:00Z",
    ];
    let requests = (0..CLIENTS)
        .map(|n| {
            let mut request = test.hold_request(&practice, starts[n % starts.len()]);
            if n % 2 == 1 || n % starts.len() == 3 {
                request.reason = long.slug.clone();
            }
            request
        })
        .collect();
    let held = race(test.backend(), requests).await;
    assert!(held >= 1);

    let day = Interval::new(
        "2026-11-23T00:00:00Z".parse().unwrap(),
        "2026-11-24T00:00:00Z".parse().unwrap(),
    )
    .unwrap();
    let mut db = test.store().read().await.unwrap();
    let visits = backend::store::appointments::between(&mut db, practice_id, practitioner, day)
        .await
        .unwrap();
    assert_eq!(visits.len(), held);
    for pair in visits.windows(2) {
        let [one, two] = pair else { unreachable!() };
        assert!(!one.appointment.interval.overlaps(two.appointment.interval));
    }
}
