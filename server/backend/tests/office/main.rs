//! Stories of the office: hours, absences, reasons, places, the agenda. Visits that staff book and
//! mark are in [`visits`].

#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "../actors/mod.rs"]
mod actors;
mod colleague;
mod elsewhere;
mod seen;
mod twice;
mod visits;

use actors::member;
use backend::{
    Error, Failure,
    office::{
        absences::{AbsenceForm, AbsenceRefusal},
        hours::{Days, HoursForm, HoursRefusal, MOST_HOURS},
        places::{HoursMay, PlaceForm, PlaceRefusal},
        practice::{PracticeForm, PractitionerForm},
        reasons::{ReasonField, ReasonForm, ReasonRefusal},
    },
    store::bookable,
    testing::{Kind, TestBackend, TestPractice, hour, instant, minutes},
};
use chrono::{NaiveDate, TimeDelta, Weekday};
use domain::{
    access::{Actor, Role},
    appointment::{CancelledBy, Status},
    holidays::{Holiday, HolidaySet},
    opening_hours::{HoursError, Recurrence, WallRange},
    visit_reason::Audience,
};
use rstest::rstest;

/// Monday 2026-11-23 at 9 h in Paris.
const NINE: &str = "2026-11-23T08:00:00Z";

fn owner(test: &TestBackend, practice: &TestPractice) -> Actor {
    member(test, practice, Role::Owner, &[])
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
async fn several_ranges_on_several_days_are_published_edited_and_withdrawn(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, practice, actor) = opened(kind).await;
    let of = practice.practitioner.id;
    let form = weekly(
        &practice,
        &[Weekday::Sat, Weekday::Sun, Weekday::Sat],
        &[range(10, 11), range(15, 16)],
    );
    assert_eq!(test.publish_hours(&actor, of, form).await.unwrap(), 4);
    let saturday = "2026-11-28";
    assert_eq!(
        starts(&test, &practice, saturday).await,
        ["10:00", "10:20", "10:40", "15:00", "15:20", "15:40"]
    );

    let hours = test.hours(&actor, of).await.unwrap();
    assert_eq!(hours.len(), 14);
    let on_saturday = |range: WallRange| {
        let found = hours
            .iter()
            .find(|hours| hours.range == range && hours.recurrence.falls_on(day(saturday)));
        found.unwrap().clone()
    };
    let mut edited = on_saturday(range(10, 11));
    edited.range = range(11, 12);
    edited.reasons = vec![practice.reason.id];
    test.edit_hours(&actor, of, edited.clone()).await.unwrap();
    let found = test.hours(&actor, of).await.unwrap();
    assert!(found.contains(&edited));
    test.delete_hours(&actor, of, [on_saturday(range(15, 16)).id].into())
        .await
        .unwrap();
    assert_eq!(
        starts(&test, &practice, saturday).await,
        ["11:00", "11:20", "11:40"]
    );
    let again = test.delete_hours(&actor, of, [on_saturday(range(15, 16)).id].into());
    assert!(matches!(again.await, Err(Error::ChangedMeanwhile)));
}

#[rstest]
#[tokio::test]
async fn one_off_hours_open_their_day_and_are_forgotten_after_it(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, practice, actor) = opened(kind).await;
    let of = practice.practitioner.id;
    let mut form = weekly(&practice, &[], &[range(10, 11)]);
    form.days = Days::Once {
        day: day("2026-12-25"),
    };
    test.publish_hours(&actor, of, form).await.unwrap();
    // Christmas is a holiday, and somebody wrote down that very day.
    assert_eq!(starts(&test, &practice, "2026-12-25").await.len(), 3);
    assert_eq!(test.hours(&actor, of).await.unwrap().len(), 11);
    test.clock.set(instant("2026-12-28T08:00:00Z"));
    assert_eq!(test.hours(&actor, of).await.unwrap().len(), 10);
}

#[rstest]
#[tokio::test]
async fn hours_that_make_no_sense_are_refused(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (test, practice, actor) = opened(kind).await;
    let of = practice.practitioner.id;
    let refused = async |form| refusal(test.publish_hours(&actor, of, form).await);
    let mornings = [range(9, 12)];
    let form = weekly(&practice, &[], &mornings);
    assert_eq!(refused(form).await, HoursRefusal::NoDay);
    let form = weekly(&practice, &[Weekday::Sat], &[]);
    assert_eq!(refused(form).await, HoursRefusal::NoRange);
    let form = weekly(&practice, &[Weekday::Sat], &[range(9, 12), range(11, 13)]);
    assert_eq!(refused(form).await, HoursRefusal::RangesOverlap);
    for (days, expected) in [
        (
            Days::Once {
                day: day("2026-11-21"),
            },
            HoursRefusal::Past,
        ),
        (
            Days::Once {
                day: day("2037-01-01"),
            },
            HoursRefusal::TooFar,
        ),
        (
            Days::Weekly {
                weekdays: vec![Weekday::Sat],
                every: 0,
                first: day("2026-11-22"),
                until: None,
            },
            HoursRefusal::Invalid(HoursError::WeeksOutOfRange),
        ),
        (
            Days::Weekly {
                weekdays: vec![Weekday::Sat],
                every: 1,
                first: day("2026-11-22"),
                until: Some(day("9999-12-31")),
            },
            HoursRefusal::TooFar,
        ),
    ] {
        let mut form = weekly(&practice, &[], &mornings);
        form.days = days;
        assert_eq!(refused(form).await, expected);
    }
    // 24 ranges a day, 7 days a week: two forms are more than anybody needs.
    let all_week: Vec<Weekday> = (0..7_u8).map(|n| Weekday::try_from(n).unwrap()).collect();
    let all_day: Vec<WallRange> = (0..24).map(|n| range(n, (n + 1) % 24)).collect();
    let form = || weekly(&practice, &all_week, &all_day);
    assert_eq!(test.publish_hours(&actor, of, form()).await.unwrap(), 168);
    let mut more = form();
    more.reasons = vec![practice.reason.id];
    let most = MOST_HOURS;
    assert_eq!(refused(more).await, HoursRefusal::TooMany { most });
}

