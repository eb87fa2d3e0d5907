//! Anything at all, given to everything that reads what comes from outside: no panic, no 5xx,
//! walls on every answer, on both databases. What the rules parse is `domain`'s own `bytes`.
//!
//! `make fuzz` runs all of it for longer: `PROPTEST_CASES`, of which requests get a twentieth, for
//! they cost more. A case that failed is printed in its smallest form.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[path = "../support/people.rs"]
mod people;
#[path = "../support/mod.rs"]
mod support;

mod addresses;
mod archive;
mod forms;
mod parsers;

use std::sync::OnceLock;

use axum::body::Body;
use backend::testing::Kind;
use http::{Request, header::COOKIE};
use proptest::{collection::vec, prelude::*, string::string_regex};
use support::{Answer, TestSite};
use tokio::runtime::Runtime;

/// How many requests a test makes: a hundred, or a twentieth of `PROPTEST_CASES`.
fn requests() -> ProptestConfig {
    let usual = ProptestConfig::default();
    let cases = match std::env::var_os("PROPTEST_CASES") {
        None => 100,
        Some(_) => (usual.cases / 20).max(1),
    };
    ProptestConfig { cases, ..usual }
}

/// One site for all cases of a test: what they write stays.
struct Site {
    runtime: Runtime,
    site: TestSite,
    feed: String,
    /// The cookies of the owner.
    owner: String,
    place: String,
}

fn site(kind: Kind) -> &'static Site {
    static SITES: [OnceLock<Site>; 2] = [OnceLock::new(), OnceLock::new()];
    let site = match kind {
        Kind::Sqlite => &SITES[0],
        Kind::Postgres => &SITES[1],
    };
    site.get_or_init(|| {
        let runtime = Runtime::new().unwrap();
        let (site, feed, owner, place) = runtime.block_on(async {
            let site = TestSite::on(kind).await;
            let (practice, owner) = people::owner_of(&site).await;
            let cookies = owner
                .jar()
                .into_iter()
                .map(|(name, value)| format!("{name}={value}"));
            let cookies = cookies.collect::<Vec<_>>().join("; ");
            drop(owner);
            let actor = domain::access::Actor::Member(domain::access::Member {
                account: site.backend.new_id(),
                practice: practice.practice.id,
                role: domain::access::Role::Owner,
                agendas: vec![],
            });
            let whose = practice.practitioner.id;
            let detail = domain::feed::Detail::FullName;
            let made = site
                .backend
                .create_feed(&actor, whose, detail)
                .await
                .unwrap();
            site.backend.book(&practice, "2026-11-23T08:00:00Z").await;
            let feed = format!("/calendrier/{}.ics", made.token);
            (site, feed, cookies, practice.place.id.to_string())
        });
        Site {
            runtime,
            site,
            feed,
            owner,
            place,
        }
    })
}

impl Site {
    fn send(&self, request: Request<Body>) -> Answer {
        self.runtime.block_on(self.site.send(request))
    }

    fn post(&self, path: &str, body: Vec<u8>) -> Answer {
        self.send(support::form(path).body(Body::from(body)).unwrap())
    }

    /// As the owner of the practice.
    fn post_as_owner(&self, path: &str, body: Vec<u8>) -> Answer {
        let form = support::form(path).header(COOKIE, &self.owner);
        self.send(form.body(Body::from(body)).unwrap())
    }
}

fn is_no_mistake_of_ours(answer: &Answer) -> Result<(), TestCaseError> {
    prop_assert!(
        !answer.status.is_server_error(),
        "{}: {}",
        answer.status,
        answer.text()
    );
    prop_assert!(!answer.header("x-content-type-options").is_empty());
    Ok(())
}

/// Either database.
fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![Just(Kind::Sqlite), Just(Kind::Postgres)]
}

/// Bytes as they are in addresses and forms: mostly of the kind that means something.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 0..200),
        string_regex("[-a-z0-9%&=+;,:./@\"'<>\\[\\] \\r\\n\\t\\x00\u{e9}\u{202e}]{0,200}")
            .unwrap()
            .prop_map(String::into_bytes),
    ]
}

/// What headers may hold.
fn header_value() -> impl Strategy<Value = Vec<u8>> {
    vec(
        prop_oneof![
            0x20..=0x7e_u8,
            0x80..=0xff_u8,
            Just(b'"'),
            Just(b','),
            Just(b'*')
        ],
        0..80,
    )
}
