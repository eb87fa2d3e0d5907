//! Anything at all, sent to every address: no 5xx, no panic, walls on every answer.
//!
//! A hundred cases of each by default; more with `PROPTEST_CASES=20000 cargo nextest run
//! -p server --test bytes`. A case that failed is kept in `proptest-regressions` and tried first.

#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use std::sync::OnceLock;

use axum::body::Body;
use http::{
    HeaderName, HeaderValue, Method, Request, StatusCode,
    header::{
        ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE, COOKIE, IF_MODIFIED_SINCE, IF_NONE_MATCH, ORIGIN,
    },
};
use leptos::server_fn::axum::server_fn_paths;
use proptest::{collection::vec, prelude::*, string::string_regex};
use support::{Answer, PUBLIC_URL, TestSite};
use tokio::runtime::Runtime;

/// One site for all cases of a test: what they write stays.
struct Site {
    runtime: Runtime,
    site: TestSite,
    feed: String,
}

fn site() -> &'static Site {
    static SITE: OnceLock<Site> = OnceLock::new();
    SITE.get_or_init(|| {
        let runtime = Runtime::new().unwrap();
        let (site, feed) = runtime.block_on(async {
            let (practice, site) = TestSite::with_practice().await;
            let owner = domain::access::Actor::Member(domain::access::Member {
                account: site.backend.new_id(),
                practice: practice.practice.id,
                role: domain::access::Role::Owner,
                agendas: vec![],
            });
            let whose = practice.practitioner.id;
            let detail = domain::feed::Detail::FullName;
            let made = site
                .backend
                .create_feed(&owner, whose, detail)
                .await
                .unwrap();
            site.backend.book(&practice, "2026-11-23T08:00:00Z").await;
            (site, format!("/calendrier/{}.ics", made.token))
        });
        Site {
            runtime,
            site,
            feed,
        }
    })
}

impl Site {
    fn send(&self, request: Request<Body>) -> Answer {
        self.runtime.block_on(self.site.send(request))
    }

    fn post(&self, path: &str, body: Vec<u8>) -> Answer {
        let request = support::request(Method::POST, path)
            .header(ORIGIN, PUBLIC_URL)
            .header("sec-fetch-site", "same-origin")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body));
        self.send(request.unwrap())
    }
}

fn is_no_mistake_of_ours(answer: &Answer) -> Result<(), TestCaseError> {
    prop_assert!(!answer.status.is_server_error(), "{}", answer.status);
    prop_assert!(!answer.header("x-content-type-options").is_empty());
    Ok(())
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

/// A value somebody may type, or worse.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        string_regex("\\PC{0,300}").unwrap(),
        Just("2026-11-23T08:20:00Z".to_owned()),
        Just("camille-lefevre-tour".to_owned()),
        Just("consultation".to_owned()),
        Just("zoe@example.org".to_owned()),
        Just("0612345678".to_owned()),
        Just("0123456789abcdef".to_owned()),
        Just("a\r\nBcc: x@evil.example".to_owned()),
        Just("2027-02-30".to_owned()),
        Just("passkey".to_owned()),
        Just(CREDENTIAL.to_owned()),
        Just("-1".to_owned()),
        Just("9223372036854775808".to_owned()),
    ]
}

/// What a browser says of a passkey, in its form.
const CREDENTIAL: &str = r#"{"id":"AAAA","rawId":"AAAA","type":"public-key","extensions":{},
    "response":{"clientDataJSON":"e30","attestationObject":"oA","authenticatorData":"AAAA",
    "signature":"MAA","userHandle":"AAAA"}}"#;

/// Names of fields that our forms have, and others.
const FIELDS: [&str; 28] = [
    "practitioner",
    "reason",
    "start",
    "wished",
    "idempotency_key",
    "given_name",
    "family_name",
    "email",
    "phone",
    "birth_date",
    "token",
    "code",
    "password",
    "next",
    "lang",
    "mail_lang",
    "place",
    "kind",
    "day",
    "from_1",
    "to_1",
    "role",
    "practice_id",
    "status",
    "credential",
    "passkey",
    "wish",
    "name",
];

