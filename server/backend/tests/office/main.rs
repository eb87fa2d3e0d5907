//! Stories of the office: the agenda, and what the stories beside share.

#![allow(clippy::unwrap_used, reason = "tests")]

mod absences;
#[path = "../actors/mod.rs"]
mod actors;
mod colleague;
mod elsewhere;
mod hours;
mod seen;
mod settings;
mod twice;
mod visits;

use backend::{
    Failure,
    office::{
        absences::AbsenceForm,
        hours::{Days, HoursForm},
    },
    testing::{Kind, TestBackend, TestPractice, hour, instant},
};
use chrono::{NaiveDate, TimeDelta, Weekday};
use domain::{
    access::Actor,
    appointment::{CancelledBy, Status},
    holidays::Holiday,
    opening_hours::WallRange,
};
use rstest::rstest;

/// Monday 2026-11-23 at 9 h in Paris.
const NINE: &str = "2026-11-23T08:00:00Z";

fn owner(test: &TestBackend, practice: &TestPractice) -> Actor {
    test.owner_without_account(practice)
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn range(from: u32, until: u32) -> WallRange {
    WallRange::new(hour(from), hour(until)).unwrap()
}

async fn opened(kind: Kind) -> (TestBackend, TestPractice, Actor) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let actor = owner(&test, &practice);
    (test, practice, actor)
}

fn weekly(practice: &TestPractice, weekdays: &[Weekday], ranges: &[WallRange]) -> HoursForm {
    HoursForm {
        place: practice.place.id,
        days: Days::Weekly {
            weekdays: weekdays.to_vec(),
            every: 1,
            first: day("2026-11-22"),
            until: None,
        },
        ranges: ranges.to_vec(),
        reasons: vec![],
    }
}

fn refusal<T: std::fmt::Debug, R: std::fmt::Debug>(result: Result<T, Failure<R>>) -> R {
    match result {
        Err(Failure::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

/// Starts that patients see on a day, on the clock in Paris.
async fn starts(test: &TestBackend, practice: &TestPractice, on: &str) -> Vec<String> {
    let slug = &practice.practitioner.slug;
    let free = test.find_slots(slug, &practice.reason.slug, day(on), day(on));
    let free = free.await.unwrap();
    let start =
        |slot: &domain::slots::Slot| slot.interval.start().with_timezone(&free.clocks.main());
    free.slots
        .iter()
        .map(|slot| start(slot).format("%H:%M").to_string())
        .collect()
}

#[rstest]
#[tokio::test]
async fn a_week_of_the_agenda_shows_everything_in_five_statements(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, practice, actor) = opened(kind).await;
    let of = practice.practitioner.id;
    test.clock.set(instant("2026-12-20T08:00:00Z"));
    test.book(&practice, "2026-12-22T08:00:00Z").await;
    test.hold(&practice, "2026-12-22T08:20:00Z").await.unwrap();
    let token = test.book(&practice, "2026-12-23T13:00:00Z").await;
    test.cancel_by_link(&token).await.unwrap();
    let form = AbsenceForm {
        from: day("2026-12-24").and_time(hour(14)),
        until: day("2026-12-26").and_time(hour(0)),
        note: None,
    };
    test.announce_absence(&actor, of, form).await.unwrap();

    let (monday, sunday) = (day("2026-12-21"), day("2026-12-27"));
    // Once in ten minutes it is written down that it was read.
    test.agenda(&actor, of, monday, sunday).await.unwrap();
    let before = test.store().statements();
    let page = test.agenda(&actor, of, monday, sunday).await.unwrap();
    assert_eq!(test.store().statements() - before, 5);
    assert_eq!(page.days.len(), 7);
    let on = |text: &str| page.days.iter().find(|one| one.day == day(text)).unwrap();
    let statuses = |text: &str| {
        let visits = &on(text).visits;
        visits.iter().map(|visit| visit.status).collect::<Vec<_>>()
    };
    assert!(matches!(
        statuses("2026-12-22")[..],
        [Status::Booked, Status::Held { .. }]
    ));
    assert_eq!(
        statuses("2026-12-23"),
        [Status::Cancelled {
            by: CancelledBy::Patient
        }]
    );
    assert_eq!(on("2026-12-22").visits[0].patient.full_name(), "Zoé Đặng");
    assert_eq!(
        on("2026-12-22").visits[0].reason_name.as_str(),
        "Consultation"
    );
    assert_eq!(on("2026-12-24").absences.len(), 1);
    assert_eq!(on("2026-12-25").absences.len(), 1);
    assert!(on("2026-12-26").absences.is_empty());
    assert_eq!(on("2026-12-25").holiday, Some(Holiday::Christmas));
    assert!(on("2026-12-25").open.is_empty());
    let open: Vec<_> = on("2026-12-24")
        .open
        .iter()
        .map(|window| window.interval.start())
        .collect();
    assert_eq!(open, [instant("2026-12-24T08:00:00Z")], "away from 14 h");
    assert_eq!(
        page.place(practice.place.id).unwrap().town.as_str(),
        "Paris"
    );

    // A hold that ran out is nothing to show.
    test.clock.advance(TimeDelta::minutes(15));
    let page = test.agenda(&actor, of, monday, sunday).await.unwrap();
    assert_eq!(page.days[1].visits.len(), 1);
    // A range nobody can read is cut, and the ends of the calendar are no trouble.
    let long = test.agenda(&actor, of, monday, day("2099-01-01")).await;
    assert_eq!(long.unwrap().days.len(), 42);
    let (least, most) = (NaiveDate::MIN, NaiveDate::MAX);
    assert!(test.agenda(&actor, of, most, most).await.is_ok());
    assert!(test.agenda(&actor, of, least, most).await.is_ok());
}
