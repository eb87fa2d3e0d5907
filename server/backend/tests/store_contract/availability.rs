//! `store::availability`.

use std::time::Duration;

use backend::{
    store::{availability, bookable},
    testing::{Kind, TestBackend, hour, instant},
};
use chrono::{TimeDelta, Weekday};
use domain::{
    absence::{Absence, Away, Said},
    interval::Interval,
    opening_hours::{OpeningHours, Recurrence, WallRange},
};
use rstest::rstest;
use tokio::time::timeout;

#[rstest]
#[tokio::test]
async fn the_lock_is_only_had_in_the_practitioners_own_practice(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let tour = test.practice().await;
    let parc = test.practice_named("parc").await;
    let (practice, _, practitioner) = tour.ids();
    let mut tx = test.store().begin().await.unwrap();
    let bookable = bookable::in_agenda(&mut tx, practice, practitioner, &tour.reason.slug).await;
    let version = bookable.unwrap().unwrap().version;
    let locked = availability::lock_agenda(&mut tx, practice, practitioner).await;
    assert_eq!(locked.unwrap(), Some(version + 1));
    let foreign = availability::lock_agenda(&mut tx, parc.practice.id, practitioner).await;
    assert_eq!(foreign.unwrap(), None);
}

#[rstest]
#[tokio::test]
async fn whoever_comes_second_waits_for_the_lock_and_reads_what_the_first_wrote(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let (practice, _, practitioner) = test.practice().await.ids();
    let mut first = test.store().begin().await.unwrap();
    availability::lock_agenda(&mut first, practice, practitioner)
        .await
        .unwrap();
    let backend = test.backend();
    let second = tokio::spawn(async move {
        let mut tx = backend.store().begin().await.unwrap();
        availability::lock_agenda(&mut tx, practice, practitioner)
            .await
            .unwrap();
        backend::store::settings::get(&mut tx, "first")
            .await
            .unwrap()
    });
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    assert!(!second.is_finished(), "the second transaction did not wait");
    backend::store::settings::set(&mut first, "first", "was here")
        .await
        .unwrap();
    first.commit().await.unwrap();
    assert_eq!(second.await.unwrap().as_deref(), Some("was here"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn while_an_agenda_is_locked_others_are_read_and_booked_with() {
    let test = TestBackend::new(Kind::Postgres).await;
    let tour = test.practice().await;
    let parc = test.practice_named("parc").await;
    let (practice, _, practitioner) = tour.ids();
    let mut lock = test.store().begin().await.unwrap();
    availability::lock_agenda(&mut lock, practice, practitioner)
        .await
        .unwrap();
    let start = "2026-11-24T08:00:00Z";
    let waiting = (0..32).map(|_| {
        let (backend, hold) = (test.backend(), test.hold_request(&tour, start));
        tokio::spawn(async move { backend.hold(hold).await.map(drop) })
    });
    let waiting: Vec<_> = waiting.collect();
    tokio::time::sleep(Duration::from_millis(500)).await;
    let hold = test.hold_request(&parc, start);
    let booked = timeout(Duration::from_secs(2), test.backend().hold(hold)).await;
    assert!(booked.is_ok_and(|booked| booked.is_ok()), "with another");
    for _ in 0..8 {
        let read = timeout(Duration::from_secs(2), test.store().read()).await;
        assert!(read.is_ok_and(|read| read.is_ok()), "read");
    }
    assert!(waiting.iter().all(|task| !task.is_finished()));
    drop(lock);
    let mut held = 0;
    for task in waiting {
        held += usize::from(task.await.unwrap().is_ok());
    }
    assert_eq!(held, 1);
}

#[rstest]
#[tokio::test]
async fn hours_are_read_as_they_were_written(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let test = TestBackend::new(kind).await;
    let tour = test.practice().await;
    let (practice, place, practitioner) = tour.ids();
    let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
    let hours = |recurrence, reasons| OpeningHours {
        id: test.new_id(),
        place,
        recurrence,
        range: WallRange::new(hour(20), hour(0)).unwrap(),
        reasons,
    };
    let until = Some(day("2027-01-31"));
    let every_other = Recurrence::weekly(Weekday::Sun, 2, day("2027-01-04"), until).unwrap();
    let every_other = hours(every_other, vec![tour.reason.id]);
    let once = hours(
        Recurrence::Once {
            day: day("2027-01-17"),
        },
        vec![],
    );
    let mut tx = test.store().begin().await.unwrap();
    // Monday to Friday, morning and afternoon.
    let week = availability::hours_of(&mut tx, practitioner, day("2027-01-04"), day("2027-01-10"));
    let week = week.await.unwrap();
    let usual: Vec<_> = week.iter().map(|placed| placed.hours.id).collect();
    assert_eq!(usual.len(), 10);
    let tuesday = day("2027-01-05");
    let tuesday = availability::hours_of(&mut tx, practitioner, tuesday, tuesday);
    assert_eq!(tuesday.await.unwrap().len(), 2);
    let later = test.now() + TimeDelta::seconds(1);
    for new in [&every_other, &once] {
        let at = if new.id == once.id {
            later + TimeDelta::seconds(1)
        } else {
            later
        };
        availability::insert_hours(&mut tx, practice, practitioner, new, at)
            .await
            .unwrap();
    }
    let mut read = async |from: &str, to: &str| -> Vec<OpeningHours> {
        availability::hours_of(&mut tx, practitioner, day(from), day(to))
            .await
            .unwrap()
            .into_iter()
            .map(|placed| placed.hours)
            .filter(|hours| !usual.contains(&hours.id))
            .collect()
    };
    assert_eq!(
        read("2027-01-17", "2027-01-17").await,
        [every_other.clone(), once.clone()]
    );
    assert_eq!(
        read("2027-01-18", "2027-01-31").await,
        [every_other.clone()]
    );
    assert_eq!(read("2027-01-04", "2027-01-16").await, [every_other]);
    assert_eq!(read("2027-02-01", "2027-02-28").await, []);
    assert_eq!(read("2026-12-01", "2027-01-03").await, []);
}

#[rstest]
#[tokio::test]
async fn an_agenda_holds_what_reaches_into_its_range(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let tour = test.practice().await;
    let (practice, _, practitioner) = tour.ids();
    test.book(&tour, "2026-11-23T08:20:00Z").await;
    let held = test.hold(&tour, "2026-11-23T08:40:00Z").await.unwrap();
    let cancelled = test.book(&tour, "2026-11-24T08:40:00Z").await;
    test.cancel_by_link(&cancelled).await.unwrap();
    let absence = Interval::new(
        instant("2026-11-23T09:00:00Z"),
        instant("2026-11-23T10:00:00Z"),
    );
    let mut tx = test.store().begin().await.unwrap();
    let note = Absence {
        id: test.new_id(),
        away: Away {
            interval: absence.unwrap(),
            said: Some(Said {
                from: "2026-11-23T10:00:00".parse().unwrap(),
                until: "2026-11-23T11:00:00".parse().unwrap(),
            }),
        },
        note: None,
    };
    availability::insert_absence(&mut tx, practice, practitioner, &note, test.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let mut db = test.store().read().await.unwrap();
    let slug = &tour.reason.slug;
    let bookable = bookable::in_agenda(&mut db, practice, practitioner, slug).await;
    let key = bookable.unwrap().unwrap().key;
    let range = Interval::new(
        instant("2026-11-23T08:30:00Z"),
        instant("2026-11-23T09:30:00Z"),
    )
    .unwrap();
    let now = test.now();
    let agenda = availability::load_agenda(&mut db, key, range, now)
        .await
        .unwrap();
    let starts: Vec<_> = agenda.taken.iter().map(|taken| taken.start()).collect();
    assert!(
        starts.contains(&instant("2026-11-23T08:20:00Z")),
        "a visit under way: {starts:?}"
    );
    assert!(
        starts.contains(&instant("2026-11-23T08:40:00Z")),
        "a hold: {starts:?}"
    );
    assert!(
        !starts.contains(&instant("2026-11-24T08:40:00Z")),
        "a cancelled one: {starts:?}"
    );
    assert_eq!(agenda.absences, [note.away]);
    assert_eq!(agenda.hours.len(), 4, "of Monday and Tuesday");

    // Read earlier and looked at later, it says the same.
    let taken = availability::taken_time(&mut db, practitioner, range)
        .await
        .unwrap();
    assert_eq!(taken.rows(), 3);
    let later = taken.agenda(key, agenda.hours, held.until);
    assert_eq!(later.absences, [note.away]);
    assert_eq!(later.taken.len(), 1, "{:?}", later.taken);
    assert!(!taken.has_run_out(held.until - TimeDelta::seconds(1)));
    assert!(taken.has_run_out(held.until));

    // Around one visit nothing else is read, but absences that it may lie in by some clock.
    for (start, rows, what) in [
        (
            "2026-11-23T08:00:00Z",
            1,
            "a visit that ends when the next begins",
        ),
        (
            "2026-11-23T08:30:00Z",
            3,
            "the visit under way, and the hold",
        ),
        ("2026-11-23T08:50:00Z", 2, "the hold"),
        ("2026-11-23T10:00:00Z", 1, "after all of it"),
        ("2026-11-24T11:59:00Z", 1, "at UTC−12 it is that morning"),
        ("2026-11-24T12:00:00Z", 0, "it is over everywhere"),
        ("2026-11-22T06:41:00Z", 1, "at UTC+14 it is that morning"),
        ("2026-11-22T06:40:00Z", 0, "it has begun nowhere"),
    ] {
        let visit = Interval::starting(instant(start), TimeDelta::minutes(20)).unwrap();
        let around = availability::taken_around(&mut db, practitioner, visit).await;
        assert_eq!(around.unwrap().rows(), rows, "{what}");
    }

    let agenda = availability::load_agenda(&mut db, key, range, held.until)
        .await
        .unwrap();
    let starts: Vec<_> = agenda.taken.iter().map(|taken| taken.start()).collect();
    assert!(
        !starts.contains(&instant("2026-11-23T08:40:00Z")),
        "a hold that ran out"
    );
}

#[rstest]
#[tokio::test]
async fn around_a_visit_the_buffers_of_others_count_and_no_more(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let tour = test.practice().await;
    let (_, _, practitioner) = tour.ids();
    test.book(&tour, "2026-11-23T10:00:00Z").await;
    // From 10:00 to 10:20, and two hours around it.
    let buffers = "update appointments set buffer_before = 120, buffer_after = 120";
    test.run_sql(buffers).await.unwrap();
    let mut db = test.store().read().await.unwrap();
    let slug = &tour.reason.slug;
    let bookable = bookable::by_names(&mut db, &tour.practitioner.slug, slug).await;
    let key = bookable.unwrap().unwrap().key;
    for (start, rows) in [
        ("2026-11-23T07:40:00Z", 0),
        ("2026-11-23T07:41:00Z", 1),
        ("2026-11-23T10:00:00Z", 1),
        ("2026-11-23T12:19:00Z", 1),
        ("2026-11-23T12:20:00Z", 0),
    ] {
        let visit = Interval::starting(instant(start), TimeDelta::minutes(20)).unwrap();
        let around = availability::taken_around(&mut db, practitioner, visit).await;
        let taken = around.unwrap().agenda(key, Vec::new(), test.now()).taken;
        let touching = taken.iter().filter(|taken| taken.overlaps(visit)).count();
        assert_eq!(touching, rows, "{start}");
    }
}
