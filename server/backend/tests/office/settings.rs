//! What a practice says of itself: reasons, places, practitioners.

use backend::{
    Error, Failure,
    office::{
        absences::AbsenceForm,
        places::{HoursMay, PlaceForm, PlaceRefusal},
        practice::{PracticeForm, PractitionerForm},
        reasons::{ReasonField, ReasonForm, ReasonRefusal},
    },
    store::bookable,
    testing::{Kind, hour, minutes},
};
use chrono::TimeDelta;
use domain::{holidays::HolidaySet, visit_reason::Audience};
use rstest::rstest;

use super::{NINE, day, opened, refusal};

#[rstest]
#[tokio::test]
async fn a_reason_is_created_edited_and_archived_while_its_visits_stand(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, practice, actor) = opened(kind).await;
    let of = practice.practitioner.id;
    let form = || ReasonForm::usual("Consultation".parse().unwrap(), minutes(30));
    test.clock.advance(TimeDelta::seconds(1));
    let second = test.create_reason(&actor, of, form()).await.unwrap();
    let reasons = test.reasons(&actor, of).await.unwrap();
    let slugs: Vec<_> = reasons.iter().map(|reason| reason.slug.as_str()).collect();
    assert_eq!(slugs, ["consultation", "consultation-2"]);

    let mut edited = form();
    edited.name = "Suivi".parse().unwrap();
    edited.audience = Audience::StaffOnly;
    test.edit_reason(&actor, of, second, edited, None)
        .await
        .unwrap();
    let reasons = test.reasons(&actor, of).await.unwrap();
    assert_eq!(reasons[1].name.as_str(), "Suivi");
    assert_eq!(reasons[1].slug.as_str(), "consultation-2");
    let slug = &practice.practitioner.slug;
    assert_eq!(test.practitioner_page(slug).await.unwrap().reasons.len(), 1);

    let token = test.book(&practice, NINE).await;
    test.archive_reason(&actor, of, practice.reason.id)
        .await
        .unwrap();
    assert_eq!(test.reasons(&actor, of).await.unwrap().len(), 1);
    let visit = test.visit(&token).await.unwrap();
    assert_eq!(visit.reason.name.as_str(), "Consultation");
    let archived = test.edit_reason(&actor, of, practice.reason.id, form(), None);
    assert!(matches!(
        archived.await,
        Err(Failure::Broken(Error::ChangedMeanwhile))
    ));
    // An archived name in addresses is not given again: links in old mails keep their meaning.
    let third = test.create_reason(&actor, of, form()).await.unwrap();
    let reasons = test.reasons(&actor, of).await.unwrap();
    let third = reasons.iter().find(|reason| reason.id == third).unwrap();
    assert_eq!(third.slug.as_str(), "consultation-3");
}

#[rstest]
#[tokio::test]
async fn numbers_of_a_reason_have_bounds(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (test, practice, actor) = opened(kind).await;
    let of = practice.practitioner.id;
    let usual = || ReasonForm::usual("Long".parse().unwrap(), minutes(30));
    for (field, form) in [
        (ReasonField::Length, {
            let mut form = usual();
            form.length = minutes(10_000);
            form
        }),
        (ReasonField::Step, {
            let mut form = usual();
            form.step = minutes(0);
            form
        }),
        (ReasonField::BufferAfter, {
            let mut form = usual();
            form.buffer_after = minutes(121);
            form
        }),
        (ReasonField::Horizon, {
            let mut form = usual();
            form.horizon = minutes(60);
            form
        }),
    ] {
        match refusal(test.create_reason(&actor, of, form).await) {
            ReasonRefusal::OutOfRange { field: named, .. } => assert_eq!(named, field),
            other @ (ReasonRefusal::TooMany { .. } | ReasonRefusal::ChangedMeanwhile) => {
                panic!("{other:?}")
            }
        }
    }
}

