//! A practice whose places go by several clocks: a slot is on the day that it is at its place.

use backend::{
    office::{hours::HoursForm, places::PlaceForm},
    testing::{Kind, TestBackend, TestPractice, instant},
};
use chrono::{DateTime, TimeDelta, Utc, Weekday};
use domain::{access::Actor, ids::PlaceId, slots::Slot};
use rstest::rstest;

use super::{day, opened, range, weekly};

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
