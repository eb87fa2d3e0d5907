//! `store::appointments`: found by link, hold, key and id; changed; never overlapping.

use backend::{
    keys,
    store::{
        StoreError,
        appointments::{self, NewVisit, Visit},
        patients,
    },
    testing::{Kind, TestBackend, TestPractice, instant, zoe},
};
use chrono::TimeDelta;
use domain::{
    appointment::{Appointment, CancelledBy, Status},
    ids::PatientId,
    interval::Interval,
    visit_reason::Minutes,
};
use i18n::Lang;
use rstest::rstest;

/// Writes a visit past all rules, as a faulty program would.
async fn insert(
    test: &TestBackend,
    practice: &TestPractice,
    start: &str,
    end: &str,
    status: Status,
) -> Result<Appointment, StoreError> {
    let (practice_id, place, practitioner) = practice.ids();
    let appointment = Appointment {
        id: test.new_id(),
        practice: practice_id,
        practitioner,
        place,
        reason: practice.reason.id,
        interval: Interval::new(instant(start), instant(end)).unwrap(),
        status,
        sequence: 0,
        changed_at: test.now(),
    };
    let patient: PatientId = test.new_id();
    let mut tx = test.store().begin().await.unwrap();
    patients::insert(&mut tx, practice_id, patient, &zoe(), Lang::Fr, test.now())
        .await
        .unwrap();
    let key = test.fresh_key();
    let visit = NewVisit {
        appointment: &appointment,
        patient,
        buffer_before: Minutes::ZERO,
        buffer_after: Minutes::ZERO,
        hold_hash: Some(keys::hash(&format!("hold {}", appointment.id))),
        link_hash: keys::hash(&format!("link {}", appointment.id)),
        idempotency_key: &key,
    };
    assert!(appointments::insert(&mut tx, &visit).await?);
    tx.commit().await?;
    Ok(appointment)
}

#[rstest]
#[tokio::test]
async fn a_key_makes_one_visit_and_no_more(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let test = TestBackend::new(kind).await;
    let tour = test.practice().await;
    let request = test.hold_request(&tour, "2026-11-23T09:00:00Z");
    let key = request.idempotency_key.clone();
    test.backend().hold(request).await.unwrap();
    let mut db = test.store().read().await.unwrap();
    let there = appointments::by_key(&mut db, tour.practice.id, &key).await;
    let there = there.unwrap().unwrap().appointment;
    drop(db);

    let mut tx = test.store().begin().await.unwrap();
    let patient: PatientId = test.new_id();
    patients::insert(
        &mut tx,
        there.practice,
        patient,
        &zoe(),
        Lang::Fr,
        test.now(),
    )
    .await
    .unwrap();
    let another = Appointment {
        id: test.new_id(),
        interval: Interval::new(
            instant("2026-11-23T10:00:00Z"),
            instant("2026-11-23T10:20:00Z"),
        )
        .unwrap(),
        ..there.clone()
    };
    let visit = NewVisit {
        appointment: &another,
        patient,
        buffer_before: Minutes::ZERO,
        buffer_after: Minutes::ZERO,
        hold_hash: None,
        link_hash: keys::hash("another"),
        idempotency_key: &key,
    };
    assert!(!appointments::insert(&mut tx, &visit).await.unwrap());
    let found = appointments::by_key(&mut tx, there.practice, &key).await;
    assert_eq!(found.unwrap().unwrap().appointment, there);
}