#[rstest]
#[tokio::test]
async fn the_zone_of_a_place_changes_only_while_no_visit_is_to_come(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, practice, actor) = opened(kind).await;
    let form = |zone: &str| PlaceForm {
        name: "Cabinet".parse().unwrap(),
        address: "1 rue Neuve\n97400 Saint-Denis".parse().unwrap(),
        town: "Saint-Denis".parse().unwrap(),
        zone: zone.parse().unwrap(),
    };
    let token = test.book(&practice, NINE).await;
    let place = practice.place.id;
    let edit = async |zone: &str| {
        test.edit_place(&actor, place, form(zone), None, HoursMay::NotMove)
            .await
    };
    assert_eq!(
        refusal(edit("Indian/Reunion").await),
        PlaceRefusal::ZoneInUse { to_come: 1 }
    );
    assert_eq!(
        refusal(edit("Europe/Atlantis").await),
        PlaceRefusal::UnknownZone
    );
    edit("Europe/Paris").await.unwrap();
    let town = test.places(&actor).await.unwrap()[0].town.clone();
    assert_eq!(town.as_str(), "Saint-Denis");
    test.clock.advance(-TimeDelta::hours(24));
    test.cancel_by_link(&token).await.unwrap();
    // Hours are published there: they would open at another instant.
    let asked = refusal(edit("Indian/Reunion").await);
    assert_eq!(asked, PlaceRefusal::HoursMove { hours: 10 });
    let form_there = form("Indian/Reunion");
    test.edit_place(&actor, place, form_there, None, HoursMay::Move)
        .await
        .unwrap();
    test.clock.advance(TimeDelta::hours(25));
    let second = test.create_place(&actor, form("Europe/Paris")).await;
    let places = test.places(&actor).await.unwrap();
    assert_eq!(places.len(), 2);
    assert_eq!(places[1].id, second.unwrap());
}

#[rstest]
#[tokio::test]
async fn the_zone_of_the_main_place_changes_only_while_no_absence_is_to_come(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, practice, actor) = opened(kind).await;
    let of = practice.practitioner.id;
    let absence = AbsenceForm {
        from: day("2026-11-24").and_time(hour(14)),
        until: day("2026-11-24").and_time(hour(18)),
        note: None,
    };
    let announced = test.announce_absence(&actor, of, absence).await.unwrap();
    let elsewhere = |place: domain::practice::Place| PlaceForm {
        zone: "Indian/Reunion".parse().unwrap(),
        ..PlaceForm::from(place)
    };
    let main = practice.place.id;
    let edit = async |place: domain::practice::Place| {
        test.edit_place(&actor, place.id, elsewhere(place), None, HoursMay::Move)
            .await
    };
    let kept = refusal(edit(practice.place.clone()).await);
    assert_eq!(kept, PlaceRefusal::ZoneInUse { to_come: 1 });

    // Absences are said on the clock of the main place alone.
    let mut second = PlaceForm::from(practice.place.clone());
    second.name = "Annexe".parse().unwrap();
    let second = test.create_place(&actor, second).await.unwrap();
    let second = test.place(&actor, second).await.unwrap();
    edit(second).await.unwrap();

    test.delete_absence(&actor, of, announced.id).await.unwrap();
    edit(practice.place.clone()).await.unwrap();
    let zone = test.place(&actor, main).await.unwrap().zone;
    assert_eq!(zone.as_str(), "Indian/Reunion");
}

#[rstest]
#[tokio::test]
async fn an_owner_edits_her_practice_and_adds_a_practitioner(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, practice, actor) = opened(kind).await;
    let form = PracticeForm {
        name: "Cabinet du Port".parse().unwrap(),
        phone: "02 98 00 00 00".parse().unwrap(),
        email: Some("port@example.org".parse().unwrap()),
        holidays: HolidaySet::None,
    };
    let version = async || {
        let (practitioner, reason) = (&practice.practitioner.slug, &practice.reason.slug);
        let mut db = test.store().read().await.unwrap();
        let found = bookable::by_names(&mut db, practitioner, reason).await;
        found.unwrap().unwrap().version
    };
    let before = version().await;
    test.edit_practice(&actor, form, None).await.unwrap();
    // Who books meanwhile sees that the holidays are others.
    assert!(version().await > before);
    let found = test.own_practice(&actor).await.unwrap();
    assert_eq!(found.name.as_str(), "Cabinet du Port");
    assert_eq!(found.slug, practice.practice.slug);
    assert_eq!(found.holidays, HolidaySet::None);
    let form = |name: &str| PractitionerForm {
        name: name.parse().unwrap(),
        specialty: "Sage-femme".parse().unwrap(),
    };
    let added = test.add_practitioner(&actor, form("Inès Moreau")).await;
    let added = added.unwrap();
    assert_eq!(added.slug.as_str(), "ines-moreau");
    test.edit_practitioner(&actor, added.id, form("Inès Moreau-Petit"))
        .await
        .unwrap();
    let names: Vec<_> = test.agendas_of(&actor).await.unwrap();
    assert_eq!(names.len(), 2);
    assert_eq!(names[1].name.as_str(), "Inès Moreau-Petit");
}
