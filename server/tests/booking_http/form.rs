//! Who comes: what was typed is kept, what has gone is said, and nothing is booked twice.

use backend::testing::{Kind, zoe as zoe_comes};
use chrono::TimeDelta;
use domain::visit_reason::{Audience, BirthDateAsked, VisitReason};
use http::{StatusCode, header::ACCEPT};
use rstest::rstest;

use super::{
    Answer, NINE, NINE_TWENTY, PRACTITIONER, TestSite, form_of, starts_of, support, value_of, zoe,
};

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
async fn a_birth_date_is_asked_and_kept_only_where_the_reason_needs_it(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (practice, site) = TestSite::practice_on(kind).await;
    let (whose, _, practitioner) = practice.ids();
    let reason = VisitReason {
        id: site.backend.new_id(),
        slug: "premiere".parse().unwrap(),
        birth_date: BirthDateAsked::Yes,
        ..practice.reason.clone()
    };
    let mut tx = site.backend.store().begin().await.unwrap();
    let now = site.backend.now();
    backend::store::reasons::insert(&mut tx, whose, practitioner, &reason, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let page = site.get(&form_of(NINE)).await.text();
    assert!(!page.contains("birth_date"), "{page}");
    let path = format!("{PRACTITIONER}/rendez-vous?motif=premiere&debut={NINE}");
    let page = site.get(&path).await.text();
    assert!(page.contains("autocomplete=\"bday\""), "{page}");
    let key = value_of(&page, "idempotency_key").unwrap();
    let with = |day: &'static str| {
        let mut fields = zoe(NINE, &key);
        fields.retain(|(name, _)| *name != "reason");
        fields.extend([("reason", "premiere"), ("birth_date", day)]);
        fields
    };
    for wrong in [
        "",
        "2027-02-30",
        "1800-01-01",
        "01/01/1800",
        "2026-11-23",
        "23/11/2026",
        "hier",
    ] {
        let answer = site.post("/api/hold_slot", &with(wrong)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        let page = answer.text();
        assert!(page.contains("id=\"birth_date-error\""), "{wrong}");
        let format = wrong.is_empty() || page.contains("comme 31/12/1980");
        assert!(format, "{wrong}: {page}");
        assert_eq!(value_of(&page, "birth_date").unwrap(), wrong);
        assert_eq!(value_of(&page, "given_name").unwrap(), "Zoé");
    }
    let held = site.post("/api/hold_slot", &with("22/11/2026")).await;
    assert_eq!(
        held.status,
        StatusCode::SEE_OTHER,
        "born today: {}",
        held.text()
    );
    let token = held.location().strip_prefix("/reservation/").unwrap();
    let stored = site
        .backend
        .held_visit(token)
        .await
        .unwrap()
        .visit
        .patient
        .birth_date;
    assert_eq!(stored.unwrap().day().to_string(), "2026-11-22");

    // A reason that does not ask keeps none, whatever the form says.
    let other = value_of(
        &site.get(&form_of(NINE_TWENTY)).await.text(),
        "idempotency_key",
    )
    .unwrap();
    let mut fields = zoe(NINE_TWENTY, &other);
    fields.push(("birth_date", "31/12/1980"));
    let held = site.post("/api/hold_slot", &fields).await;
    let token = held.location().strip_prefix("/reservation/").unwrap();
    let stored = site.backend.held_visit(token).await.unwrap().visit.patient;
    assert_eq!((stored.birth_date, stored.phone), (None, zoe_comes().phone));
}

#[rstest]
#[tokio::test]
async fn nobody_books_what_is_not_offered(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_, site) = TestSite::practice_on(kind).await;
    let page = site.get(&form_of(NINE)).await.text();
    let key = value_of(&page, "idempotency_key").unwrap();
    for start in [
        "2026-11-23T08:07:00Z",
        "2026-11-28T08:00:00Z",
        "2036-11-24T08:00:00Z",
    ] {
        let refused = site.post("/api/hold_slot", &zoe(start, &key)).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{start}");
    }
    for (field, value) in [
        ("practitioner", "nobody"),
        ("reason", "nothing"),
        ("reason", "A B"),
    ] {
        let mut fields = zoe(NINE, &key);
        fields.retain(|(name, _)| *name != field);
        fields.push((field, value));
        let refused = site.post("/api/hold_slot", &fields).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{field}={value}");
    }
}

