//! What is only opened changes nothing: by a browser that fetches pages before anybody asks for
//! them, by a program that follows every link of a mail, by an address of a form in a picture.

use std::{collections::BTreeMap, sync::Arc};

use app::{cookies::Cookies, request::Site};
use axum::body::Body;
use backend::{
    store::{
        StoreError,
        archive::{self, Cell},
        schema,
    },
    testing::{self, Kind, TestPractice},
    trail::{ACTIONS, Topic},
};
use domain::links;
use http::{Method, StatusCode};
use rstest::rstest;
use server::{assets, limits, router, routes::metrics::Access};

use crate::{
    addresses::ADDRESSES,
    doors::{OF_ONESELF, forms, is_of, pages},
    lived_in::{Theirs, everything, lived_in},
    passkeys,
    people::PASSWORD,
    strangers::of_ones_own,
    support::{Answer, Browser, PUBLIC_URL, TestSite, request},
};

const EMAIL: &str = "camille@example.org";

/// A site on this machine, which shows the mails that stay here.
async fn with_mailbox(kind: Kind) -> TestSite {
    let mut site = TestSite::on(kind).await;
    let shown = Site {
        backend: site.backend.backend(),
        limits: Arc::new(limits::Off),
        assets: assets::assets(),
        cookies: Cookies { secure: true },
        public_url: Arc::from(PUBLIC_URL),
        mailbox: true,
        legal_notice: None,
    };
    let proxies = "".parse().unwrap();
    site.router = router::router(Arc::new(shown), proxies, &Access::default()).unwrap();
    site
}

/// Every row of every table, but for what a reading may leave: its line in the trail, and when a
/// session or a feed was last used.
async fn stored(site: &TestSite) -> BTreeMap<String, Vec<Vec<Cell>>> {
    let readings = ACTIONS
        .iter()
        .filter(|(_, topic)| *topic == Topic::Readings);
    let readings: Vec<_> = readings
        .map(|(action, _)| Cell::Text((*action).to_owned()))
        .collect();
    let mut db = site.backend.store().snapshot().await.unwrap();
    let version = schema::version(&mut db).await.unwrap().unwrap();
    let mut all = BTreeMap::new();
    for table in archive::tables(&mut db, version).await.unwrap() {
        let place = |name: &str| {
            let place = table.columns.iter().position(|column| column.name == name);
            place.unwrap_or_else(|| panic!("no {name} in {}", table.name))
        };
        let used = match table.name.as_str() {
            "sessions" => Some(place("last_seen_at")),
            "calendar_feeds" => Some(place("last_used_at")),
            _ => None,
        };
        let action = (table.name == "audit").then(|| place("action"));
        let mut rows = Vec::new();
        archive::each_row(&mut db, &table, |cells| {
            let mut row = cells.to_vec();
            if let Some(used) = used {
                row[used] = Cell::Null;
            }
            if !action.is_some_and(|action| readings.contains(&row[action])) {
                rows.push(row);
            }
            Ok::<(), StoreError>(())
        })
        .await
        .unwrap();
        all.insert(table.name.clone(), rows);
    }
    assert!(!all["audit"].is_empty() && !all["sessions"].is_empty());
    all
}

/// As a browser opens what nobody asked for yet.
async fn opened(browser: &mut Browser<'_>, method: Method, path: &str) -> Answer {
    let ahead = request(method, path)
        .header("purpose", "prefetch")
        .header("sec-purpose", "prefetch;prerender");
    browser.send(ahead, Body::empty()).await
}

/// Opens each of these in both ways; each must be there, or lead on to another page.
async fn all_opened(browser: &mut Browser<'_>, paths: &[String]) {
    for path in paths {
        for method in [Method::GET, Method::HEAD] {
            let answer = opened(browser, method.clone(), path).await;
            let (status, location) = (answer.status, answer.location());
            let is_there = status.is_success() || status.is_redirection();
            assert!(is_there, "{method} {path}: {status}");
            let leads_out = location.starts_with(links::SIGN_IN);
            assert!(!leads_out, "{method} {path}: {location}");
        }
    }
}

