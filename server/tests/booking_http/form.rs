//! Who comes: what was typed is kept, what has gone is said, and nothing is booked twice.

use backend::testing::Kind;
use chrono::TimeDelta;
use http::StatusCode;
use rstest::rstest;

use super::{Answer, NINE, NINE_TWENTY, TestSite, form_of, starts_of, value_of, zoe};

#[rstest]
#[tokio::test]
async fn a_slot_that_has_gone_is_409_with_the_three_nearest(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (_, site) = TestSite::practice_on(kind).await;
    site.held(NINE).await;
    let page = site.get(&form_of(NINE)).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    let page = page.text();
    assert!(page.contains("Ce créneau n’est plus libre"), "{page}");
    assert_eq!(
        starts_of(&page),
        [
            "2026-11-23T08:20:00Z",
            "2026-11-23T08:40:00Z",
            "2026-11-23T09:00:00Z"
        ]
    );
    assert!(!page.contains("checked"), "none is chosen for her: {page}");
    // Nothing tells who has it, or that it is a hold.
    assert!(
        !page.contains("Zoé") && !page.contains("retenu jusqu"),
        "{page}"
    );
}

#[rstest]
#[tokio::test]
async fn a_slot_that_was_never_one_is_answered_alike(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (_, site) = TestSite::practice_on(kind).await;
    for start in [
        "2026-11-23T08:07:00Z",
        "2026-11-22T08:00:00Z",
        "2020-01-01T08:00:00Z",
        "2036-11-24T08:00:00Z",
        "2026-11-28T08:00:00Z",
    ] {
        let page = site.get(&form_of(start)).await;
        assert_eq!(page.status, StatusCode::CONFLICT, "{start}");
        assert!(
            page.text().contains("Ce créneau n’est plus libre"),
            "{start}"
        );
    }
    for wrong in ["", "9h", "2026-11-23", "-1", "9223372036854775808"] {
        assert_eq!(
            site.get(&form_of(wrong)).await.status,
            StatusCode::BAD_REQUEST,
            "{wrong}"
        );
    }
}

#[rstest]
#[tokio::test]
async fn whoever_comes_second_keeps_what_she_typed_and_chooses_another(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (practice, site) = TestSite::practice_on(kind).await;
    let page = site.get(&form_of(NINE)).await.text();
    let key = value_of(&page, "idempotency_key").unwrap();
    site.held(NINE).await;

    let refused = site.post("/api/hold_slot", &zoe(NINE, &key)).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let page = refused.text();
    assert!(page.contains("Ce créneau n’est plus libre"), "{page}");
    assert_eq!(value_of(&page, "given_name").unwrap(), "Zoé");
    assert_eq!(value_of(&page, "phone").unwrap(), "06 12 34 56 78");
    assert_eq!(value_of(&page, "idempotency_key").unwrap(), key);
    assert_eq!(value_of(&page, "wished").unwrap(), NINE);

    // She sends it without choosing.
    let mut fields = zoe("", &key);
    fields.retain(|(name, _)| *name != "start");
    fields.push(("wished", NINE));
    let again = site.post("/api/hold_slot", &fields).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = again.text();
    assert!(
        page.contains("Choisissez l’un des créneaux proposés"),
        "{page}"
    );
    assert_eq!(value_of(&page, "given_name").unwrap(), "Zoé");

    fields.push(("start", NINE_TWENTY));
    let held = site.post("/api/hold_slot", &fields).await;
    assert_eq!(held.status, StatusCode::SEE_OTHER, "{}", held.text());
    assert!(!site.is_free(&practice, NINE_TWENTY).await);
}