#[rstest]
#[tokio::test]
async fn hours_name_places_and_reasons_of_their_own_practice_only(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, practice, actor) = opened(kind).await;
    let other = test.practice_named("autre").await;
    let of = practice.practitioner.id;
    let form = || weekly(&practice, &[Weekday::Sat], &[range(9, 12)]);
    let mut foreign_place = form();
    foreign_place.place = other.place.id;
    let mut foreign_reason = form();
    foreign_reason.reasons = vec![practice.reason.id, other.reason.id];
    for form in [foreign_place, foreign_reason] {
        let refused = test.publish_hours(&actor, of, form).await;
        assert!(matches!(refused, Err(Failure::Broken(Error::NotFound))));
    }
    let mut theirs = test
        .hours(&owner(&test, &other), other.practitioner.id)
        .await
        .unwrap()
        .remove(0);
    theirs.place = practice.place.id;
    let refused = test.edit_hours(&actor, of, theirs.clone()).await;
    assert!(matches!(refused, Err(Failure::Broken(Error::NotFound))));
    let refused = test.delete_hours(&actor, of, [theirs.id].into()).await;
    assert!(matches!(refused, Err(Error::NotFound)));
}

#[rstest]
#[tokio::test]
async fn an_absence_closes_slots_and_names_the_visits_inside_it(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, practice, actor) = opened(kind).await;
    let of = practice.practitioner.id;
    test.book(&practice, NINE).await;
    test.book(&practice, "2026-11-24T08:00:00Z").await;
    let form = AbsenceForm {
        from: day("2026-11-23").and_time(hour(0)),
        until: day("2026-11-24").and_time(hour(0)),
        note: Some("Formation".parse().unwrap()),
    };
    let announced = test.announce_absence(&actor, of, form).await.unwrap();
    let names = |visits: &[backend::store::agenda::ShownVisit]| {
        let name = |visit: &backend::store::agenda::ShownVisit| visit.patient.full_name();
        visits.iter().map(name).collect::<Vec<_>>()
    };
    assert_eq!(names(&announced.visits), ["Zoé Đặng"]);
    assert!(starts(&test, &practice, "2026-11-23").await.is_empty());
    assert!(!starts(&test, &practice, "2026-11-24").await.is_empty());

    let absences = test.absences(&actor, of).await.unwrap();
    assert_eq!(absences.len(), 1);
    assert_eq!(
        absences[0].interval.start(),
        instant("2026-11-22T23:00:00Z")
    );
    assert_eq!(absences[0].interval.end(), instant("2026-11-23T23:00:00Z"));
    let (absence, visits) = test
        .visits_in_absence(&actor, of, announced.id)
        .await
        .unwrap();
    assert_eq!(absence, absences[0]);
    assert_eq!(visits, announced.visits);

    // Phoned and cancelled, nobody is left to tell.
    test.cancel_by_practice(&actor, visits[0].id).await.unwrap();
    let (_, left) = test
        .visits_in_absence(&actor, of, announced.id)
        .await
        .unwrap();
    assert!(left.is_empty());
    test.delete_absence(&actor, of, announced.id).await.unwrap();
    assert_eq!(starts(&test, &practice, "2026-11-23").await[0], "09:00");
}

#[rstest]
#[case(
    "2026-11-24T12:00:00",
    "2026-11-24T12:00:00",
    AbsenceRefusal::EndsBeforeStart
)]
#[case(
    "2026-11-24T12:00:00",
    "2026-11-24T09:00:00",
    AbsenceRefusal::EndsBeforeStart
)]
#[case("2026-11-20T00:00:00", "2026-11-22T09:00:00", AbsenceRefusal::Past)]
#[case("2026-11-23T00:00:00", "2037-11-23T00:00:00", AbsenceRefusal::TooLong)]
#[case("2099-11-23T00:00:00", "2099-11-24T00:00:00", AbsenceRefusal::TooLong)]
#[tokio::test]
async fn an_absence_that_makes_no_sense_is_refused(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
    #[case] from: &str,
    #[case] until: &str,
    #[case] expected: AbsenceRefusal,
) {
    let (test, practice, actor) = opened(kind).await;
    let form = AbsenceForm {
        from: from.parse().unwrap(),
        until: until.parse().unwrap(),
        note: None,
    };
    let of = practice.practitioner.id;
    assert_eq!(
        refusal(test.announce_absence(&actor, of, form).await),
        expected
    );
    assert!(test.absences(&actor, of).await.unwrap().is_empty());
}

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
    assert_eq!(
        open,
        [
            instant("2026-12-24T08:00:00Z"),
            instant("2026-12-24T13:00:00Z")
        ]
    );
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

#[rstest]
#[tokio::test]
async fn hours_may_reach_to_midnight(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (test, practice, actor) = opened(kind).await;
    let of = practice.practitioner.id;
    let form = weekly(&practice, &[Weekday::Sat], &[range(23, 0)]);
    test.publish_hours(&actor, of, form).await.unwrap();
    let hours = test.hours(&actor, of).await.unwrap();
    let late = hours.iter().find(|hours| hours.range.start() == hour(23));
    let last = late.unwrap();
    assert_eq!(last.range.end_minute(), 24 * 60);
    assert!(matches!(last.recurrence, Recurrence::Weekly { .. }));
    assert_eq!(
        starts(&test, &practice, "2026-11-28").await,
        ["23:00", "23:20", "23:40"]
    );
}