#[rstest]
#[tokio::test]
async fn a_reason_taken_off_the_list_while_the_form_was_open_leads_to_those_that_are_left(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
    #[values(false, true)] is_the_last: bool,
) {
    let (practice, site) = TestSite::practice_on(kind).await;
    let (whose, _, practitioner) = practice.ids();
    let page = site.get(&form_of(NINE)).await.text();
    let key = value_of(&page, "idempotency_key").unwrap();
    let mut tx = site.backend.store().begin().await.unwrap();
    let now = site.backend.now();
    if !is_the_last {
        let other = VisitReason {
            id: site.backend.new_id(),
            slug: "vaccination".parse().unwrap(),
            ..practice.reason.clone()
        };
        backend::store::reasons::insert(&mut tx, whose, practitioner, &other, now)
            .await
            .unwrap();
    }
    let reason = practice.reason.id;
    backend::store::office::archive_reason(&mut tx, whose, practitioner, reason, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();

    for answer in [
        site.post("/api/hold_slot", &zoe(NINE, &key)).await,
        site.get(&form_of(NINE)).await,
        site.get(&format!("{PRACTITIONER}?motif={}", practice.reason.slug))
            .await,
    ] {
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        let page = answer.text();
        assert!(page.contains("tel:"), "whom to call: {page}");
        assert!(page.contains("Ce motif ne se réserve plus"), "{page}");
        assert_ne!(page.contains("motif=vaccination"), is_the_last, "{page}");
    }
    assert!(
        site.backend.stored_keys().await.is_empty(),
        "nothing is held"
    );
}

#[rstest]
#[tokio::test]
async fn a_form_that_was_sent_before_its_reason_was_archived_is_answered_as_it_was(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (practice, site) = TestSite::practice_on(kind).await;
    let (whose, _, practitioner) = practice.ids();
    let page = site.get(&form_of(NINE)).await.text();
    let key = value_of(&page, "idempotency_key").unwrap();
    let held = site.post("/api/hold_slot", &zoe(NINE, &key)).await;
    let mut tx = site.backend.store().begin().await.unwrap();
    let (reason, now) = (practice.reason.id, site.backend.now());
    backend::store::office::archive_reason(&mut tx, whose, practitioner, reason, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let again = site.post("/api/hold_slot", &zoe(NINE, &key)).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.text());
    assert_eq!(again.location(), held.location());
    let other = site.post("/api/hold_slot", &zoe(NINE_TWENTY, &key)).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn no_answer_tells_a_reason_for_staff_or_an_archived_one_from_one_that_never_was() {
    let (practice, site) = TestSite::with_practice().await;
    let (whose, _, practitioner) = practice.ids();
    let now = site.backend.now();
    let mut tx = site.backend.store().begin().await.unwrap();
    for (slug, audience) in [
        ("urgence", Audience::StaffOnly),
        ("ancien", Audience::Everyone),
    ] {
        let reason = VisitReason {
            id: site.backend.new_id(),
            slug: slug.parse().unwrap(),
            audience,
            ..practice.reason.clone()
        };
        backend::store::reasons::insert(&mut tx, whose, practitioner, &reason, now)
            .await
            .unwrap();
        if slug == "ancien" {
            backend::store::office::archive_reason(&mut tx, whose, practitioner, reason.id, now)
                .await
                .unwrap();
        }
    }
    tx.commit().await.unwrap();
    let key = value_of(&site.get(&form_of(NINE)).await.text(), "idempotency_key").unwrap();
    for (field, value) in [("family_name", "Kuntz"), ("email", "?"), ("website", "x")] {
        for json in [false, true] {
            let mut answers = Vec::new();
            for reason in ["jamais", "urgence", "ancien"] {
                let mut fields = zoe(NINE, &key);
                fields.retain(|(name, _)| *name != "reason" && *name != field);
                fields.extend([("reason", reason), (field, value)]);
                let body = serde_urlencoded::to_string(&fields).unwrap();
                let mut request = support::form("/api/hold_slot");
                if json {
                    let headers = request.headers_mut().unwrap();
                    headers.insert(ACCEPT, "application/json".parse().unwrap());
                }
                let answer = site.send(request.body(body.into()).unwrap()).await;
                let said = if json { answer.text() } else { String::new() };
                answers.push((answer.status, said));
            }
            assert_eq!(answers[0].0, StatusCode::NOT_FOUND, "{field}");
            assert_eq!(answers[0].1.contains("reason-gone-title"), json, "{field}");
            assert_eq!(answers[1], answers[0], "{field}");
            assert_eq!(answers[2], answers[0], "{field}");
        }
    }
    assert!(site.backend.stored_keys().await.is_empty());
}

#[rstest]
#[tokio::test]
async fn a_form_sent_before_the_date_of_birth_was_asked_for_is_answered_as_it_was(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
    #[values("", "31/12/1980")] typed: &'static str,
) {
    const ASKED: &str = "update visit_reasons set birth_date = true";
    const NOT_ASKED: &str = "update visit_reasons set birth_date = false";
    let (_, site) = TestSite::practice_on(kind).await;
    let (before, after) = if typed.is_empty() {
        (NOT_ASKED, ASKED)
    } else {
        (ASKED, NOT_ASKED)
    };
    site.backend.run_sql(before).await.unwrap();
    let page = site.get(&form_of(NINE)).await.text();
    let key = value_of(&page, "idempotency_key").unwrap();
    let mut fields = zoe(NINE, &key);
    fields.push(("birth_date", typed));
    let held = site.post("/api/hold_slot", &fields).await;
    assert_eq!(held.status, StatusCode::SEE_OTHER, "{}", held.text());
    site.backend.run_sql(after).await.unwrap();
    let again = site.post("/api/hold_slot", &fields).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.text());
    assert_eq!(again.location(), held.location());
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
