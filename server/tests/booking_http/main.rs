//! Booking as a person does it without JavaScript, over HTTP, with a clock that moves when told:
//! from the slots to the visit's link, and everything that can go wrong on the way.
//! Rules of booking have their own tests in `backend` and `domain`; forms in `forms.rs`.

#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "../support/patient.rs"]
mod patient;
#[path = "../support/mod.rs"]
mod support;

mod api_slots;
mod at_once;
mod away;
mod cancel;
mod code;
mod form;
mod least;
mod offered;
mod paths;
mod repeated_hour;
mod robots;
mod scripts;
mod slots;

use http::StatusCode;
use patient::{NINE, NINE_TWENTY, PRACTITIONER, TUESDAY, form_of, starts_of, value_of, zoe};
use support::{Answer, TestSite};

#[tokio::test]
async fn a_visit_is_booked_from_the_slots_to_its_link() {
    let (practice, site) = TestSite::with_practice().await;
    let slots = site.get(PRACTITIONER).await.text();
    let form = form_of(TUESDAY).replace('&', "&amp;");
    assert!(slots.contains(&format!("href=\"{form}\"")), "{slots}");

    let token = site.held(TUESDAY).await;
    let waiting = site.get(&format!("/reservation/{token}")).await;
    assert_eq!(waiting.status, StatusCode::OK);
    let page = waiting.text();
    assert!(
        page.contains("zoe@example.org") && page.contains("jusqu’à 9\u{a0}h\u{a0}15"),
        "{page}"
    );
    assert!(!site.is_free(&practice, TUESDAY).await);

    let answer = site.type_code(&token, &site.code(&token).await).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let page = site.get(answer.location()).await.text();
    for said in [
        "mardi 24\u{a0}novembre 2026",
        "9\u{a0}h",
        "heure de Paris",
        "3 rue de la Tour",
        "Apportez votre carte Vitale.",
        "https://rdv.example.org/rdv/",
        "/rendez-vous.ics",
        "Vous pouvez annuler jusqu’au lundi 23\u{a0}novembre 2026 à 9\u{a0}h",
    ] {
        assert!(page.contains(said), "{said} in {page}");
    }
    assert!(
        !page.contains("Đặng"),
        "the page of a link shows the least: {page}"
    );
}

#[tokio::test]
async fn a_visit_is_a_file_for_a_calendar_until_it_is_called_off() {
    let (_, site) = TestSite::with_practice().await;
    let visit = site.booked(TUESDAY).await;
    let file = site.get(&format!("{visit}/rendez-vous.ics")).await;
    assert_eq!(file.status, StatusCode::OK);
    assert_eq!(file.header("content-type"), "text/calendar; charset=utf-8");
    assert!(file.header("content-disposition").starts_with("attachment"));
    assert_eq!(file.header("cache-control"), "no-store");
    let text = file.text();
    assert!(text.ends_with("END:VCALENDAR\r\n") && !text.replace("\r\n", "").contains('\n'));
    assert!(text.lines().all(|line| line.len() <= 75), "{text}");
    for line in [
        "DTSTART:20261124T080000Z",
        "DTEND:20261124T082000Z",
        "SEQUENCE:0",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    for secret in ["METHOD", "ATTENDEE", "Consultation", "Zo", "rdv.example"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    site.post("/api/cancel_visit", &[("token", &visit["/rdv/".len()..])])
        .await;
    let gone = site.get(&format!("{visit}/rendez-vous.ics")).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn opening_or_prefetching_any_link_changes_nothing() {
    let (_, site) = TestSite::with_practice().await;
    let visit = site.booked(NINE).await;
    let token = site.held(NINE_TWENTY).await;
    let before = site.backend.store().commits();
    for path in [
        PRACTITIONER.to_owned(),
        form_of("2026-11-23T09:00:00Z"),
        format!("/reservation/{token}"),
        format!("/reservation/{token}?renvoye"),
        visit.clone(),
        format!("{visit}/annuler"),
        format!("{visit}/rendez-vous.ics"),
    ] {
        for method in [http::Method::GET, http::Method::HEAD] {
            let request = support::request(method, &path).body(axum::body::Body::empty());
            let answer = site.send(request.unwrap()).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}");
        }
    }
    assert_eq!(site.backend.store().commits(), before);
}
