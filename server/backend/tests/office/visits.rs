//! Visits that staff book by telephone, and mark on their day.

use std::time::Duration;

use backend::{
    Error, Failure,
    booking::{self, CancelRefusal, HoldRequest},
    office::{
        reasons::ReasonForm,
        visits::{MarkRefusal, StaffBooking},
    },
    store::{availability, office},
    testing::{Kind, TestPractice, instant, minutes, zoe},
};
use chrono::TimeDelta;
use domain::{
    absence::Absence,
    appointment::{Mark, Status},
    booking::BookingRefusal,
    interval::Interval,
    opening_hours::OpeningHours,
    visit_reason::Audience,
};
use i18n::Lang;
use rstest::rstest;

use super::{NINE, day, opened, refusal};

fn by_telephone(practice: &TestPractice, start: &str, key: &str) -> StaffBooking {
    StaffBooking {
        practitioner: practice.practitioner.slug.clone(),
        reason: practice.reason.slug.clone(),
        start: instant(start),
        seen: None,
        patient: zoe(),
        lang: Lang::Fr,
        idempotency_key: key.to_owned(),
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_only_the_schema_refuses_is_answered_when_the_agenda_was_let_go(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, practice, actor) = opened(kind).await;
    // No rule is known to differ from the schema's guard: here it refuses everything.
    match kind {
        Kind::Sqlite => {
            let guard = "create trigger guard before insert on appointments begin
                select raise(abort, 'appointments_never_overlap'); end";
            test.run_sql(guard).await.unwrap();
        }
        Kind::Postgres => {
            let refuse = "create function refuse() returns trigger language plpgsql as
                $$ begin raise exception 'appointments_never_overlap'; end $$";
            test.run_sql(refuse).await.unwrap();
            let guard = "create trigger guard before insert on appointments
                for each row execute function refuse()";
            test.run_sql(guard).await.unwrap();
        }
    }
    // More than there are connections: whoever asked for a second one with the agenda locked would
    // wait for those who wait for the lock.
    let tries: Vec<_> = (0..20)
        .map(|n| {
            let request = by_telephone(&practice, "2026-11-23T09:00:00Z", &format!("desk-{n}"));
            let (backend, actor) = (test.backend(), actor.clone());
            tokio::spawn(async move { backend.book_by_staff(&actor, request).await })
        })
        .collect();
    for tried in tries {
        let refused = refusal(tried.await.unwrap());
        let BookingRefusal::Taken { nearest } = &refused else {
            panic!("{refused:?}");
        };
        assert!(!nearest.is_empty());
    }
}

#[rstest]
#[tokio::test]
async fn staff_book_in_one_step_without_notice_and_without_an_address(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, practice, actor) = opened(kind).await;
    let of = practice.practitioner.id;
    // Ten minutes before the visit: too late for a patient, not for the secretary.
    test.clock.set(instant("2026-11-23T07:50:00Z"));
    let monday = day("2026-11-23");
    let slots = test.slots_for_staff(&actor, of, &practice.reason.slug, monday, monday);
    assert_eq!(slots.await.unwrap()[0].interval.start(), instant(NINE));
    let mut request = by_telephone(&practice, NINE, "one");
    request.patient.email = None;
    let id = test.book_by_staff(&actor, request.clone()).await.unwrap();
    assert_eq!(test.book_by_staff(&actor, request).await.unwrap(), id);
    let details = test.visit_for_staff(&actor, id).await.unwrap();
    assert_eq!(details.visit.appointment.status, Status::Booked);
    assert_eq!(details.visit.patient.email, None);

    assert_eq!(
        refusal(
            test.book_by_staff(
                &actor,
                by_telephone(&practice, "2026-11-23T08:20:00Z", "one")
            )
            .await
        ),
        BookingRefusal::KeyReused
    );
    match refusal(
        test.book_by_staff(&actor, by_telephone(&practice, NINE, "two"))
            .await,
    ) {
        BookingRefusal::Taken { nearest } => {
            assert_eq!(nearest[0], instant("2026-11-23T08:20:00Z"));
        }
        other @ (BookingRefusal::NotForYou
        | BookingRefusal::TooSoon { .. }
        | BookingRefusal::TooFar { .. }
        | BookingRefusal::NotOpen { .. }
        | BookingRefusal::Gone { .. }
        | BookingRefusal::TooManyHolds { .. }
        | BookingRefusal::Changed
        | BookingRefusal::KeyReused) => panic!("{other:?}"),
    }
    let past = by_telephone(&practice, "2026-11-20T08:00:00Z", "three");
    assert!(matches!(
        refusal(test.book_by_staff(&actor, past).await),
        BookingRefusal::TooSoon { .. }
    ));
}

