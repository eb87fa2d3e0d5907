//! The second step over HTTP, without JavaScript: turned on, asked for, turned off.

use backend::testing::{Kind, people::Telephone};
use chrono::TimeDelta;
use domain::access::Role;
use http::StatusCode;
use rstest::rstest;

use crate::{
    people::{PASSWORD, account, done, owner_of, page, refused, signed_in},
    support::{Answer, Browser, TestSite},
};

pub(super) const EMAIL: &str = "camille@example.org";
const SECOND_STEP: &str = "/agenda/compte/deuxieme-etape";

pub(super) async fn sign_in(browser: &mut Browser<'_>, password: &str) -> Answer {
    let fields = [("email", EMAIL), ("password", password)];
    browser.post("/api/sign_in", &fields).await
}

pub(super) async fn type_code(browser: &mut Browser<'_>, code: &str) -> Answer {
    browser.post("/api/sign_in_code", &[("code", code)]).await
}

/// What stands between two marks of a page.
fn between<'a>(html: &'a str, before: &str, after: &str) -> &'a str {
    let rest = html.split(before).nth(1);
    let rest = rest.unwrap_or_else(|| panic!("no {before} in {html}"));
    rest.split(after).next().unwrap()
}

/// Turns the second step on as a person does; answers her telephone and the recovery codes.
/// The clock is half a minute on: the next code is a fresh one.
pub(super) async fn turn_on(site: &TestSite, owner: &mut Browser<'_>) -> (Telephone, Vec<String>) {
    let html = page(owner, "/agenda/compte").await;
    assert!(html.contains("Le mot de passe seul suffit"), "{html}");
    let answer = owner
        .post("/api/start_second_step", &[("password", PASSWORD)])
        .await;
    assert_eq!(answer.location(), SECOND_STEP, "{}", answer.text());
    let html = page(owner, SECOND_STEP).await;
    let telephone = Telephone(between(&html, "class=\"secret\">", "<").replace(' ', ""));
    assert!(html.contains("<svg role=\"img\""), "{html}");
    assert!(html.contains("otpauth://totp/"), "{html}");
    let code = telephone.code(site.backend.now());
    let answer = owner
        .post("/api/confirm_second_step", &[("code", &code)])
        .await;
    let cookies = answer.cookies();
    let codes = cookies.iter().find(|cookie| cookie.contains("-codes="));
    let codes = codes.unwrap_or_else(|| panic!("no codes in {cookies:?}"));
    for attribute in [
        "__Host-rdv-codes=",
        "Path=/;",
        "Secure",
        "HttpOnly",
        "SameSite=Strict",
        "Max-Age=60",
    ] {
        assert!(codes.contains(attribute), "{attribute}: {codes}");
    }
    let html = done(owner, answer, "Codes de secours</h2>").await;
    let codes = between(&html, "class=\"recovery-codes\">", "</ul>");
    let codes: Vec<_> = codes
        .split("<code>")
        .skip(1)
        .map(|rest| rest.split('<').next().unwrap().to_owned())
        .collect();
    assert_eq!(codes.len(), 10, "{html}");
    site.backend.clock.advance(TimeDelta::seconds(30));
    (telephone, codes)
}

