//! Fifty at once: one has the slot, the others are told so and offered others.

use backend::testing::{Kind, minutes};
use domain::visit_reason::VisitReason;
use futures::future::join_all;
use http::StatusCode;
use rstest::rstest;

use crate::{
    patient::{NINE, NINE_TWENTY, starts_of},
    support::Browser,
    watch::{BOTH, Fields, PERSON, Watched, by_telephone, keeps, key, with},
};

/// Sends all of them at once; answers which were taken.
async fn at_once(it: &Watched, asked: &[(&str, Fields<'_>)]) -> Vec<usize> {
    // One session, in as many windows.
    let jar = it.owner().await.jar();
    let answers = join_all(asked.iter().map(async |(action, fields)| {
        let mut browser = Browser::new(&it.site);
        for (name, value) in &jar {
            browser.set_cookie(name, value);
        }
        browser.post(action, fields).await
    }));
    let mut taken = Vec::new();
    for (number, answer) in answers.await.into_iter().enumerate() {
        if answer.status == StatusCode::SEE_OTHER {
            taken.push(number);
            continue;
        }
        let html = keeps(&answer, StatusCode::CONFLICT, &PERSON);
        assert!(html.contains("les plus proches"), "{html}");
        assert_eq!(starts_of(&html).len(), 3, "others to choose from: {html}");
    }
    taken
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_fifty_on_one_slot_one_has_it_and_the_others_are_offered_others(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Watched::on(kind).await;
    let keys: Vec<_> = (0..50).map(key).collect();
    // Patients and the office's telephone, side by side.
    let asked: Vec<_> = keys
        .iter()
        .enumerate()
        .map(|(number, key)| (BOTH[number % 2], by_telephone(NINE, key)))
        .collect();
    assert_eq!(at_once(&it, &asked).await.len(), 1);
    assert_eq!(it.visits_and_jobs().await, (1, 1));
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_lengths_that_overlap_by_a_minute_one_has_the_time(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Watched::on(kind).await;
    let (practice, _, practitioner) = it.practice.ids();
    let longer = VisitReason {
        id: it.site.backend.new_id(),
        slug: "longue".parse().unwrap(),
        length: minutes(21),
        ..it.practice.reason.clone()
    };
    let now = it.site.backend.now();
    let mut tx = it.site.backend.store().begin().await.unwrap();
    backend::store::reasons::insert(&mut tx, practice, practitioner, &longer, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let keys: Vec<_> = (0..50).map(key).collect();
    // From 9 h to 9 h 21, or from 9 h 20 to 9 h 40.
    let asked: Vec<_> = keys
        .iter()
        .enumerate()
        .map(|(number, key)| match number % 2 {
            0 => (BOTH[0], with(by_telephone(NINE, key), "reason", "longue")),
            _ => (BOTH[0], by_telephone(NINE_TWENTY, key)),
        })
        .collect();
    assert_eq!(at_once(&it, &asked).await.len(), 1);
    assert_eq!(it.visits_and_jobs().await, (1, 1));
}
