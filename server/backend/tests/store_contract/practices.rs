//! `store::practices` and `store::patients`.

use backend::{
    store::{StoreError, patients, practices, reasons},
    testing::{Kind, TestBackend, TestPractice, minutes, zoe},
};
use domain::{
    appointment::Appointment,
    ids::PatientId,
    people::BirthDate,
    practice::{Place, Practice, Practitioner},
    visit_reason::{Audience, BirthDateAsked, VisitReason},
};
use i18n::Lang;
use rstest::rstest;

#[rstest]
#[tokio::test]
async fn a_practice_is_read_as_it_was_written(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let test = TestBackend::new(kind).await;
    let tour = test.practice().await;
    let mut db = test.store().read().await.unwrap();
    let practice = &tour.practice;
    let by_slug = practices::practice_by_slug(&mut db, &practice.slug)
        .await
        .unwrap();
    assert_eq!(by_slug.as_ref(), Some(practice));
    assert_eq!(
        practices::practice_by_id(&mut db, practice.id)
            .await
            .unwrap(),
        by_slug
    );
    let unknown = "cabinet-inconnu".parse().unwrap();
    assert_eq!(
        practices::practice_by_slug(&mut db, &unknown)
            .await
            .unwrap(),
        None
    );

    let found = practices::practitioner_by_slug(&mut db, &tour.practitioner.slug)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.practitioner, tour.practitioner);
    assert_eq!(&found.practice, practice);
    let by_id = practices::practitioner_by_id(&mut db, practice.id, tour.practitioner.id).await;
    assert_eq!(by_id.unwrap(), Some(found));
    let agenda = practices::agenda_by_slug(&mut db, &tour.practitioner.slug).await;
    assert_eq!(
        agenda.unwrap(),
        Some((practice.id, tour.practitioner.clone()))
    );
    let nobody = practices::agenda_by_slug(&mut db, &unknown).await;
    assert_eq!(nobody.unwrap(), None);
    let all = practices::practitioners_of(&mut db, practice.id)
        .await
        .unwrap();
    assert_eq!(all, [tour.practitioner.clone()]);

    assert_eq!(
        practices::places_of(&mut db, practice.id).await.unwrap(),
        [tour.place.clone()]
    );
    let place = practices::place_by_id(&mut db, practice.id, tour.place.id)
        .await
        .unwrap();
    assert_eq!(place, Some(tour.place.clone()));

    let reasons = reasons::of_practitioner(&mut db, tour.practitioner.id)
        .await
        .unwrap();
    assert_eq!(reasons, [tour.reason.clone()]);
    let slug = &tour.reason.slug;
    let reason = reasons::by_slug(&mut db, tour.practitioner.id, slug)
        .await
        .unwrap();
    assert_eq!(reason, Some(tour.reason.clone()));
    assert_eq!(
        reasons::by_id(&mut db, practice.id, tour.reason.id)
            .await
            .unwrap(),
        Some(tour.reason.clone())
    );
}

#[rstest]
#[tokio::test]
async fn nothing_of_a_practice_is_found_from_another(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let ours = test.practice().await;
    let other = test.practice_named("parc").await.practice.id;
    let mut db = test.store().read().await.unwrap();
    let practitioner = practices::practitioner_by_id(&mut db, other, ours.practitioner.id).await;
    assert_eq!(practitioner.unwrap(), None);
    assert_eq!(
        practices::place_by_id(&mut db, other, ours.place.id)
            .await
            .unwrap(),
        None
    );
    assert_eq!(
        reasons::by_id(&mut db, other, ours.reason.id)
            .await
            .unwrap(),
        None
    );
}

#[rstest]
#[tokio::test]
async fn with_whom_where_and_what_for_a_visit_is_belongs_to_one_practice(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let ours = test.practice().await;
    let other = test.practice_named("parc").await;
    let token = test.book(&ours, "2026-11-23T08:20:00Z").await;
    let visit = test.visit(&token).await.unwrap().visit.appointment;
    let mut db = test.store().read().await.unwrap();
    let setting = practices::setting_of(&mut db, &visit).await.unwrap();
    let setting = setting.unwrap();
    assert_eq!(setting.found.practice, ours.practice);
    assert_eq!(setting.found.practitioner, ours.practitioner);
    assert_eq!((setting.place, setting.reason), (ours.place, ours.reason));
    let mixed = |change: fn(&mut Appointment, &TestPractice)| {
        let mut visit = visit.clone();
        change(&mut visit, &other);
        visit
    };
    for foreign in [
        mixed(|visit, other| visit.practice = other.practice.id),
        mixed(|visit, other| visit.practitioner = other.practitioner.id),
        mixed(|visit, other| visit.place = other.place.id),
        mixed(|visit, other| visit.reason = other.reason.id),
    ] {
        let found = practices::setting_of(&mut db, &foreign).await.unwrap();
        assert!(found.is_none(), "{foreign:?}");
    }
}

