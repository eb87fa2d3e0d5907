//! Whoever hammers an account keeps its owner out at neither step.

use backend::sessions::{SignIn, SignInFrom};
use chrono::TimeDelta;
use domain::access::Role;
use http::StatusCode;

use super::second_step::{EMAIL, sign_in, turn_on, type_code};
use crate::{
    people::{PASSWORD, account},
    support::{Browser, TestSite},
};

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
