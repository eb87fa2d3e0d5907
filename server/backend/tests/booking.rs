//! Stories of booking without an account, on both databases.
#![allow(clippy::unwrap_used, reason = "tests")]

use backend::{
    Error, Failure,
    booking::{CancelRefusal, CodeRefusal, HoldLimits},
    testing::{Kind, TestBackend, TestPractice, instant, somebody},
};
use chrono::TimeDelta;
use domain::appointment::{CancelledBy, Status};
use domain::booking::BookingRefusal;
use rstest::rstest;

/// Monday 2026-11-23 at 9 h in Paris, 24 hours after the test clock stands.
const NINE: &str = "2026-11-23T08:00:00Z";
const TWENTY_PAST: &str = "2026-11-23T08:20:00Z";

async fn free_starts(test: &TestBackend, practice: &TestPractice) -> Vec<String> {
    let monday = "2026-11-23".parse().unwrap();
    let free = test
        .find_slots(
            &practice.practitioner.slug,
            &practice.reason.slug,
            monday,
            monday,
        )
        .await
        .unwrap();
    free.slots
        .iter()
        .map(|slot| slot.interval.start().format("%H:%M").to_string())
        .collect()
}

#[rstest]
#[tokio::test]
async fn a_patient_books_sees_and_cancels_a_visit(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    assert_eq!(free_starts(&test, &practice).await[..2], ["08:00", "08:20"]);

    let held = test.hold(&practice, TWENTY_PAST).await.unwrap();
    assert!(
        !free_starts(&test, &practice)
            .await
            .contains(&"08:20".to_owned())
    );
    let waiting = test.held_visit(&held.token).await.unwrap();
    assert_eq!(
        waiting.visit.appointment.status,
        Status::Held { until: held.until }
    );
    assert_eq!(held.until, instant("2026-11-22T08:15:00Z"));

    let code = test.code_of(&held).await;
    let link = test.confirm(&held.token, &code).await.unwrap();
    let visit = test.visit(&link).await.unwrap();
    assert_eq!(visit.visit.appointment.status, Status::Booked);
    assert_eq!(visit.visit.patient.full_name(), "Zoé Đặng");
    assert_eq!(visit.cancel_deadline(), instant("2026-11-22T08:20:00Z"));

    test.cancel_by_link(&link).await.unwrap();
    let visit = test.visit(&link).await.unwrap();
    assert_eq!(
        visit.visit.appointment.status,
        Status::Cancelled {
            by: CancelledBy::Patient
        }
    );
    assert_eq!(visit.visit.appointment.sequence, 1);
    assert!(
        free_starts(&test, &practice)
            .await
            .contains(&"08:20".to_owned())
    );
}

#[rstest]
#[tokio::test]
async fn the_same_form_sent_again_finds_the_same_hold_and_visit(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let request = test.hold_request(&practice, TWENTY_PAST);
    let first = test.backend().hold(request.clone()).await.unwrap();
    let second = test.backend().hold(request.clone()).await.unwrap();
    assert_eq!(first, second);

    let code = test.code_of(&first).await;
    let link = test.confirm(&first.token, &code).await.unwrap();
    assert_eq!(
        test.confirm(&first.token, &code).await.unwrap(),
        link,
        "a second click"
    );
    assert_eq!(
        test.backend().hold(request.clone()).await.unwrap().token,
        first.token,
        "Back"
    );

    let mut elsewhere = request;
    elsewhere.start = instant(NINE);
    let refused = test.backend().hold(elsewhere).await;
    assert!(matches!(
        refused,
        Err(Failure::Refused(BookingRefusal::KeyReused))
    ));
}

