//! Passkeys over HTTP: added, asked for after the password and instead of it, taken away. The
//! device is one of tests; what a real browser does with the page is tried in `end2end`.

use std::sync::Arc;

use backend::testing::{
    device::{Device, shown_on},
    people::Telephone,
};
use domain::access::Role;
use http::StatusCode;
use server::limits;

use crate::{
    people::{PASSWORD, account, done, owner_of, page, refused},
    support::{Answer, Browser, PUBLIC_URL, TestSite},
};

const EMAIL: &str = "camille@example.org";
const PASSKEYS: &str = "/agenda/compte/cles";

pub(crate) fn device(name: &str) -> Device {
    Device::new(name, PUBLIC_URL)
}

/// The challenge of a page, which must have one.
async fn challenge(browser: &mut Browser<'_>, path: &str) -> String {
    let html = page(browser, path).await;
    shown_on(&html).unwrap_or_else(|| panic!("no challenge on {path}: {html}"))
}

pub(crate) async fn add(owner: &mut Browser<'_>, device: &mut Device) -> Answer {
    let fields = [("name", "Téléphone <Zoé>"), ("password", PASSWORD)];
    let answer = owner.post("/api/start_passkey", &fields).await;
    assert_eq!(answer.location(), PASSKEYS, "{}", answer.text());
    let made = device.make(&challenge(owner, PASSKEYS).await);
    owner
        .post("/api/add_passkey", &[("credential", &made)])
        .await
}

async fn sign_in(browser: &mut Browser<'_>) -> Answer {
    let fields = [("email", EMAIL), ("password", PASSWORD)];
    browser.post("/api/sign_in", &fields).await
}

/// The address of the form that takes the first passkey of the list away.
pub(crate) async fn removal(owner: &mut Browser<'_>) -> (String, String) {
    let html = page(owner, PASSKEYS).await;
    let id = html.split("?retirer=").nth(1);
    let id = id.unwrap_or_else(|| panic!("no passkey in {html}"));
    let id = id.split('"').next().unwrap().to_owned();
    (format!("{PASSKEYS}?retirer={id}"), id)
}

