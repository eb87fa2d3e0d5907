//! Forms as a whole: fields that are missing, too many, or twice; another kind of body; sent twice
//! or hours later. A second click of a patient, and Back, are `booking_http::form`'s.

use axum::body::Body;
use backend::testing::{Kind, instant};
use chrono::TimeDelta;
use domain::appointment::Status;
use http::{Method, StatusCode, header::CONTENT_TYPE, header::ORIGIN};
use rstest::rstest;

use crate::{
    names::reason,
    patient::{NINE, NINE_TWENTY, PRACTITIONER, TUESDAY, form_of, value_of},
    people::{account, hidden, page, refused, signed_in},
    support::{Browser, PUBLIC_URL, request},
    watch::{
        AGENDA, BOTH, Fields, PERSON, WHOSE, Watched, by_telephone, form, keeps, key,
        nothing_is_told, with,
    },
};

/// The forms of this file, filled in well.
fn all(reason: &[(&'static str, String)]) -> Vec<(&'static str, Vec<(String, String)>)> {
    let owned = |fields: &[(&str, &str)]| {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        fields.iter().map(own).collect::<Vec<_>>()
    };
    let reason: Vec<_> = reason
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let absence = [
        WHOSE,
        ("first_day", "2026-12-24"),
        ("last_day", "2026-12-24"),
    ];
    vec![
        (BOTH[0], owned(&form(TUESDAY, "0123456789abcdef"))),
        (BOTH[1], owned(&by_telephone(TUESDAY, "0123456789abcdef"))),
        ("/api/save_reason", owned(&reason)),
        ("/api/announce_absence", owned(&absence)),
    ]
}

#[rstest]
#[tokio::test]
async fn a_form_without_one_of_its_fields_or_with_one_twice_is_refused(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Watched::on(kind).await;
    let mut owner = it.owner().await;
    let before = it.stored().await;
    let reason = reason("Bilan");
    for (action, fields) in all(&reason) {
        for (number, (name, value)) in fields.iter().enumerate() {
            let mut missing = fields.clone();
            missing.remove(number);
            let mut twice = fields.clone();
            twice.push((name.clone(), value.clone()));
            let mut nested = fields.clone();
            nested[number].0 = format!("{name}[0][x]");
            for (what, form) in [("missing", missing), ("twice", twice), ("nested", nested)] {
                // What may stay empty may be missing.
                let optional: &[&str] = match action {
                    "/api/book_by_staff" => &["email"],
                    "/api/save_reason" => &["reason", "birth_date", "instructions"],
                    _ => &[],
                };
                if what == "missing" && optional.contains(&name.as_str()) {
                    continue;
                }
                let form: Fields<'_> = form
                    .iter()
                    .map(|(name, value)| (name.as_str(), value.as_str()))
                    .collect();
                let answer = owner.post(action, &form).await;
                let refused = [StatusCode::BAD_REQUEST, StatusCode::UNPROCESSABLE_ENTITY];
                let status = answer.status;
                assert!(
                    refused.contains(&status),
                    "{action} {what} {name}: {status}"
                );
                nothing_is_told(&answer);
                if status == StatusCode::UNPROCESSABLE_ENTITY
                    && PERSON.iter().any(|it| it.0 == name)
                {
                    let others: Vec<_> = PERSON.into_iter().filter(|it| it.0 != name).collect();
                    keeps(&answer, status, &others);
                }
            }
        }
    }
    assert_eq!(it.stored().await, before);
}

#[rstest]
#[tokio::test]
async fn a_body_of_another_kind_is_refused(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let it = Watched::on(kind).await;
    let mut owner = it.owner().await;
    let before = it.stored().await;
    let reason = reason("Bilan");
    for (action, fields) in all(&reason) {
        let typed = serde_urlencoded::to_string(&fields).unwrap();
        let json = serde_json::to_string(&fields).unwrap();
        let parts: String = fields
            .iter()
            .map(|(name, value)| {
                format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
            })
            .chain(["--x--\r\n".to_owned()])
            .collect();
        for (kind, body) in [
            ("application/json", &json),
            ("text/plain", &typed),
            ("multipart/form-data; boundary=x", &parts),
            ("application/xml", &typed),
            ("", &typed),
            ("application/x-www-form-urlencodedx", &typed),
        ] {
            let builder = request(Method::POST, action)
                .header(ORIGIN, PUBLIC_URL)
                .header("sec-fetch-site", "same-origin")
                .header(CONTENT_TYPE, kind);
            let answer = owner.send(builder, Body::from(body.clone())).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{action} as {kind}");
            nothing_is_told(&answer);
        }
        // The right name over something else.
        for body in [json, parts, "&&&===%%%".to_owned(), String::new()] {
            let answer = owner.post_body(action, body).await;
            let refused = [StatusCode::BAD_REQUEST, StatusCode::NOT_FOUND];
            assert!(
                refused.contains(&answer.status),
                "{action}: {}",
                answer.status
            );
            nothing_is_told(&answer);
        }
    }
    assert_eq!(it.stored().await, before);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_office_sends_a_form_twice_at_once_and_again_and_books_once(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Watched::on(kind).await;
    let (mut one, mut two) = (it.owner().await, it.owner().await);
    let fields = by_telephone(TUESDAY, "0123456789abcdef");
    let (first, second) = tokio::join!(one.post(BOTH[1], &fields), two.post(BOTH[1], &fields));
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.text());
    assert_eq!(first.location(), second.location());
    let again = one.post(BOTH[1], &fields).await;
    assert_eq!(again.location(), first.location());
    assert_eq!(it.visits_and_jobs().await, (1, 1));
    // Back, and sent for another hour: it served already.
    let other = with(fields, "start", "2026-11-24T09:00:00Z");
    let answer = one.post(BOTH[1], &other).await;
    assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.text());
    assert_eq!(it.visits_and_jobs().await, (1, 1));
}

#[rstest]
#[tokio::test]
async fn a_form_that_was_open_for_two_hours_is_taken_or_keeps_what_was_typed(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Watched::on(kind).await;
    let mut owner = it.owner().await;
    let key_of = |html: &str| value_of(html, "idempotency_key").unwrap();
    let patient = key_of(&it.site.get(&form_of(TUESDAY)).await.text());
    let late = key_of(&it.site.get(&form_of(NINE)).await.text());
    let path = format!("{AGENDA}/nouveau-rendez-vous?motif=consultation&debut={NINE_TWENTY}");
    let telephone = hidden(&page(&mut owner, &path).await, "idempotency_key");
    it.site.backend.clock.advance(TimeDelta::hours(2));
    for (action, start, key, leads) in [
        (BOTH[0], TUESDAY, &patient, "/reservation/"),
        (BOTH[1], NINE_TWENTY, &telephone, AGENDA),
    ] {
        let answer = owner.post(action, &by_telephone(start, key)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        assert!(
            answer.location().starts_with(leads),
            "{}",
            answer.location()
        );
    }
    // Sunday noon to Monday, two hours before the visit, then half an hour: too short a notice.
    it.site.backend.clock.set(instant("2026-11-23T07:30:00Z"));
    let answer = owner.post(BOTH[0], &by_telephone(NINE, &late)).await;
    let html = keeps(&answer, StatusCode::CONFLICT, &PERSON);
    assert_eq!(value_of(&html, "idempotency_key").unwrap(), late);
    let sooner = with(by_telephone("2026-11-23T09:00:00Z", &late), "wished", NINE);
    let answer = owner.post(BOTH[0], &sooner).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
}

#[rstest]
#[tokio::test]
async fn fields_that_a_form_does_not_have_change_nothing(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Watched::on(kind).await;
    let other = it.site.backend.practice_named("phare").await;
    let secretary = "thomas@example.org";
    account(
        &it.site,
        &it.practice,
        domain::access::Role::Secretary,
        secretary,
    )
    .await;
    let mut owner = it.owner().await;
    let (practice, practitioner) = (
        other.practice.id.to_string(),
        other.practitioner.id.to_string(),
    );
    let id = "0190aaaa-0000-7000-8000-000000000000";
    let extra = [
        ("practice_id", practice.as_str()),
        ("practice", "cabinet-phare"),
        ("practitioner_id", &practitioner),
        ("role", "owner"),
        ("status", "attended"),
        ("id", id),
        ("appointment_id", id),
        ("patient_id", id),
        ("sequence", "7"),
        ("account", id),
        ("limits", "off"),
    ];
    // By the patient.
    let first = key(1);
    let mut fields = by_telephone(TUESDAY, &first);
    fields.extend(extra);
    let answer = owner.post(BOTH[0], &fields).await;
    let token = answer
        .location()
        .strip_prefix("/reservation/")
        .unwrap()
        .to_owned();
    let held = it
        .site
        .backend
        .held_visit(&token)
        .await
        .unwrap()
        .visit
        .appointment;
    assert_eq!(held.practice, it.practice.practice.id);
    assert_eq!(held.practitioner, it.practice.practitioner.id);
    assert!(matches!(held.status, Status::Held { .. }), "{held:?}");
    assert_eq!((held.id.to_string() == id, held.sequence), (false, 0));
    let code = it.site.code(&token).await;
    let mut fields = vec![("token", token.as_str()), ("code", &code)];
    fields.extend(extra);
    let answer = it.site.post("/api/confirm_hold", &fields).await;
    let visit = answer.location()["/rdv/".len()..]
        .trim_end_matches("?nouveau")
        .to_owned();
    let visit = it
        .site
        .backend
        .visit(&visit)
        .await
        .unwrap()
        .visit
        .appointment;
    assert_eq!(
        (visit.id, visit.practice, visit.status),
        (held.id, held.practice, Status::Booked)
    );

    // By telephone.
    let second = key(2);
    let mut fields = by_telephone("2026-11-24T09:00:00Z", &second);
    fields.extend(extra);
    let answer = owner.post(BOTH[1], &fields).await;
    assert!(
        answer
            .location()
            .starts_with(&format!("{AGENDA}/rendez-vous/"))
    );
    assert!(!answer.location().contains(id));
    let html = page(&mut owner, answer.location()).await;
    assert!(
        html.contains("Le rendez-vous est enregistré") && html.contains("Confirmé"),
        "{html}"
    );

    // In the office.
    for (action, mut fields) in all(&reason("Bilan")).into_iter().skip(2) {
        let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        fields.extend(extra.map(own));
        let form: Fields<'_> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let answer = owner.post(action, &form).await;
        assert_eq!(
            answer.status,
            StatusCode::SEE_OTHER,
            "{action}: {}",
            answer.text()
        );
        nothing_is_told(&answer);
    }
    let ours = it.site.get(PRACTITIONER).await.text();
    assert!(ours.contains("Bilan"), "{ours}");
    let theirs = it
        .site
        .get("/praticiens/camille-lefevre-phare")
        .await
        .text();
    assert!(!theirs.contains("Bilan"), "{theirs}");

    // Whoever signs in is who she is.
    let mut thomas = Browser::new(&it.site);
    let mut fields = vec![("email", secretary), ("password", crate::people::PASSWORD)];
    fields.extend(extra);
    let answer = thomas.post("/api/sign_in", &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let answer = thomas.get("/agenda/cabinet").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND, "for owners only");
    let mine = [
        ("name", "Chez moi"),
        ("phone", "0389000000"),
        ("holidays", "france"),
        extra[3],
    ];
    let answer = thomas.post("/api/save_practice", &mine).await;
    refused(&answer, StatusCode::NOT_FOUND, "introuvable");
    let mut thomas = signed_in(&it.site, secretary).await;
    assert_eq!(
        thomas.get(AGENDA).await.status,
        StatusCode::NOT_FOUND,
        "not entrusted to her"
    );
}
