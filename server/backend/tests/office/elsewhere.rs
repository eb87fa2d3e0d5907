//! A practice whose places go by several clocks: a slot is on the day that it is at its place.

use backend::{
    office::{
        absences::{AbsenceForm, AbsenceRefusal},
        hours::HoursForm,
        places::{HoursMay, PlaceForm, PlaceRefusal},
    },
    testing::{Kind, TestBackend, TestPractice, instant},
};
use chrono::{DateTime, TimeDelta, Utc, Weekday};
use domain::{access::Actor, booking::BookingRefusal, ids::PlaceId, slots::Slot};
use rstest::rstest;

use super::{day, opened, range, refusal, weekly};

/// Monday 2026-11-23, 8 h in Nouméa: in Paris it is still Sunday, 22 h.
const MONDAY_THERE: &str = "2026-11-22T21:00:00Z";

/// Opens a second place on Mondays from 8 to 9 h.
async fn opens_in_noumea(test: &TestBackend, of: &TestPractice, actor: &Actor) -> PlaceId {
    let place = PlaceForm {
        name: "Annexe".parse().unwrap(),
        address: "2 rue de l’Alma\n98800 Nouméa".parse().unwrap(),
        town: "Nouméa".parse().unwrap(),
        zone: "Pacific/Noumea".parse().unwrap(),
    };
    // The oldest place is the main one.
    test.clock.advance(TimeDelta::seconds(1));
    let place = test.create_place(actor, place).await.unwrap();
    let hours = HoursForm {
        place,
        ..weekly(of, &[Weekday::Mon], &[range(8, 9)])
    };
    let whose = of.practitioner.id;
    test.publish_hours(actor, whose, hours).await.unwrap();
    place
}

fn starts_at(slots: &[Slot], place: PlaceId) -> Vec<DateTime<Utc>> {
    let there = slots.iter().filter(|slot| slot.place == place);
    there.map(|slot| slot.interval.start()).collect()
}

#[rstest]
#[tokio::test]
async fn a_slot_is_on_the_day_that_it_is_at_its_place(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, practice, actor) = opened(kind).await;
    let there = opens_in_noumea(&test, &practice, &actor).await;
    let hours = [MONDAY_THERE, "2026-11-22T21:20:00Z", "2026-11-22T21:40:00Z"].map(instant);
    let slug = &practice.practitioner.slug;
    let page = test.practitioner_page(slug).await.unwrap();
    let (sunday, monday) = (day("2026-11-22"), day("2026-11-23"));
    let (friday, reason) = (day("2026-11-27"), &practice.reason);

    let week = test.slots_for(&page, reason, monday, friday).await.unwrap();
    assert_eq!(starts_at(&week.slots, there), hours);
    assert!(week.slots.is_sorted());
    assert!(
        week.slots
            .iter()
            .all(|slot| week.clocks.day(slot) >= monday)
    );
    assert!(
        week.slots
            .iter()
            .all(|slot| week.clocks.day(slot) <= friday)
    );
    let here = week.slots.len() - hours.len();
    assert_eq!(here, 5 * 21, "those of the main place are all there");
    // The day before in Paris has none, and the next is the first of Monday there.
    let before = test.slots_for(&page, reason, sunday, sunday).await.unwrap();
    assert_eq!(before.slots, []);
    assert_eq!(
        before.next.map(|slot| slot.interval.start()),
        Some(hours[0])
    );

    let of = practice.practitioner.id;
    let staff = async |from, to| {
        test.slots_for_staff(&actor, of, &reason.slug, from, to)
            .await
    };
    let week = staff(monday, friday).await.unwrap();
    assert_eq!(starts_at(&week, there), hours);
    assert_eq!(staff(sunday, sunday).await.unwrap(), []);
}

#[rstest]
#[tokio::test]
async fn the_slots_around_one_that_is_gone_say_where_they_are(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, practice, actor) = opened(kind).await;
    let there = opens_in_noumea(&test, &practice, &actor).await;
    test.book(&practice, MONDAY_THERE).await;
    let (slug, reason) = (&practice.practitioner.slug, &practice.reason.slug);
    let chosen = test
        .chosen_slot(slug, reason, instant(MONDAY_THERE), None)
        .await;
    let chosen = chosen.unwrap();
    assert_eq!(chosen.slot, None);
    let places: Vec<_> = chosen.nearest.iter().map(|slot| slot.place).collect();
    assert_eq!(places, [there, there, practice.place.id]);
    assert_eq!(chosen.clocks.at(there).name(), "Pacific/Noumea");
}

/// What can be booked is open on the agenda, and what is open holds no absence; answers how many slots.
async fn agenda_and_slots_agree(test: &TestBackend, of: &TestPractice, actor: &Actor) -> usize {
    let (from, to) = (day("2026-11-22"), day("2026-11-28"));
    let whose = of.practitioner.id;
    let shown = test.agenda(actor, whose, from, to).await.unwrap();
    let slots = test.slots_for_staff(actor, whose, &of.reason.slug, from, to);
    let slots = slots.await.unwrap();
    for slot in &slots {
        let mut open = shown.days.iter().flat_map(|day| &day.open);
        let start = slot.interval.start();
        let is_open = open.any(|it| it.place == slot.place && it.interval.contains_instant(start));
        assert!(is_open, "{slot:?}");
    }
    for day in &shown.days {
        for (open, away) in day
            .open
            .iter()
            .flat_map(|open| day.absences.iter().map(move |it| (open, it)))
        {
            let concerns = away.place == Some(open.place)
                || away.place.is_none() && shown.clocks.at(open.place) == shown.clocks.main();
            assert!(
                !(concerns && open.interval.overlaps(away.interval)),
                "{open:?}, {away:?}"
            );
        }
    }
    slots.len()
}

