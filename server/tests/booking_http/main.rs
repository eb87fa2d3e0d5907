//! Booking as a person does it without JavaScript, over HTTP, with a clock that moves when told:
//! from the slots to the visit's link, and everything that can go wrong on the way.
//! Rules of booking have their own tests in `backend` and `domain`; forms in `forms.rs`.

#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "../support/mod.rs"]
mod support;

mod api_slots;
mod at_once;
mod away;
mod cancel;
mod code;
mod form;
mod robots;
mod slots;

use backend::testing::{TestPractice, instant};
use http::StatusCode;
use support::{Answer, TestSite};

/// Monday 2026-11-23, 9 h in Paris; the clock of the tests stands on the Sunday before.
const NINE: &str = "2026-11-23T08:00:00Z";
const NINE_TWENTY: &str = "2026-11-23T08:20:00Z";
/// The same on Tuesday: far enough to be called off online.
const TUESDAY: &str = "2026-11-24T08:00:00Z";
/// The page of her slots.
const PRACTITIONER: &str = "/praticiens/camille-lefevre-tour";

/// Address of the form behind a slot.
fn form_of(start: &str) -> String {
    format!("{PRACTITIONER}/rendez-vous?motif=consultation&debut={start}")
}

/// The value of a field as the page shows it.
fn value_of(page: &str, field: &str) -> Option<String> {
    let input = page.split("<input").find(|input| {
        input
            .split('>')
            .next()
            .unwrap()
            .contains(&format!("name=\"{field}\""))
    })?;
    let (_, value) = input.split('>').next()?.split_once("value=\"")?;
    Some(value.split('"').next()?.replace("&#x27;", "'"))
}

/// Every `name="start"` that is offered.
fn starts_of(page: &str) -> Vec<String> {
    page.split("<input")
        .map(|input| input.split('>').next().unwrap())
        .filter(|input| input.contains("name=\"start\""))
        .filter_map(|input| {
            Some(
                input
                    .split_once("value=\"")?
                    .1
                    .split('"')
                    .next()?
                    .to_owned(),
            )
        })
        .collect()
}

/// What Zoé types, for the slot of `start`, in a form with this key.
fn zoe<'a>(start: &'a str, key: &'a str) -> Vec<(&'static str, &'a str)> {
    vec![
        ("practitioner", "camille-lefevre-tour"),
        ("reason", "consultation"),
        ("start", start),
        ("idempotency_key", key),
        ("given_name", "Zoé"),
        ("family_name", "Đặng"),
        ("email", "zoe@example.org"),
        ("phone", "06 12 34 56 78"),
        ("website", ""),
    ]
}

impl TestSite {
    /// Opens the form behind a slot, fills it in and sends it.
    async fn hold(&self, start: &str) -> Answer {
        let page = self.get(&form_of(start)).await;
        assert_eq!(page.status, StatusCode::OK);
        let key = value_of(&page.text(), "idempotency_key").unwrap();
        self.post("/api/hold_slot", &zoe(start, &key)).await
    }

    /// The same, up to the page where the code is awaited; answers its token.
    async fn held(&self, start: &str) -> String {
        let answer = self.hold(start).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        answer
            .location()
            .strip_prefix("/reservation/")
            .unwrap()
            .to_owned()
    }

    /// The code that was mailed for a hold.
    async fn code(&self, token: &str) -> String {
        let held = self.backend.held_visit(token).await.unwrap();
        self.backend.keys().email_code(held.visit.appointment.id)
    }

    async fn type_code(&self, token: &str, code: &str) -> Answer {
        self.post("/api/confirm_hold", &[("token", token), ("code", code)])
            .await
    }

    /// Holds a slot and types the code; answers the path of the visit.
    async fn booked(&self, start: &str) -> String {
        let token = self.held(start).await;
        let answer = self.type_code(&token, &self.code(&token).await).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        answer.location().trim_end_matches("?nouveau").to_owned()
    }

    /// Whether a patient is offered that slot.
    async fn is_free(&self, practice: &TestPractice, start: &str) -> bool {
        let day = instant(start).date_naive();
        let (who, why) = (&practice.practitioner.slug, &practice.reason.slug);
        let free = self.backend.find_slots(who, why, day, day).await.unwrap();
        free.slots
            .iter()
            .any(|slot| slot.interval.start() == instant(start))
    }
}

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