#[rstest]
#[tokio::test]
async fn a_corrected_form_holds_for_whom_it_names_now(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let typo = test.hold_request(&practice, TWENTY_PAST);
    let wrong = test.backend().hold(typo.clone()).await.unwrap();
    let known = test.code_of(&wrong).await;

    let mut mended = typo.clone();
    mended.patient.email = Some("zoe.dang@example.org".parse().unwrap());
    let right = test.backend().hold(mended.clone()).await.unwrap();
    assert_ne!(right.token, wrong.token);
    let code = test.code_of(&right).await;
    assert_ne!(code, known, "the stranger has the first");
    let given_back = test.backend().held_visit(&wrong.token).await.unwrap();
    assert_eq!(given_back.visit.appointment.status, Status::Expired);
    assert!(test.confirm(&wrong.token, &known).await.is_err());
    let again = test.backend().hold(mended.clone()).await.unwrap();
    assert_eq!(again, right, "a second click");

    let link = test.confirm(&right.token, &code).await.unwrap();
    let visit = test.visit(&link).await.unwrap().visit;
    assert_eq!(visit.patient, mended.patient);
    let start = visit.appointment.interval.start();
    let there = test
        .stored_visits(start, start + TimeDelta::minutes(1))
        .await;
    assert_eq!(there.len(), 2);
    assert_eq!(there.iter().filter(|visit| visit.blocks()).count(), 1);

    // Booked is booked: another person needs another form.
    let other = test.backend().hold(typo).await;
    assert!(matches!(
        other,
        Err(Failure::Refused(BookingRefusal::KeyReused))
    ));
}

#[rstest]
#[case::not_limited(false, 15)]
#[case::within_the_limits(true, 20)]
#[tokio::test]
async fn a_corrected_form_costs_five_statements_more_than_another_and_one_commit(
    #[case] limited: bool,
    #[case] expected: u64,
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let limits = async || {
        if limited {
            test.proved().await
        } else {
            HoldLimits::Off
        }
    };
    let mut form = test.hold_request(&practice, TWENTY_PAST);
    let mut other = test.hold_request(&practice, NINE);
    other.patient = somebody(1);
    (form.limits, other.limits) = (limits().await, limits().await);
    let cost = async |request| {
        let (statements, commits) = (test.store().statements(), test.store().commits());
        test.backend().hold(request).await.unwrap();
        assert_eq!(test.store().commits() - commits, 1);
        test.store().statements() - statements
    };
    cost(form.clone()).await;
    let usual = cost(other).await;
    form.patient.email = Some("zoe.dang@example.org".parse().unwrap());
    form.limits = limits().await;
    // The reason, hours, what is taken; the lock, the earlier form; its key, its end, a line of the
    // trail; hours and what is taken again; patient, visit, code, mail, line of the trail. The
    // limits: one lock more, who asked lately, the week (two), the proof.
    let corrected = cost(form).await;
    assert_eq!((corrected, corrected - usual), (expected, 5));
}

#[rstest]
#[tokio::test]
async fn five_wrong_codes_free_the_slot(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let held = test.hold(&practice, TWENTY_PAST).await.unwrap();
    let right = test.code_of(&held).await;
    let wrong = if right == "000000" {
        "000001"
    } else {
        "000000"
    };
    for left in [4, 3, 2, 1] {
        let answer = test.confirm(&held.token, wrong).await;
        assert!(
            matches!(answer, Err(Failure::Refused(CodeRefusal::Wrong { left: l })) if l == left)
        );
    }
    let fifth = test.confirm(&held.token, wrong).await;
    assert!(matches!(fifth, Err(Failure::Refused(CodeRefusal::Gone))));
    let too_late = test.confirm(&held.token, &right).await;
    assert!(matches!(too_late, Err(Failure::Refused(CodeRefusal::Gone))));
    let details = test.held_visit(&held.token).await.unwrap();
    assert_eq!(details.visit.appointment.status, Status::Expired);
    assert!(
        free_starts(&test, &practice)
            .await
            .contains(&"08:20".to_owned())
    );
}

#[rstest]
#[tokio::test]
async fn a_hold_ends_at_the_very_second(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let held = test.hold(&practice, TWENTY_PAST).await.unwrap();
    let code = test.code_of(&held).await;
    test.clock.set(held.until - TimeDelta::seconds(1));
    assert!(matches!(
        test.hold(&practice, TWENTY_PAST).await,
        Err(Failure::Refused(BookingRefusal::Gone { .. }))
    ));
    test.clock.set(held.until);
    assert_eq!(
        test.held_visit(&held.token)
            .await
            .unwrap()
            .visit
            .appointment
            .status,
        Status::Expired
    );
    assert!(matches!(
        test.confirm(&held.token, &code).await,
        Err(Failure::Refused(CodeRefusal::Gone))
    ));
    test.hold(&practice, TWENTY_PAST)
        .await
        .expect("the slot is free again");
}