#[tokio::test]
async fn a_passkey_is_added_asked_for_after_the_password_and_taken_away() {
    let site = TestSite::new().await;
    let (_, mut owner) = owner_of(&site).await;
    let html = page(&mut owner, "/agenda/compte").await;
    assert!(html.contains("Aucune clé d’accès."), "{html}");
    for (fields, said) in [
        ([("name", "x"), ("password", "non")], "pas le mot de passe"),
        ([("name", ""), ("password", PASSWORD)], "id=\"name-error\""),
    ] {
        let answer = owner.post("/api/start_passkey", &fields).await;
        refused(&answer, StatusCode::UNPROCESSABLE_ENTITY, said);
    }
    let answer = owner
        .post("/api/add_passkey", &[("credential", "{}")])
        .await;
    refused(&answer, StatusCode::CONFLICT, "changé entre-temps");
    let before = owner.cookie("__Host-rdv").unwrap().to_owned();
    let mut telephone = device("a telephone");
    let answer = add(&mut owner, &mut telephone).await;
    assert_ne!(owner.cookie("__Host-rdv").unwrap(), before);
    let html = done(&mut owner, answer, "Codes de secours</h2>").await;
    assert_eq!(html.matches("<li><code>").count(), 10, "{html}");
    assert!(html.contains("Téléphone &lt;Zoé&gt;"), "{html}");
    assert!(html.contains("Jamais"), "{html}");

    let mut browser = Browser::new(&site);
    let answer = sign_in(&mut browser).await;
    let code = answer.location().to_owned();
    assert!(code.starts_with("/connexion/code"), "{code}");
    assert_eq!(browser.get("/agenda").await.status, StatusCode::SEE_OTHER);
    let html = page(&mut browser, &code).await;
    for said in [
        "Une clé d’accès demande JavaScript",
        "Ou bien avec un code",
        "Un code de secours.",
        "autocomplete=\"one-time-code\"",
    ] {
        assert!(html.contains(said), "{said}: {html}");
    }
    assert!(!html.contains(EMAIL), "{html}");
    let wrong = [("credential", "{\"id\":\"secret-of-a-device\"}")];
    let answer = browser.post("/api/sign_in_code_by_passkey", &wrong).await;
    let html = refused(&answer, StatusCode::UNAUTHORIZED, "n’a pas été acceptée");
    assert!(!html.contains("secret-of-a-device"), "{html}");
    let answered = telephone.answer(&challenge(&mut browser, &code).await);
    let fields = [("credential", &*answered), ("next", "/agenda/compte")];
    let answer = browser.post("/api/sign_in_code_by_passkey", &fields).await;
    assert_eq!(answer.location(), "/agenda/compte", "{}", answer.text());
    let html = page(&mut browser, "/agenda/compte").await;
    assert!(html.contains("Une clé d’accès."), "{html}");
    assert!(!page(&mut browser, PASSKEYS).await.contains("Jamais"));
    // The same answer again opens nothing.
    let mut thief = Browser::new(&site);
    sign_in(&mut thief).await;
    let answer = thief.post("/api/sign_in_code_by_passkey", &fields).await;
    refused(&answer, StatusCode::UNAUTHORIZED, "n’a pas été acceptée");

    // Taken away by itself: the password, then the device.
    let (path, id) = removal(&mut browser).await;
    let html = page(&mut browser, &path).await;
    assert!(html.contains("C’est votre dernière clé"), "{html}");
    let wish = [
        ("password", PASSWORD),
        ("code", ""),
        ("wish", "passkey"),
        ("passkey", &id),
    ];
    let answer = browser.post("/api/change_second_step", &wish).await;
    assert_eq!(answer.location(), path, "{}", answer.text());
    let html = page(&mut browser, &path).await;
    assert!(html.contains("name=\"code\""), "or a code: {html}");
    let answered = telephone.answer(&challenge(&mut browser, &path).await);
    let fields = [("credential", &*answered)];
    let answer = browser.post("/api/change_by_passkey", &fields).await;
    done(&mut browser, answer, "La deuxième étape est désactivée").await;
    assert_eq!(
        sign_in(&mut Browser::new(&site)).await.location(),
        "/agenda"
    );
    let html = page(&mut browser, "/agenda/journal?sujet=comptes").await;
    for said in [
        "Clé d’accès ajoutée",
        "Connexion avec une clé d’accès",
        "Code ou clé d’accès refusé",
        "Clé d’accès supprimée",
        "Deuxième étape activée",
        "Deuxième étape désactivée",
    ] {
        assert!(html.contains(said), "{said}: {html}");
    }
}

#[tokio::test]
async fn a_passkey_alone_signs_in_once_and_where_it_was_asked() {
    let site = TestSite::new().await;
    let (_, mut owner) = owner_of(&site).await;
    let mut telephone = device("a telephone");
    add(&mut owner, &mut telephone).await;
    let mut browser = Browser::new(&site);
    let html = page(&mut browser, "/connexion?next=%2Fagenda%2Fcompte").await;
    assert!(html.contains("Se connecter avec une clé d’accès"), "{html}");
    let fields = [("next", "/agenda/compte")];
    let answer = browser.post("/api/start_passkey_sign_in", &fields).await;
    let path = answer.location().to_owned();
    assert_eq!(path, "/connexion/cle?next=%2Fagenda%2Fcompte");
    let cookies = answer.cookies();
    for attribute in [
        "__Host-rdv-passkey=",
        "HttpOnly",
        "SameSite=Strict",
        "Secure",
        "Max-Age=300",
    ] {
        assert!(cookies[0].contains(attribute), "{attribute}: {cookies:?}");
    }
    let answered = telephone.answer(&challenge(&mut browser, &path).await);
    let fields = [("credential", &*answered), ("next", "//evil.example")];
    // In another browser it is worth nothing.
    let mut thief = Browser::new(&site);
    let answer = thief.post("/api/sign_in_by_passkey", &fields).await;
    refused(&answer, StatusCode::UNAUTHORIZED, "n’a pas été acceptée");
    let waiting = browser.cookie("__Host-rdv-passkey").unwrap().to_owned();
    let answer = browser.post("/api/sign_in_by_passkey", &fields).await;
    assert_eq!(answer.location(), "/agenda", "a path of ours");
    assert_eq!(browser.cookie("__Host-rdv-passkey"), None);
    assert!(browser.cookie("__Host-rdv-known").is_some());
    let html = page(&mut browser, "/agenda/compte").await;
    assert!(html.contains(EMAIL), "{html}");
    thief.set_cookie("__Host-rdv-passkey", &waiting);
    let answer = thief.post("/api/sign_in_by_passkey", &fields).await;
    refused(&answer, StatusCode::UNAUTHORIZED, "n’a pas été acceptée");
    let answer = thief.get("/connexion/cle?next=%2Fagenda").await;
    assert_eq!(answer.location(), "/connexion?next=%2Fagenda");
}

