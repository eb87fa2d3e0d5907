//! What two people edit at once: the second is told, and nothing is written over unseen.

use backend::{
    office::{
        places::{HoursMay, PlaceForm, PlaceRefusal},
        practice::PracticeForm,
        reasons::{ReasonForm, ReasonRefusal},
        seen::{ChangedMeanwhile, Seen},
    },
    testing::Kind,
};
use rstest::rstest;

use super::{opened, refusal};

#[rstest]
#[tokio::test]
async fn what_somebody_else_changed_meanwhile_is_not_written_over_unseen(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, it, actor) = opened(kind).await;
    let of = it.practitioner.id;

    let seen = Some(Seen::of(&it.reason));
    let reason = |name: &str| ReasonForm {
        name: name.parse().unwrap(),
        ..ReasonForm::from(it.reason.clone())
    };
    let edit = async |name| {
        let form = reason(name);
        test.edit_reason(&actor, of, it.reason.id, form, seen.clone())
            .await
    };
    edit("First").await.unwrap();
    assert_eq!(
        refusal(edit("Second").await),
        ReasonRefusal::ChangedMeanwhile
    );
    let stands = test.reasons(&actor, of).await.unwrap().remove(0);
    assert_eq!(stands.name.as_str(), "First");
    // Whoever has seen that may.
    let seen = Some(Seen::of(&stands));
    let form = reason("Second");
    let again = test.edit_reason(&actor, of, it.reason.id, form, seen);
    again.await.unwrap();

    let seen = Some(Seen::of(&it.place));
    let edit = async |name: &str| {
        let form = PlaceForm {
            name: name.parse().unwrap(),
            address: it.place.address.clone(),
            town: it.place.town.clone(),
            zone: it.place.zone.clone(),
        };
        test.edit_place(&actor, it.place.id, form, seen.clone(), HoursMay::NotMove)
            .await
    };
    edit("First").await.unwrap();
    assert_eq!(
        refusal(edit("Second").await),
        PlaceRefusal::ChangedMeanwhile
    );
    let stands = test.places(&actor).await.unwrap().remove(0);
    assert_eq!(stands.name.as_str(), "First");

    let seen = Some(Seen::of(&it.practice));
    let edit = async |name: &str| {
        let form = PracticeForm {
            name: name.parse().unwrap(),
            phone: it.practice.phone.clone(),
            email: it.practice.email.clone(),
            holidays: it.practice.holidays,
        };
        test.edit_practice(&actor, form, seen.clone()).await
    };
    edit("First").await.unwrap();
    assert_eq!(refusal(edit("Second").await), ChangedMeanwhile);
    let stands = test.own_practice(&actor).await.unwrap();
    assert_eq!(stands.name.as_str(), "First");
}