#[rstest]
#[tokio::test]
async fn cancelling_at_the_very_second_of_the_deadline_is_too_late(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let early = test.book(&practice, TWENTY_PAST).await;
    let late = test.book(&practice, "2026-11-23T08:40:00Z").await;

    test.clock.set(instant("2026-11-22T08:19:59Z"));
    test.cancel_by_link(&early)
        .await
        .expect("one second before the deadline");
    test.clock.set(instant("2026-11-22T08:40:00Z"));
    let refused = test.cancel_by_link(&late).await;
    assert!(matches!(
        refused,
        Err(Failure::Refused(CancelRefusal::TooLate))
    ));
    let visit = test.visit(&late).await.unwrap();
    assert_eq!(visit.visit.appointment.status, Status::Booked);
}

#[rstest]
#[tokio::test]
async fn cancelling_twice_at_once_is_cancelling_once(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let link = test.book(&practice, TWENTY_PAST).await;
    let (one, two) = tokio::join!(test.cancel_by_link(&link), test.cancel_by_link(&link));
    one.unwrap();
    two.unwrap();
    let visit = test.visit(&link).await.unwrap();
    assert_eq!(
        visit.visit.appointment.sequence, 1,
        "one change that calendars see"
    );
}

#[rstest]
#[tokio::test]
async fn the_link_of_a_visit_dies_with_the_visit(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let link = test.book(&practice, TWENTY_PAST).await;
    test.clock.set(instant("2026-11-23T08:39:59Z"));
    test.visit(&link).await.expect("the visit is not over");
    test.clock.set(instant("2026-11-23T08:40:00Z"));
    assert!(matches!(test.visit(&link).await, Err(Error::NotFound)));
    assert!(matches!(
        test.cancel_by_link(&link).await,
        Err(Failure::Broken(Error::NotFound))
    ));
}

#[rstest]
#[tokio::test]
async fn the_token_of_a_hold_is_not_the_token_of_its_visit(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let held = test.hold(&practice, TWENTY_PAST).await.unwrap();
    assert!(matches!(
        test.visit(&held.token).await,
        Err(Error::NotFound)
    ));
    let code = test.code_of(&held).await;
    let link = test.confirm(&held.token, &code).await.unwrap();
    assert_ne!(link, held.token);
    assert!(matches!(test.held_visit(&link).await, Err(Error::NotFound)));
}

#[rstest]
#[case::within_the_notice("2026-11-22T08:59:59Z", "too soon")]
#[case::off_the_grid("2026-11-23T08:07:00Z", "gone")]
#[case::between_the_hours("2026-11-23T11:00:00Z", "gone")]
#[case::not_to_the_second("2026-11-23T08:00:01Z", "gone")]
#[case::a_sunday("2026-11-29T09:00:00Z", "gone")]
#[case::ten_years_ahead("2036-11-24T08:00:00Z", "too far")]
#[case::years_ago("2001-01-01T08:00:00Z", "too soon")]
#[case::the_end_of_the_calendar("+262142-12-31T23:59:59Z", "gone or too far")]
#[tokio::test]
async fn what_is_not_a_free_slot_is_refused_and_leaves_no_row(
    #[case] start: &str,
    #[case] expected: &str,
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let said = match test.hold(&practice, start).await {
        Err(Failure::Refused(BookingRefusal::TooSoon { .. })) => "too soon",
        Err(Failure::Refused(BookingRefusal::TooFar { .. })) => "too far",
        Err(Failure::Refused(BookingRefusal::Gone { .. })) => "gone",
        other => panic!("{other:?}"),
    };
    assert!(expected.contains(said), "{said} for {start}");
    let mut db = test.store().read().await.unwrap();
    let due = backend::store::jobs::next_due(&mut db).await.unwrap();
    assert_eq!(due, None, "no mail for a booking that is not there");
}

