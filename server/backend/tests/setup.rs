//! Stories of the first start: a link, a few questions, a practice that can be booked.

#![allow(clippy::unwrap_used, reason = "tests")]

use backend::{
    Error, Failure,
    office::{
        hours::HoursRefusal,
        places::PlaceForm,
        reasons::{ReasonField, ReasonForm, ReasonRefusal},
    },
    passwords::Password,
    setup::{NewOwner, NewPractice, SetupRefusal},
    testing::{Kind, TestBackend, hour, minutes},
};
use chrono::Weekday;
use domain::{access::Role, holidays::HolidaySet, opening_hours::WallRange};
use i18n::Lang;
use rstest::rstest;

const PASSWORD: &str = "le héron traverse";

fn new_practice() -> NewPractice {
    let range = |from, until| WallRange::new(hour(from), hour(until)).unwrap();
    NewPractice {
        name: "Cabinet de la Tour".parse().unwrap(),
        phone: "01 23 45 67 89".parse().unwrap(),
        email: None,
        holidays: HolidaySet::Reunion,
        place: PlaceForm {
            name: "Cabinet".parse().unwrap(),
            address: "3 rue de la Tour\n97400 Saint-Denis".parse().unwrap(),
            town: "Saint-Denis".parse().unwrap(),
            zone: "Indian/Reunion".parse().unwrap(),
        },
        practitioner: "Dre Camille Lefèvre".parse().unwrap(),
        specialty: "Médecin généraliste".parse().unwrap(),
        reason: ReasonForm::usual("Consultation".parse().unwrap(), minutes(30)),
        hours: vec![
            (Weekday::Mon, range(9, 12)),
            (Weekday::Mon, range(14, 16)),
            (Weekday::Thu, range(9, 12)),
        ],
        owner: NewOwner {
            name: "Camille Lefèvre".parse().unwrap(),
            email: "camille@tour.example".parse().unwrap(),
            password: Password::parse(PASSWORD, &[]).unwrap(),
            lang: Lang::Fr,
        },
    }
}

#[rstest]
#[tokio::test]
async fn the_link_opens_one_practice_whose_slots_are_found_at_once(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let token = test.setup_link().await.unwrap().unwrap();
    assert!(test.setup_is_open(&token).await.unwrap());
    assert!(!test.setup_is_open("another").await.unwrap());

    let (opened, session) = test.open_practice(&token, new_practice()).await.unwrap();
    assert_eq!(opened.practice.as_str(), "cabinet-de-la-tour");
    assert_eq!(opened.practitioner.as_str(), "dre-camille-lefevre");
    assert_eq!(session.member.role, Role::Owner);
    assert!(test.session(&session.token).await.unwrap().is_some());
    let email = "camille@tour.example".parse().unwrap();
    assert!(test.sign_in(&email, PASSWORD).await.is_ok());

    let page = test.practitioner_page(&opened.practitioner).await.unwrap();
    assert_eq!(page.reasons.len(), 1);
    let monday = "2026-11-23".parse().unwrap();
    let free = test
        .find_slots(&opened.practitioner, &page.reasons[0].slug, monday, monday)
        .await
        .unwrap();
    let starts: Vec<_> = free
        .slots
        .iter()
        .map(|slot| {
            slot.interval
                .start()
                .with_timezone(&free.clocks.main())
                .format("%H:%M")
                .to_string()
        })
        .collect();
    assert_eq!(
        starts,
        [
            "09:00", "09:30", "10:00", "10:30", "11:00", "11:30", "14:00", "14:30", "15:00",
            "15:30"
        ]
    );

    // The token is dead, and no other is given.
    assert!(!test.setup_is_open(&token).await.unwrap());
    let again = test.open_practice(&token, new_practice()).await;
    assert!(matches!(again, Err(Failure::Broken(Error::NotFound))));
    assert!(test.setup_link().await.unwrap().is_none());
}

#[rstest]
#[tokio::test]
async fn each_start_makes_the_link_of_the_start_before_worthless(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let first = test.setup_link().await.unwrap().unwrap();
    let second = test.setup_link().await.unwrap().unwrap();
    assert!(!test.setup_is_open(&first).await.unwrap());
    let old = test.open_practice(&first, new_practice()).await;
    assert!(matches!(old, Err(Failure::Broken(Error::NotFound))));
    assert!(test.open_practice(&second, new_practice()).await.is_ok());
}

#[rstest]
#[tokio::test]
async fn of_two_who_open_with_one_link_at_once_one_succeeds(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let token = test.setup_link().await.unwrap().unwrap();
    let mut other = new_practice();
    other.owner.email = "other@tour.example".parse().unwrap();
    let (one, two) = tokio::join!(
        test.open_practice(&token, new_practice()),
        test.open_practice(&token, other)
    );
    assert_ne!(one.is_ok(), two.is_ok());
    let loser = one.err().or(two.err()).unwrap();
    assert!(
        matches!(loser, Failure::Broken(Error::NotFound)),
        "{loser:?}"
    );
    assert_eq!(test.search("").await.unwrap().len(), 1);
}

#[rstest]
#[tokio::test]
async fn a_refused_form_leaves_the_link_alive_and_nothing_behind(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let token = test.setup_link().await.unwrap().unwrap();
    let refusal = async |new| match test.open_practice(&token, new).await {
        Err(Failure::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    };
    let mut new = new_practice();
    new.place.zone = "Europe/Atlantis".parse().unwrap();
    assert_eq!(refusal(new).await, SetupRefusal::UnknownZone);
    let mut new = new_practice();
    let range = WallRange::new(hour(11), hour(13)).unwrap();
    new.hours.push((Weekday::Mon, range));
    assert_eq!(
        refusal(new).await,
        SetupRefusal::Hours(HoursRefusal::RangesOverlap)
    );
    for wrong in [0, 4, 481] {
        let mut new = new_practice();
        new.reason.length = minutes(wrong);
        assert_eq!(
            refusal(new).await,
            SetupRefusal::Reason(ReasonRefusal::OutOfRange {
                field: ReasonField::Length,
                least: 5,
                most: 480
            })
        );
    }
    assert!(test.search("").await.unwrap().is_empty());
    assert!(test.open_practice(&token, new_practice()).await.is_ok());
}

#[rstest]
#[tokio::test]
async fn the_host_creates_more_practices_and_their_addresses_stay_apart(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let first = test.create_practice(new_practice()).await.unwrap();
    assert!(test.setup_link().await.unwrap().is_none());
    let taken = test.create_practice(new_practice()).await;
    assert!(matches!(
        taken,
        Err(Failure::Refused(SetupRefusal::EmailTaken))
    ));
    let mut new = new_practice();
    new.owner.email = "other@tour.example".parse().unwrap();
    let second = test.create_practice(new).await.unwrap();
    assert_eq!(first.practice.as_str(), "cabinet-de-la-tour");
    assert_eq!(second.practice.as_str(), "cabinet-de-la-tour-2");
    assert_eq!(second.practitioner.as_str(), "dre-camille-lefevre-2");
    assert_eq!(test.search("camille").await.unwrap().len(), 2);
}