#[rstest]
#[tokio::test]
async fn everyone_is_listed_once_with_the_towns_of_the_practice(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let tour = test.practice().await;
    let mut tx = test.store().begin().await.unwrap();
    let second = Place {
        id: test.new_id(),
        name: "Annexe".parse().unwrap(),
        address: "1 quai du Port\n69002 Lyon".parse().unwrap(),
        town: "Lyon".parse().unwrap(),
        zone: "Europe/Paris".parse().unwrap(),
    };
    let later = test.now() + chrono::TimeDelta::seconds(1);
    practices::insert_place(&mut tx, tour.practice.id, &second, later)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let listed = practices::everyone(&mut test.store().read().await.unwrap())
        .await
        .unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].towns, "Paris, Lyon");
}

#[rstest]
#[tokio::test]
async fn a_slug_is_given_once(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let test = TestBackend::new(kind).await;
    let tour = test.practice().await;
    let now = test.now();
    let mut tx = test.store().begin().await.unwrap();
    let twin = Practice {
        id: test.new_id(),
        ..tour.practice.clone()
    };
    let refused = practices::insert_practice(&mut tx, &twin, None, now).await;
    assert!(
        matches!(refused, Err(StoreError::Duplicate(_))),
        "{refused:?}"
    );
    drop(tx);
    let mut tx = test.store().begin().await.unwrap();
    let twin = Practitioner {
        id: test.new_id(),
        ..tour.practitioner.clone()
    };
    let refused = practices::insert_practitioner(&mut tx, tour.practice.id, &twin, now).await;
    assert!(
        matches!(refused, Err(StoreError::Duplicate(_))),
        "{refused:?}"
    );
    drop(tx);
    let mut tx = test.store().begin().await.unwrap();
    let twin = VisitReason {
        id: test.new_id(),
        ..tour.reason.clone()
    };
    let (practice, _, practitioner) = tour.ids();
    let refused = reasons::insert(&mut tx, practice, practitioner, &twin, now).await;
    assert!(
        matches!(refused, Err(StoreError::Duplicate(_))),
        "{refused:?}"
    );
}

#[rstest]
#[tokio::test]
async fn every_value_of_a_reason_comes_back(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let test = TestBackend::new(kind).await;
    let (practice, _, practitioner) = {
        let tour = test.practice().await;
        tour.ids()
    };
    let reason = VisitReason {
        id: test.new_id(),
        slug: "suivi-de-grossesse".parse().unwrap(),
        name: "Suivi de grossesse".parse().unwrap(),
        length: minutes(45),
        step: minutes(15),
        buffer_before: minutes(5),
        buffer_after: minutes(10),
        min_notice: minutes(0),
        horizon: minutes(366 * 24 * 60),
        cancel_deadline: minutes(30 * 24 * 60),
        audience: Audience::StaffOnly,
        birth_date: BirthDateAsked::Yes,
        instructions: "Première ligne\nSeconde ligne".parse().unwrap(),
    };
    let mut tx = test.store().begin().await.unwrap();
    reasons::insert(&mut tx, practice, practitioner, &reason, test.now())
        .await
        .unwrap();
    let read = reasons::by_id(&mut tx, practice, reason.id).await.unwrap();
    assert_eq!(read, Some(reason));
}

#[rstest]
#[tokio::test]
async fn a_patient_is_read_as_she_was_written(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let test = TestBackend::new(kind).await;
    let tour = test.practice().await;
    let mut patient = zoe();
    patient.family_name = "O'Brien-Đặng; \"Zoé\", MD\\".parse().unwrap();
    let today = test.now().date_naive();
    patient.birth_date = Some(BirthDate::parse("1987-02-28", today).unwrap());
    let mut tx = test.store().begin().await.unwrap();
    let id: PatientId = test.new_id();
    let now = test.now();
    patients::insert(&mut tx, tour.practice.id, id, &patient, Lang::En, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let request = backend::booking::HoldRequest {
        patient: patient.clone(),
        lang: Lang::En,
        ..test.hold_request(&tour, "2026-11-23T08:00:00Z")
    };
    let held = test.backend().hold(request).await.unwrap();
    let visit = test.held_visit(&held.token).await.unwrap().visit;
    assert_eq!((visit.patient, visit.lang), (patient, Lang::En));
}