fn form() -> impl Strategy<Value = Vec<(&'static str, String)>> {
    vec((prop::sample::select(&FIELDS[..]), value()), 0..14)
}

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

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn any_body_to_any_form(number in any::<prop::sample::Index>(), body in bytes()) {
        let forms: Vec<_> = server_fn_paths().map(|(path, _)| path).collect();
        let answer = site().post(forms[number.index(forms.len())], body);
        is_no_mistake_of_ours(&answer)?;
    }

    #[test]
    fn any_fields_to_any_form(number in any::<prop::sample::Index>(), fields in form()) {
        let forms: Vec<_> = server_fn_paths().map(|(path, _)| path).collect();
        let body = serde_urlencoded::to_string(&fields).unwrap();
        let answer = site().post(forms[number.index(forms.len())], body.into_bytes());
        is_no_mistake_of_ours(&answer)?;
    }

    #[test]
    fn a_booking_form_with_anything_in_it(
        given in value(), family in value(), email in value(), phone in value(), start in value(),
    ) {
        let fields = [
            ("practitioner", "camille-lefevre-tour"), ("reason", "consultation"),
            ("start", start.as_str()), ("idempotency_key", "0123456789abcdef"),
            ("given_name", given.as_str()), ("family_name", family.as_str()),
            ("email", email.as_str()), ("phone", phone.as_str()),
        ];
        let answer = site().post("/api/hold_slot", serde_urlencoded::to_string(fields).unwrap().into());
        is_no_mistake_of_ours(&answer)?;
        prop_assert!(answer.status != StatusCode::OK);
    }

    #[test]
    fn any_path_and_query(
        before in prop::sample::select(&[
            "/", "/praticiens/", "/cabinets/", "/rdv/", "/reservation/", "/calendrier/",
            "/agenda/praticiens/", "/api/v1/practitioners/", "/courrier/", "/installation/", "/_v/",
        ][..]),
        path in bytes(),
        query in bytes(),
    ) {
        let escape = |bytes: &[u8]| -> String {
            bytes.iter().map(|byte| match byte {
                b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'=' | b'&' => char::from(*byte).to_string(),
                byte => format!("%{byte:02X}"),
            }).collect()
        };
        let uri = format!("{before}{}?{}", escape(&path), escape(&query));
        let request = support::request(Method::GET, &uri).body(Body::empty()).unwrap();
        is_no_mistake_of_ours(&site().send(request))?;
    }

    #[test]
    fn any_condition_on_a_feed(
        none_match in header_value(), since in header_value(), encoding in header_value(),
    ) {
        let it = site();
        let request = support::request(Method::GET, &it.feed)
            .header(IF_NONE_MATCH, HeaderValue::from_bytes(&none_match).unwrap())
            .header(IF_MODIFIED_SINCE, HeaderValue::from_bytes(&since).unwrap())
            .header("accept-encoding", HeaderValue::from_bytes(&encoding).unwrap());
        let answer = it.send(request.body(Body::empty()).unwrap());
        is_no_mistake_of_ours(&answer)?;
        let whole = answer.status == StatusCode::OK && answer.text().ends_with("END:VCALENDAR\r\n");
        prop_assert!(whole || answer.status == StatusCode::NOT_MODIFIED, "{}", answer.status);
    }

    #[test]
    fn any_header_on_a_page(
        name in prop::sample::select(&[
            "accept", "accept-language", "cookie", "referer", "user-agent", "host", "origin",
            "x-forwarded-for", "x-forwarded-host", "forwarded", "sec-fetch-site", "range",
        ][..]),
        value in header_value(),
    ) {
        let mut request = support::request(Method::GET, "/praticiens/camille-lefevre-tour").body(Body::empty()).unwrap();
        let name = HeaderName::from_static(name);
        request.headers_mut().insert(name, HeaderValue::from_bytes(&value).unwrap());
        is_no_mistake_of_ours(&site().send(request))?;
    }
}

/// The headers that a browser always sends are taken apart somewhere: none may be trusted to be
/// what it should be.
#[test]
fn headers_that_are_not_text_are_ignored() {
    for name in [ACCEPT, ACCEPT_LANGUAGE, COOKIE] {
        let mut request = support::request(Method::GET, "/")
            .body(Body::empty())
            .unwrap();
        let value = HeaderValue::from_bytes(b"\xff\xfe;q=\xff").unwrap();
        request.headers_mut().insert(name, value);
        assert_eq!(site().send(request).status, StatusCode::OK);
    }
}
