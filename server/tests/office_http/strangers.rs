//! The matrix of who may (HAZARDS, doors 10): each server function and each address that takes an
//! id or a link, tried by nobody, by two patients who hold a link each, by a secretary of the
//! practice who keeps no agenda, and by a practitioner and the owner of another practice, with
//! each other's ids and links. What is not theirs does not exist, and where somebody signed in
//! reached for it, the trail has a line. The list is that of the server functions themselves: a
//! new one that stands nowhere here fails the test.

use domain::{access::Role, links};
use http::StatusCode;

use crate::{
    doors::{ELSEWHERE, Form, Ids, forms, is_of, pages, try_all},
    lived_in::{Theirs, everything, lived_in},
    passkeys,
    people::{PASSWORD, account, page, signed_in},
    support::{Browser, TestSite},
};

/// Forms that somebody signed in sends about herself, with what is another's where they name
/// anything.
pub(crate) fn of_ones_own(theirs: &Theirs) -> Vec<(Form<'_>, Names)> {
    let password = ("password", PASSWORD);
    vec![
        (("add_passkey", vec![("credential", "{}")]), Names::Nothing),
        (
            ("change_by_passkey", vec![("credential", "{}")]),
            Names::Nothing,
        ),
        (
            (
                "change_password",
                vec![
                    ("current_password", "non"),
                    ("new_password", "la loutre plonge"),
                ],
            ),
            Names::Nothing,
        ),
        (
            (
                "change_second_step",
                vec![
                    password,
                    ("code", ""),
                    ("wish", "passkey"),
                    ("passkey", &theirs.passkey),
                ],
            ),
            Names::AnotherAfterSecondStep,
        ),
        (
            ("confirm_second_step", vec![("code", "123456")]),
            Names::Nothing,
        ),
        (("end_other_sessions", vec![]), Names::Nothing),
        (
            ("end_session", vec![("session", &theirs.session)]),
            Names::Another,
        ),
        (
            ("patient_was_phoned", vec![("mail", &theirs.mail)]),
            Names::Another,
        ),
        (
            (
                "save_practice",
                vec![
                    ("name", ""),
                    ("phone", "0123456789"),
                    ("holidays", "france"),
                ],
            ),
            Names::Nothing,
        ),
        (
            ("start_passkey", vec![("name", "x"), ("password", "non")]),
            Names::Nothing,
        ),
        (
            ("start_second_step", vec![("password", "non")]),
            Names::Nothing,
        ),
    ]
}

/// Whether a form names something that may be another's.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Names {
    Nothing,
    Another,
    /// The same; but of who has no second step at all nothing is taken away.
    AnotherAfterSecondStep,
}

/// Forms that are opened by a link, and what they say besides.
const BY_LINK: [(&str, &[(&str, &str)]); 4] = [
    ("cancel_visit", &[]),
    ("confirm_hold", &[("code", "123456")]),
    ("resend_code", &[]),
    ("open_practice", &[]),
];

/// Forms that are anybody's and name nothing that is somebody's.
const ANYBODYS: [&str; 8] = [
    "choose_language",
    "hold_slot",
    "sign_in",
    "sign_in_by_passkey",
    "sign_in_code",
    "sign_in_code_by_passkey",
    "sign_out",
    "start_passkey_sign_in",
];

/// Addresses that are opened by a link; the last ones are no pages.
pub(crate) fn behind(link: &str) -> Vec<String> {
    vec![
        links::visit(link),
        links::cancel(link),
        links::held(link),
        links::setup(link),
        links::mail(link),
        links::visit_file(link),
        links::feed(link),
    ]
}

/// Pages with a part that is public: what a slug names is anybody's to see.
const PUBLIC: [&str; 3] = ["/cabinets/x", "/praticiens/x", "/praticiens/x/rendez-vous"];

#[test]
fn every_server_function_and_every_address_with_an_id_or_a_link_is_in_the_matrix() {
    let theirs = Theirs {
        ids: Ids::named("x"),
        links: Default::default(),
        feed: String::new(),
        session: String::new(),
        cookie: String::new(),
        passkey: String::new(),
        mail: String::new(),
    };
    let own = of_ones_own(&theirs);
    let listed: Vec<_> = own
        .iter()
        .map(|((name, _), _)| *name)
        .chain(BY_LINK.map(|(name, _)| name))
        .chain(ANYBODYS)
        .chain(forms("x", &theirs.ids).into_iter().map(|(name, _)| name))
        .collect();
    let all: Vec<_> = leptos::server_fn::axum::server_fn_paths()
        .map(|(path, _)| path.trim_start_matches("/api/").to_owned())
        .collect();
    for name in &all {
        let times = listed.iter().filter(|one| *one == name).count();
        assert_eq!(times, 1, "{name} is tried {times} times");
    }
    assert_eq!(listed.len(), all.len(), "no form of ours any more");
    let elsewhere = listed.len() - forms("x", &theirs.ids).len();
    assert_eq!(elsewhere, ELSEWHERE.len());

    let tried: Vec<_> = behind("x")
        .into_iter()
        .chain(pages("x", &theirs.ids))
        .chain(PUBLIC.map(ToOwned::to_owned))
        .collect();
    let forgotten: Vec<_> = leptos_axum::generate_route_list(app::App)
        .into_iter()
        .map(|route| route.path().to_owned())
        .filter(|route| route.contains([':', '{']))
        .filter(|route| !tried.iter().any(|path| is_of(route, path)))
        .collect();
    assert!(forgotten.is_empty(), "tried by no stranger: {forgotten:?}");
}

