//! Stories of the audit trail: what it says of a visit and of a practice, and to whom.

#![allow(clippy::unwrap_used, reason = "tests")]

mod actors;

use actors::member;
use backend::{
    Error,
    accounts::NewAccount,
    office::{absences::AbsenceForm, visits::StaffBooking},
    passwords::Password,
    testing::{Kind, TestBackend, TestPractice, instant, zoe},
    trail::{About, Line, ONCE_IN, PAGE, Topic, Who, Wish},
};
use chrono::{NaiveDate, TimeDelta};
use domain::{
    access::{Actor, Role},
    appointment::Mark,
    ids::AppointmentId,
};
use i18n::Lang;
use rstest::rstest;

/// An owner who signed in, so that the trail knows her name.
async fn camille(test: &TestBackend, practice: &TestPractice) -> Actor {
    let new = NewAccount {
        practice: practice.practice.slug.clone(),
        email: "camille@tour.example".parse().unwrap(),
        name: "Camille Lefèvre".parse().unwrap(),
        role: Role::Owner,
        practitioner: None,
        keeps: vec![],
        password: Password::parse("le héron traverse", &[]).unwrap(),
        lang: Lang::Fr,
    };
    let email = new.email.clone();
    test.create_account(new).await.unwrap();
    test.clock.advance(TimeDelta::minutes(1));
    let session = test.sign_in(&email, "le héron traverse").await.unwrap();
    Actor::Member(session.member)
}

async fn book(test: &TestBackend, of: &TestPractice, actor: &Actor, start: &str) -> AppointmentId {
    let booking = StaffBooking {
        practitioner: of.practitioner.slug.clone(),
        reason: of.reason.slug.clone(),
        start: instant(start),
        seen: None,
        patient: zoe(),
        lang: Lang::Fr,
        idempotency_key: test.fresh_key(),
    };
    test.book_by_staff(actor, booking).await.unwrap()
}

fn actions(lines: &[Line]) -> Vec<&str> {
    lines.iter().map(|line| line.action.as_str()).collect()
}

async fn trail(test: &TestBackend, actor: &Actor, wish: Wish) -> Vec<Line> {
    test.trail(actor, wish).await.unwrap().lines
}

#[rstest]
#[tokio::test]
async fn a_visit_tells_who_did_what_and_when(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let owner = camille(&test, &practice).await;
    let held_at = test.now();
    let held = test.hold(&practice, "2026-11-23T08:00:00Z").await.unwrap();
    test.clock.advance(TimeDelta::minutes(2));
    let code = test.code_of(&held).await;
    let token = test.confirm(&held.token, &code).await.unwrap();
    let visit = test.visit(&token).await.unwrap().visit.appointment.id;
    test.clock.advance(TimeDelta::minutes(58));
    test.visit_for_staff(&owner, visit).await.unwrap();
    test.clock.set(instant("2026-11-23T07:55:00Z"));
    test.mark_visit(&owner, visit, Mark::Arrived).await.unwrap();

    let lines = test.trail_of_visit(&owner, visit).await.unwrap();
    assert_eq!(actions(&lines), ["held", "booked", "viewed", "arrived"]);
    assert_eq!(lines[0].who, Who::Visitor);
    let camille = Who::Member {
        name: Some("Camille Lefèvre".parse().unwrap()),
        role: Role::Owner,
    };
    assert_eq!((&lines[2].who, &lines[3].who), (&camille, &camille));
    let minutes = |line: &Line| (line.at - held_at).num_minutes();
    assert_eq!(
        lines.iter().map(minutes).collect::<Vec<_>>(),
        [0, 2, 60, 23 * 60 + 54]
    );
    assert_eq!(lines[3].before.as_deref(), Some("booked"));
    assert_eq!(lines[3].after.as_deref(), Some("arrived"));

    // Cancelled by the patient's own link: not the same as by the practice.
    let token = test.book(&practice, "2026-11-27T08:00:00Z").await;
    let visit = test.visit(&token).await.unwrap().visit.appointment.id;
    test.clock.advance(TimeDelta::minutes(1));
    test.cancel_by_link(&token).await.unwrap();
    let lines = test.trail_of_visit(&owner, visit).await.unwrap();
    assert_eq!(lines[2].who, Who::VisitHolder);
    assert_eq!(lines[2].action, "cancelled");
}

