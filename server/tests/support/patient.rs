//! The way of a patient without JavaScript, from the form behind a slot to the link of her visit.
//! For the programs that name it beside `support`.

#![allow(dead_code, reason = "tests")]

use backend::testing::{TestPractice, instant};
use http::StatusCode;

use crate::support::{Answer, TestSite};

/// Monday 2026-11-23, 9 h in Paris; the clock of the tests stands on the Sunday before.
pub(crate) const NINE: &str = "2026-11-23T08:00:00Z";
pub(crate) const NINE_TWENTY: &str = "2026-11-23T08:20:00Z";
/// The same on Tuesday: far enough to be called off online.
pub(crate) const TUESDAY: &str = "2026-11-24T08:00:00Z";
/// The page of her slots.
pub(crate) const PRACTITIONER: &str = "/praticiens/camille-lefevre-tour";

/// Address of the form behind a slot.
pub(crate) fn form_of(start: &str) -> String {
    format!("{PRACTITIONER}/rendez-vous?motif=consultation&debut={start}")
}

/// The value of a field as the page shows it.
pub(crate) fn value_of(page: &str, field: &str) -> Option<String> {
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
pub(crate) fn starts_of(page: &str) -> Vec<String> {
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
pub(crate) fn zoe<'a>(start: &'a str, key: &'a str) -> Vec<(&'static str, &'a str)> {
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
    pub(crate) async fn hold(&self, start: &str) -> Answer {
        let page = self.get(&form_of(start)).await;
        assert_eq!(page.status, StatusCode::OK);
        let key = value_of(&page.text(), "idempotency_key").unwrap();
        self.post("/api/hold_slot", &zoe(start, &key)).await
    }

    /// The same, up to the page where the code is awaited; answers its token.
    pub(crate) async fn held(&self, start: &str) -> String {
        let answer = self.hold(start).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        answer
            .location()
            .strip_prefix("/reservation/")
            .unwrap()
            .to_owned()
    }

    /// The code that was mailed for a hold.
    pub(crate) async fn code(&self, token: &str) -> String {
        let held = self.backend.held_visit(token).await.unwrap();
        self.backend.keys().email_code(held.visit.appointment.id)
    }

    pub(crate) async fn type_code(&self, token: &str, code: &str) -> Answer {
        self.post("/api/confirm_hold", &[("token", token), ("code", code)])
            .await
    }

    /// Holds a slot and types the code; answers the path of the visit.
    pub(crate) async fn booked(&self, start: &str) -> String {
        let token = self.held(start).await;
        let answer = self.type_code(&token, &self.code(&token).await).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        answer.location().trim_end_matches("?nouveau").to_owned()
    }

    /// Whether a patient is offered that slot.
    pub(crate) async fn is_free(&self, practice: &TestPractice, start: &str) -> bool {
        let day = instant(start).date_naive();
        let (who, why) = (&practice.practitioner.slug, &practice.reason.slug);
        let free = self.backend.find_slots(who, why, day, day).await.unwrap();
        free.slots
            .iter()
            .any(|slot| slot.interval.start() == instant(start))
    }
}
