//! Whether a client already has what it asks for (RFC 9110 §13): `If-None-Match`, then
//! `If-Modified-Since`. Nothing a client sends here can be wrong: what cannot be read is no
//! condition that holds, and the answer is the whole thing. And when an answer was made (§6.6.1).

use axum::{extract::State, response::Response};
use chrono::{DateTime, NaiveDateTime, Utc};
use http::{
    HeaderMap, HeaderValue,
    header::{DATE, IF_MODIFIED_SINCE, IF_NONE_MATCH},
};

use crate::render::Pages;

/// The layer that dates every answer. hyper would do it, but its date stands still while a clock
/// that was set back has not caught up, and is then later than what the answer says of itself.
pub async fn dated(State(pages): State<Pages>, mut answer: Response) -> Response {
    let now = imf_fixdate(pages.site().backend.now());
    if let Ok(now) = HeaderValue::from_str(&now) {
        answer.headers_mut().insert(DATE, now);
    }
    answer
}

/// Whether a GET or HEAD is answered 304. `etag` is quoted; compared weakly, as §13.1.2 asks.
///
/// A date counts only when it is the very one of `last_modified`, to the second: what a client got
/// from a process whose clock was ahead is a later one, and says nothing of what changed since
/// (§13.1.3 lets a server compare so, and nginx does). What it costs a client without entity tags is a
/// file once more than it needs: where its date was cut to now, or is another node's.
#[must_use]
pub fn is_not_modified(headers: &HeaderMap, etag: &str, last_modified: DateTime<Utc>) -> bool {
    if headers.contains_key(IF_NONE_MATCH) {
        return headers
            .get_all(IF_NONE_MATCH)
            .iter()
            .any(|value| lists(value.as_bytes(), etag.as_bytes()));
    }
    let mut dates = headers.get_all(IF_MODIFIED_SINCE).iter();
    let (Some(date), None) = (dates.next(), dates.next()) else {
        return false;
    };
    date.to_str()
        .ok()
        .and_then(http_date)
        .is_some_and(|since| since.timestamp() == last_modified.timestamp())
}

/// An instant as HTTP writes it: `Sun, 22 Nov 2026 08:00:00 GMT`.
#[must_use]
pub fn imf_fixdate(instant: DateTime<Utc>) -> String {
    instant.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// Whether `*` or a list of entity tags holds this one. Tags may hold commas, and are not text.
fn lists(value: &[u8], etag: &[u8]) -> bool {
    let mut rest = value.trim_ascii();
    if rest == b"*" {
        return true;
    }
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix(b",") {
            rest = after.trim_ascii_start();
            continue;
        }
        let tag = rest.strip_prefix(b"W/").unwrap_or(rest);
        let Some(end) = tag
            .strip_prefix(b"\"")
            .and_then(|inner| inner.iter().position(|b| *b == b'"'))
        else {
            return false;
        };
        let (tag, after) = tag.split_at(end + 2);
        if tag == etag {
            return true;
        }
        rest = after.trim_ascii_start();
    }
    false
}

/// The three forms of §5.6.7; the last two are only read.
fn http_date(text: &str) -> Option<DateTime<Utc>> {
    const FORMS: [&str; 3] = [
        "%a, %d %b %Y %H:%M:%S GMT",
        "%A, %d-%b-%y %H:%M:%S GMT",
        "%a %b %e %H:%M:%S %Y",
    ];
    FORMS
        .into_iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text.trim(), form).ok())
        .map(|instant| instant.and_utc())
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    const ETAG: &str = "\"abc-_9\"";

    fn holds(headers: &[(HeaderName, &[u8])]) -> bool {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name, HeaderValue::from_bytes(value).unwrap());
        }
        is_not_modified(&map, ETAG, "2026-11-22T08:00:00Z".parse().unwrap())
    }

    #[test]
    fn without_a_condition_the_whole_is_sent() {
        assert!(!holds(&[]));
    }

    #[test]
    fn an_entity_tag_is_found_alone_weak_in_a_list_and_over_several_lines() {
        for value in [
            ETAG,
            "W/\"abc-_9\"",
            "  \"abc-_9\" ",
            "*",
            " * ",
            "\"x\", \"abc-_9\"",
            "\"x\",W/\"abc-_9\"",
            "\"a,b\" , \"abc-_9\", \"y\"",
            ",, \"abc-_9\"",
            "\"\", \"abc-_9\"",
            "\"x\" \"abc-_9\"",
        ] {
            assert!(holds(&[(IF_NONE_MATCH, value.as_bytes())]), "{value}");
        }
        assert!(holds(&[
            (IF_NONE_MATCH, b"\"x\""),
            (IF_NONE_MATCH, ETAG.as_bytes())
        ]));
    }

    #[test]
    fn another_tag_or_something_that_is_none_matches_nothing() {
        for value in [
            "",
            "\"abc\"",
            "abc-_9",
            "\"abc-_9",
            "abc-_9\"",
            "\"x, \"abc-_9\"",
            "w/\"abc-_9\"",
            "**",
            "\"*\"",
            "W/",
            ",",
            "\"",
        ] {
            assert!(!holds(&[(IF_NONE_MATCH, value.as_bytes())]), "{value}");
        }
        assert!(!holds(&[(IF_NONE_MATCH, b"\xFF\xFE\"abc\"")]));
    }

    #[test]
    fn a_date_counts_when_it_is_of_the_very_second_in_all_three_forms() {
        for (date, expected) in [
            ("Sun, 22 Nov 2026 08:00:00 GMT", true),
            // Of a clock that was ahead: who says so has not seen what changed since.
            ("Sun, 22 Nov 2026 08:00:01 GMT", false),
            ("Wed, 14 Jan 2037 08:00:00 GMT", false),
            ("Sun, 22 Nov 2026 07:59:59 GMT", false),
            ("Sunday, 22-Nov-26 08:00:00 GMT", true),
            ("Sun Nov 22 08:00:00 2026", true),
            ("Sunday, 22-Nov-26 07:59:59 GMT", false),
            ("Sun Nov  1 08:00:00 2026", false),
        ] {
            assert_eq!(
                holds(&[(IF_MODIFIED_SINCE, date.as_bytes())]),
                expected,
                "{date}"
            );
        }
    }

    #[test]
    fn what_is_no_date_is_no_condition() {
        for date in [
            "",
            "yesterday",
            "2026-11-22T08:00:00Z",
            "Sun, 22 Nov 2026 08:00:00 +0200",
            "Sun, 99 Nov 2026 08:00:00 GMT",
            "Sun, 22 Nov 99999999999999999999 08:00:00 GMT",
            "-1",
        ] {
            assert!(!holds(&[(IF_MODIFIED_SINCE, date.as_bytes())]), "{date}");
        }
        assert!(!holds(&[(IF_MODIFIED_SINCE, b"\xFF")]));
        let twice: &[u8] = b"Sun, 22 Nov 2026 08:00:00 GMT";
        assert!(!holds(&[
            (IF_MODIFIED_SINCE, twice),
            (IF_MODIFIED_SINCE, twice)
        ]));
    }

    #[test]
    fn a_tag_that_does_not_match_is_not_overruled_by_a_date() {
        let date: &[u8] = b"Sun, 22 Nov 2026 08:00:00 GMT";
        assert!(!holds(&[
            (IF_NONE_MATCH, b"\"x\""),
            (IF_MODIFIED_SINCE, date)
        ]));
    }
}
