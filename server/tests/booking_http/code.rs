//! The code: wrong, late, sent again, right.

use backend::testing::{Kind, instant};
use chrono::TimeDelta;
use http::StatusCode;
use rstest::rstest;

use super::{NINE, TUESDAY, TestSite};

/// A code that is surely another.
fn wrong(code: &str) -> String {
    let last = if code.ends_with('7') { '8' } else { '7' };
    format!("{}{last}", &code[..5])
}

#[tokio::test]
async fn five_wrong_codes_free_the_slot_and_say_so() {
    let (practice, site) = TestSite::with_practice().await;
    let token = site.held(NINE).await;
    let right = site.code(&token).await;
    for left in [4, 3, 2] {
        let answer = site.type_code(&token, &wrong(&right)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let page = answer.text();
        assert!(
            page.contains(&format!("Il reste {left}\u{a0}essais"))
                || page.contains(&format!("Il reste {left} essais")),
            "{page}"
        );
        assert!(page.contains("<title>Erreur"), "{page}");
    }
    let answer = site.type_code(&token, &wrong(&right)).await;
    assert!(
        answer.text().contains("Il reste un essai"),
        "{}",
        answer.text()
    );
    let answer = site.type_code(&token, &wrong(&right)).await;
    assert_eq!(answer.status, StatusCode::GONE);
    let page = answer.text();
    assert!(page.contains("Cinq codes faux"), "{page}");
    assert!(
        page.contains("?motif=consultation#creneaux"),
        "the way back to the slots: {page}"
    );
    assert!(page.contains("tel:+33123456789"), "{page}");

    assert_eq!(
        site.get(&format!("/reservation/{token}")).await.status,
        StatusCode::GONE
    );
    let late = site.type_code(&token, &right).await;
    assert_eq!(late.status, StatusCode::GONE, "even the right one");
    assert!(site.is_free(&practice, NINE).await);
}

#[tokio::test]
async fn what_is_no_code_costs_no_try_and_spaces_are_no_mistake() {
    let (_, site) = TestSite::with_practice().await;
    let token = site.held(NINE).await;
    for text in ["", "12345", "1234567", "12a456", "１２３４５６", "٠٠٠٠٠٠"] {
        let answer = site.type_code(&token, text).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{text:?}");
        assert!(answer.text().contains("id=\"code-error\""), "{text:?}");
    }
    let held = site.backend.held_visit(&token).await.unwrap();
    assert_eq!(held.visit.wrong_codes, 0);
    let code = site.code(&token).await;
    let spaced = format!(" {} {}\u{a0}{} ", &code[..2], &code[2..4], &code[4..]);
    let answer = site.type_code(&token, &spaced).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
}

#[rstest]
#[tokio::test]
async fn back_at_the_code_of_a_visit_that_was_called_off_nobody_says_it_stands(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (_, site) = TestSite::practice_on(kind).await;
    let token = site.held(TUESDAY).await;
    let visit = site.type_code(&token, &site.code(&token).await).await;
    let link = visit.location().trim_end_matches("?nouveau");
    let link = link.strip_prefix("/rdv/").unwrap();
    site.backend.cancel_by_link(link).await.unwrap();
    let page = site.get(&format!("/reservation/{token}")).await.text();
    assert!(page.contains("Ce rendez-vous est annulé"), "{page}");
    assert!(!page.contains("déjà confirmé"), "{page}");
    // Nor does a code, right or wrong: it leads back to that page.
    for code in [site.code(&token).await, "000000".to_owned()] {
        let answer = site.type_code(&token, &code).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{code}");
        assert_eq!(answer.location(), format!("/reservation/{token}"));
    }
}

#[tokio::test]
async fn a_hold_ends_at_the_very_second_and_says_so() {
    let (practice, site) = TestSite::with_practice().await;
    let token = site.held(NINE).await;
    let page = format!("/reservation/{token}");
    let code = site.code(&token).await;
    site.backend.clock.set(instant("2026-11-22T08:14:59Z"));
    let waiting = site.get(&page).await;
    assert_eq!(waiting.status, StatusCode::OK);
    assert!(
        waiting.text().contains("encore une minute"),
        "{}",
        waiting.text()
    );
    assert!(!site.is_free(&practice, NINE).await);

    site.backend.clock.advance(TimeDelta::seconds(1));
    let gone = site.get(&page).await;
    assert_eq!(gone.status, StatusCode::GONE);
    assert!(
        gone.text().contains("Les 15 minutes sont passées"),
        "{}",
        gone.text()
    );
    assert_eq!(site.type_code(&token, &code).await.status, StatusCode::GONE);
    assert!(site.is_free(&practice, NINE).await);
    // Whoever comes next may have it.
    site.booked(NINE).await;
}

#[rstest]
#[tokio::test]
async fn a_used_code_leads_to_the_visit_again_until_the_second_its_hold_would_have_ended(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (_, site) = TestSite::practice_on(kind).await;
    let token = site.held(NINE).await;
    let waiting = format!("/reservation/{token}");
    let code = site.code(&token).await;
    let visit = site.type_code(&token, &code).await.location().to_owned();
    assert!(visit.starts_with("/rdv/"), "{visit}");

    site.backend.clock.set(instant("2026-11-22T08:14:59Z"));
    let again = site.type_code(&token, &code).await;
    assert_eq!(
        (again.status, again.location()),
        (StatusCode::SEE_OTHER, visit.as_str()),
        "a second click, an answer that got lost"
    );

    site.backend.clock.advance(TimeDelta::seconds(1));
    for code in [&code, &wrong(&code)] {
        let late = site.type_code(&token, code).await;
        assert_eq!(
            (late.status, late.location()),
            (StatusCode::SEE_OTHER, waiting.as_str()),
            "whether the code is right is not said"
        );
        assert!(!late.text().contains("/rdv/"), "{}", late.text());
    }
    let page = site.get(&waiting).await;
    assert_eq!(page.status, StatusCode::OK);
    let page = page.text();
    assert!(
        page.contains("Ce rendez-vous est déjà confirmé")
            && page.contains("dans le mail de confirmation"),
        "{page}"
    );
    assert!(!page.contains("/rdv/"), "{page}");
    let visit = visit.trim_end_matches("?nouveau");
    assert_eq!(site.get(visit).await.status, StatusCode::OK, "by the mail");
}

#[tokio::test]
async fn the_code_is_sent_three_times_and_no_more() {
    let (_, site) = TestSite::with_practice().await;
    let token = site.held(NINE).await;
    for _ in 0..2 {
        let answer = site.post("/api/resend_code", &[("token", &token)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        let page = site.get(answer.location()).await.text();
        assert!(page.contains("Le code est reparti"), "{page}");
    }
    let page = site.get(&format!("/reservation/{token}")).await.text();
    assert!(
        !page.contains("/api/resend_code"),
        "no button that leads nowhere: {page}"
    );
    let answer = site.post("/api/resend_code", &[("token", &token)]).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(
        answer.text().contains("déjà été envoyé trois fois"),
        "{}",
        answer.text()
    );
}

#[rstest]
#[tokio::test]
async fn a_hold_that_never_was_is_the_page_of_every_dead_link(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (_, site) = TestSite::practice_on(kind).await;
    let token = site.held(NINE).await;
    let mut cut = token.clone();
    cut.pop();
    for unknown in [cut.as_str(), "x", "%00", "..%2F..", "a%0Db"] {
        let page = site.get(&format!("/reservation/{unknown}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{unknown}");
        assert!(
            page.text().contains("Ce lien n’est plus valable"),
            "{unknown}"
        );
        for form in ["/api/confirm_hold", "/api/resend_code"] {
            let answer = site
                .post(form, &[("token", unknown), ("code", "123456")])
                .await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{form} {unknown}");
        }
    }
}
