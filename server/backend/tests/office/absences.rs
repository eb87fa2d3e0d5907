//! Absences: what they close, and whom they concern.

use backend::{
    office::absences::{AbsenceForm, AbsenceRefusal},
    testing::{Kind, hour, instant},
};
use rstest::rstest;

use super::{NINE, day, opened, refusal, starts};

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

    let absences = test.absences(&actor, of).await.unwrap().to_come;
    assert_eq!(absences.len(), 1);
    assert_eq!(
        absences[0].away.interval.start(),
        instant("2026-11-22T23:00:00Z")
    );
    assert_eq!(
        absences[0].away.interval.end(),
        instant("2026-11-23T23:00:00Z")
    );
    let concerned = test
        .visits_in_absence(&actor, of, announced.id)
        .await
        .unwrap();
    assert_eq!(concerned.absence, absences[0]);
    let visits = concerned.visits;
    assert_eq!(visits, announced.visits);

    // Phoned and cancelled, nobody is left to tell.
    test.cancel_by_practice(&actor, visits[0].id).await.unwrap();
    let left = test
        .visits_in_absence(&actor, of, announced.id)
        .await
        .unwrap();
    assert!(left.visits.is_empty());
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
    let announced = test.absences(&actor, of).await.unwrap();
    assert!(announced.to_come.is_empty());
}