#[tokio::test]
async fn where_devices_make_no_passkeys_the_page_says_why() {
    for address in ["http://127.0.0.1:3000", "https://192.0.2.7"] {
        let site = TestSite::with(address, Arc::new(limits::Off), "").await;
        let of = site.backend.practice().await;
        account(&site, &of, Role::Owner, EMAIL).await;
        let mut owner = Browser::new(&site);
        let html = page(&mut owner, "/connexion").await;
        assert!(!html.contains("clé d’accès"), "{html}");
        sign_in(&mut owner).await;
        let html = page(&mut owner, PASSKEYS).await;
        let why = format!("cette instance répond à {address}");
        assert!(html.contains(&why), "{html}");
        assert!(!html.contains("start_passkey"), "{html}");
        let fields = [("name", "x"), ("password", PASSWORD)];
        let answer = owner.post("/api/start_passkey", &fields).await;
        refused(&answer, StatusCode::CONFLICT, "ne sont pas proposées");
        let answer = owner.post("/api/start_passkey_sign_in", &[]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn nobody_signed_in_changes_no_passkey_and_no_stranger_another_s() {
    let site = TestSite::new().await;
    let (of, mut owner) = owner_of(&site).await;
    add(&mut owner, &mut device("a telephone")).await;
    let (path, id) = removal(&mut owner).await;
    let fields = [
        ("name", "x"),
        ("password", PASSWORD),
        ("code", "123456"),
        ("wish", "passkey"),
        ("passkey", &id),
        ("credential", "{}"),
    ];
    let mut nobody = Browser::new(&site);
    for form in [
        "start_passkey",
        "add_passkey",
        "change_by_passkey",
        "change_second_step",
    ] {
        let answer = nobody.post(&format!("/api/{form}"), &fields).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{form}");
    }
    for path in [PASSKEYS, &path] {
        let answer = nobody.get(path).await;
        assert!(answer.location().starts_with("/connexion"), "{path}");
    }
    // Somebody else of the practice.
    account(&site, &of, Role::Secretary, "ines@example.org").await;
    let mut ines = Browser::new(&site);
    let signing = [("email", "ines@example.org"), ("password", PASSWORD)];
    ines.post("/api/sign_in", &signing).await;
    assert_eq!(ines.get(&path).await.status, StatusCode::NOT_FOUND);
    let codes = add(&mut ines, &mut device("another telephone")).await;
    let html = done(&mut ines, codes, "Codes de secours</h2>").await;
    let code = html.split("<li><code>").nth(1).unwrap();
    let code = code.split('<').next().unwrap();
    let wish = [
        ("password", PASSWORD),
        ("code", code),
        ("wish", "passkey"),
        ("passkey", &id),
    ];
    let denied = site.backend.audit_lines("passkey", "denied").await.len();
    let answer = ines.post("/api/change_second_step", &wish).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let lines = site.backend.audit_lines("passkey", "denied").await;
    assert_eq!(lines.len(), denied + 1, "the trail tells that she tried");
    for id in ["", "0", "1 OR 1=1", "0190aaaa-0000-7000-8000-000000000000"] {
        let path = format!("{PASSKEYS}?retirer={}", id.replace(' ', "+"));
        let status = ines.get(&path).await.status;
        assert_eq!(status, StatusCode::NOT_FOUND, "{id}");
        let wish = [
            ("password", PASSWORD),
            ("code", code),
            ("wish", "passkey"),
            ("passkey", id),
        ];
        let answer = ines.post("/api/change_second_step", &wish).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{id}");
    }
    assert!(page(&mut owner, PASSKEYS).await.contains(&id));
}

#[tokio::test]
async fn who_hammers_the_passkeys_of_a_network_keeps_no_other_network_out() {
    let site = TestSite::limited("127.0.0.1").await;
    let of = site.backend.practice().await;
    account(&site, &of, Role::Owner, EMAIL).await;
    let mut owner = Browser::new(&site).at("198.51.100.7");
    sign_in(&mut owner).await;
    let mut telephone = device("a telephone");
    add(&mut owner, &mut telephone).await;
    let mut stranger = Browser::new(&site).at("192.0.2.1");
    let mut stopped = false;
    for _ in 0..100 {
        let answer = stranger.post("/api/start_passkey_sign_in", &[]).await;
        stopped |= answer.status == StatusCode::TOO_MANY_REQUESTS;
        let fields = [("credential", "{}")];
        let answer = stranger.post("/api/sign_in_by_passkey", &fields).await;
        stopped |= answer.status == StatusCode::TOO_MANY_REQUESTS;
    }
    assert!(stopped);
    let mut owner = Browser::new(&site).at("198.51.100.8");
    let answer = owner.post("/api/start_passkey_sign_in", &[]).await;
    let path = answer.location().to_owned();
    let answered = telephone.answer(&challenge(&mut owner, &path).await);
    let fields = [("credential", &*answered)];
    let answer = owner.post("/api/sign_in_by_passkey", &fields).await;
    assert_eq!(answer.location(), "/agenda", "{}", answer.text());
}

#[tokio::test]
async fn beside_a_passkey_there_are_new_recovery_codes_and_a_telephone() {
    let site = TestSite::new().await;
    let (_, mut owner) = owner_of(&site).await;
    // A challenge that is not wanted gives way to another name.
    let fields = [("name", "Tablette"), ("password", PASSWORD)];
    owner.post("/api/start_passkey", &fields).await;
    let html = page(&mut owner, PASSKEYS).await;
    assert!(html.contains("Tablette"), "{html}");
    assert!(html.contains("l’appareil va demander"), "{html}");
    assert!(!html.contains("start_passkey"), "{html}");
    let html = page(&mut owner, "/agenda/compte/cles?recommencer=oui").await;
    assert!(html.contains("start_passkey"), "{html}");
    let mut telephone = device("a telephone");
    add(&mut owner, &mut telephone).await;

    let second_step = "/agenda/compte/deuxieme-etape";
    let html = page(&mut owner, second_step).await;
    for said in [
        "Une clé d’accès ou un code est demandé",
        "restent\u{a0}: 10",
    ] {
        assert!(html.contains(said), "{said}: {html}");
    }
    assert!(!html.contains("value=\"off\""), "no telephone: {html}");
    let wish = [("password", PASSWORD), ("code", ""), ("wish", "renew")];
    let answer = owner.post("/api/change_second_step", &wish).await;
    assert_eq!(answer.location(), second_step, "{}", answer.text());
    let wrong = [("credential", "{}")];
    let answer = owner.post("/api/change_by_passkey", &wrong).await;
    refused(&answer, StatusCode::CONFLICT, "n’a pas été acceptée");
    owner.post("/api/change_second_step", &wish).await;
    let answered = telephone.answer(&challenge(&mut owner, second_step).await);
    let fields = [("credential", &*answered)];
    let answer = owner.post("/api/change_by_passkey", &fields).await;
    done(&mut owner, answer, "Codes de secours</h2>").await;

    let add_telephone = "/agenda/compte/deuxieme-etape?ajouter=telephone";
    let html = page(&mut owner, second_step).await;
    assert!(html.contains(add_telephone), "{html}");
    let answer = owner
        .post("/api/start_second_step", &[("password", "non")])
        .await;
    let html = refused(
        &answer,
        StatusCode::UNPROCESSABLE_ENTITY,
        "pas le mot de passe",
    );
    assert!(html.contains("start_second_step"), "{html}");
    // The password is not enough where a passkey is: the passkey, or a recovery code.
    let answer = owner
        .post("/api/start_second_step", &[("password", PASSWORD)])
        .await;
    assert_eq!(answer.location(), add_telephone, "{}", answer.text());
    let html = page(&mut owner, second_step).await;
    assert!(!html.contains("class=\"secret\">"), "{html}");
    let answered = telephone.answer(&challenge(&mut owner, add_telephone).await);
    let fields = [("credential", &*answered)];
    let answer = owner.post("/api/change_by_passkey", &fields).await;
    assert_eq!(answer.location(), second_step, "{}", answer.text());
    let html = page(&mut owner, second_step).await;
    let secret = html.split("class=\"secret\">").nth(1).unwrap();
    let secret = secret.split('<').next().unwrap().replace(' ', "");
    let code = Telephone(secret).code(site.backend.now());
    let answer = owner
        .post("/api/confirm_second_step", &[("code", &code)])
        .await;
    let html = done(&mut owner, answer, "Les codes du téléphone sont activés").await;
    assert!(html.contains("Ne plus utiliser le téléphone"), "{html}");
    let html = page(&mut owner, "/agenda/journal?sujet=comptes").await;
    for said in ["Codes du téléphone activés", "Codes de secours refaits"] {
        assert!(html.contains(said), "{said}: {html}");
    }
}

#[tokio::test]
async fn one_more_passkey_asks_for_one_that_is_there_or_a_code_and_the_password_removes_none() {
    let site = TestSite::new().await;
    let (_, mut owner) = owner_of(&site).await;
    let mut telephone = device("a telephone");
    let answer = add(&mut owner, &mut telephone).await;
    let html = done(&mut owner, answer, "Codes de secours</h2>").await;
    let code = html.split("<li><code>").nth(1).unwrap();
    let code = code.split('<').next().unwrap().to_owned();
    assert!(
        html.contains("name=\"code\""),
        "the form asks for it: {html}"
    );

    let wrong = [
        ("name", "Voleur"),
        ("password", PASSWORD),
        ("code", "123456"),
    ];
    let answer = owner.post("/api/start_passkey", &wrong).await;
    let said = "Ce code ne convient pas";
    let html = refused(&answer, StatusCode::UNPROCESSABLE_ENTITY, said);
    assert!(html.contains("value=\"Voleur\""), "what was typed: {html}");
    assert!(!html.contains("add_passkey"), "{html}");

    // By the passkey that is there.
    let fields = [("name", "Ordinateur"), ("password", PASSWORD), ("code", "")];
    let answer = owner.post("/api/start_passkey", &fields).await;
    assert_eq!(answer.location(), PASSKEYS, "{}", answer.text());
    let html = page(&mut owner, PASSKEYS).await;
    assert!(html.contains("change_by_passkey"), "{html}");
    assert!(!html.contains("add_passkey"), "{html}");
    assert!(html.contains("value=\"Ordinateur\""), "{html}");
    let answered = telephone.answer(&shown_on(&html).unwrap());
    let fields = [("credential", &*answered)];
    let answer = owner.post("/api/change_by_passkey", &fields).await;
    assert_eq!(answer.location(), PASSKEYS, "{}", answer.text());
    let made = device("a computer").make(&challenge(&mut owner, PASSKEYS).await);
    let fields = [("credential", &*made)];
    let answer = owner.post("/api/add_passkey", &fields).await;
    let html = done(&mut owner, answer, "La clé d’accès est ajoutée").await;
    assert!(html.contains("Ordinateur"), "{html}");

    // By a code.
    let fields = [("name", "Clé"), ("password", PASSWORD), ("code", &*code)];
    let answer = owner.post("/api/start_passkey", &fields).await;
    assert_eq!(answer.location(), PASSKEYS, "{}", answer.text());
    let html = page(&mut owner, PASSKEYS).await;
    assert!(html.contains("add_passkey"), "{html}");

    // A change of password takes none of them away, and says so.
    let fields = [
        ("current_password", PASSWORD),
        ("new_password", "la loutre plonge"),
    ];
    let answer = owner.post("/api/change_password", &fields).await;
    let html = done(&mut owner, answer, "Vos clés d’accès restent valables").await;
    assert!(
        html.contains("2\u{a0}clés d’accès") || html.contains("2 clés"),
        "{html}"
    );
    assert!(html.contains("ne les supprime pas"), "{html}");
}