#[rstest]
#[tokio::test]
async fn what_happens_within_a_second_is_told_in_its_order(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let owner = camille(&test, &practice).await;
    for hour in ["08", "09", "10", "13"] {
        let start = format!("2026-11-23T{hour}:00:00Z");
        let visit = book(&test, &practice, &owner, &start).await;
        test.cancel_by_practice(&owner, visit).await.unwrap();
        test.visit_for_staff(&owner, visit).await.unwrap();
        let lines = test.trail_of_visit(&owner, visit).await.unwrap();
        assert_eq!(actions(&lines), ["booked", "cancelled", "viewed"]);
    }
}

#[rstest]
#[tokio::test]
async fn who_is_to_be_told_of_an_absence_is_not_read_unnoticed(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let owner = camille(&test, &practice).await;
    let of = practice.practitioner.id;
    let read = async || test.audit_lines("absence", "absence-viewed").await.len();
    let announce = async |from: &str| {
        let from: chrono::NaiveDateTime = from.parse().unwrap();
        let form = AbsenceForm {
            from,
            until: from + TimeDelta::hours(8),
            note: None,
        };
        let announced = test.announce_absence(&owner, of, form).await.unwrap();
        let read = test.visits_in_absence(&owner, of, announced.id).await;
        read.unwrap().visits.len()
    };
    book(&test, &practice, &owner, "2026-11-23T08:00:00Z").await;
    assert_eq!(announce("2026-11-24T08:00:00").await, 0);
    assert_eq!(read().await, 0, "nobody was named");
    assert_eq!(announce("2026-11-23T08:00:00").await, 1);
    assert_eq!(read().await, 1);
}

#[rstest]
#[tokio::test]
async fn an_agenda_with_somebody_in_it_is_not_read_unnoticed(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let owner = camille(&test, &practice).await;
    let of = practice.practitioner.id;
    let read = async |day: &str| {
        let day = day.parse().unwrap();
        test.agenda(&owner, of, day, day).await.unwrap();
        test.audit_lines("agenda", "agenda-viewed").await.len()
    };
    book(&test, &practice, &owner, "2026-11-23T08:00:00Z").await;
    assert_eq!(read("2026-11-24").await, 0, "nobody was named");
    assert_eq!(read("2026-11-23").await, 1);
    assert_eq!(read("2026-11-23").await, 1, "once in ten minutes");
    let wish = Wish {
        topic: Some(Topic::Readings),
        ..Wish::default()
    };
    let lines = test.trail(&owner, wish).await.unwrap().lines;
    let name = &practice.practitioner.name;
    assert_eq!(lines[0].about, Some(About::Practitioner(name.clone())));
}

#[rstest]
#[tokio::test]
async fn the_trail_says_whose_hours_and_absences_were_long_after_they_are_gone(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let owner = camille(&test, &practice).await;
    let of = practice.practitioner.id;
    let form = AbsenceForm {
        from: "2026-11-24T08:00:00".parse().unwrap(),
        until: "2026-11-24T10:00:00".parse().unwrap(),
        note: None,
    };
    let announced = test.announce_absence(&owner, of, form).await.unwrap().id;
    test.delete_absence(&owner, of, announced).await.unwrap();
    let hours = test.hours(&owner, of).await.unwrap()[0].id;
    test.delete_hours(&owner, of, [hours].into()).await.unwrap();
    let lines = test.trail(&owner, Wish::default()).await.unwrap().lines;
    let about = Some(About::Practitioner(practice.practitioner.name.clone()));
    for (action, before, after) in [
        ("absence-announced", None, Some(announced.to_string())),
        ("absence-deleted", Some(announced.to_string()), None),
        ("hours-deleted", Some(hours.to_string()), None),
    ] {
        let line = lines.iter().find(|line| line.action == action).unwrap();
        let said = (&line.about, &line.before, &line.after);
        assert_eq!(said, (&about, &before, &after), "{action}");
    }
}