#[tokio::test]
async fn a_second_step_is_turned_on_asked_for_and_turned_off() {
    let site = TestSite::new().await;
    let (_, mut owner) = owner_of(&site).await;
    let mut elsewhere = signed_in(&site, EMAIL).await;
    let before = owner.cookie("__Host-rdv").unwrap().to_owned();
    let wrong = [("password", "non")];
    let answer = owner.post("/api/start_second_step", &wrong).await;
    refused(
        &answer,
        StatusCode::UNPROCESSABLE_ENTITY,
        "pas le mot de passe",
    );
    let (telephone, codes) = turn_on(&site, &mut owner).await;
    assert_ne!(
        owner.cookie("__Host-rdv").unwrap(),
        before,
        "rights changed"
    );
    assert_eq!(elsewhere.get("/agenda").await.status, StatusCode::SEE_OTHER);
    let html = page(&mut owner, SECOND_STEP).await;
    assert!(
        html.contains("Codes de secours qui restent\u{a0}: 10"),
        "{html}"
    );
    assert!(!html.contains("class=\"secret\""), "shown once: {html}");

    let mut browser = Browser::new(&site);
    let fields = [
        ("email", EMAIL),
        ("password", PASSWORD),
        ("next", "/agenda/compte"),
    ];
    let answer = browser.post("/api/sign_in", &fields).await;
    assert_eq!(answer.location(), "/connexion/code?next=%2Fagenda%2Fcompte");
    let cookie = answer.cookies()[0];
    for attribute in [
        "__Host-rdv-code=",
        "HttpOnly",
        "SameSite=Strict",
        "Secure",
        "Max-Age=300",
    ] {
        assert!(cookie.contains(attribute), "{attribute}: {cookie}");
    }
    assert_eq!(browser.cookie("__Host-rdv"), None, "no session yet");
    assert_eq!(browser.get("/agenda").await.status, StatusCode::SEE_OTHER);
    // The token of the wait opens nothing in the place of a session.
    let mut thief = Browser::new(&site);
    thief.set_cookie("__Host-rdv", browser.cookie("__Host-rdv-code").unwrap());
    assert_eq!(thief.get("/agenda").await.status, StatusCode::SEE_OTHER);

    let html = page(&mut browser, answer.location()).await;
    assert!(html.contains("autocomplete=\"one-time-code\""), "{html}");
    assert!(!html.contains(EMAIL), "{html}");
    let answer = type_code(&mut browser, "12345").await;
    let html = refused(&answer, StatusCode::UNAUTHORIZED, "Ce code ne convient pas");
    assert!(!html.contains("12345"), "{html}");
    let code = telephone.code(site.backend.now());
    let fields = [("code", &*code), ("next", "/agenda/compte")];
    let answer = browser.post("/api/sign_in_code", &fields).await;
    assert_eq!(answer.location(), "/agenda/compte", "{}", answer.text());
    assert_eq!(browser.cookie("__Host-rdv-code"), None);
    let html = page(&mut browser, "/agenda/compte").await;
    assert!(
        html.contains("Un code est demandé après le mot de passe"),
        "{html}"
    );

    let off = |code: &str| {
        [("password", PASSWORD), ("code", code), ("wish", "off")]
            .map(|(name, value)| (name, value.to_owned()))
    };
    let fields = off(&code);
    let fields = fields
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let answer = browser.post("/api/change_second_step", &fields).await;
    refused(&answer, StatusCode::UNPROCESSABLE_ENTITY, "il a déjà servi");
    let fields = off(&codes[0]);
    let fields = fields
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let answer = browser.post("/api/change_second_step", &fields).await;
    done(&mut browser, answer, "La deuxième étape est désactivée").await;
    let answer = sign_in(&mut Browser::new(&site), PASSWORD).await;
    assert_eq!(answer.location(), "/agenda");
    let html = page(&mut browser, "/agenda/journal?sujet=comptes").await;
    for said in ["Deuxième étape activée", "Deuxième étape désactivée"] {
        assert!(html.contains(said), "{said}: {html}");
    }
}

#[tokio::test]
async fn recovery_codes_are_shown_once_and_made_anew() {
    let site = TestSite::new().await;
    let (_, mut owner) = owner_of(&site).await;
    let (telephone, codes) = turn_on(&site, &mut owner).await;
    let mut browser = Browser::new(&site);
    sign_in(&mut browser, PASSWORD).await;
    let answer = type_code(&mut browser, &codes[3]).await;
    assert_eq!(answer.location(), "/agenda");
    let html = page(&mut browser, SECOND_STEP).await;
    assert!(html.contains("qui restent\u{a0}: 9"), "{html}");
    assert!(!html.contains(&codes[4]), "{html}");
    let code = telephone.code(site.backend.now());
    let fields = [("password", PASSWORD), ("code", &code), ("wish", "renew")];
    let answer = browser.post("/api/change_second_step", &fields).await;
    let html = done(&mut browser, answer, "Codes de secours</h2>").await;
    assert!(!html.contains(&codes[4]), "new ones: {html}");
    let html = page(&mut browser, "/agenda/journal?sujet=comptes").await;
    assert!(html.contains("Code de secours utilisé"), "{html}");
    let fields = [("password", PASSWORD), ("code", &code), ("wish", "dance")];
    let answer = browser.post("/api/change_second_step", &fields).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn without_the_password_nobody_learns_who_has_a_second_step() {
    let site = TestSite::new().await;
    let (of, mut owner) = owner_of(&site).await;
    account(&site, &of, Role::Secretary, "ines@example.org").await;
    turn_on(&site, &mut owner).await;
    let mut answers = Vec::new();
    for email in [EMAIL, "ines@example.org", "nobody@example.org"] {
        let mut browser = Browser::new(&site);
        let fields = [("email", email), ("password", "not the password")];
        let answer = browser.post("/api/sign_in", &fields).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert!(answer.cookies().is_empty());
        answers.push(answer.text().replace(email, "…"));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]));
}