/// One character changed.
fn mistyped(token: &str) -> String {
    let first = if token.starts_with('A') { "B" } else { "A" };
    format!("{first}{}", &token[1..])
}

/// Every secret at a door that is not its own, and what is none.
fn swapped(theirs: &Theirs) -> Vec<String> {
    let [(visit_a, _), (visit_b, held_b)] = &theirs.links;
    vec![
        theirs.ids.visit.clone(),
        theirs.ids.feed.clone(),
        theirs.session.clone(),
        theirs.cookie.clone(),
        mistyped(visit_a),
        mistyped(visit_b),
        mistyped(held_b),
        visit_b[..visit_b.len() - 1].to_owned(),
        format!("{visit_b}A"),
        "0".to_owned(),
    ]
}

/// Every address and every form behind a link that is not of that door is the same neutral page,
/// whoever asks.
async fn no_door_opens(who: &str, browser: &mut Browser<'_>, theirs: &Theirs) {
    let [(visit_a, held_a), (visit_b, held_b)] = &theirs.links;
    let mut wrong: Vec<(String, String)> = Vec::new();
    let mut forms: Vec<(&str, String)> = Vec::new();
    for link in swapped(theirs) {
        wrong.extend(behind(&link).into_iter().map(|path| (path, link.clone())));
        forms.extend(BY_LINK.map(|(name, _)| (name, link.clone())));
    }
    for visit in [visit_a, visit_b] {
        wrong.extend(
            [links::held(visit), links::feed(visit), links::setup(visit)]
                .map(|path| (path, visit.clone())),
        );
        forms.extend(
            ["confirm_hold", "resend_code", "open_practice"].map(|name| (name, visit.clone())),
        );
    }
    for held in [held_a, held_b] {
        let doors = [
            links::visit(held),
            links::cancel(held),
            links::visit_file(held),
            links::feed(held),
            links::setup(held),
        ];
        wrong.extend(doors.map(|path| (path, held.clone())));
        forms.extend(["cancel_visit", "open_practice"].map(|name| (name, held.clone())));
    }
    let feed = &theirs.feed;
    wrong.extend([links::visit(feed), links::held(feed)].map(|path| (path, feed.clone())));
    for (path, _) in wrong {
        let answer = browser.get(&path).await;
        let (status, text) = (answer.status, answer.text());
        assert_eq!(status, StatusCode::NOT_FOUND, "{who}: GET {path}");
        for name in ["Aglaé", "Bérénice", "Zoé", "Đặng"] {
            assert!(!text.contains(name), "{who}: {path}: {text}");
        }
    }
    for (name, link) in forms {
        let besides = BY_LINK.iter().find(|(one, _)| *one == name).unwrap().1;
        let fields: Vec<_> = [("token", link.as_str())]
            .into_iter()
            .chain(besides.iter().copied())
            .collect();
        let answer = browser.post(&format!("/api/{name}"), &fields).await;
        let (status, text) = (answer.status, answer.text());
        assert_eq!(
            status,
            StatusCode::NOT_FOUND,
            "{who}: {name} {link}: {text}"
        );
        assert!(!text.contains("Đặng"), "{who}: {name}: {text}");
    }
}

