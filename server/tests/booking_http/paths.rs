//! Addresses that a browser never sends, because it resolves them before: no page stands behind one,
//! so that none is reached past the walls that look at the address as it came.

use http::StatusCode;

use super::{TUESDAY, TestSite};

#[tokio::test]
async fn a_page_is_reached_by_its_own_address_alone() {
    let (_, site) = TestSite::with_practice().await;
    let visit = site.booked(TUESDAY).await;
    let token = visit.strip_prefix("/rdv/").unwrap();
    for path in [
        format!("/./rdv/{token}"),
        format!("/x/../rdv/{token}"),
        format!("/x/%2e%2e/rdv/{token}"),
        format!("/x/.%2E/rdv/{token}"),
        format!("/rdv\\{token}"),
        format!("/_v/..\\rdv/{token}"),
        format!("/_v/%2e%2e\\rdv\\{token}"),
        format!("//rdv/{token}"),
        format!("/rdv//{token}"),
        format!("/rdv/./{token}"),
        format!("/%72dv/{token}"),
        format!("/cabinets/..\\rdv\\{token}"),
        format!("/praticiens/%2e%2e\\rdv\\{token}"),
        "/cabinets/..".to_owned(),
        "/praticiens/%2E.".to_owned(),
        "/cabinets/..\\courrier".to_owned(),
        "/_v/..\\courrier".to_owned(),
        "/x/../connexion".to_owned(),
    ] {
        let answer = site.get(&path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        let html = answer.text();
        assert!(html.contains("Page introuvable"), "{path}: {html}");
    }
    // A slash too many is forgiven.
    for end in ["", "?nouveau"] {
        let answer = site.get(&format!("{visit}/{end}")).await;
        assert_eq!(answer.status, StatusCode::TEMPORARY_REDIRECT);
        assert_eq!(answer.location(), format!("{visit}{end}"));
    }
    for elsewhere in [
        "//evil.example/",
        "/\\evil.example/",
        "/x/../../evil.example/",
    ] {
        let answer = site.get(elsewhere).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{elsewhere}");
    }
}

#[tokio::test]
async fn a_form_about_what_was_never_there_shows_no_page_of_its_own_choice() {
    let (_, site) = TestSite::with_practice().await;
    for token in [
        "../connexion",
        "..",
        "../x/../agenda",
        "%2e%2e/connexion",
        "A",
    ] {
        for code in ["1", "", "123456"] {
            let form = [("token", token), ("code", code)];
            let answer = site.post("/api/confirm_hold", &form).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{token} {code}");
            let html = answer.text();
            assert!(!html.contains("name=\"password\""), "{token}: {html}");
        }
        for action in ["resend_code", "cancel_visit", "open_practice"] {
            let form = [("token", token), ("holidays", "france")];
            let answer = site.post(&format!("/api/{action}"), &form).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{action} {token}");
            let html = answer.text();
            assert!(!html.contains("name=\"password\""), "{action}: {html}");
        }
    }
}
