//! What this program reads of headers and settings, function by function: many cases, quickly.

use std::net::{IpAddr, SocketAddr};

use app::cookies::Cookies;
use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{COOKIE, IF_MODIFIED_SINCE, IF_NONE_MATCH},
};
use i18n::Lang;
use proptest::{collection::vec, prelude::*};
use server::{
    conditional::{imf_fixdate, is_not_modified},
    network::{TrustedProxies, client_key},
};

use crate::{bytes, header_value};

const ETAG: &str = "\"abc-_9\"";

fn headers(name: &HeaderName, lines: &[Vec<u8>]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in lines {
        headers.append(name, HeaderValue::from_bytes(line).unwrap());
    }
    headers
}

/// Hops as proxies write them, and worse.
fn hops() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        header_value(),
        "[0-9a-f.:,\\[\\] ]{0,60}".prop_map(String::into_bytes),
        "(10\\.[0-9]{1,3}\\.0\\.1, ?|\\[?2001:db8::[0-9a-f]{1,4}\\]?(:80)?, ?){0,5}"
            .prop_map(String::into_bytes),
    ]
}

proptest! {
    #[test]
    fn a_language_is_one_of_ours(header in prop_oneof![
        bytes().prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
        "([a-zA-Z*-]{0,8}(;q=[0-9.]{0,6})?[, ]{0,2}){0,12}",
    ]) {
        let lang = Lang::negotiate(&header);
        let asked = header.to_lowercase();
        prop_assert!(lang == Lang::default() || asked.contains(lang.code()), "{header:?}: {lang:?}");
    }

    #[test]
    fn a_condition_holds_only_for_the_tag_that_it_names(
        lines in vec(prop_oneof![
            header_value(),
            "(W/)?\"[a-c_9,-]{0,8}\"?[, ]{0,2}(\"abc-_9\")?".prop_map(String::into_bytes),
        ], 1..4),
        since in header_value(),
    ) {
        let changed = "2026-11-22T08:00:00Z".parse().unwrap();
        let mut map = headers(&IF_NONE_MATCH, &lines);
        map.insert(IF_MODIFIED_SINCE, HeaderValue::from_bytes(&since).unwrap());
        let named = lines.iter().any(|line| {
            line.trim_ascii() == b"*" || line.windows(ETAG.len()).any(|part| part == ETAG.as_bytes())
        });
        prop_assert!(named || !is_not_modified(&map, ETAG, changed));
    }

    #[test]
    fn a_date_in_a_condition_is_read_or_is_none(
        since in prop_oneof![
            header_value(),
            "(Sun|Sunday|Mon),? [0-9]{1,3}[ -](Nov|Jan|Foo)[ -][0-9]{1,12} [0-9]{1,2}:[0-9]{2}:[0-9]{1,3} (GMT|UTC)?"
                .prop_map(String::into_bytes),
        ],
        seconds in -60_000_000_000_i64..60_000_000_000,
    ) {
        let changed = chrono::DateTime::from_timestamp(seconds, 0).unwrap();
        let garbage = headers(&IF_MODIFIED_SINCE, std::slice::from_ref(&since));
        let _ = is_not_modified(&garbage, ETAG, changed);
        // What we say ourselves is read back.
        if seconds > 0 {
            let said = imf_fixdate(changed).into_bytes();
            prop_assert!(is_not_modified(&headers(&IF_MODIFIED_SINCE, &[said]), ETAG, changed));
        }
    }

    #[test]
    fn a_hop_is_believed_only_from_a_proxy_and_is_one_that_was_written(
        lines in vec(hops(), 0..4), proxy: bool,
    ) {
        let trusted: TrustedProxies = "10.0.0.0/8, 2001:db8::/64".parse().unwrap();
        let name = HeaderName::from_static("x-forwarded-for");
        let map = headers(&name, &lines);
        let peer: IpAddr = if proxy { "10.1.2.3" } else { "192.0.2.1" }.parse().unwrap();
        let client = trusted.client(peer, &map);
        let parts = lines.iter().filter_map(|line| std::str::from_utf8(line).ok());
        let mut written = parts.flat_map(|line| line.split(',')).filter_map(|hop| {
            let hop = hop.trim();
            let bare = hop.trim_matches(['[', ']']).parse::<IpAddr>().ok();
            bare.or_else(|| hop.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
        });
        let believed = written.any(|hop| hop.to_canonical() == client);
        prop_assert!(client == peer || proxy && believed, "{client}");
        prop_assert!(client_key(client).networks().all(|it| it.len() <= 45));
        prop_assert_eq!(TrustedProxies::default().client(peer, &map), peer);
    }

    #[test]
    fn a_list_of_proxies_is_read_or_refused(text in prop_oneof![
        any::<String>(), "[0-9a-f.:/, ]{0,60}",
    ]) {
        let _ = text.parse::<TrustedProxies>();
    }

    #[test]
    fn a_cookie_is_a_token_of_ours_or_none(lines in vec(prop_oneof![
        header_value(),
        "(__Host-)?rdv(-[a-z]{0,9})?=[ -~]{0,60}".prop_map(String::into_bytes),
    ], 0..3), secure: bool) {
        let map = headers(&COOKIE, &lines);
        let cookies = Cookies { secure };
        for token in [
            cookies.session_token(&map), cookies.pending_token(&map), cookies.passkey_token(&map),
        ].into_iter().flatten() {
            let sent = lines.iter().any(|line| {
                line.windows(token.len().max(1)).any(|part| part == token.as_bytes())
            });
            prop_assert!(sent || token.is_empty(), "{token:?}");
        }
        let _ = cookies.known_browser(&map);
    }
}