/// Every page of the office.
async fn of_office(of: &TestPractice, theirs: &Theirs, owner: &mut Browser<'_>) -> Vec<String> {
    let (removal, _) = passkeys::removal(owner).await;
    let asked = [
        links::ADD_TELEPHONE.to_owned(),
        links::office_place(None),
        links::office_reason(&of.practitioner.slug, None),
        links::journal("refus", None, None),
        removal,
    ];
    pages(of.practitioner.slug.as_str(), &theirs.ids)
        .into_iter()
        .chain(OF_ONESELF.map(ToOwned::to_owned))
        .chain(asked)
        .collect()
}

/// Everything that needs no session.
fn of_anybody(of: &TestPractice, theirs: &Theirs, mail: &str) -> Vec<String> {
    let (practitioner, reason) = (&of.practitioner.slug, &of.reason.slug);
    let api = |path: &str| format!("/api/v1/{path}?reason={reason}");
    let start = testing::instant("2026-11-24T09:00:00Z");
    let mut paths = vec![
        links::practice(&of.practice.slug),
        links::practitioner(practitioner),
        links::booking_form(practitioner, reason, start),
        links::feed(&theirs.feed),
        links::mail(mail),
        api(&format!("practitioners/{practitioner}/slots")),
        api(&format!("practitioners/{practitioner}/first-slot")),
        api(&format!("practices/{}/first-slot", of.practice.slug)),
    ];
    for (visit, held) in &theirs.links {
        paths.extend([
            links::visit(visit),
            links::cancel(visit),
            links::visit_file(visit),
            links::held(held),
            format!("{}?renvoye", links::held(held)),
        ]);
    }
    let fixed = [
        links::HOME,
        links::LEGAL,
        links::PRIVACY,
        links::MAILBOX,
        links::SIGN_IN,
        links::SIGN_IN_CODE,
        links::SIGN_IN_PASSKEY,
        "/healthz",
        "/readyz",
    ];
    paths.extend(fixed.map(ToOwned::to_owned));
    paths
}

/// What is not there for everybody, or not in every build.
const PERHAPS: [&str; 7] = [
    "/_composants",
    "/_v/x/pkg/rdv.css",
    "/favicon.ico",
    // Where there is a practice already, this is a dead link.
    "/installation/x",
    "/metrics",
    "/pkg/rdv.css",
    "/robots.txt",
];

#[rstest]
#[tokio::test]
async fn opening_or_prefetching_any_address_changes_nothing(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let site = with_mailbox(kind).await;
    let (of, mut owner, theirs) = lived_in(&site).await;
    passkeys::add(&mut owner, &mut passkeys::device("a telephone")).await;
    let office = of_office(&of, &theirs, &mut owner).await;
    let mails = site.backend.sent_mails().await;
    let anybody = of_anybody(&of, &theirs, &mails[0].id);

    let all: Vec<&str> = office
        .iter()
        .chain(&anybody)
        .map(String::as_str)
        .chain(PERHAPS)
        .collect();
    let forgotten: Vec<_> = leptos_axum::generate_route_list(app::App)
        .into_iter()
        .map(|page| page.path().to_owned())
        .chain(ADDRESSES.iter().map(|(address, _)| (*address).to_owned()))
        .filter(|route| !route.contains("{*"))
        .filter(|route| !all.iter().any(|path| is_of(route, path)))
        .collect();
    assert!(forgotten.is_empty(), "opened by nobody: {forgotten:?}");

    // A browser in which a passkey is awaited, both after a password and instead of one.
    let mut waiting = Browser::new(&site);
    let signing = [("email", EMAIL), ("password", PASSWORD)];
    let answer = waiting.post("/api/sign_in", &signing).await;
    assert!(answer.location().starts_with(links::SIGN_IN_CODE));
    let answer = waiting.post("/api/start_passkey_sign_in", &[]).await;
    assert!(answer.location().starts_with(links::SIGN_IN_PASSKEY));

    let before = stored(&site).await;
    all_opened(&mut owner, &office).await;
    all_opened(&mut waiting, &anybody).await;
    for path in PERHAPS {
        for method in [Method::GET, Method::HEAD] {
            let status = opened(&mut waiting, method, path).await.status;
            assert!(!status.is_server_error(), "{path}: {status}");
        }
    }
    assert_eq!(stored(&site).await, before);
    assert_eq!(site.backend.sent_mails().await, mails);
    // What waited waits still.
    for path in [links::SIGN_IN_CODE, links::SIGN_IN_PASSKEY] {
        assert_eq!(waiting.get(path).await.status, StatusCode::OK, "{path}");
    }
    everything(&site, &of, &mut owner, &theirs).await;
}