#[rstest]
#[case::the_same("2026-11-23T09:00:00Z", "2026-11-23T09:20:00Z", false)]
#[case::one_second_at_the_end("2026-11-23T09:19:59Z", "2026-11-23T09:40:00Z", false)]
#[case::one_second_at_the_start("2026-11-23T08:40:00Z", "2026-11-23T09:00:01Z", false)]
#[case::around("2026-11-23T08:00:00Z", "2026-11-23T10:00:00Z", false)]
#[case::inside("2026-11-23T09:05:00Z", "2026-11-23T09:10:00Z", false)]
#[case::from_the_day_before("2026-11-22T09:00:01Z", "2026-11-23T09:00:01Z", false)]
#[case::touching_before("2026-11-23T08:40:00Z", "2026-11-23T09:00:00Z", true)]
#[case::touching_after("2026-11-23T09:20:00Z", "2026-11-23T09:40:00Z", true)]
#[tokio::test]
async fn the_schema_itself_refuses_two_visits_at_once(
    #[case] start: &str,
    #[case] end: &str,
    #[case] fits: bool,
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let tour = test.practice().await;
    let parc = test.practice_named("parc").await;
    let nine = ("2026-11-23T09:00:00Z", "2026-11-23T09:20:00Z");
    insert(&test, &tour, nine.0, nine.1, Status::Booked)
        .await
        .unwrap();
    for status in [
        Status::Booked,
        Status::Held {
            until: test.now() + TimeDelta::minutes(15),
        },
        Status::Arrived,
        Status::Attended,
        Status::Missed,
    ] {
        let second = insert(&test, &tour, start, end, status).await;
        match second {
            Ok(second) if fits => {
                let mut tx = test.store().begin().await.unwrap();
                let cancelled = Status::Cancelled {
                    by: CancelledBy::Practice,
                };
                appointments::set_status(&mut tx, &second, cancelled, 1, test.now())
                    .await
                    .unwrap();
                tx.commit().await.unwrap();
            }
            Err(StoreError::Overlap) if !fits => {}
            other => panic!("{status:?}: {other:?}"),
        }
    }
    // What does not block, and another practitioner, fit.
    insert(&test, &tour, start, end, Status::Expired)
        .await
        .unwrap();
    insert(
        &test,
        &tour,
        start,
        end,
        Status::Cancelled {
            by: CancelledBy::Patient,
        },
    )
    .await
    .unwrap();
    insert(&test, &parc, start, end, Status::Booked)
        .await
        .unwrap();
}

#[rstest]
#[tokio::test]
async fn the_schema_refuses_an_overlap_that_comes_by_an_update(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let tour = test.practice().await;
    let nine = ("2026-11-23T09:00:00Z", "2026-11-23T09:20:00Z");
    let cancelled = Status::Cancelled {
        by: CancelledBy::Patient,
    };
    let gone = insert(&test, &tour, nine.0, nine.1, cancelled)
        .await
        .unwrap();
    let ten = ("2026-11-23T10:00:00Z", "2026-11-23T10:20:00Z");
    insert(&test, &tour, ten.0, ten.1, Status::Booked)
        .await
        .unwrap();
    insert(&test, &tour, nine.0, nine.1, Status::Booked)
        .await
        .unwrap();

    let mut tx = test.store().begin().await.unwrap();
    let revived = appointments::set_status(&mut tx, &gone, Status::Booked, 1, test.now()).await;
    assert!(matches!(revived, Err(StoreError::Overlap)), "{revived:?}");
    drop(tx);
    let shifted = match kind {
        Kind::Sqlite => {
            "update appointments set starts_at = '2026-11-23T09:10:00+00:00' where starts_at = '2026-11-23T10:00:00+00:00'"
        }
        Kind::Postgres => {
            "update appointments set starts_at = '2026-11-23T09:10:00+00:00' where starts_at = '2026-11-23T10:00:00+00:00'"
        }
    };
    let moved = test.run_sql(shifted).await;
    assert!(matches!(moved, Err(StoreError::Overlap)), "{moved:?}");
}