#[rstest]
#[tokio::test]
async fn a_reason_for_staff_only_is_booked_by_staff_only(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, practice, actor) = opened(kind).await;
    let of = practice.practitioner.id;
    let mut form = ReasonForm::usual("Visite à domicile".parse().unwrap(), minutes(40));
    form.audience = Audience::StaffOnly;
    test.create_reason(&actor, of, form).await.unwrap();
    let mut hold = test.hold_request(&practice, NINE);
    hold.reason = "visite-a-domicile".parse().unwrap();
    assert!(test.backend().hold(hold.clone()).await.is_err());
    let mut request = by_telephone(&practice, NINE, "one");
    request.reason = hold.reason;
    assert!(test.book_by_staff(&actor, request).await.is_ok());
}

#[rstest]
#[tokio::test]
async fn a_visit_is_marked_once_and_not_before_its_day(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, practice, actor) = opened(kind).await;
    let booking = by_telephone(&practice, NINE, "one");
    let id = test.book_by_staff(&actor, booking).await.unwrap();
    let mark = async |mark| test.mark_visit(&actor, id, mark).await;
    test.clock.set(instant("2026-11-22T19:59:59Z"));
    assert_eq!(refusal(mark(Mark::Arrived).await), MarkRefusal::TooEarly);
    test.clock.set(instant("2026-11-23T07:55:00Z"));
    for early in [Mark::Attended, Mark::Missed] {
        assert_eq!(refusal(mark(early).await), MarkRefusal::TooEarly);
    }
    mark(Mark::Arrived).await.unwrap();
    // Pressed twice, it says so already; once in the trail.
    mark(Mark::Arrived).await.unwrap();
    let trail = test.trail_of_visit(&actor, id).await.unwrap();
    let arrived = trail.iter().filter(|line| line.action == "arrived");
    assert_eq!(arrived.count(), 1);
    assert_eq!(
        refusal(test.cancel_by_practice(&actor, id).await),
        CancelRefusal::NotPossible
    );
    test.clock.set(instant("2026-11-23T08:10:00Z"));
    assert_eq!(refusal(mark(Mark::Missed).await), MarkRefusal::NotPossible);
    mark(Mark::Attended).await.unwrap();
    let details = test.visit_for_staff(&actor, id).await.unwrap();
    assert_eq!(details.visit.appointment.status, Status::Attended);
    assert_eq!(details.visit.appointment.sequence, 0);
}

#[rstest]
#[tokio::test]
async fn a_booking_costs_eight_statements_five_of_them_under_the_lock_and_one_commit(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, practice, actor) = opened(kind).await;
    let (statements, commits) = (test.store().statements(), test.store().commits());
    let booking = by_telephone(&practice, NINE, "one");
    test.book_by_staff(&actor, booking).await.unwrap();
    // The reason, hours, what is taken; the lock, patient, visit, mail, line of the trail.
    assert_eq!(test.store().statements() - statements, 8);
    assert_eq!(test.store().commits() - commits, 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_changes_while_somebody_waits_for_the_agenda_counts(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
    #[values("absence", "reason", "place")] what: &str,
    #[values("staff", "patient")] who: &str,
) {
    let (test, practice, actor) = opened(kind).await;
    let (id, _, practitioner) = practice.ids();
    test.opens_in_bruz(&practice).await;
    let hours = test.hours(&actor, practitioner).await.unwrap();
    let bruz = test.places(&actor).await.unwrap().remove(1).id;
    let mut first = test.store().begin().await.unwrap();
    let locked = availability::lock_agenda(&mut first, id, practitioner).await;
    assert!(locked.unwrap().is_some());
    let before = test.store().statements();
    let waiting = {
        let (backend, actor, who) = (test.backend(), actor.clone(), who.to_owned());
        // What the form showed is so when it comes.
        let seen = Some(booking::mark(&practice.place, &practice.reason));
        let booking = StaffBooking {
            seen: seen.clone(),
            ..by_telephone(&practice, NINE, "one")
        };
        let hold = HoldRequest {
            seen,
            ..test.hold_request(&practice, NINE)
        };
        tokio::spawn(async move {
            match who.as_str() {
                "staff" => backend.book_by_staff(&actor, booking).await.map(drop),
                _ => backend.hold(hold).await.map(drop),
            }
        })
    };
    // It has read all it decides on, and found nothing in its way.
    while test.store().statements() < before + 3 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    let now = test.now();
    if what == "place" {
        for hours in hours {
            let moved = OpeningHours {
                place: bruz,
                ..hours
            };
            let written = office::update_hours(&mut first, id, practitioner, &moved).await;
            assert_eq!(written.unwrap(), 1);
        }
    } else if what == "absence" {
        let absence = Absence {
            id: test.new_id(),
            away: Interval::starting(instant(NINE), TimeDelta::hours(1))
                .unwrap()
                .into(),
            note: None,
        };
        let added = availability::insert_absence(&mut first, id, practitioner, &absence, now);
        added.await.unwrap();
    } else {
        let reason = practice.reason.id;
        let archived = office::archive_reason(&mut first, id, practitioner, reason, now).await;
        assert_eq!(archived.unwrap(), 1);
    }
    assert!(!waiting.is_finished());
    first.commit().await.unwrap();
    let tried = waiting.await.unwrap();
    let refused = match what {
        "absence" => matches!(
            tried,
            Err(Failure::Refused(
                BookingRefusal::NotOpen { .. } | BookingRefusal::Gone { .. }
            ))
        ),
        "place" => matches!(tried, Err(Failure::Refused(BookingRefusal::Changed))),
        _ => matches!(tried, Err(Failure::Refused(BookingRefusal::NotForYou))),
    };
    assert!(refused, "{tried:?}");
}

#[rstest]
#[tokio::test]
async fn a_hold_that_ran_out_gives_way_before_anybody_tidied_it_away(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, practice, actor) = opened(kind).await;
    let held = test.hold(&practice, NINE).await.unwrap();
    test.clock.set(held.until - TimeDelta::seconds(1));
    let early = by_telephone(&practice, NINE, "early");
    let refused = refusal(test.book_by_staff(&actor, early).await);
    assert!(
        matches!(refused, BookingRefusal::Taken { .. }),
        "{refused:?}"
    );
    test.clock.set(held.until);
    let booking = by_telephone(&practice, NINE, "one");
    test.book_by_staff(&actor, booking).await.unwrap();
    let there = test.held_visit(&held.token).await.unwrap();
    assert_eq!(there.visit.appointment.status, Status::Expired);
}