#[rstest]
#[tokio::test]
async fn opening_or_prefetching_the_link_of_the_set_up_does_not_use_it(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let site = TestSite::on(kind).await;
    let token = site.backend.setup_link().await.unwrap().unwrap();
    let database_url = &site.backend.settings().database_url;
    let before = testing::everything(database_url).await;
    let mut browser = Browser::new(&site);
    all_opened(&mut browser, &[links::setup(&token)]).await;
    assert_eq!(testing::everything(database_url).await, before);
    assert!(site.backend.setup_is_open(&token).await.unwrap());
}

#[rstest]
#[tokio::test]
async fn opening_the_address_of_a_form_with_all_its_fields_does_nothing(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let site = TestSite::on(kind).await;
    let (of, mut owner, theirs) = lived_in(&site).await;
    let slug = of.practitioner.slug.as_str();
    let (visit, held) = &theirs.links[0];
    let details = site.backend.held_visit(held).await.unwrap();
    let code = site.backend.keys().email_code(details.visit.appointment.id);
    let signing = vec![("email", EMAIL), ("password", PASSWORD)];
    let mut filled: BTreeMap<&str, _> = forms(slug, &theirs.ids).into_iter().collect();
    filled.extend(of_ones_own(&theirs).into_iter().map(|(form, _)| form));
    filled.extend([
        ("cancel_visit", vec![("token", visit.as_str())]),
        (
            "confirm_hold",
            vec![("token", held.as_str()), ("code", code.as_str())],
        ),
        ("resend_code", vec![("token", held.as_str())]),
        ("sign_in", signing),
        ("choose_language", vec![("lang", "en"), ("page", "/")]),
        (
            "hold_slot",
            vec![
                ("practitioner", slug),
                ("reason", "consultation"),
                ("start", "2026-11-24T09:00:00Z"),
                ("idempotency_key", "0123456789abcdef"),
                ("given_name", "Zoé"),
                ("family_name", "Đặng"),
                ("email", "zoe@example.org"),
                ("phone", "06 12 34 56 78"),
            ],
        ),
    ]);
    let database_url = &site.backend.settings().database_url;
    let before = testing::everything(database_url).await;
    let session = owner.cookie("__Host-rdv").map(ToOwned::to_owned);
    let addresses: Vec<_> = leptos::server_fn::axum::server_fn_paths().collect();
    for (path, _) in &addresses {
        let fields = filled.remove(path.trim_start_matches("/api/"));
        let query = serde_urlencoded::to_string(fields.unwrap_or_default()).unwrap();
        let address = format!("{path}?{query}");
        for method in [Method::GET, Method::HEAD] {
            let status = opened(&mut owner, method.clone(), &address).await.status;
            let nothing = [StatusCode::NOT_FOUND, StatusCode::METHOD_NOT_ALLOWED];
            assert!(nothing.contains(&status), "{method} {address}: {status}");
            let stays = owner.cookie("__Host-rdv").map(ToOwned::to_owned);
            assert_eq!(stays, session, "{method} {path}");
            assert_eq!(owner.cookie("__Host-rdv-lang"), None, "{method} {path}");
        }
    }
    assert!(addresses.len() > 30, "only {} forms", addresses.len());
    assert!(filled.is_empty(), "no forms of ours: {filled:?}");
    assert_eq!(testing::everything(database_url).await, before);
}
