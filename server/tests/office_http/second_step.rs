//! The second step over HTTP, without JavaScript: turned on, asked for, turned off; and whoever
//! hammers an account keeps nobody out of it.

use backend::{
    sessions::{SignIn, SignInFrom},
    testing::{Kind, people::Telephone},
};
use chrono::TimeDelta;
use domain::access::Role;
use http::StatusCode;
use rstest::rstest;

use crate::{
    people::{PASSWORD, account, done, owner_of, page, refused, signed_in},
    support::{Answer, Browser, TestSite},
};

const EMAIL: &str = "camille@example.org";
const SECOND_STEP: &str = "/agenda/compte/deuxieme-etape";

async fn sign_in(browser: &mut Browser<'_>, password: &str) -> Answer {
    let fields = [("email", EMAIL), ("password", password)];
    browser.post("/api/sign_in", &fields).await
}

async fn type_code(browser: &mut Browser<'_>, code: &str) -> Answer {
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
async fn turn_on(site: &TestSite, owner: &mut Browser<'_>) -> (Telephone, Vec<String>) {
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

/// Networks of strangers, each enough for some tries.
const STRANGERS: [&str; 30] = [
    "192.0.2.1",
    "192.0.2.2",
    "192.0.2.3",
    "192.0.2.4",
    "192.0.2.5",
    "192.0.2.6",
    "192.0.2.7",
    "192.0.2.8",
    "192.0.2.9",
    "192.0.2.10",
    "192.0.2.11",
    "192.0.2.12",
    "192.0.2.13",
    "192.0.2.14",
    "192.0.2.15",
    "192.0.2.16",
    "192.0.2.17",
    "192.0.2.18",
    "192.0.2.19",
    "192.0.2.20",
    "192.0.2.21",
    "192.0.2.22",
    "192.0.2.23",
    "192.0.2.24",
    "192.0.2.25",
    "192.0.2.26",
    "192.0.2.27",
    "192.0.2.28",
    "192.0.2.29",
    "192.0.2.30",
];
const HOME: &str = "198.51.100.7";

#[tokio::test]
async fn the_owner_gets_in_while_strangers_hammer_her_account_at_both_steps() {
    let site = TestSite::limited("127.0.0.1").await;
    let of = site.backend.practice().await;
    account(&site, &of, Role::Owner, EMAIL).await;
    let mut owner = Browser::new(&site).at(HOME);
    assert_eq!(sign_in(&mut owner, PASSWORD).await.location(), "/agenda");
    let (telephone, _) = turn_on(&site, &mut owner).await;

    // Strangers guess passwords, until all of them together are stopped.
    let mut stopped = 0;
    for stranger in STRANGERS {
        let mut browser = Browser::new(&site).at(stranger);
        for _ in 0..5 {
            let answer = sign_in(&mut browser, "not the password").await;
            stopped += u32::from(answer.status == StatusCode::TOO_MANY_REQUESTS);
        }
    }
    assert!(stopped >= 40, "{stopped} of 150");
    // Others know the password and guess codes.
    let mut owner = Browser::new(&site).at(HOME);
    let answer = sign_in(&mut owner, PASSWORD).await;
    assert!(answer.location().starts_with("/connexion/code"));
    let waiting = owner.cookie("__Host-rdv-code").unwrap().to_owned();
    let mut stopped = 0;
    for stranger in STRANGERS {
        let mut browser = Browser::new(&site).at(stranger);
        // They are let in no more by the first door, so they take over waits that are open.
        for _ in 0..2 {
            browser.set_cookie("__Host-rdv-code", &awaiting(&site).await);
            let answer = type_code(&mut browser, "no code").await;
            stopped += u32::from(answer.status == StatusCode::TOO_MANY_REQUESTS);
        }
    }
    assert!(stopped >= 25, "{stopped} of 60");

    // The owner, from where she signed in before, is neither stopped nor slowed.
    owner.set_cookie("__Host-rdv-code", &waiting);
    let code = telephone.code(site.backend.now());
    let answer = type_code(&mut owner, &code).await;
    assert_eq!(answer.location(), "/agenda", "{}", answer.text());
    // A stranger is stopped even with the right code.
    site.backend.clock.advance(TimeDelta::seconds(30));
    let code = telephone.code(site.backend.now());
    let mut stranger = Browser::new(&site).at("203.0.113.9");
    stranger.set_cookie("__Host-rdv-code", &awaiting(&site).await);
    let answer = type_code(&mut stranger, &code).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(stranger.get("/agenda").await.status, StatusCode::SEE_OTHER);
}

/// What waits for a code after the right password, past the limits of the first door.
async fn awaiting(site: &TestSite) -> String {
    let backend = site.backend.backend();
    let email = EMAIL.parse().unwrap();
    let from = SignInFrom::default();
    match backend.sign_in(&email, PASSWORD, from).await.unwrap() {
        SignIn::SecondStep { pending } => pending,
        SignIn::Done(_) => panic!("no code is asked"),
    }
}

#[tokio::test]
async fn after_a_restart_the_owners_own_browser_gets_in_from_anywhere() {
    let site = TestSite::limited("127.0.0.1").await;
    let of = site.backend.practice().await;
    account(&site, &of, Role::Owner, EMAIL).await;
    account(&site, &of, Role::Secretary, "ines@example.org").await;
    let mut owner = Browser::new(&site).at(HOME);
    let answer = sign_in(&mut owner, PASSWORD).await;
    let cookies = answer.cookies();
    let known = cookies.iter().find(|cookie| cookie.contains("rdv-known="));
    let known = known.unwrap();
    for attribute in [
        "__Host-",
        "HttpOnly",
        "SameSite=Strict",
        "Secure",
        "Max-Age=7776000",
    ] {
        assert!(known.contains(attribute), "{attribute}: {known}");
    }
    let mut secretary = Browser::new(&site).at(HOME);
    let fields = [("email", "ines@example.org"), ("password", PASSWORD)];
    secretary.post("/api/sign_in", &fields).await;
    let (owners, secretarys) = (owner.jar(), secretary.jar());

    let site = site.restarted("127.0.0.1");
    for stranger in STRANGERS {
        let mut browser = Browser::new(&site).at(stranger);
        for _ in 0..5 {
            sign_in(&mut browser, "not the password").await;
        }
    }
    let known = |jar: &[(String, String)]| {
        let found = jar.iter().find(|(name, _)| name == "__Host-rdv-known");
        found.unwrap().1.clone()
    };
    let from = async |known: Option<&str>, password: &str| {
        let mut browser = Browser::new(&site).at("203.0.113.9");
        if let Some(known) = known {
            browser.set_cookie("__Host-rdv-known", known);
        }
        sign_in(&mut browser, password).await.status
    };
    let hers = known(&owners);
    let mut forged = hers.clone();
    forged.replace_range(0..1, if hers.starts_with('A') { "B" } else { "A" });
    for other in [
        None,
        Some(&*known(&secretarys)),
        Some(&*forged),
        Some("."),
        Some(""),
    ] {
        let status = from(other, PASSWORD).await;
        assert_eq!(status, StatusCode::TOO_MANY_REQUESTS, "{other:?}");
    }
    assert_eq!(from(Some(&hers), PASSWORD).await, StatusCode::SEE_OTHER);
    // A stolen one lets nobody guess for long.
    let mut tries = 0;
    while from(Some(&hers), "not the password").await == StatusCode::UNAUTHORIZED {
        tries += 1;
        assert!(tries < 12);
    }
    assert_eq!(tries, 9, "ten at once, her own one included");
}

#[tokio::test]
async fn a_browser_is_known_for_ninety_days_and_until_the_password_is_another() {
    let site = TestSite::limited("127.0.0.1").await;
    let of = site.backend.practice().await;
    account(&site, &of, Role::Owner, EMAIL).await;
    let mut owner = Browser::new(&site).at(HOME);
    sign_in(&mut owner, PASSWORD).await;
    let networks = std::cell::Cell::new(0_u16);
    let elsewhere = || -> &'static str {
        let n = networks.replace(networks.get() + 1);
        format!("198.18.{}.{}", n / 256, n % 256).leak()
    };
    // Somewhere else with the cookie of a day, while strangers have used up every try.
    let from = async |known: &str, password: &str| {
        loop {
            let mut stranger = Browser::new(&site).at(elsewhere());
            let tried = sign_in(&mut stranger, "not the password").await;
            if tried.status == StatusCode::TOO_MANY_REQUESTS {
                break;
            }
        }
        let mut browser = Browser::new(&site).at(elsewhere());
        browser.set_cookie("__Host-rdv-known", known);
        let status = sign_in(&mut browser, password).await.status;
        (
            status,
            browser.cookie("__Host-rdv-known").unwrap().to_owned(),
        )
    };
    let (in_, stopped) = (StatusCode::SEE_OTHER, StatusCode::TOO_MANY_REQUESTS);
    let first = owner.cookie("__Host-rdv-known").unwrap().to_owned();
    let start = site.backend.now();
    let (status, second) = from(&first, PASSWORD).await;
    assert_eq!(status, in_);
    assert_ne!(first, second, "another each time");
    site.backend
        .clock
        .advance(TimeDelta::days(90) - TimeDelta::seconds(1));
    assert_eq!(from(&first, PASSWORD).await.0, in_);
    site.backend.clock.advance(TimeDelta::seconds(1));
    assert_eq!(from(&first, PASSWORD).await.0, stopped);
    // Its day cannot be written anew.
    let (browser, rest) = first.split_once('.').unwrap();
    let proof = rest.split_once('.').unwrap().1;
    let today = site.backend.now().timestamp();
    let later = format!("{browser}.{today}.{proof}");
    assert_eq!(from(&later, PASSWORD).await.0, stopped);

    // Another password: what other browsers show is worth nothing, what this one gets is.
    site.backend.clock.set(start);
    assert_eq!(from(&second, PASSWORD).await.0, in_);
    let changed = "le martin-pêcheur plonge";
    let mut owner = signed_in_from(&site, &first).await;
    let fields = [("current_password", PASSWORD), ("new_password", changed)];
    let answer = owner.post("/api/change_password", &fields).await;
    assert_eq!(answer.location(), "/agenda/compte", "{}", answer.text());
    assert_eq!(from(&second, changed).await.0, stopped);
    let own = owner.cookie("__Host-rdv-known").unwrap().to_owned();
    assert_eq!(from(&own, changed).await.0, in_);
}

/// Signed in where she was before.
async fn signed_in_from<'a>(site: &'a TestSite, known: &str) -> Browser<'a> {
    let mut browser = Browser::new(site).at(HOME);
    browser.set_cookie("__Host-rdv-known", known);
    let answer = sign_in(&mut browser, PASSWORD).await;
    assert_eq!(answer.location(), "/agenda", "{}", answer.text());
    browser
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
