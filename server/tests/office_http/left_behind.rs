//! What one person leaves in a browser of the practice is not shown to the next, and a form that was
//! sent after the session ended is not lost.

use backend::{
    store::practices,
    testing::{Kind, TestPractice},
};
use domain::practice::Practitioner;
use http::StatusCode;
use rstest::rstest;

use crate::{
    people::{PASSWORD, done, hidden, keeper, owner_of, page, refused, signed_in},
    support::{Browser, PUBLIC_URL, TestSite},
};

const WHOSE: (&str, &str) = ("practitioner", "camille-lefevre-tour");
const AGENDA: &str = "/agenda/praticiens/camille-lefevre-tour";
const FEEDS: &str = "/agenda/praticiens/camille-lefevre-tour/abonnement";
const NINE: &str = "2026-11-23T08:00:00Z";

async fn signs_in(browser: &mut Browser<'_>, email: &str) {
    let form = [("email", email), ("password", PASSWORD)];
    let answer = browser.post("/api/sign_in", &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
}

#[rstest]
#[tokio::test]
async fn the_address_of_a_feed_is_shown_to_nobody_who_signs_in_after(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let site = TestSite::on(kind).await;
    let (of, mut browser) = owner_of(&site).await;
    keeper(&site, &of, "lea@example.org").await;
    let form = [WHOSE, ("detail", "full_name")];
    // The page that would show it never comes.
    browser.post("/api/create_feed", &form).await;
    let left = browser.cookie("__Host-rdv-feed").unwrap().to_owned();
    browser.post("/api/sign_out", &[]).await;
    assert_eq!(browser.cookie("__Host-rdv-feed"), None, "taken away");
    signs_in(&mut browser, "lea@example.org").await;
    // Nor if the browser keeps it.
    browser.set_cookie("__Host-rdv-feed", &left);
    let html = page(&mut browser, FEEDS).await;
    assert!(
        !html.contains(&format!("{PUBLIC_URL}/calendrier")),
        "{html}"
    );
    // Whom it was left for is shown it.
    let mut owner = signed_in(&site, "camille@example.org").await;
    owner.set_cookie("__Host-rdv-feed", &left);
    let html = page(&mut owner, FEEDS).await;
    assert!(html.contains(&format!("{PUBLIC_URL}/calendrier")), "{html}");
}

#[tokio::test]
async fn the_address_of_a_feed_is_shown_under_its_own_agenda_only() {
    let site = TestSite::new().await;
    let (of, mut owner) = owner_of(&site).await;
    let other = colleague(&site, &of).await;
    owner
        .post("/api/create_feed", &[WHOSE, ("detail", "busy_only")])
        .await;
    let left = owner.cookie("__Host-rdv-feed").unwrap().to_owned();
    let html = page(
        &mut owner,
        &format!("/agenda/praticiens/{other}/abonnement"),
    )
    .await;
    assert!(
        !html.contains(&format!("{PUBLIC_URL}/calendrier")),
        "{html}"
    );
    owner.set_cookie("__Host-rdv-feed", &left);
    let html = page(&mut owner, FEEDS).await;
    assert!(html.contains(&format!("{PUBLIC_URL}/calendrier")), "{html}");
}

/// Another practitioner of the practice, by her name in addresses.
async fn colleague(site: &TestSite, of: &TestPractice) -> String {
    let colleague = Practitioner {
        id: site.backend.new_id(),
        slug: "noe-blanc".parse().unwrap(),
        name: "Dr Noé Blanc".parse().unwrap(),
        specialty: "Sage-femme".parse().unwrap(),
    };
    let now = site.backend.now();
    let mut tx = site.backend.store().begin().await.unwrap();
    practices::insert_practitioner(&mut tx, of.practice.id, &colleague, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    colleague.slug.to_string()
}

#[rstest]
#[tokio::test]
async fn a_form_that_was_sent_after_the_session_ended_is_kept_and_sent_again(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let site = TestSite::on(kind).await;
    let (_, mut browser) = owner_of(&site).await;
    let path = format!("{AGENDA}/nouveau-rendez-vous?motif=consultation&debut={NINE}");
    let html = page(&mut browser, &path).await;
    let key = hidden(&html, "idempotency_key");
    let form = [
        WHOSE,
        ("reason", "consultation"),
        ("start", NINE),
        ("idempotency_key", &key),
        ("given_name", "Thérèse"),
        ("family_name", "Kuntz"),
        ("phone", "06 12 34 56 79"),
        ("email", ""),
        ("mail_lang", "fr"),
    ];
    site.backend.run_sql("delete from sessions").await.unwrap();
    let answer = browser.post("/api/book_by_staff", &form).await;
    let html = refused(&answer, StatusCode::UNAUTHORIZED, "Rien n’a été enregistré");
    for kept in [
        "action=\"/api/book_by_staff\"",
        "name=\"family_name\" value=\"Kuntz\"",
        "Envoyer de nouveau",
        "/connexion?next=%2Fagenda",
    ] {
        assert!(html.contains(kept), "{kept}: {html}");
    }
    assert_eq!(answer.header("cache-control"), "no-store");
    signs_in(&mut browser, "camille@example.org").await;
    let answer = browser.post("/api/book_by_staff", &form).await;
    done(&mut browser, answer, "Le rendez-vous est enregistré").await;

    // What is typed anew each time is not in a page; where nothing was typed nothing is kept.
    site.backend.run_sql("delete from sessions").await.unwrap();
    let secret = [("password", PASSWORD)];
    let answer = browser.post("/api/start_second_step", &secret).await;
    let html = refused(&answer, StatusCode::UNAUTHORIZED, "puis recommencez");
    assert!(!html.contains("Envoyer de nouveau"), "{html}");
    assert!(!html.contains(PASSWORD), "{html}");
    let answer = browser.get(AGENDA).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn what_was_done_before_is_not_said_above_a_refusal() {
    let site = TestSite::new().await;
    let (_, mut browser) = owner_of(&site).await;
    let form = |key| {
        [
            WHOSE,
            ("reason", "consultation"),
            ("start", NINE),
            ("idempotency_key", key),
            ("given_name", "Thérèse"),
            ("family_name", "Kuntz"),
            ("phone", "06 12 34 56 79"),
            ("mail_lang", "fr"),
        ]
    };
    let one = browser
        .post("/api/book_by_staff", &form("0123456789abcdef"))
        .await;
    // In another tab, before the page of the first has come.
    let other = browser
        .post("/api/book_by_staff", &form("fedcba9876543210"))
        .await;
    let html = refused(&other, StatusCode::CONFLICT, "les plus proches");
    assert!(!html.contains("Le rendez-vous est enregistré"), "{html}");
    done(&mut browser, one, "Le rendez-vous est enregistré").await;
}
