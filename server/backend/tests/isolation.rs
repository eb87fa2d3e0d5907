//! Who may: every use case of the office, asked by everybody with the ids of everybody. What is
//! another's does not exist, and the attempt leaves an audit line.

#![allow(clippy::unwrap_used, reason = "tests")]

mod actors;

use actors::member;
use backend::{
    Error, Failure,
    office::{
        absences::AbsenceForm,
        hours::{Days, HoursForm},
        places::{HoursMay, PlaceForm},
        practice::{PracticeForm, PractitionerForm},
        reasons::ReasonForm,
        visits::StaffBooking,
    },
    testing::{Kind, TestBackend, TestPractice, hour, instant, minutes, zoe},
    trail::{Topic, Wish},
};
use chrono::{NaiveDate, Weekday};
use domain::{
    access::{Actor, Role},
    appointment::Mark,
    feed::Detail,
    holidays::HolidaySet,
    ids::{AbsenceId, AppointmentId},
    interval::Interval,
    opening_hours::{OpeningHours, WallRange},
};
use i18n::Lang;
use rstest::rstest;

/// What an attempt came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Came {
    /// It was done, or refused by a rule that only those who may ever meet.
    Let,
    /// As if it did not exist.
    NotFound,
}

trait Outcome {
    fn came(self) -> Came;
}

impl<T> Outcome for Result<T, Error> {
    fn came(self) -> Came {
        match self {
            Ok(_) => Came::Let,
            Err(Error::NotFound) => Came::NotFound,
            Err(error) => panic!("{error}"),
        }
    }
}

impl<T, R> Outcome for Result<T, Failure<R>> {
    fn came(self) -> Came {
        match self {
            Ok(_) | Err(Failure::Refused(_)) => Came::Let,
            Err(Failure::Broken(Error::NotFound)) => Came::NotFound,
            Err(Failure::Broken(error)) => panic!("{error}"),
        }
    }
}

