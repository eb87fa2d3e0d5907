//! What is offered: the reasons of the form, what each asks for, and what is answered when a reason or a
//! slot is offered no more.

use backend::testing::{Kind, zoe as zoe_comes};
use domain::visit_reason::{Audience, BirthDateAsked, VisitReason};
use http::{StatusCode, header::ACCEPT};
use rstest::rstest;

use super::{NINE, NINE_TWENTY, PRACTITIONER, TestSite, form_of, support, value_of, zoe};

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

/// She is told where and for how long before she is held to it.
#[rstest]
#[case::another_place(
    "update opening_hours set place_id = (select id from places where town = 'Bruz')"
)]
#[case::longer("update visit_reasons set length = 40")]
#[case::by_another_clock("update places set zone = 'Europe/Berlin'")]
#[case::another_name("update visit_reasons set name = 'Contrôle'")]
#[tokio::test]
async fn what_is_another_than_the_form_showed_is_shown_before_it_is_held(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
    #[case] change: &'static str,
) {
    let (practice, site) = TestSite::practice_on(kind).await;
    site.backend.opens_in_bruz(&practice).await;
    let shown = site.get(&form_of(NINE)).await.text();
    let key = value_of(&shown, "idempotency_key").unwrap();
    let with = |page: &str| {
        let mut fields = zoe(NINE, &key);
        fields.push(("seen", value_of(page, "seen").unwrap().leak()));
        fields
    };
    site.backend.run_sql(change).await.unwrap();
    // Refused for another reason first, she still was not told.
    let mut mistyped = with(&shown);
    mistyped.retain(|(name, _)| *name != "phone");
    mistyped.push(("phone", "call me"));
    let first = site.post("/api/hold_slot", &mistyped).await;
    assert_eq!(first.status, StatusCode::UNPROCESSABLE_ENTITY);
    let told = site.post("/api/hold_slot", &with(&first.text())).await;
    assert_eq!(told.status, StatusCode::CONFLICT);
    let told = told.text();
    assert!(told.contains("<h1>Ce rendez-vous a changé</h1>"), "{told}");
    assert!(told.contains("value=\"zoe@example.org\""), "{told}");
    // Nothing of hers is saved that could stand beside what she typed.
    assert!(!told.contains("Enregistré à présent"), "{told}");
    assert!(site.backend.stored_keys().await.is_empty(), "nothing held");
    let held = site.post("/api/hold_slot", &with(&told)).await;
    assert_eq!(held.status, StatusCode::SEE_OTHER, "{}", held.text());
    // Sent again, the first form is answered as it was.
    site.backend
        .run_sql("update visit_reasons set name = 'Autre'")
        .await
        .unwrap();
    for page in [&shown, &told] {
        let again = site.post("/api/hold_slot", &with(page)).await;
        assert_eq!(again.location(), held.location());
    }
}

/// She holds the slot at one place and goes back to mend her address; meanwhile the hours move to
/// another. What she would get instead of her hold is shown first, and her hold stands until then.
#[rstest]
#[tokio::test]
async fn who_goes_back_is_shown_where_her_slot_is_by_now(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (practice, site) = TestSite::practice_on(kind).await;
    site.backend.opens_in_bruz(&practice).await;
    let shown = site.get(&form_of(NINE)).await.text();
    let key = value_of(&shown, "idempotency_key").unwrap();
    let with = |page: &str, email: &'static str| {
        let mut fields = zoe(NINE, &key);
        fields.retain(|(name, _)| *name != "email");
        fields.push(("email", email));
        fields.push(("seen", value_of(page, "seen").unwrap().leak()));
        fields
    };
    let first = site
        .post("/api/hold_slot", &with(&shown, "zoe@exemple.org"))
        .await;
    let place_of = async |location: &str| {
        let token = location.strip_prefix("/reservation/").unwrap();
        let held = site.backend.held_visit(token).await.unwrap();
        (
            held.place.town.to_string(),
            held.visit.appointment.status.blocks(site.backend.now()),
        )
    };
    site.backend.receives_in_bruz().await;

    let mended = with(&shown, "zoe@example.org");
    let told = site.post("/api/hold_slot", &mended).await;
    assert_eq!(told.status, StatusCode::CONFLICT);
    let told = told.text();
    assert!(told.contains("<h1>Ce rendez-vous a changé</h1>"), "{told}");
    let (before, after) = told.split_once("n’est plus ce qu’elle montrait").unwrap();
    let now = "À présent\u{a0}: Consultation, 20\u{a0}minutes, Cabinet de Bruz";
    assert!(!before.contains(now) && after.contains(now), "{told}");
    assert_eq!(place_of(first.location()).await, ("Paris".to_owned(), true));
    // The first form, sent again, is still answered by her hold.
    let again = site
        .post("/api/hold_slot", &with(&shown, "zoe@exemple.org"))
        .await;
    assert_eq!(again.location(), first.location());

    let held = site
        .post("/api/hold_slot", &with(&told, "zoe@example.org"))
        .await;
    assert_eq!(held.status, StatusCode::SEE_OTHER, "{}", held.text());
    assert_eq!(place_of(held.location()).await, ("Bruz".to_owned(), true));
    assert_eq!(
        place_of(first.location()).await,
        ("Paris".to_owned(), false)
    );
}

/// What is offered instead says where it is, where that is not where she would look for it.
#[rstest]
#[tokio::test]
async fn the_nearest_slots_name_a_place_that_is_not_the_main_one(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (practice, site) = TestSite::practice_on(kind).await;
    site.backend.opens_in_bruz(&practice).await;
    site.held(NINE).await;
    let at_the_main = site.get(&form_of(NINE)).await;
    assert_eq!(at_the_main.status, StatusCode::CONFLICT);
    assert!(!at_the_main.text().contains("Bruz"));
    site.backend.receives_in_bruz().await;
    let before = site.backend.store().statements();
    let elsewhere = site.get(&form_of(NINE)).await.text();
    let asked = site.backend.store().statements() - before;
    assert!(asked <= 6, "{asked} statements");
    assert!(
        elsewhere.contains("à 9\u{a0}h\u{a0}20, Cabinet de Bruz"),
        "{elsewhere}"
    );
}

/// A reason takes longer from now on: the visits that were booked before stay as long as they are.
#[rstest]
#[tokio::test]
async fn a_visit_is_as_long_as_it_was_booked(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (practice, site) = TestSite::practice_on(kind).await;
    let visit = site.backend.book(&practice, NINE).await;
    let held = site.backend.hold(&practice, NINE_TWENTY).await.unwrap();
    let longer = "update visit_reasons set length = 40";
    site.backend.run_sql(longer).await.unwrap();
    for path in [
        format!("/rdv/{visit}"),
        format!("/rdv/{visit}/annuler"),
        format!("/reservation/{}", held.token),
    ] {
        let page = site.get(&path).await.text();
        assert!(
            page.contains("Consultation, 20\u{a0}minutes"),
            "{path}: {page}"
        );
        assert!(!page.contains("40\u{a0}minutes"), "{path}: {page}");
    }
}
