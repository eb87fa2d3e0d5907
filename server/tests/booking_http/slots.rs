//! The pages before the form: search, practice, practitioner and her weeks.

use backend::testing::{Kind, instant, minutes};
use domain::visit_reason::{Audience, VisitReason};
use http::{Method, StatusCode, header::ACCEPT_LANGUAGE};
use rstest::rstest;

use super::{NINE, PRACTITIONER, TestSite, support};

/// How often something is on a page.
fn count(page: &str, what: &str) -> usize {
    page.matches(what).count()
}

/// The page of a week of hers.
fn week(day: &str) -> String {
    format!("{PRACTITIONER}?motif=consultation&semaine={day}")
}

#[tokio::test]
async fn an_instance_without_a_practice_says_how_to_open_one() {
    let site = TestSite::new().await;
    let home = site.get("/").await;
    assert_eq!(home.status, StatusCode::OK);
    assert!(
        home.text()
            .contains("Aucun cabinet n’est encore ouvert ici"),
        "{}",
        home.text()
    );
}

#[tokio::test]
async fn a_search_ignores_accents_and_case_and_says_when_nobody_matches() {
    let (_, site) = TestSite::with_practice().await;
    for query in ["lefevre", "LEFÈVRE", "generaliste+paris", ""] {
        let page = site.get(&format!("/?q={query}")).await.text();
        assert!(
            page.contains("href=\"/praticiens/camille-lefevre-tour\""),
            "{query}: {page}"
        );
    }
    let page = site.get("/?q=%3Cb%3Edermatologue").await;
    assert_eq!(page.status, StatusCode::OK);
    let page = page.text();
    assert!(
        page.contains("&lt;b&gt;dermatologue") && !page.contains("<b>dermatologue"),
        "{page}"
    );
    assert!(page.contains("Personne ne correspond"), "{page}");
}

#[tokio::test]
async fn a_practice_shows_who_receives_there_and_how_to_call_it() {
    let (_, site) = TestSite::with_practice().await;
    let page = site.get("/cabinets/cabinet-tour").await.text();
    for said in [
        "Dre Camille Lefèvre",
        "01 23 45 67 89",
        "tel:+33123456789",
        "75016 Paris",
    ] {
        assert!(page.contains(said), "{said} in {page}");
    }
    for nobody in [
        "/cabinets/inconnu",
        "/cabinets/Pas%20un%20nom",
        "/praticiens/inconnue",
    ] {
        assert_eq!(
            site.get(nobody).await.status,
            StatusCode::NOT_FOUND,
            "{nobody}"
        );
    }
}

#[tokio::test]
async fn with_one_reason_the_slots_are_there_at_once_and_on_a_sunday_those_of_the_next_week() {
    let (_, site) = TestSite::with_practice().await;
    let page = site.get(PRACTITIONER).await.text();
    assert!(
        page.contains("Semaine du 23 au 29\u{a0}novembre 2026"),
        "{page}"
    );
    // 9 h to 12 h and 14 h to 18 h in visits of 20 minutes, five days.
    assert_eq!(count(&page, "class=\"slot\""), 5 * (9 + 12));
    // Each says its whole day and hour to those who do not see the column.
    assert!(
        page.contains("lundi 23\u{a0}novembre 2026 à </span>9\u{a0}h"),
        "{page}"
    );
}

#[tokio::test]
async fn with_several_reasons_one_is_chosen_first_and_those_of_the_office_are_not_shown() {
    let (practice, site) = TestSite::with_practice().await;
    let mut tx = site.backend.store().begin().await.unwrap();
    for (slug, name, audience) in [
        ("vaccination", "Vaccination", Audience::Everyone),
        ("urgence", "Urgence du jour", Audience::StaffOnly),
    ] {
        let reason = VisitReason {
            id: site.backend.new_id(),
            slug: slug.parse().unwrap(),
            name: name.parse().unwrap(),
            length: minutes(10),
            audience,
            ..practice.reason.clone()
        };
        let (practice, _, practitioner) = practice.ids();
        let now = site.backend.now();
        backend::store::reasons::insert(&mut tx, practice, practitioner, &reason, now)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    let page = site.get(PRACTITIONER).await.text();
    assert_eq!(count(&page, "class=\"reason\""), 2, "{page}");
    assert!(
        page.contains("10\u{a0}minutes") && !page.contains("Urgence"),
        "{page}"
    );
    assert_eq!(count(&page, "class=\"slot\""), 0);
    let page = site
        .get(&format!("{PRACTITIONER}?motif=vaccination"))
        .await
        .text();
    assert_eq!(
        count(&page, "aria-current=\"true\""),
        1,
        "the one that is shown: {page}"
    );
    assert!(count(&page, "class=\"slot\"") > 100);
    let hidden = site.get(&format!("{PRACTITIONER}?motif=urgence")).await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND);
}

