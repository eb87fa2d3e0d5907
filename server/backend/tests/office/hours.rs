//! Opening hours: published, edited, withdrawn, and those that make no sense.

use backend::{
    Error, Failure,
    office::hours::{Days, HoursRefusal, MOST_HOURS},
    testing::{Kind, hour, instant},
};
use chrono::Weekday;
use domain::opening_hours::{HoursError, Recurrence, WallRange};
use rstest::rstest;

use super::{day, opened, owner, range, refusal, starts, weekly};

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
