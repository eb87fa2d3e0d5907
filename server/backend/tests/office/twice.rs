//! Forms that are sent twice, by a button pressed twice or by two people: once done, once answered.

use backend::{
    Error, Failure,
    calendar_feed::REVOKED_IS_EMPTY_FOR,
    office::{
        absences::AbsenceForm,
        hours::{Days, HoursForm, HoursRefusal},
        places::{HoursMay, PlaceForm},
        practice::PracticeForm,
        reasons::ReasonForm,
        seen::{ChangedMeanwhile, Seen},
    },
    testing::{Kind, TestBackend},
    trail::{Topic, Wish},
};
use chrono::Weekday;
use domain::{access::Actor, feed::Detail};
use rstest::rstest;

use super::{day, hour, opened, range, refusal, weekly};

/// How many lines of the journal say that somebody asked for what is not hers.
async fn denials(test: &TestBackend, actor: &Actor) -> usize {
    let wish = Wish {
        topic: Some(Topic::Denied),
        ..Wish::default()
    };
    test.trail(actor, wish).await.unwrap().lines.len()
}

#[rstest]
#[tokio::test]
async fn what_is_written_down_twice_is_there_once(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, it, actor) = opened(kind).await;
    let of = it.practitioner.id;

    let before = test.hours(&actor, of).await.unwrap().len();
    let mut form = weekly(&it, &[Weekday::Sat, Weekday::Sun], &[range(10, 11)]);
    form.reasons = vec![it.reason.id];
    assert_eq!(
        test.publish_hours(&actor, of, form.clone()).await.unwrap(),
        2
    );
    assert_eq!(
        test.publish_hours(&actor, of, form.clone()).await.unwrap(),
        0
    );
    // Another reason, another range: not the same hours.
    form.reasons.clear();
    assert_eq!(test.publish_hours(&actor, of, form).await.unwrap(), 2);
    assert_eq!(test.hours(&actor, of).await.unwrap().len(), before + 4);

    let absence = |note: Option<&str>| AbsenceForm {
        from: day("2026-11-24").and_time(hour(9)),
        until: day("2026-11-24").and_time(hour(12)),
        note: note.map(|note| note.parse().unwrap()),
    };
    test.book(&it, "2026-11-24T08:00:00Z").await;
    let first = test.announce_absence(&actor, of, absence(None)).await;
    let again = test.announce_absence(&actor, of, absence(None)).await;
    let (first, again) = (first.unwrap(), again.unwrap());
    assert_eq!((first.id, &first.visits), (again.id, &again.visits));
    assert_eq!(again.visits.len(), 1);
    // So is one that an older release wrote down.
    let older = "update absences set said_from = null, said_until = null";
    assert_eq!(test.run_sql(older).await.unwrap(), 1);
    let again = test.announce_absence(&actor, of, absence(None)).await;
    assert_eq!(again.unwrap().id, first.id);
    let other = test.announce_absence(&actor, of, absence(Some("Formation")));
    assert_ne!(other.await.unwrap().id, first.id);
    let announced = test.absences(&actor, of).await.unwrap();
    assert_eq!(announced.to_come.len(), 2);

    let reason = |name: &str| ReasonForm {
        name: name.parse().unwrap(),
        ..ReasonForm::from(it.reason.clone())
    };
    let first = test.create_reason(&actor, of, reason("Vaccin")).await;
    let again = test.create_reason(&actor, of, reason("Vaccin")).await;
    let first = first.unwrap();
    assert_eq!(first, again.unwrap());
    let other = test.create_reason(&actor, of, reason("Bilan")).await;
    assert_ne!(first, other.unwrap());
    // What was archived is written down anew.
    test.archive_reason(&actor, of, first).await.unwrap();
    let anew = test.create_reason(&actor, of, reason("Vaccin")).await;
    assert_ne!(first, anew.unwrap());

    let place = |name: &str| PlaceForm {
        name: name.parse().unwrap(),
        ..PlaceForm::from(it.place.clone())
    };
    let first = test.create_place(&actor, place("Annexe")).await.unwrap();
    let again = test.create_place(&actor, place("Annexe")).await.unwrap();
    assert_eq!(first, again);
    assert_eq!(test.places(&actor).await.unwrap().len(), 2);
}

#[rstest]
#[tokio::test]
async fn what_is_edited_twice_the_same_way_is_no_change_by_somebody_else(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, it, actor) = opened(kind).await;
    let of = it.practitioner.id;
    for _ in 0..2 {
        let mut reason = ReasonForm::from(it.reason.clone());
        reason.name = "Bilan".parse().unwrap();
        let seen = Some(Seen::of(&it.reason));
        let edited = test.edit_reason(&actor, of, it.reason.id, reason, seen);
        edited.await.unwrap();

        let mut place = PlaceForm::from(it.place.clone());
        place.name = "Annexe".parse().unwrap();
        let seen = Some(Seen::of(&it.place));
        let edited = test.edit_place(&actor, it.place.id, place, seen, HoursMay::NotMove);
        edited.await.unwrap();

        let mut practice = PracticeForm::from(it.practice.clone());
        practice.name = "Cabinet du Lac".parse().unwrap();
        let seen = Some(Seen::of(&it.practice));
        test.edit_practice(&actor, practice, seen).await.unwrap();
    }
    for action in ["reason-edited", "place-edited", "practice-edited"] {
        let subject = match action {
            "reason-edited" => "visit_reason",
            "place-edited" => "place",
            _ => "practice",
        };
        assert_eq!(test.audit_lines(subject, action).await.len(), 1, "{action}");
    }
}

