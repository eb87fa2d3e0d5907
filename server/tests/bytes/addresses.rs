//! Paths, queries and headers.

use axum::body::Body;
use http::{
    HeaderName, HeaderValue, Method, StatusCode,
    header::{ACCEPT, ACCEPT_LANGUAGE, COOKIE, IF_MODIFIED_SINCE, IF_NONE_MATCH},
};
use proptest::prelude::*;

use crate::{
    Kind, bytes, header_value, is_no_mistake_of_ours, kind, requests, site,
    support::{Answer, request},
};

/// What stands in an address, by its bytes.
fn escaped(bytes: &[u8]) -> String {
    let escape = |byte: &u8| match byte {
        b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'=' | b'&' => {
            char::from(*byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    };
    bytes.iter().map(escape).collect()
}

/// A day of a query, or worse.
fn day() -> impl Strategy<Value = String> {
    prop_oneof![
        "[+-]?[0-9]{1,6}-[0-9]{1,2}-[0-9]{1,2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2}))?",
        bytes().prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
    ]
}

fn as_owner(kind: Kind, path: &str) -> Answer {
    let it = site(kind);
    let asked = request(Method::GET, path).header(COOKIE, &it.owner);
    it.send(asked.body(Body::empty()).unwrap())
}

proptest! {
    #![proptest_config(requests())]

    #[test]
    fn any_path_and_query(
        kind in kind(),
        before in prop::sample::select(&[
            "/", "/praticiens/", "/cabinets/", "/rdv/", "/reservation/", "/calendrier/",
            "/agenda/praticiens/", "/agenda/praticiens/camille-lefevre-tour/", "/agenda/",
            "/api/v1/practitioners/", "/courrier/", "/installation/", "/_v/",
        ][..]),
        path in bytes(),
        query in bytes(),
    ) {
        let uri = format!("{before}{}?{}", escaped(&path), escaped(&query));
        is_no_mistake_of_ours(&as_owner(kind, &uri))?;
    }

    #[test]
    fn any_day_in_a_query(
        kind in kind(),
        page in prop::sample::select(&[
            "/praticiens/camille-lefevre-tour?motif=consultation&semaine=",
            "/praticiens/camille-lefevre-tour/rendez-vous?motif=consultation&debut=",
            "/agenda/praticiens/camille-lefevre-tour?date=",
            "/agenda/praticiens/camille-lefevre-tour?vue=jour&date=",
            "/agenda/praticiens/camille-lefevre-tour/nouveau-rendez-vous?motif=consultation&semaine=",
            "/agenda/praticiens/camille-lefevre-tour/nouveau-rendez-vous?motif=consultation&debut=",
            "/agenda/journal?date=",
            "/api/v1/practitioners/camille-lefevre-tour/slots?reason=consultation&to=2026-12-01&from=",
            "/api/v1/practitioners/camille-lefevre-tour/slots?reason=consultation&from=2026-12-01&to=",
        ][..]),
        day in day(),
    ) {
        let uri = format!("{page}{}", escaped(day.as_bytes()));
        is_no_mistake_of_ours(&as_owner(kind, &uri))?;
    }

    #[test]
    fn any_condition_on_a_feed(
        kind in kind(),
        none_match in header_value(), since in header_value(), encoding in header_value(),
    ) {
        let it = site(kind);
        let request = request(Method::GET, &it.feed)
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
        kind in kind(),
        name in prop::sample::select(&[
            "accept", "accept-language", "cookie", "referer", "user-agent", "host", "origin",
            "x-forwarded-for", "x-forwarded-host", "forwarded", "sec-fetch-site", "range",
            "if-none-match", "if-modified-since", "content-length", "content-type",
        ][..]),
        value in header_value(),
    ) {
        let mut request = request(Method::GET, "/praticiens/camille-lefevre-tour").body(Body::empty()).unwrap();
        let name = HeaderName::from_static(name);
        request.headers_mut().insert(name, HeaderValue::from_bytes(&value).unwrap());
        is_no_mistake_of_ours(&site(kind).send(request))?;
    }
}

/// The headers that a browser always sends are taken apart somewhere: none may be trusted to be
/// what it should be.
#[test]
fn headers_that_are_not_text_are_ignored() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        for name in [ACCEPT, ACCEPT_LANGUAGE, COOKIE] {
            let mut request = request(Method::GET, "/").body(Body::empty()).unwrap();
            let value = HeaderValue::from_bytes(b"\xff\xfe;q=\xff").unwrap();
            request.headers_mut().insert(name, value);
            assert_eq!(site(kind).send(request).status, StatusCode::OK);
        }
    }
}
