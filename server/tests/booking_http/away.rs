//! The database is away while a form comes: the page says so, and keeps what was typed.

use backend::store::BrokenCommit;
use http::StatusCode;

use super::{TUESDAY, TestSite, form_of, value_of, zoe};

/// The fields of the page's own copy of a form.
fn kept(page: &str, action: &str) -> Option<Vec<(String, String)>> {
    let start = format!("<form method=\"post\" action=\"{action}\"");
    let (_, form) = page.split_once(&start)?;
    let form = form.split("</form>").next()?;
    let names = form.split(" name=\"").skip(1);
    let names = names.map(|input| input.split('"').next().unwrap().to_owned());
    Some(
        names
            .map(|name| (name.clone(), value_of(form, &name).unwrap()))
            .collect(),
    )
}

#[tokio::test]
async fn a_form_that_was_not_taken_is_kept_and_counts_once_when_it_is_sent_again() {
    for broken in [BrokenCommit::Before, BrokenCommit::After] {
        let (practice, site) = TestSite::with_practice().await;
        let page = site.get(&form_of(TUESDAY)).await.text();
        let key = value_of(&page, "idempotency_key").unwrap();
        site.backend.store().break_next_commit(Some(broken));
        let away = site.post("/api/hold_slot", &zoe(TUESDAY, &key)).await;
        assert_eq!(away.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(away.header("retry-after"), "30");
        assert_eq!(away.header("cache-control"), "no-store");
        let page = away.text();
        assert!(page.contains("Ce que vous avez saisi est gardé"), "{page}");
        let fields = kept(&page, "/api/hold_slot").unwrap();
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(fields, zoe(TUESDAY, &key), "{page}");

        let held = site.post("/api/hold_slot", &fields).await;
        assert_eq!(held.status, StatusCode::SEE_OTHER, "{}", held.text());
        assert!(!site.is_free(&practice, TUESDAY).await);
        assert_eq!(site.backend.stored_keys().await, [key]);
        assert_eq!(site.backend.job_keys().await.len(), 1, "one mail");
    }
}

#[tokio::test]
async fn a_code_is_in_no_page_and_is_typed_again() {
    let (_, site) = TestSite::with_practice().await;
    let token = site.held(TUESDAY).await;
    let code = site.code(&token).await;
    let broken = Some(BrokenCommit::Before);
    site.backend.store().break_next_commit(broken);
    let away = site.type_code(&token, &code).await;
    assert_eq!(away.status, StatusCode::SERVICE_UNAVAILABLE);
    let page = away.text();
    assert!(page.contains("Revenez à la page précédente"), "{page}");
    assert!(!page.contains(&code), "{page}");
    assert_eq!(kept(&page, "/api/confirm_hold"), None, "{page}");
    let booked = site.type_code(&token, &code).await;
    assert_eq!(booked.status, StatusCode::SEE_OTHER);
}
