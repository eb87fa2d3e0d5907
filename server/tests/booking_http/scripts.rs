//! Pages with islands: only the scripts that we wrote into this very answer may run.

use http::StatusCode;

use super::{Answer, NINE, PRACTITIONER, TestSite, form_of, zoe};

/// The one nonce of the policy, as long as 128 bits are in base64.
fn nonce(answer: &Answer) -> String {
    let policy = answer.header("content-security-policy");
    let rules: Vec<_> = policy.split("'nonce-").collect();
    assert_eq!(rules.len(), 2, "one nonce: {policy}");
    let nonce = rules[1].split('\'').next().unwrap();
    assert!(nonce.len() * 6 >= 128, "{nonce}");
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || "-_+/=".contains(c);
    assert!(nonce.chars().all(is_base64), "{nonce}");
    nonce.to_owned()
}

/// The nonce of a page with islands, which stands on all that runs in it.
fn runs_by_its_nonce(answer: &Answer, what: &str) -> String {
    let (html, nonce) = (answer.text(), nonce(answer));
    assert!(html.contains("<leptos-island"), "{what}: {html}");
    let tags: Vec<_> = html.split("<script").skip(1).collect();
    let wakes = tags.iter().any(|tag| tag.starts_with(" type=\"module\""));
    assert!(wakes, "{what}: what wakes the islands is missing: {html}");
    for tag in tags {
        let attributes = tag.split('>').next().unwrap();
        let bears_it = attributes.contains(&format!("nonce=\"{nonce}\""));
        assert!(bears_it, "{what}: <script{attributes}>");
    }
    // The policy lets in no style of a page's own.
    assert!(!html.contains("<style"), "{what}: {html}");
    nonce
}

#[tokio::test]
async fn every_script_of_a_page_with_an_island_bears_the_nonce_of_that_answer_alone() {
    let site = TestSite::with_islands().await;
    site.backend.practice().await;
    let mut nonces = Vec::new();
    for path in [
        format!("{PRACTITIONER}?motif=consultation"),
        form_of(NINE),
        // The same again, to the letter.
        form_of(NINE),
    ] {
        let answer = site.get(&path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        nonces.push(runs_by_its_nonce(&answer, &path));
    }
    let mut wrong = zoe(NINE, "0123456789abcdef");
    wrong.retain(|(name, _)| *name != "email");
    wrong.push(("email", "zoe@@example"));
    let refused = site.post("/api/hold_slot", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    nonces.push(runs_by_its_nonce(&refused, "a form that was refused"));
    let count = nonces.len();
    nonces.sort();
    nonces.dedup();
    assert_eq!(nonces.len(), count, "a nonce is used once: {nonces:?}");
}
