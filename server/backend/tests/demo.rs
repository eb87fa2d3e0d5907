//! Stories of demonstrations: the same for the same date, exact where they are for measuring,
//! believable where they are for looking, and never in the way of a real practice.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::time::Instant;

use backend::{
    Failure,
    demo::{DemoRefusal, DemoReport, Size},
    testing::{Kind, TestBackend, instant},
};
use chrono::{Datelike, NaiveDate, TimeDelta};
use domain::{
    access::Actor,
    appointment::Status,
    interval::Interval,
    practice::{Practitioner, Slug},
};
use rstest::rstest;

fn date() -> NaiveDate {
    "2026-11-22".parse().unwrap()
}

/// The demonstration's owner, and the agendas of the practice.
async fn owner(test: &TestBackend, report: &DemoReport) -> (Actor, Vec<Practitioner>) {
    let account = &report.accounts[0];
    assert_eq!(account.role, "owner");
    let email = account.email.parse().unwrap();
    let session = test.sign_in(&email, &account.password).await.unwrap();
    let actor = Actor::Member(session.member);
    let agendas = test.agendas_of(&actor).await.unwrap();
    (actor, agendas)
}

fn slug_of(url: &str) -> Slug {
    let slug = url.strip_prefix("https://rdv.example.org/praticiens/");
    slug.unwrap().parse().unwrap()
}

#[rstest]
#[tokio::test]
async fn the_believable_practice_can_be_signed_in_to_seen_and_booked(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let report = test.fill_demo(date(), Size::Practice).await.unwrap();
    let roles: Vec<_> = report.accounts.iter().map(|one| one.role).collect();
    assert_eq!(
        roles,
        [
            "owner",
            "practitioner",
            "practitioner",
            "practitioner",
            "secretary"
        ]
    );
    for account in &report.accounts {
        let email = account.email.parse().unwrap();
        assert!(test.sign_in(&email, &account.password).await.is_ok());
    }
    assert_eq!(report.practitioners.len(), 4);
    assert_eq!(report.feeds.len(), 4);
    for one in &report.practitioners {
        let slug = slug_of(&one.url);
        let page = test.practitioner_page(&slug).await.unwrap();
        assert_eq!(page.places.len(), 2);
        assert_eq!(page.places[0].town.as_str(), "Rennes");
        assert!(page.reasons.len() >= 2);
        let monday = "2026-11-23".parse().unwrap();
        let end = "2026-12-13".parse().unwrap();
        let first = &page.reasons[0].slug;
        let free = test.find_slots(&slug, first, monday, end).await.unwrap();
        assert!(free.slots.len() > 20, "{}: {}", one.name, free.slots.len());
    }
    let (actor, agendas) = owner(&test, &report).await;
    let mut visits = 0;
    for one in &agendas {
        let range = Interval::new(
            instant("2026-10-01T00:00:00Z"),
            instant("2027-02-01T00:00:00Z"),
        );
        let all = test.visits_between(&actor, one.id, range.unwrap()).await;
        for visit in all.unwrap() {
            let of = &visit.appointment;
            let past = of.interval.start() < instant("2026-11-21T23:00:00Z");
            match of.status {
                Status::Booked => assert!(!past),
                Status::Attended | Status::Missed => assert!(past),
                Status::Cancelled { .. } => {}
                Status::Held { .. } | Status::Expired | Status::Arrived => panic!(),
            }
            visits += 1;
        }
    }
    assert!((500..3000).contains(&visits), "{visits}");
}

#[rstest]
#[tokio::test]
async fn the_same_date_gives_the_same_data_and_another_date_other_secrets(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let visits = async |date: NaiveDate| {
        let test = TestBackend::new(kind).await;
        let report = test.fill_demo(date, Size::Practice).await.unwrap();
        let (actor, agendas) = owner(&test, &report).await;
        let range = Interval::new(
            instant("2026-11-16T00:00:00Z"),
            instant("2026-11-30T00:00:00Z"),
        );
        let found = test.visits_between(&actor, agendas[0].id, range.unwrap());
        (report, format!("{:?}", found.await.unwrap()))
    };
    let (one, other) = (visits(date()).await, visits(date()).await);
    assert_eq!(one, other);
    let later = visits(date() + TimeDelta::days(1)).await.0;
    assert_ne!(one.0.accounts[0].password, later.accounts[0].password);
    assert_ne!(one.0.feeds[0].url, later.feeds[0].url);
}