#[rstest]
#[tokio::test]
async fn a_visit_is_found_by_link_hold_key_id_and_day(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let tour = test.practice().await;
    let (practice, _, practitioner) = tour.ids();
    let request = test.hold_request(&tour, "2026-11-23T09:00:00Z");
    let key = request.idempotency_key.clone();
    let held = test.backend().hold(request).await.unwrap();
    let mut db = test.store().read().await.unwrap();
    let by_hold = appointments::by_hold(&mut db, &keys::hash(&held.token))
        .await
        .unwrap()
        .unwrap();
    let id = by_hold.appointment.id;
    let link = keys::hash(&test.keys().visit_token(id, 0));
    let same = |found: Option<Visit>| assert_eq!(found.as_ref(), Some(&by_hold));
    same(appointments::by_link(&mut db, &link).await.unwrap());
    same(appointments::by_key(&mut db, practice, &key).await.unwrap());
    let mut tx = test.store().begin().await.unwrap();
    appointments::give_up_key(&mut tx, &by_hold.appointment)
        .await
        .unwrap();
    let by_key = appointments::by_key(&mut tx, practice, &key).await;
    assert_eq!(by_key.unwrap(), None);
    drop(tx);
    same(appointments::by_id(&mut db, practice, id).await.unwrap());
    let day = Interval::new(
        instant("2026-11-23T09:19:59Z"),
        instant("2026-11-23T12:00:00Z"),
    )
    .unwrap();
    let found = appointments::between(&mut db, practice, practitioner, day)
        .await
        .unwrap();
    assert_eq!(
        found,
        [by_hold.clone()],
        "it reaches into the range by a second"
    );
    let after = Interval::new(
        instant("2026-11-23T09:20:00Z"),
        instant("2026-11-23T12:00:00Z"),
    )
    .unwrap();
    assert!(
        appointments::between(&mut db, practice, practitioner, after)
            .await
            .unwrap()
            .is_empty()
    );

    let other = test.practice_named("parc").await.practice.id;
    assert_eq!(appointments::by_id(&mut db, other, id).await.unwrap(), None);
    assert_eq!(
        appointments::by_key(&mut db, other, &key).await.unwrap(),
        None
    );
    assert!(
        appointments::between(&mut db, other, practitioner, day)
            .await
            .unwrap()
            .is_empty()
    );
}

#[rstest]
#[tokio::test]
async fn a_status_is_written_only_over_the_one_that_was_read(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let tour = test.practice().await;
    let nine = ("2026-11-23T09:00:00Z", "2026-11-23T09:20:00Z");
    let visit = insert(&test, &tour, nine.0, nine.1, Status::Booked)
        .await
        .unwrap();
    let later = test.now() + TimeDelta::minutes(1);
    let cancelled = Status::Cancelled {
        by: CancelledBy::Practice,
    };
    let mut tx = test.store().begin().await.unwrap();
    assert!(
        appointments::set_status(&mut tx, &visit, cancelled, 1, later)
            .await
            .unwrap()
    );
    assert!(
        !appointments::set_status(&mut tx, &visit, cancelled, 2, later)
            .await
            .unwrap()
    );
    let read = appointments::by_id(&mut tx, visit.practice, visit.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(read.appointment.status, cancelled);
    assert_eq!(
        (read.appointment.sequence, read.appointment.changed_at),
        (1, later)
    );
}

#[rstest]
#[tokio::test]
async fn holds_that_ran_out_expire_and_counters_count(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let tour = test.practice().await;
    let until = test.now() + TimeDelta::minutes(15);
    let held = Status::Held { until };
    let nine = ("2026-11-23T09:00:00Z", "2026-11-23T09:20:00Z");
    let ten = ("2026-11-23T10:00:00Z", "2026-11-23T10:20:00Z");
    let first = insert(&test, &tour, nine.0, nine.1, held).await.unwrap();
    let mut tx = test.store().begin().await.unwrap();
    appointments::count_wrong_code(&mut tx, first.id)
        .await
        .unwrap();
    appointments::count_code_sent(&mut tx, first.id)
        .await
        .unwrap();
    let read = appointments::by_id(&mut tx, first.practice, first.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((read.wrong_codes, read.codes_sent), (1, 1));
    let just_before = until - TimeDelta::seconds(1);
    let whose = first.practitioner;
    assert_eq!(
        appointments::expire_holds_of(&mut tx, whose, just_before)
            .await
            .unwrap()
            .len(),
        0
    );
    assert_eq!(
        appointments::expire_holds_of(&mut tx, whose, until)
            .await
            .unwrap()
            .len(),
        1
    );
    tx.commit().await.unwrap();
    insert(&test, &tour, ten.0, ten.1, held).await.unwrap();
    let mut tx = test.store().begin().await.unwrap();
    assert_eq!(
        appointments::expire_all_holds(&mut tx, just_before)
            .await
            .unwrap()
            .len(),
        0
    );
    assert_eq!(
        appointments::expire_all_holds(&mut tx, until)
            .await
            .unwrap()
            .len(),
        1
    );
    let read = appointments::by_id(&mut tx, first.practice, first.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(read.appointment.status, Status::Expired);
}
