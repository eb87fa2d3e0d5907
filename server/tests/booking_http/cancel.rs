//! The visit behind its link: seen, called off until the very second, dead afterwards.

use backend::testing::{Kind, instant};
use chrono::TimeDelta;
use http::StatusCode;
use rstest::rstest;

use super::{NINE, NINE_TWENTY, TUESDAY, TestSite};

impl TestSite {
    async fn cancel(&self, visit: &str) -> super::Answer {
        self.post(
            "/api/cancel_visit",
            &[("token", visit.strip_prefix("/rdv/").unwrap())],
        )
        .await
    }
}

#[tokio::test]
async fn a_visit_is_called_off_after_a_question_and_its_slot_is_free_again() {
    let (practice, site) = TestSite::with_practice().await;
    let visit = site.booked(TUESDAY).await;
    let question = site.get(&format!("{visit}/annuler")).await.text();
    assert!(
        question.contains("action=\"/api/cancel_visit\""),
        "{question}"
    );
    assert!(
        !site.is_free(&practice, TUESDAY).await,
        "asking changes nothing"
    );

    let answer = site.cancel(&visit).await;
    assert_eq!(
        (answer.status, answer.location()),
        (StatusCode::SEE_OTHER, visit.as_str())
    );
    let page = site.get(&visit).await.text();
    assert!(page.contains("Ce rendez-vous est annulé"), "{page}");
    assert!(
        page.contains("href=\"/praticiens/camille-lefevre-tour\""),
        "the next thing: {page}"
    );
    assert!(
        !page.contains("/annuler") && !page.contains(".ics"),
        "{page}"
    );
    assert!(site.is_free(&practice, TUESDAY).await);

    let before = site.backend.store().commits();
    assert_eq!(
        site.cancel(&visit).await.status,
        StatusCode::SEE_OTHER,
        "twice is once"
    );
    assert_eq!(site.backend.store().commits(), before);
}

#[rstest]
#[tokio::test]
async fn the_last_second_to_cancel_is_the_one_before_the_deadline(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (_, site) = TestSite::practice_on(kind).await;
    let (early, late) = (
        site.booked(NINE_TWENTY).await,
        site.booked("2026-11-23T08:40:00Z").await,
    );
    // The deadline is 24 hours before; the visit is at 8.20 UTC.
    site.backend.clock.set(instant("2026-11-22T08:19:59Z"));
    let page = site.get(&early).await.text();
    assert!(
        page.contains("jusqu’au dimanche 22\u{a0}novembre 2026 à 9\u{a0}h\u{a0}20"),
        "{page}"
    );
    assert_eq!(site.cancel(&early).await.status, StatusCode::SEE_OTHER);

    site.backend.clock.set(instant("2026-11-22T08:40:00Z"));
    let refused = site.cancel(&late).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let page = refused.text();
    assert!(page.contains("Trop tard pour annuler en ligne"), "{page}");
    assert!(page.contains("tel:+33123456789"), "{page}");
    assert!(!page.contains("/annuler"), "{page}");
    let page = site.get(&format!("{late}/annuler")).await.text();
    assert!(!page.contains("action=\"/api/cancel_visit\""), "{page}");
    let page = site.get(&late).await.text();
    assert!(page.contains("La limite était le dimanche 22\u{a0}novembre 2026 à 9\u{a0}h\u{a0}40"));
}

#[tokio::test]
async fn a_visit_that_the_practice_called_off_says_who_did() {
    let (practice, site) = TestSite::with_practice().await;
    let visit = site.booked(NINE).await;
    let found = site.backend.visit(&visit["/rdv/".len()..]).await.unwrap();
    let owner = site.backend.owner_without_account(&practice);
    let id = found.visit.appointment.id;
    site.backend.cancel_by_practice(&owner, id).await.unwrap();
    let page = site.get(&visit).await.text();
    assert!(
        page.contains("Le cabinet a annulé ce rendez-vous"),
        "{page}"
    );
}

#[rstest]
#[tokio::test]
async fn every_dead_link_is_the_same_page(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_, site) = TestSite::practice_on(kind).await;
    let visit = site.booked(NINE).await;
    let token = site.held(NINE_TWENTY).await;
    let never = site
        .get("/rdv/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
        .await;
    assert_eq!(never.status, StatusCode::NOT_FOUND);
    let mut changed = visit.clone().into_bytes();
    *changed.last_mut().unwrap() ^= 1;
    let changed = String::from_utf8(changed).unwrap();

    let of_a_hold = format!("/rdv/{token}");
    site.backend.clock.set(instant("2026-11-23T08:19:59Z"));
    assert_eq!(
        site.get(&visit).await.status,
        StatusCode::OK,
        "alive to its last second"
    );
    site.backend.clock.advance(TimeDelta::seconds(1));
    let words = |page: String| {
        let main = page.split("<main").nth(1).unwrap();
        main.split("</main>").next().unwrap().to_owned()
    };
    let said = words(never.text());
    assert!(said.contains("Ce lien n’est plus valable"), "{said}");
    for dead in [
        &visit,
        &changed,
        &visit[..visit.len() - 1],
        of_a_hold.as_str(),
    ] {
        let page = site.get(dead).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{dead}");
        assert_eq!(words(page.text()), said, "{dead}");
        let page = site.get(&format!("{dead}/annuler")).await;
        assert_eq!(words(page.text()), said, "{dead}/annuler");
        let file = site.get(&format!("{dead}/rendez-vous.ics")).await;
        assert_eq!(file.status, StatusCode::NOT_FOUND);
        assert_eq!(
            site.cancel(dead).await.status,
            StatusCode::NOT_FOUND,
            "{dead}"
        );
    }
}