#[rstest]
#[tokio::test]
async fn weeks_go_from_this_one_to_the_horizon_and_no_farther(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (_, site) = TestSite::practice_on(kind).await;
    let this = site.get(&week("2026-11-22")).await.text();
    assert!(this.contains("du 16 au 22\u{a0}novembre 2026"), "{this}");
    assert!(!this.contains("semaine=2026-11-09") && this.contains("semaine=2026-11-23"));
    // Sixty days after a Sunday 22 November is Thursday 21 January.
    let last = site.get(&week("2027-01-20")).await.text();
    assert!(last.contains("du 18 au 24\u{a0}janvier 2027"), "{last}");
    assert!(
        last.contains("semaine=2027-01-11") && !last.contains("semaine=2027-01-25"),
        "{last}"
    );
    for (asked, shown) in [("2020-01-01", "du 16 au 22"), ("2099-01-01", "du 18 au 24")] {
        let page = site.get(&week(asked)).await.text();
        assert!(page.contains(shown), "{asked}: {page}");
    }
    for wrong in ["2026-02-30", "hier", "1e9", "%27%20or%201=1"] {
        assert_eq!(
            site.get(&week(wrong)).await.status,
            StatusCode::BAD_REQUEST,
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn an_empty_week_leads_at_once_to_the_next_free_day() {
    let (_, site) = TestSite::with_practice().await;
    let page = site.get(&week("2026-11-22")).await.text();
    assert!(page.contains("Aucun créneau libre cette semaine"), "{page}");
    assert!(
        page.contains("lundi 23\u{a0}novembre 2026 à 9\u{a0}h"),
        "{page}"
    );
    assert_eq!(count(&page, "class=\"slot\""), 0);
}

#[tokio::test]
async fn where_nothing_is_free_up_to_the_horizon_the_page_says_whom_to_call() {
    let (practice, site) = TestSite::with_practice().await;
    let mut tx = site.backend.store().begin().await.unwrap();
    let (whose, _, practitioner) = practice.ids();
    let away = domain::Interval::new(
        instant("2026-11-01T00:00:00Z"),
        instant("2027-12-01T00:00:00Z"),
    );
    let absence = domain::absence::Absence {
        id: site.backend.new_id(),
        away: away.unwrap().into(),
        note: None,
    };
    let now = site.backend.now();
    backend::store::availability::insert_absence(&mut tx, whose, practitioner, &absence, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let page = site.get(PRACTITIONER).await.text();
    assert!(
        page.contains("Aucun créneau libre dans les 60\u{a0}jours"),
        "{page}"
    );
    assert!(page.contains("tel:+33123456789"), "{page}");
}

#[tokio::test]
async fn a_page_asks_the_database_at_most_six_statements() {
    let (_, site) = TestSite::with_practice().await;
    let visit = site.booked(NINE).await;
    let token = site.held("2026-11-23T09:00:00Z").await;
    for path in [
        "/".to_owned(),
        "/cabinets/cabinet-tour".to_owned(),
        PRACTITIONER.to_owned(),
        week("2026-11-22"),
        super::form_of("2026-11-23T10:00:00Z"),
        super::form_of(NINE),
        format!("/reservation/{token}"),
        visit.clone(),
        format!("{visit}/annuler"),
        "/mentions-legales".to_owned(),
        "/confidentialite".to_owned(),
        "/rdv/nulle-part".to_owned(),
    ] {
        let before = site.backend.store().statements();
        site.get(&path).await;
        let asked = site.backend.store().statements() - before;
        assert!(asked <= 6, "{path}: {asked} statements");
    }
}

#[tokio::test]
async fn every_page_speaks_the_language_of_the_browser() {
    let (_, site) = TestSite::with_practice().await;
    for (path, said) in [
        ("/", "Book a visit"),
        ("/cabinets/cabinet-tour", "Whom would you like to see?"),
        (PRACTITIONER, "Week from 23 to 29 November 2026"),
        ("/mentions-legales", "Legal notice"),
        ("/confidentialite", "Your data"),
        ("/rdv/nulle-part", "This link is no longer valid"),
    ] {
        let request = support::request(Method::GET, path).header(ACCEPT_LANGUAGE, "en-GB,fr;q=0.5");
        let page = site
            .send(request.body(axum::body::Body::empty()).unwrap())
            .await
            .text();
        assert!(
            page.contains("<html lang=\"en\"") && page.contains(said),
            "{path}: {page}"
        );
    }
}

#[tokio::test]
async fn programs_are_told_the_first_free_slot_of_somebody_or_of_anybody() {
    let (_, site) = TestSite::with_practice().await;
    for path in [
        "/api/v1/practitioners/camille-lefevre-tour/first-slot",
        "/api/v1/practices/cabinet-tour/first-slot",
    ] {
        let answer = site.get(&format!("{path}?reason=consultation")).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        let found: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(found["practitioner"], "camille-lefevre-tour");
        assert_eq!(found["timezone"], "Europe/Paris");
        assert_eq!(found["start"], "2026-11-23T09:00:00+01:00", "{found}");
        for (wrong, status) in [
            ("", StatusCode::BAD_REQUEST),
            ("?reason=inconnu", StatusCode::NOT_FOUND),
            ("?reason=%00", StatusCode::NOT_FOUND),
        ] {
            let answer = site.get(&format!("{path}{wrong}")).await;
            assert_eq!(answer.status, status, "{path}{wrong}");
        }
    }
}
