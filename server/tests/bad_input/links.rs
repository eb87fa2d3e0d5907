//! Links that were changed, cut, swapped, used up: one page that says nothing.
//! Those that ran out, and the page of a visit's own, are `booking_http::cancel`'s and `code`'s.

use backend::testing::Kind;
use http::StatusCode;
use rstest::rstest;

use crate::{
    patient::{NINE, NINE_TWENTY, TUESDAY},
    watch::{Watched, nothing_is_told},
};

/// What a page says between its frame.
fn said(page: &str) -> String {
    let main = page.split("<main").nth(1).unwrap();
    main.split("</main>").next().unwrap().to_owned()
}

#[rstest]
#[tokio::test]
async fn a_link_of_something_else_or_of_nothing_is_the_neutral_page_and_does_nothing(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Watched::on(kind).await;
    let feed = it.feed().await;
    let held = it.site.held(NINE).await;
    let code = it.site.code(&held).await;
    let visit = it.site.booked(TUESDAY).await;
    let visit = visit.strip_prefix("/rdv/").unwrap();
    let feed = feed.strip_prefix("/calendrier/").unwrap();
    let feed = feed.strip_suffix(".ics").unwrap();
    let changed = |token: &str, at: usize| {
        let mut bytes = token.as_bytes().to_vec();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        String::from_utf8(bytes).unwrap()
    };
    let never = said(&it.site.get("/rdv/nulle-part").await.text());
    assert!(never.contains("Ce lien n’est plus valable"), "{never}");

    let wrong_visits = [
        changed(visit, 0),
        changed(visit, visit.len() - 1),
        visit[1..].to_owned(),
        visit[..visit.len() - 1].to_owned(),
        format!("{visit}A"),
        visit.to_uppercase(),
        held.clone(),
        feed.to_owned(),
        it.practice.practice.id.to_string(),
    ];
    let before = it.stored().await;
    for token in &wrong_visits {
        for path in ["", "/annuler"] {
            let answer = it.site.get(&format!("/rdv/{token}{path}")).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{token}{path}");
            assert_eq!(said(&answer.text()), never);
            nothing_is_told(&answer);
        }
        let answer = it.site.post("/api/cancel_visit", &[("token", token)]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{token}");
        let file = it.site.get(&format!("/rdv/{token}/rendez-vous.ics")).await;
        assert_eq!(file.status, StatusCode::NOT_FOUND, "{token}");
    }
    for token in [&changed(&held, 5), &held[1..], visit, feed] {
        let answer = it.site.get(&format!("/reservation/{token}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{token}");
        assert_eq!(said(&answer.text()), never);
        for form in ["/api/confirm_hold", "/api/resend_code"] {
            let answer = it
                .site
                .post(form, &[("token", token), ("code", &code)])
                .await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{form} {token}");
            nothing_is_told(&answer);
        }
    }
    for token in [&changed(feed, 5), &feed[1..], visit, &held] {
        let answer = it.site.get(&format!("/calendrier/{token}.ics")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{token}");
        assert!(!answer.text().contains("VCALENDAR"));
    }
    assert_eq!(it.stored().await, before);
}

#[rstest]
#[tokio::test]
async fn a_code_opens_its_own_hold_and_a_link_that_was_used_opens_nothing_more(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Watched::on(kind).await;
    let (one, two) = (it.site.held(NINE).await, it.site.held(NINE_TWENTY).await);
    let (first, second) = (it.site.code(&one).await, it.site.code(&two).await);
    assert_ne!(first, second);
    let answer = it.site.type_code(&one, &second).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let answer = it.site.type_code(&one, &first).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let visit = answer.location().trim_end_matches("?nouveau").to_owned();
    let (visits, jobs) = it.visits_and_jobs().await;

    // Used: it says that it was, leads nowhere, and sends nothing again.
    let answer = it.site.get(&format!("/reservation/{one}")).await;
    assert!(answer.text().contains("déjà confirmé"), "{}", answer.text());
    assert!(!answer.text().contains(&visit), "{}", answer.text());
    let answer = it.site.post("/api/resend_code", &[("token", &one)]).await;
    assert!(answer.status.is_client_error(), "{}", answer.status);
    assert_eq!(it.visits_and_jobs().await, (visits, jobs));

    // Called off: the link still says so, and does nothing more.
    it.site
        .backend
        .clock
        .set(backend::testing::instant("2026-11-22T08:01:00Z"));
    let tuesday = it.site.booked(TUESDAY).await;
    let form = [("token", tuesday.strip_prefix("/rdv/").unwrap())];
    it.site.post("/api/cancel_visit", &form).await;
    let before = it.stored().await;
    let answer = it.site.get(&tuesday).await;
    assert!(
        answer.text().contains("Ce rendez-vous est annulé"),
        "{}",
        answer.text()
    );
    it.site.post("/api/cancel_visit", &form).await;
    assert_eq!(it.stored().await, before);
}
