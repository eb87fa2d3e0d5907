//! `store::bookable`.

use backend::{
    store::{bookable, office},
    testing::{Kind, TestBackend},
};
use rstest::rstest;

#[rstest]
#[tokio::test]
async fn names_in_addresses_find_a_practitioner_and_her_reason(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let tour = test.practice().await;
    let parc = test.practice_named("parc").await;
    let mut db = test.store().read().await.unwrap();
    let slugs = (&tour.practitioner.slug, &tour.reason.slug);
    let found = bookable::by_names(&mut db, slugs.0, slugs.1)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.reason, tour.reason);
    assert_eq!(found.key.zone, chrono_tz::Europe::Paris);
    assert_eq!(found.key.practitioner, tour.practitioner.id);
    assert_ne!(found.key.practice, parc.practice.id);
    let (practice, _, practitioner) = tour.ids();
    let again = bookable::in_agenda(&mut db, practice, practitioner, slugs.1).await;
    let again = again.unwrap().unwrap();
    assert_eq!((again.key, &again.reason), (found.key, &found.reason));
    for (practice, practitioner) in [
        (parc.practice.id, practitioner),
        (practice, parc.practitioner.id),
    ] {
        let another = bookable::in_agenda(&mut db, practice, practitioner, slugs.1).await;
        assert!(another.unwrap().is_none(), "of another practice");
    }
    let there = bookable::in_practice(&mut db, &tour.practice.slug, slugs.1)
        .await
        .unwrap();
    let [(slug, bookable)] = &there[..] else {
        panic!("one can be booked there: {there:?}");
    };
    assert_eq!(slug, slugs.0);
    assert_eq!(bookable.key, found.key);
    assert_eq!(bookable.version, found.version);
    let unknown = "inconnu".parse().unwrap();
    let ever = bookable::ever_by_names(&mut db, slugs.0, slugs.1).await;
    assert_eq!(ever.unwrap().unwrap().reason, found.reason);
    let never = bookable::ever_by_names(&mut db, slugs.0, &unknown).await;
    assert!(never.unwrap().is_none());
    assert!(
        bookable::by_names(&mut db, slugs.0, &unknown)
            .await
            .unwrap()
            .is_none()
    );
    for names in [(&tour.practice.slug, &unknown), (&unknown, slugs.1)] {
        let nobody = bookable::in_practice(&mut db, names.0, names.1).await;
        assert!(nobody.unwrap().is_empty());
    }
    drop(db);

    let mut tx = test.store().begin().await.unwrap();
    let (practice, _, practitioner) = tour.ids();
    let (reason, now) = (tour.reason.id, test.now());
    office::archive_reason(&mut tx, practice, practitioner, reason, now)
        .await
        .unwrap();
    let archived = bookable::by_names(&mut tx, slugs.0, slugs.1).await;
    assert!(archived.unwrap().is_none());
    let ever = bookable::ever_by_names(&mut tx, slugs.0, slugs.1).await;
    assert_eq!(ever.unwrap().unwrap().reason, tour.reason);
}