#[rstest]
#[tokio::test]
async fn a_form_that_booked_books_nothing_more_and_says_so_of_its_own_visit_only(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, practice, actor) = opened(kind).await;
    let booking = by_telephone(&practice, NINE, "one");
    let id = test.book_by_staff(&actor, booking.clone()).await.unwrap();
    let again = test.book_by_staff(&actor, booking.clone()).await;
    assert_eq!(again.unwrap(), id, "the answer was lost");
    let mut another = booking.clone();
    another.patient.email = None;
    let mended = test.book_by_staff(&actor, another).await;
    assert_eq!(refusal(mended), BookingRefusal::KeyReused, "mended since");
    test.cancel_by_practice(&actor, id).await.unwrap();
    // Touches each, and answers how many there are.
    let patients = async || {
        test.run_sql("update patients set lang = lang")
            .await
            .unwrap()
    };
    let before = patients().await;
    let cancelled = test.book_by_staff(&actor, booking).await;
    assert_eq!(refusal(cancelled), BookingRefusal::KeyReused);
    let elsewhere = by_telephone(&practice, "2026-11-23T09:00:00Z", "one");
    assert_eq!(
        refusal(test.book_by_staff(&actor, elsewhere).await),
        BookingRefusal::KeyReused
    );
    assert_eq!(patients().await, before);
}

#[rstest]
#[tokio::test]
async fn a_reason_that_was_put_away_meanwhile_is_not_booked(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, practice, actor) = opened(kind).await;
    let (of, reason) = (practice.practitioner.id, practice.reason.id);
    let booking = by_telephone(&practice, NINE, "one");
    test.archive_reason(&actor, of, reason).await.unwrap();
    let tried = test.book_by_staff(&actor, booking).await;
    assert!(
        matches!(tried, Err(Failure::Refused(BookingRefusal::NotForYou))),
        "{tried:?}"
    );
    let monday = day("2026-11-23");
    let slots = test
        .slots_for_staff(&actor, of, &practice.reason.slug, monday, monday)
        .await;
    assert!(matches!(slots, Err(Error::NotFound)), "{slots:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_visit_is_shown_while_nothing_can_be_written() {
    let (test, practice, actor) = opened(Kind::Sqlite).await;
    test.book(&practice, NINE).await;
    let range = test.agenda(
        &actor,
        practice.practitioner.id,
        day("2026-11-23"),
        day("2026-11-23"),
    );
    let visit = range.await.unwrap().days[0].visits[0].id;
    // SQLite has one writer, and here it is.
    let writer = test.store().begin().await.unwrap();
    let start = std::time::Instant::now();
    let shown = test.visit_for_staff(&actor, visit).await.unwrap();
    assert_eq!(shown.visit.patient, zoe());
    assert!(
        start.elapsed() < Duration::from_secs(5),
        "{:?}",
        start.elapsed()
    );
    drop(writer);
    // The line is written when it can be.
    let start = std::time::Instant::now();
    while test.audit_lines("appointment", "viewed").await.is_empty() {
        assert!(start.elapsed() < Duration::from_secs(10), "never");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