#[rstest]
#[tokio::test]
async fn a_hold_that_ran_out_is_in_the_trail(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
    #[values(false, true)] by_housekeeping: bool,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let nine = "2026-11-23T08:00:00Z";
    test.hold(&practice, nine).await.unwrap();
    test.clock.advance(TimeDelta::minutes(16));
    if by_housekeeping {
        test.housekeeping().await.unwrap();
    } else {
        test.hold(&practice, nine).await.unwrap();
    }
    let expired = test.audit_lines("appointment", "expired").await;
    assert_eq!(expired.len(), 1);
}

#[rstest]
#[tokio::test]
async fn looking_again_within_ten_minutes_is_not_written_down_again(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let owner = camille(&test, &practice).await;
    let of = &[practice.practitioner.id];
    let secretary = member(&test, &practice, Role::Secretary, of);
    let visit = book(&test, &practice, &owner, "2026-11-23T08:00:00Z").await;
    let other = book(&test, &practice, &owner, "2026-11-23T09:00:00Z").await;
    let viewed = async || test.audit_lines("appointment", "viewed").await.len();
    for (who, what, lines) in [
        (&owner, visit, 1),
        (&owner, visit, 1),
        (&secretary, visit, 2),
        (&owner, other, 3),
        (&owner, visit, 3),
    ] {
        test.visit_for_staff(who, what).await.unwrap();
        assert_eq!(viewed().await, lines);
    }
    let before = test.store().commits();
    test.clock.advance(ONCE_IN - TimeDelta::seconds(1));
    test.visit_for_staff(&owner, visit).await.unwrap();
    assert_eq!(test.store().commits(), before, "a reload writes nothing");
    test.clock.advance(TimeDelta::seconds(1));
    test.visit_for_staff(&owner, visit).await.unwrap();
    assert_eq!(viewed().await, 4);
}

#[rstest]
#[tokio::test]
async fn the_owner_reads_every_line_once_page_by_page_the_newest_first(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let owner = camille(&test, &practice).await;
    test.clock.advance(TimeDelta::minutes(1));
    let visit = book(&test, &practice, &owner, "2026-11-23T08:00:00Z").await;
    // Many in the same second: the order of ids decides, and none is lost between two pages.
    for n in 0..2 * PAGE + 3 {
        if n % 40 == 0 {
            test.clock.advance(TimeDelta::minutes(1));
        }
        let stranger = member(&test, &practice, Role::Secretary, &[]);
        let refused = test.visit_for_staff(&stranger, visit).await;
        assert!(matches!(refused, Err(Error::NotFound)));
    }
    let mut seen = Vec::new();
    let mut before = None;
    let mut pages = 0;
    loop {
        let wish = Wish {
            before,
            ..Wish::default()
        };
        let page = test.trail(&owner, wish).await.unwrap();
        assert!(page.lines.len() <= PAGE);
        seen.extend(page.lines);
        pages += 1;
        before = page.older;
        if before.is_none() {
            break;
        }
    }
    // Account made, signed in, visit booked, and the attempts.
    assert_eq!((seen.len(), pages), (2 * PAGE + 6, 3));
    let mut sorted = seen.clone();
    sorted.sort_by_key(|line| std::cmp::Reverse((line.at, line.id)));
    sorted.dedup();
    assert_eq!(seen, sorted);
    assert_eq!(
        actions(&seen[seen.len() - 3..]),
        ["booked", "signed-in", "account-created"]
    );
    assert_eq!(seen[seen.len() - 1].who, Who::Host);
    let about = &seen[seen.len() - 3].about;
    let Some(About::Visit { id, start, .. }) = about else {
        panic!("{about:?}")
    };
    assert_eq!((*id, *start), (visit, instant("2026-11-23T08:00:00Z")));
    let gone = Who::Member {
        name: None,
        role: Role::Secretary,
    };
    assert_eq!(seen[0].who, gone, "no account has that id");
}