/// Things of one practice that somebody tries to reach.
struct Things {
    practice: TestPractice,
    hours: OpeningHours,
    absence: AbsenceId,
    visit: AppointmentId,
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn staff_booking(things: &TestPractice, key: &str, start: &str) -> StaffBooking {
    StaffBooking {
        practitioner: things.practitioner.slug.clone(),
        reason: things.reason.slug.clone(),
        start: instant(start),
        seen: None,
        patient: zoe(),
        lang: Lang::Fr,
        idempotency_key: key.to_owned(),
    }
}

fn absence_form() -> AbsenceForm {
    AbsenceForm {
        from: day("2026-12-14").and_time(hour(0)),
        until: day("2026-12-15").and_time(hour(0)),
        note: None,
    }
}

async fn things(test: &TestBackend, name: &str) -> Things {
    let practice = test.practice_named(name).await;
    let actor = member(test, &practice, Role::Owner, &[]);
    let of = practice.practitioner.id;
    let hours = test.hours(&actor, of).await.unwrap().remove(0);
    let announced = test.announce_absence(&actor, of, absence_form());
    let absence = announced.await.unwrap().id;
    let booking = staff_booking(&practice, "first", "2026-11-23T08:00:00Z");
    let visit = test.book_by_staff(&actor, booking).await.unwrap();
    Things {
        practice,
        hours,
        absence,
        visit,
    }
}

/// Every use case on an agenda, with how it came out.
async fn on_the_agenda(
    test: &TestBackend,
    actor: &Actor,
    things: &Things,
) -> Vec<(&'static str, Came)> {
    let of = things.practice.practitioner.id;
    let (monday, sunday) = (day("2026-11-23"), day("2026-11-29"));
    let reason = things.practice.reason.id;
    let form = || ReasonForm::usual("Suivi".parse().unwrap(), minutes(20));
    let hours_form = HoursForm {
        place: things.practice.place.id,
        days: Days::Weekly {
            weekdays: vec![Weekday::Sat],
            every: 1,
            first: monday,
            until: None,
        },
        ranges: vec![WallRange::new(hour(9), hour(12)).unwrap()],
        reasons: vec![],
    };
    let week = Interval::new(
        instant("2026-11-22T23:00:00Z"),
        instant("2026-11-29T23:00:00Z"),
    );
    let booking = staff_booking(&things.practice, "second", "2026-11-24T08:00:00Z");
    vec![
        (
            "agenda",
            test.agenda(actor, of, monday, sunday).await.came(),
        ),
        (
            "visits_between",
            test.visits_between(actor, of, week.unwrap()).await.came(),
        ),
        ("hours", test.hours(actor, of).await.came()),
        ("absences", test.absences(actor, of).await.came()),
        ("reasons", test.reasons(actor, of).await.came()),
        (
            "slots_for_staff",
            test.slots_for_staff(actor, of, &things.practice.reason.slug, monday, sunday)
                .await
                .came(),
        ),
        (
            "publish_hours",
            test.publish_hours(actor, of, hours_form).await.came(),
        ),
        (
            "edit_hours",
            test.edit_hours(actor, of, things.hours.clone())
                .await
                .came(),
        ),
        (
            "announce_absence",
            test.announce_absence(actor, of, absence_form())
                .await
                .came(),
        ),
        (
            "visits_in_absence",
            test.visits_in_absence(actor, of, things.absence)
                .await
                .came(),
        ),
        (
            "create_reason",
            test.create_reason(actor, of, form()).await.came(),
        ),
        (
            "edit_reason",
            test.edit_reason(actor, of, reason, form(), None)
                .await
                .came(),
        ),
        (
            "book_by_staff",
            test.book_by_staff(actor, booking).await.came(),
        ),
        (
            "visit_for_staff",
            test.visit_for_staff(actor, things.visit).await.came(),
        ),
        (
            "trail_of_visit",
            test.trail_of_visit(actor, things.visit).await.came(),
        ),
        (
            "mark_visit",
            test.mark_visit(actor, things.visit, Mark::Missed)
                .await
                .came(),
        ),
        (
            "cancel_by_practice",
            test.cancel_by_practice(actor, things.visit).await.came(),
        ),
        (
            "delete_hours",
            test.delete_hours(actor, of, [things.hours.id].into())
                .await
                .came(),
        ),
        (
            "delete_absence",
            test.delete_absence(actor, of, things.absence).await.came(),
        ),
        (
            "archive_reason",
            test.archive_reason(actor, of, reason).await.came(),
        ),
    ]
}

/// Every use case on the practice itself.
async fn on_the_practice(
    test: &TestBackend,
    actor: &Actor,
    things: &Things,
) -> Vec<(&'static str, Came)> {
    let place = || PlaceForm {
        name: "Annexe".parse().unwrap(),
        address: "1 rue Neuve".parse().unwrap(),
        town: "Paris".parse().unwrap(),
        zone: "Europe/Paris".parse().unwrap(),
    };
    let practitioner = || PractitionerForm {
        name: "Inès Moreau".parse().unwrap(),
        specialty: "Sage-femme".parse().unwrap(),
    };
    let practice = PracticeForm {
        name: "Autre nom".parse().unwrap(),
        phone: "01 23 45 67 89".parse().unwrap(),
        email: None,
        holidays: HolidaySet::None,
    };
    let (id, of) = (things.practice.place.id, things.practice.practitioner.id);
    vec![
        (
            "edit_place",
            test.edit_place(actor, id, place(), None, HoursMay::NotMove)
                .await
                .came(),
        ),
        (
            "edit_practitioner",
            test.edit_practitioner(actor, of, practitioner())
                .await
                .came(),
        ),
        (
            "create_place",
            test.create_place(actor, place()).await.came(),
        ),
        (
            "add_practitioner",
            test.add_practitioner(actor, practitioner()).await.came(),
        ),
        (
            "edit_practice",
            test.edit_practice(actor, practice, None).await.came(),
        ),
        ("trail", test.trail(actor, Wish::default()).await.came()),
    ]
}

fn all(came: &[(&'static str, Came)], expected: Came, who: &str) {
    for (what, came) in came {
        assert_eq!(*came, expected, "{what} by {who}");
    }
}

#[rstest]
#[tokio::test]
async fn everybody_reaches_what_is_theirs_and_nothing_else(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let (ours, theirs) = (things(&test, "un").await, things(&test, "deux").await);
    let own = ours.practice.practitioner.id;
    let foreign = theirs.practice.practitioner.id;
    let of = |role, agendas: &[_]| member(&test, &ours.practice, role, agendas);

    // Nobody in particular, and the holder of a link.
    for who in [Actor::Visitor, Actor::VisitHolder] {
        let name = format!("{who:?}");
        all(
            &on_the_agenda(&test, &who, &ours).await,
            Came::NotFound,
            &name,
        );
        all(
            &on_the_practice(&test, &who, &ours).await,
            Came::NotFound,
            &name,
        );
        assert_eq!(test.agendas_of(&who).await.came(), Came::NotFound);
        assert_eq!(test.places(&who).await.came(), Came::NotFound);
        assert_eq!(test.own_practice(&who).await.came(), Came::NotFound);
    }
    // People of the practice on the other practice; ids of both practices in their session
    // change nothing, for the practice counts.
    for (name, who) in [
        ("owner", of(Role::Owner, &[])),
        ("practitioner", of(Role::Practitioner, &[own, foreign])),
        ("secretary", of(Role::Secretary, &[own, foreign])),
    ] {
        all(
            &on_the_agenda(&test, &who, &theirs).await,
            Came::NotFound,
            name,
        );
        let came = on_the_practice(&test, &who, &theirs).await;
        // Only the first two name a thing of the other practice.
        all(&came[..2], Came::NotFound, name);
        assert!(
            test.agendas_of(&who)
                .await
                .unwrap()
                .iter()
                .all(|one| one.id != foreign)
        );
    }
    // A secretary whom nobody delegated to, and a practitioner on a colleague's agenda.
    for (name, who) in [
        ("secretary without delegation", of(Role::Secretary, &[])),
        ("colleague", of(Role::Practitioner, &[test.new_id()])),
    ] {
        all(
            &on_the_agenda(&test, &who, &ours).await,
            Came::NotFound,
            name,
        );
        assert!(test.agendas_of(&who).await.unwrap().is_empty());
    }
    // Secretary and practitioner do not manage the practice.
    for role in [Role::Secretary, Role::Practitioner] {
        let who = of(role, &[own]);
        all(
            &on_the_practice(&test, &who, &ours).await,
            Came::NotFound,
            "not an owner",
        );
    }
    // Nothing was changed by all that.
    let theirs_owner = member(&test, &theirs.practice, Role::Owner, &[]);
    let visit = test
        .visit_for_staff(&theirs_owner, theirs.visit)
        .await
        .unwrap();
    assert_eq!(visit.practice.name, theirs.practice.practice.name);
    assert_eq!(test.hours(&theirs_owner, foreign).await.unwrap().len(), 10);
    assert_eq!(test.places(&theirs_owner).await.unwrap().len(), 1);

    // And what is theirs, they reach.
    let secretary = of(Role::Secretary, &[own]);
    all(
        &on_the_agenda(&test, &secretary, &ours).await,
        Came::Let,
        "secretary",
    );
    let owner = of(Role::Owner, &[]);
    all(
        &on_the_practice(&test, &owner, &ours).await,
        Came::Let,
        "owner",
    );
}

#[rstest]
#[tokio::test]
async fn an_attempt_on_what_is_not_there_leaves_an_audit_line(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let (ours, theirs) = (things(&test, "un").await, things(&test, "deux").await);
    let owner = member(&test, &ours.practice, Role::Owner, &[]);
    let of = theirs.practice.practitioner.id;
    let before = test.store().commits();
    let attempt = test.agenda(&owner, of, day("2026-11-23"), day("2026-11-23"));
    assert_eq!(attempt.await.came(), Came::NotFound);
    let attempt = test.visit_for_staff(&owner, theirs.visit);
    assert_eq!(attempt.await.came(), Came::NotFound);
    let attempt = test.delete_hours(&owner, of, [theirs.hours.id].into());
    assert_eq!(attempt.await.came(), Came::NotFound);
    assert_eq!(test.store().commits() - before, 3);
}

#[rstest]
#[tokio::test]
async fn an_attempt_on_a_feed_or_a_mail_leaves_an_audit_line_too(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let (ours, theirs) = (things(&test, "un").await, things(&test, "deux").await);
    let their_owner = member(&test, &theirs.practice, Role::Owner, &[]);
    let of = theirs.practice.practitioner.id;
    let feed = test.create_feed(&their_owner, of, Detail::Initials);
    let feed = feed.await.unwrap().id;
    let owner = member(&test, &ours.practice, Role::Owner, &[]);
    let secretary = member(&test, &ours.practice, Role::Secretary, &[]);
    let denied = async || {
        let wish = Wish {
            topic: Some(Topic::Denied),
            ..Wish::default()
        };
        test.trail(&owner, wish).await.unwrap().lines.len()
    };
    let own = ours.practice.practitioner.id;
    let full = Detail::FullName;
    assert_eq!(
        test.create_feed(&owner, of, full).await.came(),
        Came::NotFound
    );
    assert_eq!(
        test.create_feed(&secretary, own, full).await.came(),
        Came::NotFound
    );
    assert_eq!(test.feeds_of(&secretary, own).await.came(), Came::NotFound);
    assert_eq!(test.renew_feed(&owner, feed).await.came(), Came::NotFound);
    assert_eq!(test.revoke_feed(&owner, feed).await.came(), Came::NotFound);
    let changed = test.set_feed_detail(&owner, feed, None, full);
    assert_eq!(changed.await.came(), Came::NotFound);
    assert_eq!(denied().await, 6);
    // What is nowhere may have been hers.
    let phoned = test.patient_was_phoned(&owner, test.new_id()).await;
    assert!(matches!(phoned, Err(Error::ChangedMeanwhile)), "{phoned:?}");
    assert_eq!(denied().await, 6);
    assert_eq!(test.feeds_of(&their_owner, of).await.unwrap().len(), 1);
}
