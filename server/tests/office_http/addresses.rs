//! Addresses that are neither pages nor forms: the sources are read for them, so that a new one
//! has to be listed here, with where those try it whom it does not concern.

use std::{collections::BTreeSet, fs, path::Path};

use domain::access::Role;
use http::StatusCode;

use crate::{
    doors::{fill, is_of},
    people::{account, owner_of, signed_in},
    strangers::behind,
    support::{Browser, TestSite},
};

/// Where an address is tried.
pub(crate) enum Tried {
    /// Behind a link, with every secret that is not its own: in [`crate::strangers`].
    WithLinks,
    /// Anybody's: what it must not tell is tried in that file beside this folder.
    In(&'static str),
    /// There only while a developer's `cargo leptos watch` runs the server: files of the site.
    Never,
}

/// All of them, as the router is told.
pub(crate) const ADDRESSES: [(&str, Tried); 12] = [
    ("/_v/{build}/{*path}", Tried::In("assets.rs")),
    ("/api/v1/practices/{slug}/first-slot", Tried::In(API)),
    ("/api/v1/practitioners/{slug}/first-slot", Tried::In(API)),
    ("/api/v1/practitioners/{slug}/slots", Tried::In(API)),
    ("/calendrier/{file}", Tried::WithLinks),
    ("/favicon.ico", Tried::In("assets.rs")),
    ("/healthz", Tried::In("watching.rs")),
    ("/metrics", Tried::In("watching.rs")),
    ("/pkg/{*path}", Tried::Never),
    ("/rdv/{token}/rendez-vous.ics", Tried::WithLinks),
    ("/readyz", Tried::In("watching.rs")),
    ("/robots.txt", Tried::In("assets.rs")),
];
const API: &str = "booking_http/api_slots.rs";

/// What the router is told besides: the pages and the forms, whose lists have tests of their own.
const LISTS: [&str; 2] = ["listing.path()", "path"];

/// Ways to answer an address that this reading does not see.
const UNSEEN: [&str; 5] = [
    ".nest(",
    ".nest_service(",
    ".route_service(",
    ".fallback_service(",
    ".leptos_routes",
];

/// The text of every source below a folder.
fn sources(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|it| it == "rs") {
            found.push(fs::read_to_string(&path).unwrap());
        }
    }
    found
}

/// What the sources of this package tell the router: addresses, and lists as they call them.
fn routed() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut routed = BTreeSet::new();
    for source in sources(&folder) {
        for way in UNSEEN {
            assert!(!source.contains(way), "{way} is not read here");
        }
        for after in source.split(".route(").skip(1) {
            let first = after.trim_start();
            let first = match first.strip_prefix('"') {
                Some(address) => address.split('"').next(),
                None => first.split(',').next(),
            };
            routed.insert(first.unwrap().to_owned());
        }
    }
    routed
}

#[test]
fn every_address_that_is_no_page_and_no_form_is_listed_and_tried() {
    let listed = ADDRESSES.iter().map(|(address, _)| *address).chain(LISTS);
    let listed: BTreeSet<_> = listed.map(ToOwned::to_owned).collect();
    assert_eq!(routed(), listed);

    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    for (address, tried) in ADDRESSES {
        match tried {
            Tried::WithLinks => {
                let link = behind("x").into_iter().any(|path| is_of(address, &path));
                assert!(link, "{address} is tried with no link");
            }
            Tried::In(file) => {
                let text = fs::read_to_string(tests.join(file)).unwrap();
                // What stands between its parts that vary.
                for part in address.split('{') {
                    let part = part.rsplit('}').next().unwrap();
                    assert!(text.contains(part), "{part} of {address} is not in {file}");
                }
            }
            Tried::Never => {}
        }
    }
}

#[tokio::test]
async fn where_programs_ask_it_does_not_matter_who_is_signed_in() {
    let site = TestSite::new().await;
    let (of, mut owner) = owner_of(&site).await;
    fill(&site, &of, &mut owner).await;
    let whose = ("practitioner", of.practitioner.slug.as_str());
    let for_staff = [
        whose,
        ("name", "Urgence"),
        ("length", "20"),
        ("step", "20"),
        ("buffer_before", "0"),
        ("buffer_after", "0"),
        ("min_notice", "0"),
        ("horizon", "30"),
        ("cancel_deadline", "0"),
        ("audience", "staff_only"),
    ];
    let answer = owner.post("/api/save_reason", &for_staff).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());

    let other = site.backend.practice_named("phare").await;
    account(&site, &other, Role::Owner, "ines@example.org").await;
    let mut stranger = signed_in(&site, "ines@example.org").await;
    account(&site, &of, Role::Secretary, "thomas@example.org").await;
    let mut secretary = signed_in(&site, "thomas@example.org").await;
    let mut nobody = Browser::new(&site);
    let (practitioner, practice) = (&of.practitioner.slug, &of.practice.slug);
    for (reason, status) in [
        ("consultation", StatusCode::OK),
        ("urgence", StatusCode::NOT_FOUND),
    ] {
        for path in [
            format!("/api/v1/practitioners/{practitioner}/slots?reason={reason}"),
            format!("/api/v1/practitioners/{practitioner}/first-slot?reason={reason}"),
            format!("/api/v1/practices/{practice}/first-slot?reason={reason}"),
        ] {
            let said = nobody.get(&path).await;
            assert_eq!(said.status, status, "{path}");
            for browser in [&mut owner, &mut secretary, &mut stranger] {
                let answer = browser.get(&path).await;
                assert_eq!(answer.status, status, "{path}");
                assert_eq!(answer.text(), said.text(), "{path}");
            }
        }
    }
    let watched = ["/healthz", "/readyz"];
    let said = [
        nobody.get(watched[0]).await.text(),
        nobody.get(watched[1]).await.text(),
    ];
    for browser in [&mut nobody, &mut owner, &mut secretary, &mut stranger] {
        let numbers = browser.get("/metrics").await;
        assert_eq!(numbers.status, StatusCode::NOT_FOUND);
        assert!(!numbers.text().contains("rdv_http"), "{}", numbers.text());
        for (path, said) in watched.iter().zip(&said) {
            assert_eq!(browser.get(path).await.text(), *said, "{path}");
        }
    }
}