#[rstest]
#[tokio::test]
async fn lines_are_found_by_topic_and_by_local_day(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let owner = camille(&test, &practice).await;
    // 23:30 of the 22nd in Paris, and 0:30 of the 23rd: the same day in UTC.
    test.clock.set(instant("2026-11-22T22:30:00Z"));
    let late = book(&test, &practice, &owner, "2026-11-24T08:00:00Z").await;
    test.clock.set(instant("2026-11-22T23:30:00Z"));
    let early = book(&test, &practice, &owner, "2026-11-25T08:00:00Z").await;
    test.clock.advance(TimeDelta::minutes(1));
    test.visit_for_staff(&owner, early).await.unwrap();
    test.clock.advance(TimeDelta::minutes(1));
    let refused = test.visit_for_staff(&owner, test.new_id()).await;
    assert!(matches!(refused, Err(Error::NotFound)));

    let of = async |topic, day: Option<&str>| {
        let day = day.map(|day| day.parse::<NaiveDate>().unwrap());
        let wish = Wish {
            topic,
            day,
            before: None,
        };
        trail(&test, &owner, wish).await
    };
    let evening = of(None, Some("2026-11-22")).await;
    assert_eq!(
        actions(&evening),
        ["booked", "signed-in", "account-created"]
    );
    let Some(About::Visit { id, .. }) = evening[0].about else {
        panic!("{evening:?}")
    };
    assert_eq!(id, late);
    let morning = of(None, Some("2026-11-23")).await;
    assert_eq!(actions(&morning), ["denied", "viewed", "booked"]);
    for (topic, expected) in [
        (Topic::Visits, vec!["booked", "booked"]),
        (Topic::Readings, vec!["viewed"]),
        (Topic::Denied, vec!["denied"]),
        (Topic::People, vec!["signed-in", "account-created"]),
        (Topic::Settings, vec![]),
    ] {
        assert_eq!(actions(&of(Some(topic), None).await), expected);
    }
    assert_eq!(
        actions(&of(Some(Topic::Visits), Some("2026-11-23")).await),
        ["booked"]
    );
    assert!(of(None, Some("9999-12-31")).await.is_empty());
}

#[rstest]
#[tokio::test]
async fn the_trail_of_a_practice_is_its_owners_and_says_nothing_of_another(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let (ours, theirs) = (test.practice().await, test.practice_named("deux").await);
    let owner = camille(&test, &ours).await;
    let other = member(&test, &theirs, Role::Owner, &[]);
    let visit = book(&test, &ours, &owner, "2026-11-23T08:00:00Z").await;
    let line = trail(&test, &owner, Wish::default()).await[0].id;

    let of = &[ours.practitioner.id];
    for role in [Role::Secretary, Role::Practitioner] {
        let who = member(&test, &ours, role, of);
        let refused = test.trail(&who, Wish::default()).await;
        assert!(matches!(refused, Err(Error::NotFound)));
        // The visits of an agenda that she keeps, she may follow.
        assert!(test.trail_of_visit(&who, visit).await.is_ok());
    }
    for who in [Actor::Visitor, Actor::VisitHolder] {
        let refused = test.trail(&who, Wish::default()).await;
        assert!(matches!(refused, Err(Error::NotFound)));
    }
    let refused = test.trail_of_visit(&other, visit).await;
    assert!(matches!(refused, Err(Error::NotFound)));
    let wish = Wish {
        before: Some(line),
        ..Wish::default()
    };
    let refused = test.trail(&other, wish).await;
    assert!(
        matches!(refused, Err(Error::NotFound)),
        "not a line of hers"
    );
    // She sees that she tried, and nothing of what she tried to see.
    let lines = trail(&test, &other, Wish::default()).await;
    assert_eq!(actions(&lines), ["denied", "denied"], "the visit, the line");
    assert!(lines.iter().all(|line| line.about.is_none()));
    // And those of the practice who tried are in its own trail.
    let denied = Wish {
        topic: Some(Topic::Denied),
        ..Wish::default()
    };
    assert_eq!(trail(&test, &owner, denied).await.len(), 2);
}