#[rstest]
#[tokio::test]
async fn a_second_click_and_back_find_the_same_hold(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (_, site) = TestSite::practice_on(kind).await;
    let page = site.get(&form_of(NINE)).await.text();
    let key = value_of(&page, "idempotency_key").unwrap();
    let fields = zoe(NINE, &key);
    let before = site.backend.store().commits();
    let (one, other) = tokio::join!(
        site.post("/api/hold_slot", &fields),
        site.post("/api/hold_slot", &fields)
    );
    assert_eq!(one.status, StatusCode::SEE_OTHER);
    assert_eq!(one.location(), other.location());
    assert_eq!(site.backend.store().commits() - before, 1);

    let token = one
        .location()
        .strip_prefix("/reservation/")
        .unwrap()
        .to_owned();
    let visit = site.type_code(&token, &site.code(&token).await).await;
    // Back to the form, and once more: she finds what she has.
    let again = site.post("/api/hold_slot", &fields).await;
    assert_eq!(again.location(), one.location());
    let page = site.get(again.location()).await;
    assert_eq!(page.status, StatusCode::OK);
    let page = page.text();
    assert!(page.contains("déjà confirmé"), "{page}");
    let link = visit.location().trim_end_matches("?nouveau");
    assert!(
        !page.contains(link),
        "the address of a hold is no key of the visit: {page}"
    );
    // The code once more leads to the same visit.
    let same = site.type_code(&token, &site.code(&token).await).await;
    assert_eq!(same.location(), visit.location());
}

#[rstest]
#[tokio::test]
async fn a_mended_address_gets_a_code_of_its_own_and_the_first_is_worth_nothing(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (_, site) = TestSite::practice_on(kind).await;
    let page = site.get(&form_of(NINE)).await.text();
    let key = value_of(&page, "idempotency_key").unwrap();
    let token = |answer: &Answer| {
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        let held = answer.location().strip_prefix("/reservation/");
        held.unwrap().to_owned()
    };
    let of_a_stranger = token(&site.post("/api/hold_slot", &zoe(NINE, &key)).await);
    let his = site.code(&of_a_stranger).await;

    // Back, the address mended, the same form again.
    let mut fields = zoe(NINE, &key);
    fields.retain(|(name, _)| *name != "email");
    fields.push(("email", "zoe.dang@example.org"));
    let hers = token(&site.post("/api/hold_slot", &fields).await);
    assert_ne!(hers, of_a_stranger);
    assert_eq!(hers, token(&site.post("/api/hold_slot", &fields).await));

    let page = site.get(&format!("/reservation/{of_a_stranger}")).await;
    assert_eq!(page.status, StatusCode::GONE, "{}", page.text());
    let refused = site.type_code(&of_a_stranger, &his).await;
    assert_ne!(refused.status, StatusCode::SEE_OTHER);
    let visit = site.type_code(&hers, &site.code(&hers).await).await;
    assert_eq!(visit.status, StatusCode::SEE_OTHER, "{}", visit.text());

    let booked = site.backend.held_visit(&hers).await.unwrap().visit;
    assert_eq!(
        booked.patient.email.unwrap().as_str(),
        "zoe.dang@example.org"
    );
}

/// Where the form was refused before it held the slot, a browser that goes back to it sends what was
/// refused once more.
#[rstest]
#[tokio::test]
async fn who_goes_back_past_a_refused_form_still_has_her_slot(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (_, site) = TestSite::practice_on(kind).await;
    let page = site.get(&form_of(NINE)).await.text();
    let key = value_of(&page, "idempotency_key").unwrap();
    let with = |name: &str, value: &'static str| {
        let fields = zoe(NINE, &key).into_iter();
        let fields = fields.map(|(field, was)| (field, if field == name { value } else { was }));
        fields.collect::<Vec<_>>()
    };
    let refused = with("phone", "06");
    let first = site.post("/api/hold_slot", &refused).await;
    assert_eq!(first.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mistyped = site.post("/api/hold_slot", &zoe(NINE, &key)).await;
    assert_eq!(mistyped.status, StatusCode::SEE_OTHER);

    let back = site.post("/api/hold_slot", &refused).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = back.text();
    assert!(!page.contains("n’est plus libre"), "{page}");
    assert_eq!(value_of(&page, "start").unwrap(), NINE);
    assert_eq!(value_of(&page, "idempotency_key").unwrap(), key);
    let mended = with("email", "zoe.dang@example.org");
    let held = site.post("/api/hold_slot", &mended).await;
    assert_eq!(held.status, StatusCode::SEE_OTHER, "{}", held.text());
    let given_back = site.get(mistyped.location()).await;
    assert_eq!(given_back.status, StatusCode::GONE, "one hold, not two");

    // A form that holds nothing is told the truth.
    let page = site.get(&form_of(NINE)).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    let mut other = refused.clone();
    let others = value_of(&page.text(), "idempotency_key").unwrap();
    other.retain(|(name, _)| *name != "idempotency_key");
    other.push(("idempotency_key", &others));
    let gone = site.post("/api/hold_slot", &other).await.text();
    assert!(gone.contains("n’est plus libre"), "{gone}");
}