#[rstest]
#[case::from_sunday_in_utc_until_its_buffer("2026-11-22T22:00:00Z", true)]
#[case::from_sunday_in_utc_into_its_buffer("2026-11-22T22:20:00Z", false)]
#[case::within_the_buffer_after("2026-11-24T09:40:00Z", false)]
#[case::from_that_buffers_end("2026-11-24T10:00:00Z", true)]
#[tokio::test]
async fn where_the_day_begins_first_a_visit_of_a_day_keeps_its_time_and_no_more(
    #[case] start: &str,
    #[case] expected: bool,
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    // Open day and night; the clocks are fourteen hours ahead of UTC.
    for sql in [
        "update places set zone = 'Pacific/Kiritimati'",
        "update opening_hours set starts = '00:00:00', ends = '00:00:00'",
    ] {
        test.run_sql(sql).await.unwrap();
    }
    test.book(&practice, NINE).await;
    // From Monday to Tuesday at 22 h there, and two hours around; the next lasts eight hours.
    for sql in [
        "update appointments set ends_at = '2026-11-24T08:00:00+00:00',
            buffer_before = 120, buffer_after = 120",
        "update visit_reasons set length = 480",
    ] {
        test.run_sql(sql).await.unwrap();
    }
    let held = match test.hold(&practice, start).await {
        Ok(_) => true,
        Err(Failure::Refused(BookingRefusal::Gone { .. })) => false,
        other => panic!("{other:?}"),
    };
    assert_eq!(held, expected);
}

#[rstest]
#[tokio::test]
async fn a_taken_slot_is_refused_with_the_three_nearest_free_ones(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    test.book(&practice, "2026-11-23T09:00:00Z").await;
    let Err(Failure::Refused(BookingRefusal::Gone { nearest })) =
        test.hold(&practice, "2026-11-23T09:00:00Z").await
    else {
        panic!("a taken slot was not refused as gone");
    };
    let expected = [
        "2026-11-23T08:40:00Z",
        "2026-11-23T09:20:00Z",
        "2026-11-23T08:20:00Z",
    ];
    assert_eq!(nearest, expected.map(instant));
}

#[rstest]
#[tokio::test]
async fn a_code_is_mailed_three_times_at_most(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let held = test.hold(&practice, TWENTY_PAST).await.unwrap();
    assert!(test.resend_code(&held.token).await.unwrap());
    assert!(test.resend_code(&held.token).await.unwrap());
    assert!(!test.resend_code(&held.token).await.unwrap());
}

#[rstest]
#[tokio::test]
async fn a_week_costs_three_statements_and_a_booking_one_commit(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let before = test.store().statements();
    let (monday, sunday) = ("2026-11-23".parse().unwrap(), "2026-11-29".parse().unwrap());
    let slugs = (&practice.practitioner.slug, &practice.reason.slug);
    let free = test
        .find_slots(slugs.0, slugs.1, monday, sunday)
        .await
        .unwrap();
    assert!(!free.slots.is_empty());
    assert!(test.store().statements() - before <= 3);

    let before = test.store().commits();
    test.hold(&practice, TWENTY_PAST).await.unwrap();
    assert_eq!(test.store().commits() - before, 1);
}

#[rstest]
#[tokio::test]
async fn what_books_reads_its_own_day_and_only_a_refusal_the_weeks_around_it(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    // Day and night from Thursday on: within the weeks around Monday, beyond what a visit of that
    // day could reach.
    test.write_visits(&practice, 300, instant("2026-11-26T08:00:00Z"))
        .await;
    let rows = async |start: &str| {
        let before = test.store().rows_read();
        let held = test.hold(&practice, start).await.is_ok();
        (held, test.store().rows_read() - before)
    };
    let (held, read) = rows(TWENTY_PAST).await;
    assert!(held && read < 30, "{read} rows under the agenda's lock");
    let (held, read) = rows(TWENTY_PAST).await;
    assert!(!held && read > 300, "{read} rows: the nearest are sought");
}

#[rstest]
#[tokio::test]
async fn an_empty_week_names_the_next_free_slot(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    // From Saturday to Sunday the practice is closed.
    let (saturday, sunday) = ("2026-11-28".parse().unwrap(), "2026-11-29".parse().unwrap());
    let slugs = (&practice.practitioner.slug, &practice.reason.slug);
    let free = test
        .find_slots(slugs.0, slugs.1, saturday, sunday)
        .await
        .unwrap();
    assert!(free.slots.is_empty());
    let next = free.next.map(|slot| slot.interval.start());
    assert_eq!(next, Some(instant("2026-11-30T08:00:00Z")));
}
