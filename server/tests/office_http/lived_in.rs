//! A practice that has been lived in: what there is to reach for, and what its owner and its
//! patients see of it. Who reaches for it is in [`crate::strangers`]; what is merely opened, in
//! [`crate::opening`].

use backend::testing::TestPractice;
use domain::{access::Role, appointment::Status, links, people::Patient};
use http::StatusCode;

use crate::{
    doors::{Ids, fill, state, told},
    passkeys,
    people::{PASSWORD, account, owner_of, page, signed_in},
    support::{Browser, TestSite},
};

/// Whose passkey is reached for: somebody of the practice who keeps no agenda.
const LEA: &str = "lea@example.org";

/// What belongs to the practice, its owner and two patients.
pub(crate) struct Theirs {
    pub(crate) ids: Ids,
    /// The link of a visit, and of a slot that is held, of each patient.
    pub(crate) links: [(String, String); 2],
    /// The address of a feed, without its end.
    pub(crate) feed: String,
    /// A session of the owner, as the page of her account names it, and as her cookie.
    pub(crate) session: String,
    pub(crate) cookie: String,
    /// Of somebody else of the practice.
    pub(crate) passkey: String,
    /// One that did not go.
    pub(crate) mail: String,
}

/// Holds and books for somebody of that name; answers both links.
async fn patient(site: &TestSite, of: &TestPractice, name: &str, hour: u32) -> (String, String) {
    let patient = Patient {
        given_name: name.parse().unwrap(),
        ..backend::testing::zoe()
    };
    let request = |minute: u32| backend::booking::HoldRequest {
        patient: patient.clone(),
        ..site
            .backend
            .hold_request(of, &format!("2026-11-24T{hour:02}:{minute:02}:00Z"))
    };
    let held = site.backend.backend().hold(request(0)).await.unwrap();
    let code = site.backend.code_of(&held).await;
    let visit = site.backend.confirm(&held.token, &code).await.unwrap();
    let held = site.backend.backend().hold(request(20)).await.unwrap();
    (visit, held.token)
}

/// A visit that is called off when nobody can be told by mail; answers the mail that did not go.
async fn mail_that_did_not_go(site: &TestSite, slug: &str, owner: &mut Browser<'_>) -> String {
    let form = [
        ("practitioner", slug),
        ("reason", "consultation"),
        ("start", "2026-11-25T08:00:00Z"),
        ("idempotency_key", "fedcba9876543210"),
        ("given_name", "Clémence"),
        ("family_name", "Roux"),
        ("phone", "06 12 34 56 79"),
        ("email", ""),
        ("mail_lang", "fr"),
    ];
    let booked = owner.post("/api/book_by_staff", &form).await;
    let visit = booked.location().rsplit('/').next().unwrap();
    let form = [("practitioner", slug), ("visit", visit)];
    let answer = owner.post("/api/cancel_by_practice", &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert_eq!(site.backend.run_due_jobs().await.unwrap().failed, 1);
    told(owner, links::TO_PHONE, "name=\"mail\" value=\"").await
}

/// A passkey of somebody else of the practice.
async fn passkey(site: &TestSite, of: &TestPractice) -> String {
    account(site, of, Role::Secretary, LEA).await;
    let mut lea = signed_in(site, LEA).await;
    let answer = passkeys::add(&mut lea, &mut passkeys::device("a secretary's")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    passkeys::removal(&mut lea).await.1
}

/// A practice with all of that, and its owner at work.
pub(crate) async fn lived_in(site: &TestSite) -> (TestPractice, Browser<'_>, Theirs) {
    let (of, mut owner) = owner_of(site).await;
    let mut ids = fill(site, &of, &mut owner).await;
    let links = [
        patient(site, &of, "Aglaé", 8).await,
        patient(site, &of, "Bérénice", 10).await,
    ];
    let slug = of.practitioner.slug.as_str();
    let made = [("practitioner", slug), ("feed", &ids.feed)];
    owner.post("/api/renew_feed", &made).await;
    let feeds = format!("/agenda/praticiens/{slug}/abonnement");
    let html = page(&mut owner, &feeds).await;
    let feed = html.split("/calendrier/").nth(1).unwrap();
    let feed = feed.split(".ics").next().unwrap().to_owned();
    // The one that stands: of one that is revoked nothing is changed, whoever asks.
    ids.feed = told(&mut owner, &feeds, "name=\"feed\" value=\"").await;
    // One more session of hers, so that there is a handle to it.
    let mut elsewhere = signed_in(site, "camille@example.org").await;
    let html = page(&mut elsewhere, "/agenda/compte").await;
    let session = html.split("name=\"session\" value=\"").nth(1).unwrap();
    let session = session.split('"').next().unwrap().to_owned();
    let cookie = owner.cookie("__Host-rdv").unwrap().to_owned();
    let theirs = Theirs {
        ids,
        links,
        feed,
        session,
        cookie,
        passkey: passkey(site, &of).await,
        mail: mail_that_did_not_go(site, slug, &mut owner).await,
    };
    (of, owner, theirs)
}

/// What the practice and its patients see; nobody may have changed it.
pub(crate) async fn everything(
    site: &TestSite,
    of: &TestPractice,
    owner: &mut Browser<'_>,
    theirs: &Theirs,
) -> Vec<String> {
    let mut seen = state(owner, of.practitioner.slug.as_str(), &theirs.ids).await;
    let accounts = page(owner, "/agenda/compte").await;
    seen.push(accounts.matches("name=\"session\"").count().to_string());
    let to_phone = page(owner, links::TO_PHONE).await;
    assert!(to_phone.contains(&theirs.mail), "{to_phone}");
    // Whoever has lost her last passkey signs in without one.
    let signing = [("email", LEA), ("password", PASSWORD)];
    let lea = site.post("/api/sign_in", &signing).await;
    assert!(lea.location().starts_with(links::SIGN_IN_CODE), "{LEA}");
    for (visit, held) in &theirs.links {
        let visit = site.backend.visit(visit).await.unwrap();
        assert_eq!(visit.visit.appointment.status, Status::Booked);
        let held = site.backend.held_visit(held).await.unwrap();
        let held = held.visit;
        assert!(matches!(held.appointment.status, Status::Held { .. }));
        seen.push(format!("{} {}", held.wrong_codes, held.codes_sent));
    }
    seen
}