#[rstest]
#[tokio::test]
async fn a_form_that_was_used_books_no_second_visit_by_itself(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (practice, site) = TestSite::practice_on(kind).await;
    let page = site.get(&form_of(NINE)).await.text();
    let key = value_of(&page, "idempotency_key").unwrap();
    site.post("/api/hold_slot", &zoe(NINE, &key)).await;
    let refused = site.post("/api/hold_slot", &zoe(NINE_TWENTY, &key)).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let page = refused.text();
    assert!(page.contains("Ce formulaire a déjà servi"), "{page}");
    assert!(site.is_free(&practice, NINE_TWENTY).await);
}

#[rstest]
#[tokio::test]
async fn each_form_has_a_key_of_its_own(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_, site) = TestSite::practice_on(kind).await;
    let (one, other) = (
        site.get(&form_of(NINE)).await,
        site.get(&form_of(NINE)).await,
    );
    let key = value_of(&one.text(), "idempotency_key").unwrap();
    assert_eq!(key.len(), 43);
    assert_ne!(Some(key), value_of(&other.text(), "idempotency_key"));
    for wrong in ["", "short", "0123456789abcdef'", &"a".repeat(65)] {
        let answer = site.post("/api/hold_slot", &zoe(NINE, wrong)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{wrong:?}");
    }
}

#[tokio::test]
async fn whoever_fills_the_field_that_nobody_sees_holds_nothing() {
    let (practice, site) = TestSite::with_practice().await;
    let page = site.get(&form_of(NINE)).await.text();
    let key = value_of(&page, "idempotency_key").unwrap();
    let mut fields = zoe(NINE, &key);
    fields.retain(|(name, _)| *name != "website");
    fields.push(("website", "https://spam.example"));
    let refused = site.post("/api/hold_slot", &fields).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(
        refused
            .text()
            .contains("Le formulaire n’a pas pu être envoyé")
    );
    assert!(site.is_free(&practice, NINE).await);
}

#[rstest]
#[tokio::test]
async fn who_waited_too_long_for_the_code_sends_the_same_form_again(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (_, site) = TestSite::practice_on(kind).await;
    let page = site.get(&form_of(NINE)).await.text();
    let key = value_of(&page, "idempotency_key").unwrap();
    let first = site.post("/api/hold_slot", &zoe(NINE, &key)).await;
    let same = site.post("/api/hold_slot", &zoe(NINE, &key)).await;
    assert_eq!(first.location(), same.location());
    site.backend.clock.advance(TimeDelta::minutes(15));
    let again = site.post("/api/hold_slot", &zoe(NINE, &key)).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.text());
    assert_ne!(first.location(), again.location());
    let token = again.location().rsplit('/').next().unwrap().to_owned();
    let booked = site.type_code(&token, &site.code(&token).await).await;
    assert_eq!(booked.status, StatusCode::SEE_OTHER, "{}", booked.text());
}

#[rstest]
#[tokio::test]
async fn a_form_that_was_used_for_another_slot_keeps_what_was_typed_and_books_one_more(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (_, site) = TestSite::practice_on(kind).await;
    let page = site.get(&form_of(NINE)).await.text();
    let key = value_of(&page, "idempotency_key").unwrap();
    site.post("/api/hold_slot", &zoe(NINE, &key)).await;
    // Back, and another of those that were offered.
    let refused = site.post("/api/hold_slot", &zoe(NINE_TWENTY, &key)).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let page = refused.text();
    assert!(page.contains("a déjà servi"), "{page}");
    assert_eq!(value_of(&page, "start").as_deref(), Some(NINE_TWENTY));
    assert_eq!(value_of(&page, "family_name").as_deref(), Some("Đặng"));
    let fresh = value_of(&page, "idempotency_key").unwrap();
    assert_ne!(fresh, key);
    let held = site.post("/api/hold_slot", &zoe(NINE_TWENTY, &fresh)).await;
    assert_eq!(held.status, StatusCode::SEE_OTHER, "{}", held.text());
}