fn whole_day(text: &str) -> AbsenceForm {
    let midnight = day(text).and_time(chrono::NaiveTime::MIN);
    AbsenceForm {
        from: midnight,
        until: midnight + TimeDelta::days(1),
        note: Some("Congé".parse().unwrap()),
    }
}

/// The Monday of Nouméa begins on Sunday at 14 h in Paris, and ends on Monday at the same hour.
#[rstest]
#[tokio::test]
async fn an_absence_goes_by_the_clock_of_each_place(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, practice, actor) = opened(kind).await;
    let there = opens_in_noumea(&test, &practice, &actor).await;
    let of = practice.practitioner.id;
    test.book(&practice, MONDAY_THERE).await;

    // Sunday is the day before there too: none of its Monday is in it, though both overlap.
    let sunday = test
        .announce_absence(&actor, of, whole_day("2026-11-22"))
        .await;
    let sunday = sunday.unwrap();
    assert_eq!(sunday.visits, []);
    let still_free = instant("2026-11-22T21:20:00Z");
    let (slug, reason) = (&practice.practitioner.slug, &practice.reason.slug);
    let chosen = test.chosen_slot(slug, reason, still_free, None).await;
    assert_eq!(chosen.unwrap().slot.map(|slot| slot.place), Some(there));
    assert!(agenda_and_slots_agree(&test, &practice, &actor).await > 100);

    let monday = test
        .announce_absence(&actor, of, whole_day("2026-11-23"))
        .await;
    let monday = monday.unwrap();
    let concerned: Vec<_> = monday
        .visits
        .iter()
        .map(|visit| visit.interval.start())
        .collect();
    assert_eq!(concerned, [instant(MONDAY_THERE)]);
    let read = test.visits_in_absence(&actor, of, monday.id).await.unwrap();
    assert_eq!(read.visits, monday.visits);
    assert_eq!(read.clocks.at(there).name(), "Pacific/Noumea");

    // Nothing of it is shown, offered, or booked: read before, or under the lock.
    assert!(agenda_and_slots_agree(&test, &practice, &actor).await > 50);
    let page = test.practitioner_page(slug).await.unwrap();
    let (from, to) = (day("2026-11-22"), day("2026-11-23"));
    let free = test.slots_for(&page, &practice.reason, from, to).await;
    assert_eq!(free.unwrap().slots, []);
    let staff = test.slots_for_staff(&actor, of, reason, from, to).await;
    assert_eq!(staff.unwrap(), []);
    let chosen = test.chosen_slot(slug, reason, still_free, None).await;
    assert_eq!(chosen.unwrap().slot, None);
    let held = test.hold(&practice, "2026-11-22T21:20:00Z").await;
    assert!(matches!(refusal(held), BookingRefusal::Gone { .. }));

    // On the agenda of Paris the Monday of Nouméa is closed where it would be open.
    let shown = test.agenda(&actor, of, from, to).await.unwrap();
    let [of_sunday, of_monday] = &shown.days[..] else {
        panic!("{shown:?}")
    };
    assert_eq!(
        (&of_sunday.open[..], &of_monday.open[..]),
        (&[][..], &[][..])
    );
    let closed: Vec<_> = of_sunday
        .absences
        .iter()
        .map(|it| (it.place, it.interval.start()))
        .collect();
    assert_eq!(
        closed,
        [
            (None, instant("2026-11-21T23:00:00Z")),
            (Some(there), instant(MONDAY_THERE))
        ]
    );
    assert_eq!(of_monday.absences.len(), 1);
}

/// Behind Paris the day ends later: until then an absence of that day can be announced and taken back,
/// and keeps the main place's zone.
#[rstest]
#[tokio::test]
async fn an_absence_is_over_when_it_is_over_at_every_place(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, practice, actor) = opened(kind).await;
    let of = practice.practitioner.id;
    let main = PlaceForm::from(practice.place.clone());
    let behind = PlaceForm {
        name: "Annexe".parse().unwrap(),
        zone: "America/Martinique".parse().unwrap(),
        ..main.clone()
    };
    test.clock.advance(TimeDelta::seconds(1));
    test.create_place(&actor, behind).await.unwrap();
    // Tuesday 00:30 in Paris, Monday 19:30 in Martinique.
    test.clock.set(instant("2026-11-23T23:30:00Z"));
    let monday = test
        .announce_absence(&actor, of, whole_day("2026-11-23"))
        .await;
    let monday = monday.unwrap().id;
    let there = async || {
        let there = test.absences(&actor, of).await.unwrap().to_come;
        there.iter().map(|absence| absence.id).collect::<Vec<_>>()
    };
    assert_eq!(there().await, [monday]);
    let moved = || PlaceForm {
        zone: "Indian/Reunion".parse().unwrap(),
        ..main.clone()
    };
    let change = || test.edit_place(&actor, practice.place.id, moved(), None, HoursMay::Move);
    let to_come = PlaceRefusal::ZoneInUse { to_come: 1 };
    assert_eq!(refusal(change().await), to_come);

    // Midnight in Martinique.
    test.clock.set(instant("2026-11-24T04:00:00Z"));
    assert_eq!(there().await, []);
    let late = test
        .announce_absence(&actor, of, whole_day("2026-11-23"))
        .await;
    assert_eq!(refusal(late), AbsenceRefusal::Past);
    change().await.unwrap();
}