#[tokio::test]
async fn a_code_without_a_password_before_it_leads_to_the_sign_in() {
    let site = TestSite::new().await;
    let (_, mut owner) = owner_of(&site).await;
    let (telephone, codes) = turn_on(&site, &mut owner).await;
    let mut browser = Browser::new(&site);
    let answer = browser.get("/connexion/code?next=%2Fagenda%2Fcompte").await;
    assert_eq!(answer.location(), "/connexion?next=%2Fagenda%2Fcompte");
    for planted in [
        None,
        Some("x"),
        Some("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
    ] {
        let mut browser = Browser::new(&site);
        if let Some(planted) = planted {
            browser.set_cookie("__Host-rdv-code", planted);
        }
        let code = telephone.code(site.backend.now());
        for code in [&code, &codes[0]] {
            let answer = type_code(&mut browser, code).await;
            refused(
                &answer,
                StatusCode::UNAUTHORIZED,
                "Recommencez par le mot de passe",
            );
        }
    }
    // Five wrong ones are enough; then the password again.
    sign_in(&mut browser, PASSWORD).await;
    for n in 0..4 {
        let answer = type_code(&mut browser, "no code").await;
        refused(&answer, StatusCode::UNAUTHORIZED, "Ce code ne convient pas");
        assert!(browser.cookie("__Host-rdv-code").is_some(), "{n}");
    }
    let answer = type_code(&mut browser, "no code").await;
    refused(
        &answer,
        StatusCode::UNAUTHORIZED,
        "Recommencez par le mot de passe",
    );
    assert_eq!(browser.cookie("__Host-rdv-code"), None);
    let html = page(&mut owner, "/agenda/journal?sujet=comptes").await;
    assert!(
        html.contains("Code ou clé d’accès refusé après le bon mot de passe"),
        "{html}"
    );
}

#[tokio::test]
async fn nobody_signed_in_changes_no_second_step() {
    let site = TestSite::new().await;
    let (_, mut owner) = owner_of(&site).await;
    turn_on(&site, &mut owner).await;
    let mut nobody = Browser::new(&site);
    let fields = [("password", PASSWORD), ("code", "123456"), ("wish", "off")];
    for form in [
        "start_second_step",
        "confirm_second_step",
        "change_second_step",
    ] {
        let answer = nobody.post(&format!("/api/{form}"), &fields).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{form}");
    }
    assert!(
        nobody
            .get(SECOND_STEP)
            .await
            .location()
            .starts_with("/connexion")
    );
    assert!(
        page(&mut owner, SECOND_STEP)
            .await
            .contains("restent\u{a0}: 10")
    );
}

#[tokio::test]
async fn recovery_codes_that_we_did_not_leave_are_not_shown() {
    let site = TestSite::new().await;
    let (_, mut owner) = owner_of(&site).await;
    for name in ["codes", "rdv-codes", "__Host-rdv-codes"] {
        for proof in ["", "~", "~AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
            owner.set_cookie(name, &format!("abcd-efgh-ijkm-npqr{proof}"));
            let html = page(&mut owner, SECOND_STEP).await;
            assert!(!html.contains("abcd-efgh"), "{name}: {html}");
        }
    }
}

/// Another browser with the same cookies: what a browser has whose answer never came.
fn as_before<'a>(site: &'a TestSite, browser: &Browser<'_>) -> Browser<'a> {
    let mut other = Browser::new(site);
    for (name, value) in browser.jar() {
        other.set_cookie(&name, &value);
    }
    other
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_never_got_the_answer_asks_again_and_is_shown_the_same_codes(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let site = TestSite::on(kind).await;
    let (_, mut owner) = owner_of(&site).await;
    owner
        .post("/api/start_second_step", &[("password", PASSWORD)])
        .await;
    let html = page(&mut owner, SECOND_STEP).await;
    let telephone = Telephone(between(&html, "class=\"secret\">", "<").replace(' ', ""));
    let code = telephone.code(site.backend.now());
    let form = [("code", &*code)];
    // Two clicks, and a third when neither was answered.
    let (mut one, mut two) = (as_before(&site, &owner), as_before(&site, &owner));
    let mut later = as_before(&site, &owner);
    let (first, second) = tokio::join!(
        one.post("/api/confirm_second_step", &form),
        two.post("/api/confirm_second_step", &form)
    );
    let third = later.post("/api/confirm_second_step", &form).await;
    for answer in [&first, &second, &third] {
        assert_eq!(answer.location(), SECOND_STEP, "{}", answer.text());
        assert_eq!(answer.cookies(), first.cookies());
    }
    let html = page(&mut later, SECOND_STEP).await;
    assert!(html.contains("class=\"recovery-codes\">"), "{html}");
    // Anything else from the session that is over is from nobody.
    let mut other = as_before(&site, &owner);
    let answer = other
        .post("/api/confirm_second_step", &[("code", "123456")])
        .await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);

    // Who holds the old session does not guess at the code: after three others it is forgotten.
    for code in ["000000", "000001"] {
        let mut other = as_before(&site, &owner);
        let answer = other
            .post("/api/confirm_second_step", &[("code", code)])
            .await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    let mut late = as_before(&site, &owner);
    let answer = late.post("/api/confirm_second_step", &form).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);

    // The password alike.
    site.backend.clock.advance(TimeDelta::seconds(30));
    let form = [
        ("current_password", PASSWORD),
        ("new_password", "le héron traverse"),
    ];
    let (mut one, mut two) = (as_before(&site, &later), as_before(&site, &later));
    let first = one.post("/api/change_password", &form).await;
    let second = two.post("/api/change_password", &form).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.text());
    assert_eq!(first.cookies(), second.cookies());
    done(&mut two, second, "Le mot de passe est changé").await;
}