#[rstest]
#[tokio::test]
async fn what_a_colleague_withdrew_is_gone_and_nobody_is_blamed(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, it, actor) = opened(kind).await;
    let of = it.practitioner.id;
    let hours = test.hours(&actor, of).await.unwrap()[0].id;
    let absence = AbsenceForm {
        from: day("2026-11-24").and_time(hour(9)),
        until: day("2026-11-24").and_time(hour(12)),
        note: None,
    };
    let absence = test.announce_absence(&actor, of, absence).await.unwrap().id;
    let feed = test.create_feed(&actor, of, Detail::BusyOnly).await;
    let feed = feed.unwrap().id;
    let reason = it.reason.id;

    test.delete_hours(&actor, of, [hours].into()).await.unwrap();
    test.delete_absence(&actor, of, absence).await.unwrap();
    test.revoke_feed(&actor, feed).await.unwrap();
    test.archive_reason(&actor, of, reason).await.unwrap();

    let gone = [
        test.delete_hours(&actor, of, [hours].into()).await,
        test.delete_absence(&actor, of, absence).await,
        test.revoke_feed(&actor, feed).await,
        test.renew_feed(&actor, feed).await.map(|_| ()),
        test.archive_reason(&actor, of, reason).await,
    ];
    for (at, gone) in gone.into_iter().enumerate() {
        assert!(matches!(gone, Err(Error::ChangedMeanwhile)), "{at}");
    }
    let edited = ReasonForm::from(it.reason.clone());
    let edited = test.edit_reason(&actor, of, reason, edited, None).await;
    let gone = matches!(edited, Err(Failure::Broken(Error::ChangedMeanwhile)));
    assert!(gone, "{edited:?}");
    let shown = test.set_feed_detail(&actor, feed, None, Detail::FullName);
    let shown = shown.await;
    let gone = matches!(shown, Err(Failure::Broken(Error::ChangedMeanwhile)));
    assert!(gone, "{shown:?}");
    let mut form = weekly(&it, &[Weekday::Sat], &[range(10, 11)]);
    form.reasons = vec![reason];
    let published = test.publish_hours(&actor, of, form).await;
    assert_eq!(refusal(published), HoursRefusal::ReasonGone);
    assert_eq!(denials(&test, &actor).await, 0);

    // Nor when nothing is left of it.
    test.clock.advance(REVOKED_IS_EMPTY_FOR);
    test.housekeeping().await.unwrap();
    let renewed = test.renew_feed(&actor, feed).await.map(|_| ());
    assert!(
        matches!(renewed, Err(Error::ChangedMeanwhile)),
        "{renewed:?}"
    );
    assert_eq!(denials(&test, &actor).await, 0);
}

#[rstest]
#[tokio::test]
async fn of_two_who_change_what_a_feed_shows_the_second_is_told(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, it, actor) = opened(kind).await;
    let feed = test.create_feed(&actor, it.practitioner.id, Detail::FullName);
    let feed = feed.await.unwrap().id;
    let saw = Some(Seen::of(&Detail::FullName));
    let set = async |detail| {
        test.set_feed_detail(&actor, feed, saw.clone(), detail)
            .await
    };
    set(Detail::BusyOnly).await.unwrap();
    assert_eq!(refusal(set(Detail::Initials).await), ChangedMeanwhile);
    set(Detail::BusyOnly).await.unwrap();
    let feeds = test.feeds_of(&actor, it.practitioner.id).await.unwrap();
    assert_eq!(feeds[0].detail, Detail::BusyOnly);
}

#[rstest]
#[tokio::test]
async fn hours_that_never_fall_are_refused(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (test, it, actor) = opened(kind).await;
    let of = it.practitioner.id;
    let publish = async |days, ranges: &[(u32, u32)]| {
        let ranges: Vec<_> = ranges.iter().map(|(from, to)| range(*from, *to)).collect();
        let form = HoursForm {
            days,
            ..weekly(&it, &[], &ranges)
        };
        test.publish_hours(&actor, of, form).await
    };
    let between = |weekdays: &[Weekday], first, until| Days::Weekly {
        weekdays: weekdays.to_vec(),
        every: 1,
        first: day(first),
        until: Some(day(until)),
    };
    let weekend = |weekdays| between(weekdays, "2026-11-28", "2026-11-29");
    let never = publish(weekend(&[Weekday::Mon, Weekday::Fri]), &[(10, 11)]).await;
    assert_eq!(refusal(never), HoursRefusal::Never);
    // Only those weekdays are published that come.
    let some = publish(weekend(&[Weekday::Mon, Weekday::Sun]), &[(10, 11)]).await;
    assert_eq!(some.unwrap(), 1);
    // The clock goes from 2 to 3 that night.
    let once = || Days::Once {
        day: day("2027-03-28"),
    };
    let sunday = |until| between(&[Weekday::Sun], "2027-03-28", until);
    for (days, ranges) in [
        (once(), &[(2, 3)][..]),
        (once(), &[(2, 3), (9, 10)]),
        (sunday("2027-03-30"), &[(2, 3)]),
    ] {
        assert_eq!(refusal(publish(days, ranges).await), HoursRefusal::Never);
    }
    assert_eq!(publish(once(), &[(2, 4)]).await.unwrap(), 1);
    assert_eq!(publish(sunday("2027-04-04"), &[(2, 3)]).await.unwrap(), 1);
}