#[rstest]
#[tokio::test]
async fn the_measuring_data_is_exactly_half_booked(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let report = test.fill_demo(date(), Size::One).await.unwrap();
    assert_eq!(report.practitioners.len(), 10);
    let (actor, agendas) = owner(&test, &report).await;
    let mut all = 0;
    for one in &agendas {
        let range = Interval::new(
            instant("2016-01-01T00:00:00Z"),
            instant("2036-01-01T00:00:00Z"),
        );
        let visits = test.visits_between(&actor, one.id, range.unwrap()).await;
        all += visits.unwrap().len();
        let first = "2026-11-23".parse().unwrap();
        let last = "2027-01-16".parse().unwrap();
        let slug = "consultation".parse().unwrap();
        let free = test
            .find_slots(&one.slug, &slug, first, last)
            .await
            .unwrap();
        let per_day = |day: NaiveDate| {
            let on = |slot: &&domain::slots::Slot| slot.interval.start().date_naive() == day;
            free.slots.iter().filter(on).count()
        };
        for day in first.iter_days().take_while(|day| *day <= last) {
            let expected = if day.weekday().num_days_from_monday() < 5 {
                14
            } else {
                0
            };
            assert_eq!(per_day(day), expected, "{day}");
        }
    }
    assert_eq!(all, 5_600);
}

#[rstest]
#[tokio::test]
async fn filling_again_prints_the_same_list_and_changes_nothing(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let first = test.fill_demo(date(), Size::One).await.unwrap();
    let commits = test.store().commits();
    let tomorrow = date() + TimeDelta::days(1);
    assert_eq!(test.fill_demo(tomorrow, Size::One).await.unwrap(), first);
    assert_eq!(test.store().commits(), commits);
    assert!(matches!(
        test.fill_demo(date(), Size::Practice).await,
        Err(Failure::Refused(DemoRefusal::OtherSize {
            there: Size::One
        }))
    ));
    assert!(test.setup_link().await.unwrap().is_none());
}

#[rstest]
#[tokio::test]
async fn a_database_with_a_real_practice_is_refused(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    test.practice().await;
    for size in Size::ALL {
        assert!(matches!(
            test.fill_demo(date(), size).await,
            Err(Failure::Refused(DemoRefusal::RealPractice))
        ));
    }
    let far = "2600-01-01".parse().unwrap();
    assert!(matches!(
        test.fill_demo(far, Size::Hundred).await,
        Err(Failure::Refused(DemoRefusal::FarDate))
    ));
}

#[rstest]
#[tokio::test]
async fn a_real_practice_beside_a_demonstration_stops_the_next_one(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    test.fill_demo(date(), Size::Practice).await.unwrap();
    test.practice().await;
    assert!(matches!(
        test.fill_demo(date(), Size::Practice).await,
        Err(Failure::Refused(DemoRefusal::RealPractice))
    ));
}

#[test]
fn the_list_is_written_as_others_read_it() {
    let report = DemoReport {
        accounts: vec![backend::demo::DemoAccount {
            role: "owner",
            email: "a@b.example".to_owned(),
            password: "p".to_owned(),
        }],
        practitioners: vec![backend::demo::DemoPractitioner {
            name: "n".to_owned(),
            url: "u".to_owned(),
        }],
        feeds: vec![backend::demo::DemoFeed {
            practitioner: "n".to_owned(),
            url: "f".to_owned(),
        }],
    };
    assert_eq!(
        serde_json::to_string(&report).unwrap(),
        r#"{"accounts":[{"role":"owner","email":"a@b.example","password":"p"}],"practitioners":[{"name":"n","url":"u"}],"feeds":[{"practitioner":"n","url":"f"}]}"#
    );
}

/// By hand: `cargo nextest run -p backend --run-ignored only the_largest`.
#[rstest]
#[ignore = "half a million visits"]
#[tokio::test]
async fn the_largest_is_filled_in_two_minutes(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let test = TestBackend::new(kind).await;
    let started = Instant::now();
    test.fill_demo(date(), Size::Hundred).await.unwrap();
    let took = started.elapsed();
    eprintln!("{kind:?}: {took:?}");
    assert!(took.as_secs() < 120);
}
