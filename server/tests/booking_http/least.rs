//! What a link shows to whoever has it: the visit, and nothing by which the patient is known or
//! reached.

use backend::testing::instant;
use domain::appointment::{Mark, Status};
use http::StatusCode;

use super::{TUESDAY, TestSite, form_of, value_of, zoe};

const WEDNESDAY: &str = "2026-11-25T08:00:00Z";

/// What is hers, without spaces, in every way in which a page could say it.
const HERS: [&str; 9] = [
    "zoe@example.org",
    "zoe%40example.org",
    // However its country is written.
    "612345678",
    "1957-03-14",
    "14/03/1957",
    "14mars1957",
    "14March1957",
    "Zoé",
    "Đặng",
];

impl TestSite {
    /// Books for Zoé, who says when she was born; answers the path of the visit.
    async fn booked_with_her_birth_date(&self, start: &str) -> String {
        let page = self.get(&form_of(start)).await.text();
        let key = value_of(&page, "idempotency_key").unwrap();
        let mut fields = zoe(start, &key);
        fields.push(("birth_date", "14/03/1957"));
        let held = self.post("/api/hold_slot", &fields).await;
        assert_eq!(held.status, StatusCode::SEE_OTHER, "{}", held.text());
        let token = held.location().strip_prefix("/reservation/").unwrap();
        let booked = self.type_code(token, &self.code(token).await).await;
        assert_eq!(booked.status, StatusCode::SEE_OTHER, "{}", booked.text());
        booked.location().trim_end_matches("?nouveau").to_owned()
    }

    /// Every page behind the link of a visit, which must be there and hold nothing of hers.
    async fn shows_nothing_of_hers(&self, visit: &str, standing: &str) {
        for end in ["", "?nouveau", "/annuler"] {
            let answer = self.get(&format!("{visit}{end}")).await;
            assert_eq!(answer.status, StatusCode::OK, "{standing}: {end}");
            holds_nothing_of_hers(&answer.text(), &format!("{standing}: {end}"));
        }
    }
}

fn holds_nothing_of_hers(page: &str, what: &str) {
    let text: String = page.chars().filter(|c| !c.is_whitespace()).collect();
    for hers in HERS {
        assert!(!text.contains(hers), "{what}: {hers} in {page}");
    }
}

#[tokio::test]
async fn no_page_behind_the_link_of_a_visit_says_how_to_reach_the_patient_or_when_she_was_born() {
    let (practice, site) = TestSite::with_practice().await;
    let asked = "update visit_reasons set birth_date = true";
    site.backend.run_sql(asked).await.unwrap();
    let visit = site.booked_with_her_birth_date(TUESDAY).await;
    let called_off = site.booked_with_her_birth_date(WEDNESDAY).await;
    let link = visit.strip_prefix("/rdv/").unwrap();
    let found = site.backend.visit(link).await.unwrap().visit;
    assert!(found.patient.birth_date.is_some() && found.patient.email.is_some());

    site.shows_nothing_of_hers(&visit, "it stands").await;
    let token = [("token", called_off.strip_prefix("/rdv/").unwrap())];
    let cancelled = site.post("/api/cancel_visit", &token).await;
    assert_eq!(cancelled.status, StatusCode::SEE_OTHER);
    site.shows_nothing_of_hers(&called_off, "she called it off")
        .await;

    site.backend.clock.set(instant("2026-11-23T09:00:00Z"));
    site.shows_nothing_of_hers(&visit, "the deadline has passed")
        .await;
    let late = site.post("/api/cancel_visit", &[("token", link)]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    holds_nothing_of_hers(&late.text(), "too late to cancel");

    site.backend.clock.set(instant("2026-11-24T08:05:00Z"));
    let (actor, id) = (
        site.backend.owner_without_account(&practice),
        found.appointment.id,
    );
    let arrived = site.backend.mark_visit(&actor, id, Mark::Arrived);
    arrived.await.unwrap();
    site.shows_nothing_of_hers(&visit, "she is there").await;
    let attended = site.backend.mark_visit(&actor, id, Mark::Attended);
    attended.await.unwrap();
    let past = site.backend.visit(link).await.unwrap().visit;
    assert_eq!(past.appointment.status, Status::Attended);
    site.shows_nothing_of_hers(&visit, "it took place").await;

    site.backend.clock.set(instant("2026-11-24T08:20:00Z"));
    let over = site.get(&visit).await;
    assert_eq!(over.status, StatusCode::NOT_FOUND, "the link is dead");
    holds_nothing_of_hers(&over.text(), "it is over");
}

#[tokio::test]
async fn nor_does_one_that_the_practice_called_off() {
    let (practice, site) = TestSite::with_practice().await;
    let asked = "update visit_reasons set birth_date = true";
    site.backend.run_sql(asked).await.unwrap();
    let visit = site.booked_with_her_birth_date(TUESDAY).await;
    let link = visit.strip_prefix("/rdv/").unwrap();
    let id = site.backend.visit(link).await.unwrap().visit.appointment.id;
    let actor = site.backend.owner_without_account(&practice);
    site.backend.cancel_by_practice(&actor, id).await.unwrap();
    site.shows_nothing_of_hers(&visit, "the practice called it off")
        .await;
}
