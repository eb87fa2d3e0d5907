//! Who works in the practices of these tests, and how they sign in; the ways of an office.
//! For the programs that name it beside `support`.

#![allow(dead_code, clippy::panic, reason = "tests")]

use backend::{accounts::NewAccount, passwords::Password, testing::TestPractice};
use domain::{access::Role, practice::Slug};
use http::StatusCode;
use i18n::Lang;

use crate::support::{Answer, Browser, TestSite};

/// Everybody's.
pub(crate) const PASSWORD: &str = "sept grues bleues";

/// Makes an account; the owner and the practitioner are Dre Lefèvre, the secretary nobody's.
pub(crate) async fn account(site: &TestSite, of: &TestPractice, role: Role, email: &str) {
    with_agendas(site, of, role, email, Vec::new()).await;
}

/// Makes the account of a secretary to whom the agenda of Dre Lefèvre is entrusted.
pub(crate) async fn keeper(site: &TestSite, of: &TestPractice, email: &str) {
    let keeps = vec![of.practitioner.slug.clone()];
    with_agendas(site, of, Role::Secretary, email, keeps).await;
}

async fn with_agendas(
    site: &TestSite,
    of: &TestPractice,
    role: Role,
    email: &str,
    keeps: Vec<Slug>,
) {
    let own = match role {
        Role::Owner | Role::Practitioner => Some(of.practitioner.slug.clone()),
        Role::Secretary => None,
    };
    let account = NewAccount {
        practice: of.practice.slug.clone(),
        email: email.parse().unwrap(),
        name: "Camille Lefèvre".parse().unwrap(),
        role,
        practitioner: own,
        keeps,
        password: Password::parse(PASSWORD, &[]).unwrap(),
        lang: Lang::Fr,
    };
    site.backend.create_account(account).await.unwrap();
}

/// A browser in which somebody is signed in.
pub(crate) async fn signed_in<'a>(site: &'a TestSite, email: &str) -> Browser<'a> {
    let mut browser = Browser::new(site);
    let answer = browser
        .post("/api/sign_in", &[("email", email), ("password", PASSWORD)])
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    browser
}

/// A practice, and its owner at work.
pub(crate) async fn owner_of(site: &TestSite) -> (TestPractice, Browser<'_>) {
    let practice = site.backend.practice().await;
    account(site, &practice, Role::Owner, "camille@example.org").await;
    let browser = signed_in(site, "camille@example.org").await;
    (practice, browser)
}

/// The page of that path, which must be there.
pub(crate) async fn page(browser: &mut Browser<'_>, path: &str) -> String {
    let answer = browser.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
    answer.text()
}

/// The page that a form leads to, which says once what was done.
pub(crate) async fn done(browser: &mut Browser<'_>, answer: Answer, said: &str) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let path = answer.location().to_owned();
    let first = page(browser, &path).await;
    assert!(first.contains(said), "{said} on {path}: {first}");
    let again = page(browser, &path).await;
    assert!(!again.contains(said), "{said} twice on {path}");
    first
}

/// A form that was refused: its status, and the page that shows it again.
pub(crate) fn refused(answer: &Answer, status: StatusCode, said: &str) -> String {
    let html = answer.text();
    assert_eq!(answer.status, status, "{html}");
    assert!(html.contains(said), "{said}: {html}");
    html
}

/// The value of the last hidden field of that name on a page: the header has a form of its own.
pub(crate) fn hidden(html: &str, name: &str) -> String {
    let field = format!("name=\"{name}\" value=\"");
    let after = html.rsplit_once(&field).map(|(_, after)| after);
    let after = after.unwrap_or_else(|| panic!("no {name} in {html}"));
    after.split('"').next().unwrap().to_owned()
}