#[tokio::test]
async fn nobody_and_patients_with_a_link_of_their_own_reach_nothing_that_is_anothers() {
    let site = TestSite::new().await;
    let (of, mut owner, theirs) = lived_in(&site).await;
    let slug = of.practitioner.slug.as_str();
    let before = everything(&site, &of, &mut owner, &theirs).await;
    let denied = site.backend.denials().await;
    let [a, b] = &theirs.links;
    for (who, own) in [
        ("nobody", None),
        ("patient A", Some(a)),
        ("patient B", Some(b)),
    ] {
        let mut browser = Browser::new(&site);
        if let Some((visit, held)) = own {
            let html = page(&mut browser, &links::visit(visit)).await;
            assert!(html.contains("mardi 24"), "{html}");
            for name in ["Aglaé", "Bérénice", "Đặng"] {
                assert!(!html.contains(name), "the least: {html}");
            }
            // What opens her visit opens nothing else, wherever she puts it.
            for cookie in ["__Host-rdv", "__Host-rdv-pending", "__Host-rdv-passkey"] {
                for link in [visit, held] {
                    let mut browser = Browser::new(&site);
                    browser.set_cookie(cookie, link);
                    let answer = browser.get("/agenda").await;
                    let location = answer.location();
                    assert!(location.starts_with("/connexion"), "{who}: {cookie}");
                }
            }
        }
        let other = try_all(&mut browser, slug, &theirs.ids, StatusCode::SEE_OTHER).await;
        assert_eq!(other, [""; 0], "{who}");
        for ((name, fields), _) in of_ones_own(&theirs) {
            let answer = browser.post(&format!("/api/{name}"), &fields).await;
            // Who sent nothing has nothing to keep.
            let refused = match fields.is_empty() {
                true => StatusCode::SEE_OTHER,
                false => StatusCode::UNAUTHORIZED,
            };
            assert_eq!(answer.status, refused, "{who}: {name}");
        }
        no_door_opens(who, &mut browser, &theirs).await;
    }
    assert_eq!(before, everything(&site, &of, &mut owner, &theirs).await);
    assert_eq!(site.backend.denials().await, denied, "nobody was signed in");
}

#[tokio::test]
async fn staff_reach_nothing_of_another_agenda_or_practice_and_the_trail_tells_that_they_tried() {
    let site = TestSite::new().await;
    let (of, mut owner, theirs) = lived_in(&site).await;
    let slug = of.practitioner.slug.as_str();
    let before = everything(&site, &of, &mut owner, &theirs).await;
    let other = site.backend.practice_named("phare").await;
    for (who, practice, role) in [
        ("secretary of practice 1", &of, Role::Secretary),
        ("practitioner of practice 2", &other, Role::Practitioner),
        ("owner of practice 2", &other, Role::Owner),
    ] {
        let email = format!("{}@example.org", who.replace(' ', "-"));
        account(&site, practice, role, &email).await;
        let mut browser = signed_in(&site, &email).await;
        let has_second_step = role == Role::Owner;
        if has_second_step {
            passkeys::add(&mut browser, &mut passkeys::device(who)).await;
        }
        for path in pages(slug, &theirs.ids) {
            let denied = site.backend.denials().await;
            let status = browser.get(&path).await.status;
            assert_eq!(status, StatusCode::NOT_FOUND, "{who}: GET {path}");
            assert!(site.backend.denials().await > denied, "{who}: GET {path}");
        }
        // By the name of the agenda, and by ids under an agenda of her own.
        let mut tried = forms(slug, &theirs.ids);
        if role != Role::Secretary {
            let own = practice.practitioner.slug.as_str();
            let names_another = |(_, fields): &Form<'_>| {
                fields.iter().any(|(name, _)| {
                    ["visit", "hours[]", "absence", "feed", "place"].contains(name)
                })
            };
            tried.extend(forms(own, &theirs.ids).into_iter().filter(names_another));
        }
        let own = of_ones_own(&theirs).into_iter();
        let names_another = |(form, names)| match names {
            Names::Another => Some(form),
            Names::AnotherAfterSecondStep => has_second_step.then_some(form),
            Names::Nothing => None,
        };
        tried.extend(own.filter_map(names_another));
        for (name, fields) in tried {
            let denied = site.backend.denials().await;
            let answer = browser.post(&format!("/api/{name}"), &fields).await;
            let status = answer.status;
            assert_eq!(status, StatusCode::NOT_FOUND, "{who}: {name} {fields:?}");
            assert!(
                site.backend.denials().await > denied,
                "{who}: {name} {fields:?}"
            );
        }
        // A patient's link is no id.
        let (visit, held) = &theirs.links[0];
        for link in [visit, held, &theirs.feed] {
            let own = practice.practitioner.slug.as_str();
            for slug in [slug, own] {
                let fields = [("practitioner", slug), ("visit", link.as_str())];
                let answer = browser.post("/api/cancel_by_practice", &fields).await;
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{who}");
            }
        }
        no_door_opens(who, &mut browser, &theirs).await;
    }
    assert_eq!(before, everything(&site, &of, &mut owner, &theirs).await);
    for (subject, times) in [("mail", 3), ("passkey", 1)] {
        let lines = site.backend.audit_lines(subject, "denied").await;
        assert_eq!(lines.len(), times, "{subject}");
    }
}
